// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * clear --take-key, in parts: this host takes the key 0xf for it. Each part is played: it does what
 * it is asked for, unless the row says otherwise.
 */
#include "pr/take_key.h"
#include "unit.h"

#include <inttypes.h>

#include "model/cluster.h"
#include "model/describe.h"
#include "model/key_names.h"
#include "states.h"

static struct name list[] = { { 0xa, "node1" }, { 0xb, "node2" }, { 0xc, "node3" } };
static char doubt[] = "it is damaged";
static const struct cluster unread = { .unread = "it is damaged" };
static const struct key_names names = { .list = list, .count = 3 },
			      doubted = { .list = list, .count = 3, .ignored = doubt },
			      unread_cluster = { .list = list, .count = 3, .cluster = &unread };

#define LEFT STATE(1, WERO, 0x9, OTHER(0x9, Y))
#define RESERVED { .source = SOURCE_FULL_STATUS, .generation = 1, .type = WERO }
#define KEPT { 0xf, N, { HOST_1 SESSION_1, 1 }, Y, Y, true }

static const struct row {
	const char *name;
	struct resv_state before;
	uint64_t even_if[2];
	size_t even_if_count; /* 0: all of them */
	const struct key_names *names;
	bool dry_run;
	int fails; /* the part with this number fails, from 1 on; 0: none */
	bool sent; /* and it was sent */
	bool unread; /* and the LUN cannot be read after it */
	bool stays; /* the unregister fails, too */
	bool hides; /* the register is done, and the LUN cannot be read after it */
	struct registrant comes; /* during the first part */
	const char *done; /* each part */
	enum status status;
	enum reason reason;
	enum tri changed;
	const char *said; /* how the message begins, or what would be sent */
	const char *warned; /* how a warning begins */
} rows[] = {
	{ "one registration of another host", LEFT, .done = "register 0xf, clear 0xf",
	  .changed = Y, .said = "cleared, 1 registration" },
	{ "two", STATE(1, WERO, 0x9, OTHER(0x9, Y), THIRD(0x8, N)),
	  .done = "register 0xf, clear 0xf", .changed = Y, .said = "cleared, 2 registrations" },
	{ "a reservation alone", RESERVED, .done = "register 0xf, clear 0xf",
	  .changed = Y, .said = "cleared, 0 registrations" },
	{ "nothing", EMPTY(1), .done = "", .changed = N,
	  .said = "nothing was registered or reserved" },
	{ "this host has a key", STATE(1, WERO, 0x9, OTHER(0x9, Y), OWN(0xa, N)),
	  .done = "clear 0xa", .changed = Y, .said = "done" },
	{ "this host has the key 0x0", STATE(1, WERO, 0x9, OTHER(0x9, Y), OWN(0, N)),
	  .done = "register 0xf by ignoring, clear 0xf", .changed = Y,
	  .said = "cleared, 2 registrations" },
	{ "another host has the key", STATE(1, WERO, 0x9, OTHER(0x9, Y), THIRD(0xf, N)),
	  .done = "", .changed = N, .status = STATUS_CONFLICT,
	  .reason = REASON_OTHER_KEY_REGISTERED, .said = "0xf is registered by another host" },
	{ "the same, and it is listed first", STATE(1, WERO, 0x9, THIRD(0xf, N), OTHER(0x9, Y)),
	  .done = "", .changed = N, .status = STATUS_CONFLICT,
	  .reason = REASON_OTHER_KEY_REGISTERED, .said = "0xf is registered by another host" },
	{ "another path of this host has the key",
	  STATE(1, WERO, 0x9, OTHER(0x9, Y), OWN_2(0xf, N)),
	  .done = "register 0xf, clear 0xf", .changed = Y, .said = "cleared, 2 registrations" },
	{ "a dry run", LEFT, .dry_run = true, .done = "", .changed = N,
	  .said = "REGISTER, key 0x0, new key 0xf; then CLEAR, key 0xf, through /dev/a; "
		  "removes 0x9 (" HOST_2 ")" },
	{ "a dry run that removes nobody", RESERVED, .dry_run = true, .done = "",
	  .changed = N, 
	  .said = "REGISTER, key 0x0, new key 0xf; then CLEAR, key 0xf, through /dev/a; "
		  "removes no other host" },
	/* who may be running */
	{ "the list cannot be read", UNREAD, .done = "", .changed = N, .status = STATUS_DEVICE,
	  .reason = REASON_NO_PRIVILEGE, .said = "not permitted" },
	{ "a node", STATE(1, WERO, 0xb, OTHER(0xb, Y)), .names = &names, .done = "", .changed = N,
	  .status = STATUS_CONFLICT, .reason = REASON_OTHER_KEY_REGISTERED,
	  .said = "0xb (node2, " },
	{ "the same, and this host has a key", STATE(1, WERO, 0xb, OTHER(0xb, Y), OWN(0xa, N)),
	  .names = &names, .done = "", .changed = N, .status = STATUS_CONFLICT,
	  .reason = REASON_OTHER_KEY_REGISTERED,
	  .said = "0xb (node2, " },
	{ "a node, and no file of names", STATE(1, WERO, 0xb, OTHER(0xb, Y)),
	  .done = "register 0xf, clear 0xf", .changed = Y, .said = "cleared, 1 registration" },
	{ "a host of nobody, with a file of names", LEFT, .names = &names,
	  .done = "register 0xf, clear 0xf", .changed = Y, .said = "cleared, 1 registration" },
	{ "this host alone, which has a name", STATE(1, WERO, 0xa, OWN(0xa, Y)), .names = &names,
	  .done = "clear 0xa", .changed = Y, .said = "done" },
	{ "a file of names that is in doubt", LEFT, .names = &doubted, .done = "", .changed = N,
	  .status = STATUS_CONFLICT, .reason = REASON_OTHER_KEY_REGISTERED,
	  .said = "the hosts that may be alive are unknown: it is damaged" },
	{ "a file of the cluster that cannot be read", LEFT, .names = &unread_cluster, .done = "",
	  .changed = N, .status = STATUS_CONFLICT, .reason = REASON_OTHER_KEY_REGISTERED,
	  .said = "the hosts that may be alive are unknown: ignoring /etc/corosync/corosync.conf" },
	{ "a node that is excepted", STATE(1, WERO, 0xb, OTHER(0xb, Y)), .names = &names,
	  .even_if = { 0xb }, .done = "register 0xf, clear 0xf", .changed = Y,
	  .said = "cleared, 1 registration" },
	{ "two nodes, and one is excepted", STATE(1, WERO, 0xb, OTHER(0xb, Y), THIRD(0xc, N)),
	  .names = &names, .even_if = { 0xb }, .done = "", .changed = N,
	  .status = STATUS_CONFLICT, .reason = REASON_OTHER_KEY_REGISTERED,
	  .said = "0xc (node3, " },
	{ "the same, and the other one is written after the last exception",
	  STATE(1, WERO, 0xb, OTHER(0xb, Y), THIRD(0xc, N)), .names = &names,
	  .even_if = { 0xb, 0xc }, .even_if_count = 1, .done = "", .changed = N,
	  .status = STATUS_CONFLICT, .reason = REASON_OTHER_KEY_REGISTERED,
	  .said = "0xc (node3, " },
	{ "two nodes that are excepted", STATE(1, WERO, 0xb, OTHER(0xb, Y), THIRD(0xc, N)),
	  .names = &names, .even_if = { 0xc, 0xb }, .done = "register 0xf, clear 0xf",
	  .changed = Y, .said = "cleared, 2 registrations" },
	{ "a node comes meanwhile", LEFT, .names = &names, .comes = OTHER(0xb, N),
	  .done = "register 0xf, unregister 0xf", .changed = N, .status = STATUS_CONFLICT,
	  .reason = REASON_OTHER_KEY_REGISTERED,
	  .said = "0xb (node2, " },
	/* what fails */
	{ "the register is not sent", LEFT, .fails = 1, .done = "register 0xf", .changed = N,
	  .status = STATUS_UNKNOWN, .reason = REASON_NOT_VERIFIED, .said = "it fails" },
	{ "the register is sent, and the key is not there", LEFT, .fails = 1, .sent = true,
	  .done = "register 0xf", .changed = N, .status = STATUS_UNKNOWN,
	  .reason = REASON_NOT_VERIFIED, .said = "it fails" },
	{ "the register is sent, and nothing can be read", LEFT, .fails = 1, .sent = true,
	  .unread = true, .done = "register 0xf, unregister 0xf", .changed = N,
	  .status = STATUS_UNKNOWN, .reason = REASON_NOT_VERIFIED, .said = "it fails" },
	{ "the same, and it cannot be unregistered", LEFT, .fails = 1, .sent = true,
	  .unread = true, .stays = true, .done = "register 0xf, unregister 0xf", .changed = Y,
	  .status = STATUS_UNKNOWN, .reason = REASON_NOT_VERIFIED, .said = "it fails",
	  .warned = "this host is still registered with the temporary key 0xf: it stays" },
	{ "the register is done, and who may be running cannot be read", LEFT, .hides = true,
	  .done = "register 0xf, unregister 0xf", .changed = N, .status = STATUS_DEVICE,
	  .reason = REASON_NO_PRIVILEGE, .said = "not permitted" },
	{ "the clear fails", LEFT, .fails = 2, .done = "register 0xf, clear 0xf, unregister 0xf",
	  .changed = N, .status = STATUS_UNKNOWN, .reason = REASON_NOT_VERIFIED,
	  .said = "it fails" },
	{ "the same, and the key cannot be unregistered", LEFT, .fails = 2, .stays = true,
	  .done = "register 0xf, clear 0xf, unregister 0xf", .changed = Y,
	  .status = STATUS_UNKNOWN, .reason = REASON_NOT_VERIFIED, .said = "it fails",
	  .warned = "this host is still registered with the temporary key 0xf: it stays" },
};

