// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * preempt of a host, in parts: this is host-1 with 0xa, and host-2 is the victim. Each part is
 * played: it removes the key that it is given, unless the row says otherwise.
 */
#include "pr/victim_host.h"
#include "unit.h"

#include <inttypes.h>

#include "model/describe.h"
#include "model/host_choice.h"
#include "model/messages.h"
#include "pr/memory.h"
#include "states.h"

#define PORT_1 "fc:0x2100001122330001"
#define PORT_2 "fc:0x2100001122330002"
#define CAPITALS "iqn.2026-01.lab:HOST-1" SESSION_1

static struct host_choice host_1 = { .text = HOST_1, .initiators = { HOST_1 }, .count = 1 },
			  host_2 = { .text = HOST_2, .initiators = { HOST_2 }, .count = 1 },
			  capitals = { .text = "capitals", .initiators = { CAPITALS }, .count = 1 },
			  /* names of keys: of a host that is listed, and of one that is not */
	node2 = { .text = "node2", .key = 0xb, .initiators = { HOST_2 }, .count = 1 },
	gone = { .text = "gone", .key = 0xb },
	two = { .text = "two", .key = 0xb, .initiators = { HOST_2, HOST_3 }, .count = 2,
		.namesakes = { HOST_2, HOST_3 } };
static struct name list[] = { { 0xa, "node1" }, { 0xb, "node2" }, { 0xc, "node3" } };
static const struct key_names names = { .list = list, .count = 3 };

