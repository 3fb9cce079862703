/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How much of what was named, and that lies on several LUNs, is reserved. */
#ifndef COVERAGE_H
#define COVERAGE_H

#include "model/result.h"

struct coverage_part {
	const char *name;
	dev_t *luns; /* that it lies on */
	size_t count; /* 0: it is missing on this host */
};

struct coverage {
	const char *argument;
	const char *unit; /* "physical volumes", "LUNs" */
	struct coverage_part *parts;
	size_t count;
	const char *doubt; /* why there may be more, as a clause; NULL: these are all */
	struct coverage *next;
};

/*
 * Adds to @results the coverage of @argument, with room for @count parts, which are called @unit:
 * "LUNs". NULL: no memory.
 */
struct coverage *coverage_add(struct results *results, const char *argument, const char *unit,
			      size_t count);

/*
 * Adds to @coverage the part @name, which lies on the LUNs of the results from @first on (NULL: it
 * is missing on this host). 0 or -ENOMEM.
 */
int coverage_part_add(struct results *results, struct coverage *coverage, const char *name,
		      const struct result *first);

struct coverage_sum {
	size_t reserved, unknown, all;
};

/* Counts the parts of @coverage: one is reserved if every LUN that it lies on is. */
struct coverage_sum coverage_count(const struct coverage *coverage, const struct results *results);

/* "3 of 4 physical volumes are reserved", in @arena. */
const char *coverage_text(struct arena *arena, const struct coverage *coverage,
			  const struct results *results);

#endif
