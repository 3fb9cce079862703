/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text of others, as it may be printed. */
#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/arena.h"

/* ASCII's control characters. */
bool text_is_control(char c);

/* Replaces the control characters in @line by '?'. */
void text_mask(char *line);

/* The user's text, fit for one line: control characters become '?'. In the arena. */
const char *text_line(struct arena *arena, const char *text);

/*
 * The first @length bytes of @bytes, up to a NUL, as text that may be printed and that no other
 * bytes have: what is not printable ASCII becomes \xHH, and so does a backslash. In the arena.
 */
const char *text_exact(struct arena *arena, const char *bytes, size_t length);

/* @prefix and the @length @bytes in hexadecimal, in the arena. */
const char *text_hex(struct arena *arena, const char *prefix, const uint8_t *bytes, size_t length);

/* @text without the blanks and line ends at its beginning and end, in place. */
char *text_trim(char *text);

/* Device text as it may be printed: ASCII, no control characters ('?' instead), in the arena. */
const char *text_clean(struct arena *arena, const char *text, size_t length);

/*
 * @list with one more item, formatted, after a comma: "" and "a" is "a", "a" and "b" is "a, b". In
 * the arena.
 */
__attribute__((format(printf, 3, 4)))
const char *text_list(struct arena *arena, const char *list, const char *format, ...);

#endif
