/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The result of a request as plain data: the LUN, its state, the device's answers, and the status.
 * The folders that talk to devices decode it once; all outputs print these structs and decode
 * nothing. Everything they point to is in the arena of the run.
 */
#ifndef RESULT_H
#define RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "model/reservation.h"
#include "model/words.h"
#include "util/arena.h"

/* A line of --verbose, or a warning. */
struct note {
	const char *text;
	struct note *next;
};

struct recording;
struct reply;
struct sharer;

struct lun {
	dev_t devno;
	/* the kernel's number of this disk, which is never reused; 0: unknown */
	uint64_t diskseq;
	const char *name; /* the kernel's name: "sdb" */
	const char *node; /* "/dev/sdb" */
	/* the node that the user named, as an absolute path; NULL: none, use node */
	const char *named;
	enum transport transport;
	const char *wwid; /* this and the next two: NULL if the kernel does not report it */
	const char *vendor;
	const char *model;
	const char *state; /* the kernel's state of the path: "running", "offline", ... */
	uint64_t size; /* bytes; 0: unknown */
	/* VPD page 83h as read by the kernel; NULL: the kernel does not keep it */
	const uint8_t *page83;
	size_t page83_length;
	struct nexus nexus; /* of this host, on this path */
	/*
	 * the controllers of this head of native NVMe multipath have different host identifiers,
	 * all of them this host's
	 */
	bool hosts_differ;
	/* if it is the head of native SCSI multipath: "sdc:0, sdc:1"; NULL: it is not */
	const char *native_paths;
	/* replies that are replayed instead (model/reply.h); NULL: a real device */
	const struct recording *recording;
};

/* What this node knows about the commands of a victim that is not registered. */
enum abort_known {
	ABORT_KNOWN_NOTHING,
	ABORT_KNOWN_OPEN, /* an abort was started, and is not proven */
	ABORT_KNOWN_PROVEN, /* all of them have ended */
	ABORT_KNOWN_CONFIRMED, /* the same, confirmed by the administrator */
};

/* The outcome of a request on one LUN, or through one path of it. It can be copied. */
struct outcome {
	enum status status;
	enum reason reason;
	enum step step; /* the step that set the status; STEP_NONE with STATUS_OK */
	/* the cause, what the device holds, what to do next; NULL with STATUS_OK */
	const char *message;
	const char *success; /* the message with STATUS_OK; NULL: none (status) */
	int err; /* errno that caused the status, or 0 */
	long raw; /* what the device or the kernel returned, or 0 */
	enum tri changed; /* whether this command changed the LUN */
	bool sent; /* a change was sent */
	bool reset; /* a LOGICAL UNIT RESET was sent, which other hosts can notice */
};

/* What this node knows about the victim of a request from its earlier runs (pr/memory.h). */
struct victim {
	enum abort_known known;
	bool unread; /* records cannot be read that may say more, ABORT_KNOWN_OPEN above all */
	bool recorded; /* there is a record of it, even if that proves nothing now */
	const char *const *hosts; /* initiators that had the victim's key */
	size_t host_count;
	/*
	 * A host whose abort is not proven, and that is not registered any more, while others are
	 * that the request removes: one that had the victim's key or, for --victim all, any key.
	 * NULL if there is none.
	 */
	const char *open_host;
	/*
	 * A proof was started in this run, when the state had this generation and did not list the
	 * victim: it does not cover hosts that registered later.
	 */
	bool proof_begun;
	uint32_t proof_generation;
	/*
	 * This run has recorded that the abort is open, in place of the former record (NULL: there
	 * was none).
	 */
	bool is_begun;
	const struct abort_record *former;
};

/* An open device: a disk, or one path of a map. A map itself is never opened. */
struct open_device {
	int fd; /* -1: not open */
	int fd_to_write; /* also open for writing; 0: not needed so far */
	struct answer answer; /* the answer to the first reading */
	/* why it last could not say which LUN it is; ANSWER_DONE: it said so, or was not asked */
	struct answer unidentified;
	/* the device has said which LUN it is, or cannot, and there was no pause since */
	bool identified;
	bool is_other_lun; /* it is another LUN than the resolved one, or none */
};

