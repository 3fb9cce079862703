// SPDX-License-Identifier: GPL-2.0-or-later
/* sysfs, the store and ioctl() are this file's own (the linker's --wrap). */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <scsi/sg.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "block/sysfs.h"
#include "device/lun_reset.h"
#include "store/store.h"

/* contents of sysfs; driver_of: the device that has a driver */
static const char *disk, *proc_name, *driver_of;
static struct {
	int ret, err; /* the kernel's answer */
	unsigned long number;
	int value; /* the request to the kernel */
	int interruptible; /* a signal could have interrupted it */
} reset;

const char *__wrap_sysfs_block(struct arena *arena, dev_t devno);
const char *__wrap_sysfs_line(struct arena *arena, const char *directory, const char *name);
const char *__wrap_sysfs_real(struct arena *arena, const char *directory, const char *name);
int __wrap_ioctl(int fd, unsigned long number, ...);

const char *__wrap_sysfs_block(struct arena *arena, dev_t devno)
{
	(void)arena;
	(void)devno;
	return disk;
}

const char *__wrap_sysfs_line(struct arena *arena, const char *directory, const char *name)
{
	(void)arena;
	(void)directory;
	return strcmp(name, "proc_name") == 0 ? proc_name : NULL;
}

const char *__wrap_sysfs_real(struct arena *arena, const char *directory, const char *name)
{
	(void)arena;
	assert_string_equal(name, "driver");
	return driver_of && strcmp(directory, driver_of) == 0 ? "/sys/bus/pci/drivers/qla2xxx"
							      : NULL;
}

static int is_open_to(int signal)
{
	sigset_t blocked;

	assert_int_equal(pthread_sigmask(SIG_SETMASK, NULL, &blocked), 0);
	return !sigismember(&blocked, signal);
}

int __wrap_ioctl(int fd, unsigned long number, ...)
{
	va_list args;

	(void)fd;
	va_start(args, number);
	reset.number = number;
	reset.value = *va_arg(args, int *);
	va_end(args);
	reset.interruptible = is_open_to(SIGCONT) || is_open_to(SIGTERM);
	errno = reset.err;
	return reset.ret;
}

#define ISCSI "/sys/devices/platform/host2/session1/target2:0:0/2:0:0:1/block/sdb"
#define PCI "/sys/devices/pci0000:00/0000:00:05.0"
#define VPORT PCI "/host3/vport-3:0-0/host15/rport-15:0-0/target15:0:0/15:0:0:2/block/sdc"

static const struct {
	const char *name;
	const char *disk, *proc_name, *driver_of;
	const char *directory, *driver;
	bool known;
} hosts[] = {
	{ "iSCSI", ISCSI, "iscsi_tcp", NULL, "/sys/class/scsi_host/host2", "iscsi_tcp", true },
	{ "iSER", ISCSI, "iscsi_iser", NULL, "/sys/class/scsi_host/host2", "iscsi_iser", true },
	{ "a virtual port has an adapter of its own", VPORT, "lpfc", NULL,
	  "/sys/class/scsi_host/host15", "lpfc", true },
	{ "a driver without a name of its own", VPORT, "(null)", PCI, "/sys/class/scsi_host/host15",
	  "qla2xxx", true },
	{ "the same, and no device has a driver", VPORT, "(null)", NULL,
	  "/sys/class/scsi_host/host15", NULL, false },
	{ "the reset of a hypervisor does not reach the target", ISCSI, "virtio_scsi", NULL,
	  "/sys/class/scsi_host/host2", "virtio_scsi", false },
	{ "a driver whose success is not the target's answer", ISCSI, "mpt3sas", NULL,
	  "/sys/class/scsi_host/host2", "mpt3sas", false },
	{ "a longer name is another driver", ISCSI, "iscsi_tcp2", NULL,
	  "/sys/class/scsi_host/host2", "iscsi_tcp2", false },
	{ "an adapter that is gone", ISCSI, NULL, NULL, "/sys/class/scsi_host/host2", NULL, false },
	{ "no SCSI address", "/sys/devices/virtual/block/loop0", "iscsi_tcp", NULL, NULL, NULL,
	  false },
	{ "no sysfs", NULL, NULL, NULL, NULL, NULL, false },
};

static void adapter(void **state)
{
	const typeof(hosts[0]) *row = *state;
	struct arena *arena = arena_new(1 << 20);
	struct lun_reset_host host;

	disk = row->disk;
	proc_name = row->proc_name;
	driver_of = row->driver_of;
	host = lun_reset_host(arena, &(struct lun){ 0 });
	assert_true(!host.directory == !row->directory && !host.driver == !row->driver);
	if (row->directory)
		assert_string_equal(host.directory, row->directory);
	if (row->driver)
		assert_string_equal(host.driver, row->driver);
	assert_int_equal(lun_reset_is_known(host.driver), row->known);
	arena_free(arena);
}

