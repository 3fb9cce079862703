#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# unregister
# The devices are common.bash's, and have no blanks in their names.
# shellcheck disable=SC2086,SC2154
load common

setup_file()
{
	udev_away
}

teardown_file()
{
	udev_back
}

iqn=iqn.2026-01.lab

# Where the target keeps its state through a power loss. Without that directory it does what it is asked to, and
# answers that it failed.
state=$(cat /sys/kernel/config/target/dbroot)/pr

# What a host does while prctl is at work.
host2_preempts()
{
	other -o -P -K b -S a -T 5 $host2
}

host2_releases()
{
	other -o -L -K b -T 5 $host2
}

host1_unregisters()
{
	other -o -G -K a -S 0 $host1
}

host1_joins_again()
{
	join 0xa $host1
}

two_registered()
{
	join 0xa $host1
	join 0xb $host2
}

teardown()
{
	[[ ! -d $state.away ]] || mv "$state.away" "$state"
}

# bats test_tags=every-kernel
@test "unregister: this host's key goes, the other host's key and reservation stay" {
	two_registered
	hold 0xb 5 $host2
	writes $host1

	p unregister --key 0xa $host1
	ended 0
	printed "$host1: unregistered 0xa; held by 0xb ($iqn:host-2), write-exclusive-reg-only"
	said_nothing
	held host-2 "Write Exclusive Access, Registrants Only" "host-2 0xb"
	writes_not $host1
	writes $host2
}

@test "unregister: a key that this host does not have is a conflict" {
	p unregister --json --key 0xa $host1
	ended 3
	said "prctl: $host1: unregister: conflict: 0xa is not registered; nothing is reserved"
	came conflict false false key_not_registered

	join 0xc $host1
	p unregister --json --key 0xa $host1
	ended 3
	said "this host is registered with 0xc, not 0xa; nothing is reserved; give the key that is there as --key, or --ignore-key"
	came conflict false false other_key_registered
	p unregister --key 0xa $host1
	ended 3
	printed ""
	held none none "host-1 0xc"
}

@test "unregister: a key that only another host has is a conflict, and stays" {
	join 0xa $host2
	hold 0xa 1 $host2

	p unregister --json --key 0xa $host1
	ended 3
	said "0xa is registered by another host: 0xa ($iqn:host-2)"
	came conflict false false key_not_registered
	held host-2 "Write Exclusive Access" "host-2 0xa"
}

# bats test_tags=every-kernel
@test "unregister: the same key of another host, which holds, stays" {
	join 0xa $host1
	join 0xa $host2
	hold 0xa 1 $host2

	p unregister --key 0xa $host1
	ended 0
	printed "$host1: unregistered 0xa; held by 0xa ($iqn:host-2), write-exclusive"
	held host-2 "Write Exclusive Access" "host-2 0xa"
}

@test "unregister: --ignore-key removes whatever this host has, and is ok where it has nothing" {
	two_registered

	p unregister --ignore-key $host1
	ended 0
	printed "$host1: unregistered 0xa; nothing is reserved"
	held none none "host-2 0xb"

	p unregister --json --ignore-key $host1
	ended 0
	came ok false false none
	held none none "host-2 0xb"
}

# bats test_tags=every-kernel
@test "unregister: by the holder is a conflict while others are registered, with every type that has one holder" {
	local row
	two_registered
	for row in 1:write-exclusive 3:exclusive-access 5:write-exclusive-reg-only 6:exclusive-access-reg-only; do
		echo "row: $row"
		hold 0xa "${row%:*}" $host1
		p unregister --json --key 0xa $host1
		ended 3
		said "$host1: unregister: conflict: held by 0xa (this host), ${row#*:}"
		said "0xb ($iqn:host-2)"
		said "--release"
		came conflict false false holder
		p unregister --ignore-key $host1
		ended 3
		printed ""
		[[ $(holder) == host-1 && $(keys) == "host-1 0xa host-2 0xb" ]] || fail "the target holds something else"
		other -o -L -K a -T "${row%:*}" $host1
	done
}

