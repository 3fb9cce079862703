#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Many LUNs, and paths that are really dead: nothing comes from a portal any more, and the kernel
# does not know it yet. What hangs then cannot be killed. Nothing of it depends on the kernel.
# bats file_tags=kernel-7
# shellcheck disable=SC2154
load common
load fleet

teardown()
{
	restore_portals
	exec 9>&- 2> /dev/null
}

# rounds N: N, or under lab/check --long many times that.
rounds()
{
	[[ -z ${LAB_LONG-} ]] && echo "$1" || echo $(($1 * 16))
}

# set_luns FIRST LAST: sets ${luns[@]}.
set_luns()
{
	local n
	luns=()
	for ((n = $1; n <= $2; n++)); do
		luns+=("$fleet$n")
	done
}

# prctl_is_running: whether a prctl still runs, for instance one that hangs.
prctl_is_running()
{
	local file name
	for file in /proc/[0-9]*/comm; do
		# the process may be gone by now; $(< FILE) would end the test then
		{ read -r name < "$file"; } 2> /dev/null || continue
		[[ $name != prctl ]] || return 0
	done
	return 1
}

# read_verdicts STATUS: sets ${verdict[N]} for each LUN that the files out and err, and STATUS,
# report.
read_verdicts()
{
	local line
	verdict=()
	while IFS= read -r line; do
		[[ $line =~ ^$fleet([0-9]+):\ (registered|was\ registered|0x[0-9a-f]+\ was|unregistered|nothing) ]] ||
			fail "what is '$line'?"
		verdict[BASH_REMATCH[1]]=ok
	done < "$BATS_TEST_TMPDIR/out"
	while IFS= read -r line; do
		[[ $line =~ ^prctl:\ $fleet([0-9]+):\ [a-z-]+:\ ([a-z]+):\  ]] || fail "what is '$line'?"
		verdict[BASH_REMATCH[1]]=${BASH_REMATCH[2]}
	done < "$BATS_TEST_TMPDIR/err"
}

# terminate_parent: sends SIGTERM to the parent of the prctl that strace, $tracer, has started, and
# returns after it has ended.
terminate_parent()
{
	local parent
	get_parent_pid
	kill -TERM "$parent"
	wait_for_parent_end
}

# run_prctl_signalled_at_ioctl N SIGNAL ARG...: runs prctl with ARG... on the LUNs, and sends the
# signal at an ioctl on one of them: that changes with each N. The worker is killed at the first,
# second or third one, whatever other threads do. The parent gets the signal while the worker, which
# does one LUN at a time, is stopped with the answer to the first reading.
run_prctl_signalled_at_ioctl()
{
	local lun=${luns[$1 % 12]}
	if [[ $2 == TERM ]]; then
		run_prctl_stopped "$lun" 1 real terminate_parent "${@:3}" --jobs 1 "${luns[@]}"
	else
		strace -f -o /dev/null -P "$(readlink -f "$lun")" -e trace=ioctl -e "inject=ioctl:signal=KILL:when=$(($1 / 12 % 3 + 1))" \
			prctl "${@:3}" --jobs 4 "${luns[@]}" > "$BATS_TEST_TMPDIR/out" 2> "$BATS_TEST_TMPDIR/err" || status=$?
	fi
}

