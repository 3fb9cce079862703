# SPDX-License-Identifier: GPL-2.0-or-later
#
# Reads what guest/bench has written of many LUNs; prints the tables of docs/performance.md.

function add(key)
{
	wall[key] = wall[key] " " $(NF - 2)
	cpu[key] = cpu[key] " " $(NF - 1)
	memory[key] = memory[key] " " $NF
}

function ratio(list, key, other)
{
	return median(list[other]) ? sprintf("%.2f", median(list[key]) / median(list[other])) : "-"
}

BEGIN { FS = "\t" }

$1 == "about" { about[$2] = $3 }
$1 == "trip" { trips = trips " " $2 }
$1 == "many" {
	add($2 SUBSEP $3 SUBSEP $4)
	if (!seen[$2 SUBSEP $3]++) {
		sizes[++count] = $2
		actions[count] = $3
	}
	if ($4 == "same")
		rounds[$2, $3]++
}
$1 == "doctor" {
	add($2 SUBSEP $3)
	doctor_luns = $2
}

END {
	printf "Kernel %s; medians of as many rounds as the table says. A command and its answer took %.1f ms.\n\n",
		about["kernel"], median(trips) / 1000
	print "| LUNs | | rounds | `prctl`, s | bare threads, s | times | `prctl`, processor s | bare threads, processor s | times | `prctl`, KiB |"
	print "|---:|---|---:|---:|---:|---:|---:|---:|---:|---:|"
	for (i = 1; i <= count; i++) {
		own = sizes[i] SUBSEP actions[i] SUBSEP "prctl"
		same = sizes[i] SUBSEP actions[i] SUBSEP "same"
		printf "| %d | %s | %d | %.2f | %.2f | %s | %.2f | %.2f | %s | %d |\n", sizes[i], actions[i],
			rounds[sizes[i], actions[i]], median(wall[own]) / 1e9, median(wall[same]) / 1e9, ratio(wall, own, same),
			median(cpu[own]) / 1e6, median(cpu[same]) / 1e6, ratio(cpu, own, same), median(memory[own])
	}
	if (!doctor_luns)
		exit
	own = doctor_luns SUBSEP "doctor"
	same = doctor_luns SUBSEP "status --json"
	printf "\n| LUNs | `doctor`, s | `status --json`, s | times | processor, times |\n|---:|---:|---:|---:|---:|\n"
	printf "| %d | %.2f | %.2f | %s | %s |\n", doctor_luns, median(wall[own]) / 1e9, median(wall[same]) / 1e9,
		ratio(wall, own, same), ratio(cpu, own, same)
}
