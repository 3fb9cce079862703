#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Which user may do what: kernel 6.1 wants CAP_SYS_ADMIN, from 6.5 on a node that may be written
# will do; a state is read with CAP_SYS_RAWIO, from 7.0 on with a node that may be read.
load common

user=65534
right_to_read="CAP_SYS_RAWIO (or, from kernel 7.0, a readable device node)"
no_right_to_change="not permitted: a change needs CAP_SYS_ADMIN (or, from kernel 6.5, a writable \
device node); run as root"

setup_file()
{
	# a directory of the build may be closed to others
	directory=$(mktemp -d /tmp/prctl-XXXXXX)
	export directory
	chmod 755 "$directory"
	cp "$(type -P prctl)" "$directory"
}

teardown_file()
{
	rm -r "$directory"
}

setup()
{
	lun_reset
	udevadm settle
}

teardown()
{
	chmod 660 "$(readlink -f "$host1")"
}

# run_prctl_as_user MODE ARG...: prctl with ARG... as an ordinary user, with that mode on host 1's
# node.
run_prctl_as_user()
{
	chmod "$1" "$(readlink -f "$host1")"
	run --separate-stderr setpriv --reuid $user --regid $user --clear-groups "$directory/prctl" "${@:2}"
}

# run_prctl_as_root_without CAPABILITY ARG...: prctl with ARG... as root without it.
run_prctl_as_root_without()
{
	run --separate-stderr setpriv --bounding-set "-$1" --inh-caps "-$1" "$directory/prctl" "${@:2}"
}

@test "privilege: the node cannot be opened -> not permitted, and says what to do" {
	sg_register 0xa "$host1"
	for command in status "clear --key 0xa"; do
		# shellcheck disable=SC2086
		run_prctl_as_user 600 $command --json $host1
		assert_status 5
		assert_stderr "prctl: $host1: open: device: not permitted to open the device \
(EACCES); run as root"
		assert_json '.devices[0] | [.error.reason, .sent, .changed, .registrants]' '["no_privilege",false,false,null]'
	done
	assert_target_state none none "host-1 0xa"
}

# bats test_tags=every-kernel
@test "privilege: status, the node can be read -> as the kernel allows" {
	sg_register 0xa "$host1"
	sg_register 0xb "$host2"
	sg_reserve 0xb 5 "$host2"

	run_prctl_as_user 604 status --json "$host1"
	case $LAB_KERNEL in
	6.*)
		assert_status 5
		assert_stderr "prctl: $host1: read: device: not permitted to read reservations: \
this needs $right_to_read; run as root"
		assert_json '.devices[0] | [.error.reason, .registrants, .generation]' '["no_privilege",null,null]'
		;;
	*)
		assert_status 0
		refute_stderr
		assert_json '.devices[0] | [.source, .generation]' "[\"ioctl\",$(($(configfs_pr res_pr_generation)))]"
		assert_json '.devices[0].reservation' '{"type":"write-exclusive-reg-only","key":"0xb","holders":["0xb"]}'
		# this way names no initiator: what is not known is null, not "no"
		assert_json '.devices[0].registrants | sort_by(.key)' '['`
			`'{"key":"0xa","name":"none","origin":[],"holder":false,"initiator":null,"target_port":null,"this_host":null},'`
			`'{"key":"0xb","name":"none","origin":[],"holder":true,"initiator":null,"target_port":null,"this_host":null}]'
		;;
	esac
}

@test "privilege: a change, the node can only be read -> not permitted" {
	sg_register 0xa "$host1"

	run_prctl_as_user 604 clear --json --key 0xa "$host1"
	assert_status 5
	assert_stderr "prctl: $host1: clear: device: $no_right_to_change"
	assert_json '.devices[0] | [.error.reason, .sent, .changed]' '["no_privilege",false,false]'
	assert_target_state none none "host-1 0xa"
}

