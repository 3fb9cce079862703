/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The protocol between the two processes. The worker, a child, talks to devices and may hang in one
 * for ever; the parent waits for it until the deadline and prints. They share one arena. Each step
 * is one atomic exchange, because both may step at any time; after TAKEN the worker changes nothing
 * that the parent reads. No other functions change a stage.
 *
 * Of an argument:
 *
 *	OPEN --slot_ready()--> READY
 *	   `---slot_take()---> TAKEN
 *
 * Of a LUN:
 *
 *	WAITING --may_send--> SENT --accepted--> ACCEPTED
 *	   ^                  | ^                   |
 *	   `-----undone-------' `-----may_send------'
 *
 *	step                process  from                       to
 *	result_may_send()   worker   any but DONE, TAKEN        SENT
 *	result_accepted()   worker   SENT                       ACCEPTED
 *	result_undone()     worker   SENT                       WAITING
 *	result_may_prove()  worker   any but DONE, TAKEN        PROVING
 *	result_done()       worker   any but TAKEN              DONE
 *	result_halt()       parent   WAITING                    TAKEN; from the others only may_send
 *	                                                        and may_prove are forbidden
 *	result_take()       parent   any but DONE               TAKEN
 *	slot_ready()        worker   OPEN                       READY
 *	slot_take()         parent   OPEN                       TAKEN
 */
#ifndef HANDOVER_H
#define HANDOVER_H

#include "model/request.h"
#include "model/result.h"

enum stage {
	STAGE_WAITING, /* no change is under way */
	STAGE_SENT, /* a change was sent, and what came of it is not known yet */
	STAGE_ACCEPTED, /* the device answered that it is done, which is not read back yet */
	STAGE_PROVING, /* a LUN is being reset to prove that the commands of a victim have ended */
	STAGE_DONE, /* the result is whole */
	STAGE_TAKEN, /* the parent has reported it: nothing may be sent any more */
};

enum slot_stage {
	SLOT_OPEN, /* the worker may be filling it */
	SLOT_READY, /* its list is whole */
	SLOT_TAKEN, /* the parent has reported it: what becomes of it does not count any more */
};

/* What one argument means. */
struct slot {
	const char *argument; /* NULL: every LUN of this host */
	const struct lun *expected; /* that it has to be; NULL: whatever it is */
	_Atomic int stage; /* enum slot_stage */
	struct results results;
	int err; /* negative errno: prctl itself failed at it, with some of the results perhaps */
	struct result spare; /* to report that, or that it was not resolved in time */
};

struct work {
	struct arena *arena;
	size_t count;
	struct slot slots[];
};

/* Lays out the work of @request in @arena. NULL: it is full. */
struct work *work_new(const struct request *request, struct arena *arena);

/* The worker: the list of results is whole. */
void slot_ready(struct slot *slot);
/* The parent: true if the worker has not filled it, and from now on will not. */
bool slot_take(struct slot *slot);

/* Either: where it is. */
enum slot_stage slot_stage(const struct slot *slot);
enum stage result_stage(const struct result *result);

/*
 * The worker asks before each change; false: the parent has reported that nothing was sent, so
 * nothing may be. result_accepted(): the device has answered with success. result_undone(): nothing
 * of all that was sent has happened, as is known. Without that the next try of the same change may
 * be sent, too.
 */
bool result_may_send(struct result *result);
bool result_may_prove(struct result *result); /* the same, before a LUN is reset */
void result_accepted(struct result *result);
void result_undone(struct result *result);
void result_done(struct result *result);

/*
 * The worker: what is sent from now on takes back what it has done itself, and may be sent although
 * the parent wants nothing more done, until it has reported the result.
 */
void result_undo_begin(struct result *result);

/* The worker: whether the parent wants nothing more done, so that nothing is waited for. */
bool result_is_stopped(struct result *head);

/*
 * The worker: work on it begins, or a device has answered, so the scheduler counts it as running.
 * The opposite: it waits by itself, and keeps no other from running.
 */
void result_beat(struct result *result);
void result_rest(struct result *result);
/* Either: when it began, or was answered last, by clock_now(); 0: it has not begun. */
int64_t result_beat_last(const struct result *result);

/* The parent: nothing more may be sent. True: a change is under way, and worth waiting for. */
bool result_halt(struct result *result);

/* The parent, at the end, once: the stage that it had reached. Nothing is sent after that. */
enum stage result_take(struct result *result);

#endif
