// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/command.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "util/clock.h"

#define NOT_FOUND 127 /* exit status of a child that could not run the program, as in a shell */
#define REAP_PAUSE 1000000 /* ns */
#define PATH "/usr/sbin:/usr/bin:/sbin:/bin" /* whatever the caller's is */

struct program {
	const char *path;
	const char *const *argv;
};

/* Only calls that are safe after a fork in a process with threads. */
static int program_run(const void *data)
{
	static const char *const environment[] = { "LC_ALL=C", "PATH=" PATH, NULL };
	const struct program *program = data;

	execve(program->path, (char *const *)program->argv, (char *const *)environment);
	return NOT_FOUND;
}

/* The same. */
__attribute__((noreturn)) static void child(command_function *function, const void *data, int out)
{
	sigset_t none;
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	sigemptyset(&none);
	/* It dies with the thread that waits for it. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || sigprocmask(SIG_SETMASK, &none, NULL) < 0 ||
	    dup2(out, STDOUT_FILENO) < 0 || dup2(null, STDIN_FILENO) < 0 ||
	    dup2(null, STDERR_FILENO) < 0 || close_range(STDERR_FILENO + 1, ~0u, 0) < 0)
		_exit(NOT_FOUND);
	_exit(function(data));
}

/* Reads until the end of @fd. Returns 0 or a negative errno. */
static int output_read(int fd, int64_t end, char *text, size_t size)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
	size_t length = 0;

	for (;;) {
		int64_t left = end - clock_now();
		const struct timespec wait = clock_timespec(left > 0 ? left : 0);
		int ready = ppoll(&poll_fd, 1, &wait, NULL);
		ssize_t count;

		if (ready < 0 && errno == EINTR)
			continue;
		if (ready <= 0)
			return ready ? -errno : -ETIMEDOUT;
		if (length + 1 == size)
			return -EFBIG;
		count = read(fd, text + length, size - 1 - length);
		if (count <= 0)
			return count ? -errno : 0;
		length += (size_t)count;
	}
}

/* Waits until @end, and returns how it ended. */
static int child_wait(pid_t pid, int64_t end)
{
	int status;

	while (waitpid(pid, &status, WNOHANG) != pid) {
		if (clock_now() >= end)
			return -ETIMEDOUT;
		clock_sleep(REAP_PAUSE);
	}
	if (!WIFEXITED(status))
		return -EIO;
	return WEXITSTATUS(status) == NOT_FOUND ? -ENOENT : WEXITSTATUS(status) ? -EIO : 0;
}

/* The path of the program @name, in @path or @name itself; NULL and errno: there is none. */
static const char *program_find(const char *name, char path[PATH_MAX])
{
	const char *directory = PATH;

	if (strchr(name, '/'))
		return access(name, X_OK) < 0 ? NULL : name;
	for (size_t length; *directory; directory += length + (directory[length] == ':')) {
		length = strcspn(directory, ":");
		if (snprintf(path, PATH_MAX, "%.*s/%s", (int)length, directory, name) < PATH_MAX &&
		    access(path, X_OK) == 0)
			return path;
	}
	return NULL;
}

int command_run(struct arena *arena, const char *const *argv, int64_t end, const char **text)
{
	char path[PATH_MAX];
	struct program program = { program_find(argv[0], path), argv };

	if (!program.path)
		return -errno;
	return command_fork(arena, program_run, &program, end, text);
}

int command_fork(struct arena *arena, command_function *function, const void *data, int64_t end,
		 const char **text)
{
	char *output = arena_alloc(arena, COMMAND_OUTPUT_MAX + 1);
	int ends[2], err;
	pid_t pid;

	if (!output)
		return -ENOMEM;
	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	pid = fork();
	if (pid == 0)
		child(function, data, ends[1]);
	close(ends[1]);
	err = pid < 0 ? -errno : output_read(ends[0], end, output, COMMAND_OUTPUT_MAX + 1);
	close(ends[0]);
	if (pid > 0 && err)
		kill(pid, SIGKILL);
	if (pid > 0 && !err)
		err = child_wait(pid, end);
	if (pid > 0 && err == -ETIMEDOUT)
		kill(pid, SIGKILL);
	*text = output;
	return err;
}
