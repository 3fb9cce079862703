#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Identity at the moment of action: a LUN that was replaced, exchanged or unmapped under a disk that
# prctl found, and a disk whose node has another name. The witness is the target: what the other
# volume holds. The devices have no blanks in their names.
# shellcheck disable=SC2086
load common
load messages
load nvme

tpg=/sys/kernel/config/target/iscsi/iqn.2026-01.lab:target.1/tpgt_1
one=/dev/lab/host1/lun1
wero="Write Exclusive Access, Registrants Only"
commands=("register --key 0xa" "register --key 0xc --ignore-key" "unregister --key 0xa --release" "unregister --ignore-key"
	"reserve --key 0xa --type we" "release --key 0xa" "preempt --key 0xa --victim 0xb"
	"preempt-abort --key 0xa --victim 0xc --if-registered" "clear --key 0xa" "check --key 0xa" "status")

setup()
{
	lun_reset lun0
	lun_reset lun1
}

teardown()
{
	lun_map 0 lun0
	lun_map 1 lun1
	case $BATS_TEST_DESCRIPTION in
	*"the same name and number"*) disks_restore ;;
	*"path of a map"*) map_remove ;;
	*namespace*) namespace_restore ;;
	esac
}

# sys_of DEVICE, wwid_of DEVICE: of the disk, in sysfs.
sys_of()
{
	readlink -f "/sys/class/block/$(basename "$(readlink -f "$1")")/device"
}

wwid_of()
{
	cat "$(sys_of "$1")/wwid"
}

# lun_unmap N: the target has no LUN N. lun_map N BACKSTORE: it is that one, and the target does not
# tell its initiators.
lun_unmap()
{
	find "$tpg/lun/lun_$1" -maxdepth 1 -type l -exec rm {} +
}

lun_map()
{
	local link
	# whatever the link is called
	for link in "$tpg/lun/lun_$1"/*; do
		[[ ! $link -ef /dev/lab/$2.configfs ]] || return 0
	done
	lun_unmap "$1"
	ln -s "$(readlink -f "/dev/lab/$2.configfs")" "$tpg/lun/lun_$1/$2"
}

# register_both_hosts: both hosts are registered on lun0, host 2 reserves. assert_unchanged: and it
# is still so.
register_both_hosts()
{
	sg_register 0xa "$host1"
	sg_register 0xb "$host2"
	sg_reserve 0xb 5 "$host2"
}

assert_unchanged()
{
	assert_target_state host-2 "$wero" "host-1 0xa host-2 0xb" lun0
}

# run_stopped_after_lookup CHANGE COMMAND ARG...: runs it as run_prctl does prctl, stopped
# when it has found its only disk, before it opens it, until CHANGE, a command, has ended.
run_stopped_after_lookup()
{
	local tracer pid session
	traced=$BATS_TEST_TMPDIR/strace
	: > "$traced"
	# The name of this host is read last. Only one disk is looked up.
	session=$(readlink -f "/sys/class/block/${lower##*/}")
	session=${session#*/session} session=/sys/class/iscsi_session/session${session%%/*}
	strace -f -o "$traced" -P "$session/initiatorname" -e trace=openat -e inject=openat:signal=STOP:when=1 "${@:2}" \
		> "$BATS_TEST_TMPDIR/out" 2> "$BATS_TEST_TMPDIR/err" < /dev/null 3>&- &
	tracer=$!
	wait_for_stop $tracer
	[[ -n $pid ]] || fail "it does not look at the disk"
	$1
	continue_stopped $tracer
	status=0
	wait $tracer || status=$?
	load_outputs
}

# disk_delete SYS: host 1's disk there goes. disk_scan SYS: what the target has at its address
# comes.
disk_delete()
{
	[[ ! -e $1 ]] || echo 1 > "$1/delete"
	udevadm settle
}

