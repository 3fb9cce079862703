#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# dm-multipath maps: a map of two paths, each with a portal and an initiator name of its own.
# shellcheck disable=SC2154
load common

map=/dev/lab/host1/mpath0
one=/dev/lab/host1/mpath0-a
two=/dev/lab/host1/mpath0-b
other=/dev/lab/host2/mpath0-lun
both="host-1-a 0xa host-1-b 0xa"
wero="Write Exclusive Access, Registrants Only"

# cut DEVICE: nothing goes to or comes from the portal of that path any more; nobody has noticed yet.
cut_portal()
{
	nft -f - <<-END
	table ip cut {
		chain out { type filter hook output priority 0; ip daddr $1 drop; ip saddr $1 drop; }
	}
	END
}

mend()
{
	nft delete table ip cut 2> /dev/null || true
}

# state DEVICE WORD: the kernel's state of a path, e.g. offline.
state()
{
	echo "$2" > "/sys/block/$(basename "$(readlink -f "$1")")/device/state"
}

# A path that was cut is usable again once its session has noticed and logged in anew.
path_wait()
{
	until timeout 5 sg_turs "$1" > /dev/null 2>&1; do
		pause 0.5
	done
}

setup()
{
	mend
	state $one running
	state $two running
	map_wipe
	sg_persist -n -i -k $one > /dev/null 2>&1 || true
	sg_persist -n -i -k $two > /dev/null 2>&1 || true
	held none none none mpath0
}

teardown()
{
	mend
	state $one running
	state $two running
}

# bats test_tags=every-kernel
@test "multipath: register goes to every path" {
	p register --key 0xa $map
	ended 0
	printed "$map: registered 0xa on 2 paths"
	said_nothing
	held none none "$both" mpath0
}

# bats test_tags=every-kernel
@test "multipath: register again changes nothing (the kernel would unregister every path)" {
	p register --key 0xa $map
	p register --key 0xa --json $map
	ended 0
	json '.devices[0].changed' false
	json '.devices[0].sent' false
	held none none "$both" mpath0
}

# bats test_tags=every-kernel
@test "multipath: register adds the key to a path that lacks it" {
	join 0xa $two
	p register --key 0xa --json $map
	ended 0
	json '.devices[0].changed' true
	json '[.devices[0].paths[].registered]' '[true,true]'
	held none none "$both" mpath0
}

@test "multipath: a path with another key is a conflict, and no path is changed" {
	join 0xd $one
	join 0xd $two
	p register --key 0xa $map
	ended 3
	said ": this host is registered with 0xd; nothing is reserved; --old-key 0xd replaces it"
	said "register: conflict: through /dev/sd"
	held none none "host-1-a 0xd host-1-b 0xd" mpath0
}

@test "multipath: --old-key replaces the key on every path, and again is no change" {
	join 0xd $one
	join 0xd $two
	p register --key 0xa --old-key 0xd $map
	ended 0
	held none none "$both" mpath0
	p register --key 0xa --old-key 0xd --json $map
	ended 0
	json '.devices[0].changed' false
}

@test "multipath: --ignore-key replaces whatever each path has" {
	join 0xd $one
	p register --key 0xa --ignore-key $map
	ended 0
	held none none "$both" mpath0
}

# bats test_tags=every-kernel
@test "multipath: a path that is offline makes register fail, names it, and rolls nothing back" {
	state $one offline
	p register --key 0xa $map
	ended 6
	printed ""
	said "0xa is registered on 1 of 2 paths, and lacking on $(readlink -f $one)"
	held none none "host-1-b 0xa" mpath0
}

@test "multipath: --allow-partial makes a dead path a warning" {
	state $one offline
	p register --key 0xa --allow-partial $map
	ended 0
	printed "$map: registered 0xa on 1 of 2 paths"
	said "warning: these paths lack 0xa: $(readlink -f $one)"
	state $two offline
	p register --key 0xa --allow-partial $map
	ended 6
	said "no path answers"
}

@test "multipath: a path that comes back unregistered is named by register, and mended by it" {
	state $one offline
	p register --key 0xa --allow-partial $map
	ended 0
	state $one running
	p status --json $map
	json '[.devices[0].paths[].registered] | sort' '[false,true]'
	p register --key 0xa --json $map
	ended 0
	json '.devices[0].changed' true
	held none none "$both" mpath0
}

