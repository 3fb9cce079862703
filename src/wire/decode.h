/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What every decoder reports about the bytes of a device. */
#ifndef DECODE_H
#define DECODE_H

#include "model/result.h"

enum format {
	FORMAT_OK,
	FORMAT_SHORT, /* the device reports more than was received */
	FORMAT_BAD, /* the lengths contradict each other */
	FORMAT_NO_MEMORY,
};

static inline enum tri format_bit(unsigned int field, unsigned int mask)
{
	return field & mask ? TRI_YES : TRI_NO;
}

static inline enum answer_kind format_answer_kind(enum format format)
{
	static const enum answer_kind answer_kinds[] = {
		[FORMAT_OK] = ANSWER_DONE,
		[FORMAT_SHORT] = ANSWER_REPLY,
		[FORMAT_BAD] = ANSWER_REPLY,
		[FORMAT_NO_MEMORY] = ANSWER_NO_MEMORY,
	};

	return answer_kinds[format];
}

#endif
