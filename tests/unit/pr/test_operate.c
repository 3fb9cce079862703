// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Whole requests. What operate.c calls to reach a device is this file's own (the linker's --wrap):
 * a script of answers, and of the states after them; the last one is repeated forever.
 */
#include "model/handover.h"
#include "model/host_choice.h"
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "device/identify.h"
#include "device/pr_ioctl.h"
#include "device/pr_scsi.h"
#include "lun_reset_played.h"
#include "pr/operate.h"
#include "pr/path_identify.h"
#include "pr/read_back.h"
#include "no_store.h"
#include "states.h"

#define ROUNDS_MAX 4
/* a request that sends more would never end: no more pauses fit into a minute */
#define SENT_BOUND 60

struct round {
	enum answer_kind answer;
	struct resv_state after;
	uint8_t sense_key;
};

struct script {
	const char *name;
	struct request request;
	struct resv_state before;
	struct round rounds[ROUNDS_MAX];
	size_t count;
	bool busy; /* others keep changing the generation */
	const char *sent; /* a digit for each command, its enum action_op; NULL: any */
	enum status status;
	enum reason reason;
	enum tri changed;
};

#define ROUNDS(...) \
	{ __VA_ARGS__ }, sizeof((struct round[]){ __VA_ARGS__ }) / sizeof(struct round), false
#define BUSY_ROUNDS(...) \
	{ __VA_ARGS__ }, sizeof((struct round[]){ __VA_ARGS__ }) / sizeof(struct round), true
#define NO_ROUNDS { { 0 } }, 0, false
#define ANYTHING STATUS_USAGE /* a status that no device has: any except ok */

#define HELD_BY_US STATE(2, WE, 0xa, OWN(0xa, Y))
#define HELD_BY_VICTIM STATE(1, WE, 0xb, OWN(0xa, N), OTHER(0xb, Y))
#define HELD_BY_THIRD STATE(3, WE, 0xc, OWN(0xa, N), THIRD(0xc, Y))
#define HELD_BY_THIRD_TOO STATE(1, EA, 0xc, OWN(0xa, N), OTHER(0xb, N), THIRD(0xc, Y))
#define FREE_2 STATE(2, RESV_NONE, 0, OWN(0xa, N))
#define FREE STATE(1, RESV_NONE, 0, OWN(0xa, N))
#define SOMEONE STATE(1, RESV_NONE, 0, ANY(0xa, N))
#define SOMEONE_2 STATE(2, RESV_NONE, 0, ANY(0xa, N))
#define SOMEONE_HOLDS STATE(1, WE, 0xa, ANY(0xa, Y))
#define NO_NEXUS STATE(1, WE, 0xb, ANY(0xa, N), ANY(0xb, Y))

#define TAKE_KEY(...) \
	REQUEST(COMMAND_CLEAR, "clear", .key = 0xf, .take_key = true, __VA_ARGS__)
#define LEFT_BEHIND STATE(1, WERO, 0x9, OTHER(0x9, Y))
#define TAKEN STATE(2, WERO, 0x9, OTHER(0x9, Y), OWN(0xf, N))
#define HELD_BY_NAMED STATE(1, WERO, 0xb, OTHER(0xb, Y))
#define TWO_KEYS STATE(2, WERO, 0xa, OWN(0xa, Y), OTHER(0xb, N), OTHER(0xc, N))

static struct name name_list[] = { { 0xb, "node2" }, { 0xc, "node3" } };
static const struct key_names names = { .list = name_list, .count = 2 },
			      doubted = { .ignored = (char *)"ignoring it: not owned by root" };

static struct host_choice host_1 = { .text = HOST_1, .initiators = { HOST_1 }, .count = 1 },
			  host_2 = { .text = HOST_2, .initiators = { HOST_2 }, .count = 1 },
			  uuid_host = { .text = "UUID", .count = 1, .initiators = {
					"nvme:00000002-0011-2233-4455-66778899aabb" } },
			  host_2_capitals = { .text = "IQN", .initiators = {
						      "iqn.2026-01.LAB:host-2" }, .count = 1 },
			  two_hosts = { .text = "node2", .key = 0xb,
					.initiators = { HOST_2, HOST_3 }, .count = 2,
					.namesakes = { HOST_2, HOST_3 } },
			  named_host = { .text = "node2", .key = 0xb, .initiators = { HOST_2 },
					 .count = 1 },
			  unseen_host = { .text = "node9", .key = 0x9 };

