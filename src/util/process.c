// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/process.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

static int descriptors_open(void)
{
	struct pollfd standard[] = { { .fd = STDIN_FILENO },
				     { .fd = STDOUT_FILENO },
				     { .fd = STDERR_FILENO } };

	if (poll(standard, 3, 0) < 0)
		return -errno;
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (!(standard[fd].revents & POLLNVAL))
			continue;
		/* Opened in the wrong direction, so that using it fails. */
		if (open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
			return -EBADF;
	}
	return 0;
}

int process_begin(void)
{
	static const char *const variables[] = { "BLKID_CONF", "BLKID_FILE", "LIBBLKID_DEBUG" };
	int err = descriptors_open();

	if (err)
		return err;
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	/* Ignored, as a parent may have left it, it would let no child be waited for. */
	signal(SIGCHLD, SIG_DFL);
	/*
	 * Threads allocate little. By default each has its own arena, and maps and unmaps 128 MiB
	 * of address space for it, which interrupts every processor that runs another thread.
	 */
	(void)mallopt(M_ARENA_MAX, 1);
	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++)
		unsetenv(variables[i]);
	return 0;
}
