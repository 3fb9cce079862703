/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a wrong command line is told: two lines on standard error, whatever it holds, and the exit status "usage".
 * argp's own second line is wrapped like a paragraph, and its first one prints what the user typed as it is.
 */
#ifndef USAGE_H
#define USAGE_H

#include <argp.h>
#include <stddef.h>

/*
 * Before argp_parse(): ends the process where @argv has a long option that @argp does not know, for argp would not tell
 * what may have been meant. With @front, a word that is no option ends what belongs to @argp.
 */
void usage_check(const struct argp *argp, int argc, char **argv, int front);

/*
 * --help, --usage and --version, for every parser, which is called with USAGE_FLAGS. argp's own set has two hidden
 * options more: --program-name lets the command line choose what each message begins with, and --HANG sleeps before
 * any deadline holds.
 */
extern const struct argp usage_argp;

/* In order: with POSIXLY_CORRECT argp would take options behind a DEVICE for devices. */
#define USAGE_FLAGS (ARGP_IN_ORDER | ARGP_NO_HELP)

/* From ARGP_KEY_INIT: has argp's own errors, too, end with the one line that tells where help is. */
void usage_begin(struct argp_state *state);

/* Tells what is wrong, and ends the process as argp_error() does. */
__attribute__((format(printf, 2, 3)))
void usage_fail(struct argp_state *state, const char *format, ...);

/*
 * The same of @typed, which is none of @words: @format, and what may have been meant by it, if anything. @instead is said
 * where nothing is near; NULL: nothing.
 */
__attribute__((format(printf, 6, 7)))
void usage_fail_word(struct argp_state *state, const char *typed, const char *const *words, size_t count,
		     const char *instead, const char *format, ...);

#endif
