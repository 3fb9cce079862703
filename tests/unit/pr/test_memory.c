// SPDX-License-Identifier: GPL-2.0-or-later
/* What a run knows about earlier ones, with a store in this program's memory. */
#include "unit.h"

#include <unistd.h>

#include "model/host_choice.h"
#include "model/nexus.h"
#include "model/sharing.h"
#include "pr/memory.h"
#include "store/records_text.h"
#include "store/store.h"
#include "states.h"

#define STEPS_MAX 4
#define ALL RECORD_ALL

const char *__wrap_store_read(const struct store *store, struct arena *arena, const char *wwid,
	struct lun_records *lun);
const char *__wrap_store_change(const struct store *store, struct arena *arena, const char *wwid,
				const char *(*change)(struct arena *arena, struct lun_records *lun,
					void *data), void *data);

static const char *name = "naa.1"; /* name of the LUN */
static char *stored; /* the text of the file; NULL: there is none */
static size_t stored_length;
static const char *unwritable; /* why it cannot be written; NULL: it can */

const char *__wrap_store_read(const struct store *store, struct arena *arena, const char *wwid,
	struct lun_records *lun)
{
	(void)store;
	*lun = (struct lun_records){ .wwid = wwid };
	return stored ? records_parse(arena, stored, stored_length, wwid, lun) : NULL;
}

const char *__wrap_store_change(const struct store *store, struct arena *arena, const char *wwid,
				const char *(*change)(struct arena *arena, struct lun_records *lun,
					void *data), void *data)
{
	struct lun_records lun;
	const char *wrong = __wrap_store_read(store, arena, wwid, &lun);

	assert_null(wrong);
	if (unwritable)
		return unwritable;
	wrong = change(arena, &lun, data);
	free(stored);
	stored = records_format(&lun, &stored_length);
	return wrong;
}

/* The end of a test: the next one begins without a file. */
static void forget(struct arena *arena)
{
	free(stored);
	stored = NULL;
	arena_free(arena);
}

/* One run on the LUN: the states @before and @after the change that it sent. */
struct past_run {
	struct request request;
	struct resv_state before, after;
	enum tri changed;
	enum status status;
	bool reset;
	bool apart; /* each controller counts separately */
	uint32_t proof; /* the generation when the proof began; 0: that of @after */
	enum reason reason;
};

#define WITH_VICTIM(generation) STATE(generation, WERO, 0xa, OWN(0xa, Y), OTHER(0xb, N))
#define WITH_THIRD(generation) STATE(generation, WERO, 0xa, OWN(0xa, Y), THIRD(0xc, N))
#define WITHOUT(generation) STATE(generation, WERO, 0xa, OWN(0xa, Y))
#define NOTHING_HELD(generation) STATE(generation, RESV_NONE, 0, OWN(0xa, N))
#define ALL_OF(generation) STATE(generation, WEAR, 0, OWN(0xa, Y), OTHER(0xb, Y))
#define ALONE(generation) STATE(generation, WEAR, 0, OWN(0xa, Y))
#define ABORTED(generation) \
	{ PREEMPT_ABORT(.victim = 0xb), WITH_VICTIM(generation), WITHOUT(generation + 1), Y, \
	  STATUS_OK, true }
#define UNPROVEN(generation) \
	{ PREEMPT_ABORT(.victim = 0xb), WITH_VICTIM(generation), WITHOUT(generation + 1), Y, \
	  STATUS_UNKNOWN, false }
/* What is registered afterwards, and whether this node's command has done it. */
#define ABORTED_LEAVES(changed, ...) \
	{ PREEMPT_ABORT(.victim = 0xb), WITH_VICTIM(4), STATE(5, WERO, 0xa, __VA_ARGS__), changed, \
	  STATUS_OK, true }
#define ALL_ABORTED(generation) \
	{ PREEMPT_ABORT(.victim_all = true), ALL_OF(generation), ALONE(generation + 1), Y, \
	  STATUS_OK, true }
#define ALL_UNPROVEN(generation) \
	{ PREEMPT_ABORT(.victim_all = true), ALL_OF(generation), ALONE(generation + 1), Y, \
	  STATUS_UNKNOWN, false }

