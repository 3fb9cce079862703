# shellcheck shell=bash disable=SC2034,SC2154
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the commands mean, in one table for every kind of device: two hosts share a LUN, and each row
# begins in the state that the one before has left. A file for each kind loads this after common,
# and says how its device is made empty, looked at and used:
#
#	host_device HOST	prints the device that HOST, 1 or 2, names to prctl
#	empty		nothing is registered, nothing reserved
#	holds		prints "1=0xa 2=0xb / TYPE / HOLDERS": what the target itself says. HOLDERS are "1", "1 2", or "-"
#	host_node HOST	prints what HOST reads from and writes to
#
# A row: HOST | COMMAND | EXIT REASON CHANGED | what the target holds then ("=": what it held
# before) | the hosts that can write / that can read. A row that begins with the names of kinds is
# theirs alone: what differs by the standard, or by the target that the lab has, and why, is said
# before it.

rows_register=(
	"1 | register --key 0xa | 0 none true | 1=0xa / none / -"
	"1 | register --key 0xa | 0 none false | ="
	"1 | register --key 0xa --ignore-key | 0 none false | ="
	"1 | register --key 0xaa | 3 other_key_registered false | ="
	"1 | register --key 0xaa --old-key 0xb | 3 other_key_registered false | ="
	"1 | register --key 0xaa --old-key 0xa | 0 none true | 1=0xaa / none / -"
	"1 | register --key 0xaa --old-key 0xa | 0 none false | ="
	"1 | register --key 0xa --ignore-key | 0 none true | 1=0xa / none / -"
	"2 | register --key 0xbb --old-key 0xb | 3 key_not_registered false | ="
	"2 | unregister --key 0xb | 3 key_not_registered false | ="
	"2 | unregister --key 0xa | 3 key_not_registered false | ="
	"2 | unregister --ignore-key | 0 none false | ="
	"2 | register --key 0xa | 0 none true | 1=0xa 2=0xa / none / -"
	"2 | unregister --key 0xa | 0 none true | 1=0xa / none / -"
	"2 | register --key 0xffffffffffffffff --ignore-key | 0 none true | 1=0xa 2=0xffffffffffffffff / none / -"
	"1 | unregister --key 0xb | 3 other_key_registered false | ="
	"1 | unregister --key 0xa | 0 none true | 2=0xffffffffffffffff / none / -"
	"2 | unregister --ignore-key | 0 none true | none / none / -"
)

rows_reserve=(
	"1 | register --key 0xa | 0 none true | 1=0xa / none / -"
	"2 | reserve --key 0xb --type we | 3 key_not_registered false | ="
	"2 | reserve --key 0xa --type we | 3 key_not_registered false | ="
	"1 | reserve --key 0xb --type we | 3 other_key_registered false | ="
	"2 | release --key 0xb | 3 key_not_registered false | ="
	"1 | release --key 0xa | 0 none false | ="
	"1 | reserve --key 0xa --type we | 0 none true | 1=0xa / write-exclusive / 1 | 1 / 1 2"
	"2 | register --key 0xb | 0 none true | 1=0xa 2=0xb / write-exclusive / 1 | 1 / 1 2"
	"1 | reserve --key 0xa --type we | 0 none false | ="
	"1 | reserve --key 0xa --type ea | 3 held_with_other_type false | ="
	"2 | reserve --key 0xb --type we | 3 held_by_other false | ="
	"2 | release --key 0xb | 3 held_by_other false | ="
	"1 | release --key 0xa --type ea | 3 held_with_other_type false | ="
	"1 | unregister --key 0xa | 3 holder false | ="
	"1 | unregister --ignore-key | 3 holder false | ="
	"1 | register --key 0xaa --old-key 0xa | 0 none true | 1=0xaa 2=0xb / write-exclusive / 1"
	"1 | release --key 0xa | 3 other_key_registered false | ="
	"1 | release --key 0xaa --type we | 0 none true | 1=0xaa 2=0xb / none / - | 1 2 / 1 2"
	"2 | reserve --key 0xb --type ea | 0 none true | 1=0xaa 2=0xb / exclusive-access / 2 | 2 / 2"
	"2 | unregister --key 0xb --release | 0 none true | 1=0xaa / none / -"
	"1 | reserve --key 0xaa --type ea | 0 none true | 1=0xaa / exclusive-access / 1"
	"1 | unregister --key 0xaa | 0 none true | none / none / -"
)

