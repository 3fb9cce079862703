#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A real cluster, run by lab/cluster: corosync and Pacemaker on two nodes, configured by the commands of docs/pacemaker.md. Each test goes on
# where the one before has ended.
load ../bats/common
# which loads what lies beside it
BATS_TEST_DIRNAME=$BATS_TEST_DIRNAME/../bats load nvme
load cluster

wero="Write Exclusive Access, Registrants Only"
shared=(lun0 lun1 lun2 lun3 lun4 lun5 lun6 lun7)
all=$(printf '/dev/san/%s,' "${disks[@]}")
all=${all%,}

setup_file()
{
	local lun
	for lun in lun0 lun1; do
		lun_reset $lun
	done
	nvme_mode N
	nvme_reset
	udev_away
	cluster_nodes_start
	for lun in 1 2; do
		stack_start $lun
	done
	until_it 180 both_online
}

teardown_file()
{
	local lun
	cluster_stop
	nft delete table ip cut 2> /dev/null || true
	until_it 60 timeout 5 sg_turs /dev/lab/host1/mpath0-a
	until_it 60 timeout 5 sg_turs /dev/lab/host1/mpath0-b
	wipe /dev/lab/host2/mpath0-lun /dev/lab/host1/mpath0-a > /dev/null
	for lun in lun0 lun1; do
		wipe "/dev/lab/host1/$lun" "/dev/lab/host2/$lun" > /dev/null
	done
	nvme_reset
	luns_remove
	udev_back
}

# nothing is to be reset in between
setup()
{
	:
}

# Where one fails, what the cluster has to say.
teardown()
{
	local n
	[[ -z ${BATS_TEST_COMPLETED-} ]] || return 0
	for n in 1 2; do
		echo "node$n:"
		in_node $n grep -hE 'pacemakerd|fence|crit|error|warning' /var/log/pacemaker/pacemaker.log | tail -n 15 || true
	done
}

# online N: the node's own view of who is.
online()
{
	in_node "$1" crm_mon -1 2> /dev/null | sed -n 's/.*Online: \[ \(.*\) \].*/\1/p'
}

both_online()
{
	[[ $(online 1) == "node1 node2" ]]
}

# fence ARG...: stonith_admin on node 1, as p runs prctl.
fence()
{
	status=0
	in_node 1 stonith_admin "$@" > "$BATS_TEST_TMPDIR/out" 2> "$BATS_TEST_TMPDIR/err" || status=$?
	outputs_take
}

# keys_are KEYS NVME [MPATH]: what every disk has.
keys_are()
{
	local lun
	for lun in "${shared[@]}"; do
		[[ $(keys "$lun") == "$1" ]] || fail "$lun has $(keys "$lun"), not $1"
		[[ $(type_held "$lun") == "$wero" ]] || fail "$lun: $(type_held "$lun")"
	done
	[[ $(report) == "3 / "?" / $2" ]] || fail "the namespace has $(report)"
	[[ $(keys mpath0) == "${3-$(keys mpath0)}" ]] || fail "mpath0 has $(keys mpath0), not $3"
}

both_in()
{
	keys_are "host-1 0xa host-2 0xb" "1 0xa 2 0xb" "host-1-a 0xa host-1-b 0xa host-2 0xb"
}

node2_out()
{
	keys_are "host-1 0xa" "1 0xa" "host-1-a 0xa host-1-b 0xa"
}

# node2_writes: on every disk. node2_writes_not: on none.
node2_writes()
{
	local lun
	for lun in "${shared[@]}" nvme0 mpath0-lun; do
		writes "/dev/lab/host2/$lun"
	done
}

node2_writes_not()
{
	local lun
	for lun in "${shared[@]}" nvme0 mpath0-lun; do
		writes_not "/dev/lab/host2/$lun"
	done
}

@test "cluster: the commands of the page make a fencing device, and both nodes are let in" {
	local line
	while read -r line; do
		line=${line//\/dev\/disk\/by-id\/wwn-0x6001405aaaaaaaaa,\/dev\/disk\/by-id\/wwn-0x6001405bbbbbbbbb/$all}
		run in_node 1 bash -c "${line/power_timeout=20/power_timeout=10}" < /dev/null
		[[ $status == 0 ]] || fail "$line"
	done < <(block pcs | sed -n 1,2p)
	until_it 120 both_in
	node2_writes
}

@test "cluster: a dead disk is told in time, and the others are fenced" {
	local began=$SECONDS
	nft -f - <<-END
	table ip cut {
		chain out { type filter hook output priority 0; ip daddr { 127.0.0.2, 127.0.0.3 } drop; ip saddr { 127.0.0.2, 127.0.0.3 } drop; }
	}
	END
	fence --fence node2 --timeout 60
	[[ $status != 0 ]] || fail "it was told to be fenced"
	((SECONDS - began < 50)) || fail "it took $((SECONDS - began)) s"
	keys_are "host-1 0xa" "1 0xa" "host-1-a 0xa host-1-b 0xa host-2 0xb"
	in_node 1 grep -q "/dev/san/mpath0: .*no answer within" /var/log/pacemaker/pacemaker.log
}

@test "cluster: the agent is killed in the middle, and run again" {
	local fencing
	in_node 1 stonith_admin --fence node2 --timeout 60 > /dev/null 2>&1 3>&- &
	fencing=$!
	until_it 60 in_node 1 pgrep -x fence_prctl
	in_node 1 pkill -KILL -x fence_prctl
	! wait $fencing || fail "it was told to be fenced"
	nft delete table ip cut
	until_it 60 timeout 5 sg_turs /dev/lab/host1/mpath0-a
	until_it 60 timeout 5 sg_turs /dev/lab/host1/mpath0-b
	# as a node that hangs; one that is well Pacemaker would let in again while it stops
	in_node 2 bash -c "$(block node2)"
	fence --fence node2 --timeout 60
	ended 0
	node2_out
	node2_writes_not
	writes /dev/lab/host1/lun0
}
