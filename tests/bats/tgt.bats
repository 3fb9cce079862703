#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A second SCSI target, Debian's tgt, with other habits than LIO's: it keeps nothing through a power
# loss, and so refuses every register of the kernel's (trap 16); and it knows no READ FULL STATUS.
# The witness is sg_persist.
load common
load bare

one=/dev/lab/tgt1/lun1
two=/dev/lab/tgt2/lun1

setup_file()
{
	local target=iqn.2026-01.lab:target.tgt portal=127.0.0.1:3270 host
	truncate -s 16M /run/lab/tgt
	tgtd -f --iscsi portal=$portal > /run/lab/tgtd.log 2>&1 3>&- &
	echo $! > /run/lab/tgtd.pid
	until tgtadm --lld iscsi --mode sys --op show > /dev/null 2>&1; do
		kill -0 "$(< /run/lab/tgtd.pid)" || return
		pause 0.1
	done
	tgtadm --lld iscsi --mode target --op new --tid 1 --targetname $target
	tgtadm --lld iscsi --mode logicalunit --op new --tid 1 --lun 1 --backing-store /run/lab/tgt
	tgtadm --lld iscsi --mode target --op bind --tid 1 --initiator-address ALL
	for host in 1 2; do
		cat > "/etc/iscsi/ifaces/tgt$host" <<-END
		iface.iscsi_ifacename = tgt$host
		iface.transport_name = tcp
		iface.initiatorname = iqn.2026-01.lab:tgt-$host
		END
		iscsiadm -m node -T $target -p $portal,1 -I tgt$host -o new > /dev/null
	done
	iscsiadm -m node -T $target --login > /dev/null
	until [[ -b $one && -b $two ]]; do
		pause 0.1
	done
	udevadm settle
}

teardown_file()
{
	iscsiadm -m node -T iqn.2026-01.lab:target.tgt --logout > /dev/null
	# it stays while it has a target
	kill -KILL "$(< /run/lab/tgtd.pid)"
}

# tgt_state: what the target says, "0xa 0xb / 5", in its own order; "none / none".
tgt_state()
{
	local keys type
	# it takes a unit attention that waits for this host
	sg_persist -n -i -k $two > /dev/null 2>&1 || true
	keys=$(sg_persist -n -i -k $two | sed -n 's/^ *\(0x[0-9a-f]*\)$/\1/p' | paste -sd' ')
	type=$(sg_persist -n -i -r $two | sed -n 's/.*scope: LU_SCOPE,  *type: //p')
	echo "${keys:-none} / ${type:-none}"
}

assert_tgt_state()
{
	[[ $(tgt_state) == "$1" ]] || fail "the target holds $(tgt_state), not $1"
}

setup()
{
	[[ $(tgt_state) == "none / none" ]] || { sg_register 0xfff $two && sg_persist_retry -o -C -K fff $two; }
	assert_tgt_state "none / none"
}

@test "tgt: register (trap 16) -> refused by the target, and prctl says why" {
	case $LAB_KERNEL in
	6.1) assert_pr_ioctl 0x402 $one register 0 0xa 0 ;;
	*) assert_pr_ioctl "-1 EINVAL" $one register 0 0xa 0 ;;
	esac
	run_prctl register --json --key 0xa $one
	assert_status 4
	answer="invalid field (EINVAL)"
	[[ $LAB_KERNEL != 6.1 ]] || answer=$(sed -n 's/.*requires (\(.*\)); enable.*/\1/p' <<< "$stderr")
	assert_stderr "prctl: $one: register: unsupported: the target cannot persist registrations \
through power loss (APTPL), which the kernel requires ($answer); enable it on the target, or use \
register --volatile"
	assert_outcome unsupported false true no_power_loss_persistence
	assert_json '.devices[0].capabilities.power_loss_capable' false
	assert_tgt_state "none / none"
}

@test "tgt: another tool has registered -> shown, by READ KEYS and READ RESERVATION" {
	sg_register 0xa $one
	sg_register 0xb $two
	sg_reserve 0xa 5 $one
	run_prctl status --json $one
	assert_status 0
	assert_json '.devices[0] | [.source, .reservation.type, .reservation.key, (.registrants | map([.key, .holder, .this_host]))]' \
		'["scsi_read_keys","write-exclusive-reg-only","0xa",[["0xa",true,null],["0xb",false,null]]]'
}

@test "tgt: another tool has registered -> reserve, release, preempt and clear work" {
	sg_register 0xa $one
	sg_register 0xb $two
	run_prctl reserve --key 0xa --type wero $one
	assert_status 0
	assert_tgt_state "0xa 0xb / Write Exclusive, registrants only"
	run_prctl reserve --json --key 0xa --type wero $one
	assert_status 0
	assert_json '.devices[0].changed' false
	run_prctl reserve --key 0xb --type we $two
	assert_status 3
	run_prctl release --key 0xb $two
	assert_status 3
	assert_tgt_state "0xa 0xb / Write Exclusive, registrants only"
	run_prctl release --key 0xa $one
	assert_status 0
	assert_tgt_state "0xa 0xb / none"
	run_prctl reserve --key 0xb --type we $two
	assert_status 0
	run_prctl preempt --key 0xa --victim 0xb $one
	assert_status 0
	assert_tgt_state "0xa / Write Exclusive"
	run_prctl clear --key 0xa $one
	assert_status 0
	assert_tgt_state "none / none"
}
