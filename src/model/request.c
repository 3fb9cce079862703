// SPDX-License-Identifier: GPL-2.0-or-later
#include "model/request.h"

/* A command without a row changes the devices that it is given. */
static const struct {
	bool only_reads, lists;
} commands[COMMAND_COUNT] = {
	[COMMAND_STATUS] = { .only_reads = true, .lists = true },
	[COMMAND_CHECK] = { .only_reads = true },
};

bool command_only_reads(enum command_id command)
{
	return commands[command].only_reads;
}

bool command_lists(enum command_id command)
{
	return commands[command].lists;
}

const char *request_unsent(const struct request *request, const char *clause)
{
	return command_only_reads(request->command) && !request->before_change ? "" : clause;
}
