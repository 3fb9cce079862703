/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A command is data: each cmd_*.c has one, and prctl.c has the list. HACKING.md describes how to
 * add one.
 */
#ifndef COMMAND_H
#define COMMAND_H

#include <argp.h>

#include "model/request.h"

/* The keys of options; each has the same meaning in every command. */
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
	OPTION_TAKE_KEY,
	OPTION_EVEN_IF,
	OPTION_RELEASE,
	OPTION_VICTIM,
	OPTION_VICTIM_HOST,
	OPTION_IF_REGISTERED,
	OPTION_UNRESERVED,
	OPTION_NO_RESET,
	OPTION_CONFIRMED_OFF,
	OPTION_WHOLE_LUN,
	OPTION_THIS_PATH,
	OPTION_ALLOW_PARTIAL,
	OPTION_ALL_PORTS,
	OPTION_VOLATILE,
	OPTION_NO_LOG,
	OPTION_NO_MULTIPATHD,
	OPTION_TIMEOUT,
	OPTION_JOBS,
	OPTION_NOHEADINGS,
	OPTION_RAW,
	OPTION_AS,
	OPTION_WITH,
	OPTION_RULE,
	OPTION_LIST_RULES,
	OPTION_TABLE,
	OPTION_END,
};

struct command {
	enum command_id id;
	const char *name;
	const char *summary; /* for the list of commands: less than 60 columns */
	const char *doc; /* for the command's own --help */
	const char *example; /* a complete command line */
	/* the command's own options; every key is an enum option_key */
	const struct argp_option *options;
	const struct argp_child *families; /* options shared with other commands */
	bool devices_optional;
	const char *arguments; /* the arguments, if they are not devices; NULL: devices */
	bool decodes; /* it reads documents, and asks no device */
	bool examines; /* it analyses what status would show: request->examination */
	/* Checks the options as a whole. Returns a clause for the user, or NULL. */
	const char *(*options_check)(const struct request *request);
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
extern const struct command command_doctor;
extern const struct command command_decode;

#endif
