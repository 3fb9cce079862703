// SPDX-License-Identifier: GPL-2.0-or-later
/* clear: remove every registration and the reservation. */
#include "command.h"
#include "model/messages.h"
#include "options.h"

static const struct argp_option options[] = {
	{ "key", OPTION_KEY, "OWN", 0, "this host's registered key", 1 },
	{ "take-key", OPTION_TAKE_KEY, NULL, 0, "register a key first, if this host has none", 1 },
	{ "even-if", OPTION_EVEN_IF, "KEY", 0, "with --take-key: also remove this known host", 1 },
	OPTION_ROW_NO_MULTIPATHD,
	{ 0 },
};

static const char *options_check(const struct request *request)
{
	if (!request->key && !request->take_key)
		return USAGE_NO_KEY_OR_TAKE;
	return request->even_if_count && !request->take_key ? USAGE_EVEN_IF : NULL;
}

const struct command command_clear = {
	.id = COMMAND_CLEAR,
	.name = "clear",
	.summary = "remove every key and the reservation",
	.doc = "Removes every registration, of all hosts, and the reservation from each DEVICE. "
	"After that, any host can "
	       "write.",
	.example = "prctl clear --key 0xa /dev/sdb",
	.options = options,
	.families = options_change,
	.options_check = options_check,
};
