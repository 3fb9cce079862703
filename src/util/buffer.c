// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROOM_FIRST 512 /* bytes: most texts need no more */

/* Makes room for @more bytes and a NUL. Returns where they go; NULL if there is no memory. */
static char *buffer_extend(struct buffer *buffer, size_t more)
{
	size_t room = buffer->room ? buffer->room : ROOM_FIRST;
	char *text;

	while (room - buffer->length <= more)
		room *= 2;
	if (!buffer->failed && room != buffer->room) {
		text = realloc(buffer->text, room);
		buffer->failed = !text;
		if (text) {
			buffer->text = text;
			buffer->room = room;
		}
	}
	return buffer->failed ? NULL : buffer->text + buffer->length;
}

void buffer_add_bytes(struct buffer *buffer, const char *bytes, size_t length)
{
	char *end = buffer_extend(buffer, length);

	if (!end)
		return;
	memcpy(end, bytes, length);
	end[length] = '\0';
	buffer->length += length;
}

void buffer_add(struct buffer *buffer, const char *text)
{
	buffer_add_bytes(buffer, text, strlen(text));
}

void buffer_printf(struct buffer *buffer, const char *format, ...)
{
	va_list args;
	char *end;
	int length;

	va_start(args, format);
	/* it was started: NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized) */
	length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	end = length < 0 ? NULL : buffer_extend(buffer, (size_t)length);
	buffer->failed |= !end;
	if (!end)
		return;
	va_start(args, format);
	/* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized) */
	vsnprintf(end, (size_t)length + 1, format, args);
	va_end(args);
	buffer->length += (size_t)length;
}

char *buffer_take(struct buffer *buffer, size_t *length)
{
	char *text = buffer->failed ? NULL : buffer->text;

	if (!text)
		free(buffer->text);
	if (length)
		*length = buffer->length;
	*buffer = (struct buffer){ 0 };
	return text;
}
