// SPDX-License-Identifier: GPL-2.0-or-later
/* The records of a LUN as text: any bytes are either read exactly as they are, or refused. */
#include "unit.h"

#include "store/records_text.h"

#define WWID "naa.6001405abc"
#define OWN "own"
#define UNFENCED "in"
#define HEAD "prctl 1\nlun " WWID "\n"

#define EIGHT(n) "port " n "0\nport " n "1\nport " n "2\nport " n "3\nport " n "4\nport " n \
	"5\nport " n "6\nport " n "7\n"
#define PORTS EIGHT("a") EIGHT("b") EIGHT("c") EIGHT("d")

static const struct {
	const char *name;
	const char *text;
	const char *wrong; /* a part of the clause; NULL: it is valid */
} texts[] = {
	{ "nothing but the LUN", HEAD "end\n", NULL },
	{ "all kinds",
	  HEAD OWN " 0xa boot-1\nabort 0xb open 0 iqn.2026-01.lab%3ahost-2\nabort 0xc proven 17\n"
	  "abort 0xd confirmed 4294967295 a b c\nend\n", NULL },
	{ "an abort of all", HEAD "abort all open 3\nend\n", NULL },
	{ "a generation that stands still", HEAD OWN " 0xa boot-1\nstill\nabort 0xb open 0\nend\n",
	  NULL },
	{ "a volatile registration", HEAD OWN " 0xa boot-1\nvolatile\nend\n", NULL },
	{ "twice volatile", HEAD OWN " 0xa boot-1\nvolatile\nvolatile\nend\n", "invalid line" },
	{ "volatile, with too much", HEAD OWN " 0xa boot-1\nvolatile 1\nend\n", "invalid line" },
	{ "a lost registration", HEAD OWN " 0xa boot-1\nlost\nend\n", NULL },
	{ "twice lost", HEAD OWN " 0xa boot-1\nlost\nlost\nend\n", "invalid line" },
	{ "lost, with too much", HEAD OWN " 0xa boot-1\nlost 1\nend\n", "invalid line" },
	{ "two paths that share a registration",
	  HEAD "still\nshares 0x1 1 iqn.a\nshares 0x1 2 iqn.a\nabort 0xb open 0\nend\n", NULL },
	{ "a path that shares one of two registrations",
	  HEAD "shares 0x1 1 fc%3a0x1\nshares 0x2 all fc%3a0x2\nshares 0x3 - fc%3a0x1\nend\n",
	  NULL },
	{ "shared by nobody", HEAD "shares\nend\n", "invalid line" },
	{ "shared by no port", HEAD "shares 0x1\nend\n", "invalid line" },
	{ "shared by no initiator", HEAD "shares 0x1 1\nend\n", "invalid line" },
	{ "shared in no group", HEAD "shares 0x0 1 iqn.a\nend\n", "invalid line" },
	{ "shared in a group that is no number", HEAD "shares one 1 iqn.a\nend\n",
	  "invalid line" },
	{ "shared by port 0", HEAD "shares 0x1 0 iqn.a\nend\n", "invalid line" },
	{ "shared by port 65536", HEAD "shares 0x1 65536 iqn.a\nend\n", "invalid line" },
	{ "shared by one path twice", HEAD "shares 0x1 1 iqn.a\nshares 0x2 1 iqn.a\nend\n",
	  "invalid line" },
	{ "shared, with too much", HEAD "shares 0x1 1 iqn.a 1\nend\n", "invalid line" },
	{ "an arbiter", HEAD OWN " 0xa boot-1\narbiter boot-1\nend\n", NULL },
	{ "shared by no kind", HEAD "shared\nend\n", "invalid line" },
	{ "shared by a kind, with too much", HEAD "shared host 1\nend\n", "invalid line" },
	{ "twice an arbiter", HEAD "arbiter boot-1\narbiter boot-1\nend\n", "invalid line" },
	{ "an arbiter in no boot", HEAD "arbiter\nend\n", "invalid line" },
	{ "twice still", HEAD "still\nstill\nend\n", "invalid line" },
	{ "still, with too much", HEAD "still 1\nend\n", "invalid line" },
	{ "an abort of all twice", HEAD "abort all open 3\nabort all proven 3\nend\n",
	  "invalid line" },
	{ "an empty file", "", "not a prctl file" },
	{ "something else", "{ \"prctl\": 1 }\n", "not a prctl file" },
	{ "a later version", "prctl 2\nlun " WWID "\nend\n", "another version" },
	{ "another LUN's", "prctl 1\nlun naa.other\nend\n", "about another LUN" },
	{ "no LUN", "prctl 1\nend\n", "about another LUN" },
	{ "cut off after the head", HEAD, "truncated" },
	{ "cut off in a line", HEAD "abort 0xb open", "invalid line" },
	{ "cut off after a line", HEAD "abort 0xb open 0\n", "truncated" },
	{ "more after the end", HEAD "end\nabort 0xb open 0\n", "data after the end" },
	{ "an unknown line", HEAD "believe me\nend\n", "invalid line" },
	{ "an unknown proof", HEAD "abort 0xb perhaps 0\nend\n", "invalid line" },
	{ "a bare key", HEAD "abort b open 0\nend\n", "invalid line" },
	{ "no key at all", HEAD "abort 0x0 open 0\nend\n", "invalid line" },
	{ "a key that is too long", HEAD "abort 0x10000000000000000 open 0\nend\n",
	  "invalid line" },
	{ "no generation", HEAD "abort 0xb open\nend\n", "invalid line" },
	{ "a negative generation", HEAD "abort 0xb open -1\nend\n", "invalid line" },
	{ "a generation that is too great", HEAD "abort 0xb open 4294967296\nend\n",
	  "invalid line" },
	{ "a generation of too many digits",
	  HEAD "abort 0xb open 00000000000000000000000000001\nend\n", "invalid line" },
	{ "a victim twice", HEAD "abort 0xb open 0\nabort 0xb proven 0\nend\n", "invalid line" },
	{ "two own keys", HEAD OWN " 0xa x\n" OWN " 0xb x\nend\n", "invalid line" },
	{ "an own key without a boot", HEAD OWN " 0xa\nend\n", "invalid line" },
	{ "an own key with too much", HEAD OWN " 0xa x y\nend\n", "invalid line" },
	{ "unfenced", HEAD OWN " 0xa x\n" UNFENCED " x\nend\n", NULL },
	{ "unfenced, and not registered any more", HEAD UNFENCED " x\nend\n", NULL },
	{ "unfenced, by a host", HEAD OWN " 0xa x\n" UNFENCED " x\nhost iqn%3ax\nend\n", NULL },
	{ "names", HEAD OWN " 0xa x\n" UNFENCED " x\nname %2fdev%2fsdb\nname UUID%3d1\nend\n",
	  NULL },
	{ "a name that is none", HEAD "name\nend\n", "invalid line" },
	{ "too many names",
	  HEAD "name 1\nname 2\nname 3\nname 4\nname 5\nname 6\nname 7\nname 8\nname 9\nend\n",
	  "invalid line" },
	{ "ports", HEAD OWN " 0xa x\nhost fc%3a0x1\nport fc%3a0x1\nport fc%3a0x2\nend\n", NULL },
	{ "a port twice", HEAD "port x\nport x\nend\n", "invalid line" },
	{ "a port that is none", HEAD "port\nend\n", "invalid line" },
	{ "a port with too much", HEAD "port x y\nend\n", "invalid line" },
	{ "32 ports", HEAD OWN " 0xa x\n" PORTS "end\n", NULL },
	{ "too many ports", HEAD PORTS "port 33\nend\n", "invalid line" },
	{ "two hosts", HEAD "host x\nhost y\nend\n", "invalid line" },
	{ "unfenced twice", HEAD UNFENCED " x\n" UNFENCED " y\nend\n", "invalid line" },
	{ "unfenced without a boot", HEAD UNFENCED "\nend\n", "invalid line" },
	{ "unfenced with too much", HEAD UNFENCED " x y\nend\n", "invalid line" },
	{ "a host that is no word", HEAD "abort 0xb open 0 a/b\nend\n", "invalid line" },
	{ "a host with a NUL in it", HEAD "abort 0xb open 0 a%00\nend\n", "invalid line" },
	{ "a host with half a character", HEAD "abort 0xb open 0 a%4\nend\n", "invalid line" },
	{ "too many hosts",
	  HEAD "abort 0xb open 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17\nend\n",
	  "invalid line" },
};

