/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The columns of the status table, each a row of one table: its name in --output, whether it is
 * shown by default, its text in --help, and the contents of a cell.
 */
#ifndef COLUMNS_H
#define COLUMNS_H

#include "model/result.h"

/*
 * A row is a registrant, or a path of a map that is not known to be a registrant, or a device that
 * has neither.
 */
struct row {
	const struct result *result;
	const struct registrant *registrant; /* NULL: none */
	/* the path of this host that this row is about; NULL: none, or unknown */
	const struct result *path;
};

enum column_flag {
	COLUMN_DEFAULT = 1,
	COLUMN_DEVICE = 2, /* the same in each row of a device */
	COLUMN_MAP = 4, /* only shown for multipath maps */
	COLUMN_NAME = 8, /* only shown if a key has a name */
	COLUMN_RIGHT = 16, /* aligned to the right */
};

struct column {
	const char *name;
	unsigned int flags;
	unsigned int importance; /* on a narrow terminal, the lowest is left out first; 0: never */
	const char *help;
	const char *(*text)(const struct row *row); /* "-": none; "?": unknown */
};

#define COLUMN_COUNT 22

extern const struct column columns[COLUMN_COUNT];

/* Columns to show, in this order. */
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
 * Parses "DEVICE,key": names of columns, in upper or lower case; after a '+' they are added to the
 * default ones. If a word is wrong, it is at *@word with *@length.
 */
enum column_error columns_parse(const char *text, struct column_choice *choice, const char **word,
				size_t *length);

/*
 * Leaves out columns, the least important first, until the rest fits in @width. @widths has the
 * width of each; a blank separates two. Columns of importance 0 are never left out.
 */
void columns_fit(struct column_choice *choice, size_t *widths, size_t width);

#endif
