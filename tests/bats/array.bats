#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# lab/array: that the target does what the standard says, with sg_persist and real reads and writes
# as witnesses; and what prctl does with targets that are otherwise, with the target as witness.
# Most of them only in the long run.
load common
load messages
load semantics
load array
load array_rows

setup_file()
{
	array_start
	udev_stop
}

teardown_file()
{
	udev_continue
	array_stop
}

setup()
{
	array_reset
}

# sg CODE HOST ARG...: sg_persist ends with that code. 24 is RESERVATION CONFLICT, 5 ILLEGAL
# REQUEST, 6 UNIT ATTENTION.
sg()
{
	local code=0 device=$sg1
	[[ $2 == 1 ]] || device=$sg2
	said=$(sg_persist -n -y "${@:3}" "$device" 2>&1) || code=$?
	((code == $1)) || fail "sg_persist ${*:3} of host $2 ended with $code, not $1: $said"
}

sg1=$array1
sg2=$array2

# CODE | HOST | ARG... | what the target holds then, "=": as before. LIO does the same, but for the
# rows that begin with spc.
sg_rows=(
	"0 | 1 | -o -G -S a | none / none / host-1 0xa"
	"24 | 1 | -o -G -S a | ="
	"24 | 1 | -o -G -K b -S aa | ="
	"0 | 1 | -o -G -K a -S aa | none / none / host-1 0xaa"
	"spc 24 | 2 | -o -R -K b -T 1 | =" # LIO: 02/08/00
	"0 | 2 | -o -I -S b | none / none / host-1 0xaa host-2 0xb"
	"24 | 1 | -o -P -K aa -S c -T 1 | ="
	"5 | 1 | -o -P -K aa -S 0 -T 1 | ="
	"5 | 1 | -o -R -K aa -T 2 | ="
	"0 | 1 | -o -R -K aa -T 5 | host-1 / write-exclusive-reg-only / host-1 0xaa host-2 0xb"
	"0 | 1 | -o -R -K aa -T 5 | ="
	"24 | 1 | -o -R -K aa -T 6 | ="
	"24 | 2 | -o -R -K b -T 5 | ="
	"0 | 2 | -o -L -K b -T 5 | ="
	"spc 5 | 1 | -o -L -K aa -T 6 | =" # LIO: a conflict
	"24 | 1 | -o -L -K a -T 5 | ="
	"0 | 1 | -o -L -K aa -T 5 | none / none / host-1 0xaa host-2 0xb"
	"6 | 2 | -i -k | ="
	"0 | 2 | -o -R -K b -T 1 | host-2 / write-exclusive / host-1 0xaa host-2 0xb"
	"0 | 1 | -o -P -K aa -S b -T 3 | host-1 / exclusive-access / host-1 0xaa"
	"6 | 2 | -i -k | ="
	"24 | 2 | -o -L -K b -T 3 | ="
	"0 | 2 | -o -I -S b | host-1 / exclusive-access / host-1 0xaa host-2 0xb"
	"0 | 1 | -o -I -S 0 | none / none / host-2 0xb"
	"0 | 2 | -o -C -K b | none / none / none"
)

