#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# register
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

# The directory in which the target keeps its state through a power loss. Without that directory it does a register, and answers
# that it failed.
state=$(cat /sys/kernel/config/target/dbroot)/pr

# What the other host does while prctl is at work.
host2_preempts()
{
	sg_persist_retry -o -P -K b -S a -T 5 $host2
}

host1_registers()
{
	sg_register 0xa $host1
}

teardown()
{
	[[ ! -d $state.away ]] || mv "$state.away" "$state"
}

# bats test_tags=every-kernel
@test "register: a new key -> registered for this host, the other host's stays" {
	sg_register 0xb $host2

	run_prctl register --key 0xa $host1
	assert_status 0
	assert_output "$host1: registered 0xa"
	refute_stderr
	assert_target_state none none "host-1 0xa host-2 0xb"
}

@test "register: keys from 0x1 to 2^64-1 -> registered, and printed as prctl takes them" {
	local row
	for row in "0x1 0x1" "0xffffffffffffffff 0xffffffffffffffff" "0x00ABCDEF 0xabcdef" "0x8000000000000000 0x8000000000000000"; do
		echo "row: $row"
		run_prctl register --ignore-key --key "${row% *}" $host1
		assert_status 0
		[[ $output == "$host1: registered ${row#* }"* ]] || fail "another key"
		assert_target_state none none "host-1 ${row#* }"
	done
}

@test "register: another host holds -> registered, and can do what the type allows" {
	sg_register 0xb $host2
	sg_reserve 0xb 5 $host2
	cannot_write $host1

	run_prctl register --json --key 0xa $host1
	assert_status 0
	assert_outcome ok true true none
	assert_target_state host-2 "Write Exclusive Access, Registrants Only" "host-1 0xa host-2 0xb"
	can_write $host1
}

# bats test_tags=every-kernel
@test "register: again, with and without --ignore-key -> ok, nothing is sent" {
	local generation
	sg_register 0xa $host1
	generation=$(configfs_pr res_pr_generation)

	run_prctl register --json --key 0xa $host1
	assert_status 0
	assert_outcome ok false false none
	run_prctl register --json --ignore-key --key 0xa $host1
	assert_outcome ok false false none
	run_prctl register --key 0xa $host1
	assert_status 0
	assert_output "$host1: 0xa was already registered"
	refute_stderr
	assert_target_state none none "host-1 0xa"
	# a registration of the same key would count
	[[ $(configfs_pr res_pr_generation) == "$generation" ]] || fail "something was sent"
}

@test "register: this host has another key -> conflict, that key stays" {
	sg_register 0xa $host1

	run_prctl register --key 0xc $host1
	assert_status 3
	assert_output ""
	assert_stderr "prctl: $host1: register: conflict: this host is registered with 0xa; nothing is reserved; use --old-key 0xa to replace it"
	assert_target_state none none "host-1 0xa"

	run_prctl register --json --key 0xc $host1
	assert_outcome conflict false false other_key_registered
}

@test "register: --old-key -> replaces the key that it names, and no other" {
	sg_register 0xa $host1

	run_prctl register --json --key 0xc --old-key 0xd $host1
	assert_status 3
	assert_stderr "prctl: $host1: register: conflict: this host is registered with 0xa, not 0xd; nothing is reserved; use --old-key with the current key, or --ignore-key"
	assert_outcome conflict false false other_key_registered
	assert_target_state none none "host-1 0xa"

	run_prctl register --key 0xc --old-key 0xa $host1
	assert_status 0
	assert_output "$host1: registered 0xc in place of 0xa"
	refute_stderr
	assert_target_state none none "host-1 0xc"
}

@test "register: --old-key, the new key is registered already -> ok, unchanged" {
	sg_register 0xc $host1

	run_prctl register --json --key 0xc --old-key 0xa $host1
	assert_status 0
	assert_outcome ok false false none
	assert_target_state none none "host-1 0xc"
}

