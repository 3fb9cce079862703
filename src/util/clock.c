// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/clock.h"

#include <time.h>

int64_t clock_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

void clock_sleep(int64_t time)
{
	nanosleep(&(struct timespec){ time / 1000000000, time % 1000000000 }, NULL);
}
