#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# NVMe namespaces. That they do what SCSI disks do is the table's of semantics.bash; here are the
# words, and what differs by the standard or by Linux's target. That target knows reservations from
# kernel 6.13 on: older kernels run the first part.
# The devices are nvme.bash's, and have no blanks in their names.
# shellcheck disable=SC2086,SC2154
# bats file_tags=every-kernel
load common
load messages
load nvme

setup()
{
	nvme_setup
}

teardown_file()
{
	nvme_set_multipath N
}

# --- namespaces without reservations

@test "nvme without reservations: every command -> unsupported, and nothing is sent" {
	local unsupported="unsupported: the device does not support persistent reservations \
(unknown command (0x6001)); enable them on the array if possible"
	bare=$(namespace_without_pr)
	for command in status "register --key 0xa" "register --key 0xa --ignore-key" "unregister --key 0xa" \
		"unregister --ignore-key" "reserve --key 0xa --type we" "release --key 0xa" \
		"preempt --key 0xa --victim 0xb" "preempt-abort --key 0xa --victim 0xb" "clear --key 0xa"; do
		run_prctl $command "$bare"
		assert_status 4
		assert_output ""
		assert_stderr "prctl: $bare: read: $unsupported"
	done
	assert_refused no_reservations register --key 0xa "$bare"
	[[ $output == *'"sent": false,'* ]] || fail
}

@test "nvme without reservations: status without a device -> left out, --verbose names them" {
	bare=$(readlink -f "$(namespace_without_pr)")
	run_prctl status
	assert_status 0
	[[ $output != *"$bare "* ]] || fail "listed"
	run_prctl status --verbose
	keep_lines "^prctl: $bare: read: "
	assert_stderr "prctl: $bare: read: unsupported: the device does not support persistent \
reservations (unknown command (0x6001)); enable them on the array if possible"
}

# What the kernel says: 6.1 the raw status, later kernels the errno of a wrong argument; sd says 2.
@test "nvme without reservations: the ioctls (trap 11) -> do not show it" {
	bare=$(namespace_without_pr)
	case $LAB_KERNEL in
	6.1) assert_pr_ioctl 0x6001 "$bare" register 0 0xa 0 ;;
	*) assert_pr_ioctl "-1 EINVAL" "$bare" register 0 0xa 0 ;;
	esac
	case $LAB_KERNEL in
	7) assert_pr_ioctl "-1 EINVAL" "$bare" read-keys 4 ;;
	*) assert_pr_ioctl "-1 ENOTTY" "$bare" read-keys 4 ;;
	esac
}

@test "nvme without reservations: no privilege -> unsupported" {
	bare=$(readlink -f "$(namespace_without_pr)")
	chmod 664 "$bare"
	run --separate-stderr setpriv --reuid=65534 --clear-groups "$(type -P prctl)" status "$bare"
	chmod 660 "$bare"
	case $LAB_KERNEL in
	# it allows no command at all, not even Identify
	6.1)
		assert_status 5
		assert_stderr "prctl: $bare: read: device: not permitted to read reservations: \
this needs CAP_SYS_ADMIN (or, from kernel 6.2, a readable device node); run as root"
		;;
	6.12)
		assert_status 4
		assert_stderr "prctl: $bare: read: unsupported: the device does not support \
persistent reservations (unknown command); enable them on the array if possible"
		;;
	*)
		assert_status 4
		assert_stderr "prctl: $bare: read: unsupported: the device does not support \
persistent reservations (unknown command (0x6001)); enable them on the array if possible"
		;;
	esac
}

# bats file_tags=kernel-7

# --- register, unregister

@test "nvme: register -> registered" {
	run_prctl register --key 0xa $nvme1
	assert_status 0
	assert_output "$nvme1: registered 0xa"
	refute_stderr
	assert_nvme_state 0 none "1 0xa"
}

