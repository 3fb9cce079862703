#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# One path is not the LUN: maps whose paths show different things, or of which one does not do what another one does.
# lab/guest/gateways says what the devices are.
# bats file_tags=kernel-7
load common

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
		keys_get $lun
		[[ $got == none ]] || clean "/dev/lab/gw2-b/lun$([[ $lun == one ]] && echo 0 || echo 1)"
		held none none none $lun
	done
	keys_get apart-a
	[[ $got == none ]] || clean /dev/lab/gw1-a/lun1
	# the unit attentions of this
	for lun in /dev/lab/gw*/lun?; do
		sg_persist -n -i -k "$lun" > /dev/null 2>&1 || true
	done
}

teardown()
{
	[[ -e $apart ]] || "$LAB_TOP/lab/guest/gateways" map apart lun1
}

# clean DEVICE: nothing is registered there any more.
clean()
{
	join 0xfff "$1"
	other -o -C -K fff "$1"
} > /dev/null

# path DEVICE: its node, as messages name it.
path()
{
	readlink -f "/dev/lab/$1"
}

# apart_joined: host 1 is registered at both gateways and holds; host 2 is registered at gateway b.
apart_joined()
{
	join 0xa /dev/lab/gw1-a/lun1
	join 0xa /dev/lab/gw1-b/lun1
	join 0xb /dev/lab/gw2-b/lun1
	hold 0xa 5 /dev/lab/gw1-a/lun1
	hold 0xa 5 /dev/lab/gw1-b/lun1
} > /dev/null

@test "paths: over gateways that do not share reservations nothing is ok, and the victim writes" {
	apart_joined
	p preempt-abort --key 0xa --victim 0xb $apart
	ended 6
	said "its paths disagree: $(path gw1-a/lun1) shows 0xa ($(path gw1-a/lun1)), held by"
	said "; $(path gw1-b/lun1) shows 0xa ($(path gw1-b/lun1)), 0xb (iqn.2026-01.lab:gw2-b), held by"
	p preempt-abort --key 0xa --victim 0xb --if-registered --json $apart
	came failed false false paths_disagree
	held gw1-b "$wero" "gw1-b 0xa gw2-b 0xb" apart-b
	agent action=off key=0xa plug=0xb devices=$apart
	ended 1
	agent action=status plug=0xb devices=$apart
	ended 1
	said "its paths disagree"
	p status --json $apart
	ended 7
	came unknown false false paths_disagree
	p check --key 0xa --type wero $apart
	ended 7
	writes /dev/lab/gw2-b/lun1
}

