/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every message, once, by exit status; a decision names it.
 * FAIL: the arguments of result_fail() from the status to the format. WARN: the format of
 * result_warn(). USAGE: that of usage_fail(), or what a command's check returns. DONE: what is
 * said of success. ADVICE, CAUSE: a clause of another message.
 * The compiler checks each format where it is used.
 *
 * The DIAGNOSTICS of man/prctl.8 list them all, and those of man/fence_prctl.8 the ones that
 * begin with FENCE; tests/host/messages.awk compares. It knows strings, and names from above.
 */
#ifndef MESSAGES_H
#define MESSAGES_H

/* Parts of messages: what to do next */
#define ADVICE_KEY_ZERO \
	"that key was left by another tool; --ignore-key registers in its place, or unregisters it"
#define ADVICE_GIVE_KEY "give the key that is there as %s"
#define ADVICE_NOT_UNREGISTERED "nothing to unregister under that key"
#define ADVICE_REGISTER_FIRST "register it first"
#define ADVICE_WAIT_OR_PREEMPT "it must release, or be preempted"
#define ADVICE_NEED_NOT_HOLD "registered hosts may write without holding it"
#define ADVICE_NOT_RELEASED "only a registered host can release"
#define ADVICE_NOT_PREEMPTED "only a registered host can preempt"
#define ADVICE_NOT_CLEARED "only a registered host can clear"
#define ADVICE_RESERVE "reserve, to keep out who is not registered"
#define ADVICE_IF_REGISTERED "--if-registered takes that for done"
#define ADVICE_AGAIN "run it again"
#define ADVICE_MORE_TIME "look for a dead path, or give it more time"
#define ABORT_CONFIRM "if its host is off or was rebooted since, use preempt-abort --confirmed-off"
#define ABORT_WAY_OUT "repeat it to prove it, or " ABORT_CONFIRM
#define ADVICE_OPTIONS_AFTER "options stand behind COMMAND"

/* 1: prctl itself failed */
#define PRCTL_JSON "--json cannot be had, and nothing was done: %s"
#define PRCTL_OUTPUT "cannot write to standard output: %s"

/* 2: wrong command line */
#define USAGE_NAME_UNKNOWN "--%s '%s': %s%s, and %s"
#define USAGE_KEY "--%s '%s': %s"
#define USAGE_TYPE_NUMBER "--type '%s': SCSI, NVMe and the kernel number the types differently; %s"
#define USAGE_TYPE_UNKNOWN "--type '%s': no such type"
#define USAGE_TIMEOUT "--timeout '%s': a number of seconds from 0 to %d"
#define USAGE_JOBS "--jobs '%s': a number from 1 to %d"
#define USAGE_COLUMN_TWICE "--output: column '%s' stands there twice"
#define USAGE_COLUMN_UNKNOWN "--output: no such column '%s'"
#define USAGE_NO_DEVICE "a DEVICE is missing"
#define USAGE_OPTION_TWICE "'%s': an option stands twice that may be given once"
#define USAGE_EMPTY_DEVICE "a DEVICE is empty"
#define USAGE_NO_SUCH_COMMAND "'%s' is no command"
#define USAGE_LIST "--list: name one of"
#define USAGE_NO_COMMAND "a command is missing"
#define USAGE_NO_OWN_KEY "--key OWN is missing"
#define USAGE_NO_TYPE "--type TYPE is missing"
#define USAGE_JSON_WITH_COLUMNS \
	"--json has everything, and no columns: --output and --noheadings are for the table"
#define USAGE_NO_VICTIM "--victim KEY is missing"
#define USAGE_VICTIM_IS_OWN "--victim is this host's own key; unregister removes that"
#define USAGE_ALL_IF_REGISTERED "--if-registered names no key with --victim all"
#define USAGE_ALL_UNRESERVED "--victim all needs a reservation, and --unreserved does without"
#define USAGE_ALL_CONFIRMED_OFF "--confirmed-off cannot be used with --victim all: name the key"
#define USAGE_CONFIRMED_OFF_NO_LOG "--confirmed-off cannot be used with --no-log"
#define USAGE_NO_NEW_KEY "--key NEW is missing"
#define USAGE_OLD_KEY_OR_IGNORE "--old-key and --ignore-key contradict each other"
#define USAGE_NO_KEY_OR_IGNORE "--key OWN or --ignore-key is missing"
#define USAGE_OPTION_UNKNOWN "unrecognized option '--%s'"
#define USAGE_OPTION_AMBIGUOUS "option '--%s' is ambiguous; it may be '--%s' or '--%s'%s"
#define USAGE_OPTION_ARGUMENT "option '--%s' requires an argument"
#define USAGE_OPTION_NO_ARGUMENT "option '--%s' doesn't allow an argument"
#define USAGE_LETTER_UNKNOWN "unrecognized option '-%c'"
#define USAGE_LETTER_ARGUMENT "option '-%c' requires an argument"

