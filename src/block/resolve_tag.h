/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From UUID=, LABEL=, PARTUUID= or PARTLABEL= to the one LUN with that tag. */
#ifndef RESOLVE_TAG_H
#define RESOLVE_TAG_H

#include "model/request.h"
#include "model/result.h"

/* Adds the LUN with the tag @argument; fails if several LUNs have it. Returns 0 or -ENOMEM. */
int resolve_tag(const struct request *request, const char *argument, struct results *results);

#endif
