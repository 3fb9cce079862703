#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# fence_prctl on LUNs that two hosts share
# bats file_tags=kernel-7,sanitized
load common
load messages
load nvme

wero="Write Exclusive Access, Registrants Only"
iqn=iqn.2026-01.lab
one="/dev/lab/host1/lun0,/dev/lab/host1/lun1"
two="/dev/lab/host2/lun0,/dev/lab/host2/lun1"
no_device="fence_prctl: /dev/nothing: resolve: device: no such device; run 'prctl status' to list \
devices"
not_read="read: failed: no response within N s while reading; no change was or will be sent; check \
for a dead path, or use a longer power_timeout"
fenced="preempted and aborted 0xb (node2); held by 0xa (node1, this host), \
write-exclusive-reg-only; LOGICAL UNIT RESET done"

# wwid LUN: as all nodes see it.
wwid()
{
	cat "/sys/block/$(basename "$(readlink -f "/dev/lab/host1/$1")")/device/wwid"
}

setup_file()
{
	mkdir -p /etc/prctl
	printf '0xa node1\n0xb node2\n' > /etc/prctl/keys
	# the disk that decides a fence, and the other one
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
	rm -rf /run/prctl
	lun_reset lun0
	lun_reset lun1
}

# register_both_nodes: both nodes are on, node 1 reserves; by sg_persist.
register_both_nodes()
{
	local lun
	for lun in lun0 lun1; do
		sg_register 0xa "/dev/lab/host1/$lun"
		sg_register 0xb "/dev/lab/host2/$lun"
		sg_reserve 0xa 5 "/dev/lab/host1/$lun"
	done > /dev/null
}

fence_off()
{
	run_fence_prctl action=off key=node1 plug=node2 nodename=node2 devices="$one"
}

# first_failed N: node N's message of the other disk, if the one that decides was not fenced.
first_failed()
{
	echo "fence_prctl: /dev/lab/host$1/$second: off: failed: nothing was sent: fencing failed \
on /dev/lab/host$1/$first, the disk that decides the fence (lowest WWID)"
}

# assert_sorted_output LINE...: standard output is these lines, in any order.
assert_sorted_output()
{
	output=$(sort <<< "$output")
	assert_output "$(printf '%s\n' "$@" | sort)"
}

# assert_both_luns TEXT...: what both LUNs hold.
assert_both_luns()
{
	assert_target_state "$@" lun0
	assert_target_state "$@" lun1
}

# run_fence_prctl_stopped N DEVICE CHANGE LINE...: runs the agent, stopped at its Nth ioctl on
# DEVICE, until CHANGE, a command, has ended.
run_fence_prctl_stopped()
{
	local traced=$BATS_TEST_TMPDIR/strace pid when
	get_strace_when "$1"
	: > "$traced"
	strace -f -o "$traced" -P "$(readlink -f "$2")" -e trace=ioctl -e inject="ioctl:signal=STOP:when=$when" fence_prctl \
		< <(printf '%s\n' power_timeout=300 "${@:4}") > "$BATS_TEST_TMPDIR/out" 2> "$BATS_TEST_TMPDIR/err" 3>&- &
	tracer=$!
	wait_for_stop $tracer
	if [[ -n $pid ]]; then
		$3
		# each reading has an ioctl of that number
		continue_stopped $tracer
	fi
	status=0
	wait $tracer || status=$?
	load_outputs
	[[ -n $pid ]] || fail "it has no ioctl number $1 on $2"
}

# run_fence_prctl_hanging DEVICE LINE...: runs the agent, which ends while no ioctl on DEVICE comes
# back. $traced has those that it began.
run_fence_prctl_hanging()
{
	traced=$BATS_TEST_TMPDIR/strace
	printf '%s\n' "${@:2}" > "$BATS_TEST_TMPDIR/in"
	# shellcheck disable=SC2016 # expanded there
	strace -f -qq -o "$traced" -P "$(readlink -f "$1")" -e trace=ioctl -e inject=ioctl:delay_enter=1000000000 \
		bash -c 'fence_prctl < "$1/in" > "$1/out" 2> "$1/err"; echo $? > "$1/ended"' - "$BATS_TEST_TMPDIR" > /dev/null 2>&1 3>&- &
	until [[ -s $BATS_TEST_TMPDIR/ended ]]; do pause 0.1; done
	status=$(< "$BATS_TEST_TMPDIR/ended")
	rm "$BATS_TEST_TMPDIR/ended"
	load_outputs
	# it would wait for what it holds up, unless that is gone already
	kill -KILL $! 2> /dev/null || true
	wait $! || true
}

