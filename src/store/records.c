// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/records.h"

#include <string.h>

struct abort_record *records_abort(const struct lun_records *lun, uint64_t victim)
{
	struct abort_record *record = lun->aborts;

	while (record && record->victim != victim)
		record = record->next;
	return record;
}

/*
 * If there is no room for another record, drops the oldest one that is not open. Returns false if
 * all are open.
 */
static bool room_make(struct lun_records *lun)
{
	struct abort_record **oldest = NULL;
	size_t count = 0;

	for (struct abort_record **link = &lun->aborts; *link; link = &(*link)->next) {
		count++;
		if ((*link)->proof != RECORD_OPEN)
			oldest = link;
	}
	if (count < RECORDS_ABORTS_MAX)
		return true;
	if (!oldest)
		return false;
	*oldest = (*oldest)->next;
	return true;
}

struct abort_record *records_abort_add(struct arena *arena, struct lun_records *lun,
				       uint64_t victim)
{
	struct abort_record *record = records_abort(lun, victim);

	if (record)
		return record;
	if (!room_make(lun))
		return NULL;
	record = arena_alloc(arena, sizeof(*record));
	if (!record)
		return NULL;
	record->victim = victim;
	record->next = lun->aborts;
	lun->aborts = record;
	return record;
}

void records_host_add(struct arena *arena, struct abort_record *record, const char *name,
		      size_t length)
{
	const char *host;

	for (size_t i = 0; i < record->host_count; i++)
		if (strlen(record->hosts[i]) == length &&
		    strncmp(record->hosts[i], name, length) == 0)
			return;
	if (record->host_count == RECORDS_HOSTS_MAX || length == 0)
		return;
	host = arena_printf(arena, "%.*s", (int)length, name);
	if (host != arena_full)
		record->hosts[record->host_count++] = host;
}

bool records_has_port(const struct lun_records *lun, const char *port)
{
	for (size_t i = 0; lun->ports && lun->ports[i]; i++)
		if (strcmp(lun->ports[i], port) == 0)
			return true;
	return false;
}

bool records_port_add(struct arena *arena, struct lun_records *lun, const char *port)
{
	size_t count = 0;

	if (records_has_port(lun, port))
		return true;
	if (!lun->ports)
		lun->ports = arena_alloc(arena, (RECORDS_PORTS_MAX + 1) * sizeof(*lun->ports));
	while (lun->ports && count < RECORDS_PORTS_MAX && lun->ports[count])
		count++;
	if (!lun->ports || count == RECORDS_PORTS_MAX)
		return false;
	lun->ports[count] = port;
	return true;
}

bool records_has_name(const struct lun_records *lun, const char *name)
{
	for (size_t i = 0; i < RECORDS_NAMES_MAX && lun->names[i]; i++)
		if (strcmp(lun->names[i], name) == 0)
			return true;
	return false;
}

void records_name_add(struct lun_records *lun, const char *name)
{
	size_t at = 0;

	while (at < RECORDS_NAMES_MAX - 1 && lun->names[at] && strcmp(lun->names[at], name) != 0)
		at++;
	memmove(&lun->names[1], &lun->names[0], at * sizeof(lun->names[0]));
	lun->names[0] = name;
}

void records_drop(struct lun_records *lun, const struct abort_record *record)
{
	struct abort_record **link = &lun->aborts;

	while (*link != record)
		link = &(*link)->next;
	*link = record->next;
}

void records_forget(struct lun_records *lun, uint64_t victim)
{
	const struct abort_record *record = records_abort(lun, victim);

	if (record && record->proof != RECORD_OPEN)
		records_drop(lun, record);
}

void records_forget_proofs(struct lun_records *lun)
{
	for (struct abort_record **link = &lun->aborts; *link;)
		if ((*link)->proof == RECORD_OPEN)
			link = &(*link)->next;
		else
			*link = (*link)->next;
	lun->held = RESV_NONE;
	lun->held_key = 0;
}

bool records_are_empty(const struct lun_records *lun)
{
	return !lun->own && !lun->unfenced_boot && !lun->arbiter && !lun->aborts &&
	       !lun->generation_unreliable && !lun->sharers;
}

void records_carry(struct lun_records *lun, uint32_t before, uint32_t after)
{
	/* Generation 0 is that of a record that proves nothing: proof_generation(). */
	if (after != before + 1 || before == 0)
		return;
	for (struct abort_record *record = lun->aborts; record; record = record->next)
		if (record->proof != RECORD_OPEN && record->generation == before)
			record->generation = after;
}
