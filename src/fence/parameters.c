// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The parameters and actions of the fence agent: one table for standard input, options, help and
 * metadata.
 */
#include "fence/parameters.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "util/suggest.h"
#include "util/text.h"

/* Up to so many letters of "action" may be wrong, and its length may differ by as many. */
#define WRONG_LETTERS 2
#define LENGTH_MAX 15 /* all that is compared with an unknown name is shorter */

#define NO_OTHER_PROGRAM "no other program is run"
#define ONE_LIMIT "power_timeout is the only time limit"
#define LOG "use verbose=1, and 'journalctl -t prctl'"

#define NO_EFFECT(offset, name, letter, value, type, why) \
	[FENCE_PARAMETER_NO_EFFECT + (offset)] = { \
		name, letter, value, type, NULL, false, NULL, "No effect: " why, why \
	}

const struct parameter fence_parameters[FENCE_PARAMETER_COUNT] = {
	[FENCE_PARAMETER_ACTION] = { "action", 'o', "action", "string", "off", false, NULL,
				     "What to do", NULL },
	[FENCE_PARAMETER_OPTION] = { "option", 0, "action", "string", NULL, false, "action",
				     "The same as action", NULL },
	[FENCE_PARAMETER_DEVICES] = { "devices", 'd', "devices", "string", NULL, false, NULL,
				      "The shared disks: paths or tags, separated by commas or "
				      "blanks; or @FILE, with a list of them (default: the "
				      "disks of shared volume groups)",
				      NULL },
	[FENCE_PARAMETER_VGS_PATH] = { "vgs_path", 0, "path", "string", "vgs", false, NULL,
				       "The program that lists the disks of volume groups", NULL },
	[FENCE_PARAMETER_ARBITERS] = { "arbiters", 0, "disks", "string", NULL, false, NULL,
				       "An odd number of disks; most of them decide a fence "
				       "(default: the shared disk with the lowest WWID decides)",
				       NULL },
	[FENCE_PARAMETER_PLUG] = { "plug", 'n', "name", "string", NULL, false, NULL,
				   "The node: its name in " KEYS_FILE ", or its key", NULL },
	[FENCE_PARAMETER_PORT] = { "port", 0, "name", "string", NULL, false, "plug",
				   "The same as plug", NULL },
	[FENCE_PARAMETER_NODENAME] = { "nodename", 0, "name", "string", NULL, false, "plug",
				       "The same as plug, if plug is not given", NULL },
	[FENCE_PARAMETER_KEY] = { "key", 'k', "key", "string", NULL, false, NULL,
				  "This node's own key, or its name (default: the name of the "
				  "machine)",
				  NULL },
	[FENCE_PARAMETER_KEY_VALUE] = { "key_value", 0, "id|hash", "string", NULL, false, NULL,
					"Make keys as fence_scsi does, from the nodes that "
					"corosync lists (default: use " KEYS_FILE ")",
					NULL },
	[FENCE_PARAMETER_TYPE] = { "type", 't', "type", "select", "write-exclusive-reg-only", false,
				   NULL,
				   "The reservation type that 'on' and 'off' take if nothing is "
				   "reserved",
				   NULL },
	[FENCE_PARAMETER_REJOIN] = { "rejoin", 0, "boolean", "boolean", "0", false, NULL,
				     "Whether 'on' unfences a node that was fenced and not "
				     "restarted since",
				     NULL },
	[FENCE_PARAMETER_ALLOW_PARTIAL] = { "allow_partial", 0, "boolean", "boolean", "0", false,
					    NULL,
					    "Whether 'on' unfences a node that has a dead path",
					    NULL },
	[FENCE_PARAMETER_POWER_TIMEOUT] = { "power_timeout", 0, "seconds", "second", "15", false,
					    NULL, "Time limit for the whole action", NULL },
	[FENCE_PARAMETER_DELAY] = { "delay", 0, "seconds", "second", "0", false, NULL,
				    "Seconds to wait before 'off', in addition to power_timeout",
				    NULL },
	[FENCE_PARAMETER_VERBOSE] = { "verbose", 'v', NULL, "boolean", "0", false, NULL,
				      "Show each command sent and its raw result", NULL },
	[FENCE_PARAMETER_VERBOSE_LEVEL] = { "verbose_level", 0, "number", "integer", NULL, false,
					    NULL, "The same as verbose, if it is greater than 0",
					    NULL },
	[FENCE_PARAMETER_VERSION] = { "version", 'V', NULL, "boolean", NULL, false, NULL,
				      "Print the version", NULL },
	[FENCE_PARAMETER_HELP] = { "help", 'h', NULL, "boolean", NULL, false, NULL,
				   "Print this help", NULL },
	NO_EFFECT(0, "aptpl", 'a', NULL, "boolean", "registrations always persist"),
	NO_EFFECT(1, "mpath_register_method", 0, "method", "string",
		  "every path of a map is registered"),
	NO_EFFECT(2, "readonly", 0, NULL, "boolean", "disks are always opened for reading"),
	NO_EFFECT(3, "suppress_errors", 0, NULL, "boolean", "errors are always shown"),
	NO_EFFECT(4, "logfile", 'f', "file", "string", LOG),
	NO_EFFECT(5, "quiet", 'q', NULL, "boolean", "errors are always shown"),
	NO_EFFECT(6, "debug", 0, "file", "string", LOG),
	NO_EFFECT(7, "debug_file", 'D', "file", "string", LOG),
	NO_EFFECT(8, "plug_separator", 0, "character", "string", "one node is fenced at a time"),
	NO_EFFECT(9, "disable_timeout", 0, "boolean", "boolean", "power_timeout always holds"),
	NO_EFFECT(10, "login_timeout", 0, "seconds", "second", ONE_LIMIT),
	NO_EFFECT(11, "shell_timeout", 0, "seconds", "second", ONE_LIMIT),
	NO_EFFECT(12, "power_wait", 0, "seconds", "second", "the disks are read back instead"),
	NO_EFFECT(13, "stonith_status_sleep", 0, "seconds", "second", ONE_LIMIT),
	NO_EFFECT(14, "retry_on", 0, "number", "integer", "the disks are read back instead"),
	NO_EFFECT(15, "corosync_cmap_path", 0, "path", "string", NO_OTHER_PROGRAM),
	NO_EFFECT(16, "sg_persist_path", 0, "path", "string", NO_OTHER_PROGRAM),
	NO_EFFECT(17, "sg_turs_path", 0, "path", "string", NO_OTHER_PROGRAM),
};

