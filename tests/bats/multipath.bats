#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# dm-multipath maps: a map of two paths, each with a portal and an initiator name of its own.
# shellcheck disable=SC2154
load common
load messages

map=/dev/lab/host1/mpath0
one=/dev/lab/host1/mpath0-a
two=/dev/lab/host1/mpath0-b
other=/dev/lab/host2/mpath0-lun
both="host-1-a 0xa host-1-b 0xa"
wero="Write Exclusive Access, Registrants Only"

# cut DEVICE: no packet reaches or leaves the portal of that path any more; nothing has noticed that
# yet.
cut_portal()
{
	nft -f - <<-END
	table ip cut {
		chain out { type filter hook output priority 0; ip daddr $1 drop; ip saddr $1 drop; }
	}
	END
}

restore_portal()
{
	nft delete table ip cut 2> /dev/null || true
}

# set_path_state DEVICE WORD: the kernel's state of a path, e.g. offline.
set_path_state()
{
	echo "$2" > "/sys/block/$(basename "$(readlink -f "$1")")/device/state"
}

# offline_paths: both, as a message names them. hide_path: in $stderr, PATH in place of the one that
# a command has used.
offline_paths()
{
	local gone="(the path is offline or gone (ENXIO))"
	sorted_list ", " "$(readlink -f $one) $gone" "$(readlink -f $two) $gone"
}

hide_path()
{
	stderr=${stderr/"through $(readlink -f $one)"/through PATH}
	stderr=${stderr/"through $(readlink -f $two)"/through PATH}
}

# A path that was cut is usable again once its session has noticed and logged in again.
wait_for_path()
{
	until timeout 5 sg_turs "$1" > /dev/null 2>&1; do
		pause 0.5
	done
}

setup()
{
	restore_portal
	set_path_state $one running
	set_path_state $two running
	map_reset
	sg_persist -n -i -k $one > /dev/null 2>&1 || true
	sg_persist -n -i -k $two > /dev/null 2>&1 || true
	assert_target_state none none none mpath0
}

teardown()
{
	restore_portal
	set_path_state $one running
	set_path_state $two running
}

# bats test_tags=every-kernel
@test "multipath: register -> on every path" {
	run_prctl register --key 0xa $map
	assert_status 0
	assert_output "$map: registered 0xa on 2 paths"
	refute_stderr
	assert_target_state none none "$both" mpath0
}

@test "multipath: register again -> changes nothing (the kernel would unregister every path)" {
	run_prctl register --key 0xa $map
	run_prctl register --key 0xa --json $map
	assert_status 0
	assert_json '.devices[0].changed' false
	assert_json '.devices[0].sent' false
	assert_target_state none none "$both" mpath0
}

@test "multipath: register, one path lacks the key -> registered there" {
	sg_register 0xa $two
	run_prctl register --key 0xa --json $map
	assert_status 0
	assert_json '.devices[0].changed' true
	assert_json '[.devices[0].paths[].registered]' '[true,true]'
	assert_target_state none none "$both" mpath0
}

@test "multipath: register, a path has another key -> conflict, no path is changed" {
	sg_register 0xd $one
	sg_register 0xd $two
	run_prctl register --key 0xa $map
	assert_status 3
	hide_path
	assert_stderr "prctl: $map: register: conflict: through PATH: this host is registered with \
0xd; nothing is reserved; use --old-key 0xd to replace it"
	assert_target_state none none "host-1-a 0xd host-1-b 0xd" mpath0
}

@test "multipath: register --old-key -> replaced on every path; again -> no change" {
	sg_register 0xd $one
	sg_register 0xd $two
	run_prctl register --key 0xa --old-key 0xd $map
	assert_status 0
	assert_target_state none none "$both" mpath0
	run_prctl register --key 0xa --old-key 0xd --json $map
	assert_status 0
	assert_json '.devices[0].changed' false
}

@test "multipath: register --ignore-key -> replaces whatever each path has" {
	sg_register 0xd $one
	run_prctl register --key 0xa --ignore-key $map
	assert_status 0
	assert_target_state none none "$both" mpath0
}