@test "nvme: register, the greatest key -> registered" {
	run_prctl register --key 0xffffffffffffffff $nvme1
	assert_status 0
	# jq's numbers would not hold it
	[[ $(nvme resv-report --eds --output-format=json $nvme1) == *'"rkey":18446744073709551615,'* ]] || fail
	run_prctl status --json $nvme1
	assert_json '.devices[0].registrants[0].key' '"0xffffffffffffffff"'
	run_prctl unregister --key 0xffffffffffffffff $nvme1
	assert_status 0
	assert_nvme_state 0 none none
}

@test "nvme: register --volatile, nvmet keeps nothing through a power loss -> registered" {
	run_prctl register --volatile --json --key 0xa $nvme1
	assert_status 0
	assert_outcome ok true true none
	assert_json '.devices[0].capabilities.power_loss_active' false
	assert_nvme_state 0 none "1 0xa"
}

@test "nvme: register, this host has another key -> conflict, --old-key replaces it" {
	nvme_register_both
	run_prctl register --key 0xaa $nvme1
	assert_status 3
	assert_stderr "prctl: $nvme1: register: conflict: this host is registered with 0xa; nothing is reserved; use --old-key 0xa to replace it"
	run_prctl register --key 0xaa --old-key 0xb $nvme1
	assert_status 3
	assert_stderr "prctl: $nvme1: register: conflict: this host is registered with 0xa, not 0xb; nothing is reserved; use --old-key with the current key, or --ignore-key"
	assert_nvme_state 0 none "1 0xa 2 0xb"

	run_prctl register --key 0xaa --old-key 0xa $nvme1
	assert_status 0
	assert_output "$nvme1: registered 0xaa in place of 0xa"
	assert_nvme_state 0 none "1 0xaa 2 0xb"
}

@test "nvme: register --ignore-key -> replaces the key, or registers" {
	run_prctl register --key 0xa --ignore-key $nvme1
	assert_status 0
	assert_output "$nvme1: registered 0xa"
	run_prctl register --key 0xaa --ignore-key $nvme1
	assert_status 0
	assert_output "$nvme1: registered 0xaa in place of 0xa"
	assert_nvme_state 0 none "1 0xaa"
}

@test "nvme: two hosts with one key -> told apart, with a warning" {
	nvme_register 0xa $nvme2
	run_prctl register --key 0xa $nvme1
	assert_status 0
	assert_stderr "prctl: $nvme1: warning: 0xa is also the key of $id2; a preempt would hit both hosts; give each host its own key"
	assert_nvme_state 0 none "1 0xa 2 0xa"
	run_prctl unregister --key 0xa $nvme2
	assert_status 0
	assert_nvme_state 0 none "1 0xa"
	run_prctl reserve --key 0xa --type we $nvme2
	assert_status 3
	assert_stderr "prctl: $nvme2: reserve: conflict: 0xa is registered by another host: 0xa ($id1); nothing is reserved; register it first"
}

@test "nvme: unregister -> unregistered" {
	nvme_register_both
	run_prctl unregister --key 0xa $nvme1
	assert_status 0
	assert_output "$nvme1: unregistered 0xa; nothing is reserved"
	assert_nvme_state 0 none "2 0xb"
	run_prctl register --key 0xa $nvme1
	assert_status 0
	assert_nvme_state 0 none "1 0xa 2 0xb"
}

@test "nvme: unregister, the key is not registered -> conflict, with --ignore-key ok" {
	nvme_register 0xb $nvme2
	assert_refused key_not_registered unregister --key 0xb $nvme1
	assert_status 3
	run_prctl unregister --ignore-key $nvme1
	assert_status 0
	assert_output "$nvme1: nothing was registered"
	assert_nvme_state 0 none "2 0xb"
}

@test "nvme: unregister --ignore-key -> removes whatever key this host has" {
	nvme_register_both
	run_prctl unregister --ignore-key $nvme1
	assert_status 0
	assert_output "$nvme1: unregistered 0xa; nothing is reserved"
	assert_nvme_state 0 none "2 0xb"
}

# --- reserve, release

