// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How arbiters unfence a node: node1 is this host with 0xa, LUN a is a shared disk. The requests in
 * their order, and the messages.
 */
#include "played.h"

static struct name list[] = { { 0xa, "node1" }, { 0xb, "node2" }, { 0xc, "node3" } };
static const struct key_names names = { .list = list, .count = 3 };

#define FREE EMPTY(1)
#define BOTH STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xb, N))
#define HOLDS_2 STATE(1, WERO, 0xb, OWN(0xa, N), OTHER(0xb, Y))
#define HIDES STATE(1, WERO, 0, OTHER(0xb, U))
#define ONLY_2 STATE(1, WERO, 0xb, OTHER(0xb, Y))

#define NEW(...) { .state = __VA_ARGS__ }
#define HELD "registered; held by 0xa (node1, this host), write-exclusive-reg-only"
#define FIND "resolve a, 15\nresolve b c d, 15\nstatus a b c d, 15\n"

static const struct {
	const char *name;
	const char *devices, *arbiters;
	struct played_lun luns[LUNS_MAX];
	struct event events[EVENTS_MAX];
	bool rejoin;
	const char *said;
} entries[] = {
	{ "the first node", "a", "bcd", { NEW(FREE), NEW(FREE), NEW(FREE), NEW(FREE) },
	  .said = FIND "register by ignoring b c d, 20\nregister by ignoring a, 30\n"
		  "reserve wero b c d a, 30\nstatus b c d, 30\nvote b\nvote c\nvote d\n"
		  "a: ok changed [0xa*]: registered; held by 0xa (node1, this host), "
		  "write-exclusive-reg-only\n"
		  "b: ok changed [0xa*]: registered; held by 0xa (node1, this host), "
		  "write-exclusive-reg-only\n"
		  "c: ok changed [0xa*]: registered; held by 0xa (node1, this host), "
		  "write-exclusive-reg-only\n"
		  "d: ok changed [0xa*]: registered; held by 0xa (node1, this host), "
		  "write-exclusive-reg-only\n" },
	{ "the second node", "a", "bcd", { NEW(ONLY_2), NEW(ONLY_2), NEW(ONLY_2), NEW(ONLY_2) },
	  .said = FIND "register by ignoring b c d, 20\nregister by ignoring a, 30\n"
		  "status b c d, 30\nvote b\nvote c\nvote d\n"
		  "a: ok changed [0xb* 0xa]: registered\n"
		  "b: ok changed [0xb* 0xa]: registered\n"
		  "c: ok changed [0xb* 0xa]: registered\n"
		  "d: ok changed [0xb* 0xa]: registered\n" },
	{ "once more", "a", "bcd", { IN(BOTH), VOTES(BOTH), VOTES(BOTH), VOTES(BOTH) },
	  .said = FIND "register for 0xa b c d, 20\nregister for 0xa a, 30\nstatus b c d, 30\n"
		  "a: ok [0xa* 0xb]: registered\nb: ok [0xa* 0xb]: registered\n"
		  "c: ok [0xa* 0xb]: registered\nd: ok [0xa* 0xb]: registered\n" },
	{ "once more, and one vote is not recorded", "a", "bcd",
	  { IN(BOTH), VOTES(BOTH), VOTES(BOTH), IN(BOTH) },
	  .said = FIND "register for 0xa b c, 20\nregister for 0xa a, 15\nregister for 0xa d, 30\n"
		  "status b c, 30\nvote d\na: ok [0xa* 0xb]: registered\n"
		  "b: ok [0xa* 0xb]: registered\nc: ok [0xa* 0xb]: registered\n"
		  "d: ok [0xa* 0xb]: registered\n" },
	{ "an arbiter does not list its holder", "a", "bcd",
	  { IN(BOTH), VOTES(BOTH), VOTES(BOTH), VOTES(HIDES) },
	  .said = FIND "register for 0xa b c, 20\nregister for 0xa a, 30\nstatus b c, 30\n"
		  "a: ok [0xa* 0xb]: registered\nd: ok [0xb], 1 warned\n"
		  "b: ok [0xa* 0xb]: registered\nc: ok [0xa* 0xb]: registered\n" },
	{ "two arbiters do not list their holder since", "a", "bcd",
	  { IN(BOTH), VOTES(BOTH), VOTES(BOTH), VOTES(BOTH) },
	  { NOW(6, 'c', HIDES), NOW(6, 'd', HIDES) },
	  .said = FIND "register for 0xa b c d, 20\nregister for 0xa a, 30\nstatus b c d, 30\n"
		  "a: ok [0xa* 0xb]: registered\nb: ok [0xa* 0xb]: registered\n"
		  "c: unknown not_verified [0xb]: the device lists neither 0xa (node1) nor the "
		  "holder\n"
		  "d: unknown not_verified [0xb]: the device lists neither 0xa (node1) nor the "
		  "holder\nfailed\n" },
	{ "an arbiter was dead before", "a", "bcd",
	  { IN(BOTH), VOTES(BOTH), VOTES(BOTH), NEW(ONLY_2) },
	  .said = FIND "register for 0xa b c, 20\nregister for 0xa a, 15\n"
		  "register by ignoring d, 30\nstatus b c, 30\nvote d\n"
		  "a: ok [0xa* 0xb]: registered\nb: ok [0xa* 0xb]: registered\n"
		  "c: ok [0xa* 0xb]: registered\nd: ok changed [0xb* 0xa]: registered\n" },
	{ "an arbiter is missing", "a", "bcd",
	  { NEW(ONLY_2), { .missing = REASON_NOT_FOUND }, NEW(ONLY_2), NEW(ONLY_2) },
	  .said = "resolve a, 15\nresolve b c d, 15\nstatus a c d, 15\n"
		  "register by ignoring c d, 20\nregister by ignoring a, 30\nstatus c d, 30\n"
		  "vote c\nvote d\na: ok changed [0xb* 0xa]: registered\nb: ok, 1 warned\n"
		  "c: ok changed [0xb* 0xa]: registered\n"
		  "d: ok changed [0xb* 0xa]: registered\n" },
	{ "two arbiters are missing", "a", "bcd",
	  { NEW(ONLY_2), { .missing = REASON_NOT_FOUND }, { .missing = REASON_NOT_FOUND },
	    NEW(ONLY_2) },
	  .said = "resolve a, 15\nresolve b c d, 15\nstatus a d, 15\n"
		  "a: failed not_sent [?]: nothing was sent\n"
		  "b: device not_found: played: missing\n"
		  "c: device not_found: played: missing\nfailed\n" },
	{ "two arbiters are one disk", "a", "bcd",
	  { NEW(ONLY_2), NEW(ONLY_2), NEW(ONLY_2), NEW(ONLY_2) }, { EVENT(2, 'd', LOST) },
	  .said = "resolve a, 15\nresolve b c d, 15\n"
		  "d: device not_whole_lun: this arbiter is the same disk as another "
		  "one\n"
		  "a: failed not_sent [?]: nothing was sent\nfailed\n" },
	{ "a shared disk is an arbiter", "ab", "bcd",
	  { NEW(FREE), NEW(FREE), NEW(FREE), NEW(FREE) },
	  .said = "resolve a b, 15\nresolve b c d, 15\nstatus a b c d, 15\n"
		  "register by ignoring b, 10\nregister by ignoring c d, 20\n"
		  "register by ignoring a, 30\nreserve wero b c d a, 30\nstatus b c d, 30\n"
		  "vote b\nvote c\nvote d\n"
		  "b: ok changed [0xa*]: registered; held by 0xa (node1, this host), "
		  "write-exclusive-reg-only\n"
		  "a: ok changed [0xa*]: registered; held by 0xa (node1, this host), "
		  "write-exclusive-reg-only\n"
		  "c: ok changed [0xa*]: registered; held by 0xa (node1, this host), "
		  "write-exclusive-reg-only\n"
		  "d: ok changed [0xa*]: registered; held by 0xa (node1, this host), "
		  "write-exclusive-reg-only\n" },
	/* a node that was fenced */
	{ "an arbiter has removed this node", "a", "bcd",
	  { IN(BOTH), VOTES(ONLY_2), VOTES(BOTH), VOTES(BOTH) },
	  .said = FIND "register for 0xa c d, 20\nregister for 0xa a, 30\nstatus c d, 30\n"
		  "a: ok [0xa* 0xb]: registered\nb: ok [0xb*], 1 warned\n"
		  "c: ok [0xa* 0xb]: registered\nd: ok [0xa* 0xb]: registered\n" },
	{ "two have, and it is on the shared disk", "a", "bcd",
	  { IN(BOTH), VOTES(ONLY_2), VOTES(ONLY_2), VOTES(BOTH) },
	  .said = FIND "b: conflict key_not_registered [0xb*]: this node was fenced\n"
		  "a: failed not_sent [?]: nothing was sent\n"
		  "c: failed not_sent [?]: nothing was sent\n"
		  "d: failed not_sent [?]: nothing was sent\n" },
	{ "two have, unfenced by rejoin", "a", "bcd",
	  { IN(ONLY_2), VOTES(ONLY_2), VOTES(ONLY_2), VOTES(BOTH) }, .rejoin = true,
	  .said = FIND "register for 0x0 b c, 10\nregister for 0xa d, 20\nregister for 0x0 a, 30\n"
		  "status b c d, 30\nvote b\nvote c\na: ok changed [0xb* 0xa]: registered\n"
		  "b: ok changed [0xb* 0xa]: registered\n"
		  "c: ok changed [0xb* 0xa]: registered\nd: ok [0xa* 0xb]: registered\n" },
	{ "one has, and one was dead: two must confirm it", "a", "bcd",
	  { IN(BOTH), VOTES(ONLY_2), VOTES(BOTH), NEW(ONLY_2) },
	  .said = FIND "b: conflict key_not_registered [0xb*]: this node was fenced\n"
		  "a: failed not_sent [?]: nothing was sent\n"
		  "c: failed not_sent [?]: nothing was sent\n"
		  "d: failed not_sent [?]: nothing was sent\n" },
	{ "gone from the shared disk, not from most arbiters", "a", "bcd",
	  { IN(ONLY_2), VOTES(BOTH), VOTES(BOTH), VOTES(ONLY_2) },
	  .said = FIND "register for 0xa b c, 20\nregister for 0x0 a, 30\nstatus b c, 30\n"
		  "a: ok changed [0xb* 0xa]: registered\nd: ok [0xb*], 1 warned\n"
		  "b: ok [0xa* 0xb]: registered\nc: ok [0xa* 0xb]: registered\n" },
	/* the register */
	{ "an arbiter refuses the key", "a", "bcd",
	  { NEW(ONLY_2), NEW(ONLY_2), NEW(ONLY_2), NEW(ONLY_2) },
	  { FAIL(4, 'b', STATUS_FAILED, REASON_NOT_DONE, true) },
	  .said = FIND "register by ignoring b c d, 20\nregister by ignoring a, 30\n"
		  "status b c d, 30\nvote c\nvote d\na: ok changed [0xb* 0xa]: registered\n"
		  "b: ok changed? [0xb*], 1 warned\nc: ok changed [0xb* 0xa]: registered\n"
		  "d: ok changed [0xb* 0xa]: registered\n" },
	{ "two refuse it", "a", "bcd",
	  { NEW(ONLY_2), NEW(ONLY_2), NEW(ONLY_2), NEW(ONLY_2) },
	  { FAIL(4, 'b', STATUS_FAILED, REASON_NOT_DONE, true),
	    FAIL(4, 'c', STATUS_FAILED, REASON_NOT_DONE, true) },
	  .said = FIND "register by ignoring b c d, 20\na: failed not_sent [?]: nothing was sent\n"
		  "b: failed not_done changed? [0xb*]: played: fails\n"
		  "c: failed not_done changed? [0xb*]: played: fails\n"
		  "d: ok changed [0xb* 0xa]: registered\nfailed\n" },
	{ "an arbiter has removed it since it was read", "a", "bcd",
	  { IN(BOTH), VOTES(BOTH), VOTES(BOTH), VOTES(BOTH) }, { THEN(3, 'b', ONLY_2) },
	  .said = FIND "register for 0xa b c d, 20\nregister for 0xa a, 30\nstatus b c d, 30\n"
		  "a: ok [0xa* 0xb]: registered\nb: ok sent [0xb*], 1 warned\n"
		  "c: ok [0xa* 0xb]: registered\nd: ok [0xa* 0xb]: registered\n" },
	{ "the shared disk has removed it since it was read", "a", "bcd",
	  { IN(BOTH), VOTES(BOTH), VOTES(BOTH), NEW(ONLY_2) }, { THEN(3, 'a', ONLY_2) },
	  .said = FIND "register for 0xa b c, 20\nregister for 0xa a, 15\n"
		  "register by ignoring d, 30\nunregister fenced d, 60\n"
		  "a: conflict key_not_registered sent [0xb*]: 0xa (node1) was removed "
		  "meanwhile\n"
		  "b: ok [0xa* 0xb]: registered\nc: ok [0xa* 0xb]: registered\n"
		  "d: failed changed_since changed [0xb*]: unregistered again\nfailed\n" },
	{ "a signal after the arbiters", "a", "bcd",
	  { NEW(ONLY_2), NEW(ONLY_2), NEW(ONLY_2), NEW(ONLY_2) }, { EVENT(4, 0, SIGNALED) },
	  .said = FIND "register by ignoring b c d, 20\na: failed not_sent [?]: nothing was sent\n"
		  "b: ok changed [0xb* 0xa]: registered\n"
		  "c: ok changed [0xb* 0xa]: registered\n"
		  "d: ok changed [0xb* 0xa]: registered\nfailed\n" },
	/* the last reading */
	{ "one has lost it at the end", "a", "bcd",
	  { NEW(ONLY_2), NEW(ONLY_2), NEW(ONLY_2), NEW(ONLY_2) }, { NOW(6, 'b', ONLY_2) },
	  .said = FIND "register by ignoring b c d, 20\nregister by ignoring a, 30\n"
		  "status b c d, 30\nvote c\nvote d\na: ok changed [0xb* 0xa]: registered\n"
		  "b: ok changed [0xb*], 1 warned\nc: ok changed [0xb* 0xa]: registered\n"
		  "d: ok changed [0xb* 0xa]: registered\n" },
	{ "two have lost it at the end", "a", "bcd",
	  { NEW(ONLY_2), NEW(ONLY_2), NEW(ONLY_2), NEW(ONLY_2) },
	  { NOW(6, 'b', ONLY_2), NOW(6, 'c', ONLY_2) },
	  .said = FIND "register by ignoring b c d, 20\nregister by ignoring a, 30\n"
		  "status b c d, 30\nunregister fenced b d a, 60\n"
		  "a: failed changed_since changed [0xb*]: unregistered again\n"
		  "b: conflict key_not_registered changed [0xb*]: a fence has removed 0xa "
		  "(node1)\n"
		  "c: conflict key_not_registered changed [0xb*]: a fence has removed 0xa "
		  "(node1)\n"
		  "d: failed changed_since changed [0xb*]: unregistered again\nfailed\n" },
	{ "one is no answer at the end", "a", "bcd",
	  { NEW(ONLY_2), NEW(ONLY_2), NEW(ONLY_2), NEW(ONLY_2) },
	  { FAIL(6, 'b', STATUS_FAILED, REASON_PATH, false) },
	  .said = FIND "register by ignoring b c d, 20\nregister by ignoring a, 30\n"
		  "status b c d, 30\nvote c\nvote d\na: ok changed [0xb* 0xa]: registered\n"
		  "b: ok changed [0xb* 0xa], 1 warned\nc: ok changed [0xb* 0xa]: registered\n"
		  "d: ok changed [0xb* 0xa]: registered\n" },
	{ "two are no answer at the end", "a", "bcd",
	  { NEW(ONLY_2), NEW(ONLY_2), NEW(ONLY_2), NEW(ONLY_2) },
	  { FAIL(6, 'b', STATUS_FAILED, REASON_PATH, false),
	    FAIL(6, 'c', STATUS_FAILED, REASON_PATH, false) },
	  .said = FIND "register by ignoring b c d, 20\nregister by ignoring a, 30\n"
		  "status b c d, 30\nunregister b c d a, 60\n"
		  "a: failed not_done changed [0xb*]: unregistered again\n"
		  "b: failed path changed [0xb*]: the final read failed, so this node may "
		  "have been fenced after it was registered: played: fails; it "
		  "was unregistered again; run 'on' again after the disk answers\n"
		  "c: failed path changed [0xb*]: the final read failed, so this node may "
		  "have been fenced after it was registered: played: fails; it "
		  "was unregistered again; run 'on' again after the disk answers\n"
		  "d: failed not_done changed [0xb*]: unregistered again\nfailed\n" },
	{ "nothing comes of reading two", "a", "bcd",
	  { NEW(ONLY_2), NEW(ONLY_2), NEW(ONLY_2), NEW(ONLY_2) },
	  { EVENT(6, 'b', LOST), EVENT(6, 'c', LOST) },
	  .said = FIND "register by ignoring b c d, 20\nregister by ignoring a, 30\n"
		  "status b c d, 30\nunregister b c d a, 60\n"
		  "a: failed not_done changed [0xb*]: unregistered again\n"
		  "b: failed not_done changed [0xb*]: the final read failed\n"
		  "c: failed not_done changed [0xb*]: the final read failed\n"
		  "d: failed not_done changed [0xb*]: unregistered again\nfailed\n" },
	{ "two are no answer, and it was there before", "a", "bcd",
	  { IN(BOTH), VOTES(BOTH), VOTES(BOTH), VOTES(BOTH) },
	  { FAIL(6, 'b', STATUS_FAILED, REASON_PATH, false),
	    FAIL(6, 'c', STATUS_FAILED, REASON_PATH, false) },
	  .said = FIND "register for 0xa b c d, 20\nregister for 0xa a, 30\nstatus b c d, 30\n"
		  "a: ok [0xa* 0xb]: registered\n"
		  "b: failed path [0xa* 0xb]: the final read failed, so this node may have "
		  "been fenced after it was registered: played: fails; its registration may "
		  "stay; run 'on' again after the disk answers\n"
		  "c: failed path [0xa* 0xb]: the final read failed, so this node may have "
		  "been fenced after it was registered: played: fails; its registration may "
		  "stay; run 'on' again after the disk answers\n"
		  "d: ok [0xa* 0xb]: registered\nfailed\n" },
	{ "one has lost it, and one is no answer", "a", "bcd",
	  { NEW(ONLY_2), NEW(ONLY_2), NEW(ONLY_2), NEW(ONLY_2) },
	  { NOW(6, 'b', ONLY_2), FAIL(6, 'c', STATUS_FAILED, REASON_PATH, false) },
	  .said = FIND "register by ignoring b c d, 20\nregister by ignoring a, 30\n"
		  "status b c d, 30\nunregister fenced c d a, 60\n"
		  "a: failed changed_since changed [0xb*]: unregistered again\n"
		  "b: conflict key_not_registered changed [0xb*]: a fence has removed 0xa "
		  "(node1)\n"
		  "c: failed path changed [0xb*]: the final read failed, so this node may "
		  "have been fenced after it was registered: played: fails; it "
		  "was unregistered again; run 'on' again after the disk answers\n"
		  "d: failed changed_since changed [0xb*]: unregistered again\nfailed\n" },
	{ "nothing comes of reading an arbiter before", "a", "bcd",
	  { NEW(FREE), NEW(FREE), NEW(FREE), NEW(FREE) }, { EVENT(3, 'b', LOST) },
	  .said = "resolve a, 15\n"
		  "resolve b c d, 15\n"
		  "status a b c d, 15\n"
		  "register by ignoring c d, 20\n"
		  "register by ignoring a, 15\n"
		  "register for 0x0 b, 30\n"
		  "reserve wero c d a b, 30\n"
		  "status c d, 30\n"
		  "vote b\n"
		  "vote c\n"
		  "vote d\n"
		  "a: ok changed [0xa*]: " HELD "\n"
		  "c: ok changed [0xa*]: " HELD "\n"
		  "d: ok changed [0xa*]: " HELD "\n"
		  "b: ok changed [0xa*]: " HELD "\n" },
	{ "an arbiter is no answer before", "a", "bcd",
	  { NEW(FREE), NEW(FREE), NEW(FREE), NEW(FREE) },
	  { FAIL(3, 'b', STATUS_FAILED, REASON_PATH, false) },
	  .said = "resolve a, 15\n"
		  "resolve b c d, 15\n"
		  "status a b c d, 15\n"
		  "register by ignoring c d, 20\n"
		  "register by ignoring a, 15\n"
		  "register by ignoring b, 30\n"
		  "reserve wero c d a b, 30\n"
		  "status c d, 30\n"
		  "vote b\n"
		  "vote c\n"
		  "vote d\n"
		  "a: ok changed [0xa*]: " HELD "\n"
		  "c: ok changed [0xa*]: " HELD "\n"
		  "d: ok changed [0xa*]: " HELD "\n"
		  "b: ok changed [0xa*]: " HELD "\n" },
	{ "two arbiters are no answer before, and this node was there", "a", "bcd",
	  { NEW(FREE), VOTES(BOTH), VOTES(BOTH), VOTES(BOTH) },
	  { FAIL(3, 'b', STATUS_FAILED, REASON_PATH, false), EVENT(3, 'b', UNREADABLE),
	    FAIL(3, 'c', STATUS_FAILED, REASON_PATH, false), EVENT(3, 'c', UNREADABLE) },
	  .said = FIND "a: failed not_sent [?]: nothing was sent\n"
		  "b: failed path [?]: played: fails before the change\n"
		  "c: failed path [?]: played: fails before the change\nfailed\n" },
	{ "fenced between the registrations of two paths of arbiters", "a", "bcd",
	  { NEW(BOTH), VOTES(BOTH), VOTES(BOTH), VOTES(BOTH) },
	  { { .at = 4, .lun = 'b', .what = FAILS_DONE, .status = STATUS_FAILED,
	      .reason = REASON_CHANGED_SINCE, .sent = true },
	    { .at = 4, .lun = 'c', .what = FAILS_DONE, .status = STATUS_FAILED,
	      .reason = REASON_CHANGED_SINCE, .sent = true } },
	  .said = FIND "register for 0xa b c d, 20\nunregister fenced b c, 60\n"
		  "a: failed not_sent [?]: nothing was sent\n"
		  "b: failed changed_since changed [0xb]: played: fails; it was unregistered "
		  "again\n"
		  "c: failed changed_since changed [0xb]: played: fails; it was unregistered "
		  "again\n"
		  "d: ok [0xa* 0xb]: registered\nfailed\n" },
	{ "nothing comes of registering on one", "a", "bcd",
	  { NEW(FREE), NEW(FREE), NEW(FREE), NEW(FREE) }, { EVENT(4, 'b', LOST) },
	  .said = "resolve a, 15\n"
		  "resolve b c d, 15\n"
		  "status a b c d, 15\n"
		  "register by ignoring b c d, 20\n"
		  "register by ignoring a, 30\n"
		  "reserve wero c d a, 30\n"
		  "status b c d, 30\n"
		  "vote c\n"
		  "vote d\n"
		  "a: ok changed [0xa*]: " HELD "\n"
		  "c: ok changed [0xa*]: " HELD "\n"
		  "d: ok changed [0xa*]: " HELD "\n" },
	{ "a vote cannot be recorded: the others are not waited for", "a", "bcd",
	  { NEW(FREE), { .state = FREE, .unreadable = "locked" }, NEW(FREE), NEW(FREE) },
	  .rejoin = true,
	  .said = FIND "register for 0x0 b, 10\nregister by ignoring c d, 20\n"
		  "register by ignoring a, 30\nreserve wero b c d a, 30\nstatus b c d, 30\n"
		  "vote b\na: ok changed [0xa*]: " HELD "\n"
		  "b: ok changed [0xa*]: " HELD ", 2 warned\n"
		  "c: ok changed [0xa*]: " HELD ", 1 warned\n"
		  "d: ok changed [0xa*]: " HELD ", 1 warned\n" },
	{ "the records of an arbiter cannot be used", "a", "bcd",
	  { NEW(FREE), { .state = FREE, .unreadable = "damaged" }, NEW(FREE), NEW(FREE) },
	  .said = "resolve a, 15\n"
		  "resolve b c d, 15\n"
		  "status a b c d, 15\n"
		  "b: unknown not_verified []: this node may have been fenced\n"
		  "a: failed not_sent [?]: nothing was sent\n"
		  "c: failed not_sent [?]: nothing was sent\n"
		  "d: failed not_sent [?]: nothing was sent\n" },
	{ "an arbiter without a WWID", "a", "bcd",
	  { NEW(FREE), { .state = FREE, .nameless = true }, NEW(FREE), NEW(FREE) },
	  .said = "resolve a, 15\n"
		  "resolve b c d, 15\n"
		  "status a c d b, 15\n"
		  "register by ignoring c d b, 20\n"
		  "register by ignoring a, 30\n"
		  "reserve wero c d b a, 30\n"
		  "status c d b, 30\n"
		  "vote c\n"
		  "vote d\n"
		  "a: ok changed [0xa*]: " HELD "\n"
		  "c: ok changed [0xa*]: " HELD "\n"
		  "d: ok changed [0xa*]: " HELD "\n"
		  "b: ok changed [0xa*]: " HELD ", 1 warned\n" },
	{ "the arbiters cannot be reserved", "a", "bcd",
	  { NEW(FREE), NEW(FREE), NEW(FREE), NEW(FREE) },
	  { FAIL(6, 'b', STATUS_UNKNOWN, REASON_NOT_VERIFIED, true),
	    FAIL(6, 'c', STATUS_UNKNOWN, REASON_NOT_VERIFIED, true) },
	  .said = FIND "register by ignoring b c d, 20\nregister by ignoring a, 30\n"
		  "reserve wero b c d a, 30\nstatus b c d, 30\nunregister b c d a, 60\n"
		  "a: failed not_done changed []: unregistered again\n"
		  "b: unknown not_verified changed []: registered; then: played: fails; it was "
		  "unregistered again\n"
		  "c: unknown not_verified changed []: registered; then: played: fails; it was "
		  "unregistered again\n"
		  "d: failed not_done changed []: unregistered again\nfailed\n" },
};

