// SPDX-License-Identifier: GPL-2.0-or-later
/* Which LUN a device says it is, compared with what the kernel kept. */
#include "unit.h"

#include "wire/identity.h"

/*
 * Designation descriptors: code set, association and type, 0, length. Of a LUN: NAA 6 (a and b),
 * NAA 5, 4 and 3, EUI-64, a T10 vendor designator, a SCSI name; of a target port: NAA 5 and its
 * relative number.
 */
#define NAA6_A "01030010 60014051112223334445556667778889"
#define NAA6_B "01030010 6001405aaaabbbbccccddddeeeeffff0"
#define NAA5_A "01030008 5001405111222333"
#define NAA4_A "01030008 4001405111222333"
#define NAA3_A "01030008 3001405111222333"
#define EUI_A "01020008 0011223344556677"
#define EUI12_A "0102000c 001122334455667788990011"
#define EUI17_A "01020011 00112233445566778899aabbccddeeff00"
#define EUI16_A "01020010 00112233445566778899aabbccddeeff"
#define T10_VENDOR "02010008 4c494f2d4f524700" /* "LIO-ORG": the same on every LUN */
#define T10_LONG "0201000c 4c494f2d4f52472d31323334"
#define NAME_A "0308000c 69716e2e782c4c31000000 00"
#define NAME_B "0308000c 69716e2e782c4c32000000 00"
#define PORT_1 "61930008 5001405999999991 01140004 00000001"
#define PORT_2 "61930008 5001405999999992 01140004 00000002"
#define GROUP "01150004 00000010 01160004 00000020"