@test "register: --old-key, this host was fenced -> conflict, not registered again" {
	local key
	sg_register 0xa $host1
	sg_register 0xb $host2
	sg_reserve 0xa 5 $host1
	sg_persist_retry -o -P -K a -S b -T 5 $host1

	# the unit attention that this left for it must not make it another answer
	for key in 0xbb 0xb; do
		run_prctl register --json --key $key --old-key 0xb $host2
		assert_status 3
		assert_stderr "prctl: $host2: register: conflict: 0xb is not registered (this host may have been fenced); held by 0xa ($iqn:host-1), write-exclusive-reg-only; register without --old-key to rejoin"
		assert_outcome conflict false false key_not_registered
	done
	assert_target_state host-1 "Write Exclusive Access, Registrants Only" "host-1 0xa"
	cannot_write $host2
}

@test "register: --ignore-key -> replaces any key, or registers" {
	run_prctl register --key 0xa --ignore-key $host1
	assert_status 0
	assert_output "$host1: registered 0xa"
	assert_target_state none none "host-1 0xa"

	run_prctl register --json --key 0xc --ignore-key $host1
	assert_status 0
	assert_outcome ok true true none
	refute_stderr
	assert_target_state none none "host-1 0xc"
}

@test "register: the holder replaces its key -> holds with the new one" {
	sg_register 0xa $host1
	sg_register 0xb $host2
	sg_reserve 0xa 1 $host1

	run_prctl register --key 0xc --old-key 0xa $host1
	assert_status 0
	assert_target_state host-1 "Write Exclusive Access" "host-1 0xc host-2 0xb"
	run_prctl register --key 0xd --ignore-key $host1
	assert_status 0
	assert_output "$host1: registered 0xd in place of 0xc"
	assert_target_state host-1 "Write Exclusive Access" "host-1 0xd host-2 0xb"
	can_write $host1
	cannot_write $host2
}

@test "register: another host has the key -> registered with a warning" {
	sg_register 0xa $host2

	run_prctl register --json --key 0xc --old-key 0xa $host1
	assert_status 3
	assert_stderr "prctl: $host1: register: conflict: 0xa is registered by another host: 0xa ($iqn:host-2) (this host may have been fenced); nothing is reserved; register without --old-key to rejoin"
	assert_outcome conflict false false key_not_registered
	assert_target_state none none "host-2 0xa"

	run_prctl register --key 0xa $host1
	assert_status 0
	assert_output "$host1: registered 0xa"
	assert_stderr "prctl: $host1: warning: 0xa is also the key of $iqn:host-2; a preempt would hit both hosts; give each host its own key"
	assert_target_state none none "host-1 0xa host-2 0xa"
}

# bats test_tags=every-kernel
@test "register: one or two unit attentions wait -> passed over" {
	sg_register 0xa $host1
	sg_register 0xb $host2
	sg_reserve 0xb 5 $host2
	sg_persist_retry -o -L -K b -T 5 $host2

	# this target reports one of those that wait, so the second one comes after the first read
	run_prctl_stopped_at 1 real host2_preempts register --json --verbose --key 0xa $host1
	assert_status 0
	assert_verbose $host1 "${read_after_two[@]}" \
		"REGISTER, key 0x0, new key 0xa by ioctl: good" \
		"${read_good[@]}" \
		"nothing is reserved; 2 registrations, generation N"
	assert_outcome ok true true none
	assert_target_state none none "host-1 0xa host-2 0xb"
}

@test "register: a unit attention between reading and change -> passed over" {
	sg_register 0xa $host1
	sg_register 0xb $host2
	sg_reserve 0xb 5 $host2

	# the key that is read first is gone when the command comes
	run_prctl_stopped_at 1 real host2_preempts register --json --key 0xc --ignore-key $host1
	assert_status 0
	assert_outcome ok true true none
	assert_target_state host-2 "Write Exclusive Access, Registrants Only" "host-1 0xc host-2 0xb"
}

