// SPDX-License-Identifier: GPL-2.0-or-later
/* The nodes of the running corosync, by functions in place of libcmap's. */
#include "unit.h"

#include <errno.h>
#include <unistd.h>

#include "config.h"
#include "fence/corosync.h"
#include "util/clock.h"
#include "util/command.h"
#include "util/library.h"

#ifdef HAVE_CMAP

#include <corosync/cmap.h>

static struct played {
	enum { ANSWERS, NOT_INSTALLED, NOT_RUNNING, NO_NAME, ENDS_EARLY, LOSES_A_VALUE, HANGS } how;
	size_t next;
} played;

static const struct {
	const char *name, *value; /* NULL: a number */
} values[] = {
	{ "nodelist.node.0.name", "node1" },
	{ "nodelist.node.0.nodeid", NULL },
	{ "nodelist.node.0.ring0_addr", "10.0.0.1" },
	{ "nodelist.node.1.ring0_addr", "10.0.0.2" },
};

static cs_error_t get_string(cmap_handle_t handle, const char *name, char **value)
{
	const char *found = NULL;

	assert_int_equal(handle, 7);
	if (strcmp(name, "totem.cluster_name") == 0)
		found = played.how == NO_NAME ? NULL : "la\nb";
	for (size_t i = 0; i < COUNT_OF(values); i++)
		if (strcmp(name, values[i].name) == 0 &&
		    (played.how != LOSES_A_VALUE || i < COUNT_OF(values) - 1))
			found = values[i].value;
	if (!found)
		return CS_ERR_NOT_EXIST;
	*value = strdup(found);
	return CS_OK;
}

static cs_error_t initialize(cmap_handle_t *handle)
{
	if (played.how == HANGS)
		pause();
	*handle = 7;
	return played.how == NOT_RUNNING ? CS_ERR_LIBRARY : CS_OK;
}

static cs_error_t iter_init(cmap_handle_t handle, const char *prefix, cmap_iter_handle_t *iter)
{
	assert_int_equal(handle, 7);
	assert_string_equal(prefix, "nodelist.node.");
	*iter = 8;
	return CS_OK;
}

static cs_error_t iter_next(cmap_handle_t handle, cmap_iter_handle_t iter, char name[],
			    size_t *length, cmap_value_types_t *type)
{
	assert_int_equal(handle, 7);
	assert_int_equal(iter, 8);
	if (played.next == COUNT_OF(values))
		return CS_ERR_NO_SECTIONS;
	if (played.how == ENDS_EARLY && played.next == 1)
		return CS_ERR_TRY_AGAIN;
	*type = values[played.next].value ? CMAP_VALUETYPE_STRING : CMAP_VALUETYPE_UINT32;
	strcpy(name, values[played.next++].name);
	*length = 1;
	return CS_OK;
}

int __wrap_library_load(const struct library *library, void *table, const char **cause);
int __wrap_library_load(const struct library *library, void *table, const char **cause)
{
	struct {
		__typeof__(cmap_get_string) *get_string;
		__typeof__(cmap_initialize) *initialize;
		__typeof__(cmap_iter_init) *iter_init;
		__typeof__(cmap_iter_next) *iter_next;
	} functions = { get_string, initialize, iter_init, iter_next };

	assert_string_equal(library->file, "libcmap.so.4");
	assert_int_equal(library->count, sizeof(functions) / sizeof(functions.iter_next));
	*cause = "played: not installed";
	if (played.how == NOT_INSTALLED)
		return -ELIBACC;
	memcpy(table, &functions, sizeof(functions));
	return 0;
}

static const struct {
	const char *name;
	int how, err;
} rows[] = {
	{ "it answers", ANSWERS, 0 },
	{ "libcmap is not installed", NOT_INSTALLED, -EIO },
	{ "corosync does not run", NOT_RUNNING, -EIO },
	{ "the cluster has no name", NO_NAME, -EIO },
	{ "it gives up in the middle of the list", ENDS_EARLY, -EIO },
	{ "a value is gone when it is asked for", LOSES_A_VALUE, -EIO },
	{ "corosync hangs", HANGS, -ETIMEDOUT },
};

static void reads(void **state)
{
	const typeof(rows[0]) *row = *state;
	struct arena *arena = arena_new(2 * COMMAND_OUTPUT_MAX);
	int64_t end = clock_now() + (row->how == HANGS ? CLOCK_SECOND / 10 : 600 * CLOCK_SECOND);
	struct cluster cluster;

	played = (struct played){ .how = row->how };
	assert_int_equal(corosync_read(arena, end, &cluster), row->err);
	assert_int_equal(cluster.count, row->err ? 0 : 2);
	if (!row->err) {
		assert_string_equal(cluster.name, "la?b");
		assert_string_equal(cluster_node_name(&cluster.nodes[0]), "node1");
		assert_string_equal(cluster_node_name(&cluster.nodes[1]), "10.0.0.2");
	}
	cluster_free(&cluster);
	arena_free(arena);
}

#else

static const struct {
	const char *name;
} rows[] = { { "this build has no libcmap" } };

static void reads(void **state)
{
	struct arena *arena = unit_arena();
	struct cluster cluster;

	(void)state;
	assert_int_equal(corosync_read(arena, 0, &cluster), -ENOSYS);
	assert_int_equal(cluster.count, 0);
	arena_free(arena);
}

#endif

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, reads, rows);
	return unit_run(&unit, "corosync");
}
