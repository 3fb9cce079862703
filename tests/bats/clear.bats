#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# clear
load common

iqn=iqn.2026-01.lab

host1_clears()
{
	sg_persist_retry -o -C -K a "$host1"
}

host2_registers_again()
{
	sg_register 0xb "$host2"
}

# bats test_tags=every-kernel
@test "clear: this host holds -> every registration and the reservation are removed" {
	sg_register 0xa "$host1"
	sg_register 0xb "$host2"
	sg_reserve 0xa 1 "$host1"
	cannot_write "$host2"

	run_prctl clear --key 0xa "$host1"
	assert_status 0
	assert_output "$host1: cleared, 2 registrations"
	refute_stderr
	assert_target_state none none none
	can_write "$host1"
	can_write "$host2"
}

@test "clear: another host holds -> its reservation is removed as well" {
	sg_register 0xa "$host1"
	sg_register 0xb "$host2"
	sg_reserve 0xb 6 "$host2"

	run_prctl clear --json --key 0xa "$host1"
	assert_status 0
	refute_stderr
	assert_json '.devices[0] | [.status, .changed, .sent, .registrants, .reservation.type]' '["ok",true,true,[],"none"]'
	assert_target_state none none none
	can_write "$host1"
}

@test "clear: all registrants hold -> the reservation is removed" {
	sg_register 0xa "$host1"
	sg_register 0xb "$host2"
	sg_reserve 0xb 7 "$host2"

	run_prctl clear --key 0xa "$host1"
	assert_status 0
	assert_target_state none none none
}

@test "clear: only this host is registered -> says one registration" {
	sg_register 0xa "$host1"

	run_prctl clear --key 0xa "$host1"
	assert_status 0
	assert_output "$host1: cleared, 1 registration"
	assert_target_state none none none
}

# bats test_tags=every-kernel
@test "clear: another host is registered -> the target sends it a unit attention" {
	sg_register 0xa "$host1"
	sg_register 0xb "$host2"
	udevadm settle

	run_prctl clear --key 0xa "$host1"
	assert_status 0
	run sg_turs -v "$host2"
	[[ $output == *"Reservations preempted"* ]] || fail "host 2 was not told"
	run sg_turs -v "$host2"
	[[ $status == 0 ]] || fail "host 2 was told twice"
}

@test "clear: this host is not registered -> conflict that names the holder" {
	sg_register 0xb "$host2"
	sg_reserve 0xb 1 "$host2"

	run_prctl clear --key 0xa "$host1"
	assert_status 3
	assert_output ""
	assert_stderr "prctl: $host1: clear: conflict: 0xa is not registered; held by 0xb ($iqn:host-2), write-exclusive; only a registered host can clear"
	assert_target_state host-2 "Write Exclusive Access" "host-2 0xb"

	run_prctl clear --json --key 0xa "$host1"
	assert_json '.devices[0] | [.error.reason, .changed, .sent]' '["key_not_registered",false,false]'
}

@test "clear: nothing is registered -> conflict, this host has no key" {
	run_prctl clear --json --key 0xa "$host1"
	assert_status 3
	assert_stderr "prctl: $host1: clear: conflict: 0xa is not registered; nothing is reserved; only a registered host can clear"
	assert_json '.devices[0] | [.error.reason, .changed, .sent]' '["key_not_registered",false,false]'
	assert_target_state none none none
}

@test "clear: this host has another key -> conflict that names that key" {
	sg_register 0xc "$host1"
	sg_register 0xb "$host2"

	run_prctl clear --json --key 0xa "$host1"
	assert_status 3
	assert_stderr "prctl: $host1: clear: conflict: this host is registered with 0xc, not 0xa; nothing is reserved; use --key with the current key"
	assert_json '.devices[0] | [.error.reason, .changed, .sent]' '["other_key_registered",false,false]'
	assert_target_state none none "host-1 0xc host-2 0xb"
}

@test "clear: the key is another host's -> conflict, nothing is removed" {
	sg_register 0xb "$host2"

	run_prctl clear --json --key 0xb "$host1"
	assert_status 3
	assert_stderr "prctl: $host1: clear: conflict: 0xb is registered by another host: 0xb ($iqn:host-2); nothing is reserved; only a registered host can clear"
	assert_json '.devices[0] | [.error.reason, .sent]' '["key_not_registered",false]'
	assert_target_state none none "host-2 0xb"
}

