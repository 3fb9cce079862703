// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/directory.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "model/messages.h"
#include "util/clock.h"

#define LOCK_PAUSE 3000000 /* ns */

const struct store store_system = { .path = "/run/prctl", .owner = 0 };

const char *store_errno_text(struct arena *arena, const struct store *store, const char *name,
			      int err)
{
	return arena_printf(arena, "%s%s%s: %s", store->path, name ? "/" : "", name ? name : "",
			    strerrordesc_np(err));
}

/* Whether @status is of a file, or of a directory, that only the owner can have written. */
static bool is_owners(const struct store *store, const struct stat *status, mode_t format)
{
	return (status->st_mode & S_IFMT) == format && status->st_uid == store->owner &&
	       !(status->st_mode & (S_IRWXG | S_IRWXO));
}

const char *store_distrust(struct arena *arena, const struct store *store, const char *name,
				  int fd, struct stat *status)
{
	if (fstat(fd, status) < 0)
		return store_errno_text(arena, store, name, errno);
	if (is_owners(store, status, name ? S_IFREG : S_IFDIR))
		return NULL;
	return name ? arena_printf(arena, STORE_FILE_NOT_ROOT, store->path, name)
		    : arena_printf(arena, STORE_DIRECTORY_NOT_ROOT, store->path);
}

/* Opens the directory; creates it if @make. Returns -1 with errno if it cannot. */
static int directory_get(const struct store *store, bool make)
{
	const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	int fd = open(store->path, flags);

	if (fd >= 0 || errno != ENOENT || !make)
		return fd;
	if (mkdir(store->path, S_IRWXU) < 0 && errno != EEXIST)
		return -1;
	return open(store->path, flags);
}

const char *directory_open(const struct store *store, struct arena *arena, bool make,
				  int *fd)
{
	struct stat status;
	const char *wrong;

	*fd = directory_get(store, make);
	if (*fd < 0 && errno == ENOENT && !make)
		return NULL;
	if (*fd < 0)
		return errno == ELOOP || errno == ENOTDIR
			       ? arena_printf(arena, STORE_NOT_A_DIRECTORY, store->path)
			       : store_errno_text(arena, store, NULL, errno);
	wrong = store_distrust(arena, store, NULL, *fd, &status);
	if (wrong) {
		close(*fd);
		*fd = -1;
	}
	return wrong;
}

int store_lock_open(const struct store *store, const char *name)
{
	const int flags = O_RDONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
	int directory = directory_get(store, true), fd = -1;
	struct stat status;

	if (directory < 0)
		return -1;
	if (!fstat(directory, &status) && is_owners(store, &status, S_IFDIR))
		fd = openat(directory, name, flags, S_IRUSR | S_IWUSR);
	close(directory);
	if (fd < 0 || (!fstat(fd, &status) && is_owners(store, &status, S_IFREG)))
		return fd;
	close(fd);
	return -1;
}

/*
 * The threads of this process take turns, however many there are, and one of them asks the kernel
 * for its lock. So they never take each other for another process.
 */
static struct {
	pthread_mutex_t lock;
	_Atomic unsigned int wanted; /* by so many threads, with the one that has it */
	int64_t refused; /* since when another process has the directory: clock_now(); 0: none */
} turn = { .lock = PTHREAD_MUTEX_INITIALIZER };

static void turn_take(void)
{
	atomic_fetch_add(&turn.wanted, 1);
	pthread_mutex_lock(&turn.lock);
}

/* What one thread has waited is not waited again by the next. */
static void turn_pass(void)
{
	if (atomic_fetch_sub(&turn.wanted, 1) == 1)
		turn.refused = 0;
	pthread_mutex_unlock(&turn.lock);
}

void directory_unlock(int fd)
{
	close(fd);
	turn_pass();
}

const char *directory_lock(const struct store *store, struct arena *arena, int fd)
{
	const char *wrong = NULL;

	turn_take();
	while (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		if (errno != EWOULDBLOCK && errno != EINTR) {
			wrong = store_errno_text(arena, store, NULL, errno);
			break;
		}
		if (!turn.refused)
			turn.refused = clock_now();
		if (clock_now() > turn.refused + STORE_PATIENCE) {
			wrong = arena_printf(arena, STORE_LOCKED, store->path);
			break;
		}
		clock_sleep(LOCK_PAUSE);
	}
	if (wrong)
		directory_unlock(fd);
	else
		turn.refused = 0;
	return wrong;
}
