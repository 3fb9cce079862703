// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How a node is unfenced: node1 is this host with 0xa. LUN a decides. The requests in their
 * order, and the messages.
 */
#include "played.h"

static struct name list[] = { { 0xa, "node1" }, { 0xb, "node2" }, { 0xc, "node3" } };
static const struct key_names names = { .list = list, .count = 3 };

#define FREE EMPTY(1)
#define ALONE STATE(2, WERO, 0xa, OWN(0xa, Y))
#define BOTH STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xb, N))
#define HOLDS_2 STATE(1, WERO, 0xb, OWN(0xa, N), OTHER(0xb, Y))
#define ONLY_2 STATE(1, WERO, 0xb, OTHER(0xb, Y))
#define HIDES STATE(1, WERO, 0, OTHER(0xb, U))
#define OPEN STATE(1, RESV_NONE, 0, OWN(0xa, N))
#define CLOSED STATE(1, WE, 0xb, OTHER(0xb, Y))

/* A LUN on which this node has registered a key in this boot, or in an earlier one. */
#define HAD(key, ...) { .records.own = key, .records.boot = BOOT, .state = __VA_ARGS__ }
#define BEFORE(...) { .records.own = 0xa, .records.boot = "earlier", .state = __VA_ARGS__ }
#define NEW(...) { .state = __VA_ARGS__ }
/* One on which "on" has unfenced this node, by that name. */
#define UNFENCED(name, ...) { .records = { .own = 0xa, .boot = BOOT, .unfenced_boot = BOOT, \
	.names = { name } }, .state = __VA_ARGS__ }
#define AS_2 STATE(1, WERO, 0xb, OWN(0xb, Y))
#define UNREAD_AGAIN "the final read failed, so this node may have been fenced after it was " \
	"registered: played: fails; its registration may stay; run 'on' again after the disk " \
	"answers\n"
#define UNREAD_LEFT "the final read failed, so this node may have been fenced after it was " \
	"registered: played: fails; it was unregistered again; run 'on' again after the disk " \
	"answers\n"
#define HELD "registered; held by 0xa (node1, this host), write-exclusive-reg-only"
#define FIND_1 "resolve a, 15\nstatus a, 15\n"
#define FIND_2 "resolve a b, 15\nstatus a b, 15\n"

