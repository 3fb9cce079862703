// SPDX-License-Identifier: GPL-2.0-or-later
#include "device/open.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/fs.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

int device_open(const struct lun *lun, bool writable)
{
	int fd = open(lun->node, (writable ? O_RDWR : O_RDONLY) | O_NONBLOCK | O_CLOEXEC);
	struct stat status;
	int err;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &status) < 0)
		err = -errno; /* not reached: a descriptor that was just opened has a device */
	else if (S_ISBLK(status.st_mode) && status.st_rdev == lun->devno)
		return fd;
	else
		err = -ENODEV; /* not reached: the node would have to become another device's behind the look at it */
	close(fd);
	return err;
}

bool device_is_gone(int fd, const struct lun *lun)
{
	uint64_t now = 0, opened = 0;
	char path[64];
	FILE *file;

	if (access("/sys/dev/block", F_OK) < 0)
		return false;
	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u", major(lun->devno), minor(lun->devno));
	if (access(path, F_OK) < 0)
		return errno == ENOENT;
	/* Another disk may have its number by now. */
	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/diskseq", major(lun->devno), minor(lun->devno));
	file = ioctl(fd, BLKGETDISKSEQ, &opened) == 0 ? fopen(path, "re") : NULL;
	if (!file)
		return false;
	if (fscanf(file, "%" SCNu64, &now) != 1)
		now = opened;
	fclose(file);
	return now != opened;
}