/* What is known about the victim, whose key is gone, after some runs. */
static const struct {
	const char *name;
	struct past_run steps[STEPS_MAX];
	uint64_t victim;
	struct resv_state now;
	enum abort_known known;
	bool confirmed_off;
} rows[] = {
	{ "nothing was done", { { .changed = N } }, 0xb, WITHOUT(5), ABORT_KNOWN_NOTHING },
	{ "proven", { ABORTED(4) }, 0xb, WITHOUT(5), ABORT_KNOWN_PROVEN },
	{ "not proven", { UNPROVEN(4) }, 0xb, WITHOUT(5), ABORT_KNOWN_OPEN },
	{ "not proven, and others have registered", { UNPROVEN(4) }, 0xb, WITHOUT(9),
	  ABORT_KNOWN_OPEN },
	{ "proven, and others have registered", { ABORTED(4) }, 0xb, WITHOUT(6),
	  ABORT_KNOWN_NOTHING },
	{ "proven, and the victim's host is registered with another key",
	  { { PREEMPT_ABORT(.victim = 0xb), WITH_VICTIM(4),
	      STATE(5, WERO, 0xa, OWN(0xa, Y), OTHER(0xc, N)), Y, STATUS_OK, true } }, 0xb,
	    WITHOUT(5), ABORT_KNOWN_NOTHING },
	{ "proven, and a host is registered that may be the victim's with a new name",
	  { { PREEMPT_ABORT(.victim = 0xb), WITH_VICTIM(4), WITH_THIRD(5), Y, STATUS_OK, true } },
	    0xb, WITHOUT(5), ABORT_KNOWN_NOTHING },
	{ "the same, and this node has preempted it since",
	  { { PREEMPT_ABORT(.victim = 0xb), WITH_VICTIM(4), WITH_THIRD(5), Y, STATUS_OK, true },
	    { PREEMPT(.victim = 0xc), WITH_THIRD(5), WITHOUT(6), Y, STATUS_OK, false } }, 0xb,
	    WITHOUT(6), ABORT_KNOWN_NOTHING },
	{ "the same, and no list has shown a host with the victim's key",
	  { { PREEMPT_ABORT(.victim = 0xb), WITH_THIRD(5), WITH_THIRD(5), N, STATUS_OK, true },
	    { PREEMPT(.victim = 0xc), WITH_THIRD(5), WITHOUT(6), Y, STATUS_OK, false } }, 0xb,
	    WITHOUT(6), ABORT_KNOWN_NOTHING },
	{ "proven, and another host has another node's key",
	  { { PREEMPT_ABORT(.victim = 0xb), WITH_VICTIM(4),
	      STATE(5, WERO, 0xa, OWN(0xa, Y), THIRD(0xd, N),
		    LISTED(0xd, N, "iqn.2026-01.lab:host-4" SESSION_1, 1)), Y, STATUS_OK, true } },
	  0xb, WITHOUT(5), ABORT_KNOWN_NOTHING },
	{ "proven, and another node is registered",
	  { { PREEMPT_ABORT(.victim = 0xb), WITH_VICTIM(4),
	      STATE(5, WERO, 0xa, OWN(0xa, Y), THIRD(0xd, N)), Y, STATUS_OK, true } }, 0xb,
	    WITHOUT(5), ABORT_KNOWN_PROVEN },
	{ "proven, and a host without a name is registered",
	  { { PREEMPT_ABORT(.victim = 0xb), WITH_VICTIM(4),
	      STATE(5, WERO, 0xa, OWN(0xa, Y), ANY(0xc, N)), Y, STATUS_OK, true } }, 0xb,
	    WITHOUT(5), ABORT_KNOWN_NOTHING },
	{ "proven, and this node is listed without a name", { ABORTED_LEAVES(Y, ANY(0xa, Y)) },
	  0xb, STATE(5, WERO, 0xa, ANY(0xa, Y)), ABORT_KNOWN_PROVEN },
	{ "the same, and what the device has done is unknown", { ABORTED_LEAVES(U, ANY(0xa, Y)) },
	  0xb, STATE(5, WERO, 0xa, ANY(0xa, Y)), ABORT_KNOWN_NOTHING },
	{ "the same, and a host without a name is registered",
	  { ABORTED_LEAVES(Y, ANY(0xa, Y), ANY(0xc, N)) }, 0xb,
	    STATE(5, WERO, 0xa, ANY(0xa, Y)), ABORT_KNOWN_NOTHING },
	{ "proven, and the victim's host is registered with this node's key",
	  { ABORTED_LEAVES(Y, OTHER(0xa, Y)) }, 0xb, WITHOUT(5), ABORT_KNOWN_NOTHING },
	{ "proven, and one of two with this node's key has no name",
	  { ABORTED_LEAVES(Y, OWN(0xa, Y), ANY(0xa, N)) }, 0xb, WITHOUT(5),
	    ABORT_KNOWN_NOTHING },
	{ "proven, and two have this node's key without names",
	  { ABORTED_LEAVES(Y, ANY(0xa, U), ANY(0xa, U)) }, 0xb,
	    STATE(5, WERO, 0xa, ANY(0xa, Y)), ABORT_KNOWN_NOTHING },
	{ "proven, and the victim's host is registered with another key, at generation 1",
	  { { PREEMPT_ABORT(.victim = 0xb), WITH_VICTIM(0),
	      STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xc, N)), Y, STATUS_OK, true } }, 0xb,
	    WITHOUT(1), ABORT_KNOWN_NOTHING },
	{ "proven, and it is registered", { ABORTED(4) }, 0xb, WITH_VICTIM(5),
	  ABORT_KNOWN_NOTHING },
	{ "proven, and it is confirmed to be off", { ABORTED(4) }, 0xb, WITHOUT(5),
	  ABORT_KNOWN_CONFIRMED, true },
	{ "all: proven", { ALL_ABORTED(4) }, ALL, ALONE(5), ABORT_KNOWN_PROVEN },
	{ "all: proven by the answer, and one of them is asked for",
	  { { PREEMPT_ABORT(.victim_all = true), ALL_OF(4), ALONE(5), Y, STATUS_OK, false } }, 0xb,
	    ALONE(5), ABORT_KNOWN_PROVEN },
	{ "all: not proven, and another key of this host is asked for",
	  { { PREEMPT_ABORT(.victim_all = true),
	      STATE(4, WEAR, 0, OWN(0xa, Y), OWN_2(0xd, Y), OTHER(0xb, Y)), ALONE(5), Y,
	      STATUS_UNKNOWN, false } }, 0xd, ALONE(5), ABORT_KNOWN_NOTHING },
	{ "all: not proven", { ALL_UNPROVEN(4) }, ALL, ALONE(5), ABORT_KNOWN_OPEN },
	{ "all: not proven, and one of them is asked for", { ALL_UNPROVEN(4) }, 0xb, ALONE(5),
	  ABORT_KNOWN_OPEN },
	{ "one: not proven, and all are asked for", { UNPROVEN(4) }, ALL, ALONE(5),
	  ABORT_KNOWN_OPEN },
	{ "one: proven, and all are asked for", { ABORTED(4) }, ALL, ALONE(5),
	  ABORT_KNOWN_NOTHING },
	{ "all: not proven, and later by a reset", { ALL_UNPROVEN(4),
	  { PREEMPT_ABORT(.victim_all = true), ALONE(5), ALONE(5), N, STATUS_OK, true } }, ALL,
	    ALONE(5), ABORT_KNOWN_PROVEN },
	{ "a reset proves others, too", { UNPROVEN(4), { PREEMPT_ABORT(.victim = 0xc), WITHOUT(5),
	  WITHOUT(5), N, STATUS_OK, true } },
	  0xb, WITHOUT(5), ABORT_KNOWN_PROVEN },
	{ "the same, if the list has no names",
	  { UNPROVEN(4), { PREEMPT_ABORT(.victim = 0xc), STATE(5, WERO, 0xa, ANY(0xa, Y)),
			   STATE(5, WERO, 0xa, ANY(0xa, Y)), N, STATUS_OK, true } },
	  0xb, STATE(5, WERO, 0xa, ANY(0xa, Y)), ABORT_KNOWN_PROVEN },
	{ "a reset proves nothing of what is registered again",
	  { UNPROVEN(4), { PREEMPT_ABORT(.victim = 0xc), WITH_VICTIM(6), WITH_VICTIM(6), N,
			   STATUS_OK, true } },
	  0xb, WITHOUT(6), ABORT_KNOWN_OPEN },
	{ "an answer without a reset does not", { UNPROVEN(4),
	  { PREEMPT_ABORT(.victim = 0xc), WITHOUT(5), WITHOUT(6), Y, STATUS_OK, false } }, 0xb,
	    WITHOUT(6), ABORT_KNOWN_OPEN },

	/* The victim may have registered and been removed during the proof. */
	{ "proven, and others had registered before the end of the proof",
	  { { PREEMPT_ABORT(.victim = 0xb), WITH_VICTIM(4), WITHOUT(7), Y, STATUS_OK, true, false,
	      5 } },
	  0xb, WITHOUT(7), ABORT_KNOWN_NOTHING },
	{ "all: proven, and others had registered before the end of the proof",
	  { { PREEMPT_ABORT(.victim_all = true), ALL_OF(4), ALONE(7), Y, STATUS_OK, true, false,
	      5 } },
	  0xb, ALONE(7), ABORT_KNOWN_NOTHING },
	{ "a reset proves others as of its beginning",
	  { UNPROVEN(4),
	    { PREEMPT_ABORT(.victim = 0xc), WITHOUT(5), WITHOUT(7), N, STATUS_OK, true, false,
	      5 } },
	  0xb, WITHOUT(7), ABORT_KNOWN_NOTHING },

	/* A registration through another controller does not change the generation. */
	{ "proven, and the controllers count separately",
	  { { PREEMPT_ABORT(.victim = 0xb), WITH_VICTIM(4), WITHOUT(5), Y, STATUS_OK, true, true,
	      0 } }, 0xb, WITHOUT(5), ABORT_KNOWN_NOTHING },
	{ "proven, and an earlier run has seen that they count separately",
	  { { PREEMPT_ABORT(.victim = 0xb), WITH_VICTIM(4), WITHOUT(5), Y, STATUS_OK, true, true,
	      0 }, ABORTED(7) }, 0xb, WITHOUT(8), ABORT_KNOWN_NOTHING },

	/* An increase of the generation by this node's own command. */
	{ "this node has registered since", { ABORTED(4), { REGISTER(), WITHOUT(5), WITHOUT(6), Y,
	  STATUS_OK, false } }, 0xb, WITHOUT(6),
	  ABORT_KNOWN_PROVEN },
	{ "this node has preempted another one since", { ABORTED(4),
	  { PREEMPT(.victim = 0xc), WITHOUT(5), WITHOUT(6), Y, STATUS_OK, false } }, 0xb,
	    WITHOUT(6), ABORT_KNOWN_PROVEN },
	{ "this node has preempted another one with an abort since", { ABORTED(4),
	  { PREEMPT_ABORT(.victim = 0xc), WITHOUT(5), WITHOUT(6), Y, STATUS_OK, false } }, 0xb,
	    WITHOUT(6), ABORT_KNOWN_PROVEN },
	{ "this node has reserved, and the generation went on", { ABORTED(4),
	  { RESERVE(), WITHOUT(5), WITHOUT(6), Y, STATUS_OK, false } }, 0xb, WITHOUT(6),
	    ABORT_KNOWN_NOTHING },
	{ "this node has released, and the generation went on", { ABORTED(4),
	  { RELEASE(), WITHOUT(5), WITHOUT(6), Y, STATUS_OK, false } }, 0xb, WITHOUT(6),
	    ABORT_KNOWN_NOTHING },
	{ "this node has left, which LIO does not count, and another came", { ABORTED(4),
	  { UNREGISTER(.key = 0xa), WITHOUT(5), WITHOUT(6), Y, STATUS_OK, false } }, 0xb,
	    WITHOUT(6), ABORT_KNOWN_NOTHING },
	{ "this node's command did nothing, and the generation went on", { ABORTED(4),
	  { REGISTER(), WITHOUT(5), WITHOUT(6), N, STATUS_OK, false } }, 0xb, WITHOUT(6),
	    ABORT_KNOWN_NOTHING },

	/*
	 * Without a reservation a victim writes without a registration; RESERVE, RELEASE, and on
	 * LIO an unregister, are not counted.
	 */
	{ "proven, and this node has released and reserved again",
	  { ABORTED(4), { RELEASE(), WITHOUT(5), NOTHING_HELD(5), Y, STATUS_OK, false },
	    { RESERVE(.type = WERO), NOTHING_HELD(5), WITHOUT(5), Y, STATUS_OK, false } },
	  0xb, WITHOUT(5), ABORT_KNOWN_NOTHING },
	{ "proven, and this node has cleared, registered and reserved again",
	  { ABORTED(4), { CLEAR, WITHOUT(5), EMPTY(6), Y, STATUS_OK, false },
	    { REGISTER(), EMPTY(6), NOTHING_HELD(7), Y, STATUS_OK, false },
	    { RESERVE(.type = WERO), NOTHING_HELD(7), WITHOUT(7), Y, STATUS_OK, false } },
	  0xb, WITHOUT(7), ABORT_KNOWN_NOTHING },
	{ "proven while nothing was reserved",
	  { { PREEMPT_ABORT(.victim = 0xb, .unreserved = true),
	      STATE(4, RESV_NONE, 0, OWN(0xa, N), OTHER(0xb, N)), NOTHING_HELD(5), Y, STATUS_OK,
	      true } },
	  0xb, WITHOUT(5), ABORT_KNOWN_NOTHING },
	{ "proven, and another host holds now",
	  { ABORTED(4) }, 0xb, STATE(5, WERO, 0xc, OWN(0xa, N), THIRD(0xc, Y)),
	  ABORT_KNOWN_NOTHING },
	{ "proven, and this node has reserved what was released",
	  { ABORTED(4), { RESERVE(.type = WERO), NOTHING_HELD(5), WITHOUT(5), Y, STATUS_OK,
			  false } },
	  0xb, WITHOUT(5), ABORT_KNOWN_NOTHING },
	{ "proven, and a later command was sent without reading first",
	  { ABORTED(4), { REGISTER(), UNREAD, WITHOUT(5), Y, STATUS_OK, false } }, 0xb, WITHOUT(5),
	  ABORT_KNOWN_PROVEN },
	{ "proven under the reservation of another host, which this node took over",
	  { { PREEMPT_ABORT(.victim = 0xb),
	      STATE(4, WE, 0xd, OWN(0xa, N), OTHER(0xb, N), THIRD(0xd, Y)),
	      STATE(5, WE, 0xd, OWN(0xa, N), THIRD(0xd, Y)), Y, STATUS_OK, true },
	    { PREEMPT(.victim = 0xd), STATE(5, WE, 0xd, OWN(0xa, N), THIRD(0xd, Y)), WITHOUT(6), Y,
	      STATUS_OK, false } },
	  0xb, WITHOUT(6), ABORT_KNOWN_PROVEN },
	{ "proven, and another host had taken over before this node's command",
	  { ABORTED(4), { PREEMPT(.victim = 0xd),
			  STATE(5, WERO, 0xc, OWN(0xa, N), THIRD(0xc, Y)),
			  STATE(6, WERO, 0xc, OWN(0xa, N), THIRD(0xc, Y)), Y, STATUS_OK, false } },
	  0xb, STATE(6, WERO, 0xc, OWN(0xa, N), THIRD(0xc, Y)), ABORT_KNOWN_NOTHING },
	{ "proven under a reservation of a type without a name",
	  { { PREEMPT_ABORT(.victim = 0xb), STATE(4, RESV_OTHER, 0xa, OWN(0xa, Y), OTHER(0xb, N)),
	      STATE(5, RESV_OTHER, 0xa, OWN(0xa, Y)), Y, STATUS_OK, true },
	    { REGISTER(), STATE(5, RESV_OTHER, 0xa, OWN(0xa, Y)),
	      STATE(6, RESV_OTHER, 0xa, OWN(0xa, Y)), Y, STATUS_OK, false } },
	  0xb, STATE(6, RESV_OTHER, 0xa, OWN(0xa, Y)), ABORT_KNOWN_NOTHING },
	/* The target was restarted: it counts from 0 again. */
	{ "proven, and this node has preempted at a lower generation",
	  { ABORTED(4), { PREEMPT(.victim = 0xc), WITHOUT(3), WITHOUT(4), Y, STATUS_OK, false } },
	  0xb, WITHOUT(5), ABORT_KNOWN_NOTHING },
	{ "proven, and this node has registered at a lower generation",
	  { ABORTED(4), { REGISTER(), EMPTY(0), NOTHING_HELD(1), Y, STATUS_OK, false } },
	  0xb, WITHOUT(5), ABORT_KNOWN_NOTHING },

	/* Targets that do not count. */
	{ "the generation is always 0", { { PREEMPT_ABORT(.victim = 0xb), WITH_VICTIM(0),
	  WITHOUT(0), Y, STATUS_OK, true } }, 0xb,
	  WITHOUT(0), ABORT_KNOWN_NOTHING },
	{ "the generation is 0, and nothing was sent", { { PREEMPT_ABORT(.victim = 0xb),
	  WITHOUT(0), WITHOUT(0), N, STATUS_OK, true } },
	  0xb, WITHOUT(0), ABORT_KNOWN_NOTHING },
	{ "the generation stands still", { { PREEMPT_ABORT(.victim = 0xb), WITH_VICTIM(7),
	  WITHOUT(7), Y, STATUS_OK, true } }, 0xb,
	  WITHOUT(7), ABORT_KNOWN_NOTHING },
	{ "the generation stands still, and a later run finds the victim gone",
	  { { PREEMPT_ABORT(.victim = 0xb), WITH_VICTIM(7), WITHOUT(7), Y, STATUS_OK, true },
	    { PREEMPT_ABORT(.victim = 0xb), WITHOUT(7), WITHOUT(7), N, STATUS_OK, true } }, 0xb,
	      WITHOUT(7), ABORT_KNOWN_NOTHING },
};

