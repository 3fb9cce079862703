/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was meant by a word that is none: the nearest of those that are. */
#ifndef SUGGEST_H
#define SUGGEST_H

#include <stddef.h>

/*
 * The one of @words that @typed is most likely meant to be: the only one that it begins, or else the nearest by edit
 * distance, capitals or not. NULL: none is near. The first of equals wins.
 */
const char *suggest(const char *typed, const char *const *words, size_t count);

/* How many letters must be put in, left out, changed or swapped with the next to make @one of @other. */
size_t suggest_distance(const char *one, const char *other);

#endif
