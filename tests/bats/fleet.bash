# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: GPL-2.0-or-later
#
# 128 more LUNs, as one host sees them, in three targets whose portals can be cut:
# /dev/lab/fleet/lun0 to 15 at 127.0.0.5, to 99 at 127.0.0.6, to 127 at 127.0.0.7. Their sessions
# notice within 5 s that they are dead. Load it after common.

fleet=/dev/lab/fleet/lun
fleet_core=/sys/kernel/config/target/core/rd_mcp_50
fleet_iscsi=/sys/kernel/config/target/iscsi
fleet_target=iqn.2026-01.lab:target.fleet
fleet_portals=(127.0.0.5 127.0.0.6 127.0.0.7)
fleet_first=(0 16 100 128)

# The rules of sg3-utils and multipath-tools start half a dozen programs for each disk: for 128 that
# is minutes. A serial number that is there keeps scsi_id from being started, too.
fleet_rules=(55-scsi-sg3_id 58-scsi-sg3_symlink 60-multipath)

fleet_start()
{
	local n part attribute rules
	for rules in "${fleet_rules[@]}"; do
		ln -s /dev/null "/run/udev/rules.d/$rules.rules"
	done
	echo 'SUBSYSTEM=="block", KERNEL=="sd*", ENV{ID_SERIAL}="fleet"' > /run/udev/rules.d/01-fleet.rules
	udevadm control --reload
	modprobe target_core_mod
	# perl, because one process for each would cost more than all the rest
	perl - "$fleet_core" "$fleet_iscsi/$fleet_target" "${fleet_first[@]}" <<- 'END'
		my ($core, $target, @first) = @ARGV;
		sub put { open(my $file, ">", $_[0]) or die "$_[0]: $!"; syswrite($file, $_[1]) or die "$_[0]: $!"; }
		sub make { mkdir($_[0]) or die "$_[0]: $!"; }
		make $core;
		for my $part (0 .. 2) {
			my $group = "$target-$part/tpgt_1";
			make "$target-$part";
			make $group;
			for my $n ($first[$part] .. $first[$part + 1] - 1) {
				make "$core/fleet$n";
				put "$core/fleet$n/control", "rd_pages=256,rd_nullio=1";
				put "$core/fleet$n/wwn/vpd_unit_serial", sprintf("lab7%04d", $n);
				put "$core/fleet$n/enable", "1";
				make "$group/lun/lun_$n";
				symlink("$core/fleet$n", "$group/lun/lun_$n/fleet$n") or die "$n: $!";
			}
			put "$group/attrib/$_", "1" for qw(generate_node_acls cache_dynamic_acls);
			put "$group/attrib/$_", "0" for qw(authentication demo_mode_write_protect);
			make "$group/np/127.0.0." . (5 + $part) . ":3260";
			put "$group/enable", "1";
		}
	END
	cat > /etc/iscsi/ifaces/fleet <<- END
		iface.iscsi_ifacename = fleet
		iface.transport_name = tcp
		iface.initiatorname = iqn.2026-01.lab:host-1
	END
	for part in 0 1 2; do
		iscsiadm -m node -T "$fleet_target-$part" -p "${fleet_portals[part]}:3260,1" -I fleet -o new > /dev/null
		iscsiadm -m node -T "$fleet_target-$part" -o update -n 'node.conn[0].timeo.noop_out_interval' -v 2 \
			-n 'node.conn[0].timeo.noop_out_timeout' -v 3 -n node.session.err_timeo.abort_timeout -v 3 \
			-n node.session.err_timeo.lu_reset_timeout -v 3 -n node.session.err_timeo.tgt_reset_timeout -v 3
		iscsiadm -m node -T "$fleet_target-$part" --login > /dev/null
	done
	for ((n = 0; n < 128; n++)); do
		until [[ -b $fleet$n ]]; do
			pause 0.1
		done
	done
	udevadm settle
}

fleet_stop()
{
	local part rules
	restore_portals
	for part in 0 1 2; do
		iscsiadm -m node -T "$fleet_target-$part" --logout > /dev/null || true
		iscsiadm -m node -T "$fleet_target-$part" -o delete || true
	done
	perl - "$fleet_core" "$fleet_iscsi/$fleet_target" <<- 'END'
		my ($core, $target) = @ARGV;
		for my $group (glob "$target-*/tpgt_1") {
			unlink glob "$group/lun/lun_*/fleet*";
			rmdir for glob("$group/lun/lun_*"), glob("$group/np/*"), $group, $group =~ s,/tpgt_1,,r;
		}
		rmdir for glob("$core/*"), $core;
	END
	rm -f /etc/iscsi/ifaces/fleet
	udevadm settle
	rm -f /run/udev/rules.d/01-fleet.rules
	for rules in "${fleet_rules[@]}"; do
		rm -f "/run/udev/rules.d/$rules.rules"
	done
	udevadm control --reload
}

