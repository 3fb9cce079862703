#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Whole outputs, text, tables, JSON and messages, on LUNs that answer with the bytes in tests/data: tests/expected/*.txt
# has what they should be, and is renewed by make update-expected.
load ../bats/common

setup()
{
	:
}

# assert_expected NAME: the commands of tests/expected/NAME.txt do what it has.
assert_expected()
{
	run "$LAB_TOP/tests/expected/run" "$LAB_BUILD/tests/expected/replay" "$LAB_TOP/tests/expected/$1.txt"
	[[ $status == 0 ]] || fail "another output than in tests/expected/$1.txt"
}

@test "expected: status and check of a SCSI disk" {
	assert_expected lio
}

@test "expected: an NVMe namespace" {
	assert_expected nvmet
}

@test "expected: a multipath map" {
	assert_expected multipath
}

@test "expected: changes that succeed" {
	assert_expected changes
}

@test "expected: changes that the state forbids" {
	assert_expected conflicts
}

@test "expected: answers that are no success" {
	assert_expected failures
}

@test "expected: help and wrong command lines" {
	assert_expected usage
}
