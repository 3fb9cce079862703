// SPDX-License-Identifier: GPL-2.0-or-later
#include "job/progress.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "model/handover.h"
#include "util/text.h"

#define WIDTH_MAX 512

static size_t width(void)
{
	struct winsize size;
	size_t columns = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_col < 2
				 ? 79
				 : size.ws_col - 1u;

	return columns < WIDTH_MAX - 1 ? columns : WIDTH_MAX - 1;
}

/*
 * Only on a terminal and in the foreground: in the background it would disturb, or stop this
 * process.
 */
static bool is_shown(void)
{
	return isatty(STDERR_FILENO) && tcgetpgrp(STDERR_FILENO) == getpgrp();
}

/* Appends " NAME" to @text, as far as it fits. */
static size_t waiting_add(char *text, size_t length, size_t size, const char *name)
{
	if (length + 1 < size)
		snprintf(text + length, size - length, " %s", name);
	return length + strlen(text + length);
}

void progress_show(const struct work *work)
{
	char line[WIDTH_MAX], waiting[WIDTH_MAX] = "";
	size_t done = 0, all = 0, length = 0, columns;

	if (!is_shown())
		return;
	columns = width();
	for (size_t i = 0; i < work->count; i++) {
		const struct slot *slot = &work->slots[i];

		if (slot_stage(slot) != SLOT_READY) {
			all++;
			length = waiting_add(waiting, length, sizeof(waiting),
					     slot->argument ? slot->argument : "every disk");
			continue;
		}
		for (const struct result *result = slot->results.first; result;
		     result = result->next) {
			all++;
			if (result_stage(result) == STAGE_DONE)
				done++;
			else if (result_beat_last(result))
				length = waiting_add(waiting, length, sizeof(waiting),
						     result->label);
		}
	}
	snprintf(line, sizeof(line), "%zu of %zu done%s%.*s", done, all,
		 length ? ", waiting for" : "", (int)(sizeof(line) - 64), waiting);
	/* Cut to fit on one line, but not within a character. */
	while (columns > 0 && columns < strlen(line) && (line[columns] & 0xc0) == 0x80)
		columns--;
	line[columns] = '\0';
	/* Arguments may contain any bytes. */
	text_mask(line);
	fprintf(stderr, "\r%s\033[K", line);
}

void progress_end(void)
{
	if (is_shown())
		fputs("\r\033[K", stderr);
}