@test "fence_prctl on: two nodes -> registered everywhere, and reserved if nothing was held" {
	hold_second()
	{
		sg_register 0xc "/dev/lab/host2/$second" && sg_reserve 0xc 6 "/dev/lab/host2/$second"
	}
	hold_second > /dev/null
	run_fence_prctl action=on nodename=node1 plug=0xa key=node1 devices="$one"
	assert_status 0
	assert_stderr "fence_prctl: /dev/lab/host1/$second: warning: $iqn:host-2 is registered \
with 0xc, which /etc/prctl/keys does not name, and can write; add its name there, or preempt that \
key"
	assert_sorted_output "/dev/lab/host1/$first: registered 0xa (node1); held by 0xa (node1, \
this host), write-exclusive-reg-only" \
		"/dev/lab/host1/$second: registered 0xa (node1)"
	assert_target_state host-1 "$wero" "host-1 0xa" "$first"
	assert_target_state host-2 "Exclusive Access, Registrants Only" "host-1 0xa host-2 0xc" "$second"
	run_fence_prctl action=on nodename=node2 key=node2 devices="$two"
	assert_status 0
	assert_target_state host-1 "$wero" "host-1 0xa host-2 0xb" "$first"
	assert_target_state host-2 "Exclusive Access, Registrants Only" "host-1 0xa host-2 0xb" "$second"
	can_write "$host1"
	can_write "$host2"
	generation=$(configfs_pr res_pr_generation)
	run_fence_prctl action=on nodename=node2 key=node2 devices="$two"
	assert_status 0
	[[ $(configfs_pr res_pr_generation) == "$generation" ]] || fail "something was sent again"
}

@test "fence_prctl on: one device is not available -> fails, and does the others; type is the type that it reserves" {
	run_fence_prctl action=on key=node1 type=ea devices="/dev/lab/host1/lun0 /dev/nothing"
	assert_status 1
	assert_stderr "$no_device"
	assert_target_state host-1 "Exclusive Access" "host-1 0xa"
	run_fence_prctl action=on key=node2 devices="$host2"
	assert_status 0
	assert_stderr "fence_prctl: $host2: warning: held by 0xa (node1, $iqn:host-1), \
exclusive-access, so this node cannot write; for a cluster use a registrants-only type"
}

@test "fence_prctl off: every device -> the node is fenced, and status shows it" {
	register_both_nodes
	can_write "$host2"
	run_fence_prctl action=status plug=node2 devices="$one"
	assert_status 0
	assert_output "/dev/lab/host1/lun0: 0xb (node2) is registered; held by 0xa (node1, this host), write-exclusive-reg-only
/dev/lab/host1/lun1: 0xb (node2) is registered; held by 0xa (node1, this host), write-exclusive-reg-only"
	fence_off
	assert_status 0
	refute_stderr
	assert_sorted_output "/dev/lab/host1/lun0: $fenced" "/dev/lab/host1/lun1: $fenced"
	assert_both_luns host-1 "$wero" "host-1 0xa"
	cannot_write "$host2"
	cannot_write /dev/lab/host2/lun1
	can_write "$host1"
	run_fence_prctl action=status plug=0xb devices="$one"
	assert_status 2
	fence_off # what is done is done
	assert_status 0

	sg_register 0xb "/dev/lab/host2/$second" > /dev/null
	run_fence_prctl action=status plug=node2 devices="$one"
	assert_status 0
	run_fence_prctl action=status plug=node2 devices="$one,/dev/nothing" # on one it is on
	assert_status 0
	fence_prctl --action=off --power-timeout=300 --plug=0xb -k 0xa --devices="$one" > /dev/null
	assert_both_luns host-1 "$wero" "host-1 0xa"
	run_fence_prctl action=status plug=node2 devices="$one,/dev/nothing"
	assert_status 1
	sg_persist_retry -o -L -K a -T 5 "/dev/lab/host1/$first" > /dev/null
	run_fence_prctl action=status plug=node2 devices="$one" # it could write where nothing is held
	assert_status 0
	run_fence_prctl action=status plug=node1 devices="$one"
	assert_status 0
}