static void entry_play(void **state)
{
	const typeof(entries[0]) *row = *state;
	const struct fence fence = { .key = 0xa, .type = WERO, .names = &names,
				     .rejoin = row->rejoin };
	struct arena *arena = unit_arena();

	arena->names = &names;
	played = (struct played){ .memory = -1, .arbiters = row->arbiters };
	memcpy(played.luns, row->luns, sizeof(row->luns));
	memcpy(played.events, row->events, sizeof(row->events));
	play(&fence, row->devices, arena, act_on);
	said_check(row->said);
	arena_free(arena);
}

/* Whether this node is on the shared disk, which is reserved, and has most of three votes. */
static bool is_in(void)
{
	int votes = 0;

	for (size_t i = 1; i < 4; i++)
		votes += state_has_key(&played.luns[i].state, 0xa) &&
			 played.luns[i].state.type != RESV_NONE && played.luns[i].records.arbiter;
	return votes >= 2 && state_has_key(&played.luns[0].state, 0xa) &&
	       played.luns[0].state.type != RESV_NONE;
}

static void memory_ends(void **state)
{
	const struct fence fence = { .key = 0xa, .type = WERO, .names = &names };
	const struct scarce scarce = { .devices = "a", .arbiters = "bcd", .action = act_on,
				       .is_done = is_in,
				       .luns = { NEW(FREE), NEW(FREE), NEW(FREE),
						 NEW(ONLY_2) } };

	(void)state;
	scarce_play(&fence, &scarce);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, entry_play, entries);
	UNIT_TEST(&unit, memory_ends);
	return unit_run(&unit, "on_arbiters");
}