rows_registrants=(
	"1 | register --key 0xa | 0 none true | 1=0xa / none / -"
	"2 | register --key 0xb | 0 none true | 1=0xa 2=0xb / none / -"
	"1 | reserve --key 0xa --type wero | 0 none true | 1=0xa 2=0xb / write-exclusive-reg-only / 1 | 1 2 / 1 2"
	"2 | unregister --key 0xb | 0 none true | 1=0xa / write-exclusive-reg-only / 1 | 1 / 1 2"
	"1 | release --key 0xa | 0 none true | 1=0xa / none / -"
	"1 | reserve --key 0xa --type earo | 0 none true | 1=0xa / exclusive-access-reg-only / 1 | 1 / 1"
	"1 | release --key 0xa | 0 none true | 1=0xa / none / -"
	"1 | reserve --key 0xa --type wear | 0 none true | 1=0xa / write-exclusive-all-regs / 1 | 1 / 1 2"
	"2 | register --key 0xb | 0 none true | 1=0xa 2=0xb / write-exclusive-all-regs / 1 2 | 1 2 / 1 2"
	"2 | reserve --key 0xb --type wear | 0 none false | ="
	"2 | reserve --key 0xb --type eaar | 3 held_with_other_type false | ="
	# Linux's NVMe target takes the release of the one that reserved alone, and answers the others with
	# success.
	"nvme: 2 | release --key 0xb | 6 not_done false | ="
	"nvme: 1 | release --key 0xa | 0 none true | 1=0xa 2=0xb / none / -"
	"scsi map: 2 | release --key 0xb | 0 none true | 1=0xa 2=0xb / none / -"
	"2 | reserve --key 0xb --type eaar | 0 none true | 1=0xa 2=0xb / exclusive-access-all-regs / 1 2"
	"2 | unregister --key 0xb | 0 none true | 1=0xa / exclusive-access-all-regs / 1 | 1 / 1"
	"1 | unregister --key 0xa | 0 none true | none / none / - | 1 2 / 1 2"
)

rows_preempt=(
	"1 | register --key 0xa | 0 none true | 1=0xa / none / -"
	"2 | register --key 0xb | 0 none true | 1=0xa 2=0xb / none / -"
	"1 | preempt --key 0xa --victim 0xb | 3 not_reserved false | ="
	"1 | preempt --key 0xa --victim all | 3 not_reserved false | ="
	"1 | preempt --key 0xa --victim 0xb --unreserved | 0 none true | 1=0xa / none / - | 1 2 / 1 2"
	"1 | preempt --key 0xa --victim 0xb --unreserved | 3 victim_not_registered false | ="
	"2 | register --key 0xb | 0 none true | 1=0xa 2=0xb / none / -"
	"2 | reserve --key 0xb --type we | 0 none true | 1=0xa 2=0xb / write-exclusive / 2 | 2 / 1 2"
	"1 | preempt --key 0xab --victim 0xb | 3 other_key_registered false | ="
	"1 | preempt --key 0xa --victim 0xc | 3 victim_not_registered false | ="
	"1 | preempt --key 0xa --victim 0xc --if-registered | 0 none false | ="
	"1 | preempt --key 0xa --victim all | 3 not_all_registrants false | ="
	"1 | preempt --key 0xa --victim 0xb | 0 none true | 1=0xa / write-exclusive / 1 | 1 / 1 2"
	"2 | preempt --key 0xb --victim 0xa | 3 key_not_registered false | ="
	"2 | register --key 0xbb --old-key 0xb | 3 key_not_registered false | ="
	"2 | register --key 0xb | 0 none true | 1=0xa 2=0xb / write-exclusive / 1"
	"2 | preempt-abort --key 0xb --victim 0xa --type ea | 0 none true | 2=0xb / exclusive-access / 2 | 2 / 2"
	"2 | release --key 0xb | 0 none true | 2=0xb / none / -"
	"1 | register --key 0xa | 0 none true | 1=0xa 2=0xb / none / -"
	"1 | reserve --key 0xa --type wero | 0 none true | 1=0xa 2=0xb / write-exclusive-reg-only / 1"
	"1 | preempt-abort --key 0xa --victim 0xb --type ea | 0 none true | 1=0xa / write-exclusive-reg-only / 1 | 1 / 1 2"
	"1 | release --key 0xa | 0 none true | 1=0xa / none / -"
	"2 | register --key 0xb | 0 none true | 1=0xa 2=0xb / none / -"
	"2 | reserve --key 0xb --type wear | 0 none true | 1=0xa 2=0xb / write-exclusive-all-regs / 1 2"
	"1 | preempt --key 0xa --victim all | 0 none true | 1=0xa / write-exclusive-all-regs / 1 | 1 / 1 2"
	"2 | register --key 0xb | 0 none true | 1=0xa 2=0xb / write-exclusive-all-regs / 1 2"
	"2 | preempt-abort --key 0xb --victim all --type eaar | 0 none true | 2=0xb / exclusive-access-all-regs / 2 | 2 / 2"
	"1 | clear --key 0xa | 3 key_not_registered false | ="
	"2 | clear --key 0xa | 3 other_key_registered false | ="
	"1 | register --key 0xa | 0 none true | 1=0xa 2=0xb / exclusive-access-all-regs / 1 2"
	"1 | clear --key 0xa | 0 none true | none / none / - | 1 2 / 1 2"
	"1 | clear --key 0xa | 3 key_not_registered false | ="
)

