# shellcheck shell=bash disable=SC2034,SC2154
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A Pacemaker cluster of two nodes, configured as docs/pacemaker.md says. What the nodes are is for
# namespaces.bash or guests.bash, one of which is loaded beside it: in_node N COMMAND..., which runs
# that there, and node_kill N, which leaves nothing of the cluster running there.

page=$LAB_TOP/docs/pacemaker.md

# page_block NAME: the text of the page's block of that name.
page_block()
{
	sed -n "/^\`\`\`$1\$/,/^\`\`\`\$/{/^\`\`\`/d; p}" "$page"
}

# page_commands: every line of the page that is to be typed.
page_commands()
{
	awk '/^```(sh|pcs|crm|node2)$/ { on = 1; next } /^```/ { on = 0 } on' "$page"
}

# page_run N PATTERN [SCRIPT]: runs the page's command that matches on node N, as run_prctl runs
# prctl; sed's SCRIPT makes of it what can be run here.
page_run()
{
	local line
	line=$(page_commands | grep -E -- "$2" | sort -u)
	[[ -n $line && $line != *$'\n'* ]] || fail "the page has no such command, or several: $2"
	echo "$line" >> "$BATS_FILE_TMPDIR/ran"
	status=0
	in_node "$1" bash -c "$(sed -E "${3-}" <<< "$line")" > "$BATS_TEST_TMPDIR/out" 2> "$BATS_TEST_TMPDIR/err" < /dev/null 3>&- || status=$?
	load_outputs
}

# retry_for N COMMAND...: until that succeeds, N seconds at most.
retry_for()
{
	local end=$((SECONDS + $1))
	until "${@:2}" > /dev/null 2>&1; do
		((SECONDS < end)) || fail "not within $1 s: ${*:2}" || return
		sleep 0.5
	done
}

# online_nodes N: the nodes that node N sees online.
online_nodes()
{
	in_node "$1" crm_mon -1 2> /dev/null | sed -n 's/.*Online: \[ \(.*\) \].*/\1/p'
}

both_online()
{
	[[ $(online_nodes 1) == "node1 node2" ]]
}

# If a test fails, the state and the log of the cluster: for teardown.
print_node_logs()
{
	local n
	[[ -z ${BATS_TEST_COMPLETED-} ]] || return 0
	for n in 1 2; do
		echo "node$n:"
		in_node $n timeout 30 crm_mon -1 --inactive 2>&1 || true
		in_node $n timeout 30 stonith_admin --list-registered 2>&1 || true
		in_node $n grep -hE 'pacemakerd|fence|crit|error|warning' /var/log/pacemaker/pacemaker.log | tail -n 15 || true
	done
}

# service_create: a process on each node that needs the disks, as a cluster's services do; it is
# registered as "service". Pacemaker checks it by its process id.
service_create()
{
	local agents=/usr/lib/ocf/resource.d/lab
	mkdir -p $agents
	cat > $agents/process <<-'END'
		#!/bin/sh
		pid=/run/lab-process.pid
		case $1 in
		meta-data)
			echo '<?xml version="1.0"?><resource-agent name="process" version="1"><version>1.0</version>'
			echo '<longdesc lang="en">a process</longdesc><shortdesc lang="en">a process</shortdesc><parameters/><actions>'
			for action in start stop monitor meta-data; do
				echo "<action name=\"$action\" timeout=\"60s\"/>"
			done
			echo '</actions></resource-agent>'
			;;
		start)
			[ -e $pid ] && kill -0 "$(cat $pid)" && exit 0
			setsid sleep infinity > /dev/null 2>&1 < /dev/null &
			echo $! > $pid
			;;
		stop)
			[ -e $pid ] && kill "$(cat $pid)"
			rm -f $pid
			exit 0
			;;
		monitor)
			[ -e $pid ] || exit 7
			kill -0 "$(cat $pid)" || exit 1
			;;
		esac
	END
	chmod 755 $agents/process
	in_node 1 cibadmin --create --scope resources --xml-text '<clone id="service-clone">
		<primitive id="service" class="ocf" provider="lab" type="process"><operations>
		<op id="service-start" name="start" interval="0" timeout="120s"/>
		<op id="service-monitor" name="monitor" interval="10s" timeout="120s"/>
		</operations></primitive></clone>'
}

