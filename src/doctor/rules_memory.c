// SPDX-License-Identifier: GPL-2.0-or-later
/* Rules about this node's records of earlier runs: /run/prctl. */
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "doctor/doctor.h"
#include "model/describe.h"
#include "model/nexus.h"
#include "model/origin.h"
#include "model/state.h"

void store_check(struct doctor *doctor, const struct doctor_rule *rule, const struct facts *facts)
{
	if (facts->store_doubt)
		doctor_add(
			doctor, rule, facts,
			"remove the file, if the hosts that were fenced are off or were rebooted",
			"%s", facts->store_doubt);
}

/* The command that proves the abort; for --victim all it is another one. */
static const char *abort_cure(struct doctor *doctor, const struct facts *facts,
			      const struct abort_record *record)
{
	const char *own = doctor_own_key_text(doctor->arena, facts->result);

	if (record->victim == RECORD_ALL)
		return arena_printf(doctor->arena, "prctl preempt-abort --key %s --victim all %s",
				    own, facts_node_text(facts));
	return arena_printf(doctor->arena,
			    "prctl preempt-abort --key %s --victim 0x%" PRIx64
			    " --if-registered %s; if its host "
			    "is off or was rebooted since, with --confirmed-off",
			    own, record->victim, facts_node_text(facts));
}

void abort_open_check(struct doctor *doctor, const struct doctor_rule *rule,
		      const struct facts *facts)
{
	for (const struct abort_record *record = facts->records.aborts; record;
	     record = record->next)
		if (record->proof == RECORD_OPEN)
			doctor_add(
				doctor, rule, facts, abort_cure(doctor, facts, record),
				"an abort of the commands of %s%s%s%s was begun, and is not proven",
				record->victim == RECORD_ALL
					? "all others"
					: describe_key(doctor->arena, record->victim),
				record->host_count ? ", then the key of " : "",
				record->host_count ? record->hosts[0] : "",
				record->host_count ? "," : "");
}

static bool key_is_listed(const struct doctor *doctor, uint64_t key)
{
	for (size_t i = 0; i < doctor->count; i++)
		if (state_has_key(&doctor->facts[i].result->state, key))
			return true;
	return false;
}

static bool is_host_of(const struct abort_record *record, const struct registrant *registrant)
{
	const char *initiator = registrant->nexus.initiator;
	size_t length = initiator ? nexus_host_length(initiator) : 0;

	for (size_t i = 0; initiator && i < record->host_count; i++)
		if (strlen(record->hosts[i]) == length &&
		    strncasecmp(record->hosts[i], initiator, length) == 0)
			return true;
	return false;
}

static bool lvm_origin(struct arena *arena, uint64_t key, struct origin *origin)
{
	struct origin origins[ORIGIN_MAX];
	size_t count = origin_find(arena, key, NULL, NULL, origins);

	for (size_t i = 0; i < count; i++)
		if (strcmp(origins[i].format, "lvm") == 0) {
			*origin = origins[i];
			return true;
		}
	return false;
}

/* An LVM host that was removed returns with the next generation in its key. */
static bool has_come_back(struct arena *arena, uint64_t old, uint64_t new)
{
	struct origin before, now;

	return lvm_origin(arena, old, &before) && lvm_origin(arena, new, &now) &&
	       strcmp(before.host, now.host) == 0 && now.generation > before.generation;
}

/*
 * The key that was removed from the host of @registrant, which has another key now; 0 if none was.
 */
static uint64_t removed_key(struct doctor *doctor, const struct registrant *registrant)
{
	if (registrant_is_own(registrant) || !registrant->key)
		return 0;
	for (size_t i = 0; i < doctor->count; i++)
		for (const struct abort_record *record = doctor->facts[i].records.aborts; record;
		     record = record->next)
			if (record->victim != RECORD_ALL && is_host_of(record, registrant) &&
			    !key_is_listed(doctor, record->victim) &&
			    !has_come_back(doctor->arena, record->victim, registrant->key))
				return record->victim;
	return 0;
}

bool doctor_is_survivor(struct doctor *doctor, const struct registrant *registrant)
{
	return removed_key(doctor, registrant) != 0;
}

void survivor_check(struct doctor *doctor, const struct doctor_rule *rule,
		    const struct facts *facts)
{
	const struct resv_state *state = &facts->result->state;

	for (size_t i = 0; facts_are_read(facts) && i < state->count; i++) {
		const struct registrant *registrant = &state->registrants[i];
		uint64_t removed = removed_key(doctor, registrant);

		if (removed)
			doctor_add(doctor, rule, facts,
				   arena_printf(doctor->arena,
						"prctl preempt-abort --key %s --victim 0x%" PRIx64
						" %s",
						doctor_own_key_text(doctor->arena, facts->result),
						registrant->key, facts_node_text(facts)),
				   "%s, whose key %s was removed, is registered with %s",
				   doctor_host_text(doctor->arena, registrant),
				   describe_key(doctor->arena, removed),
				   describe_key(doctor->arena, registrant->key));
	}
}
