/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Options: the families that commands share, one parser for all of them, and the way from a command line to
 * a request.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "command.h"
#include "request.h"

/* The keys of options, each with one meaning in every command. */
enum option_key {
	OPTION_KEY = 'k',
	OPTION_TYPE = 't',
	OPTION_JSON = 'j',
	OPTION_DRY_RUN = 'n',
	OPTION_QUIET = 'q',
	OPTION_VERBOSE = 'v',
	OPTION_OUTPUT = 'o',
	OPTION_OLD_KEY = 0x100,
	OPTION_IGNORE_KEY,
	OPTION_RELEASE,
	OPTION_VICTIM,
	OPTION_IF_REGISTERED,
	OPTION_UNRESERVED,
	OPTION_WHOLE_LUN,
	OPTION_THIS_PATH,
	OPTION_ALLOW_PARTIAL,
	OPTION_NO_LOG,
	OPTION_TIMEOUT,
	OPTION_JOBS,
	OPTION_NOHEADINGS,
	OPTION_END,
};

/* The families of struct command: of every command that changes something, and of one that only looks. */
extern const struct argp_child options_change[];
extern const struct argp_child options_look[];

/*
 * Fills @request from the command line of @command, argv[0] being "prctl COMMAND" for messages. A wrong one
 * ends the process with the status "usage", --help with 0, as argp does. Returns 0 or -ENOMEM.
 */
int options_parse(const struct command *command, int argc, char **argv, struct request *request);

#endif
