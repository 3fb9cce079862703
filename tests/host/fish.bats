#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The completion for fish: by the Tab key, and by complete -C, which gives all that Tab would offer
load completion.bash
export shell=fish

# complete_lines LINE...: what is offered at the end of each, as a line of "<one><two>" each, in
# $output.
complete_lines()
{
	export XDG_DATA_DIRS=$root/usr/share:/usr/share
	# shellcheck disable=SC2016 # fish's own variables
	run fish -c 'for line in $argv; echo (complete -C $line | string replace -r "\t.*" "" |
		string replace -r "(.+)" "<\$1>" | string join ""); end' "$@"
	[[ $status == 0 ]] || fail "fish"
}

@test "fish: Tab in a command, an option, a key, after =, a device, a file, a tag -> completed" {
	assert_tab_completes ' ' '><0xb'
}

@test "fish: Tab on commands, options, types, tags, devices -> those that prctl lists, and no other" {
	local command lines=('prctl ' 'prctl --' 'prctl reserve --type ' 'prctl reserve -t write-')
	for command in $("$real" --list commands | cut -f 1); do
		lines+=("prctl $command --")
	done
	complete_lines "${lines[@]}"
	assert_call_words 1 "$(listed_words commands)"
	assert_call_words 2 "$(long_options)"
	assert_call_words 3 "$(listed_words types)"
	assert_call_words 4 "$(listed_words types | grep -o '<write[a-z-]*>' | tr -d '\n')"
	lines=(4)
	for command in $("$real" --list commands | cut -f 1); do
		lines[0]=$((lines[0] + 1))
		assert_call_words "${lines[0]}" "$(long_options "$command")"
	done
}

@test "fish: Tab on a device -> disks, then tags; after a tag its values" {
	complete_lines 'prctl status ' 'prctl status LABEL=' 'prctl clear --key 0xa files/'
	assert_call 1 "</dev/sdb></dev/nvme0n1></dev/mapper/mpatha><UUID=><LABEL=><PARTUUID=><PARTLABEL=>"
	assert_call 2 "<LABEL=data><LABEL=my disk>"
	assert_call_words 3 "<files/device-a><files/device-b>"
}

@test "fish: Tab on a key -> those registered on the devices on the line, by the host that the option means" {
	complete_lines 'prctl preempt --key 0xa /dev/sdb --victim ' 'prctl register --key 0xd /dev/sdb LABEL=data --old-key ' \
		'prctl clear -v /dev/sdb --key ' 'prctl register /dev/sdb --key ' 'prctl clear --key '
	assert_call 1 "<0xb><0xc><node2><all>"
	assert_call 2 "<0xa><0xc><node2>"
	assert_call 3 "<0xa><0xc><node2>"
	assert_call 4 "<node2>"
	assert_call 5 "<node2>"
	[[ $(uniq "$asked") == "/dev/sdb
/dev/sdb LABEL=data
/dev/sdb" ]] || fail "asked of: $(< "$asked")"
}

@test "fish: Tab on columns -> each once" {
	complete_lines 'prctl status --output ' 'prctl status --output KEY,HOS' 'prctl status -o +PATHS' 'prctl status --output=KEY,KE' \
		'prctl status --nohe'
	assert_call_words 1 "$(listed_words columns)"
	assert_call 2 "<KEY,HOST>"
	assert_call 3 "<+PATHSTATE>"
	assert_call 4 ""
	assert_call 5 "<--noheadings>"
}

@test "fish: doctor --rule and --with -> a rule, and a file" {
	assert_doctor_completes
}

@test "fish: --victim-host -> a host on the devices on the line, or a name" {
	assert_host_completes
}
