/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names for keys, from a file of the system's: a line is KEY NAME. Who can write that file decides whom a fence
 * hits, so it is believed only where that is root alone.
 */
#ifndef NAMES_H
#define NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define NAME_LENGTH_MAX 64 /* as long as a host's name may be */

struct name {
	uint64_t key;
	char text[NAME_LENGTH_MAX + 1];
};

struct names {
	struct name *list;
	size_t count;
	char *doubt; /* why the file is not believed or cannot be read, as a clause; NULL: it is, or there is none */
};

enum names_result {
	NAMES_OK, /* also where there is no file */
	NAMES_BAD, /* a line is wrong: *@wrong, which the caller frees, says which and why */
	NAMES_NO_MEMORY,
};

/*
 * Reads the file at @path; what is not believed leaves the list empty, and names->doubt says so. names_free()
 * releases it, whatever is returned.
 */
enum names_result names_load(const char *path, struct names *names, char **wrong);

/* The same of an open @file, whatever its owner and mode; @path is for *@wrong. */
enum names_result names_read(FILE *file, const char *path, struct names *names, char **wrong);

void names_free(struct names *names);

/* The name of @key; NULL: it has none. @names may be NULL. */
const char *names_of(const struct names *names, uint64_t key);

/* The key called @text; 0: none is. */
uint64_t names_key(const struct names *names, const char *text);

/* Whether @text begins as a name does, and no key. */
bool names_may_be(const char *text);

#endif
