/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * LUNs that are played to an action of the fence agent: the linker (--wrap) gives it this file's
 * supervise() in place of the one that asks devices. Each LUN does what SPC says, unless an event
 * of the row says otherwise. What was asked for, and what came of it, is written down as lines of
 * text, which a test compares as a whole:
 *
 *	resolve a b, 15		a request on two LUNs, which has 15 s
 *	abort 0xb a, 40		PREEMPT AND ABORT of the key 0xb
 *	log 0xd a		a line of the system's log, of the removal of 0xd
 *	pause 3			3 s of waiting
 *	vote a			the record that the arbiter's vote counts
 *	lost a, found a		the record that the target has lost this node's key, or not
 *	a: ok changed [0xa*]: ...	the result of a LUN: the status, the reason, the keys
 *				there, of which * holds the reservation, what is said
 *	failed			the action as a whole has, whatever the results say
 */
#ifndef PLAYED_H
#define PLAYED_H

#include <errno.h>
#include <inttypes.h>
#include <signal.h>

#include "fence/act.h"
#include "job/audit.h"
#include "job/supervise.h"
#include "model/nexus.h"
#include "model/state.h"
#include "states.h"
#include "store/store.h"
#include "unit.h"
#include "util/clock.h"

#define LUNS_MAX 5
#define EVENTS_MAX 4
#define REGISTRANTS_MAX 8
#define BOOT "00000000-0000-0000-0000-000000000001"

/* A device's name is a letter; "a" has the WWID "naa.a". */
struct played_lun {
	struct resv_state state;
	const char *wwid; /* set by play() */
	bool nameless; /* it has no WWID */
	char twin; /* the letter of the LUN that it is; 0: its own */
	bool no_disk; /* of a kind that has no reservations */
	enum reason missing; /* it cannot be resolved, because of this; REASON_NONE: it can */
	bool wwid_known; /* although it is missing */
	const char *below; /* a device that is not a whole LUN: the letters of those below it */
	enum abort_known known; /* of the victim's abort, by an earlier run */
	bool recorded; /* such a run has recorded the victim */
	struct lun_records records; /* of /run/prctl */
	const char *unreadable; /* why they cannot be read */
};

/* Something that comes at the request of this number, from 1 on, on the LUN of this letter. */
struct event {
	int at;
	char lun;
	enum event_kind {
		NOTHING,
		FAILS, /* it is not done, and the answer is this */
		FAILS_DONE, /* it is done, but that is the answer */
		BECOMES, /* before it is read, the LUN has that state, whoever did it */
		LATER, /* the same, after it was read */
		WARNS, /* the answer comes with a warning */
		UNREADABLE, /* the answer has no state */
		SIGNALED, /* SIGTERM comes at the end */
		BROKEN, /* the child dies at the end */
		CANNOT, /* prctl itself fails: no process can be made */
		LOST, /* no result is made */
	} what;
	enum status status;
	enum reason reason;
	bool sent;
	struct resv_state state;
};

#define EVENT(request, letter, kind) { .at = request, .lun = letter, .what = kind }
#define FAIL(request, letter, ends, why, was_sent) \
	{ .at = request, .lun = letter, .what = FAILS, \
	  .status = ends, .reason = why, .sent = was_sent }
#define NOW(request, letter, ...) \
	{ .at = request, .lun = letter, .what = BECOMES, .state = __VA_ARGS__ }
#define THEN(request, letter, ...) \
	{ .at = request, .lun = letter, .what = LATER, .state = __VA_ARGS__ }

/* An arbiter whose vote on has recorded, and one without such a record. */
#define VOTES(...) { .records = { .own = 0xa, .boot = BOOT, .arbiter = BOOT }, \
		     .state = __VA_ARGS__ }
#define IN(...) { .records = { .own = 0xa, .boot = BOOT }, .state = __VA_ARGS__ }

static struct played {
	struct played_lun luns[LUNS_MAX];
	struct event events[EVENTS_MAX];
	const char *arbiters; /* letters; NULL: the lowest WWID decides */
	int seconds; /* that the action has; 0: 60 */
	int requests;
	char said[4096];
	int memory; /* how many allocations succeed; -1: all */
} played;

