#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Answers that pass by themselves, what never comes back, and little memory. A LUN's port group is in transition (ALUA) from
# a moment that a test chooses until prctl has been seen to ask again: the target counts the commands that it gets.
load common


# sent_get LUN: how many commands the target has got for it, in $sent.
sent_get()
{
	sent=$(< "/dev/lab/$1.configfs/statistics/scsi_lu/num_cmds")
}

# transition_begin LUN, transition_end LUN: every command but a few is answered with sense 02/04/0a from now on, or is
# carried out again.
transition_begin()
{
	echo 15 > "/dev/lab/$1.configfs/alua/default_tg_pt_gp/alua_access_state"
}

transition_end()
{
	echo 0 > "/dev/lab/$1.configfs/alua/default_tg_pt_gp/alua_access_state"
}

# transition_end_after N LUN PID: ends it when the target has got N more commands, or when that process has ended.
transition_end_after()
{
	local sent end
	sent_get "$2"
	end=$((sent + $1))
	while ((sent < end)) && kill -0 "$3" 2> /dev/null; do
		pause 0.05
		sent_get "$2"
	done
	transition_end "$2"
}

# during LUN COMMAND...: runs it, which begins while the LUN is in transition and sees 6 commands refused.
during()
{
	local pid
	transition_begin "$1"
	"${@:2}" > "$BATS_TEST_TMPDIR/out" 2> "$BATS_TEST_TMPDIR/err" 3>&- &
	pid=$!
	transition_end_after 6 "$1" $pid
	status=0
	wait $pid || status=$?
	outputs_take
}

setup_file()
{
	udev_away
}

teardown_file()
{
	udev_back
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
	join 0xb "$host2"

	during lun0 prctl register --key 0xa --timeout 300 "$host1"
	ended 0
	printed "$host1: registered 0xa"
	held none none "host-1 0xa host-2 0xb"

	during lun0 prctl status --timeout 300 "$host1"
	ended 0

	during lun0 prctl check --key 0xa --timeout 300 "$host1"
	ended 0

	hold 0xb 1 "$host2"
	during lun0 prctl preempt-abort --key 0xa --victim 0xb --timeout 300 "$host1"
	ended 0
	held host-1 "Write Exclusive Access" "host-1 0xa"
	writes_not "$host2"
}

# The kernel reports no sense then: 0x2, as for any error.
@test "patience: ALUA transition -> status of an unprivileged user waits for its end" {
	local directory
	# a directory of the build may be closed to others
	directory=$(mktemp -d /tmp/prctl-XXXXXX)
	chmod 755 "$directory"
	cp "$(type -P prctl)" "$directory"
	chmod o+r "$(readlink -f "$host1")"
	during lun0 setpriv --reuid 65534 --regid 65534 --clear-groups "$directory/prctl" status --timeout 300 "$host1"
	chmod 660 "$(readlink -f "$host1")"
	rm -r "$directory"
	ended 0
}

transition_begins_amid()
{
	transition_begin lun0
	transition_end_after 12 lun0 $$ 3>&- &
}

@test "patience: ALUA transition between reading and changing -> the change is read back, and repeated" {
	interrupted 1 real transition_begins_amid register --json --timeout 300 --key 0xa "$host1"
	ended 0
	came ok true true none
	held none none "host-1 0xa"
}

@test "patience: ALUA transition of a map -> preempt-abort waits for its end" {
	map_wipe
	join 0xa /dev/lab/host1/mpath0-a
	join 0xa /dev/lab/host1/mpath0-b
	join 0xb /dev/lab/host2/mpath0-lun
	hold 0xb 5 /dev/lab/host2/mpath0-lun

	during mpath0 prctl preempt-abort --key 0xa --victim 0xb --timeout 300 /dev/lab/host1/mpath0
	ended 0
	[[ $(keys mpath0) == "host-1-a 0xa host-1-b 0xa" ]] || fail "the target holds $(keys mpath0)"
	map_wipe
}

@test "patience: ALUA transition beyond the deadline -> status is unknown, a change was not sent" {
	transition_begin lun0
	p status --json --timeout 4 "$host1"
	ended 7
	json '.devices[0] | [.status, .error.reason]' '["unknown","not_read"]'
	p register --json --timeout 4 --key 0xa "$host1"
	ended 6
	came failed false false not_sent
	transition_end lun0
	held none none none
}