# generation LUN: of the target's.
generation()
{
	local line
	line=$(pr res_pr_generation "$1")
	echo $((${line##* }))
}

# level: nobody is registered at either gateway, and both have counted as many changes.
level()
{
	join 0xa /dev/lab/gw1-a/lun1
	join 0xa /dev/lab/gw1-b/lun1
	while (($(generation apart-a) < $(generation apart-b))); do
		join 0xa /dev/lab/gw1-a/lun1
	done
	while (($(generation apart-a) > $(generation apart-b))); do
		join 0xa /dev/lab/gw1-b/lun1
	done
	other -o -C -K a /dev/lab/gw1-a/lun1
	other -o -C -K a /dev/lab/gw1-b/lun1
} > /dev/null

@test "paths: a change that the other gateway does not show is not ok, though it was answered well" {
	level
	p register --key 0xa --json $apart
	ended 6
	came failed true true paths_disagree
	held none none "gw1-a 0xa" apart-a
	held none none "gw1-b 0xa" apart-b
	p register --key 0xa --this-path "$(path gw1-a/lun1)"
	ended 0
}

@test "paths: two disks that are named are compared as the paths of a map are" {
	apart_joined
	dmsetup remove --retry apart
	p status --json /dev/lab/gw1-a/lun1 /dev/lab/gw1-b/lun1
	ended 7
	json '[.devices[] | [.status, .error.reason]]' '[["ok","none"],["unknown","paths_disagree"]]'
	said "/dev/lab/gw1-b/lun1: read: unknown: $(path gw1-a/lun1) is a path of the same LUN, and they disagree"
	agent action=off key=0xa plug=0xb devices=/dev/lab/gw1-a/lun1,/dev/lab/gw1-b/lun1
	ended 1
	join 0xa /dev/lab/gw1-a/lun0
	p status /dev/lab/gw1-a/lun0 /dev/lab/gw1-b/lun0
	ended 0
}

@test "paths: a path that lost its LUN is named, and a watchdog does not take the node for fenced" {
	local lun map
	for lun in 0 1; do
		map=$one
		((lun)) && map=$apart
		join 0xa /dev/lab/gw1-a/lun$lun
		join 0xa /dev/lab/gw1-b/lun$lun
		# at lun 0 the target answers for it: an empty list; at lun 1 it answers that nothing is there
		rm /run/lab/acl-gw1-a/lun_$lun/default
		p status $map
		ended 7
		said "its paths disagree"
		said "0xa ($(path gw1-b/lun$lun))"
		((lun == 0)) || said "$(path gw1-a/lun1) (the LUN is no longer mapped to this host (no such LUN, sense 05/25/00 (0x2)))"
		p check --key 0xa $map
		ended 7
		p clear --key 0xa --json $map
		came failed false false paths_disagree
		ln -s /sys/kernel/config/target/iscsi/iqn.2026-01.lab:gateway.a/tpgt_1/lun/lun_$lun /run/lab/acl-gw1-a/lun_$lun/default
	done
	held none none "gw1-b 0xa" one
	p check --key 0xa $one
	ended 6
	said "0xa is registered on 1 of 2 paths, not on $(path gw1-a/lun0)"
}

@test "paths: a path that is write-protected at the target is no obstacle" {
	p register --key 0xa $one
	ended 0
	p reserve --key 0xa --type wero $one
	ended 0
	join 0xb /dev/lab/gw2-b/lun0
	echo 1 > /run/lab/acl-gw1-a/lun_0/write_protect
	agent action=off key=0xa plug=0xb devices=$one
	ended 0
	held gw1-a "$wero" "gw1-a 0xa gw1-b 0xa" one
	writes_not /dev/lab/gw2-b/lun0
	join 0xb /dev/lab/gw2-b/lun0
	p preempt-abort --key 0xa --victim 0xb $one
	ended 0
	said "warning: done through $(path gw1-b/lun0), after it failed through $(path gw1-a/lun0) ("
	writes_not /dev/lab/gw2-b/lun0
	p clear --key 0xa $one
	ended 0
	held none none none one
}

@test "paths: preempt that takes over write-exclusive binds one path, and check says through which writes fail" {
	p register --key 0xa $one
	join 0xb /dev/lab/gw2-b/lun0
	hold 0xb 1 /dev/lab/gw2-b/lun0
	p preempt --key 0xa --victim 0xb $one
	ended 0
	said "warning: write-exclusive binds to one path, $(path "$(holder one)/lun0"): writes through the others will fail"
	local bad=gw1-b
	[[ $(holder one) == gw1-a ]] || bad=gw1-a
	writes_not /dev/lab/$bad/lun0
	p check --key 0xa --type we $one
	ended 6
	said "writes fail through $(path $bad/lun0)"
	p check --key 0xa $one
	ended 0
	said "warning: held by 0xa (this host), write-exclusive, through another path: writes fail through $(path $bad/lun0)"
}

@test "paths: a dead path whose key is listed is counted, and named" {
	local file
	p register --key 0xa $one
	file=/sys/block/$(basename "$(path gw1-b/lun0)")/device/state
	echo offline > "$file"
	p register --key 0xa --json $one
	ended 0
	came ok false false none
	p check --key 0xa $one
	ended 0
	said "warning: the key is listed for paths that do not answer: $(path gw1-b/lun0) ("
	p unregister --key 0xd $one
	echo running > "$file"
	ended 3
	held none none "gw1-a 0xa gw1-b 0xa" one
}
