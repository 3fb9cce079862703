#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Paths of the fleet's LUNs that die amid a change, and come back or not: what is known of the change then. Each session is
# new here: what others have done to theirs takes a while to be over.
# bats file_tags=kernel-7
# shellcheck disable=SC2154
load common
load fleet

@test "fleet: the path dies behind the change: unknown at the deadline, and sent once" {
	local tries
	for ((tries = 0; tries < 5; tries++)); do
		fleet_back 0
		prctl unregister --ignore-key --quiet "${fleet}0"
		late_answer register --key 0xe --json --timeout 5 "${fleet}0"
		[[ $reached != 0xe ]] || break
	done
	[[ $reached == 0xe ]] || fail "no change ever reached the target"
	ended 7
	json '.devices[0] | [.status, .changed, .sent, .error.reason]' '["unknown",null,true,"outcome_lost"]'
	said "sent, then no answer within 5 s: the register may have happened, and may still happen, later too"
	((changes == 1)) || fail "$changes changes were sent"
	keys_are 0 0 0xe
}

@test "fleet: a path that is set offline amid a command, and back, is read before anything is sent again" {
	local device change before
	prctl unregister --ignore-key --quiet "${fleet}102"
	device=$(readlink -f "${fleet}102")
	state=/sys/block/${device##*/}/device/state
	offline()
	{
		echo offline > "$state"
		(
			pause 3
			echo running > "$state"
		) 3>&- &
	}
	interrupted 1 real offline register --key 0xe --timeout 60 "${fleet}102"
	wait
	ended 0
	keys_are 102 102 0xe
	# between two changes there is always a reading that was answered
	before=answered
	while read -r change; do
		[[ $change != change || $before == answered ]] || fail "$(< "$traced")"
		before=$change
	done < <(sed -n '/host_status=0[,}]/s/.*/answered/p; /IOC_PR_REGISTER/s/.*/change/p' "$traced")
	[[ $before == answered ]] || fail "$(< "$traced")"
}

@test "fleet: a target that goes away and returns" {
	local group=$fleet_iscsi/$fleet_target-0/tpgt_1
	fleet_back 0
	prctl unregister --ignore-key --quiet "${fleet}0"
	echo 0 > "$group/enable"
	(
		pause 4
		echo 1 > "$group/enable"
	) 3>&- &
	p register --key 0xe --timeout 120 "${fleet}0"
	wait
	ended 0
	keys_are 0 0 0xe
}
