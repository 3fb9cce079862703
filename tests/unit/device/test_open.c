// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * fstat() and ioctl() are this file's own (the linker's --wrap): they make files appear as nodes of
 * a disk.
 */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "device/open.h"

#define NUMBER 0x820 /* 8:32 */
#define OTHER_NUMBER 0x810
/* Files that always exist. */
#define NODE "/proc/version"
#define NAMED "/proc/uptime"

static const struct row {
	const char *name;
	const char *node;
	const char *named; /* the user's node */
	uint64_t resolved; /* the disk sequence number */
	mode_t mode;
	dev_t devno;
	uint64_t diskseq;
	int diskseq_error; /* as from a kernel that does not support it */
	int expected; /* 0: a descriptor */
	const char *opened; /* NULL: nothing */
} rows[] = {
	{ "the device that was resolved", NODE, NULL, 7, S_IFBLK, NUMBER, 7, 0, 0, NODE },
	{ "by the node that was named", "/dev/null/sdc", NAMED, 7, S_IFBLK, NUMBER, 7, 0, 0,
	  NAMED },
	{ "another disk with the same number", NODE, NULL, 7, S_IFBLK, NUMBER, 8, 0, -ESTALE,
	  NODE },
	{ "another disk with the same number, by the node that was named", NODE, NAMED, 7, S_IFBLK,
	  NUMBER, 8, 0, -ESTALE, NAMED },
	{ "an earlier disk with the same number", NODE, NULL, 7, S_IFBLK, NUMBER, 6, 0, -ESTALE,
	  NODE },
	{ "another number", NODE, NULL, 7, S_IFBLK, OTHER_NUMBER, 7, 0, -ENODEV, NODE },
	{ "another number, no disk sequence number", NODE, NULL, 0, S_IFBLK, OTHER_NUMBER, 0,
	  ENOTTY, -ENODEV, NODE },
	{ "a file", NODE, NULL, 7, S_IFREG, NUMBER, 7, 0, -ENODEV, NODE },
	{ "no disk sequence number when it was resolved", NODE, NULL, 0, S_IFBLK, NUMBER, 8, 0,
	  -ESTALE, NODE },
	{ "no disk sequence number at all", NODE, NULL, 0, S_IFBLK, NUMBER, 0, ENOTTY, 0, NODE },
	{ "no disk sequence number on the descriptor", NODE, NULL, 7, S_IFBLK, NUMBER, 0, ENOTTY, 0,
	  NODE },
	{ "no such node", "/proc/version-of-nothing", NULL, 7, S_IFBLK, NUMBER, 7, 0, -ENOENT,
	  NULL },
	{ "the node that was named is gone", NODE, "/proc/version-of-nothing", 7, S_IFBLK, NUMBER,
	  7, 0, -ENOENT, NULL },
};

static const struct row *row;
static int last; /* the descriptor that was checked */
static char opened[64];

/* For large files the C library calls it fstat64(). */
int __wrap_fstat(int fd, struct stat *status);
int __wrap_fstat64(int fd, struct stat *status);
int __wrap_ioctl(int fd, unsigned long request, ...);

int __wrap_fstat(int fd, struct stat *status)
{
	char link[64];
	ssize_t length;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	length = readlink(link, opened, sizeof(opened) - 1);
	assert_true(length > 0);
	opened[length] = '\0';
	last = fd;
	memset(status, 0, sizeof(*status));
	status->st_mode = row->mode;
	status->st_rdev = row->devno;
	return 0;
}

int __wrap_fstat64(int fd, struct stat *status)
{
	return __wrap_fstat(fd, status);
}

int __wrap_ioctl(int fd, unsigned long request, ...)
{
	va_list args;

	assert_int_equal(fd, last);
	assert_int_equal(request, _IOR(0x12, 128, __u64));
	va_start(args, request);
	*va_arg(args, __u64 *) = row->diskseq;
	va_end(args);
	if (!row->diskseq_error)
		return 0;
	errno = row->diskseq_error;
	return -1;
}

static void opens(void **state)
{
	struct lun lun;
	int got;

	row = *state;
	lun = (struct lun){
		.devno = NUMBER, .diskseq = row->resolved, .node = row->node, .named = row->named
	};
	last = -1;
	opened[0] = '\0';
	got = device_open(&lun, false);
	if (row->expected)
		assert_int_equal(got, row->expected);
	else
		assert_int_equal(got, last);
	assert_string_equal(opened, row->opened ? row->opened : "");
	/* No descriptor stays open after a refusal. */
	assert_int_equal(fcntl(last, F_GETFD), row->expected ? -1 : FD_CLOEXEC);
	if (got >= 0) {
		assert_int_equal(fcntl(got, F_GETFL) & (O_ACCMODE | O_NONBLOCK),
				 O_RDONLY | O_NONBLOCK);
		close(got);
	}
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, opens, rows);
	return unit_run(&unit, "open");
}
