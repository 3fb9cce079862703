/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does multipathd keep the key of a map in its file of keys ("reservation_key file")? Parses its
 * answer to "show config local". Pure functions; the answer is fed in pieces because its length has
 * no limit.
 */
#ifndef MULTIPATHD_CONFIG_H
#define MULTIPATHD_CONFIG_H

#include <stddef.h>

#include "model/result.h"

struct multipathd_config {
	const char *wwid; /* of the map, as in multipathd: dm/uuid after "mpath-" */
	int depth; /* number of open braces */
	enum multipathd_section { SECTION_OTHER, SECTION_DEFAULTS, SECTION_MULTIPATHS } section;
	bool is_map; /* the entry below "multipaths" is the map's */
	enum tri in_entry, of_map, of_all; /* TRI_UNKNOWN: no reservation_key was found */
	char line[256];
	size_t length; /* of the current line */
};

/* Parses the next @length bytes of the answer. @config starts zeroed except for wwid. */
void multipathd_config_feed(struct multipathd_config *config, const char *bytes, size_t length);

/* The result after the whole answer: the map's own entry if there is one, else the defaults. */
bool multipathd_config_is_file(const struct multipathd_config *config);

#endif
