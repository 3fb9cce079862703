#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# make install: what is put where, and that it is found there
load common

commands="check clear preempt preempt-abort register release reserve status unregister"

setup_file()
{
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

# completed LINE...: what bash, with the installed completion, offers at the end of each command line; sorted, in
# the array $offered. Loading the completion takes bash longest, so many lines are completed by one bash.
completed()
{
	mapfile -t offered < <(
		trap - DEBUG ERR
		set +eET
		# shellcheck disable=SC1091
		. /usr/share/bash-completion/bash_completion
		export XDG_DATA_DIRS=$root/system/usr/share
		PATH=$root/system/usr/sbin:$PATH
		_completion_loader prctl
		for COMP_LINE; do
			COMP_POINT=${#COMP_LINE}
			read -ra COMP_WORDS <<< "$COMP_LINE"
			[[ $COMP_LINE != *" " ]] || COMP_WORDS+=("")
			COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
			COMPREPLY=()
			_prctl prctl "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}" 2> /dev/null
			printf '%s\n' "${COMPREPLY[@]}" | sort | paste -sd' '
		done
	)
}

# offers N WORDS: what was offered for the Nth line.
offers()
{
	[[ ${offered[$1]} == "$2" ]] || fail "offered: '${offered[$1]}', not '$2'"
}

@test "install: the program, the man page and the completion, in a distribution's places" {
	[[ $(files "$root/system") == "usr/sbin/prctl 755
${completions#/}/prctl 644
usr/share/man/man8/prctl.8 644" ]] || fail "installed: $(files "$root/system")"
}

@test "install: everything stays below a prefix of its own" {
	[[ $(files "$root/own") == "sbin/prctl 755
share/bash-completion/completions/prctl 644
share/man/man8/prctl.8 644" ]] || fail "installed: $(files "$root/own")"
}

@test "install: the installed program runs" {
	run --separate-stderr "$root/own/sbin/prctl" status "$host1"
	ended 0
	run "$root/own/sbin/prctl" --version
	[[ $output == "$(prctl --version)" ]] || fail "another version"
}

@test "install: uninstall leaves no file" {
	make -s -C "$LAB_BUILD" uninstall prefix="$root/own" > "$root/log" 2>&1 || fail "$(< "$root/log")"
	[[ $(files "$root/own") == "" ]] || fail "left: $(files "$root/own")"
}

@test "install: man finds the page" {
	run man -M "$root/system/usr/share/man" -w 8 prctl
	[[ $status == 0 && $output == "$root/system/usr/share/man/man8/prctl.8" ]] || fail "not found"
}

@test "install: mandoc has nothing to say against the page" {
	run mandoc -T lint -W warning "$root/system/usr/share/man/man8/prctl.8"
	[[ $status == 0 ]] || fail "mandoc complains"
}

@test "install: the page names every command, option, type, reason and exit status" {
	local page command word
	page=$(mandoc -T utf8 "$root/system/usr/share/man/man8/prctl.8" | sed 's/.\x08//g')
	for command in $commands; do
		[[ $page =~ $'\n'[[:space:]]+$command($'\n'|\ ) ]] || fail "the page lacks $command"
		for word in $(prctl "$command" --help | grep -oE -- '--[a-z-]+' | sort -u); do
			[[ $page == *"$word"* || $word == --usage ]] || fail "the page lacks $word"
		done
	done
	# shellcheck disable=SC2013 # words, each without a blank
	for word in $(sed -n '/const types\[/,/^}/s/.*= { "\([a-z-]*\)", .*/\1/p; /const reasons\[/,/^}/s/.*= "\([a-z_]*\)".*/\1/p;
		/const verdicts\[/,/^}/s/.*= "\([a-z]*\)".*/\1/p' "$LAB_TOP/src/words.c"); do
		[[ $page == *"$word"* ]] || [[ $word == usage || $word == other ]] || fail "the page lacks $word"
	done
}

@test "completion: of the first word is the commands" {
	completed "prctl " "prctl re" "prctl preempt-" "prctl x"
	offers 0 "$commands"
	offers 1 "register release reserve"
	offers 2 "preempt-abort"
	offers 3 ""
}

@test "completion: of an option is those of the command, whole" {
	local command word n=0
	completed "prctl preempt --v" "prctl register --key 0xa --o" "prctl status --k"
	offers 0 "--verbose --version --victim"
	offers 1 "--old-key"
	offers 2 ""
	completed "prctl clear --" "prctl preempt --" "prctl register --" "prctl reserve --"
	for command in clear preempt register reserve; do
		for word in $(prctl "$command" --help | grep -oE -- '--[a-z-]+' | sort -u); do
			[[ " ${offered[n]} " == *" $word "* ]] || fail "$command: $word is not offered"
		done
		n=$((n + 1))
	done
}

@test "completion: behind --type is the types, behind --victim all, behind --key nothing" {
	completed "prctl reserve --key 0xa --type " "prctl reserve -t write-exclusive-a" "prctl preempt --victim a" \
		"prctl register --key "
	offers 0 "exclusive-access exclusive-access-all-regs exclusive-access-reg-only write-exclusive "`
		`"write-exclusive-all-regs write-exclusive-reg-only"
	offers 1 write-exclusive-all-regs
	offers 2 all
	offers 3 ""
}

@test "completion: of a device is files and tags" {
	completed "prctl status /dev/lab/host1/lun" "prctl status PARTU" "prctl clear --key 0xa /dev/lab/host2/lun0"
	[[ " ${offered[0]} " == *" /dev/lab/host1/lun0 "* ]] || fail "offered: ${offered[0]}"
	offers 1 "PARTUUID="
	offers 2 /dev/lab/host2/lun0
}

@test "completion: bash itself loads it and completes at the Tab key" {
	local home=$BATS_TEST_TMPDIR
	cat > "$home/rc" <<-END
		PS1= XDG_DATA_DIRS=$root/system/usr/share
		bind 'set enable-bracketed-paste off' 'set bell-style none' 2> /dev/null
		. /usr/share/bash-completion/bash_completion
		prctl() { [[ \$1 == --help || \$2 == --help ]] && command prctl "\$@" || echo "ran: \$*" > $home/ran; }
	END
	printf 'prctl preempt-\t--vic\t0xb\nexit\n' |
		script -qec "bash --noprofile --rcfile $home/rc -i" /dev/null > "$home/screen" 2>&1
	[[ $(< "$home/ran") == "ran: preempt-abort --victim 0xb" ]] || fail "$(cat "$home/ran" "$home/screen")"
}