# bats test_tags=every-kernel
@test "privilege: register, the node can be written -> as the kernel allows" {
	run_prctl_as_user 606 register --json --key 0xa "$host1"
	case $LAB_KERNEL in
	6.1)
		assert_status 5
		assert_stderr "prctl: $host1: register: device: $no_right_to_change"
		assert_json '.devices[0] | [.error.reason, .sent, .changed]' '["no_privilege",false,false]'
		assert_target_state none none none
		;;
	6.12)
		assert_status 7
		assert_stderr "prctl: $host1: read-back: unknown: accepted, but not verified: \
cannot read the state: reading needs $right_to_read; check with 'prctl status' as root"
		assert_json '.devices[0] | [.error.reason, .sent, .changed]' '["not_verified",true,null]'
		assert_target_state none none "host-1 0xa"
		;;
	*)
		assert_status 0
		refute_stderr
		assert_json '.devices[0] | [.status, .sent, .changed]' '["ok",true,true]'
		assert_target_state none none "host-1 0xa"
		;;
	esac
}

# bats test_tags=every-kernel
@test "privilege: preempt, the node can be written -> as the kernel allows" {
	sg_register 0xa "$host1"
	sg_register 0xb "$host2"
	sg_reserve 0xb 1 "$host2"

	run_prctl_as_user 606 preempt --key 0xa --victim 0xb --type we "$host1"
	case $LAB_KERNEL in
	6.1)
		assert_status 5
		assert_stderr "prctl: $host1: preempt: device: $no_right_to_change"
		assert_target_state host-2 "Write Exclusive Access" "host-1 0xa host-2 0xb"
		;;
	6.12)
		assert_status 7
		assert_output ""
		assert_stderr "prctl: $host1: read-back: unknown: accepted, but not verified: \
cannot read the state: reading needs $right_to_read; check with 'prctl status' as root"
		assert_target_state host-1 "Write Exclusive Access" "host-1 0xa"
		;;
	*)
		assert_status 0
		assert_output "$host1: preempted 0xb; held by 0xa, write-exclusive"
		assert_target_state host-1 "Write Exclusive Access" "host-1 0xa"
		;;
	esac
}

@test "privilege: preempt, the type cannot be read -> --type is required, nothing is sent" {
	sg_register 0xa "$host1"
	sg_register 0xb "$host2"
	sg_reserve 0xb 6 "$host2"

	run_prctl_as_user 606 preempt --key 0xa --victim 0xb "$host1"
	case $LAB_KERNEL in
	6.*)
		assert_status 5
		assert_stderr "prctl: $host1: read: device: not permitted to read the reservation \
type; give it with --type"
		assert_target_state host-2 "Exclusive Access, Registrants Only" "host-1 0xa host-2 0xb"
		;;
	*)
		assert_status 0
		assert_target_state host-1 "Exclusive Access, Registrants Only" "host-1 0xa"
		;;
	esac
}

# bats test_tags=every-kernel
@test "privilege: RESERVATION CONFLICT, the state cannot be read -> unknown: it may follow an own success" {
	sg_register 0xb "$host2"
	sg_reserve 0xb 1 "$host2"

	run_prctl_as_user 606 preempt --json --key 0xa --victim 0xb --type we "$host1"
	case $LAB_KERNEL in
	6.1)
		assert_status 5
		assert_stderr "prctl: $host1: preempt: device: $no_right_to_change"
		;;
	6.12)
		assert_status 7
		assert_stderr "prctl: $host1: read-back: unknown: sent, but the command failed: \
RESERVATION CONFLICT (0x18); the state cannot be read: reading needs $right_to_read; the preempt \
may or may not take effect; check with 'prctl status' as root"
		assert_json '.devices[0] | [.status, .changed]' '["unknown",null]'
		;;
	*)
		assert_status 3
		assert_stderr "prctl: $host1: preempt: conflict: 0xa is not registered; held by \
0xb, write-exclusive; only a registered host can preempt"
		assert_json '.devices[0] | [.error.reason, .sent]' '["key_not_registered",false]'
		;;
	esac
	assert_target_state host-2 "Write Exclusive Access" "host-2 0xb"
}

