# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: GPL-2.0-or-later
#
# lab/check --stress: runs test files again and again while all processors are busy. Sourced by
# lab/check after checks.bash. Each file is a suite of its own, whose run N leaves
# $logs/SUITE-N.results.

: "${lab:?}" "${top:?}" "${build:?}" "${logs:?}" "${stress=}" "${kernels:?}"
: "${titles+}"	# of each suite, its title: lab/check's

programs=()	# what runs on this machine: files in bats, and programs that print TAP
units=()	# those of them that are still to be built, as make names them, and what they run
replays=(tests/expected/replay tests/expected/replay_fence)	# what tests/host/*.bats run
subjects=()	# all of them, as they are run
busy=()		# the processes that keep the processors busy

# stress_file FILE: adds it to $files, for guests, or to $programs. A unit test may be given as its
# source or as its program.
stress_file()
{
	local path name
	path=$(readlink -m -- "$1")
	name=${path#"$build/"}
	name=${name#"$top/"}
	case $name in
	tests/host/*.bats | lab/tests/*.bats)
		programs+=("$path")
		units+=("${replays[@]}")
		;;
	*.bats) files+=("$path") ;;
	tests/unit/*)
		name=${name%.c}
		path=$top/$name.c
		units+=("$name")
		programs+=("$build/$name")
		;;
	*)
		programs+=("$path")
		[[ ! -f $path || -x $path ]] || usage_error "'$1' is not a test"
		;;
	esac
	[[ -f $path ]] || usage_error "no file '$1'"
}

# stress_all: adds every test file, and all other programs that run tests.
stress_all()
{
	mapfile -t files < <(find "$top/tests/bats" -name '*.bats' | sort)
	mapfile -t units < <(make -s -C "$build" units)
	programs=("${units[@]/#/$build/}" "$top"/tests/host/*.bats "$top"/lab/tests/*.bats "$lab/sanitize" "$lab/fuzz")
	units+=("${replays[@]}")
}

# stress_plan: each file is a suite; ${subjects[SUITE]} is the file.
stress_plan()
{
	local kernel file name
	for kernel in "${kernels[@]}"; do
		((${#files[@]})) || break
		kernel_there "$kernel" || continue
		while IFS=$'\t' read -r _ file; do
			name=${file#"$top/"}
			((${#kernels[@]} == 1)) || name="kernel $kernel $name"
			subjects+=("$file")
			add "stress${#subjects[@]}" "$name" "stress_guest ${#subjects[@]} $kernel"
		done < <(files_of "$kernel")
	done
	for file in ${programs[@]+"${programs[@]}"}; do
		name=${file#"$build/"}
		subjects+=("$file")
		add "stress${#subjects[@]}" "${name#"$top/"}" "stress_program ${#subjects[@]}"
	done
}

# stress_start: keeps the processors busy.
stress_start()
{
	while ((${#busy[@]} < $(nproc))); do
		setpriv --pdeathsig KILL "$lab/lib/busy" $$ 8>&- &
		busy+=($!)
	done
}

# shellcheck disable=SC2317 # called by lab/check's traps
stress_stop()
{
	((${#busy[@]} == 0)) || kill "${busy[@]}" 2> /dev/null || true
	busy=()
}

# stress_program N: runs it on this machine, like make check and lab/tests. Here LAB_TIMEOUT applies
# to one run.
stress_program()
{
	local suite=stress$1 file=${subjects[$1 - 1]} run status command log
	command=("$file")
	[[ $file != *.bats ]] || command=(bats --tap "$file")
	for ((run = 1; run <= stress; run++)); do
		status=0
		log=$logs/$suite-$run.tap
		stoppable timeout --kill-after 60 "$LAB_TIMEOUT" env -u LAB_TIMEOUT -C "$build" CMOCKA_MESSAGE_OUTPUT=TAP \
			srcdir="$top" LAB_TOP="$top" LAB_BUILD="$build" "${command[@]}" > "$log" 2>&1 || status=$?
		tap_results "${titles[$suite]}" "$status" "$log" > "$logs/$suite-run-$run.results"
	done
	cat "$logs/$suite-run"-*.results
}

# stress_guest N KERNEL: uses as few guests as possible. If a guest dies, the run in it has failed,
# or the next one; the runs after that get a new guest.
stress_guest()
{
	local suite=stress$1 file=${subjects[$1 - 1]} kernel=$2 run=1 first status out
	while ((run <= stress)); do
		first=$run
		out=$logs/$suite-from-$first
		status=0
		guest_run "$kernel" "$out" "$lab/guest/bats-repeat" "$file" "$first" "$stress" || status=$?
		while [[ -d $out/$run ]]; do
			file_results "kernel $kernel" "$out/$run" "$file" > "$logs/$suite-run-$run.results"
			run=$((run + 1))
		done
		((status || run > first)) || status=125
		if [[ $status != 0 && (! -d $out/$((run - 1)) || -e $out/$((run - 1))/${file##*/}.ended) && $run -le $stress ]]; then
			run=$((run + 1))
		fi
		guest_results "kernel $kernel ${file#"$top/"}" "$out" "$status" >> "$logs/$suite-run-$((run - 1)).results"
	done
	cat "$logs/$suite-run"-*.results
}

# stress_summary SUITE: the line of a file whose runs are done.
stress_summary()
{
	local results=("$logs/$1-run"-*.results) failed
	failed=$(grep -l '^fail' "${results[@]}" | wc -l) || true
	echo "${titles[$1]}: ${#results[@]} runs, $failed failed"
}
