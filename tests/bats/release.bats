#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# release
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
host1_releases()
{
	sg_persist_retry -o -L -K a -T 1 $host1
}

host2_releases()
{
	sg_persist_retry -o -L -K b -T 7 $host2
}

host2_preempts()
{
	sg_persist_retry -o -P -K b -S a -T 1 $host2
}

host2_reserves()
{
	sg_reserve 0xb 1 $host2
}

register_both_hosts()
{
	sg_register 0xa $host1
	sg_register 0xb $host2
}

# bats test_tags=every-kernel
@test "release: this host holds -> released, the keys stay" {
	sg_register 0xa $host1
	sg_register 0xb $host2
	sg_reserve 0xa 1 $host1
	cannot_write $host2

	run_prctl release --key 0xa $host1
	assert_status 0
	assert_output "$host1: released, was write-exclusive"
	refute_stderr
	assert_target_state none none "host-1 0xa host-2 0xb"
	can_write $host2
}

@test "release: each type -> found, and can be given by --type" {
	local row name
	register_both_hosts
	for row in 1:write-exclusive:we 3:exclusive-access:ea 5:write-exclusive-reg-only:wero \
		6:exclusive-access-reg-only:earo 7:write-exclusive-all-regs:wear 8:exclusive-access-all-regs:eaar; do
		echo "row: $row"
		name=${row#*:}
		sg_reserve 0xa "${row%%:*}" $host1
		run_prctl release --json --key 0xa $host1
		assert_status 0
		assert_outcome ok true true none
		[[ $(target_type) == none ]] || fail "held still"

		sg_reserve 0xa "${row%%:*}" $host1
		run_prctl release --key 0xa --type "${name#*:}" $host1
		assert_status 0
		assert_output "$host1: released, was ${name%:*}"
		assert_target_state none none "host-1 0xa host-2 0xb"
	done
}

@test "release: another host holds -> conflict, the reservation stays" {
	sg_register 0xa $host1
	sg_register 0xb $host2
	sg_reserve 0xa 1 $host1

	# the target would answer "good", and do nothing
	run_prctl release --key 0xb $host2
	assert_status 3
	assert_output ""
	assert_stderr "prctl: $host2: release: conflict: held by 0xa ($iqn:host-1), write-exclusive; 0xb is registered; only the holder can release it; use preempt to take it over"
	assert_target_state host-1 "Write Exclusive Access" "host-1 0xa host-2 0xb"

	run_prctl release --json --key 0xb --type write-exclusive $host2
	assert_outcome conflict false false held_by_other
}

@test "release: another host holds with the same key -> conflict, the reservation stays" {
	sg_register 0xa $host1
	sg_register 0xa $host2
	sg_reserve 0xa 1 $host2

	run_prctl release --json --key 0xa $host1
	assert_status 3
	assert_stderr "prctl: $host1: release: conflict: held by 0xa ($iqn:host-2), write-exclusive; 0xa is registered; only the holder can release it; use preempt to take it over"
	assert_outcome conflict false false held_by_other
	assert_target_state host-2 "Write Exclusive Access" "host-1 0xa host-2 0xa"
}

@test "release: --type is not the type that is held -> conflict, the reservation stays" {
	sg_register 0xa $host1
	sg_reserve 0xa 5 $host1

	run_prctl release --json --key 0xa --type write-exclusive $host1
	assert_status 3
	assert_stderr "prctl: $host1: release: conflict: held by 0xa (this host), write-exclusive-reg-only, not write-exclusive; omit --type to release it"
	assert_outcome conflict false false held_with_other_type
	assert_target_state host-1 "Write Exclusive Access, Registrants Only" "host-1 0xa"
}

@test "release: nothing is held, this host is registered -> ok, unchanged" {
	sg_register 0xa $host1

	run_prctl release --json --key 0xa $host1
	assert_status 0
	assert_outcome ok false false none
	run_prctl release --key 0xa --type write-exclusive $host1
	assert_status 0
	assert_output "$host1: nothing was reserved"
	refute_stderr
	assert_target_state none none "host-1 0xa"
}

@test "release: this host is not registered, held or not -> conflict" {
	# LIO would answer CHECK CONDITION to the first, and a conflict to the second
	run_prctl release --json --key 0xa $host1
	assert_status 3
	assert_stderr "prctl: $host1: release: conflict: 0xa is not registered; nothing is reserved; only a registered host can release"
	assert_outcome conflict false false key_not_registered

	sg_register 0xa $host2
	sg_reserve 0xa 1 $host2
	run_prctl release --json --key 0xa $host1
	assert_status 3
	assert_stderr "prctl: $host1: release: conflict: 0xa is registered by another host: 0xa ($iqn:host-2); held by 0xa ($iqn:host-2), write-exclusive; only a registered host can release"
	assert_outcome conflict false false key_not_registered
	assert_target_state host-2 "Write Exclusive Access" "host-2 0xa"
}

@test "release: another key than the holder's -> conflict, the reservation stays" {
	sg_register 0xc $host1
	sg_reserve 0xc 1 $host1

	run_prctl release --json --key 0xa $host1
	assert_status 3
	assert_stderr "prctl: $host1: release: conflict: this host is registered with 0xc, not 0xa; held by 0xc (this host), write-exclusive; use --key with the current key"
	assert_outcome conflict false false other_key_registered
	assert_target_state host-1 "Write Exclusive Access" "host-1 0xc"
}

@test "release: all registrants hold -> each of them can release" {
	register_both_hosts
	sg_reserve 0xa 7 $host1

	run_prctl release --key 0xb $host2
	assert_status 0
	assert_output "$host2: released, was write-exclusive-all-regs"
	assert_target_state none none "host-1 0xa host-2 0xb"
}

@test "release: one or two unit attentions wait -> passed over" {
	register_both_hosts
	sg_reserve 0xb 5 $host2
	sg_persist_retry -o -L -K b -T 5 $host2
	# host 1 is not looked at: sg_persist would consume the unit attention
	run_prctl release --json --verbose --key 0xa $host1
	assert_status 0
	assert_verbose $host1 "${read_after_one[@]}" \
		"nothing is reserved; 2 registrations, generation N"
	assert_outcome ok false false none

	sg_reserve 0xb 5 $host2
	sg_persist_retry -o -L -K b -T 5 $host2
	# a fenced host is told the state, not that there was a unit attention
	run_prctl_stopped_at 1 real host2_preempts release --json --verbose --key 0xa $host1
	assert_status 3
	assert_verbose $host1 "${read_after_two[@]}" \
		"nothing is reserved; 1 registration, generation N" \
		"release: conflict: 0xa is not registered; nothing is reserved; only a registered \
host can release"
	assert_outcome conflict false false key_not_registered
	assert_target_state none none "host-2 0xb"
}

@test "release: another host changes the state between reading and change -> judged by the new state" {
	register_both_hosts
	sg_reserve 0xa 7 $host1

	# a unit attention, and nothing is left to release
	run_prctl_stopped_at 1 real host2_releases release --json --key 0xa $host1
	assert_status 0
	assert_target_state none none "host-1 0xa host-2 0xb"

	sg_reserve 0xa 1 $host1
	run_prctl_stopped_at 1 real host2_preempts release --json --key 0xa $host1
	assert_status 7
	# the conflict may be the echo of a release that was done before host 2 came
	assert_stderr "prctl: $host1: release: unknown: an earlier try of the release may have \
taken effect; now: 0xa is not registered; held by 0xb ($iqn:host-2), write-exclusive; only a \
registered host can release; check with 'prctl status'"
	assert_outcome unknown null true outcome_lost
	assert_target_state host-2 "Write Exclusive Access" "host-2 0xb"
}

@test "release: failed and not done -> sent again" {
	sg_register 0xa $host1
	sg_reserve 0xa 1 $host1

	run_prctl_injected retval=2:when=2 release --json --key 0xa $host1
	[[ $(grep -c IOC_PR_RELEASE "$traced") == 2 ]] || fail "not sent twice: $(< "$traced")"
	assert_status 0
	assert_outcome ok true true none
	assert_target_state none none "host-1 0xa"
}

@test "release: done, but the device returns an error -> ok, changed is null" {
	local answer words=([0x2]="I/O error" [0x18]="RESERVATION \
CONFLICT" [0x118]="RESERVATION CONFLICT")
	sg_register 0xa $host1
	for answer in 0x2 0x18 0x118; do
		echo "row: $answer"
		sg_reserve 0xa 1 $host1
		run_prctl_stopped_at 2 retval=$((answer)) host1_releases release --json --key 0xa $host1
		assert_status 0
		assert_outcome ok null true none
		assert_stderr "prctl: $host1: warning: the command failed: ${words[answer]} \
($answer); but the change took effect"
		assert_target_state none none "host-1 0xa"
	done
}

@test "release: not read back in time -> unknown" {
	before()
	{
		lun_reset
		sg_register 0xa $host1
		sg_reserve 0xa 1 $host1
	}
	before

	run_prctl_failing_from 3 before release --json --key 0xa $host1
	assert_status 7
	assert_stderr "prctl: $host1: read-back: unknown: accepted, but not verified: cannot read \
the state: the path failed (EIO); check with 'prctl status'"
	assert_outcome unknown null true not_verified
	assert_target_state none none "host-1 0xa"
}

@test "release: done, then reserved by another host -> failed, names the holder" {
	register_both_hosts
	sg_reserve 0xa 1 $host1

	run_prctl_stopped_at 2 real host2_reserves release --json --key 0xa $host1
	assert_status 6
	assert_stderr "prctl: $host1: read-back: failed: done, but changed since: now held by 0xb ($iqn:host-2), write-exclusive; 0xa is registered; another host is changing this device; check with 'prctl status'"
	assert_outcome failed true true changed_since
}

@test "release: --dry-run -> judges as without it, says what would be sent, and changes nothing" {
	register_both_hosts
	sg_reserve 0xa 6 $host1

	run_prctl release --dry-run --key 0xa $host1
	assert_status 0
	assert_output ""
	assert_stderr "prctl: $host1: would release, held by 0xa (this host), exclusive-access-reg-only: RELEASE, key 0xa, exclusive-access-reg-only, through $(readlink -f "$host1")"
	run_prctl release --json --dry-run --key 0xb $host2
	assert_status 3
	assert_stderr "prctl: $host2: release: conflict: held by 0xa ($iqn:host-1), exclusive-access-reg-only; 0xb is registered; only the holder can release it; use preempt to take it over"
	assert_outcome conflict false false held_by_other
	assert_target_state host-1 "Exclusive Access, Registrants Only" "host-1 0xa host-2 0xb"
}

@test "release: --quiet -> errors only; --verbose -> each command and its result" {
	register_both_hosts
	sg_reserve 0xa 1 $host1
	run_prctl release --quiet --key 0xb $host2
	assert_status 3
	assert_output ""
	assert_stderr "prctl: $host2: release: conflict: held by 0xa ($iqn:host-1), write-exclusive; 0xb is registered; only the holder can release it; use preempt to take it over"
	run_prctl release --verbose --key 0xa $host1
	assert_status 0
	assert_output "$host1: released, was write-exclusive"
	assert_verbose $host1 "${read_good[@]}" \
		"RELEASE, key 0xa, write-exclusive by ioctl: good" \
		"${read_good[@]}" \
		"nothing is reserved; 2 registrations, generation N"
	run_prctl release --quiet --key 0xa $host1
	assert_status 0
	assert_output ""
	refute_stderr
}
