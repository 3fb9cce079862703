// SPDX-License-Identifier: GPL-2.0-or-later
/* What a request leads to in a state: what is sent, or why nothing is. */
#include "unit.h"

#include "model/host_choice.h"
#include "model/nexus.h"
#include "model/sharing.h"
#include "model/state.h"
#include "pr/plan.h"
#include "pr/rule.h"
#include "states.h"

#define SEND(op, key, service_key, type) \
	PLAN_SEND, { op, key, service_key, type, false, false, false }, false, REASON_NONE
#define PROVE(op, key, service_key, type) \
	PLAN_SEND, { op, key, service_key, type, false, false, false }, true, REASON_NONE
#define SEND_ALL(op, key, service_key) \
	PLAN_SEND, { op, key, service_key, RESV_NONE, false, true, false }, false, REASON_NONE
#define SEND_IGNORING(op, key, type) \
	PLAN_SEND, { op, key, 0, type, true, false, false }, false, REASON_NONE
#define GONE PLAN_PROVE, { 0 }, false, REASON_NONE
#define DONE PLAN_DONE, { 0 }, false, REASON_NONE
#define REFUSE(reason) PLAN_REFUSE, { 0 }, false, REASON_##reason

struct plan_case {
	const char *name;
	struct request request;
	struct resv_state state;
	bool proof_refused; /* of a preempt: victim_refused */
	enum plan_kind kind;
	struct action action;
	bool proof;
	enum reason reason;
	const char *text; /* of a refusal, or a part of that of success */
	const char *const *own_ports; /* by which this host has registered since it was started */
	enum abort_known known; /* of the victim */
};

#define GONE_PORT "fc:0x2100001122334499"
#define GONE_ADAPTER(key) { key, N, { GONE_PORT, 1 }, N, N, false }
static const char *const gone_ports[] = { "fc:0x2100001122334456", GONE_PORT, NULL };

/* A host that no list has. */
static struct host_choice nobody = { .text = HOST_3, .initiators = { HOST_3 }, .count = 1 };

