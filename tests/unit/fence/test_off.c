// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Whole fences: node1 is this host with 0xa, and fences node2, 0xb. LUN a decides. The
 * requests in their order, and the messages.
 */
#include "played.h"

static struct name list[] = { { 0xa, "node1" }, { 0xb, "node2" }, { 0xc, "node3" } };
static const struct key_names names = { .list = list, .count = 3 }, no_names = { 0 };
static struct name others[] = { { 0xa, "node1" }, { 0xc, "node3" } };
static const struct key_names other_names = { .list = others, .count = 2 };

#define BOTH STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xb, N))
#define HOLDS_2 STATE(1, WERO, 0xb, OWN(0xa, N), OTHER(0xb, Y))
#define OURS STATE(2, WERO, 0xa, OWN(0xa, Y))
#define ALL_3 STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xb, N), THIRD(0xc, N))
#define WITH_3 STATE(1, WERO, 0xa, OWN(0xa, Y), THIRD(0xc, N))
#define OPEN STATE(1, RESV_NONE, 0, OWN(0xa, N), OTHER(0xb, N))
#define ONLY_2 STATE(1, WERO, 0xb, OTHER(0xb, Y))
/* the victim's host has another key there, alone or in addition */
#define OTHER_KEY STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xd, N))
#define TWO_KEYS STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xb, N), OTHER(0xd, N))

/* NVMe names hosts by their identifiers */
#define NVME(key, number) { key, N, { "nvme:0000000000000000000000000000000" #number, 1 }, N, N, \
	false }
#define NVME_2 STATE(1, WERO, 0xa, OWN(0xa, Y), NVME(0xb, 2))
#define NVME_3 STATE(1, WERO, 0xa, OWN(0xa, Y), NVME(0xb, 2), NVME(0xc, 3))

#define HIDES_HOLDER STATE(1, WERO, 0, OWN(0xa, U), OTHER(0xb, U), THIRD(0xc, U))

#define ONE(...) { { .state = __VA_ARGS__ } }
#define TWO(one, two) { { .state = one }, { .state = two } }
/* One on which "on" has unfenced this node by that name, as the host. */
#define UNFENCED(name, as, ...) { .records = { .own = 0xa, .boot = BOOT, .unfenced_boot = BOOT, \
	.host = as, .names = { name } }, .state = __VA_ARGS__ }
#define FIND_1 "resolve a, 15\nstatus 0xb a, 15\n"
#define FIND_2 "resolve a b, 15\nstatus 0xb a b, 15\n"

