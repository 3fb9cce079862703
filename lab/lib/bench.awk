# SPDX-License-Identifier: GPL-2.0-or-later
#
# Reads what guest/bench has written; prints the tables of docs/performance.md.

function add(kind, key, value)
{
	lists[kind, key] = lists[kind, key] " " value
}

function wall(key)
{
	return median(lists["wall", key]) / 1e9
}

# Round trips of @way, one after the other: commands for each LUN, as many LUNs at a time as the way
# does.
function trips(action, way,	at_once, counted)
{
	counted = way ~ /^xargs/ ? "sg_persist" : way
	at_once = way ~ /^xargs/ ? substr(way, 7) : way ~ /prctl|floor/ ? 64 : 1
	return (way == "floor" ? 2 : count[action, counted, "commands"]) * int((luns + at_once - 1) / at_once)
}

function ratio(a, b)
{
	return b > 0 ? sprintf("%.1f", a / b) : "-"
}

function goal(text, value, limit, least,	ok)
{
	ok = least ? value >= limit : value <= limit
	printf "| %s | %.2f | %s |\n", text, value, ok ? "yes" : "**no**"
}

function title(way)
{
	if (way ~ /^xargs/)
		return "`sg_persist`, `xargs -P " substr(way, 7) "`"
	if (way == "floor")
		return "the floor"
	return "`" way "`" (way == "prctl" ? "" : ", a loop")
}

BEGIN {
	FS = "\t"
	split("status register preempt-abort", actions, " ")
	split("prctl floor sg_persist xargs-8 xargs-32 blkpr", ways, " ")
}

$1 == "about" { about[$2] = $3; next }
$1 == "trip" { add("trip", "", $2); next }
$1 == "count" { count[$2, $3, $4] = $5; next }
{
	key = $1 SUBSEP $2 SUBSEP $3
	add("wall", key, $4)
	add("cpu", key, $5)
	add("memory", key, $6)
	sizes[$1] = sizes[$1] (index(" " sizes[$1] " ", " " $2 " ") ? "" : " " $2)
}

END {
	luns = about["luns"]
	trip = median(lists["trip", ""]) / 1e6
	printf "Kernel %s, %d LUNs, sg3-utils' `sg_persist` %s, `blkpr` of util-linux %s; medians of %d. ", about["kernel"], luns,
		about["sg_persist"], about["blkpr"], about["rounds"]
	printf "A command and its answer took %.1f ms. The whole run took %d min.\n", trip * 1000, about["seconds"] / 60

	for (a = 1; a <= 3; a++) {
		action = actions[a]
		own = wall("fleet" SUBSEP action SUBSEP "prctl")
		printf "\n### %d LUNs: %s\n\n", luns, action
		print "| | seconds | times `prctl` | processor seconds | round trips in turn | times `prctl`'s |"
		print "|---|---:|---:|---:|---:|---:|"
		for (w = 1; w <= 6; w++) {
			key = "fleet" SUBSEP action SUBSEP ways[w]
			t = trips(action, ways[w])
			printf "| %s | %.2f | %s | %.2f | %d: %.2f s | %s |\n", title(ways[w]), wall(key), ratio(wall(key), own),
				median(lists["cpu", key]) / 1e6, t, t * trip, ratio(t, trips(action, "prctl"))
		}
	}

	print "\n### One LUN\n"
	print "| | | ms | times `prctl` | processor ms | commands to the LUN | system calls | instructions | KiB |"
	print "|---|---|---:|---:|---:|---:|---:|---:|---:|"
	for (a = 1; a <= 3; a++) {
		action = actions[a]
		split("prctl sg_persist blkpr", tools, " ")
		for (w = 1; w <= 3; w++) {
			key = "one" SUBSEP action SUBSEP tools[w]
			n = count[action, tools[w], "instructions"]
			printf "| %s | `%s` | %.0f | %s | %.0f | %d | %d | %s | %d |\n", w == 1 ? action : "",
				tools[w], wall(key) * 1000, ratio(wall(key), wall("one" SUBSEP action SUBSEP "prctl")),
				median(lists["cpu", key]) / 1e3, count[action, tools[w], "commands"],
				count[action, tools[w], "calls"], n ? sprintf("%d 000", n / 1000) : "-", median(lists["memory", key])
		}
	}

	print "\n### Growth: status\n"
	for (part = 1; part <= 2; part++) {
		kind = part == 1 ? "luns" : "jobs"
		print (part == 1 ? "| LUNs" : "\n| of " luns " LUNs at a time (`--jobs`, threads)") \
			" | `prctl`, ms | the floor, ms | times | `prctl`, KiB |"
		print "|---:|---:|---:|---:|---:|"
		n = split(sizes[kind], list, " ")
		for (i = 1; i <= n; i++) {
			key = kind SUBSEP list[i] SUBSEP
			printf "| %d | %.0f | %.0f | %s | %d |\n", list[i], wall(key "prctl") * 1000, wall(key "floor") * 1000,
				ratio(wall(key "prctl"), wall(key "floor")), median(lists["memory", key "prctl"])
		}
	}

	print "\n### Aims\n"
	print "| | measured | reached |"
	print "|---|---:|---|"
	for (a = 1; a <= 3; a++) {
		action = actions[a]
		own = wall("fleet" SUBSEP action SUBSEP "prctl")
		best = wall("fleet" SUBSEP action SUBSEP "xargs-8")
		if (wall("fleet" SUBSEP action SUBSEP "xargs-32") < best)
			best = wall("fleet" SUBSEP action SUBSEP "xargs-32")
		goal(action ": at most 2 times the floor", own / wall("fleet" SUBSEP action SUBSEP "floor"), 2, 0)
		goal(action ": 50 times faster than the loop of `sg_persist`", wall("fleet" SUBSEP action SUBSEP "sg_persist") / own, 50, 1)
		goal(action ": 20 times faster than its best `xargs`", best / own, 20, 1)
	}
	own = wall("one" SUBSEP "status" SUBSEP "prctl")
	goal("one LUN: status at most as long as `sg_persist -k` and `-r`", own / wall("one" SUBSEP "status" SUBSEP "sg_persist"), 1, 0)
	goal("one LUN: status at most as long as the two of `blkpr`", own / wall("one" SUBSEP "status" SUBSEP "blkpr"), 1, 0)
	goal("one LUN: status, system calls, to those of the two `sg_persist`", count["status", "prctl", "calls"] / count["status", "sg_persist", "calls"], 1, 0)
}