static const struct {
	const char *name;
	const char *kept; /* descriptors; NULL: the kernel keeps no page */
	const char *page;
	uint8_t first; /* PERIPHERAL QUALIFIER and device type */
	enum identity identity;
	const char *wwid;
} pages[] = {
	{ "the same", NAA6_A, NAA6_A, 0, IDENTITY_SAME, "naa.60014051112223334445556667778889" },
	{ "another", NAA6_A, NAA6_B, 0, IDENTITY_OTHER, "naa.6001405aaaabbbbccccddddeeeeffff0" },
	{ "the same through another port", T10_VENDOR NAA6_A PORT_1 GROUP,
	  T10_VENDOR NAA6_A PORT_2 GROUP, 0, IDENTITY_SAME,
	  "naa.60014051112223334445556667778889" },
	{ "another that shares a vendor's designator", T10_VENDOR NAA6_A, T10_VENDOR NAA6_B, 0,
	  IDENTITY_OTHER, "naa.6001405aaaabbbbccccddddeeeeffff0" },
	{ "another that has the name of a port", NAA5_A PORT_1, "61930008 5001405111222333" NAA6_B,
	  0, IDENTITY_OTHER, "naa.6001405aaaabbbbccccddddeeeeffff0" },
	{ "two designators, in another order", NAA6_A NAA6_B, NAA6_B NAA6_A, 0, IDENTITY_SAME,
	  "naa.60014051112223334445556667778889" },
	{ "a better designator was added", NAA6_A, NAA6_A NAME_A, 0, IDENTITY_SAME, "iqn.x,L1" },
	{ "a worse designator has gone", NAA6_A T10_VENDOR, NAA6_A, 0, IDENTITY_SAME,
	  "naa.60014051112223334445556667778889" },
	{ "the better designator is another's", NAME_A NAA6_A, NAME_B NAA6_A, 0, IDENTITY_OTHER,
	  "iqn.x,L2" },
	{ "the designator has gone, a worse one is there", NAA6_A T10_VENDOR, T10_VENDOR, 0,
	  IDENTITY_OTHER, "t10.LIO-ORG" },
	{ "NAA 6 before EUI-64 of 16 bytes", EUI16_A NAA6_A, NAA6_A, 0, IDENTITY_SAME,
	  "naa.60014051112223334445556667778889" },
	{ "EUI-64 of 16 bytes before NAA 5", EUI16_A NAA5_A, EUI16_A, 0, IDENTITY_SAME,
	  "eui.00112233445566778899aabbccddeeff" },
	{ "NAA 5 before EUI-64 of 8 bytes", EUI_A NAA5_A, NAA5_A, 0, IDENTITY_SAME,
	  "naa.5001405111222333" },
	{ "EUI-64 of 8 bytes before NAA 3", NAA3_A EUI_A, EUI_A, 0, IDENTITY_SAME,
	  "eui.0011223344556677" },
	{ "NAA 4 before EUI-64 of 8 bytes", EUI_A NAA4_A, NAA4_A, 0, IDENTITY_SAME,
	  "naa.4001405111222333" },
	{ "NAA 3 alone", NAA3_A, NAA3_A, 0, IDENTITY_SAME, "naa.3001405111222333" },
	{ "of T10's the longest", T10_LONG T10_VENDOR, T10_LONG, 0, IDENTITY_SAME,
	  "t10.LIO-ORG-1234" },
	{ "of T10's the longest, which comes last", T10_VENDOR T10_LONG, T10_LONG, 0,
	  IDENTITY_SAME, "t10.LIO-ORG-1234" },
	{ "of two names of one length the last", NAME_A NAME_B, NAME_A NAME_B, 0, IDENTITY_SAME,
	  "iqn.x,L2" },
	/* Ranks that follow one another: the better one comes first, so that a tie shows. */
	{ "a name before NAA 6", NAME_A NAA6_A, NAME_A NAA6_A, 0, IDENTITY_SAME, "iqn.x,L1" },
	{ "NAA 6 before EUI-64 of 16 bytes, first", NAA6_A EUI16_A, NAA6_A EUI16_A, 0,
	  IDENTITY_SAME, "naa.60014051112223334445556667778889" },
	{ "EUI-64 of 16 bytes before that of 12", EUI16_A EUI12_A, EUI16_A EUI12_A, 0,
	  IDENTITY_SAME, "eui.00112233445566778899aabbccddeeff" },
	{ "EUI-64 of 12 bytes before NAA 5", EUI12_A NAA5_A, EUI12_A NAA5_A, 0, IDENTITY_SAME,
	  "eui.001122334455667788990011" },
	{ "NAA 5 before NAA 4", NAA5_A NAA4_A, NAA5_A NAA4_A, 0, IDENTITY_SAME,
	  "naa.5001405111222333" },
	{ "NAA 4 before EUI-64 of 8 bytes, first", NAA4_A EUI_A, NAA4_A EUI_A, 0, IDENTITY_SAME,
	  "naa.4001405111222333" },
	{ "EUI-64 of 8 bytes before NAA 3, first", EUI_A NAA3_A, EUI_A NAA3_A, 0, IDENTITY_SAME,
	  "eui.0011223344556677" },
	{ "NAA 3 is as good as T10's: the last", NAA3_A T10_VENDOR, NAA3_A T10_VENDOR, 0,
	  IDENTITY_SAME, "t10.LIO-ORG" },
	{ "T10's is as good as NAA 3: the last", T10_VENDOR NAA3_A, T10_VENDOR NAA3_A, 0,
	  IDENTITY_SAME, "naa.3001405111222333" },
	{ "an EUI-64 of 17 bytes, which is none", NAA6_A EUI17_A, EUI17_A, 0, IDENTITY_UNKNOWN,
	  NULL },
	{ "the kernel keeps none", NULL, NAA6_A, 0, IDENTITY_UNKNOWN,
	  "naa.60014051112223334445556667778889" },
	{ "the kernel keeps none of the LUN", PORT_1, NAA6_A, 0, IDENTITY_UNKNOWN,
	  "naa.60014051112223334445556667778889" },
	{ "the device names its port alone", NAA6_A, PORT_1, 0, IDENTITY_UNKNOWN, NULL },
	{ "the device names nothing", NAA6_A, "", 0, IDENTITY_UNKNOWN, NULL },
	{ "not connected", NAA6_A, NAA6_A, 0x3f, IDENTITY_GONE,
	  "naa.60014051112223334445556667778889" },
	{ "not capable", NAA6_A, "", 0x7f, IDENTITY_GONE, NULL },
	{ "a vendor's qualifier", NAA6_A, NAA6_A, 0x80, IDENTITY_SAME,
	  "naa.60014051112223334445556667778889" },
	{ "a descriptor that does not end with the page", NAA6_A, NAA6_A "01030010 6001", 0,
	  IDENTITY_SAME, "naa.60014051112223334445556667778889" },
	{ "a designator without bytes", NAA6_A, "01030000" NAA6_A, 0, IDENTITY_SAME,
	  "naa.60014051112223334445556667778889" },
};

