#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What prctl prints, where, and what comes of it when it cannot
load common

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
ran()
{
	status=0
	"$@" || status=$?
}

one_document()
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

@test "output: --json is one document for success, partial failure and when all fails" {
	p register --json --key 0xa "$host1" $lun1
	ended 0
	said_nothing
	one_document
	json '[.schema, .command, .status, [.devices[].status]]' '[1,"register","ok",["ok","ok"]]'
	json '.prctl | test("^[0-9]+[.][0-9]+")' true

	p register --json --key 0xa "$host1" /dev/nothing
	ended 5
	one_document
	json '[.status, [.devices[].status]]' '["device",["ok","device"]]'

	p register --json --key 0xa /dev/nothing /dev/null
	ended 5
	one_document
	json '[.status, [.devices[].status]]' '["device",["device","device"]]'
}

@test "output: --json has the same keys, whatever became of a device" {
	join 0xb "$host2"
	hold 0xb 1 "$host2"
	echo offline > "/sys/class/block/$(basename "$(readlink -f $lun1)")/device/state"
	local every='[.devices[] | [keys, (.error | keys), (.lun | keys), (.reservation | keys), (.capabilities | keys),
		(.paths | map(keys) | unique | select(. == []) = [["device", "registered", "state"]])]] | unique | length'
	local devices=("$host2" "$host1" "$lun1" /dev/nothing /dev/null /dev/ram0)
	modprobe brd

	p release --json --key 0xb "${devices[@]}"
	json '[.devices[].status]' '["ok","conflict","failed","device","device","unsupported"]'
	json "$every" 1
	p status --json "${devices[@]}"
	json "$every" 1
	json '.devices[0] | keys' '["argument","capabilities","changed","device","error","generation","lun","paths","registrants",'`
		`'"reservation","sent","source","status","transport","warnings"]'
}

@test "output: in --json a device whose state is known has no null" {
	join 0xb "$host2"
	hold 0xb 1 "$host2"

	p status --json "$host1"
	json '[.devices[0] | .. | select(. == null)] | length' 0
}

@test "output: in --json keys are strings, as prctl takes them" {
	join 0xfedcba9876543210 "$host1"
	hold 0xfedcba9876543210 1 "$host1"

	p status --json "$host1"
	json '.devices[0] | [.registrants[0].key, .reservation.key, .reservation.holders]' \
		'["0xfedcba9876543210","0xfedcba9876543210",["0xfedcba9876543210"]]'
	p release --key "$(jq -r '.devices[0].reservation.key' <<< "$output")" "$host1"
	ended 0
	held none none "host-1 0xfedcba9876543210"
}

@test "output: --json of an argument that is no UTF-8 is a document" {
	p status --json $'/dev/\xff\x01"\n' "$host1"
	ended 5
	one_document
	json '.devices | length' 2
}

@test "output: --json tells warnings, and messages on standard error stay" {
	join 0xa "$host1"
	join 0xb "$host2"

	p preempt --json --key 0xa --victim 0xb --unreserved "$host1"
	ended 0
	json '.devices[0].warnings' '["nothing is reserved, so the victim can write without its key; reserve, to keep it out"]'
	said "warning: nothing is reserved"
	p preempt --json --key 0xa --victim 0xb "$host1"
	ended 3
	json '.devices[0].error.message | startswith("nothing is reserved")' true
	said "prctl: $host1: preempt: conflict: nothing is reserved"
}

