#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The completion for bash, by keys: Tab, and Escape * for all that is offered
load completion.bash
export shell=bash

@test "bash: Tab in a command, an option, a key, after =, a device, a file, a tag -> completed" {
	assert_tab_completes '' '><0xb'
}

@test "bash: Tab on commands, options, types, tags, devices -> those that prctl lists, and no other" {
	assert_every_word
}

@test "bash: Tab on a device -> disks, then tags; after a tag its values, quoted" {
	type_lines 'prctl status \e*' 'prctl status LABEL=\e*' 'prctl status LABEL=my\t' 'prctl status UUID=1\t/dev/s\t' \
		'prctl clear --key 0xa files/\e*'
	assert_call 1 "<status></dev/sdb></dev/nvme0n1></dev/mapper/mpatha><UUID=><LABEL=><PARTUUID=><PARTLABEL=>"
	[[ $(sed -n 2p <<< "$output") == *"LABEL=data>"*"my disk>" ]] || fail "line 2"
	assert_call 3 "<status><LABEL=my disk>"
	assert_call 4 "<status><UUID=12-ab></dev/sdb>"
	assert_call_words 5 "<clear><--key><0xa><files/device-a><files/device-b>"
}

@test "bash: Tab on a key -> those registered on the devices on the line, by the host that the option means, and names" {
	type_lines 'prctl preempt --key 0xa /dev/sdb --victim \e*' 'prctl register --key 0xd /dev/sdb LABEL=data --old-key \e*' \
		'prctl clear -v /dev/sdb --key \e*' 'prctl register /dev/sdb --key \e*' 'prctl clear --key \e*'
	assert_call 1 "<preempt><--key><0xa></dev/sdb><--victim><0xb><0xc><node2><all>"
	assert_call 2 "<register><--key><0xd></dev/sdb><LABEL=data><--old-key><0xa><0xc><node2>"
	assert_call 3 "<clear><-v></dev/sdb><--key><0xa><0xc><node2>"
	assert_call 4 "<register></dev/sdb><--key><node2>"
	assert_call 5 "<clear><--key><node2>"
	[[ $(uniq "$asked") == "/dev/sdb
/dev/sdb LABEL=data
/dev/sdb" ]] || fail "asked of: $(< "$asked")"
}

@test "bash: Tab on columns -> each once" {
	assert_every_column
}

@test "bash: doctor --rule and --with -> a rule, and a file" {
	assert_doctor_completes
}

@test "bash: --victim-host -> a host on the devices on the line, or a name" {
	assert_host_completes
}
