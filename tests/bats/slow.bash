# shellcheck shell=bash disable=SC2034,SC2154
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A LUN whose disk can be stopped: a target of its own, with a block device of the device mapper
# below it. What a host has sent then waits in the target until slow_resume, however slow the
# machine is. Load it after common.

slow_target=iqn.2026-01.lab:target.slow
slow_core=/sys/kernel/config/target/core/iblock_98
slow_image=/run/lab/slow.img

# slow_setup: for setup_file. $slow1 and $slow2 are the LUN as two hosts see it.
slow_setup()
{
	local tpg=/sys/kernel/config/target/iscsi/$slow_target/tpgt_1 loop host acl tries
	modprobe -a loop dm_mod target_core_iblock
	truncate -s 16M $slow_image
	loop=$(losetup -f --show $slow_image)
	dmsetup create slow --table "0 32768 linear $loop 0"
	mkdir -p $slow_core/slow "$tpg/lun/lun_0"
	echo "udev_path=/dev/mapper/slow" > $slow_core/slow/control
	echo /dev/mapper/slow > $slow_core/slow/udev_path
	echo lab0slow > $slow_core/slow/wwn/vpd_unit_serial
	echo 1 > $slow_core/slow/enable
	ln -s $slow_core/slow "$tpg/lun/lun_0/slow"
	echo 0 > "$tpg/attrib/authentication"
	# A thread of LIO's that waits for the stopped disk takes no answer to the target's pings, which
	# would end the session after 45 s.
	for host in host-1 host-2; do
		acl=$tpg/acls/iqn.2026-01.lab:$host
		mkdir -p "$acl/lun_0"
		ln -s "$tpg/lun/lun_0" "$acl/lun_0/default"
		echo 0 > "$acl/attrib/nopin_timeout"
	done
	mkdir "$tpg/np/127.0.0.5:3260"
	echo 1 > "$tpg/enable"
	ln -sfn $slow_core/slow /dev/lab/slow.configfs
	for host in host1 host2; do
		iscsiadm -m node -T $slow_target -p 127.0.0.5:3260,1 -I $host -o new > /dev/null
	done
	# no time limit of the transport's is to decide a test
	iscsiadm -m node -T $slow_target -o update -n node.session.err_timeo.abort_timeout -v 600 \
		-n node.session.err_timeo.lu_reset_timeout -v 600
	iscsiadm -m node -T $slow_target --login > /dev/null
	for ((tries = 0; tries < 600; tries++)); do
		slow1=$(slow_disk host-1) slow2=$(slow_disk host-2)
		[[ ! -b $slow1 || ! -b $slow2 ]] || break
		pause 0.05
	done
	# start_write takes the first command for the write, and a read of udev's would be one
	udev_stop
	export slow1 slow2
	echo 600 > "/sys/block/${slow2#/dev/}/device/timeout"
	# what the kernel says of a reset
	echo 1 > /sys/module/libiscsi/parameters/debug_libiscsi_eh
}

# slow_disk HOST: the disk that the session of that initiator has.
slow_disk()
{
	local session disk
	for session in /sys/class/iscsi_session/session*; do
		[[ $(< "$session/targetname") == "$slow_target" && $(< "$session/initiatorname") == *":$1" ]] || continue
		disk=$(echo "$session"/device/target*/*/block/*)
		echo "/dev/${disk##*/}"
	done
}

# slow_teardown: for teardown_file.
slow_teardown()
{
	slow_resume
	udev_continue
	echo 0 > /sys/module/libiscsi/parameters/debug_libiscsi_eh
	iscsiadm -m node -T $slow_target --logout > /dev/null
	iscsiadm -m node -T $slow_target -o delete
	slow_target_remove
}

