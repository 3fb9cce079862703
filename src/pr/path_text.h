/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What can be said of one path after it was asked: whether it answers, and its name in messages.
 * Nothing is sent here.
 */
#ifndef PATH_TEXT_H
#define PATH_TEXT_H

#include "model/result.h"

/* Whether the last reading through @path was answered, or would have been but for a privilege. */
bool path_answers(const struct result *path);

/* Whether @path has answered, leads to this LUN as far as it was asked, and may be used. */
bool path_is_alive(struct result *path);

/*
 * Whether the device answered through @path that the LUN is not there, or that it is another one.
 */
bool path_is_elsewhere(struct result *path);

/*
 * Whether the device answered through @path as no LUN does whose state another path shows: that it
 * is another LUN, or none; INVALID COMMAND OPERATION CODE or RESERVATION CONFLICT to a reading
 * (SPC-4 4.5 and 5.12; on NVMe Invalid Command Opcode). Such a path works, and writes may go
 * through it.
 */
bool path_contradicts(struct result *path);

/* "/dev/sdb", or with what is wrong: "/dev/sdb (does not answer)". In the arena. */
const char *path_text(struct result *path);

#endif
