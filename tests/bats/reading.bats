#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# How prctl learns what a device holds, and what it makes of what it is answered. Three ways lead
# there, best
# first: READ FULL STATUS, READ KEYS with READ RESERVATION, and (from kernel 7.0 on) the READ
# ioctls. The devices are common.bash's, and have no blanks in their names.
# shellcheck disable=SC2086,SC2154
# bats file_tags=sanitized
load common
load messages

iqn=iqn.2026-01.lab
one=/dev/lab/host1/lun1
two=/dev/lab/host2/lun1
right_to_read="CAP_SYS_RAWIO (or, from kernel 7.0, a readable device node)"
attributes=/dev/lab/lun1.configfs/attrib

setup_file()
{
	udev_stop
}

teardown_file()
{
	udev_continue
}

teardown()
{
	[[ $(< $attributes/emulate_pr) == 1 ]] || echo 1 > $attributes/emulate_pr
	chmod o= "$(readlink -f $host1)"
}

# What a host does while prctl is at work.
host2_preempts()
{
	sg_persist_retry -o -P -K b -S a -T 5 $host2
}

# run_prctl_without_full_status ARG... DEVICE: runs prctl as run_prctl does on a device that answers
# READ FULL STATUS with ILLEGAL REQUEST: in a command cut to 6 bytes the target sees an allocation
# length of 0, and says 05/24.
run_prctl_without_full_status()
{
	run_prctl_injected poke_enter=@arg3=53000000fdffffff0640000000100000:when=1+5 "$@"
	grep -q 'cmd_len=6,.*status=0x2' "$traced" || fail "READ FULL STATUS was answered: $(< "$traced")"
}

# run_prctl_without_passthrough ARG...: runs prctl as root without CAP_SYS_RAWIO, which SG_IO takes.
run_prctl_without_passthrough()
{
	run --separate-stderr setpriv --bounding-set=-sys_rawio prctl "$@"
}

# run_prctl_unprivileged ARG...: runs prctl as a user who can read and write the node of host1's
# lun0.
run_prctl_unprivileged()
{
	chmod o+rw "$(readlink -f $host1)"
	run --separate-stderr setpriv --reuid=65534 --regid=65534 --clear-groups prctl "$@"
}

# sg_io_result STATUS HOST-STATUS RESID: strace's words for another result of an SG_IO that is
# carried out, bytes as they stand in struct sg_io_hdr.
sg_io_result()
{
	local head
	printf -v head '53000000fdffffff0a40000000100000%096d' 0
	echo "poke_exit=@arg3=${head}${1}000000${2}0000$3"
}

# assert_registrants FILTER VALUE: FILTER of every registrant.
assert_registrants()
{
	assert_json "[.devices[0].registrants[] | $1]" "$2"
}

generation()
{
	echo $(($(configfs_pr res_pr_generation)))
}

# bats test_tags=every-kernel
@test "reading: READ FULL STATUS -> every registrant, who holds, and which one is this host" {
	sg_register 0xa $host1
	sg_register 0xb $host2
	sg_reserve 0xa 5 $host1

	run_prctl status --json $host1
	assert_status 0
	assert_json '.devices[0] | [.source, .reservation]' \
		'["scsi_read_full_status",{"type":"write-exclusive-reg-only","key":"0xa","holders":["0xa"]}]'
	assert_registrants '[.key, .holder, .this_host, (.initiator | sub(",i,.*"; "")), .target_port]' \
		"[[\"0xa\",true,true,\"$iqn:host-1\",1],[\"0xb\",false,false,\"$iqn:host-2\",1]]"
	run_prctl status --json $host2
	assert_registrants '[.key, .holder, .this_host]' '[["0xa",true,false],["0xb",false,true]]'
}

# bats test_tags=every-kernel
@test "reading: several unit attentions wait -> passed over" {
	sg_register 0xa $host1
	sg_register 0xb $host2
	sg_reserve 0xb 5 $host2
	sg_persist_retry -o -L -K b -T 5 $host2

	run_prctl_stopped_at 1 real host2_preempts status --json --verbose $host1
	assert_status 0
	lio_capabilities no
	assert_verbose $host1 "${read_after_two[@]}" \
		"REPORT CAPABILITIES by SG_IO: good, N bytes" \
		"nothing is reserved; 1 registration, generation N" \
		"${capabilities[@]}"
	assert_registrants .key '["0xb"]'
}

@test "reading: the device is busy -> asked again" {
	sg_register 0xa $host1

	run_prctl_injected "$(sg_io_result 08 00 00000000):when=1..2" status --json $host1
	assert_status 0
	assert_registrants .key '["0xa"]'
}

