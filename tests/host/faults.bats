#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What prctl and fence_prctl say if a system call, or a command to the LUN, fails: faults.py. A
# sample; all with LAB_LONG. And under limits and in surroundings that make calls fail for good: the
# LUN is that of tests/expected/replay, whose state after the change is 1 in $witness.
load ../bats/common

setup()
{
	:
}

setup_file()
{
	local state
	for state in lio/nothing lio/host-1 lio/registrants-only lio/registrants-only-1; do
		"$LAB_TOP/tests/expected/lines" "$LAB_TOP/tests/data/$state.json" > "$BATS_FILE_TMPDIR/${state#*/}"
	done
}

# run_register_in SURROUNDINGS: runs "prctl register" as run_prctl does, after SURROUNDINGS,
# commands of a shell. run_off_in SURROUNDINGS: "fence_prctl off" of a victim.
run_register_in()
{
	PRCTL_STATES="$BATS_FILE_TMPDIR/nothing $BATS_FILE_TMPDIR/host-1"
	run_in "$1" "$LAB_BUILD/tests/expected/replay" register --key 0xa /dev/sda
}

run_off_in()
{
	PRCTL_STATES="$BATS_FILE_TMPDIR/registrants-only $BATS_FILE_TMPDIR/registrants-only-1"
	run_in "$1" "$LAB_BUILD/tests/expected/replay_fence" -o off --power-timeout=300 -k 0xa -n 0xb -d /dev/sda
}

run_in()
{
	local fd
	export PRCTL_STATES PRCTL_WITNESS=$BATS_TEST_TMPDIR/witness PRCTL_STORE=$BATS_TEST_TMPDIR/store
	rm -rf "$PRCTL_STORE"
	head -c 4096 /dev/zero > "$PRCTL_WITNESS"
	(
		# those of bats would count
		for fd in {3..30}; do
			exec {fd}>&-
		done
		exec bash -c "$1"'; exec "$@"' - "${@:2}"
	) 2>&1 > "$BATS_TEST_TMPDIR/out" | cat > "$BATS_TEST_TMPDIR/err" # which no limit ends
	status=${PIPESTATUS[0]}
	load_outputs
	witness=$(od -An -tu1 -N1 "$PRCTL_WITNESS" | tr -d ' ')
}

# assert_done, assert_not_done STATUS STDERR: what it says, and what the LUN holds.
assert_done()
{
	assert_status 0
	refute_stderr
	[[ $witness == 1 ]] || fail "the LUN is not changed"
}

assert_not_done()
{
	assert_status "$1"
	assert_stderr --partial "$2"
	[[ $witness == 0 ]] || fail "the LUN is changed"
}

@test "faults: each system call and each command to the LUN fails once -> no false ok, no false \"nothing was sent\", an end" {
	strace -o /dev/null true || skip "strace cannot trace here"
	run python3 "$BATS_TEST_DIRNAME/faults.py" "$LAB_BUILD" "$([[ -n ${LAB_LONG-} ]] && echo 100 || echo 25)"
	[[ $status == 0 ]] || fail "tests/host/faults.py BUILD SHARE SEED repeats it"
}

@test "faults: no file may grow (RLIMIT_FSIZE) -> done, and says what is not recorded or not printed" {
	run_off_in 'ulimit -f 0; exec > /dev/null'
	assert_status 0
	[[ $witness == 1 ]] || fail "the LUN is not changed"
	assert_stderr --partial "the abort is not recorded for later runs: "
	run_register_in 'ulimit -f 0'
	assert_status 1
	[[ $witness == 1 ]] || fail "the LUN is not changed"
	assert_stderr --partial "prctl: cannot write to standard output: File too large"
}

@test "faults: no descriptor is free (RLIMIT_NOFILE) -> not done, and says so" {
	run_register_in 'ulimit -n 4'
	assert_not_done 1 "prctl: Too many open files"
	run_register_in 'ulimit -n 5'
	assert_not_done 1 "prctl: /dev/sda: resolve: failed: prctl's worker process exited with 70 while reading; no change was or \
will be sent; run it again"
	run_off_in 'ulimit -n 4'
	assert_not_done 1 "fence_prctl: Too many open files
fence_prctl: /dev/sda: resolve: failed: nothing was sent: cannot start: Too many open files (EMFILE)"
}

