#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The fence agent, as far as no device is needed: its two ways in, its metadata and its man page
load ../bats/common

setup()
{
	page=$LAB_TOP/man/fence_prctl.8
	missing="no such device; run 'prctl status' to list devices"
}

# run_fence_options ARG...: runs it as run_prctl does prctl; standard input is the test's. said_by
# LINE...: the lines on standard input.
run_fence_options()
{
	status=0
	"$LAB_BUILD/src/fence_prctl" "$@" > "$BATS_TEST_TMPDIR/out" 2> "$BATS_TEST_TMPDIR/err" || status=$?
	load_outputs
}

run_fence_prctl()
{
	run_fence_options < <(printf '%s\n' "$@")
}

# assert_metadata XPATH TEXT: what that is there.
assert_metadata()
{
	local value
	value=$(xmllint --xpath "$1" "$BATS_TEST_TMPDIR/metadata")
	[[ $value == "$2" ]] || fail "$1 is '$value', not '$2'"
}

@test "fence_prctl: metadata -> what Pacemaker needs" {
	run_fence_prctl action=metadata
	assert_status 0
	refute_stderr
	printf '%s\n' "$output" > "$BATS_TEST_TMPDIR/metadata"
	# of Debian's fence-agents
	xmllint --noout --relaxng /usr/share/cluster/relaxng/metadata.rng "$BATS_TEST_TMPDIR/metadata"
	assert_metadata 'string(/resource-agent/@name)' fence_prctl
	# which parameter names the node, and that unfencing is the node's own affair, and comes before all
	assert_metadata 'count(//parameter[@name="plug"])' 1
	assert_metadata 'string(//action[@name="on"]/@on_target)' 1
	assert_metadata 'string(//action[@name="on"]/@automatic)' 1
	assert_metadata 'count(//action[@name="reboot"])' 0
	assert_metadata 'count(//action[@name="off" or @name="status" or @name="monitor" or @name="list" or @name="metadata" or @name="validate-all"])' 6
	assert_metadata 'count(//parameter[@required="1"])' 0
	assert_metadata 'string(//parameter[@name="action"]/content/@default)' off
	assert_metadata 'count(//parameter[@name="type"]/content/option)' 6
	assert_metadata 'count(//parameter[not(getopt/@mixed) or not(content/@type) or not(shortdesc/@lang)])' 0
	assert_metadata 'count(//parameter/content[@type!="string" and @type!="boolean" and @type!="second" and @type!="integer" and @type!="select"])' 0
	# less than the 20 s that pcs gives to monitor
	assert_metadata 'number(//parameter[@name="power_timeout"]/content/@default) < 20' true
	run_fence_options -o metadata
	assert_status 0
	[[ $output == "$(< "$BATS_TEST_TMPDIR/metadata")" ]] || fail "another one by option"
}

@test "fence_prctl: lines and options -> the same; the last one wins, an unknown one is ignored with a warning" {
	run_fence_prctl "# a remark" "" " action = validate-all " "plug=0xc" "devices=/dev/a,/dev/b UUID=1" "key=0xa" "plug=0xb" \
		"crm_feature_set=3.16" "nonsense"
	assert_status 0
	assert_output ""
	assert_stderr "fence_prctl: warning: ignoring unknown parameter 'crm_feature_set'
fence_prctl: warning: ignoring unknown parameter 'nonsense'
fence_prctl: /dev/a: warning: $missing
fence_prctl: /dev/b: warning: $missing
fence_prctl: UUID=1: warning: no readable device has this UUID; give a device path"
	run_fence_options --action=validate-all --plug 0xb --devices /dev/a --key 0xa --power-timeout=7 -v
	assert_status 0
	assert_stderr "fence_prctl: /dev/a: warning: $missing"
	run_fence_options -o validate-all -n 0xb -d/dev/a -k 0xa
	assert_status 0
	assert_stderr "fence_prctl: /dev/a: warning: $missing"
	run_fence_options -o validate-all -n 0xa -d /dev/a -k 0xa
	assert_status 0
	assert_stderr "fence_prctl: /dev/a: warning: $missing"
	# the end of the options, as for getopt
	run_fence_options -o validate-all -n 0xb -d /dev/a -k 0xa --
	assert_status 0
	assert_stderr "fence_prctl: /dev/a: warning: $missing"
	# between the devices anything blank
	run_fence_options -o validate-all -n 0xb -k 0xa -d $'/dev/a,\n/dev/b\t/dev/c\r\n'
	assert_status 0
	assert_stderr "fence_prctl: /dev/a: warning: $missing
fence_prctl: /dev/b: warning: $missing
fence_prctl: /dev/c: warning: $missing"
}