# bats test_tags=every-kernel
@test "multipath: register, a path is offline -> failed, names it, and rolls nothing back" {
	set_path_state $one offline
	run_prctl register --key 0xa $map
	assert_status 6
	assert_output ""
	assert_stderr "prctl: $map: register: failed: 0xa is registered on 1 of 2 paths, missing \
on $(readlink -f $one) (the path is offline or gone (ENXIO)); repair those paths and register \
again, or use --allow-partial"
	assert_target_state none none "host-1-b 0xa" mpath0
}

@test "multipath: register --allow-partial, a path is dead -> ok with a warning" {
	set_path_state $one offline
	run_prctl register --key 0xa --allow-partial $map
	assert_status 0
	assert_output "$map: registered 0xa on 1 of 2 paths"
	assert_stderr "prctl: $map: warning: 0xa is missing on $(readlink -f $one) (the path is \
offline or gone (ENXIO)); register again when those paths are back"
	set_path_state $two offline
	run_prctl register --key 0xa --allow-partial $map
	assert_status 6
	assert_stderr "prctl: $map: open: failed: no path responds: $(offline_paths); restore one"
}

@test "multipath: register, a path comes back unregistered -> status shows it, register repairs it" {
	set_path_state $one offline
	run_prctl register --key 0xa --allow-partial $map
	assert_status 0
	set_path_state $one running
	run_prctl status --json $map
	assert_json '[.devices[0].paths[].registered] | sort' '[false,true]'
	run_prctl register --key 0xa --json $map
	assert_status 0
	assert_json '.devices[0].changed' true
	assert_target_state none none "$both" mpath0
}

@test "multipath: reserve for registrants -> every path can write, the other host cannot" {
	run_prctl register --key 0xa $map
	run_prctl reserve --key 0xa --type wero $map
	assert_status 0
	assert_output "$map: reserved, write-exclusive-reg-only, by 0xa"
	refute_stderr
	can_write $one
	can_write $two
	can_write $map
	cannot_write $other
	run_prctl reserve --key 0xa --type wero --json $map
	assert_status 0
	assert_json '.devices[0].changed' false
}

