#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Answers that pass by themselves, what never comes back, and little memory. A LUN's port group is
# in transition (ALUA) from a moment that a test chooses until prctl has been seen to ask again: the
# target counts the commands that it gets.
load common


# read_sent_count LUN: how many commands the target has got for it, in $sent.
read_sent_count()
{
	sent=$(< "/dev/lab/$1.configfs/statistics/scsi_lu/num_cmds")
}

# transition_begin LUN, transition_end LUN: every command but a few is answered with sense 02/04/0a
# from now on, or is carried out again.
transition_begin()
{
	echo 15 > "/dev/lab/$1.configfs/alua/default_tg_pt_gp/alua_access_state"
}

transition_end()
{
	echo 0 > "/dev/lab/$1.configfs/alua/default_tg_pt_gp/alua_access_state"
}

# transition_end_after N LUN PID: ends it when the target has got N more commands, or when that
# process has ended.
transition_end_after()
{
	local sent end
	read_sent_count "$2"
	end=$((sent + $1))
	while ((sent < end)) && kill -0 "$3" 2> /dev/null; do
		pause 0.05
		read_sent_count "$2"
	done
	transition_end "$2"
}

# run_during_transition LUN COMMAND...: runs it, which begins while the LUN is in transition and
# sees 6 commands refused.
run_during_transition()
{
	local pid
	transition_begin "$1"
	"${@:2}" > "$BATS_TEST_TMPDIR/out" 2> "$BATS_TEST_TMPDIR/err" 3>&- &
	pid=$!
	transition_end_after 6 "$1" $pid
	status=0
	wait $pid || status=$?
	load_outputs
}

setup_file()
{
	udev_stop
}

teardown_file()
{
	udev_continue
}

setup()
{
	lun_reset
	lun_reset lun1
}

teardown()
{
	transition_end lun0
	transition_end lun1
	transition_end mpath0
}

# bats test_tags=every-kernel
@test "patience: ALUA transition -> status, check, register and preempt-abort wait for its end" {
	sg_register 0xb "$host2"

	run_during_transition lun0 prctl register --key 0xa --timeout 300 "$host1"
	assert_status 0
	assert_output "$host1: registered 0xa"
	assert_target_state none none "host-1 0xa host-2 0xb"

	run_during_transition lun0 prctl status --timeout 300 "$host1"
	assert_status 0

	run_during_transition lun0 prctl check --key 0xa --timeout 300 "$host1"
	assert_status 0

	sg_reserve 0xb 1 "$host2"
	run_during_transition lun0 prctl preempt-abort --key 0xa --victim 0xb --timeout 300 "$host1"
	assert_status 0
	assert_target_state host-1 "Write Exclusive Access" "host-1 0xa"
	cannot_write "$host2"
}

# The kernel reports no sense then: 0x2, as for any error.
@test "patience: ALUA transition -> status of an unprivileged user waits for its end" {
	local directory
	# a directory of the build may be closed to others
	directory=$(mktemp -d /tmp/prctl-XXXXXX)
	chmod 755 "$directory"
	cp "$(type -P prctl)" "$directory"
	chmod o+r "$(readlink -f "$host1")"
	run_during_transition lun0 setpriv --reuid 65534 --regid 65534 --clear-groups "$directory/prctl" status --timeout 300 "$host1"
	chmod 660 "$(readlink -f "$host1")"
	rm -r "$directory"
	assert_status 0
}

begin_transition_until_12_commands()
{
	transition_begin lun0
	transition_end_after 12 lun0 $$ 3>&- &
}

@test "patience: ALUA transition between reading and changing -> the change is read back, and repeated" {
	run_prctl_stopped_at 1 real begin_transition_until_12_commands register --json --timeout 300 --key 0xa "$host1"
	assert_status 0
	assert_outcome ok true true none
	assert_target_state none none "host-1 0xa"
}

@test "patience: ALUA transition of a map -> preempt-abort waits for its end" {
	map_reset
	sg_register 0xa /dev/lab/host1/mpath0-a
	sg_register 0xa /dev/lab/host1/mpath0-b
	sg_register 0xb /dev/lab/host2/mpath0-lun
	sg_reserve 0xb 5 /dev/lab/host2/mpath0-lun

	run_during_transition mpath0 prctl preempt-abort --key 0xa --victim 0xb --timeout 300 /dev/lab/host1/mpath0
	assert_status 0
	[[ $(target_keys mpath0) == "host-1-a 0xa host-1-b 0xa" ]] || fail "the target holds $(target_keys mpath0)"
	map_reset
}

@test "patience: ALUA transition beyond the deadline -> status is unknown, a change was not sent" {
	transition_begin lun0
	run_prctl status --json --timeout 4 "$host1"
	assert_status 7
	assert_json '.devices[0] | [.status, .error.reason]' '["unknown","not_read"]'
	run_prctl register --json --timeout 4 --key 0xa "$host1"
	assert_status 6
	assert_outcome failed false false not_sent
	transition_end lun0
	assert_target_state none none none
}