static const struct plan_case plans[] = {
	{ "register: nobody is there", REGISTER(), EMPTY(1), false,
	  SEND(ACTION_REGISTER, 0, 0xa, RESV_NONE) },
	{ "register: others are there", REGISTER(), STATE(1, WE, 0xb, OTHER(0xb, Y)), false,
	  SEND(ACTION_REGISTER, 0, 0xa, RESV_NONE) },
	{ "register: there already", REGISTER(), STATE(1, RESV_NONE, 0, OWN(0xa, N)), false, DONE },
	{ "register: there already, and holds", REGISTER(), STATE(1, WE, 0xa, OWN(0xa, Y)), false,
	  DONE },
	{ "register: there already, and elsewhere", REGISTER(),
	  STATE(1, RESV_NONE, 0, OTHER(0xa, N), OWN(0xa, N)), false, DONE },
	{ "register: another key is there", REGISTER(), STATE(1, RESV_NONE, 0, OWN(0xc, N)), false,
	  REFUSE(OTHER_KEY_REGISTERED),
	  "this host is registered with 0xc; nothing is reserved; use --old-key 0xc to replace "
	  "it" },
	{ "register: a clone has the key", REGISTER(), STATE(1, RESV_NONE, 0, OTHER(0xa, N)), false,
	  SEND(ACTION_REGISTER, 0, 0xa, RESV_NONE) },
	{ "register: who knows who has the key", REGISTER(), STATE(1, RESV_NONE, 0, ANY(0xa, N)),
	  false, PROVE(ACTION_REGISTER, 0xa, 0xa, RESV_NONE) },
	{ "register: another path of this host has the key", REGISTER(),
	  STATE(1, RESV_NONE, 0, MAYBE(0xa, N)), false,
	  PROVE(ACTION_REGISTER, 0xa, 0xa, RESV_NONE) },
	{ "register: who knows who has another key", REGISTER(),
	  STATE(1, RESV_NONE, 0, ANY(0xb, N)), false, SEND(ACTION_REGISTER, 0, 0xa, RESV_NONE) },
	{ "register: the proof was refused", REGISTER(), STATE(1, RESV_NONE, 0, ANY(0xa, N)), true,
	  SEND(ACTION_REGISTER, 0, 0xa, RESV_NONE) },
	{ "register: the proof was refused, another path has the key", REGISTER(),
	  STATE(1, RESV_NONE, 0, MAYBE(0xa, N)), true, SEND(ACTION_REGISTER, 0, 0xa, RESV_NONE) },

	{ "register --old-key: OLD is there", REGISTER(.old_key = 0xa0),
	  STATE(1, RESV_NONE, 0, OWN(0xa0, N)), false,
	  SEND(ACTION_REGISTER, 0xa0, 0xa, RESV_NONE) },
	{ "register --old-key: NEW is there already", REGISTER(.old_key = 0xa0),
	  STATE(1, RESV_NONE, 0, OWN(0xa, N)), false, DONE },
	{ "register --old-key: nothing is there", REGISTER(.old_key = 0xa0), EMPTY(1), false,
	  REFUSE(KEY_NOT_REGISTERED),
	  "0xa0 is not registered (this host may have been fenced); nothing is reserved; "
	  "register without --old-key to rejoin" },
	{ "register --old-key: fenced, others are there", REGISTER(.old_key = 0xa0),
	  STATE(1, WE, 0xb, OTHER(0xb, Y)), false, REFUSE(KEY_NOT_REGISTERED),
	  "0xa0 is not registered (this host may have been fenced); held by 0xb "
	  "(iqn.2026-01.lab:host-2), write-exclusive; register without --old-key to rejoin" },
	{ "register --old-key: fenced, a clone has OLD", REGISTER(.old_key = 0xa0),
	  STATE(1, RESV_NONE, 0, OTHER(0xa0, N)), false, REFUSE(KEY_NOT_REGISTERED),
	  "0xa0 is registered by another host: 0xa0 (iqn.2026-01.lab:host-2) (this host may "
	  "have been fenced); nothing is reserved; register without --old-key to rejoin" },
	{ "register --old-key: fenced, a clone has NEW", REGISTER(.old_key = 0xa0),
	  STATE(1, RESV_NONE, 0, OTHER(0xa, N)), false, REFUSE(KEY_NOT_REGISTERED),
	  "0xa0 is not registered (this host may have been fenced); nothing is reserved; "
	  "register without --old-key to rejoin" },
	{ "register --old-key: a third key is there", REGISTER(.old_key = 0xa0),
	  STATE(1, RESV_NONE, 0, OWN(0xc, N)), false, REFUSE(OTHER_KEY_REGISTERED),
	  "this host is registered with 0xc, not 0xa0; nothing is reserved; use --old-key with "
	  "the current key, or --ignore-key" },
	{ "register --old-key: who knows who has OLD", REGISTER(.old_key = 0xa0),
	  STATE(1, RESV_NONE, 0, ANY(0xa0, N)), false,
	  SEND(ACTION_REGISTER, 0xa0, 0xa, RESV_NONE) },
	{ "register --old-key: who knows who has NEW", REGISTER(.old_key = 0xa0),
	  STATE(1, RESV_NONE, 0, ANY(0xa, N)), false, PROVE(ACTION_REGISTER, 0xa, 0xa, RESV_NONE) },
	{ "register --old-key: not NEW, who knows who has OLD", REGISTER(.old_key = 0xa0),
	  STATE(1, RESV_NONE, 0, ANY(0xa, N), ANY(0xa0, N)), true,
	  SEND(ACTION_REGISTER, 0xa0, 0xa, RESV_NONE) },
	{ "register --old-key: not NEW, and nobody has OLD", REGISTER(.old_key = 0xa0),
	  STATE(1, RESV_NONE, 0, ANY(0xa, N)), true, REFUSE(KEY_NOT_REGISTERED),
	  "0xa0 is not registered (this host may have been fenced); nothing is reserved; "
	  "register without --old-key to rejoin" },

	{ "register --ignore-key: nobody is there", REGISTER(.ignore_key = true), EMPTY(1), false,
	  SEND(ACTION_REGISTER_IGNORE, 0xa, 0xa, RESV_NONE) },
	{ "register --ignore-key: another key is there", REGISTER(.ignore_key = true),
	  STATE(1, RESV_NONE, 0, OWN(0xc, N)), false,
	  SEND(ACTION_REGISTER_IGNORE, 0xa, 0xa, RESV_NONE) },
	{ "register --ignore-key: there already", REGISTER(.ignore_key = true),
	  STATE(1, RESV_NONE, 0, OWN(0xa, N)), false, DONE },
	{ "register --ignore-key: who knows who has the key", REGISTER(.ignore_key = true),
	  STATE(1, RESV_NONE, 0, ANY(0xa, N)), false,
	  SEND(ACTION_REGISTER_IGNORE, 0xa, 0xa, RESV_NONE) },

	/* A node that has registered, in a list without names. */
	{ "fence: who knows who has the node's key",
	  REGISTER(.fence = true, .ignore_key = true, .old_key = 0xa),
	  STATE(1, RESV_NONE, 0, ANY(0xa, N)), false, PROVE(ACTION_REGISTER, 0xa, 0xa, RESV_NONE) },
	{ "fence: not this path, and the node's key is still there",
	  REGISTER(.fence = true, .ignore_key = true, .old_key = 0xa),
	  STATE(1, RESV_NONE, 0, ANY(0xa, N)), true,
	  SEND(ACTION_REGISTER_IGNORE, 0xa, 0xa, RESV_NONE) },
	{ "fence: not this path, and the node's key is gone",
	  REGISTER(.fence = true, .ignore_key = true, .old_key = 0xa),
	  STATE(1, WE, 0xb, ANY(0xb, Y)), true, REFUSE(KEY_NOT_REGISTERED),
	  "0xa is not registered (this host may have been fenced); held by 0xb, write-exclusive; "
	  "register without --old-key to rejoin" },
	{ "fence: the node's key is gone before the first command",
	  REGISTER(.fence = true, .ignore_key = true, .old_key = 0xa),
	  STATE(1, WE, 0xb, ANY(0xb, Y)), false, REFUSE(KEY_NOT_REGISTERED),
	  "0xa is not registered (this host may have been fenced); held by 0xb, write-exclusive; "
	  "register without --old-key to rejoin" },
	{ "fence: this path has another key by now, which it may replace",
	  REGISTER(.fence = true, .ignore_key = true, .old_key = 0xa),
	  STATE(1, RESV_NONE, 0, OWN(0xc, N)), true,
	  SEND(ACTION_REGISTER_IGNORE, 0xa, 0xa, RESV_NONE) },

	/* NVMe: another tool has left a key of 0, which no option can name. */
	{ "register: a key of 0 is there", REGISTER(), STATE(1, RESV_NONE, 0, OWN(0, N)), false,
	  REFUSE(OTHER_KEY_REGISTERED),
	  "this host is registered with 0x0, not 0xa; nothing is reserved; 0x0 is left over "
	  "from another tool; use --ignore-key to replace or remove it" },
	{ "register --old-key: a key of 0 is there", REGISTER(.old_key = 0xa0),
	  STATE(1, RESV_NONE, 0, OWN(0, N)), false, REFUSE(OTHER_KEY_REGISTERED),
	  "this host is registered with 0x0, not 0xa; nothing is reserved; 0x0 is left over "
	  "from another tool; use --ignore-key to replace or remove it" },
	{ "register --ignore-key: a key of 0 is there", REGISTER(.ignore_key = true),
	  STATE(1, RESV_NONE, 0, OWN(0, N)), false,
	  SEND(ACTION_REGISTER_IGNORE, 0xa, 0xa, RESV_NONE) },
	{ "unregister: a key of 0 is there", UNREGISTER(.key = 0xa),
	  STATE(1, RESV_NONE, 0, OWN(0, N)), false, REFUSE(OTHER_KEY_REGISTERED),
	  "this host is registered with 0x0, not 0xa; nothing is reserved; 0x0 is left over "
	  "from another tool; use --ignore-key to replace or remove it" },
	{ "unregister --ignore-key: a key of 0 is there", UNREGISTER(.ignore_key = true),
	  STATE(1, RESV_NONE, 0, OWN(0, N)), false, SEND(ACTION_REGISTER_IGNORE, 0, 0, RESV_NONE) },
	{ "unregister --ignore-key: a key of 0 holds, with others", UNREGISTER(.ignore_key = true),
	  STATE(1, WE, 0, OWN(0, Y), OTHER(0xb, N)), false, REFUSE(HOLDER),
	  "held by 0x0 (this host), write-exclusive; unregistering the holder also drops the "
	  "reservation other hosts rely on (0xb (iqn.2026-01.lab:host-2)); use --release to do "
	  "that" },

	{ "unregister: alone", UNREGISTER(.key = 0xa), STATE(1, RESV_NONE, 0, OWN(0xa, N)), false,
	  SEND(ACTION_REGISTER, 0xa, 0, RESV_NONE) },
	{ "unregister: with others", UNREGISTER(.key = 0xa),
	  STATE(1, RESV_NONE, 0, OWN(0xa, N), OTHER(0xb, N)), false,
	  SEND(ACTION_REGISTER, 0xa, 0, RESV_NONE) },
	{ "unregister: another holds", UNREGISTER(.key = 0xa),
	  STATE(1, WE, 0xb, OWN(0xa, N), OTHER(0xb, Y)), false,
	  SEND(ACTION_REGISTER, 0xa, 0, RESV_NONE) },
	{ "unregister: nobody is there", UNREGISTER(.key = 0xa), EMPTY(1), false,
	  REFUSE(KEY_NOT_REGISTERED),
	  "0xa is not registered; nothing is reserved; check the key, or use --ignore-key" },
	{ "unregister: the key is another host's", UNREGISTER(.key = 0xa),
	  STATE(1, RESV_NONE, 0, OTHER(0xa, N)), false, REFUSE(KEY_NOT_REGISTERED),
	  "0xa is registered by another host: 0xa (iqn.2026-01.lab:host-2); nothing is "
	  "reserved; check the key, or use --ignore-key" },
	{ "unregister: another key is there", UNREGISTER(.key = 0xa),
	  STATE(1, RESV_NONE, 0, OWN(0xc, N)), false, REFUSE(OTHER_KEY_REGISTERED),
	  "this host is registered with 0xc, not 0xa; nothing is reserved; use --key with the "
	  "current key, or --ignore-key" },
	{ "unregister: holds, alone", UNREGISTER(.key = 0xa), STATE(1, WE, 0xa, OWN(0xa, Y)), false,
	  SEND(ACTION_REGISTER, 0xa, 0, RESV_NONE) },
	{ "unregister: holds, with others", UNREGISTER(.key = 0xa),
	  STATE(1, WE, 0xa, OWN(0xa, Y), OTHER(0xb, N)), false, REFUSE(HOLDER),
	  "held by 0xa (this host), write-exclusive; unregistering the holder also drops the "
	  "reservation other hosts rely on (0xb (iqn.2026-01.lab:host-2)); use --release to do "
	  "that" },
	{ "unregister: holds for registrants only, with others", UNREGISTER(.key = 0xa),
	  STATE(1, EARO, 0xa, OWN(0xa, Y), OTHER(0xb, N)), false, REFUSE(HOLDER),
	  "held by 0xa (this host), exclusive-access-reg-only; unregistering the holder also "
	  "drops the reservation other hosts rely on (0xb (iqn.2026-01.lab:host-2)); use "
	  "--release to do that" },
	{ "unregister: holds a type without a name, with others", UNREGISTER(.key = 0xa),
	  STATE(1, RESV_OTHER, 0xa, OWN(0xa, Y), OTHER(0xb, N)), false, REFUSE(HOLDER),
	  "held by 0xa (this host), type 0xf; unregistering the holder also drops the "
	  "reservation other hosts rely on (0xb (iqn.2026-01.lab:host-2)); use --release to do "
	  "that" },
	{ "unregister: holds with all: the others keep it", UNREGISTER(.key = 0xa),
	  STATE(1, WEAR, 0, OWN(0xa, Y), OTHER(0xb, Y)), false,
	  SEND(ACTION_REGISTER, 0xa, 0, RESV_NONE) },
	{ "unregister: holds with all, the last", UNREGISTER(.key = 0xa),
	  STATE(1, WEAR, 0, OWN(0xa, Y)), false, SEND(ACTION_REGISTER, 0xa, 0, RESV_NONE) },
	{ "unregister: holds, with paths beside it", UNREGISTER(.key = 0xa),
	  STATE(1, WE, 0xa, OWN(0xa, Y), BESIDE(0xa, N)), false,
	  SEND(ACTION_REGISTER, 0xa, 0, RESV_NONE) },
	{ "unregister: holds, with paths beside it and others", UNREGISTER(.key = 0xa),
	  STATE(1, WE, 0xa, OWN(0xa, Y), BESIDE(0xa, N), OTHER(0xb, N)), false, REFUSE(HOLDER),
	  "held by 0xa (this host), write-exclusive; unregistering the holder also drops the "
	  "reservation other hosts rely on (0xb (iqn.2026-01.lab:host-2)); use --release to do "
	  "that" },
	{ "unregister: holds, with another path of this host that is in no map",
	  UNREGISTER(.key = 0xa), STATE(1, WE, 0xa, OWN(0xa, Y), OWN_2(0xa, N)), false,
	  SEND(ACTION_REGISTER, 0xa, 0, RESV_NONE) },
	{ "unregister: holds, with another path of this host and others", UNREGISTER(.key = 0xa),
	  STATE(1, WE, 0xa, OWN(0xa, Y), OWN_2(0xa, N), OTHER(0xb, N)), false, REFUSE(HOLDER),
	  "held by 0xa (this host), write-exclusive; unregistering the holder also drops the "
	  "reservation other hosts rely on (0xb (iqn.2026-01.lab:host-2)); use --release to do "
	  "that" },
	{ "unregister: who knows who has the key", UNREGISTER(.key = 0xa),
	  STATE(1, RESV_NONE, 0, ANY(0xa, N), ANY(0xb, N)), false,
	  SEND(ACTION_REGISTER, 0xa, 0, RESV_NONE) },
	{ "unregister: who knows who holds, with others", UNREGISTER(.key = 0xa),
	  STATE(1, WE, 0xa, ANY(0xa, Y), ANY(0xb, N)), false, REFUSE(HOLDER),
	  "held by 0xa, write-exclusive; unregistering the holder also drops the reservation "
	  "other hosts rely on (0xa, 0xb); use --release to do that" },
	{ "unregister: who knows who holds, alone", UNREGISTER(.key = 0xa),
	  STATE(1, WE, 0xa, ANY(0xa, Y)), false, SEND(ACTION_REGISTER, 0xa, 0, RESV_NONE) },
	{ "unregister --release: holds, with others", UNREGISTER(.key = 0xa, .release = true),
	  STATE(1, WE, 0xa, OWN(0xa, Y), OTHER(0xb, N)), false,
	  SEND(ACTION_REGISTER, 0xa, 0, RESV_NONE) },
	{ "unregister --release: who knows who holds", UNREGISTER(.key = 0xa, .release = true),
	  STATE(1, WE, 0xa, ANY(0xa, Y), ANY(0xb, N)), false,
	  SEND(ACTION_REGISTER, 0xa, 0, RESV_NONE) },
	{ "unregister --release: nobody is there", UNREGISTER(.key = 0xa, .release = true),
	  EMPTY(1), false, REFUSE(KEY_NOT_REGISTERED),
	  "0xa is not registered; nothing is reserved; check the key, or use --ignore-key" },
	{ "unregister --ignore-key: a key is there", UNREGISTER(.ignore_key = true),
	  STATE(1, RESV_NONE, 0, OWN(0xc, N), OTHER(0xb, N)), false,
	  SEND(ACTION_REGISTER_IGNORE, 0xc, 0, RESV_NONE) },
	{ "unregister --ignore-key: holds, with others", UNREGISTER(.ignore_key = true),
	  STATE(1, WE, 0xc, OWN(0xc, Y), OTHER(0xb, N)), false, REFUSE(HOLDER),
	  "held by 0xc (this host), write-exclusive; unregistering the holder also drops the "
	  "reservation other hosts rely on (0xb (iqn.2026-01.lab:host-2)); use --release to do "
	  "that" },
	{ "unregister --ignore-key --release: holds, with others",
	  UNREGISTER(.ignore_key = true, .release = true),
	  STATE(1, WE, 0xc, OWN(0xc, Y), OTHER(0xb, N)), false,
	  SEND(ACTION_REGISTER_IGNORE, 0xc, 0, RESV_NONE) },
	{ "unregister --ignore-key: nobody is there", UNREGISTER(.ignore_key = true), EMPTY(1),
	  false, DONE },
	{ "unregister --ignore-key: others are there", UNREGISTER(.ignore_key = true),
	  STATE(1, WE, 0xb, OTHER(0xb, Y)), false, DONE },
	{ "unregister --ignore-key: who knows who is there", UNREGISTER(.ignore_key = true),
	  STATE(1, RESV_NONE, 0, ANY(0xb, N)), false,
	  SEND(ACTION_REGISTER_IGNORE, 0, 0, RESV_NONE) },

	/* A registration with ALL_TG_PT. */
	{ "register: there already, on every port", REGISTER(),
	  STATE(1, RESV_NONE, 0, OWN_ALL(0xa, N)), false, DONE },
	{ "register: another key is there, on every port", REGISTER(),
	  STATE(1, RESV_NONE, 0, OWN_ALL(0xc, N)), false, REFUSE(OTHER_KEY_REGISTERED),
	  "this host is registered with 0xc; nothing is reserved; use --old-key 0xc to replace "
	  "it" },
	{ "register --old-key: OLD is there, on every port", REGISTER(.old_key = 0xa0),
	  STATE(1, RESV_NONE, 0, OWN_ALL(0xa0, N)), false, SEND_ALL(ACTION_REGISTER, 0xa0, 0xa) },
	{ "register --ignore-key: another key is there, on every port",
	  REGISTER(.ignore_key = true), STATE(1, RESV_NONE, 0, OWN_ALL(0xc, N)), false,
	  SEND_ALL(ACTION_REGISTER_IGNORE, 0xa, 0xa) },
	{ "register: another host's is on every port", REGISTER(),
	  STATE(1, RESV_NONE, 0, { 0xb, N, { HOST_2 SESSION_2, TARGET_PORT_ALL }, N, N, false }),
	  false, SEND(ACTION_REGISTER, 0, 0xa, RESV_NONE) },
	{ "unregister: on every port", UNREGISTER(.key = 0xa),
	  STATE(1, RESV_NONE, 0, OWN_ALL(0xa, N), OTHER(0xb, N)), false,
	  SEND_ALL(ACTION_REGISTER, 0xa, 0) },
	{ "unregister --ignore-key: on every port", UNREGISTER(.ignore_key = true),
	  STATE(1, RESV_NONE, 0, OWN_ALL(0xc, N)), false,
	  SEND_ALL(ACTION_REGISTER_IGNORE, 0xc, 0) },
	{ "reserve: registered on every port", RESERVE(.type = WERO),
	  STATE(1, RESV_NONE, 0, OWN_ALL(0xa, N)), false, SEND(ACTION_RESERVE, 0xa, 0, WERO) },

	/* This host's name, but another session or port: it may be this path's. */
	{ "unregister --ignore-key: an earlier session", UNREGISTER(.ignore_key = true),
	  STATE(1, RESV_NONE, 0, MAYBE(0xa, N), OTHER(0xb, N)), false,
	  SEND(ACTION_REGISTER_IGNORE, 0, 0, RESV_NONE) },
	{ "unregister: an earlier session", UNREGISTER(.key = 0xa),
	  STATE(1, RESV_NONE, 0, MAYBE(0xa, N)), false, SEND(ACTION_REGISTER, 0xa, 0, RESV_NONE) },
	{ "unregister --ignore-key: another adapter of this machine",
	  UNREGISTER(.ignore_key = true), STATE(1, RESV_NONE, 0, ADAPTER(0xa, N)), false, DONE },
	{ "unregister: holds, and others are this host's alone", UNREGISTER(.key = 0xa),
	  STATE(1, WERO, 0xa, OWN(0xa, Y), OWN_2(0xa, N), ADAPTER(0xd, N)), false,
	  SEND(ACTION_REGISTER, 0xa, 0, RESV_NONE) },
	{ "register --old-key: fenced, another adapter of this machine has OLD",
	  REGISTER(.old_key = 0xa0), STATE(1, RESV_NONE, 0, ADAPTER(0xa0, N)), false,
	  REFUSE(KEY_NOT_REGISTERED),
	  "0xa0 is registered, but not through this path: 0xa0 (fc:0x2100001122334456, another "
	  "path of this host) (this host may have been fenced); nothing is reserved; register "
	  "without --old-key to rejoin" },
	{ "fence: another adapter of this machine has the victim's key",
	  PREEMPT_ABORT(.victim = 0xb, .if_registered = true, .fence = true),
	  STATE(1, WERO, 0xa, OWN(0xa, Y), ADAPTER(0xb, N)), false, REFUSE(OTHER_KEY_REGISTERED),
	  "0xb is also registered by another path of this host, which would be cut off; held "
	  "by 0xa (this host), write-exclusive-reg-only; register one key on every path first" },
	{ "fence: another adapter of this machine, and a host, have the victim's key",
	  PREEMPT_ABORT(.victim = 0xb, .if_registered = true, .fence = true),
	  STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xb, N), ADAPTER(0xb, N)), false,
	  REFUSE(OTHER_KEY_REGISTERED),
	  "0xb is also registered by another path of this host, which would be cut off; held "
	  "by 0xa (this host), write-exclusive-reg-only; register one key on every path first" },

	{ "reserve: free", RESERVE(.type = WERO),
	  STATE(1, RESV_NONE, 0, OWN(0xa, N), OTHER(0xb, N)), false,
	  SEND(ACTION_RESERVE, 0xa, 0, WERO) },
	{ "reserve: nobody is there", RESERVE(.type = WERO), EMPTY(1), false,
	  REFUSE(KEY_NOT_REGISTERED),
	  "0xa is not registered; nothing is reserved; register it first" },
	{ "reserve: another key is there", RESERVE(.type = WERO),
	  STATE(1, RESV_NONE, 0, OWN(0xc, N)), false, REFUSE(OTHER_KEY_REGISTERED),
	  "this host is registered with 0xc, not 0xa; nothing is reserved; use --key with the "
	  "current key" },
	{ "reserve: the key is another host's", RESERVE(.type = WERO),
	  STATE(1, RESV_NONE, 0, OTHER(0xa, N)), false, REFUSE(KEY_NOT_REGISTERED),
	  "0xa is registered by another host: 0xa (iqn.2026-01.lab:host-2); nothing is "
	  "reserved; register it first" },
	{ "reserve: held already", RESERVE(.type = WERO), STATE(1, WERO, 0xa, OWN(0xa, Y)), false,
	  DONE },
	{ "reserve: held with another type", RESERVE(.type = WERO), STATE(1, WE, 0xa, OWN(0xa, Y)),
	  false, REFUSE(HELD_WITH_OTHER_TYPE),
	  "held by 0xa (this host), write-exclusive, not write-exclusive-reg-only; release it "
	  "first" },
	{ "reserve: held with a type without a name", RESERVE(.type = WERO),
	  STATE(1, RESV_OTHER, 0xa, OWN(0xa, Y)), false, REFUSE(HELD_WITH_OTHER_TYPE),
	  "held by 0xa (this host), type 0xf, not write-exclusive-reg-only; release it first" },
	{ "reserve: held by another", RESERVE(.type = WERO),
	  STATE(1, WERO, 0xb, OWN(0xa, N), OTHER(0xb, Y)), false, REFUSE(HELD_BY_OTHER),
	  "held by 0xb (iqn.2026-01.lab:host-2), write-exclusive-reg-only; 0xa is registered; "
	  "registered hosts can write without holding it" },
	{ "reserve: held by another with another type", RESERVE(.type = WERO),
	  STATE(1, EA, 0xb, OWN(0xa, N), OTHER(0xb, Y)), false, REFUSE(HELD_BY_OTHER),
	  "held by 0xb (iqn.2026-01.lab:host-2), exclusive-access; 0xa is registered; wait for "
	  "the holder to release it, or preempt it" },
	{ "reserve: held by another under the same key", RESERVE(.type = WERO),
	  STATE(1, WERO, 0xa, OWN(0xa, N), OTHER(0xa, Y)), false, REFUSE(HELD_BY_OTHER),
	  "held by 0xa (iqn.2026-01.lab:host-2), write-exclusive-reg-only; 0xa is registered; "
	  "registered hosts can write without holding it" },
	{ "reserve: held by another path of this host", RESERVE(.type = WERO),
	  STATE(1, WERO, 0xa, OWN(0xa, N), OWN_2(0xa, Y)), false, REFUSE(HELD_BY_OTHER),
	  "held by 0xa (iqn.2026-01.lab:host-1, another path of this host), "
	  "write-exclusive-reg-only; 0xa is registered; registered hosts can write without "
	  "holding it" },
	{ "reserve: held by all, this path too", RESERVE(.type = EAAR),
	  STATE(1, EAAR, 0, OTHER(0xb, Y), OWN(0xa, Y)), false, DONE },
	{ "reserve: held by all, another type", RESERVE(.type = EAAR),
	  STATE(1, WEAR, 0, OTHER(0xb, Y), OWN(0xa, Y)), false, REFUSE(HELD_WITH_OTHER_TYPE),
	  "held by all 2 registrants, write-exclusive-all-regs, not exclusive-access-all-regs; "
	  "release it first" },
	{ "reserve: free, who knows who has the key", RESERVE(.type = WERO),
	  STATE(1, RESV_NONE, 0, ANY(0xa, N)), false, SEND(ACTION_RESERVE, 0xa, 0, WERO) },
	{ "reserve: held, who knows by whom", RESERVE(.type = WERO),
	  STATE(1, WERO, 0xa, ANY(0xa, Y)), false, PROVE(ACTION_RESERVE, 0xa, 0, WERO) },
	{ "reserve: held by one of two, who knows by which", RESERVE(.type = WERO),
	  STATE(1, WERO, 0xa, ANY(0xa, U), ANY(0xa, U)), false,
	  PROVE(ACTION_RESERVE, 0xa, 0, WERO) },
	{ "reserve: held under another key", RESERVE(.type = WERO),
	  STATE(1, WERO, 0xb, ANY(0xa, N), ANY(0xb, Y)), false, REFUSE(HELD_BY_OTHER),
	  "held by 0xb, write-exclusive-reg-only; 0xa is registered, perhaps through another "
	  "path; registered hosts can write without holding it" },
	{ "reserve: held with another type, who knows by whom", RESERVE(.type = WERO),
	  STATE(1, WE, 0xa, ANY(0xa, Y)), false, REFUSE(HELD_BY_OTHER),
	  "held by 0xa, write-exclusive; 0xa is registered, perhaps through another path; wait "
	  "for the holder to release it, or preempt it" },
	{ "reserve --ignore-key: nobody is there", RESERVE(.type = WERO, .ignore_key = true),
	  EMPTY(1), false, SEND_IGNORING(ACTION_RESERVE, 0xa, WERO) },
	{ "reserve --ignore-key: held by another", RESERVE(.type = WERO, .ignore_key = true),
	  STATE(1, WERO, 0xb, OTHER(0xb, Y)), false, REFUSE(HELD_BY_OTHER),
	  "held by 0xb (iqn.2026-01.lab:host-2), write-exclusive-reg-only; 0xa is not "
	  "registered; registered hosts can write without holding it" },

	{ "release: holds", RELEASE(), STATE(1, EARO, 0xa, OWN(0xa, Y), OTHER(0xb, N)), false,
	  SEND(ACTION_RELEASE, 0xa, 0, EARO) },
	{ "release: holds the type", RELEASE(.type = EARO), STATE(1, EARO, 0xa, OWN(0xa, Y)), false,
	  SEND(ACTION_RELEASE, 0xa, 0, EARO) },
	{ "release: holds another type", RELEASE(.type = WE), STATE(1, EARO, 0xa, OWN(0xa, Y)),
	  false, REFUSE(HELD_WITH_OTHER_TYPE),
	  "held by 0xa (this host), exclusive-access-reg-only, not write-exclusive; omit "
	  "--type to release it" },
	{ "release: holds with all", RELEASE(), STATE(1, WEAR, 0, OWN(0xa, Y), OTHER(0xb, Y)),
	  false, SEND(ACTION_RELEASE, 0xa, 0, WEAR) },
	{ "release: nothing held", RELEASE(), STATE(1, RESV_NONE, 0, OWN(0xa, N)), false, DONE },
	{ "release: nothing held, whatever the type", RELEASE(.type = EA),
	  STATE(1, RESV_NONE, 0, OWN(0xa, N)), false, DONE },
	{ "release: another holds", RELEASE(), STATE(1, WE, 0xb, OWN(0xa, N), OTHER(0xb, Y)), false,
	  REFUSE(HELD_BY_OTHER),
	  "held by 0xb (iqn.2026-01.lab:host-2), write-exclusive; 0xa is registered; only the "
	  "holder can release it; use preempt to take it over" },
	{ "release: another holds, another type", RELEASE(.type = EA),
	  STATE(1, WE, 0xb, OWN(0xa, N), OTHER(0xb, Y)), false, REFUSE(HELD_BY_OTHER),
	  "held by 0xb (iqn.2026-01.lab:host-2), write-exclusive; 0xa is registered; only the "
	  "holder can release it; use preempt to take it over" },
	{ "release: nobody is there", RELEASE(), EMPTY(1), false, REFUSE(KEY_NOT_REGISTERED),
	  "0xa is not registered; nothing is reserved; only a registered host can release" },
	{ "release: the key is another host's", RELEASE(), STATE(1, WE, 0xa, OTHER(0xa, Y)), false,
	  REFUSE(KEY_NOT_REGISTERED),
	  "0xa is registered by another host: 0xa (iqn.2026-01.lab:host-2); held by 0xa "
	  "(iqn.2026-01.lab:host-2), write-exclusive; only a registered host can release" },
	{ "release: another key is there", RELEASE(), STATE(1, WE, 0xc, OWN(0xc, Y)), false,
	  REFUSE(OTHER_KEY_REGISTERED),
	  "this host is registered with 0xc, not 0xa; held by 0xc (this host), "
	  "write-exclusive; use --key with the current key" },
	{ "release: who knows who holds", RELEASE(), STATE(1, WE, 0xa, ANY(0xa, Y)), false,
	  SEND(ACTION_RELEASE, 0xa, 0, WE) },
	{ "release: held under another key", RELEASE(), STATE(1, WE, 0xb, ANY(0xa, N), ANY(0xb, Y)),
	  false, REFUSE(HELD_BY_OTHER),
	  "held by 0xb, write-exclusive; 0xa is registered, perhaps through another path; only "
	  "the holder can release it; use preempt to take it over" },
	{ "release: nothing held, who knows who has the key", RELEASE(),
	  STATE(1, RESV_NONE, 0, ANY(0xa, N)), false, PROVE(ACTION_RELEASE, 0xa, 0, WE) },
	{ "release: nothing held, who knows who has the key, a type", RELEASE(.type = EA),
	  STATE(1, RESV_NONE, 0, ANY(0xa, N)), false, PROVE(ACTION_RELEASE, 0xa, 0, EA) },

	{ "preempt: the victim holds: own key, victim's key, its type", PREEMPT(.victim = 0xb),
	  STATE(1, EARO, 0xb, OWN(0xa, N), OTHER(0xb, Y)), false,
	  SEND(ACTION_PREEMPT, 0xa, 0xb, EARO) },
	{ "preempt: the victim holds, another type", PREEMPT(.victim = 0xb, .type = WE),
	  STATE(1, EARO, 0xb, OWN(0xa, N), OTHER(0xb, Y)), false,
	  SEND(ACTION_PREEMPT, 0xa, 0xb, WE) },
	{ "preempt: this path holds", PREEMPT(.victim = 0xb),
	  STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xb, N)), false,
	  SEND(ACTION_PREEMPT, 0xa, 0xb, WERO) },
	{ "preempt: a third holds", PREEMPT(.victim = 0xb),
	  STATE(1, WERO, 0xc, OWN(0xa, N), OTHER(0xb, N), THIRD(0xc, Y)), false,
	  SEND(ACTION_PREEMPT, 0xa, 0xb, WERO) },
	{ "preempt: one of all", PREEMPT(.victim = 0xb),
	  STATE(1, WEAR, 0, OWN(0xa, Y), OTHER(0xb, Y)), false,
	  SEND(ACTION_PREEMPT, 0xa, 0xb, WEAR) },
	{ "preempt: who knows who is who", PREEMPT(.victim = 0xb),
	  STATE(1, WE, 0xb, ANY(0xa, N), ANY(0xb, Y)), false, SEND(ACTION_PREEMPT, 0xa, 0xb, WE) },
	{ "preempt: nothing held", PREEMPT(.victim = 0xb),
	  STATE(1, RESV_NONE, 0, OWN(0xa, N), OTHER(0xb, N)), false, REFUSE(NOT_RESERVED),
	  "nothing is reserved, so the victim can still write without its key; 0xb is "
	  "registered; reserve first, or use --unreserved to remove only the key" },
	{ "preempt: nothing held, a type", PREEMPT(.victim = 0xb, .type = WE),
	  STATE(1, RESV_NONE, 0, OWN(0xa, N), OTHER(0xb, N)), false, REFUSE(NOT_RESERVED),
	  "nothing is reserved, so the victim can still write without its key; 0xb is "
	  "registered; reserve first, or use --unreserved to remove only the key" },
	{ "preempt: nothing held, no victim", PREEMPT(.victim = 0xb),
	  STATE(1, RESV_NONE, 0, OWN(0xa, N)), false, REFUSE(NOT_RESERVED),
	  "nothing is reserved, so the victim can still write without its key; 0xb is not "
	  "registered; reserve first, or use --unreserved to remove only the key" },
	{ "preempt: the victim is not there", PREEMPT(.victim = 0xb),
	  STATE(1, WE, 0xa, OWN(0xa, Y)), false, REFUSE(VICTIM_NOT_REGISTERED),
	  "the victim's key 0xb is not registered; held by 0xa (this host), write-exclusive; "
	  "use --if-registered if that is expected" },
	{ "preempt: nobody is there", PREEMPT(.victim = 0xb), EMPTY(1), false,
	  REFUSE(KEY_NOT_REGISTERED),
	  "0xa is not registered; nothing is reserved; only a registered host can preempt" },
	{ "preempt: fenced itself", PREEMPT(.victim = 0xb), STATE(1, WE, 0xb, OTHER(0xb, Y)), false,
	  REFUSE(KEY_NOT_REGISTERED),
	  "0xa is not registered; held by 0xb (iqn.2026-01.lab:host-2), write-exclusive; only "
	  "a registered host can preempt" },
	{ "preempt: the key is another host's", PREEMPT(.victim = 0xb),
	  STATE(1, WE, 0xb, THIRD(0xa, N), OTHER(0xb, Y)), false, REFUSE(KEY_NOT_REGISTERED),
	  "0xa is registered by another host: 0xa (iqn.2026-01.lab:host-3); held by 0xb "
	  "(iqn.2026-01.lab:host-2), write-exclusive; only a registered host can preempt" },
	{ "preempt: another key is there", PREEMPT(.victim = 0xb),
	  STATE(1, WE, 0xb, OWN(0xc, N), OTHER(0xb, Y)), false, REFUSE(OTHER_KEY_REGISTERED),
	  "this host is registered with 0xc, not 0xa; held by 0xb (iqn.2026-01.lab:host-2), "
	  "write-exclusive; use --key with the current key" },
	{ "preempt: a type without a name is held", PREEMPT(.victim = 0xb),
	  STATE(1, RESV_OTHER, 0xb, OWN(0xa, N), OTHER(0xb, Y)), false,
	  REFUSE(HELD_WITH_OTHER_TYPE),
	  "held by 0xb (iqn.2026-01.lab:host-2), type 0xf, a type that cannot be taken over; "
	  "give another one with --type" },
	{ "preempt: a type without a name is held, another is named",
	  PREEMPT(.victim = 0xb, .type = WE), STATE(1, RESV_OTHER, 0xb, OWN(0xa, N), OTHER(0xb, Y)),
	  false, SEND(ACTION_PREEMPT, 0xa, 0xb, WE) },
	{ "preempt --unreserved: nothing held", PREEMPT(.victim = 0xb, .unreserved = true),
	  STATE(1, RESV_NONE, 0, OWN(0xa, N), OTHER(0xb, N)), false,
	  SEND(ACTION_PREEMPT, 0xa, 0xb, WE) },
	{ "preempt --unreserved: nothing held, a type",
	  PREEMPT(.victim = 0xb, .unreserved = true, .type = EA),
	  STATE(1, RESV_NONE, 0, OWN(0xa, N), OTHER(0xb, N)), false,
	  SEND(ACTION_PREEMPT, 0xa, 0xb, EA) },
	{ "preempt --unreserved: the victim holds", PREEMPT(.victim = 0xb, .unreserved = true),
	  STATE(1, EA, 0xb, OWN(0xa, N), OTHER(0xb, Y)), false,
	  SEND(ACTION_PREEMPT, 0xa, 0xb, EA) },
	{ "preempt --unreserved: nothing held, no victim",
	  PREEMPT(.victim = 0xb, .unreserved = true), STATE(1, RESV_NONE, 0, OWN(0xa, N)), false,
	  REFUSE(VICTIM_NOT_REGISTERED),
	  "the victim's key 0xb is not registered; nothing is reserved; reserve first to lock "
	  "out unregistered hosts" },
	{ "preempt --if-registered: the victim is there",
	  PREEMPT(.victim = 0xb, .if_registered = true),
	  STATE(1, WE, 0xa, OWN(0xa, Y), OTHER(0xb, N)), false,
	  SEND(ACTION_PREEMPT, 0xa, 0xb, WE) },
	{ "preempt --if-registered: the victim is not there",
	  PREEMPT(.victim = 0xb, .if_registered = true), STATE(1, WE, 0xa, OWN(0xa, Y)), false,
	  DONE },
	{ "preempt --if-registered: the victim is not there, a third holds",
	  PREEMPT(.victim = 0xb, .if_registered = true),
	  STATE(1, WE, 0xc, OWN(0xa, N), THIRD(0xc, Y)), false, DONE },
	{ "preempt --if-registered: gone, and who knows who has this host's key",
	  PREEMPT(.victim = 0xb, .if_registered = true), STATE(1, WERO, 0xa, ANY(0xa, Y)), false,
	  PROVE(ACTION_REGISTER, 0xa, 0xa, RESV_NONE) },
	{ "preempt-abort --if-registered: gone, and who knows who has this host's key",
	  PREEMPT_ABORT(.victim = 0xb, .if_registered = true), STATE(1, WERO, 0xa, ANY(0xa, Y)),
	  false, PROVE(ACTION_REGISTER, 0xa, 0xa, RESV_NONE) },
	{ "preempt --if-registered: nothing held", PREEMPT(.victim = 0xb, .if_registered = true),
	  STATE(1, RESV_NONE, 0, OWN(0xa, N)), false, REFUSE(NOT_RESERVED),
	  "nothing is reserved, so the victim can still write without its key; 0xb is not "
	  "registered; reserve first, or use --unreserved to remove only the key" },
	{ "preempt --if-registered --unreserved: nothing held",
	  PREEMPT(.victim = 0xb, .if_registered = true, .unreserved = true),
	  STATE(1, RESV_NONE, 0, OWN(0xa, N)), false, REFUSE(VICTIM_NOT_REGISTERED),
	  "the victim's key 0xb is not registered; nothing is reserved; reserve first to lock "
	  "out unregistered hosts" },
	{ "preempt --if-registered: fenced itself", PREEMPT(.victim = 0xb, .if_registered = true),
	  STATE(1, WE, 0xc, THIRD(0xc, Y)), false, REFUSE(KEY_NOT_REGISTERED),
	  "0xa is not registered; held by 0xc (iqn.2026-01.lab:host-3), write-exclusive; only "
	  "a registered host can preempt" },
	{ "preempt: the victim is not listed, and may be the holder", PREEMPT(.victim = 0xb),
	  STATE(1, WERO, 0, OWN(0xa, U)), false, SEND(ACTION_PREEMPT, 0xa, 0xb, WERO) },
	{ "preempt --if-registered: the victim is not listed, and holds",
	  PREEMPT(.victim = 0xb, .if_registered = true), STATE(1, WE, 0xb, OWN(0xa, N)), false,
	  SEND(ACTION_PREEMPT, 0xa, 0xb, WE) },
	{ "preempt: the victim is not listed, and the device refused it", PREEMPT(.victim = 0xb),
	  STATE(1, WERO, 0, OWN(0xa, U)), true, REFUSE(VICTIM_NOT_REGISTERED) },
	{ "preempt --if-registered: the victim is not listed, and the device refused it",
	  PREEMPT(.victim = 0xb, .if_registered = true), STATE(1, WERO, 0, OWN(0xa, U)), true,
	  DONE },
	{ "preempt-abort --if-registered: the victim is not listed, and may be the holder",
	  PREEMPT_ABORT(.victim = 0xb, .if_registered = true),
	  STATE(1, WERO, 0, OWN(0xa, U), OTHER(0xc, U)), false,
	  SEND(ACTION_PREEMPT_ABORT, 0xa, 0xb, WERO) },
	{ "preempt-abort --if-registered: the victim is not listed, and the device refused it",
	  PREEMPT_ABORT(.victim = 0xb, .if_registered = true),
	  STATE(1, WERO, 0, OWN(0xa, U), OTHER(0xc, U)), true, GONE },
	{ "preempt: the victim is listed, and any may be the holder", PREEMPT(.victim = 0xb),
	  STATE(1, WERO, 0, OWN(0xa, U), OTHER(0xb, U)), false,
	  SEND(ACTION_PREEMPT, 0xa, 0xb, WERO) },
	{ "preempt: the victim is a host that is not listed, and may be the holder",
	  PREEMPT(.victim_host = &nobody, .if_registered = true),
	  STATE(1, WERO, 0, OWN(0xa, U)), false, REFUSE(OPTION_UNSUPPORTED) },
	{ "clear: this host is not listed, and neither is the holder", CLEAR,
	  STATE(1, WERO, 0, OTHER(0xb, U)), false, SEND(ACTION_CLEAR, 0xa, 0, RESV_NONE) },
	{ "register: this host is not listed, and neither is the holder", REGISTER(),
	  STATE(1, WERO, 0, OTHER(0xb, U)), false,
	  PROVE(ACTION_REGISTER, 0xa, 0xa, RESV_NONE) },
	{ "release: this host is not listed, and the holder's key is nobody's", RELEASE(),
	  STATE(1, WERO, 0xf, OTHER(0xb, U)), false, SEND(ACTION_RELEASE, 0xa, 0, WERO) },
	{ "reserve: any may be the holder", RESERVE(.type = WERO),
	  STATE(1, WERO, 0, OWN(0xa, U), OTHER(0xb, U)), false,
	  PROVE(ACTION_RESERVE, 0xa, 0, WERO) },
	{ "reserve: any may be the holder, another type", RESERVE(.type = WE),
	  STATE(1, WERO, 0, OWN(0xa, U), OTHER(0xb, U)), false, REFUSE(HELD_BY_OTHER) },
	{ "release: any may be the holder", RELEASE(),
	  STATE(1, WERO, 0, OWN(0xa, U), OTHER(0xb, U)), false,
	  SEND(ACTION_RELEASE, 0xa, 0, WERO) },
	{ "unregister: any may be the holder", UNREGISTER(.key = 0xa),
	  STATE(1, WERO, 0, OWN(0xa, U), OTHER(0xb, U)), false, REFUSE(HOLDER) },
	{ "fence: another session of this host has the victim's key",
	  PREEMPT_ABORT(.victim = 0xb, .if_registered = true, .fence = true),
	  STATE(1, WERO, 0xa, OWN(0xa, Y), OWN_2(0xb, N)), false, REFUSE(OTHER_KEY_REGISTERED),
	  "0xb is also registered by another path of this host, which would be cut off; held "
	  "by 0xa (this host), write-exclusive-reg-only; register one key on every path first" },
	{ "preempt: another session of this host has the victim's key, as one that is gone does",
	  PREEMPT(.victim = 0xb), STATE(1, WERO, 0xa, OWN(0xa, Y), OWN_2(0xb, N)), false,
	  SEND(ACTION_PREEMPT, 0xa, 0xb, WERO) },
	{ "preempt all: all hold", PREEMPT(.victim_all = true),
	  STATE(1, WEAR, 0, OWN(0xa, Y), OTHER(0xb, Y)), false,
	  SEND(ACTION_PREEMPT, 0xa, 0, WEAR) },
	{ "preempt all: all hold, another type", PREEMPT(.victim_all = true, .type = WERO),
	  STATE(1, EAAR, 0, OWN(0xa, Y), OTHER(0xb, Y)), false,
	  SEND(ACTION_PREEMPT, 0xa, 0, WERO) },
	{ "preempt all: one holds", PREEMPT(.victim_all = true),
	  STATE(1, WERO, 0xb, OWN(0xa, N), OTHER(0xb, Y)), false, REFUSE(NOT_ALL_REGISTRANTS),
	  "held by 0xb (iqn.2026-01.lab:host-2), write-exclusive-reg-only; --victim all needs "
	  "an all-registrants type; give the victim's key instead" },
	{ "preempt all: nothing held", PREEMPT(.victim_all = true),
	  STATE(1, RESV_NONE, 0, OWN(0xa, N), OTHER(0xb, N)), false, REFUSE(NOT_RESERVED),
	  "nothing is reserved; --victim all needs a reservation of an all-registrants type; "
	  "reserve first" },
	{ "preempt all --unreserved: nothing held", PREEMPT(.victim_all = true, .unreserved = true),
	  STATE(1, RESV_NONE, 0, OWN(0xa, N), OTHER(0xb, N)), false, REFUSE(NOT_RESERVED),
	  "nothing is reserved; --victim all needs a reservation of an all-registrants type; "
	  "reserve first" },
	{ "preempt all: fenced itself", PREEMPT(.victim_all = true),
	  STATE(1, WEAR, 0, OTHER(0xb, Y)), false, REFUSE(KEY_NOT_REGISTERED),
	  "0xa is not registered; held by 0xb (iqn.2026-01.lab:host-2), "
	  "write-exclusive-all-regs; only a registered host can preempt" },
	{ "preempt-abort: the victim holds", PREEMPT_ABORT(.victim = 0xb),
	  STATE(1, WE, 0xb, OWN(0xa, N), OTHER(0xb, Y)), false,
	  SEND(ACTION_PREEMPT_ABORT, 0xa, 0xb, WE) },
	{ "preempt-abort all: all hold", PREEMPT_ABORT(.victim_all = true),
	  STATE(1, EAAR, 0, OWN(0xa, Y), OTHER(0xb, Y)), false,
	  SEND(ACTION_PREEMPT_ABORT, 0xa, 0, EAAR) },
	{ "preempt all: no other host is registered", PREEMPT(.victim_all = true),
	  STATE(1, EAAR, 0, OWN(0xa, Y)), false, DONE, "no other host is registered; held by" },
	{ "preempt: the victim is gone, and that is success",
	  PREEMPT(.victim = 0xb, .if_registered = true), STATE(1, EAAR, 0, OWN(0xa, Y)), false,
	  DONE, "0xb was not registered; held by" },
	{ "preempt all: no other host is registered, the type that is held",
	  PREEMPT(.victim_all = true, .type = EAAR), STATE(1, EAAR, 0, OWN(0xa, Y)), false, DONE },
	{ "preempt all: no other host is registered, another type",
	  PREEMPT(.victim_all = true, .type = WE), STATE(1, EAAR, 0, OWN(0xa, Y)), false,
	  SEND(ACTION_PREEMPT, 0xa, 0, WE) },
	{ "preempt-abort all: no other host is registered", PREEMPT_ABORT(.victim_all = true),
	  STATE(1, EAAR, 0, OWN(0xa, Y)), false, GONE },
	{ "preempt: a type that nobody knows, and the victim does not hold",
	  PREEMPT(.victim = 0xb, .type = WE), STATE(1, RESV_OTHER, 0xa, OWN(0xa, Y), OTHER(0xb, N)),
	  false, REFUSE(HELD_WITH_OTHER_TYPE),
	  "held by 0xa (this host), type 0xf, a type that no standard defines and that might not "
	  "stop the victim's writes; reserve with another type first" },
	{ "preempt: a type that nobody knows, and the victim holds",
	  PREEMPT(.victim = 0xb, .type = WE), STATE(1, RESV_OTHER, 0xb, OWN(0xa, N), OTHER(0xb, Y)),
	  false, SEND(ACTION_PREEMPT, 0xa, 0xb, WE) },
	{ "preempt-abort --if-registered: a type that nobody knows",
	  PREEMPT_ABORT(.victim = 0xb, .if_registered = true),
	  STATE(1, RESV_OTHER, 0xa, OWN(0xa, Y)), false, REFUSE(HELD_WITH_OTHER_TYPE),
	  "held by 0xa (this host), type 0xf, a type that no standard defines and that might not "
	  "stop the victim's writes; reserve with another type first" },
	{ "preempt-abort: nothing held", PREEMPT_ABORT(.victim = 0xb),
	  STATE(1, RESV_NONE, 0, OWN(0xa, N), OTHER(0xb, N)), false, REFUSE(NOT_RESERVED),
	  "nothing is reserved, so the victim can still write without its key; 0xb is "
	  "registered; reserve first, or use --unreserved to remove only the key" },
	{ "preempt-abort: the victim is not there", PREEMPT_ABORT(.victim = 0xb),
	  STATE(1, WE, 0xa, OWN(0xa, Y)), false, REFUSE(VICTIM_NOT_REGISTERED),
	  "the victim's key 0xb is not registered; held by 0xa (this host), write-exclusive; "
	  "use --if-registered if that is expected" },
	{ "preempt-abort --if-registered: the victim is not there",
	  PREEMPT_ABORT(.victim = 0xb, .if_registered = true), STATE(1, WE, 0xa, OWN(0xa, Y)),
	  false, GONE },
	{ "preempt-abort --if-registered: it is not there, and who knows who has this host's key",
	  PREEMPT_ABORT(.victim = 0xb, .if_registered = true), STATE(1, WE, 0xa, ANY(0xa, Y)),
	  false, PROVE(ACTION_REGISTER, 0xa, 0xa, RESV_NONE) },
	{ "preempt-abort --if-registered: the same, and its abort is proven",
	  PREEMPT_ABORT(.victim = 0xb, .if_registered = true), STATE(1, WE, 0xa, ANY(0xa, Y)),
	  false, DONE, "0xb was not registered, and its commands are aborted",
	  .known = ABORT_KNOWN_PROVEN },
	{ "preempt-abort --if-registered: it is not there, nor is a reservation",
	  PREEMPT_ABORT(.victim = 0xb, .if_registered = true), STATE(1, RESV_NONE, 0, OWN(0xa, N)),
	  false, REFUSE(NOT_RESERVED),
	  "nothing is reserved, so the victim can still write without its key; 0xb is not "
	  "registered; reserve first, or use --unreserved to remove only the key" },
	{ "preempt-abort: it is not there, and who knows who has this host's key",
	  PREEMPT_ABORT(.victim = 0xb, .if_registered = true), STATE(1, WE, 0xa, ANY(0xa, Y)),
	  false, PROVE(ACTION_REGISTER, 0xa, 0xa, RESV_NONE) },
	{ "preempt-abort --dry-run: it is not there, and who knows who has this host's key",
	  PREEMPT_ABORT(.victim = 0xb, .if_registered = true, .dry_run = true),
	  STATE(1, WE, 0xa, ANY(0xa, Y)), false, GONE },
	{ "preempt-abort: it is not there, and this host has the key, perhaps through this path",
	  PREEMPT_ABORT(.victim = 0xb, .if_registered = true), STATE(1, WE, 0xa, MAYBE(0xa, Y)),
	  false, GONE },
	{ "preempt: the list may omit it, and who knows who has this host's key",
	  PREEMPT(.victim = 0xb, .if_registered = true), STATE(1, WERO, 0, ANY(0xa, U)), false,
	  SEND(ACTION_PREEMPT, 0xa, 0xb, WERO) },
	{ "preempt-abort --confirmed-off: the victim is there",
	  PREEMPT_ABORT(.victim = 0xb, .confirmed_off = true),
	  STATE(1, WE, 0xa, OWN(0xa, Y), OTHER(0xb, N)), false,
	  SEND(ACTION_PREEMPT_ABORT, 0xa, 0xb, WE) },

	{ "preempt --unreserved: a type that nobody knows, and another holds",
	  PREEMPT(.victim = 0xb, .unreserved = true),
	  STATE(1, RESV_OTHER, 0xc, OWN(0xa, N), OTHER(0xb, N), THIRD(0xc, Y)), false,
	  REFUSE(HELD_WITH_OTHER_TYPE),
	  "held by 0xc (iqn.2026-01.lab:host-3), type 0xf, a type that cannot be taken over; "
	  "give another one with --type" },
	{ "preempt --unreserved: the same, and another is named",
	  PREEMPT(.victim = 0xb, .unreserved = true, .type = WE),
	  STATE(1, RESV_OTHER, 0xc, OWN(0xa, N), OTHER(0xb, N), THIRD(0xc, Y)), false,
	  SEND(ACTION_PREEMPT, 0xa, 0xb, WE) },
	{ "preempt: another path of the map has the victim's key", PREEMPT(.victim = 0xb),
	  STATE(1, WERO, 0xa, OWN(0xa, Y), BESIDE(0xb, N)), false, REFUSE(OTHER_KEY_REGISTERED),
	  "0xb is also registered by another path of this host, which would be cut off; held "
	  "by 0xa (this host), write-exclusive-reg-only; register one key on every path first" },
	{ "fence: another host has the victim's key",
	  PREEMPT_ABORT(.victim = 0xb, .if_registered = true, .fence = true),
	  STATE(1, WERO, 0xa, OWN(0xa, Y), OWN_2(0xa, N), OTHER(0xb, N)), false,
	  SEND(ACTION_PREEMPT_ABORT, 0xa, 0xb, WERO) },
	{ "preempt-abort: nobody is there", PREEMPT_ABORT(.victim = 0xb), EMPTY(1), false,
	  REFUSE(KEY_NOT_REGISTERED),
	  "0xa is not registered; nothing is reserved; only a registered host can preempt" },
	{ "preempt-abort: another key is there", PREEMPT_ABORT(.victim = 0xb),
	  STATE(1, WE, 0xb, OWN(0xc, N), OTHER(0xb, Y)), false, REFUSE(OTHER_KEY_REGISTERED),
	  "this host is registered with 0xc, not 0xa; held by 0xb (iqn.2026-01.lab:host-2), "
	  "write-exclusive; use --key with the current key" },
	{ "preempt-abort --confirmed-off: the victim is not there",
	  PREEMPT_ABORT(.victim = 0xb, .confirmed_off = true), STATE(1, WE, 0xa, OWN(0xa, Y)),
	  false, GONE },

	/* A node that joins a cluster: a key of two hosts fences both. */
	{ "fence: another host has this node's key", REGISTER(.fence = true),
	  STATE(1, RESV_NONE, 0, OTHER(0xa, N)), false, REFUSE(OTHER_KEY_REGISTERED),
	  "0xa is registered by another host: 0xa (iqn.2026-01.lab:host-2); fencing one would "
	  "cut off both; give each host its own key" },
	{ "fence: another host has this node's key, too", REGISTER(.fence = true),
	  STATE(1, RESV_NONE, 0, OWN(0xa, N), OTHER(0xa, N)), false, REFUSE(OTHER_KEY_REGISTERED),
	  "0xa is registered by another host: 0xa (iqn.2026-01.lab:host-2); fencing one would "
	  "cut off both; give each host its own key" },
	{ "fence: another host has another key", REGISTER(.fence = true),
	  STATE(1, RESV_NONE, 0, OTHER(0xb, N)), false, SEND(ACTION_REGISTER, 0, 0xa, RESV_NONE) },
	{ "fence: another adapter of this machine has this node's key", REGISTER(.fence = true),
	  STATE(1, RESV_NONE, 0, ADAPTER(0xa, N), OTHER(0xb, N)), false,
	  SEND(ACTION_REGISTER, 0, 0xa, RESV_NONE) },
	{ "fence: a port that is not of this machine has this node's key", REGISTER(.fence = true),
	  STATE(1, RESV_NONE, 0, GONE_ADAPTER(0xa)), false,
	  REFUSE(OTHER_KEY_REGISTERED),
	  "0xa is registered by another host: 0xa (" GONE_PORT "); fencing one would cut off "
	  "both; give each host its own key, or if that is a former adapter of this host, remove "
	  "it with 'prctl preempt' on another host" },
	{ "fence: a port of an adapter that has gone has this node's key", REGISTER(.fence = true),
	  STATE(1, RESV_NONE, 0, GONE_ADAPTER(0xa)), false,
	  SEND(ACTION_REGISTER, 0, 0xa, RESV_NONE), .own_ports = gone_ports },
	{ "fence: a host has this node's key, and an adapter has gone", REGISTER(.fence = true),
	  STATE(1, RESV_NONE, 0, GONE_ADAPTER(0xa), OTHER(0xa, N)), false,
	  REFUSE(OTHER_KEY_REGISTERED),
	  "0xa is registered by another host: 0xa (iqn.2026-01.lab:host-2); fencing one would "
	  "cut off both; give each host its own key", .own_ports = gone_ports },
	{ "fence: who knows who has this node's key", REGISTER(.fence = true),
	  STATE(1, RESV_NONE, 0, ANY(0xa, N)), false,
	  PROVE(ACTION_REGISTER, 0xa, 0xa, RESV_NONE) },

	/* One registration for all paths: known only of one that is certainly another path's. */
	{ "register --ignore-key: another path has the key", REGISTER(.ignore_key = true),
	  STATE(1, RESV_NONE, 0, OWN_2(0xa, N)), false,
	  PROVE(ACTION_REGISTER, 0xa, 0xa, RESV_NONE) },
	{ "register --ignore-key: perhaps another path has the key", REGISTER(.ignore_key = true),
	  STATE(1, RESV_NONE, 0, MAYBE(0xa, N)), false,
	  SEND(ACTION_REGISTER_IGNORE, 0xa, 0xa, RESV_NONE) },

	{ "clear: registered", CLEAR, STATE(1, WE, 0xb, OWN(0xa, N), OTHER(0xb, Y)), false,
	  SEND(ACTION_CLEAR, 0xa, 0, RESV_NONE) },
	{ "clear: who knows who has the key", CLEAR, STATE(1, WE, 0xb, ANY(0xa, N), ANY(0xb, Y)),
	  false, SEND(ACTION_CLEAR, 0xa, 0, RESV_NONE) },
	{ "clear: nobody is there", CLEAR, EMPTY(1), false, REFUSE(KEY_NOT_REGISTERED),
	  "0xa is not registered; nothing is reserved; only a registered host can clear" },
	{ "clear: the key is another host's", CLEAR, STATE(1, WE, 0xa, OTHER(0xa, Y)), false,
	  REFUSE(KEY_NOT_REGISTERED),
	  "0xa is registered by another host: 0xa (iqn.2026-01.lab:host-2); held by 0xa "
	  "(iqn.2026-01.lab:host-2), write-exclusive; only a registered host can clear" },
	{ "clear: another key is there", CLEAR, STATE(1, WE, 0xc, OWN(0xc, Y)), false,
	  REFUSE(OTHER_KEY_REGISTERED),
	  "this host is registered with 0xc, not 0xa; held by 0xc (this host), "
	  "write-exclusive; use --key with the current key" },
};

