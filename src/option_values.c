// SPDX-License-Identifier: GPL-2.0-or-later
#include "option_values.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "columns.h"
#include "doctor/doctor.h"
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

void option_names_load(struct argp_state *state, struct parse *parse)
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

void option_documents_load(struct argp_state *state, struct parse *parse)
{
	struct examination *examination = parse->request->examination;
	struct document **last = &examination->documents;
	int64_t timeout = parse->request->timeout;
	/* The other half of the time is for this host's disks. */
	int64_t deadline = timeout ? parse->begin + timeout / 2 : INT64_MAX;

	for (size_t i = 0; i < examination->with_count; i++) {
		struct arena *arena = arena_new_within(DOCUMENT_SIZE);
		const char *path = examination->with[i], *wrong = strerror(ENOMEM);

		*last = arena ? document_read(arena, path, deadline, &wrong) : NULL;
		if (!*last) {
			usage_fail(state, USAGE_WITH, path, wrong);
			return;
		}
		last = &(*last)->next;
	}
}

void option_cluster_load(struct argp_state *state, struct parse *parse)
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
		option_names_load(state, parse);
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

static void rule_option(struct argp_state *state, const char *name, struct examination *examination)
{
	const char *names[EXAMINATION_RULES_MAX];
	const struct doctor_rule *rule = doctor_rule_find(name);
	size_t count = 0;

	if (rule && examination->rule_count < EXAMINATION_RULES_MAX) {
		examination->rules[examination->rule_count++] = rule;
		return;
	}
	for (; count < EXAMINATION_RULES_MAX && doctor_rule_at(count); count++)
		names[count] = doctor_rule_at(count)->name;
	usage_fail_word(state, name, &(struct choice){ names, count, NULL }, USAGE_RULE_UNKNOWN,
			name);
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

	option_names_load(state, parse);
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
		examination->with[examination->with_count++] = text;
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

error_t option_value_parse(int key, const char *text, struct argp_state *state)
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
