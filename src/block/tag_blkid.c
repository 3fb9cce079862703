// SPDX-License-Identifier: GPL-2.0-or-later
#include "block/tag_blkid.h"

#include <string.h>

#include "util/library.h"

#define SONAME "libblkid.so.1"

LIBRARY_NOTE(SONAME, "tags", "UUID=, LABEL=, PARTUUID= and PARTLABEL= in place of a device");

static const char *const names[] = {
#define BLKID_NAME(name) "blkid_" #name,
	BLKID_FUNCTIONS(BLKID_NAME)
};

#define COUNT (sizeof(names) / sizeof(names[0]))

_Static_assert(sizeof(struct blkid) == COUNT * sizeof(void *),
	       "a struct of nothing but the functions, in their order");

int blkid_load(struct blkid *blkid, const char **cause)
{
	void *functions[COUNT];
	int err = library_load(SONAME, names, COUNT, functions, cause);

	if (!err)
		memcpy(blkid, functions, sizeof(*blkid));
	return err;
}
