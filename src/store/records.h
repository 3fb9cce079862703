/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What this node remembers of one LUN, and its text in a file. Pure functions: no file is touched
 * here. A reader believes no byte: what is not exactly such a text is refused as a whole.
 *
 *   prctl 1
 *   lun WWID
 *   own KEY BOOT-ID
 *   in BOOT-ID
 *   host HOST
 *   name DEVICE
 *   still
 *   volatile
 *   shared initiator|host
 *   abort VICTIM|all open|proven|confirmed GENERATION [HOST...]
 *   end
 */
#ifndef RECORDS_H
#define RECORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/result.h"
#include "util/arena.h"

#define RECORDS_SIZE_MAX 65536 /* bytes of a text */
#define RECORDS_ABORTS_MAX 64
#define RECORDS_HOSTS_MAX 16
#define RECORDS_NAMES_MAX 8
#define RECORD_ALL 0 /* in place of a victim's key: whoever else is or was registered */

/*
 * How certain it is that no command of a victim, whose key was or is to be removed, will be carried
 * out.
 */
enum record_proof {
	/* an abort was about to be sent, and nothing has shown since that it was done */
	RECORD_OPEN,
	RECORD_PROVEN, /* the device's answers have proven it */
	/* the administrator has confirmed that the victim's host is off, or was rebooted */
	RECORD_CONFIRMED,
	RECORD_PROOF_COUNT,
};

struct abort_record {
	uint64_t victim; /* its key; RECORD_ALL: of --victim all */
	enum record_proof proof;
	/*
	 * PRGENERATION of the LUN at the time of the proof; while it is the same, no host has
	 * registered
	 */
	uint32_t generation;
	/* initiators that had the key, without their sessions */
	const char *hosts[RECORDS_HOSTS_MAX];
	size_t host_count;
	struct abort_record *next;
};

struct lun_records {
	const char *wwid;
	uint64_t own; /* the key that this node has registered there; 0: none */
	const char *boot; /* the boot in which it was registered */
	bool is_volatile; /* it was registered with APTPL=0 */
	enum sharing sharing; /* as one of this node's paths has proven it */
	bool still; /* its generation did not change when it had to: nothing follows from it */
	/* the initiator by which it was registered, without its session; NULL: not known */
	const char *host;
	/* of devices by which on was given the LUN, the newest first; NULL at the end */
	const char *names[RECORDS_NAMES_MAX];
	const char *let_in; /* the boot in which fence_prctl let this node in; NULL: in none */
	struct abort_record *aborts; /* the newest first */
};

/*
 * Reads @length bytes of @text, which must be of the LUN @wwid (NULL: of any, which @lun->wwid
 * tells), into @lun; what @lun points to lies in @arena. Returns NULL, or what is wrong as a
 * clause; then @lun is empty.
 */
const char *records_parse(struct arena *arena, const char *text, size_t length, const char *wwid,
			  struct lun_records *lun);

/* The text of @lun, to be freed; *@length: of it. NULL: no memory. */
char *records_format(const struct lun_records *lun, size_t *length);

/*
 * @text as one word of such a file, and as the name of one: letters, digits and ._- stay, others
 * become %XX. To be freed.
 */
char *records_word(const char *text);

/* The record of the abort of @victim. NULL: there is none. */
struct abort_record *records_abort(const struct lun_records *lun, uint64_t victim);

/*
 * The same, made if it is missing: it is open then. If there are too many, the oldest that is not
 * open is given up. NULL: all are open, or no memory.
 */
struct abort_record *records_abort_add(struct arena *arena, struct lun_records *lun,
				       uint64_t victim);

/*
 * Adds the initiator whose name is the first @length characters of @name, once; those beyond the
 * limit are left out.
 */
void records_host_add(struct arena *arena, struct abort_record *record, const char *name,
		      size_t length);

/* Whether @name is one of the names of the LUN. */
bool records_has_name(const struct lun_records *lun, const char *name);

/*
 * Makes @name, which is in the arena, the newest one of the names of the LUN; the oldest one may be
 * given up.
 */
void records_name_add(struct lun_records *lun, const char *name);

/* Drops the record of @victim, unless it is open. */
void records_forget(struct lun_records *lun, uint64_t victim);

/* Whether nothing is remembered. */
bool records_are_empty(const struct lun_records *lun);

/*
 * This node alone has changed the LUN, by one command that took its generation from @before to
 * @after: what was proven at @before is proven at @after. Does nothing if it was more than one
 * step: another host was at work, too.
 */
void records_carry(struct lun_records *lun, uint32_t before, uint32_t after);

#endif
