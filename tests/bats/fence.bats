#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# fence_prctl on LUNs that two hosts share
# bats file_tags=kernel-7
load common
load nvme

wero="Write Exclusive Access, Registrants Only"
iqn=iqn.2026-01.lab
one="/dev/lab/host1/lun0,/dev/lab/host1/lun1"
two="/dev/lab/host2/lun0,/dev/lab/host2/lun1"

# wwid LUN: as all nodes see it.
wwid()
{
	cat "/sys/block/$(basename "$(readlink -f "/dev/lab/host1/$1")")/device/wwid"
}

setup_file()
{
	mkdir -p /etc/prctl
	printf '0xa node1\n0xb node2\n' > /etc/prctl/keys
	# where the nodes meet, and the other one
	if [[ $(wwid lun0) < $(wwid lun1) ]]; then
		export first=lun0 second=lun1
	else
		export first=lun1 second=lun0
	fi
}

teardown_file()
{
	rm -rf /etc/prctl
}

setup()
{
	lun_reset lun0
	lun_reset lun1
}

# shared: both nodes are on, node 1 reserves; by sg_persist.
shared()
{
	local lun
	for lun in lun0 lun1; do
		join 0xa "/dev/lab/host1/$lun"
		join 0xb "/dev/lab/host2/$lun"
		hold 0xa 5 "/dev/lab/host1/$lun"
	done > /dev/null
}

off()
{
	agent action=off key=node1 plug=node2 nodename=node2 devices="$one"
}

# both TEXT...: what both LUNs hold.
both()
{
	held "$@" lun0
	held "$@" lun1
}

# stopped N DEVICE CHANGE LINE...: runs the agent, stopped at its Nth ioctl on DEVICE, until CHANGE, a command, has ended.
stopped()
{
	local traced=$BATS_TEST_TMPDIR/strace pid each when
	when_get "$1"
	: > "$traced"
	strace -f -o "$traced" -P "$(readlink -f "$2")" -e trace=ioctl -e inject="ioctl:signal=STOP:when=$when" fence_prctl \
		< <(printf '%s\n' "${@:4}") > "$BATS_TEST_TMPDIR/out" 2> "$BATS_TEST_TMPDIR/err" 3>&- &
	tracer=$!
	stop_await $tracer
	if [[ -n $pid ]]; then
		$3
		# each reading has an ioctl of that number
		while kill -0 $tracer 2> /dev/null; do
			while read -r each; do
				kill -CONT "$each" 2> /dev/null || true
			done < <(sed -n '/stopped by SIGSTOP/s/ .*//p' "$traced")
			pause 0.1
		done
	fi
	status=0
	wait $tracer || status=$?
	outputs_take
	[[ -n $pid ]] || fail "it has no ioctl number $1 on $2"
}

# hangs DEVICE LINE...: runs the agent, which ends while no ioctl on DEVICE comes back. $traced has those that it began.
hangs()
{
	traced=$BATS_TEST_TMPDIR/strace
	printf '%s\n' "${@:2}" > "$BATS_TEST_TMPDIR/in"
	# shellcheck disable=SC2016 # expanded there
	strace -f -qq -o "$traced" -P "$(readlink -f "$1")" -e trace=ioctl -e inject=ioctl:delay_enter=1000000000 \
		bash -c 'fence_prctl < "$1/in" > "$1/out" 2> "$1/err"; echo $? > "$1/ended"' - "$BATS_TEST_TMPDIR" > /dev/null 2>&1 3>&- &
	until [[ -s $BATS_TEST_TMPDIR/ended ]]; do pause 0.1; done
	status=$(< "$BATS_TEST_TMPDIR/ended")
	rm "$BATS_TEST_TMPDIR/ended"
	outputs_take
	# it would wait for what it holds up
	kill -KILL $!
	wait $! || true
}

