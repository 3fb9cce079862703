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

/* A line that is wrong, and what can be read of it. */
struct name_bad {
	char *why; /* with the file and the line's number */
	uint64_t key; /* 0: none that can be read */
	char text[NAME_LENGTH_MAX + 1]; /* what may be meant as the name, cut; empty: nothing */
};

struct cluster;

struct key_names {
	struct name *list;
	size_t count;
	struct name_bad *bad; /* in the file's order */
	size_t bad_count;
	const struct cluster *cluster; /* whose nodes' keys fence_scsi makes; NULL: not read */
	char *doubt; /* why the file is ignored, as a clause; NULL: it is not, or there is none */
};

enum key_names_result {
	KEY_NAMES_OK, /* also if there is no file */
	/*
	 * a line is wrong: *@wrong, which the caller frees, says why of the first one; names->bad
	 * has all, and the list has the lines that are right
	 */
	KEY_NAMES_BAD,
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

/* Adds a name, of up to NAME_LENGTH_MAX characters. */
enum key_names_result key_names_add(struct key_names *names, uint64_t key, const char *text);

/*
 * Why the file at @path is not trusted to say which host has which key, as a clause; NULL: root
 * alone can write it.
 */
const char *key_names_distrust(const char *path);

void key_names_free(struct key_names *names);

/*
 * The name of @key, also by a line that is wrong otherwise; NULL: it has none. @names may be NULL.
 */
const char *key_names_of(const struct key_names *names, uint64_t key);

/* The key called @text; 0: none is. */
uint64_t key_names_key(const struct key_names *names, const char *text);

/*
 * Whether @one and @other name the same host: but for capitals, and one may be the other's name up
 * to the first point. IP addresses have no such part.
 */
bool key_names_is_host(const char *one, const char *other);

/*
 * The key of the host called @host, by exactly that name or by key_names_is_host(); 0: none, or two
 * names fit, of which *@other is one (NULL: none).
 */
uint64_t key_names_host(const struct key_names *names, const char *host, const char **other);

/* Whether @text begins as a name does, and is no key or number. */
bool key_names_may_be(const char *text);

#endif
