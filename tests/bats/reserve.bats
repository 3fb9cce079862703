#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# reserve
# The devices are common.bash's, and have no blanks in their names.
# shellcheck disable=SC2086,SC2154
load common
load messages

setup_file()
{
	udev_stop
}

teardown_file()
{
	udev_continue
}

iqn=iqn.2026-01.lab

# What a host does while prctl is at work.
host2_reserves()
{
	sg_reserve 0xb 5 $host2
}

host2_releases()
{
	sg_persist_retry -o -L -K b -T 5 $host2
}

host2_preempts()
{
	sg_persist_retry -o -P -K b -S a -T 1 $host2
}

host2_releases_and_preempts()
{
	host2_releases
	host2_preempts
}

host1_reserves()
{
	sg_reserve 0xa 1 $host1
}

host1_unregisters()
{
	sg_persist_retry -o -G -K a -S 0 $host1
}

register_both_hosts()
{
	sg_register 0xa $host1
	sg_register 0xb $host2
}

# assert_access DEVICE RIGHTS: what a host may do, as in the table below.
assert_access()
{
	case $2 in
	rw) can_read "$1" && can_write "$1" ;;
	r-) can_read "$1" && cannot_write "$1" ;;
	--) cannot_read "$1" && cannot_write "$1" ;;
	esac
}

# bats test_tags=every-kernel
register="register it first, or if this host may have been fenced, restart it before that"

