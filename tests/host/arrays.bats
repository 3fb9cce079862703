#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# prctl and fence_prctl on every personality of lab/array, without a kernel between: arrays.py. Those that
# wait for seconds, and all maps, only with LAB_LONG. tests/bats/array.bats runs some through the kernel.
load ../bats/common

setup()
{
	:
}

@test "arrays: commands on each personality -> no false ok, no false \"nothing was done\", a reason, an end" {
	local long=()
	[[ -z ${LAB_LONG-} ]] || long=(--long)
	run python3 "$BATS_TEST_DIRNAME/arrays.py" "$LAB_BUILD" "${long[@]}"
	[[ $status == 0 ]] || fail "tests/host/arrays.py BUILD -v PERSONALITY repeats it"
}
