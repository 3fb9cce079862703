#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# status: which software makes keys like those of the registrants
load common
load messages

setup()
{
	mkdir -p /etc/prctl /etc/corosync
	lun_reset
}

teardown()
{
	rm -f /etc/corosync/corosync.conf
}

# same_rows ROW...: the output has these lines, in any order.
same_rows()
{
	[[ $(sort <<< "$output") == "$(printf '%s\n' "$@" | sort)" ]] || fail "$output"
}

@test "status: keys of LVM and of other software -> the column, JSON and --verbose show it; two generations of one LVM host are two keys" {
	local hash
	hash=$(printf hacluster | md5sum | cut -c 1-4)
	printf 'totem {\n\tcluster_name: hacluster\n}\nnodelist {\n\tnode {\n\t\tname: n1\n\t}\n\tnode {\n\t\tname: n2\n\t}\n}\n' \
		> /etc/corosync/corosync.conf
	sg_register 0x1000000000020001 "$host1"
	sg_register "0x${hash}0050" "$host2"

	run_prctl status --noheadings --output key,origin "$host1"
	assert_status 0
	same_rows "0x1000000000020001 LVM\x20host\x201,\x20generation\x202" "0x${hash}0050 fence_scsi\x20of\x20cluster\x20hacluster?"

	lun_reset
	sg_register 0x1000000000030001 "$host1"
	sg_register "0x${hash}0000" "$host2"
	run_prctl status --json "$host1"
	assert_status 0
	assert_json '[.devices[0].registrants | sort_by(.key | length)[] | .origin[] | [.format, .guess, .host, .cluster, .generation]]' \
		'[["fence_scsi",false,"n1","hacluster",0],["lvm",false,"1","none",3]]'
	run_prctl status --verbose "$host1"
	assert_status 0
	# the order of the registrants is the target's
	keep_lines ": the origin of the key 0x"
	[[ ${stderr%%$'\n'*} == *" 0x1000000000030001 "* ]] || stderr=${stderr#*$'\n'}$'\n'${stderr%%$'\n'*}
	assert_stderr "prctl: $host1: the origin of the key 0x1000000000030001 is LVM host 1, generation 3
prctl: $host1: the origin of the key 0x${hash}0000 is fence_scsi host n1 of cluster hacluster"

	rm /etc/corosync/corosync.conf
	run_prctl status --noheadings --output origin "$host1"
	refute_stderr
	same_rows "LVM\x20host\x201,\x20generation\x203" "fence_scsi\x20host\x200\x20of\x20cluster\x20$hash?"
}
