#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The man page: its form, and its table of all messages
load ../bats/common

setup()
{
	local source
	page=$LAB_TOP/man/prctl.8
	sources=()
	while IFS= read -r source; do
		[[ $source == */fence/* ]] || sources+=("$source")
	done < <(find "$LAB_TOP/src" -name '*.c' | sort)
}

@test "page: mandoc has nothing to say against it" {
	# but that other manuals are not installed here
	run mandoc -T lint "$page"
	! grep -v -e 'outdated mandoc.db' -e 'referenced manual not found' <<< "$output" || fail "mandoc complains"
}

@test "page: groff has nothing to say against it" {
	run groff -wall -mdoc -z "$page"
	[[ $status == 0 && -z $output ]] || fail "groff complains"
}

@test "page: no word in page and README is misspelled" {
	run codespell --ignore-words-list nd "$page" "$LAB_TOP/README.md"
	[[ $status == 0 ]] || fail "codespell"
}

# The messages of the sources and the entries of DIAGNOSTICS, each matched by the parts that no value stands in: the
# entries that no message is like, or the other way round, in $output.
unmatched()
{
	sed -n '/^\.Sh DIAGNOSTICS/,/^\.Sh [^D]/s/^\.It //p' "$page" | sed 's/\\-/-/g; s/\\(dq/"/g; s/\\(aq/'"'"'/g' > "$BATS_TEST_TMPDIR/entries"
	"$BATS_TEST_DIRNAME/messages" "${sources[@]}" > "$BATS_TEST_TMPDIR/messages"
	[[ $(wc -l < "$BATS_TEST_TMPDIR/messages") -gt ${2-80} ]] || fail "the messages of the sources are not found any more"
	output=$(awk -v want="$1" 'NR == FNR { entries[++count] = $0; next }
		{
			parts = split($0, part, "~")
			matched = 0
			for (i = 1; i <= count; i++) {
				rest = entries[i]
				good = 1
				for (j = 1; j <= parts && good; j++) {
					gsub(/^[ :;,()]+|[ :;,()]+$/, "", part[j])
					if (length(part[j]) < 3)
						continue
					at = index(rest, part[j])
					good = at > 0
					rest = substr(rest, at + length(part[j]))
				}
				if (good) {
					told[i] = 1
					matched = 1
				}
			}
			if (!matched && want == "messages")
				print
		}
		END {
			for (i = 1; i <= count; i++)
				if (!told[i] && want == "entries")
					print entries[i]
		}' "$BATS_TEST_TMPDIR/entries" "$BATS_TEST_TMPDIR/messages")
}

@test "page: every message that the sources can tell stands in DIAGNOSTICS" {
	unmatched messages
	[[ -z $output ]] || fail "not there"
}

@test "page: DIAGNOSTICS has no message that the sources cannot tell" {
	unmatched entries
	[[ -z $output ]] || fail "not told by prctl"
}

@test "page: the fence agent's messages and its own DIAGNOSTICS, both ways" {
	page=$LAB_TOP/man/fence_prctl.8
	sources=("$LAB_TOP"/src/fence/*.c)
	unmatched messages 20
	[[ -z $output ]] || fail "not there"
	unmatched entries 20
	[[ -z $output ]] || fail "not told by fence_prctl"
}
