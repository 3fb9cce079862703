// SPDX-License-Identifier: GPL-2.0-or-later
#include "pr/map_views.h"

#include "pr/views.h"
#include "util/clock.h"

#define TRIES 10 /* readings of a LUN that other hosts keep changing */
#define PAUSE (CLOCK_SECOND / 10)

static size_t read_count(struct result *map)
{
	size_t count = 0;

	for (struct result *path = map->paths; path; path = path->next)
		count += view_is_read(path);
	return count;
}

/*
 * Two readings are never at the same time, so another host may change the LUN between them. But if
 * the reference shows the same state before and after the others were read, nothing was changed
 * meanwhile, and a path that shows another state leads to another LUN.
 */
enum views map_views_compare(struct result *map, struct result *reference)
{
	enum views views;

	/* A path may have died after a change, or this user may not be allowed to read it. */
	for (struct result *path = map->paths; path && !view_is_read(reference); path = path->next)
		reference = path;
	for (int tries = 0; views_compare(map, reference) != VIEWS_AGREE; tries++) {
		const struct resv_state before = reference->state;
		size_t count = read_count(map);

		if (tries == TRIES)
			return VIEWS_DIFFER;
		clock_sleep(PAUSE);
		map_paths_reread(map, reference, true);
		map_paths_reread(map, reference, false);
		if (read_count(map) < count)
			return VIEWS_DIFFER;
		views = views_compare(map, reference);
		if (views != VIEWS_AGREE && views_agree(&before, &reference->state))
			return views;
	}
	return VIEWS_AGREE;
}
