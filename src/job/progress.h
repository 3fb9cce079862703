/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One line on a terminal, rewritten in place: how many devices are done, and which are still
 * awaited.
 */
#ifndef PROGRESS_H
#define PROGRESS_H

#include "model/handover.h"

/* Shows the progress of @work on standard error if that is a terminal. */
void progress_show(const struct work *work);

/* Removes the line if one was shown. */
void progress_end(void);

#endif
