#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# preempt
load common

iqn=iqn.2026-01.lab

# What happens on the other host while prctl waits for an answer.
host1_preempts()
{
	other -o -P -K a -S b -T 1 "$host1"
}

host2_leaves()
{
	other -o -G -K b -S 0 "$host2"
}

host2_joins_again()
{
	join 0xb "$host2"
}

# Releasing a reservation of a registrants-only type is told to every registrant, as a unit attention.
host2_releases_and_reserves()
{
	other -o -L -K b -T 5 "$host2"
	hold 0xb 5 "$host2"
}

two_registered()
{
	join 0xa "$host1"
	join 0xb "$host2"
}

generation()
{
	echo $(($(pr res_pr_generation)))
}

@test "preempt: --key is this host's and --victim the one that goes" {
	two_registered
	hold 0xa 1 "$host1"

	p preempt --key 0xa --victim 0xb "$host1"
	ended 0
	printed "$host1: preempted 0xb; held by 0xa (this host), write-exclusive"
	said_nothing
	held host-1 "Write Exclusive Access" "host-1 0xa"
	writes "$host1"
	writes_not "$host2"
}

# bats test_tags=every-kernel
@test "preempt: the kernel's ioctl wants the own key as old_key, whatever pr.rst says" {
	two_registered
	hold 0xa 1 "$host1"
	# shellcheck disable=SC2016 # perl's own variables
	preempt='open F, "<", $ARGV[0] or die; $r = ioctl(F, 0x401870cb, pack("QQLL", hex $ARGV[1], hex $ARGV[2], 1, 0));
		print defined $r ? $r + 0 : "errno $!"'

	run perl -e "$preempt" "$host1" b a
	# reservation conflict: raw on 6.1, enum pr_status later
	[[ $output == "$((0x118))" || $output == "$((0x18))" ]] || fail "the victim's key as old_key"
	held host-1 "Write Exclusive Access" "host-1 0xa host-2 0xb"
	run perl -e "$preempt" "$host1" a b
	[[ $output == 0 ]] || fail "the own key as old_key"
	held host-1 "Write Exclusive Access" "host-1 0xa"
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
		two_registered
		hold 0xb "${row%% *}" "$host2"

		p preempt --key 0xa --victim 0xb "$host1"
		ended 0
		printed "$host1: preempted 0xb; held by 0xa (this host), ${name%|*}"
		said_nothing
		held host-1 "${name#*|}" "host-1 0xa"
		writes "$host1"
		writes_not "$host2"
		lun_reset
	done
}

@test "preempt: of a holder, with --type, takes the reservation over with that type" {
	two_registered
	hold 0xb 1 "$host2"
	writes_not "$host1"

	p preempt --key 0xa --victim 0xb --type exclusive-access-reg-only "$host1"
	ended 0
	printed "$host1: preempted 0xb; held by 0xa (this host), exclusive-access-reg-only"
	said_nothing
	held host-1 "Exclusive Access, Registrants Only" "host-1 0xa"
	writes "$host1"
	reads_not "$host2"
}

@test "preempt: of a registrant that does not hold leaves the reservation, and says that --type has no effect" {
	two_registered
	hold 0xa 5 "$host1"

	p preempt --key 0xa --victim 0xb --type exclusive-access "$host1"
	ended 0
	printed "$host1: preempted 0xb; held by 0xa (this host), write-exclusive-reg-only"
	said "prctl: $host1: warning: --type exclusive-access had no effect, for the victim did not hold"
	held host-1 "Write Exclusive Access, Registrants Only" "host-1 0xa"
	writes_not "$host2"
}

@test "preempt: of a second registrant of an all-registrants reservation leaves the others" {
	two_registered
	hold 0xa 7 "$host1"
	writes "$host2"

	p preempt --key 0xa --victim 0xb "$host1"
	ended 0
	printed "$host1: preempted 0xb; held by 0xa (this host), write-exclusive-all-regs"
	held host-1 "Write Exclusive Access, All Registrants" "host-1 0xa"
	writes_not "$host2"
}

@test "preempt: of the first registrant of an all-registrants reservation keeps its type" {
	two_registered
	hold 0xb 8 "$host2"

	p preempt --key 0xa --victim 0xb "$host1"
	ended 0
	printed "$host1: preempted 0xb; held by 0xa (this host), exclusive-access-all-regs"
	held host-1 "Exclusive Access, All Registrants" "host-1 0xa"
	writes "$host1"
	writes_not "$host2"
}

