/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A text that grows. open_memstream(3) does the same, but takes longer to begin than to write a
 * text of some lines.
 */
#ifndef BUFFER_H
#define BUFFER_H

#include <stdbool.h>
#include <stddef.h>

/* Begin with { 0 }. */
struct buffer {
	char *text; /* ends with a NUL; NULL: nothing was added yet */
	size_t length, room; /* bytes, without the NUL; with it */
	bool failed; /* there was no memory: what is added from now on is dropped */
};

/* Adds @length bytes of @bytes, which have no NUL. */
void buffer_add_bytes(struct buffer *buffer, const char *bytes, size_t length);

void buffer_add(struct buffer *buffer, const char *text);

__attribute__((format(printf, 2, 3)))
void buffer_printf(struct buffer *buffer, const char *format, ...);

/*
 * The text, which the caller frees; *@length (if it is not NULL): how many bytes it has. NULL if
 * there was no memory for all of it. The buffer is empty afterwards.
 */
char *buffer_take(struct buffer *buffer, size_t *length);

#endif