/* A complete page of these descriptors; the caller frees it. */
static uint8_t *page_make(const char *descriptors, uint8_t first, size_t *length)
{
	size_t size;
	uint8_t *bytes = unit_bytes(descriptors, &size),
		page[4096] = { first, 0x83, (uint8_t)(size >> 8), (uint8_t)size };

	if (size)
		memcpy(page + 4, bytes, size);
	free(bytes);
	*length = 4 + size;
	return unit_copy(page, *length);
}

static void scsi(void **state)
{
	const typeof(pages[0]) *row = *state;
	struct arena *arena = unit_arena();
	size_t kept_length = 0, length;
	uint8_t *kept = row->kept ? page_make(row->kept, 0, &kept_length) : NULL,
		*page = page_make(row->page, row->first, &length);

	assert_int_equal(scsi_vpd_identity(kept, kept_length, page, length), row->identity);
	assert_text(scsi_vpd_wwid(page, length, arena), row->wwid);
	/* However it is cut, nothing beyond the end is read. */
	for (size_t i = 0; i < length; i++) {
		uint8_t *cut = unit_copy(page, i);

		scsi_vpd_identity(kept, kept_length, cut, i);
		scsi_vpd_identity(cut, i, page, length);
		scsi_vpd_wwid(cut, i, arena);
		free(cut);
	}
	free(kept);
	free(page);
	arena_free(arena);
}

/* Which pages give the kernel's own text, and which may not. */
static const struct {
	const char *name;
	const char *page; /* descriptors */
	size_t more, less; /* bytes after the last descriptor, or cut off the page */
	const char *wwid;
} exact[] = {
	{ "NAA of 16 bytes", T10_VENDOR NAA6_A PORT_1 GROUP, 0, 0,
	  "naa.60014051112223334445556667778889" },
	{ "NAA of 8 bytes", NAA5_A, 0, 0, "naa.5001405111222333" },
	{ "NAA of 10 bytes", "0103000a 60014051112223334445", 0, 0, NULL },
	{ "EUI-64 of 8 bytes", EUI_A, 0, 0, "eui.0011223344556677" },
	{ "EUI-64 of 12 bytes", EUI12_A, 0, 0, "eui.001122334455667788990011" },
	{ "EUI-64 of 16 bytes", EUI16_A, 0, 0, "eui.00112233445566778899aabbccddeeff" },
	{ "T10", T10_VENDOR, 0, 0, NULL },
	{ "a name, which the kernel may use", NAA6_A NAME_A, 0, 0, NULL },
	{ "a port's alone", PORT_1, 0, 0, NULL },
	{ "none", "", 0, 0, NULL },
	{ "bytes after the last descriptor", NAA6_A, 3, 0, NULL },
	{ "cut within the last descriptor", NAA6_A PORT_1, 0, 2, NULL },
	{ "cut after a descriptor", NAA6_A "01140004 00000001", 0, 8, NULL },
};

