// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model/messages.h"
#include "store/records_text.h"
#include "util/buffer.h"

#define NEW_NAME ".new" /* suffix of the file that is being written; the lock allows only one */
#define PREFIX "lun-" /* of the name of a file */
#define WORD_LENGTH_MAX 200 /* of a name, after the prefix */
#define READ_FIRST 1024 /* bytes: most files have some lines */
#define BOOT_ID "/proc/sys/kernel/random/boot_id"

/*
 * The name of the file of a LUN, which the caller frees; NULL if there is no memory. If the WWID is
 * too long for a file name, it is cut, and a hash is appended.
 */
static char *file_name(const char *wwid)
{
	uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */
	struct buffer name = { 0 };

	buffer_add(&name, PREFIX);
	records_word_add(&name, wwid);
	if (!name.failed && name.length > strlen(PREFIX) + WORD_LENGTH_MAX) {
		for (const char *c = wwid; *c; c++)
			hash = (hash ^ (unsigned char)*c) * UINT64_C(1099511628211);
		name.length = strlen(PREFIX) + WORD_LENGTH_MAX;
		buffer_printf(&name, "-%016" PRIx64, hash);
	}
	return buffer_take(&name, NULL);
}

/* Reads @fd into @text, from @length on, up to @room bytes. Returns false with errno. */
static bool file_fill(int fd, char *text, size_t room, size_t *length)
{
	ssize_t got = 1;

	while (*length < room && (got = read(fd, text + *length, room - *length)) > 0)
		*length += (size_t)got;
	return got >= 0;
}

/*
 * Reads all of @fd, of @size bytes; the caller frees it. Returns NULL with errno. Reads one byte
 * more than the limit, to detect a file that is too long. A file is never written in place, so it
 * has no more bytes than fstat(2) said, and none are asked for.
 */
static char *file_read(int fd, size_t size, size_t *length)
{
	static const size_t rooms[] = { READ_FIRST, RECORDS_SIZE_MAX + 1 };
	char *text = NULL;

	*length = 0;
	for (size_t i = 0; i < sizeof(rooms) / sizeof(rooms[0]); i++) {
		size_t most = size < rooms[i] ? size : rooms[i];
		char *more = realloc(text, rooms[i]);

		if (!more || !file_fill(fd, more, most, length)) {
			free(more ? more : text);
			return NULL;
		}
		text = more;
		if (*length < rooms[i])
			break;
	}
	return text;
}

/* Opens the file @name, in @directory if that is open. Returns -1 with errno if it cannot. */
static int file_open(const struct store *store, int directory, const char *name)
{
	/* Does not block on opening, in case someone has put a pipe there. */
	const int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
	char path[PATH_MAX];

	if (directory >= 0)
		return openat(directory, name, flags);
	snprintf(path, sizeof(path), "%s/%s", store->path, name);
	return open(path, flags);
}

/*
 * Reads the file @name; @directory is -1 if it is not open. Returns NULL, or why it cannot be used.
 * Then errno is 0 if the file is not a record, so that trying again cannot help; otherwise it says
 * why the file could not be read now.
 */
static const char *records_load(const struct store *store, struct arena *arena, int directory,
				const char *name, const char *wwid, struct lun_records *lun)
{
	int fd = file_open(store, directory, name), err;
	struct stat status;
	const char *wrong;
	size_t length;
	char *text;

	*lun = (struct lun_records){ .wwid = wwid };
	if (fd < 0 && errno == ENOENT)
		return NULL;
	if (fd < 0) {
		wrong = store_errno_text(arena, store, name, errno);
		/* a link, or a socket */
		errno = errno == ELOOP || errno == ENXIO ? 0 : errno;
		return wrong;
	}
	errno = 0;
	wrong = store_distrust(arena, store, name, fd, &status);
	text = wrong ? NULL : file_read(fd, (size_t)status.st_size, &length);
	err = errno;
	close(fd);
	if (!wrong && !text)
		wrong = store_errno_text(arena, store, name, err);
	errno = err;
	if (!text)
		return wrong;
	wrong = records_parse(arena, text, length, wwid, lun);
	free(text);
	errno = wrong && strcmp(wrong, STORE_NO_MEMORY) == 0 ? ENOMEM : 0;
	return wrong ? arena_printf(arena, STORE_IGNORED, store->path, name, wrong) : NULL;
}

/* Returns 0 or a negative errno. */
static int file_write(int fd, const char *text, size_t length)
{
	while (length) {
		ssize_t written = write(fd, text, length);

		if (written < 0 && errno != EINTR)
			return -errno;
		if (written > 0) {
			text += written;
			length -= (size_t)written;
		}
	}
	return 0;
}

/* The file that is to replace another one. Returns -1 and errno if it cannot be made. */
static int new_open(int directory)
{
	const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
	int fd = openat(directory, NEW_NAME, flags, S_IRUSR | S_IWUSR);

	if (fd >= 0 || errno != EEXIST)
		return fd;
	/* Left by a process that was killed. */
	if (unlinkat(directory, NEW_NAME, 0) < 0 && errno == EISDIR)
		(void)unlinkat(directory, NEW_NAME, AT_REMOVEDIR);
	return openat(directory, NEW_NAME, flags, S_IRUSR | S_IWUSR);
}

