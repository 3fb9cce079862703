// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/identity.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "util/text.h"

#define PAGE83_HEADER 4
#define NAME_SIZE_MAX 16 /* bytes of the longest name of an NVMe namespace */

/* DESIGNATOR TYPE: SPC-4 7.8.6.2. */
enum { TYPE_T10 = 0x1, TYPE_EUI64 = 0x2, TYPE_NAA = 0x3, TYPE_PORT = 0x4, TYPE_NAME = 0x8 };
#define ASSOCIATION_PORT 0x10

void scsi_inquiry_cdb(uint8_t cdb[SCSI_INQUIRY_CDB_SIZE], bool vital, uint16_t allocation)
{
	memset(cdb, 0, SCSI_INQUIRY_CDB_SIZE);
	cdb[0] = 0x12;
	cdb[1] = vital; /* EVPD */
	cdb[2] = vital ? 0x83 : 0;
	cdb[3] = (uint8_t)(allocation >> 8);
	cdb[4] = (uint8_t)allocation;
}

size_t scsi_vpd_length(const uint8_t *page, size_t length)
{
	if (length < PAGE83_HEADER || page[1] != 0x83)
		return 0;
	return PAGE83_HEADER + (size_t)(page[2] << 8 | page[3]);
}

enum identity scsi_inquiry_identity(const uint8_t *reply, size_t length)
{
	unsigned int qualifier = length ? reply[0] >> 5 : 0;

	return qualifier == 1 || qualifier == 3 ? IDENTITY_GONE : IDENTITY_UNKNOWN;
}

/*
 * The designation descriptor of @page after @at, or the first one if @at is NULL. Returns NULL if
 * no complete one is left.
 */
static const uint8_t *descriptor_next(const uint8_t *page, size_t length, const uint8_t *at)
{
	size_t end = scsi_vpd_length(page, length), offset;

	if (end > length)
		end = length;
	offset = at ? (size_t)(at - page) + 4 + at[3] : PAGE83_HEADER;
	if (offset + 4 > end || offset + 4 + page[offset + 3] > end)
		return NULL;
	return page + offset;
}

/*
 * How well a designation descriptor names the LUN, as the kernel ranks it for its WWID
 * (scsi_vpd_lun_id(), the same from 6.1 to 7.3); 0: not at all, because it names a port or a
 * target.
 */
static int descriptor_rank(const uint8_t *descriptor)
{
	static const uint8_t naa[16] = { [0x6] = 8, [0x5] = 5, [0x4] = 4, [0x3] = 1 };
	static const uint8_t eui64[17] = { [16] = 7, [12] = 6, [8] = 3 };
	uint8_t size = descriptor[3];

	if (descriptor[1] & 0x30 || size == 0) /* ASSOCIATION */
		return 0;
	switch (descriptor[1] & 0x0f) {
	case TYPE_NAME:
		return 9;
	case TYPE_NAA:
		return naa[descriptor[4] >> 4];
	case TYPE_EUI64:
		return size < sizeof(eui64) ? eui64[size] : 0;
	case TYPE_T10:
		return 1;
	default:
		return 0;
	}
}

/*
 * Among equally good ones the kernel uses the last, or among names and T10 designators the longest.
 */
static const uint8_t *descriptor_best(const uint8_t *page, size_t length)
{
	const uint8_t *best = NULL;

	for (const uint8_t *at = descriptor_next(page, length, NULL); at;
	     at = descriptor_next(page, length, at)) {
		int rank = descriptor_rank(at);
		bool by_size = (at[1] & 0x0f) == TYPE_NAME || (at[1] & 0x0f) == TYPE_T10;

		if (rank == 0 || (best && rank < descriptor_rank(best)))
			continue;
		if (best && rank == descriptor_rank(best) && by_size && at[3] < best[3])
			continue;
		best = at;
	}
	return best;
}

