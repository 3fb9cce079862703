// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * bench_floor THREADS OPERATION... -- DEVICE...: the least work that any program has to do on many
 * LUNs. THREADS threads share a counter; on each LUN they only call open() and, in order, what
 * OPERATION... names: IOC_PR_*, and by SG_IO the two reads that prctl also makes. What they read is
 * discarded. lab/bench compares prctl with it, and prepares LUNs with it. Exits with 1 if any call
 * did not return 0.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/pr.h>
#include <pthread.h>
#include <scsi/sg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define OPERATIONS_MAX 8
#define NUMBERS_MAX 3
#define KEYS_MAX 64
#define REPLY_SIZE 4064 /* bytes, the same as in prctl */
#define PAGE83_SIZE 255
#define TIMEOUT_MS 30000

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

struct operation {
	int (*call)(int fd, const unsigned long long *numbers);
	unsigned long long numbers[NUMBERS_MAX];
};

struct floor {
	struct operation operations[OPERATIONS_MAX];
	size_t operation_count;
	char **devices;
	size_t device_count;
	_Atomic size_t next;
	_Atomic int failed;
};

static int keys_read(int fd, const unsigned long long *numbers)
{
	__u64 keys[KEYS_MAX];
	struct read_keys argument = { 0, KEYS_MAX, (uintptr_t)keys };

	(void)numbers;
	return ioctl(fd, _IOWR('p', 206, struct read_keys), &argument);
}

static int reservation_read(int fd, const unsigned long long *numbers)
{
	struct read_reservation argument;

	(void)numbers;
	return ioctl(fd, _IOR('p', 207, struct read_reservation), &argument);
}

static int command_send(int fd, uint8_t *cdb, uint8_t cdb_size, uint16_t size)
{
	uint8_t reply[4096] __attribute__((aligned(4096))), sense[64];
	struct sg_io_hdr io = {
		.interface_id = 'S',
		.dxfer_direction = SG_DXFER_FROM_DEV,
		.cmd_len = cdb_size,
		.mx_sb_len = sizeof(sense),
		.dxfer_len = size,
		.dxferp = reply,
		.cmdp = cdb,
		.sbp = sense,
		.timeout = TIMEOUT_MS,
	};

	return ioctl(fd, SG_IO, &io) < 0 || io.status || io.host_status || io.driver_status;
}

/* PERSISTENT RESERVE IN, READ FULL STATUS (SPC-4 6.16.5); repeated after a unit attention. */
static int full_status_read(int fd, const unsigned long long *numbers)
{
	uint8_t cdb[10] = { 0x5e, 0x03, [7] = REPLY_SIZE >> 8, [8] = REPLY_SIZE & 0xff };

	(void)numbers;
	return command_send(fd, cdb, sizeof(cdb), REPLY_SIZE) &&
	       command_send(fd, cdb, sizeof(cdb), REPLY_SIZE);
}

/* INQUIRY of VPD page 83h (SPC-4 6.4.1) */
static int page83_read(int fd, const unsigned long long *numbers)
{
	uint8_t cdb[6] = { 0x12, 0x01, 0x83, 0, PAGE83_SIZE };

	(void)numbers;
	return command_send(fd, cdb, sizeof(cdb), PAGE83_SIZE);
}

/* OLD:NEW */
static int registration(int fd, const unsigned long long *numbers)
{
	struct pr_registration argument = { numbers[0], numbers[1], 0, 0 };

	return ioctl(fd, IOC_PR_REGISTER, &argument);
}

/* NEW, replacing any key */
static int registration_ignore(int fd, const unsigned long long *numbers)
{
	struct pr_registration argument = { 0, numbers[0], PR_FL_IGNORE_KEY, 0 };

	return ioctl(fd, IOC_PR_REGISTER, &argument);
}

/* KEY:TYPE */
static int reservation(int fd, const unsigned long long *numbers)
{
	struct pr_reservation argument = { numbers[0], (__u32)numbers[1], 0 };

	return ioctl(fd, IOC_PR_RESERVE, &argument);
}

/* OWN:VICTIM:TYPE */
static int preemption_abort(int fd, const unsigned long long *numbers)
{
	struct pr_preempt argument = { numbers[0], numbers[1], (__u32)numbers[2], 0 };

	return ioctl(fd, IOC_PR_PREEMPT_ABORT, &argument);
}

/* KEY */
static int clearing(int fd, const unsigned long long *numbers)
{
	struct pr_clear argument = { numbers[0], 0, 0 };

	return ioctl(fd, IOC_PR_CLEAR, &argument);
}

static const struct {
	const char *name;
	int (*call)(int fd, const unsigned long long *numbers);
} calls[] = {
	{ "keys", keys_read },
	{ "reservation", reservation_read },
	{ "full-status", full_status_read },
	{ "page83", page83_read },
	{ "register", registration },
	{ "register-ignore", registration_ignore },
	{ "reserve", reservation },
	{ "preempt-abort", preemption_abort },
	{ "clear", clearing },
};

/* NAME[:NUMBER...] */
static int operation_parse(char *text, struct operation *operation)
{
	char *name = strsep(&text, ":");

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (strcmp(calls[i].name, name) == 0)
			operation->call = calls[i].call;
	for (size_t i = 0; i < NUMBERS_MAX && text; i++)
		operation->numbers[i] = strtoull(strsep(&text, ":"), NULL, 0);
	return operation->call ? 0 : -EINVAL;
}

static void *worker(void *argument)
{
	struct floor *floor = argument;
	size_t at;

	while ((at = atomic_fetch_add(&floor->next, 1)) < floor->device_count) {
		int fd = open(floor->devices[at], O_RDONLY | O_NONBLOCK | O_CLOEXEC);

		if (fd < 0)
			atomic_store(&floor->failed, 1);
		for (size_t i = 0; i < floor->operation_count && fd >= 0; i++)
			if (floor->operations[i].call(fd, floor->operations[i].numbers) != 0)
				atomic_store(&floor->failed, 1);
		if (fd >= 0)
			close(fd);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	static struct floor floor;
	size_t threads = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;
	pthread_t *workers;
	int at = 2;

	for (; at < argc && strcmp(argv[at], "--") != 0; at++)
		if (floor.operation_count == OPERATIONS_MAX ||
		    operation_parse(argv[at], &floor.operations[floor.operation_count++]) < 0)
			at = argc;
	if (threads == 0 || at + 1 >= argc) {
		fprintf(stderr, "usage: bench_floor THREADS OPERATION... -- DEVICE...\n");
		return 2;
	}
	floor.devices = argv + at + 1;
	floor.device_count = (size_t)(argc - at - 1);
	if (threads > floor.device_count)
		threads = floor.device_count;
	workers = calloc(threads, sizeof(*workers));
	if (!workers)
		return 1;
	for (size_t i = 0; i < threads; i++) {
		if (pthread_create(&workers[i], NULL, worker, &floor) != 0) {
			fprintf(stderr, "bench_floor: cannot start %zu threads\n", threads);
			return 1;
		}
	}
	for (size_t i = 0; i < threads; i++)
		pthread_join(workers[i], NULL);
	return floor.failed;
}
