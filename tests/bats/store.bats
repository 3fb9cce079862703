#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What a node remembers in /run/prctl, and that a second attempt is not easier to please than the first one
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

# victim_goes: host 1 holds, and the victim's key is removed by another tool, which proves no abort.
victim_goes()
{
	join 0xa "$host1"
	join 0xb "$host2"
	hold 0xa 5 "$host1"
	other -o -P -K a -S b -T 5 "$host1"
} > /dev/null

# gone ARG...: preempt-abort of the victim that is gone.
gone()
{
	p preempt-abort --key 0xa --victim 0xb "$@" "$host1"
}

# gone_unproven: the same, and LOGICAL UNIT RESET, the second ioctl, fails.
gone_unproven()
{
	injected error=EIO:when=2 preempt-abort --key 0xa --victim 0xb --if-registered "$host1"
	ended 7
	said "abort not proven: "
	said "use preempt-abort --confirmed-off"
}

# recorded TEXT: a file of the store has it.
recorded()
{
	grep -q -- "$1" /run/prctl/lun-* || fail "the store has no '$1': $(cat /run/prctl/lun-*)"
}

@test "store: a victim that is gone is ok only after a proof, and then needs no other one" {
	victim_goes
	gone_unproven
	recorded "^abort 0xb open"
	gone_unproven
	gone # also without --if-registered, as long as the record is there
	ended 0
	printed "$host1: 0xb was not registered, and its commands are aborted; held by 0xa (this host), write-exclusive-reg-only"
	recorded "^abort 0xb proven"
	injected error=EIO:when=2 preempt-abort --key 0xa --victim 0xb --if-registered "$host1"
	ended 0
	! grep -q INJECTED "$traced" || fail "more than a read was sent"
	# somebody has registered since: it may have been the victim
	join 0xb "$host2" > /dev/null
	other -o -P -K a -S b -T 5 "$host1" > /dev/null
	gone_unproven
}

@test "store: what is recorded outlives both processes" {
	join 0xa "$host1" && join 0xb "$host2" && hold 0xa 5 "$host1"
	killed()
	{
		local parent
		parent=$(sed -n 's/^PPid:\t//p' "/proc/$pid/status")
		kill -KILL "$parent" "$pid"
	}
	interrupted 2 error=EIO killed preempt-abort --key 0xa --victim 0xb "$host1"
	[[ $status != 0 ]] || fail "it was not killed"
	recorded "^abort 0xb open 0*[0-9]* iqn.2026-01.lab%3ahost-2"
	other -o -P -K a -S b -T 5 "$host1" > /dev/null
	gone_unproven
	printf '0xa node1\n0xb node2\n' > "$BATS_TEST_TMPDIR/keys"
	status=0
	fence_prctl -o status -k 0xa -n 0xb -d "$host1" > "$BATS_TEST_TMPDIR/out" 2> "$BATS_TEST_TMPDIR/err" || status=$?
	outputs_take
	ended 1
	said "an abort of 0xb is not proven"
}

@test "store: --confirmed-off is the administrator's word" {
	victim_goes
	gone_unproven
	gone --confirmed-off
	ended 0
	printed "$host1: 0xb was not registered, and its host is confirmed to be off; held by 0xa (this host), write-exclusive-reg-only"
	recorded "^abort 0xb confirmed"
	injected error=EIO:when=2 preempt-abort --key 0xa --victim 0xb --if-registered "$host1"
	ended 0
	p preempt-abort --key 0xa --victim 0xb --confirmed-off --no-log "$host1"
	ended 2
}

@test "store: another node, which has no records, proves it anew" {
	victim_goes
	gone --if-registered
	ended 0
	status=0
	# shellcheck disable=SC2016 # expanded there
	unshare -m bash -c 'mount -t tmpfs -o mode=700 tmpfs /run/prctl; strace -f -qq -o "$1" -P "$(readlink -f "$2")" -e trace=ioctl \
		-e inject=ioctl:error=EIO:when=4 prctl preempt-abort --key 0xa --victim 0xb --if-registered "$2"' - \
		"$BATS_TEST_TMPDIR/strace" "$host1" > "$BATS_TEST_TMPDIR/out" 2> "$BATS_TEST_TMPDIR/err" || status=$?
	outputs_take
	ended 7
	said "abort not proven: "
}

@test "store: this node's own registrations are kept, with the boot" {
	p register --key 0xa "$host1"
	ended 0
	said_nothing
	recorded "^own 0xa $(< /proc/sys/kernel/random/boot_id)"
	[[ $(stat -c '%a %U' /run/prctl) == "700 root" ]] || fail "others may look"
	p unregister --key 0xa "$host1"
	ended 0
	! ls /run/prctl/lun-* || fail "it is there still"
}

@test "store: one that cannot be used is a warning, and the command goes on" {
	local way
	mkdir -m 700 "$BATS_TEST_TMPDIR/elsewhere"
	for way in "ln -s $BATS_TEST_TMPDIR/elsewhere /run/prctl" "touch /run/prctl" "mkdir -m 777 /run/prctl" \
		"eval mkdir -m 700 /run/prctl; chown 1 /run/prctl" \
		"eval mkdir -m 700 /run/prctl; mount -t tmpfs -o mode=700,ro tmpfs /run/prctl" \
		"eval mkdir -m 700 /run/prctl; mount -t tmpfs -o mode=700,nr_inodes=1 tmpfs /run/prctl"; do
		join 0xa "$host1" && join 0xb "$host2" && hold 0xa 5 "$host1"
		$way
		p preempt-abort --key 0xa --victim 0xb "$host1"
		ended 0
		said "warning: the abort is not recorded, so another run will not know of it: /run/prctl"
		held host-1 "Write Exclusive Access, Registrants Only" "host-1 0xa"
		[[ -z $(ls -A "$BATS_TEST_TMPDIR/elsewhere") ]] || fail "it followed the link"
		umount -q /run/prctl || true
		rm -rf /run/prctl
		lun_reset lun0
	done > /dev/null
}

@test "store: preempt --victim all with nobody else registered changes nothing" {
	join 0xa "$host1" > /dev/null
	hold 0xa 7 "$host1" > /dev/null
	p preempt --json --key 0xa --victim all "$host1"
	ended 0
	came ok false false none
	p preempt --key 0xa --victim all "$host1"
	printed "$host1: nobody else is registered; held by 0xa (this host), write-exclusive-all-regs"
}

@test "store: NVMe has no proof of a victim that is gone; the administrator's word is the way out" {
	nvme_reset
	p register --key 0xa "$nvme1"
	p register --key 0xb "$nvme2"
	p reserve --key 0xa --type wero "$nvme1"
	p unregister --key 0xb "$nvme2"
	rm -rf /run/prctl
	p preempt-abort --key 0xa --victim 0xb --if-registered "$nvme1"
	ended 7
	said "abort not proven: "
	p preempt-abort --key 0xa --victim 0xb --if-registered --confirmed-off "$nvme1"
	ended 0
	p preempt-abort --key 0xa --victim 0xb --if-registered "$nvme1"
	ended 0
	nvme_reset
}
