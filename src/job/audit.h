/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes an entry to the system log for each device that a command was to change: who, what, which
 * LUN, and the outcome. So the log shows the history of the LUN.
 */
#ifndef AUDIT_H
#define AUDIT_H

#include "model/request.h"
#include "model/result.h"

/* The user who runs the command. */
struct audit_who {
	unsigned int uid;
	/* user who started the session, even after su or sudo; AUDIT_NOBODY: unknown */
	unsigned int login_uid;
};

#define AUDIT_NOBODY ((unsigned int)-1)

/* The user of this process. Changes errno. */
struct audit_who audit_who(void);

/* The entry for @result, in its arena. @command: the name of the command in it. */
const char *audit_line(const struct request *request, const struct result *result,
		       const char *command, const struct audit_who *who);

/*
 * Sends an entry for each of @results to the log's socket, as "prctl". If the log does not accept
 * one, waits no longer than a second, and no longer than 0.1 s after @deadline (clock_now();
 * INT64_MAX: none). Returns 0, also if there is no log at all, or a negative errno; *@lost is then
 * the number of entries that were not written.
 */
int audit_send(const struct request *request, const struct results *results, const char *command,
	       int64_t deadline, size_t *lost);

#endif
