#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# doctor: each setup has the faults that its test names, and no others are found
# bats file_tags=kernel-7,sanitized
load common
load nvme

lun1=/dev/lab/host1/lun1
map=/dev/lab/host1/mpath0
one=/dev/lab/host1/mpath0-a
two=/dev/lab/host1/mpath0-b
keys=/etc/prctl/keys
tpg=/sys/kernel/config/target/iscsi/iqn.2026-01.lab:target.1/tpgt_1

setup()
{
	mkdir -p /etc/prctl
	rm -rf /run/prctl $keys
	lun_reset lun0
	lun_reset lun1
}

teardown()
{
	rm -f $keys
	chmod 755 /etc/prctl
}

# register KEY DEVICE..., reserve KEY TYPE DEVICE...: by prctl, which asks the target to keep it
# through power loss.
register()
{
	prctl register --no-log --quiet --key "$1" "${@:2}" || fail "register"
}

reserve()
{
	prctl reserve --no-log --quiet --key "$1" --type "$2" "${@:3}" || fail "reserve"
}

# sound: host 1 has 0xa, host 2 has 0xb, and host 1 has reserved, for registrants.
sound()
{
	register 0xa "$host1"
	register 0xb "$host2"
	reserve 0xa write-exclusive-reg-only "$host1"
}

# assert_found STATUS FINDING... -- ARG...: doctor --json ARG... finds just these, each
# SEVERITY:RULE, in this order.
assert_found()
{
	local status_wanted=$1 wanted=()
	shift
	while [[ $1 != -- ]]; do
		wanted+=("\"$1\"")
		shift
	done
	shift
	run_prctl doctor --json "$@"
	assert_status "$status_wanted"
	refute_stderr
	assert_json '[.findings[] | .severity + ":" + .rule]' "[$(IFS=, && echo "${wanted[*]}")]"
}

# assert_finding TEXT: the message of one of them has it.
assert_finding()
{
	[[ $(jq -r '.findings[].finding' <<< "$output") == *"$1"* ]] || fail "no finding has '$1'"
}

# document_of NAME DEVICE...: the document of a machine called NAME, as host 2 sees the devices, in
# the file $document.
document_of()
{
	document=$BATS_TEST_TMPDIR/$1.json
	prctl status --json "${@:2}" | jq --arg name "$1" '.host = { name: $name, id: "0123456789abcdef0123456789abcdef" }' > "$document"
}

@test "doctor: two hosts, a map and NVMe, all sound -> nothing found" {
	printf '0xa node1\n0xb node2\n' > $keys
	sound
	map_reset
	register 0xa $map
	register 0xb /dev/lab/host2/mpath0-lun
	reserve 0xa write-exclusive-reg-only $map
	nvme_set_multipath N
	nvme_reset
	register 0xa "$nvme1"
	register 0xb "$nvme2"
	reserve 0xb exclusive-access-reg-only "$nvme2"
	document_of node2 "$host2" /dev/lab/host2/mpath0-lun
	assert_found 0 -- --with "$document" "$host1" $map
	document_of node2 "$host2"
	assert_found 0 warning:hosts-disagree -- --with "$document" "$host1" $map
	assert_found 0 -- "$nvme1"
	run_prctl doctor "$host1"
	assert_status 0
	assert_output "nothing found on 1 LUN"
	# a LUN that no host uses
	assert_found 0 -- $lun1
	map_reset
	nvme_reset
}

@test "doctor: one key on two hosts; a key that nothing names -> named" {
	printf '0xa node1\n0xb node2\n' > $keys
	register 0xa "$host1" "$host2"
	reserve 0xa write-exclusive-reg-only "$host1"
	assert_found 3 error:shared-key -- "$host1"
	assert_finding "0xa (node1) is the key of this host and of iqn.2026-01.lab:host-2"

	lun_reset
	sound
	register 0xc /dev/lab/host2/lun1
	register 0xa $lun1
	reserve 0xa write-exclusive-reg-only $lun1
	assert_found 3 error:orphan -- $lun1
	assert_finding "0xc is registered by iqn.2026-01.lab:host-2, and nothing names it"
	# without any names no key is unknown
	rm $keys
	assert_found 0 -- $lun1
	run_prctl doctor --table $lun1
	assert_status 0
}

@test "doctor: others can write the keys file -> names-file, of the host" {
	sound
	printf '0xa node1\n' > $keys
	chmod 666 $keys
	run_prctl doctor --json "$host1"
	assert_status 3
	assert_json '[.findings[] | [.rule, .device, .severity]]' '[["names-file","none","error"]]'
}

@test "doctor: nothing reserved; a type for the holder; no APTPL -> a warning each, status 0" {
	register 0xa "$host1"
	register 0xb "$host2"
	assert_found 0 warning:unreserved -- "$host1"
	reserve 0xb write-exclusive "$host2"
	assert_found 0 warning:holder-type -- "$host1"
	assert_finding "is registered and cannot write"
	lun_reset
	sound
	sg_register 0xb "$host2"
	assert_found 0 warning:power-loss -- "$host1"
	assert_found 0 -- --rule shared-key --rule unreserved "$host1"
}

@test "doctor: this host is not registered -> a note; an error if it registered since it was booted" {
	register 0xb "$host2"
	reserve 0xb write-exclusive-reg-only "$host2"
	assert_found 0 note:not-registered -- "$host1"
	register 0xa "$host1"
	prctl preempt --no-log --quiet --key 0xb --victim 0xa "$host2"
	rm -rf /run/prctl
	assert_found 0 note:not-registered -- "$host1"
	register 0xa "$host1"
	sg_persist_retry -o -P -K b -S a -T 5 "$host2" > /dev/null
	assert_found 3 error:not-registered -- "$host1"
	assert_finding "though it registered 0xa since it was booted"
}