static const struct script scripts[] = {
	{ "done already", REGISTER(), FREE, NO_ROUNDS, "", STATUS_OK, REASON_NONE, N },
	{ "refused before anything is sent", PREEMPT(.victim = 0xb), FREE, NO_ROUNDS, "",
	  STATUS_CONFLICT, REASON_NOT_RESERVED, N },
	{ "done", REGISTER(), EMPTY(1), ROUNDS({ ANSWER_DONE, FREE }), "0", STATUS_OK,
	  REASON_NONE, Y },
	{ "dry run", REGISTER(.dry_run = true), EMPTY(1), NO_ROUNDS, "", STATUS_OK, REASON_NONE,
	  N },

	{ "unit attention: register", REGISTER(), EMPTY(1),
	  ROUNDS({ ANSWER_CHECK, EMPTY(1) }, { ANSWER_DONE, FREE }), "00", STATUS_OK,
	  REASON_NONE, Y },
	{ "unit attention: twice", RESERVE(.type = WE), FREE,
	  ROUNDS({ ANSWER_CHECK, FREE }, { ANSWER_CHECK, FREE }, { ANSWER_DONE, HELD_BY_US }),
	  "222", STATUS_OK, REASON_NONE, Y },
	{ "unit attention: preempt-abort", PREEMPT_ABORT(.victim = 0xb), HELD_BY_VICTIM,
	  ROUNDS({ ANSWER_CHECK, HELD_BY_VICTIM }, { ANSWER_DONE, HELD_BY_US }), "66", STATUS_OK,
	  REASON_NONE, Y },
	{ "unit attention: the proof", REGISTER(), SOMEONE,
	  ROUNDS({ ANSWER_CHECK, SOMEONE }, { ANSWER_DONE, SOMEONE_2 }), "00", STATUS_OK,
	  REASON_NONE, N },
	{ "unit attention: this host was preempted", RESERVE(.type = WE), FREE,
	  ROUNDS({ ANSWER_CHECK, STATE(2, WE, 0xb, OTHER(0xb, Y)) }), "2", STATUS_CONFLICT,
	  REASON_KEY_NOT_REGISTERED, N },
	{ "not ready for a while: register", REGISTER(), EMPTY(1),
	  ROUNDS({ ANSWER_TRANSIENT, EMPTY(1) }, { ANSWER_TRANSIENT, EMPTY(1) },
	  { ANSWER_TRANSIENT, EMPTY(1) },
		 { ANSWER_DONE, FREE }), "0000", STATUS_OK, REASON_NONE, Y },
	{ "not ready for ever: preempt-abort", PREEMPT_ABORT(.victim = 0xb), HELD_BY_VICTIM,
	  ROUNDS({ ANSWER_TRANSIENT, HELD_BY_VICTIM }), NULL, STATUS_FAILED, REASON_IO_ERROR, N },
	{ "check condition for ever: register", REGISTER(), EMPTY(1),
	  ROUNDS({ ANSWER_CHECK, EMPTY(1) }), NULL, STATUS_FAILED, REASON_IO_ERROR, N },
	{ "check condition for ever: preempt", PREEMPT(.victim = 0xb), HELD_BY_VICTIM,
	  ROUNDS({ ANSWER_CHECK, HELD_BY_VICTIM }), NULL, STATUS_FAILED, REASON_IO_ERROR, N },
	{ "check condition for ever: the proof of a key", REGISTER(), SOMEONE,
	  ROUNDS({ ANSWER_CHECK, SOMEONE }), NULL, ANYTHING, REASON_NONE, N },
	{ "check condition for ever: the proof of a reservation", RESERVE(.type = WE),
	  SOMEONE_HOLDS, ROUNDS({ ANSWER_CHECK, SOMEONE_HOLDS }), NULL, ANYTHING, REASON_NONE, N },
	{ "check condition for ever: release of nothing", RELEASE(), SOMEONE,
	  ROUNDS({ ANSWER_CHECK, SOMEONE }), NULL, ANYTHING, REASON_NONE, N },
	{ "the path fails for ever", CLEAR, FREE, ROUNDS({ ANSWER_PATH, FREE }), "444",
	  STATUS_FAILED, REASON_PATH, N },
	{ "the path fails for ever: the proof of a key", REGISTER(), SOMEONE,
	  ROUNDS({ ANSWER_PATH, SOMEONE }), NULL, ANYTHING, REASON_NONE, N },
	{ "others change it for ever", REGISTER(.old_key = 0xb),
	  STATE(1, RESV_NONE, 0, ANY(0xb, N)),
	  BUSY_ROUNDS({ ANSWER_CONFLICT, STATE(1, RESV_NONE, 0, ANY(0xb, N)) }), "000",
	  STATUS_CONFLICT, REASON_OTHER_KEY_REGISTERED, N },
	{ "others change it for ever: the proof of a reservation", RESERVE(.type = WE),
	  SOMEONE_HOLDS, BUSY_ROUNDS({ ANSWER_CONFLICT, SOMEONE_HOLDS }), NULL, STATUS_CONFLICT,
	  REASON_HELD_BY_OTHER, N },

	{ "confirmed off, refused, and nothing is reserved any more",
	  PREEMPT_ABORT(.victim = 0xb, .confirmed_off = true), HELD_BY_VICTIM,
	  ROUNDS({ ANSWER_CONFLICT, FREE_2 }), "6", STATUS_UNKNOWN, REASON_ABORT_NOT_PROVEN, U },
	{ "confirmed off, lost for ever, and the list may omit it",
	  PREEMPT_ABORT(.victim = 0xb, .confirmed_off = true),
	  STATE(1, WERO, 0, OWN(0xa, U)),
	  ROUNDS({ ANSWER_CHECK, STATE(2, WERO, 0, OWN(0xa, U)) }), NULL, STATUS_UNKNOWN,
	  REASON_OUTCOME_LOST, U },
	{ "the proof", REGISTER(), SOMEONE, ROUNDS({ ANSWER_DONE, SOMEONE_2 }), "0", STATUS_OK,
	  REASON_NONE, N },
	{ "the proof of this host's key, and then of the abort",
	  PREEMPT_ABORT(.victim = 0xb, .if_registered = true), SOMEONE_HOLDS,
	  ROUNDS({ ANSWER_DONE, STATE(2, WE, 0xa, ANY(0xa, Y)) }), "0", STATUS_OK, REASON_NONE, N },
	{ "the proof is refused, the key was another's", REGISTER(), SOMEONE,
	  ROUNDS({ ANSWER_CONFLICT, SOMEONE }, { ANSWER_DONE,
	  STATE(2, RESV_NONE, 0, ANY(0xa, N), ANY(0xa, N)) }), "00", STATUS_OK, REASON_NONE, Y },
	{ "the proof is refused, another key is there", REGISTER(), SOMEONE,
	  ROUNDS({ ANSWER_CONFLICT, SOMEONE }), "00", STATUS_CONFLICT,
	  REASON_OTHER_KEY_REGISTERED, N },
	{ "the proof is refused, OLD is replaced", REGISTER(.old_key = 0xa0),
	  STATE(1, RESV_NONE, 0, ANY(0xa, N), ANY(0xa0, N)),
	  ROUNDS({ ANSWER_CONFLICT, STATE(1, RESV_NONE, 0, ANY(0xa, N), ANY(0xa0, N)) },
	  { ANSWER_DONE, STATE(2, RESV_NONE, 0, ANY(0xa, N), ANY(0xa, N)) }), "00", STATUS_OK,
	  REASON_NONE, Y },

	{ "lost answer: register", REGISTER(), EMPTY(1), ROUNDS({ ANSWER_CHECK, FREE }), "0",
	  STATUS_OK, REASON_NONE, U },
	{ "lost answer: register, then the proof", REGISTER(), EMPTY(1),
	  ROUNDS({ ANSWER_CHECK, SOMEONE }, { ANSWER_DONE, SOMEONE_2 }), "00", STATUS_OK,
	  REASON_NONE, U },
	{ "lost answer: register, for ever, no nexus is known", REGISTER(), EMPTY(1),
	  ROUNDS({ ANSWER_CHECK, SOMEONE }), NULL, STATUS_UNKNOWN, REASON_OUTCOME_LOST, U },
	{ "lost answer: register --ignore-key, for ever, no nexus is known",
	  REGISTER(.ignore_key = true), EMPTY(1), ROUNDS({ ANSWER_CHECK, SOMEONE }), NULL,
	  STATUS_UNKNOWN, REASON_OUTCOME_LOST, U },
	/* Another host has fenced this one before the state was read. */
	{ "lost answer: register, and the key is removed", REGISTER(), EMPTY(1),
	  ROUNDS({ ANSWER_CHECK, EMPTY(3) }), "0", STATUS_UNKNOWN, REASON_OUTCOME_LOST, U },
	{ "the same, and the command was repeated", REGISTER(), EMPTY(1),
	  ROUNDS({ ANSWER_CONFLICT, EMPTY(3) }), "0", STATUS_UNKNOWN, REASON_OUTCOME_LOST, U },
	{ "lost answer: register, and the key is removed after a while", REGISTER(), EMPTY(1),
	  ROUNDS({ ANSWER_TRANSIENT, EMPTY(1) }, { ANSWER_TRANSIENT, EMPTY(3) }), "00",
	  STATUS_UNKNOWN, REASON_OUTCOME_LOST, U },
	{ "lost answer: register --ignore-key, and both keys are removed",
	  REGISTER(.ignore_key = true), STATE(1, RESV_NONE, 0, OWN(0xa0, N)),
	  ROUNDS({ ANSWER_TRANSIENT, EMPTY(3) }), "1", STATUS_UNKNOWN, REASON_OUTCOME_LOST, U },
	{ "lost answer: register, removed by one that has just registered", REGISTER(), EMPTY(1),
	  ROUNDS({ ANSWER_TRANSIENT, STATE(4, WE, 0xb, OTHER(0xb, Y)) }), "0", STATUS_UNKNOWN,
	  REASON_OUTCOME_LOST, U },
	{ "lost answer: register, removed, and no nexus is known", REGISTER(),
	  STATE(1, RESV_NONE, 0, ANY(0xb, N)),
	  ROUNDS({ ANSWER_TRANSIENT, STATE(3, RESV_NONE, 0, ANY(0xb, N)) }), "0", STATUS_UNKNOWN,
	  REASON_OUTCOME_LOST, U },
	{ "not done: register, and others have registered meanwhile", REGISTER(),
	  STATE(1, RESV_NONE, 0, OTHER(0xb, N)),
	  ROUNDS({ ANSWER_TRANSIENT, STATE(3, RESV_NONE, 0, THIRD(0xc, N), OTHER(0xd, N)) },
		 { ANSWER_DONE,
		   STATE(4, RESV_NONE, 0, THIRD(0xc, N), OTHER(0xd, N), OWN(0xa, N)) }),
	  "00", STATUS_OK, REASON_NONE, Y },
	{ "not done: register --ignore-key, and others have changed something",
	  REGISTER(.ignore_key = true), STATE(1, RESV_NONE, 0, OWN(0xa0, N)),
	  ROUNDS({ ANSWER_TRANSIENT, STATE(3, RESV_NONE, 0, OWN(0xa0, N)) },
		 { ANSWER_DONE, STATE(4, RESV_NONE, 0, OWN(0xa, N)) }),
	  "11", STATUS_OK, REASON_NONE, Y },
	{ "not done: register, and a device that counts nothing", REGISTER(),
	  STATE(0, RESV_NONE, 0, OTHER(0xb, N)),
	  ROUNDS({ ANSWER_TRANSIENT, EMPTY(0) },
		 { ANSWER_DONE, STATE(0, RESV_NONE, 0, OWN(0xa, N)) }),
	  "00", STATUS_OK, REASON_NONE, Y },
	{ "register, rejected as invalid, and others have changed something", REGISTER(), EMPTY(1),
	  ROUNDS({ ANSWER_INVALID, EMPTY(3) }), "0", STATUS_FAILED, REASON_REFUSED, N },
	{ "register --old-key, and both keys are removed", REGISTER(.old_key = 0xa0),
	  STATE(1, RESV_NONE, 0, OWN(0xa0, N)), ROUNDS({ ANSWER_TRANSIENT, EMPTY(3) }), "0",
	  STATUS_CONFLICT, REASON_KEY_NOT_REGISTERED, N },
	{ "the proof is refused: the key was removed before it", REGISTER(), SOMEONE,
	  ROUNDS({ ANSWER_CONFLICT, EMPTY(2) }), "0", STATUS_FAILED, REASON_CHANGED_SINCE, N },
	{ "the same, with --old-key, which is replaced", REGISTER(.old_key = 0xa0),
	  STATE(1, RESV_NONE, 0, ANY(0xa, N), ANY(0xa0, N)),
	  ROUNDS({ ANSWER_CONFLICT, STATE(2, RESV_NONE, 0, ANY(0xa0, N)) },
		 { ANSWER_DONE, STATE(3, RESV_NONE, 0, ANY(0xa, N)) }), "00", STATUS_OK,
	  REASON_NONE, Y },
	{ "the same, for a node that has registered", REGISTER(.ignore_key = true, .old_key = 0xa),
	  SOMEONE, ROUNDS({ ANSWER_CONFLICT, EMPTY(2) }), "0", STATUS_CONFLICT,
	  REASON_KEY_NOT_REGISTERED, N },
	{ "the same, and the list may omit hosts", REGISTER(.ignore_key = true, .old_key = 0xa),
	  STATE(1, WERO, 0xb, ANY(0xa, N), ANY(0xb, Y)),
	  ROUNDS({ ANSWER_CONFLICT, STATE(2, WERO, 0, ANY(0xc, U)) }), "0", STATUS_FAILED,
	  REASON_CHANGED_SINCE, N },
	{ "the proof is not ready, and the key is removed", REGISTER(), SOMEONE,
	  ROUNDS({ ANSWER_TRANSIENT, EMPTY(2) }), "0", STATUS_FAILED, REASON_CHANGED_SINCE, N },
	{ "lost answer: register, and the key is removed before the proof", REGISTER(), EMPTY(1),
	  ROUNDS({ ANSWER_CHECK, SOMEONE_2 }, { ANSWER_CONFLICT, EMPTY(3) }), "00",
	  STATUS_UNKNOWN, REASON_OUTCOME_LOST, U },
	{ "lost answer: reserve, then the proof", RESERVE(.type = WE), SOMEONE,
	  ROUNDS({ ANSWER_CHECK, SOMEONE_HOLDS }, { ANSWER_DONE, SOMEONE_HOLDS }), "22",
	  STATUS_OK, REASON_NONE, U },
	{ "lost answer: reserve --ignore-key, for ever, no nexus is known",
	  RESERVE(.type = WE, .ignore_key = true), SOMEONE,
	  ROUNDS({ ANSWER_CHECK, SOMEONE_HOLDS }), NULL, STATUS_UNKNOWN, REASON_OUTCOME_LOST, U },
	{ "lost answer: unregister, no nexus is known", UNREGISTER(.key = 0xa),
	  STATE(1, RESV_NONE, 0, ANY(0xa, N), ANY(0xb, N)),
	  ROUNDS({ ANSWER_CHECK, STATE(1, RESV_NONE, 0, ANY(0xb, N)) }), "0", STATUS_UNKNOWN,
	  REASON_OUTCOME_LOST, U },
	{ "lost answer: preempt, no nexus is known", PREEMPT(.victim = 0xb), NO_NEXUS,
	  ROUNDS({ ANSWER_CONFLICT, SOMEONE_HOLDS }), "5", STATUS_OK, REASON_NONE, U },
	{ "lost answer: preempt-abort", PREEMPT_ABORT(.victim = 0xb), HELD_BY_VICTIM,
	  ROUNDS({ ANSWER_CHECK, HELD_BY_US }), "6", STATUS_OK, REASON_NONE, U },
	{ "lost answer: preempt-abort, no nexus is known", PREEMPT_ABORT(.victim = 0xb), NO_NEXUS,
	  ROUNDS({ ANSWER_CHECK, SOMEONE_HOLDS }), "6", STATUS_OK, REASON_NONE, U },
	{ "lost answer: preempt-abort --if-registered, no nexus is known",
	  PREEMPT_ABORT(.victim = 0xb, .if_registered = true), NO_NEXUS,
	  ROUNDS({ ANSWER_CHECK, SOMEONE_HOLDS }), "6", STATUS_OK, REASON_NONE, U },
	{ "lost answer: preempt-abort --if-registered, a third holds",
	  PREEMPT_ABORT(.victim = 0xb, .if_registered = true), HELD_BY_VICTIM,
	  ROUNDS({ ANSWER_CHECK, HELD_BY_THIRD }), "6", STATUS_UNKNOWN, REASON_ABORT_NOT_PROVEN,
	  U },

	{ "another was quicker", RESERVE(.type = WE), FREE,
	  ROUNDS({ ANSWER_CONFLICT, HELD_BY_VICTIM }), "2", STATUS_CONFLICT, REASON_HELD_BY_OTHER,
	  N },
	{ "release of nothing by who knows whom", RELEASE(), SOMEONE,
	  ROUNDS({ ANSWER_DONE, SOMEONE }), "3", STATUS_OK, REASON_NONE, N },
	{ "release of nothing by another path", RELEASE(), SOMEONE,
	  ROUNDS({ ANSWER_CONFLICT, SOMEONE }), "3", STATUS_CONFLICT, REASON_KEY_NOT_REGISTERED,
	  N },
	/* A host as the victim: each of its keys in turn, or nothing. */
	{ "host: one key", PREEMPT(.victim_host = &host_2), HELD_BY_VICTIM,
	  ROUNDS({ ANSWER_DONE, HELD_BY_US }), "5", STATUS_OK, REASON_NONE, Y },
	{ "host: two keys", PREEMPT(.victim_host = &host_2), TWO_KEYS,
	  ROUNDS({ ANSWER_DONE, STATE(3, WERO, 0xa, OWN(0xa, Y), OTHER(0xc, N)) },
		 { ANSWER_DONE, STATE(4, WERO, 0xa, OWN(0xa, Y)) }), "55", STATUS_OK,
	  REASON_NONE, Y },
	{ "host: two keys, and the second one stays", PREEMPT(.victim_host = &host_2), TWO_KEYS,
	  ROUNDS({ ANSWER_DONE, STATE(3, WERO, 0xa, OWN(0xa, Y), OTHER(0xc, N)) },
		 { ANSWER_DONE, STATE(3, WERO, 0xa, OWN(0xa, Y), OTHER(0xc, N)) }), "55",
	  STATUS_FAILED, REASON_NOT_DONE, Y },
	{ "host: dry run, two keys", PREEMPT(.victim_host = &host_2, .dry_run = true), TWO_KEYS,
	  NO_ROUNDS, "", STATUS_OK, REASON_NONE, N },
	{ "host: aborts each key", PREEMPT_ABORT(.victim_host = &host_2), TWO_KEYS,
	  ROUNDS({ ANSWER_DONE, STATE(3, WERO, 0xa, OWN(0xa, Y), OTHER(0xc, N)) },
		 { ANSWER_DONE, STATE(4, WERO, 0xa, OWN(0xa, Y)) }), "66", STATUS_OK,
	  REASON_NONE, Y },
	{ "host: not registered", PREEMPT(.victim_host = &host_2), HELD_BY_THIRD, NO_ROUNDS, "",
	  STATUS_CONFLICT, REASON_VICTIM_NOT_REGISTERED, N },
	{ "host: not registered, --if-registered",
	  PREEMPT(.victim_host = &host_2, .if_registered = true), HELD_BY_THIRD, NO_ROUNDS, "",
	  STATUS_OK, REASON_NONE, N },
	{ "host: nothing is reserved", PREEMPT(.victim_host = &host_2),
	  STATE(1, RESV_NONE, 0, OWN(0xa, N), OTHER(0xb, N)), NO_ROUNDS, "", STATUS_CONFLICT,
	  REASON_NOT_RESERVED, N },
	{ "host: a third host has its key", PREEMPT(.victim_host = &host_2),
	  STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xb, N), THIRD(0xb, N)), NO_ROUNDS, "",
	  STATUS_CONFLICT, REASON_OTHER_KEY_REGISTERED, N },
	{ "host: a third host has its second key", PREEMPT(.victim_host = &host_2),
	  STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xb, N), OTHER(0xc, N), THIRD(0xc, N)),
	  NO_ROUNDS, "", STATUS_CONFLICT, REASON_OTHER_KEY_REGISTERED, N },
	{ "host: this host has its key", PREEMPT(.victim_host = &host_2),
	  STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xa, N)), NO_ROUNDS, "", STATUS_CONFLICT,
	  REASON_OTHER_KEY_REGISTERED, N },
	{ "host: it is this host", PREEMPT(.victim_host = &host_1), HELD_BY_VICTIM, NO_ROUNDS, "",
	  STATUS_CONFLICT, REASON_OTHER_KEY_REGISTERED, N },
	{ "host: registered with 0x0", PREEMPT(.victim_host = &host_2),
	  STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0, N)), NO_ROUNDS, "", STATUS_CONFLICT,
	  REASON_OTHER_KEY_REGISTERED, N },
	{ "host: the list names no hosts", PREEMPT(.victim_host = &host_2), NO_NEXUS, NO_ROUNDS,
	  "", STATUS_UNSUPPORTED, REASON_OPTION_UNSUPPORTED, N },
	{ "host: a name in other letters", PREEMPT(.victim_host = &host_2_capitals),
	  HELD_BY_VICTIM, NO_ROUNDS, "", STATUS_UNSUPPORTED, REASON_OPTION_UNSUPPORTED, N },
	{ "host: by its key, which two hosts have", PREEMPT(.victim_host = &two_hosts),
	  HELD_BY_VICTIM, NO_ROUNDS, "", STATUS_CONFLICT, REASON_OTHER_KEY_REGISTERED, N },
	{ "host: by its key, and the other key too", PREEMPT(.victim_host = &named_host), TWO_KEYS,
	  ROUNDS({ ANSWER_DONE, STATE(3, WERO, 0xa, OWN(0xa, Y), OTHER(0xc, N)) },
		 { ANSWER_DONE, STATE(4, WERO, 0xa, OWN(0xa, Y)) }), "55", STATUS_OK,
	  REASON_NONE, Y },
	{ "host: by its key, which a third host has here", PREEMPT(.victim_host = &named_host),
	  STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xc, N), THIRD(0xb, N)), NO_ROUNDS, "",
	  STATUS_CONFLICT, REASON_OTHER_KEY_REGISTERED, N },
	{ "host: by a key that no LUN lists, with an unnamed host there",
	  PREEMPT(.victim_host = &unseen_host, .if_registered = true), HELD_BY_VICTIM, NO_ROUNDS,
	  "", STATUS_UNSUPPORTED, REASON_OPTION_UNSUPPORTED, N },
	{ "host: by a key that no LUN lists, and no other host is there",
	  PREEMPT(.victim_host = &unseen_host, .if_registered = true), HELD_BY_US, NO_ROUNDS, "",
	  STATUS_OK, REASON_NONE, N },
	{ "host: no state can be read", PREEMPT(.victim_host = &host_2), UNREAD, NO_ROUNDS, "",
	  STATUS_DEVICE, REASON_NO_PRIVILEGE, N },

	/* clear by a host without a key. */
	{ "take a key: nothing is there", TAKE_KEY(), EMPTY(1), NO_ROUNDS, "", STATUS_OK,
	  REASON_NONE, N },
	{ "take a key: others are there, whom nothing names", TAKE_KEY(.names = &names),
	  LEFT_BEHIND, ROUNDS({ ANSWER_DONE, TAKEN }, { ANSWER_DONE, EMPTY(3) }), "04",
	  STATUS_OK, REASON_NONE, Y },
	{ "take a key: this host has one", TAKE_KEY(), FREE,
	  ROUNDS({ ANSWER_DONE, EMPTY(2) }), "4", STATUS_OK, REASON_NONE, Y },
	{ "take a key: this host has 0x0", TAKE_KEY(),
	  STATE(1, RESV_NONE, 0, OWN(0, N), OTHER(0x9, N)),
	  ROUNDS({ ANSWER_DONE, STATE(2, RESV_NONE, 0, OWN(0xf, N), OTHER(0x9, N)) },
		 { ANSWER_DONE, EMPTY(3) }), "14", STATUS_OK, REASON_NONE, Y },
	{ "take a key: a named host is there", TAKE_KEY(.names = &names), HELD_BY_NAMED,
	  NO_ROUNDS, "", STATUS_CONFLICT, REASON_OTHER_KEY_REGISTERED, N },
	{ "take a key: a named host, and another one is excepted",
	  TAKE_KEY(.names = &names, .even_if = { 0xc }, .even_if_count = 1), HELD_BY_NAMED,
	  NO_ROUNDS, "", STATUS_CONFLICT, REASON_OTHER_KEY_REGISTERED, N },
	{ "take a key: a named host is there, which is excepted",
	  TAKE_KEY(.names = &names, .even_if = { 0xc, 0xb }, .even_if_count = 2), HELD_BY_NAMED,
	  ROUNDS({ ANSWER_DONE, STATE(2, WERO, 0xb, OTHER(0xb, Y), OWN(0xf, N)) },
		 { ANSWER_DONE, EMPTY(3) }), "04", STATUS_OK, REASON_NONE, Y },
	{ "take a key: the file of names is ignored", TAKE_KEY(.names = &doubted), LEFT_BEHIND,
	  NO_ROUNDS, "", STATUS_CONFLICT, REASON_OTHER_KEY_REGISTERED, N },
	{ "take a key: another host has it", TAKE_KEY(), STATE(1, RESV_NONE, 0, OTHER(0xf, N)),
	  NO_ROUNDS, "", STATUS_CONFLICT, REASON_OTHER_KEY_REGISTERED, N },
	{ "take a key: a named host comes meanwhile", TAKE_KEY(.names = &names), LEFT_BEHIND,
	  ROUNDS({ ANSWER_DONE, STATE(2, WERO, 0x9, OTHER(0x9, Y), OWN(0xf, N), THIRD(0xb, N)) },
		 { ANSWER_DONE, STATE(2, WERO, 0x9, OTHER(0x9, Y), THIRD(0xb, N)) }), "00",
	  STATUS_CONFLICT, REASON_OTHER_KEY_REGISTERED, N },
	{ "take a key: register is refused", TAKE_KEY(), LEFT_BEHIND,
	  ROUNDS({ ANSWER_INVALID, LEFT_BEHIND }), "0", STATUS_FAILED, REASON_REFUSED, N },
	{ "take a key: clear is refused", TAKE_KEY(), LEFT_BEHIND,
	  ROUNDS({ ANSWER_DONE, TAKEN }, { ANSWER_INVALID, TAKEN }, { ANSWER_DONE, LEFT_BEHIND }),
	  "040", STATUS_FAILED, REASON_REFUSED, N },
	{ "take a key: clear is refused, and the key stays", TAKE_KEY(), LEFT_BEHIND,
	  ROUNDS({ ANSWER_DONE, TAKEN }, { ANSWER_INVALID, TAKEN }, { ANSWER_INVALID, TAKEN }),
	  "040", STATUS_FAILED, REASON_REFUSED, Y },
	{ "take a key: register, and its answer is lost", TAKE_KEY(), LEFT_BEHIND,
	  ROUNDS({ ANSWER_CHECK, TAKEN }, { ANSWER_DONE, EMPTY(3) }), "04", STATUS_OK,
	  REASON_NONE, Y },
	{ "take a key: dry run", TAKE_KEY(.dry_run = true), LEFT_BEHIND, NO_ROUNDS, "", STATUS_OK,
	  REASON_NONE, N },
	{ "take a key: no state can be read", TAKE_KEY(), UNREAD, NO_ROUNDS, "", STATUS_DEVICE,
	  REASON_NO_PRIVILEGE, N },

	{ "accepted, but not verified", REGISTER(), UNREAD, ROUNDS({ ANSWER_DONE, UNREAD }), "0",
	  STATUS_UNKNOWN, REASON_NOT_VERIFIED, U },
	{ "read before and not after it", CLEAR, FREE, ROUNDS({ ANSWER_DONE, UNREAD }), "4",
	  STATUS_UNKNOWN, REASON_NOT_VERIFIED, U },
};

