/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asks a device that is open which LUN it is. */
#ifndef IDENTIFY_H
#define IDENTIFY_H

#include "model/result.h"
#include "wire/identity.h"

/*
 * One command, by which the device of @fd says which LUN it is: INQUIRY, or NVMe Identify. It is
 * compared with what the kernel said when @result's LUN was resolved. @answer says how the command
 * ended: ANSWER_NO_LUN if no LUN is there; ANSWER_NO_INTERFACE without a command if there is
 * nothing to compare with. *@now is the WWID that the device reports, in @result's arena, or NULL.
 * The command is traced in @result.
 */
enum identity device_identify(int fd, struct result *result, const char **now,
			      struct answer *answer);

#endif
