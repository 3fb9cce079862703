// SPDX-License-Identifier: GPL-2.0-or-later
#include "fence/devices.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "model/key_names.h"
#include "model/messages.h"
#include "util/text.h"

#define FILE_MAX 65536

void devices_of_file(char *content, char *list)
{
	char *lines, *words;

	if (strncmp(content, UTF8_MARK, strlen(UTF8_MARK)) == 0)
		content += strlen(UTF8_MARK);
	for (char *line = strtok_r(content, "\r\n", &lines); line;
	     line = strtok_r(NULL, "\r\n", &lines)) {
		for (char *word = strtok_r(line, DEVICES_SEPARATORS, &words); word && *word != '#';
		     word = strtok_r(NULL, DEVICES_SEPARATORS, &words)) {
			list = stpcpy(list, word);
			*list++ = ' ';
		}
	}
	*list = '\0';
}

/*
 * Reads the whole file at @path. Returns NULL if it is not trusted, as *@distrust says, or with
 * errno; EILSEQ: it has a NUL byte.
 */
static char *file_read(const char *path, struct arena *arena, const char **distrust)
{
	/* Does not block on opening, in case someone has put a pipe there. */
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	/* Of the open file, because a link at @path may be changed meanwhile. */
	const char *wrong = fd < 0 ? NULL : key_names_distrust_open(fd);
	char *content = fd < 0 || wrong ? NULL : arena_alloc(arena, FILE_MAX + 1);
	ssize_t length = content ? read(fd, content, FILE_MAX + 1) : -1;
	int err = errno;

	*distrust = wrong;
	if (fd >= 0)
		close(fd);
	errno = length > FILE_MAX ? EFBIG : err;
	if (length < 0 || length > FILE_MAX)
		return NULL;
	content[length] = '\0';
	/* What comes after it would be left out. */
	errno = EILSEQ;
	return strlen(content) == (size_t)length ? content : NULL;
}

static const char *unread(int err)
{
	return err == EILSEQ ? NAMES_NUL : strerrordesc_np(err);
}

/* The devices in the file at @path. NULL: *@wrong says why. */
static const char *file_devices(const char *path, struct arena *arena, const char **wrong)
{
	const char *distrust;
	char *content = file_read(path, arena, &distrust), *list;

	if (!content) {
		*wrong = arena_printf(arena, FENCE_USAGE_DEVICES_FILE, text_line(arena, path),
				      distrust ? distrust : unread(errno));
		return NULL;
	}
	list = arena_alloc(arena, strlen(content) + 2);
	if (list)
		devices_of_file(content, list);
	if (list && *list)
		return list;
	*wrong = arena_printf(arena, FENCE_USAGE_DEVICES_FILE, text_line(arena, path),
			      list ? FENCE_WHY_NO_DEVICE : FENCE_NO_MEMORY);
	return NULL;
}

const char *devices_expand(const char *text, struct arena *arena, const char **wrong)
{
	const char *at = text, *list = "";

	*wrong = NULL;
	while (list && *at) {
		size_t length = strcspn(at, "@"), word;
		const char *more;

		/* Words that do not start with '@' are copied. */
		if (!at[length] ||
		    (at + length > text && !strchr(DEVICES_SEPARATORS, at[length - 1]))) {
			length += at[length] == '@';
			list = arena_printf(arena, "%s%.*s", list, (int)length, at);
			at += length;
			continue;
		}
		word = strcspn(at + length + 1, DEVICES_SEPARATORS);
		more = file_devices(arena_printf(arena, "%.*s", (int)word, at + length + 1), arena,
				    wrong);
		list = more ? arena_printf(arena, "%s%.*s%s", list, (int)length, at, more) : NULL;
		at += length + 1 + word;
	}
	return list;
}