@test "clear: done, but the device returns an error -> ok, changed is null" {
	sg_register 0xa "$host1"
	sg_register 0xb "$host2"
	sg_reserve 0xb 1 "$host2"

	run_prctl_stopped_at 2 retval=2 host1_clears clear --json --key 0xa "$host1"
	grep -q 'IOC_PR_CLEAR,.*INJECTED' "$traced"
	assert_status 0
	assert_json '.devices[0] | [.status, .changed, .sent]' '["ok",null,true]'
	assert_target_state none none none
}

@test "clear: done, then changed by another host -> failed, names what is held now" {
	sg_register 0xa "$host1"
	sg_register 0xb "$host2"

	run_prctl_stopped_at 2 real host2_registers_again clear --json --key 0xa "$host1"
	assert_status 6
	assert_stderr "prctl: $host1: read-back: failed: done, but changed since: now nothing is reserved; 0xa is not registered; another host is changing this device; check with 'prctl status'"
	assert_json '.devices[0] | [.status, .changed, .error.reason]' '["failed",true,"changed_since"]'
	assert_target_state none none "host-2 0xb"
}

@test "clear: failed and not done -> sent again" {
	sg_register 0xa "$host1"

	run_prctl_stopped_at 2 retval=2 true clear --json --key 0xa "$host1"
	assert_status 0
	assert_json '.devices[0] | [.status, .changed]' '["ok",true]'
	assert_target_state none none none
}

@test "clear: the read-back fails -> unknown, never ok" {
	before()
	{
		lun_reset
		sg_register 0xa "$host1"
	}
	before

	run_prctl_failing_from 3 before clear --json --key 0xa "$host1"
	assert_status 7
	assert_stderr "prctl: $host1: read-back: unknown: accepted, but not verified: cannot read \
the state: the path failed (EIO); check with 'prctl status'"
	assert_json '.devices[0] | [.status, .changed, .sent]' '["unknown",null,true]'
}

@test "clear: --dry-run -> says what would be sent, and sends nothing" {
	sg_register 0xa "$host1"
	sg_register 0xb "$host2"

	run_prctl clear --dry-run --key 0xa "$host1"
	assert_status 0
	assert_output ""
	assert_stderr "prctl: $host1: would clear 2 registrations, nothing is reserved: CLEAR, key \
0xa, through $(readlink -f "$host1")"
	assert_target_state none none "host-1 0xa host-2 0xb"
}

# bats test_tags=kernel-7
@test "clear --take-key: by a host without a key -> cleared, unless a host with a name is there" {
	local file=/etc/prctl/keys held="Write Exclusive Access, Registrants Only"
	sg_register 0xb "$host2"
	sg_reserve 0xb 5 "$host2"
	mkdir -p "${file%/*}"
	echo "0xb node2" > "$file"

	run_prctl clear --take-key "$host1"
	assert_status 3
	assert_stderr "prctl: $host1: clear: conflict: 0xb (node2, $iqn:host-2) may be alive, and after a clear every host can write; held by 0xb (node2, $iqn:host-2), write-exclusive-reg-only; if it does not use this LUN, use --even-if with its key"
	run_prctl clear --take-key --key 0xf --even-if node2 --dry-run "$host1"
	assert_status 0
	assert_stderr "prctl: $host1: would clear 1 registration, held by 0xb (node2, \
$iqn:host-2), write-exclusive-reg-only: REGISTER, key 0x0, new key 0xf; then CLEAR, key 0xf, \
through $(readlink -f "$host1"); removes 0xb (node2, $iqn:host-2)"
	assert_target_state host-2 "$held" "host-2 0xb"
	cannot_write "$host1"

	run_prctl clear --take-key --even-if 0xb "$host1"
	rm -rf "${file%/*}"
	assert_status 0
	assert_output "$host1: cleared, 1 registration"
	refute_stderr
	assert_target_state none none none
	can_write "$host1"
}

# bats test_tags=kernel-7
@test "clear --take-key: the clear fails -> the key is taken back" {
	sg_register 0xb "$host2"
	sg_reserve 0xb 5 "$host2"

	run_prctl_injected error=EOPNOTSUPP:when=4 clear --json --take-key "$host1"
	assert_status 4
	assert_outcome unsupported false true no_reservations
	assert_target_state host-2 "Write Exclusive Access, Registrants Only" "host-2 0xb"
	cannot_write "$host1"
}
