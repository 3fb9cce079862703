// SPDX-License-Identifier: GPL-2.0-or-later
/* What an answer and the state after it prove. The plan is the one for the state before. */
#include <errno.h>

#include "unit.h"

#include "model/nexus.h"
#include "model/sharing.h"
#include "model/state.h"
#include "pr/unread.h"
#include "pr/verify.h"
#include "states.h"

#define OK(changed) VERIFIED, STATUS_OK, REASON_NONE, changed
#define NOT(status, reason, changed) VERIFIED, STATUS_##status, REASON_##reason, changed
#define LATER VERIFIED_LATER, STATUS_OK, REASON_NONE, N
#define PROVE(changed) VERIFIED_TO_PROVE, STATUS_OK, REASON_NONE, changed
#define AGAIN VERIFIED_AGAIN, STATUS_OK, REASON_NONE, N

#define HELD_BY_US STATE(2, WE, 0xa, OWN(0xa, Y))
#define HELD_BY_VICTIM STATE(1, WE, 0xb, OWN(0xa, N), OTHER(0xb, Y))
#define HELD_BY_THIRD STATE(1, WE, 0xc, OWN(0xa, N), OTHER(0xb, N), THIRD(0xc, Y))
/* The device does not say which host holds, so the list may omit the victim. */
#define HELD_SOMEHOW(generation) STATE(generation, WERO, 0, OWN(0xa, U))
#define HELD_SOMEHOW_BY(generation, ...) STATE(generation, WERO, 0, __VA_ARGS__)
#define FREE STATE(1, RESV_NONE, 0, OWN(0xa, N))
#define BESIDE_A STATE(1, RESV_NONE, 0, BESIDE(0xa, N))
#define BESIDE_A_2 STATE(2, RESV_NONE, 0, BESIDE(0xa, N))
#define BESIDE_A0 STATE(1, RESV_NONE, 0, BESIDE(0xa0, N))