@test "reading: READ FULL STATUS is unknown -> READ KEYS and READ RESERVATION show the same" {
	local row
	sg_register 0xa $host1
	sg_register 0xb $host2
	for row in 1:write-exclusive 3:exclusive-access 5:write-exclusive-reg-only 6:exclusive-access-reg-only; do
		echo "row: $row"
		sg_reserve 0xa "${row%:*}" $host1
		run_prctl_without_full_status status --json $host2
		assert_status 0
		assert_json '.devices[0] | [.source, .reservation.type, .reservation.key]' "[\"scsi_read_keys\",\"${row#*:}\",\"0xa\"]"
		# keys name no host
		assert_registrants '[.key, .holder, .this_host, .initiator]' '[["0xa",true,null,null],["0xb",false,null,null]]'
		sg_persist_retry -o -L -K a -T "${row%:*}" $host1
		# takes the unit attention that this may have left for host 2
		sg_persist -n -i -k $host2 > "$BATS_TEST_TMPDIR/look" 2>&1 || true
	done
}

@test "reading: keys alone, each change -> done, proven by the device, and again changes nothing" {
	local row
	while read -r row; do
		echo "row: $row"
		run_prctl_without_full_status ${row#* * } --json $host1
		assert_status 0
		assert_outcome ok "${row%% *}" true none
		row=${row#* }
		case ${row%% *} in
		none) assert_target_state none none none ;;
		key) assert_target_state none none "host-1 0xa" ;;
		held) assert_target_state host-1 "Write Exclusive Access" "host-1 0xa" ;;
		esac
	done <<-END
	true key register --key 0xa
	false key register --key 0xa
	true held reserve --key 0xa --type write-exclusive
	false held reserve --key 0xa --type write-exclusive
	true key release --key 0xa
	true none unregister --key 0xa
	END
}

@test "reading: keys alone, another host has the same key -> told apart by the device" {
	sg_register 0xa $host2

	run_prctl_without_full_status unregister --json --key 0xa $host1
	assert_status 3
	assert_outcome conflict false true key_not_registered
	assert_target_state none none "host-2 0xa"

	sg_reserve 0xa 1 $host2
	run_prctl_without_full_status register --key 0xa $host1
	assert_status 0
	assert_target_state host-2 "Write Exclusive Access" "host-1 0xa host-2 0xa"

	run_prctl_without_full_status reserve --json --key 0xa --type write-exclusive $host1
	assert_status 3
	assert_outcome conflict false true held_by_other
	# the target answers "good" to a registrant that does not hold, and does nothing
	run_prctl_without_full_status release --json --key 0xa $host1
	assert_status 3
	assert_outcome conflict false true held_by_other
	assert_target_state host-2 "Write Exclusive Access" "host-1 0xa host-2 0xa"
}

@test "reading: all registrants hold -> each is a holder, whichever way it is read" {
	local row
	sg_register 0xa $host1
	sg_register 0xb $host2
	for row in 7:write-exclusive-all-regs 8:exclusive-access-all-regs; do
		echo "row: $row"
		sg_reserve 0xa "${row%:*}" $host1
		for way in run_prctl run_prctl_without_full_status run_prctl_without_passthrough; do
			[[ $way != run_prctl_without_passthrough || $(uname -r) != 6.* ]] || continue
			echo "way: $way"
			$way status --json $host2
			assert_status 0
			assert_json '.devices[0].reservation' "{\"type\":\"${row#*:}\",\"key\":\"0x0\",\"holders\":[\"0xa\",\"0xb\"]}"
			assert_registrants .holder '[true,true]'
		done
		sg_persist_retry -o -L -K a -T "${row%:*}" $host1
	done
}

@test "reading: nothing is reserved -> the generation is the device's, whichever way it is read" {
	local way
	sg_register 0xa $host1
	for way in run_prctl run_prctl_without_full_status run_prctl_without_passthrough; do
		[[ $way != run_prctl_without_passthrough || $(uname -r) != 6.* ]] || continue
		echo "way: $way"
		$way status --json $host1
		assert_status 0
		(($(generation) > 0)) || fail "the target counts nothing"
		assert_json '.devices[0] | [.reservation.type, .generation]' "[\"none\",$(generation)]"
	done
}

