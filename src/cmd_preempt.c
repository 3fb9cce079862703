// SPDX-License-Identifier: GPL-2.0-or-later
/* preempt and preempt-abort: remove another host's registrations, and take over what it held. */
#include "command.h"
#include "model/host_choice.h"
#include "model/messages.h"
#include "options.h"

#define PREEMPT_OPTIONS \
	{ "key", OPTION_KEY, "OWN", 0, "this host's registered key", 1 }, \
		{ "victim", \
		  OPTION_VICTIM, \
		  "KEY", \
		  0, \
		  "the key to remove; 'all' for an all-registrants type", \
		  1 }, \
		{ "victim-host", \
		  OPTION_VICTIM_HOST, \
		  "NAME", \
		  0, \
		  "the host to remove, with all its keys", \
		  1 }, \
		{ "type", \
		  OPTION_TYPE, \
		  "TYPE", \
		  0, \
		  "the type to take over with (default: the type held)", \
		  1 }, \
		{ "if-registered", \
		  OPTION_IF_REGISTERED, \
		  NULL, \
		  0, \
		  "accept a victim that is not registered", \
		  1 }, \
	{ \
		"unreserved", OPTION_UNRESERVED, NULL, 0, \
			"remove the key even if nothing is reserved", 1 \
	}

static const struct argp_option preempt_options[] = { PREEMPT_OPTIONS, { 0 } };
static const struct argp_option abort_options[] = {
	PREEMPT_OPTIONS,
	{ "no-reset", OPTION_NO_RESET, NULL, 0,
	  "do not prove the abort by LOGICAL UNIT RESET (SCSI)", 1 },
	{ "confirmed-off", OPTION_CONFIRMED_OFF, NULL, 0,
	  "the victim's host is off, or was rebooted", 1 },
	{ 0 },
};

static const char *options_check(const struct request *request)
{
	if (!request->key)
		return USAGE_NO_OWN_KEY;
	if (!request->victim && !request->victim_all && !request->victim_host)
		return USAGE_NO_VICTIM;
	if (request->victim_host && (request->victim || request->victim_all))
		return USAGE_VICTIM_OR_HOST;
	/* That no registrant has the UUID of an NQN does not prove that the host is gone. */
	if (request->victim_host && request->victim_host->derived &&
	    (request->if_registered || request->confirmed_off))
		return USAGE_NQN_GONE;
	/* It would remove this host's other paths, and makes LIO free memory twice. */
	if (request->key == request->victim ||
	    (request->victim_host && request->key == request->victim_host->key))
		return USAGE_VICTIM_IS_OWN;
	if (request->victim_all && request->if_registered)
		return USAGE_ALL_IF_REGISTERED;
	if (request->victim_all && request->unreserved)
		return USAGE_ALL_UNRESERVED;
	if (request->victim_all && request->confirmed_off)
		return USAGE_ALL_CONFIRMED_OFF;
	/* The administrator's confirmation must be in the log. */
	if (request->confirmed_off && request->no_log)
		return USAGE_CONFIRMED_OFF_NO_LOG;
	return NULL;
}

const struct command command_preempt = {
	.id = COMMAND_PREEMPT,
	.name = "preempt",
	.summary = "remove another host's key and take over its reservation",
	.doc = "Removes the victim from each DEVICE and takes over its reservation. Commands that "
	       "it has sent may still complete; preempt-abort aborts them.",
	.example = "prctl preempt --key 0xa --victim 0xb /dev/sdb",
	.options = preempt_options,
	.families = options_change,
	.options_check = options_check,
};

const struct command command_preempt_abort = {
	.id = COMMAND_PREEMPT_ABORT,
	.name = "preempt-abort",
	.summary = "preempt, and abort the victim's commands (fencing)",
	.doc = "Like preempt, and proves that no command of the victim can complete any more.",
	.example = "prctl preempt-abort --key 0xa --victim 0xb /dev/sdb",
	.options = abort_options,
	.families = options_change,
	.options_check = options_check,
};
