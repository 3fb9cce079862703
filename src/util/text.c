// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/text.h"

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

const char *text_line(struct arena *arena, const char *text)
{
	char *line = (char *)arena_printf(arena, "%s", text);

	for (char *c = line; line != arena_full && *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = '?';
	return line;
}