/* 2: the same, after "--key 'TEXT': " */
#define USAGE_KEY_OR_IGNORE "--key and --ignore-key contradict each other"
#define USAGE_KEY_NO_PREFIX "a key begins with 0x (10 is sixteen to one tool and ten to another)"
#define USAGE_KEY_NO_DIGITS "a key is 0x and 1 to 16 hexadecimal digits"
#define USAGE_KEY_BAD_DIGIT "a key is 0x and hexadecimal digits, and nothing else"
#define USAGE_KEY_TOO_LONG "a key has at most 16 hexadecimal digits"
#define USAGE_KEY_ZERO "0x0 is not a key: it stands for \"not registered\""

/* 2: the same, of the file of names */
#define NAMES_LETTER "a name begins with a letter"
#define NAMES_CHARACTERS "a name has letters, digits, '-', '_' and '.', and nothing else"
#define NAMES_TOO_LONG "a name has at most 64 characters"
#define NAMES_TAKEN "'all' and 'none' are no names: they have a meaning of their own"
#define NAMES_LINE "a line is a key and a name"
#define NAMES_KEY_TWICE "the key 0x%llx has a name already: %s"
#define NAMES_NAME_TWICE "the name %s has a key already: 0x%llx"
#define NAMES_NUL "it has a NUL in it"
#define NAMES_NOT_A_FILE "it is not a file"
#define NAMES_NOT_ROOT "it does not belong to root"
#define NAMES_WRITABLE "others than root may write to it"

/* 3: conflict */
#define FAIL_CHECK_DISK(reason) \
	STATUS_CONFLICT, (reason), STEP_READ, \
	"%s; %s"
#define FAIL_CHECK_NO_PATH(reason) \
	STATUS_CONFLICT, (reason), STEP_READ, \
	"%s is not registered on %s; %s"
#define FAIL_CHECK_TYPE(reason) \
	STATUS_CONFLICT, (reason), STEP_READ, \
	"%s, not %s; %s is registered"
#define FAIL_RELEASE_BY_OTHER \
	STATUS_CONFLICT, REASON_HELD_BY_OTHER, STEP_READ_BACK, \
	"%s still; %s; only the holder can release"
#define FAIL_CONFLICT_OTHER_KEY \
	STATUS_CONFLICT, REASON_OTHER_KEY_REGISTERED, STEP_CHANGE, \
	"the device answers reservation conflict: this path is registered with another key; %s; " \
	"name it with --old-key, or replace whatever is there with --ignore-key"
#define FAIL_HELD_BY_SAME_KEY \
	STATUS_CONFLICT, REASON_HELD_BY_OTHER, STEP_CHANGE, \
	"%s; %s may be another host's key, too; give each host its own"
#define FAIL_NOT_ON_THIS_PATH \
	STATUS_CONFLICT, REASON_KEY_NOT_REGISTERED, STEP_CHANGE, \
	"%s is registered, but not through this path; %s; register on it first"
#define FAIL_CONFLICT_UNEXPLAINED \
	STATUS_CONFLICT, REASON_REFUSED, STEP_CHANGE, \
	"the device answers reservation conflict, though nothing that it lists forbids it; %s; " \
	"%s; look with status, and try again"
#define FAIL_LEGACY_RESERVED(step) \
	STATUS_CONFLICT, REASON_LEGACY_RESERVED, (step), \
	"the device answers reservation conflict even to reading: a host holds it by RESERVE(6) " \
	"or RESERVE(10), the older kind, which prctl does not break; that host must release it"
#define FAIL_UNREGISTER_NO_PATH \
	STATUS_CONFLICT, REASON_KEY_NOT_REGISTERED, STEP_CHANGE, \
	"%s is not registered on any path of this map%s%s; %s"
#define FAIL_OWN_KEY(reason) \
	STATUS_CONFLICT, (reason), STEP_CHANGE, \
	"%s; %s; %s"
#define FAIL_KEY_OF_OTHER_HOST \
	STATUS_CONFLICT, REASON_OTHER_KEY_REGISTERED, STEP_CHANGE, \
	"%s is registered by another host: %s; a fence of one would hit both; give each host a " \
	"key of its own"
#define FAIL_REGISTERED_WITH_OTHER \
	STATUS_CONFLICT, REASON_OTHER_KEY_REGISTERED, STEP_CHANGE, \
	"this host is registered with %s; %s; --old-key 0x%llx replaces it"
#define FAIL_OLD_KEY_LOST \
	STATUS_CONFLICT, REASON_KEY_NOT_REGISTERED, STEP_CHANGE, \
	"%s, so there is nothing to replace; %s; register without --old-key to join anew"
#define FAIL_HOLDER \
	STATUS_CONFLICT, REASON_HOLDER, STEP_CHANGE, \
	"%s, and unregistering would drop the reservation while other hosts are registered: %s; " \
	"--release means it"
#define FAIL_HELD_WITH_OTHER_TYPE \
	STATUS_CONFLICT, REASON_HELD_WITH_OTHER_TYPE, STEP_CHANGE, \
	"%s, not %s; release it first"
#define FAIL_HELD_BY_OTHER \
	STATUS_CONFLICT, REASON_HELD_BY_OTHER, STEP_CHANGE, \
	"%s; %s; %s"
#define FAIL_ONLY_HOLDER_RELEASES \
	STATUS_CONFLICT, REASON_HELD_BY_OTHER, STEP_CHANGE, \
	"%s; %s; only the holder can release, and preempt takes over from it"
