#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# fence_prctl: the victim is a host, with any key. The target's own list and real writes are the
# witnesses.
# bats file_tags=kernel-7
load common

wero="Write Exclusive Access, Registrants Only"
iqn=iqn.2026-01.lab
one="/dev/lab/host1/lun0,/dev/lab/host1/lun1"
two="/dev/lab/host2/lun0,/dev/lab/host2/lun1"
no_device="fence_prctl: /dev/nothing: resolve: device: no such device; run 'prctl status' to list \
devices"

setup_file()
{
	mkdir -p /etc/prctl
}

teardown_file()
{
	rm -rf /etc/prctl
}

setup()
{
	rm -rf /run/prctl /run/lab/store-*
	printf '0xa node1\n0xb node2\n0xc node3\n' > /etc/prctl/keys
	lun_reset lun0
	lun_reset lun1
}

fence_off()
{
	run_fence_prctl action=off key=node1 plug=node2 devices="$one"
}

# run_node N LINE...: as run_fence_prctl, on node N, which has a /run/prctl of its own. restart_node
# N: it forgets what is there.
run_node()
{
	mkdir -p /run/prctl "/run/lab/store-$1"
	chmod 700 /run/prctl "/run/lab/store-$1"
	status=0
	# shellcheck disable=SC2016 # expanded there
	unshare -m sh -c 'mount --bind "$1" /run/prctl && exec fence_prctl' - "/run/lab/store-$1" < <(printf '%s\n' power_timeout=300 "${@:2}") \
		> "$BATS_TEST_TMPDIR/out" 2> "$BATS_TEST_TMPDIR/err" || status=$?
	load_outputs
}

restart_node()
{
	rm -rf "/run/lab/store-$1"
}

# not_registered N LUN KEY HELD: what monitor says of node N.
not_registered()
{
	echo "fence_prctl: /dev/lab/host$1/$2: read: conflict: a fence by this node would fail: $3 \
is not registered; $4; run 'on' on this node"
}

# assert_sorted_stderr LINE...: standard error is these lines, in any order.
assert_sorted_stderr()
{
	stderr=$(sort <<< "$stderr")
	assert_stderr "$(printf '%s\n' "$@" | sort)"
}

# assert_both_luns TEXT...: what both LUNs hold. get_deciding_lun: sets $first to the LUN that
# decides, $second to the other one.
assert_both_luns()
{
	assert_target_state "$@" lun0
	assert_target_state "$@" lun1
}

get_deciding_lun()
{
	local least wwid
	read -r least < "/sys/block/$(basename "$(readlink -f /dev/lab/host1/lun0)")/device/wwid"
	read -r wwid < "/sys/block/$(basename "$(readlink -f /dev/lab/host1/lun1)")/device/wwid"
	first=lun0 second=lun1
	[[ $least < $wwid ]] || first=lun1 second=lun0
}

# let_both_in: both nodes are let in.
let_both_in()
{
	run_node 1 action=on key=node1 devices="$one"
	assert_status 0
	run_node 2 action=on key=node2 devices="$two"
	assert_status 0
}

# register_both_nodes KEY KEY: node 1 holds, and host 2 is registered with these on the two LUNs.
register_both_nodes()
{
	sg_register 0xa /dev/lab/host1/lun0
	sg_register 0xa /dev/lab/host1/lun1
	sg_reserve 0xa 5 /dev/lab/host1/lun0
	sg_reserve 0xa 5 /dev/lab/host1/lun1
	sg_register "$1" /dev/lab/host2/lun0
	sg_register "$2" /dev/lab/host2/lun1
} > /dev/null