@test "fence_prctl off: this node has lost its key -> fails, sends and registers nothing" {
	register_both_nodes
	sg_register 0xb "/dev/lab/host2/$second" > /dev/null
	sg_persist_retry -o -A -K b -S a -T 5 "/dev/lab/host2/$first" > /dev/null
	fence_off
	assert_status 1
	assert_stderr "fence_prctl: /dev/lab/host1/$first: off: conflict: 0xa (node1) is not \
registered; held by 0xb (node2, $iqn:host-2), write-exclusive-reg-only; only a registered host can \
preempt
$(first_failed 1)"
	assert_target_state host-2 "$wero" "host-2 0xb" "$first"
	assert_target_state host-1 "$wero" "host-1 0xa host-2 0xb" "$second"
}

@test "fence_prctl off: the key is lost on a later device -> fails there, the others are done" {
	register_both_nodes
	sg_persist_retry -o -A -K b -S a -T 5 "/dev/lab/host2/$second" > /dev/null
	fence_off
	assert_status 1
	assert_stderr "fence_prctl: /dev/lab/host1/$second: off: conflict: 0xa (node1) is not \
registered; held by 0xb (node2, $iqn:host-2), write-exclusive-reg-only; only a registered host can \
preempt"
	assert_target_state host-1 "$wero" "host-1 0xa" "$first"
	assert_target_state host-2 "$wero" "host-2 0xb" "$second"
}

@test "fence_prctl off: itself -> fails" {
	register_both_nodes
	run_fence_prctl action=off key=node1 plug=node1 devices="$one"
	assert_status 1
	assert_stderr "fence_prctl: 0xa (node1) is this node's own key; a node cannot fence itself"
	run_fence_prctl action=off key=0xa plug=node2 devices="$two" # a key that is not this host's, for one that is
	assert_status 1
	assert_stderr "fence_prctl: /dev/lab/host2/$first: off: conflict: this host is registered \
with 0xb (node2), not 0xa (node1); held by 0xa (node1, $iqn:host-1), write-exclusive-reg-only
$(first_failed 2)"
	assert_both_luns host-1 "$wero" "host-1 0xa host-2 0xb"
}

@test "fence_prctl off: nothing is reserved -> takes the reservation, and goes on" {
	register_both_nodes
	sg_persist_retry -o -L -K a -T 5 "/dev/lab/host1/$first" > /dev/null
	fence_off
	assert_status 0
	assert_sorted_output "/dev/lab/host1/$first: reserved, write-exclusive-reg-only, by 0xa \
(node1); $fenced" \
		"/dev/lab/host1/$second: $fenced"
	assert_both_luns host-1 "$wero" "host-1 0xa"
	cannot_write "/dev/lab/host2/$first"
	# where the victim is gone already, and without a reservation can write
	sg_persist_retry -o -L -K a -T 5 "/dev/lab/host1/$second" > /dev/null
	fence_off
	assert_status 0
	assert_both_luns host-1 "$wero" "host-1 0xa"
	cannot_write "/dev/lab/host2/$second"
	# but not by a node that is not registered
	sg_persist_retry -o -C -K a "/dev/lab/host1/$first" > /dev/null
	sg_register 0xb "/dev/lab/host2/$first" > /dev/null
	fence_off
	assert_status 1
	assert_stderr "fence_prctl: /dev/lab/host1/$first: off: conflict: 0xa (node1) is not \
registered; nothing is reserved; only a registered host can preempt
$(first_failed 1)"
	assert_target_state none none "host-2 0xb" "$first"
}

@test "fence_prctl off: two nodes fence each other at once -> one wins, on every device the same" {
	local a b
	for _ in 1 2 3; do
		register_both_nodes
		fence_prctl -o off --power-timeout=300 -k 0xa -n 0xb -d "$one" > /dev/null 2>&1 3>&- &
		a=$!
		# in any order of the devices
		fence_prctl -o off --power-timeout=300 -k 0xb -n 0xa -d "${two#*,},${two%,*}" > /dev/null 2>&1 3>&- &
		b=$!
		wait $a && a=0 || a=$?
		wait $b && b=0 || b=$?
		case $a$b in
		01) assert_both_luns host-1 "$wero" "host-1 0xa" ;;
		10) assert_both_luns host-2 "$wero" "host-2 0xb" ;;
		*) fail "they ended with $a and $b" ;;
		esac
		lun_reset lun0
		lun_reset lun1
	done
}