@test "patience: ALUA transition, and SIGTERM -> nothing is sent after it" {
	local pid sent begun
	transition_begin lun0
	sent_get lun0
	begun=$sent
	prctl register --key 0xa --timeout 300 "$host1" > "$BATS_TEST_TMPDIR/out" 2> "$BATS_TEST_TMPDIR/err" 3>&- &
	pid=$!
	while ((sent < begun + 4)) && kill -0 $pid 2> /dev/null; do
		pause 0.05
		sent_get lun0
	done
	kill -TERM $pid
	status=0
	wait $pid || status=$?
	outputs_take
	transition_end lun0
	ended 6
	said "interrupted by SIGTERM"
	pause 3
	held none none none
}

# Deletes host 1's disk of LUN 1; disk_back brings it back.
disk_delete()
{
	local device
	device=/sys/block/$(basename "$(readlink -f /dev/lab/host1/lun1)")/device
	number=$(basename "$(readlink -f "$device")")
	echo 1 > "$device/delete"
}

disk_back()
{
	local tries
	udev_back
	echo "- - -" > "/sys/class/scsi_host/host${number%%:*}/scan"
	for ((tries = 0; tries < 600; tries++)); do
		[[ ! -b /dev/lab/host1/lun1 ]] || break
		pause 0.1
	done
	udev_away
}

# The number of times that it was read back tells whether prctl has waited.
@test "patience: the disk is deleted amid a change -> unknown at once, whatever time there is" {
	local number node
	node=$(readlink -f /dev/lab/host1/lun1)
	interrupted 2 real disk_delete register --verbose --json --timeout 0 --key 0xa "$node"
	disk_back
	ended 7
	came unknown null true not_verified
	(($(grep -c "READ FULL STATUS" <<< "$stderr") <= 4)) || fail "it has waited"
	held none none "host-1 0xa" lun1
}

# bats test_tags=every-kernel
@test "patience: ulimit -v 300000 -> both programs do their work" {
	plain
	join 0xb "$host2"
	run --separate-stderr bash -c 'ulimit -v 300000; prctl register --json --key 0xa "$@"' - "$host1" /dev/lab/host1/lun1
	ended 0
	held none none "host-1 0xa host-2 0xb"
	held none none "host-1 0xa" lun1
	run --separate-stderr bash -c 'ulimit -v 300000; prctl status'
	ended 0
	[[ $output == *0xb* ]] || fail "not the registrants"
	run --separate-stderr bash -c 'ulimit -v 300000; fence_prctl -o metadata'
	ended 0
	[[ $output == *"<resource-agent"* ]] || fail "no metadata"
	# shellcheck disable=SC2016 # the other shell's
	run --separate-stderr bash -c 'ulimit -v 300000; fence_prctl -o monitor --key=0xa --devices="$1"' - "$host1,/dev/lab/host1/lun1"
	ended 0
}

# As much as the processes of the guest have been promised, and 300 MiB.
@test "patience: vm.overcommit_memory=2 -> both programs do their work" {
	plain
	local promised
	promised=$(sed -n 's/^Committed_AS: *\([0-9]*\) kB/\1/p' /proc/meminfo)
	sysctl -q "vm.overcommit_kbytes=$((promised + 300 * 1024))" vm.overcommit_memory=2
	p register --key 0xa "$host1"
	run --separate-stderr fence_prctl -o metadata
	sysctl -q vm.overcommit_memory=0 vm.overcommit_ratio=50
	ended 0
	[[ $output == *"<resource-agent"* ]] || fail "no metadata"
	held none none "host-1 0xa"
}

uuid=11223344-5566-7788-99aa-bbccddeeff00

# off, with the time that Pacemaker gives. host 2's own disk of the LUN carries the UUID, too, and is out of the way. dmsetup
# waits for udev.
@test "patience: fence_prctl off of a UUID, and an unrelated disk hangs -> fenced in time" {
	local other
	udev_back
	mkfs.ext4 -qF -U $uuid "$host1"
	dmsetup create t-hang --table "0 8192 linear /dev/lab/host1/lun1 0"
	udevadm settle
	join 0xa "$host1"
	join 0xb "$host2"
	hold 0xa 5 "$host1"
	other=/sys/block/$(basename "$(readlink -f "$host2")")/device/state
	echo offline > "$other"
	dmsetup suspend t-hang

	run --separate-stderr fence_prctl -o off --key=0xa --plug=0xb --nodename=0xb --devices="UUID=$uuid"
	dmsetup resume t-hang
	dmsetup remove t-hang
	echo running > "$other"
	dd if=/dev/zero of="$host1" bs=4096 count=2 oflag=direct conv=notrunc status=none
	udev_away
	ended 0
	[[ $(keys) == "host-1 0xa" ]] || fail "the target holds $(keys)"
}
