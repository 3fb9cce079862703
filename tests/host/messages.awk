# SPDX-License-Identifier: GPL-2.0-or-later
#
# awk -v names=REGEX -f messages.awk src/model/messages.h MANUAL: holds the messages whose names are
# like REGEX against the entries (.It) of MANUAL's section DIAGNOSTICS. A message is an entry or
# whole clauses of one; a value is any text there. Prints each message without an entry, each entry
# without a message, and each message whose entries are not below the heading of its exit status.

# A line that ends in a backslash goes on in the next one.
FNR == NR {
	line = line $0
	if (sub(/\\$/, " ", line))
		next
	if (line ~ /^#define [A-Z_]+[( ]/)
		message_add(line)
	line = ""
	next
}

# A message: the strings of its definition, and those of the names in it.
function message_add(line, name, text)
{
	sub(/^#define /, "", line)
	match(line, /^[A-Z_]+/)
	name = substr(line, 1, RLENGTH)
	line = substr(line, RLENGTH + 1)
	if (match(line, /STATUS_[A-Z]+/))
		statuses[name] = substr(line, RSTART, RLENGTH)
	while (match(line, /"([^"\\]|\\.)*"|[A-Z_]+/)) {
		word = substr(line, RSTART, RLENGTH)
		line = substr(line, RSTART + RLENGTH)
		if (word ~ /^"/)
			text = text substr(word, 2, length(word) - 2)
		else if (word == "KEYS_FILE")
			text = text "%s"
		else if (word in texts)
			text = text texts[word]
	}
	gsub(/\\"/, "\"", text)
	texts[name] = text
	if (name ~ names)
		wanted[name] = pattern(text)
}

# What entries of @text are like; "": it has no words of its own.
function pattern(text)
{
	gsub(/[][\\.*+?(){}|^$]/, "\\\\&", text)
	gsub(/(0x)?%[0-9]*(\\\.)?[0-9]*(\\\*)?(ll|z)?[a-z]/, "\001", text)
	if (text !~ /[a-z]/)
		return ""
	gsub(/\001/, ".*", text)
	return "^(.*[:;(] ?)?" text "([;:)].*)?$"
}

/^\.Sh / {
	inside = $2 == "DIAGNOSTICS"
}

# A heading such as "Conflict: 3".
inside && /^\.Ss / {
	heading = /: [0-7]$/ ? $NF : ""
}

inside && sub(/^\.It /, "") {
	gsub(/\\-/, "-")
	gsub(/\\\(dq/, "\"")
	gsub(/\\\(aq/, "'")
	sub(/^(fence_)?prctl: (warning: )?/, "")
	if (/[a-z]/) {
		entries[++count] = $0
		headings[count] = heading
	}
}

END {
	split("conflict unsupported device failed unknown", words)
	for (i in words)
		numbers["STATUS_" toupper(words[i])] = i + 2
	for (name in wanted)
		count_messages++
	if (count < 20 || count_messages < 20)
		print "the messages are not found any more"
	for (name in wanted) {
		found = wanted[name] == ""
		placed = !(statuses[name] in numbers)
		for (i = 1; i <= count; i++)
			if (wanted[name] != "" && entries[i] ~ wanted[name]) {
				found = told[i] = 1
				placed = placed || headings[i] == "" || headings[i] == numbers[statuses[name]]
			}
		if (!found)
			print "no entry: " name ": " texts[name]
		else if (wanted[name] != "" && !placed)
			print "not below its exit status: " name ": " texts[name]
	}
	for (i = 1; i <= count; i++)
		if (!told[i])
			print "no message: " entries[i]
}
