// SPDX-License-Identifier: GPL-2.0-or-later
/* The parameters of the fence agent: one table for standard input, options, help and metadata. */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "fence/fence.h"
#include "model/describe.h"
#include "model/messages.h"
#include "util/clock.h"
#include "util/text.h"

#define SECONDS_MAX 1000000
#define SEPARATORS ", \t"

struct parameter {
	const char *name;
	char letter; /* of the short option; 0: none */
	const char *value; /* as help and metadata call it; NULL: the option takes none */
	const char *type; /* of the metadata: "string", "select", "second", "boolean" */
	const char *preset;
	bool required;
	const char *instead; /* the parameter that this one is an old name of */
	const char *summary;
};

static const struct parameter parameters[FENCE_PARAMETER_COUNT] = {
	[FENCE_PARAMETER_ACTION] = { "action", 'o', "action", "string", "off", false, NULL,
				     "What to do" },
	[FENCE_PARAMETER_DEVICES] = { "devices", 'd', "devices", "string", NULL, true, NULL,
				      "The shared disks: paths or tags, separated by commas or "
				      "blanks" },
	[FENCE_PARAMETER_PLUG] = { "plug", 'n', "name", "string", NULL, false, NULL,
				   "The node: its name in the file of keys, or its key" },
	[FENCE_PARAMETER_PORT] = { "port", 0, "name", "string", NULL, false, "plug",
				   "The same as plug" },
	[FENCE_PARAMETER_NODENAME] = { "nodename", 0, "name", "string", NULL, false, "plug",
				       "The same as plug, if plug is not given" },
	[FENCE_PARAMETER_KEY] = { "key", 'k', "key", "string", NULL, false, NULL,
				  "This node's own key, or its name (default: the name of the "
				  "machine)" },
	[FENCE_PARAMETER_TYPE] = { "type", 't', "type", "select", "write-exclusive-reg-only", false,
				   NULL,
				   "The reservation type that 'on' and 'off' take if nothing is "
				   "reserved" },
	[FENCE_PARAMETER_REJOIN] = { "rejoin", 0, "boolean", "boolean", "0", false, NULL,
				     "Whether 'on' lets in a node that was fenced and not "
				     "restarted since" },
	[FENCE_PARAMETER_POWER_TIMEOUT] = { "power_timeout", 0, "seconds", "second", "20", false,
					    NULL, "Time limit for the whole action" },
	[FENCE_PARAMETER_DELAY] = { "delay", 0, "seconds", "second", "0", false, NULL,
				    "Seconds to wait before 'off', in addition to power_timeout" },
	[FENCE_PARAMETER_VERBOSE] = { "verbose", 'v', NULL, "boolean", "0", false, NULL,
				      "Show each command sent and its raw result" },
	[FENCE_PARAMETER_VERSION] = { "version", 'V', NULL, "boolean", NULL, false, NULL,
				      "Print the version" },
	[FENCE_PARAMETER_HELP] = { "help", 'h', NULL, "boolean", NULL, false, NULL,
				   "Print this help" },
};

static const struct {
	const char *word;
	const char *attributes; /* of the metadata */
} actions[FENCE_ACTION_COUNT] = {
	[FENCE_OFF] = { "off", "" },
	/* A node lets itself in, because no other node has its nexus; and as soon as it joins. */
	[FENCE_ON] = { "on", " on_target=\"1\" automatic=\"1\"" },
	[FENCE_STATUS] = { "status", "" },
	[FENCE_MONITOR] = { "monitor", "" },
	[FENCE_LIST] = { "list", "" },
	[FENCE_METADATA] = { "metadata", "" },
	[FENCE_VALIDATE_ALL] = { "validate-all", "" },
};

const char *fence_action_word(enum fence_action action)
{
	return actions[action].word;
}

static bool is_name(const char *text, const char *name)
{
	for (; *text && *name; text++, name++)
		if (*text != *name && !(*text == '-' && *name == '_'))
			return false;
	return *text == *name;
}

static int parameter_find(const char *name)
{
	for (int i = 0; i < FENCE_PARAMETER_COUNT; i++)
		if (is_name(name, parameters[i].name))
			return i;
	return -1;
}

