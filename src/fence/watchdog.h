/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether this node was fenced, for watchdog(8). Pure functions. */
#ifndef WATCHDOG_H
#define WATCHDOG_H

#include "fence/fence.h"
#include "fence/standing.h"

/*
 * Whether the LUN of @standing, which on has let this node in on as @wwid, shows that this node was
 * fenced: it answers, and lists this node no more.
 */
bool watchdog_is_fenced(const struct fence *fence, const struct standing *standing,
			const char *wwid);

/* FENCE_IS_OFF if one of @results has lost this node's key, or else FENCE_OK. */
enum fence_status watchdog_judge(const struct results *results);

#endif
