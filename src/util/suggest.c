// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/suggest.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define LENGTH_MAX 64 /* no known word is longer, so a longer one is not similar to any */
#define BEGINNING 3 /* minimum length of a prefix */

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static int letter(char c)
{
	return tolower((unsigned char)c);
}

size_t suggest_distance(const char *one, const char *other)
{
	size_t rows = strlen(one), columns = strlen(other);
	/* Two rows before the current one: a swap looks two back. */
	size_t space[3][LENGTH_MAX + 1], *before = space[0], *last = space[1], *now = space[2],
					 *oldest;

	if (rows > LENGTH_MAX || columns > LENGTH_MAX)
		return rows > columns ? rows : columns;
	for (size_t j = 0; j <= columns; j++)
		last[j] = j;
	for (size_t i = 1; i <= rows; i++) {
		now[0] = i;
		for (size_t j = 1; j <= columns; j++) {
			int a = letter(one[i - 1]), b = letter(other[j - 1]);

			now[j] = least(least(last[j], now[j - 1]) + 1, last[j - 1] + (a != b));
			if (i > 1 && j > 1 && a == letter(other[j - 2]) && b == letter(one[i - 2]))
				now[j] = least(now[j], before[j - 2] + 1);
		}
		oldest = before;
		before = last;
		last = now;
		now = oldest;
	}
	return last[columns];
}

const char *suggest(const char *typed, const char *const *words, size_t count)
{
	size_t length = strlen(typed), begun = 0;
	/* Up to a third of the letters may be wrong; of three letters, one. */
	size_t best = length < BEGINNING ? 0 : length / 3;
	const char *nearest = NULL, *whole = NULL;

	if (length == 0 || length > LENGTH_MAX)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		size_t distance = suggest_distance(typed, words[i]);

		if (strncasecmp(typed, words[i], length) == 0 && length >= BEGINNING) {
			begun++;
			whole = words[i];
		}
		if (distance < best + !nearest) {
			best = distance;
			nearest = words[i];
		}
	}
	return begun == 1 && !(nearest && best == 0) ? whole : nearest;
}