@test "nvme: reserve and release -> reserved and released" {
	nvme_register_both
	run_prctl reserve --key 0xa --type wear $nvme1
	assert_status 0
	assert_output "$nvme1: reserved, write-exclusive-all-regs, by 0xa"
	refute_stderr
	assert_nvme_state 5 "1 2" "1 0xa 2 0xb"
	run_prctl reserve --json --key 0xa --type wear $nvme1
	assert_status 0
	assert_json '.devices[0] | [.changed, .sent, .reservation.holders]' '[false,false,["0xa","0xb"]]'
	run_prctl release --key 0xa $nvme1
	assert_status 0
	assert_output "$nvme1: released, was write-exclusive-all-regs"
	assert_nvme_state 0 none "1 0xa 2 0xb"
}

@test "nvme: reserve, another host holds -> conflict" {
	nvme_register_both
	nvme_reserve 0xb 1 $nvme2
	run_prctl reserve --key 0xa --type we $nvme1
	assert_status 3
	assert_stderr "prctl: $nvme1: reserve: conflict: held by 0xb ($id2), write-exclusive; 0xa is registered; wait for the holder to release it, or preempt it"
	assert_nvme_state 1 2 "1 0xa 2 0xb"
}

@test "nvme: reserve --ignore-key, which nvmet does not know -> unsupported" {
	nvme_register 0xa $nvme1
	assert_refused option_unsupported reserve --key 0xa --type we --ignore-key $nvme1
	assert_status 4
	assert_nvme_state 0 none "1 0xa"
}

@test "nvme: release, another host holds -> conflict, the reservation stays" {
	nvme_register_both
	nvme_reserve 0xa 1 $nvme1
	run_prctl release --key 0xb $nvme2
	assert_status 3
	assert_stderr "prctl: $nvme2: release: conflict: held by 0xa ($id1), write-exclusive; 0xb is registered; only the holder can release it; use preempt to take it over"
	assert_nvme_state 1 1 "1 0xa 2 0xb"
}

@test "nvme: release, nothing is reserved -> ok" {
	nvme_register 0xa $nvme1
	run_prctl release --key 0xa $nvme1
	assert_status 0
	assert_output "$nvme1: nothing was reserved"
}

@test "nvme: release, all registrants hold -> nvmet takes it from the host that reserved" {
	nvme_register_both
	nvme_reserve 0xb 5 $nvme2
	run_prctl release --json --key 0xa $nvme1
	assert_status 6
	assert_json '.devices[0] | [.error.reason, .changed, .sent]' '["not_done",false,true]'
	assert_stderr "prctl: $nvme1: read-back: failed: accepted but not done: still held by all \
2 registrants, write-exclusive-all-regs; on this target, only the host that made the \
reservation can release it; run release on that host (one of: 0xb ($id2))"
	assert_nvme_state 5 "1 2" "1 0xa 2 0xb"
	# the advice
	run_prctl release --key 0xb $nvme2
	assert_status 0
	assert_nvme_state 0 none "1 0xa 2 0xb"
}

@test "nvme: release, all registrants hold and the host that reserved has left -> ok" {
	nvme_register_both
	nvme_reserve 0xb 6 $nvme2
	run_prctl unregister --key 0xb $nvme2
	assert_status 0
	assert_output "$nvme2: unregistered 0xb; held by 0xa ($id1), exclusive-access-all-regs"
	run_prctl release --key 0xa $nvme1
	assert_status 0
	assert_nvme_state 0 none "1 0xa"
}

# --- preempt, preempt-abort, clear

# assert_preempt COMMAND WORD: in the same words
assert_preempt()
{
	nvme_register_both
	nvme_reserve 0xb 1 $nvme2
	cannot_write $nvme1

	run_prctl "$1" --key 0xa --victim 0xb $nvme1
	assert_status 0
	assert_output "$nvme1: $2 0xb; held by 0xa (this host), write-exclusive"
	refute_stderr
	assert_nvme_state 1 1 "1 0xa"
	assert_access $nvme1 yes yes
	assert_access $nvme2 no yes
}

@test "nvme: preempt of the holder -> takes the reservation over" {
	assert_preempt preempt preempted
}