#define FAIL_RELEASE_OTHER_TYPE \
	STATUS_CONFLICT, REASON_HELD_WITH_OTHER_TYPE, STEP_CHANGE, \
	"%s, not %s; leave --type out to release that"
#define FAIL_VICTIM_IS_OWN_PATH \
	STATUS_CONFLICT, REASON_OTHER_KEY_REGISTERED, STEP_CHANGE, \
	"%s is the key of another path of this host, which that would cut off; %s; register one " \
	"key on every path first"
#define FAIL_ALL_NOT_RESERVED \
	STATUS_CONFLICT, REASON_NOT_RESERVED, STEP_CHANGE, \
	"nothing is reserved, and --victim all needs a reservation of an all-registrants type; " \
	"reserve first"
#define FAIL_NOT_RESERVED \
	STATUS_CONFLICT, REASON_NOT_RESERVED, STEP_CHANGE, \
	"nothing is reserved, so the victim could still write without its key; %s is " \
	"%sregistered; reserve first, or remove the key alone with --unreserved"
#define FAIL_NOT_ALL_REGISTRANTS \
	STATUS_CONFLICT, REASON_NOT_ALL_REGISTRANTS, STEP_CHANGE, \
	"%s, and --victim all needs an all-registrants type; name the victim's key"
#define FAIL_VICTIM_NOT_REGISTERED \
	STATUS_CONFLICT, REASON_VICTIM_NOT_REGISTERED, STEP_CHANGE, \
	"the victim's key %s is not registered; %s; %s"
#define FAIL_TYPE_NOT_KEPT \
	STATUS_CONFLICT, REASON_HELD_WITH_OTHER_TYPE, STEP_CHANGE, \
	"%s, which cannot be kept; name the one to take with --type"
#define FAIL_TYPE_UNKNOWN \
	STATUS_CONFLICT, REASON_HELD_WITH_OTHER_TYPE, STEP_CHANGE, \
	"%s, and it is not known whether that type stops the victim's writes; reserve with another type first"

/* 4: unsupported */
#define FAIL_NO_IGNORE_KEY \
	STATUS_UNSUPPORTED, REASON_OPTION_UNSUPPORTED, STEP_CHANGE, \
	"this device knows no --ignore-key for reserve (%s); register the key, then reserve " \
	"without it"
#define FAIL_DRIVER \
	STATUS_UNSUPPORTED, REASON_NO_RESERVATIONS, STEP_CHANGE, \
	"its driver knows no persistent reservations (%s)"
#define FAIL_NO_APTPL \
	STATUS_UNSUPPORTED, REASON_NO_POWER_LOSS_PERSISTENCE, STEP_CHANGE, \
	"the target cannot keep registrations through a power loss, which the kernel asks of " \
	"every register (%s); have the target keep them on disk"
#define FAIL_TYPE_UNSUPPORTED \
	STATUS_UNSUPPORTED, REASON_OPTION_UNSUPPORTED, STEP_CHANGE, \
	"the device does not support %s (%s); status --json lists the types that it does"
#define FAIL_NO_RESERVATIONS(step) \
	STATUS_UNSUPPORTED, REASON_NO_RESERVATIONS, (step), \
	"the device knows no persistent reservations (%s); enable them on the array, where it can"
#define FAIL_NOT_A_DISK \
	STATUS_UNSUPPORTED, REASON_NO_RESERVATIONS, STEP_OPEN, \
	"neither a SCSI disk nor an NVMe namespace: it has no persistent reservations; in a " \
	"virtual machine, pass the LUN through"

/* 5: device */
#define FAIL_MAP_OF_DIFFERENT_LUNS \
	STATUS_DEVICE, REASON_AMBIGUOUS, STEP_RESOLVE, \
	"its paths are different LUNs: %s is %s, and %s is %s; mend the map"
#define FAIL_PATH_OF_MAP \
	STATUS_DEVICE, REASON_PATH_OF_MAP, STEP_RESOLVE, \
	"a path of the multipath map %s, whose other paths a change here would leave behind; " \
	"--this-path means it"
#define FAIL_NO_SYSFS \
	STATUS_DEVICE, REASON_NOT_FOUND, STEP_RESOLVE, \
	"/sys is not mounted, and only there the kernel tells of devices; mount it"
#define FAIL_DEVICE_GONE \
	STATUS_DEVICE, REASON_NOT_FOUND, STEP_RESOLVE, \
	"the kernel does not know this device any more; look whether it came back under another " \
	"name"
#define FAIL_NOT_WHOLE_LUN \
	STATUS_DEVICE, REASON_NOT_WHOLE_LUN, STEP_RESOLVE, \
	"%s %s, and a reservation covers the whole LUN; name that, or give --whole-lun"
#define FAIL_NO_DEVICE \
	STATUS_DEVICE, REASON_NOT_FOUND, STEP_RESOLVE, \
	"no such device; status without a DEVICE lists those that there are"
#define FAIL_LOOK_UP(reason) \
	STATUS_DEVICE, (reason), STEP_RESOLVE, \
	"cannot look it up: %s (%s)"
#define FAIL_NOT_BLOCK_DEVICE \
	STATUS_DEVICE, REASON_NOT_BLOCK_DEVICE, STEP_RESOLVE, \
	"not a block device%s; name the disk's block device"
