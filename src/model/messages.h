/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every message except doctor's findings: those of prctl, ordered by exit status, then those of the
 * fence agent, whose names begin with FENCE. The code that reports one uses its name.
 * PRCTL: prctl itself failed. FAIL: the arguments of result_fail() from the status to the format.
 * WARN: the format of result_warn(). USAGE: the format of usage_fail(), or what a command's check
 * returns. DONE: the message after success. ADVICE, CAUSE, NAMES (of the file of names), PATH,
 * RIGHT, STORE (of /run/prctl), UNSENT: a clause of another message.
 * The compiler checks each format at the place of its use.
 *
 * The DIAGNOSTICS of man/prctl-messages.7 list all messages, and those of man/fence_prctl.8 the
 * ones whose names begin with FENCE; tests/host/messages.awk compares them. It understands strings,
 * and names that are defined further up.
 */
#ifndef MESSAGES_H
#define MESSAGES_H

/* Parts of messages: what to do next */
#define ADVICE_KEY_ZERO \
	"0x0 is left over from another tool; use --ignore-key to replace or remove it"
#define ADVICE_CURRENT_KEY "use --key with the current key"
#define ADVICE_CURRENT_KEY_OR_IGNORE "use --key with the current key, or --ignore-key"
#define ADVICE_CURRENT_OLD_KEY_OR_IGNORE "use --old-key with the current key, or --ignore-key"
#define ADVICE_NOT_UNREGISTERED "check the key, or use --ignore-key"
#define ADVICE_REGISTER_FIRST "register it first"
#define ADVICE_REGISTER_UNLESS_FENCED \
	"register it first, or if this host may have been fenced, restart it before that"
#define ADVICE_WAIT_OR_PREEMPT "wait for the holder to release it, or preempt it"
#define ADVICE_NEED_NOT_HOLD "registered hosts can write without holding it"
#define ADVICE_NOT_RELEASED "only a registered host can release"
#define ADVICE_NOT_PREEMPTED "only a registered host can preempt"
#define ADVICE_NOT_CLEARED "only a registered host can clear"
#define ADVICE_RESERVE "reserve first to lock out unregistered hosts"
#define ADVICE_MAY_BE_FENCED "if this host was registered before, it may have been fenced"
#define ADVICE_IF_REGISTERED "use --if-registered if that is expected"
#define ADVICE_AGAIN "run it again"
#define ADVICE_MORE_TIME "check for a dead path, or use a longer --timeout"
#define ADVICE_CONFIRM \
	"if the victim's host is off or was rebooted, use preempt-abort --confirmed-off"
#define ADVICE_PROVE_ABORT "run it again to prove the abort; " ADVICE_CONFIRM
#define ADVICE_CHECK "check with 'prctl status'"
#define ADVICE_CHECK_LATER "check with 'prctl status' once the path is back"
#define ADVICE_CHECK_AS_ROOT "check with 'prctl status' as root"
#define ADVICE_OPTIONS_AFTER "options go after the command"

/* Parts of messages: what was sent, if the user asked for a change */
#define UNSENT_CHANGE "no change was sent"
#define UNSENT_ALL "nothing was sent"
#define UNSENT_MORE "nothing more was sent"
#define UNSENT_ANYTHING "nothing was done"

/* 1: prctl itself failed */
#define PRCTL_JSON "JSON is not available: %s; nothing was done; install jansson"
#define PRCTL_OUTPUT "cannot write to standard output: %s"

/* 2: wrong command line */
#define USAGE_NAME_UNKNOWN "--%s '%s': no such name in %s, and a key starts with 0x"
#define USAGE_NAME_IGNORED "--%s '%s': %s; a key starts with 0x"
#define USAGE_KEY "--%s '%s': %s"
#define USAGE_TYPE_NUMBER "--type '%s': SCSI, NVMe and the kernel use different type numbers; %s"
#define USAGE_TYPE_UNKNOWN "--type '%s': unknown type"
#define USAGE_TIMEOUT "--timeout '%s': must be a number of seconds from 0 to %d"
#define USAGE_JOBS "--jobs '%s': must be a number from 1 to %d"
#define USAGE_COLUMN_TWICE "--output: column '%s' listed twice"
#define USAGE_COLUMN_UNKNOWN "--output: unknown column '%s'"
#define USAGE_NO_DEVICE "no device given"
#define USAGE_NO_FILE "no file given"
#define USAGE_OPTION_TWICE "option --%s given more than once"
#define USAGE_EMPTY_DEVICE "empty device name"
#define USAGE_NO_SUCH_COMMAND "unknown command '%s'"
#define USAGE_LIST "--list: use one of"
#define USAGE_NO_COMMAND "no command given"
#define USAGE_NO_OWN_KEY "--key OWN is missing"
#define USAGE_NO_TYPE "--type TYPE is missing"
#define USAGE_JSON_WITH_COLUMNS "--output and --noheadings cannot be used with --json"
#define USAGE_RAW_WITH_COLUMNS "--output and --noheadings cannot be used with --raw"
#define USAGE_AS "--as '%s': %s"
#define USAGE_AS_WITH_COLUMNS "--output and --noheadings cannot be used with --as"
#define USAGE_JSON_WITH_TABLE "--table cannot be used with --json"
#define USAGE_JSON_WITH_LIST_RULES "--list-rules cannot be used with --json"
#define USAGE_WITH "--with '%s': %s"
#define USAGE_RULE_UNKNOWN "--rule '%s': unknown rule"
#define USAGE_NO_VICTIM "--victim KEY or --victim-host NAME is missing"
#define USAGE_VICTIM_OR_HOST "--victim cannot be used with --victim-host"
#define USAGE_VICTIM_HOST "--victim-host '%s': %s"
#define USAGE_HOST_NQN \
	"devices do not list this NQN, because it has no UUID; give the NVMe host identifier"
#define USAGE_HOST_UNKNOWN \
	"not an initiator, an NVMe host identifier or NQN, or a name in " KEYS_FILE
#define USAGE_NQN_GONE \
	"--if-registered and --confirmed-off cannot be used with an NQN; give the NVMe host " \
	"identifier"
#define USAGE_VICTIM_IS_OWN "--victim is this host's own key; use unregister to remove it"
#define USAGE_ALL_IF_REGISTERED "--if-registered cannot be used with --victim all"
#define USAGE_ALL_UNRESERVED "--unreserved cannot be used with --victim all"
#define USAGE_ALL_CONFIRMED_OFF \
	"--confirmed-off cannot be used with --victim all; give the victim's key"
#define USAGE_CONFIRMED_OFF_NO_LOG "--confirmed-off cannot be used with --no-log"
#define USAGE_NO_KEY_OR_TAKE "--key OWN or --take-key is missing"
#define USAGE_EVEN_IF "--even-if needs --take-key"
#define USAGE_EVEN_IF_MANY "--even-if given more than %d times"
#define USAGE_NO_NEW_KEY "--key NEW is missing"
#define USAGE_IGNORE_WITH_KEY "--key cannot be used with --ignore-key"
#define USAGE_OLD_KEY_OR_IGNORE "--old-key cannot be used with --ignore-key"
#define USAGE_NO_KEY_OR_IGNORE "--key OWN or --ignore-key is missing"
#define USAGE_OPTION_UNKNOWN "unrecognized option '--%s'"
#define USAGE_OPTION_MEANT "unrecognized option '--%s'; did you mean '--%s'?"
#define USAGE_MEANT "%s; did you mean '%s'?"
#define USAGE_OPTION_AMBIGUOUS "option '--%s' is ambiguous; it may be '--%s' or '--%s'"
#define USAGE_OPTION_AMBIGUOUS_MORE \
	"option '--%s' is ambiguous; it may be '--%s', '--%s' or another"
#define USAGE_OPTION_ARGUMENT "option '--%s' requires an argument"
#define USAGE_OPTION_NO_ARGUMENT "option '--%s' doesn't allow an argument"
#define USAGE_LETTER_UNKNOWN "unrecognized option '-%c'"
#define USAGE_LETTER_ARGUMENT "option '-%c' requires an argument"

/* 2: the same, after "--key 'TEXT': " */
#define USAGE_KEY_NO_PREFIX "a key starts with 0x (a bare 10 would be ambiguous)"
#define USAGE_KEY_NO_DIGITS "a key is 0x followed by 1 to 16 hexadecimal digits"
#define USAGE_KEY_BAD_DIGIT "a key has only hexadecimal digits after 0x"
#define USAGE_KEY_TOO_LONG "a key has at most 16 hexadecimal digits"
#define USAGE_KEY_ZERO "0x0 is not a valid key"

/* 2: the same, of the file of names */
#define NAMES_LETTER "a name starts with a letter or digit, and is not a number"
#define NAMES_CHARACTERS "a name has only letters, digits, '-', '_', '.' and ':'"
#define NAMES_CRLF "line ends with CR LF, as on Windows; save the file with LF"
#define NAMES_BOM "the file begins with a byte order mark; save it as UTF-8 without one"
#define NAMES_TOO_LONG "a name has at most 64 characters"
#define NAMES_TAKEN "'all' and 'none' are reserved words"
#define NAMES_LINE "expected KEY NAME"
#define NAMES_KEY_TWICE "key 0x%llx already has the name %s"
#define NAMES_NAME_TWICE "name %s already has the key 0x%llx"
#define NAMES_NUL "contains a NUL byte"
#define NAMES_NOT_A_FILE "not a regular file"
#define NAMES_NOT_ROOT "not owned by root"
#define NAMES_TOO_LARGE "larger than 64 KiB"
#define NAMES_UNREADABLE "cannot read the file"
#define NAMES_WRITABLE "writable by group or others"

