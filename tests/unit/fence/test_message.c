// SPDX-License-Identifier: GPL-2.0-or-later
/* The advice in prctl's messages, as the fence agent prints it. */
#include "unit.h"

#include "fence/fence.h"
#include "model/messages.h"

static const struct {
	const char *name, *prctls, *agents;
} messages[] = {
	{ "no option", "no such device", "no such device" },
	{ "an alternative",
	  "this is a path of map mpatha; use the map, or --this-path to change it",
	  "this is a path of map mpatha; use the map" },
	{ "a first alternative", "0xb is there; use --old-key with that key, or --ignore-key",
	  "0xb is there" },
	{ "a clause between others", "held by 0xb; use --type; check the target",
	  "held by 0xb; check the target" },
	{ "alternatives inside", "held; reserve first, or use --unreserved; check the target",
	  "held; reserve first; check the target" },
	{ "a first clause", "--no-reset forbids it; try again", "try again" },
	{ "an apostrophe", "the victim's key is not here; use --if-registered",
	  "the victim's key is not here" },
	{ "a command of prctl's",
	  "not proven; run 'prctl clear --key 0xa'; use --x",
	  "not proven; run 'prctl clear --key 0xa'" },
	{ "a parameter of the same meaning", ADVICE_MORE_TIME,
	  "check for a dead path, or use a longer power_timeout" },
	{ "a command without its program", ADVICE_CONFIRM,
	  "if the victim's host is off or was rebooted, use 'prctl preempt-abort "
	  "--confirmed-off'" },
	{ "a command of another tool",
	  "release it on that host, or reset the LUN with sg_reset --device",
	  "release it on that host, or reset the LUN" },
};

static void fits(void **state)
{
	const typeof(messages[0]) *row = *state;
	struct arena *arena = unit_arena();

	assert_string_equal(fence_message(arena, row->prctls), row->agents);
	arena_free(arena);
}

static const struct {
	const char *name, *read, *after_change;
} final_reads[] = {
	{ "a path that failed", "the path failed (EIO); no change was sent; restore the path",
	  "the path failed (EIO); restore the path" },
	{ "a path that is offline",
	  "the path is offline or gone (ENXIO); nothing was sent; restore it",
	  "the path is offline or gone (ENXIO); restore it" },
	{ "each path of a map",
	  "no path responds: sda (the LUN is no longer mapped to this host (no such LUN); "
	  "no change was sent), sdb (out of memory; nothing was sent)",
	  "no path responds: sda (the LUN is no longer mapped to this host (no such LUN)), "
	  "sdb (out of memory)" },
	{ "no process for the reading",
	  "nothing was sent: cannot start: Cannot allocate memory (ENOMEM)",
	  "cannot start: Cannot allocate memory (ENOMEM)" },
	{ "a signal before the reading", "nothing was sent: stopped by SIGTERM",
	  "stopped by SIGTERM" },
	{ "no such clause", "no response within 2 s; state unknown",
	  "no response within 2 s; state unknown" },
};

static void final_read_fits(void **state)
{
	const typeof(final_reads[0]) *row = *state;
	struct arena *arena = unit_arena();

	assert_string_equal(fence_read_failed(arena, row->read), row->after_change);
	arena_free(arena);
}

/* Whether @text has an option outside of a command line of prctl. */
static bool has_option(const char *text)
{
	const char *command = strstr(text, "'prctl ");

	for (; *text; text++) {
		if (text == command)
			text += 1 + strcspn(text + 1, "'");
		else if (strncmp(text, "--", 2) == 0 && text[2] >= 'a' && text[2] <= 'z')
			return true;
	}
	return false;
}

/* Appends the literals of @line to @text. */
static void literals_add(char *text, const char *line)
{
	size_t length = strlen(text);

	for (bool in = false; *line; line++) {
		if (*line == '"')
			in = !in;
		else if (in)
			text[length++] = *line;
	}
	text[length] = '\0';
}

/* Every message about devices: the macros of messages.h, except usage errors. */
static void no_option_is_left(void **state)
{
	const char *srcdir = getenv("srcdir");
	struct arena *arena = unit_arena();
	char line[1000], text[4000] = "";
	bool of_devices = false;
	size_t count = 0;
	FILE *file;

	(void)state;
	file = fopen(arena_printf(arena, "%s/src/model/messages.h", srcdir ? srcdir : "."), "r");
	assert_non_null(file);
	while (fgets(line, sizeof(line), file)) {
		if (strncmp(line, "#define ", 8) == 0)
			of_devices = !strstr(line, " USAGE_") && !strstr(line, " PRCTL_") &&
				     !strstr(line, "FENCE_USAGE_");
		literals_add(text, line);
		if (strstr(line, "\\\n"))
			continue;
		count += strstr(text, "--") != NULL;
		if (of_devices && has_option(fence_message(arena, text)))
			fail_msg("%s", fence_message(arena, text));
		*text = '\0';
	}
	assert_true(count > 20);
	fclose(file);
	arena_free(arena);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, fits, messages);
	UNIT_TABLE(&unit, final_read_fits, final_reads);
	UNIT_TEST(&unit, no_option_is_left);
	return unit_run(&unit, "message");
}