# service_identity: of both nodes, the process and the time at which it started, and Pacemaker's
# record of its last start and stop. Fails if it does not run on one.
service_identity()
{
	local n
	for n in 1 2; do
		# shellcheck disable=SC2016 # expanded there
		in_node $n bash -c 'set -e; read -r pid < /run/lab-process.pid; cut -d" " -f 1,22 "/proc/$pid/stat"' || return
	done
	in_node 1 cibadmin --query --xpath "//lrm_resource[@id='service']/lrm_rsc_op[@operation='start' or @operation='stop']" |
		grep -o -E ' (operation|on_node|call-id|last-rc-change)="[^"]*"'
}

# service_remove: not there any more, and stopped.
service_remove()
{
	in_node 1 cibadmin --delete --xpath "//clone[@id='service-clone']"
	retry_for 180 service_is_stopped
}

service_is_stopped()
{
	! in_node 1 test -e /run/lab-process.pid && ! in_node 2 test -e /run/lab-process.pid
}

# lun_make CORE GROUP SERIAL N: LUN N of the target's portal group, 16 MiB in a file; SERIAL is what
# its serial number begins with. By hand: targetctl would make the whole target again.
lun_make()
{
	local n=$4
	mkdir -p /run/lab/luns "$1/lun$n" "$2/lun/lun_$n"
	truncate -s 16M "/run/lab/luns/lun$n"
	echo "fd_dev_name=/run/lab/luns/lun$n,fd_dev_size=16777216" > "$1/lun$n/control"
	printf '%s%04d' "$3" "$n" > "$1/lun$n/wwn/vpd_unit_serial"
	echo 1 > "$1/lun$n/enable"
	ln -s "$1/lun$n" "$2/lun/lun_$n/lun$n"
	ln -sn "$1/lun$n" "/dev/lab/lun$n.configfs"
}

# stack_configure TOKEN: for both nodes, what the page has in files. A machine that is emulated,
# beside others, does not always answer within the 3 s that are usual: TOKEN is how many
# milliseconds it has.
stack_configure()
{
	mkdir -p /etc/prctl /etc/corosync
	page_block keys > /etc/prctl/keys
	page_block corosync | sed "s/^totem {/&\n\ttoken: $1/" > /etc/corosync/corosync.conf
}

# stack_directories N: as the packages make them, in memory.
stack_directories()
{
	# shellcheck disable=SC2016 # expanded there
	in_node "$1" bash -c '
		set -e
		for directory in /dev/shm /var/log /var/lib/corosync /var/lib/pacemaker; do
			mount -t tmpfs tmpfs "$directory"
		done
		mkdir -p /run/lock /run/crm /var/lib/pacemaker/{blackbox,cib,cores,pengine} /var/log/{pacemaker,corosync,crmsh}
		chmod 750 /var/lib/pacemaker/*
		chown -R hacluster:haclient /run/crm /var/log/pacemaker /var/lib/pacemaker'
}

# stack_start N: corosync and Pacemaker there. On a machine that is slow the fencer may give up on
# the cluster's configuration before that is there, and then knows no device, whatever is made
# later: it says when it has it.
stack_start()
{
	local tries log=/var/log/pacemaker/pacemaker.log
	in_node "$1" corosync 3>&-
	retry_for 60 in_node "$1" corosync-cfgtool -s
	for tries in 1 2 3; do
		in_node "$1" rm -f $log
		# the daemons' sockets come in an order of their own
		# shellcheck disable=SC2016 # expanded there
		# a child of the node's first process: nsenter would stop with one that is stopped, and not see it
		# die
		in_node "$1" bash -c 'setsid pacemakerd > "$1" 2>&1 < /dev/null &' - "/run/lab/node$1/pacemakerd" 3>&-
		! retry_for 60 in_node "$1" grep -q 'pacemaker-fenced.*Watching for fencing topology changes' $log || return 0
		in_node "$1" pkill -KILL 'pacemaker' || true
	done
	fail "node$1: Pacemaker's fencer does not come up, $tries times"
}

# node_restart N: nothing of the cluster goes on there; what a machine forgets is forgotten.
node_restart()
{
	node_kill "$1"
	retry_for 30 node_is_empty "$1"
	in_node "$1" bash -c 'rm -rf /dev/shm/* /run/corosync* /run/pacemaker* /run/cluster* /run/prctl'
	stack_start "$1"
}

node_is_empty()
{
	! in_node "$1" pgrep 'corosync|pacem'
}

# What the page's first line installs; it was configured and built with the page's arguments by
# lab/cluster.
page_install()
{
	make -s -C "$LAB_BUILD/lab-cluster" install > /run/lab/install-log 2>&1 || { cat /run/lab/install-log; return 1; }
	page_commands | grep '^autoreconf -fi && \./configure .* && make && make install$' >> "$BATS_FILE_TMPDIR/ran"
}