static const struct {
	const char *name;
	const char *devices;
	struct played_lun luns[LUNS_MAX];
	struct event events[EVENTS_MAX];
	bool rejoin, partly, verbose;
	const char *said;
} entries[] = {
	/* a list that does not show the holder does not show whether this node is gone */
	{ "perhaps fenced", "ab", { HAD(0xa, HIDES), HAD(0xa, BOTH) },
	  .said = FIND_2 "a: unknown not_verified [0xb]: this node may have been fenced\n"
		  "b: failed not_sent [?]: nothing was sent\n" },
	{ "perhaps fenced, and rejoin is given", "a", { HAD(0xa, HIDES) }, .rejoin = true,
	  .said = FIND_1 "register for 0x0 a, 30\nstatus a, 30\n"
		  "a: ok changed [0xb 0xa]: registered, 1 warned\n" },
	{ "perhaps fenced since", "ab", { NEW(FREE), NEW(FREE) }, { NOW(6, 'a', HIDES) },
	  .said = FIND_2 "register by ignoring a, 20\nregister by ignoring b, 30\n"
		  "reserve wero a b, 30\nstatus a, 30\nunregister a b, 60\n"
		  "a: unknown not_verified changed [0xb]: the device lists neither 0xa (node1) "
		  "nor the holder\n"
		  "b: failed not_done changed []: unregistered again\n" },
	/* how the key is registered */
	{ "the first node", "a", { NEW(FREE) },
	  .said = FIND_1 "register by ignoring a, 30\nreserve wero a, 30\nstatus a, 30\n"
		  "a: ok changed [0xa*]: " HELD "\n" },
	{ "the first node, on two LUNs", "ab", { NEW(FREE), NEW(FREE) },
	  .said = FIND_2 "register by ignoring a, 20\nregister by ignoring b, 30\n"
		  "reserve wero a b, 30\nstatus a, 30\n"
		  "a: ok changed [0xa*]: " HELD "\n"
		  "b: ok changed [0xa*]: " HELD "\n" },
	{ "the lowest WWID first, whatever was named first", "ba", { NEW(FREE), NEW(FREE) },
	  .said = "resolve b a, 15\nstatus b a, 15\nregister by ignoring a, 20\n"
		  "register by ignoring b, 30\nreserve wero a b, 30\nstatus a, 30\n"
		  "a: ok changed [0xa*]: " HELD "\n"
		  "b: ok changed [0xa*]: " HELD "\n" },
	{ "the second node", "ab", { NEW(ONLY_2), NEW(ONLY_2) },
	  .said = FIND_2 "register by ignoring a, 20\nregister by ignoring b, 30\n"
		  "status a, 30\na: ok changed [0xb* 0xa]: registered\n"
		  "b: ok changed [0xb* 0xa]: registered\n" },
	{ "after a boot, with the key there still", "ab", { BEFORE(HOLDS_2), BEFORE(ONLY_2) },
	  .said = FIND_2 "register by ignoring a, 20\nregister by ignoring b, 30\n"
		  "status a, 30\na: ok [0xa 0xb*]: registered\n"
		  "b: ok changed [0xb* 0xa]: registered\n" },
	{ "by another tool", "a", { NEW(HOLDS_2) },
	  .said = FIND_1 "register by ignoring a, 30\nstatus a, 30\n"
		  "a: ok [0xa 0xb*]: registered\n" },
	{ "once more", "ab", { HAD(0xa, BOTH), HAD(0xa, HOLDS_2) },
	  .said = FIND_2 "register for 0xa a, 20\nregister for 0xa b, 30\nstatus a, 30\n"
		  "a: ok [0xa* 0xb]: registered\nb: ok [0xa 0xb*]: registered\n" },
	{ "with another key", "a", { HAD(0xe, STATE(1, WERO, 0xe, OWN(0xe, Y))) },
	  .said = FIND_1 "register for 0xe a, 30\nstatus a, 30\n"
		  "a: ok changed [0xa*]: registered\n" },
	{ "each in its own way, those of one way side by side", "abcd", { HAD(0xa, ALONE),
	  NEW(ONLY_2), HAD(0xa, BOTH), NEW(FREE) },
	  .said = "resolve a b c d, 15\nstatus a b c d, 15\nregister for 0xa a, 20\n"
		  "register by ignoring b d, 15\nregister for 0xa c, 30\nreserve wero d, 30\n"
		  "status a, 30\na: ok [0xa*]: registered\n"
		  "b: ok changed [0xb* 0xa]: registered\n"
		  "d: ok changed [0xa*]: " HELD "\n"
		  "c: ok [0xa* 0xb]: registered\n" },
	{ "three ways", "abcd", { HAD(0xa, ALONE), HAD(0xe, STATE(1, WERO, 0xe, OWN(0xe, Y))),
	  HAD(0xa, ONLY_2), NEW(ONLY_2) },
	  .said = "resolve a b c d, 15\nstatus a b c d, 15\nregister for 0xa a, 20\n"
		  "register for 0xe b, 10\nregister for 0x0 c, 15\nregister by ignoring d, 30\n"
		  "status a, 30\na: ok [0xa*]: registered\nb: ok changed [0xa*]: registered\n"
		  "c: ok changed [0xb* 0xa]: registered\nd: ok changed [0xb* 0xa]: registered\n" },
	{ "the key is gone from one LUN, not from the one that decides", "ab",
	  { HAD(0xa, BOTH), HAD(0xa, ONLY_2) },
	  .said = FIND_2 "register for 0xa a, 20\nregister for 0x0 b, 30\nstatus a, 30\n"
		  "a: ok [0xa* 0xb]: registered\nb: ok changed [0xb* 0xa]: registered\n" },
	{ "a dead path is allowed", "a", { NEW(FREE) }, .partly = true,
	  .said = FIND_1 "register by ignoring partly a, 30\nreserve wero a, 30\nstatus a, 30\n"
		  "a: ok changed [0xa*]: " HELD "\n" },
	/* a node that was fenced */
	{ "fenced", "ab", { HAD(0xa, ONLY_2), HAD(0xa, ONLY_2) },
	  .said = FIND_2 "a: conflict key_not_registered [0xb*]: this node was fenced\n"
		  "b: failed not_sent [?]: nothing was sent\n" },
	{ "fenced, and unfenced by rejoin", "ab", { HAD(0xa, ONLY_2), HAD(0xa, ONLY_2) },
	  .rejoin = true,
	  .said = FIND_2 "register for 0x0 a, 20\nregister for 0x0 b, 30\nstatus a, 30\n"
		  "a: ok changed [0xb* 0xa]: registered\nb: ok changed [0xb* 0xa]: registered\n" },
	{ "gone from the LUN that decides alone", "ab", { HAD(0xa, ONLY_2), HAD(0xa, BOTH) },
	  .said = FIND_2 "a: conflict key_not_registered [0xb*]: this node was fenced\n"
		  "b: failed not_sent [?]: nothing was sent\n" },
	{ "gone from a LUN, and the one that decides is missing", "ab",
	  { { .missing = REASON_NOT_FOUND }, HAD(0xa, ONLY_2), HAD(0xa, BOTH) },
	  .said = "resolve a b, 15\nstatus b, 15\na: device not_found: played: missing\n"
		  "b: conflict key_not_registered [0xb*]: this node was fenced\n" },
	{ "gone from a LUN, and one is missing that may decide", "bc",
	  { NEW(FREE), HAD(0xa, BOTH), { .missing = REASON_NOT_FOUND } },
	  .said = "resolve b c, 15\nstatus b, 15\nregister for 0xa b, 30\nstatus b, 30\n"
		  "c: device not_found: played: missing\nb: ok [0xa* 0xb]: registered\n" },
	{ "the same, with a LUN that has lost the key", "bcd", { NEW(FREE), HAD(0xa, BOTH),
	  { .missing = REASON_NOT_FOUND }, HAD(0xa, ONLY_2) },
	  .said = "resolve b c d, 15\nstatus b d, 15\nc: device not_found: played: missing\n"
		  "d: conflict key_not_registered [0xb*]: this node was fenced\n"
		  "b: failed not_sent [?]: nothing was sent\n" },
	{ "fenced, and a LUN cannot be read", "abc", { HAD(0xa, ONLY_2), HAD(0xa, ONLY_2),
	  HAD(0xa, ONLY_2) }, { FAIL(2, 'c', STATUS_FAILED, REASON_PATH, false) },
	  .said = "resolve a b c, 15\nstatus a b c, 15\n"
		  "a: conflict key_not_registered [0xb*]: this node was fenced\n"
		  "b: failed not_sent [?]: nothing was sent\n"
		  "c: failed path [0xb*]: played: fails before the change\n" },
	{ "fenced, before the disks were changed", "ab", { NEW(FREE), NEW(ONLY_2),
	  UNFENCED("c", ONLY_2) },
	  .said = FIND_2 "status c, 15\nc: conflict key_not_registered [0xb*]: this node was "
		  "fenced\na: failed not_sent [?]: nothing was sent\n"
		  "b: failed not_sent [?]: nothing was sent\n" },
	{ "the same, and its newest name leads to another disk now", "a", { NEW(FREE), NEW(FREE),
	  { .records = { .own = 0xa, .boot = BOOT, .unfenced_boot = BOOT, .names = { "b", "c" } },
	    .state = ONLY_2 } },
	  .said = FIND_1 "resolve below b c, 15\nstatus c, 15\nc: conflict key_not_registered "
		  "[0xb*]: this node was fenced\na: failed not_sent [?]: nothing was sent\n" },
	{ "the same, and rejoin is given", "a", { NEW(FREE), UNFENCED("b", ONLY_2) },
	  .rejoin = true,
	  .said = FIND_1 "register by ignoring a, 30\nreserve wero a, 30\nstatus a, 30\n"
		  "a: ok changed [0xa*]: " HELD "\n" },
	{ "a disk was given up, and this node is on another one", "ab",
	  { NEW(FREE), UNFENCED("b", BOTH), UNFENCED("c", FREE) },
	  .said = FIND_2 "register by ignoring a, 20\nregister for 0xa b, 30\nreserve wero a, 30\n"
		  "status a, 30\na: ok changed [0xa*]: " HELD "\nb: ok [0xa* 0xb]: registered\n" },
	{ "the name leads to another disk than before", "a", { NEW(ONLY_2), UNFENCED("a", BOTH) },
	  .said = FIND_1 "status a, 15\nregister by ignoring a, 30\nstatus a, 30\n"
		  "naa.b: ok, 1 warned\na: ok changed [0xb* 0xa]: registered\n" },
	{ "a disk was given up that still lists this node", "a", { NEW(FREE), UNFENCED("b", BOTH) },
	  .said = FIND_1 "status b, 15\nregister by ignoring a, 30\nreserve wero a, 30\n"
		  "status a, 30\na: ok changed [0xa*]: " HELD "\n" },
	{ "a disk was given up that does not answer", "a", { NEW(FREE), UNFENCED("b", ONLY_2) },
	  { FAIL(3, 'b', STATUS_DEVICE, REASON_NOT_FOUND, false) },
	  .said = FIND_1 "status b, 15\nregister by ignoring a, 30\nreserve wero a, 30\n"
		  "status a, 30\na: ok changed [0xa*]: " HELD "\n" },
	{ "a signal while a disk that was given up is read", "a",
	  { NEW(FREE), UNFENCED("b", BOTH) }, { EVENT(3, 0, SIGNALED) },
	  .said = FIND_1 "status b, 15\nfailed\n" },
	/* another host may have this host's identifier */
	{ "this host has the key of another node", "ab", { NEW(FREE), NEW(AS_2) },
	  .said = FIND_2 "b: conflict other_key_registered [0xb*]: this host is registered with "
		  "0xb (node2)\na: failed not_sent [?]: nothing was sent\n" },
	{ "the same, and rejoin is given", "a", { NEW(AS_2) }, .rejoin = true,
	  .said = FIND_1 "a: conflict other_key_registered [0xb*]: this host is registered with "
		  "0xb (node2)\n" },
	{ "the key of another node now, which this node has registered", "a", { HAD(0xb, AS_2) },
	  .said = FIND_1 "register for 0xb a, 30\nstatus a, 30\n"
		  "a: ok changed [0xa*]: registered\n" },
	{ "this host has the key of no node", "a", { NEW(STATE(1, WERO, 0xe, OWN(0xe, Y))) },
	  .said = FIND_1 "register by ignoring a, 30\nstatus a, 30\n"
		  "a: ok changed [0xa*]: registered\n" },
	{ "the records cannot be read", "ab", { { .state = ONLY_2, .unreadable = "damaged" },
	  NEW(ONLY_2) },
	  .said = FIND_2 "a: unknown not_verified [0xb*]: this node may have been fenced\n"
		  "b: failed not_sent [?]: nothing was sent\n" },
	{ "by another initiator of this machine, as the record says", "a",
	  { { .state = ONLY_2,
	      .records = { .own = 0xa, .boot = BOOT, .host = HOST_3 } } },
	  .said = FIND_1 "register by ignoring a, 30\nstatus a, 30\n"
		  "a: ok changed [0xb* 0xa]: registered\n" },
	{ "fenced, by this initiator", "a",
	  { { .state = ONLY_2,
	      .records = { .own = 0xa, .boot = BOOT, .host = HOST_1 } } },
	  .said = FIND_1 "a: conflict key_not_registered [0xb*]: this node was fenced\n" },
	{ "a LUN without a WWID has no records", "a",
	  { { .state = ONLY_2, .nameless = true, .records = { .own = 0xa, .boot = BOOT } } },
	  .said = FIND_1 "register by ignoring a, 30\nstatus a, 30\n"
		  "a: ok changed [0xb* 0xa]: registered, 1 warned\n" },
	/* what cannot be found or read */
	{ "no LUN is found", "ab", { { .missing = REASON_NOT_FOUND },
	  { .missing = REASON_NOT_FOUND } },
	  .said = "resolve a b, 15\na: device not_found: played: missing\n"
		  "b: device not_found: played: missing\n" },
	{ "a LUN is missing: on the others the node is unfenced", "ab", { NEW(FREE),
	  { .missing = REASON_NOT_FOUND } },
	  .said = "resolve a b, 15\nstatus a, 15\nregister by ignoring a, 30\n"
		  "reserve wero a, 30\nstatus a, 30\nb: device not_found: played: missing\n"
		  "a: ok changed [0xa*]: " HELD "\n" },
	{ "the LUN that decides cannot be read", "ab", { NEW(FREE), NEW(FREE) },
	  { FAIL(2, 'a', STATUS_FAILED, REASON_PATH, false) },
	  .said = FIND_2 "register by ignoring a, 20\nregister by ignoring b, 30\n"
		  "reserve wero a b, 30\nstatus a, 30\n"
		  "a: ok changed [0xa*]: " HELD "\n"
		  "b: ok changed [0xa*]: " HELD "\n" },
	{ "the LUN that decides cannot be read, and this node has registered there", "ab",
	  { HAD(0xa, BOTH), HAD(0xa, BOTH) },
	  { FAIL(2, 'a', STATUS_FAILED, REASON_PATH, false), EVENT(2, 'a', UNREADABLE) },
	  .said = FIND_2 "register for 0xa a, 20\nregister for 0xa b, 30\nstatus a, 30\n"
		  "a: ok [0xa* 0xb]: registered\nb: ok [0xa* 0xb]: registered\n" },
	{ "the same, and a fence has removed its key", "ab",
	  { HAD(0xa, BOTH), HAD(0xa, BOTH) },
	  { FAIL(2, 'a', STATUS_FAILED, REASON_PATH, false), THEN(2, 'a', ONLY_2) },
	  .said = FIND_2 "register for 0xa a, 20\nb: failed not_sent [?]: nothing was sent\n"
		  "a: conflict key_not_registered sent [0xb*]: 0xa (node1) was removed "
		  "meanwhile\n" },
	{ "nothing comes of reading the LUN that decides", "ab", { NEW(FREE), NEW(FREE) },
	  { EVENT(2, 'a', LOST) },
	  .said = FIND_2 "" },
	{ "nothing comes of reading another one", "ab", { NEW(FREE), NEW(FREE) },
	  { EVENT(2, 'b', LOST) },
	  .said = FIND_2 "register by ignoring a, 20\nregister for 0x0 b, 30\n"
		  "reserve wero a b, 30\nstatus a, 30\n"
		  "a: ok changed [0xa*]: " HELD "\n"
		  "b: ok changed [0xa*]: " HELD "\n" },
	{ "no process to find the LUNs", "ab", { NEW(FREE), NEW(FREE) }, { EVENT(1, 0, CANNOT) },
	  .said = "resolve a b, 15\na: failed not_sent: nothing was sent\n"
		  "b: failed not_sent: nothing was sent\nfailed\n" },
	{ "no process to read the LUNs", "ab", { NEW(FREE), NEW(FREE) }, { EVENT(2, 0, CANNOT) },
	  .said = FIND_2 "a: failed not_sent: nothing was sent\n"
		  "b: failed not_sent: nothing was sent\nfailed\n" },
	{ "a signal while the LUNs are found", "ab", { NEW(FREE), NEW(FREE) },
	  { EVENT(1, 0, SIGNALED) },
	  .said = "resolve a b, 15\nfailed\n" },
	{ "a signal while the LUNs are read", "ab", { NEW(FREE), NEW(FREE) },
	  { EVENT(2, 0, SIGNALED) },
	  .said = FIND_2 "failed\n" },
	/* the register */
	{ "the LUN that decides refuses the key", "ab", { NEW(FREE), NEW(FREE) },
	  { FAIL(3, 'a', STATUS_FAILED, REASON_NOT_DONE, true) },
	  .said = FIND_2 "register by ignoring a, 20\n"
		  "b: failed not_sent [?]: nothing was sent\n"
		  "a: failed not_done changed? []: played: fails\n" },
	{ "the child dies on the LUN that decides", "ab", { NEW(FREE), NEW(FREE) },
	  { EVENT(3, 0, BROKEN) },
	  .said = FIND_2 "register by ignoring a, 20\n"
		  "b: failed not_sent [?]: nothing was sent\na: ok changed [0xa]: registered\n"
		  "failed\n" },
	{ "a signal after the LUN that decides", "ab", { NEW(FREE), NEW(FREE) },
	  { EVENT(3, 0, SIGNALED) },
	  .said = FIND_2 "register by ignoring a, 20\n"
		  "b: failed not_sent [?]: nothing was sent\na: ok changed [0xa]: registered\n"
		  "failed\n" },
	{ "fenced between the reading and the register", "ab", { HAD(0xa, BOTH), HAD(0xa, BOTH) },
	  { THEN(2, 'a', ONLY_2) },
	  .said = FIND_2 "register for 0xa a, 20\nb: failed not_sent [?]: nothing was sent\n"
		  "a: conflict key_not_registered sent [0xb*]: 0xa (node1) was removed "
		  "meanwhile\n" },
	{ "fenced between the registrations of two paths", "ab", { HAD(0xa, BOTH), HAD(0xa, BOTH) },
	  { { .at = 3, .lun = 'a', .what = FAILS_DONE, .status = STATUS_FAILED,
	      .reason = REASON_CHANGED_SINCE, .sent = true } },
	  .said = FIND_2 "register for 0xa a, 20\nunregister fenced a, 60\n"
		  "b: failed not_sent [?]: nothing was sent\n"
		  "a: failed changed_since changed [0xb]: played: fails; it was unregistered "
		  "again\n" },
	{ "the key went from another LUN meanwhile", "ab", { HAD(0xa, BOTH), HAD(0xa, BOTH) },
	  { THEN(2, 'b', ONLY_2) },
	  .said = FIND_2 "register for 0xa a, 20\nregister for 0xa b, 30\n"
		  "a: ok [0xa* 0xb]: registered\n"
		  "b: conflict key_not_registered sent [0xb*]: 0xa (node1) was removed "
		  "meanwhile\n" },
	{ "the same, and the LUN that decides is new", "abc",
	  { NEW(ONLY_2), HAD(0xa, BOTH), NEW(FREE) }, { THEN(2, 'b', ONLY_2) },
	  .said = "resolve a b c, 15\nstatus a b c, 15\nregister by ignoring a, 20\n"
		  "register for 0xa b, 15\nregister by ignoring c, 30\nunregister fenced a c, 60\n"
		  "a: failed changed_since changed [0xb*]: unregistered again\n"
		  "b: conflict key_not_registered sent [0xb*]: 0xa (node1) was removed meanwhile\n"
		  "c: failed changed_since changed []: unregistered again\n" },
	{ "another conflict is not a fence", "ab", { HAD(0xa, BOTH), HAD(0xa, BOTH) },
	  { FAIL(4, 'b', STATUS_CONFLICT, REASON_REFUSED, true) },
	  .said = FIND_2 "register for 0xa a, 20\nregister for 0xa b, 30\nstatus a, 30\n"
		  "a: ok [0xa* 0xb]: registered\n"
		  "b: conflict refused changed? [0xa* 0xb]: played: fails\n" },
	{ "another failure is not a fence", "ab", { HAD(0xa, BOTH), HAD(0xa, BOTH) },
	  { FAIL(4, 'b', STATUS_UNKNOWN, REASON_KEY_NOT_REGISTERED, true) },
	  .said = FIND_2 "register for 0xa a, 20\nregister for 0xa b, 30\nstatus a, 30\n"
		  "a: ok [0xa* 0xb]: registered\n"
		  "b: unknown key_not_registered changed? [0xa* 0xb]: played: fails\n" },
	{ "without a key that was there there is no fence", "a", { NEW(FREE) },
	  { FAIL(3, 'a', STATUS_CONFLICT, REASON_KEY_NOT_REGISTERED, true) },
	  .said = FIND_1 "register by ignoring a, 30\n"
		  "a: conflict key_not_registered changed? []: played: fails\n" },
	{ "another LUN refuses the key", "abc", { NEW(FREE), NEW(FREE), NEW(FREE) },
	  { FAIL(4, 'b', STATUS_FAILED, REASON_PATH, false) },
	  .said = "resolve a b c, 15\nstatus a b c, 15\nregister by ignoring a, 20\n"
		  "register by ignoring b c, 30\nreserve wero a c, 30\nstatus a, 30\n"
		  "a: ok changed [0xa*]: " HELD "\n"
		  "b: failed path []: played: fails\n"
		  "c: ok changed [0xa*]: " HELD "\n" },
	/* the reserve */
	{ "only what is not reserved is reserved", "abc", { NEW(FREE), NEW(ONLY_2), NEW(FREE) },
	  .said = "resolve a b c, 15\nstatus a b c, 15\nregister by ignoring a, 20\n"
		  "register by ignoring b c, 30\nreserve wero a c, 30\nstatus a, 30\n"
		  "a: ok changed [0xa*]: " HELD "\n"
		  "b: ok changed [0xb* 0xa]: registered\n"
		  "c: ok changed [0xa*]: " HELD "\n" },
	{ "the reserve alone changes something", "a", { HAD(0xa, OPEN) },
	  .said = FIND_1 "register for 0xa a, 30\nreserve wero a, 30\nstatus a, 30\n"
		  "a: ok changed [0xa*]: " HELD "\n" },
	{ "another node was quicker, with a type for itself alone", "a", { NEW(FREE) },
	  { FAIL(4, 'a', STATUS_CONFLICT, REASON_HELD_BY_OTHER, true),
	    NOW(4, 'a', STATE(1, WE, 0xb, OWN(0xa, N), OTHER(0xb, Y))) },
	  .said = FIND_1 "register by ignoring a, 30\nreserve wero a, 30\nstatus a, 30\n"
		  "a: ok changed [0xa 0xb*]: registered; held by 0xb (node2, "
		  "iqn.2026-01.lab:host-2), write-exclusive, 1 warned\n" },
	{ "another node was quicker", "ab", { NEW(FREE), NEW(ONLY_2) },
	  { FAIL(5, 'a', STATUS_CONFLICT, REASON_HELD_BY_OTHER, true), NOW(5, 'a', HOLDS_2) },
	  .said = FIND_2 "register by ignoring a, 20\nregister by ignoring b, 30\n"
		  "reserve wero a, 30\nstatus a, 30\n"
		  "a: ok changed [0xa 0xb*]: registered; held by 0xb (node2, "
		  "iqn.2026-01.lab:host-2), write-exclusive-reg-only\n"
		  "b: ok changed [0xb* 0xa]: registered\n" },
	{ "another conflict fails", "ab", { NEW(FREE), NEW(FREE) },
	  { FAIL(5, 'b', STATUS_CONFLICT, REASON_REFUSED, true) },
	  .said = FIND_2 "register by ignoring a, 20\nregister by ignoring b, 30\n"
		  "reserve wero a b, 30\nstatus a, 30\n"
		  "a: ok changed [0xa*]: " HELD "\n"
		  "b: conflict refused changed [0xa]: registered; then: played: fails\n" },
	{ "a reserve that fails as if another node held it", "ab", { NEW(FREE), NEW(FREE) },
	  { FAIL(5, 'b', STATUS_UNKNOWN, REASON_HELD_BY_OTHER, true) },
	  .said = FIND_2 "register by ignoring a, 20\nregister by ignoring b, 30\n"
		  "reserve wero a b, 30\nstatus a, 30\n"
		  "a: ok changed [0xa*]: " HELD "\n"
		  "b: unknown held_by_other changed [0xa]: registered; then: played: fails\n" },
	{ "the reserve fails on the LUN that decides", "ab", { NEW(FREE), NEW(FREE) },
	  { FAIL(5, 'a', STATUS_UNKNOWN, REASON_NOT_VERIFIED, true) },
	  .said = FIND_2 "register by ignoring a, 20\nregister by ignoring b, 30\n"
		  "reserve wero a b, 30\nstatus a, 30\n"
		  "a: unknown not_verified changed [0xa]: registered; then: played: fails\n"
		  "b: ok changed [0xa*]: " HELD "\n" },
	{ "the same, and it is no answer at the end", "ab", { NEW(FREE), NEW(FREE) },
	  { FAIL(5, 'a', STATUS_UNKNOWN, REASON_NOT_VERIFIED, true),
	    FAIL(6, 'a', STATUS_FAILED, REASON_PATH, false) },
	  .said = FIND_2 "register by ignoring a, 20\nregister by ignoring b, 30\n"
		  "reserve wero a b, 30\nstatus a, 30\nunregister a b, 60\n"
		  "a: unknown not_verified changed []: registered; then: played: fails; it "
		  "was unregistered again\n"
		  "b: failed not_done changed []: unregistered again\n" },
	{ "the same, and a fence came in between", "ab", { NEW(FREE), NEW(FREE) },
	  { FAIL(5, 'a', STATUS_UNKNOWN, REASON_NOT_VERIFIED, true), NOW(6, 'a', ONLY_2) },
	  .said = FIND_2 "register by ignoring a, 20\nregister by ignoring b, 30\n"
		  "reserve wero a b, 30\nstatus a, 30\nunregister fenced b, 60\n"
		  "a: failed changed_since changed [0xb*]: 0xa (node1) was removed meanwhile\n"
		  "b: failed changed_since changed []: unregistered again\n" },
	{ "the reserve fails, and nothing was changed before", "a", { HAD(0xa, OPEN) },
	  { FAIL(4, 'a', STATUS_FAILED, REASON_PATH, false) },
	  .said = FIND_1 "register for 0xa a, 30\nreserve wero a, 30\nstatus a, 30\n"
		  "a: failed path [0xa]: played: fails\n" },
	{ "the reserve fails, and the state is not read", "a", { NEW(FREE) },
	  { FAIL(4, 'a', STATUS_FAILED, REASON_PATH, false), EVENT(4, 'a', UNREADABLE) },
	  .said = FIND_1 "register by ignoring a, 30\nreserve wero a, 30\nstatus a, 30\n"
		  "a: failed path changed [0xa]: registered; then: played: fails\n" },
	{ "the register says what it may have changed", "a", { HAD(0xa, OPEN) },
	  { FAIL(3, 'a', STATUS_OK, REASON_NONE, true),
	    FAIL(4, 'a', STATUS_FAILED, REASON_PATH, false) },
	  .said = FIND_1 "register for 0xa a, 30\nreserve wero a, 30\nstatus a, 30\n"
		  "a: failed path changed? [0xa]: as asked; then: played: fails\n" },
	{ "a signal before the reserve", "ab", { NEW(FREE), NEW(FREE) },
	  { EVENT(4, 0, SIGNALED) },
	  .said = FIND_2 "register by ignoring a, 20\nregister by ignoring b, 30\n"
		  "a: failed not_sent changed [0xa]: registered\n"
		  "b: failed not_sent changed [0xa]: registered\nfailed\n" },
	/* the LUN that decides is read again */
	{ "fenced while others are registered", "ab", { NEW(ONLY_2), NEW(ONLY_2) },
	  { NOW(5, 'a', ONLY_2) },
	  .said = FIND_2 "register by ignoring a, 20\nregister by ignoring b, 30\n"
		  "status a, 30\nunregister fenced b, 60\n"
		  "a: failed changed_since changed [0xb*]: 0xa (node1) was removed meanwhile\n"
		  "b: failed changed_since changed [0xb*]: unregistered again\n" },
	{ "the same, where nothing was changed on the others", "ab", { HAD(0xa, BOTH),
	  HAD(0xa, BOTH) }, { NOW(5, 'a', ONLY_2) },
	  .said = FIND_2 "register for 0xa a, 20\nregister for 0xa b, 30\nstatus a, 30\n"
		  "a: failed changed_since [0xb*]: 0xa (node1) was removed meanwhile\n"
		  "b: ok [0xa* 0xb]: registered\n" },
	{ "the same, with one that was changed and one that was not", "abc",
	  { HAD(0xa, BOTH), HAD(0xa, BOTH), HAD(0xa, ONLY_2) }, { NOW(6, 'a', ONLY_2) },
	  .said = "resolve a b c, 15\nstatus a b c, 15\nregister for 0xa a, 20\n"
		  "register for 0xa b, 15\nregister for 0x0 c, 30\nstatus a, 30\n"
		  "unregister fenced c, 60\n"
		  "a: failed changed_since [0xb*]: 0xa (node1) was removed meanwhile\n"
		  "b: ok [0xa* 0xb]: registered\n"
		  "c: failed changed_since changed [0xb*]: unregistered again\n" },
	{ "the same, where the others were fenced as well", "ab", { NEW(ONLY_2), NEW(ONLY_2) },
	  { NOW(5, 'a', ONLY_2), NOW(5, 'b', ONLY_2) },
	  .said = FIND_2 "register by ignoring a, 20\nregister by ignoring b, 30\n"
		  "status a, 30\nunregister fenced b, 60\n"
		  "a: failed changed_since changed [0xb*]: 0xa (node1) was removed meanwhile\n"
		  "b: failed changed_since changed [0xb*]: unregistered again\n" },
	{ "fenced, and the fence has reached the other LUN meanwhile", "ab",
	  { NEW(ONLY_2), NEW(ONLY_2) }, { NOW(5, 'a', ONLY_2),
	  FAIL(6, 'b', STATUS_CONFLICT, REASON_KEY_NOT_REGISTERED, false),
	  NOW(6, 'b', ONLY_2) },
	  .said = FIND_2 "register by ignoring a, 20\nregister by ignoring b, 30\n"
		  "status a, 30\nunregister fenced b, 60\n"
		  "a: failed changed_since changed [0xb*]: 0xa (node1) was removed meanwhile\n"
		  "b: failed changed_since changed [0xb*]: unregistered again\n" },
	{ "fenced, and the other LUN cannot be left", "ab", { NEW(ONLY_2), NEW(ONLY_2) },
	  { NOW(5, 'a', ONLY_2), FAIL(6, 'b', STATUS_FAILED, REASON_PATH, false) },
	  .said = FIND_2 "register by ignoring a, 20\nregister by ignoring b, 30\n"
		  "status a, 30\nunregister fenced b, 60\n"
		  "a: failed changed_since changed [0xb*]: 0xa (node1) was removed meanwhile\n"
		  "b: failed changed_since changed [0xb* 0xa]: registered, but 0xa (node1) "
		  "was removed from a meanwhile, so this node was fenced, and it cannot be "
		  "unregistered: played: fails; restart this node\n" },
	{ "fenced, and what was left cannot be read", "ab", { NEW(ONLY_2), NEW(ONLY_2) },
	  { NOW(5, 'a', ONLY_2), EVENT(6, 'b', UNREADABLE) },
	  .said = FIND_2 "register by ignoring a, 20\nregister by ignoring b, 30\n"
		  "status a, 30\nunregister fenced b, 60\n"
		  "a: failed changed_since changed [0xb*]: 0xa (node1) was removed meanwhile\n"
		  "b: failed changed_since changed [0xb* 0xa]: unregistered again\n" },
	{ "fenced, and the other LUN had failed", "abc",
	  { NEW(ONLY_2), NEW(ONLY_2), NEW(ONLY_2) }, { NOW(5, 'a', ONLY_2),
	  FAIL(4, 'b', STATUS_UNKNOWN, REASON_NOT_VERIFIED, true) },
	  .said = "resolve a b c, 15\nstatus a b c, 15\nregister by ignoring a, 20\n"
		  "register by ignoring b c, 30\nstatus a, 30\nunregister fenced b c, 60\n"
		  "a: failed changed_since changed [0xb*]: 0xa (node1) was removed meanwhile\n"
		  "b: unknown not_verified changed? [0xb*]: played: fails\n"
		  "c: failed changed_since changed [0xb*]: unregistered again\n" },
	{ "its key was there before, and a fence came in between", "ab",
	  { BEFORE(HOLDS_2), NEW(ONLY_2) }, { THEN(2, 'a', ONLY_2) },
	  .said = FIND_2 "register by ignoring a, 20\nregister by ignoring b, 30\n"
		  "status a, 30\nunregister fenced a b, 60\n"
		  "a: failed changed_since changed [0xb*]: 0xa (node1) was removed meanwhile\n"
		  "b: failed changed_since changed [0xb*]: unregistered again\n" },
	{ "another session's key is gone", "a", { HAD(0xa, STATE(1, WERO, 0xa, OWN(0xa, Y),
	  OWN_2(0xa, N))) }, { NOW(3, 'a', ALONE) },
	  .said = FIND_1 "register for 0xa a, 30\nstatus a, 30\n"
		  "a: failed changed_since [0xa*]: 0xa (node1) was removed meanwhile\n" },
	{ "the LUN that decides cannot be read again", "ab", { NEW(ONLY_2), NEW(ONLY_2) },
	  { FAIL(5, 'a', STATUS_FAILED, REASON_PATH, false) },
	  .said = FIND_2 "register by ignoring a, 20\nregister by ignoring b, 30\n"
		  "status a, 30\nunregister a b, 60\n"
		  "a: failed path changed [0xb*]: " UNREAD_LEFT
		  "b: failed not_done changed [0xb*]: unregistered again\n" },
	{ "nothing comes of reading it again", "ab", { NEW(ONLY_2), NEW(ONLY_2) },
	  { EVENT(5, 'a', LOST) },
	  .said = FIND_2 "register by ignoring a, 20\nregister by ignoring b, 30\n"
		  "status a, 30\nunregister a b, 60\n"
		  "a: failed not_done changed [0xb*]: the final read failed\n"
		  "b: failed not_done changed [0xb*]: unregistered again\n" },
	{ "it cannot be read again: what was there before stays", "abcd",
	  { HAD(0xa, BOTH), HAD(0xe, STATE(1, WERO, 0xe, OWN(0xe, Y))), BEFORE(HOLDS_2),
	    NEW(ONLY_2) },
	  { FAIL(6, 'a', STATUS_FAILED, REASON_PATH, false) },
	  .said = "resolve a b c d, 15\nstatus a b c d, 15\nregister for 0xa a, 20\n"
		  "register for 0xe b, 15\nregister by ignoring c d, 30\nstatus a, 30\n"
		  "unregister d, 60\n"
		  "a: failed path [0xa* 0xb]: " UNREAD_AGAIN
		  "b: ok changed [0xa*]: registered\n"
		  "c: ok [0xa 0xb*]: registered\n"
		  "d: failed not_done changed [0xb*]: unregistered again\n" },
	{ "it cannot be read again, and the key was gone from another one", "ab",
	  { HAD(0xa, BOTH), HAD(0xa, ONLY_2) },
	  { FAIL(5, 'a', STATUS_FAILED, REASON_PATH, false) },
	  .said = FIND_2 "register for 0xa a, 20\nregister for 0x0 b, 30\n"
		  "status a, 30\nunregister b, 60\n"
		  "a: failed path [0xa* 0xb]: " UNREAD_AGAIN
		  "b: failed not_done changed [0xb*]: unregistered again\n" },
	{ "it cannot be read again, and another one cannot be left", "ab",
	  { NEW(ONLY_2), NEW(ONLY_2) },
	  { FAIL(5, 'a', STATUS_FAILED, REASON_PATH, false),
	    FAIL(6, 'a', STATUS_FAILED, REASON_PATH, false),
	    FAIL(6, 'b', STATUS_FAILED, REASON_PATH, false) },
	  .said = FIND_2 "register by ignoring a, 20\nregister by ignoring b, 30\n"
		  "status a, 30\nunregister a b, 60\n"
		  "a: failed path changed [0xb* 0xa]: " UNREAD_AGAIN
		  "b: failed not_done changed [0xb* 0xa]: registered, but a does not show whether "
		  "this node was fenced meanwhile, and it cannot be unregistered: played: fails; "
		  "run 'on' again after both disks answer, or fence this node again\n" },
	{ "it cannot be read again, and a fence has removed the key elsewhere", "ab",
	  { NEW(ONLY_2), NEW(ONLY_2) },
	  { FAIL(5, 'a', STATUS_FAILED, REASON_PATH, false),
	    FAIL(6, 'b', STATUS_CONFLICT, REASON_KEY_NOT_REGISTERED, false),
	    NOW(6, 'b', ONLY_2) },
	  .said = FIND_2 "register by ignoring a, 20\nregister by ignoring b, 30\n"
		  "status a, 30\nunregister a b, 60\n"
		  "a: failed path changed [0xb*]: " UNREAD_LEFT
		  "b: failed not_done changed [0xb*]: unregistered again\n" },
	{ "it cannot be read again, and another one has failed", "abc",
	  { NEW(ONLY_2), NEW(ONLY_2), NEW(ONLY_2) },
	  { FAIL(4, 'b', STATUS_UNKNOWN, REASON_NOT_VERIFIED, true),
	    FAIL(5, 'a', STATUS_FAILED, REASON_PATH, false) },
	  .said = "resolve a b c, 15\nstatus a b c, 15\nregister by ignoring a, 20\n"
		  "register by ignoring b c, 30\nstatus a, 30\nunregister a b c, 60\n"
		  "a: failed path changed [0xb*]: " UNREAD_LEFT
		  "b: unknown not_verified changed? [0xb*]: played: fails\n"
		  "c: failed not_done changed [0xb*]: unregistered again\n" },
	/* what is warned of */
	{ "a host of nobody", "a", { NEW(STATE(1, WERO, 0xf, OTHER(0xf, Y))) },
	  .said = FIND_1 "register by ignoring a, 30\nstatus a, 30\n"
		  "a: ok changed [0xf* 0xa]: registered, 1 warned\n" },
	{ "a host of nobody on a LUN that failed", "ab", { NEW(FREE),
	  NEW(STATE(1, WERO, 0xf, OTHER(0xf, Y))) },
	  { FAIL(4, 'b', STATUS_FAILED, REASON_PATH, false) },
	  .said = FIND_2 "register by ignoring a, 20\nregister by ignoring b, 30\n"
		  "reserve wero a, 30\nstatus a, 30\n"
		  "a: ok changed [0xa*]: " HELD "\n"
		  "b: failed path [0xf*]: played: fails\n" },
	{ "the type lets the other node alone write", "ab", { NEW(CLOSED), NEW(FREE) },
	  .said = FIND_2 "register by ignoring a, 20\nregister by ignoring b, 30\n"
		  "reserve wero b, 30\nstatus a, 30\n"
		  "a: ok changed [0xb* 0xa]: registered, 1 warned\n"
		  "b: ok changed [0xa*]: " HELD "\n" },
	{ "the same type, and this node holds it", "a", { HAD(0xa, STATE(1, WE, 0xa,
	  OWN(0xa, Y), OTHER(0xb, N))) },
	  .said = FIND_1 "register for 0xa a, 30\nstatus a, 30\na: ok [0xa* 0xb]: registered\n" },
	{ "the same type on a LUN that failed", "ab", { NEW(FREE), NEW(CLOSED) },
	  { FAIL(4, 'b', STATUS_FAILED, REASON_PATH, false) },
	  .said = FIND_2 "register by ignoring a, 20\nregister by ignoring b, 30\n"
		  "reserve wero a, 30\nstatus a, 30\n"
		  "a: ok changed [0xa*]: " HELD "\n"
		  "b: failed path [0xb*]: played: fails\n" },
	{ "the same type, and who holds it is not known", "a",
	  { HAD(0xa, STATE(1, WE, 0xa, OWN(0xa, U), OTHER(0xb, U))) },
	  .said = FIND_1 "register for 0xa a, 30\nstatus a, 30\na: ok [0xa 0xb]: registered\n" },
};