/* The order of the registrants has no meaning. */
static bool reversed;

static struct resv_state listed(struct arena *arena, const struct resv_state *state)
{
	struct resv_state copy = *state;

	if (!reversed)
		return copy;
	copy.registrants = arena_alloc(arena, state->count * sizeof(copy.registrants[0]));
	for (size_t i = 0; i < state->count; i++)
		copy.registrants[i] = state->registrants[state->count - 1 - i];
	return copy;
}

static struct result result_begin(struct arena *arena, const struct past_run *step)
{
	struct result result = { .arena = arena, .argument = "/dev/sda", .label = "/dev/sda",
		.before = listed(arena, &step->before), .state = listed(arena, &step->after) };

	result.outcome.changed = step->changed;
	result.outcome.sent = step->changed == TRI_YES;
	result.outcome.reset = step->reset;
	result.outcome.status = step->status;
	result.outcome.reason = step->reason;
	result.generation_per_controller = step->apart;
	result.victim.proof_begun = step->proof;
	result.victim.proof_generation = step->proof;
	result.lun.transport = TRANSPORT_SCSI;
	result.lun.wwid = name;
	return result;
}

static void run(struct arena *arena, const struct past_run *step)
{
	struct result result = result_begin(arena, step);

	if (step->request.command == COMMAND_PREEMPT_ABORT) {
		const struct resv_state after = result.state;

		result.state = result.before;
		memory_abort_begin(&step->request, &result);
		result.state = after;
		result.victim.known = ABORT_KNOWN_PROVEN;
	}
	memory_settle(&step->request, &result);
}

static void recalls(void **state)
{
	const typeof(rows[0]) *row = *state;
	struct request request = PREEMPT_ABORT(.victim = row->victim,
		.victim_all = row->victim == ALL, .confirmed_off = row->confirmed_off);
	struct past_run now = { .request = request, .after = row->now };
	struct arena *arena = unit_arena();
	struct name node_3 = { .key = 0xd, .text = "node3" };
	const struct key_names names = { .list = &node_3, .count = 1 };
	struct result result;

	arena->names = &names;
	for (size_t i = 0; i < STEPS_MAX && row->steps[i].request.command_name; i++)
		run(arena, &row->steps[i]);
	result = result_begin(arena, &now);
	memory_recall(&request, &result);
	assert_int_equal(result.victim.known, row->known);
	forget(arena);
}

