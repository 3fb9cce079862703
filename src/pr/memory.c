// SPDX-License-Identifier: GPL-2.0-or-later
#include "pr/memory.h"

#include <string.h>
#include <unistd.h>

#include "model/initiator.h"
#include "model/messages.h"
#include "model/nexus.h"
#include "model/state.h"
#include "pr/abort_records.h"
#include "pr/rule.h"
#include "store/store.h"
#include "util/clock.h"

/* Recording takes as long only if another process has locked the records; see STORE_PATIENCE. */
#define RECORDING_LONG CLOCK_SECOND

/* The name of the LUN in the store; NULL if it has none. */
static const char *identity(const struct result *result)
{
	return result->map && result->map->lun.wwid ? result->map->lun.wwid : result->lun.wwid;
}

/* The beginning of an abort, and a copy of the record that it replaces; NULL: there is none. */
struct beginning {
	struct note_down note;
	struct abort_record *former;
};

static const char *begin(struct arena *arena, struct lun_records *lun, void *data)
{
	struct beginning *beginning = data;
	const struct abort_record *record = records_abort(lun, beginning->note.request->victim);

	beginning->former = record ? arena_alloc(arena, sizeof(*record)) : NULL;
	if (record && !beginning->former)
		return STORE_NO_MEMORY;
	if (record)
		*beginning->former = *record;
	return abort_records_begin(arena, lun, &beginning->note);
}

void memory_abort_begin(const struct request *request, struct result *result)
{
	struct beginning beginning = { .note = { request, result } };
	const char *wrong = CAUSE_NO_WWID;
	int64_t start = clock_now();

	/* Its open aborts are recorded under its keys. */
	if (victim_is_host_alone(request))
		return;
	if (identity(result))
		wrong = store_change(&store_system, result->arena, identity(result), begin,
				     &beginning);
	if (wrong)
		result_warn(result, WARN_ABORT_NOT_RECORDED, wrong);
	else if (!result->victim.is_begun)
		result->victim.former = beginning.former;
	result->victim.is_begun |= !wrong;
	if (clock_now() - start > RECORDING_LONG)
		result->device.identified = false;
}

/*
 * Puts the former record back, unless another process has proven the abort meanwhile, or may have
 * removed the victim since this one has begun: then the record is that one's, too.
 */
static const char *end(struct arena *arena, struct lun_records *lun, void *data)
{
	const struct note_down *note = data;
	const struct abort_record *former = note->result->victim.former;
	struct abort_record *record = records_abort(lun, note->request->victim), *next;

	(void)arena;
	if (!record || record->proof != RECORD_OPEN ||
	    record->generation != note->result->state.generation)
		return NULL;
	if (!former) {
		records_drop(lun, record);
		return NULL;
	}
	next = record->next;
	*record = *former;
	record->next = next;
	return NULL;
}

void memory_abort_end(const struct request *request, struct result *result)
{
	struct note_down note = { request, result };
	const char *wrong;

	if (!result->victim.is_begun)
		return;
	wrong = store_change(&store_system, result->arena, identity(result), end, &note);
	if (wrong)
		result_warn(result, WARN_NOT_RECORDED, wrong);
}

/* Whether runs of this user are recorded. */
static bool is_recorded(void)
{
	return geteuid() == 0;
}

bool memory_host_is_open(const struct request *request, const struct result *result)
{
	struct lun_records lun;

	if (!rule_of(request)->proves || !identity(result))
		return false;
	if (store_read(&store_system, result->arena, identity(result), &lun))
		return is_recorded();
	return abort_records_host_known(request, result, &lun) == ABORT_KNOWN_OPEN;
}

void memory_recall(const struct request *request, struct result *result)
{
	const char *wwid = identity(result), *wrong;
	struct lun_records lun;

	result->victim.known = request->confirmed_off ? ABORT_KNOWN_CONFIRMED : ABORT_KNOWN_NOTHING;
	if (!wwid || (!request->victim && !request->victim_all && !request->victim_host))
		return;
	wrong = store_read(&store_system, result->arena, wwid, &lun);
	result->victim.unread = wrong && is_recorded();
	if (result->victim.unread)
		result_warn(result, WARN_RECORDS_NOT_USED, wrong);
	abort_records_recall(request, &lun, result);
}

