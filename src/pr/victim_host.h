/* SPDX-License-Identifier: GPL-2.0-or-later */
/* preempt and preempt-abort of a host: by each of its keys in turn, until it has none. */
#ifndef VICTIM_HOST_H
#define VICTIM_HOST_H

#include "pr/parts.h"

/*
 * Does @request, whose victim is a host, from the state in @result: @change does one request, whose
 * victim is a key, or with 0 the host that is gone, and reads the state back. Nothing is sent if a
 * key of the host is another host's as well, or if it is unknown which registrants are the host.
 */
void victim_host_change(const struct request *request, struct result *result, part_change *change);

#endif