# bats test_tags=every-kernel
@test "privilege: register by ioctl alone, the key is listed -> proven by the device, not believed" {
	sg_register 0xa "$host2"

	run_prctl_as_user 606 register --key 0xa "$host1"
	case $LAB_KERNEL in
	6.1)
		assert_status 5
		assert_target_state none none "host-2 0xa"
		;;
	6.12)
		assert_status 7
		assert_target_state none none "host-1 0xa host-2 0xa"
		;;
	*)
		# 0xa is another host's: this host has to be registered for "registered" to be true
		assert_status 0
		assert_target_state none none "host-1 0xa host-2 0xa"
		;;
	esac
}

@test "privilege: register by ioctl alone, registered already -> ok, unchanged" {
	sg_register 0xa "$host1"

	run_prctl_as_user 606 register --json --key 0xa "$host1"
	case $LAB_KERNEL in
	6.1) assert_status 5 ;;
	# the device refuses to register 0xa in place of no key, because 0xa is registered; but the
	# kernel may have repeated the command, and this user may not read the state
	6.12) assert_status 7 ;;
	*)
		assert_status 0
		assert_json '.devices[0] | [.status, .changed]' '["ok",false]'
		;;
	esac
	assert_target_state none none "host-1 0xa"
}

# bats test_tags=every-kernel
@test "privilege: root without CAP_SYS_RAWIO -> can change, and read from 7.0 on" {
	run_prctl_as_root_without sys_rawio register --json --key 0xa "$host1"
	case $LAB_KERNEL in
	6.*)
		assert_status 7
		assert_stderr "prctl: $host1: read-back: unknown: accepted, but not verified: \
cannot read the state: reading needs $right_to_read; check with 'prctl status' as root"
		assert_json '.devices[0] | [.error.reason, .sent, .changed]' '["not_verified",true,null]'
		;;
	*)
		assert_status 0
		assert_json '.devices[0] | [.status, .changed, .source]' '["ok",true,"ioctl"]'
		;;
	esac
	assert_target_state none none "host-1 0xa"

	run_prctl_as_root_without sys_rawio status "$host1"
	case $LAB_KERNEL in
	6.*)
		assert_status 5
		assert_stderr "prctl: $host1: read: device: not permitted to read reservations: \
this needs $right_to_read; run as root"
		;;
	*) assert_status 0 ;;
	esac
}

# bats test_tags=every-kernel
@test "privilege: root without CAP_SYS_ADMIN -> can read, and change from 6.5 on" {
	sg_register 0xa "$host1"
	run_prctl_as_root_without sys_admin status "$host1"
	assert_status 0
	refute_stderr

	run_prctl_as_root_without sys_admin clear --key 0xa "$host1"
	case $LAB_KERNEL in
	6.1)
		assert_status 5
		assert_stderr "prctl: $host1: clear: device: $no_right_to_change"
		assert_target_state none none "host-1 0xa"
		;;
	*)
		assert_status 0
		assert_output "$host1: cleared, 1 registration"
		assert_target_state none none none
		;;
	esac
}

# run_prctl_as_root_with CAPABILITIES ARG...: prctl with ARG... as root with these alone.
run_prctl_as_root_with()
{
	run --separate-stderr setpriv --bounding-set "-all,$1" --inh-caps "-all,$1" "$directory/prctl" "${@:2}"
}

# bats test_tags=every-kernel
@test "privilege: CAP_SYS_ADMIN and CAP_SYS_RAWIO -> enough, on a disk and on a namespace" {
	sg_register 0xb "$host2"
	sg_reserve 0xb 5 "$host2"
	run_prctl_as_root_with +sys_admin,+sys_rawio register --key 0xa "$host1"
	assert_status 0
	refute_stderr
	run_prctl_as_root_with +sys_admin,+sys_rawio preempt-abort --key 0xa --victim 0xb "$host1"
	assert_status 0
	refute_stderr
	assert_target_state host-1 "Write Exclusive Access, Registrants Only" "host-1 0xa"
	run_prctl_as_root_with +sys_admin,+sys_rawio status --noheadings --output KEY,HOLDER,HOST "$host1"
	assert_status 0
	assert_output "0xa holds this"
	run_prctl_as_root_with +sys_admin,+sys_rawio unregister --key 0xa "$host1"
	assert_status 0
	assert_target_state none none none

	run_prctl_as_root_with +sys_admin,+sys_rawio register --key 0xa /dev/lab/host1/nvme0
	[[ $LAB_KERNEL == 7 ]] && assert_status 0 || assert_status 4
	run_prctl_as_root_with +sys_admin,+sys_rawio unregister --key 0xa /dev/lab/host1/nvme0
	[[ $LAB_KERNEL == 7 ]] && assert_status 0 || assert_status 4
}