# bats test_tags=every-kernel
@test "reading: SG_IO is not permitted -> read by ioctl, if the kernel has it" {
	sg_register 0xb $host2
	run_prctl_without_passthrough register --json --key 0xa $host1
	assert_target_state none none "host-1 0xa host-2 0xb"
	case $(uname -r) in
	6.*)
		assert_status 7
		assert_stderr "prctl: $host1: read-back: unknown: accepted, but not verified: \
cannot read the state: reading needs $right_to_read; check with 'prctl status' as root"
		assert_outcome unknown null true not_verified
		run_prctl_without_passthrough status --json $host1
		assert_status 5
		assert_stderr "prctl: $host1: read: device: not permitted to read reservations: \
this needs $right_to_read; run as root"
		assert_outcome device false false no_privilege
		;;
	*)
		assert_status 0
		assert_outcome ok true true none
		assert_json '.devices[0].source' '"ioctl"'
		run_prctl_without_passthrough reserve --json --key 0xa --type write-exclusive $host1
		assert_status 0
		run_prctl_without_passthrough reserve --json --key 0xb --type write-exclusive $host2
		assert_status 3
		assert_stderr "prctl: $host2: reserve: conflict: held by 0xa, write-exclusive; 0xb \
is registered, perhaps through another path; wait for the holder to release it, or preempt it"
		assert_outcome conflict false false held_by_other
		assert_target_state host-1 "Write Exclusive Access" "host-1 0xa host-2 0xb"
		;;
	esac
}

# bats test_tags=every-kernel
@test "reading: a user who can write the node -> changes what the kernel allows, ok only if it can be read" {
	run_prctl_unprivileged register --json --key 0xa $host1
	case $(uname -r) in
	6.1.*)
		assert_status 5
		assert_stderr "prctl: $host1: register: device: not permitted: a change needs \
CAP_SYS_ADMIN (or, from kernel 6.5, a writable device node); run as root"
		assert_outcome device false false no_privilege
		assert_target_state none none none
		;;
	6.*)
		assert_status 7
		assert_stderr "prctl: $host1: read-back: unknown: accepted, but not verified: \
cannot read the state: reading needs $right_to_read; check with 'prctl status' as root"
		assert_outcome unknown null true not_verified
		assert_target_state none none "host-1 0xa"
		# only the device knows what is held
		run_prctl_unprivileged release --json --key 0xa $host1
		assert_status 5
		assert_stderr "prctl: $host1: read: device: not permitted to read the reservation \
type; give it with --type"
		assert_outcome device false false no_privilege
		;;
	*)
		assert_status 0
		assert_outcome ok true true none
		assert_target_state none none "host-1 0xa"
		;;
	esac
}

@test "reading: a list longer than the first buffer -> shown to its end" {
	local names target list size way allocations
	lun_reset lun1
	names=("$iqn":many-{001..100})
	target=/sys/kernel/config/target/iscsi/$iqn:target.1/tpgt_1
	# a hundred initiators, which host 2 registers with its own key in one command (SPEC_I_PT); the
	# target keeps them busy from then on, so they stay
	mkdir -p "${names[@]/#/$target/acls/}"
	list=("${names[@]/#/$target/acls/}")
	mkdir -p "${list[@]/%//lun_1}"
	perl -e '$t = shift; -l "$_/lun_1/link" or symlink "$t/lun/lun_1", "$_/lun_1/link" or die "$_: $!" for @ARGV' \
		"$target" "${list[@]}"
	perl -e '$ids .= pack("CCn/a*", 0x45, 0, pack("a44", "$_,i,0x00023d000001")) for @ARGV;
		print pack("x8 Q> x4 C x3 N/a*", 0xb, 8, $ids)' "${names[@]}" > "$BATS_TEST_TMPDIR/list"
	size=$(stat -c %s "$BATS_TEST_TMPDIR/list")
	sg_register 0xa $one
	# shellcheck disable=SC2046
	sg_raw -s "$size" -i "$BATS_TEST_TMPDIR/list" $two 5f 00 00 00 00 \
		$(printf '%02x ' 0 0 $((size >> 8)) $((size & 255))) 00
	sg_reserve 0xa 7 $one

	dmesg -C
	run sg_persist -n -i -k $one
	[[ $output == *", 102 registered reservation keys follow"* ]] || fail "the target has not 102"
	for way in run_prctl run_prctl_without_full_status run_prctl_without_passthrough; do
		[[ $way != run_prctl_without_passthrough || $(uname -r) != 6.* ]] || continue
		echo "way: $way"
		$way status --json $one
		assert_status 0
		assert_json '.devices[0] | [(.registrants | length), ([.registrants[] | select(.key == "0xb" and .holder)] | length),
			(.reservation.holders | length)]' '[102,101,102]'
	done
	# the target writes up to 32 bytes more than it was asked for, which no other memory of its may
	# have to take
	allocations=$(dmesg | sed -n 's/.*READ_FULL_STATUS ran out of buffer: //p' | sort -u)
	[[ $allocations == 4064 ]] || fail "the list was cut at ${allocations:-nothing}"
	# and all of them are gone
	run_prctl clear --key 0xa $one
	assert_status 0
	assert_target_state none none none lun1
}

