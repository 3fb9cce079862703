// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * bare_ioctl DEVICE OPERATION NUMBER...: makes one IOC_PR_* call; the numbers are the fields of its
 * struct, in order. Prints the result: the return value in hexadecimal, or -1 and the name of
 * errno; for the reads also the data. It shows what prctl hides from its users.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/pr.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#define NUMBERS_MAX 4
#define KEYS_MAX 256

static unsigned long long numbers[NUMBERS_MAX];

/* Since kernel 7.0; older headers lack it. */
struct read_keys {
	__u32 generation;
	__u32 num_keys;
	__u64 keys_ptr;
};

struct read_reservation {
	__u64 key;
	__u32 generation;
	__u32 type;
};

static int call(int fd, unsigned long request, void *argument)
{
	int ret = ioctl(fd, request, argument);

	if (ret < 0)
		printf("-1 %s\n", strerrorname_np(errno));
	else
		printf("0x%x\n", (unsigned int)ret);
	return ret;
}

static int registration(int fd, unsigned long request)
{
	struct pr_registration argument = { numbers[0], numbers[1], (__u32)numbers[2], 0 };

	return call(fd, request, &argument);
}

static int reservation(int fd, unsigned long request)
{
	struct pr_reservation argument = { numbers[0], (__u32)numbers[1], (__u32)numbers[2] };

	return call(fd, request, &argument);
}

static int preemption(int fd, unsigned long request)
{
	struct pr_preempt argument = { numbers[0], numbers[1], (__u32)numbers[2],
				       (__u32)numbers[3] };

	return call(fd, request, &argument);
}

static int clearing(int fd, unsigned long request)
{
	struct pr_clear argument = { numbers[0], (__u32)numbers[1], 0 };

	return call(fd, request, &argument);
}

/* The number is the room for keys. */
static int keys_read(int fd, unsigned long request)
{
	__u64 keys[KEYS_MAX] = { 0 };
	__u32 room = numbers[0] < KEYS_MAX ? (__u32)numbers[0] : KEYS_MAX;
	struct read_keys argument = { 0, room, (uintptr_t)keys };
	int ret = call(fd, request, &argument);

	if (ret == 0)
		printf("generation %u, %u keys:", argument.generation, argument.num_keys);
	for (__u32 i = 0; ret == 0 && i < room && i < argument.num_keys; i++)
		printf(" 0x%" PRIx64, (uint64_t)keys[i]);
	if (ret == 0)
		putchar('\n');
	return ret;
}

static int reservation_read(int fd, unsigned long request)
{
	struct read_reservation argument = { 0 };
	int ret = call(fd, request, &argument);

	if (ret == 0)
		printf("generation %u, key 0x%" PRIx64 ", type %u\n", argument.generation,
		       (uint64_t)argument.key, argument.type);
	return ret;
}

static const struct {
	const char *name;
	unsigned long request;
	int (*function)(int fd, unsigned long request);
} operations[] = {
	{ "register", IOC_PR_REGISTER, registration }, /* OLD NEW FLAGS */
	{ "reserve", IOC_PR_RESERVE, reservation }, /* KEY TYPE FLAGS */
	{ "release", IOC_PR_RELEASE, reservation },
	{ "preempt", IOC_PR_PREEMPT, preemption }, /* OLD NEW TYPE FLAGS */
	{ "preempt-abort", IOC_PR_PREEMPT_ABORT, preemption },
	{ "clear", IOC_PR_CLEAR, clearing }, /* KEY FLAGS */
	{ "read-keys", _IOWR('p', 206, struct read_keys), keys_read },
	{ "read-reservation", _IOR('p', 207, struct read_reservation), reservation_read },
};

int main(int argc, char **argv)
{
	int fd;

	if (argc < 3 || argc > 3 + NUMBERS_MAX) {
		fprintf(stderr, "usage: bare_ioctl DEVICE OPERATION NUMBER...\n");
		return 2;
	}
	fd = open(argv[1], O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0) {
		perror(argv[1]);
		return 2;
	}
	for (int i = 3; i < argc; i++)
		numbers[i - 3] = strtoull(argv[i], NULL, 0);
	for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++)
		if (strcmp(operations[i].name, argv[2]) == 0)
			return operations[i].function(fd, operations[i].request) != 0;
	fprintf(stderr, "bare_ioctl: no operation called '%s'\n", argv[2]);
	return 2;
}
