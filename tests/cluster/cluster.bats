#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A real cluster, run by lab/cluster: corosync and Pacemaker on two nodes, configured by the
# commands of docs/pacemaker.md. Each test begins in the state that the one before has left.
load ../bats/common
# which loads what lies beside it
BATS_TEST_DIRNAME=$BATS_TEST_DIRNAME/../bats load nvme
load cluster
load namespaces

wero="Write Exclusive Access, Registrants Only"
shared=(lun0 lun1 lun2 lun3 lun4 lun5 lun6 lun7)

setup_file()
{
	local lun
	for lun in lun0 lun1; do
		lun_reset $lun
	done
	nvme_set_multipath N
	nvme_reset
	udev_stop
	cluster_nodes_start
	for lun in 1 2; do
		stack_start $lun
	done
	retry_for 180 both_online
}

teardown_file()
{
	local lun
	cluster_stop
	nft delete table ip cut 2> /dev/null || true
	retry_for 60 timeout 5 sg_turs /dev/lab/host1/mpath0-a
	sg_clear /dev/lab/host2/mpath0-lun /dev/lab/host1/mpath0-a > /dev/null
	for lun in lun0 lun1; do
		sg_clear "/dev/lab/host1/$lun" "/dev/lab/host2/$lun" > /dev/null
	done
	nvme_reset
	luns_remove
	udev_continue
}

# nothing is to be reset in between
setup()
{
	:
}

teardown()
{
	print_node_logs
	[[ -n ${BATS_TEST_COMPLETED-} ]] || echo "the target holds $(target_keys lun0), $(target_keys lun1)"
}

# run_in_node N COMMAND...: there, as run_prctl runs prctl.
run_in_node()
{
	status=0
	in_node "$@" > "$BATS_TEST_TMPDIR/out" 2> "$BATS_TEST_TMPDIR/err" < /dev/null || status=$?
	load_outputs
}

# run_stonith_admin ARG...: stonith_admin on node 1, as run_prctl runs prctl.
run_stonith_admin()
{
	run_in_node 1 stonith_admin "$@"
}

# assert_all_keys KEYS NVME [MPATH]: what every disk has. It returns by itself: in retry_for nothing
# else ends it.
assert_all_keys()
{
	local lun
	for lun in "${shared[@]}"; do
		[[ $(target_keys "$lun") == "$1" ]] || fail "$lun has $(target_keys "$lun"), not $1" || return
		[[ $(target_type "$lun") == "$wero" ]] || fail "$lun: $(target_type "$lun")" || return
	done
	[[ $(nvme_target_state) == "3 / "?" / $2" ]] || fail "the namespace has $(nvme_target_state)" || return
	[[ $(target_keys mpath0) == "${3-$(target_keys mpath0)}" ]] || fail "mpath0 has $(target_keys mpath0), not $3"
}

both_registered()
{
	assert_all_keys "host-1 0xa host-2 0xb" "1 0xa 2 0xb" "host-1 0xa host-2 0xb"
}

node2_fenced()
{
	assert_all_keys "host-1 0xa" "1 0xa" "host-1 0xa"
}

# node2_can_write: on every disk. node2_cannot_write: on none.
node2_can_write()
{
	local lun
	for lun in "${shared[@]}" nvme0 mpath0-lun; do
		can_write "/dev/lab/host2/$lun"
	done
}

node2_cannot_write()
{
	local lun
	for lun in "${shared[@]}" nvme0 mpath0-lun; do
		cannot_write "/dev/lab/host2/$lun"
	done
}

# two_disks_have KEYS: what the page's two disks have.
two_disks_have()
{
	[[ $(target_keys lun0) == "$1" && $(target_keys lun1) == "$1" ]] && [[ $(target_type lun0) == "$wero" && $(target_type lun1) == "$wero" ]]
}

# fence_device_remove: no fencing device, nothing on the page's two disks, and no memory of them.
fence_device_remove()
{
	local lun
	! in_node 1 cibadmin --query --xpath "//primitive[@id='disks']" > /dev/null 2>&1 ||
		in_node 1 pcs stonith delete disks --force > /dev/null 2>&1
	for lun in lun0 lun1; do
		sg_clear "/dev/lab/host1/$lun" "/dev/lab/host2/$lun" > /dev/null
	done
	in_node 1 rm -rf /run/prctl
	in_node 2 rm -rf /run/prctl
}

# hang_node2, as the page makes it: one that is well stops its Pacemaker.
hang_node2()
{
	page_run 2 '^pkill -STOP'
	assert_status 0
}

# unfence_nodes: by hand. Pacemaker has tried it by itself, but now and then before a new device is
# known on both nodes, which takes long here, and leaves it at that.
unfence_nodes()
{
	local n
	for n in 1 2; do
		retry_for 180 in_node 1 stonith_admin --unfence node$n --timeout 60
	done
}

