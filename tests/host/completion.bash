# shellcheck shell=bash disable=SC2034,SC2154
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the completions of three shells have in common: they are installed as by make install, found by the shell where
# it looks, and driven by keys on a terminal. A file for each shell has shell(), which starts it. The devices and keys
# are those of a stand-in for prctl, which asks prctl itself for all other words.
load ../bats/common

setup_file()
{
	export root=$BATS_FILE_TMPDIR/root stub=$BATS_FILE_TMPDIR/bin ran=$BATS_FILE_TMPDIR/ran asked=$BATS_FILE_TMPDIR/asked
	export HOME=$BATS_FILE_TMPDIR/home real=$LAB_BUILD/src/prctl
	mkdir -p "$stub" "$HOME/files" "$HOME/.config"
	touch "$HOME/files/device-a" "$HOME/files/device-b"
	env -u MAKEFLAGS -u MAKELEVEL make -s -C "$LAB_BUILD" install DESTDIR="$root" prefix=/usr > "$HOME/log" 2>&1 ||
		{ cat "$HOME/log"; return 1; }
	cat > "$stub/prctl" <<-'END'
		#!/bin/bash
		if [[ $1 == --list ]]; then
			case $2 in
			devices) printf '%s\t-\tLIO-ORG disk, 64 MiB\n' /dev/sdb /dev/nvme0n1 /dev/mapper/mpatha ;;
			tagged) printf '%s\t-\t\n' LABEL=data 'LABEL=my disk' UUID=12-ab ;;
			keys)
				echo "${*:3}" >> "$asked"
				printf '0xa\tthis\tiqn.2026-01.lab:host-1\n0xb\tother\tiqn.2026-01.lab:host-2\n0xc\t-\t\n'
				;;
			*) exec "$real" "$@" ;;
			esac
		else
			printf '<%s>' "$@" >> "$ran"
			echo >> "$ran"
		fi
	END
	chmod +x "$stub/prctl"
	PATH=$stub:$PATH
	export PATH
}

setup()
{
	cd "$HOME" || return
	: > "$asked"
}

# typed LINE...: types them into the shell; $ran has what prctl was then called with.
typed()
{
	run shell "$@"
	[[ $status == 0 ]] || fail "the shell"
	output=$(< "$ran")
}

# words LIST...: as "<one><two>", sorted.
words()
{
	"$real" --list "$@" | cut -f 1 | LC_ALL=C sort -u | sed 's/.*/<&>/' | tr -d '\n'
}

# long [COMMAND]: the long options, likewise.
long()
{
	words options "$@" | grep -oE '<--[a-z-]+>' | tr -d '\n'
}

# sorted LINE: the words of such a line, sorted.
sorted()
{
	echo "${1//></>$'\n'<}" | LC_ALL=C sort | tr -d '\n'
}

# line N TEXT: the Nth call, counted from 1, was just this. set_of N TEXT: in whatever order.
line()
{
	local now
	now=$(sed -n "$1p" <<< "$output")
	[[ $now == "$2" ]] || fail "line $1 is '$now', not '$2'"
}

set_of()
{
	local now
	now=$(sorted "$(sed -n "$1p" <<< "$output")")
	[[ $now == "$(sorted "$2")" ]] || fail "line $1 is '$now', not '$(sorted "$2")'"
}