# bats test_tags=every-kernel
@test "register: failed and not done -> sent again" {
	run_prctl_injected retval=2:when=2 register --json --key 0xa $host1
	[[ $(grep -c IOC_PR_REGISTER "$traced") == 2 ]] || fail "not sent twice: $(< "$traced")"
	assert_status 0
	assert_outcome ok true true none
	assert_json '.devices[0].warnings' '[]'
	assert_target_state none none "host-1 0xa"
}

@test "register: fails each time -> failed, and says what the device holds" {
	sg_register 0xb $host2

	# DID_NO_CONNECT, after which nothing is waited for: the device is asked who it is after a pause
	run_prctl_injected retval=$((0x10000)):when=2+2 register --json --key 0xa $host1
	assert_status 6
	assert_stderr "prctl: $host1: register: failed: not done after 3 tries: the path failed \
(0x10000); nothing is reserved; 0xa is not registered; check the path and try again"
	assert_outcome failed false true path
	assert_target_state none none "host-2 0xb"
}

@test "register: not read back in time -> unknown, never ok and never failed" {
	run_prctl_failing_from 3 setup register --json --key 0xa $host1
	assert_status 7
	assert_stderr "prctl: $host1: read-back: unknown: accepted, but not verified: cannot read \
the state: the path failed (EIO); check with 'prctl status'"
	assert_outcome unknown null true not_verified
	assert_json '.devices[0] | [.registrants, .generation, .reservation.type, .source]' '[null,null,null,"none"]'
	assert_target_state none none "host-1 0xa"

	# this one never left, which prctl cannot know
	run_prctl_failing_from 2 true register --key 0xc --old-key 0xa $host1
	assert_status 7
	assert_output ""
	assert_stderr "prctl: $host1: read-back: unknown: sent, but the command failed: the path \
failed (EIO); the state cannot be read: the path failed (EIO); the register may or may not take \
effect; check with 'prctl status'"
	assert_target_state none none "host-1 0xa"
}

@test "register: done, then undone by another host -> failed, names what is held now" {
	sg_register 0xb $host2
	sg_reserve 0xb 5 $host2

	run_prctl_stopped_at 2 real host2_preempts register --json --key 0xa $host1
	assert_status 6
	assert_stderr "prctl: $host1: read-back: failed: done, but changed since: now held by 0xb ($iqn:host-2), write-exclusive-reg-only; 0xa is not registered; another host is changing this device; check with 'prctl status'"
	assert_outcome failed true true changed_since
	assert_target_state host-2 "Write Exclusive Access, Registrants Only" "host-2 0xb"
}

@test "register: done, but the device returns a conflict -> ok, changed is null" {
	local answer
	for answer in 0x18 0x118; do
		run_prctl_stopped_at 2 retval=$((answer)) host1_registers register --json --key 0xa $host1
		assert_status 0
		assert_outcome ok null true none
		assert_stderr "prctl: $host1: warning: the command failed: RESERVATION CONFLICT ($answer); but the change took effect"
		assert_target_state none none "host-1 0xa"
		lun_reset
	done
}

@test "register: done, but failed by a target that cannot save it -> ok with a warning" {
	mv "$state" "$state.away"

	run_prctl register --json --key 0xa $host1
	assert_status 0
	assert_outcome ok null true none
	assert_stderr "prctl: $host1: warning: the command failed: I/O error (0x2); but the change took effect"
	assert_target_state none none "host-1 0xa"
	run_prctl register --key 0xc --old-key 0xa $host1
	assert_status 0
	assert_output "$host1: registered 0xc in place of 0xa"
	assert_target_state none none "host-1 0xc"
}

