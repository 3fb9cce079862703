/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Libraries that few commands need. Linked, each would be found, mapped and relocated by every command: libblkid and
 * jansson together were a third of the instructions of a start. So they are loaded where they are first used.
 */
#ifndef LIBRARY_H
#define LIBRARY_H

#include <stddef.h>

/*
 * Loads @file ("libblkid.so.1"), which stays until the process ends, and stores the address of each of its functions
 * @names in the same place of @functions. 0, or a negative errno with the linker's own words in *@cause, which stand
 * until the next call.
 */
int library_load(const char *file, const char *const *names, size_t count, void **functions, const char **cause);

/* Takes out of the environment what libraries would take from there: where to look, and what to print of themselves. */
void libraries_unset(void);

#endif