#define FAIL_TAG_SEARCH \
	STATUS_DEVICE, REASON_NOT_FOUND, STEP_RESOLVE, \
	"libblkid cannot look for it (%s); name the device"
#define FAIL_TAG_NOT_FOUND \
	STATUS_DEVICE, REASON_NOT_FOUND, STEP_RESOLVE, \
	"no device carries this %s, of those that can be read; name the device"
#define FAIL_TAG_AMBIGUOUS \
	STATUS_DEVICE, REASON_AMBIGUOUS, STEP_RESOLVE, \
	"devices of different LUNs carry this %s: %s; name the one that is meant"
#define FAIL_LUN_REPLACED \
	STATUS_DEVICE, REASON_REPLACED, STEP_RESOLVE, \
	"another LUN has taken the place of the one that was found: it was %s, and is %s; " \
	"nothing was sent to it; check which LUN is meant, and run it again"
#define FAIL_OTHER_LUN \
	STATUS_DEVICE, REASON_OTHER_LUN, STEP_READ, \
	"the device is another LUN now: the kernel has %s, and the device reports %s; nothing " \
	"was sent that changes it; rescan it, and check which LUN is meant"
#define FAIL_NO_PRIVILEGE_ALL_PORTS \
	STATUS_DEVICE, REASON_NO_PRIVILEGE, STEP_CHANGE, \
	"not permitted: this host's registration covers all target ports, and to change it " \
	"takes CAP_SYS_RAWIO, for the kernel's interface lacks ALL_TG_PT; run as root"
#define FAIL_NO_PRIVILEGE_CHANGE \
	STATUS_DEVICE, REASON_NO_PRIVILEGE, STEP_CHANGE, \
	"not permitted: it takes CAP_SYS_ADMIN (from kernel 6.5 on, or a device node that you " \
	"may write); run as root"
#define FAIL_NOT_MAPPED(step) \
	STATUS_DEVICE, REASON_NOT_MAPPED, (step), \
	"the LUN is no longer mapped to this host (%s); nothing was sent that changes it; map " \
	"it again, or delete this disk"
#define FAIL_NO_PRIVILEGE_READ(step) \
	STATUS_DEVICE, REASON_NO_PRIVILEGE, (step), \
	"not permitted to read reservations (%s): it takes %s; run as root"
#define FAIL_DISK_REPLACED \
	STATUS_DEVICE, REASON_REPLACED, STEP_OPEN, \
	"another disk has taken the place of the one that was found (%u:%u, disk sequence " \
	"number %llu before); nothing was sent; check which disk is meant, and run it again"
#define FAIL_OTHER_NODE \
	STATUS_DEVICE, REASON_REPLACED, STEP_OPEN, \
	"%s is not the node of device %u:%u; nothing was sent; name the device by a node that is"
#define FAIL_NO_NODE \
	STATUS_DEVICE, REASON_OPEN, STEP_OPEN, \
	"there is no %s here, the node of device %u:%u; nothing was sent; make it, or name the " \
	"device by the node that it has here"
#define FAIL_NO_PRIVILEGE_OPEN \
	STATUS_DEVICE, REASON_NO_PRIVILEGE, STEP_OPEN, \
	"not permitted to open it (%s); run as root"
#define FAIL_OPEN \
	STATUS_DEVICE, REASON_OPEN, STEP_OPEN, \
	"cannot open %s: %s (%s); nothing was sent"
#define FAIL_TYPE_UNREADABLE \
	STATUS_DEVICE, REASON_NO_PRIVILEGE, STEP_READ, \
	"the type that is held may not be read; name it with --type"

/* 6: failed */
#define FAIL_MAP_WITHOUT_PATH \
	STATUS_FAILED, REASON_PATH, STEP_RESOLVE, \
	"the multipath map has no path; bring one back"
#define FAIL_NO_MEMORY_FOR_DEVICE \
	STATUS_FAILED, REASON_NOT_SENT, STEP_RESOLVE, \
	"no memory to begin with it; nothing was sent; try again"
#define FAIL_CUT_SHORT_UNSENT \
	STATUS_FAILED, REASON_NOT_SENT, STEP_READ, \
	"%s while it was read; nothing was sent that changes it, and nothing will be; %s"
#define FAIL_CANNOT_RESOLVE \
	STATUS_FAILED, REASON_NOT_SENT, STEP_RESOLVE, \
	"cannot resolve it: %s (%s); nothing was sent; try again"
#define FAIL_CHECK_SOME_PATHS(reason) \
	STATUS_FAILED, (reason), STEP_READ, \
	"%s is registered on %zu of %zu paths, not on %s; %s; register on the map again"
#define FAIL_CHECK_HELD_BY_PATH \
	STATUS_FAILED, REASON_HELD_BY_ONE_PATH, STEP_READ, \
	"%s, through another path: writes fail through %s; use a type for registrants on " \
	"several paths"
#define FAIL_STALE_SESSION \
	STATUS_FAILED, REASON_NOT_DONE, STEP_READ_BACK, \
	"this path is not registered, but this host still is, by a session or a port that it no " \
	"longer has: %s; the target may let it write; register another key and preempt that " \
	"one, or preempt it from another host"
