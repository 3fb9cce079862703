// SPDX-License-Identifier: GPL-2.0-or-later
/* main() of the fence agent: options or standard input, and the exit status. */
#include "config.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "fence/devices.h"
#include "fence/fence.h"
#include "fence/groups.h"
#include "fence/key_value.h"
#include "fence/output.h"
#include "job/supervise.h"
#include "model/messages.h"
#include "util/clock.h"
#include "util/process.h"
#include "util/text.h"

/* the number of LUNs for the size of the arena, over all requests of an action */
#define DEVICES_MAX 1024
#define INPUT_MAX 65536
/* for a caller that keeps standard input open and writes nothing */
#define INPUT_TIME (10 * CLOCK_SECOND)

static enum fence_status agent_fail(const char *why)
{
	fprintf(stderr, "fence_prctl: %s\n", why);
	return FENCE_FAILED;
}

/* Reads all of standard input. NULL: *@wrong says why. */
static char *input_read(struct arena *arena, const char **wrong)
{
	char *text = arena_alloc(arena, INPUT_MAX + 1);
	int64_t end = clock_now() + INPUT_TIME;
	size_t length = 0;
	ssize_t got = 1;
	sigset_t none;

	sigemptyset(&none);
	*wrong = FENCE_NO_MEMORY;
	while (text && got) {
		struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
		int64_t left = end - clock_now();
		struct timespec wait = clock_timespec(left > 0 ? left : 0);
		int ready = ppoll(&input, 1, &wait, &none);

		*wrong = FENCE_STOPPED;
		if (ready < 0 && supervise_signal_wait(0))
			return NULL;
		*wrong = FENCE_INPUT_OPEN;
		if (ready == 0)
			return NULL;
		*wrong = FENCE_INPUT_LONG;
		if (length == INPUT_MAX)
			return NULL;
		got = ready < 0 ? -1 : read(STDIN_FILENO, text + length, INPUT_MAX - length);
		if (got < 0 && errno != EINTR) {
			*wrong = arena_printf(arena, FENCE_INPUT_UNREAD, strerror(errno));
			return NULL;
		}
		length += got > 0 ? (size_t)got : 0;
	}
	/* The lines after it would be left out, and without an action this is a fence. */
	if (text && strlen(text) != length) {
		*wrong = FENCE_INPUT_NUL;
		return NULL;
	}
	return text;
}

static bool input_take(struct arena *arena, struct fence_texts *texts)
{
	const char *wrong;
	char *text = input_read(arena, &wrong), *rest, *name;

	if (!text)
		return agent_fail(wrong), false;
	if (strncmp(text, UTF8_MARK, strlen(UTF8_MARK)) == 0)
		text += strlen(UTF8_MARK);
	for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		/* It is cut at its '=', so the warning shows only its name. */
		name = (char *)arena_printf(arena, "%.*s", (int)strcspn(line, "="), line);
		if (!fence_line_take(line, texts))
			fprintf(stderr, "fence_prctl: warning: " FENCE_WARN_PARAMETER "\n",
				text_line(arena, name));
	}
	return true;
}

/* The value of an option that needs one: @here, or the next argument. NULL if there is none. */
static char *option_value(char *here, int argc, char **argv, int *i)
{
	if (here)
		return here;
	return ++*i < argc ? argv[*i] : NULL;
}

/*
 * Stores the option @name, which @takes a value; @value is NULL if none was given. Returns NULL, or
 * what is wrong.
 */
static const char *option_take(const char *name, bool takes, char *value,
			       struct fence_texts *texts, struct arena *arena)
{
	if (takes && !value)
		return arena_printf(arena, FENCE_USAGE_OPTION_VALUE, name);
	if (!takes && value)
		return arena_printf(arena, FENCE_USAGE_OPTION_NO_VALUE, name);
	fence_option_take(name, takes ? value : (char *)arena_printf(arena, "1"), texts);
	return NULL;
}

