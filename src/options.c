// SPDX-License-Identifier: GPL-2.0-or-later
#include "options.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "help.h"
#include "model/messages.h"
#include "option_values.h"
#include "usage.h"
#include "util/clock.h"

static const struct argp_option common_options[] = {
	{ NULL, 0, NULL, 0, "Common options:", 2 },
	{ "timeout", OPTION_TIMEOUT, "SECONDS", 0, "time limit for the whole command (60; 0: none)",
	  2 },
	{ "jobs", OPTION_JOBS, "N", 0, "process at most N LUNs at once (64)", 2 },
	{ "json", OPTION_JSON, NULL, 0, "print one JSON document", 2 },
	{ "quiet", OPTION_QUIET, NULL, 0, "print errors only", 2 },
	{ "verbose", OPTION_VERBOSE, NULL, 0, "show each command sent and its raw result", 2 },
	{ 0 },
};

/* Only register shows --allow-partial. */
#define CHANGE_OPTIONS(flags) \
	{ \
		{ "whole-lun", \
		  OPTION_WHOLE_LUN, \
		  NULL, \
		  flags, \
		  "act on the whole LUNs beneath DEVICE", \
		  2 }, \
			{ "this-path", \
			  OPTION_THIS_PATH, \
			  NULL, \
			  flags, \
			  "act only on this path of a multipath map", \
			  2 }, \
			{ "allow-partial", OPTION_ALLOW_PARTIAL, NULL, OPTION_HIDDEN, NULL, 2 }, \
			{ "dry-run", \
			  OPTION_DRY_RUN, \
			  NULL, \
			  flags, \
			  "show what would be sent, and change nothing", \
			  2 }, \
			{ "no-log", OPTION_NO_LOG, NULL, flags, "do not write to the system " \
			"log", 2 }, \
			{ 0 }, \
	}

/* Commands that only read accept these, without effect. */
static const struct argp_option change_options[] = CHANGE_OPTIONS(0),
				hidden_options[] = CHANGE_OPTIONS(OPTION_HIDDEN);

/* Makes a key that no host has: 64 random bits, which nobody can guess. */
static void key_make(struct argp_state *state, uint64_t *key)
{
	while (!*key)
		if (getrandom(key, sizeof(*key), 0) != sizeof(*key))
			usage_fail(state, "%s", strerror(errno));
}

static error_t end(struct argp_state *state, struct parse *parse)
{
	const struct command *command = parse->command;
	const char *wrong = command->options_check ? command->options_check(parse->request) : NULL;

	parse->request->json |= parse->request->raw;
	if (wrong)
		usage_fail(state, "%s", wrong);
	if (parse->request->device_count == 0 && !command->devices_optional)
		usage_fail(state, command->decodes ? USAGE_NO_FILE : USAGE_NO_DEVICE);
	if (parse->request->examination)
		option_documents_load(state, parse);
	option_names_load(state, parse); /* for output only */
	if (request_shows_details(parse->request) || parse->request->take_key)
		option_cluster_load(state, parse);
	if (parse->request->take_key)
		key_make(state, &parse->request->key);
	return 0;
}

static const char *option_name_in(const struct argp_option *options, int key)
{
	for (; options && (options->name || options->key || options->doc); options++)
		if (options->key == key && options->name)
			return options->name;
	return NULL;
}

/* The long name of the option @key, which takes a value. */
static const char *option_name(const struct command *command, int key)
{
	const char *name = option_name_in(command->options, key);

	return name ? name : option_name_in(common_options, key);
}

/* The options without a value, and the members of the request that they set. */
static const struct {
	int key;
	size_t member;
} flags[] = {
#define FLAG(key, name) { key, offsetof(struct request, name) }
	FLAG(OPTION_IGNORE_KEY, ignore_key),
	FLAG(OPTION_TAKE_KEY, take_key),
	FLAG(OPTION_RELEASE, release),
	FLAG(OPTION_IF_REGISTERED, if_registered),
	FLAG(OPTION_UNRESERVED, unreserved),
	FLAG(OPTION_NO_RESET, no_reset),
	FLAG(OPTION_CONFIRMED_OFF, confirmed_off),
	FLAG(OPTION_WHOLE_LUN, whole_lun),
	FLAG(OPTION_THIS_PATH, this_path),
	FLAG(OPTION_ALLOW_PARTIAL, allow_partial),
	FLAG(OPTION_DRY_RUN, dry_run),
	FLAG(OPTION_JSON, json),
	FLAG(OPTION_ALL_PORTS, all_ports),
	FLAG(OPTION_VOLATILE, is_volatile),
	FLAG(OPTION_NO_LOG, no_log),
	FLAG(OPTION_NO_MULTIPATHD, no_multipathd),
	FLAG(OPTION_QUIET, quiet),
	FLAG(OPTION_VERBOSE, verbose),
	FLAG(OPTION_NOHEADINGS, noheadings),
	FLAG(OPTION_RAW, raw),
#undef FLAG
};