/* 3: conflict */
#define FAIL_CHECK_DISK(reason) \
	STATUS_CONFLICT, (reason), STEP_READ, \
	"%s; %s%s"
#define FAIL_CHECK_NO_PATH(reason) \
	STATUS_CONFLICT, (reason), STEP_READ, \
	"%s is not registered on %s; %s%s"
#define FAIL_CHECK_TYPE(reason) \
	STATUS_CONFLICT, (reason), STEP_READ, \
	"%s, not %s; %s is registered"
#define FAIL_RELEASE_BY_OTHER \
	STATUS_CONFLICT, REASON_HELD_BY_OTHER, STEP_READ_BACK, \
	"still %s; %s; only the holder can release it"
#define FAIL_CONFLICT_OTHER_KEY \
	STATUS_CONFLICT, REASON_OTHER_KEY_REGISTERED, STEP_CHANGE, \
	"RESERVATION CONFLICT: this path is registered with another key; %s; use --old-key with " \
	"that key, or --ignore-key"
#define FAIL_HELD_BY_SAME_KEY \
	STATUS_CONFLICT, REASON_HELD_BY_OTHER, STEP_CHANGE, \
	"%s; %s may also be another host's key; give each host its own key"
#define FAIL_NOT_ON_THIS_PATH \
	STATUS_CONFLICT, REASON_KEY_NOT_REGISTERED, STEP_CHANGE, \
	"%s is registered, but not through this path; %s; register it through this path first"
#define FAIL_CONFLICT_UNEXPLAINED \
	STATUS_CONFLICT, REASON_REFUSED, STEP_CHANGE, \
	"the device returned RESERVATION CONFLICT for no visible reason; %s; %s; check with " \
	"'prctl status' and retry"
#define FAIL_LEGACY_RESERVED(status, step) \
	(status), REASON_LEGACY_RESERVED, (step), \
	"reads fail with RESERVATION CONFLICT: another host holds a legacy SCSI-2 reservation, " \
	"or the device answers only registered hosts; release it on that host, or reset the LUN " \
	"with sg_reset --device"
#define FAIL_UNREGISTER_NO_PATH \
	STATUS_CONFLICT, REASON_KEY_NOT_REGISTERED, STEP_CHANGE, \
	"%s is not registered on any path of this map; %s"
#define FAIL_UNREGISTER_OTHER_HOST \
	STATUS_CONFLICT, REASON_KEY_NOT_REGISTERED, STEP_CHANGE, \
	"%s is not registered on any path of this map, but by another host: %s; %s"
#define FAIL_OWN_KEY(reason) \
	STATUS_CONFLICT, (reason), STEP_CHANGE, \
	"%s; %s; %s"
#define FAIL_KEY_OF_OTHER_HOST \
	STATUS_CONFLICT, REASON_OTHER_KEY_REGISTERED, STEP_CHANGE, \
	"%s is registered by another host: %s; fencing one would cut off both; give each host " \
	"its own key"
#define FAIL_KEY_OF_OTHER_PORT \
	STATUS_CONFLICT, REASON_OTHER_KEY_REGISTERED, STEP_CHANGE, \
	"%s is registered by another host: %s; fencing one would cut off both; give each host " \
	"its own key, or if that is a former adapter of this host, remove it with 'prctl " \
	"preempt' on another host"
#define FAIL_REGISTERED_WITH_OTHER \
	STATUS_CONFLICT, REASON_OTHER_KEY_REGISTERED, STEP_CHANGE, \
	"this host is registered with %s; %s; use --old-key 0x%llx to replace it"
#define FAIL_OLD_KEY_LOST \
	STATUS_CONFLICT, REASON_KEY_NOT_REGISTERED, STEP_CHANGE, \
	"%s (this host may have been fenced); %s; register without --old-key to rejoin"
#define FAIL_HOLDER \
	STATUS_CONFLICT, REASON_HOLDER, STEP_CHANGE, \
	"%s; unregistering the holder also drops the reservation other hosts rely on (%s); use " \
	"--release to do that"
#define FAIL_HELD_WITH_OTHER_TYPE \
	STATUS_CONFLICT, REASON_HELD_WITH_OTHER_TYPE, STEP_CHANGE, \
	"%s, not %s; release it first"
#define FAIL_HELD_BY_OTHER \
	STATUS_CONFLICT, REASON_HELD_BY_OTHER, STEP_CHANGE, \
	"%s; %s; %s"
#define FAIL_ONLY_HOLDER_RELEASES \
	STATUS_CONFLICT, REASON_HELD_BY_OTHER, STEP_CHANGE, \
	"%s; %s; only the holder can release it; use preempt to take it over"
#define FAIL_RELEASE_OTHER_TYPE \
	STATUS_CONFLICT, REASON_HELD_WITH_OTHER_TYPE, STEP_CHANGE, \
	"%s, not %s; omit --type to release it"
#define FAIL_VICTIM_IS_OWN_PATH \
	STATUS_CONFLICT, REASON_OTHER_KEY_REGISTERED, STEP_CHANGE, \
	"%s is also registered by another path of this host, which would be cut off; %s; " \
	"register one key on every path first"
#define FAIL_ALL_NOT_RESERVED \
	STATUS_CONFLICT, REASON_NOT_RESERVED, STEP_CHANGE, \
	"nothing is reserved; --victim all needs a reservation of an all-registrants type; " \
	"reserve first"
#define FAIL_NOT_RESERVED \
	STATUS_CONFLICT, REASON_NOT_RESERVED, STEP_CHANGE, \
		"nothing is reserved, so the victim can still write without its key; %s; " \
		"reserve first, or " \
		"use --unreserved to remove only the key"
#define FAIL_NOT_ALL_REGISTRANTS \
	STATUS_CONFLICT, REASON_NOT_ALL_REGISTRANTS, STEP_CHANGE, \
	"%s; --victim all needs an all-registrants type; give the victim's key instead"
#define FAIL_VICTIM_NOT_REGISTERED \
	STATUS_CONFLICT, REASON_VICTIM_NOT_REGISTERED, STEP_CHANGE, \
	"the victim's key %s is not registered; %s; %s"
#define FAIL_VICTIM_HOST_NOT_REGISTERED \
	STATUS_CONFLICT, REASON_VICTIM_NOT_REGISTERED, STEP_CHANGE, \
	"%s is not registered; %s; %s"
#define FAIL_VICTIM_IS_THIS_HOST \
	STATUS_CONFLICT, REASON_OTHER_KEY_REGISTERED, STEP_CHANGE, \
	"%s is this host; use unregister to remove its own keys"
#define FAIL_VICTIM_IS_TWO_HOSTS \
	STATUS_CONFLICT, REASON_OTHER_KEY_REGISTERED, STEP_CHANGE, \
	"%s is the name of a key that two hosts have: %s and %s; give each host its own key, or " \
	"use --victim-host with the name of an initiator"
#define FAIL_VICTIM_KEY_SHARED \
	STATUS_CONFLICT, REASON_OTHER_KEY_REGISTERED, STEP_CHANGE, \
	"%s is also the key of %s, and a preempt would remove both; %s; give each host its own key"
#define FAIL_VICTIM_KEY_ZERO \
	STATUS_CONFLICT, REASON_OTHER_KEY_REGISTERED, STEP_CHANGE, \
	"%s is registered with 0x0, which cannot be preempted; %s; use clear to remove it"
#define FAIL_CLEAR_ALIVE \
	STATUS_CONFLICT, REASON_OTHER_KEY_REGISTERED, STEP_CHANGE, \
	"%s may be alive, and after a clear every host can write; %s; if it does not use this " \
	"LUN, use --even-if with its key"
#define FAIL_CLEAR_NAMES_IGNORED \
	STATUS_CONFLICT, REASON_OTHER_KEY_REGISTERED, STEP_CHANGE, \
	"the hosts that may be alive are unknown: %s; fix the file"
#define FAIL_TYPE_NOT_KEPT \
	STATUS_CONFLICT, REASON_HELD_WITH_OTHER_TYPE, STEP_CHANGE, \
	"%s, a type that cannot be taken over; give another one with --type"
#define FAIL_TYPE_UNKNOWN \
	STATUS_CONFLICT, REASON_HELD_WITH_OTHER_TYPE, STEP_CHANGE, \
	"%s, a type that no standard defines and that might not stop the victim's writes; " \
	"reserve with another type first"

#define FAIL_VOLATILE_OTHERS \
	STATUS_CONFLICT, REASON_PERSISTENT, STEP_CHANGE, \
	"registrations persist through power loss, and --volatile would end that for %s; " \
	"register without --volatile"
#define FAIL_ALL_PORTS_ONE_PORT \
	STATUS_CONFLICT, REASON_ONE_PORT_REGISTERED, STEP_CHANGE, \
	"this host is registered with %s for one target port; %s; unregister it first, or " \
	"register without --all-ports"

/* 4: unsupported */
#define FAIL_NO_IGNORE_KEY \
	STATUS_UNSUPPORTED, REASON_OPTION_UNSUPPORTED, STEP_CHANGE, \
	"the device does not support reserve --ignore-key (%s); register a key and reserve with it"
#define FAIL_DRIVER \
	STATUS_UNSUPPORTED, REASON_NO_RESERVATIONS, STEP_CHANGE, \
	"the driver does not support persistent reservations (%s)"