static struct {
	const struct row *row;
	struct registrant *lists[8];
	size_t count; /* of lists */
	char done[256];
	int parts;
} played;

static void done_add(const struct request *request)
{
	static const char *const words[COMMAND_COUNT] = {
		[COMMAND_REGISTER] = "register", [COMMAND_CLEAR] = "clear",
		[COMMAND_UNREGISTER] = "unregister",
	};
	size_t length = strlen(played.done);

	assert_non_null(words[request->command]);
	snprintf(played.done + length, sizeof(played.done) - length, "%s%s 0x%" PRIx64 "%s",
		 length ? ", " : "", words[request->command], request->key,
		 request->ignore_key ? " by ignoring" : "");
}

/* Without this path's registration; all of them after a clear. */
static void remove_play(struct resv_state *state, bool all)
{
	size_t count = 0;

	for (size_t i = 0; i < state->count && !all; i++)
		if (state->registrants[i].this_nexus != TRI_YES)
			state->registrants[count++] = state->registrants[i];
	state->count = count;
}

/* The list has no room after its end, so that a look there is noticed. */
static void add_play(struct result *result, struct registrant added)
{
	struct resv_state *state = &result->state;
	struct registrant *more = malloc((state->count + 1) * sizeof(added));

	assert_non_null(more);
	if (state->count)
		memcpy(more, state->registrants, state->count * sizeof(added));
	more[state->count++] = added;
	state->registrants = more;
	played.lists[played.count++] = more;
}

