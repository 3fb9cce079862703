#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What DEVICE may be, and what may be done to it
load common

lun1=/dev/lab/host1/lun1
part1=/dev/lab/host1/lun1-part1
map=/dev/lab/host1/mpath0
path=/dev/lab/host1/mpath0-a
uuid=4d1cf4a6-7a32-4a55-8a3d-5b8d2f1c9e01

setup_file()
{
	modprobe -a dm-mod loop brd
}

setup()
{
	lun_reset
	lun_reset lun1
	map_reset
}

teardown()
{
	local upper
	for upper in t-upper t-lower 't blank'; do
		! dmsetup info "$upper" &> /dev/null || dmsetup remove --retry "$upper"
	done
	echo running > "/sys/class/block/$(name_of "$host1")/device/state"
	[[ ! -e $BATS_TEST_TMPDIR/copy ]] || blank "$host1"
}

teardown_file()
{
	blank /dev/lab/host?/lun1
}

# name_of LINK: the kernel's name, "sda". node_of LINK: "/dev/sda".
node_of()
{
	readlink -f "$1"
}

name_of()
{
	basename "$(node_of "$1")"
}

blank()
{
	local device
	for device in "$@"; do
		wipefs -qaf "$device"
		blockdev --rereadpt "$device" 2> /dev/null || true
	done
	udevadm settle
}

# Two partitions on LUN 1, as host 1 sees it: part-one and part-two. They stay, because creating
# them takes long.
partitions_make()
{
	[[ ! -b $part1 ]] || return 0
	sfdisk -q --wipe always $lun1 <<-END
	label: gpt
	size=8192, name=part-one, uuid=$uuid
	size=8192, name=part-two
	END
	udevadm settle
}

file_system_make()
{
	[[ $1 == "$part1" || ! -b $part1 ]] || blank $lun1
	mkfs.ext4 -qF -U $uuid -L "lab disk" "$1"
	# the other host's pages of the disk are not this one's
	blockdev --flushbufs /dev/lab/host2/lun1
	udevadm settle
}

# map_make NAME LINE...: a device of dm, with one target a line.
map_make()
{
	printf '%s\n' "${@:2}" | dmsetup create "$1"
	udevadm settle
}

# is_partition DISK, is_on LUNS: why a change of a partition, of a device on a LUN, is refused.
is_partition()
{
	echo "this is a partition of $(node_of "$1"), and a reservation covers the whole LUN; use $(node_of "$1"), or --whole-lun"
}

is_on()
{
	echo "this device is on $1, and a reservation covers the whole LUN; use --whole-lun to act on it"
}

# bats test_tags=every-kernel
@test "a change: a partition -> refused on every kernel, the LUN is named" {
	local change
	partitions_make
	sg_register 0xa $lun1
	sg_register 0xb /dev/lab/host2/lun1
	sg_reserve 0xa 1 $lun1
	for change in "register --key 0xc --ignore-key" "unregister --key 0xa --release" "reserve --key 0xa --type we" \
		"release --key 0xa" "preempt --key 0xa --victim 0xb" "preempt-abort --key 0xa --victim 0xb" "clear --key 0xa"; do
		# shellcheck disable=SC2086
		run_prctl $change --json $part1
		assert_status 5
		assert_stderr "prctl: $part1: resolve: device: $(is_partition $lun1)"
		assert_json '.devices | [length, .[0].error.reason, .[0].sent, .[0].changed]' '[1,"not_whole_lun",false,false]'
	done
	assert_target_state host-1 "Write Exclusive Access" "host-1 0xa host-2 0xb" lun1
}

# bats test_tags=every-kernel
@test "a change: a partition with --whole-lun -> done on its LUN" {
	partitions_make

	run_prctl register --key 0xa --whole-lun $part1
	assert_status 0
	assert_output "$part1 ($(node_of $lun1)): registered 0xa"
	refute_stderr
	assert_target_state none none "host-1 0xa" lun1
}

@test "status: a partition -> shows its LUN, and names it" {
	partitions_make
	sg_register 0xa $lun1

	run_prctl status $part1
	assert_status 0
	refute_stderr
	[[ ${lines[1]} == "$part1 ($(node_of $lun1)) "*" 0xa "* ]] || fail "no such row"
}

