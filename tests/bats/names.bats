#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# names for keys: /etc/prctl/keys
# bats file_tags=kernel-7
load common
load messages

file=/etc/prctl/keys
iqn=iqn.2026-01.lab

# write_names LINE...: what the file holds.
write_names()
{
	mkdir -p "${file%/*}"
	printf '%s\n' "$@" > "$file"
	chown root:root "$file"
	chmod 644 "$file"
}

setup()
{
	lun_reset
	write_names "# the lab's hosts" "" "0xa node1" "0xb	node2"
}

teardown()
{
	rm -rf "${file%/*}"
}

@test "names: a name in place of a key, and output with keys -> names are taken and shown" {
	run_prctl register --key node1 "$host1"
	assert_status 0
	assert_output "$host1: registered 0xa (node1)"
	run_prctl register --key 0xc "$host2"
	run_prctl register --old-key 0xc --key node2 "$host2"
	assert_output "$host2: registered 0xb (node2) in place of 0xc"
	run_prctl reserve --key node1 --type wero "$host1"
	assert_output "$host1: reserved, write-exclusive-reg-only, by 0xa (node1)"
	assert_target_state host-1 "Write Exclusive Access, Registrants Only" "host-1 0xa host-2 0xb"

	run_prctl status "$host1"
	assert_status 0
	refute_stderr
	[[ $output == *" 0xa node1 "*" 0xb node2 "* ]] || fail "no names"
	run_prctl status --json "$host1"
	assert_json '[.devices[0].registrants[] | [.key, .name]]' '[["0xa","node1"],["0xb","node2"]]'

	run_prctl clear --key 0xc --verbose "$host2"
	assert_status 3
	local held="held by 0xa (node1, $iqn:host-1), write-exclusive-reg-only"
	assert_verbose "$host2" "${read_good[@]}" \
		"$held; 2 registrations, generation N" \
		"clear: conflict: this host is registered with 0xb (node2), not 0xc; $held; use \
--key with the current key"
	run_prctl preempt-abort --key node1 --victim node2 --dry-run "$host1"
	assert_stderr "prctl: $host1: would preempt and abort 0xb (node2), held by 0xa (node1, \
this host), write-exclusive-reg-only: PREEMPT AND ABORT, key 0xa (node1), victim 0xb (node2), \
write-exclusive-reg-only, through $(readlink -f "$host1"), then LOGICAL UNIT RESET"
	run_prctl preempt-abort --key node1 --victim node2 "$host1"
	assert_status 0
	assert_output "$host1: preempted and aborted 0xb (node2); held by 0xa (node1, this host), write-exclusive-reg-only; LOGICAL UNIT RESET done"
	assert_target_state host-1 "Write Exclusive Access, Registrants Only" "host-1 0xa"
}

@test "names: a key without a name -> shown alone, and none in JSON" {
	sg_register 0xc "$host1"
	run_prctl status --json "$host1"
	assert_json '.devices[0].registrants[0].name' '"none"'
	run_prctl clear --key 0xc "$host1"
	assert_status 0
}

@test "names: a wrong file -> usage error, no device is touched" {
	local victim
	sg_register 0xa "$host1"
	for victim in node3 Node2 a; do
		run_prctl preempt --key node1 --victim $victim "$host1"
		assert_status 2
		assert_output ""
		assert_stderr "prctl preempt: --victim '$victim': no such name in $file, and a key \
starts with 0x
Try 'prctl preempt --help'."
	done
	run_prctl preempt --key node1 --victim 0xa "$host1"
	assert_status 2
	assert_stderr "prctl preempt: --victim is this host's own key; use unregister to remove it
Try 'prctl preempt --help'."
	write_names "0xa node1" "" "0xa node2"
	run_prctl clear --json --key 0xa "$host1"
	assert_status 2
	assert_output ""
	assert_stderr "prctl clear: $file, line 3: key 0xa already has the name node1
Try 'prctl clear --help'."
	write_names "0xa node1" "0xb node1"
	run_prctl status "$host1"
	assert_status 2
	assert_stderr "prctl status: $file, line 2: name node1 already has the key 0xa
Try 'prctl status --help'."
	write_names "0xa node1" "b node2"
	run_prctl status "$host1"
	assert_status 2
	assert_stderr "prctl status: $file, line 2: 'b': a key starts with 0x (a bare 10 would be \
ambiguous)
Try 'prctl status --help'."
	run_prctl status --help
	assert_status 0
	assert_target_state none none "host-1 0xa"
}

@test "names: a file that is not root's, or that others can write -> ignored, with a warning" {
	sg_register 0xa "$host1"
	local mode
	for mode in 664 646 666; do
		chmod $mode "$file"
		run_prctl clear --key node1 "$host1"
		assert_status 2
		assert_stderr "prctl clear: --key 'node1': ignoring $file: writable by group or \
others; a key starts with 0x
Try 'prctl clear --help'."
		run_prctl status "$host1"
		assert_status 0
		assert_stderr "prctl: warning: ignoring $file: writable by group or others"
		[[ $output != *node1* ]] || fail "believed with mode $mode"
	done
	run_prctl status --quiet "$host1"
	refute_stderr
	chmod 640 "$file"
	run_prctl status "$host1"
	refute_stderr
	chown nobody "$file"
	run_prctl status --json "$host1"
	assert_status 0
	assert_stderr "prctl: warning: ignoring $file: not owned by root"
	assert_json '.devices[0].registrants[0].name' null
	rm "$file"
	mkfifo -m 600 "$file"
	run_prctl status "$host1"
	assert_status 0
	assert_stderr "prctl: warning: ignoring $file: not a regular file"
	assert_target_state none none "host-1 0xa"
}