int64_t __wrap_clock_now(void);
int64_t __wrap_clock_now(void)
{
	return 1000 * CLOCK_SECOND;
}

/* What follows each allocation, which nobody may write to. */
static const char fence_bytes[16] = "0123456789abcde";
static struct {
	char *ends[4096];
	size_t count;
} allocated;

void *__real_arena_alloc(struct arena *arena, size_t size);
void *__wrap_arena_alloc(struct arena *arena, size_t size);
void *__wrap_arena_alloc(struct arena *arena, size_t size)
{
	char *memory;

	if (played.memory == 0) {
		played.memory--;
		return NULL;
	}
	if (played.memory > 0)
		played.memory--;
	memory = __real_arena_alloc(arena, size + sizeof(fence_bytes));
	assert_true(memory && allocated.count < COUNT_OF(allocated.ends));
	allocated.ends[allocated.count++] = memcpy(memory + size, fence_bytes, sizeof(fence_bytes));
	return memory;
}

static void allocated_check(void)
{
	while (allocated.count) {
		char *end = allocated.ends[--allocated.count];

		assert_memory_equal(end, fence_bytes, sizeof(fence_bytes));
	}
}

/* Memory of the LUNs themselves, which has no end. */
static void *played_alloc(struct arena *arena, size_t size)
{
	void *memory = __real_arena_alloc(arena, size);

	assert_non_null(memory);
	return memory;
}

__attribute__((format(printf, 1, 2))) static void say(const char *format, ...)
{
	size_t length = strlen(played.said);
	va_list args;

	va_start(args, format);
	vsnprintf(played.said + length, sizeof(played.said) - length, format, args);
	va_end(args);
}

void __wrap_clock_sleep(int64_t time);
void __wrap_clock_sleep(int64_t time)
{
	say("pause %" PRId64 "\n", time / CLOCK_SECOND);
}

static struct played_lun *lun_of(const char *device)
{
	size_t number = (size_t)(device[strlen(device) - 1] - 'a');

	assert_true(number < LUNS_MAX);
	return &played.luns[number];
}

static const struct event *event_of(char letter, enum event_kind what)
{
	for (size_t i = 0; i < EVENTS_MAX; i++)
		if (played.events[i].at == played.requests && played.events[i].what == what &&
		    (played.events[i].lun == letter || !played.events[i].lun))
			return &played.events[i];
	return NULL;
}

static struct resv_state state_copy(struct arena *arena, const struct resv_state *state)
{
	struct resv_state copy = *state;

	copy.registrants = played_alloc(arena, REGISTRANTS_MAX * sizeof(*copy.registrants));
	if (state->count)
		memcpy(copy.registrants, state->registrants,
		       state->count * sizeof(*copy.registrants));
	return copy;
}

/* What a command that changes a LUN ends with. */
static void ends(struct result *result, enum status status, enum reason reason, bool sent,
		 const char *text)
{
	result->outcome.sent = sent;
	if (status != STATUS_OK) {
		result_fail(result, status, reason, STEP_CHANGE, "%s", text);
		return;
	}
	outcome_succeed(&result->outcome, text);
	result->outcome.changed = sent ? TRI_YES : TRI_NO;
}

static void remove_at(struct resv_state *state, size_t at)
{
	if (state->registrants[at].holder == TRI_YES)
		state->type = RESV_NONE;
	state->registrants[at] = state->registrants[--state->count];
}

static size_t own_at(const struct resv_state *state)
{
	size_t at = 0;

	while (at < state->count && state->registrants[at].this_nexus != TRI_YES)
		at++;
	return at;
}

static void enroll_play(const struct request *request, struct result *result,
			struct resv_state *state)
{
	static const struct registrant own = OWN(0, TRI_NO);
	size_t at = own_at(state);
	uint64_t key = at < state->count ? state->registrants[at].key : 0;

