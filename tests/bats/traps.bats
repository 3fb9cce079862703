#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The kernel's traps on SCSI disks and multipath maps: first what the bare ioctl does, with the
# target as the witness, then what prctl makes of it. Those of NVMe are in nvme.bats, those of a
# second target in tgt.bats.
# $LAB_KERNEL is "6.1", "6.12" or "7".
# shellcheck disable=SC2154
# bats file_tags=every-kernel
load common
load bare

map=/dev/lab/host1/mpath0
one=/dev/lab/host1/mpath0-a
two=/dev/lab/host1/mpath0-b
sharer=/dev/lab/host2/mpath0-lun
both="host-1-a 0xa host-1-b 0xa"
wero="Write Exclusive Access, Registrants Only"

# Kernel 6.1 hands out the raw result of a command, later ones a value of enum pr_status or an
# errno.
case $LAB_KERNEL in
6.1) conflict=0x118 illegal=0x402 ;;
*) conflict=0x18 illegal="-1 EINVAL" ;;
esac

map_reset_all()
{
	map_reset
	sg_persist -n -i -k $one > /dev/null 2>&1 || true
	sg_persist -n -i -k $two > /dev/null 2>&1 || true
	assert_target_state none none none mpath0
}

# Whatever became of a test, those after it find a path that works.
teardown()
{
	echo running > "/sys/block/$(basename "$(readlink -f $two)")/device/state"
}

# print_pr_out OPERATION...: PERSISTENT RESERVE OUT commands that go out while it runs, as their
# service actions.
print_pr_out()
{
	dmesg -C
	echo 1024 > /proc/sys/dev/scsi/logging_level
	"$@" > "$BATS_TEST_TMPDIR/sent" 2>&1 || true
	echo 0 > /proc/sys/dev/scsi/logging_level
	dmesg | sed -n 's/.*Persistent reserve out.* 5f \(0.\) .*/\1/p' | sort -u | paste -sd' '
}

@test "trap 2: PREEMPT AND ABORT on a map -> sent as PREEMPT; by prctl -> as it is" {
	map_reset_all
	sg_register 0xa $one
	sg_register 0xa $two
	sg_register 0xb $sharer
	sg_reserve 0xb 5 $sharer
	[[ $(print_pr_out pr_ioctl $map preempt-abort 0xa 0xb 3) == 04 ]]
	assert_target_state host-1-a "$wero" "$both" mpath0

	sg_register 0xb $sharer
	[[ $(print_pr_out prctl preempt-abort --key 0xa --victim 0xb $map) == 05 ]]
	[[ $(target_keys mpath0) == "$both" ]]
	cannot_write $sharer
	map_reset_all
}

@test "trap 3: register on a map that has the key -> unregisters it on every path; by prctl -> no change" {
	local left
	map_reset_all
	sg_register 0xa $one
	sg_register 0xa $two
	sg_reserve 0xa 5 $one
	assert_pr_ioctl $conflict $map register 0 0xa 0
	# 6.1 loses the second one to the unit attention that the first one has caused
	[[ $LAB_KERNEL == 6.1 ]] && left="host-1-b 0xa" || left=none
	assert_target_state none none "$left" mpath0

	run_prctl register --key 0xa $map
	run_prctl reserve --key 0xa --type wero $map
	assert_status 0
	run_prctl register --key 0xa $map
	assert_status 0
	[[ $(target_type mpath0) == "$wero" && $(target_keys mpath0) == "$both" ]]
	map_reset_all
}

@test "trap 3: a new key on a map with a dead path -> unregisters the others; by prctl -> nothing is sent" {
	local device
	map_reset_all
	device=/sys/block/$(basename "$(readlink -f $two)")/device/state
	sg_register 0xa $one
	sg_register 0xa $two
	echo offline > "$device"
	assert_pr_ioctl 0x10000 $map register 0xa 0xaa 0
	assert_target_state none none "host-1-b 0xa" mpath0

	sg_register 0xa $one
	run_prctl register --key 0xaa --old-key 0xa $map
	assert_status 6
	assert_target_state none none "host-1-a 0xa host-1-b 0xa" mpath0
	echo running > "$device"
	run_prctl register --key 0xaa --old-key 0xa $map
	assert_status 0
	assert_target_state none none "host-1-a 0xaa host-1-b 0xaa" mpath0
	map_reset_all
}

@test "trap 6: a partition -> the whole LUN on 6.1, EPERM later; by prctl -> refused by name" {
	local lun=/dev/lab/host1/lun1
	lun_reset lun1
	sfdisk -q --wipe always $lun <<< ",4M"
	udevadm settle
	case $LAB_KERNEL in
	6.1)
		assert_pr_ioctl 0x0 $lun-part1 register 0 0xb 0
		assert_target_state none none "host-1 0xb" lun1
		assert_pr_ioctl 0x0 $lun-part1 clear 0xb
		;;
	*)
		assert_pr_ioctl "-1 EPERM" $lun-part1 register 0 0xb 0
		;;
	esac
	assert_target_state none none none lun1
	run_prctl register --key 0xa $lun-part1
	assert_status 5
	assert_stderr "prctl: $lun-part1: resolve: device: this is a partition of \
$(readlink -f $lun), and a reservation covers the whole LUN; use $(readlink -f $lun), or \
--whole-lun"
	assert_target_state none none none lun1
	wipefs -qaf $lun
	blockdev --rereadpt $lun
	udevadm settle
}