@test "fence_prctl: standard input with a NUL -> refused; with a byte order mark -> read" {
	run_fence_options < <(printf 'plug=0xb\nkey=0xa\ndevices=/dev/none\n\0action=status\n')
	assert_status 1
	assert_output ""
	assert_stderr "fence_prctl: standard input contains a NUL byte"
	run_fence_options < <(printf '\xef\xbb\xbfaction=list\r\n')
	assert_status 0
	assert_output ""
	refute_stderr
}

@test "fence_prctl: actions by their other names, in any case -> the same" {
	local action
	run_fence_options -o metadata
	printf '%s\n' "$output" > "$BATS_TEST_TMPDIR/metadata"
	for action in meta-data METADATA Meta-Data '"metadata"'; do
		run_fence_prctl "action=$action"
		assert_status 0
		[[ $output == "$(< "$BATS_TEST_TMPDIR/metadata")" ]] || fail "another one for $action"
	done
	for action in enable ON On; do
		run_fence_prctl "action=$action" devices=/dev/none key=0xa plug=0xb
		assert_status 1
		assert_stderr "fence_prctl: 'on' only works for the local node: its key is 0xa, not 0xb"
	done
	for action in Disable oFF off; do
		run_fence_prctl "action=$action" devices=/dev/none key=0xa plug=0xb
		assert_status 1
		assert_stderr "fence_prctl: /dev/none: resolve: device: $missing"
	done
}

