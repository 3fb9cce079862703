// SPDX-License-Identifier: GPL-2.0-or-later
/* Parses the texts of the parameters. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "block/resolve.h"
#include "fence/devices.h"
#include "fence/parameters.h"
#include "model/describe.h"
#include "model/messages.h"
#include "util/clock.h"
#include "util/text.h"

#define SECONDS_MAX 1000000
/* The default of power_timeout: less than the 20 s that Pacemaker gives a monitor by default. */
#define TIMEOUT (15 * CLOCK_SECOND)

/* Seconds, with or without a unit. */
static bool seconds_read(struct arena *arena, const char *text, int64_t *time)
{
	size_t length = strlen(text), unit = length > 1 && text[length - 1] == 's';

	return clock_seconds_parse(arena_printf(arena, "%.*s", (int)(length - unit), text),
				   SECONDS_MAX, time);
}

bool fence_timeout_read(const struct fence_texts *texts, struct arena *arena, int64_t *time)
{
	const char *text = texts->text[FENCE_PARAMETER_POWER_TIMEOUT];

	*time = TIMEOUT;
	return !text || (seconds_read(arena, text, time) && *time > 0);
}

/* The invalid line of the file of keys that may be about the node @text; NULL if there is none. */
static const char *bad_line(const struct key_names *names, const char *text)
{
	for (size_t i = 0; i < names->bad_count; i++)
		if (key_names_is_host(names->bad[i].text, text))
			return names->bad[i].why;
	return NULL;
}

/* Why no key has the name @text of @parameter. */
static const char *unknown(const struct key_names *names, struct arena *arena,
			   const char *parameter, const char *text, const char *other)
{
	if (other)
		return arena_printf(arena, FENCE_USAGE_NAME_AMBIGUOUS, parameter,
				    text_line(arena, text), other);
	if (names->ignored)
		return arena_printf(arena, FENCE_USAGE_NAME_IGNORED, parameter,
				    text_line(arena, text), names->ignored);
	/* A line that cannot be read may be about it. */
	if (names->bad_count)
		return names->bad[0].why;
	return arena_printf(arena, FENCE_USAGE_NAME_UNKNOWN, parameter, text_line(arena, text));
}

/* What is wrong with @text as a key or the name of one; NULL: *@key is set. */
static const char *fence_key_read(const struct key_names *names, struct arena *arena,
				  const char *parameter, const char *text, uint64_t *key)
{
	const char *other, *wrong;
	enum key_error error;

	if (key_names_may_be(text)) {
		wrong = bad_line(names, text);
		*key = wrong ? 0 : key_names_host(names, text, &other);
		if (wrong || *key)
			return wrong;
		return unknown(names, arena, parameter, text, other);
	}
	error = key_parse(text, key);
	return error ? arena_printf(arena, "%s '%s': %s", parameter, text_line(arena, text),
				    key_error_text(error))
		     : NULL;
}

/* Whether the action concerns all nodes, not only this one and the one in question. */
static bool concerns_all(const struct fence *fence)
{
	return fence->action != FENCE_OFF && fence->action != FENCE_ON &&
	       fence->action != FENCE_STATUS;
}

/* Whether the invalid line @line has @key, or a name of the node that has it in a valid line. */
static bool is_about(const struct key_names *names, const struct name_bad *line, uint64_t key)
{
	const char *name = key ? key_names_of(names, key) : NULL;

	return key && (line->key == key || (name && key_names_is_host(line->text, name)));
}

/*
 * The invalid line that may give one of the two nodes another key, or its key to another node; NULL
 * if there is none. If the action concerns all nodes, so does every line.
 */
static const char *bad_line_of_nodes(const struct key_names *names, const struct fence *fence)
{
	for (size_t i = 0; i < names->bad_count; i++)
		if (concerns_all(fence) || is_about(names, &names->bad[i], fence->key) ||
		    is_about(names, &names->bad[i], fence->plug))
			return names->bad[i].why;
	return NULL;
}

/*
 * What is wrong if two names may be of one node, which then has two keys: a fence of the one would
 * leave it the other. NULL if there are none, or if the action concerns neither.
 */
static const char *twins(const struct key_names *names, struct arena *arena,
			 const struct fence *fence)
{
	for (size_t i = 0; i < names->count; i++) {
		const struct name *name = &names->list[i];
		const char *twin = key_names_twin(names, name);

		if (twin && (concerns_all(fence) || name->key == fence->key ||
			     name->key == fence->plug))
			return arena_printf(arena, FENCE_USAGE_TWINS, name->text, twin);
	}
	return NULL;
}

