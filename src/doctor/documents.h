/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The view of other hosts: documents of status --json, as plain data. No member is assumed to be
 * there.
 */
#ifndef DOCUMENTS_H
#define DOCUMENTS_H

#include <stdio.h>

#include "model/result.h"

/* A registrant as listed by another host; this_host means that host. */
struct document_registrant {
	struct registrant registrant;
	/* the key's name in that host's file; NULL: none, or unknown */
	const char *name;
	bool name_known;
};

struct document_lun {
	const char *wwid; /* NULL: unknown */
	uint64_t size; /* bytes; 0: unknown */
	uint32_t generation;
	bool read; /* whether the registrants are known */
	struct document_registrant *registrants;
	size_t count;
	const char **initiators; /* list of that host's paths */
	size_t initiator_count;
};

struct document {
	const char *path;
	struct host_self host; /* a member is NULL if it is missing in the document */
	struct document_lun *luns;
	size_t count;
	struct document *next;
};

/*
 * Reads the document in the file at @path, in @arena. If it is not valid, or a command that writes
 * it to a pipe does not end until @end (clock_now()), returns NULL, with the cause as a clause in
 * *@wrong.
 */
struct document *document_read(struct arena *arena, const char *path, int64_t end,
			       const char **wrong);

/* The LUN with @wwid in @document; NULL if there is none, or if @wwid is NULL. */
const struct document_lun *document_lun(const struct document *document, const char *wwid);

#endif
