/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A host as a user names it: by its initiator, by its NVMe host identifier or NQN, or by its key's
 * name in the file of names. Pure functions.
 */
#ifndef HOST_CHOICE_H
#define HOST_CHOICE_H

#include "model/key_names.h"
#include "model/result.h"

#define HOST_CHOICE_MAX 32 /* initiators of one host */

struct host_choice {
	const char *text; /* as the user wrote it */
	uint64_t key; /* of a name in the file of names; 0: it is not one */
	/*
	 * Without their sessions, as in struct nexus; of a name in the file, those that the LUNs
	 * list with its key: host_choice_find().
	 */
	const char *initiators[HOST_CHOICE_MAX];
	size_t count;
	bool derived; /* the host identifier is the UUID of an NQN, which is a convention */
	/* two initiators that have the key and are two hosts: then it names none; NULL: one host */
	const char *namesakes[2];
};

/*
 * Reads @text. NULL, or what is wrong with it as a clause. What *@choice points to is @text or on
 * the heap, and stays until the process ends.
 */
const char *host_choice_parse(const char *text, const struct key_names *names,
			      struct host_choice *choice);

/*
 * Adds to @choice, if it is a name of the file, the initiators that @results list with its key, and
 * if there are none those that had it in earlier runs of this node. They lie in their arena.
 */
void host_choice_find(struct host_choice *choice, const struct results *results);

/*
 * Whether @registrant is that host. TRI_UNKNOWN: the device does not name its host, or by a name
 * that cannot be compared.
 */
enum tri host_choice_is(const struct host_choice *choice, const struct registrant *registrant);
/*
 * The same among all registrants of the LUNs: a name that no LUN lists may be the name of a host
 * that has another key by now, which @names (NULL: none) does not name.
 */
enum tri host_choice_among(const struct host_choice *choice, const struct registrant *registrant,
			   const struct key_names *names);
/* The same of an initiator alone, as text. */
enum tri host_choice_names(const struct host_choice *choice, const char *initiator);

/*
 * The initiator of @choice, a name of the file, that is another host than @registrant, though that
 * has the key, too; NULL: none is.
 */
const char *host_choice_namesake(const struct host_choice *choice,
				 const struct registrant *registrant);

/* Whether any registrant of @state is that host. */
enum tri host_choice_registered(const struct host_choice *choice, const struct resv_state *state);

#endif
