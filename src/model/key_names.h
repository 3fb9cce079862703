/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names for keys, from a file of the system's: a line is KEY NAME. Whoever can write that file
 * decides which host a fence hits, so it is used only if that is root alone.
 */
#ifndef KEY_NAMES_H
#define KEY_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define NAME_LENGTH_MAX 64 /* as long as a host's name may be */

struct name {
	uint64_t key;
	char text[NAME_LENGTH_MAX + 1];
};

struct cluster;

struct key_names {
	struct name *list;
	size_t count;
	const struct cluster *cluster; /* whose nodes' keys fence_scsi makes; NULL: not read */
	char *doubt; /* why the file is ignored, as a clause; NULL: it is not, or there is none */
};

enum key_names_result {
	KEY_NAMES_OK, /* also if there is no file */
	KEY_NAMES_BAD, /* a line is wrong: *@wrong, which the caller frees, says which and why */
	KEY_NAMES_NO_MEMORY,
};

/*
 * Reads the file at @path; a file that is ignored leaves the list empty, and names->doubt says why.
 * key_names_free() releases it, whatever is returned.
 */
enum key_names_result key_names_load(const char *path, struct key_names *names, char **wrong);

/* The same of an open @file, whatever its owner and mode; @path is for *@wrong. */
enum key_names_result key_names_read(FILE *file, const char *path, struct key_names *names,
				     char **wrong);

void key_names_free(struct key_names *names);

/* The name of @key; NULL: it has none. @names may be NULL. */
const char *key_names_of(const struct key_names *names, uint64_t key);

/* The key called @text; 0: none is. */
uint64_t key_names_key(const struct key_names *names, const char *text);

/* Whether @text begins as a name does, and no key. */
bool key_names_may_be(const char *text);

#endif
