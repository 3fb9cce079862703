#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# lab/deb builds the packages from the archive of make dist; the tests inspect them, and install,
# use and remove the Debian package in a guest. The unit tests of the package build are part of make
# check, and are not run here.
bats_require_minimum_version 1.5.0

setup_file()
{
	export lab=$BATS_TEST_DIRNAME/..
	LAB_BUILD=$(realpath -m -- "${LAB_BUILD:-$lab/../build}")
	version=$(sed -n 's/^AC_INIT(\[prctl\], \[\(.*\)\])$/\1/p' "$lab/../configure.ac")
	export LAB_BUILD version
	unset LAB_OUT LAB_VERBOSE LAB_CONSOLE LAB_ENV
}

fail()
{
	printf '%s\nstatus: %s\nstdout: %s\nstderr: %s\n' "$*" "${status-}" "${output-}" "${stderr-}"
	return 1
}

# The files of both packages, except zsh's completions.
files="/usr/sbin/fence_prctl
/usr/sbin/prctl
/usr/share/bash-completion/completions/prctl
/usr/share/fish/vendor_completions.d/prctl.fish"

@test "lab/deb: a wrong command line -> 2; --help -> help" {
	run --separate-stderr "$lab/deb" --bogus
	[[ $status == 2 && -z $output ]] || fail "--bogus"
	run --separate-stderr "$lab/deb" --help
	[[ $status == 0 && $output == Usage:* && -z $stderr ]] || fail "--help"
}

@test "lab/deb: the archive -> builds, and lintian finds nothing" {
	DEB_BUILD_OPTIONS=nocheck run --separate-stderr "$lab/deb"
	[[ $status == 0 && -z $stderr ]] || fail "lab/deb"
	[[ $output == *"$LAB_BUILD/deb/prctl-storage_$version-"[0-9]*_*.deb* ]] || fail "no package"
	[[ $output == *"$LAB_BUILD/deb/prctl-storage_$version-"[0-9]*.dsc* ]] || fail "no source package"
	# the build is what the project's own configure makes of it
	! grep -q 'git' "$LAB_BUILD/deb.log" || fail "git: $(grep git "$LAB_BUILD/deb.log")"
}

@test "lab/deb: the package in a guest -> installed, found, used on a LUN, and purged" {
	local debs=("$LAB_BUILD"/deb/prctl-storage_*.deb)
	run --separate-stderr "$lab/run" --luns 1 -- "$lab/guest/package" "${debs[0]}" "$lab/../debian/tests/smoke"
	[[ $status == 0 && -z $stderr && $output == "before: 
prctl-storage $version-"[0-9]*": install ok installed
$files
/usr/share/man/man5/prctl-json.5.gz
/usr/share/man/man5/prctl-keys.5.gz
/usr/share/man/man7/prctl-messages.7.gz
/usr/share/man/man7/prctl-migration.7.gz
/usr/share/man/man7/prctl-runbooks.7.gz
/usr/share/man/man7/prctl-safety.7.gz
/usr/share/man/man8/fence_prctl.8.gz
/usr/share/man/man8/prctl-doctor.8.gz
/usr/share/man/man8/prctl.8.gz
/usr/share/prctl/
/usr/share/prctl/fence_prctl_check
/usr/share/prctl/fence_prctl_check_hardreboot
/usr/share/prctl/prctl.schema.json
/usr/share/zsh/vendor-completions/_prctl
found: /usr/sbin/prctl /usr/sbin/fence_prctl
man: /usr/share/man/man8/prctl.8.gz /usr/share/man/man8/fence_prctl.8.gz
completion: complete "*"-F _prctl prctl
status: 0xa this
after: " ]] || fail "otherwise"
}

# The RPM is not installed here: its list of files is compared with the Debian package's.
@test "lab/deb --rpm: the archive -> builds, and has the same files" {
	DEB_BUILD_OPTIONS="nocheck noopt" run --separate-stderr "$lab/deb" --rpm
	[[ $status == 0 && -z $stderr ]] || fail "lab/deb --rpm"
	[[ ${lines[0]} == */prctl-storage-"$version"-1*.rpm && ${lines[1]} == */prctl-storage-"$version"-1*.src.rpm ]] || fail "no packages"
	[[ $(rpm -qlp "${lines[0]}" | grep -vE '^/usr/(lib/.build-id|share/(doc|licenses)/)') == "$files
/usr/share/man/man5/prctl-json.5
/usr/share/man/man5/prctl-keys.5
/usr/share/man/man7/prctl-messages.7
/usr/share/man/man7/prctl-migration.7
/usr/share/man/man7/prctl-runbooks.7
/usr/share/man/man7/prctl-safety.7
/usr/share/man/man8/fence_prctl.8
/usr/share/man/man8/prctl-doctor.8
/usr/share/man/man8/prctl.8
/usr/share/prctl
/usr/share/prctl/fence_prctl_check
/usr/share/prctl/fence_prctl_check_hardreboot
/usr/share/prctl/prctl.schema.json
/usr/share/zsh/site-functions/_prctl" ]] || fail "in it: $(rpm -qlp "${lines[0]}")"
}
