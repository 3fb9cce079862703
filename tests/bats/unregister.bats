#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# unregister
# The devices are common.bash's, and have no blanks in their names.
# shellcheck disable=SC2086,SC2154
load common
load messages

setup_file()
{
	udev_stop
}

teardown_file()
{
	udev_continue
}

iqn=iqn.2026-01.lab

# The directory in which the target keeps its state through a power loss. Without that directory it
# does what it is asked to, and answers that it failed.
state=$(cat /sys/kernel/config/target/dbroot)/pr

# What a host does while prctl is at work.
host2_preempts()
{
	sg_persist_retry -o -P -K b -S a -T 5 $host2
}

host2_releases()
{
	sg_persist_retry -o -L -K b -T 5 $host2
}

host1_unregisters()
{
	sg_persist_retry -o -G -K a -S 0 $host1
}

host1_registers_again()
{
	sg_register 0xa $host1
}

register_both_hosts()
{
	sg_register 0xa $host1
	sg_register 0xb $host2
}

teardown()
{
	[[ ! -d $state.away ]] || mv "$state.away" "$state"
}

# bats test_tags=every-kernel
@test "unregister: this host's key -> removed, the other host's key and reservation stay" {
	register_both_hosts
	sg_reserve 0xb 5 $host2
	can_write $host1

	run_prctl unregister --key 0xa $host1
	assert_status 0
	assert_output "$host1: unregistered 0xa; held by 0xb ($iqn:host-2), write-exclusive-reg-only"
	refute_stderr
	assert_target_state host-2 "Write Exclusive Access, Registrants Only" "host-2 0xb"
	cannot_write $host1
	can_write $host2
}

@test "unregister: this host does not have the key -> conflict" {
	run_prctl unregister --json --key 0xa $host1
	assert_status 3
	assert_stderr "prctl: $host1: unregister: conflict: 0xa is not registered; nothing is reserved; check the key, or use --ignore-key"
	assert_outcome conflict false false key_not_registered

	sg_register 0xc $host1
	run_prctl unregister --json --key 0xa $host1
	assert_status 3
	assert_stderr "prctl: $host1: unregister: conflict: this host is registered with 0xc, not 0xa; nothing is reserved; use --key with the current key, or --ignore-key"
	assert_outcome conflict false false other_key_registered
	run_prctl unregister --key 0xa $host1
	assert_status 3
	assert_output ""
	assert_target_state none none "host-1 0xc"
}

@test "unregister: another host alone has the key -> conflict, it stays" {
	sg_register 0xa $host2
	sg_reserve 0xa 1 $host2

	run_prctl unregister --json --key 0xa $host1
	assert_status 3
	assert_stderr "prctl: $host1: unregister: conflict: 0xa is registered by another host: 0xa ($iqn:host-2); held by 0xa ($iqn:host-2), write-exclusive; check the key, or use --ignore-key"
	assert_outcome conflict false false key_not_registered
	assert_target_state host-2 "Write Exclusive Access" "host-2 0xa"
}

@test "unregister: another host, the holder, has the same key -> it stays" {
	sg_register 0xa $host1
	sg_register 0xa $host2
	sg_reserve 0xa 1 $host2

	run_prctl unregister --key 0xa $host1
	assert_status 0
	assert_output "$host1: unregistered 0xa; held by 0xa ($iqn:host-2), write-exclusive"
	assert_target_state host-2 "Write Exclusive Access" "host-2 0xa"
}

@test "unregister: --ignore-key -> removes any key of this host, and is ok without one" {
	register_both_hosts

	run_prctl unregister --ignore-key $host1
	assert_status 0
	assert_output "$host1: unregistered 0xa; nothing is reserved"
	assert_target_state none none "host-2 0xb"

	run_prctl unregister --json --ignore-key $host1
	assert_status 0
	assert_outcome ok false false none
	assert_target_state none none "host-2 0xb"
}

