// SPDX-License-Identifier: GPL-2.0-or-later
#include "model/origin.h"

#include <inttypes.h>
#include <string.h>

#include "model/key_names.h"
#include "model/state.h"

/* What a format is tested with: the key, and what is known about its LUN and cluster. */
struct asked {
	struct arena *arena;
	uint64_t key;
	const struct resv_state *state;
	const struct cluster *cluster;
};

struct format {
	const char *word;
	const char *maker;
	bool (*fits)(const struct asked *asked, struct origin *origin);
};

#define HIGH(key) ((uint32_t)((key) >> 32))
#define LOW(key) ((uint32_t)(key))

#define NFS_SERVER UINT64_C(0x0100000000000000)
#define WINDOWS 0x7466734du /* "Msft", backwards */
#define YEAR_2038 0x7fffffffu /* when the seconds since 1970 exceed 31 bits */

static const char *number(const struct asked *asked, uint32_t value)
{
	return arena_printf(asked->arena, "%" PRIu32, value);
}

/*
 * nvme_pr_register(), drivers/nvme/host/pr.c: a register with the new key 0 is sent as REPLACE with
 * NRKEY 0, which leaves the host registered.
 */
static bool zero_fits(const struct asked *asked, struct origin *origin)
{
	origin->guess = true;
	return asked->key == 0;
}

/* The decimal reading of hexadecimal digits: 42 for 0x0042; -1 if one is not a decimal digit. */
static int decimal(unsigned int digits)
{
	int value = 0;

	for (int shift = 12; shift >= 0; shift -= 4) {
		unsigned int digit = digits >> shift & 0xf;

		if (digit > 9)
			return -1;
		value = 10 * value + (int)digit;
	}
	return value;
}

/*
 * The node of this cluster whose key ends in @end, by its position or by the hash of its name; NULL
 * if there is none, or more than one.
 */
static const char *node_find(const struct cluster *cluster, unsigned int end)
{
	const char *found = NULL;
	int position = decimal(end);

	for (size_t i = 0; i < cluster->count; i++) {
		if ((position < 0 || (size_t)position != i) && cluster->nodes[i].hash != end)
			continue;
		if (found)
			return NULL;
		found = cluster_node_name(&cluster->nodes[i]);
	}
	return found;
}

/*
 * fence_scsi.py, generate_key(): "%.4s%.4d" of the MD5 of the cluster's name and the node's
 * position in the node list (id, the default), or "%.4s%.4s" with the MD5 of the node's name
 * (hash). The second form fits every key of 32 bits, so it is recognised only if corosync.conf
 * names the cluster.
 */
static bool fence_scsi_fits(const struct asked *asked, struct origin *origin)
{
	unsigned int begin = LOW(asked->key) >> 16, end = LOW(asked->key) & 0xffff;
	const struct cluster *cluster = asked->cluster;

	if (HIGH(asked->key))
		return false;
	origin->has_host = true;
	if (cluster && *cluster->name && cluster->hash == begin) {
		origin->cluster = cluster->name;
		origin->host = node_find(cluster, end);
		origin->guess = !origin->host;
		return true;
	}
	if (!begin || decimal(end) < 0)
		return false;
	origin->guess = true;
	origin->cluster = arena_printf(asked->arena, "%04x", begin);
	origin->host = number(asked, (uint32_t)decimal(end));
	return true;
}

/*
 * lvmpersist(8), "Local Settings": 0x100000000000XXXX with the host id of lvmlocal.conf (1 to
 * 2000), and for a sanlock VG 0x100000YYYYYYXXXX with the generation. lib/device/persist.c decodes
 * them in the same way.
 */
static bool lvm_fits(const struct asked *asked, struct origin *origin)
{
	uint32_t host = LOW(asked->key) & 0xffff;

	if (asked->key >> 40 != 0x100000 || host < 1 || host > 2000)
		return false;
	origin->has_host = true;
	origin->host = number(asked, host);
	origin->generation = (uint32_t)(asked->key >> 16 & 0xffffff);
	return true;
}

