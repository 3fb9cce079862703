#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# make install: which files it puts in which place, and that they are found there
load common

setup_file()
{
	use_plain_build
	root=$(mktemp -d /tmp/install-XXXXXX)
	export root
	# the first one into a distribution's places, the second one anywhere
	if ! make -s -C "$LAB_BUILD" install prefix=/usr DESTDIR="$root/system" > "$root/log" 2>&1 ||
		! make -s -C "$LAB_BUILD" install prefix="$root/own" >> "$root/log" 2>&1; then
		cat "$root/log"
		return 1
	fi
}

teardown_file()
{
	rm -rf "$root"
}

setup()
{
	completions=$(pkg-config --variable=completionsdir bash-completion)
}

files()
{
	(cd "$1" && find . -type f -printf '%P %m\n' | LC_ALL=C sort)
}

@test "make install: a distribution's prefix -> programs, man pages and completions in its places" {
	[[ $(files "$root/system") == "usr/sbin/fence_prctl 755
usr/sbin/prctl 755
${completions#/}/prctl 644
usr/share/fish/vendor_completions.d/prctl.fish 644
usr/share/man/man5/prctl-json.5 644
usr/share/man/man5/prctl-keys.5 644
usr/share/man/man7/prctl-messages.7 644
usr/share/man/man7/prctl-migration.7 644
usr/share/man/man7/prctl-runbooks.7 644
usr/share/man/man7/prctl-safety.7 644
usr/share/man/man8/fence_prctl.8 644
usr/share/man/man8/prctl-doctor.8 644
usr/share/man/man8/prctl.8 644
usr/share/prctl/fence_prctl_check 755
usr/share/prctl/fence_prctl_check_hardreboot 755
usr/share/prctl/prctl.schema.json 644
usr/share/zsh/site-functions/_prctl 644" ]] || fail "installed: $(files "$root/system")"
}

@test "make install: a prefix of its own -> nothing outside of it" {
	[[ $(files "$root/own") == "sbin/fence_prctl 755
sbin/prctl 755
share/bash-completion/completions/prctl 644
share/fish/vendor_completions.d/prctl.fish 644
share/man/man5/prctl-json.5 644
share/man/man5/prctl-keys.5 644
share/man/man7/prctl-messages.7 644
share/man/man7/prctl-migration.7 644
share/man/man7/prctl-runbooks.7 644
share/man/man7/prctl-safety.7 644
share/man/man8/fence_prctl.8 644
share/man/man8/prctl-doctor.8 644
share/man/man8/prctl.8 644
share/prctl/fence_prctl_check 755
share/prctl/fence_prctl_check_hardreboot 755
share/prctl/prctl.schema.json 644
share/zsh/site-functions/_prctl 644" ]] || fail "installed: $(files "$root/own")"
}

@test "make install: the installed program -> runs" {
	run --separate-stderr "$root/own/sbin/prctl" status "$host1"
	assert_status 0
	run "$root/own/sbin/prctl" --version
	[[ $output == "$(prctl --version)" ]] || fail "another version"
}

@test "make install: the installed programs -> are hardened" {
	local program headers dynamic symbols
	for program in "$root/own/sbin/prctl" "$root/own/sbin/fence_prctl"; do
		headers=$(readelf -hlW "$program")
		dynamic=$(readelf -dW "$program")
		symbols=$(readelf --dyn-syms -W "$program")
		[[ $headers =~ Type:\ +DYN && $dynamic =~ FLAGS_1.*PIE ]] || fail "$program: no PIE"
		[[ $headers =~ GNU_RELRO ]] || fail "$program: no RELRO"
		[[ $dynamic =~ FLAGS_1.*NOW ]] || fail "$program: bound when it is called"
		[[ $headers =~ GNU_STACK[^$'\n']*\ RW\ && ! $headers =~ \ RWE\  ]] ||
			fail "$program: what may be written may be executed"
		[[ ! $dynamic =~ RPATH|RUNPATH ]] || fail "$program: libraries are looked for elsewhere"
		[[ $symbols =~ __stack_chk_fail ]] || fail "$program: no stack protector"
		[[ $symbols =~ __vsnprintf_chk ]] || fail "$program: no _FORTIFY_SOURCE"
		[[ $(stat -c %a "$program") == 755 ]] || fail "$program: set-uid or the like"
	done
}

@test "make uninstall: after make install -> no file is left" {
	make -s -C "$LAB_BUILD" uninstall prefix="$root/own" > "$root/log" 2>&1 || fail "$(< "$root/log")"
	[[ $(files "$root/own") == "" ]] || fail "left: $(files "$root/own")"
}

@test "make install: man -> finds the page" {
	run man -M "$root/system/usr/share/man" -w 8 prctl
	[[ $status == 0 && $output == "$root/system/usr/share/man/man8/prctl.8" ]] || fail "not found"
}