/* What the request has done with a path: pr/map_paths.h. */
struct path_use {
	_Atomic bool probed; /* the first reading has ended */
	_Atomic bool waiting; /* it answers, but is not ready and must be asked again */
	bool awaited; /* it was asked again, and has not answered yet */
	bool tried; /* the request was sent, or attempted, through it */
	bool again; /* not done for certain, and the cause may be temporary */
	/* another path can be tried instead, so do not wait for this one */
	bool replaceable;
	/* register: the key that it was seen to have in this run; 0: none (pr/map_lost.h) */
	uint64_t key;
	/* register: that registration is listed for another path now, and may be this one's */
	bool moved;
};

/* The progress of the work on a LUN, for both processes. Only model/handover.c changes it. */
struct handover {
	bool kept; /* worker: an earlier command has, or may have, changed the LUN */
	_Atomic int stage; /* enum stage */
	_Atomic bool sent; /* set by the worker: a change was sent, even if it was undone since */
	_Atomic bool halted; /* set by the parent: nothing more may be sent, whatever the stage */
	/* set by the worker: it undoes its own change, which may be sent nevertheless */
	bool undoing;
	_Atomic int64_t beat; /* when a device last answered, or the work began: clock_now() */
};

/* What a LUN, or something on it, is used for on this host. */
struct use {
	enum use_kind kind;
	const char *name; /* "/data", "vg0", "md0", "mpatha"; NULL: unknown */
	struct use *next;
};

#define RESULT_SPARES 2

/* Everything about one LUN, or about one path of a map. */
struct result {
	struct result *next;
	/*
	 * RESULT_SPARES in a row, each of the same size: the first is reported instead if the work
	 * is interrupted, and has the second for whoever reports it again. NULL: none.
	 */
	struct result *spare;
	struct arena *arena;
	struct handover handover;

	/* Which LUN */
	const char *argument; /* as the user wrote it */
	const char *label; /* name of the device in messages */
	struct lun lun; /* name is NULL if the argument was not resolved */
	struct use *uses; /* set if they are shown: block/uses.h */
	/* also if they are shown: the name shared by LUNs that belong together; NULL: none */
	const char *group;
	bool duplicate; /* an earlier argument means the same LUN, so this one is skipped */

	/* The outcome, and what is reported of it */
	struct outcome outcome;
	const char *would; /* --dry-run: what would be sent; NULL: nothing */
	/* doctor: a finding explains why its status is not ok, and is reported instead */
	bool explained;
	struct note *warnings;
	struct note *trace;
	bool keeps_replies; /* status --raw */
	struct reply *replies; /* the last reply to each command, in the order of the commands */

	/* What the LUN holds, decoded */
	struct resv_state state; /* the state that was read last */
	/* the state before the first change was sent; SOURCE_NONE: none was */
	struct resv_state before;
	struct capabilities capabilities;
	struct victim victim;

	/* This host's other paths to the LUN */
	struct result *paths; /* if it is a multipath map: a result for each path, linked by next */
	struct result *map; /* if it is such a path: its map */
	/* if another path of this LUN is processed before: its result; NULL: none */
	struct result *earlier;
	const struct machine_ports *ports; /* ports of this machine; NULL: not read */
	/* for a disk or a map: which paths share a registration (model/sharing.h) */
	struct sharer *sharers;
	bool unshared; /* for a disk or a path: it has shown that it shares no registration */
	/* for a map: each controller counts generations separately (pr/views.h) */
	bool generation_per_controller;
	bool is_volatile; /* for a disk or a map: an earlier run has registered it with APTPL=0 */
	/*
	 * for a disk or a map: the FC and SAS ports by which this host has registered since it was
	 * started, then NULL; NULL: none
	 */
	const char *const *own_ports;
	/* this machine's other disks of the same LUN, if they were searched */
	struct nexus_list siblings;

	/* The device, and what the threads of a map share */
	struct open_device device;
	struct path_use use;
	struct path_threads *threads; /* if it is a multipath map */
};