/*
 * fs/nfsd/blocklayout.c, NFSD_MDS_PR_KEY: the key with which the metadata server registers and
 * reserves.
 */
static bool nfs_server_fits(const struct asked *asked, struct origin *origin)
{
	(void)origin;
	return asked->key == NFS_SERVER;
}

/*
 * fs/nfsd/blocklayout.c, nfsd4_scsi_pr_key(): the time at which the server started, in seconds
 * since 1970, and a client's number. The server reserves first, so its own key must be there. Linux
 * has done that since 4.7, of July 2016.
 */
static bool nfs_client_fits(const struct asked *asked, struct origin *origin)
{
	uint32_t boot = HIGH(asked->key);

	origin->guess = true;
	origin->generation = boot;
	return boot >= 0x57750000 && boot <= YEAR_2038 && asked->state &&
	       state_has_key(asked->state, NFS_SERVER);
}

/* The value of @count hexadecimal digits in upper case at @text; -1 if they are not. */
static int32_t hexadecimal(const char *text, size_t count)
{
	static const char digits[] = "0123456789ABCDEF";
	int32_t value = 0;

	for (size_t i = 0; i < count; i++) {
		const char *digit = text[i] ? strchr(digits, text[i]) : NULL;

		if (!digit)
			return -1;
		value = value << 4 | (int32_t)(digit - digits);
	}
	return value;
}

/* "PGR" and the number of disk groups, or only hyphens. */
static bool is_disk_group(const char *text)
{
	return strcmp(text, "-------") == 0 ||
	       (strncmp(text, "PGR", 3) == 0 && hexadecimal(text + 3, 4) >= 0);
}

/*
 * vxfenadm(1M) and the administrator's guide of Storage Foundation for Oracle RAC 5.1 SP1,
 * "Displaying the I/O fencing registration keys". Coordinator disks: "VF", the cluster's id and the
 * node's id as 4 and 2 hexadecimal digits. Data disks: 'A' plus the node's id, then "PGR" and a
 * count, or (5.0.1, "About the I/O fencing registration key format") hyphens.
 */
static bool veritas_fits(const struct asked *asked, struct origin *origin)
{
	char text[9] = { 0 };
	int32_t cluster, node;

	for (int i = 0; i < 8; i++)
		text[i] = (char)(asked->key >> (56 - 8 * i) & 0xff);
	origin->has_host = true;
	cluster = hexadecimal(text + 2, 4);
	node = hexadecimal(text + 6, 2);
	if (strncmp(text, "VF", 2) == 0 && cluster >= 0 && node >= 0) {
		origin->cluster = number(asked, (uint32_t)cluster);
		origin->host = number(asked, (uint32_t)node);
		return true;
	}
	if (text[0] < 'A' || !is_disk_group(text + 1))
		return false;
	origin->host = number(asked, (uint32_t)(text[0] - 'A'));
	return true;
}

/*
 * Failover clusters of Windows: the low half is "Msft" in reverse, as printed by Linux
 * (0x3edc9b807466734d in the tests of QEMU's reservation helper). The meaning of the high half is
 * not documented.
 */
static bool windows_fits(const struct asked *asked, struct origin *origin)
{
	(void)origin;
	return LOW(asked->key) == WINDOWS && HIGH(asked->key);
}

/*
 * "Managing Serviceguard" A.11.20, "How Persistent Reservations Work": node_pr_key is 2fcb0001 and
 * 2fcb0002 on the two nodes of a cluster, 10001 in another; the format itself is not documented. At
 * most 32 nodes.
 */
static bool serviceguard_fits(const struct asked *asked, struct origin *origin)
{
	uint32_t node = LOW(asked->key) & 0xffff, cluster = LOW(asked->key) >> 16;

	if (HIGH(asked->key) || !cluster || node < 1 || node > 32)
		return false;
	origin->guess = true;
	origin->has_host = true;
	origin->cluster = arena_printf(asked->arena, "%04x", cluster);
	origin->host = number(asked, node);
	return true;
}

