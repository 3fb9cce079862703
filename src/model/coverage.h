/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How many parts of an argument are reserved if it consists of several LUNs. */
#ifndef COVERAGE_H
#define COVERAGE_H

#include "model/result.h"

struct coverage_part {
	const char *name;
	dev_t *luns; /* the LUNs on which it lies */
	size_t count; /* 0: the device is missing on this host */
};

struct coverage {
	const char *argument;
	const char *unit; /* "physical volumes", "LUNs" */
	struct coverage_part *parts;
	size_t count;
	/* why there may be more parts, as a clause; NULL: these are all */
	const char *why_incomplete;
	struct coverage *next;
};

/*
 * Adds to @results the coverage of @argument, with room for @count parts, which are called @unit:
 * "LUNs". Returns NULL if there is no memory.
 */
struct coverage *coverage_add(struct results *results, const char *argument, const char *unit,
			      size_t count);

/*
 * Adds to @coverage the part @name, which lies on the LUNs of the results from @first on (NULL: it
 * is missing on this host). Returns 0 or -ENOMEM.
 */
int coverage_part_add(struct results *results, struct coverage *coverage, const char *name,
		      const struct result *first);

struct coverage_sum {
	size_t reserved, unknown, all;
};

/* Counts the parts of @coverage. A part is reserved if every LUN on which it lies is reserved. */
struct coverage_sum coverage_count(const struct coverage *coverage, const struct results *results);

/* "3 of 4 physical volumes are reserved", in @arena. */
const char *coverage_text(struct arena *arena, const struct coverage *coverage,
			  const struct results *results);

#endif
