// SPDX-License-Identifier: GPL-2.0-or-later
#include "complete.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "block/resolve.h"
#include "block/tag.h"
#include "columns.h"
#include "doctor/doctor.h"
#include "job/supervise.h"
#include "model/initiator.h"
#include "model/key_names.h"
#include "model/messages.h"
#include "model/nexus.h"
#include "model/origin.h"
#include "model/result.h"
#include "model/state.h"
#include "model/words.h"
#include "usage.h"
#include "util/clock.h"
#include "util/text.h"

#define ARENA_SIZE ((size_t)1 << 28) /* of address space */
/* a user who presses Tab should not wait for a dead path */
#define KEYS_TIMEOUT (2 * CLOCK_SECOND)

struct asked {
	const struct command *const *commands;
	size_t command_count;
	char **arguments; /* arguments after the list's name, NULL-terminated */
	struct arena *arena;
};

static void row(const char *word, const char *with, const char *meaning)
{
	printf("%s\t%s\t%s\n", word, with ? with : "-", meaning ? meaning : "");
}

static void commands_list(const struct asked *asked)
{
	for (size_t i = 0; i < asked->command_count; i++)
		row(asked->commands[i]->name, NULL, asked->commands[i]->summary);
}

static void option_row(const struct argp_option *option, void *data)
{
	const struct asked *asked = data;

	if (option->flags & (OPTION_HIDDEN | OPTION_DOC))
		return;
	row(arena_printf(asked->arena, "--%s", option->name), option->arg, option->doc);
	if (option->key > ' ' && option->key <= '~')
		row(arena_printf(asked->arena, "-%c", option->key), option->arg, option->doc);
}

/* Options of the named command, or of prctl itself. */
static void options_list(const struct asked *asked)
{
	const char *name = asked->arguments[0];
	struct argp argp = usage_argp;

	for (size_t i = 0; name && i < asked->command_count; i++)
		if (strcmp(asked->commands[i]->name, name) == 0)
			argp = (struct argp){ .options = asked->commands[i]->options,
					      .children = asked->commands[i]->families };
	usage_walk(&argp, option_row, (void *)asked);
}

static void types_list(const struct asked *asked)
{
	(void)asked;
	for (int i = RESV_WRITE_EXCLUSIVE; i < RESV_OTHER; i++) {
		const struct type_words *words = type_words((enum resv_type)i);

		row(words->name, words->abbreviation, words->summary);
	}
}

/* "default" if it is shown without --output. */
static void columns_list(const struct asked *asked)
{
	(void)asked;
	for (size_t i = 0; i < COLUMN_COUNT; i++)
		row(columns[i].name, columns[i].flags & COLUMN_DEFAULT ? "default" : NULL,
		    columns[i].help);
}

/* Each with its exit status. */
static void statuses_list(const struct asked *asked)
{
	for (int i = STATUS_OK; i <= STATUS_UNKNOWN; i++)
		row(status_word((enum status)i), arena_printf(asked->arena, "%d", i), NULL);
}

static void reasons_list(const struct asked *asked)
{
	(void)asked;
	for (int i = REASON_NONE; i < REASON_COUNT; i++)
		row(reason_word((enum reason)i), NULL, NULL);
}

static void steps_list(const struct asked *asked)
{
	for (int i = STEP_NONE; i < STEP_COUNT; i++)
		if (i != STEP_CHANGE)
			row(step_word((enum step)i, NULL), NULL, NULL);
	commands_list(asked);
}

static void transports_list(const struct asked *asked)
{
	(void)asked;
	for (int i = TRANSPORT_NONE; i < TRANSPORT_COUNT; i++)
		row(transport_word((enum transport)i), NULL, NULL);
}

static void sources_list(const struct asked *asked)
{
	(void)asked;
	for (int i = SOURCE_NONE; i < SOURCE_COUNT; i++)
		row(source_word((enum source)i), NULL, NULL);
}

/* Rules of doctor, with their severity. */
static void rules_list(const struct asked *asked)
{
	const struct doctor_rule *rule;

	(void)asked;
	for (size_t i = 0; (rule = doctor_rule_at(i)); i++)
		row(rule->name, severity_word(rule->severity), rule->summary);
}

/* Formats of keys, with the software that uses each. */
static void origins_list(const struct asked *asked)
{
	(void)asked;
	for (size_t i = 0; origin_format_word(i); i++)
		row(origin_format_word(i), NULL, origin_format_maker(i));
}

static void tags_list(const struct asked *asked)
{
	(void)asked;
	for (size_t i = 0; tag_word(i); i++)
		row(tag_word(i), NULL, NULL);
}

/*
 * udev writes special characters in the name of a link as \x20. Returns false if the character
 * cannot be used on a command line.
 */
static bool link_decode(const char *name, char *text)
{
	unsigned int code;

	for (; *name; text++) {
		if (sscanf(name, "\\x%2x", &code) == 1 && name[2] && name[3]) {
			*text = (char)code;
			name += 4;
		} else {
			*text = *name++;
		}
		if (text_is_control(*text))
			return false;
	}
	*text = '\0';
	return true;
}

/* Each tag that udev has seen on a device, with its value; no disk is read. */
static void tagged_list(const struct asked *asked)
{
	for (size_t i = 0; tag_word(i); i++) {
		char directory[32] = "/dev/disk/by-", value[256];
		size_t length = strlen(directory);
		struct dirent **links;
		int count;

		for (const char *c = tag_word(i); *c; c++)
			directory[length++] = (char)(*c - 'A' + 'a');
		directory[length] = '\0';
		count = scandir(directory, &links, NULL, alphasort);
		for (int j = 0; j < count; j++) {
			if (links[j]->d_name[0] != '.' && link_decode(links[j]->d_name, value))
				row(arena_printf(asked->arena, "%s=%s", tag_word(i), value), NULL,
				    NULL);
			free(links[j]);
		}
		if (count >= 0)
			free(links);
	}
}

