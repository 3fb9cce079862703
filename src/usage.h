/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The messages for a wrong command line: two lines on standard error, and the exit status "usage".
 * argp prints none of its own (ARGP_NO_ERRS): getopt would print control characters that the user
 * typed, and cannot suggest an option.
 */
#ifndef USAGE_H
#define USAGE_H

#include <argp.h>
#include <stddef.h>

/*
 * --help, --usage and --version, for every parser, which is called with USAGE_FLAGS. argp's own set
 * has two more hidden options: with --program-name the command line would choose how messages
 * begin, and --HANG sleeps before any deadline applies.
 */
extern const struct argp usage_argp;

/* Options in order: with POSIXLY_CORRECT, argp would take options after a DEVICE for devices. */
#define USAGE_FLAGS (ARGP_IN_ORDER | ARGP_NO_HELP | ARGP_NO_ERRS)

/* Calls @each with @data for every named option of @argp and its children, in their order. */
void usage_walk(const struct argp *argp, void (*each)(const struct argp_option *option, void *data),
		void *data);

/*
 * For ARGP_KEY_ERROR, with which argp reports an option that it refused: finds that option, and
 * prints what is wrong with it, and a suggestion or, if there is none, @instead, which may be NULL.
 * Ends the process like usage_fail().
 */
void usage_explain(struct argp_state *state, const char *instead);

/*
 * Prints the message, and ends the process with the status argp_err_exit_status; with ARGP_NO_EXIT
 * it returns.
 */
__attribute__((format(printf, 2, 3))) void usage_fail(struct argp_state *state, const char *format,
						      ...);

/* The words that are allowed. */
struct choice {
	const char *const *words;
	size_t count;
	const char *instead; /* the message's end if no word is near; NULL: none */
};

/*
 * The same for @typed, which is not one of @choice: adds the nearest of its words to the message
 * or, if none is near, its @instead.
 */
__attribute__((format(printf, 4, 5))) void
usage_fail_word(struct argp_state *state, const char *typed, const struct choice *choice,
		const char *format, ...);

#endif
