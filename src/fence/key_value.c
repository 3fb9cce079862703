// SPDX-License-Identifier: GPL-2.0-or-later
#include "fence/key_value.h"

#include <errno.h>
#include <string.h>

#include "fence/corosync.h"
#include "model/messages.h"

#define POSITIONS 10000
#define COROSYNC "the running corosync"

/* fence_scsi.py: "%.4s%.4d"; its decimal digits are used as hexadecimal ones. */
static unsigned int position_digits(size_t position)
{
	unsigned int digits = 0;

	for (int shift = 0; position; shift += 4, position /= 10)
		digits |= (unsigned int)(position % 10) << shift;
	return digits;
}

const char *key_value_compute(const struct cluster *cluster, bool by_hash, const char *source,
			      struct key_names *names, struct arena *arena)
{
	if (!*cluster->name || !cluster->count)
		return arena_printf(arena, FENCE_USAGE_NO_CLUSTER, source);
	/* With five digits, one would be taken for a part of the cluster. */
	if (cluster->nodes[cluster->count - 1].position >= POSITIONS)
		return arena_printf(arena, FENCE_USAGE_CLUSTER_LARGE, source);
	for (size_t i = 0; i < cluster->count; i++) {
		const struct cluster_node *node = &cluster->nodes[i];
		const char *name = cluster_node_name(node), *other;
		uint64_t key = (uint64_t)cluster->hash << 16 |
			       (by_hash ? node->hash : position_digits(node->position));

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

/* Reads corosync.conf. Returns NULL, or what is wrong. */
static const char *file_load(struct cluster *cluster, struct arena *arena)
{
	const char *wrong = key_names_distrust(CLUSTER_FILE);

	if (wrong)
		return arena_printf(arena, FENCE_USAGE_CLUSTER_IGNORED, CLUSTER_FILE, wrong);
	return cluster_load(CLUSTER_FILE, cluster) ? FENCE_NO_MEMORY : NULL;
}

const char *key_value_load(struct key_value *value, struct key_names *names, struct arena *arena)
{
	bool by_hash = value->text && strcmp(value->text, "hash") == 0;
	const char *wrong = NULL;
	struct cluster cluster;

	value->unused = false;
	value->source = NULL;
	if (!value->text)
		return NULL;
	if (!by_hash && strcmp(value->text, "id") != 0)
		return FENCE_USAGE_KEY_VALUE;
	value->unused = names->count || names->bad_count;
	if (value->unused || names->ignored)
		return NULL;
	value->source = COROSYNC;
	if (corosync_read(arena, value->end, &cluster) || !*cluster.name || !cluster.count) {
		cluster_free(&cluster);
		value->source = CLUSTER_FILE;
		wrong = file_load(&cluster, arena);
	}
	if (!wrong)
		wrong = key_value_compute(&cluster, by_hash, value->source, names, arena);
	cluster_free(&cluster);
	return wrong;
}
