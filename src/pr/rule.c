// SPDX-License-Identifier: GPL-2.0-or-later
#include "pr/rule.h"

static const struct rule *const rules[COMMAND_COUNT] = {
	[COMMAND_REGISTER] = &rule_register, [COMMAND_UNREGISTER] = &rule_unregister,
	[COMMAND_RESERVE] = &rule_reserve,   [COMMAND_RELEASE] = &rule_release,
	[COMMAND_PREEMPT] = &rule_preempt,   [COMMAND_PREEMPT_ABORT] = &rule_preempt_abort,
	[COMMAND_CLEAR] = &rule_clear,	     [COMMAND_STATUS] = &rule_status,
	[COMMAND_CHECK] = &rule_check,
};

const struct rule *rule_of(const struct request *request)
{
	return rules[request->command];
}
