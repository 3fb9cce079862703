// SPDX-License-Identifier: GPL-2.0-or-later
#include "options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "names.h"
#include "usage.h"
#include "words.h"

#define TIMEOUT_MAX 1000000 /* seconds */
#define JOBS_MAX 4096

struct parse {
	const struct command *command;
	struct request *request;
	struct names *names; /* NULL until they are needed */
	bool seen[OPTION_END];
};

static const struct argp_option common_options[] = {
	{ NULL, 0, NULL, 0, "Which device:", 2 },
	{ "whole-lun", OPTION_WHOLE_LUN, NULL, 0, "DEVICE is a partition or lies on others: act on every LUN beneath", 2 },
	{ "this-path", OPTION_THIS_PATH, NULL, 0, "DEVICE is a path of a multipath map: act on this path alone", 2 },
	{ "allow-partial", OPTION_ALLOW_PARTIAL, NULL, 0, "register: a path that does not answer is no failure", 2 },
	{ NULL, 0, NULL, 0, "Output:", 3 },
	{ "dry-run", OPTION_DRY_RUN, NULL, 0, "read, check, and say what would be sent; change nothing", 3 },
	{ NULL, 0, NULL, 0, "Time:", 4 },
	{ "timeout", OPTION_TIMEOUT, "SECONDS", 0, "for the whole command (60; 0: none)", 4 },
	{ "jobs", OPTION_JOBS, "N", 0, "LUNs at a time (64)", 4 },
	{ "json", OPTION_JSON, NULL, 0, "one JSON document on standard output", 3 },
	{ "no-log", OPTION_NO_LOG, NULL, 0, "write no line to the system's log for a change", 3 },
	{ "quiet", OPTION_QUIET, NULL, 0, "print errors only", 3 },
	{ "verbose", OPTION_VERBOSE, NULL, 0, "tell each step and its raw result on standard error", 3 },
	{ 0 },
};

/* Reads the names for keys, once. */
static void names_get(struct argp_state *state, struct parse *parse)
{
	char *wrong = NULL;

	if (parse->names)
		return;
	parse->names = calloc(1, sizeof(*parse->names));
	if (!parse->names || names_load(KEYS_FILE, parse->names, &wrong) == NAMES_NO_MEMORY)
		usage_fail(state, "%s", strerror(ENOMEM));
	if (wrong)
		usage_fail(state, "%s", wrong);
	parse->request->names = parse->names;
}

static void key_option(struct argp_state *state, struct parse *parse, const char *name, const char *text, uint64_t *key)
{
	enum key_error error;

	if (names_may_be(text)) {
		names_get(state, parse);
		*key = names_key(parse->names, text);
		if (!*key)
			usage_fail(state, "--%s '%s': %s%s, and %s", name, text,
				   parse->names->doubt ? "" : "no such name in ",
				   parse->names->doubt ? parse->names->doubt : KEYS_FILE, key_error_text(KEY_NO_PREFIX));
		return;
	}
	error = key_parse(text, key);
	if (error)
		usage_fail(state, "--%s '%s': %s", name, text, key_error_text(error));
}

static void type_option(struct argp_state *state, const char *text, enum resv_type *type)
{
	char names[512] = "";
	size_t length = 0;

	if (type_parse(text, type) == 0)
		return;
	for (int i = RESV_WRITE_EXCLUSIVE; i < RESV_OTHER; i++) {
		const struct type_words *words = type_words((enum resv_type)i);

		length += (size_t)snprintf(names + length, sizeof(names) - length, "%s%s (%s)", length ? ", " : "",
					   words->name, words->abbreviation);
	}
	if (*text >= '0' && *text <= '9')
		usage_fail(state, "--type '%s': SCSI, NVMe and the kernel number the types differently; name one of: %s",
			   text, names);
	else
		usage_fail(state, "--type '%s': no such type; name one of: %s", text, names);
}

/* Digits, and a point among them: neither signs, blanks, exponents, infinity nor the locale's own point. */
static void timeout_option(struct argp_state *state, const char *text, int64_t *timeout)
{
	char *end;
	double seconds = strtod(text, &end);

	if (!*text || text[strspn(text, "0123456789.")] || *end || seconds > TIMEOUT_MAX)
		usage_fail(state, "--timeout '%s': a number of seconds from 0 to %d", text, TIMEOUT_MAX);
	/* Less than a nanosecond is not "none". */
	*timeout = seconds > 0 && seconds < 1e-9 ? 1 : (int64_t)(seconds * 1e9);
}

