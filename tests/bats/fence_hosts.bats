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

fence_off()
{
	run_fence_prctl action=off key=node1 plug=node2 devices="$one"
}

# register_both_nodes KEY KEY: node 1 holds, and host 2 is registered with these on the two LUNs.
register_both_nodes()
{
	sg_register 0xa /dev/lab/host1/lun0
	sg_register 0xa /dev/lab/host1/lun1
	sg_reserve 0xa 5 /dev/lab/host1/lun0
	sg_reserve 0xa 5 /dev/lab/host1/lun1
	sg_register "$1" /dev/lab/host2/lun0
	sg_register "$2" /dev/lab/host2/lun1
} > /dev/null

@test "fence_prctl off: the victim also has this node's key, or an unknown one -> fails, and names it" {
	local key
	for key in 0xa 0xd; do
		register_both_nodes $key $key
		fence_off
		assert_status 1
		assert_stderr --partial "/dev/lab/host1/lun0: read-back: failed: "
		assert_stderr --partial "$iqn:host-2"
		assert_stderr --partial "/dev/lab/host1/lun1: read-back: failed: "
		can_write /dev/lab/host2/lun0
		run_fence_prctl action=status key=node1 plug=node2 devices="$one"
		assert_status 1
		run_fence_prctl action=monitor key=node1 devices="$one"
		assert_status 0
		assert_stderr --partial "warning: "
		assert_stderr --partial "$iqn:host-2"
		lun_reset lun0
		lun_reset lun1
	done
}

@test "fence_prctl off: the victim's host has another key -> removed as well, on every LUN" {
	register_both_nodes 0xb 0xd
	fence_off
	assert_status 0
	assert_target_state host-1 "$wero" "host-1 0xa" lun0
	assert_target_state host-1 "$wero" "host-1 0xa" lun1
	cannot_write /dev/lab/host2/lun0
	cannot_write /dev/lab/host2/lun1
}

@test "fence_prctl off: the victim has another node's key -> fails, at the second attempt as well" {
	register_both_nodes 0xb 0xc
	for _ in 1 2; do
		fence_off
		assert_status 1
		assert_stderr --partial "/dev/lab/host1/lun1: read-back: failed: $iqn:host-2, which had 0xb (node2), is still registered with 0xc (node3)"
		assert_target_state host-1 "$wero" "host-1 0xa" lun0
		assert_target_state host-1 "$wero" "host-1 0xa host-2 0xc" lun1
		can_write /dev/lab/host2/lun1
	done
}

@test "fence_prctl on: another host has the key -> fails, and registers nothing" {
	sg_register 0xa /dev/lab/host1/lun0 > /dev/null
	run_fence_prctl action=on key=node1 devices="$two"
	assert_status 1
	assert_stderr --partial "/dev/lab/host2/lun0: on: conflict: 0xa (node1) is registered by another host: 0xa (node1, $iqn:host-1)"
	assert_target_state none none "host-1 0xa" lun0
}

@test "fence_prctl off: keys without names -> a warning names who is left" {
	register_both_nodes 0xb 0xb
	sg_register 0xc /dev/lab/host2/lun1 > /dev/null
	: > /etc/prctl/keys
	run_fence_prctl action=off key=0xa plug=0xb devices=/dev/lab/host1/lun0
	assert_status 0
	refute_stderr
	sg_register 0xc /dev/lab/host2/lun0 > /dev/null
	rm -rf /run/prctl # which knows that host 2 had 0xb
	run_fence_prctl action=off key=0xa plug=0xb devices=/dev/lab/host1/lun0
	assert_status 0
	assert_stderr --partial "warning: $iqn:host-2 is registered with 0xc, and /etc/prctl/keys names no nodes"
}

@test "fence_prctl: a signal before the first request -> ends, and names every device" {
	local pid
	register_both_nodes 0xb 0xb
	fence_prctl -o off -k 0xa -n 0xb -d "$one" --delay=600 > "$BATS_TEST_TMPDIR/out" 2> "$BATS_TEST_TMPDIR/err" 3>&- &
	pid=$!
	# SIGTERM is caught: bit 14
	until ((0x$(sed -n 's/^SigCgt:\t//p' /proc/$pid/status) >> 14 & 1)); do
		pause 0.05
	done
	kill -TERM $pid
	status=0
	wait $pid || status=$?
	load_outputs
	assert_status 1
	assert_stderr --partial "/dev/lab/host1/lun0: "
	assert_stderr --partial "/dev/lab/host1/lun1: "
	assert_stderr --partial "interrupted by SIGTERM"
	assert_target_state host-1 "$wero" "host-1 0xa host-2 0xb" lun0
	assert_target_state host-1 "$wero" "host-1 0xa host-2 0xb" lun1
}
