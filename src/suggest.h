/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Suggests the known word that is nearest to an unknown one. */
#ifndef SUGGEST_H
#define SUGGEST_H

#include <stddef.h>

/*
 * The word of @words that the user most likely wanted to type: the only one that it begins, or else
 * the nearest by edit distance, capitals or not. NULL: none is near. The first of equals wins.
 */
const char *suggest(const char *typed, const char *const *words, size_t count);

/*
 * How many letters must be put in, left out, changed or swapped with the next to make @one of
 * @other.
 */
size_t suggest_distance(const char *one, const char *other);

#endif
