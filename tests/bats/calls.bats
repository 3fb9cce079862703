#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# How many system calls prctl needs for each LUN more. Unlike the time, their number depends on no
# machine; docs/performance.md says what each of them is for.
# bats file_tags=kernel-7
load common

setup()
{
	use_plain_build
	rm -rf /run/prctl
	mkdir -m 700 /run/prctl
	lun_reset lun0
	lun_reset lun1
	# the LUNs report each reset once
	prctl status "$host1" "${host1/lun0/lun1}" > /dev/null
}

# get_calls ARG...: sets $calls to what the process that works calls for files and devices. Not to
# what waits, which depends on the time; nor to what closes: the end of the process closes some.
get_calls()
{
	strace -f -qq -o "$BATS_TEST_TMPDIR/trace" prctl "$@" > /dev/null
	calls=$(awk '
		NR == 1 { parent = $1 }
		$1 != parent && /^[0-9]+ +(open|openat|read|pread64|readlink|newfstatat|fstat|statx|access|faccessat|getdents64|ioctl|flock|write|rename|renameat|unlinkat)\(/ { count++ }
		END { print count }' "$BATS_TEST_TMPDIR/trace")
}

# assert_calls N ARG...: a second LUN takes N more of them. One LUN at a time: what is looked at once
# in a run may be looked at by two threads at once.
assert_calls()
{
	local one
	get_calls "${@:2}" "$host1"
	one=$calls
	setup
	get_calls "${@:2}" "$host1" "${host1/lun0/lun1}"
	((calls - one == $1)) || fail "${*:2}: $((calls - one)) system calls for each LUN, $one for the first"
}

@test "status: a LUN without a record -> 15 system calls" {
	assert_calls 15 status --jobs 1
}

@test "register: a LUN without a record -> 25 system calls" {
	assert_calls 25 register --jobs 1 --key 0xa
}
