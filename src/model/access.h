/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a host may do on a LUN, from the reservation and its registrations. Pure functions. */
#ifndef ACCESS_H
#define ACCESS_H

#include "model/host_choice.h"
#include "model/result.h"

enum access_right {
	ACCESS_UNKNOWN,
	ACCESS_NOTHING,
	ACCESS_READ,
	ACCESS_WRITE, /* and read */
	ACCESS_COUNT,
};

struct access {
	enum access_right right;
	enum tri registered;
	enum tri holds;
	uint64_t key; /* a key that the host has; 0: none, or not known */
};

/*
 * What a reservation of @type lets a host do that is registered or not, and that holds it or not:
 * SPC-4 table 66, NVM Express Base 2.0c figure 84. They are the same for both protocols.
 */
enum access_right access_right(enum resv_type type, enum tri registered, enum tri holds);

/*
 * What @choice may do on a LUN with @state. If it has several registrations: what the best of them
 * lets it do. @names: of keys; NULL: none.
 */
struct access access_of(const struct host_choice *choice, const struct resv_state *state,
			const struct key_names *names);

/* "write", "read", "nothing"; NULL: not known. */
const char *access_word(enum access_right right);
/* "may read and write: write-exclusive-reg-only, registered with 0xb", in @arena. */
const char *access_text(struct arena *arena, const struct access *access,
			const struct resv_state *state);

#endif
