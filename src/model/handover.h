/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the process that works and the one that prints share, and how a result passes from the one to the other. Both may
 * step at any time, so each step is one atomic exchange:
 *
 *   slot, of one argument           OPEN --worker--> READY
 *                                     \--printer--------------> TAKEN
 *
 *   result, of one LUN    WAITING --worker--> SENT --worker--> ACCEPTED --worker--> DONE
 *                            ^---worker---------/                 |
 *                         from each but DONE:  --printer--> TAKEN, and the worker changes nothing any more
 *
 * From WAITING, SENT and ACCEPTED the worker also goes to PROVING, and from there to DONE.
 */
#ifndef HANDOVER_H
#define HANDOVER_H

#include "model/request.h"
#include "model/result.h"

/*
 * How far the work on a LUN is. The process that works and the one that speaks agree by it on what was sent:
 * see result_may_send() and result_take().
 */
enum stage {
	STAGE_WAITING, /* no change is under way */
	STAGE_SENT, /* a change was sent, and what came of it is not known yet */
	STAGE_ACCEPTED, /* the device answered that it is done, which is not read back yet */
	STAGE_PROVING, /* the victim's registrations are gone, and a LUN is being reset to prove that its commands have ended */
	STAGE_DONE, /* the status stands */
	STAGE_TAKEN, /* the speaker has spoken for it: nothing may be sent any more */
};

enum slot_stage {
	SLOT_OPEN, /* the worker may be filling it */
	SLOT_READY, /* its list is whole */
	SLOT_TAKEN, /* the speaker has spoken for it: what becomes of it does not count any more */
};

/* What one argument means. */
struct slot {
	const char *argument; /* NULL: every LUN of this host */
	const struct lun *expected; /* that it has to be; NULL: whatever it is */
	_Atomic int stage; /* enum slot_stage */
	struct results results;
	int err; /* negative errno: prctl itself failed at it, with some of the results perhaps */
	struct result spare; /* to say that, or that it was not resolved in time */
};

struct work {
	struct arena *arena;
	size_t count;
	struct slot slots[];
};

/* Lays out the work of @request in @arena. NULL: it is full. */
struct work *work_new(const struct request *request, struct arena *arena);

/*
 * The worker asks before each change that it sends; false: the speaker has said that nothing was sent, and so
 * nothing may be. result_accepted() tells that the device has answered with success, result_undone() that of all
 * that was sent nothing has happened, as is known. Without that the next try of the same change may be sent, too.
 */
bool result_may_send(struct result *result);
bool result_may_prove(struct result *result); /* the same, before a LUN is reset to prove an abort */
void result_accepted(struct result *result);
void result_undone(struct result *result);
void result_done(struct result *result);

/* Whether the speaker wants nothing more done: what waits for a better moment does not go on. */
bool result_is_stopped(struct result *head);

/* The speaker: nothing more may be sent. True: a change is under way, and what comes of it is worth waiting for. */
bool result_halt(struct result *result);

/* The speaker's question at the end, once: the stage that stands. Nothing is sent behind it. */
enum stage result_take(struct result *result);

#endif
