/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Suggests the known word that is most similar to an unknown one. */
#ifndef SUGGEST_H
#define SUGGEST_H

#include <stddef.h>

/*
 * The word of @words that the user most likely wanted to type: the only one that starts with it, or
 * else the nearest by edit distance, ignoring case. NULL if none is near. If several are equally
 * near, the first.
 */
const char *suggest(const char *typed, const char *const *words, size_t count);

/*
 * How many letters must be inserted, removed, changed, or swapped with the next, to change @one
 * into @other.
 */
size_t suggest_distance(const char *one, const char *other);

#endif
