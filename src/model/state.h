/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Questions about a state that was read: pure functions. "Own" means the path through which it was
 * read.
 */
#ifndef STATE_H
#define STATE_H

#include "model/result.h"

/* Whether two readings are equal: generation, reservation, and keys in the same order. */
bool state_is_same(const struct resv_state *a, const struct resv_state *b);

/* Whether both list the same keys, each the same number of times, in any order. */
bool state_has_same_keys(const struct resv_state *a, const struct resv_state *b);

/* Whether anyone is registered with @key. */
bool state_has_key(const struct resv_state *state, uint64_t key);

/* How many are registered with @key. */
size_t state_key_count(const struct resv_state *state, uint64_t key);

/* How many registrations of @state, at least, were made or got another key since @before. */
size_t state_gained(const struct resv_state *before, const struct resv_state *state);

/*
 * Whether a reservation is held and none of the listed registrants is known to hold it. Then the
 * list may omit the holder, and does not prove that a host is not registered.
 */
bool state_may_omit(const struct resv_state *state);

/*
 * Whether @state does not prove that a key is not registered: the list may omit hosts, or shows
 * another host's key as 0, as a controller may that shows each host only its own (and as Linux's
 * NVMe target shows a host that has unregistered by IOC_PR_REGISTER).
 */
bool state_may_hide(const struct resv_state *state);

/* Whether @state proves that nobody is registered with @key. */
bool state_lacks(const struct resv_state *state, uint64_t key);

/*
 * Whether this host is registered through any of its paths, in or outside of this argument.
 * TRI_UNKNOWN also if the list may omit it.
 */
enum tri state_host_registered(const struct resv_state *state);

/* Whether @registrant is this host: a path of this argument, or another port of this machine. */
bool registrant_is_own(const struct registrant *registrant);

/* The registrant that is this path; NULL if none is known to be. */
const struct registrant *state_own(const struct resv_state *state);

/* The registrant that holds the reservation, if it is a path of this argument; otherwise NULL. */
const struct registrant *state_own_path_holder(const struct resv_state *state);

/* The registration of @path: its own, otherwise one that it shares. NULL: none is known. */
const struct registrant *state_path_own(const struct resv_state *state, const struct result *path);

/*
 * Whether @path is registered, looked up by its own nexus, whatever path the state was read
 * through; *@key: its key.
 */
enum tri state_path_key(const struct resv_state *state, const struct result *path, uint64_t *key);

/*
 * Whether @path is registered with @key, or with any key if it is 0. TRI_UNKNOWN: a registrant may
 * be this path, and is not known to be another path of this argument.
 */
enum tri state_path_has(const struct resv_state *state, const struct result *path, uint64_t key);

/* Whether any path of this argument is registered with @key. */
bool state_own_path_has(const struct resv_state *state, uint64_t key);

/*
 * Whether the list has @key for this host: a path of this argument is registered with it, or a
 * registrant with it may be this path.
 */
bool state_host_has(const struct resv_state *state, uint64_t key);

/* Whether the list identifies registrants by their nexus. */
bool state_names_hosts(const struct resv_state *state);

/* Whether this path is registered, with any key. */
enum tri state_own_any(const struct resv_state *state);
/*
 * Whether this path is registered with @key. TRI_UNKNOWN: a registrant may be this path; only the
 * device knows.
 */
enum tri state_own_has(const struct resv_state *state, uint64_t key);
/*
 * Whether this path, which was or may have been registered in @before, is no longer registered in
 * @state. TRI_UNKNOWN: a registrant may be this path, and @before does not prove otherwise.
 */
enum tri state_own_gone(const struct resv_state *before, const struct resv_state *state);
/*
 * A registrant of @before with @key (0: any) that may be this path and is missing in @state; NULL
 * if there is none.
 */
const struct registrant *state_own_lost(const struct resv_state *before,
					const struct resv_state *state, uint64_t key);

/*
 * Whether the reservation is held, alone or together with all registrants, by this path, registered
 * with @key (0: any), or by another path of the same multipath map.
 */
enum tri state_own_holds(const struct resv_state *state, uint64_t key);

/*
 * Marks the registrants of a state that was read without nexuses, and sets to unknown what such a
 * list does not show. The holder is known only by its key, and only if a single registrant has that
 * key.
 */
void state_holders_mark(struct resv_state *state);

#endif
