// SPDX-License-Identifier: GPL-2.0-or-later
/* Rules about a single LUN and its state. */
#include <string.h>

#include "doctor/doctor.h"
#include "model/describe.h"
#include "model/state.h"

void other_lun_check(struct doctor *doctor, const struct doctor_rule *rule,
		     const struct facts *facts)
{
	const struct result *result = facts->result;
	bool scsi = result->lun.transport == TRANSPORT_SCSI && !result->paths;

	if (result->outcome.reason != REASON_OTHER_LUN && result->outcome.reason != REASON_REPLACED)
		return;
	doctor_add(
		doctor, rule, facts,
		scsi && result->lun.name
			? arena_printf(doctor->arena,
				       "echo 1 > /sys/class/block/%s/device/delete, and scan the "
				       "adapter again (rescan-scsi-bus.sh)",
				       result->lun.name)
			: "remove the device and scan for it again",
		"%s", result->outcome.message);
}

void not_mapped_check(struct doctor *doctor, const struct doctor_rule *rule,
		      const struct facts *facts)
{
	const struct result *result = facts->result;

	if (result->outcome.reason == REASON_NOT_MAPPED)
		doctor_add(
			doctor, rule, facts,
			arena_printf(
				doctor->arena,
				"map the LUN to this host again, or: echo 1 > /sys/class/block/%s/"
				"device/delete",
				result->lun.name ? result->lun.name : "NAME"),
			"%s", result->outcome.message);
}

void legacy_check(struct doctor *doctor, const struct doctor_rule *rule, const struct facts *facts)
{
	if (facts->result->outcome.reason == REASON_LEGACY_RESERVED)
		doctor_add(
			doctor, rule, facts,
			"release it on the host that holds it, or reset the LUN: sg_reset --device",
			"%s", facts->result->outcome.message);
}

/* Other rules handle some reasons, and a device without reservations is not a problem. */
void unreadable_check(struct doctor *doctor, const struct doctor_rule *rule,
		      const struct facts *facts)
{
	const struct outcome *outcome = &facts->result->outcome;

	switch (outcome->reason) {
	case REASON_PATHS_DISAGREE:
	case REASON_OTHER_LUN:
	case REASON_REPLACED:
	case REASON_NOT_MAPPED:
	case REASON_LEGACY_RESERVED:
		return;
	default:
		break;
	}
	if (outcome->status != STATUS_OK && outcome->status != STATUS_UNSUPPORTED)
		doctor_add(doctor, rule, facts,
			   arena_printf(doctor->arena, "prctl status --verbose %s",
					facts_node_text(facts)),
			   "%s", outcome->message);
}

void zero_key_check(struct doctor *doctor, const struct doctor_rule *rule,
		    const struct facts *facts)
{
	const struct resv_state *state = &facts->result->state;

	for (size_t i = 0; facts_are_read(facts) && i < state->count; i++) {
		const struct registrant *registrant = &state->registrants[i];
		bool own = registrant_is_own(registrant);

		if (registrant->key == 0)
			doctor_add(
				doctor, rule, facts,
				own ? arena_printf(doctor->arena,
						   "prctl register --ignore-key --key KEY %s",
						   facts_node_text(facts))
				    : arena_printf(
					      doctor->arena,
					      "prctl register --ignore-key --key KEY %s (on that "
					      "host), or prctl "
					      "clear --key %s %s",
					      facts_node_text(facts),
					      doctor_own_key_text(doctor->arena, facts->result),
					      facts_node_text(facts)),
				"%s is registered with the key 0x0",
				doctor_host_text(doctor->arena, registrant));
	}
}

void unknown_type_check(struct doctor *doctor, const struct doctor_rule *rule,
			const struct facts *facts)
{
	const struct resv_state *state = &facts->result->state;

	if (facts_are_read(facts) && state->type == RESV_OTHER)
		doctor_add(doctor, rule, facts,
			   arena_printf(doctor->arena,
					"prctl clear --key %s %s, and register and reserve again",
					doctor_own_key_text(doctor->arena, facts->result),
					facts_node_text(facts)),
			   "a reservation of type 0x%x is held", state->type_code);
}

