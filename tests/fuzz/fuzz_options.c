// SPDX-License-Identifier: GPL-2.0-or-later
/* Command lines. The first byte chooses the command; the rest is its words, separated by a 0. */
#include <inttypes.h>

#include "fuzz.h"

#include "model/key_names.h"
#include "options.h"

#define WORDS_MAX 64

/* argp ends the process if a command line is wrong; here it returns. */
error_t __real_argp_parse(const struct argp *argp, int argc, char **argv, unsigned int flags,
			  int *index, void *input);
error_t __wrap_argp_parse(const struct argp *argp, int argc, char **argv, unsigned int flags,
			  int *index, void *input);

const char *argp_program_version = "prctl";

error_t __wrap_argp_parse(const struct argp *argp, int argc, char **argv, unsigned int flags,
			  int *index, void *input)
{
	return __real_argp_parse(argp, argc, argv, flags | ARGP_NO_EXIT, index, input);
}

static const struct command *const commands[] = {
	&command_register, &command_unregister, &command_reserve, &command_release,
	&command_preempt, &command_preempt_abort, &command_clear, &command_status, &command_check,
};

/*
 * A word by itself, as a key and as a type: if it is accepted, it can be printed and parsed again.
 */
static void word_fuzz(const char *word)
{
	uint64_t key = 0, again = 0;
	enum resv_type type = RESV_NONE, same = RESV_NONE;
	enum key_error error = key_parse(word, &key);
	char text[32];

	if (error == KEY_OK) {
		snprintf(text, sizeof(text), "0x%" PRIx64, key);
		MUST(key && key_parse(text, &again) == KEY_OK && again == key);
		MUST(strspn(word + 2, "0123456789abcdefABCDEF") == strlen(word + 2) &&
		     strlen(word) <= 18);
	} else {
		MUST(key == 0 && *key_error_text(error));
	}
	if (type_parse(word, &type) == 0)
		MUST(type >= RESV_WRITE_EXCLUSIVE && type < RESV_OTHER &&
		     type_parse(type_words(type)->name, &same) == 0 && same == type);
}

/* A command line that is accepted can be carried out. */
static void request_judge(const struct command *command, const struct request *request)
{
	MUST(request->command == command->id && request->type < RESV_OTHER);
	MUST(request->device_count || command->devices_optional);
	MUST(request->timeout >= 0 && request->timeout <= INT64_C(1000000) * 1000000000);
	MUST(request->jobs >= 1 && request->jobs <= 4096);
	MUST(!command->options_check || !command->options_check(request));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FILE *standard_error = stderr, *standard_output = stdout;
	char *line, *argv[WORDS_MAX + 2], *said = NULL, *help = NULL;
	struct request request = { 0 };
	const struct command *command;
	size_t said_length = 0, help_length = 0;
	int argc = 1, err;
	char name[64];

	if (size < 2)
		return 0;
	command = commands[data[0] % (sizeof(commands) / sizeof(commands[0]))];
	line = malloc(size);
	MUST(line);
	memcpy(line, data + 1, size - 1);
	line[size - 1] = '\0';
	snprintf(name, sizeof(name), "prctl %s", command->name);
	argv[0] = name;
	for (char *word = line; word < line + size && argc <= WORDS_MAX; word += strlen(word) + 1) {
		word_fuzz(word);
		argv[argc++] = word;
	}
	argv[argc] = NULL;

	stderr = open_memstream(&said, &said_length);
	stdout = open_memstream(&help, &help_length);
	MUST(stderr && stdout);
	err = options_parse(command, argc, argv, &request);
	fclose(stderr);
	fclose(stdout);
	stderr = standard_error;
	stdout = standard_output;
	if (!err && !said_length && !help_length)
		request_judge(command, &request);
	for (size_t i = 0; i < said_length; i++)
		MUST(said[i] == '\n' || ((unsigned char)said[i] >= ' ' && said[i] != 0x7f));
	free(said);
	free(help);
	if (request.names)
		key_names_free((struct key_names *)request.names);
	free((struct key_names *)request.names);
	free(request.devices);
	free(line);
	return 0;
}