#define FAIL_NATIVE_MULTIPATH \
	STATUS_UNSUPPORTED, REASON_NATIVE_MULTIPATH, STEP_RESOLVE, \
	"this is a native SCSI multipath disk (%s), and the kernel sends a reservation command " \
	"through one of its paths only; nothing was sent; use dm-multipath for this disk"
#define FAIL_NO_APTPL \
	STATUS_UNSUPPORTED, REASON_NO_POWER_LOSS_PERSISTENCE, STEP_CHANGE, \
	"the target cannot persist registrations through power loss (APTPL), which the kernel " \
	"requires (%s); enable it on the target, or use register --volatile"
#define FAIL_VOLATILE_UNCLEAR \
	STATUS_UNSUPPORTED, REASON_OPTION_UNSUPPORTED, STEP_CHANGE, \
	"the device does not report whether registrations persist through power loss, and " \
	"--volatile would end that for %s; omit --volatile"
#define FAIL_ALL_PORTS_NVME \
	STATUS_UNSUPPORTED, REASON_OPTION_UNSUPPORTED, STEP_CHANGE, \
	"NVMe registers a host and no port; register without --all-ports"
#define FAIL_ALL_PORTS_UNSUPPORTED \
	STATUS_UNSUPPORTED, REASON_OPTION_UNSUPPORTED, STEP_CHANGE, \
	"the device does not support ALL_TG_PT (%s); register through each path, without " \
	"--all-ports"
#define FAIL_ALL_PORTS_IGNORED \
	STATUS_UNSUPPORTED, REASON_OPTION_UNSUPPORTED, STEP_CHANGE, \
	"the device ignored ALL_TG_PT, and %s is registered for one target port; register " \
	"through each path, without --all-ports"
#define FAIL_TYPE_UNSUPPORTED \
	STATUS_UNSUPPORTED, REASON_OPTION_UNSUPPORTED, STEP_CHANGE, \
	"the device does not support %s (%s); 'prctl status --json' lists the supported types"
#define FAIL_VICTIM_UNCERTAIN \
	STATUS_UNSUPPORTED, REASON_OPTION_UNSUPPORTED, STEP_CHANGE, \
	"it is unknown whether %s is %s; use --victim with each of its keys"
#define FAIL_VICTIM_LISTED_SHORT \
	STATUS_UNSUPPORTED, REASON_OPTION_UNSUPPORTED, STEP_CHANGE, \
	"the device lists host identifiers of 8 bytes, so it is unknown whether %s is %s; give " \
	"--victim-host as it is listed, or use --victim with each of its keys"
#define FAIL_VICTIM_MAY_BE_OMITTED \
	STATUS_UNSUPPORTED, REASON_OPTION_UNSUPPORTED, STEP_CHANGE, \
	"the device does not list %s, and does not say which host holds the reservation; %s; use " \
	"--victim with its key"
#define FAIL_NO_RESERVATIONS(step) \
	STATUS_UNSUPPORTED, REASON_NO_RESERVATIONS, (step), \
	"the device does not support persistent reservations (%s); enable them on the array if " \
	"possible"
#define FAIL_NOT_A_DISK \
	STATUS_UNSUPPORTED, REASON_NO_RESERVATIONS, STEP_OPEN, \
	"not a SCSI disk or NVMe namespace, so no persistent reservations; in a VM, pass the " \
	"LUN through"

/* 5: device */
#define FAIL_MAP_OF_DIFFERENT_LUNS \
	STATUS_DEVICE, REASON_AMBIGUOUS, STEP_RESOLVE, \
	"the map's paths belong to different LUNs: %s is %s, %s is %s; fix the multipath " \
	"configuration"
#define FAIL_MAP_OF_OTHER_LUN \
	STATUS_DEVICE, REASON_OTHER_LUN, STEP_RESOLVE, \
	"the map was made for LUN %s, but its path %s is %s now%s; let multipath make the map again"
#define FAIL_PATH_OF_MAP \
	STATUS_DEVICE, REASON_PATH_OF_MAP, STEP_RESOLVE, \
	"this is a path of multipath map %s; use the map, or --this-path to change this path only"
#define FAIL_NO_SYSFS \
	STATUS_DEVICE, REASON_NOT_FOUND, STEP_RESOLVE, \
	"/sys is not mounted, so no device can be found; mount it"
#define FAIL_DEVICE_GONE \
	STATUS_DEVICE, REASON_NOT_FOUND, STEP_RESOLVE, \
	"the device is gone; it may have come back under another name; run 'prctl status' to " \
	"list devices"
#define FAIL_PARTITION \
	STATUS_DEVICE, REASON_NOT_WHOLE_LUN, STEP_RESOLVE, \
	"this is a partition of %s, and a reservation covers the whole LUN; use %s, or --whole-lun"
#define FAIL_STACKED \
	STATUS_DEVICE, REASON_NOT_WHOLE_LUN, STEP_RESOLVE, \
	"this device is on %s, and a reservation covers the whole LUN; use --whole-lun to act on it"
#define FAIL_NO_DEVICE \
	STATUS_DEVICE, REASON_NOT_FOUND, STEP_RESOLVE, \
	"no such device; run 'prctl status' to list devices"
#define FAIL_LOOK_UP(reason) \
	STATUS_DEVICE, (reason), STEP_RESOLVE, \
	"cannot look up the device: %s (%s)"
#define FAIL_NOT_BLOCK_DEVICE \
	STATUS_DEVICE, REASON_NOT_BLOCK_DEVICE, STEP_RESOLVE, \
	"not a block device; give the disk's block device"
#define FAIL_NOT_MOUNT_POINT \
	STATUS_DEVICE, REASON_NOT_BLOCK_DEVICE, STEP_RESOLVE, \
	"a directory, but not a mount point; give the mount point, or the disk's block device"
#define FAIL_MOUNT_WITHOUT_DEVICE \
	STATUS_DEVICE, REASON_NOT_BLOCK_DEVICE, STEP_RESOLVE, \
	"the file system that is mounted here (%s) is not on a block device of this " \
	"host; give a block device"
#define FAIL_GROUP_NOT_FOUND \
	STATUS_DEVICE, REASON_NOT_FOUND, STEP_RESOLVE, \
	"no such volume group; 'vgs' lists them"
#define FAIL_GROUP_UNSEEN \
	STATUS_DEVICE, REASON_NOT_FOUND, STEP_RESOLVE, \
	"the group's physical volumes are not known: %s; give a device path"
#define FAIL_GROUP_PARTIAL \
	STATUS_DEVICE, REASON_NOT_FOUND, STEP_RESOLVE, \
	"not all of the group's physical volumes are known: %s; nothing was sent; give their " \
	"device paths"
#define FAIL_VOLUME_MISSING \
	STATUS_DEVICE, REASON_NOT_FOUND, STEP_RESOLVE, \
	"the physical volume %s is missing on this host; nothing was sent to it; attach its disk"
#define FAIL_CHARACTER_DEVICE \
	STATUS_DEVICE, REASON_NOT_BLOCK_DEVICE, STEP_RESOLVE, \
	"not a block device but a character device; give the disk's block device"
#define FAIL_TAG_SEARCH \
	STATUS_DEVICE, REASON_NOT_FOUND, STEP_RESOLVE, \
	"cannot search for this %s: %s; give a device path"
#define FAIL_TAG_NOT_FOUND \
	STATUS_DEVICE, REASON_NOT_FOUND, STEP_RESOLVE, \
	"no readable device has this %s; give a device path"
#define FAIL_TAG_AMBIGUOUS \
	STATUS_DEVICE, REASON_AMBIGUOUS, STEP_RESOLVE, \
	"this %s is on several LUNs: %s; give a device path"
#define FAIL_LUN_REPLACED \
	STATUS_DEVICE, REASON_REPLACED, STEP_RESOLVE, \
	"the device is another LUN than before: it was %s and is now %s; nothing was sent to " \
	"it; check which LUN you mean and run it again"
#define FAIL_OTHER_LUN \
	STATUS_DEVICE, REASON_OTHER_LUN, STEP_READ, \
	"the device is now another LUN: the kernel has %s, the device reports %s%s; rescan the " \
	"device and check which LUN you mean"
#define FAIL_NO_PRIVILEGE_ALL_PORTS \
	STATUS_DEVICE, REASON_NO_PRIVILEGE, STEP_CHANGE, \
	"not permitted: this host is registered for all target ports (ALL_TG_PT), and changing " \
	"that needs CAP_SYS_RAWIO; run as root"
#define FAIL_NO_PRIVILEGE_OPTION \
	STATUS_DEVICE, REASON_NO_PRIVILEGE, STEP_CHANGE, \
	"not permitted: --all-ports and --volatile need CAP_SYS_RAWIO; run as root"
#define FAIL_NO_PRIVILEGE_CHANGE \
	STATUS_DEVICE, REASON_NO_PRIVILEGE, STEP_CHANGE, \
	"not permitted: a change needs CAP_SYS_ADMIN (or, from kernel 6.5, a writable device " \
	"node); run as root"
#define FAIL_NOT_MAPPED(step) \
	STATUS_DEVICE, REASON_NOT_MAPPED, (step), \
	"the LUN is no longer mapped to this host (%s)%s; map it again, or delete this disk"
#define FAIL_NO_PRIVILEGE_READ(step) \
	STATUS_DEVICE, REASON_NO_PRIVILEGE, (step), \
	"not permitted to read reservations: this needs %s; run as root"