static void sends(void **state)
{
	(void)state;
	reset.ret = 0;
	assert_int_equal(lun_reset_send(3), 0);
	assert_int_equal(reset.number, SG_SCSI_RESET);
	/* resets the LUN, and nothing else if that fails */
	assert_int_equal(reset.value, 0x101);
	assert_false(reset.interruptible);
	assert_true(is_open_to(SIGCONT));
	reset.ret = -1;
	reset.err = EIO;
	assert_int_equal(lun_reset_send(3), -EIO);
}

/* The file of the store that is locked; NULL: it cannot be made. */
static const char *store_file;

int __wrap_store_lock_open(const struct store *store, const char *name);
int __wrap_store_lock_open(const struct store *store, const char *name)
{
	assert_ptr_equal(store, &store_system);
	assert_true(strncmp(name, "reset-test_lun_reset.", strlen("reset-test_lun_reset.")) == 0);
	return store_file ? open(store_file, O_RDWR | O_CREAT, 0600) : -1;
}

/* An adapter's directory, with the file that any user can lock. */
struct adapter {
	char directory[64], proc_name[96], of_root[96];
	int by_any_user; /* a descriptor with which another user has locked it */
};

static void adapter_make(struct adapter *adapter)
{
	strcpy(adapter->directory, "/tmp/test_lun_reset.XXXXXX");
	assert_non_null(mkdtemp(adapter->directory));
	snprintf(adapter->proc_name, sizeof(adapter->proc_name), "%s/proc_name",
		 adapter->directory);
	snprintf(adapter->of_root, sizeof(adapter->of_root), "%s/of-root", adapter->directory);
	adapter->by_any_user = open(adapter->proc_name, O_RDWR | O_CREAT, 0600);
	assert_true(adapter->by_any_user >= 0);
}

static void adapter_remove(struct adapter *adapter)
{
	close(adapter->by_any_user);
	unlink(adapter->proc_name);
	unlink(adapter->of_root);
	assert_int_equal(rmdir(adapter->directory), 0);
}

static bool is_of(int fd, const char *path)
{
	struct stat one, other;

	assert_int_equal(fstat(fd, &one), 0);
	return stat(path, &other) == 0 && one.st_ino == other.st_ino && one.st_dev == other.st_dev;
}

/* Another user holds the lock that every user can take: that delays nothing. */
static void lock_is_of_root(void **state)
{
	struct adapter adapter;
	bool waited = false;
	int fd, second;

	(void)state;
	adapter_make(&adapter);
	store_file = adapter.of_root;
	assert_int_equal(flock(adapter.by_any_user, LOCK_EX), 0);
	alarm(20);
	fd = lun_reset_lock(&(struct lun_reset_host){ adapter.directory, NULL }, &waited);
	alarm(0);
	assert_true(fd >= 0);
	assert_true(is_of(fd, adapter.of_root));
	assert_false(waited);
	second = open(adapter.of_root, O_RDONLY);
	assert_int_equal(flock(second, LOCK_EX | LOCK_NB), -1);
	close(fd);
	assert_int_equal(flock(second, LOCK_EX | LOCK_NB), 0);
	close(second);
	adapter_remove(&adapter);
}

/* There can be no such file: the one of the adapter is locked. */
static void lock_without_store(void **state)
{
	struct adapter adapter;
	bool waited = false;
	int fd;

	(void)state;
	adapter_make(&adapter);
	store_file = NULL;
	fd = lun_reset_lock(&(struct lun_reset_host){ adapter.directory, NULL }, &waited);
	assert_true(fd >= 0);
	assert_true(is_of(fd, adapter.proc_name));
	assert_int_equal(flock(adapter.by_any_user, LOCK_EX | LOCK_NB), -1);
	close(fd);
	assert_false(waited);
	unlink(adapter.proc_name);
	assert_int_equal(lun_reset_lock(&(struct lun_reset_host){ adapter.directory, NULL },
					&waited),
			 -ENOENT);
	adapter_remove(&adapter);
}

static void *unlock_late(void *fd)
{
	usleep(50000);
	close(*(int *)fd);
	return NULL;
}

/* Another run resets through this adapter. */
static void lock_waits(void **state)
{
	struct adapter adapter;
	bool waited = false;
	pthread_t thread;
	int fd, first;

	(void)state;
	adapter_make(&adapter);
	store_file = adapter.of_root;
	first = open(adapter.of_root, O_RDWR | O_CREAT, 0600);
	assert_int_equal(flock(first, LOCK_EX), 0);
	assert_int_equal(pthread_create(&thread, NULL, unlock_late, &first), 0);
	fd = lun_reset_lock(&(struct lun_reset_host){ adapter.directory, NULL }, &waited);
	assert_true(fd >= 0);
	assert_true(waited);
	close(fd);
	pthread_join(thread, NULL);
	adapter_remove(&adapter);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, adapter, hosts);
	UNIT_TEST(&unit, sends);
	UNIT_TEST(&unit, lock_is_of_root);
	UNIT_TEST(&unit, lock_without_store);
	UNIT_TEST(&unit, lock_waits);
	return unit_run(&unit, "lun_reset");
}
