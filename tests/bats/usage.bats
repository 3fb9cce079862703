#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Command lines: every wrong one is refused before any device is looked at.
load common

changes=(register unregister reserve release preempt preempt-abort clear)

setup()
{
	unset POSIXLY_CORRECT ARGP_HELP_FMT
}

types="write-exclusive (we), exclusive-access (ea), write-exclusive-reg-only (wero), exclusive-access-reg-only (earo), "`
	`"write-exclusive-all-regs (wear), exclusive-access-all-regs (eaar)"

# assert_usage_error TEXT ARG...: status 2, nothing on standard output, and on standard error "prctl
# COMMAND: TEXT" and where to find help.
assert_usage_error()
{
	local text=$1 name
	shift
	run_prctl "$@"
	assert_status 2
	assert_output ""
	name=${stderr_lines[0]%%:*}
	[[ $name =~ ^prctl(\ [a-z-]+)?$ ]] || fail "prctl is not named: $*"
	assert_stderr "$name: $text
Try '$name --help'."
}

# set_required_args COMMAND: what this command must have, in $args.
set_required_args()
{
	case $1 in
	reserve) args=(reserve --key 0xa --type we) ;;
	preempt*) args=("$1" --key 0xa --victim 0xb) ;;
	*) args=("$1" --key 0xa) ;;
	esac
}

# assert_no_device_opened ARG...: wrong; and no file that is a disk is opened, nor even looked at.
assert_no_device_opened()
{
	local trace=$BATS_TEST_TMPDIR/trace
	run strace -f -o "$trace" -e trace=%file prctl "$@"
	assert_status 2
	! grep -v execve "$trace" | grep -E '"/dev/(lab|sd|disk|mapper)' || fail "a device was looked at: $*"
}

@test "usage: any error -> no device is opened" {
	assert_no_device_opened frobnicate "$host1"
	assert_no_device_opened register "$host1"
	assert_no_device_opened register "$host1" --key 10
	assert_no_device_opened register --key 0xa "$host1" ""
	assert_no_device_opened register --key 0xa "$host1" --frob
	assert_no_device_opened reserve --key 0xa "$host1" --type 1
	assert_no_device_opened preempt --key 0xa --victim 0xa "$host1"
	assert_no_device_opened unregister --json "$host1" --key 0xa --ignore-key
	assert_no_device_opened clear --key 0xa LABEL=x --key 0xa
}

@test "usage: no command -> 2" {
	assert_usage_error "no command given"
}

@test "usage: an unknown command -> 2" {
	local word
	for word in frobnicate "" 0xa $host1; do
		assert_usage_error "unknown command '$word'" "$word" --key 0xa "$host1"
	done
	for word in REGISTER regis; do
		assert_usage_error "unknown command '$word'; did you mean 'register'?" "$word" --key 0xa "$host1"
	done
}

@test "usage: an unknown option -> 2" {
	assert_usage_error "unrecognized option '--frob'; options go after the command" --frob register --key 0xa "$host1"
	assert_usage_error "unrecognized option '--frob'" register --frob --key 0xa "$host1"
	assert_usage_error "unrecognized option '--frob'" register --key 0xa "$host1" --frob
	assert_usage_error "unrecognized option '-z'" status -z "$host1"
	assert_usage_error "unrecognized option '--key'; options go after the command" --key 0xa register "$host1"
}

@test "usage: a misspelled command, option, type or column -> says what was meant, and where to look" {
	assert_usage_error "unknown command 'preempt-abrot'; did you mean 'preempt-abort'?" preempt-abrot --key 0xa "$host1"
	assert_usage_error "unrecognized option '--jsno'; did you mean '--json'?" register "$host1" --jsno
	assert_usage_error "unrecognized option '--oldkey=0xb'; did you mean '--old-key'?" register --key 0xa --oldkey=0xb "$host1"
	assert_usage_error "unrecognized option '--vicitm'; did you mean '--victim'?" preempt --key 0xa --vicitm 0xb "$host1"
	assert_usage_error "--type 'wrtie-exclusive': unknown type; did you mean 'write-exclusive'?" \
		reserve --key 0xa --type wrtie-exclusive "$host1"
	assert_usage_error "--output: unknown column 'iniiator'; did you mean 'INITIATOR'?" status --output key,iniiator "$host1"
	# no suggestion
	assert_usage_error "unrecognized option '--frob'" register --key 0xa --frob "$host1"
	assert_usage_error "unrecognized option '--key'; options go after the command" --key 0xa register "$host1"
	assert_usage_error "unrecognized option '--fr?b'" register $'--fr\nb'
	# a value, or a word after --, is not an option; an abbreviation that is unique is one
	assert_usage_error "--key '--frob': a key starts with 0x (a bare 10 would be ambiguous)" register --key --frob "$host1"
	run_prctl status --js -- --frob
	assert_status 5
	assert_json '.devices[0].argument' '"--frob"'
}