@test "nvme: preempt-abort of the holder -> takes the reservation over" {
	assert_preempt preempt-abort "preempted and aborted"
}

@test "nvme: preempt-abort of a registrant -> removed, the reservation stays" {
	local number
	for number in 1 3; do
		nvme_register_both
		nvme_reserve 0xa $number $nvme1
		# what --type says has no effect there, and must not release anything
		run_prctl preempt-abort --key 0xa --victim 0xb --type "${types[4 - number]}" $nvme1
		assert_status 0
		assert_output "$nvme1: preempted and aborted 0xb; held by 0xa (this host), ${types[number - 1]}"
		assert_nvme_state $number 1 "1 0xa"
		can_write $nvme1
		cannot_write $nvme2
		nvme_reset
	done
}

@test "nvme: preempt, the victim is not registered -> conflict, with --if-registered ok" {
	nvme_register 0xa $nvme1
	nvme_reserve 0xa 1 $nvme1
	assert_refused victim_not_registered preempt --key 0xa --victim 0xb $nvme1
	assert_status 3
	run_prctl preempt --if-registered --key 0xa --victim 0xb $nvme1
	assert_status 0
	assert_output "$nvme1: 0xb was not registered; held by 0xa (this host), write-exclusive"
}

@test "nvme: preempt, nothing is reserved -> conflict, --unreserved removes the key alone" {
	nvme_register_both
	assert_refused not_reserved preempt --key 0xa --victim 0xb $nvme1
	assert_status 3
	assert_nvme_state 0 none "1 0xa 2 0xb"
	run_prctl preempt --unreserved --key 0xa --victim 0xb $nvme1
	assert_status 0
	assert_stderr "prctl: $nvme1: warning: nothing is reserved, so the victim can write without its key; reserve to lock it out"
	assert_nvme_state 0 none "1 0xa"
	can_write $nvme2
}

@test "nvme: preempt --victim all, all registrants hold -> all others are removed" {
	nvme_register_both
	nvme_reserve 0xb 5 $nvme2
	run_prctl preempt --key 0xa --victim all $nvme1
	assert_status 0
	assert_output "$nvme1: preempted all others; held by 0xa (this host), write-exclusive-all-regs"
	assert_nvme_state 5 1 "1 0xa"
	assert_access $nvme2 no yes
	nvme_register 0xb $nvme2
	run_prctl preempt-abort --key 0xa --victim all --type eaar $nvme1
	assert_status 0
	assert_nvme_state 6 1 "1 0xa"
	assert_access $nvme2 no no
}

@test "nvme: clear -> everything is removed" {
	nvme_register_both
	nvme_reserve 0xb 2 $nvme2
	run_prctl clear --key 0xa $nvme1
	assert_status 0
	assert_output "$nvme1: cleared, 2 registrations"
	assert_nvme_state 0 none none
	assert_access $nvme1 yes yes
	assert_access $nvme2 yes yes
}

# --- status

@test "nvme: status -> registrants and reservation" {
	nvme_register_both
	nvme_reserve 0xb 1 $nvme2
	run_status_rows $nvme1
	assert_status 0
	assert_output "$nvme1 write-exclusive 0xa - this $id1
$nvme1 write-exclusive 0xb holds - $id2"
	refute_stderr
}