static const struct row {
	const char *name;
	struct host_choice *host;
	struct resv_state before;
	int fails; /* the part with this number fails, from 1 on; 0: none */
	uint64_t again; /* another key that the victim has after each part; 0: none */
	bool dry_run, open; /* open: an abort of an earlier key is not proven */
	const char *unnamed; /* "own": this host has no name */
	const char *sent; /* the victim of each part; 0x0: the host, which is gone */
	enum status status;
	enum reason reason;
	enum tri changed;
	const char *said; /* how the message begins, or what would be sent */
} rows[] = {
	/* its keys */
	{ "one key", &host_2, STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xb, N)),
	  .sent = "0xb", .changed = Y, .said = "removed 0xb" },
	{ "two keys", &host_2, STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xb, N), OTHER(0xd, N)),
	  .sent = "0xb 0xd", .changed = Y, .said = "removed 0xb; then removed 0xd" },
	{ "one key of two sessions is sent once", &host_2,
	  STATE(1, WERO, 0xa, OTHER(0xb, N), LISTED(0xb, N, HOST_2 SESSION_1, 1), OTHER(0xd, N)),
	  .sent = "0xb 0xd", .changed = Y, .said = "removed 0xb; then removed 0xd" },
	{ "a dry run of that", &host_2,
	  STATE(1, WERO, 0xa, OTHER(0xb, N), LISTED(0xb, N, HOST_2 SESSION_1, 1), OTHER(0xd, N)),
	  .dry_run = true, .sent = "0xb 0xd", .changed = N,
	  .said = "PREEMPT 0xb; then PREEMPT 0xd" },
	{ "not those of other hosts", &host_2, STATE(1, WERO, 0xa, OWN(0xa, Y), THIRD(0xc, N),
	  OTHER(0xb, N)), .sent = "0xb", .changed = Y, .said = "removed 0xb" },
	{ "none", &host_2, STATE(1, WERO, 0xa, OWN(0xa, Y), THIRD(0xc, N)),
	  .sent = "0x0", .changed = N, .said = "no 0x0" },
	{ "none, by a dry run", &host_2, STATE(1, WERO, 0xa, OWN(0xa, Y)), .dry_run = true,
	  .sent = "0x0", .changed = N, .said = "PREEMPT 0x0" },
	{ "one key, and an abort of an earlier one is not proven", &host_2,
	  STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xb, N)), .open = true,
	  .sent = "0xb 0x0", .changed = Y, .said = "removed 0xb; then no 0x0" },
	{ "a dry run of that", &host_2, STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xb, N)),
	  .open = true, .dry_run = true, .sent = "0xb", .changed = N, .said = "PREEMPT 0xb" },
	{ "the second part fails", &host_2, STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xb, N),
	  OTHER(0xd, N)), .fails = 2, .sent = "0xb 0xd", .changed = Y,
	  .status = STATUS_UNKNOWN, .reason = REASON_NOT_VERIFIED,
	  .said = "removed 0xb; then it fails" },
	{ "the first part fails", &host_2, STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xb, N),
	  OTHER(0xd, N)), .fails = 1, .sent = "0xb", .changed = N,
	  .status = STATUS_UNKNOWN, .reason = REASON_NOT_VERIFIED, .said = "it fails" },
	{ "it comes back with another key each time", &host_2,
	  STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xb, N)), .again = 0x100, .sent = NULL,
	  .changed = Y, .status = STATUS_FAILED, .reason = REASON_CHANGED_SINCE,
	  .said = HOST_2 " has been registered again" },
	{ "it comes back with a third host's key", &host_2,
	  STATE(1, WERO, 0xa, OWN(0xa, Y), THIRD(0x101, N), OTHER(0xb, N)), .again = 0x100,
	  .sent = "0xb", .changed = Y, .status = STATUS_CONFLICT,
	  .reason = REASON_OTHER_KEY_REGISTERED,
	  .said = "removed 0xb; then 0x101 (" HOST_2 ") is also the key of 0x101 (" HOST_3 ")" },
	/* who it is */
	{ "the list cannot be read", &host_2, UNREAD, .sent = "", .changed = N,
	  .status = STATUS_DEVICE, .reason = REASON_NO_PRIVILEGE, .said = "not permitted" },
	{ "it is this host", &host_1, STATE(1, WERO, 0xb, OTHER(0xb, Y)), .sent = "", .changed = N,
	  .status = STATUS_CONFLICT, .reason = REASON_OTHER_KEY_REGISTERED,
	  .said = HOST_1 " is this host" },
	{ "this host has no name: it is this host's registration", &host_1,
	  STATE(1, WERO, 0xa, OWN(0xa, Y)), .unnamed = "own", .sent = "", .changed = N,
	  .status = STATUS_CONFLICT, .reason = REASON_OTHER_KEY_REGISTERED,
	  .said = HOST_1 " is this host" },
	{ "this host has no name: another host", &host_2,
	  STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xb, N)), .unnamed = "own", .sent = "0xb",
	  .changed = Y, .said = "removed 0xb" },
	{ "a name that differs from this host's in case alone", &capitals,
	  STATE(1, WERO, 0xa, OWN(0xa, Y), LISTED(0xb, N, CAPITALS, 1)), .sent = "", .changed = N,
	  .status = STATUS_UNSUPPORTED, .reason = REASON_OPTION_UNSUPPORTED,
	  .said = "it is unknown whether " },
	{ "the list names nobody", &host_2, STATE(1, WERO, 0xa, ANY(0xa, Y), ANY(0xb, N)),
	  .sent = "", .changed = N, .status = STATUS_UNSUPPORTED,
	  .reason = REASON_OPTION_UNSUPPORTED, .said = "it is unknown whether " },
	{ "the list names nobody but this path, which is not asked about", &host_2,
	  STATE(1, WERO, 0xa, { 0xa, Y, { NULL, 1 }, Y, Y, true }), .sent = "0x0", .changed = N,
	  .said = "no 0x0" },
	{ "its key is 0x0", &host_2, STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0, N)), .sent = "",
	  .changed = N, .status = STATUS_CONFLICT, .reason = REASON_OTHER_KEY_REGISTERED,
	  .said = HOST_2 " is registered with 0x0" },
	/* whose its key is, too */
	{ "a third host has its key", &host_2,
	  STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xb, N), THIRD(0xb, N)), .sent = "", .changed = N,
	  .status = STATUS_CONFLICT, .reason = REASON_OTHER_KEY_REGISTERED,
	  .said = "0xb (node2, " HOST_2 ") is also the key of 0xb (node2, " HOST_3 ")" },
	{ "the same, and it is listed first", &host_2,
	  STATE(1, WERO, 0xa, THIRD(0xb, N), OTHER(0xb, N)), .sent = "", .changed = N,
	  .status = STATUS_CONFLICT, .reason = REASON_OTHER_KEY_REGISTERED,
	  .said = "0xb (node2, " HOST_2 ") is also the key of 0xb (node2, " HOST_3 ")" },
	{ "this host has its key", &host_2, STATE(1, WERO, 0xa, OWN(0xb, Y), OTHER(0xb, N)),
	  .sent = "", .changed = N, .status = STATUS_CONFLICT,
	  .reason = REASON_OTHER_KEY_REGISTERED,
	  .said = "0xb (node2, " HOST_2 ") is also the key of 0xb (node2, this host)" },
	/* a name of the file of names */
	{ "the name of a key", &node2, STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xb, N)),
	  .sent = "0xb", .changed = Y, .said = "removed 0xb" },
	{ "the name of a key, and the host has another one", &node2,
	  STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xd, N)), .sent = "0xd", .changed = Y,
	  .said = "removed 0xd" },
	{ "the name of a key that the host and a third one have here", &node2,
	  STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xb, N), THIRD(0xb, N)), .sent = "",
	  .changed = N, .status = STATUS_CONFLICT, .reason = REASON_OTHER_KEY_REGISTERED,
	  .said = "0xb (node2, " HOST_2 ") is also the key of 0xb (node2, " HOST_3 ")" },
	{ "the name of a key that an unnamed host has here, too", &node2,
	  STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xb, N), ANY(0xb, N)), .sent = "0xb",
	  .changed = Y, .said = "removed 0xb" },
	{ "the name of a key that a third host has here", &node2,
	  STATE(1, WERO, 0xa, OWN(0xa, Y), THIRD(0xb, N)), .sent = "", .changed = N,
	  .status = STATUS_CONFLICT, .reason = REASON_OTHER_KEY_REGISTERED,
	  .said = "node2 is the name of a key that two hosts have: " HOST_2 " and " HOST_3 },
	{ "the name of a key that two hosts have elsewhere", &two,
	  STATE(1, WERO, 0xa, OWN(0xa, Y)), .sent = "", .changed = N,
	  .status = STATUS_CONFLICT, .reason = REASON_OTHER_KEY_REGISTERED,
	  .said = "two is the name of a key that two hosts have: " HOST_2 " and " HOST_3 },
	{ "the name of a key that no LUN lists: a host of nobody may be it", &gone,
	  STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xd, N)), .sent = "", .changed = N,
	  .status = STATUS_UNSUPPORTED, .reason = REASON_OPTION_UNSUPPORTED,
	  .said = "it is unknown whether " },
	{ "the same, and each host has a name", &gone,
	  STATE(1, WERO, 0xa, OWN(0xa, Y), THIRD(0xc, N)), .sent = "0x0", .changed = N,
	  .said = "no 0x0" },
	{ "the same, and this host's key has no name", &gone,
	  STATE(1, WERO, 0xa, OWN(0xe, Y), THIRD(0xc, N)), .sent = "0x0", .changed = N,
	  .said = "no 0x0" },
	{ "the name of a key that two ports have, which may be one host's", &gone,
	  STATE(1, WERO, 0xa, OWN(0xa, Y), LISTED(0xb, N, PORT_1, 1), LISTED(0xb, N, PORT_2, 1)),
	  .sent = "0xb", .changed = Y, .said = "removed 0xb" },
};