@test "reading: a reply that is cut -> not taken for the whole" {
	sg_register 0xa $host1
	sg_register 0xb $host2

	# of 8 + 2 * 68 bytes the first descriptor came, so 4064 - 76 are left over
	run_prctl_injected "$(sg_io_result 00 00 940f0000):when=1" status --json $host1
	assert_status 0
	assert_registrants .key '["0xa","0xb"]'
}

# bats test_tags=every-kernel
@test "reading: no persistent reservations -> unsupported, for every command" {
	local row
	lun_reset lun1
	sg_register 0xa $one
	echo 0 > $attributes/emulate_pr
	for row in "register --key 0xa" "unregister --key 0xa" "reserve --key 0xa --type we" "release --key 0xa" "status"; do
		echo "row: $row"
		run_prctl $row --json $one
		assert_status 4
		assert_stderr "prctl: $one: read: unsupported: the device does not support \
persistent reservations (unknown command, sense 05/20/00 (0x2)); enable them on the array if \
possible"
		assert_outcome unsupported false false no_reservations
	done
	echo 1 > $attributes/emulate_pr
	assert_target_state none none "host-1 0xa" lun1
	lun_reset lun1
}

@test "reading: a reservation by RESERVE(6) -> conflict that says so, for every command" {
	local row
	lun_reset lun1
	sg_raw $two 16 00 00 00 00 00
	for row in "register --key 0xa" "unregister --key 0xa" "reserve --key 0xa --type we" "release --key 0xa" "status"; do
		echo "row: $row"
		run_prctl $row --json $one
		[[ $status == 3 ]] || sg_raw $two 17 00 00 00 00 00
		assert_status 3
		assert_stderr "prctl: $one: read: conflict: reads fail with RESERVATION CONFLICT: \
another host holds a legacy SCSI-2 reservation, or the device answers only registered hosts; release it on that host, or reset the LUN with sg_reset --device"
		assert_outcome conflict false false legacy_reserved
	done
	sg_raw $two 17 00 00 00 00 00
	run_prctl register --key 0xa $one
	assert_status 0
	assert_target_state none none "host-1 0xa" lun1
	lun_reset lun1
}

@test "reading: the state cannot be read -> nothing is sent" {
	run_prctl_injected error=EIO:when=1+ register --json --key 0xa $host1
	assert_status 6
	assert_stderr "prctl: $host1: read: failed: the path failed (EIO); no change was sent; \
restore the path"
	assert_outcome failed false false path

	# DID_NO_CONNECT
	run_prctl_injected "$(sg_io_result 00 01 00000000):when=1+" register --json --key 0xa $host1
	assert_status 6
	assert_outcome failed false false path
	! grep -q IOC_PR_REGISTER "$traced" || fail "sent"
	assert_target_state none none none
}

# bats test_tags=long
@test "reading: the results of a change -> the same on every kernel" {
	local answer rest
	sg_register 0xb $host2
	# 6.1 hands the raw result of the command out, later kernels a value of enum pr_status
	while read -r answer rest; do
		echo "row: $answer $rest"
		run_prctl_injected "$answer" register --json --key 0xa $host1
		assert_status "${rest%% *}"
		assert_outcome ${rest#* }
		# what may pass by itself is sent again
		if ((status == 0)); then
			assert_target_state none none "host-1 0xa host-2 0xb"
			sg_persist_retry -o -G -K a -S 0 $host1 > /dev/null
		fi
		assert_target_state none none "host-2 0xb"
	done <<-END
	retval=$((0x18)):when=2 3 conflict false true refused
	retval=$((0x118)):when=2 3 conflict false true refused
	retval=$((0x2)):when=2 0 ok true true none
	retval=$((0x10000)):when=2+2 6 failed false true path
	retval=$((0xe0000)):when=2 0 ok true true none
	retval=$((0x402)):when=2 6 failed false true refused
	error=EINVAL:when=2 6 failed false true refused
	error=EOPNOTSUPP:when=2 4 unsupported false false no_reservations
	END
}

@test "reading: refused, the capabilities cannot be read -> not blamed on a capability" {
	# the fourth ioctl is REPORT CAPABILITIES, which would show whether state outlives a power loss
	run_prctl_injected error=EINVAL:when=2+2 register --json --key 0xa $host1
	grep -q 'x5e.x02.*INJECTED' "$traced" || fail "capabilities were read: $(< "$traced")"
	assert_status 6
	assert_outcome failed false true refused
	assert_json '.devices[0].capabilities.power_loss_capable' null
	assert_target_state none none none
}
