#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every job in the man page's COMING FROM OTHER TOOLS: prctl leaves on the device what the other tool leaves there.
# Those of blkpr, which Debian does not have, are jobs of sg_persist's; those of mpathpersist have their outcome here.
# bats file_tags=kernel-7
#
# The devices have no blanks in their names; each test has variables of its own.
# shellcheck disable=SC2030,SC2031,SC2046,SC2086,SC2154
load common
load nvme

wero="Write Exclusive Access, Registrants Only"

setup()
{
	lun_reset lun0
	[[ $(keys mpath0) == none ]] || wipe /dev/lab/host2/mpath0-lun /dev/lab/host1/mpath0-a > /dev/null
}

# map_devices COMMAND: the lab's devices in the place of the example's.
map_devices()
{
	local text=$1
	text=${text//\/dev\/sdb//dev/lab/host1/lun0}
	text=${text//\/dev\/nvme0n1/$nvme1}
	echo "${text//\/dev\/mapper\/mpatha//dev/lab/host1/mpath0}"
}

# state [LUN]: all that the target holds, on one line.
state()
{
	echo "$(holder "$1") / $(type_held "$1") / $(keys "$1")"
}

# scsi_begin JOB DEVICE...: what must be there for it, on each path of host 1; host 2's device is $two, the LUN $lun.
scsi_begin()
{
	local path
	[[ $(keys "$lun") == none ]] || wipe "$two" "$2"
	for path in "${@:2}"; do
		sg_persist -n -y -i -k "$path" || true
		case $1 in
		*" --ignore-key"*) join 0xc "$path" ;;
		"register --key 0xa"*) ;;
		*) join 0xa "$path" ;;
		esac
	done
	case $1 in
	register*) ;;
	*) join 0xb "$two" ;;
	esac
	case $1 in
	release* | preempt* | clear* | status*) hold 0xa 5 "$2" ;;
	esac
} > /dev/null 2>&1

# nvme_begin JOB
nvme_begin()
{
	nvme_reset
	case $1 in
	*" --ignore-key"*) nvme_join 0xc $nvme1 ;;
	"register --key 0xa"*) ;;
	*) nvme_join 0xa $nvme1 ;;
	esac
	case $1 in
	register*) ;;
	*) nvme_join 0xb $nvme2 ;;
	esac
	case $1 in
	release* | preempt* | clear* | status*) nvme_hold 0xa 3 $nvme1 ;;
	esac
}

# jobs_of TOOL: the pairs of the page, as "theirs|ours".
jobs_of()
{
	awk '/^\.Sh / { on = /COMING FROM/ } /^\.Bd/ { block = 1; next } /^\.Ed/ { block = 0 } on && block' "$LAB_TOP/man/prctl.8" |
		paste -d '|' - - | sed 's/|    prctl /|/' | grep "^$1 "
}

@test "coming from: prctl does each job of sg_persist, and leaves what sg_persist leaves; those of blkpr are no others" {
	local theirs ours after count=0 lun=lun0 two=$host2
	declare -A did=()
	while IFS='|' read -r theirs ours; do
		count=$((count + 1))
		if [[ $theirs == blkpr* ]]; then
			[[ ${did[$ours]:-} ]] || fail "a job of blkpr that sg_persist has not: $ours"
			continue
		fi
		did[$ours]=yes
		scsi_begin "$ours" "$host1"
		run sg_persist $(map_devices "${theirs#sg_persist }")
		[[ $status == 0 ]] || fail "$theirs"
		after=$(state $lun)
		scsi_begin "$ours" "$host1"
		p $(map_devices "$ours")
		ended 0
		[[ $(state $lun) == "$after" ]] || fail "$theirs leaves $after, prctl $(state $lun)"
	done < <(jobs_of sg_persist; jobs_of blkpr)
	((count == 23)) || fail "$count jobs"
}

# theirs_after THEIRS: what their job must leave; the map's paths of host 1 count as one host.
theirs_after()
{
	local now want
	now=$(state "$lun" | sed 's/host-1-[ab]/host-1/g; s/\(host-1 0x[a-f]*\) \1/\1/')
	case $1 in
	*" -o -G -S a "* | *" -o -I -S a "*) want="none / none / host-1 0xa" ;;
	*" -o -G -K a -S b "*) want="none / none / host-1 0xb" ;;
	*" -o -G -K a -S 0 "*) want="none / none / host-2 0xb" ;;
	*" -o -R "* | *" -i "*) want="host-1 / $wero / host-1 0xa host-2 0xb" ;;
	*" -o -L "*) want="none / none / host-1 0xa host-2 0xb" ;;
	*" -o -P "* | *" -o -A "*) want="host-1 / $wero / host-1 0xa" ;;
	*" -o -C "*) want="none / none / none" ;;
	esac
	[[ $now == "$want" ]] || fail "$1: the target holds $now, not $want"
}

@test "coming from: prctl does each job of mpathpersist" {
	local theirs ours count=0 lun=mpath0 two=/dev/lab/host2/mpath0-lun
	while IFS='|' read -r theirs ours; do
		scsi_begin "$ours" /dev/lab/host1/mpath0-a /dev/lab/host1/mpath0-b
		p $(map_devices "$ours")
		ended 0
		theirs_after "$theirs"
		count=$((count + 1))
	done < <(jobs_of mpathpersist)
	((count == 10)) || fail "$count jobs"
}

@test "coming from: prctl does each job of nvme, and leaves what nvme leaves" {
	local theirs ours after count=0
	nvme_mode N
	while IFS='|' read -r theirs ours; do
		nvme_begin "$ours"
		run $(map_devices "$theirs")
		[[ $status == 0 ]] || fail "$theirs"
		after=$(report)
		nvme_begin "$ours"
		p $(map_devices "$ours")
		ended 0
		[[ $(report) == "$after" ]] || fail "$theirs leaves $after, prctl $(report)"
		count=$((count + 1))
	done < <(jobs_of nvme)
	((count == 10)) || fail "$count jobs"
	nvme_reset
}
