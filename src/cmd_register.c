// SPDX-License-Identifier: GPL-2.0-or-later
/* register and unregister: this host's key on a LUN. */
#include "command.h"
#include "model/messages.h"
#include "options.h"

static const struct argp_option register_options[] = {
	{ "key", OPTION_KEY, "NEW", 0, "the key to register for this host", 1 },
	{ "old-key", OPTION_OLD_KEY, "OLD", 0, "the key of this host that NEW replaces", 1 },
	{ "ignore-key", OPTION_IGNORE_KEY, NULL, 0, "replace any key that this host has registered",
	  1 },
	{ "allow-partial", OPTION_ALLOW_PARTIAL, NULL, 0,
	  "succeed even if some paths lack the key (multipath)", 1 },
	{ "all-ports", OPTION_ALL_PORTS, NULL, 0,
	  "register once for all ports of the target (ALL_TG_PT)", 1 },
	{ "volatile", OPTION_VOLATILE, NULL, 0,
	  "lose the key if the target loses power (APTPL=0)", 1 },
	OPTION_ROW_NO_MULTIPATHD,
	{ 0 },
};

static const char *register_check(const struct request *request)
{
	if (!request->key)
		return USAGE_NO_NEW_KEY;
	if (request->old_key && request->ignore_key)
		return USAGE_OLD_KEY_OR_IGNORE;
	return NULL;
}

const struct command command_register = {
	.id = COMMAND_REGISTER,
	.name = "register",
	.summary = "register a key for this host",
	.doc = "Registers a key for this host on each DEVICE.",
	.example = "prctl register --key 0xa /dev/sdb",
	.options = register_options,
	.families = options_change,
	.options_check = register_check,
};

static const struct argp_option unregister_options[] = {
	{ "key", OPTION_KEY, "OWN", 0, "this host's key, which is removed", 1 },
	{ "ignore-key", OPTION_IGNORE_KEY, NULL, 0, "remove any key that this host has registered",
	  1 },
	{ "release", OPTION_RELEASE, NULL, 0, "also release the reservation that this host holds",
	  1 },
	OPTION_ROW_NO_MULTIPATHD,
	{ 0 },
};

static const char *unregister_check(const struct request *request)
{
	if (!request->key && !request->ignore_key)
		return USAGE_NO_KEY_OR_IGNORE;
	if (request->key && request->ignore_key)
		return USAGE_IGNORE_WITH_KEY;
	return NULL;
}

const struct command command_unregister = {
	.id = COMMAND_UNREGISTER,
	.name = "unregister",
	.summary = "remove this host's key",
	.doc = "Removes this host's key from each DEVICE. If this host alone holds the "
	       "reservation, and others are registered, --release is required: the reservation "
	       "goes too.",
	.example = "prctl unregister --key 0xa /dev/sdb",
	.options = unregister_options,
	.families = options_change,
	.options_check = unregister_check,
};
