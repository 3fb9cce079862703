#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What prctl and fence_prctl say if a system call, or a command to the LUN, fails: faults.py. A
# sample; all with LAB_LONG.
load ../bats/common

setup()
{
	:
}

@test "faults: each system call and each command to the LUN fails once -> no false ok, no false \"nothing was sent\", an end" {
	strace -o /dev/null true || skip "strace cannot trace here"
	run python3 "$BATS_TEST_DIRNAME/faults.py" "$LAB_BUILD" "$([[ -n ${LAB_LONG-} ]] && echo 100 || echo 25)"
	[[ $status == 0 ]] || fail "tests/host/faults.py BUILD SHARE SEED repeats it"
}