static const struct {
	const char *name;
	const char *devices;
	struct played_lun luns[LUNS_MAX];
	struct event events[EVENTS_MAX];
	bool unnamed, verbose;
	bool stranger; /* the victim's key has no name, but others have */
	bool by_groups; /* the devices are those that lvm lists */
	const char *said;
} fences[] = {
	{ "one LUN: all of the time is its own", "a", ONE(BOTH),
	  .said = FIND_1 "abort 0xb a, 60\na: ok changed [0xa*]: aborted 0xb\n" },
	{ "lvm does not list a disk with a higher WWID, on which this node is registered", "a",
	  { UNFENCED("a", HOST_1, BOTH), UNFENCED("b", HOST_1, BOTH) }, .by_groups = true,
	  .said = FIND_1 "abort 0xb a, 60\nb: device not_found: vgs shows no shared volume group "
		  "on this disk\na: ok changed [0xa*]: aborted 0xb\n" },
	{ "the same, with a lower WWID", "b",
	  { UNFENCED("a", HOST_1, BOTH), UNFENCED("b", HOST_1, BOTH) }, .by_groups = true,
	  .said = "resolve b, 15\na: device not_found: vgs shows no shared volume group on "
		  "this disk\nb: failed not_sent [?]: nothing was sent\n" },
	{ "the same, as another host", "b",
	  { UNFENCED("a", HOST_2, BOTH), UNFENCED("b", HOST_1, BOTH) }, .by_groups = true,
	  .said = "resolve b, 15\nstatus 0xb b, 15\nabort 0xb b, 60\n"
		  "b: ok changed [0xa*]: aborted 0xb\n" },
	{ "devices does not list a disk on which this node is registered", "b",
	  { UNFENCED("a", HOST_1, BOTH), UNFENCED("b", HOST_1, BOTH) },
	  .said = "resolve b, 15\nstatus 0xb b, 15\nabort 0xb b, 60\n"
		  "b: ok changed [0xa*]: aborted 0xb\n" },
	{ "the name leads to another disk than at on did", "a",
	  { { .state = BOTH }, UNFENCED("a", HOST_1, BOTH) },
	  .said = FIND_1 "abort 0xb a, 60\nnaa.b: device replaced: a led to this disk when "
		  "'on' registered this node there\n"
		  "a: ok changed [0xa*]: aborted 0xb\n" },
	{ "the same, and that of on has a lower WWID", "b",
	  { UNFENCED("b", HOST_1, BOTH), { .state = BOTH } },
	  .said = "resolve b, 15\nnaa.a: device replaced: b led to this disk when 'on' registered "
		  "this node there\nb: failed not_sent [?]: nothing was sent\n" },
	{ "the same, and on was run since", "a",
	  { UNFENCED("a", HOST_1, BOTH), UNFENCED("a", HOST_1, BOTH) },
	  .said = FIND_1 "abort 0xb a, 60\na: ok changed [0xa*]: aborted 0xb\n" },
	{ "the same, and on has registered it by another name", "a",
	  { UNFENCED("x", HOST_1, BOTH), UNFENCED("a", HOST_1, BOTH) },
	  .said = FIND_1 "abort 0xb a, 60\nnaa.b: device replaced: a led to this disk when "
		  "'on' registered this node there\n"
		  "a: ok changed [0xa*]: aborted 0xb\n" },
	{ "the names of two disks were exchanged", "ab",
	  { UNFENCED("b", HOST_1, BOTH), UNFENCED("a", HOST_1, BOTH) },
	  .said = FIND_2 "abort 0xb a, 40\nabort 0xb b, 45\nstatus a b, 60\n"
		  "a: ok changed [0xa*]: aborted 0xb\nb: ok changed [0xa*]: aborted 0xb\n" },
	{ "the name leads to another disk, which this node has left", "a",
	  { { .state = BOTH }, { .records = { .unfenced_boot = BOOT, .names = { "a" } } } },
	  .said = FIND_1 "abort 0xb a, 60\na: ok changed [0xa*]: aborted 0xb\n" },
	{ "lvm lists a disk by another name", "b",
	  { [1] = UNFENCED("x", HOST_1, BOTH) }, .by_groups = true,
	  .said = "resolve b, 15\nstatus 0xb b, 15\nabort 0xb b, 60\n"
		  "b: ok changed [0xa*]: aborted 0xb\n" },
	{ "lvm does not list a disk that this node has left", "b",
	  { { .records = { .unfenced_boot = BOOT, .names = { "a" } }, .state = BOTH },
	    UNFENCED("b", HOST_1, BOTH) }, .by_groups = true,
	  .said = "resolve b, 15\nstatus 0xb b, 15\nabort 0xb b, 60\n"
		  "b: ok changed [0xa*]: aborted 0xb\n" },
	{ "two LUNs: the second one after the first one", "ab", TWO(BOTH, BOTH),
	  .said = FIND_2 "abort 0xb a, 40\nabort 0xb b, 45\nstatus a b, 60\n"
		  "a: ok changed [0xa*]: aborted 0xb\nb: ok changed [0xa*]: aborted 0xb\n" },
	{ "the lowest WWID decides, whatever was named first", "ba", TWO(BOTH, HOLDS_2),
	  .said = "resolve b a, 15\nstatus 0xb b a, 15\nabort 0xb a, 40\nabort 0xb b, 45\n"
		  "status a b, 60\na: ok changed [0xa*]: aborted 0xb\n"
		  "b: ok changed [0xa*]: aborted 0xb\n" },
	{ "four LUNs: all but one side by side", "abcd",
	  { { .state = BOTH }, { .state = BOTH }, { .state = BOTH }, { .state = BOTH } },
	  .said = "resolve a b c d, 15\nstatus 0xb a b c d, 15\nabort 0xb a, 40\n"
		  "abort 0xb b c d, 45\nstatus a b c d, 60\na: ok changed [0xa*]: aborted 0xb\n"
		  "b: ok changed [0xa*]: aborted 0xb\nc: ok changed [0xa*]: aborted 0xb\n"
		  "d: ok changed [0xa*]: aborted 0xb\n" },
	/* a key without a name may be mistyped */
	{ "no name, no list and no record has the key", "ab", TWO(WITH_3, WITH_3), .stranger = true,
	  .said = FIND_2 "a: failed not_sent [?]: nothing was sent\n"
		  "b: failed not_sent [?]: nothing was sent\nfailed\n" },
	{ "no name has the key, but a list has it", "ab", TWO(WITH_3, BOTH), .stranger = true,
	  .said = FIND_2 "abort 0xb a, 40\nabort 0xb b, 45\nstatus a b, 60\n"
		  "a: ok [0xa* 0xc]: no 0xb\nb: ok changed [0xa*]: aborted 0xb\n" },
	{ "no name has the key, but a list may omit it", "a", ONE(HIDES_HOLDER), .stranger = true,
	  .said = FIND_1 "abort 0xb a, 60\nreserve wero a, 60\n"
		  "a: failed not_done changed [0xa 0xc]: the device does not list the holder\n" },
	{ "no name has the key, but an earlier run has removed it", "ab",
	  { { .state = WITH_3 },
	    { .state = WITH_3, .known = ABORT_KNOWN_PROVEN, .recorded = true } },
	  .stranger = true,
	  .said = FIND_2 "abort 0xb a, 40\nabort 0xb b, 45\nstatus a b, 60\n"
		  "a: ok [0xa* 0xc]: no 0xb\nb: ok [0xa* 0xc]: no 0xb\n" },
	{ "the same, and that proves nothing any more", "ab",
	  { { .state = WITH_3 }, { .state = WITH_3, .recorded = true } }, .stranger = true,
	  .said = FIND_2 "abort 0xb a, 40\nabort 0xb b, 45\nstatus a b, 60\n"
		  "a: ok [0xa* 0xc]: no 0xb\nb: ok [0xa* 0xc]: no 0xb\n" },
	{ "no name has the key, and a LUN was not read", "ab", TWO(WITH_3, WITH_3),
	  { EVENT(2, 'b', UNREADABLE) }, .stranger = true,
	  .said = FIND_2 "a: failed not_sent [?]: nothing was sent\n"
		  "b: failed not_sent [?]: nothing was sent\nfailed\n" },
	{ "no key has a name, and no list has the key", "a", ONE(WITH_3), .unnamed = true,
	  .said = FIND_1 "abort 0xb a, 60\na: ok [0xa* 0xc]: no 0xb, 1 warned\n" },
	/* which LUN decides */
	{ "no LUN is found", "ab", { { .missing = REASON_NOT_FOUND },
	  { .missing = REASON_NOT_FOUND } },
	  .said = "resolve a b, 15\na: device not_found: played: missing\n"
		  "b: device not_found: played: missing\n" },
	{ "a LUN is missing that may decide", "ab", { { .missing = REASON_NOT_FOUND },
	  { .state = BOTH } },
	  .said = "resolve a b, 15\na: device not_found: played: missing\n"
		  "b: failed not_sent [?]: nothing was sent\n" },
	{ "a LUN is missing that on has recorded as a higher one", "ab", { { .state = BOTH },
	  { .missing = REASON_NOT_FOUND, .records.wwid = "naa.b" } },
	  .said = "resolve a b, 15\nstatus 0xb a, 15\nabort 0xb a, 60\n"
		  "b: device not_found: played: missing\na: ok changed [0xa*]: aborted 0xb\n" },
	{ "a LUN is missing that on has recorded as the one that decides", "ab",
	  { { .missing = REASON_NOT_FOUND, .records.wwid = "naa.a" }, { .state = BOTH } },
	  .said = "resolve a b, 15\na: device not_found: played: missing\n"
		  "b: failed not_sent [?]: nothing was sent\n" },
	{ "another name of the LUN that decides is missing", "ab", { { .state = BOTH },
	  { .missing = REASON_NOT_FOUND, .records.wwid = "naa.a" } },
	  .said = "resolve a b, 15\nstatus 0xb a, 15\nabort 0xb a, 60\n"
		  "b: device not_found: played: missing\na: ok changed [0xa*]: aborted 0xb\n" },
	{ "a higher LUN cannot be used", "ab", { { .state = BOTH },
	  { .missing = REASON_NO_PRIVILEGE, .wwid_known = true } },
	  .said = "resolve a b, 15\nstatus 0xb a, 15\nabort 0xb a, 60\n"
		  "b: device no_privilege: played: missing\na: ok changed [0xa*]: aborted 0xb\n" },
	{ "the LUN that decides cannot be used", "ab",
	  { { .missing = REASON_NO_PRIVILEGE, .wwid_known = true }, { .state = BOTH } },
	  .said = "resolve a b, 15\na: device no_privilege: played: missing\n"
		  "b: failed not_sent [?]: nothing was sent\n" },
	{ "a partition of a higher LUN", "ac", { { .state = BOTH }, { .state = BOTH },
	  { .below = "b" } },
	  .said = "resolve a c, 15\nresolve below c, 15\nstatus 0xb a, 15\nabort 0xb a, 60\n"
		  "c: device not_whole_lun: played: missing\n"
		  "a: ok changed [0xa*]: aborted 0xb\n" },
	{ "a partition of the LUN that decides", "bc", { { .state = BOTH }, { .state = BOTH },
	  { .below = "a" } },
	  .said = "resolve b c, 15\nresolve below c, 15\n"
		  "c: device not_whole_lun: played: missing\n"
		  "b: failed not_sent [?]: nothing was sent\n" },
	{ "a volume on two LUNs, one of which decides", "bc", { { .state = BOTH },
	  { .state = BOTH }, { .below = "da" } },
	  .said = "resolve b c, 15\nresolve below c, 15\n"
		  "c: device not_whole_lun: played: missing\n"
		  "b: failed not_sent [?]: nothing was sent\n" },
	{ "a volume on higher LUNs, one of which is missing", "ad", { { .state = BOTH },
	  { .state = BOTH }, { .missing = REASON_NOT_FOUND }, { .below = "bc" } },
	  .said = "resolve a d, 15\nresolve below d, 15\n"
		  "d: device not_whole_lun: played: missing\n"
		  "a: failed not_sent [?]: nothing was sent\n" },
	{ "a volume on a LUN without a WWID", "ac", { { .state = BOTH }, { .nameless = true },
	  { .below = "b" } },
	  .said = "resolve a c, 15\nresolve below c, 15\n"
		  "c: device not_whole_lun: played: missing\n"
		  "a: failed not_sent [?]: nothing was sent\n" },
	{ "a LUN is missing, and the one that is there has no WWID", "ab",
	  { { .state = BOTH, .nameless = true },
	    { .missing = REASON_NOT_FOUND, .records.wwid = "naa.b" } },
	  .said = "resolve a b, 15\nb: device not_found: played: missing\n"
		  "a: failed not_sent [?]: nothing was sent\n" },
	/* the LUN that decides is lost */
	{ "the abort fails on the LUN that decides", "ab", TWO(BOTH, BOTH),
	  { FAIL(3, 'a', STATUS_UNKNOWN, REASON_ABORT_NOT_PROVEN, true) },
	  .said = FIND_2 "abort 0xb a, 40\n"
		  "a: unknown abort_not_proven changed? [0xa* 0xb]: played: fails\n"
		  "b: failed not_sent [?]: nothing was sent\n" },
	{ "this node was fenced first", "ab", TWO(ONLY_2, BOTH),
	  .said = FIND_2 "abort 0xb a, 40\n"
		  "a: conflict key_not_registered [0xb*]: played: no key\n"
		  "b: failed not_sent [?]: nothing was sent\n" },
	{ "the victim is back on the LUN that decides", "ab", TWO(BOTH, BOTH),
	  { NOW(3, 'a', BOTH) },
	  .said = FIND_2 "abort 0xb a, 40\na: failed changed_since changed [0xa* 0xb]: done\n"
		  "b: failed not_sent [?]: nothing was sent\n" },
	{ "the LUN that decides is not reserved any more", "ab", TWO(BOTH, BOTH),
	  { NOW(3, 'a', STATE(3, RESV_NONE, 0, OWN(0xa, N))) },
	  .said = FIND_2 "abort 0xb a, 40\na: failed changed_since changed [0xa]: done\n"
		  "b: failed not_sent [?]: nothing was sent\n" },
	{ "a signal after the first LUN", "ab", TWO(BOTH, BOTH), { EVENT(3, 0, SIGNALED) },
	  .said = FIND_2 "abort 0xb a, 40\na: ok changed [0xa*]: aborted 0xb\n"
		  "b: failed not_sent [?]: nothing was sent\nfailed\n" },
	{ "a signal while the LUNs are looked for", "ab", TWO(BOTH, BOTH),
	  { EVENT(1, 0, SIGNALED) },
	  .said = "resolve a b, 15\na: failed not_sent: nothing was sent\n"
		  "b: failed not_sent [?]: nothing was sent\nfailed\n" },
	{ "a signal before the first LUN", "ab", TWO(BOTH, BOTH), { EVENT(2, 0, SIGNALED) },
	  .said = FIND_2 "a: failed not_sent: nothing was sent\n"
		  "b: failed not_sent [?]: nothing was sent\nfailed\n" },
	{ "the child dies on the first LUN", "ab", TWO(BOTH, BOTH), { EVENT(3, 0, BROKEN) },
	  .said = FIND_2 "abort 0xb a, 40\na: ok changed [0xa*]: aborted 0xb\n"
		  "b: failed not_sent [?]: nothing was sent\nfailed\n" },
	{ "no process for the first LUN", "ab", TWO(BOTH, BOTH), { EVENT(3, 0, CANNOT) },
	  .said = FIND_2 "abort 0xb a, 40\na: failed not_sent: nothing was sent\n"
		  "b: failed not_sent [?]: nothing was sent\nfailed\n" },
	{ "no process to look", "ab", TWO(BOTH, BOTH), { EVENT(2, 0, CANNOT) },
	  .said = FIND_2 "abort 0xb a, 40\na: ok changed [0xa*]: aborted 0xb\n"
		  "b: failed not_sent [?]: nothing was sent\nfailed\n" },
	{ "nothing comes of the first LUN", "ab", TWO(BOTH, BOTH), { EVENT(3, 'a', LOST) },
	  .said = FIND_2 "abort 0xb a, 40\nb: failed not_sent [?]: nothing was sent\n" },
	/* without a reservation the victim could write without its key */
	{ "nothing is reserved: reserve first", "ab", TWO(OPEN, OPEN),
	  .said = FIND_2 "reserve wero a, 40\nabort 0xb a, 40\nreserve wero b, 45\n"
		  "abort 0xb b, 45\nstatus a b, 60\n"
		  "a: ok changed [0xa*]: reserved; aborted 0xb\n"
		  "b: ok changed [0xa*]: reserved; aborted 0xb\n" },
	{ "nothing is reserved on the second one", "ab", TWO(BOTH, OPEN),
	  .said = FIND_2 "abort 0xb a, 40\nreserve wero b, 45\nabort 0xb b, 45\n"
		  "status a b, 60\na: ok changed [0xa*]: aborted 0xb\n"
		  "b: ok changed [0xa*]: reserved; aborted 0xb\n" },
	{ "nothing is reserved, and this node is not registered", "a",
	  ONE(STATE(1, RESV_NONE, 0, OTHER(0xb, N))),
	  .said = FIND_1 "abort 0xb a, 60\n"
		  "a: conflict key_not_registered [0xb]: played: no key\n" },
	{ "nothing is reserved, and this node may be registered", "a",
	  ONE(STATE(1, RESV_NONE, 0, ANY(0xa, U), ANY(0xb, U))),
	  .said = FIND_1 "reserve wero a, 60\nabort 0xb a, 60\n"
		  "a: conflict key_not_registered [0xa 0xb]: played: no key\n" },
	{ "nothing is reserved, and another path of the map is registered", "a",
	  ONE(STATE(1, RESV_NONE, 0, BESIDE(0xa, N), OTHER(0xb, N))),
	  .said = FIND_1 "reserve wero a, 60\nabort 0xb a, 60\n"
		  "a: conflict key_not_registered [0xa 0xb]: played: no key\n" },
	{ "the LUN cannot be read before", "a", ONE(OPEN), { EVENT(2, 'a', UNREADABLE) },
	  .said = FIND_1 "abort 0xb a, 60\n"
		  "a: conflict not_reserved [0xa 0xb]: played: not reserved\n" },
	{ "reading fails before, with a state beside", "a", ONE(OPEN),
	  { FAIL(2, 'a', STATUS_FAILED, REASON_PATH, false) },
	  .said = FIND_1 "abort 0xb a, 60\n"
		  "a: conflict not_reserved [0xa 0xb]: played: not reserved\n" },
	{ "nothing comes of reading before", "ab", TWO(OPEN, OPEN), { EVENT(2, 'b', LOST) },
	  .said = FIND_2 "reserve wero a, 40\nabort 0xb a, 40\nabort 0xb b, 45\n"
		  "a: ok changed [0xa*]: reserved; aborted 0xb\n"
		  "b: conflict not_reserved [0xa 0xb]: played: not reserved\n" },
	{ "another node has reserved meanwhile", "a", ONE(OPEN),
	  { NOW(2, 'a', HOLDS_2) },
	  .said = FIND_1 "abort 0xb a, 60\na: ok changed [0xa*]: aborted 0xb\n" },
	{ "the reserve is refused, and was sent: what it changed counts", "a", ONE(OPEN),
	  { FAIL(3, 'a', STATUS_UNKNOWN, REASON_NOT_VERIFIED, true) },
	  .said = FIND_1 "reserve wero a, 60\nabort 0xb a, 60\n"
		  "a: conflict not_reserved changed? [0xa 0xb]: played: not reserved\n" },
	{ "the reserve was not sent, and another node's shows", "a", ONE(OPEN),
	  { FAIL(3, 'a', STATUS_FAILED, REASON_PATH, false),
	    NOW(3, 'a', BOTH) },
	  .said = FIND_1 "reserve wero a, 60\nabort 0xb a, 60\n"
		  "a: ok changed [0xa*]: aborted 0xb\n" },
	{ "the reserve is refused, and another node's shows", "a", ONE(OPEN),
	  { FAIL(3, 'a', STATUS_CONFLICT, REASON_HELD_BY_OTHER, true),
	    NOW(3, 'a', HOLDS_2) },
	  .said = FIND_1 "reserve wero a, 60\nabort 0xb a, 60\n"
		  "a: ok changed [0xa*]: aborted 0xb\n" },
	{ "the reserve is no answer, nor is the reading before the abort", "a", ONE(OPEN),
	  { FAIL(3, 'a', STATUS_UNKNOWN, REASON_NOT_VERIFIED, true),
	    EVENT(3, 'a', UNREADABLE), FAIL(4, 'a', STATUS_FAILED, REASON_PATH, false),
	    EVENT(4, 'a', UNREADABLE) },
	  .said = FIND_1 "reserve wero a, 60\nabort 0xb a, 60\n"
		  "a: failed path changed? [?]: RESERVE was sent, and may have taken effect; "
		  "then: played: fails\n" },
	{ "the reserve on the second one is done, and the abort not", "ab", TWO(BOTH, OPEN),
	  { FAIL(5, 'b', STATUS_UNKNOWN, REASON_ABORT_NOT_PROVEN, true) },
	  .said = FIND_2 "abort 0xb a, 40\nreserve wero b, 45\nabort 0xb b, 45\n"
		  "a: ok changed [0xa*]: aborted 0xb\n"
		  "b: unknown abort_not_proven changed [0xa* 0xb]: reserved; then: played: "
		  "fails\n" },
	{ "the same, without a word", "ab", TWO(BOTH, OPEN),
	  { FAIL(4, 'b', STATUS_CONFLICT, REASON_HELD_BY_OTHER, true),
	    FAIL(5, 'b', STATUS_FAILED, REASON_PATH, false) },
	  .said = FIND_2 "abort 0xb a, 40\nreserve wero b, 45\nabort 0xb b, 45\n"
		  "a: ok changed [0xa*]: aborted 0xb\n"
		  "b: failed path changed? [0xa 0xb]: played: fails\n" },
	{ "the same, of an abort that was not sent", "a", ONE(OPEN),
	  { FAIL(4, 'a', STATUS_FAILED, REASON_PATH, false),
	    EVENT(4, 'a', UNREADABLE) },
	  .said = FIND_1 "reserve wero a, 60\nabort 0xb a, 60\n"
		  "a: failed path changed [0xa* 0xb]: reserved; then: played: fails\n" },
	/* the victim's host under other keys */
	{ "the victim's host has another key, too", "a", ONE(TWO_KEYS),
	  .said = FIND_1 "abort 0xb a, 60\nabort 0xd a, 60\nlog 0xd a\n"
		  "a: ok changed [0xa*]: aborted 0xb; aborted 0xd\n" },
	{ "the victim's host has another key alone, as another LUN shows", "ab",
	  TWO(BOTH, OTHER_KEY),
	  .said = FIND_2 "abort 0xb a, 40\nabort 0xd b, 45\nlog 0xd b\nstatus a b, 60\n"
		  "a: ok changed [0xa*]: aborted 0xb\nb: ok changed [0xa*]: aborted 0xd\n" },
	{ "the victim has another key on the second LUN, whose list may omit hosts", "ab",
	  TWO(BOTH, STATE(1, WERO, 0, OWN(0xa, U), OTHER(0xd, U))),
	  .said = FIND_2 "abort 0xb a, 40\nabort 0xb b, 45\nabort 0xd b, 45\nlog 0xd b\n"
		  "status a b, 60\nreserve wero b, 60\na: ok changed [0xa*]: aborted 0xb\n"
		  "b: failed not_done changed [0xa]: the device does not list the holder\n" },
	/* a host that is not listed may be the victim with another key */
	{ "the list does not show the holder, which this node is", "a", ONE(HIDES_HOLDER),
	  { { .at = 4, .lun = 'a', .what = FAILS_DONE } },
	  .said = FIND_1 "abort 0xb a, 60\nreserve wero a, 60\n"
		  "a: ok changed [0xa 0xc]: aborted 0xb\n" },
	{ "the same, and the victim is back by then", "a", ONE(HIDES_HOLDER),
	  { { .at = 4, .lun = 'a', .what = FAILS_DONE }, NOW(4, 'a', HIDES_HOLDER) },
	  .said = FIND_1 "abort 0xb a, 60\nreserve wero a, 60\n"
		  "a: failed changed_since changed [0xa 0xb 0xc]: done\n" },
	{ "the same, and a host of nobody is there by then", "a", ONE(HIDES_HOLDER),
	  { { .at = 4, .lun = 'a', .what = FAILS_DONE },
	    NOW(4, 'a', STATE(3, WERO, 0, OWN(0xa, U), OTHER(0xf, U))) },
	  .said = FIND_1 "abort 0xb a, 60\nreserve wero a, 60\n"
		  "a: failed not_done changed [0xa 0xf]: iqn.2026-01.lab\n" },
	{ "the list does not show the holder, which this node is not", "a", ONE(HIDES_HOLDER),
	  .said = FIND_1 "abort 0xb a, 60\nreserve wero a, 60\n"
		  "a: failed not_done changed [0xa 0xc]: the device does not list the holder\n" },
	{ "the list does not show the holder, and may not show this node", "a",
	  ONE(HIDES_HOLDER), { NOW(3, 'a', STATE(2, WERO, 0, THIRD(0xc, U))) },
	  .said = FIND_1 "abort 0xb a, 60\n"
		  "a: failed not_done changed [0xc]: the device does not list the holder\n" },
	{ "the list does not show the holder of another type", "a",
	  ONE(STATE(1, EARO, 0, OWN(0xa, U), OTHER(0xb, U))),
	  .said = FIND_1 "abort 0xb a, 60\n"
		  "a: failed not_done changed [0xa]: the device does not list the holder\n" },
	{ "the list does not show the holder, and there are no names", "a", ONE(HIDES_HOLDER),
	  .unnamed = true,
	  .said = FIND_1 "abort 0xb a, 60\nreserve wero a, 60\n"
		  "a: ok changed [0xa 0xc]: aborted 0xb, 2 warned\n" },
	{ "the same, and an earlier abort is not proven there", "ab",
	  { { .state = BOTH }, { .state = OTHER_KEY, .known = ABORT_KNOWN_OPEN } },
	  .said = FIND_2 "abort 0xb a, 40\nabort 0xb b, 45\nabort 0xd b, 45\nlog 0xd b\n"
		  "status a b, 60\na: ok changed [0xa*]: aborted 0xb\n"
		  "b: ok changed [0xa*]: no 0xb; aborted 0xd\n" },
	{ "another key alone on the LUN that decides", "ab", TWO(OTHER_KEY, BOTH),
	  .said = FIND_2 "abort 0xd a, 40\nlog 0xd a\nabort 0xb b, 45\nstatus a b, 60\n"
		  "a: ok changed [0xa*]: aborted 0xd\nb: ok changed [0xa*]: aborted 0xb\n" },
	{ "other keys on both, side by side", "ab", TWO(TWO_KEYS, TWO_KEYS),
	  .said = FIND_2 "abort 0xb a, 40\nabort 0xd a, 40\nlog 0xd a\nabort 0xb b, 45\n"
		  "abort 0xd b, 45\nlog 0xd b\nstatus a b, 60\n"
		  "a: ok changed [0xa*]: aborted 0xb; aborted 0xd\n"
		  "b: ok changed [0xa*]: aborted 0xb; aborted 0xd\n" },
	{ "three keys on a LUN", "a", ONE(STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xb, N),
	  OTHER(0xd, N), OTHER(0xe, N))),
	  .said = FIND_1 "abort 0xb a, 60\nabort 0xd a, 60\nlog 0xd a\nabort 0xe a, 60\n"
		  "log 0xe a\na: ok changed [0xa*]: aborted 0xb; aborted 0xd; aborted 0xe\n" },
	{ "other keys on three LUNs", "abc", { { .state = BOTH }, { .state = TWO_KEYS },
	  { .state = TWO_KEYS } },
	  .said = "resolve a b c, 15\nstatus 0xb a b c, 15\nabort 0xb a, 40\n"
		  "abort 0xb b c, 22\nabort 0xd b c, 45\nlog 0xd b c\nstatus a b c, 60\n"
		  "a: ok changed [0xa*]: aborted 0xb\n"
		  "b: ok changed [0xa*]: aborted 0xb; aborted 0xd\n"
		  "c: ok changed [0xa*]: aborted 0xb; aborted 0xd\n" },
	{ "the abort of the other key fails", "ab", TWO(TWO_KEYS, BOTH),
	  { FAIL(4, 'a', STATUS_UNKNOWN, REASON_ABORT_NOT_PROVEN, true) },
	  .said = FIND_2 "abort 0xb a, 40\nabort 0xd a, 40\nlog 0xd a\n"
		  "a: unknown abort_not_proven changed [0xa* 0xd]: aborted 0xb; then: played: "
		  "fails\n"
		  "b: failed not_sent [?]: nothing was sent\n" },
	{ "the abort of the other key is not sent, nor was the first one", "a", ONE(TWO_KEYS),
	  { FAIL(3, 'a', STATUS_FAILED, REASON_PATH, false),
	    FAIL(4, 'a', STATUS_UNKNOWN, REASON_NOT_READ, false) },
	  .said = FIND_1 "abort 0xb a, 60\nabort 0xd a, 60\nlog 0xd a\n"
		  "a: unknown not_read [0xa* 0xb 0xd]: played: fails\n" },
	{ "three keys, of which the second and the third fail", "a", ONE(STATE(1, WERO, 0xa,
	  OWN(0xa, Y), OTHER(0xb, N), OTHER(0xd, N), OTHER(0xe, N))),
	  { FAIL(4, 'a', STATUS_FAILED, REASON_PATH, false),
	    FAIL(5, 'a', STATUS_UNKNOWN, REASON_ABORT_NOT_PROVEN, true) },
	  .said = FIND_1 "abort 0xb a, 60\nabort 0xd a, 60\nlog 0xd a\nabort 0xe a, 60\n"
		  "log 0xe a\n"
		  "a: unknown abort_not_proven changed [0xa* 0xe 0xd]: aborted 0xb; then: "
		  "played: fails\n" },
	{ "the first abort is worse", "a", ONE(TWO_KEYS),
	  { FAIL(3, 'a', STATUS_UNKNOWN, REASON_ABORT_NOT_PROVEN, true) },
	  .said = FIND_1 "abort 0xb a, 60\nabort 0xd a, 60\nlog 0xd a\n"
		  "a: unknown abort_not_proven changed [0xa* 0xb]: played: fails\n" },
	{ "both warn", "a", ONE(TWO_KEYS), { EVENT(3, 'a', WARNS), EVENT(4, 'a', WARNS) },
	  .said = FIND_1 "abort 0xb a, 60\nabort 0xd a, 60\nlog 0xd a\n"
		  "a: ok changed [0xa*]: aborted 0xb; aborted 0xd, 2 warned\n" },
	{ "what was done for each of three keys is told in its order", "a", ONE(STATE(1, WERO,
	  0xa, OWN(0xa, Y), OTHER(0xb, N), OTHER(0xd, N), OTHER(0xe, N))), .verbose = true,
	  .said = FIND_1 "abort 0xb a, 60\nabort 0xd a, 60\nlog 0xd a\nabort 0xe a, 60\n"
		  "log 0xe a\n"
		  "a: ok changed [0xa*]: aborted 0xb; aborted 0xd; aborted 0xe [a 3] [a 4] [a "
		  "5]\n" },
	{ "after the abort of the other key the LUN cannot be read", "a", ONE(TWO_KEYS),
	  { EVENT(4, 'a', UNREADABLE) },
	  .said = FIND_1 "abort 0xb a, 60\nabort 0xd a, 60\nlog 0xd a\n"
		  "a: failed not_done changed [0xa* 0xd]: iqn.2026-01.lab\n" },
	/* nodes that another fence has removed from the LUN that decides */
	{ "a third node is on both", "ab", TWO(ALL_3, ALL_3),
	  .said = FIND_2 "abort 0xb a, 40\nabort 0xb b, 45\nstatus a b, 60\n"
		  "a: ok changed [0xa* 0xc]: aborted 0xb\n"
		  "b: ok changed [0xa* 0xc]: aborted 0xb\n" },
	{ "a third node is not on the LUN that decides any more", "ab", TWO(BOTH, ALL_3),
	  .said = FIND_2 "abort 0xb a, 40\nabort 0xb b, 45\nabort 0xc b, 45\nlog 0xc b\n"
		  "status a b, 60\na: ok changed [0xa*]: aborted 0xb\n"
		  "b: ok changed [0xa*]: aborted 0xb; aborted 0xc\n" },
	{ "on NVMe another node has removed the third one just before: no proof, and none needed",
	  "ab", TWO(NVME_2, NVME_3),
	  { NOW(4, 'b', OURS), FAIL(5, 'b', STATUS_UNKNOWN, REASON_ABORT_NOT_PROVEN, false) },
	  .said = FIND_2 "abort 0xb a, 40\nabort 0xb b, 45\nabort 0xc b, 45\nlog 0xc b\n"
		  "status a b, 60\na: ok changed [0xa*]: aborted 0xb\n"
		  "b: ok changed [0xa*]: aborted 0xb, 1 warned\n" },
	{ "the same, and the removal of the third node was sent, without an answer", "ab",
	  TWO(NVME_2, NVME_3), { NOW(5, 'b', OURS),
	  FAIL(5, 'b', STATUS_UNKNOWN, REASON_ABORT_NOT_PROVEN, true) },
	  .said = FIND_2 "abort 0xb a, 40\nabort 0xb b, 45\nabort 0xc b, 45\nlog 0xc b\n"
		  "status a b, 60\na: ok changed [0xa*]: aborted 0xb\n"
		  "b: ok changed [0xa*]: aborted 0xb, 1 warned\n" },
	{ "the same, and the third node is still there", "ab", TWO(NVME_2, NVME_3),
	  { FAIL(5, 'b', STATUS_UNKNOWN, REASON_ABORT_NOT_PROVEN, false) },
	  .said = FIND_2 "abort 0xb a, 40\nabort 0xb b, 45\nabort 0xc b, 45\nlog 0xc b\n"
		  "a: ok changed [0xa*]: aborted 0xb\n"
		  "b: unknown abort_not_proven changed [0xa* 0xc]: aborted 0xb; then: played: "
		  "fails\n" },
	{ "the same, and nothing is reserved by then", "ab", TWO(NVME_2, NVME_3),
	  { NOW(5, 'b', STATE(3, RESV_NONE, 0, OWN(0xa, N))),
	    FAIL(5, 'b', STATUS_UNKNOWN, REASON_ABORT_NOT_PROVEN, false) },
	  .said = FIND_2 "abort 0xb a, 40\nabort 0xb b, 45\nabort 0xc b, 45\nlog 0xc b\n"
		  "a: ok changed [0xa*]: aborted 0xb\n"
		  "b: unknown abort_not_proven changed [0xa]: aborted 0xb; then: played: "
		  "fails\n" },
	{ "the same, of another failure", "ab", TWO(NVME_2, NVME_3),
	  { NOW(4, 'b', OURS), FAIL(5, 'b', STATUS_UNKNOWN, REASON_NOT_VERIFIED, false) },
	  .said = FIND_2 "abort 0xb a, 40\nabort 0xb b, 45\nabort 0xc b, 45\nlog 0xc b\n"
		  "a: ok changed [0xa*]: aborted 0xb\n"
		  "b: unknown not_verified changed [0xa*]: aborted 0xb; then: played: fails\n" },
	{ "the third node's key is the victim's host's, too: its abort must be proven", "ab",
	  TWO(NVME_2, STATE(1, WERO, 0xa, OWN(0xa, Y), NVME(0xc, 2), NVME(0xc, 3))),
	  { NOW(4, 'b', OURS), FAIL(5, 'b', STATUS_UNKNOWN, REASON_ABORT_NOT_PROVEN, false) },
	  .said = FIND_2 "abort 0xb a, 40\nabort 0xb b, 45\nabort 0xc b, 45\nlog 0xc b\n"
		  "a: ok changed [0xa*]: aborted 0xb\n"
		  "b: unknown abort_not_proven [0xa*]: no 0xb; then: played: fails\n" },
	{ "the same on SCSI: the reset can prove it", "ab", TWO(BOTH, ALL_3),
	  { NOW(4, 'b', OURS), FAIL(5, 'b', STATUS_UNKNOWN, REASON_ABORT_NOT_PROVEN, false) },
	  .said = FIND_2 "abort 0xb a, 40\nabort 0xb b, 45\nabort 0xc b, 45\nlog 0xc b\n"
		  "a: ok changed [0xa*]: aborted 0xb\n"
		  "b: unknown abort_not_proven changed [0xa*]: aborted 0xb; then: played: "
		  "fails\n" },
	{ "a third node is on the LUN that decides alone", "ab", TWO(ALL_3, BOTH),
	  .said = FIND_2 "abort 0xb a, 40\nabort 0xb b, 45\nstatus a b, 60\n"
		  "a: ok changed [0xa* 0xc]: aborted 0xb\nb: ok changed [0xa*]: aborted 0xb\n" },
	{ "a third node went from the LUN that decides meanwhile", "ab", TWO(ALL_3, ALL_3),
	  { NOW(3, 'a', OURS) },
	  .said = FIND_2 "abort 0xb a, 40\nabort 0xb b, 45\nabort 0xc b, 45\nlog 0xc b\n"
		  "status a b, 60\na: ok changed [0xa*]: aborted 0xb\n"
		  "b: ok changed [0xa*]: aborted 0xb; aborted 0xc\n" },
	/* the second LUN */
	{ "the abort fails on the second LUN", "ab", TWO(BOTH, BOTH),
	  { FAIL(4, 'b', STATUS_UNKNOWN, REASON_ABORT_NOT_PROVEN, true) },
	  .said = FIND_2 "abort 0xb a, 40\nabort 0xb b, 45\na: ok changed [0xa*]: aborted 0xb\n"
		  "b: unknown abort_not_proven changed? [0xa* 0xb]: played: fails\n" },
	{ "a signal after the second LUN", "ab", TWO(BOTH, BOTH), { EVENT(4, 0, SIGNALED) },
	  .said = FIND_2 "abort 0xb a, 40\nabort 0xb b, 45\na: ok changed [0xa*]: aborted 0xb\n"
		  "b: ok changed [0xa*]: aborted 0xb\nfailed\n" },
	{ "the child dies after the second LUN", "ab", TWO(BOTH, BOTH), { EVENT(4, 0, BROKEN) },
	  .said = FIND_2 "abort 0xb a, 40\nabort 0xb b, 45\na: ok changed [0xa*]: aborted 0xb\n"
		  "b: ok changed [0xa*]: aborted 0xb\nfailed\n" },
	/* all are read once more */
	{ "the victim is back on the second LUN", "ab", TWO(BOTH, BOTH),
	  { NOW(4, 'b', BOTH) },
	  .said = FIND_2 "abort 0xb a, 40\nabort 0xb b, 45\nstatus a b, 60\n"
		  "a: ok changed [0xa*]: aborted 0xb\n"
		  "b: failed changed_since changed [0xa* 0xb]: done\n" },
	{ "the victim is back on the first LUN meanwhile", "ab", TWO(BOTH, BOTH),
	  { NOW(5, 'a', BOTH) },
	  .said = FIND_2 "abort 0xb a, 40\nabort 0xb b, 45\nstatus a b, 60\n"
		  "a: failed changed_since changed [0xa* 0xb]: done\n"
		  "b: ok changed [0xa*]: aborted 0xb\n" },
	{ "the second LUN is not reserved any more", "ab", TWO(BOTH, BOTH),
	  { NOW(4, 'b', STATE(3, RESV_NONE, 0, OWN(0xa, N))) },
	  .said = FIND_2 "abort 0xb a, 40\nabort 0xb b, 45\nstatus a b, 60\n"
		  "a: ok changed [0xa*]: aborted 0xb\n"
		  "b: failed changed_since changed [0xa]: done\n" },
	{ "the last reading has no state", "ab", TWO(BOTH, BOTH), { EVENT(5, 'a', UNREADABLE) },
	  .said = FIND_2 "abort 0xb a, 40\nabort 0xb b, 45\nstatus a b, 60\n"
		  "a: failed changed_since changed [?]: done\n"
		  "b: ok changed [0xa*]: aborted 0xb\n" },
	{ "the last reading fails", "ab", TWO(BOTH, BOTH),
	  { FAIL(5, 'a', STATUS_FAILED, REASON_PATH, false) },
	  .said = FIND_2 "abort 0xb a, 40\nabort 0xb b, 45\nstatus a b, 60\n"
		  "a: failed path changed [0xa*]: done, but the final read failed: played: fails; "
		  "fence again\n"
		  "b: ok changed [0xa*]: aborted 0xb\n" },
	/* who is left */
	{ "a host of nobody is left", "a", ONE(STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xb, N),
	  THIRD(0xf, N))),
	  .said = FIND_1 "abort 0xb a, 60\n"
		  "a: failed not_done changed [0xa* 0xf]: iqn.2026-01.lab\n" },
	{ "a host of nobody is left, and listed first", "a", ONE(STATE(1, WERO, 0xa,
	  THIRD(0xf, N), OWN(0xa, Y), OTHER(0xb, N))),
	  .said = FIND_1 "abort 0xb a, 60\n"
		  "a: failed not_done changed [0xf 0xa*]: iqn.2026-01.lab\n" },
	{ "the victim's host comes with its key and another node's, before the abort", "ab",
	  TWO(OURS, OURS), { THEN(2, 'b', STATE(3, WERO, 0xa, OWN(0xa, Y), OTHER(0xb, N),
	  OTHER(0xc, N))) },
	  .said = FIND_2 "abort 0xb a, 40\nabort 0xb b, 45\nstatus a b, 60\n"
		  "a: ok [0xa*]: no 0xb\n"
		  "b: failed not_done changed [0xa* 0xc]: iqn.2026-01.lab\n" },
	{ "a host of nobody is left on the second LUN", "ab", TWO(BOTH, STATE(1, WERO, 0xa,
	  OWN(0xa, Y), OTHER(0xb, N), THIRD(0xf, N))),
	  .said = FIND_2 "abort 0xb a, 40\nabort 0xb b, 45\nstatus a b, 60\n"
		  "a: ok changed [0xa*]: aborted 0xb\n"
		  "b: failed not_done changed [0xa* 0xf]: iqn.2026-01.lab\n" },
	{ "this node's key on another host is left", "a", ONE(STATE(1, WERO, 0xa, OWN(0xa, Y),
	  OTHER(0xb, N), THIRD(0xa, N))),
	  .said = FIND_1 "abort 0xb a, 60\na: failed not_done changed [0xa* 0xa]: 0xa\n" },
	{ "two hosts of nobody: the first one is named", "a", ONE(STATE(1, WERO, 0xa,
	  OWN(0xa, Y), OTHER(0xb, N), THIRD(0xf, N), THIRD(0xe, N))),
	  .said = FIND_1 "abort 0xb a, 60\n"
		  "a: failed not_done changed [0xa* 0xe 0xf]: iqn.2026-01.lab\n" },
	{ "no names: each other host is warned of", "ab", TWO(ALL_3, ALL_3), .unnamed = true,
	  .said = FIND_2 "abort 0xb a, 40\nabort 0xb b, 45\nstatus a b, 60\n"
		  "a: ok changed [0xa* 0xc]: aborted 0xb, 1 warned\n"
		  "b: ok changed [0xa* 0xc]: aborted 0xb, 1 warned\n" },
	{ "the victim's host comes with another node's key meanwhile", "ab", TWO(BOTH, BOTH),
	  { NOW(4, 'b', STATE(3, WERO, 0xa, OWN(0xa, Y), OTHER(0xc, N))) },
	  .said = FIND_2 "abort 0xb a, 40\nabort 0xb b, 45\nstatus a b, 60\n"
		  "a: ok changed [0xa*]: aborted 0xb\n"
		  "b: failed not_done changed [0xa* 0xc]: iqn.2026-01.lab\n" },
	{ "the victim is nowhere", "ab", TWO(OURS, OURS),
	  .said = FIND_2 "abort 0xb a, 40\nabort 0xb b, 45\nstatus a b, 60\n"
		  "a: ok [0xa*]: no 0xb\nb: ok [0xa*]: no 0xb\n" },
};

