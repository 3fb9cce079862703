#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every word is in the binary once: what help and man page say of commands, options, types, statuses
# and reasons is held against prctl --list, both ways.
load ../bats/common

setup()
{
	PATH=$LAB_BUILD/src:$PATH
	unset ARGP_HELP_FMT
}

# listed_words LIST [COMMAND]: its words, sorted, on one line.
listed_words()
{
	prctl --list "$@" | cut -f 1 | sort_words
}

sort_words()
{
	LC_ALL=C sort -u | paste -sd' '
}

# assert_same_words WHERE ONE OTHER: two such lines are one.
assert_same_words()
{
	[[ $2 ]] || fail "$1: nothing found"
	[[ $2 == "$3" ]] || fail "$1: $(diff <(tr ' ' '\n' <<< "$2") <(tr ' ' '\n' <<< "$3") | grep '^[<>]')"
}

@test "prctl --help: commands -> those of --list, and no other" {
	assert_same_words help "$(prctl --help | sed -n '/^Commands:/,/^$/s/^  \([a-z-]*\) .*/\1/p' | sort_words)" "$(listed_words commands)"
}

@test "COMMAND --help: options, long and short -> those of --list, and no other" {
	local command
	for command in $(listed_words commands); do
		assert_same_words "$command" "$(prctl "$command" --help | grep -oE -- '^ *(-[a-zA-Z?],)? +--[a-z-]+' |
			grep -oE -- '--?[a-zA-Z?][a-z-]*' | sort_words)" "$(listed_words options "$command")"
	done
}

@test "COMMAND --help: values of options -> as --list names them" {
	local command
	for command in $(listed_words commands); do
		assert_same_words "$command" "$(prctl "$command" --help | grep -oE -- '^ *(-[a-zA-Z?],)? +--[a-z-]+=[A-Z]+' |
			grep -oE -- '--[a-z-]+=[A-Z]+' | sort_words)" \
			"$(prctl --list options "$command" | sed -n 's/^\(--[a-z-]*\)\t\([A-Z]*\)\t.*/\1=\2/p' | sort_words)"
	done
}

@test "reserve --help: types and abbreviations -> those of --list, and no other" {
	assert_same_words help "$(prctl reserve --help | sed -n '/^TYPE/,/^$/s/^  \([a-z-]*\)  *\([a-z]*\) .*/\1=\2/p' | sort_words)" \
		"$(prctl --list types | cut -f 1,2 | tr '\t' '=' | sort_words)"
}

@test "status --help: columns, the default ones with a star -> those of --list, and no other" {
	assert_same_words help "$(prctl status --help | sed -n '/^COLUMNS/,/^$/p' | grep -oE '^ [ *][A-Z]+| [ *][A-Z]{3,} ' | tr -d ' ' | sort_words)" \
		"$(prctl --list columns | awk -F '\t' '{ print ($2 == "default" ? "*" : "") $1 }' | sort_words)"
}

@test "prctl --list: an unknown list -> 2, and names the lists" {
	local args
	for args in "--list" "--list x" "--list option"; do
		# shellcheck disable=SC2086
		run_prctl $args
		assert_status 2
		assert_output ""
		assert_stderr "prctl: --list: use one of: commands options types columns statuses reasons steps transports sources origins rules tags tagged devices keys names hosts"
	done
}

# dlopen_notes PROGRAM: the sonames in its ELF notes of libraries that it loads itself.
dlopen_notes()
{
	objcopy -O binary --only-section=.note.dlopen "$LAB_BUILD/src/$1" "$BATS_TEST_TMPDIR/notes"
	tr '\0' '\n' < "$BATS_TEST_TMPDIR/notes" | grep -a '^\[' | jq -r '.[].soname[]' | sort_words
}

@test "words: a library loaded on demand -> an ELF note, and a dependency of both packages" {
	assert_same_words prctl "$(dlopen_notes prctl)" "libblkid.so.1 libjansson.so.4"
	if grep -q '^#define HAVE_CMAP 1' "$LAB_BUILD/config.h"; then
		assert_same_words fence_prctl "$(dlopen_notes fence_prctl)" "libblkid.so.1 libcmap.so.4"
	else
		assert_same_words fence_prctl "$(dlopen_notes fence_prctl)" "libblkid.so.1"
	fi
	assert_same_words debian "$(sed -n 's/^Depends: //p' "$LAB_TOP/debian/control" | tr -d ' ' | tr ',' '\n' | grep -v '^\$' | sort_words)" \
		"$(dlopen_notes prctl | tr ' ' '\n' | sed 's/\.so\.//' | sort_words)"
	assert_same_words spec "$(sed -nE 's/^Requires: +(lib)?([a-z]+)%.*/\2/p' "$LAB_TOP/prctl-storage.spec.in" | sort_words)" \
		"$(dlopen_notes prctl | tr ' ' '\n' | sed -E 's/^lib([a-z]+).*/\1/' | sort_words)"
}