static void text(void **state)
{
	const typeof(texts[0]) *row = *state;
	struct arena *arena = unit_arena();
	struct lun_records lun;
	const char *wrong = records_parse(arena, row->text, strlen(row->text), WWID, &lun);
	char *again;
	size_t length;

	assert_string_equal(lun.wwid, WWID);
	if (row->wrong) {
		assert_non_null(wrong);
		assert_non_null(strstr(wrong, row->wrong));
		assert_true(records_are_empty(&lun));
	} else {
		assert_null(wrong);
		again = records_format(&lun, &length);
		assert_string_equal(again, row->text);
		assert_int_equal(length, strlen(row->text));
		free(again);
	}
	arena_free(arena);
}

static void all_of_it(void **state)
{
	static const char text[] = HEAD OWN " 0xa boot-1\nabort 0xb open 3 iqn%3ax y\nend\n";
	struct arena *arena = unit_arena();
	struct lun_records lun;

	(void)state;
	assert_null(records_parse(arena, text, strlen(text), WWID, &lun));
	assert_int_equal(lun.own, 0xa);
	assert_string_equal(lun.boot, "boot-1");
	assert_null(records_abort(&lun, 0xa));
	assert_int_equal(records_abort(&lun, 0xb)->proof, RECORD_OPEN);
	assert_int_equal(lun.aborts->generation, 3);
	assert_int_equal(lun.aborts->host_count, 2);
	assert_string_equal(lun.aborts->hosts[0], "iqn:x");
	arena_free(arena);
}

