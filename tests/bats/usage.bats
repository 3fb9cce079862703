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

# refused TEXT ARG...: status 2, one or two lines on standard error with TEXT in them, nothing on standard output.
refused()
{
	local text=$1
	shift
	p "$@"
	ended 2
	printed ""
	said "$text"
	[[ $stderr == prctl* ]] || fail "prctl is not named: $*"
	((${#stderr_lines[@]} <= 2)) || fail "${#stderr_lines[@]} lines on standard error: $*"
}

# with COMMAND: what this command must have, in $args.
with()
{
	case $1 in
	reserve) args=(reserve --key 0xa --type we) ;;
	preempt*) args=("$1" --key 0xa --victim 0xb) ;;
	*) args=("$1" --key 0xa) ;;
	esac
}

# looks_at_none ARG...: wrong; and no file that is a disk is opened, nor even looked at.
looks_at_none()
{
	local trace=$BATS_TEST_TMPDIR/trace
	run strace -f -o "$trace" -e trace=%file prctl "$@"
	ended 2
	! grep -v execve "$trace" | grep -E '"/dev/(lab|sd|disk|mapper)' || fail "a device was looked at: $*"
}

@test "usage: whatever is wrong, no device is opened" {
	looks_at_none frobnicate "$host1"
	looks_at_none register "$host1"
	looks_at_none register "$host1" --key 10
	looks_at_none register --key 0xa "$host1" ""
	looks_at_none register --key 0xa "$host1" --frob
	looks_at_none reserve --key 0xa "$host1" --type 1
	looks_at_none preempt --key 0xa --victim 0xa "$host1"
	looks_at_none unregister --json "$host1" --key 0xa --ignore-key
	looks_at_none clear --key 0xa LABEL=x --key 0xa
}

@test "usage: no command" {
	refused "a command is missing"
}

@test "usage: no such command" {
	local word
	for word in frobnicate REGISTER regis "" 0xa $host1; do
		refused "is no command" "$word" --key 0xa "$host1"
	done
}

@test "usage: no such option" {
	refused "--frob" --frob register --key 0xa "$host1"
	refused "--frob" register --frob --key 0xa "$host1"
	refused "--frob" register --key 0xa "$host1" --frob
	refused "unrecognized option '-z'" status -z "$host1"
	refused "--key" --key 0xa register "$host1"
}

