/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The replies of a device as bytes: status --raw keeps them, and decode replays them. The same code
 * interprets a replayed reply and a device's own.
 */
#ifndef REPLY_H
#define REPLY_H

#include "model/result.h"

/* The commands that only read. The first four have the numbers of their service actions. */
enum reply_command {
	REPLY_READ_KEYS,
	REPLY_READ_RESERVATION,
	REPLY_CAPABILITIES,
	REPLY_FULL_STATUS,
	REPLY_INQUIRY,
	REPLY_PAGE83,
	REPLY_PAGE83_KEPT, /* read by the kernel when it found the disk */
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
	struct answer answer; /* its kind is determined again on replay */
	const uint8_t *data; /* without trailing zeros */
	size_t size; /* size of data in bytes */
	size_t length; /* number of bytes that were received */
};

/* Replies that are replayed instead of asking a device. */
struct recording {
	struct reply *first;
};

/* The command's word in JSON. */
const char *reply_word(enum reply_command command);
/* The command with that word; REPLY_COMMAND_COUNT if there is none. */
enum reply_command reply_command_of(const char *word);

/* NULL if there is none. */
const struct reply *reply_find(const struct reply *list, enum reply_command command);

/*
 * If @result keeps replies: keeps the last reply to @command, @length bytes of @data, or none if
 * the command failed. If there is no memory, nothing is kept.
 */
void reply_keep(struct result *result, enum reply_command command, const struct answer *answer,
		const void *data, size_t length);

/*
 * Replays @reply of a recording: copies it to @data, which has room for @size bytes, and fills
 * @answer except for its kind. Returns the number of bytes that were received: none if @reply is
 * NULL.
 */
size_t reply_play(const struct reply *reply, uint8_t *data, size_t size, struct answer *answer);

#endif
