/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * clear --take-key: a host without a key registers one for the clear, and unregisters it on
 * failure.
 */
#ifndef TAKE_KEY_H
#define TAKE_KEY_H

#include "pr/parts.h"

/*
 * Carries out @request, starting from the state in @result: registers request->key unless this path
 * is registered already, then clears; each with @change. If the clear fails, the key is
 * unregistered. Nothing is sent while another host whose key has a name may be running.
 */
void take_key_change(const struct request *request, struct result *result, part_change *change);

#endif
