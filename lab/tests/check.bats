#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# lab/check: what it says, and that --stress counts what fails now and then. Its logs are in a
# directory of their own, so that this can be a part of lab/check itself.
bats_require_minimum_version 1.5.0

setup()
{
	lab=$BATS_TEST_DIRNAME/..
	unset LAB_OUT LAB_VERBOSE LAB_CONSOLE LAB_ENV LAB_PLAIN
	export TMPDIR=$BATS_TEST_TMPDIR LAB_LOGS=$BATS_TEST_TMPDIR/logs
}

fail()
{
	printf '%s\nstatus: %s\nstdout: %s\nstderr: %s\n' "$*" "${status-}" "${output-}" "${stderr-}"
	return 1
}

# write_program NAME LINE...: a test program of these lines.
write_program()
{
	{
		echo '#!/bin/bash'
		printf '%s\n' "${@:2}"
	} > "$TMPDIR/$1"
	chmod +x "$TMPDIR/$1"
}

@test "check: --stress with a wrong command line -> 2" {
	local arguments
	for arguments in "--stress" "--stress 0" "--stress x" "--stress 1 --coverage" "--fast --long" "--fast --stress 1" "--stress 1 no-such-file" \
		"--stress 1 tests/unit/test_no_such" "--stress 1 README.md"; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr "$lab/check" $arguments
		[[ $status == 2 && -z $output ]] || fail "$arguments"
	done
}

@test "check: --stress, a test fails at times -> counted" {
	# shellcheck disable=SC2016 # expanded there
	write_program luck 'echo >> "$TMPDIR/runs"; mapfile -t runs < "$TMPDIR/runs"' \
		'echo 1..2; echo "ok 1 - always"' \
		'if ((${#runs[@]} != 2)); then echo "ok 2 - at times"; else echo "not ok 2 - at times"; echo "# why"; exit 1; fi'
	write_program good 'echo 1..1; echo "ok 1 - good"'
	run --separate-stderr "$lab/check" --stress 3 "$TMPDIR/luck" "$TMPDIR/good"
	[[ $status == 1 && $output == *"$TMPDIR/luck: 3 runs, 1 failed"* ]] || fail "the file"
	[[ $output == *"$TMPDIR/good: 3 runs, 0 failed"* ]] || fail "the other file"
	[[ $output == *"FAILED $TMPDIR/luck: at times, 1 of 3"$'\n'"  # why"* ]] || fail "the test"
	[[ $output == *"FAILED $TMPDIR/luck: at times, 1 of 3"* && $output != *": always"* ]] || fail "how often"
	[[ ${lines[0]} == "test files: 2, runs of each: 3" ]] || fail "the plan"
	[[ ${lines[1]} == "on $(nproc) processors, all kept busy; not run here before" ]] || fail "before"
	[[ ${lines[-1]} == "8 passed, 1 failed" ]] || fail "the last line"

	run --separate-stderr "$lab/check" --stress 2 "$TMPDIR/good"
	[[ $status == 0 && ${lines[-1]} == "2 passed, 0 failed" ]] || fail "nothing failed"
	run --separate-stderr "$lab/check" --stress 2 "$TMPDIR/good"
	[[ ${lines[1]} =~ \;\ last\ time\ [0-9]+\ min\ [0-9]+\ s,\ 2\ passed,\ 0\ failed$ ]] || fail "last time"
}

@test "check: a test failed -> the command that runs just that test" {
	local name='a: [x] (y), 0x*1 -> 2^64 + {z}, this host'"'"'s' file=$TMPDIR/odd.bats
	again()
	{
		# shellcheck disable=SC2034 # for checks.bash
		bash -c 'lab=$1 top=/t build=/b logs=/l; . "$lab/lib/checks.bash"; again "${@:2}"' - "$lab" "$@"
	}
	[[ $(again lab/lint gcc) == "lab/lint gcc" && $(again lab/fuzz fuzz_scsi) == lab/fuzz ]] || fail "lab/lint, lab/fuzz"
	[[ $(again lab/sanitize "thread: tests/unit/pr/test_map") == "lab/sanitize tests/unit/pr/test_map" ]] || fail "lab/sanitize"
	[[ $(again tests/unit/pr/test_plan row) == "make -C /b check TESTS=tests/unit/pr/test_plan" ]] || fail "a unit test"
	[[ $(again tests/host/page.bats "a: b") == "LAB_TOP=\$PWD LAB_BUILD=/b bats -f '^a: b\$' tests/host/page.bats" ]] || fail "tests/host"
	[[ $(again "kernel 6.1 tests/bats/a.bats" "a: b") == "lab/run --kernel 6.1 -- bats -f '^a: b\$' tests/bats/a.bats" ]] || fail "a guest"
	# bats takes the name for what it is
	printf '@test "%s" { true; }\n@test "another" { false; }\n' "$name" > "$file"
	run bash -c "$(again "lab/tests" "$name" | sed "s|lab/tests|$file|")"
	[[ $status == 0 && $output == *"ok 1 a: [x]"* && $output != *another* ]] || fail "bats -f"
}