static const struct {
	const char *name;
	struct request request;
	struct resv_state before;
	struct tries tries; /* this one included */
	enum answer_kind answer;
	struct resv_state after;
	enum verified verified;
	enum status status;
	enum reason reason;
	enum tri changed;
	const char *said; /* a part of the message, or of the first warning; NULL: there is none */
} judgements[] = {
	/* NVMe: a device may refuse to replace the key of a host that has none. */
	{ "conflict: register --ignore-key",
	  REGISTER(.ignore_key = true),
	  EMPTY(1),
	  { .sent = 1 },
	  ANSWER_CONFLICT,
	  EMPTY(1),
	  AGAIN,
	  NULL },
	{ "conflict: register --ignore-key, and plainly",
	  REGISTER(.ignore_key = true),
	  EMPTY(1),
	  { .sent = 2, .ignore_refused = true },
	  ANSWER_CONFLICT,
	  EMPTY(1),
	  NOT(CONFLICT, REFUSED, N),
	  "RESERVATION CONFLICT for no visible reason" },
	{ "register --ignore-key, which the device does not know",
	  REGISTER(.ignore_key = true),
	  EMPTY(1),
	  { .sent = 1 },
	  ANSWER_INVALID,
	  EMPTY(1),
	  AGAIN,
	  NULL },
	{ "unregister --ignore-key, which the device does not know",
	  UNREGISTER(.ignore_key = true),
	  STATE(1, RESV_NONE, 0, OWN(0xa, N)),
	  { .sent = 1 },
	  ANSWER_INVALID,
	  STATE(1, RESV_NONE, 0, OWN(0xa, N)),
	  AGAIN,
	  NULL },
	{ "the same, and which key this path has is not known",
	  UNREGISTER(.ignore_key = true),
	  STATE(1, RESV_NONE, 0, MAYBE(0xa, N)),
	  { .sent = 1 },
	  ANSWER_INVALID,
	  STATE(1, RESV_NONE, 0, MAYBE(0xa, N)),
	  NOT(FAILED, REFUSED, N),
	  NULL },
	{ "conflict: unregister --ignore-key",
	  UNREGISTER(.ignore_key = true),
	  STATE(1, RESV_NONE, 0, OWN(0xa, N)),
	  { .sent = 1 },
	  ANSWER_CONFLICT,
	  STATE(1, RESV_NONE, 0, OWN(0xa, N)),
	  NOT(CONFLICT, REFUSED, N),
	  NULL },
	/*
	 * nvmet: a release by a registrant that is not the first one, although all registrants
	 * hold.
	 */
	{ "release by one of all, without effect",
	  RELEASE(),
	  STATE(1, WEAR, 0, OWN(0xa, Y), OTHER(0xb, Y)),
	  { .sent = 1 },
	  ANSWER_DONE,
	  STATE(1, WEAR, 0, OWN(0xa, Y), OTHER(0xb, Y)),
	  NOT(FAILED, NOT_DONE, N),
	  HOST_2 },
	/* LIO: with the key of the one that reserved, or took its place, the new type is used. */
	{ "preempt of LIO's holder among all, with another type",
	  PREEMPT(.victim = 0xb, .type = EA),
	  STATE(1, EAAR, 0, OWN(0xa, Y), OTHER(0xb, Y)),
	  { .sent = 1 },
	  ANSWER_DONE,
	  STATE(2, EA, 0xa, OWN(0xa, Y)),
	  OK(Y),
	  NULL },
	{ "preempt of another one of all, with another type",
	  PREEMPT(.victim = 0xb, .type = EA),
	  STATE(1, EAAR, 0, OWN(0xa, Y), OTHER(0xb, Y)),
	  { .sent = 1 },
	  ANSWER_DONE,
	  STATE(2, EAAR, 0, OWN(0xa, Y)),
	  OK(Y),
	  "--type exclusive-access had no effect" },
	{ "release by one of all, then reserved again",
	  RELEASE(),
	  STATE(1, WEAR, 0, OWN(0xa, Y), OTHER(0xb, Y)),
	  { .sent = 1 },
	  ANSWER_DONE,
	  STATE(2, WEAR, 0, OWN(0xa, Y), OTHER(0xc, Y)),
	  NOT(FAILED, CHANGED_SINCE, Y),
	  NULL },
	/* The proof that this host has the key with which nothing else would be sent. */
	{ "preempt: the proof, which the device has counted",
	  PREEMPT(.victim = 0xb, .if_registered = true),
	  STATE(1, WE, 0xa, ANY(0xa, Y)),
	  { .proofs = 1 },
	  ANSWER_DONE,
	  STATE(2, WE, 0xa, ANY(0xa, Y)),
	  AGAIN,
	  NULL },
	{ "preempt: the proof, which the device has not counted",
	  PREEMPT(.victim = 0xb, .if_registered = true),
	  STATE(1, WE, 0xa, ANY(0xa, Y)),
	  { .proofs = 1 },
	  ANSWER_DONE,
	  STATE(1, WE, 0xa, ANY(0xa, Y)),
	  NOT(FAILED, NOT_DONE, N),
	  "the device returned success, but shows no change" },
	/* Success, and the state after it agrees. */
	{ "register", REGISTER(), EMPTY(1), { .sent = 1 }, ANSWER_DONE, FREE, OK(Y), NULL },
	{ "register --old-key",
	  REGISTER(.old_key = 0xa0),
	  STATE(1, RESV_NONE, 0, OWN(0xa0, N)),
	  { .sent = 1 },
	  ANSWER_DONE,
	  FREE,
	  OK(Y),
	  NULL },
	{ "register --ignore-key",
	  REGISTER(.ignore_key = true),
	  STATE(1, RESV_NONE, 0, OWN(0xc, N)),
	  { .sent = 1 },
	  ANSWER_DONE,
	  FREE,
	  OK(Y),
	  NULL },
	{ "register: no nexus is known",
	  REGISTER(),
	  STATE(1, RESV_NONE, 0, ANY(0xb, N)),
	  { .sent = 1 },
	  ANSWER_DONE,
	  STATE(2, RESV_NONE, 0, ANY(0xb, N), ANY(0xa, N)),
	  OK(Y),
	  NULL },
	{ "register: the proof",
	  REGISTER(),
	  STATE(1, RESV_NONE, 0, ANY(0xa, N)),
	  { 0 },
	  ANSWER_DONE,
	  STATE(2, RESV_NONE, 0, ANY(0xa, N)),
	  OK(N),
	  NULL },
	{ "register: the proof of an earlier try",
	  REGISTER(),
	  STATE(2, RESV_NONE, 0, ANY(0xa, N)),
	  { .sent = 1 },
	  ANSWER_DONE,
	  STATE(3, RESV_NONE, 0, ANY(0xa, N)),
	  OK(U),
	  NULL },
	{ "register: a clone has the key, too",
	  REGISTER(),
	  STATE(1, RESV_NONE, 0, OTHER(0xa, N)),
	  { .sent = 1 },
	  ANSWER_DONE,
	  STATE(2, RESV_NONE, 0, OTHER(0xa, N), OWN(0xa, N)),
	  OK(Y),
	  HOST_2 },
	{ "unregister",
	  UNREGISTER(.key = 0xa),
	  FREE,
	  { .sent = 1 },
	  ANSWER_DONE,
	  EMPTY(1),
	  OK(Y),
	  NULL },
	{ "unregister: others stay",
	  UNREGISTER(.key = 0xa),
	  STATE(1, RESV_NONE, 0, OWN(0xa, N), OTHER(0xb, N)),
	  { .sent = 1 },
	  ANSWER_DONE,
	  STATE(1, RESV_NONE, 0, OTHER(0xb, N)),
	  OK(Y),
	  NULL },
	{ "unregister --ignore-key: no nexus is known",
	  UNREGISTER(.ignore_key = true),
	  STATE(1, RESV_NONE, 0, ANY(0xa, N), ANY(0xb, N)),
	  { .sent = 1 },
	  ANSWER_DONE,
	  STATE(1, RESV_NONE, 0, ANY(0xb, N)),
	  OK(Y),
	  NULL },
	{ "unregister: no nexus is known",
	  UNREGISTER(.key = 0xa),
	  STATE(1, RESV_NONE, 0, ANY(0xa, N), ANY(0xb, N)),
	  { .sent = 1 },
	  ANSWER_DONE,
	  STATE(1, RESV_NONE, 0, ANY(0xb, N)),
	  OK(Y),
	  NULL },
	{ "preempt-abort: it is not there, and the proof of this host's key",
	  PREEMPT_ABORT(.victim = 0xb, .if_registered = true),
	  STATE(1, WE, 0xa, ANY(0xa, Y)),
	  { 0 },
	  ANSWER_DONE,
	  STATE(2, WE, 0xa, ANY(0xa, Y)),
	  AGAIN,
	  NULL },
	{ "preempt: the victim's host is listed first, with another key",
	  PREEMPT(.victim = 0xb),
	  STATE(1, WE, 0xa, OTHER(0xd, N), OWN(0xa, Y), OTHER(0xb, N)),
	  { .sent = 1 },
	  ANSWER_DONE,
	  STATE(2, WE, 0xa, OTHER(0xd, N), OWN(0xa, Y)),
	  OK(Y),
	  "0xd" },
	{ "preempt: the victim is listed first, and registers with another key",
	  PREEMPT(.victim = 0xb),
	  STATE(1, WE, 0xa, OTHER(0xb, N), OWN(0xa, Y)),
	  { .sent = 1 },
	  ANSWER_DONE,
	  STATE(2, WE, 0xa, OTHER(0xd, N), OWN(0xa, Y)),
	  OK(Y),
	  "0xd" },
	{ "reserve",
	  RESERVE(.type = WE),
	  FREE,
	  { .sent = 1 },
	  ANSWER_DONE,
	  HELD_BY_US,
	  OK(Y),
	  NULL },
	{ "reserve: the proof is refused, and the list may omit the holder",
	  RESERVE(.type = WE),
	  STATE(1, WE, 0, ANY(0xa, U)),
	  { 0 },
	  ANSWER_CONFLICT,
	  STATE(1, WE, 0, ANY(0xa, U)),
	  NOT(CONFLICT, HELD_BY_OTHER, N),
	  "preempt" },
	{ "preempt: the victim is gone, and the reservation was released since",
	  PREEMPT(.victim = 0xb),
	  HELD_BY_VICTIM,
	  { .sent = 1 },
	  ANSWER_DONE,
	  STATE(3, RESV_NONE, 0, OWN(0xa, N)),
	  NOT(FAILED, CHANGED_SINCE, Y),
	  "now nothing is reserved; 0xa is registered; another host is changing" },
	{ "reserve: and the key was replaced meanwhile",
	  RESERVE(.type = WE),
	  FREE,
	  { .sent = 1 },
	  ANSWER_DONE,
	  STATE(2, WE, 0xe, OWN(0xe, Y)),
	  NOT(FAILED, CHANGED_SINCE, Y),
	  "0xe" },
	{ "reserve --ignore-key by a host with another key",
	  RESERVE(.type = WE, .ignore_key = true),
	  STATE(1, RESV_NONE, 0, OWN(0xe, N)),
	  { .sent = 1 },
	  ANSWER_DONE,
	  STATE(1, WE, 0xe, OWN(0xe, Y)),
	  OK(Y),
	  NULL },
	{ "reserve: for all",
	  RESERVE(.type = WEAR),
	  STATE(1, RESV_NONE, 0, OWN(0xa, N), OTHER(0xb, N)),
	  { .sent = 1 },
	  ANSWER_DONE,
	  STATE(1, WEAR, 0, OWN(0xa, Y), OTHER(0xb, Y)),
	  OK(Y),
	  NULL },
	{ "reserve: no nexus is known",
	  RESERVE(.type = WE),
	  STATE(1, RESV_NONE, 0, ANY(0xa, N)),
	  { .sent = 1 },
	  ANSWER_DONE,
	  STATE(1, WE, 0xa, ANY(0xa, Y)),
	  OK(Y),
	  NULL },
	{ "reserve: the proof",
	  RESERVE(.type = WE),
	  STATE(1, WE, 0xa, ANY(0xa, Y)),
	  { 0 },
	  ANSWER_DONE,
	  STATE(1, WE, 0xa, ANY(0xa, Y)),
	  OK(N),
	  NULL },
	{ "reserve: the proof of an earlier try",
	  RESERVE(.type = WE),
	  STATE(1, WE, 0xa, ANY(0xa, Y)),
	  { .sent = 1 },
	  ANSWER_DONE,
	  STATE(1, WE, 0xa, ANY(0xa, Y)),
	  OK(U),
	  NULL },
	{ "release", RELEASE(), HELD_BY_US, { .sent = 1 }, ANSWER_DONE, FREE, OK(Y), NULL },
	{ "release: nothing was held, who knows who has the key",
	  RELEASE(),
	  STATE(1, RESV_NONE, 0, ANY(0xa, N)),
	  { 0 },
	  ANSWER_DONE,
	  STATE(1, RESV_NONE, 0, ANY(0xa, N)),
	  OK(N),
	  NULL },
	{ "register: the list may omit this host, and it is as before but for the generation",
	  REGISTER(),
	  HELD_SOMEHOW_BY(1, OTHER(0xb, U)),
	  { .sent = 1, .proof_refused = true },
	  ANSWER_DONE,
	  HELD_SOMEHOW_BY(2, OTHER(0xb, U)),
	  NOT(UNKNOWN, NOT_VERIFIED, U),
	  "does not list 0xa" },
	{ "register: the list omitted the holder, and lists this host now",
	  REGISTER(),
	  HELD_SOMEHOW_BY(1, OTHER(0xb, U)),
	  { .sent = 1, .proof_refused = true },
	  ANSWER_DONE,
	  STATE(2, WERO, 0, OTHER(0xb, U), OWN(0xa, U)),
	  OK(Y),
	  NULL },
	{ "register: the list may omit this host, and it has proven that it has the key",
	  REGISTER(),
	  HELD_SOMEHOW_BY(1, OTHER(0xb, U)),
	  { .sent = 0, .proofs = 1 },
	  ANSWER_DONE,
	  HELD_SOMEHOW_BY(2, OTHER(0xb, U)),
	  OK(N),
	  NULL },
	{ "unregister: the list may omit this host",
	  UNREGISTER(.key = 0xc, .release = true),
	  HELD_SOMEHOW_BY(1, OTHER(0xb, U)),
	  { .sent = 1 },
	  ANSWER_DONE,
	  HELD_SOMEHOW_BY(2, OTHER(0xb, U)),
	  NOT(UNKNOWN, NOT_VERIFIED, U),
	  "does not list 0xc" },
	{ "unregister: the list omitted this host, which held, and nothing is held now",
	  UNREGISTER(.key = 0xc, .release = true),
	  HELD_SOMEHOW_BY(1, OTHER(0xb, U)),
	  { .sent = 1 },
	  ANSWER_DONE,
	  STATE(2, RESV_NONE, 0, OTHER(0xb, N)),
	  OK(Y),
	  NULL },
	{ "unregister --ignore-key: the list may omit this host",
	  UNREGISTER(.ignore_key = true, .release = true),
	  HELD_SOMEHOW_BY(1, OTHER(0xb, U)),
	  { .sent = 1 },
	  ANSWER_DONE,
	  HELD_SOMEHOW_BY(2, OTHER(0xb, U)),
	  OK(U),
	  NULL },
	{ "preempt: the victim was never listed, and one registration less",
	  PREEMPT(.victim = 0xb),
	  HELD_SOMEHOW(1),
	  { .sent = 1 },
	  ANSWER_DONE,
	  HELD_SOMEHOW(2),
	  OK(Y),
	  NULL },
	{ "preempt: the victim was never listed, and now this host holds",
	  PREEMPT(.victim = 0xb),
	  HELD_SOMEHOW(1),
	  { .sent = 1 },
	  ANSWER_DONE,
	  STATE(1, WERO, 0xa, OWN(0xa, Y)),
	  OK(Y),
	  NULL },
	{ "preempt: the victim was never listed, and nothing has changed",
	  PREEMPT(.victim = 0xb),
	  HELD_SOMEHOW(1),
	  { .sent = 1 },
	  ANSWER_DONE,
	  HELD_SOMEHOW(1),
	  NOT(UNKNOWN, NOT_VERIFIED, U),
	  "did not list 0xb before" },
	{ "preempt: the victim was never listed, and the device refuses",
	  PREEMPT(.victim = 0xb),
	  HELD_SOMEHOW(1),
	  { .sent = 1 },
	  ANSWER_CONFLICT,
	  HELD_SOMEHOW(1),
	  AGAIN,
	  NULL },
	{ "preempt: the device refuses, and the list has changed",
	  PREEMPT(.victim = 0xb),
	  HELD_SOMEHOW(1),
	  { .sent = 1 },
	  ANSWER_CONFLICT,
	  HELD_SOMEHOW(2),
	  AGAIN,
	  NULL },
	{ "preempt: the same, a second time",
	  PREEMPT(.victim = 0xb),
	  STATE(1, WERO, 0, OWN(0xa, U), OTHER(0xb, U)),
	  { .sent = 2, .victim_refused = true },
	  ANSWER_CONFLICT,
	  STATE(1, WERO, 0, OWN(0xa, U), OTHER(0xb, U)),
	  NOT(CONFLICT, REFUSED, N),
	  "held by an unknown registrant" },
	{ "preempt-abort: the victim was never listed, and one registration less",
	  PREEMPT_ABORT(.victim = 0xb),
	  HELD_SOMEHOW(1),
	  { .sent = 1 },
	  ANSWER_DONE,
	  HELD_SOMEHOW(2),
	  PROVE(Y),
	  NULL },
	{ "preempt-abort: the victim was never listed, and nothing has changed",
	  PREEMPT_ABORT(.victim = 0xb),
	  HELD_SOMEHOW(1),
	  { .sent = 1 },
	  ANSWER_DONE,
	  HELD_SOMEHOW(1),
	  NOT(UNKNOWN, NOT_VERIFIED, U),
	  "did not list 0xb before" },
	{ "reserve: any may hold, and the device refuses",
	  RESERVE(.type = WERO),
	  STATE(1, WERO, 0, OWN(0xa, U), OTHER(0xb, U)),
	  { 0 },
	  ANSWER_CONFLICT,
	  STATE(1, WERO, 0, OWN(0xa, U), OTHER(0xb, U)),
	  NOT(CONFLICT, HELD_BY_OTHER, N),
	  "held by an unknown registrant" },
	{ "preempt: the victim held",
	  PREEMPT(.victim = 0xb),
	  HELD_BY_VICTIM,
	  { .sent = 1 },
	  ANSWER_DONE,
	  HELD_BY_US,
	  OK(Y),
	  NULL },
	{ "preempt: this path held",
	  PREEMPT(.victim = 0xb),
	  STATE(1, WE, 0xa, OWN(0xa, Y), OTHER(0xb, N)),
	  { .sent = 1 },
	  ANSWER_DONE,
	  HELD_BY_US,
	  OK(Y),
	  NULL },
	{ "preempt: a third held, and does",
	  PREEMPT(.victim = 0xb),
	  HELD_BY_THIRD,
	  { .sent = 1 },
	  ANSWER_DONE,
	  STATE(2, WE, 0xc, OWN(0xa, N), THIRD(0xc, Y)),
	  OK(Y),
	  NULL },
	{ "preempt: a third held, --type had no effect",
	  PREEMPT(.victim = 0xb, .type = EA),
	  HELD_BY_THIRD,
	  { .sent = 1 },
	  ANSWER_DONE,
	  STATE(2, WE, 0xc, OWN(0xa, N), THIRD(0xc, Y)),
	  OK(Y),
	  "--type exclusive-access had no effect" },
	{ "preempt: --type had its effect",
	  PREEMPT(.victim = 0xb, .type = EA),
	  HELD_BY_VICTIM,
	  { .sent = 1 },
	  ANSWER_DONE,
	  STATE(2, EA, 0xa, OWN(0xa, Y)),
	  OK(Y),
	  NULL },
	{ "preempt: no nexus is known",
	  PREEMPT(.victim = 0xb),
	  STATE(1, WE, 0xb, ANY(0xa, N), ANY(0xb, Y)),
	  { .sent = 1 },
	  ANSWER_DONE,
	  STATE(2, WE, 0xa, ANY(0xa, Y)),
	  OK(Y),
	  NULL },
	{ "preempt: one of all",
	  PREEMPT(.victim = 0xb),
	  STATE(1, WEAR, 0, OWN(0xa, Y), OTHER(0xb, Y)),
	  { .sent = 1 },
	  ANSWER_DONE,
	  STATE(2, WEAR, 0, OWN(0xa, Y)),
	  OK(Y),
	  NULL },
	{ "preempt: the victim's host keeps another key",
	  PREEMPT(.victim = 0xb),
	  STATE(1, WE, 0xb, OWN(0xa, N), OTHER(0xb, Y),
		{ 0xbb, N, { HOST_2 SESSION_1, 2 }, N, N, false }),
	  { .sent = 1 },
	  ANSWER_DONE,
	  STATE(2, WE, 0xa, OWN(0xa, Y), { 0xbb, N, { HOST_2 SESSION_1, 2 }, N, N, false }),
	  OK(Y),
	  HOST_2 },
	{ "preempt --unreserved",
	  PREEMPT(.victim = 0xb, .unreserved = true),
	  STATE(1, RESV_NONE, 0, OWN(0xa, N), OTHER(0xb, N)),
	  { .sent = 1 },
	  ANSWER_DONE,
	  FREE,
	  OK(Y),
	  "nothing is reserved" },
	{ "preempt --unreserved: --type does not matter",
	  PREEMPT(.victim = 0xb, .unreserved = true, .type = WE),
	  STATE(1, RESV_NONE, 0, OWN(0xa, N), OTHER(0xb, N)),
	  { .sent = 1 },
	  ANSWER_DONE,
	  FREE,
	  OK(Y),
	  "nothing is reserved" },
	{ "preempt all",
	  PREEMPT(.victim_all = true),
	  STATE(1, WEAR, 0, OWN(0xa, Y), OTHER(0xb, Y)),
	  { .sent = 1 },
	  ANSWER_DONE,
	  STATE(2, WEAR, 0, OWN(0xa, Y)),
	  OK(Y),
	  NULL },
	{ "preempt all, and the list names this host twice", PREEMPT(.victim_all = true),
	  STATE(1, WEAR, 0, OWN(0xa, Y), OTHER(0xb, Y)), { .sent = 1 }, ANSWER_DONE,
	  STATE(2, WEAR, 0, OWN(0xa, Y), OWN(0xa, Y)), OK(Y), NULL },
	{ "preempt all: another type",
	  PREEMPT(.victim_all = true, .type = WE),
	  STATE(1, WEAR, 0, OWN(0xa, Y), OTHER(0xb, Y)),
	  { .sent = 1 },
	  ANSWER_DONE,
	  HELD_BY_US,
	  OK(Y),
	  NULL },
	{ "preempt-abort",
	  PREEMPT_ABORT(.victim = 0xb),
	  HELD_BY_VICTIM,
	  { .sent = 1 },
	  ANSWER_DONE,
	  HELD_BY_US,
	  PROVE(Y),
	  NULL },
	{ "preempt-abort: the victim's host keeps another key",
	  PREEMPT_ABORT(.victim = 0xb),
	  STATE(1, WE, 0xb, OTHER(0xb, Y), OWN(0xa, N),
		{ 0xbb, N, { HOST_2 SESSION_1, 2 }, N, N, false }),
	  { .sent = 1 },
	  ANSWER_DONE,
	  STATE(2, WE, 0xa, { 0xbb, N, { HOST_2 SESSION_1, 2 }, N, N, false }, OWN(0xa, Y)),
	  PROVE(Y),
	  HOST_2 },
	{ "clear", CLEAR, HELD_BY_VICTIM, { .sent = 1 }, ANSWER_DONE, EMPTY(2), OK(Y), NULL },

	/* Success, but the read-back shows another state. */
	{ "register, then another's clear",
	  REGISTER(),
	  EMPTY(1),
	  { .sent = 1 },
	  ANSWER_DONE,
	  EMPTY(3),
	  NOT(FAILED, CHANGED_SINCE, Y),
	  "done, but changed since" },
	{ "register, then another key",
	  REGISTER(),
	  EMPTY(1),
	  { .sent = 1 },
	  ANSWER_DONE,
	  STATE(3, RESV_NONE, 0, OWN(0xc, N)),
	  NOT(FAILED, CHANGED_SINCE, Y),
	  "0xc" },
	{ "register: the proof, then another's clear",
	  REGISTER(),
	  STATE(1, RESV_NONE, 0, ANY(0xa, N)),
	  { 0 },
	  ANSWER_DONE,
	  EMPTY(3),
	  NOT(FAILED, CHANGED_SINCE, N),
	  NULL },
	{ "unregister, still there",
	  UNREGISTER(.key = 0xa),
	  FREE,
	  { .sent = 1 },
	  ANSWER_DONE,
	  FREE,
	  NOT(FAILED, NOT_DONE, U),
	  NULL },
	{ "unregister, another key is there",
	  UNREGISTER(.key = 0xa),
	  FREE,
	  { .sent = 1 },
	  ANSWER_DONE,
	  STATE(1, RESV_NONE, 0, OWN(0xc, N)),
	  NOT(FAILED, CHANGED_SINCE, Y),
	  "0xc" },
	{ "reserve, then another's preempt",
	  RESERVE(.type = WE),
	  FREE,
	  { .sent = 1 },
	  ANSWER_DONE,
	  STATE(2, WE, 0xb, OTHER(0xb, Y)),
	  NOT(FAILED, CHANGED_SINCE, Y),
	  HOST_2 },
	{ "reserve, nothing held",
	  RESERVE(.type = WE),
	  FREE,
	  { .sent = 1 },
	  ANSWER_DONE,
	  FREE,
	  NOT(FAILED, NOT_DONE, U),
	  "nothing is reserved" },
	{ "reserve, held with another type",
	  RESERVE(.type = WE),
	  FREE,
	  { .sent = 1 },
	  ANSWER_DONE,
	  STATE(2, EA, 0xa, OWN(0xa, Y)),
	  NOT(FAILED, CHANGED_SINCE, Y),
	  "exclusive-access" },
	{ "release, then reserved by another",
	  RELEASE(),
	  HELD_BY_US,
	  { .sent = 1 },
	  ANSWER_DONE,
	  HELD_BY_VICTIM,
	  NOT(FAILED, CHANGED_SINCE, Y),
	  HOST_2 },
	{ "release of what another path holds",
	  RELEASE(),
	  STATE(1, WE, 0xa, ANY(0xa, U), ANY(0xa, U)),
	  { .sent = 1 },
	  ANSWER_DONE,
	  STATE(1, WE, 0xa, ANY(0xa, U), ANY(0xa, U)),
	  NOT(CONFLICT, HELD_BY_OTHER, N),
	  "still" },
	{ "preempt, the victim is back",
	  PREEMPT(.victim = 0xb),
	  HELD_BY_VICTIM,
	  { .sent = 1 },
	  ANSWER_DONE,
	  STATE(3, WE, 0xa, OWN(0xa, Y), OTHER(0xb, N)),
	  NOT(FAILED, CHANGED_SINCE, Y),
	  "0xb is registered" },
	{ "preempt, then preempted by a third",
	  PREEMPT(.victim = 0xb),
	  HELD_BY_VICTIM,
	  { .sent = 1 },
	  ANSWER_DONE,
	  STATE(3, WE, 0xc, THIRD(0xc, Y)),
	  NOT(FAILED, CHANGED_SINCE, Y),
	  HOST_3 },
	{ "preempt, nothing held",
	  PREEMPT(.victim = 0xb),
	  HELD_BY_VICTIM,
	  { .sent = 1 },
	  ANSWER_DONE,
	  FREE,
	  NOT(FAILED, CHANGED_SINCE, Y),
	  "nothing is reserved" },
	{ "preempt, held with another type",
	  PREEMPT(.victim = 0xb, .type = EA),
	  HELD_BY_VICTIM,
	  { .sent = 1 },
	  ANSWER_DONE,
	  HELD_BY_US,
	  NOT(FAILED, CHANGED_SINCE, Y),
	  NULL },
	{ "preempt all, one is left",
	  PREEMPT(.victim_all = true),
	  STATE(1, WEAR, 0, OWN(0xa, Y), OTHER(0xb, Y)),
	  { .sent = 1 },
	  ANSWER_DONE,
	  STATE(2, WEAR, 0, OWN(0xa, Y), OTHER(0xb, Y)),
	  NOT(FAILED, CHANGED_SINCE, Y),
	  NULL },
	{ "preempt-abort, the victim is back",
	  PREEMPT_ABORT(.victim = 0xb),
	  HELD_BY_VICTIM,
	  { .sent = 1 },
	  ANSWER_DONE,
	  STATE(3, WE, 0xa, OWN(0xa, Y), OTHER(0xb, N)),
	  NOT(FAILED, CHANGED_SINCE, Y),
	  NULL },
	{ "clear, then another registered",
	  CLEAR,
	  HELD_BY_VICTIM,
	  { .sent = 1 },
	  ANSWER_DONE,
	  STATE(3, RESV_NONE, 0, OTHER(0xb, N)),
	  NOT(FAILED, CHANGED_SINCE, Y),
	  NULL },

	/* Success, but the state and its generation are unchanged: the target has done nothing. */
	{ "nothing: register",
	  REGISTER(),
	  EMPTY(1),
	  { .sent = 1 },
	  ANSWER_DONE,
	  EMPTY(1),
	  NOT(FAILED, NOT_DONE, U),
	  "the device returned success, but shows no change; nothing is reserved; 0xa is not "
	  "registered" },
	{ "nothing: register, and another host's is listed, who knows whose",
	  REGISTER(),
	  STATE(1, RESV_NONE, 0, ANY(0xa, N)),
	  { .sent = 1, .proof_refused = true },
	  ANSWER_DONE,
	  STATE(1, RESV_NONE, 0, ANY(0xa, N)),
	  NOT(FAILED, NOT_DONE, U),
	  NULL },
	{ "nothing: register --old-key",
	  REGISTER(.old_key = 0xa0),
	  STATE(1, RESV_NONE, 0, OWN(0xa0, N)),
	  { .sent = 1 },
	  ANSWER_DONE,
	  STATE(1, RESV_NONE, 0, OWN(0xa0, N)),
	  NOT(FAILED, NOT_DONE, U),
	  "registered with 0xa0, not 0xa" },
	{ "nothing: register --ignore-key",
	  REGISTER(.ignore_key = true),
	  STATE(1, RESV_NONE, 0, OWN(0xc, N)),
	  { .sent = 1 },
	  ANSWER_DONE,
	  STATE(1, RESV_NONE, 0, OWN(0xc, N)),
	  NOT(FAILED, NOT_DONE, U),
	  NULL },
	{ "nothing: unregister",
	  UNREGISTER(.key = 0xa),
	  FREE,
	  { .sent = 1 },
	  ANSWER_DONE,
	  FREE,
	  NOT(FAILED, NOT_DONE, U),
	  NULL },
	{ "nothing: reserve",
	  RESERVE(.type = WE),
	  FREE,
	  { .sent = 1 },
	  ANSWER_DONE,
	  FREE,
	  NOT(FAILED, NOT_DONE, U),
	  "nothing is reserved; 0xa is registered" },
	{ "nothing: release",
	  RELEASE(),
	  HELD_BY_US,
	  { .sent = 1 },
	  ANSWER_DONE,
	  HELD_BY_US,
	  NOT(FAILED, NOT_DONE, U),
	  "held by 0xa (this host), write-exclusive" },
	{ "nothing: preempt",
	  PREEMPT(.victim = 0xb),
	  HELD_BY_VICTIM,
	  { .sent = 1 },
	  ANSWER_DONE,
	  HELD_BY_VICTIM,
	  NOT(FAILED, NOT_DONE, U),
	  "held by 0xb" },
	{ "nothing: preempt, the victim does not hold",
	  PREEMPT(.victim = 0xb),
	  HELD_BY_THIRD,
	  { .sent = 1 },
	  ANSWER_DONE,
	  HELD_BY_THIRD,
	  NOT(FAILED, NOT_DONE, U),
	  NULL },
	{ "nothing: preempt all",
	  PREEMPT(.victim_all = true),
	  STATE(1, WEAR, 0, OWN(0xa, Y), OTHER(0xb, Y)),
	  { .sent = 1 },
	  ANSWER_DONE,
	  STATE(1, WEAR, 0, OWN(0xa, Y), OTHER(0xb, Y)),
	  NOT(FAILED, NOT_DONE, U),
	  NULL },
	{ "nothing: preempt-abort",
	  PREEMPT_ABORT(.victim = 0xb),
	  HELD_BY_VICTIM,
	  { .sent = 1 },
	  ANSWER_DONE,
	  HELD_BY_VICTIM,
	  NOT(FAILED, NOT_DONE, U),
	  NULL },
	{ "nothing: clear",
	  CLEAR,
	  HELD_BY_VICTIM,
	  { .sent = 1 },
	  ANSWER_DONE,
	  HELD_BY_VICTIM,
	  NOT(FAILED, NOT_DONE, U),
	  NULL },
	{ "something: another key in the list, and the generation does not count",
	  REGISTER(),
	  STATE(1, RESV_NONE, 0, OTHER(0xb, N)),
	  { .sent = 1 },
	  ANSWER_DONE,
	  STATE(1, RESV_NONE, 0, OTHER(0xc, N)),
	  NOT(FAILED, CHANGED_SINCE, Y),
	  NULL },

	/*
	 * Another answer, but the state shows that it was done: the kernel may have repeated the
	 * command.
	 */
	{ "echo: register",
	  REGISTER(),
	  EMPTY(1),
	  { .sent = 1 },
	  ANSWER_CONFLICT,
	  FREE,
	  OK(U),
	  "but the change took effect" },
	{ "echo: register, check condition",
	  REGISTER(),
	  EMPTY(1),
	  { .sent = 1 },
	  ANSWER_CHECK,
	  FREE,
	  OK(U),
	  "but the change took effect" },
	{ "echo: register, path",
	  REGISTER(),
	  EMPTY(1),
	  { .sent = 1 },
	  ANSWER_PATH,
	  FREE,
	  OK(U),
	  "but the change took effect" },
	{ "echo: unregister",
	  UNREGISTER(.key = 0xa),
	  FREE,
	  { .sent = 1 },
	  ANSWER_CONFLICT,
	  EMPTY(1),
	  OK(U),
	  "but the change took effect" },
	{ "echo: unregister, others stay",
	  UNREGISTER(.key = 0xa),
	  STATE(1, RESV_NONE, 0, OWN(0xa, N), OTHER(0xb, N)),
	  { .sent = 1 },
	  ANSWER_CHECK,
	  STATE(1, RESV_NONE, 0, OTHER(0xb, N)),
	  OK(U),
	  "but the change took effect" },
	{ "echo: unregister, no nexus is known",
	  UNREGISTER(.key = 0xa),
	  STATE(1, RESV_NONE, 0, ANY(0xa, N), ANY(0xb, N)),
	  { .sent = 1 },
	  ANSWER_CONFLICT,
	  STATE(1, RESV_NONE, 0, ANY(0xb, N)),
	  NOT(UNKNOWN, OUTCOME_LOST, U),
	  "do not show whether it took effect" },
	{ "echo: reserve",
	  RESERVE(.type = WE),
	  FREE,
	  { .sent = 1 },
	  ANSWER_CONFLICT,
	  HELD_BY_US,
	  OK(U),
	  "but the change took effect" },
	{ "echo: release",
	  RELEASE(),
	  HELD_BY_US,
	  { .sent = 1 },
	  ANSWER_CONFLICT,
	  FREE,
	  OK(U),
	  "but the change took effect" },
	{ "echo: preempt, the victim held",
	  PREEMPT(.victim = 0xb),
	  HELD_BY_VICTIM,
	  { .sent = 1 },
	  ANSWER_CONFLICT,
	  HELD_BY_US,
	  OK(U),
	  "but the change took effect" },
	{ "echo: preempt, the victim did not hold",
	  PREEMPT(.victim = 0xb),
	  HELD_BY_THIRD,
	  { .sent = 1 },
	  ANSWER_CONFLICT,
	  STATE(2, WE, 0xc, OWN(0xa, N), THIRD(0xc, Y)),
	  OK(U),
	  "but the change took effect" },
	{ "echo: preempt, invalid field",
	  PREEMPT(.victim = 0xb),
	  HELD_BY_VICTIM,
	  { .sent = 1 },
	  ANSWER_INVALID,
	  HELD_BY_US,
	  OK(U),
	  "but the change took effect" },
	{ "echo: preempt, path",
	  PREEMPT(.victim = 0xb),
	  HELD_BY_VICTIM,
	  { .sent = 1 },
	  ANSWER_PATH,
	  HELD_BY_US,
	  OK(U),
	  "but the change took effect" },
	{ "echo: preempt, no nexus is known",
	  PREEMPT(.victim = 0xb),
	  STATE(1, WE, 0xb, ANY(0xa, N), ANY(0xb, Y)),
	  { .sent = 1 },
	  ANSWER_CONFLICT,
	  STATE(2, WE, 0xa, ANY(0xa, Y)),
	  OK(U),
	  "but the change took effect" },
	{ "echo: preempt all",
	  PREEMPT(.victim_all = true),
	  STATE(1, WEAR, 0, OWN(0xa, Y), OTHER(0xb, Y)),
	  { .sent = 1 },
	  ANSWER_CONFLICT,
	  STATE(2, WEAR, 0, OWN(0xa, Y)),
	  OK(U),
	  "but the change took effect" },
	{ "echo: clear",
	  CLEAR,
	  HELD_BY_VICTIM,
	  { .sent = 1 },
	  ANSWER_CONFLICT,
	  EMPTY(2),
	  OK(U),
	  "but the change took effect" },

	/*
	 * This host's name, but another session or port: the answer decides whether it is this
	 * path's.
	 */
	{ "unregister --ignore-key: it was this path's after all",
	  UNREGISTER(.ignore_key = true),
	  STATE(1, RESV_NONE, 0, MAYBE(0xa, N), OTHER(0xb, N)),
	  { .sent = 1 },
	  ANSWER_DONE,
	  STATE(1, RESV_NONE, 0, OTHER(0xb, N)),
	  OK(Y),
	  NULL },
	{ "unregister --ignore-key: an earlier session is left",
	  UNREGISTER(.ignore_key = true),
	  STATE(1, RESV_NONE, 0, MAYBE(0xa, N)),
	  { .sent = 1 },
	  ANSWER_DONE,
	  STATE(1, RESV_NONE, 0, MAYBE(0xa, N)),
	  NOT(FAILED, NOT_DONE, N),
	  "by a session or port that it no longer has: 0xa" },
	{ "unregister: an earlier session is left",
	  UNREGISTER(.key = 0xa),
	  STATE(1, RESV_NONE, 0, OWN(0xa, N), OWN_2(0xa, N)),
	  { .sent = 1 },
	  ANSWER_DONE,
	  STATE(1, RESV_NONE, 0, MAYBE(0xa, N)),
	  NOT(FAILED, NOT_DONE, Y),
	  HOST_1 SESSION_2 },
	{ "unregister: another adapter of this machine is left",
	  UNREGISTER(.key = 0xa),
	  STATE(1, RESV_NONE, 0, OWN(0xa, N), ADAPTER(0xa, N)),
	  { .sent = 1 },
	  ANSWER_DONE,
	  STATE(1, RESV_NONE, 0, ADAPTER(0xa, N)),
	  OK(Y),
	  "still registered through another path" },
	{ "unregister: an earlier session has the key, and not this path",
	  UNREGISTER(.key = 0xa),
	  STATE(1, RESV_NONE, 0, MAYBE(0xa, N)),
	  { .sent = 1 },
	  ANSWER_CONFLICT,
	  STATE(1, RESV_NONE, 0, MAYBE(0xa, N)),
	  NOT(CONFLICT, KEY_NOT_REGISTERED, N),
	  "not through this path" },
	{ "unregister, lost answer: the key that may have been this path's is gone",
	  UNREGISTER(.key = 0xa),
	  STATE(1, RESV_NONE, 0, MAYBE(0xa, N), LISTED(0xb, N, HOST_1, 1)),
	  { .sent = 1 },
	  ANSWER_PATH,
	  STATE(1, RESV_NONE, 0, LISTED(0xb, N, HOST_1, 1)),
	  NOT(UNKNOWN, OUTCOME_LOST, U),
	  NULL },
	{ "unregister, refused: the key that may have been this path's is gone",
	  UNREGISTER(.key = 0xa),
	  STATE(1, RESV_NONE, 0, ANY(0xa, N), ANY(0xb, N)),
	  { .sent = 1 },
	  ANSWER_INVALID,
	  STATE(1, RESV_NONE, 0, ANY(0xb, N)),
	  NOT(UNKNOWN, OUTCOME_LOST, U),
	  NULL },
	{ "unregister --ignore-key, lost answer: the nexuses are not known",
	  UNREGISTER(.ignore_key = true),
	  STATE(1, RESV_NONE, 0, ANY(0xa, N), ANY(0xb, N)),
	  { .sent = 1 },
	  ANSWER_PATH,
	  STATE(1, RESV_NONE, 0, ANY(0xb, N)),
	  AGAIN,
	  NULL },
	{ "unregister: no nexus is known, and one of two with the key is left",
	  UNREGISTER(.key = 0xa),
	  STATE(1, RESV_NONE, 0, ANY(0xa, N), ANY(0xa, N)),
	  { .sent = 1 },
	  ANSWER_DONE,
	  STATE(1, RESV_NONE, 0, ANY(0xa, N)),
	  OK(Y),
	  NULL },
	{ "unregister: no nexus is known, and nothing is gone",
	  UNREGISTER(.key = 0xa),
	  STATE(1, RESV_NONE, 0, ANY(0xa, N), ANY(0xb, N)),
	  { .sent = 1 },
	  ANSWER_DONE,
	  STATE(1, RESV_NONE, 0, ANY(0xa, N), ANY(0xb, N)),
	  NOT(UNKNOWN, NOT_VERIFIED, U),
	  "still lists 0xa" },
	{ "unregister --ignore-key: no nexus is known, and nothing was registered",
	  UNREGISTER(.ignore_key = true),
	  STATE(1, RESV_NONE, 0, ANY(0xb, N)),
	  { .sent = 1 },
	  ANSWER_DONE,
	  STATE(1, RESV_NONE, 0, ANY(0xb, N)),
	  OK(N),
	  NULL },
	{ "register --old-key: a path that came back, its former session is listed",
	  REGISTER(.old_key = 0xa0),
	  STATE(1, RESV_NONE, 0, MAYBE(0xa0, N), { 0xa0, N, { HOST_3 SESSION_2, 1 }, N, Y, true }),
	  { .sent = 1 },
	  ANSWER_CONFLICT,
	  STATE(1, RESV_NONE, 0, MAYBE(0xa0, N), { 0xa0, N, { HOST_3 SESSION_2, 1 }, N, Y, true }),
	  AGAIN,
	  NULL },
	{ "a registration on all ports that may be this path's",
	  UNREGISTER(.ignore_key = true),
	  STATE(1, RESV_NONE, 0, MAYBE_ALL(0xa, N)),
	  { .sent = 1 },
	  ANSWER_INVALID,
	  STATE(1, RESV_NONE, 0, MAYBE_ALL(0xa, N)),
	  AGAIN,
	  NULL },
	{ "a registration on all ports that may be this path's, refused with ALL_TG_PT, too",
	  UNREGISTER(.ignore_key = true),
	  STATE(1, RESV_NONE, 0, MAYBE_ALL(0xa, N)),
	  { .sent = 2, .all_ports = true },
	  ANSWER_INVALID,
	  STATE(1, RESV_NONE, 0, MAYBE_ALL(0xa, N)),
	  NOT(FAILED, REFUSED, N),
	  NULL },
	{ "register: conflict, and nothing that is listed may be this path",
	  REGISTER(),
	  STATE(1, RESV_NONE, 0, OTHER(0xb, N)),
	  { .sent = 1 },
	  ANSWER_CONFLICT,
	  STATE(1, RESV_NONE, 0, OTHER(0xb, N)),
	  NOT(CONFLICT, REFUSED, N),
	  "RESERVATION CONFLICT for no visible reason" },

	/* An abort with another answer, or with none: it must be proven. */
	{ "abort: conflict, the key is gone",
	  PREEMPT_ABORT(.victim = 0xb),
	  HELD_BY_VICTIM,
	  { .sent = 1 },
	  ANSWER_CONFLICT,
	  HELD_BY_US,
	  PROVE(U),
	  NULL },
	{ "abort: check condition, the key is gone",
	  PREEMPT_ABORT(.victim = 0xb),
	  HELD_BY_VICTIM,
	  { .sent = 1 },
	  ANSWER_CHECK,
	  HELD_BY_US,
	  PROVE(U),
	  NULL },
	{ "abort: path, the key is gone",
	  PREEMPT_ABORT(.victim = 0xb),
	  HELD_BY_VICTIM,
	  { .sent = 1 },
	  ANSWER_PATH,
	  HELD_BY_US,
	  PROVE(U),
	  NULL },
	{ "abort: invalid field, the key is gone",
	  PREEMPT_ABORT(.victim = 0xb),
	  HELD_BY_VICTIM,
	  { .sent = 1 },
	  ANSWER_INVALID,
	  HELD_BY_US,
	  PROVE(U),
	  NULL },
	{ "abort: the key is gone, it did not hold",
	  PREEMPT_ABORT(.victim = 0xb),
	  HELD_BY_THIRD,
	  { .sent = 1 },
	  ANSWER_CONFLICT,
	  STATE(2, WE, 0xc, OWN(0xa, N), THIRD(0xc, Y)),
	  PROVE(U),
	  NULL },
	{ "abort: all are gone",
	  PREEMPT_ABORT(.victim_all = true),
	  STATE(1, WEAR, 0, OWN(0xa, Y), OTHER(0xb, Y)),
	  { .sent = 1 },
	  ANSWER_CONFLICT,
	  STATE(2, WEAR, 0, OWN(0xa, Y)),
	  PROVE(U),
	  NULL },
	{ "abort: the key is gone, a third holds",
	  PREEMPT_ABORT(.victim = 0xb),
	  HELD_BY_VICTIM,
	  { .sent = 1 },
	  ANSWER_CONFLICT,
	  STATE(3, WE, 0xc, OWN(0xa, N), THIRD(0xc, Y)),
	  NOT(UNKNOWN, ABORT_NOT_PROVEN, U),
	  NULL },
	{ "abort: the key is gone, nothing is held",
	  PREEMPT_ABORT(.victim = 0xb),
	  HELD_BY_VICTIM,
	  { .sent = 1 },
	  ANSWER_CHECK,
	  FREE,
	  NOT(UNKNOWN, ABORT_NOT_PROVEN, U),
	  NULL },
	{ "preempt: an error, and the list may omit the victim now",
	  PREEMPT(.victim = 0xb),
	  STATE(1, WERO, 0, OWN(0xa, U), OTHER(0xb, U)),
	  { .sent = 3 },
	  ANSWER_PATH,
	  HELD_SOMEHOW(1),
	  NOT(UNKNOWN, OUTCOME_LOST, U),
	  NULL },
	{ "abort: an error, and the list may omit the victim now",
	  PREEMPT_ABORT(.victim = 0xb),
	  STATE(1, WERO, 0, OWN(0xa, U), OTHER(0xb, U)),
	  { .sent = 3 },
	  ANSWER_PATH,
	  HELD_SOMEHOW(1),
	  NOT(UNKNOWN, OUTCOME_LOST, U),
	  NULL },
	{ "abort: the key is gone, no nexus is known",
	  PREEMPT_ABORT(.victim = 0xb),
	  STATE(1, WE, 0xb, ANY(0xa, N), ANY(0xb, Y)),
	  { .sent = 1 },
	  ANSWER_CHECK,
	  STATE(2, WE, 0xa, ANY(0xa, Y)),
	  PROVE(U),
	  NULL },
	{ "abort: conflict, the key is there",
	  PREEMPT_ABORT(.victim = 0xb),
	  HELD_BY_VICTIM,
	  { .sent = 1 },
	  ANSWER_CONFLICT,
	  HELD_BY_VICTIM,
	  NOT(CONFLICT, REFUSED, N),
	  NULL },

	/* Conflict, and not done. */
	{ "conflict: the proof",
	  REGISTER(),
	  STATE(1, RESV_NONE, 0, ANY(0xa, N)),
	  { 0 },
	  ANSWER_CONFLICT,
	  STATE(1, RESV_NONE, 0, ANY(0xa, N)),
	  AGAIN,
	  NULL },
	{ "conflict: register, and not the proof",
	  REGISTER(),
	  STATE(1, RESV_NONE, 0, ANY(0xa, N)),
	  { .sent = 1, .proof_refused = true },
	  ANSWER_CONFLICT,
	  STATE(1, RESV_NONE, 0, ANY(0xa, N)),
	  NOT(CONFLICT, OTHER_KEY_REGISTERED, N),
	  "--old-key" },
	{ "conflict: register, no nexus is known",
	  REGISTER(),
	  STATE(1, RESV_NONE, 0, ANY(0xc, N)),
	  { .sent = 1 },
	  ANSWER_CONFLICT,
	  STATE(1, RESV_NONE, 0, ANY(0xc, N)),
	  NOT(CONFLICT, OTHER_KEY_REGISTERED, N),
	  "--ignore-key" },
	{ "conflict: register, though OLD is there",
	  REGISTER(.old_key = 0xa0),
	  STATE(1, RESV_NONE, 0, OWN(0xa0, N)),
	  { .sent = 1 },
	  ANSWER_CONFLICT,
	  STATE(1, RESV_NONE, 0, OWN(0xa0, N)),
	  NOT(CONFLICT, REFUSED, N),
	  "0xa0" },
	{ "conflict: the proof of a reservation",
	  RESERVE(.type = WE),
	  STATE(1, WE, 0xa, ANY(0xa, Y)),
	  { 0 },
	  ANSWER_CONFLICT,
	  STATE(1, WE, 0xa, ANY(0xa, Y)),
	  NOT(CONFLICT, HELD_BY_OTHER, N),
	  "another host's" },
	{ "conflict: reserve, another was quicker",
	  RESERVE(.type = WE),
	  STATE(1, RESV_NONE, 0, OWN(0xa, N), OTHER(0xb, N)),
	  { .sent = 1 },
	  ANSWER_CONFLICT,
	  HELD_BY_VICTIM,
	  AGAIN,
	  NULL },
	{ "conflict: reserve, another was quicker, at the last try",
	  RESERVE(.type = WE),
	  STATE(1, RESV_NONE, 0, OWN(0xa, N), OTHER(0xb, N)),
	  { .sent = 3 },
	  ANSWER_CONFLICT,
	  HELD_BY_VICTIM,
	  NOT(CONFLICT, REFUSED, N),
	  HOST_2 },
	{ "conflict: reserve, no nexus is known",
	  RESERVE(.type = WE),
	  STATE(1, RESV_NONE, 0, ANY(0xa, N)),
	  { .sent = 1 },
	  ANSWER_CONFLICT,
	  STATE(1, RESV_NONE, 0, ANY(0xa, N)),
	  NOT(CONFLICT, KEY_NOT_REGISTERED, N),
	  "not through this path" },
	{ "conflict: release, nothing held, the key is not this path's",
	  RELEASE(),
	  STATE(1, RESV_NONE, 0, ANY(0xa, N)),
	  { 0 },
	  ANSWER_CONFLICT,
	  STATE(1, RESV_NONE, 0, ANY(0xa, N)),
	  NOT(CONFLICT, KEY_NOT_REGISTERED, N),
	  NULL },
	{ "conflict: preempt, nothing forbids it",
	  PREEMPT(.victim = 0xb),
	  HELD_BY_VICTIM,
	  { .sent = 1 },
	  ANSWER_CONFLICT,
	  HELD_BY_VICTIM,
	  NOT(CONFLICT, REFUSED, N),
	  HOST_2 },
	{ "conflict: preempt, no nexus is known",
	  PREEMPT(.victim = 0xb),
	  STATE(1, WE, 0xb, ANY(0xa, N), ANY(0xb, Y)),
	  { .sent = 1 },
	  ANSWER_CONFLICT,
	  STATE(1, WE, 0xb, ANY(0xa, N), ANY(0xb, Y)),
	  NOT(CONFLICT, KEY_NOT_REGISTERED, N),
	  NULL },
	{ "conflict: preempt, fenced meanwhile",
	  PREEMPT(.victim = 0xb),
	  HELD_BY_VICTIM,
	  { .sent = 1 },
	  ANSWER_CONFLICT,
	  STATE(2, WE, 0xb, OTHER(0xb, Y)),
	  AGAIN,
	  NULL },
	{ "conflict: clear, no nexus is known",
	  CLEAR,
	  STATE(1, RESV_NONE, 0, ANY(0xa, N)),
	  { .sent = 1 },
	  ANSWER_CONFLICT,
	  STATE(1, RESV_NONE, 0, ANY(0xa, N)),
	  NOT(CONFLICT, KEY_NOT_REGISTERED, N),
	  NULL },

	/* Check condition, or a path that failed, and not done. */
	{ "again: register, first",
	  REGISTER(),
	  EMPTY(1),
	  { .sent = 1 },
	  ANSWER_CHECK,
	  EMPTY(1),
	  LATER,
	  NULL },
	{ "again: register, second",
	  REGISTER(),
	  EMPTY(1),
	  { .sent = 2 },
	  ANSWER_CHECK,
	  EMPTY(1),
	  LATER,
	  NULL },
	{ "again: register, last",
	  REGISTER(),
	  EMPTY(1),
	  { .sent = 3, .last = true },
	  ANSWER_CHECK,
	  EMPTY(1),
	  NOT(FAILED, IO_ERROR, N),
	  "not done after 3 tries" },
	{ "again: unregister",
	  UNREGISTER(.key = 0xa),
	  FREE,
	  { .sent = 1 },
	  ANSWER_CHECK,
	  FREE,
	  LATER,
	  NULL },
	{ "again: unregister, no nexus is known",
	  UNREGISTER(.key = 0xa),
	  STATE(1, RESV_NONE, 0, ANY(0xa, N)),
	  { .sent = 1 },
	  ANSWER_CHECK,
	  STATE(1, RESV_NONE, 0, ANY(0xa, N)),
	  LATER,
	  NULL },
	{ "again: unregister --ignore-key, no nexus is known",
	  UNREGISTER(.ignore_key = true),
	  STATE(1, RESV_NONE, 0, ANY(0xa, N)),
	  { .sent = 1 },
	  ANSWER_CHECK,
	  STATE(1, RESV_NONE, 0, ANY(0xa, N)),
	  LATER,
	  NULL },
	{ "again: unregister, another key is there",
	  UNREGISTER(.key = 0xa),
	  FREE,
	  { .sent = 1 },
	  ANSWER_CHECK,
	  STATE(2, RESV_NONE, 0, OWN(0xc, N)),
	  LATER,
	  NULL },
	{ "again: reserve",
	  RESERVE(.type = WE),
	  FREE,
	  { .sent = 1 },
	  ANSWER_CHECK,
	  FREE,
	  LATER,
	  NULL },
	{ "again: release",
	  RELEASE(),
	  HELD_BY_US,
	  { .sent = 1 },
	  ANSWER_CHECK,
	  HELD_BY_US,
	  LATER,
	  NULL },
	{ "again: preempt",
	  PREEMPT(.victim = 0xb),
	  HELD_BY_VICTIM,
	  { .sent = 1 },
	  ANSWER_CHECK,
	  HELD_BY_VICTIM,
	  LATER,
	  NULL },
	{ "again: preempt-abort",
	  PREEMPT_ABORT(.victim = 0xb),
	  HELD_BY_VICTIM,
	  { .sent = 1 },
	  ANSWER_CHECK,
	  HELD_BY_VICTIM,
	  LATER,
	  NULL },
	{ "again: preempt-abort, last",
	  PREEMPT_ABORT(.victim = 0xb),
	  HELD_BY_VICTIM,
	  { .sent = 3, .last = true },
	  ANSWER_CHECK,
	  HELD_BY_VICTIM,
	  NOT(FAILED, IO_ERROR, N),
	  "held by 0xb" },
	{ "again: clear", CLEAR, FREE, { .sent = 1 }, ANSWER_CHECK, FREE, LATER, NULL },
	{ "again: path", REGISTER(), EMPTY(1), { .sent = 1 }, ANSWER_PATH, EMPTY(1), AGAIN, NULL },
	{ "again: path, last",
	  REGISTER(),
	  EMPTY(1),
	  { .sent = 3 },
	  ANSWER_PATH,
	  EMPTY(1),
	  NOT(FAILED, PATH, N),
	  NULL },
	{ "again: the proof",
	  REGISTER(),
	  STATE(1, RESV_NONE, 0, ANY(0xa, N)),
	  { 0 },
	  ANSWER_CHECK,
	  STATE(1, RESV_NONE, 0, ANY(0xa, N)),
	  LATER,
	  NULL },

	/* Refused: nothing was done. */
	{ "refused: invalid field",
	  REGISTER(),
	  EMPTY(1),
	  { .sent = 1 },
	  ANSWER_INVALID,
	  EMPTY(1),
	  NOT(FAILED, REFUSED, N),
	  NULL },
	{ "refused: unknown command",
	  CLEAR,
	  FREE,
	  { .sent = 1 },
	  ANSWER_NO_COMMAND,
	  FREE,
	  NOT(FAILED, REFUSED, N),
	  NULL },
	{ "refused: not permitted",
	  REGISTER(),
	  EMPTY(1),
	  { .sent = 1 },
	  ANSWER_NO_PRIVILEGE,
	  EMPTY(1),
	  NOT(DEVICE, NO_PRIVILEGE, N),
	  "CAP_SYS_ADMIN" },
	{ "refused: not permitted, and nothing can be read",
	  REGISTER(),
	  UNREAD,
	  { .sent = 1 },
	  ANSWER_NO_PRIVILEGE,
	  UNREAD,
	  NOT(DEVICE, NO_PRIVILEGE, N),
	  "CAP_SYS_ADMIN" },
	{ "refused: not known to the driver",
	  REGISTER(),
	  EMPTY(1),
	  { .sent = 1 },
	  ANSWER_NO_INTERFACE,
	  EMPTY(1),
	  NOT(UNSUPPORTED, NO_RESERVATIONS, N),
	  NULL },
	{ "refused: not known to the driver, and others have changed something",
	  REGISTER(),
	  EMPTY(1),
	  { .sent = 1 },
	  ANSWER_NO_INTERFACE,
	  EMPTY(3),
	  NOT(UNSUPPORTED, NO_RESERVATIONS, N),
	  NULL },
	{ "refused: reserve --ignore-key, by the kernel",
	  RESERVE(.type = WE, .ignore_key = true),
	  FREE,
	  { .sent = 1 },
	  ANSWER_NO_INTERFACE,
	  FREE,
	  NOT(UNSUPPORTED, OPTION_UNSUPPORTED, N),
	  "--ignore-key" },
	{ "refused: reserve --ignore-key, by the device",
	  RESERVE(.type = WE, .ignore_key = true),
	  FREE,
	  { .sent = 1 },
	  ANSWER_INVALID,
	  FREE,
	  NOT(UNSUPPORTED, OPTION_UNSUPPORTED, N),
	  "--ignore-key" },

	/* Nothing can be read after the command. */
	{ "unread: accepted",
	  REGISTER(),
	  EMPTY(1),
	  { .sent = 1 },
	  ANSWER_DONE,
	  UNREAD,
	  NOT(UNKNOWN, NOT_VERIFIED, U),
	  "accepted, but not verified" },
	{ "unread: accepted, nor before it",
	  REGISTER(),
	  UNREAD,
	  { .sent = 1 },
	  ANSWER_DONE,
	  UNREAD,
	  NOT(UNKNOWN, NOT_VERIFIED, U),
	  "accepted, but not verified" },
	{ "unread: preempt-abort",
	  PREEMPT_ABORT(.victim = 0xb),
	  HELD_BY_VICTIM,
	  { .sent = 1 },
	  ANSWER_DONE,
	  UNREAD,
	  NOT(UNKNOWN, NOT_VERIFIED, U),
	  NULL },
	{ "unread: check condition",
	  REGISTER(),
	  EMPTY(1),
	  { .sent = 1 },
	  ANSWER_CHECK,
	  UNREAD,
	  NOT(UNKNOWN, OUTCOME_LOST, U),
	  "register may or may not take effect" },
	{ "unread: path",
	  PREEMPT(.victim = 0xb),
	  HELD_BY_VICTIM,
	  { .sent = 1 },
	  ANSWER_PATH,
	  UNREAD,
	  NOT(UNKNOWN, OUTCOME_LOST, U),
	  "preempt may or may not take effect" },
	{ "unread: conflict, which may be the echo of success",
	  RESERVE(.type = WE),
	  FREE,
	  { .sent = 1 },
	  ANSWER_CONFLICT,
	  UNREAD,
	  NOT(UNKNOWN, OUTCOME_LOST, U),
	  "reserve may or may not take effect" },
	{ "unread: conflict, nor before it",
	  CLEAR,
	  UNREAD,
	  { .sent = 1 },
	  ANSWER_CONFLICT,
	  UNREAD,
	  NOT(UNKNOWN, OUTCOME_LOST, U),
	  "clear may or may not take effect" },

	/* A doubt about an earlier try remains, whatever a later try shows. */
	{ "doubt: unregister, conflict",
	  UNREGISTER(.key = 0xa),
	  STATE(1, RESV_NONE, 0, ANY(0xa, N)),
	  { .sent = 2, .doubt = true },
	  ANSWER_CONFLICT,
	  STATE(1, RESV_NONE, 0, ANY(0xa, N)),
	  NOT(UNKNOWN, OUTCOME_LOST, U),
	  "an earlier try" },
	{ "doubt: register --ignore-key, invalid field",
	  REGISTER(.ignore_key = true),
	  STATE(1, RESV_NONE, 0, ANY(0xa, N)),
	  { .sent = 2, .doubt = true, .ignore_refused = true },
	  ANSWER_INVALID,
	  STATE(1, RESV_NONE, 0, ANY(0xa, N)),
	  NOT(UNKNOWN, OUTCOME_LOST, U),
	  "an earlier try" },
	{ "doubt: register, not permitted any more",
	  REGISTER(),
	  STATE(1, RESV_NONE, 0, ANY(0xb, N)),
	  { .sent = 2, .doubt = true },
	  ANSWER_NO_PRIVILEGE,
	  STATE(1, RESV_NONE, 0, ANY(0xb, N)),
	  NOT(UNKNOWN, OUTCOME_LOST, U),
	  "an earlier try" },
	{ "doubt: register, the list proves that nothing was done",
	  REGISTER(),
	  EMPTY(1),
	  { .sent = 3, .doubt = true, .last = true },
	  ANSWER_CHECK,
	  EMPTY(1),
	  NOT(FAILED, IO_ERROR, N),
	  NULL },
	{ "doubt: reserve, conflict, and a list that proves it",
	  RESERVE(.type = WE),
	  FREE,
	  { .sent = 3, .doubt = true },
	  ANSWER_CONFLICT,
	  HELD_BY_VICTIM,
	  NOT(CONFLICT, REFUSED, N),
	  NULL },

	/* Not ready: like a check condition without an explanation. */
	{ "not ready: register",
	  REGISTER(),
	  EMPTY(1),
	  { .sent = 40 },
	  ANSWER_TRANSIENT,
	  EMPTY(1),
	  LATER,
	  NULL },
	{ "not ready: preempt-abort",
	  PREEMPT_ABORT(.victim = 0xb),
	  HELD_BY_VICTIM,
	  { .sent = 1 },
	  ANSWER_TRANSIENT,
	  HELD_BY_VICTIM,
	  LATER,
	  NULL },
	{ "not ready: register, and no more time",
	  REGISTER(),
	  EMPTY(1),
	  { .sent = 9, .last = true },
	  ANSWER_TRANSIENT,
	  EMPTY(1),
	  NOT(FAILED, IO_ERROR, N),
	  "not done after 9 tries: not ready" },
	{ "not ready, and done nevertheless",
	  REGISTER(),
	  EMPTY(1),
	  { .sent = 1 },
	  ANSWER_TRANSIENT,
	  FREE,
	  OK(U),
	  "but the change took effect" },

	/* No state could be read before the command. */
	{ "unread before: register", REGISTER(), UNREAD, { .sent = 1 }, ANSWER_DONE, FREE, OK(Y),
	  NULL },
	{ "unread before: register, and who knows whose it is", REGISTER(), UNREAD, { .sent = 1 },
	  ANSWER_DONE, STATE(1, RESV_NONE, 0, ANY(0xa, N)), OK(Y), NULL },
	{ "unread before: register, and it is not there", REGISTER(), UNREAD, { .sent = 1 },
	  ANSWER_DONE, EMPTY(0), NOT(FAILED, CHANGED_SINCE, Y), "done, but changed since" },
	{ "unread before: reserve, and another holds", RESERVE(.type = WE), UNREAD, { .sent = 1 },
	  ANSWER_DONE, HELD_BY_VICTIM, NOT(FAILED, CHANGED_SINCE, Y), NULL },
	{ "unread before: release, and another holds", RELEASE(.type = WE), UNREAD, { .sent = 3 },
	  ANSWER_PATH, HELD_BY_VICTIM, NOT(FAILED, PATH, N), NULL },
	{ "unread before: preempt-abort without an answer, and the victim is gone",
	  PREEMPT_ABORT(.victim = 0xb, .type = WE), UNREAD, { .sent = 1 }, ANSWER_PATH, HELD_BY_US,
	  PROVE(U), NULL },
	{ "unread before: unregister", UNREGISTER(.key = 0xa), UNREAD, { .sent = 1 }, ANSWER_DONE,
	  EMPTY(1), OK(Y), NULL },
	{ "unread before: unregister, and it may be there", UNREGISTER(.key = 0xa), UNREAD,
	  { .sent = 1 }, ANSWER_DONE, STATE(1, RESV_NONE, 0, ANY(0xa, N)),
	  NOT(UNKNOWN, NOT_VERIFIED, U), "still lists 0xa" },
	{ "unread before: unregister --ignore-key", UNREGISTER(.ignore_key = true), UNREAD,
	  { .sent = 1 }, ANSWER_DONE, EMPTY(1), OK(U), NULL },
	{ "unread: a proof, which changes nothing", REGISTER(),
	  STATE(1, RESV_NONE, 0, ANY(0xa, N)), { 0 }, ANSWER_CHECK, UNREAD,
	  NOT(UNKNOWN, OUTCOME_LOST, N), NULL },
	{ "a proof fails, and this path has the key", REGISTER(),
	  STATE(1, RESV_NONE, 0, ANY(0xa, N)), { 0 }, ANSWER_CHECK, FREE, OK(N), "took effect" },

	{ "a proof of a release without an answer, after a try that was sent", RELEASE(),
	  STATE(1, RESV_NONE, 0, ANY(0xa, N)), { .sent = 1, .proofs = 2 }, ANSWER_PATH,
	  STATE(1, RESV_NONE, 0, ANY(0xa, N)), NOT(UNKNOWN, OUTCOME_LOST, U), NULL },
	{ "a proof of a release without an answer, and nothing was sent", RELEASE(),
	  STATE(1, RESV_NONE, 0, ANY(0xa, N)), { .proofs = 3 }, ANSWER_PATH,
	  STATE(1, RESV_NONE, 0, ANY(0xa, N)), NOT(FAILED, PATH, N), "not done after 3 tries" },

	/* The list and the reservation in it disagree, or are not what was asked for. */
	{ "clear, and an empty list that is reserved", CLEAR, HELD_BY_US, { .sent = 1 },
	  ANSWER_DONE, { .source = SOURCE_FULL_STATUS, .type = WE, .generation = 3 },
	  NOT(FAILED, CHANGED_SINCE, Y), NULL },
	{ "preempt all, and the type is another one",
	  PREEMPT(.victim_all = true, .type = WERO),
	  STATE(1, EAAR, 0, OWN(0xa, Y), OTHER(0xb, Y)), { .sent = 1 }, ANSWER_DONE,
	  STATE(2, EAAR, 0, OWN(0xa, Y)), NOT(FAILED, CHANGED_SINCE, Y), NULL },
	{ "preempt all, and another host alone is there", PREEMPT(.victim_all = true),
	  STATE(1, WEAR, 0, OWN(0xa, Y), OTHER(0xb, Y)), { .sent = 1 }, ANSWER_DONE,
	  STATE(2, WEAR, 0, OTHER(0xb, Y)), NOT(FAILED, CHANGED_SINCE, Y), NULL },

	/* Not permitted: what needs which right. */
	{ "refused: --all-ports, not permitted", REGISTER(.all_ports = true), EMPTY(1),
	  { .sent = 1, .all_ports = true }, ANSWER_NO_PRIVILEGE, EMPTY(1),
	  NOT(DEVICE, NO_PRIVILEGE, N), "--all-ports and --volatile need CAP_SYS_RAWIO" },
	{ "refused: --volatile, not permitted", REGISTER(.is_volatile = true), EMPTY(1),
	  { .sent = 1, .is_volatile = true }, ANSWER_NO_PRIVILEGE, EMPTY(1),
	  NOT(DEVICE, NO_PRIVILEGE, N), "--all-ports and --volatile need CAP_SYS_RAWIO" },
	{ "refused: --all-ports, not known to the driver", REGISTER(.all_ports = true), EMPTY(1),
	  { .sent = 1, .all_ports = true }, ANSWER_NO_INTERFACE, EMPTY(1),
	  NOT(UNSUPPORTED, NO_RESERVATIONS, N), NULL },
	{ "refused: a registration on every port, not permitted", UNREGISTER(.key = 0xa),
	  STATE(1, RESV_NONE, 0, OWN_ALL(0xa, N)), { .sent = 1 }, ANSWER_NO_PRIVILEGE,
	  STATE(1, RESV_NONE, 0, OWN_ALL(0xa, N)), NOT(DEVICE, NO_PRIVILEGE, N),
	  "registered for all target ports (ALL_TG_PT)" },
	{ "refused: a registration on every port, not known to the driver", UNREGISTER(.key = 0xa),
	  STATE(1, RESV_NONE, 0, OWN_ALL(0xa, N)), { .sent = 1 }, ANSWER_NO_INTERFACE,
	  STATE(1, RESV_NONE, 0, OWN_ALL(0xa, N)), NOT(UNSUPPORTED, NO_RESERVATIONS, N), NULL },
	{ "refused: an unknown command leaves no doubt", REGISTER(), EMPTY(1), { .sent = 1 },
	  ANSWER_NO_COMMAND, STATE(2, RESV_NONE, 0, ANY(0xa, N)), NOT(FAILED, REFUSED, N), NULL },
	{ "refused: an invalid field leaves no doubt", REGISTER(), EMPTY(1), { .sent = 1 },
	  ANSWER_INVALID, STATE(2, RESV_NONE, 0, ANY(0xa, N)), NOT(FAILED, REFUSED, N), NULL },

	/* Only a registration that may be this path's is tried with ALL_TG_PT. */
	{ "one port that may be this path's", REGISTER(.ignore_key = true),
	  STATE(1, RESV_NONE, 0, MAYBE(0xa, N)), { .sent = 2, .ignore_refused = true },
	  ANSWER_INVALID,
	  STATE(1, RESV_NONE, 0, MAYBE(0xa, N)), NOT(FAILED, REFUSED, N), NULL },
	{ "every port of another host", REGISTER(.ignore_key = true),
	  STATE(1, RESV_NONE, 0, { 0xb, N, { HOST_2, TARGET_PORT_ALL }, N, N, false }),
	  { .sent = 2, .ignore_refused = true }, ANSWER_INVALID,
	  STATE(1, RESV_NONE, 0, { 0xb, N, { HOST_2, TARGET_PORT_ALL }, N, N, false }),
	  NOT(FAILED, REFUSED, N), NULL },
	{ "every port of this path", REGISTER(.old_key = 0xa0),
	  STATE(1, RESV_NONE, 0, OWN_ALL(0xa0, N), MAYBE_ALL(0xa, N)), { .sent = 1 },
	  ANSWER_INVALID, STATE(1, RESV_NONE, 0, OWN_ALL(0xa0, N), MAYBE_ALL(0xa, N)),
	  NOT(FAILED, REFUSED, N), NULL },
	{ "every port, and no register", RESERVE(.type = WE),
	  STATE(1, RESV_NONE, 0, MAYBE_ALL(0xa, N)), { .sent = 1 }, ANSWER_INVALID,
	  STATE(1, RESV_NONE, 0, MAYBE_ALL(0xa, N)), NOT(FAILED, REFUSED, N), NULL },
	{ "--all-ports, and the device ignores it", REGISTER(.all_ports = true), EMPTY(1),
	  { .sent = 1, .all_ports = true }, ANSWER_DONE, FREE,
	  NOT(UNSUPPORTED, OPTION_UNSUPPORTED, Y), "ignored ALL_TG_PT" },
	{ "--all-ports", REGISTER(.all_ports = true), EMPTY(1), { .sent = 1, .all_ports = true },
	  ANSWER_DONE, STATE(2, RESV_NONE, 0, OWN_ALL(0xa, N)), OK(Y), NULL },
	{ "--all-ports, and the list does not show it", REGISTER(.all_ports = true), EMPTY(1),
	  { .sent = 1, .all_ports = true }, ANSWER_DONE, STATE(2, RESV_NONE, 0, ANY(0xa, N)),
	  OK(Y), NULL },
	{ "a port, and the registration is on every port", REGISTER(), EMPTY(1), { .sent = 1 },
	  ANSWER_DONE, STATE(2, RESV_NONE, 0, OWN_ALL(0xa, N)), OK(Y), NULL },

	/* A registration that this path shares with another path. */
	{ "shared: register, and another path has the key", REGISTER(), BESIDE_A, { .sent = 1 },
	  ANSWER_CONFLICT, BESIDE_A, AGAIN, NULL },
	{ "register --ignore-key: success, and nothing is done, in a list without names",
	  REGISTER(.ignore_key = true), STATE(3, RESV_NONE, 0, ANY(0xa0, N), ANY(0xa, N)),
	  { .sent = 1 }, ANSWER_DONE, STATE(3, RESV_NONE, 0, ANY(0xa0, N), ANY(0xa, N)),
	  NOT(FAILED, NOT_DONE, U), NULL },
	{ "register: the proof, which the device has not counted", REGISTER(),
	  STATE(3, RESV_NONE, 0, ANY(0xa, N)), { .sent = 0 }, ANSWER_DONE,
	  STATE(3, RESV_NONE, 0, ANY(0xa, N)), NOT(FAILED, NOT_DONE, U), NULL },
	{ "register: the proof, which the device has not counted because it counts nothing",
	  REGISTER(), STATE(0, RESV_NONE, 0, ANY(0xa, N)), { .sent = 0 }, ANSWER_DONE,
	  STATE(0, RESV_NONE, 0, ANY(0xa, N)), OK(N), NULL },
	{ "register: success, and nothing is done, on a device that counts nothing", REGISTER(),
	  STATE(0, RESV_NONE, 0, ANY(0xa, N)), { .sent = 1, .proof_refused = true }, ANSWER_DONE,
	  STATE(0, RESV_NONE, 0, ANY(0xa, N)), NOT(FAILED, NOT_DONE, U), NULL },
	{ "shared: register --old-key, and another path has OLD", REGISTER(.old_key = 0xa0),
	  BESIDE_A0, { .sent = 1 }, ANSWER_CONFLICT, BESIDE_A0, AGAIN, NULL },
	{ "shared: register, and another path has another key", REGISTER(),
	  STATE(1, RESV_NONE, 0, BESIDE(0xc, N)), { .sent = 1 }, ANSWER_CONFLICT,
	  STATE(1, RESV_NONE, 0, BESIDE(0xc, N)), NOT(CONFLICT, REFUSED, N), NULL },
	{ "shared: refused, too", REGISTER(), BESIDE_A,
	  { .sent = 2, .shared = true, .proof_refused = true }, ANSWER_CONFLICT, BESIDE_A,
	  NOT(CONFLICT, REFUSED, N), NULL },
	{ "shared: the key is there, and nothing was sent before", REGISTER(), BESIDE_A,
	  { .sent = 1, .shared = true }, ANSWER_DONE, BESIDE_A_2, OK(N), NULL },
	{ "shared: the key is there, and an earlier try may have done it", REGISTER(), BESIDE_A,
	  { .sent = 2, .shared = true }, ANSWER_DONE, BESIDE_A_2, OK(U), NULL },
	{ "shared: the earlier try was refused", REGISTER(), BESIDE_A,
	  { .sent = 2, .shared = true, .ignore_refused = true }, ANSWER_DONE, BESIDE_A_2, OK(N),
	  NULL },
	{ "shared: an earlier try of this run has done it", REGISTER(), BESIDE_A,
	  { .sent = 1, .shared = true, .hidden = true }, ANSWER_DONE, BESIDE_A_2, OK(Y), NULL },
	{ "shared: success, which the device has not counted, proves nothing", REGISTER(), BESIDE_A,
	  { .sent = 1, .shared = true }, ANSWER_DONE, BESIDE_A, NOT(FAILED, NOT_DONE, N), NULL },
	{ "shared: refused, and another process has changed something meanwhile", REGISTER(),
	  BESIDE_A, { .sent = 1, .shared = true }, ANSWER_CONFLICT, BESIDE_A_2, AGAIN, NULL },
	{ "shared: success, and nobody is listed afterwards", REGISTER(), BESIDE_A,
	  { .sent = 1, .shared = true }, ANSWER_DONE, EMPTY(2), NOT(FAILED, CHANGED_SINCE, U),
	  NULL },
	{ "shared: another process has registered another path, and a host is listed", REGISTER(),
	  STATE(1, RESV_NONE, 0, OTHER(0xb, N), BESIDE(0xa, N)), { .sent = 1, .shared = true },
	  ANSWER_DONE, STATE(2, RESV_NONE, 0, BESIDE(0xa, N), OWN_2(0xa, N), OTHER(0xb, N)),
	  NOT(FAILED, CHANGED_SINCE, U), NULL },
	{ "shared: another process has registered another path meanwhile", REGISTER(), BESIDE_A,
	  { .sent = 1, .shared = true }, ANSWER_DONE,
	  STATE(2, RESV_NONE, 0, BESIDE(0xa, N), OWN_2(0xa, N)), NOT(FAILED, CHANGED_SINCE, U),
	  NULL },
	{ "hidden: the key is another path's", REGISTER(), EMPTY(1), { .sent = 1 }, ANSWER_DONE,
	  BESIDE_A, AGAIN, NULL },
	{ "hidden: the key is another path's, which this one was refused",
	  REGISTER(.ignore_key = true), BESIDE_A, { .sent = 1, .proof_refused = true },
	  ANSWER_DONE, BESIDE_A, NOT(FAILED, NOT_DONE, U), NULL },
	{ "hidden: the key is another path's, which this one was refused, and it is counted",
	  REGISTER(.ignore_key = true), BESIDE_A, { .sent = 1, .proof_refused = true },
	  ANSWER_DONE, BESIDE_A_2, NOT(FAILED, CHANGED_SINCE, Y), NULL },
	{ "hidden: the key may be this path's", REGISTER(), EMPTY(1), { .sent = 1 }, ANSWER_DONE,
	  STATE(2, RESV_NONE, 0, MAYBE(0xa, N)), OK(Y), NULL },
	{ "hidden: it was tried already", REGISTER(), EMPTY(1), { .sent = 1, .shared = true },
	  ANSWER_DONE, BESIDE_A, NOT(FAILED, CHANGED_SINCE, Y), NULL },
	{ "hidden: the proof was refused", REGISTER(), EMPTY(1),
	  { .sent = 1, .proof_refused = true }, ANSWER_DONE, BESIDE_A,
	  NOT(FAILED, CHANGED_SINCE, Y), NULL },

	/* A path that came back under another name. */
	{ "back: an earlier session has OLD, and a path has it", REGISTER(.old_key = 0xa0),
	  STATE(1, RESV_NONE, 0, MAYBE(0xa0, N), BESIDE(0xa0, N)), { .sent = 1 },
	  ANSWER_CONFLICT, STATE(1, RESV_NONE, 0, MAYBE(0xa0, N), BESIDE(0xa0, N)), AGAIN, NULL },
	{ "back: an earlier session has OLD, and a path has NEW", REGISTER(.old_key = 0xa0),
	  STATE(1, RESV_NONE, 0, MAYBE(0xa0, N), BESIDE(0xa, N)), { .sent = 1 },
	  ANSWER_CONFLICT, STATE(1, RESV_NONE, 0, MAYBE(0xa0, N), BESIDE(0xa, N)), AGAIN, NULL },
	{ "back: an earlier session has OLD, and no path has either", REGISTER(.old_key = 0xa0),
	  STATE(1, RESV_NONE, 0, MAYBE(0xa0, N), BESIDE(0xc, N)), { .sent = 1 },
	  ANSWER_CONFLICT, STATE(1, RESV_NONE, 0, MAYBE(0xa0, N), BESIDE(0xc, N)),
	  NOT(CONFLICT, OTHER_KEY_REGISTERED, N), NULL },
	{ "back: it was tried already", REGISTER(.old_key = 0xa0),
	  STATE(1, RESV_NONE, 0, MAYBE(0xa0, N)), { .sent = 3, .old_refused = true },
	  ANSWER_CONFLICT, STATE(2, RESV_NONE, 0, MAYBE(0xa0, N), BESIDE(0xa0, N)),
	  NOT(CONFLICT, OTHER_KEY_REGISTERED, N), NULL },
};

