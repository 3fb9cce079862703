/* SPDX-License-Identifier: GPL-2.0-or-later */
/* MD5, from which fence_scsi makes keys; nothing relies on it for secrecy or trust. */
#ifndef MD5_H
#define MD5_H

#include <stddef.h>
#include <stdint.h>

#define MD5_SIZE 16

/* The digest of @length bytes at @data (RFC 1321), in the order in which md5sum(1) prints them. */
void md5(const void *data, size_t length, uint8_t digest[MD5_SIZE]);

#endif