@test "lint: subjects of commits -> names those that are not \"area: imperative\"" {
	local longest good bad
	longest="lab: add $(printf '%063d' 0)"
	good=("scsi: compare page 83h" "lab, tests: add a row" "doc: another word" "doc: note the rows" 'Revert "lab: the row"'
		"$longest")
	bad=("tests: the row" "doc: A word" "HACKING: how to" "no area" "tests: rows for a key" "lab: 28 more arrays"
		"fence: plainer comments" "tests: no key is given" "${longest}0")
	run awk -f "$lab/lib/subjects.awk" < <(printf '%s\n' "${good[@]}" "${bad[@]}")
	[[ $status == 1 && $output == "$(printf '%s\n' "${bad[@]}")" ]] || fail "the bad ones"
	run awk -f "$lab/lib/subjects.awk" < <(printf '%s\n' "${good[@]}")
	[[ $status == 0 && -z $output ]] || fail "the good ones"
}

# The first run fails a test; the second one leaves a file, which the third one must not find; the
# third one ends the guest.
@test "check: --stress on a bats file -> one guest until something is left in it; a guest that dies is counted" {
	local started
	# bats would take a line of this file that begins with @test for a test of its own
	sed 's/^TEST/@test/' > "$TMPDIR/luck.bats" <<- 'END'
		TEST "luck" {
			echo >> "${LAB_OUT%/*}/runs"
			mapfile -t runs < "${LAB_OUT%/*}/runs"
			if [[ ${LAB_OUT##*/} == 2 ]]; then
				[[ ${#runs[@]} == 2 ]]
				touch /etc/left
			elif [[ ${LAB_OUT##*/} == 3 ]]; then
				[[ ! -e /etc/left && ${#runs[@]} == 1 ]]
				echo c > /proc/sysrq-trigger
			else
				false
			fi
		}
	END
	run --separate-stderr "$lab/check" --stress 3 "$TMPDIR/luck.bats"
	[[ $status == 1 && $output == *"$TMPDIR/luck.bats: 3 runs, 2 failed"* ]] || fail "the file"
	[[ $output == *"FAILED kernel 7 $TMPDIR/luck.bats: luck, 1 of 3"* ]] || fail "the test"
	[[ $output == *"the guest died while COMMAND ran"* && ${lines[-1]} == "1 passed, "* ]] || fail "the guest"
	started=$(cd "$LAB_LOGS/lab-logs" && echo stress1-from-?)
	[[ $started == "stress1-from-1 stress1-from-3" ]] || fail "guests: $started"
}

# busy_children PID: the children of PID that keep the processors busy.
busy_children()
{
	local child
	for child in $(< "/proc/$1/task/$1/children"); do
		! grep -qs lib/busy "/proc/$child/cmdline" || echo "$child"
	done
}

@test "check: --stress -> every processor is busy, and no longer than it lives, however it ends" {
	local check signal busy tries
	# shellcheck disable=SC2016 # expanded there
	write_program waits 'echo $$ > "$TMPDIR/new"; mv "$TMPDIR/new" "$TMPDIR/started"; exec sleep infinity'
	for signal in TERM KILL; do
		rm -f "$TMPDIR/started"
		"$lab/check" --stress 1 "$TMPDIR/waits" > "$TMPDIR/output" 2>&1 3>&- &
		check=$!
		until [[ -e $TMPDIR/started ]]; do
			kill -0 $check || fail "$(< "$TMPDIR/output")"
			sleep 0.1
		done
		busy=$(busy_children $check)
		[[ $(wc -l <<< "$busy") == $(nproc) ]] || fail "busy: $busy"
		kill -$signal $check
		wait $check || true
		kill "$(< "$TMPDIR/started")" 2> /dev/null || true
		# their SIGKILL has been sent before the shell could wait for its own child
		for ((tries = 0; tries < 1200; tries++)); do
			# shellcheck disable=SC2086 # words
			kill -0 $busy 2> /dev/null || break
			sleep 0.1
		done
		# shellcheck disable=SC2086 # words
		! kill $busy 2> /dev/null || fail "SIG$signal leaves processes busy"
	done
}
