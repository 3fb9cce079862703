#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The completion for bash on real disks: what Tab offers after --victim and --old-key is registered
# there. That it offers tests/host tests each word in its place, and also fish and zsh, which needs
# minutes for its prompt in an emulated machine.
# bats file_tags=kernel-7
load ../host/completion.bash
export shell=bash

setup()
{
	lun_reset lun0
	# nothing is played here: prctl's own lists, and a call that is noted
	# shellcheck disable=SC2016 # the stand-in's own variables
	printf '%s\n' '#!/bin/bash' '[[ $1 != --list ]] || exec "$real" "$@"' 'printf "<%s>" "$@" >> "$ran"' 'echo >> "$ran"' > "$stub/prctl"
	cd "$HOME" || return
}

@test "completion: --victim, --old-key or --key after a disk -> offers the keys that are registered on it" {
	local disk
	disk=$(readlink -f "$host1")
	sg_register 0xa "$host1"
	sg_register 0xb "$host2"
	type_lines "prctl preempt $disk --key \\t--victim \\e*" "prctl register --key 0xc $host1 --old-key=\\t" \
		"prctl clear --key 0xb\\t $disk"
	assert_call 1 "<preempt><$disk><--key><0xa><--victim><0xb><all>"
	assert_call 2 "<register><--key><0xc><$host1><--old-key=0xa>"
	assert_call 3 "<clear><--key><0xb><$disk>"
	assert_target_state none none "host-1 0xa host-2 0xb"
}