@test "nvme: status --json -> registrants, reservation and capabilities" {
	nvme_register_both
	nvme_reserve 0xb 6 $nvme2
	run_prctl status --json $nvme1
	assert_status 0
	assert_json '.status' '"ok"'
	assert_json '.devices[0] | [.transport, .source]' '["nvme","nvme_reservation_report"]'
	assert_json '.devices[0].reservation' '{"type":"exclusive-access-all-regs","key":"0x0","holders":["0xa","0xb"]}'
	assert_json '.devices[0].registrants[0]' \
		"{\"key\":\"0xa\",\"name\":\"none\",\"origin\":[],\"holder\":true,\"initiator\":\"$id1\",\"target_port\":0,\"this_host\":true}"
	assert_json '.devices[0].registrants[1] | [.initiator, .this_host]' "[\"$id2\",false]"
	assert_json '.devices[0].capabilities' "$(printf '%s\n' "${types[@]}" | jq -Rsc \
		--argjson rescap "$(nvme id-ns --output-format=json $nvme1 | jq .rescap)" \
		--argjson oncs "$(nvme id-ctrl --output-format=json $nvme1 | jq .oncs)" \
		'{types: split("\n")[:6], power_loss_capable: false, power_loss_active: false, compatible_reserve: false,
			specify_initiators: false, all_target_ports: false, replace_lost: false, types_listed: true, ignore_key: true,
			allowed_commands: "none", rescap: $rescap, oncs: $oncs}')"
	assert_json '.devices[0].lun.wwid' "\"$(< /sys/block/"$(basename "$(readlink -f $nvme1)")"/wwid)\""
	assert_json '.devices[0].paths | map([.state, .registered])' '[["live",true]]'
	assert_json '.devices[0].generation' "$(nvme resv-report --eds --output-format=json $nvme1 | jq .gen)"
}

@test "nvme: status without a device -> lists namespaces as well" {
	nvme_register_both
	run_prctl status --json
	assert_status 0
	assert_json '[.devices[] | select(.transport == "nvme") | [.device, (.registrants | length)]]' \
		"[[\"$(readlink -f $nvme1)\",2],[\"$(readlink -f $nvme2)\",2]]"
}

@test "nvme: --dry-run -> sends nothing" {
	local rows=("register --key 0xaa --old-key 0xa|register 0xaa in place of 0xa: REGISTER, \
key 0xa, new key 0xaa"
		"unregister --key 0xa|unregister 0xa: REGISTER, key 0xa, new key 0x0"
		"reserve --key 0xa --type we|reserve, write-exclusive, for 0xa: RESERVE, key 0xa, \
write-exclusive"
		"clear --key 0xa|clear 2 registrations, nothing is reserved: CLEAR, key 0xa") row
	nvme_register_both
	for row in "${rows[@]}"; do
		run_prctl ${row%|*} --dry-run $nvme1
		assert_status 0
		assert_stderr "prctl: $nvme1: would ${row#*|}, through $(readlink -f "$nvme1")"
		assert_nvme_state 0 none "1 0xa 2 0xb"
	done
}

@test "nvme: disks and namespaces in one command -> both are done" {
	lun_reset
	run_prctl register --key 0xa $host1 $nvme1
	assert_status 0
	assert_output "$host1: registered 0xa
$nvme1: registered 0xa"
	assert_target_state none none "host-1 0xa"
	assert_nvme_state 0 none "1 0xa"
	run_prctl unregister --key 0xa $host1 $nvme1
	assert_status 0
}

@test "nvme: a partition -> refused, with --whole-lun the namespace" {
	local part=$nvme1-part1
	sfdisk --quiet $nvme1 <<< ',4M'
	udevadm settle
	assert_refused not_whole_lun register --key 0xa $part
	assert_status 5
	assert_nvme_state 0 none none
	run_prctl register --whole-lun --key 0xa $part
	assert_status 0
	assert_nvme_state 0 none "1 0xa"
	wipefs --all --quiet --force $nvme1
	blockdev --rereadpt $nvme1
	udevadm settle
}

@test "nvme: a character device -> refused, the block device is named" {
	for device in /dev/nvme0 /dev/ng0n1; do
		assert_refused not_block_device status $device
		assert_status 5
	done
}

@test "nvme: no privilege, the node can be read and written -> as the kernel allows" {
	nvme_register_both
	local node
	node=$(readlink -f $nvme1)
	chmod 666 "$node"
	run --separate-stderr setpriv --reuid=65534 --clear-groups "$(type -P prctl)" status --json "$node"
	assert_status 0
	assert_json '.devices[0] | [.source, (.registrants | map(.key))]' '["nvme_reservation_report",["0xa","0xb"]]'
	run --separate-stderr setpriv --reuid=65534 --clear-groups "$(type -P prctl)" reserve --key 0xa --type we "$node"
	assert_status 0
	assert_nvme_state 1 1 "1 0xa 2 0xb"
	run --separate-stderr setpriv --reuid=65534 --clear-groups "$(type -P prctl)" unregister --key 0xa --release "$node"
	assert_status 0
	chmod 660 "$node"
	assert_nvme_state 0 none "2 0xb"
}

