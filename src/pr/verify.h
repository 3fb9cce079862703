/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When the status is "ok", for every command: what an answer proves, together with the state that
 * is read after it. What differs between commands is in their rules. Pure functions: no device is
 * touched here.
 */
#ifndef VERIFY_H
#define VERIFY_H

#include "pr/rule.h"

enum verified {
	VERIFIED, /* the status is set */
	VERIFIED_TO_PROVE, /* done, and ok if abort_prove() also proves the abort */
	VERIFIED_AGAIN, /* not done, and may be tried again from the state in the result */
	/*
	 * the same after a pause; if there is no time for it, verify() is called again with
	 * tries->last
	 */
	VERIFIED_LATER,
};

/* Judges the outcome of @attempt. */
enum verified verify(const struct attempt *attempt);

/*
 * Prevents the report that nothing was done if that is not known: if @tries leave a doubt, the
 * status of @result becomes "unknown", and so does what has changed. verify() calls this. A caller
 * that ends a request in another way after a try calls it after setting the status.
 */
void verify_doubt(const struct request *request, struct result *result, const struct tries *tries);

#endif
