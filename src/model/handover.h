/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The protocol between the two processes. The worker, a child, talks to devices and may hang there
 * forever; the parent waits for it until the deadline, and prints. They share one arena. Each step
 * is one atomic exchange, because both processes may act at any time. After TAKEN the worker
 * changes nothing that the parent reads. Only these functions change a stage.
 *
 * The stages of an argument:
 *
 *	OPEN --slot_ready()--> READY
 *	   `---slot_take()---> TAKEN
 *
 * The stages of a LUN:
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
 *	result_halt()       parent   WAITING                    TAKEN; any other stage stays, but
 *	                                                        may_send and may_prove are refused
 *	result_take()       parent   any but DONE               TAKEN
 *	slot_ready()        worker   OPEN                       READY
 *	slot_take()         parent   OPEN                       TAKEN
 */
#ifndef HANDOVER_H
#define HANDOVER_H

#include "model/request.h"
#include "model/result.h"

enum stage {
	STAGE_WAITING, /* no change is in progress */
	STAGE_SENT, /* a change was sent, and its outcome is unknown so far */
	STAGE_ACCEPTED, /* the device answered with success, which is not read back yet */
	STAGE_PROVING, /* a LUN is being reset, to prove that a victim's commands have ended */
	STAGE_DONE, /* the result is complete */
	STAGE_TAKEN, /* the parent has reported it: nothing may be sent any more */
};

enum slot_stage {
	SLOT_OPEN, /* the worker may be filling the list */
	SLOT_READY, /* the list is complete */
	SLOT_TAKEN, /* the parent has reported it: later changes do not count */
};

/* The LUNs of one argument. */
struct slot {
	const char *argument; /* NULL: every LUN of this host */
	const struct lun *expected; /* the LUN that it must be; NULL: any */
	_Atomic int stage; /* enum slot_stage */
	struct results results;
	int err; /* negative errno: prctl itself failed, perhaps after some results were added */
	/* used to report that, or that the argument was not resolved in time */
	struct result *spare;
};

struct work {
	struct arena *arena;
	size_t count;
	struct slot slots[];
};

/* Allocates everything for @request in @arena. Returns NULL if it is full. */
struct work *work_new(const struct request *request, struct arena *arena);

/* Called by the worker: the list of results is complete. */
void slot_ready(struct slot *slot);
/*
 * Called by the parent: returns true if the worker has not completed the list, and from now on
 * cannot.
 */
bool slot_take(struct slot *slot);

/* Called by either: the present stage. */
enum slot_stage slot_stage(const struct slot *slot);
enum stage result_stage(const struct result *result);

/*
 * The worker asks before each change; false means that the parent has reported that nothing was
 * sent, so nothing may be sent. result_accepted(): the device has answered with success.
 * result_undone(): it is known that none of the commands sent was carried out. Without that call,
 * the next try of the same change may also be sent.
 */
bool result_may_send(struct result *result);
bool result_may_prove(struct result *result); /* the same, before a LUN is reset */
void result_accepted(struct result *result);
/*
 * What this request has sent so far has changed the LUN, or may have: from now on result_undone()
 * has no effect. result_accepted() includes it.
 */
void result_keep(struct result *result);
void result_undone(struct result *result);
void result_done(struct result *result);

/*
 * Called by the worker: from now on it sends commands that undo its own earlier ones. They may be
 * sent even if the parent has forbidden further changes, until the parent has reported the result.
 */
void result_undo_begin(struct result *result);

/*
 * Called by the worker: whether the parent has forbidden further changes, so that it must not wait.
 */
bool result_is_stopped(struct result *head);

/*
 * Called by the worker: result_beat() when work starts or a device has answered, so that the
 * scheduler counts it as running; result_rest() before a pause, so that it does not keep others
 * from starting.
 */
void result_beat(struct result *result);
void result_rest(struct result *result);
/* Called by either: when the work began or a device last answered, by clock_now(); 0: not begun. */
int64_t result_beat_last(const struct result *result);

/*
 * Called by the parent: forbids further changes. Returns true if a change is in progress, which is
 * worth waiting for.
 */
bool result_halt(struct result *result);

/*
 * Called by the parent after result_take(): whether a change was ever sent. If the stage reached is
 * then TAKEN, it is known that none was carried out.
 */
bool result_was_sent(const struct result *result);

/* Called by the parent, once at the end: returns the stage reached. Nothing is sent after that. */
enum stage result_take(struct result *result);

#endif