@test "usage: columns that are unknown, listed twice, or given with --json -> 2" {
	assert_usage_error "--output: unknown column 'NOTHING'" status --output KEY,NOTHING "$host1"
	assert_usage_error "--output: unknown column ''" status --output "" "$host1"
	assert_usage_error "--output: unknown column ''" status --output KEY, "$host1"
	assert_usage_error "--output: column 'key' listed twice" status --output KEY,key "$host1"
	assert_usage_error "--output and --noheadings cannot be used with --json" status --json --output KEY "$host1"
	assert_usage_error "--output and --noheadings cannot be used with --json" status --noheadings --json "$host1"
	assert_usage_error "unrecognized option '--output'" register --key 0xa --output KEY "$host1"
}

@test "usage: an option of another command -> 2" {
	assert_usage_error "unrecognized option '--type'" register --key 0xa --type we "$host1"
	assert_usage_error "unrecognized option '--victim'" clear --key 0xa --victim 0xb "$host1"
	assert_usage_error "unrecognized option '--release'" release --key 0xa --release "$host1"
	assert_usage_error "unrecognized option '--unreserved'" reserve --key 0xa --type we --unreserved "$host1"
	assert_usage_error "unrecognized option '--old-key'" unregister --key 0xa --old-key 0xb "$host1"
	assert_usage_error "unrecognized option '--ignore-key'" clear --key 0xa --ignore-key "$host1"
	assert_usage_error "unrecognized option '--key'" status --key 0xa "$host1"
}

@test "usage: a change without --key -> 2" {
	local command
	for command in release check; do
		assert_usage_error "--key OWN is missing" $command "$host1"
	done
	assert_usage_error "--key OWN or --take-key is missing" clear "$host1"
	assert_usage_error "--key NEW is missing" register "$host1"
	assert_usage_error "--key OWN is missing" reserve --type we "$host1"
	assert_usage_error "--key OWN is missing" preempt --victim 0xb "$host1"
	assert_usage_error "--key OWN is missing" preempt-abort --victim 0xb "$host1"
	assert_usage_error "--key OWN or --ignore-key is missing" unregister "$host1"
}

@test "usage: reserve without --type -> 2" {
	assert_usage_error "--type TYPE is missing" reserve --key 0xa "$host1"
}

@test "usage: preempt without --victim -> 2" {
	assert_usage_error "--victim KEY or --victim-host NAME is missing" preempt --key 0xa "$host1"
	assert_usage_error "--victim KEY or --victim-host NAME is missing" preempt-abort --key 0xa "$host1"
}

@test "usage: a change without DEVICE -> 2" {
	local command args
	for command in "${changes[@]}"; do
		set_required_args "$command"
		assert_usage_error "no device given" "${args[@]}"
	done
}

@test "usage: an empty DEVICE -> 2" {
	assert_usage_error "empty device name" status ""
	assert_usage_error "empty device name" register --key 0xa "$host1" ""
	assert_usage_error "empty device name" clear --key 0xa "" "$host1"
}

@test "usage: an option without its value -> 2" {
	assert_usage_error "option '--key' requires an argument" register "$host1" --key
	assert_usage_error "option '--type' requires an argument" reserve --key 0xa "$host1" --type
	assert_usage_error "option '--victim' requires an argument" preempt --key 0xa "$host1" --victim
}

@test "usage: a value for an option that takes none -> 2" {
	assert_usage_error "option '--json' doesn't allow an argument" register --key 0xa --json=yes "$host1"
	assert_usage_error "option '--unreserved' doesn't allow an argument" preempt --key 0xa --victim 0xb --unreserved=no "$host1"
}