@test "register: --dry-run -> judges as without it, says what would be sent, and changes nothing" {
	run_prctl register --dry-run --key 0xa $host1
	assert_status 0
	assert_output ""
	assert_stderr "prctl: $host1: would register 0xa: REGISTER, key 0x0, new key 0xa, through $(readlink -f "$host1")"
	assert_target_state none none none

	sg_register 0xa $host1
	run_prctl register --json --dry-run --key 0xc --old-key 0xa $host1
	assert_status 0
	assert_stderr "prctl: $host1: would register 0xc in place of 0xa: REGISTER, key 0xa, new key 0xc, through $(readlink -f "$host1")"
	assert_outcome ok false false none
	run_prctl register --dry-run --key 0xc --ignore-key $host1
	assert_stderr "prctl: $host1: would register 0xc, replacing any key: REGISTER AND IGNORE \
EXISTING KEY, key 0xc, new key 0xc, through $(readlink -f "$host1")"
	run_prctl register --dry-run --key 0xc $host1
	assert_status 3
	assert_stderr "prctl: $host1: register: conflict: this host is registered with 0xa; nothing is reserved; use --old-key 0xa to replace it"
	run_prctl register --dry-run --key 0xa $host1
	assert_status 0
	assert_output ""
	assert_stderr "prctl: $host1: would change nothing: 0xa was already registered"
	assert_target_state none none "host-1 0xa"
}

@test "register: --quiet -> errors only; --verbose -> each command and its result" {
	sg_register 0xa $host2
	run_prctl register --quiet --key 0xa $host1
	assert_status 0
	assert_output ""
	refute_stderr
	run_prctl register --quiet --key 0xc $host1
	assert_status 3
	assert_output ""
	assert_stderr "prctl: $host1: register: conflict: this host is registered with 0xa; \
nothing is reserved; use --old-key 0xa to replace it"

	run_prctl register --verbose --key 0xc --old-key 0xa $host1
	assert_status 0
	assert_output "$host1: registered 0xc in place of 0xa"
	assert_verbose $host1 "${read_good[@]}" \
		"REGISTER, key 0xa, new key 0xc by ioctl: good" \
		"${read_good[@]}" \
		"nothing is reserved; 2 registrations, generation N"
}

@test "register --volatile: alone -> APTPL=0, and unregister leaves it so; another host persists -> conflict" {
	lio_capabilities no
	run_prctl register --volatile --verbose --key 0xa $host1
	assert_status 0
	assert_output "$host1: registered 0xa"
	assert_verbose $host1 "${read_good[@]}" \
		"REPORT CAPABILITIES by SG_IO: good, N bytes" \
		"REGISTER, key 0x0, new key 0xa, volatile by SG_IO: good" \
		"${read_good[@]}" \
		"nothing is reserved; 1 registration, generation N" "${capabilities[@]}"
	assert_target_state none none "host-1 0xa"
	[[ $(configfs_pr res_aptpl_active) == *Disabled ]] || fail "$(configfs_pr res_aptpl_active)"
	run_prctl unregister --verbose --key 0xa $host1
	assert_status 0
	assert_verbose $host1 "${read_good[@]}" \
		"REGISTER, key 0xa, new key 0x0, volatile by SG_IO: good" \
		"${read_good[@]}" \
		"nothing is reserved; 0 registrations, generation N"
	assert_target_state none none none
	[[ $(configfs_pr res_aptpl_active) == *Disabled ]] || fail "$(configfs_pr res_aptpl_active)"
	run_prctl register --key 0xb $host2
	run_prctl register --json --volatile --key 0xa $host1
	assert_status 3
	assert_outcome conflict false false persistent
	assert_stderr "prctl: $host1: register: conflict: registrations persist through power \
loss, and --volatile would end that for 0xb ($iqn:host-2); register without --volatile"
	assert_target_state none none "host-2 0xb"
	[[ $(configfs_pr res_aptpl_active) == *Activated ]] || fail "$(configfs_pr res_aptpl_active)"
}

@test "unregister: registered with APTPL=0, another host persists since -> its registration still persists" {
	run_prctl register --volatile --key 0xa $host1
	assert_status 0
	# not by prctl, which would record it as this host's
	sg_persist_retry -o -G -S b -Z $host2
	[[ $(configfs_pr res_aptpl_active) == *Activated ]] || fail "$(configfs_pr res_aptpl_active)"
	run_prctl unregister --key 0xa $host1
	assert_status 0
	assert_target_state none none "host-2 0xb"
	[[ $(configfs_pr res_aptpl_active) == *Activated ]] || fail "$(configfs_pr res_aptpl_active)"
}
