# SPDX-License-Identifier: GPL-2.0-or-later
#
# awk -f literals.awk FILE.c...: prints each call that tells the user something in words of its own,
# instead of naming a message of src/model/messages.h.
{
	sub(/\/\/.*/, "")
	if (!call && match($0, /(^|[^a-z_])(result_fail|result_warn|usage_fail|usage_fail_word|plan_done)\(/)) {
		call = substr($0, RSTART)
		place = FILENAME ":" FNR
	} else if (call) {
		call = call $0
	}
	if (call && /;/) {
		texts = call
		gsub(/%[-.*0-9]*[a-z]+/, "", texts)
		while (match(texts, /"([^"\\]|\\.)*"/)) {
			if (substr(texts, RSTART, RLENGTH) ~ /[a-z]/)
				print place ": " substr(texts, RSTART, RLENGTH)
			texts = substr(texts, RSTART + RLENGTH)
		}
		call = ""
	}
}
