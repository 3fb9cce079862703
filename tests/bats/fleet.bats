#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Many LUNs, and paths that are really dead: nothing comes from a portal any more, and the kernel does not know it yet.
# What hangs then cannot be killed. Nothing of it depends on the kernel.
# bats file_tags=kernel-7
# shellcheck disable=SC2154
load common
load fleet

teardown()
{
	mend
	exec 9>&- 2> /dev/null
}

# rounds N: N, or under lab/check --long many times that.
rounds()
{
	[[ -z ${LAB_LONG-} ]] && echo "$1" || echo $(($1 * 16))
}

# luns FIRST LAST: sets ${luns[@]}.
luns()
{
	local n
	luns=()
	for ((n = $1; n <= $2; n++)); do
		luns+=("$fleet$n")
	done
}

# workers_left: whether a prctl is there still, e.g. one that hangs.
workers_left()
{
	local name
	for name in /proc/[0-9]*/comm; do
		[[ $(< "$name") != prctl ]] || return 0
	done 2> /dev/null
	return 1
}

# said_of STATUS: sets ${verdict[N]} for each LUN that the files out and err, and STATUS, tell of.
said_of()
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

# speaker_terminate: sends SIGTERM to the speaker of the prctl that strace, $tracer, has started, and returns after it has ended.
speaker_terminate()
{
	local speaker
	speaker_get
	kill -TERM "$speaker"
	speaker_end
}

# at_an_ioctl N SIGNAL ARG...: runs prctl with ARG... on the LUNs, and sends the signal at an ioctl on one of them: that changes
# with each N. The worker is killed at the first, second or third one, whatever other threads do. The speaker gets the
# signal while the worker, which does one LUN at a time, is stopped with the answer to the first reading.
at_an_ioctl()
{
	local lun=${luns[$1 % 12]}
	if [[ $2 == TERM ]]; then
		stopped "$lun" 1 real speaker_terminate "${@:3}" --jobs 1 "${luns[@]}"
	else
		strace -f -o /dev/null -P "$(readlink -f "$lun")" -e trace=ioctl -e "inject=ioctl:signal=KILL:when=$(($1 / 12 % 3 + 1))" \
			prctl "${@:3}" --jobs 4 "${luns[@]}" > "$BATS_TEST_TMPDIR/out" 2> "$BATS_TEST_TMPDIR/err" || status=$?
	fi
}

