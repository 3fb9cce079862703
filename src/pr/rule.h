/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What prctl knows of each command, as one struct: what to send in which state, what the state must
 * show for it to be done, what is said of that, and how it is carried out on a multipath map.
 * src/pr/rule_NAME.c has the rules, one file for each command, or for two that are alike. What
 * holds for every command is in verify.c. The rules are pure functions: none of them touches a
 * device, but for read.
 */
#ifndef RULE_H
#define RULE_H

#include "model/request.h"
#include "model/result.h"

enum plan_kind {
	PLAN_SEND, /* send plan.action */
	PLAN_PROVE, /* the victim is gone: prove that no command of it is under way any more */
	PLAN_DONE, /* the device holds what is asked for: the status is ok */
	PLAN_REFUSE, /* the state forbids it: the status and its reason are set */
};

struct plan {
	enum plan_kind kind;
	struct action action;
	bool proof; /* the action changes nothing: its success proves that this nexus has the key */
};

/* What earlier tries of one request have shown. */
struct tries {
	int sent; /* commands that changed, or might have changed, something */
	bool proof_refused; /* the proof was sent and refused: this nexus does not have the key */
	int proofs; /* commands that could only prove */
	/*
	 * REGISTER AND IGNORE EXISTING KEY met a conflict: some devices take it of registrants
	 * alone.
	 */
	bool ignore_refused;
	/*
	 * One may have been carried out: neither its answer nor a list after it proves that it was
	 * not.
	 */
	bool doubt;
	bool last; /* there is no time for another one, or another path is to be tried */
	bool old_refused; /* --old-key met a conflict: this path lacks that key, whoever has it */
	/*
	 * A registration that may be this path's covers all ports, and takes ALL_TG_PT to be
	 * changed.
	 */
	bool all_ports;
	/* APTPL=0: the request says so, or the target keeps nothing through a loss of power */
	bool is_volatile;
	bool shared; /* the registration of another path of this host may be this one's, too */
	/* REGISTER ended with success, and the list has the key for another path of this host */
	bool hidden;
};

/* One command of a request, after it was sent. Either state may have the source SOURCE_NONE. */
struct attempt {
	const struct request *request;
	struct result *result; /* result->state was read after the command */
	const struct plan *plan;
	const struct answer *answer;
	const struct answer *read_back; /* to the reading after it */
	const struct resv_state *before; /* in which the plan was made */
	struct tries *tries; /* this one included */
};

/* What the records of this node keep of a request that is done: pr/memory.h. */
enum remembered {
	REMEMBER_NOTHING,
	REMEMBER_OWN_KEY, /* that this node has request->key */
	REMEMBER_NO_KEY, /* that this node has no key */
	REMEMBER_ABORT, /* that the commands of the victim have ended */
};

/* A member that is NULL or false is the usual case, unless it says otherwise. */
struct rule {
	/*
	 * What is to be done in result->state. Sets the status unless it returns PLAN_SEND or
	 * PLAN_PROVE. This and the next four: never NULL, but for commands that only read.
	 */
	struct plan (*plan)(const struct request *request, struct result *result,
			    const struct tries *tries);
	/* The same if no state can be read: what the request alone decides. */
	struct plan (*plan_blind)(const struct request *request, struct result *result);
	/*
	 * Whether result->state shows the request done. TRI_UNKNOWN: only success of the command
	 * can tell.
	 */
	enum tri (*reached)(const struct attempt *attempt);
	/* What is said on standard output of a request that is done. */
	const char *(*success)(const struct attempt *attempt);
	/* What the request is about to do in @state, after "would": "register 0xa". In @arena. */
	const char *(*intent)(struct arena *arena, const struct request *request,
			      const struct resv_state *state);

	/* What the state shows if the answer was not success; NULL: the same as reached(). */
	enum tri (*shown)(const struct attempt *attempt);
	/*
	 * The answer was success, and reached() is not TRI_NO: sets *@changed, which is TRI_YES.
	 * False: the answer alone proves less, and the status and outcome.changed are set.
	 */
	bool (*accepted)(const struct attempt *attempt, enum tri *changed);
	/*
	 * The request is done: warns of what the user may not expect. False: it is not ok, and the
	 * status is set.
	 */
	bool (*finish)(const struct attempt *attempt);
	/*
	 * A conflict: whether another command may do it; the next plan finds that in
	 * attempt->tries.
	 */
	bool (*retry)(const struct attempt *attempt);
	/*
	 * Success, and reached() is TRI_NO: whether a proof may show it done; the next plan finds
	 * that in attempt->tries.
	 */
	bool (*hidden)(const struct attempt *attempt);
	/*
	 * Not done, and not sent again: sets the status if this command has a cause of its own for
	 * it. False: it has none.
	 */
	bool (*explain)(const struct attempt *attempt);
	/*
	 * shown() is TRI_UNKNOWN: whether what the list has lost may be this command's work, so
	 * that it is not repeated.
	 */
	bool (*is_lost)(const struct attempt *attempt);

	/*
	 * A command that only reads: what is done after the state was read through a path; NULL: it
	 * changes the device.
	 */
	void (*read)(const struct request *request, struct result *result);
	/* The same of a map as a whole; NULL: read() through one of its paths. */
	void (*read_map)(const struct request *request, struct result *map);

	/*
	 * Of a map, every path is done, and this sets the status of all; @done: how many ended
	 * well. NULL: one path is enough.
	 */
	void (*judge_paths)(const struct request *request, struct result *map, size_t done);
	/*
	 * Of a map, after all was read back: warns of what the user may not expect; NULL: of
	 * nothing.
	 */
	void (*finish_map)(const struct request *request, struct result *map);
	bool by_holder; /* only the nexus that holds can do it */
	/* it removes this path's registration: those that this host has left matter */
	bool removes_own;
	bool proves; /* it is done only if the commands of the victim are proven to have ended */
	bool counted; /* every target counts it by the generation, and by one */
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
