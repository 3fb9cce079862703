# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The kinds of tests that lab/check runs. Each prints the output of tap.awk: a line for each test,
# and the output of those that failed.

: "${lab:?}" "${top:?}" "${build:?}" "${logs:?}" "${coverage=}" "${fast=}"
: "${titles+}"	# of each suite, its title: lab/check's

# fail WHERE NAME [FILE]: a failed test, explained by the end of FILE.
fail()
{
	printf 'fail\t%s\t%s\n' "$1" "$2"
	[[ -z ${3:-} ]] || tail -n 40 "$3" | tr -d '\r' | sed 's/^/\t/'
}

# count WORD FILE: how many tests passed ("pass") or failed ("fail").
count()
{
	grep -c "^$1"$'\t' "$2" || true
}

# again WHERE TEST: prints the command that runs this test, and as little else as possible.
again()
{
	local file=${1##* } kernel=${1#kernel } only
	# bats takes a regular expression
	only="-f '^$(sed 's/[][\\.^$*+?(){}|]/\\&/g; '"s/'/./g" <<< "$2")\$'"
	case $1 in
	kernel\ *.bats) echo "lab/run --kernel ${kernel%% *} -- bats $only $file" ;;
	tests/host/*) echo "LAB_TOP=\$PWD LAB_BUILD=$build bats $only $file" ;;
	tests/unit/*) echo "make -C $build check TESTS=$1" ;;
	lab/lint) echo "lab/lint $2" ;;
	lab/sanitize) echo "lab/sanitize ${2##* }" ;;
	lab/tests) echo "bats $only lab/tests" ;;
	lab/*) echo "$1" ;;
	esac
}

# tap_results WHERE ENDED FILE: prints the results in a file of TAP; ENDED is the exit status of the
# program that wrote it.
tap_results()
{
	awk -v where="$1" -v ended="$2" -f "$lab/lib/tap.awk" "$3"
}

# stoppable COMMAND...: runs it so that it ends if this process ends.
stoppable()
{
	local status=0
	"$@" 8>&- &
	# shellcheck disable=SC2064
	trap "kill $! && wait $!; exit 1" TERM
	wait $! || status=$?
	trap - TERM
	return "$status"
}

# The following functions run in their own processes, in parallel, and print their results.
#
# program SUITE COMMAND...: runs a program that prints TAP.
program()
{
	local suite=$1 out=$logs/$1 status=0
	shift
	stoppable "$@" > "$out.tap" 2> "$out.log" || status=$?
	[[ -s $out.tap ]] || cp "$out.log" "$out.tap"
	tap_results "${titles[$suite]}" "$status" "$out.tap"
}

# check_units: runs make check. Its own output is a result only if make failed although no test did.
check_units()
{
	local status=0 file name results=$logs/make-check.results
	find "$build" -name '*.trs' -delete
	stoppable make -C "$build" -k check > "$logs/make-check.log" 2>&1 || status=$?
	while IFS= read -r file; do
		name=${file#"$build"/}
		tap_results "${name%.trs}" "$(grep -c '^:global-test-result: [^P]' "$file")" "${file%.trs}.log"
	done < <(find "$build" -name '*.trs' | sort) > "$results"
	cat "$results"
	[[ $status == 0 || $(count fail "$results") != 0 ]] || fail "make check" "ended with $status" "$logs/make-check.log"
	for file in "$top"/tests/host/*.bats; do
		name=${file#"$top/"}
		[[ -e $build/${name%.bats}.trs ]] || fail "$name" "was not run by make check"
	done
}

# guest_run KERNEL OUT COMMAND...: runs one guest with the directory OUT, which gets run.log. Guests
# with kernel 7 also have the build with AddressSanitizer and UndefinedBehaviorSanitizer, for the
# files with the tag sanitized (together they use each feature of prctl on a real device once), or
# with LAB_ALL for all files. The sanitizers write to files in OUT/sanitizer, because prctl's worker
# has no standard error, and in some tests other programs start prctl.
guest_run()
{
	local kernel=$1 out=$2 status=0 env=()
	shift 2
	mkdir -m 777 "$out" "$out/sanitizer"
	if [[ -n $coverage ]]; then
		env=(LAB_PLAIN="${build%/coverage}" LAB_ENV="GCOV_PREFIX GCOV_ERROR_FILE" GCOV_PREFIX=/run/lab/gcov
			GCOV_ERROR_FILE=/dev/null)
	elif [[ $kernel == 7 && -z $fast ]]; then
		env=(LAB_SANITIZED="$build/address" LAB_PLAIN="$build" LAB_ENV="ASAN_OPTIONS UBSAN_OPTIONS"
			ASAN_OPTIONS="detect_leaks=0:log_path=$out/sanitizer/address"
			UBSAN_OPTIONS="print_stacktrace=1:log_path=$out/sanitizer/undefined")
		# waits for lab/sanitize if that builds it
		stoppable "$lab/lib/build-sanitized" address > "$out/run.log" 2>&1 || status=$?
	fi
	((status)) || stoppable env LAB_OUT="$out" LAB_CONSOLE="$out/console" "${env[@]}" \
		"$lab/run" --kernel "$kernel" -- "$@" > "$out/run.log" 2>&1 || status=$?
	return "$status"
}

# file_results WHERE OUT FILE: prints the results of a test file that bats-files has left in OUT.
file_results()
{
	local name=${3##*/} ended="no status"
	[[ ! -e $2/$name.ended ]] || ended=$(< "$2/$name.ended")
	touch "$2/$name.tap"
	tap_results "$1 ${3#"$top/"}" "$ended" "$2/$name.tap"
}

# guest_results WHERE OUT STATUS: prints failures other than those of tests, after a guest for which
# lab/run exited with STATUS.
guest_results()
{
	local file
	(($3 == 0)) || fail "$1" "the guest: lab/run ended with $3" "$2/run.log"
	for file in "$2"/sanitizer/*; do
		[[ ! -e $file ]] || fail "$1" "a sanitizer's report: ${file##*/}" "$file"
	done
}

# check_guest KERNEL PART: runs the files in $logs/KERNEL-PART.files in one guest.
check_guest()
{
	local status=0 file out=$logs/$1-$2 list
	mapfile -t list < "$out.files"
	guest_run "$1" "$out" "$lab/guest/bats-files" "${list[@]}" || status=$?
	for file in "${list[@]}"; do
		file_results "kernel $1" "$out" "$file"
	done
	guest_results "kernel $1" "$out" "$status"
}

# Reports which lines all of them have run.
check_coverage()
{
	local log=$logs/coverage.log name="the files that must be run whole"
	if "$lab/lib/coverage" report "$build" "$logs"/*/gcov > "$log" 2>&1; then
		printf 'pass\t%s\t%s\n' coverage "$name"
	else
		fail coverage "$name"
	fi >> "$logs/results"
	cat "$log"
}

# check_documents KERNEL: checks every JSON document that the tests with this kernel have kept
# against the schema. If all tests have run, there must be some.
check_documents()
{
	local results=$logs/$1-documents.results log=$logs/$1-documents.log files=("$logs/$1"-?/*.json)
	[[ -e ${files[0]} || (-n $all && -z $fast) ]] || return 0
	[[ -e ${files[0]} ]] || files=()
	python3 "$lab/lib/check-json" "kernel $1" "$top/docs/prctl.schema.json" "${files[@]}" > "$results" 2> "$log" ||
		[[ $(count fail "$results") != 0 ]] || fail "kernel $1" "the check of the JSON documents" "$log" >> "$results"
	cat "$results"
}
