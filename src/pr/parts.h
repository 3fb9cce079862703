/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A request that consists of several parts: the outcome of each part counts for the whole. */
#ifndef PARTS_H
#define PARTS_H

#include "model/request.h"
#include "model/result.h"

/* Carries out one request, starting from the state in @result, and reads the state back. */
typedef void part_change(const struct request *request, struct result *result);

/*
 * Carries out @part with @change, and keeps the outcome of the earlier parts, which is in @result:
 * what was sent and changed, the messages, and what a dry run would send.
 */
void part_do(const struct request *part, struct result *result, part_change *change);

/* "@one; then @other"; either may be NULL. */
const char *parts_text(struct arena *arena, const char *one, const char *other);

#endif
