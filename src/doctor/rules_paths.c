// SPDX-License-Identifier: GPL-2.0-or-later
/* Rules about the paths of one LUN. */
#include <inttypes.h>

#include "doctor/doctor.h"
#include "model/describe.h"
#include "model/nexus.h"
#include "model/state.h"
#include "pr/path_text.h"

void paths_disagree_check(struct doctor *doctor, const struct doctor_rule *rule,
			  const struct facts *facts)
{
	if (facts->result->outcome.reason == REASON_PATHS_DISAGREE)
		doctor_add(
			doctor, rule, facts,
			"have the array's controllers, or the gateways, share reservations; until "
			"then use one of them",
			"%s", facts->result->outcome.message);
}

/* The paths of a map that are not registered, as text; NULL if none is known. */
static const char *paths_lacking(struct doctor *doctor, const struct result *map)
{
	const char *text = NULL;
	uint64_t key;

	for (struct result *path = map->paths; path; path = path->next)
		if (state_path_key(&map->state, path, &key) == TRI_NO)
			text = text ? arena_printf(doctor->arena, "%s, %s", text, path_text(path))
				    : path_text(path);
	return text;
}

void path_unregistered_check(struct doctor *doctor, const struct doctor_rule *rule,
			     const struct facts *facts)
{
	const struct registrant *own = doctor_own_registrant(facts->result);
	const char *lacking;

	if (!facts_are_read(facts) || !own || !facts->result->paths)
		return;
	lacking = paths_lacking(doctor, facts->result);
	if (lacking)
		doctor_add(doctor, rule, facts,
			   arena_printf(doctor->arena, "prctl register --key 0x%" PRIx64 " %s",
					own->key, facts_node_text(facts)),
			   "%s has no registration; this host's other paths have %s", lacking,
			   describe_key(doctor->arena, own->key));
}

static const struct registrant *holder_find(const struct resv_state *state)
{
	for (size_t i = 0; i < state->count; i++)
		if (state->registrants[i].holder == TRI_YES)
			return &state->registrants[i];
	return NULL;
}

/*
 * This host's paths that do not hold the reservation; NULL if there are none. On NVMe the host
 * holds it, not a path.
 */
static const char *paths_beside(struct doctor *doctor, const struct result *result,
				const struct registrant *holder)
{
	const char *text = NULL;

	if (result->lun.transport != TRANSPORT_SCSI ||
	    (!holder->own_path && holder->this_host != TRI_YES))
		return NULL;
	for (struct result *path = result->paths; path; path = path->next)
		if (nexus_is_same(&path->lun.nexus, &holder->nexus) == TRI_NO)
			text = text ? arena_printf(doctor->arena, "%s, %s", text, path->lun.node)
				    : path->lun.node;
	if (!result->paths && holder->this_nexus == TRI_NO)
		return result->lun.node;
	return text;
}

/* A host that is registered but cannot write, because it is not the holder. */
static const struct registrant *host_beside(const struct resv_state *state,
					    const struct registrant *holder)
{
	for (size_t i = 0; i < state->count; i++)
		if (state->registrants[i].holder == TRI_NO &&
		    doctor_hosts_differ(&state->registrants[i], holder))
			return &state->registrants[i];
	return NULL;
}

void holder_type_check(struct doctor *doctor, const struct doctor_rule *rule,
		       const struct facts *facts)
{
	const struct resv_state *state = &facts->result->state;
	const struct registrant *holder, *other;
	struct doctor_rule milder = doctor_rule_as(rule, SEVERITY_WARNING);
	const char *paths, *cure;

	if (!facts_are_read(facts) || !type_is_for_holder(state->type) ||
	    !(holder = holder_find(state)))
		return;
	cure = arena_printf(doctor->arena,
			    "prctl release --key 0x%" PRIx64 " %s && prctl reserve --key 0x%" PRIx64
			    " --type write-exclusive-reg-only %s (on the host that holds)",
			    holder->key, facts_node_text(facts), holder->key,
			    facts_node_text(facts));
	paths = paths_beside(doctor, facts->result, holder);
	other = host_beside(state, holder);
	if (paths)
		doctor_add(doctor, rule, facts, cure,
			   "%s, through one path: writes fail through %s",
			   describe_holding(doctor->arena, state), paths);
	else if (other)
		doctor_add(doctor, &milder, facts, cure, "%s: %s is registered and cannot write",
			   describe_holding(doctor->arena, state),
			   doctor_host_text(doctor->arena, other));
}

void dead_path_holds_check(struct doctor *doctor, const struct doctor_rule *rule,
			   const struct facts *facts)
{
	const struct resv_state *state = &facts->result->state;
	const struct registrant *holder = facts_are_read(facts) ? holder_find(state) : NULL;

	if (!holder || type_words(state->type)->all_registrants ||
	    facts->result->lun.transport != TRANSPORT_SCSI)
		return;
	for (struct result *path = facts->result->paths; path; path = path->next)
		if (!path_is_alive(path) &&
		    nexus_is_same(&path->lun.nexus, &holder->nexus) == TRI_YES)
			doctor_add(doctor, rule, facts,
				   arena_printf(doctor->arena,
						"restore %s, or preempt 0x%" PRIx64
						" from another host",
						path->lun.node, holder->key),
				   "%s, through a path that is dead: %s",
				   describe_holding(doctor->arena, state), path_text(path));
}

void multipathd_check(struct doctor *doctor, const struct doctor_rule *rule,
		      const struct facts *facts)
{
	const struct registrant *own = doctor_own_registrant(facts->result);

	if (facts_are_read(facts) && own && facts->multipathd == TRI_NO)
		doctor_add(
			doctor, rule, facts,
			arena_printf(
				doctor->arena,
				"multipathd setprkey map %s key 0x%" PRIx64
				" && multipathd setprstatus map %s (with \"reservation_key file\" "
				"in multipath.conf)",
				facts_node_text(facts), own->key, facts_node_text(facts)),
			"%s is registered, and multipathd does not have that key for this map",
			describe_key(doctor->arena, own->key));
}