# assert_verdicts_after_signal ROUNDS SIGNAL parent|worker: registers and unregisters 12 LUNs, in
# turn, and sends the signal, in every other round at an ioctl, else at a random moment; then each
# LUN must be as reported. Sets $unknown, $failed, $done: how often each was reported; unknown
# only in less than a second after the signal, for which a change that was sent is waited for.
assert_verdicts_after_signal()
{
	local n i worker pid moment longest=100 was=() wanted=none before command waited
	set_luns 100 111
	unknown=0 failed=0 done=0
	RANDOM=7
	for ((i = 100; i <= 111; i++)); do
		read_fleet_key "$i"
		was[i]=$key
	done
	for ((n = 0; n < $1; n++)); do
		status=0
		before=${EPOCHREALTIME/./}
		if [[ $wanted == none ]]; then
			wanted=0xa
			command=(register --key 0xa)
		else
			wanted=none
			command=(unregister --ignore-key)
		fi
		if ((n > 1 && n % 2)); then
			run_prctl_signalled_at_ioctl $((n / 2)) "$2" "${command[@]}"
		else
			prctl "${command[@]}" --jobs 4 "${luns[@]}" > "$BATS_TEST_TMPDIR/out" 2> "$BATS_TEST_TMPDIR/err" 3>&- &
			pid=$!
			# two rounds show how long it takes
			if ((n > 1)); then
				get_worker_pid "$pid"
				moment=$((RANDOM % longest))
				pause "$((moment / 1000)).$(printf %03d $((moment % 1000)))"
				[[ $3 == worker ]] || worker=$pid
				before=${EPOCHREALTIME/./}
				kill "-$2" "$worker" 2> /dev/null || true
			fi
			wait "$pid" || status=$?
		fi
		waited=$(((${EPOCHREALTIME/./} - before) / 1000))
		((n > 1)) || longest=$waited
		read_verdicts
		for ((i = 100; i <= 111; i++)); do
			read_fleet_key "$i"
			case ${verdict[i]-nothing} in
			ok) [[ $key == "$wanted" ]] || fail "round $n: lun$i is ok, and has $key, not $wanted" ;;
			failed) [[ $key == "${was[i]}" ]] || fail "round $n: nothing was sent to lun$i, and it has $key, not ${was[i]}" ;;
			unknown) ;;
			*) fail "round $n: lun$i is ${verdict[i]-not told of}" ;;
			esac
			[[ ${verdict[i]} != ok ]] || done=$((done + 1))
			[[ ${verdict[i]} != failed ]] || failed=$((failed + 1))
			[[ ${verdict[i]} != unknown ]] || ((waited >= 1000 && n % 2 == 0)) || unknown=$((unknown + 1))
			was[i]=$key
		done
	done
	echo "# $2 to the $3 in $1 rounds: $done done, $failed not sent, $unknown unknown" >&3
}

@test "register: the worker is killed at random moments, 12 LUNs -> each LUN holds what prctl says of it" {
	assert_verdicts_after_signal "$(rounds 50)" KILL worker
	((failed > 0 && done > 24)) || fail "the moments tell nothing"
}

@test "register: a signal at random moments, every LUN answers -> nothing is unknown" {
	assert_verdicts_after_signal "$(rounds 40)" TERM parent
	((failed > 0 && done > 24 && unknown == 0)) || fail "the moments tell nothing, or something was unknown"
}