/* A line that is not written any more: all the rest counts. */
static void shared(void **state)
{
	static const char before[] = HEAD OWN " 0xa boot-1\n", after[] = "abort 0xb open 3\nend\n";
	struct arena *arena = unit_arena();
	struct lun_records lun;
	const char *old = arena_printf(arena, "%sshared initiator\n%s", before, after);
	char *again;
	size_t length;

	(void)state;
	assert_null(records_parse(arena, old, strlen(old), WWID, &lun));
	assert_null(lun.sharers);
	again = records_format(&lun, &length);
	assert_string_equal(again, arena_printf(arena, "%s%s", before, after));
	free(again);
	arena_free(arena);
}

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 16;
}

/* If bytes can be read, the result is written as bytes that read as the same. */
static void any_bytes(void **state)
{
	static const char good[] = HEAD OWN
		" 0xa boot-1\nabort 0xb open 0 iqn.2026-01.lab%3ahost-2\nabort 0xc proven 17\n"
		"end\n";
	static const char tokens[] = " \n%0x";
	uint32_t seed = 20260101;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct arena *arena = arena_new(1 << 16);
		size_t length = round % 2 ? sizeof(good) - 1 : next_random(&seed) % sizeof(good),
			size;
		uint8_t *bytes = unit_copy((const uint8_t *)good, length);
		struct lun_records lun, same;
		char *text;

		for (unsigned int n = next_random(&seed) % 4; length && n; n--)
			bytes[next_random(&seed) % length] =
				(uint8_t)(round % 3 ? next_random(&seed)
						    : (uint32_t)tokens[next_random(&seed) % 5]);
		if (!records_parse(arena, (const char *)bytes, length, WWID, &lun)) {
			text = records_format(&lun, &size);
			assert_null(records_parse(arena, text, size, WWID, &same));
			free(text);
		}
		free(bytes);
		arena_free(arena);
	}
}

static void too_long(void **state)
{
	struct arena *arena = unit_arena();
	char *text = calloc(1, RECORDS_SIZE_MAX + 2);
	struct lun_records lun;

	(void)state;
	memset(text, 'a', RECORDS_SIZE_MAX + 1);
	assert_non_null(strstr(records_parse(arena, text, RECORDS_SIZE_MAX + 1, WWID, &lun),
		"too long"));
	text[3] = '\0';
	assert_non_null(strstr(records_parse(arena, text, 10, WWID, &lun), "NUL"));
	free(text);
	arena_free(arena);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, text, texts);
	UNIT_TEST(&unit, all_of_it);
	UNIT_TEST(&unit, shared);
	UNIT_TEST(&unit, any_bytes);
	UNIT_TEST(&unit, too_long);
	return unit_run(&unit, "records_text");
}
