#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The completion for bash, by keys: Tab, and Escape * for all that is offered
load completion.bash
export shell=bash

@test "bash: Tab completes command, option and key, also behind =, a device, a file and a tag" {
	tab_completes '' '><0xb'
}

@test "bash: commands, the options of each, types, tags and devices are those that prctl lists, and no other" {
	every_word
}

@test "bash: disks come first, then tags; behind a tag its values, quoted" {
	typed 'prctl status \e*' 'prctl status LABEL=\e*' 'prctl status LABEL=my\t' 'prctl status UUID=1\t/dev/s\t' \
		'prctl clear --key 0xa files/\e*'
	line 1 "<status></dev/sdb></dev/nvme0n1></dev/mapper/mpatha><UUID=><LABEL=><PARTUUID=><PARTLABEL=>"
	[[ $(sed -n 2p <<< "$output") == *"LABEL=data>"*"my disk>" ]] || fail "line 2"
	line 3 "<status><LABEL=my disk>"
	line 4 "<status><UUID=12-ab></dev/sdb>"
	set_of 5 "<clear><--key><0xa><files/device-a><files/device-b>"
}

@test "bash: keys are those that are registered on the devices on the line, by whom the option means" {
	typed 'prctl preempt --key 0xa /dev/sdb --victim \e*' 'prctl register --key 0xd /dev/sdb LABEL=data --old-key \e*' \
		'prctl clear -v /dev/sdb --key \e*' 'prctl register /dev/sdb --key \e*' 'prctl clear --key \e*'
	line 1 "<preempt><--key><0xa></dev/sdb><--victim><0xb><0xc><all>"
	line 2 "<register><--key><0xd></dev/sdb><LABEL=data><--old-key><0xa><0xc>"
	line 3 "<clear><-v></dev/sdb><--key><0xa><0xc>"
	line 4 "<register></dev/sdb><--key>"
	line 5 "<clear><--key>"
	[[ $(uniq "$asked") == "/dev/sdb
/dev/sdb LABEL=data
/dev/sdb" ]] || fail "asked of: $(< "$asked")"
}

@test "bash: columns of status, one behind the other, each once" {
	every_column
}
