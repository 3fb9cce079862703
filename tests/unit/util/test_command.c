// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>

#include "unit.h"
#include "util/clock.h"
#include "util/command.h"

static const struct {
	const char *name, *script;
	bool soon; /* it should end at once, and does not */
	int err;
	const char *text; /* with 0 */
} scripts[] = {
	{ "its output", "echo one; echo two", false, 0, "one\ntwo\n" },
	{ "no output", ":", false, 0, "" },
	{ "another status", "echo one; exit 5", false, -EIO, NULL },
	{ "a signal", "kill -KILL $$", false, -EIO, NULL },
	{ "the locale", "echo $LC_ALL", false, 0, "C\n" },
	/* a reader of prctl's output must not have to wait for a program that hangs */
	{ "input and messages", "readlink /proc/$$/fd/0 /proc/$$/fd/2", false, 0,
	  "/dev/null\n/dev/null\n" },
	{ "no end", "echo one; exec sleep infinity", true, -ETIMEDOUT, NULL },
	{ "no end, and its output has ended", "exec sleep infinity >&-", true, -ETIMEDOUT, NULL },
};

static void runs(void **state)
{
	const typeof(scripts[0]) *row = *state;
	const char *const argv[] = { "/bin/sh", "-c", row->script, NULL };
	struct arena *arena = arena_new(2 * COMMAND_OUTPUT_MAX);
	const char *text = NULL;
	int64_t end = clock_now() + (row->soon ? CLOCK_SECOND / 10 : 600 * CLOCK_SECOND);

	assert_int_equal(command_run(arena, argv, end, &text), row->err);
	if (row->text)
		assert_string_equal(text, row->text);
	arena_free(arena);
}

static void is_not_there(void **state)
{
	const char *const argv[] = { "/nothing", NULL };
	struct arena *arena = arena_new(2 * COMMAND_OUTPUT_MAX);
	const char *text;

	(void)state;
	assert_int_equal(command_run(arena, argv, clock_now() + CLOCK_SECOND, &text), -ENOENT);
	arena_free(arena);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, runs, scripts);
	UNIT_TEST(&unit, is_not_there);
	return unit_run(&unit, "command");
}
