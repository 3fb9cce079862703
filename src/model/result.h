/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What came out, as plain data: the LUN, what it holds, what it answered, and the status. Decoded
 * once, by the folders that talk to devices; every output prints these structs and decodes nothing.
 * All that they point to lives in the arena of the run.
 */
#ifndef RESULT_H
#define RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "model/words.h"
#include "util/arena.h"

/* Yes, no, or not known: what is not known is never said to be "no". */
enum tri { TRI_UNKNOWN = -1, TRI_NO, TRI_YES };

/*
 * One end of an I_T nexus as SPC names it. For a path of this host it is what a target would list
 * for that path, as far as the kernel shows it; for a registrant, what the target lists.
 */
struct nexus {
	/*
	 * Text of the TransportID, e.g. "iqn...,i,0x00023d000001"; NULL: unknown. Names that differ
	 * in a byte have different texts (text_exact()), so texts can be compared, and can be
	 * printed.
	 */
	const char *initiator;
	/* RELATIVE TARGET PORT IDENTIFIER, 1 to 65535, or one of enum target_port */
	int target_port;
};

enum target_port {
	/* every port of the target: registered with ALL_TG_PT (SPC-4 6.16.3) */
	TARGET_PORT_ALL = -2,
	TARGET_PORT_UNKNOWN = -1,
	TARGET_PORT_NONE = 0, /* NVMe registers hosts, not ports */
};

/* Nexuses of this host. */
struct nexus_list {
	const struct nexus *list;
	size_t count;
};

/* The FC and SAS ports of this machine's adapters: a registration by any of them is this host's. */
struct machine_ports {
	const char **names; /* as in struct nexus */
	size_t count;
	bool partial; /* there may be more: some could not be read */
};

struct registrant {
	uint64_t key;
	enum tri holder;
	struct nexus nexus;
	/*
	 * registered through the very path that was asked; TRI_UNKNOWN: it may be: nexus_is_path()
	 */
	enum tri this_nexus;
	enum tri this_host; /* through any path of this host: nexus_is_this_host() */
	bool own_path; /* through this path, or one beside it in the same multipath map */
};

/* What a LUN holds: one snapshot. */
struct resv_state {
	enum source source; /* SOURCE_NONE: it could not be read, and nothing below is known */
	enum resv_type type; /* RESV_NONE: no reservation is held */
	uint8_t type_code; /* the device's own code, for RESV_OTHER */
	uint32_t generation; /* PRGENERATION */
	uint64_t key; /* the holder's; 0: none is held, or all registrants hold it */
	struct registrant *registrants;
	size_t count;
};

/* A field that holds no number. */
enum capability_field {
	CAPABILITY_NONE = -2, /* the transport has no such field */
	CAPABILITY_UNKNOWN = -1,
};

struct capabilities {
	bool known;
	enum tri power_loss_capable; /* PTPL_C */
	enum tri power_loss_active; /* PTPL_A */
	enum tri types[RESV_OTHER]; /* indexed by enum resv_type */
	/* of SCSI; model/capabilities.h has the words of each */
	enum tri compatible_reserve; /* CRH */
	enum tri specify_initiators; /* SIP_C */
	enum tri all_target_ports; /* ATP_C */
	enum tri replace_lost; /* RLR_C */
	enum tri types_listed; /* TMV */
	int allow_commands; /* ALLOW COMMANDS; or one of enum capability_field */
	/* of NVMe */
	enum tri ignore_key; /* bit 7 of RESCAP */
	int rescap, oncs; /* whole; or one of enum capability_field */
};

/* What became of one command that was sent to a device. */
enum answer_kind {
	ANSWER_DONE,
	ANSWER_CONFLICT, /* status RESERVATION CONFLICT */
	/* not done, or not known to be done: a unit attention on old kernels, or worse */
	ANSWER_CHECK,
	ANSWER_TRANSIENT, /* not now: what is asked for the same later may do it (pr/patience.h) */
	ANSWER_INVALID, /* a field in the command or its parameters is refused */
	ANSWER_NO_COMMAND, /* the device does not know the command */
	ANSWER_NO_LUN, /* no LUN is there: it was unmapped, or deleted */
	ANSWER_NO_INTERFACE, /* the kernel or the driver does not know it: nothing was sent */
	ANSWER_NO_PRIVILEGE, /* refused by the kernel: nothing was sent */
	ANSWER_PATH, /* the way to the device failed */
	ANSWER_REPLY, /* the device's reply makes no sense, or does not fit any buffer */
	ANSWER_NO_MEMORY, /* the arena is full */
};

struct answer {
	enum answer_kind kind;
	int err; /* errno, or 0 */
	/* what the ioctl returned, or for SG_IO the SCSI status with the host byte at bit 16 */
	long raw;
	uint8_t sense_key; /* with asc and ascq: 0 if no sense data came */
	uint8_t asc;
	uint8_t ascq;
};