@test "usage: a key without 0x -> 2, and says why" {
	local key
	for key in 10 0 0X10 "#10" ""; do
		assert_usage_error "--key '$key': a key starts with 0x (a bare 10 would be ambiguous)" register --key "$key" "$host1"
	done
	for key in a h10 X10 10h all; do
		assert_usage_error "--key '$key': no such name in /etc/prctl/keys, and a key starts with 0x" register --key "$key" "$host1"
	done
}

@test "usage: a key that is not 1 to 16 hexadecimal digits -> 2" {
	assert_usage_error "--key '0x': a key is 0x followed by 1 to 16 hexadecimal digits" register --key 0x "$host1"
	assert_usage_error "--key '0x10000000000000000': a key has at most 16 hexadecimal digits" register --key 0x10000000000000000 "$host1"
	assert_usage_error "--key '0x00000000000000001': a key has at most 16 hexadecimal digits" register --key 0x00000000000000001 "$host1"
	local key
	for key in 0xg "0x a" "0xa " 0x-1 0x+1 0x0x1 0xa,0xb 0xa. 0x1_0 0xaL; do
		assert_usage_error "--key '$key': a key has only hexadecimal digits after 0x" register "--key=$key" "$host1"
	done
	assert_usage_error "--key '0xa?': a key has only hexadecimal digits after 0x" register --key=$'0xa\t' "$host1"
	assert_usage_error "--key '0xä': a key has only hexadecimal digits after 0x" register --key=0xä "$host1"
	for key in " 0xa" -0xa +0xa; do
		assert_usage_error "--key '$key': a key starts with 0x (a bare 10 would be ambiguous)" register "--key=$key" "$host1"
	done
}

@test "usage: the key 0 -> 2" {
	assert_usage_error "--key '0x0': 0x0 is not a valid key" register --key 0x0 "$host1"
	assert_usage_error "--key '0x0000000000000000': 0x0 is not a valid key" register --key 0x0000000000000000 "$host1"
	assert_usage_error "--victim '0x0': 0x0 is not a valid key" preempt --key 0xa --victim 0x0 "$host1"
	assert_usage_error "--old-key '0x0': 0x0 is not a valid key" register --key 0xa --old-key 0x0 "$host1"
}

@test "usage: a bad key -> its option is named" {
	assert_usage_error "--old-key '10': a key starts with 0x (a bare 10 would be ambiguous)" register --key 0xa --old-key 10 "$host1"
	assert_usage_error "--victim '10': a key starts with 0x (a bare 10 would be ambiguous)" preempt --key 0xa --victim 10 "$host1"
	assert_usage_error "--victim 'ALL': no such name in /etc/prctl/keys, and a key starts with 0x" preempt --key 0xa --victim ALL "$host1"
	assert_usage_error "--key 'all': no such name in /etc/prctl/keys, and a key starts with 0x" preempt --key all --victim 0xb "$host1"
}

@test "usage: a line break in a value -> no further line" {
	assert_usage_error "--key '0xa?': a key has only hexadecimal digits after 0x" register --key $'0xa\n' "$host1"
	assert_usage_error "--type 'we?ea': unknown type; use one of: $types" reserve --key 0xa --type $'we\nea' "$host1"
	assert_usage_error "unknown command 'status?prctl: done'" $'status\nprctl: done'
	assert_usage_error "unrecognized option '-?'" clear $'-\n' --key 0xa "$host1"
}

@test "usage: argp's hidden options -> unknown" {
	local option
	for option in --HANG=9 --HANG --program-name=x --program-name --p; do
		assert_usage_error "unrecognized option '$option'" clear "$option" x --key 0xa "$host1"
		assert_usage_error "unrecognized option '$option'; options go after the command" "$option" x clear --key 0xa "$host1"
	done
}

@test "usage: a type as a number -> 2, says why, and names the types" {
	local type
	for type in 1 5 8 0 0x5 05; do
		assert_usage_error "--type '$type': SCSI, NVMe and the kernel use different type numbers; use one of: $types" \
			reserve --key 0xa --type "$type" "$host1"
	done
}

