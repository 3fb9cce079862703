/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The name of an initiator without its session: "iqn..." of "iqn...,i,0x...". A name without a
 * session is the same. Pure functions.
 */
#ifndef INITIATOR_H
#define INITIATOR_H

#include <stdbool.h>
#include <stddef.h>

#include "util/arena.h"

/* Its length. */
size_t initiator_length(const char *initiator);

/* A copy of it in @arena; arena_full if there is no memory. */
const char *initiator_text(struct arena *arena, const char *initiator);

/* Whether it is @name, byte by byte. */
bool initiator_is(const char *initiator, const char *name);

#endif
