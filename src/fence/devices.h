/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The shared disks that the parameter devices names: in itself, or in files. */
#ifndef DEVICES_H
#define DEVICES_H

#include "util/arena.h"

/* Between the devices of a list. */
#define DEVICES_SEPARATORS ", \t"

/*
 * @text with the devices that are in the file in place of each word that is @FILE, in the arena.
 * NULL: *@wrong says why as a clause. A file that is not there, or names no device, is wrong: all
 * nodes must begin a fence at the same disk. So is one that others than root can write.
 */
const char *devices_expand(const char *text, struct arena *arena, const char **wrong);

/*
 * The devices of @content, a file that is taken to pieces, each with a blank after it, in @list,
 * which has room for one character more than @content and its end.
 */
void devices_of_file(char *content, char *list);

#endif
