# shellcheck shell=bash disable=SC2034,SC2154
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the completions of three shells have in common: they are installed as by make install, found
# by the shell in the places where it looks, and driven by keys on a terminal. A file for each shell
# has shell(), which starts it. The devices and keys are those of a stand-in for prctl, which asks
# prctl itself for all other words.
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
			names) printf 'node2\t-\t0xb\n' ;;
			hosts) printf 'iqn.2026-01.lab:host-2\t-\t0xb\n' ;;
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

# shell_NAME LINE...: starts that shell, and types into it.
shell_bash()
{
	cat > "$HOME/rc" <<-'END'
		export XDG_DATA_DIRS=$root/usr/share
		. /usr/share/bash-completion/bash_completion
		bind 'set enable-bracketed-paste off' 'set bell-style none'
		PS1='READY '
	END
	printf '%s\n' "$@" | python3 "$LAB_TOP/tests/host/tab.py" "$ran" bash --noprofile --rcfile "$HOME/rc" -i
}

shell_zsh()
{
	export ZDOTDIR=$HOME
	cat > "$HOME/.zshrc" <<-'END'
		fpath=($root/usr/share/zsh/site-functions $fpath)
		autoload -U compinit
		compinit -u -D
		zle -C all-matches complete-word _generic
		zstyle ':completion:all-matches:*' completer _all_matches _complete
		zstyle ':completion:all-matches:*' insert yes
		bindkey '\e*' all-matches
		PS1='READY '
	END
	printf '%s\n' "$@" | python3 "$LAB_TOP/tests/host/tab.py" "$ran" zsh -d -i
}

shell_fish()
{
	# else the first fish begins to read every manual page, and still does so after the test
	mkdir -p "$HOME/.local/share/fish/generated_completions"
	export XDG_DATA_DIRS=$root/usr/share:/usr/share
	printf '%s\n' "$@" | python3 "$LAB_TOP/tests/host/tab.py" "$ran" fish -C 'function fish_prompt; echo READY; end' -i
}

# type_lines LINE...: types them into the shell; $ran has what prctl was then called with.
type_lines()
{
	run "shell_$shell" "$@"
	[[ $status == 0 ]] || fail "the shell"
	output=$(< "$ran")
}

# listed_words LIST...: as "<one><two>", sorted.
listed_words()
{
	"$real" --list "$@" | cut -f 1 | LC_ALL=C sort -u | sed 's/.*/<&>/' | tr -d '\n'
}

# long_options [COMMAND]: the long options, likewise.
long_options()
{
	listed_words options "$@" | grep -oE '<--[a-z-]+>' | tr -d '\n'
}

# sort_words LINE: the words of such a line, sorted.
sort_words()
{
	echo "${1//></>$'\n'<}" | LC_ALL=C sort | tr -d '\n'
}

# assert_call N TEXT: the Nth call, counted from 1, was just this. assert_call_words N TEXT: in
# whatever order.
assert_call()
{
	local now
	now=$(sed -n "$1p" <<< "$output")
	[[ $now == "$2" ]] || fail "line $1 is '$now', not '$2'"
}

assert_call_words()
{
	local now
	now=$(sort_words "$(sed -n "$1p" <<< "$output")")
	[[ $now == "$(sort_words "$2")" ]] || fail "line $1 is '$now', not '$(sort_words "$2")'"
}

# What Tab does for a command line, part by part: $1 is typed between --old-key and 0xb, and $2
# comes of it.
assert_tab_completes()
{
	type_lines 'prctl preempt-\t--no-r\t--type=write-exclusive-a\t/dev/n\t' 'prctl status files/device-a\tPARTU\tx' \
		'prctl clear /dev/sdb -k 0xa\t--js\t' 'prctl unregister /dev/nv\t--key=0xa\t--re\t' \
		'prctl register --ol\t'"$1"'0xb'
	assert_call 5 "<register><--old-key$2>"
	assert_call 1 "<preempt-abort><--no-reset><--type=write-exclusive-all-regs></dev/nvme0n1>"
	assert_call 2 "<status><files/device-a><PARTUUID=x>"
	assert_call 3 "<clear></dev/sdb><-k><0xa><--json>"
	assert_call 4 "<unregister></dev/nvme0n1><--key=0xa><--release>"
}

# Every word is offered at its place in the line, by Escape *.
assert_every_word()
{
	local command keys=('prctl \e*' 'prctl --\e*' 'prctl reserve --type \e*' 'prctl reserve -t write-\e*')
	for command in $("$real" --list commands | cut -f 1); do
		keys+=("prctl $command --\\e*")
	done
	type_lines "${keys[@]}"
	assert_call_words 1 "$(listed_words commands)"
	assert_call_words 2 "$(long_options)"
	assert_call_words 3 "<reserve><--type>$(listed_words types)"
	assert_call_words 4 "<reserve><-t>$(listed_words types | grep -o '<write[a-z-]*>' | tr -d '\n')"
	keys=(4)
	for command in $("$real" --list commands | cut -f 1); do
		keys[0]=$((keys[0] + 1))
		assert_call_words "${keys[0]}" "<$command>$(long_options "$command")"
	done
}

# The columns, one after the other.
assert_every_column()
{
	type_lines 'prctl status --output \e*' 'prctl status --output KEY,HOS\t /dev/s\t' 'prctl status -o +PATHS\t /dev/sdb' \
		'prctl status --output=KEY,KE\t' 'prctl status --nohe\t'
	assert_call_words 1 "<status><--output>$(listed_words columns)"
	assert_call 2 "<status><--output><KEY,HOST></dev/sdb>"
	assert_call 3 "<status><-o><+PATHSTATE></dev/sdb>"
	assert_call 4 "<status><--output=KEY,KE>"
	assert_call 5 "<status><--noheadings>"
}

# A host, by an initiator on the devices on the line, or by the name of its key.
assert_host_completes()
{
	type_lines 'prctl preempt /dev/sdb --key 0xa --victim-host iq\t' 'prctl preempt --key 0xa --victim-host no\t/dev/sdb'
	assert_call 1 "<preempt></dev/sdb><--key><0xa><--victim-host><iqn.2026-01.lab:host-2>"
	assert_call 2 "<preempt><--key><0xa><--victim-host><node2></dev/sdb>"
}

# A rule of doctor, and a file for --with.
assert_doctor_completes()
{
	type_lines 'prctl doctor --rule zer\t' 'prctl doctor --with files/device-a\t'
	assert_call 1 "<doctor><--rule><zero-key>"
	assert_call 2 "<doctor><--with><files/device-a>"
}
