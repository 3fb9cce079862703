#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# preempt-abort and fences, while a write of the victim is under way on a disk that is stopped: after exit 0 it must not
# land. The witness is the disk's content at that moment, and after the write has ended.
load common
load slow

setup_file()
{
	slow_begin
}

teardown_file()
{
	slow_end
}

setup()
{
	slow_reset
}

# host1_holds TYPE: this host holds, and the victim is registered; 5 is the usual cluster.
host1_holds()
{
	join 0xa "$slow1"
	join 0xb "$slow2"
	hold 0xa "$1" "$slow1"
}

# bats test_tags=every-kernel
@test "abort: after exit 0 no write of a victim that does not hold lands" {
	host1_holds 5
	slow_stop
	write_begin "$slow2" victim
	slow_prctl preempt-abort --key 0xa --victim 0xb "$slow1"
	slow_await
	slow_go
	slow_ended 0
	printed "$slow1: preempted and aborted 0xb; held by 0xa (this host), write-exclusive-reg-only; LOGICAL UNIT RESET done"
	said_nothing
	nothing_lands
	held host-1 "Write Exclusive Access, Registrants Only" "host-1 0xa" slow
}

@test "abort: nor of a victim that holds, and wrote before it did" {
	join 0xa "$slow1"
	join 0xb "$slow2"
	slow_stop
	write_begin "$slow2" victim
	hold 0xb 5 "$slow2"
	slow_prctl preempt-abort --key 0xa --victim 0xb "$slow1"
	slow_await
	slow_go
	slow_ended 0
	nothing_lands
	held host-1 "Write Exclusive Access, Registrants Only" "host-1 0xa" slow
}

@test "abort: nor after a fence" {
	host1_holds 5
	fence()
	{
		printf '%s\n' action=off key=0xa plug=0xb "devices=$slow1" | fence_prctl
	}
	slow_stop
	write_begin "$slow2" victim
	slow_run fence
	slow_await
	slow_go
	slow_ended 0
	nothing_lands
}

@test "abort: --no-reset sends none, and ends as unknown: the write may land" {
	host1_holds 5
	slow_stop
	write_begin "$slow2" victim
	slow_prctl preempt-abort --no-reset --json --key 0xa --victim 0xb "$slow1"
	slow_await
	slow_ended 7
	said "abort not proven: that takes LOGICAL UNIT RESET, which --no-reset forbids; the victim's key is gone"
	came unknown true true abort_not_proven
	! was_reset || fail "the LUN was reset"
	[[ $content == "" ]] || fail "the write has landed before"
	slow_go
	write_end
	[[ $(slow_content) == victim ]] || fail "the write has not landed, so this test shows nothing"
}

@test "abort: a reset that fails ends as unknown" {
	host1_holds 5
	injected error=EIO:when=4 preempt-abort --json --key 0xa --victim 0xb "$slow1"
	grep -q 'SG_SCSI_RESET.*INJECTED\|0x2284.*INJECTED' "$traced" || fail "the fourth ioctl is no reset"
	ended 7
	said "abort not proven: LOGICAL UNIT RESET through $slow1 failed (EIO); the victim's key is gone"
	came unknown true true abort_not_proven
	held host-1 "Write Exclusive Access, Registrants Only" "host-1 0xa" slow
}

@test "abort: a signal during the reset ends it as unknown" {
	host1_holds 5
	slow_stop
	write_begin "$slow2" victim
	slow_prctl preempt-abort --json --key 0xa --victim 0xb "$slow1"
	slow_await
	pkill -TERM --parent "$runner" -x prctl
	slow_ended 7
	said "abort not proven: interrupted by SIGTERM during LOGICAL UNIT RESET; the victim's key is gone"
	came unknown null true abort_not_proven
	[[ $content == "" ]] || fail "the write has landed before"
}

@test "abort: preempt alone resets nothing" {
	host1_holds 5
	slow_prctl preempt --key 0xa --victim 0xb "$slow1"
	slow_ended 0
	! was_reset || fail "the LUN was reset"
}

@test "abort: --dry-run says that the LUN would be reset" {
	host1_holds 5
	p preempt-abort --dry-run --key 0xa --victim 0xb "$slow1"
	ended 0
	said "write-exclusive-reg-only, through $slow1, then LOGICAL UNIT RESET"
	p preempt-abort --dry-run --no-reset --key 0xa --victim 0xb "$slow1"
	ended 0
	said "through $slow1, without the LOGICAL UNIT RESET that proves the abort"
	held host-1 "Write Exclusive Access, Registrants Only" "host-1 0xa host-2 0xb" slow
}