restart_node2()
{
	node_restart 2
	retry_for 180 both_online
}

@test "cluster: before the cluster: packages, services, a look at the disks -> as the page says" {
	page_run 1 '^apt-get install' 's/^apt-get/& --simulate/'
	assert_status 0
	[[ $output == *" 0 newly installed"* ]] || fail "the lab has other packages"
	# the lab starts them without systemd
	page_run 1 '^systemctl enable --now corosync' 's/ --now//; s/^/SYSTEMD_OFFLINE=1 /'
	assert_status 0
	page_run 1 '^systemctl enable --now watchdog' 's/ --now//; s/^/SYSTEMD_OFFLINE=1 /'
	assert_status 0
	page_run 1 '^mkdir -p /etc/watchdog.d'
	assert_status 0
	# before anything was let in
	in_node 1 /etc/watchdog.d/fence_prctl_check test
	[[ -e /etc/systemd/system/multi-user.target.wants/pacemaker.service ]] || fail "not enabled"
	page_run 1 '^prctl status'
	assert_status 0
	[[ $output == *wwn-0x6001405aaaaaaaaa*wwn-0x6001405bbbbbbbbb* ]] || fail "not two disks"
	page_run 1 '^fence_prctl --action=monitor'
	assert_status 0
	# which the page has in a sentence
	in_node 1 corosync-keygen > /dev/null
	sed 's/crypto_cipher: none/crypto_cipher: aes256/; s/crypto_hash: none/crypto_hash: sha256/' /etc/corosync/corosync.conf \
		> /run/lab/corosync-crypto.conf
	in_node 1 corosync -t -c /run/lab/corosync-crypto.conf
}

@test "cluster: pcs creates a fencing device -> both nodes are registered" {
	page_run 1 '^pcs stonith create'
	assert_status 0
	page_run 1 '^pcs property'
	assert_status 0
	retry_for 240 two_disks_have "host-1 0xa host-2 0xb"
	page_run 1 '^fence_prctl --action=status --plug=node2'
	assert_status 0
	[[ $output == *"0xb (node2) is registered"* ]] || fail "node2 is not in"
	page_run 1 '^stonith_admin --validate'
	assert_status 0
	# the arbiters are not there
	page_run 1 '^fence_prctl --action=validate-all'
	assert_status 0
	assert_stderr --partial "wwn-0x6001405ccccccccc: warning: this arbiter does not count: no such device"
}

# disk_list_write DISK...: the file of disks, which both nodes have.
disk_list_write()
{
	printf '/dev/san/%s\n' "$@" > /etc/prctl/disks
}

# nodes_enter: each lets itself in on what is in the file.
nodes_enter()
{
	local n
	for n in 1 2; do
		page_run $n '^fence_prctl --action=on'
		assert_status 0
	done
}

@test "cluster: disks are added by a file, eight LUNs, a namespace and a map -> both nodes are registered on each" {
	local n before
	disk_list_write "${disks[@]}"
	nodes_enter
	page_run 1 '^pcs stonith update disks devices' 's|$| power_timeout=10|'
	assert_status 0
	retry_for 240 device_started
	both_registered
	node2_can_write
	# the namespace by the name that the page gives it
	in_node 1 fence_prctl --action=status --plug=node2 --devices="$(grep -o '/dev/disk/by-id/nvme-uuid[-.0-9]*' "$page" | head -n 1)"
	# one of them is removed, and added again: the device stays as it is, and so does a service that
	# Pacemaker has started
	service_create
	retry_for 240 service_identity
	before=$(service_identity)
	mapfile -t rest < <(printf '%s\n' "${disks[@]}" | grep -vx nvme0)
	disk_list_write "${rest[@]}"
	for n in 1 2; do
		page_run $n '^prctl unregister' "s|--key node1 .*|--key node$n /dev/san/nvme0|"
		assert_status 0
	done
	[[ $(nvme_target_state) != *0xa* && $(nvme_target_state) != *0xb* ]] || fail "the namespace has $(nvme_target_state)"
	# which is not a fence
	page_run 2 '^/usr/share/prctl/fence_prctl_check'
	assert_status 0
	# until each node has run on, monitor names what is missing; it restarts nothing either
	disk_list_write "${disks[@]}"
	page_run 1 '^fence_prctl --action=on'
	assert_status 0
	run_in_node 1 fence_prctl --action=monitor --devices=@/etc/prctl/disks --power-timeout=60
	assert_status 1
	assert_stderr --partial "a fence by the node of 0xb (node2) would fail: that key is registered on"
	nodes_enter
	both_registered
	run_in_node 1 fence_prctl --action=monitor --devices=@/etc/prctl/disks --power-timeout=60
	assert_status 0
	[[ $(service_identity) == "$before" ]] || fail "the service is now $(service_identity), and was $before"
	service_remove
}

