# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: GPL-2.0-or-later
#
# lab/array, the project's own target, in the guest: two hosts and one LUN, whose behaviour a test
# chooses. $array1 and $array2 are the LUN as the hosts see it by the first portal; $array1b is host
# 1's second path. Load it after common.

array_target=iqn.2026-01.lab:array
array_portals=(127.0.0.20:3260 127.0.0.21:3260)
array_control=127.0.0.20/3299
array1=/dev/lab/array1/lun0
array1b=/dev/lab/array1b/lun0
array2=/dev/lab/array2/lun0
array_map=/dev/mapper/array

# array_start [OPTION...]: for setup_file: starts the target, with these options, and logs both
# hosts in.
array_start()
{
	array_run "$@"
	array_path array1 host-1 0
	array_path array2 host-2 0
	wait_for_devices "$array1" "$array2"
}

# array_run [OPTION...]: starts the target.
array_run()
{
	local portal portals=()
	for portal in "${array_portals[@]}"; do
		portals+=(--portal "$portal")
	done
	# before the process that writes it is there
	: > /run/lab/array.log
	"$LAB_TOP/lab/array/array" --control "${array_control/\//:}" "${portals[@]}" "$@" \
		>> /run/lab/array.log 2>&1 3>&- &
	echo $! > /run/lab/array.pid
	# shellcheck disable=SC2016 # later, at each look
	array_wait '[[ $(< /run/lab/array.log) == ready* ]]' "the target"
}

# array_start_nvme: array_start for its namespace: $array1 and $array2 are that from here on.
array_start_nvme()
{
	local host
	modprobe nvme_tcp
	array_run --transport nvme
	for host in 1 2; do
		array_connect $host 0
	done
	array_nvme
	wait_for_devices "$array1" "$array2"
}

# array_nvme: for the head of a file: the devices are namespaces.
array_nvme()
{
	array1=/dev/lab/array1/nvme0 array2=/dev/lab/array2/nvme0
}

# array_connect HOST PORTAL: a controller of the host through the portal of that number.
array_connect()
{
	local portal=${array_portals[$2]}
	local options="transport=tcp,nqn=${array_target/#iqn/nqn},traddr=${portal%:*},trsvcid=${portal#*:}"
	options+=",hostnqn=nqn.2026-01.lab:array-host-$1,hostid=0000001$1-0011-2233-4455-66778899aabb"
	echo "$options,nr_io_queues=1,keep_alive_tmo=600,reconnect_delay=1" > /dev/nvme-fabrics
}

# array_stop_nvme: for teardown_file.
array_stop_nvme()
{
	local control
	for control in /sys/class/nvme/nvme*; do
		[[ ! -e $control/subsysnqn || $(< "$control/subsysnqn") != "${array_target/#iqn/nqn}" ]] ||
			echo 1 > "$control/delete_controller"
	done
	[[ ! -s /run/lab/array.pid ]] || kill "$(< /run/lab/array.pid)" 2> /dev/null || true
}

# array_path IFACE HOST PORTAL: logs the host in at the portal of that number.
array_path()
{
	cat > "/etc/iscsi/ifaces/$1" <<-END
	iface.iscsi_ifacename = $1
	iface.transport_name = tcp
	iface.initiatorname = iqn.2026-01.lab:array-$2
	END
	local node=(iscsiadm -m node -T "$array_target" -p "${array_portals[$3]},$(($3 + 1))" -I "$1")
	"${node[@]}" -o new > /dev/null
	"${node[@]}" --login > /dev/null
}

# array_second_path: host 1's path through the second portal; array_map_start makes a map of both,
# and array_map_stop removes it.
array_second_path()
{
	array_path array1b host-1 1
	wait_for_devices "$array1b"
}

array_map_start()
{
	local a b wwid
	a=$(stat -L -c %Hr:%Lr "$array1")
	b=$(stat -L -c %Hr:%Lr "$array1b")
	wwid=$(< "/sys/dev/block/$a/device/wwid")
	modprobe -a dm_multipath dm_round_robin
	dmsetup create --noudevsync "${array_map##*/}" --uuid "mpath-3${wwid#naa.}" \
		--table "0 $(< "/sys/dev/block/$a/size") multipath 0 0 1 1 round-robin 0 2 1 $a 1 $b 1"
	dmsetup mknodes "${array_map##*/}"
}

array_map_stop()
{
	dmsetup remove --noudevsync --retry "${array_map##*/}"
}

# array_lives: the target runs.
array_lives()
{
	kill -0 "$(< /run/lab/array.pid)" 2> /dev/null
}

# array_wait CONDITION WHAT: until CONDITION holds; gives up if the target has ended, and at last
# after 10 minutes, which says that WHAT did not come.
array_wait()
{
	local tries
	for ((tries = 0; tries < 6000; tries++)); do
		! eval "$1" || return 0
		array_lives || fail "$2 did not come: the target has ended: $(tail -n 5 /run/lab/array.log)"
		pause 0.1
	done
	fail "$2 did not come"
}

# wait_for_devices DEVICE...: until udev has made them.
wait_for_devices()
{
	local device
	for device; do
		array_wait "[[ -b $device ]]" "$device"
	done
	udevadm settle
}

# array_stop: for teardown_file, also after a setup_file that has failed at any place: bats waits for
# every process that a test file leaves.
array_stop()
{
	local iface
	iscsiadm -m node -T "$array_target" --logout > /dev/null || true
	iscsiadm -m node -T "$array_target" -o delete || true
	[[ ! -s /run/lab/array.pid ]] || kill "$(< /run/lab/array.pid)" 2> /dev/null || true
	for iface in array1 array1b array2; do
		rm -f "/etc/iscsi/ifaces/$iface"
	done
}

# array COMMAND...: to the target's control socket; $got is the answer.
array()
{
	local control
	exec {control}<> "/dev/tcp/$array_control"
	echo "$*" >&"$control"
	read -r got <&"$control"
	exec {control}>&-
	[[ $got != error:* ]] || fail "array $*: $got"
}

# array_reset [PERSONALITY]: an empty LUN with that personality, or the standard's.
array_reset()
{
	array reset 0 "$@"
}

# assert_array_state "HOLDERS / TYPE / REGISTRATIONS" [GATEWAY]: the target holds just this.
assert_array_state()
{
	local got
	array holds 0 "${2:-a}"
	got=${got//array-/}
	[[ $got == "$1" ]] || fail "the target holds $got, not $1"
}

# wait_for_array VALUE COMMAND...: until the target answers that, or a greater number.
wait_for_array()
{
	array_wait "array ${*:2} && ((got >= $1))" "$1 as the answer to '${*:2}'"
}