/* Why this node has no key. */
static const char *own_key_unknown(const struct key_names *names, struct arena *arena,
				   const char *node)
{
	if (names->ignored)
		return arena_printf(arena, FENCE_USAGE_OWN_KEY_IGNORED, names->ignored);
	if (names->bad_count)
		return names->bad[0].why;
	return arena_printf(arena, FENCE_USAGE_NO_OWN_KEY, text_line(arena, node));
}

/* Finds the node in question: *@fence's plug. Returns NULL, or what is wrong with it. */
static const char *plug_read(const struct fence_texts *texts, const struct key_names *names,
			     struct arena *arena, struct fence *fence)
{
	static const enum fence_parameter_id plugs[] = { FENCE_PARAMETER_PLUG, FENCE_PARAMETER_PORT,
							 FENCE_PARAMETER_NODENAME };

	/* An action that only uses the devices needs no node, and accepts any. */
	if (fence->action == FENCE_MONITOR)
		return NULL;
	for (size_t i = 0; i < sizeof(plugs) / sizeof(plugs[0]); i++)
		if (texts->text[plugs[i]])
			return fence_key_read(names, arena, fence_parameters[plugs[i]].name,
					      texts->text[plugs[i]], &fence->plug);
	return NULL;
}

/* This node's own key: given, or the one with the machine's name; 0 if there is none. */
static const char *own_read(const struct fence_texts *texts, const struct key_names *names,
			    const char *node, struct arena *arena, struct fence *fence)
{
	const char *own = texts->text[FENCE_PARAMETER_KEY], *other, *wrong;

	if (own)
		return fence_key_read(names, arena, "key", own, &fence->key);
	wrong = bad_line(names, node);
	fence->key = wrong ? 0 : key_names_host(names, node, &other);
	return wrong;
}

