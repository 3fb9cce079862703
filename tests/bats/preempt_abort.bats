#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# preempt-abort: what differs from preempt, and that what does not is the same
# bats file_tags=sanitized
load common

iqn=iqn.2026-01.lab

teardown()
{
	echo 0 > /proc/sys/dev/scsi/logging_level
}

host1_preempts_and_aborts()
{
	sg_persist_retry -o -A -K a -S b -T 1 "$host1"
}

host2_unregisters()
{
	sg_persist_retry -o -G -K b -S 0 "$host2"
}

# Host 2 holds, host 1 is registered.
host2_reserves()
{
	sg_register 0xa "$host1"
	sg_register 0xb "$host2"
	sg_reserve 0xb "${1:-1}" "$host2"
}

# run_prctl_traced ARG...: runs prctl as run_prctl does; $wire is every PERSISTENT RESERVE OUT that
# went to a disk.
run_prctl_traced()
{
	dmesg --clear
	echo 1024 > /proc/sys/dev/scsi/logging_level
	run_prctl "$@"
	echo 0 > /proc/sys/dev/scsi/logging_level
	wire=$(dmesg | sed -n 's/.*CDB: Persistent reserve out, \([a-z ]*\) 5f .*/\1/p' | paste -sd,)
}

@test "preempt-abort: the victim holds -> takes the reservation over with its type" {
	host2_reserves 5
	run_prctl preempt-abort --key 0xa --victim 0xb "$host1"
	assert_status 0
	assert_output "$host1: preempted and aborted 0xb; held by 0xa (this host), write-exclusive-reg-only; LOGICAL UNIT RESET done"
	refute_stderr
	assert_target_state host-1 "Write Exclusive Access, Registrants Only" "host-1 0xa"
	can_write "$host1"
	cannot_write "$host2"
}

@test "preempt-abort: --type -> takes the reservation over with that type" {
	host2_reserves
	run_prctl preempt-abort --key 0xa --victim 0xb --type exclusive-access "$host1"
	assert_status 0
	assert_output "$host1: preempted and aborted 0xb; held by 0xa (this host), exclusive-access; LOGICAL UNIT RESET done"
	assert_target_state host-1 "Exclusive Access" "host-1 0xa"
	can_write "$host1"
	cannot_read "$host2"
}

@test "preempt-abort: the victim does not hold -> the reservation stays" {
	sg_register 0xa "$host1"
	sg_register 0xb "$host2"
	sg_reserve 0xa 5 "$host1"
	can_write "$host2"
	run_prctl preempt-abort --key 0xa --victim 0xb "$host1"
	assert_status 0
	refute_stderr
	assert_target_state host-1 "Write Exclusive Access, Registrants Only" "host-1 0xa"
	cannot_write "$host2"
}

@test "preempt-abort: --victim all, all registrants hold -> all others are removed" {
	host2_reserves 7
	run_prctl preempt-abort --key 0xa --victim all "$host1"
	assert_status 0
	assert_output "$host1: preempted and aborted all others; held by 0xa (this host), write-exclusive-all-regs; LOGICAL UNIT RESET done"
	assert_target_state host-1 "Write Exclusive Access, All Registrants" "host-1 0xa"
	cannot_write "$host2"
}

# bats test_tags=every-kernel
@test "preempt-abort: the command that is sent -> PREEMPT AND ABORT; by preempt -> PREEMPT" {
	host2_reserves
	run_prctl_traced preempt-abort --key 0xa --victim 0xb "$host1"
	assert_status 0
	[[ $wire == "preempt and abort" ]] || fail "what was sent: $wire"
	sg_register 0xb "$host2"
	run_prctl_traced preempt --key 0xa --victim 0xb "$host1"
	assert_status 0
	[[ $wire == "preempt" ]] || fail "what was sent: $wire"
}

@test "preempt-abort: done, but the device returns an error -> ok after the reset, with --no-reset unknown" {
	host2_reserves
	run_prctl_stopped_at 2 retval=2 host1_preempts_and_aborts preempt-abort --no-reset --json --key 0xa --victim 0xb "$host1"
	grep -q 'IOC_PR_PREEMPT_ABORT,.*INJECTED' "$traced"
	assert_status 7
	assert_stderr "prctl: $host1: read-back: unknown: abort not proven: the proof needs \
LOGICAL UNIT RESET, which --no-reset forbids; the victim's key is gone, but its earlier commands \
may still complete; held by 0xa (this host), write-exclusive; run it again to prove the abort; if \
the victim's host is off or was rebooted, use preempt-abort --confirmed-off"
	assert_json '.devices[0] | [.status, .changed, .sent, .error.reason]' '["unknown",null,true,"abort_not_proven"]'
	sg_register 0xb "$host2"
	run_prctl_stopped_at 2 retval=2 host1_preempts_and_aborts preempt-abort --json --key 0xa --victim 0xb "$host1"
	grep -q 'IOC_PR_PREEMPT_ABORT,.*INJECTED' "$traced"
	assert_status 0
	assert_json '.devices[0] | [.status, .changed, .sent]' '["ok",null,true]'
	assert_target_state host-1 "Write Exclusive Access" "host-1 0xa"
}