static void entry_play(void **state)
{
	const typeof(entries[0]) *row = *state;
	const struct fence fence = { .action = FENCE_ON, .key = 0xa, .type = WERO, .names = &names,
				     .rejoin = row->rejoin, .allow_partial = row->partly,
				     .verbose = row->verbose };
	struct arena *arena = unit_arena();

	arena->names = &names;
	played = (struct played){ .memory = -1 };
	memcpy(played.luns, row->luns, sizeof(row->luns));
	memcpy(played.events, row->events, sizeof(row->events));
	play(&fence, row->devices, arena, act_on);
	said_check(row->said);
	arena_free(arena);
}

/* Whether this node is on each of three LUNs, and each is reserved. */
static bool is_in(void)
{
	for (size_t i = 0; i < 3; i++)
		if (!state_has_key(&played.luns[i].state, 0xa) ||
		    played.luns[i].state.type == RESV_NONE)
			return false;
	return true;
}

static void memory_ends(void **state)
{
	const struct fence fence = { .key = 0xa, .type = WERO, .names = &names };
	const struct scarce scarce = { .devices = "abc", .action = act_on, .is_done = is_in,
				       .luns = { NEW(FREE), HAD(0xa, ALONE), NEW(ONLY_2) } };

	(void)state;
	scarce_play(&fence, &scarce);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, entry_play, entries);
	UNIT_TEST(&unit, memory_ends);
	return unit_run(&unit, "on");
}
