/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text of others, as it may be printed. */
#ifndef TEXT_H
#define TEXT_H

#include <stddef.h>

#include "util/arena.h"

/* The user's text as it may stand in a line: control characters become '?'. In the arena. */
const char *text_line(struct arena *arena, const char *text);

/* Device text as it may be printed: ASCII, no control characters ('?' instead), in the arena. */
const char *text_clean(struct arena *arena, const char *text, size_t length);

#endif
