/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The end of a preempt-abort: after the victim's registration is gone, have its commands ended, and
 * is it still gone? abort.h has the proof itself.
 */
#ifndef PROVE_H
#define PROVE_H

#include "pr/rule.h"

/*
 * The preempt-abort in @result was answered with @answer, and the state shows it done: it is ok
 * only if the victim's commands have ended as well.
 */
void prove(const struct request *request, struct result *result, const struct answer *answer);

/*
 * The victim was gone already: proves that its commands have ended, and that it is still gone
 * afterwards.
 */
void prove_gone(const struct request *request, struct result *result, const struct tries *tries);

/* The administrator's confirmation, if there is one, replaces a missing proof. */
void prove_confirmed(const struct request *request, struct result *result);

#endif