@test "fence: on lets this node in everywhere, and reserves where nothing is held" {
	hold_second()
	{
		join 0xc "/dev/lab/host2/$second" && hold 0xc 6 "/dev/lab/host2/$second"
	}
	hold_second > /dev/null
	agent action=on nodename=node1 plug=0xa key=node1 devices="$one"
	ended 0
	said "fence_prctl: /dev/lab/host1/$second: warning: $iqn:host-2 is registered with 0xc, which is no node's key"
	[[ $output == *"$first: registered 0xa (node1); held by 0xa (node1, this host), write-exclusive-reg-only"* ]] || fail "not told"
	held host-1 "$wero" "host-1 0xa" "$first"
	held host-2 "Exclusive Access, Registrants Only" "host-1 0xa host-2 0xc" "$second"
	agent action=on nodename=node2 key=node2 devices="$two"
	ended 0
	held host-1 "$wero" "host-1 0xa host-2 0xb" "$first"
	held host-2 "Exclusive Access, Registrants Only" "host-1 0xa host-2 0xb" "$second"
	writes "$host1"
	writes "$host2"
	generation=$(pr res_pr_generation)
	agent action=on nodename=node2 key=node2 devices="$two"
	ended 0
	[[ $(pr res_pr_generation) == "$generation" ]] || fail "something was sent again"
}

@test "fence: on is a failure where one device is not to be had, and does the others; type is what it takes" {
	agent action=on key=node1 type=ea devices="/dev/lab/host1/lun0 /dev/nothing"
	ended 1
	said "fence_prctl: /dev/nothing: resolve: device: no such device"
	held host-1 "Exclusive Access" "host-1 0xa"
	agent action=on key=node2 devices="$host2"
	ended 0
	said "warning: held by 0xa (node1, $iqn:host-1), exclusive-access, and so this node cannot write"
}

@test "fence: off shuts a node out of every device, and status tells" {
	shared
	writes "$host2"
	agent action=status plug=node2 devices="$one"
	ended 0
	printed "/dev/lab/host1/lun0: 0xb (node2) is registered; held by 0xa (node1, this host), write-exclusive-reg-only
/dev/lab/host1/lun1: 0xb (node2) is registered; held by 0xa (node1, this host), write-exclusive-reg-only"
	off
	ended 0
	said_nothing
	[[ $output == *"$second: preempted and aborted 0xb (node2); held by 0xa (node1, this host), write-exclusive-reg-only"* ]] ||
		fail "not told"
	both host-1 "$wero" "host-1 0xa"
	writes_not "$host2"
	writes_not /dev/lab/host2/lun1
	writes "$host1"
	agent action=status plug=0xb devices="$one"
	ended 2
	off # what is done is done
	ended 0

	join 0xb "/dev/lab/host2/$second" > /dev/null
	agent action=status plug=node2 devices="$one"
	ended 0
	agent action=status plug=node2 devices="$one,/dev/nothing" # on one it is on
	ended 0
	fence_prctl --action=off --plug=0xb -k 0xa --devices="$one" > /dev/null
	both host-1 "$wero" "host-1 0xa"
	agent action=status plug=node2 devices="$one,/dev/nothing"
	ended 1
	other -o -L -K a -T 5 "/dev/lab/host1/$first" > /dev/null
	agent action=status plug=node2 devices="$one" # it could write where nothing is held
	ended 0
	agent action=status plug=node1 devices="$one"
	ended 0
}

@test "fence: a node that has lost its key has been fenced: off fails, and sends and registers nothing" {
	shared
	join 0xb "/dev/lab/host2/$second" > /dev/null
	other -o -A -K b -S a -T 5 "/dev/lab/host2/$first" > /dev/null
	off
	ended 1
	said "fence_prctl: /dev/lab/host1/$first: off: conflict: 0xa (node1) is not registered; held by 0xb (node2, $iqn:host-2)"
	said "fence_prctl: /dev/lab/host1/$second: off: failed: nothing was sent: /dev/lab/host1/$first, which has the lowest WWID, comes first, and was not won"
	held host-2 "$wero" "host-2 0xb" "$first"
	held host-1 "$wero" "host-1 0xa host-2 0xb" "$second"
}