# full FD..: commands for run_off_in, after which these descriptors are a full pipe that nobody reads.
# A number of seconds follows, after which SIGTERM comes: so many that the work has ended long before.
full()
{
	printf 'exec python3 -c "import os, sys
reader, writer = os.pipe()
os.set_inheritable(reader, True)
os.set_blocking(writer, False)
try:
	while True:
		os.write(writer, bytes(4096))
except BlockingIOError:
	os.set_blocking(writer, True)
for fd in sys.argv[1].split():
	os.dup2(writer, int(fd))
os.execvp(sys.argv[2], sys.argv[2:])" "%s" timeout --preserve-status -k 20' "$*"
}

@test "faults: the agent's output is a full pipe that nobody reads -> done, and an end in time" {
	local fds
	for fds in 1 2 "1 2"; do
		SECONDS=0
		# A warning comes before the fence.
		run_off_in "set -- \"\$@\" --aptpl --verbose --power-timeout=3; $(full "$fds") 30 \"\$@\""
		assert_status 0
		[[ $witness == 1 ]] || fail "the LUN is not changed"
		((SECONDS < 15)) || fail "$fds: it took $SECONDS s"
	done
	run_off_in "set -- \"\$@\" --aptpl; $(full 1 2) 10 \"\$@\""
	assert_status 0
	[[ $witness == 1 ]] || fail "SIGTERM: the LUN is not changed"
	# without a plug
	run_in "$(full 1 2) 30 \"\$@\"" "$LAB_BUILD/tests/expected/replay_fence" -o off -k 0xa -d /dev/sda
	assert_status 1
}

@test "faults: nobody reads what prctl prints, and its pipe is full -> a signal ends it, with 1" {
	PRCTL_STATES="$BATS_FILE_TMPDIR/nothing $BATS_FILE_TMPDIR/host-1"
	run_in "$(full 1) 10 \"\$@\"" "$LAB_BUILD/tests/expected/replay" register --key 0xa --verbose /dev/sda
	assert_status 1
	[[ $witness == 1 ]] || fail "the LUN is not changed"
	assert_stderr --partial "prctl: cannot write to standard output"
	run_in "$(full 2) 10 \"\$@\"" "$LAB_BUILD/tests/expected/replay" register --key 0xa --verbose /dev/sda
	assert_status 1
	[[ $witness == 1 ]] || fail "the LUN is not changed"
	assert_output "/dev/sda: registered 0xa"
	run_in "$(full 1 2) 10 \"\$@\"" "$LAB_BUILD/tests/expected/replay" register --key 0xa --verbose /dev/sda
	assert_status 1
	# Each line is a call that waits.
	run_in "$(full 2) 10 \"\$@\"" "$LAB_BUILD/src/prctl" status /dev/nothing /dev/nowhere
	assert_status 1
}

@test "faults: the agent's metadata has no reader until a signal comes -> 1" {
	run_in "$(full 1 2) 3 \"\$@\"" "$LAB_BUILD/src/fence_prctl" -o metadata
	assert_status 1
}

@test "faults: the agent's metadata has a late reader and a small pipe -> whole" {
	run python3 - "$LAB_BUILD/src/fence_prctl" <<-'END'
	import fcntl, os, subprocess, sys, time
	reader, writer = os.pipe()
	fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
	agent = subprocess.Popen([sys.argv[1], "-o", "metadata"], stdout=writer)
	os.close(writer)
	time.sleep(2)
	text = open(reader, "rb").read()
	assert len(text) > 8192 and text.endswith(b"</resource-agent>\n"), len(text)
	sys.exit(agent.wait())
	END
	assert_status 0
}

@test "faults: an odd locale, time zone, stack and mask of signals -> done" {
	run_register_in 'ulimit -s 256; exec env LC_ALL=tr_TR.UTF-8 LANGUAGE=xx TZ=/dev/zero "$@"'
	assert_done
	run_off_in 'trap "" HUP INT QUIT USR1 USR2 ALRM TERM CHLD PIPE; ulimit -s unlimited'
	assert_done
	# no shell can block a signal
	run_off_in 'exec python3 -c "import os, signal, sys
signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
os.execv(sys.argv[1], sys.argv[1:])" "$@"'
	assert_done
}

@test "faults: no arguments at all, not even a name -> says what is missing" {
	local program
	for program in prctl fence_prctl; do
		run python3 - "$LAB_BUILD/src/$program" <<-'END'
		import ctypes, os, sys
		libc = ctypes.CDLL(None)
		arguments = (ctypes.c_char_p * 1)(None)
		libc.execve(sys.argv[1].encode(), arguments, arguments)
		END
		[[ $output == "$program: "* ]] || fail "$program says nothing"
		((status == 1 || status == 2)) || fail "$program"
	done
}
