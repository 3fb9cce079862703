// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Keys as other software makes them, and how they are recognised. This host's cluster is hacluster,
 * with node1 and node2; the hashes are those of md5sum(1).
 */
#include "unit.h"

#include "model/origin.h"
#include "states.h"

#define HACLUSTER 0xfb0c
#define NODE2 0x7888

static struct cluster_node nodes[] = { { "node1", "", 0x1645 }, { "node2", "", NODE2 } };
static const struct cluster hacluster = { "hacluster", HACLUSTER, nodes, 2 };
static const struct cluster nameless = { "", 0, nodes, 2 };

/* With nfsd's own key, and without it. */
static const struct resv_state nfs = STATE(1, EARO, 0x0100000000000000, ANY(0x0100000000000000, Y));
static const struct resv_state other = STATE(1, WERO, 0xa, ANY(0xa, Y));

static const struct {
	const char *name;
	uint64_t key;
	const char *text; /* NULL: no format fits */
	const struct cluster *cluster;
	const struct resv_state *state;
} keys[] = {
	{ "a key of nobody's format", 0xa, NULL, NULL, NULL },
	{ "an administrator's", 0x123abc, NULL, NULL, NULL },
	{ "the largest", UINT64_MAX, NULL, NULL, NULL },
	{ "zero", 0, "unregister by ioctl?", NULL, NULL },

	{ "fence_scsi, position", 0xabcd0001,
	  "fence_scsi host 1 of cluster abcd? or Serviceguard host 1 of cluster abcd?", NULL,
	  NULL },
	{ "fence_scsi, position 0", 0xabcd0000, "fence_scsi host 0 of cluster abcd?", NULL, NULL },
	{ "fence_scsi, position 99, in decimal", 0xabcd0099, "fence_scsi host 99 of cluster abcd?",
	  NULL, NULL },
	{ "fence_scsi, a hash, of no known cluster", 0xabcd00f1, NULL, NULL, NULL },
	{ "fence_scsi, the least cluster", 0x00010012,
	  "fence_scsi host 12 of cluster 0001? or Serviceguard host 18 of cluster 0001?",
	  NULL, NULL },
	{ "fence_scsi has 32 bits", 0x1abcd0001, NULL, NULL, NULL },
	{ "fence_scsi, this cluster", (uint64_t)HACLUSTER << 16 | 0x50,
	  "fence_scsi of cluster hacluster?", &hacluster, NULL },
	{ "fence_scsi, this cluster's node", (uint64_t)HACLUSTER << 16,
	  "fence_scsi host node1 of cluster hacluster", &hacluster, NULL },
	{ "fence_scsi, this cluster's other node", (uint64_t)HACLUSTER << 16 | 1,
	  "fence_scsi host node2 of cluster hacluster or Serviceguard host 1 of cluster fb0c?",
	  &hacluster, NULL },
	{ "fence_scsi, this cluster's node by its hash", (uint64_t)HACLUSTER << 16 | NODE2,
	  "fence_scsi host node2 of cluster hacluster", &hacluster, NULL },
	{ "fence_scsi, another cluster", 0xabcd0050, "fence_scsi host 50 of cluster abcd?",
	  &hacluster, NULL },
	{ "fence_scsi, a cluster without a name", 0xabcd0050,
	  "fence_scsi host 50 of cluster abcd?", &nameless, NULL },
	{ "a small key on a host of a cluster", 0xa, NULL, &hacluster, NULL },

	{ "LVM", 0x1000000000000001, "LVM host 1", NULL, NULL },
	{ "LVM, a generation", 0x1000000000020001, "LVM host 1, generation 2", NULL, NULL },
	{ "LVM, the next generation is another key", 0x1000000000030001,
	  "LVM host 1, generation 3", NULL, NULL },
	{ "LVM, the last host and generation", 0x100000ffffff07d0,
	  "LVM host 2000, generation 16777215", NULL, NULL },
	{ "LVM, no host 0", 0x1000000000020000, NULL, NULL, NULL },
	{ "LVM, no host 2001", 0x10000000000007d1, NULL, NULL, NULL },
	{ "LVM, another beginning", 0x1000010000000001, NULL, NULL, NULL },

	{ "NFS server", 0x0100000000000000, "NFS server", NULL, &nfs },
	{ "NFS client", 0x65a00000000000f1, "NFS client, generation 1704984576?", NULL, &nfs },
	{ "NFS client, without a server there", 0x65a00000000000f1, NULL, NULL, &other },
	{ "NFS client, before there were any", 0x57740000000000f1, NULL, NULL, &nfs },

	{ "Veritas, a coordinator disk", 0x5646444545443030, "Veritas host 0 of cluster 57069",
	  NULL, NULL },
	{ "Veritas, node 10", 0x5646444545443041, "Veritas host 10 of cluster 57069", NULL, NULL },
	{ "Veritas, small letters", 0x5646444545643030, NULL, NULL, NULL },
	{ "Veritas, a data disk", 0x4150475230303030, "Veritas host 0", NULL, NULL },
	{ "Veritas, a data disk of node 1", 0x4250475230303031, "Veritas host 1", NULL, NULL },
	{ "Veritas, hyphens", 0x422d2d2d2d2d2d2d, "Veritas host 1", NULL, NULL },
	{ "Veritas, no node before A", 0x4050475230303030, NULL, NULL, NULL },
	{ "text of another kind", 0x4150475330303030, NULL, NULL, NULL },

	{ "Windows", 0x3edc9b807466734d, "Windows cluster", NULL, NULL },
	{ "Windows' mark alone", 0x7466734d, NULL, NULL, NULL },

	{ "Serviceguard, of the manual", 0x2fcb0002,
	  "fence_scsi host 2 of cluster 2fcb? or Serviceguard host 2 of cluster 2fcb?",
	  NULL, NULL },
	{ "Serviceguard, node 10", 0x2fcb000a, "Serviceguard host 10 of cluster 2fcb?", NULL,
	  NULL },
	{ "Serviceguard, 32 nodes at most", 0x2fcb002a, NULL, NULL, NULL },

	{ "TrueNAS", 0x8a1b2c3d65a00000, "TrueNAS host 8a1b2c3d, generation 1704984576?", NULL,
	  NULL },
	{ "TrueNAS, before it was written", 0x8a1b2c3d5c2aad7f, NULL, NULL, NULL },
	{ "TrueNAS, a host without an id", 0x65a000f1, NULL, NULL, NULL },
};

static void key_origin(void **state)
{
	const typeof(keys[0]) *row = *state;
	struct arena *arena = unit_arena();

	assert_text(origin_text(arena, row->key, row->state, row->cluster), row->text);
	arena_free(arena);
}

/* Every format of the table is tried above. */
static void every_format(void **state)
{
	struct arena *arena = unit_arena();

	(void)state;
	for (size_t i = 0; origin_format_word(i); i++) {
		bool found = false;

		for (size_t j = 0; j < COUNT_OF(keys); j++) {
			struct origin origins[ORIGIN_MAX];
			size_t count = origin_find(arena, keys[j].key, keys[j].state,
				keys[j].cluster, origins);

			for (size_t k = 0; k < count; k++)
				found |= strcmp(origins[k].format, origin_format_word(i)) == 0;
		}
		if (!found)
			fail_msg("no key is of %s", origin_format_word(i));
	}
	arena_free(arena);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, key_origin, keys);
	UNIT_TEST(&unit, every_format);
	return unit_run(&unit, "origin");
}