/* Whether a command leaves a doubt. */
static const struct {
	const char *name;
	struct request request;
	struct resv_state before;
	struct tries tries;
	enum answer_kind answer;
	struct resv_state after;
	bool doubt;
} doubts[] = {
	{ "register, and the nexus is known: not listed", REGISTER(), EMPTY(1), { .sent = 1 },
	  ANSWER_TRANSIENT, EMPTY(1), false },
	{ "register, and a key that may be this path's came", REGISTER(), EMPTY(1), { .sent = 1 },
	  ANSWER_TRANSIENT,
	  STATE(2, RESV_NONE, 0, ANY(0xa, N)), true },
	{ "register, path, and a key that may be this path's came", REGISTER(), EMPTY(1),
	  { .sent = 1 }, ANSWER_PATH,
	  STATE(2, RESV_NONE, 0, ANY(0xa, N)), true },
	{ "register --ignore-key, and the device is as it was", REGISTER(.ignore_key = true),
	  STATE(1, RESV_NONE, 0, ANY(0xa, N)), { .sent = 1 }, ANSWER_CHECK,
	  STATE(1, RESV_NONE, 0, ANY(0xa, N)), false },
	{ "the device is as it was, but not as it was before the first try",
	  REGISTER(.ignore_key = true),
	  STATE(2, RESV_NONE, 0, ANY(0xa, N)), { .sent = 2, .doubt = true }, ANSWER_CHECK,
	  STATE(2, RESV_NONE, 0, ANY(0xa, N)), true },
	{ "the list proves it, of all tries", REGISTER(), STATE(2, RESV_NONE, 0, ANY(0xb, N)),
	  { .sent = 2, .doubt = true },
	  ANSWER_CHECK, EMPTY(2), false },
	{ "the proof is refused: this nexus has no such key", REGISTER(),
	  STATE(2, RESV_NONE, 0, ANY(0xa, N)),
	  { .sent = 1, .doubt = true }, ANSWER_CONFLICT, STATE(2, RESV_NONE, 0, ANY(0xa, N)),
	    false },
	{ "a proof that is not ready changes nothing", REGISTER(),
	  STATE(2, RESV_NONE, 0, ANY(0xa, N)),
	  { .sent = 1, .doubt = true }, ANSWER_TRANSIENT, STATE(2, RESV_NONE, 0, ANY(0xa, N)),
	    true },
	{ "release, and another holds: it may have taken it then", RELEASE(), HELD_BY_US,
	  { .sent = 1 }, ANSWER_PATH,
	  HELD_BY_VICTIM, true },
	{ "preempt, and the list may omit the victim", PREEMPT(.victim = 0xb), HELD_SOMEHOW(1),
	  { .sent = 1 }, ANSWER_CHECK, HELD_SOMEHOW(2), true },
	{ "release, and this host holds still", RELEASE(), HELD_BY_US, { .sent = 1 }, ANSWER_PATH,
	  HELD_BY_US, false },
	{ "clear, and others have come then", CLEAR, FREE, { .sent = 1 }, ANSWER_PATH,
	  STATE(4, RESV_NONE, 0, OTHER(0xb, N)), true },
	{ "clear of two, and another one has come then", CLEAR,
	  STATE(1, RESV_NONE, 0, OWN(0xa, N), OTHER(0xb, N)), { .sent = 1 }, ANSWER_PATH,
	  STATE(4, RESV_NONE, 0, THIRD(0xc, N)), true },
	{ "clear of two, and another one alone is there after one count", CLEAR,
	  STATE(1, RESV_NONE, 0, OWN(0xa, N), OTHER(0xb, N)), { .sent = 1 }, ANSWER_PATH,
	  STATE(2, RESV_NONE, 0, THIRD(0xc, N)), true },
	{ "clear, and this host's key is another one's then", CLEAR, FREE, { .sent = 1 },
	  ANSWER_PATH, STATE(4, RESV_NONE, 0, OTHER(0xa, N)), true },
	{ "clear, and who was listed first is there", CLEAR,
	  STATE(1, RESV_NONE, 0, OTHER(0xb, N), OWN(0xa, N)), { .sent = 1 }, ANSWER_PATH,
	  STATE(2, RESV_NONE, 0, OTHER(0xb, N)), false },
	{ "clear, and the other host has registered again", CLEAR,
	  STATE(1, RESV_NONE, 0, OWN(0xa, N), OTHER(0xb, N)), { .sent = 1 }, ANSWER_PATH,
	  STATE(3, RESV_NONE, 0, OTHER(0xb, N)), true },
	{ "clear, and who was there is there", CLEAR, STATE(1, RESV_NONE, 0, OWN(0xa, N),
	  OTHER(0xb, N)), { .sent = 1 },
	  ANSWER_PATH, STATE(2, RESV_NONE, 0, OTHER(0xb, N)), false },
};

