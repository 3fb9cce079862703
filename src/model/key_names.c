// SPDX-License-Identifier: GPL-2.0-or-later
#include "model/key_names.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model/messages.h"
#include "model/words.h"

#define BLANKS " \t"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
/* Of host names, and of what clusters call their nodes. */
#define NAME_CHARACTERS LETTERS "0123456789-_."

/* Reserved words: --victim all, and in JSON a key without a name. */
static const char *const taken[] = { "all", "none" };

bool key_names_may_be(const char *text)
{
	return *text && strchr(LETTERS, *text);
}

const char *key_names_of(const struct key_names *names, uint64_t key)
{
	for (size_t i = 0; names && i < names->count; i++)
		if (names->list[i].key == key)
			return names->list[i].text;
	return NULL;
}

uint64_t key_names_key(const struct key_names *names, const char *text)
{
	for (size_t i = 0; names && i < names->count; i++)
		if (strcmp(names->list[i].text, text) == 0)
			return names->list[i].key;
	return 0;
}

void key_names_free(struct key_names *names)
{
	free(names->list);
	free(names->doubt);
	*names = (struct key_names){ 0 };
}

/* What is wrong with @text as a name; NULL: nothing. */
static const char *name_wrong(const char *text)
{
	if (!key_names_may_be(text))
		return NAMES_LETTER;
	if (text[strspn(text, NAME_CHARACTERS)])
		return NAMES_CHARACTERS;
	if (strlen(text) > NAME_LENGTH_MAX)
		return NAMES_TOO_LONG;
	for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++)
		if (strcmp(text, taken[i]) == 0)
			return NAMES_TAKEN;
	return NULL;
}

static enum key_names_result name_add(struct key_names *names, uint64_t key, const char *text)
{
	struct name *list = reallocarray(names->list, names->count + 1, sizeof(*list));

	if (!list)
		return KEY_NAMES_NO_MEMORY;
	names->list = list;
	list[names->count].key = key;
	strcpy(list[names->count].text, text); /* its length was looked at */
	names->count++;
	return KEY_NAMES_OK;
}

__attribute__((format(printf, 4, 5))) static enum key_names_result
bad(char **wrong, const char *path, size_t number, const char *format, ...)
{
	char *text = NULL;
	va_list args;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	if (!text || asprintf(wrong, "%s, line %zu: %s", path, number, text) < 0)
		*wrong = NULL;
	free(text);
	return *wrong ? KEY_NAMES_BAD : KEY_NAMES_NO_MEMORY;
}

/* One line, without its end; it is taken to pieces. */
static enum key_names_result names_line_read(struct key_names *names, char *line, const char *path,
					     size_t number, char **wrong)
{
	char *rest, *key_text = strtok_r(line, BLANKS, &rest), *text;
	enum key_error error;
	const char *why;
	uint64_t key;

	if (!key_text || *key_text == '#')
		return KEY_NAMES_OK;
	text = strtok_r(NULL, BLANKS, &rest);
	if (!text || strtok_r(NULL, BLANKS, &rest))
		return bad(wrong, path, number, NAMES_LINE);
	error = key_parse(key_text, &key);
	if (error)
		return bad(wrong, path, number, "'%s': %s", key_text, key_error_text(error));
	why = name_wrong(text);
	if (why)
		return bad(wrong, path, number, "'%s': %s", text, why);
	if (key_names_of(names, key))
		return bad(wrong, path, number, NAMES_KEY_TWICE, (unsigned long long)key,
			   key_names_of(names, key));
	if (key_names_key(names, text))
		return bad(wrong, path, number, NAMES_NAME_TWICE, text,
			   (unsigned long long)key_names_key(names, text));
	return name_add(names, key, text);
}

enum key_names_result key_names_read(FILE *file, const char *path, struct key_names *names,
				     char **wrong)
{
	enum key_names_result result = KEY_NAMES_OK;
	char *line = NULL;
	size_t size = 0;
	ssize_t length;

	for (size_t number = 1;
	     result == KEY_NAMES_OK && (length = getline(&line, &size, file)) > 0; number++) {
		if (line[length - 1] == '\n')
			line[--length] = '\0';
		/* What follows a NUL would be passed over. */
		if (strlen(line) != (size_t)length)
			result = bad(wrong, path, number, NAMES_NUL);
		else
			result = names_line_read(names, line, path, number, wrong);
	}
	free(line);
	if (result != KEY_NAMES_OK) {
		free(names->list);
		names->list = NULL;
		names->count = 0;
	}
	return result;
}

__attribute__((format(printf, 2, 3)))
static enum key_names_result doubt(struct key_names *names, const char *format, ...)
{
	va_list args;
	int length;

	va_start(args, format);
	length = vasprintf(&names->doubt, format, args);
	va_end(args);
	if (length >= 0)
		return KEY_NAMES_OK;
	names->doubt = NULL;
	return KEY_NAMES_NO_MEMORY;
}

/* Why the open file is ignored; NULL: it is not. */
static const char *file_distrust(int fd)
{
	struct stat status;

	if (fstat(fd, &status) < 0)
		return strerrordesc_np(errno);
	if (!S_ISREG(status.st_mode))
		return NAMES_NOT_A_FILE;
	if (status.st_uid != 0)
		return NAMES_NOT_ROOT;
	if (status.st_mode & (S_IWGRP | S_IWOTH))
		return NAMES_WRITABLE;
	return NULL;
}

enum key_names_result key_names_load(const char *path, struct key_names *names, char **wrong)
{
	/* Without waiting: it may be a pipe that somebody has put there. */
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	enum key_names_result result;
	const char *why;
	FILE *file;

	*names = (struct key_names){ 0 };
	*wrong = NULL;
	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return KEY_NAMES_OK;
	why = fd < 0 ? strerrordesc_np(errno) : file_distrust(fd);
	if (why) {
		result = doubt(names, WARN_NAMES_IGNORED, path, why);
		if (fd >= 0)
			close(fd);
		return result;
	}
	file = fdopen(fd, "r");
	if (!file) {
		close(fd);
		return KEY_NAMES_NO_MEMORY;
	}
	result = key_names_read(file, path, names, wrong);
	if (result == KEY_NAMES_OK && ferror(file)) {
		key_names_free(names);
		result = doubt(names, WARN_NAMES_IGNORED, path, NAMES_UNREADABLE);
	}
	fclose(file);
	return result;
}