@test "fence: a key lost on a later device is a failure there, and the others are done" {
	shared
	other -o -A -K b -S a -T 5 "/dev/lab/host2/$second" > /dev/null
	off
	ended 1
	said "/dev/lab/host1/$second: off: conflict: 0xa (node1) is not registered"
	held host-1 "$wero" "host-1 0xa" "$first"
	held host-2 "$wero" "host-2 0xb" "$second"
}

@test "fence: never itself, and not where nothing is reserved" {
	shared
	agent action=off key=node1 plug=node1 devices="$one"
	ended 1
	said "0xa (node1) is this node's own key: a node cannot fence itself"
	agent action=off key=0xa plug=node2 devices="$two" # a key that is not this host's, for one that is
	ended 1
	said "this host is registered with 0xb (node2), not 0xa (node1)"
	both host-1 "$wero" "host-1 0xa host-2 0xb"
	other -o -L -K a -T 5 "/dev/lab/host1/$first" > /dev/null
	off
	ended 1
	said "nothing is reserved, so the victim could still write without its key"
	held none none "host-1 0xa host-2 0xb" "$first"
	held host-1 "$wero" "host-1 0xa host-2 0xb" "$second"
}

@test "fence: of two nodes that fence each other at once one wins, on every device the same" {
	local a b
	for _ in 1 2 3; do
		shared
		fence_prctl -o off -k 0xa -n 0xb -d "$one" > /dev/null 2>&1 3>&- &
		a=$!
		# in whatever order they know the devices
		fence_prctl -o off -k 0xb -n 0xa -d "${two#*,},${two%,*}" > /dev/null 2>&1 3>&- &
		b=$!
		wait $a && a=0 || a=$?
		wait $b && b=0 || b=$?
		case $a$b in
		01) both host-1 "$wero" "host-1 0xa" ;;
		10) both host-2 "$wero" "host-2 0xb" ;;
		*) fail "they ended with $a and $b" ;;
		esac
		lun_reset lun0
		lun_reset lun1
	done
}

@test "fence: a device that hangs is told in time, and the others are done" {
	local seconds
	shared
	# more, if this machine does not come to both of them by then
	for ((seconds = 4; seconds < 1000; seconds *= 4)); do
		hangs "/dev/lab/host1/$second" action=off key=node1 plug=node2 devices="$one" power_timeout=$seconds
		[[ -z $output || ! -s $traced ]] || break
	done
	ended 1
	said "/dev/lab/host1/$second: read: failed: no answer within"
	[[ $output == "/dev/lab/host1/$first: preempted and aborted 0xb (node2); "* ]] || fail "not told"
	held host-1 "$wero" "host-1 0xa" "$first"
	held host-1 "$wero" "host-1 0xa host-2 0xb" "$second"
	off
	ended 0
	both host-1 "$wero" "host-1 0xa"
}

@test "fence: where the first device hangs, nothing is sent to the others" {
	shared
	hangs "/dev/lab/host1/$first" action=off key=node1 plug=node2 devices="$one" power_timeout=3
	ended 1
	said "/dev/lab/host1/$second: off: failed: nothing was sent"
	both host-1 "$wero" "host-1 0xa host-2 0xb"
}

@test "fence: where a device is not found, nothing is sent to the others: it may be the first" {
	shared
	agent action=off key=node1 plug=node2 devices="/dev/lab/host1/$second,/dev/nothing"
	ended 1
	said "/dev/nothing: resolve: device: no such device"
	said "/dev/lab/host1/$second: off: failed: nothing was sent: /dev/nothing was not found, and may have the lowest WWID"
	both host-1 "$wero" "host-1 0xa host-2 0xb"
	# the other node, which finds both, is not kept from winning both
	agent action=off key=node2 plug=node1 devices="$two"
	ended 0
	both host-2 "$wero" "host-2 0xb"
}

