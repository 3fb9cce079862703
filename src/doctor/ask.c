// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>

#include "doctor/doctor.h"
#include "model/nexus.h"
#include "model/state.h"

bool facts_are_read(const struct facts *facts)
{
	const struct result *result = facts->result;

	return result->outcome.status == STATUS_OK && result->state.source != SOURCE_NONE;
}

const struct registrant *doctor_own_registrant(const struct result *result)
{
	for (size_t i = 0; i < result->state.count; i++)
		if (registrant_is_own(&result->state.registrants[i]) &&
		    result->state.registrants[i].key)
			return &result->state.registrants[i];
	return NULL;
}

bool doctor_hosts_differ(const struct registrant *a, const struct registrant *b)
{
	if ((registrant_is_own(a) && b->this_host == TRI_NO && !b->own_path) ||
	    (registrant_is_own(b) && a->this_host == TRI_NO && !a->own_path))
		return true;
	return !(registrant_is_own(a) && registrant_is_own(b)) &&
	       nexus_names_alike(&a->nexus, &b->nexus) &&
	       nexus_is_same_host(&a->nexus, &b->nexus) == TRI_NO;
}

bool doctor_is_same_host(const struct registrant *a, const struct registrant *b)
{
	if (registrant_is_own(a) && registrant_is_own(b))
		return true;
	return nexus_is_same_host(&a->nexus, &b->nexus) == TRI_YES;
}

static bool has_initiator(const struct result *result, const struct nexus *nexus)
{
	if (!result->paths)
		return nexus_is_same_host(&result->lun.nexus, nexus) == TRI_YES;
	for (const struct result *path = result->paths; path; path = path->next)
		if (nexus_is_same_host(&path->lun.nexus, nexus) == TRI_YES)
			return true;
	return false;
}

bool doctor_is_own_initiator(const struct doctor *doctor, const struct nexus *nexus)
{
	for (size_t i = 0; i < doctor->count; i++)
		if (has_initiator(doctor->facts[i].result, nexus))
			return true;
	return false;
}

const char *doctor_host_text(struct arena *arena, const struct registrant *registrant)
{
	const char *initiator = registrant->nexus.initiator;

	if (registrant_is_own(registrant))
		return "this host";
	if (!initiator)
		return "a host that the device does not name";
	return nexus_host_text(arena, initiator);
}

const char *facts_node_text(const struct facts *facts)
{
	return facts->result->label;
}

const char *doctor_own_key_text(struct arena *arena, const struct result *result)
{
	const struct registrant *own = doctor_own_registrant(result);

	return own ? arena_printf(arena, "0x%" PRIx64, own->key) : "KEY";
}
