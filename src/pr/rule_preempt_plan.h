/* SPDX-License-Identifier: GPL-2.0-or-later */
/* preempt and preempt-abort: which command removes the victim's key next, or proves it gone. */
#ifndef RULE_PREEMPT_PLAN_H
#define RULE_PREEMPT_PLAN_H

#include "pr/rule.h"

/*
 * Whether @state does not show if the victim of @request, which is not listed there, is registered:
 * the list may omit hosts, or hide their keys. A PREEMPT shows it, because a key that nobody has is
 * a conflict (SPC-4 5.13.11.4, NVMe 1.4 8.8.7); @tries says whether there was one.
 */
bool preempt_may_be_omitted(const struct request *request, const struct result *result,
			    const struct resv_state *state, const struct tries *tries);

/* The plans and the plans without a state of both rules: pr/rule.h. */
struct plan preempt_plan(const struct request *request, struct result *result,
			 const struct tries *tries);
struct plan preempt_plan_blind(const struct request *request, struct result *result);
struct plan abort_plan(const struct request *request, struct result *result,
		       const struct tries *tries);
struct plan abort_plan_blind(const struct request *request, struct result *result);

#endif
