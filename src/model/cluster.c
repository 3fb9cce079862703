// SPDX-License-Identifier: GPL-2.0-or-later
#include "model/cluster.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model/messages.h"
#include "util/md5.h"
#include "util/text.h"

#define DEPTH_MAX 8

/* The section of the file that a line is in; only "totem", "nodelist" and "node" are read. */
struct place {
	char sections[DEPTH_MAX][16];
	size_t depth;
};

const char *cluster_node_name(const struct cluster_node *node)
{
	return *node->name ? node->name : node->address;
}

void cluster_free(struct cluster *cluster)
{
	free(cluster->nodes);
	*cluster = (struct cluster){ 0 };
}

/* fence_scsi.py, generate_key(): the first 4 hexadecimal digits of the name's MD5. */
static uint16_t hash(const char *name)
{
	uint8_t digest[MD5_SIZE];

	md5(name, strlen(name), digest);
	return (uint16_t)(digest[0] << 8 | digest[1]);
}

static bool is_in(const struct place *place, const char *outer, const char *inner)
{
	return place->depth == (inner ? 2u : 1u) && strcmp(place->sections[0], outer) == 0 &&
	       (!inner || strcmp(place->sections[1], inner) == 0);
}

static int node_add(struct cluster *cluster)
{
	struct cluster_node *nodes =
		reallocarray(cluster->nodes, cluster->count + 1, sizeof(*nodes));

	if (!nodes)
		return -ENOMEM;
	cluster->nodes = nodes;
	nodes[cluster->count] = (struct cluster_node){ .position = cluster->count };
	cluster->count++;
	return 0;
}

static int section_begin(struct cluster *cluster, struct place *place, const char *name)
{
	if (place->depth < DEPTH_MAX)
		snprintf(place->sections[place->depth], sizeof(place->sections[0]), "%s", name);
	place->depth++;
	return is_in(place, "nodelist", "node") ? node_add(cluster) : 0;
}

/* If an option is repeated, the last one counts, as in corosync. */
static void text_set(char *text, const char *value)
{
	snprintf(text, CLUSTER_NAME_MAX + 1, "%s", value);
}

static void value_set(struct cluster *cluster, const struct place *place, const char *key,
		      const char *value)
{
	struct cluster_node *node = cluster->count ? &cluster->nodes[cluster->count - 1] : NULL;

	if (is_in(place, "totem", NULL) && strcmp(key, "cluster_name") == 0)
		text_set(cluster->name, value);
	if (!node || !is_in(place, "nodelist", "node"))
		return;
	if (strcmp(key, "name") == 0)
		text_set(node->name, value);
	else if (strcmp(key, "ring0_addr") == 0)
		text_set(node->address, value);
}

/* Parses one line and modifies it: corosync's exec/coroparse.c. */
static int cluster_line_read(struct cluster *cluster, struct place *place, char *line)
{
	char *end;

	line = text_trim(line);
	if (!*line || *line == '#')
		return 0;
	end = strchr(line, '{');
	if (end) {
		*end = '\0';
		return section_begin(cluster, place, text_trim(line));
	}
	end = strchr(line, ':');
	if (end) {
		*end = '\0';
		value_set(cluster, place, text_trim(line), text_trim(end + 1));
	} else if (strchr(line, '}') && place->depth) {
		place->depth--;
	}
	return 0;
}

static void hashes_set(struct cluster *cluster)
{
	cluster->hash = hash(cluster->name);
	for (size_t i = 0; i < cluster->count; i++)
		cluster->nodes[i].hash = hash(cluster_node_name(&cluster->nodes[i]));
}

int cluster_read(FILE *file, struct cluster *cluster)
{
	struct place place = { 0 };
	char *line = NULL;
	size_t size = 0;
	int err = 0;

	*cluster = (struct cluster){ 0 };
	while (!err && getline(&line, &size, file) > 0)
		err = cluster_line_read(cluster, &place, line);
	free(line);
	hashes_set(cluster);
	return err;
}

/* The node at @position, which is added if it is not there. NULL: no memory. */
static struct cluster_node *node_at(struct cluster *cluster, size_t position)
{
	for (size_t i = 0; i < cluster->count; i++)
		if (cluster->nodes[i].position == position)
			return &cluster->nodes[i];
	if (node_add(cluster))
		return NULL;
	cluster->nodes[cluster->count - 1].position = position;
	return &cluster->nodes[cluster->count - 1];
}

/* corosync.conf's sections are the parts of a name: "nodelist.node.0.ring0_addr". */
static int cmap_line_read(struct cluster *cluster, char *line)
{
	char *value = strchr(line, ' '), field[16];
	struct cluster_node *node;
	size_t position;

	if (!value)
		return 0;
	*value++ = '\0';
	if (strcmp(line, "totem.cluster_name") == 0)
		text_set(cluster->name, value);
	if (sscanf(line, "nodelist.node.%6zu.%15s", &position, field) != 2)
		return 0;
	node = node_at(cluster, position);
	if (!node)
		return -ENOMEM;
	if (strcmp(field, "name") == 0)
		text_set(node->name, value);
	else if (strcmp(field, "ring0_addr") == 0)
		text_set(node->address, value);
	return 0;
}

static int position_compare(const void *one, const void *other)
{
	const struct cluster_node *a = one, *b = other;

	return (a->position > b->position) - (a->position < b->position);
}

int cluster_cmap_read(char *text, struct cluster *cluster)
{
	char *rest;
	int err = 0;

	*cluster = (struct cluster){ 0 };
	for (char *line = strtok_r(text, "\n", &rest); !err && line;
	     line = strtok_r(NULL, "\n", &rest))
		err = cmap_line_read(cluster, line);
	if (cluster->count)
		qsort(cluster->nodes, cluster->count, sizeof(*cluster->nodes), position_compare);
	hashes_set(cluster);
	return err;
}

int cluster_load(const char *path, struct cluster *cluster)
{
	/* Does not block on opening, in case someone has put a pipe there. */
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC), err;
	struct stat status;
	FILE *file;

	*cluster = (struct cluster){ 0 };
	if (fd < 0) {
		if (errno != ENOENT && errno != ENOTDIR)
			cluster->unread = strerrordesc_np(errno);
		return 0;
	}
	if (fstat(fd, &status) < 0 || !S_ISREG(status.st_mode)) {
		cluster->unread = NAMES_NOT_A_FILE;
		close(fd);
		return 0;
	}
	file = fdopen(fd, "r");
	if (!file) {
		close(fd);
		return -ENOMEM;
	}
	err = cluster_read(file, cluster);
	if (!err && ferror(file)) {
		cluster_free(cluster);
		*cluster = (struct cluster){ .unread = NAMES_UNREADABLE };
	}
	fclose(file);
	return err;
}