static void scsi_exact(void **state)
{
	const typeof(exact[0]) *row = *state;
	struct arena *arena = unit_arena();
	char text[512];
	uint8_t *page;
	size_t length;

	snprintf(text, sizeof(text), "%s%.*s", row->page, (int)(2 * row->more), "000000");
	page = page_make(text, 0, &length);
	assert_text(scsi_vpd_wwid_exact(page, length - row->less, arena), row->wwid);
	free(page);
	arena_free(arena);
}

/* Names of maps. */
static const struct {
	const char *name;
	const char *page;
	enum identity identity;
} named[] = {
	{ "360014051112223334445556667778889", NAA6_A, IDENTITY_SAME },
	{ "36001405aaaabbbbccccddddeeeeffff0", NAA6_A, IDENTITY_OTHER },
	{ "360014051112223334445556667778889", NAA6_B NAA6_A, IDENTITY_SAME },
	{ "35001405111222333", NAA5_A, IDENTITY_SAME },
	{ "35001405111222333", NAME_A NAA5_A NAA6_A, IDENTITY_SAME },
	{ "35001405999999991", NAA6_A PORT_1, IDENTITY_OTHER },
	{ "35001405999999991", T10_VENDOR PORT_1, IDENTITY_UNKNOWN },
	{ "20011223344556677", EUI_A NAA6_A, IDENTITY_SAME },
	{ "20011223344556678", EUI_A NAA6_A, IDENTITY_OTHER },
	{ "200112233445566778899aabbccddeeff", EUI16_A, IDENTITY_SAME },
	{ "20011223344556677", NAA6_A, IDENTITY_UNKNOWN },
	{ "360014051112223334445556667778889", "", IDENTITY_UNKNOWN },
	{ "1LIO-ORG lun0", T10_VENDOR NAA6_A, IDENTITY_UNKNOWN },
	{ "8iqn.x,L1", NAME_A NAA6_A, IDENTITY_UNKNOWN },
	{ "0x60014051112223334445556667778889", NAA6_A, IDENTITY_UNKNOWN },
	{ "t-identity", NAA6_A, IDENTITY_UNKNOWN },
	{ "3600140511122233344455566677788899900", NAA6_A, IDENTITY_UNKNOWN },
	{ "3", NAA6_A, IDENTITY_UNKNOWN },
	{ "", NAA6_A, IDENTITY_UNKNOWN },
};

static void maps(void **state)
{
	const typeof(named[0]) *row = *state;
	size_t length;
	uint8_t *page = page_make(row->page, 0, &length);

	assert_int_equal(scsi_vpd_named(page, length, row->name), row->identity);
	for (size_t i = 0; i < length; i++) {
		uint8_t *cut = unit_copy(page, i);

		scsi_vpd_named(cut, i, row->name);
		free(cut);
	}
	free(page);
}

static void scsi_other_page(void **state)
{
	static const uint8_t page[] = { 0x00, 0x80, 0x00, 0x04, 1, 2, 3, 4 };
	static const uint8_t head[] = { 0x00, 0x83, 0x01, 0x2c };
	size_t length;
	uint8_t *kept = page_make(NAA6_A, 0, &length);

	(void)state;
	assert_int_equal(scsi_vpd_length(page, sizeof(page)), 0);
	assert_int_equal(scsi_vpd_identity(kept, length, page, sizeof(page)), IDENTITY_UNKNOWN);
	assert_int_equal(scsi_vpd_length(kept, length), length);
	/* The head alone tells how long the page is. */
	assert_int_equal(scsi_vpd_length(head, sizeof(head)), sizeof(head) + 300);
	assert_int_equal(scsi_vpd_length(head, sizeof(head) - 1), 0);
	free(kept);
}

#define EUI64 "0011223344556677"
#define NGUID "00112233445566778899aabbccddeeff"
#define NGUID_TEXT "eui." NGUID
#define UUID_TEXT "uuid.00112233-4455-6677-8899-aabbccddeeff"