#define FAIL_ACCEPTED_NOT_DONE \
	STATUS_FAILED, REASON_NOT_DONE, STEP_READ_BACK, \
	"accepted, but not done: %s; %s; the device answers with success and changes nothing; " \
	"look at the device"
#define FAIL_RELEASE_NOT_FIRST \
	STATUS_FAILED, REASON_NOT_DONE, STEP_READ_BACK, \
	"accepted, but not done: %s still; this target lets only the first registrant release, " \
	"the one that reserved; release on that host, one of: %s"
#define FAIL_CHANGED_SINCE \
	STATUS_FAILED, REASON_CHANGED_SINCE, STEP_READ_BACK, \
	"done, then changed: now %s; %s%s; someone else is at work here: look with status"
#define FAIL_REFUSED \
	STATUS_FAILED, REASON_REFUSED, STEP_CHANGE, \
	"the device refuses the command: %s; %s; --verbose shows what was sent"
#define FAIL_NOT_DONE(reason) \
	STATUS_FAILED, (reason), STEP_CHANGE, \
	"not done after %d tries: %s; %s; %s; look at the path, and try again"
#define FAIL_NOT_READY_UNSENT(step) \
	STATUS_FAILED, REASON_NOT_SENT, (step), \
	"%s at every try until the deadline; nothing was sent that changes the device; check " \
	"the target, or use a longer --timeout"
#define FAIL_PATH_DEAD(step) \
	STATUS_FAILED, REASON_PATH, (step), \
	"%s; nothing was sent that changes the device; bring the path back"
#define FAIL_BAD_REPLY(step) \
	STATUS_FAILED, REASON_REPLY, (step), \
	"the device sends %s; nothing was sent that changes it; --verbose shows what was asked"
#define FAIL_IO_ERROR(step) \
	STATUS_FAILED, REASON_IO_ERROR, (step), \
	"%s; nothing was sent that changes the device; look at the path and the device, and try " \
	"again"
#define FAIL_RELEASE_PATH_DEAD \
	STATUS_FAILED, REASON_PATH, STEP_CHANGE, \
	"%s, through %s, and only that path can release it; bring it back, or preempt from " \
	"another host, or clear"
#define FAIL_PATHS_DISAGREE_UNSENT \
	STATUS_FAILED, REASON_PATHS_DISAGREE, STEP_READ, \
	"its paths disagree: %s; nothing was sent; look whether all lead to this LUN, and share " \
	"its reservations, or change one path with --this-path"
#define FAIL_PATHS_DISAGREE_DONE \
	STATUS_FAILED, REASON_PATHS_DISAGREE, STEP_READ_BACK, \
	"%s; but its paths disagree: %s; look whether all lead to this LUN, and share its " \
	"reservations, or change one path with --this-path"
#define FAIL_NO_MEMORY_FOR_PATHS \
	STATUS_FAILED, REASON_NOT_SENT, STEP_OPEN, \
	"no memory to ask its paths; nothing was sent; try again"
#define FAIL_REGISTER_CHANGED_SINCE \
	STATUS_FAILED, REASON_CHANGED_SINCE, STEP_READ_BACK, \
	"done, then changed: now %s is registered on %zu of %zu paths, and lacking on %s; %s; " \
	"someone else is at work here: look with status"
#define FAIL_REGISTER_SOME_PATHS \
	STATUS_FAILED, REASON_PATH, STEP_CHANGE, \
	"%s is registered on %zu of %zu paths, and lacking on %s; bring that back and register " \
	"again, or give --allow-partial"
#define FAIL_UNREGISTER_SOME_PATHS \
	STATUS_FAILED, REASON_PATH, STEP_CHANGE, \
	"registered still on %s; bring the path back and unregister again, or preempt its key " \
	"from another host"
#define FAIL_UNREGISTER_STALE \
	STATUS_FAILED, REASON_NOT_DONE, STEP_READ_BACK, \
	"this host is registered still, through no path of this map: %s; that is a session that " \
	"is gone, or a disk outside the map: unregister there, or preempt the key from another " \
	"host"
#define FAIL_INTERRUPTED \
	STATUS_FAILED, REASON_NOT_SENT, STEP_CHANGE, \
	"interrupted before it was sent; nothing was done"
#define FAIL_VICTIM_REGISTERED_AGAIN \
	STATUS_FAILED, REASON_CHANGED_SINCE, STEP_READ_BACK, \
	"%s was registered again meanwhile; %s; run it again"
#define FAIL_PATH_OFFLINE \
	STATUS_FAILED, REASON_PATH, STEP_OPEN, \
	"the path to the device is offline or gone (%s); bring it back; nothing was sent"

/* 6 or another one, as a path has failed */
#define FAIL_NO_PATH(status, reason, step) \
	(status), (reason), (step), \
	"no path %s: %s%s"

/* 7: unknown */
#define FAIL_CUT_SHORT_ACCEPTED \
	STATUS_UNKNOWN, REASON_NOT_VERIFIED, STEP_READ_BACK, \
	"accepted, not verified: %s while it was read back; look with status"
#define FAIL_CUT_SHORT_SENT \
	STATUS_UNKNOWN, REASON_OUTCOME_LOST, STEP_CHANGE, \
	"sent, then %s: the %s may have happened, and may still happen, later too; look with " \
	"status when the path is back"