/* A command as it goes to a device, by its SPC service action. */
enum action_op {
	ACTION_REGISTER,
	ACTION_REGISTER_IGNORE, /* REGISTER AND IGNORE EXISTING KEY */
	ACTION_RESERVE,
	ACTION_RELEASE,
	ACTION_CLEAR,
	ACTION_PREEMPT,
	ACTION_PREEMPT_ABORT,
	ACTION_COUNT,
};

struct action {
	enum action_op op;
	uint64_t key; /* RESERVATION KEY: always this host's own, or 0 */
	uint64_t service_key; /* SERVICE ACTION RESERVATION KEY: the new key, or the victim's */
	enum resv_type type;
	bool ignore_key; /* ACTION_RESERVE: with PR_FL_IGNORE_KEY */
	/* ACTION_REGISTER, ACTION_REGISTER_IGNORE, which the kernel's ioctl cannot send so: */
	bool all_ports; /* with ALL_TG_PT */
	bool is_volatile; /* APTPL=0: a loss of power ends every registration of the LUN */
};

/* A line of --verbose, or a warning. */
struct note {
	const char *text;
	struct note *next;
};

/*
 * Whose a registration is on this LUN. Some arrays keep one for each initiator or host, whatever
 * path it came through, and list it for one path alone; that is known if such a path has proven it.
 */
enum sharing {
	SHARING_UNKNOWN, /* of the nexus alone, as SPC has it */
	SHARING_INITIATOR, /* of every path with the same initiator */
	SHARING_HOST, /* of every path of this host */
};

struct recording;
struct reply;

struct lun {
	dev_t devno;
	/* the kernel's number of this disk, that no other ever has; 0: not known */
	uint64_t diskseq;
	const char *name; /* the kernel's: "sdb" */
	const char *node; /* "/dev/sdb" */
	/* the node that the user named, as an absolute path; NULL: none was named, use node */
	const char *named;
	enum transport transport;
	const char *wwid; /* this and the next two: NULL if the kernel does not report it */
	const char *vendor;
	const char *model;
	const char *state; /* the kernel's word for the path: "running", "offline", ... */
	uint64_t size; /* bytes; 0: unknown */
	const uint8_t *page83; /* VPD page 83h as the kernel read it; NULL: it keeps none */
	size_t page83_length;
	struct nexus nexus; /* this host's, on this path */
	/* of the head of native SCSI multipath: "sdc:0, sdc:1"; NULL: it is none */
	const char *native_paths;
	/* replies that are played in its place (model/reply.h); NULL: it is a device */
	const struct recording *recording;
};

/* What this node knows of the commands of a victim that is not registered. */
enum abort_known {
	ABORT_KNOWN_NOTHING,
	ABORT_KNOWN_OPEN, /* an abort was begun, and is not proven */
	ABORT_KNOWN_PROVEN, /* none can be carried out any more */
	ABORT_KNOWN_CONFIRMED, /* the same, by the administrator's word */
};

/* What came of a request on one LUN, or through one path of it. It can be assigned as a whole. */
struct outcome {
	enum status status;
	enum reason reason;
	enum step step; /* at which the status fell; STEP_NONE with STATUS_OK */
	/* the cause, what the device holds, what to do next; NULL with STATUS_OK */
	const char *message;
	const char *success; /* what to say of STATUS_OK; NULL: nothing (status) */
	int err; /* errno that led to the status, or 0 */
	long raw; /* what the device or kernel returned, or 0 */
	enum tri changed; /* by this command */
	bool sent; /* a change was sent */
	bool reset; /* a LOGICAL UNIT RESET was sent, which other hosts notice */
};

/* What this node knows of the victim of a request, from its earlier runs (pr/memory.h). */
struct victim {
	enum abort_known known;
	const char *const *hosts; /* initiators that had the victim's key */
	size_t host_count;
	/* one of them whose abort is not proven, while another host has the key; NULL: none */
	const char *open_host;
	/*
	 * A proof was begun in this run, in a state of this generation that lacked the victim:
	 * whoever has registered since is not part of it.
	 */
	bool proof_begun;
	uint32_t proof_generation;
};

/* A device that is open: a disk, or one path of a map. A map itself is never opened. */
struct open_device {
	int fd; /* -1: it is not open */
	int fd_to_write; /* the same, opened for writing, too; 0: it was not needed */
	struct answer answer; /* how the first reading ended */
	/* the device has said which LUN it is, or will not, and nothing was waited for since */
	bool identified;
	bool stranger; /* and it is another one than was resolved, or none */
};

/* How far a path was used for the request: pr/map_paths.h. */
struct path_use {
	_Atomic bool probed; /* the first reading has ended */
	_Atomic bool waiting; /* it answers, and asks to be asked again later */
	bool awaited; /* it was asked last, and its answer is waited for */
	bool tried; /* the request was tried through it */
	bool again; /* not done, as is known, and what kept it from being done may pass by itself */
	/* another path can be tried meanwhile, so that nothing is waited for here */
	bool replaceable;
};

