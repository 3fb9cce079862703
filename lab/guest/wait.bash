# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Waits that last as long as there is progress, so that a slow machine gets the time that it takes.
# Sourced by the programs that set up the guest's storage. LAB_TIMEOUT, on the host, ends what never
# ends.

# The wait ends after this many looks without progress, which is a minute or more. Looks are counted
# because the clock runs on if the whole guest is stopped for a while.
looks_limit=120

[[ -p /run/lab/wait ]] || mkfifo /run/lab/wait

# wait_for TOTAL WHAT COMMAND...: runs COMMAND, which sets $came, until $came is TOTAL. Progress is
# a change of $came, an event that the kernel has sent (a disk is several of these before it is
# there), or udev at work: what is waited for may be the last of its queue.
wait_for()
{
	local total=$1 what=$2 came=0 events before='' looks=0 all=0 since=$SECONDS
	shift 2
	while :; do
		"$@" || return
		((came < total)) || return 0
		read -r events < /sys/kernel/uevent_seqnum
		if [[ $before != "$came $events" || -e /run/udev/queue ]]; then
			before="$came $events"
			looks=0
			since=$SECONDS
		fi
		((looks++ < looks_limit)) || break
		# a look at 200 disks takes 40 ms from udev
		read -r -t $((all++ / 50 > 0)).1 <> /run/lab/wait || true
	done
	echo "${0##*/}: $came of $total $what came; no new one for $((SECONDS - since)) s" >&2
	return 1
}

# devices_wait DEVICE...: until udev has made all of these links.
devices_wait()
{
	local missing=("$@")
	wait_for $# disks devices_count
}

devices_count()
{
	local device left=()
	for device in "${missing[@]}"; do
		[[ -b $device ]] || left+=("$device")
	done
	missing=(${left[@]+"${left[@]}"})
	came=$((total - ${#missing[@]}))
}

# udev_settle: until udev has nothing left to do. udevadm gives up after two minutes by itself,
# however busy udev is.
udev_settle()
{
	udevadm settle --timeout=86400
}