static void action_equal(const struct action *action, const struct action *expected)
{
	assert_int_equal(action->op, expected->op);
	assert_true(action->key == expected->key);
	assert_true(action->service_key == expected->service_key);
	assert_int_equal(action->type, expected->type);
	assert_int_equal(action->ignore_key, expected->ignore_key);
	assert_int_equal(action->all_ports, expected->all_ports);
}

static void plan_equal(const struct plan *plan, const struct plan_case *row,
		       const struct result *result)
{
	assert_int_equal(plan->kind, row->kind);
	assert_int_equal(result->outcome.reason, row->reason);
	switch (plan->kind) {
	case PLAN_SEND:
		action_equal(&plan->action, &row->action);
		assert_int_equal(plan->proof, row->proof);
		assert_int_equal(result->outcome.status, STATUS_OK);
		assert_null(result->outcome.message);
		break;
	case PLAN_PROVE:
		assert_int_equal(result->outcome.status, STATUS_OK);
		break;
	case PLAN_DONE:
		assert_int_equal(result->outcome.status, STATUS_OK);
		assert_non_null(result->outcome.success);
		assert_non_null(strstr(result->outcome.success, row->text ? row->text : ""));
		break;
	case PLAN_REFUSE:
		assert_int_not_equal(result->outcome.status, STATUS_OK);
		assert_text(result->outcome.message,
			    row->text ? row->text : result->outcome.message);
		break;
	}
	assert_int_equal(result->outcome.changed, TRI_NO);
}