	if (!request->ignore_key && request->old_key != key) {
		ends(result, STATUS_CONFLICT, REASON_KEY_NOT_REGISTERED, true, "played: no key");
		return;
	}
	if (at == state->count)
		state->registrants[state->count++] = own;
	state->registrants[at].key = request->key;
	ends(result, STATUS_OK, REASON_NONE, key != request->key, "registered");
}

static void leave_play(const struct request *request, struct result *result,
		       struct resv_state *state)
{
	size_t at = own_at(state);

	assert_true(request->release);
	if (at == state->count) {
		ends(result, STATUS_CONFLICT, REASON_KEY_NOT_REGISTERED, false, "played: no key");
		return;
	}
	remove_at(state, at);
	ends(result, STATUS_OK, REASON_NONE, true, "unregistered");
}

static void reserve_play(const struct request *request, struct result *result,
			 struct resv_state *state)
{
	size_t at = own_at(state);

	if (at == state->count) {
		ends(result, STATUS_CONFLICT, REASON_KEY_NOT_REGISTERED, false, "played: no key");
		return;
	}
	if (state->type != RESV_NONE && state->registrants[at].holder != TRI_YES) {
		ends(result, STATUS_CONFLICT, REASON_HELD_BY_OTHER, false, "played: held");
		return;
	}
	state->type = request->type;
	state->key = request->key;
	state->registrants[at].holder = TRI_YES;
	ends(result, STATUS_OK, REASON_NONE, true, "reserved");
}

static void abort_play(const struct request *request, struct result *result,
		       struct resv_state *state)
{
	size_t at = own_at(state), count = state->count;
	bool held = false;

	assert_true(request->if_registered && request->fence);
	if (at == count || state->registrants[at].key != request->key) {
		ends(result, STATUS_CONFLICT, REASON_KEY_NOT_REGISTERED, false, "played: no key");
		return;
	}
	if (state->type == RESV_NONE) {
		ends(result, STATUS_CONFLICT, REASON_NOT_RESERVED, false, "played: not reserved");
		return;
	}
	for (size_t i = 0; i < state->count;) {
		if (state->registrants[i].key != request->victim) {
			i++;
			continue;
		}
		held |= state->registrants[i].holder == TRI_YES;
		state->registrants[i] = state->registrants[--state->count];
	}
	if (held)
		state->registrants[own_at(state)].holder = TRI_YES;
	ends(result, STATUS_OK, REASON_NONE, count != state->count,
	     arena_printf(result->arena, "%s 0x%" PRIx64, count != state->count ? "aborted" : "no",
			  request->victim));
}

/*
 * Finds a device: one result, or more for one that is not a whole LUN. False: no memory, as with
 * lun_play().
 */
static bool resolve_play(const struct request *request, const char *device,
			 struct results *results)
{
	const struct played_lun *lun = lun_of(device);
	struct result *result;

	/* Another argument is the same LUN. */
	if (event_of(device[strlen(device) - 1], LOST))
		return true;
	if (lun->below && command_only_reads(request->command)) {
		for (const char *c = lun->below; *c; c++) {
			const struct played_lun *one = lun_of((char[]){ *c, '\0' });

			result = result_add(results, device);
			result->lun.wwid = one->wwid;
			if (one->missing)
				result_fail(result, STATUS_DEVICE, one->missing, STEP_RESOLVE,
					    "played: missing");
		}
		return true;
	}
	result = result_add(results, device);
	if (!result)
		return false;
	if (lun->missing || lun->below)
		result_fail(result, STATUS_DEVICE,
			    lun->below ? REASON_NOT_WHOLE_LUN : lun->missing, STEP_RESOLVE,
			    "played: missing");
	if (!result->outcome.status || lun->wwid_known)
		result->lun.wwid = lun->wwid;
	result->lun.name = result->outcome.status ? NULL : device;
	result->lun.transport = lun->no_disk ? TRANSPORT_NONE : TRANSPORT_SCSI;
	result->lun.devno = (dev_t)(lun->twin ? lun->twin : device[strlen(device) - 1]);
	result->lun.nexus = (struct nexus){ HOST_1 SESSION_1, 1 };
	return true;
}