@test "multipath: reserve with a type of one path -> ok, a warning says which path can write" {
	run_prctl register --key 0xa $map
	run_prctl reserve --key 0xa --type write-exclusive $map
	assert_status 0
	assert_stderr "prctl: $map: warning: write-exclusive is held by one path, \
$(readlink -f "/dev/lab/host1/mpath0-$(target_holder mpath0 | sed s/host-1-//)"); writes through \
other paths will fail; on multipath use a registrants-only type"
	if [[ $(target_holder mpath0) == host-1-a ]]; then
		can_write $one
		cannot_write $two
	else
		can_write $two
		cannot_write $one
	fi
}

@test "multipath: release -> through the path that holds" {
	run_prctl register --key 0xa $map
	# whichever path answers first, a release through the wrong one would be answered "good" and do
	# nothing
	for path in $one $two; do
		sg_reserve 0xa 1 "$path"
		run_prctl release --key 0xa $map
		assert_status 0
		assert_output "$map: released, was write-exclusive"
		assert_target_state none none "$both" mpath0
	done
}

@test "multipath: release, the holder's path is dead -> failed, and says what to do" {
	run_prctl register --key 0xa $map
	sg_reserve 0xa 1 $one
	set_path_state $one offline
	run_prctl release --key 0xa $map
	assert_status 6
	assert_stderr "prctl: $map: release: failed: held by 0xa (this host), write-exclusive, \
through $(readlink -f $one) (the path is offline or gone (ENXIO)); only that path can release it; \
restore the path, preempt from another host, or clear"
	assert_target_state host-1-a "Write Exclusive Access" "$both" mpath0
}

# bats test_tags=every-kernel
@test "multipath: preempt of the other host -> it cannot write any more" {
	run_prctl register --key 0xa $map
	sg_register 0xb $other
	sg_reserve 0xb 5 $other
	run_prctl preempt --key 0xa --victim 0xb $map
	assert_status 0
	assert_output "$map: preempted 0xb; held by 0xa (this host), write-exclusive-reg-only"
	[[ $(target_keys mpath0) == "$both" ]]
	cannot_write $other
	can_write $map
}

@test "multipath: preempt-abort -> the target gets PREEMPT AND ABORT" {
	run_prctl register --key 0xa $map
	sg_register 0xb $other
	sg_reserve 0xb 5 $other
	dmesg -C
	echo 1024 > /proc/sys/dev/scsi/logging_level
	run_prctl preempt-abort --key 0xa --victim 0xb $map
	echo 0 > /proc/sys/dev/scsi/logging_level
	assert_status 0
	# service action 05; 04 is what is sent if the map's own node is used
	dmesg | grep -qi "Persistent reserve out.*5f 05" || fail "$(dmesg | grep -i 'reserve out')"
	if dmesg | grep -qi "Persistent reserve out.*5f 04"; then fail "a plain PREEMPT went out"; fi
	cannot_write $other
}

@test "multipath: clear -> everything is removed, of every host" {
	run_prctl register --key 0xa $map
	sg_register 0xb $other
	run_prctl clear --key 0xa $map
	assert_status 0
	assert_target_state none none none mpath0
}

@test "multipath: unregister -> on every path, the reservation only with --release" {
	run_prctl register --key 0xa $map
	sg_register 0xb $other
	sg_reserve 0xa 5 $one
	run_prctl unregister --key 0xa $map
	assert_status 3
	hide_path
	assert_stderr "prctl: $map: unregister: conflict: through PATH: held by 0xa (this host), \
write-exclusive-reg-only; unregistering the holder also drops the reservation other hosts rely on \
(0xb (iqn.2026-01.lab:host-2)); use --release to do that"
	assert_target_state host-1-a "$wero" "$both host-2 0xb" mpath0
	run_prctl unregister --key 0xa --release $map
	assert_status 0
	assert_target_state none none "host-2 0xb" mpath0
}

@test "multipath: unregister, this host holds and no other is registered -> ok" {
	run_prctl register --key 0xa $map
	sg_reserve 0xa 5 $two
	run_prctl unregister --key 0xa $map
	assert_status 0
	assert_target_state none none none mpath0
}

@test "multipath: unregister, a path is dead -> failed, names the path that is still registered" {
	run_prctl register --key 0xa $map
	set_path_state $two offline
	run_prctl unregister --key 0xa $map
	assert_status 6
	assert_stderr "prctl: $map: unregister: failed: still registered on $(readlink -f $two) \
(the path is offline or gone (ENXIO)); restore the path and unregister again, or preempt its key \
from another host"
	assert_target_state none none "host-1-b 0xa" mpath0
}

@test "multipath: unregister, no path has the key -> conflict" {
	run_prctl unregister --key 0xa $map
	assert_status 3
	assert_stderr "prctl: $map: unregister: conflict: 0xa is not registered on any path of \
this map; nothing is reserved"
	run_prctl unregister --ignore-key --json $map
	assert_status 0
	assert_json '.devices[0].changed' false
}

@test "multipath: status -> each path, its state, and whether it is registered" {
	sg_register 0xa $one
	set_path_state $two offline
	run_prctl status $map
	assert_status 0
	[[ ${lines[1]} == "$map "*" 0xa "*" this "*" $(readlink -f $one) "* ]] || fail "not the path that is registered"
	[[ ${lines[2]} == *" - "*" this "*" $(readlink -f $two)" ]] || fail "not the path that lacks its key"
	[[ ${lines[3]} == "  nothing is reserved: every host may write; $(readlink -f $two) (offline) has no key" ]] ||
		fail "not in words"
	run_prctl status --noheadings --output KEY,HOST,PATH,PATHSTATE $map
	assert_output "0xa this $(readlink -f $one) running
- this $(readlink -f $two) offline"
	run_prctl status --json $map
	assert_json '.devices[0].paths | map([.state, .registered]) | sort' '[["offline",false],["running",true]]'
	assert_json '.devices[0].registrants[0].this_host' true
}

@test "multipath: status without a device -> the map, and no path by itself" {
	run_prctl status --json
	assert_status 0
	assert_json '[.devices[].device] | map(select(. == "/dev/mapper/mpath0")) | length' 1
	assert_json "[.devices[].device] | map(select(. == \"$(readlink -f $one)\")) | length" 0
}

@test "multipath: a path that died unnoticed -> delays nothing that another path can do" {
	run_prctl register --key 0xa $map
	sg_register 0xb $other
	sg_reserve 0xb 5 $other
	cut_portal 127.0.0.2
	run_prctl preempt-abort --key 0xa --victim 0xb --timeout 60 $map
	assert_status 0
	[[ $(target_keys mpath0) == "$both" ]] || fail "$(target_keys mpath0)"
	run_prctl status --timeout 60 $map
	assert_status 0
	run_prctl register --key 0xaa --old-key 0xa --timeout 60 $map
	assert_status 6
	assert_stderr "prctl: $map: register: failed: 0xa is also registered through $(readlink -f $one) (no response); \
nothing was sent, because this host would then have two keys, and a fence by one misses the other; restore the path, or preempt from another host \
and register again"
	[[ $(target_keys mpath0) == "$both" ]] || fail "$(target_keys mpath0)"
	restore_portal
	wait_for_path $one
}

# bats test_tags=every-kernel
@test "multipath: a path dies between reading and change -> done through the next one, which holds" {
	local dying living
	offline()
	{
		set_path_state "$dying" offline
	}
	# of the two, one is the path that the change would have gone through
	for living in b a; do
		[[ $living == b ]] && dying=$one || dying=$two
		run_prctl register --key 0xa $map
		sg_register 0xb $other
		sg_reserve 0xb 5 $other
		run_prctl_stopped_on_path "$dying" offline preempt --key 0xa --victim 0xb $map
		set_path_state "$dying" running
		assert_status 0
		assert_target_state host-1-$living "$wero" "$both" mpath0
		run_prctl clear --key 0xa $map
		assert_status 0
	done
}

# bats test_tags=every-kernel
@test "multipath: every path is cut -> nothing is sent, and it ends in time" {
	run_prctl register --key 0xa $map
	nft -f - <<-END
	table ip cut {
		chain out { type filter hook output priority 0; ip daddr { 127.0.0.2, 127.0.0.3 } drop; ip saddr { 127.0.0.2, 127.0.0.3 } drop; }
	}
	END
	run_prctl clear --key 0xa --timeout 2 $map
	assert_status 6
	assert_stderr "prctl: $map: read: failed: no response within 2 s while reading; no change \
was or will be sent; check for a dead path, or use a longer --timeout"
	restore_portal
	wait_for_path $one
	wait_for_path $two
	assert_target_state none none "$both" mpath0
}

@test "multipath: a path of a map -> a change is refused, --this-path allows it" {
	run_prctl register --key 0xa $one
	assert_status 5
	assert_stderr "prctl: $one: resolve: device: this is a path of multipath map \
/dev/mapper/mpath0; use the map, or --this-path to change this path only"
	assert_target_state none none none mpath0
	run_prctl register --key 0xa --this-path $one
	assert_status 0
	assert_target_state none none "host-1-a 0xa" mpath0
	run_prctl status $one
	assert_status 0
}

# bats test_tags=every-kernel
@test "multipath: a map that is suspended, or queues without a path -> not waited for" {
	dmsetup suspend mpath0
	run_prctl register --key 0xa --timeout 60 $map
	dmsetup resume mpath0
	assert_status 0
	set_path_state $one offline
	set_path_state $two offline
	dmsetup message mpath0 0 queue_if_no_path
	run_prctl status --timeout 60 $map
	dmsetup message mpath0 0 fail_if_no_path
	assert_status 6
	assert_stderr "prctl: $map: open: failed: no path responds: $(offline_paths); restore one"
}

@test "multipath: a map without a path -> failed, and says so" {
	dmsetup create t-empty --uuid mpath-t-empty --table "0 8192 multipath 0 0 0 0"
	run_prctl register --key 0xa /dev/mapper/t-empty
	dmsetup remove --retry t-empty
	assert_status 6
	assert_stderr "prctl: /dev/mapper/t-empty: resolve: failed: the multipath map has no \
paths; restore one"
}

@test "multipath: --dry-run -> names the paths, and changes nothing" {
	run_prctl register --key 0xa --dry-run $map
	assert_status 0
	assert_output ""
	local nodes register="REGISTER, key 0x0, new key 0xa, through"
	nodes=$(sorted_nodes $one $two)
	assert_stderr "prctl: $map: would register 0xa: $register ${nodes%, *}; $register \
${nodes#*, }"
	assert_target_state none none none mpath0
}