/*
 * fenced of TrueNAS, fence.py and disks.py of 2019 and later: the high half is the host's id; the
 * low half starts as the time in seconds since 1970 and is incremented. (The mark of Windows would
 * be a second in the year 2031.)
 */
static bool truenas_fits(const struct asked *asked, struct origin *origin)
{
	uint32_t time = LOW(asked->key);

	if (!HIGH(asked->key) || time < 0x5c2aad80 || time > YEAR_2038 || time == WINDOWS)
		return false;
	origin->guess = true;
	origin->has_host = true;
	origin->host = arena_printf(asked->arena, "%08" PRIx32, HIGH(asked->key));
	origin->generation = time;
	return true;
}

static const struct format formats[] = {
	{ "zero", "unregister by ioctl", zero_fits },
	{ "fence_scsi", "fence_scsi", fence_scsi_fits },
	{ "lvm", "LVM", lvm_fits },
	{ "nfs_server", "NFS server", nfs_server_fits },
	{ "nfs_client", "NFS client", nfs_client_fits },
	{ "veritas", "Veritas", veritas_fits },
	{ "windows", "Windows cluster", windows_fits },
	{ "serviceguard", "Serviceguard", serviceguard_fits },
	{ "truenas", "TrueNAS", truenas_fits },
};

#define FORMAT_COUNT (sizeof(formats) / sizeof(formats[0]))

bool origin_is_of_cluster(struct arena *arena, uint64_t key, const struct cluster *cluster)
{
	struct origin origins[ORIGIN_MAX];

	return cluster && origin_find(arena, key, NULL, cluster, origins) && !origins[0].guess &&
	       strcmp(origins[0].format, "fence_scsi") == 0;
}

const char *origin_format_word(size_t i)
{
	return i < FORMAT_COUNT ? formats[i].word : NULL;
}

const char *origin_format_maker(size_t i)
{
	return i < FORMAT_COUNT ? formats[i].maker : NULL;
}

size_t origin_find(struct arena *arena, uint64_t key, const struct resv_state *state,
		   const struct cluster *cluster, struct origin origins[ORIGIN_MAX])
{
	const struct asked asked = { arena, key, state, cluster };
	size_t count = 0;

	for (size_t i = 0; i < FORMAT_COUNT && count < ORIGIN_MAX; i++) {
		origins[count] =
			(struct origin){ .format = formats[i].word, .maker = formats[i].maker };
		if (formats[i].fits(&asked, &origins[count]))
			count++;
	}
	return count;
}

static const char *one_text(struct arena *arena, const struct origin *origin)
{
	const char *text = origin->maker;

	if (origin->host)
		text = arena_printf(arena, "%s host %s", text, origin->host);
	if (origin->cluster)
		text = arena_printf(arena, "%s of cluster %s", text, origin->cluster);
	if (origin->generation)
		text = arena_printf(arena, "%s, generation %" PRIu32, text, origin->generation);
	return arena_printf(arena, "%s%s", text, origin->guess ? "?" : "");
}

const char *origin_text(struct arena *arena, uint64_t key, const struct resv_state *state,
			const struct cluster *cluster)
{
	struct origin origins[ORIGIN_MAX];
	size_t count = origin_find(arena, key, state, cluster, origins);
	const char *text = NULL;

	for (size_t i = 0; i < count; i++) {
		const char *one = one_text(arena, &origins[i]);

		text = text ? arena_printf(arena, "%s or %s", text, one) : one;
	}
	return text;
}

const char *origin_of(const struct result *result, const struct registrant *registrant)
{
	const struct key_names *names = result->arena->names;

	return origin_text(result->arena, registrant->key, &result->state,
			   names ? names->cluster : NULL);
}