@test "usage: an unknown type -> 2" {
	local type
	for type in none other "" write we,ea; do
		assert_usage_error "--type '$type': unknown type; use one of: $types" reserve --key 0xa --type "$type" "$host1"
	done
	for type in WE "we " " we"; do
		assert_usage_error "--type '$type': unknown type; did you mean 'we'?" reserve --key 0xa --type "$type" "$host1"
	done
	for type in Write-Exclusive write_exclusive "write exclusive"; do
		assert_usage_error "--type '$type': unknown type; did you mean 'write-exclusive'?" reserve --key 0xa --type "$type" "$host1"
	done
	assert_usage_error "--type 'write-exclusive-registrants-only': unknown type; did you mean 'write-exclusive-reg-only'?" \
		reserve --key 0xa --type write-exclusive-registrants-only "$host1"
	assert_usage_error "--type 'none': unknown type; use one of: $types" preempt --key 0xa --victim 0xb --type none "$host1"
	assert_usage_error "--type 'other': unknown type; use one of: $types" release --key 0xa --type other "$host1"
}

@test "usage: options that cannot be used together -> 2" {
	assert_usage_error "--old-key cannot be used with --ignore-key" register --key 0xa --old-key 0xb --ignore-key "$host1"
	assert_usage_error "--key cannot be used with --ignore-key" unregister --key 0xa --ignore-key "$host1"
	assert_usage_error "--if-registered cannot be used with --victim all" preempt --key 0xa --victim all --if-registered "$host1"
	assert_usage_error "--unreserved cannot be used with --victim all" preempt-abort --key 0xa --victim all --unreserved "$host1"
}

@test "usage: the victim is the own key -> 2" {
	assert_usage_error "--victim is this host's own key; use unregister to remove it" preempt --key 0xa --victim 0xa "$host1"
	assert_usage_error "--victim is this host's own key; use unregister to remove it" preempt-abort --key 0xa --victim 0x000A "$host1"
}

@test "usage: an option given twice -> 2" {
	assert_usage_error "option --key given more than once" register --key 0xa --key 0xb "$host1"
	assert_usage_error "option --key given more than once" register --key 0xa -k 0xa "$host1"
	assert_usage_error "option --old-key given more than once" register --key 0xa --old-key 0xb --old-key 0xc "$host1"
	assert_usage_error "option --type given more than once" reserve --key 0xa --type we --type ea "$host1"
	assert_usage_error "option --victim given more than once" preempt --key 0xa --victim 0xb --victim all "$host1"
	assert_usage_error "option --victim given more than once" preempt --key 0xa --victim all --victim 0xb "$host1"
}

@test "usage: --json -> standard output stays empty" {
	assert_usage_error "--key NEW is missing" register --json "$host1"
	assert_usage_error "--key '10': a key starts with 0x (a bare 10 would be ambiguous)" register --json --key 10 "$host1"
	assert_usage_error "--type 'x': unknown type; use one of: $types" reserve --json --key 0xa --type x "$host1"
	assert_usage_error "--key cannot be used with --ignore-key" unregister --json --key 0xa --ignore-key "$host1"
	assert_usage_error "no device given" clear --key 0xa --json
	assert_usage_error "unrecognized option '--frob'" status --json --frob
	assert_usage_error "unknown command 'frobnicate'" frobnicate --json
	assert_usage_error "--victim is this host's own key; use unregister to remove it" preempt --json --key 0xa --victim 0xa "$host1"
}

@test "usage: a wrong option after devices -> nothing is done" {
	lun_reset
	run_prctl register --key 0xa "$host1" --frob
	assert_status 2
	run_prctl register "$host1" --key 10
	assert_status 2
	run_prctl register --key 0xa "$host1" ""
	assert_status 2
	assert_target_state none none none
}

@test "usage: options after a device, POSIXLY_CORRECT -> options" {
	lun_reset
	export POSIXLY_CORRECT=1
	run_prctl register "$host1" --key 0xa --json
	unset POSIXLY_CORRECT
	assert_status 0
	assert_json .status '"ok"'
	assert_target_state none none "host-1 0xa"
}

@test "usage: an option before, between or after devices -> the same" {
	lun_reset
	run_prctl register "$host1" --key 0xa "$host2"
	assert_status 0
	assert_output "$host1: registered 0xa
$host2: registered 0xa"
}

