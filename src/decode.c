// SPDX-License-Identifier: GPL-2.0-or-later
#include "decode.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/describe.h"
#include "model/messages.h"
#include "model/reply.h"
#include "pr/operate.h"
#include "util/json.h"
#include "util/text.h"

#define FILE_MAX ((size_t)32 << 20) /* bytes; maximum size of a document */
#define REPLY_MAX (64 + 65535 * 64) /* bytes of the longest reply, an NVMe report */
#define PAGE83_MAX 65539 /* bytes; PAGE LENGTH has two */
#define ERRNO_MAX 4095 /* the kernel's name for it */

/*
 * A document does not include the ports of adapters, so it is never known that a port belongs to
 * another host.
 */
static const struct machine_ports no_ports = { .partial = true };

/* The result of decoding one device of a document. */
struct decoding {
	struct arena *arena;
	struct result *result;
	const char *wrong; /* the first invalid member; NULL: all are valid */
};

static void wrong(struct decoding *decoding, const char *what)
{
	if (!decoding->wrong)
		decoding->wrong = what;
}

/* A member that is a string; NULL if it is missing or something else. */
static const char *text_get(struct decoding *decoding, const json_t *object, const char *name)
{
	const char *text = json.string_value(json.object_get(object, name));

	return text ? text_clean(decoding->arena, text, strlen(text)) : NULL;
}

/* A member that is a number from @least to @most. If it is not, returns @least and sets wrong. */
static int64_t number_get(struct decoding *decoding, const json_t *object, const char *name,
			  int64_t least, int64_t most)
{
	const json_t *value = json.object_get(object, name);
	int64_t number = json_is_integer(value) ? (int64_t)json.integer_value(value) : least - 1;

	if (number >= least && number <= most)
		return number;
	wrong(decoding, arena_printf(decoding->arena, "\"%s\" is not a number from %" PRId64
						      " to %" PRId64,
				     name, least, most));
	return least;
}

static int digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *found = c ? strchr(digits, c) : NULL;

	return found ? (int)(found - digits) : -1;
}

static void data_get(struct decoding *decoding, const char *text, struct reply *reply)
{
	size_t length = text ? strlen(text) : 0;
	uint8_t *data;

	if (!text || length % 2 || length / 2 > reply->length) {
		wrong(decoding, "\"data\" is not what \"length\" has room for");
		return;
	}
	data = arena_alloc(decoding->arena, length / 2 + 1);
	if (!data) {
		wrong(decoding, strerrordesc_np(ENOMEM));
		return;
	}
	for (size_t i = 0; i < length / 2; i++) {
		int high = digit(text[2 * i]), low = digit(text[2 * i + 1]);

		if (high < 0 || low < 0)
			wrong(decoding, "\"data\" is not hexadecimal");
		else
			data[i] = (uint8_t)(high << 4 | low);
	}
	reply->data = data;
	reply->size = length / 2;
}

/* The errno with the name in the member "errno"; 0 for "none". */
static int errno_get(struct decoding *decoding, const json_t *object)
{
	const char *name = text_get(decoding, object, "errno");

	for (int err = 0; name && strcmp(name, "none") != 0 && err <= ERRNO_MAX; err++)
		if (err == ERRNO_MAX)
			wrong(decoding, "\"errno\" is unknown");
		else if (strcmp(describe_errno(decoding->arena, err), name) == 0)
			return err;
	if (!name)
		wrong(decoding, "\"errno\" is missing");
	return 0;
}

static void sense_get(struct decoding *decoding, const json_t *object, struct answer *answer)
{
	const char *text = text_get(decoding, object, "sense");
	unsigned int key, asc, ascq;

	if (text && strcmp(text, "none") == 0)
		return;
	if (!text || sscanf(text, "%2x/%2x/%2x", &key, &asc, &ascq) != 3) {
		wrong(decoding, "\"sense\" is not KEY/CODE/QUALIFIER");
		return;
	}
	answer->sense_key = key & 0x0f;
	answer->asc = (uint8_t)asc;
	answer->ascq = (uint8_t)ascq;
}

/* The disk, or the path of a map, whose node is @node; NULL if there is none. */
static struct result *path_find(struct result *result, const char *node)
{
	for (struct result *path = path_first(result); node && path; path = path_next(result, path))
		if (path->lun.node && strcmp(path->lun.node, node) == 0)
			return path;
	return NULL;
}

/* Appends a reply to @path's recording. */
static struct reply *reply_add(struct decoding *decoding, const struct result *path)
{
	struct reply **end = (struct reply **)&path->lun.recording->first;

	while (*end)
		end = &(*end)->next;
	*end = arena_alloc(decoding->arena, sizeof(**end));
	return *end;
}