# meant MEANT ARG...: refused in just two lines: what was meant, and where to look.
meant()
{
	local meant=$1
	shift
	refused "; did you mean '$meant'?" "$@"
	((${#stderr_lines[@]} == 2)) || fail "${#stderr_lines[@]} lines"
	[[ ${stderr_lines[0]} == *"; did you mean '$meant'?" && ${stderr_lines[1]} == "Try '"*" --help'." ]] || fail "not in two lines"
}

@test "usage: a command, option, type or column that is none: what was meant by it, and where to look" {
	meant preempt-abort preempt-abrot --key 0xa "$host1"
	meant --json register "$host1" --jsno
	meant --old-key register --key 0xa --oldkey=0xb "$host1"
	meant --victim preempt --key 0xa --vicitm 0xb "$host1"
	meant write-exclusive reserve --key 0xa --type wrtie-exclusive "$host1"
	meant INITIATOR status --output key,iniiator "$host1"
	[[ ${stderr_lines[1]} == "Try 'prctl status --help'." ]] || fail "not where to look"

	refused "unrecognized option '--frob'" register --key 0xa --frob "$host1"
	[[ $stderr != *"did you mean"* && ${#stderr_lines[@]} == 2 ]] || fail "a guess, or not two lines"
	refused "unrecognized option '--key'; options stand behind COMMAND" --key 0xa register "$host1"
	refused "unrecognized option '--fr?b'" register $'--fr\nb'
	# what is a value, or stands behind --, is no option; and a beginning that is enough is one
	refused "--key '--frob'" register --key --frob "$host1"
	p status --js -- --frob
	ended 5
	json '.devices[0].argument' '"--frob"'
}

@test "usage: columns that are none, stand twice or mean nothing with --json" {
	refused "--output: no such column 'NOTHING'" status --output KEY,NOTHING "$host1"
	refused "--output: no such column ''" status --output "" "$host1"
	refused "--output: no such column ''" status --output KEY, "$host1"
	refused "--output: column 'key' stands there twice" status --output KEY,key "$host1"
	refused "--json has everything" status --json --output KEY "$host1"
	refused "--json has everything" status --noheadings --json "$host1"
	refused "--output" register --key 0xa --output KEY "$host1"
}

@test "usage: an option of another command" {
	refused "--type" register --key 0xa --type we "$host1"
	refused "--victim" clear --key 0xa --victim 0xb "$host1"
	refused "--release" release --key 0xa --release "$host1"
	refused "--unreserved" reserve --key 0xa --type we --unreserved "$host1"
	refused "--old-key" unregister --key 0xa --old-key 0xb "$host1"
	refused "--ignore-key" clear --key 0xa --ignore-key "$host1"
	refused "--key" status --key 0xa "$host1"
}

@test "usage: a change without --key" {
	local command
	for command in release clear check; do
		refused "--key OWN is missing" $command "$host1"
	done
	refused "--key NEW is missing" register "$host1"
	refused "--key OWN is missing" reserve --type we "$host1"
	refused "--key OWN is missing" preempt --victim 0xb "$host1"
	refused "--key OWN is missing" preempt-abort --victim 0xb "$host1"
	refused "--key OWN or --ignore-key is missing" unregister "$host1"
}

@test "usage: reserve without --type" {
	refused "--type TYPE is missing" reserve --key 0xa "$host1"
}

@test "usage: preempt without --victim" {
	refused "--victim KEY is missing" preempt --key 0xa "$host1"
	refused "--victim KEY is missing" preempt-abort --key 0xa "$host1"
}

@test "usage: a change without DEVICE" {
	local command args
	for command in "${changes[@]}"; do
		with "$command"
		refused "a DEVICE is missing" "${args[@]}"
	done
}

@test "usage: an empty DEVICE" {
	refused "DEVICE is empty" status ""
	refused "DEVICE is empty" register --key 0xa "$host1" ""
	refused "DEVICE is empty" clear --key 0xa "" "$host1"
}

@test "usage: an option without its value" {
	refused "requires an argument" register "$host1" --key
	refused "requires an argument" reserve --key 0xa "$host1" --type
	refused "requires an argument" preempt --key 0xa "$host1" --victim
}

@test "usage: a value where none belongs" {
	refused "--json" register --key 0xa --json=yes "$host1"
	refused "--unreserved" preempt --key 0xa --victim 0xb --unreserved=no "$host1"
}

@test "usage: a key without 0x is refused with the reason" {
	local key
	for key in 10 a 0 10h h10 X10 0X10 "#10" "" all; do
		refused "a key begins with 0x (10 is sixteen to one tool and ten to another)" register --key "$key" "$host1"
	done
}

@test "usage: a key that is not 1 to 16 hexadecimal digits" {
	refused "1 to 16 hexadecimal digits" register --key 0x "$host1"
	refused "at most 16" register --key 0x10000000000000000 "$host1"
	refused "at most 16" register --key 0x00000000000000001 "$host1"
	local key
	for key in 0xg "0x a" "0xa " 0x-1 0x+1 0x0x1 0xa,0xb 0xa. 0x1_0 0xaL $'0xa\t' 0xä; do
		refused "hexadecimal digits, and nothing else" register "--key=$key" "$host1"
	done
	for key in " 0xa" -0xa +0xa; do
		refused "a key begins with 0x" register "--key=$key" "$host1"
	done
}

@test "usage: a key of 0 is no key" {
	refused "0x0 is not a key" register --key 0x0 "$host1"
	refused "0x0 is not a key" register --key 0x0000000000000000 "$host1"
	refused "0x0 is not a key" preempt --key 0xa --victim 0x0 "$host1"
	refused "0x0 is not a key" register --key 0xa --old-key 0x0 "$host1"
}

@test "usage: a bad key is named by its option" {
	refused "--old-key '10'" register --key 0xa --old-key 10 "$host1"
	refused "--victim '10'" preempt --key 0xa --victim 10 "$host1"
	refused "--victim 'ALL'" preempt --key 0xa --victim ALL "$host1"
	refused "--key 'all'" preempt --key all --victim 0xb "$host1"
}

@test "usage: a value with a line break in it makes no more lines" {
	refused "--key" register --key $'0xa\n' "$host1"
	refused "--type" reserve --key 0xa --type $'we\nea' "$host1"
	refused "no command" $'status\nprctl: done'
	refused "unrecognized option '-?'" clear $'-\n' --key 0xa "$host1"
}

@test "usage: argp's hidden options, which choose the name in messages and sleep, are none" {
	local option
	for option in --HANG=9 --HANG --program-name=x --program-name --p; do
		refused "unrecognized option '$option'" clear "$option" x --key 0xa "$host1"
		refused "unrecognized option '$option'" "$option" x clear --key 0xa "$host1"
	done
}

@test "usage: a type by number is refused with the reason and the names" {
	local type
	for type in 1 5 8 0 0x5 05; do
		refused "number the types differently" reserve --key 0xa --type "$type" "$host1"
	done
	for type in write-exclusive exclusive-access write-exclusive-reg-only exclusive-access-reg-only \
		write-exclusive-all-regs exclusive-access-all-regs "(we)" "(ea)" "(wero)" "(earo)" "(wear)" "(eaar)"; do
		[[ $stderr == *$type* ]] || fail "$type is not named"
	done
}

@test "usage: no such type" {
	local type
	for type in WE Write-Exclusive write_exclusive "write exclusive" write-exclusive-registrants-only none other \
		"" write we,ea "we " " we"; do
		refused "no such type" reserve --key 0xa --type "$type" "$host1"
	done
	refused "no such type" preempt --key 0xa --victim 0xb --type none "$host1"
	refused "no such type" release --key 0xa --type other "$host1"
}

@test "usage: options that contradict each other" {
	refused "contradict" register --key 0xa --old-key 0xb --ignore-key "$host1"
	refused "contradict" unregister --key 0xa --ignore-key "$host1"
	refused "--if-registered" preempt --key 0xa --victim all --if-registered "$host1"
	refused "--unreserved" preempt-abort --key 0xa --victim all --unreserved "$host1"
}

@test "usage: the own key as the victim's" {
	refused "own key" preempt --key 0xa --victim 0xa "$host1"
	refused "own key" preempt-abort --key 0xa --victim 0x000A "$host1"
}

@test "usage: an option that may be given once given twice" {
	refused "twice" register --key 0xa --key 0xb "$host1"
	refused "twice" register --key 0xa -k 0xa "$host1"
	refused "twice" register --key 0xa --old-key 0xb --old-key 0xc "$host1"
	refused "twice" reserve --key 0xa --type we --type ea "$host1"
	refused "twice" preempt --key 0xa --victim 0xb --victim all "$host1"
	refused "twice" preempt --key 0xa --victim all --victim 0xb "$host1"
}

@test "usage: with --json, standard output stays empty, too" {
	refused "is missing" register --json "$host1"
	refused "a key begins with 0x" register --json --key 10 "$host1"
	refused "no such type" reserve --json --key 0xa --type x "$host1"
	refused "contradict" unregister --json --key 0xa --ignore-key "$host1"
	refused "a DEVICE is missing" clear --key 0xa --json
	refused "--frob" status --json --frob
	refused "is no command" frobnicate --json
	refused "own key" preempt --json --key 0xa --victim 0xa "$host1"
}

@test "usage: a wrong option behind devices stops all of them" {
	lun_reset
	p register --key 0xa "$host1" --frob
	ended 2
	p register "$host1" --key 10
	ended 2
	p register --key 0xa "$host1" ""
	ended 2
	held none none none
}

@test "usage: options behind a device are options with POSIXLY_CORRECT, too" {
	lun_reset
	export POSIXLY_CORRECT=1
	p register "$host1" --key 0xa --json
	unset POSIXLY_CORRECT
	ended 0
	json .status '"ok"'
	held none none "host-1 0xa"
}

@test "usage: an option before, between and behind devices is the same" {
	lun_reset
	p register "$host1" --key 0xa "$host2"
	ended 0
	printed "$host1: registered 0xa
$host2: registered 0xa"
}

@test "usage: behind -- everything is a device" {
	lun_reset
	p register --key 0xa -- "$host1" --json
	ended 5
	printed "$host1: registered 0xa"
	said "prctl: --json: resolve: device: no such device"
	held none none "host-1 0xa"
}

@test "usage: --key=KEY and -k KEY are --key KEY" {
	lun_reset
	p register --key=0xa "$host1"
	ended 0
	p register -k0xb --old-key=0xa "$host1"
	ended 0
	p reserve -k 0xb -t we "$host1"
	ended 0
	held host-1 "Write Exclusive Access" "host-1 0xb"
}

@test "usage: the largest and the smallest key, in capitals and with zeros in front" {
	lun_reset
	p register --key 0xFFFFFFFFFFFFFFFF "$host1"
	ended 0
	printed "$host1: registered 0xffffffffffffffff"
	p register --key 0x0000000000000001 "$host2"
	ended 0
	printed "$host2: registered 0x1"
	held none none "host-1 0xffffffffffffffff host-2 0x1"
}

@test "usage: --help lists every command, with status 0 and nothing on standard error" {
	local command
	p --help
	ended 0
	said_nothing
	for command in status check "${changes[@]}"; do
		[[ $output == *$'\n'"  $command "* ]] || fail "$command is not listed"
	done
}

@test "usage: --version is one line, with status 0" {
	p --version
	ended 0
	said_nothing
	[[ $output =~ ^prctl\ [0-9]+\.[0-9]+[^$'\n']*$ ]] || fail "no version"
	local version=$output
	p register --version
	ended 0
	printed "$version"
}

@test "usage: each command's --help names each of its options, with status 0 and nothing on standard error" {
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
		p "$command" --help
		ended 0
		said_nothing
		((${#lines[@]} <= 40)) || fail "${#lines[@]} lines: more than a screen"
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

@test "usage: status --help lists every column, and --help has the same form whatever ARGP_HELP_FMT says" {
	local column usual
	export ARGP_HELP_FMT=rmargin=40,usage
	p status --help
	unset ARGP_HELP_FMT
	usual=$output
	for column in DEVICE RESERVATION KEY NAME HOLDER HOST INITIATOR PATH WWID VENDOR MODEL NODE SIZE TRANSPORT PORT PATHSTATE \
		GENERATION SOURCE; do
		[[ $output =~ [\ *]$column\  ]] || fail "$column is not listed"
		p status --noheadings --output "$column" "$host1"
		ended 0
		output=$usual
	done
	p status --help
	printed "$usual"
}

@test "usage: --help tells what is right even where the rest is wrong" {
	p register --help --key 10
	ended 0
	said_nothing
	p --help frobnicate
	ended 0
	said_nothing
}

@test "usage: the common options are taken by every command" {
	local command option args
	lun_reset
	for command in status clear; do
		for option in --json --dry-run --whole-lun --this-path --quiet --verbose; do
			with "$command"
			[[ $command != status ]] || args=(status)
			p "${args[@]}" $option "$host1"
			[[ $status != 2 ]] || fail "$command $option"
		done
	done
}
