# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What every test in the guest uses: the devices, prctl with its outputs kept apart, and witnesses
# of what a
# LUN holds that are not prctl. Load it at a file's head: `load common`.
bats_require_minimum_version 1.5.0

host1=/dev/lab/host1/lun0
host2=/dev/lab/host2/lun0

# bats records the current line before each command, also in the functions that a test calls, which takes most of its
# time in an emulated machine. The line of the test itself is enough: only that one is recorded
# here.
bats_debug_trap()
{
	[[ ${FUNCNAME[1]} == "${BATS_TEST_NAME-}" && -z ${BATS_TIMED_OUT+set}${BATS_INTERRUPTED+set} ]] || return 0
	BATS_DEBUG_LASTLAST_STACK_TRACE=(${BATS_DEBUG_LAST_STACK_TRACE[@]+"${BATS_DEBUG_LAST_STACK_TRACE[@]}"})
	BATS_DEBUG_LAST_LINENO=("${BASH_LINENO[@]}")
	BATS_DEBUG_LAST_SOURCE=("${BASH_SOURCE[@]}")
	bats_capture_stack_trace
}

# run_prctl ARG...: runs prctl, and sets $status, $output (standard output) and $stderr as bats's
# run --separate-stderr does, which starts two more processes.
run_prctl()
{
	status=0
	prctl "$@" > "$BATS_TEST_TMPDIR/out" 2> "$BATS_TEST_TMPDIR/err" || status=$?
	load_outputs
	keep_json_document "$@"
}

# run_fence_prctl LINE...: runs fence_prctl with them on standard input, as Pacemaker does. The preset
# time limit would fail on a machine that is slow enough; a power_timeout in LINE overrides this one.
run_fence_prctl()
{
	status=0
	fence_prctl < <(printf '%s\n' power_timeout=300 "$@") > "$BATS_TEST_TMPDIR/out" 2> "$BATS_TEST_TMPDIR/err" || status=$?
	load_outputs
}

# load_outputs: sets $output and $stderr, and $lines and $stderr_lines of each, from those files.
# What strace says itself is left out: "Exit of unknown pid 1961 ignored", now and then.
load_outputs()
{
	IFS= read -r -d '' output < "$BATS_TEST_TMPDIR/out" || true
	read -r -d '' stderr < "$BATS_TEST_TMPDIR/err" || true
	if [[ $stderr == *"strace: "* ]]; then
		sed -i '/^strace: /d' "$BATS_TEST_TMPDIR/err"
		read -r -d '' stderr < "$BATS_TEST_TMPDIR/err" || true
	fi
	while [[ $output == *$'\n' ]]; do
		output=${output%$'\n'}
	done
	mapfile -t lines < "$BATS_TEST_TMPDIR/out"
	mapfile -t stderr_lines < "$BATS_TEST_TMPDIR/err"
}

# use_plain_build: from here on, $LAB_BUILD and prctl are those without sanitizers.
use_plain_build()
{
	export LAB_BUILD=${LAB_PLAIN-$LAB_BUILD}
	PATH=$LAB_BUILD/src:$PATH
}

# run_status_rows DEVICE...: runs status without headings, with columns that the tests need.
run_status_rows()
{
	run_prctl status --noheadings --output DEVICE,RESERVATION,KEY,HOLDER,HOST,INITIATOR "$@"
}

# keep_json_document ARG...: if prctl ARG... should have printed a JSON document, lab/check
# validates it by the schema:
# $LAB_OUT/FILE.json gets a byte 0x1e, the test's name and, from the next line on, what was printed.
keep_json_document()
{
	local word
	[[ -n ${LAB_OUT-} && $status != 2 ]] || return 0
	for word; do
		case $word in
		--) return ;;
		--json | -j) break ;;
		esac
	done
	[[ ${word-} == --json || ${word-} == -j ]] || return 0
	documents=${documents-}$'\x1e'$output
	printf '\x1e%s\n%s\n' "$BATS_TEST_DESCRIPTION" "$output" >> "$LAB_OUT/${BATS_TEST_FILENAME##*/}.json"
}

