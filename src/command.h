/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A command is data: each cmd_*.c holds one, and prctl.c the list of them. To add one: its file, a line here,
 * a line in the list.
 */
#ifndef COMMAND_H
#define COMMAND_H

#include <argp.h>

#include "request.h"

struct command {
	enum command_id id;
	const char *name;
	const char *summary; /* for the list of commands: under 60 columns */
	const char *doc; /* for its own --help */
	const char *example; /* a whole command line */
	const struct argp_option *options; /* its own; every key is one of options.h */
	const struct argp_child *families; /* shared ones */
	bool devices_optional;
	/* What is wrong with the options as a whole: a clause for the user, or NULL. */
	const char *(*check)(const struct request *request);
};

extern const struct command command_register;
extern const struct command command_unregister;
extern const struct command command_reserve;
extern const struct command command_release;
extern const struct command command_preempt;
extern const struct command command_preempt_abort;
extern const struct command command_clear;
extern const struct command command_status;
extern const struct command command_check;

#endif
