#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The man pages: their form, and the list of all messages
load ../bats/common

setup()
{
	pages=("$LAB_TOP"/man/*.[1-8])
}

@test "man pages: mandoc -> finds nothing" {
	# but that other manuals are not installed here
	output=$(mandoc -T lint "${pages[@]}" 2> /dev/null) || true
	! grep -v -e 'referenced manual not found' <<< "$output" || fail "mandoc complains"
}

@test "man pages: groff -> finds nothing" {
	local page
	for page in "${pages[@]}"; do
		run groff -wall -mdoc -z "$page"
		[[ $status == 0 && -z $output ]] || fail "$page: groff complains"
	done
}

@test "man pages and README: codespell -> finds nothing" {
	run codespell --ignore-words-list nd "${pages[@]}" "$LAB_TOP/README.md"
	[[ $status == 0 ]] || fail "codespell"
}

@test "NEWS: its lines -> at most 80 columns" {
	run awk 'length > 80' "$LAB_TOP/NEWS"
	[[ $status == 0 && -z $output ]] || fail "longer lines"
}

# lone_words PAGE: lines of one word that end a paragraph or a cell of a table in a page formatted for 80 columns, which
# is read from standard input; not those of a tag, which may be a message of prctl.
lone_words()
{
	col -bx | awk '
		FNR == NR { if (sub(/^\.It /, "") && !/ Ta /) tag[$NF] = tag[$NF] "\n" $0; next }
		{ match($0, /^ */); indent = RLENGTH }
		NF == 1 && words > 1 && (indent == last || indent > last + 9) && index(tag[$1], before " " $1 "\n") == 0 &&
			!(tag[$1] ~ before " " $1 "$") { print FNR ": " $0 }
		{ last = indent; words = NF; before = $NF }' "$1" -
}

@test "man pages: formatted for 80 columns -> no paragraph ends in a line of one word" {
	local page
	for page in "${pages[@]}"; do
		run lone_words "$page" < <(mandoc -T utf8 -O width=78 "$page")
		[[ $status == 0 && -z $output ]] || fail "$page, by mandoc"
		run lone_words "$page" < <(MANWIDTH=80 man -l "$page" 2> /dev/null)
		[[ $status == 0 && -z $output ]] || fail "$page, by man"
	done
}

@test "man page: prctl.8 -> under 500 lines" {
	[[ $(wc -l < "$LAB_TOP/man/prctl.8") -lt 500 ]] || fail "move what few need to another page"
}

@test "man pages: all of them -> each refers to prctl(8), and prctl(8) to each" {
	local page name section
	for page in "${pages[@]}"; do
		name=${page##*/} section=${page##*.}
		[[ $name != prctl.8 ]] || continue
		grep -q '^\.Xr prctl 8' "$page" || fail "$name does not refer to prctl(8)"
		awk '/^\.Sh SEE ALSO/ { on = 1 } on' "$LAB_TOP/man/prctl.8" | grep -q "^\.Xr ${name%.*} $section" ||
			fail "SEE ALSO of prctl(8) lacks ${name%.*}($section)"
	done
}

@test "man pages: apropos \"persistent reservation\" and fencing -> find them" {
	local page
	for page in "${pages[@]}"; do
		mkdir -p "$BATS_TEST_TMPDIR/man/man${page##*.}"
		cp "$page" "$BATS_TEST_TMPDIR/man/man${page##*.}/"
	done
	mandb --quiet --create "$BATS_TEST_TMPDIR/man" || fail "mandb"
	run apropos -M "$BATS_TEST_TMPDIR/man" "persistent reservation"
	[[ $status == 0 ]] || fail "apropos"
	for page in "${pages[@]}"; do
		page=${page##*/}
		[[ $output == *"${page%.*} (${page##*.})"* ]] || fail "apropos does not find $page"
	done
	run apropos -M "$BATS_TEST_TMPDIR/man" fencing
	[[ $status == 0 && $output == *"prctl (8)"* && $output == *"fence_prctl (8)"* && $output == *"prctl-runbooks (7)"* ]] ||
		fail "apropos fencing"
}

messages()
{
	awk -v names="$1" -f "$BATS_TEST_DIRNAME/messages.awk" "$LAB_TOP/src/model/messages.h" "$2"
}

@test "man page: DIAGNOSTICS -> every message, and nothing else" {
	run messages '^(PRCTL|USAGE|NAMES|FAIL|WARN|CAUSE|ADVICE|STORE)_' "$LAB_TOP/man/prctl-messages.7"
	[[ $status == 0 && -z $output ]] || fail "messages.h and prctl-messages.7 differ"
}

@test "man page of fence_prctl: DIAGNOSTICS -> every message of its own, and nothing else" {
	run messages '^(FENCE_[^D]|WARN_LOG$|USAGE_KEY$)' "$LAB_TOP/man/fence_prctl.8"
	[[ $status == 0 && -z $output ]] || fail "messages.h and fence_prctl.8 differ"
}

@test "docs/pacemaker.md: messages that it quotes -> are in messages.h" {
	local text quote quotes
	text=$(tr -d '\n\t' < "$LAB_TOP/src/model/messages.h" | sed 's|" *KEYS_FILE *"|/etc/prctl/keys|g; s/" *[\] *"//g; s/" *"//g')
	mapfile -t quotes < <(awk '/^```/ { code = !code; next } !code' "$LAB_TOP/docs/pacemaker.md" | tr -s '\n ' ' ' |
		grep -oE '[*][a-z/][^*]+[*]' | tr -d '*')
	((${#quotes[@]} > 3)) || fail "no quotes"
	for quote in "${quotes[@]}"; do
		[[ $text == *"$quote"* ]] || fail "no message says '$quote'"
	done
}

@test "documents: links -> lead to files" {
	local page target
	for page in "$LAB_TOP"/*.md "$LAB_TOP"/docs/*.md "$LAB_TOP"/docs/design/*.md; do
		while IFS= read -r target; do
			[[ -e ${page%/*}/$target ]] || fail "${page#"$LAB_TOP"/} links to $target"
		done < <(grep -oE '\]\([^)#]+' "$page" | sed 's/^](//; /^https*:/d')
	done
}

@test "messages: a call that tells the user something -> names a message of messages.h" {
	local sources
	mapfile -t sources < <(find "$LAB_TOP/src" -name '*.c')
	run awk -f "$BATS_TEST_DIRNAME/literals.awk" "${sources[@]}"
	[[ $status == 0 && -z $output ]] || fail "words that are not in messages.h"
}
