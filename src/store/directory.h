/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The directory of the records: opens it, checks that only its owner can have written what is in
 * it, and locks it. What is wrong is returned as a clause for a warning, in @arena.
 */
#ifndef DIRECTORY_H
#define DIRECTORY_H

#include <stdbool.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "util/arena.h"
#include "util/clock.h"

struct store {
	const char *path;
	uid_t owner; /* the required owner; otherwise the contents are ignored */
};

/* /run/prctl, owned by root. */
extern const struct store store_system;

/*
 * "/run/prctl: No space left on device": the text of the errno @err. @name: the file; NULL: the
 * directory itself.
 */
const char *store_errno_text(struct arena *arena, const struct store *store, const char *name,
			     int err);

/*
 * Checks that @fd is a file, the one named @name, or the directory if @name is NULL, and that only
 * the owner can have written it. Sets *@status. Returns NULL, or what is wrong.
 */
const char *store_distrust(struct arena *arena, const struct store *store, const char *name, int fd,
			   struct stat *status);

/*
 * Opens the directory; creates it if @make. If it does not exist, *@fd is -1. Returns NULL, or what
 * is wrong; then *@fd is -1 too.
 */
const char *directory_open(const struct store *store, struct arena *arena, bool make, int *fd);

#define STORE_PATIENCE (2 * CLOCK_SECOND) /* how long other processes are waited for */

/*
 * Locks the directory, waiting for other threads of this process, and up to STORE_PATIENCE for
 * other processes. Returns NULL, or what is wrong; then @fd is closed.
 */
const char *directory_lock(const struct store *store, struct arena *arena, int fd);

/* Closes it, which gives the kernel's lock back. */
void directory_unlock(int fd);

/*
 * Opens the file @name in the directory, for flock(2); creates it. No other user can open it, and
 * so none can hold the lock. Returns a descriptor, or -1 if there can be no such file.
 */
int store_lock_open(const struct store *store, const char *name);

#endif
