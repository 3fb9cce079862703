# SPDX-License-Identifier: GPL-2.0-or-later
#
# Reads what guest/bench has written of fencing; prints the table of docs/performance.md.

BEGIN { FS = "\t" }

$1 == "about" { about[$2] = $3 }
$1 == "trip" { trips = trips " " $2 }
$1 == "processes" { processes[$2, $3] = $4 }
$1 == "fence" {
	wall[$2, $3] = wall[$2, $3] " " $4
	cpu[$2, $3] = cpu[$2, $3] " " $5
	if (!seen[$2]++)
		sizes[++count] = $2
}

END {
	printf "Kernel %s, `fence_scsi` of Debian's fence-agents %s with `sg_persist` %s; medians of %d. ", about["kernel"],
		about["fence_scsi"], about["sg_persist"], about["rounds"]
	printf "A command and its answer took %.1f ms. The whole run took %d min.\n\n", median(trips) / 1000, about["seconds"] / 60
	print "| LUNs | | processes | seconds | times `fence_prctl` | processor seconds |"
	print "|---:|---|---:|---:|---:|---:|"
	split("fence_prctl fence_scsi", agents, " ")
	for (i = 1; i <= count; i++) {
		own = median(wall[sizes[i], "fence_prctl"])
		for (a = 1; a <= 2; a++) {
			key = sizes[i] SUBSEP agents[a]
			printf "| %s | `%s` | %d | %.2f | %.1f | %.2f |\n", a == 1 ? sizes[i] : "", agents[a], processes[key],
				median(wall[key]) / 1e9, own ? median(wall[key]) / own : 0, median(cpu[key]) / 1e6
		}
	}
}