#define FAIL_CUT_SHORT_RESET \
	STATUS_UNKNOWN, REASON_ABORT_NOT_PROVEN, STEP_READ_BACK, \
	"abort not proven: %s during LOGICAL UNIT RESET; the victim's key is gone, but commands " \
	"that it sent before may still be carried out; " ABORT_WAY_OUT
#define FAIL_CUT_SHORT_READ \
	STATUS_UNKNOWN, REASON_NOT_READ, STEP_READ, \
	"%s: what it holds is not known; %s"
#define FAIL_ABORT_NOT_PROVEN \
	STATUS_UNKNOWN, REASON_ABORT_NOT_PROVEN, STEP_READ_BACK, \
	"abort not proven: %s; the victim's key is gone, but commands that it sent before may " \
	"still be carried out; %s; " ABORT_WAY_OUT
#define FAIL_ABORT_NEVER_PROVEN \
	STATUS_UNKNOWN, REASON_ABORT_NOT_PROVEN, STEP_READ_BACK, \
	"abort not proven: %s; the victim's key is gone, but commands that it sent before may " \
	"still be carried out; %s; a repetition does not prove it: " ABORT_CONFIRM
#define FAIL_CHECK_PATHS_UNKNOWN \
	STATUS_UNKNOWN, REASON_NOT_VERIFIED, STEP_READ, \
	"%s is registered, but whether on %s the device does not tell; %s"
#define FAIL_CHECK_DISK_UNKNOWN \
	STATUS_UNKNOWN, REASON_NOT_VERIFIED, STEP_READ, \
	"%s: whether it is this host's the device does not tell; %s"
#define FAIL_UNREGISTER_UNCLEAR \
	STATUS_UNKNOWN, REASON_NOT_VERIFIED, STEP_READ_BACK, \
	"accepted, not verified: the device lists %s as before, and does not say whose it is; " \
	"%s; look with status"
#define FAIL_ACCEPTED_UNREAD \
	STATUS_UNKNOWN, REASON_NOT_VERIFIED, STEP_READ_BACK, \
	"accepted, not verified: the state cannot be read: %s; look with status as root"
#define FAIL_SENT_UNREAD \
	STATUS_UNKNOWN, REASON_OUTCOME_LOST, STEP_READ_BACK, \
	"sent, and answered with %s; the state cannot be read (%s), so the %s may have " \
	"happened, or may happen later; look with status"
#define FAIL_OUTCOME_LOST \
	STATUS_UNKNOWN, REASON_OUTCOME_LOST, STEP_CHANGE, \
	"answered with %s, and what the device lists does not tell whether it was done: %s; %s; " \
	"look with status"
#define FAIL_EARLIER_TRY(step) \
	STATUS_UNKNOWN, REASON_OUTCOME_LOST, (step), \
	"an earlier try of the %s may have been carried out; now: %s; check with status"
#define FAIL_ABORT_ANSWERED \
	STATUS_UNKNOWN, REASON_ABORT_NOT_PROVEN, STEP_READ_BACK, \
	"abort not proven: the victim's key is gone, but the command was answered with %s; " \
	"commands of the victim may still be carried out; %s; " ABORT_WAY_OUT
#define FAIL_NOT_READY_READ(step) \
	STATUS_UNKNOWN, REASON_NOT_READ, (step), \
	"%s at every try until the deadline; its state is unknown; check the target, or use a " \
	"longer --timeout"
#define FAIL_PATHS_DISAGREE_READ \
	STATUS_UNKNOWN, REASON_PATHS_DISAGREE, STEP_READ, \
	"its paths disagree: %s; look whether all lead to this LUN, and share its reservations"
#define FAIL_DISKS_DISAGREE \
	STATUS_UNKNOWN, REASON_PATHS_DISAGREE, STEP_READ, \
	"%s is a path of the same LUN, and they disagree: %s; look whether both lead to this " \
	"LUN, and share its reservations"

/* Parts of messages: what has happened */
#define CAUSE_RESET_PRIVILEGE "LOGICAL UNIT RESET needs CAP_SYS_ADMIN and CAP_SYS_RAWIO (%s)"
#define CAUSE_RESET_RECOVERY \
	"LOGICAL UNIT RESET was not sent, for the adapter is in error recovery (%s)"
#define CAUSE_RESET_FAILED "LOGICAL UNIT RESET through %s failed (%s)"
#define CAUSE_RESET_INTERRUPTED "interrupted before LOGICAL UNIT RESET was sent"
#define CAUSE_NVME_ABORT \
	"Preempt and Abort was not answered with success, and NVMe has no other proof"
#define CAUSE_NO_RESET "that takes LOGICAL UNIT RESET, which --no-reset forbids"
#define CAUSE_RESET_DRIVER "the driver %s is not known to send LOGICAL UNIT RESET to the target"
#define CAUSE_RESET_LOCK "cannot lock %s for LOGICAL UNIT RESET (%s)"
#define CAUSE_RECORDS_FULL "there is no room for another record"
#define CAUSE_NO_WWID "the kernel does not tell its WWID"
#define CAUSE_INTERRUPTED_AGAIN "interrupted before it was sent again"
#define CAUSE_NOT_MAPPED "the LUN is no longer mapped to this host (%s)"
#define CAUSE_NO_RESERVATIONS "it has no reservations: %s"
#define CAUSE_DIED_OF "prctl's working process died of SIG%s"
#define CAUSE_ENDED_WITH "prctl's working process ended with %d"
#define CAUSE_DIED "prctl's working process died"
#define CAUSE_INTERRUPTED_BY "interrupted by SIG%s"
#define CAUSE_NO_ANSWER "no answer within %.3g s"

