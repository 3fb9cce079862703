/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The cluster of which this host is a node, as far as corosync.conf(5) describes it. */
#ifndef CLUSTER_H
#define CLUSTER_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define CLUSTER_FILE "/etc/corosync/corosync.conf"

#define CLUSTER_NAME_MAX 255 /* the maximum length of a value in corosync.conf */

struct cluster_node {
	char name[CLUSTER_NAME_MAX + 1]; /* empty: it has no name, and is known by its address */
	char address[CLUSTER_NAME_MAX + 1]; /* ring0_addr; empty: none */
	uint16_t hash; /* MD5 of cluster_node_name(), as fence_scsi computes it */
	size_t position; /* in the list of nodes, from 0 on, as fence_scsi counts */
};

struct cluster {
	char name[CLUSTER_NAME_MAX + 1]; /* empty: not in the file */
	uint16_t hash; /* the first 4 hexadecimal digits of the name's MD5 */
	struct cluster_node *nodes; /* in the order of their positions */
	size_t count;
	const char *unread; /* why a file that is there cannot be read, for a message; or NULL */
};

/*
 * Parses a corosync.conf; what is missing there stays empty. Returns 0 or -ENOMEM; call
 * cluster_free() in both cases.
 */
int cluster_read(FILE *file, struct cluster *cluster);

/*
 * The same for the file at @path. If it is missing or unreadable, the result has no name and no
 * nodes; @cluster->unread is set in the second case, also if it is not a regular file.
 */
int cluster_load(const char *path, struct cluster *cluster);

/*
 * The same from what corosync itself has in its cmap, which is modified: a line for each value,
 * "nodelist.node.0.name node1".
 */
int cluster_cmap_read(char *text, struct cluster *cluster);

/* Frees what @cluster points to, not @cluster itself. */
void cluster_free(struct cluster *cluster);

/* The node's name, or else its address. */
const char *cluster_node_name(const struct cluster_node *node);

#endif