@test "register: a disk and its partitions -> one LUN, done once" {
	partitions_make

	run_prctl register --json --key 0xa --whole-lun $part1 $lun1 $part1
	assert_status 0
	assert_json '.devices | length' 1
	assert_target_state none none "host-1 0xa" lun1
}

@test "a change: a device on a LUN -> refused, the LUN is named" {
	map_make t-lower "0 8192 linear $lun1 0"

	run_prctl register --json --key 0xa /dev/mapper/t-lower
	assert_status 5
	assert_stderr "prctl: /dev/mapper/t-lower: resolve: device: $(is_on "$(node_of $lun1)")"
	assert_json '.devices[0].error.reason' '"not_whole_lun"'
	assert_target_state none none none lun1
}

@test "register: a blank in a map's name -> printed as its node is called" {
	local node='/dev/mapper/t\x20blank' row option
	dmsetup create 't blank' --uuid mpath-t-blank \
		--table "0 $(blockdev --getsz $lun1) multipath 0 0 1 1 round-robin 0 1 1 $(node_of $lun1) 1"
	udevadm settle
	[[ -b $node ]] || fail "it has another node: $(ls /dev/mapper)"
	for option in '' --noheadings; do
		run_prctl status $option
		row=$(grep -F 't\x' <<< "$output") || fail "it has no row"
		[[ ${row%% *} == "$node" ]] || fail "no such node: ${row%% *}"
	done
	run_prctl register --key 0xa "$node"
	assert_status 0
	assert_output "$node: registered 0xa on 1 paths"
	assert_target_state none none "host-1 0xa" lun1
}

@test "a change: a device on a LUN with --whole-lun -> done on that LUN" {
	map_make t-lower "0 8192 linear $lun1 0"

	run_prctl register --key 0xa --whole-lun /dev/mapper/t-lower
	assert_status 0
	assert_output "/dev/mapper/t-lower ($(node_of $lun1)): registered 0xa"
	assert_target_state none none "host-1 0xa" lun1
}

@test "a change: a device on two LUNs -> refused, both are named" {
	local luns
	map_make t-lower "0 8192 linear $lun1 0" "8192 8192 linear $host1 0"

	run_prctl register --key 0xa /dev/mapper/t-lower
	assert_status 5
	luns=$(printf '%s\n' "$(node_of $lun1)" "$(node_of "$host1")" | sort | paste -sd, | sed 's/,/, /')
	assert_stderr "prctl: /dev/mapper/t-lower: resolve: device: $(is_on "$luns")"
	assert_target_state none none none
	assert_target_state none none none lun1
}

