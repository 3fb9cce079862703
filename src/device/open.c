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

/* Since kernel 5.15; the headers may be older. */
#ifndef BLKGETDISKSEQ
#define BLKGETDISKSEQ _IOR(0x12, 128, __u64)
#endif

/*
 * Returns 0 if the device of @fd is the one that was resolved. A device number or name can be
 * reused as soon as a disk is removed; a disk sequence number is never reused.
 */
static int device_compare(int fd, const struct lun *lun)
{
	struct stat status;
	__u64 diskseq;

	if (fstat(fd, &status) < 0)
		return -errno; /* not reached: a descriptor that was just opened has a device */
	if (!S_ISBLK(status.st_mode) || status.st_rdev != lun->devno)
		return -ENODEV;
	/* If sysfs showed no number, the disk was being removed while it was resolved. */
	if (ioctl(fd, BLKGETDISKSEQ, &diskseq) == 0 && diskseq != lun->diskseq)
		return -ESTALE;
	return 0;
}

/* A recording is used instead of a device, so the descriptor refers to nothing. */
static int recording_open(void)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int device_open(const struct lun *lun, bool writable)
{
	int fd, err;

	if (lun->recording)
		return recording_open();
	fd = open(lun->named ? lun->named : lun->node,
		  (writable ? O_RDWR : O_RDONLY) | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	err = device_compare(fd, lun);
	if (!err)
		return fd;
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
	/* Another disk may have this number by now. */
	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/diskseq", major(lun->devno),
		 minor(lun->devno));
	file = ioctl(fd, BLKGETDISKSEQ, &opened) == 0 ? fopen(path, "re") : NULL;
	if (!file)
		return false;
	if (fscanf(file, "%" SCNu64, &now) != 1)
		now = opened;
	fclose(file);
	return now != opened;
}