# page_section NAME [PAGE]: that section of prctl.8, or of PAGE, as it is written there.
page_section()
{
	awk -v name="$1" '/^\.Sh / { on = $0 == ".Sh " name } on' "$LAB_TOP/man/${2:-prctl.8}"
}

# options_of_all REGEX: every command's options that match.
options_of_all()
{
	local command
	for command in $(listed_words commands); do
		prctl --list options "$command" | cut -f 1
	done | grep -E -- "$1"
}

@test "man page: commands -> those of --list, and no other" {
	assert_same_words COMMANDS "$(page_section COMMANDS | sed -n 's/^\.It Cm //p' | sort_words)" "$(listed_words commands)"
}

@test "man page: options, long and short -> those of --list, and no other" {
	assert_same_words "the page" "$(grep -oE 'Fl Fl [a-z-]+' "$LAB_TOP/man/prctl.8" | sed 's/Fl Fl /--/' | sort_words)" \
		"$(options_of_all ^-- | sort_words)"
	assert_same_words OPTIONS "$(page_section OPTIONS | sed -nE 's/^\.It Fl (\\&)?([a-zA-Z?]) ,.*/-\2/p' | sort_words)" \
		"$(options_of_all '^-[^-]' | sort_words)"
}

@test "man page: the synopsis of a command -> its own options, and no other" {
	local command own all given common option
	# clear has nothing of its own but its key
	common=$(prctl --list options clear | cut -f 1 | grep -vx -e --key)
	for command in $(listed_words commands); do
		all=" $(listed_words options "$command") "
		own=$(prctl --list options "$command" | cut -f 1 | grep ^-- | grep -vxF -e "$common" || true)
		# a command may have more than one line
		given=$(page_section SYNOPSIS | awk -v command="$command" '/^\.Nm/ { on = 0; next }
			$0 ~ "^\\.Cm " command "( |$)" { on = 1 } on' | grep -oE 'Fl Fl [a-z-]+' | sed 's/Fl Fl /--/')
		for option in $own; do
			[[ $'\n'$given$'\n' == *$'\n'$option$'\n'* ]] || fail "$command: the synopsis lacks $option"
		done
		for option in $given; do
			[[ $all == *" $option "* ]] || fail "$command: it does not take $option"
		done
	done
}

@test "man page: types and abbreviations -> those of --list, and no other" {
	assert_same_words TYPES "$(page_section TYPES | sed -nE 's/^\.It ([a-z-]+) Ta ([a-z]+) Ta .*/\1=\2/p' | sort_words)" \
		"$(prctl --list types | cut -f 1,2 | tr '\t' '=' | sort_words)"
}

@test "man page: columns, the default ones marked -> those of --list, and no other" {
	assert_same_words COLUMNS "$(page_section COLUMNS | sed -nE 's/^\.It ([A-Z]+) Ta (yes|no) Ta .*/\1=\2/p' | sort_words)" \
		"$(prctl --list columns | awk -F '\t' '{ print $1 "=" ($2 == "default" ? "yes" : "no") }' | sort_words)"
}

@test "man page of doctor: rules and options -> those of --list, and no other" {
	local page=$LAB_TOP/man/prctl-doctor.8
	assert_same_words RULES "$(sed -nE 's/^\.It Cm ([a-z-]+) Pq ([a-z]+)$/\1=\2/p' "$page" | sort_words)" \
		"$(prctl --list rules | cut -f 1,2 | tr '\t' '=' | sort_words)"
	assert_same_words OPTIONS "$(sed -nE 's/^\.It Fl Fl ([a-z-]+).*/--\1/p' "$page" | grep -vx -e --quiet | sort_words)" \
		"$(comm -23 <(prctl --list options doctor | cut -f 1 | sort) <(prctl --list options status | cut -f 1 | sort) | sort_words)"
}

@test "man page: formats of keys -> those of --list, and no other" {
	assert_same_words "ORIGIN OF A KEY" "$(page_section 'ORIGIN OF A KEY' prctl-keys.5 | sed -nE 's/^\.It Ql ([a-z_]+)$/\1/p' | sort_words)" "$(listed_words origins)"
}

@test "man page and README: exit statuses and their words -> those of --list, and no other" {
	local statuses
	# what is never the status of a device has no word there
	statuses=$(prctl --list statuses | awk '{ print $2 ($1 == "prctl" || $1 == "usage" ? "" : $1) }' | sort_words)
	assert_same_words "EXIT STATUS" "$(page_section 'EXIT STATUS' | sed -n 's/^\.It //p' | tr -d ' ,' | sort_words)" "$statuses"
	assert_same_words README "$(sed -nE 's/^\| ([0-9]) \| ([a-z]*) *\|.*/\1\2/p' "$LAB_TOP/README.md" | sort_words)" "$statuses"
}

@test "man page: reasons -> those of --list, and no other" {
	assert_same_words REASONS "$(page_section REASONS prctl-json.5 | sed -nE 's/^\.It Ql ([a-z_]+)$/\1/p' | sort_words)" "$(listed_words reasons)"
}

# schema_words LIST: its words there.
schema_words()
{
	jq -r --arg list "$1" '."$defs"[$list] | .enum // .anyOf[0].enum | .[]' "$LAB_TOP/docs/prctl.schema.json" | sort_words
}

@test "JSON Schema: commands, statuses, reasons, steps, types, transports, sources, formats -> those of --list, and no other" {
	assert_same_words command "$(schema_words command)" "$(listed_words commands)"
	# with a wrong command line, or if prctl itself fails, there is no document
	assert_same_words status "$(schema_words status)" "$(prctl --list statuses | cut -f 1 | grep -vx -e prctl -e usage | sort_words)"
	assert_same_words reason "$(schema_words reason)" "$(listed_words reasons)"
	assert_same_words step "$(schema_words step)" "$(prctl --list steps | cut -f 1 | grep -vxF "$(prctl --list commands | cut -f 1)" | sort_words)"
	assert_same_words type "$(schema_words type)" "$( (listed_words types; echo none other) | tr ' ' '\n' | sort_words)"
	assert_same_words transport "$(schema_words transport)" "$(listed_words transports)"
	assert_same_words source "$(schema_words source)" "$(listed_words sources)"
	assert_same_words format "$(schema_words format)" "$(listed_words origins)"
	assert_same_words rule "$(schema_words rule)" "$(listed_words rules)"
}

# literal_words TEXT: the words that are marked as literal in it.
literal_words()
{
	grep -oE '^\.Ql [^ ]+' <<< "$1" | sed 's/^.Ql //' | sort_words
}

@test "man page: steps, transports, sources -> those of --list, and no other" {
	local json
	json=$(page_section 'JSON OUTPUT' prctl-json.5)
	assert_same_words error.step "$(page_section STEPS prctl-json.5 | sed -nE 's/^\.It Ql ([a-z-]+)$/\1/p' | sort_words)" \
		"$(prctl --list steps | cut -f 1 | grep -vxF "$(prctl --list commands | cut -f 1)" | sort_words)"
	assert_same_words transport "$(literal_words "$(sed -n '/^\.It Ql transport/,/^\.It Ql lun/p' <<< "$json")")" "$(listed_words transports)"
	assert_same_words source "$(literal_words "$(sed -n '/^\.It Ql source/,/^\.El/p' <<< "$json")")" "$(listed_words sources)"
}

@test "man page: members of the JSON document -> all, and no other" {
	local json parent member
	json=$(page_section 'JSON OUTPUT' prctl-json.5)
	output=$(prctl status --json /dev/no-such-device 2> /dev/null || true)
	assert_same_words "JSON OUTPUT" "$(sed -nE '/^\.It Ql [a-z_]+$/s/^.It Ql //p' <<< "$json" | sort_words)" \
		"$(jq -r 'keys[], (.devices[0] | keys[])' <<< "$output" | sort_words)"
	for parent in error lun reservation capabilities; do
		for member in $(jq -r ".devices[0].$parent | keys[]" <<< "$output"); do
			sed -n "/^\.It Ql $parent\$/,/^\.It Ql /p" <<< "$json" | grep -qE "^\.Ql $member( |\$)" ||
				fail "$parent.$member is not described"
		done
	done
}
