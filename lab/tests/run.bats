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

# usage_error PROGRAM ARG...: refused with one or two lines, and nothing was started.
usage_error()
{
	run --separate-stderr "$lab/$1" "${@:2}" < /dev/null
	[[ $status == 2 ]] || fail "$*"
	[[ -z $output ]] || fail "$*"
	((${#stderr_lines[@]} >= 1 && ${#stderr_lines[@]} <= 2)) || fail "$*"
	nothing_left
}

# Neither a file nor a process of a guest.
nothing_left()
{
	[[ -z $(find "$TMPDIR" -name 'lab-*') ]] || fail "left: $(find "$TMPDIR" -name 'lab-*')"
	! grep -qazF "$TMPDIR" /proc/[0-9]*/cmdline 2> /dev/null || fail "a process is left"
}

@test "run: a wrong command line" {
	usage_error run
	usage_error run --
	usage_error run true
	usage_error run --kernel
	usage_error run --kernel 5 -- true
	usage_error run --kernel=5 -- true
	usage_error run --luns 00 -- true
	usage_error run --luns 1x -- true
	usage_error run --luns
	usage_error run --network 45900 -- true
	usage_error run --network 99999:1 -- true
	usage_error run --bogus -- true
	LAB_TIMEOUT=soon usage_error run -- true
	LAB_ENV='A-B' usage_error run -- true
	usage_error shell --luns
	usage_error shell --bogus
	usage_error shell			# no terminal
	usage_error check --kernel 5
	usage_error check --bogus
	usage_error check no-such-file.bats
	usage_error install everything
}

@test "run: --help" {
	local program
	for program in run shell check install; do
		run --separate-stderr "$lab/$program" --help
		[[ $status == 0 && $output == Usage:* && -z $stderr ]] || fail "$program"
	done
}

@test "run: arguments, streams, files and the exit status go through as they are" {
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
	nothing_left
}

@test "run: guests on one network reach each other, and there is no storage without LUNs" {
	local port=$((40000 + RANDOM % 20000)) other
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
	nothing_left
}

@test "run: a guest that dies is told from a command that fails" {
	run --separate-stderr "$lab/run" --luns 0 -- bash -c 'echo before; sleep 2; echo c > /proc/sysrq-trigger; sleep 60'
	[[ $status == 125 ]] || fail "exit status"
	[[ $output == before ]] || fail "stdout"
	[[ $stderr == *"the guest died while COMMAND ran (Kernel panic - "*"sysrq triggered crash"* ]] || fail "stderr"
	nothing_left
}

@test "run: a command that does not exist" {
	run -127 --separate-stderr "$lab/run" --luns 0 -- no-such-command
	[[ -z $output && $stderr == *"no-such-command: command not found" ]] || fail "status"
}

@test "run: LAB_TIMEOUT ends it in time" {
	local began=$SECONDS
	LAB_TIMEOUT=3 run --separate-stderr "$lab/run" -- sleep 60
	[[ $status == 124 && -z $output && $stderr == *"3 s (LAB_TIMEOUT)"* ]] || fail "status"
	((SECONDS - began <= 5)) || fail "it took $((SECONDS - began)) s"
	nothing_left
}

@test "run: a signal ends it, and nothing stays" {
	local pid status=0
	"$lab/run" -- sleep 60 3>&- &
	pid=$!
	sleep 3
	kill "$pid"
	wait "$pid" || status=$?
	[[ $status == 143 ]] || fail "status"
	nothing_left
}
