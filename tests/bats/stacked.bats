#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What users put on LUNs, by its own tools: LVM, dm-crypt, md, and several layers of them; on a
# multipath map, too, and with a tag. Everything is read from sysfs, which has looked the same for
# long: one kernel is enough.
# bats file_tags=kernel-7
load common
load messages

lun0=/dev/lab/host1/lun0
lun1=/dev/lab/host1/lun1
map=/dev/lab/host1/mpath0
one=/dev/lab/host1/mpath0-a
two=/dev/lab/host1/mpath0-b
changes=("register --key 0xa" "register --key 0xa --ignore-key" "unregister --key 0xa" "reserve --key 0xa --type we"
	"release --key 0xa" "preempt --key 0xa --victim 0xb" "preempt-abort --key 0xa --victim 0xb" "clear --key 0xa")

# Host 1 has LVM; what host 2 sees are the same disks.
setup_file()
{
	modprobe -a dm-mod dm-crypt raid1
	cat > /etc/lvm/lvm.conf <<-END
	devices {
		use_devicesfile = 0
		filter = [ "a|^/dev/lab/host1/lun|", "a|^/dev/mapper/mpath0|", "r|.*|" ]
	}
	activation { monitoring = 0 }
	backup {
		backup = 0
		archive = 0
	}
	END
}

setup()
{
	nodes="$(readlink -f $lun0) $(readlink -f $lun1)"
	set_path_state $one running
	set_path_state $two running
	lun_reset lun0
	lun_reset lun1
	map_reset
}

teardown()
{
	set_path_state $one running
	set_path_state $two running
	dmsetup message mpath0 0 fail_if_no_path
	[[ ! -e /dev/mapper/t-crypt ]] || dmsetup remove --retry t-crypt
	[[ ! -e /dev/mapper/t-other ]] || dmsetup remove --retry t-other
	[[ ! -d /dev/lab-vg ]] || vgremove -qqf lab-vg > "$BATS_TEST_TMPDIR/lvm" 2>&1 || fail "$(< "$BATS_TEST_TMPDIR/lvm")"
	[[ ! -b /dev/md/lab ]] || mdadm -q --stop /dev/md/lab
	wipefs -qaf $lun0 $lun1 $map
	blockdev --flushbufs /dev/lab/host2/lun0
	blockdev --flushbufs /dev/lab/host2/lun1
	udevadm settle
}

# set_path_state DEVICE WORD: the kernel's state of a path. The map does not take back by itself a
# path on which it has failed.
set_path_state()
{
	local disk
	disk=/sys/block/$(basename "$(readlink -f "$1")")
	echo "$2" > "$disk/device/state"
	[[ $2 != running ]] || dmsetup message mpath0 0 "reinstate_path $(< "$disk/dev")"
}

# wwid_of DEVICE: as the kernel has it.
wwid_of()
{
	cat "/sys/class/block/$(basename "$(readlink -f "$1")")/device/wwid"
}

# make_volume NAME SIZE DEVICE...: a volume group on DEVICE..., and a logical volume in it.
make_volume()
{
	vgcreate -qq lab-vg "${@:3}" > "$BATS_TEST_TMPDIR/lvm" 2>&1 || fail "$(< "$BATS_TEST_TMPDIR/lvm")"
	lvcreate -qq -y -Wn -n "$1" -L "$2" lab-vg > "$BATS_TEST_TMPDIR/lvm" 2>&1 || fail "$(< "$BATS_TEST_TMPDIR/lvm")"
}

