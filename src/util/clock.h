/* SPDX-License-Identifier: GPL-2.0-or-later */
/* CLOCK_MONOTONIC: wall-clock changes do not affect it. */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#define CLOCK_SECOND INT64_C(1000000000) /* ns */

/* CLOCK_MONOTONIC in nanoseconds. */
int64_t clock_now(void);

/* Sleeps for @time nanoseconds, or less if a signal comes. */
void clock_sleep(int64_t time);

/* @time nanoseconds, not negative, as the kernel takes them. */
struct timespec clock_timespec(int64_t time);

/*
 * Seconds as a user writes them, from 0 to @max, to nanoseconds: digits and a point among them,
 * without sign, blank, exponent, infinity, or the locale's own point. More than 0 is at least 1 ns.
 * False: @text is not that.
 */
bool clock_seconds_parse(const char *text, int64_t max, int64_t *time);

#endif