@test "unregister: --release drops the reservation with the holder's key" {
	local row
	two_registered
	for row in "1 --key 0xa" "5 --ignore-key"; do
		echo "row: $row"
		join 0xa $host1
		hold 0xa "${row%% *}" $host1

		p unregister --json ${row#* } --release $host1
		ended 0
		came ok true true none
		held none none "host-2 0xb"
	done
	# the registrants are told that a reservation for registrants only is gone
	writes $host2
}

@test "unregister: --release by a host that does not hold removes its key alone" {
	two_registered
	hold 0xb 1 $host2

	p unregister --key 0xa --release $host1
	ended 0
	held host-2 "Write Exclusive Access" "host-2 0xb"
}

@test "unregister: by the holder with nobody else registered needs no --release" {
	join 0xa $host1
	hold 0xa 1 $host1

	p unregister --key 0xa $host1
	ended 0
	printed "$host1: unregistered 0xa; nothing is reserved"
	said_nothing
	held none none none
	writes $host2
}

@test "unregister: a reservation that all registrants hold stays until the last of them leaves" {
	local row
	for row in "7 write-exclusive-all-regs Write Exclusive Access" "8 exclusive-access-all-regs Exclusive Access"; do
		echo "row: $row"
		two_registered
		hold 0xa "${row%% *}" $host1
		row=${row#* }

		p unregister --key 0xa $host1
		ended 0
		printed "$host1: unregistered 0xa; held by 0xb ($iqn:host-2), ${row%% *}"
		held host-2 "${row#* }, All Registrants" "host-2 0xb"
		writes_not $host1
		writes $host2
		p unregister --key 0xb $host2
		ended 0
		printed "$host2: unregistered 0xb; nothing is reserved"
		held none none none
		writes $host1
	done
}

# bats test_tags=every-kernel
@test "unregister: a unit attention that waits for this host is passed over, and so is a second one" {
	two_registered
	hold 0xb 5 $host2
	other -o -L -K b -T 5 $host2

	p unregister --json --verbose --key 0xa $host1
	ended 0
	said "sense 06/2a/04"
	came ok true true none
	held none none "host-2 0xb"

	# a fenced host learns what is so, not that there was a unit attention
	join 0xa $host1
	hold 0xb 5 $host2
	other -o -L -K b -T 5 $host2
	interrupted 1 real host2_preempts unregister --json --verbose --key 0xa $host1
	ended 3
	said "sense 06/2a/04"
	said "sense 06/2a/05"
	came conflict false false key_not_registered
}

@test "unregister: a unit attention between reading and unregistering is passed over" {
	two_registered
	hold 0xb 5 $host2

	interrupted 1 real host2_releases unregister --json --key 0xa $host1
	ended 0
	came ok true true none
	held none none "host-2 0xb"
}

@test "unregister: a key that another host removes in between is gone, and who did it is not known" {
	two_registered
	hold 0xb 5 $host2

	interrupted 1 real host2_preempts unregister --json --key 0xa $host1
	ended 0
	came ok null true none
	held host-2 "Write Exclusive Access, Registrants Only" "host-2 0xb"
}

# bats test_tags=every-kernel
@test "unregister: what was answered as failed and is not done is sent again" {
	two_registered

	injected retval=2:when=2 unregister --json --key 0xa $host1
	ended 0
	came ok true true none
	held none none "host-2 0xb"
}

@test "unregister: done, but answered as failed, is ok with a warning" {
	join 0xa $host1
	interrupted 2 retval=2 host1_unregisters unregister --json --key 0xa $host1
	ended 0
	came ok null true none
	said "prctl: $host1: warning: the device answered check condition (0x2), and shows it done all the same"
	held none none none

	# really answered so, by a target that cannot save its state
	join 0xa $host1
	mv "$state" "$state.away"
	p unregister --json --key 0xa $host1
	ended 0
	came ok null true none
	json '.devices[0].warnings | length' 1
	held none none none
}

@test "unregister: what cannot be read back in time is unknown" {
	before()
	{
		lun_reset
		join 0xa $host1
	}
	before

	unverified 3 before unregister --json --key 0xa $host1
	ended 7
	said "accepted, not verified: "
	came unknown null true not_verified
	held none none none
}

@test "unregister: done, and then undone, is failed, and says what is held now" {
	join 0xa $host1

	interrupted 2 real host1_joins_again unregister --json --key 0xa $host1
	ended 6
	said "prctl: $host1: read-back: failed: done, then changed: now nothing is reserved; 0xa is registered"
	came failed true true changed_since
}

@test "unregister: --dry-run judges as the real thing, says what it would send, and changes nothing" {
	two_registered
	hold 0xa 1 $host1

	p unregister --dry-run --key 0xa --release $host1
	ended 0
	printed ""
	[[ $stderr == "prctl: $host1: would unregister 0xa: REGISTER, key 0xa, new key 0x0, through $(readlink -f "$host1")" ]] ||
		fail "not what it would send"
	p unregister --dry-run --key 0xa $host1
	ended 3
	said "--release"
	p unregister --json --dry-run --ignore-key --release $host1
	said "would unregister this host's key: REGISTER AND IGNORE EXISTING KEY"
	came ok false false none
	held host-1 "Write Exclusive Access" "host-1 0xa host-2 0xb"
}

@test "unregister: --quiet leaves errors, --verbose tells each command and its result" {
	two_registered
	p unregister --quiet --key 0xc $host1
	ended 3
	printed ""
	[[ $stderr == "prctl: $host1: unregister: conflict: "* ]] || fail "not the error alone"
	p unregister --quiet --key 0xb $host2
	ended 0
	printed ""
	said_nothing
	p unregister --verbose --key 0xa $host1
	ended 0
	printed "$host1: unregistered 0xa; nothing is reserved"
	said "prctl: $host1: REGISTER, key 0xa, new key 0x0 by ioctl: good"
}
