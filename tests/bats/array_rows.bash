# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What prctl does with a target, in rows that each begin with what the target holds: BEFORE | HOST |
# COMMAND | AFTER | NEVER. AFTER is what it holds if the command ends with 0 ("=": BEFORE); NEVER
# are exit statuses that would be wrong whatever the target answers. A and B are the registrations
# of hosts 1 and 2, W is the type write-exclusive-reg-only.
rows=(
	"none / none / none | 1 | register --key 0xa | none / none / A | 3 4"
	"none / none / A | 1 | register --key 0xa | = | 3"
	"none / none / A B | 1 | check --key 0xa | = | 3"
	"none / none / B | 1 | check --key 0xa | = | 0"
	"none / none / A B | 1 | reserve --key 0xa --type wero | host-1 / W / A B | 3"
	"host-1 / W / A B | 1 | preempt-abort --key 0xa --victim 0xb | host-1 / W / A | 3"
	"host-2 / W / A B | 1 | preempt --key 0xa --victim 0xb | host-1 / W / A | 3"
	"host-1 / W / A B | 1 | preempt --key 0xa --victim 0xc | = | 0"
	"host-1 / W / A B | 1 | release --key 0xa | none / none / A B | 3"
	"host-2 / W / A B | 1 | release --key 0xa | = | 0"
	"none / none / A B | 1 | unregister --key 0xa | none / none / B | 3"
	"host-1 / W / A B | 1 | clear --key 0xa | none / none / none | 3"
	"host-1 / W / A B | 1 | status | = | 3"
	"host-1 / W / A B | 1 | fence off | host-1 / W / A | 2"
	"none / none / none | 1 | fence on | host-1 / W / A | 2"
)

# run_on ROWS PERSONALITY OKAY [PATHS]: the rows whose commands match the regular expression ROWS,
# on that target; those that match OKAY have to end as on the standard's target. With PATHS 2, host
# 1 uses the map of both of its paths, and is registered by each of them ("each") or once ("once").
run_on()
{
	local row problems=() personality=$2 device=$array1 a="array-host-1 0xa" b="array-host-2 0xb"
	[[ -z ${4-} ]] || device=$array_map
	[[ ${4-} != each ]] || a="array-host-1 0xa array-host-1 0xa"
	for row in "${rows[@]}"; do
		[[ ${row#*|} =~ $1 ]] || continue
		array_reset "$2"
		rm -rf /run/prctl
		run_array_row "$row" "$3"
	done
	((${#problems[@]} == 0)) || fail "$2: $(printf '\n%s' "${problems[@]}")"
}

# run_array_row ROW OKAY: appends to $problems what is wrong.
run_array_row()
{
	local before host command after never got changed
	IFS='|' read -r before host command after never <<< "${1// | /|}"
	# what keeps nothing through a power loss is not supported by the kernel's register
	[[ $personality != no-aptpl ]] || never=${never/4/}
	before=$(row_state "$before")
	[[ $after == = ]] && after=$before || after=$(row_state "$after")
	array put 0 "$before"
	row_command
	array holds 0
	echo "# ${1#*| } -> $status, $got: $stderr" >&2
	changed=
	[[ $output != *'"changed": false'* ]] || changed=no
	if ((status == 0)) && [[ $got != "$after" ]]; then
		problems+=("$command: a false ok: the target holds $got")
	elif [[ $changed == no && $got != "$before" ]]; then
		problems+=("$command: ended with $status, not changed, and the target holds $got")
	elif [[ " $never " == *" $status "* ]]; then
		problems+=("$command: ended with $status: $output")
	elif ((status)) && [[ $command =~ $2 && $after != "$before" ]]; then
		problems+=("$command: ended with $status: $output$stderr")
	elif ((status)) && [[ $output == *'"message": null'* && $command != status ]]; then
		problems+=("$command: ended with $status, and does not say why")
	fi
	row_content
}

row_state()
{
	local state=${1//A/$a}
	state=${state//B/$b}
	state=${state/W/write-exclusive-reg-only}
	echo "${state/#host-/array-host-}"
}

row_command()
{
	local node=$device words
	read -r -a words <<< "$command"
	[[ $host == 1 ]] || node=$array2
	case $command in
	"fence off")
		run_fence_prctl action=off key=0xa plug=0xb nodename=0xb devices="$node" power_timeout=60
		;;
	"fence on")
		run_fence_prctl action=on key=0xa plug=0xa nodename=0xa devices="$node" power_timeout=60
		;;
	*) run_prctl "${words[@]}" --json "$node" ;;
	esac
}

# row_content: checks what the row's command has done in addition to the state: status lists each
# registration; a host that was preempted cannot write.
row_content()
{
	local listed
	((status == 0)) || return 0
	case $command in
	status)
		listed=$(jq -r '[.devices[0].registrants[].key] | sort | unique | join(" ")' <<< "$output")
		[[ $listed == "0xa 0xb" ]] || problems+=("status: $listed, ended with 0")
		;;
	preempt* | "fence off")
		if [[ $after != "$before" ]] && ! cannot_write "$array2"; then
			problems+=("$command: host 2 can write")
		fi
		;;
	esac
}
