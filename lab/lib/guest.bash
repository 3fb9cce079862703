# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: GPL-2.0-or-later
#
# One guest: its options, its start, its end. Sourced by run and shell after common.bash.
#
# The guest's root file system is this machine's, read-only through 9p. A second 9p share, the job,
# tells guest/init what to do. Serial ports carry what COMMAND prints, and the guest's own reports
# ("step STEP", "ready", "progress", "exit STATUS", "failed STEP"), so the console has only the
# kernel's messages. On the host each of these ports is a pipe, which this program holds open: 5
# stdout, 6 stderr, 7 the reports.

: "${lab:?}" "${top:?}" "${timeout:?}" "${deadline:?}" "${work_pid=}"

dir=			# everything that this guest leaves on the host: sockets, logs, the job
qemu_pid=
readers=()		# processes that copy the guest's output
guest_began=${EPOCHREALTIME/[.,]/}
status=			# COMMAND's exit status, once known
accelerator_file=${LAB_ACCELERATOR:-$lab/cache/accelerator}	# what is known of this machine's KVM

# guest_option OPTION VALUE: takes one of the options that every program with a guest has.
guest_option()
{
	case $1 in
	--kernel)
		check_kernel_name "$2"
		kernel=$2
		;;
	--luns)
		[[ $2 =~ ^(0|[1-9][0-9]?)$ ]] || usage_error "--luns '$2' must be a number from 0 to 99"
		luns=$2
		;;
	--network)
		[[ $2 =~ ^[1-9][0-9]{3,4}:[1-9][0-9]?$ && ${2%:*} -lt 65536 ]] ||
			usage_error "--network '$2' must be PORT:N, such as 45900:1"
		network=$2
		;;
	esac
}

# guest_needs: checks the requirements, before anything is started.
guest_needs()
{
	local missing
	missing=$("$lab/install" --missing guest) || true
	[[ -z $missing ]] || die 125 "missing here: $(paste -sd' ' <<< "$missing"); lab/install installs what the lab needs"
	[[ $(uname -m) == x86_64 ]] || die 125 "runs on x86-64 machines only"
	for missing in ${LAB_ENV:-}; do
		[[ $missing =~ ^[A-Za-z_][A-Za-z0-9_]*$ ]] || usage_error "LAB_ENV: '$missing' is not the name of a variable"
	done
	if [[ -n ${LAB_OUT:-} ]]; then
		mkdir -p -- "$LAB_OUT" || usage_error "LAB_OUT: cannot make the directory '$LAB_OUT'"
		LAB_OUT=$(readlink -f -- "$LAB_OUT")
	fi
}

# The project's build and the kernel.
guest_files()
{
	build=$(realpath -m -- "${LAB_BUILD:-$top/build}")
	if [[ ! -x $build/src/prctl ]]; then
		work "$lab/lib/build" "$build" || exit 125
	fi
	work "$lab/lib/fetch-kernel" "$kernel" || die 125 "no kernel $kernel"
	kernel_dir=$lab/cache/$kernel
}

# guest_often: prints the names of files that processes in the guest open again and again, one on
# each line: programs, their libraries, links on the way. Those that this machine lacks are omitted.
guest_often()
{
	local programs
	mapfile -t programs < <(type -P awk basename bash bats cat chmod cmp cp cut date dd dirname env flock grep head jq kill ln ls \
		mkdir mkfifo mknod mktemp mv nvme od paste pidof ps readlink rm sed seq setpriv sg_persist sg_raw sleep sort stat \
		strace tail tee timeout touch tr true udevadm uniq wc xargs)
	{
		printf '%s\n' /bin /sbin /lib /lib64 /etc/{ld.so.cache,passwd,group,nsswitch.conf,localtime} "${programs[@]}"
		ldd "${programs[@]}" "$build/src/prctl" | sed -n 's|^[^/]*\(/[^ ]*\) (.*|\1|p' || true
		find /usr/lib/bats-core /usr/libexec/bats-core -type f || true
	} 2> /dev/null | xargs -d '\n' sh -c 'printf "%s\n" "$@"; readlink -f "$@"' sh | sort -u
}

