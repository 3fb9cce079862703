#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# preempt-abort and fences, while a write of the victim is under way on a disk that is stopped:
# after exit 0 it must not land. The witness is the disk's content at that moment, and after the
# write has ended.
load common
load slow

setup_file()
{
	slow_setup
}

teardown_file()
{
	slow_teardown
}

setup()
{
	slow_reset
}

# host1_reserves TYPE: this host holds, and the victim is registered; 5 is the usual cluster.
host1_reserves()
{
	sg_register 0xa "$slow1"
	sg_register 0xb "$slow2"
	sg_reserve 0xa "$1" "$slow1"
}

# bats test_tags=every-kernel
@test "preempt-abort: a victim that does not hold has a write under way -> no write lands after exit 0" {
	host1_reserves 5
	slow_suspend
	start_write "$slow2" victim
	start_prctl preempt-abort --key 0xa --victim 0xb "$slow1"
	wait_for_end_or_reset
	slow_resume
	assert_command_status 0
	assert_output "$slow1: preempted and aborted 0xb; held by 0xa (this host), write-exclusive-reg-only; LOGICAL UNIT RESET done"
	refute_stderr
	assert_no_late_write
	assert_target_state host-1 "Write Exclusive Access, Registrants Only" "host-1 0xa" slow
}

@test "preempt-abort: a victim that holds has a write under way -> no write lands after exit 0" {
	sg_register 0xa "$slow1"
	sg_register 0xb "$slow2"
	slow_suspend
	start_write "$slow2" victim
	sg_reserve 0xb 5 "$slow2"
	start_prctl preempt-abort --key 0xa --victim 0xb "$slow1"
	wait_for_end_or_reset
	slow_resume
	assert_command_status 0
	assert_no_late_write
	assert_target_state host-1 "Write Exclusive Access, Registrants Only" "host-1 0xa" slow
}

@test "fence_prctl off: the victim has a write under way -> no write lands after exit 0" {
	host1_reserves 5
	fence()
	{
		printf '%s\n' action=off power_timeout=300 key=0xa plug=0xb "devices=$slow1" | fence_prctl
	}
	slow_suspend
	start_write "$slow2" victim
	start_command fence
	wait_for_end_or_reset
	slow_resume
	assert_command_status 0
	assert_no_late_write
}

@test "preempt-abort: --no-reset -> no reset, unknown: the write may land" {
	host1_reserves 5
	slow_suspend
	start_write "$slow2" victim
	start_prctl preempt-abort --no-reset --json --key 0xa --victim 0xb "$slow1"
	wait_for_end_or_reset
	assert_command_status 7
	assert_stderr "prctl: $slow1: read-back: unknown: abort not proven: the proof needs \
LOGICAL UNIT RESET, which --no-reset forbids; the victim's key is gone, but its earlier commands \
may still complete; held by 0xa (this host), write-exclusive-reg-only; run it again to prove the \
abort; if the victim's host is off or was rebooted, use preempt-abort --confirmed-off"
	assert_outcome unknown true true abort_not_proven
	! lun_was_reset || fail "the LUN was reset"
	[[ $content == "" ]] || fail "the write has landed before"
	slow_resume
	wait_for_write
	[[ $(slow_content) == victim ]] || fail "the write has not landed, so this test shows nothing"
}

@test "preempt-abort: the reset fails -> unknown" {
	host1_reserves 5
	run_prctl_injected error=EIO:when=4 preempt-abort --json --key 0xa --victim 0xb "$slow1"
	grep -q 'SG_SCSI_RESET.*INJECTED\|0x2284.*INJECTED' "$traced" || fail "the fourth ioctl is no reset"
	assert_status 7
	assert_stderr "prctl: $slow1: read-back: unknown: abort not proven: LOGICAL UNIT RESET \
through $slow1 failed (EIO); the victim's key is gone, but its earlier commands may still \
complete; held by 0xa (this host), write-exclusive-reg-only; run it again to prove the abort; if \
the victim's host is off or was rebooted, use preempt-abort --confirmed-off"
	assert_outcome unknown true true abort_not_proven
	assert_target_state host-1 "Write Exclusive Access, Registrants Only" "host-1 0xa" slow
}

@test "preempt-abort: a signal during the reset -> unknown, a second attempt waits for the same write" {
	host1_reserves 5
	slow_suspend
	start_write "$slow2" victim
	start_prctl preempt-abort --json --key 0xa --victim 0xb "$slow1"
	wait_for_end_or_reset
	pkill -TERM --parent "$runner" -x prctl
	assert_command_status 7
	assert_stderr "prctl: $slow1: read-back: unknown: abort not proven: interrupted by SIGTERM \
during LOGICAL UNIT RESET; the victim's key is gone, but its earlier commands may still complete; \
run it again to prove the abort; if the victim's host is off or was rebooted, use preempt-abort \
--confirmed-off"
	assert_outcome unknown null true abort_not_proven
	[[ $content == "" ]] || fail "the write has landed before"
	# on another node, which has no records
	# shellcheck disable=SC2016 # expanded there
	start_command unshare -m bash -c 'mount -t tmpfs -o mode=700 tmpfs /run/prctl; exec prctl "$@"' - \
		preempt-abort --timeout 300 --key 0xa --victim 0xb --if-registered "$slow1"
	wait_for_end_or_reset
	slow_resume
	assert_command_status 0
	assert_no_late_write
}

@test "preempt: a write under way -> no reset" {
	host1_reserves 5
	start_prctl preempt --key 0xa --victim 0xb "$slow1"
	assert_command_status 0
	! lun_was_reset || fail "the LUN was reset"
}

@test "preempt-abort: --dry-run -> says that the LUN would be reset" {
	host1_reserves 5
	run_prctl preempt-abort --dry-run --key 0xa --victim 0xb "$slow1"
	assert_status 0
	local command="PREEMPT AND ABORT, key 0xa, victim 0xb, write-exclusive-reg-only, through \
$slow1"
	local would="would preempt and abort 0xb, held by 0xa (this host), write-exclusive-reg-only"
	assert_stderr "prctl: $slow1: $would: $command, then LOGICAL UNIT RESET"
	run_prctl preempt-abort --dry-run --no-reset --key 0xa --victim 0xb "$slow1"
	assert_status 0
	assert_stderr "prctl: $slow1: $would: $command, without the LOGICAL UNIT RESET that proves \
the abort"
	assert_target_state host-1 "Write Exclusive Access, Registrants Only" "host-1 0xa host-2 0xb" slow
}
