// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The whole table of status: its layouts, its widths, and the sentence under each device.
 */
#include "unit.h"

#include "columns.h"
#include "output.h"
#include "states.h"

#define DISK(disk, ...) { .label = "/dev/" disk, .lun = { .name = disk, .node = "/dev/" disk, \
	.wwid = "naa.6001", \
	.vendor = "LIO-ORG", .model = "P 2000", .state = "running", .nexus = { HOST_1 SESSION_1, \
	1 } }, \
	.state = __VA_ARGS__ }
#define PATH(disk, now, session) { .lun.name = disk, .lun.node = "/dev/" disk, .lun.state = now, \
	.lun.nexus = { HOST_1 session, 1 } }

/* A map's paths are linked by the test. */
static struct result of_paths;
static struct result path_b = PATH("sdb", "running", SESSION_1),
	path_c = PATH("sdc", "offline", SESSION_2);

#define FAILED { .label = "/dev/sdx", .outcome.status = STATUS_FAILED }

static const struct {
	const char *name;
	const char *output; /* of --output; NULL: not given */
	bool noheadings;
	const char *width; /* in COLUMNS; NULL: no terminal */
	struct result results[3];
	const char *text;
} tables[] = {
	{ "nothing registered: a line a disk, and no words",
	  NULL,
	  false,
	  NULL,
	  { DISK("sdb", EMPTY(1)), DISK("sdc", EMPTY(1)) },
	  "DEVICE   RESERVATION KEY HOLDER HOST INITIATOR WWID     VENDOR  MODEL\n"
	  "/dev/sdb -           -   -      -    -         naa.6001 LIO-ORG P 2000\n"
	  "/dev/sdc -           -   -      -    -         naa.6001 LIO-ORG P 2000\n" },
	{ "a group a disk: its data once, and the words that end it",
	  NULL,
	  false,
	  NULL,
	  { DISK("sdb", STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xb, N))), DISK("sdc", EMPTY(1)) },
	  "DEVICE   RESERVATION              KEY HOLDER HOST INITIATOR              WWID     "
	  "VENDOR  MODEL\n"
	  "/dev/sdb write-exclusive-reg-only 0xa holds  this iqn.2026-01.lab:host-1 naa.6001 "
	  "LIO-ORG P 2000\n"
	  "                                  0xb -      -    iqn.2026-01.lab:host-2\n"
	  "  write-exclusive-reg-only: only registered hosts may write; 0xa (this host) holds it\n"
	  "/dev/sdc -                        -   -      -    -                      naa.6001 "
	  "LIO-ORG P 2000\n" },
	{ "a narrow terminal: fewer columns, and words in lines",
	  NULL,
	  false,
	  "60",
	  { DISK("sdb", STATE(1, WERO, 0xb, OTHER(0xb, Y), THIRD(0xc, N))) },
	  "DEVICE   KEY HOLDER HOST INITIATOR\n"
	  "/dev/sdb 0xb holds  -    iqn.2026-01.lab:host-2\n"
	  "         0xc -      -    iqn.2026-01.lab:host-3\n"
	  "  write-exclusive-reg-only: only registered hosts may write;\n"
	  "  0xb (iqn.2026-01.lab:host-2) holds it;\n"
	  "  this host is not registered, and may not write\n" },
	{ "without headings: every row whole, no words, a blank in a cell is \\x20",
	  NULL,
	  true,
	  "60",
	  { DISK("sdb", STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xb, N))) },
	  "/dev/sdb write-exclusive-reg-only 0xa - holds this iqn.2026-01.lab:host-1 /dev/sdb "
	  "naa.6001 LIO-ORG P\\x202000\n"
	  "/dev/sdb write-exclusive-reg-only 0xb - - - iqn.2026-01.lab:host-2 - naa.6001 LIO-ORG "
	  "P\\x202000\n" },
	{ "--output: these columns in this order, whatever the terminal",
	  "KEY,DEVICE,MODEL",
	  false,
	  "10",
	  { DISK("sdb", STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xb, N))) },
	  "KEY DEVICE   MODEL\n"
	  "0xa /dev/sdb P 2000\n"
	  "0xb /dev/sdb P 2000\n" },
	{ "--output without headings",
	  "KEY,HOST",
	  true,
	  NULL,
	  { DISK("sdb", STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xb, N))) },
	  "0xa this\n"
	  "0xb -\n" },
	{ "a map: the path of each registrant, and the path that lacks its key",
	  NULL,
	  false,
	  "100",
	  { { .label = "/dev/mapper/m",
	      .lun = { .name = "dm-0", .node = "/dev/mapper/m" },
	      .paths = &path_b,
	      .state = STATE(1, WERO, 0xb, OWN(0xa, N), OTHER(0xb, Y)) } },
	  "DEVICE        RESERVATION              KEY HOLDER HOST INITIATOR              PATH     "
	  "WWID MODEL\n"
	  "/dev/mapper/m write-exclusive-reg-only 0xa -      this iqn.2026-01.lab:host-1 /dev/sdb "
	  "?    ?\n"
	  "                                       0xb holds  -    iqn.2026-01.lab:host-2 -\n"
	  "                                       -   -      this iqn.2026-01.lab:host-1 /dev/sdc\n"
	  "  write-exclusive-reg-only: only registered hosts may write; 0xb "
	  "(iqn.2026-01.lab:host-2) holds it;\n"
	  "  /dev/sdc (offline) has no key: writes through it fail\n" },
	{ "a map of which nothing is registered",
	  NULL,
	  false,
	  "70",
	  { { .label = "/dev/mapper/m",
	      .lun = { .name = "dm-0", .node = "/dev/mapper/m" },
	      .paths = &path_b,
	      .state = EMPTY(1) } },
	  "DEVICE        RESERVATION KEY HOLDER HOST INITIATOR PATH WWID MODEL\n"
	  "/dev/mapper/m -           -   -      -    -         -    ?    ?\n" },
	{ "a blank in a map's name, which its node has as \\x20",
	  "DEVICE,KEY",
	  false,
	  NULL,
	  { { .label = "/dev/mapper/a\\x20map",
	      .lun = { .name = "dm-0", .node = "/dev/mapper/a\\x20map" },
	      .state = EMPTY(1) } },
	  "DEVICE               KEY\n"
	  "/dev/mapper/a\\x20map -\n" },
	{ "a blank in a map's name, without headings",
	  "DEVICE,KEY",
	  true,
	  NULL,
	  { { .label = "/dev/mapper/a\\x20map",
	      .lun = { .name = "dm-0", .node = "/dev/mapper/a\\x20map" },
	      .state = EMPTY(1) } },
	  "/dev/mapper/a\\x20map -\n" },
	{ "what is not ASCII",
	  "DEVICE,KEY",
	  false,
	  NULL,
	  { { .label = "/dev/\xc3\xa4", .lun.name = "sdb", .state = EMPTY(1) } },
	  "DEVICE        KEY\n"
	  "/dev/\\xc3\\xa4 -\n" },
	{ "who is not known",
	  NULL,
	  false,
	  "60",
	  { DISK("sdb", STATE(1, WE, 0xa, ANY(0xa, U), ANY(0xa, U))) },
	  "DEVICE   RESERVATION     KEY HOLDER HOST INITIATOR WWID\n"
	  "/dev/sdb write-exclusive 0xa ?      ?    ?         naa.6001\n"
	  "                         0xa ?      ?    ?\n"
	  "  write-exclusive: only the holder may write;\n"
	  "  one of the 2 registrants with key 0xa holds it; the device does not say which;\n"
	  "  it is unknown whether this host is registered\n" },
	{ "what failed has no row",
	  NULL,
	  false,
	  NULL,
	  { FAILED, DISK("sdc", EMPTY(1)) },
	  "DEVICE   RESERVATION KEY HOLDER HOST INITIATOR WWID     VENDOR  MODEL\n"
	  "/dev/sdc -           -   -      -    -         naa.6001 LIO-ORG P 2000\n" },
	{ "all failed: not even headings", NULL, false, NULL, { FAILED }, "" },
	{ "the other columns",
	  "NODE,SIZE,TRANSPORT,PORT,PATHSTATE,GENERATION,SOURCE",
	  true,
	  NULL,
	  { DISK("sdb", STATE(7, WE, 0xb, OWN(0xa, N), OTHER(0xb, Y), ANY(0xc, N))) },
	  "/dev/sdb ? none 1 running 7 scsi_read_full_status\n"
	  "/dev/sdb ? none 1 - 7 scsi_read_full_status\n"
	  "/dev/sdb ? none ? ? 7 scsi_read_full_status\n" },
};

