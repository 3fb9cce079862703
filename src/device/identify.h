/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asks an open device which LUN it is. */
#ifndef IDENTIFY_H
#define IDENTIFY_H

#include "model/result.h"
#include "wire/identity.h"

/*
 * Sends one command with which the device of @fd identifies its LUN: INQUIRY, or NVMe Identify.
 * Compares the reply with what the kernel reported when @result's LUN was resolved. @answer: how
 * the command ended; ANSWER_NO_LUN if there is no LUN; ANSWER_NO_INTERFACE, with no command sent,
 * if there is nothing to compare with. *@now: the WWID that the device reports, in @result's arena,
 * or NULL. The command is traced in @result.
 */
enum identity device_identify(int fd, struct result *result, const char **now,
			      struct answer *answer);

#endif
