#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The table of semantics.bash on an NVMe namespace that two hosts share.
# bats file_tags=kernel-7,sanitized
load common
load nvme
load semantics

setup()
{
	nvme_set_multipath N
}

host_device()
{
	echo "/dev/lab/host$1/nvme0"
}

host_node()
{
	host_device "$1"
}

reset_target()
{
	nvme_reset
}

target_state()
{
	local now type holders keys
	now=$(nvme_target_state)
	type=${now%% / *}
	keys=${now##* / }
	holders=${now#* / }
	holders=${holders% / *}
	if ((type)); then type=${types[type - 1]}; else type=none; fi
	case $holders in
	none) holders=- ;;
	# the target names them in the order in which they came
	"2 1") holders="1 2" ;;
	esac
	echo "${keys// 0x/=0x} / $type / $holders"
}

@test "semantics, NVMe: register and unregister -> the table" {
	run_rows nvme register
}

@test "semantics, NVMe: reserve and release, types with one holder -> the table" {
	run_rows nvme reserve
}

@test "semantics, NVMe: reserve and release, types for registrants -> the table" {
	run_rows nvme registrants
}

@test "semantics, NVMe: preempt, preempt-abort and clear -> the table" {
	run_rows nvme preempt
}
