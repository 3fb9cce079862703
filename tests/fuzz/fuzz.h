/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Shared by the fuzzers: a reply in memory of exactly its size, so that AddressSanitizer detects
 * reads beyond it; and everything that is printed after decoding, which must be valid JSON, and
 * text without control characters.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/describe.h"
#include "model/nexus.h"
#include "model/state.h"
#include "output.h"

/*
 * Address space for a reply of a few thousand bytes and its text; more is needed only by code
 * without a limit.
 */
#define FUZZ_ARENA ((size_t)64 << 20)

#define MUST(what) \
	do { \
		if (!(what)) { \
			fprintf(stderr, "not so: %s\n", #what); \
			abort(); \
		} \
	} while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline uint8_t *fuzz_copy(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size);

	MUST(copy);
	memcpy(copy, data, size);
	return copy;
}

/*
 * One arena for all inputs, emptied for each: mapping it again costs AddressSanitizer more than any
 * input.
 */
static inline struct arena *fuzz_arena(void)
{
	static struct arena *arena;
	static size_t empty;

	if (!arena) {
		arena = arena_new(FUZZ_ARENA);
		MUST(arena);
		empty = arena->used;
	}
	memset(arena->base + empty, 0, arena->used - empty);
	arena->used = empty;
	return arena;
}

/* Checks that these are lines of printable ASCII. */
static inline void fuzz_text(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		MUST(text[i] == '\n' || (text[i] >= ' ' && text[i] <= '~'));
}

/* Prints everything about @state. */
static inline void fuzz_output(struct arena *arena, const struct resv_state *state,
			       const struct capabilities *can)
{
	struct results results = { .arena = arena };
	struct request request = { .command = COMMAND_STATUS,
				   .command_name = "status",
				   .verbose = true };
	struct result *result;
	char *text = NULL;
	size_t length = 0;
	json_t *document;
	static bool loaded;
	const char *cause;
	FILE *file;

	results.end = &results.first;
	result = result_add(&results, "/dev/sdx");
	MUST(result);
	result->label = result->lun.node = "/dev/sdx";
	result->lun.name = "sdx";
	result->lun.transport = TRANSPORT_SCSI;
	result->lun.nexus = (struct nexus){ "iqn.2026-01.lab:host-1,i,0x00023d000001", 1 };
	result->state = *state;
	result->capabilities = *can;
	nexus_mark(result, &result->state);
	result_warn(result, "%s; %s; %s", describe_holding(arena, &result->state),
		    describe_own(arena, &result->state, 0xa),
		    describe_registrants(arena, &result->state, 0));

	file = open_memstream(&text, &length);
	if (!loaded)
		loaded = output_json_load(&cause) == 0;
	MUST(loaded && file && output_json(file, &request, &results) == 0 && fclose(file) == 0);
	document = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	MUST(document);
	MUST(json_array_size(json_object_get(
		     json_array_get(json_object_get(document, "devices"), 0), "registrants")) ==
	     state->count);
	json_decref(document);
	fuzz_text(text, length);
	free(text);

	file = open_memstream(&text, &length);
	MUST(file && output_table(file, &request, &results) == 0 &&
	     output_messages(file, &request, &results) == 0 && fclose(file) == 0);
	fuzz_text(text, length);
	free(text);
}

#endif
