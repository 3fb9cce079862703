/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How the decoding of a reply ended, for every decoder. */
#ifndef DECODE_RESULT_H
#define DECODE_RESULT_H

#include "model/reservation.h"

enum decode_result {
	DECODE_OK,
	DECODE_SHORT, /* the device reports more than was received */
	DECODE_BAD, /* the lengths contradict each other */
	DECODE_NO_MEMORY,
};

/* Whether a bit of @mask is set in @field. */
static inline enum tri tri_of_bit(unsigned int field, unsigned int mask)
{
	return field & mask ? TRI_YES : TRI_NO;
}

/* What a reply that was decoded with that result counts as. */
static inline enum answer_kind decode_answer_kind(enum decode_result decoded)
{
	static const enum answer_kind answer_kinds[] = {
		[DECODE_OK] = ANSWER_DONE,
		[DECODE_SHORT] = ANSWER_REPLY,
		[DECODE_BAD] = ANSWER_REPLY,
		[DECODE_NO_MEMORY] = ANSWER_NO_MEMORY,
	};

	return answer_kinds[decoded];
}

#endif
