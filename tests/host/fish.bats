#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The completion for fish: by the Tab key, and by complete -C, which gives all that Tab would offer
load completion.bash
export shell=fish

# offered LINE...: what is offered at the end of each, as a line of "<one><two>" each, in $output.
offered()
{
	export XDG_DATA_DIRS=$root/usr/share:/usr/share
	# shellcheck disable=SC2016 # fish's own variables
	run fish -c 'for line in $argv; echo (complete -C $line | string replace -r "\t.*" "" |
		string replace -r "(.+)" "<\$1>" | string join ""); end' "$@"
	[[ $status == 0 ]] || fail "fish"
}

@test "fish: Tab completes command, option and key, also behind =, a device, a file and a tag" {
	tab_completes ' ' '><0xb'
}

@test "fish: commands, the options of each, types, tags and devices are those that prctl lists, and no other" {
	local command lines=('prctl ' 'prctl --' 'prctl reserve --type ' 'prctl reserve -t write-')
	for command in $("$real" --list commands | cut -f 1); do
		lines+=("prctl $command --")
	done
	offered "${lines[@]}"
	set_of 1 "$(words commands)"
	set_of 2 "$(long)"
	set_of 3 "$(words types)"
	set_of 4 "$(words types | grep -o '<write[a-z-]*>' | tr -d '\n')"
	lines=(4)
	for command in $("$real" --list commands | cut -f 1); do
		lines[0]=$((lines[0] + 1))
		set_of "${lines[0]}" "$(long "$command")"
	done
}

@test "fish: disks come first, then tags; behind a tag its values" {
	offered 'prctl status ' 'prctl status LABEL=' 'prctl clear --key 0xa files/'
	line 1 "</dev/sdb></dev/nvme0n1></dev/mapper/mpatha><UUID=><LABEL=><PARTUUID=><PARTLABEL=>"
	line 2 "<LABEL=data><LABEL=my disk>"
	set_of 3 "<files/device-a><files/device-b>"
}

@test "fish: keys are those that are registered on the devices on the line, by whom the option means" {
	offered 'prctl preempt --key 0xa /dev/sdb --victim ' 'prctl register --key 0xd /dev/sdb LABEL=data --old-key ' \
		'prctl clear -v /dev/sdb --key ' 'prctl register /dev/sdb --key ' 'prctl clear --key '
	line 1 "<0xb><0xc><all>"
	line 2 "<0xa><0xc>"
	line 3 "<0xa><0xc>"
	line 4 ""
	line 5 ""
	[[ $(uniq "$asked") == "/dev/sdb
/dev/sdb LABEL=data
/dev/sdb" ]] || fail "asked of: $(< "$asked")"
}

@test "fish: columns of status, one behind the other, each once" {
	offered 'prctl status --output ' 'prctl status --output KEY,HOS' 'prctl status -o +PATHS' 'prctl status --output=KEY,KE' \
		'prctl status --nohe'
	set_of 1 "$(words columns)"
	line 2 "<KEY,HOST>"
	line 3 "<+PATHSTATE>"
	line 4 ""
	line 5 "<--noheadings>"
}
