// SPDX-License-Identifier: GPL-2.0-or-later
#include "fence/deciding.h"

#include <ctype.h>
#include <string.h>

#include "model/messages.h"
#include "store/store.h"

#define BY_ID "/dev/disk/by-id/"
#define PART "-part"

/* The prefixes of udev's names and of the kernel's WWIDs; the digits that follow are the same. */
static const struct {
	const char *name, *wwid;
	bool hexadecimal; /* 16, 24 or 32 digits follow */
} schemes[] = {
	{ "wwn-0x", "naa.", true },
	{ "scsi-3", "naa.", true },
	{ "scsi-2", "eui.", true },
	{ "dm-uuid-mpath-3", "naa.", true },
	{ "dm-uuid-mpath-2", "eui.", true },
	{ "dm-uuid-mpath-eui.", "eui.", true },
	{ "dm-uuid-mpath-uuid.", "uuid.", false },
	{ "nvme-eui.", "eui.", true },
	{ "nvme-uuid.", "uuid.", false },
};

struct result *deciding_first(const struct results *results)
{
	struct result *first = NULL;

	for (struct result *result = results->first; result; result = result->next) {
		if (result->outcome.status != STATUS_OK)
			continue;
		/*
		 * If the kernel reports no WWID, use the order of the arguments, which is the same
		 * on all nodes.
		 */
		if (!first || (result->lun.wwid &&
			       (!first->lun.wwid || strcmp(result->lun.wwid, first->lun.wwid) < 0)))
			first = result;
	}
	return first;
}

/* The length of @name without the suffix for a partition, if it has one. */
static size_t disk_length(const char *name)
{
	const char *part = strstr(name, PART);

	if (part && part[strlen(PART)] &&
	    !part[strlen(PART) + strspn(part + strlen(PART), "0123456789")])
		return (size_t)(part - name);
	return strlen(name);
}

static bool is_hexadecimal(const char *text, size_t length)
{
	return (length == 16 || length == 24 || length == 32) &&
	       strspn(text, "0123456789abcdefABCDEF") >= length;
}

const char *deciding_named_wwid(struct arena *arena, const char *device)
{
	const char *name = device + strlen(BY_ID);

	if (strncmp(device, BY_ID, strlen(BY_ID)) != 0)
		return NULL;
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		const char *rest = name + strlen(schemes[i].name);
		char *wwid;

		if (strncmp(name, schemes[i].name, strlen(schemes[i].name)) != 0)
			continue;
		if (schemes[i].hexadecimal ? !is_hexadecimal(rest, disk_length(rest))
					   : disk_length(rest) != 36)
			return NULL;
		wwid = (char *)arena_printf(arena, "%s%.*s", schemes[i].wwid,
					    (int)disk_length(rest), rest);
		for (char *c = wwid; wwid != arena_full && *c; c++)
			*c = (char)tolower((unsigned char)*c);
		return wwid == arena_full ? NULL : wwid;
	}
	return NULL;
}

/*
 * The lowest WWID of the LUNs beneath a device that was refused because it is not a whole LUN; NULL
 * if unknown.
 */
static const char *refused_wwid(struct act *act, const char *device)
{
	struct request request = { .command = COMMAND_STATUS,
				   .command_name = "fence",
				   .resolve_only = true };
	struct results below;
	struct result *first;

	act_request(act, &request, &device, 1, act_share(act, 1, 4), &below);
	first = deciding_first(&below);
	for (const struct result *result = below.first; result; result = result->next)
		if (result->outcome.status != STATUS_OK || !result->lun.wwid)
			return NULL;
	return first ? first->lun.wwid : NULL;
}

/*
 * Whether @named, made from the name of a LUN, can be compared with the kernel's WWID of another
 * one. The kernel may have another designator of the named LUN for its WWID, such as a SCSI name
 * string, in which there may be capitals. If this array's LUNs do, so may that one.
 */
static bool is_comparable(const char *named, const char *wwid)
{
	size_t kind = strcspn(named, ".");

	return strncmp(named, wwid, kind + 1) == 0 &&
	       !wwid[strcspn(wwid, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")];
}

/*
 * The WWID of the LUN of @result, which cannot be used, for a comparison with that of @first; NULL
 * if unknown.
 */
static const char *missing_wwid(struct act *act, const struct result *result,
				const struct result *first)
{
	struct arena *arena = act->reported.arena;
	const char *wwid = result->lun.wwid;

	if (!wwid && result->outcome.reason == REASON_NOT_WHOLE_LUN)
		return refused_wwid(act, result->argument);
	if (!wwid)
		wwid = store_wwid_of(&store_system, arena, result->argument);
	if (wwid || !first || !first->lun.wwid)
		return wwid;
	wwid = deciding_named_wwid(arena, result->argument);
	return wwid && is_comparable(wwid, first->lun.wwid) ? wwid : NULL;
}

const char *deciding_obstacle(struct act *act, const struct results *found)
{
	const struct result *first = deciding_first(found);
	struct arena *arena = act->reported.arena;

	for (const struct result *result = act->reported.first; result; result = result->next) {
		const char *wwid = missing_wwid(act, result, first);

		if (!wwid || !first || !first->lun.wwid)
			return arena_printf(arena, FENCE_CAUSE_FIRST_MISSING, result->label);
		if (strcmp(wwid, first->lun.wwid) < 0)
			return arena_printf(arena, FENCE_CAUSE_FIRST_UNUSABLE, result->label);
	}
	return NULL;
}
