#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What prctl prints on which stream, and what happens if it cannot
# shellcheck disable=SC2034 # assert_stderr uses $stderr
load common
load messages

lun1=/dev/lab/host1/lun1

setup()
{
	lun_reset
	lun_reset lun1
}

teardown()
{
	echo running > "/sys/class/block/$(basename "$(readlink -f $lun1)")/device/state"
}

# The result of a command whose descriptors the test itself has redirected.
run_unredirected()
{
	status=0
	"$@" || status=$?
}

assert_one_document()
{
	[[ $(jq -s length <<< "$output") == 1 ]] || fail "not one JSON document"
}

# A FIFO whose reader is gone, as descriptor 8.
broken_pipe_open()
{
	mkfifo "$BATS_TEST_TMPDIR/pipe"
	# shellcheck disable=SC2094 # a FIFO: a reader that goes away, and a writer that stays
	exec 7<> "$BATS_TEST_TMPDIR/pipe" 8> "$BATS_TEST_TMPDIR/pipe" 7>&-
}

@test "--json: success, partial failure, or all fails -> one document" {
	run_prctl register --json --key 0xa "$host1" $lun1
	assert_status 0
	refute_stderr
	assert_one_document
	assert_json '[.schema, .command, .status, [.devices[].status]]' '[1,"register","ok",["ok","ok"]]'
	assert_json '.prctl | test("^[0-9]+[.][0-9]+")' true

	run_prctl register --json --key 0xa "$host1" /dev/nothing
	assert_status 5
	assert_one_document
	assert_json '[.status, [.devices[].status]]' '["device",["ok","device"]]'

	run_prctl register --json --key 0xa /dev/nothing /dev/null
	assert_status 5
	assert_one_document
	assert_json '[.status, [.devices[].status]]' '["device",["device","device"]]'
}

@test "--json: whatever the status of a device -> the same keys" {
	sg_register 0xb "$host2"
	sg_reserve 0xb 1 "$host2"
	echo offline > "/sys/class/block/$(basename "$(readlink -f $lun1)")/device/state"
	local every='[.devices[] | [keys, (.error | keys), (.lun | keys), (.reservation | keys), (.capabilities | keys),
		(.paths | map(keys) | unique | select(. == []) = [["device", "initiator", "registered", "state", "target_port"]])]] | unique | length'
	local devices=("$host2" "$host1" "$lun1" /dev/nothing /dev/null /dev/ram0)
	modprobe brd

	run_prctl release --json --key 0xb "${devices[@]}"
	assert_json '[.devices[].status]' '["ok","conflict","failed","device","device","unsupported"]'
	assert_json "$every" 1
	run_prctl status --json "${devices[@]}"
	assert_json "$every" 1
	assert_json '.devices[0] | keys' '["access","argument","capabilities","changed","device","error","generation","lun","paths","raw",'`
		`'"registrants","reservation","sent","source","status","transport","uses","warnings"]'
}

@test "--json: the state is known -> no null" {
	sg_register 0xb "$host2"
	sg_reserve 0xb 1 "$host2"

	run_prctl status --json "$host1"
	assert_json '[.devices[0] | .. | select(. == null)] | length' 0
}

@test "--json: keys -> strings, as prctl takes them" {
	sg_register 0xfedcba9876543210 "$host1"
	sg_reserve 0xfedcba9876543210 1 "$host1"

	run_prctl status --json "$host1"
	assert_json '.devices[0] | [.registrants[0].key, .reservation.key, .reservation.holders]' \
		'["0xfedcba9876543210","0xfedcba9876543210",["0xfedcba9876543210"]]'
	run_prctl release --key "$(jq -r '.devices[0].reservation.key' <<< "$output")" "$host1"
	assert_status 0
	assert_target_state none none "host-1 0xfedcba9876543210"
}

@test "--json: an argument that is not UTF-8 -> a document" {
	run_prctl status --json $'/dev/\xff\x01"\n' "$host1"
	assert_status 5
	assert_one_document
	assert_json '.devices | length' 2
}

@test "--json: warnings -> in the document, and messages on standard error stay" {
	local message
	sg_register 0xa "$host1"
	sg_register 0xb "$host2"

	run_prctl preempt --json --key 0xa --victim 0xb --unreserved "$host1"
	assert_status 0
	assert_json '.devices[0].warnings' '["nothing is reserved, so the victim can write without its key; reserve to lock it out"]'
	assert_stderr "prctl: $host1: warning: nothing is reserved, so the victim can write \
without its key; reserve to lock it out"
	run_prctl preempt --json --key 0xa --victim 0xb "$host1"
	assert_status 3
	message="nothing is reserved, so the victim can still write without its key; 0xb is not \
registered; reserve first, or use --unreserved to remove only the key"
	assert_json '.devices[0].error.message' "\"$message\""
	assert_stderr "prctl: $host1: preempt: conflict: $message"
}

