/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A line in the system's log for each device that a command set out to change: who, what, which
 * LUN, and what came of it; so that the log reads as the history of the LUN.
 */
#ifndef AUDIT_H
#define AUDIT_H

#include "model/request.h"
#include "model/result.h"

/* The user who runs the command. */
struct audit_who {
	unsigned int uid;
	/* of the session, through su and sudo; AUDIT_NOBODY: none is known */
	unsigned int login_uid;
};

#define AUDIT_NOBODY ((unsigned int)-1)

struct audit_who audit_who(void);

/* The line for @result, in its arena. @command: what the line calls the command. */
const char *audit_line(const struct request *request, const struct result *result,
		       const char *command, const struct audit_who *who);

/*
 * Sends a line for each of @results to the log's socket, as "prctl". A log that does not take them
 * is waited for no longer than a second, nor longer than 0.1 s after the @deadline (clock_now();
 * INT64_MAX: none). Returns 0, also if there is no log at all, or a negative errno: *@lost is how
 * many lines were not written then.
 */
int audit_send(const struct request *request, const struct results *results, const char *command,
	       int64_t deadline, size_t *lost);

#endif