@test "nvme: no privilege, the node can be read -> only a change is refused" {
	nvme_register_both
	local node
	node=$(readlink -f $nvme1)
	chmod 664 "$node"
	run --separate-stderr setpriv --reuid=65534 --clear-groups "$(type -P prctl)" unregister --json --key 0xa "$node"
	assert_status 5
	assert_json '.devices[0] | [.error.reason, .changed, .sent]' '["no_privilege",false,false]'
	chmod 660 "$node"
	assert_nvme_state 0 none "1 0xa 2 0xb"
}

# --- the kernel's traps: first what the bare ioctl does, then what prctl makes of it

# bats test_tags=long
@test "nvme: 66 registrants, more than the first report has room for -> all are shown" {
	local n name key added=()
	# Each is a host with a controller of its own, for as long as it takes to register; its
	# registration stays. udev would take a second for each.
	udev_stop
	for ((n = 1; n <= 65; n++)); do
		exec {fabrics}<> /dev/nvme-fabrics
		echo "transport=loop,nqn=nqn.2026-01.lab:subsystem,traddr=port-1,nr_io_queues=1,hostnqn=nqn.2026-01.lab:guest-$n,$(
			)hostid=$(printf '%08x' $((n + 0x100)))-0011-2233-4455-66778899aabb" >&$fabrics
		IFS='=,' read -r _ name _ <&$fabrics
		exec {fabrics}>&-
		until [[ -b /dev/nvme${name}n1 ]]; do
			pause 0.05
		done
		printf -v key 0x%x $((n + 0x1000))
		nvme_register "$key" "/dev/nvme${name}n1"
		echo 1 > "/sys/class/nvme/nvme$name/delete_controller"
		added+=("\"$key\"")
	done
	udev_continue
	nvme_register 0xa $nvme1
	run_prctl status --json $nvme1
	assert_status 0
	assert_json '[.devices[0].registrants[].key] | sort' "$(jq -c sort <<< "[\"0xa\",$(IFS=, && echo "${added[*]}")]")"
	assert_json '[.devices[0].registrants[] | select(.this_host)] | map(.key)' '["0xa"]'
	run_prctl preempt --key 0xa --victim 0x1041 --unreserved $nvme1
	assert_status 0
	run_prctl status --json $nvme1
	assert_json '.devices[0].registrants | [length, (map(select(.key == "0x1041")) | length)]' '[65,0]'
}

@test "nvme: the preempt ioctl (trap 1) -> takes the own key as old_key" {
	nvme_register_both
	nvme_reserve 0xb 1 $nvme2
	assert_pr_ioctl 0x18 $nvme1 preempt 0xb 0xa 1
	assert_nvme_state 1 2 "1 0xa 2 0xb"
	assert_pr_ioctl 0x0 $nvme1 preempt 0xa 0xb 1
	assert_nvme_state 1 1 "1 0xa"
}

@test "nvme: the register ioctl with new key 0 (trap 4) -> leaves key 0, and its host cannot register" {
	nvme_register_both
	assert_pr_ioctl 0x0 $nvme1 register 0xa 0 0
	assert_nvme_state 0 none "1 0x0 2 0xb"
	assert_pr_ioctl 0x18 $nvme1 register 0 0xa 0
	assert_nvme_state 0 none "1 0x0 2 0xb"

	run_status_rows $nvme1
	assert_status 0
	assert_output "$nvme1 - 0x0 - this $id1
$nvme1 - 0xb - - $id2"
}