static struct {
	const struct script *script;
	const struct resv_state *state;
	const struct resv_state *coming; /* what a change has led to, and is not shown yet */
	enum answer_kind dead; /* how these readings fail; 0: the path is dead */
	size_t late; /* after so many pauses it is; 0: at once */
	enum answer_kind unread; /* why UNREAD cannot be read */
	enum identity identity; /* how the LUN identifies itself, */
	enum answer_kind asking; /* and how that question ends */
	size_t asking_dead; /* after a command, how many such questions fail on a dead path */
	size_t commands, reads, capabilities, identified;
	uint32_t generation;
	char sent[SENT_BOUND + 1];
	int open_error, open_writable_error, opened, descriptors[2];
	const struct resv_state *ioctl_state; /* what the READ ioctls tell if SG_IO is not
						 allowed; NULL: nothing either */
	size_t paths_dead; /* how many reads after a command fail until the path is back */
	enum tri power_loss_capable;
	int writable; /* the descriptor for writing; only through it is a command permitted */
	bool read_only_refused;
	size_t not_ready; /* how many reads before the first command are answered with "later" */
	bool gone; /* the device was deleted */
	struct result *halted; /* by a signal, after the first command */
	int64_t now; /* the clock, which only pauses advance */
	size_t pauses;
	int reset; /* the answer to a reset: 0 or a negative errno */
	size_t resets;
	int64_t reset_takes; /* ns */
	size_t busy_after_reset; /* how many reads after it fail */
	size_t unidentified; /* how often it does not identify itself after a reset */
	bool moves_after_reset; /* another LUN is there when it is read after the reset */
	int64_t send_takes, read_takes; /* a change, and the reading after it */
	const struct resv_state *after_reset; /* NULL: as before */
	bool moves; /* another LUN is there after a pause, or after a slow command */
	bool moves_at_once; /* just before a command is received, which it carries out */
	bool moves_while_read; /* just before the list is read after a command */
	bool dies; /* for the question after a pause */
	struct result *watched; /* stopped in the first pause after the second command: */
	bool seen_waiting; /* its stage then was "nothing was sent" */
	int err; /* errno of each command that is not answered with success */
	char asks[SENT_BOUND + 1]; /* for each command, '?' if the reason of a failure is wanted */
	struct action action; /* the last command */
	struct nexus_list siblings; /* this machine's other disks of the LUN */
	size_t siblings_asked;
} device;

/* A command takes so long. */
static void time_pass(int64_t time)
{
	device.now += time;
	if (device.moves && time)
		device.identity = IDENTITY_OTHER;
}

int64_t __wrap_clock_now(void);
void __wrap_clock_sleep(int64_t time);
bool __wrap_device_is_gone(int fd, const struct lun *lun);

int64_t __wrap_clock_now(void)
{
	return device.now;
}

void __wrap_clock_sleep(int64_t time)
{
	device.now += time;
	device.pauses++;
	if (device.watched && device.commands > 1) {
		device.seen_waiting |= result_stage(device.watched) == STAGE_WAITING;
		result_halt(device.watched);
	}
	if (device.coming && device.pauses == device.late)
		device.state = device.coming;
	if (device.moves)
		device.identity = IDENTITY_OTHER;
	if (device.dies) {
		device.identity = IDENTITY_UNKNOWN;
		device.asking = ANSWER_PATH;
	}
}

bool __wrap_device_is_gone(int fd, const struct lun *lun)
{
	(void)fd, (void)lun;
	return device.gone;
}

int __wrap_device_open(const struct lun *lun, bool writable);
void __wrap_scsi_state_read(int fd, struct result *result, struct resv_state *state,
			    struct answer *answer);
void __wrap_ioctl_state_read(int fd, struct result *result, struct resv_state *state,
			     struct answer *answer);
void __wrap_scsi_capabilities_read(int fd, struct result *result);
void __wrap_ioctl_action_send(int fd, const struct action *action, struct answer *answer);

int __wrap_device_open(const struct lun *lun, bool writable)
{
	int fd;

	(void)lun;
	if (writable ? device.open_writable_error : device.open_error)
		return -(writable ? device.open_writable_error : device.open_error);
	fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	device.descriptors[device.opened++] = fd;
	if (writable)
		device.writable = fd;
	return fd;
}

void __wrap_scsi_state_read(int fd, struct result *result, struct resv_state *state,
			    struct answer *answer)
{
	(void)fd;
	(void)result;
	device.reads++;
	if (!device.commands && device.not_ready) {
		device.not_ready--;
		*state = (struct resv_state)UNREAD;
		*answer = (struct answer){ .kind = ANSWER_TRANSIENT, .raw = 2, .sense_key = 2,
			.asc = 4, .ascq = 0xa };
		return;
	}
	if (device.commands && device.paths_dead) {
		device.paths_dead--;
		*state = (struct resv_state)UNREAD;
		*answer = (struct answer){ .kind = device.dead ? device.dead : ANSWER_PATH };
		return;
	}
	if (device.commands)
		time_pass(device.read_takes);
	if ((device.commands && device.moves_while_read) ||
	    (device.resets && device.moves_after_reset))
		device.identity = IDENTITY_OTHER;
	*state = *device.state;
	state->generation += device.generation;
	*answer = (struct answer){ .kind = ANSWER_DONE };
	if (state->source == SOURCE_NONE)
		*answer = (struct answer){ .kind = device.unread, .err = device.err,
					   .raw = device.err ? 0x10000 : 0 };
}

/* It is asked only if SG_IO is not permitted. */
void __wrap_ioctl_state_read(int fd, struct result *result, struct resv_state *state,
			     struct answer *answer)
{
	(void)fd;
	(void)result;
	assert_int_equal(device.state->source, SOURCE_NONE);
	assert_true(device.unread == ANSWER_NO_PRIVILEGE || device.unread == ANSWER_NO_INTERFACE);
	*state = device.ioctl_state ? *device.ioctl_state : *device.state;
	*answer = (struct answer){ .kind = device.ioctl_state ? ANSWER_DONE : device.unread };
}

enum identity __wrap_device_identify(int fd, struct result *result, const char **now,
	struct answer *answer);
enum identity __wrap_device_identify(int fd, struct result *result, const char **now,
	struct answer *answer)
{
	(void)fd, (void)result;
	/* After the first reading, before anything is sent; after each command; after waiting. */
	assert_true(device.reads > 0);
	device.identified++;
	*now = "naa.2";
	if (device.commands && device.asking_dead) {
		device.asking_dead--;
		*answer = (struct answer){ .kind = ANSWER_PATH };
		return IDENTITY_UNKNOWN;
	}
	if (device.resets && device.unidentified) {
		device.unidentified--;
		*answer = (struct answer){ .kind = ANSWER_TRANSIENT };
		return IDENTITY_UNKNOWN;
	}
	*answer = (struct answer){ .kind = device.asking };
	return device.identity;
}

void __wrap_scsi_capabilities_read(int fd, struct result *result)
{
	(void)fd;
	result->capabilities.known = true;
	result->capabilities.power_loss_active = TRI_YES;
	result->capabilities.power_loss_capable = device.power_loss_capable;
	device.capabilities++;
}

void __wrap_ioctl_action_send(int fd, const struct action *action, struct answer *answer)
{
	const struct script *script = device.script;
	const struct round *round =
		&script->rounds[device.commands < script->count ? device.commands :
								  script->count - 1];

	*answer = (struct answer){ .kind = ANSWER_NO_PRIVILEGE, .err = EPERM };
	if (device.read_only_refused && fd != device.writable)
		return;
	assert_true(script->count > 0);
	if (device.commands == SENT_BOUND)
		fail_msg("%d commands, and no end", SENT_BOUND);
	device.action = *action;
	device.asks[device.commands] = action->wants_reason ? '?' : '-';
	device.sent[device.commands++] = (char)('0' + action->op);
	time_pass(device.send_takes);
	if (device.moves_at_once)
		device.identity = IDENTITY_OTHER;
	device.generation += script->busy;
	if (device.halted)
		result_halt(device.halted);
	if (device.late)
		device.coming = &round->after;
	else
		device.state = &round->after;
	*answer = (struct answer){ .kind = round->answer,
				   .err = round->answer == ANSWER_DONE ? 0 : device.err,
				   .raw = round->answer == ANSWER_DONE ? 0 : 2,
				   .sense_key = round->sense_key };
}