/* The order of the registrants has no meaning. */
static void plan_reversed(const struct plan_case *row, const struct plan *made,
			  const struct outcome *outcome)
{
	struct result result = { .state = state_reversed(&row->state),
				 .outcome.changed = TRI_NO,
				 .own_ports = row->own_ports,
				 .victim.known = row->known,
				 .arena = unit_arena() };
	struct tries tries = { .sent = row->proof_refused,
			       .proof_refused = row->proof_refused,
			       .victim_refused = row->proof_refused };
	struct plan plan = rule_of(&row->request)->plan(&row->request, &result, &tries);

	assert_int_equal(plan.kind, made->kind);
	assert_int_equal(plan.proof, made->proof);
	if (plan.kind == PLAN_SEND)
		action_equal(&plan.action, &made->action);
	assert_int_equal(result.outcome.status, outcome->status);
	assert_int_equal(result.outcome.reason, outcome->reason);
	free(result.state.registrants);
	arena_free(result.arena);
}

static void plan(void **state)
{
	const struct plan_case *row = *state;
	struct result result = { .state = row->state,
				 .outcome.changed = TRI_NO,
				 .own_ports = row->own_ports,
				 .victim.known = row->known,
				 .arena = unit_arena() };
	struct tries tries = { .sent = row->proof_refused,
			       .proof_refused = row->proof_refused,
			       .victim_refused = row->proof_refused };
	struct plan made = rule_of(&row->request)->plan(&row->request, &result, &tries);

	plan_equal(&made, row, &result);
	if (made.kind == PLAN_REFUSE) {
		assert_int_equal(result.outcome.status,
				 row->reason == REASON_OPTION_UNSUPPORTED ? STATUS_UNSUPPORTED
									  : STATUS_CONFLICT);
		assert_int_equal(result.outcome.step, STEP_CHANGE);
	}
	plan_reversed(row, &made, &result.outcome);
	arena_free(result.arena);
}

