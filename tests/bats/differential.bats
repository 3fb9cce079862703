#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Random commands of two hosts, held against a model of the standards: differential.py
load common
load nvme

setup()
{
	lun_reset
	seed=${LAB_SEED:-$((RANDOM * 32768 + RANDOM))}
	steps=${LAB_STEPS:-${LAB_LONG:+1000}}
	steps=${steps:-60}
}

# model KIND DEVICE... [CONFIGFS]
model()
{
	run python3 "$BATS_TEST_DIRNAME/differential.py" "$1" "$seed" "$steps" "${@:2}"
	((status == 0)) || fail "again with LAB_SEED=$seed LAB_STEPS=$steps"
	[[ ${lines[-1]} == "seed $seed: $steps steps, 0 wrong" ]] || fail "no last line"
}

@test "SCSI: random commands of two hosts -> what the model of SPC says, in the target and for writes" {
	model scsi "$host1" "$host2" /dev/lab/lun0.configfs
}

# bats test_tags=kernel-7
@test "NVMe: random commands of two hosts -> what the model of NVMe says, in the target and for writes" {
	nvme_reset
	model nvme /dev/lab/host1/nvme0 /dev/lab/host2/nvme0
}
