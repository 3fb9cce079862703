/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A problem that doctor has found, as plain data. */
#ifndef FINDING_H
#define FINDING_H

#include "model/result.h"

enum severity {
	SEVERITY_NOTE,
	SEVERITY_WARNING,
	SEVERITY_ERROR,
	SEVERITY_COUNT,
};

struct finding {
	const char *rule; /* the name of its rule */
	enum severity severity;
	const struct result *result; /* the LUN; NULL: it concerns the whole host */
	const char *what;
	const char *why; /* why it matters */
	const char *cure; /* a command that fixes it, or in words what to do */
	struct finding *next;
};

/* "note", "warning" or "error". */
const char *severity_word(enum severity severity);

#endif