bool fence_option_take(const char *name, const char *value, struct fence_texts *texts)
{
	int id = parameter_find(name);

	if (id < 0)
		return false;
	texts->text[id] = value;
	return true;
}

int fence_option_takes_value(const char **name)
{
	for (int i = 0; i < FENCE_PARAMETER_COUNT; i++) {
		bool is_letter = (*name)[0] && !(*name)[1] && (*name)[0] == parameters[i].letter;

		if (!is_letter && !is_name(*name, parameters[i].name))
			continue;
		*name = parameters[i].name;
		return parameters[i].value != NULL;
	}
	return -1;
}

bool fence_line_take(char *line, struct fence_texts *texts)
{
	char *name = text_trim(line), *equals = strchr(name, '=');

	if (!*name || *name == '#')
		return true;
	if (!equals)
		return false;
	*equals = '\0';
	return fence_option_take(text_trim(name), text_trim(equals + 1), texts);
}

/* Seconds, with or without their unit. */
static bool seconds_read(struct arena *arena, const char *text, int64_t *time)
{
	size_t length = strlen(text), unit = length > 1 && text[length - 1] == 's';

	return clock_seconds_parse(arena_printf(arena, "%.*s", (int)(length - unit), text),
				   SECONDS_MAX, time);
}

static bool truth(const char *text)
{
	static const char *const yes[] = { "1", "yes", "on", "true" };

	for (size_t i = 0; text && i < sizeof(yes) / sizeof(yes[0]); i++)
		if (strcasecmp(text, yes[i]) == 0)
			return true;
	return false;
}

/* What is wrong with @text as a key or the name of one; NULL: *@key is set. */
static const char *fence_key_read(const struct key_names *names, struct arena *arena,
				  const char *parameter, const char *text, uint64_t *key)
{
	enum key_error error;

	if (key_names_may_be(text)) {
		*key = key_names_key(names, text);
		if (*key)
			return NULL;
		return names->doubt ? arena_printf(arena, FENCE_USAGE_NAME_IGNORED, parameter,
						   text_line(arena, text), names->doubt)
				    : arena_printf(arena, FENCE_USAGE_NAME_UNKNOWN, parameter,
						   text_line(arena, text));
	}
	error = key_parse(text, key);
	return error ? arena_printf(arena, "%s '%s': %s", parameter, text_line(arena, text),
				    key_error_text(error))
		     : NULL;
}

/* The key that this machine's name has, whole or up to its first point; 0: none. */
static uint64_t node_key(const struct key_names *names, struct arena *arena, const char *node)
{
	uint64_t key = key_names_key(names, node);

	return key ? key
		   : key_names_key(names,
				   arena_printf(arena, "%.*s", (int)strcspn(node, "."), node));
}

static const char *fence_keys_read(const struct fence_texts *texts, const struct key_names *names,
				   const char *node, struct arena *arena, struct fence *fence)
{
	static const enum fence_parameter_id plugs[] = { FENCE_PARAMETER_PLUG, FENCE_PARAMETER_PORT,
							 FENCE_PARAMETER_NODENAME };
	const char *own = texts->text[FENCE_PARAMETER_KEY], *wrong = NULL;
	/* What looks at the devices alone asks for no node, and may be given any. */
	bool for_node = fence->action != FENCE_MONITOR && fence->action != FENCE_LIST;

	for (size_t i = 0; for_node && i < sizeof(plugs) / sizeof(plugs[0]); i++) {
		const char *text = texts->text[plugs[i]];

		if (!text || !*text)
			continue;
		wrong = fence_key_read(names, arena, parameters[plugs[i]].name, text, &fence->plug);
		break;
	}
	if (!wrong && own && *own)
		wrong = fence_key_read(names, arena, "key", own, &fence->key);
	else if (!wrong)
		fence->key = node_key(names, arena, node);
	if (wrong)
		return wrong;
	/*
	 * 'on' runs on the node itself, which the cluster may call by another name than the
	 * machine.
	 */
	if (fence->action == FENCE_ON && !fence->key)
		fence->key = fence->plug;
	if (fence->action == FENCE_STATUS && !fence->plug)
		fence->plug = fence->key;
	if (!fence->key && for_node && fence->action != FENCE_STATUS)
		return names->doubt ? arena_printf(arena, FENCE_USAGE_OWN_KEY_IGNORED, names->doubt)
				    : arena_printf(arena, FENCE_USAGE_NO_OWN_KEY,
						   text_line(arena, node));
	switch (fence->action) {
	case FENCE_OFF:
		if (!fence->plug)
			return FENCE_USAGE_NO_PLUG;
		if (fence->plug == fence->key)
			return arena_printf(arena, FENCE_USAGE_FENCES_ITSELF,
					    describe_key(arena, fence->key));
		return NULL;
	case FENCE_ON:
		if (fence->plug && fence->plug != fence->key)
			return arena_printf(arena, FENCE_USAGE_ON_ELSEWHERE,
					    describe_key(arena, fence->key),
					    describe_key(arena, fence->plug));
		return NULL;
	case FENCE_STATUS:
		return fence->plug ? NULL : FENCE_USAGE_NO_PLUG_FOR_STATUS;
	default:
		return NULL;
	}
}

