#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# preempt-abort: what differs from preempt, and that what does not is the same
load common

iqn=iqn.2026-01.lab

teardown()
{
	echo 0 > /proc/sys/dev/scsi/logging_level
}

host1_preempts_and_aborts()
{
	other -o -A -K a -S b -T 1 "$host1"
}

host2_leaves()
{
	other -o -G -K b -S 0 "$host2"
}

# Host 2 holds, host 1 is registered.
host2_holds()
{
	join 0xa "$host1"
	join 0xb "$host2"
	hold 0xb "${1:-1}" "$host2"
}

# wire ARG...: runs prctl as p does; $wire is every PERSISTENT RESERVE OUT that went to a disk.
wire()
{
	dmesg --clear
	echo 1024 > /proc/sys/dev/scsi/logging_level
	p "$@"
	echo 0 > /proc/sys/dev/scsi/logging_level
	wire=$(dmesg | sed -n 's/.*CDB: Persistent reserve out, \([a-z ]*\) 5f .*/\1/p' | paste -sd,)
}

# bats test_tags=every-kernel
@test "preempt-abort: of the holder takes the reservation over, with the type that is held" {
	host2_holds 5
	p preempt-abort --key 0xa --victim 0xb "$host1"
	ended 0
	printed "$host1: preempted and aborted 0xb; held by 0xa (this host), write-exclusive-reg-only; LOGICAL UNIT RESET done"
	said_nothing
	held host-1 "Write Exclusive Access, Registrants Only" "host-1 0xa"
	writes "$host1"
	writes_not "$host2"
}

@test "preempt-abort: takes over with --type" {
	host2_holds
	p preempt-abort --key 0xa --victim 0xb --type exclusive-access "$host1"
	ended 0
	printed "$host1: preempted and aborted 0xb; held by 0xa (this host), exclusive-access; LOGICAL UNIT RESET done"
	held host-1 "Exclusive Access" "host-1 0xa"
	writes "$host1"
	reads_not "$host2"
}

@test "preempt-abort: of a registrant that does not hold leaves the reservation" {
	join 0xa "$host1"
	join 0xb "$host2"
	hold 0xa 5 "$host1"
	writes "$host2"
	p preempt-abort --key 0xa --victim 0xb "$host1"
	ended 0
	said_nothing
	held host-1 "Write Exclusive Access, Registrants Only" "host-1 0xa"
	writes_not "$host2"
}

@test "preempt-abort: --victim all removes all others of an all-registrants reservation" {
	host2_holds 7
	p preempt-abort --key 0xa --victim all "$host1"
	ended 0
	printed "$host1: preempted and aborted all others; held by 0xa (this host), write-exclusive-all-regs; LOGICAL UNIT RESET done"
	held host-1 "Write Exclusive Access, All Registrants" "host-1 0xa"
	writes_not "$host2"
}

# bats test_tags=every-kernel
@test "preempt-abort: goes out as PREEMPT AND ABORT, and preempt as PREEMPT" {
	host2_holds
	wire preempt-abort --key 0xa --victim 0xb "$host1"
	ended 0
	[[ $wire == "preempt and abort" ]] || fail "what was sent: $wire"
	join 0xb "$host2"
	wire preempt --key 0xa --victim 0xb "$host1"
	ended 0
	[[ $wire == "preempt" ]] || fail "what was sent: $wire"
}

@test "preempt-abort: done, but answered otherwise, is ok after the reset, and --no-reset leaves it unknown" {
	host2_holds
	interrupted 2 retval=2 host1_preempts_and_aborts preempt-abort --no-reset --json --key 0xa --victim 0xb "$host1"
	grep -q 'IOC_PR_PREEMPT_ABORT,.*INJECTED' "$traced"
	ended 7
	said "prctl: $host1: read-back: unknown: abort not proven: that takes LOGICAL UNIT RESET, which --no-reset forbids"
	said "held by 0xa (this host), write-exclusive"
	json '.devices[0] | [.status, .changed, .sent, .error.reason]' '["unknown",null,true,"abort_not_proven"]'
	join 0xb "$host2"
	interrupted 2 retval=2 host1_preempts_and_aborts preempt-abort --json --key 0xa --victim 0xb "$host1"
	grep -q 'IOC_PR_PREEMPT_ABORT,.*INJECTED' "$traced"
	ended 0
	json '.devices[0] | [.status, .changed, .sent]' '["ok",null,true]'
	held host-1 "Write Exclusive Access" "host-1 0xa"
}