static void doubted(void **state)
{
	const typeof(doubts[0]) *row = *state;
	struct result result = { .state = row->before, .outcome.changed = N,
		.arena = unit_arena() };
	const struct answer answer = { .kind = row->answer }, read_back = { .kind = ANSWER_DONE };
	struct tries tries = row->tries;
	struct plan plan = rule_of(&row->request)->plan(&row->request, &result, &tries);

	assert_int_equal(plan.kind, PLAN_SEND);
	result.state = row->after;
	result.outcome.sent = true;
	assert_int_not_equal(verify(&(struct attempt){ &row->request, &result, &plan, &answer,
		&read_back, &row->before, &tries }), VERIFIED);
	assert_int_equal(tries.doubt, row->doubt);
	arena_free(result.arena);
}

/* Whether the state after the command decides the status. */
static bool found_behind(enum reason reason)
{
	return reason == REASON_CHANGED_SINCE || reason == REASON_NOT_VERIFIED ||
	reason == REASON_NOT_DONE ||
	       reason == REASON_ABORT_NOT_PROVEN;
}

/* The order of the registrants has no meaning, before and after the command. */
static void reversed(const typeof(judgements[0]) *row, const struct plan *plan,
		     const struct outcome *outcome)
{
	struct resv_state before = state_reversed(&row->before);
	struct result result = { .state = state_reversed(&row->after), .outcome.changed = N,
		.lun.nexus = { HOST_1 SESSION_1, 1 }, .arena = unit_arena() };
	struct registrant *after = result.state.registrants;
	const struct answer answer = { .kind = row->answer, .raw = 0x118 };
	const struct answer read_back = { .kind = row->after.source == SOURCE_NONE ?
							     ANSWER_NO_PRIVILEGE :
							     ANSWER_DONE };
	struct tries tries = row->tries;

	result.outcome.sent = true;
	assert_int_equal(verify(&(struct attempt){ &row->request, &result, plan, &answer,
				&read_back, &before, &tries }), row->verified);
	assert_int_equal(result.outcome.status, outcome->status);
	assert_int_equal(result.outcome.reason, outcome->reason);
	assert_int_equal(result.outcome.changed, outcome->changed);
	free(before.registrants);
	free(after);
	arena_free(result.arena);
}