const char *__wrap_scsi_action_send(int fd, const struct action *action, struct answer *answer);
const char *__wrap_nvme_action_send(int fd, const struct action *action, struct answer *answer);
void __wrap_nvme_state_read(int fd, struct result *result, struct resv_state *state,
			    struct answer *answer);
struct nexus_list __wrap_siblings_read(const struct result *disk);

const char *__wrap_scsi_action_send(int fd, const struct action *action, struct answer *answer)
{
	__wrap_ioctl_action_send(fd, action, answer);
	return "ioctl";
}

const char *__wrap_nvme_action_send(int fd, const struct action *action, struct answer *answer)
{
	__wrap_ioctl_action_send(fd, action, answer);
	return "ioctl";
}

void __wrap_nvme_state_read(int fd, struct result *result, struct resv_state *state,
			    struct answer *answer)
{
	__wrap_scsi_state_read(fd, result, state, answer);
}

struct nexus_list __wrap_siblings_read(const struct result *disk)
{
	(void)disk;
	device.siblings_asked++;
	return device.siblings;
}

struct lun_reset_host __wrap_lun_reset_host(struct arena *arena, const struct lun *lun)
{
	(void)arena;
	(void)lun;
	return (struct lun_reset_host){ "/sys/class/scsi_host/host2", "iscsi_tcp" };
}

int __wrap_lun_reset_lock(const struct lun_reset_host *host, bool *waited)
{
	(void)host, (void)waited;
	return open("/dev/null", O_RDONLY | O_CLOEXEC);
}

int __wrap_lun_reset_send(int fd)
{
	assert_int_equal(fd, device.descriptors[0]);
	device.resets++;
	time_pass(device.reset_takes);
	if (device.after_reset)
		device.state = device.after_reset;
	device.dead = ANSWER_TRANSIENT;
	device.paths_dead = device.busy_after_reset;
	return device.reset;
}

static struct result device_begin(const struct script *script)
{
	memset(&device, 0, sizeof(device));
	device.script = script;
	device.state = &script->before;
	device.identity = IDENTITY_SAME;
	device.unread = ANSWER_NO_PRIVILEGE;
	device.power_loss_capable = TRI_YES;
	device.writable = -1;
	device.now = 1000000000;
	return (struct result){
		.outcome.changed = TRI_NO,
		.device.fd = -1,
		.arena = unit_arena(),
		.lun = { .name = "sda",
			 .node = "/dev/sda",
			 .transport = TRANSPORT_SCSI,
			 .nexus.target_port = -1 },
	};
}

/* Every descriptor was closed. */
static void device_end(const struct result *result)
{
	for (int i = 0; i < device.opened; i++)
		assert_int_equal(fcntl(device.descriptors[i], F_GETFD), -1);
	arena_free(result->arena);
}

static bool any_done(const struct script *row)
{
	for (size_t i = 0; i < row->count; i++)
		if (row->rounds[i].answer == ANSWER_DONE)
			return true;
	return false;
}

static void requests(void **state)
{
	const struct script *row = *state;
	struct result result = device_begin(row);

	result.arena->names = row->request.names;
	operate(&row->request, &result);
	operate_close(&result);
	if (row->status == ANYTHING) {
		assert_int_not_equal(result.outcome.status, STATUS_OK);
		assert_int_not_equal(result.outcome.changed, TRI_YES);
		assert_null(strstr(result.outcome.message, " 0 tries"));
	} else {
		assert_int_equal(result.outcome.status, row->status);
		assert_int_equal(result.outcome.reason, row->reason);
		assert_int_equal(result.outcome.changed, row->changed);
	}
	if (row->sent)
		assert_string_equal(device.sent, row->sent);
	if (row->status != ANYTHING)
		assert_int_equal(result.handover.kept, row->changed != N || any_done(row));
	assert_int_equal(result.outcome.sent, device.commands > 0);
	/*
	 * The state is read before the first command, after each, and after each reset that proves
	 * an abort; again if it is unchanged.
	 */
	assert_int_equal(device.reads, device.commands + 1 +
					       (row->status == STATUS_OK ? device.resets : 0) +
					       (row->reason == REASON_NOT_DONE ? 5 : 0));
	assert_int_equal(result.outcome.status == STATUS_OK, !result.outcome.message);
	assert_int_equal(!!result.would, row->request.dry_run);
	/* It takes a file of each disk, so only an unregister needs this machine's other disks. */
	if (row->request.command != COMMAND_UNREGISTER)
		assert_int_equal(device.siblings_asked, 0);
	device_end(&result);
}

/*
 * A device that shows the state before a change for a while: 2 pauses, or more than prctl waits.
 * The same key again changes only the generation.
 */
static const struct script late_scripts[] = {
	{ "late: reserve", RESERVE(.type = WE), FREE, ROUNDS({ ANSWER_DONE, HELD_BY_US }), "2",
	  STATUS_OK, REASON_NONE, Y },
	{ "late: register, the same key by a path that may have it", REGISTER(), SOMEONE,
	  ROUNDS({ ANSWER_DONE, SOMEONE_2 }), "0", STATUS_OK, REASON_NONE, N },
	{ "late: register --volatile, the same key", REGISTER(.is_volatile = true), FREE,
	  ROUNDS({ ANSWER_DONE, FREE_2 }), "0", STATUS_OK, REASON_NONE, Y },
	{ "late: unregister by a path that may have the key", UNREGISTER(.key = 0xa), SOMEONE,
	  ROUNDS({ ANSWER_DONE, EMPTY(2) }), "0", STATUS_OK, REASON_NONE, Y },
};

static void shows_late(void **state)
{
	const struct script *script = *state;

	for (int i = 0; i < 2; i++) {
		struct result result = device_begin(script);

		device.late = i ? 100 : 2;
		operate(&script->request, &result);
		operate_close(&result);
		assert_string_equal(device.sent, script->sent);
		if (i)
			assert_int_not_equal(result.outcome.status, STATUS_OK);
		else
			assert_int_equal(result.outcome.status, STATUS_OK);
		assert_int_equal(result.outcome.changed, i ? U : script->changed);
		assert_int_equal(device.reads, i ? 7 : 5);
		device_end(&result);
	}
}

/* The proof of an abort: when the LUN is reset, and the message. */
static const struct {
	const char *name;
	struct request request;
	struct resv_state before;
	struct round round;
	int reset; /* its answer */
	size_t resets;
	enum status status;
	enum reason reason;
	enum tri changed;
	const char *said;
} aborts[] = {
	{ "the victim did not hold",
	  PREEMPT_ABORT(.victim = 0xb),
	  HELD_BY_THIRD_TOO,
	  { ANSWER_DONE, STATE(2, EA, 0xc, OWN(0xa, N), THIRD(0xc, Y)) },
	  0,
	  1,
	  STATUS_OK,
	  REASON_NONE,
	  Y,
	  "preempted and aborted 0xb; held by 0xc (" HOST_3
	  "), exclusive-access; LOGICAL UNIT RESET done" },
	{ "the victim held: it may have sent commands before it did",
	  PREEMPT_ABORT(.victim = 0xb),
	  HELD_BY_VICTIM,
	  { ANSWER_DONE, HELD_BY_US },
	  0,
	  1,
	  STATUS_OK,
	  REASON_NONE,
	  Y,
	  "preempted and aborted 0xb; held by 0xa (this host), write-exclusive; LOGICAL UNIT "
	  "RESET done" },
	{ "all",
	  PREEMPT_ABORT(.victim_all = true),
	  STATE(1, WEAR, 0, OWN(0xa, Y), OTHER(0xb, Y)),
	  { ANSWER_DONE, STATE(2, WEAR, 0, OWN(0xa, Y)) },
	  0,
	  1,
	  STATUS_OK,
	  REASON_NONE,
	  Y,
	  "LOGICAL UNIT RESET done" },
	{ "preempt aborts nothing",
	  PREEMPT(.victim = 0xb),
	  HELD_BY_VICTIM,
	  { ANSWER_DONE, HELD_BY_US },
	  0,
	  0,
	  STATUS_OK,
	  REASON_NONE,
	  Y,
	  "preempted 0xb; held by 0xa (this host), write-exclusive" },
	{ "the reset fails",
	  PREEMPT_ABORT(.victim = 0xb),
	  HELD_BY_VICTIM,
	  { ANSWER_DONE, HELD_BY_US },
	  -EIO,
	  1,
	  STATUS_UNKNOWN,
	  REASON_ABORT_NOT_PROVEN,
	  Y,
	  "abort not proven: LOGICAL UNIT RESET through /dev/sda failed (EIO); the victim's key "
	  "is gone, but" },
	{ "--no-reset",
	  PREEMPT_ABORT(.victim = 0xb, .no_reset = true),
	  HELD_BY_VICTIM,
	  { ANSWER_DONE, HELD_BY_US },
	  0,
	  0,
	  STATUS_UNKNOWN,
	  REASON_ABORT_NOT_PROVEN,
	  Y,
	  "which --no-reset forbids" },
	{ "a UUID, and the device lists identifiers of 8 bytes",
	  PREEMPT_ABORT(.victim_host = &uuid_host),
	  STATE(1, WERO, 0xa, OWN(0xa, Y), LISTED(0xb, N, "nvme:0x0000000200112233", 0)),
	  { ANSWER_DONE, FREE },
	  0,
	  0,
	  STATUS_UNSUPPORTED,
	  REASON_OPTION_UNSUPPORTED,
	  N,
	  "give --victim-host as it is listed" },
	{ "done, and the answer lost",
	  PREEMPT_ABORT(.victim = 0xb),
	  HELD_BY_VICTIM,
	  { ANSWER_CHECK, HELD_BY_US },
	  0,
	  1,
	  STATUS_OK,
	  REASON_NONE,
	  U,
	  "LOGICAL UNIT RESET done" },
	{ "the victim is still registered",
	  PREEMPT_ABORT(.victim = 0xb),
	  HELD_BY_VICTIM,
	  { ANSWER_DONE, HELD_BY_VICTIM },
	  0,
	  0,
	  STATUS_FAILED,
	  REASON_NOT_DONE,
	  U,
	  "the device returned success, but shows no change" },
	{ "the state cannot be read",
	  PREEMPT_ABORT(.victim = 0xb),
	  HELD_BY_VICTIM,
	  { ANSWER_DONE, UNREAD },
	  0,
	  0,
	  STATUS_UNKNOWN,
	  REASON_NOT_VERIFIED,
	  U,
	  "accepted, but not verified" },
	{ "dry run",
	  PREEMPT_ABORT(.victim = 0xb, .dry_run = true),
	  HELD_BY_VICTIM,
	  { ANSWER_DONE, HELD_BY_US },
	  0,
	  0,
	  STATUS_OK,
	  REASON_NONE,
	  N,
	  "through /dev/sda, then LOGICAL UNIT RESET" },
	{ "done, and the answer lost, and the reset fails",
	  PREEMPT_ABORT(.victim = 0xb),
	  HELD_BY_VICTIM,
	  { ANSWER_CHECK, HELD_BY_US },
	  -EIO,
	  1,
	  STATUS_UNKNOWN,
	  REASON_ABORT_NOT_PROVEN,
	  U,
	  "abort not proven: LOGICAL UNIT RESET through /dev/sda failed (EIO)" },
	{ "it is confirmed to be off, and the reset fails",
	  PREEMPT_ABORT(.victim = 0xb, .confirmed_off = true),
	  HELD_BY_VICTIM,
	  { ANSWER_DONE, HELD_BY_US },
	  -EIO,
	  1,
	  STATUS_OK,
	  REASON_NONE,
	  Y,
	  "is confirmed off" },
	{ "it is confirmed to be off, nothing is reserved, and the reset fails",
	  PREEMPT_ABORT(.victim = 0xb, .unreserved = true, .confirmed_off = true, .type = WE),
	  STATE(1, RESV_NONE, 0, OWN(0xa, N), OTHER(0xb, N)),
	  { ANSWER_DONE, FREE_2 },
	  -EIO,
	  1,
	  STATUS_OK,
	  REASON_NONE,
	  Y,
	  "is confirmed off" },
	{ "it is confirmed to be off, and still registered",
	  PREEMPT_ABORT(.victim = 0xb, .confirmed_off = true),
	  HELD_BY_VICTIM,
	  { ANSWER_DONE, HELD_BY_VICTIM },
	  0,
	  0,
	  STATUS_FAILED,
	  REASON_NOT_DONE,
	  U,
	  "the device returned success, but shows no change" },
	{ "it is confirmed to be off, and the state cannot be read",
	  PREEMPT_ABORT(.victim = 0xb, .confirmed_off = true),
	  HELD_BY_VICTIM,
	  { ANSWER_DONE, UNREAD },
	  0,
	  0,
	  STATUS_UNKNOWN,
	  REASON_NOT_VERIFIED,
	  U,
	  "accepted, but not verified" },
	{ "dry run with --no-reset",
	  PREEMPT_ABORT(.victim = 0xb, .dry_run = true, .no_reset = true),
	  HELD_BY_VICTIM,
	  { ANSWER_DONE, HELD_BY_US },
	  0,
	  0,
	  STATUS_OK,
	  REASON_NONE,
	  N,
	  "without the LOGICAL UNIT RESET that proves the abort" },
};