/* Whether what was recorded in the boot @recorded (NULL: in none) is certainly of this boot. */
static bool is_this_boot(struct arena *arena, const char *recorded)
{
	return recorded && strcmp(recorded, STORE_BOOT_UNKNOWN) != 0 &&
	       strcmp(recorded, store_boot_id(arena)) == 0;
}

static void recall(struct result *result, const struct lun_records *lun)
{
	result->sharers = lun->sharers;
	result->is_volatile = lun->own && lun->is_volatile;
	/* After a restart an adapter may be another machine's. */
	if (lun->own && is_this_boot(result->arena, lun->boot))
		result->own_ports = lun->ports;
}

void memory_recall_sharing(struct result *result)
{
	struct lun_records lun;

	/*
	 * A user who may not read the records uses none: a registration of another path then does
	 * not count for this one.
	 */
	if (identity(result) && !lun_name_is_shared(identity(result)) &&
	    !store_read(&store_system, result->arena, identity(result), &lun))
		recall(result, &lun);
}

/* Whether a device has refused a path what a registration allows that it only seemed to share. */
static bool is_any_unshared(const struct result *result)
{
	const struct result *head = result_head(result);

	for (const struct result *path = path_first(head); path; path = path_next(head, path))
		if (path->unshared)
			return true;
	return false;
}

/* Brings @sharers, as recorded, up to date. Returns whether it was changed. */
static bool sharers_note(struct arena *arena, struct sharer **sharers, const struct result *result)
{
	const struct result *head = result_head(result);
	bool changed = false;

	if (*sharers && is_any_unshared(result)) {
		*sharers = NULL;
		changed = true;
	}
	changed |= sharing_take_proven(arena, sharers, head->sharers);
	return nexus_sharing_refute(head, &result->state, sharers) || changed;
}

static void own_note(struct arena *arena, struct lun_records *lun, uint64_t key)
{
	lun->own = key;
	lun->boot = key ? store_boot_id(arena) : NULL;
	/*
	 * This node has the key now, so what was proven of a host that had it before is obsolete.
	 */
	if (key)
		records_forget(lun, key);
	else
		lun->arbiter = NULL;
}

/* The initiator of @result's path without its session; NULL if unknown. */
static const char *host_of(const struct result *result)
{
	const char *initiator = result->lun.nexus.initiator;

	return initiator ? initiator_text(result->arena, initiator) : NULL;
}

/* Calls @visit for each port by which this host is registered, as @result shows. */
static bool ports_visit(struct lun_records *lun, const struct note_down *note,
			bool (*visit)(struct arena *arena, struct lun_records *lun,
				      const char *port))
{
	const struct result *result = note->result;
	const struct resv_state *state = &result->state;
	bool all = !nexus_is_port(result->lun.nexus.initiator) ||
		   visit(result->arena, lun, result->lun.nexus.initiator);

	for (size_t i = 0; i < state->count; i++)
		if (state->registrants[i].this_host == TRI_YES &&
		    state->registrants[i].key == note->request->key &&
		    nexus_is_port(state->registrants[i].nexus.initiator))
			all &= visit(result->arena, lun, state->registrants[i].nexus.initiator);
	return all;
}

static bool port_is_noted(struct arena *arena, struct lun_records *lun, const char *port)
{
	(void)arena;
	return records_has_port(lun, port);
}

/*
 * Whether this node is unfenced on a disk that services use: its monitor and the watchdog ask
 * those.
 */
static bool is_unfencing(const struct request *request)
{
	return request->fence && !request->only_decides;
}

/*
 * Records the key. The monitor action of the fence agent checks it later, and the watchdog, unless
 * it is unknown whether this node was registered.
 */
