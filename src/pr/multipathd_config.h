/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether multipathd keeps the key of a map in its file of keys ("reservation_key file"), found in
 * its answer to "show config local". Pure: it gets the answer piece by piece, as that has no limit.
 */
#ifndef MULTIPATHD_CONFIG_H
#define MULTIPATHD_CONFIG_H

#include <stddef.h>

#include "model/result.h"

struct multipathd_config {
	const char *wwid; /* of the map, as multipathd has it: dm/uuid after "mpath-" */
	int depth; /* braces that are open */
	enum multipathd_section { SECTION_OTHER, SECTION_DEFAULTS, SECTION_MULTIPATHS } section;
	bool is_map; /* the entry below "multipaths" is the map's */
	enum tri in_entry, of_map, of_all; /* TRI_UNKNOWN: reservation_key is not there */
	char line[256];
	size_t length; /* of the line so far */
};

/* Reads @length more bytes of the answer. @config begins zeroed, but for wwid. */
void multipathd_config_feed(struct multipathd_config *config, const char *bytes, size_t length);

/* After the whole answer: the map's own entry decides, else the defaults. */
bool multipathd_config_is_file(const struct multipathd_config *config);

#endif
