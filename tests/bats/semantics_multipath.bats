#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The table of semantics.bash on a multipath map, whose LUN another host shares: the host's key is
# that of both of its paths, or the table has no name for it.
# bats file_tags=sanitized
load common
load semantics

setup()
{
	:
}

host_device()
{
	[[ $1 == 1 ]] && echo /dev/lab/host1/mpath0 || echo /dev/lab/host2/mpath0-lun
}

# If one path holds, only that one can write: the types for one nexus do not suit a map, as prctl
# warns.
host_node()
{
	local holder
	holder=$(target_holder mpath0)
	case $1/$holder in
	1/host-1-*) echo "/dev/lab/host1/mpath0-${holder#host-1-}" ;;
	*) host_device "$1" ;;
	esac
}

reset_target()
{
	map_reset
	sg_persist -n -i -k /dev/lab/host1/mpath0-b > /dev/null 2>&1 || true
}

target_state()
{
	local line words keys holders type
	declare -A key=()
	read -r -a words <<< "$(target_keys mpath0)"
	for ((line = 0; line + 1 < ${#words[@]}; line += 2)); do
		key[${words[line]}]=${words[line + 1]}
	done
	keys=
	if [[ -n ${key[host-1-a]-}${key[host-1-b]-} ]]; then
		[[ ${key[host-1-a]-none} == "${key[host-1-b]-none}" ]] && keys=1=${key[host-1-a]} ||
			keys="1=${key[host-1-a]-none},${key[host-1-b]-none}"
	fi
	[[ -z ${key[host-2]-} ]] || keys+="${keys:+ }2=${key[host-2]}"
	type=$(type_name "$(target_type mpath0)")
	holders=$(target_holder mpath0)
	holders=${holders#host-}
	holders=${holders%-?}
	case $type in
	none) holders=- ;;
	*-all-regs) holders=$(tr ' ' '\n' <<< "$keys" | sed 's/=.*//' | paste -sd' ') ;;
	esac
	echo "${keys:-none} / $type / $holders"
}

@test "semantics, multipath: register and unregister -> the table" {
	run_rows map register
}

@test "semantics, multipath: reserve and release, types with one holder -> the table" {
	run_rows map reserve
}

@test "semantics, multipath: reserve and release, types for registrants -> the table" {
	run_rows map registrants
}

# bats test_tags=every-kernel
@test "semantics, multipath: preempt, preempt-abort and clear -> the table" {
	run_rows map preempt
}
