// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * writer DEVICE NAME FIRST COUNT: for lab/cluster. Writes blocks of 4096 bytes, bypassing every
 * cache, 50 a second: blocks FIRST to FIRST + COUNT - 1, again and again. Each holds "NAME N" and a
 * newline; N counts from 1. Continues until a write fails, and then prints how many succeeded, and
 * the error.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define BLOCK 4096

int main(int argc, char **argv)
{
	const struct timespec pause = { .tv_nsec = 20000000 };
	long first, count;
	char *block;
	int fd;

	if (argc != 5 || (first = atol(argv[3])) < 0 || (count = atol(argv[4])) <= 0) {
		fprintf(stderr, "usage: writer DEVICE NAME FIRST COUNT\n");
		return 2;
	}
	block = aligned_alloc(BLOCK, BLOCK);
	fd = open(argv[1], O_WRONLY | O_DIRECT | O_CLOEXEC);
	if (!block || fd < 0) {
		fprintf(stderr, "writer: %s: %s\n", argv[1], strerror(errno));
		return 1;
	}
	for (long n = 1;; n++) {
		memset(block, 0, BLOCK);
		snprintf(block, BLOCK, "%s %ld\n", argv[2], n);
		if (pwrite(fd, block, BLOCK, (first + (n - 1) % count) * BLOCK) != BLOCK) {
			printf("%ld: %s\n", n - 1, strerror(errno));
			return 1;
		}
		nanosleep(&pause, NULL);
	}
}
