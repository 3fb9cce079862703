/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What this node remembers of one LUN. Pure functions: no file is touched here; records_text.h has
 * its text in a file.
 */
#ifndef RECORDS_H
#define RECORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/reservation.h"
#include "model/sharing.h"
#include "util/arena.h"

#define RECORDS_ABORTS_MAX 64
#define RECORDS_HOSTS_MAX 16
#define RECORDS_NAMES_MAX 8
#define RECORDS_PORTS_MAX 32
#define RECORDS_SHARERS_MAX 128
#define RECORD_ALL 0 /* instead of a victim's key: all other hosts that are or were registered */

/*
 * What is known about the commands of a victim, whose key was or is to be removed: can any still be
 * carried out?
 */
enum record_proof {
	/* an abort was about to be sent, and nothing has shown since then that it was done */
	RECORD_OPEN,
	RECORD_PROVEN, /* the device's answers have proven that all have ended */
	/* the administrator has confirmed that the victim's host is off, or was rebooted */
	RECORD_CONFIRMED,
	RECORD_PROOF_COUNT,
};

struct abort_record {
	uint64_t victim; /* its key; RECORD_ALL: for --victim all */
	enum record_proof proof;
	/*
	 * PRGENERATION of the LUN at the time of the proof; while it is the same, no host has
	 * registered since
	 */
	uint32_t generation;
	/* initiators that had the key, without their sessions */
	const char *hosts[RECORDS_HOSTS_MAX];
	size_t host_count;
	struct abort_record *next;
};

struct lun_records {
	const char *wwid;
	uint64_t own; /* the key that this node has registered on the LUN; 0: none */
	const char *boot; /* the boot in which it was registered */
	bool is_volatile; /* it was registered with APTPL=0 */
	bool is_lost; /* the watchdog has seen that the target has lost it, with every other one */
	struct sharer *sharers; /* which of this node's paths share a registration, as proven */
	/* a change did not raise its generation, which so proves nothing; in the file: still */
	bool generation_unreliable;
	/* the initiator with which it was registered, without its session; NULL: unknown */
	const char *host;
	/*
	 * the ports of FC and SAS adapters by which it was registered in that boot, then NULL;
	 * NULL: none
	 */
	const char **ports;
	/*
	 * devices by which the fence action "on" was given the LUN, the newest first; NULL at the
	 * end
	 */
	const char *names[RECORDS_NAMES_MAX];
	/* the boot in which the fence action "on" has registered this node; NULL: in none */
	const char *unfenced_boot;
	/* the boot in which its vote for this node in a fence began to count; NULL: in none */
	const char *arbiter;
	/*
	 * The reservation at the time of the proofs below, and the holder's key; RESV_NONE: none.
	 * RESERVE and RELEASE are not counted (SPC-4 5.12.7, NVMe 1.4 6.13), and without a
	 * reservation a victim can write without a registration.
	 */
	enum resv_type held;
	uint64_t held_key;
	struct abort_record *aborts; /* the newest first */
};

/* The record of the abort of @victim; NULL if there is none. */
struct abort_record *records_abort(const struct lun_records *lun, uint64_t victim);

/*
 * The same; if it is missing, an open one is added. If there are too many, the oldest that is not
 * open is dropped. Returns NULL if all are open, or if there is no memory.
 */
struct abort_record *records_abort_add(struct arena *arena, struct lun_records *lun,
				       uint64_t victim);

/*
 * Adds the initiator whose name is the first @length characters of @name, unless it is there.
 * Initiators beyond the limit are not added.
 */
void records_host_add(struct arena *arena, struct abort_record *record, const char *name,
		      size_t length);

/* Whether @port is one of the ports of the LUN. */
bool records_has_port(const struct lun_records *lun, const char *port);

/*
 * Adds @port, which is in the arena, unless it is there. Ports beyond the limit are not added.
 * Returns false if there is no memory, or too many.
 */
bool records_port_add(struct arena *arena, struct lun_records *lun, const char *port);

/* Whether @name is one of the names of the LUN. */
bool records_has_name(const struct lun_records *lun, const char *name);

/* Makes @name, which is in the arena, the newest one of the LUN's names; may drop the oldest. */
void records_name_add(struct lun_records *lun, const char *name);

/* Drops @record, which is one of @lun's. */
void records_drop(struct lun_records *lun, const struct abort_record *record);

/* Drops the record of @victim, unless it is open. */
void records_forget(struct lun_records *lun, uint64_t victim);

/*
 * Drops every record that is not open, and the reservation at the time of the proofs: nothing is
 * known any more of any removed host.
 */
void records_forget_proofs(struct lun_records *lun);

/* Whether there are no records. */
bool records_are_empty(const struct lun_records *lun);

/*
 * Call this if one command of this node took the LUN's generation from @before to @after: what was
 * proven at @before is then proven at @after. Does nothing if the difference is more than one,
 * because another host has changed the LUN too.
 */
void records_carry(struct lun_records *lun, uint32_t before, uint32_t after);

#endif
