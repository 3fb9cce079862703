/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The functions of libblkid, valid after it was loaded. */
#ifndef TAG_BLKID_H
#define TAG_BLKID_H

#include <blkid.h>

#define BLKID_FUNCTIONS(each) \
	each(do_safeprobe) \
	each(encode_string) \
	each(free_probe) \
	each(new_probe) \
	each(parse_tag_string) \
	each(probe_enable_partitions) \
	each(probe_enable_superblocks) \
	each(probe_lookup_value) \
	each(probe_set_device) \
	each(probe_set_partitions_flags) \
	each(probe_set_superblocks_flags)

struct blkid {
#define BLKID_FUNCTION(name) __typeof__(blkid_##name) *(name);
	BLKID_FUNCTIONS(BLKID_FUNCTION)
#undef BLKID_FUNCTION
};

/* Returns 0, or a negative errno with the reason in *@cause, like library_load(). */
int blkid_load(struct blkid *blkid, const char **cause);

#endif