@test "a message: a conflict -> prctl, device, step, word, cause, on one line without a full stop" {
	local line
	modprobe brd
	sg_register 0xb "$host2"
	sg_reserve 0xb 1 "$host2"

	run_prctl clear --key 0xa "$host1" /dev/nothing /dev/null /dev/ram0
	[[ ${#stderr_lines[@]} == 4 ]] || fail "${#stderr_lines[@]} lines"
	for line in "${stderr_lines[@]}"; do
		[[ $line =~ ^prctl:\ /dev/[a-z0-9/]+:\ (resolve|open|clear):\ (conflict|unsupported|device):\ [a-z0-9].*[^.]$ ]] ||
			fail "not in that form: $line"
	done
}

@test "--quiet: success -> nothing is printed, not even a warning" {
	sg_register 0xb "$host2"
	run_prctl register --quiet --key 0xa "$host1"
	assert_status 0
	assert_output ""
	refute_stderr
	run_prctl preempt --quiet --key 0xa --victim 0xb --unreserved "$host1"
	assert_status 0
	assert_output ""
	refute_stderr
	assert_target_state none none "host-1 0xa"
}

@test "--quiet: errors -> printed" {
	run_prctl register --quiet --key 0xa "$host1" /dev/nothing
	assert_status 5
	assert_output ""
	assert_stderr "prctl: /dev/nothing: resolve: device: no such device; run 'prctl status' to \
list devices"
}

@test "--verbose: a change -> each command that was sent, on standard error alone" {
	run_prctl register --verbose --key 0xa "$host1"
	assert_status 0
	assert_output "$host1: registered 0xa"
	assert_verbose "$host1" "${read_good[@]}" \
		"REGISTER, key 0x0, new key 0xa by ioctl: good" \
		"${read_good[@]}" \
		"nothing is reserved; 1 registration, generation N"
	run_prctl reserve --verbose --json --key 0xa --type we "$host1"
	assert_status 0
	assert_one_document
	assert_verbose "$host1" "${read_good[@]}" \
		"RESERVE, key 0xa, write-exclusive by ioctl: good" \
		"${read_good[@]}" \
		"held by 0xa (this host), write-exclusive; 1 registration, generation N"
}

@test "--dry-run: with and without --json -> on standard error alone" {
	run_prctl register --dry-run --json --key 0xa "$host1"
	assert_status 0
	assert_one_document
	assert_json '.devices[0] | [.status, .changed, .sent]' '["ok",false,false]'
	assert_stderr "prctl: $host1: would register 0xa: REGISTER, key 0x0, new key 0xa, through \
$(readlink -f "$host1")"
	assert_target_state none none none
}

@test "--dry-run: a conflict -> the conflict" {
	run_prctl reserve --dry-run --key 0xa --type we "$host1"
	assert_status 3
	assert_stderr "prctl: $host1: reserve: conflict: 0xa is not registered; nothing is \
reserved; register it first"
}

@test "standard output: full -> exit 1 and a message" {
	local args
	for args in "status $host1" "status --json $host1" "register --key 0xa $host1" "register --key 0xa --json $host1"; do
		# shellcheck disable=SC2086
		run_unredirected prctl $args > /dev/full 2> "$BATS_TEST_TMPDIR/err"
		stderr=$(< "$BATS_TEST_TMPDIR/err")
		assert_status 1
		assert_stderr "prctl: cannot write to standard output: No space left on device"
	done
	assert_target_state none none "host-1 0xa"
}

@test "standard output: closed -> exit 1 and a message" {
	local args
	for args in "status $host1" "status --json $host1" "register --key 0xa $host1"; do
		# shellcheck disable=SC2086
		run_unredirected prctl $args >&- 2> "$BATS_TEST_TMPDIR/err"
		stderr=$(< "$BATS_TEST_TMPDIR/err")
		assert_status 1
		assert_stderr "prctl: cannot write to standard output: Bad file descriptor"
	done
}

@test "standard output: the reader went away -> exit 1 and a message, the change is done" {
	broken_pipe_open
	run_unredirected prctl register --key 0xa "$host1" >&8 2> "$BATS_TEST_TMPDIR/err" 8>&-
	stderr=$(< "$BATS_TEST_TMPDIR/err")
	assert_status 1
	assert_stderr "prctl: cannot write to standard output: Broken pipe"
	assert_target_state none none "host-1 0xa"
}

@test "--help and --version: cannot be printed -> exit 1" {
	local args
	for args in --help --version "register --help" "status --version"; do
		# shellcheck disable=SC2086
		run_unredirected prctl $args > /dev/full 2> "$BATS_TEST_TMPDIR/err"
		stderr=$(< "$BATS_TEST_TMPDIR/err")
		assert_status 1
		assert_stderr "prctl: cannot write to standard output: No space left on device"
		# shellcheck disable=SC2086
		run_unredirected prctl $args >&- 2> "$BATS_TEST_TMPDIR/err"
		assert_status 1
	done
}

@test "standard error: closed or full -> the results are printed, exit not 0" {
	run_unredirected prctl status --json /dev/nothing "$host1" 2>&- > "$BATS_TEST_TMPDIR/out"
	output=$(< "$BATS_TEST_TMPDIR/out")
	[[ $status != 0 ]] || fail "ended with 0"
	assert_one_document
	assert_json '[.devices[].status]' '["device","ok"]'
	run_unredirected prctl status --json /dev/nothing "$host1" 2> /dev/full > "$BATS_TEST_TMPDIR/out"
	output=$(< "$BATS_TEST_TMPDIR/out")
	[[ $status != 0 ]] || fail "ended with 0"
	assert_one_document
}

@test "standard error: closed, success -> exit 0" {
	output=$(prctl register --key 0xa "$host1" 2>&-)
	assert_output "$host1: registered 0xa"
}

@test "standard descriptors: closed -> nothing is written to the device" {
	local before
	before=$(sha256sum < "$host1")
	run_unredirected prctl register --key 0xa "$host1" <&- >&- 2>&-
	assert_status 1
	run_unredirected prctl register --key 0x10 --verbose "$host1" <&- >&- 2>&-
	assert_status 1
	run_unredirected prctl status --json "$host1" /dev/nothing <&- >&- 2>&-
	assert_status 1
	run_unredirected prctl status "$host1" >&- 2>&-
	assert_status 1
	run_unredirected prctl status --verbose "$host1" /dev/nothing <&- 2>&-
	run_unredirected prctl --frob <&- >&- 2>&-
	assert_status 2
	blockdev --flushbufs "$host1"
	[[ $(sha256sum < "$host1") == "$before" ]] || fail "the device was written"
	assert_target_state none none "host-1 0xa"
}

@test "a wrong command line: standard error is closed -> exit 2" {
	run_unredirected prctl register "$host1" 2> /dev/full
	assert_status 2
	run_unredirected prctl register "$host1" 2>&-
	assert_status 2
}

# library NAME: where it is.
library()
{
	ldconfig -p | sed -n "s|.*$1.* => ||p; T; q"
}

# run_prctl_without_library LIBRARY ARG...: runs prctl ARG... with an empty file in place of that
# library.
run_prctl_without_library()
{
	status=0
	# shellcheck disable=SC2016 # the inner shell's
	unshare --mount bash -c 'mount --bind /dev/null "$1" && shift && exec prctl "$@"' \
		bash "$(library "$1")" "${@:2}" > "$BATS_TEST_TMPDIR/out" 2> "$BATS_TEST_TMPDIR/err" || status=$?
	load_outputs
}

@test "--json: no jansson -> refused before anything is done; text needs none" {
	run_prctl_without_library libjansson.so.4 register --json --key 0xa "$host1"
	assert_status 1
	assert_output ""
	assert_stderr "prctl: JSON is not available: $(library libjansson.so.4): file too short; \
nothing was done; install jansson"
	assert_target_state none none none
	run_prctl_without_library libjansson.so.4 register --key 0xa "$host1"
	assert_status 0
	assert_target_state none none "host-1 0xa"
}

@test "a tag: no libblkid -> refused; a path needs none" {
	run_prctl_without_library libblkid.so.1 register --key 0xa LABEL=nothing "$host1"
	assert_status 5
	assert_output "$host1: registered 0xa"
	assert_stderr "prctl: LABEL=nothing: resolve: device: cannot search for this LABEL: \
$(library libblkid.so.1): file too short; give a device path"
	assert_target_state none none "host-1 0xa"
}