static void own_registration_note(struct arena *arena, struct lun_records *lun,
				  const struct note_down *note)
{
	/* If the key was there already, it may have been registered with another APTPL. */
	if (note->result->outcome.sent || lun->own != note->request->key)
		lun->is_volatile = note->request->is_volatile;
	if (!is_this_boot(arena, lun->boot))
		lun->ports = NULL;
	own_note(arena, lun, note->request->key);
	lun->is_lost = false;
	lun->host = host_of(note->result);
	(void)ports_visit(lun, note, records_port_add);
	if (!is_unfencing(note->request) || note->result->outcome.status != STATUS_OK)
		return;
	lun->unfenced_boot = lun->boot;
	records_name_add(lun, note->result->argument);
}

static bool is_same_text(const char *one, const char *other)
{
	return one && other ? strcmp(one, other) == 0 : one == other;
}

static bool own_registration_is_noted(struct lun_records *lun, const struct note_down *note)
{
	const char *boot = store_boot_id(note->result->arena);

	if (is_unfencing(note->request) && (!is_same_text(lun->unfenced_boot, boot) ||
					    !is_same_text(lun->names[0], note->result->argument)))
		return false;
	return lun->own == note->request->key && !lun->is_lost && is_same_text(lun->boot, boot) &&
	       is_same_text(lun->host, host_of(note->result)) &&
	       ports_visit(lun, note, port_is_noted);
}

/*
 * Whether this host is registered no more after a command that removes its key, and that command
 * has removed it. NO: the key was not there, so a fence may have removed it; or another path of
 * this host is still registered. UNKNOWN: either this command or a fence has removed it.
 */
static enum tri own_removed(const struct note_down *note)
{
	const struct result *result = note->result;

	if (note->request->was_fenced || note->request->is_temporary)
		return TRI_NO;
	for (size_t i = 0; i < result->state.count; i++)
		if (result->state.registrants[i].this_host == TRI_YES)
			return TRI_NO;
	return result->outcome.changed;
}

/*
 * The fence agent notices a fence only by this record. While it is unknown whether this node was
 * fenced, "on" must not register it again; but its user wanted the key removed, so the monitor and
 * the watchdog need not miss it.
 */
static void own_removal_note(struct arena *arena, struct lun_records *lun, enum tri removed)
{
	if (removed == TRI_YES)
		own_note(arena, lun, 0);
	else if (removed == TRI_UNKNOWN)
		lun->unfenced_boot = NULL;
}

static bool own_removal_is_noted(const struct lun_records *lun, enum tri removed)
{
	return !lun->own || removed == TRI_NO || (removed == TRI_UNKNOWN && !lun->unfenced_boot);
}

static const char *settle(struct arena *arena, struct lun_records *lun, void *data)
{
	const struct note_down *note = data;

	abort_records_follow(lun, note);
	switch (rule_of(note->request)->remembers) {
	case REMEMBER_OWN_KEY:
		if (!note->request->is_temporary)
			own_registration_note(arena, lun, note);
		sharers_note(arena, &lun->sharers, note->result);
		return NULL;
	case REMEMBER_NO_KEY:
		own_removal_note(arena, lun, own_removed(note));
		return NULL;
	case REMEMBER_ABORT:
		return abort_records_prove(arena, lun, note);
	default:
		return NULL;
	}
}

/* Whether the outcome must be recorded, whatever the record says now. */
static bool is_news(const struct note_down *note)
{
	enum remembered remembers = rule_of(note->request)->remembers;

	return (remembers == REMEMBER_OWN_KEY && note->result->outcome.sent) ||
	       (remembers == REMEMBER_ABORT &&
		(note->result->outcome.sent || note->request->confirmed_off ||
		 note->result->victim.known != ABORT_KNOWN_PROVEN));
}

