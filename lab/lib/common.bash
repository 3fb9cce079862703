# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What every program of the lab shares: directories, error messages, the deadline. To be sourced
# with $lab set to the lab's directory.

: "${lab:?}"
top=${lab%/*}
export PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

# Set by the options of guest_options().
kernel=7
luns=2
network=

die()
{
	local status=$1
	shift
	printf 'lab: %s\n' "$*" >&2
	exit "$status"
}

usage_error()
{
	printf '%s: %s\n%s\n' "${0##*/}" "$1" "Try 'lab/${0##*/} --help'." >&2
	exit 2
}

is_number()
{
	[[ $1 =~ ^[1-9][0-9]{0,5}$ ]]
}

kernel_names()
{
	awk '!/^#/ { print $1 }' "$lab/kernels"
}

check_kernel_name()
{
	local name
	for name in $(kernel_names); do
		[[ $name != "$1" ]] || return 0
	done
	usage_error "unknown kernel '$1'; use one of: $(kernel_names | paste -sd' ')"
}

# has_tag FILE TAG: whether all tests of the bats file have it.
has_tag()
{
	head -n 9 "$1" | grep -q "^# bats file_tags=.*$2"
}

# Every file that the repository has, or would have if it were committed, below the top. In an
# archive of make dist, which may be unpacked inside a repository: every file of the archive,
# including those made by autoreconf.
tree_files()
{
	if [[ -e $top/.git ]] && git -C "$top" rev-parse > /dev/null 2>&1; then
		git -C "$top" ls-files --cached --others --exclude-standard
	else
		(cd "$top" && find . -type f ! -path './build*' ! -path './lab/cache/*' ! -path './autom4te.cache/*' \
			! -name '*.o' ! -name Makefile.in ! -path ./aclocal.m4 ! -path ./configure ! -path ./config.h.in \
			! -path ./prctl-storage.spec -printf '%P\n')
	fi
}

# work COMMAND...: runs one of the lab's own programs, so that a signal ends it at once, and the
# deadline applies to it. Its output goes to this program's stderr.
work()
{
	local left=$((deadline - SECONDS)) status=0
	((left > 0)) || left=1
	timeout --kill-after=5 "$left" "$@" < /dev/null >&2 &
	work_pid=$!
	wait "$work_pid" || status=$?
	work_pid=
	((status != 124)) || die 124 "still busy with $(basename "$1") after $timeout s (LAB_TIMEOUT); gave up"
	return "$status"
}

# The time limit of the whole program. SECONDS is bash's own clock, which starts at 0.
timeout=${LAB_TIMEOUT:-600}
is_number "$timeout" || usage_error "LAB_TIMEOUT '$timeout' must be a number of seconds from 1 to 999999"
deadline=$timeout
work_pid=
