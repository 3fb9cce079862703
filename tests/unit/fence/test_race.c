// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Whole fences that arbiters decide: node1 is this host with 0xa, and fences node2, 0xb. LUN a is a
 * shared disk. The requests in their order, and the messages.
 */
#include "played.h"

static struct name list[] = { { 0xa, "node1" }, { 0xb, "node2" }, { 0xc, "node3" } };
static const struct key_names names = { .list = list, .count = 3 };

#define BOTH STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xb, N))
#define OURS STATE(2, WERO, 0xa, OWN(0xa, Y))
#define ALL_3 STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xb, N), THIRD(0xc, N))
#define ONLY_2 STATE(1, WERO, 0xb, OTHER(0xb, Y))
#define ONLY_3 STATE(1, WERO, 0xc, THIRD(0xc, Y))
#define OPEN STATE(1, RESV_NONE, 0, OWN(0xa, N), OTHER(0xb, N))
#define OTHER_KEY STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xd, N))

#define FIND "resolve a, 15\nresolve b c d, 15\nstatus 0xb a b c d, 15\n"

static const struct {
	const char *name;
	const char *devices, *arbiters;
	struct played_lun luns[LUNS_MAX];
	struct event events[EVENTS_MAX];
	int seconds;
	const char *said;
} fences[] = {
	{ "most of three, and then everything", "a", "bcd",
	  { IN(BOTH), VOTES(BOTH), VOTES(BOTH), VOTES(BOTH) },
	  .said = FIND "abort 0xb b, 24\nabort 0xb c, 40\nstatus b c d, 20\nabort 0xb a d, 45\n"
		  "status a b c d, 60\na: ok changed [0xa*]: aborted 0xb\n"
		  "b: ok changed [0xa*]: aborted 0xb\nc: ok changed [0xa*]: aborted 0xb\n"
		  "d: ok changed [0xa*]: aborted 0xb\n" },
	{ "in the order of the WWIDs, whatever was named first", "a", "dbc",
	  { IN(BOTH), VOTES(BOTH), VOTES(BOTH), VOTES(BOTH) },
	  .said = "resolve a, 15\nresolve d b c, 15\nstatus 0xb a b c d, 15\n"
		  "abort 0xb b, 24\nabort 0xb c, 40\nstatus b c d, 20\nabort 0xb a d, 45\n"
		  "status a b c d, 60\na: ok changed [0xa*]: aborted 0xb\n"
		  "b: ok changed [0xa*]: aborted 0xb\nc: ok changed [0xa*]: aborted 0xb\n"
		  "d: ok changed [0xa*]: aborted 0xb\n" },
	{ "one arbiter", "a", "b", { IN(BOTH), VOTES(BOTH) },
	  .said = "resolve a, 15\nresolve b, 15\nstatus 0xb a b, 15\nabort 0xb b, 40\n"
		  "status b, 20\nabort 0xb a, 45\nstatus a b, 60\n"
		  "a: ok changed [0xa*]: aborted 0xb\nb: ok changed [0xa*]: aborted 0xb\n" },
	{ "one arbiter, which is the shared disk", "a", "a", { VOTES(BOTH) },
	  .said = "resolve a, 15\nresolve a, 15\nstatus 0xb a, 15\nabort 0xb a, 60\n"
		  "status a, 20\nstatus a, 60\na: ok changed [0xa*]: aborted 0xb\n" },
	{ "an arbiter is not found", "a", "bcd",
	  { IN(BOTH), { .missing = REASON_NOT_FOUND }, VOTES(BOTH), VOTES(BOTH) },
	  .said = "resolve a, 15\nresolve b c d, 15\nstatus 0xb a c d, 15\nabort 0xb c, 24\n"
		  "abort 0xb d, 40\nstatus c d, 20\nabort 0xb a, 45\nstatus a c d, 60\n"
		  "a: ok changed [0xa*]: aborted 0xb\nb: ok, 1 warned\n"
		  "c: ok changed [0xa*]: aborted 0xb\nd: ok changed [0xa*]: aborted 0xb\n" },
	{ "two are not found", "a", "bcd",
	  { IN(BOTH), { .missing = REASON_NOT_FOUND }, { .missing = REASON_NOT_FOUND },
	    VOTES(BOTH) },
	  .said = "resolve a, 15\nresolve b c d, 15\nstatus 0xb a d, 15\n"
		  "a: failed not_sent [?]: nothing was sent\n"
		  "b: device not_found: played: missing\n"
		  "c: device not_found: played: missing\nfailed\n" },
	{ "two arbiters are one disk", "a", "bcd",
	  { IN(BOTH), VOTES(BOTH), VOTES(BOTH), VOTES(BOTH) }, { EVENT(2, 'd', LOST) },
	  .said = "resolve a, 15\nresolve b c d, 15\n"
		  "d: device not_whole_lun: this arbiter is the same disk as another "
		  "one\n"
		  "a: failed not_sent [?]: nothing was sent\nfailed\n" },
	{ "an arbiter without a WWID comes last", "a", "bcd",
	  { IN(BOTH), { .state = BOTH, .nameless = true }, IN(BOTH), IN(BOTH) },
	  .said = "resolve a, 15\n"
		  "resolve b c d, 15\n"
		  "status 0xb a c d b, 15\n"
		  "abort 0xb c, 24\n"
		  "abort 0xb d, 40\n"
		  "status c d b, 20\n"
		  "abort 0xb a b, 45\n"
		  "status a c d b, 60\n"
		  "a: ok changed [0xa*]: aborted 0xb\n"
		  "c: ok changed [0xa*]: aborted 0xb\n"
		  "d: ok changed [0xa*]: aborted 0xb\n"
		  "b: ok changed [0xa*]: aborted 0xb\n" },
	{ "arbiters without WWIDs come in the order in which they were given", "a", "cbd",
	  { IN(BOTH), { .state = BOTH, .nameless = true },
	    { .state = BOTH, .nameless = true }, IN(BOTH) },
	  .said = "resolve a, 15\n"
		  "resolve c b d, 15\n"
		  "status 0xb a d c b, 15\n"
		  "abort 0xb d, 24\n"
		  "abort 0xb c, 40\n"
		  "status d c b, 20\n"
		  "abort 0xb a b, 45\n"
		  "status a d c b, 60\n"
		  "a: ok changed [0xa*]: aborted 0xb\n"
		  "d: ok changed [0xa*]: aborted 0xb\n"
		  "c: ok changed [0xa*]: aborted 0xb\n"
		  "b: ok changed [0xa*]: aborted 0xb\n" },
	{ "two arbiters are one disk, by their WWIDs", "a", "bcd",
	  { IN(BOTH), IN(BOTH), { .state = BOTH, .twin = 'b' }, IN(BOTH) },
	  .said = "resolve a, 15\n"
		  "resolve b c d, 15\n"
		  "c: device not_whole_lun: this arbiter is the same disk as b\n"
		  "a: failed not_sent [?]: nothing was sent\n"
		  "failed\n" },
	{ "two arbiters are one disk, by their numbers", "a", "bcd",
	  { IN(BOTH), { .state = BOTH, .nameless = true },
	    { .state = BOTH, .nameless = true, .twin = 'b' }, IN(BOTH) },
	  .said = "resolve a, 15\n"
		  "resolve b c d, 15\n"
		  "c: device not_whole_lun: this arbiter is the same disk as b\n"
		  "a: failed not_sent [?]: nothing was sent\n"
		  "failed\n" },
	{ "the shared disk is an arbiter by another name", "a", "bcd",
	  { IN(BOTH), { .state = BOTH, .twin = 'a' }, IN(BOTH), IN(BOTH) },
	  .said = "resolve a, 15\n"
		  "resolve b c d, 15\n"
		  "status 0xb a c d, 15\n"
		  "abort 0xb a, 24\n"
		  "abort 0xb c, 40\n"
		  "status a c d, 20\n"
		  "abort 0xb d, 45\n"
		  "status a c d, 60\n"
		  "a: ok changed [0xa*]: aborted 0xb\n"
		  "c: ok changed [0xa*]: aborted 0xb\n"
		  "d: ok changed [0xa*]: aborted 0xb\n" },
	{ "the shared disk, without a WWID, is an arbiter by another name", "a", "bcd",
	  { { .state = BOTH, .nameless = true },
	    { .state = BOTH, .nameless = true, .twin = 'a' }, IN(BOTH), IN(BOTH) },
	  .said = "resolve a, 15\n"
		  "resolve b c d, 15\n"
		  "status 0xb a c d, 15\n"
		  "abort 0xb c, 24\n"
		  "abort 0xb d, 40\n"
		  "status c d a, 20\n"
		  "abort 0xb a, 45\n"
		  "status a c d, 60\n"
		  "a: ok changed [0xa*]: aborted 0xb\n"
		  "c: ok changed [0xa*]: aborted 0xb\n"
		  "d: ok changed [0xa*]: aborted 0xb\n" },
	{ "no shared disk is found", "a", "bcd",
	  { { .missing = REASON_NOT_FOUND }, VOTES(BOTH), VOTES(BOTH), VOTES(BOTH) },
	  .said = "resolve a, 15\nresolve b c d, 15\na: device not_found: played: missing\n" },
	{ "an arbiter is no answer before the race", "a", "bcd",
	  { IN(BOTH), VOTES(BOTH), VOTES(BOTH), VOTES(BOTH) },
	  { FAIL(3, 'b', STATUS_FAILED, REASON_PATH, false) },
	  .said = FIND "abort 0xb c, 24\nabort 0xb d, 40\nstatus b c d, 20\nabort 0xb a, 45\n"
		  "status a c d, 60\na: ok changed [0xa*]: aborted 0xb\n"
		  "b: ok [0xa* 0xb], 1 warned\nc: ok changed [0xa*]: aborted 0xb\n"
		  "d: ok changed [0xa*]: aborted 0xb\n" },
	{ "an arbiter's vote is not recorded", "a", "bcd",
	  { IN(BOTH), IN(BOTH), VOTES(BOTH), VOTES(BOTH) },
	  .said = FIND "abort 0xb c, 24\nabort 0xb d, 40\nstatus b c d, 20\nabort 0xb a, 45\n"
		  "status a c d, 60\na: ok changed [0xa*]: aborted 0xb\n"
		  "b: ok [0xa* 0xb], 1 warned\nc: ok changed [0xa*]: aborted 0xb\n"
		  "d: ok changed [0xa*]: aborted 0xb\n" },
	{ "no vote is recorded: each counts", "a", "bcd",
	  { IN(BOTH), IN(BOTH), IN(BOTH), IN(BOTH) },
	  .said = FIND "abort 0xb b, 24\nabort 0xb c, 40\nstatus b c d, 20\nabort 0xb a d, 45\n"
		  "status a b c d, 60\na: ok changed [0xa*]: aborted 0xb\n"
		  "b: ok changed [0xa*]: aborted 0xb\nc: ok changed [0xa*]: aborted 0xb\n"
		  "d: ok changed [0xa*]: aborted 0xb\n" },
	{ "two arbiters are no answer before the race", "a", "bcd",
	  { IN(BOTH), VOTES(BOTH), VOTES(BOTH), VOTES(BOTH) },
	  { FAIL(3, 'b', STATUS_FAILED, REASON_PATH, false),
	    FAIL(3, 'c', STATUS_FAILED, REASON_PATH, false) },
	  .said = "resolve a, 15\nresolve b c d, 15\nstatus 0xb a b c d, 15\n"
		  "a: failed not_sent [?]: nothing was sent\n"
		  "b: failed path [0xa* 0xb]: played: fails before the change\n"
		  "c: failed path [0xa* 0xb]: played: fails before the change\nfailed\n" },
	{ "only one vote is recorded", "a", "bcd",
	  { IN(BOTH), IN(BOTH), IN(BOTH), VOTES(BOTH) },
	  .said = FIND "a: failed not_sent [?]: nothing was sent\n"
		  "b: conflict key_not_registered [0xa* 0xb]: 0xa (node1) is registered\n"
		  "c: conflict key_not_registered [0xa* 0xb]: 0xa (node1) is registered\n"
		  "failed\n" },
	/* another node is faster */
	{ "an arbiter has removed this node: give way, and go on", "a", "bcd",
	  { IN(BOTH), VOTES(ONLY_2), VOTES(BOTH), VOTES(BOTH) },
	  .said = FIND "pause 3\nstatus 0xb a b c d, 15\nabort 0xb c, 24\nabort 0xb d, 40\n"
		  "status b c d, 20\nabort 0xb a, 45\nstatus a c d, 60\n"
		  "a: ok changed [0xa*]: aborted 0xb\nb: ok [0xb*], 1 warned\n"
		  "c: ok changed [0xa*]: aborted 0xb\nd: ok changed [0xa*]: aborted 0xb\n" },
	{ "the same, and little time is left: a fourth of it", "a", "bcd",
	  { IN(BOTH), VOTES(ONLY_2), VOTES(BOTH), VOTES(BOTH) }, .seconds = 8,
	  .said = "resolve a, 2\nresolve b c d, 2\nstatus 0xb a b c d, 2\npause 2\n"
		  "status 0xb a b c d, 2\nabort 0xb c, 3\nabort 0xb d, 5\nstatus b c d, 2\n"
		  "abort 0xb a, 6\nstatus a c d, 8\na: ok changed [0xa*]: aborted 0xb\n"
		  "b: ok [0xb*], 1 warned\nc: ok changed [0xa*]: aborted 0xb\n"
		  "d: ok changed [0xa*]: aborted 0xb\n" },
	{ "the same, and the next one goes meanwhile", "a", "bcd",
	  { IN(BOTH), VOTES(ONLY_2), VOTES(BOTH), VOTES(BOTH) },
	  { THEN(3, 'c', ONLY_2) },
	  .said = FIND "pause 3\nstatus 0xb a b c d, 15\n"
		  "a: failed not_sent [?]: nothing was sent\n"
		  "b: conflict key_not_registered [0xb*]: 0xa (node1) is not registered\n"
		  "c: conflict key_not_registered [0xb*]: 0xa (node1) is not registered\n"
		  "failed\n" },
	{ "lost at the second one", "a", "bcd",
	  { IN(BOTH), VOTES(BOTH), VOTES(BOTH), VOTES(BOTH) },
	  { THEN(3, 'c', ONLY_2) },
	  .said = FIND "abort 0xb b, 24\nabort 0xb c, 40\n"
		  "a: failed not_sent [?]: nothing was sent\n"
		  "b: ok changed [0xa*]: aborted 0xb\n"
		  "c: conflict key_not_registered [0xb*]: played: no key\nfailed\n" },
	{ "lost at the last reading of the arbiters", "a", "bcd",
	  { IN(BOTH), VOTES(BOTH), VOTES(BOTH), VOTES(BOTH) },
	  { THEN(4, 'b', ONLY_3) },
	  .said = FIND "abort 0xb b, 24\nabort 0xb c, 40\nstatus b c d, 20\n"
		  "a: failed not_sent [?]: nothing was sent\n"
		  "b: ok changed [0xa*]: aborted 0xb\nc: ok changed [0xa*]: aborted 0xb\n"
		  "failed\n" },
	{ "the victim is back at that reading", "a", "bcd",
	  { IN(BOTH), VOTES(BOTH), VOTES(BOTH), VOTES(BOTH) },
	  { THEN(4, 'b', BOTH) },
	  .said = FIND "abort 0xb b, 24\nabort 0xb c, 40\nstatus b c d, 20\n"
		  "a: failed not_sent [?]: nothing was sent\n"
		  "b: ok changed [0xa*]: aborted 0xb\nc: ok changed [0xa*]: aborted 0xb\n"
		  "failed\n" },
	{ "an arbiter is no answer at that reading: the next one", "a", "bcd",
	  { IN(BOTH), VOTES(BOTH), VOTES(BOTH), VOTES(BOTH) },
	  { FAIL(6, 'c', STATUS_FAILED, REASON_PATH, false) },
	  .said = FIND "abort 0xb b, 24\nabort 0xb c, 40\nstatus b c d, 20\nabort 0xb d, 40\n"
		  "status b d, 20\nabort 0xb a, 45\nstatus a b d, 60\n"
		  "a: ok changed [0xa*]: aborted 0xb\nb: ok changed [0xa*]: aborted 0xb\n"
		  "c: ok changed [0xa*], 1 warned\nd: ok changed [0xa*]: aborted 0xb\n" },
	{ "the same, and the next one is no answer", "a", "bcd",
	  { IN(BOTH), VOTES(BOTH), VOTES(BOTH), VOTES(BOTH) },
	  { FAIL(6, 'c', STATUS_FAILED, REASON_PATH, false),
	    FAIL(7, 'd', STATUS_FAILED, REASON_PATH, true) },
	  .said = FIND "abort 0xb b, 24\nabort 0xb c, 40\nstatus b c d, 20\nabort 0xb d, 40\n"
		  "a: failed not_sent [?]: nothing was sent\n"
		  "b: ok changed [0xa*]: aborted 0xb\n"
		  "c: failed path changed [0xa*]: done, but the final read fail"
		  "ed: played: fails; fence again\n"
		  "d: failed path changed? [0xa* 0xb]: played: fails\nfailed\n" },
	{ "the same, and another node has won the next one", "a", "bcd",
	  { IN(BOTH), VOTES(BOTH), VOTES(BOTH), VOTES(BOTH) },
	  { FAIL(6, 'c', STATUS_FAILED, REASON_PATH, false),
	    NOW(6, 'd', ONLY_2) },
	  .said = FIND "abort 0xb b, 24\nabort 0xb c, 40\nstatus b c d, 20\nabort 0xb d, 40\n"
		  "a: failed not_sent [?]: nothing was sent\n"
		  "b: ok changed [0xa*]: aborted 0xb\n"
		  "c: failed path changed [0xa*]: done, but the final read fail"
		  "ed: played: fails; fence again\n"
		  "d: conflict key_not_registered [0xb*]: played: no key\nfailed\n" },
	{ "the same, and another one has lost this node since", "a", "bcd",
	  { IN(BOTH), VOTES(BOTH), VOTES(BOTH), VOTES(BOTH) },
	  { FAIL(6, 'c', STATUS_FAILED, REASON_PATH, false),
	    NOW(6, 'b', ONLY_3) },
	  .said = FIND "abort 0xb b, 24\nabort 0xb c, 40\nstatus b c d, 20\n"
		  "a: failed not_sent [?]: nothing was sent\n"
		  "b: ok changed [0xa*]: aborted 0xb\n"
		  "c: failed path changed [0xa*]: done, but the final read fail"
		  "ed: played: fails; fence again\nfailed\n" },
	{ "the same, and the other one is no answer at the next reading", "a", "bcd",
	  { IN(BOTH), VOTES(BOTH), VOTES(BOTH), VOTES(BOTH) },
	  { FAIL(6, 'c', STATUS_FAILED, REASON_PATH, false),
	    FAIL(8, 'b', STATUS_FAILED, REASON_PATH, false) },
	  .said = FIND "abort 0xb b, 24\nabort 0xb c, 40\nstatus b c d, 20\nabort 0xb d, 40\n"
		  "status b d, 20\na: failed not_sent [?]: nothing was sent\n"
		  "b: failed path changed [0xa*]: done, but the final read fail"
		  "ed: played: fails; fence again\n"
		  "c: failed path changed [0xa*]: done, but the final read fail"
		  "ed: played: fails; fence again\nd: ok changed [0xa*]: aborted 0xb\n"
		  "failed\n" },
	{ "the same, and the other one has lost this node at the next reading", "a", "bcd",
	  { IN(BOTH), VOTES(BOTH), VOTES(BOTH), VOTES(BOTH) },
	  { FAIL(6, 'c', STATUS_FAILED, REASON_PATH, false),
	    NOW(8, 'b', ONLY_3) },
	  .said = FIND "abort 0xb b, 24\nabort 0xb c, 40\nstatus b c d, 20\nabort 0xb d, 40\n"
		  "status b d, 20\na: failed not_sent [?]: nothing was sent\n"
		  "b: ok changed [0xa*]: aborted 0xb\n"
		  "c: failed path changed [0xa*]: done, but the final read fail"
		  "ed: played: fails; fence again\nd: ok changed [0xa*]: aborted 0xb\n"
		  "failed\n" },
	{ "two arbiters are no answer at that reading", "a", "bcd",
	  { IN(BOTH), VOTES(BOTH), VOTES(BOTH), VOTES(BOTH) },
	  { FAIL(6, 'c', STATUS_FAILED, REASON_PATH, false),
	    FAIL(6, 'b', STATUS_FAILED, REASON_PATH, false) },
	  .said = FIND "abort 0xb b, 24\nabort 0xb c, 40\nstatus b c d, 20\nabort 0xb d, 24\n"
		  "a: failed not_sent [?]: nothing was sent\n"
		  "b: failed path changed [0xa*]: done, but the final read fail"
		  "ed: played: fails; fence again\n"
		  "c: failed path changed [0xa*]: done, but the final read fail"
		  "ed: played: fails; fence again\nd: ok changed [0xa*]: aborted 0xb\n"
		  "failed\n" },
	{ "an arbiter that is a shared disk is no answer at that reading", "ab", "bcd",
	  { IN(BOTH), VOTES(BOTH), VOTES(BOTH), VOTES(BOTH) },
	  { FAIL(6, 'b', STATUS_FAILED, REASON_PATH, false) },
	  .said = "resolve a b, 15\nresolve b c d, 15\nstatus 0xb a b c d, 15\n"
		  "abort 0xb b, 24\nabort 0xb c, 40\nstatus b c d, 20\nabort 0xb d, 40\n"
		  "status c d, 20\nabort 0xb a, 45\n"
		  "b: failed path changed [0xa*]: done, but the final read fail"
		  "ed: played: fails; fence again\na: ok changed [0xa*]: aborted 0xb\n"
		  "c: ok changed [0xa*]: aborted 0xb\nd: ok changed [0xa*]: aborted 0xb\n" },
	{ "one that was not tried lists neither", "a", "bcd",
	  { IN(BOTH), VOTES(BOTH), VOTES(BOTH), VOTES(ONLY_3) },
	  .said = FIND "pause 3\nstatus 0xb a b c d, 15\nabort 0xb b, 24\nabort 0xb c, 40\n"
		  "status b c d, 20\nabort 0xb a, 45\nstatus a b c, 60\n"
		  "a: ok changed [0xa*]: aborted 0xb\nd: ok [0xc*], 1 warned\n"
		  "b: ok changed [0xa*]: aborted 0xb\nc: ok changed [0xa*]: aborted 0xb\n" },
	{ "a third node that one lacks, and one is no answer at that reading", "a", "bcd",
	  { IN(ALL_3), VOTES(ALL_3), VOTES(BOTH), VOTES(BOTH) },
	  { FAIL(6, 'd', STATUS_FAILED, REASON_PATH, false) },
	  .said = "resolve a, 15\n"
		  "resolve b c d, 15\n"
		  "status 0xb a b c d, 15\n"
		  "abort 0xb b, 24\n"
		  "abort 0xb c, 40\n"
		  "status b c d, 20\n"
		  "abort 0xb a d, 45\n"
		  "status a b c d, 60\n"
		  "a: ok changed [0xa* 0xc]: aborted 0xb\n"
		  "b: ok changed [0xa* 0xc]: aborted 0xb\n"
		  "c: ok changed [0xa*]: aborted 0xb\n"
		  "d: ok changed [0xa*]: aborted 0xb\n" },
	{ "the same, and one has no state at that reading", "a", "bcd",
	  { IN(ALL_3), VOTES(ALL_3), VOTES(BOTH), VOTES(BOTH) }, { EVENT(6, 'd', UNREADABLE) },
	  .said = "resolve a, 15\n"
		  "resolve b c d, 15\n"
		  "status 0xb a b c d, 15\n"
		  "abort 0xb b, 24\n"
		  "abort 0xb c, 40\n"
		  "status b c d, 20\n"
		  "abort 0xb a d, 45\n"
		  "status a b c d, 60\n"
		  "a: ok changed [0xa* 0xc]: aborted 0xb\n"
		  "b: ok changed [0xa* 0xc]: aborted 0xb\n"
		  "c: ok changed [0xa*]: aborted 0xb\n"
		  "d: ok changed [0xa*]: aborted 0xb\n" },
	{ "an arbiter has no state before the race", "a", "bcd",
	  { IN(BOTH), VOTES(BOTH), VOTES(BOTH), VOTES(BOTH) }, { EVENT(3, 'b', UNREADABLE) },
	  .said = "resolve a, 15\n"
		  "resolve b c d, 15\n"
		  "status 0xb a b c d, 15\n"
		  "abort 0xb c, 24\n"
		  "abort 0xb d, 40\n"
		  "status b c d, 20\n"
		  "abort 0xb a, 45\n"
		  "status a c d, 60\n"
		  "a: ok changed [0xa*]: aborted 0xb\n"
		  "b: ok [?], 1 warned\n"
		  "c: ok changed [0xa*]: aborted 0xb\n"
		  "d: ok changed [0xa*]: aborted 0xb\n" },
	{ "nothing comes of reading an arbiter before the race", "a", "bcd",
	  { IN(BOTH), VOTES(BOTH), VOTES(BOTH), VOTES(BOTH) }, { EVENT(3, 'b', LOST) },
	  .said = "resolve a, 15\n"
		  "resolve b c d, 15\n"
		  "status 0xb a b c d, 15\n"
		  "abort 0xb c, 24\n"
		  "abort 0xb d, 40\n"
		  "status b c d, 20\n"
		  "abort 0xb a, 45\n"
		  "status a c d, 60\n"
		  "a: ok changed [0xa*]: aborted 0xb\n"
		  "c: ok changed [0xa*]: aborted 0xb\n"
		  "d: ok changed [0xa*]: aborted 0xb\n" },
	{ "a signal at that reading", "a", "bcd",
	  { IN(BOTH), VOTES(BOTH), VOTES(BOTH), VOTES(BOTH) }, { EVENT(6, 0, SIGNALED) },
	  .said = "resolve a, 15\n"
		  "resolve b c d, 15\n"
		  "status 0xb a b c d, 15\n"
		  "abort 0xb b, 24\n"
		  "abort 0xb c, 40\n"
		  "status b c d, 20\n"
		  "a: failed not_sent [?]: nothing was sent\n"
		  "b: ok changed [0xa*]: aborted 0xb\n"
		  "c: ok changed [0xa*]: aborted 0xb\n"
		  "failed\n" },
	/* the preempts */
	{ "an arbiter is no answer in the race: the next one", "a", "bcd",
	  { IN(BOTH), VOTES(BOTH), VOTES(BOTH), VOTES(BOTH) },
	  { FAIL(4, 'b', STATUS_FAILED, REASON_PATH, true) },
	  .said = FIND "abort 0xb b, 24\nabort 0xb c, 24\nabort 0xb d, 40\nstatus b c d, 20\n"
		  "abort 0xb a, 45\nstatus a c d, 60\na: ok changed [0xa*]: aborted 0xb\n"
		  "b: ok changed? [0xa* 0xb], 1 warned\nc: ok changed [0xa*]: aborted 0xb\n"
		  "d: ok changed [0xa*]: aborted 0xb\n" },
	{ "two are no answer in the race", "a", "bcd",
	  { IN(BOTH), VOTES(BOTH), VOTES(BOTH), VOTES(BOTH) },
	  { FAIL(4, 'b', STATUS_FAILED, REASON_PATH, true),
	    FAIL(5, 'c', STATUS_FAILED, REASON_PATH, true) },
	  .said = FIND "abort 0xb b, 24\nabort 0xb c, 24\nabort 0xb d, 24\n"
		  "a: failed not_sent [?]: nothing was sent\n"
		  "b: failed path changed? [0xa* 0xb]: played: fails\n"
		  "c: failed path changed? [0xa* 0xb]: played: fails\n"
		  "d: ok changed [0xa*]: aborted 0xb\nfailed\n" },
	{ "a signal in the race", "a", "bcd",
	  { IN(BOTH), VOTES(BOTH), VOTES(BOTH), VOTES(BOTH) }, { EVENT(4, 0, SIGNALED) },
	  .said = FIND "abort 0xb b, 24\na: failed not_sent [?]: nothing was sent\n"
		  "b: ok changed [0xa*]: aborted 0xb\nfailed\n" },
	{ "nothing comes of the first one", "a", "bcd",
	  { IN(BOTH), VOTES(BOTH), VOTES(BOTH), VOTES(BOTH) }, { EVENT(4, 'b', LOST) },
	  .said = FIND "abort 0xb b, 24\na: failed not_sent [?]: nothing was sent\nfailed\n" },
	{ "nothing is reserved on an arbiter", "a", "bcd",
	  { IN(BOTH), VOTES(OPEN), VOTES(BOTH), VOTES(BOTH) },
	  .said = FIND "reserve wero b, 24\nabort 0xb b, 24\nabort 0xb c, 40\nstatus b c d, 20\n"
		  "abort 0xb a d, 45\nstatus a b c d, 60\na: ok changed [0xa*]: aborted 0xb\n"
		  "b: ok changed [0xa*]: reserved; aborted 0xb\n"
		  "c: ok changed [0xa*]: aborted 0xb\nd: ok changed [0xa*]: aborted 0xb\n" },
	{ "the victim's host has another key on an arbiter", "a", "bcd",
	  { IN(BOTH), VOTES(OTHER_KEY), VOTES(BOTH), VOTES(BOTH) },
	  .said = FIND "abort 0xd b, 24\nlog 0xd b\nabort 0xb c, 40\nstatus b c d, 20\n"
		  "abort 0xb a d, 45\nstatus a b c d, 60\na: ok changed [0xa*]: aborted 0xb\n"
		  "b: ok changed [0xa*]: aborted 0xd\nc: ok changed [0xa*]: aborted 0xb\n"
		  "d: ok changed [0xa*]: aborted 0xb\n" },
	{ "a third node that most arbiters lack", "a", "bcd",
	  { IN(ALL_3), VOTES(ALL_3), VOTES(BOTH), VOTES(BOTH) },
	  .said = FIND "abort 0xb b, 24\nabort 0xb c, 40\nstatus b c d, 20\nabort 0xb a d, 22\n"
		  "abort 0xc a, 45\nlog 0xc a\nabort 0xc b, 30\nlog 0xc b\n"
		  "status a b c d, 60\na: ok changed [0xa*]: aborted 0xb; aborted 0xc\n"
		  "b: ok changed [0xa*]: aborted 0xb; aborted 0xc\n"
		  "c: ok changed [0xa*]: aborted 0xb\nd: ok changed [0xa*]: aborted 0xb\n" },
	{ "the same, and the arbiter that has it fails", "a", "bcd",
	  { IN(ALL_3), VOTES(ALL_3), VOTES(BOTH), VOTES(BOTH) },
	  { FAIL(4, 'b', STATUS_FAILED, REASON_PATH, true) },
	  .said = "resolve a, 15\nresolve b c d, 15\nstatus 0xb a b c d, 15\n"
		  "abort 0xb b, 24\nabort 0xb c, 24\nabort 0xb d, 40\nstatus b c d, 20\n"
		  "abort 0xb a, 45\nabort 0xc a, 45\nlog 0xc a\nstatus a c d, 60\n"
		  "a: ok changed [0xa*]: aborted 0xb; aborted 0xc\n"
		  "b: ok changed? [0xa* 0xb 0xc], 1 warned\n"
		  "c: ok changed [0xa*]: aborted 0xb\nd: ok changed [0xa*]: aborted 0xb\n" },
	{ "the same, and the arbiter that has it is a shared disk", "ab", "bcd",
	  { IN(BOTH), VOTES(ALL_3), VOTES(BOTH), VOTES(BOTH) },
	  .said = "resolve a b, 15\nresolve b c d, 15\nstatus 0xb a b c d, 15\n"
		  "abort 0xb b, 24\nabort 0xb c, 40\nstatus b c d, 20\nabort 0xb a d, 45\n"
		  "abort 0xc b, 30\nlog 0xc b\nstatus b a c d, 60\n"
		  "b: ok changed [0xa*]: aborted 0xb; aborted 0xc\n"
		  "a: ok changed [0xa*]: aborted 0xb\nc: ok changed [0xa*]: aborted 0xb\n"
		  "d: ok changed [0xa*]: aborted 0xb\n" },
	{ "the victim's host has another key, as an arbiter shows just before its abort",
	  "a", "bcd",
	  { IN(OTHER_KEY), VOTES(OURS), VOTES(OURS), VOTES(OURS) }, { THEN(3, 'b', BOTH) },
	  .said = "resolve a, 15\nresolve b c d, 15\nstatus 0xb a b c d, 15\n"
		  "abort 0xb b, 24\nabort 0xb c, 40\nstatus b c d, 20\nabort 0xb d, 22\n"
		  "abort 0xd a, 45\nlog 0xd a\nstatus a b c d, 60\n"
		  "a: ok changed [0xa*]: aborted 0xd\nb: ok changed [0xa*]: aborted 0xb\n"
		  "c: ok [0xa*]: no 0xb\nd: ok [0xa*]: no 0xb\n" },
	{ "a third node that one arbiter lacks stays", "a", "bcd",
	  { IN(ALL_3), VOTES(BOTH), VOTES(ALL_3), VOTES(ALL_3) },
	  .said = FIND "abort 0xb b, 24\nabort 0xb c, 40\nstatus b c d, 20\nabort 0xb a d, 45\n"
		  "status a b c d, 60\na: ok changed [0xa* 0xc]: aborted 0xb\n"
		  "b: ok changed [0xa*]: aborted 0xb\nc: ok changed [0xa* 0xc]: aborted 0xb\n"
		  "d: ok changed [0xa* 0xc]: aborted 0xb\n" },
	/* the rest */
	{ "the shared disk fails", "a", "bcd",
	  { IN(BOTH), VOTES(BOTH), VOTES(BOTH), VOTES(BOTH) },
	  { FAIL(7, 'a', STATUS_FAILED, REASON_PATH, true) },
	  .said = FIND "abort 0xb b, 24\nabort 0xb c, 40\nstatus b c d, 20\nabort 0xb a d, 45\n"
		  "a: failed path changed? [0xa* 0xb]: played: fails\n"
		  "b: ok changed [0xa*]: aborted 0xb\nc: ok changed [0xa*]: aborted 0xb\n"
		  "d: ok changed [0xa*]: aborted 0xb\n" },
	{ "the last arbiter fails", "a", "bcd",
	  { IN(BOTH), VOTES(BOTH), VOTES(BOTH), VOTES(BOTH) },
	  { FAIL(7, 'd', STATUS_FAILED, REASON_PATH, true) },
	  .said = FIND "abort 0xb b, 24\nabort 0xb c, 40\nstatus b c d, 20\nabort 0xb a d, 45\n"
		  "status a b c, 60\na: ok changed [0xa*]: aborted 0xb\n"
		  "b: ok changed [0xa*]: aborted 0xb\nc: ok changed [0xa*]: aborted 0xb\n"
		  "d: ok changed? [0xa* 0xb], 1 warned\n" },
	{ "two arbiters have lost this node at the end", "a", "bcd",
	  { IN(BOTH), VOTES(BOTH), VOTES(BOTH), VOTES(BOTH) },
	  { NOW(8, 'b', ONLY_3), NOW(8, 'c', ONLY_3) },
	  .said = FIND "abort 0xb b, 24\nabort 0xb c, 40\nstatus b c d, 20\nabort 0xb a d, 45\n"
		  "status a b c d, 60\na: ok changed [0xa*]: aborted 0xb\n"
		  "b: conflict key_not_registered changed [0xc*]: a fence has removed 0xa "
		  "(node1)\n"
		  "c: conflict key_not_registered changed [0xc*]: a fence has removed 0xa "
		  "(node1)\n"
		  "d: ok changed [0xa*]: aborted 0xb\nfailed\n" },
	{ "one has, and one is no answer", "a", "bcd",
	  { IN(BOTH), VOTES(BOTH), VOTES(BOTH), VOTES(BOTH) },
	  { NOW(8, 'b', ONLY_3), FAIL(8, 'c', STATUS_FAILED, REASON_PATH, false) },
	  .said = FIND "abort 0xb b, 24\nabort 0xb c, 40\nstatus b c d, 20\nabort 0xb a d, 45\n"
		  "status a b c d, 60\na: ok changed [0xa*]: aborted 0xb\n"
		  "b: conflict key_not_registered changed [0xc*]: a fence has removed 0xa "
		  "(node1)\n"
		  "c: failed path changed [0xa*]: done, but the final read failed: played: "
		  "fails; fence again\n"
		  "d: ok changed [0xa*]: aborted 0xb\nfailed\n" },
	{ "one has at the end", "a", "bcd",
	  { IN(BOTH), VOTES(BOTH), VOTES(BOTH), VOTES(BOTH) }, { NOW(8, 'c', ONLY_3) },
	  .said = FIND "abort 0xb b, 24\nabort 0xb c, 40\nstatus b c d, 20\nabort 0xb a d, 45\n"
		  "status a b c d, 60\na: ok changed [0xa*]: aborted 0xb\n"
		  "b: ok changed [0xa*]: aborted 0xb\nc: ok changed [0xc*], 1 warned\n"
		  "d: ok changed [0xa*]: aborted 0xb\n" },
	{ "the victim is back on one arbiter at the end", "a", "bcd",
	  { IN(BOTH), VOTES(BOTH), VOTES(BOTH), VOTES(BOTH) }, { NOW(8, 'c', BOTH) },
	  .said = FIND "abort 0xb b, 24\nabort 0xb c, 40\nstatus b c d, 20\nabort 0xb a d, 45\n"
		  "status a b c d, 60\na: ok changed [0xa*]: aborted 0xb\n"
		  "b: ok changed [0xa*]: aborted 0xb\nc: ok changed [0xa* 0xb], 1 warned\n"
		  "d: ok changed [0xa*]: aborted 0xb\n" },
	{ "the victim is back on the shared disk at the end", "a", "bcd",
	  { IN(BOTH), VOTES(BOTH), VOTES(BOTH), VOTES(BOTH) }, { NOW(8, 'a', BOTH) },
	  .said = FIND "abort 0xb b, 24\nabort 0xb c, 40\nstatus b c d, 20\nabort 0xb a d, 45\n"
		  "status a b c d, 60\na: failed changed_since changed [0xa* 0xb]: done\n"
		  "b: ok changed [0xa*]: aborted 0xb\nc: ok changed [0xa*]: aborted 0xb\n"
		  "d: ok changed [0xa*]: aborted 0xb\n" },
	{ "a host of nobody on an arbiter", "a", "bcd",
	  { IN(BOTH), VOTES(STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xb, N), THIRD(0xf, N))),
	    VOTES(BOTH), VOTES(BOTH) },
	  .said = FIND "abort 0xb b, 24\nabort 0xb c, 40\nstatus b c d, 20\nabort 0xb a d, 45\n"
		  "status a b c d, 60\na: ok changed [0xa*]: aborted 0xb\n"
		  "b: ok changed [0xa* 0xf], 1 warned\nc: ok changed [0xa*]: aborted 0xb\n"
		  "d: ok changed [0xa*]: aborted 0xb\n" },
	/* an arbiter that is a shared disk */
	{ "a shared disk is an arbiter", "ab", "bcd",
	  { IN(BOTH), VOTES(BOTH), VOTES(BOTH), VOTES(BOTH) },
	  .said = "resolve a b, 15\nresolve b c d, 15\nstatus 0xb a b c d, 15\n"
		  "abort 0xb b, 24\nabort 0xb c, 40\nstatus b c d, 20\nabort 0xb a d, 45\n"
		  "status b a c d, 60\nb: ok changed [0xa*]: aborted 0xb\n"
		  "a: ok changed [0xa*]: aborted 0xb\nc: ok changed [0xa*]: aborted 0xb\n"
		  "d: ok changed [0xa*]: aborted 0xb\n" },
	{ "the same, and it fails in the race", "ab", "bcd",
	  { IN(BOTH), VOTES(BOTH), VOTES(BOTH), VOTES(BOTH) },
	  { FAIL(4, 'b', STATUS_FAILED, REASON_PATH, true) },
	  .said = "resolve a b, 15\nresolve b c d, 15\nstatus 0xb a b c d, 15\n"
		  "abort 0xb b, 24\nabort 0xb c, 24\nabort 0xb d, 40\nstatus b c d, 20\n"
		  "abort 0xb a, 45\nb: failed path changed? [0xa* 0xb]: played: fails\n"
		  "a: ok changed [0xa*]: aborted 0xb\nc: ok changed [0xa*]: aborted 0xb\n"
		  "d: ok changed [0xa*]: aborted 0xb\n" },
	{ "the same, and it is missing", "ab", "bcd",
	  { IN(BOTH), { .missing = REASON_NOT_FOUND }, VOTES(BOTH), VOTES(BOTH) },
	  .said = "resolve a b, 15\nresolve b c d, 15\nstatus 0xb a c d, 15\n"
		  "abort 0xb c, 24\nabort 0xb d, 40\nstatus c d, 20\nabort 0xb a, 45\n"
		  "b: device not_found: played: missing\na: ok changed [0xa*]: aborted 0xb\n"
		  "c: ok changed [0xa*]: aborted 0xb\nd: ok changed [0xa*]: aborted 0xb\n" },
	{ "the same, and it has lost this node", "ab", "bcd",
	  { IN(BOTH), VOTES(ONLY_2), VOTES(BOTH), VOTES(BOTH) },
	  .said = "resolve a b, 15\nresolve b c d, 15\nstatus 0xb a b c d, 15\npause 3\n"
		  "status 0xb a b c d, 15\na: failed not_sent [?]: nothing was sent\n"
		  "b: failed not_sent [?]: nothing was sent\nfailed\n" },
	{ "the same, and it is not read", "ab", "bcd",
	  { IN(BOTH), VOTES(ONLY_2), VOTES(BOTH), VOTES(BOTH) },
	  { EVENT(3, 'b', UNREADABLE) },
	  .said = "resolve a b, 15\nresolve b c d, 15\nstatus 0xb a b c d, 15\n"
		  "abort 0xb c, 24\nabort 0xb d, 40\nstatus b c d, 20\nabort 0xb a b, 45\n"
		  "a: ok changed [0xa*]: aborted 0xb\n"
		  "b: conflict key_not_registered [0xb*]: played: no key\n"
		  "c: ok changed [0xa*]: aborted 0xb\nd: ok changed [0xa*]: aborted 0xb\n" },
};

