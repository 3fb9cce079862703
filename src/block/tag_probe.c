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

enum { TAG_UNKNOWN, TAG_PRESENT, TAG_ABSENT };

/* A device that may have the tag. In the arena, because a thread may use it later. */
struct candidate {
	const struct blkid *blkid;
	const struct tag_kind *kind;
	struct condition *answered; /* it is known what the device contains */
	const char *value, *encoded;
	const char *node;
	dev_t devno;
	_Atomic int found;
	struct candidate *next;
};

static bool device_has_tag(const struct candidate *candidate, int fd)
{
	const struct blkid *blkid = candidate->blkid;
	blkid_probe probe = blkid->new_probe();
	const char *data;
	bool has_tag = false;

	if (!probe)
		return false;
	if (blkid->probe_set_device(probe, fd, 0, 0) == 0) {
		blkid->probe_enable_superblocks(probe, 1);
		blkid->probe_set_superblocks_flags(probe, BLKID_SUBLKS_UUID | BLKID_SUBLKS_LABEL);
		blkid->probe_enable_partitions(probe, 1);
		blkid->probe_set_partitions_flags(probe, BLKID_PARTS_ENTRY_DETAILS);
		/* It reports no tag if it finds two kinds of content. */
		blkid->do_safeprobe(probe);
		has_tag = !blkid->probe_lookup_value(probe, candidate->kind->blkid, &data, NULL) &&
			  strcmp(data, candidate->value) == 0;
	}
	blkid->free_probe(probe);
	return has_tag;
}

/*
 * What udev recorded about a device when it appeared or was last written to; TAG_UNKNOWN: nothing.
 */
static int udev_record(const struct candidate *candidate)
{
	char path[64], line[2048];
	size_t length = strlen(candidate->kind->udev);
	int found = TAG_UNKNOWN;
	FILE *file;

	snprintf(path, sizeof(path), "/run/udev/data/b%u:%u", major(candidate->devno),
		 minor(candidate->devno));
	file = fopen(path, "re");
	if (!file)
		return TAG_UNKNOWN;
	while (fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		/* If udev reports no property, it has not examined the device. */
		if (strncmp(line, "E:", 2) != 0)
			continue;
		if (found == TAG_UNKNOWN)
			found = TAG_ABSENT;
		if (strncmp(line + 2, candidate->kind->udev, length) == 0 &&
		    line[2 + length] == '=' && strcmp(line + 3 + length, candidate->encoded) == 0)
			found = TAG_PRESENT;
	}
	fclose(file);
	return found;
}

static void *probe_thread(void *argument)
{
	struct candidate *candidate = argument;
	int fd = open(candidate->node, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	struct stat status;
	int found = TAG_ABSENT;
	char byte;

	if (fd >= 0 && fstat(fd, &status) == 0 && S_ISBLK(status.st_mode) &&
	    status.st_rdev == candidate->devno) {
		/*
		 * Another host's reservation may keep this host from reading, which is when the tag
		 * is needed most.
		 */
		if (pread(fd, &byte, 1, 0) < 0)
			found = udev_record(candidate) == TAG_PRESENT ? TAG_PRESENT : TAG_ABSENT;
		else if (device_has_tag(candidate, fd))
			found = TAG_PRESENT;
	}
	/* Report the result before closing, because close() may wait for the device. */
	condition_lock(candidate->answered);
	atomic_store(&candidate->found, found);
	condition_signal(candidate->answered);
	condition_unlock(candidate->answered);
	if (fd >= 0)
		close(fd);
	return NULL;
}

/* Starts probing every block device that has a size. */
static int probes_start(struct candidate like, struct arena *arena, struct candidate **first)
{
	static const char directory[] = "/sys/class/block";
	struct dirent **names;
	struct candidate **end = first, *candidate;
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
		candidate = arena_alloc(arena, sizeof(*candidate));
		if (!candidate) {
			err = -ENOMEM;
			continue;
		}
		*candidate = like;
		candidate->devno = devno;
		candidate->node = layers_node(arena, device);
		*end = candidate;
		end = &candidate->next;
		if (!thread_start(probe_thread, candidate))
			probe_thread(candidate);
	}
	if (count >= 0)
		free(names);
	return err;
}

/*
 * Waits for all answers; for devices that udev can answer for, only as long as for silent devices
 * elsewhere.
 */
static void probes_wait(struct candidate *first, int64_t deadline)
{
	int64_t begin = clock_now(), left = deadline ? deadline - begin : INT64_MAX;
	/* If time is short, the rest of it is needed for the work on the device. */
	int64_t silence = left / 8 < THREAD_SILENCE ? left / 8 : THREAD_SILENCE;
	int64_t silence_long = left / 2 < SILENCE_LONG ? left / 2 : SILENCE_LONG;

	for (struct candidate *candidate = first; candidate; candidate = candidate->next) {
		condition_lock(candidate->answered);
		while (atomic_load(&candidate->found) == TAG_UNKNOWN) {
			int64_t waited = clock_now() - begin;
			int known = waited > silence ? udev_record(candidate) : TAG_UNKNOWN;

			if (known == TAG_PRESENT || (known == TAG_ABSENT && waited > silence_long))
				break;
			condition_wait(candidate->answered);
		}
		condition_unlock(candidate->answered);
	}
}

int tag_probe(const struct tag_query *query, int64_t deadline, struct arena *arena,
	      struct tag_device **devices)
{
	struct candidate like = { .blkid = query->blkid,
				  .kind = query->kind,
				  .value = arena_printf(arena, "%s", query->value) },
			 *first = NULL;
	char encoded[1024];
	int err;

	if (query->blkid->encode_string(query->value, encoded, sizeof(encoded)) != 0)
		return -EINVAL;
	like.encoded = arena_printf(arena, "%s", encoded);
	like.answered = arena_alloc(arena, sizeof(*like.answered));
	if (!like.answered || !condition_init(like.answered))
		return -ENOMEM;
	err = probes_start(like, arena, &first);
	if (err)
		return err;
	probes_wait(first, deadline);
	for (struct candidate *candidate = first; candidate; candidate = candidate->next) {
		int found = atomic_load(&candidate->found);

		if ((found == TAG_UNKNOWN ? udev_record(candidate) : found) != TAG_PRESENT)
			continue;
		*devices = arena_alloc(arena, sizeof(**devices));
		if (!*devices)
			return -ENOMEM;
		**devices = (struct tag_device){ candidate->devno, candidate->node, NULL };
		devices = &(*devices)->next;
	}
	return 0;
}