@test "nvme: register, this host has key 0 (trap 4) -> conflict that names --ignore-key, never --old-key" {
	nvme_register_both
	assert_pr_ioctl 0x0 $nvme1 register 0xa 0 0
	for command in "register --key 0xa" "register --key 0xa --old-key 0xaa" "unregister --key 0xa" \
		"reserve --key 0xa --type we" "release --key 0xa" "preempt --key 0xa --victim 0xb" "clear --key 0xa"; do
		run_prctl $command $nvme1
		assert_status 3
		assert_stderr "prctl: $nvme1: ${command%% *}: conflict: this host is registered \
with 0x0, not 0xa; nothing is reserved; 0x0 is left over from another tool; use --ignore-key to \
replace or remove it"
		assert_nvme_state 0 none "1 0x0 2 0xb"
	done
}

@test "nvme: register --ignore-key, this host has key 0 (trap 4) -> registered" {
	nvme_register_both
	assert_pr_ioctl 0x0 $nvme1 register 0xa 0 0
	run_prctl register --key 0xa --ignore-key $nvme1
	assert_status 0
	assert_output "$nvme1: registered 0xa in place of 0x0"
	assert_nvme_state 0 none "1 0xa 2 0xb"
}

@test "nvme: unregister --ignore-key, this host has key 0 (trap 4) -> unregistered" {
	nvme_register_both
	assert_pr_ioctl 0x0 $nvme1 register 0xa 0 0
	run_prctl unregister --ignore-key $nvme1
	assert_status 0
	assert_output "$nvme1: unregistered 0x0; nothing is reserved"
	assert_nvme_state 0 none "2 0xb"
}

@test "nvme: the holder has key 0 (trap 4) -> shown, and repaired" {
	nvme_register_both
	nvme_reserve 0xa 1 $nvme1
	assert_pr_ioctl 0x0 $nvme1 register 0xa 0 0
	assert_nvme_state 1 1 "1 0x0 2 0xb"
	run_prctl status --json $nvme2
	assert_json '.devices[0].reservation' '{"type":"write-exclusive","key":"0x0","holders":["0x0"]}'
	run_prctl reserve --key 0xb --type we $nvme2
	assert_status 3
	assert_stderr "prctl: $nvme2: reserve: conflict: held by 0x0 ($id1), write-exclusive; 0xb is registered; wait for the holder to release it, or preempt it"
	assert_refused holder unregister --ignore-key $nvme1
	assert_status 3
	run_prctl unregister --ignore-key --release $nvme1
	assert_status 0
	assert_nvme_state 0 none "2 0xb"
}

@test "nvme: clear, another host has key 0 (trap 4) -> removed" {
	nvme_register_both
	assert_pr_ioctl 0x0 $nvme1 register 0xa 0 0
	run_prctl clear --key 0xb $nvme2
	assert_status 0
	assert_nvme_state 0 none none
	run_prctl register --key 0xa $nvme1
	assert_status 0
	assert_nvme_state 0 none "1 0xa"
}

