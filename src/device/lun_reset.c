// SPDX-License-Identifier: GPL-2.0-or-later
#include "device/lun_reset.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <scsi/sg.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "block/sysfs.h"

/* From kernel 4.0 on: do not go on to a reset of the target, the bus or the adapter if this one fails. */
#ifndef SG_SCSI_RESET_NO_ESCALATE
#define SG_SCSI_RESET_NO_ESCALATE 0x100
#endif

/*
 * Drivers whose eh_device_reset_handler sends LOGICAL UNIT RESET to the target and returns SUCCESS only after the
 * target's answer "function complete". Each was read in Linux 6.12; the function is where that is decided.
 */
static const char *const known[] = {
	"iscsi_iser", /* iSER: libiscsi.c, iscsi_eh_device_reset() */
	"iscsi_tcp", /* the same */
};

struct lun_reset_host lun_reset_host(struct arena *arena, const struct lun *lun)
{
	const char *disk = sysfs_block(arena, lun->devno), *end = disk ? strstr(disk, "/block/") : NULL;
	struct lun_reset_host host = { 0 };
	unsigned int number;

	/* ".../host3/.../target3:0:0/3:0:0:1/block/sdb": the host's number begins the address. */
	while (end && end > disk && end[-1] != '/')
		end--;
	if (!end || sscanf(end, "%u:%*u:%*u:%*u/block/", &number) != 1)
		return host;
	host.directory = arena_printf(arena, "/sys/class/scsi_host/host%u", number);
	host.driver = sysfs_line(arena, host.directory, "proc_name");
	return host;
}

bool lun_reset_is_known(const char *driver)
{
	for (size_t i = 0; driver && i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(driver, known[i]) == 0)
			return true;
	return false;
}

int lun_reset_lock(const struct lun_reset_host *host)
{
	char path[PATH_MAX];
	int fd, err;

	if ((size_t)snprintf(path, sizeof(path), "%s/proc_name", host->directory) >= sizeof(path))
		return -ENAMETOOLONG; /* not reached */
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	while (flock(fd, LOCK_EX) < 0) {
		err = -errno;
		if (err == -EINTR)
			continue;
		close(fd);
		return err;
	}
	return fd;
}

int lun_reset_send(int fd)
{
	int reset = SG_SCSI_RESET_DEVICE | SG_SCSI_RESET_NO_ESCALATE;

	return ioctl(fd, SG_SCSI_RESET, &reset) < 0 ? -errno : 0;
}
