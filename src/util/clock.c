// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/clock.h"

#include <stdlib.h>
#include <string.h>

int64_t clock_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * CLOCK_SECOND + now.tv_nsec;
}

void clock_sleep(int64_t time)
{
	struct timespec left = clock_timespec(time);

	nanosleep(&left, NULL);
}

struct timespec clock_timespec(int64_t time)
{
	return (struct timespec){ time / CLOCK_SECOND, time % CLOCK_SECOND };
}

bool clock_seconds_parse(const char *text, int64_t max, int64_t *time)
{
	char *end;
	double seconds = strtod(text, &end);

	if (!*text || text[strspn(text, "0123456789.")] || *end || seconds > (double)max)
		return false;
	*time = seconds > 0 && seconds < 1e-9 ? 1 : (int64_t)(seconds * 1e9);
	return true;
}
