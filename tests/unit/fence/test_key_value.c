// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Keys made from a cluster's nodes, compared with those that fence_scsi.py makes from the same
 * names.
 */
#include "unit.h"

#include <errno.h>

#include "fence/corosync.h"
#include "fence/key_value.h"

#define LAB_RUNNING "totem.cluster_name lab\nnodelist.node.0.name node1\n"

/* What corosync's cmap has; NULL: it does not run. */
static const char *running;

int __wrap_corosync_read(struct arena *arena, int64_t end, struct cluster *cluster);
int __wrap_corosync_read(struct arena *arena, int64_t end, struct cluster *cluster)
{
	(void)end;
	*cluster = (struct cluster){ 0 };
	return running ? cluster_cmap_read((char *)arena_printf(arena, "%s", running), cluster)
		       : -ECONNREFUSED;
}

#define NODES(list) "nodelist {\n" list "}\n"
#define NODE(name) "node {\n name: " name "\n}\n"
#define THREE NODES(NODE("node1") NODE("node2") NODE("node3"))
#define LAB "totem {\n cluster_name: lab\n}\n"

/* printf lab | md5sum begins with f966, printf node1 | md5sum with 1645. */
static const struct {
	const char *name, *conf;
	bool by_hash;
	const char *wrong; /* a part of the message; NULL: the second node has a key */
	size_t which;
	uint64_t key;
	size_t position; /* of the first node, if it is not 0 */
} rows[] = {
	{ "the first position", LAB THREE, false, NULL, 0, 0xf9660000 },
	{ "the last one", LAB THREE, false, NULL, 2, 0xf9660002 },
	{ "decimal digits as hexadecimal ones",
	  LAB NODES(NODE("a") NODE("b") NODE("c") NODE("d") NODE("e") NODE("f") NODE("g") NODE("h")
		    NODE("i") NODE("j") NODE("k")),
	  false, NULL, 10, 0xf9660010 },
	{ "a hash", LAB THREE, true, NULL, 0, 0xf9661645 },
	{ "the name before the address",
	  LAB NODES("node {\n ring0_addr: 10.0.0.1\n name: node1\n}\n"), true, NULL, 0,
	  0xf9661645 },
	{ "an address alone", LAB NODES("node {\n ring0_addr: 10.0.0.1\n}\n"), false, NULL, 0,
	  0xf9660000 },
	{ "more positions than four digits", LAB NODES(NODE("node1")), false, "more than 10000",
	  0, 0, 10000 },
	{ "the last position of four digits", LAB NODES(NODE("node1")), false, NULL, 0, 0xf9669999,
	  9999 },
	{ "no cluster", THREE, false, "names no cluster, or no nodes", 0, 0 },
	{ "no nodes", LAB, false, "names no cluster, or no nodes", 0, 0 },
	{ "two nodes of one name", LAB NODES(NODE("node1") NODE("node1")), true,
	  "node1 and node1 have the same key", 0, 0 },
};

static void compute(void **state)
{
	const typeof(rows[0]) *row = *state;
	FILE *file = fmemopen((void *)(uintptr_t)row->conf, strlen(row->conf), "r");
	struct arena *arena = unit_arena();
	struct key_names names = { 0 };
	struct cluster cluster;
	const char *wrong;

	assert_int_equal(cluster_read(file, &cluster), 0);
	if (row->position)
		cluster.nodes[0].position = row->position;
	wrong = key_value_compute(&cluster, row->by_hash, "the file", &names, arena);
	if (row->wrong) {
		assert_non_null(wrong);
		assert_non_null(strstr(wrong, row->wrong));
	} else {
		assert_null(wrong);
		assert_int_equal(names.count, cluster.count);
		assert_int_equal(names.list[row->which].key, row->key);
		assert_string_equal(names.list[row->which].text,
				    cluster_node_name(&cluster.nodes[row->which]));
	}
	cluster_free(&cluster);
	key_names_free(&names);
	arena_free(arena);
	fclose(file);
}

/* The file of keys has priority; without one, a wrong value is an error. */
static void load(void **state)
{
	struct name list[] = { { 0xa, "node1" } };
	struct key_names names = { .list = list, .count = 1 };
	struct arena *arena = unit_arena();
	struct key_value value = { .text = "hash" }, none = { 0 }, capitals = { .text = "ID" };

	(void)state;
	running = LAB_RUNNING;
	assert_null(key_value_load(&value, &names, arena));
	assert_true(value.unused);
	assert_null(value.source);
	assert_int_equal(names.count, 1);
	assert_null(key_value_load(&none, &names, arena));
	assert_false(none.unused);
	assert_non_null(strstr(key_value_load(&capitals, &names, arena), "id or hash"));
	arena_free(arena);
}

/* The running corosync has priority over its file, which no test can make. */
static const struct {
	const char *name, *running, *text;
	const char *source;
	uint64_t key; /* of the first node; 0: the file is read */
} sources[] = {
	{ "by hash", LAB_RUNNING, "hash", "the running corosync", 0xf9661645 },
	{ "by position", LAB_RUNNING, "id", "the running corosync", 0xf9660000 },
	{ "a node was removed", "totem.cluster_name lab\nnodelist.node.3.name node1\n", "id",
	  "the running corosync", 0xf9660003 },
	{ "it does not run", NULL, "hash", CLUSTER_FILE, 0 },
	{ "it has no nodes", "totem.cluster_name lab\n", "hash", CLUSTER_FILE, 0 },
	{ "its cluster has no name", "nodelist.node.0.name node1\n", "hash", CLUSTER_FILE, 0 },
};

static void source(void **state)
{
	const typeof(sources[0]) *row = *state;
	struct key_value value = { .text = row->text };
	struct arena *arena = unit_arena();
	struct key_names names = { 0 };
	const char *wrong;

	running = row->running;
	wrong = key_value_load(&value, &names, arena);
	assert_false(value.unused);
	assert_string_equal(value.source, row->source);
	if (row->key) {
		assert_null(wrong);
		assert_int_equal(names.list[0].key, row->key);
	}
	key_names_free(&names);
	arena_free(arena);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, compute, rows);
	UNIT_TEST(&unit, load);
	UNIT_TABLE(&unit, source, sources);
	return unit_run(&unit, "key_value");
}