# bats test_tags=every-kernel
@test "preempt: --victim all removes all others of an all-registrants reservation" {
	two_registered
	hold 0xb 7 "$host2"

	p preempt --key 0xa --victim all "$host1"
	ended 0
	printed "$host1: preempted all others; held by 0xa (this host), write-exclusive-all-regs"
	said_nothing
	held host-1 "Write Exclusive Access, All Registrants" "host-1 0xa"
	writes "$host1"
	writes_not "$host2"
}

@test "preempt: --victim all takes over with --type" {
	two_registered
	hold 0xb 7 "$host2"

	p preempt --key 0xa --victim all --type write-exclusive "$host1"
	ended 0
	printed "$host1: preempted all others; held by 0xa (this host), write-exclusive"
	held host-1 "Write Exclusive Access" "host-1 0xa"
	writes_not "$host2"
}

@test "preempt: --victim all where one host holds is a conflict, and nothing is sent" {
	two_registered
	hold 0xb 5 "$host2"

	p preempt --json --key 0xa --victim all "$host1"
	ended 3
	said "$host1: preempt: conflict: held by 0xb ($iqn:host-2), write-exclusive-reg-only"
	said "all-registrants"
	json '.devices[0] | [.error.reason, .changed, .sent]' '["not_all_registrants",false,false]'
	held host-2 "Write Exclusive Access, Registrants Only" "host-1 0xa host-2 0xb"
}

@test "preempt: --victim all where nothing is reserved is a conflict, and nothing is sent" {
	two_registered

	p preempt --json --key 0xa --victim all "$host1"
	ended 3
	said "$host1: preempt: conflict: nothing is reserved"
	json '.devices[0] | [.error.reason, .changed, .sent]' '["not_reserved",false,false]'
	held none none "host-1 0xa host-2 0xb"
}

@test "preempt: where nothing is reserved is a conflict before anything is sent" {
	two_registered
	local before
	before=$(generation)

	p preempt --key 0xa --victim 0xb "$host1"
	ended 3
	printed ""
	said "prctl: $host1: preempt: conflict: nothing is reserved, so the victim could still write without its key"
	said "reserve first"
	said "--unreserved"
	held none none "host-1 0xa host-2 0xb"
	[[ $(generation) == "$before" ]] || fail "something was sent"

	p preempt --json --key 0xa --victim 0xb "$host1"
	json '.devices[0] | [.error.reason, .changed, .sent]' '["not_reserved",false,false]'
}

@test "preempt: --unreserved removes the key alone, and says that the victim can write" {
	two_registered

	p preempt --key 0xa --victim 0xb --unreserved "$host1"
	ended 0
	printed "$host1: preempted 0xb; nothing is reserved"
	said "prctl: $host1: warning: nothing is reserved, so the victim can write without its key"
	held none none "host-1 0xa"
	writes "$host2"
}

@test "preempt: --unreserved is no obstacle where a reservation is held" {
	two_registered
	hold 0xb 1 "$host2"

	p preempt --key 0xa --victim 0xb --unreserved "$host1"
	ended 0
	said_nothing
	held host-1 "Write Exclusive Access" "host-1 0xa"
}

@test "preempt: a victim that is not registered is a conflict" {
	join 0xa "$host1"
	hold 0xa 1 "$host1"

	p preempt --key 0xa --victim 0xb "$host1"
	ended 3
	printed ""
	said "prctl: $host1: preempt: conflict: the victim's key 0xb is not registered; held by 0xa (this host), write-exclusive; --if-registered takes that for done"
	held host-1 "Write Exclusive Access" "host-1 0xa"

	p preempt --json --key 0xa --victim 0xb "$host1"
	json '.devices[0] | [.error.reason, .changed, .sent]' '["victim_not_registered",false,false]'
}

@test "preempt: --if-registered makes a victim that is not registered a success while a reservation is held" {
	join 0xa "$host1"
	hold 0xa 1 "$host1"

	p preempt --json --key 0xa --victim 0xb --if-registered "$host1"
	ended 0
	said_nothing
	json '.devices[0] | [.status, .changed, .sent]' '["ok",false,false]'
	held host-1 "Write Exclusive Access" "host-1 0xa"

	p preempt --key 0xa --victim 0xb --if-registered "$host1"
	printed "$host1: 0xb was not registered; held by 0xa (this host), write-exclusive"
}