@test "trap 7: one answer has two numbers -> one word by prctl" {
	sg_register 0xa "$host1"
	sg_register 0xb "$host2"
	sg_reserve 0xb 1 "$host2"
	assert_pr_ioctl $conflict "$host1" reserve 0xa 1 0
	assert_pr_ioctl "$illegal" "$host1" preempt 0xa 0 1 0
	run_prctl reserve --json --key 0xa --type we "$host1"
	assert_status 3
	assert_outcome conflict false false held_by_other
	assert_target_state host-2 "Write Exclusive Access" "host-1 0xa host-2 0xb"
}

@test "trap 8: a unit attention waits on 6.1 -> the command fails; by prctl -> sent again" {
	sg_register 0xa "$host1"
	sg_register 0xb "$host2"
	sg_persist_retry -o -C -K b "$host2"
	if [[ $LAB_KERNEL == 6.1 ]]; then
		assert_pr_ioctl 0x2 "$host1" register 0 0xa 0
		assert_target_state none none none
	fi
	assert_pr_ioctl 0x0 "$host1" register 0 0xa 0
	sg_register 0xb "$host2"
	sg_persist_retry -o -C -K b "$host2"
	run_prctl register --key 0xa "$host1"
	assert_status 0
	assert_target_state none none "host-1 0xa"
}

@test "trap 9: a disk is opened for writing -> udev reads it again; by prctl -> not" {
	local disk monitor
	disk=$(basename "$(readlink -f "$host1")")
	udevadm settle
	udevadm monitor --kernel --subsystem-match=block > "$BATS_TEST_TMPDIR/events" 3>&- &
	monitor=$!
	until grep -q KERNEL "$BATS_TEST_TMPDIR/events"; do
		sleep 0.1
	done
	run_prctl register --key 0xa "$host1"
	assert_status 0
	run_prctl unregister --key 0xa "$host1"
	assert_status 0
	udevadm settle
	: <> "$(readlink -f "$host1")"
	# the event that shows that one would have been seen
	until grep -q "change .*/$disk " "$BATS_TEST_TMPDIR/events"; do
		sleep 0.1
	done
	kill $monitor
	[[ $(grep -c "/$disk " "$BATS_TEST_TMPDIR/events") == 1 ]] || fail "$(< "$BATS_TEST_TMPDIR/events")"
}

@test "traps 10, 12, 13, 14: the read ioctls -> name no host, show all registrants as 0, and cut lists" {
	local generation
	sg_register 0xa "$host1"
	sg_register 0xb "$host2"
	generation=$(($(configfs_pr res_pr_generation)))
	if [[ $LAB_KERNEL == 7 ]]; then
		[[ $(pr_ioctl "$host1" read-keys 1) == "0x0"*"generation $generation, 2 keys: 0xa" ]]
		[[ $(pr_ioctl "$host1" read-reservation) == "0x0"*"generation 0, key 0x0, type 0" ]]
	else
		assert_pr_ioctl "-1 EINVAL" "$host1" read-keys 4
		assert_pr_ioctl "-1 EINVAL" "$host1" read-reservation
	fi
	run_prctl status --json "$host1"
	assert_json '.devices[0] | [.generation, (.registrants | map([.key, .this_host]))]' \
		"[$generation,[[\"0xa\",true],[\"0xb\",false]]]"
	sg_reserve 0xb 7 "$host2"
	[[ $LAB_KERNEL != 7 || $(pr_ioctl "$host1" read-reservation) == *"key 0x0, type 5" ]]
	run_prctl status --json "$host1"
	assert_json '.devices[0].reservation' '{"type":"write-exclusive-all-regs","key":"0x0","holders":["0xa","0xb"]}'
}

@test "trap 11: a disk without reservations -> answers as if it had failed; by prctl -> unsupported" {
	local lun=/dev/lab/host1/lun1
	lun_reset lun1
	echo 0 > /dev/lab/lun1.configfs/attrib/emulate_pr
	case $LAB_KERNEL in
	6.1) assert_pr_ioctl 0x402 $lun register 0 0xa 0 ;;
	*) assert_pr_ioctl 0x2 $lun register 0 0xa 0 ;;
	esac
	run_prctl register --json --key 0xa $lun
	echo 1 > /dev/lab/lun1.configfs/attrib/emulate_pr
	assert_status 4
	assert_outcome unsupported false false no_reservations
}
