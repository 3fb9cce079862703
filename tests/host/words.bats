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
	same help "$(prctl reserve --help | sed -n '/^TYPE/,/^$/s/^  \([a-z-]*\)  *\([a-z]*\) .*/\1=\2/p' | sorted)" \
		"$(prctl --list types | cut -f 1,2 | tr '\t' '=' | sorted)"
}

@test "words: the help of status names every column, those of the usual table with a star, and no other" {
	same help "$(prctl status --help | sed -n '/^COLUMNS/,/^$/p' | grep -oE '^ [ *][A-Z]+| [ *][A-Z]{3,} ' | tr -d ' ' | sorted)" \
		"$(prctl --list columns | awk -F '\t' '{ print ($2 == "default" ? "*" : "") $1 }' | sorted)"
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

# section NAME: that of the man page, as it is written there.
section()
{
	awk -v name="$1" '/^\.Sh / { on = $0 == ".Sh " name } on' "$LAB_TOP/man/prctl.8"
}

# options_of_all REGEX: every command's options that match.
options_of_all()
{
	local command
	for command in $(listed commands); do
		prctl --list options "$command" | cut -f 1
	done | grep -E -- "$1"
}

@test "words: the man page describes every command, and no other" {
	same COMMANDS "$(section COMMANDS | sed -n 's/^\.It Cm //p' | sorted)" "$(listed commands)"
}

@test "words: the man page names every option, long and short, and no other" {
	same "the page" "$(grep -oE 'Fl Fl [a-z-]+' "$LAB_TOP/man/prctl.8" | sed 's/Fl Fl /--/' | sorted)" \
		"$(options_of_all ^-- | sorted)"
	same OPTIONS "$(section OPTIONS | sed -nE 's/^\.It Fl (\\&)?([a-zA-Z?]) ,.*/-\2/p' | sorted)" \
		"$(options_of_all '^-[^-]' | sorted)"
}

@test "words: the synopsis has with each command its own options, and none that it does not take" {
	local command own all given common option
	# clear has nothing of its own but its key
	common=$(prctl --list options clear | cut -f 1 | grep -vx -e --key)
	for command in $(listed commands); do
		all=" $(listed options "$command") "
		own=$(prctl --list options "$command" | cut -f 1 | grep ^-- | grep -vxF -e "$common" || true)
		given=$(section SYNOPSIS | awk -v command="$command" '/^\.Nm/ { if (on) exit; block = ""; next }
			{ block = block "\n" $0; if ($0 ~ "Cm .*" command "( |$)" && $0 !~ "-" command) on = 1 }
			END { if (on) print block }' | grep -oE 'Fl Fl [a-z-]+' | sed 's/Fl Fl /--/')
		for option in $own; do
			[[ $'\n'$given$'\n' == *$'\n'$option$'\n'* ]] || fail "$command: the synopsis lacks $option"
		done
		for option in $given; do
			[[ $all == *" $option "* ]] || fail "$command: it does not take $option"
		done
	done
}

@test "words: the man page's table of types has every type with its abbreviation, and no other" {
	same TYPES "$(section TYPES | sed -nE 's/^\.It ([a-z-]+) Ta ([a-z]+) Ta .*/\1=\2/p' | sorted)" \
		"$(prctl --list types | cut -f 1,2 | tr '\t' '=' | sorted)"
}

@test "words: the man page's table of columns has every column, the usual ones so marked, and no other" {
	same COLUMNS "$(section COLUMNS | sed -nE 's/^\.It ([A-Z]+) Ta (yes|no) Ta .*/\1=\2/p' | sorted)" \
		"$(prctl --list columns | awk -F '\t' '{ print $1 "=" ($2 == "default" ? "yes" : "no") }' | sorted)"
}

@test "words: the man page has every format of keys, and no other" {
	same "ORIGIN OF A KEY" "$(section 'ORIGIN OF A KEY' | sed -nE 's/^\.It Ql ([a-z_]+) Ta .*/\1/p' | sorted)" "$(listed origins)"
}

@test "words: man page and README have every exit status with its word, and no other" {
	local statuses
	# what is never the status of a device has no word there
	statuses=$(prctl --list statuses | awk '{ print $2 ($1 == "prctl" || $1 == "usage" ? "" : $1) }' | sorted)
	same "EXIT STATUS" "$(section 'EXIT STATUS' | sed -n 's/^\.It //p' | tr -d ' ,' | sorted)" "$statuses"
	same README "$(sed -nE 's/^\| ([0-9]) \| ([a-z]*) *\|.*/\1\2/p' "$LAB_TOP/README.md" | sorted)" "$statuses"
}

@test "words: the man page has every reason, and no other" {
	same "JSON OUTPUT" "$(section 'JSON OUTPUT' | sed -nE 's/^\.It Ql [a-z]+ Ta Ql ([a-z_]+) Ta .*/\1/p' | sorted)" \
		"$(listed reasons)"
}

# of_schema LIST: its words there.
of_schema()
{
	jq -r --arg list "$1" '."$defs"[$list] | .enum // .anyOf[0].enum | .[]' "$LAB_TOP/docs/prctl.schema.json" | sorted
}

@test "words: the JSON Schema has every command, status, reason, step, type, transport, source and format, and no other" {
	same command "$(of_schema command)" "$(listed commands)"
	# with a wrong command line, or where prctl itself fails, there is no document
	same status "$(of_schema status)" "$(prctl --list statuses | cut -f 1 | grep -vx -e prctl -e usage | sorted)"
	same reason "$(of_schema reason)" "$(listed reasons)"
	same step "$(of_schema step)" "$(prctl --list steps | cut -f 1 | grep -vxF "$(prctl --list commands | cut -f 1)" | sorted)"
	same type "$(of_schema type)" "$( (listed types; echo none other) | tr ' ' '\n' | sorted)"
	same transport "$(of_schema transport)" "$(listed transports)"
	same source "$(of_schema source)" "$(listed sources)"
	same format "$(of_schema format)" "$(listed origins)"
}

# quoted TEXT: the words that are marked as literal in it.
quoted()
{
	grep -oE '^\.Ql [^ ]+' <<< "$1" | sed 's/^.Ql //' | sorted
}

@test "words: the man page has every step, transport and source, and no other" {
	local json steps
	json=$(section 'JSON OUTPUT')
	steps=$(sed -n '/^\.Ql error\.step/,/^\.Pp/p' <<< "$json" | sed 1d)
	same error.step "$(quoted "$steps")" "$(prctl --list steps | cut -f 1 | grep -vxF "$(prctl --list commands | cut -f 1)" | sorted)"
	same transport "$(quoted "$(sed -n '/^\.It Ql transport/,/^\.It Ql lun/p' <<< "$json")")" "$(listed transports)"
	same source "$(quoted "$(sed -n '/^\.It Ql source/,/^\.El/p' <<< "$json")")" "$(listed sources)"
}

@test "words: the man page describes every member of the JSON document, and no other" {
	local json parent member
	json=$(section 'JSON OUTPUT')
	output=$(prctl status --json /dev/no-such-device 2> /dev/null || true)
	same "JSON OUTPUT" "$(sed -nE '/^\.It Ql [a-z_]+$/s/^.It Ql //p' <<< "$json" | sorted)" \
		"$(jq -r 'keys[], (.devices[0] | keys[])' <<< "$output" | sorted)"
	for parent in error lun reservation capabilities; do
		for member in $(jq -r ".devices[0].$parent | keys[]" <<< "$output"); do
			sed -n "/^\.It Ql $parent\$/,/^\.It Ql /p" <<< "$json" | grep -qE "^\.Ql $member( |\$)" ||
				fail "$parent.$member is not described"
		done
	done
}
