/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Documents of status --raw -> results, without any device: the replies in them are decoded and
 * judged by the code that reads a device. A document may be anything: it is a stranger's.
 */
#ifndef DECODE_DOCUMENT_H
#define DECODE_DOCUMENT_H

#include "model/request.h"
#include "model/result.h"

/*
 * Adds a result for each device in each of the files that @request has as devices ("-": standard
 * input), or one for a file that is no such document, and sets *@results' host. 0 or -ENOMEM.
 */
int decode(const struct request *request, struct results *results);

/* The same of a document of @length bytes at @text; @file is how it is named. */
int decode_text(const struct request *request, const char *file, const char *text, size_t length,
		struct results *results);

#endif