@test "preempt-abort: the victim unregisters meanwhile -> ok, proven by the reset" {
	sg_register 0xa "$host1"
	sg_register 0xb "$host2"
	sg_reserve 0xa 5 "$host1"
	run_prctl_stopped_at 1 real host2_unregisters preempt-abort --json --key 0xa --victim 0xb "$host1"
	assert_status 0
	assert_json '.devices[0] | [.status, .changed]' '["ok",null]'
}

# bats test_tags=every-kernel
@test "preempt-abort: failed and not done -> sent again, ok by its own success" {
	host2_reserves
	run_prctl_stopped_at 2 error=EIO true preempt-abort --json --key 0xa --victim 0xb "$host1"
	assert_status 0
	assert_json '.devices[0] | [.status, .changed]' '["ok",true]'
	assert_target_state host-1 "Write Exclusive Access" "host-1 0xa"
}

@test "preempt-abort: nothing is reserved -> conflict, nothing is sent" {
	sg_register 0xa "$host1"
	sg_register 0xb "$host2"
	run_prctl_traced preempt-abort --json --key 0xa --victim 0xb "$host1"
	assert_status 3
	[[ $wire == "" ]] || fail "sent: $wire"
	assert_stderr "prctl: $host1: preempt-abort: conflict: nothing is reserved, so the victim can still write without its key; 0xb is registered; reserve first, or use --unreserved to remove only the key"
	assert_json '.devices[0] | [.error.reason, .changed, .sent]' '["not_reserved",false,false]'
	assert_target_state none none "host-1 0xa host-2 0xb"
}

@test "preempt-abort: --unreserved, nothing is reserved -> the key is removed, a warning says that the victim can write" {
	sg_register 0xa "$host1"
	sg_register 0xb "$host2"
	run_prctl preempt-abort --key 0xa --victim 0xb --unreserved "$host1"
	assert_status 0
	assert_output "$host1: preempted and aborted 0xb; nothing is reserved; LOGICAL UNIT RESET done"
	assert_stderr "prctl: $host1: warning: nothing is reserved, so the victim can write without its key; reserve to lock it out"
	assert_target_state none none "host-1 0xa"
}

@test "preempt-abort: the victim is not registered -> conflict, with --if-registered ok" {
	sg_register 0xa "$host1"
	sg_reserve 0xa 1 "$host1"
	run_prctl preempt-abort --json --key 0xa --victim 0xb "$host1"
	assert_status 3
	assert_stderr "prctl: $host1: preempt-abort: conflict: the victim's key 0xb is not registered; held by 0xa (this host), write-exclusive; use --if-registered if that is expected"
	assert_json '.devices[0] | [.error.reason, .sent]' '["victim_not_registered",false]'
	run_prctl preempt-abort --key 0xa --victim 0xb --if-registered "$host1"
	assert_status 0
	assert_output "$host1: 0xb was not registered, and its commands are aborted; held by 0xa (this host), write-exclusive"
	assert_target_state host-1 "Write Exclusive Access" "host-1 0xa"
}

@test "preempt-abort: this host is not registered -> conflict that names the holder" {
	sg_register 0xb "$host2"
	sg_reserve 0xb 1 "$host2"
	run_prctl preempt-abort --key 0xa --victim 0xb "$host1"
	assert_status 3
	assert_stderr "prctl: $host1: preempt-abort: conflict: 0xa is not registered; held by 0xb ($iqn:host-2), write-exclusive; only a registered host can preempt"
	assert_target_state host-2 "Write Exclusive Access" "host-2 0xb"
}

@test "preempt-abort: the victim is the own key -> usage error, nothing is touched" {
	sg_register 0xa "$host1"
	run_prctl preempt-abort --key 0xa --victim 0xa "$host1"
	assert_status 2
	assert_output ""
	assert_target_state none none "host-1 0xa"
}

@test "preempt-abort: --dry-run -> says what would be sent, and sends nothing" {
	host2_reserves
	run_prctl preempt-abort --dry-run --key 0xa --victim 0xb "$host1"
	assert_status 0
	assert_output ""
	assert_stderr "prctl: $host1: would preempt and abort 0xb, held by 0xb \
(iqn.2026-01.lab:host-2), write-exclusive: PREEMPT AND ABORT, key 0xa, victim 0xb, \
write-exclusive, through $(readlink -f "$host1"), then LOGICAL UNIT RESET"
	assert_target_state host-2 "Write Exclusive Access" "host-1 0xa host-2 0xb"
}
