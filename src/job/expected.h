/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Several requests of one action act on the same LUN for each name. */
#ifndef EXPECTED_H
#define EXPECTED_H

#include "model/request.h"
#include "model/result.h"

/* What a device was when it was found first. */
struct expected {
	const char *argument;
	const struct lun *lun;
	struct expected *next;
};

/* Adds to *@list, in @arena, what @results have found first. False: there is no memory. */
bool expected_remember(struct expected **list, struct arena *arena, const struct results *results);

/*
 * Sets @request->expected, in @arena: each of its devices must be what it is in @list, if it is
 * there. False: there is no memory.
 */
bool expected_require(const struct expected *list, struct arena *arena, struct request *request);

#endif
