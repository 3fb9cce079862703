#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What a node remembers in /run/prctl, and that a second attempt is not easier to please than the
# first one
# bats file_tags=kernel-7
load common
load nvme

setup()
{
	umount -q /run/prctl || true
	rm -rf /run/prctl
	lun_reset lun0
}

teardown()
{
	umount -q /run/prctl || true
	rm -rf /run/prctl
}

# remove_victim: host 1 holds, and the victim's key is removed by another tool, which proves no
# abort.
remove_victim()
{
	sg_register 0xa "$host1"
	sg_register 0xb "$host2"
	sg_reserve 0xa 5 "$host1"
	sg_persist_retry -o -P -K a -S b -T 5 "$host1"
} > /dev/null

# what prctl says if LOGICAL UNIT RESET fails with EIO
unproven="prctl: $host1: read-back: unknown: abort not proven: LOGICAL UNIT RESET through \
$(readlink -f "$host1") failed (EIO); the victim's key is gone, but its earlier commands may still \
complete; held by 0xa (this host), write-exclusive-reg-only; run it again to prove the abort; if \
the victim's host is off or was rebooted, use preempt-abort --confirmed-off"

# preempt_gone_victim ARG...: preempt-abort of the victim that is gone.
preempt_gone_victim()
{
	run_prctl preempt-abort --key 0xa --victim 0xb "$@" "$host1"
}

# assert_abort_unproven: the same, and LOGICAL UNIT RESET, the second ioctl, fails.
assert_abort_unproven()
{
	run_prctl_injected error=EIO:when=2 preempt-abort --key 0xa --victim 0xb --if-registered "$host1"
	assert_status 7
	assert_stderr "$unproven"
}

# assert_recorded TEXT: a file of the store has it.
assert_recorded()
{
	grep -q -- "$1" /run/prctl/lun-* || fail "the store has no '$1': $(cat /run/prctl/lun-*)"
}

@test "store: preempt-abort, the victim is gone -> ok only after a proof, and needs no second one" {
	remove_victim
	assert_abort_unproven
	assert_recorded "^abort 0xb open"
	assert_abort_unproven
	preempt_gone_victim # also without --if-registered, as long as the record is there
	assert_status 0
	assert_output "$host1: 0xb was not registered, and its commands are aborted; held by 0xa (this host), write-exclusive-reg-only"
	assert_recorded "^abort 0xb proven"
	run_prctl_injected error=EIO:when=2 preempt-abort --key 0xa --victim 0xb --if-registered "$host1"
	assert_status 0
	! grep -q INJECTED "$traced" || fail "more than a read was sent"
	# somebody has registered since: it may have been the victim
	sg_register 0xb "$host2" > /dev/null
	sg_persist_retry -o -P -K a -S b -T 5 "$host1" > /dev/null
	assert_abort_unproven
}

@test "store: both processes are killed -> the record stays" {
	sg_register 0xa "$host1" && sg_register 0xb "$host2" && sg_reserve 0xa 5 "$host1"
	killed()
	{
		local parent
		parent=$(sed -n 's/^PPid:\t//p' "/proc/$pid/status")
		kill -KILL "$parent" "$pid"
	}
	run_prctl_stopped_at 2 error=EIO killed preempt-abort --key 0xa --victim 0xb "$host1"
	[[ $status != 0 ]] || fail "it was not killed"
	assert_recorded "^abort 0xb open 0*[0-9]* iqn.2026-01.lab%3ahost-2"
	sg_persist_retry -o -P -K a -S b -T 5 "$host1" > /dev/null
	assert_abort_unproven
	printf '0xa node1\n0xb node2\n' > "$BATS_TEST_TMPDIR/keys"
	status=0
	fence_prctl -o status --power-timeout=300 -k 0xa -n 0xb -d "$host1" > "$BATS_TEST_TMPDIR/out" 2> "$BATS_TEST_TMPDIR/err" || status=$?
	load_outputs
	assert_status 1
	assert_stderr "fence_prctl: $host1: warning: an abort of 0xb is not proven, so its \
commands may still complete; run off again"
}

@test "store: --confirmed-off -> ok, by the administrator's word" {
	remove_victim
	assert_abort_unproven
	preempt_gone_victim --confirmed-off
	assert_status 0
	assert_output "$host1: 0xb was not registered, and its host is confirmed off; held by 0xa (this host), write-exclusive-reg-only"
	assert_recorded "^abort 0xb confirmed"
	run_prctl_injected error=EIO:when=2 preempt-abort --key 0xa --victim 0xb --if-registered "$host1"
	assert_status 0
	run_prctl preempt-abort --key 0xa --victim 0xb --confirmed-off --no-log "$host1"
	assert_status 2
}

@test "store: another node without records -> proves the abort again" {
	remove_victim
	preempt_gone_victim --if-registered
	assert_status 0
	status=0
	# shellcheck disable=SC2016 # expanded there
	unshare -m bash -c 'mount -t tmpfs -o mode=700 tmpfs /run/prctl; strace -f -qq -o "$1" -P "$(readlink -f "$2")" -e trace=ioctl \
		-e inject=ioctl:error=EIO:when=4 prctl preempt-abort --key 0xa --victim 0xb --if-registered "$2"' - \
		"$BATS_TEST_TMPDIR/strace" "$host1" > "$BATS_TEST_TMPDIR/out" 2> "$BATS_TEST_TMPDIR/err" || status=$?
	load_outputs
	assert_status 7
	assert_stderr "$unproven"
}

