// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A document for decode. The first byte chooses: 0: the rest is its text; otherwise the rest is the
 * reply, as bytes, to one command in an otherwise valid document.
 */
#include "fuzz.h"

#include "decode.h"
#include "model/reply.h"
#include "util/json.h"
#include "util/text.h"
#include "util/thread.h"

/* The arena is emptied after each input, so no thread may use it later. */
bool __wrap_thread_start(void *(*function)(void *), void *argument);
bool __wrap_thread_start(void *(*function)(void *), void *argument)
{
	(void)function;
	(void)argument;
	return false;
}

/* A document with one reply, of @length bytes. */
static const char *document(struct arena *arena, enum reply_command command, const uint8_t *reply,
			    size_t length)
{
	return arena_printf(
		arena,
		"{\"schema\":1,\"devices\":[{\"argument\":\"a\",\"device\":\"a\","
		"\"transport\":\"%s\",\"paths\":[{\"device\":\"a\"}],\"raw\":[{\"path\":\"a\","
		"\"command\":\"%s\",\"errno\":\"none\",\"status\":0,\"sense\":\"none\","
		"\"length\":%zu,\"data\":\"%s\"}]}]}",
		command < REPLY_REPORT_EXTENDED ? "scsi" : "nvme", reply_word(command), length,
		text_hex(arena, "", reply, length));
}

/* Prints everything about @results. */
static void print(const struct request *request, const struct results *results)
{
	char *text = NULL;
	size_t length = 0;
	FILE *file = open_memstream(&text, &length);
	json_t *root;

	MUST(file && output_json(file, request, results) == 0 && fclose(file) == 0);
	root = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	MUST(root);
	json_decref(root);
	fuzz_text(text, length);
	free(text);
	file = open_memstream(&text, &length);
	MUST(file && output_table(file, request, results) == 0 &&
	     output_messages(file, request, results) == 0 && fclose(file) == 0);
	fuzz_text(text, length);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct request request = { .command = COMMAND_STATUS, .command_name = "decode",
					 .timeout = 60000000000, .verbose = true };
	struct arena *arena = fuzz_arena();
	struct results results = { .arena = arena };
	const char *text, *cause;
	uint8_t *copy;

	if (size == 0)
		return 0;
	MUST(json_load(&cause) == 0);
	results.end = &results.first;
	copy = fuzz_copy(data + 1, size - 1);
	text = data[0] ? document(arena, data[0] % REPLY_COMMAND_COUNT, copy, size - 1)
		       : (const char *)copy;
	if (decode_text(&request, "file", text, data[0] ? strlen(text) : size - 1, &results) == 0)
		print(&request, &results);
	free(copy);
	return 0;
}