void type_mask_check(struct doctor *doctor, const struct doctor_rule *rule,
		     const struct facts *facts)
{
	const struct capabilities *can = &facts->result->capabilities;
	enum resv_type type = facts->result->state.type;

	if (facts_are_read(facts) && can->known && type > RESV_NONE && type < RESV_OTHER &&
	    can->types[type] == TRI_NO)
		doctor_add(
			doctor, rule, facts,
			arena_printf(doctor->arena,
				     "prctl status --verbose %s lists the types; use one of them",
				     facts_node_text(facts)),
			"%s is held, and the device does not list that type as supported",
			type_words(type)->name);
}

/* Whether the fence action "on" has registered this host there since it was booted. */
static bool is_unfenced(const struct facts *facts)
{
	const char *boot = facts->records.unfenced_boot;

	return boot && strcmp(boot, facts->boot) == 0;
}

/* The monitor action of the fence agent fails in this state, so it is an error as well. */
void unreserved_check(struct doctor *doctor, const struct doctor_rule *rule,
		      const struct facts *facts)
{
	const struct resv_state *state = &facts->result->state;
	bool unfenced = is_unfenced(facts);
	const struct doctor_rule other =
		doctor_rule_as(rule, unfenced ? SEVERITY_ERROR : rule->severity);
	size_t count = 0;

	for (size_t i = 0; facts_are_read(facts) && i < state->count; i++)
		count += state->registrants[i].key != 0;
	if (count && state->type == RESV_NONE)
		doctor_add(doctor, &other, facts,
			   arena_printf(doctor->arena,
					"prctl reserve --key %s --type write-exclusive-reg-only %s",
					doctor_own_key_text(doctor->arena, facts->result),
					facts_node_text(facts)),
			   "nothing is reserved, with %zu registration%s%s", count,
			   count == 1 ? "" : "s",
			   unfenced ? ", though fence_prctl has registered this host" : "");
}

/*
 * Only if the target could keep registrations through a power loss: otherwise the setup is not at
 * fault, and status --verbose shows it.
 */
void power_loss_check(struct doctor *doctor, const struct doctor_rule *rule,
		      const struct facts *facts)
{
	const struct capabilities *can = &facts->result->capabilities;

	if (facts_are_read(facts) && facts->result->state.count && can->known &&
	    can->power_loss_capable == TRI_YES && can->power_loss_active == TRI_NO)
		doctor_add(
			doctor, rule, facts,
			arena_printf(doctor->arena, "prctl register --old-key %s --key NEW %s",
				     doctor_own_key_text(doctor->arena, facts->result),
				     facts_node_text(facts)),
			"the target keeps registrations through power loss (APTPL), but was told "
			"not to");
}

void omitted_check(struct doctor *doctor, const struct doctor_rule *rule, const struct facts *facts)
{
	const struct resv_state *state = &facts->result->state;

	if (facts_are_read(facts) && state_may_omit(state))
		doctor_add(
			doctor, rule, facts,
			arena_printf(doctor->arena,
				     "prctl status on each host, or prctl clear --key %s %s, and "
				     "register and reserve again",
				     doctor_own_key_text(doctor->arena, facts->result),
				     facts_node_text(facts)),
			"%s, and no listed registrant is known to be the holder",
			describe_holding(doctor->arena, state));
}

void no_proof_check(struct doctor *doctor, const struct doctor_rule *rule,
		    const struct facts *facts)
{
	if (facts_are_read(facts) && facts->no_proof)
		doctor_add(doctor, rule, facts,
			   "use an adapter that can: LUN RESET in prctl-safety(7); until then, "
			   "fence by power",
			   "%s", facts->no_proof);
}
