/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The columns of the status table, each a line of one table: what --output may name, what is shown
 * without it, what --help lists, and what a cell shows.
 */
#ifndef COLUMNS_H
#define COLUMNS_H

#include "model/result.h"

/*
 * A row is a registrant, or a path of a map that no registrant is known to be, or a device that has
 * neither.
 */
struct row {
	const struct result *result;
	const struct registrant *registrant; /* NULL: none */
	/* of this host, that this row is about; NULL: none, or not known */
	const struct result *path;
};

enum column_flag {
	COLUMN_DEFAULT = 1,
	COLUMN_DEVICE = 2, /* the same in each row of a device */
	COLUMN_MAP = 4, /* only for multipath maps */
	COLUMN_NAME = 8, /* only for keys that have a name */
	COLUMN_RIGHT = 16, /* numbers */
};

struct column {
	const char *name;
	unsigned int flags;
	unsigned int importance; /* the lowest goes first if the terminal is narrow; 0: it stays */
	const char *help;
	const char *(*text)(const struct row *row); /* "-": none; "?": not known */
};

#define COLUMN_COUNT 22

extern const struct column columns[COLUMN_COUNT];

/* Columns to show, in order. */
struct column_choice {
	const struct column *list[COLUMN_COUNT];
	size_t count;
};

/* The columns that are shown without --output. */
void columns_default(struct column_choice *choice);

enum column_error {
	COLUMN_OK,
	COLUMN_UNKNOWN,
	COLUMN_TWICE,
};

/*
 * Reads "DEVICE,key": names of columns in any case; with a '+' in front, after the default ones. If
 * it is wrong, the wrong word is at *@word with *@length.
 */
enum column_error columns_parse(const char *text, struct column_choice *choice, const char **word,
				size_t *length);

/*
 * Leaves columns out, the least important first, until what is left fits in @width: @widths has the
 * width of each, and a blank separates two. One of importance 0 is never left out.
 */
void columns_fit(struct column_choice *choice, size_t *widths, size_t width);

#endif