static void reply_get(struct decoding *decoding, const json_t *object)
{
	struct result *path = path_find(decoding->result, text_get(decoding, object, "path"));
	enum reply_command command =
		reply_command_of(json.string_value(json.object_get(object, "command")));
	struct reply *reply;

	if (!path || command == REPLY_COMMAND_COUNT) {
		wrong(decoding, path ? "a reply is to an unknown command"
				     : "a reply came through none of the paths");
		return;
	}
	if (reply_find(path->lun.recording->first, command)) {
		wrong(decoding, "two replies are to one command");
		return;
	}
	reply = reply_add(decoding, path);
	if (!reply) {
		wrong(decoding, strerrordesc_np(ENOMEM));
		return;
	}
	reply->command = command;
	reply->answer.err = errno_get(decoding, object);
	reply->answer.raw = (long)number_get(decoding, object, "status", 0, INT32_MAX);
	sense_get(decoding, object, &reply->answer);
	reply->length = (size_t)number_get(decoding, object, "length", 0, REPLY_MAX);
	data_get(decoding, json.string_value(json.object_get(object, "data")), reply);
}

/* What the kernel read from the disk when it found it; not a reply to a command. */
static void page83_get(struct decoding *decoding, struct result *path)
{
	const struct reply *kept = reply_find(path->lun.recording->first, REPLY_PAGE83_KEPT);
	uint8_t *page;

	if (!kept || !kept->data)
		return;
	page = kept->length <= PAGE83_MAX ? arena_alloc(decoding->arena, kept->length + 1) : NULL;
	if (!page) {
		wrong(decoding, "\"kernel_page_83h\" is too long");
		return;
	}
	memcpy(page, kept->data, kept->size);
	path->lun.page83 = page;
	path->lun.page83_length = kept->length;
}

static int port_get(const json_t *object)
{
	const json_t *value = json.object_get(object, "target_port");
	int64_t port = json_is_integer(value) ? (int64_t)json.integer_value(value) : -1;

	return port >= 0 && port <= UINT16_MAX ? (int)port : TARGET_PORT_UNKNOWN;
}

static enum transport transport_of(const char *word)
{
	for (int i = TRANSPORT_NONE; word && i < TRANSPORT_COUNT; i++)
		if (strcmp(transport_word((enum transport)i), word) == 0)
			return (enum transport)i;
	return TRANSPORT_NONE;
}

/*
 * Reads what differs between paths; copies from @lun what a path shares with the others of its map.
 */
static bool path_fill(struct decoding *decoding, struct result *path, const struct lun *lun,
		      const json_t *object)
{
	struct recording *recording = arena_alloc(decoding->arena, sizeof(*recording));

	path->lun = *lun;
	path->lun.recording = recording;
	path->lun.nexus.initiator = text_get(decoding, object, "initiator");
	path->lun.nexus.target_port = port_get(object);
	path->lun.state = text_get(decoding, object, "state");
	path->ports = &no_ports;
	return recording;
}

static bool paths_add(struct decoding *decoding, const json_t *list)
{
	struct result *map = decoding->result, **end = &map->paths, *path;

	for (size_t i = 0; i < json.array_size(list); i++) {
		const json_t *object = json.array_get(list, i);

		path = result_new(decoding->arena, map->argument);
		if (!path || !path_fill(decoding, path, &map->lun, object))
			return false;
		path->lun.node = text_get(decoding, object, "device");
		path->lun.node = path->lun.node ? path->lun.node : "?";
		path->lun.name = path->label = path->lun.node;
		path->map = map;
		*end = path;
		end = &path->next;
	}
	return true;
}

/* A disk is its own only path. */
static bool is_map(const struct result *result, const json_t *paths)
{
	const char *node = json.string_value(json.object_get(json.array_get(paths, 0), "device"));

	return json.array_size(paths) > 1 ||
	       (node && result->lun.node && strcmp(node, result->lun.node) != 0);
}

static bool lun_get(struct decoding *decoding, const json_t *device)
{
	const json_t *identity = json.object_get(device, "lun"),
		     *paths = json.object_get(device, "paths");
	struct result *result = decoding->result;
	struct lun lun = {
		.node = text_get(decoding, device, "device"),
		.transport = transport_of(text_get(decoding, device, "transport")),
		.wwid = text_get(decoding, identity, "wwid"),
		.vendor = text_get(decoding, identity, "vendor"),
		.model = text_get(decoding, identity, "model"),
		.size = (uint64_t)json.integer_value(json.object_get(identity, "size")),
	};

	lun.name = lun.node;
	if (!path_fill(decoding, result, &lun, json.array_get(paths, 0)))
		return false;
	return !is_map(result, paths) || paths_add(decoding, paths);
}

