// SPDX-License-Identifier: GPL-2.0-or-later
#include "pr/abort_records.h"

#include <string.h>

#include "model/describe.h"
#include "model/host_choice.h"
#include "model/initiator.h"
#include "model/key_names.h"
#include "model/messages.h"
#include "model/nexus.h"
#include "model/state.h"
#include "pr/rule.h"

bool victim_is_host_alone(const struct request *request)
{
	return request->victim_host && !request->victim;
}

bool lun_name_is_shared(const char *wwid)
{
	return strncmp(wwid, "t10.", strlen("t10.")) == 0;
}

static bool is_victim(const struct request *request, const struct registrant *registrant)
{
	return request->victim_all
		       ? registrant->this_host != TRI_YES && registrant->key != request->key
		       : registrant->key == request->victim;
}

static void hosts_note(struct arena *arena, struct abort_record *record,
		       const struct resv_state *state)
{
	for (size_t i = 0; i < state->count; i++) {
		const struct registrant *registrant = &state->registrants[i];

		if (registrant->key == record->victim && registrant->this_host != TRI_YES &&
		    registrant->nexus.initiator)
			records_host_add(arena, record, registrant->nexus.initiator,
					 initiator_length(registrant->nexus.initiator));
	}
}

static bool record_has_host(const struct abort_record *record, const char *initiator)
{
	for (size_t i = 0; i < record->host_count; i++)
		if (initiator_is(initiator, record->hosts[i]))
			return true;
	return false;
}

/* Whether @state lists another host with the key of @registrant. */
static bool has_namesake(const struct resv_state *state, const struct registrant *registrant)
{
	for (size_t i = 0; i < state->count; i++)
		if (state->registrants[i].key == registrant->key &&
		    nexus_is_same_host(&state->registrants[i].nexus, &registrant->nexus) == TRI_NO)
			return true;
	return false;
}

/*
 * Whether @registrant may be the host whose key @record is about, with another key: it may have got
 * another name since a list showed that key. Not if its key alone names another node. On NVMe only
 * what a list has shown counts, because nothing there can prove an abort again.
 */
static bool may_be_victim(struct arena *arena, const struct abort_record *record,
			  const struct resv_state *state, const struct registrant *registrant)
{
	const char *initiator = registrant->nexus.initiator;

	if (registrant_is_own(registrant))
		return false;
	if (!initiator || record_has_host(record, initiator))
		return true;
	return state->source != SOURCE_NVME_REPORT &&
	       (!key_names_of(arena->names, registrant->key) || has_namesake(state, registrant));
}

/*
 * The generation of @state, which shows later that nothing was proven in vain. 0, which proves
 * nothing, if the victim may be registered with another key: it goes on writing, and LIO does not
 * count it if it unregisters.
 */
static uint32_t proof_generation(struct arena *arena, const struct abort_record *record,
				 const struct resv_state *state)
{
	for (size_t i = 0; i < state->count; i++)
		if (may_be_victim(arena, record, state, &state->registrants[i]))
			return 0;
	return state->generation;
}

/* Sets the record of @victim to @proof, with the generation and the hosts in @state. */
static const char *abort_note(struct arena *arena, struct lun_records *lun, uint64_t victim,
			      enum record_proof proof, const struct resv_state *state)
{
	struct abort_record *record = records_abort_add(arena, lun, victim);

	if (!record)
		return CAUSE_RECORDS_FULL;
	/*
	 * A proven record keeps only the hosts that have the key now, and a confirmed one needs
	 * none. An open record keeps its hosts, because another host may have the key by now.
	 */
	if (proof == RECORD_CONFIRMED ||
	    (record->proof != RECORD_OPEN && state_has_key(state, victim)))
		record->host_count = 0;
	record->proof = proof;
	record->generation = proof == RECORD_PROVEN ? proof_generation(arena, record, state)
						    : state->generation;
	hosts_note(arena, record, state);
	return NULL;
}

