// SPDX-License-Identifier: GPL-2.0-or-later
/* decode: interprets the replies of a device in a document of status --raw. */
#include "command.h"
#include "model/messages.h"
#include "options.h"

static const struct argp_option options[] = {
	{ "output", OPTION_OUTPUT, "COLUMNS", 0, "columns to show (KEY,HOST), or to add (+WWID)",
	  1 },
	{ "noheadings", OPTION_NOHEADINGS, NULL, 0, "print raw rows without headings, for scripts",
	  1 },
	{ 0 },
};

static const char *options_check(const struct request *request)
{
	return request->json && (request->columns || request->noheadings) ? USAGE_JSON_WITH_COLUMNS
									  : NULL;
}

const struct command command_decode = {
	.id = COMMAND_STATUS,
	.name = "decode",
	.summary = "show what a document of status --raw says",
	.doc = "Decodes the replies in each FILE, a document of 'prctl status --raw', and shows "
	       "what status would have shown then. FILE can be - for standard input. No device is "
	       "asked.",
	.example = "ssh node2 prctl status --raw /dev/sdb | prctl decode -",
	.arguments = "FILE...",
	.options = options,
	.families = options_read_only,
	.decodes = true,
	.options_check = options_check,
};
