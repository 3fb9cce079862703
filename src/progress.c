// SPDX-License-Identifier: GPL-2.0-or-later
#include "progress.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define WIDTH_MAX 512

static size_t width(void)
{
	struct winsize size;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_col < 20)
		return 79;
	return size.ws_col - 1u < WIDTH_MAX - 1 ? size.ws_col - 1u : WIDTH_MAX - 1;
}

void progress_show(const struct work *work)
{
	char line[WIDTH_MAX], waiting[WIDTH_MAX] = "";
	size_t done = 0, all = 0, length = 0, columns;

	if (!isatty(STDERR_FILENO))
		return;
	columns = width();
	for (size_t i = 0; i < work->count; i++) {
		const struct slot *slot = &work->slots[i];

		if (!atomic_load(&slot->ready)) {
			all++;
			continue;
		}
		for (const struct result *result = slot->results.first; result; result = result->next) {
			all++;
			if (atomic_load(&result->stage) == STAGE_DONE)
				done++;
			else if (length < columns)
				length += (size_t)snprintf(waiting + length, sizeof(waiting) - length, " %s", result->label);
			if (length >= sizeof(waiting))
				length = sizeof(waiting) - 1;
		}
	}
	snprintf(line, sizeof(line), "%zu of %zu done; waiting for%.*s", done, all, (int)(sizeof(line) - 64), waiting);
	/* Device names are the user's own; the line is cut so that it stays one. */
	line[columns] = '\0';
	fprintf(stderr, "\r%s\033[K", line);
	fflush(stderr);
}

void progress_end(void)
{
	if (isatty(STDERR_FILENO))
		fputs("\r\033[K", stderr);
}
