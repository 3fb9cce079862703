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

# Releasing a reservation of a registrants-only type is told to every registrant, as a unit attention.
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

@test "preempt: --key is this host's and --victim the one that goes" {
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
@test "preempt: the kernel's ioctl wants the own key as old_key, whatever pr.rst says" {
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
@test "preempt: of the holder takes the reservation over, with the type that is held" {
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

@test "preempt: of a holder, with --type, takes the reservation over with that type" {
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

@test "preempt: of a registrant that does not hold leaves the reservation, and says that --type has no effect" {
	register_both_hosts
	sg_reserve 0xa 5 "$host1"

	run_prctl preempt --key 0xa --victim 0xb --type exclusive-access "$host1"
	assert_status 0
	assert_output "$host1: preempted 0xb; held by 0xa (this host), write-exclusive-reg-only"
	assert_stderr --partial "prctl: $host1: warning: --type exclusive-access had no effect, for the victim did not hold"
	assert_target_state host-1 "Write Exclusive Access, Registrants Only" "host-1 0xa"
	cannot_write "$host2"
}

@test "preempt: of a second registrant of an all-registrants reservation leaves the others" {
	register_both_hosts
	sg_reserve 0xa 7 "$host1"
	can_write "$host2"

	run_prctl preempt --key 0xa --victim 0xb "$host1"
	assert_status 0
	assert_output "$host1: preempted 0xb; held by 0xa (this host), write-exclusive-all-regs"
	assert_target_state host-1 "Write Exclusive Access, All Registrants" "host-1 0xa"
	cannot_write "$host2"
}

@test "preempt: of the first registrant of an all-registrants reservation keeps its type" {
	register_both_hosts
	sg_reserve 0xb 8 "$host2"

	run_prctl preempt --key 0xa --victim 0xb "$host1"
	assert_status 0
	assert_output "$host1: preempted 0xb; held by 0xa (this host), exclusive-access-all-regs"
	assert_target_state host-1 "Exclusive Access, All Registrants" "host-1 0xa"
	can_write "$host1"
	cannot_write "$host2"
}

# bats test_tags=every-kernel
@test "preempt: --victim all removes all others of an all-registrants reservation" {
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

@test "preempt: --victim all takes over with --type" {
	register_both_hosts
	sg_reserve 0xb 7 "$host2"

	run_prctl preempt --key 0xa --victim all --type write-exclusive "$host1"
	assert_status 0
	assert_output "$host1: preempted all others; held by 0xa (this host), write-exclusive"
	assert_target_state host-1 "Write Exclusive Access" "host-1 0xa"
	cannot_write "$host2"
}

@test "preempt: --victim all where one host holds is a conflict, and nothing is sent" {
	register_both_hosts
	sg_reserve 0xb 5 "$host2"

	run_prctl preempt --json --key 0xa --victim all "$host1"
	assert_status 3
	assert_stderr --partial "$host1: preempt: conflict: held by 0xb ($iqn:host-2), write-exclusive-reg-only"
	assert_stderr --partial "all-registrants"
	assert_json '.devices[0] | [.error.reason, .changed, .sent]' '["not_all_registrants",false,false]'
	assert_target_state host-2 "Write Exclusive Access, Registrants Only" "host-1 0xa host-2 0xb"
}

@test "preempt: --victim all where nothing is reserved is a conflict, and nothing is sent" {
	register_both_hosts

	run_prctl preempt --json --key 0xa --victim all "$host1"
	assert_status 3
	assert_stderr --partial "$host1: preempt: conflict: nothing is reserved"
	assert_json '.devices[0] | [.error.reason, .changed, .sent]' '["not_reserved",false,false]'
	assert_target_state none none "host-1 0xa host-2 0xb"
}

@test "preempt: where nothing is reserved is a conflict before anything is sent" {
	register_both_hosts
	local before
	before=$(generation)

	run_prctl preempt --key 0xa --victim 0xb "$host1"
	assert_status 3
	assert_output ""
	assert_stderr --partial "prctl: $host1: preempt: conflict: nothing is reserved, so the victim could still write without its key"
	assert_stderr --partial "reserve first"
	assert_stderr --partial "--unreserved"
	assert_target_state none none "host-1 0xa host-2 0xb"
	[[ $(generation) == "$before" ]] || fail "something was sent"

	run_prctl preempt --json --key 0xa --victim 0xb "$host1"
	assert_json '.devices[0] | [.error.reason, .changed, .sent]' '["not_reserved",false,false]'
}

@test "preempt: --unreserved removes the key alone, and says that the victim can write" {
	register_both_hosts

	run_prctl preempt --key 0xa --victim 0xb --unreserved "$host1"
	assert_status 0
	assert_output "$host1: preempted 0xb; nothing is reserved"
	assert_stderr --partial "prctl: $host1: warning: nothing is reserved, so the victim can write without its key"
	assert_target_state none none "host-1 0xa"
	can_write "$host2"
}

@test "preempt: --unreserved is no obstacle where a reservation is held" {
	register_both_hosts
	sg_reserve 0xb 1 "$host2"

	run_prctl preempt --key 0xa --victim 0xb --unreserved "$host1"
	assert_status 0
	refute_stderr
	assert_target_state host-1 "Write Exclusive Access" "host-1 0xa"
}

@test "preempt: a victim that is not registered is a conflict" {
	sg_register 0xa "$host1"
	sg_reserve 0xa 1 "$host1"

	run_prctl preempt --key 0xa --victim 0xb "$host1"
	assert_status 3
	assert_output ""
	assert_stderr --partial "prctl: $host1: preempt: conflict: the victim's key 0xb is not registered; held by 0xa (this host), write-exclusive; --if-registered takes that for done"
	assert_target_state host-1 "Write Exclusive Access" "host-1 0xa"

	run_prctl preempt --json --key 0xa --victim 0xb "$host1"
	assert_json '.devices[0] | [.error.reason, .changed, .sent]' '["victim_not_registered",false,false]'
}

@test "preempt: --if-registered makes a victim that is not registered a success while a reservation is held" {
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

@test "preempt: --if-registered removes a victim that is registered" {
	register_both_hosts
	sg_reserve 0xb 1 "$host2"

	run_prctl preempt --key 0xa --victim 0xb --if-registered "$host1"
	assert_status 0
	assert_output "$host1: preempted 0xb; held by 0xa (this host), write-exclusive"
	assert_target_state host-1 "Write Exclusive Access" "host-1 0xa"
}

@test "preempt: --if-registered is a conflict where nothing is reserved" {
	sg_register 0xa "$host1"

	run_prctl preempt --key 0xa --victim 0xb --if-registered "$host1"
	assert_status 3
	assert_stderr --partial "nothing is reserved"
	run_prctl preempt --key 0xa --victim 0xb --if-registered --unreserved "$host1"
	assert_status 3
	assert_stderr --partial "the victim's key 0xb is not registered; nothing is reserved; reserve, to keep out who is not registered"
	assert_target_state none none "host-1 0xa"
}

@test "preempt: the own key as victim is a wrong command line, and nothing is touched" {
	sg_register 0xa "$host1"

	run_prctl preempt --key 0xa --victim 0x0A --unreserved "$host1"
	assert_status 2
	assert_output ""
	assert_stderr --partial "own key"
	assert_target_state none none "host-1 0xa"
}

@test "preempt: by a host that is not registered is a conflict that says who holds" {
	sg_register 0xb "$host2"
	sg_reserve 0xb 1 "$host2"

	run_prctl preempt --key 0xa --victim 0xb "$host1"
	assert_status 3
	assert_output ""
	assert_stderr --partial "prctl: $host1: preempt: conflict: 0xa is not registered; held by 0xb ($iqn:host-2), write-exclusive"
	assert_target_state host-2 "Write Exclusive Access" "host-2 0xb"

	run_prctl preempt --json --key 0xa --victim 0xb "$host1"
	assert_json '.devices[0] | [.error.reason, .changed, .sent]' '["key_not_registered",false,false]'
}

@test "preempt: by a host that is registered with another key is a conflict that names that key" {
	sg_register 0xc "$host1"
	sg_register 0xb "$host2"
	sg_reserve 0xb 1 "$host2"

	run_prctl preempt --json --key 0xa --victim 0xb "$host1"
	assert_status 3
	assert_stderr --partial "this host is registered with 0xc, not 0xa; held by 0xb ($iqn:host-2), write-exclusive"
	assert_json '.devices[0] | [.error.reason, .changed, .sent]' '["other_key_registered",false,false]'
	assert_target_state host-2 "Write Exclusive Access" "host-1 0xc host-2 0xb"
}

@test "preempt: a key that only another host has is not this host's, even on a cloned node" {
	sg_register 0xa "$host2"
	sg_reserve 0xa 1 "$host2"

	run_prctl preempt --json --key 0xa --victim 0xb "$host1"
	assert_status 3
	assert_stderr --partial "0xa is registered by another host: 0xa ($iqn:host-2)"
	assert_json '.devices[0] | [.error.reason, .sent]' '["key_not_registered",false]'
	assert_target_state host-2 "Write Exclusive Access" "host-2 0xa"
}

@test "preempt: an initiator that had the victim's key and has another one still is named in a warning" {
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
	assert_stderr --partial "prctl: $host1: warning: $iqn:host-2, which had 0xb, is registered with 0xbb too, and may write on"
	assert_target_state host-1 "Write Exclusive Access, Registrants Only" "host-1 0xa host-2 0xbb"
}

# bats test_tags=every-kernel
@test "preempt: a unit attention that waits for this host is passed over" {
	register_both_hosts
	sg_reserve 0xb 5 "$host2"
	udevadm settle
	host2_releases_and_reserves

	run_prctl preempt --key 0xa --victim 0xb "$host1"
	assert_status 0
	refute_stderr
	assert_target_state host-1 "Write Exclusive Access, Registrants Only" "host-1 0xa"
}

@test "preempt: a unit attention between the look and the command does not stop it" {
	register_both_hosts
	sg_reserve 0xb 5 "$host2"
	udevadm settle

	run_prctl_stopped_at 1 real host2_releases_and_reserves preempt --json --key 0xa --victim 0xb "$host1"
	assert_status 0
	assert_json '.devices[0].changed' true
	assert_target_state host-1 "Write Exclusive Access, Registrants Only" "host-1 0xa"
}

@test "preempt: done, but answered otherwise, is ok, and who did it is not known" {
	register_both_hosts
	sg_reserve 0xb 1 "$host2"

	run_prctl_stopped_at 2 retval=2 host1_preempts preempt --json --key 0xa --victim 0xb "$host1"
	grep -q 'IOC_PR_PREEMPT,.*INJECTED' "$traced"
	assert_status 0
	assert_json '.devices[0] | [.status, .changed, .sent, .error.reason]' '["ok",null,true,"none"]'
	assert_json '.devices[0].warnings | length' 1
	assert_target_state host-1 "Write Exclusive Access" "host-1 0xa"
}

# bats test_tags=every-kernel
@test "preempt: a victim that goes by itself in between is ok, and who did it is not known" {
	register_both_hosts
	sg_reserve 0xa 5 "$host1"

	run_prctl_stopped_at 1 real host2_unregisters preempt --json --key 0xa --victim 0xb "$host1"
	assert_status 0
	assert_json '.devices[0] | [.status, .changed, .sent]' '["ok",null,true]'
	assert_target_state host-1 "Write Exclusive Access, Registrants Only" "host-1 0xa"
}

@test "preempt: a reservation that goes with its holder in between is not taken for done" {
	register_both_hosts
	sg_reserve 0xb 1 "$host2"

	run_prctl_stopped_at 1 real host2_unregisters preempt --json --key 0xa --victim 0xb "$host1"
	assert_status 3
	assert_json '.devices[0] | [.status, .changed, .error.reason]' '["conflict",false,"not_reserved"]'
	assert_target_state none none "host-1 0xa"
}

@test "preempt: done, and then changed by another host, is failed and says what is held now" {
	register_both_hosts
	sg_reserve 0xa 5 "$host1"

	run_prctl_stopped_at 2 real host2_registers_again preempt --json --key 0xa --victim 0xb "$host1"
	assert_status 6
	assert_stderr --partial "prctl: $host1: read-back: failed: done, then changed: now held by 0xa (this host), write-exclusive-reg-only"
	assert_stderr --partial "0xb is registered"
	assert_json '.devices[0] | [.status, .changed, .error.reason, .error.step]' '["failed",true,"changed_since","read-back"]'
	assert_target_state host-1 "Write Exclusive Access, Registrants Only" "host-1 0xa host-2 0xb"
}

# bats test_tags=every-kernel
@test "preempt: what failed without being done is sent again" {
	register_both_hosts
	sg_reserve 0xb 1 "$host2"

	run_prctl_stopped_at 2 error=EIO true preempt --json --key 0xa --victim 0xb "$host1"
	assert_status 0
	assert_json '.devices[0] | [.status, .changed]' '["ok",true]'
	assert_target_state host-1 "Write Exclusive Access" "host-1 0xa"
}

@test "preempt: what fails each time is failed, and nothing was changed" {
	register_both_hosts
	sg_reserve 0xb 1 "$host2"

	run_prctl_injected error=EIO:when=2+2 preempt --json --key 0xa --victim 0xb "$host1"
	assert_status 6
	assert_stderr --partial "prctl: $host1: preempt: failed: not done after 3 tries"
	assert_stderr --partial "held by 0xb ($iqn:host-2), write-exclusive; 0xa is registered"
	assert_json '.devices[0] | [.status, .changed, .sent, .error.errno]' '["failed",false,true,"EIO"]'
	assert_target_state host-2 "Write Exclusive Access" "host-1 0xa host-2 0xb"
}

@test "preempt: what cannot be read back is unknown, never done" {
	before()
	{
		lun_reset
		register_both_hosts
		sg_reserve 0xb 1 "$host2"
	}
	before

	run_prctl_failing_from 3 before preempt --json --key 0xa --victim 0xb "$host1"
	assert_status 7
	assert_stderr --partial "prctl: $host1: "
	assert_stderr --partial ": unknown: "
	assert_json '.devices[0] | [.status, .changed, .sent]' '["unknown",null,true]'
	assert_json '.devices[0] | [.registrants, .reservation.type, .generation]' '[null,null,null]'
}

@test "preempt: --dry-run says what would be sent, and sends nothing" {
	register_both_hosts
	sg_reserve 0xb 1 "$host2"

	run_prctl preempt --dry-run --key 0xa --victim 0xb "$host1"
	assert_status 0
	assert_output ""
	[[ $stderr == "prctl: $host1: would preempt 0xb, held by 0xb ($iqn:host-2), write-exclusive: PREEMPT, key 0xa, victim 0xb, "`
		`"write-exclusive, through $(readlink -f "$host1")" ]] || fail "not what would be sent"
	assert_target_state host-2 "Write Exclusive Access" "host-1 0xa host-2 0xb"
}