static void change_play(const struct request *request, struct result *result,
			struct resv_state *state)
{
	switch (request->command) {
	case COMMAND_REGISTER:
		enroll_play(request, result, state);
		break;
	case COMMAND_UNREGISTER:
		leave_play(request, result, state);
		break;
	case COMMAND_RESERVE:
		reserve_play(request, result, state);
		break;
	case COMMAND_PREEMPT_ABORT:
		abort_play(request, result, state);
		break;
	default:
		assert_int_equal(request->command, COMMAND_STATUS);
		break;
	}
}

static bool lun_play(const struct request *request, const char *device, struct results *results)
{
	struct played_lun *lun = lun_of(device);
	char letter = device[strlen(device) - 1];
	const struct event *event = event_of(letter, FAILS);
	struct result *result;

	if (event_of(letter, LOST))
		return true;
	result = result_add(results, device);
	if (!result)
		return false;
	result->lun.wwid = lun->wwid;
	result->lun.name = device;
	result->lun.nexus = (struct nexus){ HOST_1 SESSION_1, 1 };
	result->victim.known = lun->known;
	result->victim.recorded = lun->recorded;
	if (!command_only_reads(request->command))
		result->before = state_copy(results->arena, &lun->state);
	if (!event)
		change_play(request, result, &lun->state);
	event = event ? event : event_of(letter, FAILS_DONE);
	if (event) {
		ends(result, event->status, event->reason, event->sent,
		     !event->status	      ? "as asked" :
		     request->before_change ? "played: fails before the change" :
					      "played: fails");
		result->outcome.changed = event->what == FAILS_DONE ? TRI_YES :
					  event->sent		    ? TRI_UNKNOWN :
								      TRI_NO;
	}
	event = event_of(letter, BECOMES);
	if (event)
		lun->state = state_copy(results->arena, &event->state);
	if (event_of(letter, WARNS))
		result_warn(result, "played: a warning of request %d", played.requests);
	result_trace(result, "%s %d", device, played.requests);
	if (!event_of(letter, UNREADABLE))
		result->state = state_copy(results->arena, &lun->state);
	event = event_of(letter, LATER);
	if (event)
		lun->state = state_copy(results->arena, &event->state);
	return true;
}

/* What is asked for, as one line. */
static void request_say(const struct request *request)
{
	static const char *const words[COMMAND_COUNT] = {
		[COMMAND_REGISTER] = "register", [COMMAND_UNREGISTER] = "unregister",
		[COMMAND_RESERVE] = "reserve", [COMMAND_PREEMPT_ABORT] = "abort",
		[COMMAND_STATUS] = "status",
	};

	assert_non_null(request->command_name);
	assert_non_null(words[request->command]);
	if (request->resolve_only)
		say("resolve%s", command_only_reads(request->command) ? " below" : "");
	else
		say("%s", words[request->command]);
	if (request->victim)
		say(" 0x%" PRIx64, request->victim);
	if (request->command == COMMAND_REGISTER && !request->resolve_only) {
		assert_true(request->fence);
		say(request->ignore_key ? " by ignoring" : " for 0x%" PRIx64, request->old_key);
		if (request->allow_partial)
			say(" partly");
	}
	if (request->was_fenced)
		say(" fenced");
	if (request->command == COMMAND_RESERVE)
		say(" %s", type_words(request->type)->abbreviation);
	for (size_t i = 0; i < request->device_count; i++)
		say(" %s", request->devices[i]);
	say(", %" PRId64 "\n", request->timeout / CLOCK_SECOND);
}

int __wrap_supervise(const struct request *request, int64_t begin, struct results *results);
int __wrap_supervise(const struct request *request, int64_t begin, struct results *results)
{
	assert_int_equal(begin, clock_now());
	played.requests++;
	request_say(request);
	if (event_of(0, CANNOT))
		return -EAGAIN;
	for (size_t i = 0; i < request->device_count; i++) {
		bool made = request->resolve_only ?
				    resolve_play(request, request->devices[i], results) :
				    lun_play(request, request->devices[i], results);

		if (!made)
			return -ENOMEM;
	}
	results->signal = event_of(0, SIGNALED) ? SIGTERM : 0;
	results->broken = event_of(0, BROKEN);
	return 0;
}

