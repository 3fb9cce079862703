/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The shared disks that the parameter devices names, directly or in files. */
#ifndef DEVICES_H
#define DEVICES_H

#include "util/arena.h"

/* Separators in a list of devices. */
#define DEVICES_SEPARATORS ", \t\n\r\f\v"

/*
 * @text with each word @FILE replaced by the devices in that file, in the arena. NULL: *@wrong says
 * why, as a clause. It is an error if the file is missing or names no device, because all nodes
 * must start a fence with the same disk, or if users other than root can write to it.
 */
const char *devices_expand(const char *text, struct arena *arena, const char **wrong);

/*
 * Writes the devices in @content, which is modified, to @list, with a blank after each. A word that
 * begins with '#' begins a remark, to the end of the line. @list has room for one character more
 * than @content and its final NUL.
 */
void devices_of_file(char *content, char *list);

#endif
