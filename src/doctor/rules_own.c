// SPDX-License-Identifier: GPL-2.0-or-later
/* Rules about this host's own registrations: where one is missing, and whether its key is right. */
#include <inttypes.h>
#include <string.h>

#include "doctor/doctor.h"
#include "model/describe.h"
#include "model/key_names.h"
#include "model/nexus.h"
#include "model/state.h"

static bool lists_host_of(const struct resv_state *state, const struct registrant *registrant)
{
	for (size_t i = 0; i < state->count; i++)
		if (state->registrants[i].key == registrant->key ||
		    doctor_is_same_host(&state->registrants[i], registrant))
			return true;
	return false;
}

/* The key that this host has registered on the LUN since it was booted; 0: none is known. */
static uint64_t recorded_key(const struct facts *facts)
{
	const struct lun_records *records = &facts->records;

	return records->own && strcmp(records->boot, facts->boot) == 0 ? records->own : 0;
}

/* The key that the file of key names gives this host, also by a short name; 0: none. */
static uint64_t named_key(const struct doctor *doctor)
{
	const char *name = doctor->self.name, *other;

	return name ? key_names_host(doctor->request->names, name, &other) : 0;
}

/*
 * Whether this host registered a key in this boot that the list proves to be gone, reserved or not,
 * even if the list names no host.
 */
static bool was_removed(const struct facts *facts)
{
	const struct resv_state *state = &facts->result->state;
	uint64_t key = recorded_key(facts);

	return key && (state_host_registered(state) == TRI_NO ? !state_has_key(state, key)
							      : state_lacks(state, key));
}

/* Whether not-registered reports the LUN, if only with a note. */
static bool is_not_registered(const struct facts *facts)
{
	const struct resv_state *state = &facts->result->state;
	enum tri registered = state_host_registered(state);

	return registered != TRI_YES &&
	       (was_removed(facts) || (registered == TRI_NO && state->type != RESV_NONE));
}

/*
 * A registration of this host; in a list that does not name it, one with the key that it should
 * have there. NULL: none is known.
 */
static const struct registrant *own_or_alike(const struct doctor *doctor, const struct facts *facts)
{
	const struct resv_state *state = &facts->result->state;
	const struct registrant *own = doctor_own_registrant(facts->result);

	for (size_t i = 0; !own && i < state->count; i++) {
		const struct registrant *registrant = &state->registrants[i];

		if (registrant->key && registrant->this_host == TRI_UNKNOWN &&
		    (registrant->key == recorded_key(facts) ||
		     registrant->key == named_key(doctor)))
			own = registrant;
	}
	return own;
}

static bool is_one_group(const struct facts *a, const struct facts *b)
{
	return a->group && b->group && strcmp(a->group, b->group) == 0;
}

static bool belong_together(const struct doctor *doctor, const struct facts *a,
			    const struct facts *b)
{
	return doctor->listed || is_one_group(a, b);
}

/*
 * This host, @own on @peer's LUN, or otherwise another known host that @peer lists and @facts does
 * not; NULL if there is none.
 */
static const struct registrant *missing_host(struct doctor *doctor, const struct facts *facts,
					     const struct facts *peer, const struct registrant *own)
{
	const struct resv_state *here = &facts->result->state, *state = &peer->result->state;
	bool own_here = own_or_alike(doctor, facts);

	if (state_may_omit(here))
		return NULL;
	if (!own_here && !lists_host_of(here, own))
		return own;
	for (size_t i = 0; i < state->count; i++) {
		const struct registrant *registrant = &state->registrants[i];

		if (registrant->key && registrant != own && !lists_host_of(here, registrant) &&
		    !doctor_removed_key(doctor, registrant) &&
		    !(doctor_has_names(doctor) && doctor_is_orphan(doctor, peer, registrant)))
			return registrant;
	}
	return NULL;
}

static bool types_differ(const struct facts *a, const struct facts *b)
{
	enum resv_type one = a->result->state.type, other = b->result->state.type;

	return one != RESV_NONE && other != RESV_NONE && one != other;
}

static void missing_add(struct doctor *doctor, const struct doctor_rule *rule,
			const struct facts *facts, const struct facts *peer,
			const struct registrant *missing)
{
	bool own = missing == own_or_alike(doctor, peer);
	bool reserve = own && facts->result->state.type == RESV_NONE &&
		       peer->result->state.type != RESV_NONE;

	doctor_add(doctor, rule, facts,
		   arena_printf(doctor->arena, "prctl register --key 0x%" PRIx64 " %s%s%s",
				missing->key, facts_node_text(facts), own ? "" : " (on that host)",
				reserve ? ", and reserve it as well" : ""),
		   "%s is registered on %s with %s, and not here",
		   own ? "this host" : doctor_host_text(doctor->arena, missing),
		   facts_node_text(peer), describe_key(doctor->arena, missing->key));
}

/*
 * A LUN of a volume group that has no reservations is open to every host, also to one that is shut
 * out of the others.
 */
static void unprotected_check(struct doctor *doctor, const struct doctor_rule *rule,
			      const struct facts *facts)
{
	for (size_t i = 0; i < doctor->count; i++) {
		const struct facts *peer = &doctor->facts[i];

		if (!is_one_group(facts, peer) || !facts_are_read(peer) ||
		    !own_or_alike(doctor, peer))
			continue;
		doctor_add(doctor, rule, facts,
			   arena_printf(doctor->arena, "prctl status %s", facts_node_text(facts)),
			   "this host is registered on %s, and this device has no reservations",
			   facts_node_text(peer));
		return;
	}
}

