#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# lab/array without a network: what its LUNs answer. tests/bats/array.bats has the rest.

@test "array: test_array.py -> passes" {
	run "${BATS_TEST_DIRNAME%/tests}/array/test_array.py"
	((status == 0)) || { echo "$output"; return 1; }
}
