/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Another program, whose output is read. */
#ifndef COMMAND_RUN_H
#define COMMAND_RUN_H

#include <stdint.h>

#include "util/arena.h"

/*
 * Runs @argv[0], with @argv and nothing of the environment but the locale C, until @end
 * (clock_now()); then it is killed and not waited for. It has no input, and what it writes to
 * standard error is lost: who reads this program's must not wait for one that hangs. *@text: its
 * standard output, in @arena, at most COMMAND_OUTPUT_MAX bytes. 0; -ENOENT: there is no such
 * program; -ETIMEDOUT; -EIO: it ended with another status than 0; or another negative errno.
 */
int command_run(struct arena *arena, const char *const *argv, int64_t end, const char **text);

#define COMMAND_OUTPUT_MAX ((size_t)1 << 20)

#endif