/* What is remembered for the next try. */
static void tries_equal(const typeof(judgements[0]) *row, const struct plan *plan,
			const struct tries *tries)
{
	assert_int_equal(tries->proof_refused,
			 plan->proof && row->answer == ANSWER_CONFLICT);
	assert_int_equal(tries->old_refused,
			 row->tries.old_refused ||
				 (row->request.old_key &&
				  plan->action.key == row->request.old_key &&
				  row->answer == ANSWER_CONFLICT));
	assert_int_equal(tries->own_proven, plan->proof && row->request.victim &&
						   row->answer == ANSWER_DONE);
	if (row->answer == ANSWER_CONFLICT)
		assert_int_equal(tries->ignore_refused,
				 row->tries.ignore_refused ||
					 plan->action.op == ACTION_REGISTER_IGNORE);
	/* What is to be done otherwise. */
	if (row->answer == ANSWER_INVALID && row->verified == VERIFIED_AGAIN)
		assert_int_equal(tries->all_ports + tries->ignore_refused + tries->is_volatile,
				 row->tries.all_ports + row->tries.ignore_refused +
					 row->tries.is_volatile + 1);
	assert_int_equal(tries->victim_refused,
			 plan->action.op == ACTION_PREEMPT &&
				 row->answer == ANSWER_CONFLICT &&
				 state_is_same(&row->before, &row->after));
}

