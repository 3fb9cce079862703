/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names for keys, from a system file with lines KEY NAME. Anyone who can write to that file can
 * decide which host a fence hits, so it is used only if root alone can write to it.
 */
#ifndef KEY_NAMES_H
#define KEY_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define NAME_LENGTH_MAX 64 /* the maximum length of a host name */

struct name {
	uint64_t key;
	char text[NAME_LENGTH_MAX + 1];
};

/* An invalid line, and what can be read of it. */
struct name_bad {
	char *why; /* with the file and the line's number */
	uint64_t key; /* 0: no readable key */
	char text[NAME_LENGTH_MAX + 1]; /* the likely name, truncated; empty: none */
};

struct cluster;

struct key_names {
	struct name *list;
	size_t count;
	struct name_bad *bad; /* in the order of the file */
	size_t bad_count;
	/* the cluster whose fence_scsi keys get node names; NULL: not read */
	const struct cluster *cluster;
	/*
	 * why the file is ignored, as a clause; NULL: it is used, or does not exist. A link to a
	 * file that does not exist is ignored.
	 */
	char *ignored;
};

enum key_names_result {
	KEY_NAMES_OK, /* also if the file does not exist */
	/*
	 * a line is invalid: *@wrong, which the caller frees, describes the first one; names->bad
	 * has all, and the list has the valid lines
	 */
	KEY_NAMES_BAD,
	KEY_NAMES_NO_MEMORY,
};

/*
 * Reads the file at @path. If the file is ignored, the list stays empty and names->ignored says
 * why. Call key_names_free() whatever is returned.
 */
enum key_names_result key_names_load(const char *path, struct key_names *names, char **wrong);

/* The same for an open @file, without checking its owner and mode; @path is used in *@wrong. */
enum key_names_result key_names_read(FILE *file, const char *path, struct key_names *names,
				     char **wrong);

/* Adds a name, of up to NAME_LENGTH_MAX characters. */
enum key_names_result key_names_add(struct key_names *names, uint64_t key, const char *text);

/*
 * Why the file at @path is not trusted to name the hosts of keys, as a clause; NULL if only root
 * can write to it.
 */
const char *key_names_distrust(const char *path);
/* The same for an open file, which no link can replace any more. */
const char *key_names_distrust_open(int fd);

/* Frees what @names points to, not @names itself. */
void key_names_free(struct key_names *names);

/*
 * The name of @key, even from a line with another error; NULL if it has none. @names may be NULL.
 */
const char *key_names_of(const struct key_names *names, uint64_t key);

/* The key called @text; 0 if there is none. */
uint64_t key_names_key(const struct key_names *names, const char *text);

/*
 * Whether @one and @other name the same host: upper and lower case are the same, and one may be the
 * part of the other before the first point. IP addresses have no such part.
 */
bool key_names_is_host(const char *one, const char *other);

/*
 * The key of the host called @host: the entry with exactly that name, or one that fits by
 * key_names_is_host(). 0 if there is none, or if two names fit; *@other is then one of them (NULL:
 * none fits).
 */
uint64_t key_names_host(const struct key_names *names, const char *host, const char **other);

/* Another name in the list that may be of the host of @name; NULL if there is none. */
const char *key_names_twin(const struct key_names *names, const struct name *name);

/* Whether @text starts like a name, and is neither a key nor a number. */
bool key_names_may_be(const char *text);

#endif
