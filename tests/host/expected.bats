#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Whole outputs, text, tables, JSON and messages, on LUNs that answer with the bytes in tests/data:
# tests/expected/*.txt has what they should be, and is renewed by make update-expected.
# shellcheck disable=SC2030,SC2031 # bats runs each test in a shell of its own
load ../bats/common

setup()
{
	:
}

# assert_expected NAME: the commands of tests/expected/NAME.txt do what it has.
assert_expected()
{
	run "$LAB_TOP/tests/expected/run" "$LAB_BUILD/tests/expected" "$LAB_TOP/tests/expected/$1.txt"
	[[ $status == 0 ]] || fail "another output than in tests/expected/$1.txt"
}

@test "expected: status and check of a SCSI disk -> tests/expected/lio.txt" {
	assert_expected lio
}

@test "expected: an NVMe namespace -> tests/expected/nvmet.txt" {
	assert_expected nvmet
}

@test "expected: arrays that differ from Linux -> tests/expected/array.txt" {
	assert_expected array
}

@test "expected: a multipath map -> tests/expected/multipath.txt" {
	assert_expected multipath
}

@test "expected: changes that succeed -> tests/expected/changes.txt" {
	assert_expected changes
}

@test "expected: changes that the state forbids -> tests/expected/conflicts.txt" {
	assert_expected conflicts
}

@test "expected: answers that are no success -> tests/expected/failures.txt" {
	assert_expected failures
}

@test "expected: help and wrong command lines -> tests/expected/usage.txt" {
	assert_expected usage
}

@test "expected: the fence agent -> tests/expected/fence.txt" {
	assert_expected fence
}

@test "expected: what doctor finds -> tests/expected/doctor.txt" {
	assert_expected doctor
}

@test "expected: documents of status --raw -> tests/expected/decode.txt" {
	assert_expected decode
}

@test "doctor: records of a LUN that is not there -> an error for an open abort, and not with a DEVICE" {
	"$LAB_TOP/tests/expected/lines" "$LAB_TOP/tests/data/lio/nothing.json" > "$BATS_TEST_TMPDIR/lines"
	export PRCTL_STATES=$BATS_TEST_TMPDIR/lines PRCTL_STORE=$BATS_TEST_TMPDIR/store
	mkdir -m 700 "$PRCTL_STORE"
	printf 'prctl 1\nlun naa.1111\nname %%2fdev%%2fsdx\nabort 0xb open 3\nend\n' > "$PRCTL_STORE/lun-naa.1111"
	chmod 600 "$PRCTL_STORE/lun-naa.1111"
	run "$LAB_BUILD/tests/expected/replay" doctor --table
	[[ $status == 3 && ${lines[1]} == "error "*" missing "*"naa.1111 (/dev/sdx)"* ]] || fail "$output"
	run "$LAB_BUILD/tests/expected/replay" doctor /dev/sda
	[[ $status == 0 ]] || fail "$output"
}

@test "status: 300 LUNs, and each again by another name -> in the order of the arguments, each once" {
	local luns
	luns=$(seq -f /dev/sd%.0f 300)
	"$LAB_TOP/tests/expected/lines" "$LAB_TOP/tests/data/lio/write-exclusive.json" > "$BATS_TEST_TMPDIR/lines"
	# shellcheck disable=SC2086 # a word each
	PRCTL_STATES=$BATS_TEST_TMPDIR/lines run "$LAB_BUILD/tests/expected/replay" status --noheadings --output DEVICE $luns \
		${luns//sd/sd0}
	[[ $(uniq <<< "$output") == "$luns" ]] || fail "$output"
}

# Of the 32 MiB that are the aim, 8 are left for the texts of sysfs, which is not read here.
@test "status: 4,096 LUNs -> at most 24 MiB of memory in both processes together" {
	local luns taken
	luns=$(seq -f /dev/sd%.0f 4096)
	"$LAB_TOP/tests/expected/lines" "$LAB_TOP/tests/data/lio/write-exclusive.json" > "$BATS_TEST_TMPDIR/lines"
	# shellcheck disable=SC2086 # a word each
	PRCTL_STATES=$BATS_TEST_TMPDIR/lines "$LAB_BUILD/tests/bench_run" "$LAB_BUILD/tests/expected/replay" status $luns \
		3> "$BATS_TEST_TMPDIR/taken"
	read -r _ _ taken < "$BATS_TEST_TMPDIR/taken"
	((taken <= 24 * 1024)) || fail "$taken KiB"
}

# doctor_with DOCUMENT DEVICE...: the findings of hosts-disagree, and the last line.
doctor_with()
{
	run "$LAB_BUILD/tests/expected/replay" doctor --rule hosts-disagree --with "$@"
}

@test "doctor --with: what was not compared with a document -> a warning that names the LUN, the host and the cause" {
	local here=$BATS_TEST_TMPDIR/here changed=$BATS_TEST_TMPDIR/changed
	"$LAB_TOP/tests/expected/lines" "$LAB_TOP/tests/data/lio/registrants-only.json" > "$BATS_TEST_TMPDIR/lines"
	export PRCTL_STATES=$BATS_TEST_TMPDIR/lines PRCTL_STORE=$BATS_TEST_TMPDIR/none
	"$LAB_BUILD/tests/expected/replay" status --json /dev/sda > "$here"
	doctor_with "$here" /dev/sda
	[[ $status == 0 && $output == "nothing found on 1 LUN" ]] || fail "the same document: $output"
	sed 's/^      "generation": 2,/      "generation": 1,/' "$here" > "$changed"
	doctor_with "$changed" /dev/sda
	[[ $status == 0 && $output == "warning: /dev/sda: hosts-disagree: the generation is 2 here, and 1 on node1, so that the \
registrants were not compared"$'\n'*"1 warning on 1 LUN" ]] || fail "another generation: $output"
	doctor_with "$here" /dev/sda /dev/sdb
	[[ $status == 0 && $output == "warning: /dev/sdb: hosts-disagree: the document of node1 does not have this LUN (naa."*"), so that \
nothing was compared"$'\n'*"1 warning on 2 LUNs" ]] || fail "a LUN less: $output"
	doctor_with "$here" /dev/sdb
	[[ $status == 0 && $output == "warning: this host: hosts-disagree: the document of node1 has none of the LUNs of this host, so \
that nothing was compared with it"$'\n'*"1 warning on 1 LUN" ]] || fail "no LUN: $output"
}

@test "doctor --with: a command that hangs -> half of the time is left, and the message says what to do" {
	local begin=${EPOCHREALTIME/./}
	mkfifo "$BATS_TEST_TMPDIR/hangs"
	exec 4<> "$BATS_TEST_TMPDIR/hangs"
	run "$LAB_BUILD/src/prctl" doctor --timeout 8 --with "$BATS_TEST_TMPDIR/hangs"
	exec 4>&-
	[[ $status == 2 && $output == *"give the command that writes it a lower --timeout"* ]] || fail "another message"
	((${EPOCHREALTIME/./} - begin < 7500000)) || fail "it did not end before 7.5 s"
}
