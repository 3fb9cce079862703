// SPDX-License-Identifier: GPL-2.0-or-later
#include "options.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "columns.h"
#include "doctor/doctor.h"
#include "help.h"
#include "model/cluster.h"
#include "model/host_choice.h"
#include "model/key_names.h"
#include "model/messages.h"
#include "model/words.h"
#include "usage.h"
#include "util/clock.h"

#define TIMEOUT_MAX 1000000 /* seconds */
#define JOBS_MAX 4096
/* of address space for what is reported about one document */
#define DOCUMENT_SIZE ((size_t)64 << 20)

struct parse {
	const struct command *command;
	struct request *request;
	struct key_names *names; /* NULL until they are needed */
	bool seen[OPTION_END];
};

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

/* Reads the names of keys, once. */
static void names_get(struct argp_state *state, struct parse *parse)
{
	char *wrong = NULL;

	if (parse->names)
		return;
	parse->names = calloc(1, sizeof(*parse->names));
	if (!parse->names || key_names_load(KEYS_FILE, parse->names, &wrong) == KEY_NAMES_NO_MEMORY)
		usage_fail(state, "%s", strerror(ENOMEM));
	if (wrong)
		usage_fail(state, "%s", wrong);
	parse->request->names = parse->names;
}

/* Reads the nodes of the cluster, for the origin of keys. */
static void cluster_get(struct argp_state *state, struct parse *parse)
{
	struct cluster *cluster = calloc(1, sizeof(*cluster));

	if (!cluster || cluster_load(CLUSTER_FILE, cluster)) {
		usage_fail(state, "%s", strerror(ENOMEM));
		return;
	}
	parse->names->cluster = cluster;
}

static void key_option(struct argp_state *state, struct parse *parse, const char *name,
		       const char *text, uint64_t *key)
{
	enum key_error error;

	if (key_names_may_be(text)) {
		names_get(state, parse);
		*key = key_names_key(parse->names, text);
		if (!*key && parse->names->ignored)
			usage_fail(state, USAGE_NAME_IGNORED, name, text, parse->names->ignored);
		else if (!*key)
			usage_fail(state, USAGE_NAME_UNKNOWN, name, text, KEYS_FILE);
		return;
	}
	error = key_parse(text, key);
	if (error)
		usage_fail(state, USAGE_KEY, name, text, key_error_text(error));
}

static void type_option(struct argp_state *state, const char *text, enum resv_type *parsed)
{
	char names[512] = "use one of: ";
	size_t length = strlen(names), begun = length;
	const char *words[2 * RESV_OTHER];
	size_t count = 0;

	if (type_parse(text, parsed) == 0)
		return;
	for (int i = RESV_WRITE_EXCLUSIVE; i < RESV_OTHER; i++) {
		const struct type_words *type = type_words((enum resv_type)i);

		length += (size_t)snprintf(names + length, sizeof(names) - length, "%s%s (%s)",
					   length > begun ? ", " : "", type->name,
					   type->abbreviation);
		words[count++] = type->name;
		words[count++] = type->abbreviation;
	}
	if (*text >= '0' && *text <= '9')
		usage_fail(state, USAGE_TYPE_NUMBER, text, names);
	else
		usage_fail_word(state, text, &(struct choice){ words, count, names },
				USAGE_TYPE_UNKNOWN, text);
}

static void timeout_option(struct argp_state *state, const char *text, int64_t *timeout)
{
	if (!clock_seconds_parse(text, TIMEOUT_MAX, timeout))
		usage_fail(state, USAGE_TIMEOUT, text, TIMEOUT_MAX);
}

static void jobs_option(struct argp_state *state, const char *text, size_t *jobs)
{
	unsigned long value = strtoul(text, NULL, 10);

	if (!*text || text[strspn(text, "0123456789")] || value < 1 || value > JOBS_MAX)
		usage_fail(state, USAGE_JOBS, text, JOBS_MAX);
	*jobs = value;
}

static void output_option(struct argp_state *state, const char *text, struct request *request)
{
	struct column_choice *choice = calloc(1, sizeof(*choice));
	const char *names[COLUMN_COUNT], *word;
	enum column_error error;
	size_t length;
	char *typed;

	if (!choice) {
		usage_fail(state, "%s", strerror(ENOMEM));
		return;
	}
	request->columns = choice;
	error = columns_parse(text, choice, &word, &length);
	if (error == COLUMN_OK)
		return;
	for (size_t i = 0; i < COLUMN_COUNT; i++)
		names[i] = columns[i].name;
	typed = strndup(word, length);
	if (error == COLUMN_TWICE)
		usage_fail(state, USAGE_COLUMN_TWICE, typed);
	usage_fail_word(state, typed ? typed : "", &(struct choice){ names, COLUMN_COUNT, NULL },
			USAGE_COLUMN_UNKNOWN, typed);
}

