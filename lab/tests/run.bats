#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# lab/run and lab/shell as their user sees them; run on the host, unlike all other tests.
bats_require_minimum_version 1.5.0

setup()
{
	lab=$BATS_TEST_DIRNAME/..
	unset LAB_OUT LAB_VERBOSE LAB_CONSOLE LAB_ENV
	export TMPDIR=$BATS_TEST_TMPDIR
}

fail()
{
	printf '%s\nstatus: %s\nstdout: %s\nstderr: %s\n' "$*" "${status-}" "${output-}" "${stderr-}"
	return 1
}

# assert_usage_error PROGRAM ARG...: refused with one or two lines, and nothing was started.
assert_usage_error()
{
	run --separate-stderr "$lab/$1" "${@:2}" < /dev/null
	[[ $status == 2 ]] || fail "$*"
	[[ -z $output ]] || fail "$*"
	((${#stderr_lines[@]} >= 1 && ${#stderr_lines[@]} <= 2)) || fail "$*"
	assert_nothing_left
}

# start_lab_run ARG...: lab/run ARG... in the background; $pid, and its output in files.
start_lab_run()
{
	"$lab/run" "$@" > "$TMPDIR/stdout" 2> "$TMPDIR/stderr" 3>&- &
	pid=$!
}

# wait_until COMMAND...: waits for it, as long as what start_lab_run has started lives.
wait_until()
{
	until "$@"; do
		kill -0 "$pid" 2> /dev/null || fail "lab/run has ended without: $*: $(< "$TMPDIR/stderr")" || return
		sleep 0.1
	done
}

# wait_for_lab_run: waits for what start_lab_run has started; as from run.
wait_for_lab_run()
{
	status=0
	wait "$pid" || status=$?
	output=$(< "$TMPDIR/stdout")
	stderr=$(< "$TMPDIR/stderr")
}

console_has_output()
{
	grep -qs . "$TMPDIR"/lab-*/console
}

# Neither a file nor a process of a guest.
assert_nothing_left()
{
	[[ -z $(find "$TMPDIR" -name 'lab-*') ]] || fail "left: $(find "$TMPDIR" -name 'lab-*')"
	! grep -qazF "$TMPDIR" /proc/[0-9]*/cmdline 2> /dev/null || fail "a process is left"
}

@test "run: a wrong command line -> 2" {
	assert_usage_error run
	assert_usage_error run --
	assert_usage_error run true
	assert_usage_error run --kernel
	assert_usage_error run --kernel 5 -- true
	assert_usage_error run --kernel=5 -- true
	assert_usage_error run --luns 00 -- true
	assert_usage_error run --luns 1x -- true
	assert_usage_error run --luns
	assert_usage_error run --network 45900 -- true
	assert_usage_error run --network 99999:1 -- true
	assert_usage_error run --bogus -- true
	LAB_TIMEOUT=soon assert_usage_error run -- true
	LAB_ENV='A-B' assert_usage_error run -- true
	assert_usage_error shell --luns
	assert_usage_error shell --bogus
	assert_usage_error shell			# no terminal
	assert_usage_error check --kernel 5
	assert_usage_error check --bogus
	assert_usage_error check no-such-file.bats
	assert_usage_error install everything
}

@test "run: --help -> help" {
	local program
	for program in run shell check install; do
		run --separate-stderr "$lab/$program" --help
		[[ $status == 0 && $output == Usage:* && -z $stderr ]] || fail "$program"
	done
}

@test "run: arguments, streams, files, exit status -> passed as they are" {
	export LAB_OUT=$TMPDIR/out LAB_ENV=SOME SOME=$'a\nb' HIDDEN=yes PRCTL_X='1 2'
	local odd=('two words' '' $'a\nline' "quo'te\"s" '*' "\$HOME" $'\xff')
	cd "$BATS_TEST_DIRNAME"
	status=0
	# shellcheck disable=SC2016 # expanded in the guest
	"$lab/run" --luns 1 -- bash -c '
		printf "<%s>" "$@"
		printf "\n%s" "$PWD" "$SOME" "$PRCTL_X" "${HIDDEN-none}" /dev/lab/host*/lun*
		seq 20000
		echo "to the other" >&2
		echo "<1>a kernel message" > /dev/kmsg
		cat
		cd "$LAB_OUT"
		echo "a file" > file
		exit 42' name "${odd[@]}" <<< "not for the command" > "$TMPDIR/stdout" 2> "$TMPDIR/stderr" || status=$?
	[[ $status == 42 ]] || fail "exit status"
	{
		printf '<%s>' "${odd[@]}"
		printf '\n%s' "$PWD" $'a\nb' '1 2' none /dev/lab/host1/lun0 /dev/lab/host2/lun0
		seq 20000
	} | cmp - "$TMPDIR/stdout"
	cmp "$TMPDIR/stderr" - <<< "to the other"
	[[ $(< "$LAB_OUT/file") == "a file" ]] || fail "file"
	assert_nothing_left
}

@test "run: two guests on one network -> reach each other; no LUNs -> no storage" {
	local port=$((10000 + BASHPID % 20000)) other
	"$lab/run" --luns 0 --network "$port:1" -- python3 -c '
import socket
listening = socket.create_server(("10.0.0.1", 7))
listening.accept()[0].sendall(b"hello\n")' 3>&- &
	other=$!
	# shellcheck disable=SC2016 # expanded in the guest
	run --separate-stderr "$lab/run" --luns 0 --network "$port:2" -- bash -c '
		until exec 4<> /dev/tcp/10.0.0.1/7; do sleep 0.5; done 2> /dev/null
		head -n 1 <&4
		ls /dev/lab'
	kill $other 2> /dev/null || true
	wait $other || true
	[[ $status == 0 && $output == hello ]] || fail "status"
	assert_nothing_left
}

@test "run: the guest dies -> 125, told apart from a command that fails" {
	local pid
	# shellcheck disable=SC2016 # expanded in the guest
	LAB_OUT=$TMPDIR/out start_lab_run --luns 0 -- bash -c 'echo before; until [[ -e $LAB_OUT/die ]]; do sleep 0.1; done
		echo c > /proc/sysrq-trigger; sleep infinity'
	wait_until grep -qs before "$TMPDIR/stdout"
	touch "$TMPDIR/out/die"
	wait_for_lab_run
	[[ $status == 125 ]] || fail "exit status"
	[[ $output == before ]] || fail "stdout"
	[[ $stderr == *"the guest died while COMMAND ran (Kernel panic - "*"sysrq triggered crash"* ]] || fail "stderr"
	assert_nothing_left
}

@test "run: no such command -> 127" {
	run -127 --separate-stderr "$lab/run" --luns 0 -- no-such-command
	[[ -z $output && $stderr == *"no-such-command: command not found" ]] || fail "status"
}

# How far it comes until then depends on the machine; nothing else would end it.
@test "run: LAB_TIMEOUT -> ends it" {
	LAB_TIMEOUT=3 run --separate-stderr "$lab/run" -- sleep infinity
	[[ $status == 124 && -z $output && $stderr == *" 3 s (LAB_TIMEOUT)"* ]] || fail "status"
	assert_nothing_left
}

@test "run: a report of progress -> LAB_TIMEOUT starts again; the guest is gone -> its last report is read" {
	run bash -c '
		lab=$1
		. "$lab/lib/common.bash"
		. "$lab/lib/guest.bash"
		mkfifo "$2"
		exec 7<> "$2"
		sleep infinity &
		qemu_pid=$!
		kill "$!"
		! wait "$!"
		printf "step storage\nready 7\nprogress\nexit 3\n" >&7
		timeout=1000
		deadline=0
		guest_wait
		echo "$status $((deadline >= 1000))"' - "$lab" "$TMPDIR/pipe"
	[[ $status == 0 && $output == "3 1" ]] || fail "status"
}

# What comes is counted by looks: at every fourth one more, and none for longer than the limit of
# five.
# fake_qemu LINE...: what /usr/bin/qemu-system-x86_64 is here: it writes its accelerator to
# $TMPDIR/started, and then these lines. With $report it can play the guest, and with $console what
# the kernel prints.
fake_qemu()
{
	mkdir -p "$TMPDIR/bin"
	# shellcheck disable=SC2016 # expanded there
	{
		printf '%s\n' '#!/bin/bash' 'arguments="$*"' 'report=${arguments#*id=report,path=} report=${report%%,*} report=${report%% *}' \
			'console=${arguments#*-serial file:} console=${console%% *}' \
			'accelerator=${arguments#*-accel } accelerator=${accelerator%%[ ,]*}' 'echo "$accelerator" >> "$TMPDIR/started"'
		printf '%s\n' "$@"
	} > "$TMPDIR/bin/qemu-system-x86_64"
	chmod +x "$TMPDIR/bin/qemu-system-x86_64"
}

# What KVM is worth: a guest that does not run with it is started again without, and no other one
# tries.
@test "run: a guest shows no sign of life with KVM -> without it, and it is not tried again" {
	local guest
	export PATH=$TMPDIR/bin:$PATH LAB_KVM=$TMPDIR/kvm LAB_ACCELERATOR=$TMPDIR/accelerator LAB_KVM_TRIES
	touch "$LAB_KVM"
	# shellcheck disable=SC2016 # expanded there
	for guest in 'kill -ABRT $$' 'exit 1' 'exec sleep infinity' 'echo a line > "$console"; exec sleep infinity' \
		'echo early > "$console"; echo exit 3 > "$report"; exec sleep infinity' \
		'echo exit 3 > "$report"; exec sleep infinity'; do
		rm -f "$TMPDIR/started" "$LAB_ACCELERATOR"
		# one that will report is waited for
		LAB_KVM_TRIES=2
		[[ $guest != *report* ]] || LAB_KVM_TRIES=100000
		fake_qemu "[[ \$accelerator == tcg ]] || { $guest; }" 'echo exit 3 > "$report"; exec sleep infinity'
		run -3 --separate-stderr "$lab/run" -- true
		[[ -z $stderr ]] || fail "$guest"
		run -3 --separate-stderr "$lab/run" -- true
		case $guest in
		*report*) [[ $(paste -sd' ' "$TMPDIR/started") == "kvm kvm" ]] || fail "$guest: $(< "$TMPDIR/started")" ;;
		*) [[ $(paste -sd' ' "$TMPDIR/started") == "kvm tcg tcg" ]] || fail "$guest: $(< "$TMPDIR/started")" ;;
		esac
	done
	assert_nothing_left

	# what is known of another boot of the machine is not known of this one
	sed -i 's/^[0-9a-f]*/0/' "$LAB_ACCELERATOR"
	rm "$TMPDIR/started"
	LAB_KVM_TRIES=100000
	run -3 --separate-stderr "$lab/run" -- true
	[[ $(< "$TMPDIR/started") == kvm ]] || fail "another boot"

	# no device, and what is known of another one
	rm "$TMPDIR/started" "$LAB_KVM"
	run -3 --separate-stderr "$lab/run" -- true
	[[ $(< "$TMPDIR/started") == tcg ]] || fail "no device"
}

@test "run: a report in parts -> read as a whole" {
	run bash -c '
		lab=$1
		. "$lab/lib/common.bash"
		. "$lab/lib/guest.bash"
		mkfifo "$2"
		exec 7<> "$2"
		partial=
		printf "step copy " >&7
		guest_report 0.2 && exit 1
		printf "of files\n" >&7
		until guest_report 0.2; do :; done
		echo "$report"' - "$lab" "$TMPDIR/pipe"
	[[ $status == 0 && $output == "step copy of files" ]] || fail "status"
}

@test "run: disks come late -> waits as long as they come, and says how many did" {
	# shellcheck disable=SC2016 # expanded in the guest
	run --separate-stderr "$lab/run" --luns 1 -- bash -c '
		. "$1/guest/wait.bash"
		looks_limit=5
		slowly()
		{
			came=$((looked++ / 4))
		}
		looked=0
		wait_for 6 disks slowly && echo "came after $looked looks"
		devices_wait /dev/lab/host1/lun0 /dev/lab/host2/lun0 && echo "both"
		devices_wait /dev/lab/host1/lun0 /dev/lab/host1/no /dev/lab/host2/lun0 || echo "not all"' wait "$lab"
	[[ $status == 0 && $output == $'came after 25 looks\nboth\nnot all' ]] || fail "status"
	[[ $stderr =~ ^wait:\ 2\ of\ 3\ disks\ came\;\ no\ new\ one\ for\ [0-9]+\ s$ ]] || fail "stderr"
}

@test "run: a test hangs -> ended, and failed" {
	mkdir "$TMPDIR/out"
	printf '@test "endless" { sleep 100000; }\n' > "$TMPDIR/endless.bats"
	# bats that has not begun to catch signals by then is killed, and the shell says so
	LAB_SILENCE=1 LAB_KERNEL=7 LAB_OUT=$TMPDIR/out run --separate-stderr "$lab/guest/bats-files" "$TMPDIR/endless.bats" 3>&-
	[[ $status == 0 && -z $output ]] || fail "status"
	[[ $(< "$TMPDIR/out/endless.bats.ended") != 0 ]] || fail "it has passed"
	grep -q "^# no line from bats for 1 s" "$TMPDIR/out/endless.bats.tap" || fail "$(< "$TMPDIR/out/endless.bats.tap")"
}

# What the tags of tests choose, by what bats-files runs; a test that is run leaves a file with its build's name.
@test "run: tags -> the build with sanitizers, and which tests are run with which kernel" {
	local kernel all run
	mkdir -p "$TMPDIR"/{out,plain,sanitized}
	# bats would take a line of this file that begins with @test for a test of its own
	sed 's/^TEST/@test/' > "$TMPDIR/plain.bats" <<- 'END'
		TEST "any" { touch "$LAB_OUT/any.${LAB_BUILD##*/}"; }
		# bats test_tags=long
		TEST "long" { touch "$LAB_OUT/long.${LAB_BUILD##*/}"; }
		# bats test_tags=every-kernel
		TEST "every" { touch "$LAB_OUT/every.${LAB_BUILD##*/}"; [[ $PATH == *":$LAB_BUILD/src:"* ]]; }
		# bats test_tags=kernel-7
		TEST "seven" { touch "$LAB_OUT/seven.${LAB_BUILD##*/}"; }
	END
	{
		echo '# bats file_tags=sanitized'
		cat "$TMPDIR/plain.bats"
	} > "$TMPDIR/tagged.bats"
	while read -r kernel all run; do
		rm -rf "$TMPDIR"/out/*
		[[ $all == all ]] || all=
		LAB_ALL=$all LAB_SANITIZED=$TMPDIR/sanitized LAB_BUILD=$TMPDIR/plain LAB_KERNEL=$kernel LAB_OUT=$TMPDIR/out \
			"$lab/guest/bats-files" "$TMPDIR/plain.bats" "$TMPDIR/tagged.bats" 3>&-
		[[ $(cat "$TMPDIR"/out/*.ended) == $'0\n0' ]] || fail "$kernel $all: $(cat "$TMPDIR"/out/*.tap)"
		[[ $(cd "$TMPDIR/out" && echo *.plain *.sanitized) == "$run" ]] || fail "$kernel $all: $(cd "$TMPDIR/out" && echo *)"
	done <<- 'END'
		7 - any.plain every.plain seven.plain any.sanitized every.sanitized seven.sanitized
		6.1 - every.plain every.sanitized
		7 all *.plain any.sanitized every.sanitized long.sanitized seven.sanitized
	END
}

@test "run: a signal during the boot -> ends it, nothing is left" {
	local pid
	start_lab_run -- sleep infinity
	wait_until console_has_output
	kill "$pid"
	wait_for_lab_run
	[[ $status == 143 && -z $output ]] || fail "status"
	assert_nothing_left
}

@test "run: a signal while the command runs -> ends it, nothing is left" {
	local pid
	start_lab_run --luns 0 -- sh -c 'echo runs; sleep infinity'
	wait_until grep -qs runs "$TMPDIR/stdout"
	kill "$pid"
	wait_for_lab_run
	[[ $status == 143 && $output == runs ]] || fail "status"
	assert_nothing_left
}