@test "privilege: root without both -> names what is missing, and sends nothing that is not permitted" {
	sg_register 0xa "$host1"
	run_prctl_as_root_without sys_admin,-sys_rawio status "$host1"
	case $LAB_KERNEL in
	6.*)
		assert_status 5
		assert_stderr "prctl: $host1: read: device: not permitted to read reservations: \
this needs $right_to_read; run as root"
		;;
	*) assert_status 0 ;;
	esac
	run_prctl_as_root_without sys_admin,-sys_rawio register --json --key 0xa --ignore-key "$host1"
	case $LAB_KERNEL in
	6.1)
		assert_status 5
		assert_stderr "prctl: $host1: register: device: $no_right_to_change"
		assert_json '.devices[0] | [.error.reason, .sent, .changed]' '["no_privilege",false,false]'
		;;
	6.12)
		assert_status 7
		assert_stderr "prctl: $host1: read-back: unknown: accepted, but not verified: \
cannot read the state: reading needs $right_to_read; check with 'prctl status' as root"
		;;
	*) assert_status 0 ;;
	esac
	assert_target_state none none "host-1 0xa"
}

@test "privilege: variables in the environment -> no effect" {
	local hostile=(LC_ALL=tr_TR.UTF-8 LANG=de_DE.UTF-8 LANGUAGE=de IFS=x0a POSIXLY_CORRECT=1 ARGP_HELP_FMT=rmargin=20
		LIBBLKID_DEBUG=all BLKID_FILE=/dev/full BLKID_CONF=/dev/full TMPDIR=/nonexistent HOME=/nonexistent
		PATH=/nonexistent COLUMNS=-1 JSON_INDENT=1 MALLOC_PERTURB_=165 TZ=/dev/full)
	# which are a sanitizer's, if there is one
	[[ -z ${ASAN_OPTIONS-} ]] || hostile+=("ASAN_OPTIONS=$ASAN_OPTIONS" "UBSAN_OPTIONS=$UBSAN_OPTIONS")
	run --separate-stderr env -i "${hostile[@]}" "$directory/prctl" register --key 0xA "$host1"
	assert_status 0
	assert_output "$host1: registered 0xa"
	refute_stderr
	run --separate-stderr env -i "${hostile[@]}" "$directory/prctl" status --noheadings --output KEY,HOST "$host1"
	assert_status 0
	assert_output "0xa this"
	refute_stderr
	run --separate-stderr env -i "${hostile[@]}" "$directory/prctl" unregister --key 0xa --json "$host1"
	assert_status 0
	assert_json '.devices[0] | [.status, .changed]' '["ok",true]'
	refute_stderr
	assert_target_state none none none
}

@test "privilege: one device cannot be opened -> the others are done" {
	chmod 606 "$(readlink -f "$host2")"
	run_prctl_as_user 600 status --json "$host1" "$host2"
	chmod 660 "$(readlink -f "$host2")"
	assert_status 5
	case $LAB_KERNEL in
	6.*) assert_json '[.devices[].error.step]' '["open","read"]' ;;
	*) assert_json '[.devices[].status]' '["device","ok"]' ;;
	esac
}

@test "privilege: a directory that the user cannot search -> not permitted" {
	mkdir -m 700 /tmp/closed
	ln -s "$host1" /tmp/closed/lun
	run_prctl_as_user 606 status --json /tmp/closed/lun
	rm -r /tmp/closed
	assert_status 5
	assert_json '.devices[0] | [.error.reason, .error.step, .error.errno]' '["no_privilege","resolve","EACCES"]'
}
