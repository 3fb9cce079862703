#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# lab/array as an NVMe target over TCP: that its namespace does what the standard says, with nvme-cli
# and real writes as witnesses; and what prctl does with controllers that are otherwise, with the
# target as witness. Older kernels than 7 have not been tried.
# bats file_tags=kernel-7
load common
load array
load array_rows
array_nvme

setup_file()
{
	array_start_nvme
	udev_stop
}

teardown_file()
{
	udev_continue
	array_stop_nvme
}

setup()
{
	array_reset
}

@test "array, NVMe: nvme-cli's commands -> end as NVMe 1.4 has it" {
	nvme resv-register "$array1" -n 1 --nrkey=0xa --rrega=0
	nvme resv-register "$array2" -n 1 --nrkey=0xb --rrega=0 --cptpl=3
	nvme resv-acquire "$array1" -n 1 --crkey=0xa --rtype=3 --racqa=0
	assert_array_state "host-1 / write-exclusive-reg-only / host-1 0xa host-2 0xb"
	[[ $(nvme resv-report "$array2" -n 1 --eds -o json | jq -c '[.rtype, .ptpls, [.regctlext[].rkey]]') == "[3,1,[10,11]]" ]]
	can_write "$array2"
	nvme resv-acquire "$array1" -n 1 --crkey=0xa --prkey=0xb --rtype=3 --racqa=2
	assert_array_state "host-1 / write-exclusive-reg-only / host-1 0xa"
	cannot_write "$array2"
	can_write "$array1"
}

@test "array, NVMe: commands on nvme -> done as they say" {
	run_on 'register --key 0xa . none|preempt-abort' nvme .
}

@test "array, NVMe: commands, the target does nothing or lists in the other form -> never a false ok" {
	local name failed=()
	for name in liar-done eds-ignored; do
		run_on 'register --key 0xa . none|preempt-abort' "nvme-$name" '^$' || failed+=("$name")
	done
	((${#failed[@]} == 0)) || fail "wrong on: ${failed[*]}"
}
