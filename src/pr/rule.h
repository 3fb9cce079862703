/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Everything that differs between commands, as one struct for each: what to send in which state,
 * which state means that it is done, the messages, and how it is done on a multipath map.
 * src/pr/rule_NAME.c has the rule of a command, or of two similar ones. What is common to all
 * commands is in verify.c. No function of a rule touches a device, except read(), and finish_map(),
 * which asks multipathd and sysfs. They depend only on their arguments, and change only the result,
 * attempt->tries, and which paths share a registration (finish() and retry():
 * result_head()->sharers, result->unshared).
 */
#ifndef RULE_H
#define RULE_H

#include "model/request.h"
#include "model/result.h"

enum plan_kind {
	PLAN_SEND, /* send plan.action */
	PLAN_PROVE, /* the victim is gone: prove that its commands have ended */
	PLAN_DONE, /* the device already holds what is requested: the status is ok */
	PLAN_REFUSE, /* the state forbids it: the status and its reason are set */
};

struct plan {
	enum plan_kind kind;
	struct action action;
	bool proof; /* the action changes nothing: if it succeeds, this nexus has the key */
};

/* What the earlier tries of one request have shown. */
struct tries {
	int sent; /* commands that changed something, or may have */
	bool proof_refused; /* the proof was sent and refused: this nexus does not have the key */
	int proofs; /* commands that could only prove */
	int unexplained; /* of all these, how many the kernel's ioctl has failed without a reason */
	/*
	 * REGISTER AND IGNORE EXISTING KEY met a conflict, or was refused: some devices accept it
	 * only from registrants, and some do not know it.
	 */
	bool ignore_refused;
	/*
	 * A command may have been carried out: neither its answer nor a later list proves that it
	 * was not.
	 */
	bool doubt;
	bool last; /* there is no time for another try, or another path will be tried */
	bool old_refused; /* --old-key met a conflict: this path lacks that key */
	/*
	 * A registration that may be this path's covers all ports, so it can be changed only with
	 * ALL_TG_PT.
	 */
	bool all_ports;
	/* use APTPL=0: the request says so, or the target keeps nothing through a loss of power */
	bool is_volatile;
	bool shared; /* another path's registration may be shared with this path */
	/* REGISTER succeeded, and the list has the key for another path of this host */
	bool hidden;
	/* PREEMPT met a conflict although this path has its key: the victim is not registered */
	bool victim_refused;
	/* a list without names has this host's key: REGISTER has shown that this path has it */
	bool own_proven;
};

/*
 * One command of a request, after it was sent. Either of the two states may be unread
 * (SOURCE_NONE).
 */
struct attempt {
	const struct request *request;
	struct result *result; /* result->state was read after the command */
	const struct plan *plan;
	const struct answer *answer;
	const struct answer *read_back; /* the answer to the reading after it */
	const struct resv_state *before; /* the state in which the plan was made */
	struct tries *tries; /* this one is included */
};

/* What this node records of a request that succeeded: pr/memory.h. */
enum remembered {
	REMEMBER_NOTHING,
	REMEMBER_OWN_KEY, /* this node has request->key */
	REMEMBER_NO_KEY, /* this node has no key */
	REMEMBER_ABORT, /* the commands of the victim have ended */
};

/* A member that is NULL or false means the usual behaviour, unless its comment says otherwise. */
struct rule {
	/*
	 * Decides what to do in result->state. Sets the status unless it returns PLAN_SEND or
	 * PLAN_PROVE. This and the next four are never NULL, except for commands that only read.
	 */
	struct plan (*plan)(const struct request *request, struct result *result,
			    const struct tries *tries);
	/* The same if no state can be read: decides by the request alone. */
	struct plan (*plan_blind)(const struct request *request, struct result *result);
	/*
	 * Whether result->state shows that the request is done. TRI_UNKNOWN: only a successful
	 * answer can show it.
	 */
	enum tri (*reached)(const struct attempt *attempt);
	/* The message on standard output if the request is done. */
	const char *(*success)(const struct attempt *attempt);
	/*
	 * What the request would do in @state, in words after "would": "register 0xa". In @arena.
	 */
	const char *(*intent)(struct arena *arena, const struct request *request,
			      const struct resv_state *state);

	/* The same as reached() for an answer that was not success; NULL: reached() is used. */
	enum tri (*shown)(const struct attempt *attempt);
	/*
	 * Called if the answer was success and reached() is not TRI_NO. May change *@changed, which
	 * is TRI_YES. Returns false if the answer alone proves less: the status and outcome.changed
	 * are then set.
	 */
	bool (*accepted)(const struct attempt *attempt, enum tri *changed);
	/*
	 * Called if the request is done: warns of what the user may not expect. Returns false if it
	 * is not ok after all: the status is then set.
	 */
	bool (*finish)(const struct attempt *attempt);
	/*
	 * Called after a conflict: whether another command may succeed; attempt->tries shows the
	 * next plan which one.
	 */
	bool (*retry)(const struct attempt *attempt);
	/*
	 * Called if the answer was success but reached() is TRI_NO: whether a proof may show that
	 * it is done; attempt->tries shows the next plan that one is needed.
	 */
	bool (*hidden)(const struct attempt *attempt);
	/*
	 * Called if it is not done and not sent again: sets the status if the cause is specific to
	 * this command. Returns false if not.
	 */
	bool (*explain)(const struct attempt *attempt);
	/*
	 * Called if shown() is not TRI_YES: whether what changed meanwhile may be, or hide, this
	 * command's work, so that nothing must be sent again.
	 */
	bool (*is_lost)(const struct attempt *attempt);

	/*
	 * For a command that only reads: called after the state was read through a path. NULL: the
	 * command changes the device.
	 */
	void (*read)(const struct request *request, struct result *result);
	/* The same for a map as a whole; NULL: read() is called for one of its paths. */
	void (*read_map)(const struct request *request, struct result *map);

	/*
	 * For a map: not NULL if the command is sent through every path; sets the status of the
	 * map. @done: how many paths succeeded. NULL: one path is enough.
	 */
	void (*judge_paths)(const struct request *request, struct result *map, size_t done);
	/*
	 * For a map, after all paths were read back: sets or removes the key that multipathd has
	 * for it, and warns of what the user may not expect. May fail the request, if a path has
	 * joined the map and lacks the key.
	 */
	void (*finish_map)(const struct request *request, struct result *map);
	bool by_holder; /* only the nexus that holds the reservation can do it */
	/* it removes this path's registration, so other registrations of this host matter */
	bool removes_own;
	bool proves; /* it is done only if the victim's commands are proven to have ended */
	bool reports_absence; /* its conflict means that this host is not registered */
	bool counted; /* every target increases its generation by one for it */
	enum remembered remembers;
};

/* The rule of the command of @request. Never NULL. */
const struct rule *rule_of(const struct request *request);

extern const struct rule rule_register;
extern const struct rule rule_unregister;
extern const struct rule rule_reserve;
extern const struct rule rule_release;
extern const struct rule rule_preempt;
extern const struct rule rule_preempt_abort;
extern const struct rule rule_clear;
extern const struct rule rule_status;
extern const struct rule rule_check;

#endif
