# shellcheck shell=bash disable=SC2034,SC2154
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Two nodes in one guest: each has namespaces of its own, so a network, a host name, and its own
# corosync and Pacemaker. /dev/san is what host 1 and host 2 see of the same disks. Load it after
# cluster.

disks=(lun0 lun1 lun2 lun3 lun4 lun5 lun6 lun7 mpath0 nvme0)

# in_node N COMMAND...: there.
in_node()
{
	nsenter -t "$(< "/run/lab/node$1/pid")" --all "${@:2}"
}

# luns_add: the target has two LUNs; lun2 to lun7 come, for both hosts. udev, which is stopped, has
# no part in it: it takes seconds for each.
luns_add()
{
	local n host core=/sys/kernel/config/target/core/fileio_98 tpg=/sys/kernel/config/target/iscsi/iqn.2026-01.lab:target.1/tpgt_1
	for n in 2 3 4 5 6 7; do
		lun_make "$core" "$tpg" lab0 "$n"
	done
	for host in host1 host2; do
		lun_neighbours $host
		echo "- - -" > "/sys/class/scsi_host/$scsi_host/scan"
		for n in 2 3 4 5 6 7; do
			retry_for 60 lun_link $host "$n"
		done
	done
}

# lun_neighbours HOST: sets $lun_zero to the directory of HOST's lun0 in sysfs, and $scsi_host.
lun_neighbours()
{
	lun_zero=$(readlink -f "/sys/class/block/$(basename "$(readlink -f "/dev/lab/$1/lun0")")/device")
	scsi_host=host${lun_zero##*/}
	scsi_host=${scsi_host%%:*}
}

lun_link()
{
	local block
	block=$(echo "${lun_zero%:*}:$2"/block/*)
	[[ -b /dev/${block##*/} ]] && ln -sfn "/dev/${block##*/}" "/dev/lab/$1/lun$2"
}

luns_remove()
{
	local n host core=/sys/kernel/config/target/core/fileio_98 tpg=/sys/kernel/config/target/iscsi/iqn.2026-01.lab:target.1/tpgt_1
	for host in host1 host2; do
		lun_neighbours $host
		for n in 2 3 4 5 6 7; do
			echo 1 > "${lun_zero%:*}:$n/delete"
			rm "/dev/lab/$host/lun$n"
		done
	done
	for n in 2 3 4 5 6 7; do
		rm "/dev/lab/lun$n.configfs" "$tpg/lun/lun_$n/lun$n"
		rmdir "$tpg/lun/lun_$n" "$core/lun$n"
		rm "/run/lab/luns/lun$n"
	done
	rmdir "$core"
}

# node_start N: the node, with nothing running on it yet. It goes on until its first process is
# killed.
node_start()
{
	mkdir -p "/run/lab/node$1"
	# shellcheck disable=SC2016 # expanded there
	unshare --net --mount --uts --ipc --pid --fork --mount-proc --kill-child bash -c '
		set -e
		hostname "node$1"
		ip link set lo up
		mount -t tmpfs tmpfs /mnt
		mkdir /mnt/lab /mnt/udev /mnt/mount /mnt/san
		mount --bind /run/lab /mnt/lab
		mount --bind /run/udev /mnt/udev
		mount --no-mtab --move /mnt /run
		for disk in "${@:2}"; do
			[[ $disk != mpath0 || $1 == 1 ]] && source=$disk || source=mpath0-lun
			ln -s "/dev/lab/host$1/$source" "/run/san/$disk"
		done
		touch "/run/lab/node$1/ready"
		# the first process of all, which reaps the processes that others leave
		while :; do
			sleep 600 &
			wait $! || true
		done' - "$1" "${disks[@]}" > "/run/lab/node$1/log" 2>&1 3>&- &
	echo $! > "/run/lab/node$1/unshare"
	retry_for 60 node_is_there "$1"
	stack_directories "$1"
}

node_is_there()
{
	local pid
	[[ -e /run/lab/node$1/ready ]] && pid=$(pgrep -P "$(< "/run/lab/node$1/unshare")") && echo "$pid" > "/run/lab/node$1/pid"
}

node_kill()
{
	in_node "$1" bash -c 'kill -KILL -1' || true
}

cluster_nodes_start()
{
	local n
	luns_add
	page_install
	ln -sfn /run/san /dev/san
	# by the names that the page has, too, which are of each node's own view
	mkdir -p /dev/disk/by-id
	for n in wwn-0x6001405aaaaaaaaa=lun0 wwn-0x6001405bbbbbbbbb=lun1 nvme-uuid.00000000-0000-0000-0000-000000000001=nvme0; do
		ln -sfn "/run/san/${n#*=}" "/dev/disk/by-id/${n%%=*}"
	done
	stack_configure 20000
	modprobe veth
	for n in 1 2; do
		node_start $n
	done
	ip link add lab-node1 type veth peer name lab-node2
	for n in 1 2; do
		ip link set lab-node$n netns "$(< /run/lab/node$n/pid)"
		in_node $n ip addr add 10.0.0.$n/24 dev lab-node$n
		in_node $n ip link set lab-node$n up
	done
}

cluster_stop()
{
	local n
	for n in 1 2; do
		[[ ! -e /run/lab/node$n/pid ]] || kill -KILL "$(< /run/lab/node$n/pid)" 2> /dev/null || true
		rm -rf /run/lab/node$n
	done
	rm -rf /dev/san /dev/disk/by-id/{wwn-0x6001405{aaaaaaaaa,bbbbbbbbb},nvme-uuid.00000000-0000-0000-0000-000000000001}
	rm -rf /etc/prctl /etc/corosync
}