@test "unregister: this host holds and others are registered -> conflict, with each type of one holder" {
	local row
	register_both_hosts
	for row in 1:write-exclusive 3:exclusive-access 5:write-exclusive-reg-only 6:exclusive-access-reg-only; do
		echo "row: $row"
		sg_reserve 0xa "${row%:*}" $host1
		run_prctl unregister --json --key 0xa $host1
		assert_status 3
		assert_stderr "prctl: $host1: unregister: conflict: held by 0xa (this host), ${row#*:}; unregistering the holder also "`
			`"drops the reservation other hosts rely on (0xb ($iqn:host-2)); use --release to do that"
		assert_outcome conflict false false holder
		run_prctl unregister --ignore-key $host1
		assert_status 3
		assert_output ""
		[[ $(target_holder) == host-1 && $(target_keys) == "host-1 0xa host-2 0xb" ]] || fail "the target holds something else"
		sg_persist_retry -o -L -K a -T "${row%:*}" $host1
	done
}

@test "unregister: --release, this host holds -> key and reservation are removed" {
	local row
	register_both_hosts
	for row in "1 --key 0xa" "5 --ignore-key"; do
		echo "row: $row"
		sg_register 0xa $host1
		sg_reserve 0xa "${row%% *}" $host1

		run_prctl unregister --json ${row#* } --release $host1
		assert_status 0
		assert_outcome ok true true none
		assert_target_state none none "host-2 0xb"
	done
	# if a registrants-only reservation ends, the registrants get a unit attention
	can_write $host2
}

@test "unregister: --release, this host does not hold -> its key is removed" {
	register_both_hosts
	sg_reserve 0xb 1 $host2

	run_prctl unregister --key 0xa --release $host1
	assert_status 0
	assert_target_state host-2 "Write Exclusive Access" "host-2 0xb"
}

@test "unregister: this host holds and no other is registered -> ok without --release" {
	sg_register 0xa $host1
	sg_reserve 0xa 1 $host1

	run_prctl unregister --key 0xa $host1
	assert_status 0
	assert_output "$host1: unregistered 0xa; nothing is reserved"
	refute_stderr
	assert_target_state none none none
	can_write $host2
}

@test "unregister: all registrants hold -> the reservation stays until the last one leaves" {
	local row
	for row in "7 write-exclusive-all-regs Write Exclusive Access" "8 exclusive-access-all-regs Exclusive Access"; do
		echo "row: $row"
		register_both_hosts
		sg_reserve 0xa "${row%% *}" $host1
		row=${row#* }

		run_prctl unregister --key 0xa $host1
		assert_status 0
		assert_output "$host1: unregistered 0xa; held by 0xb ($iqn:host-2), ${row%% *}"
		assert_target_state host-2 "${row#* }, All Registrants" "host-2 0xb"
		cannot_write $host1
		can_write $host2
		run_prctl unregister --key 0xb $host2
		assert_status 0
		assert_output "$host2: unregistered 0xb; nothing is reserved"
		assert_target_state none none none
		can_write $host1
	done
}

@test "unregister: one or two unit attentions wait -> passed over" {
	register_both_hosts
	sg_reserve 0xb 5 $host2
	sg_persist_retry -o -L -K b -T 5 $host2

	run_prctl unregister --json --verbose --key 0xa $host1
	assert_status 0
	assert_verbose $host1 "${read_after_one[@]}" \
		"REGISTER, key 0xa, new key 0x0 by ioctl: good" \
		"${read_good[@]}" \
		"nothing is reserved; 1 registration, generation N"
	assert_outcome ok true true none
	assert_target_state none none "host-2 0xb"

	# a fenced host is told the state, not that there was a unit attention
	sg_register 0xa $host1
	sg_reserve 0xb 5 $host2
	sg_persist_retry -o -L -K b -T 5 $host2
	run_prctl_stopped_at 1 real host2_preempts unregister --json --verbose --key 0xa $host1
	assert_status 3
	assert_verbose $host1 "${read_after_two[@]}" \
		"nothing is reserved; 1 registration, generation N" \
		"unregister: conflict: 0xa is not registered; nothing is reserved; check the key, \
or use --ignore-key"
	assert_outcome conflict false false key_not_registered
}

@test "unregister: a unit attention between reading and change -> passed over" {
	register_both_hosts
	sg_reserve 0xb 5 $host2

	run_prctl_stopped_at 1 real host2_releases unregister --json --key 0xa $host1
	assert_status 0
	assert_outcome ok true true none
	assert_target_state none none "host-2 0xb"
}

@test "unregister: another host removes the key meanwhile -> ok, changed is null" {
	register_both_hosts
	sg_reserve 0xb 5 $host2

	run_prctl_stopped_at 1 real host2_preempts unregister --json --key 0xa $host1
	assert_status 0
	assert_outcome ok null true none
	assert_target_state host-2 "Write Exclusive Access, Registrants Only" "host-2 0xb"
}

@test "unregister: failed and not done -> sent again" {
	register_both_hosts

	run_prctl_injected retval=2:when=2 unregister --json --key 0xa $host1
	assert_status 0
	assert_outcome ok true true none
	assert_target_state none none "host-2 0xb"
}

@test "unregister: done, but the device returns an error -> ok with a warning" {
	sg_register 0xa $host1
	run_prctl_stopped_at 2 retval=2 host1_unregisters unregister --json --key 0xa $host1
	assert_status 0
	assert_outcome ok null true none
	assert_stderr "prctl: $host1: warning: the command failed: I/O error (0x2); but the change took effect"
	assert_target_state none none none

	# really answered so, by a target that cannot save its state
	sg_register 0xa $host1
	mv "$state" "$state.away"
	run_prctl unregister --json --key 0xa $host1
	assert_status 0
	assert_outcome ok null true none
	assert_json '.devices[0].warnings | length' 1
	assert_target_state none none none
}

@test "unregister: not read back in time -> unknown" {
	before()
	{
		lun_reset
		sg_register 0xa $host1
	}
	before

	run_prctl_failing_from 3 before unregister --json --key 0xa $host1
	assert_status 7
	assert_stderr "prctl: $host1: read-back: unknown: accepted, but not verified: cannot read \
the state: the path failed (EIO); check with 'prctl status'"
	assert_outcome unknown null true not_verified
	assert_target_state none none none
}

@test "unregister: done, then undone -> failed, names what is held now" {
	sg_register 0xa $host1

	run_prctl_stopped_at 2 real host1_registers_again unregister --json --key 0xa $host1
	assert_status 6
	assert_stderr "prctl: $host1: read-back: failed: done, but changed since: now nothing is reserved; 0xa is registered; another host is changing this device; check with 'prctl status'"
	assert_outcome failed true true changed_since
}

@test "unregister: --dry-run -> judges as without it, says what would be sent, and changes nothing" {
	register_both_hosts
	sg_reserve 0xa 1 $host1

	run_prctl unregister --dry-run --key 0xa --release $host1
	assert_status 0
	assert_output ""
	assert_stderr "prctl: $host1: would unregister 0xa: REGISTER, key 0xa, new key 0x0, through $(readlink -f "$host1")"
	run_prctl unregister --dry-run --key 0xa $host1
	assert_status 3
	assert_stderr "prctl: $host1: unregister: conflict: held by 0xa (this host), write-exclusive; unregistering the holder also drops the reservation other hosts rely on (0xb ($iqn:host-2)); use --release to do that"
	run_prctl unregister --json --dry-run --ignore-key --release $host1
	assert_stderr "prctl: $host1: would unregister this host's key: REGISTER AND IGNORE \
EXISTING KEY, key 0xa, new key 0x0, through $(readlink -f "$host1")"
	assert_outcome ok false false none
	assert_target_state host-1 "Write Exclusive Access" "host-1 0xa host-2 0xb"
}

@test "unregister: --quiet -> errors only; --verbose -> each command and its result" {
	register_both_hosts
	run_prctl unregister --quiet --key 0xc $host1
	assert_status 3
	assert_output ""
	assert_stderr "prctl: $host1: unregister: conflict: this host is registered with 0xa, not 0xc; nothing is reserved; use --key with the current key, or --ignore-key"
	run_prctl unregister --quiet --key 0xb $host2
	assert_status 0
	assert_output ""
	refute_stderr
	run_prctl unregister --verbose --key 0xa $host1
	assert_status 0
	assert_output "$host1: unregistered 0xa; nothing is reserved"
	assert_verbose $host1 "${read_good[@]}" \
		"REGISTER, key 0xa, new key 0x0 by ioctl: good" \
		"${read_good[@]}" \
		"nothing is reserved; 0 registrations, generation N"
}
