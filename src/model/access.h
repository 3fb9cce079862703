/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a host may do on a LUN, given the reservation and the registrations. Pure functions. */
#ifndef ACCESS_H
#define ACCESS_H

#include "model/host_choice.h"
#include "model/result.h"

enum access_right {
	ACCESS_UNKNOWN,
	ACCESS_NOTHING,
	ACCESS_READ,
	ACCESS_WRITE, /* and may read */
	ACCESS_COUNT,
};

struct access {
	enum access_right right;
	enum tri registered;
	enum tri holds;
	uint64_t key; /* a key of the host; 0: none, or unknown */
};

/*
 * What a reservation of @type lets a host do, depending on whether it is registered and whether it
 * holds the reservation: SPC-4 table 66, NVM Express Base 2.0c figure 84. Both protocols have the
 * same rules.
 */
enum access_right access_right(enum resv_type type, enum tri registered, enum tri holds);

/*
 * What @choice may do on a LUN with @state. If it has several registrations, the one that allows
 * most counts. @names: names of keys, or NULL.
 */
struct access access_of(const struct host_choice *choice, const struct resv_state *state,
			const struct key_names *names);

/* "write", "read", "nothing"; NULL if unknown. */
const char *access_word(enum access_right right);
/* "may read and write: write-exclusive-reg-only, registered with 0xb", in @arena. */
const char *access_text(struct arena *arena, const struct access *access,
			const struct resv_state *state);

#endif
