/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Options: the families that commands share, the parser for all of them, and the translation of a
 * command line to a request.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "command.h"
#include "model/request.h"

/*
 * The families in struct command: for commands that change something, and for those that only read.
 */
extern const struct argp_child options_change[];
extern const struct argp_child options_read_only[];

/* The option of each command that reports a map's key to multipathd. */
#define OPTION_ROW_NO_MULTIPATHD \
	{ "no-multipathd", OPTION_NO_MULTIPATHD, NULL, 0, \
	  "do not tell multipathd which key a map has", 1 }

/*
 * Fills @request from the command line of @command; argv[0] is "prctl COMMAND" for messages. If it
 * is wrong, the process ends with the status "usage", and after --help with 0, as with argp.
 * Returns 0 or -ENOMEM.
 */
int options_parse(const struct command *command, int argc, char **argv, struct request *request);

#endif