/* The same, of /run/prctl */
#define STORE_LOCKED "%s: another process keeps it locked"
#define STORE_IGNORED "%s/%s is not believed: %s"
#define STORE_NOT_OURS "it is not a file of prctl's"
#define STORE_VERSION "it is of another version of prctl"
#define STORE_OTHER_LUN "it is not of this LUN"
#define STORE_AFTER_END "it goes on after its end"
#define STORE_BAD_LINE "a line of it makes no sense"
#define STORE_CUT "it is cut off"
#define STORE_TOO_LONG "it is too long"
#define STORE_NUL "it has a NUL in it"
#define STORE_NO_MEMORY "no memory"
#define STORE_NOT_A_DIRECTORY "%s is not believed: it is not a directory; remove it"

/* Warnings */
#define WARN_PATH_OF_MAP "a path of the multipath map %s, which has others"
#define WARN_TAG_ON_PATHS "%s stands on several paths of one LUN: %s; %s is used"
#define WARN_HELD_BY_PATH "%s, through another path: writes fail through %s"
#define WARN_DEAD_PATHS_LISTED \
	"the key is listed for paths that do not answer: %s; look at those paths"
#define WARN_VICTIM_HAS_OTHER_KEY \
	"%.*s, which had %s, is registered with %s too, and may write on; preempt that key, too"
#define WARN_KEY_OF_OTHER_HOST \
	"%s is the key of %.*s, too: who preempts one preempts both; give each host its own"
#define WARN_TYPE_NOT_USED "--type %s had no effect, for the victim did not hold: %s"
#define WARN_VICTIM_CAN_WRITE \
	"nothing is reserved, so the victim can write without its key; reserve, to keep it out"
#define WARN_REGISTERED_ELSEWHERE \
	"this host is still registered through another path: %s; unregister there, too"
#define WARN_DONE_DESPITE "the device answered %s, and shows it done all the same"
#define WARN_PATHS_REREGISTERED \
	"this host's other paths lost their registrations with all others, and have them again: " \
	"%s; writes through them failed in between"
#define WARN_HELD_THROUGH_PATH \
	"%s binds to one path, %s: writes through the others will fail; the types for " \
	"registrants suit a multipath map"
#define WARN_PATHS_NOT_REGISTERED \
	"these paths are not registered, and writes through them will fail: %s; register on the " \
	"map again"
#define WARN_DONE_THROUGH "done through %s, after it failed through %s"
#define WARN_PATH_SILENT "no answer through %s; look at that path"
#define WARN_PATHS_DISAGREE "its paths disagree after this change: %s"
#define WARN_MULTIPATHD \
	"multipathd would not register a path that comes back: with \"reservation_key file\" in " \
	"multipath.conf, run: multipathd setprkey map %s key 0x%llx && multipathd setprstatus " \
	"map %s"
#define WARN_PATHS_LACK_KEY "these paths lack %s: %s; register again when they are back"
#define WARN_ABORT_NOT_RECORDED "the abort is not recorded, so another run will not know of it: %s"
#define WARN_RECORDS_NOT_USED "what is recorded of earlier aborts is not used: %s"
#define WARN_NOT_RECORDED "what was done is not recorded: %s"
#define WARN_ABORT_CONFIRMED \
	"the device has not proven the abort; it is confirmed on the command line"
#define WARN_NAMES_IGNORED "%s is not believed: %s; keys have no names"
#define WARN_NAMES_UNREAD "%s cannot be read; keys have no names"
#define WARN_LOG "the system's log lacks %zu line%s of this: %s"

/* 0: done */
#define DONE_WAS_REGISTERED "%s was registered already"
#define DONE_NOTHING_REGISTERED "nothing was registered"
#define DONE_WAS_RESERVED "was reserved already, %s, by %s"
#define DONE_NOTHING_RESERVED "nothing was reserved"
#define DONE_VICTIM_GONE "%s was not registered; %s"
#define DONE_VICTIM_ABORTED "%s was not registered, and its commands are aborted; %s"
#define DONE_VICTIM_OFF "%s was not registered, and its host is confirmed to be off; %s"
#define DONE_NOBODY_ELSE "nobody else is registered; %s"
#define DONE_ALL_ABORTED "nobody else is registered, and the commands of all others are aborted; %s"
#define DONE_NOTHING "nothing to do"
#define DONE_AND_RESET "%s; LOGICAL UNIT RESET done"
#define DONE_PREEMPTED_OFF "preempted %s, and its host is confirmed to be off; %s"
#define DONE_REPLACED "registered %s in place of %s"
#define DONE_REGISTERED "registered %s"
#define DONE_NOTHING_UNREGISTERED "nothing was registered; %s"
#define DONE_UNREGISTERED "unregistered %s; %s"
#define DONE_WAS_REGISTERED_ON "%s was registered already on %zu paths"
#define DONE_REGISTERED_ON "registered %s on %zu paths"
#define DONE_REGISTERED_ON_SOME "registered %s on %zu of %zu paths"
#define DONE_CHECKED_PATHS "%s is registered on %zu paths; %s"
#define DONE_CHECKED "%s is registered; %s"