#define FAIL_DISK_REPLACED \
	STATUS_DEVICE, REASON_REPLACED, STEP_OPEN, \
	"another disk has replaced the one that was found (%u:%u, disk sequence number %llu)%s; " \
	"check which disk you mean and run it again"
#define FAIL_OTHER_NODE \
	STATUS_DEVICE, REASON_REPLACED, STEP_OPEN, \
	"%s is not the node of device %u:%u%s; give the device's own node"
#define FAIL_NO_NODE \
	STATUS_DEVICE, REASON_OPEN, STEP_OPEN, \
	"%s, the node of device %u:%u, does not exist here%s; create it, or " \
	"give the node that the device has here"
#define FAIL_NO_PRIVILEGE_OPEN \
	STATUS_DEVICE, REASON_NO_PRIVILEGE, STEP_OPEN, \
	"not permitted to open the device (%s); run as root"
#define FAIL_OPEN \
	STATUS_DEVICE, REASON_OPEN, STEP_OPEN, \
	"cannot open %s: %s (%s)%s"
#define FAIL_HOSTS_UNREAD \
	STATUS_DEVICE, REASON_NO_PRIVILEGE, STEP_READ, \
	"not permitted to read which hosts are registered; nothing was sent; run as root"
#define FAIL_DOCUMENT_UNREADABLE \
	STATUS_DEVICE, REASON_OPEN, STEP_OPEN, \
	"cannot read the document: %s"
#define FAIL_TYPE_UNREADABLE \
	STATUS_DEVICE, REASON_NO_PRIVILEGE, STEP_READ, \
	"not permitted to read the reservation type; give it with --type"

/* 6: failed */
#define FAIL_MAP_WITHOUT_PATH \
	STATUS_FAILED, REASON_PATH, STEP_RESOLVE, \
	"the multipath map has no paths; restore one"
#define FAIL_NO_MEMORY_FOR_DEVICE \
	STATUS_FAILED, REASON_NOT_SENT, STEP_RESOLVE, \
	"out of memory%s; try again"
#define FAIL_CUT_SHORT_UNSENT \
	STATUS_FAILED, REASON_NOT_SENT, STEP_READ, \
	"%s while reading; no change was or will be sent; %s"
#define FAIL_CUT_SHORT_NOT_DONE \
	STATUS_FAILED, REASON_NOT_DONE, STEP_CHANGE, \
	"not done so far: %s between two tries; the state after the last try shows no change; %s"
#define FAIL_CANNOT_RESOLVE \
	STATUS_FAILED, REASON_NOT_SENT, STEP_RESOLVE, \
	"cannot resolve the device: %s (%s)%s; try again"
#define FAIL_CHECK_SOME_PATHS(reason) \
	STATUS_FAILED, (reason), STEP_READ, \
	"%s is registered on %zu of %zu paths, missing on %s; %s; register on the map again"
#define FAIL_CHECK_HELD_BY_PATH \
	STATUS_FAILED, REASON_HELD_BY_ONE_PATH, STEP_READ, \
	"%s through another path; writes through %s fail; with several paths use a " \
	"registrants-only type"
#define FAIL_STALE_SESSION \
	STATUS_FAILED, REASON_NOT_DONE, STEP_READ_BACK, \
	"this host is still registered by a session or port that it no longer has: %s; the " \
	"target may still accept writes from there; register a new key and preempt the old one, " \
	"or preempt it from another host"
#define FAIL_ACCEPTED_NOT_DONE \
	STATUS_FAILED, REASON_NOT_DONE, STEP_READ_BACK, \
	"the device returned success, but shows no change; %s; %s; check the device, and whether " \
	"it changes later"
#define FAIL_RELEASE_NOT_FIRST \
	STATUS_FAILED, REASON_NOT_DONE, STEP_READ_BACK, \
	"accepted but not done: still %s; on this target, only the host that made the " \
	"reservation can release it; run release on that host (one of: %s)"
#define FAIL_CHANGED_SINCE \
	STATUS_FAILED, REASON_CHANGED_SINCE, STEP_READ_BACK, \
	"done, but changed since: now %s; %s; another host is changing this device; check with " \
	"'prctl status'"
#define FAIL_VICTIM_CHANGED_SINCE \
	STATUS_FAILED, REASON_CHANGED_SINCE, STEP_READ_BACK, \
	"done, but changed since: now %s; %s; the victim's key %s is registered; another host is " \
	"changing this device; check with 'prctl status'"
#define FAIL_REFUSED \
	STATUS_FAILED, REASON_REFUSED, STEP_CHANGE, \
	"the device rejected the command: %s; %s; --verbose shows what was sent"
#define FAIL_NO_ROOM \
	STATUS_FAILED, REASON_REFUSED, STEP_CHANGE, \
	"the device has no room for another registration: %s; %s; unregister hosts that do not " \
	"need it any more"
#define FAIL_REFUSED_REGISTER \
	STATUS_FAILED, REASON_REFUSED, STEP_CHANGE, \
	"the device rejected the command: %s; %s; if it keeps nothing through a power loss, use " \
	"register --volatile; --verbose shows what was sent"
#define FAIL_REFUSED_ABORT \
	STATUS_FAILED, REASON_REFUSED, STEP_CHANGE, \
	"the device rejected PREEMPT AND ABORT: %s; %s; use preempt, and switch off the victim's " \
	"host, because preempt does not end commands that it has sent"
#define FAIL_NOT_DONE(reason) \
	STATUS_FAILED, (reason), STEP_CHANGE, \
	"not done after %d tries: %s; %s; %s; check the path and try again"
#define FAIL_NOT_READY_UNSENT(step) \
	STATUS_FAILED, REASON_NOT_SENT, (step), \
	"%s at every try until the deadline%s; check the target, or use a longer --timeout"
#define FAIL_PATH_DEAD(step) \
	STATUS_FAILED, REASON_PATH, (step), \
	"%s%s; restore the path"
#define FAIL_BAD_REPLY(step) \
	STATUS_FAILED, REASON_REPLY, (step), \
	"the device sent %s%s; --verbose shows the commands"
#define FAIL_DOCUMENT \
	STATUS_FAILED, REASON_REPLY, STEP_READ, \
	"not a document of prctl status --raw: %s"
#define FAIL_DOCUMENT_DEVICE \
	STATUS_FAILED, REASON_REPLY, STEP_READ, \
	"the document is damaged: %s"
#define FAIL_IO_ERROR(step) \
	STATUS_FAILED, REASON_IO_ERROR, (step), \
	"%s%s; check the path and the device, and try again"
#define FAIL_RELEASE_PATH_DEAD \
	STATUS_FAILED, REASON_PATH, STEP_CHANGE, \
	"%s, through %s; only that path can release it; restore the path, preempt from another " \
	"host, or clear"
#define FAIL_REPLACE_PATH_DEAD \
	STATUS_FAILED, REASON_PATH, STEP_CHANGE, \
	"%s is also registered through %s; nothing was sent, because this host would then have " \
	"two keys, and a fence by one misses the other; restore the path, or preempt from " \
	"another host and register again"
#define FAIL_PATHS_DISAGREE_UNSENT \
	STATUS_FAILED, REASON_PATHS_DISAGREE, STEP_READ, \
	"the map's paths disagree: %s; nothing was sent; check that all lead to this LUN and " \
	"share its reservations, or use --this-path to change one"
#define FAIL_PATHS_DISAGREE_DONE \
	STATUS_FAILED, REASON_PATHS_DISAGREE, STEP_READ_BACK, \
	"%s; but the map's paths disagree: %s; check that all lead to this LUN and share its " \
	"reservations, or use --this-path to change one"
#define FAIL_NO_MEMORY_FOR_PATHS \
	STATUS_FAILED, REASON_NOT_SENT, STEP_OPEN, \
	"out of memory to ask the map's paths%s; try again"
#define FAIL_REGISTER_CHANGED_SINCE \
	STATUS_FAILED, REASON_CHANGED_SINCE, STEP_READ_BACK, \
	"done, but changed since: now %s is registered on %zu of %zu paths, missing on %s; %s; " \
	"this host may have been fenced; if so, restart it before it registers again"
#define FAIL_OTHER_PATH_LOST \
	STATUS_FAILED, REASON_CHANGED_SINCE, STEP_CHANGE, \
	"not registered, because %s was removed from %s meanwhile"
#define FAIL_TAKEN_BACK \
	STATUS_FAILED, REASON_CHANGED_SINCE, STEP_CHANGE, \
	"unregistered again, because %s was removed from %s meanwhile"
#define FAIL_NOT_TAKEN_BACK \
	STATUS_FAILED, REASON_CHANGED_SINCE, STEP_CHANGE, \
	"still registered, although %s was removed from %s meanwhile"
#define FAIL_REGISTER_SOME_PATHS \
	STATUS_FAILED, REASON_PATH, STEP_CHANGE, \
	"%s is registered on %zu of %zu paths, missing on %s; repair those paths and register " \
	"again, or use --allow-partial"
#define FAIL_REGISTER_JOINED \
	STATUS_FAILED, REASON_PATH, STEP_CHANGE, \
	"%s is registered on %zu of %zu paths, missing on %s; register again"
#define FAIL_UNREGISTER_SOME_PATHS \
	STATUS_FAILED, REASON_PATH, STEP_CHANGE, \
	"still registered on %s; restore the path and unregister again, or preempt its key from " \
	"another host"
