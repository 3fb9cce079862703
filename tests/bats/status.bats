#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# status
# bats file_tags=sanitized
load common
load messages

iqn=iqn.2026-01.lab

setup()
{
	lun_reset
	lun_reset lun1
}

teardown()
{
	# RELEASE(6), which takes the older kind of reservation off
	sg_raw -R "$host2" 17 00 00 00 00 00 > /dev/null 2>&1 || true
	echo 1 > /dev/lab/lun1.configfs/attrib/emulate_pr
}

# assert_row TEXT: there is this row.
assert_row()
{
	[[ $'\n'$output$'\n' == *$'\n'"$1"$'\n'* ]] || fail "no row '$1'"
}

assert_row_count()
{
	[[ ${#lines[@]} == "$1" ]] || fail "${#lines[@]} lines, not $1"
}

@test "status: nothing is registered -> one row that says so" {
	run_status_rows "$host1"
	assert_status 0
	refute_stderr
	assert_row_count 1
	assert_row "$host1 - - - - -"
}

@test "status: two hosts are registered -> a row for each, holder and this host are marked" {
	sg_register 0xa "$host1"
	sg_register 0xb "$host2"
	sg_reserve 0xb 5 "$host2"

	run_status_rows "$host1"
	assert_status 0
	refute_stderr
	assert_row_count 2
	assert_row "$host1 write-exclusive-reg-only 0xa - this $iqn:host-1"
	assert_row "$host1 write-exclusive-reg-only 0xb holds - $iqn:host-2"

	run_status_rows "$host2"
	assert_row "$host2 write-exclusive-reg-only 0xa - - $iqn:host-1"
	assert_row "$host2 write-exclusive-reg-only 0xb holds this $iqn:host-2"
}

@test "status: registered, nothing is reserved -> a row for each, no holder" {
	sg_register 0xa "$host1"
	sg_register 0xb "$host2"

	run_status_rows "$host1"
	assert_status 0
	assert_row_count 2
	assert_row "$host1 - 0xa - this $iqn:host-1"
	assert_row "$host1 - 0xb - - $iqn:host-2"
	run_prctl status --json "$host1"
	assert_json '.devices[0].reservation' '{"type":"none","key":"0x0","holders":[]}'
}

@test "status: each type -> its name" {
	local types=(
		"1 write-exclusive"
		"3 exclusive-access"
		"5 write-exclusive-reg-only"
		"6 exclusive-access-reg-only"
		"7 write-exclusive-all-regs"
		"8 exclusive-access-all-regs"
	)
	sg_register 0xa "$host1"
	for type in "${types[@]}"; do
		sg_reserve 0xa "${type% *}" "$host1"
		run_prctl status --json "$host1"
		assert_status 0
		assert_json '.devices[0].reservation.type' "\"${type#* }\""
		sg_persist_retry -o -L -K a -T "${type% *}" "$host1"
	done
}

@test "status: all registrants hold -> each is a holder" {
	sg_register 0xa "$host1"
	sg_register 0xb "$host2"
	sg_reserve 0xa 7 "$host1"

	run_status_rows "$host2"
	assert_status 0
	assert_row_count 2
	assert_row "$host2 write-exclusive-all-regs 0xa holds - $iqn:host-1"
	assert_row "$host2 write-exclusive-all-regs 0xb holds this $iqn:host-2"
	run_prctl status --json "$host2"
	assert_json '.devices[0].reservation' '{"type":"write-exclusive-all-regs","key":"0x0","holders":["0xa","0xb"]}'
	assert_json '[.devices[0].registrants[].holder]' '[true,true]'
}

@test "status: two hosts with one key -> told apart by their initiators" {
	sg_register 0xa "$host1"
	sg_register 0xa "$host2"
	sg_reserve 0xa 1 "$host2"

	run_status_rows "$host1"
	assert_status 0
	assert_row_count 2
	assert_row "$host1 write-exclusive 0xa - this $iqn:host-1"
	assert_row "$host1 write-exclusive 0xa holds - $iqn:host-2"
}

@test "status: nothing is reserved -> the generation is the target's" {
	sg_register 0xa "$host1"
	sg_register 0xb "$host2"
	sg_register 0xc "$host2"
	local generation
	generation=$(($(configfs_pr res_pr_generation)))
	((generation > 0)) || fail "the target counts nothing"

	run_prctl status --json "$host1"
	assert_json '.devices[0].generation' "$generation"
}

@test "status: --json -> disk, path, registrants and capabilities" {
	sg_register 0xa "$host1"
	sg_register 0xffffffffffffffff "$host2"
	sg_reserve 0xffffffffffffffff 1 "$host2"

	run_prctl status --json "$host1"
	assert_status 0
	refute_stderr
	assert_json '[.schema, .command, .status, (.devices | length)]' '[1,"status","ok",1]'
	assert_json '.devices[0] | [.status, .changed, .sent, .warnings, .transport]' '["ok",false,false,[],"scsi"]'
	assert_json '.devices[0] | [.argument, .device]' "[\"$host1\",\"$(readlink -f "$host1")\"]"
	assert_json '.devices[0].error' '{"reason":"none","step":"none","message":"","errno":"none","raw":0}'
	assert_json '.devices[0].lun | [.vendor, .model, .size]' '["LIO-ORG","FILEIO",16777216]'
	assert_json '.devices[0].lun.wwid' "\"$(< "/sys/class/block/$(basename "$(readlink -f "$host1")")/device/wwid")\""
	assert_json '.devices[0].reservation' '{"type":"write-exclusive","key":"0xffffffffffffffff","holders":["0xffffffffffffffff"]}'
	assert_json '[.devices[0].registrants[] | [.key, .holder, .this_host, .target_port]] | sort' \
		'[["0xa",false,true,1],["0xffffffffffffffff",true,false,1]]'
	assert_json '[.devices[0].registrants[].initiator | startswith("iqn.2026-01.lab:host-")]' '[true,true]'
	assert_json '.devices[0].capabilities | [.power_loss_capable, (.types | length)]' '[true,6]'
	local bits
	bits=$(sg_persist -n -i -c "$host1" | sed -nE 's/.*\((CRH|SIP_C|ATP_C|TMV|PTPL_A)\): ([01])/\1=\2/p' | sort | paste -sd' ')
	assert_json '.devices[0].capabilities | {CRH: .compatible_reserve, SIP_C: .specify_initiators, ATP_C: .all_target_ports,
		TMV: .types_listed, PTPL_A: .power_loss_active} | to_entries | sort_by(.key) |
		map("\(.key)=\(if .value then 1 else 0 end)") | join(" ")' "\"$bits\""
	assert_json '.devices[0].capabilities | [.allowed_commands, .rescap, .oncs]' \
		'["TEST UNIT READY; others are not stated","none","none"]'
	assert_json '[.devices[0].paths[] | [.device, (.initiator | sub(",i,.*"; "")), .state, .registered]]' \
		"[[\"$(readlink -f "$host1")\",\"iqn.2026-01.lab:host-1\",\"running\",true]]"
	assert_json '.devices[0].source' '"scsi_read_full_status"'

	run_prctl status --verbose "$host1"
	# whether it is active depends on what was registered last, before this test, too
	stderr=${stderr/active yes/active WORD}
	stderr=${stderr/active no/active WORD}
	lio_capabilities WORD
	assert_verbose "$host1" "${read_good[@]}" \
		"REPORT CAPABILITIES by SG_IO: good, N bytes" \
		"held by 0xffffffffffffffff (iqn.2026-01.lab:host-2), write-exclusive; 2 \
registrations, generation N" \
		"${capabilities[@]}"
}

# The WWID of a disk, as sysfs has it.
wwid_of()
{
	cat "/sys/class/block/$(basename "$(readlink -f "$1")")/device/wwid"
}

@test "status: on a pipe -> each LUN once, a sentence about the state, as wide as needed" {
	sg_register 0xa "$host1"
	sg_register 0xb "$host2"
	sg_reserve 0xb 5 "$host2"

	run_prctl status "$host1" /dev/lab/host1/lun1
	assert_status 0
	refute_stderr
	assert_output "DEVICE              RESERVATION              KEY HOLDER HOST INITIATOR              WWID                                 VENDOR  MODEL
$host1 write-exclusive-reg-only 0xa -      this $iqn:host-1 $(wwid_of "$host1") LIO-ORG FILEIO
                                             0xb holds  -    $iqn:host-2
  write-exclusive-reg-only: only registered hosts may write; 0xb ($iqn:host-2) holds it
/dev/lab/host1/lun1 -                        -   -      -    -                      $(wwid_of /dev/lab/host1/lun1) LIO-ORG FILEIO"
}

# run_prctl_on_terminal WIDTH ARG...: prctl on a terminal; $output is what it wrote there.
run_prctl_on_terminal()
{
	local command
	printf -v command '%q ' prctl "${@:2}"
	run bash -o pipefail -c 'script --quiet --return --command "$1" /dev/null < /dev/null | tr -d "\r"' - "stty columns $1; $command"
}

@test "status: on a terminal -> no line is wider, the least important columns are left out, this host stands out" {
	local line escape=$'\e'
	sg_register 0xa "$host1"
	sg_register 0xb "$host2"
	sg_reserve 0xb 5 "$host2"
	export TERM=xterm
	unset COLUMNS NO_COLOR

	run_prctl_on_terminal 80 status "$host1" "$host2"
	assert_status 0
	[[ $output == "DEVICE              KEY HOLDER HOST INITIATOR"$'\n'* ]] || fail "not these columns"
	[[ $output == *"$escape"*"$host1"*"$iqn:host-1"* ]] || fail "no colour"
	[[ $output == *$'\n'"  write-exclusive-reg-only: only registered hosts may write;"$'\n'"  0xb ("* ]] || fail "words in one line"
	# shellcheck disable=SC2001 # a pattern that the shell does not have
	while IFS= read -r line; do
		((${#line} <= 80)) || fail "${#line} columns: $line"
	done < <(sed 's/\x1b\[[0-9;]*m//g' <<< "$output")

	run_prctl_on_terminal 160 status "$host1"
	[[ ${output%%$'\n'*} == *" RESERVATION "*" WWID "*" MODEL" ]] || fail "not every column"
	NO_COLOR=1 run_prctl_on_terminal 80 status "$host1"
	[[ $output == "DEVICE"* && $output != *"$escape"* ]] || fail "colour"
	NO_COLOR='' run_prctl_on_terminal 80 status "$host1"
	[[ $output == *"$escape"* ]] || fail "no colour"
	TERM=dumb run_prctl_on_terminal 80 status "$host1"
	[[ $output != *"$escape"* ]] || fail "colour"
}

@test "status: COLUMNS on a pipe -> as narrow, but not --noheadings" {
	export COLUMNS=60
	run_prctl status "$host1"
	[[ ${lines[0]} == "DEVICE "*" INITIATOR"* && ${lines[0]} != *WWID* ]] || fail "not as narrow"
	run_prctl status --output +SIZE "$host1"
	[[ ${lines[0]} == *" WWID "*" SIZE" && ${lines[1]} == *" 16M" ]] || fail "not every column"
	run_prctl status --noheadings "$host1"
	assert_output "$host1 - - - - - - - $(wwid_of "$host1") LIO-ORG FILEIO"
	run_prctl status --noheadings --output=size,device "$host1" /dev/nothing
	assert_status 5
	assert_output "16M $host1"
	assert_stderr "prctl: /dev/nothing: resolve: device: no such device; run 'prctl status' to \
list devices"
}

@test "status: whatever it finds -> changes nothing" {
	sg_register 0xa "$host1"
	sg_register 0xb "$host2"
	sg_reserve 0xb 1 "$host2"
	local before
	before=$(cat /dev/lab/lun0.configfs/pr/res_*)

	run_prctl status "$host1"
	assert_status 0
	[[ $(cat /dev/lab/lun0.configfs/pr/res_*) == "$before" ]] || fail "something changed"
}

@test "status: a unit attention waits -> passed over" {
	sg_register 0xa "$host1"
	sg_register 0xb "$host2"
	udevadm settle
	sg_persist_retry -o -C -K a "$host1"

	run_status_rows "$host2"
	assert_status 0
	refute_stderr
	assert_row "$host2 - - - - -"
}

@test "status: no DEVICE -> every disk of this host" {
	local device
	sg_register 0xa "$host1"

	run_status_rows
	assert_status 0
	refute_stderr
	assert_row "$(readlink -f "$host1") - 0xa - this $iqn:host-1"
	assert_row "$(readlink -f "$host2") - 0xa - - $iqn:host-1"
	for device in /dev/lab/host?/lun[1-9]; do
		assert_row "$(readlink -f "$device") - - - - -"
	done
}

@test "status: several disks -> in the order of the arguments" {
	sg_register 0xa "$host1"

	run_status_rows "$host2" /dev/lab/host1/lun1 "$host1"
	assert_status 0
	assert_row_count 3
	[[ ${lines[0]} == "$host2 "* && ${lines[1]} == "/dev/lab/host1/lun1 "* && ${lines[2]} == "$host1 "* ]] ||
		fail "not in order"
}

@test "status: no persistent reservations -> unsupported, and left out if no DEVICE is given" {
	echo 0 > /dev/lab/lun1.configfs/attrib/emulate_pr

	run_prctl status /dev/lab/host1/lun1
	assert_status 4
	assert_output ""
	assert_stderr "prctl: /dev/lab/host1/lun1: read: unsupported: the device does not support \
persistent reservations (unknown command, sense 05/20/00 (0x2)); enable them on the array if \
possible"
	run_prctl register --json --key 0xa /dev/lab/host1/lun1
	assert_status 4
	assert_json '.devices[0] | [.status, .error.reason, .changed, .sent]' '["unsupported","no_reservations",false,false]'
	run_prctl status
	assert_status 0
	refute_stderr
	[[ $output != *"$(readlink -f /dev/lab/host1/lun1) "* ]] || fail "it is listed"
}

@test "status: a reservation by RESERVE(6) -> conflict that says so" {
	sg_raw -R "$host2" 16 00 00 00 00 00 2> /dev/null

	run_prctl status --json "$host1"
	assert_status 3
	assert_stderr "prctl: $host1: read: conflict: reads fail with RESERVATION CONFLICT: \
another host holds a legacy SCSI-2 reservation, or the device answers only registered hosts; release it on that host, or reset the LUN with sg_reset --device"
	assert_json '.devices[0] | [.error.reason, .registrants, .generation]' '["legacy_reserved",null,null]'
	run_prctl register --key 0xa "$host1"
	assert_status 3
	sg_raw -R "$host2" 17 00 00 00 00 00 2> /dev/null
	assert_target_state none none none
}

@test "status: the disk cannot be read -> failed, and what it holds is null, not none" {
	sg_register 0xa "$host1"

	run_prctl_injected error=EIO status --json "$host1"
	assert_status 6
	assert_stderr "prctl: $host1: read: failed: the path failed (EIO); restore the path"
	assert_json '.devices[0] | [.status, .error.reason, .error.errno]' '["failed","path","EIO"]'
	assert_json '.devices[0] | [.generation, .registrants, .reservation.type, .reservation.key, .reservation.holders]' \
		'[null,null,null,null,null]'
	assert_json '.devices[0].paths[0].registered' null
}

# bats test_tags=kernel-7
@test "status --as: each of two hosts -> says what that host can do, as it does" {
	sg_register 0xa "$host1"
	sg_reserve 0xa 6 "$host1"
	local host=iqn.2026-01.lab:host-2

	run_prctl status --as $host "$host1"
	assert_status 0
	assert_output "$host1: $host: may neither read nor write: exclusive-access-reg-only; not registered"
	cannot_read "$host2"
	sg_register 0xb "$host2"
	run_prctl status --json --as $host "$host1"
	assert_json '.devices[0].access' "{\"host\":\"$host\",\"may\":\"write\"}"
	can_write "$host2"
}
