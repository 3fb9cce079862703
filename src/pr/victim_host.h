/* SPDX-License-Identifier: GPL-2.0-or-later */
/* preempt and preempt-abort of a host: preempts each of its keys in turn, until it has none. */
#ifndef VICTIM_HOST_H
#define VICTIM_HOST_H

#include "pr/parts.h"

/*
 * Carries out @request, whose victim is a host, starting from the state in @result. @change carries
 * out one request whose victim is a key, or with key 0 the host that is gone, and reads the state
 * back. Nothing is sent if another host also has a key of the victim, or if it is unknown which
 * registrants are the victim.
 */
void victim_host_change(const struct request *request, struct result *result, part_change *change);

#endif
