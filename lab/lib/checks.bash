# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The kinds of tests that lab/check runs. Each appends to $logs/results what tap.awk prints: a line per test,
# and the output of those that failed.

: "${lab:?}" "${top:?}" "${build:?}" "${logs:?}" "${coverage=}"

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

# summary NAME FILE SECONDS
summary()
{
	printf '%s: %d passed, %d failed, %d s\n' "$1" "$(count pass "$2")" "$(count fail "$2")" "$3"
	cat "$2" >> "$logs/results"
}

# A test program's own TAP says most; if there is none, the harness's verdict counts.
unit_results()
{
	local trs log name status
	while IFS= read -r trs; do
		log=${trs%.trs}.log
		name=${trs#"$build"/}
		name=${name%.trs}
		status=0
		grep -q '^:global-test-result: *PASS' "$trs" || status=1
		if grep -q '^1\.\.' "$log"; then
			tap_results "$name" "$status" "$log"
		elif ((status)) || ! grep -q '^:test-result: *PASS' "$trs"; then
			fail "$name" "$(sed -n 's/^:global-test-result: *//p' "$trs")" "$log"
		else
			printf 'pass\t%s\t%s\n' "$name" "(one result)"
		fi
	done < <(find "$build" -name '*.trs' | sort)
}

# stoppable COMMAND...: runs it so that the end of this process ends it, too.
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

# The next ones run in processes of their own, side by side; each leaves its results in $logs/SUITE-PART.results.
#
# check_units PART: make check runs them all; its own output counts only when it failed without a test that did.
check_units()
{
	local status=0 results=$logs/units-$1.results file name
	find "$build" -name '*.trs' -delete
	CMOCKA_MESSAGE_OUTPUT=TAP stoppable make -C "$build" -k check > "$logs/make-check.log" 2>&1 || status=$?
	unit_results > "$results"
	if ((status)) && [[ $(count fail "$results") == 0 ]]; then
		fail "make check" "ended with $status" "$logs/make-check.log" >> "$results"
	elif [[ ! -s $results ]]; then
		fail "make check" "ran no tests" >> "$results"
	fi
	for file in "$top"/tests/host/*.bats; do
		name=${file#"$top/"}
		[[ -e $build/${name%.bats}.trs ]] || fail "$name" "was not run by make check" >> "$results"
	done
}

is_shell()
{
	local first
	case $1 in
	*.sh | *.bash | *.bats) return 0 ;;
	esac
	IFS= read -r first < "$1" || [[ -n $first ]] || return 1
	[[ $first == '#!'*sh || $first == '# shellcheck shell='* ]]
} 2> /dev/null

# check_scripts PART. A variable of a file that bats loads is beyond shellcheck's sight (SC2154).
check_scripts()
{
	local results=$logs/scripts-$1.results log=$logs/shellcheck.log file options
	while IFS= read -r file; do
		[[ -f $file ]] || continue
		is_shell "$file" || continue
		options=(--external-sources --source-path=SCRIPTDIR)
		[[ $file != *.bats ]] || options+=(--exclude=SC2154)
		if shellcheck "${options[@]}" "$file" > "$log" 2>&1; then
			printf 'pass\tshellcheck\t%s\n' "$file"
		else
			fail shellcheck "$file" "$log"
		fi
	done < <(tree_files | sort -u) > "$results"
	[[ -s $results ]] || fail shellcheck "no scripts found" > "$results"
}

# tap_results WHERE ENDED FILE: the results in a file of TAP; ENDED is the exit status of what wrote it.
tap_results()
{
	awk -v where="$1" -v ended="$2" -f "$lab/lib/tap.awk" "$3"
}

# guest_run KERNEL OUT COMMAND...: one guest with the directory OUT, which gets run.log. Kernel 7's have the build with
# AddressSanitizer and UndefinedBehaviorSanitizer: each thing that prctl does, with a real device, is done once under their
# eyes. What they say is in files in OUT/sanitizer, for prctl's working process has no standard error, and some tests have
# prctl run by others.
guest_run()
{
	local kernel=$1 out=$2 status=0 env=()
	shift 2
	mkdir -m 777 "$out" "$out/sanitizer"
	if [[ -n $coverage ]]; then
		env=(LAB_PLAIN="${build%/coverage}" LAB_ENV="GCOV_PREFIX GCOV_ERROR_FILE" GCOV_PREFIX=/run/lab/gcov
			GCOV_ERROR_FILE=/dev/null)
	elif [[ $kernel == 7 ]]; then
		env=(LAB_BUILD="$build/address" LAB_PLAIN="$build" LAB_ENV="ASAN_OPTIONS UBSAN_OPTIONS"
			ASAN_OPTIONS="detect_leaks=0:log_path=$out/sanitizer/address"
			UBSAN_OPTIONS="print_stacktrace=1:log_path=$out/sanitizer/undefined")
		# waits for lab/sanitize if that builds it
		stoppable "$lab/lib/build-sanitized" address > "$out/run.log" 2>&1 || status=$?
	fi
	((status)) || stoppable env LAB_OUT="$out" LAB_CONSOLE="$out/console" "${env[@]}" \
		"$lab/run" --kernel "$kernel" -- "$@" > "$out/run.log" 2>&1 || status=$?
	return "$status"
}

# file_results WHERE OUT FILE: what bats-files has left in OUT of a test file.
file_results()
{
	local name=${3##*/} ended="no status"
	[[ ! -e $2/$name.ended ]] || ended=$(< "$2/$name.ended")
	touch "$2/$name.tap"
	tap_results "$1 ${3#"$top/"}" "$ended" "$2/$name.tap"
}