@test "cluster: fence, a disk is dead -> fails in time, the others are fenced" {
	nft -f - <<-END
	table ip cut {
		chain out { type filter hook output priority 0; ip daddr 127.0.0.2 drop; ip saddr 127.0.0.2 drop; }
	}
	END
	run_stonith_admin --fence node2 --timeout 60
	[[ $status != 0 ]] || fail "it was told to be fenced"
	# by itself, before Pacemaker lost its patience with it
	in_node 1 grep -q "/dev/san/mpath0: .*no response within" /var/log/pacemaker/pacemaker.log
	! in_node 1 grep -E "fence_prctl.*timed out" /var/log/pacemaker/pacemaker.log || fail "it was ended"
	assert_all_keys "host-1 0xa" "1 0xa" "host-1 0xa host-2 0xb"
}

@test "cluster: fence, the agent is killed, and run again -> fenced" {
	local fencing
	in_node 1 stonith_admin --fence node2 --timeout 60 > /dev/null 2>&1 3>&- &
	fencing=$!
	retry_for 60 in_node 1 pgrep -x fence_prctl
	in_node 1 pkill -KILL -x fence_prctl
	! wait $fencing || fail "it was told to be fenced"
	nft delete table ip cut
	retry_for 60 timeout 5 sg_turs /dev/lab/host1/mpath0-a
	hang_node2
	page_run 1 '^stonith_admin --fence node2'
	assert_status 0
	node2_fenced
	node2_cannot_write
	can_write /dev/lab/host1/lun0
	page_run 1 '^fence_prctl --action=status --plug=node2'
	assert_status 2
	# by which its watchdog knows
	page_run 2 '^/usr/share/prctl/fence_prctl_check'
	assert_status 2
}

@test "cluster: a fenced node restarts -> registered by itself" {
	restart_node2
	retry_for 240 both_registered
	node2_can_write
	page_run 2 '^/usr/share/prctl/fence_prctl_check'
	assert_status 0
}

@test "cluster: a key is left -> preempt removes it, and only a restart lets the node in again" {
	page_run 1 '^prctl preempt'
	assert_status 0
	two_disks_have "host-1 0xa" || fail "the target holds $(target_keys lun0), $(target_keys lun1)"
	cannot_write /dev/lab/host2/lun0
	page_run 1 '^stonith_admin --unfence node2'
	[[ $status != 0 ]] || fail "it was let in"
	two_disks_have "host-1 0xa" || fail "the target holds $(target_keys lun0), $(target_keys lun1)"
	in_node 2 grep -q 'this node was fenced: it has registered 0xb' /var/log/pacemaker/pacemaker.log
	restart_node2
	retry_for 240 both_registered
	page_run 1 '^stonith_admin --unfence node2'
	assert_status 0
	node2_can_write
}

@test "cluster: the cluster has other names for the nodes -> pcmk_host_map names their keys" {
	local n
	for n in 1 2; do
		in_node $n hostname machine$n
	done
	printf '0xa machine1\n0xb machine2\n' > /etc/prctl/keys
	run_stonith_admin --fence node2 --timeout 60
	[[ $status != 0 ]] || fail "it was told to be fenced"
	both_registered
	page_run 1 '^pcs stonith update disks pcmk_host_map'
	assert_status 0
	retry_for 240 device_started
	hang_node2
	retry_for 60 in_node 1 stonith_admin --fence node2 --timeout 60
	node2_fenced
	for n in 1 2; do
		in_node $n hostname node$n
	done
	page_block keys > /etc/prctl/keys
	restart_node2
	retry_for 240 both_registered
}

@test "cluster: crm creates a fencing device -> both nodes are registered" {
	fence_device_remove
	page_run 1 '^crm configure primitive'
	assert_status 0
	page_run 1 '^crm configure property'
	assert_status 0
	unfence_nodes
	two_disks_have "host-1 0xa host-2 0xb" || fail "the target holds $(target_keys lun0), $(target_keys lun1)"
}

