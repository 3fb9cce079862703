#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# check: what a watchdog asks
# bats file_tags=kernel-7
load common
load nvme

iqn=iqn.2026-01.lab
map=/dev/lab/host1/mpath0

setup()
{
	lun_reset
	lun_reset lun1
}

# kept COMMAND...: what COMMAND does leaves the target as it is: its generation, and its keys.
kept()
{
	local before after
	before="$(pr res_pr_generation) $(holder) $(keys)"
	"$@"
	after="$(pr res_pr_generation) $(holder) $(keys)"
	[[ $after == "$before" ]] || fail "it was changed: $before became $after"
}

@test "check: 0 where this host is registered, 3 where it is not, and nothing is changed" {
	join 0xa "$host1"
	join 0xa /dev/lab/host1/lun1
	kept p check --key 0xa --verbose "$host1" /dev/lab/host1/lun1
	ended 0
	printed "$host1: 0xa is registered; nothing is reserved
/dev/lab/host1/lun1: 0xa is registered; nothing is reserved"
	[[ $stderr != *" by ioctl: "* ]] || fail "something was sent"
	kept p check --key 0xa --json "$host1" "$host2"
	ended 3
	json '[.devices[] | [.status, .changed, .sent, .error.reason]]' \
		'[["ok",false,false,"none"],["conflict",false,false,"key_not_registered"]]'
	said "prctl: $host2: read: conflict: 0xa is registered by another host: 0xa ($iqn:host-1); nothing is reserved"
	kept p check --key 0xd "$host1"
	ended 3
	said "this host is registered with 0xa, not 0xd"
	kept p check --quiet --key 0xa --type wero "$host1"
	ended 3
	printed ""
	said "nothing is reserved, not write-exclusive-reg-only"
	join 0xb "$host2"
	hold 0xb 5 "$host2"
	kept p check --key 0xa --type wero "$host1"
	ended 0
	kept p check --key 0xa --type we "$host1"
	ended 3
	said "held by 0xb ($iqn:host-2), write-exclusive-reg-only, not write-exclusive; 0xa is registered"
}

@test "check: a map counts path by path, also one that is dead" {
	local a=/dev/lab/host1/mpath0-a b=/dev/lab/host1/mpath0-b
	lun_reset_map
	p register --key 0xa $map
	p check --key 0xa $map
	ended 0
	printed "$map: 0xa is registered on 2 paths; nothing is reserved"
	echo offline > "/sys/block/$(basename "$(readlink -f $b)")/device/state"
	p check --key 0xa $map
	echo running > "/sys/block/$(basename "$(readlink -f $b)")/device/state"
	ended 0
	other -o -G -K a -S 0 $b
	p check --key 0xa $map
	ended 6
	said "0xa is registered on 1 of 2 paths, not on $(readlink -f $b); nothing is reserved"
	other -o -G -K a -S 0 $a
	p check --key 0xa $map
	ended 3
	# in the kernel's order of the map's paths
	[[ $stderr == *"0xa is not registered on /dev/sd"*", /dev/sd"*"; nothing is reserved"* ]] || fail "not both paths"
	join 0xa $a
	p check --key 0xa $a
	ended 0
	said "warning: a path of the multipath map"
	lun_reset_map
}

lun_reset_map()
{
	map_wipe
	sg_persist -n -i -k /dev/lab/host1/mpath0-b > /dev/null 2>&1 || true
	held none none none mpath0
}

@test "check: of an NVMe namespace" {
	nvme_reset
	both_joined
	nvme_hold 0xa 3 "$nvme1"
	p check --key 0xb --type wero "$nvme2"
	ended 0
	p check --key 0xb "$nvme1"
	ended 3
	said "this host is registered with 0xa, not 0xb"
	bare_says 0x0 "$nvme1" preempt-abort 0xa 0xb 3
	p check --key 0xb "$nvme2"
	ended 3
	said "0xb is not registered; held by 0xa ($id1), write-exclusive-reg-only"
}

@test "check: a device that does not answer in time is unknown" {
	join 0xa "$host1"
	deadline 1 check --key 0xa "$host1"
	ended 7
	said "no answer within $seconds s: what it holds is not known"
}

@test "check: a watchdog's loop ends within an interval of the fence" {
	local watchdog before
	join 0xa "$host1"
	join 0xb "$host2"
	hold 0xa 5 "$host1"
	(
		while prctl check --key 0xb --type wero "$host2" || { echo "ended with $?"; false; }; do sleep 1; done
	) >> "$BATS_TEST_TMPDIR/log" 2>&1 3>&- &
	watchdog=$!
	# it goes on: each check prints a line
	until (($(grep -c "is registered" "$BATS_TEST_TMPDIR/log") >= 3)); do
		kill -0 $watchdog 2> /dev/null || fail "it did not go on: $(< "$BATS_TEST_TMPDIR/log")"
		pause 0.1
	done
	p preempt-abort --key 0xa --victim 0xb "$host1"
	ended 0
	before=$(grep -c "is registered" "$BATS_TEST_TMPDIR/log")
	wait $watchdog || true
	# one check may have read before the fence
	(($(grep -c "is registered" "$BATS_TEST_TMPDIR/log") <= before + 1)) || fail "it went on: $(< "$BATS_TEST_TMPDIR/log")"
	[[ $(tail -n 1 "$BATS_TEST_TMPDIR/log") == "ended with 3" ]] || fail "$(< "$BATS_TEST_TMPDIR/log")"
}