@test "fence_prctl off: a device hangs -> fails in time, the others are done" {
	local seconds
	register_both_nodes
	# more, if this machine does not come to both of them by then
	for ((seconds = 4; seconds < 1000; seconds *= 4)); do
		run_fence_prctl_hanging "/dev/lab/host1/$second" action=off key=node1 plug=node2 devices="$one" power_timeout=$seconds
		[[ -z $output || ! -s $traced ]] || break
	done
	assert_status 1
	hide_seconds
	assert_stderr "fence_prctl: /dev/lab/host1/$second: $not_read"
	assert_output "/dev/lab/host1/$first: $fenced"
	assert_target_state host-1 "$wero" "host-1 0xa" "$first"
	assert_target_state host-1 "$wero" "host-1 0xa host-2 0xb" "$second"
	fence_off
	assert_status 0
	assert_both_luns host-1 "$wero" "host-1 0xa"
}

@test "fence_prctl off: the first device hangs -> nothing is sent to the others" {
	register_both_nodes
	run_fence_prctl_hanging "/dev/lab/host1/$first" action=off key=node1 plug=node2 devices="$one" power_timeout=3
	assert_status 1
	hide_seconds
	assert_stderr "fence_prctl: /dev/lab/host1/$first: $not_read
$(first_failed 1)"
	assert_both_luns host-1 "$wero" "host-1 0xa host-2 0xb"
}

@test "fence_prctl off: a device is not found, and may be the first -> nothing is sent to the others" {
	register_both_nodes
	run_fence_prctl action=off key=node1 plug=node2 devices="/dev/lab/host1/$second,/dev/nothing"
	assert_status 1
	assert_stderr "$no_device
fence_prctl: /dev/lab/host1/$second: off: failed: nothing was sent: /dev/nothing was not found, \
and it may be the disk that decides the fence (lowest WWID)"
	assert_both_luns host-1 "$wero" "host-1 0xa host-2 0xb"
	# the other node, which finds both, is not kept from winning both
	run_fence_prctl action=off key=node2 plug=node1 devices="$two"
	assert_status 0
	assert_both_luns host-2 "$wero" "host-2 0xb"
}

@test "fence_prctl off: the victim registers again before the last device is done -> fails" {
	back()
	{
		sg_register 0xb "/dev/lab/host2/$first" > /dev/null
	}
	register_both_nodes
	run_fence_prctl_stopped 2 "/dev/lab/host1/$second" back action=off key=node1 plug=node2 devices="$one" \
		power_timeout=600
	assert_status 1
	assert_stderr "fence_prctl: /dev/lab/host1/$first: read-back: failed: done, but 0xb \
(node2) has been registered again since; held by 0xa (node1, this host), \
write-exclusive-reg-only; fence it again"
}

@test "fence_prctl off: stopped in the middle -> sends nothing more, and the next run does the rest" {
	local sig
	# the one that speaks, which strace has started
	stop()
	{
		local parent
		get_parent_pid
		kill "-$sig" "$parent"
		wait_for_parent_end
	}
	for sig in TERM KILL; do
		register_both_nodes
		run_fence_prctl_stopped 2 "/dev/lab/host1/$first" stop action=off key=node1 plug=node2 devices="$one" power_timeout=30
		[[ $status != 0 ]] || fail "it ended with 0"
		assert_target_state host-1 "$wero" "host-1 0xa" "$first"
		assert_target_state host-1 "$wero" "host-1 0xa host-2 0xb" "$second"
		fence_off
		assert_status 0
		assert_both_luns host-1 "$wero" "host-1 0xa"
		lun_reset lun0
		lun_reset lun1
	done
}