@test "cluster: from fence_scsi -> no node is fenced on the way, its keys stay" {
	local before one two
	fence_device_remove
	# Python's first start takes longer here than Pacemaker waits for an agent's description
	in_node 1 fence_scsi --action=metadata > /dev/null
	in_node 1 pcs stonith create scsi fence_scsi key_value=hash pcmk_host_list="node1 node2" pcmk_reboot_action=off \
		devices=/dev/disk/by-id/wwn-0x6001405aaaaaaaaa,/dev/disk/by-id/wwn-0x6001405bbbbbbbbb meta provides=unfencing < /dev/null
	unfence_nodes
	[[ $(target_keys lun0) == host-1*host-2* ]] || fail "the target holds $(target_keys lun0)"
	before=$(target_keys lun0)
	# as status shows them, too
	page_run 1 '^prctl status'
	read -r _ one _ two <<< "$before"
	[[ $output == *"$one"* && $output == *"$two"* ]] || fail "other keys than $before"
	echo "$one node1
$two node2" > /etc/prctl/keys
	page_run 1 '^pcs stonith delete scsi'
	assert_status 0
	page_run 1 '^pcs stonith create'
	assert_status 0
	unfence_nodes
	two_disks_have "$before" || fail "the target holds $(target_keys lun0), $(target_keys lun1)"
	both_online || fail "not both are online"
	hang_node2
	page_run 1 '^stonith_admin --fence node2'
	assert_status 0
	two_disks_have "host-1 $one" || fail "the target holds $(target_keys lun0), $(target_keys lun1)"
	cannot_write /dev/lab/host2/lun0
}

page_disks=/dev/disk/by-id/wwn-0x6001405aaaaaaaaa,/dev/disk/by-id/wwn-0x6001405bbbbbbbbb

# run_agent N AGENT ACTION NODE: an agent on node N, with the keys that fence_scsi makes of names.
run_agent()
{
	run_in_node "$1" "$2" --action="$3" --plug="$4" --key-value=hash --devices=$page_disks --power-timeout=60 "${@:5}"
}

# assert_persistent: as another host sees it, the registrations of both disks outlive a loss of power.
assert_persistent()
{
	local lun
	for lun in lun0 lun1; do
		sg_persist_retry --in --report-capabilities "/dev/lab/host1/$lun" | grep -q 'PTPL_A): 1' ||
			fail "$lun does not keep them"
	done
}

@test "cluster: from fence_scsi node by node, both agents at work -> the same keys, and each fences what the other has let in" {
	local n both
	fence_device_remove
	rm /etc/prctl/keys
	for n in 1 2; do
		run_agent $n fence_scsi on node$n --aptpl
		assert_status 0
	done
	both=$(target_keys lun0)
	[[ $both == "host-1 0x"*" host-2 0x"* ]] || fail "the target holds $both"
	assert_persistent
	# node 1 changes: its key stays, and it can fence node 2, which has not
	run_agent 1 fence_prctl on node1
	assert_status 0
	two_disks_have "$both" || fail "the target holds $(target_keys lun0), $(target_keys lun1)"
	run_agent 1 fence_prctl off node2
	assert_status 0
	two_disks_have "${both% host-2 *}" || fail "the target holds $(target_keys lun0), $(target_keys lun1)"
	cannot_write /dev/lab/host2/lun0
	run_agent 1 fence_scsi status node2
	assert_status 2
	# node 2 changes, and node 1 fences it by the old agent
	run_agent 2 fence_prctl on node2
	assert_status 0
	two_disks_have "$both" || fail "the target holds $(target_keys lun0), $(target_keys lun1)"
	can_write /dev/lab/host2/lun0
	assert_persistent
	run_agent 1 fence_scsi off node2
	assert_status 0
	two_disks_have "${both% host-2 *}" || fail "the target holds $(target_keys lun0), $(target_keys lun1)"
	cannot_write /dev/lab/host2/lun0
	run_agent 1 fence_prctl status node2
	assert_status 2
	run_agent 2 fence_prctl on node2
	assert_status 1
	assert_stderr --partial "this node was fenced"
	assert_persistent
}

@test "cluster: key_value -> the running corosync's nodes; those of corosync.conf if it hangs or another one is there" {
	local from="fence_prctl: the keys are made of the nodes of" conf=/etc/corosync/corosync.conf
	run_agent 1 fence_prctl status node2 --verbose
	assert_status 2
	assert_stderr --partial "$from the running corosync"
	# which has not read its file again
	cp $conf /run/lab/corosync.conf
	sed -i 's/name: node2/name: other2/' $conf
	run_agent 1 fence_prctl status node2
	assert_status 2
	run_agent 1 fence_prctl status other2
	assert_status 1
	assert_stderr --partial "plug 'other2': no such name"
	in_node 1 pkill -STOP -x corosync
	run_agent 1 fence_prctl status other2 --verbose
	in_node 1 pkill -CONT -x corosync
	cp /run/lab/corosync.conf $conf
	assert_status 2
	assert_stderr --partial "$from $conf"
	page_block keys > /etc/prctl/keys
}

device_started()
{
	in_node 1 crm_mon -1 | grep -q 'disks.*fence_prctl.*Started'
}

@test "cluster: all commands of the page -> were run" {
	diff <(page_commands | sort -u) <(sort -u "$BATS_FILE_TMPDIR/ran") || fail "not these"
}
