/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is reported of a state that could not be read. */
#ifndef UNREAD_H
#define UNREAD_H

#include "model/request.h"
#include "model/result.h"

/* Sets the status after a state could not be read; @answer says why. */
enum status unread_fail(const struct request *request, struct result *result, enum step step,
			const struct answer *answer);

/* The right that reading needs, in words. */
const char *unread_right(const struct result *result);

/*
 * What was sent so far, as a clause that begins with "; "; "" if @request only reads. A request of
 * several steps, or an earlier try, may have sent something.
 */
const char *unread_unsent(const struct request *request, const struct result *result);

#endif