@test "usage: arguments after -- -> devices" {
	lun_reset
	run_prctl register --key 0xa -- "$host1" --json
	assert_status 5
	assert_output "$host1: registered 0xa"
	assert_stderr "prctl: --json: resolve: device: no such device; run 'prctl status' to list devices"
	assert_target_state none none "host-1 0xa"
}

@test "usage: --key=KEY and -k KEY -> as --key KEY" {
	lun_reset
	run_prctl register --key=0xa "$host1"
	assert_status 0
	run_prctl register -k0xb --old-key=0xa "$host1"
	assert_status 0
	run_prctl reserve -k 0xb -t we "$host1"
	assert_status 0
	assert_target_state host-1 "Write Exclusive Access" "host-1 0xb"
}

@test "usage: the largest and the smallest key, in capitals, with leading zeros -> taken" {
	lun_reset
	run_prctl register --key 0xFFFFFFFFFFFFFFFF "$host1"
	assert_status 0
	assert_output "$host1: registered 0xffffffffffffffff"
	run_prctl register --key 0x0000000000000001 "$host2"
	assert_status 0
	assert_output "$host2: registered 0x1"
	assert_target_state none none "host-1 0xffffffffffffffff host-2 0x1"
}

@test "usage: --help -> every command, 0, nothing on standard error" {
	local command
	run_prctl --help
	assert_status 0
	refute_stderr
	for command in status check "${changes[@]}"; do
		[[ $output == *$'\n'"  $command "* ]] || fail "$command is not listed"
	done
}

@test "usage: --version -> one line, 0" {
	run_prctl --version
	assert_status 0
	refute_stderr
	[[ $output =~ ^prctl\ [0-9]+\.[0-9]+[^$'\n']*$ ]] || fail "no version"
	local version=$output
	run_prctl register --version
	assert_status 0
	assert_output "$version"
}

@test "usage: COMMAND --help -> each of its options, 0, nothing on standard error" {
	local command option own
	for command in status check "${changes[@]}"; do
		case $command in
		register) own="--key --old-key --ignore-key" ;;
		unregister) own="--key --ignore-key --release" ;;
		reserve) own="--key --type --ignore-key" ;;
		release | check) own="--key --type" ;;
		preempt*) own="--key --victim --type --if-registered --unreserved" ;;
		clear) own="--key" ;;
		status) own="--output --noheadings" ;;
		esac
		run_prctl "$command" --help
		assert_status 0
		refute_stderr
		((${#lines[@]} <= 42)) || fail "${#lines[@]} lines: more than a screen"
		[[ $output == *"Example: prctl $command "* && $output == *$'\n'"Exit status"* ]] || fail "no example, or no exit statuses"
		for option in "${lines[@]}"; do
			((${#option} < 80)) || fail "too wide: $option"
		done
		[[ $output == "Usage: prctl $command"* ]] || fail "the command is not named"
		for option in $own --json --quiet --verbose --help --version; do
			[[ $output =~ [[:space:]]$option([=[:space:]]|$) ]] || fail "$command --help lacks $option"
		done
	done
}

@test "usage: status --help -> every column; ARGP_HELP_FMT -> no effect" {
	local column usual
	export ARGP_HELP_FMT=rmargin=40,usage
	run_prctl status --help
	unset ARGP_HELP_FMT
	usual=$output
	for column in DEVICE RESERVATION KEY NAME HOLDER HOST INITIATOR PATH WWID VENDOR MODEL NODE SIZE TRANSPORT PORT PATHSTATE \
		GENERATION SOURCE; do
		[[ $output =~ [\ *]$column\  ]] || fail "$column is not listed"
		run_prctl status --noheadings --output "$column" "$host1"
		assert_status 0
		output=$usual
	done
	run_prctl status --help
	assert_output "$usual"
}

@test "usage: --help after an error -> the help" {
	run_prctl register --help --key 10
	assert_status 0
	refute_stderr
	run_prctl --help frobnicate
	assert_status 0
	refute_stderr
}

@test "usage: the common options -> taken by every command" {
	local command option args
	lun_reset
	for command in status clear; do
		for option in --json --dry-run --whole-lun --this-path --quiet --verbose; do
			set_required_args "$command"
			[[ $command != status ]] || args=(status)
			run_prctl "${args[@]}" $option "$host1"
			[[ $status != 2 ]] || fail "$command $option"
		done
	done
}