int __wrap_audit_send(const struct request *request, const struct results *results,
		      const char *command, int64_t deadline, size_t *lost);
int __wrap_audit_send(const struct request *request, const struct results *results,
		      const char *command, int64_t deadline, size_t *lost)
{
	(void)deadline;
	assert_string_equal(command, "fence-off");
	say("log 0x%" PRIx64, request->victim);
	for (const struct result *result = results->first; result; result = result->next)
		say(" %s", result->argument);
	say("\n");
	*lost = 0;
	return 0;
}

const char *__wrap_store_boot_id(struct arena *arena);
const char *__wrap_store_boot_id(struct arena *arena)
{
	(void)arena;
	return BOOT;
}

const char *__wrap_store_read(const struct store *store, struct arena *arena, const char *wwid,
			      struct lun_records *lun);
const char *__wrap_store_read(const struct store *store, struct arena *arena, const char *wwid,
			      struct lun_records *lun)
{
	const struct played_lun *one = lun_of(wwid);

	(void)store;
	(void)arena;
	*lun = one->unreadable ? (struct lun_records){ 0 } : one->records;
	return one->unreadable;
}

/* Those on which on has unfenced this node, by the names in their records. */
size_t __wrap_store_luns(const struct store *store, struct arena *arena, struct lun_records **list);
size_t __wrap_store_luns(const struct store *store, struct arena *arena, struct lun_records **list)
{
	size_t count = 0;

	(void)store;
	*list = arena_alloc(arena, LUNS_MAX * sizeof(**list));
	for (size_t i = 0; *list && i < LUNS_MAX; i++) {
		if (!played.luns[i].records.unfenced_boot)
			continue;
		(*list)[count] = played.luns[i].records;
		(*list)[count++].wwid = played.luns[i].wwid;
	}
	return count;
}

const char *__wrap_store_change(const struct store *store, struct arena *arena, const char *wwid,
				const char *(*change)(struct arena *arena, struct lun_records *lun,
						      void *data),
				void *data);
const char *__wrap_store_change(const struct store *store, struct arena *arena, const char *wwid,
				const char *(*change)(struct arena *arena, struct lun_records *lun,
						      void *data),
				void *data)
{
	struct played_lun *lun = lun_of(wwid);
	const char *wrong;
	bool was_lost;

	(void)store;
	/* The register has recorded the key. */
	lun->records.own = 0xa;
	was_lost = lun->records.is_lost;
	wrong = change(arena, &lun->records, data);
	assert_null(wrong);
	if (lun->records.is_lost != was_lost) {
		say("%s %c\n", was_lost ? "found" : "lost", wwid[strlen(wwid) - 1]);
		return lun->unreadable;
	}
	assert_string_equal(lun->records.arbiter, BOOT);
	say("vote %c\n", wwid[strlen(wwid) - 1]);
	return lun->unreadable;
}

/* By the name of a device: on was given it, and its record has its WWID. */
const char *__wrap_store_wwid_of(const struct store *store, struct arena *arena,
				 const char *device);
const char *__wrap_store_wwid_of(const struct store *store, struct arena *arena, const char *device)
{
	(void)store;
	(void)arena;
	return lun_of(device)->records.wwid;
}

/* The keys that are registered, and whose holds the reservation. */
static void state_say(const struct resv_state *state)
{
	say(state->source ? " [" : " [?");
	for (size_t i = 0; i < state->count; i++)
		say("%s0x%" PRIx64 "%s", i ? " " : "", state->registrants[i].key,
		    state->registrants[i].holder == TRI_YES ? "*" : "");
	say("]");
}