@test "output: a message is prctl, device, step, word, cause, on one line without a full stop" {
	local line
	modprobe brd
	join 0xb "$host2"
	hold 0xb 1 "$host2"

	p clear --key 0xa "$host1" /dev/nothing /dev/null /dev/ram0
	[[ ${#stderr_lines[@]} == 4 ]] || fail "${#stderr_lines[@]} lines"
	for line in "${stderr_lines[@]}"; do
		[[ $line =~ ^prctl:\ /dev/[a-z0-9/]+:\ (resolve|open|clear):\ (conflict|unsupported|device):\ [a-z0-9].*[^.]$ ]] ||
			fail "not in that form: $line"
	done
}

@test "output: --quiet prints nothing on success, not even a warning" {
	join 0xb "$host2"
	p register --quiet --key 0xa "$host1"
	ended 0
	printed ""
	said_nothing
	p preempt --quiet --key 0xa --victim 0xb --unreserved "$host1"
	ended 0
	printed ""
	said_nothing
	held none none "host-1 0xa"
}

@test "output: --quiet leaves the errors" {
	p register --quiet --key 0xa "$host1" /dev/nothing
	ended 5
	printed ""
	[[ $stderr == "prctl: /dev/nothing: resolve: device: no such device; status without a DEVICE lists those that there are" ]] || fail "not the error alone"
}

@test "output: --verbose tells each command that was sent, on standard error alone" {
	p register --verbose --key 0xa "$host1"
	ended 0
	printed "$host1: registered 0xa"
	said "prctl: $host1: READ FULL STATUS by SG_IO: good"
	said "prctl: $host1: REGISTER, key 0x0, new key 0xa by ioctl: good"
	p reserve --verbose --json --key 0xa --type we "$host1"
	ended 0
	one_document
	said "RESERVE, key 0xa, write-exclusive by ioctl: good"
}

@test "output: --dry-run tells on standard error alone, and with --json, too" {
	p register --dry-run --json --key 0xa "$host1"
	ended 0
	one_document
	json '.devices[0] | [.status, .changed, .sent]' '["ok",false,false]'
	[[ $stderr == "prctl: $host1: would register 0xa: REGISTER, key 0x0, new key 0xa, through $(readlink -f "$host1")" ]] ||
		fail "not what would be sent"
	held none none none
}

@test "output: --dry-run of what is a conflict is the conflict" {
	p reserve --dry-run --key 0xa --type we "$host1"
	ended 3
	said "0xa is not registered"
	[[ $stderr != *would* ]] || fail "something would be sent"
}

@test "output: a full standard output is status 1 and a message" {
	local args
	for args in "status $host1" "status --json $host1" "register --key 0xa $host1" "register --key 0xa --json $host1"; do
		# shellcheck disable=SC2086
		ran prctl $args > /dev/full 2> "$BATS_TEST_TMPDIR/err"
		stderr=$(< "$BATS_TEST_TMPDIR/err")
		ended 1
		[[ $stderr == "prctl: cannot write to standard output: No space left on device" ]] || fail "$args"
	done
	held none none "host-1 0xa"
}

@test "output: a closed standard output is status 1 and a message" {
	local args
	for args in "status $host1" "status --json $host1" "register --key 0xa $host1"; do
		# shellcheck disable=SC2086
		ran prctl $args >&- 2> "$BATS_TEST_TMPDIR/err"
		stderr=$(< "$BATS_TEST_TMPDIR/err")
		ended 1
		[[ $stderr == "prctl: cannot write to standard output: "* && $stderr != *$'\n'* ]] || fail "$args"
	done
}

@test "output: a reader that went away is status 1 and a message, and what was asked for is done" {
	broken_pipe_open
	ran prctl register --key 0xa "$host1" >&8 2> "$BATS_TEST_TMPDIR/err" 8>&-
	stderr=$(< "$BATS_TEST_TMPDIR/err")
	ended 1
	said "prctl: cannot write to standard output: Broken pipe"
	held none none "host-1 0xa"
}

@test "output: --help and --version that cannot be printed are status 1" {
	local args
	for args in --help --version "register --help" "status --version"; do
		# shellcheck disable=SC2086
		ran prctl $args > /dev/full 2> "$BATS_TEST_TMPDIR/err"
		stderr=$(< "$BATS_TEST_TMPDIR/err")
		ended 1
		said "cannot write to standard output"
		# shellcheck disable=SC2086
		ran prctl $args >&- 2> "$BATS_TEST_TMPDIR/err"
		ended 1
	done
}

@test "output: with standard error closed or full the results are there, and the status is not 0" {
	ran prctl status --json /dev/nothing "$host1" 2>&- > "$BATS_TEST_TMPDIR/out"
	output=$(< "$BATS_TEST_TMPDIR/out")
	[[ $status != 0 ]] || fail "ended with 0"
	one_document
	json '[.devices[].status]' '["device","ok"]'
	ran prctl status --json /dev/nothing "$host1" 2> /dev/full > "$BATS_TEST_TMPDIR/out"
	output=$(< "$BATS_TEST_TMPDIR/out")
	[[ $status != 0 ]] || fail "ended with 0"
	one_document
}

@test "output: with standard error closed a success is a success" {
	output=$(prctl register --key 0xa "$host1" 2>&-)
	printed "$host1: registered 0xa"
}

@test "output: with descriptors closed nothing is written to the device" {
	local before
	before=$(sha256sum < "$host1")
	ran prctl register --key 0xa "$host1" <&- >&- 2>&-
	ended 1
	ran prctl register --key 0x10 --verbose "$host1" <&- >&- 2>&-
	ended 1
	ran prctl status --json "$host1" /dev/nothing <&- >&- 2>&-
	ended 1
	ran prctl status "$host1" >&- 2>&-
	ended 1
	ran prctl status --verbose "$host1" /dev/nothing <&- 2>&-
	ran prctl --frob <&- >&- 2>&-
	ended 2
	blockdev --flushbufs "$host1"
	[[ $(sha256sum < "$host1") == "$before" ]] || fail "the device was written"
	held none none "host-1 0xa"
}

@test "output: a command line that is wrong is status 2 where it cannot be told" {
	ran prctl register "$host1" 2> /dev/full
	ended 2
	ran prctl register "$host1" 2>&-
	ended 2
}

# without LIBRARY ARG...: runs prctl ARG... where that library is an empty file.
without()
{
	status=0
	# shellcheck disable=SC2016 # the inner shell's
	unshare --mount bash -c 'mount --bind /dev/null "$(ldconfig -p | sed -n "s|.*$1.* => ||p; T; q")" && shift && exec prctl "$@"' \
		bash "$@" > "$BATS_TEST_TMPDIR/out" 2> "$BATS_TEST_TMPDIR/err" || status=$?
	outputs_take
}

@test "output: without jansson --json is refused before anything is done, and text needs none" {
	without libjansson.so.4 register --json --key 0xa "$host1"
	ended 1
	printed ""
	said "prctl: --json cannot be had, and nothing was done: /"
	held none none none
	without libjansson.so.4 register --key 0xa "$host1"
	ended 0
	held none none "host-1 0xa"
}

@test "output: without libblkid a tag is refused, and a path needs none" {
	without libblkid.so.1 register --key 0xa LABEL=nothing "$host1"
	ended 5
	printed "$host1: registered 0xa"
	said "prctl: LABEL=nothing: resolve: device: libblkid cannot look for it (/"
	held none none "host-1 0xa"
}
