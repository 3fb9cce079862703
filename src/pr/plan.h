/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the plans of several rules share. */
#ifndef PLAN_H
#define PLAN_H

#include "pr/rule.h"

/* A plan to send @op with the keys and @type, which is not a proof. */
struct plan plan_send(enum action_op op, uint64_t key, uint64_t service_key, enum resv_type type);

/* The state is already as requested; @format makes the success message. */
__attribute__((format(printf, 2, 3))) struct plan plan_done(struct result *result,
							    const char *format, ...);

/* Refuses; result_fail() has set the status. */
struct plan plan_refuse(void);

/*
 * Refuses because this path does not have @key. The message ends with @other if the path has
 * another key, or with @advice if it has none.
 */
struct plan plan_refuse_own(struct result *result, uint64_t key, const char *other,
			    const char *advice);

/* No state can be read, and the command needs the type that is held: the request must name it. */
struct plan plan_send_type(const struct request *request, struct result *result, enum action_op op,
			   uint64_t victim);

/*
 * Sends a REGISTER of any kind. A registration that covers all ports of the target can be changed
 * and removed only with ALL_TG_PT: without it LIO refuses (core_scsi3_emulate_pro_register()), and
 * other targets would keep it for the other ports.
 */
struct plan plan_send_register(const struct result *result, const struct tries *tries,
			       enum action_op op, uint64_t key, uint64_t service_key);

/*
 * Whether the device, which has answered a REGISTER with success, shows exactly what it showed
 * before, with the same generation: every REGISTER increases that (SPC-4 6.15.2), unless the device
 * counts none. Then the success proves nothing.
 */
bool plan_is_uncounted(const struct attempt *attempt);

/* Whether the victim of a preempt, a key or a host, is registered in @state. */
bool plan_victim_registered(const struct request *request, const struct resv_state *state);

/*
 * Whether the LUN keeps its registrations through a loss of power (PTPL_A, PTPLS), as far as its
 * capabilities are known.
 */
enum tri plan_persists(const struct result *result);

/*
 * Whether a registration that was made with APTPL=0 is changed or removed with APTPL=0. Not if the
 * LUN keeps its registrations, which another host has asked for since then: that would end for all.
 */
bool plan_stays_volatile(const struct result *result);

/* What the device holds, in words for a message: describe_holding(). */
const char *plan_holding(struct result *result);

/*
 * Whether other hosts are registered. Registrations of other paths of this host do not count. @key:
 * this host's key, used if the list does not name the nexuses; 0: any.
 */
bool plan_others_registered(const struct result *result, uint64_t key);

#endif