@test "patience: ALUA transition, and SIGTERM -> nothing is sent after it" {
	local pid sent begun
	transition_begin lun0
	read_sent_count lun0
	begun=$sent
	prctl register --key 0xa --timeout 300 "$host1" > "$BATS_TEST_TMPDIR/out" 2> "$BATS_TEST_TMPDIR/err" 3>&- &
	pid=$!
	while ((sent < begun + 4)) && kill -0 $pid 2> /dev/null; do
		pause 0.05
		read_sent_count lun0
	done
	kill -TERM $pid
	status=0
	wait $pid || status=$?
	load_outputs
	transition_end lun0
	assert_status 6
	assert_stderr "prctl: $host1: read: failed: interrupted by SIGTERM while reading; no \
change was or will be sent; run it again"
	pause 3
	assert_target_state none none none
}

# Deletes host 1's disk of LUN 1; disk_restore brings it back.
disk_delete()
{
	local device
	device=/sys/block/$(basename "$(readlink -f /dev/lab/host1/lun1)")/device
	number=$(basename "$(readlink -f "$device")")
	echo 1 > "$device/delete"
}

disk_restore()
{
	local tries
	udev_continue
	echo "- - -" > "/sys/class/scsi_host/host${number%%:*}/scan"
	for ((tries = 0; tries < 600; tries++)); do
		[[ ! -b /dev/lab/host1/lun1 ]] || break
		pause 0.1
	done
	udev_stop
}

# The number of times that it was read back shows whether prctl has waited.
@test "patience: the disk is deleted during a change -> unknown at once, before the deadline" {
	local number node
	node=$(readlink -f /dev/lab/host1/lun1)
	run_prctl_stopped_at 2 real disk_delete register --verbose --json --timeout 0 --key 0xa "$node"
	disk_restore
	assert_status 7
	assert_outcome unknown null true not_verified
	(($(grep -c "READ FULL STATUS" <<< "$stderr") <= 4)) || fail "it has waited"
	assert_target_state none none "host-1 0xa" lun1
}

@test "patience: ulimit -v 300000 -> both programs do their work" {
	use_plain_build
	sg_register 0xb "$host2"
	run --separate-stderr bash -c 'ulimit -v 300000; prctl register --json --key 0xa "$@"' - "$host1" /dev/lab/host1/lun1
	assert_status 0
	assert_target_state none none "host-1 0xa host-2 0xb"
	assert_target_state none none "host-1 0xa" lun1
	run --separate-stderr bash -c 'ulimit -v 300000; prctl status'
	assert_status 0
	[[ $output == *0xb* ]] || fail "not the registrants"
	run --separate-stderr bash -c 'ulimit -v 300000; fence_prctl -o metadata'
	assert_status 0
	[[ $output == *"<resource-agent"* ]] || fail "no metadata"
	# shellcheck disable=SC2016 # the other shell's
	run --separate-stderr bash -c 'ulimit -v 300000; fence_prctl -o monitor --power-timeout=300 --key=0xa --devices="$1"' - "$host1,/dev/lab/host1/lun1"
	assert_status 0
}

# As much as the processes of the guest have been promised, and 300 MiB.
@test "patience: vm.overcommit_memory=2 -> both programs do their work" {
	use_plain_build
	local promised
	promised=$(sed -n 's/^Committed_AS: *\([0-9]*\) kB/\1/p' /proc/meminfo)
	sysctl -q "vm.overcommit_kbytes=$((promised + 300 * 1024))" vm.overcommit_memory=2
	run_prctl register --key 0xa "$host1"
	run --separate-stderr fence_prctl -o metadata
	sysctl -q vm.overcommit_memory=0 vm.overcommit_ratio=50
	assert_status 0
	[[ $output == *"<resource-agent"* ]] || fail "no metadata"
	assert_target_state none none "host-1 0xa"
}

uuid=11223344-5566-7788-99aa-bbccddeeff00

# off, with the time that Pacemaker gives. host 2's own disk of the LUN carries the UUID, too, and
# is out of the way. dmsetup waits for udev.
@test "patience: fence_prctl off of a UUID, and an unrelated disk hangs -> fenced in time" {
	local other
	udev_continue
	mkfs.ext4 -qF -U $uuid "$host1"
	dmsetup create t-hang --table "0 8192 linear /dev/lab/host1/lun1 0"
	udevadm settle
	sg_register 0xa "$host1"
	sg_register 0xb "$host2"
	sg_reserve 0xa 5 "$host1"
	other=/sys/block/$(basename "$(readlink -f "$host2")")/device/state
	echo offline > "$other"
	dmsetup suspend t-hang

	run --separate-stderr fence_prctl -o off --power-timeout=300 --key=0xa --plug=0xb --nodename=0xb --devices="UUID=$uuid"
	dmsetup resume t-hang
	dmsetup remove t-hang
	echo running > "$other"
	dd if=/dev/zero of="$host1" bs=4096 count=2 oflag=direct conv=notrunc status=none
	udev_stop
	assert_status 0
	[[ $(target_keys) == "host-1 0xa" ]] || fail "the target holds $(target_keys)"
}
