// SPDX-License-Identifier: GPL-2.0-or-later
#include "fence/key_value.h"

#include <errno.h>
#include <string.h>

#include "model/messages.h"

/* fence_scsi.py: "%.4s%.4d"; its decimal digits are used as hexadecimal ones. */
static unsigned int position_digits(size_t position)
{
	unsigned int digits = 0;

	for (int shift = 0; position; shift += 4, position /= 10)
		digits |= (unsigned int)(position % 10) << shift;
	return digits;
}

const char *key_value_compute(const struct cluster *cluster, bool by_hash, struct key_names *names,
			      struct arena *arena)
{
	if (!*cluster->name || !cluster->count)
		return arena_printf(arena, FENCE_USAGE_NO_CLUSTER, CLUSTER_FILE);
	/* With five digits, one would be taken for a part of the cluster. */
	if (cluster->count > 10000)
		return arena_printf(arena, FENCE_USAGE_CLUSTER_LARGE, CLUSTER_FILE);
	for (size_t i = 0; i < cluster->count; i++) {
		const struct cluster_node *node = &cluster->nodes[i];
		const char *name = cluster_node_name(node), *other;
		uint64_t key = (uint64_t)cluster->hash << 16 |
			       (by_hash ? node->hash : position_digits(i));

		other = key_names_of(names, key);
		if (!key)
			return arena_printf(arena, FENCE_USAGE_KEY_ZERO, name);
		if (other)
			return arena_printf(arena, FENCE_USAGE_KEY_TWICE, other, name);
		if (key_names_add(names, key, name) != KEY_NAMES_OK)
			return FENCE_NO_MEMORY;
	}
	return NULL;
}

const char *key_value_load(const char *text, struct key_names *names, struct arena *arena,
			   bool *unused)
{
	bool by_hash = text && strcmp(text, "hash") == 0;
	const char *wrong;
	struct cluster cluster;

	*unused = false;
	if (!text)
		return NULL;
	if (!by_hash && strcmp(text, "id") != 0)
		return FENCE_USAGE_KEY_VALUE;
	*unused = names->count || names->bad_count;
	if (*unused || names->doubt)
		return NULL;
	wrong = key_names_distrust(CLUSTER_FILE);
	if (wrong)
		return arena_printf(arena, FENCE_USAGE_CLUSTER_IGNORED, CLUSTER_FILE, wrong);
	if (cluster_load(CLUSTER_FILE, &cluster))
		wrong = FENCE_NO_MEMORY;
	else
		wrong = key_value_compute(&cluster, by_hash, names, arena);
	cluster_free(&cluster);
	return wrong;
}