/* The block devices that may support reservations, from sysfs; nothing is sent to any of them. */
static void devices_list(const struct asked *asked)
{
	const struct request request = { .command = COMMAND_STATUS, .verbose = true };
	struct results results = { .arena = asked->arena };

	results.end = &results.first;
	if (resolve_all(&request, &results))
		return;
	for (const struct result *result = results.first; result; result = result->next) {
		const struct lun *lun = &result->lun;

		row(lun->node, NULL,
		    arena_printf(asked->arena, "%s%s%s, %" PRIu64 " MiB",
				 lun->vendor ? lun->vendor : "", lun->vendor ? " " : "",
				 lun->model ? lun->model : "?", lun->size >> 20));
	}
}

/* A key of several paths is listed once. */
static bool is_repeated(const struct resv_state *state, size_t count)
{
	const struct registrant *registrant = &state->registrants[count];

	for (size_t i = 0; i < count; i++)
		if (state->registrants[i].key == registrant->key &&
		    state->registrants[i].this_host == registrant->this_host)
			return true;
	return false;
}

/* The names in the keys file, with their keys. */
static void names_list(const struct asked *asked)
{
	struct key_names names;
	char *wrong;

	if (key_names_load(KEYS_FILE, &names, &wrong) == KEY_NAMES_OK)
		for (size_t i = 0; i < names.count; i++)
			row(names.list[i].text, NULL,
			    arena_printf(asked->arena, "0x%" PRIx64, names.list[i].key));
	key_names_free(&names);
	free(wrong);
}

/* Reads the named devices; NULL if none is named or they cannot be read. */
static const struct result *devices_read(const struct asked *asked, struct results *results)
{
	struct request request = {
		.command = COMMAND_STATUS,
		.command_name = "status",
		.quiet = true,
		.timeout = KEYS_TIMEOUT,
		.jobs = 64,
		.devices = (const char **)asked->arguments,
	};

	results->arena = asked->arena;
	while (asked->arguments[request.device_count])
		request.device_count++;
	if (!request.device_count || supervise(&request, clock_now(), results))
		return NULL;
	return results->first;
}

/*
 * The keys that are registered on the named devices, with their owner ("this" host, "other", "-")
 * and host.
 */
static void keys_list(const struct asked *asked)
{
	struct results results = { 0 };

	for (const struct result *result = devices_read(asked, &results); result;
	     result = result->next) {
		for (size_t i = 0; i < result->state.count; i++) {
			const struct registrant *registrant = &result->state.registrants[i];
			const char *host = registrant->nexus.initiator;

			/* 0x0 cannot be used as a key on a command line. */
			if (registrant->key == 0 || is_repeated(&result->state, i))
				continue;
			row(arena_printf(asked->arena, "0x%" PRIx64, registrant->key),
			    registrant_is_own(registrant)     ? "this"
			    : registrant->this_host == TRI_NO ? "other"
							      : NULL,
			    host ? initiator_text(asked->arena, host) : NULL);
		}
	}
}

static bool is_host_repeated(const struct resv_state *state, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (nexus_is_same_host(&state->registrants[i].nexus,
				       &state->registrants[count].nexus) == TRI_YES)
			return true;
	return false;
}

/* The hosts that are registered on the named devices, except this host. */
static void hosts_list(const struct asked *asked)
{
	struct results results = { 0 };

	for (const struct result *result = devices_read(asked, &results); result;
	     result = result->next) {
		for (size_t i = 0; i < result->state.count; i++) {
			const struct registrant *registrant = &result->state.registrants[i];
			const char *host = registrant->nexus.initiator;

			if (!host || registrant_is_own(registrant) ||
			    is_host_repeated(&result->state, i))
				continue;
			row(initiator_text(asked->arena, host), NULL,
			    arena_printf(asked->arena, "0x%" PRIx64, registrant->key));
		}
	}
}

static const struct {
	const char *name;
	void (*print)(const struct asked *asked);
} lists[] = {
	{ "commands", commands_list },
	{ "options", options_list },
	{ "types", types_list },
	{ "columns", columns_list },
	{ "statuses", statuses_list },
	{ "reasons", reasons_list },
	{ "steps", steps_list },
	{ "transports", transports_list },
	{ "sources", sources_list },
	{ "origins", origins_list },
	{ "rules", rules_list },
	{ "tags", tags_list },
	{ "tagged", tagged_list },
	{ "devices", devices_list },
	{ "keys", keys_list },
	{ "names", names_list },
	{ "hosts", hosts_list },
};

#define LIST_COUNT (sizeof(lists) / sizeof(lists[0]))

bool complete_is_asked(int argc, char **argv)
{
	return argc > 1 && strcmp(argv[1], "--list") == 0;
}

int complete(const struct command *const *commands, size_t count, int argc, char **argv)
{
	struct asked asked = { .commands = commands,
			       .command_count = count,
			       .arguments = argv + (argc > 2 ? 3 : 2) };

	asked.arena = arena_new(ARENA_SIZE);
	if (!asked.arena)
		return STATUS_PRCTL;
	for (size_t i = 0; argc > 2 && i < LIST_COUNT; i++) {
		if (strcmp(lists[i].name, argv[2]) != 0)
			continue;
		lists[i].print(&asked);
		return STATUS_OK;
	}
	fputs("prctl: " USAGE_LIST ":", stderr);
	for (size_t i = 0; i < LIST_COUNT; i++)
		fprintf(stderr, " %s", lists[i].name);
	fputc('\n', stderr);
	return STATUS_USAGE;
}
