/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Questions about an answer, and about the command that it answers: pure functions. */
#ifndef ANSWER_H
#define ANSWER_H

#include "model/reservation.h"

/* Whether the kernel or the driver has refused the command, so that the device did not get it. */
static inline bool answer_is_unsent(const struct answer *answer)
{
	return answer->kind == ANSWER_NO_PRIVILEGE || answer->kind == ANSWER_NO_INTERFACE;
}

/*
 * Whether a command failed without a reason: the kernel's "I/O error" may be any status, and may be
 * a temporary one.
 */
static inline bool answer_is_unexplained(const struct answer *answer)
{
	return answer->kind == ANSWER_CHECK && !answer->sense_key;
}

static inline bool action_is_register(const struct action *action)
{
	return action->op == ACTION_REGISTER || action->op == ACTION_REGISTER_IGNORE;
}

#endif