/* Whether there is a reply, or a refusal, that shows the LUN's state. */
static bool has_state(struct result *result)
{
	static const enum reply_command commands[] = {
		REPLY_FULL_STATUS, REPLY_READ_KEYS, REPLY_REPORT_EXTENDED, REPLY_REPORT_STANDARD,
	};

	for (const struct result *path = path_first(result); path; path = path_next(result, path))
		for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
			if (reply_find(path->lun.recording->first, commands[i]))
				return true;
	return false;
}

static bool replies_get(struct decoding *decoding, const json_t *device)
{
	struct result *result = decoding->result;
	const json_t *raw = json.object_get(device, "raw");

	if (!lun_get(decoding, device))
		return false;
	for (size_t i = 0; i < json.array_size(raw) && !decoding->wrong; i++)
		reply_get(decoding, json.array_get(raw, i));
	for (struct result *path = path_first(result); path; path = path_next(result, path))
		page83_get(decoding, path);
	return true;
}

/* Returns 0 or -ENOMEM. */
static int device_decode(const struct request *request, const json_t *device,
			 struct results *results)
{
	struct decoding decoding = { .arena = results->arena };
	const char *argument = text_get(&decoding, device, "argument");
	struct result *result = result_add(results, argument ? argument : "?");

	decoding.result = result;
	if (!result || !replies_get(&decoding, device))
		return -ENOMEM;
	if (decoding.wrong)
		result_fail(result, FAIL_DOCUMENT_DEVICE, decoding.wrong);
	else if (!has_state(result))
		result_fail(result, FAIL_NO_REPLIES);
	else
		operate(request, result);
	operate_close(result);
	return 0;
}

/* The only result of @file: that it is not valid. */
static int file_fail(struct results *results, const char *file, const char *cause, int err)
{
	struct result *result = result_add(results, file);

	if (!result)
		return -ENOMEM;
	result->outcome.err = err;
	if (err)
		result_fail(result, FAIL_DOCUMENT_UNREADABLE, cause);
	else
		result_fail(result, FAIL_DOCUMENT, cause);
	return 0;
}

static int document_decode(const struct request *request, const char *file, const json_t *root,
			   struct results *results)
{
	const json_t *devices = json.object_get(root, "devices"),
		     *host = json.object_get(root, "host");
	struct decoding decoding = { .arena = results->arena };
	struct request mine = *request;

	if (!json_is_array(devices) || json.integer_value(json.object_get(root, "schema")) != 1)
		return file_fail(results, file, "no \"devices\", or another \"schema\" than 1", 0);
	results->self.name = text_get(&decoding, host, "name");
	results->self.id = text_get(&decoding, host, "id");
	/* No pauses: a recording always gives the same answer. */
	mine.deadline = 1;
	mine.raw = true;
	for (size_t i = 0; i < json.array_size(devices); i++)
		if (device_decode(&mine, json.array_get(devices, i), results))
			return -ENOMEM;
	return 0;
}

int decode_text(const struct request *request, const char *file, const char *text, size_t length,
		struct results *results)
{
	json_error_t error = { 0 };
	json_t *root = json.loadb(text, length, JSON_REJECT_DUPLICATES, &error);
	int err;

	if (!root)
		return file_fail(results, file,
				 arena_printf(results->arena, "line %d: %s", error.line,
					      text_clean(results->arena, error.text,
							 strlen(error.text))),
				 0);
	err = document_decode(request, file, root, results);
	json.delete(root);
	return err;
}

/* Reads the rest of @file, at most FILE_MAX bytes. Returns NULL with errno. */
static char *stream_read(FILE *file, size_t *length)
{
	char *text = malloc(FILE_MAX + 1);
	int err;

	if (!text)
		return NULL;
	*length = fread(text, 1, FILE_MAX + 1, file);
	err = ferror(file) ? errno : *length > FILE_MAX ? EFBIG : 0;
	if (!err)
		return text;
	free(text);
	errno = err;
	return NULL;
}

/* The same for the file @name; "-" is standard input. */
static char *file_read(const char *name, size_t *length)
{
	FILE *file;
	char *text;
	int err;

	if (strcmp(name, "-") == 0)
		return stream_read(stdin, length);
	file = fopen(name, "re");
	if (!file)
		return NULL;
	text = stream_read(file, length);
	err = errno;
	fclose(file);
	errno = err;
	return text;
}

int decode(const struct request *request, struct results *results)
{
	int err = 0;

	results->end = &results->first;
	for (size_t i = 0; i < request->device_count && !err; i++) {
		size_t length;
		char *text = file_read(request->devices[i], &length);

		if (text)
			err = decode_text(request, request->devices[i], text, length, results);
		else
			err = file_fail(results, request->devices[i], strerrordesc_np(errno),
					errno);
		free(text);
	}
	return err;
}