@test "preempt: --if-registered removes a victim that is registered" {
	two_registered
	hold 0xb 1 "$host2"

	p preempt --key 0xa --victim 0xb --if-registered "$host1"
	ended 0
	printed "$host1: preempted 0xb; held by 0xa (this host), write-exclusive"
	held host-1 "Write Exclusive Access" "host-1 0xa"
}

@test "preempt: --if-registered is a conflict where nothing is reserved" {
	join 0xa "$host1"

	p preempt --key 0xa --victim 0xb --if-registered "$host1"
	ended 3
	said "nothing is reserved"
	p preempt --key 0xa --victim 0xb --if-registered --unreserved "$host1"
	ended 3
	said "the victim's key 0xb is not registered; nothing is reserved; reserve, to keep out who is not registered"
	held none none "host-1 0xa"
}

@test "preempt: the own key as victim is a wrong command line, and nothing is touched" {
	join 0xa "$host1"

	p preempt --key 0xa --victim 0x0A --unreserved "$host1"
	ended 2
	printed ""
	said "own key"
	held none none "host-1 0xa"
}

@test "preempt: by a host that is not registered is a conflict that says who holds" {
	join 0xb "$host2"
	hold 0xb 1 "$host2"

	p preempt --key 0xa --victim 0xb "$host1"
	ended 3
	printed ""
	said "prctl: $host1: preempt: conflict: 0xa is not registered; held by 0xb ($iqn:host-2), write-exclusive"
	held host-2 "Write Exclusive Access" "host-2 0xb"

	p preempt --json --key 0xa --victim 0xb "$host1"
	json '.devices[0] | [.error.reason, .changed, .sent]' '["key_not_registered",false,false]'
}

@test "preempt: by a host that is registered with another key is a conflict that names that key" {
	join 0xc "$host1"
	join 0xb "$host2"
	hold 0xb 1 "$host2"

	p preempt --json --key 0xa --victim 0xb "$host1"
	ended 3
	said "this host is registered with 0xc, not 0xa; held by 0xb ($iqn:host-2), write-exclusive"
	json '.devices[0] | [.error.reason, .changed, .sent]' '["other_key_registered",false,false]'
	held host-2 "Write Exclusive Access" "host-1 0xc host-2 0xb"
}

@test "preempt: a key that only another host has is not this host's, even on a cloned node" {
	join 0xa "$host2"
	hold 0xa 1 "$host2"

	p preempt --json --key 0xa --victim 0xb "$host1"
	ended 3
	said "0xa is registered by another host: 0xa ($iqn:host-2)"
	json '.devices[0] | [.error.reason, .sent]' '["key_not_registered",false]'
	held host-2 "Write Exclusive Access" "host-2 0xa"
}

@test "preempt: an initiator that had the victim's key and has another one still is named in a warning" {
	local session second sessions=/sys/class/iscsi_session
	two_registered
	hold 0xa 5 "$host1"
	session=$(readlink -f "/sys/class/block/$(basename "$(readlink -f "$host2")")/device/../..")
	iscsiadm -m session -r "${session##*/session}" --op new > /dev/null
	udevadm settle
	second=$(printf '%s\n' $sessions/session* | sort -V | tail -n 1)
	join 0xbb /dev/"$(basename "$second"/device/target*/*:0/block/*)"
	held host-1 "Write Exclusive Access, Registrants Only" "host-1 0xa host-2 0xb host-2 0xbb"

	p preempt --key 0xa --victim 0xb "$host1"
	iscsiadm -m session -r "${second##*/session}" --logout > /dev/null
	udevadm settle
	ended 0
	printed "$host1: preempted 0xb; held by 0xa (this host), write-exclusive-reg-only"
	said "prctl: $host1: warning: $iqn:host-2, which had 0xb, is registered with 0xbb too, and may write on"
	held host-1 "Write Exclusive Access, Registrants Only" "host-1 0xa host-2 0xbb"
}

# bats test_tags=every-kernel
@test "preempt: a unit attention that waits for this host is passed over" {
	two_registered
	hold 0xb 5 "$host2"
	udevadm settle
	host2_releases_and_reserves

	p preempt --key 0xa --victim 0xb "$host1"
	ended 0
	said_nothing
	held host-1 "Write Exclusive Access, Registrants Only" "host-1 0xa"
}

