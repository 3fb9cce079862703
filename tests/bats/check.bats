#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# check: what a watchdog asks
# bats file_tags=kernel-7
load common
load messages
load nvme

iqn=iqn.2026-01.lab
map=/dev/lab/host1/mpath0
fenced="if this host was registered before, it may have been fenced"

setup()
{
	lun_reset
	lun_reset lun1
}

# assert_target_unchanged COMMAND...: what COMMAND does leaves the target as it is: its generation,
# and its keys.
assert_target_unchanged()
{
	local before after
	before="$(configfs_pr res_pr_generation) $(target_holder) $(target_keys)"
	"$@"
	after="$(configfs_pr res_pr_generation) $(target_holder) $(target_keys)"
	[[ $after == "$before" ]] || fail "it was changed: $before became $after"
}

# reads DEVICE: what --verbose says of it, if nothing but readings were sent.
reads()
{
	local disk
	disk=$(readlink -f "$1")
	echo "prctl: $1: is $disk, scsi, LIO-ORG FILEIO, \
$(< "/sys/class/block/${disk##*/}/device/wwid")
prctl: $1: READ FULL STATUS by SG_IO: good, N bytes
prctl: $1: INQUIRY, VPD page 83h, by SG_IO: good, N bytes
prctl: $1: nothing is reserved; 1 registration, generation N"
}

@test "check: registered -> 0, not registered -> 3, and nothing is changed" {
	sg_register 0xa "$host1"
	sg_register 0xa /dev/lab/host1/lun1
	assert_target_unchanged run_prctl check --key 0xa --verbose "$host1" /dev/lab/host1/lun1
	assert_status 0
	assert_output "$host1: 0xa is registered; nothing is reserved
/dev/lab/host1/lun1: 0xa is registered; nothing is reserved"
	hide_numbers
	assert_stderr "$(reads "$host1")
$(reads /dev/lab/host1/lun1)"
	assert_target_unchanged run_prctl check --key 0xa --json "$host1" "$host2"
	assert_status 3
	assert_json '[.devices[] | [.status, .changed, .sent, .error.reason]]' \
		'[["ok",false,false,"none"],["conflict",false,false,"key_not_registered"]]'
	assert_stderr "prctl: $host2: read: conflict: 0xa is registered by another host: 0xa ($iqn:host-1); nothing is reserved; $fenced"
	assert_target_unchanged run_prctl check --key 0xd "$host1"
	assert_status 3
	assert_stderr "prctl: $host1: read: conflict: this host is registered with 0xa, not 0xd; nothing is reserved"
	assert_target_unchanged run_prctl check --quiet --key 0xa --type wero "$host1"
	assert_status 3
	assert_output ""
	assert_stderr "prctl: $host1: read: conflict: nothing is reserved, not \
write-exclusive-reg-only; 0xa is registered"
	sg_register 0xb "$host2"
	sg_reserve 0xb 5 "$host2"
	assert_target_unchanged run_prctl check --key 0xa --type wero "$host1"
	assert_status 0
	assert_target_unchanged run_prctl check --key 0xa --type we "$host1"
	assert_status 3
	assert_stderr "prctl: $host1: read: conflict: held by 0xb ($iqn:host-2), write-exclusive-reg-only, not write-exclusive; 0xa is registered"
}

@test "check: a multipath map -> each path counts, also one that is dead" {
	local a=/dev/lab/host1/mpath0-a b=/dev/lab/host1/mpath0-b
	map_reset_all
	run_prctl register --key 0xa $map
	run_prctl check --key 0xa $map
	assert_status 0
	assert_output "$map: 0xa is registered on 2 paths; nothing is reserved"
	echo offline > "/sys/block/$(basename "$(readlink -f $b)")/device/state"
	run_prctl check --key 0xa $map
	echo running > "/sys/block/$(basename "$(readlink -f $b)")/device/state"
	assert_status 0
	sg_persist_retry -o -G -K a -S 0 $b
	run_prctl check --key 0xa $map
	assert_status 6
	assert_stderr "prctl: $map: read: failed: 0xa is registered on 1 of 2 paths, missing on \
$(readlink -f $b); nothing is reserved; register on the map again"
	sg_persist_retry -o -G -K a -S 0 $a
	run_prctl check --key 0xa $map
	assert_status 3
	assert_stderr "prctl: $map: read: conflict: 0xa is not registered on \
$(sorted_nodes $a $b); nothing is reserved; $fenced"
	sg_register 0xa $a
	run_prctl check --key 0xa $a
	assert_status 0
	assert_stderr "prctl: $a: warning: this is one path of multipath map /dev/mapper/mpath0; \
use the map to see all"
	map_reset_all
}

map_reset_all()
{
	map_reset
	sg_persist -n -i -k /dev/lab/host1/mpath0-b > /dev/null 2>&1 || true
	assert_target_state none none none mpath0
}

@test "check: an NVMe namespace -> as a disk" {
	nvme_reset
	nvme_register_both
	nvme_reserve 0xa 3 "$nvme1"
	run_prctl check --key 0xb --type wero "$nvme2"
	assert_status 0
	run_prctl check --key 0xb "$nvme1"
	assert_status 3
	assert_stderr "prctl: $nvme1: read: conflict: this host is registered with 0xa, not 0xb; \
held by 0xa (this host), write-exclusive-reg-only"
	assert_pr_ioctl 0x0 "$nvme1" preempt-abort 0xa 0xb 3
	run_prctl check --key 0xb "$nvme2"
	assert_status 3
	assert_stderr "prctl: $nvme2: read: conflict: 0xb is not registered; held by 0xa ($id1), \
write-exclusive-reg-only; $fenced"
}

@test "check: the device does not answer in time -> unknown" {
	sg_register 0xa "$host1"
	run_prctl_to_deadline 1 check --key 0xa "$host1"
	assert_status 7
	assert_stderr "prctl: $host1: read: unknown: no response within $seconds s; state unknown; \
check for a dead path, or use a longer --timeout"
}

@test "check: in a watchdog's loop -> ends within an interval of the fence" {
	local watchdog before
	sg_register 0xa "$host1"
	sg_register 0xb "$host2"
	sg_reserve 0xa 5 "$host1"
	(
		while prctl check --key 0xb --type wero "$host2" || { echo "ended with $?"; false; }; do sleep 1; done
	) >> "$BATS_TEST_TMPDIR/log" 2>&1 3>&- &
	watchdog=$!
	# it goes on: each check prints a line
	until (($(grep -c "is registered" "$BATS_TEST_TMPDIR/log") >= 3)); do
		kill -0 $watchdog 2> /dev/null || fail "it did not go on: $(< "$BATS_TEST_TMPDIR/log")"
		pause 0.1
	done
	run_prctl preempt-abort --key 0xa --victim 0xb "$host1"
	assert_status 0
	before=$(grep -c "is registered" "$BATS_TEST_TMPDIR/log")
	wait $watchdog || true
	# one check may have read before the fence
	(($(grep -c "is registered" "$BATS_TEST_TMPDIR/log") <= before + 1)) || fail "it went on: $(< "$BATS_TEST_TMPDIR/log")"
	[[ $(tail -n 1 "$BATS_TEST_TMPDIR/log") == "ended with 3" ]] || fail "$(< "$BATS_TEST_TMPDIR/log")"
}