const struct action_word fence_actions[FENCE_ACTION_COUNT] = {
	[FENCE_OFF] = { "off", "" },
	/* A node registers itself, because no other node has its nexus; and as soon as it joins. */
	[FENCE_ON] = { "on", " on_target=\"1\" automatic=\"1\"" },
	[FENCE_STATUS] = { "status", "" },
	[FENCE_MONITOR] = { "monitor", "" },
	[FENCE_LIST] = { "list", "" },
	[FENCE_METADATA] = { "metadata", "" },
	[FENCE_VALIDATE_ALL] = { "validate-all", "" },
	[FENCE_WATCHDOG] = { "watchdog", "" },
};

const char *fence_action_word(enum fence_action action)
{
	return fence_actions[action].word;
}

/* Other names for the actions in the fence-agent API and in fence_scsi. */
static const struct {
	const char *word;
	enum fence_action action;
} aliases[] = {
	{ "enable", FENCE_ON },
	{ "disable", FENCE_OFF },
	{ "meta-data", FENCE_METADATA },
};

enum fence_action fence_action_find(const char *word)
{
	int i;

	for (size_t j = 0; j < sizeof(aliases) / sizeof(aliases[0]); j++)
		if (strcasecmp(word, aliases[j].word) == 0)
			return aliases[j].action;
	for (i = 0; i < FENCE_ACTION_COUNT && strcasecmp(word, fence_actions[i].word) != 0; i++)
		;
	return (enum fence_action)i;
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
		if (is_name(name, fence_parameters[i].name))
			return i;
	return -1;
}

