/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What may be asked of a state that was read: pure functions. "Own" is the path that it was read
 * through.
 */
#ifndef STATE_H
#define STATE_H

#include "model/result.h"

/* Whether two readings show the same: generation, reservation, and keys in their order. */
bool state_is_same(const struct resv_state *a, const struct resv_state *b);

/* Whether both list the same keys, each as often, in whatever order. */
bool state_has_same_keys(const struct resv_state *a, const struct resv_state *b);

/* Whether anyone is registered with @key. */
bool state_has_key(const struct resv_state *state, uint64_t key);

/* Whether @registrant is this host's: a path of this argument, or another port of this machine. */
bool registrant_is_own(const struct registrant *registrant);

/* The registrant that is this very path; NULL: none is known to be. */
const struct registrant *state_own(const struct resv_state *state);

/* The registrant among this argument's own paths that holds the reservation; NULL: none does. */
const struct registrant *state_own_path_holder(const struct resv_state *state);
/*
 * Whether @path is registered, by its own nexus whatever path the state was read through; *@key:
 * its key.
 */
enum tri state_path_key(const struct resv_state *state, const struct result *path, uint64_t *key);

/*
 * Whether @path is registered with @key, or (0) with any. TRI_UNKNOWN: a registrant may be it, and
 * is not known to be another path of this argument.
 */
enum tri state_path_has(const struct resv_state *state, const struct result *path, uint64_t key);

/* Whether a path of this argument is registered with @key: this one, or one beside it. */
bool state_own_path_has(const struct resv_state *state, uint64_t key);

/* Whether the list identifies registrants by their nexus. */
bool state_names_hosts(const struct resv_state *state);

/* Whether this path is registered, with whatever key. */
enum tri state_own_any(const struct resv_state *state);
/*
 * Whether this path is registered with @key. TRI_UNKNOWN: a registrant may be it; only the device
 * can tell.
 */
enum tri state_own_has(const struct resv_state *state, uint64_t key);
/*
 * Whether this path, which was registered in @before or may have been, is not registered any more
 * in @state. TRI_UNKNOWN: a registrant may be this path, and @before does not prove that it is not.
 */
enum tri state_own_gone(const struct resv_state *before, const struct resv_state *state);
/*
 * A registrant of @before with @key (0: any) that may be this path, and that @state has no more;
 * NULL: there is none.
 */
const struct registrant *state_own_lost(const struct resv_state *before,
					const struct resv_state *state, uint64_t key);

/*
 * Whether this path, registered with @key (0: whatever), holds the reservation, alone or with all
 * registrants, or whether a path beside it in the same multipath map does.
 */
enum tri state_own_holds(const struct resv_state *state, uint64_t key);

/*
 * Marks each registrant of a state that was read without nexuses, and sets what of them cannot be
 * known: who holds is known by the key alone, and only if a single registrant has it.
 */
void state_holders_mark(struct resv_state *state);

#endif
