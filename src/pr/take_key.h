/* SPDX-License-Identifier: GPL-2.0-or-later */
/* clear --take-key: by a host that has no key, which takes one for it and gives it back. */
#ifndef TAKE_KEY_H
#define TAKE_KEY_H

#include "pr/parts.h"

/*
 * Does @request from the state in @result: registers request->key, unless this path is registered
 * already, and clears; each by @change. If it is not cleared, the key is unregistered. Nothing is
 * sent while another host that has a name may be alive there.
 */
void take_key_change(const struct request *request, struct result *result, part_change *change);

#endif