#define FAIL_UNREGISTER_STALE \
	STATUS_FAILED, REASON_NOT_DONE, STEP_READ_BACK, \
	"this host is still registered by an old session or a disk outside this map: %s; " \
	"unregister there, or preempt the key from another host"
#define FAIL_INTERRUPTED \
	STATUS_FAILED, REASON_NOT_SENT, STEP_CHANGE, \
	"interrupted before the command was sent; %s"
#define FAIL_VICTIM_REGISTERED_AGAIN \
	STATUS_FAILED, REASON_CHANGED_SINCE, STEP_READ_BACK, \
	"%s has been registered again; %s; run it again"
#define FAIL_OTHERS_REGISTERED_AGAIN \
	STATUS_FAILED, REASON_CHANGED_SINCE, STEP_READ_BACK, \
	"another host has registered while the abort was being proven; %s; run it again"
#define FAIL_PATH_OFFLINE \
	STATUS_FAILED, REASON_PATH, STEP_OPEN, \
	"the path is offline or gone (%s)%s; restore it"

/* 6 or another one, as a path has failed */
#define FAIL_NO_PATH(status, reason, step) \
	(status), (reason), (step), \
	"no path responds: %s"
#define FAIL_NO_PATH_NOW(reason, step) \
	STATUS_FAILED, (reason), (step), \
	"no path responds: %s; restore one"
#define FAIL_NO_PATH_TO_LUN(status, reason, step) \
	(status), (reason), (step), \
	"no path leads to this LUN: %s"

/* 7: unknown */
#define FAIL_CUT_SHORT_ACCEPTED \
	STATUS_UNKNOWN, REASON_NOT_VERIFIED, STEP_READ_BACK, \
	"accepted, but not verified: %s while reading the state back; check with 'prctl status'"
#define FAIL_CUT_SHORT_SENT \
	STATUS_UNKNOWN, REASON_OUTCOME_LOST, STEP_CHANGE, \
	"sent, then %s; the %s may have taken effect, or may still do so; %s"
#define FAIL_CUT_SHORT_RESET \
	STATUS_UNKNOWN, REASON_ABORT_NOT_PROVEN, STEP_READ_BACK, \
	"abort not proven: %s during LOGICAL UNIT RESET; the victim's key is gone, but its " \
	"earlier commands may still complete; " ADVICE_PROVE_ABORT
#define FAIL_CUT_SHORT_READ \
	STATUS_UNKNOWN, REASON_NOT_READ, STEP_READ, \
	"%s; state unknown; %s"
#define FAIL_NO_REPLIES \
	STATUS_UNKNOWN, REASON_NOT_READ, STEP_READ, \
	"the document has no reply that shows the state; make it with prctl status --raw"
#define FAIL_ABORT_NOT_PROVEN \
	STATUS_UNKNOWN, REASON_ABORT_NOT_PROVEN, STEP_READ_BACK, \
	"abort not proven: %s; the victim's key is gone, but its earlier commands may still " \
	"complete; %s; " ADVICE_PROVE_ABORT
#define FAIL_ABORT_NEVER_PROVEN \
	STATUS_UNKNOWN, REASON_ABORT_NOT_PROVEN, STEP_READ_BACK, \
	"abort not proven: %s; the victim's key is gone, but its earlier commands may still " \
	"complete; %s; running it again will not prove it; " ADVICE_CONFIRM
#define FAIL_CHECK_PATHS_UNKNOWN \
	STATUS_UNKNOWN, REASON_NOT_VERIFIED, STEP_READ, \
	"%s is registered, but the device does not say whether on %s; %s"
#define FAIL_CHECK_DISK_UNKNOWN \
	STATUS_UNKNOWN, REASON_NOT_VERIFIED, STEP_READ, \
	"%s, but the device does not say by which host; %s"
#define FAIL_CHECK_ISID_UNKNOWN \
	STATUS_UNKNOWN, REASON_NOT_VERIFIED, STEP_READ, \
	"%s is registered by this host, but the driver does not show the ISID, so it may be " \
	"through another session than %s; %s; compare the sessions in 'prctl status'"
#define FAIL_UNREGISTER_UNCLEAR \
	STATUS_UNKNOWN, REASON_NOT_VERIFIED, STEP_READ_BACK, \
	"accepted, but not verified: the device still lists %s and does not say by which host; " \
	"%s; check with 'prctl status'"
#define FAIL_ACCEPTED_UNLISTED \
	STATUS_UNKNOWN, REASON_NOT_VERIFIED, STEP_READ_BACK, \
	"accepted, but not verified: the device does not list %s, and its list may omit hosts; " \
	"%s; check with 'prctl status'"
#define FAIL_VICTIM_UNSEEN \
	STATUS_UNKNOWN, REASON_NOT_VERIFIED, STEP_READ_BACK, \
	"accepted, but not verified: the device did not list %s before; %s; check with " \
	"'prctl status'"
#define FAIL_ACCEPTED_UNREAD \
	STATUS_UNKNOWN, REASON_NOT_VERIFIED, STEP_READ_BACK, \
	"accepted, but not verified: cannot read the state: %s; %s"
#define FAIL_PROVEN_UNREAD \
	STATUS_UNKNOWN, REASON_NOT_VERIFIED, STEP_READ_BACK, \
	"done, and the abort is proven, but the victim may have registered again since: cannot " \
	"read the state: %s; " ADVICE_CHECK
#define FAIL_SENT_UNREAD \
	STATUS_UNKNOWN, REASON_OUTCOME_LOST, STEP_READ_BACK, \
	"sent, but the command failed: %s; the state cannot be read: %s; the %s may or may not " \
	"take effect; %s"
#define FAIL_OUTCOME_LOST \
	STATUS_UNKNOWN, REASON_OUTCOME_LOST, STEP_CHANGE, \
	"the command failed: %s; the registrants do not show whether it took effect; %s; %s; " \
	"check with 'prctl status'"
#define FAIL_REGISTER_LOST \
	STATUS_UNKNOWN, REASON_OUTCOME_LOST, STEP_CHANGE, \
	"the command failed: %s; %s may have been registered, and removed by another host " \
	"since; %s; if this host was fenced, restart it before it registers again"
#define FAIL_EARLIER_TRY(step) \
	STATUS_UNKNOWN, REASON_OUTCOME_LOST, (step), \
	"an earlier try of the %s may have taken effect; now: %s; check with 'prctl status'"
#define FAIL_ABORT_ANSWERED \
	STATUS_UNKNOWN, REASON_ABORT_NOT_PROVEN, STEP_READ_BACK, \
	"abort not proven: the command failed: %s; the victim's key is gone, but its earlier " \
	"commands may still complete; %s; " ADVICE_PROVE_ABORT
#define FAIL_NOT_READY_READ(step) \
	STATUS_UNKNOWN, REASON_NOT_READ, (step), \
	"%s at every try until the deadline; state unknown; check the target, or use a longer " \
	"--timeout"
#define FAIL_PATHS_DISAGREE_READ \
	STATUS_UNKNOWN, REASON_PATHS_DISAGREE, STEP_READ, \
	"the map's paths disagree: %s; check that all lead to this LUN and share its reservations"
#define FAIL_DISKS_DISAGREE \
	STATUS_UNKNOWN, REASON_PATHS_DISAGREE, STEP_READ, \
	"%s is another path of this LUN, but the two disagree: %s; check that both lead to this " \
	"LUN and share its reservations"

/* Parts of messages: what has happened */
#define CAUSE_KEY_REGISTERED "%s is registered"
#define CAUSE_KEY_NOT_REGISTERED "%s is not registered"
#define RIGHT_SCSI "CAP_SYS_RAWIO (or, from kernel 7.0, a readable device node)"
#define RIGHT_NVME "CAP_SYS_ADMIN (or, from kernel 6.2, a readable device node)"
#define CAUSE_READING_NEEDS "reading needs %s"
#define CAUSE_RESET_PRIVILEGE "LOGICAL UNIT RESET needs CAP_SYS_ADMIN and CAP_SYS_RAWIO (%s)"
#define CAUSE_RESET_RECOVERY \
	"LOGICAL UNIT RESET was not sent because the adapter is in error recovery (%s)"
#define CAUSE_RESET_FAILED "LOGICAL UNIT RESET through %s failed (%s)"
#define CAUSE_RESET_UNIDENTIFIED \
	"LOGICAL UNIT RESET was not sent because %s did not say which LUN it is (%s)"
#define CAUSE_UNIDENTIFIED_AFTER_RESET \
	"%s did not say after LOGICAL UNIT RESET which LUN it is (%s)"
#define CAUSE_RESET_OTHER_LUN "%s does not lead to this LUN any more"
#define CAUSE_RESET_INTERRUPTED "interrupted before LOGICAL UNIT RESET was sent"
#define CAUSE_NVME_ABORT "Preempt and Abort did not succeed, and NVMe has no other proof"
#define CAUSE_NVME_OTHER_HOST \
	"%s has lost its key since an earlier attempt, so Preempt and Abort does not end its " \
	"commands"
#define CAUSE_NO_RESET "the proof needs LOGICAL UNIT RESET, which --no-reset forbids"
#define CAUSE_RESET_DRIVER \
	"the driver %s is not known to send LOGICAL UNIT RESET to the target"
#define CAUSE_RESET_NO_DRIVER \
	"the driver of this path is not known to send LOGICAL UNIT RESET to the target"
