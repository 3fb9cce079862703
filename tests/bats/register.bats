#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# register
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

# Where the target keeps its state through a power loss. Without that directory it does a register, and answers
# that it failed.
state=$(cat /sys/kernel/config/target/dbroot)/pr

# What the other host does while prctl is at work.
host2_preempts()
{
	other -o -P -K b -S a -T 5 $host2
}

host2_reserves()
{
	join 0xb $host2
	hold 0xb 5 $host2
}

host1_registers()
{
	join 0xa $host1
}

teardown()
{
	[[ ! -d $state.away ]] || mv "$state.away" "$state"
}

# bats test_tags=every-kernel
@test "register: a new key is registered for this host, and the other host's stays" {
	join 0xb $host2

	p register --key 0xa $host1
	ended 0
	printed "$host1: registered 0xa"
	said_nothing
	held none none "host-1 0xa host-2 0xb"
}

# bats test_tags=every-kernel
@test "register: every key from 0x1 to 2^64-1, printed as it may be given again" {
	local row
	for row in "0x1 0x1" "0xffffffffffffffff 0xffffffffffffffff" "0x00ABCDEF 0xabcdef" "0x8000000000000000 0x8000000000000000"; do
		echo "row: $row"
		p register --ignore-key --key "${row% *}" $host1
		ended 0
		[[ $output == "$host1: registered ${row#* }"* ]] || fail "another key"
		held none none "host-1 ${row#* }"
	done
}

@test "register: a host may join while another holds, and gets the rights of its type" {
	join 0xb $host2
	hold 0xb 5 $host2
	writes_not $host1

	p register --json --key 0xa $host1
	ended 0
	came ok true true none
	held host-2 "Write Exclusive Access, Registrants Only" "host-1 0xa host-2 0xb"
	writes $host1
}

# bats test_tags=every-kernel
@test "register: again, with and without --ignore-key, is ok, changes nothing and sends nothing" {
	local generation
	join 0xa $host1
	generation=$(pr res_pr_generation)

	p register --json --key 0xa $host1
	ended 0
	came ok false false none
	p register --json --ignore-key --key 0xa $host1
	came ok false false none
	p register --key 0xa $host1
	ended 0
	printed "$host1: 0xa was registered already"
	said_nothing
	held none none "host-1 0xa"
	# a registration of the same key would count
	[[ $(pr res_pr_generation) == "$generation" ]] || fail "something was sent"
}

@test "register: another key that this host has is a conflict, and stays" {
	join 0xa $host1

	p register --key 0xc $host1
	ended 3
	printed ""
	said "prctl: $host1: register: conflict: this host is registered with 0xa; nothing is reserved; --old-key 0xa replaces it"
	held none none "host-1 0xa"

	p register --json --key 0xc $host1
	came conflict false false other_key_registered
}

@test "register: --old-key replaces the key that it names, and no other" {
	join 0xa $host1

	p register --json --key 0xc --old-key 0xd $host1
	ended 3
	said "$host1: register: conflict: this host is registered with 0xa, not 0xd; nothing is reserved; give the key that is there as --old-key, or --ignore-key"
	came conflict false false other_key_registered
	held none none "host-1 0xa"

	p register --key 0xc --old-key 0xa $host1
	ended 0
	printed "$host1: registered 0xc in place of 0xa"
	said_nothing
	held none none "host-1 0xc"
}

@test "register: --old-key where the new key is there already is ok, and changes nothing" {
	join 0xc $host1

	p register --json --key 0xc --old-key 0xa $host1
	ended 0
	came ok false false none
	held none none "host-1 0xc"
}