static void jobs_option(struct argp_state *state, const char *text, size_t *jobs)
{
	unsigned long value = strtoul(text, NULL, 10);

	if (!*text || text[strspn(text, "0123456789")] || value < 1 || value > JOBS_MAX)
		usage_fail(state, "--jobs '%s': a number from 1 to %d", text, JOBS_MAX);
	*jobs = value;
}

static error_t end(struct argp_state *state, struct parse *parse)
{
	const struct command *command = parse->command;
	const char *wrong = command->check ? command->check(parse->request) : NULL;

	if (wrong)
		usage_fail(state, "%s", wrong);
	if (parse->request->device_count == 0 && !command->devices_optional)
		usage_fail(state, "a DEVICE is missing");
	names_get(state, parse); /* for what is shown */
	return 0;
}

static error_t parse_option(int key, char *text, struct argp_state *state)
{
	struct parse *parse = state->input;
	struct request *request = parse->request;

	if (key > 0 && key < OPTION_END) {
		/* Of two keys or types one would be meant, and nobody can tell which. */
		if (text && parse->seen[key])
			usage_fail(state, "'%s': an option stands twice that may be given once", text);
		parse->seen[key] = true;
	}
	switch (key) {
	case ARGP_KEY_INIT:
		usage_begin(state);
		for (size_t i = 0; state->root_argp->children && state->root_argp->children[i].argp; i++)
			state->child_inputs[i] = parse;
		return 0;
	case OPTION_KEY:
		key_option(state, parse, "key", text, &request->key);
		return 0;
	case OPTION_OLD_KEY:
		key_option(state, parse, "old-key", text, &request->old_key);
		return 0;
	case OPTION_VICTIM:
		if (strcmp(text, "all") == 0)
			request->victim_all = true;
		else
			key_option(state, parse, "victim", text, &request->victim);
		return 0;
	case OPTION_TYPE:
		type_option(state, text, &request->type);
		return 0;
	case OPTION_IGNORE_KEY:
		request->ignore_key = true;
		return 0;
	case OPTION_RELEASE:
		request->release = true;
		return 0;
	case OPTION_IF_REGISTERED:
		request->if_registered = true;
		return 0;
	case OPTION_UNRESERVED:
		request->unreserved = true;
		return 0;
	case OPTION_WHOLE_LUN:
		request->whole_lun = true;
		return 0;
	case OPTION_THIS_PATH:
		request->this_path = true;
		return 0;
	case OPTION_ALLOW_PARTIAL:
		request->allow_partial = true;
		return 0;
	case OPTION_TIMEOUT:
		timeout_option(state, text, &request->timeout);
		return 0;
	case OPTION_JOBS:
		jobs_option(state, text, &request->jobs);
		return 0;
	case OPTION_DRY_RUN:
		request->dry_run = true;
		return 0;
	case OPTION_JSON:
		request->json = true;
		return 0;
	case OPTION_NO_LOG:
		request->no_log = true;
		return 0;
	case OPTION_QUIET:
		request->quiet = true;
		return 0;
	case OPTION_VERBOSE:
		request->verbose = true;
		return 0;
	case ARGP_KEY_ARG:
		if (!*text)
			usage_fail(state, "a DEVICE is empty");
		request->devices[request->device_count++] = text;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* Children take options alone; what stands for the whole line is asked of the command's own parser, once. */
static error_t parse_family(int key, char *text, struct argp_state *state)
{
	return key > 0 && key < OPTION_END ? parse_option(key, text, state) : ARGP_ERR_UNKNOWN;
}

static error_t parse_command(int key, char *text, struct argp_state *state)
{
	return key == ARGP_KEY_END ? end(state, state->input) : parse_option(key, text, state);
}

static const struct argp common_argp = { .options = common_options, .parser = parse_family };

const struct argp_child options_common[] = { { &common_argp, 0, NULL, 0 }, { 0 } };

int options_parse(const struct command *command, int argc, char **argv, struct request *request)
{
	struct parse parse = { .command = command, .request = request };
	const struct argp argp = {
		.options = command->options,
		.parser = parse_command,
		.args_doc = command->devices_optional ? "[DEVICE...]" : "DEVICE...",
		.doc = command->doc,
		.children = command->families,
	};
	error_t err;

	request->command = command->id;
	request->command_name = command->name;
	request->timeout = INT64_C(60000000000);
	request->jobs = 64;
	request->devices = calloc((size_t)argc + 1, sizeof(*request->devices));
	if (!request->devices)
		return -ENOMEM;
	/* In order: with POSIXLY_CORRECT argp would take options behind a DEVICE for devices. */
	err = argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &parse);
	return -err;
}
