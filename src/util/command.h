/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs another program, or a function in another process, and reads its output. */
#ifndef COMMAND_RUN_H
#define COMMAND_RUN_H

#include <stdint.h>

#include "util/arena.h"

/*
 * Runs the program @argv[0] with the arguments @argv until @end (clock_now()); then it is killed,
 * without waiting for its end. A name without a slash is searched for in the system's directories
 * alone. Its environment has only the locale C and a PATH, no signal is blocked, it has no input,
 * and its standard error is discarded, because a reader of this program's standard error must not
 * wait for one that hangs. *@text: its standard output, in @arena. Returns 0; -ENOENT if there is
 * no such program; -ETIMEDOUT; -EFBIG if it writes more than COMMAND_OUTPUT_MAX bytes, and is then
 * killed; -EIO if its exit status is not 0; or another negative errno.
 */
int command_run(struct arena *arena, const char *const *argv, int64_t end, const char **text);

/*
 * Writes to standard output, and returns the exit status. In a process that has threads, it may
 * call only what is safe after a fork.
 */
typedef int command_function(const void *data);

/* The same with @function and its @data, in a child of this process. */
int command_fork(struct arena *arena, command_function *function, const void *data, int64_t end,
		 const char **text);

#define COMMAND_OUTPUT_MAX ((size_t)1 << 20)

#endif