/*
 * The map of which @result is a path, or otherwise @result itself: what the parent tracks and
 * reports. As with strchr(3), what this and the next two return may be changed if @result may.
 */
static inline struct result *result_head(const struct result *result)
{
	return result->map ? result->map : (struct result *)result;
}

/*
 * The paths of a map, one after the other, or a disk itself:
 * for (path = path_first(head); path; path = path_next(head, path))
 */
static inline struct result *path_first(const struct result *head)
{
	return head->paths ? head->paths : (struct result *)head;
}

static inline struct result *path_next(const struct result *head, const struct result *path)
{
	return head->paths ? path->next : NULL;
}

/* This machine; a member is NULL if unknown. */
struct host_self {
	const char *name; /* gethostname(2) */
	/* derived from /etc/machine-id without disclosing it; the same for the whole machine */
	const char *id;
};

struct coverage;
struct finding;

/* Results in the order of the arguments. */
struct results {
	struct arena *arena;
	const struct machine_ports *ports; /* for each result */
	struct result *first;
	struct result **end;
	/*
	 * For the results that are added next. They are together, apart from the results, so that
	 * a spare that is not needed takes no memory.
	 */
	struct result *spares;
	size_t spare_count, spare_room; /* for so many results: left; allocated last */
	bool broken; /* the worker died before everything was done */
	int signal; /* the signal that ended the work early; 0: none */
	struct host_self self; /* for the report of it */
	struct coverage *coverages; /* for arguments that are on several LUNs */
	struct finding *findings; /* from doctor, LUN by LUN */
	bool fault; /* one of the findings is an error */
};

/*
 * "mounted at /data, PV of vg0", from @uses without @but (USE_COUNT: all); NULL if there are none.
 */
const char *uses_text(struct arena *arena, const struct use *uses, enum use_kind but);

/* Adds what was sent and changed in @from to @to, and keeps the rest of @to. */
void outcome_add(struct outcome *to, const struct outcome *from);
/* Replaces @to by @from, but keeps what was sent and changed before in @to. */
void outcome_take(struct outcome *to, const struct outcome *from);
/* Sets the status to ok, whatever it was; @success is the message, or NULL. */
void outcome_succeed(struct outcome *outcome, const char *success);

/*
 * The status of the whole command: the worst of all. A result that a finding explains counts as
 * that finding, a conflict.
 */
enum status results_status(const struct results *results);

/*
 * Whether both are one LUN: by WWID, because a disk of a LUN may come back as another disk; by the
 * disk if the kernel reports no WWID.
 */
bool lun_is_same(const struct lun *one, const struct lun *other);

/* A new result that is in no list; NULL if the arena is full. */
struct result *result_new(struct arena *arena, const char *argument);
/* A new result with spare ones, at the end of the list. */
struct result *result_add(struct results *results, const char *argument);
/*
 * Initializes @result, whose memory is the caller's, and adds it at the end of the list. Works even
 * if the arena is full.
 */
struct result *result_append(struct results *results, struct result *result, const char *argument);
/* The same with the first of the spares @spare; the next one is the spare of the new result. */
struct result *result_append_spare(struct results *results, struct result *spare,
				   const char *argument);

/* Adds @result, which its own list has lost, at the end of @results. */
void results_link(struct results *results, struct result *result);
/*
 * Adds the results of @from to the end of @to. @from keeps its list, whose last result is then
 * followed by what is added to @to later.
 */
void results_join(struct results *to, struct results *from);

/*
 * Sets the status of @result, the step and the reason; to be called once. @format makes the
 * message. Returns @status, so that a function can end with it.
 */
__attribute__((format(printf, 5, 6))) enum status result_fail(struct result *result,
							      enum status status,
							      enum reason reason, enum step step,
							      const char *format, ...);

/* Adds a warning, unless @result has the same one already. Without memory it is dropped. */
__attribute__((format(printf, 2, 3)))
void result_warn(struct result *result, const char *format, ...);
/* Adds a line of --verbose. Without memory it is dropped. */
__attribute__((format(printf, 2, 3)))
void result_trace(struct result *result, const char *format, ...);

#endif
