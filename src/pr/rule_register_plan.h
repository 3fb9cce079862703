/* SPDX-License-Identifier: GPL-2.0-or-later */
/* register: which command gives a path its key next. */
#ifndef RULE_REGISTER_PLAN_H
#define RULE_REGISTER_PLAN_H

#include "pr/rule.h"

/*
 * Another path's registration with @key, if this path has none: on an array that keeps one
 * registration for each initiator or host, it is this path's as well. NULL if there is none.
 */
const struct registrant *register_other_path(const struct resv_state *state, uint64_t key);

/* This path's registration, if it is one only according to an earlier run; otherwise NULL. */
const struct registrant *register_assumed_own(const struct result *result);

/* The plan and the plan without a state of the rule: pr/rule.h. */
struct plan register_plan(const struct request *request, struct result *result,
			  const struct tries *tries);
struct plan register_plan_blind(const struct request *request, struct result *result);

#endif
