// SPDX-License-Identifier: GPL-2.0-or-later
#include "fence/groups.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "model/messages.h"
#include "util/clock.h"
#include "util/text.h"

#define REPORT_MAX 262144
/*
 * In vg_attr of vgs(8): the fourth character shows a missing disk, the sixth how the group is
 * shared.
 */
#define ATTR_LENGTH 6
#define ATTR_PARTIAL 3
#define ATTR_SHARED 5

/* --readonly takes no lock: a lock manager that hangs must not prevent a fence. */
static const char *const arguments[] = {
	"--readonly", "--noheadings", "--separator", "\t", "--options", "vg_name,vg_attr,pv_name",
};
#define ARGUMENTS (sizeof(arguments) / sizeof(arguments[0]))

/*
 * Parses one line, the name, attributes and a disk of a group, and appends the disk to a list at
 * *@end. Returns false: *@wrong says why.
 */
static bool line_take(char *line, char **end, struct arena *arena, const char **wrong)
{
	const char *name = strsep(&line, "\t"), *attr = strsep(&line, "\t"), *disk = line;

	if (!attr || strlen(attr) < ATTR_LENGTH || !disk) {
		*wrong = arena_printf(arena, FENCE_USAGE_GROUPS_REPLY, text_line(arena, name));
		return false;
	}
	if (attr[ATTR_SHARED] != 's' && attr[ATTR_SHARED] != 'c')
		return true;
	/* lvm prints "[unknown]" for a disk that it does not find. */
	if (attr[ATTR_PARTIAL] == 'p' || *disk != '/') {
		*wrong = arena_printf(arena, FENCE_USAGE_GROUPS_PARTIAL, text_line(arena, name));
		return false;
	}
	*end = stpcpy(stpcpy(*end, disk), " ");
	return true;
}

const char *groups_parse(char *report, struct arena *arena, const char **wrong)
{
	char *list = arena_alloc(arena, strlen(report) + 2), *end = list, *lines;

	*wrong = list ? NULL : FENCE_NO_MEMORY;
	for (char *line = strtok_r(report, "\n", &lines); list && line;
	     line = strtok_r(NULL, "\n", &lines))
		if (!line_take(text_trim(line), &end, arena, wrong))
			return NULL;
	if (list && end > list)
		return list;
	*wrong = list ? FENCE_USAGE_NO_DEVICES : *wrong;
	return NULL;
}

/*
 * Sets up the new process: @output as its standard output, no other descriptors of this process,
 * and no blocked signals. Returns 0 or an errno.
 */
static int prepare(posix_spawn_file_actions_t *files, posix_spawnattr_t *attributes, int output)
{
	sigset_t none;
	int err;

	sigemptyset(&none);
	err = posix_spawn_file_actions_addopen(files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	err = err ? err : posix_spawn_file_actions_adddup2(files, output, STDOUT_FILENO);
	/* A reader of the agent's output must not have to wait for a vgs that hangs. */
	err = err ? err
		  : posix_spawn_file_actions_addopen(files, STDERR_FILENO, "/dev/null", O_WRONLY,
						     0);
	err = err ? err : posix_spawn_file_actions_addclosefrom_np(files, STDERR_FILENO + 1);
	err = err ? err : posix_spawnattr_setsigmask(attributes, &none);
	return err ? err : posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK);
}

/* Starts @vgs with its output to *@output. Returns its process id, or a negative errno. */
static pid_t start(const char *vgs, int *output)
{
	const char *argv[ARGUMENTS + 2] = { vgs };
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	int pipes[2], err;
	pid_t pid = 0;

	if (pipe2(pipes, O_CLOEXEC) < 0)
		return -errno;
	memcpy(argv + 1, arguments, sizeof(arguments));
	/* Neither can fail in glibc. */
	posix_spawn_file_actions_init(&files);
	posix_spawnattr_init(&attributes);
	err = prepare(&files, &attributes, pipes[1]);
	if (!err)
		err = posix_spawnp(&pid, vgs, &files, &attributes, (char **)argv, environ);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attributes);
	close(pipes[1]);
	*output = pipes[0];
	return err ? -err : pid;
}

/* Reads everything from @fd until @end. NULL if it has not ended by then, or is too long. */
static char *report_read(int fd, int64_t end, struct arena *arena)
{
	char *report = arena_alloc(arena, REPORT_MAX + 1);
	size_t length = 0;
	ssize_t got = 1;

	/* A signal stops the action when its first request starts. */
	while (report && got && length < REPORT_MAX) {
		struct pollfd output = { .fd = fd, .events = POLLIN };
		int64_t left = end - clock_now();

		if (left <= 0 || poll(&output, 1, (int)(left / 1000000) + 1) < 1)
			return NULL;
		got = read(fd, report + length, REPORT_MAX - length);
		if (got < 0)
			return NULL;
		length += (size_t)got;
	}
	if (!report || length == REPORT_MAX)
		return NULL;
	report[length] = '\0';
	return report;
}

/* Whether the process has ended with success by @end. */
static bool ends_well(pid_t pid, int64_t end)
{
	pid_t ended;
	int how = 0;

	while ((ended = waitpid(pid, &how, WNOHANG)) == 0 && clock_now() < end)
		clock_sleep(CLOCK_SECOND / 100);
	return ended == pid && WIFEXITED(how) && WEXITSTATUS(how) == 0;
}

const char *groups_devices(const char *vgs, int64_t end, struct arena *arena, const char **wrong)
{
	int output = -1;
	char *report;
	pid_t pid;

	pid = start(vgs, &output);
	report = pid > 0 ? report_read(output, end, arena) : NULL;
	if (output >= 0)
		close(output);
	if (pid < 0) {
		*wrong = arena_printf(arena, FENCE_USAGE_GROUPS, text_line(arena, vgs),
				      strerrordesc_np(-pid));
		return NULL;
	}
	if (!report) {
		/* It may be stuck in the kernel, so it is not waited for. */
		kill(pid, SIGKILL);
		*wrong = arena_printf(arena, FENCE_USAGE_GROUPS, text_line(arena, vgs),
				      FENCE_WHY_NO_ANSWER);
		return NULL;
	}
	if (!ends_well(pid, end)) {
		*wrong = arena_printf(arena, FENCE_USAGE_GROUPS, text_line(arena, vgs),
				      FENCE_WHY_EXIT);
		return NULL;
	}
	return groups_parse(report, arena, wrong);
}
