# SPDX-License-Identifier: GPL-2.0-or-later
#
# Holds #include lines against the house: the table of wings in HACKING.md, and the picture above it.
# Arguments: HACKING.md, then every file of src/. Prints TAP.

function trim(text)
{
	gsub(/^[ \t]+|[ \t]+$/, "", text)
	return text
}

# The wing of a room: "cmd_clear" is one of "cmd_*". Ends with "" where it has none.
function wing_of(room,    i, pattern)
{
	if (room in home)
		return home[room]
	for (i = 1; i <= patterns; i++) {
		pattern = pattern_of[i]
		if (index(room, substr(pattern, 1, length(pattern) - 1)) == 1)
			return home[pattern]
	}
	return ""
}

function wrong(text)
{
	if (!(text in told))
		problem[++problems] = text
	told[text] = 1
}

function outcome(name,    i)
{
	printf "%sok %d - %s\n", problems ? "not " : "", ++tests, name
	for (i = 1; i <= problems; i++)
		print "# " problem[i]
	problems = 0
	delete told
}

# "stands on" is a list of names, of which some have two words.
function below_read(wing, list,    i, name, words, n, word)
{
	n = split(list, words, " ")
	for (i = 1; i <= n; i++) {
		name = name == "" ? words[i] : name " " words[i]
		if (name ~ /^[A-Z]/ && (i == n || words[i + 1] ~ /^[A-Z]/)) {
			below[wing, name] = 1
			listed[wing] = listed[wing] SUBSEP name
			name = ""
		}
	}
}

FNR == 1 {
	room = FILENAME
	sub(/.*\//, "", room)
	sub(/\.[ch]$/, "", room)
	here = FILENAME ~ /\.md$/ ? "" : wing_of(room)
	if (FILENAME !~ /\.md$/) {
		files++
		seen[here] = 1
		if (here == "")
			wrong("src/" room ": has no place in HACKING.md's table")
	}
}

FILENAME ~ /\.md$/ && /^```/ {
	drawing = !drawing && !wings
}

FILENAME ~ /\.md$/ && drawing {
	picture = picture $0 "\n"
}

FILENAME ~ /\.md$/ && /^\| [A-Z]/ {
	n = split($0, cell, "|")
	wing = trim(cell[2])
	order[wing] = ++wings
	name_of[wings] = wing
	n = split(cell[3], word, " ")
	for (i = 1; i <= n; i++) {
		home[word[i]] = wing
		if (word[i] ~ /\*$/)
			pattern_of[++patterns] = word[i]
	}
	below_read(wing, trim(cell[4]))
	n = split(cell[5], word, " ")
	for (i = 1; i <= n; i++)
		owner[word[i], wing] = owned[word[i]] = 1
}

FILENAME !~ /\.md$/ && /^[ \t]*#[ \t]*include/ {
	what = $0
	sub(/^[ \t]*#[ \t]*include[ \t]*/, "", what)
	ours = what ~ /^"/
	gsub(/["<>]|[ \t]*\/[\/*].*/, "", what)
	if (what == "config.h")
		next
	includes++
	if (!ours) {
		if (what in owned && !((what, here) in owner))
			wrong(FILENAME ":" FNR ": <" what "> is not for " here)
		next
	}
	sub(/\.h$/, "", what)
	there = wing_of(what)
	if (there != here && !((here, there) in below))
		wrong(FILENAME ":" FNR ": " here " does not stand on " (there == "" ? "anything called " what : there) " (" what ".h)")
}

END {
	if (!files || !includes)
		wrong("no files, or no #include in them")
	outcome("house: every #include of src/ goes the way that HACKING.md's table says")

	for (wing in listed) {
		n = split(substr(listed[wing], 2), word, SUBSEP)
		for (i = 1; i <= n; i++) {
			if (!(word[i] in order))
				wrong(wing " stands on '" word[i] "', which has no row")
			else if (order[word[i]] <= order[wing])
				wrong(wing " stands on " word[i] ", which is not below it")
		}
	}
	for (wing in order)
		if (!(wing in seen))
			wrong(wing " has no file")
	outcome("house: the table's arrows go down, and each wing has files")

	rest = picture
	for (wing in order)
		if (!sub("[^A-Za-z]" wing "[^A-Za-z]", " ", rest))
			wrong("the picture lacks " wing)
	gsub(/[^A-Za-z]+/, " ", rest)
	if (trim(rest) != "")
		wrong("the picture has what the table lacks: " trim(rest))
	outcome("house: the picture has the table's wings, and no others")
	print "1.." tests
}
