/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Replies of a device as bytes: what status --raw keeps, and decode plays again. A reply that is
 * played is judged by the code that judges a device's own.
 */
#ifndef REPLY_H
#define REPLY_H

#include "model/result.h"

/* The commands that read. The first four have the numbers of their service actions. */
enum reply_command {
	REPLY_READ_KEYS,
	REPLY_READ_RESERVATION,
	REPLY_CAPABILITIES,
	REPLY_FULL_STATUS,
	REPLY_INQUIRY,
	REPLY_PAGE83,
	REPLY_PAGE83_KEPT, /* by the kernel, since it found the disk */
	REPLY_REPORT_EXTENDED,
	REPLY_REPORT_STANDARD,
	REPLY_IDENTIFY_NAMESPACE,
	REPLY_IDENTIFY_CONTROLLER,
	REPLY_IDENTIFY_DESCRIPTORS,
	REPLY_HOST_ID_128,
	REPLY_HOST_ID_64,
	REPLY_COMMAND_COUNT,
};

struct reply {
	struct reply *next;
	enum reply_command command;
	struct answer answer; /* its kind is judged again */
	const uint8_t *data; /* without the zeros at its end */
	size_t size; /* bytes of data */
	size_t length; /* bytes that were received */
};

/* What is played in place of a device. */
struct recording {
	struct reply *first;
};

/* The word of JSON. */
const char *reply_word(enum reply_command command);
/* The command of that word; REPLY_COMMAND_COUNT: none. */
enum reply_command reply_command_of(const char *word);

/* NULL: there is none. */
const struct reply *reply_find(const struct reply *list, enum reply_command command);

/*
 * Keeps the last reply to @command in @result, if it keeps replies: @length bytes of @data, or none
 * if the command failed. Without memory, none is kept.
 */
void reply_keep(struct result *result, enum reply_command command, const struct answer *answer,
		const void *data, size_t length);

/*
 * Plays the reply to @command of @result's recording: into @data, which has room for @size bytes,
 * and into all of @answer but its kind. Returns how many bytes were received. *@found: whether the
 * recording has it.
 */
size_t reply_play(const struct result *result, enum reply_command command, uint8_t *data,
		  size_t size, struct answer *answer, bool *found);

#endif
