/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A request that consists of several: what came of each counts in the whole. */
#ifndef PARTS_H
#define PARTS_H

#include "model/request.h"
#include "model/result.h"

/* Does one request from the state in @result, and reads the state back. */
typedef void part_change(const struct request *request, struct result *result);

/*
 * Does @part by @change. What came of the parts before it, as @result has it, counts as well: what
 * was sent and changed, what was said, and what a dry run would send.
 */
void part_do(const struct request *part, struct result *result, part_change *change);

/* "@one; then @other", either of which may be NULL. */
const char *parts_text(struct arena *arena, const char *one, const char *other);

#endif