@test "fence_prctl monitor: every device -> asks each, and needs no key there" {
	local seconds
	run_fence_prctl action=monitor devices="$one"
	assert_status 0
	refute_stderr
	assert_output ""
	run_fence_prctl action=monitor devices="$one,/dev/nothing" plug=node9
	assert_status 1
	assert_stderr "$no_device"
	modprobe loop
	losetup /dev/loop0 /run/lab/luns/lun0
	run_fence_prctl action=monitor devices="$one,/dev/loop0"
	losetup -d /dev/loop0
	assert_status 1
	assert_stderr "fence_prctl: /dev/loop0: open: unsupported: not a SCSI disk or NVMe \
namespace, so no persistent reservations; in a VM, pass the LUN through"
	for ((seconds = 2; seconds < 1000; seconds *= 4)); do
		run_fence_prctl_hanging "/dev/lab/host1/lun1" action=monitor devices="$one" power_timeout=$seconds
		[[ ! -s $traced ]] || break
	done
	assert_status 1
	assert_stderr "fence_prctl: /dev/lab/host1/lun1: read: unknown: no response within \
$seconds s; state unknown; check for a dead path, or use a longer power_timeout"
}

@test "fence_prctl list: keys with names -> names and keys" {
	run_fence_prctl action=list
	assert_status 0
	assert_output "node1,0xa
node2,0xb"
}

@test "fence_prctl: an NVMe namespace -> on, off and status as on a disk" {
	nvme_reset
	run_fence_prctl action=on key=node1 devices="$nvme1"
	assert_status 0
	run_fence_prctl action=on key=node2 devices="$nvme2"
	assert_status 0
	assert_nvme_state 3 1 "1 0xa 2 0xb"
	can_write "$nvme2"
	run_fence_prctl action=off key=node1 plug=node2 devices="$nvme1"
	assert_status 0
	assert_nvme_state 3 1 "1 0xa"
	cannot_write "$nvme2"
	run_fence_prctl action=status key=node1 plug=node2 devices="$nvme1"
	assert_status 2
	nvme_reset
}

@test "fence_prctl: a multipath map with a dead path, and one that is the victim's -> fenced" {
	local map=/dev/lab/host1/mpath0 a b
	a=/sys/block/$(basename "$(readlink -f /dev/lab/host1/mpath0-a)")/device/state
	b=/sys/block/$(basename "$(readlink -f /dev/lab/host1/mpath0-b)")/device/state
	echo offline > "$a"
	run_fence_prctl action=on key=node1 devices="$map"
	assert_status 1
	assert_stderr "fence_prctl: $map: on: failed: 0xa (node1) is registered on 1 of 2 paths, \
missing on $(readlink -f /dev/lab/host1/mpath0-a) (the path is offline or gone (ENXIO)); repair \
those paths and register again, or use allow_partial=1"
	run_fence_prctl action=on key=node1 devices="$map" allow_partial=1
	assert_status 0
	assert_target_state host-1-b "$wero" "host-1-b 0xa" mpath0
	echo running > "$a"
	run_fence_prctl action=on key=node1 devices="$map"
	assert_status 0
	# a key that is gone from one path, which multipathd does not notice
	sg_persist_retry --out --register --param-rk=0xa /dev/lab/host1/mpath0-a > /dev/null
	assert_target_state host-1-b "$wero" "host-1-b 0xa" mpath0
	run_fence_prctl action=monitor key=node1 devices="$map"
	assert_status 0
	assert_stderr "fence_prctl: $map: warning: 0xa (node1) is not registered on the path \
$(readlink -f /dev/lab/host1/mpath0-a), so writes by that path fail; run 'on'"
	run_fence_prctl action=on key=node1 devices="$map"
	assert_status 0
	run_fence_prctl action=on key=node2 devices=/dev/lab/host2/mpath0-lun
	assert_status 0
	echo offline > "$a"
	run_fence_prctl action=off key=node1 plug=node2 devices="$map"
	echo running > "$a"
	assert_status 0
	assert_target_state "host-1-a" "$wero" "host-1-a 0xa host-1-b 0xa" mpath0 || assert_target_state "host-1-b" "$wero" "host-1-a 0xa host-1-b 0xa" mpath0
	cannot_write /dev/lab/host2/mpath0-lun
	rm -rf /run/prctl # node 2 restarts
	run_fence_prctl action=on key=node2 devices=/dev/lab/host2/mpath0-lun
	run_fence_prctl action=off key=node2 plug=node1 devices=/dev/lab/host2/mpath0-lun
	assert_status 0
	assert_target_state host-2 "$wero" "host-2 0xb" mpath0
	cannot_write /dev/lab/host1/mpath0-a
	cannot_write /dev/lab/host1/mpath0-b
	echo running > "$b"
	sg_clear /dev/lab/host2/mpath0-lun /dev/lab/host1/mpath0-a > /dev/null
}
