# SPDX-License-Identifier: GPL-2.0-or-later
#
# Reads subjects of commits, and prints each that is not "area: imperative" in at most 72 characters: without an area,
# or with a number or a word after it that begins a description. Fails if there is one.
BEGIN {
	words = "the|a|an|what|who|how|which|whether|each|no|two|after|plain|plainer|names|rows|success|" \
		"corpus|corpora|personalities"
}
!/^Revert "/ {
	text = $0
	if (length(text) > 72 || !sub(/^[^ :][^:]*: /, "", text) || text ~ /^[0-9]/ ||
	    tolower(text) ~ "^(" words ")([^a-z]|$)") {
		print
		bad = 1
	}
}
END { exit bad }
