#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# names for keys: /etc/prctl/keys
# bats file_tags=kernel-7
load common

file=/etc/prctl/keys
iqn=iqn.2026-01.lab

# names LINE...: what the file holds.
names()
{
	mkdir -p "${file%/*}"
	printf '%s\n' "$@" > "$file"
	chown root:root "$file"
	chmod 644 "$file"
}

setup()
{
	lun_reset
	names "# the lab's hosts" "" "0xa node1" "0xb	node2"
}

teardown()
{
	rm -rf "${file%/*}"
}

@test "names: stand wherever a key can, and beside each key that is told" {
	p register --key node1 "$host1"
	ended 0
	printed "$host1: registered 0xa (node1)"
	p register --key 0xc "$host2"
	p register --old-key 0xc --key node2 "$host2"
	printed "$host2: registered 0xb (node2) in place of 0xc"
	p reserve --key node1 --type wero "$host1"
	printed "$host1: reserved, write-exclusive-reg-only, by 0xa (node1)"
	held host-1 "Write Exclusive Access, Registrants Only" "host-1 0xa host-2 0xb"

	p status "$host1"
	ended 0
	said_nothing
	[[ $output == *" 0xa node1 "*" 0xb node2 "* ]] || fail "no names"
	p status --json "$host1"
	json '[.devices[0].registrants[] | [.key, .name]]' '[["0xa","node1"],["0xb","node2"]]'

	p clear --key 0xc --verbose "$host2"
	ended 3
	said "this host is registered with 0xb (node2), not 0xc; held by 0xa (node1, $iqn:host-1), write-exclusive-reg-only"
	p preempt-abort --key node1 --victim node2 --dry-run "$host1"
	said "would preempt and abort 0xb (node2), held by 0xa (node1, this host), write-exclusive-reg-only: PREEMPT AND ABORT, key 0xa (node1), victim 0xb (node2), write-exclusive-reg-only"
	p preempt-abort --key node1 --victim node2 "$host1"
	ended 0
	printed "$host1: preempted and aborted 0xb (node2); held by 0xa (node1, this host), write-exclusive-reg-only; LOGICAL UNIT RESET done"
	held host-1 "Write Exclusive Access, Registrants Only" "host-1 0xa"
}

@test "names: a key without one is as it was, and in JSON has the name none" {
	join 0xc "$host1"
	p status --json "$host1"
	json '.devices[0].registrants[0].name' '"none"'
	p clear --key 0xc "$host1"
	ended 0
}

@test "names: what is wrong is a usage error before anything is touched" {
	local victim
	join 0xa "$host1"
	for victim in node3 Node2 a; do
		p preempt --key node1 --victim $victim "$host1"
		ended 2
		printed ""
		said "--victim '$victim': no such name in $file"
	done
	p preempt --key node1 --victim 0xa "$host1"
	ended 2
	said "own key"
	names "0xa node1" "" "0xa node2"
	p clear --json --key 0xa "$host1"
	ended 2
	printed ""
	said "$file, line 3: the key 0xa has a name already: node1"
	names "0xa node1" "0xb node1"
	p status "$host1"
	ended 2
	said "$file, line 2: the name node1 has a key already: 0xa"
	names "0xa node1" "b node2"
	p status "$host1"
	ended 2
	said "$file, line 2: 'b': a key begins with 0x"
	p status --help
	ended 0
	held none none "host-1 0xa"
}

@test "names: a file that others can write, or that is not root's, is not believed" {
	join 0xa "$host1"
	local mode
	for mode in 664 646 666; do
		chmod $mode "$file"
		p clear --key node1 "$host1"
		ended 2
		said "--key 'node1': $file is not believed: others than root may write to it"
		p status "$host1"
		ended 0
		[[ $stderr == "prctl: warning: $file is not believed: others than root may write to it; keys have no names" ]] ||
			fail "not said"
		[[ $output != *node1* ]] || fail "believed with mode $mode"
	done
	p status --quiet "$host1"
	said_nothing
	chmod 640 "$file"
	p status "$host1"
	said_nothing
	chown nobody "$file"
	p status --json "$host1"
	ended 0
	said "$file is not believed: it does not belong to root"
	json '.devices[0].registrants[0].name' null
	rm "$file"
	mkfifo -m 600 "$file"
	p status "$host1"
	ended 0
	said "it is not a file"
	held none none "host-1 0xa"
}