@test "fence_prctl off: the victim also has this node's key, or an unknown one -> fails, and names it" {
	local key
	local -A left=([0xa]="0xa (node1), this node's key, is also the key of $iqn:host-2, which \
can write; give each host its own key"
		[0xd]="$iqn:host-2 is registered with 0xd, which /etc/prctl/keys does not name, \
and can write; add its name there, or preempt that key")
	local -A monitored=([0xa]="1 read: conflict: a fence would fail" [0xd]="0 warning")
	for key in 0xa 0xd; do
		register_both_nodes $key $key
		fence_off
		assert_status 1
		assert_stderr "fence_prctl: /dev/lab/host1/lun0: read-back: failed: ${left[$key]}
fence_prctl: /dev/lab/host1/lun1: read-back: failed: ${left[$key]}"
		can_write /dev/lab/host2/lun0
		run_fence_prctl action=status key=node1 plug=node2 devices="$one"
		assert_status 1
		run_fence_prctl action=monitor key=node1 devices="$one" # before on
		assert_status "${monitored[$key]%% *}"
		assert_stderr "fence_prctl: /dev/lab/host1/lun0: ${monitored[$key]#* }: ${left[$key]}
fence_prctl: /dev/lab/host1/lun1: ${monitored[$key]#* }: ${left[$key]}"
		lun_reset lun0
		lun_reset lun1
	done
}

@test "fence_prctl off: the victim's host has another key -> removed as well, on every LUN" {
	register_both_nodes 0xb 0xd
	fence_off
	assert_status 0
	assert_target_state host-1 "$wero" "host-1 0xa" lun0
	assert_target_state host-1 "$wero" "host-1 0xa" lun1
	cannot_write /dev/lab/host2/lun0
	cannot_write /dev/lab/host2/lun1
}

@test "fence_prctl off: the victim has another node's key -> fails, at the second attempt as well" {
	register_both_nodes 0xb 0xc
	for _ in 1 2; do
		fence_off
		assert_status 1
		assert_stderr "fence_prctl: /dev/lab/host1/lun1: read-back: failed: $iqn:host-2, \
which had 0xb (node2), is still registered with 0xc (node3) and can write; preempt that key as well"
		assert_target_state host-1 "$wero" "host-1 0xa" lun0
		assert_target_state host-1 "$wero" "host-1 0xa host-2 0xc" lun1
		can_write /dev/lab/host2/lun1
	done
}

@test "fence_prctl on: another host has the key -> fails, and registers nothing" {
	local first second
	get_deciding_lun
	sg_register 0xa "/dev/lab/host1/$first" > /dev/null
	run_fence_prctl action=on key=node1 devices="$two"
	assert_status 1
	assert_stderr "fence_prctl: /dev/lab/host2/$second: on: failed: nothing was sent: this \
node's key is not registered on /dev/lab/host2/$first, the disk that decides the fence (lowest WWID)
fence_prctl: /dev/lab/host2/$first: on: conflict: 0xa (node1) is registered by another host: 0xa \
(node1, $iqn:host-1); fencing one would cut off both; give each host its own key"
	assert_target_state none none "host-1 0xa" "$first"
}

@test "fence_prctl off: keys without names -> a warning names who is left" {
	register_both_nodes 0xb 0xb
	sg_register 0xc /dev/lab/host2/lun1 > /dev/null
	: > /etc/prctl/keys
	run_fence_prctl action=off key=0xa plug=0xb devices=/dev/lab/host1/lun0
	assert_status 0
	refute_stderr
	sg_register 0xc /dev/lab/host2/lun0 > /dev/null
	rm -rf /run/prctl # which knows that host 2 had 0xb
	run_fence_prctl action=off key=0xa plug=0xb devices=/dev/lab/host1/lun0
	assert_status 0
	assert_stderr "fence_prctl: /dev/lab/host1/lun0: warning: $iqn:host-2 is registered with \
0xc, and /etc/prctl/keys names no nodes; check that it is not the fenced node"
}

@test "fence_prctl: a signal before the first request -> ends, and names every device" {
	local agent
	register_both_nodes 0xb 0xb
	fence_prctl -o off -k 0xa -n 0xb -d "$one" --delay=600 > "$BATS_TEST_TMPDIR/out" 2> "$BATS_TEST_TMPDIR/err" 3>&- &
	agent=$!
	# SIGTERM is caught: bit 14
	until ((0x$(sed -n 's/^SigCgt:\t//p' /proc/$agent/status) >> 14 & 1)); do
		pause 0.05
	done
	kill -TERM $agent
	status=0
	wait $agent || status=$?
	load_outputs
	assert_status 1
	local why="resolve: failed: interrupted by SIGTERM while reading; no change was or will be \
sent; run it again"
	assert_stderr "fence_prctl: /dev/lab/host1/lun0: $why
fence_prctl: /dev/lab/host1/lun1: $why"
	assert_target_state host-1 "$wero" "host-1 0xa host-2 0xb" lun0
	assert_target_state host-1 "$wero" "host-1 0xa host-2 0xb" lun1
}

@test "fence_prctl on: this node was fenced -> fails until it is restarted" {
	local first second refused
	get_deciding_lun
	let_both_in
	assert_both_luns host-1 "$wero" "host-1 0xa host-2 0xb"
	run_node 1 action=off key=node1 plug=node2 devices="$one"
	assert_status 0
	run_node 2 action=on key=node2 nodename=node2 devices="$two"
	assert_status 1
	refused="fence_prctl: /dev/lab/host2/$first: on: conflict: this node was fenced: it has \
registered 0xb (node2) since it was started, and that key is gone; held by 0xa (node1, \
$iqn:host-1), write-exclusive-reg-only; nothing was sent; restart this node, or use rejoin=1 if \
nothing on it has used the disks
fence_prctl: /dev/lab/host2/$second: on: failed: nothing was sent: this node was fenced, as \
/dev/lab/host2/$first shows"
	assert_stderr "$refused"
	assert_both_luns host-1 "$wero" "host-1 0xa"
	cannot_write /dev/lab/host2/lun0
	# a key of another name, and a disk that is missing, make it no other node
	run_node 2 action=on key=node3 devices="/dev/nothing,$two"
	assert_status 1
	assert_stderr "$no_device
$refused"
	assert_both_luns host-1 "$wero" "host-1 0xa"
	run_node 2 action=on key=node2 rejoin=1 devices="$two"
	assert_status 0
	assert_both_luns host-1 "$wero" "host-1 0xa host-2 0xb"
	run_node 1 action=off key=node1 plug=node2 devices="$one"
	assert_status 0
	restart_node 2
	run_node 2 action=on key=node2 devices="$two"
	assert_status 0
	assert_both_luns host-1 "$wero" "host-1 0xa host-2 0xb"
}

@test "fence_prctl on: no key on another LUN or on a new one, or no reservation -> restored" {
	local first second
	get_deciding_lun
	run_node 1 action=on key=node1 devices="/dev/lab/host1/$first"
	assert_status 0
	run_node 1 action=on key=node1 devices="$one" # a LUN that is new
	assert_status 0
	assert_both_luns host-1 "$wero" "host-1 0xa"
	sg_persist_retry -o -C -K a "/dev/lab/host1/$second" > /dev/null # key and reservation of another one
	run_node 1 action=on key=node1 devices="$one"
	assert_status 0
	assert_both_luns host-1 "$wero" "host-1 0xa"
	sg_persist_retry -o -L -K a -T 5 "/dev/lab/host1/$first" > /dev/null
	run_node 1 action=on key=node1 devices="$one"
	assert_status 0
	assert_both_luns host-1 "$wero" "host-1 0xa"
	sg_persist_retry -o -C -K a "/dev/lab/host1/$first" > /dev/null # on the LUN that decides it is a fence
	run_node 1 action=on key=node1 devices="$one"
	assert_status 1
	assert_target_state none none none "$first"
}

@test "fence_prctl on: this node is fenced meanwhile -> fails, and unregisters again" {
	local first second traced=$BATS_TEST_TMPDIR/strace tracer pid
	get_deciding_lun
	let_both_in
	sg_persist_retry -o -P -K a -S b -T 5 "/dev/lab/host1/$second" > /dev/null
	sg_persist -n -y -i -k "/dev/lab/host2/$second" > /dev/null 2>&1 || true # a unit attention would be one ioctl more
	# stopped after its fourth ioctl there, which is the first that changes something; what is read
	# before has three
	: > "$traced"
	# shellcheck disable=SC2016 # expanded there
	unshare -m sh -c 'mount --bind "$1" /run/prctl && exec strace -f -o "$2" -P "$3" -e trace=ioctl \
		-e inject=ioctl:signal=STOP:when=4 fence_prctl -o on --power-timeout=300 -k 0xb -d "$4"' - /run/lab/store-2 "$traced" \
		"$(readlink -f "/dev/lab/host2/$second")" "$two" > "$BATS_TEST_TMPDIR/out" 2> "$BATS_TEST_TMPDIR/err" 3>&- &
	tracer=$!
	wait_for_stop $tracer
	[[ -n $pid ]] || fail "it has no fourth ioctl"
	assert_target_state host-1 "$wero" "host-1 0xa host-2 0xb" "$second"
	sg_persist_retry -o -P -K a -S b -T 5 "/dev/lab/host1/$first" > /dev/null
	continue_stopped $tracer
	status=0
	wait $tracer || status=$?
	load_outputs
	assert_status 1
	assert_sorted_stderr "fence_prctl: /dev/lab/host2/$first: read-back: failed: 0xb (node2) \
was removed meanwhile, so this node was fenced; held by 0xa (node1, $iqn:host-1), \
write-exclusive-reg-only; restart this node" \
		"fence_prctl: /dev/lab/host2/$second: read-back: failed: unregistered again: 0xb \
(node2) was removed from /dev/lab/host2/$first meanwhile, so this node was fenced; restart this \
node"
	assert_both_luns host-1 "$wero" "host-1 0xa"
}

# monitor N [LINE...]: what node N says of its LUNs, until it is certain: for half of the time, which is more
# if this machine does not come to read them by then.
monitor()
{
	local luns=$one time
	[[ $1 == 1 ]] || luns=$two
	for ((time = 4; time < 1000; time *= 4)); do
		run_node "$1" action=monitor key="node$1" devices="$luns" power_timeout=$time "${@:2}"
		[[ $stderr == *"no response within"* ]] || break
	done
}

@test "fence_prctl monitor: this node was let in, and a fence would fail -> fails" {
	local first second why
	get_deciding_lun
	monitor 2 # before anything
	assert_status 0
	refute_stderr
	run_node 1 action=on key=node1 devices="$one"
	monitor 2 # while the other node is in
	assert_status 0
	refute_stderr
	monitor 1
	assert_status 0
	refute_stderr
	run_node 2 action=on key=node2 devices="$two"
	monitor 1
	assert_status 0
	refute_stderr
	# node 2 lacks its key where nothing is decided; both see it, and on restores it
	sg_persist_retry -o -P -K a -S b -T 5 "/dev/lab/host1/$second" > /dev/null
	monitor 2
	assert_status 1
	assert_stderr "fence_prctl: /dev/lab/host2/$second: read: conflict: a fence by this node would fail: 0xb (node2) is not registered; held by 0xa (node1, $iqn:host-1), write-exclusive-reg-only; run 'on' on this node"
	monitor 1
	assert_status 1
	assert_stderr "fence_prctl: /dev/lab/host1/$second: read: conflict: a fence by the node of \
0xb (node2) would fail: that key is registered on /dev/lab/host1/$first, but not here; run 'on' on \
that node"
	run_node 2 action=on key=node2 devices="$two"
	sg_persist_retry -o -L -K a -T 5 "/dev/lab/host1/$second" > /dev/null
	monitor 2
	assert_status 1
	assert_stderr "fence_prctl: /dev/lab/host2/$second: read: conflict: nothing is reserved, \
so a node without a key can write; run 'on' on a registered node"
	# node 1 removes everything, by prctl, which forgets that it was registered
	run_node 1 action=on key=node1 devices="$one"
	# shellcheck disable=SC2016 # expanded there
	unshare -m sh -c 'mount --bind /run/lab/store-1 /run/prctl && prctl clear --key 0xa /dev/lab/host1/lun0 /dev/lab/host1/lun1' > /dev/null
	monitor 1
	assert_status 1
	assert_stderr "$(not_registered 1 lun0 "0xa (node1)" "nothing is reserved")
$(not_registered 1 lun1 "0xa (node1)" "nothing is reserved")"
	monitor 2
	assert_status 1
	why="read: conflict: a fence by this node would fail: it was fenced itself, and 0xb \
(node2) is gone; nothing is reserved; restart this node"
	assert_stderr "fence_prctl: /dev/lab/host2/lun0: $why
fence_prctl: /dev/lab/host2/lun1: $why"
}

@test "fence_prctl: a partition, or a path of a map -> every action fails" {
	local map=/dev/lab/host1/mpath0 disk action device
	local -A plugs=([on]=plug=node1 [off]=plug=node2 [monitor]=plug=node2 [validate-all]=plug=node2)
	disk=$(readlink -f /dev/lab/host1/lun0)
	local -A why=([$map-a]="this is a path of multipath map /dev/mapper/mpath0; use the map"
		[${disk}1]="this is a partition of $disk, and a reservation covers the whole LUN; \
use $disk")
	addpart "$disk" 1 2048 2048
	for action in on off monitor validate-all; do
		for device in "$map-a" "${disk}1"; do
			run_fence_prctl action=$action key=node1 devices="$device" "${plugs[$action]}"
			assert_status 1
			assert_stderr "fence_prctl: $device: resolve: device: ${why[$device]}"
		done
	done
	delpart "$disk" 1
	run_fence_prctl action=validate-all key=node1 plug=node2 devices="$one,$map"
	assert_status 0
	refute_stderr
	run_fence_prctl action=validate-all key=node1 plug=node2 devices="$one,/dev/nothing"
	assert_status 0
	assert_stderr "fence_prctl: /dev/nothing: warning: no such device; run 'prctl status' to \
list devices"
}

@test "fence_prctl off: another node is missing on the LUN that decides -> removed from the others" {
	local first second
	get_deciding_lun
	run_node 1 action=on key=node1 devices="$one"
	sg_register 0xc "/dev/lab/host2/$second" > /dev/null # node 3
	run_node 1 action=off key=node1 plug=node2 devices="$one"
	assert_status 0
	[[ $output == *"/dev/lab/host1/$second: "*"preempted and aborted 0xc \
(node3)"* ]] || fail "$output"
	assert_both_luns host-1 "$wero" "host-1 0xa"
	cannot_write "/dev/lab/host2/$second"
	# where it is on both it stays
	run_node 2 action=on key=node3 devices="$two"
	run_node 1 action=off key=node1 plug=node2 devices="$one"
	assert_status 0
	assert_both_luns host-1 "$wero" "host-1 0xa host-2 0xc"
}

# The map's paths have initiators of their own: without the map they are two nodes.
@test "fence_prctl off: two nodes fence a third one at once -> both succeed" {
	local table uuid a b
	map_reset
	table=$(dmsetup table mpath0)
	uuid=$(dmsetup info -c --noheadings -o uuid mpath0)
	dmsetup remove --retry mpath0
	run_node 1 action=on key=node1 devices=/dev/lab/host1/mpath0-a
	run_node 3 action=on key=node3 devices=/dev/lab/host1/mpath0-b
	run_node 2 action=on key=node2 devices=/dev/lab/host2/mpath0-lun
	restart_node 2
	assert_target_state host-1-a "$wero" "host-1-a 0xa host-1-b 0xc host-2 0xb" mpath0
	# shellcheck disable=SC2016 # expanded there
	unshare -m sh -c 'mount --bind /run/lab/store-3 /run/prctl && exec fence_prctl -o off --power-timeout=300 -k 0xc -n 0xb -d "$1"' - \
		/dev/lab/host1/mpath0-b > "$BATS_TEST_TMPDIR/three" 2>&1 3>&- &
	run_node 1 action=off key=node1 plug=node2 devices=/dev/lab/host1/mpath0-a
	a=$status
	wait $! && b=0 || b=$?
	[[ $a$b == 00 ]] || fail "they ended with $a and $b: $(< "$BATS_TEST_TMPDIR/three")"
	assert_target_state host-1-a "$wero" "host-1-a 0xa host-1-b 0xc" mpath0
	dmsetup create mpath0 --uuid "$uuid" --table "$table"
	map_reset
}

# not_fenced WHY LUN...: the messages of these, to which nothing was sent because of a disk that is.
not_fenced()
{
	local lun
	for lun in "${@:2}"; do
		echo "fence_prctl: /dev/lab/host1/$lun: off: failed: nothing was sent: $1 the disk \
that decides the fence (lowest WWID)"
	done
}

# fence_with DEVICES: node 1 fences node 2, which is let in again by hand before it.
fence_with()
{
	sg_register 0xb /dev/lab/host2/lun0 > /dev/null
	sg_register 0xb /dev/lab/host2/lun1 > /dev/null
	run_node 1 action=off key=node1 plug=node2 devices="$1"
	assert_status 1
}

@test "fence_prctl off: a missing device does not decide -> the others are fenced, and it fails" {
	local first second disk id=/dev/disk/by-id none="host-1 0xa host-2 0xb"
	get_deciding_lun
	ln -s "/dev/lab/host1/$first" /run/lab/first
	ln -s "/dev/lab/host1/$second" /run/lab/second
	run_node 1 action=on key=node1 devices=/run/lab/first,/run/lab/second
	assert_status 0
	# by its name: one that is known to come later, one that comes first, one that says nothing
	fence_with "$one,$id/wwn-0x7000000000000001"
	assert_stderr "fence_prctl: $id/wwn-0x7000000000000001: resolve: device: no such device; run 'prctl status' to list devices"
	assert_both_luns host-1 "$wero" "host-1 0xa"
	fence_with "$one,$id/scsi-31000000000000001"
	assert_stderr "${no_device//\/dev\/nothing/$id/scsi-31000000000000001}
$(not_fenced "$id/scsi-31000000000000001 cannot be used, and it is" lun0 lun1)"
	assert_both_luns host-1 "$wero" "$none"
	fence_with "$one,/dev/nothing"
	assert_stderr "$no_device
$(not_fenced "/dev/nothing was not found, and it may be" lun0 lun1)"
	assert_both_luns host-1 "$wero" "$none"
	# by what on has recorded
	rm /run/lab/second
	fence_with /run/lab/first,/run/lab/second
	assert_stderr "${no_device//\/dev\/nothing//run/lab/second}"
	assert_target_state host-1 "$wero" "host-1 0xa" "$first"
	assert_target_state host-1 "$wero" "$none" "$second"
	rm /run/lab/first
	fence_with "/run/lab/first,/dev/lab/host1/$second"
	assert_stderr "${no_device//\/dev\/nothing//run/lab/first}
$(not_fenced "/run/lab/first cannot be used, and it is" "$second")"
	assert_both_luns host-1 "$wero" "$none"
	# a partition is there, and its LUN is known
	disk=$(readlink -f "/dev/lab/host1/$second")
	addpart "$disk" 1 2048 2048
	fence_with "/dev/lab/host1/$first,${disk}1"
	delpart "$disk" 1
	assert_stderr "fence_prctl: ${disk}1: resolve: device: this is a partition of $disk, and a \
reservation covers the whole LUN; use $disk"
	assert_target_state host-1 "$wero" "host-1 0xa" "$first"
	assert_target_state host-1 "$wero" "$none" "$second"
}

@test "fence_prctl key_value: no file of keys -> the keys of fence_scsi, and monitor fails if another one is registered" {
	local held
	rm /etc/prctl/keys
	mkdir -p /etc/corosync
	printf '%s\n' "totem {" "cluster_name: lab" "}" "nodelist {" "node {" "name: node1" "}" "node {" "name: node2" "}" "}" \
		> /etc/corosync/corosync.conf
	# as fence_scsi makes them of these names: f9661645 and f9667888
	run_node 1 action=on plug=NODE1 key_value=hash devices="$one"
	assert_status 0
	run_node 2 action=on plug=node2.lab key_value=hash devices="$two"
	assert_status 0
	assert_both_luns host-1 "$wero" "host-1 0xf9661645 host-2 0xf9667888"
	run_node 1 action=monitor key=node1 key_value=hash devices="$one"
	assert_status 0
	monitor 1 key_value=id
	assert_status 1
	held="held by 0xf9661645 (this host), write-exclusive-reg-only"
	assert_stderr "$(not_registered 1 lun0 "0xf9660000 (node1)" "$held")
$(not_registered 1 lun1 "0xf9660000 (node1)" "$held")"
	run_node 1 action=off key=node1 plug=node2 key_value=hash devices="$one"
	assert_status 0
	assert_both_luns host-1 "$wero" "host-1 0xf9661645"
	printf '0xa node1\n' > /etc/prctl/keys
	run_node 1 action=status plug=node1 key_value=hash devices="$one"
	assert_stderr "fence_prctl: warning: parameter key_value has no effect: /etc/prctl/keys \
has the keys"
	[[ $output == *"0xa (node1) is not registered"* ]] || fail "another key: $output"
	rm -r /etc/corosync/corosync.conf
}

# watchdog_finds: waits until watchdog(8), which restarts nothing here, has been told by the check
# that this node was fenced.
watchdog_finds()
{
	local dir=$BATS_TEST_TMPDIR daemon
	printf '#!/bin/sh\nFENCE_PRCTL=%s exec %s "$@"\n' "$(command -v fence_prctl)" "$LAB_BUILD/src/fence/fence_prctl_check" > "$dir/check"
	# shellcheck disable=SC2016 # expanded there
	printf '#!/bin/sh\necho "$1" > %s/repaired\nexit "$1"\n' "$dir" > "$dir/repair"
	chmod 755 "$dir/check" "$dir/repair"
	printf '%s\n' "test-binary = $dir/check" "repair-binary = $dir/repair" "log-dir = $dir" "realtime = no" "interval = 1" \
		"retry-timeout = 0" > "$dir/watchdog.conf"
	watchdog --foreground --no-action --config-file "$dir/watchdog.conf" > /dev/null 2>&1 3>&- &
	daemon=$!
	until [[ -s $dir/repaired ]]; do
		kill -0 $daemon || fail "watchdog has ended" || return
		sleep 0.5
	done
	kill $daemon
	wait $daemon || true
	[[ $(cat "$dir/repaired") == 2 ]] || fail "repair of $(cat "$dir/repaired")"
}

@test "fence_prctl watchdog: the key is gone from a disk that answers -> this node was fenced; nothing else is a fence" {
	local dead
	dead=/sys/block/$(basename "$(readlink -f /dev/lab/host1/lun1)")/device/state
	run_fence_prctl action=watchdog
	assert_status 0
	run_fence_prctl action=on key=node1 devices="$one"
	assert_status 0
	echo offline > "$dead"
	run_fence_prctl action=watchdog
	assert_status 0
	sg_register 0xb /dev/lab/host2/lun0
	sg_persist -n -o -A -T 5 -K 0xb -S 0xa /dev/lab/host2/lun0
	run_fence_prctl action=watchdog
	assert_status 2
	assert_stderr "fence_prctl: /dev/lab/host1/lun0: read: conflict: this node was fenced: 0xa \
(node1) is gone; held by 0xb (node2, $iqn:host-2), write-exclusive-reg-only; restart this node
fence_prctl: /dev/lab/host1/lun1: open: failed: the path is offline or gone (ENXIO); restore it"
	watchdog_finds
	echo running > "$dead"
	# in again by hand; then its own unregister is not a fence
	run_fence_prctl action=on key=node1 devices="$one" rejoin=1
	assert_status 0
	run_prctl unregister --release --key 0xa /dev/lab/host1/lun1
	run_fence_prctl action=watchdog
	assert_status 0
}

# disks_write LUN...: the files of disks of both nodes.
disks_write()
{
	printf '/dev/lab/host1/%s\n' "# those of node1" "$@" | sed '1s|.*#|#|' > /etc/prctl/disks1
	printf '/dev/lab/host2/%s ' "$@" > /etc/prctl/disks2
}

@test "fence_prctl devices=@FILE: a new disk in it -> monitor fails, and names the nodes, until each has run on" {
	disks_write lun0
	run_node 1 action=on key=node1 devices=@/etc/prctl/disks1
	assert_status 0
	run_node 2 action=on key=node2 devices=@/etc/prctl/disks2
	assert_status 0
	disks_write lun0 lun1
	monitor 1 devices=@/etc/prctl/disks1
	assert_status 1
	assert_stderr "$(not_registered 1 lun1 "0xa (node1)" "nothing is reserved")"
	run_node 1 action=on key=node1 devices=@/etc/prctl/disks1
	assert_status 0
	monitor 1 devices=@/etc/prctl/disks1
	assert_status 1
	assert_stderr "fence_prctl: /dev/lab/host1/lun1: read: conflict: a fence by the node of \
0xb (node2) would fail: that key is registered on /dev/lab/host1/lun0, but not here; run 'on' on \
that node"
	run_node 2 action=on key=node2 devices=@/etc/prctl/disks2
	assert_status 0
	assert_both_luns host-1 "$wero" "host-1 0xa host-2 0xb"
	monitor 1 devices=@/etc/prctl/disks1
	assert_status 0
	# and out again: each node removes its own key, which is not a fence
	disks_write lun0
	unshare -m sh -c 'mount --bind /run/lab/store-1 /run/prctl && prctl unregister --release --key node1 /dev/lab/host1/lun1'
	unshare -m sh -c 'mount --bind /run/lab/store-2 /run/prctl && prctl unregister --release --key node2 /dev/lab/host2/lun1'
	run_node 2 action=watchdog
	assert_status 0
	monitor 1 devices=@/etc/prctl/disks1
	assert_status 0
	# never a shorter list
	rm /etc/prctl/disks1
	run_node 1 action=off key=node1 plug=node2 devices=@/etc/prctl/disks1,/dev/lab/host1/lun0
	assert_status 1
	assert_stderr "fence_prctl: devices: cannot use the file /etc/prctl/disks1: No such file or directory"
	assert_target_state host-1 "$wero" "host-1 0xa host-2 0xb" lun0
}
