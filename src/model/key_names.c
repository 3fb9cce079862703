// SPDX-License-Identifier: GPL-2.0-or-later
#include "model/key_names.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model/messages.h"
#include "model/words.h"
#include "util/text.h"

#define BLANKS " \t"
#define SIZE_LIMIT 65536 /* bytes of the file */
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
/* Characters of host names, and of the names that clusters give their nodes. */
#define DIGITS "0123456789"
#define NAME_CHARACTERS LETTERS DIGITS "-_.:"

/* Reserved words: for --victim all, and for a key without a name in JSON. */
static const char *const taken[] = { "all", "none" };

bool key_names_may_be(const char *text)
{
	if (!*text || !strchr(LETTERS DIGITS, *text) || strncasecmp(text, "0x", 2) == 0)
		return false;
	return text[strspn(text, DIGITS)];
}

const char *key_names_of(const struct key_names *names, uint64_t key)
{
	for (size_t i = 0; names && i < names->count; i++)
		if (names->list[i].key == key)
			return names->list[i].text;
	for (size_t i = 0; names && i < names->bad_count; i++)
		if (key && names->bad[i].key == key)
			return names->bad[i].text;
	return NULL;
}

uint64_t key_names_key(const struct key_names *names, const char *text)
{
	for (size_t i = 0; names && i < names->count; i++)
		if (strcmp(names->list[i].text, text) == 0)
			return names->list[i].key;
	return 0;
}

/* Whether @text is an IP address, in which a point does not separate a domain. */
static bool is_address(const char *text)
{
	return strchr(text, ':') || !text[strspn(text, DIGITS ".")];
}

bool key_names_is_host(const char *one, const char *other)
{
	size_t one_length = strcspn(one, "."), other_length = strcspn(other, ".");

	if (strcasecmp(one, other) == 0)
		return true;
	if (is_address(one) || is_address(other) || one_length != other_length)
		return false;
	/* Two full names that differ are two hosts. */
	return (!one[one_length] || !other[other_length]) &&
	       strncasecmp(one, other, one_length) == 0;
}

uint64_t key_names_host(const struct key_names *names, const char *host, const char **other)
{
	uint64_t key = key_names_key(names, host);
	const char *first = NULL;

	*other = NULL;
	for (size_t i = 0; !key && names && i < names->count; i++) {
		if (!key_names_is_host(names->list[i].text, host))
			continue;
		if (first) {
			*other = names->list[i].text;
			return 0;
		}
		first = names->list[i].text;
	}
	return first ? key_names_key(names, first) : key;
}

const char *key_names_twin(const struct key_names *names, const struct name *name)
{
	for (size_t i = 0; i < names->count; i++)
		if (&names->list[i] != name && key_names_is_host(names->list[i].text, name->text))
			return names->list[i].text;
	return NULL;
}

void key_names_free(struct key_names *names)
{
	for (size_t i = 0; i < names->bad_count; i++)
		free(names->bad[i].why);
	free(names->bad);
	free(names->list);
	free(names->ignored);
	*names = (struct key_names){ 0 };
}

/* The error in @text as a name; NULL if there is none. */
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

enum key_names_result key_names_add(struct key_names *names, uint64_t key, const char *text)
{
	struct name *list = reallocarray(names->list, names->count + 1, sizeof(*list));

	if (!list)
		return KEY_NAMES_NO_MEMORY;
	names->list = list;
	list[names->count].key = key;
	snprintf(list[names->count].text, sizeof(list->text), "%s", text);
	names->count++;
	return KEY_NAMES_OK;
}

/* A parsed line: its key and its name, as far as they can be read. */
struct line {
	const char *path;
	size_t number;
	uint64_t key; /* 0: no readable key */
	const char *text; /* empty: none */
	bool carriage_return; /* the line ends with CR LF */
	bool mark; /* a byte order mark before it */
};

/* Adds @line to the bad ones. */
__attribute__((format(printf, 3, 4))) static enum key_names_result
bad(struct key_names *names, const struct line *line, const char *format, ...)
{
	struct name_bad *list =
		reallocarray(names->bad, names->bad_count + 1, sizeof(*names->bad));
	char *text = NULL, *why = NULL;
	va_list args;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	if (list)
		names->bad = list;
	if (!list || !text ||
	    asprintf(&why, "%s, line %zu: %s", line->path, line->number, text) < 0) {
		free(text);
		return KEY_NAMES_NO_MEMORY;
	}
	free(text);
	text_mask(why);
	list[names->bad_count] = (struct name_bad){ .why = why, .key = line->key };
	snprintf(list[names->bad_count].text, sizeof(list->text), "%s", line->text);
	names->bad_count++;
	return KEY_NAMES_OK;
}

/* Parses one line, without its newline, and modifies it. */
static enum key_names_result names_line_read(struct key_names *names, char *text,
					     struct line *line)
{
	char *rest, *key_text = strtok_r(text, BLANKS, &rest), *name, *more;
	enum key_error error;
	const char *why;

