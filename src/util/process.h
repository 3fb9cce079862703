/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The first thing that prctl and fence_prctl do. */
#ifndef PROCESS_H
#define PROCESS_H

/*
 * Opens /dev/null for each of the descriptors 0 to 2 that is closed, so that no device gets its
 * number, and no output goes to a device; using it fails like using a closed one. Ignores SIGPIPE
 * and SIGXFSZ: if a reader ends, or a file gets larger than RLIMIT_FSIZE, the write fails, and the
 * change and its report go on. Sets SIGCHLD to its default. Removes the variables that tell
 * libblkid where to search and what to print. Makes all threads allocate from one heap. Returns 0
 * or a negative errno.
 */
int process_begin(void);

#endif