enum identity scsi_vpd_identity(const uint8_t *kept, size_t kept_length, const uint8_t *page,
				size_t length)
{
	const uint8_t *known = kept ? descriptor_best(kept, kept_length) : NULL;

	if (scsi_inquiry_identity(page, length) == IDENTITY_GONE)
		return IDENTITY_GONE;
	if (!known || !descriptor_best(page, length))
		return IDENTITY_UNKNOWN;
	for (const uint8_t *at = descriptor_next(page, length, NULL); at;
	     at = descriptor_next(page, length, at))
		if (descriptor_rank(at) && (at[1] & 0x0f) == (known[1] & 0x0f) &&
		    at[3] == known[3] && memcmp(at + 4, known + 4, at[3]) == 0)
			return IDENTITY_SAME;
	return IDENTITY_OTHER;
}

const char *scsi_vpd_wwid(const uint8_t *page, size_t length, struct arena *arena)
{
	const uint8_t *best = descriptor_best(page, length);

	if (!best)
		return NULL;
	switch (best[1] & 0x0f) {
	case TYPE_NAA:
		return text_hex(arena, "naa.", best + 4, best[3]);
	case TYPE_EUI64:
		return text_hex(arena, "eui.", best + 4, best[3]);
	case TYPE_T10:
		return arena_printf(arena, "t10.%s",
				    text_clean(arena, (const char *)best + 4, best[3]));
	default:
		return text_clean(arena, (const char *)best + 4, best[3]);
	}
}

/* Whether its descriptors end together with @page. */
static bool is_whole(const uint8_t *page, size_t length)
{
	const uint8_t *last = NULL, *at = NULL;

	while ((at = descriptor_next(page, length, at)))
		last = at;
	return last && last + 4 + last[3] == page + length &&
	       scsi_vpd_length(page, length) == length;
}

const char *scsi_vpd_wwid_exact(const uint8_t *page, size_t length, struct arena *arena)
{
	const uint8_t *best = descriptor_best(page, length);
	uint8_t type = best ? best[1] & 0x0f : 0;

	if (!is_whole(page, length) ||
	    !(type == TYPE_EUI64 || (type == TYPE_NAA && (best[3] == 8 || best[3] == 16))))
		return NULL;
	return scsi_vpd_wwid(page, length, arena);
}

int scsi_vpd_target_port(const uint8_t *page, size_t length)
{
	for (const uint8_t *at = descriptor_next(page, length, NULL); at;
	     at = descriptor_next(page, length, at)) {
		int port;

		if ((at[1] & 0x30) != ASSOCIATION_PORT || (at[1] & 0x0f) != TYPE_PORT || at[3] != 4)
			continue;
		port = at[6] << 8 | at[7];
		return port ? port : TARGET_PORT_UNKNOWN; /* 0 is reserved */
	}
	return TARGET_PORT_UNKNOWN;
}

/*
 * Prefix of the kernel's WWID, number of bytes in its digits, their place in Identify CNS 00h, and
 * their NIDT.
 */
static const struct {
	const char *prefix;
	size_t size;
	size_t offset;
	uint8_t type;
} names[] = {
	[NVME_NAME_EUI64] = { "eui.", 8, 120, 0x1 },
	[NVME_NAME_NGUID] = { "eui.", 16, 104, 0x2 },
	[NVME_NAME_UUID] = { "uuid.", 16, 0, 0x3 },
};

