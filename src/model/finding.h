/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A fault that doctor has found, as plain data. */
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
	const char *rule; /* its name */
	enum severity severity;
	const struct result *result; /* the LUN; NULL: this host as a whole */
	const char *what;
	const char *why; /* it matters */
	const char *cure; /* a command, or what to do if no command does it */
	struct finding *next;
};

const char *severity_word(enum severity severity);

#endif