@test "store: this node's registrations -> recorded, with the boot" {
	run_prctl register --key 0xa "$host1"
	assert_status 0
	refute_stderr
	assert_recorded "^own 0xa $(< /proc/sys/kernel/random/boot_id)"
	[[ $(stat -c '%a %U' /run/prctl) == "700 root" ]] || fail "others may look"
	run_prctl unregister --key 0xa "$host1"
	assert_status 0
	! ls /run/prctl/lun-* || fail "it is there still"
}

@test "store: the directory cannot be used -> a warning, and the command goes on" {
	local way lost record not_a_directory="ignoring /run/prctl: not a directory; remove it"
	local not_root="ignoring /run/prctl: must be a directory that only root can access; remove \
it"
	record=/run/prctl/lun-$(< "/sys/class/block/$(basename "$(readlink -f "$host1")")/device/wwid")
	local -A ways=(["ln -s $BATS_TEST_TMPDIR/elsewhere /run/prctl"]=$not_a_directory ["touch \
/run/prctl"]=$not_a_directory
		["mkdir -m 777 /run/prctl"]=$not_root ["eval mkdir -m 700 /run/prctl; chown 1 \
/run/prctl"]=$not_root
		["eval mkdir -m 700 /run/prctl; mount -t tmpfs -o mode=700,ro tmpfs \
/run/prctl"]="$record: Read-only file system"
		["eval mkdir -m 700 /run/prctl; mount -t tmpfs -o mode=700,nr_inodes=1 tmpfs \
/run/prctl"]="$record: No space left on device")
	mkdir -m 700 "$BATS_TEST_TMPDIR/elsewhere"
	for way in "${!ways[@]}"; do
		sg_register 0xa "$host1" && sg_register 0xb "$host2" && sg_reserve 0xa 5 "$host1"
		$way
		run_prctl preempt-abort --key 0xa --victim 0xb "$host1"
		assert_status 0
		lost=
		[[ $way == *mount* ]] || lost="prctl: $host1: warning: records of earlier aborts \
are not used: ${ways[$way]}"$'\n'
		assert_stderr "${lost}prctl: $host1: warning: the abort is not recorded for later \
runs: ${ways[$way]}
prctl: $host1: warning: the result is not recorded: ${ways[$way]}"
		assert_target_state host-1 "Write Exclusive Access, Registrants Only" "host-1 0xa"
		[[ -z $(ls -A "$BATS_TEST_TMPDIR/elsewhere") ]] || fail "it followed the link"
		umount -q /run/prctl || true
		rm -rf /run/prctl
		lun_reset lun0
	done > /dev/null
}

@test "store: preempt --victim all, no other host is registered -> nothing is changed" {
	sg_register 0xa "$host1" > /dev/null
	sg_reserve 0xa 7 "$host1" > /dev/null
	run_prctl preempt --json --key 0xa --victim all "$host1"
	assert_status 0
	assert_outcome ok false false none
	run_prctl preempt --key 0xa --victim all "$host1"
	assert_output "$host1: no other host is registered; held by 0xa (this host), write-exclusive-all-regs"
}

@test "store: preempt-abort --victim all, the abort was not proven -> proven by the next run, not by an empty list" {
	sg_register 0xa "$host1"
	sg_register 0xb "$host2"
	sg_reserve 0xa 7 "$host1"
	run_prctl_injected error=EIO:when=4 preempt-abort --key 0xa --victim all "$host1"
	assert_status 7
	assert_recorded "^abort all open"
	run_prctl_injected error=EIO:when=2 preempt-abort --json --key 0xa --victim all "$host1"
	assert_outcome unknown false false abort_not_proven
	run_prctl preempt-abort --key 0xa --victim all "$host1"
	assert_status 0
	assert_output "$host1: no other host is registered, and the commands of all others are aborted; held by 0xa (this host), write-exclusive-all-regs"
	run_prctl_injected error=EIO:when=2 preempt-abort --key 0xa --victim all "$host1"
	assert_status 0
	assert_target_state host-1 "Write Exclusive Access, All Registrants" "host-1 0xa"
}

@test "store: NVMe, the victim is gone -> unknown, --confirmed-off makes it ok" {
	nvme_reset
	run_prctl register --key 0xa "$nvme1"
	run_prctl register --key 0xb "$nvme2"
	run_prctl reserve --key 0xa --type wero "$nvme1"
	run_prctl unregister --key 0xb "$nvme2"
	rm -rf /run/prctl
	run_prctl preempt-abort --key 0xa --victim 0xb --if-registered "$nvme1"
	assert_status 7
	assert_stderr "prctl: $nvme1: read-back: unknown: abort not proven: Preempt and Abort did \
not succeed, and NVMe has no other proof; the victim's key is gone, but its earlier commands may \
still complete; held by 0xa (this host), write-exclusive-reg-only; running it again will not prove \
it; if the victim's host is off or was rebooted, use preempt-abort --confirmed-off"
	run_prctl preempt-abort --key 0xa --victim 0xb --if-registered --confirmed-off "$nvme1"
	assert_status 0
	run_prctl preempt-abort --key 0xa --victim 0xb --if-registered "$nvme1"
	assert_status 0
	nvme_reset
}
