// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Documents are valid even if devices and users write text that is not UTF-8; lab/check validates
 * documents against the schema.
 */
#include "unit.h"

#include <jansson.h>

#include "output.h"
#include "states.h"

#define BAD "a\xff\xfe"
#define CLEAN "a??"

static struct registrant registrants[] = { { 0xffffffffffffffff, Y, { BAD, 1 }, N, N, false } };

static struct result bad(struct arena *arena)
{
	static struct note warning = { BAD, NULL };

	return (struct result){
		.argument = BAD,
		.label = BAD,
		.arena = arena,
		.outcome.changed = N,
		.warnings = &warning,
		.outcome.status = STATUS_FAILED,
		.outcome.reason = REASON_PATH,
		.outcome.step = STEP_READ,
		.outcome.message = BAD,
		.lun = { .name = BAD,
			 .node = BAD,
			 .wwid = BAD,
			 .vendor = BAD,
			 .model = BAD,
			 .state = BAD },
		.state = { .source = SOURCE_FULL_STATUS,
			   .type = WE,
			   .key = 0xffffffffffffffff,
			   .generation = UINT32_MAX,
			   .registrants = registrants,
			   .count = 1 },
	};
}

/* A path into the document, and the value there. */
static const struct {
	const char *name;
	const char *keys[3];
	const char *text;
} places[] = {
	{ "the argument", { "argument" }, CLEAN },
	{ "the device", { "device" }, CLEAN },
	{ "the message", { "error", "message" }, CLEAN },
	{ "the vendor", { "lun", "vendor" }, CLEAN },
	{ "the model", { "lun", "model" }, CLEAN },
	{ "the WWID", { "lun", "wwid" }, CLEAN },
	{ "a warning", { "warnings", "0" }, CLEAN },
	{ "a path", { "paths", "0", "device" }, CLEAN },
	{ "the state of a path", { "paths", "0", "state" }, CLEAN },
	{ "an initiator", { "registrants", "0", "initiator" }, CLEAN },
	{ "a key of 64 bits", { "registrants", "0", "key" }, "0xffffffffffffffff" },
	{ "the holder's", { "reservation", "key" }, "0xffffffffffffffff" },
	{ "what is UTF-8 stays", { "argument" }, NULL },
};

static void place(void **state)
{
	const typeof(places[0]) *row = *state;
	const char *expected = row->text ? row->text : "/dev/\xc3\xa4";
	struct arena *arena = unit_arena();
	struct result result = bad(arena);
	struct results results = { .arena = arena, .first = &result };
	struct request request = { .command = COMMAND_STATUS, .command_name = "status" };
	char *text;
	size_t size;
	FILE *file = open_memstream(&text, &size);
	json_t *document, *value;
	const char *cause;

	assert_non_null(file);
	assert_int_equal(output_json_load(&cause), 0);
	if (!row->text)
		result.argument = expected;
	assert_int_equal(output_json(file, &request, &results), 0);
	fclose(file);
	document = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(document);
	value = json_array_get(json_object_get(document, "devices"), 0);
	for (size_t i = 0; i < COUNT_OF(row->keys) && row->keys[i]; i++)
		value = json_is_array(value) ? json_array_get(value, 0)
					     : json_object_get(value, row->keys[i]);
	assert_text(json_string_value(value), expected);
	json_decref(document);
	free(text);
	arena_free(arena);
}

/* Who holds, by "type key holders..."; "?" is null. */
static const struct {
	const char *name;
	struct resv_state state;
	const char *text;
} holdings[] = {
	{ "nobody", STATE(1, RESV_NONE, 0, OWN(0xa, N)), "none 0x0" },
	{ "one", STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xb, N)),
	  "write-exclusive-reg-only 0xa 0xa" },
	{ "all", STATE(1, WEAR, 0, OWN(0xa, Y), OTHER(0xb, Y)),
	  "write-exclusive-all-regs 0x0 0xa 0xb" },
	{ "one of two with its key", STATE(1, WERO, 0xa, ANY(0xa, U), ANY(0xa, U), ANY(0xb, N)),
	  "write-exclusive-reg-only 0xa 0xa" },
	{ "one that is not listed", STATE(1, WERO, 0xc, OWN(0xa, U)),
	  "write-exclusive-reg-only 0xc ?" },
};

static void holding(void **state)
{
	const typeof(holdings[0]) *row = *state;
	struct arena *arena = unit_arena();
	struct result result = bad(arena);
	struct results results = { .arena = arena, .first = &result };
	struct request request = { .command = COMMAND_STATUS, .command_name = "status" };
	char *text, said[128];
	size_t size;
	FILE *file = open_memstream(&text, &size);
	json_t *document, *held, *holders;
	const char *cause;

	assert_non_null(file);
	assert_int_equal(output_json_load(&cause), 0);
	result.state = row->state;
	assert_int_equal(output_json(file, &request, &results), 0);
	fclose(file);
	document = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	held = json_object_get(json_array_get(json_object_get(document, "devices"), 0),
			       "reservation");
	holders = json_object_get(held, "holders");
	snprintf(said, sizeof(said), "%s %s%s",
		 json_string_value(json_object_get(held, "type")),
		 json_string_value(json_object_get(held, "key")),
		 json_is_null(holders) ? " ?" : "");
	for (size_t i = 0; i < json_array_size(holders); i++)
		snprintf(said + strlen(said), sizeof(said) - strlen(said), " %s",
			 json_string_value(json_array_get(holders, i)));
	assert_string_equal(said, row->text);
	json_decref(document);
	free(text);
	arena_free(arena);
}

/* After how many allocations of jansson one fails; less than 0: none fails. */
static int left;

static void *counted(size_t size)
{
	return left-- == 0 ? NULL : malloc(size);
}

static int written(char **text)
{
	struct arena *arena = unit_arena();
	struct result result = bad(arena);
	struct results results = { .arena = arena, .first = &result };
	struct request request = { .command = COMMAND_STATUS, .command_name = "status" };
	size_t size;
	FILE *file = open_memstream(text, &size);
	int err;

	assert_non_null(file);
	err = output_json(file, &request, &results);
	fclose(file);
	arena_free(arena);
	return err;
}

/* A document is whole, or there is none. */
static void no_memory(void **state)
{
	const char *cause;
	char *whole, *text;
	int err = -1;

	(void)state;
	assert_int_equal(output_json_load(&cause), 0);
	json_set_alloc_funcs(counted, free);
	left = -1;
	assert_int_equal(written(&whole), 0);
	for (int i = 0; err; i++) {
		left = i;
		err = written(&text);
		if (!err && strcmp(text, whole) != 0)
			fail_msg("after %d allocations it says\n%s", i, text);
		free(text);
	}
	json_set_alloc_funcs(malloc, free);
	free(whole);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, place, places);
	UNIT_TABLE(&unit, holding, holdings);
	UNIT_TEST(&unit, no_memory);
	return unit_run(&unit, "output_json");
}
