/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The texts of --help, generated from the tables of commands, types, columns and exit statuses. */
#ifndef HELP_H
#define HELP_H

#include "command.h"

/* For ARGP_HELP_FMT: one line for each option, and no remarks by argp. */
#define HELP_FORMAT "no-dup-args-note,opt-doc-col=25,rmargin=80"

/*
 * The text that argp prints before and after the options of @command, or of prctl itself, which
 * lists @commands. The caller frees it. NULL if there is no memory.
 */
char *help_command(const struct command *command);
char *help_program(const struct command *const *commands, size_t count);

#endif
