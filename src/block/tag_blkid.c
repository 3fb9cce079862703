// SPDX-License-Identifier: GPL-2.0-or-later
#include "block/tag_blkid.h"

#include "util/library.h"

#define SONAME "libblkid.so.1"

LIBRARY_NOTE(SONAME, "tags", "UUID=, LABEL=, PARTUUID= and PARTLABEL= in place of a device");

LIBRARY_LOADER(functions_load, struct blkid, SONAME, "blkid_", BLKID_FUNCTIONS)

int blkid_load(struct blkid *blkid, const char **cause)
{
	return functions_load(blkid, cause);
}
