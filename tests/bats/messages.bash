# shellcheck shell=bash disable=SC2034,SC2154
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What messages say that differs by run, for tests that assert them whole: the order in which they
# name disks, and numbers. Load it after common.

# sorted_list SEPARATOR TEXT...: these, which begin with the nodes of disks, in the order in which
# messages name disks. sorted_nodes DEVICE...: their nodes, in that order.
sorted_list()
{
	local text list=
	while IFS= read -r text; do
		list+=${list:+$1}$text
	done < <(printf '%s\n' "${@:2}" | sort -V)
	printf '%s' "$list"
}

sorted_nodes()
{
	local nodes
	mapfile -t nodes < <(readlink -f "$@")
	sorted_list ", " "${nodes[@]}"
}

# keep_lines REGEX: of $stderr, only these.
keep_lines()
{
	stderr=$(grep -E -- "$1" <<< "$stderr") || true
}

# hide_numbers: in $stderr, N in place of how many bytes replies have, and of the generation.
hide_numbers()
{
	local bytes='s/, [0-9]+ bytes$/, N bytes/' generation='s/, generation [0-9]+$/, generation N/'
	stderr=$(sed -E "$bytes; $generation" <<< "$stderr")
}

# assert_verbose DEVICE LINE...: standard error is exactly what --verbose prints of DEVICE, a disk
# of this target: which disk it is, and LINE.... N is what depends on earlier tests: how many bytes
# a reply has, and the generation.
assert_verbose()
{
	local disk line want
	disk=$(readlink -f "$1")
	want="prctl: $1: is $disk, scsi, LIO-ORG FILEIO, \
$(< "/sys/class/block/${disk##*/}/device/wwid")"
	for line in "${@:2}"; do
		want+=$'\n'"prctl: $1: $line"
	done
	hide_numbers
	assert_stderr "$want"
}

# hide_seconds: in $stderr, N in place of how long was waited, if that depends on the machine.
hide_seconds()
{
	stderr=$(sed -E 's/within [0-9.]+ s/within N s/' <<< "$stderr")
}