static void results_say(const struct act *act)
{
	for (const struct result *result = act->reported.first; result; result = result->next) {
		const struct outcome *outcome = &result->outcome;
		const char *text = outcome->status ? outcome->message : outcome->success;
		size_t warnings = 0;

		say("%s: %s", result->label, status_word(outcome->status));
		if (outcome->reason)
			say(" %s", reason_word(outcome->reason));
		if (outcome->changed != TRI_NO)
			say(outcome->changed == TRI_YES ? " changed" : " changed?");
		if (outcome->sent && outcome->changed == TRI_NO)
			say(" sent");
		if (result->lun.name)
			state_say(&result->state);
		/* of a message of the agent's own the first clause */
		if (text && (!outcome->status || strstr(text, "played: ")))
			say(": %s", text);
		else if (text)
			say(": %.*s", (int)strcspn(text, ",:;"), text);
		for (const struct note *note = result->warnings; note; note = note->next)
			warnings++;
		if (warnings)
			say(", %zu warned", warnings);
		for (const struct note *note = act->fence->verbose ? result->trace : NULL; note;
		     note = note->next)
			say(" [%s]", note->text);
		say("\n");
	}
	if (act->failed)
		say("failed\n");
}

/* A list of devices, each a letter of @letters. */
static const char **devices_make(struct arena *arena, const char *letters, size_t *count)
{
	const char **devices = played_alloc(arena, LUNS_MAX * sizeof(*devices));

	for (*count = 0; *letters; letters++) {
		char *device = played_alloc(arena, 2);

		*device = *letters;
		devices[(*count)++] = device;
	}
	return devices;
}

/*
 * Plays @action on devices, each a letter of @letters; what came of it is in
 * played.said. Returns how the agent ends.
 */
static enum fence_status play(const struct fence *fence, const char *letters, struct arena *arena,
		 void (*action)(struct act *act))
{
	static const char *const wwids[LUNS_MAX] = { "naa.a", "naa.b", "naa.c", "naa.d", "naa.e" };
	struct fence with = *fence;
	struct act act = { .fence = &with,
			   .reported = { .arena = arena },
			   .deadline = clock_now() +
				       (played.seconds ? played.seconds : 60) * CLOCK_SECOND };

	for (size_t i = 0; i < LUNS_MAX; i++) {
		struct played_lun *lun = &played.luns[i];

		lun->wwid = lun->nameless ? NULL : wwids[lun->twin ? lun->twin - 'a' : (int)i];
		lun->state = state_copy(arena, &lun->state);
	}
	with.devices = devices_make(arena, letters, &with.device_count);
	if (played.arbiters)
		with.arbiters = devices_make(arena, played.arbiters, &with.arbiter_count);
	act.reported.end = &act.reported.first;
	act_arbiters_clear(&act);
	action(&act);
	results_say(&act);
	allocated_check();
	return !act.failed && act.reported.first && results_status(&act.reported) == STATUS_OK
		       ? FENCE_OK
		       : FENCE_FAILED;
}

/* An action without enough memory. */
struct scarce {
	const char *devices, *arbiters; /* letters, as for play() */
	struct played_lun luns[LUNS_MAX];
	void (*action)(struct act *act);
	bool (*is_done)(void);
};

/* Each allocation fails once: what is said to be done is done. */
static inline void scarce_play(const struct fence *fence, const struct scarce *scarce)
{
	int failed = 0, left = -1;

	for (int n = 0; left < 0; n++) {
		struct arena *arena = unit_arena();
		enum fence_status ends;

		arena->names = fence->names;
		played = (struct played){ .memory = n, .arbiters = scarce->arbiters };
		memcpy(played.luns, scarce->luns, sizeof(scarce->luns));
		ends = play(fence, scarce->devices, arena, scarce->action);
		left = played.memory;
		if ((ends == FENCE_OK || left >= 0) && !scarce->is_done())
			fail_msg("allocation %d fails, and this is called done:\n%s", n,
				 played.said);
		failed += ends != FENCE_OK;
		arena_free(arena);
	}
	assert_true(failed > 10);
}

static void said_check(const char *expected)
{
	if (strcmp(played.said, expected) != 0)
		fail_msg("expected\n%s\nbut came\n%s", expected, played.said);
}

#endif