static int digit_value(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/*
 * Parses @text, digits and hyphens, into bytes; returns their number, or 0 if it is something else.
 */
static size_t bytes_parse(const char *text, uint8_t bytes[NAME_SIZE_MAX])
{
	size_t count = 0;

	memset(bytes, 0, NAME_SIZE_MAX);
	for (; *text; text++) {
		int value = digit_value(*text);

		if (*text == '-')
			continue;
		if (value < 0 || count == (size_t)2 * NAME_SIZE_MAX)
			return 0;
		bytes[count / 2] = (uint8_t)(bytes[count / 2] << 4 | value);
		count++;
	}
	return count % 2 ? 0 : count / 2;
}

enum identity scsi_vpd_named(const uint8_t *page, size_t length, const char *name)
{
	uint8_t bytes[NAME_SIZE_MAX], type = *name == '3' ? TYPE_NAA : TYPE_EUI64;
	size_t size = *name == '3' || *name == '2' ? bytes_parse(name + 1, bytes) : 0;
	enum identity identity = IDENTITY_UNKNOWN;

	/* NAA designators have 8 or 16 bytes, those of EUI-64 8, 12 or 16 (SPC-4 7.8.6). */
	if (size < 8)
		return IDENTITY_UNKNOWN;
	for (const uint8_t *at = descriptor_next(page, length, NULL); at;
	     at = descriptor_next(page, length, at)) {
		if (!descriptor_rank(at) || (at[1] & 0x0f) != type)
			continue;
		if (at[3] == size && memcmp(at + 4, bytes, size) == 0)
			return IDENTITY_SAME;
		identity = IDENTITY_OTHER;
	}
	return identity;
}

static enum nvme_name wwid_parse(const char *wwid, uint8_t bytes[NAME_SIZE_MAX])
{
	for (enum nvme_name name = NVME_NAME_EUI64; name <= NVME_NAME_UUID; name++) {
		size_t prefix = strlen(names[name].prefix);

		if (wwid && strncmp(wwid, names[name].prefix, prefix) == 0 &&
		    bytes_parse(wwid + prefix, bytes) == names[name].size)
			return name;
	}
	return NVME_NAME_NONE;
}

enum nvme_name nvme_wwid_name(const char *wwid)
{
	uint8_t bytes[NAME_SIZE_MAX];

	return wwid_parse(wwid, bytes);
}

static bool is_zero(const uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (bytes[i])
			return false;
	return true;
}

static const char *name_text(enum nvme_name name, const uint8_t *id, struct arena *arena)
{
	if (name != NVME_NAME_UUID)
		return text_hex(arena, names[name].prefix, id, names[name].size);
	return arena_printf(
		arena, "uuid.%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
		id[0], id[1], id[2], id[3], id[4], id[5], id[6], id[7], id[8], id[9], id[10],
		id[11], id[12], id[13], id[14], id[15]);
}

/* A name of the namespace in Identify data; NULL if it has none of this kind. */
static const uint8_t *name_find(enum nvme_name name, const struct nvme_identify_reply *reply)
{
	const uint8_t *data = reply->data, *found = NULL;
	size_t length = reply->length;

	if (!reply->list && name != NVME_NAME_UUID &&
	    names[name].offset + names[name].size <= length)
		found = data + names[name].offset;
	/*
	 * Namespace Identification Descriptors: NIDT, NIDL, two reserved bytes, NID. An NIDL of 0
	 * ends them.
	 */
	for (size_t at = 0; reply->list && !found && at + 4 <= length && data[at + 1];
	     at += 4 + (size_t)data[at + 1])
		if (data[at] == names[name].type && data[at + 1] == names[name].size &&
		    at + 4 + data[at + 1] <= length)
			found = data + at + 4;
	return found && !is_zero(found, names[name].size) ? found : NULL;
}

enum identity nvme_identity(const char *wwid, const struct nvme_identify_reply *reply,
			    struct arena *arena, const char **now)
{
	uint8_t known[NAME_SIZE_MAX];
	enum nvme_name name = wwid_parse(wwid, known);
	const uint8_t *found;

	*now = NULL;
	/* For an inactive namespace, everything is zero: 5.15.2.1. */
	if (!reply->list && reply->length && is_zero(reply->data, reply->length))
		return IDENTITY_GONE;
	if (name == NVME_NAME_NONE)
		return IDENTITY_UNKNOWN;
	found = name_find(name, reply);
	if (found && memcmp(found, known, names[name].size) == 0)
		return IDENTITY_SAME;
	/* The name that the kernel would use: its best one. */
	for (enum nvme_name other = NVME_NAME_UUID; other > NVME_NAME_NONE; other--) {
		found = name_find(other, reply);
		if (!found)
			continue;
		*now = name_text(other, found, arena);
		return IDENTITY_OTHER;
	}
	return IDENTITY_OTHER;
}