static void judges(void **state)
{
	const typeof(judgements[0]) *row = *state;
	struct result result = { .state = row->before, .outcome.changed = N,
		.lun.nexus = { HOST_1 SESSION_1, 1 }, .arena = unit_arena() };
	const struct answer answer = { .kind = row->answer, .raw = 0x118 };
	const struct answer read_back = { .kind = row->after.source == SOURCE_NONE ?
							     ANSWER_NO_PRIVILEGE :
							     ANSWER_DONE };
	struct tries tries = row->tries;
	struct plan plan = row->before.source == SOURCE_NONE ?
				   rule_of(&row->request)->plan_blind(&row->request, &result) :
				   rule_of(&row->request)->plan(&row->request, &result, &tries);

	assert_int_equal(plan.kind, PLAN_SEND);
	result.state = row->after;
	result.outcome.sent = true;
	assert_int_equal(
		verify(&(struct attempt){ &row->request, &result, &plan, &answer, &read_back,
			&row->before, &tries }),
		row->verified);
	assert_int_equal(result.outcome.status, row->status);
	assert_int_equal(result.outcome.reason, row->reason);
	assert_int_equal(result.outcome.changed, row->changed);
	if (row->verified != VERIFIED) {
		tries_equal(row, &plan, &tries);
	} else if (row->status == STATUS_OK) {
		assert_non_null(result.outcome.success);
		assert_null(result.outcome.message);
		assert_int_equal(!result.warnings, !row->said);
		if (row->said)
			assert_non_null(strstr(result.warnings->text, row->said));
	} else {
		assert_non_null(strstr(result.outcome.message, row->said ? row->said : ""));
		assert_null(result.outcome.success);
		assert_int_equal(result.outcome.raw, 0x118);
		if (row->reason != REASON_OUTCOME_LOST && row->reason != REASON_HELD_BY_OTHER)
			assert_int_equal(result.outcome.step,
					 found_behind(row->reason) ? STEP_READ_BACK : STEP_CHANGE);
	}
	reversed(row, &plan, &result.outcome);
	arena_free(result.arena);
}

/* The message for a request that is done. */
static const struct {
	const char *name;
	struct request request;
	struct resv_state before, after;
	const char *text;
} successes[] = {
	{ "register", REGISTER(), EMPTY(1), FREE, "registered 0xa" },
	{ "register --old-key", REGISTER(.old_key = 0xa0), STATE(1, RESV_NONE, 0, OWN(0xa0, N)),
	  FREE, "registered 0xa in place of 0xa0" },
	{ "unregister", UNREGISTER(.key = 0xa), STATE(1, WE, 0xb, OWN(0xa, N), OTHER(0xb, Y)),
	  STATE(1, WE, 0xb, OTHER(0xb, Y)),
	  "unregistered 0xa; held by 0xb (" HOST_2 "), write-exclusive" },
	{ "unregister --ignore-key", UNREGISTER(.ignore_key = true),
	  STATE(1, RESV_NONE, 0, OWN(0xc, N)), EMPTY(1), "unregistered 0xc; nothing is reserved" },
	{ "unregister --ignore-key, no nexus is known", UNREGISTER(.ignore_key = true),
	  STATE(1, RESV_NONE, 0, ANY(0xa, N), ANY(0xb, N)), STATE(1, RESV_NONE, 0, ANY(0xb, N)),
	  "unregistered 0xa; nothing is reserved" },
	{ "unregister --ignore-key, no nexus is known, and nothing was there",
	  UNREGISTER(.ignore_key = true),
	  STATE(1, RESV_NONE, 0, ANY(0xb, N)), STATE(1, RESV_NONE, 0, ANY(0xb, N)),
	  "nothing was registered; nothing is reserved" },
	{ "reserve", RESERVE(.type = WE), FREE, HELD_BY_US, "reserved, write-exclusive, by 0xa" },
	{ "release", RELEASE(), HELD_BY_US, FREE, "released, was write-exclusive" },
	{ "preempt", PREEMPT(.victim = 0xb), HELD_BY_VICTIM, HELD_BY_US,
	  "preempted 0xb; held by 0xa (this host), write-exclusive" },
	{ "preempt all", PREEMPT(.victim_all = true), STATE(1, WEAR, 0, OWN(0xa, Y), OTHER(0xb, Y)),
	  STATE(2, WEAR, 0, OWN(0xa, Y)),
	  "preempted all others; held by 0xa (this host), write-exclusive-all-regs" },
	{ "preempt-abort", PREEMPT_ABORT(.victim = 0xb), HELD_BY_VICTIM, HELD_BY_US,
	  "preempted and aborted 0xb; held by 0xa (this host), write-exclusive" },
	{ "unregister, no state could be read before", UNREGISTER(.key = 0xa), UNREAD, EMPTY(1),
	  "unregistered 0xa; nothing is reserved" },
	{ "register, no state could be read before", REGISTER(), UNREAD, FREE, "registered 0xa" },
	{ "release, no state could be read before", RELEASE(.type = WE), UNREAD, FREE,
	  "released" },
	{ "clear", CLEAR, HELD_BY_VICTIM, EMPTY(2), "cleared, 2 registrations" },
	{ "clear, one", CLEAR, FREE, EMPTY(2), "cleared, 1 registration" },
};

