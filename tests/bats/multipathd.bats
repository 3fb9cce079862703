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

@test "multipathd: register, multipathd would not register a path that comes back -> a warning" {
	run_prctl register --key 0xa $map
	assert_status 0
	assert_stderr --partial "warning: multipathd will not register restored paths"
	assert_stderr --partial "multipathd setprkey map mpath0 key 0xa && multipathd setprstatus map mpath0"
}

@test "multipathd: the command of the warning -> no warning any more" {
	run_prctl register --key 0xa $map
	# as a user would paste it
	eval "${stderr##*run: }"
	run_prctl register --key 0xa $map
	assert_status 0
	refute_stderr
	run_prctl register --key 0xb --old-key 0xa $map
	assert_status 0
	assert_stderr --partial "warning: multipathd will not register restored paths"
}

@test "multipathd: status and reserve -> no warning" {
	run_prctl register --key 0xa $map
	run_prctl reserve --key 0xa --type wero $map
	assert_status 0
	refute_stderr
	run_prctl status $map
	assert_status 0
	refute_stderr
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
	local line
	run_prctl register --key 0xa $map
	path_returns_without_key
	# multipathd answers after the look at the path that found it active, and a registration is a part of that
	[[ $(target_keys mpath0) != *host-1-b* ]] || fail "the page says otherwise"
	run_prctl register --key 0xa $map
	while read -r line; do
		# as a user would type it
		eval "$line" > /dev/null || fail "$line"
	done < <(grep '^multipathd ' "$page" | sed 's/mpatha/mpath0/')
	run_prctl register --key 0xa $map
	refute_stderr
	path_returns_without_key
	until [[ $(target_keys mpath0) == *"host-1-b 0xa"* ]]; do
		pause 0.5
	done
}
