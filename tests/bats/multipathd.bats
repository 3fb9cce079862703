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
	map_wipe
}

@test "multipathd: register warns where it would not register a path that comes back" {
	p register --key 0xa $map
	ended 0
	said "warning: multipathd would not register a path that comes back"
	said "multipathd setprkey map mpath0 key 0xa && multipathd setprstatus map mpath0"
}

@test "multipathd: the command of the warning mends it" {
	p register --key 0xa $map
	# as a user would paste it
	eval "${stderr##*run: }"
	p register --key 0xa $map
	ended 0
	said_nothing
	p register --key 0xb --old-key 0xa $map
	ended 0
	said "warning: multipathd would not register a path that comes back"
}

@test "multipathd: status and reserve say nothing of it" {
	p register --key 0xa $map
	p reserve --key 0xa --type wero $map
	ended 0
	said_nothing
	p status $map
	ended 0
	said_nothing
}

# path_state STATE: multipathd sees the second path so.
path_state()
{
	local disk
	disk=$(basename "$(readlink -f $two)")
	until [[ $(multipathd show paths raw format "%d %t") == *"$disk $1"* ]]; do
		pause 0.5
	done
}

# path_comes_back: the second path has lost its key while it was away.
path_comes_back()
{
	local state
	state=/sys/block/$(basename "$(readlink -f $two)")/device/state
	other -o -G -K a -S 0 $two > /dev/null
	[[ $(keys mpath0) == *host-1-a* && $(keys mpath0) != *host-1-b* ]] || fail "the path has its key still"
	echo offline > "$state"
	path_state failed
	echo running > "$state"
	path_state active
}

@test "multipathd: as docs/pacemaker.md tells it the key, a path that comes back is registered, and not without" {
	local line
	p register --key 0xa $map
	path_comes_back
	# multipathd answers after the look at the path that found it active, and a registration is a part of that
	[[ $(keys mpath0) != *host-1-b* ]] || fail "the page says otherwise"
	p register --key 0xa $map
	while read -r line; do
		# as a user would type it
		eval "$line" > /dev/null || fail "$line"
	done < <(grep '^multipathd ' "$page" | sed 's/mpatha/mpath0/')
	p register --key 0xa $map
	said_nothing
	path_comes_back
	until [[ $(keys mpath0) == *"host-1-b 0xa"* ]]; do
		pause 0.5
	done
}
