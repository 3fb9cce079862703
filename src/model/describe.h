/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a device holds and what it answered, in words for messages. All text is in the given arena.
 */
#ifndef DESCRIBE_H
#define DESCRIBE_H

#include <inttypes.h>

#include "model/request.h"
#include "model/result.h"

#define KEY_FORMAT "0x%" PRIx64

/* "0xb", or "0xb (node2)" if the key has a name */
const char *describe_key(struct arena *arena, uint64_t key);

/*
 * "RESERVATION CONFLICT (0x18)", "CHECK CONDITION, sense 06/2a/03 (0x2)", "not permitted (EPERM)"
 */
const char *describe_answer(struct arena *arena, const struct answer *answer);

/* "0xb (iqn...:host-2)", "0xa (this host)", or the key alone */
const char *describe_registrant(struct arena *arena, const struct registrant *registrant);

/* "held by 0xb (iqn...:host-2), write-exclusive", or "nothing is reserved" */
const char *describe_holding(struct arena *arena, const struct resv_state *state);

/*
 * Whether this path is registered with @key: "0xa is registered", "this host is registered with
 * 0xc, not 0xa", ...
 */
const char *describe_own(struct arena *arena, const struct resv_state *state, uint64_t key);

/*
 * The registrants with @key or, if @key is 0, all except this host's paths: "0xb (iqn...:host-2),
 * 0xb (...)"
 */
const char *describe_registrants(struct arena *arena, const struct resv_state *state, uint64_t key);

/*
 * The registrants that may be other hosts: those with @key, or all if @key is 0. "" if there are
 * none.
 */
const char *describe_other_hosts(struct arena *arena, const struct resv_state *state, uint64_t key);

/*
 * Which registrants @request removes: "0xb", "0xb of iqn...:host-2", "iqn...:host-2", or "all
 * others".
 */
const char *describe_victim(struct arena *arena, const struct request *request);

/* "PREEMPT, key 0xa, victim 0xb, write-exclusive" */
const char *describe_action(struct arena *arena, const struct action *action);

/* "EPERM"; a number if it has no name */
const char *describe_errno(struct arena *arena, int err);

#endif
