// SPDX-License-Identifier: GPL-2.0-or-later
#include "doctor/documents.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/clock.h"
#include "util/json.h"
#include "util/text.h"

#define INPUT_STEP ((size_t)64 << 10)
#define INPUT_MAX ((size_t)64 << 20)

/* A member that is a string; NULL if it is missing or something else. */
static const char *text_get(struct arena *arena, const json_t *object, const char *name)
{
	const char *text = json.string_value(json.object_get(object, name));

	return text ? text_line(arena, arena_printf(arena, "%s", text)) : NULL;
}

static enum tri tri_get(const json_t *object, const char *name)
{
	const json_t *value = json.object_get(object, name);

	return json_is_true(value) ? TRI_YES : json_is_false(value) ? TRI_NO : TRI_UNKNOWN;
}

static int port_get(const json_t *object)
{
	const json_t *value = json.object_get(object, "target_port");

	if (json_is_integer(value))
		return (int)json.integer_value(value);
	return json_is_string(value) ? TARGET_PORT_ALL : TARGET_PORT_UNKNOWN;
}

/* 0x0 is valid here: a registrant without a key. */
static bool key_get(struct arena *arena, const json_t *object, uint64_t *key)
{
	const char *text = text_get(arena, object, "key");

	*key = 0;
	return text && (strcmp(text, "0x0") == 0 || key_parse(text, key) == KEY_OK);
}

static bool registrant_get(struct arena *arena, const json_t *object,
			   struct document_registrant *entry)
{
	entry->registrant.holder = tri_get(object, "holder");
	entry->registrant.this_host = tri_get(object, "this_host");
	entry->registrant.this_nexus = TRI_UNKNOWN;
	entry->registrant.nexus.initiator = text_get(arena, object, "initiator");
	entry->registrant.nexus.target_port = port_get(object);
	entry->name = text_get(arena, object, "name");
	entry->name_known = entry->name;
	if (entry->name && strcmp(entry->name, "none") == 0)
		entry->name = NULL;
	return key_get(arena, object, &entry->registrant.key);
}

static const char *registrants_get(struct arena *arena, const json_t *list,
				   struct document_lun *lun)
{
	if (!json_is_array(list))
		return NULL;
	lun->read = true;
	lun->count = json.array_size(list);
	lun->registrants = arena_alloc(arena, (lun->count + 1) * sizeof(lun->registrants[0]));
	if (!lun->registrants)
		return strerrordesc_np(ENOMEM);
	for (size_t i = 0; i < lun->count; i++)
		if (!registrant_get(arena, json.array_get(list, i), &lun->registrants[i]))
			return "a registrant has no key";
	return NULL;
}

static const char *paths_get(struct arena *arena, const json_t *list, struct document_lun *lun)
{
	size_t count = json.array_size(list);

	lun->initiators = arena_alloc(arena, (count + 1) * sizeof(lun->initiators[0]));
	if (!lun->initiators)
		return strerrordesc_np(ENOMEM);
	for (size_t i = 0; i < count; i++) {
		const char *initiator = text_get(arena, json.array_get(list, i), "initiator");

		if (initiator)
			lun->initiators[lun->initiator_count++] = initiator;
	}
	return NULL;
}

static const char *lun_get(struct arena *arena, const json_t *device, struct document_lun *lun)
{
	const json_t *identity = json.object_get(device, "lun");
	const char *wrong;

	lun->wwid = text_get(arena, identity, "wwid");
	lun->size = (uint64_t)json.integer_value(json.object_get(identity, "size"));
	lun->generation = (uint32_t)json.integer_value(json.object_get(device, "generation"));
	wrong = registrants_get(arena, json.object_get(device, "registrants"), lun);
	return wrong ? wrong : paths_get(arena, json.object_get(device, "paths"), lun);
}