/* The fence agent */
#define FENCE_FAIL_STOPPED_BY_SIGNAL \
	STATUS_FAILED, REASON_NOT_SENT, STEP_CHANGE, \
	"nothing was sent: stopped by SIG%s"
#define FENCE_FAIL_CANNOT_BEGIN \
	STATUS_FAILED, REASON_NOT_SENT, STEP_RESOLVE, \
	"nothing was sent: prctl could not begin: %s (%s)"
#define FENCE_FAIL_NOT_ATTEMPTED \
	STATUS_FAILED, REASON_NOT_SENT, STEP_CHANGE, \
	"nothing was sent: %s"
#define FENCE_FAIL_VICTIM_CAME_BACK \
	STATUS_FAILED, REASON_CHANGED_SINCE, STEP_READ_BACK, \
	"done, and then %s was registered again; %s"
#define FENCE_FAIL_RESERVATION_GONE \
	STATUS_FAILED, REASON_CHANGED_SINCE, STEP_READ_BACK, \
	"done, and then the reservation was given up: %s can write without its key"
#define FENCE_FAIL_HOST_UNKNOWN \
	STATUS_FAILED, REASON_NOT_DONE, STEP_READ_BACK, \
	"%s"
#define FENCE_WARN_NODE_CANNOT_WRITE \
	"%s, and so this node cannot write; the types for registrants suit a cluster"
#define FENCE_WARN_ABORT_OPEN \
	"an abort of %s is not proven, and its commands may still be carried out; run off again"
#define FENCE_FAIL_READ_AGAIN(status, reason) \
	(status), (reason), STEP_READ_BACK, \
	"done, and when it was read again: %s"
#define FENCE_CAUSE_OWN_KEY \
	"%s, this node's key, is also that of %s, which may write; give each host a key of its own"
#define FENCE_CAUSE_OWN_KEY_TOO_OFTEN \
	"%s, this node's key, is registered more often than this node has paths, and the device " \
	"does not list by which host; give each host a key of its own"
#define FENCE_CAUSE_VICTIM \
	"%s, which had %s, is registered with %s still, and may write; preempt that key, too"
#define FENCE_CAUSE_NO_NAMES \
	"%s is registered with %s, and no node has a name in " KEYS_FILE ": see that it is not " \
	"the node that was fenced"
#define FENCE_CAUSE_NO_NODE \
	"%s is registered with %s, which is no node's key in " KEYS_FILE ", and may write; add " \
	"its name there, or preempt that key"
#define FENCE_CAUSE_KEY_OF_TWO \
	"%s is the key of %s and of %s, which are different hosts; give each host a key of its own"
#define FENCE_CAUSE_FIRST_MISSING \
	"%s was not found, and may have the lowest WWID, which comes first"
#define FENCE_CAUSE_FIRST_LOST "%s, which has the lowest WWID, comes first, and was not won"
#define FENCE_USAGE_NO_SUCH_NAME "%s: no key is called '%s': %s"
#define FENCE_CAUSE_NOT_IN_FILE \
	"" KEYS_FILE " has no such name"
#define FENCE_USAGE_KEY "%s: '%s': %s"
#define FENCE_USAGE_NO_OWN_KEY \
	"this node's own key is not known: give it as key, or give this machine's name, %s, a " \
	"key in %s%s%s"
#define FENCE_USAGE_NO_PLUG "plug is missing: the node that is to be fenced"
#define FENCE_USAGE_FENCES_ITSELF "%s is this node's own key: a node cannot fence itself"
#define FENCE_USAGE_ON_ELSEWHERE "a node can let in itself alone: this one's key is %s, not %s"
#define FENCE_USAGE_NO_PLUG_FOR_STATUS "plug is missing: the node whose status is asked for"
#define FENCE_USAGE_ACTION "action: there is no '%s'"
#define FENCE_USAGE_TYPE "type: there is no '%s'"
#define FENCE_USAGE_POWER_TIMEOUT "power_timeout: a number of seconds, more than 0"
#define FENCE_USAGE_DELAY "delay: a number of seconds"
#define FENCE_USAGE_NO_DEVICES "devices is missing: the shared disks"
#define FENCE_NO_MEMORY "no memory"
#define FENCE_STOPPED "stopped by a signal; nothing was sent"
#define FENCE_INPUT_OPEN "standard input does not end"
#define FENCE_INPUT_UNREAD "cannot read standard input: %s"
#define FENCE_USAGE_ARGUMENT "'%s' is no option"
#define FENCE_USAGE_OPTION "there is no option '%s'; try fence_prctl --help"
#define FENCE_USAGE_OPTION_VALUE "the option %s takes a value"
#define FENCE_OUTPUT "cannot write to standard output"
#define FENCE_WARN_PARAMETER "the parameter '%s' is not known, and ignored"

#endif
