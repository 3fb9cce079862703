/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What can be said of one path after it was asked: whether it answers, and its name in messages. Nothing is sent here. */
#ifndef PATH_TEXT_H
#define PATH_TEXT_H

#include "model/result.h"

/* Whether @path has answered, and may be used. */
bool path_is_alive(struct result *path);

/*
 * Whether the device answered through @path that the LUN is not there: LOGICAL UNIT NOT SUPPORTED (SPC-4 4.5.3). The path
 * works, and leads to another place than the other paths of its map.
 */
bool path_is_elsewhere(struct result *path);

/* "/dev/sdb", or with what is wrong: "/dev/sdb (does not answer)". In the arena. */
const char *path_text(struct result *path);

#endif