static bool is_warned(const struct result *result, const char *text)
{
	const struct note *note = result->warnings;

	while (note && !strstr(note->text, text))
		note = note->next;
	return note;
}

static void aborts_prove(void **state)
{
	const typeof(aborts[0]) *row = *state;
	const struct script script = { .request = row->request, .before = row->before,
		.rounds = { row->round }, .count = 1 };
	struct result result = device_begin(&script);
	const char *said;

	device.reset = row->reset;
	device.err = EIO;
	operate(&row->request, &result);
	operate_close(&result);
	said = result.outcome.message	? result.outcome.message
	       : result.outcome.success ? result.outcome.success
					: result.would;
	assert_int_equal(result.outcome.status, row->status);
	assert_int_equal(result.outcome.reason, row->reason);
	assert_int_equal(result.outcome.changed, row->changed);
	assert_int_equal(device.resets, row->resets);
	assert_int_equal(result.outcome.reset, row->resets > 0);
	if (result.outcome.sent)
		assert_int_equal(result.before.generation, row->before.generation);
	assert_int_equal(result.outcome.status == STATUS_OK, !result.outcome.message);
	assert_true(!result.outcome.message || !result.outcome.success);
	if (row->reason == REASON_ABORT_NOT_PROVEN) {
		assert_int_equal(result.outcome.raw, row->round.answer == ANSWER_DONE ? 0 : 2);
		assert_int_equal(result.outcome.err, row->round.answer == ANSWER_DONE ? 0 : EIO);
	}
	/* The confirmation is mentioned only if it was needed. */
	assert_int_equal(is_warned(&result, "--confirmed-off is taken as proof"),
			 row->request.confirmed_off && row->status == STATUS_OK);
	if (!said || !strstr(said, row->said))
		fail_msg("it does not say \"%s\": %s", row->said, said);
	device_end(&result);
}

#define ALONE STATE(1, WEAR, 0, OWN(0xa, Y))

/* The victim was gone already: its commands must have ended, and it must still be gone. */
static const struct {
	const char *name;
	struct request request;
	struct resv_state before, after; /* the reset */
	int reset; /* its answer */
	size_t resets;
	enum status status;
	enum reason reason;
	const char *said;
	bool open; /* an earlier run has not proven it */
} gone[] = {
	{ "a reset proves it", PREEMPT_ABORT(.victim = 0xb, .if_registered = true), HELD_BY_US,
	  HELD_BY_US, 0, 1, STATUS_OK, REASON_NONE,
	  "0xb was not registered, and its commands are aborted; held by 0xa" },
	{ "an earlier run has not proven it: without --if-registered",
	  PREEMPT_ABORT(.victim = 0xb), HELD_BY_US, HELD_BY_US, 0, 1, STATUS_OK, REASON_NONE,
	  "0xb was not registered, and its commands are aborted; held by 0xa", true },
	{ "the reset fails", PREEMPT_ABORT(.victim = 0xb, .if_registered = true), HELD_BY_US,
	  HELD_BY_US, -EIO, 1, STATUS_UNKNOWN, REASON_ABORT_NOT_PROVEN, "abort not proven: " },
	{ "--no-reset", PREEMPT_ABORT(.victim = 0xb, .if_registered = true, .no_reset = true),
	  HELD_BY_US, HELD_BY_US, 0, 0, STATUS_UNKNOWN, REASON_ABORT_NOT_PROVEN,
	  "which --no-reset forbids" },
	{ "it is confirmed to be off",
	  PREEMPT_ABORT(.victim = 0xb, .if_registered = true, .confirmed_off = true), HELD_BY_US,
	  HELD_BY_US, 0, 0, STATUS_OK, REASON_NONE,
	  "0xb was not registered, and its host is confirmed off" },
	{ "it is confirmed to be off, without --if-registered",
	  PREEMPT_ABORT(.victim = 0xb, .confirmed_off = true), HELD_BY_US,
	  HELD_BY_US, 0, 0, STATUS_OK, REASON_NONE,
	  "0xb was not registered, and its host is confirmed off" },
	{ "it registers meanwhile", PREEMPT_ABORT(.victim = 0xb, .if_registered = true),
	  HELD_BY_US, STATE(3, WE, 0xa, OWN(0xa, Y), OTHER(0xb, N)), 0, 1, STATUS_FAILED,
	  REASON_CHANGED_SINCE, "0xb has been registered again; held by 0xa" },
	{ "another one registers meanwhile",
	  PREEMPT_ABORT(.victim = 0xb, .if_registered = true), HELD_BY_US,
	  STATE(3, WE, 0xa, OWN(0xa, Y), THIRD(0xc, N)), 0, 1, STATUS_OK, REASON_NONE,
	  "0xb was not registered, and its commands are aborted" },
	{ "of all, one registers meanwhile", PREEMPT_ABORT(.victim_all = true), ALONE,
	  STATE(2, WEAR, 0, OWN(0xa, Y), OTHER(0xb, Y)), 0, 1, STATUS_FAILED,
	  REASON_CHANGED_SINCE,
	  "another host has registered while the abort was being proven; held by all 2 "
	  "registrants" },
	{ "of all, nobody registers", PREEMPT_ABORT(.victim_all = true), ALONE, ALONE, 0, 1,
	  STATUS_OK, REASON_NONE, "commands of all others are aborted" },
	{ "the list cannot be read after it", PREEMPT_ABORT(.victim = 0xb, .if_registered = true),
	  HELD_BY_US, UNREAD, 0, 1, STATUS_FAILED, REASON_PATH, "" },
	{ "a dry run", PREEMPT_ABORT(.victim = 0xb, .if_registered = true, .dry_run = true),
	  HELD_BY_US, HELD_BY_US, 0, 0, STATUS_OK, REASON_NONE,
	  "LOGICAL UNIT RESET, through /dev/sda" },
	{ "a dry run with --no-reset",
	  PREEMPT_ABORT(.victim = 0xb, .if_registered = true, .dry_run = true, .no_reset = true),
	  HELD_BY_US, HELD_BY_US, 0, 0, STATUS_UNKNOWN, REASON_ABORT_NOT_PROVEN,
	  "which --no-reset forbids" },
};

static void gone_before(void **state)
{
	const typeof(gone[0]) *row = *state;
	const struct script script = { .request = row->request, .before = row->before };
	struct result result = device_begin(&script);
	const char *said;

	device.unread = ANSWER_PATH;
	device.reset = row->reset;
	device.after_reset = &row->after;
	store_open = row->open ? 0xb : 0;
	store_changes = 0;
	result.lun.wwid = row->open ? "naa.1" : NULL;
	operate(&row->request, &result);
	operate_close(&result);
	store_open = 0;
	/* before and after the proof */
	assert_int_equal(store_changes, row->open ? 2 : 0);
	said = result.outcome.message	? result.outcome.message
	       : result.outcome.success ? result.outcome.success
					: result.would;
	assert_int_equal(device.commands, 0);
	assert_int_equal(device.resets, row->resets);
	if (!said || !strstr(said, row->said))
		fail_msg("it does not say \"%s\": %s", row->said, said);
	assert_int_equal(result.outcome.status, row->status);
	assert_int_equal(result.outcome.reason, row->reason);
	assert_int_equal(result.outcome.changed, TRI_NO);
	device_end(&result);
}

#define ABORT_0xb PREEMPT_ABORT(.victim = 0xb), HELD_BY_VICTIM, HELD_BY_US
#define ABORT_ALL PREEMPT_ABORT(.victim_all = true), \
		  STATE(1, WEAR, 0, OWN(0xa, Y), OTHER(0xb, Y)), STATE(2, WEAR, 0, OWN(0xa, Y))
#define ABORT_UNRESERVED PREEMPT_ABORT(.victim = 0xb, .unreserved = true, .type = WE), \
			 STATE(1, RESV_NONE, 0, OWN(0xa, N), OTHER(0xb, N)), FREE_2

/* After a reset the state is read again, however long it took. */
static const struct {
	const char *name;
	struct request request;
	struct resv_state before, done; /* by the command */
	int64_t takes;
	struct resv_state after;
	enum status status;
	const char *said;
	size_t reads; /* at least, if the status is unknown */
	size_t busy; /* how many of them fail */
	bool moves; /* it is another LUN after the reset, */
	bool moves_late; /* or when it is read then */
	size_t unidentified; /* how often it does not identify itself */
} resets[] = {
	{ "as it was", ABORT_0xb, 25000000000, HELD_BY_US, STATUS_OK, "LOGICAL UNIT RESET done",
	  3 },
	{ "the victim has registered again", ABORT_0xb, 25000000000,
	  STATE(3, WE, 0xa, OWN(0xa, Y), OTHER(0xb, N)), STATUS_FAILED,
	  "0xb has been registered again", 3 },
	{ "others have registered and left", ABORT_0xb, 25000000000, STATE(7, WE, 0xa, OWN(0xa, Y)),
	  STATUS_OK, "LOGICAL UNIT RESET done", 3 },
	{ "another one has registered", ABORT_0xb, 25000000000,
	  STATE(3, WE, 0xa, OWN(0xa, Y), THIRD(0xc, N)), STATUS_OK, "LOGICAL UNIT RESET done", 3 },
	{ "it cannot be read", ABORT_0xb, 25000000000, UNREAD, STATUS_UNKNOWN,
	  "the victim may have registered again since: cannot read the state: ", 4 },
	{ "busy first, and the victim has registered again", ABORT_0xb, 25000000000,
	  STATE(3, WE, 0xa, OWN(0xa, Y), OTHER(0xb, N)), STATUS_FAILED,
	  "0xb has been registered again", 5, .busy = 2 },
	{ "busy first, and as it was", ABORT_0xb, 25000000000, HELD_BY_US, STATUS_OK,
	  "LOGICAL UNIT RESET done", 5, .busy = 2 },
	{ "it is another LUN now", ABORT_0xb, 25000000000, HELD_BY_US, STATUS_UNKNOWN,
	  "abort not proven: /dev/sda does not lead to this LUN any more; the victim's key is "
	  "gone, but its earlier commands may still complete; state unknown; ", 2, .moves = true },
	{ "it is another LUN when it is read", ABORT_0xb, 1000, HELD_BY_US, STATUS_UNKNOWN,
	  "abort not proven: /dev/sda does not lead to this LUN any more", 3,
	  .moves_late = true },
	{ "not ready to identify itself, and as it was", ABORT_0xb, 1000, HELD_BY_US, STATUS_OK,
	  "LOGICAL UNIT RESET done", 3, .unidentified = 2 },
	{ "never ready to identify itself", ABORT_0xb, 1000, HELD_BY_US, STATUS_UNKNOWN,
	  "/dev/sda did not say after LOGICAL UNIT RESET which LUN it is (", 2,
	  .unidentified = 100000 },
	{ "the reservation was released, so the victim may write", ABORT_0xb, 25000000000, FREE_2,
	  STATUS_FAILED, "nothing is reserved", 3 },
	{ "nothing was reserved before, either", ABORT_UNRESERVED, 25000000000, FREE_2, STATUS_OK,
	  "LOGICAL UNIT RESET done", 3 },
	{ "all, and nobody has registered", ABORT_ALL, 25000000000,
	  STATE(2, WEAR, 0, OWN(0xa, Y)), STATUS_OK, "LOGICAL UNIT RESET done", 3 },
	{ "all, and another one has registered", ABORT_ALL, 25000000000,
	  STATE(3, WEAR, 0, OWN(0xa, Y), THIRD(0xc, Y)), STATUS_FAILED,
	  "another host has registered while the abort was being proven", 3 },
	{ "a short one, and as it was", ABORT_0xb, 1000, HELD_BY_US, STATUS_OK,
	  "LOGICAL UNIT RESET done", 3 },
	{ "a short one, and the victim has registered again", ABORT_0xb, 1000,
	  STATE(3, WE, 0xa, OWN(0xa, Y), OTHER(0xb, N)), STATUS_FAILED,
	  "0xb has been registered again", 3 },
	{ "a short one, and it is another LUN now", ABORT_0xb, 1000, HELD_BY_US, STATUS_UNKNOWN,
	  "abort not proven: /dev/sda does not lead to this LUN any more; the victim's key is "
	  "gone, but its earlier commands may still complete; state unknown; ", 2, .moves = true },
};

static void reads_after_reset(void **state)
{
	const typeof(resets[0]) *row = *state;
	const struct script script = { .request = row->request, .before = row->before,
				       .rounds = { { ANSWER_DONE, row->done } }, .count = 1 };
	struct result result = device_begin(&script);
	const char *said;

	device.unread = ANSWER_PATH;
	device.reset_takes = row->takes;
	device.after_reset = &row->after;
	device.busy_after_reset = row->busy;
	device.moves = row->moves;
	device.moves_after_reset = row->moves_late;
	device.unidentified = row->unidentified;
	device.err = EIO;
	operate(&script.request, &result);
	operate_close(&result);
	said = result.outcome.message ? result.outcome.message : result.outcome.success;
	assert_int_equal(result.outcome.status, row->status);
	assert_int_equal(result.outcome.changed, TRI_YES);
	assert_true(!result.outcome.message || !result.outcome.success);
	if (row->status == STATUS_UNKNOWN && !row->moves)
		assert_true(device.reads >= row->reads);
	else
		assert_int_equal(device.reads, row->reads);
	assert_int_equal(result.state.source == SOURCE_NONE,
			 row->status == STATUS_UNKNOWN && !row->unidentified);
	if (row->after.source == SOURCE_NONE) {
		assert_int_equal(result.outcome.err, EIO);
		assert_int_equal(result.outcome.raw, 0x10000);
	}
	assert_true(result.victim.proof_begun);
	assert_null(strstr(said, "running it again will not prove it"));
	/* The record covers the hosts that were gone when the reset began. */
	assert_int_equal(result.victim.proof_generation, 2);
	if (!said || !strstr(said, row->said))
		fail_msg("it does not say \"%s\": %s", row->said, said);
	device_end(&result);
}

