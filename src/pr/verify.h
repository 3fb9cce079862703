/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What makes "ok" no guess, for every command: what an answer, and the state that is read after it,
 * prove. What differs between commands is in their rules. Pure functions: no device is touched
 * here.
 */
#ifndef VERIFY_H
#define VERIFY_H

#include "pr/rule.h"

enum verified {
	VERIFIED, /* the status is set */
	VERIFIED_TO_PROVE, /* done, and ok if abort_prove() proves the abort as well */
	VERIFIED_AGAIN, /* not done, and may be tried again: from the state that is in the result */
	/* the same, after a pause; without time for it: verify() again, with tries->last */
	VERIFIED_LATER,
};

/* What came of @attempt. */
enum verified verify(const struct attempt *attempt);

/*
 * "Nothing was done" is said only of what is known not to have been done: if @tries leave a doubt,
 * the status of @result becomes "unknown", and what has changed is not known. verify() calls it. A
 * caller that ends a request in another way after a try calls it after its own status.
 */
void verify_doubt(const struct request *request, struct result *result, const struct tries *tries);

/* The status of a state that could not be read: @answer says why. */
enum status verify_unread(const struct request *request, struct result *result, enum step step,
			  const struct answer *answer);

#endif
