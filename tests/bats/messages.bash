# shellcheck shell=bash disable=SC2034,SC2154
# SPDX-License-Identifier: GPL-2.0-or-later
#
# For tests that assert messages whole: what differs by run (the order in which they name disks, and
# numbers) or by command, and what several tests expect. Load it after common.

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

# unsent CLAUSE COMMAND: "; CLAUSE", which only the messages of a command that changes devices say.
unsent()
{
	case $2 in
	check* | status*) ;;
	*) printf '; %s' "$1" ;;
	esac
}

# What --verbose says of the reading before a change, if unit attentions of LIO wait: one, after
# another host has released the reservation; two, after it has also preempted this one.
attention="READ FULL STATUS by SG_IO: not ready, sense 06/2a"
read_good=("READ FULL STATUS by SG_IO: good, N bytes" "INQUIRY, VPD page 83h, by SG_IO: good, N bytes")
read_after_one=("$attention/04 (0x2), N bytes" "${read_good[@]}")
read_after_two=("$attention/04 (0x2), N bytes" "$attention/05 (0x2), N bytes" "${read_good[@]}")

# lio_capabilities ACTIVE: sets $capabilities to what --verbose says of them; ACTIVE: whether state
# is kept through power loss now.
lio_capabilities()
{
	capabilities=("types: write-exclusive exclusive-access write-exclusive-reg-only \
exclusive-access-reg-only write-exclusive-all-regs exclusive-access-all-regs; kept through power \
loss: capable yes, active $1"
		"RESERVE and RELEASE by registered hosts (CRH): yes; registration of other \
initiators (SIP_C): yes; registration for all ports at once (ATP_C): yes; replacement of a lost \
reservation (RLR_C): no; a list of types (TMV): yes"
		"allowed to hosts without access (ALLOW COMMANDS 1): TEST UNIT READY; others are \
not stated")
}
