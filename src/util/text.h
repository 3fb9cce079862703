/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text: makes it printable, trims it, and builds lists and hexadecimal. */
#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/arena.h"

/* The byte order mark that some editors write at the beginning of a file in UTF-8. */
#define UTF8_MARK "\xef\xbb\xbf"

/* ASCII's control characters. */
bool text_is_control(char c);

/* Replaces each control character in @line by '?'. */
void text_mask(char *line);

/* The user's text on one line: control characters become '?'. In the arena. */
const char *text_line(struct arena *arena, const char *text);

/*
 * The first @length bytes of @bytes, up to a NUL, as printable text; different bytes give different
 * texts. Anything except printable ASCII becomes \xHH, and so does a backslash. In the arena.
 */
const char *text_exact(struct arena *arena, const char *bytes, size_t length);

/* @prefix and the @length @bytes in hexadecimal, in the arena. */
const char *text_hex(struct arena *arena, const char *prefix, const uint8_t *bytes, size_t length);

/*
 * Removes the blanks and newlines at the beginning and end of @text, in place. Returns the first
 * character that is left, which is within @text.
 */
char *text_trim(char *text);

/*
 * The first @length bytes of @text, up to a NUL, without trailing blanks; each byte that is not
 * printable ASCII becomes '?'. In the arena.
 */
const char *text_clean(struct arena *arena, const char *text, size_t length);

/*
 * Appends a formatted item to @list, after a comma: "" and "a" gives "a", "a" and "b" gives "a, b".
 * In the arena.
 */
__attribute__((format(printf, 3, 4)))
const char *text_list(struct arena *arena, const char *list, const char *format, ...);

#endif