static void recalls_reversed(void **state)
{
	reversed = true;
	recalls(state);
	reversed = false;
}

/* Whether a record has the victim, although it may prove nothing any more. */
static void recalls_record(void **state)
{
	const struct past_run step = ABORTED(4), now = { .after = WITHOUT(6) };
	static const uint64_t victims[] = { 0xb, 0xc };
	struct arena *arena = unit_arena();

	(void)state;
	run(arena, &step);
	for (size_t i = 0; i < COUNT_OF(victims); i++) {
		const struct request request = { .command = COMMAND_STATUS, .victim = victims[i] };
		struct result result = result_begin(arena, &now);

		memory_recall(&request, &result);
		assert_int_equal(result.victim.known, ABORT_KNOWN_NOTHING);
		assert_int_equal(result.victim.recorded, victims[i] == 0xb);
	}
	forget(arena);
}

/* What is known about a host, whatever its keys were. */
static struct host_choice host_2 = { .text = HOST_2, .initiators = { HOST_2 }, .count = 1 },
			  host_3 = { .text = HOST_3, .initiators = { HOST_3 }, .count = 1 },
			  node_2 = { .text = "node2", .key = 0xb };

#define OF_THIRD(generation) \
	{ PREEMPT_ABORT(.victim = 0xc), STATE(generation, WERO, 0xa, OWN(0xa, Y), THIRD(0xc, N)), \
	  WITHOUT(generation + 1), Y, STATUS_UNKNOWN, false }

static const struct {
	const char *name;
	struct past_run steps[STEPS_MAX];
	struct host_choice *host;
	struct resv_state now;
	enum transport transport;
	enum abort_known known;
	bool open;
} hosts[] = {
	{ "open", { UNPROVEN(4) }, &host_2, WITHOUT(5), TRANSPORT_SCSI, ABORT_KNOWN_OPEN, true },
	{ "open, by the name of its key", { UNPROVEN(4) }, &node_2, WITHOUT(5), TRANSPORT_SCSI,
	  ABORT_KNOWN_OPEN, true },
	{ "open of another host", { OF_THIRD(4) }, &host_2, WITHOUT(5), TRANSPORT_SCSI,
	  ABORT_KNOWN_NOTHING, false },
	{ "open, and its key is another host's by now", { UNPROVEN(4) }, &host_2,
	  STATE(6, WERO, 0xa, OWN(0xa, Y), THIRD(0xb, N)), TRANSPORT_SCSI, ABORT_KNOWN_OPEN,
	  true },
	{ "proven by one key: it may have had another one (LIO)", { ABORTED(4) }, &host_2,
	  WITHOUT(5), TRANSPORT_SCSI, ABORT_KNOWN_NOTHING, false },
	{ "proven by one key: NVMe counts when another one goes", { ABORTED(4) }, &host_2,
	  WITHOUT(5), TRANSPORT_NVME, ABORT_KNOWN_PROVEN, false },
	{ "proven by one key, and something was registered since", { ABORTED(4) }, &host_2,
	  WITHOUT(6), TRANSPORT_NVME, ABORT_KNOWN_NOTHING, false },
	{ "open, and then the host is proven",
	  { UNPROVEN(4), { PREEMPT_ABORT(.victim_host = &host_2), WITHOUT(5), WITHOUT(5), N,
			   STATUS_OK, true } },
	  &host_2, WITHOUT(5), TRANSPORT_NVME, ABORT_KNOWN_PROVEN, false },
	{ "open of another host, and then this one is proven without a reset",
	  { OF_THIRD(4), UNPROVEN(5), { PREEMPT_ABORT(.victim_host = &node_2), WITHOUT(6),
					WITHOUT(6), N, STATUS_OK, false } },
	  &host_3, WITHOUT(6), TRANSPORT_NVME, ABORT_KNOWN_OPEN, true },
	{ "open, and then the host is proven without a reset",
	  { UNPROVEN(4), { PREEMPT_ABORT(.victim_host = &host_2), WITHOUT(5), WITHOUT(5), N,
			   STATUS_OK, false } },
	  &host_2, WITHOUT(5), TRANSPORT_NVME, ABORT_KNOWN_PROVEN, false },
	{ "open, and then the host is proven, which may be registered with another key",
	  { UNPROVEN(4), { PREEMPT_ABORT(.victim_host = &host_2), WITHOUT(5),
			   STATE(5, WERO, 0xa, OWN(0xa, Y), ANY(0xc, N)), N, STATUS_OK, false } },
	  &host_2, WITHOUT(5), TRANSPORT_NVME, ABORT_KNOWN_NOTHING, false },
	{ "open of another host, and then this one is proven by a reset",
	  { OF_THIRD(4), { PREEMPT_ABORT(.victim_host = &host_2), WITHOUT(5), WITHOUT(5), N,
			   STATUS_OK, true } },
	  &host_3, WITHOUT(5), TRANSPORT_NVME, ABORT_KNOWN_PROVEN, false },
};

static void recalls_host(void **state)
{
	const typeof(hosts[0]) *row = *state;
	struct request request = PREEMPT_ABORT(.victim_host = row->host);
	struct past_run now = { .request = request, .after = row->now };
	struct arena *arena = unit_arena();
	struct result result;

	for (size_t i = 0; i < STEPS_MAX && row->steps[i].request.command_name; i++)
		run(arena, &row->steps[i]);
	result = result_begin(arena, &now);
	result.lun.transport = row->transport;
	memory_recall(&request, &result);
	assert_int_equal(result.victim.known, row->known);
	assert_int_equal(memory_host_is_open(&request, &result), row->open);
	forget(arena);
}

static void recalls_host_reversed(void **state)
{
	reversed = true;
	recalls_host(state);
	reversed = false;
}

