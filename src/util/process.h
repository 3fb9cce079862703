/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What prctl and fence_prctl do first of all. */
#ifndef PROCESS_H
#define PROCESS_H

/*
 * Opens /dev/null for each of the descriptors 0 to 2 that is closed, so that no device gets its
 * number and no output goes to a device; a use of it fails as that of a closed one. Ignores
 * SIGPIPE: a reader that ends does not end a change. Removes the variables that tell libblkid where
 * to look and what to print. 0 or a negative errno.
 */
int process_begin(void);

#endif
