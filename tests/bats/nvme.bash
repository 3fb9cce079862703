# shellcheck shell=bash disable=SC2034,SC2154
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What tests on NVMe use in addition to common.bash: nvme-cli, writes and reads, and the bare ioctl
# are the witnesses. Load it after common.
load bare

nvme1=/dev/lab/host1/nvme0
nvme2=/dev/lab/host2/nvme0
id1=nvme:00000001-0011-2233-4455-66778899aabb
id2=nvme:00000002-0011-2233-4455-66778899aabb
types=(write-exclusive exclusive-access write-exclusive-reg-only exclusive-access-reg-only
	write-exclusive-all-regs exclusive-access-all-regs)

# The target's own word: "TYPE / HOLDERS / KEYS", e.g. "1 / 1 / 1 0xa 2 0xb", a host being its
# number. Without jq, which takes half a second in the lab.
nvme_target_state()
{
	local name value type holder key host holders='' keys=()
	while IFS=':, ' read -r name value; do
		case $name in
		'"rtype"') type=$value ;;
		'"rcsts"') holder=$value ;;
		'"rkey"') printf -v key 0x%x "$value" ;;
		'"hostid"')
			host=${value:8:1}
			keys[host]="$host $key"
			((holder == 0)) || holders+=" $host"
			;;
		esac
	done <<< "$(nvme resv-report --eds --output-format=json $nvme1)"
	holders=${holders# } keys=("${keys[*]}")
	echo "$type / ${holders:-none} / ${keys:-none}"
}

# assert_nvme_state TYPE HOLDERS KEYS: the target holds just this.
assert_nvme_state()
{
	local now
	now=$(nvme_target_state)
	[[ $now == "$1 / $2 / $3" ]] || fail "the target holds $now, not $1 / $2 / $3"
}

# nvme_register KEY DEVICE, nvme_reserve KEY TYPE DEVICE: by the bare ioctl.
nvme_register()
{
	assert_pr_ioctl 0x0 "$2" register 1 "$1" 1
}

nvme_reserve()
{
	assert_pr_ioctl 0x0 "$3" reserve "$1" "$2"
}

nvme_register_both()
{
	nvme_register 0xa $nvme1
	nvme_register 0xb $nvme2
}

# nvme_set_multipath Y|N: native multipath on or off. It takes seconds.
nvme_set_multipath()
{
	[[ $(< /sys/module/nvme_core/parameters/multipath) != "$1" ]] || return 0
	local mode=()
	[[ $1 == N ]] || mode=(multipath)
	"$LAB_TOP/lab/guest/san-nvme" "${mode[@]}"
}

# namespace_without_pr: the device of a namespace without reservations: the lab's own if the target
# supports none, or a second one.
namespace_without_pr()
{
	local subsystem=/sys/kernel/config/nvmet/subsystems/nqn.2026-01.lab:subsystem device=/dev/lab/host1/nvme1
	if [[ ! -e $subsystem/namespaces/1/resv_enable ]]; then
		echo $nvme1
		return
	fi
	if [[ ! -b $device ]]; then
		truncate -s 16M /run/lab/bare-namespace
		mkdir -p "$subsystem/namespaces/2"
		printf /run/lab/bare-namespace > "$subsystem/namespaces/2/device_path"
		echo 1 > "$subsystem/namespaces/2/buffered_io"
		echo 1 > "$subsystem/namespaces/2/enable"
	fi
	until [[ -b $device ]]; do
		pause 0.05
	done
	echo $device
}

# namespace_without_pr_remove: takes the second one away again.
namespace_without_pr_remove()
{
	local namespace=/sys/kernel/config/nvmet/subsystems/nqn.2026-01.lab:subsystem/namespaces/2
	[[ -d $namespace ]] || return 0
	echo 0 > "$namespace/enable"
	rmdir "$namespace"
	while [[ -e /dev/lab/host1/nvme1 || -e /dev/lab/host2/nvme1 ]]; do
		pause 0.05
	done
}

# Nothing registered, nothing reserved; native multipath if the test's name has it.
nvme_setup()
{
	[[ $BATS_TEST_DESCRIPTION != "nvme without"* ]] || return 0
	if [[ $BATS_TEST_DESCRIPTION == *"native multipath"* ]]; then
		nvme_set_multipath Y
	else
		nvme_set_multipath N
	fi
	nvme_reset
}

nvme_reset()
{
	if [[ $(nvme_target_state) != "0 / none / none" ]]; then
		nvme_register 0xfff $nvme1
		assert_pr_ioctl 0x0 $nvme1 clear 0xfff
	fi
	assert_nvme_state 0 none none
}

# assert_access DEVICE WRITES READS: whether the host of DEVICE can write and read, "yes" or "no".
assert_access()
{
	if [[ $2 == yes ]]; then can_write "$1"; else cannot_write "$1"; fi
	if [[ $3 == yes ]]; then can_read "$1"; else cannot_read "$1"; fi
}

# assert_refused REASON ARG...: prctl ARG... fails for that reason, and changes nothing.
assert_refused()
{
	run_prctl "${@:2}" --json
	[[ $output == *"\"changed\": false,"*"\"reason\": \"$1\","* ]] || fail "not refused as $1"
}
