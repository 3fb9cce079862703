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
	assert_stderr --partial "abort not proven: "
	assert_stderr --partial "use preempt-abort --confirmed-off"
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
	assert_stderr --partial "an abort of 0xb is not proven"
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
	assert_stderr --partial "abort not proven: "
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
	local way
	mkdir -m 700 "$BATS_TEST_TMPDIR/elsewhere"
	for way in "ln -s $BATS_TEST_TMPDIR/elsewhere /run/prctl" "touch /run/prctl" "mkdir -m 777 /run/prctl" \
		"eval mkdir -m 700 /run/prctl; chown 1 /run/prctl" \
		"eval mkdir -m 700 /run/prctl; mount -t tmpfs -o mode=700,ro tmpfs /run/prctl" \
		"eval mkdir -m 700 /run/prctl; mount -t tmpfs -o mode=700,nr_inodes=1 tmpfs /run/prctl"; do
		sg_register 0xa "$host1" && sg_register 0xb "$host2" && sg_reserve 0xa 5 "$host1"
		$way
		run_prctl preempt-abort --key 0xa --victim 0xb "$host1"
		assert_status 0
		assert_stderr --partial "warning: the abort is not recorded for later runs: "
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
	assert_stderr --partial "abort not proven: "
	run_prctl preempt-abort --key 0xa --victim 0xb --if-registered --confirmed-off "$nvme1"
	assert_status 0
	run_prctl preempt-abort --key 0xa --victim 0xb --if-registered "$nvme1"
	assert_status 0
	nvme_reset
}