static void says(void **state)
{
	const typeof(successes[0]) *row = *state;
	struct result result = { .state = row->before, .outcome.changed = N,
		.arena = unit_arena() };
	const struct answer answer = { .kind = ANSWER_DONE };
	struct tries tries = { .sent = 1 };
	struct plan plan = row->before.source == SOURCE_NONE ?
				   rule_of(&row->request)->plan_blind(&row->request, &result) :
				   rule_of(&row->request)->plan(&row->request, &result, &tries);

	result.state = row->after;
	verify(&(struct attempt){ &row->request, &result, &plan, &answer, &answer, &row->before,
		&tries });
	assert_text(result.outcome.success, row->text);
	arena_free(result.arena);
}

/* Why the device refuses, by its reported capabilities and by its sense data. */
/* The capabilities of a device; the types are those that are named. */
#define CAN(power_loss, ...) \
	{ .known = true, .power_loss_capable = power_loss, .types = { __VA_ARGS__ } }

static const struct {
	const char *name;
	struct request request;
	struct capabilities can;
	enum status status;
	enum reason reason;
	enum answer_kind answer; /* ANSWER_DONE: ANSWER_INVALID */
	const char *advice; /* NULL: none of special_advice */
	uint8_t asc, ascq;
} refusals[] = {
	{ "register, no power loss persistence", REGISTER(), CAN(N, 0),
	  STATUS_UNSUPPORTED, REASON_NO_POWER_LOSS_PERSISTENCE, .advice = "--volatile" },
	{ "register --ignore-key, no power loss persistence", REGISTER(.ignore_key = true),
	  CAN(N, 0), STATUS_UNSUPPORTED, REASON_NO_POWER_LOSS_PERSISTENCE,
	  .advice = "--volatile" },
	{ "register, power loss persistence", REGISTER(), CAN(Y, 0), STATUS_FAILED,
	  REASON_REFUSED, .advice = "register --volatile" },
	{ "register, nobody knows", REGISTER(), { 0 }, STATUS_FAILED, REASON_REFUSED,
	  .advice = "register --volatile" },
	{ "unregister", UNREGISTER(.key = 0xa), { 0 }, STATUS_FAILED, REASON_REFUSED },
	{ "register, no room for another registration", REGISTER(), CAN(Y, 0), STATUS_FAILED,
	  REASON_REFUSED, .advice = "no room for another registration", .asc = 0x55,
	  .ascq = 0x04 },
	{ "register, another lack of resources", REGISTER(), CAN(Y, 0), STATUS_FAILED,
	  REASON_REFUSED, .advice = "register --volatile", .asc = 0x55, .ascq = 0x03 },
	{ "register, another error of that number", REGISTER(), CAN(Y, 0), STATUS_FAILED,
	  REASON_REFUSED, .advice = "register --volatile", .asc = 0x26, .ascq = 0x04 },
	{ "preempt", PREEMPT(.victim = 0xb), { 0 }, STATUS_FAILED, REASON_REFUSED },
	{ "preempt-abort, which may be optional", PREEMPT_ABORT(.victim = 0xb), { 0 },
	  STATUS_FAILED, REASON_REFUSED, .advice = "use preempt, and switch off" },
	{ "reserve, not the type", RESERVE(.type = WE), CAN(N, [EA] = Y),
	  STATUS_UNSUPPORTED, REASON_OPTION_UNSUPPORTED },
	{ "reserve, the type", RESERVE(.type = WE), CAN(N, [WE] = Y), STATUS_FAILED,
	  REASON_REFUSED },
	{ "reserve, it does not tell", RESERVE(.type = WE), CAN(N, [WE] = U),
	  STATUS_FAILED, REASON_REFUSED },
	{ "reserve, nobody knows", RESERVE(.type = WE), { 0 }, STATUS_FAILED, REASON_REFUSED },
	{ "register --all-ports, not known to the device", REGISTER(.all_ports = true),
	  { .known = true, .power_loss_capable = Y, .all_target_ports = N },
	  STATUS_UNSUPPORTED, REASON_OPTION_UNSUPPORTED },
	{ "register --all-ports, known to the device", REGISTER(.all_ports = true),
	  { .known = true, .power_loss_capable = Y, .all_target_ports = Y },
	  STATUS_FAILED, REASON_REFUSED, .advice = "register --volatile" },
	{ "register --all-ports, nobody knows", REGISTER(.all_ports = true), { 0 },
	  STATUS_FAILED, REASON_REFUSED, .advice = "register --volatile" },
	{ "register --all-ports, an unknown command", REGISTER(.all_ports = true),
	  { .known = true, .power_loss_capable = Y, .all_target_ports = N },
	  STATUS_FAILED, REASON_REFUSED, ANSWER_NO_COMMAND, .advice = "register --volatile" },
	{ "register, and the device does not know --all-ports", REGISTER(),
	  { .known = true, .power_loss_capable = Y, .all_target_ports = N },
	  STATUS_FAILED, REASON_REFUSED, .advice = "register --volatile" },
	{ "register --volatile, no power loss persistence", REGISTER(.is_volatile = true),
	  CAN(N, 0), STATUS_FAILED, REASON_REFUSED },
	{ "release of a type without a name", RELEASE(), CAN(N, 0), STATUS_FAILED,
	  REASON_REFUSED },
	{ "clear has no type", CLEAR, CAN(N, 0), STATUS_FAILED, REASON_REFUSED },
};

/* What only some refusals are followed by. */
static const char *const special_advice[] = { "--volatile", "no room", "use preempt, and" };

static void advised(const char *message, const char *advice)
{
	if (advice && !strstr(message, advice))
		fail_msg("%s", message);
	for (size_t i = 0; i < COUNT_OF(special_advice); i++)
		if (!(advice && strstr(advice, special_advice[i])))
			assert_null(strstr(message, special_advice[i]));
}

static void refused(void **state)
{
	const typeof(refusals[0]) *row = *state;
	const struct resv_state before = STATE(1, RESV_NONE, 0, OWN(0xa, N)), empty = EMPTY(1),
				nameless = STATE(1, RESV_OTHER, 0xa, OWN(0xa, Y)),
				victims = STATE(1, WE, 0xb, OWN(0xa, N), OTHER(0xb, Y));
	const struct resv_state *const states[COMMAND_COUNT] = {
		[COMMAND_REGISTER] = &empty, [COMMAND_RELEASE] = &nameless,
		[COMMAND_PREEMPT] = &victims, [COMMAND_PREEMPT_ABORT] = &victims,
	};
	const struct resv_state *held = states[row->request.command]
						? states[row->request.command] : &before;
	struct result result = {
		.state = *held, .capabilities = row->can, .outcome.changed = N,
			.arena = unit_arena()
	};
	const struct answer answer = { .kind = row->answer ? row->answer : ANSWER_INVALID,
				       .err = 22, .raw = 2, .sense_key = 5, .asc = row->asc,
				       .ascq = row->ascq },
			    read_back = { .kind = ANSWER_DONE };
	struct tries tries = { .sent = 1, .is_volatile = row->request.is_volatile };
	struct plan plan = rule_of(&row->request)->plan(&row->request, &result, &tries);

	assert_int_equal(verify(&(struct attempt){ &row->request, &result, &plan, &answer,
		&read_back, held, &tries }),
			 VERIFIED);
	assert_int_equal(result.outcome.status, row->status);
	assert_int_equal(result.outcome.reason, row->reason);
	assert_int_equal(result.outcome.changed, N);
	assert_int_equal(result.outcome.err, 22);
	advised(result.outcome.message, row->advice);
	arena_free(result.arena);
}

/*
 * A target that cannot keep registrations through a loss of power may refuse even an unregister
 * with APTPL: it is tried once without.
 */
static const struct {
	const char *name;
	struct request request;
	struct resv_state state;
} refused_persistence[] = {
	{ "unregister", UNREGISTER(.key = 0xa), STATE(1, RESV_NONE, 0, OWN(0xa, N)) },
	{ "the proof of a preempt's own key", PREEMPT_ABORT(.victim = 0xb, .if_registered = true),
	  STATE(1, WE, 0xa, ANY(0xa, Y)) },
};

static void without_persistence(void **state)
{
	const typeof(refused_persistence[0]) *row = *state;
	struct result result = { .state = row->state, .outcome.changed = N, .arena = unit_arena(),
				 .lun.transport = TRANSPORT_SCSI };
	const struct answer answer = { .kind = ANSWER_INVALID, .err = 22 },
			    read_back = { .kind = ANSWER_DONE };
	struct tries tries = { .sent = 1 };
	struct plan plan = rule_of(&row->request)->plan(&row->request, &result, &tries);
	const struct attempt attempt = { &row->request, &result, &plan, &answer, &read_back,
					 &row->state, &tries };

	assert_int_equal(verify(&attempt), VERIFIED_AGAIN);
	assert_true(tries.is_volatile);
	plan = rule_of(&row->request)->plan(&row->request, &result, &tries);
	assert_true(plan.action.is_volatile);
	assert_int_equal(verify(&attempt), VERIFIED);
	assert_int_equal(result.outcome.status, STATUS_FAILED);
	arena_free(result.arena);
}

/* When it is not tried without APTPL. */
static const struct {
	const char *name;
	struct request request;
	struct capabilities can;
	enum transport transport;
} persistent[] = {
	{ "the target keeps registrations through a loss of power", UNREGISTER(.key = 0xa),
	  { .known = true, .power_loss_capable = Y, .power_loss_active = Y }, TRANSPORT_SCSI },
	{ "NVMe", UNREGISTER(.key = 0xa), { 0 }, TRANSPORT_NVME },
	{ "register", REGISTER(.old_key = 0xa0), { 0 }, TRANSPORT_SCSI },
	{ "reserve", RESERVE(.type = WE), { 0 }, TRANSPORT_SCSI },
};

static void persists(void **state)
{
	const typeof(persistent[0]) *row = *state;
	const struct resv_state before =
		STATE(1, RESV_NONE, 0, OWN(row->request.old_key ? 0xa0 : 0xa, N));
	struct result result = { .state = before, .outcome.changed = N, .arena = unit_arena(),
				 .capabilities = row->can, .lun.transport = row->transport };
	const struct answer answer = { .kind = ANSWER_INVALID }, read = { .kind = ANSWER_DONE };
	struct tries tries = { .sent = 1 };
	struct plan plan = rule_of(&row->request)->plan(&row->request, &result, &tries);

	assert_int_equal(plan.kind, PLAN_SEND);
	assert_int_equal(verify(&(struct attempt){ &row->request, &result, &plan, &answer, &read,
						   &before, &tries }),
			 VERIFIED);
	assert_false(tries.is_volatile);
	arena_free(result.arena);
}

/* What the last answer is, if the state shows that nothing was done, and no time is left. */
static const struct {
	const char *name;
	struct answer answer;
	enum reason reason;
	bool again;
} last_answers[] = {
	{ "path", { .kind = ANSWER_PATH }, REASON_PATH, false },
	{ "a check condition", { .kind = ANSWER_CHECK, .raw = 0x10000 }, REASON_IO_ERROR, true },
	{ "not ready", { .kind = ANSWER_TRANSIENT, .raw = 0x2 }, REASON_IO_ERROR, true },
	{ "the largest status of a device", { .kind = ANSWER_TRANSIENT, .raw = 0xffff },
	  REASON_IO_ERROR, true },
	{ "the status of a host", { .kind = ANSWER_TRANSIENT, .raw = 0x10000 }, REASON_PATH, true },
	{ "an error of the kernel", { .kind = ANSWER_TRANSIENT, .err = 5 }, REASON_PATH, true },
};

static void last(void **state)
{
	const typeof(last_answers[0]) *row = *state;
	const struct request request = REGISTER();
	const struct resv_state before = EMPTY(1);
	const struct answer read = { .kind = ANSWER_DONE };
	struct result result = { .state = before, .outcome.changed = N, .arena = unit_arena() };
	struct tries tries = { .sent = 3, .last = true };
	struct plan plan = rule_of(&request)->plan(&request, &result, &tries);

	assert_int_equal(verify(&(struct attempt){ &request, &result, &plan, &row->answer, &read,
						   &before, &tries }),
			 VERIFIED);
	assert_int_equal(result.outcome.status, STATUS_FAILED);
	assert_int_equal(result.outcome.reason, row->reason);
	assert_int_equal(result.outcome.err, row->answer.err);
	assert_int_equal(result.use.again, row->again);
	arena_free(result.arena);
}

/* Why the state could not be read after a change that was accepted. */
static const struct {
	const char *name;
	enum answer_kind read_back;
	enum transport transport;
	const char *why;
} unread_whys[] = {
	{ "not permitted, SCSI", ANSWER_NO_PRIVILEGE, TRANSPORT_SCSI, "needs CAP_SYS_RAWIO" },
	{ "not permitted, NVMe", ANSWER_NO_PRIVILEGE, TRANSPORT_NVME, "needs CAP_SYS_ADMIN" },
	{ "no interface", ANSWER_NO_INTERFACE, TRANSPORT_SCSI, "needs CAP_SYS_RAWIO" },
	{ "path", ANSWER_PATH, TRANSPORT_SCSI, "the path failed (EIO); check with" },
};

static void unread(void **state)
{
	const typeof(unread_whys[0]) *row = *state;
	const struct request request = REGISTER();
	const struct resv_state before = EMPTY(1);
	const struct answer answer = { .kind = ANSWER_DONE },
			    read_back = { .kind = row->read_back, .err = EIO };
	struct result result = { .state = before, .outcome.changed = N, .arena = unit_arena(),
				 .lun.transport = row->transport };
	struct tries tries = { .sent = 1 };
	struct plan plan = rule_of(&request)->plan(&request, &result, &tries);

	result.state = (struct resv_state)UNREAD;
	assert_int_equal(verify(&(struct attempt){ &request, &result, &plan, &answer, &read_back,
						   &before, &tries }),
			 VERIFIED);
	assert_int_equal(result.outcome.reason, REASON_NOT_VERIFIED);
	if (!strstr(result.outcome.message, row->why))
		fail_msg("%s", result.outcome.message);
	arena_free(result.arena);
}

/* The path beside, by another port; and another path of this host. */
#define BESIDE_AT(port, key) { key, N, { HOST_1 SESSION_2, port }, N, Y, true }

