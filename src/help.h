/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The texts of --help, made from the tables of commands, types, columns and exit statuses. */
#ifndef HELP_H
#define HELP_H

#include "command.h"

/* For ARGP_HELP_FMT: one line an option, and none of argp's own remarks. */
#define HELP_FORMAT "no-dup-args-note,opt-doc-col=25,rmargin=80"

/*
 * What argp prints around the options of @command, or of prctl itself. The caller frees it; NULL:
 * no memory.
 */
char *help_command(const struct command *command);
char *help_front(const struct command *const *commands, size_t count);

#endif