# fail TEXT...: ends the test with TEXT, and with the status and the output of the last run_prctl.
fail()
{
	echo "$*"
	echo "status: ${status-}"
	echo "stdout: ${output-}"
	echo "stderr: ${stderr-}"
	return 1
}

# A test that is skipped in the guest would never run.
skip()
{
	fail "skipped: $*"
}

# pause SECONDS: sleeps without a process.
pause()
{
	read -r -t "$1" <> /run/lab/wait || true
}

# assert_status STATUS: the last run_prctl ended with STATUS.
assert_status()
{
	[[ $status == "$1" ]] || fail "ended with $status, not $1"
}

# assert_output TEXT: standard output is exactly TEXT.
assert_output()
{
	[[ $output == "$1" ]] || fail "standard output is not '$1'"
}

# assert_stderr TEXT: standard error is exactly TEXT; after --partial, it has TEXT somewhere.
# refute_stderr: it is empty.
assert_stderr()
{
	if [[ $1 == --partial ]]; then
		[[ $stderr == *"$2"* ]] || fail "standard error lacks '$2'"
	else
		[[ $stderr == "$1" ]] || fail "standard error is not '$1'"
	fi
}

refute_stderr()
{
	[[ -z $stderr ]] || fail "standard error is not empty"
}

# assert_json FILTER VALUE: jq's FILTER on standard output gives VALUE (compact).
assert_json()
{
	local value
	# a document that run_prctl did not write
	[[ ${documents-}$'\x1e' == *$'\x1e'"$output"$'\x1e'* ]] || keep_json_document --json
	value=$(jq -c "$1" <<< "$output") || fail "no JSON, or no such filter: $1"
	[[ $value == "$2" ]] || fail "$1 is $value, not $2"
}

# configfs_pr FILE [LUN]: what the target has in configfs; LUN is lun0 if it is not given.
configfs_pr()
{
	cat "/dev/lab/${2:-lun0}.configfs/pr/$1"
}

