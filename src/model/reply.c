// SPDX-License-Identifier: GPL-2.0-or-later
#include "model/reply.h"

#include <string.h>

static const char *const words[REPLY_COMMAND_COUNT] = {
	[REPLY_READ_KEYS] = "read_keys",
	[REPLY_READ_RESERVATION] = "read_reservation",
	[REPLY_CAPABILITIES] = "report_capabilities",
	[REPLY_FULL_STATUS] = "read_full_status",
	[REPLY_INQUIRY] = "inquiry",
	[REPLY_PAGE83] = "inquiry_page_83h",
	[REPLY_PAGE83_KEPT] = "kernel_page_83h",
	[REPLY_REPORT_EXTENDED] = "reservation_report_extended",
	[REPLY_REPORT_STANDARD] = "reservation_report",
	[REPLY_IDENTIFY_NAMESPACE] = "identify_namespace",
	[REPLY_IDENTIFY_CONTROLLER] = "identify_controller",
	[REPLY_IDENTIFY_DESCRIPTORS] = "identify_descriptors",
	[REPLY_HOST_ID_128] = "host_identifier_128",
	[REPLY_HOST_ID_64] = "host_identifier_64",
};

const char *reply_word(enum reply_command command)
{
	return words[command];
}

enum reply_command reply_command_of(const char *word)
{
	int command = 0;

	while (command < REPLY_COMMAND_COUNT && (!word || strcmp(words[command], word) != 0))
		command++;
	return (enum reply_command)command;
}

const struct reply *reply_find(const struct reply *list, enum reply_command command)
{
	while (list && list->command != command)
		list = list->next;
	return list;
}

/* The reply to @command in @result, added if it is missing; NULL if there is no memory. */
static struct reply *reply_get(struct result *result, enum reply_command command)
{
	struct reply **end = &result->replies;

	while (*end && (*end)->command != command)
		end = &(*end)->next;
	if (!*end)
		*end = arena_alloc(result->arena, sizeof(**end));
	if (*end)
		(*end)->command = command;
	return *end;
}

static size_t without_zeros(const uint8_t *data, size_t length)
{
	while (length && data[length - 1] == 0)
		length--;
	return length;
}

void reply_keep(struct result *result, enum reply_command command, const struct answer *answer,
		const void *data, size_t length)
{
	size_t size = without_zeros(data, length);
	struct reply *reply;
	uint8_t *copy;

	if (!result->keeps_replies)
		return;
	reply = reply_get(result, command);
	copy = reply ? arena_alloc(result->arena, size + 1) : NULL;
	if (!copy)
		return;
	memcpy(copy, data, size);
	reply->answer = *answer;
	reply->data = copy;
	reply->size = size;
	reply->length = length;
}

size_t reply_play(const struct reply *reply, uint8_t *data, size_t size, struct answer *answer)
{
	size_t length;

	memset(data, 0, size);
	memset(answer, 0, sizeof(*answer));
	if (!reply)
		return 0;
	*answer = reply->answer;
	length = reply->length < size ? reply->length : size;
	memcpy(data, reply->data, reply->size < length ? reply->size : length);
	return length;
}