# guest_job COMMAND...: creates the directory that tells guest/init what to do.
guest_job()
{
	local name
	dir=$(mktemp -d "${TMPDIR:-/tmp}/lab-XXXXXX")
	mkdir "$dir/job"
	ln -s "$lab/guest/init" "$dir/job/init"
	ln -s "$kernel_dir/lib/modules/$(< "$kernel_dir/version")" "$dir/job/modules"
	printf '%s' "$PWD" > "$dir/job/cwd"
	printf '%s\0' "$@" > "$dir/job/argv"
	guest_often > "$dir/job/often"
	mkfifo "$dir/report"
	exec 7<> "$dir/report"
	{
		for name in "${!LAB_@}" "${!PRCTL_@}" TERM ${LAB_ENV:-}; do
			[[ -n ${!name+set} ]] && printf 'export %s=%q\n' "$name" "${!name}"
		done
		printf 'export LAB_KERNEL=%q LAB_LUNS=%q LAB_BUILD=%q LAB_TOP=%q LAB_NETWORK=%q\n' "$kernel" "$luns" "$build" \
			"$top" "$network"
	} > "$dir/job/environment"
}

# guest_start ARG...: starts QEMU, with this machine's own virtualization if that works; ARG... are
# further arguments for it.
guest_start()
{
	local found
	found=$(accelerator_known)
	if [[ -z $found ]]; then
		# one guest tries, and the others wait for its result
		exec 9> "$accelerator_file.lock"
		flock 9
		found=$(accelerator_known)
		[[ -n $found ]] || accelerator_try "$@"
		exec 9>&-
		[[ -z $qemu_pid ]] || return 0
	fi
	guest_qemu "${found:-tcg}" "$@"
}

# accelerator_key: identifies the boot of this machine, and the device, for which the result is
# valid.
accelerator_key()
{
	echo "$(< /proc/sys/kernel/random/boot_id) ${LAB_KVM-/dev/kvm}"
}

# accelerator_known: prints kvm or tcg, or nothing if it must be tried. If the file cannot be used,
# that means no virtualization.
accelerator_known()
{
	if [[ ! -r ${LAB_KVM-/dev/kvm} || ! -w ${LAB_KVM-/dev/kvm} ]]; then
		echo tcg
	elif [[ -e $accelerator_file ]]; then
		sed -n "s|^$(accelerator_key) ||p" "$accelerator_file"
	fi
}

# accelerator_try ARG...: starts the guest with KVM, and records whether it shows a sign of life: a
# report, which means that its kernel has come up. If it does, it continues; if not, it is stopped.
# On some machines /dev/kvm can be opened, but no guest ever runs.
accelerator_try()
{
	local tries found=tcg
	guest_qemu kvm "$@"
	# the shell says which signal ended it
	{
		for ((tries = 0; tries < ${LAB_KVM_TRIES:-150}; tries++)); do
			guest_alive || break
			if read -r -t 0 -u 7; then
				found=kvm
				break
			fi
			sleep 0.2
		done
		[[ $found == kvm ]] || guest_stop
	} 2> /dev/null
	echo "$(accelerator_key) $found" > "$accelerator_file"
}