slow_target_remove()
{
	local tpg=/sys/kernel/config/target/iscsi/$slow_target/tpgt_1
	echo 0 > "$tpg/enable"
	rm "$tpg"/acls/*/lun_0/default "$tpg/lun/lun_0/slow" /dev/lab/slow.configfs
	rmdir "$tpg"/acls/*/lun_0 "$tpg"/acls/* "$tpg/lun/lun_0" "$tpg/np/127.0.0.5:3260" "$tpg" "${tpg%/*}" $slow_core/slow $slow_core
	dmsetup remove slow
	losetup -D
	rm $slow_image
}

# slow_suspend, slow_resume: from here on the target's disk does no write and no read, and does
# them.
slow_suspend()
{
	dmsetup --noudevsync suspend --nolockfs --noflush slow
}

slow_resume()
{
	dmsetup --noudevsync resume slow
}

# slow_reset: nothing registered and block 3 empty, before each test.
slow_reset()
{
	local got
	slow_resume
	read_target_keys slow
	[[ $got == none ]] || sg_clear "$slow1" "$slow2" > /dev/null
	dd if=/dev/zero of=$slow_image bs=4096 seek=3 count=1 conv=notrunc status=none
	assert_target_state none none none slow
}

# slow_content: what the disk itself has in block 3, to its first NUL.
slow_content()
{
	local text
	IFS= read -r -d '' text < <(tail -c +12289 $slow_image) || true
	echo "$text"
}

# start_write DEVICE TEXT: a write of TEXT to block 3 is under way, and has arrived at the target,
# which counts its commands. The disk is stopped.
start_write()
{
	local node commands=$slow_core/slow/statistics/scsi_lu/num_cmds before end=$((SECONDS + 600))
	# a unit attention would have the kernel send the write again, after what the test does next
	sg_persist_retry -i -k "$1" > /dev/null
	get_block_node "$1"
	truncate -s 0 "$BATS_TEST_TMPDIR/text"
	printf %s "$2" > "$BATS_TEST_TMPDIR/text"
	truncate -s 4096 "$BATS_TEST_TMPDIR/text"
	before=$(< $commands)
	dd if="$BATS_TEST_TMPDIR/text" of="$node" bs=4096 seek=3 oflag=direct conv=notrunc > "$BATS_TEST_TMPDIR/written" 2>&1 3>&- &
	writer=$!
	until (($(< $commands) > before || SECONDS > end)); do
		pause 0.05
	done
	# the target works on what one connection brings in its order
	sg_persist_retry -i -k "$1" > /dev/null
}

# wait_for_write: waits until the write has ended, with any result; sets $written to its output.
wait_for_write()
{
	wait "$writer" || true
	written=$(< "$BATS_TEST_TMPDIR/written")
}

# start_prctl ARG..., start_command COMMAND...: runs it beside; the moment it has ended, what the
# disk holds is kept. $runner.
start_prctl()
{
	start_command prctl "$1" --timeout 300 "${@:2}"
}

start_command()
{
	dmesg --clear
	{
		status=0
		"$@" > "$BATS_TEST_TMPDIR/out" 2> "$BATS_TEST_TMPDIR/err" || status=$?
		slow_content > "$BATS_TEST_TMPDIR/content"
		echo $status > "$BATS_TEST_TMPDIR/ended"
	} 3>&- &
	runner=$!
}

# wait_for_end_or_reset: waits until it has ended, or waits for the reset of the LUN.
wait_for_end_or_reset()
{
	local end=$((SECONDS + 600))
	until [[ -s $BATS_TEST_TMPDIR/ended ]] || lun_was_reset || ((SECONDS > end)); do
		pause 0.1
	done
}

# assert_command_status STATUS: it has ended so; $content is what the disk held at that moment.
assert_command_status()
{
	wait "$runner"
	status=$(< "$BATS_TEST_TMPDIR/ended")
	content=$(< "$BATS_TEST_TMPDIR/content")
	rm "$BATS_TEST_TMPDIR/ended"
	load_outputs
	assert_status "$1"
}

# lun_was_reset: the kernel has sent a LOGICAL UNIT RESET since start_command.
lun_was_reset()
{
	[[ $(dmesg) == *"LU Reset [sc"* ]]
}

# assert_no_late_write: the disk holds what it held when prctl ended, though every write has ended
# now.
assert_no_late_write()
{
	wait_for_write
	[[ $(slow_content) == "$content" ]] || fail "the disk held '$content', and now '$(slow_content)': $written"
}
