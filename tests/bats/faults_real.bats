#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A change, a fence: each system call fails once, on a real LUN. tests/host/faults.py has a LUN that
# is played.
# bats file_tags=kernel-7,long
load common

@test "a change, a fence: a system call fails -> no false ok, no false \"nothing was sent\", an end" {
	use_plain_build
	run python3 "$BATS_TEST_DIRNAME/faults_real.py" scsi --sample
	[[ $status == 0 ]] || fail "it finds that"
	run python3 "$BATS_TEST_DIRNAME/faults_real.py" scsi --share 20
	[[ $status == 0 ]] || fail "it finds that, and repeats it with this --seed"
}
