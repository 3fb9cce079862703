#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Deadlines, signals, answers that are lost, and the death of either process. strace stops prctl
# after an ioctl, or holds an ioctl back before it is sent, until what the test is about has
# happened; paths that are really cut are in multipath.bats.
load common

# signal_parent SIGNAL: sends it to the parent, and returns after that has ended. kill_worker: kills
# the worker, which is stopped; then the same.
signal_parent()
{
	local parent
	get_parent_pid
	kill "-$1" "$parent"
	wait_for_parent_end
}

kill_worker()
{
	kill -KILL "$pid"
	wait_for_parent_end
}

interrupt_parent()
{
	signal_parent INT
}

terminate_parent()
{
	signal_parent TERM
}

# run_prctl_hanging N CHANGE ARG... DEVICE: runs prctl as run_prctl does. Its ioctl number N on
# DEVICE is never sent: when prctl is about to send it, CHANGE, a command, is run, and then the
# parent is waited for. $worker is the worker; empty if prctl has ended before it came so far.
run_prctl_hanging()
{
	local when parent=
	get_strace_when "$1"
	traced=$BATS_TEST_TMPDIR/strace worker='' status=
	: > "$traced"
	strace -f -o "$traced" -P "$(readlink -f "${!#}")" -e trace=ioctl -e "inject=ioctl:delay_enter=1000000000:when=$when" \
		prctl "${@:3}" > "$BATS_TEST_TMPDIR/out" 2> "$BATS_TEST_TMPDIR/err" 3>&- &
	tracer=$!
	while kill -0 $tracer 2> /dev/null; do
		# strace writes the beginning of a line before it holds the ioctl back
		worker=$(sed -n '/^[0-9]* *ioctl(/s/ .*//p' "$traced" | sed -n "${when}p")
		[[ -z $worker ]] || break
		pause 0.05
	done
	[[ -z $worker ]] || get_parent_pid
	if [[ -n $parent ]]; then
		$2
		until [[ $(< "$traced") =~ (^|$'\n')"$parent "*"+++ "(exited with|killed by)" "([A-Z0-9]+) ]]; do
			pause 0.05
		done
		status=${BASH_REMATCH[3]}
		# which keeps a worker that was killed from its end
		kill -KILL $tracer
		wait $tracer || true
	else
		worker=
		kill -KILL $tracer 2> /dev/null || true
		wait $tracer || status=$?
	fi
	load_outputs
}

# wait_for_worker_end: returns after the worker has ended.
wait_for_worker_end()
{
	# $(< FILE) would end the test if the process is gone by now
	until ! { read -r stat < "/proc/$worker/stat"; } 2> /dev/null || [[ $stat == *") Z "* ]]; do
		pause 0.05
	done
}

setup()
{
	lun_reset
	lun_reset lun1
}

# bats test_tags=every-kernel
@test "status: the device does not answer -> unknown at the deadline" {
	run_prctl_to_deadline 1 status --json "$host1"
	assert_status 7
	assert_stderr "prctl: $host1: read: unknown: no response within $seconds s; state unknown; \
check for a dead path, or use a longer --timeout"
	assert_json '.devices[0] | [.status, .error.reason]' '["unknown","not_read"]'
}

@test "register: not sent by the deadline -> failed, and never sent" {
	run_prctl_to_deadline 1 register --key 0xa --json "$host1"
	assert_status 6
	assert_stderr "prctl: $host1: read: failed: no response within $seconds s while reading; \
no change was or will be sent; check for a dead path, or use a longer --timeout"
	assert_json '.devices[0] | [.status, .sent, .changed, .error.reason]' '["failed",false,false,"not_sent"]'
	# strace has ended, and so has the worker, which was let go after the deadline
	assert_target_state none none none
}

@test "register: one device hangs -> the others are done, results keep their order" {
	local limit
	for ((limit = 2; limit < 1000; limit *= 2)); do
		run_prctl_hanging 1 true register --key 0xa --timeout $limit --jobs 1 --json /dev/lab/host1/lun1 "$host1"
		# a deadline that this machine had time enough for
		[[ -z $worker || $output != *'"status": "ok"'* ]] || break
		setup
	done
	assert_status 6
	assert_json '[.devices[] | [.argument, .status]]' "[[\"/dev/lab/host1/lun1\",\"ok\"],[\"$host1\",\"failed\"]]"
	assert_target_state none none "host-1 0xa" lun1
	assert_target_state none none none
}

@test "register: the answer is lost -> unknown, and says that it may have happened" {
	run_prctl_to_deadline 2 register --key 0xa --json "$host1"
	assert_status 7
	assert_json '.devices[0] | [.status, .changed, .sent, .error.reason]' '["unknown",null,true,"outcome_lost"]'
	assert_stderr "prctl: $host1: register: unknown: sent, then no response within $seconds s; \
the register may have taken effect, or may still do so; check with 'prctl status' once the path is back"
	assert_target_state none none "host-1 0xa"
}

@test "register: accepted, and not read back in time -> unknown" {
	run_prctl_to_deadline 3 register --key 0xa --json "$host1"
	assert_status 7
	assert_json '.devices[0] | [.status, .changed, .sent, .error.reason]' '["unknown",null,true,"not_verified"]'
	assert_stderr "prctl: $host1: read-back: unknown: accepted, but not verified: no response \
within $seconds s while reading the state back; check with 'prctl status'"
	assert_target_state none none "host-1 0xa"
}

@test "register: a signal while it reads -> nothing is sent any more, and it says so" {
	run_prctl_stopped_at 1 real terminate_parent register --key 0xa "$host1"
	assert_status 6
	assert_stderr "prctl: $host1: read: failed: interrupted by SIGTERM while reading; no \
change was or will be sent; run it again"
	# strace has ended, and so has the worker, which was let go after the signal
	assert_target_state none none none
}

@test "register: a signal after the change was sent -> unknown" {
	run_prctl_stopped_at 2 real interrupt_parent register --key 0xa "$host1"
	assert_status 7
	assert_stderr "prctl: $host1: register: unknown: sent, then interrupted by SIGINT; the \
register may have taken effect, or may still do so; check with 'prctl status'"
	assert_target_state none none "host-1 0xa"
}

@test "register: the worker dies before the change is sent -> exit 1, and names the device" {
	run_prctl_stopped_at 1 real kill_worker register --key 0xa "$host1"
	assert_status 1
	assert_stderr "prctl: $host1: read: failed: prctl's worker process was killed by SIGKILL \
while reading; no change was or will be sent; run it again"
	assert_target_state none none none
}

@test "register: the worker dies after the change was sent -> unknown" {
	run_prctl_stopped_at 2 real kill_worker register --key 0xa --json "$host1"
	assert_status 7
	assert_stderr "prctl: $host1: register: unknown: sent, then prctl's worker process was \
killed by SIGKILL; the register may have taken effect, or may still do so; check with 'prctl status'"
	assert_json '.status' '"unknown"'
	assert_target_state none none "host-1 0xa"
}

# bats test_tags=every-kernel
@test "register: the parent is killed -> the change is not sent any more" {
	run_prctl_hanging 2 'signal_parent KILL' register --key 0xa "$host1"
	[[ $status == SIGKILL ]] || fail "it was not killed at its change"
	grep -q "^$worker *ioctl(.*IOC_PR_REGISTER" "$traced" || fail "that is not the change: $(< "$traced")"
	# it would send the change now
	wait_for_worker_end
	assert_target_state none none none
}

@test "register: the target answers late -> waits for it" {
	tc qdisc add dev lo root netem delay 300ms
	run_prctl register --key 0xa --timeout 600 "$host1"
	tc qdisc del dev lo root
	assert_status 0
	assert_target_state none none "host-1 0xa"
}

# run_prctl_killed CALL N ARG... DEVICE: runs prctl as run_prctl does, whose worker is killed at its
# Nth system call CALL that has to do with DEVICE, with /dev/null, which it opens before all, or
# with /, which it goes to. The parent has none. False if there is no Nth one: then prctl is not
# disturbed.
run_prctl_killed()
{
	traced=$BATS_TEST_TMPDIR/strace status=0
	strace -f -o "$traced" -P "${!#}" -P "$(readlink -f "${!#}")" -P /dev/null -P / -e "inject=$1:signal=KILL:when=$2" prctl "${@:3}" \
		> "$BATS_TEST_TMPDIR/out" 2> "$BATS_TEST_TMPDIR/err" < /dev/zero || status=$?
	load_outputs
	grep -q "killed by SIGKILL" "$traced"
}

@test "register: the worker is killed at any system call -> says nothing that the target does not hold" {
	local call n came=
	for call in openat dup2 chdir ioctl close; do
		came+=" $call "
		for ((n = 1; ; n++)); do
			lun_reset
			run_prctl_killed $call $n register --key 0xa "$host1" || break
			came+=$status
			case $status in
			0) [[ $(target_keys) == "host-1 0xa" ]] || fail "done, says prctl; the target: $(target_keys)" ;;
			1) [[ $(target_keys) == none ]] || fail "not sent, says prctl; the target: $(target_keys)" ;;
			7) ;;
			*) fail "$call, round $n" ;;
			esac
		done
		assert_status 0
	done
	# before it knew the disk, before the disk was open, while it was read, and after the change was
	# sent; its end closes the only disk
	[[ $came =~ ^\ openat\ 11+\ dup2\ 1+\ chdir\ 1\ ioctl\ 1+77+\ close\ [07]*$ ]] || fail "the rounds ended with$came"
}
