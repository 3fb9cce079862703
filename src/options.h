/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Options: the families that commands share, one parser for all of them, and the way from a command
 * line to a request.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "command.h"
#include "model/request.h"

/*
 * The families of struct command: of every command that changes something, and of one that only
 * looks.
 */
extern const struct argp_child options_change[];
extern const struct argp_child options_look[];

/* An option of each command after which multipathd is told which key a map has. */
#define OPTION_ROW_NO_MULTIPATHD \
	{ "no-multipathd", OPTION_NO_MULTIPATHD, NULL, 0, \
	  "do not tell multipathd which key a map has", 1 }

/*
 * Fills @request from the command line of @command, argv[0] being "prctl COMMAND" for messages. A
 * wrong one ends the process with the status "usage", --help with 0, as argp does. Returns 0 or
 * -ENOMEM.
 */
int options_parse(const struct command *command, int argc, char **argv, struct request *request);

#endif
