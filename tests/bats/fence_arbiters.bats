#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# fence_prctl with arbiters: one shared disk, lun0; a disk, a multipath map and a namespace decide.
# bats file_tags=kernel-7
load common
load nvme

wero="Write Exclusive Access, Registrants Only"
# of node 1 and 2: the shared disk, and the arbiters
shared=("" /dev/lab/host1/lun0 /dev/lab/host2/lun0)
arbiters=("" "/dev/lab/host1/lun1 /dev/lab/host1/mpath0 $nvme1" "/dev/lab/host2/lun1 /dev/lab/host2/mpath0-lun $nvme2")

setup_file()
{
	mkdir -p /etc/prctl
	printf '0xa node1\n0xb node2\n' > /etc/prctl/keys
}

teardown_file()
{
	rm -rf /etc/prctl
}

setup()
{
	set_states running lun1 mpath0-a mpath0-b
	rm -rf /run/prctl /run/lab/store-*
	lun_reset lun0
	lun_reset lun1
	map_reset
	nvme_reset
}

# set_states STATE NAME...: of host 1's disks.
set_states()
{
	local name
	for name in "${@:2}"; do
		echo "$1" > "/sys/block/$(basename "$(readlink -f "/dev/lab/host1/$name")")/device/state"
	done
}

# start_node N LINE...: the agent on node N, which has a /run/prctl of its own.
start_node()
{
	mkdir -p /run/prctl "/run/lab/store-$1"
	chmod 700 /run/prctl "/run/lab/store-$1"
	# shellcheck disable=SC2016 # expanded there
	unshare -m sh -c 'mount --bind "$1" /run/prctl && exec fence_prctl' - "/run/lab/store-$1" \
		< <(printf '%s\n' "key=node$1" "devices=${shared[$1]}" "arbiters=${arbiters[$1]}" "${@:2}")
}

# run_node N LINE...: the same, as run_fence_prctl.
run_node()
{
	status=0
	start_node "$@" > "$BATS_TEST_TMPDIR/out" 2> "$BATS_TEST_TMPDIR/err" || status=$?
	load_outputs
}

let_both_in()
{
	run_node 1 action=on
	assert_status 0
	refute_stderr
	run_node 2 action=on
	assert_status 0
	assert_target_state host-1 "$wero" "host-1 0xa host-2 0xb" lun1
	assert_nvme_state 3 1 "1 0xa 2 0xb"
}

# assert_only N: one node alone is registered, on the shared disk and on most of the arbiters.
assert_only()
{
	local key=0xa others=0 other got
	[[ $1 == 1 ]] || key=0xb
	other=$((3 - $1))
	assert_target_state "host-$1" "$wero" "host-$1 $key" lun0
	for lun in lun1 mpath0; do
		read_target_keys "$lun"
		[[ $got != *host-"$other"* ]] || others=$((others + 1))
	done
	[[ $(nvme_target_state) != *"$other 0x"* ]] || others=$((others + 1))
	((others < 2)) || fail "node $other is on $others arbiters"
	can_write "/dev/lab/host$1/lun0"
	cannot_write "/dev/lab/host$other/lun0"
}

@test "fence_prctl arbiters: two of three are dead -> nothing is sent; one -> the node is fenced" {
	let_both_in
	set_states offline lun1 mpath0-a mpath0-b
	run_node 1 action=off plug=node2
	assert_status 1
	assert_stderr --partial "fence_prctl: ${shared[1]}: off: failed: nothing was sent: this node can ask only 1 of 3 arbiters, and 2 are needed"
	run_node 1 action=monitor
	assert_status 1
	assert_target_state host-1 "$wero" "host-1 0xa host-2 0xb" lun0
	assert_nvme_state 3 1 "1 0xa 2 0xb"
	can_write "${shared[2]}"
	set_states running mpath0-a mpath0-b
	run_node 1 action=monitor
	assert_status 0
	run_node 1 action=off plug=node2
	assert_status 0
	assert_stderr --partial "fence_prctl: /dev/lab/host1/lun1: warning: this arbiter does not count: "
	assert_target_state host-1 "$wero" "host-1 0xa host-2 0xb" lun1
	assert_only 1
	run_node 2 action=on
	assert_status 1
	assert_stderr --partial "this node was fenced"
	run_node 2 action=off plug=node1
	assert_status 1
	assert_only 1
}

@test "fence_prctl arbiters: two nodes fence each other at once -> one wins" {
	local dead a b
	for dead in none lun1; do
		setup
		let_both_in
		[[ $dead == none ]] || set_states offline $dead # for node 1 alone
		start_node 1 action=off plug=node2 > /dev/null 2>&1 3>&- &
		a=$!
		start_node 2 action=off plug=node1 > /dev/null 2>&1 3>&- &
		b=$!
		wait $a && a=0 || a=$?
		wait $b && b=0 || b=$?
		case $a$b in
		01) assert_only 1 ;;
		10) assert_only 2 ;;
		*) fail "they ended with $a and $b" ;;
		esac
	done
}

@test "fence_prctl arbiters: one disk by two names, or an even number -> refused" {
	run_fence_prctl action=validate-all key=node1 plug=node2 devices="${shared[1]}" arbiters="${arbiters[1]/mpath0/lun1}"
	assert_status 1
	assert_stderr "fence_prctl: arbiters: /dev/lab/host1/lun1 is named twice"
	run_fence_prctl action=off key=node1 plug=node2 devices="${shared[1]}" \
		arbiters="${arbiters[1]/\/dev\/lab\/host1\/mpath0/$(readlink -f /dev/lab/host1/lun1)}"
	assert_status 1
	assert_stderr --partial "this arbiter is the same disk as another one"
	run_fence_prctl action=off key=node1 plug=node2 devices="${shared[1]}" arbiters="${arbiters[1]% *}"
	assert_status 1
	assert_stderr "fence_prctl: arbiters must be an odd number of disks"
}
