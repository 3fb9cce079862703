/* SPDX-License-Identifier: GPL-2.0-or-later */
/* UUID=, LABEL=, PARTUUID= and PARTLABEL=, by libblkid. */
#ifndef TAG_H
#define TAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "block/tag_probe.h"
#include "util/arena.h"

/* A tag and every device that carries it. All in the arena given. */
struct tag {
	const char *name; /* "UUID" */
	struct tag_device *devices; /* by name, sd2 before sd10; NULL: none */
	const struct tag_device *linked; /* the one of them that udev's link leads to; else NULL */
	const char *cause; /* in words, of a library that cannot be loaded; else NULL */
};

/* "UUID" and so on, by number from 0; NULL after the last one. */
const char *tag_word(size_t number);

/* Whether @argument is one of the four tags rather than a path. */
bool tag_is(const char *argument);

/*
 * Looks for the devices that carry the tag @argument, which tag_is() one, until @deadline as
 * tag_probe() does. 0 or a negative errno.
 */
int tag_find(const char *argument, int64_t deadline, struct arena *arena, struct tag *tag);

#endif
