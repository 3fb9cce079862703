#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# fence_prctl: the victim is a host, whatever its keys are. The witnesses are the target's own list and real writes.
# bats file_tags=kernel-7
load common

wero="Write Exclusive Access, Registrants Only"
iqn=iqn.2026-01.lab
one="/dev/lab/host1/lun0,/dev/lab/host1/lun1"
two="/dev/lab/host2/lun0,/dev/lab/host2/lun1"

setup_file()
{
	mkdir -p /etc/prctl
}

teardown_file()
{
	rm -rf /etc/prctl
}

setup()
{
	rm -rf /run/prctl
	printf '0xa node1\n0xb node2\n0xc node3\n' > /etc/prctl/keys
	lun_reset lun0
	lun_reset lun1
}

off()
{
	agent action=off key=node1 plug=node2 devices="$one"
}

# shared KEY KEY: node 1 holds, and host 2 is registered with these on the two LUNs.
shared()
{
	join 0xa /dev/lab/host1/lun0
	join 0xa /dev/lab/host1/lun1
	hold 0xa 5 /dev/lab/host1/lun0
	hold 0xa 5 /dev/lab/host1/lun1
	join "$1" /dev/lab/host2/lun0
	join "$2" /dev/lab/host2/lun1
} > /dev/null

@test "fence hosts: a victim with the key of this node, or of nobody, is not off, and is named" {
	local key
	for key in 0xa 0xd; do
		shared $key $key
		off
		ended 1
		said "/dev/lab/host1/lun0: read-back: failed: "
		said "$iqn:host-2"
		said "/dev/lab/host1/lun1: read-back: failed: "
		writes /dev/lab/host2/lun0
		agent action=status key=node1 plug=node2 devices="$one"
		ended 1
		agent action=monitor key=node1 devices="$one"
		ended 0
		said "warning: "
		said "$iqn:host-2"
		lun_reset lun0
		lun_reset lun1
	done
}

@test "fence hosts: another key of the victim's host is removed, too, wherever it is" {
	shared 0xb 0xd
	off
	ended 0
	held host-1 "$wero" "host-1 0xa" lun0
	held host-1 "$wero" "host-1 0xa" lun1
	writes_not /dev/lab/host2/lun0
	writes_not /dev/lab/host2/lun1
}

@test "fence hosts: a victim that has another node's key is not off, at the second attempt neither" {
	shared 0xb 0xc
	for _ in 1 2; do
		off
		ended 1
		said "/dev/lab/host1/lun1: read-back: failed: $iqn:host-2, which had 0xb (node2), is registered with 0xc (node3) still"
		held host-1 "$wero" "host-1 0xa" lun0
		held host-1 "$wero" "host-1 0xa host-2 0xc" lun1
		writes /dev/lab/host2/lun1
	done
}

@test "fence hosts: on does not register a key that another host has" {
	join 0xa /dev/lab/host1/lun0 > /dev/null
	agent action=on key=node1 devices="$two"
	ended 1
	said "/dev/lab/host2/lun0: on: conflict: 0xa (node1) is registered by another host: 0xa (node1, $iqn:host-1)"
	held none none "host-1 0xa" lun0
}

@test "fence hosts: without names, who is left is named in a warning" {
	shared 0xb 0xb
	join 0xc /dev/lab/host2/lun1 > /dev/null
	: > /etc/prctl/keys
	agent action=off key=0xa plug=0xb devices=/dev/lab/host1/lun0
	ended 0
	said_nothing
	join 0xc /dev/lab/host2/lun0 > /dev/null
	rm -rf /run/prctl # which knows that host 2 had 0xb
	agent action=off key=0xa plug=0xb devices=/dev/lab/host1/lun0
	ended 0
	said "warning: $iqn:host-2 is registered with 0xc, and no node has a name"
}

@test "fence hosts: a signal before the first request ends it, and every device is named" {
	local pid
	shared 0xb 0xb
	fence_prctl -o off -k 0xa -n 0xb -d "$one" --delay=600 > "$BATS_TEST_TMPDIR/out" 2> "$BATS_TEST_TMPDIR/err" 3>&- &
	pid=$!
	# SIGTERM is caught: bit 14
	until ((0x$(sed -n 's/^SigCgt:\t//p' /proc/$pid/status) >> 14 & 1)); do
		pause 0.05
	done
	kill -TERM $pid
	status=0
	wait $pid || status=$?
	outputs_take
	ended 1
	said "/dev/lab/host1/lun0: "
	said "/dev/lab/host1/lun1: "
	said "interrupted by SIGTERM"
	held host-1 "$wero" "host-1 0xa host-2 0xb" lun0
	held host-1 "$wero" "host-1 0xa host-2 0xb" lun1
}