static void table(void **state)
{
	const typeof(tables[0]) *row = *state;
	struct arena *arena = unit_arena();
	struct results results = { .arena = arena, .end = &results.first };
	struct column_choice choice;
	struct request request = { .command = COMMAND_STATUS, .noheadings = row->noheadings };
	struct result list[3];
	const char *word;
	char *text;
	size_t size;
	FILE *file = open_memstream(&text, &size);

	assert_non_null(file);
	path_b.next = &path_c;
	path_b.map = path_c.map = &of_paths;
	of_paths.paths = &path_b;
	for (size_t i = 0; i < 3 && row->results[i].label; i++) {
		list[i] = row->results[i];
		list[i].arena = arena;
		for (struct result *path = list[i].paths; path; path = path->next)
			path->arena = arena;
		*results.end = &list[i];
		results.end = &list[i].next;
	}
	if (row->output) {
		assert_int_equal(columns_parse(row->output, &choice, &word, &size), COLUMN_OK);
		request.columns = &choice;
	}
	if (row->width)
		setenv("COLUMNS", row->width, 1);
	else
		unsetenv("COLUMNS");
	assert_int_equal(output_table(file, &request, &results), 0);
	fclose(file);
	assert_string_equal(text, row->text);
	free(text);
	arena_free(arena);
}