@test "register: --old-key does not let a host in again that was fenced" {
	local key
	join 0xa $host1
	join 0xb $host2
	hold 0xa 5 $host1
	other -o -P -K a -S b -T 5 $host1

	# the unit attention that this left for it must not make it another answer
	for key in 0xbb 0xb; do
		p register --json --key $key --old-key 0xb $host2
		ended 3
		said "$host2: register: conflict: 0xb is not registered, so there is nothing to replace; held by 0xa ($iqn:host-1), write-exclusive-reg-only"
		came conflict false false key_not_registered
	done
	held host-1 "Write Exclusive Access, Registrants Only" "host-1 0xa"
	writes_not $host2
}

# bats test_tags=every-kernel
@test "register: --ignore-key replaces whatever is there, and registers where nothing is" {
	p register --key 0xa --ignore-key $host1
	ended 0
	printed "$host1: registered 0xa"
	held none none "host-1 0xa"

	p register --json --key 0xc --ignore-key $host1
	ended 0
	came ok true true none
	said_nothing
	held none none "host-1 0xc"
}

@test "register: the holder that replaces its key holds under the new one" {
	join 0xa $host1
	join 0xb $host2
	hold 0xa 1 $host1

	p register --key 0xc --old-key 0xa $host1
	ended 0
	held host-1 "Write Exclusive Access" "host-1 0xc host-2 0xb"
	p register --key 0xd --ignore-key $host1
	ended 0
	printed "$host1: registered 0xd in place of 0xc"
	held host-1 "Write Exclusive Access" "host-1 0xd host-2 0xb"
	writes $host1
	writes_not $host2
}

@test "register: a key that another host has does not count as this host's, and is warned of" {
	join 0xa $host2

	p register --json --key 0xc --old-key 0xa $host1
	ended 3
	said "0xa is registered by another host: 0xa ($iqn:host-2), so there is nothing to replace"
	came conflict false false key_not_registered
	held none none "host-2 0xa"

	p register --key 0xa $host1
	ended 0
	printed "$host1: registered 0xa"
	said "prctl: $host1: warning: 0xa is the key of $iqn:host-2, too"
	held none none "host-1 0xa host-2 0xa"
}

# bats test_tags=every-kernel
@test "register: a unit attention that waits for this host is passed over, and so is a second one" {
	join 0xa $host1
	join 0xb $host2
	hold 0xb 5 $host2
	other -o -L -K b -T 5 $host2

	# this target reports one of those that wait, so the second one comes behind the first look
	interrupted 1 real host2_preempts register --json --verbose --key 0xa $host1
	ended 0
	said "sense 06/2a/04"
	said "sense 06/2a/05"
	came ok true true none
	held none none "host-1 0xa host-2 0xb"
}

@test "register: a unit attention between reading and registering is passed over" {
	join 0xa $host1
	join 0xb $host2
	hold 0xb 5 $host2

	# the key that is read first is gone when the command comes
	interrupted 1 real host2_preempts register --json --key 0xc --ignore-key $host1
	ended 0
	came ok true true none
	held host-2 "Write Exclusive Access, Registrants Only" "host-1 0xc host-2 0xb"
}

# bats test_tags=every-kernel
@test "register: what was answered as failed and is not done is sent again" {
	injected retval=2:when=2 register --json --key 0xa $host1
	[[ $(grep -c IOC_PR_REGISTER "$traced") == 2 ]] || fail "not sent twice: $(< "$traced")"
	ended 0
	came ok true true none
	json '.devices[0].warnings' '[]'
	held none none "host-1 0xa"
}

@test "register: what fails each time ends as failed, and says what the device holds" {
	join 0xb $host2

	injected retval=2:when=2+2 register --json --timeout 20 --key 0xa $host1
	ended 6
	said "prctl: $host1: register: failed: not done after "
	said " tries: check condition (0x2); nothing is reserved; 0xa is not registered"
	came failed false true io_error
	held none none "host-2 0xb"
}

@test "register: what cannot be read back in time is unknown, never done and never failed" {
	unverified 3 setup register --json --key 0xa $host1
	ended 7
	said "accepted, not verified: "
	came unknown null true not_verified
	json '.devices[0] | [.registrants, .generation, .reservation.type, .source]' '[null,null,null,"none"]'
	held none none "host-1 0xa"

	# this one never left, which prctl cannot know
	unverified 2 true register --key 0xc --old-key 0xa $host1
	ended 7
	printed ""
	said "the register may have happened"
	held none none "host-1 0xa"
}