static void fence_play(void **state)
{
	const typeof(fences[0]) *row = *state;
	const struct fence fence = { .key = 0xa, .plug = 0xb, .type = WERO, .names = &names };
	struct arena *arena = unit_arena();

	arena->names = &names;
	played = (struct played){ .memory = -1, .arbiters = row->arbiters,
				  .seconds = row->seconds };
	memcpy(played.luns, row->luns, sizeof(row->luns));
	memcpy(played.events, row->events, sizeof(row->events));
	play(&fence, row->devices, arena, act_off);
	said_check(row->said);
	arena_free(arena);
}

/* Whether the victim's host, and the node that most lack, are on no LUN of four, all reserved. */
static bool is_fenced(void)
{
	for (size_t i = 0; i < 4; i++)
		for (uint64_t key = 0xb; key <= 0xd; key++)
			if (state_has_key(&played.luns[i].state, key) ||
			    played.luns[i].state.type == RESV_NONE)
				return false;
	return true;
}

static void memory_ends(void **state)
{
	const struct fence fence = { .key = 0xa, .plug = 0xb, .type = WERO, .names = &names };
	const struct scarce scarce = { .devices = "a", .arbiters = "bcd", .action = act_off,
				       .is_done = is_fenced,
				       .luns = { IN(OTHER_KEY), VOTES(ALL_3), VOTES(BOTH),
						 VOTES(BOTH) } };

	(void)state;
	scarce_play(&fence, &scarce);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, fence_play, fences);
	UNIT_TEST(&unit, memory_ends);
	return unit_run(&unit, "race");
}