static void part_play(const struct request *request, struct result *result)
{
	const struct row *row = played.row;
	struct resv_state *state = &result->state;

	played.parts++;
	done_add(request);
	/* Nothing is left of the part before, and a part has no parts. */
	assert_false(request->take_key);
	assert_int_equal(result->outcome.status, STATUS_OK);
	assert_int_equal(result->outcome.changed, TRI_NO);
	if (played.parts == row->fails ||
	    (row->stays && request->command == COMMAND_UNREGISTER)) {
		result_fail(result, STATUS_UNKNOWN, REASON_NOT_VERIFIED, STEP_CHANGE, "%s",
			    played.parts == row->fails ? "it fails" : "it stays");
		result->outcome.sent = row->sent;
		if (row->unread)
			*state = (struct resv_state)UNREAD;
		return;
	}
	remove_play(state, request->command == COMMAND_CLEAR);
	if (request->command == COMMAND_REGISTER)
		add_play(result, (struct registrant)KEPT);
	if (row->comes.key)
		add_play(result, row->comes);
	if (row->hides)
		*state = (struct resv_state)UNREAD;
	result->outcome.changed = TRI_YES;
	result->outcome.sent = true;
	result->outcome.success = "done";
}

static void clear_play(void **state)
{
	const struct row *row = *state;
	struct arena *arena = unit_arena();
	struct result *result = result_new(arena, "/dev/a");
	struct request request = REQUEST(COMMAND_CLEAR, "clear", .key = 0xf, .take_key = true,
					 .dry_run = row->dry_run);
	const char *said;

	memcpy(request.even_if, row->even_if, sizeof(row->even_if));
	request.even_if_count = row->even_if_count;
	while (!row->even_if_count && request.even_if[request.even_if_count])
		request.even_if_count++;
	arena->names = row->names;
	memset(&played, 0, sizeof(played));
	played.row = row;
	result->lun.node = "/dev/a";
	result->lun.nexus = (struct nexus){ HOST_1 SESSION_1, 1 };
	result->state = row->before;
	result->state.count = 0;
	for (size_t i = 0; i < row->before.count; i++)
		add_play(result, row->before.registrants[i]);
	take_key_change(&request, result, part_play);
	said = result->outcome.status ? result->outcome.message :
	       row->dry_run	      ? result->would :
					result->outcome.success;
	assert_string_equal(played.done, row->done);
	assert_int_equal(result->outcome.status, row->status);
	assert_int_equal(result->outcome.reason, row->reason);
	assert_int_equal(result->outcome.changed, row->changed);
	assert_non_null(said);
	if (strncmp(said, row->said, strlen(row->said)) != 0)
		fail_msg("expected '%s', but came '%s'", row->said, said);
	assert_int_equal(result->warnings != NULL, row->warned != NULL);
	if (row->warned)
		assert_memory_equal(result->warnings->text, row->warned, strlen(row->warned));
	while (played.count)
		free(played.lists[--played.count]);
	arena_free(arena);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, clear_play, rows);
	return unit_run(&unit, "take_key");
}