@test "fence: a victim that is back before the last device is done is not fenced" {
	back()
	{
		join 0xb "/dev/lab/host2/$first" > /dev/null
	}
	shared
	stopped 2 "/dev/lab/host1/$second" back action=off key=node1 plug=node2 devices="$one"
	ended 1
	said "/dev/lab/host1/$first: read-back: failed: done, and then 0xb (node2) was registered again"
}

@test "fence: an agent that is stopped in the middle sends nothing more, and the next one does the rest" {
	local sig
	# the one that speaks, which strace has started
	stop()
	{
		local speaker
		speaker_get
		kill "-$sig" "$speaker"
		speaker_end
	}
	for sig in TERM KILL; do
		shared
		stopped 2 "/dev/lab/host1/$first" stop action=off key=node1 plug=node2 devices="$one" power_timeout=30
		[[ $status != 0 ]] || fail "it ended with 0"
		held host-1 "$wero" "host-1 0xa" "$first"
		held host-1 "$wero" "host-1 0xa host-2 0xb" "$second"
		off
		ended 0
		both host-1 "$wero" "host-1 0xa"
		lun_reset lun0
		lun_reset lun1
	done
}

@test "fence: monitor asks every device, and wants no key of it" {
	local seconds
	agent action=monitor devices="$one"
	ended 0
	said_nothing
	printed ""
	agent action=monitor devices="$one,/dev/nothing" plug=node9
	ended 1
	said "/dev/nothing: resolve: device: no such device"
	modprobe loop
	losetup /dev/loop0 /run/lab/luns/lun0
	agent action=monitor devices="$one,/dev/loop0"
	losetup -d /dev/loop0
	ended 1
	said "/dev/loop0: open: unsupported: "
	for ((seconds = 2; seconds < 1000; seconds *= 4)); do
		hangs "/dev/lab/host1/lun1" action=monitor devices="$one" power_timeout=$seconds
		[[ ! -s $traced ]] || break
	done
	ended 1
	said "/dev/lab/host1/lun1: read: unknown: no answer within $seconds s"
}

@test "fence: list has names and keys" {
	agent action=list
	ended 0
	printed "node1,0xa
node2,0xb"
}

@test "fence: an NVMe namespace" {
	nvme_reset
	agent action=on key=node1 devices="$nvme1"
	ended 0
	agent action=on key=node2 devices="$nvme2"
	ended 0
	nvme_held 3 1 "1 0xa 2 0xb"
	writes "$nvme2"
	agent action=off key=node1 plug=node2 devices="$nvme1"
	ended 0
	nvme_held 3 1 "1 0xa"
	writes_not "$nvme2"
	agent action=status key=node1 plug=node2 devices="$nvme1"
	ended 2
	nvme_reset
}

@test "fence: a multipath map, of which a path is dead, and one that is the victim's" {
	local map=/dev/lab/host1/mpath0 a b
	a=/sys/block/$(basename "$(readlink -f /dev/lab/host1/mpath0-a)")/device/state
	b=/sys/block/$(basename "$(readlink -f /dev/lab/host1/mpath0-b)")/device/state
	agent action=on key=node1 devices="$map"
	ended 0
	agent action=on key=node2 devices=/dev/lab/host2/mpath0-lun
	ended 0
	echo offline > "$a"
	agent action=off key=node1 plug=node2 devices="$map"
	echo running > "$a"
	ended 0
	held "host-1-a" "$wero" "host-1-a 0xa host-1-b 0xa" mpath0 || held "host-1-b" "$wero" "host-1-a 0xa host-1-b 0xa" mpath0
	writes_not /dev/lab/host2/mpath0-lun
	agent action=on key=node2 devices=/dev/lab/host2/mpath0-lun
	agent action=off key=node2 plug=node1 devices=/dev/lab/host2/mpath0-lun
	ended 0
	held host-2 "$wero" "host-2 0xb" mpath0
	writes_not /dev/lab/host1/mpath0-a
	writes_not /dev/lab/host1/mpath0-b
	echo running > "$b"
	wipe /dev/lab/host2/mpath0-lun /dev/lab/host1/mpath0-a > /dev/null
}