# assert_lies_on DEVICE NODE...: status follows DEVICE down to these LUNs and says so, a change is
# refused and names them, and --whole-lun acts on each.
assert_lies_on()
{
	local device=$1 node change
	shift
	run_prctl status "$device"
	assert_status 0
	(($(grep -c "^$device " <<< "$output") == $#)) || fail "not a row for each LUN"
	for node; do
		[[ $output == *"$device ($node) "* ]] || fail "status does not name $node"
	done
	for change in "${changes[@]}"; do
		# shellcheck disable=SC2086
		run_prctl $change "$device"
		assert_status 5
		assert_output ""
		assert_stderr "prctl: $device: resolve: device: this device is on \
$(sorted_list ", " "$@"), and a reservation covers the whole LUN; use --whole-lun to act on it"
	done
	run_prctl register --key 0xa --whole-lun "$device"
	assert_status 0
	((${#lines[@]} == $#)) || fail "not done on each LUN"
	for node; do
		[[ $output == *"$device ($node): "*"0xa"* ]] || fail "not done on $node"
	done
}

@test "stacked: a logical volume on one LUN of two -> that LUN" {
	make_volume one 4M $lun0 $lun1
	assert_lies_on /dev/lab-vg/one "$(readlink -f $lun0)"
	assert_target_state none none "host-1 0xa"
	assert_target_state none none none lun1
}

@test "stacked: a logical volume on two LUNs -> both" {
	make_volume both 16M $lun0 $lun1
	# shellcheck disable=SC2086
	assert_lies_on /dev/lab-vg/both $nodes
	assert_target_state none none "host-1 0xa"
	assert_target_state none none "host-1 0xa" lun1
	run_prctl reserve --key 0xa --type we --whole-lun /dev/lab-vg/both
	assert_status 0
	assert_target_state host-1 "Write Exclusive Access" "host-1 0xa"
	assert_target_state host-1 "Write Exclusive Access" "host-1 0xa" lun1
	run_prctl clear --key 0xa --whole-lun /dev/lab-vg/both
	assert_status 0
	assert_target_state none none none
	assert_target_state none none none lun1
}

@test "stacked: dm-crypt on a logical volume on two LUNs, and the tag of its file system -> both" {
	make_volume both 16M $lun0 $lun1
	cryptsetup open --type plain --cipher aes-xts-plain64 --key-size 256 --key-file /dev/urandom \
		/dev/lab-vg/both t-crypt
	mkfs.ext4 -qF -L secret /dev/mapper/t-crypt
	udevadm settle
	# shellcheck disable=SC2086
	assert_lies_on LABEL=secret $nodes
	# shellcheck disable=SC2086
	assert_lies_on /dev/mapper/t-crypt $nodes
	assert_target_state none none "host-1 0xa"
	assert_target_state none none "host-1 0xa" lun1
}

@test "stacked: md over two LUNs -> both" {
	mdadm -q --create /dev/md/lab --metadata=1.2 --level=1 --raid-devices=2 --assume-clean --run $lun0 $lun1
	# shellcheck disable=SC2086
	assert_lies_on /dev/md/lab $nodes
	assert_target_state none none "host-1 0xa"
	assert_target_state none none "host-1 0xa" lun1
}

@test "stacked: a logical volume on a multipath map that queues without a path -> not waited for" {
	make_volume one 4M /dev/mapper/mpath0
	assert_lies_on /dev/lab-vg/one /dev/mapper/mpath0
	assert_target_state none none "host-1-a 0xa host-1-b 0xa" mpath0

	dmsetup message mpath0 0 queue_if_no_path
	set_path_state $one offline
	set_path_state $two offline
	run_prctl status --timeout 60 /dev/lab-vg/one
	assert_status 6
	gone="(the path is offline or gone (ENXIO))"
	assert_stderr "prctl: /dev/lab-vg/one (/dev/mapper/mpath0): open: failed: no path \
responds: $(sorted_list ", " \
		"$(readlink -f $one) $gone" "$(readlink -f $two) $gone"); restore one"
	run_prctl register --key 0xa --whole-lun --timeout 60 /dev/lab-vg/one $lun0
	assert_status 6
	assert_output "$lun0: registered 0xa"
	# and while everything that reads it waits, a tag is found elsewhere
	mkfs.ext4 -qF -L elsewhere $lun1
	udevadm settle --timeout 5 || true
	head -c 4096 /dev/lab-vg/one > "$BATS_TEST_TMPDIR/read" 3>&- &
	reader=$!
	until is_blocked_on $reader /dev/lab-vg/one; do
		kill -0 $reader 2> /dev/null || fail "it does not queue"
		pause 0.1
	done
	run_prctl register --key 0xa --timeout 60 LABEL=elsewhere
	is_blocked_on $reader /dev/lab-vg/one || fail "it queues no more"
	kill -KILL $reader
	assert_status 0
	[[ $(target_keys lun1) != none ]]
}

@test "stacked: the tag of a file system on a multipath map, which each path has -> the map" {
	local tag
	mkfs.ext4 -qF -L "on a map" -U 4d1cf4a6-7a32-4a55-8a3d-5b8d2f1c9e02 /dev/mapper/mpath0
	blockdev --flushbufs $one
	blockdev --flushbufs $two
	blockdev --flushbufs /dev/lab/host2/mpath0-lun
	# host 2's disk is the same LUN, and a path that is in no map
	for tag in "LABEL=on a map" UUID=4d1cf4a6-7a32-4a55-8a3d-5b8d2f1c9e02; do
		run_prctl register --key 0xa "$tag"
		assert_status 0
		[[ $output == "$tag (/dev/mapper/mpath0): "*"0xa"*" on 2 paths" ]] || fail "not done through the map"
		assert_stderr "prctl: $tag (/dev/mapper/mpath0): warning: $tag matches several \
paths of one LUN (/dev/mapper/mpath0, $(sorted_nodes $one $two /dev/lab/host2/mpath0-lun)); using \
/dev/mapper/mpath0"
		assert_target_state none none "host-1-a 0xa host-1-b 0xa" mpath0
	done
	run_prctl status "LABEL=on a map"
	[[ $output == *" $(readlink -f $one)"* && $output == *" $(readlink -f $two)"* ]] || fail "no row of each path"
}

@test "stacked: a partition of a path -> the map" {
	sfdisk -q --force --no-reread --wipe always $one <<< "label: gpt
size=8192, name=of-a-path, uuid=4d1cf4a6-7a32-4a55-8a3d-5b8d2f1c9e03"
	udevadm settle
	partx -a $one 2> "$BATS_TEST_TMPDIR/partx" || true
	[[ -b $(readlink -f $one)1 ]]
	run_prctl register --key 0xa "$(readlink -f $one)1"
	assert_status 5
	assert_stderr "prctl: $(readlink -f $one)1: resolve: device: this is a partition of \
/dev/mapper/mpath0, and a reservation covers the whole LUN; use /dev/mapper/mpath0, or --whole-lun"
	run_prctl register --key 0xa --whole-lun "$(readlink -f $one)1"
	assert_status 0
	assert_target_state none none "host-1-a 0xa host-1-b 0xa" mpath0
	run_prctl clear --key 0xa --whole-lun PARTLABEL=of-a-path
	assert_status 0
	assert_target_state none none none mpath0
	wipefs -qaf /dev/mapper/mpath0
	partx -d --nr 1 "$(readlink -f $one)"
}

@test "stacked: the tag of a LUN and of its snapshot -> refused" {
	local disk
	mkfs.ext4 -qF -L twice /dev/mapper/mpath0
	dd if=/dev/mapper/mpath0 of=$lun1 bs=1M iflag=direct oflag=direct status=none
	# none has what it was before in its cache
	for disk in $one $two /dev/lab/host2/mpath0-lun $lun1 /dev/lab/host2/lun1; do
		blockdev --flushbufs "$disk"
	done
	udevadm settle
	run_prctl register --key 0xa LABEL=twice
	assert_status 5
	assert_stderr "prctl: LABEL=twice: resolve: device: this LABEL is on several LUNs: \
/dev/mapper/mpath0, $(sorted_nodes $one $two /dev/lab/host2/mpath0-lun $lun1 /dev/lab/host2/lun1); \
give a device path"
	assert_target_state none none none mpath0
	assert_target_state none none none lun1
}

@test "stacked: a multipath map over another LUN than it was made for -> refused by every command" {
	local made now
	made=$(wwid_of $lun1)
	now=$(wwid_of $lun0)
	dmsetup create t-other --uuid "mpath-3${made#naa.}" \
		--table "0 8192 multipath 0 0 1 1 round-robin 0 1 1 $(readlink -f $lun0) 1"
	udevadm settle
	run_prctl register --key 0xa /dev/mapper/t-other
	assert_status 5
	assert_stderr "prctl: /dev/mapper/t-other: resolve: device: the map was made for LUN \
3${made#naa.}, but its path $(readlink -f $lun0) is $now now; no change was sent; let multipath \
make the map again"
	run_prctl status --json /dev/mapper/t-other
	assert_status 5
	assert_json '.devices[0].error.reason' '"other_lun"'
	assert_target_state none none none
}

@test "stacked: a multipath map over two LUNs -> refused by every command" {
	dmsetup create t-other --uuid mpath-lab-other \
		--table "0 8192 multipath 0 0 1 1 round-robin 0 2 1 $(readlink -f $lun0) 1 $(readlink -f $lun1) 1"
	udevadm settle
	run_prctl register --key 0xa /dev/mapper/t-other
	assert_status 5
	assert_stderr "prctl: /dev/mapper/t-other: resolve: device: the map's paths belong to \
different LUNs: $(sorted_list ", " \
		"$(readlink -f $lun0) is $(wwid_of $lun0)" "$(readlink -f $lun1) is \
$(wwid_of $lun1)"); fix the multipath configuration"
	run_prctl status --json /dev/mapper/t-other
	assert_status 5
	assert_json '.devices[0].error.reason' '"ambiguous"'
	assert_target_state none none none
	assert_target_state none none none lun1
}

@test "status: vg:NAME, a mount point -> the LUNs beneath, how many are reserved, and what they are used for" {
	make_volume data 16M $lun0 $lun1
	sg_register 0xa $lun0
	sg_reserve 0xa 5 $lun0
	mkfs.ext4 -q -E nodiscard /dev/lab-vg/data
	mkdir -p "$BATS_TEST_TMPDIR/my disk"
	mount /dev/lab-vg/data "$BATS_TEST_TMPDIR/my disk"

	run_prctl status --output DEVICE,USE "$BATS_TEST_TMPDIR/my disk"
	[[ ${lines[1]} == "$BATS_TEST_TMPDIR/my disk ("*") mounted at $BATS_TEST_TMPDIR/my disk, PV of lab-vg"* || ${lines[1]} == *"PV of lab-vg, mounted at $BATS_TEST_TMPDIR/my disk"* ]] || fail "no use"
	run_prctl status vg:lab-vg
	assert_status 0
	[[ ${lines[-1]} == "vg:lab-vg: 1 of 2 physical volumes are reserved" ]] || fail "no coverage"
	run_prctl status --json vg:lab-vg
	assert_json .coverage '[{"argument":"vg:lab-vg","unit":"physical volumes","parts":2,"reserved":1,"unknown":0,"complete":true}]'
	assert_json '[.devices[].uses[].use] | unique' '["mounted_at","pv_of"]'
	umount "$BATS_TEST_TMPDIR/my disk"

	run_prctl register --key 0xb vg:lab-vg
	assert_status 5
	assert_stderr "prctl: vg:lab-vg: resolve: device: this device is on $lun0, $lun1, and a \
reservation covers the whole LUN; use --whole-lun to act on it"
	assert_target_state none none none lun1
	run_prctl register --key 0xb --ignore-key --whole-lun vg:lab-vg
	assert_status 0
	assert_target_state none none "host-1 0xb" lun1

	run_prctl status vg:lab-v
	assert_status 5
	assert_stderr "prctl: vg:lab-v: resolve: device: no such volume group; 'vgs' lists them"
}
