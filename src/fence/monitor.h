/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Would a fence by this node, or by another one of the cluster, succeed on each LUN? Only
 * monitor_arbiters() asks devices; monitor_proof_check() reads sysfs, and the others are pure
 * functions.
 */
#ifndef MONITOR_H
#define MONITOR_H

#include "fence/fence.h"
#include "fence/hosts.h"
#include "fence/own_registration.h"

struct act;

/*
 * Whether the action "on" has registered this node in this boot: only then should a fence by it
 * succeed.
 */
bool monitor_is_member(const struct own_registration *list, size_t count);

/* Fails @result if it lists a host that off would not accept. */
void monitor_hosts_judge(const struct hosts *hosts, struct result *result);

/* Fails each of @seen, read by @request, on which this host can prove no fence: each would fail. */
void monitor_proof_check(const struct request *request, struct results *seen);

/*
 * Judges each LUN of @seen, from which @list with @count entries was made, for a node that was let
 * in; @first is the LUN that decides, or NULL. Sets the outcome of each LUN on which a fence would
 * fail. Returns whether an outcome may be temporary: while a node is being unfenced, it has its
 * keys on some LUNs only.
 */
bool monitor_judge(const struct fence *fence, struct results *seen,
		   const struct own_registration *list, size_t count, const struct result *first);

/*
 * The same while "on" has not registered this node in this boot: fails each of @seen that lists
 * this node's key for another host. No fence by this node can succeed there, nor can "on".
 */
void monitor_outsider_judge(const struct fence *fence, struct results *seen);

/*
 * Reads the arbiters into act->arbiters_only, and sets @act->arbiters_ok. If this node was
 * unfenced, as @member says, an arbiter that cannot vote for it fails, and so does each shared disk
 * of @seen on which other nodes are registered than on most of the arbiters. Returns whether what
 * fails may pass.
 */
bool monitor_arbiters(struct act *act, struct results *seen, bool member);

/* The pure part of it. @list are the registrations of @arbiters. */
bool monitor_arbiters_judge(const struct fence *fence, struct results *seen,
			    struct results *arbiters, const struct own_registration *list,
			    size_t count);

/*
 * Fails each of @seen and of @arbiters that lists a host which off would not accept. It compares
 * the hosts of all lists, because off does.
 */
void monitor_arbiters_hosts_judge(const struct fence *fence, struct results *seen,
				  struct results *arbiters);

#endif