/* "--power-timeout=5", "--power-timeout 5" */
static const char *long_take(int argc, char **argv, int *i, struct fence_texts *texts,
			     struct arena *arena)
{
	char *option = argv[*i], *equals = strchr(option, '=');
	const char *name = arena_printf(arena, "%.*s", (int)strcspn(option + 2, "="), option + 2);
	int takes = fence_option_takes_value(&name);
	char *value = equals ? equals + 1 : NULL;

	if (takes < 0)
		return arena_printf(arena, FENCE_USAGE_OPTION, text_line(arena, option));
	if (takes)
		value = option_value(value, argc, argv, i);
	return option_take(name, takes, value, texts, arena);
}

/* "-o off", "-ooff", "-vo off" */
static const char *letters_take(int argc, char **argv, int *i, struct fence_texts *texts,
				struct arena *arena)
{
	char *option = argv[*i];
	const char *wrong = NULL;

	for (char *letter = option + 1; *letter && !wrong; letter++) {
		const char *name = arena_printf(arena, "%c", *letter);
		int takes = fence_option_takes_value(&name);

		if (takes < 0)
			return arena_printf(arena, FENCE_USAGE_OPTION, text_line(arena, option));
		if (takes)
			return option_take(name, true,
					   option_value(letter[1] ? letter + 1 : NULL, argc, argv,
							i),
					   texts, arena);
		wrong = option_take(name, false, NULL, texts, arena);
	}
	return wrong;
}

static bool options_take(struct arena *arena, int argc, char **argv, struct fence_texts *texts)
{
	for (int i = 1; i < argc; i++) {
		const char *wrong;

		/* The end of the options, as for getopt; the agent has no other arguments. */
		if (strcmp(argv[i], "--") == 0 && i + 1 == argc)
			break;
		if (argv[i][0] != '-' || !argv[i][1] || strcmp(argv[i], "--") == 0)
			wrong = arena_printf(arena, FENCE_USAGE_ARGUMENT,
					     text_line(arena, argv[i]));
		else if (argv[i][1] == '-')
			wrong = long_take(argc, argv, &i, texts, arena);
		else
			wrong = letters_take(argc, argv, &i, texts, arena);
		if (wrong)
			return agent_fail(wrong), false;
	}
	return true;
}

/*
 * Prints what was requested instead of an action: *@status. In addition to an action this is
 * refused: a fence that only prints must not end with 0.
 */
static bool print(struct arena *arena, const struct fence_texts *texts, enum fence_status *status)
{
	bool help = fence_is_yes(texts->text[FENCE_PARAMETER_HELP]);
	int err;

	if (!help && !fence_is_yes(texts->text[FENCE_PARAMETER_VERSION]))
		return false;
	if (texts->text[FENCE_PARAMETER_ACTION]) {
		*status = agent_fail(arena_printf(arena, FENCE_USAGE_WITH_ACTION,
						  help ? "help" : "version"));
		return true;
	}
	output_wait(OUTPUT_FOREVER);
	err = help ? fence_help_write(stdout) : printf("fence_prctl %s\n", PACKAGE_VERSION);
	*status = err < 0 ? FENCE_FAILED : FENCE_OK;
	return true;
}

static void warn_of_no_effect(const struct fence_texts *texts)
{
	const char *name, *why;
	int id = 0;

	while ((why = fence_no_effect(texts, &id, &name)))
		fprintf(stderr, "fence_prctl: warning: " FENCE_WARN_NO_EFFECT "\n", name, why);
}

/*
 * Finds the disks of shared volume groups, within half of the time. Returns NULL, or what is wrong.
 */
static const char *groups_take(const struct fence_texts *texts, struct arena *arena,
			       struct fence *fence)
{
	const char *vgs = texts->text[FENCE_PARAMETER_VGS_PATH], *list, *wrong = NULL;
	int64_t begun = clock_now();

	if (fence->device_count || !fence_needs_devices(fence))
		return NULL;
	list = groups_devices(vgs ? vgs : GROUPS_VGS, begun + fence->timeout / 2, arena, &wrong);
	if (list)
		wrong = fence_devices_take(list, arena, fence);
	fence->by_groups = true;
	fence->timeout -= clock_now() - begun;
	return wrong;
}

