/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a LUN holds, what is sent to it, and what it answers, as plain data: all that the decoders
 * of src/wire/ know. What a pointer points to is in the arena of the run.
 */
#ifndef RESERVATION_H
#define RESERVATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/words.h"

/* Yes, no, or unknown. Unknown is never reported as "no". */
enum tri { TRI_UNKNOWN = -1, TRI_NO, TRI_YES };

/*
 * One end of an I_T nexus, with the names of SPC. For a path of this host: what a target would list
 * for that path, as far as the kernel shows it. For a registrant: what the target lists.
 */
struct nexus {
	/*
	 * Text of the TransportID, e.g. "iqn...,i,0x00023d000001"; NULL: unknown. Names that differ
	 * in one byte have different texts (text_exact()), so texts can be compared and printed.
	 */
	const char *initiator;
	/* RELATIVE TARGET PORT IDENTIFIER, 1 to 65535, or one of enum target_port */
	int target_port;
};

enum target_port {
	/* all ports of the target: registered with ALL_TG_PT (SPC-4 6.16.3) */
	TARGET_PORT_ALL = -2,
	TARGET_PORT_UNKNOWN = -1,
	TARGET_PORT_NONE = 0, /* NVMe registers hosts, not ports */
};

/* A list of nexuses of this host. */
struct nexus_list {
	const struct nexus *list;
	size_t count;
};

/*
 * The FC and SAS ports of this machine's adapters: any registration with one of them is this
 * host's.
 */
struct machine_ports {
	const char **names; /* as in struct nexus */
	size_t count;
	bool partial; /* some ports could not be read, so there may be more */
};

struct registrant {
	uint64_t key;
	enum tri holder;
	struct nexus nexus;
	/* registered through the path that was asked; TRI_UNKNOWN: it may be: nexus_is_path() */
	enum tri this_nexus;
	enum tri this_host; /* registered through any path of this host: nexus_is_this_host() */
	bool own_path; /* registered through this path, or another path of the same multipath map */
};

/* The state of a LUN at one time. */
struct resv_state {
	enum source source; /* SOURCE_NONE: it could not be read, and the rest is undefined */
	enum resv_type type; /* RESV_NONE: no reservation is held */
	uint8_t type_code; /* the device's own code, for RESV_OTHER */
	uint32_t generation; /* PRGENERATION */
	uint64_t key; /* the holder's key; 0: no reservation, or all registrants hold it */
	struct registrant *registrants;
	size_t count;
};

/* Values of a field that has no number. */
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
	int allow_commands; /* ALLOW COMMANDS; or a value of enum capability_field */
	/* of NVMe */
	enum tri ignore_key; /* bit 7 of RESCAP */
	int rescap, oncs; /* the whole field; or a value of enum capability_field */
};

/* The answer to one command that was sent to a device. */
enum answer_kind {
	ANSWER_DONE,
	ANSWER_CONFLICT, /* status RESERVATION CONFLICT */
	/* not done, or unknown: a unit attention on old kernels, or something worse */
	ANSWER_CHECK,
	ANSWER_TRANSIENT, /* not now: the same command may succeed later (pr/patience.h) */
	ANSWER_INVALID, /* a field of the command or of its parameters was refused */
	ANSWER_NO_COMMAND, /* the device does not support the command */
	ANSWER_NO_LUN, /* the LUN does not exist: it was unmapped or deleted */
	ANSWER_NO_INTERFACE, /* the kernel or the driver does not support it: nothing was sent */
	ANSWER_NO_PRIVILEGE, /* refused by the kernel: nothing was sent */
	ANSWER_PATH, /* the path to the device failed */
	ANSWER_REPLY, /* the device's reply is invalid, or too long for any buffer */
	ANSWER_NO_MEMORY, /* the arena is full */
};

struct answer {
	enum answer_kind kind;
	int err; /* errno, or 0 */
	/* what the ioctl returned, or for SG_IO the SCSI status with the host byte at bit 16 */
	long raw;
	uint8_t sense_key; /* asc and ascq are set; 0: no sense data came */
	uint8_t asc;
	uint8_t ascq;
	bool deferred; /* the sense data is an earlier command's; this one was not carried out */
};

/* A command as it is sent to a device, named by its SPC service action. */
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
	uint64_t key; /* RESERVATION KEY: this host's own key, or 0 */
	uint64_t service_key; /* SERVICE ACTION RESERVATION KEY: the new key, or the victim's key */
	enum resv_type type;
	bool ignore_key; /* ACTION_RESERVE: with PR_FL_IGNORE_KEY */
	/* ACTION_REGISTER, ACTION_REGISTER_IGNORE; the kernel's ioctl cannot send these: */
	bool all_ports; /* with ALL_TG_PT */
	bool is_volatile; /* APTPL=0: a loss of power removes every registration of the LUN */
	/*
	 * The kernel's ioctl has failed without a reason: SCSI's is sent by SG_IO, whose answer has
	 * sense data.
	 */
	bool wants_reason;
};

#endif
