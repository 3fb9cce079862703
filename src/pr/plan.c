// SPDX-License-Identifier: GPL-2.0-or-later
#include "pr/plan.h"

#include "model/describe.h"
#include "model/host_choice.h"
#include "model/messages.h"
#include "model/state.h"

struct plan plan_refuse(void)
{
	return (struct plan){ .kind = PLAN_REFUSE };
}

struct plan plan_send(enum action_op op, uint64_t key, uint64_t service_key, enum resv_type type)
{
	return (struct plan){ .kind = PLAN_SEND, .action = { .op = op,
						       .key = key,
						       .service_key = service_key,
						       .type = type } };
}

struct plan plan_done(struct result *result, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	result->outcome.success = arena_vprintf(result->arena, format, args);
	va_end(args);
	return (struct plan){ .kind = PLAN_DONE };
}

struct plan plan_send_register(const struct result *result, const struct tries *tries,
			       enum action_op op, uint64_t key, uint64_t service_key)
{
	const struct registrant *own = state_own(&result->state);
	struct plan plan = plan_send(op, key, service_key, RESV_NONE);

	plan.action.all_ports =
		tries->all_ports || (own && own->nexus.target_port == TARGET_PORT_ALL);
	plan.action.is_volatile = tries->is_volatile;
	return plan;
}

bool plan_is_uncounted(const struct attempt *attempt)
{
	const struct resv_state *before = attempt->before;

	return before->source != SOURCE_NONE &&
	       (before->generation || attempt->plan->action.key == 0) &&
	       state_is_same(before, &attempt->result->state);
}

bool plan_victim_registered(const struct request *request, const struct resv_state *state)
{
	if (request->victim_host && !request->victim)
		return host_choice_registered(request->victim_host, state) != TRI_NO;
	return state_has_key(state, request->victim);
}

enum tri plan_persists(const struct result *result)
{
	const struct capabilities *can = &result->capabilities;

	if (!can->known)
		return TRI_UNKNOWN;
	return can->power_loss_capable == TRI_NO ? TRI_NO : can->power_loss_active;
}

const char *plan_holding(struct result *result)
{
	return describe_holding(result->arena, &result->state);
}

struct plan plan_refuse_own(struct result *result, uint64_t key, const char *other,
			    const char *advice)
{
	const struct registrant *own = state_own(&result->state);

	/* On NVMe the kernel's own unregister leaves a key of 0, which no option can name. */
	if (own && own->key == 0)
		advice = ADVICE_KEY_ZERO;
	else if (own)
		advice = other;
	result_fail(result,
		    FAIL_OWN_KEY(own ? REASON_OTHER_KEY_REGISTERED : REASON_KEY_NOT_REGISTERED),
		    describe_own(result->arena, &result->state, key), plan_holding(result), advice);
	return plan_refuse();
}

struct plan plan_send_type(const struct request *request, struct result *result, enum action_op op,
			   uint64_t victim)
{
	if (request->type)
		return plan_send(op, request->key, victim, request->type);
	result_fail(result, FAIL_TYPE_UNREADABLE);
	return plan_refuse();
}

/*
 * The number of registrations with @key that are taken to be this argument's own if the list names
 * no nexus: one for each path.
 */
static size_t own_unnamed(const struct result *result, uint64_t key)
{
	const struct resv_state *state = &result->state;
	const struct result *head = result_head(result);
	size_t paths = 0, same = 0;

	if (state_own_any(state) != TRI_UNKNOWN)
		return 0;
	for (const struct result *path = path_first(head); path; path = path_next(head, path))
		paths++;
	for (size_t i = 0; i < state->count; i++)
		same += state->registrants[i].this_host == TRI_UNKNOWN &&
			(!key || state->registrants[i].key == key);
	return same < paths ? same : paths;
}

bool plan_others_registered(const struct result *result, uint64_t key)
{
	const struct resv_state *state = &result->state;
	size_t own = own_unnamed(result, key);

	for (size_t i = 0; i < state->count; i++)
		own += state->registrants[i].own_path || state->registrants[i].this_host == TRI_YES;
	return state->count > own;
}

bool plan_stays_volatile(const struct result *result)
{
	return result_head(result)->is_volatile &&
	       !(plan_others_registered(result, 0) && plan_persists(result) == TRI_YES);
}