/* On NVMe success of Preempt and Abort is the proof (NVM Express 1.4 6.14), and nothing else is. */
static const struct {
	const char *name;
	struct resv_state before;
	struct round round;
	enum status status;
	enum reason reason;
	uint32_t generation; /* that the record covers: of the hosts that the command removed */
} nvme_proofs[] = {
	{ "success, and others have registered and left since", HELD_BY_VICTIM,
	  { ANSWER_DONE, STATE(7, WE, 0xa, OWN(0xa, Y)) }, STATUS_OK, REASON_NONE, 2 },
	{ "the answer is lost", HELD_BY_VICTIM, { ANSWER_CHECK, HELD_BY_US }, STATUS_UNKNOWN,
	  REASON_ABORT_NOT_PROVEN, 2 },
	{ "it is refused: nobody has the victim's key", HELD_BY_US, { ANSWER_CONFLICT, HELD_BY_US },
	  STATUS_UNKNOWN, REASON_ABORT_NOT_PROVEN, 2 },
};

static void nvme_proves(void **state)
{
	const typeof(nvme_proofs[0]) *row = *state;
	const struct script script = { .request = PREEMPT_ABORT(.victim = 0xb,
								.if_registered = true),
				       .before = row->before, .rounds = { row->round },
				       .count = 1 };
	struct result result = device_begin(&script);

	result.lun.transport = TRANSPORT_NVME;
	operate(&script.request, &result);
	operate_close(&result);
	assert_int_equal(result.outcome.status, row->status);
	assert_int_equal(result.outcome.reason, row->reason);
	assert_int_equal(device.resets, 0);
	assert_int_equal(result.victim.proof_generation, row->generation);
	device_end(&result);
}

/* On NVMe the generation shows that a fence may have removed the key, too (NVMe 1.4 6.13). */
static void nvme_removed(void **state)
{
	const struct script script = { .request = REGISTER(), .before = EMPTY(1),
				       .rounds = { { ANSWER_CHECK, EMPTY(3) },
						   { ANSWER_DONE, FREE } },
				       .count = 2 };
	struct result result = device_begin(&script);

	(void)state;
	result.lun.transport = TRANSPORT_NVME;
	operate(&script.request, &result);
	operate_close(&result);
	assert_string_equal(device.sent, "0");
	assert_int_equal(result.outcome.status, STATUS_UNKNOWN);
	assert_non_null(strstr(result.outcome.message,
			       "0xa may have been registered, and removed by another host since"));
	device_end(&result);
}

/*
 * Whatever the request is, and whatever its state would lead to: it is another LUN, or none, or
 * does not identify itself.
 */
static const struct {
	const char *name;
	struct request request;
	struct resv_state before;
	enum identity identity;
	enum answer_kind asking; /* how the question ends */
	enum status status;
	enum reason reason;
} identities[] = {
	{ "another LUN: register", REGISTER(), EMPTY(1), IDENTITY_OTHER, ANSWER_DONE,
	  STATUS_DEVICE, REASON_OTHER_LUN },
	{ "another LUN: registered already", REGISTER(), FREE, IDENTITY_OTHER, ANSWER_DONE,
	  STATUS_DEVICE,
	  REASON_OTHER_LUN },
	{ "another LUN: unregister of nothing", UNREGISTER(.ignore_key = true), EMPTY(1),
	  IDENTITY_OTHER, ANSWER_DONE,
	  STATUS_DEVICE, REASON_OTHER_LUN },
	{ "another LUN: the victim is not there", PREEMPT_ABORT(.victim = 0xb,
	  .if_registered = true), HELD_BY_US,
	  IDENTITY_OTHER, ANSWER_DONE, STATUS_DEVICE, REASON_OTHER_LUN },
	{ "another LUN: its state forbids it", RESERVE(.type = WE), HELD_BY_THIRD, IDENTITY_OTHER,
	  ANSWER_DONE,
	  STATUS_DEVICE, REASON_OTHER_LUN },
	{ "another LUN: dry run", CLEAR, FREE, IDENTITY_OTHER, ANSWER_DONE, STATUS_DEVICE,
	  REASON_OTHER_LUN },
	{ "another LUN: check", CHECK(), FREE, IDENTITY_OTHER, ANSWER_DONE, STATUS_DEVICE,
	  REASON_OTHER_LUN },
	{ "another LUN: status", REQUEST(COMMAND_STATUS, "status"), FREE, IDENTITY_OTHER,
	  ANSWER_DONE, STATUS_DEVICE,
	  REASON_OTHER_LUN },
	{ "another LUN, whose state may not be read", REGISTER(), UNREAD, IDENTITY_OTHER,
	  ANSWER_DONE, STATUS_DEVICE,
	  REASON_OTHER_LUN },
	{ "no LUN, an empty list", CHECK(), EMPTY(1), IDENTITY_GONE, ANSWER_NO_LUN, STATUS_DEVICE,
	  REASON_NOT_MAPPED },
	{ "no LUN: status", REQUEST(COMMAND_STATUS, "status"), EMPTY(1), IDENTITY_GONE,
	  ANSWER_NO_LUN, STATUS_DEVICE,
	  REASON_NOT_MAPPED },
	{ "unmapped in between", REGISTER(), EMPTY(1), IDENTITY_UNKNOWN, ANSWER_NO_LUN,
	  STATUS_DEVICE, REASON_NOT_MAPPED },
	{ "the path dies at the question", REGISTER(), EMPTY(1), IDENTITY_UNKNOWN, ANSWER_PATH,
	  STATUS_FAILED,
	  REASON_PATH },
	{ "busy at the question", REGISTER(), EMPTY(1), IDENTITY_UNKNOWN, ANSWER_CHECK,
	  STATUS_FAILED, REASON_IO_ERROR },
	{ "not ready at the question, and for ever", REGISTER(), EMPTY(1), IDENTITY_UNKNOWN,
	  ANSWER_TRANSIENT, STATUS_FAILED,
	  REASON_NOT_SENT },
	{ "page 83h is refused", REGISTER(), FREE, IDENTITY_UNKNOWN, ANSWER_INVALID, STATUS_OK,
	  REASON_NONE },
	{ "INQUIRY is not permitted", REGISTER(), FREE, IDENTITY_UNKNOWN, ANSWER_NO_PRIVILEGE,
	  STATUS_OK, REASON_NONE },
	{ "there is no SG_IO", REGISTER(), FREE, IDENTITY_UNKNOWN, ANSWER_NO_INTERFACE, STATUS_OK,
	  REASON_NONE },
	{ "a page that is none", REGISTER(), FREE, IDENTITY_UNKNOWN, ANSWER_DONE, STATUS_OK,
	  REASON_NONE },
};

static void asked_who_it_is(void **state)
{
	const typeof(identities[0]) *row = *state;
	struct script script = { "", row->request, row->before, NO_ROUNDS, "", 0, 0, 0 };
	struct result result = device_begin(&script);

	script.request.timeout = INT64_C(60000000000);
	script.request.deadline = device.now + script.request.timeout;
	device.identity = row->identity;
	device.asking = row->asking;
	result.lun.wwid = "naa.1";
	operate(&script.request, &result);
	operate_close(&result);
	assert_int_equal(result.outcome.status, row->status);
	assert_int_equal(result.outcome.reason, row->reason);
	assert_int_equal(result.outcome.changed, TRI_NO);
	assert_false(result.outcome.sent);
	assert_int_equal(device.commands, 0);
	if (row->asking == ANSWER_TRANSIENT)
		assert_true(device.identified > 1);
	else
		assert_int_equal(device.identified, 1);
	/* The state of another LUN is not reported for this one. */
	if (row->status != STATUS_OK)
		assert_int_equal(result.state.source, SOURCE_NONE);
	if (row->reason == REASON_OTHER_LUN) {
		assert_non_null(strstr(result.outcome.message, "the kernel has naa.1"));
		assert_non_null(strstr(result.outcome.message, "the device reports naa.2"));
	}
	device_end(&result);
}

#define NOT_YET { ANSWER_TRANSIENT, HELD_BY_VICTIM }

/* The LUN is another one after the request has waited. */
static const struct {
	struct script script;
	size_t paths_dead;
	int reset;
	int64_t reset_takes;
	size_t resets;
	int64_t send_takes, read_takes, store_takes;
	bool at_once, while_read;
} moves[] = {
	{ { "the change is not sent again", PREEMPT(.victim = 0xb), HELD_BY_VICTIM,
	    ROUNDS(NOT_YET, NOT_YET, { ANSWER_DONE, HELD_BY_US }), "55", STATUS_DEVICE,
	    REASON_OTHER_LUN, N },
	  0, 0, 0, 0 },
	{ { "nor if the first try may have been carried out", REGISTER(), EMPTY(1),
	    ROUNDS({ ANSWER_CHECK, STATE(2, RESV_NONE, 0, ANY(0xa, N)) }),
	    "00", STATUS_UNKNOWN, REASON_OUTCOME_LOST, U },
	  0, 0, 0, 0 },
	{ { "its list does not show the change done", CLEAR, FREE,
	    ROUNDS({ ANSWER_DONE, EMPTY(2) }), "4", STATUS_UNKNOWN, REASON_NOT_VERIFIED, U },
	  2, 0, 0, 0 },
	{ { "it is not reset", PREEMPT_ABORT(.victim = 0xb), HELD_BY_VICTIM,
	    ROUNDS({ ANSWER_DONE, HELD_BY_US }), "6", STATUS_UNKNOWN, REASON_ABORT_NOT_PROVEN, Y },
	  0, -EAGAIN, 0, 2 },
	{ { "its list does not show that the victim is still gone",
	    PREEMPT_ABORT(.victim = 0xb, .if_registered = true), HELD_BY_US, NO_ROUNDS, "",
	    STATUS_UNKNOWN, REASON_ABORT_NOT_PROVEN, N },
	  0, 0, INT64_C(5000000000), 1 },
	{ { "nor if the reset was short", PREEMPT_ABORT(.victim = 0xb, .if_registered = true),
	    HELD_BY_US, NO_ROUNDS, "", STATUS_UNKNOWN, REASON_ABORT_NOT_PROVEN, N },
	  .reset_takes = 1000, .resets = 1 },
	{ { "the records were waited for: it is not reset",
	    PREEMPT_ABORT(.victim = 0xb, .if_registered = true), HELD_BY_US, NO_ROUNDS, "",
	    STATUS_UNKNOWN, REASON_ABORT_NOT_PROVEN, N },
	  .store_takes = INT64_C(1700000000) },
	{ { "its list does not show a change done that took long",
	    UNREGISTER(.key = 0xa), FREE, ROUNDS({ ANSWER_PATH, EMPTY(1) }), "0", STATUS_UNKNOWN,
	    REASON_OUTCOME_LOST, U },
	  0, 0, 0, 0, INT64_C(30000000000), 0 },
	{ { "nor if only the reading took long", UNREGISTER(.key = 0xa), FREE,
	    ROUNDS({ ANSWER_PATH, EMPTY(1) }), "0", STATUS_UNKNOWN, REASON_OUTCOME_LOST, U },
	  0, 0, 0, 0, 0, INT64_C(30000000000) },
	{ { "it had the same keys: nothing is proven, nor reset", PREEMPT_ABORT(.victim = 0xb),
	    HELD_BY_VICTIM, ROUNDS({ ANSWER_DONE, HELD_BY_US }), "6", STATUS_UNKNOWN,
	    REASON_NOT_VERIFIED, U },
	  .at_once = true },
	{ { "the list is already its list, and does not show the change done", CLEAR, FREE,
	    ROUNDS({ ANSWER_TRANSIENT, EMPTY(2) }), "4", STATUS_UNKNOWN, REASON_OUTCOME_LOST, U },
	  .while_read = true },
	{ { "a unit attention without its sense data: not sent again",
	    PREEMPT_ABORT(.victim = 0xb), HELD_BY_VICTIM,
	    ROUNDS({ ANSWER_CHECK, HELD_BY_VICTIM }, { ANSWER_DONE, HELD_BY_US }), "6",
	    STATUS_UNKNOWN, REASON_OUTCOME_LOST, U },
	  .at_once = true },
	{ { "the records were waited for: nothing is sent", PREEMPT_ABORT(.victim = 0xb),
	    HELD_BY_VICTIM, ROUNDS({ ANSWER_DONE, HELD_BY_US }), "", STATUS_DEVICE,
	    REASON_OTHER_LUN, N },
	  .store_takes = INT64_C(1700000000) },
};

static int64_t store_takes;

static void store_delays(void)
{
	time_pass(store_takes);
}

/*
 * The path dies while it waits: what was read before is the LUN's, so that a map can go on with it.
 */
