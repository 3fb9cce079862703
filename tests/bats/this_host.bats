#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Which registrant is this host: a registration on all ports of the target, an earlier session of this host, and ports that
# the target numbers in two ways. The witness is LIO.
load common
load messages

target=iqn.2026-01.lab:target.1

teardown()
{
	lun_reset
}

# sg_register_all_ports KEY DEVICE: registers by sg_persist with ALL_TG_PT.
sg_register_all_ports()
{
	sg_persist_retry -o -G -Y -S "${1#0x}" "$2"
}

# assert_all_ports: LIO says that host 1's registration has ALL_TG_PT, in its reply to READ FULL STATUS.
assert_all_ports()
{
	local text
	text=$(sg_persist -n -i -s "$host2")
	[[ $text == *"All target ports bit set"* ]] || fail "not on all ports: $text"
}

@test "all ports: register --all-ports -> ALL_TG_PT; of one port -> conflict; unregister -> unregistered" {
	run_prctl register --all-ports --verbose --key 0xa "$host1"
	assert_status 0
	# the first command may get the unit attention of an earlier test
	stderr=$(grep -v ": READ FULL STATUS by SG_IO: not ready, sense 06/" <<< "$stderr")
	assert_verbose "$host1" "${read_good[@]}" \
		"REGISTER, key 0x0, new key 0xa, all target ports by SG_IO: good" \
		"${read_good[@]}" \
		"nothing is reserved; 1 registration, generation N"
	assert_target_state none none "host-1 0xa"
	assert_all_ports
	run_prctl register --all-ports --key 0xa "$host1"
	assert_output "$host1: 0xa was already registered"
	run_prctl unregister --key 0xa "$host1"
	assert_status 0
	sg_register 0xa "$host1"
	run_prctl register --json --all-ports --key 0xa "$host1"
	assert_status 3
	assert_outcome conflict false false one_port_registered
	assert_target_state none none "host-1 0xa"
}

@test "all ports: check and register -> the registration is this host's, nothing is sent" {
	sg_register_all_ports 0xa "$host1"
	assert_all_ports
	run_prctl check --key 0xa "$host1"
	assert_status 0
	run_prctl register --json --key 0xa "$host1"
	assert_status 0
	assert_outcome ok false false none
	run_prctl register --json --key 0xa --ignore-key "$host1"
	assert_status 0
	assert_outcome ok false false none
	assert_target_state none none "host-1 0xa"
	run_prctl check --key 0xb "$host1"
	assert_status 3
	assert_stderr "prctl: $host1: read: conflict: this host is registered with 0xa, not 0xb; \
nothing is reserved"
}

@test "all ports: status and --json -> show it" {
	sg_register_all_ports 0xa "$host1"
	sg_register 0xb "$host2"
	run_prctl status --noheadings --output KEY,HOST,PORT "$host1"
	assert_status 0
	assert_output $'0xa this all\n0xb - 1'
	run_prctl status --json "$host1"
	assert_json '.devices[0].registrants | map(.target_port)' '["all",1]'
	assert_json '.devices[0].registrants | map(.this_host)' '[true,false]'
	assert_json '.devices[0].paths[0].registered' true
	# As another host sees it.
	run_prctl status --json "$host2"
	assert_json '.devices[0].registrants | map(.this_host)' '[false,true]'
}

@test "all ports: --old-key and --ignore-key -> replace the key, it stays on all ports" {
	sg_register_all_ports 0xa "$host1"
	run_prctl register --json --key 0xc --old-key 0xa "$host1"
	assert_status 0
	assert_outcome ok true true none
	assert_target_state none none "host-1 0xc"
	assert_all_ports
	run_prctl register --key 0xd --ignore-key "$host1"
	assert_status 0
	assert_output "$host1: registered 0xd in place of 0xc"
	assert_target_state none none "host-1 0xd"
	assert_all_ports
	run_prctl register --key 0xe --old-key 0xa "$host1"
	assert_status 3
	assert_target_state none none "host-1 0xd"
}

@test "all ports: unregister, with the key and without -> unregistered" {
	sg_register_all_ports 0xa "$host1"
	sg_register 0xb "$host2"
	run_prctl unregister --json --key 0xa "$host1"
	assert_status 0
	assert_outcome ok true true none
	assert_target_state none none "host-2 0xb"
	sg_register_all_ports 0xa "$host1"
	run_prctl unregister --ignore-key "$host1"
	assert_status 0
	assert_output "$host1: unregistered 0xa; nothing is reserved"
	assert_target_state none none "host-2 0xb"
}

