// SPDX-License-Identifier: GPL-2.0-or-later
#include "device/lun_reset.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <scsi/sg.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "block/sysfs.h"
#include "store/store.h"

/*
 * Since kernel 4.0: do not continue with a reset of the target, the bus or the adapter if this one
 * fails.
 */
#ifndef SG_SCSI_RESET_NO_ESCALATE
#define SG_SCSI_RESET_NO_ESCALATE 0x100
#endif

/*
 * Drivers whose eh_device_reset_handler sends LOGICAL UNIT RESET to the target and returns SUCCESS
 * only after the target has answered "function complete". Each was checked in Linux 6.12; the
 * comments name the functions that decide this.
 */
static const char *const known[] = {
	"fnic", /* fnic_scsi.c, fnic_device_reset(): lr_status is FCPIO_SUCCESS */
	"ib_srp", /* ib_srp.c, srp_reset_device(): the response's status is 0 */
	/* libiscsi.c, iscsi_eh_device_reset(): iscsi_tmf_rsp() got ISCSI_TMF_RSP_COMPLETE */
	"iscsi_iser",
	"iscsi_tcp", /* the same */
	"lpfc", /* lpfc_scsi.c, lpfc_send_taskmgmt() */
	/*
	 * qla_os.c, qla2xxx_eh_device_reset(); qla_init.c, __qla2x00_async_tm_cmd();
	 * qla24xx_tm_iocb_entry()
	 */
	"qla2xxx",
	"tcm_loopback", /* tcm_loop.c, tcm_loop_issue_tmr(): TMR_FUNCTION_COMPLETE */
};
/*
 * Checked, and not accepted: bnx2fc and zfcp can return SUCCESS although the target has not
 * answered (after a reset that timed out and was cleaned up; if the adapter is shut down). mpt3sas
 * can do so after a reset of the adapter alone, and ignores the target's answer. storvsc resets no
 * device, and vmw_pvscsi returns SUCCESS without an answer. For virtio_scsi it is unknown whether
 * the answer is the target's or the hypervisor's: docs/design/verdicts.md.
 */

/*
 * The driver of the device to which the adapter @host belongs; @host is a path in /sys/devices that
 * ends with "/hostN".
 */
static const char *parent_driver(struct arena *arena, const char *host)
{
	const char *link = NULL;

	for (const char *end; !link && (end = strrchr(host, '/')) && end > host;) {
		host = arena_printf(arena, "%.*s", (int)(end - host), host);
		link = sysfs_real(arena, host, "driver");
	}
	return link ? sysfs_name(link) : NULL;
}

struct lun_reset_host lun_reset_host(struct arena *arena, const struct lun *lun)
{
	const char *disk = sysfs_block(arena, lun->devno),
		   *end = disk ? strstr(disk, "/block/") : NULL;
	struct lun_reset_host host = { 0 };
	unsigned int number;
	const char *adapter;

	/*
	 * ".../host3/.../target3:0:0/3:0:0:1/block/sdb": the address starts with the host's number.
	 */
	while (end && end > disk && end[-1] != '/')
		end--;
	if (!end || sscanf(end, "%u:%*u:%*u:%*u/block/", &number) != 1)
		return host;
	host.directory = arena_printf(arena, "/sys/class/scsi_host/host%u", number);
	host.driver = sysfs_line(arena, host.directory, "proc_name");
	if (host.driver && host.driver[0] != '(' && host.driver[0] != '<')
		return host;
	/* "(null)": a driver such as qla2xxx, which is named only by its device. */
	adapter = strstr(disk, arena_printf(arena, "/host%u/", number));
	host.driver = NULL;
	if (adapter)
		host.driver =
			parent_driver(arena, arena_printf(arena, "%.*s/host%u",
							  (int)(adapter - disk), disk, number));
	return host;
}

bool lun_reset_is_known(const char *driver)
{
	for (size_t i = 0; driver && i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(driver, known[i]) == 0)
			return true;
	return false;
}

/*
 * Opens what is locked. Any user can open the file in sysfs, and so can keep its lock for ever: it
 * is only used if there can be no file in the store, as for a user who is not root.
 */
static int lock_open(const struct lun_reset_host *host)
{
	char path[PATH_MAX];
	int fd;

	if ((size_t)snprintf(path, sizeof(path), "reset-%s", sysfs_name(host->directory)) >=
	    sizeof(path))
		return -ENAMETOOLONG; /* not reached */
	fd = store_lock_open(&store_system, path);
	if (fd >= 0)
		return fd;
	if ((size_t)snprintf(path, sizeof(path), "%s/proc_name", host->directory) >= sizeof(path))
		return -ENAMETOOLONG; /* not reached */
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int lun_reset_lock(const struct lun_reset_host *host, bool *waited)
{
	int operation = LOCK_EX | LOCK_NB, fd = lock_open(host), err;

	if (fd < 0)
		return fd;
	while (flock(fd, operation) < 0) {
		err = -errno;
		*waited |= err == -EWOULDBLOCK;
		operation = LOCK_EX;
		if (err == -EINTR || err == -EWOULDBLOCK)
			continue;
		close(fd);
		return err;
	}
	return fd;
}

/*
 * libiscsi waits for the target's answer in a way that any signal interrupts
 * (iscsi_exec_task_mgmt_fn() in Linux 6.12), even a SIGCONT under a tracer: the ioctl then fails
 * with EIO although the reset continues. So signals are blocked; SIGKILL still ends the process.
 */
int lun_reset_send(int fd)
{
	int reset = SG_SCSI_RESET_DEVICE | SG_SCSI_RESET_NO_ESCALATE, err;
	sigset_t all, before;

	sigfillset(&all);
	err = -pthread_sigmask(SIG_SETMASK, &all, &before);
	if (err)
		return err;
	err = ioctl(fd, SG_SCSI_RESET, &reset) < 0 ? -errno : 0;
	/* cannot fail if the call above has not failed */
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return err;
}
