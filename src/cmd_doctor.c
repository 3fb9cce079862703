// SPDX-License-Identifier: GPL-2.0-or-later
/* doctor: finds problems in the setup. It sends the devices the same commands as status. */
#include "command.h"
#include "model/messages.h"
#include "options.h"

static const struct argp_option options[] = {
	{ "with", OPTION_WITH, "FILE", 0, "status --json of another host (repeatable)", 1 },
	{ "rule", OPTION_RULE, "NAME", 0, "check only this rule (repeatable)", 1 },
	{ "list-rules", OPTION_LIST_RULES, NULL, 0, "list the rules", 1 },
	{ "table", OPTION_TABLE, NULL, 0, "print one row per finding", 1 },
	{ 0 },
};

static const char *options_check(const struct request *request)
{
	if (!request->json)
		return NULL;
	if (request->examination->list_rules)
		return USAGE_JSON_WITH_LIST_RULES;
	return request->examination->table ? USAGE_JSON_WITH_TABLE : NULL;
}

const struct command command_doctor = {
	.id = COMMAND_STATUS,
	.name = "doctor",
	.summary = "find faults in the setup, and show what cures them",
	.doc = "Reads the state of each DEVICE, or of every disk of this host that supports "
	       "reservations. Shows what is wrong, why it matters and the cure. Nothing is "
	       "changed.",
	.example = "prctl doctor --with <(ssh node2 prctl status --json --timeout 20)",
	.options = options,
	.families = options_read_only,
	.devices_optional = true,
	.examines = true,
	.options_check = options_check,
};
