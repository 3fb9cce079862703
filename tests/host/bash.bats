#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The completion for bash, by keys: Tab, and Escape * for all that is offered
load completion.bash

shell()
{
	cat > "$HOME/rc" <<-'END'
		export XDG_DATA_DIRS=$root/usr/share
		. /usr/share/bash-completion/bash_completion
		bind 'set enable-bracketed-paste off' 'set bell-style none'
		PS1='READY '
	END
	printf '%s\n' "$@" | python3 "$BATS_TEST_DIRNAME/tab.py" "$ran" bash --noprofile --rcfile "$HOME/rc" -i
}

@test "bash: Tab completes command, option and key, also behind =, a device, a file and a tag" {
	typed 'prctl preempt-\t--vic\t0xb --type=write-exclusive-a\t/dev/n\t' 'prctl status files/device-a\tPARTU\tx' \
		'prctl clear /dev/sdb -k 0xa\t--js\t' 'prctl unregister /dev/nv\t--key=0xa\t--re\t'
	line 1 "<preempt-abort><--victim><0xb><--type=write-exclusive-all-regs></dev/nvme0n1>"
	line 2 "<status><files/device-a><PARTUUID=x>"
	line 3 "<clear></dev/sdb><-k><0xa><--json>"
	line 4 "<unregister></dev/nvme0n1><--key=0xa><--release>"
}

@test "bash: commands, the options of each, types, tags and devices are those that prctl lists, and no other" {
	local command keys=('prctl \e*' 'prctl --\e*' 'prctl reserve --type \e*' 'prctl reserve -t write-\e*')
	for command in $("$real" --list commands | cut -f 1); do
		keys+=("prctl $command --\\e*")
	done
	typed "${keys[@]}"
	set_of 1 "$(words commands)"
	set_of 2 "$(long)"
	set_of 3 "<reserve><--type>$(words types)"
	set_of 4 "<reserve><-t>$(words types | grep -o '<write[a-z-]*>' | tr -d '\n')"
	keys=(4)
	for command in $("$real" --list commands | cut -f 1); do
		keys[0]=$((keys[0] + 1))
		set_of "${keys[0]}" "<$command>$(long "$command")"
	done
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
