/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * States of a LUN for tables. This host is host-1, registered through port 1; Y, N and U are yes,
 * no and unknown.
 */
#ifndef STATES_H
#define STATES_H

#include <stdlib.h>

#include "model/request.h"
#include "model/result.h"

#define Y TRI_YES
#define N TRI_NO
#define U TRI_UNKNOWN

#define HOST_1 "iqn.2026-01.lab:host-1"
#define HOST_2 "iqn.2026-01.lab:host-2"
#define HOST_3 "iqn.2026-01.lab:host-3"
#define SESSION_1 ",i,0x00023d000001"
#define SESSION_2 ",i,0x00023d000002"

/*
 * Kinds of registrants: this path; another path of this host; one that may be this path; another
 * path of the same map; other hosts; and unknown ones.
 */
#define OWN(key, holder) { key, holder, { HOST_1 SESSION_1, 1 }, Y, Y, true }
#define OWN_2(key, holder) { key, holder, { HOST_1 SESSION_2, 1 }, N, Y, false }
#define MAYBE(key, holder) { key, holder, { HOST_1 SESSION_2, 1 }, U, Y, false }
#define BESIDE(key, holder) { key, holder, { HOST_1 SESSION_2, 1 }, N, Y, true }
#define OTHER(key, holder) { key, holder, { HOST_2 SESSION_2, 1 }, N, N, false }
#define THIRD(key, holder) { key, holder, { HOST_3 SESSION_2, 1 }, N, N, false }
/*
 * This path on every port of the target; a registration with a session or port that may not be this
 * path's.
 */
#define OWN_ALL(key, holder) { key, holder, { HOST_1 SESSION_1, TARGET_PORT_ALL }, Y, Y, true }
#define MAYBE_ALL(key, holder) { key, holder, { HOST_1, TARGET_PORT_ALL }, U, Y, false }
/* Another adapter of this machine. */
#define ADAPTER(key, holder) { key, holder, { "fc:0x2100001122334456", 1 }, N, Y, false }
#define ANY(key, holder) LISTED(key, holder, NULL, -1)
#define LISTED(key, holder, initiator, target_port) \
	{ key, holder, { initiator, target_port }, U, U, false }

/* A state with a generation, the reservation and its holder's key, and registrants. */
#define STATE(number, held, held_by, ...) { \
	.source = SOURCE_FULL_STATUS, \
	.type = held, \
	.type_code = held == RESV_OTHER ? 0xf : 0, \
	.generation = number, \
	.key = held_by, \
	.registrants = (struct registrant[]){ __VA_ARGS__ }, \
	.count = sizeof((struct registrant[]){ __VA_ARGS__ }) / sizeof(struct registrant), \
}
/* The state with its registrants listed the other way round, in memory without room after them. */
static inline struct resv_state state_reversed(const struct resv_state *state)
{
	struct resv_state copy = *state;

	copy.registrants = malloc(state->count * sizeof(copy.registrants[0]));
	for (size_t i = 0; i < state->count; i++)
		copy.registrants[i] = state->registrants[state->count - 1 - i];
	return copy;
}

#define EMPTY(number) { .source = SOURCE_FULL_STATUS, .generation = number }
#define UNREAD { .source = SOURCE_NONE }

#define WE RESV_WRITE_EXCLUSIVE
#define EA RESV_EXCLUSIVE_ACCESS
#define WERO RESV_WRITE_EXCLUSIVE_REG_ONLY
#define EARO RESV_EXCLUSIVE_ACCESS_REG_ONLY
#define WEAR RESV_WRITE_EXCLUSIVE_ALL_REGS
#define EAAR RESV_EXCLUSIVE_ACCESS_ALL_REGS

/* Requests by this host, whose key is 0xa (instead of 0xa0) and whose victim is 0xb. */
#define REQUEST(id, name, ...) { .command = id, .command_name = name, __VA_ARGS__ }
#define REGISTER(...) REQUEST(COMMAND_REGISTER, "register", .key = 0xa, __VA_ARGS__)
#define UNREGISTER(...) REQUEST(COMMAND_UNREGISTER, "unregister", __VA_ARGS__)
#define RESERVE(...) REQUEST(COMMAND_RESERVE, "reserve", .key = 0xa, __VA_ARGS__)
#define RELEASE(...) REQUEST(COMMAND_RELEASE, "release", .key = 0xa, __VA_ARGS__)
#define PREEMPT(...) REQUEST(COMMAND_PREEMPT, "preempt", .key = 0xa, __VA_ARGS__)
#define PREEMPT_ABORT(...) REQUEST(COMMAND_PREEMPT_ABORT, "preempt-abort", .key = 0xa, __VA_ARGS__)
#define CHECK(...) REQUEST(COMMAND_CHECK, "check", .key = 0xa, __VA_ARGS__)
#define CLEAR REQUEST(COMMAND_CLEAR, "clear", .key = 0xa)

#endif
