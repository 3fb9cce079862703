#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Two nodes, each a guest, that write to shared LUNs all the time, and lose each other, over and
# over; run by lab/cluster rounds, in the guest that has the LUNs. It has every write and every
# reservation in the order in which it did them. LAB_ROUNDS says how often. Each round's figures are
# added to $LAB_OUT/figures.
load ../bats/common
load cluster
load guests

setup_file()
{
	local n
	san_start
	mkdir "$LAB_OUT/files"
	stack_configure 10000
	cp /etc/prctl/keys /etc/corosync/corosync.conf "$LAB_OUT/files"
	for n in 1 2; do
		node_prepare $n
	done
	mapfile -t disks < <(node_disks 1)
	[[ $(node_disks 2) == "$(node_disks 1)" && ${#disks[@]} == "$san_luns" ]] || fail "the disks are ${disks[*]}"
	export disks_joined
	disks_joined=$(IFS=, && echo "${disks[*]}")
	for n in 1 2; do
		stack_start $n
	done
	retry_for 240 both_online
	page_run 1 '^pcs stonith create' "s|devices=[^ ]*|devices=$disks_joined|"
	assert_status 0
	page_run 1 '^pcs property'
	assert_status 0
	retry_for 300 both_registered
	get_written_disks "$disks_joined"
	for n in 1 2; do
		node_writes $n
	done
	printf 'about\tkernel\t%s\n' "$(uname -r)" > "$LAB_OUT/figures"
}

teardown_file()
{
	nodes_stop
}

setup()
{
	get_written_disks "$disks_joined"
}

teardown()
{
	print_node_logs
	[[ -n ${BATS_TEST_COMPLETED-} ]] || cat "$trace/trace" > "$LAB_OUT/trace"
}

# get_written_disks DISK,DISK...: the first, where fencing begins, and the last are those that the
# nodes write to.
get_written_disks()
{
	local disks
	IFS=, read -r -a disks <<< "$1"
	written=("${disks[0]}" "${disks[-1]}")
}

# all_luns_have KEYS: what the target holds of every LUN, under a reservation.
all_luns_have()
{
	local n
	for ((n = 0; n < san_luns; n++)); do
		[[ $(target_keys lun$n) == "$1" && $(target_type lun$n) == "Write Exclusive Access, Registrants Only" ]] || return
	done
}

both_registered()
{
	all_luns_have "host-1 0xa host-2 0xb"
}

# one_node_left: sets $winner and $loser once only one is left everywhere.
one_node_left()
{
	winner=1 loser=2
	all_luns_have "host-1 0xa" && return
	winner=2 loser=1
	all_luns_have "host-2 0xb"
}

# assert_writers_refused N: the node's writers have ended, refused by a reservation; what they were
# told last was written is there.
assert_writers_refused()
{
	local lun disk line n place text
	for lun in 0 $((san_luns - 1)); do
		disk=${written[lun > 0]}
		retry_for 60 writer_ended "$1" "$disk"
		line=$(in_node "$1" cat "/run/lab/writer-${disk##*/}")
		[[ $line == *": Invalid exchange" ]] || fail "node$1's writer ended with: $line"
		n=${line%%:*}
		place=$((($1 - 1) * 1024 + (n - 1) % 1024))
		text="$(< "$LAB_OUT/writer$1") $n"
		[[ $(block_at $lun $place) == "$text" ]] || fail "lun$lun, block $place is $(block_at $lun $place), not $text"
	done
}

writer_ended()
{
	[[ -n $(in_node "$1" cat "/run/lab/writer-${2##*/}") ]]
}

block_at()
{
	dd if="/run/lab/luns/lun$1" bs=4096 skip="$2" count=1 2> /dev/null | head -n 1 | tr -d '\0'
}

# both_have_written: the target's trace has writes of both nodes.
both_have_written()
{
	local n
	cat "$trace/trace" > "$BATS_TEST_TMPDIR/trace"
	for n in 1 2; do
		grep -q "target_cmd_complete:.*lab:host-$n.*status GOOD" "$BATS_TEST_TMPDIR/trace" || return
	done
}

# judged: whether the round's trace has all that it must have, and nothing else; sets $line to its
# figures, or to what is missing or wrong.
judged()
{
	cat "$trace/trace" > "$BATS_TEST_TMPDIR/trace"
	line=$(awk -v winner="host-$winner" -v loser="host-$loser" -v luns="$san_luns" -v written="0|$((san_luns - 1))" \
		-f "$BATS_TEST_DIRNAME/judge.awk" "$BATS_TEST_TMPDIR/trace")
}

# run_round KIND WHAT...: a round; WHAT makes the nodes lose each other.
run_round()
{
	local line
	echo > "$trace/trace"
	retry_for 180 both_have_written
	echo loss > "$trace/trace_marker"
	"${@:2}"
	retry_for 180 one_node_left
	retry_for 180 judged || fail "$line"
	printf '%s\t%s\t%s\n' "$1" "$loser" "${line// /$'\t'}" >> "$LAB_OUT/figures"
	assert_writers_refused "$loser"
	# by which its watchdog knows
	status=0
	in_node "$loser" prctl check --quiet --key "node$loser" "${written[@]}" || status=$?
	assert_status 3
}

# rejoin_node N: the node that was cut off restarts, and is let in.
rejoin_node()
{
	node_restart "$1"
	retry_for 240 both_online
	retry_for 240 both_registered
	node_writes "$1"
}

hang_node()
{
	in_node "$1" pkill -STOP -x 'corosync|pacemaker.*'
}

@test "rounds: a node's cluster hangs -> it writes nothing after the other's first write after the fence" {
	local round winner loser
	for ((round = 0; round < LAB_ROUNDS; round++)); do
		run_round hang hang_node $((1 + round % 2))
		((loser == 1 + round % 2)) || fail "node$loser was fenced"
		rejoin_node "$loser"
	done
}

# fence_has_failed N: the node's own attempt to fence the other one has ended.
fence_has_failed()
{
	in_node "$1" grep -qE "Operation '(off|reboot)' .*node$((3 - $1)).*(failed|Error|error)" /var/log/pacemaker/pacemaker.log
}

cut_network()
{
	in_node 1 nft "add table ip cut; add chain ip cut in { type filter hook input priority 0; };
		add chain ip cut out { type filter hook output priority 0; };
		add rule ip cut in ip saddr 10.0.0.2 drop; add rule ip cut out ip daddr 10.0.0.2 drop"
}

@test "rounds: the network between the nodes is cut -> one of them wins, on every LUN the same" {
	local round winner loser
	for ((round = 0; round < LAB_ROUNDS; round++)); do
		run_round cut cut_network
		# the loser has tried to fence, too, and could change nothing
		retry_for 180 fence_has_failed "$loser"
		one_node_left || fail "not one is left everywhere"
		node_kill "$loser"
		in_node 1 nft delete table ip cut
		rejoin_node "$loser"
	done
}