# cut_portals ADDRESS...: no packet reaches or leaves these portals any more; nothing has noticed
# that yet. cut_replies: what they say is lost, and they hear all.
cut_portals()
{
	drop_packets "$(IFS=, && echo "$*")" saddr daddr
}

# Their acknowledgements pass, which are shorter than any answer: without them TCP would keep back
# what comes next.
cut_replies()
{
	drop_packets "$(IFS=, && echo "$*")" "saddr ip length > 99"
}

# drop_packets LIST RULE...: a RULE is saddr or daddr, and what else it asks of a packet.
drop_packets()
{
	local side rules=()
	for side in "${@:2}"; do
		rules+=("ip ${side%% *} { $1 }${side#[sd]addr} drop")
	done
	nft -f - <<-END
	table ip cut {
		chain out {
			type filter hook output priority 0
			$(printf '%s\n' "${rules[@]}")
		}
	}
	END
}

restore_portals()
{
	nft delete table ip cut 2> /dev/null || true
}

setup_file()
{
	fleet_start
}

teardown_file()
{
	fleet_stop
}

setup()
{
	:
}

teardown()
{
	restore_portals
}

# wait_for_luns LUN...: the LUNs answer again, once their session has noticed and logged in again.
wait_for_luns()
{
	local lun
	for lun; do
		until timeout 5 sg_turs "$fleet$lun" > /dev/null 2>&1; do
			pause 0.5
		done
	done
}

# get_worker_pid PID: sets $worker to the worker of the prctl that runs as PID, empty when that is
# gone. No process is started.
get_worker_pid()
{
	worker=
	while [[ -z $worker && -d /proc/$1 ]]; do
		# the line has no end
		{ read -r worker _ < "/proc/$1/task/$1/children" || true; } 2> /dev/null
	done
}

# get_session_state LUN: sets $session to the state of its session: LOGGED_IN, or FAILED after it
# was given up.
get_session_state()
{
	local device
	device=$(readlink -f "$fleet$1")
	device=$(readlink -f "/sys/block/${device##*/}/device")
	session=$(cat "${device%/target*}"/iscsi_session/*/state)
}

# read_fleet_key N: sets $key to what host 1 has registered on the LUN, "none" if nothing. No
# process is started.
read_fleet_key()
{
	local line
	key=none
	while IFS= read -r line; do
		[[ ! $line =~ lab:host-1,i,.*\ Key:\ 0x0*([0-9a-f]+)\  ]] || key=0x${BASH_REMATCH[1]}
	done < "$fleet_core/fleet$1/pr/res_pr_registered_i_pts"
}

# assert_fleet_keys FIRST LAST KEY: what host 1 has registered there.
assert_fleet_keys()
{
	local n
	for ((n = $1; n <= $2; n++)); do
		read_fleet_key "$n"
		[[ $key == "$3" ]] || fail "lun$n has $key, not $3"
	done
}

# run_prctl_reply_lost ARG... LUN: runs prctl as run_prctl does. The change reaches the LUN, whose
# answer is lost: after the LUN has said which one it is, no reply comes any more, until prctl has
# ended or the path is brought back. Sets $changes: how many changes it sent; $reached: the key that
# lun0 had before the path was brought back; none if the session was given up before the change was
# sent.
run_prctl_reply_lost()
{
	local tracer parent pid
	traced=$BATS_TEST_TMPDIR/strace
	: > "$traced"
	strace -f -o "$traced" -P "$(readlink -f "${!#}")" -e trace=ioctl -e inject=ioctl:signal=STOP:when=3 prctl "$@" \
		> "$BATS_TEST_TMPDIR/out" 2> "$BATS_TEST_TMPDIR/err" 3>&- &
	tracer=$!
	wait_for_stop $tracer
	[[ -n $pid ]] || fail "it reads nothing"
	parent=$(sed -n 's/^PPid:\t//p' "/proc/$pid/status")
	cut_replies 127.0.0.5
	kill -CONT "$pid"
	# strace ends when both have, and the worker hangs
	while [[ -d /proc/$parent ]]; do
		pause 0.1
	done
	read_fleet_key 0
	reached=$key
	restore_portals
	status=0
	wait $tracer || status=$?
	load_outputs
	changes=$(grep -c "IOC_PR_\(REGISTER\|RESERVE\|RELEASE\|PREEMPT\|CLEAR\)" "$traced" || true)
}