@test "a change: a device on two LUNs with --whole-lun -> done on both" {
	map_make t-lower "0 8192 linear $lun1 0" "8192 8192 linear $host1 0"

	run_prctl register --key 0xa --whole-lun /dev/mapper/t-lower
	assert_status 0
	[[ ${#lines[@]} == 2 && $output == *"($(node_of "$host1")): registered 0xa"* ]] || fail "not both"
	assert_target_state none none "host-1 0xa"
	assert_target_state none none "host-1 0xa" lun1

	run_prctl status /dev/mapper/t-lower
	assert_status 0
	[[ ${#lines[@]} == 6 && ${lines[5]} == "/dev/mapper/t-lower: 0 of 2 LUNs are reserved" ]] || fail "not a row for each LUN"
}

@test "status: a map on a map on a partition -> shows the LUN" {
	partitions_make
	map_make t-lower "0 4096 linear $part1 0"
	map_make t-upper "0 2048 linear /dev/mapper/t-lower 0"
	sg_register 0xa $lun1

	run_prctl status /dev/mapper/t-upper
	assert_status 0
	[[ ${lines[1]} == "/dev/mapper/t-upper ($(node_of $lun1)) "*" 0xa "* ]] || fail "no such row"
	run_prctl clear --key 0xa /dev/mapper/t-upper
	assert_status 5
	assert_stderr "prctl: /dev/mapper/t-upper: resolve: device: $(is_on "$(node_of $lun1)")"
	assert_target_state none none "host-1 0xa" lun1
}

@test "register: a tag and a suspended device that udev knows -> does not wait for it" {
	map_make t-lower "0 8192 linear $lun1 0"
	dmsetup suspend t-lower
	run_prctl register --key 0xa --timeout 60 LABEL=nowhere "$host1"
	dmsetup resume t-lower
	assert_status 5
	assert_output "$host1: registered 0xa"
	assert_stderr "prctl: LABEL=nowhere: resolve: device: no readable device has this LABEL; give a device path"
}

@test "status: a suspended map -> does not wait for it" {
	map_make t-lower "0 8192 linear $lun1 0"
	dmsetup suspend t-lower
	# which would end with 7 at its deadline
	run_prctl status /dev/mapper/t-lower
	dmsetup resume t-lower
	assert_status 0
}

# bats test_tags=every-kernel
@test "a change: a device on a multipath map -> refused, the map is named" {
	map_make t-upper "0 2048 linear $map 0"

	run_prctl register --key 0xa /dev/mapper/t-upper
	assert_status 5
	assert_stderr "prctl: /dev/mapper/t-upper: resolve: device: $(is_on /dev/mapper/mpath0)"
	assert_target_state none none none mpath0
}

@test "a change: a device on a multipath map with --whole-lun -> done on each path of the map" {
	map_make t-upper "0 2048 linear $map 0"

	run_prctl register --key 0xa --whole-lun /dev/mapper/t-upper
	assert_status 0
	assert_target_state none none "host-1-a 0xa host-1-b 0xa" mpath0
	run_prctl clear --key 0xa --whole-lun /dev/mapper/t-upper
	assert_status 0
	assert_target_state none none none mpath0
}

# bats test_tags=every-kernel
@test "a change: a path of a multipath map -> refused, the map is named" {
	run_prctl register --json --key 0xa $path
	assert_status 5
	assert_stderr "prctl: $path: resolve: device: this is a path of multipath map /dev/mapper/mpath0; \
use the map, or --this-path to change this path only"
	assert_json '.devices[0] | [.error.reason, .sent]' '["path_of_map",false]'
	assert_target_state none none none mpath0
}

@test "a change: a path of a multipath map with --this-path -> done on that path, --whole-lun does not allow it" {
	run_prctl register --key 0xa --whole-lun $path
	assert_status 5
	assert_target_state none none none mpath0
	run_prctl register --key 0xa --this-path $path
	assert_status 0
	assert_output "$path: registered 0xa"
	assert_target_state none none "host-1-a 0xa" mpath0
	run_prctl clear --key 0xa --this-path $path
	assert_status 0
}

@test "status: a path of a multipath map -> shown, the map is named" {
	run_prctl status $path
	assert_status 0
	[[ $output == *"$path "* ]] || fail "no such row"
	[[ $output$stderr == *"/dev/mapper/mpath0"* ]] || fail "the map is not named"
}

@test "register: --whole-lun or --this-path on a LUN -> no effect" {
	run_prctl register --key 0xa --whole-lun --this-path "$host1"
	assert_status 0
	assert_output "$host1: registered 0xa"
}

@test "a change: a loop device or a RAM disk -> unsupported" {
	local loop why="not a SCSI disk or NVMe namespace, so no persistent reservations; in a VM, pass the LUN through"
	truncate -s 1M "$BATS_TEST_TMPDIR/image"
	loop=$(losetup -f --show "$BATS_TEST_TMPDIR/image")
	run_prctl status "$loop" /dev/ram0
	losetup -d "$loop"
	assert_status 4
	assert_stderr "prctl: $loop: open: unsupported: $why
prctl: /dev/ram0: open: unsupported: $why"
	run_prctl register --json --key 0xa /dev/ram0
	assert_status 4
	assert_json '.devices[0] | [.status, .error.reason, .sent]' '["unsupported","no_reservations",false]'
}

@test "a change: not a block device -> refused" {
	local thing kind
	touch "$BATS_TEST_TMPDIR/file"
	mkfifo "$BATS_TEST_TMPDIR/fifo"
	for thing in "$BATS_TEST_TMPDIR/file" "$BATS_TEST_TMPDIR/fifo" /dev/null; do
		run_prctl clear --key 0xa "$thing"
		assert_status 5
		assert_output ""
		kind=
		[[ ! -c $thing ]] || kind=" but a character device"
		assert_stderr "prctl: $thing: resolve: device: not a block device$kind; give the disk's block device"
	done
	run_prctl clear --key 0xa "$BATS_TEST_TMPDIR"
	assert_status 5
	assert_stderr "prctl: $BATS_TEST_TMPDIR: resolve: device: a directory, but not a mount point; give the mount point, or the disk's block device"
	run_prctl clear --key 0xa /proc
	assert_status 5
	assert_stderr "prctl: /proc: resolve: device: the file system that is mounted here (proc) is not on a block device of this host; give a block device"
	run_prctl status --json /dev/null
	assert_json '.devices[0].error.reason' '"not_block_device"'
}

@test "a change: the SCSI generic node of a disk -> refused, its block device is named" {
	local generic
	generic=$(echo "/sys/class/block/$(name_of "$host1")/device/scsi_generic/"*)
	generic=/dev/${generic##*/}
	run_prctl status "$generic"
	assert_status 5
	assert_stderr "prctl: $generic: resolve: device: not a block device but a character device; give the disk's block device"
}

@test "a change: no such device -> not found" {
	local dir=$BATS_TEST_TMPDIR thing
	ln -s /dev/nothing "$dir/dangling"
	touch "$dir/file"
	for thing in /dev/nothing "$dir/dangling" "$dir/file/below" nothing; do
		run_prctl clear --key 0xa "$thing"
		assert_status 5
		assert_stderr "prctl: $thing: resolve: device: no such device; run 'prctl status' to list devices"
	done
	run_prctl status --json /dev/nothing
	assert_json '.devices[0] | [.error.reason, .error.errno]' '["not_found","ENOENT"]'
}

@test "a change: the node of a device that is gone -> refused" {
	mknod "$BATS_TEST_TMPDIR/left" b 135 255
	run_prctl register --key 0xa "$BATS_TEST_TMPDIR/left"
	assert_status 5
	assert_stderr "prctl: $BATS_TEST_TMPDIR/left: resolve: device: the device is gone; \
it may have come back under another name; run 'prctl status' to list devices"
}

@test "a change: a dangling link or a name that is too long -> refused" {
	local long
	ln -s round "$BATS_TEST_TMPDIR/round"
	run_prctl status "$BATS_TEST_TMPDIR/round"
	assert_status 5
	assert_stderr "prctl: $BATS_TEST_TMPDIR/round: resolve: device: cannot look up the device: \
Too many levels of symbolic links (ELOOP)"
	long=/$(printf '%05000d' 0)
	run_prctl status "$long"
	assert_status 5
	assert_stderr "prctl: $long: resolve: device: cannot look up the device: File name too long (ENAMETOOLONG)"
}

@test "a message: a line break in the device's name -> one line" {
	run_prctl status $'/dev/no\nprctl: /dev/sda: registered 0xa'
	assert_status 5
	((${#stderr_lines[@]} == 1)) || fail "${#stderr_lines[@]} lines"
}

@test "register: a link, a relative path or another node -> the LUN" {
	local node=$BATS_TEST_TMPDIR/node link=$BATS_TEST_TMPDIR/link
	ln -s "$host1" "$link"
	# shellcheck disable=SC2046
	mknod "$node" b $(stat -Lc '%Hr %Lr' "$host1")
	run_prctl register --key 0xa "$link"
	assert_status 0
	assert_output "$link: registered 0xa"
	cd /dev/lab/host1
	run_prctl register --key 0xa ./lun0
	assert_status 0
	assert_output "./lun0: 0xa was already registered"
	run_prctl register --key 0xa "$node"
	assert_status 0
	assert_output "$node: 0xa was already registered"
	assert_target_state none none "host-1 0xa"
}

@test "register: one device by two names -> done once" {
	run_prctl register --key 0xa "$host1" "$(node_of "$host1")" "$host1"
	assert_status 0
	assert_output "$host1: registered 0xa"
	assert_target_state none none "host-1 0xa"
}

@test "register: two paths of one LUN -> two devices" {
	run_prctl register --key 0xa "$host1" "$host2"
	assert_status 0
	[[ ${#lines[@]} == 2 ]] || fail "not both"
	assert_target_state none none "host-1 0xa host-2 0xa"
}

@test "register: UUID= or LABEL= on both paths of a LUN -> one is used, a warning says which" {
	local tag used both
	file_system_make $lun1
	for tag in UUID=$uuid "LABEL=lab disk" 'LABEL="lab disk"'; do
		run_prctl register --ignore-key --key 0xa "$tag"
		assert_status 0
		[[ $output == "$tag (/dev/sd"?"): "*0xa* ]] || fail "not done through one disk"
		# either path may be used, and either may be named first
		used=${output#"$tag ("}
		used=${used%%)*}
		both="$(node_of $lun1), $(node_of /dev/lab/host2/lun1)"
		[[ $stderr == *"(${both%, *}, "* ]] || both="${both#*, }, ${both%, *}"
		assert_stderr "prctl: $tag ($used): warning: $tag matches several paths of one LUN ($both); using $used"
	done
	[[ $(target_keys lun1) == "host-1 0xa" || $(target_keys lun1) == "host-2 0xa" ]] || fail "registered: $(target_keys lun1)"
}

@test "register: PARTUUID=, PARTLABEL= or LABEL= of a partition -> refused, with --whole-lun done on the LUN" {
	local tag
	partitions_make
	file_system_make $part1
	for tag in PARTUUID=$uuid PARTLABEL=part-one "LABEL=lab disk"; do
		run_prctl register --ignore-key --key 0xa "$tag"
		assert_status 5
		assert_stderr "prctl: $tag: resolve: device: $(is_partition $lun1)"
		run_prctl status "$tag"
		assert_status 0
		[[ $output == *"$tag ($(node_of $lun1)) "* ]] || fail "no such row"
	done
	assert_target_state none none none lun1
	run_prctl register --key 0xa --whole-lun PARTLABEL=part-two
	assert_status 0
	assert_output "PARTLABEL=part-two ($(node_of $lun1)): registered 0xa"
	assert_target_state none none "host-1 0xa" lun1
}

@test "register: a tag that no device has -> not found" {
	local tag
	for tag in UUID=${uuid%1}2 LABEL=nothing PARTUUID=${uuid%1}2 PARTLABEL=nothing; do
		run_prctl clear --key 0xa "$tag"
		assert_status 5
		assert_stderr "prctl: $tag: resolve: device: no readable device has this ${tag%%=*}; give a device path"
	done
	run_prctl clear --key 0xa LABEL= LABEL=\"\" UUID=\'open
	assert_status 5
	assert_stderr "prctl: LABEL=: resolve: device: cannot search for this LABEL: its value is \
empty; give a device path
prctl: LABEL=\"\": resolve: device: cannot search for this LABEL: its value is empty; give a \
device path
prctl: UUID='open: resolve: device: cannot search for this UUID: its value begins with a quote and \
does not end with it; give a device path"
	run_prctl status --json LABEL=nothing
	assert_json '.devices[0].error.reason' '"not_found"'
}

@test "register: a tag that different LUNs have -> refused, all of them are named" {
	local luns
	: > "$BATS_TEST_TMPDIR/copy"
	file_system_make $lun1
	file_system_make "$host1"
	sg_register 0xa "$host1"
	sg_register 0xa $lun1

	run_prctl clear --json --key 0xa UUID=$uuid
	assert_status 5
	luns=$(readlink -f /dev/lab/host[12]/lun[01] | sort | paste -sd, | sed 's/,/, /g')
	assert_stderr "prctl: UUID=$uuid: resolve: device: this UUID is on several LUNs: $luns; give a device path"
	assert_json '.devices | [length, .[0].error.reason, .[0].sent]' '[1,"ambiguous",false]'
	assert_target_state none none "host-1 0xa"
	assert_target_state none none "host-1 0xa" lun1
	run_prctl status "LABEL=lab disk"
	assert_status 5
}

@test "register: libblkid's variables in the environment -> ignored" {
	local cache=$BATS_TEST_TMPDIR/cache
	file_system_make $lun1
	echo "<device DEVNO=\"0x$(stat -Lc '%t' "$host1")00\" TIME=\"9999999999.0\" LABEL=\"lab disk\" TYPE=\"ext4\">$(node_of "$host1")</device>" \
		> "$cache"
	cp "$cache" "$cache.before"
	echo "CACHE_FILE=$BATS_TEST_TMPDIR/other" > "$BATS_TEST_TMPDIR/conf"

	BLKID_FILE=$cache BLKID_CONF=$BATS_TEST_TMPDIR/conf run_prctl register --key 0xa "LABEL=lab disk"
	assert_status 0
	[[ $(target_keys lun1) == "host-1 0xa" || $(target_keys lun1) == "host-2 0xa" ]] || fail "registered: $(target_keys lun1)"
	assert_target_state none none none
	cmp "$cache" "$cache.before"
	[[ ! -e $BATS_TEST_TMPDIR/other ]] || fail "a cache was written"
}

@test "register: one device is not found -> the others are done, results keep their order" {
	run_prctl register --key 0xa "$host1" /dev/nothing $lun1
	assert_status 5
	assert_output "$host1: registered 0xa
$lun1: registered 0xa"
	assert_stderr "prctl: /dev/nothing: resolve: device: no such device; run 'prctl status' to list devices"
	assert_target_state none none "host-1 0xa"
	assert_target_state none none "host-1 0xa" lun1
	run_prctl status --json $lun1 /dev/nothing "$host1"
	assert_json '[.devices[].argument]' "[\"$lun1\",\"/dev/nothing\",\"$host1\"]"
}

@test "register: a conflict on one device -> the others are done" {
	sg_register 0xb "$host2"
	sg_reserve 0xb 1 "$host2"

	run_prctl clear --key 0xa "$host1" $lun1
	assert_status 3
	sg_register 0xa $lun1
	run_prctl clear --key 0xa "$host1" $lun1
	assert_status 3
	assert_output "$lun1: cleared, 1 registration"
	assert_target_state host-2 "Write Exclusive Access" "host-2 0xb"
	assert_target_state none none none lun1
}

@test "register: several devices -> exit status and JSON status are the worst of all" {
	echo offline > "/sys/class/block/$(name_of "$host1")/device/state"
	run_prctl clear --json --key 0xa /dev/null $lun1 "$host1" /dev/ram0
	assert_status 6
	assert_json '[.status, .devices[].status]' '["failed","device","conflict","failed","unsupported"]'
}

@test "register: an offline path -> failed, the others are done" {
	echo offline > "/sys/class/block/$(name_of "$host1")/device/state"
	run_prctl register --key 0xa "$host1" "$host2"
	assert_status 6
	assert_output "$host2: registered 0xa"
	assert_stderr "prctl: $host1: open: failed: the path is offline or gone (ENXIO); nothing was sent; restore it"
	run_prctl status --json "$host1"
	assert_status 6
	assert_json '.devices[0] | [.status, .error.reason, .sent, .registrants]' '["failed","path",false,null]'
	assert_json '.devices[0].paths[0].state' '"offline"'
	echo running > "/sys/class/block/$(name_of "$host1")/device/state"
	assert_target_state none none "host-2 0xa"
}

# bats test_tags=every-kernel
@test "a change: as root -> no disk is opened for writing, and none in a way that waits" {
	local trace=$BATS_TEST_TMPDIR/trace
	run strace -f -o "$trace" -e trace=open,openat prctl register --key 0xa "$host1"
	assert_status 0
	grep -q "\"$host1\", O_RDONLY|O_NONBLOCK|O_CLOEXEC" "$trace"
	run grep -E '"/dev/(lab|sd)[^"]*", [A-Z_|]*O_(RDWR|WRONLY)' "$trace"
	[[ $status == 1 ]] || fail "opened for writing"
}
