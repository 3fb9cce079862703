// SPDX-License-Identifier: GPL-2.0-or-later
/* status: registrants and reservation. */
#include "command.h"
#include "model/messages.h"
#include "options.h"

static const struct argp_option options[] = {
	{ "output", OPTION_OUTPUT, "COLUMNS", 0, "columns to show (KEY,HOST), or to add (+WWID)",
	  1 },
	{ "as", OPTION_AS, "HOST", 0, "show what HOST may do now", 1 },
	{ "noheadings", OPTION_NOHEADINGS, NULL, 0, "print raw rows without headings, for scripts",
	  1 },
	{ "raw", OPTION_RAW, NULL, 0, "print JSON with each reply, for decode", 1 },
	{ 0 },
};

static const char *options_check(const struct request *request)
{
	if (request->raw && (request->columns || request->noheadings))
		return USAGE_RAW_WITH_COLUMNS;
	if (request->json && (request->columns || request->noheadings))
		return USAGE_JSON_WITH_COLUMNS;
	if (request->as && (request->columns || request->noheadings))
		return USAGE_AS_WITH_COLUMNS;
	return NULL;
}

const struct command command_status = {
	.id = COMMAND_STATUS,
	.name = "status",
	.summary = "show registrants and reservations",
	.doc = "Shows the registrants and the reservation of each DEVICE, or of every disk of "
	       "this host that supports reservations. Nothing is changed.",
	.example = "prctl status /dev/sdb",
	.options = options,
	.families = options_read_only,
	.devices_optional = true,
	.options_check = options_check,
};
