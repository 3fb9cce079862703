#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The man page: its form, and its table of all messages
load ../bats/common

setup()
{
	page=$LAB_TOP/man/prctl.8
}

@test "man page: mandoc -> finds nothing" {
	# but that other manuals are not installed here
	run mandoc -T lint "$page" "${page%/*}/prctl-doctor.8"
	! grep -v -e 'outdated mandoc.db' -e 'referenced manual not found' <<< "$output" || fail "mandoc complains"
}

@test "man page: groff -> finds nothing" {
	run groff -wall -mdoc -z "$page" "${page%/*}/prctl-doctor.8"
	[[ $status == 0 && -z $output ]] || fail "groff complains"
}

@test "man page and README: codespell -> finds nothing" {
	run codespell --ignore-words-list nd "$page" "$LAB_TOP/README.md"
	[[ $status == 0 ]] || fail "codespell"
}

messages()
{
	awk -v names="$1" -f "$BATS_TEST_DIRNAME/messages.awk" "$LAB_TOP/src/model/messages.h" "$2"
}

@test "man page: DIAGNOSTICS -> every message, and nothing else" {
	run messages '^(PRCTL|USAGE|FAIL|WARN|CAUSE|ADVICE)_' "$page"
	[[ $status == 0 && -z $output ]] || fail "messages.h and prctl.8 differ"
}

@test "man page of fence_prctl: DIAGNOSTICS -> every message of its own, and nothing else" {
	run messages '^(FENCE_[^D]|WARN_LOG$|USAGE_KEY$)' "$LAB_TOP/man/fence_prctl.8"
	[[ $status == 0 && -z $output ]] || fail "messages.h and fence_prctl.8 differ"
}

@test "messages: a call that tells the user something -> names a message of messages.h" {
	local sources
	mapfile -t sources < <(find "$LAB_TOP/src" -name '*.c')
	run awk -f "$BATS_TEST_DIRNAME/literals.awk" "${sources[@]}"
	[[ $status == 0 && -z $output ]] || fail "words that are not in messages.h"
}
