#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# preempt
load common

iqn=iqn.2026-01.lab

# What happens on the other host while prctl waits for an answer.
host1_preempts()
{
	sg_persist_retry -o -P -K a -S b -T 1 "$host1"
}

host2_unregisters()
{
	sg_persist_retry -o -G -K b -S 0 "$host2"
}

host2_registers_again()
{
	sg_register 0xb "$host2"
}

# Releasing a reservation of a registrants-only type gives every registrant a unit attention.
host2_releases_and_reserves()
{
	sg_persist_retry -o -L -K b -T 5 "$host2"
	sg_reserve 0xb 5 "$host2"
}

register_both_hosts()
{
	sg_register 0xa "$host1"
	sg_register 0xb "$host2"
}

generation()
{
	echo $(($(configfs_pr res_pr_generation)))
}

@test "preempt: --key and --victim -> --victim is removed, --key stays" {
	register_both_hosts
	sg_reserve 0xa 1 "$host1"

	run_prctl preempt --key 0xa --victim 0xb "$host1"
	assert_status 0
	assert_output "$host1: preempted 0xb; held by 0xa (this host), write-exclusive"
	refute_stderr
	assert_target_state host-1 "Write Exclusive Access" "host-1 0xa"
	can_write "$host1"
	cannot_write "$host2"
}

# bats test_tags=every-kernel
@test "preempt: the kernel's ioctl -> takes the own key as old_key, unlike pr.rst" {
	register_both_hosts
	sg_reserve 0xa 1 "$host1"
	# shellcheck disable=SC2016 # perl's own variables
	preempt='open F, "<", $ARGV[0] or die; $r = ioctl(F, 0x401870cb, pack("QQLL", hex $ARGV[1], hex $ARGV[2], 1, 0));
		print defined $r ? $r + 0 : "errno $!"'

	run perl -e "$preempt" "$host1" b a
	# reservation conflict: raw on 6.1, enum pr_status later
	[[ $output == "$((0x118))" || $output == "$((0x18))" ]] || fail "the victim's key as old_key"
	assert_target_state host-1 "Write Exclusive Access" "host-1 0xa host-2 0xb"
	run perl -e "$preempt" "$host1" a b
	[[ $output == 0 ]] || fail "the own key as old_key"
	assert_target_state host-1 "Write Exclusive Access" "host-1 0xa"
}

