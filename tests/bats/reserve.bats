#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# reserve
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
host2_reserves()
{
	hold 0xb 5 $host2
}

host2_releases()
{
	other -o -L -K b -T 5 $host2
}

host2_preempts()
{
	other -o -P -K b -S a -T 1 $host2
}

host2_releases_and_preempts()
{
	host2_releases
	host2_preempts
}

host1_reserves()
{
	hold 0xa 1 $host1
}

host1_leaves()
{
	other -o -G -K a -S 0 $host1
}

two_registered()
{
	join 0xa $host1
	join 0xb $host2
}

# allowed DEVICE RIGHTS: what a host may do, as in the table below.
allowed()
{
	case $2 in
	rw) reads "$1" && writes "$1" ;;
	r-) reads "$1" && writes_not "$1" ;;
	--) reads_not "$1" && writes_not "$1" ;;
	esac
}

# bats test_tags=every-kernel
@test "reserve: each type, by name and by abbreviation, lets holder, registrant and stranger do what it should" {
	local short name holder registrant stranger words
	while read -r short name holder registrant stranger words; do
		echo "row: $name"
		join 0xa $host1
		p reserve --key 0xa --type "$name" $host1
		ended 0
		printed "$host1: reserved, $name, by 0xa"
		said_nothing
		held host-1 "$words" "host-1 0xa"
		allowed $host1 "$holder"
		allowed $host2 "$stranger"
		join 0xb $host2
		allowed $host2 "$registrant"

		lun_reset
		join 0xa $host1
		p reserve --key 0xa --type "$short" $host1
		ended 0
		printed "$host1: reserved, $name, by 0xa"
		held host-1 "$words" "host-1 0xa"
		lun_reset
	done <<-END
	we   write-exclusive           rw r- r- Write Exclusive Access
	ea   exclusive-access          rw -- -- Exclusive Access
	wero write-exclusive-reg-only  rw rw r- Write Exclusive Access, Registrants Only
	earo exclusive-access-reg-only rw rw -- Exclusive Access, Registrants Only
	wear write-exclusive-all-regs  rw rw r- Write Exclusive Access, All Registrants
	eaar exclusive-access-all-regs rw rw -- Exclusive Access, All Registrants
	END
}

@test "reserve: a host that is not registered is refused before anything is sent, held or not" {
	# LIO would answer CHECK CONDITION to the first, and a conflict to the second
	p reserve --json --key 0xa --type write-exclusive $host1
	ended 3
	said "prctl: $host1: reserve: conflict: 0xa is not registered; nothing is reserved; register it first"
	came conflict false false key_not_registered

	join 0xb $host2
	hold 0xb 1 $host2
	p reserve --key 0xa --type write-exclusive $host1
	ended 3
	printed ""
	said "prctl: $host1: reserve: conflict: 0xa is not registered; held by 0xb ($iqn:host-2), write-exclusive; register it first"
	held host-2 "Write Exclusive Access" "host-2 0xb"
}

@test "reserve: under another key than this host's is refused, and told which it has" {
	join 0xc $host1

	p reserve --json --key 0xa --type write-exclusive $host1
	ended 3
	said "this host is registered with 0xc, not 0xa"
	came conflict false false other_key_registered
	held none none "host-1 0xc"
}

# bats test_tags=every-kernel
@test "reserve: a second host is refused, and told who holds" {
	two_registered
	hold 0xa 1 $host1

	p reserve --json --key 0xb --type write-exclusive $host2
	ended 3
	said "prctl: $host2: reserve: conflict: held by 0xa ($iqn:host-1), write-exclusive; 0xb is registered"
	came conflict false false held_by_other
	p reserve --key 0xb --type exclusive-access $host2
	ended 3
	printed ""
	held host-1 "Write Exclusive Access" "host-1 0xa host-2 0xb"
	writes $host1
	writes_not $host2
}

@test "reserve: again by the holder is ok and changes nothing, with another type it is a conflict" {
	two_registered
	hold 0xa 5 $host1

	p reserve --json --key 0xa --type wero $host1
	ended 0
	came ok false false none
	p reserve --key 0xa --type wero $host1
	ended 0
	printed "$host1: was reserved already, write-exclusive-reg-only, by 0xa"
	said_nothing

	p reserve --json --key 0xa --type write-exclusive $host1
	ended 3
	said "prctl: $host1: reserve: conflict: held by 0xa (this host), write-exclusive-reg-only, not write-exclusive"
	came conflict false false held_with_other_type
	held host-1 "Write Exclusive Access, Registrants Only" "host-1 0xa host-2 0xb"
}

@test "reserve: of a type that all registrants hold, each of them holds already" {
	two_registered
	hold 0xa 7 $host1

	p reserve --json --key 0xb --type write-exclusive-all-regs $host2
	ended 0
	came ok false false none
	p reserve --json --key 0xb --type exclusive-access-all-regs $host2
	ended 3
	said "held by all 2 registrants, write-exclusive-all-regs, not exclusive-access-all-regs"
	came conflict false false held_with_other_type
	held host-1 "Write Exclusive Access, All Registrants" "host-1 0xa host-2 0xb"
}

@test "reserve: where another host holds under the same key is a conflict" {
	join 0xa $host2
	hold 0xa 1 $host2

	p reserve --json --key 0xa --type write-exclusive $host1
	ended 3
	said "0xa is registered by another host: 0xa ($iqn:host-2)"
	came conflict false false key_not_registered

	join 0xa $host1
	p reserve --json --key 0xa --type write-exclusive $host1
	ended 3
	said "held by 0xa ($iqn:host-2), write-exclusive; 0xa is registered"
	came conflict false false held_by_other
	held host-2 "Write Exclusive Access" "host-1 0xa host-2 0xa"
}

