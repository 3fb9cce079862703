# SPDX-License-Identifier: GPL-2.0-or-later
#
# Prints each function of C files in kernel style that has more than 60 lines or more than 5
# parameters ("..." is not counted): FILE:LINE: NAME, and what is too many. LISTED are the names of
# functions that may have more parameters, separated by blanks; one that needs none is printed too.

BEGIN {
	split(LISTED, names, " ")
	for (i in names)
		listed[names[i]] = 1
}

# A declarator may have several lines, the first without indentation.
/^[A-Za-z_]/ {
	head = ""
	first = FNR
}
{ head = head " " $0 }

/^\{/ {
	begin = FNR
	name = head
	gsub(/__attribute__\(\(([^()]|\([^()]*\))*\)\)/, "", name)
	sub(/\(.*/, "", name)
	sub(/.*[ *]/, "", name)
	# Parameters that are functions have commas of their own.
	text = head
	sub("^.*[ *]" name "\\(", "", text)
	while (gsub(/\([^()]*\)/, "", text)) ;
	sub(/, \.\.\./, "", text)
	sub(/\).*/, "", text)
	parameters = gsub(/,/, "", text) + 1
	functions++
	if (parameters > 5 && name in listed)
		used[name] = 1
	else if (parameters > 5)
		printf "%s:%d: %s() has %d parameters\n", FILENAME, first, name, parameters
}

/^\}/ && begin {
	if (FNR - begin - 1 > 60)
		printf "%s:%d: %s() has %d lines\n", FILENAME, first, name, FNR - begin - 1
	begin = 0
}

END {
	if (!functions)
		print "no function found"
	for (name in listed)
		if (!(name in used))
			print name "() is listed, but has no more than 5 parameters"
}