#define SEND_AS(all_ports, is_volatile, key) \
	PLAN_SEND, { ACTION_REGISTER, key, 0xa, RESV_NONE, false, all_ports, is_volatile }, \
	false, REASON_NONE
#define PERSISTS { .known = true, .power_loss_capable = Y, .power_loss_active = Y }
#define CAN_PERSIST { .known = true, .power_loss_capable = Y, .power_loss_active = N }
#define CANNOT_PERSIST { .known = true, .power_loss_capable = N, .power_loss_active = N }
#define UNKNOWN_CAPABILITIES { .known = false }

/* --all-ports and --volatile, by the capabilities of the device. */
static const struct option_case {
	struct plan_case plan;
	struct capabilities capabilities;
	bool nvme, is_volatile;
} option_plans[] = {
	{ { "--volatile, nobody is registered", REGISTER(.is_volatile = true), EMPTY(1), false,
	    SEND_AS(false, true, 0) }, PERSISTS, false },
	{ { "--volatile, another host persists", REGISTER(.is_volatile = true),
	    STATE(1, WERO, 0xb, OTHER(0xb, Y)), false, REFUSE(PERSISTENT),
	  "registrations persist through power loss, and --volatile would end that for 0xb "
	  "(iqn.2026-01.lab:host-2); register without --volatile" }, PERSISTS, false },
	{ { "--volatile, another host is volatile, too", REGISTER(.is_volatile = true),
	    STATE(1, WERO, 0xb, OTHER(0xb, Y)), false, SEND_AS(false, true, 0) }, CAN_PERSIST,
	  false },
	{ { "--volatile, the target cannot persist", REGISTER(.is_volatile = true),
	    STATE(1, WERO, 0xb, OTHER(0xb, Y)), false, SEND_AS(false, true, 0) }, CANNOT_PERSIST,
	  false },
	{ { "--volatile, another host, and who knows", REGISTER(.is_volatile = true),
	    STATE(1, WERO, 0xb, OTHER(0xb, Y)), false, REFUSE(OPTION_UNSUPPORTED),
	  "the device does not report whether registrations persist through power loss, and "
	  "--volatile would end that for 0xb (iqn.2026-01.lab:host-2); omit --volatile" },
	  UNKNOWN_CAPABILITIES, false },
	{ { "--volatile, a registration persists", REGISTER(.is_volatile = true),
	    STATE(1, RESV_NONE, 0, ANY(0xb, U)), false, REFUSE(PERSISTENT),
	  "registrations persist through power loss, and --volatile would end that for 0xb; "
	  "register without --volatile" }, PERSISTS, false },
	{ { "--volatile, another path of this host persists", REGISTER(.is_volatile = true),
	    STATE(1, RESV_NONE, 0, BESIDE(0xa, N)), false, SEND_AS(false, true, 0) }, PERSISTS,
	  false },
	{ { "--volatile, this path persists", REGISTER(.is_volatile = true),
	    STATE(1, RESV_NONE, 0, OWN(0xa, N)), false, SEND_AS(false, true, 0xa) }, PERSISTS,
	  false },
	{ { "--volatile, this path is volatile", REGISTER(.is_volatile = true),
	    STATE(1, RESV_NONE, 0, OWN(0xa, N)), false, DONE }, CAN_PERSIST, false },
	{ { "--volatile on NVMe, another host persists", REGISTER(.is_volatile = true),
	    STATE(1, WERO, 0xb, OTHER(0xb, Y)), false, REFUSE(PERSISTENT),
	  "registrations persist through power loss, and --volatile would end that for 0xb "
	  "(iqn.2026-01.lab:host-2); register without --volatile" }, PERSISTS, true },
	{ { "--all-ports", REGISTER(.all_ports = true), EMPTY(1), false, SEND_AS(true, false, 0) },
	  PERSISTS, false },
	{ { "--all-ports --volatile", REGISTER(.all_ports = true, .is_volatile = true), EMPTY(1),
	    false, SEND_AS(true, true, 0) }, CAN_PERSIST, false },
	{ { "--all-ports, done", REGISTER(.all_ports = true),
	    STATE(1, RESV_NONE, 0, OWN_ALL(0xa, N)), false, DONE }, PERSISTS, false },
	{ { "--all-ports, registered for one port", REGISTER(.all_ports = true),
	    STATE(1, WERO, 0xa, OWN(0xa, Y)), false, REFUSE(ONE_PORT_REGISTERED),
	  "this host is registered with 0xa for one target port; held by 0xa (this host), "
	  "write-exclusive-reg-only; unregister it first, or register without --all-ports" },
	  PERSISTS, false },
	{ { "--all-ports on NVMe", REGISTER(.all_ports = true), EMPTY(1), false,
	    REFUSE(OPTION_UNSUPPORTED),
	  "NVMe registers a host and no port; register without --all-ports" }, PERSISTS, true },
	{ { "without either", REGISTER(), STATE(1, RESV_NONE, 0, OTHER(0xb, N)), false,
	    SEND_AS(false, false, 0) }, CANNOT_PERSIST, false },
	{ { "preempt on NVMe, the victim may lack a controller",
	    PREEMPT(.victim = 0xb, .if_registered = true), STATE(1, WERO, 0xa, OWN(0xa, Y)), false,
	    SEND(ACTION_PREEMPT, 0xa, 0xb, WERO) }, PERSISTS, true },
	{ { "preempt on NVMe, the victim may lack a controller, and who knows who has the key",
	    PREEMPT(.victim = 0xb, .if_registered = true), STATE(1, WERO, 0xa, ANY(0xa, Y)), false,
	    PROVE(ACTION_REGISTER, 0xa, 0xa, RESV_NONE) }, PERSISTS, true },
	{ { "preempt on NVMe, the victim is there, and who knows who has the key",
	    PREEMPT(.victim = 0xb), STATE(1, WERO, 0xa, ANY(0xa, Y), ANY(0xb, N)), false,
	    SEND(ACTION_PREEMPT, 0xa, 0xb, WERO) }, PERSISTS, true },
	{ { "preempt on NVMe, who knows who has the key, which is volatile",
	    PREEMPT(.victim = 0xb, .if_registered = true), STATE(1, WERO, 0xa, ANY(0xa, Y)), false,
	    PLAN_SEND, { ACTION_REGISTER, 0xa, 0xa, RESV_NONE, false, false, true }, true,
	    REASON_NONE }, CAN_PERSIST, true, true },
	{ { "preempt-abort --confirmed-off on NVMe, the victim may lack a controller",
	    PREEMPT_ABORT(.victim = 0xb, .confirmed_off = true), STATE(1, WERO, 0xa, OWN(0xa, Y)),
	    false, SEND(ACTION_PREEMPT_ABORT, 0xa, 0xb, WERO) }, PERSISTS, true },
};

