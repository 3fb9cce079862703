# SPDX-License-Identifier: GPL-2.0-or-later
#
# Reads subjects of commits, and prints each that is not "area: imperative": without an area, or with a first word that
# begins a description. Fails if there is one.
!/^Revert "/ {
	text = $0
	if (!sub(/^[^ :][^:]*: /, "", text) || tolower(text) ~ /^(the|a|an|what|who|how)([^a-z]|$)/) {
		print
		bad = 1
	}
}
END { exit bad }