# sg_run STATE KIND: all of them; STATE is a command that sets $got to what the target holds.
sg_run()
{
	local row code host arguments after now=none
	for row in "${sg_rows[@]}"; do
		if [[ $row == spc* ]]; then
			[[ $2 == spc ]] || continue
			row=${row#spc }
		fi
		IFS='|' read -r code host arguments after <<< "${row// | /|}"
		# shellcheck disable=SC2086
		sg "$code" "$host" $arguments
		[[ $after != = ]] || after=$now
		"$1"
		[[ $now == none || $got == "$after" ]] || fail "after '$row' the target holds $got"
		now=$after
	done
}

array_state()
{
	array holds 0
	got=${got//array-/}
}

lio_state()
{
	local holder type
	read_target_holder
	holder=$got
	read_target_type
	type=$(type_name "$got")
	read_target_keys
	got="$holder / $type / $got"
}

@test "array: sg_persist's commands on spc4 -> end as SPC-4 has it" {
	sg_run array_state spc
	sg 0 1 -o -I -S a
	sg 0 2 -o -I -S b
	sg 0 1 -o -R -K a -T 7
	sg 0 1 -i -s
	[[ $said == *0xa*holder*array-host-1*0xb*holder*array-host-2* ]] ||
		fail "READ FULL STATUS: $said"
	sg 0 1 -i -c
}

@test "array: sg_persist's commands on LIO -> end as on spc4" {
	# in the long run alone
	[[ -n ${LAB_LONG-} ]] || return 0
	lun_reset
	sg1=$host1 sg2=$host2
	sg_run lio_state lio
}

@test "array: writes and reads before and after a preempt -> as the type has it" {
	sg 0 1 -o -I -S a
	sg 0 1 -o -R -K a -T 3
	cannot_read "$array2"
	can_write "$array1"
	sg 0 2 -o -I -S b
	sg 24 2 -o -P -K b -S c -T 1
	sg 0 2 -o -P -K b -S a -T 5
	assert_array_state "host-2 / write-exclusive-reg-only / host-2 0xb"
	sg 6 1 -i -k
	cannot_write "$array1"
	can_read "$array1"
	can_write "$array2"
}

@test "array: PREEMPT AND ABORT, and a write is under way -> it never lands" {
	local writer written
	sg 0 1 -o -I -S a
	sg 0 2 -o -I -S b
	sg 0 1 -o -R -K a -T 5
	array rule 0 '{command = "write", hold = true, times = 1}'
	get_block_node "$array2"
	printf 'late%4092s' '' > "$BATS_TEST_TMPDIR/text"
	dd if="$BATS_TEST_TMPDIR/text" of="$node" bs=4096 seek=3 oflag=direct conv=notrunc \
		> "$BATS_TEST_TMPDIR/written" 2>&1 3>&- &
	writer=$!
	wait_for_array 1 held 0
	sg 0 1 -o -A -K a -S b -T 5
	! wait $writer || fail "the write was done"
	array resume 0
	array data 0 12288 4
	[[ $got == 00000000 ]] || fail "the write has landed: $got"
	written=$(< "$BATS_TEST_TMPDIR/written")
	[[ $written == *"Invalid exchange"* ]] || fail "refused otherwise: $written"
}

@test "array: status --verbose, without REPORT CAPABILITIES -> nothing is known of what it can" {
	array_reset keys-only
	run_prctl status --json --verbose "$array1"
	assert_status 0
	assert_json '.devices[0].capabilities | map(. == null) | all' true
	disk=$(readlink -f "$array1")
	hide_numbers
	assert_stderr "prctl: $array1: is $disk, scsi, LAB array, \
$(< "/sys/class/block/${disk##*/}/device/wwid")
prctl: $array1: READ FULL STATUS by SG_IO: invalid field, sense 05/24/00 (0x2), N bytes
prctl: $array1: READ KEYS by SG_IO: good, N bytes
prctl: $array1: READ RESERVATION by SG_IO: good, N bytes
prctl: $array1: READ KEYS by SG_IO: good, N bytes
prctl: $array1: INQUIRY, VPD page 83h, by SG_IO: good, N bytes
prctl: $array1: REPORT CAPABILITIES by SG_IO: invalid field, sense 05/24/00 (0x2), N bytes
prctl: $array1: nothing is reserved; 0 registrations, generation N"
}

@test "array: register on a target that cannot persist -> with --volatile alone, and unregister" {
	array_reset no-aptpl
	run_prctl register --key 0xa "$array1"
	assert_status 4
	assert_stderr "prctl: $array1: register: unsupported: the target cannot persist \
registrations through power loss (APTPL), which the kernel requires (invalid field (EINVAL)); \
enable it on the target, or use register --volatile"
	assert_array_state "none / none / none"
	run_prctl register --volatile --key 0xa "$array1"
	assert_status 0
	run_prctl register --volatile --key 0xb "$array2"
	assert_status 0
	assert_array_state "none / none / host-1 0xa host-2 0xb"
	# as on a node that was started since
	rm -r /run/prctl
	run_prctl unregister --json --key 0xa "$array1"
	assert_status 0
	assert_outcome ok true true none
	assert_array_state "none / none / host-2 0xb"
}

@test "array: register --all-ports, ALL_TG_PT is refused or ignored -> unsupported" {
	run_prctl register --all-ports --key 0xa "$array1"
	assert_status 0
	array set 0 pr.all_tg_pt '"refuse"'
	array set 0 capabilities.atp_c false
	run_prctl register --json --all-ports --key 0xb "$array2"
	assert_status 4
	assert_outcome unsupported false true option_unsupported
	array set 0 pr.all_tg_pt '"ignore"'
	run_prctl register --json --all-ports --key 0xb "$array2"
	assert_status 4
	assert_outcome unsupported true true option_unsupported
	assert_stderr "prctl: $array2: register: unsupported: the device ignored ALL_TG_PT, and \
0xb is registered for one target port; register through each path, without --all-ports"
	assert_array_state "none / none / host-1 0xa host-2 0xb"
}

# most REGEX: in the long run all rows, else those.
most()
{
	[[ -n ${LAB_LONG-} ]] && echo . || echo "$1"
}

@test "array: every command on spc4 -> done as it says" {
	run_on . spc4 .
}

@test "array: answers that pass by themselves -> waited for, and done" {
	run_on "$(most 'register --key 0xa . none|preempt-abort|fence off')" flaky .
}

@test "array: register, check and the agent on vnx -> ok" {
	# in the long run alone
	[[ -n ${LAB_LONG-} ]] || return 0
	run_on "$(most 'register|check|fence on')" vnx .
}

# The personality that says "done" and does nothing; in the long run all the others, too.
@test "array: every command on other personalities -> never a false ok" {
	local name failed=() names=(liar-done)
	[[ -z ${LAB_LONG-} ]] || names+=(3par all-tg-pt host keys-only alua alua-standby alua-unavailable
		liar no-abort no-aptpl full lun0 unmapped old-scst same-ports every-port)
	for name in "${names[@]}"; do
		run_on "$(most 'register|reserve|preempt-abort|fence off')" "$name" '^$' ||
			failed+=("$name")
	done
	((${#failed[@]} == 0)) || fail "wrong on: ${failed[*]}"
}

# map_rows: on the map, the other personalities; appends to $bad.
map_rows()
{
	local name
	run_on . spc4 . each || bad+=(spc4)
	run_on . port-counts 'register|preempt-abort|fence' each || bad+=(port-counts)
	for name in split alua alua-standby alua-unavailable no-aptpl full lun0 unmapped old-scst same-ports; do
		run_on . "$name" '^$' each || bad+=("$name")
	done
	for name in split host every-port keys-only; do
		run_on . "$name" '^$' once || bad+=("$name, once")
	done
}

# map_registered OPTION...: the map is registered with these options, and each command knows it later.
map_registered()
{
	run_prctl register "$@" --key 0xa "$array_map"
	assert_output "$array_map: registered 0xa on 2 paths"
	run_prctl check --key 0xa "$array_map"
	assert_status 0
	assert_array_state "none / none / host-1 0xa"
	run_prctl unregister --key 0xa "$array_map"
	assert_status 0
	assert_array_state "none / none / none"
}

# One registration for each initiator, two paths: the second path's is the first one's. Of gateways
# that do not share their reservations nothing may be told as done.
@test "array: register, check and the agent on a map of arrays -> ok, or the paths disagree" {
	local name bad=() names=(vnx)
	# udev makes the link of the second path
	udev_continue
	array_second_path
	udev_stop
	array_map_start
	[[ -z ${LAB_LONG-} ]] || names+=(3par all-tg-pt)
	for name in "${names[@]}"; do
		run_on "$(most 'register --key 0xa . none|check --key 0xa . =|fence')" "$name" 'register|check|fence' once ||
			bad+=("$name")
	done
	[[ -z ${LAB_LONG-} ]] || map_rows
	for name in vnx all-tg-pt; do
		array_reset "$name"
		map_registered
		map_registered --all-ports
	done
	array_map_stop
	((${#bad[@]} == 0)) || fail "wrong on: ${bad[*]}"
}