static void options(void **state)
{
	const struct option_case *row = *state;
	struct result result = { .state = row->plan.state,
				 .lun.transport = row->nvme ? TRANSPORT_NVME : TRANSPORT_SCSI,
				 .capabilities = row->capabilities,
				 .is_volatile = row->is_volatile,
				 .outcome.changed = TRI_NO,
				 .arena = unit_arena() };
	struct tries tries = { .all_ports = row->plan.request.all_ports,
			       .is_volatile = row->plan.request.is_volatile };
	struct plan made = rule_of(&row->plan.request)->plan(&row->plan.request, &result, &tries);

	plan_equal(&made, &row->plan, &result);
	assert_int_equal(made.action.is_volatile, row->plan.action.is_volatile);
	if (made.kind == PLAN_REFUSE)
		assert_int_equal(result.outcome.reason, row->plan.reason);
	arena_free(result.arena);
}

/* What an earlier try has changed is still reported if nothing is left to do. */
static void done_after_a_try(void **state)
{
	const struct request request = REGISTER();
	struct result result = {
		.state = STATE(1, RESV_NONE, 0, OWN(0xa, N)),
		.outcome.changed = U,
		.outcome.sent = true,
		.arena = unit_arena(),
	};
	struct plan made = rule_of(&request)->plan(&request, &result, &(struct tries){ .sent = 1 });

	(void)state;
	assert_int_equal(made.kind, PLAN_DONE);
	assert_int_equal(result.outcome.changed, U);
	arena_free(result.arena);
}

