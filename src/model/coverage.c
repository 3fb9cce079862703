// SPDX-License-Identifier: GPL-2.0-or-later
#include "model/coverage.h"

#include <errno.h>

/* Whether the LUN @devno is reserved, as @results show it. */
static enum tri lun_reserved(const struct results *results, dev_t devno)
{
	for (const struct result *result = results->first; result; result = result->next) {
		if (!result->lun.name || result->lun.devno != devno)
			continue;
		if (result->state.source == SOURCE_NONE)
			return TRI_UNKNOWN;
		return result->state.type == RESV_NONE ? TRI_NO : TRI_YES;
	}
	return TRI_UNKNOWN;
}

static enum tri part_reserved(const struct coverage_part *part, const struct results *results)
{
	enum tri reserved = part->count ? TRI_YES : TRI_UNKNOWN;

	for (size_t i = 0; i < part->count && reserved != TRI_NO; i++) {
		enum tri lun = lun_reserved(results, part->luns[i]);

		reserved = lun == TRI_YES ? reserved : lun;
	}
	return reserved;
}

struct coverage_sum coverage_count(const struct coverage *coverage, const struct results *results)
{
	struct coverage_sum sum = { .all = coverage->count };

	for (size_t i = 0; i < coverage->count; i++) {
		enum tri reserved = part_reserved(&coverage->parts[i], results);

		sum.reserved += reserved == TRI_YES;
		sum.unknown += reserved == TRI_UNKNOWN;
	}
	return sum;
}

const char *coverage_text(struct arena *arena, const struct coverage *coverage,
			  const struct results *results)
{
	const struct coverage_sum sum = coverage_count(coverage, results);
	const char *unknown =
		sum.unknown ? arena_printf(arena, ", and of %zu it is unknown", sum.unknown) : "";
	const char *more = coverage->why_incomplete ? arena_printf(arena, "; there may be more: %s",
								   coverage->why_incomplete)
						    : "";

	return arena_printf(arena, "%zu of %zu %s are reserved%s%s", sum.reserved, sum.all,
			    coverage->unit, unknown, more);
}

/* Allocates the parts of @argument. NULL if there is no memory. */
struct coverage *coverage_add(struct results *results, const char *argument, const char *unit,
			      size_t count)
{
	struct coverage *coverage = arena_alloc(results->arena, sizeof(*coverage));
	struct coverage **end = &results->coverages;

	if (!coverage)
		return NULL;
	*coverage = (struct coverage){
		.argument = argument,
		.unit = unit,
		.parts = arena_alloc(results->arena, (count + 1) * sizeof(coverage->parts[0])),
	};
	if (!coverage->parts)
		return NULL;
	while (*end)
		end = &(*end)->next;
	*end = coverage;
	return coverage;
}

/*
 * Adds a part of the argument, which lies on the LUNs of the results from @first on. Returns 0 or
 * -ENOMEM.
 */
int coverage_part_add(struct results *results, struct coverage *coverage, const char *name,
		      const struct result *first)
{
	struct coverage_part *part = &coverage->parts[coverage->count++];
	size_t count = 0;

	for (const struct result *result = first; result; result = result->next)
		count++;
	*part = (struct coverage_part){
		.name = name,
		.luns = arena_alloc(results->arena, (count + 1) * sizeof(dev_t)),
	};
	for (; part->luns && first; first = first->next)
		if (first->lun.name)
			part->luns[part->count++] = first->lun.devno;
	return part->luns ? 0 : -ENOMEM;
}
