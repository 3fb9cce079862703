// SPDX-License-Identifier: GPL-2.0-or-later
#include "pr/multipathd.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "util/clock.h"

/*
 * Where it listens: a socket file from 0.10.1 on, and an abstract name ('@' for its leading NUL)
 * before and since.
 */
static const char *const sockets[] = { "/run/multipathd.socket",
				       "@/org/kernel/linux/storage/multipathd" };

/* From now on @fd waits for nothing beyond @end. False: that is over. */
static bool wait_until(int fd, int64_t end)
{
	int64_t left = (end - clock_now()) / 1000; /* us; 0 would be no limit */
	const struct timeval time = { left / 1000000, left % 1000000 };

	return left > 0 && setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof(time)) == 0 &&
	       setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof(time)) == 0;
}

/* A connected socket, or -1. */
static int multipathd_connect(int64_t end)
{
	for (size_t i = 0; i < sizeof(sockets) / sizeof(sockets[0]); i++) {
		struct sockaddr_un address = { .sun_family = AF_UNIX };
		size_t length = strlen(sockets[i]);
		int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

		if (fd < 0)
			return -1;
		memcpy(address.sun_path, sockets[i], length);
		if (address.sun_path[0] == '@')
			address.sun_path[0] = '\0';
		length += offsetof(struct sockaddr_un, sun_path) + (sockets[i][0] != '@');
		if (wait_until(fd, end) &&
		    connect(fd, (struct sockaddr *)&address, (socklen_t)length) == 0)
			return fd;
		close(fd);
	}
	return -1;
}

/* Both ways a message is its length with the final NUL, as a size_t, and the text. */
static bool multipathd_ask(int fd, int64_t end, const char *question, char *reply, size_t size)
{
	size_t length = strlen(question) + 1;

	if (!wait_until(fd, end) ||
	    send(fd, &length, sizeof(length), MSG_NOSIGNAL) != (ssize_t)sizeof(length) ||
	    send(fd, question, length, MSG_NOSIGNAL) != (ssize_t)length)
		return false;
	if (!wait_until(fd, end) ||
	    recv(fd, &length, sizeof(length), MSG_WAITALL) != (ssize_t)sizeof(length) ||
	    length == 0 || length > size || !wait_until(fd, end) ||
	    recv(fd, reply, length, MSG_WAITALL) != (ssize_t)length)
		return false;
	reply[length - 1] = '\0';
	return true;
}

enum tri multipathd_registers(const char *name, uint64_t key, int64_t end)
{
	char question[256], reply[256];
	int fd = multipathd_connect(end);
	bool answered;

	if (fd < 0)
		return TRI_UNKNOWN;
	answered = (size_t)snprintf(question, sizeof(question), "getprkey map %s", name) <
			   sizeof(question) &&
		   multipathd_ask(fd, end, question, reply, sizeof(reply));
	close(fd);
	if (!answered)
		return TRI_UNKNOWN;
	if (strncmp(reply, "none", 4) == 0)
		return TRI_NO;
	/* "0xa" or "0xa:aptpl"; of a map that it does not know it says "fail". */
	if (strncmp(reply, "0x", 2) != 0)
		return TRI_UNKNOWN;
	return strtoull(reply, NULL, 16) == key ? TRI_YES : TRI_NO;
}
