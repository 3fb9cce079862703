/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SELF_H
#define SELF_H

#include "model/result.h"

/*
 * The identity of this machine, in @arena. Its id does not disclose /etc/machine-id, as
 * machine-id(5) requires.
 */
struct host_self host_self_read(struct arena *arena);

#endif
