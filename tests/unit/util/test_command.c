// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <signal.h>

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
	{ "blocked signals", "exec sed -n 's/^SigBlk:.//p' /proc/self/status", false, 0,
	  "0000000000000000\n" },
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

	sigset_t some;

	sigemptyset(&some);
	sigaddset(&some, SIGUSR1);
	sigprocmask(SIG_BLOCK, &some, NULL);
	assert_int_equal(command_run(arena, argv, end, &text), row->err);
	if (row->text)
		assert_string_equal(text, row->text);
	arena_free(arena);
}

static const struct {
	const char *name, *program;
	int err;
} programs[] = {
	{ "no such path", "/nothing", -ENOENT },
	{ "no such name", "nothing", -ENOENT },
	{ "an empty name", "", -ENOENT },
	{ "it cannot be run", "/etc/passwd", -EACCES },
	{ "a name", "true", 0 },
};

static void finds(void **state)
{
	const typeof(programs[0]) *row = *state;
	const char *const argv[] = { row->program, NULL };
	struct arena *arena = arena_new(2 * COMMAND_OUTPUT_MAX);
	const char *text;

	/* a PATH of the caller's leads nowhere else */
	setenv("PATH", "/nowhere", 1);
	assert_int_equal(command_run(arena, argv, clock_now() + 600 * CLOCK_SECOND, &text),
			 row->err);
	arena_free(arena);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, runs, scripts);
	UNIT_TABLE(&unit, finds, programs);
	return unit_run(&unit, "command");
}
