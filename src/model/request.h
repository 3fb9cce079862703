/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the user requests, as plain data: filled by options.c and option_values.c from the command
 * line, or by src/fence/; checked by the command's own file, and used by all lower layers.
 */
#ifndef REQUEST_H
#define REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum command_id {
	COMMAND_REGISTER,
	COMMAND_UNREGISTER,
	COMMAND_RESERVE,
	COMMAND_RELEASE,
	COMMAND_PREEMPT,
	COMMAND_PREEMPT_ABORT,
	COMMAND_CLEAR,
	COMMAND_STATUS,
	COMMAND_CHECK,
	COMMAND_COUNT,
};

/*
 * What every layer may need to know about a command. Its rule (pr/rule.h) says how it is carried
 * out.
 */
bool command_only_reads(enum command_id command); /* it sends nothing that changes a device */
/* its output is the state of the devices, with or without arguments */
bool command_lists(enum command_id command);

struct document;
struct host_choice;
struct key_names;
struct lun;
struct doctor_rule;

/* The values 1 to 6 are the same as in the kernel's enum pr_type and in NVMe's RTYPE. */
enum resv_type {
	RESV_NONE,
	RESV_WRITE_EXCLUSIVE,
	RESV_EXCLUSIVE_ACCESS,
	RESV_WRITE_EXCLUSIVE_REG_ONLY,
	RESV_EXCLUSIVE_ACCESS_REG_ONLY,
	RESV_WRITE_EXCLUSIVE_ALL_REGS,
	RESV_EXCLUSIVE_ACCESS_ALL_REGS,
	RESV_OTHER, /* the device reports a type that none of these names */
};

struct column_choice;

#define EXAMINATION_RULES_MAX 64
#define EVEN_IF_MAX 64

/* doctor: what to look for, and the documents of other hosts. */
struct examination {
	const struct doctor_rule *rules[EXAMINATION_RULES_MAX]; /* from --rule */
	size_t rule_count; /* 0: all */
	const char **with; /* from --with; as many as the command line has arguments */
	size_t with_count;
	struct document *documents; /* what is there */
	bool list_rules;
	bool table;
};

/*
 * 0 is not a key: SPC uses it for "not registered", and the command line rejects it, so here it
 * means "not given".
 */
struct request {
	enum command_id command;
	const char *command_name;
	uint64_t key; /* register: the new key; other commands: this host's own key */
	uint64_t old_key;
	uint64_t victim;
	/* preempt: the host to remove, each of its keys in turn; NULL: a key was given */
	struct host_choice *victim_host;
	enum resv_type type;
	bool victim_all;
	bool ignore_key;
	bool take_key; /* clear: first registers the key if this host has none */
	/* keys that do not prevent that, because their hosts no longer use the LUN */
	uint64_t even_if[EVEN_IF_MAX];
	size_t even_if_count;
	bool release;
	bool if_registered;
	bool unreserved;
	/* preempt-abort: the victim's host is off or was rebooted, so its commands have ended */
	bool confirmed_off;
	bool no_reset; /* preempt-abort: never reset a LUN to prove the abort */
	bool dry_run;
	bool whole_lun;
	bool this_path;
	bool allow_partial;
	bool all_ports; /* register: one registration for all ports of the target (ALL_TG_PT) */
	bool is_volatile; /* register: nothing is kept through a loss of power (APTPL=0) */
	bool no_multipathd; /* for a map: do not tell multipathd */
	bool json;
	bool no_log;
	bool resolve_only; /* find the LUNs, but send nothing to them */
	bool before_change; /* status: asked for by a user who wants a change */
	/*
	 * for a cluster: register and preempt must not cut off a path of this host; status shows
	 * only what can be fenced
	 */
	bool fence;
	/* unregister: the host was fenced meanwhile, so its key stays in the records */
	bool was_fenced;
	/* register, unregister: of a key that is removed again, and is not kept in the records */
	bool is_temporary;
	bool only_decides; /* fence, register: the disk only decides fences: no service uses it */
	bool quiet;
	bool verbose;
	bool noheadings;
	bool raw; /* status: include the replies as bytes */
	struct host_choice *as; /* status: the host whose access is shown; NULL: none */
	const struct column_choice *columns; /* status --output; NULL if not given */
	struct examination *examination; /* doctor; NULL for other commands */
	int64_t timeout; /* nanoseconds for the whole command; 0: no limit */
	/* set in the worker: when the time is over, by clock_now(); 0: never */
	int64_t deadline;
	size_t jobs; /* LUNs at the same time */
	const struct key_names *names; /* names of keys; NULL: not read */
	/* as the user wrote them; the array belongs to the request, because argv is reordered */
	const char **devices;
	/* the LUN that each device must be; NULL, or a NULL element: any */
	const struct lun *const *expected;
	size_t device_count;
};

/*
 * @clause ("; nothing was sent"), for the message about a failure before a change; "" if the user
 * has not asked for a change.
 */
const char *request_unsent(const struct request *request, const char *clause);

/* Whether more is shown than the usual columns of status. Only what is shown is read. */
static inline bool request_shows_details(const struct request *request)
{
	return request->json || request->verbose || request->columns || request->examination;
}

#endif