# bats test_tags=every-kernel
@test "preempt: the victim holds -> takes the reservation over with its type" {
	local types=(
		"1 write-exclusive|Write Exclusive Access"
		"3 exclusive-access|Exclusive Access"
		"5 write-exclusive-reg-only|Write Exclusive Access, Registrants Only"
		"6 exclusive-access-reg-only|Exclusive Access, Registrants Only"
	)
	for row in "${types[@]}"; do
		name=${row#* }
		register_both_hosts
		sg_reserve 0xb "${row%% *}" "$host2"

		run_prctl preempt --key 0xa --victim 0xb "$host1"
		assert_status 0
		assert_output "$host1: preempted 0xb; held by 0xa (this host), ${name%|*}"
		refute_stderr
		assert_target_state host-1 "${name#*|}" "host-1 0xa"
		can_write "$host1"
		cannot_write "$host2"
		lun_reset
	done
}

@test "preempt: the victim holds, --type -> takes the reservation over with that type" {
	register_both_hosts
	sg_reserve 0xb 1 "$host2"
	cannot_write "$host1"

	run_prctl preempt --key 0xa --victim 0xb --type exclusive-access-reg-only "$host1"
	assert_status 0
	assert_output "$host1: preempted 0xb; held by 0xa (this host), exclusive-access-reg-only"
	refute_stderr
	assert_target_state host-1 "Exclusive Access, Registrants Only" "host-1 0xa"
	can_write "$host1"
	cannot_read "$host2"
}

@test "preempt: the victim does not hold, --type -> the reservation stays, a warning says that --type has no effect" {
	register_both_hosts
	sg_reserve 0xa 5 "$host1"

	run_prctl preempt --key 0xa --victim 0xb --type exclusive-access "$host1"
	assert_status 0
	assert_output "$host1: preempted 0xb; held by 0xa (this host), write-exclusive-reg-only"
	assert_stderr "prctl: $host1: warning: --type exclusive-access had no effect because the victim did not hold the reservation; held by 0xa (this host), write-exclusive-reg-only"
	assert_target_state host-1 "Write Exclusive Access, Registrants Only" "host-1 0xa"
	cannot_write "$host2"
}

@test "preempt: all registrants hold, the victim is the second -> the others keep the reservation" {
	register_both_hosts
	sg_reserve 0xa 7 "$host1"
	can_write "$host2"

	run_prctl preempt --key 0xa --victim 0xb "$host1"
	assert_status 0
	assert_output "$host1: preempted 0xb; held by 0xa (this host), write-exclusive-all-regs"
	assert_target_state host-1 "Write Exclusive Access, All Registrants" "host-1 0xa"
	cannot_write "$host2"
}

@test "preempt: all registrants hold, the victim is the first -> the reservation keeps its type" {
	register_both_hosts
	sg_reserve 0xb 8 "$host2"

	run_prctl preempt --key 0xa --victim 0xb "$host1"
	assert_status 0
	assert_output "$host1: preempted 0xb; held by 0xa (this host), exclusive-access-all-regs"
	assert_target_state host-1 "Exclusive Access, All Registrants" "host-1 0xa"
	can_write "$host1"
	cannot_write "$host2"
}

@test "preempt: --victim all, all registrants hold -> all others are removed" {
	register_both_hosts
	sg_reserve 0xb 7 "$host2"

	run_prctl preempt --key 0xa --victim all "$host1"
	assert_status 0
	assert_output "$host1: preempted all others; held by 0xa (this host), write-exclusive-all-regs"
	refute_stderr
	assert_target_state host-1 "Write Exclusive Access, All Registrants" "host-1 0xa"
	can_write "$host1"
	cannot_write "$host2"
}

@test "preempt: --victim all --type -> takes over with that type" {
	register_both_hosts
	sg_reserve 0xb 7 "$host2"

	run_prctl preempt --key 0xa --victim all --type write-exclusive "$host1"
	assert_status 0
	assert_output "$host1: preempted all others; held by 0xa (this host), write-exclusive"
	assert_target_state host-1 "Write Exclusive Access" "host-1 0xa"
	cannot_write "$host2"
}

@test "preempt: --victim all, one host holds -> conflict, nothing is sent" {
	register_both_hosts
	sg_reserve 0xb 5 "$host2"

	run_prctl preempt --json --key 0xa --victim all "$host1"
	assert_status 3
	assert_stderr "prctl: $host1: preempt: conflict: held by 0xb ($iqn:host-2), write-exclusive-reg-only; --victim all needs an all-registrants type; give the victim's key instead"
	assert_json '.devices[0] | [.error.reason, .changed, .sent]' '["not_all_registrants",false,false]'
	assert_target_state host-2 "Write Exclusive Access, Registrants Only" "host-1 0xa host-2 0xb"
}

@test "preempt: --victim all, nothing is reserved -> conflict, nothing is sent" {
	register_both_hosts

	run_prctl preempt --json --key 0xa --victim all "$host1"
	assert_status 3
	assert_stderr "prctl: $host1: preempt: conflict: nothing is reserved; --victim all needs a reservation of an all-registrants type; reserve first"
	assert_json '.devices[0] | [.error.reason, .changed, .sent]' '["not_reserved",false,false]'
	assert_target_state none none "host-1 0xa host-2 0xb"
}

@test "preempt: nothing is reserved -> conflict, nothing is sent" {
	register_both_hosts
	local before
	before=$(generation)

	run_prctl preempt --key 0xa --victim 0xb "$host1"
	assert_status 3
	assert_output ""
	assert_stderr "prctl: $host1: preempt: conflict: nothing is reserved, so the victim can still write without its key; 0xb is registered; reserve first, or use --unreserved to remove only the key"
	assert_target_state none none "host-1 0xa host-2 0xb"
	[[ $(generation) == "$before" ]] || fail "something was sent"

	run_prctl preempt --json --key 0xa --victim 0xb "$host1"
	assert_json '.devices[0] | [.error.reason, .changed, .sent]' '["not_reserved",false,false]'
}

@test "preempt: --unreserved, nothing is reserved -> the key is removed, a warning says that the victim can write" {
	register_both_hosts

	run_prctl preempt --key 0xa --victim 0xb --unreserved "$host1"
	assert_status 0
	assert_output "$host1: preempted 0xb; nothing is reserved"
	assert_stderr "prctl: $host1: warning: nothing is reserved, so the victim can write without its key; reserve to lock it out"
	assert_target_state none none "host-1 0xa"
	can_write "$host2"
}

@test "preempt: --unreserved, a reservation is held -> as without it" {
	register_both_hosts
	sg_reserve 0xb 1 "$host2"

	run_prctl preempt --key 0xa --victim 0xb --unreserved "$host1"
	assert_status 0
	refute_stderr
	assert_target_state host-1 "Write Exclusive Access" "host-1 0xa"
}

@test "preempt: the victim is not registered -> conflict" {
	sg_register 0xa "$host1"
	sg_reserve 0xa 1 "$host1"

	run_prctl preempt --key 0xa --victim 0xb "$host1"
	assert_status 3
	assert_output ""
	assert_stderr "prctl: $host1: preempt: conflict: the victim's key 0xb is not registered; held by 0xa (this host), write-exclusive; use --if-registered if that is expected"
	assert_target_state host-1 "Write Exclusive Access" "host-1 0xa"

	run_prctl preempt --json --key 0xa --victim 0xb "$host1"
	assert_json '.devices[0] | [.error.reason, .changed, .sent]' '["victim_not_registered",false,false]'
}

@test "preempt: --if-registered, the victim is not registered and a reservation is held -> ok" {
	sg_register 0xa "$host1"
	sg_reserve 0xa 1 "$host1"

	run_prctl preempt --json --key 0xa --victim 0xb --if-registered "$host1"
	assert_status 0
	refute_stderr
	assert_json '.devices[0] | [.status, .changed, .sent]' '["ok",false,false]'
	assert_target_state host-1 "Write Exclusive Access" "host-1 0xa"

	run_prctl preempt --key 0xa --victim 0xb --if-registered "$host1"
	assert_output "$host1: 0xb was not registered; held by 0xa (this host), write-exclusive"
}

@test "preempt: --if-registered, the victim is registered -> removed" {
	register_both_hosts
	sg_reserve 0xb 1 "$host2"

	run_prctl preempt --key 0xa --victim 0xb --if-registered "$host1"
	assert_status 0
	assert_output "$host1: preempted 0xb; held by 0xa (this host), write-exclusive"
	assert_target_state host-1 "Write Exclusive Access" "host-1 0xa"
}

@test "preempt: --if-registered, nothing is reserved -> conflict" {
	sg_register 0xa "$host1"

	run_prctl preempt --key 0xa --victim 0xb --if-registered "$host1"
	assert_status 3
	assert_stderr "prctl: $host1: preempt: conflict: nothing is reserved, so the victim can still write without its key; 0xb is not registered; reserve first, or use --unreserved to remove only the key"
	run_prctl preempt --key 0xa --victim 0xb --if-registered --unreserved "$host1"
	assert_status 3
	assert_stderr "prctl: $host1: preempt: conflict: the victim's key 0xb is not registered; nothing is reserved; reserve first to lock out unregistered hosts"
	assert_target_state none none "host-1 0xa"
}

@test "preempt: the victim is the own key -> usage error, nothing is touched" {
	sg_register 0xa "$host1"

	run_prctl preempt --key 0xa --victim 0x0A --unreserved "$host1"
	assert_status 2
	assert_output ""
	assert_stderr "prctl preempt: --victim is this host's own key; use unregister to remove it
Try 'prctl preempt --help'."
	assert_target_state none none "host-1 0xa"
}

@test "preempt: this host is not registered -> conflict that names the holder" {
	sg_register 0xb "$host2"
	sg_reserve 0xb 1 "$host2"

	run_prctl preempt --key 0xa --victim 0xb "$host1"
	assert_status 3
	assert_output ""
	assert_stderr "prctl: $host1: preempt: conflict: 0xa is not registered; held by 0xb ($iqn:host-2), write-exclusive; only a registered host can preempt"
	assert_target_state host-2 "Write Exclusive Access" "host-2 0xb"

	run_prctl preempt --json --key 0xa --victim 0xb "$host1"
	assert_json '.devices[0] | [.error.reason, .changed, .sent]' '["key_not_registered",false,false]'
}

@test "preempt: this host has another key -> conflict that names that key" {
	sg_register 0xc "$host1"
	sg_register 0xb "$host2"
	sg_reserve 0xb 1 "$host2"

	run_prctl preempt --json --key 0xa --victim 0xb "$host1"
	assert_status 3
	assert_stderr "prctl: $host1: preempt: conflict: this host is registered with 0xc, not 0xa; held by 0xb ($iqn:host-2), write-exclusive; use --key with the current key"
	assert_json '.devices[0] | [.error.reason, .changed, .sent]' '["other_key_registered",false,false]'
	assert_target_state host-2 "Write Exclusive Access" "host-1 0xc host-2 0xb"
}

@test "preempt: another host alone has the key (cloned node) -> conflict" {
	sg_register 0xa "$host2"
	sg_reserve 0xa 1 "$host2"

	run_prctl preempt --json --key 0xa --victim 0xb "$host1"
	assert_status 3
	assert_stderr "prctl: $host1: preempt: conflict: 0xa is registered by another host: 0xa ($iqn:host-2); held by 0xa ($iqn:host-2), write-exclusive; only a registered host can preempt"
	assert_json '.devices[0] | [.error.reason, .sent]' '["key_not_registered",false]'
	assert_target_state host-2 "Write Exclusive Access" "host-2 0xa"
}

@test "preempt: the victim's initiator has another key as well -> a warning names it" {
	local session second sessions=/sys/class/iscsi_session
	register_both_hosts
	sg_reserve 0xa 5 "$host1"
	session=$(readlink -f "/sys/class/block/$(basename "$(readlink -f "$host2")")/device/../..")
	iscsiadm -m session -r "${session##*/session}" --op new > /dev/null
	udevadm settle
	second=$(printf '%s\n' $sessions/session* | sort -V | tail -n 1)
	sg_register 0xbb /dev/"$(basename "$second"/device/target*/*:0/block/*)"
	assert_target_state host-1 "Write Exclusive Access, Registrants Only" "host-1 0xa host-2 0xb host-2 0xbb"

	run_prctl preempt --key 0xa --victim 0xb "$host1"
	iscsiadm -m session -r "${second##*/session}" --logout > /dev/null
	udevadm settle
	assert_status 0
	assert_output "$host1: preempted 0xb; held by 0xa (this host), write-exclusive-reg-only"
	assert_stderr "prctl: $host1: warning: $iqn:host-2, which had 0xb, is also registered with \
0xbb and can still write; preempt that key as well"
	assert_target_state host-1 "Write Exclusive Access, Registrants Only" "host-1 0xa host-2 0xbb"
}

# bats test_tags=every-kernel
@test "preempt: a unit attention waits -> passed over" {
	register_both_hosts
	sg_reserve 0xb 5 "$host2"
	udevadm settle
	host2_releases_and_reserves

	run_prctl preempt --key 0xa --victim 0xb "$host1"
	assert_status 0
	refute_stderr
	assert_target_state host-1 "Write Exclusive Access, Registrants Only" "host-1 0xa"
}

@test "preempt: a unit attention between reading and change -> passed over" {
	register_both_hosts
	sg_reserve 0xb 5 "$host2"
	udevadm settle

	run_prctl_stopped_at 1 real host2_releases_and_reserves preempt --json --key 0xa --victim 0xb "$host1"
	assert_status 0
	assert_json '.devices[0].changed' true
	assert_target_state host-1 "Write Exclusive Access, Registrants Only" "host-1 0xa"
}

@test "preempt: done, but the device returns an error -> ok, changed is null" {
	register_both_hosts
	sg_reserve 0xb 1 "$host2"

	run_prctl_stopped_at 2 retval=2 host1_preempts preempt --json --key 0xa --victim 0xb "$host1"
	grep -q 'IOC_PR_PREEMPT,.*INJECTED' "$traced"
	assert_status 0
	assert_json '.devices[0] | [.status, .changed, .sent, .error.reason]' '["ok",null,true,"none"]'
	assert_json '.devices[0].warnings | length' 1
	assert_target_state host-1 "Write Exclusive Access" "host-1 0xa"
}

@test "preempt: the victim unregisters meanwhile -> ok, changed is null" {
	register_both_hosts
	sg_reserve 0xa 5 "$host1"

	run_prctl_stopped_at 1 real host2_unregisters preempt --json --key 0xa --victim 0xb "$host1"
	assert_status 0
	assert_json '.devices[0] | [.status, .changed, .sent]' '["ok",null,true]'
	assert_target_state host-1 "Write Exclusive Access, Registrants Only" "host-1 0xa"
}

@test "preempt: the holder and the reservation go meanwhile -> conflict, not ok" {
	register_both_hosts
	sg_reserve 0xb 1 "$host2"

	run_prctl_stopped_at 1 real host2_unregisters preempt --json --key 0xa --victim 0xb "$host1"
	assert_status 3
	assert_json '.devices[0] | [.status, .changed, .error.reason]' '["conflict",false,"not_reserved"]'
	assert_target_state none none "host-1 0xa"
}

@test "preempt: done, then changed by another host -> failed, names what is held now" {
	register_both_hosts
	sg_reserve 0xa 5 "$host1"

	run_prctl_stopped_at 2 real host2_registers_again preempt --json --key 0xa --victim 0xb "$host1"
	assert_status 6
	assert_stderr "prctl: $host1: read-back: failed: done, but changed since: now held by 0xa (this host), write-exclusive-reg-only; 0xa is registered; the victim's key 0xb is registered; another host is changing this device; check with 'prctl status'"
	assert_json '.devices[0] | [.status, .changed, .error.reason, .error.step]' '["failed",true,"changed_since","read-back"]'
	assert_target_state host-1 "Write Exclusive Access, Registrants Only" "host-1 0xa host-2 0xb"
}

@test "preempt: failed and not done -> sent again" {
	register_both_hosts
	sg_reserve 0xb 1 "$host2"

	run_prctl_stopped_at 2 error=EIO true preempt --json --key 0xa --victim 0xb "$host1"
	assert_status 0
	assert_json '.devices[0] | [.status, .changed]' '["ok",true]'
	assert_target_state host-1 "Write Exclusive Access" "host-1 0xa"
}

@test "preempt: fails each time -> failed, nothing was changed" {
	register_both_hosts
	sg_reserve 0xb 1 "$host2"

	run_prctl_injected error=EIO:when=2+2 preempt --json --key 0xa --victim 0xb "$host1"
	assert_status 6
	assert_stderr "prctl: $host1: preempt: failed: not done after 3 tries: the path failed \
(EIO); held by 0xb ($iqn:host-2), write-exclusive; 0xa is registered; check the path and try again"
	assert_json '.devices[0] | [.status, .changed, .sent, .error.errno]' '["failed",false,true,"EIO"]'
	assert_target_state host-2 "Write Exclusive Access" "host-1 0xa host-2 0xb"
}

@test "preempt: the read-back fails -> unknown, never ok" {
	before()
	{
		lun_reset
		register_both_hosts
		sg_reserve 0xb 1 "$host2"
	}
	before

	run_prctl_failing_from 3 before preempt --json --key 0xa --victim 0xb "$host1"
	assert_status 7
	assert_stderr "prctl: $host1: read-back: unknown: accepted, but not verified: cannot read \
the state: the path failed (EIO); check with 'prctl status'"
	assert_json '.devices[0] | [.status, .changed, .sent]' '["unknown",null,true]'
	assert_json '.devices[0] | [.registrants, .reservation.type, .generation]' '[null,null,null]'
}

@test "preempt: --dry-run -> says what would be sent, and sends nothing" {
	register_both_hosts
	sg_reserve 0xb 1 "$host2"

	run_prctl preempt --dry-run --key 0xa --victim 0xb "$host1"
	assert_status 0
	assert_output ""
	assert_stderr "prctl: $host1: would preempt 0xb, held by 0xb ($iqn:host-2), \
write-exclusive: PREEMPT, key 0xa, victim 0xb, write-exclusive, through $(readlink -f "$host1")"
	assert_target_state host-2 "Write Exclusive Access" "host-1 0xa host-2 0xb"
}
