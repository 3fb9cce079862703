/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is known of one path after it was asked: whether it answers, and its name in messages.
 * Nothing is sent here.
 */
#ifndef PATH_TEXT_H
#define PATH_TEXT_H

#include "model/result.h"

/*
 * How the device answered through @path: the question which LUN it is, if that failed last,
 * otherwise the first reading.
 */
const struct answer *path_answer(const struct result *path);

/* Whether that was answered, or failed only because of missing privilege. */
bool path_answers(const struct result *path);

/*
 * Whether the device has answered through @path, but was not ready to say which LUN it is; it may
 * be by now.
 */
bool path_is_unready(const struct result *path);

/* Whether @path has answered, leads to this LUN as far as that was checked, and may be used. */
bool path_is_alive(struct result *path);

/*
 * Whether the device answered through @path that the LUN does not exist, or that it is another LUN.
 */
bool path_is_elsewhere(struct result *path);

/*
 * Whether the answer through @path contradicts a state that was read through another path: it is
 * another LUN or none, or a read ended with INVALID COMMAND OPERATION CODE or RESERVATION CONFLICT
 * (SPC-4 4.5 and 5.12; on NVMe Invalid Command Opcode). Such a path works, and writes may go
 * through it.
 */
bool path_contradicts(struct result *path);

/* "/dev/sdb", or with the problem: "/dev/sdb (no response)". In the arena. */
const char *path_text(struct result *path);

#endif