/* Another host had the key when its abort was not proven. */
static const struct {
	const char *name;
	struct past_run steps[STEPS_MAX];
	struct resv_state now;
	const char *host;
	bool all, confirmed_off;
} moved[] = {
	{ "the same host", { UNPROVEN(4) }, WITH_VICTIM(6), NULL },
	{ "another host", { UNPROVEN(4) }, STATE(6, WERO, 0xa, OWN(0xa, Y), THIRD(0xb, N)),
	  HOST_2 },
	{ "both", { UNPROVEN(4) }, STATE(6, WERO, 0xa, OWN(0xa, Y), OTHER(0xb, N), THIRD(0xb, N)),
	  NULL },
	{ "another host, twice not proven", { UNPROVEN(4), { PREEMPT_ABORT(.victim = 0xb),
	  STATE(6, WERO, 0xa, OWN(0xa, Y), THIRD(0xb, N)), WITHOUT(7), Y, STATUS_UNKNOWN,
	  false } }, WITH_VICTIM(8), HOST_3 },
	{ "another host, twice not proven, and the second one has it", { UNPROVEN(4),
	  { PREEMPT_ABORT(.victim = 0xb), STATE(6, WERO, 0xa, OWN(0xa, Y), THIRD(0xb, N)),
	    WITHOUT(7), Y, STATUS_UNKNOWN, false } },
	  STATE(8, WERO, 0xa, OWN(0xa, Y), THIRD(0xb, N)), HOST_2 },
	{ "another host, which was proven, and the second one not", { ABORTED(4),
	  { PREEMPT_ABORT(.victim = 0xb), STATE(6, WERO, 0xa, OWN(0xa, Y), THIRD(0xb, N)),
	    WITHOUT(7), Y, STATUS_UNKNOWN, false } },
	  STATE(8, WERO, 0xa, OWN(0xa, Y), THIRD(0xb, N)), NULL },
	{ "another host, which is confirmed to be off", { UNPROVEN(4) },
	  STATE(6, WERO, 0xa, OWN(0xa, Y), THIRD(0xb, N)), NULL, .confirmed_off = true },
	{ "another host, and proven", { ABORTED(4) }, STATE(6, WERO, 0xa, OWN(0xa, Y),
	  THIRD(0xb, N)), NULL },
	{ "nobody has it", { UNPROVEN(4) }, WITHOUT(5), NULL },

	/* Preempt and Abort ends the commands of the registered hosts, whatever their keys are. */
	{ "all: a host is not registered any more", { UNPROVEN(4) },
	  STATE(5, WEAR, 0, OWN(0xa, Y), THIRD(0xc, Y)), HOST_2, .all = true },
	{ "all: no other host is registered", { UNPROVEN(4) }, ALONE(5), HOST_2, .all = true },
	{ "all: another host has its key", { UNPROVEN(4) },
	  STATE(6, WEAR, 0, OWN(0xa, Y), THIRD(0xb, Y)), HOST_2, .all = true },
	{ "all: the host has its key again", { UNPROVEN(4) }, ALL_OF(6), NULL, .all = true },
	{ "all: the host has another key", { UNPROVEN(4) },
	  STATE(6, WEAR, 0, OWN(0xa, Y), OTHER(0xb2, Y)), NULL, .all = true },
	{ "all: two have the key, and one of them had it", { UNPROVEN(4) },
	  STATE(6, WEAR, 0, OWN(0xa, Y), OTHER(0xb, Y), THIRD(0xb, Y)), NULL, .all = true },
	{ "all: all were not proven, and one of them is registered again",
	  { { PREEMPT_ABORT(.victim_all = true),
	      STATE(4, WEAR, 0, OWN(0xa, Y), OTHER(0xb, Y), THIRD(0xc, Y)), ALONE(5), Y,
	      STATUS_UNKNOWN, false } },
	  STATE(6, WEAR, 0, OWN(0xa, Y), THIRD(0xc, Y)), HOST_2, .all = true },
	{ "all: all were not proven, and all are registered again", { ALL_UNPROVEN(4) }, ALL_OF(6),
	  NULL, .all = true },
	{ "all: the host was not listed by name", { { PREEMPT_ABORT(.victim = 0xb),
	  STATE(4, WEAR, 0, OWN(0xa, Y), ANY(0xb, Y)), ALONE(5), Y, STATUS_UNKNOWN, false } },
	  STATE(5, WEAR, 0, OWN(0xa, Y), THIRD(0xc, Y)), "the host of 0xb", .all = true },
	{ "all: the same, and its key is listed", { { PREEMPT_ABORT(.victim = 0xb),
	  STATE(4, WEAR, 0, OWN(0xa, Y), ANY(0xb, Y)), ALONE(5), Y, STATUS_UNKNOWN, false } },
	  STATE(5, WEAR, 0, OWN(0xa, Y), ANY(0xb, Y)), NULL, .all = true },
	{ "all: proven", { ABORTED(4) }, STATE(5, WEAR, 0, OWN(0xa, Y), THIRD(0xc, Y)), NULL,
	  .all = true },
};

static void key_has_moved(void **state)
{
	const typeof(moved[0]) *row = *state;
	const struct past_run now = { .after = row->now };
	struct request request = PREEMPT_ABORT(.victim = row->all ? 0 : 0xb,
					       .victim_all = row->all,
					       .confirmed_off = row->confirmed_off);
	struct arena *arena = unit_arena();
	struct result result;

	for (size_t i = 0; i < STEPS_MAX && row->steps[i].request.command_name; i++)
		run(arena, &row->steps[i]);
	result = result_begin(arena, &now);
	memory_recall(&request, &result);
	assert_text(result.victim.open_host, row->host);
	forget(arena);
}

static void key_has_moved_reversed(void **state)
{
	reversed = true;
	key_has_moved(state);
	reversed = false;
}

/* All records but some are of open aborts, of which none may be dropped. */
static void no_room(void **state)
{
	const struct past_run all = ALL_ABORTED(4);
	struct past_run step = UNPROVEN(4);

	(void)state;
	for (uint64_t room = 0; room <= 2; room++) {
		struct arena *arena = unit_arena();
		struct result result;

		for (uint64_t key = room; key < RECORDS_ABORTS_MAX; key++) {
			step.request.victim = 0x100 + key;
			run(arena, &step);
		}
		/*
		 * One record is for all others, and one for 0xb. As soon as one is proven, it may
		 * be dropped.
		 */
		for (int after = 0; after <= 1; after++) {
			result = result_begin(arena, &all);
			result.victim.known = ABORT_KNOWN_PROVEN;
			if (after) {
				memory_settle(&all.request, &result);
			} else {
				result.state = result.before;
				memory_abort_begin(&all.request, &result);
			}
			assert_int_equal(result.warnings != NULL, room < (after ? 1 : 2));
		}
		forget(arena);
	}
}

/*
 * The victim's host had another key when an abort was not proven: what only reports says so, and an
 * abort of the victim's key goes by its own record.
 */
static const struct {
	const char *name;
	struct resv_state before; /* the unproven abort of 0xd */
	enum status status;
	enum abort_known known;
} keys[] = {
	{ "not proven", STATE(6, WERO, 0xa, OWN(0xa, Y), OTHER(0xd, N)), STATUS_UNKNOWN,
	  ABORT_KNOWN_OPEN },
	{ "proven", STATE(6, WERO, 0xa, OWN(0xa, Y), OTHER(0xd, N)), STATUS_OK,
	  ABORT_KNOWN_NOTHING },
	{ "not proven, of another host", STATE(6, WERO, 0xa, OWN(0xa, Y), THIRD(0xd, N)),
	  STATUS_UNKNOWN, ABORT_KNOWN_NOTHING },
};

static void recalls_other_key(void **state)
{
	const typeof(keys[0]) *row = *state;
	const struct past_run first = ABORTED(4);
	const struct past_run second = { PREEMPT_ABORT(.victim = 0xd), row->before, WITHOUT(7), Y,
					 row->status, false };
	const struct past_run now = { .after = WITHOUT(7) };
	const struct request request = { .command = COMMAND_STATUS, .victim = 0xb };
	const struct request abort = PREEMPT_ABORT(.victim = 0xb);
	struct arena *arena = unit_arena();
	struct result result;

	run(arena, &first);
	run(arena, &second);
	result = result_begin(arena, &now);
	memory_recall(&request, &result);
	assert_int_equal(result.victim.known, row->known);
	assert_int_equal(result.victim.host_count, 1);
	assert_string_equal(result.victim.hosts[0], HOST_2);
	result = result_begin(arena, &now);
	memory_recall(&abort, &result);
	assert_int_equal(result.victim.known, ABORT_KNOWN_NOTHING);
	forget(arena);
}

/* An abort is recorded as open, and then the device shows that nobody had the victim's key. */
static const struct {
	const char *name;
	struct past_run former; /* a run before that */
	enum abort_known known; /* of the victim, afterwards */
	bool is_kept; /* a record is left */
} absent[] = {
	{ "no former record", { .changed = N }, ABORT_KNOWN_NOTHING, false },
	{ "of another victim", OF_THIRD(4), ABORT_KNOWN_NOTHING, true },
	{ "proven", ABORTED(4), ABORT_KNOWN_PROVEN, true },
	{ "not proven", UNPROVEN(4), ABORT_KNOWN_OPEN, true },
};

static void puts_back(void **state)
{
	const typeof(absent[0]) *row = *state;
	const struct request request = PREEMPT_ABORT(.victim = 0xb);
	const struct past_run now = { .request = request, .after = WITHOUT(5) };
	struct arena *arena = unit_arena();
	struct result result;

	if (row->former.request.command_name)
		run(arena, &row->former);
	result = result_begin(arena, &now);
	memory_recall(&request, &result);
	memory_abort_begin(&request, &result);
	/* the command is sent twice */
	memory_abort_begin(&request, &result);
	memory_abort_end(&request, &result);
	assert_null(result.warnings);
	memory_recall(&request, &result);
	assert_int_equal(result.victim.known, row->known);
	assert_int_equal(strstr(stored, "abort ") != NULL, row->is_kept);
	forget(arena);
}

