// SPDX-License-Identifier: GPL-2.0-or-later
/* release: give up the reservation. */
#include "command.h"
#include "model/messages.h"
#include "options.h"

static const struct argp_option options[] = {
	{ "key", OPTION_KEY, "OWN", 0, "this host's registered key", 1 },
	{ "type", OPTION_TYPE, "TYPE", 0, "release only a reservation of this type", 1 },
	{ 0 },
};

static const char *options_check(const struct request *request)
{
	return request->key ? NULL : USAGE_NO_OWN_KEY;
}

const struct command command_release = {
	.id = COMMAND_RELEASE,
	.name = "release",
	.summary = "release the reservation",
	.doc = "Releases the reservation that this host holds on each DEVICE. The keys stay "
	"registered.",
	.example = "prctl release --key 0xa /dev/sdb",
	.options = options,
	.families = options_change,
	.options_check = options_check,
};
