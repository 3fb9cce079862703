// SPDX-License-Identifier: GPL-2.0-or-later
/* corosync.conf: what is read from it, also if it is broken. */
#include "unit.h"

#include "model/cluster.h"

#define NODES \
	"nodelist {\n\tnode {\n\t\tring0_addr: 10.0.0.1\n\t\tname: node1\n\t}\n\tnode {\n" \
	"\t\tring0_addr: 10.0.0.2\n\t}\n}\n"

static const struct {
	const char *name, *text;
	const char *cluster;
	const char *nodes; /* names, with a comma after each */
} files[] = {
	{ "an empty file", "", "", "" },
	{ "a cluster and its nodes", "totem {\n  version: 2\n  cluster_name: hacluster\n}\n" NODES,
	  "hacluster", "node1,10.0.0.2," },
	{ "nodes alone", NODES, "", "node1,10.0.0.2," },
	{ "a remark", "totem {\n# cluster_name: old\ncluster_name: new\n}\n", "new", "" },
	{ "the last name counts", "totem {\ncluster_name: a\ncluster_name: b\n}\n", "b", "" },
	{ "blanks, and none", "\t totem{\n\tcluster_name:x  \n }\n", "x", "" },
	{ "carriage returns", "totem {\r\ncluster_name: x\r\n}\r\n", "x", "" },
	{ "a section in totem", "totem {\ninterface {\ncluster_name: no\n}\ncluster_name: yes\n}\n",
	  "yes", "" },
	{ "another section", "logging {\ncluster_name: no\nname: no\n}\n", "", "" },
	{ "a name outside of a node", "nodelist {\nname: no\n}\n", "", "" },
	{ "a node without a name", "nodelist {\nnode {\nnodeid: 1\n}\n}\n", "", "," },
	{ "an end too many", "}\n}\ntotem {\ncluster_name: x\n}\n", "x", "" },
	{ "sections without end",
	  "a {\nb {\nc {\nd {\ne {\nf {\ng {\nh {\ni {\nj {\ntotem {\ncluster_name: no\n", "", "" },
	{ "a last line without an end", "totem {\ncluster_name: x", "x", "" },
	{ "neither section nor value", "cluster_name\ntotem\n", "", "" },
};

static void file_reads(void **state)
{
	const typeof(files[0]) *row = *state;
	FILE *file = fmemopen((void *)(uintptr_t)row->text,
			      strlen(row->text) + (*row->text ? 0 : 1), "r");
	struct cluster cluster;
	char nodes[256] = "";

	assert_non_null(file);
	if (!*row->text)
		fgetc(file); /* fmemopen() does not accept a size of 0 */
	assert_int_equal(cluster_read(file, &cluster), 0);
	fclose(file);
	assert_string_equal(cluster.name, row->cluster);
	for (size_t i = 0; i < cluster.count; i++)
		sprintf(nodes + strlen(nodes), "%s,", cluster_node_name(&cluster.nodes[i]));
	assert_string_equal(nodes, row->nodes);
	cluster_free(&cluster);
}

/* The hashes are those of md5sum(1). */
static void hashes(void **state)
{
	char text[] = "totem {\ncluster_name: hacluster\n}\n" NODES;
	FILE *file = fmemopen(text, strlen(text), "r");
	struct cluster cluster;

	(void)state;
	assert_int_equal(cluster_read(file, &cluster), 0);
	fclose(file);
	assert_int_equal(cluster.hash, 0xfb0c);
	assert_int_equal(cluster.nodes[0].hash, 0x1645);
	assert_int_equal(cluster.nodes[1].hash, 0x98a2);
	cluster_free(&cluster);
}

/* Lines of a value each, in the order of corosync's cmap. */
static const struct {
	const char *name, *text;
	const char *cluster;
	const char *nodes; /* positions and names, with a comma after each */
} cmaps[] = {
	{ "nothing", "", "", "" },
	{ "a cluster and its nodes", "totem.cluster_name lab\nnodelist.node.0.name node1\n"
	  "nodelist.node.0.ring0_addr 10.0.0.1\nnodelist.node.1.ring0_addr 10.0.0.2\n",
	  "lab", "0 node1,1 10.0.0.2," },
	{ "the address before the name", "nodelist.node.0.ring0_addr 10.0.0.1\n"
	  "nodelist.node.0.name node1\n", "", "0 node1," },
	{ "ten comes before two there", "nodelist.node.0.name a\nnodelist.node.10.name k\n"
	  "nodelist.node.2.name c\n", "", "0 a,2 c,10 k," },
	{ "a node is missing", "nodelist.node.1.name b\nnodelist.node.3.name d\n", "", "1 b,3 d," },
	{ "a node without a name", "nodelist.node.0.ring1_addr 10.1.0.1\n", "", "0 ," },
	{ "a name with blanks", "totem.cluster_name my lab\n", "my lab", "" },
	{ "an empty name", "nodelist.node.0.name \n", "", "0 ," },
	{ "other values", "totem.cluster_name_x no\nnodelist.local_node_pos 0\n"
	  "nodelist.node.x.name no\nnodelist.node.0 no\nname no\nno\n", "", "" },
	{ "a large position", "nodelist.node.999999.name x\n", "", "999999 x," },
	{ "one that is too large", "nodelist.node.1000000.name x\n", "", "" },
};

static void cmap_reads(void **state)
{
	const typeof(cmaps[0]) *row = *state;
	struct cluster cluster;
	char nodes[256] = "", *text = strdup(row->text);

	assert_non_null(text);
	assert_int_equal(cluster_cmap_read(text, &cluster), 0);
	assert_string_equal(cluster.name, row->cluster);
	for (size_t i = 0; i < cluster.count; i++)
		sprintf(nodes + strlen(nodes), "%zu %s,", cluster.nodes[i].position,
			cluster_node_name(&cluster.nodes[i]));
	assert_string_equal(nodes, row->nodes);
	cluster_free(&cluster);
	free(text);
}

/* The hashes are those of the file with the same names. */
static void cmap_hashes(void **state)
{
	char text[] = "totem.cluster_name hacluster\nnodelist.node.0.name node1\n"
		      "nodelist.node.1.ring0_addr 10.0.0.2\n";
	struct cluster cluster;

	(void)state;
	assert_int_equal(cluster_cmap_read(text, &cluster), 0);
	assert_int_equal(cluster.hash, 0xfb0c);
	assert_int_equal(cluster.nodes[0].hash, 0x1645);
	assert_int_equal(cluster.nodes[1].hash, 0x98a2);
	cluster_free(&cluster);
}

static void no_file(void **state)
{
	struct cluster cluster;

	(void)state;
	assert_int_equal(cluster_load("/nonexistent/corosync.conf", &cluster), 0);
	assert_string_equal(cluster.name, "");
	assert_null(cluster.unread);
	assert_int_equal(cluster_load("/dev/null", &cluster), 0);
	assert_int_equal(cluster.count, 0);
	assert_string_equal(cluster.unread, "not a regular file");
	assert_int_equal(cluster_load("/", &cluster), 0);
	assert_string_equal(cluster.unread, "not a regular file");
	/* a file whose contents cannot be read at offset 0, by anybody */
	assert_int_equal(cluster_load("/proc/self/mem", &cluster), 0);
	assert_non_null(cluster.unread);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, file_reads, files);
	UNIT_TEST(&unit, hashes);
	UNIT_TABLE(&unit, cmap_reads, cmaps);
	UNIT_TEST(&unit, cmap_hashes);
	UNIT_TEST(&unit, no_file);
	return unit_run(&unit, "cluster");
}
