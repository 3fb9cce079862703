// SPDX-License-Identifier: GPL-2.0-or-later
#include "config.h"

#include "fence/corosync.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#ifdef HAVE_CMAP

#include <corosync/cmap.h>

#include "util/command.h"
#include "util/library.h"
#include "util/text.h"

#define SONAME "libcmap.so.4"

LIBRARY_NOTE(SONAME, "key_value", "keys made of the nodes of the running corosync");

#define CMAP_FUNCTIONS(each) \
	each(get_string) \
	each(initialize) \
	each(iter_init) \
	each(iter_next)

struct cmap {
#define CMAP_FUNCTION(name) __typeof__(cmap_##name) *(name);
	CMAP_FUNCTIONS(CMAP_FUNCTION)
#undef CMAP_FUNCTION
};

LIBRARY_LOADER(cmap_load, struct cmap, SONAME, "cmap_", CMAP_FUNCTIONS)

/* Prints a value as one line, for cluster_cmap_read(). False: there is none. */
static bool value_print(const struct cmap *cmap, cmap_handle_t handle, const char *name)
{
	char *value;

	if (cmap->get_string(handle, name, &value) != CS_OK)
		return false;
	text_mask(value);
	printf("%s %s\n", name, value);
	free(value);
	return true;
}

/* In the child, which ends soon: what is open there is closed then. Returns its exit status. */
static int nodes_print(const void *data)
{
	char name[CMAP_KEYNAME_MAXLEN + 1];
	cmap_value_types_t type;
	cmap_iter_handle_t iter;
	cmap_handle_t handle;
	struct cmap cmap;
	const char *cause;
	cs_error_t err;
	size_t length;

	(void)data;
	if (cmap_load(&cmap, &cause) || cmap.initialize(&handle) != CS_OK ||
	    !value_print(&cmap, handle, "totem.cluster_name") ||
	    cmap.iter_init(handle, "nodelist.node.", &iter) != CS_OK)
		return 1;
	while ((err = cmap.iter_next(handle, iter, name, &length, &type)) == CS_OK)
		if (type == CMAP_VALUETYPE_STRING && !value_print(&cmap, handle, name))
			return 1;
	return err == CS_ERR_NO_SECTIONS && fflush(stdout) == 0 ? 0 : 1;
}

int corosync_read(struct arena *arena, int64_t end, struct cluster *cluster)
{
	const char *text;
	int err = command_fork(arena, nodes_print, NULL, end, &text);

	*cluster = (struct cluster){ 0 };
	return err ? err : cluster_cmap_read((char *)text, cluster);
}

#else

int corosync_read(struct arena *arena, int64_t end, struct cluster *cluster)
{
	(void)arena;
	(void)end;
	*cluster = (struct cluster){ 0 };
	return -ENOSYS;
}

#endif
