/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Documents of status --raw -> results, without any device. The code that reads devices also
 * decodes and judges the recorded replies. A document may contain anything, because it may come
 * from a stranger.
 */
#ifndef DECODE_H
#define DECODE_H

#include "model/request.h"
#include "model/result.h"

/*
 * Adds a result for each device in each of @request's files, which are in its list of devices ("-":
 * standard input), or one for a file that is not valid; sets the host in *@results. Returns 0 or
 * -ENOMEM.
 */
int decode(const struct request *request, struct results *results);

/* The same for a document of @length bytes at @text; @file is its name in messages. */
int decode_text(const struct request *request, const char *file, const char *text, size_t length,
		struct results *results);

#endif
