// SPDX-License-Identifier: GPL-2.0-or-later
#include "block/self.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "block/sysfs.h"
#include "util/md5.h"
#include "util/text.h"

#define MACHINE_ID_LENGTH 32 /* machine-id(5): hexadecimal digits */

/* "uninitialized" is not an id, nor is an empty file. */
static const char *id_make(struct arena *arena, const char *machine)
{
	const char *salted = arena_printf(arena, "prctl %s", machine), *text = "";
	uint8_t digest[MD5_SIZE];

	if (strlen(machine) != MACHINE_ID_LENGTH)
		return NULL;
	md5(salted, strlen(salted), digest);
	for (size_t i = 0; i < MD5_SIZE; i++)
		text = arena_printf(arena, "%s%02x", text, digest[i]);
	return text;
}

struct host_self host_self_read(struct arena *arena)
{
	const char *machine = sysfs_line(arena, "/etc", "machine-id");
	struct host_self self = { .id = machine ? id_make(arena, machine) : NULL };
	char name[HOST_NAME_MAX + 1];

	if (gethostname(name, sizeof(name)) == 0 && *name)
		self.name = text_clean(arena, name, strnlen(name, sizeof(name)));
	return self;
}
