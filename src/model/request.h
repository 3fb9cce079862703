/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the user asks for, as plain data: made by options.c from the command line, checked by the
 * command's own file, read by everything below.
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
 * What every layer may have to know of a command. How it is carried out is in its rule (pr/rule.h).
 */
bool command_only_reads(enum command_id command); /* it sends nothing that would change a device */
/* its output is what the devices hold, with or without arguments */
bool command_lists(enum command_id command);

struct document;
struct host_choice;
struct key_names;
struct lun;
struct rule;

/* The values 1 to 6 are those of the kernel's enum pr_type and of NVMe's RTYPE. */
enum resv_type {
	RESV_NONE,
	RESV_WRITE_EXCLUSIVE,
	RESV_EXCLUSIVE_ACCESS,
	RESV_WRITE_EXCLUSIVE_REG_ONLY,
	RESV_EXCLUSIVE_ACCESS_REG_ONLY,
	RESV_WRITE_EXCLUSIVE_ALL_REGS,
	RESV_EXCLUSIVE_ACCESS_ALL_REGS,
	RESV_OTHER, /* a device holds a type that none of these names */
};

struct column_choice;

#define EXAMINATION_RULES_MAX 64
#define EVEN_IF_MAX 64

/* doctor: what is looked for, and what other hosts have shown. */
struct examination {
	const struct rule *rules[EXAMINATION_RULES_MAX]; /* by --rule */
	size_t rule_count; /* 0: all */
	struct document *documents; /* by --with */
	bool list_rules;
	bool table;
};

/*
 * 0 is not a key: SPC uses it for "not registered", and the command line refuses it, so here it
 * means "not given".
 */
struct request {
	enum command_id command;
	const char *command_name;
	uint64_t key; /* register: the new key; else this host's own */
	uint64_t old_key;
	uint64_t victim;
	/* preempt: the host to remove, by each of its keys in turn; NULL: a key was given */
	struct host_choice *victim_host;
	enum resv_type type;
	bool victim_all;
	bool ignore_key;
	bool take_key; /* clear: registers key first, if this host has none */
	/* keys that do not forbid that: their hosts do not use the LUN any more */
	uint64_t even_if[EVEN_IF_MAX];
	size_t even_if_count;
	bool release;
	bool if_registered;
	bool unreserved;
	/* preempt-abort: the victim's host is off, or was rebooted: its commands have ended */
	bool confirmed_off;
	bool no_reset; /* preempt-abort: never reset a LUN to prove the abort */
	bool dry_run;
	bool whole_lun;
	bool this_path;
	bool allow_partial;
	bool all_ports; /* register: one registration for all ports of the target (ALL_TG_PT) */
	bool is_volatile; /* register: nothing is kept through a loss of power (APTPL=0) */
	bool no_multipathd; /* of a map: multipathd is not told */
	bool json;
	bool no_log;
	bool resolve_only; /* find the LUNs, and ask them nothing */
	/*
	 * for a cluster: register, preempt: no path of this host may be cut off; status: only what
	 * can be fenced
	 */
	bool fence;
	bool quiet;
	bool verbose;
	bool noheadings;
	bool raw; /* status: with the replies as bytes */
	struct host_choice *as; /* status: what this host may do; NULL: not asked */
	const struct column_choice *columns; /* status --output; NULL: not given */
	struct examination *examination; /* doctor; NULL: another command */
	int64_t timeout; /* nanoseconds for the whole command; 0: none */
	/* in the process that works: when that is over, by clock_now(); 0: never */
	int64_t deadline;
	size_t jobs; /* LUNs at a time */
	const struct key_names *names; /* of keys; NULL: none were read */
	const char **devices; /* as the user wrote them; owned by the request, as argv is not */
	/* the LUN that each device was before; NULL, or a member that is: whatever it is */
	const struct lun *const *expected;
	size_t device_count;
};

/* Whether more of a LUN is shown than the usual columns of status: only what is shown is read. */
static inline bool request_tells_all(const struct request *request)
{
	return request->json || request->verbose || request->columns || request->examination;
}

#endif