# guest_results WHERE OUT STATUS: what failed besides the tests of a guest whose lab/run has ended with STATUS.
guest_results()
{
	local file
	(($3 == 0)) || fail "$1" "the guest: lab/run ended with $3" "$2/run.log"
	for file in "$2"/sanitizer/*; do
		[[ ! -e $file ]] || fail "$1" "a sanitizer's report: ${file##*/}" "$file"
	done
}

# check_guest KERNEL PART FILE...: one guest that runs these files.
check_guest()
{
	local kernel=$1 status=0 file out=$logs/$1-$2
	shift 2
	guest_run "$kernel" "$out" "$lab/guest/bats-files" "$@" || status=$?
	for file; do
		file_results "kernel $kernel" "$out" "$file"
	done > "$out.results"
	guest_results "kernel $kernel" "$out" "$status" >> "$out.results"
}

# What all of them have run.
check_coverage()
{
	local results=$logs/coverage.results log=$logs/coverage.log
	if "$lab/lib/coverage" report "$build" "$logs"/*/gcov > "$log" 2>&1; then
		printf 'pass\t%s\t%s\n' coverage "the files that must be run whole" > "$results"
	else
		fail coverage "the files that must be run whole" > "$results"
	fi
	cat "$log"
	summary coverage "$results" 0
}

# check_documents KERNEL [ALL]: every JSON document that the tests with this kernel have kept is as the schema has it.
# Of a run of all tests there must be some.
check_documents()
{
	local results=$logs/$1-documents.results log=$logs/$1-documents.log files=("$logs/$1"-?/*.json)
	: > "$results"
	[[ -e ${files[0]} || -n ${2:-} ]] || return 0
	[[ -e ${files[0]} ]] || files=()
	python3 "$lab/lib/check-json" "kernel $1" "$top/docs/prctl.schema.json" "${files[@]}" > "$results" 2> "$log" ||
		[[ $(count fail "$results") != 0 ]] || fail "kernel $1" "the check of the JSON documents" "$log" >> "$results"
}

# check_lab PART: the tests of the lab's own programs.
check_lab()
{
	local out=$logs/lab-$1 status=0
	stoppable env -u LAB_TIMEOUT bats --tap "$lab/tests" > "$out.tap" 2>&1 || status=$?
	tap_results "lab/tests" "$status" "$out.tap" > "$out.results"
}

# check_lint PART: what compilers and linters say.
check_lint()
{
	local out=$logs/lint-$1 status=0
	stoppable "$lab/lint" > "$out.tap" 2>&1 || status=$?
	tap_results "lab/lint" "$status" "$out.tap" > "$out.results"
}

# check_sanitize PART: the unit tests under sanitizers, a status under valgrind.
check_sanitize()
{
	local out=$logs/sanitize-$1 status=0
	stoppable "$lab/sanitize" > "$out.tap" 2> "$out.log" || status=$?
	[[ -s $out.tap ]] || cp "$out.log" "$out.tap"
	tap_results "lab/sanitize" "$status" "$out.tap" > "$out.results"
}

# check_fuzz PART: 20 seconds of each fuzzer, with --long 10 minutes.
check_fuzz()
{
	local out=$logs/fuzz-$1 status=0
	stoppable "$lab/fuzz" "$([[ -z $LAB_LONG ]] && echo 20 || echo 600)" > "$out.tap" 2> "$out.log" || status=$?
	[[ -s $out.tap ]] || cp "$out.log" "$out.tap"
	tap_results "lab/fuzz" "$status" "$out.tap" > "$out.results"
}
