#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The recipes of docs/cookbook.md, as they are printed there, on the lab's LUNs.
# bats file_tags=kernel-7
load common

host1_disks=(/dev/lab/host1/lun0 /dev/lab/host1/lun1)
host2_disks=(/dev/lab/host2/lun0 /dev/lab/host2/lun1)
wero="Write Exclusive Access, Registrants Only"

setup()
{
	lun_reset lun0
	lun_reset lun1
}

# recipe NAME ARG...: runs the script whose first line is "# NAME ...", as from run.
recipe()
{
	local file=$BATS_TEST_TMPDIR/$1
	awk -v first="# $1 " '/^```/ { on = 0 } on; /^```sh/ { getline; on = index($0, first) == 1 }' \
		"$LAB_TOP/docs/cookbook.md" > "$file"
	[[ -s $file ]] || fail "no recipe $1"
	run --separate-stderr bash "$file" "${@:2}"
}

# register_hosts: both hosts on both LUNs; host 1 holds.
register_hosts()
{
	local number
	for number in 0 1; do
		sg_register 0xa "${host1_disks[number]}"
		sg_register 0xb "${host2_disks[number]}"
		sg_reserve 0xa 5 "${host1_disks[number]}"
	done
}

@test "cookbook: rotate-key -> the new key on all disks, again unchanged, refused after a fence" {
	register_hosts
	recipe rotate-key 0xa 0xaa "${host1_disks[@]}"
	assert_status 0
	assert_target_state host-1 "$wero" "host-1 0xaa host-2 0xb" lun0
	assert_target_state host-1 "$wero" "host-1 0xaa host-2 0xb" lun1
	recipe rotate-key 0xa 0xaa "${host1_disks[@]}"
	assert_status 0
	recipe rotate-key 0xb 0xbb "${host2_disks[@]}"
	assert_status 0
	sg_persist_retry -o -P -K aa -S bb -T 5 "${host1_disks[1]}"
	recipe rotate-key 0xbb 0xbc "${host2_disks[@]}"
	assert_status 3
	assert_target_state host-1 "$wero" "host-1 0xaa host-2 0xbc" lun0
	assert_target_state host-1 "$wero" "host-1 0xaa" lun1
}

@test "cookbook: prctl-metrics -> metrics of each disk, and 0 for one that cannot be read" {
	local wwid
	register_hosts
	sg_persist_retry -o -L -K a -T 5 "${host1_disks[1]}"
	recipe prctl-metrics "${host1_disks[@]}" /dev/nothing
	assert_status 0
	wwid=$(udevadm info -q property --property ID_SERIAL --value "${host1_disks[0]}")
	[[ -n $wwid ]]
	grep -E '^prctl_(up|registrants|this_host_registered|reserved)' <<< "$output" | sed 's/,wwid="[^"]*"//' |
		diff - <(cat <<-END
		prctl_up{device="/dev/lab/host1/lun0"} 1
		prctl_up{device="/dev/lab/host1/lun1"} 1
		prctl_up{device="/dev/nothing"} 0
		prctl_registrants{device="/dev/lab/host1/lun0"} 2
		prctl_registrants{device="/dev/lab/host1/lun1"} 2
		prctl_this_host_registered{device="/dev/lab/host1/lun0"} 1
		prctl_this_host_registered{device="/dev/lab/host1/lun1"} 1
		prctl_reserved{device="/dev/lab/host1/lun0",type="write-exclusive-reg-only"} 1
		prctl_reserved{device="/dev/lab/host1/lun1",type="none"} 0
		END
		)
	grep -q "^prctl_generation{.*wwid=\"naa.${wwid#3}\"} [0-9]*\$" <<< "$output" || fail "no generation"
	[[ ${lines[-1]} == "# EOF" ]]
}

@test "cookbook: pr-changed -> changed once, then unchanged, and prctl's status" {
	recipe pr-changed register --key 0xa "${host1_disks[@]}"
	assert_status 0
	assert_output changed
	recipe pr-changed register --key 0xa "${host1_disks[@]}"
	assert_status 0
	assert_output unchanged
	recipe pr-changed reserve --key 0xa --type write-exclusive-reg-only "${host1_disks[@]}"
	assert_status 0
	assert_output changed
	recipe pr-changed reserve --key 0xc --type write-exclusive-reg-only "${host2_disks[0]}"
	assert_status 3
	assert_output unchanged
	assert_target_state host-1 "$wero" "host-1 0xa" lun0
}

@test "cookbook: pr-bundle -> a document that prctl decodes to the same state elsewhere" {
	local bundle=$BATS_TEST_TMPDIR/bundle
	register_hosts
	recipe pr-bundle "$bundle" "${host1_disks[@]}"
	[[ -s $bundle/doctor.txt && -s $bundle/version.txt && -s $bundle/status.txt ]] || fail "$(ls -l "$bundle")"
	run_prctl decode --json "$bundle/status.json"
	assert_status 0
	assert_json '[.devices[] | [.registrants[].key]]' '[["0xa","0xb"],["0xa","0xb"]]'
}

@test "cookbook: pr-copy-key and pr-copy-type -> the new LUN is as the old one" {
	sg_register 0xa "${host1_disks[0]}"
	sg_register 0xb "${host2_disks[0]}"
	sg_reserve 0xa 5 "${host1_disks[0]}"
	recipe pr-copy-key "${host1_disks[@]}"
	# one machine is both hosts here: which path a key belongs to shows which of them asks
	assert_status 0
	recipe pr-copy-key "${host2_disks[@]}"
	assert_status 0
	recipe pr-copy-type "${host1_disks[@]}"
	assert_status 0
	assert_target_state host-1 "$wero" "host-1 0xa host-2 0xb" lun1
	# not registered, nothing reserved: nothing is copied
	lun_reset lun0
	recipe pr-copy-key "${host1_disks[@]}"
	assert_status 1
	recipe pr-copy-type "${host1_disks[@]}"
	[[ $status != 0 ]]
	assert_target_state host-1 "$wero" "host-1 0xa host-2 0xb" lun1
}

@test "cookbook: pr-leftovers, pr-forget -> the old installation is gone from every disk" {
	register_hosts
	recipe pr-leftovers "${host1_disks[@]}"
	assert_status 0
	[[ $(awk '{ print $2, $4, $5 }' <<< "$output" | sort -u) == "0xa this iqn.2026-01.lab:host-1
0xb - iqn.2026-01.lab:host-2" ]] || fail "$output"
	recipe pr-forget 0xa iqn.2026-01.lab:host-2 "${host1_disks[@]}"
	assert_status 0
	assert_target_state host-1 "$wero" "host-1 0xa" lun0
	assert_target_state host-1 "$wero" "host-1 0xa" lun1
	cannot_write "${host2_disks[0]}"
}

@test "cookbook: its scripts -> each is run by a test" {
	local name
	while read -r name; do
		grep -q "recipe $name " "$LAB_TOP/tests/bats/cookbook.bats" || fail "no test runs $name"
	done < <(awk '/^```sh/ { getline; print $2 }' "$LAB_TOP/docs/cookbook.md")
}