static struct {
	const struct row *row;
	char sent[1024];
	int parts;
} played;

bool __wrap_memory_host_is_open(const struct request *request, const struct result *result);
bool __wrap_memory_host_is_open(const struct request *request, const struct result *result)
{
	(void)request;
	(void)result;
	return played.row->open;
}

/* Removes the key; the host that had it may come back with another one. */
static bool remove_key(struct resv_state *state, uint64_t key)
{
	size_t count = 0, before = state->count;

	for (size_t i = 0; i < before; i++)
		if (state->registrants[i].key != key)
			state->registrants[count++] = state->registrants[i];
	state->count = count;
	if (played.row->again && count < before)
		state->registrants[state->count++] = (struct registrant)OTHER(
			played.row->again + (uint64_t)played.parts, N);
	return count < before;
}

static void part_play(const struct request *request, struct result *result)
{
	struct arena *arena = result->arena;
	size_t length = strlen(played.sent);
	bool removed;

	played.parts++;
	assert_ptr_equal(request->victim_host, played.row->host);
	snprintf(played.sent + length, sizeof(played.sent) - length, "%s0x%" PRIx64,
		 length ? " " : "", request->victim);
	/* Nothing is left of the part before. */
	assert_int_equal(result->outcome.status, STATUS_OK);
	assert_int_equal(result->outcome.changed, TRI_NO);
	assert_null(result->outcome.success);
	assert_null(result->would);
	assert_int_equal(result->victim.known, ABORT_KNOWN_NOTHING);
	result->victim.known = ABORT_KNOWN_OPEN;
	if (request->dry_run) {
		result->would = arena_printf(arena, "PREEMPT 0x%" PRIx64, request->victim);
		return;
	}
	if (played.parts == played.row->fails) {
		result_fail(result, STATUS_UNKNOWN, REASON_NOT_VERIFIED, STEP_CHANGE, "it fails");
		return;
	}
	removed = remove_key(&result->state, request->victim);
	result->outcome.changed = removed ? TRI_YES : TRI_NO;
	result->outcome.sent = removed;
	result->outcome.success = arena_printf(arena, "%s 0x%" PRIx64, removed ? "removed" : "no",
					       request->victim);
}

static void host_play(void **state)
{
	const struct row *row = *state;
	struct arena *arena = unit_arena();
	struct result *result = result_new(arena, "/dev/a");
	const struct request request = PREEMPT(.victim_host = row->host, .dry_run = row->dry_run);
	const char *said;

	arena->names = &names;
	memset(&played, 0, sizeof(played));
	played.row = row;
	result->lun.node = "/dev/a";
	result->lun.nexus = (struct nexus){ row->unnamed ? NULL : HOST_1 SESSION_1, 1 };
	result->state = row->before;
	result->state.registrants = malloc((row->before.count + (row->again != 0)) *
					   sizeof(struct registrant));
	if (row->before.count)
		memcpy(result->state.registrants, row->before.registrants,
		       row->before.count * sizeof(struct registrant));
	victim_host_change(&request, result, part_play);
	said = result->outcome.status ? result->outcome.message :
	       row->dry_run	      ? result->would :
					result->outcome.success;
	if (row->sent)
		assert_string_equal(played.sent, row->sent);
	else
		assert_int_equal(played.parts, 64);
	assert_int_equal(result->outcome.status, row->status);
	assert_int_equal(result->outcome.reason, row->reason);
	assert_int_equal(result->outcome.changed, row->changed);
	assert_int_equal(result->outcome.sent, row->changed == TRI_YES);
	assert_non_null(said);
	if (strncmp(said, row->said, strlen(row->said)) != 0)
		fail_msg("expected '%s', but came '%s'", row->said, said);
	free(result->state.registrants);
	arena_free(arena);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, host_play, rows);
	return unit_run(&unit, "victim_host");
}