const char *abort_records_begin(struct arena *arena, struct lun_records *lun,
				const struct note_down *note)
{
	const struct resv_state *state = &note->result->state;
	const char *wrong = abort_note(arena, lun, note->request->victim, RECORD_OPEN, state);

	for (size_t i = 0; note->request->victim_all && i < state->count && !wrong; i++)
		if (is_victim(note->request, &state->registrants[i]))
			wrong = abort_note(arena, lun, state->registrants[i].key, RECORD_OPEN,
					   state);
	return wrong;
}

/*
 * Whether each controller of the map has a generation of its own. Then a registration through
 * another controller does not change the generation that this path shows.
 */
static bool is_counted_apart(const struct result *result)
{
	return (result->map ? result->map : result)->generation_per_controller;
}

/* Whether the proofs were made under the reservation that @state has. */
static bool is_held_so(const struct lun_records *lun, const struct resv_state *state)
{
	return lun->held != RESV_NONE && lun->held == state->type && lun->held_key == state->key;
}

/* What @record of @lun proves about the state of @result, in which the victim is not registered. */
static enum abort_known known(const struct lun_records *lun, const struct abort_record *record,
			      const struct result *result)
{
	const struct resv_state *state = &result->state;

	if (!record)
		return ABORT_KNOWN_NOTHING;
	if (record->proof == RECORD_OPEN)
		return ABORT_KNOWN_OPEN;
	/*
	 * It proves nothing if the target does not count: on no target that counts is the
	 * generation 0 while there is a registrant.
	 */
	if (lun->generation_unreliable || state->generation == 0 || lun_name_is_shared(lun->wwid) ||
	    is_counted_apart(result))
		return ABORT_KNOWN_NOTHING;
	/*
	 * There was a registration since: perhaps the victim's, which another host has removed
	 * again.
	 */
	if (record->generation != state->generation)
		return ABORT_KNOWN_NOTHING;
	/* There was no reservation for a while, so the victim needed no registration to write. */
	if (!is_held_so(lun, state))
		return ABORT_KNOWN_NOTHING;
	return record->proof == RECORD_CONFIRMED ? ABORT_KNOWN_CONFIRMED : ABORT_KNOWN_PROVEN;
}

/*
 * Whether any abort is not proven whose victim is not registered any more: --victim all includes
 * those.
 */
static bool any_is_open(const struct lun_records *lun, const struct resv_state *state)
{
	for (const struct abort_record *record = lun->aborts; record; record = record->next)
		if (record->proof == RECORD_OPEN && !state_has_key(state, record->victim))
			return true;
	return false;
}

static bool host_has_key(const struct resv_state *state, uint64_t key, const char *host)
{
	for (size_t i = 0; i < state->count; i++) {
		const char *initiator = state->registrants[i].nexus.initiator;

		if (state->registrants[i].key == key && initiator && initiator_is(initiator, host))
			return true;
	}
	return false;
}

/*
 * A host whose abort is not proven, and that has lost the key, while another host has the same key:
 * aborting that one's commands does not end this one's, unless the LUN is reset. NULL if there is
 * none.
 */
static const char *host_left_open(const struct abort_record *record, const struct resv_state *state)
{
	for (size_t i = 0; record->proof == RECORD_OPEN && state_has_key(state, record->victim) &&
			   i < record->host_count;
	     i++)
		if (!host_has_key(state, record->victim, record->hosts[i]))
			return record->hosts[i];
	return NULL;
}

static bool is_host_registered(const struct resv_state *state, const char *host)
{
	for (size_t i = 0; i < state->count; i++) {
		const char *initiator = state->registrants[i].nexus.initiator;

		if (initiator && initiator_is(initiator, host))
			return true;
	}
	return false;
}

/*
 * The same for --victim all, over all records: a host whose abort is not proven, and that is not
 * registered with any key. Removing the others' keys does not end its commands.
 */
static const char *any_host_left_open(struct arena *arena, const struct lun_records *lun,
				      const struct resv_state *state)
{
	for (const struct abort_record *record = lun->aborts; record; record = record->next) {
		if (record->proof != RECORD_OPEN)
			continue;
		for (size_t i = 0; i < record->host_count; i++)
			if (!is_host_registered(state, record->hosts[i]))
				return record->hosts[i];
		if (!record->host_count && record->victim != RECORD_ALL &&
		    !state_has_key(state, record->victim))
			return arena_printf(arena, "the host of %s",
					    describe_key(arena, record->victim));
	}
	return NULL;
}

