// SPDX-License-Identifier: GPL-2.0-or-later
#include "device/open.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
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
