/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The fence agent: what a cluster's fencer requests, as plain data; how it is read from standard
 * input or from options; and the actions. fence_prctl.c has main().
 */
#ifndef FENCE_H
#define FENCE_H

#include <stdio.h>

#include "model/key_names.h"
#include "model/request.h"
#include "model/result.h"

/* The exit statuses of the fence-agent API. */
enum fence_status {
	FENCE_OK = 0,
	FENCE_FAILED = 1, /* also: not verified */
	FENCE_IS_OFF = 2, /* only for status and watchdog */
};

enum fence_action {
	FENCE_OFF,
	FENCE_ON,
	FENCE_STATUS,
	FENCE_MONITOR,
	FENCE_LIST,
	FENCE_METADATA,
	FENCE_VALIDATE_ALL,
	FENCE_WATCHDOG,
	FENCE_ACTION_COUNT,
};

/* The parameters, in the order of the metadata. */
enum fence_parameter_id {
	FENCE_PARAMETER_ACTION,
	FENCE_PARAMETER_OPTION,
	FENCE_PARAMETER_DEVICES,
	FENCE_PARAMETER_VGS_PATH,
	FENCE_PARAMETER_ARBITERS,
	FENCE_PARAMETER_PLUG,
	FENCE_PARAMETER_PORT,
	FENCE_PARAMETER_NODENAME,
	FENCE_PARAMETER_KEY,
	FENCE_PARAMETER_KEY_VALUE,
	FENCE_PARAMETER_TYPE,
	FENCE_PARAMETER_REJOIN,
	FENCE_PARAMETER_ALLOW_PARTIAL,
	FENCE_PARAMETER_POWER_TIMEOUT,
	FENCE_PARAMETER_DELAY,
	FENCE_PARAMETER_VERBOSE,
	FENCE_PARAMETER_VERBOSE_LEVEL,
	FENCE_PARAMETER_VERSION,
	FENCE_PARAMETER_HELP,
	/* The rest: parameters of fence_scsi without an effect here, which have no names here. */
	FENCE_PARAMETER_NO_EFFECT,
	FENCE_PARAMETER_COUNT = FENCE_PARAMETER_NO_EFFECT + 18,
};

/*
 * The text of each parameter; the last one counts. NULL: not given, so the default; only the action
 * may be empty.
 */
struct fence_texts {
	const char *text[FENCE_PARAMETER_COUNT];
	/* the first unknown one that may be meant as the action; NULL: none */
	const char *misspelt;
};

struct fence {
	enum fence_action action;
	const char **devices;
	size_t device_count; /* 0: not given */
	bool by_groups; /* the devices are those of the shared volume groups that lvm shows */
	/* the disks of which most decide a fence; an odd number. They need not be shared disks. */
	const char **arbiters;
	size_t arbiter_count; /* 0: the shared disk with the lowest WWID decides */
	uint64_t key; /* this node's own key; 0: the action does not need it, and it is unknown */
	uint64_t plug; /* the other node's key; 0: not given */
	enum resv_type type;
	int64_t timeout; /* ns for the work */
	int64_t delay; /* ns before it starts */
	bool rejoin; /* on: even if this node was fenced in this boot */
	bool allow_partial; /* on: even if a path of a map does not answer */
	bool verbose;
	const struct key_names *names;
};

/* The name of @action in the fence-agent API. */
const char *fence_action_word(enum fence_action action);

/*
 * Reads one line of standard input ("name=value", trimmed in place; @texts points into it), or an
 * option's @name, in which '-' means '_', and its value. Returns false if the parameter is unknown;
 * @texts->misspelt is set if such a line may be meant as the action. An empty line and a comment
 * are skipped.
 */
bool fence_line_take(char *line, struct fence_texts *texts);
bool fence_option_take(const char *name, char *value, struct fence_texts *texts);
/*
 * Whether the option @name, long or of one letter, takes a value; -1 if there is none. *@name
 * becomes the long name.
 */
int fence_option_takes_value(const char **name);

/* Reads power_timeout: *@time, in ns. False: it is not a number of seconds greater than 0. */
bool fence_timeout_read(const struct fence_texts *texts, struct arena *arena, int64_t *time);

/*
 * Splits @text into @fence->devices, in @arena. Returns NULL, or what is wrong as a clause: there
 * is none.
 */
const char *fence_devices_take(const char *text, struct arena *arena, struct fence *fence);
/* The same with @fence->arbiters: an odd number, and none twice. */
const char *fence_arbiters_take(const char *text, struct arena *arena, struct fence *fence);

/* Whether the action uses devices. */
bool fence_needs_devices(const struct fence *fence);

/* Whether @text means yes: 1, yes, on or true. False for NULL. */
bool fence_is_yes(const char *text);

/*
 * Why @name, the next parameter from *@id on that was given but has no effect here, has none, as a
 * clause; *@id becomes the next one. NULL if there is none.
 */
const char *fence_no_effect(const struct fence_texts *texts, int *id, const char **name);

/*
 * Parses @texts. @node is this machine's name. Returns NULL, or what is wrong as a clause in
 * @arena. The action is always set: FENCE_METADATA works even if something else is wrong.
 */
const char *fence_parse(const struct fence_texts *texts, const struct key_names *names,
			const char *node, struct arena *arena, struct fence *fence);

/*
 * A message of prctl for users of the agent: without advice to use options that the agent does not
 * have, and with its parameters instead of the other options. In the arena.
 */
const char *fence_message(struct arena *arena, const char *message);

/*
 * In @arena: the @message of a disk that could not be read after a change to it, without the clause
 * that nothing was sent.
 */
const char *fence_read_failed(struct arena *arena, const char *message);

/* Prints the metadata in XML, and the text of --help. Return 0 or a negative errno. */
int fence_metadata_write(FILE *file);
int fence_help_write(FILE *file);

/*
 * Carries out @fence->action on the devices, reports each on standard output and standard error,
 * and logs changes.
 */
enum fence_status fence_act(const struct fence *fence, struct arena *arena);

/*
 * The rules, as pure functions. What status reports about @fence->plug, from @results that were
 * read:
 */
enum fence_status fence_status_judge(const struct fence *fence, const struct results *results);

#endif