# cut_short ROUNDS SIGNAL speaker|worker: registers and unregisters 12 LUNs, in turn, and sends the signal, in every other
# round at an ioctl, else at a random moment; then each LUN must be what was said of it. Sets $unknown, $failed, $done: how
# often which was said; unknown only in less than a second after the signal, for which a change that was sent is waited for.
cut_short()
{
	local n i worker pid moment longest=100 was=() wanted=none before command waited
	luns 100 111
	unknown=0 failed=0 done=0
	RANDOM=7
	for ((i = 100; i <= 111; i++)); do
		fleet_key "$i"
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
			at_an_ioctl $((n / 2)) "$2" "${command[@]}"
		else
			prctl "${command[@]}" --jobs 4 "${luns[@]}" > "$BATS_TEST_TMPDIR/out" 2> "$BATS_TEST_TMPDIR/err" 3>&- &
			pid=$!
			# two rounds tell how long it takes
			if ((n > 1)); then
				working "$pid"
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
		said_of
		for ((i = 100; i <= 111; i++)); do
			fleet_key "$i"
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

@test "fleet: the working process is killed at random moments, and each LUN holds what is said of it" {
	cut_short "$(rounds 100)" KILL worker
	((failed > 0 && done > 24)) || fail "the moments tell nothing"
}

@test "fleet: a signal at random moments leaves nothing unknown where every LUN answers" {
	cut_short "$(rounds 40)" TERM speaker
	((failed > 0 && done > 24 && unknown == 0)) || fail "the moments tell nothing, or something was unknown"
}

@test "fleet: 100 dead LUNs in front of a live one: it is done, they are not sent to, and it ends in time, in a pipe, too" {
	local began took seconds directory=$BATS_TEST_TMPDIR/mounted
	luns 0 100
	mkdir "$directory"
	mount -t tmpfs tmpfs "$directory"
	cut 127.0.0.5 127.0.0.6
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
	# it has ended, and the paths are dead still; who hangs holds nothing: neither the pipe, nor the lock, nor the directory
	workers_left || fail "nothing hangs: the test tests nothing"
	flock --nonblock "$BATS_TEST_TMPDIR/lock" true || fail "the lock is held"
	umount "$directory"
	echo "# 100 dead LUNs, a deadline of $seconds s: ended after $took ms" >&3
	((took > seconds * 1000 - 100)) || fail "it took $took ms"
	ended 6
	printed "${fleet}100: registered 0xb"
	mapfile -t said < "$BATS_TEST_TMPDIR/err"
	((${#said[@]} == 100)) || fail "${#said[@]} messages"
	[[ ${said[99]} == "prctl: ${fleet}99: read: failed: no answer within $seconds s while it was read; nothing was sent that changes it, and nothing will be; look for a dead path, or give it more time" ]] ||
		fail "${said[99]}"
	mend
	fleet_back 0 16
	# nothing can be sent any more
	while workers_left; do
		pause 0.1
	done
	fleet_key 100
	[[ $key == 0xb ]] || fail "lun100 has $key"
	fleet_key 0
	[[ $key != 0xb ]] || fail "lun0 was changed all the same"
	fleet_key 99
	[[ $key != 0xb ]] || fail "lun99 was changed all the same"
}

# memory_add PID: to $now, in KiB, by bash alone.
memory_add()
{
	local kind value
	while read -r kind value _; do
		[[ $kind != Pss: ]] || now=$((now + value))
	done < "/proc/$1/smaps_rollup"
} 2> /dev/null

@test "fleet: 16 dead LUNs among 128: the others are done, and memory and descriptors stay within bounds" {
	local pid memory=0 descriptors=0 now open seconds
	plain
	luns 0 127
	cut 127.0.0.5
	# more, if this machine does not do the others by then
	for seconds in 10 40 100; do
		prctl register --key 0xc --ignore-key --timeout $seconds "${luns[@]}" > "$BATS_TEST_TMPDIR/out" 2> "$BATS_TEST_TMPDIR/err" 3>&- &
		pid=$!
		working "$pid"
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
	ended 6
	((memory > 0 && memory <= 8 * 1024 + 128 * 16)) || fail "$memory KiB"
	((descriptors > 16 && descriptors <= 64 + 16 + 16)) || fail "$descriptors descriptors"
	keys_are 16 127 0xc
	# the deadline, or the session, which gives up sooner where it was mended just now
	[[ $(grep -c "read: failed: \(no answer within $seconds s while it was read\|the path failed\)" "$BATS_TEST_TMPDIR/err") == 16 ]] ||
		fail "$(< "$BATS_TEST_TMPDIR/err")"
	[[ $(wc -l < "$BATS_TEST_TMPDIR/out") == 112 ]] || fail "$(< "$BATS_TEST_TMPDIR/out")"
}

@test "fleet: a worker that is killed while it hangs is told, and that nothing was sent" {
	local pid
	fleet_back 0
	cut 127.0.0.5
	prctl register --key 0xd --timeout 600 "${fleet}0" 2> "$BATS_TEST_TMPDIR/err" 3>&- &
	pid=$!
	working "$pid"
	until waits_for "$worker" "${fleet}0"; do
		kill -0 $pid || fail "it does not hang: $(< "$BATS_TEST_TMPDIR/err")"
		pause 0.1
	done
	kill -KILL "$worker"
	status=0
	wait $pid || status=$?
	ended 1
	[[ $(< "$BATS_TEST_TMPDIR/err") == "prctl: ${fleet}0: read: failed: prctl's working process died"*"nothing was sent"* ]] ||
		fail "$(< "$BATS_TEST_TMPDIR/err")"
}
