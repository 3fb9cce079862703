#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Maps whose paths show different states, or whose paths differ in what they can do.
# lab/guest/gateways says what the devices are.
# bats file_tags=kernel-7
load common
load messages

wero="Write Exclusive Access, Registrants Only"
one=/dev/mapper/one
apart=/dev/mapper/apart

setup_file()
{
	"$LAB_TOP/lab/guest/gateways" start
}

teardown_file()
{
	"$LAB_TOP/lab/guest/gateways" stop
}

setup()
{
	local lun got tpg=/sys/kernel/config/target/iscsi/iqn.2026-01.lab:gateway.a/tpgt_1
	echo 0 > /run/lab/acl-gw1-a/lun_0/write_protect
	for lun in 0 1; do
		[[ -L /run/lab/acl-gw1-a/lun_$lun/default ]] || ln -s $tpg/lun/lun_$lun /run/lab/acl-gw1-a/lun_$lun/default
	done
	for lun in one apart-b; do
		read_target_keys $lun
		[[ $got == none ]] || clear_lun "/dev/lab/gw2-b/lun$([[ $lun == one ]] && echo 0 || echo 1)"
		assert_target_state none none none $lun
	done
	read_target_keys apart-a
	[[ $got == none ]] || clear_lun /dev/lab/gw1-a/lun1
	# the unit attentions of this
	for lun in /dev/lab/gw*/lun?; do
		sg_persist -n -i -k "$lun" > /dev/null 2>&1 || true
	done
}

teardown()
{
	[[ -e $apart ]] || "$LAB_TOP/lab/guest/gateways" map apart lun1
}

# clear_lun DEVICE: nothing is registered there any more.
clear_lun()
{
	sg_register 0xfff "$1"
	sg_persist_retry -o -C -K fff "$1"
} > /dev/null

# path_node DEVICE: its node, as messages name it.
path_node()
{
	readlink -f "/dev/lab/$1"
}

# register_at_both_gateways: host 1 is registered at both gateways and holds; host 2 is registered
# at gateway b.
register_at_both_gateways()
{
	sg_register 0xa /dev/lab/gw1-a/lun1
	sg_register 0xa /dev/lab/gw1-b/lun1
	sg_register 0xb /dev/lab/gw2-b/lun1
	sg_reserve 0xa 5 /dev/lab/gw1-a/lun1
	sg_reserve 0xa 5 /dev/lab/gw1-b/lun1
} > /dev/null

