#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# release
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

# What a host does while prctl is at work.
host1_releases()
{
	other -o -L -K a -T 1 $host1
}

host2_releases()
{
	other -o -L -K b -T 7 $host2
}

host2_preempts()
{
	other -o -P -K b -S a -T 1 $host2
}

host2_reserves()
{
	hold 0xb 1 $host2
}

two_registered()
{
	join 0xa $host1
	join 0xb $host2
}

# bats test_tags=every-kernel
@test "release: the holder gives it up, and the keys stay" {
	join 0xa $host1
	join 0xb $host2
	hold 0xa 1 $host1
	writes_not $host2

	p release --key 0xa $host1
	ended 0
	printed "$host1: released, was write-exclusive"
	said_nothing
	held none none "host-1 0xa host-2 0xb"
	writes $host2
}

@test "release: each type is found by itself, and can be named" {
	local row name
	two_registered
	for row in 1:write-exclusive:we 3:exclusive-access:ea 5:write-exclusive-reg-only:wero \
		6:exclusive-access-reg-only:earo 7:write-exclusive-all-regs:wear 8:exclusive-access-all-regs:eaar; do
		echo "row: $row"
		name=${row#*:}
		hold 0xa "${row%%:*}" $host1
		p release --json --key 0xa $host1
		ended 0
		came ok true true none
		[[ $(type_held) == none ]] || fail "held still"

		hold 0xa "${row%%:*}" $host1
		p release --key 0xa --type "${name#*:}" $host1
		ended 0
		printed "$host1: released, was ${name%:*}"
		held none none "host-1 0xa host-2 0xb"
	done
}

# bats test_tags=every-kernel
@test "release: where another host holds it is a conflict, and it stays" {
	join 0xa $host1
	join 0xb $host2
	hold 0xa 1 $host1

	# the target would answer "good", and do nothing
	p release --key 0xb $host2
	ended 3
	printed ""
	said "$host2: release: conflict: held by 0xa (iqn.2026-01.lab:host-1), write-exclusive; 0xb is registered"
	held host-1 "Write Exclusive Access" "host-1 0xa host-2 0xb"

	p release --json --key 0xb --type write-exclusive $host2
	came conflict false false held_by_other
}

@test "release: where another host holds under the same key is a conflict, and it stays" {
	join 0xa $host1
	join 0xa $host2
	hold 0xa 1 $host2

	p release --json --key 0xa $host1
	ended 3
	said "held by 0xa ($iqn:host-2), write-exclusive; 0xa is registered; only the holder can release, and preempt takes over from it"
	came conflict false false held_by_other
	held host-2 "Write Exclusive Access" "host-1 0xa host-2 0xa"
}

@test "release: --type that is not the one held is a conflict, and it stays" {
	join 0xa $host1
	hold 0xa 5 $host1

	p release --json --key 0xa --type write-exclusive $host1
	ended 3
	said "prctl: $host1: release: conflict: held by 0xa (this host), write-exclusive-reg-only, not write-exclusive; leave --type out to release that"
	came conflict false false held_with_other_type
	held host-1 "Write Exclusive Access, Registrants Only" "host-1 0xa"
}

@test "release: where nothing is held is ok for a registered host, and changes nothing" {
	join 0xa $host1

	p release --json --key 0xa $host1
	ended 0
	came ok false false none
	p release --key 0xa --type write-exclusive $host1
	ended 0
	printed "$host1: nothing was reserved"
	said_nothing
	held none none "host-1 0xa"
}

@test "release: by a host that is not registered is a conflict, held or not" {
	# LIO would answer CHECK CONDITION to the first, and a conflict to the second
	p release --json --key 0xa $host1
	ended 3
	said "prctl: $host1: release: conflict: 0xa is not registered; nothing is reserved"
	came conflict false false key_not_registered

	join 0xa $host2
	hold 0xa 1 $host2
	p release --json --key 0xa $host1
	ended 3
	said "0xa is registered by another host: 0xa ($iqn:host-2)"
	came conflict false false key_not_registered
	held host-2 "Write Exclusive Access" "host-2 0xa"
}

@test "release: under another key than the holder's own is a conflict, and it stays" {
	join 0xc $host1
	hold 0xc 1 $host1

	p release --json --key 0xa $host1
	ended 3
	said "this host is registered with 0xc, not 0xa"
	came conflict false false other_key_registered
	held host-1 "Write Exclusive Access" "host-1 0xc"
}

@test "release: of a type that all registrants hold, each of them may give it up" {
	two_registered
	hold 0xa 7 $host1

	p release --key 0xb $host2
	ended 0
	printed "$host2: released, was write-exclusive-all-regs"
	held none none "host-1 0xa host-2 0xb"
}

# bats test_tags=every-kernel
@test "release: a unit attention that waits for this host is passed over, and so is a second one" {
	two_registered
	hold 0xb 5 $host2
	other -o -L -K b -T 5 $host2
	# a release that goes unseen: sg_persist would take the unit attention
	p release --json --verbose --key 0xa $host1
	ended 0
	said "sense 06/2a/04"
	came ok false false none

	hold 0xb 5 $host2
	other -o -L -K b -T 5 $host2
	# a fenced host learns what is so, not that there was a unit attention
	interrupted 1 real host2_preempts release --json --verbose --key 0xa $host1
	ended 3
	said "sense 06/2a/04"
	said "sense 06/2a/05"
	came conflict false false key_not_registered
	held none none "host-2 0xb"
}

@test "release: what another host does between reading and releasing is judged as it is then" {
	two_registered
	hold 0xa 7 $host1

	# a unit attention, and nothing is left to release
	interrupted 1 real host2_releases release --json --key 0xa $host1
	ended 0
	held none none "host-1 0xa host-2 0xb"

	hold 0xa 1 $host1
	interrupted 1 real host2_preempts release --json --key 0xa $host1
	ended 7
	# the conflict may be the echo of a release that was done before host 2 came
	said "may have been carried out; now: 0xa is not registered; held by 0xb ($iqn:host-2), write-exclusive"
	came unknown null true outcome_lost
	held host-2 "Write Exclusive Access" "host-2 0xb"
}

# bats test_tags=every-kernel
@test "release: what was answered as failed and is not done is sent again" {
	join 0xa $host1
	hold 0xa 1 $host1

	injected retval=2:when=2 release --json --key 0xa $host1
	[[ $(grep -c IOC_PR_RELEASE "$traced") == 2 ]] || fail "not sent twice: $(< "$traced")"
	ended 0
	came ok true true none
	held none none "host-1 0xa"
}

@test "release: done, but answered otherwise, is ok, and who did it is not known" {
	local answer
	join 0xa $host1
	for answer in 0x2 0x18 0x118; do
		echo "row: $answer"
		hold 0xa 1 $host1
		interrupted 2 retval=$((answer)) host1_releases release --json --key 0xa $host1
		ended 0
		came ok null true none
		said "prctl: $host1: warning: the device answered"
		held none none "host-1 0xa"
	done
}

@test "release: what cannot be read back in time is unknown" {
	before()
	{
		lun_reset
		join 0xa $host1
		hold 0xa 1 $host1
	}
	before

	unverified 3 before release --json --key 0xa $host1
	ended 7
	said "accepted, not verified: "
	came unknown null true not_verified
	held none none "host-1 0xa"
}

@test "release: done, and then reserved by another host, is failed, and says who holds now" {
	two_registered
	hold 0xa 1 $host1

	interrupted 2 real host2_reserves release --json --key 0xa $host1
	ended 6
	said "prctl: $host1: read-back: failed: done, then changed: now held by 0xb ($iqn:host-2), write-exclusive; 0xa is registered; someone else is at work here: look with status"
	came failed true true changed_since
}

@test "release: --dry-run judges as the real thing, says what it would send, and changes nothing" {
	two_registered
	hold 0xa 6 $host1

	p release --dry-run --key 0xa $host1
	ended 0
	printed ""
	[[ $stderr == "prctl: $host1: would release, held by 0xa (this host), "*": RELEASE, key 0xa, exclusive-access-reg-only, through "* ]] ||
		fail "not what it would send"
	p release --json --dry-run --key 0xb $host2
	ended 3
	said "held by 0xa ($iqn:host-1), exclusive-access-reg-only"
	came conflict false false held_by_other
	held host-1 "Exclusive Access, Registrants Only" "host-1 0xa host-2 0xb"
}

@test "release: --quiet leaves errors, --verbose tells each command and its result" {
	two_registered
	hold 0xa 1 $host1
	p release --quiet --key 0xb $host2
	ended 3
	printed ""
	[[ $stderr == "prctl: $host2: release: conflict: "* ]] || fail "not the error alone"
	p release --verbose --key 0xa $host1
	ended 0
	printed "$host1: released, was write-exclusive"
	said "prctl: $host1: RELEASE, key 0xa, write-exclusive by ioctl: good"
	p release --quiet --key 0xa $host1
	ended 0
	printed ""
	said_nothing
}
