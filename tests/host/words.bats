#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every word stands once, in the binary: what help and man page say of commands, options, types, statuses and reasons
# is held against prctl --list, both ways.
load ../bats/common

setup()
{
	PATH=$LAB_BUILD/src:$PATH
	unset ARGP_HELP_FMT
}

# listed LIST [COMMAND]: its words, sorted, on one line.
listed()
{
	prctl --list "$@" | cut -f 1 | sorted
}

sorted()
{
	LC_ALL=C sort -u | paste -sd' '
}

# same WHERE ONE OTHER: two such lines are one.
same()
{
	[[ $2 ]] || fail "$1: nothing found"
	[[ $2 == "$3" ]] || fail "$1: $(diff <(tr ' ' '\n' <<< "$2") <(tr ' ' '\n' <<< "$3") | grep '^[<>]')"
}

@test "words: prctl --help names every command, and no other" {
	same help "$(prctl --help | sed -n '/^Commands:/,/^$/s/^  \([a-z-]*\) .*/\1/p' | sorted)" "$(listed commands)"
}

@test "words: the help of each command names its options, long and short, and no other" {
	local command
	for command in $(listed commands); do
		same "$command" "$(prctl "$command" --help | grep -oE -- '^ *(-[a-zA-Z?],)? +--[a-z-]+' |
			grep -oE -- '--?[a-zA-Z?][a-z-]*' | sorted)" "$(listed options "$command")"
	done
}

@test "words: an option with a value is listed with what help calls the value" {
	local command
	for command in $(listed commands); do
		same "$command" "$(prctl "$command" --help | grep -oE -- '^ *(-[a-zA-Z?],)? +--[a-z-]+=[A-Z]+' |
			grep -oE -- '--[a-z-]+=[A-Z]+' | sorted)" \
			"$(prctl --list options "$command" | sed -n 's/^\(--[a-z-]*\)\t\([A-Z]*\)\t.*/\1=\2/p' | sorted)"
	done
}

@test "words: the help of reserve names every type and its abbreviation, and no other" {
	same help "$(prctl reserve --help | tr -s ' \n' ' ' |
		sed 's/.*reservation: \(.*\), or \([a-z ]*eaar\).*/\1 \2/; s/,//g' | tr ' ' '\n' | sorted)" \
		"$(prctl --list types | cut -f 1,2 | tr '\t' '\n' | sorted)"
}

@test "words: a list that is not there is status 2, and the lists are named" {
	local args
	for args in "--list" "--list x" "--list option"; do
		# shellcheck disable=SC2086
		p $args
		ended 2
		printed ""
		said "commands options types"
	done
}
