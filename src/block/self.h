/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SELF_H
#define SELF_H

#include "model/result.h"

/*
 * Which machine this is, in @arena. Its id does not give /etc/machine-id away, which machine-id(5)
 * asks for.
 */
struct host_self host_self_read(struct arena *arena);

#endif
