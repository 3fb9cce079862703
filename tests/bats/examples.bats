#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every example of prctl-runbooks(7) and of the README is run, in the order of the page, and the
# target shows what it did. An example that is added there must be added here. Those of prctl(8) are
# some of prctl-runbooks(7).
# bats file_tags=kernel-7
#
# The devices have no blanks in their names.
# shellcheck disable=SC2046
load common

wero="Write Exclusive Access, Registrants Only"

setup()
{
	lun_reset lun0
	lun_reset lun1
	map_reset
}

# map_devices HOST COMMAND: the lab's devices in the place of the example's.
map_devices()
{
	local text=$2
	text=${text//\/dev\/sdb//dev/lab/host$1/lun0}
	text=${text//\/dev\/sdc//dev/lab/host$1/lun1}
	text=${text//\/dev\/nvme0n1//dev/lab/host$1/nvme0}
	echo "${text//\/dev\/mapper\/mpatha//dev/lab/host$1/mpath0}"
}

# target_state [LUN]: all that the target holds, on one line.
target_state()
{
	echo "$(target_holder "$1") / $(target_type "$1") / $(target_keys "$1")"
}

# examples PAGE: the commands of hosts in its displays.
examples()
{
	awk '/^\.Bd/ { block = 1; next } /^\.Ed/ { block = 0 } block && /^host-[12]# /' "$LAB_TOP/man/$1"
}

# preempts DEVICE: what --dry-run says of a preempt-abort of host 2 there.
preempts()
{
	echo "prctl: $1: would preempt and abort 0xb, held by 0xa (this host), \
write-exclusive-reg-only: PREEMPT AND ABORT, key 0xa, victim 0xb, write-exclusive-reg-only, \
through $(readlink -f "$1"), then LOGICAL UNIT RESET"
}

# run_example LINE: as its host.
run_example()
{
	[[ $1 =~ ^host-([12])#\ (prctl\ .*)$ ]] || fail "no example: $1"
	run_prctl $(map_devices "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]#prctl }")
}

@test "man page: each line of the runbooks -> what the page says" {
	# each with what the target holds of /dev/sdb, of /dev/sdc ("same": the same), or of the map's LUN
	local steps=(
		"host-1# prctl register --key 0xa /dev/sdb /dev/sdc|none / none / host-1 0xa|same"
		"host-2# prctl register --key 0xb /dev/sdb /dev/sdc|none / none / host-1 0xa host-2 0xb|same"
		"host-1# prctl reserve --key 0xa --type write-exclusive-reg-only /dev/sdb /dev/sdc|host-1 / $wero / host-1 0xa host-2 0xb|same"
		"host-1# prctl status /dev/sdb /dev/sdc|host-1 / $wero / host-1 0xa host-2 0xb|same"
		"host-1# prctl preempt-abort --key 0xa --victim 0xb --dry-run /dev/sdb /dev/sdc|host-1 / $wero / host-1 0xa host-2 0xb|same"
		"host-1# prctl preempt-abort --key 0xa --victim 0xb --timeout 20 /dev/sdb /dev/sdc|host-1 / $wero / host-1 0xa|same"
		"host-2# prctl register --key 0xb /dev/sdb /dev/sdc|host-1 / $wero / host-1 0xa host-2 0xb|same"
		"host-1# prctl register --key 0xaa --old-key 0xa /dev/sdb /dev/sdc|host-1 / $wero / host-1 0xaa host-2 0xb|same"
		"host-2# prctl preempt-abort --key 0xb --victim 0xaa /dev/sdb /dev/sdc|host-2 / $wero / host-2 0xb|same"
		"host-1# prctl register --key 0xac --ignore-key /dev/sdb /dev/sdc|host-2 / $wero / host-1 0xac host-2 0xb|same"
		"host-1# prctl unregister --key 0xac /dev/sdb|host-2 / $wero / host-2 0xb|host-2 / $wero / host-1 0xac host-2 0xb"
		"host-2# prctl release --key 0xb /dev/sdb|none / none / host-2 0xb|host-2 / $wero / host-1 0xac host-2 0xb"
		"host-2# prctl unregister --key 0xb /dev/sdb|none / none / none|host-2 / $wero / host-1 0xac host-2 0xb"
		"host-1# prctl clear --key 0xac /dev/sdc|none / none / none|same"
		"host-1# prctl register --key 0xa /dev/mapper/mpatha|none / none / host-1-a 0xa host-1-b 0xa|map"
		"host-1# prctl reserve --key 0xa --type write-exclusive-reg-only /dev/mapper/mpatha|host-1-? / $wero / host-1-a 0xa host-1-b 0xa|map"
		"host-1# prctl release --key 0xa /dev/mapper/mpatha|none / none / host-1-a 0xa host-1-b 0xa|map"
		"host-1# prctl unregister --key 0xa /dev/mapper/mpatha|none / none / none|map"
		"host-1# prctl status --json /dev/sdb|none / none / none|same"
	)
	local step line one two
	diff <(examples prctl-runbooks.7) <(printf '%s\n' "${steps[@]%%|*}") || fail "the page has other examples"
	[[ $(examples prctl.8) == *"--timeout 20"* ]] || fail "prctl(8) has no examples"
	! grep -vxF -f <(examples prctl-runbooks.7) <(examples prctl.8) || fail "prctl(8) has examples that the runbooks lack"
	for step in "${steps[@]}"; do
		IFS='|' read -r line one two <<< "$step"
		run_example "$line"
		assert_status 0
		if [[ $two == map ]]; then
			# shellcheck disable=SC2053 # which path it went through is not said
			[[ $(target_state mpath0) == $one ]] || fail "$line: the target holds $(target_state mpath0)"
			continue
		fi
		[[ $two != same ]] || two=$one
		[[ $(target_state lun0) == "$one" ]] || fail "$line: the target holds $(target_state lun0)"
		[[ $(target_state lun1) == "$two" ]] || fail "$line: the target holds $(target_state lun1) of the other"
		case $line in
		*--dry-run*) assert_stderr "$(preempts "$host1")"$'\n'"$(preempts /dev/lab/host1/lun1)" ;;
		*--timeout*) cannot_write "$host2" ;;
		*"status --json"*) assert_json '.devices[0].reservation.type' '"none"' ;;
		*status*) [[ $output == *0xa*0xb*0xa*0xb* ]] || fail "$line" ;;
		esac
	done
}

@test "README: its commands -> what it says, and its message" {
	# before each, by the target's own means: what must be there for it
	local steps=(
		":|prctl status|none / none / none"
		":|prctl register --key 0xa /dev/sdb|none / none / host-1 0xa"
		":|prctl reserve --key 0xa --type write-exclusive-reg-only /dev/sdb|host-1 / $wero / host-1 0xa"
		":|prctl status /dev/sdb|host-1 / $wero / host-1 0xa"
		"sg_register 0xb $host2|prctl preempt-abort --key 0xa --victim 0xb /dev/sdb|host-1 / $wero / host-1 0xa"
		":|prctl unregister --key 0xa /dev/sdb|none / none / none"
	)
	local step before line after
	# shellcheck disable=SC2016 # the backquotes are the README's
	diff <(sed -n 's/^\(prctl [a-z][^#]*[^# ]\) *#.*/\1/p; s/^`\(prctl preempt-abort [^`]*\)`.*/\1/p' "$LAB_TOP/README.md" |
		sed 's/ *$//' | sort) <(printf '%s\n' "${steps[@]}" | cut -d '|' -f 2 | sort) || fail "the README has other examples"
	for step in "${steps[@]}"; do
		IFS='|' read -r before line after <<< "$step"
		$before > /dev/null
		run_example "host-1# $line"
		assert_status 0
		[[ $(target_state lun0) == "$after" ]] || fail "$line: the target holds $(target_state lun0)"
	done
	line=$(grep '^prctl: /dev/sdb: reserve: conflict: ' "$LAB_TOP/README.md") || fail "the README has no message"
	sg_register 0xa "$host1"
	sg_register 0xb "$host2"
	sg_reserve 0xb 1 "$host2"
	run_prctl reserve --key 0xa --type we "$host1"
	assert_stderr "${line/\/dev\/sdb/$host1}"
}

@test "lab/demo: the commands of demo.txt -> its output" {
	run "$LAB_TOP/lab/guest/demo"
	[[ $status == 0 ]] || fail "the demo"
	# the ISID counts the sessions since the guest's start
	# shellcheck disable=SC2001 # no pattern of bash says this
	output=$(sed 's/,i,0x[0-9a-f]\{12\}$/,i,0x00023d000001/' <<< "${output#$'\n'}")
	diff <(sed 1d "$BATS_TEST_DIRNAME/demo.txt") - <<< "$output" || fail "another output"
}
