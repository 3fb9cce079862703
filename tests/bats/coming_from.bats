#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every job in prctl-migration(7): prctl leaves on the device what the other tool leaves there.
# Those of blkpr, which Debian does not have, are jobs of sg_persist's; those of mpathpersist have
# their outcome here. And their exit statuses that can be made here: both tools, one after the
# other, in the same state.
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
	map_reset
}

# map_devices COMMAND: the lab's devices in the place of the example's.
map_devices()
{
	local text=$1
	text=${text//\/dev\/sdb//dev/lab/host1/lun0}
	text=${text//\/dev\/nvme0n1/$nvme1}
	echo "${text//\/dev\/mapper\/mpatha//dev/lab/host1/mpath0}"
}

# target_state [LUN]: all that the target holds, on one line.
target_state()
{
	echo "$(target_holder "$1") / $(target_type "$1") / $(target_keys "$1")"
}

# scsi_begin JOB DEVICE...: what must be there for it, on each path of host 1; host 2's device is
# $two, the LUN $lun.
scsi_begin()
{
	local path
	[[ $(target_keys "$lun") == none ]] || sg_clear "$two" "$2"
	for path in "${@:2}"; do
		sg_persist -n -y -i -k "$path" || true
		case $1 in
		*" --ignore-key"*) sg_register 0xc "$path" ;;
		"register --key 0xa"*) ;;
		*) sg_register 0xa "$path" ;;
		esac
	done
	case $1 in
	register*) ;;
	*) sg_register 0xb "$two" ;;
	esac
	case $1 in
	release* | preempt* | clear* | status*) sg_reserve 0xa 5 "$2" ;;
	esac
} > /dev/null 2>&1

# nvme_begin JOB
nvme_begin()
{
	nvme_reset
	case $1 in
	*" --ignore-key"*) nvme_register 0xc $nvme1 ;;
	"register --key 0xa"*) ;;
	*) nvme_register 0xa $nvme1 ;;
	esac
	case $1 in
	register*) ;;
	*) nvme_register 0xb $nvme2 ;;
	esac
	case $1 in
	release* | preempt* | clear* | status*) nvme_reserve 0xa 3 $nvme1 ;;
	esac
}

# jobs_of TOOL: the pairs of the page, as "theirs|ours".
jobs_of()
{
	awk '/^\.Sh / { on = /COMING FROM/ } /^\.Bd/ { block = 1; next } /^\.Ed/ { block = 0 } on && block' "$LAB_TOP/man/prctl-migration.7" |
		paste -d '|' - - | sed 's/|    prctl /|/' | grep "^$1 "
}

@test "coming from sg_persist: each of its jobs -> prctl leaves the same state; the jobs of blkpr are the same" {
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
		after=$(target_state $lun)
		scsi_begin "$ours" "$host1"
		run_prctl $(map_devices "$ours")
		assert_status 0
		[[ $(target_state $lun) == "$after" ]] || fail "$theirs leaves $after, prctl $(target_state $lun)"
	done < <(jobs_of sg_persist; jobs_of blkpr)
	((count == 23)) || fail "$count jobs"
}

