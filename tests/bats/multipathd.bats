#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Maps that multipathd looks after: a path that comes back is registered by it, or not.
load common

map=/dev/lab/host1/mpath0
two=/dev/lab/host1/mpath0-b
page=$LAB_TOP/docs/pacemaker.md

setup_file()
{
	local wwid multipathd
	table=$(dmsetup table mpath0)
	export table
	wwid=$(< "/sys/block/$(basename "$(readlink -f /dev/lab/host1/mpath0)")/dm/uuid")
	mkdir -p /etc/multipath
	# what docs/pacemaker.md has; and the lab's other LUNs are none of its business
	# shellcheck disable=SC2016 # no shell is to expand it
	sed -n '/^```multipath$/,/^```$/{ /^```/d; p }' "$page" > /etc/multipath.conf
	cat >> /etc/multipath.conf <<-END
	defaults {
		find_multipaths no
		user_friendly_names no
		polling_interval 1
		max_polling_interval 2
	}
	blacklist {
		wwid ".*"
	}
	blacklist_exceptions {
		wwid "${wwid#mpath-}"
	}
	multipaths {
		multipath {
			wwid ${wwid#mpath-}
			alias mpath0
		}
	}
	END
	multipathd -d > /dev/null 2>&1 3>&- &
	multipathd=$!
	until [[ $(multipathd getprkey map mpath0 2> /dev/null) == none ]]; do
		kill -0 $multipathd || return
		pause 0.2
	done
}

# The map as the lab made it.
teardown_file()
{
	multipathd shutdown > /dev/null
	while pgrep -x multipathd > /dev/null; do
		sleep 0.1
	done
	dmsetup load mpath0 --table "$table"
	dmsetup suspend --noflush mpath0
	dmsetup resume mpath0
}

setup()
{
	multipathd unsetprkey map mpath0 > /dev/null
	multipathd unsetprstatus map mpath0 > /dev/null
	map_reset
}

# assert_multipathd KEY STATUS: what multipathd has of the map; in 0.9.4 a status is 0 or 1.
assert_multipathd()
{
	[[ $(multipathd getprkey map mpath0) == "$1" ]] || fail "key: $(multipathd getprkey map mpath0)"
	[[ $(multipathd getprstatus map mpath0) == "$2" ]] || fail "status: $(multipathd getprstatus map mpath0)"
}

@test "multipathd: register and unregister -> multipathd has the key as it is registered, and then none" {
	run_prctl register --key 0xa $map
	assert_status 0
	refute_stderr
	assert_multipathd 0xa:aptpl 1
	run_prctl register --key 0xb --old-key 0xa $map
	refute_stderr
	assert_multipathd 0xb:aptpl 1
	run_prctl unregister --key 0xa $map
	assert_status 3
	assert_multipathd 0xb:aptpl 1
	run_prctl unregister --key 0xb $map
	assert_status 0
	refute_stderr
	assert_multipathd none 0
}

@test "multipathd: clear, fence_prctl on, --no-multipathd -> told, told, left alone" {
	run_fence_prctl action=on rejoin=1 key=0xa type=wero devices="$map"
	assert_status 0
	assert_multipathd 0xa:aptpl 1
	run_prctl clear --no-multipathd --key 0xa $map
	assert_status 0
	assert_multipathd 0xa:aptpl 1
	run_prctl register --key 0xb --no-multipathd $map
	assert_status 0
	refute_stderr
	assert_multipathd 0xa:aptpl 1
	run_prctl clear --key 0xb $map
	assert_status 0
	assert_multipathd none 0
}

@test "multipathd: it has no file of keys -> a warning, and nothing is left in the file" {
	cp /etc/multipath.conf "$BATS_TEST_TMPDIR/multipath.conf"
	sed -i /reservation_key/d /etc/multipath.conf
	multipathd reconfigure > /dev/null
	run_prctl register --key 0xa $map
	cp "$BATS_TEST_TMPDIR/multipath.conf" /etc/multipath.conf
	multipathd reconfigure > /dev/null
	assert_status 0
	assert_stderr "prctl: $map: warning: multipathd will not register restored paths; set \
\"reservation_key file\" in multipath.conf, and register again"
	assert_multipathd none 0
}

# wait_for_path_state STATE: multipathd sees the second path so.
wait_for_path_state()
{
	local disk
	disk=$(basename "$(readlink -f $two)")
	until [[ $(multipathd show paths raw format "%d %t") == *"$disk $1"* ]]; do
		pause 0.5
	done
}

# path_returns_without_key: the second path has lost its key while it was away.
path_returns_without_key()
{
	local state
	state=/sys/block/$(basename "$(readlink -f $two)")/device/state
	sg_persist_retry -o -G -K a -S 0 $two > /dev/null
	[[ $(target_keys mpath0) == *host-1-a* && $(target_keys mpath0) != *host-1-b* ]] || fail "the path has its key still"
	echo offline > "$state"
	wait_for_path_state failed
	echo running > "$state"
	wait_for_path_state active
}

@test "multipathd: configured as in docs/pacemaker.md -> a path that comes back is registered, otherwise not" {
	run_prctl register --key 0xa --no-multipathd $map
	path_returns_without_key
	# multipathd answers after the look at the path that found it active, and a registration is a part
	# of that
	[[ $(target_keys mpath0) != *host-1-b* ]] || fail "the page says otherwise"
	run_prctl register --key 0xa $map
	refute_stderr
	path_returns_without_key
	until [[ $(target_keys mpath0) == *"host-1-b 0xa"* ]]; do
		pause 0.5
	done
}