# The next three read it with bash alone, and set $got, because each process takes long in an
# emulated machine. keys, holder and target_type print that.
#
# read_target_keys [LUN]: what is registered, sorted, as "host-1 0xa host-2 0xb"; "none".
read_target_keys()
{
	local line n found=()
	while IFS= read -r line; do
		[[ $line =~ lab:([^,]*),i,.*\ Key:\ 0x0*([0-9a-f]+)\  ]] || continue
		line="${BASH_REMATCH[1]} 0x${BASH_REMATCH[2]}"
		for ((n = ${#found[@]}; n > 0; n--)); do
			[[ ${found[n - 1]} > $line ]] || break
			found[n]=${found[n - 1]}
		done
		found[n]=$line
	done < "/dev/lab/${1:-lun0}.configfs/pr/res_pr_registered_i_pts"
	got=${found[*]:-none}
}

target_keys()
{
	local got
	read_target_keys "$@"
	echo "$got"
}

# read_target_holder [LUN]: "host-1", or "none". For an all-registrants type the target names the
# first registrant.
read_target_holder()
{
	local line
	read -r line < "/dev/lab/${1:-lun0}.configfs/pr/res_holder"
	got=none
	[[ ! $line =~ lab:([^,]*),i, ]] || got=${BASH_REMATCH[1]}
}

target_holder()
{
	local got
	read_target_holder "$@"
	echo "$got"
}

# read_target_type [LUN]: the target's words for it, e.g. "Write Exclusive Access, Registrants
# Only"; "none".
read_target_type()
{
	local line
	read -r line < "/dev/lab/${1:-lun0}.configfs/pr/res_pr_type"
	got=none
	[[ ! $line =~ ^SPC-3\ Reservation\ Type:\ (.*) ]] || got=${BASH_REMATCH[1]}
}

target_type()
{
	local got
	read_target_type "$@"
	echo "$got"
}

# assert_target_state HOLDER TYPE KEYS [LUN]: the target holds this, and nothing else.
assert_target_state()
{
	local got now
	read_target_holder "${4:-lun0}"
	now=$got
	read_target_type "${4:-lun0}"
	now+=" / $got"
	read_target_keys "${4:-lun0}"
	now+=" / $got"
	[[ $now == "$1 / $2 / $3" ]] || fail "the target holds $now, not $1 / $2 / $3"
}

# try_write DEVICE, try_read DEVICE: one block past every cache; $dd is what dd says. It goes
# through a device node that udev does not watch: at the close of one that it does watch, after a
# write, it reads the disk again at a time of its own, which takes unit attentions away, and on 6.1,
# if a reservation refuses that, leaves a disk of size 0.
get_block_node()
{
	local number
	number=$(stat -L -c '%Hr %Lr' "$1")
	node=/run/lab/node-${number/ /-}
	# shellcheck disable=SC2086 # two words
	[[ -b $node ]] || mknod "$node" b $number
}

try_write()
{
	local node
	get_block_node "$1"
	dd=$(dd if=/dev/zero of="$node" bs=4096 count=1 oflag=direct conv=notrunc 2>&1)
}

try_read()
{
	local node
	get_block_node "$1"
	dd=$(dd if="$node" of=/dev/null bs=4096 count=1 iflag=direct 2>&1) && [[ $dd == "1+0 records in"* ]]
}

# can_write DEVICE, cannot_write DEVICE: a block arrives, or is refused by a reservation: EBADE, and
# no other error will do. can_read DEVICE, cannot_read DEVICE: likewise.
can_write()
{
	try_write "$1" || fail "cannot write: $dd"
}

cannot_write()
{
	! try_write "$1" || fail "$1 was written"
	[[ $dd == *"Invalid exchange"* ]] || fail "refused otherwise: $dd"
}

can_read()
{
	try_read "$1" || fail "cannot read: $dd"
}

cannot_read()
{
	! try_read "$1" || fail "$1 was read"
	[[ $dd == *"Invalid exchange"* ]] || fail "refused otherwise: $dd"
}

# sg_persist_retry OPTION... DEVICE: runs sg_persist, which repeats nothing: a command that ended
# with a unit attention, 6, was not done, and is sent again.
sg_persist_retry()
{
	local tries code
	for ((tries = 0; tries < 4; tries++)); do
		code=0
		sg_persist -n -y "$@" || code=$?
		((code == 6)) || break
	done
	return $code
}

# sg_register KEY DEVICE: registers by sg_persist. sg_reserve KEY TYPE-NUMBER DEVICE: reserves.
sg_register()
{
	sg_persist_retry -o -I -S "${1#0x}" "$2"
}

sg_reserve()
{
	sg_persist_retry -o -R -K "${1#0x}" -T "$2" "$3"
}

# Removes every registration of a LUN, and the unit attentions that it leaves. A host that is
# registered on all ports of the target gets no other key in this way; then the other host does it.
sg_clear()
{
	sg_register 0xfff "$1" 2> /dev/null || { set -- "$2" "$1" && sg_register 0xfff "$1"; }
	sg_persist_retry -o -C -K fff "$1"
	sg_persist -n -y -i -k "$2" > /dev/null 2>&1 || true
}

# lun_reset [LUN]: nothing registered, nothing reserved, before each test.
lun_reset()
{
	local got lun=${1:-lun0}
	read_target_keys "$lun"
	[[ $got == none ]] || sg_clear "/dev/lab/host1/$lun" "/dev/lab/host2/$lun" > /dev/null
	assert_target_state none none none "$lun"
}

# map_reset: nothing registered on the map's LUN.
map_reset()
{
	local got
	read_target_keys mpath0
	[[ $got == none ]] || sg_clear /dev/lab/host2/mpath0-lun /dev/lab/host1/mpath0-a > /dev/null
}

setup()
{
	lun_reset lun0
}

# get_strace_when N: sets $when to the same in strace's count of the ioctls on a device. N is what
# the commands below count: 1 is the first reading, identity the question which LUN it is, 2 the
# change, 3 the reading back, 4 the next change or the reset; as in strace N+ is that and all later
# ones, N+STEP each STEPth, N..M a range. strace counts more: which disk was opened, before the
# reading, and which LUN it is, after it and after each change.
get_strace_when()
{
	if [[ $1 == identity ]]; then
		when=3
		return
	fi
	[[ $1 =~ ^([0-9]+)(\+|\.\.)?([0-9]*)$ ]] || fail "no count: $1"
	local first=${BASH_REMATCH[1]} sign=${BASH_REMATCH[2]} rest=${BASH_REMATCH[3]}
	if ((first == 1)); then
		when=2$sign${rest:+$((rest + 1))}
	elif [[ $sign == .. ]]; then
		when=$((first + 2 + (first - 1) / 2))..$((rest + 2 + (rest - 1) / 2))
	else
		when=$((first + 2 + (first - 1) / 2))$sign${rest:+$((rest * 3 / 2))}
	fi
}

# run_prctl_stopped_at N ANSWER CHANGE ARG... DEVICE: runs prctl with ARG... as run_prctl does,
# stopped at its Nth ioctl on DEVICE; CHANGE, a command, is run before prctl sees the answer. With
# ANSWER "real" the ioctl is carried out; otherwise it never reaches the kernel, and ANSWER is what
# comes back in strace's words: retval=2, error=EIO. $traced is the log.
run_prctl_stopped_at()
{
	run_prctl_stopped "${!#}" "$@"
	[[ -n $pid ]] || fail "it has no ioctl number $1"
}

# run_prctl_stopped_on_path PATH CHANGE ARG... MAP: the same at the first ioctl on PATH, by which a
# map's path is read; or not at all, if another path was first and the command is done.
run_prctl_stopped_on_path()
{
	run_prctl_stopped "$1" 1 real "${@:2}"
}

# run_prctl_stopped NODE N ANSWER CHANGE ARG...: as above; NODE is the device whose ioctls are
# counted. $pid is empty if nothing was stopped.
run_prctl_stopped()
{
	local when inject tracer
	get_strace_when "$2"
	inject=ioctl:signal=STOP:when=$when
	[[ $3 == real ]] || inject=ioctl:$3:signal=STOP:when=$when
	traced=$BATS_TEST_TMPDIR/strace
	: > "$traced"
	# a shell has SIGINT ignored in the background
	(trap - INT && exec strace -f -o "$traced" -P "$(readlink -f "$1")" -e trace=ioctl -e inject="$inject" prctl "${@:5}") \
		> "$BATS_TEST_TMPDIR/out" 2> "$BATS_TEST_TMPDIR/err" 3>&- &
	tracer=$!
	wait_for_stop $tracer
	if [[ -n $pid ]]; then
		# The thread may be gone before the process is; and the process, if another thread has just ended
		# it.
		pid=$(sed -n 's/^Tgid:\t//p' "/proc/$pid/status" 2> /dev/null) || pid=
	fi
	if [[ -n $pid ]]; then
		$4
		# every thread is stopped at an ioctl of that number of its own
		continue_stopped $tracer
	fi
	status=0
	wait $tracer || status=$?
	load_outputs
}

# continue_stopped TRACER: continues each thread that strace, which is that process and writes to
# $traced, has stopped, and returns after strace has ended. A thread that runs gets no SIGCONT: under
# strace it would interrupt a reset (libiscsi's iscsi_exec_task_mgmt_fn()), which then fails with EIO.
continue_stopped()
{
	local stopped each count=0
	while kill -0 "$1" 2> /dev/null; do
		mapfile -t stopped < <(sed -n '/stopped by SIGSTOP/s/ .*//p' "$traced")
		for each in "${stopped[@]:count}"; do
			kill -CONT "$each" 2> /dev/null || true
		done
		count=${#stopped[@]}
		pause 0.1
	done
}

# wait_for_stop TRACER: until strace, which is that process and writes to $traced, has stopped a
# thread. Sets $pid to the first one, or to nothing if strace has ended without that.
wait_for_stop()
{
	local said line
	pid=
	while :; do
		mapfile -t said < "$traced"
		for line in ${said[@]+"${said[@]}"}; do
			[[ $line == *"stopped by SIGSTOP"* ]] || continue
			pid=${line%% *}
			return
		done
		kill -0 "$1" 2> /dev/null || return 0
		pause 0.05
	done
}

# get_parent_pid: sets $parent to the parent of the prctl that strace, $tracer, has started; empty
# if it has ended.
get_parent_pid()
{
	# the line has no end
	{ read -r parent _ < "/proc/$tracer/task/$tracer/children" || true; } 2> /dev/null
}

# wait_for_parent_end: returns after the parent has ended.
wait_for_parent_end()
{
	local parent
	get_parent_pid
	while [[ -n $parent && -d /proc/$parent ]]; do
		pause 0.05
	done
}

# run_prctl_to_deadline N COMMAND ARG... DEVICE: runs prctl as run_prctl does, stopped after its
# ioctl number N on DEVICE until the deadline has ended it. The first one reads, the second one is
# the change, the third one reads back. $seconds is the deadline: 2, or more if this machine needs
# more time to reach that ioctl; then setup is run before the next try, if a change may have been
# sent.
run_prctl_to_deadline()
{
	for ((seconds = 2; seconds < 1000; seconds *= 2)); do
		run_prctl_stopped "${!#}" "$1" real wait_for_parent_end "$2" --timeout $seconds "${@:3}"
		[[ -z $pid ]] || return 0
		(($1 == 1)) || setup
	done
	fail "it has no ioctl number $1"
}

# run_prctl_failing_from N BEFORE ARG... DEVICE: runs prctl as run_prctl_injected does; its ioctl
# number N on DEVICE and all later ones fail with EIO until the deadline, which is 1.5 s, or more if
# this machine needs more time to reach that ioctl. BEFORE is a command that is run before each
# further try.
run_prctl_failing_from()
{
	local seconds
	for seconds in 1.5 4 16 64 256; do
		run_prctl_injected "error=EIO:when=$1+" "$3" --timeout $seconds "${@:4}"
		! grep -q INJECTED "$traced" || return 0
		$2
	done
	fail "it has no ioctl number $1"
}

# has_open PID DEVICE: whether the process has the device open. is_blocked_on PID DEVICE: whether it
# hangs in the kernel then.
has_open()
{
	local file
	for file in "/proc/$1/fd"/*; do
		[[ ! $file -ef $2 ]] || return 0
	done
	return 1
}

is_blocked_on()
{
	local stat
	has_open "$@" && { read -r stat < "/proc/$1/stat"; } 2> /dev/null && [[ $stat == *") D "* ]]
}

# run_prctl_injected RULE ARG... DEVICE: runs prctl with ARG... as run_prctl does, while strace does
# RULE to the ioctls that go to DEVICE, in strace's words: retval=2:when=2 never sends the second
# one and answers 2. The first one reads; the second is the change if READ FULL STATUS is supported.
# $traced is the log.
run_prctl_injected()
{
	local when rule=$1
	traced=$BATS_TEST_TMPDIR/strace
	status=0
	if [[ $1 == *:when=* ]]; then
		get_strace_when "${1##*:when=}"
		rule=${1%:when=*}:when=$when
	fi
	strace -f -o "$traced" -P "$(readlink -f "${!#}")" -e trace=ioctl -e inject="ioctl:$rule" prctl "${@:2}" \
		> "$BATS_TEST_TMPDIR/out" 2> "$BATS_TEST_TMPDIR/err" || status=$?
	load_outputs
}

# assert_outcome STATUS CHANGED SENT REASON: status, changed, sent and error.reason of the first
# device in the JSON document.
assert_outcome()
{
	assert_json '.devices[0] | [.status, .changed, .sent, .error.reason] | map(tostring) | join(" ")' "\"$*\""
}

# udev_stop, udev_continue: for setup_file and teardown_file. If a descriptor that can write is
# closed, udev reads the disk again, whenever it comes to it: that takes away a unit attention that
# a test wants, is a command more for a target that counts them, and leaves a disk that another host
# has exclusive access to with a size of 0.
udev_stop()
{
	udevadm settle --timeout=86400
	# shellcheck disable=SC2046 # there may be workers of it, too
	kill -STOP $(pidof systemd-udevd)
}

udev_continue()
{
	# shellcheck disable=SC2046
	kill -CONT $(pidof systemd-udevd)
	udevadm settle
}
