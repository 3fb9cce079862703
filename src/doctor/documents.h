/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What other hosts have shown: documents of status --json, as plain data. A reader believes no
 * member to be there.
 */
#ifndef DOCUMENTS_H
#define DOCUMENTS_H

#include <stdio.h>

#include "model/result.h"

/* A registrant as another host lists it: this_host is that host. */
struct document_registrant {
	struct registrant registrant;
	/* of the key, in that host's file; NULL: it has none there, or that is not known */
	const char *name;
	bool name_known;
};

struct document_lun {
	const char *wwid; /* NULL: not known */
	uint64_t size; /* bytes; 0: not known */
	uint32_t generation;
	bool read; /* whether the registrants are known */
	struct document_registrant *registrants;
	size_t count;
	const char **initiators; /* of that host's paths */
	size_t initiator_count;
};

struct document {
	const char *path;
	struct host_self host; /* a member is NULL if the document lacks it */
	struct document_lun *luns;
	size_t count;
	struct document *next;
};

/*
 * Reads the document in the file at @path, in @arena; *@wrong is why it is none, as a clause, and
 * NULL is returned then.
 */
struct document *document_read(struct arena *arena, const char *path, const char **wrong);

/* The LUN with @wwid in @document; NULL: none, or @wwid is NULL. */
const struct document_lun *document_lun(const struct document *document, const char *wwid);

#endif
