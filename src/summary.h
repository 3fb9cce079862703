/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a state means, in words: which hosts may write, which one holds, what this host may not,
 * which path has no key.
 */
#ifndef SUMMARY_H
#define SUMMARY_H

#include "model/result.h"

/*
 * The clauses that explain @result's state, in its arena. NULL: there is nothing to be said of it.
 */
const struct note *summary(const struct result *result);

#endif