# guest_qemu ACCELERATOR ARG...
# TCG uses thread=single: with thread=multi, the guest's kernel sometimes crashes while it patches
# its own code ("Oops: int3"). pit=off: on a busy machine, the kernel may measure the processor's
# clock by the PIT 20 times too slow ("PIT calibration deviates from HPET: 104509 2445444"), and then
# all time limits in the guest are 20 times too short; without a PIT it uses the HPET. nosoftlockup:
# there a virtual processor may also get no time for longer than the kernel allows, and the trace of
# that would hide what has failed.
guest_qemu()
{
	local append="console=ttyS0 loglevel=5 panic=-1 oops=panic mitigations=off nokaslr norandmaps audit=0 apparmor=0"
	append+=" tsc=reliable no_timer_check random.trust_cpu=on rcupdate.rcu_expedited=1 cryptomgr.notests net.ifnames=0 nosoftlockup"
	append+=" init_on_alloc=0 hardened_usercopy=off cgroup_disable=memory lsm="
	local at=${dir//,/,,} share=virtio-9p-pci,fsdev machine=(-accel "tcg,thread=single,tb-size=256" -cpu "max,-la57" -machine "pit=off")
	[[ $1 == tcg ]] || machine=(-accel kvm -cpu host)
	shift
	: > "$dir/console"
	[[ -z ${LAB_OUT:-} ]] || set -- "$@" -fsdev local,id=out,path="${LAB_OUT//,/,,}",security_model=none \
		-device $share=out,mount_tag=lab-out
	# what one guest sends on it is received by all guests with the same port
	[[ -z $network ]] || set -- "$@" -netdev socket,id=network,mcast="230.0.0.1:${network%:*}",localaddr=127.0.0.1 \
		-device virtio-net-pci,netdev=network,mac="$(printf '52:54:00:00:00:%02x' "${network#*:}")"
	setpriv --pdeathsig KILL qemu-system-x86_64 -name lab -nodefaults -no-user-config -no-reboot -display none \
		"${machine[@]}" -smp 2 -m "${LAB_MEMORY:-2048}" \
		-kernel "$kernel_dir/kernel" -initrd "$kernel_dir/initramfs" -append "$append" \
		-serial file:"$at/console" \
		-fsdev local,id=root,path=/,security_model=none,readonly=on,multidevs=remap \
		-device $share=root,mount_tag=lab-root \
		-fsdev local,id=job,path="$at/job",security_model=none,readonly=on \
		-device $share=job,mount_tag=lab-job \
		-device virtio-rng-pci -device virtio-serial-pci \
		-chardev file,id=report,path="$at/report" -device virtserialport,chardev=report,name=lab.report \
		"$@" < /dev/null > "$dir/qemu.log" 2>&1 5>&- 6>&- 7>&- 9>&- &
	qemu_pid=$!
}

# What only shell does: called when COMMAND starts, and before a message is printed.
on_ready()
{
	:
}

terminal_restore()
{
	:
}

guest_alive()
{
	kill -0 "$qemu_pid" 2>/dev/null
}

# The guest has ended, or never came up: prints what is known.
guest_died()
{
	local cause
	terminal_restore
	cause=$(grep -m 1 -oaE 'Kernel panic.*|BUG: .*|Oops: .*' "$dir/console" | tr -d '\r') || true
	printf 'lab: %s%s; the last lines of its console:\n' "$1" "${cause:+ ($cause)}" >&2
	[[ ! -s $dir/qemu.log ]] || sed 's/^/  /' "$dir/qemu.log" >&2
	tail -n 30 "$dir/console" | tr -d '\r' | sed 's/^/  /' >&2
	exit 125
}

# guest_report SECONDS: waits that long for a report from the guest; succeeds when $report is
# complete.
guest_report()
{
	local part='' read_status=0
	IFS= read -r -t "$1" -u 7 part || read_status=$?
	partial+=$part
	((read_status == 0)) || return 1
	report=$partial
	partial=
}

# Waits until the guest reports the end of COMMAND, and sets $status. Does not return if that fails.
# A boot has no limit of its own, because its time depends on the machine; the guest itself ends a
# wait without progress.
guest_wait()
{
	local report partial='' where='before its first step' gone reader
	while :; do
		# before reading the reports, because the last one may come just before the end
		gone=
		guest_alive || gone=yes
		if guest_report 0.2; then
			case $report in
			step\ *) where="in its step '${report#* }'" ;;
			progress) deadline=$((SECONDS + timeout)) ;;
			ready\ *)
				where="while COMMAND ran"
				[[ -z ${LAB_VERBOSE:-} ]] || printf 'lab: kernel %s up after %s s\n' "${report#* }" "$(guest_age)" >&2
				on_ready
				;;
			exit\ *)
				status=${report#* }
				return
				;;
			*) guest_died "the guest's ${report#* } failed" ;;
			esac
			continue
		fi
		((SECONDS < deadline)) || die 124 "not done after $timeout s (LAB_TIMEOUT); the guest was stopped $where"
		[[ -z $gone ]] || guest_died "the guest died $where"
		for reader in ${readers[@]+"${readers[@]}"}; do
			kill -0 "$reader" 2>/dev/null || exit 141
		done
	done
}

guest_age()
{
	local now=${EPOCHREALTIME/[.,]/}
	printf '%d.%d' $(((now - guest_began) / 1000000)) $(((now - guest_began) / 100000 % 10))
}

guest_stop()
{
	if [[ -n $qemu_pid ]]; then
		kill -KILL "$qemu_pid" 2>/dev/null || true
		wait "$qemu_pid" 2>/dev/null || true
		qemu_pid=
	fi
}

# On every exit: removes everything.
guest_cleanup()
{
	local pid
	trap '' INT TERM HUP
	guest_stop
	for pid in $work_pid ${readers[@]+"${readers[@]}"}; do
		kill "$pid" 2>/dev/null || true
	done
	if [[ -n $dir ]]; then
		[[ -z ${LAB_CONSOLE:-} ]] || cp "$dir/console" "$LAB_CONSOLE" || true
		rm -rf "$dir"
	fi
}

guest_traps()
{
	trap guest_cleanup EXIT
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 143' TERM
}