# assert_access_of_all "WRITERS / READERS": of hosts 1 and 2 those can write, those can read, and no
# others.
assert_access_of_all()
{
	local writers=${1% / *} readers=${1#* / } host
	for host in 1 2; do
		if [[ $writers == *$host* ]]; then can_write "$(host_node $host)"; else cannot_write "$(host_node $host)"; fi
		if [[ $readers == *$host* ]]; then can_read "$(host_node $host)"; else cannot_read "$(host_node $host)"; fi
	done
}

# run_row ROW: the target holds $before.
run_row()
{
	local host command ended after can now expected
	IFS='|' read -r host command ended after can <<< "${1// | /|}"
	read -r -a expected <<< "$ended"
	# shellcheck disable=SC2086
	run_prctl $command --json "$(host_device "$host")"
	assert_status "${expected[0]}"
	[[ $output == *"\"changed\": ${expected[2]},"*"\"reason\": \"${expected[1]}\","* ]] ||
		fail "not changed ${expected[2]}, for the reason ${expected[1]}"
	[[ $after != = ]] || after=$before
	now=$(target_state)
	[[ $now == "$after" ]] || fail "the target holds $now, not $after"
	[[ -z $can ]] || assert_access_of_all "$can"
	before=$now
}

# run_rows KIND TABLE: every row of it that KIND has, from an empty device on.
run_rows()
{
	local -n table=rows_$2
	local row before
	reset_target
	before=$(target_state)
	[[ $before == "none / none / -" ]] || fail "not empty: $before"
	for row in "${table[@]}"; do
		if [[ $row == *:* ]]; then
			[[ " ${row%%:*} " == *" $1 "* ]] || continue
			row=${row#*: }
		fi
		echo "row: $row"
		run_row "$row"
	done
}

# type_name WORDS: prctl's name of the type that LIO calls WORDS.
type_name()
{
	case $1 in
	"Write Exclusive Access") echo write-exclusive ;;
	"Exclusive Access") echo exclusive-access ;;
	"Write Exclusive Access, Registrants Only") echo write-exclusive-reg-only ;;
	"Exclusive Access, Registrants Only") echo exclusive-access-reg-only ;;
	"Write Exclusive Access, All Registrants") echo write-exclusive-all-regs ;;
	"Exclusive Access, All Registrants") echo exclusive-access-all-regs ;;
	*) echo "$1" ;;
	esac
}
