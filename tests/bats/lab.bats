#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The lab itself: what all other tests take for granted.
# bats file_tags=every-kernel
load common

# attribute DEVICE NAME: a file of the SCSI device in sysfs.
attribute()
{
	local node
	node=$(readlink -f "$1")
	cat "/sys/block/${node##*/}/device/$2"
}

# initiator DEVICE: the name by which the target knows the host that DEVICE belongs to.
initiator()
{
	local node
	node=$(readlink -f "/sys/block/$(basename "$(readlink -f "$1")")")
	cat "${node%%/target*}"/iscsi_session/*/initiatorname
}

@test "lab: kernel and prctl -> the kernel that was asked for, the prctl that was built" {
	[[ $(uname -r) == "$LAB_KERNEL".* ]] || fail "kernel $(uname -r)"
	[[ $(type -P prctl) == "$LAB_BUILD/src/prctl" ]] || fail "prctl is $(type -P prctl)"
	((EUID == 0)) || fail "not root"
}

@test "lab: devices -> those that are promised, and no others" {
	local expected n
	expected=$({
		for ((n = 0; n < LAB_LUNS; n++)); do
			printf '/dev/lab/%s\n' "host1/lun$n" "host2/lun$n" "lun$n.configfs"
		done
		printf '/dev/lab/%s\n' host1/mpath0 host1/mpath0-a host1/mpath0-b host2/mpath0-lun mpath0.configfs host1/nvme0 host2/nvme0
	} | sort)
	[[ $(find /dev/lab ! -type d | sort) == "$expected" ]] || fail "there are $(find /dev/lab ! -type d)"
	for ((n = 0; n < LAB_LUNS; n++)); do
		[[ -b /dev/lab/host1/lun$n && -b /dev/lab/host2/lun$n ]] || fail "lun$n is not two disks"
		[[ -e /dev/lab/lun$n.configfs/pr/res_holder ]] || fail "lun$n has no witness"
	done
	[[ $(echo /sys/block/sd* | wc -w) == $((LAB_LUNS * 2 + 3)) ]] || fail "there are" /sys/block/sd*
}

@test "lab: lun0 and lun1 of both hosts -> lun0 is one LUN, lun1 another, and one host reads what the other writes" {
	[[ $(attribute "$host1" wwid) == naa.6001405* ]] || fail "$(attribute "$host1" wwid)"
	[[ $(attribute "$host1" wwid) == $(attribute "$host2" wwid) ]] || fail "two LUNs"
	[[ $(attribute "$host1" wwid) != $(attribute /dev/lab/host1/lun1 wwid) ]] || fail "lun1 is lun0"
	[[ $(readlink -f "$host1") != $(readlink -f "$host2") ]] || fail "one device"

	printf '%-512s' "$RANDOM $BATS_TEST_NAME" > "$BATS_TEST_TMPDIR/text"
	dd if="$BATS_TEST_TMPDIR/text" of="$host1" bs=512 seek=8 count=1 oflag=direct conv=notrunc status=none
	dd if="$host2" of="$BATS_TEST_TMPDIR/read" bs=512 skip=8 count=1 iflag=direct status=none
	cmp "$BATS_TEST_TMPDIR/text" "$BATS_TEST_TMPDIR/read"
}

@test "lab: the two hosts -> two initiators, which the target tells apart" {
	[[ $(initiator "$host1") == iqn.2026-01.lab:host-1 ]] || fail "host1 is $(initiator "$host1")"
	[[ $(initiator "$host2") == iqn.2026-01.lab:host-2 ]] || fail "host2 is $(initiator "$host2")"
	sg_register 0xa "$host1"
	assert_target_state none none "host-1 0xa"
	sg_register 0xb "$host2"
	assert_target_state none none "host-1 0xa host-2 0xb"
	# the other LUN knows of neither
	assert_target_state none none none lun1
}

# by the session's own numbers, because iscsid ignores values that it does not like
@test "lab: a session of a host -> is not given up because a busy machine answers no ping" {
	local node session connection
	for node in /dev/lab/host1/lun0 /dev/lab/host2/lun0; do
		node=$(readlink -f "/sys/block/$(basename "$(readlink -f "$node")")")
		session=${node%%/target*}
		for connection in "${session%/}"/connection*/iscsi_connection/*; do
			[[ $(< "$connection/recv_tmo") == 86400 && $(< "$connection/ping_tmo") == 86400 ]] ||
				fail "${connection##*/}: a ping after $(< "$connection/recv_tmo") s, for $(< "$connection/ping_tmo") s"
		done
	done
}

@test "lab: the target's directory for APTPL -> there" {
	[[ -d $(< /sys/kernel/config/target/dbroot)/pr ]]
	sg_persist_retry -o -I -S a --param-aptpl "$host1"
	[[ $(configfs_pr res_aptpl_active) == *Activated ]] || fail "$(configfs_pr res_aptpl_active)"
}

@test "lab: a reservation -> keeps the other host from what its type forbids, and from nothing else" {
	can_write "$host1"
	can_write "$host2"
	sg_register 0xa "$host1"
	sg_reserve 0xa 1 "$host1"
	assert_target_state host-1 "Write Exclusive Access" "host-1 0xa"
	can_write "$host1"
	cannot_write "$host2"
	can_read "$host2"
	sg_persist_retry -o -L -K a -T 1 "$host1"
	can_write "$host2"

	sg_reserve 0xa 3 "$host1"
	can_read "$host1"
	cannot_write "$host2"
	cannot_read "$host2"
}

@test "lab: after a reset -> nothing is held, and no unit attention waits" {
	sg_register 0xa "$host1"
	sg_register 0xb "$host2"
	sg_reserve 0xb 7 "$host2"
	assert_target_state host-2 "Write Exclusive Access, All Registrants" "host-1 0xa host-2 0xb"
	lun_reset lun0
	assert_target_state none none none
	sg_turs "$host1"
	sg_turs "$host2"
}

@test "lab: the assertions of the tests -> fail if they should" {
	run cannot_write "$host1"
	[[ $status == 1 ]] || fail "cannot_write on a device that can be written"
	run cannot_read "$host1"
	[[ $status == 1 ]] || fail "cannot_read on a device that can be read"
	sg_register 0xa "$host1"
	sg_reserve 0xa 3 "$host1"
	run can_write "$host2"
	[[ $status == 1 && $output == *"Invalid exchange"* ]] || fail "can_write on a device that refuses it"
	run can_read "$host2"
	[[ $status == 1 && $output == *"Invalid exchange"* ]] || fail "can_read on a device that refuses it"
	run assert_target_state none none none
	[[ $status == 1 ]] || fail "assert_target_state, and more is held"
	run assert_target_state host-1 "Write Exclusive Access" "host-1 0xa"
	[[ $status == 1 ]] || fail "held, with another type"
	run skip "for no reason"
	[[ $status == 1 ]] || fail "skip"
}

@test "lab: a partition on a LUN -> has a name" {
	printf 'start=2048, size=8192\n' | sfdisk --quiet --label dos --wipe always "$host1"
	udevadm settle
	[[ -b $host1-part1 ]] || fail "there is" /dev/lab/host1/*
	sfdisk --quiet --delete "$host1"
	udevadm settle
	[[ ! -e $host1-part1 ]] || fail "it is still there"
}