#define CAUSE_RESET_LOCK "cannot lock %s for LOGICAL UNIT RESET (%s)"
#define CAUSE_RECORDS_FULL "no room for another record"
#define CAUSE_TAG_EMPTY "its value is empty"
#define CAUSE_TAG_QUOTE "its value begins with a quote and does not end with it"
#define CAUSE_TAG_LONG "its value is too long"
#define CAUSE_NO_LVM "lvm is not installed"
#define CAUSE_LVM_SILENT "lvm does not answer"
#define CAUSE_LVM_FAILED "lvm failed"
#define CAUSE_NO_WWID "the kernel reports no WWID"
#define CAUSE_INTERRUPTED_AGAIN "interrupted before the command was sent again"
#define PATH_JOINED "%s (joined the map meanwhile)"
#define CAUSE_NOT_MAPPED "the LUN is no longer mapped to this host (%s)"
#define CAUSE_NO_RESERVATIONS "no persistent reservations: %s"
#define CAUSE_DIED_OF "prctl's worker process was killed by SIG%s"
#define CAUSE_ENDED_WITH "prctl's worker process exited with %d"
#define CAUSE_DIED "prctl's worker process died"
#define CAUSE_INTERRUPTED_BY "interrupted by SIG%s"
#define CAUSE_NO_ANSWER "no response within %.3g s"

/* The same, of /run/prctl */
#define STORE_DIRECTORY_NOT_ROOT \
	"ignoring %s: must be a directory that only root can access; remove it"
#define STORE_FILE_NOT_ROOT "ignoring %s/%s: must be a file that only root can access; remove it"
#define STORE_LOCKED "%s is locked by another process"
#define STORE_IGNORED "ignoring %s/%s: %s"
#define STORE_NOT_OURS "not a prctl file"
#define STORE_VERSION "written by another version of prctl"
#define STORE_OTHER_LUN "about another LUN"
#define STORE_AFTER_END "data after the end"
#define STORE_BAD_LINE "invalid line"
#define STORE_CUT "truncated"
#define STORE_TOO_LONG "too long"
#define STORE_NUL "contains a NUL byte"
#define STORE_NO_MEMORY "out of memory"
#define STORE_NOT_A_DIRECTORY "ignoring %s: not a directory; remove it"

/* Warnings */
#define WARN_NATIVE_MULTIPATH \
	"this is a native SCSI multipath disk (%s): its state was read through one of its paths, " \
	"and prctl cannot change it"
#define WARN_NVME_HOSTS_DIFFER \
	"the controllers of this NVMe disk have different host identifiers, so it is not known " \
	"which registrant is this host; connect all of them with the same identifier"
#define WARN_PATH_OF_MAP "this is one path of multipath map %s; use the map to see all"
#define WARN_TAG_ON_PATHS "%s matches several paths of one LUN (%s); using %s"
#define WARN_HELD_BY_PATH "%s through another path; writes through %s fail"
#define WARN_DEAD_PATHS_LISTED \
	"the key is registered for paths that do not respond: %s; check those paths"
#define WARN_VICTIM_HAS_OTHER_KEY \
	"%.*s, which had %s, is also registered with %s and can still write; preempt that key " \
	"as well"
#define WARN_KEY_OF_OTHER_HOST \
	"%s is also the key of %.*s; a preempt would hit both hosts; give each host its own key"
#define WARN_GENERATION_PER_CONTROLLER \
	"the paths list the same registrants, but different generations (%s); each controller " \
	"counts its own commands"
#define WARN_TYPE_NOT_USED \
	"--type %s had no effect because the victim did not hold the reservation; %s"
#define WARN_VICTIM_CAN_WRITE \
	"nothing is reserved, so the victim can write without its key; reserve to lock it out"
#define WARN_REGISTERED_ELSEWHERE \
	"this host is still registered through another path: %s; unregister there as well"
#define WARN_DONE_DESPITE "the command failed: %s; but the change took effect"
#define WARN_PATHS_REREGISTERED \
	"the preempt also removed this host's other paths; re-registered: %s; writes through " \
	"them failed meanwhile"
#define WARN_HELD_THROUGH_PATH \
	"%s is held by one path, %s; writes through other paths will fail; on multipath use a " \
	"registrants-only type"
#define WARN_PATHS_NOT_REGISTERED \
	"writes through unregistered paths will fail: %s; register on the map again"
#define WARN_DONE_THROUGH "done through %s after failing through %s"
#define WARN_PATH_SILENT "no response through %s; check that path"
#define WARN_PATH_NOT_COMPARED \
	"the state after the change was not read through %s; check that path"
#define WARN_PATHS_DISAGREE "the map's paths disagree after this change: %s"
#define WARN_MULTIPATHD \
	"multipathd will not register restored paths; set \"reservation_key file\" in " \
	"multipath.conf, and register again"
#define WARN_MULTIPATHD_NOT_TOLD \
	"multipathd may not register restored paths: %s; run: multipathd setprkey map %s key " \
	"0x%llx%s && multipathd setprstatus map %s"
#define WARN_MULTIPATHD_KEEPS \
	"multipathd may keep the key that was removed: %s; run: multipathd unsetprstatus map %s " \
	"&& multipathd unsetprkey map %s"
#define CAUSE_MULTIPATHD_SILENT "it does not answer %s"
#define CAUSE_MULTIPATHD_ANSWER "it answers %s with '%s'"
#define CAUSE_MULTIPATHD_NOT_KEPT "it shows another key or status after it was told"
#define WARN_PATHS_LACK_KEY "%s is missing on %s; register again when those paths are back"
#define WARN_ABORT_NOT_RECORDED "the abort is not recorded for later runs: %s"
#define WARN_RECORDS_NOT_USED "records of earlier aborts are not used: %s"
#define WARN_NOT_RECORDED "the result is not recorded: %s"
#define WARN_ABORT_CONFIRMED \
	"the device has not proven the abort; --confirmed-off is taken as proof"
#define WARN_KEY_LEFT "this host is still registered with the temporary key 0x%llx: %s"
#define WARN_NOT_TAKEN_BACK \
	"%s may still be registered through %s, although this host may have been fenced: %s; " \
	"unregister it when the device answers"
#define WARN_NAMES_IGNORED "ignoring %s: %s"
#define WARN_LOG "log entries were lost: %zu (%s)"

/* 0: done */
#define DONE_WAS_REGISTERED "%s was already registered"
#define DONE_NOTHING_REGISTERED "nothing was registered"
#define DONE_WAS_RESERVED "already reserved, %s, by %s"
#define DONE_NOTHING_RESERVED "nothing was reserved"
#define DONE_VICTIM_GONE "%s was not registered; %s"
#define DONE_VICTIM_ABORTED "%s was not registered, and its commands are aborted; %s"
#define DONE_VICTIM_OFF "%s was not registered, and its host is confirmed off; %s"
#define DONE_NOBODY_ELSE "no other host is registered; %s"
#define DONE_ALL_ABORTED \
	"no other host is registered, and the commands of all others are aborted; %s"
#define DONE_AND_RESET "%s; LOGICAL UNIT RESET done"
#define DONE_PREEMPTED_OFF "preempted %s, and its host is confirmed off; %s"
#define DONE_RESERVED "reserved, %s, by %s"
#define DONE_RELEASED "released"
#define DONE_RELEASED_TYPE "released, was %s"
#define DONE_PREEMPTED "preempted %s; %s"
#define DONE_PREEMPTED_ABORTED "preempted and aborted %s; %s"
#define DONE_CLEARED_NOTHING "nothing was registered or reserved"
#define DONE_CLEARED_ONE "cleared, 1 registration"
#define DONE_CLEARED "cleared, %zu registrations"
#define DONE_REPLACED "registered %s in place of %s"
#define DONE_REGISTERED "registered %s"
#define DONE_NOTHING_UNREGISTERED "nothing was registered; %s"
#define DONE_NOT_REGISTERED_NOW "this path is not registered now; %s"
#define DONE_UNREGISTERED "unregistered %s; %s"
#define DONE_WAS_REGISTERED_ON "%s was already registered on %zu paths"
#define DONE_UNREGISTERED_ON_ONE "unregistered on 1 path; %s"
#define DONE_UNREGISTERED_ON "unregistered on %zu paths; %s"
#define DONE_REGISTERED_ON "registered %s on %zu paths"
#define DONE_REGISTERED_ON_SOME "registered %s on %zu of %zu paths"
#define DONE_CHECKED_PATHS "%s is registered on %zu paths; %s"
#define DONE_CHECKED "%s is registered; %s"

/* The fence agent */
#define FENCE_FAIL_STOPPED_BY_SIGNAL \
	STATUS_FAILED, REASON_NOT_SENT, STEP_CHANGE, \
	"nothing was sent: stopped by SIG%s"
#define FENCE_FAIL_NO_TIME \
	STATUS_FAILED, REASON_NOT_SENT, STEP_CHANGE, \
	"nothing was sent: no time is left of power_timeout; check for a dead path, or use a " \
	"longer power_timeout"
#define FENCE_FAIL_CANNOT_BEGIN \
	STATUS_FAILED, REASON_NOT_SENT, STEP_RESOLVE, \
	"nothing was sent: cannot start: %s (%s)"
#define FENCE_FAIL_NOT_ATTEMPTED \
	STATUS_FAILED, REASON_NOT_SENT, STEP_CHANGE, \
	"nothing was sent: %s"
#define FENCE_FAIL_VICTIM_CAME_BACK \
	STATUS_FAILED, REASON_CHANGED_SINCE, STEP_READ_BACK, \
	"done, but %s has been registered again since; %s; fence it again"
