/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state after a change: through which path it is read, and how often. */
#ifndef READ_BACK_H
#define READ_BACK_H

#include "pr/rule.h"

/*
 * Reads the state after a change. If the path has died or is not ready, the other paths of the map
 * are tried. Repeats until one answers, or until the time is over.
 */
void read_back_state(const struct request *request, struct result *result, struct answer *answer);

/*
 * To be called after that. After success the state must show the change. A device that still shows
 * the state before it may be late, as the controllers of an array are: it is read again before that
 * counts as not done.
 */
void read_back_late(const struct attempt *attempt, struct answer *read_back);

#endif