/* Once for each LUN. */
void uneven_check(struct doctor *doctor, const struct doctor_rule *rule, const struct facts *facts)
{
	if (facts->result->outcome.status == STATUS_UNSUPPORTED)
		unprotected_check(doctor, rule, facts);
	if (!facts_are_read(facts) || is_not_registered(facts))
		return;
	for (size_t i = 0; i < doctor->count; i++) {
		const struct facts *peer = &doctor->facts[i];
		const struct registrant *own, *missing;

		if (peer == facts || !facts_are_read(peer) ||
		    !belong_together(doctor, facts, peer) || !(own = own_or_alike(doctor, peer)))
			continue;
		missing = missing_host(doctor, facts, peer, own);
		if (missing)
			missing_add(doctor, rule, facts, peer, missing);
		else if (peer < facts && types_differ(facts, peer))
			doctor_add(doctor, rule, facts, "reserve both with one type",
				   "%s is held here, and %s on %s",
				   type_words(facts->result->state.type)->name,
				   type_words(peer->result->state.type)->name,
				   facts_node_text(peer));
		else
			continue;
		return;
	}
}

/*
 * A LUN that lists this host together with a host that is registered on @facts' LUN; NULL if there
 * is none.
 */
static const struct facts *common_lun(const struct doctor *doctor, const struct facts *facts)
{
	for (size_t i = 0; i < doctor->count; i++) {
		const struct facts *peer = &doctor->facts[i];

		if (peer == facts || !facts_are_read(peer) || !doctor_own_registrant(peer->result))
			continue;
		for (size_t j = 0; j < facts->result->state.count; j++)
			if (facts->result->state.registrants[j].key &&
			    lists_host_of(&peer->result->state,
					  &facts->result->state.registrants[j]))
				return peer;
	}
	return NULL;
}

/*
 * Why this host should be registered there; NULL if nothing suggests it. *@key: the key for a
 * command.
 */
static const char *should_be_registered(struct doctor *doctor, const struct facts *facts,
					const char **key)
{
	const struct facts *peer = common_lun(doctor, facts);
	uint64_t named = named_key(doctor), recorded = recorded_key(facts);

	if (peer)
		*key = doctor_own_key_text(doctor->arena, peer->result);
	if (named)
		*key = arena_printf(doctor->arena, "0x%" PRIx64, named);
	if (was_removed(facts)) {
		*key = arena_printf(doctor->arena, "0x%" PRIx64, recorded);
		return arena_printf(
			doctor->arena, "though it registered %s since it was booted: %s",
			describe_key(doctor->arena, recorded),
			facts->result->state.type == RESV_NONE
				? "another host or tool removed it, or the target lost it"
				: "it was fenced, or preempted");
	}
	if (facts->use)
		return arena_printf(doctor->arena, "though it uses the disk: %s", facts->use);
	if (peer)
		return arena_printf(doctor->arena, "though it is on %s, with the same hosts",
				    facts_node_text(peer));
	return named ? arena_printf(doctor->arena, "though " KEYS_FILE " has a key for it, %s",
				    *key)
		     : NULL;
}

/* Without a reservation, only a registration that is gone is a fault. */
void not_registered_check(struct doctor *doctor, const struct doctor_rule *rule,
			  const struct facts *facts)
{
	const struct resv_state *state = &facts->result->state;
	bool reserved = state->type != RESV_NONE;
	struct doctor_rule other = *rule;
	const char *key = "KEY", *evidence;

	if (!facts_are_read(facts) || !is_not_registered(facts))
		return;
	evidence = should_be_registered(doctor, facts, &key);
	if (!evidence)
		other.severity = SEVERITY_NOTE;
	if (!reserved)
		other.why =
			"nothing is reserved, so every host can write, also one that was fenced";
	doctor_add(doctor, &other, facts,
		   arena_printf(doctor->arena,
				"prctl register --key %s %s%s (if no other host has fenced this "
				"one)",
				key, facts_node_text(facts),
				reserved ? "" : ", and reserve as before"),
		   "%s, and this host is not registered%s%s",
		   describe_holding(doctor->arena, state), evidence ? ", " : "",
		   evidence ? evidence : "");
}

/* Whether a registration of this host has @key. */
static bool has_own(const struct result *result, uint64_t key)
{
	for (size_t i = 0; i < result->state.count; i++)
		if (registrant_is_own(&result->state.registrants[i]) &&
		    result->state.registrants[i].key == key)
			return true;
	return false;
}

/* The other hosts know this one by the file, in which a cluster may call it by another name. */
void own_key_check(struct doctor *doctor, const struct doctor_rule *rule, const struct facts *facts)
{
	const struct registrant *own = doctor_own_registrant(facts->result);
	const struct key_names *names = doctor->request->names;
	const char *has;
	uint64_t named;

	if (!facts_are_read(facts) || !own || !names || !names->count)
		return;
	has = describe_key(doctor->arena, own->key);
	named = named_key(doctor);
	if (named && !has_own(facts->result, named))
		doctor_add(doctor, rule, facts,
			   arena_printf(doctor->arena,
					"prctl register --old-key 0x%" PRIx64 " --key 0x%" PRIx64
					" %s",
					own->key, named, facts_node_text(facts)),
			   "this host is registered with %s, and " KEYS_FILE " gives it %s", has,
			   describe_key(doctor->arena, named));
	else if (!named && !doctor_is_named(doctor, own->key))
		doctor_add(doctor, rule, facts, "add its name to " KEYS_FILE ", on every host",
			   "this host is registered with %s, and nothing names it", has);
}