	if (!key_text || *key_text == '#')
		return KEY_NAMES_OK;
	name = strtok_r(NULL, BLANKS, &rest);
	more = name ? strtok_r(NULL, BLANKS, &rest) : NULL;
	error = key_parse(key_text, &line->key);
	line->key = error ? 0 : line->key;
	line->text = name ? name : "";
	if (!name || more)
		return bad(names, line, NAMES_LINE);
	if (error)
		return bad(names, line, "'%s': %s", key_text, key_error_text(error));
	if (line->carriage_return)
		return bad(names, line, NAMES_CRLF);
	if (line->mark)
		return bad(names, line, NAMES_BOM);
	why = name_wrong(name);
	if (why)
		return bad(names, line, "'%s': %s", name, why);
	if (key_names_of(names, line->key))
		return bad(names, line, NAMES_KEY_TWICE, (unsigned long long)line->key,
			   key_names_of(names, line->key));
	if (key_names_key(names, name))
		return bad(names, line, NAMES_NAME_TWICE, name,
			   (unsigned long long)key_names_key(names, name));
	return key_names_add(names, line->key, name);
}

/* The same for a line as it is in the file, with its length. */
static enum key_names_result names_line_take(struct key_names *names, char *text, size_t length,
					     struct line *line)
{
	if (text[length - 1] == '\n')
		text[--length] = '\0';
	/* Text after a NUL would be ignored. */
	if (strlen(text) != length)
		return bad(names, line, NAMES_NUL);
	line->carriage_return = length && text[length - 1] == '\r';
	if (line->carriage_return)
		text[length - 1] = '\0';
	line->mark = line->number == 1 && strncmp(text, UTF8_MARK, strlen(UTF8_MARK)) == 0;
	return names_line_read(names, text + (line->mark ? strlen(UTF8_MARK) : 0), line);
}

enum key_names_result key_names_read(FILE *file, const char *path, struct key_names *names,
				     char **wrong)
{
	enum key_names_result result = KEY_NAMES_OK;
	struct line at = { .path = path };
	char *line = NULL;
	size_t size = 0;
	ssize_t length;

	while (result == KEY_NAMES_OK && (length = getline(&line, &size, file)) > 0) {
		at = (struct line){ .path = path, .number = at.number + 1, .text = "" };
		result = names_line_take(names, line, (size_t)length, &at);
	}
	free(line);
	if (result != KEY_NAMES_OK || !names->bad_count)
		return result;
	*wrong = strdup(names->bad[0].why);
	return *wrong ? KEY_NAMES_BAD : KEY_NAMES_NO_MEMORY;
}

/* The file is ignored; @format makes the reason. */
__attribute__((format(printf, 2, 3))) static enum key_names_result ignore(struct key_names *names,
									  const char *format, ...)
{
	va_list args;
	int length;

	va_start(args, format);
	length = vasprintf(&names->ignored, format, args);
	va_end(args);
	if (length >= 0)
		return KEY_NAMES_OK;
	names->ignored = NULL;
	return KEY_NAMES_NO_MEMORY;
}

/* Why a file of @status is ignored; NULL if it is not. */
static const char *status_distrust(const struct stat *status)
{
	if (!S_ISREG(status->st_mode))
		return NAMES_NOT_A_FILE;
	if (status->st_uid != 0)
		return NAMES_NOT_ROOT;
	if (status->st_mode & (S_IWGRP | S_IWOTH))
		return NAMES_WRITABLE;
	return NULL;
}

const char *key_names_distrust_open(int fd)
{
	struct stat status;

	return fstat(fd, &status) < 0 ? strerrordesc_np(errno) : status_distrust(&status);
}

const char *key_names_distrust(const char *path)
{
	struct stat status;

	return stat(path, &status) < 0 ? strerrordesc_np(errno) : status_distrust(&status);
}

/* Whether there is a link at @path, although no file can be opened there. */
static bool is_dangling(const char *path)
{
	struct stat status;

	return lstat(path, &status) == 0;
}

/*
 * Why the file of names @fd is ignored; NULL if it is not. It is searched once for each of its
 * lines, so it must not be long.
 */
static const char *names_distrust(int fd)
{
	struct stat status;

	if (fstat(fd, &status) < 0)
		return strerrordesc_np(errno);
	return status.st_size > SIZE_LIMIT ? NAMES_TOO_LARGE : status_distrust(&status);
}

enum key_names_result key_names_load(const char *path, struct key_names *names, char **wrong)
{
	/* Does not block on opening, in case someone has put a pipe there. */
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	int err = fd < 0 ? errno : 0;
	enum key_names_result result;
	const char *why;
	FILE *file;

	*names = (struct key_names){ 0 };
	*wrong = NULL;
	/* A file that is meant to be there may have names, so that it is not the same as none. */
	if (err == ENOENT && !is_dangling(path))
		return KEY_NAMES_OK;
	why = err ? strerrordesc_np(err) : names_distrust(fd);
	if (why) {
		result = ignore(names, WARN_NAMES_IGNORED, path, why);
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
		result = ignore(names, WARN_NAMES_IGNORED, path, NAMES_UNREADABLE);
	}
	fclose(file);
	return result;
}