/* Another process has proven the abort before this one puts the record back. */
static void puts_back_late(void **state)
{
	const struct request request = PREEMPT_ABORT(.victim = 0xb);
	const struct past_run now = { .request = request, .after = WITHOUT(5) };
	const struct past_run proven = ABORTED(4);
	struct arena *arena = unit_arena();
	struct result result = result_begin(arena, &now);

	(void)state;
	memory_abort_begin(&request, &result);
	run(arena, &proven);
	memory_abort_end(&request, &result);
	memory_recall(&request, &result);
	assert_int_equal(result.victim.known, ABORT_KNOWN_PROVEN);
	memory_abort_begin(&request, &result);
	unwritable = "it is full";
	memory_abort_end(&request, &result);
	unwritable = NULL;
	assert_non_null(result.warnings);
	forget(arena);
}

/* Another process has removed the victim since this one has begun, and has not proven the abort. */
static void puts_back_not(void **state)
{
	const struct request request = PREEMPT_ABORT(.victim = 0xb);
	const struct past_run now = { .request = request, .after = WITHOUT(5) };
	struct arena *arena = unit_arena();
	struct result result = result_begin(arena, &now);

	(void)state;
	memory_abort_begin(&request, &result);
	result.state.generation++;
	memory_abort_end(&request, &result);
	memory_recall(&request, &result);
	assert_int_equal(result.victim.known, ABORT_KNOWN_OPEN);
	forget(arena);
}

/*
 * A name that LUNs may share: a proof for one of them says nothing about another, but an unproven
 * abort may concern it.
 */
static void shared_names(void **state)
{
	const struct past_run proven = ABORTED(4), open = UNPROVEN(4),
		now = { .after = WITHOUT(5) };
	struct request request = PREEMPT_ABORT(.victim = 0xb);
	struct arena *arena = unit_arena();
	struct result result;

	(void)state;
	name = "t10.ATA     DISK";
	run(arena, &proven);
	result = result_begin(arena, &now);
	memory_recall(&request, &result);
	assert_int_equal(result.victim.known, ABORT_KNOWN_NOTHING);
	run(arena, &open);
	result = result_begin(arena, &now);
	memory_recall(&request, &result);
	assert_int_equal(result.victim.known, ABORT_KNOWN_OPEN);
	name = "naa.1";
	forget(arena);
}

/* A file that is damaged may have said that an abort is not proven. */
static void damaged(void **state)
{
	struct request request = PREEMPT_ABORT(.victim = 0xb);
	const struct request of_host = PREEMPT_ABORT(.victim_host = &host_2);
	const struct past_run now = { .request = request, .after = WITHOUT(5) };
	struct arena *arena = unit_arena();
	struct result result = result_begin(arena, &now);

	(void)state;
	stored = strdup("prctl 1\n");
	stored_length = strlen(stored);
	memory_recall(&request, &result);
	assert_int_equal(result.victim.known, ABORT_KNOWN_NOTHING);
	/* Other users have no records. */
	assert_int_equal(result.victim.unread, geteuid() == 0);
	assert_int_equal(memory_host_is_open(&of_host, &result), geteuid() == 0);
	free(stored);
	stored = NULL;
	memory_recall(&request, &result);
	assert_false(result.victim.unread);
	arena_free(arena);
}

/* What a register has proven of a disk's path is known of this path to later runs. */
static void sharing(void **state)
{
	const struct past_run step = { REGISTER(), WITHOUT(4), WITHOUT(5), Y, STATUS_OK, false };
	static const struct nexus paths[] = { { HOST_1 SESSION_1, 1 }, { HOST_1 SESSION_2, 2 },
		{ HOST_1 SESSION_2, 3 }, { HOST_1 ",i,0x00023d000077", 2 } };
	struct arena *arena = unit_arena();
	struct result result = result_begin(arena, &step);

	(void)state;
	result.lun.nexus = paths[1];
	sharing_prove(arena, &result.sharers, &paths[1], &paths[0], 1);
	memory_settle(&step.request, &result);
	result = result_begin(arena, &step);
	memory_recall_sharing(&result);
	for (size_t i = 0; i < COUNT_OF(paths); i++) {
		result.lun.nexus = paths[i];
		/* Of another target port nothing is proven; a new session is the same path. */
		assert_int_equal(nexus_shares(&result), i != 2);
		assert_false(nexus_has_proven(&result));
	}
	/* A proof of another disk is added to it. */
	result.lun.nexus = paths[2];
	sharing_prove(arena, &result.sharers, &paths[2], &paths[0], 1);
	memory_settle(&step.request, &result);
	result = result_begin(arena, &step);
	memory_recall_sharing(&result);
	assert_true(sharing_is_one(result.sharers, &paths[1], &paths[2]));
	forget(arena);
}

/* A command that is refused because this path shares no registration ends that, too. */
static void sharing_refuted(void **state)
{
	const struct past_run known = { REGISTER(), WITHOUT(4), WITHOUT(5), Y, STATUS_OK, false },
			      refused = { CLEAR, WITHOUT(5), WITHOUT(5), N, STATUS_CONFLICT,
					  false };
	static const struct nexus own = { HOST_1 SESSION_1, 1 }, beside = { HOST_1 SESSION_2, 2 };
	struct arena *arena = unit_arena();
	struct result result = result_begin(arena, &known);

	(void)state;
	sharing_prove(arena, &result.sharers, &own, &beside, 1);
	memory_settle(&known.request, &result);
	for (int unshared = 0; unshared <= 1; unshared++) {
		result = result_begin(arena, &refused);
		result.unshared = unshared;
		memory_settle(&refused.request, &result);
		result = result_begin(arena, &refused);
		memory_recall_sharing(&result);
		assert_int_equal(sharing_is_one(result.sharers, &own, &beside), !unshared);
	}
	forget(arena);
}

/* Of a map: what its paths have proven, unless the list shows otherwise. */
static const struct {
	const char *name;
	bool known, proven; /* that the second path shares the first one's registration */
	bool unshared; /* the second path, in this run */
	struct resv_state now;
	bool after;
} maps[] = {
	{ "the second path shares", false, true, false, WITHOUT(5), true },
	{ "the second path has proven nothing", false, false, false, WITHOUT(5), false },
	{ "the second path shares, and both are listed", false, true, false,
	  STATE(5, WERO, 0xa, OWN(0xa, Y), BESIDE(0xa, N)), false },
	{ "the first path is not listed any more", false, true, false,
	  STATE(5, WERO, 0xb, OTHER(0xb, Y)), true },
	{ "known from an earlier run", true, false, false, WITHOUT(5), true },
	{ "known from an earlier run, and both are listed", true, false, false,
	  STATE(5, WERO, 0xa, OWN(0xa, Y), BESIDE(0xa, N)), false },
	{ "known from an earlier run, and the second path shares none", true, false, true,
	  WITHOUT(5), false },
};

static void sharing_of_map(void **state)
{
	const typeof(maps[0]) *row = *state;
	struct past_run step = { REGISTER(), WITHOUT(4), WITHOUT(5), Y, STATUS_OK, false };
	struct arena *arena = unit_arena();
	struct result map = result_begin(arena, &step), first = map, second = map;

	first.next = &second;
	first.map = second.map = &map;
	first.lun.nexus = (struct nexus){ HOST_1 SESSION_1, 1 };
	second.lun.nexus = (struct nexus){ HOST_1 SESSION_2, 1 };
	for (int run = 0; run <= 1; run++) {
		map.paths = &first;
		map.sharers = NULL;
		if (run)
			memory_recall_sharing(&map);
		if (run ? row->proven : row->known)
			sharing_prove(arena, &map.sharers, &first.lun.nexus, &second.lun.nexus, 1);
		second.unshared = run && row->unshared;
		second.state = run ? row->now : step.after;
		memory_settle(&step.request, &second);
	}
	map.sharers = NULL;
	memory_recall_sharing(&map);
	assert_int_equal(sharing_is_one(map.sharers, &first.lun.nexus, &second.lun.nexus),
			 row->after);
	forget(arena);
}