/* Identify CNS 03h for a UUID; otherwise CNS 00h, with these bytes from 104 on: NGUID and EUI64. */
static const struct {
	const char *name;
	const char *wwid;
	const char *bytes;
	enum identity identity;
	const char *now;
} namespaces[] = {
	{ "UUID, the same", UUID_TEXT, "01080000" EUI64 "02100000" NGUID "03100000" NGUID,
	  IDENTITY_SAME, NULL },
	{ "UUID, another", UUID_TEXT, "03100000 0f1e2d3c4b5a69788796a5b4c3d2e1f0", IDENTITY_OTHER,
	  "uuid.0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0" },
	{ "UUID, and now it has an NGUID alone", UUID_TEXT, "02100000" NGUID, IDENTITY_OTHER,
	  NGUID_TEXT },
	{ "UUID, and now it tells none", UUID_TEXT, "04010000 00000000", IDENTITY_OTHER, NULL },
	{ "UUID, of 8 bytes, which is none", UUID_TEXT, "03080000" EUI64 "01080000" EUI64,
	  IDENTITY_OTHER, "eui." EUI64 },
	{ "UUID, another, and an NGUID with the same bytes", UUID_TEXT,
	  "02100000" NGUID "03100000 0f1e2d3c4b5a69788796a5b4c3d2e1f0", IDENTITY_OTHER,
	  "uuid.0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0" },
	{ "UUID, an empty list", UUID_TEXT, "", IDENTITY_OTHER, NULL },
	{ "UUID, a list that is cut", UUID_TEXT, "03100000 0011", IDENTITY_OTHER,
	  "uuid.00110000-0000-0000-0000-000000000000" },
	{ "NGUID, the same", NGUID_TEXT, NGUID EUI64, IDENTITY_SAME, NULL },
	{ "NGUID, another", NGUID_TEXT, "ff112233445566778899aabbccddeeff" EUI64, IDENTITY_OTHER,
	  "eui.ff112233445566778899aabbccddeeff" },
	{ "NGUID, and now it has an EUI64 alone", NGUID_TEXT,
	  "00000000000000000000000000000000" EUI64, IDENTITY_OTHER, "eui." EUI64 },
	{ "EUI64, the same", "eui." EUI64, "00000000000000000000000000000000" EUI64, IDENTITY_SAME,
	  NULL },
	{ "NGUID, and now it has no name", NGUID_TEXT,
	  "00000000000000000000000000000000 0000000000000000 01", IDENTITY_OTHER, NULL },
	{ "EUI64, another", "eui." EUI64, "00000000000000000000000000000000 ff11223344556677",
	  IDENTITY_OTHER, "eui.ff11223344556677" },
	{ "NGUID, inactive", NGUID_TEXT, "", IDENTITY_GONE, NULL },
	{ "serial number alone", "nvme.1b36-64656164-51454d55-00000001", NGUID EUI64,
	  IDENTITY_UNKNOWN, NULL },
	{ "no WWID", NULL, NGUID EUI64, IDENTITY_UNKNOWN, NULL },
	{ "a WWID of no known form", "eui.0011", NGUID EUI64, IDENTITY_UNKNOWN, NULL },
	{ "a WWID with a letter that is no digit", "eui.001122334455667g", NGUID EUI64,
	  IDENTITY_UNKNOWN, NULL },
	{ "a WWID with half a byte", "eui." EUI64 "8",
	  "00000000000000000000000000000000" EUI64, IDENTITY_UNKNOWN, NULL },
	{ "a WWID with hyphens", "eui.00112233-44556677",
	  "00000000000000000000000000000000" EUI64, IDENTITY_SAME, NULL },
	{ "a WWID longer than any name", NGUID_TEXT NGUID "00", NGUID EUI64, IDENTITY_UNKNOWN,
	  NULL },
};

#define REPLY(list, data, length) &(struct nvme_identify_reply){ list, data, length }

