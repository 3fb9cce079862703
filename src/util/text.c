// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *text_clean(struct arena *arena, const char *text, size_t length)
{
	char *clean = arena_alloc(arena, length + 1);
	size_t end = 0;

	if (!clean)
		return arena_full;
	for (size_t i = 0; i < length && text[i]; i++) {
		clean[i] = text[i] >= ' ' && text[i] <= '~' ? text[i] : '?';
		if (clean[i] != ' ')
			end = i + 1;
	}
	clean[end] = '\0'; /* INQUIRY pads with blanks */
	return clean;
}

static const char digits[] = "0123456789abcdef";

static bool is_plain(char c)
{
	return c >= ' ' && c <= '~' && c != '\\';
}

const char *text_exact(struct arena *arena, const char *bytes, size_t length)
{
	size_t size = 1;
	char *text, *end;

	length = strnlen(bytes, length);
	for (size_t i = 0; i < length; i++)
		size += is_plain(bytes[i]) ? 1 : 4;
	end = text = arena_alloc(arena, size);
	if (!text)
		return arena_full;
	for (size_t i = 0; i < length; i++) {
		unsigned char byte = (unsigned char)bytes[i];

		if (is_plain(bytes[i])) {
			*end++ = bytes[i];
			continue;
		}
		*end++ = '\\';
		*end++ = 'x';
		*end++ = digits[byte >> 4];
		*end++ = digits[byte & 0xf];
	}
	*end = '\0';
	return text;
}

const char *text_hex(struct arena *arena, const char *prefix, const uint8_t *bytes, size_t length)
{
	size_t begin = strlen(prefix);
	char *text = arena_alloc(arena, begin + 2 * length + 1), *end;

	if (!text)
		return arena_full;
	strcpy(text, prefix);
	end = text + begin;
	for (size_t i = 0; i < length; i++) {
		*end++ = digits[bytes[i] >> 4];
		*end++ = digits[bytes[i] & 0xf];
	}
	*end = '\0';
	return text;
}

char *text_trim(char *text)
{
	static const char blanks[] = " \t\r\n";
	size_t length;

	text += strspn(text, blanks);
	length = strlen(text);
	while (length && strchr(blanks, text[length - 1]))
		text[--length] = '\0';
	return text;
}

bool text_is_control(char c)
{
	return (unsigned char)c < ' ' || c == 0x7f;
}

void text_mask(char *line)
{
	for (; *line; line++)
		if (text_is_control(*line))
			*line = '?';
}

const char *text_line(struct arena *arena, const char *text)
{
	char *line = (char *)arena_printf(arena, "%s", text);

	if (line != arena_full)
		text_mask(line);
	return line;
}

const char *text_list(struct arena *arena, const char *list, const char *format, ...)
{
	const char *item;
	va_list args;

	va_start(args, format);
	item = arena_vprintf(arena, format, args);
	va_end(args);
	return *list ? arena_printf(arena, "%s, %s", list, item) : item;
}
