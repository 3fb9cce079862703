# SPDX-License-Identifier: GPL-2.0-or-later
#
# Reads what tests/cluster/rounds.bats has written; prints a table. Of each round: what happened,
# which node lost, seconds to the first LUN's fence, to the last one's, to the winner's next write,
# and the loser's writes before and after the loss.

BEGIN { FS = "\t" }

$1 == "about" { about[$2] = $3; next }
{
	if (!count[$1]++)
		kinds[++number] = $1
	lost[$1, $2]++
	for (i = 3; i <= 7; i++)
		values[$1, i] = values[$1, i] " " $i
	if ($4 > longest[$1])
		longest[$1] = $4
}

END {
	printf "Kernel %s; medians.\n\n", about["kernel"]
	print "| | rounds | node1 lost, node2 lost | seconds to the first LUN's fence | to the last one's | at most | to the next write of the node that is left | writes of the other one after the loss |"
	print "|---|---:|---:|---:|---:|---:|---:|---:|"
	for (k = 1; k <= number; k++) {
		kind = kinds[k]
		title = kind == "hang" ? "one node hangs" : "the network between them is cut"
		printf "| %s | %d | %d, %d | %.1f | %.1f | %.1f | %.1f | %d |\n", title, count[kind], lost[kind, 1],
			lost[kind, 2], median(values[kind, 3]), median(values[kind, 4]), longest[kind],
			median(values[kind, 5]), median(values[kind, 7])
	}
}