/* For which paths one registration counts from now on. */
static const struct {
	const char *name;
	struct request request;
	struct resv_state before, after;
	const char *said;
	const char *with; /* for each port of the path beside, 1 to 4, whether it is this one's */
	bool in_map;
} sharings[] = {
	{ "of the same initiator", REGISTER(), BESIDE_A, BESIDE_A_2, "of this initiator", "1" },
	{ "of the same initiator, in a map", REGISTER(), BESIDE_A, BESIDE_A_2, "of this initiator",
	  "1", true },
	{ "of another initiator", REGISTER(), STATE(1, RESV_NONE, 0, ADAPTER(0xa, N)),
	  STATE(2, RESV_NONE, 0, ADAPTER(0xa, N)), "of this host", "" },
	{ "of another initiator, in a map", REGISTER(), STATE(1, RESV_NONE, 0, ADAPTER(0xa, N)),
	  STATE(2, RESV_NONE, 0, ADAPTER(0xa, N)), "of this host", "", true },
	{ "one of two has got the new key", REGISTER(.old_key = 0xa0),
	  STATE(1, RESV_NONE, 0, OTHER(0xa0, N), BESIDE_AT(1, 0xa0), BESIDE_AT(2, 0xa0)),
	  STATE(2, RESV_NONE, 0, BESIDE_AT(1, 0xa0), BESIDE_AT(2, 0xa)), "of this initiator", "2" },
	{ "one of two has got the new key, and one has another key", REGISTER(.old_key = 0xa0),
	  STATE(1, RESV_NONE, 0, BESIDE_AT(1, 0xa0), BESIDE_AT(2, 0xa0), BESIDE_AT(3, 0xc)),
	  STATE(2, RESV_NONE, 0, BESIDE_AT(1, 0xa0), BESIDE_AT(2, 0xa)), "of this initiator", "2" },
	{ "two have got the new key", REGISTER(.old_key = 0xa0),
	  STATE(1, RESV_NONE, 0, BESIDE_AT(1, 0xa0), BESIDE_AT(2, 0xa0)),
	  STATE(2, RESV_NONE, 0, BESIDE_AT(1, 0xa), BESIDE_AT(2, 0xa)), "of this initiator", "" },
	{ "one of two had the key", REGISTER(),
	  STATE(1, RESV_NONE, 0, BESIDE_AT(1, 0xa), BESIDE_AT(2, 0xc)),
	  STATE(2, RESV_NONE, 0, BESIDE_AT(1, 0xa), BESIDE_AT(2, 0xa)), "of this initiator", "1" },
	{ "of two, nobody knows which", REGISTER(),
	  STATE(1, RESV_NONE, 0, BESIDE_AT(1, 0xa), BESIDE_AT(2, 0xa)),
	  STATE(2, RESV_NONE, 0, BESIDE_AT(1, 0xa), BESIDE_AT(2, 0xa)), "of this initiator", "" },
	{ "it is listed for another port now", REGISTER(),
	  STATE(1, RESV_NONE, 0, BESIDE_AT(1, 0xa), OTHER(0xb, N)),
	  STATE(2, RESV_NONE, 0, OTHER(0xb, N), BESIDE_AT(3, 0xa)), "of this initiator", "13" },
	{ "it is listed for another port now, and another one has another key", REGISTER(),
	  STATE(1, RESV_NONE, 0, BESIDE_AT(1, 0xa), BESIDE_AT(2, 0xc)),
	  STATE(2, RESV_NONE, 0, BESIDE_AT(3, 0xa), BESIDE_AT(4, 0xc)), "of this initiator", "13" },
};

/* Another host, which has come meanwhile with the same key, shares nothing. */
static void shared_with_path(const struct result *path, const char *with)
{
	const struct sharer *sharers = result_head(path)->sharers;

	for (int port = 1; port <= 4; port++)
		assert_int_equal(sharing_is_one(sharers, &path->lun.nexus,
						&(struct nexus){ HOST_1 SESSION_2, port }),
				 strchr(with, '0' + port) != NULL);
	assert_null(sharing_find(sharers, &(struct nexus){ HOST_2 SESSION_2, 1 }));
}

static void shares(void **state)
{
	const typeof(sharings[0]) *row = *state;
	const struct answer done = { .kind = ANSWER_DONE };
	struct resv_state before = state_reversed(&row->before);
	struct result map = { .arena = unit_arena() };
	/* port 5: another port of the target than those beside */
	struct result path = { .state = before, .outcome.changed = N, .arena = map.arena,
			       .lun.nexus = { HOST_1 SESSION_1, 5 },
			       .map = row->in_map ? &map : NULL },
		      other = { .map = path.map, .lun.nexus = { HOST_1 SESSION_1, 6 } };
	struct tries tries = { .shared = true };
	struct plan plan = rule_of(&row->request)->plan(&row->request, &path, &tries);

	map.paths = &path;
	path.unshared = true; /* until now */
	path.state = state_reversed(&row->after);
	assert_int_equal(plan.kind, PLAN_SEND);
	assert_int_equal(verify(&(struct attempt){ &row->request, &path, &plan, &done, &done,
						   &before, &tries }),
			 VERIFIED);
	assert_int_equal(path.outcome.status, STATUS_OK);
	assert_true(nexus_has_proven(&path));
	shared_with_path(&path, row->with);
	assert_true(state_own_has(&path.state, row->request.key) == Y);
	/* Of other paths, that proves nothing. */
	assert_false(nexus_shares(&other));
	assert_non_null(path.trace);
	assert_non_null(strstr(path.trace->text, row->said));
	free(before.registrants);
	free(path.state.registrants);
	arena_free(map.arena);
}

/* More registrations of this host than are remembered: none is. */
static void shares_one_of_many(void **state)
{
	const struct request request = REGISTER();
	const struct answer done = { .kind = ANSWER_DONE };
	struct registrant registrants[66];
	struct resv_state before = { .source = SOURCE_FULL_STATUS, .generation = 1,
				     .registrants = registrants, .count = COUNT_OF(registrants) };
	struct result path = { .outcome.changed = N, .arena = unit_arena(),
			       .lun.nexus = { HOST_1 SESSION_1, 100 } };
	struct tries tries = { .shared = true };
	struct plan plan;

	(void)state;
	for (int i = 0; i < (int)before.count; i++)
		registrants[i] = (struct registrant)BESIDE_AT(i + 1, 0xa);
	path.state = before;
	plan = rule_of(&request)->plan(&request, &path, &tries);
	path.state.generation++;
	assert_int_equal(verify(&(struct attempt){ &request, &path, &plan, &done, &done, &before,
						   &tries }),
			 VERIFIED);
	assert_int_equal(path.outcome.status, STATUS_OK);
	assert_false(nexus_has_proven(&path));
	arena_free(path.arena);
}

/* The key of an adapter that this host had until it went is no other host's. */
static void former_adapter(void **state)
{
	const char *ports[] = { "fc:0x2100001122334499", NULL };
	const struct resv_state before = EMPTY(1);
	const struct request request = REGISTER();
	const struct answer done = { .kind = ANSWER_DONE };

	(void)state;
	for (int known = 0; known <= 1; known++) {
		struct tries tries = { .sent = 1 };
		struct result result = { .state = before, .arena = unit_arena(),
					 .lun.nexus = { HOST_1 SESSION_1, 1 },
					 .own_ports = known ? ports : NULL };
		struct plan plan = rule_of(&request)->plan(&request, &result, &tries);

		result.state = (struct resv_state)STATE(3, RESV_NONE, 0, OWN(0xa, N),
							{ 0xa, N, { ports[0], 1 }, N, N, false });
		assert_int_equal(verify(&(struct attempt){ &request, &result, &plan, &done, &done,
							   &before, &tries }),
				 VERIFIED);
		assert_int_equal(result.outcome.status, STATUS_OK);
		assert_int_equal(result.warnings == NULL, known);
		arena_free(result.arena);
	}
}

/*
 * The list may omit the victim, and this path is registered only according to an earlier run: a
 * conflict is about this path, and does not show that the victim is gone.
 */
static void refused_for_itself(void **state)
{
	const struct resv_state before = HELD_SOMEHOW(1);
	const struct request request = PREEMPT(.victim = 0xb, .if_registered = true);
	const struct answer conflict = { .kind = ANSWER_CONFLICT, .raw = 0x18 };
	const struct answer done = { .kind = ANSWER_DONE };

	(void)state;
	for (int shared = 0; shared <= 1; shared++) {
		struct tries tries = { .sent = 1 };
		struct result result = { .state = before, .arena = unit_arena(),
					 .lun.nexus = { HOST_1 SESSION_1, shared ? 2 : 1 } };
		struct plan plan;

		sharing_prove(result.arena, &result.sharers, &(struct nexus){ HOST_1, 2 },
			      &(struct nexus){ HOST_1, 1 }, 1);
		for (struct sharer *sharer = result.sharers; sharer; sharer = sharer->next)
			sharer->proven = false;
		plan = rule_of(&request)->plan(&request, &result, &tries);
		assert_int_equal(plan.kind, PLAN_SEND);
		assert_int_equal(verify(&(struct attempt){ &request, &result, &plan, &conflict,
							   &done, &before, &tries }),
				 shared ? VERIFIED : VERIFIED_AGAIN);
		assert_int_equal(tries.victim_refused, !shared);
		assert_int_equal(result.unshared, shared);
		arena_free(result.arena);
	}
}

/* According to an earlier run, this path shares the registration of the path beside. */
static const struct {
	const char *name;
	struct request request;
	uint64_t key; /* of that registration */
	enum answer_kind answer;
	enum verified verified;
	bool doubt, shares; /* afterwards */
} assumptions[] = {
	{ "not ready: nothing is proven", REGISTER(), 0xa, ANSWER_TRANSIENT, VERIFIED_LATER, true,
	  true },
	{ "refused: it shares none", REGISTER(), 0xa, ANSWER_CONFLICT, VERIFIED_AGAIN, false,
	  false },
	{ "register --old-key, refused: it shares none", REGISTER(.old_key = 0xa0), 0xa0,
	  ANSWER_CONFLICT, VERIFIED_AGAIN, true, false },
	{ "register --ignore-key, refused: nothing is proven", REGISTER(.ignore_key = true), 0xa0,
	  ANSWER_CONFLICT, VERIFIED_AGAIN, true, true },
	{ "done: it shares that one", REGISTER(), 0xa, ANSWER_DONE, VERIFIED, true, true },
};

static void assumed(void **state)
{
	const typeof(assumptions[0]) *row = *state;
	struct resv_state before = STATE(1, RESV_NONE, 0, BESIDE(row->key, N));
	const struct answer answer = { .kind = row->answer }, read = { .kind = ANSWER_DONE };
	struct result result = { .state = before, .outcome.changed = N, .arena = unit_arena(),
				 .lun.nexus = { HOST_1 SESSION_1, 2 } };
	struct tries tries = { .sent = 1, .doubt = true };
	struct plan plan;

	sharing_prove(result.arena, &result.sharers, &result.lun.nexus,
		      &before.registrants[0].nexus, 1);
	for (struct sharer *sharer = result.sharers; sharer; sharer = sharer->next)
		sharer->proven = false;
	nexus_mark(&result, &result.state);
	plan = rule_of(&row->request)->plan(&row->request, &result, &tries);
	result.state.generation += row->answer == ANSWER_DONE;
	assert_int_equal(verify(&(struct attempt){ &row->request, &result, &plan, &answer, &read,
						   &before, &tries }),
			 row->verified);
	assert_int_equal(tries.doubt, row->doubt);
	assert_int_equal(tries.old_refused, false);
	assert_int_equal(nexus_shares(&result), row->shares);
	assert_int_equal(nexus_has_proven(&result), row->answer == ANSWER_DONE);
	arena_free(result.arena);
}

/* A state that cannot be read. */
static const struct {
	const char *name;
	struct answer answer;
	enum status status;
	enum reason reason;
	enum command_id command;
	enum transport transport;
} unreadables[] = {
	{ "not ready: status", { .kind = ANSWER_TRANSIENT, .raw = 2 }, STATUS_UNKNOWN,
	  REASON_NOT_READ, COMMAND_STATUS },
	{ "not ready: check", { .kind = ANSWER_TRANSIENT, .raw = 2 }, STATUS_UNKNOWN,
	  REASON_NOT_READ, COMMAND_CHECK },
	{ "not ready: clear", { .kind = ANSWER_TRANSIENT, .raw = 2 }, STATUS_FAILED,
	  REASON_NOT_SENT, COMMAND_CLEAR },
	{ "command not known", { .kind = ANSWER_NO_COMMAND, .raw = 2 }, STATUS_UNSUPPORTED,
	  REASON_NO_RESERVATIONS, 0 },
	{ "conflict", { .kind = ANSWER_CONFLICT, .raw = 0x18 }, STATUS_CONFLICT,
	  REASON_LEGACY_RESERVED, 0 },
	{ "conflict: check", { .kind = ANSWER_CONFLICT, .raw = 0x18 }, STATUS_UNKNOWN,
	  REASON_LEGACY_RESERVED, COMMAND_CHECK },
	{ "conflict on NVMe, where no reservation refuses it",
	  { .kind = ANSWER_CONFLICT, .raw = 0x83 }, STATUS_FAILED, REASON_IO_ERROR, COMMAND_CHECK,
	  TRANSPORT_NVME },
	{ "not permitted", { .kind = ANSWER_NO_PRIVILEGE, .err = 1 }, STATUS_DEVICE,
	  REASON_NO_PRIVILEGE, 0 },
	{ "no interface", { .kind = ANSWER_NO_INTERFACE, .err = 25 }, STATUS_DEVICE,
	  REASON_NO_PRIVILEGE, 0 },
	{ "path", { .kind = ANSWER_PATH, .raw = 0x10000 }, STATUS_FAILED, REASON_PATH, 0 },
	{ "reply", { .kind = ANSWER_REPLY }, STATUS_FAILED, REASON_REPLY, 0 },
	{ "check condition", { .kind = ANSWER_CHECK, .raw = 2 }, STATUS_FAILED,
	  REASON_IO_ERROR, 0 },
	{ "invalid field", { .kind = ANSWER_INVALID, .raw = 2 }, STATUS_FAILED,
	  REASON_IO_ERROR, 0 },
};

static void unreadable(void **state)
{
	const typeof(unreadables[0]) *row = *state;
	const struct request request = { .command = row->command };
	struct result result = { .outcome.changed = N, .arena = unit_arena(),
				 .lun.transport = row->transport };

	assert_int_equal(unread_fail(&request, &result, STEP_READ, &row->answer), row->status);
	assert_int_equal(result.outcome.status, row->status);
	assert_int_equal(result.outcome.reason, row->reason);
	assert_int_equal(result.outcome.step, STEP_READ);
	assert_int_equal(result.outcome.raw, row->answer.raw);
	assert_int_equal(result.outcome.err, row->answer.err);
	assert_int_equal(result.outcome.changed, N);
	assert_non_null(result.outcome.message);
	arena_free(result.arena);
}

/* A failure that is certain stays a failure, whatever an earlier try may have done. */
static void doubt_keeps(void **state)
{
	static const enum status statuses[] = { STATUS_OK, STATUS_UNKNOWN, STATUS_CONFLICT };
	const struct request request = REGISTER();

	(void)state;
	for (size_t i = 0; i < COUNT_OF(statuses); i++) {
		struct result result = { .outcome = { .status = statuses[i], .changed = N,
						      .message = "as it was" },
					 .arena = unit_arena() };

		verify_doubt(&request, &result, &(struct tries){ .sent = 2, .doubt = true });
		assert_int_equal(result.outcome.changed, U);
		assert_int_equal(result.outcome.status, i == 2 ? STATUS_UNKNOWN : statuses[i]);
		assert_int_equal(strcmp(result.outcome.message, "as it was") == 0, i < 2);
		arena_free(result.arena);
	}
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, judges, judgements);
	UNIT_TABLE(&unit, doubted, doubts);
	UNIT_TEST(&unit, doubt_keeps);
	UNIT_TABLE(&unit, says, successes);
	UNIT_TABLE(&unit, refused, refusals);
	UNIT_TABLE(&unit, without_persistence, refused_persistence);
	UNIT_TABLE(&unit, persists, persistent);
	UNIT_TABLE(&unit, last, last_answers);
	UNIT_TABLE(&unit, unread, unread_whys);
	UNIT_TABLE(&unit, shares, sharings);
	UNIT_TEST(&unit, shares_one_of_many);
	UNIT_TABLE(&unit, assumed, assumptions);
	UNIT_TEST(&unit, former_adapter);
	UNIT_TEST(&unit, refused_for_itself);
	UNIT_TABLE(&unit, unreadable, unreadables);
	return unit_run(&unit, "verify");
}
