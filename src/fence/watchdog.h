/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Was this node fenced? For watchdog(8). Pure functions. */
#ifndef WATCHDOG_H
#define WATCHDOG_H

#include "fence/fence.h"
#include "fence/own_registration.h"
#include "store/records.h"

/*
 * Whether the LUN of @own, on which the action "on" has registered this node as @wwid, shows
 * that this node was fenced: it answers, and no longer lists this node.
 */
bool watchdog_is_fenced(const struct fence *fence, const struct own_registration *own,
			const char *wwid);

/*
 * The record of @luns about the LUN that was @seen: by its WWID, because several may have had its
 * name. NULL if there is none.
 */
struct lun_records *watchdog_lun(struct lun_records *luns, size_t count, const struct result *seen);

/* FENCE_IS_OFF if one of @results has lost this node's key, otherwise FENCE_OK. */
enum fence_status watchdog_judge(const struct results *results);

#endif