static const char *records_save(const struct store *store, struct arena *arena, int directory,
				const char *name, const struct lun_records *lun)
{
	size_t length;
	char *text;
	int fd, err;

	if (records_are_empty(lun))
		return unlinkat(directory, name, 0) < 0 && errno != ENOENT
			       ? store_errno_text(arena, store, name, errno)
			       : NULL;
	text = records_format(lun, &length);
	if (!text)
		return store_errno_text(arena, store, name, ENOMEM);
	fd = new_open(directory);
	err = fd < 0 ? -errno : length > RECORDS_SIZE_MAX ? -EFBIG : file_write(fd, text, length);
	free(text);
	if (fd >= 0 && close(fd) < 0 && !err)
		err = -errno;
	if (!err && renameat(directory, NEW_NAME, directory, name) < 0)
		err = -errno;
	if (!err)
		return NULL;
	(void)unlinkat(directory, NEW_NAME, 0);
	return store_errno_text(arena, store, name, -err);
}

const char *store_read(const struct store *store, struct arena *arena, const char *wwid,
		       struct lun_records *lun)
{
	char *name = file_name(wwid);
	const char *wrong = NULL;
	int directory = -1;
	bool checked;

	*lun = (struct lun_records){ .wwid = wwid };
	if (!name)
		return store_errno_text(arena, store, NULL, ENOMEM);
	/* Once in a run: it takes longer than to see that a LUN has no records. */
	checked = arena_memo(arena, store->path);
	if (!checked) {
		wrong = directory_open(store, arena, false, &directory);
		checked = directory >= 0;
		if (checked)
			arena_memo_add(arena, store->path, store);
	}
	if (checked)
		wrong = records_load(store, arena, directory, name, wwid, lun);
	if (directory >= 0)
		close(directory);
	free(name);
	return wrong;
}

const char *store_change(const struct store *store, struct arena *arena, const char *wwid,
			 const char *(*change)(struct arena *arena, struct lun_records *lun,
					       void *data),
			 void *data)
{
	char *name = file_name(wwid);
	struct lun_records lun;
	const char *wrong;
	int directory;

	if (!name)
		return store_errno_text(arena, store, NULL, ENOMEM);
	wrong = directory_open(store, arena, true, &directory);
	if (!wrong)
		wrong = directory_lock(store, arena, directory);
	if (!wrong) {
		wrong = records_load(store, arena, directory, name, wwid, &lun);
		/* A file that is no record is replaced; one that cannot be read now may be one. */
		if (!wrong || errno == 0)
			wrong = change(arena, &lun, data);
		if (!wrong)
			wrong = records_save(store, arena, directory, name, &lun);
		directory_unlock(directory);
	}
	free(name);
	/* the text that @change returns is a constant, or in the arena */
	/* cppcheck-suppress returnDanglingLifetime */
	return wrong;
}

/* Reads the file @name into @lun. Returns false if it is not the file of a LUN. */
static bool lun_read(const struct store *store, struct arena *arena, int directory,
		     const char *name, struct lun_records *lun)
{
	return strncmp(name, PREFIX, strlen(PREFIX)) == 0 &&
	       !records_load(store, arena, directory, name, NULL, lun);
}

bool store_is_unfenced(struct arena *arena, const struct lun_records *lun)
{
	return lun->unfenced_boot && strcmp(lun->unfenced_boot, store_boot_id(arena)) == 0;
}

size_t store_luns_all(const struct store *store, struct arena *arena, struct lun_records **list)
{
	struct dirent **names;
	size_t count = 0;
	int directory, files;

	*list = arena_alloc(arena, sizeof(**list));
	if (directory_open(store, arena, false, &directory) || directory < 0)
		return 0;
	files = scandirat(directory, ".", &names, NULL, alphasort);
	*list = arena_alloc(arena, ((size_t)(files < 0 ? 0 : files) + 1) * sizeof(**list));
	for (int i = 0; i < files; i++) {
		if (*list)
			count += lun_read(store, arena, directory, names[i]->d_name,
					  &(*list)[count]);
		free(names[i]);
	}
	if (files >= 0)
		free(names);
	close(directory);
	return count;
}

size_t store_luns(const struct store *store, struct arena *arena, struct lun_records **list)
{
	size_t all = store_luns_all(store, arena, list), count = 0;

	for (size_t i = 0; *list && i < all; i++)
		if (store_is_unfenced(arena, &(*list)[i]))
			(*list)[count++] = (*list)[i];
	return count;
}

const char *store_wwid_of(const struct store *store, struct arena *arena, const char *device)
{
	struct lun_records *luns;
	size_t all = store_luns(store, arena, &luns), count = 0;
	const char *wwid = NULL;

	for (size_t i = 0; i < all; i++) {
		if (!records_has_name(&luns[i], device))
			continue;
		wwid = luns[i].wwid;
		count++;
	}
	return count == 1 ? wwid : NULL;
}

const char *store_boot_id(struct arena *arena)
{
	const char *known = arena_memo(arena, BOOT_ID);
	char text[40] = "";
	int fd;

	if (known)
		return known;
	fd = open(BOOT_ID, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		if (read(fd, text, sizeof(text) - 1) < 0)
			text[0] = '\0';
		close(fd);
	}
	text[strspn(text, "0123456789abcdef-")] = '\0';
	known = *text ? arena_printf(arena, "%s", text) : STORE_BOOT_UNKNOWN;
	return known == arena_full ? known : arena_memo_add(arena, BOOT_ID, known);
}