# bats test_tags=every-kernel
@test "reserve: --ignore-key is unsupported on a SCSI disk, says so, and changes nothing" {
	join 0xa $host1

	p reserve --json --key 0xa --type write-exclusive --ignore-key $host1
	ended 4
	said "prctl: $host1: reserve: unsupported: this device knows no --ignore-key for reserve"
	came unsupported false false option_unsupported
	held none none "host-1 0xa"
}

# bats test_tags=every-kernel
@test "reserve: a unit attention that waits for this host is passed over, and so is a second one" {
	two_registered
	hold 0xb 5 $host2
	other -o -L -K b -T 5 $host2

	p reserve --json --verbose --key 0xa --type ea $host1
	ended 0
	said "sense 06/2a/04"
	came ok true true none
	held host-1 "Exclusive Access" "host-1 0xa host-2 0xb"

	other -o -L -K a -T 3 $host1
	hold 0xb 5 $host2
	other -o -L -K b -T 5 $host2
	# a fenced host learns what is so, not that there was a unit attention
	interrupted 1 real host2_preempts reserve --json --verbose --key 0xa --type ea $host1
	ended 3
	said "sense 06/2a/04"
	said "sense 06/2a/05"
	came conflict false false key_not_registered
}

@test "reserve: what another host does between reading and reserving is judged as it is then" {
	two_registered

	interrupted 1 real host2_reserves reserve --json --key 0xa --type write-exclusive $host1
	ended 3
	said "$host1: reserve: conflict: held by 0xb ($iqn:host-2), write-exclusive-reg-only; 0xa is registered"
	came conflict false true held_by_other
	held host-2 "Write Exclusive Access, Registrants Only" "host-1 0xa host-2 0xb"

	# with a unit attention
	host2_releases
	sg_persist -n -i -k $host1 > "$BATS_TEST_TMPDIR/look" 2>&1 || true
	hold 0xb 5 $host2
	interrupted 1 real host2_releases_and_preempts reserve --json --key 0xa --type write-exclusive-reg-only $host1
	ended 3
	came conflict false false held_by_other
	held none none "host-2 0xb"

	# LIO answers this one with a CHECK CONDITION
	join 0xa $host1
	interrupted 1 real host1_leaves reserve --json --key 0xa --type write-exclusive $host1
	ended 3
	came conflict false true key_not_registered
	held none none "host-2 0xb"
}

# bats test_tags=every-kernel
@test "reserve: what was answered as failed and is not done is sent again" {
	join 0xa $host1

	injected retval=2:when=2 reserve --json --key 0xa --type write-exclusive $host1
	[[ $(grep -c IOC_PR_RESERVE "$traced") == 2 ]] || fail "not sent twice: $(< "$traced")"
	ended 0
	came ok true true none
	held host-1 "Write Exclusive Access" "host-1 0xa"
}

@test "reserve: done, but answered otherwise, is ok, and who did it is not known" {
	local answer
	join 0xa $host1
	for answer in 0x2 0x18 0x118; do
		echo "row: $answer"
		interrupted 2 retval=$((answer)) host1_reserves reserve --json --key 0xa --type write-exclusive $host1
		ended 0
		came ok null true none
		said "prctl: $host1: warning: the device answered"
		held host-1 "Write Exclusive Access" "host-1 0xa"
		other -o -L -K a -T 1 $host1
	done
}

@test "reserve: what cannot be read back in time is unknown" {
	before()
	{
		lun_reset
		join 0xa $host1
	}
	before

	unverified 3 before reserve --json --key 0xa --type write-exclusive $host1
	ended 7
	said "accepted, not verified: "
	came unknown null true not_verified
	held host-1 "Write Exclusive Access" "host-1 0xa"
}

@test "reserve: done, and then lost to another host, is failed, and says who holds now" {
	two_registered

	interrupted 2 real host2_preempts reserve --json --key 0xa --type write-exclusive $host1
	ended 6
	said "prctl: $host1: read-back: failed: done, then changed: now held by 0xb ($iqn:host-2), write-exclusive; 0xa is not registered"
	came failed true true changed_since
}

@test "reserve: --dry-run judges as the real thing, says what it would send, and changes nothing" {
	two_registered

	p reserve --dry-run --key 0xa --type earo $host1
	ended 0
	printed ""
	[[ $stderr == "prctl: $host1: would reserve, exclusive-access-reg-only, for 0xa: RESERVE, key 0xa, "*"-reg-only, through /dev/sd"? ]] ||
		fail "not what it would send"
	held none none "host-1 0xa host-2 0xb"

	hold 0xb 1 $host2
	p reserve --json --dry-run --key 0xa --type earo $host1
	ended 3
	said "held by 0xb ($iqn:host-2), write-exclusive"
	came conflict false false held_by_other
	held host-2 "Write Exclusive Access" "host-1 0xa host-2 0xb"
}

@test "reserve: --quiet leaves errors, --verbose tells each command and its result" {
	two_registered
	p reserve --verbose --key 0xa --type wear $host1
	ended 0
	printed "$host1: reserved, write-exclusive-all-regs, by 0xa"
	said "prctl: $host1: RESERVE, key 0xa, write-exclusive-all-regs by ioctl: good"
	p reserve --quiet --key 0xb --type wear $host2
	ended 0
	printed ""
	said_nothing
	p reserve --quiet --key 0xb --type we $host2
	ended 3
	printed ""
	[[ $stderr == "prctl: $host2: reserve: conflict: "* ]] || fail "not the error alone"
}