# generation LUN: of the target's.
generation()
{
	local line
	line=$(configfs_pr res_pr_generation "$1")
	echo $((${line##* }))
}

# shown_at GATEWAY [OTHERS]: the part of a message about host 1's path to that gateway, at which it is
# registered and holds.
shown_at()
{
	local node
	node=$(path_node "gw1-$1/lun1")
	echo "$node shows 0xa ($node)${2-}, held by 0xa (this host), write-exclusive-reg-only, \
generation $(generation "apart-$1")"
}

@test "paths: gateways that do not share reservations -> never ok, and the victim writes" {
	register_at_both_gateways
	run_prctl preempt-abort --key 0xa --victim 0xb $apart
	assert_status 6
	local disagree
	disagree="the map's paths disagree: \
$(sorted_list "; " "$(shown_at a)" "$(shown_at b ", 0xb (iqn.2026-01.lab:gw2-b)")")"
	assert_stderr "prctl: $apart: read: failed: $disagree; nothing was sent; check that all \
lead to this LUN and share its reservations, or use --this-path to change one"
	run_prctl preempt-abort --key 0xa --victim 0xb --if-registered --json $apart
	assert_outcome failed false false paths_disagree
	assert_target_state gw1-b "$wero" "gw1-b 0xa gw2-b 0xb" apart-b
	run_fence_prctl action=off key=0xa plug=0xb devices=$apart
	assert_status 1
	run_fence_prctl action=status plug=0xb devices=$apart
	assert_status 1
	assert_stderr "fence_prctl: $apart: read: unknown: $disagree; check that all lead to this \
LUN and share its reservations"
	run_prctl status --json $apart
	assert_status 7
	assert_outcome unknown false false paths_disagree
	run_prctl check --key 0xa --type wero $apart
	assert_status 7
	can_write /dev/lab/gw2-b/lun1
}

# equalize_generations: nobody is registered at either gateway, and both have counted as many
# changes.
equalize_generations()
{
	sg_register 0xa /dev/lab/gw1-a/lun1
	sg_register 0xa /dev/lab/gw1-b/lun1
	while (($(generation apart-a) < $(generation apart-b))); do
		sg_register 0xa /dev/lab/gw1-a/lun1
	done
	while (($(generation apart-a) > $(generation apart-b))); do
		sg_register 0xa /dev/lab/gw1-b/lun1
	done
	sg_persist_retry -o -C -K a /dev/lab/gw1-a/lun1
	sg_persist_retry -o -C -K a /dev/lab/gw1-b/lun1
} > /dev/null

@test "paths: the other gateway does not show an accepted change -> not ok" {
	equalize_generations
	run_prctl register --key 0xa --json $apart
	assert_status 6
	assert_outcome failed true true paths_disagree
	# the second one lacks the key, as if this host was fenced: it gets no other one
	assert_target_state none none "gw1-a 0xa" apart-a
	assert_target_state none none none apart-b
	run_prctl register --key 0xa --this-path "$(path_node gw1-a/lun1)"
	assert_status 0
}

@test "paths: two disks of one LUN -> compared as the paths of a map are" {
	register_at_both_gateways
	dmsetup remove --retry apart
	run_prctl status --json /dev/lab/gw1-a/lun1 /dev/lab/gw1-b/lun1
	assert_status 7
	assert_json '[.devices[] | [.status, .error.reason]]' '[["ok","none"],["unknown","paths_disagree"]]'
	assert_stderr "prctl: /dev/lab/gw1-b/lun1: read: unknown: $(path_node gw1-a/lun1) is \
another path of this LUN, but the two disagree: $(shown_at b ", 0xb (iqn.2026-01.lab:gw2-b)"); \
$(shown_at a); check that both lead to this LUN and share its reservations"
	run_fence_prctl action=off key=0xa plug=0xb devices=/dev/lab/gw1-a/lun1,/dev/lab/gw1-b/lun1
	assert_status 1
	assert_stderr "fence_prctl: /dev/lab/gw1-b/lun1: read-back: unknown: done, but the final \
read failed: $(path_node gw1-a/lun1) is another path of this LUN, but the two disagree: $(shown_at b); \
$(shown_at a); check that both lead to this LUN and share its reservations; fence again"
	sg_register 0xa /dev/lab/gw1-a/lun0
	run_prctl status /dev/lab/gw1-a/lun0 /dev/lab/gw1-b/lun0
	assert_status 0
}

@test "paths: a path lost its LUN -> named, and check does not call the node fenced" {
	local lun map b sense=("" ", sense 05/25/00 (0x2)") gateway_b=(one apart-b)
	for lun in 0 1; do
		map=$one
		((lun)) && map=$apart
		sg_register 0xa /dev/lab/gw1-a/lun$lun
		sg_register 0xa /dev/lab/gw1-b/lun$lun
		# at lun 0 the target answers for it: an empty list; at lun 1 it answers that nothing is there
		rm /run/lab/acl-gw1-a/lun_$lun/default
		run_prctl status $map
		assert_status 7
		b=$(path_node gw1-b/lun$lun)
		assert_stderr "prctl: $map: read: unknown: the map's paths disagree: \
$(sorted_list "; " \
			"$(path_node gw1-a/lun$lun) (the LUN is no longer mapped to this host (no \
such LUN${sense[lun]}))" \
			"$b shows 0xa ($b), nothing is reserved, generation \
$(generation "${gateway_b[lun]}")"); check that all lead to this LUN and share its reservations"
		run_prctl check --key 0xa $map
		assert_status 7
		run_prctl clear --key 0xa --json $map
		assert_outcome failed false false paths_disagree
		ln -s /sys/kernel/config/target/iscsi/iqn.2026-01.lab:gateway.a/tpgt_1/lun/lun_$lun /run/lab/acl-gw1-a/lun_$lun/default
	done
	assert_target_state none none "gw1-b 0xa" one
	run_prctl check --key 0xa $one
	assert_status 6
	assert_stderr "prctl: $one: read: failed: 0xa is registered on 1 of 2 paths, missing on \
$(path_node gw1-a/lun0); nothing is reserved; register on the map again"
}

@test "paths: a path is write-protected at the target -> no obstacle" {
	run_prctl register --key 0xa $one
	assert_status 0
	run_prctl reserve --key 0xa --type wero $one
	assert_status 0
	sg_register 0xb /dev/lab/gw2-b/lun0
	echo 1 > /run/lab/acl-gw1-a/lun_0/write_protect
	run_fence_prctl action=off key=0xa plug=0xb devices=$one
	assert_status 0
	assert_target_state gw1-a "$wero" "gw1-a 0xa gw1-b 0xa" one
	cannot_write /dev/lab/gw2-b/lun0
	sg_register 0xb /dev/lab/gw2-b/lun0
	run_prctl preempt-abort --key 0xa --victim 0xb $one
	assert_status 0
	assert_stderr "prctl: $one: warning: done through $(path_node gw1-b/lun0) after failing \
through $(path_node gw1-a/lun0) (not done after 3 tries: CHECK CONDITION, sense 07/27/00 (0x2))"
	cannot_write /dev/lab/gw2-b/lun0
	run_prctl clear --key 0xa $one
	assert_status 0
	assert_target_state none none none one
}

@test "paths: preempt takes over write-exclusive -> holds by one path, and check says through which one writes fail" {
	run_prctl register --key 0xa $one
	sg_register 0xb /dev/lab/gw2-b/lun0
	sg_reserve 0xb 1 /dev/lab/gw2-b/lun0
	run_prctl preempt --key 0xa --victim 0xb $one
	assert_status 0
	assert_stderr "prctl: $one: warning: write-exclusive is held by one path, \
$(path_node "$(target_holder one)/lun0"); writes through other paths will fail; on multipath use a \
registrants-only type"
	local bad=gw1-b
	[[ $(target_holder one) == gw1-a ]] || bad=gw1-a
	cannot_write /dev/lab/$bad/lun0
	run_prctl check --key 0xa --type we $one
	assert_status 6
	assert_stderr "prctl: $one: read: failed: held by 0xa (this host), write-exclusive through \
another path; writes through $(path_node $bad/lun0) fail; with several paths use a \
registrants-only type"
	run_prctl check --key 0xa $one
	assert_status 0
	assert_stderr "prctl: $one: warning: held by 0xa (this host), write-exclusive through \
another path; writes through $(path_node $bad/lun0) fail"
}

@test "paths: a dead path whose key is listed -> counted, and named" {
	local file
	run_prctl register --key 0xa $one
	file=/sys/block/$(basename "$(path_node gw1-b/lun0)")/device/state
	echo offline > "$file"
	run_prctl register --key 0xa --json $one
	assert_status 0
	assert_outcome ok false false none
	run_prctl check --key 0xa $one
	assert_status 0
	assert_stderr "prctl: $one: warning: the key is registered for paths that do not respond: \
$(path_node gw1-b/lun0) (the path is offline or gone (ENXIO)); check those paths"
	run_prctl unregister --key 0xd $one
	echo running > "$file"
	assert_status 3
	assert_target_state none none "gw1-a 0xa gw1-b 0xa" one
}