@test "nvme: the register ioctl with PR_FL_IGNORE_KEY (trap 5) -> needs an old key" {
	nvme_register 0xa $nvme1
	assert_pr_ioctl 0x18 $nvme1 register 0 0xaa 1
	assert_nvme_state 0 none "1 0xa"
	run_prctl register --verbose --key 0xaa --ignore-key $nvme1
	assert_status 0
	hide_numbers
	disk=$(readlink -f $nvme1)
	assert_stderr "prctl: $nvme1: is $disk, nvme, ? Linux, $(< "/sys/class/block/${disk##*/}/wwid")
prctl: $nvme1: RESERVATION REPORT, extended by NVMe passthrough: good, N \
bytes
prctl: $nvme1: IDENTIFY namespace identification descriptors by NVMe passthrough: good
prctl: $nvme1: REGISTER AND IGNORE EXISTING KEY, key 0xaa, new key 0xaa by ioctl: good
prctl: $nvme1: RESERVATION REPORT, extended by NVMe passthrough: good, N bytes
prctl: $nvme1: IDENTIFY namespace identification descriptors by NVMe passthrough: good
prctl: $nvme1: nothing is reserved; 1 registration, generation N"
	assert_nvme_state 0 none "1 0xaa"
}

@test "nvme: the ioctls on a partition (trap 6) -> the errno of a missing privilege" {
	sfdisk --quiet $nvme1 <<< ',4M'
	udevadm settle
	assert_pr_ioctl "-1 EPERM" $nvme1-part1 register 0 0xa 0
	run_prctl register --key 0xa $nvme1-part1
	assert_status 5
	assert_stderr "prctl: $nvme1-part1: resolve: device: this is a partition of \
$(readlink -f $nvme1), and a reservation covers the whole LUN; use $(readlink -f $nvme1), or \
--whole-lun"
	wipefs --all --quiet --force $nvme1
	blockdev --rereadpt $nvme1
	udevadm settle
}

@test "nvme: the read ioctls (trap 10) -> name no host, and cut the list without notice" {
	nvme_register 0xa $nvme1
	nvme_register 0xa $nvme2
	[[ $(pr_ioctl $nvme1 read-keys 1) =~ ^0x0.*", 2 keys: 0xa"$ ]] || fail "$(pr_ioctl $nvme1 read-keys 1)"
	run_prctl status --json $nvme1
	assert_json '.devices[0].registrants | map([.key, .this_host])' '[["0xa",true],["0xa",false]]'
}

@test "nvme: the read ioctl, all registrants hold (trap 12) -> names one of them as the holder" {
	nvme_register_both
	nvme_reserve 0xb 5 $nvme2
	[[ $(pr_ioctl $nvme1 read-reservation) == *", key 0xa, type 5" ]] || fail "$(pr_ioctl $nvme1 read-reservation)"
	assert_pr_ioctl 0x0 $nvme1 release 0xa 5
	assert_nvme_state 5 "1 2" "1 0xa 2 0xb"
	run_prctl status --json $nvme1
	assert_json '.devices[0].registrants | map(.holder)' '[true,true]'
}

# --- a native multipath head: one device above two controllers of this host

@test "nvme native multipath: register -> one registration, through whatever path" {
	run_prctl status --json $nvme1
	assert_status 0
	assert_json '.devices[0] | [.transport, (.paths | map(.state))]' '["nvme",["live"]]'
	assert_json '.devices[0].lun | [.model, .size]' '["Linux",16777216]'
	[[ $(jq -r '.devices[0].lun.wwid' <<< "$output") == uuid.* ]] || fail "no wwid"

	run_prctl register --key 0xa $nvme1
	assert_status 0
	assert_output "$nvme1: registered 0xa"
	run_prctl reserve --key 0xa --type ea $nvme1
	assert_status 0
	assert_nvme_state 2 1 "1 0xa"
	run_status_rows $nvme1
	assert_output "$nvme1 exclusive-access 0xa holds this $id1"
	assert_access $nvme1 yes yes
	run_prctl register --key 0xaa --ignore-key $nvme1
	assert_status 0
	assert_nvme_state 2 1 "1 0xaa"
	run_prctl unregister --key 0xaa $nvme1
	assert_status 0
	assert_nvme_state 0 none none
}

@test "nvme native multipath: status without a device -> lists the head, and no path of it" {
	run_prctl status --json
	assert_status 0
	assert_json '[.devices[] | select(.transport == "nvme") | .device]' "[\"$(readlink -f $nvme1)\"]"
}

@test "nvme native multipath: a path goes away -> the registration stays" {
	local control
	run_prctl register --key 0xa $nvme1
	assert_status 0
	run_prctl reserve --key 0xa --type we $nvme1
	assert_status 0
	for control in /sys/class/nvme/nvme*/delete_controller; do
		break
	done
	echo 1 > "$control"
	run_prctl status --json $nvme1
	assert_status 0
	assert_json '.devices[0] | [.reservation.holders, (.registrants | map(.this_host))]' '[["0xa"],[true]]'
	assert_access $nvme1 yes yes
	run_prctl unregister --key 0xa $nvme1
	assert_status 0
	assert_output "$nvme1: unregistered 0xa; nothing is reserved"
	# both paths again
	nvme_set_multipath N
}