#define FENCE_FAIL_RESERVATION_GONE \
	STATUS_FAILED, REASON_CHANGED_SINCE, STEP_READ_BACK, \
	"done, but the reservation has since been released: %s can write without a key; fence it " \
	"again"
#define FENCE_FAIL_FENCED \
	STATUS_CONFLICT, REASON_KEY_NOT_REGISTERED, STEP_CHANGE, \
		"this node was fenced: it has registered %s since it was started, and that key " \
		"is gone; " \
		"%s; nothing was sent; restart this node, or use rejoin=1 if nothing on it has " \
		"used the disks"
#define FENCE_FAIL_MAY_BE_FENCED \
	STATUS_UNKNOWN, REASON_NOT_VERIFIED, STEP_CHANGE, \
		"this node may have been fenced: it has registered %s since it was started, and " \
		"the device lists neither that key nor the holder; %s; nothing was sent; restart " \
		"this node, or use rejoin=1 if nothing on it has used the disks"
#define FENCE_FAIL_RECORDS_UNREAD \
	STATUS_UNKNOWN, REASON_NOT_VERIFIED, STEP_CHANGE, \
		"this node may have been fenced: what it has registered since it was started " \
		"cannot be read: %s; %s; nothing was sent; restart this node, or use rejoin=1 if " \
		"nothing on it has used the disks"
#define FENCE_FAIL_KEY_OF_OTHER_NODE \
	STATUS_CONFLICT, REASON_OTHER_KEY_REGISTERED, STEP_CHANGE, \
		"this host is registered with %s, the key of another node, which may have this " \
		"host's identifier; %s; nothing was sent; if no other host has it, run 'prctl " \
		"unregister --ignore-key %s' first"
#define FENCE_CAUSE_KEY_OF_OTHER_NODE "this host has the key of another node on %s"
#define FENCE_CAUSE_MAY_BE_FENCED "this node may have been fenced, as %s shows"
#define FENCE_CAUSE_FENCED "this node was fenced, as %s shows"
#define FENCE_CAUSE_FIRST_NOT_IN \
	"this node's key is not registered on %s, the disk that decides the fence (lowest WWID)"
#define FENCE_FAIL_FENCED_MEANWHILE \
	STATUS_CONFLICT, REASON_KEY_NOT_REGISTERED, STEP_CHANGE, \
	"%s was removed meanwhile, so this node was fenced; %s; restart this node"
#define FENCE_FAIL_FENCED_SINCE \
	STATUS_FAILED, REASON_CHANGED_SINCE, STEP_READ_BACK, \
	"%s was removed meanwhile, so this node was fenced; %s; restart this node"
/* the first, until the second is known */
#define FENCE_CAUSE_MAY_STAY "its registration may stay"
#define FENCE_CAUSE_LEFT_AGAIN "it was unregistered again"
#define FENCE_FAIL_OMITTED_SINCE \
	STATUS_UNKNOWN, REASON_NOT_VERIFIED, STEP_READ_BACK, \
	"the device lists neither %s nor the holder, so this node may have been fenced after it " \
	"was registered; %s; " FENCE_CAUSE_MAY_STAY
#define FENCE_FAIL_TAKEN_BACK \
	STATUS_FAILED, REASON_CHANGED_SINCE, STEP_READ_BACK, \
		"unregistered again: %s was removed from %s meanwhile, so this node was fenced; " \
		"restart this " \
		"node"
#define FENCE_FAIL_NOT_TAKEN_BACK \
	STATUS_FAILED, REASON_CHANGED_SINCE, STEP_READ_BACK, \
		"registered, but %s was removed from %s meanwhile, so this node was fenced, and " \
		"it cannot " \
		"be unregistered: %s; restart this node"
#define FENCE_FAIL_ON_UNREAD(status, reason) \
	(status), (reason), STEP_READ_BACK, \
	"the final read failed, so this node may have been fenced after it was registered: %s; " \
	FENCE_CAUSE_MAY_STAY "; run 'on' again after the disk answers"
#define FENCE_FAIL_UNCONFIRMED \
	STATUS_FAILED, REASON_NOT_DONE, STEP_READ_BACK, \
	"unregistered again: %s does not show whether this node was fenced meanwhile; run 'on' " \
	"again after that disk answers"
#define FENCE_FAIL_UNCONFIRMED_STAYS \
	STATUS_FAILED, REASON_NOT_DONE, STEP_READ_BACK, \
	"registered, but %s does not show whether this node was fenced meanwhile, and it cannot " \
	"be unregistered: %s; run 'on' again after both disks answer, or fence this node again"
#define FENCE_FAIL_NOT_RECORDED \
	STATUS_UNKNOWN, REASON_NOT_VERIFIED, STEP_READ_BACK, \
	"registered, but not recorded, so a later fence of this node would not be noticed: %s; " \
	"run 'on' again after that is repaired"
#define FENCE_WARN_RECORDS "cannot tell whether this node was fenced since it was started: %s"
#define FENCE_CAUSE_RENAMED \
	"%s led to this disk when 'on' registered this node there, and leads to another disk now"
#define FENCE_WARN_RENAMED \
	FENCE_CAUSE_RENAMED "; if the nodes still use this disk, name it too"
#define FENCE_FAIL_RENAMED \
	STATUS_DEVICE, REASON_REPLACED, STEP_RESOLVE, \
	FENCE_CAUSE_RENAMED "; name it too, or if it was given up, run 'on' on this node"
#define FENCE_FAIL_UNLISTED \
	STATUS_DEVICE, REASON_NOT_FOUND, STEP_RESOLVE, \
		"vgs shows no shared volume group on this disk, but 'on' has registered this " \
		"node there; bring the group back; if it was given up, run 'prctl unregister' " \
		"on the disk, or restart this node"
#define FENCE_FAIL_WATCHDOG \
	STATUS_CONFLICT, REASON_KEY_NOT_REGISTERED, STEP_READ, \
	"this node was fenced: %s is gone; %s; restart this node"
#define FENCE_FAIL_MONITOR_NO_KEY \
	STATUS_CONFLICT, REASON_KEY_NOT_REGISTERED, STEP_READ, \
		"a fence by this node would fail: its own key is unknown; set key, or give this " \
		"machine's " \
		"name a key in " KEYS_FILE
#define FENCE_FAIL_MONITOR_FENCED \
	STATUS_CONFLICT, REASON_KEY_NOT_REGISTERED, STEP_READ, \
		"a fence by this node would fail: it was fenced itself, and %s is gone; %s; " \
		"restart this node"
#define FENCE_FAIL_MONITOR_OMITTED \
	STATUS_UNKNOWN, REASON_NOT_VERIFIED, STEP_READ, \
	"a fence by this node may fail: the device lists neither %s nor the holder; %s; run 'on' " \
	"on this node"
#define FENCE_FAIL_MONITOR_NOT_IN \
	STATUS_CONFLICT, REASON_KEY_NOT_REGISTERED, STEP_READ, \
	"a fence by this node would fail: %s is not registered; %s; run 'on' on this node"
#define FENCE_FAIL_MONITOR_NOT_RESERVED \
	STATUS_CONFLICT, REASON_NOT_RESERVED, STEP_READ, \
	"nothing is reserved, so a node without a key can write; run 'on' on a registered node"
#define FENCE_FAIL_MONITOR_TYPE \
	STATUS_CONFLICT, REASON_HELD_WITH_OTHER_TYPE, STEP_READ, \
	"a fence would fail: %s, a type that no standard defines and that might not stop the " \
	"node's writes; reserve with another type"
#define FENCE_FAIL_MONITOR_HOST \
	STATUS_CONFLICT, REASON_OTHER_KEY_REGISTERED, STEP_READ, \
	"a fence would fail: %s"
#define FENCE_FAIL_MONITOR_NO_PROOF \
	STATUS_UNKNOWN, REASON_ABORT_NOT_PROVEN, STEP_READ, \
	"a fence would fail, because it cannot prove an abort: %s"
#define FENCE_FAIL_MONITOR_OTHER \
	STATUS_CONFLICT, REASON_KEY_NOT_REGISTERED, STEP_READ, \
	"a fence by the node of %s would fail: that key is registered on %s, but not here; run " \
	"'on' on that node"
#define FENCE_FAIL_MONITOR_OTHER_HERE \
	STATUS_CONFLICT, REASON_OTHER_KEY_REGISTERED, STEP_READ, \
	"a fence by the node of %s would fail: that key is registered here, but not on %s, the " \
	"disk that decides the fence (lowest WWID); if that disk is new, run 'on' on that node, " \
	"or restart it"
#define FENCE_FAIL_MONITOR_OTHER_NOT_IN \
	STATUS_CONFLICT, REASON_OTHER_KEY_REGISTERED, STEP_READ, \
	"a fence by the node of %s would fail: that key is registered here, but not on most of " \
	"the arbiters; run 'on' on that node, or restart it"
#define FENCE_FAIL_MONITOR_OTHER_LACKS \
	STATUS_CONFLICT, REASON_KEY_NOT_REGISTERED, STEP_READ, \
	"a fence by the node of %s would fail: that key is registered on most of the arbiters, " \
	"but not here; run 'on' on that node"
#define FENCE_FAIL_HOST_UNKNOWN \
	STATUS_FAILED, REASON_NOT_DONE, STEP_READ_BACK, \
	"%s"
