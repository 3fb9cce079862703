/* SPDX-License-Identifier: GPL-2.0-or-later */
/* CLOCK_MONOTONIC, which wall-clock changes do not affect; and seconds as a user writes them. */
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

/* @time nanoseconds, not negative, as a struct timespec. */
struct timespec clock_timespec(int64_t time);

/*
 * Converts seconds as written by a user, from 0 to @max, to nanoseconds: digits and at most one
 * decimal point, in any locale; no sign, blank, exponent or infinity. More than 0 becomes at least
 * 1 ns. Returns false if @text has another form.
 */
bool clock_seconds_parse(const char *text, int64_t max, int64_t *time);

#endif