static void devices_read(const char *text, struct arena *arena, struct fence *fence)
{
	char *copy = (char *)arena_printf(arena, "%s", text), *rest;

	fence->devices = arena_alloc(arena, (strlen(text) / 2 + 1) * sizeof(*fence->devices));
	if (!fence->devices || copy == arena_full)
		return;
	for (char *one = strtok_r(copy, SEPARATORS, &rest); one;
	     one = strtok_r(NULL, SEPARATORS, &rest))
		fence->devices[fence->device_count++] = one;
}

const char *fence_understand(const struct fence_texts *texts, const struct key_names *names,
			     const char *node, struct arena *arena, struct fence *fence)
{
	const char *const *text = texts->text;
	const char *action = text[FENCE_PARAMETER_ACTION], *wrong;
	int i;

	*fence = (struct fence){ .names = names,
				 .type = RESV_WRITE_EXCLUSIVE_REG_ONLY,
				 .timeout = 20 * CLOCK_SECOND };
	if (!action || !*action)
		action = parameters[FENCE_PARAMETER_ACTION].preset;
	for (i = 0; i < FENCE_ACTION_COUNT && strcmp(action, actions[i].word) != 0; i++)
		;
	if (i == FENCE_ACTION_COUNT)
		return arena_printf(arena, FENCE_USAGE_ACTION, text_line(arena, action));
	fence->action = (enum fence_action)i;
	fence->verbose = truth(text[FENCE_PARAMETER_VERBOSE]);
	fence->rejoin = truth(text[FENCE_PARAMETER_REJOIN]);
	if (fence->action == FENCE_METADATA || fence->action == FENCE_LIST)
		return NULL;
	if (text[FENCE_PARAMETER_TYPE] && type_parse(text[FENCE_PARAMETER_TYPE], &fence->type) != 0)
		return arena_printf(arena, FENCE_USAGE_TYPE,
				    text_line(arena, text[FENCE_PARAMETER_TYPE]));
	if (text[FENCE_PARAMETER_POWER_TIMEOUT] &&
	    (!seconds_read(arena, text[FENCE_PARAMETER_POWER_TIMEOUT], &fence->timeout) ||
	     fence->timeout == 0))
		return FENCE_USAGE_POWER_TIMEOUT;
	if (text[FENCE_PARAMETER_DELAY] &&
	    !seconds_read(arena, text[FENCE_PARAMETER_DELAY], &fence->delay))
		return FENCE_USAGE_DELAY;
	if (text[FENCE_PARAMETER_DEVICES])
		devices_read(text[FENCE_PARAMETER_DEVICES], arena, fence);
	if (!fence->device_count)
		return FENCE_USAGE_NO_DEVICES;
	wrong = fence_keys_read(texts, names, node, arena, fence);
	return wrong;
}