/* A disk that shares one of two registrations; the one that holds does not count as its own. */
static const struct plan_case one_of_two[] = {
	{ "unregister", UNREGISTER(.key = 0xa), { 0 }, false, REFUSE(HOLDER) },
	{ "unregister --ignore-key", UNREGISTER(.ignore_key = true), { 0 }, false, REFUSE(HOLDER) },
	{ "unregister --release", UNREGISTER(.key = 0xa, .release = true), { 0 }, false,
	  SEND(ACTION_REGISTER, 0xa, 0, RESV_NONE) },
};

static void may_hold(void **state)
{
	const struct plan_case *row = *state;
	const struct nexus shared[] = { { HOST_1 SESSION_1, 1 }, { HOST_1 SESSION_2, 3 } };
	struct result result = { .lun.nexus = { HOST_1 SESSION_2, 4 },
				 .state = STATE(1, WERO, 0xa, OTHER(0xb, N),
						LISTED(0xa, N, HOST_1 SESSION_1, 1),
						LISTED(0xa, Y, HOST_1 SESSION_2, 3)),
				 .outcome.changed = TRI_NO,
				 .arena = unit_arena() };
	struct plan made;

	sharing_prove(result.arena, &result.sharers, &result.lun.nexus, shared, COUNT_OF(shared));
	nexus_mark(&result, &result.state);
	made = rule_of(&row->request)->plan(&row->request, &result, &(struct tries){ 0 });
	plan_equal(&made, row, &result);
	if (made.kind == PLAN_REFUSE)
		assert_int_equal(result.outcome.reason, row->reason);
	arena_free(result.arena);
}

/* If no state can be read. */
static const struct plan_case blind_plans[] = {
	{ "fence: the node's key must still be there",
	  REGISTER(.fence = true, .ignore_key = true, .old_key = 0xa), UNREAD, false,
	  SEND(ACTION_REGISTER, 0xa, 0xa, RESV_NONE) },
	{ "register", REGISTER(), UNREAD, false, SEND(ACTION_REGISTER, 0, 0xa, RESV_NONE) },
	{ "register --old-key", REGISTER(.old_key = 0xa0), UNREAD, false,
	  SEND(ACTION_REGISTER, 0xa0, 0xa, RESV_NONE) },
	{ "register --ignore-key", REGISTER(.ignore_key = true), UNREAD, false,
	  SEND(ACTION_REGISTER_IGNORE, 0xa, 0xa, RESV_NONE) },
	{ "register --all-ports", REGISTER(.all_ports = true), UNREAD, false,
	  SEND_AS(true, false, 0) },
	{ "register --volatile", REGISTER(.is_volatile = true), UNREAD, false,
	  SEND_AS(false, true, 0) },
	{ "unregister", UNREGISTER(.key = 0xa), UNREAD, false,
	  SEND(ACTION_REGISTER, 0xa, 0, RESV_NONE) },
	{ "unregister --ignore-key", UNREGISTER(.ignore_key = true), UNREAD, false,
	  SEND(ACTION_REGISTER_IGNORE, 0, 0, RESV_NONE) },
	{ "reserve", RESERVE(.type = WERO), UNREAD, false, SEND(ACTION_RESERVE, 0xa, 0, WERO) },
	{ "reserve --ignore-key", RESERVE(.type = WERO, .ignore_key = true), UNREAD, false,
	  SEND_IGNORING(ACTION_RESERVE, 0xa, WERO) },
	{ "release", RELEASE(), UNREAD, false, REFUSE(NO_PRIVILEGE) },
	{ "release, a type", RELEASE(.type = EA), UNREAD, false, SEND(ACTION_RELEASE, 0xa, 0, EA) },
	{ "preempt", PREEMPT(.victim = 0xb), UNREAD, false, REFUSE(NO_PRIVILEGE) },
	{ "preempt, a type", PREEMPT(.victim = 0xb, .type = EA), UNREAD, false,
	  SEND(ACTION_PREEMPT, 0xa, 0xb, EA) },
	{ "preempt all, a type", PREEMPT(.victim_all = true, .type = WEAR), UNREAD, false,
	  SEND(ACTION_PREEMPT, 0xa, 0, WEAR) },
	{ "preempt-abort", PREEMPT_ABORT(.victim = 0xb), UNREAD, false, REFUSE(NO_PRIVILEGE) },
	{ "preempt-abort, a type", PREEMPT_ABORT(.victim = 0xb, .type = EA), UNREAD, false,
	  SEND(ACTION_PREEMPT_ABORT, 0xa, 0xb, EA) },
	{ "preempt-abort all, a type", PREEMPT_ABORT(.victim_all = true, .type = WEAR), UNREAD,
	  false, SEND(ACTION_PREEMPT_ABORT, 0xa, 0, WEAR) },
	{ "clear", CLEAR, UNREAD, false, SEND(ACTION_CLEAR, 0xa, 0, RESV_NONE) },
};

/*
 * If a device accepts REGISTER AND IGNORE EXISTING KEY only from registrants, the existing key is
 * named.
 */
static const struct plan_case after_ignoring[] = {
	{ "nobody is there", REGISTER(.ignore_key = true), EMPTY(1), false,
	  SEND(ACTION_REGISTER, 0, 0xa, RESV_NONE) },
	{ "another key is there", REGISTER(.ignore_key = true), STATE(1, RESV_NONE, 0, OWN(0xc, N)),
	  false, SEND(ACTION_REGISTER, 0xc, 0xa, RESV_NONE) },
	{ "who knows who is there", REGISTER(.ignore_key = true),
	  STATE(1, RESV_NONE, 0, ANY(0xc, N)), false, SEND(ACTION_REGISTER, 0, 0xa, RESV_NONE) },
	{ "there already", REGISTER(.ignore_key = true), STATE(1, RESV_NONE, 0, OWN(0xa, N)), false,
	  DONE },
};

static void ignoring_refused(void **state)
{
	const struct plan_case *row = *state;
	struct result result = { .state = row->state,
				 .outcome.changed = TRI_NO,
				 .arena = unit_arena() };
	struct tries tries = { .sent = 1, .ignore_refused = true };
	struct plan made = rule_of(&row->request)->plan(&row->request, &result, &tries);

	plan_equal(&made, row, &result);
	arena_free(result.arena);
}

/* What an earlier try has shown about a registration that may be this path's. */
static const struct {
	struct plan_case row;
	struct tries tries;
} after_tries[] = {
	{ { "unregister --ignore-key: it takes ALL_TG_PT", UNREGISTER(.ignore_key = true),
	    STATE(1, RESV_NONE, 0, MAYBE_ALL(0xa, N)), false,
	    SEND_ALL(ACTION_REGISTER_IGNORE, 0, 0) },
	  { .all_ports = true } },
	{ { "register --old-key: it takes ALL_TG_PT", REGISTER(.old_key = 0xa0),
	    STATE(1, RESV_NONE, 0, MAYBE_ALL(0xa0, N)), false,
	    SEND_ALL(ACTION_REGISTER, 0xa0, 0xa) },
	  { .all_ports = true } },
	{ { "register --old-key: an earlier session had it, and a path beside has it",
	    REGISTER(.old_key = 0xa0),
	    STATE(1, RESV_NONE, 0, LISTED(0xa0, N, HOST_1 SESSION_2, 1), BESIDE(0xa0, N)), false,
	    SEND(ACTION_REGISTER, 0, 0xa, RESV_NONE) },
	  { .old_refused = true } },
};

static void tried(void **state)
{
	const typeof(after_tries[0]) *row = *state;
	struct result result = { .state = row->row.state,
				 .outcome.changed = TRI_NO,
				 .arena = unit_arena() };
	struct plan made =
		rule_of(&row->row.request)->plan(&row->row.request, &result, &row->tries);

	plan_equal(&made, &row->row, &result);
	arena_free(result.arena);
}

