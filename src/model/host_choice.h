/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A host named by the user: by its initiator, its NVMe host identifier or NQN, or by the name of
 * its key in the file of names. Pure functions.
 */
#ifndef HOST_CHOICE_H
#define HOST_CHOICE_H

#include "model/key_names.h"
#include "model/result.h"

#define HOST_CHOICE_MAX 32 /* initiators of one host */

struct host_choice {
	const char *text; /* as the user wrote it */
	uint64_t key; /* key of that name in the file of names; 0: it is not a name of the file */
	/*
	 * Without sessions, as in struct nexus. For a name of the file: those that the LUNs list
	 * with its key, from host_choice_find().
	 */
	const char *initiators[HOST_CHOICE_MAX];
	size_t count;
	bool derived; /* the host identifier was taken from the UUID of an NQN, by convention */
	/*
	 * two initiators with that key that are different hosts, so the name is ambiguous; NULL:
	 * one host
	 */
	const char *namesakes[2];
};

/*
 * Parses @text. Returns NULL, or what is wrong with it as a clause. *@choice points to @text or to
 * the heap, and is valid until the process ends.
 */
const char *host_choice_parse(const char *text, const struct key_names *names,
			      struct host_choice *choice);

/*
 * If @choice is a name of the file: adds the initiators that @results list with its key or, if
 * there are none, those that had it in earlier runs of this node. They are in the arena of
 * @results.
 */
void host_choice_find(struct host_choice *choice, const struct results *results);

/*
 * Whether @registrant is that host. TRI_UNKNOWN: the device does not name the registrant's host, or
 * names it in a way that cannot be compared.
 */
enum tri host_choice_is(const struct host_choice *choice, const struct registrant *registrant);
/*
 * The same, considering all registrants of the LUNs: a name that no LUN lists may belong to a host
 * that has another key by now, which @names (or NULL) does not name.
 */
enum tri host_choice_among(const struct host_choice *choice, const struct registrant *registrant,
			   const struct key_names *names);
/* The same for an initiator given as text. */
enum tri host_choice_names(const struct host_choice *choice, const char *initiator);

/*
 * The initiator of @choice, a name of the file, that is another host than @registrant although both
 * have the key; NULL if there is none.
 */
const char *host_choice_namesake(const struct host_choice *choice,
				 const struct registrant *registrant);

/* Whether any registrant of @state is that host. */
enum tri host_choice_registered(const struct host_choice *choice, const struct resv_state *state);

#endif