static const char *document_get(struct arena *arena, const json_t *root, struct document *document)
{
	const json_t *devices = json.object_get(root, "devices"),
		     *host = json.object_get(root, "host");
	const char *wrong = NULL;

	if (!json_is_array(devices) || json.integer_value(json.object_get(root, "schema")) != 1)
		return "it is not a document of prctl status --json";
	document->host.name = text_get(arena, host, "name");
	document->host.id = text_get(arena, host, "id");
	document->count = json.array_size(devices);
	document->luns = arena_alloc(arena, (document->count + 1) * sizeof(document->luns[0]));
	if (!document->luns)
		return strerrordesc_np(ENOMEM);
	for (size_t i = 0; i < document->count && !wrong; i++)
		wrong = lun_get(arena, json.array_get(devices, i), &document->luns[i]);
	return wrong;
}

/* Waits until @fd can be read, or its writer has ended. */
static const char *input_wait(int fd, int64_t end)
{
	struct pollfd input = { .fd = fd, .events = POLLIN };
	int ready;

	do {
		int64_t now = clock_now();
		struct timespec wait = clock_timespec(now < end ? end - now : 0);

		ready = ppoll(&input, 1, &wait, NULL);
	} while (ready < 0 && errno == EINTR);
	if (ready == 0)
		return "timed out reading it; give the command that writes it a lower --timeout";
	return ready < 0 ? strerrordesc_np(errno) : NULL;
}

/* Appends what can be read now to *@text, which has *@length bytes. *@got: how many were read. */
static const char *input_append(int fd, char **text, size_t *length, size_t *got)
{
	char *longer = realloc(*text, *length + INPUT_STEP);
	ssize_t bytes;

	*got = 0;
	if (!longer)
		return strerrordesc_np(ENOMEM);
	*text = longer;
	bytes = read(fd, *text + *length, INPUT_STEP);
	if (bytes < 0 && errno != EINTR && errno != EAGAIN)
		return strerrordesc_np(errno);
	/* Another try is needed after an interruption. */
	*got = bytes < 0 ? 1 : (size_t)bytes;
	*length += bytes < 0 ? 0 : (size_t)bytes;
	return *length > INPUT_MAX ? strerrordesc_np(EFBIG) : NULL;
}

/* Reads a file, or what a command writes to a pipe, until @end. The caller frees *@text. */
static const char *input_read(const char *path, int64_t end, char **text, size_t *length)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	const char *wrong;
	size_t got = 1;

	*text = NULL;
	*length = 0;
	if (fd < 0)
		return strerrordesc_np(errno);
	do {
		wrong = input_wait(fd, end);
		if (!wrong)
			wrong = input_append(fd, text, length, &got);
	} while (!wrong && got);
	close(fd);
	return wrong;
}

static const char *file_read(struct arena *arena, struct document *document, int64_t end)
{
	json_error_t error = { 0 };
	size_t length;
	char *text;
	const char *wrong = input_read(document->path, end, &text, &length);
	json_t *root = wrong ? NULL : json.loadb(text, length, JSON_REJECT_DUPLICATES, &error);

	free(text);
	if (wrong)
		return wrong;
	if (!root)
		return arena_printf(arena, "line %d: %s", error.line, text_line(arena, error.text));
	wrong = document_get(arena, root, document);
	json.delete(root);
	return wrong;
}

struct document *document_read(struct arena *arena, const char *path, int64_t end,
			       const char **wrong)
{
	struct document *document = arena_alloc(arena, sizeof(*document));

	if (!document) {
		*wrong = strerrordesc_np(ENOMEM);
		return NULL;
	}
	if (json_load(wrong))
		return NULL;
	document->path = path;
	*wrong = file_read(arena, document, end);
	return *wrong ? NULL : document;
}

const struct document_lun *document_lun(const struct document *document, const char *wwid)
{
	for (size_t i = 0; wwid && i < document->count; i++)
		if (document->luns[i].wwid && strcmp(document->luns[i].wwid, wwid) == 0)
			return &document->luns[i];
	return NULL;
}