static void died(void **state)
{
	const struct script script = { "", PREEMPT(.victim = 0xb), HELD_BY_VICTIM, ROUNDS(NOT_YET),
				       "", 0, 0, 0 };
	struct result result = device_begin(&script);

	(void)state;
	device.dies = true;
	operate(&script.request, &result);
	operate_close(&result);
	assert_string_equal(device.sent, "55");
	assert_int_equal(result.outcome.status, STATUS_FAILED);
	assert_int_equal(result.outcome.reason, REASON_PATH);
	assert_int_equal(result.outcome.changed, TRI_NO);
	assert_non_null(strstr(result.outcome.message, "; nothing more was sent; "));
	assert_int_equal(result.state.type, WE);
	device_end(&result);
}

static void moved(void **state)
{
	const typeof(moves[0]) *row = *state;
	struct result result = device_begin(&row->script);

	device.moves = !row->at_once && !row->while_read;
	device.moves_at_once = row->at_once;
	device.moves_while_read = row->while_read;
	store_takes = row->store_takes;
	store_waits = store_delays;
	result.lun.wwid = "naa.1";
	device.paths_dead = row->paths_dead;
	device.reset = row->reset;
	device.reset_takes = row->reset_takes;
	device.send_takes = row->send_takes;
	device.read_takes = row->read_takes;
	operate(&row->script.request, &result);
	operate_close(&result);
	store_waits = NULL;
	assert_string_equal(device.sent, row->script.sent);
	assert_int_equal(device.resets, row->resets);
	assert_int_equal(result.outcome.status, row->script.status);
	assert_int_equal(result.outcome.reason, row->script.reason);
	assert_int_equal(result.outcome.changed, row->script.changed);
	assert_int_equal(result.state.source, SOURCE_NONE);
	device_end(&result);
}

/* What an unprivileged user may do, through which descriptor. */
static const struct {
	const char *name;
	int open_writable_error;
	enum status status;
	bool sent;
} privileges[] = {
	{ "for writing", 0, STATUS_OK, true },
	{ "nor for writing", EACCES, STATUS_DEVICE, false },
};

static void opened_again(void **state)
{
	const struct script script = { "", REGISTER(), EMPTY(1), ROUNDS({ ANSWER_DONE, FREE }),
				       "", 0,	       0,	 0 };
	const typeof(privileges[0]) *row = *state;
	struct result result = device_begin(&script);

	device.read_only_refused = true;
	device.open_writable_error = row->open_writable_error;
	operate(&script.request, &result);
	operate_close(&result);
	assert_int_equal(result.outcome.status, row->status);
	assert_int_equal(result.outcome.sent, row->sent);
	assert_int_equal(device.commands, row->sent);
	assert_int_equal(result.outcome.changed, row->sent ? TRI_YES : TRI_NO);
	device_end(&result);
}

static const struct {
	const char *name;
	int error;
	enum status status;
	enum reason reason;
} open_errors[] = {
	{ "EACCES", EACCES, STATUS_DEVICE, REASON_NO_PRIVILEGE },
	{ "EPERM", EPERM, STATUS_DEVICE, REASON_NO_PRIVILEGE },
	{ "ENXIO", ENXIO, STATUS_FAILED, REASON_PATH },
	{ "EIO", EIO, STATUS_FAILED, REASON_PATH },
	{ "ENOENT", ENOENT, STATUS_DEVICE, REASON_OPEN },
	{ "ENODEV: another number", ENODEV, STATUS_DEVICE, REASON_REPLACED },
	{ "ESTALE: another disk", ESTALE, STATUS_DEVICE, REASON_REPLACED },
	{ "EBUSY", EBUSY, STATUS_DEVICE, REASON_OPEN },
};

static void not_opened(void **state)
{
	const struct script script = { "", REGISTER(), EMPTY(1), NO_ROUNDS, "", 0, 0, 0 };
	const typeof(open_errors[0]) *row = *state;
	struct result result = device_begin(&script);

	device.open_error = row->error;
	operate(&script.request, &result);
	operate_close(&result);
	assert_int_equal(result.outcome.status, row->status);
	assert_int_equal(result.outcome.reason, row->reason);
	assert_int_equal(result.outcome.step, STEP_OPEN);
	assert_int_equal(result.outcome.err, row->error);
	assert_int_equal(device.reads, 0);
	device_end(&result);
}

/*
 * If the state cannot be read, a change is not sent, unless only the privilege to read is missing.
 */
static const struct {
	const char *name;
	struct request request;
	enum answer_kind unread;
	enum status status;
	size_t sent;
} unreadables[] = {
	{ "path: register", REGISTER(), ANSWER_PATH, STATUS_FAILED, 0 },
	{ "check condition: register", REGISTER(), ANSWER_CHECK, STATUS_FAILED, 0 },
	{ "reply: preempt-abort", PREEMPT_ABORT(.victim = 0xb), ANSWER_REPLY, STATUS_FAILED, 0 },
	{ "conflict: clear", CLEAR, ANSWER_CONFLICT, STATUS_CONFLICT, 0 },
	{ "command not known: register", REGISTER(), ANSWER_NO_COMMAND, STATUS_UNSUPPORTED, 0 },
	{ "not permitted: register", REGISTER(), ANSWER_NO_PRIVILEGE, STATUS_UNKNOWN, 1 },
	{ "no interface: register", REGISTER(), ANSWER_NO_INTERFACE, STATUS_UNKNOWN, 1 },
	{ "not permitted: preempt without a type", PREEMPT(.victim = 0xb), ANSWER_NO_PRIVILEGE,
	  STATUS_DEVICE, 0 },
	{ "not permitted: status", REQUEST(COMMAND_STATUS, "status"), ANSWER_NO_PRIVILEGE,
	  STATUS_DEVICE, 0 },
	{ "path: status", REQUEST(COMMAND_STATUS, "status"), ANSWER_PATH, STATUS_FAILED, 0 },
};

static void unread(void **state)
{
	const typeof(unreadables[0]) *row = *state;
	const struct script script = {
		"", row->request, UNREAD, ROUNDS({ ANSWER_DONE, UNREAD }), "", 0, 0, 0
	};
	struct result result = device_begin(&script);

	device.unread = row->unread;
	operate(&script.request, &result);
	operate_close(&result);
	assert_int_equal(result.outcome.status, row->status);
	assert_int_equal(result.outcome.step, row->sent ? STEP_READ_BACK : STEP_READ);
	assert_int_equal(device.commands, row->sent);
	assert_int_equal(result.outcome.sent, row->sent);
	device_end(&result);
}

/* The capabilities are read only if they are shown. */
static void status(void **state)
{
	struct script script = {
		"", REQUEST(COMMAND_STATUS, "status"), HELD_BY_US, NO_ROUNDS, "", 0, 0, 0
	};

	(void)state;
	for (int json = 0; json <= 1; json++) {
		struct result result;

		script.request.json = json;
		result = device_begin(&script);
		operate(&script.request, &result);
		operate_close(&result);
		assert_int_equal(result.outcome.status, STATUS_OK);
		assert_int_equal(result.state.type, WE);
		assert_int_equal(device.reads, 1);
		assert_int_equal(device.capabilities, json);
		assert_int_equal(device.commands, 0);
		device_end(&result);
	}
}

/* The READ ioctls show what SG_IO may not. */
static void read_by_ioctl(void **state)
{
	const struct script script = { "", REGISTER(), UNREAD, NO_ROUNDS, "", 0, 0, 0 };
	const struct resv_state held = HELD_BY_US;
	struct result result = device_begin(&script);

	(void)state;
	device.ioctl_state = &held;
	operate(&script.request, &result);
	operate_close(&result);
	assert_int_equal(result.outcome.status, STATUS_OK);
	assert_int_equal(result.state.type, WE);
	assert_int_equal(device.commands, 0);
	device_end(&result);
}

/* A path that dies after a change and comes back in time shows whether it was done. */
static const struct {
	const char *name;
	int64_t timeout;
	size_t dead;
	enum status status;
	enum reason reason;
	enum tri changed;
	bool gone;
	enum answer_kind kind; /* how the reading fails; 0: the path is dead */
	size_t unasked; /* how often it does not say which LUN it is, either */
} deaths[] = {
	{ "comes back", 60000000000, 2, STATUS_OK, REASON_NONE, Y, false },
	{ "comes back, no deadline", 0, 2, STATUS_OK, REASON_NONE, Y, false },
	{ "comes back at last", 60000000000, 30, STATUS_OK, REASON_NONE, Y, false },
	{ "stays away", 60000000000, 1000, STATUS_UNKNOWN, REASON_NOT_VERIFIED, U, false },
	{ "stays away, no deadline", 0, 1000, STATUS_UNKNOWN, REASON_NOT_VERIFIED, U, false },
	{ "is deleted", 60000000000, 1000, STATUS_UNKNOWN, REASON_NOT_VERIFIED, U, true },
	{ "is deleted, no deadline", 0, 1000, STATUS_UNKNOWN, REASON_NOT_VERIFIED, U, true },
	{ "cannot be asked which LUN it is, and comes back", 60000000000, 2, STATUS_OK,
	  REASON_NONE, Y, .unasked = 3 },
	{ "is not ready for a while", 60000000000, 2, STATUS_OK, REASON_NONE, Y, false,
	  ANSWER_TRANSIENT },
	{ "is never ready again", 60000000000, 1000, STATUS_UNKNOWN, REASON_NOT_VERIFIED, U, false,
	  ANSWER_TRANSIENT },
	{ "answers with an error, which is not waited for", 60000000000, 1000, STATUS_UNKNOWN,
	  REASON_NOT_VERIFIED, U, false, ANSWER_CHECK },
};

static void path_dies(void **state)
{
	const typeof(deaths[0]) *row = *state;
	const struct script script = { "",
				       REGISTER(.timeout = row->timeout,
						.deadline = row->timeout ? row->timeout + 1000000000
									 : 0),
				       EMPTY(1),
				       ROUNDS({ ANSWER_DONE, FREE }),
				       "",
				       0,
				       0,
				       0 };
	struct result result = device_begin(&script);
	bool waited = !row->gone && row->kind != ANSWER_CHECK;

	device.paths_dead = row->dead;
	device.dead = row->kind;
	device.asking_dead = row->unasked;
	device.gone = row->gone;
	operate(&script.request, &result);
	operate_close(&result);
	/*
	 * What can never come back is not waited for. Anything else is, until shortly before the
	 * deadline, or for a minute.
	 */
	if (!waited)
		assert_int_equal(device.pauses, 0);
	else
		assert_in_range(device.now, 1000000000,
				61000000000 - (row->timeout ? 500000000 : 0));
	if (row->dead == 1000 && waited)
		assert_in_range(device.now, 58000000000, 61000000000);
	assert_int_equal(result.outcome.status, row->status);
	assert_int_equal(result.outcome.reason, row->reason);
	assert_int_equal(result.outcome.changed, row->changed);
	assert_int_equal(device.commands, 1);
	device_end(&result);
}

/*
 * A device that is not ready before anything is sent is waited for: until the deadline or, without
 * one, forever.
 */
static const struct {
	const char *name;
	struct request request;
	int64_t timeout;
	size_t not_ready;
	enum status status;
	enum reason reason;
	size_t commands;
} waits[] = {
	{ "status", REQUEST(COMMAND_STATUS, "status"), 60000000000, 9, STATUS_OK, REASON_NONE, 0 },
	{ "check", CHECK(), 60000000000, 9, STATUS_CONFLICT, REASON_KEY_NOT_REGISTERED, 0 },
	{ "register", REGISTER(), 60000000000, 9, STATUS_OK, REASON_NONE, 1 },
	{ "register, no deadline", REGISTER(), 0, 1000, STATUS_OK, REASON_NONE, 1 },
	{ "status, too long", REQUEST(COMMAND_STATUS, "status"), 60000000000, 1000, STATUS_UNKNOWN,
	  REASON_NOT_READ, 0 },
	{ "register, too long", REGISTER(), 60000000000, 1000, STATUS_FAILED, REASON_NOT_SENT, 0 },
};

static void waited(void **state)
{
	const typeof(waits[0]) *row = *state;
	struct script script = { "", row->request, EMPTY(1), ROUNDS({ ANSWER_DONE, FREE }), "", 0,
		0, 0 };
	struct result result = device_begin(&script);

	script.request.timeout = row->timeout;
	script.request.deadline = row->timeout ? device.now + row->timeout : 0;
	device.not_ready = row->not_ready;
	operate(&script.request, &result);
	operate_close(&result);
	assert_int_equal(result.outcome.status, row->status);
	assert_int_equal(result.outcome.reason, row->reason);
	assert_int_equal(device.commands, row->commands);
	assert_true(row->not_ready < 1000 || device.reads > 30);
	device_end(&result);
}

#define SENT_AGAIN "interrupted before the command was sent again"

/* After a signal nothing is repeated, and what an earlier try may have done is reported. */
static const struct {
	const char *name;
	struct request request;
	struct resv_state before;
	struct round round;
	enum status status;
	enum tri changed;
	const char *said;
} signals[] = {
	{ "not done, as the list shows", REGISTER(), EMPTY(1), { ANSWER_TRANSIENT, EMPTY(1) },
	  STATUS_FAILED, N, "not done after 1 tries: not ready" },
	{ "not done, as the list shows: path", REGISTER(), EMPTY(1), { ANSWER_PATH, EMPTY(1) },
	  STATUS_FAILED, N, "interrupted before the command was sent; nothing more was sent" },
	{ "done perhaps: path", REGISTER(), EMPTY(1), { ANSWER_PATH, SOMEONE }, STATUS_UNKNOWN, U,
	  SENT_AGAIN },
	{ "done perhaps: not ready", REGISTER(), EMPTY(1), { ANSWER_TRANSIENT, SOMEONE },
	  STATUS_UNKNOWN, U, "the registrants do not show whether it took effect" },
	{ "done perhaps: conflict", REGISTER(), EMPTY(1), { ANSWER_CONFLICT, SOMEONE },
	  STATUS_UNKNOWN, U, SENT_AGAIN },
};