/* This node's key in the records, after a command that removes its registration. */
static const struct {
	const char *name;
	struct past_run step;
	uint64_t own;
	bool unwatched; /* the monitor and the watchdog do not miss it */
} removals[] = {
	{ "unregister", { UNREGISTER(), STATE(4, WERO, 0xb, OWN(0xa, N), OTHER(0xb, Y)),
	  STATE(5, WERO, 0xb, OTHER(0xb, Y)), Y, STATUS_OK, false }, 0 },
	{ "unregister, and a list of keys alone",
	  { UNREGISTER(), STATE(4, WERO, 0xb, ANY(0xa, N), ANY(0xb, U)),
	    STATE(5, WERO, 0xb, ANY(0xb, U)), Y, STATUS_OK, false }, 0 },
	{ "unregister, and perhaps a fence has removed it",
	  { UNREGISTER(), STATE(4, WERO, 0xb, OWN(0xa, N), OTHER(0xb, Y)),
	    STATE(5, WERO, 0xb, OTHER(0xb, Y)), U, STATUS_OK, false }, 0xa, true },
	{ "unregister, and there was nothing: it may have been fenced",
	  { UNREGISTER(), STATE(5, WERO, 0xb, OTHER(0xb, Y)), STATE(5, WERO, 0xb, OTHER(0xb, Y)), N,
	    STATUS_OK, false }, 0xa },
	{ "unregister of one path of two",
	  { UNREGISTER(), STATE(4, WERO, 0xb, OWN(0xa, N), OWN_2(0xa, N), OTHER(0xb, Y)),
	    STATE(5, WERO, 0xb, OWN_2(0xa, N), OTHER(0xb, Y)), Y, STATUS_OK, false }, 0xa },
	{ "unregister, after a fence was seen",
	  { UNREGISTER(.fence = true, .was_fenced = true),
	    STATE(4, WERO, 0xb, OWN(0xa, N), OTHER(0xb, Y)), STATE(5, WERO, 0xb, OTHER(0xb, Y)), Y,
	    STATUS_OK, false }, 0xa },
	{ "unregister of a temporary key, after a fence",
	  { UNREGISTER(.key = 0xc, .is_temporary = true),
	    STATE(4, WERO, 0xb, OWN(0xc, N), OTHER(0xb, Y)), STATE(5, WERO, 0xb, OTHER(0xb, Y)), Y,
	    STATUS_OK, false }, 0xa },
	{ "register of a temporary key, after a fence",
	  { REQUEST(COMMAND_REGISTER, "register", .key = 0xc, .is_temporary = true),
	    STATE(5, WERO, 0xb, OTHER(0xb, Y)),
	    STATE(6, WERO, 0xb, OWN(0xc, N), OTHER(0xb, Y)), Y, STATUS_OK, false }, 0xa },
	{ "clear", { CLEAR, STATE(4, WERO, 0xa, OWN(0xa, Y)), EMPTY(5), Y, STATUS_OK, false },
	  0 },
	{ "clear, and there was nothing", { CLEAR, EMPTY(5), EMPTY(5), N, STATUS_OK, false },
	  0xa },
};

static void key_removed(void **state)
{
	const typeof(removals[0]) *row = *state;
	const struct past_run in = { REGISTER(.fence = true), EMPTY(3), NOTHING_HELD(4), Y,
				     STATUS_OK, false };
	struct arena *arena = unit_arena();
	struct lun_records lun;

	run(arena, &in);
	run(arena, &row->step);
	assert_null(__wrap_store_read(NULL, arena, name, &lun));
	assert_int_equal(lun.own, row->own);
	assert_string_equal(lun.unfenced_boot ?: "", row->unwatched ? "" : store_boot_id(arena));
	forget(arena);
}

/* Whether "on" must not register this node again, after a register that was not ok. */
static const struct {
	const char *name;
	enum status status;
	enum reason reason;
	enum tri changed;
	struct resv_state after;
	bool is_temporary, own;
} attempts[] = {
	{ "done, and removed since", STATUS_FAILED, REASON_CHANGED_SINCE, Y, EMPTY(5), false,
	  true },
	{ "done, and something else has changed", STATUS_FAILED, REASON_CHANGED_SINCE, Y,
	  NOTHING_HELD(5), false, false },
	{ "perhaps done, and removed since", STATUS_UNKNOWN, REASON_OUTCOME_LOST, U, EMPTY(5),
	  false, true },
	{ "perhaps done, and the key is listed", STATUS_UNKNOWN, REASON_OUTCOME_LOST, U,
	  STATE(5, RESV_NONE, 0, ANY(0xa, N)), false, false },
	{ "perhaps done, and nothing can be read", STATUS_UNKNOWN, REASON_OUTCOME_LOST, U, UNREAD,
	  false, false },
	{ "accepted, and nothing can be read", STATUS_UNKNOWN, REASON_NOT_VERIFIED, U, UNREAD,
	  false, true },
	{ "accepted, and the list may omit it", STATUS_UNKNOWN, REASON_NOT_VERIFIED, U,
	  STATE(5, WE, 0xb, ANY(0xc, N)), false, true },
	{ "accepted, and it shows no change", STATUS_FAILED, REASON_NOT_DONE, U, EMPTY(4), false,
	  false },
	{ "the same, and the device counts nothing", STATUS_FAILED, REASON_NOT_DONE, U, EMPTY(0),
	  false, true },
	{ "not done, because another path has lost its key", STATUS_FAILED, REASON_CHANGED_SINCE,
	  N, EMPTY(5), false, false },
	{ "a temporary key", STATUS_FAILED, REASON_CHANGED_SINCE, Y, EMPTY(5), true, false },
};

static void attempted(void **state)
{
	const typeof(attempts[0]) *row = *state;
	const struct past_run step = {
		.request = REGISTER(.fence = true, .is_temporary = row->is_temporary),
		.before = EMPTY(3), .after = row->after, .changed = row->changed,
		.status = row->status, .reason = row->reason };
	struct arena *arena = unit_arena();
	struct lun_records lun;

	run(arena, &step);
	assert_null(__wrap_store_read(NULL, arena, name, &lun));
	assert_int_equal(lun.own, row->own ? 0xa : 0);
	if (row->own)
		assert_string_equal(lun.boot, store_boot_id(arena));
	/* It is not unfenced. */
	assert_null(lun.unfenced_boot);
	assert_null(lun.names[0]);
	forget(arena);
}

#define REGISTER_OF(key_) REQUEST(COMMAND_REGISTER, "register", .key = (key_))
#define LOST(key_, before, after, changed) \
	{ REGISTER_OF(key_), before, after, changed, STATUS_UNKNOWN, .reason = REASON_OUTCOME_LOST }

/* The same after "on" has unfenced this node with 0xa: what the watchdog misses then. */
static const struct {
	const char *name;
	struct past_run steps[2];
	uint64_t own;
	bool unwatched;
} attempts_unfenced[] = {
	{ "another key, and the former one is still there",
	  { LOST(0xc, STATE(4, RESV_NONE, 0, ANY(0xa, N)), STATE(6, RESV_NONE, 0, ANY(0xa, N)),
		 U) },
	  0xa },
	{ "another key was accepted, and the device counts nothing and still has the former one",
	  { { REGISTER_OF(0xc), STATE(0, RESV_NONE, 0, ANY(0xa, N)),
	      STATE(0, RESV_NONE, 0, ANY(0xa, N)), U, STATUS_FAILED, .reason = REASON_NOT_DONE } },
	  0xa },
	{ "another key, and the former one is gone",
	  { LOST(0xc, STATE(4, RESV_NONE, 0, ANY(0xa, N)), EMPTY(6), U) }, 0xc },
	{ "another key, and the former one is gone from one of two paths",
	  { LOST(0xc, STATE(4, RESV_NONE, 0, ANY(0xa, N), ANY(0xa, N)),
		 STATE(6, RESV_NONE, 0, ANY(0xa, N)), U) }, 0xc },
	{ "the same key, which was removed", { LOST(0xa, EMPTY(4), EMPTY(6), U) }, 0xa },
	{ "the same key, which was unregistered before",
	  { { UNREGISTER(), NOTHING_HELD(4), EMPTY(5), Y, STATUS_OK },
	    LOST(0xa, EMPTY(5), EMPTY(7), U) }, 0xa, true },
};

