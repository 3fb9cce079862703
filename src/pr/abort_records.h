/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What this node's records of a LUN say about the victim of a request: are its commands known to
 * have ended? Pure functions of the records, of the request and of states that were read; memory.c
 * reads and writes the records.
 */
#ifndef ABORT_RECORDS_H
#define ABORT_RECORDS_H

#include "model/request.h"
#include "model/result.h"
#include "store/records.h"

/* What a record is changed for. */
struct note_down {
	const struct request *request;
	const struct result *result;
};

/* Whether the victim is a host that has no key left to remove. */
bool victim_is_host_alone(const struct request *request);

/* Whether several LUNs may have this name: a name of type T10 may lack a serial number. */
bool lun_name_is_shared(const char *wwid);

/*
 * Records that the abort of the victim is not proven, with the hosts that have its key. Returns
 * NULL, or what is wrong.
 */
const char *abort_records_begin(struct arena *arena, struct lun_records *lun,
				const struct note_down *note);

/*
 * What is known about a host that is not registered, from the records of all its keys.
 */
enum abort_known abort_records_host_known(const struct request *request,
					  const struct result *result,
					  const struct lun_records *lun);

/* Sets @result->victim to what is known about the victim in the state of @result. */
void abort_records_recall(const struct request *request, const struct lun_records *lun,
			  struct result *result);

/*
 * Keeps the proofs valid, or forgets them, after a change by this node, or after the LUN was read.
 */
void abort_records_follow(struct lun_records *lun, const struct note_down *note);

/* Records what a successful abort has proven. Returns NULL, or what is wrong. */
const char *abort_records_prove(struct arena *arena, struct lun_records *lun,
				const struct note_down *note);

#endif