@test "fence_prctl: every parameter of fence_scsi -> known, and said to have no effect, or one that it has" {
	local name lines=()
	while read -r name; do
		case $name in
		action | help | version | key_value) ;;
		devices) lines+=(devices=/dev/a) ;;
		key | plug | port) lines+=("$name=0xa") ;;
		*) lines+=("$name=1") ;;
		esac
	done < <(fence_scsi -o metadata | xmllint --xpath '//parameter/@name' - | sed 's/.*"\(.*\)"/\1/')
	((${#lines[@]} > 20)) || fail "fence_scsi has few parameters"
	run_fence_prctl action=validate-all "${lines[@]}"
	assert_status 0
	assert_stderr "$(while read -r name; do echo "fence_prctl: warning: parameter $name"; done <<-END
		aptpl has no effect: registrations always persist
		readonly has no effect: disks are always opened for reading
		suppress_errors has no effect: errors are always shown
		logfile has no effect: use verbose=1, and 'journalctl -t prctl'
		quiet has no effect: errors are always shown
		debug has no effect: use verbose=1, and 'journalctl -t prctl'
		debug_file has no effect: use verbose=1, and 'journalctl -t prctl'
		plug_separator has no effect: one node is fenced at a time
		disable_timeout has no effect: power_timeout always holds
		login_timeout has no effect: power_timeout is the only time limit
		shell_timeout has no effect: power_timeout is the only time limit
		power_wait has no effect: the disks are read back instead
		stonith_status_sleep has no effect: power_timeout is the only time limit
		retry_on has no effect: the disks are read back instead
		corosync_cmap_path has no effect: no other program is run
		sg_persist_path has no effect: no other program is run
		sg_turs_path has no effect: no other program is run
	END
	)
fence_prctl: /dev/a: warning: $missing"
	run_fence_prctl action=validate-all devices=/dev/a key=0xa plug=0xb key_value=none
	assert_stderr "fence_prctl: key_value must be id or hash"
	run_fence_prctl action=validate-all devices=/dev/a key=0xa plug=0xb aptpl= quiet=
	assert_status 0
	assert_stderr "fence_prctl: /dev/a: warning: $missing"
}

@test "fence_prctl: delay -> off begins after it, as fence-agents' own delay-check measures" {
	local began=$SECONDS
	run_fence_prctl delay=2 devices=/dev/none key=0xa plug=0xb
	assert_status 1
	assert_stderr "fence_prctl: /dev/none: resolve: device: $missing"
	((SECONDS - began >= 1)) || fail "it began after $((SECONDS - began)) s"
}

@test "fence_prctl: help or version beside an action -> refused, for nothing is fenced" {
	run_fence_prctl action=off devices=/dev/none key=0xa plug=0xb help=1
	assert_status 1
	assert_stderr "fence_prctl: help cannot be used with action"
	run_fence_options -Vooff
	assert_status 1
	assert_stderr "fence_prctl: version cannot be used with action"
	run_fence_prctl action=off devices=/dev/none key=0xa plug=0xb help=0 version=no
	assert_status 1
	assert_stderr "fence_prctl: /dev/none: resolve: device: $missing"
}

@test "fence_prctl: wrong parameters -> a message, and 1" {
	local line want keys_file
	keys_file=$("$LAB_BUILD/src/fence_prctl" -o validate-all -k 0xa -n none -d /dev/a 2>&1 | sed 's/.* in //')
	[[ $keys_file == */prctl/keys ]] || fail "keys: $keys_file"
	while IFS='|' read -r line want; do
		# shellcheck disable=SC2086 # words, one a line
		run_fence_prctl $line
		assert_status 1
		assert_output ""
		assert_stderr "fence_prctl: $want"
	done <<-END
	action=reboot key=0xa plug=0xb devices=/dev/a|unknown action 'reboot'
	action= key=0xa plug=0xb devices=/dev/a|action is empty; name one, or leave it out for 'off'
	key=0xa devices=/dev/a|plug is missing: which node to fence
	key=0xa plug=0xa devices=/dev/a|0xa is this node's own key; a node cannot fence itself
	key=0xa plug=0xb vgs_path=true|devices is missing, and there is no shared volume group; name the shared disks
	key=0xa plug=0xb vgs_path=false|devices is missing, and false cannot list the shared volume groups: it ended with a failure
	key=0xa plug=0xb devices=,|devices names no disk; name the shared disks
	key=0xa plug=10 devices=/dev/a|plug '10': a key starts with 0x (a bare 10 would be ambiguous)
	key=0xa plug=none-such devices=/dev/a|plug 'none-such': no such name in $keys_file
	plug=0xb devices=/dev/a|this node's own key is unknown; set key, or give this machine's name, $(uname -n), a key in $keys_file
	key=0xa plug=0xb devices=/dev/a type=5|unknown type '5'
	key=0xa plug=0xb devices=/dev/a power_timeout=0|power_timeout must be a number of seconds greater than 0
	key=0xa plug=0xb devices=/dev/a delay=soon|delay must be a number of seconds
	key=0xa plug=0xb devices=/dev/none|/dev/none: resolve: device: no such device; run 'prctl status' to list devices
	action=on key=0xa plug=0xb devices=/dev/a|'on' only works for the local node: its key is 0xa, not 0xb
	action=status devices=/dev/a|plug is missing: which node to report
	END
	run_fence_options --nothing
	assert_status 1
	assert_stderr "fence_prctl: unknown option '--nothing'; try fence_prctl --help"
	run_fence_options --plug
	assert_status 1
	assert_stderr "fence_prctl: option plug requires a value"
	run_fence_options --verbose=1
	assert_stderr "fence_prctl: option verbose takes no value"
	run_fence_options -vx
	assert_stderr "fence_prctl: unknown option '-vx'; try fence_prctl --help"
	run_fence_options off
	assert_status 1
	assert_stderr "fence_prctl: unexpected argument 'off'"
	run_fence_options -o off -- off
	assert_status 1
	assert_stderr "fence_prctl: unexpected argument '--'"
}

@test "fence_prctl: --help and --version -> printed, and 1 if they cannot be" {
	run_fence_options --help
	assert_status 0
	[[ $output == "Usage: fence_prctl "* ]] || fail "no help"
	run_fence_options --version
	assert_output "fence_prctl $("$LAB_BUILD/src/prctl" --version | cut -d' ' -f 2)"
	bash -c '"$1" -o metadata > /dev/full' - "$LAB_BUILD/src/fence_prctl" 2> "$BATS_TEST_TMPDIR/err" && fail "it was not noticed"
	[[ $(< "$BATS_TEST_TMPDIR/err") == "fence_prctl: cannot write to standard output" ]]
}

@test "fence_prctl: man page, help and metadata -> name the same parameters and actions" {
	local parameters
	run_fence_options -o metadata
	printf '%s\n' "$output" > "$BATS_TEST_TMPDIR/metadata"
	parameters=$(xmllint --xpath '//parameter/@name' "$BATS_TEST_TMPDIR/metadata" | sed 's/.*"\(.*\)"/\1/' | sort)
	[[ $(sed -n '/^\.Sh PARAMETERS/,/^\.Sh/s/^\.It Cm \([a-z_]*\).*/\1/p' "$page" | sort) == "$(sort <<< "$parameters"$'\nnodename')" ]] ||
		fail "the man page has others"
	run_fence_options --help
	[[ $(grep -oE -- '--[a-z-]+' <<< "$output" | sed 's/^--//; s/-/_/g' | sort) == "$(sort <<< "$parameters"$'\nnodename')" ]] ||
		fail "help has others"
	[[ $(sed -n '/^\.Sh AGENT ACTIONS/,/^\.Sh/s/^\.It Cm \([a-z-]*\).*/\1/p' "$page" | sort) == \
		"$(xmllint --xpath '//action/@name' "$BATS_TEST_TMPDIR/metadata" | sed 's/.*"\(.*\)"/\1/' | sort)" ]] ||
		fail "the man page has other actions"
}

@test "fence_prctl: man page -> mandoc, groff and codespell find nothing" {
	run mandoc -T lint "$page"
	! grep -v -e 'outdated mandoc.db' -e 'referenced manual not found' <<< "$output" || fail "mandoc complains"
	run groff -wall -mdoc -z "$page"
	[[ $status == 0 && -z $output ]] || fail "groff complains"
	run codespell --ignore-words-list nd "$page" "$LAB_TOP/docs/pacemaker.md"
	[[ $status == 0 ]] || fail "codespell"
}

@test "fence_prctl: no devices -> those of shared volume groups; a partial one is an error" {
	local vgs=$BATS_TEST_TMPDIR/vgs
	# shellcheck disable=SC2016 # expanded there
	printf '#!/bin/sh\necho "$@" > "%s.arguments"\nexec cat "%s.report"\n' "$vgs" "$vgs" > "$vgs"
	chmod 755 "$vgs"
	printf '  %s\t%s\t%s\n' root wz--n- /dev/none0 data wz--ns /dev/none1 data wz--ns /dev/none2 > "$vgs.report"
	run_fence_prctl action=validate-all key=0xa plug=0xb "vgs_path=$vgs"
	assert_status 0
	assert_stderr "fence_prctl: /dev/none1: warning: no such device; run 'prctl status' to list devices
fence_prctl: /dev/none2: warning: no such device; run 'prctl status' to list devices"
	[[ $(cat "$vgs.arguments") == *--readonly*--nolocking*--shared*vg_name,vg_attr,pv_name ]] || fail "$(cat "$vgs.arguments")"
	printf '  %s\t%s\t%s\n' data wz-pns /dev/none1 data wz-pns '[unknown]' > "$vgs.report"
	run_fence_prctl action=off key=0xa plug=0xb "vgs_path=$vgs"
	assert_status 1
	assert_stderr "fence_prctl: devices is missing, and the shared volume group data lacks a disk; \
bring it back, or name the disks"
	# what hangs is abandoned, in half of the time
	printf '#!/bin/sh\nexec sleep 1000\n' > "$vgs"
	run_fence_prctl action=off key=0xa plug=0xb "vgs_path=$vgs" power_timeout=1
	assert_status 1
	assert_stderr "fence_prctl: devices is missing, and $vgs cannot list the shared \
volume groups: no answer within half of power_timeout"
}

# run_with_lvmlockd PROGRAM ARG...: as root of a namespace of its own, in which lvm uses lvmlockd, and lvmlockd
# accepts connections and never answers. Without disks.
run_with_lvmlockd()
{
	local lvm=$BATS_TEST_TMPDIR/lvm socket=$BATS_TEST_TMPDIR/socket server i
	mkdir -p "$lvm/no-disks"
	printf 'global { use_lvmlockd = 1 }\ndevices { dir = "%s" scan = [ "%s" ] }\n' "$lvm/no-disks" "$lvm/no-disks" \
		> "$lvm/lvm.conf"
	rm -f "$socket"
	python3 -c 'import signal, socket, sys
server = socket.socket(socket.AF_UNIX)
server.bind(sys.argv[1])
server.listen()
signal.pause()' "$socket" 3>&- &
	server=$!
	for ((i = 0; i < 200; i++)); do
		[[ ! -S $socket ]] || break
		sleep 0.05
	done
	status=0
	# shellcheck disable=SC2016 # expanded there
	unshare --map-root-user --mount sh -c 'mount -t tmpfs none /run && mkdir /run/lvm && : > /run/lvmlockd.pid &&
		ln -s "$1" /run/lvm/lvmlockd.socket && mount --bind "$2" /etc/lvm && shift 2 && exec "$@"' - \
		"$socket" "$lvm" "$@" > "$BATS_TEST_TMPDIR/out" 2> "$BATS_TEST_TMPDIR/err" || status=$?
	kill "$server"
	load_outputs
}

@test "shared volume groups, lvmlockd that waits for dlm, which waits for the fence -> lvm does not wait for it" {
	run_with_lvmlockd "$LAB_BUILD/src/fence_prctl" --action=validate-all --key=0xa --plug=0xb --power-timeout=20
	assert_status 1
	assert_stderr "fence_prctl: devices is missing, and there is no shared volume group; name \
the shared disks"
	run_with_lvmlockd "$LAB_BUILD/src/prctl" status vg:data --timeout 20
	assert_status 5
	assert_stderr "prctl: vg:data: resolve: device: no such volume group; 'vgs' lists them"
}

# run_check STATUS NAME ARG...: the check by that name, with an agent that ends with STATUS;
# "rebooted" says whether it did.
run_check()
{
	local check=$BATS_TEST_TMPDIR/$2
	install "$LAB_BUILD/src/fence/fence_prctl_check" "$check"
	printf '#!/bin/sh\necho "$@" > "%s/arguments"\nexit %s\n' "$BATS_TEST_TMPDIR" "$1" > "$BATS_TEST_TMPDIR/agent"
	chmod 755 "$BATS_TEST_TMPDIR/agent"
	: > "$BATS_TEST_TMPDIR/sysrq"
	status=0
	FENCE_PRCTL=$BATS_TEST_TMPDIR/agent FENCE_PRCTL_SYSRQ=$BATS_TEST_TMPDIR/sysrq "$check" "${@:3}" || status=$?
}

@test "fence_prctl_check: a fence, another status -> fails, or not; repair keeps it; _hardreboot restarts at once" {
	local name n
	for name in fence_prctl_check fence_prctl_check_hardreboot; do
		for n in 0 1 126 137; do
			run_check $n $name test
			assert_status 0
			[[ ! -s $BATS_TEST_TMPDIR/sysrq ]] || fail "$name restarts for $n"
		done
		run_check 0 $name repair 2 $name
		assert_status 2
		run_check 0 $name
		assert_status 0
		grep -qx -- "--action=watchdog --power-timeout=10" "$BATS_TEST_TMPDIR/arguments"
	done
	run_check 2 fence_prctl_check test
	assert_status 2
	[[ ! -s $BATS_TEST_TMPDIR/sysrq ]] || fail "it restarts"
	run_check 2 fence_prctl_check_hardreboot test
	assert_status 2
	[[ $(cat "$BATS_TEST_TMPDIR/sysrq") == b ]] || fail "it does not restart"
}

@test "fence_prctl watchdog: nothing was let in -> 0, without devices and keys" {
	run_fence_options --action=watchdog --power-timeout=5
	assert_status 0
	assert_output ""
	refute_stderr
}