@test "multipath: reserve for registrants lets every path write, and keeps the other host out" {
	p register --key 0xa $map
	p reserve --key 0xa --type wero $map
	ended 0
	printed "$map: reserved, write-exclusive-reg-only, by 0xa"
	said_nothing
	writes $one
	writes $two
	writes $map
	writes_not $other
	p reserve --key 0xa --type wero --json $map
	ended 0
	json '.devices[0].changed' false
}

@test "multipath: reserve with a type that binds to one path is done, with a warning that is true" {
	p register --key 0xa $map
	p reserve --key 0xa --type write-exclusive $map
	ended 0
	said "warning: write-exclusive binds to one path, $(readlink -f "/dev/lab/host1/mpath0-$(holder mpath0 | sed s/host-1-//)"): writes through the others will fail"
	if [[ $(holder mpath0) == host-1-a ]]; then
		writes $one
		writes_not $two
	else
		writes $two
		writes_not $one
	fi
}

@test "multipath: release goes through the path that holds" {
	p register --key 0xa $map
	# whichever path answers first, a release through the wrong one would be answered "good" and do nothing
	for path in $one $two; do
		hold 0xa 1 "$path"
		p release --key 0xa $map
		ended 0
		printed "$map: released, was write-exclusive"
		held none none "$both" mpath0
	done
}

@test "multipath: release where the holder's path is dead is failed, and says what can be done" {
	p register --key 0xa $map
	hold 0xa 1 $one
	state $one offline
	p release --key 0xa $map
	ended 6
	said "only that path can release it; bring it back, or preempt from another host, or clear"
	said "$(readlink -f $one)"
	held host-1-a "Write Exclusive Access" "$both" mpath0
}

# bats test_tags=every-kernel
@test "multipath: the other host is preempted, and cannot write any more" {
	p register --key 0xa $map
	join 0xb $other
	hold 0xb 5 $other
	p preempt --key 0xa --victim 0xb $map
	ended 0
	printed "$map: preempted 0xb; held by 0xa (this host), write-exclusive-reg-only"
	[[ $(keys mpath0) == "$both" ]]
	writes_not $other
	writes $map
}

# bats test_tags=every-kernel
@test "multipath: preempt-abort reaches the target as PREEMPT AND ABORT" {
	p register --key 0xa $map
	join 0xb $other
	hold 0xb 5 $other
	dmesg -C
	echo 1024 > /proc/sys/dev/scsi/logging_level
	p preempt-abort --key 0xa --victim 0xb $map
	echo 0 > /proc/sys/dev/scsi/logging_level
	ended 0
	# service action 05; 04 is what goes out where the map's own node is used
	dmesg | grep -qi "Persistent reserve out.*5f 05" || fail "$(dmesg | grep -i 'reserve out')"
	if dmesg | grep -qi "Persistent reserve out.*5f 04"; then fail "a plain PREEMPT went out"; fi
	writes_not $other
}

@test "multipath: clear removes all, of every host" {
	p register --key 0xa $map
	join 0xb $other
	p clear --key 0xa $map
	ended 0
	held none none none mpath0
}

@test "multipath: unregister goes to every path, and takes the reservation only when told" {
	p register --key 0xa $map
	join 0xb $other
	hold 0xa 5 $one
	p unregister --key 0xa $map
	ended 3
	said "unregistering would drop the reservation while other hosts are registered: 0xb (iqn.2026-01.lab:host-2); --release means it"
	held host-1-a "$wero" "$both host-2 0xb" mpath0
	p unregister --key 0xa --release $map
	ended 0
	held none none "host-2 0xb" mpath0
}

@test "multipath: unregister by the holder with no other host is no conflict" {
	p register --key 0xa $map
	hold 0xa 5 $two
	p unregister --key 0xa $map
	ended 0
	held none none none mpath0
}

@test "multipath: unregister with a dead path says which path is registered still" {
	p register --key 0xa $map
	state $two offline
	p unregister --key 0xa $map
	ended 6
	said "registered still on $(readlink -f $two)"
	held none none "host-1-b 0xa" mpath0
}

@test "multipath: unregister of a key that no path has is a conflict" {
	p unregister --key 0xa $map
	ended 3
	said "0xa is not registered"
	p unregister --ignore-key --json $map
	ended 0
	json '.devices[0].changed' false
}

@test "multipath: status shows each path, its state, and whether it is registered" {
	join 0xa $one
	state $two offline
	p status $map
	ended 0
	[[ ${lines[1]} == "$map "*" 0xa "*" this "*" $(readlink -f $one) "* ]] || fail "not the path that is registered"
	[[ ${lines[2]} == *" - "*" this "*" $(readlink -f $two)" ]] || fail "not the path that lacks its key"
	[[ ${lines[3]} == "  nothing is reserved: every host may write; $(readlink -f $two) (offline) lacks its key" ]] ||
		fail "not in words"
	p status --noheadings --output KEY,HOST,PATH,PATHSTATE $map
	printed "0xa this $(readlink -f $one) running
- this $(readlink -f $two) offline"
	p status --json $map
	json '.devices[0].paths | map([.state, .registered]) | sort' '[["offline",false],["running",true]]'
	json '.devices[0].registrants[0].this_host' true
}

@test "multipath: status without a device shows the map, and its paths under it" {
	p status --json
	ended 0
	json '[.devices[].device] | map(select(. == "/dev/mapper/mpath0")) | length' 1
	json "[.devices[].device] | map(select(. == \"$(readlink -f $one)\")) | length" 0
}

@test "multipath: a path that died unnoticed delays nothing that another path can do" {
	p register --key 0xa $map
	join 0xb $other
	hold 0xb 5 $other
	cut_portal 127.0.0.2
	p preempt-abort --key 0xa --victim 0xb --timeout 60 $map
	ended 0
	[[ $(keys mpath0) == "$both" ]] || fail "$(keys mpath0)"
	p status --timeout 60 $map
	ended 0
	p register --key 0xaa --old-key 0xa --timeout 60 $map
	ended 6
	said "0xaa is registered on 1 of 2 paths, and lacking on $(readlink -f $one) (does not answer)"
	mend
	path_wait $one
}

# bats test_tags=every-kernel
@test "multipath: a path that dies between the reading and the change: the next one does it, and holds" {
	local dying living
	offline()
	{
		state "$dying" offline
	}
	# of the two, one is the path that the change would have gone through
	for living in b a; do
		[[ $living == b ]] && dying=$one || dying=$two
		p register --key 0xa $map
		join 0xb $other
		hold 0xb 5 $other
		amid "$dying" offline preempt --key 0xa --victim 0xb $map
		state "$dying" running
		ended 0
		held host-1-$living "$wero" "$both" mpath0
		p clear --key 0xa $map
		ended 0
	done
}

# bats test_tags=every-kernel
@test "multipath: with every path cut, nothing was sent, and it ends in time" {
	p register --key 0xa $map
	nft -f - <<-END
	table ip cut {
		chain out { type filter hook output priority 0; ip daddr { 127.0.0.2, 127.0.0.3 } drop; ip saddr { 127.0.0.2, 127.0.0.3 } drop; }
	}
	END
	p clear --key 0xa --timeout 2 $map
	ended 6
	said "no answer within 2 s while it was read; nothing was sent that changes it"
	mend
	path_wait $one
	path_wait $two
	held none none "$both" mpath0
}

@test "multipath: a path of a map is refused for a change, and --this-path means it" {
	p register --key 0xa $one
	ended 5
	said "a path of the multipath map /dev/mapper/mpath0"
	held none none none mpath0
	p register --key 0xa --this-path $one
	ended 0
	held none none "host-1-a 0xa" mpath0
	p status $one
	ended 0
}

# bats test_tags=every-kernel
@test "multipath: a map that is suspended, or queues without a path, is not waited for" {
	dmsetup suspend mpath0
	p register --key 0xa --timeout 60 $map
	dmsetup resume mpath0
	ended 0
	state $one offline
	state $two offline
	dmsetup message mpath0 0 queue_if_no_path
	p status --timeout 60 $map
	dmsetup message mpath0 0 fail_if_no_path
	ended 6
	said "no path answers"
}

@test "multipath: a map without a path is told" {
	dmsetup create t-empty --uuid mpath-t-empty --table "0 8192 multipath 0 0 0 0"
	p register --key 0xa /dev/mapper/t-empty
	dmsetup remove --retry t-empty
	ended 6
	said "prctl: /dev/mapper/t-empty: resolve: failed: the multipath map has no path; bring one back"
}

@test "multipath: --dry-run says through which path, and changes nothing" {
	p register --key 0xa --dry-run $map
	ended 0
	printed ""
	said "$map: would register 0xa: REGISTER, key 0x0, new key 0xa, through /dev/sd"
	said "; REGISTER, key 0x0, new key 0xa, through /dev/sd"
	said "through $(readlink -f $one)"
	said "through $(readlink -f $two)"
	held none none none mpath0
}