@test "register: done, and then undone by another host, is failed, and says what is held now" {
	join 0xb $host2
	hold 0xb 5 $host2

	interrupted 2 real host2_preempts register --json --key 0xa $host1
	ended 6
	said "prctl: $host1: read-back: failed: done, then changed: now held by 0xb ($iqn:host-2), write-exclusive-reg-only; 0xa is not registered"
	came failed true true changed_since
	held host-2 "Write Exclusive Access, Registrants Only" "host-2 0xb"
}

# bats test_tags=every-kernel
@test "register: done, but answered as a conflict, is ok, and who did it is not known" {
	local answer
	for answer in 0x18 0x118; do
		interrupted 2 retval=$((answer)) host1_registers register --json --key 0xa $host1
		ended 0
		came ok null true none
		said "prctl: $host1: warning: the device answered reservation conflict"
		held none none "host-1 0xa"
		lun_reset
	done
}

@test "register: done, but answered as failed by a target that cannot save it, is ok with a warning" {
	mv "$state" "$state.away"

	p register --json --key 0xa $host1
	ended 0
	came ok null true none
	said "prctl: $host1: warning: the device answered check condition (0x2), and shows it done all the same"
	held none none "host-1 0xa"
	p register --key 0xc --old-key 0xa $host1
	ended 0
	printed "$host1: registered 0xc in place of 0xa"
	held none none "host-1 0xc"
}

@test "register: --dry-run judges as the real thing, says what it would send, and changes nothing" {
	p register --dry-run --key 0xa $host1
	ended 0
	printed ""
	[[ $stderr == "prctl: $host1: would register 0xa: REGISTER, key 0x0, new key 0xa, through $(readlink -f "$host1")" ]] || fail "not what it would send"
	held none none none

	join 0xa $host1
	p register --json --dry-run --key 0xc --old-key 0xa $host1
	ended 0
	said "would register 0xc in place of 0xa: REGISTER, key 0xa, new key 0xc"
	came ok false false none
	p register --dry-run --key 0xc --ignore-key $host1
	said "would register 0xc, whatever is there: REGISTER AND IGNORE EXISTING KEY, key 0xc, new key 0xc"
	p register --dry-run --key 0xc $host1
	ended 3
	said "$host1: register: conflict: this host is registered with 0xa"
	p register --dry-run --key 0xa $host1
	ended 0
	printed ""
	[[ $stderr == "prctl: $host1: would change nothing: 0xa was registered already" ]] || fail "not that it would do nothing"
	held none none "host-1 0xa"
}

@test "register: --quiet leaves errors, --verbose tells each command and its result" {
	join 0xa $host2
	p register --quiet --key 0xa $host1
	ended 0
	printed ""
	said_nothing
	p register --quiet --key 0xc $host1
	ended 3
	printed ""
	[[ $stderr == "prctl: $host1: register: conflict: "* ]] || fail "not the error alone"

	p register --verbose --key 0xc --old-key 0xa $host1
	ended 0
	printed "$host1: registered 0xc in place of 0xa"
	[[ $stderr =~ ^"prctl: $host1: is $(readlink -f $host1), scsi, LIO-ORG "[^$'\n']+"
prctl: $host1: READ FULL STATUS by SG_IO: good, "[0-9]+" bytes
prctl: $host1: INQUIRY, VPD page 83h, by SG_IO: good, "[0-9]+" bytes
prctl: $host1: REGISTER, key 0xa, new key 0xc by ioctl: good
prctl: $host1: READ FULL STATUS by SG_IO: good, "[0-9]+" bytes
prctl: $host1: nothing is reserved; 2 registrations, generation "[0-9]+$ ]] || fail "not each command"
}
