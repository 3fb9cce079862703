// SPDX-License-Identifier: GPL-2.0-or-later
#include "pr/map_multipathd.h"

#include <string.h>

#include "block/sysfs.h"
#include "model/describe.h"
#include "model/messages.h"
#include "pr/multipathd.h"
#include "pr/patience.h"
#include "util/clock.h"

/* ns; multipathd answers "timeout" after 4 s (uxsock_timeout) */
#define DAEMON_TIME (5 * CLOCK_SECOND)

/* On NVMe the registration belongs to the host, so a path that comes back needs no key. */
static bool is_to_tell(const struct request *request, const struct result *map)
{
	return map->outcome.status == STATUS_OK && !request->dry_run && !request->no_multipathd &&
	       map->lun.transport == TRANSPORT_SCSI;
}

static struct multipathd_map map_of(const struct result *map)
{
	const char *directory = sysfs_block(map->arena, map->lun.devno);
	const char *uuid = directory ? sysfs_line(map->arena, directory, "dm/uuid") : NULL;
	const size_t prefix = strlen("mpath-");

	return (struct multipathd_map){
		.name = sysfs_name(map->lun.node),
		.wwid = uuid && strncmp(uuid, "mpath-", prefix) == 0 ? uuid + prefix : NULL,
	};
}

static enum multipathd_told tell(const struct request *request, struct result *map,
				 const struct multipathd_key *key, char *why)
{
	const struct multipathd_map known = map_of(map);
	int64_t end = clock_now() + DAEMON_TIME, late = patience_begin(request, DAEMON_TIME).end;

	return multipathd_tell(&known, key, late < end ? late : end, why);
}

void map_multipathd_setprkey(const struct request *request, struct result *map)
{
	const struct multipathd_key key = { request->key, !request->is_volatile };
	const char *name = sysfs_name(map->lun.node), *text;
	char why[MULTIPATHD_WHY];

	if (!is_to_tell(request, map))
		return;
	text = describe_key(map->arena, request->key);
	switch (tell(request, map, &key, why)) {
	case MULTIPATHD_NOT_CONFIGURED:
		result_warn(map, WARN_MULTIPATHD);
		break;
	case MULTIPATHD_FAILED:
		result_warn(map, WARN_MULTIPATHD_NOT_TOLD, why, name,
			    (unsigned long long)request->key,
			    key.persistent ? MULTIPATHD_APTPL : "", name);
		break;
	case MULTIPATHD_HAS:
		result_trace(map, "multipathd has %s for %s", text, name);
		break;
	case MULTIPATHD_ABSENT:
		break;
	}
}

void map_multipathd_unsetprkey(const struct request *request, struct result *map)
{
	const struct multipathd_key none = { 0, false };
	const char *name = sysfs_name(map->lun.node);
	char why[MULTIPATHD_WHY];

	if (!is_to_tell(request, map))
		return;
	switch (tell(request, map, &none, why)) {
	case MULTIPATHD_FAILED:
		result_warn(map, WARN_MULTIPATHD_KEEPS, why, name, name);
		break;
	case MULTIPATHD_HAS:
		result_trace(map, "multipathd has no key for %s", name);
		break;
	case MULTIPATHD_NOT_CONFIGURED:
	case MULTIPATHD_ABSENT:
		break;
	}
}
