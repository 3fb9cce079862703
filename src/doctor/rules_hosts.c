// SPDX-License-Identifier: GPL-2.0-or-later
/* Rules about hosts and their keys, over all LUNs. */
#include <inttypes.h>

#include "doctor/doctor.h"
#include "model/describe.h"
#include "model/key_names.h"
#include "model/nexus.h"
#include "model/state.h"

void names_file_check(struct doctor *doctor, const struct doctor_rule *rule)
{
	const struct key_names *names = doctor->request->names;

	if (names && names->ignored)
		doctor_add(doctor, rule, NULL,
			   "chown root:root " KEYS_FILE " && chmod 644 " KEYS_FILE, "%s",
			   names->ignored);
}

/*
 * A registrant of another host with the key of @registrant: on this LUN, on others, or in a
 * document.
 */
static const struct registrant *state_other_with_key(const struct facts *facts,
						     const struct registrant *registrant)
{
	const struct resv_state *state = &facts->result->state;

	for (size_t i = 0; i < state->count; i++) {
		const struct registrant other = doctor_registrant(facts, &state->registrants[i]);

		if (other.key == registrant->key && doctor_hosts_differ(&other, registrant))
			return &state->registrants[i];
	}
	return NULL;
}

/* In a document, "this host" is another host, so only names decide which host it is. */
static const struct registrant *lun_other_with_key(struct doctor *doctor,
						   const struct document_lun *lun,
						   const struct registrant *registrant)
{
	struct registrant *other = arena_alloc(doctor->arena, sizeof(*other));

	doctor->incomplete |= !other;
	for (size_t i = 0; other && i < lun->count; i++) {
		*other = lun->registrants[i].registrant;
		other->this_host =
			doctor_is_own_initiator(doctor, &other->nexus) ? TRI_YES : TRI_UNKNOWN;
		if (other->key == registrant->key && doctor_hosts_differ(other, registrant))
			return other;
	}
	return NULL;
}

static const struct registrant *document_other_with_key(struct doctor *doctor,
							const struct registrant *registrant)
{
	const struct registrant *other = NULL;

	for (const struct document *document = doctor->documents; document && !other;
	     document = document->next)
		for (size_t i = 0; i < document->count && !other; i++)
			other = lun_other_with_key(doctor, &document->luns[i], registrant);
	return other;
}

static const struct registrant *other_host_with_key(struct doctor *doctor,
						    const struct facts *facts,
						    const struct registrant *registrant,
						    const struct facts **where)
{
	const struct registrant *other = state_other_with_key(facts, registrant);

	*where = facts;
	for (size_t i = 0; !other && i < doctor->count; i++) {
		*where = &doctor->facts[i];
		other = facts_are_read(*where) ? state_other_with_key(*where, registrant) : NULL;
	}
	if (other)
		return other;
	*where = facts;
	return document_other_with_key(doctor, registrant);
}

static bool is_first_with_key(const struct resv_state *state, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (state->registrants[j].key == state->registrants[i].key)
			return false;
	return true;
}

/* Calls @check with each registration of a LUN that has a key. */
static void registrants_check(struct doctor *doctor, const struct doctor_rule *rule,
			      const struct facts *facts,
			      void (*check)(struct doctor *doctor, const struct doctor_rule *rule,
					    const struct facts *facts, size_t i))
{
	for (size_t i = 0; facts_are_read(facts) && i < facts->result->state.count; i++)
		if (facts->result->state.registrants[i].key)
			check(doctor, rule, facts, i);
}

/*
 * The one of two registrants, the other of which is this host, that is the port of an adapter;
 * otherwise NULL. It is not this machine's now, but may have been.
 */
static const struct registrant *perhaps_former(const struct registrant *a,
					       const struct registrant *b)
{
	if (registrant_is_own(a) && nexus_is_port(b->nexus.initiator))
		return b;
	return registrant_is_own(b) && nexus_is_port(a->nexus.initiator) ? a : NULL;
}

