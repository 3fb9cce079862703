#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Which registrant is this host: a registration on all ports of the target, an earlier session of this host, and ports that
# the target numbers in two ways. The witness is LIO.
load common

target=iqn.2026-01.lab:target.1

teardown()
{
	lun_reset
}

# join_all KEY DEVICE: registers by sg_persist with ALL_TG_PT.
join_all()
{
	other -o -G -Y -S "${1#0x}" "$2"
}

# all_ports: LIO says that host 1's registration has ALL_TG_PT, in its reply to READ FULL STATUS.
all_ports()
{
	local text
	text=$(sg_persist -n -i -s "$host2")
	[[ $text == *"All target ports bit set"* ]] || fail "not on all ports: $text"
}

@test "all ports: check and register know the registration as this host's, and nothing is sent" {
	join_all 0xa "$host1"
	all_ports
	p check --key 0xa "$host1"
	ended 0
	p register --json --key 0xa "$host1"
	ended 0
	came ok false false none
	p register --json --key 0xa --ignore-key "$host1"
	ended 0
	came ok false false none
	held none none "host-1 0xa"
	p check --key 0xb "$host1"
	ended 3
	said "registered with 0xa, not 0xb"
}

@test "all ports: status and JSON say so" {
	join_all 0xa "$host1"
	join 0xb "$host2"
	p status --noheadings --output KEY,HOST,PORT "$host1"
	ended 0
	printed $'0xa this all\n0xb - 1'
	p status --json "$host1"
	json '.devices[0].registrants | map(.target_port)' '["all",1]'
	json '.devices[0].registrants | map(.this_host)' '[true,false]'
	json '.devices[0].paths[0].registered' true
	# As another host sees it.
	p status --json "$host2"
	json '.devices[0].registrants | map(.this_host)' '[false,true]'
}

@test "all ports: --old-key and --ignore-key replace the key, and it stays on all ports" {
	join_all 0xa "$host1"
	p register --json --key 0xc --old-key 0xa "$host1"
	ended 0
	came ok true true none
	held none none "host-1 0xc"
	all_ports
	p register --key 0xd --ignore-key "$host1"
	ended 0
	printed "$host1: registered 0xd in place of 0xc"
	held none none "host-1 0xd"
	all_ports
	p register --key 0xe --old-key 0xa "$host1"
	ended 3
	held none none "host-1 0xd"
}

@test "all ports: unregister removes it, with the key and without" {
	join_all 0xa "$host1"
	join 0xb "$host2"
	p unregister --json --key 0xa "$host1"
	ended 0
	came ok true true none
	held none none "host-2 0xb"
	join_all 0xa "$host1"
	p unregister --ignore-key "$host1"
	ended 0
	printed "$host1: unregistered 0xa; nothing is reserved"
	held none none "host-2 0xb"
}

@test "all ports: reserve, preempt and release work by it, and the other host is kept out" {
	join_all 0xa "$host1"
	join 0xb "$host2"
	p reserve --key 0xa --type write-exclusive-reg-only "$host1"
	ended 0
	p preempt --key 0xa --victim 0xb "$host1"
	ended 0
	held host-1 "Write Exclusive Access, Registrants Only" "host-1 0xa"
	writes "$host1"
	writes_not "$host2"
	p release --key 0xa "$host1"
	ended 0
	held none none "host-1 0xa"
}

@test "all ports: --dry-run says what would be sent" {
	join_all 0xa "$host1"
	p unregister --dry-run --key 0xa "$host1"
	ended 0
	said "would unregister 0xa: REGISTER, key 0xa, new key 0x0, all target ports, through"
	held none none "host-1 0xa"
}

# session_new: host 1 logs out and in, and so has a session with another ISID; its registrations stay.
session_new()
{
	local node=(iscsiadm -m node -T "$target" -p "127.0.0.1:3260,1" -I host1)
	"${node[@]}" --logout > /dev/null
	"${node[@]}" --login > /dev/null
	udevadm settle
	await_device "$host1"
}

await_device()
{
	local end=$((SECONDS + 60))
	until [[ -b $1 ]]; do
		((SECONDS < end)) || fail "$1 did not come back"
		pause 0.1
	done
}

@test "a new session: what the earlier one has left may be this host's, and is never called nothing" {
	join 0xa "$host1"
	session_new
	held none none "host-1 0xa"
	p check --key 0xa "$host1"
	ended 7
	p status --noheadings --output KEY,HOST "$host1"
	printed "0xa this"

	p unregister --json --ignore-key "$host1"
	ended 6
	came failed false true not_done
	json '.devices[0].error.message | contains("by a session or a port that it no longer has: 0xa")' true
	held none none "host-1 0xa"
	p unregister --json --key 0xa "$host1"
	ended 3
	came conflict false true key_not_registered
	held none none "host-1 0xa"

	# The way out that the message names.
	p register --key 0xc "$host1"
	ended 0
	p unregister --json --key 0xc "$host1"
	ended 6
	came failed true true not_done
	p register --key 0xc "$host1"
	p preempt --key 0xc --victim 0xa --unreserved "$host1"
	ended 0
	held none none "host-1 0xc"
	p unregister --key 0xc "$host1"
	ended 0
	held none none none
}

@test "a new session: register with the same key -> registered beside what the earlier session has left" {
	join 0xa "$host1"
	session_new
	p register --json --key 0xa "$host1"
	ended 0
	came ok true true none
	held none none "host-1 0xa host-1 0xa"
	p check --key 0xa "$host1"
	ended 0
}

# LIO gives its port the number 1. Page 83h, as the kernel has kept it, has it in a designator of type 4, of a port.
@test "ports that the target numbers in two ways: unregister removes the registration and says so" {
	local page device checked
	join 0xa "$host1"
	device=$(readlink -f "/sys/class/block/$(basename "$(readlink -f "$host1")")/device")
	page=$BATS_TEST_TMPDIR/page
	LC_ALL=C sed 's/\(\x94\x00\x04\x00\x00\x00\)\x01/\1\x07/' "$device/vpd_pg83" > "$page"
	if cmp -s "$page" "$device/vpd_pg83"; then
		fail "page 83h has no such designator"
	fi
	mount --bind "$page" "$device/vpd_pg83"
	p check --key 0xa "$host1"
	checked=$status
	p unregister --json --ignore-key "$host1"
	umount "$device/vpd_pg83"
	((checked == 7)) || fail "check ended with $checked"
	ended 0
	came ok true true none
	held none none none
}