/* Whether @record is about the host that is the victim of @request. */
static bool is_of_host(const struct request *request, const struct abort_record *record)
{
	const struct host_choice *choice = request->victim_host;

	for (size_t i = 0; i < record->host_count; i++)
		if (host_choice_names(choice, record->hosts[i]) != TRI_NO)
			return true;
	return choice->key && record->victim == choice->key;
}

/*
 * The host may have had another key at the time of the proof. On NVMe the generation shows that
 * this key was unregistered since; LIO does not count that.
 */
enum abort_known abort_records_host_known(const struct request *request,
					  const struct result *result,
					  const struct lun_records *lun)
{
	enum abort_known found = ABORT_KNOWN_NOTHING;

	for (const struct abort_record *record = lun->aborts; record; record = record->next) {
		if (!is_of_host(request, record))
			continue;
		if (record->proof == RECORD_OPEN)
			return ABORT_KNOWN_OPEN;
		if (found == ABORT_KNOWN_NOTHING)
			found = known(lun, record, result);
	}
	return result->lun.transport == TRANSPORT_NVME ? found : ABORT_KNOWN_NOTHING;
}

/* Whether the abort of a host of @record is not proven, which had another key then. */
static bool is_open_elsewhere(const struct lun_records *lun, const struct abort_record *record)
{
	for (const struct abort_record *other = lun->aborts; other; other = other->next)
		for (size_t i = 0; other->proof == RECORD_OPEN && i < other->host_count; i++)
			if (record_has_host(record, other->hosts[i]))
				return true;
	return false;
}

void abort_records_recall(const struct request *request, const struct lun_records *lun,
			  struct result *result)
{
	struct abort_record *record;

	if (victim_is_host_alone(request)) {
		if (!request->confirmed_off)
			result->victim.known = abort_records_host_known(request, result, lun);
		return;
	}
	record = records_abort(lun, request->victim_all ? RECORD_ALL : request->victim);
	result->victim.recorded = record;
	if (request->victim_all && any_is_open(lun, &result->state))
		result->victim.known = ABORT_KNOWN_OPEN;
	if (request->victim_all)
		result->victim.open_host =
			any_host_left_open(result->arena, lun, &result->state);
	if (!record || result->victim.known == ABORT_KNOWN_OPEN)
		return;
	result->victim.hosts = (const char *const *)record->hosts;
	result->victim.host_count = record->host_count;
	if (!request->victim_all && !request->confirmed_off)
		result->victim.open_host = host_left_open(record, &result->state);
	if (!request->confirmed_off && !state_has_key(&result->state, request->victim))
		result->victim.known = known(lun, record, result);
	/* A command that only reports has no proof of its own to come, for the host as a whole. */
	if (command_only_reads(request->command) && is_open_elsewhere(lun, record))
		result->victim.known = ABORT_KNOWN_OPEN;
}

/* A reset has ended the commands of every host, including those that earlier runs removed. */
static void records_prove_gone(struct arena *arena, struct lun_records *lun,
			       const struct resv_state *now)
{
	for (struct abort_record *record = lun->aborts; record; record = record->next) {
		if (record->proof != RECORD_OPEN || state_has_key(now, record->victim))
			continue;
		record->proof = RECORD_PROVEN;
		record->generation = proof_generation(arena, record, now);
	}
}

/* The same for one host that has no keys left: every record about it. */
static void host_note(struct arena *arena, struct lun_records *lun, const struct note_down *note,
		      enum record_proof proof, const struct resv_state *now)
{
	for (struct abort_record *record = lun->aborts; record; record = record->next) {
		if (!is_of_host(note->request, record))
			continue;
		record->proof = proof;
		record->generation = proof == RECORD_PROVEN ? proof_generation(arena, record, now)
							    : now->generation;
	}
	if (proof == RECORD_PROVEN && note->result->outcome.reset)
		records_prove_gone(arena, lun, now);
}

