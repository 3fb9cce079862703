#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The table of semantics.bash on a SCSI disk that two hosts share.
# bats file_tags=every-kernel
load common
load semantics

# The tests of each command have more of the same.
setup()
{
	:
}

device()
{
	echo "/dev/lab/host$1/lun0"
}

node()
{
	device "$1"
}

empty()
{
	lun_reset lun0
}

holds()
{
	local keys holders type
	keys=$(keys)
	keys=${keys//host-/}
	keys=${keys// 0x/=0x}
	type=$(type_word "$(type_held)")
	holders=$(holder)
	holders=${holders#host-}
	case $type in
	none) holders=- ;;
	# of all registrants the target names the first
	*-all-regs) holders=$(tr ' ' '\n' <<< "$keys" | sed 's/=.*//' | paste -sd' ') ;;
	esac
	echo "$keys / $type / $holders"
}

@test "semantics, SCSI: register and unregister" {
	semantics scsi register
}

@test "semantics, SCSI: reserve and release, where one holds" {
	semantics scsi reserve
}

@test "semantics, SCSI: reserve and release, for registrants" {
	semantics scsi registrants
}

@test "semantics, SCSI: preempt, preempt-abort and clear" {
	semantics scsi preempt
}