static void signalled(void **state)
{
	const typeof(signals[0]) *row = *state;
	const struct script script = { "", row->request, row->before, { row->round }, 1, false, "",
		0, 0, 0 };
	struct result result = device_begin(&script);

	device.halted = &result;
	operate(&script.request, &result);
	operate_close(&result);
	assert_int_equal(device.commands, 1);
	assert_int_equal(result.outcome.status, row->status);
	assert_int_equal(result.outcome.changed, row->changed);
	assert_int_equal(result.handover.stage, row->changed == U ? STAGE_SENT : STAGE_WAITING);
	assert_non_null(strstr(result.outcome.message, row->said));
	device_end(&result);
}

/* It undoes its own change, unless the parent has reported the result. */
static void undone(void **state)
{
	const struct script script = {
		"", TAKE_KEY(), LEFT_BEHIND,
		ROUNDS({ ANSWER_DONE, TAKEN }, { ANSWER_DONE, LEFT_BEHIND }), "", 0, 0, 0
	};
	struct result result = device_begin(&script);

	(void)state;
	device.halted = &result;
	operate(&script.request, &result);
	operate_close(&result);
	assert_string_equal(device.sent, "00");
	assert_int_equal(result.outcome.status, STATUS_FAILED);
	assert_int_equal(result.outcome.changed, N);
	device_end(&result);
}

/*
 * What an earlier part of the request has done stays reported, if the parent stops the work while
 * the next part is repeated.
 */
static const struct {
	const char *name;
	struct request request;
	struct resv_state before, after;
} parts[] = {
	{ "the first of two keys of a host is preempted",
	  PREEMPT(.victim_host = &host_2),
	  STATE(2, WERO, 0xa, OWN(0xa, Y), OTHER(0xb, N), OTHER(0xc, N)),
	  STATE(3, WERO, 0xa, OWN(0xa, Y), OTHER(0xc, N)) },
	{ "the key is taken, the clear is not ready", TAKE_KEY(), LEFT_BEHIND, TAKEN },
};

static void part_then_stopped(void **state)
{
	const typeof(parts[0]) *row = *state;
	struct script script = { "", row->request, row->before,
				 ROUNDS({ ANSWER_DONE, row->after },
					{ ANSWER_TRANSIENT, row->after }), "", 0, 0, 0 };
	struct result result = device_begin(&script);

	device.watched = &result;
	operate(&script.request, &result);
	operate_close(&result);
	/* In this pause result_halt() would have taken it for a LUN to which nothing was sent. */
	assert_false(device.seen_waiting);
	device_end(&result);
}

/* The device is asked why a field is invalid. */
static const struct {
	const char *name;
	enum tri power_loss_capable;
	enum reason reason;
} invalids[] = {
	{ "no power loss persistence", N, REASON_NO_POWER_LOSS_PERSISTENCE },
	{ "power loss persistence", Y, REASON_REFUSED },
};

static void invalid(void **state)
{
	const typeof(invalids[0]) *row = *state;
	const struct script script = {
		"", REGISTER(), EMPTY(1), ROUNDS({ ANSWER_INVALID, EMPTY(1) }), "", 0, 0, 0
	};
	struct result result = device_begin(&script);

	device.power_loss_capable = row->power_loss_capable;
	operate(&script.request, &result);
	operate_close(&result);
	assert_int_equal(result.outcome.reason, row->reason);
	assert_int_equal(device.capabilities, 1);
	assert_int_equal(device.commands, 1);
	device_end(&result);
}

/*
 * The kernel's ioctl ends with "I/O error" and no more, whatever the device says. After two of
 * these the device is asked itself.
 */
static const struct {
	const char *name;
	uint8_t sense_key;
	const char *asks;
} unexplained[] = {
	{ "I/O error", 0, "--??" },
	{ "a unit attention that is known to be one", 6, "---" },
};

static void reason_is_asked(void **state)
{
	const typeof(unexplained[0]) *row = *state;
	const struct script script = {
		"", CLEAR, FREE, ROUNDS({ ANSWER_CHECK, FREE, row->sense_key },
		{ ANSWER_CHECK, FREE, row->sense_key }, { ANSWER_CHECK, FREE, row->sense_key },
		{ ANSWER_DONE, EMPTY(2) }), "", 0, 0, 0
	};
	struct result result = device_begin(&script);

	operate(&script.request, &result);
	operate_close(&result);
	assert_string_equal(device.asks, row->asks);
	device_end(&result);
}

/* Whether a command carries APTPL=0, so that the target keeps nothing through a loss of power. */
static const struct {
	const char *name;
	struct request request;
	bool was_volatile; /* by an earlier register of this node */
	enum transport transport;
	struct resv_state before, after;
	bool is_volatile;
} volatiles[] = {
	{ "register", REGISTER(), false, TRANSPORT_SCSI, EMPTY(1), FREE, false },
	{ "register --volatile", REGISTER(.is_volatile = true), false, TRANSPORT_SCSI, EMPTY(1),
	  FREE, true },
	{ "register, and the earlier key was volatile", REGISTER(), true, TRANSPORT_SCSI, EMPTY(1),
	  FREE, false },
	{ "unregister of a volatile key", UNREGISTER(.key = 0xa), true, TRANSPORT_SCSI, FREE,
	  EMPTY(2), true },
	{ "unregister of a volatile key, and another host's is kept", UNREGISTER(.key = 0xa), true,
	  TRANSPORT_SCSI, STATE(2, RESV_NONE, 0, OWN(0xa, N), OTHER(0xb, N)),
	  STATE(3, RESV_NONE, 0, OTHER(0xb, N)), false },
	{ "proof for a preempt, and another host's key is kept", PREEMPT(.victim = 0xd,
	  .if_registered = true), true, TRANSPORT_SCSI,
	  STATE(2, WERO, 0xb, ANY(0xa, N), ANY(0xb, Y)),
	  STATE(3, WERO, 0xb, ANY(0xa, N), ANY(0xb, Y)), false },
	{ "unregister of a key that is kept", UNREGISTER(.key = 0xa), false, TRANSPORT_SCSI, FREE,
	  EMPTY(2), false },
	{ "unregister on NVMe, which does not know it", UNREGISTER(.key = 0xa), true,
	  TRANSPORT_NVME, FREE, EMPTY(2), false },
};

static void keeps_through_power_loss(void **state)
{
	const typeof(volatiles[0]) *row = *state;
	const struct script script = { .request = row->request, .before = row->before,
				       .rounds = { { ANSWER_DONE, row->after } }, .count = 1 };
	struct result result = device_begin(&script);

	result.is_volatile = row->was_volatile;
	result.lun.transport = row->transport;
	operate(&script.request, &result);
	operate_close(&result);
	assert_int_equal(result.outcome.status, STATUS_OK);
	assert_int_equal(device.commands, 1);
	assert_int_equal(device.action.is_volatile, row->is_volatile);
	device_end(&result);
}

#define HOST_1_SOME { HOST_1, 1 } /* a path whose session is not known */
#define ELSEWHERE { HOST_1 SESSION_2, 1 }

/* After an unregister this host is still listed: by another disk of the LUN, or by this one? */
static const struct {
	const char *name;
	struct nexus sibling; /* another disk of this machine */
	enum status status;
	const char *said;
} siblings[] = {
	{ "it is another disk's", ELSEWHERE, STATUS_OK,
	  "registered through another path: 0xa (" HOST_1 SESSION_2 ")" },
	{ "no disk has this session", { HOST_1 ",i,0x00023d000007", 1 }, STATUS_FAILED,
	  "by a session or port that it no longer has: 0xa (" HOST_1 SESSION_2 ")" },
};

static void other_disk_registered(void **state)
{
	const typeof(siblings[0]) *row = *state;
	const struct script script = { "", UNREGISTER(.key = 0xa),
		STATE(1, RESV_NONE, 0, MAYBE(0xa, N), { 0xa, N, { HOST_1 SESSION_1, 1 }, U, Y }),
		ROUNDS({ ANSWER_DONE, STATE(1, RESV_NONE, 0, MAYBE(0xa, N)) }), "0", 0, 0, 0 };
	struct nexus sibling = row->sibling;
	struct result result = device_begin(&script);
	const char *said;

	result.lun.nexus = (struct nexus)HOST_1_SOME;
	device.siblings = (struct nexus_list){ &sibling, 1 };
	operate(&script.request, &result);
	operate_close(&result);
	assert_int_equal(result.outcome.status, row->status);
	assert_int_equal(result.outcome.changed, TRI_YES);
	assert_int_equal(device.siblings_asked, 1);
	said = result.outcome.message ? result.outcome.message : result.warnings->text;
	assert_non_null(strstr(said, row->said));
	device_end(&result);
}

/* A device that is not open, or is another LUN's, is not asked; descriptor 0 is one like others. */
static const struct {
	const char *name;
	int fd;
	bool is_other_lun, asked;
} descriptors[] = {
	{ "not open", -1, false, false },
	{ "another LUN's", 0, true, false },
	{ "descriptor 0", 0, false, true },
};

static void not_asked(void **state)
{
	const struct script script = { "", REGISTER(), FREE, NO_ROUNDS, "", 0, 0, 0 };
	const typeof(descriptors[0]) *row = *state;
	struct result result = device_begin(&script);
	struct answer answer;

	device.reads = 1;
	result.device.fd = row->fd;
	result.device.is_other_lun = row->is_other_lun;
	assert_int_equal(path_identify(&script.request, &result), row->asked);
	assert_int_equal(device.identified, row->asked);
	result.device.identified = false;
	assert_int_equal(path_identify_once(&result, &answer), row->asked);
	assert_int_equal(answer.kind, row->asked ? ANSWER_DONE : ANSWER_NO_LUN);
	read_back_state(&script.request, &result, &answer);
	assert_int_equal(answer.kind, row->asked ? ANSWER_DONE : ANSWER_NO_LUN);
	device_end(&result);
}

/* A device that is not ready is asked once, and that fails no request. */
static void asked_at_once(void **state)
{
	const struct script script = { "", REGISTER(), FREE, NO_ROUNDS, "", 0, 0, 0 };
	struct result result = device_begin(&script);

	(void)state;
	device.reads = 1;
	device.identity = IDENTITY_UNKNOWN;
	device.asking = ANSWER_TRANSIENT;
	result.device.fd = 0;
	result.state = script.before;
	assert_false(path_identify_at_once(&script.request, &result));
	assert_int_equal(device.identified, 1);
	assert_int_equal(result.outcome.status, STATUS_OK);
	assert_null(result.outcome.message);
	assert_int_equal(result.state.source, script.before.source);
	device_end(&result);
}

/* After the parent has reported that nothing was sent, nothing is sent. */
static void taken(void **state)
{
	const struct script script = { "", REGISTER(), EMPTY(1), ROUNDS({ ANSWER_DONE, FREE }),
				       "", 0,	       0,	 0 };
	struct result result = device_begin(&script);

	(void)state;
	result.handover.stage = STAGE_TAKEN;
	operate(&script.request, &result);
	operate_close(&result);
	assert_int_equal(device.commands, 0);
	assert_false(result.outcome.sent);
	assert_int_equal(result.handover.stage, STAGE_TAKEN);
	device_end(&result);
}

static void no_transport(void **state)
{
	const struct script script = { "", REGISTER(), EMPTY(1), NO_ROUNDS, "", 0, 0, 0 };
	struct result result = device_begin(&script);

	(void)state;
	result.lun.transport = TRANSPORT_NONE;
	operate(&script.request, &result);
	operate_close(&result);
	assert_int_equal(result.outcome.status, STATUS_UNSUPPORTED);
	assert_int_equal(result.outcome.reason, REASON_NO_RESERVATIONS);
	assert_int_equal(device.opened, 0);
	device_end(&result);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, shows_late, late_scripts);
	UNIT_TABLE(&unit, requests, scripts);
	UNIT_TABLE(&unit, aborts_prove, aborts);
	UNIT_TABLE(&unit, gone_before, gone);
	UNIT_TABLE(&unit, reads_after_reset, resets);
	UNIT_TABLE(&unit, nvme_proves, nvme_proofs);
	UNIT_TEST(&unit, nvme_removed);
	UNIT_TABLE(&unit, asked_who_it_is, identities);
	UNIT_TABLE(&unit, moved, moves);
	UNIT_TEST(&unit, died);
	UNIT_TABLE(&unit, opened_again, privileges);
	UNIT_TABLE(&unit, not_opened, open_errors);
	UNIT_TABLE(&unit, unread, unreadables);
	UNIT_TEST(&unit, status);
	UNIT_TEST(&unit, read_by_ioctl);
	UNIT_TABLE(&unit, path_dies, deaths);
	UNIT_TABLE(&unit, waited, waits);
	UNIT_TABLE(&unit, signalled, signals);
	UNIT_TEST(&unit, undone);
	UNIT_TABLE(&unit, part_then_stopped, parts);
	UNIT_TABLE(&unit, invalid, invalids);
	UNIT_TABLE(&unit, reason_is_asked, unexplained);
	UNIT_TABLE(&unit, keeps_through_power_loss, volatiles);
	UNIT_TABLE(&unit, other_disk_registered, siblings);
	UNIT_TABLE(&unit, not_asked, descriptors);
	UNIT_TEST(&unit, asked_at_once);
	UNIT_TEST(&unit, taken);
	UNIT_TEST(&unit, no_transport);
	return unit_run(&unit, "operate");
}
