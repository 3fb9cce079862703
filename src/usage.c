// SPDX-License-Identifier: GPL-2.0-or-later
#include "usage.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct hint {
	const struct argp_state *state; /* whose name argp sets later than this is made */
	int told;
};

/* What argp would say there is left out. */
static ssize_t hint_write(void *cookie, const char *text, size_t size)
{
	struct hint *hint = cookie;

	(void)text;
	if (!hint->told++)
		fprintf(stderr, "Try '%s --help'.\n", hint->state->name);
	return (ssize_t)size;
}

static int hint_close(void *cookie)
{
	free(cookie);
	return 0;
}

static void line_clean(char *line)
{
	for (; *line; line++)
		if ((unsigned char)*line < ' ' || *line == 0x7f)
			*line = '?';
}

void usage_begin(struct argp_state *state)
{
	const cookie_io_functions_t functions = { .write = hint_write, .close = hint_close };
	struct hint *hint = calloc(1, sizeof(*hint));
	FILE *stream = hint ? fopencookie(hint, "w", functions) : NULL;

	if (!stream) {
		free(hint);
		return; /* argp's own words, then */
	}
	hint->state = state;
	setvbuf(stream, NULL, _IONBF, 0);
	state->err_stream = stream;
	/* getopt prints an option that it does not know as it is. */
	for (int i = 1; i < state->argc && strcmp(state->argv[i], "--") != 0; i++)
		if (state->argv[i][0] == '-')
			line_clean(state->argv[i]);
}

void usage_fail(struct argp_state *state, const char *format, ...)
{
	char *text;
	va_list args;
	int length;

	va_start(args, format);
	length = vasprintf(&text, format, args);
	va_end(args);
	if (length >= 0) {
		line_clean(text);
		fprintf(stderr, "%s: %s\n", state->name, text);
		free(text);
	}
	argp_state_help(state, state->err_stream, ARGP_HELP_STD_ERR);
}