@test "register: 100 dead LUNs before a live one -> that one is done, in time, also in a pipe; nothing is sent to the dead ones" {
	local began took seconds directory=$BATS_TEST_TMPDIR/mounted
	set_luns 0 100
	mkdir "$directory"
	mount -t tmpfs tmpfs "$directory"
	cut_portals 127.0.0.5 127.0.0.6
	exec 9> "$BATS_TEST_TMPDIR/lock"
	flock 9
	cd "$directory"
	# more, if this machine does not come to the live one by then
	for seconds in 6 24 96; do
		began=$EPOCHREALTIME
		output=$(prctl register --key 0xb --timeout $seconds "${luns[@]}" 2> "$BATS_TEST_TMPDIR/err" | cat; exit "${PIPESTATUS[0]}") || status=$?
		took=$(((${EPOCHREALTIME/./} - ${began/./}) / 1000))
		[[ -z $output ]] || break
	done
	cd /
	exec 9>&-
	# it has ended, and the paths are dead still; the worker that hangs holds nothing: neither the
	# pipe, nor the lock, nor the directory
	prctl_is_running || fail "nothing hangs: the test tests nothing"
	flock --nonblock "$BATS_TEST_TMPDIR/lock" true || fail "the lock is held"
	umount "$directory"
	echo "# 100 dead LUNs, a deadline of $seconds s: ended after $took ms" >&3
	((took > seconds * 1000 - 100)) || fail "it took $took ms"
	assert_status 6
	assert_output "${fleet}100: registered 0xb"
	mapfile -t said < "$BATS_TEST_TMPDIR/err"
	((${#said[@]} == 100)) || fail "${#said[@]} messages"
	[[ ${said[99]} == "prctl: ${fleet}99: read: failed: no response within $seconds s while reading; no change was or will be sent; check for a dead path, or use a longer --timeout" ]] ||
		fail "${said[99]}"
	restore_portals
	wait_for_luns 0 16
	# nothing can be sent any more
	while prctl_is_running; do
		pause 0.1
	done
	read_fleet_key 100
	[[ $key == 0xb ]] || fail "lun100 has $key"
	read_fleet_key 0
	[[ $key != 0xb ]] || fail "lun0 was changed"
	read_fleet_key 99
	[[ $key != 0xb ]] || fail "lun99 was changed"
}

# memory_add PID: to $now, in KiB, by bash alone.
memory_add()
{
	local kind value
	while read -r kind value _; do
		[[ $kind != Pss: ]] || now=$((now + value))
	done < "/proc/$1/smaps_rollup"
} 2> /dev/null

@test "register: 16 dead LUNs of 128 -> the others are done, memory and descriptors stay within bounds" {
	local pid memory=0 descriptors=0 now open seconds
	use_plain_build
	set_luns 0 127
	cut_portals 127.0.0.5
	# more, if this machine does not do the others by then
	for seconds in 10 40 100; do
		prctl register --key 0xc --ignore-key --timeout $seconds "${luns[@]}" > "$BATS_TEST_TMPDIR/out" 2> "$BATS_TEST_TMPDIR/err" 3>&- &
		pid=$!
		get_worker_pid "$pid"
		# the most that there is at any time
		while kill -0 $pid 2> /dev/null; do
			now=0
			memory_add "$pid" && memory_add "$worker" || true
			memory=$((now > memory ? now : memory))
			open=("/proc/$worker/fd"/*)
			descriptors=$((${#open[@]} > descriptors ? ${#open[@]} : descriptors))
			pause 0.2
		done
		status=0
		wait $pid || status=$?
		(($(wc -l < "$BATS_TEST_TMPDIR/out") < 112)) || break
	done
	echo "# 128 devices, 16 of them dead: $memory KiB in both processes, $descriptors descriptors" >&3
	assert_status 6
	((memory > 0 && memory <= 8 * 1024 + 128 * 16)) || fail "$memory KiB"
	# each of the 64 at a time has its device open, and for a moment one more: a file of sysfs, or its
	# LUN's record
	((descriptors > 16 && descriptors <= 2 * 64 + 16 + 16)) || fail "$descriptors descriptors"
	assert_fleet_keys 16 127 0xc
	# the deadline, or the session, which gives up sooner if the path was restored just now
	[[ $(grep -c "read: failed: \(no response within $seconds s while reading\|the path failed\)" "$BATS_TEST_TMPDIR/err") == 16 ]] ||
		fail "$(< "$BATS_TEST_TMPDIR/err")"
	[[ $(wc -l < "$BATS_TEST_TMPDIR/out") == 112 ]] || fail "$(< "$BATS_TEST_TMPDIR/out")"
}

@test "register: the worker is killed while it hangs -> exit 1, and says that nothing was sent" {
	local pid
	wait_for_luns 0
	cut_portals 127.0.0.5
	prctl register --key 0xd --timeout 600 "${fleet}0" 2> "$BATS_TEST_TMPDIR/err" 3>&- &
	pid=$!
	get_worker_pid "$pid"
	until is_blocked_on "$worker" "${fleet}0"; do
		kill -0 $pid || fail "it does not hang: $(< "$BATS_TEST_TMPDIR/err")"
		pause 0.1
	done
	kill -KILL "$worker"
	status=0
	wait $pid || status=$?
	assert_status 1
	[[ $(< "$BATS_TEST_TMPDIR/err") == "prctl: ${fleet}0: read: failed: prctl's worker process "*"no change was or will be sent"* ]] ||
		fail "$(< "$BATS_TEST_TMPDIR/err")"
}