/*
 * Makes keys by key_value, within a quarter of the time. Returns NULL, or what is wrong; *@spent is
 * the time that corosync was asked, in ns.
 */
static const char *keys_take(const struct fence_texts *texts, struct key_names *names,
			     struct arena *arena, struct key_value *value, int64_t *spent)
{
	int64_t timeout, begun = clock_now();
	const char *wrong;

	(void)fence_timeout_read(texts, arena, &timeout);
	*value = (struct key_value){ .text = texts->text[FENCE_PARAMETER_KEY_VALUE],
				     .end = begun + timeout / 4 };
	wrong = key_value_load(value, names, arena);
	*spent = value->source ? clock_now() - begun : 0;
	return wrong;
}

/* Replaces each @FILE by the disks that it names. NULL, or what is wrong. */
static const char *files_expand(struct fence_texts *texts, struct arena *arena)
{
	static const enum fence_parameter_id lists[] = { FENCE_PARAMETER_DEVICES,
							 FENCE_PARAMETER_ARBITERS };
	const char *wrong = NULL;

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]) && !wrong; i++)
		if (texts->text[lists[i]])
			texts->text[lists[i]] =
				devices_expand(texts->text[lists[i]], arena, &wrong);
	return wrong;
}

static enum fence_status run(int argc, char **argv)
{
	struct arena *arena = arena_new_within(arena_size_for(DEVICES_MAX));
	struct fence_texts texts = { 0 };
	enum fence_status status;
	struct key_names names;
	struct utsname system;
	struct fence fence;
	const char *wrong, *no_keys, *no_devices;
	struct key_value value;
	int64_t spent;
	char *bad;

	if (!arena || uname(&system) < 0)
		return agent_fail(strerror(errno));
	if (!(argc > 1 ? options_take(arena, argc, argv, &texts) : input_take(arena, &texts)))
		return FENCE_FAILED;
	if (print(arena, &texts, &status))
		return status;
	warn_of_no_effect(&texts);
	if (key_names_load(KEYS_FILE, &names, &bad) == KEY_NAMES_NO_MEMORY)
		return agent_fail(strerror(ENOMEM));
	arena->names = &names;
	no_devices = files_expand(&texts, arena);
	no_keys = keys_take(&texts, &names, arena, &value, &spent);
	wrong = fence_parse(&texts, &names, system.nodename, arena, &fence);
	/* The cluster requests it on nodes that are not set up yet. */
	if (fence.action == FENCE_METADATA && !wrong)
		return fence_act(&fence, arena);
	if (names.ignored)
		fprintf(stderr, "fence_prctl: warning: %s\n", names.ignored);
	if (value.unused)
		fprintf(stderr, "fence_prctl: warning: " FENCE_WARN_NO_EFFECT "\n", "key_value",
			FENCE_WHY_KEYS_FILE);
	if (no_keys || no_devices || wrong)
		return agent_fail(no_keys ?: no_devices ?: wrong);
	if (fence.verbose && value.source)
		fprintf(stderr, "fence_prctl: " FENCE_NOTE_KEYS "\n", value.source);
	fence.timeout -= spent;
	wrong = groups_take(&texts, arena, &fence);
	if (wrong)
		return agent_fail(wrong);
	for (size_t i = 0; i < names.bad_count; i++)
		fprintf(stderr, "fence_prctl: warning: %s\n", names.bad[i].why);
	return fence_act(&fence, arena);
}

int main(int argc, char **argv)
{
	enum fence_status status;
	int err = process_begin();

	if (err)
		return agent_fail(strerror(-err));
	/* From now on a signal interrupts nothing halfway: the next step handles it. */
	supervise_signals_hold();
	output_begin();
	status = run(argc, argv);
	if (!output_end())
		return agent_fail(FENCE_OUTPUT);
	return status;
}