# assert_their_result THEIRS: what their job must leave; the map's paths of host 1 count as one
# host.
assert_their_result()
{
	local now want
	now=$(target_state "$lun" | sed 's/host-1-[ab]/host-1/g; s/\(host-1 0x[a-f]*\) \1/\1/')
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

@test "coming from mpathpersist: each of its jobs -> prctl leaves the same state" {
	local theirs ours count=0 lun=mpath0 two=/dev/lab/host2/mpath0-lun
	while IFS='|' read -r theirs ours; do
		scsi_begin "$ours" /dev/lab/host1/mpath0-a /dev/lab/host1/mpath0-b
		run_prctl $(map_devices "$ours")
		assert_status 0
		assert_their_result "$theirs"
		count=$((count + 1))
	done < <(jobs_of mpathpersist)
	((count == 10)) || fail "$count jobs"
}

@test "coming from nvme: each of its jobs -> prctl leaves the same state" {
	local theirs ours after count=0
	nvme_set_multipath N
	while IFS='|' read -r theirs ours; do
		nvme_begin "$ours"
		run $(map_devices "$theirs")
		[[ $status == 0 ]] || fail "$theirs"
		after=$(nvme_target_state)
		nvme_begin "$ours"
		run_prctl $(map_devices "$ours")
		assert_status 0
		[[ $(nvme_target_state) == "$after" ]] || fail "$theirs leaves $after, prctl $(nvme_target_state)"
		count=$((count + 1))
	done < <(jobs_of nvme)
	((count == 10)) || fail "$count jobs"
	nvme_reset
}

# page_status TOOL STATUS: what the page says that prctl ends with if TOOL ends with STATUS, row by
# row.
page_status()
{
	awk -F ' Ta ' -v tool=".Ss $1" -v status="$2" '/^\.S[sh] / { on = $0 == tool }
		on && sub(/^\.It /, "", $1) {
			n = split($1, list, /, | to | and /)
			for (i = 1; i <= n; i++)
				if (list[i] == status || (i < n && $1 ~ " to " && list[i] <= status + 0 && list[i + 1] >= status + 0))
					print $3
		}' "$LAB_TOP/man/prctl-migration.7"
}

# assert_both THEIR-STATUS OUR-STATUS THEIRS OURS: each ends so, and the page says it.
assert_both()
{
	local ends
	run $(map_devices "$3")
	[[ $status == "$1" ]] || fail "$3"
	run_prctl $(map_devices "$4")
	assert_status "$2"
	ends=$(page_status "${3%% *}" "$1")
	[[ " ${ends//[!0-9]/ } " == *" $2 "* ]] || fail "the page says '$ends' of ${3%% *}'s $1, and not $2"
}

@test "coming from sg_persist: its exit statuses -> prctl's are those of the page" {
	sg_register 0xa "$host1"
	sg_register 0xb "$host2"
	assert_both 5 2 "sg_persist -n -y -o -R -K a -T 2 /dev/sdb" "reserve --key 0xa --type 2 /dev/sdb"
	sg_reserve 0xb 1 "$host2"
	assert_both 24 3 "sg_persist -n -y -o -R -K a -T 1 /dev/sdb" "reserve --key 0xa --type we /dev/sdb"
	assert_both 24 3 "sg_persist -n -y -o -C -K c /dev/sdb" "clear --key 0xc /dev/sdb"
	assert_both 1 2 "sg_persist -n -o -G" "register --key 0xa"
	assert_both 0 2 "sg_persist --nothing /dev/sdb" "status --nothing /dev/sdb"
	assert_both 31 2 "sg_persist -n -i -k -o -G -S a /dev/sdb" "unregister --key 0xa --ignore-key /dev/sdb"
	assert_both 52 5 "sg_persist -n -i -k /dev/nothing" "status /dev/nothing"
	assert_both 75 5 "sg_persist -n -i -k /etc/passwd" "status /etc/passwd"
	assert_target_state host-2 "Write Exclusive Access" "host-1 0xa host-2 0xb"
}

@test "coming from sg_persist: a unit attention, its status 6 -> prctl succeeds" {
	sg_register 0xa "$host1"
	sg_register 0xb "$host2"
	sg_persist_retry -o -C -K b "$host2"
	run sg_persist -n -y -o -G -S a "$host1"
	[[ $status == 6 ]] || fail "no unit attention"
	assert_target_state none none none
	sg_register 0xa "$host1"
	sg_register 0xb "$host2"
	sg_persist_retry -o -C -K b "$host2"
	run_prctl register --key 0xa "$host1"
	assert_status 0
	[[ $(page_status sg_persist 6) == "0: it is sent again" ]] || fail "the page"
	assert_target_state none none "host-1 0xa"
}

@test "coming from mpathpersist: its exit statuses -> prctl's are those of the page" {
	assert_both 1 2 "mpathpersist -o -G -S a" "register --key 0xa"
	assert_both 12 5 "mpathpersist -i -k /dev/nothing" "status /dev/nothing"
	assert_both 13 0 "mpathpersist -i -k /dev/sdb" "status /dev/sdb"
}

@test "coming from nvme: its exit status 1 -> prctl's are those of the page" {
	local bare
	nvme_set_multipath N
	nvme_reset
	nvme_register 0xa $nvme1
	nvme_register 0xb $nvme2
	nvme_reserve 0xb 3 $nvme2
	assert_both 1 3 "nvme resv-acquire --crkey=0xa --rtype=3 --racqa=0 /dev/nvme0n1" "reserve --key 0xa --type wero /dev/nvme0n1"
	assert_both 1 2 "nvme resv-acquire --crkey=0xa --rtype=9 --racqa=0 /dev/nvme0n1" "reserve --key 0xa --type 9 /dev/nvme0n1"
	assert_both 1 2 "nvme resv-register" "register --key 0xa"
	assert_both 1 5 "nvme resv-report --eds /dev/nothing" "status /dev/nothing"
	bare=$(namespace_without_pr)
	assert_both 1 4 "nvme resv-report --eds $bare" "status $bare"
	namespace_without_pr_remove
	nvme_reset
}
