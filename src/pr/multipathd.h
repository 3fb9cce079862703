/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What multipathd would do about reservations: asked over its own socket, if it runs. */
#ifndef MULTIPATHD_H
#define MULTIPATHD_H

#include <stdint.h>

#include "model/result.h"

/*
 * Whether multipathd would register a path that comes back to the map called @name with @key.
 * TRI_UNKNOWN where no multipathd runs, it does not know the map, or it does not answer until @end
 * (clock_now()).
 */
enum tri multipathd_registers(const char *name, uint64_t key, int64_t end);

#endif
