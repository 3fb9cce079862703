/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Standard output and standard error of the agent. A reader that has stopped, with its pipe full,
 * must neither keep a fence from being sent nor the agent from ending in time.
 */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <stdbool.h>
#include <stdint.h>

/* the output is all that the action does */
#define OUTPUT_FOREVER INT64_MAX

/*
 * From now on, what is printed waits for its readers for a second in all, and is left out after
 * that. Signals must be held: see supervise_signals_hold().
 */
void output_begin(void);

/*
 * From now on, what is printed waits for its readers for @time, in ns, and at least a second. A
 * signal ends the wait. With OUTPUT_FOREVER only a signal does, which is an error of the output.
 */
void output_wait(int64_t time);

/*
 * Writes what is left of standard output, and closes it. False: there was an error. What was left
 * out because nobody has read it is none.
 */
bool output_end(void);

#endif
