#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Eight LUNs of an array whose ports change their state: only with --long.
load common
load semantics
load array

luns=8

setup_file()
{
	[[ -n ${LAB_LONG-} ]] || return 0
	array_start --luns $luns
	wait_for_devices /dev/lab/array{1,2}/lun7
	udev_stop
}

teardown_file()
{
	[[ -n ${LAB_LONG-} ]] || return 0
	udev_continue
	array_stop
}

# The transition of each LUN begins with the first command that it refuses, so that a fence that went
# on to the next LUN only after one is done would need the sum of them.
@test "array: fence off of eight LUNs in transition for 6 s -> ok, and the victim cannot write" {
	[[ -n ${LAB_LONG-} ]] || return 0
	local lun devices=()
	for ((lun = 0; lun < luns; lun++)); do
		array reset $lun alua
		array put $lun "array-host-1 / write-exclusive-reg-only / array-host-1 0xa array-host-2 0xb"
		devices+=("/dev/lab/array1/lun$lun")
	done
	run_fence_prctl action=off key=0xa plug=0xb nodename=0xb power_timeout=60 \
		"devices=${devices[*]}"
	assert_status 0
	for ((lun = 0; lun < luns; lun++)); do
		array holds $lun
		[[ $got == "array-host-1 / write-exclusive-reg-only / array-host-1 0xa" ]] || fail "LUN $lun holds $got"
		cannot_write "/dev/lab/array2/lun$lun"
	done
}