static const char *shared_key_cure(struct doctor *doctor, const struct facts *facts,
				   const struct registrant *registrant,
				   const struct registrant *other)
{
	const struct registrant *former = perhaps_former(registrant, other);
	const char *cure = arena_printf(doctor->arena,
					"prctl register --old-key 0x%" PRIx64
					" --key NEW %s (on one of the hosts)",
					registrant->key, facts_node_text(facts));

	return former ? arena_printf(doctor->arena,
				     "%s; or, if %s is a former adapter of this host: stop using "
				     "the disk here, prctl preempt --key KEY --victim 0x%" PRIx64
				     " DEVICE on another host, and register here again",
				     cure, doctor_host_text(doctor->arena, former), former->key)
		      : cure;
}

static void key_shared_check(struct doctor *doctor, const struct doctor_rule *rule,
			     const struct facts *facts, size_t i)
{
	const struct resv_state *state = &facts->result->state;
	const struct registrant registrant = doctor_registrant(facts, &state->registrants[i]);
	const struct registrant *other;
	const struct facts *where;

	if (!is_first_with_key(state, i))
		return;
	other = other_host_with_key(doctor, facts, &registrant, &where);
	if (other)
		doctor_add(doctor, rule, facts, shared_key_cure(doctor, facts, &registrant, other),
			   "%s is the key of %s and of %s%s%s",
			   describe_key(doctor->arena, registrant.key),
			   doctor_host_text(doctor->arena, &registrant),
			   doctor_host_text(doctor->arena, other), where == facts ? "" : ", on ",
			   where == facts ? "" : facts_node_text(where));
}

void shared_key_check(struct doctor *doctor, const struct doctor_rule *rule,
		      const struct facts *facts)
{
	registrants_check(doctor, rule, facts, key_shared_check);
}

/*
 * A registrant before @i of the same host with another key; NULL if it was reported with an earlier
 * one.
 */
static const struct registrant *other_key(const struct resv_state *state, size_t i)
{
	const struct registrant *found = NULL;

	for (size_t j = 0; j < i; j++) {
		if (!state->registrants[j].key ||
		    !doctor_is_same_host(&state->registrants[j], &state->registrants[i]))
			continue;
		if (state->registrants[j].key == state->registrants[i].key)
			return NULL;
		found = &state->registrants[j];
	}
	return found;
}

static void host_keys_check(struct doctor *doctor, const struct doctor_rule *rule,
			    const struct facts *facts, size_t i)
{
	const struct registrant *registrant = &facts->result->state.registrants[i];
	const struct registrant *other = other_key(&facts->result->state, i);

	if (other)
		doctor_add(doctor, rule, facts,
			   arena_printf(doctor->arena,
					"prctl register --ignore-key --key 0x%" PRIx64
					" %s (on that host)",
					other->key, facts_node_text(facts)),
			   "%s is registered with %s and with %s",
			   doctor_host_text(doctor->arena, registrant),
			   describe_key(doctor->arena, other->key),
			   describe_key(doctor->arena, registrant->key));
}

void several_keys_check(struct doctor *doctor, const struct doctor_rule *rule,
			const struct facts *facts)
{
	registrants_check(doctor, rule, facts, host_keys_check);
}

void orphan_check(struct doctor *doctor, const struct doctor_rule *rule, const struct facts *facts)
{
	const struct resv_state *state = &facts->result->state;

	if (!facts_are_read(facts) || !state->count || !doctor_has_names(doctor))
		return;
	for (size_t i = 0; i < state->count; i++) {
		const struct registrant *registrant = &state->registrants[i];

		if (is_first_with_key(state, i) && doctor_is_orphan(doctor, facts, registrant))
			doctor_add(doctor, rule, facts,
				   arena_printf(
					   doctor->arena,
					   "add its name to " KEYS_FILE
					   ", or: prctl preempt-abort --key %s --victim 0x%" PRIx64
					   " %s",
					   doctor_own_key_text(doctor->arena, facts->result),
					   registrant->key, facts_node_text(facts)),
				   "%s is registered by %s, and nothing names it",
				   describe_key(doctor->arena, registrant->key),
				   doctor_host_text(doctor->arena, registrant));
	}
}
