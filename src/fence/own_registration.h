/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * This node's registrations: those of this boot in the store, compared with each LUN's list. Pure
 * functions except own_registrations_read().
 */
#ifndef OWN_REGISTRATION_H
#define OWN_REGISTRATION_H

#include "fence/fence.h"
#include "model/result.h"

/* What is known of this node on one LUN. */
struct own_registration {
	const struct result *seen; /* the status of the LUN; not ok if it could not be read */
	/*
	 * the key that this node has registered there in this boot and not removed itself; 0: none
	 */
	uint64_t registered;
	bool unfenced; /* by the action "on", in this boot; true if it cannot be known */
	/*
	 * why the records cannot be read, so that the node may have registered in this boot; NULL
	 */
	const char *unread;
	bool votes; /* an arbiter whose vote on has made count, in this boot */
	/* the initiator by which the node has registered, without its session; NULL: unknown */
	const char *host;
	/* every FC and SAS port by which it has registered in this boot, then NULL; NULL: none */
	const char *const *ports;
};

/*
 * Whether what a record says was registered by @host (NULL: unknown) is of this node, through any
 * path to the LUN of @seen. Another name of a host is another host. A port is not: what is recorded
 * here is of this machine, although the adapter may have gone since then.
 */
bool own_registration_is_by(const struct result *seen, const char *host);

/*
 * For each of @seen, in its order: *@list, in @arena, with the records of /run/prctl; NULL if there
 * is no memory. Returns their number. Adds a warning to each of @seen whose records cannot be read.
 */
size_t own_registrations_read(struct arena *arena, const struct results *seen,
			      struct own_registration **list);

/* What is known of the LUN that was asked by @argument; NULL: none. */
const struct own_registration *own_registration_of(const struct own_registration *list,
						   size_t count, const char *argument);

/*
 * Whether the LUN lists this node, or may, with any key and path. TRI_UNKNOWN: it does not, but its
 * list may omit hosts.
 */
enum tri own_registration_listed(const struct fence *fence, const struct own_registration *own);

/*
 * The LUN that shows that this node was fenced in this boot, or that it may have been, if
 * own_registration_listed() is TRI_UNKNOWN there or the records cannot be read; NULL if none does.
 * A LUN that has lost the node's key shows it, unless @deciding still has it, from which a fence
 * removes it first. @deciding: the status of the LUN that decides; NULL if unknown.
 */
const struct own_registration *own_registrations_fenced(const struct fence *fence,
							const struct own_registration *list,
							size_t count,
							const struct result *deciding);

/*
 * The key of another node with which the LUN lists this host, although this node has not registered
 * it in this boot; 0: there is none. Another host may have the same initiator name or identifier,
 * and registering would take its key away.
 */
uint64_t own_registration_other_key(const struct fence *fence, const struct own_registration *own);

/* How to register the node's key on a LUN. */
struct register_mode {
	/*
	 * by REGISTER AND IGNORE EXISTING KEY: this node was not registered yet, so no fence can be
	 * undone; or with old_key
	 */
	bool ignore_key;
	/*
	 * the key that must still be there, and is replaced or kept; 0: REGISTER of a path without
	 * a key. With ignore_key a list without names has it: by that command if REGISTER shows
	 * that another path does, and the list still has it after that.
	 */
	uint64_t old_key;
};

/* How this node must register its key on the LUN of @own so that no fence is undone. */
struct register_mode own_registration_mode(const struct fence *fence,
					   const struct own_registration *own);

/*
 * Whether @now, read after this node was unfenced, lacks a registration of this node that was there
 * when @own was read, or shows that this node has @replaced its own key where it was: a fence
 * has removed it in between. TRI_UNKNOWN: the list may omit it.
 */
enum tri own_registration_lost(const struct fence *fence, const struct own_registration *own,
			       const struct resv_state *now, bool replaced);

#endif
