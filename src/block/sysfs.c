// SPDX-License-Identifier: GPL-2.0-or-later
#include "block/sysfs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "util/text.h"

int sysfs_open(const char *directory)
{
	int fd = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

ssize_t sysfs_read_at(int at, const char *path, void *buffer, size_t size)
{
	int fd = openat(at, path, O_RDONLY | O_CLOEXEC), err;
	ssize_t length;

	if (fd < 0)
		return -errno;
	length = read(fd, buffer, size);
	err = errno;
	close(fd);
	return length < 0 ? -err : length;
}

ssize_t sysfs_read(const char *directory, const char *name, void *buffer, size_t size)
{
	char path[PATH_MAX];

	if ((size_t)snprintf(path, sizeof(path), "%s/%s", directory, name) >= sizeof(path))
		return -ENAMETOOLONG;
	return sysfs_read_at(AT_FDCWD, path, buffer, size);
}

const char *sysfs_text(struct arena *arena, const char *bytes, size_t length)
{
	const char *text = text_clean(arena, bytes, length);

	return *text ? text : NULL;
}

const char *sysfs_line_at(struct arena *arena, int at, const char *path)
{
	char buffer[4096];
	ssize_t length = sysfs_read_at(at, path, buffer, sizeof(buffer));
	const char *newline;

	if (length <= 0)
		return NULL;
	newline = memchr(buffer, '\n', (size_t)length);
	return sysfs_text(arena, buffer, newline ? (size_t)(newline - buffer) : (size_t)length);
}

const char *sysfs_line(struct arena *arena, const char *directory, const char *name)
{
	char path[PATH_MAX];

	if ((size_t)snprintf(path, sizeof(path), "%s/%s", directory, name) >= sizeof(path))
		return NULL;
	return sysfs_line_at(arena, AT_FDCWD, path);
}

const char *sysfs_line_common(struct arena *arena, const char *directory, const char *prefix,
			      const char *name)
{
	size_t length = strlen(prefix);
	const char *common = NULL;
	struct dirent *entry;
	DIR *list = opendir(directory);
	bool differ = false;

	while (list && !differ && (entry = readdir(list))) {
		char path[PATH_MAX];
		const char *line;

		if (strncmp(entry->d_name, prefix, length) != 0 || !entry->d_name[length] ||
		    entry->d_name[length + strspn(entry->d_name + length, "0123456789")])
			continue;
		if ((size_t)snprintf(path, sizeof(path), "%s/%s", directory, entry->d_name) >=
		    sizeof(path))
			continue;
		line = sysfs_line(arena, path, name);
		differ = !line || (common && strcmp(common, line) != 0);
		common = line;
	}
	if (list)
		closedir(list);
	return differ ? NULL : common;
}

int sysfs_scan(const char *directory, int (*each)(const char *name, void *context), void *context)
{
	struct dirent *entry;
	DIR *list = opendir(directory);
	int err = 0;

	if (!list)
		return -errno;
	while (!err) {
		errno = 0;
		entry = readdir(list);
		if (!entry) {
			err = -errno;
			break;
		}
		if (entry->d_name[0] != '.')
			err = each(entry->d_name, context);
	}
	closedir(list);
	return err;
}

bool sysfs_exists(const char *directory, const char *name)
{
	char path[PATH_MAX];

	if ((size_t)snprintf(path, sizeof(path), "%s/%s", directory, name) >= sizeof(path))
		return false;
	return access(path, F_OK) == 0;
}

const char *sysfs_real(struct arena *arena, const char *directory, const char *name)
{
	char path[PATH_MAX], link[PATH_MAX];
	const char *target = link;
	int up = (int)strlen(directory);
	ssize_t length;

	if ((size_t)snprintf(path, sizeof(path), "%s/%s", directory, name) >= sizeof(path))
		return NULL;
	length = readlink(path, link, sizeof(link) - 1);
	if (length < 0)
		return errno == EINVAL ? arena_printf(arena, "%s", path) : NULL;
	link[length] = '\0';
	/*
	 * The kernel makes such a link from as many "../" as needed and a path without any, in a
	 * directory that is a real path already. So the text alone is enough; realpath() would ask
	 * the kernel about each component.
	 */
	for (; strncmp(target, "../", 3) == 0; target += 3)
		while (up > 0 && directory[--up] != '/')
			;
	return *target == '/' ? arena_printf(arena, "%s", target)
			      : arena_printf(arena, "%.*s/%s", up, directory, target);
}

const char *sysfs_block(struct arena *arena, dev_t devno)
{
	char name[64];

	snprintf(name, sizeof(name), "%u:%u", major(devno), minor(devno));
	return sysfs_real(arena, "/sys/dev/block", name);
}

dev_t sysfs_devno_parse(const char *text)
{
	unsigned int major_number, minor_number;

	return text && sscanf(text, "%u:%u", &major_number, &minor_number) == 2
		       ? makedev(major_number, minor_number)
		       : 0;
}

dev_t sysfs_devno(struct arena *arena, const char *directory)
{
	return sysfs_devno_parse(sysfs_line(arena, directory, "dev"));
}

const char *sysfs_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

bool sysfs_is_mounted(void)
{
	struct statfs status;

	return statfs("/sys", &status) == 0 && status.f_type == SYSFS_MAGIC;
}
