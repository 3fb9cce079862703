/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rules that make "ok" no guess: what may be sent in a state, and what an answer and the state behind it
 * prove. Pure functions: no device is touched here.
 */
#ifndef JUDGE_H
#define JUDGE_H

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
	bool ignore_refused; /* REGISTER AND IGNORE EXISTING KEY met a conflict: some devices take it of registrants alone */
	bool doubt; /* one of them may have been carried out: neither its answer nor a list behind it proves that it was not */
	bool last; /* there is no time for another one, or another path is to be tried */
	bool old_refused; /* --old-key met a conflict: this path does not have that key, whoever has it */
	bool all_ports; /* a registration that may be this path's covers all ports, and takes ALL_TG_PT to be changed */
};

/* What @request comes to where @result->state stands. Sets the status unless it says PLAN_SEND. */
struct plan plan_make(const struct request *request, struct result *result, const struct tries *tries);

/* As plan_make(), where no state can be read: what the request alone decides. */
struct plan plan_make_blind(const struct request *request, struct result *result);

enum judgement {
	JUDGED, /* the status is set */
	JUDGE_PROVE, /* done, and the status is ok if abort_prove() proves the abort as well */
	JUDGE_AGAIN, /* not done, and may be tried again: from the state that stands in the result */
	JUDGE_LATER, /* the same, after a pause; where there is no time for it, judge() is to be asked again with tries->last */
};

/*
 * What @answer to @plan means, with @before the state that the plan was made in and @result->state the one
 * that was read behind it. Either may have the source SOURCE_NONE.
 */
enum judgement judge(const struct request *request, struct result *result, const struct plan *plan,
		     const struct answer *answer, const struct resv_state *before, const struct answer *read_back,
		     struct tries *tries);

/*
 * "Nothing was done" is said only of what is known not to have been done: where @tries leave a doubt, the status that
 * stands in @result becomes "unknown", and what has changed is not known. judge() has called it; who ends a request
 * that was tried before in another way calls it behind its own status.
 */
void judge_doubt(const struct request *request, struct result *result, const struct tries *tries);

/* The status of a state that could not be read: @answer says why. */
enum status judge_unread(const struct request *request, struct result *result, enum step step, const struct answer *answer);

#endif