static void nvme(void **state)
{
	const typeof(namespaces[0]) *row = *state;
	bool list = nvme_wwid_name(row->wwid) == NVME_NAME_UUID;
	struct arena *arena = unit_arena();
	uint8_t data[4096] = { 0 }, *bytes;
	size_t length;
	const char *now;

	bytes = unit_bytes(row->bytes, &length);
	if (length)
		memcpy(data + (list ? 0 : 104), bytes, length);
	assert_int_equal(nvme_identity(row->wwid, REPLY(list, data, sizeof(data)), arena, &now),
			 row->identity);
	assert_text(now, row->now);
	for (size_t i = 0; i < 140; i++) {
		uint8_t *cut = unit_copy(data, i);

		nvme_identity(row->wwid, REPLY(list, cut, i), arena, &now);
		free(cut);
	}
	free(bytes);
	arena_free(arena);
}

/* A reply that ends with the name, or within it. */
static const struct {
	const char *name;
	const char *wwid, *bytes;
	size_t missing; /* bytes at the end */
	enum identity identity;
} ends[] = {
	{ "UUID", UUID_TEXT, "03100000" NGUID, 0, IDENTITY_SAME },
	{ "UUID, but for its last byte", UUID_TEXT, "03100000" NGUID, 1, IDENTITY_OTHER },
	{ "UUID after an EUI64", UUID_TEXT, "01080000" EUI64 "03100000" NGUID, 0, IDENTITY_SAME },
	{ "UUID, and the head of the next one", UUID_TEXT, "03100000" NGUID "02100000", 0,
	  IDENTITY_SAME },
	{ "half a head", UUID_TEXT, "0310", 0, IDENTITY_OTHER },
};

static void nvme_ends(void **state)
{
	const typeof(ends[0]) *row = *state;
	struct arena *arena = unit_arena();
	size_t length;
	uint8_t *bytes = unit_bytes(row->bytes, &length), *data;
	const char *now;

	data = unit_copy(bytes, length - row->missing);
	assert_int_equal(nvme_identity(row->wwid, REPLY(true, data, length - row->missing), arena,
				       &now),
			 row->identity);
	assert_null(now);
	free(data);
	free(bytes);
	arena_free(arena);
}

/* Identify CNS 00h, up to the end of its names and one byte less. */
static void nvme_ends_whole(void **state)
{
	struct arena *arena = unit_arena();
	uint8_t data[128] = { [104] = 0x11, [127] = 0x22 };
	const char *now;

	(void)state;
	assert_int_equal(nvme_identity("eui.0000000000000022", REPLY(false, data, 128), arena,
				       &now),
			 IDENTITY_SAME);
	assert_int_equal(nvme_identity("eui.0000000000000022", REPLY(false, data, 127), arena,
				       &now),
			 IDENTITY_OTHER);
	assert_string_equal(now, "eui.11000000000000000000000000000000");
	assert_int_equal(nvme_identity("eui.11000000000000000000000000000000",
				       REPLY(false, data, 120), arena, &now),
			 IDENTITY_SAME);
	assert_int_equal(nvme_identity("eui.11000000000000000000000000000000",
				       REPLY(false, data, 119), arena, &now),
			 IDENTITY_OTHER);
	arena_free(arena);
}

#define LUN_NAA "01030010 6001405ab0000000 0000000000000000 "
#define ONE_PORT "51940004 00000001 "

