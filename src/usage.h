/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a wrong command line is told: two lines on standard error, whatever it holds, and the exit status "usage".
 * argp's own second line is wrapped like a paragraph, and its first one prints what the user typed as it is.
 */
#ifndef USAGE_H
#define USAGE_H

#include <argp.h>

/* From ARGP_KEY_INIT: has argp's own errors, too, end with the one line that tells where help is. */
void usage_begin(struct argp_state *state);

/* Tells what is wrong, and ends the process as argp_error() does. */
__attribute__((format(printf, 2, 3)))
void usage_fail(struct argp_state *state, const char *format, ...);

#endif