/* Checks that the two nodes are suitable for the action. Returns NULL, or what is wrong. */
static const char *nodes_judge(struct arena *arena, const struct fence *fence)
{
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

static const char *fence_keys_read(const struct fence_texts *texts, const struct key_names *names,
				   const char *node, struct arena *arena, struct fence *fence)
{
	const char *wrong = plug_read(texts, names, arena, fence);

	if (!wrong)
		wrong = own_read(texts, names, node, arena, fence);
	if (wrong)
		return wrong;
	/*
	 * 'on' runs on the node itself, for which the cluster may use another name than the
	 * machine's.
	 */
	if (fence->action == FENCE_ON && !fence->key)
		fence->key = fence->plug;
	if (fence->action == FENCE_STATUS && !fence->plug)
		fence->plug = fence->key;
	wrong = bad_line_of_nodes(names, fence);
	if (!wrong)
		wrong = twins(names, arena, fence);
	if (wrong)
		return wrong;
	if (!fence->key && fence->action != FENCE_MONITOR && fence->action != FENCE_STATUS)
		return own_key_unknown(names, arena, node);
	return nodes_judge(arena, fence);
}

/*
 * The device @word; a relative path as an absolute one. The name is recorded, and the action
 * watchdog, which may run in another directory, must find the device by it.
 */
static const char *device_of(const char *word, struct arena *arena)
{
	bool is_path = !resolve_is_slow(word); /* no tag, and no volume group */
	char *directory = is_path && *word != '/' ? get_current_dir_name() : NULL;
	const char *device =
		directory ? arena_printf(arena, "%s/%s", directory, word) : word;

	free(directory);
	return device;
}

/* The devices in @text: *@count of them, in the arena. NULL: no memory. */
static const char **devices_split(const char *text, struct arena *arena, size_t *count)
{
	char *copy = (char *)arena_printf(arena, "%s", text), *rest;
	const char **words = arena_alloc(arena, (strlen(text) / 2 + 1) * sizeof(*words));

	*count = 0;
	if (!words || copy == arena_full)
		return NULL;
	for (char *one = strtok_r(copy, DEVICES_SEPARATORS, &rest); one;
	     one = strtok_r(NULL, DEVICES_SEPARATORS, &rest))
		words[(*count)++] = device_of(one, arena);
	return words;
}

const char *fence_devices_take(const char *text, struct arena *arena, struct fence *fence)
{
	fence->devices = devices_split(text, arena, &fence->device_count);
	if (!fence->devices)
		return FENCE_NO_MEMORY;
	return fence->device_count ? NULL : FENCE_USAGE_DEVICES_EMPTY;
}

const char *fence_arbiters_take(const char *text, struct arena *arena, struct fence *fence)
{
	fence->arbiters = devices_split(text, arena, &fence->arbiter_count);
	if (!fence->arbiters)
		return FENCE_NO_MEMORY;
	if (fence->arbiter_count % 2 == 0)
		return FENCE_USAGE_ARBITERS_EVEN;
	for (size_t i = 0; i < fence->arbiter_count; i++)
		for (size_t j = 0; j < i; j++)
			if (strcmp(fence->arbiters[i], fence->arbiters[j]) == 0)
				return arena_printf(arena, FENCE_USAGE_ARBITER_TWICE,
						    text_line(arena, fence->arbiters[i]));
	return NULL;
}

bool fence_needs_devices(const struct fence *fence)
{
	return fence->action != FENCE_METADATA && fence->action != FENCE_LIST &&
	       fence->action != FENCE_WATCHDOG;
}

static bool is_verbose(const struct fence_texts *texts)
{
	const char *level = texts->text[FENCE_PARAMETER_VERBOSE_LEVEL];

	return fence_is_yes(texts->text[FENCE_PARAMETER_VERBOSE]) || (level && atoi(level) > 0);
}

/* Sets *@action, unless it is wrong. Returns NULL, or what is wrong. */
static const char *action_parse(const struct fence_texts *texts, struct arena *arena,
				enum fence_action *action)
{
	const char *text = texts->text[FENCE_PARAMETER_ACTION];
	enum fence_action found;

	/* Without an action the node is fenced. */
	if (!text && texts->misspelt)
		return arena_printf(arena, FENCE_USAGE_ACTION_MISSPELT,
				    text_line(arena, texts->misspelt));
	if (!text)
		text = fence_parameters[FENCE_PARAMETER_ACTION].preset;
	if (!*text)
		return FENCE_USAGE_ACTION_EMPTY;
	found = fence_action_find(text);
	if (found == FENCE_ACTION_COUNT)
		return arena_printf(arena, FENCE_USAGE_ACTION, text_line(arena, text));
	*action = found;
	return NULL;
}

/* What does not depend on nodes and devices. Returns NULL, or what is wrong. */
static const char *settings_parse(const struct fence_texts *texts, struct arena *arena,
				  struct fence *fence)
{
	const char *const *text = texts->text;

	fence->allow_partial = fence_is_yes(text[FENCE_PARAMETER_ALLOW_PARTIAL]);
	if (text[FENCE_PARAMETER_TYPE] && type_parse(text[FENCE_PARAMETER_TYPE], &fence->type) != 0)
		return arena_printf(arena, FENCE_USAGE_TYPE,
				    text_line(arena, text[FENCE_PARAMETER_TYPE]));
	if (!fence_timeout_read(texts, arena, &fence->timeout))
		return FENCE_USAGE_POWER_TIMEOUT;
	if (text[FENCE_PARAMETER_DELAY] &&
	    !seconds_read(arena, text[FENCE_PARAMETER_DELAY], &fence->delay))
		return FENCE_USAGE_DELAY;
	return NULL;
}

/* Why the nodes cannot be listed; NULL: they can. The cluster would take a part for all nodes. */
static const char *list_judge(const struct key_names *names, struct arena *arena,
			      const struct fence *fence)
{
	if (names->ignored)
		return arena_printf(arena, FENCE_USAGE_LIST_IGNORED, names->ignored);
	return names->bad_count ? names->bad[0].why : twins(names, arena, fence);
}

const char *fence_parse(const struct fence_texts *texts, const struct key_names *names,
			const char *node, struct arena *arena, struct fence *fence)
{
	const char *const *text = texts->text;
	const char *wrong;

	*fence = (struct fence){ .names = names, .type = RESV_WRITE_EXCLUSIVE_REG_ONLY };
	wrong = action_parse(texts, arena, &fence->action);
	if (wrong)
		return wrong;
	fence->verbose = is_verbose(texts);
	fence->rejoin = fence_is_yes(text[FENCE_PARAMETER_REJOIN]);
	if (fence->action == FENCE_METADATA)
		return NULL;
	if (fence->action == FENCE_LIST)
		return list_judge(names, arena, fence);
	wrong = settings_parse(texts, arena, fence);
	/* The store has the devices that the action "on" has registered, with their keys. */
	if (wrong || fence->action == FENCE_WATCHDOG)
		return wrong;
	if (text[FENCE_PARAMETER_DEVICES])
		wrong = fence_devices_take(text[FENCE_PARAMETER_DEVICES], arena, fence);
	if (!wrong && text[FENCE_PARAMETER_ARBITERS])
		wrong = fence_arbiters_take(text[FENCE_PARAMETER_ARBITERS], arena, fence);
	return wrong ? wrong : fence_keys_read(texts, names, node, arena, fence);
}
