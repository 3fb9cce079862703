/* SPDX-License-Identifier: GPL-2.0-or-later */
/* UUID=, LABEL=, PARTUUID= and PARTLABEL=, by libblkid. */
#ifndef TAG_H
#define TAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "block/tag_probe.h"
#include "util/arena.h"

/* A tag and every device that has it. Everything is in the given arena. */
struct tag {
	const char *name; /* "UUID" */
	struct tag_device *devices; /* sorted by name, sd2 before sd10; NULL if there are none */
	const struct tag_device *linked; /* the one to which udev's link points, or NULL */
	const char *cause; /* why a library cannot be loaded, in words, or NULL */
};

/* "UUID" and so on, counted from 0; NULL after the last one. */
const char *tag_word(size_t number);

/* Whether @argument is one of the four tags rather than a path. */
bool tag_is(const char *argument);

/*
 * Finds the devices that have the tag @argument, for which tag_is() is true, until @deadline as in
 * tag_probe(). Returns 0 or a negative errno.
 */
int tag_find(const char *argument, int64_t deadline, struct arena *arena, struct tag *tag);

#endif
