// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * bench_run COMMAND... [+ COMMAND...]: runs the commands one after the other, and prints on
 * descriptor 3 what they needed together: nanoseconds from the start of the first to the end of the
 * last; microseconds of processor time; and in KiB the largest memory of a single command. Time and
 * memory of a command include all its processes, even those for which it did not wait; memory that
 * they share counts once for each. Their standard output is discarded. Exits with 1 if a command
 * did not exit with 0.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define REPORT 3

extern char **environ;

struct taken {
	long long nanoseconds;
	long long processor; /* us */
	long memory; /* KiB */
};

static long long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static int run(char **argv, struct taken *taken)
{
	long long begin = now();
	long memory = 0;
	struct rusage usage;
	int status, own = 0;
	pid_t pid, ended;

	if (posix_spawnp(&pid, argv[0], NULL, NULL, argv, environ) != 0) {
		fprintf(stderr, "bench_run: cannot run %s\n", argv[0]);
		return 1;
	}
	/* Orphans are counted, too, because this process is their reaper. */
	while ((ended = wait4(-1, &status, 0, &usage)) > 0 || errno == EINTR) {
		if (ended <= 0)
			continue;
		if (ended == pid) {
			taken->nanoseconds += now() - begin;
			own = status;
		}
		taken->processor += (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000LL +
				    usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
		memory += usage.ru_maxrss;
	}
	if (memory > taken->memory)
		taken->memory = memory;
	if (own)
		fprintf(stderr, "bench_run: %s ended with 0x%x\n", argv[0], own);
	return own != 0;
}

int main(int argc, char **argv)
{
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC), failed = 0;
	struct taken taken = { 0 };

	if (argc < 2 || null < 0 || dup2(null, STDOUT_FILENO) < 0 ||
	    fcntl(REPORT, F_SETFD, FD_CLOEXEC) < 0 || prctl(PR_SET_CHILD_SUBREAPER, 1) < 0) {
		fprintf(stderr, "usage: bench_run COMMAND... [+ COMMAND...] 3> FILE\n");
		return 2;
	}
	for (char **command = argv + 1; *command;) {
		char **end = command;

		while (*end && strcmp(*end, "+") != 0)
			end++;
		argv = *end ? end + 1 : end;
		*end = NULL;
		failed |= run(command, &taken);
		command = argv;
	}
	dprintf(REPORT, "%lld %lld %ld\n", taken.nanoseconds, taken.processor, taken.memory);
	return failed;
}
