/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The LUNs on which the action "on" has registered this node in this boot, by the names in their
 * records. A name may lead nowhere by now, or to another disk: /dev/sdb is another one after its
 * session has logged in again.
 */
#ifndef RECORDED_H
#define RECORDED_H

#include "fence/act.h"
#include "store/records.h"

/*
 * For each of @count LUNs, which all have a name: the newest of its names that leads to it now, or
 * the newest one if none does. The list is in the arena. NULL: no memory, or nothing more is to be
 * done. @command_name: of the request that finds them.
 */
const char **recorded_devices(struct act *act, const char *command_name,
			      const struct lun_records *luns, size_t count);

#endif
