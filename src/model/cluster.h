/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The cluster that this host is a node of, as far as corosync.conf(5) names it. */
#ifndef CLUSTER_H
#define CLUSTER_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define CLUSTER_FILE "/etc/corosync/corosync.conf"

#define CLUSTER_NAME_MAX 255 /* as long as a value of corosync.conf may be */

struct cluster_node {
	char name[CLUSTER_NAME_MAX + 1]; /* empty: it has none, and is known by its address */
	char address[CLUSTER_NAME_MAX + 1]; /* ring0_addr; empty: none */
	uint16_t hash; /* of cluster_node_name(), as fence_scsi takes it */
};

struct cluster {
	char name[CLUSTER_NAME_MAX + 1]; /* empty: the file does not name it */
	uint16_t hash; /* the first 4 hexadecimal digits of the name's MD5 */
	struct cluster_node *nodes; /* in the file's order, which fence_scsi counts from 0 */
	size_t count;
};

/*
 * Reads a corosync.conf; what it does not name stays empty. 0 or -ENOMEM; cluster_free() releases
 * it, whatever is returned.
 */
int cluster_read(FILE *file, struct cluster *cluster);

/*
 * The same of the file at @path. A file that is not there or cannot be read is a cluster without a
 * name and nodes.
 */
int cluster_load(const char *path, struct cluster *cluster);

void cluster_free(struct cluster *cluster);

/* What its node is called. */
const char *cluster_node_name(const struct cluster_node *node);

#endif
