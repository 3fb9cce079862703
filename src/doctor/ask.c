// SPDX-License-Identifier: GPL-2.0-or-later
/* Questions about facts that several rules have; no device is asked. */
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "doctor/doctor.h"
#include "model/initiator.h"
#include "model/key_names.h"
#include "model/nexus.h"
#include "model/origin.h"
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

struct registrant doctor_registrant(const struct facts *facts, const struct registrant *registrant)
{
	struct registrant copy = *registrant;

	if (nexus_was_this_host(facts->result, &registrant->nexus))
		copy.this_host = TRI_YES;
	return copy;
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
	return initiator_text(arena, initiator);
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

bool doctor_is_of_cluster(struct doctor *doctor, uint64_t key)
{
	const struct key_names *names = doctor->request->names;

	return names && origin_is_of_cluster(doctor->arena, key, names->cluster);
}

bool doctor_is_named(struct doctor *doctor, uint64_t key)
{
	return key_names_of(doctor->request->names, key) || doctor_is_of_cluster(doctor, key);
}

bool doctor_has_document(const struct doctor *doctor, const struct facts *facts,
			 const struct registrant *registrant)
{
	for (const struct document *document = doctor->documents; document;
	     document = document->next) {
		const struct document_lun *lun = document_lun(document, facts->result->lun.wwid);

		for (size_t i = 0; lun && i < lun->count; i++)
			if (lun->registrants[i].registrant.this_host == TRI_YES &&
			    lun->registrants[i].registrant.key == registrant->key)
				return true;
		for (size_t i = 0; i < document->count; i++)
			for (size_t j = 0; j < document->luns[i].initiator_count; j++) {
				const struct nexus nexus = { document->luns[i].initiators[j],
							     TARGET_PORT_UNKNOWN };

				if (nexus_is_same_host(&nexus, &registrant->nexus) == TRI_YES)
					return true;
			}
	}
	return false;
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
	size_t length = initiator ? initiator_length(initiator) : 0;

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

uint64_t doctor_removed_key(struct doctor *doctor, const struct registrant *registrant)
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

static bool is_key_of_this_host(const struct doctor *doctor, uint64_t key)
{
	for (size_t i = 0; i < doctor->count; i++) {
		const struct registrant *own = doctor_own_registrant(doctor->facts[i].result);

		if (own && own->key == key)
			return true;
	}
	return false;
}

bool doctor_has_names(struct doctor *doctor)
{
	const struct key_names *names = doctor->request->names;

	if ((names && names->count) || doctor->documents)
		return true;
	for (size_t i = 0; i < doctor->count; i++) {
		const struct registrant *own = doctor_own_registrant(doctor->facts[i].result);

		if (own && doctor_is_of_cluster(doctor, own->key))
			return true;
	}
	return false;
}

bool doctor_is_orphan(struct doctor *doctor, const struct facts *facts,
		      const struct registrant *registrant)
{
	return registrant->key && registrant->this_host != TRI_YES && !registrant->own_path &&
	       !is_key_of_this_host(doctor, registrant->key) &&
	       !doctor_is_named(doctor, registrant->key) &&
	       !doctor_has_document(doctor, facts, registrant) &&
	       !doctor_removed_key(doctor, registrant);
}
