#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Paths of the fleet's LUNs that die during a change, and come back or not: what is known of the
# change then. Each session is new here: what others have done to theirs takes a while to be over.
# bats file_tags=kernel-7
# shellcheck disable=SC2154
load common
load fleet

@test "register: the path dies after the change was sent -> unknown at the deadline, and sent once" {
	local seconds
	# more, if this machine does not send the change by then
	for ((seconds = 5; seconds < 1000; seconds *= 2)); do
		wait_for_luns 0
		prctl unregister --ignore-key --quiet "${fleet}0"
		run_prctl_reply_lost register --key 0xe --json --timeout $seconds "${fleet}0"
		[[ $reached != 0xe ]] || break
	done
	[[ $reached == 0xe ]] || fail "no change ever reached the target"
	assert_status 7
	assert_json '.devices[0] | [.status, .changed, .sent, .error.reason]' '["unknown",null,true,"outcome_lost"]'
	assert_stderr "prctl: ${fleet}0: register: unknown: sent, then no response within $seconds \
s; the register may have taken effect, or may still do so; check with 'prctl status' once the path is back"
	((changes == 1)) || fail "$changes changes were sent"
	assert_fleet_keys 0 0 0xe
}

# restore_portals_later: in the background, restores the path when the session of lun0 has been
# given up, so that the kernel tells of an error or repeats the command itself. Makes $arrived if
# lun0 had the key then.
restore_portals_later()
{
	local session=
	until [[ $session == FAILED ]]; do
		pause 0.2
		get_session_state 0
	done
	read_fleet_key 0
	[[ $key != 0xe ]] || : > "$arrived"
	restore_portals
}

@test "register: the path dies after the change was sent, and is back before the deadline -> read, and not sent again" {
	local tries mender arrived=$BATS_TEST_TMPDIR/arrived
	for ((tries = 0; tries < 20; tries++)); do
		wait_for_luns 0
		prctl unregister --ignore-key --quiet "${fleet}0"
		restore_portals_later 3>&- &
		mender=$!
		run_prctl_reply_lost register --key 0xe --json --timeout 120 "${fleet}0"
		wait "$mender"
		assert_status 0
		assert_fleet_keys 0 0 0xe
		[[ ! -e $arrived ]] || break
	done
	[[ -e $arrived ]] || fail "no change ever reached the target"
	((changes == 1)) || fail "$changes changes were sent"
	assert_json '.devices[0] | [.status, .sent]' '["ok",true]'
}

@test "register: the path goes offline during the command, and back -> read before anything is sent again" {
	local device change before mender
	prctl unregister --ignore-key --quiet "${fleet}102"
	device=$(readlink -f "${fleet}102")
	state=/sys/block/${device##*/}/device/state
	offline()
	{
		echo offline > "$state"
		# until the change has failed, and a reading, too
		(
			until (($(grep -c 'ioctl(.*= ' "$traced") >= 5)); do
				pause 0.1
			done
			echo running > "$state"
		) 3>&- &
		mender=$!
	}
	run_prctl_stopped_at identity real offline register --key 0xe --timeout 60 "${fleet}102"
	wait "$mender"
	assert_status 0
	assert_fleet_keys 102 102 0xe
	# between two changes there is always a reading that was answered
	before=answered
	while read -r change; do
		[[ $change != change || $before == answered ]] || fail "$(< "$traced")"
		before=$change
	done < <(sed -n '/host_status=0[,}]/s/.*/answered/p; /IOC_PR_REGISTER/s/.*/change/p' "$traced")
	[[ $before == answered ]] || fail "$(< "$traced")"
}

@test "register: the target goes away and comes back -> ok" {
	local session='' pid worker group=$fleet_iscsi/$fleet_target-0/tpgt_1
	wait_for_luns 0
	prctl unregister --ignore-key --quiet "${fleet}0"
	echo 0 > "$group/enable"
	# until the session has been given up, and prctl waits for an answer
	prctl register --key 0xe --timeout 120 "${fleet}0" > "$BATS_TEST_TMPDIR/out" 2> "$BATS_TEST_TMPDIR/err" 3>&- &
	pid=$!
	get_worker_pid $pid
	until [[ $session == FAILED ]] && is_blocked_on "$worker" "${fleet}0"; do
		kill -0 $pid || fail "it does not wait: $(< "$BATS_TEST_TMPDIR/err")"
		pause 0.1
		get_session_state 0
	done
	echo 1 > "$group/enable"
	status=0
	wait $pid || status=$?
	load_outputs
	assert_status 0
	assert_fleet_keys 0 0 0xe
}
