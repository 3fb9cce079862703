# shellcheck shell=bash disable=SC2034,SC2154
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Two nodes that are guests of their own, on one network with this one, 10.0.0.3, which has the
# target. Its LUNs have the same names on both, which udev gives. Each node does what it is ordered
# (lab/guest/node). Load it after cluster.

san_luns=4
san_target=iqn.2026-01.lab:target.cluster
san_core=/sys/kernel/config/target/core/fileio_70
san_iscsi=/sys/kernel/config/target/iscsi/$san_target
trace=/sys/kernel/tracing/instances/lab

# in_node N COMMAND...: see cluster.bash. One at a time.
in_node()
{
	local directory=$LAB_OUT/node$1 last order
	last=("$directory"/*.order)
	[[ -e ${last[0]} ]] && order=$((${#last[@]} + 1)) || order=1
	printf '%q ' "${@:2}" > "$directory/new"
	mv "$directory/new" "$directory/$order.order"
	until [[ -e $directory/$order.status ]]; do
		pause 0.1
	done
	cat "$directory/$order.out"
	return "$(< "$directory/$order.status")"
}

node_kill()
{
	in_node "$1" pkill -KILL -x 'corosync|pacemaker.*|writer' || true
}

# The target, with what it does to writes and reservations written down, in order, in $trace.
san_start()
{
	local n group=$san_iscsi/tpgt_1
	mkfifo /run/lab/wait
	modprobe -a target_core_mod target_core_file iscsi_target_mod
	mkdir -p "$(< /sys/kernel/config/target/dbroot)/pr"
	mkdir -p "$group/np/10.0.0.3:3260"
	for ((n = 0; n < san_luns; n++)); do
		lun_make "$san_core" "$group" lab9 "$n"
	done
	for n in generate_node_acls=1 cache_dynamic_acls=1 authentication=0 demo_mode_write_protect=0; do
		echo "${n#*=}" > "$group/attrib/${n%=*}"
	done
	echo 1 > "$group/enable"
	mountpoint -q /sys/kernel/tracing || mount -t tracefs tracefs /sys/kernel/tracing
	mkdir "$trace"
	echo mono > "$trace/trace_clock"
	echo 16384 > "$trace/buffer_size_kb"
	# WRITE (10) and (16), PERSISTENT RESERVE OUT
	echo 'opcode == 0x2a || opcode == 0x8a || opcode == 0x5f' > "$trace/events/target/target_cmd_complete/filter"
	echo 1 > "$trace/events/target/target_cmd_complete/enable"
}

# node_prepare N: a host of the target's, with the agent, and nothing of a cluster started yet.
node_prepare()
{
	# shellcheck disable=SC2016 # expanded there
	in_node "$1" bash -c '
		set -e
		hostname "node$1"
		mkdir -p "/run/lab/node$1" /run/lock/iscsi
		mount -t tmpfs -o mode=755 tmpfs /etc/iscsi
		echo "InitiatorName=iqn.2026-01.lab:host-$1" > /etc/iscsi/initiatorname.iscsi
		: > /etc/iscsi/iscsid.conf
		modprobe -a iscsi_tcp sd_mod sg nf_tables
		iscsid
		iscsiadm -m discovery -t sendtargets -p 10.0.0.3 --login
		mkdir -p /etc/prctl /etc/corosync
		cp "$2/keys" /etc/prctl/keys
		cp "$2/corosync.conf" /etc/corosync/corosync.conf
		make -s -C "$LAB_BUILD/lab-cluster" install
		udevadm settle' - "$1" "$LAB_OUT/files"
	stack_directories "$1"
}

# node_disks N: their names there, one a line, which are the same on both nodes.
node_disks()
{
	in_node "$1" bash -c 'ls -d /dev/disk/by-id/wwn-0x6001405*'
}

# node_writes N: from now on the node writes to the first and to the last LUN, under a name of its
# own, which is kept in a file.
node_writes()
{
	echo "node$1-$EPOCHREALTIME" > "$LAB_OUT/writer$1"
	# shellcheck disable=SC2016 # expanded there
	in_node "$1" bash -c '
		for disk in "${@:3}"; do
			setsid "$LAB_BUILD/tests/writer" "$disk" "$2" "$((($1 - 1) * 1024))" 1024 > "/run/lab/writer-${disk##*/}" 2>&1 &
		done' - "$1" "$(< "$LAB_OUT/writer$1")" "${written[@]}"
}

# nodes_stop: they stop.
nodes_stop()
{
	local n
	for n in 1 2; do
		: > "$LAB_OUT/node$n/end"
	done
}