/* Whether the records need no change. */
static bool is_noted(const struct note_down *note, const char *wwid)
{
	const struct result *result = note->result;
	const struct abort_record *record;
	struct lun_records lun;

	/* It cannot be read: the attempt to write it reports why. */
	if (is_news(note) || store_read(&store_system, result->arena, wwid, &lun))
		return false;
	switch (rule_of(note->request)->remembers) {
	case REMEMBER_OWN_KEY:
		return !sharers_note(result->arena, &lun.sharers, result) &&
		       own_registration_is_noted(&lun, note);
	case REMEMBER_ABORT:
		record = records_abort(&lun, note->request->victim);
		return record && record->proof == RECORD_PROVEN;
	case REMEMBER_NO_KEY:
		return own_removal_is_noted(&lun, own_removed(note)) && !lun.aborts;
	default:
		return !lun.aborts;
	}
}

static const char *sharing_forget(struct arena *arena, struct lun_records *lun, void *data)
{
	(void)arena, (void)data;
	lun->sharers = NULL;
	return NULL;
}

/*
 * Whether a REGISTER that did not succeed was accepted, or the list shows that it may have been
 * carried out and undone: a fence may have removed the key, or may remove it before "on" is
 * repeated, which must not register this node then. That a REGISTER was not done is not certain if
 * the device counts nothing.
 */
static bool may_be_fenced(const struct request *request, const struct result *result)
{
	const struct outcome *outcome = &result->outcome;

	if (rule_of(request)->remembers != REMEMBER_OWN_KEY || request->is_temporary ||
	    outcome->changed == TRI_NO)
		return false;
	return outcome->reason == REASON_NOT_VERIFIED ||
	       ((outcome->reason == REASON_CHANGED_SINCE ||
		 outcome->reason == REASON_OUTCOME_LOST ||
		 (outcome->reason == REASON_NOT_DONE && !result->state.generation)) &&
		result->state.source != SOURCE_NONE &&
		!state_has_key(&result->state, request->key));
}

/*
 * Whether a REGISTER whose outcome is not certain has not replaced the key that is recorded: all
 * registrations with that are still there. The watchdog asks for the recorded one.
 */
static bool has_kept_key(const struct lun_records *lun, const struct note_down *note)
{
	const struct result *result = note->result;

	return (result->outcome.reason == REASON_OUTCOME_LOST ||
		result->outcome.reason == REASON_NOT_DONE) &&
	       lun->own != note->request->key &&
	       state_has_key(&result->state, lun->own) &&
	       state_key_count(&result->state, lun->own) >=
		       state_key_count(&result->before, lun->own);
}

/*
 * If this node was not registered any more, it is unknown whether a fence has removed the key, so
 * the watchdog does not miss it.
 */
static const char *own_note_lost(struct arena *arena, struct lun_records *lun, void *data)
{
	const struct note_down *note = data;
	bool registered = lun->own && is_this_boot(arena, lun->boot);

	if (registered && has_kept_key(lun, note))
		return NULL;
	if (!registered)
		lun->unfenced_boot = NULL;
	own_registration_note(arena, lun, note);
	return NULL;
}

void memory_settle(const struct request *request, struct result *result)
{
	struct note_down note = { .request = request, .result = result };
	const char *wwid = identity(result), *wrong;

	/* If it cannot be written, a later change of this path finds it out again. */
	if (wwid && result->unshared && result->outcome.status != STATUS_OK)
		store_change(&store_system, result->arena, wwid, sharing_forget, NULL);
	if (wwid && may_be_fenced(request, result)) {
		wrong = store_change(&store_system, result->arena, wwid, own_note_lost, &note);
		if (wrong && is_recorded())
			result_warn(result, WARN_NOT_RECORDED, wrong);
	}
	if (result->outcome.status != STATUS_OK || request->dry_run || !wwid ||
	    is_noted(&note, wwid))
		return;
	wrong = store_change(&store_system, result->arena, wwid, settle, &note);
	/*
	 * An unprivileged user cannot write the store and does not need to: only runs by root use
	 * it.
	 */
	if (wrong && request->fence && rule_of(request)->remembers == REMEMBER_OWN_KEY) {
		result->outcome.success = NULL;
		result_fail(result, FENCE_FAIL_NOT_RECORDED, wrong);
	} else if (wrong && (geteuid() == 0 || rule_of(request)->proves)) {
		result_warn(result, WARN_NOT_RECORDED, wrong);
	}
}
