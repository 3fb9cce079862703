#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The table of semantics.bash on a SCSI disk that two hosts share.
# bats file_tags=every-kernel,sanitized
load common
load semantics

# The tests of each command have more of the same.
setup()
{
	:
}

host_device()
{
	echo "/dev/lab/host$1/lun0"
}

host_node()
{
	host_device "$1"
}

reset_target()
{
	lun_reset lun0
}

target_state()
{
	local keys holders type
	keys=$(target_keys)
	keys=${keys//host-/}
	keys=${keys// 0x/=0x}
	type=$(type_name "$(target_type)")
	holders=$(target_holder)
	holders=${holders#host-}
	case $type in
	none) holders=- ;;
	# of all registrants the target names the first
	*-all-regs) holders=$(tr ' ' '\n' <<< "$keys" | sed 's/=.*//' | paste -sd' ') ;;
	esac
	echo "$keys / $type / $holders"
}

@test "semantics, SCSI: register and unregister -> the table" {
	run_rows scsi register
}

@test "semantics, SCSI: reserve and release, types with one holder -> the table" {
	run_rows scsi reserve
}

@test "semantics, SCSI: reserve and release, types for registrants -> the table" {
	run_rows scsi registrants
}

@test "semantics, SCSI: preempt, preempt-abort and clear -> the table" {
	run_rows scsi preempt
}