/* How far the work on a LUN is, for both processes. Only model/handover.c changes it. */
struct handover {
	_Atomic int stage; /* enum stage */
	_Atomic bool halted; /* by the parent: nothing more may be sent, whatever the stage */
	bool undoing; /* in the worker: it takes back what it has done, so that is sent */
	_Atomic int64_t beat; /* when a device last answered, or the work began: clock_now() */
};

/* What a LUN, or what lies on it, is used for on this host. */
struct use {
	enum use_kind kind;
	const char *name; /* "/data", "vg0", "md0", "mpatha"; NULL: not known */
	struct use *next;
};

/* All that becomes of one argument, or of one path of a map. */
struct result {
	struct result *next;
	struct result *spare; /* as large: what is reported if the work is cut short; NULL: none */
	struct arena *arena;
	struct handover handover;

	/* Which LUN */
	const char *argument; /* as the user wrote it */
	const char *label; /* the device as messages name it */
	struct lun lun; /* name is NULL if the argument did not resolve */
	struct use *uses; /* if they are shown: block/usage.h */
	const char *group; /* with them: of LUNs that are one thing; NULL: none is seen */
	bool duplicate; /* an earlier argument means the same LUN: this one is left out */

	/* What came of it, and its words */
	struct outcome outcome;
	const char *would; /* --dry-run: what would be sent; NULL: nothing would */
	bool explained; /* doctor: a finding says why its status is not ok, and stands for it */
	struct note *warnings;
	struct note *trace;
	bool keeps_replies; /* status --raw */
	struct reply *replies; /* the last to each command, in the order of the commands */

	/* What the LUN holds, decoded */
	struct resv_state state; /* the last that was read */
	struct resv_state before; /* read before the first change was sent; SOURCE_NONE: none was */
	struct capabilities capabilities;
	struct victim victim;

	/* This host's other ways to the LUN */
	struct result *paths; /* of a multipath map: a result for each, linked by next */
	struct result *map; /* of such a path: its map */
	/* of another path of this LUN, which is worked on before; NULL: none */
	struct result *earlier;
	const struct machine_ports *ports; /* this machine's; NULL: they were not read */
	enum sharing sharing; /* of a disk or a map: nexus_is_path() */
	/* of a map: its controllers count generations for themselves (pr/views.h) */
	bool counted_apart;
	bool is_volatile; /* of a disk or a map: an earlier run has registered it with APTPL=0 */
	/* this machine's other disks of the same LUN, as far as was looked */
	struct nexus_list siblings;

	/* The device, and what a map's threads share */
	struct open_device device;
	struct path_use use;
	struct path_threads *threads; /* of a multipath map */
};

/* Which machine this is: a member is NULL if that is not known. */
struct host_self {
	const char *name; /* gethostname(2) */
	/* made of /etc/machine-id, which it does not give away: one machine has one */
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
	bool broken; /* the process that worked died before all was done */
	int signal; /* that ended the work early; 0: none */
	struct host_self self; /* for those who tell it */
	struct coverage *coverages; /* of arguments that are on several LUNs */
	struct finding *findings; /* of doctor, LUN by LUN */
	bool fault; /* a finding is an error */
};

/* "mounted at /data, PV of vg0", of @uses without @but (USE_COUNT: all of them); NULL: none. */
const char *uses_text(struct arena *arena, const struct use *uses, enum use_kind but);

/* What was sent and changed in @from counts in @to as well; the rest of @to stays. */
void outcome_add(struct outcome *to, const struct outcome *from);
/* @from is the outcome now; what was sent and changed before in @to still counts. */
void outcome_take(struct outcome *to, const struct outcome *from);
/* The status is ok, whatever it was, and @success is what to say of it, or NULL. */
void outcome_succeed(struct outcome *outcome, const char *success);

/*
 * The status of the whole: the worst of all; what is explained by a finding counts as that, a
 * conflict.
 */
enum status results_status(const struct results *results);

/* A new result, in no list; NULL: the arena is full. */
struct result *result_new(struct arena *arena, const char *argument);
/* The same, with a spare one, at the end of the list. */
struct result *result_add(struct results *results, const char *argument);
/*
 * Begins @result, whose memory is the caller's, and puts it at the end of the list: what a full
 * arena does not prevent.
 */
struct result *result_append(struct results *results, struct result *result, const char *argument);

/*
 * The status of @result, once: at which step and why. @format makes the message. Returns @status,
 * so that a function can end with it.
 */
__attribute__((format(printf, 5, 6))) enum status result_fail(struct result *result,
							      enum status status,
							      enum reason reason, enum step step,
							      const char *format, ...);

__attribute__((format(printf, 2, 3)))
void result_warn(struct result *result, const char *format, ...);
__attribute__((format(printf, 2, 3)))
void result_trace(struct result *result, const char *format, ...);

#endif