/* The sentence for a state. */
static const struct {
	const char *name;
	struct resv_state state;
	const char *text;
} words[] = {
	{ "nothing is reserved", STATE(1, RESV_NONE, 0, OWN(0xa, N)),
	  "nothing is reserved: every host may write" },
	{ "nor is this host registered", STATE(1, RESV_NONE, 0, OTHER(0xb, N)),
	  "nothing is reserved: every host may write; this host is not registered" },
	{ "only another", STATE(1, WE, 0xb, OWN(0xa, N), OTHER(0xb, Y)),
	  "write-exclusive: only the holder may write; 0xb (" HOST_2
	  ") holds it; this host may not write" },
	{ "only this host", STATE(1, EA, 0xa, OWN(0xa, Y), OTHER(0xb, N)),
	  "exclusive-access: only the holder may read or write; 0xa (this host) holds it" },
	{ "this host by another path", STATE(1, WE, 0xa, OWN_2(0xa, Y), OTHER(0xb, N)),
	  "write-exclusive: only the holder may write; 0xa (" HOST_1
	  ", another path of this host) holds it" },
	{ "readers are kept out, too", STATE(1, EA, 0xb, OTHER(0xb, Y)),
	  "exclusive-access: only the holder may read or write; "
	  "0xb (" HOST_2
	  ") holds it; this host is not registered, and may neither read nor write" },
	{ "registered readers", STATE(1, EARO, 0xb, OTHER(0xb, Y)),
	  "exclusive-access-reg-only: only registered hosts may read "
	  "or write; 0xb (" HOST_2
	  ") holds it; this host is not registered, and may neither read nor write" },
	{ "all hold", STATE(1, WEAR, 0, OWN(0xa, Y), OTHER(0xb, Y)),
	  "write-exclusive-all-regs: only registered hosts may write; each registrant holds it" },
	{ "all hold, and readers are kept out", STATE(1, EAAR, 0, OTHER(0xb, Y)),
	  "exclusive-access-all-regs: only registered "
	  "hosts may read or write; each registrant holds it; this host is not registered, and "
	  "may neither read nor write" },
	{ "a type without a name", STATE(1, RESV_OTHER, 0xb, OWN(0xa, N), OTHER(0xb, Y)),
	  "reserved with the unknown type 0xf; 0xb (" HOST_2 ") holds it" },
	{ "whose this one is may be nobody's", STATE(1, WE, 0xb, ANY(0xb, Y)),
	  "write-exclusive: only the holder may write; 0xb holds it; it is unknown whether this "
	  "host is registered" },
};

static void said(void **state)
{
	const typeof(words[0]) *row = *state;
	struct arena *arena = unit_arena();
	struct result result = DISK("sdb", row->state);
	struct results results = { .arena = arena, .first = &result };
	struct request request = { .command = COMMAND_STATUS };
	char *text, *line;
	size_t size;
	FILE *file = open_memstream(&text, &size);

	assert_non_null(file);
	unsetenv("COLUMNS");
	result.arena = arena;
	assert_int_equal(output_table(file, &request, &results), 0);
	fclose(file);
	text[size - 1] = '\0';
	line = strrchr(text, '\n');
	assert_non_null(line);
	assert_memory_equal(line, "\n  ", 3);
	assert_string_equal(line + 3, row->text);
	free(text);
	arena_free(arena);
}

static const struct {
	const char *name;
	uint64_t size;
	const char *text;
} sizes[] = {
	{ "not known", 0, "?\n" },
	{ "bytes", 512, "512B\n" },
	{ "round", UINT64_C(16) << 20, "16M\n" },
	{ "with a decimal", UINT64_C(1536) << 30, "1.5T\n" },
	{ "rounded", 1000204886016, "931.5G\n" },
	{ "as large as it can be", UINT64_MAX, "16E\n" },
};

static void size(void **state)
{
	const typeof(sizes[0]) *row = *state;
	struct arena *arena = unit_arena();
	struct result result = DISK("sdb", EMPTY(1));
	struct results results = { .arena = arena, .first = &result };
	struct column_choice choice;
	struct request request = { .command = COMMAND_STATUS, .noheadings = true,
		.columns = &choice };
	const char *word;
	char *text;
	size_t length;
	FILE *file = open_memstream(&text, &length);

	assert_non_null(file);
	assert_int_equal(columns_parse("SIZE", &choice, &word, &length), COLUMN_OK);
	result.arena = arena;
	result.lun.size = row->size;
	assert_int_equal(output_table(file, &request, &results), 0);
	fclose(file);
	assert_string_equal(text, row->text);
	free(text);
	arena_free(arena);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, table, tables);
	UNIT_TABLE(&unit, said, words);
	UNIT_TABLE(&unit, size, sizes);
	return unit_run(&unit, "output_table");
}