/* Documents of other hosts, in the order on the command line. */
static void with_option(struct argp_state *state, const char *path, struct examination *examination)
{
	struct arena *arena = arena_new_within(DOCUMENT_SIZE);
	struct document **end = &examination->documents;
	const char *wrong = strerror(ENOMEM);

	while (*end)
		end = &(*end)->next;
	*end = arena ? document_read(arena, path, &wrong) : NULL;
	if (!*end)
		usage_fail(state, USAGE_WITH, path, wrong);
}

static void rule_option(struct argp_state *state, const char *name, struct examination *examination)
{
	const char *names[EXAMINATION_RULES_MAX];
	const struct rule *rule = rule_find(name);
	size_t count = 0;

	if (rule && examination->rule_count < EXAMINATION_RULES_MAX) {
		examination->rules[examination->rule_count++] = rule;
		return;
	}
	for (; count < EXAMINATION_RULES_MAX && rule_at(count); count++)
		names[count] = rule_at(count)->name;
	usage_fail_word(state, name, &(struct choice){ names, count, NULL }, USAGE_RULE_UNKNOWN,
			name);
}

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
	names_get(state, parse); /* for output only */
	if (request_shows_details(parse->request) || parse->request->take_key)
		cluster_get(state, parse);
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

static void victim_option(struct argp_state *state, struct parse *parse, const char *text)
{
	if (strcmp(text, "all") == 0)
		parse->request->victim_all = true;
	else
		key_option(state, parse, "victim", text, &parse->request->victim);
}

static void even_if_option(struct argp_state *state, struct parse *parse, const char *text)
{
	struct request *request = parse->request;

	if (request->even_if_count == EVEN_IF_MAX)
		usage_fail(state, USAGE_EVEN_IF_MANY, EVEN_IF_MAX);
	key_option(state, parse, "even-if", text, &request->even_if[request->even_if_count++]);
}

/* Parses the name of a host; *@wrong: NULL, or what is wrong with it. */
static struct host_choice *host_get(struct argp_state *state, struct parse *parse, const char *text,
				    const char **wrong)
{
	struct host_choice *choice = calloc(1, sizeof(*choice));

	names_get(state, parse);
	*wrong = choice ? host_choice_parse(text, parse->names, choice) : strerror(ENOMEM);
	return choice;
}

static void victim_host_option(struct argp_state *state, struct parse *parse, const char *text)
{
	const char *wrong;

	parse->request->victim_host = host_get(state, parse, text, &wrong);
	if (wrong)
		usage_fail(state, USAGE_VICTIM_HOST, text, wrong);
}

static void as_option(struct argp_state *state, struct parse *parse, const char *text)
{
	const char *wrong;

	parse->request->as = host_get(state, parse, text, &wrong);
	if (wrong)
		usage_fail(state, USAGE_AS, text, wrong);
}

/* The options of the command doctor. */
static error_t parse_examination(int key, const char *text, struct argp_state *state,
				 struct examination *examination)
{
	switch (key) {
	case OPTION_WITH:
		with_option(state, text, examination);
		return 0;
	case OPTION_RULE:
		rule_option(state, text, examination);
		return 0;
	case OPTION_LIST_RULES:
		examination->list_rules = true;
		return 0;
	case OPTION_TABLE:
		examination->table = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static error_t parse_value(int key, const char *text, struct argp_state *state)
{
	struct parse *parse = state->input;
	struct request *request = parse->request;

	switch (key) {
	case OPTION_KEY:
		key_option(state, parse, "key", text, &request->key);
		return 0;
	case OPTION_OLD_KEY:
		key_option(state, parse, "old-key", text, &request->old_key);
		return 0;
	case OPTION_VICTIM:
		victim_option(state, parse, text);
		return 0;
	case OPTION_EVEN_IF:
		even_if_option(state, parse, text);
		return 0;
	case OPTION_AS:
		as_option(state, parse, text);
		return 0;
	case OPTION_VICTIM_HOST:
		victim_host_option(state, parse, text);
		return 0;
	case OPTION_TYPE:
		type_option(state, text, &request->type);
		return 0;
	case OPTION_TIMEOUT:
		timeout_option(state, text, &request->timeout);
		return 0;
	case OPTION_JOBS:
		jobs_option(state, text, &request->jobs);
		return 0;
	case OPTION_OUTPUT:
		output_option(state, text, request);
		return 0;
	default:
		return parse_examination(key, text, state, request->examination);
	}
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
		return parse_flag(key, parse->request) ? 0 : parse_value(key, text, state);
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
const struct argp_child options_look[] = {
	{ &common_argp, 0, NULL, 0 },
	{ &hidden_argp, 0, NULL, 0 },
	{ &usage_argp, 0, NULL, 0 },
	{ 0 },
};

int options_parse(const struct command *command, int argc, char **argv, struct request *request)
{
	struct parse parse = { .command = command, .request = request };
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
	if (!request->devices || !doc || (command->examines && !request->examination)) {
		free(doc);
		return -ENOMEM;
	}
	err = argp_parse(&argp, argc, argv, USAGE_FLAGS, NULL, &parse);
	free(doc);
	return -err;
}
