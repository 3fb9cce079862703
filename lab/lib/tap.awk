# SPDX-License-Identifier: GPL-2.0-or-later
#
# Reads TAP; prints a line per test: "pass" or "fail", where, name, separated by tabs; after a
# failed one its output, each line after a tab. A skipped test has failed, and so has a file that
# ends before its plan does. Variables: where, ended (the exit status of what wrote the TAP).

function result(word, name)
{
	print word "\t" where "\t" name
	count[word]++
}

function explain(text)
{
	print "\t" text
}

/^1\.\.[0-9]+/ {
	plan = substr($0, 4) + 0
	planned = 1
	next
}

/^(not )?ok( |$)/ {
	seen++
	name = $0
	sub(/^(not )?ok *[0-9]* *(- )?/, "", name)
	# how long it took
	sub(/ in [0-9]+ms$/, "", name)
	failed = 0
	if (/^not ok/) {
		failed = 1
		result("fail", name)
	} else if (tolower(name) ~ /# (skip|todo)/) {
		result("fail", name)
		explain("skipped; nothing may be skipped here")
	} else {
		result("pass", name)
	}
	next
}

# automake repeats each result in the log
/^(PASS|FAIL|ERROR): / {
	next
}

{
	text[++lines] = $0
	if (failed)
		explain($0)
}

END {
	if (planned && plan == seen && seen > 0 && (ended == 0 || count["fail"]))
		exit
	if (!planned || plan != seen)
		result("fail", "(all of it: " (seen + 0) " of " (planned ? plan : "an unknown number of") " tests ran, it ended with " ended ")")
	else if (!seen)
		result("fail", "(all of it: no tests)")
	else
		result("fail", "(all of it: every test passed, yet it ended with " ended ")")
	for (i = lines > 20 ? lines - 19 : 1; i <= lines; i++)
		explain(text[i])
}