@test "preempt-abort: a victim that goes by itself in between is gone, and its abort is proven by the reset" {
	join 0xa "$host1"
	join 0xb "$host2"
	hold 0xa 5 "$host1"
	interrupted 1 real host2_leaves preempt-abort --json --key 0xa --victim 0xb "$host1"
	ended 0
	json '.devices[0] | [.status, .changed]' '["ok",null]'
}

# bats test_tags=every-kernel
@test "preempt-abort: what failed without being done is sent again, and its own success proves it" {
	host2_holds
	interrupted 2 error=EIO true preempt-abort --json --key 0xa --victim 0xb "$host1"
	ended 0
	json '.devices[0] | [.status, .changed]' '["ok",true]'
	held host-1 "Write Exclusive Access" "host-1 0xa"
}

@test "preempt-abort: where nothing is reserved is a conflict before anything is sent" {
	join 0xa "$host1"
	join 0xb "$host2"
	wire preempt-abort --json --key 0xa --victim 0xb "$host1"
	ended 3
	[[ $wire == "" ]] || fail "sent: $wire"
	said "prctl: $host1: preempt-abort: conflict: nothing is reserved, so the victim could still write without its key"
	json '.devices[0] | [.error.reason, .changed, .sent]' '["not_reserved",false,false]'
	held none none "host-1 0xa host-2 0xb"
}

@test "preempt-abort: --unreserved removes the key alone, and says that the victim can write" {
	join 0xa "$host1"
	join 0xb "$host2"
	p preempt-abort --key 0xa --victim 0xb --unreserved "$host1"
	ended 0
	printed "$host1: preempted and aborted 0xb; nothing is reserved; LOGICAL UNIT RESET done"
	said "the victim can write without its key"
	held none none "host-1 0xa"
}

@test "preempt-abort: a victim that is not registered is a conflict, and a success with --if-registered" {
	join 0xa "$host1"
	hold 0xa 1 "$host1"
	p preempt-abort --json --key 0xa --victim 0xb "$host1"
	ended 3
	said "$host1: preempt-abort: conflict: the victim's key 0xb is not registered"
	json '.devices[0] | [.error.reason, .sent]' '["victim_not_registered",false]'
	p preempt-abort --key 0xa --victim 0xb --if-registered "$host1"
	ended 0
	printed "$host1: 0xb was not registered, and its commands are aborted; held by 0xa (this host), write-exclusive"
	held host-1 "Write Exclusive Access" "host-1 0xa"
}

@test "preempt-abort: by a host that is not registered is a conflict that says who holds" {
	join 0xb "$host2"
	hold 0xb 1 "$host2"
	p preempt-abort --key 0xa --victim 0xb "$host1"
	ended 3
	said "$host1: preempt-abort: conflict: 0xa is not registered; held by 0xb ($iqn:host-2), write-exclusive"
	held host-2 "Write Exclusive Access" "host-2 0xb"
}

@test "preempt-abort: the own key as victim is a wrong command line, and nothing is touched" {
	join 0xa "$host1"
	p preempt-abort --key 0xa --victim 0xa "$host1"
	ended 2
	printed ""
	held none none "host-1 0xa"
}

@test "preempt-abort: --dry-run says what would be sent, and sends nothing" {
	host2_holds
	p preempt-abort --dry-run --key 0xa --victim 0xb "$host1"
	ended 0
	printed ""
	[[ $stderr == "prctl: $host1: would preempt and abort 0xb, held by 0xb ("*"PREEMPT AND ABORT, key 0xa, victim 0xb, "* ]] ||
		fail "not what would be sent"
	held host-2 "Write Exclusive Access" "host-1 0xa host-2 0xb"
}