/*
 * Marks this node in @now if the list does not name it: it is the only one with the key with which
 * the device has accepted a command that only a registered host may send. If two have the key,
 * either may be another host.
 */
static void own_mark(struct arena *arena, const struct note_down *note, struct resv_state *now)
{
	uint64_t key = note->request->key;
	size_t size = now->count * sizeof(now->registrants[0]);
	struct registrant *copy;

	if (note->result->outcome.changed == TRI_UNKNOWN || state_key_count(now, key) != 1)
		return;
	copy = arena_alloc(arena, size);
	if (!copy)
		return;
	memcpy(copy, now->registrants, size);
	for (size_t i = 0; i < now->count; i++)
		if (copy[i].key == key && !copy[i].nexus.initiator)
			copy[i].this_host = TRI_YES;
	now->registrants = copy;
}

const char *abort_records_prove(struct arena *arena, struct lun_records *lun,
				const struct note_down *note)
{
	enum record_proof proof = note->result->victim.known == ABORT_KNOWN_CONFIRMED
					  ? RECORD_CONFIRMED
					  : RECORD_PROVEN;
	const struct resv_state *before = &note->result->before;
	struct resv_state now = note->result->state;
	const char *wrong;

	if (now.type < RESV_OTHER) {
		lun->held = now.type;
		lun->held_key = now.key;
	}
	if (proof == RECORD_PROVEN && note->result->victim.proof_begun)
		now.generation = note->result->victim.proof_generation;
	own_mark(arena, note, &now);
	if (victim_is_host_alone(note->request)) {
		host_note(arena, lun, note, proof, &now);
		return NULL;
	}
	wrong = abort_note(arena, lun, note->request->victim, proof, &now);
	for (size_t i = 0; note->request->victim_all && i < before->count && !wrong; i++)
		if (is_victim(note->request, &before->registrants[i]))
			wrong = abort_note(arena, lun, before->registrants[i].key, proof, &now);
	if (proof == RECORD_PROVEN && note->result->outcome.reset)
		records_prove_gone(arena, lun, &now);
	return wrong;
}

/*
 * Whether every target increases its generation by exactly one for the change of @result. Not for
 * RESERVE and RELEASE (SPC-4 5.12.7), and not for an unregister, which LIO does not count: an
 * increase by one could be another host's registration.
 */
static bool is_counted(const struct request *request, const struct result *result)
{
	return rule_of(request)->counted && result->outcome.changed == TRI_YES &&
	       result->before.source != SOURCE_NONE && result->state.source != SOURCE_NONE;
}

/*
 * Forgets the proofs if there was no reservation meanwhile, or if the target counts from the
 * beginning again, as after a loss of power.
 */
static void proofs_check(struct lun_records *lun, const struct note_down *note)
{
	const struct resv_state *before = &note->result->before, *now = &note->result->state;
	bool ran = note->result->outcome.changed != TRI_NO && before->source != SOURCE_NONE;
	bool over = false;

	if (ran && (before->type == RESV_NONE || now->type == RESV_NONE))
		records_forget_proofs(lun);
	/* A preempt takes the reservation over without a gap. */
	else if (ran && is_held_so(lun, before) && rule_of(note->request)->counted) {
		lun->held = now->type;
		lun->held_key = now->key;
	}
	for (const struct abort_record *record = lun->aborts; record; record = record->next)
		over |= record->proof != RECORD_OPEN &&
			record->generation > (ran ? before : now)->generation;
	if (over || !is_held_so(lun, now))
		records_forget_proofs(lun);
}

void abort_records_follow(struct lun_records *lun, const struct note_down *note)
{
	uint32_t before = note->result->before.generation, now = note->result->state.generation;

	if (note->result->state.source != SOURCE_NONE)
		proofs_check(lun, note);
	if (is_counted(note->request, note->result)) {
		records_carry(lun, before, now);
		lun->generation_unreliable |= before == now;
	}
	lun->generation_unreliable |= is_counted_apart(note->result);
}
