#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Real faults: a portal that answers no more, replies that are lost, signals, and the death of either process.
# `dead` is a path with a portal of its own (127.0.0.2); `other` sees the same LUN through another.
load common

dead=/dev/lab/host1/mpath0-a
dead2=/dev/lab/host1/mpath0-b
other=/dev/lab/host2/mpath0-lun

# cut WHAT: in: nothing reaches the portal; out: its replies are lost; both.
cut_portal()
{
	local in='ip daddr 127.0.0.2 drop;' out='ip saddr 127.0.0.2 drop;'
	[[ $1 != in ]] || out=
	[[ $1 != out ]] || in=
	nft "table ip cut { chain out { type filter hook output priority 0; $in $out }; }"
}

cut_both_paths()
{
	nft "table ip cut { chain out { type filter hook output priority 0;
		ip daddr { 127.0.0.2, 127.0.0.3 } drop; ip saddr { 127.0.0.2, 127.0.0.3 } drop; }; }"
}

mend()
{
	nft delete table ip cut 2> /dev/null || true
}

path_wait()
{
	local tries
	for ((tries = 0; tries < 60; tries++)); do
		timeout 5 sg_turs "$1" > /dev/null 2>&1 && return
		sleep 0.5
	done
	fail "$1 does not come back"
}

# late WHEN enter|exit SECONDS ARG...: prctl, whose ioctl number WHEN on a device is held back for SECONDS before
# it is sent, or behind its being done: its answer is lost then. The first ioctl reads, the second is the change,
# the third reads back.
late()
{
	strace -f -qq -o /dev/null -e trace=ioctl -e "inject=ioctl:delay_$2=$(($3 * 1000000)):when=$1" prctl "${@:4}"
}

# The process of prctl that works: the youngest.
worker()
{
	pgrep -n -x prctl
}

setup()
{
	mend
	path_wait $dead
	path_wait $dead2
	[[ $(keys mpath0) == none ]] || wipe $other $dead > /dev/null
	sg_persist -n -i -k $dead > /dev/null 2>&1 || true
	sg_persist -n -i -k $dead2 > /dev/null 2>&1 || true
	lun_reset
	held none none none mpath0
}

teardown()
{
	mend
	path_wait $dead
	path_wait $dead2
}

@test "faults: a dead path ends status at the deadline, as unknown, and the others are shown" {
	join 0xa "$host1"
	cut_portal both
	run --separate-stderr timeout 30 prctl status --timeout 2 --json $dead "$host1"
	ended 7
	said "$dead: read: unknown: no answer within"
	json '[.devices[].status]' '["unknown","ok"]'
	json '.devices[0].error.reason' '"not_read"'
	json '.devices[1].registrants[0].key' '"0xa"'
}

@test "faults: a change that was not sent by the deadline is failed, and never is sent" {
	cut_portal both
	run --separate-stderr timeout 30 prctl register --key 0xa --this-path --timeout 2 $dead "$host1"
	ended 6
	printed "$host1: registered 0xa"
	said "$dead: read: failed: no answer within"
	said "nothing was sent that changes it, and nothing will be"
	mend
	path_wait $dead
	held none none none mpath0
	held none none "host-1 0xa"
}

@test "faults: neither a pipe, \$(...), nor a lock waits for the process that hangs" {
	cut_portal both
	exec 9> "$BATS_TEST_TMPDIR/lock"
	flock 9
	timeout 30 bash -c "x=\$(prctl status --timeout 1 $dead 2>&1); prctl status --timeout 1 $dead 2>&1 | cat" \
		> /dev/null || fail "it waited"
	# what is said must be true of a process that hangs, not of one that is gone
	pgrep -x prctl > /dev/null || fail "no process hangs"
	exec 9>&-
	flock -n "$BATS_TEST_TMPDIR/lock" true || fail "the lock is held"
}

@test "faults: a change whose answer is lost is unknown, and says that it may have happened" {
	run --separate-stderr late 2 exit 20 register --key 0xa --this-path --timeout 4 --json $dead
	ended 7
	json '.devices[0] | [.status, .changed, .sent, .error.reason]' '["unknown",null,true,"outcome_lost"]'
	said "sent, then no answer within"
	said "may still happen, later too"
	# it had happened
	held none none "host-1-a 0xa" mpath0
}

@test "faults: a path that comes back before the deadline is asked what became of the change" {
	(sleep 2; cut_portal out; sleep 4; mend) &
	run --separate-stderr late 2 enter 3 register --key 0xa --this-path --timeout 60 $dead
	wait
	ended 0
	printed "$dead: registered 0xa"
	held none none "host-1-a 0xa" mpath0
}

@test "faults: a signal while it is read: nothing is sent any more, and that is said" {
	cut_portal both
	timeout 60 prctl register --key 0xa --this-path $dead 2> "$BATS_TEST_TMPDIR/err" > "$BATS_TEST_TMPDIR/out" &
	pid=$!
	sleep 1
	pkill -TERM -o -x prctl
	status=0
	wait "$pid" || status=$?
	# shellcheck disable=SC2034 # said looks at it
	stderr=$(cat "$BATS_TEST_TMPDIR/err")
	ended 6
	said "$dead: read: failed: interrupted by SIGTERM while it was read; nothing was sent"
	mend
	path_wait $dead
	held none none none mpath0
}

@test "faults: a signal behind a change that was sent: unknown" {
	(sleep 4; pkill -INT -o -x prctl) &
	run --separate-stderr late 2 exit 20 register --key 0xa --this-path $dead
	wait
	ended 7
	said "sent, then interrupted by SIGINT"
	held none none "host-1-a 0xa" mpath0
}

@test "faults: the working process dies before a change is sent: exit 1, the device is named" {
	cut_portal both
	(sleep 1; kill -9 "$(worker)") &
	run --separate-stderr timeout 30 prctl register --key 0xa --this-path --timeout 20 $dead
	wait
	ended 1
	said "$dead: read: failed: prctl's working process died of SIGKILL while it was read; nothing was sent"
}

@test "faults: the working process dies behind a change: unknown" {
	(sleep 4; kill -9 "$(worker)") &
	run --separate-stderr late 2 exit 20 register --key 0xa --this-path --json $dead
	wait
	ended 7
	said "prctl's working process died of SIGKILL"
	json '.status' '"unknown"'
}

@test "faults: the speaking process is killed: the change is not sent any more" {
	(sleep 2; kill -9 "$(pgrep -o -x prctl)") &
	run --separate-stderr late 2 enter 5 register --key 0xa "$host1"
	wait
	sleep 4
	held none none none
}

@test "faults: dead LUNs in front do not keep a live one waiting, even one at a time" {
	cut_both_paths
	run --separate-stderr timeout 30 prctl register --key 0xa --this-path --jobs 1 --timeout 6 $dead $dead2 "$host1"
	ended 6
	printed "$host1: registered 0xa"
	held none none "host-1 0xa"
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
	for ((n = 0; n < 20; n++)); do
		lun_reset
		(sleep "0.0$((n % 10))"; kill -9 "$(worker)" 2> /dev/null || true) &
		run --separate-stderr prctl register --key 0xa "$host1"
		wait
		case $status in
		0) [[ $(keys) == "host-1 0xa" ]] || fail "done, says prctl; the target: $(keys)" ;;
		1) [[ $(keys) == none ]] || fail "not sent, says prctl; the target: $(keys)" ;;
		7) ;;
		*) fail "round $n" ;;
		esac
	done
}