/* Whether each of three LUNs is reserved, and the victim's host is on none. */
static bool is_fenced(void)
{
	for (size_t i = 0; i < 3; i++)
		if (state_has_key(&played.luns[i].state, 0xb) ||
		    state_has_key(&played.luns[i].state, 0xd) ||
		    played.luns[i].state.type == RESV_NONE)
			return false;
	return true;
}

static void memory_ends(void **state)
{
	const struct fence fence = { .key = 0xa, .plug = 0xb, .type = WERO, .names = &names };
	const struct scarce scarce = { .devices = "abc", .action = act_off, .is_done = is_fenced,
				       .luns = { { .state = TWO_KEYS }, { .state = OPEN },
						 { .state = ALL_3 } } };

	(void)state;
	scarce_play(&fence, &scarce);
}

/* A request without any time is not begun. */
static void no_time(void **state)
{
	const struct fence fence = { .key = 0xa, .plug = 0xb, .names = &names };
	struct arena *arena = unit_arena();
	struct act act = { .fence = &fence, .reported = { .arena = arena } };
	struct request request = { .command = COMMAND_STATUS, .command_name = "fence" };
	const char *devices[] = { "a", "b" };
	struct results results;

	(void)state;
	played = (struct played){ .memory = -1 };
	act_request(&act, &request, devices, 2, clock_now(), &results);
	assert_int_equal(played.requests, 0);
	assert_false(act.failed);
	assert_non_null(results.first->next);
	for (const struct result *result = results.first; result; result = result->next) {
		assert_int_equal(result->outcome.status, STATUS_FAILED);
		assert_int_equal(result->outcome.changed, TRI_NO);
		assert_string_equal(fence_read_failed(arena, result->outcome.message),
				    "no time is left of power_timeout; check for a dead path, or "
				    "use a longer power_timeout");
	}
	arena_free(arena);
}

static void fence_play(void **state)
{
	const typeof(fences[0]) *row = *state;
	const struct fence fence = { .key = 0xa, .plug = 0xb, .type = WERO,
				     .names = row->unnamed  ? &no_names :
					      row->stranger ? &other_names :
							      &names,
				     .verbose = row->verbose,
				     .by_groups = row->by_groups };
	struct arena *arena = unit_arena();

	played = (struct played){ .memory = -1 };
	memcpy(played.luns, row->luns, sizeof(row->luns));
	memcpy(played.events, row->events, sizeof(row->events));
	play(&fence, row->devices, arena, act_off);
	said_check(row->said);
	arena_free(arena);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, fence_play, fences);
	UNIT_TEST(&unit, memory_ends);
	UNIT_TEST(&unit, no_time);
	return unit_run(&unit, "off");
}
