# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The kernel's own ioctls, without prctl in between: what they say shows the traps. Without
# sanitizers, which would take as long again.

# pr_ioctl DEVICE OPERATION NUMBER...: one IOC_PR_* call, as the kernel does it. PR_FL_IGNORE_KEY is
# 1.
pr_ioctl()
{
	"${LAB_PLAIN-$LAB_BUILD}/tests/bare_ioctl" "$@"
}

# assert_pr_ioctl RESULT DEVICE OPERATION NUMBER...: what came of it.
assert_pr_ioctl()
{
	local result
	result=$(pr_ioctl "${@:2}") || true
	[[ $result == "$1" ]] || fail "the bare ioctl says $result, not $1"
}