#define FENCE_WARN_NODE_CANNOT_WRITE \
	"%s, so this node cannot write; for a cluster use a registrants-only type"
#define FENCE_WARN_PATH_WITHOUT_KEY \
	"%s is not registered on the path %s, so writes by that path fail; run 'on'"
#define FENCE_WARN_ABORT_OPEN \
	"an abort of %s is not proven, so its commands may still complete; run off again"
#define FENCE_WARN_OTHER_FENCE \
	"an abort of %s is not proven; this fence does not need the proof, but a fence of that " \
	"node does"
#define FENCE_FAIL_READ_AGAIN(status, reason) \
	(status), (reason), STEP_READ_BACK, \
	"done, but the final read failed: %s; fence again"
#define FENCE_CAUSE_OWN_KEY \
	"%s, this node's key, is also the key of %s, which can write; give each host its own key"
#define FENCE_CAUSE_OWN_KEY_TOO_OFTEN \
	"%s, this node's key, has more registrations than this node has paths, and the device " \
	"does not say by which host; give each host its own key"
#define FENCE_CAUSE_VICTIM \
	"%s, which had %s, is still registered with %s and can write; preempt that key as well"
#define FENCE_CAUSE_NO_NAMES \
	"%s is registered with %s, and " KEYS_FILE " names no nodes; check that it is not the " \
	"fenced node"
#define FENCE_CAUSE_NO_NODE \
	"%s is registered with %s, which " KEYS_FILE " does not name, and can write; add its " \
	"name there, or preempt that key"
#define FENCE_CAUSE_KEY_OF_TWO "%s is the key of two hosts, %s and %s; give each host its own key"
#define FENCE_CAUSE_UNHEARD_OF \
	"%s may be mistyped: no disk that answers, no record and no line of " KEYS_FILE " has " \
	"it; give the node's key a name there"
#define FENCE_CAUSE_OMITTED \
	"the device does not list the holder, so a host that is not listed may be able to write; %s"
#define FENCE_CAUSE_FIRST_MISSING \
	"%s was not found, and it may be the disk that decides the fence (lowest WWID)"
#define FENCE_CAUSE_FIRST_UNUSABLE \
	"%s cannot be used, and it is the disk that decides the fence (lowest WWID)"
#define FENCE_CAUSE_FIRST_LOST "fencing failed on %s, the disk that decides the fence (lowest WWID)"
#define FENCE_CAUSE_ARBITERS_WRONG "the arbiters cannot be used"
#define FENCE_CAUSE_ARBITERS_FEW \
	"this node can ask only %zu of %zu arbiters, and %zu are needed"
#define FENCE_CAUSE_ARBITERS_LOST \
	"this node won only %zu of %zu arbiters, and %zu are needed"
#define FENCE_CAUSE_ARBITER_GONE \
	"this node's key is not registered on %s, which is an arbiter and a shared disk"
#define FENCE_CAUSE_ARBITERS_NOT_IN \
	"this node's key is registered on only %zu of %zu arbiters, and %zu are needed"
#define FENCE_FAIL_ARBITER_TWICE \
	STATUS_DEVICE, REASON_NOT_WHOLE_LUN, STEP_RESOLVE, \
	"this arbiter is the same disk as %s; nothing was sent; name different disks"
#define FENCE_FAIL_ARBITER_NOT_IN \
	STATUS_CONFLICT, REASON_KEY_NOT_REGISTERED, STEP_READ, \
	"%s is not registered, so this arbiter does not count; %s; run 'on' on this node"
#define FENCE_FAIL_ARBITER_UNCONFIRMED \
	STATUS_CONFLICT, REASON_KEY_NOT_REGISTERED, STEP_READ, \
	"%s is registered, but 'on' has not confirmed it, so this arbiter does not count; %s; " \
	"run 'on' on this node"
#define FENCE_FAIL_ARBITER_OMITS \
	STATUS_UNKNOWN, REASON_NOT_VERIFIED, STEP_READ, \
	"the device lists neither %s nor the holder, so this arbiter does not count; %s"
#define FENCE_FAIL_ARBITER_LEFT \
	STATUS_CONFLICT, REASON_KEY_NOT_REGISTERED, STEP_READ, \
	"a fence has removed %s, so this arbiter does not count for this node; %s; restart this " \
	"node, or use rejoin=1 if nothing on it has used the disks"
#define FENCE_WARN_ARBITER "this arbiter does not count: %s"
#define FENCE_USAGE_ARBITERS_EVEN "arbiters must be an odd number of disks"
#define FENCE_USAGE_ARBITER_TWICE "arbiters: %s is named twice"
#define FENCE_USAGE_NAME_UNKNOWN "%s '%s': no such name in " KEYS_FILE
#define FENCE_USAGE_NAME_AMBIGUOUS \
	"%s '%s': %s and another name in " KEYS_FILE " fit; give the node's name as it is there"
#define FENCE_USAGE_TWINS \
	"%s and %s may be two names of one node; give each node one name and one key in " KEYS_FILE
#define FENCE_USAGE_NAME_IGNORED "%s '%s': %s"
#define FENCE_USAGE_LIST_IGNORED "the nodes are unknown: %s"
#define FENCE_USAGE_KEY_VALUE "key_value must be id or hash"
#define FENCE_USAGE_NO_CLUSTER \
	"key_value: %s names no cluster, or no nodes; give the nodes keys in " KEYS_FILE
#define FENCE_USAGE_CLUSTER_LARGE "key_value: %s has more than 10000 nodes"
#define FENCE_USAGE_CLUSTER_IGNORED "key_value: ignoring %s: %s"
#define FENCE_USAGE_KEY_TWICE \
	"key_value: %s and %s have the same key; use key_value=id, or give the nodes keys in " \
	KEYS_FILE
#define FENCE_USAGE_KEY_ZERO \
	"key_value: the key of %s would be 0x0; use key_value=hash, or give the nodes keys in " \
	KEYS_FILE
#define FENCE_NOTE_KEYS "the keys are made of the nodes of %s"
#define FENCE_WHY_KEYS_FILE KEYS_FILE " has the keys"
#define FENCE_USAGE_NO_OWN_KEY \
	"this node's own key is unknown; set key, or give this machine's name, %s, a key " \
	"in " KEYS_FILE
#define FENCE_USAGE_OWN_KEY_IGNORED "this node's own key is unknown: %s; set key"
#define FENCE_DONE_REGISTERED "%s is registered; %s"
#define FENCE_CAUSE_RESERVE_UNCLEAR "RESERVE was sent, and may have taken effect"
#define FENCE_DONE_NOT_REGISTERED "%s is not registered; %s"
#define FENCE_USAGE_NO_PLUG "plug is missing: which node to fence"
#define FENCE_USAGE_FENCES_ITSELF "%s is this node's own key; a node cannot fence itself"
#define FENCE_USAGE_ON_ELSEWHERE "'on' only works for the local node: its key is %s, not %s"
#define FENCE_USAGE_NO_PLUG_FOR_STATUS "plug is missing: which node to report"
#define FENCE_USAGE_ACTION "unknown action '%s'"
#define FENCE_USAGE_ACTION_MISSPELT \
	"unknown parameter '%s' may be meant as the action; nothing was sent; use action=WORD"
#define FENCE_USAGE_ACTION_EMPTY "action is empty; name one, or leave it out for 'off'"
#define FENCE_USAGE_WITH_ACTION "%s cannot be used with action"
#define FENCE_USAGE_TYPE "unknown type '%s'"
#define FENCE_USAGE_POWER_TIMEOUT "power_timeout must be a number of seconds greater than 0"
#define FENCE_USAGE_DELAY "delay must be a number of seconds"
#define FENCE_USAGE_NO_DEVICES \
	"devices is missing, and there is no shared volume group; name the shared disks"
#define FENCE_USAGE_DEVICES_EMPTY "devices names no disk; name the shared disks"
#define FENCE_USAGE_GROUPS "devices is missing, and %s cannot list the shared volume groups: %s"
#define FENCE_WHY_NO_ANSWER "no answer within half of power_timeout"
#define FENCE_WHY_EXIT "it ended with a failure"
#define FENCE_USAGE_GROUPS_PARTIAL \
	"devices is missing, and the shared volume group %s lacks a disk; bring it back, or name " \
	"the disks"
#define FENCE_USAGE_GROUPS_REPLY \
	"devices is missing, and vgs printed what fence_prctl cannot read: '%s'"
#define FENCE_USAGE_DEVICES_FILE "devices: cannot use the file %s: %s"
#define FENCE_WHY_NO_DEVICE "it names no device"
#define FENCE_NO_MEMORY "out of memory"
#define FENCE_STOPPED "stopped by a signal; nothing was sent"
#define FENCE_INPUT_OPEN "timed out reading standard input"
#define FENCE_INPUT_LONG "standard input is too long"
#define FENCE_INPUT_NUL "standard input contains a NUL byte"
#define FENCE_INPUT_UNREAD "cannot read standard input: %s"
#define FENCE_USAGE_ARGUMENT "unexpected argument '%s'"
#define FENCE_USAGE_OPTION "unknown option '%s'; try fence_prctl --help"
#define FENCE_USAGE_OPTION_VALUE "option %s requires a value"
#define FENCE_USAGE_OPTION_NO_VALUE "option %s takes no value"
#define FENCE_OUTPUT "cannot write to standard output"
#define FENCE_WARN_PARAMETER "ignoring unknown parameter '%s'"
#define FENCE_WARN_NO_EFFECT "parameter %s has no effect: %s"

#endif
