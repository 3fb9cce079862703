// SPDX-License-Identifier: GPL-2.0-or-later
#include "block/tag_probe.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#include "block/layers.h"
#include "block/sysfs.h"
#include "block/tag_blkid.h"
#include "util/clock.h"
#include "util/thread.h"

/*
 * The maximum wait for a device that is in udev's records. If udev says that it has the tag, it is
 * used after THREAD_SILENCE. If udev says that it has not, that may have been recorded before the
 * tag was written, through another path or by another host.
 */
#define SILENCE_LONG (5 * THREAD_SILENCE)

enum { LOOKING, CARRIES, CARRIES_NOT };

/* In the arena, because a thread may use it later. */
struct look {
	const struct blkid *blkid;
	const struct tag_kind *kind;
	struct condition *found_one; /* it is known what the device contains */
	const char *value, *encoded;
	const char *node;
	dev_t devno;
	_Atomic int found;
	struct look *next;
};

static bool device_carries(const struct look *look, int fd)
{
	const struct blkid *blkid = look->blkid;
	blkid_probe probe = blkid->new_probe();
	const char *data;
	bool carries = false;

	if (!probe)
		return false;
	if (blkid->probe_set_device(probe, fd, 0, 0) == 0) {
		blkid->probe_enable_superblocks(probe, 1);
		blkid->probe_set_superblocks_flags(probe, BLKID_SUBLKS_UUID | BLKID_SUBLKS_LABEL);
		blkid->probe_enable_partitions(probe, 1);
		blkid->probe_set_partitions_flags(probe, BLKID_PARTS_ENTRY_DETAILS);
		/* It reports no tag if it finds two kinds of content. */
		blkid->do_safeprobe(probe);
		carries = blkid->probe_lookup_value(probe, look->kind->blkid, &data, NULL) == 0 &&
			  strcmp(data, look->value) == 0;
	}
	blkid->free_probe(probe);
	return carries;
}

/* What udev recorded about a device when it appeared or was last written to: LOOKING if nothing. */
static int udev_knows(const struct look *look)
{
	char path[64], line[2048];
	size_t length = strlen(look->kind->udev);
	int found = LOOKING;
	FILE *file;

	snprintf(path, sizeof(path), "/run/udev/data/b%u:%u", major(look->devno),
		 minor(look->devno));
	file = fopen(path, "re");
	if (!file)
		return LOOKING;
	while (fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		/* If udev reports no property, it has not examined the device. */
		if (strncmp(line, "E:", 2) != 0)
			continue;
		if (found == LOOKING)
			found = CARRIES_NOT;
		if (strncmp(line + 2, look->kind->udev, length) == 0 && line[2 + length] == '=' &&
		    strcmp(line + 3 + length, look->encoded) == 0)
			found = CARRIES;
	}
	fclose(file);
	return found;
}

static void *look_thread(void *argument)
{
	struct look *look = argument;
	int fd = open(look->node, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	struct stat status;
	int found = CARRIES_NOT;
	char byte;

	if (fd >= 0 && fstat(fd, &status) == 0 && S_ISBLK(status.st_mode) &&
	    status.st_rdev == look->devno) {
		/*
		 * Another host's reservation may keep this host from reading, which is when the tag
		 * is needed most.
		 */
		if (pread(fd, &byte, 1, 0) < 0)
			found = udev_knows(look) == CARRIES ? CARRIES : CARRIES_NOT;
		else if (device_carries(look, fd))
			found = CARRIES;
	}
	/* Report the result before closing, because close() may wait for the device. */
	condition_lock(look->found_one);
	atomic_store(&look->found, found);
	condition_signal(look->found_one);
	condition_unlock(look->found_one);
	if (fd >= 0)
		close(fd);
	return NULL;
}

/* Starts probing every block device that has a size. */
static int looks_begin(struct look like, struct arena *arena, struct look **first)
{
	static const char directory[] = "/sys/class/block";
	struct dirent **names;
	struct look **end = first, *look;
	int count = scandir(directory, &names, NULL, versionsort), err = count < 0 ? -errno : 0;

	for (int i = 0; i < count; i++) {
		const char *device = names[i]->d_name[0] == '.'
					     ? NULL
					     : sysfs_real(arena, directory, names[i]->d_name);
		dev_t devno = device ? sysfs_devno(arena, device) : 0;
		const char *size = devno ? sysfs_line(arena, device, "size") : NULL;

		free(names[i]);
		if (err || !size || strcmp(size, "0") == 0)
			continue;
		look = arena_alloc(arena, sizeof(*look));
		if (!look) {
			err = -ENOMEM;
			continue;
		}
		*look = like;
		look->devno = devno;
		look->node = layers_node(arena, device);
		*end = look;
		end = &look->next;
		if (!thread_start(look_thread, look))
			look_thread(look);
	}
	if (count >= 0)
		free(names);
	return err;
}

/*
 * Waits for all answers; for devices that udev can answer for, only as long as for silent devices
 * elsewhere.
 */
static void looks_wait(struct look *first, int64_t deadline)
{
	int64_t begin = clock_now(), left = deadline ? deadline - begin : INT64_MAX;
	/* If time is short, the rest of it is needed for the work on the device. */
	int64_t silence = left / 8 < THREAD_SILENCE ? left / 8 : THREAD_SILENCE;
	int64_t silence_long = left / 2 < SILENCE_LONG ? left / 2 : SILENCE_LONG;

	for (struct look *look = first; look; look = look->next) {
		condition_lock(look->found_one);
		while (atomic_load(&look->found) == LOOKING) {
			int64_t waited = clock_now() - begin;
			int known = waited > silence ? udev_knows(look) : LOOKING;

			if (known == CARRIES || (known == CARRIES_NOT && waited > silence_long))
				break;
			condition_wait(look->found_one);
		}
		condition_unlock(look->found_one);
	}
}

int tag_probe(const struct tag_query *query, int64_t deadline, struct arena *arena,
	      struct tag_device **devices)
{
	struct look like = { .blkid = query->blkid,
			     .kind = query->kind,
			     .value = arena_printf(arena, "%s", query->value) },
		    *first = NULL;
	char encoded[1024];
	int err;

	if (query->blkid->encode_string(query->value, encoded, sizeof(encoded)) != 0)
		return -EINVAL;
	like.encoded = arena_printf(arena, "%s", encoded);
	like.found_one = arena_alloc(arena, sizeof(*like.found_one));
	if (!like.found_one || !condition_init(like.found_one))
		return -ENOMEM;
	err = looks_begin(like, arena, &first);
	if (err)
		return err;
	looks_wait(first, deadline);
	for (struct look *look = first; look; look = look->next) {
		int found = atomic_load(&look->found);

		if ((found == LOOKING ? udev_knows(look) : found) != CARRIES)
			continue;
		*devices = arena_alloc(arena, sizeof(**devices));
		if (!*devices)
			return -ENOMEM;
		**devices = (struct tag_device){ look->devno, look->node, NULL };
		devices = &(*devices)->next;
	}
	return 0;
}
