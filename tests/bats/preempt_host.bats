#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# preempt and preempt-abort of a host, by its name
# bats file_tags=kernel-7
load common
load nvme

file=/etc/prctl/keys
host1_too=/dev/lab/host1/lun1
host2_too=/dev/lab/host2/lun1
iqn=iqn.2026-01.lab
wero="Write Exclusive Access, Registrants Only"

# Host 2 has one key on one LUN, and another one on the other.
register_two_luns()
{
	sg_register 0xa "$host1"
	sg_register 0xb "$host2"
	sg_reserve 0xb 5 "$host2"
	sg_register 0xa "$host1_too"
	sg_register 0xc "$host2_too"
	sg_reserve 0xa 5 "$host1_too"
}

setup()
{
	lun_reset lun0
	lun_reset lun1
	rm -rf /run/prctl
}

teardown()
{
	rm -rf "${file%/*}" /run/prctl
}

@test "preempt-abort --victim-host: an initiator -> removed with every key, on every LUN" {
	register_two_luns

	run_prctl preempt-abort --key 0xa --victim-host $iqn:host-2 "$host1" "$host1_too"
	assert_status 0
	assert_output "$host1: preempted and aborted 0xb of $iqn:host-2; held by 0xa (this host), write-exclusive-reg-only; LOGICAL UNIT RESET done
$host1_too: preempted and aborted 0xc of $iqn:host-2; held by 0xa (this host), write-exclusive-reg-only; LOGICAL UNIT RESET done"
	refute_stderr
	assert_target_state host-1 "$wero" "host-1 0xa"
	assert_target_state host-1 "$wero" "host-1 0xa" lun1
	cannot_write "$host2"
	cannot_write "$host2_too"

	run_prctl preempt-abort --key 0xa --victim-host $iqn:host-2 "$host1"
	assert_status 3
	assert_stderr "prctl: $host1: preempt-abort: conflict: $iqn:host-2 is not registered; held \
by 0xa (this host), write-exclusive-reg-only; use --if-registered if that is expected"
}

@test "preempt --victim-host: a name of the keys file -> its other key is removed, too" {
	mkdir -p "${file%/*}"
	printf '%s\n' "0xa node1" "0xb node2" > "$file"
	register_two_luns

	run_prctl preempt --dry-run --key 0xa --victim-host node2 "$host1" "$host1_too"
	assert_status 0
	assert_stderr "prctl: $host1: would preempt node2, held by 0xb (node2, $iqn:host-2), \
write-exclusive-reg-only: PREEMPT, key 0xa (node1), victim 0xb (node2), write-exclusive-reg-only, \
through $(readlink -f "$host1")
prctl: $host1_too: would preempt node2, held by 0xa (node1, this host), write-exclusive-reg-only: \
PREEMPT, key 0xa (node1), victim 0xc, write-exclusive-reg-only, through $(readlink -f "$host1_too")"
	assert_target_state host-2 "$wero" "host-1 0xa host-2 0xb"
	run_prctl preempt --key 0xa --victim-host node2 "$host1" "$host1_too"
	assert_status 0
	assert_target_state host-1 "$wero" "host-1 0xa"
	assert_target_state host-1 "$wero" "host-1 0xa" lun1
}

@test "preempt --victim-host: its key is another host's as well -> nothing is done" {
	local one=/dev/lab/host1/mpath0-a two=/dev/lab/host1/mpath0-b other=/dev/lab/host2/mpath0-lun
	local both="host-1-a 0xa host-1-b 0xa host-2 0xb"
	map_reset
	sg_register 0xa $one
	sg_register 0xa $two
	sg_register 0xb $other
	sg_reserve 0xb 5 $other

	run_prctl preempt --key 0xb --victim-host $iqn:host-1-a $other
	assert_status 3
	assert_stderr "prctl: $other: preempt: conflict: 0xa ($iqn:host-1-a) is also the key of \
0xa ($iqn:host-1-b), and a preempt would remove both; held by 0xb (this host), \
write-exclusive-reg-only; give each host its own key"
	assert_target_state host-2 "$wero" "$both" mpath0
	mkdir -p "${file%/*}"
	echo "0xa node1" > "$file"
	run_prctl preempt --key 0xb --victim-host node1 $other
	assert_status 3
	assert_stderr "prctl: $other: preempt: conflict: node1 is the name of a key that two hosts \
have: $iqn:host-1-a and $iqn:host-1-b; give each host its own key, or use --victim-host with the \
name of an initiator"
	assert_target_state host-2 "$wero" "$both" mpath0
	map_reset
}

@test "preempt-abort --victim-host: an abort that was not proven -> ok only after the proof" {
	sg_register 0xa "$host1"
	sg_register 0xb "$host2"
	sg_reserve 0xa 5 "$host1"

	run_prctl preempt-abort --key 0xa --victim-host $iqn:host-2 --no-reset "$host1"
	assert_status 7
	assert_target_state host-1 "$wero" "host-1 0xa"
	run_prctl preempt-abort --key 0xa --victim-host $iqn:host-2 --no-reset "$host1"
	assert_status 7
	run_prctl preempt-abort --key 0xa --victim-host $iqn:host-2 "$host1"
	assert_status 0
	run_prctl preempt-abort --key 0xa --victim 0xb --if-registered "$host1"
	assert_status 0
	assert_output "$host1: 0xb was not registered, and its commands are aborted; held by 0xa (this host), write-exclusive-reg-only"
}

@test "preempt-abort --victim-host: an NVMe host identifier -> removed" {
	nvme_setup
	nvme_register 0xa "$nvme1"
	nvme_register 0xb "$nvme2"
	nvme_reserve 0xb 3 "$nvme2"

	run_prctl preempt-abort --key 0xa --victim-host "${id2#nvme:}" "$nvme1"
	assert_status 0
	assert_nvme_state 3 1 "1 0xa"
	run_prctl preempt-abort --key 0xa --victim-host "$id2" --if-registered "$nvme1"
	assert_status 0
	nvme_setup
}
