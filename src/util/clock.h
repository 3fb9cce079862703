/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The clock that nobody sets. */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>

/* CLOCK_MONOTONIC in nanoseconds. */
int64_t clock_now(void);

/* Sleeps for @time nanoseconds, or less if a signal comes. */
void clock_sleep(int64_t time);

#endif