/* A value without the blanks around it, and without quotes around all of it. In place. */
static char *value_trim(char *value)
{
	size_t length;

	value = text_trim(value);
	length = strlen(value);
	if (length < 2 || (*value != '"' && *value != '\'') || value[length - 1] != *value)
		return value;
	value[length - 1] = '\0';
	return text_trim(value + 1);
}

bool fence_option_take(const char *name, char *value, struct fence_texts *texts)
{
	int id = parameter_find(name);

	if (id < 0)
		return false;
	value = value_trim(value);
	/* An empty value means the default; but the default of the action is a fence. */
	if (id == FENCE_PARAMETER_OPTION)
		id = FENCE_PARAMETER_ACTION;
	texts->text[id] = *value || id == FENCE_PARAMETER_ACTION ? value : NULL;
	return true;
}

bool fence_is_yes(const char *text)
{
	static const char *const yes[] = { "1", "yes", "on", "true" };

	for (size_t i = 0; text && i < sizeof(yes) / sizeof(yes[0]); i++)
		if (strcasecmp(text, yes[i]) == 0)
			return true;
	return false;
}

const char *fence_no_effect(const struct fence_texts *texts, int *id, const char **name)
{
	while (*id < FENCE_PARAMETER_COUNT) {
		const struct parameter *parameter = &fence_parameters[(*id)++];

		*name = parameter->name;
		if (parameter->no_effect && texts->text[*id - 1])
			return parameter->no_effect;
	}
	return NULL;
}

int fence_option_takes_value(const char **name)
{
	for (int i = 0; i < FENCE_PARAMETER_COUNT; i++) {
		bool is_letter =
			(*name)[0] && !(*name)[1] && (*name)[0] == fence_parameters[i].letter;

		if (!is_letter && !is_name(*name, fence_parameters[i].name))
			continue;
		*name = fence_parameters[i].name;
		return fence_parameters[i].value != NULL;
	}
	return -1;
}

static bool is_name_character(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-';
}

/* Whether @word is an action, one of this agent or of another one. */
static bool is_action(const char *word)
{
	static const char *const others[] = { "reboot", "reset", "cycle", "start",
					      "stop", "list-status", "validate", "manpage" };

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (strcasecmp(word, others[i]) == 0)
			return true;
	return fence_action_find(word) < FENCE_ACTION_COUNT;
}

static bool is_similar(const char *name, const char *word)
{
	return suggest_distance(name, word) <= WRONG_LETTERS;
}

/*
 * Whether the unknown parameter @name may be meant as the action, such as "acton", "Action",
 * "action status", "-ostatus" or nothing before the sign; or @value, which may be NULL, is an
 * action.
 */
static bool may_be_action(const char *name, const char *value)
{
	const char *word = name + strspn(name, "-"), *rest;
	char begin[LENGTH_MAX + 1]; /* a longer name is similar to no word */
	size_t length = 0;

	while (is_name_character(word[length]))
		length++;
	snprintf(begin, sizeof(begin), "%.*s", (int)length, word);
	for (rest = word + length; *rest && !is_name_character(*rest); rest++)
		;
	return !*name || strncmp(name, "-o", 2) == 0 || is_action(begin) ||
	       is_action(value ? value : rest) || is_similar(begin, "action") ||
	       is_similar(begin, "option");
}

bool fence_line_take(char *line, struct fence_texts *texts)
{
	char *name = text_trim(line), *equals = strchr(name, '=');

	if (!*name || *name == '#')
		return true;
	if (equals)
		*equals = '\0';
	name = text_trim(name);
	if (equals && fence_option_take(name, equals + 1, texts))
		return true;
	if (!texts->misspelt && may_be_action(name, equals ? value_trim(equals + 1) : NULL))
		texts->misspelt = name;
	return false;
}
