/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The meaning of a state in words: which hosts may write, which one holds the reservation, what
 * this host may not do, which path has no key.
 */
#ifndef SUMMARY_H
#define SUMMARY_H

#include "model/result.h"

/* The clauses that explain @result's state, in its arena. NULL if there is nothing to explain. */
const struct note *summary(const struct result *result);

#endif