static const struct {
	const char *name, *page;
	int port;
	size_t whole; /* from this length on, the page includes the port; 0: it does not */
} ports[] = {
	{ "LIO",
	  "00830090 " LUN_NAA "02010018 4c494f2d4f52472046494c45494f3a6c6162303030303000 " ONE_PORT
	  "51950004 00000001 51060004 00000000 "
	  "53980024 69716e2e323032362d30312e6c61623a7461726765742e312c742c30783030303100000 0"
	  "53a8001c 69716e2e323032362d30312e6c61623a7461726765742e3100000000", 1, 60 },
	{ "alone", "00830008 " ONE_PORT, 1, 12 },
	{ "the largest", "00830008 51940004 0000ffff", 65535, 12 },
	{ "port 256", "00830008 51940004 00000100", 256, 12 },
	{ "reserved bytes before it", "00830008 51940004 ffff0002", 2, 12 },
	{ "no protocol", "00830008 01140004 00000003", 3, 12 },
	{ "the first of two", "00830010 51940004 00000003 51940004 00000004", 3, 12 },
	{ "after an empty designator", "0083000c 01000000 51940004 00000003", 3, 16 },
	{ "port 0, which is none", "00830008 51940004 00000000", -1, 0 },
	{ "page longer than what came", "0083ffff " ONE_PORT, 1, 12 },
	{ "after the page's end", "00830014 " LUN_NAA ONE_PORT, -1, 0 },
	{ "empty page", "00830000", -1, 0 },
	{ "empty page and more", "00830000 " ONE_PORT, -1, 0 },
	{ "none of them", "00830014 " LUN_NAA, -1, 0 },
	{ "the logical unit's", "00830008 01040004 00000001", -1, 0 },
	{ "the target's", "00830008 51a40004 00000001", -1, 0 },
	{ "the port group's", "00830008 51950004 00000001", -1, 0 },
	{ "too short", "00830006 51940002 0001", -1, 0 },
	{ "too long", "0083000c 51940008 0000000000000001", -1, 0 },
	{ "one byte longer than the page", "00830007 " ONE_PORT, -1, 0 },
	{ "longer than the page", "00830008 51940005 00000001", -1, 0 },
	{ "longer than 255 bytes would be", "00830008 519400ff 00000001", -1, 0 },
	{ "after one that is longer than the page", "00830010 010300ff 00000000 51940004 00000001",
	  -1, 0 },
	{ "after one that ends in it", "00830010 01030006 00000000 51940004 00000001", -1, 0 },
	{ "page ends in a designator's head", "00830003 519400", -1, 0 },
	{ "another page", "00800008 " ONE_PORT, -1, 0 },
};

static void target_port(void **state)
{
	const typeof(ports[0]) *row = *state;
	size_t length;
	uint8_t *page = unit_bytes(row->page, &length);

	assert_int_equal(scsi_vpd_target_port(page, length), row->port);
	for (size_t part = 0; part < length; part++) {
		uint8_t *cut = unit_copy(page, part);

		assert_int_equal(scsi_vpd_target_port(cut, part),
				 row->whole && part >= row->whole ? row->port : -1);
		free(cut);
	}
	free(page);
}

/* INQUIRY: SPC-4 6.4. */
static const struct {
	const char *name;
	bool vital;
	uint16_t allocation;
	uint8_t cdb[SCSI_INQUIRY_CDB_SIZE];
} cdbs[] = {
	{ "standard data", false, 36, { 0x12, 0, 0, 0, 36, 0 } },
	{ "page 83h", true, 255, { 0x12, 1, 0x83, 0, 255, 0 } },
	{ "a long page 83h", true, 0x1234, { 0x12, 1, 0x83, 0x12, 0x34, 0 } },
};

static void inquiry(void **state)
{
	const typeof(cdbs[0]) *row = *state;
	uint8_t made[SCSI_INQUIRY_CDB_SIZE];

	memset(made, 0xff, sizeof(made));
	scsi_inquiry_cdb(made, row->vital, row->allocation);
	assert_memory_equal(made, row->cdb, sizeof(made));
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, inquiry, cdbs);
	UNIT_TABLE(&unit, scsi, pages);
	UNIT_TABLE(&unit, scsi_exact, exact);
	UNIT_TABLE(&unit, maps, named);
	UNIT_TABLE(&unit, target_port, ports);
	UNIT_TEST(&unit, scsi_other_page);
	UNIT_TABLE(&unit, nvme, namespaces);
	UNIT_TABLE(&unit, nvme_ends, ends);
	UNIT_TEST(&unit, nvme_ends_whole);
	return unit_run(&unit, "identity");
}
