#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Deadlines, signals, answers that are lost, and the death of either process. strace holds an ioctl back, before
# it is sent or behind its being done; paths that are really cut are in multipath.bats.
load common

# late WHEN enter|exit SECONDS ARG... DEVICE: runs prctl as p does, whose ioctl number WHEN on DEVICE is held back
# for SECONDS before it is sent, or behind its being done: its answer is lost then. The first one reads, the second
# one is the change, the third one reads back.
late()
{
	local when
	when_get "$1"
	run --separate-stderr strace -f -qq -o /dev/null -P "$(readlink -f "${!#}")" -e trace=ioctl \
		-e "inject=ioctl:delay_$2=$(($3 * 1000000)):when=$when" prctl "${@:4}"
}

# soon SECONDS SIGNAL speaker|worker: the signal goes to one of the two processes of prctl, after SECONDS.
soon()
{
	local which=-o
	[[ $3 == speaker ]] || which=-n
	sleep "$1"
	pkill "-$2" $which -x prctl
}

setup()
{
	lun_reset
	lun_reset lun1
}

# bats test_tags=every-kernel
@test "faults: a device that does not answer ends status at the deadline, as unknown" {
	late 1 enter 5 status --timeout 2 --json "$host1"
	ended 7
	said "$host1: read: unknown: no answer within 2"
	json '.devices[0] | [.status, .error.reason]' '["unknown","not_read"]'
}

@test "faults: a change that was not sent by the deadline is failed, and never is sent" {
	late 1 enter 8 register --key 0xa --timeout 2 --json "$host1"
	ended 6
	said "$host1: read: failed: no answer within 2"
	said "nothing was sent that changes it, and nothing will be"
	json '.devices[0] | [.status, .sent, .changed, .error.reason]' '["failed",false,false,"not_sent"]'
	sleep 8
	held none none none
}

@test "faults: the other devices are done, whatever one does, and results keep their order" {
	late 1 enter 7 register --key 0xa --timeout 4 --jobs 1 --json /dev/lab/host1/lun1 "$host1"
	ended 6
	json '[.devices[] | [.argument, .status]]' "[[\"/dev/lab/host1/lun1\",\"ok\"],[\"$host1\",\"failed\"]]"
	held none none "host-1 0xa" lun1
	held none none none
}

# bats test_tags=every-kernel
@test "faults: a change whose answer is lost is unknown, and says that it may have happened" {
	late 2 exit 6 register --key 0xa --timeout 3 --json "$host1"
	ended 7
	json '.devices[0] | [.status, .changed, .sent, .error.reason]' '["unknown",null,true,"outcome_lost"]'
	said "register: unknown: sent, then no answer within 3"
	said "may still happen, later too"
	held none none "host-1 0xa"
}

@test "faults: a change that was accepted and cannot be read back in time is unknown" {
	late 3 enter 6 register --key 0xa --timeout 3 --json "$host1"
	ended 7
	json '.devices[0] | [.status, .changed, .sent, .error.reason]' '["unknown",null,true,"not_verified"]'
	said "read-back: unknown: accepted, not verified: no answer within 3"
	held none none "host-1 0xa"
}

@test "faults: a signal while it is read: nothing is sent any more, and that is said" {
	soon 3 TERM speaker &
	late 1 enter 8 register --key 0xa "$host1"
	wait $! || true
	ended 6
	said "$host1: read: failed: interrupted by SIGTERM while it was read; nothing was sent"
	sleep 6
	held none none none
}

@test "faults: a signal behind a change that was sent: unknown" {
	soon 3 INT speaker &
	late 2 exit 8 register --key 0xa "$host1"
	wait $! || true
	ended 7
	said "sent, then interrupted by SIGINT"
	held none none "host-1 0xa"
}

@test "faults: the working process dies before a change is sent: exit 1, and the device is named" {
	soon 3 KILL worker &
	late 1 enter 8 register --key 0xa "$host1"
	wait $! || true
	ended 1
	# of what is not known while a thread of it hangs, as one does here that strace holds back
	[[ $stderr == *"$host1: read: failed: prctl's working process died"*" while it was read; nothing was sent"* ]] || fail
	held none none none
}

@test "faults: the working process dies behind a change: unknown" {
	soon 3 KILL worker &
	late 2 exit 8 register --key 0xa --json "$host1"
	wait $! || true
	ended 7
	said "sent, then prctl's working process died"
	json '.status' '"unknown"'
	held none none "host-1 0xa"
}

# bats test_tags=every-kernel
@test "faults: the speaking process is killed: the change is not sent any more" {
	soon 3 KILL speaker &
	late 2 enter 8 register --key 0xa "$host1"
	wait $! || true
	sleep 7
	held none none none
}

@test "faults: a target that answers late is waited for" {
	tc qdisc add dev lo root netem delay 300ms
	p register --key 0xa --timeout 30 "$host1"
	tc qdisc del dev lo root
	ended 0
	held none none "host-1 0xa"
}

@test "faults: killed at any moment, nothing is said that the target does not hold" {
	local n
	for ((n = 0; n < 12; n++)); do
		lun_reset
		soon "0.0$n" KILL worker 2> /dev/null &
		p register --key 0xa "$host1"
		wait $! || true
		case $status in
		0) [[ $(keys) == "host-1 0xa" ]] || fail "done, says prctl; the target: $(keys)" ;;
		1) [[ $(keys) == none ]] || fail "not sent, says prctl; the target: $(keys)" ;;
		7) ;;
		*) fail "round $n" ;;
		esac
	done
}