@test "doctor: two LUNs named together list different hosts -> uneven" {
	sound
	register 0xa $lun1
	reserve 0xa write-exclusive-reg-only $lun1
	assert_found 0 warning:uneven -- "$host1" $lun1
	assert_finding "iqn.2026-01.lab:host-2 is registered on $host1 with 0xb, and not here"
	register 0xb /dev/lab/host2/lun1
	assert_found 0 -- "$host1" $lun1
}

@test "doctor: map: a path lacks its registration, or one path holds alone -> named" {
	map_reset
	register 0xa $map
	reserve 0xa write-exclusive-reg-only $map
	assert_found 0 -- $map
	sg_persist_retry -o -G -K a -S 0 $two > /dev/null
	assert_found 3 error:path-unregistered -- --rule path-unregistered $map
	assert_finding "$(readlink -f $two) has no registration"
	map_reset
	register 0xa $map
	sg_reserve 0xa 1 $one > /dev/null
	assert_found 3 error:holder-type -- $map
	assert_finding "through one path: writes fail through $(readlink -f $two)"
	map_reset
}

@test "doctor: an abort is open; its victim has another key; the record is damaged -> named" {
	local wwid file
	sound
	wwid=$(prctl status --json "$host1" | jq -r '.devices[0].lun.wwid')
	prctl preempt-abort --no-log --quiet --key 0xa --victim 0xb "$host1"
	file=(/run/prctl/*)
	assert_found 0 -- "$host1"
	sed -i '/^abort/s/ proven / open /' "${file[0]}"
	assert_found 3 error:abort-open -- "$host1"
	assert_finding "an abort of the commands of 0xb, then the key of iqn.2026-01.lab:host-2, was begun, and is not proven"
	sed -i '/^abort/s/ open / proven /' "${file[0]}"
	register 0xc "$host2"
	assert_found 3 error:survivor -- "$host1"
	assert_finding "iqn.2026-01.lab:host-2, whose key 0xb was removed, is registered with 0xc"
	# nothing is believed of it
	echo "lun $wwid" > "${file[0]}"
	assert_found 0 warning:records -- "$host1"
}

@test "doctor: NVMe: the kernel's unregister left key 0 -> zero-key" {
	nvme_set_multipath N
	nvme_reset
	register 0xa "$nvme1"
	register 0xb "$nvme2"
	reserve 0xa write-exclusive-reg-only "$nvme1"
	assert_pr_ioctl 0x0 "$nvme2" register 0xb 0 0
	assert_found 3 error:zero-key -- "$nvme1"
	nvme_reset
}

@test "doctor: another LUN under the device, or none -> named, status 3" {
	local link
	find $tpg/lun/lun_1 -maxdepth 1 -type l -exec rm {} +
	assert_found 3 error:not-mapped -- $lun1
	for link in lun0 lun1; do
		find $tpg/lun/lun_1 -maxdepth 1 -type l -exec rm {} +
		ln -s "$(readlink -f /dev/lab/$link.configfs)" $tpg/lun/lun_1/$link
		[[ $link == lun1 ]] || assert_found 3 error:other-lun -- $lun1
	done
	assert_found 0 -- $lun1
	# a device that is not found is neither a finding nor a success
	run_prctl doctor --json /dev/nothing
	assert_status 5
}

@test "doctor --with: another host's names, identity, size and list differ -> named" {
	printf '0xa node1\n0xb node2\n' > $keys
	sound
	document_of node2 "$host2"
	assert_found 0 -- --with "$document" "$host1"
	printf '0xa node1\n0xb other\n' > $keys
	assert_found 0 warning:names-differ -- --with "$document" "$host1"
	assert_finding "the key 0xb is other here, and node2 on node2"
	# the machine of this host's own document calls itself another one
	document_of clone "$host1"
	assert_found 3 error:same-identity warning:absent-host -- --with "$document" "$host1"
	assert_finding "iqn.2026-01.lab:host-1 is the name of this host and of clone, which is another machine"
	printf '0xa node1\n0xb node2\n' > $keys
	document_of node2 "$host2"
	jq '.devices[0].registrants |= map(select(.key == "0xb"))' "$document" > "$BATS_TEST_TMPDIR/less"
	assert_found 3 error:hosts-disagree -- --with "$BATS_TEST_TMPDIR/less" "$host1"
	jq '.devices[0].lun.size *= 2' "$document" > "$BATS_TEST_TMPDIR/larger"
	assert_found 3 error:one-wwid -- --with "$BATS_TEST_TMPDIR/larger" --with "$document" "$host1"
}

@test "doctor: text and table -> what, why and cure; wrong options -> usage" {
	register 0xa "$host1" "$host2"
	reserve 0xa write-exclusive-reg-only "$host1"
	run_prctl doctor "$host1"
	assert_status 3
	assert_output "error: $host1: shared-key: 0xa is the key of this host and of iqn.2026-01.lab:host-2
  why: a preempt of that key hits both hosts
  cure: prctl register --old-key 0xa --key NEW $host1 (on one of the hosts)
1 error on 1 LUN"
	run_prctl doctor --table --quiet "$host1"
	[[ ${lines[0]} == SEVERITY* && ${lines[1]} == "error    $host1 shared-key"* && ${#lines[@]} == 2 ]] || fail "no table"
	run_prctl doctor --rule shared "$host1"
	assert_status 2
	run_prctl doctor --with /nonexistent "$host1"
	assert_status 2
	run_prctl doctor --with /dev/null "$host1"
	assert_status 2
	run_prctl doctor --list-rules
	assert_status 0
}
