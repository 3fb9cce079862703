#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# clear
load common

iqn=iqn.2026-01.lab

host1_clears()
{
	other -o -C -K a "$host1"
}

host2_joins_again()
{
	join 0xb "$host2"
}

# bats test_tags=every-kernel
@test "clear: by the holder removes every registration and the reservation" {
	join 0xa "$host1"
	join 0xb "$host2"
	hold 0xa 1 "$host1"
	writes_not "$host2"

	p clear --key 0xa "$host1"
	ended 0
	printed "$host1: cleared, 2 registrations"
	said_nothing
	held none none none
	writes "$host1"
	writes "$host2"
}

@test "clear: by a registrant that does not hold removes the holder's reservation, too" {
	join 0xa "$host1"
	join 0xb "$host2"
	hold 0xb 6 "$host2"

	p clear --json --key 0xa "$host1"
	ended 0
	said_nothing
	json '.devices[0] | [.status, .changed, .sent, .registrants, .reservation.type]' '["ok",true,true,[],"none"]'
	held none none none
	writes "$host1"
}

# bats test_tags=every-kernel
@test "clear: of an all-registrants reservation removes it" {
	join 0xa "$host1"
	join 0xb "$host2"
	hold 0xb 7 "$host2"

	p clear --key 0xa "$host1"
	ended 0
	held none none none
}

@test "clear: of the only registration says one" {
	join 0xa "$host1"

	p clear --key 0xa "$host1"
	ended 0
	printed "$host1: cleared, 1 registration"
	held none none none
}

# bats test_tags=every-kernel
@test "clear: the other host is told, by a unit attention" {
	join 0xa "$host1"
	join 0xb "$host2"
	udevadm settle

	p clear --key 0xa "$host1"
	ended 0
	run sg_turs -v "$host2"
	[[ $output == *"Reservations preempted"* ]] || fail "host 2 was not told"
	run sg_turs -v "$host2"
	[[ $status == 0 ]] || fail "host 2 was told twice"
}

@test "clear: by a host that is not registered is a conflict that says who holds" {
	join 0xb "$host2"
	hold 0xb 1 "$host2"

	p clear --key 0xa "$host1"
	ended 3
	printed ""
	said "prctl: $host1: clear: conflict: 0xa is not registered; held by 0xb ($iqn:host-2), write-exclusive"
	held host-2 "Write Exclusive Access" "host-2 0xb"

	p clear --json --key 0xa "$host1"
	json '.devices[0] | [.error.reason, .changed, .sent]' '["key_not_registered",false,false]'
}

@test "clear: where nothing is registered is a conflict, for the host has no key there" {
	p clear --json --key 0xa "$host1"
	ended 3
	said "0xa is not registered; nothing is reserved"
	json '.devices[0] | [.error.reason, .changed, .sent]' '["key_not_registered",false,false]'
	held none none none
}

@test "clear: by a host that is registered with another key is a conflict that names that key" {
	join 0xc "$host1"
	join 0xb "$host2"

	p clear --json --key 0xa "$host1"
	ended 3
	said "this host is registered with 0xc, not 0xa; nothing is reserved; give the key that is there as --key"
	json '.devices[0] | [.error.reason, .changed, .sent]' '["other_key_registered",false,false]'
	held none none "host-1 0xc host-2 0xb"
}

@test "clear: with another host's key is a conflict, and nothing goes" {
	join 0xb "$host2"

	p clear --json --key 0xb "$host1"
	ended 3
	said "0xb is registered by another host: 0xb ($iqn:host-2)"
	json '.devices[0] | [.error.reason, .sent]' '["key_not_registered",false]'
	held none none "host-2 0xb"
}

@test "clear: done, but answered otherwise, is ok, and who did it is not known" {
	join 0xa "$host1"
	join 0xb "$host2"
	hold 0xb 1 "$host2"

	interrupted 2 retval=2 host1_clears clear --json --key 0xa "$host1"
	grep -q 'IOC_PR_CLEAR,.*INJECTED' "$traced"
	ended 0
	json '.devices[0] | [.status, .changed, .sent]' '["ok",null,true]'
	held none none none
}

@test "clear: done, and then changed by another host, is failed and says what is held now" {
	join 0xa "$host1"
	join 0xb "$host2"

	interrupted 2 real host2_joins_again clear --json --key 0xa "$host1"
	ended 6
	said "prctl: $host1: read-back: failed: done, then changed: now nothing is reserved"
	json '.devices[0] | [.status, .changed, .error.reason]' '["failed",true,"changed_since"]'
	held none none "host-2 0xb"
}

# bats test_tags=every-kernel
@test "clear: what failed without being done is sent again" {
	join 0xa "$host1"

	interrupted 2 retval=2 true clear --json --key 0xa "$host1"
	ended 0
	json '.devices[0] | [.status, .changed]' '["ok",true]'
	held none none none
}

@test "clear: what cannot be read back is unknown, never done" {
	before()
	{
		lun_reset
		join 0xa "$host1"
	}
	before

	unverified 3 before clear --json --key 0xa "$host1"
	ended 7
	said ": unknown: "
	json '.devices[0] | [.status, .changed, .sent]' '["unknown",null,true]'
}

@test "clear: --dry-run says what would be sent, and sends nothing" {
	join 0xa "$host1"
	join 0xb "$host2"

	p clear --dry-run --key 0xa "$host1"
	ended 0
	printed ""
	[[ $stderr == "prctl: $host1: would clear 2 registrations, nothing is reserved: CLEAR, key 0xa, through $(readlink -f "$host1")" ]] || fail "not what would be sent"
	held none none "host-1 0xa host-2 0xb"
}