static bool parse_flag(int key, struct request *request)
{
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		if (flags[i].key != key)
			continue;
		*(bool *)((char *)request + flags[i].member) = true;
		return true;
	}
	return false;
}

static bool is_repeatable(int key)
{
	return key == OPTION_WITH || key == OPTION_RULE || key == OPTION_EVEN_IF;
}

static error_t parse_option(int key, char *text, struct argp_state *state)
{
	struct parse *parse = state->input;

	if (key > 0 && key < OPTION_END) {
		/* With two keys or types, the user's intention would be unclear. */
		if (text && parse->seen[key] && !is_repeatable(key))
			usage_fail(state, USAGE_OPTION_TWICE, option_name(parse->command, key));
		parse->seen[key] = true;
		return parse_flag(key, parse->request) ? 0 : option_value_parse(key, text, state);
	}
	switch (key) {
	case ARGP_KEY_INIT:
		for (size_t i = 0; state->root_argp->children && state->root_argp->children[i].argp;
		     i++)
			state->child_inputs[i] = parse;
		return 0;
	case ARGP_KEY_ERROR:
		usage_explain(state, NULL);
		return 0;
	case ARGP_KEY_ARG:
		if (!*text)
			usage_fail(state, USAGE_EMPTY_DEVICE);
		parse->request->devices[parse->request->device_count++] = text;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/*
 * Children parse only options. What concerns the whole command line is left to the command's own
 * parser, which is called once.
 */
static error_t parse_family(int key, char *text, struct argp_state *state)
{
	return key > 0 && key < OPTION_END ? parse_option(key, text, state) : ARGP_ERR_UNKNOWN;
}

static error_t parse_command(int key, char *text, struct argp_state *state)
{
	return key == ARGP_KEY_END ? end(state, state->input) : parse_option(key, text, state);
}

static const struct argp common_argp = { .options = common_options, .parser = parse_family };
static const struct argp change_argp = { .options = change_options, .parser = parse_family };
static const struct argp hidden_argp = { .options = hidden_options, .parser = parse_family };

const struct argp_child options_change[] = {
	{ &common_argp, 0, NULL, 0 },
	{ &change_argp, 0, NULL, 0 },
	{ &usage_argp, 0, NULL, 0 },
	{ 0 },
};
const struct argp_child options_read_only[] = {
	{ &common_argp, 0, NULL, 0 },
	{ &hidden_argp, 0, NULL, 0 },
	{ &usage_argp, 0, NULL, 0 },
	{ 0 },
};

int options_parse(const struct command *command, int argc, char **argv, struct request *request)
{
	struct parse parse = { .command = command, .request = request, .begin = clock_now() };
	char *doc = help_command(command);
	const struct argp argp = {
		.options = command->options,
		.parser = parse_command,
		.args_doc = command->arguments	      ? command->arguments :
			    command->devices_optional ? "[DEVICE...]" :
							"DEVICE...",
		.doc = doc,
		.children = command->families,
	};
	error_t err;

	request->command = command->id;
	request->command_name = command->name;
	request->timeout = 60 * CLOCK_SECOND;
	request->jobs = 64;
	request->devices = calloc((size_t)argc + 1, sizeof(*request->devices));
	request->examination = command->examines ? calloc(1, sizeof(*request->examination)) : NULL;
	if (request->examination)
		request->examination->with =
			calloc((size_t)argc, sizeof(*request->examination->with));
	if (!request->devices || !doc ||
	    (command->examines && (!request->examination || !request->examination->with))) {
		free(doc);
		return -ENOMEM;
	}
	err = argp_parse(&argp, argc, argv, USAGE_FLAGS, NULL, &parse);
	free(doc);
	return -err;
}
