// SPDX-License-Identifier: GPL-2.0-or-later
#include "pr/read_back.h"

#include <stdatomic.h>
#include <string.h>

#include "device/open.h"
#include "model/answer.h"
#include "model/state.h"
#include "pr/path_device.h"
#include "pr/path_identify.h"
#include "pr/patience.h"
#include "util/clock.h"

#define LATE (2 * CLOCK_SECOND)
#define LATE_TRIES 5 /* over 0.75 s */

/*
 * Whether a state that cannot be read now may be readable later: a path may come back, but a
 * deleted disk does not.
 */
static bool may_come_back(struct result *result, const struct answer *answer)
{
	if (answer->kind != ANSWER_PATH || !result->map)
		return answer->kind == ANSWER_TRANSIENT ||
		       (answer->kind == ANSWER_PATH &&
			!device_is_gone(result->device.fd, &result->lun));
	for (struct result *path = result->map->paths; path; path = path->next)
		if (!atomic_load(&path->use.probed) ||
		    (path->device.fd >= 0 && !device_is_gone(path->device.fd, &path->lun)))
			return true;
	return false;
}

/*
 * Reads the state of @result through @path, which is @result itself or another path of its map. The
 * state of another LUN, or of a device that does not identify itself, is not the LUN's.
 */
static void read_back_once(struct result *result, struct result *path, struct answer *answer)
{
	struct answer identity;

	if (path->device.fd >= 0 && !path->device.is_other_lun)
		path_state_read(path->device.fd, result, answer);
	else
		*answer = (struct answer){ .kind = ANSWER_NO_LUN };
	/* It is asked after the reading, so that this lies between two questions, too. */
	path->device.identified = false;
	if (answer->kind != ANSWER_DONE || path_identify_once(path, &identity))
		return;
	memset(&result->state, 0, sizeof(result->state));
	*answer = identity;
}

/* The same through @path, which has identified itself before the change. */
static void read_back_by_other(struct result *result, struct result *path, struct answer *answer)
{
	struct answer unidentified;

	path->device.identified = false;
	if (path_identify_once(path, &unidentified))
		read_back_once(result, path, answer);
}

void read_back_state(const struct request *request, struct result *result, struct answer *answer)
{
	struct patience patience = patience_begin(request, PATIENCE_MINUTE);

	do {
		read_back_once(result, result, answer);
		for (struct result *path = result->map ? result->map->paths : NULL; path;
		     path = path->next)
			if ((answer->kind == ANSWER_PATH || answer->kind == ANSWER_TRANSIENT) &&
			    path != result && atomic_load(&path->use.probed))
				read_back_by_other(result, path, answer);
	} while (may_come_back(result, answer) && patience_wait(&patience, result));
}

/*
 * Whether the state does not show yet what a success must have changed. A REGISTER that replaces a
 * key by itself changes only the generation, so what is reached does not show that it was done.
 */
static bool is_unshown(const struct attempt *attempt)
{
	return (action_is_register(&attempt->plan->action) ||
		rule_of(attempt->request)->reached(attempt) == TRI_NO) &&
	       state_is_same(attempt->before, &attempt->result->state);
}

void read_back_late(const struct attempt *attempt, struct answer *read_back)
{
	struct patience patience = patience_begin(attempt->request, LATE);

	for (int tries = 0;
	     tries < LATE_TRIES && attempt->answer->kind == ANSWER_DONE &&
	     read_back->kind == ANSWER_DONE &&
	     is_unshown(attempt) && patience_wait(&patience, attempt->result);
	     tries++)
		read_back_state(attempt->request, attempt->result, read_back);
}