@test "all ports: reserve, preempt and release -> done, the other host cannot write" {
	sg_register_all_ports 0xa "$host1"
	sg_register 0xb "$host2"
	run_prctl reserve --key 0xa --type write-exclusive-reg-only "$host1"
	assert_status 0
	run_prctl preempt --key 0xa --victim 0xb "$host1"
	assert_status 0
	assert_target_state host-1 "Write Exclusive Access, Registrants Only" "host-1 0xa"
	can_write "$host1"
	cannot_write "$host2"
	run_prctl release --key 0xa "$host1"
	assert_status 0
	assert_target_state none none "host-1 0xa"
}

@test "all ports: --dry-run -> says what would be sent" {
	sg_register_all_ports 0xa "$host1"
	run_prctl unregister --dry-run --key 0xa "$host1"
	assert_status 0
	assert_stderr "prctl: $host1: would unregister 0xa: REGISTER, key 0xa, new key 0x0, all \
target ports, through $(readlink -f "$host1")"
	assert_target_state none none "host-1 0xa"
}

# new_session: host 1 logs out and in, and so has a session with another ISID; its registrations stay.
new_session()
{
	local node=(iscsiadm -m node -T "$target" -p "127.0.0.1:3260,1" -I host1)
	"${node[@]}" --logout > /dev/null
	"${node[@]}" --login > /dev/null
	udevadm settle
	wait_for_device "$host1"
}

wait_for_device()
{
	local end=$((SECONDS + 60))
	until [[ -b $1 ]]; do
		((SECONDS < end)) || fail "$1 did not come back"
		pause 0.1
	done
}

@test "a new session: what the earlier one left -> perhaps this host's, never called nothing" {
	sg_register 0xa "$host1"
	new_session
	assert_target_state none none "host-1 0xa"
	run_prctl check --key 0xa "$host1"
	assert_status 7
	run_prctl status --noheadings --output KEY,HOST "$host1"
	assert_output "0xa this"

	run_prctl unregister --json --ignore-key "$host1"
	assert_status 6
	assert_outcome failed false true not_done
	assert_json '.devices[0].error.message | contains("by a session or port that it no longer has: 0xa")' true
	assert_target_state none none "host-1 0xa"
	run_prctl unregister --json --key 0xa "$host1"
	assert_status 3
	assert_outcome conflict false true key_not_registered
	assert_target_state none none "host-1 0xa"

	# The way out that the message names.
	run_prctl register --key 0xc "$host1"
	assert_status 0
	run_prctl unregister --json --key 0xc "$host1"
	assert_status 6
	assert_outcome failed true true not_done
	run_prctl register --key 0xc "$host1"
	run_prctl preempt --key 0xc --victim 0xa --unreserved "$host1"
	assert_status 0
	assert_target_state none none "host-1 0xc"
	run_prctl unregister --key 0xc "$host1"
	assert_status 0
	assert_target_state none none none
}

@test "a new session: register with the same key -> registered beside what the earlier session has left" {
	sg_register 0xa "$host1"
	new_session
	run_prctl register --json --key 0xa "$host1"
	assert_status 0
	assert_outcome ok true true none
	assert_target_state none none "host-1 0xa host-1 0xa"
	run_prctl check --key 0xa "$host1"
	assert_status 0
}

# LIO gives its port the number 1. Page 83h, as the kernel has kept it, has it in a designator of type 4, of a port.
@test "ports that the target numbers in two ways: unregister -> unregistered, and says so" {
	local page device checked
	sg_register 0xa "$host1"
	device=$(readlink -f "/sys/class/block/$(basename "$(readlink -f "$host1")")/device")
	page=$BATS_TEST_TMPDIR/page
	LC_ALL=C sed 's/\(\x94\x00\x04\x00\x00\x00\)\x01/\1\x07/' "$device/vpd_pg83" > "$page"
	if cmp -s "$page" "$device/vpd_pg83"; then
		fail "page 83h has no such designator"
	fi
	mount --bind "$page" "$device/vpd_pg83"
	run_prctl check --key 0xa "$host1"
	checked=$status
	run_prctl unregister --json --ignore-key "$host1"
	umount "$device/vpd_pg83"
	((checked == 7)) || fail "check ended with $checked"
	assert_status 0
	assert_outcome ok true true none
	assert_target_state none none none
}