@test "preempt: a unit attention between the look and the command does not stop it" {
	two_registered
	hold 0xb 5 "$host2"
	udevadm settle

	interrupted 1 real host2_releases_and_reserves preempt --json --key 0xa --victim 0xb "$host1"
	ended 0
	json '.devices[0].changed' true
	held host-1 "Write Exclusive Access, Registrants Only" "host-1 0xa"
}

@test "preempt: done, but answered otherwise, is ok, and who did it is not known" {
	two_registered
	hold 0xb 1 "$host2"

	interrupted 2 retval=2 host1_preempts preempt --json --key 0xa --victim 0xb "$host1"
	grep -q 'IOC_PR_PREEMPT,.*INJECTED' "$traced"
	ended 0
	json '.devices[0] | [.status, .changed, .sent, .error.reason]' '["ok",null,true,"none"]'
	json '.devices[0].warnings | length' 1
	held host-1 "Write Exclusive Access" "host-1 0xa"
}

# bats test_tags=every-kernel
@test "preempt: a victim that goes by itself in between is ok, and who did it is not known" {
	two_registered
	hold 0xa 5 "$host1"

	interrupted 1 real host2_leaves preempt --json --key 0xa --victim 0xb "$host1"
	ended 0
	json '.devices[0] | [.status, .changed, .sent]' '["ok",null,true]'
	held host-1 "Write Exclusive Access, Registrants Only" "host-1 0xa"
}

@test "preempt: a reservation that goes with its holder in between is not taken for done" {
	two_registered
	hold 0xb 1 "$host2"

	interrupted 1 real host2_leaves preempt --json --key 0xa --victim 0xb "$host1"
	ended 3
	json '.devices[0] | [.status, .changed, .error.reason]' '["conflict",false,"not_reserved"]'
	held none none "host-1 0xa"
}

@test "preempt: done, and then changed by another host, is failed and says what is held now" {
	two_registered
	hold 0xa 5 "$host1"

	interrupted 2 real host2_joins_again preempt --json --key 0xa --victim 0xb "$host1"
	ended 6
	said "prctl: $host1: read-back: failed: done, then changed: now held by 0xa (this host), write-exclusive-reg-only"
	said "0xb is registered"
	json '.devices[0] | [.status, .changed, .error.reason, .error.step]' '["failed",true,"changed_since","read-back"]'
	held host-1 "Write Exclusive Access, Registrants Only" "host-1 0xa host-2 0xb"
}

# bats test_tags=every-kernel
@test "preempt: what failed without being done is sent again" {
	two_registered
	hold 0xb 1 "$host2"

	interrupted 2 error=EIO true preempt --json --key 0xa --victim 0xb "$host1"
	ended 0
	json '.devices[0] | [.status, .changed]' '["ok",true]'
	held host-1 "Write Exclusive Access" "host-1 0xa"
}

@test "preempt: what fails each time is failed, and nothing was changed" {
	two_registered
	hold 0xb 1 "$host2"

	injected error=EIO:when=2+2 preempt --json --key 0xa --victim 0xb "$host1"
	ended 6
	said "prctl: $host1: preempt: failed: not done after 3 tries"
	said "held by 0xb ($iqn:host-2), write-exclusive; 0xa is registered"
	json '.devices[0] | [.status, .changed, .sent, .error.errno]' '["failed",false,true,"EIO"]'
	held host-2 "Write Exclusive Access" "host-1 0xa host-2 0xb"
}

@test "preempt: what cannot be read back is unknown, never done" {
	before()
	{
		lun_reset
		two_registered
		hold 0xb 1 "$host2"
	}
	before

	unverified 3 before preempt --json --key 0xa --victim 0xb "$host1"
	ended 7
	said "prctl: $host1: "
	said ": unknown: "
	json '.devices[0] | [.status, .changed, .sent]' '["unknown",null,true]'
	json '.devices[0] | [.registrants, .reservation.type, .generation]' '[null,null,null]'
}

@test "preempt: --dry-run says what would be sent, and sends nothing" {
	two_registered
	hold 0xb 1 "$host2"

	p preempt --dry-run --key 0xa --victim 0xb "$host1"
	ended 0
	printed ""
	[[ $stderr == "prctl: $host1: would preempt 0xb, held by 0xb ($iqn:host-2), write-exclusive: PREEMPT, key 0xa, victim 0xb, "`
		`"write-exclusive, through $(readlink -f "$host1")" ]] || fail "not what would be sent"
	held host-2 "Write Exclusive Access" "host-1 0xa host-2 0xb"
}