/* The victim is gone, and an earlier run has or has not proven that its commands have ended. */
static const struct {
	struct plan_case row;
	enum abort_known known;
	const char *text; /* a part of what is said; NULL: the abort remains to be proven */
	enum transport transport;
} gone_before[] = {
	{ { "nothing is known", PREEMPT_ABORT(.victim = 0xb), STATE(1, WE, 0xa, OWN(0xa, Y)),
	    false, REFUSE(VICTIM_NOT_REGISTERED),
	  "the victim's key 0xb is not registered; held by 0xa (this host), write-exclusive; "
	  "use --if-registered if that is expected" },
	  ABORT_KNOWN_NOTHING, NULL },
	{ { "an abort was started", PREEMPT_ABORT(.victim = 0xb),
	    STATE(1, WE, 0xa, OWN(0xa, Y)), false, GONE },
	  ABORT_KNOWN_OPEN, NULL },
	{ { "all was aborted", PREEMPT_ABORT(.victim = 0xb, .if_registered = true),
	    STATE(1, WE, 0xa, OWN(0xa, Y)), false, DONE },
	  ABORT_KNOWN_PROVEN, "0xb was not registered, and its commands are aborted" },
	{ { "all was aborted, of all others", PREEMPT_ABORT(.victim_all = true),
	    STATE(1, WEAR, 0, OWN(0xa, Y)), false, DONE },
	  ABORT_KNOWN_PROVEN, "commands of all others are aborted" },
	{ { "it was confirmed to be off", PREEMPT_ABORT(.victim = 0xb, .if_registered = true),
	    STATE(1, WE, 0xa, OWN(0xa, Y)), false, DONE },
	  ABORT_KNOWN_CONFIRMED, "confirmed" },
	{ { "an abort was started, on NVMe, whose list may lack it", PREEMPT_ABORT(.victim = 0xb),
	    STATE(1, WE, 0xa, OWN(0xa, Y)), false, SEND(ACTION_PREEMPT_ABORT, 0xa, 0xb, WE) },
	  ABORT_KNOWN_OPEN, NULL, TRANSPORT_NVME },
	{ { "all was aborted, on NVMe", PREEMPT_ABORT(.victim = 0xb, .if_registered = true),
	    STATE(1, WE, 0xa, OWN(0xa, Y)), false, DONE },
	  ABORT_KNOWN_PROVEN, "0xb was not registered, and its commands are aborted",
	  TRANSPORT_NVME },
	{ { "it came back", PREEMPT_ABORT(.victim = 0xb),
	    STATE(1, WE, 0xa, OWN(0xa, Y), OTHER(0xb, N)), false,
	    SEND(ACTION_PREEMPT_ABORT, 0xa, 0xb, WE) },
	  ABORT_KNOWN_PROVEN, NULL },
};

static void known_before(void **state)
{
	const typeof(gone_before[0]) *row = *state;
	struct result result = { .state = row->row.state,
				 .victim.known = row->known,
				 .lun.transport = row->transport,
				 .outcome.changed = TRI_NO,
				 .arena = unit_arena() };
	struct plan made = rule_of(&row->row.request)->plan(&row->row.request, &result,
							    &(struct tries){ 0 });

	plan_equal(&made, &row->row, &result);
	if (row->text)
		assert_non_null(strstr(result.outcome.success, row->text));
	arena_free(result.arena);
}

/*
 * Whether others than this argument are registered. If the list has no names, each path of a map
 * may have one registration with the key.
 */
static const struct {
	const char *name;
	struct resv_state state;
	uint64_t key; /* 0: any */
	size_t paths; /* of the map; 0: a disk */
	bool others;
} registered[] = {
	{ "nobody", EMPTY(1), 0xa, 0, false },
	{ "this path", STATE(1, WE, 0xa, OWN(0xa, Y)), 0xa, 0, false },
	{ "this path and a host", STATE(1, WE, 0xa, OWN(0xa, Y), OTHER(0xb, N)), 0xa, 0, true },
	{ "two paths", STATE(1, WE, 0xa, OWN(0xa, Y), BESIDE(0xa, N)), 0xa, 2, false },
	{ "no name", STATE(1, WE, 0xa, ANY(0xa, Y)), 0xa, 0, false },
	{ "no name, and another key", STATE(1, WE, 0xb, ANY(0xb, Y)), 0xa, 0, true },
	{ "no name, whatever the key", STATE(1, WE, 0xb, ANY(0xb, Y)), 0, 0, false },
	{ "no names, twice the key", STATE(1, WE, 0xa, ANY(0xa, Y), ANY(0xa, N)), 0xa, 0, true },
	{ "no names, of a map: twice the key", STATE(1, WE, 0xa, ANY(0xa, Y), ANY(0xa, N)), 0xa, 2,
	  false },
	{ "no names, of a map: two keys", STATE(1, WE, 0xa, ANY(0xa, Y), ANY(0xb, N)), 0xa, 2,
	  true },
	{ "no names, of a map: three times the key", STATE(1, WE, 0xa, ANY(0xa, Y), ANY(0xa, N),
	  ANY(0xa, N)), 0xa, 2, true },
	{ "no names, of a map: once the key", STATE(1, WE, 0xa, ANY(0xa, Y)), 0xa, 2, false },
	{ "no name, of a map, and a host that is known", STATE(1, WE, 0xa, ANY(0xa, Y),
	  OTHER(0xa, N)), 0xa, 2, true },
};

static void others_registered(void **state)
{
	const typeof(registered[0]) *row = *state;
	struct result map = { .state = row->state }, paths[2] = { { .state = row->state } };

	paths[0].next = &paths[1];
	map.paths = paths;
	for (size_t i = 0; i < row->paths; i++)
		paths[i].map = &map;
	assert_int_equal(plan_others_registered(&paths[0], row->key), row->others);
}

/* Whether the victim, a key or a host, or a key of that host, is registered. */
static struct host_choice host_2 = { .text = HOST_2, .initiators = { HOST_2 }, .count = 1 };
static const struct {
	const char *name;
	struct request request;
	struct resv_state state;
	bool registered;
} victims[] = {
	{ "a key", PREEMPT(.victim = 0xb), STATE(1, WE, 0xa, OWN(0xa, Y), THIRD(0xb, N)), true },
	{ "a key that is not there", PREEMPT(.victim = 0xb),
	  STATE(1, WE, 0xa, OWN(0xa, Y), OTHER(0xd, N)), false },
	{ "a host", PREEMPT(.victim_host = &host_2),
	  STATE(1, WE, 0xa, OWN(0xa, Y), OTHER(0xd, N)), true },
	{ "a host that is not there", PREEMPT(.victim_host = &host_2),
	  STATE(1, WE, 0xa, OWN(0xa, Y), THIRD(0xd, N)), false },
	{ "a host that may be there", PREEMPT(.victim_host = &host_2),
	  STATE(1, WE, 0xa, ANY(0xa, Y), ANY(0xd, N)), true },
	{ "a key of a host", PREEMPT(.victim_host = &host_2, .victim = 0xb),
	  STATE(1, WE, 0xa, OWN(0xa, Y), OTHER(0xb, N)), true },
	{ "a key of a host that has another one", PREEMPT(.victim_host = &host_2, .victim = 0xb),
	  STATE(1, WE, 0xa, OWN(0xa, Y), OTHER(0xd, N)), false },
};

static void victim_registered(void **state)
{
	const typeof(victims[0]) *row = *state;

	assert_int_equal(plan_victim_registered(&row->request, &row->state), row->registered);
}

static void blind_plan(void **state)
{
	const struct plan_case *row = *state;
	struct result result = { .state = row->state,
				 .outcome.changed = TRI_NO,
				 .arena = unit_arena() };
	struct plan made = rule_of(&row->request)->plan_blind(&row->request, &result);

	plan_equal(&made, row, &result);
	assert_int_equal(made.action.is_volatile, row->action.is_volatile);
	if (made.kind == PLAN_REFUSE) {
		assert_int_equal(result.outcome.status, STATUS_DEVICE);
		assert_int_equal(result.outcome.step, STEP_READ);
		assert_non_null(strstr(result.outcome.message, "--type"));
	}
	arena_free(result.arena);
}

/* How --dry-run describes a request. */
static const struct {
	const char *name;
	struct request request;
	struct resv_state state;
	const char *text;
} intents[] = {
	{ "register", REGISTER(), EMPTY(1), "register 0xa" },
	{ "register --old-key", REGISTER(.old_key = 0xa0), EMPTY(1),
	  "register 0xa in place of 0xa0" },
	{ "register --ignore-key", REGISTER(.ignore_key = true), EMPTY(1),
	  "register 0xa, replacing any key" },
	{ "unregister", UNREGISTER(.key = 0xa), STATE(1, RESV_NONE, 0, OWN(0xa, N)),
	  "unregister 0xa" },
	{ "unregister --ignore-key", UNREGISTER(.ignore_key = true),
	  STATE(1, RESV_NONE, 0, OWN(0xa, N)), "unregister this host's key" },
	{ "reserve", RESERVE(.type = WE), STATE(1, RESV_NONE, 0, OWN(0xa, N)),
	  "reserve, write-exclusive, for 0xa" },
	{ "release", RELEASE(), STATE(2, WE, 0xa, OWN(0xa, Y)),
	  "release, held by 0xa (this host), write-exclusive" },
	{ "preempt", PREEMPT(.victim = 0xb), STATE(1, RESV_NONE, 0, OWN(0xa, N)),
	  "preempt 0xb, nothing is reserved" },
	{ "preempt all", PREEMPT(.victim_all = true), STATE(1, RESV_NONE, 0, OWN(0xa, N)),
	  "preempt all others, nothing is reserved" },
	{ "preempt-abort", PREEMPT_ABORT(.victim = 0xb), STATE(1, RESV_NONE, 0, OWN(0xa, N)),
	  "preempt and abort 0xb, nothing is reserved" },
	{ "preempt-abort all", PREEMPT_ABORT(.victim_all = true),
	  STATE(1, RESV_NONE, 0, OWN(0xa, N)),
	  "preempt and abort all others, nothing is reserved" },
	{ "clear", CLEAR, STATE(2, WE, 0xa, OWN(0xa, Y), OTHER(0xb, N)),
	  "clear 2 registrations, held by 0xa (this host), write-exclusive" },
	{ "clear, one", CLEAR, STATE(1, RESV_NONE, 0, OWN(0xa, N)),
	  "clear 1 registration, nothing is reserved" },
};

static void intent(void **state)
{
	const typeof(intents[0]) *row = *state;
	struct arena *arena = unit_arena();

	assert_string_equal(rule_of(&row->request)->intent(arena, &row->request, &row->state),
			    row->text);
	arena_free(arena);
}

/* A command without a rule, or a rule without a required member, would crash. */
static void rules_whole(void **state)
{
	(void)state;
	for (int id = 0; id < COMMAND_COUNT; id++) {
		const struct request request = { .command = (enum command_id)id };
		const struct rule *rule = rule_of(&request);

		assert_non_null(rule);
		assert_int_equal(!rule->read, !command_only_reads(request.command));
		if (rule->read)
			continue;
		assert_true(rule->plan && rule->plan_blind && rule->reached);
		assert_true(rule->success && rule->intent);
	}
}

/*
 * What a command is to the state of a target. SPC-4 5.12.7: PREEMPT, PREEMPT AND ABORT, CLEAR and
 * REGISTER increase the generation; but LIO does not for an unregister.
 */
static const struct {
	const char *name;
	enum command_id command;
	bool by_holder, removes_own, proves, counted;
} natures[] = {
	{ "status", .command = COMMAND_STATUS },
	{ "check", .command = COMMAND_CHECK },
	{ "register", .command = COMMAND_REGISTER, .counted = true },
	{ "unregister", .command = COMMAND_UNREGISTER, .removes_own = true },
	{ "reserve", .command = COMMAND_RESERVE },
	{ "release", .command = COMMAND_RELEASE, .by_holder = true },
	{ "preempt", .command = COMMAND_PREEMPT, .counted = true },
	{ "preempt-abort", .command = COMMAND_PREEMPT_ABORT, .proves = true, .counted = true },
	{ "clear", .command = COMMAND_CLEAR, .counted = true },
};

static void nature(void **state)
{
	const typeof(natures[0]) *row = *state;
	const struct request request = { .command = row->command };
	const struct rule *rule = rule_of(&request);

	assert_int_equal(rule->by_holder, row->by_holder);
	assert_int_equal(rule->removes_own, row->removes_own);
	assert_int_equal(rule->proves, row->proves);
	assert_int_equal(rule->counted, row->counted);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, plan, plans);
	UNIT_TABLE(&unit, options, option_plans);
	UNIT_TABLE(&unit, ignoring_refused, after_ignoring);
	UNIT_TEST(&unit, done_after_a_try);
	UNIT_TABLE(&unit, may_hold, one_of_two);
	UNIT_TABLE(&unit, tried, after_tries);
	UNIT_TABLE(&unit, known_before, gone_before);
	UNIT_TABLE(&unit, others_registered, registered);
	UNIT_TABLE(&unit, victim_registered, victims);
	UNIT_TABLE(&unit, blind_plan, blind_plans);
	UNIT_TABLE(&unit, intent, intents);
	UNIT_TEST(&unit, rules_whole);
	UNIT_TABLE(&unit, nature, natures);
	return unit_run(&unit, "plan");
}