int fence_metadata_write(FILE *file)
{
	fputs("<?xml version=\"1.0\" ?>\n"
	      "<resource-agent name=\"fence_prctl\" shortdesc=\"Fence agent for persistent "
	      "reservations\">\n"
	      "<longdesc>fence_prctl cuts a node off from its shared disks by persistent "
	      "reservations: "
	      "SCSI disks, NVMe namespaces and dm-multipath maps. Each node registers its own key "
	      "on the disks; "
	      "'off' removes it and aborts the node's commands; after that the node cannot write. "
	      "The node itself is not "
	      "restarted. 'on' lets this node in. See fence_prctl(8).</longdesc>\n"
	      "<vendor-url></vendor-url>\n"
	      "<parameters>\n",
	      file);
	for (int i = 0; i < FENCE_PARAMETER_COUNT; i++) {
		const struct parameter *parameter = &parameters[i];

		/* The fencer's own business. */
		if (i == FENCE_PARAMETER_NODENAME)
			continue;
		fprintf(file, "\t<parameter name=\"%s\" unique=\"0\" required=\"%d\"",
			parameter->name, parameter->required);
		if (i == FENCE_PARAMETER_PLUG)
			fprintf(file, " obsoletes=\"%s\"", parameters[FENCE_PARAMETER_PORT].name);
		if (parameter->instead)
			fputs(" deprecated=\"1\"", file);
		fputs(">\n\t\t<getopt mixed=\"", file);
		if (parameter->letter)
			fprintf(file, "-%c, ", parameter->letter);
		fputs("--", file);
		for (const char *c = parameter->name; *c; c++)
			fputc(*c == '_' ? '-' : *c, file);
		if (parameter->value)
			fprintf(file, "=[%s]", parameter->value);
		fprintf(file, "\" />\n\t\t<content type=\"%s\"", parameter->type);
		if (parameter->preset)
			fprintf(file, " default=\"%s\"", parameter->preset);
		if (i == FENCE_PARAMETER_TYPE) {
			fputs(" >\n", file);
			for (int type = RESV_WRITE_EXCLUSIVE; type < RESV_OTHER; type++)
				fprintf(file, "\t\t\t<option value=\"%s\" />\n",
					type_words((enum resv_type)type)->name);
			fputs("\t\t</content>\n", file);
		} else {
			fputs(" />\n", file);
		}
		fprintf(file, "\t\t<shortdesc lang=\"en\">%s</shortdesc>\n\t</parameter>\n",
			parameter->summary);
	}
	fputs("</parameters>\n<actions>\n", file);
	for (int i = 0; i < FENCE_ACTION_COUNT; i++)
		fprintf(file, "\t<action name=\"%s\"%s />\n", actions[i].word,
			actions[i].attributes);
	fputs("</actions>\n</resource-agent>\n", file);
	return ferror(file) ? -EIO : 0;
}

int fence_help_write(FILE *file)
{
	fputs("Usage: fence_prctl [OPTION...]\n"
	      "Fences a node from shared disks, for a cluster's fencer. Without options, "
	      "parameters are read from\n"
	      "standard input, as lines of NAME=VALUE.\n\n",
	      file);
	for (int i = 0; i < FENCE_PARAMETER_COUNT; i++) {
		const struct parameter *parameter = &parameters[i];
		char option[64] = "";
		size_t length = 0;

		if (parameter->letter)
			length = (size_t)snprintf(option, sizeof(option), "-%c, ",
						  parameter->letter);
		snprintf(option + length, sizeof(option) - length, "--%s%s%s", parameter->name,
			 parameter->value ? "=" : "", parameter->value ? parameter->value : "");
		for (char *c = option; *c; c++)
			*c = *c == '_' ? '-' : *c;
		fprintf(file, "  %s%-*s %s%s%s%s\n", parameter->letter ? "" : "    ",
			parameter->letter ? 30 : 26, option, parameter->summary,
			parameter->preset && parameter->value ? " (default: " : "",
			parameter->preset && parameter->value ? parameter->preset : "",
			parameter->preset && parameter->value ? ")" : "");
	}
	fputs("\nActions:", file);
	for (int i = 0; i < FENCE_ACTION_COUNT; i++)
		fprintf(file, " %s", actions[i].word);
	fputs("\n", file);
	return ferror(file) ? -EIO : 0;
}
