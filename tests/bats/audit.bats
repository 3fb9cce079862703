#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# the line in the system's log for each device that a command set out to change
# bats file_tags=kernel-7
load common

lun1=/dev/lab/host1/lun1

# A log daemon that writes a line to $log for each datagram; with a queue that is as short as can
# be, for the test in which it hangs.
listener_start()
{
	echo 1 > /proc/sys/net/unix/max_dgram_qlen
	python3 -c '
import os, socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind("/dev/log")
f = open(sys.argv[1], "w", buffering=1)
os.symlink("ready", sys.argv[1] + ".ready")
while True:
    f.write(s.recv(65536).decode() + "\n")
' "$log" 3>&- &
	listener=$!
	until [[ -L $log.ready ]]; do sleep 0.1; done
}

setup()
{
	log=$BATS_TEST_TMPDIR/log
	rm -f /dev/log
	lun_reset
	lun_reset lun1
	wwid=$(< "/sys/block/$(basename "$(readlink -f "$host1")")/device/wwid")
}

teardown()
{
	[[ -z ${listener-} ]] || kill -KILL "$listener" 2> /dev/null || true
	rm -f /dev/log
	rm -rf /etc/prctl
}

# assert_log_line N PRIORITY TEXT: line N of the log.
assert_log_line()
{
	local line tries
	for ((tries = 0; tries < 3000; tries++)); do
		line=$(sed -n "$1p" "$log")
		[[ -z $line ]] || break
		sleep 0.1
	done
	[[ $line =~ ^"<$2>"[A-Z][a-z][a-z]\ [\ 1-3][0-9]\ [0-9:]{8}\ prctl\[[0-9]+\]:\ (.*)$ ]] || fail "line $1 is '$line'"
	[[ ${BASH_REMATCH[1]} == "$3" ]] || fail "line $1 is '$line', not '$3'"
}

@test "audit: several devices -> a line for each, whatever its status" {
	local disk
	disk=$(readlink -f "$host1")
	listener_start
	mkdir -p /etc/prctl
	echo "0xb node2" > /etc/prctl/keys
	run_prctl register --key 0xa "$host1" /dev/nothing "$lun1"
	assert_status 5
	assert_log_line 1 29 "uid=0 login-uid=none command=register device=$disk wwid=$wwid key=0xa status=ok changed=yes"
	assert_log_line 2 28 "uid=0 login-uid=none command=register device=/dev/nothing wwid=unknown key=0xa status=device changed=no reason=not_found"
	[[ $(sed -n 3p "$log") == *" device=$(readlink -f "$lun1") "* ]] || fail "$(< "$log")"
	sg_register 0xb "$host2"
	run_prctl reserve --key 0xa --type wero "$host1"
	bash -c 'echo 4711 > /proc/self/loginuid; exec prctl "$@"' prctl preempt-abort --key 0xa --victim 0xb "$host1"
	assert_log_line 5 29 "uid=0 login-uid=4711 command=preempt-abort device=$disk wwid=$wwid key=0xa victim=0xb victim-name=node2 status=ok changed=yes reset=yes"
	run_prctl reserve --key 0xb --type we "$host2"
	assert_log_line 6 28 "uid=0 login-uid=none command=reserve device=$(readlink -f "$host2") wwid=$wwid key=0xb key-name=node2 status=conflict changed=no reason=key_not_registered"

	# what changes nothing has none
	run_prctl status "$host1"
	run_prctl check --key 0xa "$host1"
	run_prctl clear --key 0xa --dry-run "$host1"
	run_prctl clear --key 10 "$host1"
	run_prctl unregister --key 0xa --no-log "$lun1"
	assert_status 0
	run_prctl clear --key 0xa "$host1"
	assert_log_line 7 29 "uid=0 login-uid=none command=clear device=$disk wwid=$wwid key=0xa status=ok changed=yes"
}

@test "audit: the log hangs -> prctl waits no longer than a second, and warns" {
	listener_start
	kill -STOP "$listener"
	# without a deadline, which would end it, too
	run_prctl register --key 0xa --timeout 0 "$host1" "$lun1" "$host2" /dev/lab/host2/lun1
	assert_status 0
	# how many it takes before it is full depends on the system
	[[ ${stderr_lines[0]} =~ ^"prctl: warning: log entries were lost: "[1-3]" (Connection \
timed out)"$ ]] || fail "$stderr"
	stderr=${stderr#*$'\n'}
	shared="0xa is also the key of iqn.2026-01.lab:host-1; a preempt would hit both hosts; \
give each host its own key"
	assert_stderr "prctl: $host2: warning: $shared
prctl: /dev/lab/host2/lun1: warning: $shared"
	assert_target_state none none "host-1 0xa host-2 0xa"
	kill -CONT "$listener"
	assert_log_line 1 29 "uid=0 login-uid=none command=register device=$(readlink -f "$host1") wwid=$wwid key=0xa status=ok changed=yes"
}

@test "audit: the log's socket is dead -> a warning; no log at all -> none" {
	listener_start
	kill -KILL "$listener"
	wait "$listener" || true
	run_prctl register --key 0xa "$host1"
	assert_status 0
	assert_stderr "prctl: warning: log entries were lost: 1 (Connection refused)"
	rm /dev/log
	run_prctl unregister --key 0xa "$host1"
	assert_status 0
	refute_stderr
}