static void attempted_unfenced(void **state)
{
	const typeof(attempts_unfenced[0]) *row = *state;
	const struct past_run in = { REGISTER(.fence = true), EMPTY(3), NOTHING_HELD(4), Y,
				     STATUS_OK };
	struct arena *arena = unit_arena();
	struct lun_records lun;

	run(arena, &in);
	for (size_t i = 0; i < COUNT_OF(row->steps) && row->steps[i].request.command_name; i++)
		run(arena, &row->steps[i]);
	assert_null(__wrap_store_read(NULL, arena, name, &lun));
	assert_int_equal(lun.own, row->own);
	assert_string_equal(lun.boot, store_boot_id(arena));
	assert_string_equal(lun.unfenced_boot ?: "", row->unwatched ? "" : store_boot_id(arena));
	forget(arena);
}

/* It cannot be recorded. */
static void attempt_unrecorded(void **state)
{
	const struct past_run step = { REGISTER(.fence = true), EMPTY(3), EMPTY(5), Y,
				       STATUS_FAILED, .reason = REASON_CHANGED_SINCE };
	struct arena *arena = unit_arena();
	struct result result = result_begin(arena, &step);

	(void)state;
	unwritable = "it is full";
	memory_settle(&step.request, &result);
	unwritable = NULL;
	assert_int_equal(result.warnings != NULL, geteuid() == 0);
	forget(arena);
}

#define PORT_1 "fc:0x2100001122334401"
#define PORT_2 "fc:0x2100001122334402"
#define PORT_3 "fc:0x2100001122334403"
#define AT(port, key, is_own) { key, N, { port, 1 }, is_own, is_own, false }

/* A register by @port, when the adapter of PORT_2 is there, and when it has gone. */
static void register_by(struct arena *arena, const char *port, bool gone, enum tri changed)
{
	const struct past_run there = { REGISTER(.fence = true), EMPTY(3), STATE(4, RESV_NONE, 0,
					AT(PORT_1, 0xa, Y), AT(PORT_2, 0xa, Y), AT(PORT_3, 0xb, N)),
					changed, STATUS_OK, false },
			      gone_now = { REGISTER(.fence = true), EMPTY(3), STATE(4, RESV_NONE, 0,
					   AT(PORT_1, 0xa, Y), AT(PORT_2, 0xa, N)), changed,
					   STATUS_OK, false };
	const struct past_run *step = gone ? &gone_now : &there;
	struct result result = result_begin(arena, step);

	result.lun.nexus = (struct nexus){ port, 1 };
	memory_settle(&step->request, &result);
}

static void ports_check(struct arena *arena, const char *const *expected)
{
	struct result result = { .arena = arena, .lun.wwid = name };
	size_t count = 0;

	memory_recall_sharing(&result);
	while (result.own_ports && result.own_ports[count])
		count++;
	for (size_t i = 0; expected && expected[i]; i++, count--)
		assert_string_equal(result.own_ports[i], expected[i]);
	assert_int_equal(count, 0);
}

/* The ports by which this node has registered since it was started; it keeps those that go. */
static void own_ports(void **state)
{
	static const char *const both[] = { PORT_1, PORT_2, NULL }, *const one[] = { PORT_1, NULL };
	const struct past_run iscsi = { REGISTER(.fence = true), EMPTY(3), NOTHING_HELD(4), Y,
					STATUS_OK, false };
	struct arena *arena = unit_arena();
	char *boot;

	(void)state;
	register_by(arena, PORT_1, false, Y);
	ports_check(arena, both);
	register_by(arena, PORT_1, true, Y);
	ports_check(arena, both);
	/* Nothing is sent, but the ports are news. */
	forget(arena);
	arena = unit_arena();
	register_by(arena, PORT_1, true, Y);
	ports_check(arena, one);
	register_by(arena, PORT_1, false, N);
	ports_check(arena, both);
	/* In an earlier boot the adapter may have been another machine's. */
	boot = strstr(stored, store_boot_id(arena));
	boot[0] = boot[0] == '0' ? '1' : '0';
	ports_check(arena, NULL);
	register_by(arena, PORT_1, true, Y);
	ports_check(arena, one);
	forget(arena);
	arena = unit_arena();
	run(arena, &iscsi);
	ports_check(arena, NULL);
	forget(arena);
}

/* A registration that the target has lost is there again after a register, sent or not. */
static void lost(void **state)
{
	const struct past_run in = { REGISTER(.fence = true), EMPTY(0), NOTHING_HELD(1), Y,
				     STATUS_OK, false },
			      was_in = { REGISTER(.fence = true), NOTHING_HELD(1), NOTHING_HELD(1),
					 N, STATUS_OK, false };
	const struct past_run *const steps[] = { &in, &was_in };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(steps); i++) {
		struct arena *arena = unit_arena();
		struct lun_records lun;

		run(arena, &in);
		assert_null(__wrap_store_read(NULL, arena, name, &lun));
		assert_false(lun.is_lost);
		lun.is_lost = true;
		free(stored);
		stored = records_format(&lun, &stored_length);
		run(arena, steps[i]);
		assert_null(__wrap_store_read(NULL, arena, name, &lun));
		assert_false(lun.is_lost);
		assert_int_equal(lun.own, 0xa);
		forget(arena);
	}
}

/* What cannot be recorded: only the agent's action on fails, as it could not notice a fence. */
static const struct {
	const char *name;
	struct past_run step;
	enum status status;
	enum { NEVER, OF_ROOT, ALWAYS } warned; /* other users may not record anything */
} unrecorded[] = {
	{ "register", { REGISTER(), EMPTY(4), NOTHING_HELD(5), Y, STATUS_OK, false }, STATUS_OK,
	  OF_ROOT },
	{ "on", { REGISTER(.fence = true), EMPTY(4), NOTHING_HELD(5), Y, STATUS_OK, false },
	  STATUS_UNKNOWN, NEVER },
	{ "on, of an arbiter", { REGISTER(.fence = true, .only_decides = true), EMPTY(4),
	  NOTHING_HELD(5), Y, STATUS_OK, false }, STATUS_UNKNOWN, NEVER },
	{ "on, which has failed", { REGISTER(.fence = true), EMPTY(4), EMPTY(4), N,
	  STATUS_CONFLICT, false }, STATUS_CONFLICT, NEVER },
	{ "off", { PREEMPT_ABORT(.victim = 0xb, .fence = true), WITH_VICTIM(4), WITHOUT(5), Y,
	  STATUS_OK, true }, STATUS_OK, ALWAYS },
};

static void not_recorded(void **state)
{
	const typeof(unrecorded[0]) *row = *state;
	struct arena *arena = unit_arena();
	struct result result = result_begin(arena, &row->step);

	unwritable = "it is full";
	memory_settle(&row->step.request, &result);
	unwritable = NULL;
	assert_int_equal(result.outcome.status, row->status);
	assert_int_equal(result.warnings != NULL,
			 row->warned == ALWAYS || (row->warned == OF_ROOT && geteuid() == 0));
	assert_int_equal(result.outcome.changed, row->step.changed);
	arena_free(arena);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, recalls, rows);
	UNIT_TABLE(&unit, recalls_reversed, rows);
	UNIT_TABLE(&unit, recalls_other_key, keys);
	UNIT_TEST(&unit, recalls_record);
	UNIT_TABLE(&unit, not_recorded, unrecorded);
	UNIT_TABLE(&unit, recalls_host, hosts);
	UNIT_TABLE(&unit, recalls_host_reversed, hosts);
	UNIT_TABLE(&unit, key_has_moved, moved);
	UNIT_TABLE(&unit, key_has_moved_reversed, moved);
	UNIT_TEST(&unit, no_room);
	UNIT_TABLE(&unit, puts_back, absent);
	UNIT_TEST(&unit, puts_back_late);
	UNIT_TEST(&unit, puts_back_not);
	UNIT_TEST(&unit, shared_names);
	UNIT_TEST(&unit, damaged);
	UNIT_TEST(&unit, sharing);
	UNIT_TEST(&unit, sharing_refuted);
	UNIT_TABLE(&unit, sharing_of_map, maps);
	UNIT_TABLE(&unit, key_removed, removals);
	UNIT_TABLE(&unit, attempted, attempts);
	UNIT_TABLE(&unit, attempted_unfenced, attempts_unfenced);
	UNIT_TEST(&unit, attempt_unrecorded);
	UNIT_TEST(&unit, own_ports);
	UNIT_TEST(&unit, lost);
	return unit_run(&unit, "memory");
}