@test "reserve: each type, in full and short -> holder, registrant and stranger can do what it allows" {
	local short name holder registrant stranger words
	while read -r short name holder registrant stranger words; do
		echo "row: $name"
		sg_register 0xa $host1
		run_prctl reserve --key 0xa --type "$name" $host1
		assert_status 0
		assert_output "$host1: reserved, $name, by 0xa"
		refute_stderr
		assert_target_state host-1 "$words" "host-1 0xa"
		assert_access $host1 "$holder"
		assert_access $host2 "$stranger"
		sg_register 0xb $host2
		assert_access $host2 "$registrant"

		lun_reset
		sg_register 0xa $host1
		run_prctl reserve --key 0xa --type "$short" $host1
		assert_status 0
		assert_output "$host1: reserved, $name, by 0xa"
		assert_target_state host-1 "$words" "host-1 0xa"
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

@test "reserve: this host is not registered, held or not -> conflict, nothing is sent" {
	# LIO would answer CHECK CONDITION to the first, and a conflict to the second
	run_prctl reserve --json --key 0xa --type write-exclusive $host1
	assert_status 3
	assert_stderr "prctl: $host1: reserve: conflict: 0xa is not registered; nothing is reserved; register it first"
	assert_outcome conflict false false key_not_registered

	sg_register 0xb $host2
	sg_reserve 0xb 1 $host2
	run_prctl reserve --key 0xa --type write-exclusive $host1
	assert_status 3
	assert_output ""
	assert_stderr "prctl: $host1: reserve: conflict: 0xa is not registered; held by 0xb ($iqn:host-2), write-exclusive; $register"
	assert_target_state host-2 "Write Exclusive Access" "host-2 0xb"
}

@test "reserve: this host has another key -> conflict that names that key" {
	sg_register 0xc $host1

	run_prctl reserve --json --key 0xa --type write-exclusive $host1
	assert_status 3
	assert_stderr "prctl: $host1: reserve: conflict: this host is registered with 0xc, not 0xa; nothing is reserved; use --key with the current key"
	assert_outcome conflict false false other_key_registered
	assert_target_state none none "host-1 0xc"
}

# bats test_tags=every-kernel
@test "reserve: another host holds -> conflict that names the holder" {
	register_both_hosts
	sg_reserve 0xa 1 $host1

	run_prctl reserve --json --key 0xb --type write-exclusive $host2
	assert_status 3
	assert_stderr "prctl: $host2: reserve: conflict: held by 0xa ($iqn:host-1), write-exclusive; 0xb is registered; wait for the holder to release it, or preempt it"
	assert_outcome conflict false false held_by_other
	run_prctl reserve --key 0xb --type exclusive-access $host2
	assert_status 3
	assert_output ""
	assert_target_state host-1 "Write Exclusive Access" "host-1 0xa host-2 0xb"
	can_write $host1
	cannot_write $host2
}

@test "reserve: again by the holder -> ok, unchanged; with another type -> conflict" {
	register_both_hosts
	sg_reserve 0xa 5 $host1

	run_prctl reserve --json --key 0xa --type wero $host1
	assert_status 0
	assert_outcome ok false false none
	run_prctl reserve --key 0xa --type wero $host1
	assert_status 0
	assert_output "$host1: already reserved, write-exclusive-reg-only, by 0xa"
	refute_stderr

	run_prctl reserve --json --key 0xa --type write-exclusive $host1
	assert_status 3
	assert_stderr "prctl: $host1: reserve: conflict: held by 0xa (this host), write-exclusive-reg-only, not write-exclusive; release it first"
	assert_outcome conflict false false held_with_other_type
	assert_target_state host-1 "Write Exclusive Access, Registrants Only" "host-1 0xa host-2 0xb"
}

@test "reserve: all registrants hold -> each of them holds already" {
	register_both_hosts
	sg_reserve 0xa 7 $host1

	run_prctl reserve --json --key 0xb --type write-exclusive-all-regs $host2
	assert_status 0
	assert_outcome ok false false none
	run_prctl reserve --json --key 0xb --type exclusive-access-all-regs $host2
	assert_status 3
	assert_stderr "prctl: $host2: reserve: conflict: held by all 2 registrants, write-exclusive-all-regs, not exclusive-access-all-regs; release it first"
	assert_outcome conflict false false held_with_other_type
	assert_target_state host-1 "Write Exclusive Access, All Registrants" "host-1 0xa host-2 0xb"
}

@test "reserve: another host holds with the same key -> conflict" {
	sg_register 0xa $host2
	sg_reserve 0xa 1 $host2

	run_prctl reserve --json --key 0xa --type write-exclusive $host1
	assert_status 3
	assert_stderr "prctl: $host1: reserve: conflict: 0xa is registered by another host: 0xa ($iqn:host-2); held by 0xa ($iqn:host-2), write-exclusive; $register"
	assert_outcome conflict false false key_not_registered

	sg_register 0xa $host1
	run_prctl reserve --json --key 0xa --type write-exclusive $host1
	assert_status 3
	assert_stderr "prctl: $host1: reserve: conflict: held by 0xa ($iqn:host-2), write-exclusive; 0xa is registered; wait for the holder to release it, or preempt it"
	assert_outcome conflict false false held_by_other
	assert_target_state host-2 "Write Exclusive Access" "host-1 0xa host-2 0xa"
}

@test "reserve: --ignore-key on a SCSI disk -> unsupported, unchanged" {
	sg_register 0xa $host1

	run_prctl reserve --json --key 0xa --type write-exclusive --ignore-key $host1
	assert_status 4
	assert_stderr "prctl: $host1: reserve: unsupported: the device does not support reserve \
--ignore-key (not supported (EOPNOTSUPP)); register a key and reserve with it"
	assert_outcome unsupported false false option_unsupported
	assert_target_state none none "host-1 0xa"
}

@test "reserve: one or two unit attentions wait -> passed over" {
	register_both_hosts
	sg_reserve 0xb 5 $host2
	sg_persist_retry -o -L -K b -T 5 $host2

	run_prctl reserve --json --verbose --key 0xa --type ea $host1
	assert_status 0
	assert_verbose $host1 "${read_after_one[@]}" \
		"RESERVE, key 0xa, exclusive-access by ioctl: good" \
		"${read_good[@]}" \
		"held by 0xa (this host), exclusive-access; 2 registrations, generation N"
	assert_outcome ok true true none
	assert_target_state host-1 "Exclusive Access" "host-1 0xa host-2 0xb"

	sg_persist_retry -o -L -K a -T 3 $host1
	sg_reserve 0xb 5 $host2
	sg_persist_retry -o -L -K b -T 5 $host2
	# a fenced host is told the state, not that there was a unit attention
	run_prctl_stopped_at 1 real host2_preempts reserve --json --verbose --key 0xa --type ea $host1
	assert_status 3
	assert_verbose $host1 "${read_after_two[@]}" \
		"nothing is reserved; 1 registration, generation N" \
		"reserve: conflict: 0xa is not registered; nothing is reserved; register it first"
	assert_outcome conflict false false key_not_registered
}

@test "reserve: another host changes the state between reading and change -> judged by the new state" {
	register_both_hosts

	run_prctl_stopped_at 1 real host2_reserves reserve --json --key 0xa --type write-exclusive $host1
	assert_status 3
	assert_stderr "prctl: $host1: reserve: conflict: held by 0xb ($iqn:host-2), \
write-exclusive-reg-only; 0xa is registered; registered hosts can write without holding it"
	assert_outcome conflict false true held_by_other
	assert_target_state host-2 "Write Exclusive Access, Registrants Only" "host-1 0xa host-2 0xb"

	# with a unit attention
	host2_releases
	sg_persist -n -i -k $host1 > "$BATS_TEST_TMPDIR/look" 2>&1 || true
	sg_reserve 0xb 5 $host2
	run_prctl_stopped_at 1 real host2_releases_and_preempts reserve --json --key 0xa --type write-exclusive-reg-only $host1
	assert_status 3
	assert_outcome conflict false false held_by_other
	assert_target_state none none "host-2 0xb"

	# LIO answers this one with a CHECK CONDITION
	sg_register 0xa $host1
	run_prctl_stopped_at 1 real host1_unregisters reserve --json --key 0xa --type write-exclusive $host1
	assert_status 3
	assert_outcome conflict false true key_not_registered
	assert_target_state none none "host-2 0xb"
}

@test "reserve: failed and not done -> sent again" {
	sg_register 0xa $host1

	run_prctl_injected retval=2:when=2 reserve --json --key 0xa --type write-exclusive $host1
	[[ $(grep -c IOC_PR_RESERVE "$traced") == 2 ]] || fail "not sent twice: $(< "$traced")"
	assert_status 0
	assert_outcome ok true true none
	assert_target_state host-1 "Write Exclusive Access" "host-1 0xa"
}

@test "reserve: done, but the device returns an error -> ok, changed is null" {
	local answer words=([0x2]="I/O error" [0x18]="RESERVATION \
CONFLICT" [0x118]="RESERVATION CONFLICT")
	sg_register 0xa $host1
	for answer in 0x2 0x18 0x118; do
		echo "row: $answer"
		run_prctl_stopped_at 2 retval=$((answer)) host1_reserves reserve --json --key 0xa --type write-exclusive $host1
		assert_status 0
		assert_outcome ok null true none
		assert_stderr "prctl: $host1: warning: the command failed: ${words[answer]} \
($answer); but the change took effect"
		assert_target_state host-1 "Write Exclusive Access" "host-1 0xa"
		sg_persist_retry -o -L -K a -T 1 $host1
	done
}

@test "reserve: not read back in time -> unknown" {
	before()
	{
		lun_reset
		sg_register 0xa $host1
	}
	before

	run_prctl_failing_from 3 before reserve --json --key 0xa --type write-exclusive $host1
	assert_status 7
	assert_stderr "prctl: $host1: read-back: unknown: accepted, but not verified: cannot read \
the state: the path failed (EIO); check with 'prctl status'"
	assert_outcome unknown null true not_verified
	assert_target_state host-1 "Write Exclusive Access" "host-1 0xa"
}

@test "reserve: done, then lost to another host -> failed, names the holder" {
	register_both_hosts

	run_prctl_stopped_at 2 real host2_preempts reserve --json --key 0xa --type write-exclusive $host1
	assert_status 6
	assert_stderr "prctl: $host1: read-back: failed: done, but changed since: now held by 0xb ($iqn:host-2), write-exclusive; 0xa is not registered; another host is changing this device; check with 'prctl status'"
	assert_outcome failed true true changed_since
}

@test "reserve: --dry-run -> judges as without it, says what would be sent, and changes nothing" {
	register_both_hosts

	run_prctl reserve --dry-run --key 0xa --type earo $host1
	assert_status 0
	assert_output ""
	assert_stderr "prctl: $host1: would reserve, exclusive-access-reg-only, for 0xa: RESERVE, key 0xa, exclusive-access-reg-only, through $(readlink -f "$host1")"
	assert_target_state none none "host-1 0xa host-2 0xb"

	sg_reserve 0xb 1 $host2
	run_prctl reserve --json --dry-run --key 0xa --type earo $host1
	assert_status 3
	assert_stderr "prctl: $host1: reserve: conflict: held by 0xb ($iqn:host-2), write-exclusive; 0xa is registered; wait for the holder to release it, or preempt it"
	assert_outcome conflict false false held_by_other
	assert_target_state host-2 "Write Exclusive Access" "host-1 0xa host-2 0xb"
}

@test "reserve: --quiet -> errors only; --verbose -> each command and its result" {
	register_both_hosts
	run_prctl reserve --verbose --key 0xa --type wear $host1
	assert_status 0
	assert_output "$host1: reserved, write-exclusive-all-regs, by 0xa"
	assert_verbose $host1 "${read_good[@]}" \
		"RESERVE, key 0xa, write-exclusive-all-regs by ioctl: good" \
		"${read_good[@]}" \
		"held by all 2 registrants, write-exclusive-all-regs; 2 registrations, generation N"
	run_prctl reserve --quiet --key 0xb --type wear $host2
	assert_status 0
	assert_output ""
	refute_stderr
	run_prctl reserve --quiet --key 0xb --type we $host2
	assert_status 3
	assert_output ""
	assert_stderr "prctl: $host2: reserve: conflict: held by all 2 registrants, \
write-exclusive-all-regs, not write-exclusive; release it first"
}