disk_scan()
{
	local host channel id lun
	IFS=: read -r host channel id lun <<< "${1##*/}"
	echo "$channel $id $lun" > "/sys/class/scsi_host/host$host/scan"
	# sd makes the disk later, by itself, and tells udev of it after it has looked for partitions
	until compgen -G "$1/block/*/dev" > /dev/null && [[ -e /run/udev/data/b$(cat "$1"/block/*/dev) ]]; do
		pause 0.05
	done
	udevadm settle
}

# disks_choose: of host 1's two disks, $upper, the one with the higher letter, goes; $lower is the
# other one, $lower_lun and
# $upper_lun are their LUNs. lower_replace: $lower goes, and the other LUN comes under its name and
# number.
disks_choose()
{
	local a b
	a=$(readlink -f /dev/lab/host1/lun0) b=$(readlink -f /dev/lab/host1/lun1)
	lower=$a lower_lun=lun0 upper_lun=lun1
	[[ $a < $b ]] || lower=$b lower_lun=lun1 upper_lun=lun0
	lower_sys=$(sys_of "/dev/lab/host1/$lower_lun") upper_sys=$(sys_of "/dev/lab/host1/$upper_lun")
	number=$(stat -c %t:%T "$lower")
	lower_wwid=$(wwid_of "$lower") upper_wwid=$(wwid_of "/dev/lab/host1/$upper_lun")
	disk_delete "$upper_sys"
}

lower_replace()
{
	disk_delete "$lower_sys"
	disk_scan "$upper_sys"
	[[ $(stat -c %t:%T "$lower") == "$number" && $(wwid_of "$lower") == "$upper_wwid" ]] || fail "it is not $lower"
}

disks_restore()
{
	disk_delete "$lower_sys"
	disk_delete "$upper_sys"
	disk_scan "$lower_sys"
	disk_scan "$upper_sys"
	# the kernel tells udev of a disk only after it has looked for partitions
	until [[ -b /dev/lab/host1/lun0 && -b /dev/lab/host1/lun1 ]]; do
		pause 0.05
	done
}

# bats test_tags=every-kernel
@test "identity: another disk under the same name and number, after prctl has found it -> refused" {
	local command major_minor sequence
	for command in "clear --key 0xa" status; do
		disks_choose
		sg_register 0xa "$lower"
		sg_register 0xb "/dev/lab/host2/$upper_lun"
		# host 1's nexus has it there, too
		disk_scan "$upper_sys"
		sg_register 0xa "/dev/lab/host1/$upper_lun"
		disk_delete "$upper_sys"
		major_minor=$(< "/sys/class/block/${lower##*/}/dev") sequence=$(< "/sys/class/block/${lower##*/}/diskseq")
		run_stopped_after_lookup lower_replace prctl $command --json "$lower"
		assert_status 5
		assert_stderr "prctl: $lower: open: device: another disk has replaced the one that was found ($major_minor, \
disk sequence number $sequence)$(unsent "nothing was sent" "$command"); check which disk you mean and run it again"
		assert_outcome device false false replaced
		assert_target_state none none "host-1 0xa host-2 0xb" "$upper_lun"
		assert_target_state none none "host-1 0xa" "$lower_lun"
		disks_restore
		setup
	done
}

@test "identity: fence_prctl off, another LUN under the same name and number -> not fenced" {
	register_both_hosts
	sg_register 0xa "$one"
	sg_register 0xb /dev/lab/host2/lun1
	sg_reserve 0xb 5 /dev/lab/host2/lun1
	disks_choose
	run_stopped_after_lookup lower_replace fence_prctl --action=off --key=0xa --plug=0xb --devices="$lower" --power-timeout=60
	disks_restore
	assert_status 1
	assert_stderr "fence_prctl: $lower: resolve: device: the device is another LUN than before: it was $lower_wwid and is now \
$upper_wwid; nothing was sent to it; check which LUN you mean and run it again"
	assert_target_state host-2 "$wero" "host-1 0xa host-2 0xb" lun0
	assert_target_state host-2 "$wero" "host-1 0xa host-2 0xb" lun1
}

# not on 6.1, where LIO gives a port another number with each new link of a LUN, which all later
# tests would see
@test "identity: another volume under a disk that was not scanned again -> refused by every command" {
	local advice="rescan the device and check which LUN you mean" command was now why
	register_both_hosts
	was=$(wwid_of "$one") now=$(wwid_of "$host1")
	why="$one: read: device: the device is now another LUN: the kernel has $was, the device reports $now"
	lun_map 1 lun0
	for command in "${commands[@]}"; do
		run_prctl $command --json "$one"
		echo "command: $command"
		assert_status 5
		assert_stderr "prctl: $why$(unsent "no change was sent" "$command"); $advice"
		assert_outcome device false false other_lun
		assert_json '.devices[0] | [.registrants, .reservation.type]' '[null,null]'
	done
	assert_unchanged
	run_fence_prctl action=off key=0xa plug=0xb devices="$one"
	assert_status 1
	assert_stderr "fence_prctl: $why; no change was sent; $advice"
	# 2 is "off"
	run_fence_prctl action=status plug=0xc devices="$one"
	assert_status 1
	assert_stderr "fence_prctl: $why; $advice"
	assert_unchanged

	# as the message says
	echo 1 > "$(sys_of "$one")/rescan"
	run_prctl status --json "$one"
	assert_status 0
	assert_json '.devices[0].lun.wwid' "\"$now\""
	lun_map 1 lun1
	echo 1 > "$(sys_of "$one")/rescan"
	[[ $(wwid_of "$one") == "$was" ]]
}

# not on 6.1, where LIO gives a port another number with each new link of a LUN, which all later
# tests would see
@test "identity: a LUN that is no longer mapped -> says so, and never that no host is registered" {
	local advice="map it again, or delete this disk" device command why
	lun_unmap 0
	lun_unmap 1
	for device in "$host1" "$one"; do
		# LUN 0 stays as a LUN that is not there, with an empty list; any other is refused
		why="no such LUN"
		[[ $device == "$host1" ]] || why="no such LUN, sense 05/25/00 (0x2)"
		why="$device: read: device: the LUN is no longer mapped to this host ($why)"
		for command in "register --key 0xa" "unregister --ignore-key" "preempt-abort --key 0xa --victim 0xb --if-registered" \
			"check --key 0xa" status; do
			run_prctl $command --json $device
			echo "command: $command $device"
			assert_status 5
			assert_stderr "prctl: $why$(unsent "no change was sent" "$command"); $advice"
			assert_outcome device false false not_mapped
		done
		run_fence_prctl action=status plug=0xb devices="$device"
		assert_status 1
		assert_stderr "fence_prctl: $why; $advice"
	done
}

# run_with_private_dev COMMAND: runs it with nothing in /dev but null and the node shared, which is
# that of host 1's lun0.
run_with_private_dev()
{
	local number
	number=$(stat -L -c '%Hr %Lr' "$host1")
	status=0
	unshare --mount bash -c "mount -t tmpfs none /dev && mknod -m 666 /dev/null c 1 3 && mknod /dev/shared b $number && cd /dev && $1" \
		> "$BATS_TEST_TMPDIR/out" 2> "$BATS_TEST_TMPDIR/err" || status=$?
	load_outputs
}

@test "identity: a node with another name -> the node that was given is opened" {
	local node first second missing
	node=$(readlink -f "$host1")
	read -r first second < <(readlink -f /dev/lab/host1/mpath0-[ab] | sort | paste -sd' ')
	missing="$second ($second, the node of device $(stat -c %Hr:%Lr "$second"), does not exist here)"
	run_with_private_dev "prctl register --key 0xa /dev/shared"
	assert_status 0
	refute_stderr
	assert_output "/dev/shared: registered 0xa"
	assert_target_state none none "host-1 0xa"
	run_with_private_dev "prctl check --key 0xa shared"
	assert_status 0
	assert_output "shared: 0xa is registered; nothing is reserved"

	run_with_private_dev "prctl status /dev/shared $node"
	assert_status 5
	assert_stderr "prctl: $node: resolve: device: no such device; run 'prctl status' to list devices"
	# a map's paths have no node that was named
	run_with_private_dev "mknod /dev/map b $(stat -L -c '%Hr %Lr' /dev/lab/host1/mpath0) && prctl status /dev/map"
	assert_status 5
	assert_stderr "prctl: /dev/map: open: device: no path responds: \
$first ($first, the node of device $(stat -c %Hr:%Lr "$first"), does not exist here), $missing"
	run_with_private_dev "mknod /dev/map b $(stat -L -c '%Hr %Lr' /dev/lab/host1/mpath0) && mknod $first b $(stat -L -c '%Hr %Lr' "$host1") && prctl status /dev/map"
	assert_status 5
	assert_stderr "prctl: /dev/map: open: device: no path responds: \
$first ($first is not the node of device $(stat -c %Hr:%Lr "$first")), $missing"
}

@test "identity: no /sys -> says that it is not mounted" {
	local command device
	for command in "status /dev/shared" status "register --key 0xa /dev/shared"; do
		run_with_private_dev "mount -t tmpfs none /sys && prctl $command"
		assert_status 5
		device=/dev/shared
		[[ $command != status ]] || device="every disk"
		assert_stderr "prctl: $device: resolve: device: /sys is not mounted, so no device can be found; mount it"
	done
	assert_target_state none none none
}

# lun1_sysfs DEVICE: the address of LUN 1 beside it, in sysfs.
lun1_sysfs()
{
	local sys
	sys=$(sys_of "$1")
	echo "${sys%:0}:1"
}

# map_make: /dev/mapper/t-identity has two paths to lun1: $stranger, through the target of lun0, and
# $path, through the target of the multipath LUN, which is LUN 1 there. $victim is host 2's
# disk of that.
map_make()
{
	local lun=/sys/kernel/config/target/iscsi/iqn.2026-01.lab:target.mpath/tpgt_1/lun/lun_1 size
	stranger=$(readlink -f "$one")
	mkdir "$lun"
	ln -s "$(readlink -f /dev/lab/lun1.configfs)" "$lun/lun1"
	# udev gives the new disks the names of their sessions' first ones, as long as they are there
	own_sys=$(lun1_sysfs /dev/lab/host1/mpath0-a) victim_sys=$(lun1_sysfs /dev/lab/host2/mpath0-lun)
	disk_scan "$own_sys"
	path=/dev/$(ls "$own_sys/block")
	disk_scan "$victim_sys"
	victim=/dev/$(ls "$victim_sys/block")
	size=$(blockdev --getsz "$stranger")
	dmsetup create t-identity --uuid mpath-t-identity --table "0 $size multipath 0 0 1 1 round-robin 0 2 1 $stranger 1 $path 1"
	udevadm settle
}

map_remove()
{
	dmsetup remove --retry t-identity
	disk_delete "$own_sys"
	disk_delete "$victim_sys"
	rm /sys/kernel/config/target/iscsi/iqn.2026-01.lab:target.mpath/tpgt_1/lun/lun_1/lun1
	rmdir /sys/kernel/config/target/iscsi/iqn.2026-01.lab:target.mpath/tpgt_1/lun/lun_1
}

@test "identity: a path of a map that leads to another volume -> named, and nothing is sent" {
	local map=/dev/mapper/t-identity command disagree
	map_make
	run_prctl register --key 0xa $map
	assert_status 0
	sg_register 0xb "$victim"
	sg_reserve 0xb 5 "$victim"
	register_both_hosts
	lun_map 1 lun0

	disagree="the map's paths disagree: $(sorted_list "; " \
		"$stranger (the device is now another LUN: the kernel has $(wwid_of "$one"), the \
device reports $(wwid_of "$host1"))" \
		"$path shows 0xa ($path), 0xb (iqn.2026-01.lab:host-2), held by 0xb \
(iqn.2026-01.lab:host-2), write-exclusive-reg-only, generation \
$(($(configfs_pr res_pr_generation lun1)))")"
	for command in "check --key 0xa" status; do
		run_prctl $command $map
		assert_status 7
		assert_stderr "prctl: $map: read: unknown: $disagree; check that all lead to this \
LUN and share its reservations"
	done
	for command in "register --key 0xc --ignore-key" "preempt-abort --key 0xa --victim 0xb" "clear --key 0xa"; do
		run_prctl $command $map
		assert_status 6
		assert_stderr "prctl: $map: read: failed: $disagree; nothing was sent; check that \
all lead to this LUN and share its reservations, or use --this-path to change one"
	done
	assert_unchanged
	# the target drops what was registered through the LUN that was exchanged
	assert_target_state host-2 "$wero" "host-1-a 0xa host-2 0xb" lun1
}

# namespace_replace: host 1's namespace is another volume, which the target does not announce.
namespace=/sys/kernel/config/nvmet/subsystems/nqn.2026-01.lab:subsystem/namespaces/1
namespace_replace()
{
	events=$(nvme get-feature "$nvme1" -f 0x0b)
	events=${events##*[ :]}
	[[ $events == 0x* ]] || fail "no such feature: $events"
	events_set 0
	namespace_uuid "$1"
}

# events_set VALUE: of which events the target tells the hosts.
events_set()
{
	local controller
	for controller in /dev/nvme[0-9]; do
		nvme set-feature "$controller" -f 0x0b -v "$1" > /dev/null
	done
}

namespace_uuid()
{
	echo 0 > $namespace/enable
	echo "$1" > $namespace/device_uuid
	echo 1 > $namespace/enable
}

namespace_restore()
{
	namespace_uuid "$uuid"
	events_set "$events"
}

@test "identity: another namespace that the target did not announce -> refused by every command" {
	local command was now=11111111-2222-3333-4444-555555555555
	nvme_reset
	uuid=$(< $namespace/device_uuid)
	was=$(< "/sys/class/block/$(basename "$(readlink -f $nvme1)")/wwid")
	namespace_replace $now
	nvme_register 0xa $nvme1
	nvme_register 0xb $nvme2
	for command in "${commands[@]}"; do
		run_prctl $command --json $nvme1
		echo "command: $command"
		assert_status 5
		assert_stderr "prctl: $nvme1: read: device: the device is now another LUN: the kernel has $was, \
the device reports uuid.$now$(unsent "no change was sent" "$command"); rescan the device and check which LUN \
you mean"
		assert_outcome device false false other_lun
	done
	assert_nvme_state 0 none "1 0xa 2 0xb"
}
