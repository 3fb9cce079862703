// SPDX-License-Identifier: GPL-2.0-or-later
/* Rules about this node's records of earlier runs: /run/prctl. */
#include <inttypes.h>

#include "doctor/doctor.h"
#include "model/describe.h"

void store_check(struct doctor *doctor, const struct doctor_rule *rule, const struct facts *facts)
{
	if (facts->records_unread)
		doctor_add(
			doctor, rule, facts,
			"remove the file, if the hosts that were fenced are off or were rebooted",
			"%s", facts->records_unread);
}

/* The command that proves the abort; for --victim all it is another one. */
static const char *abort_cure(struct doctor *doctor, const struct facts *facts,
			      const struct abort_record *record)
{
	const char *own = doctor_own_key_text(doctor->arena, facts->result);

	if (record->victim == RECORD_ALL)
		return arena_printf(doctor->arena, "prctl preempt-abort --key %s --victim all %s",
				    own, facts_node_text(facts));
	return arena_printf(doctor->arena,
			    "prctl preempt-abort --key %s --victim 0x%" PRIx64
			    " --if-registered %s; if its host "
			    "is off or was rebooted since, with --confirmed-off",
			    own, record->victim, facts_node_text(facts));
}

void abort_open_check(struct doctor *doctor, const struct doctor_rule *rule,
		      const struct facts *facts)
{
	for (const struct abort_record *record = facts->records.aborts; record;
	     record = record->next)
		if (record->proof == RECORD_OPEN)
			doctor_add(
				doctor, rule, facts, abort_cure(doctor, facts, record),
				"an abort of the commands of %s%s%s%s was begun, and is not proven",
				record->victim == RECORD_ALL
					? "all others"
					: describe_key(doctor->arena, record->victim),
				record->host_count ? ", then the key of " : "",
				record->host_count ? record->hosts[0] : "",
				record->host_count ? "," : "");
}

static bool has_open_abort(const struct lun_records *lun)
{
	for (const struct abort_record *record = lun->aborts; record; record = record->next)
		if (record->proof == RECORD_OPEN)
			return true;
	return false;
}

/* A LUN that no disk is, among all disks of this host. */
void missing_check(struct doctor *doctor, const struct doctor_rule *rule)
{
	const struct doctor_rule open = doctor_rule_as(rule, SEVERITY_ERROR);

	for (size_t i = 0; i < doctor->missing_count; i++) {
		const struct lun_records *lun = &doctor->missing[i];
		const char *name = lun->names[0] ? lun->names[0] : lun->wwid;

		if (has_open_abort(lun))
			doctor_add(doctor, &open, NULL,
				   "bring the LUN back; or, if it was given up, restart this host",
				   "no disk is %s (%s), where an abort was begun and is not proven",
				   lun->wwid, name);
		else if (lun->unfenced_boot)
			doctor_add(doctor, rule, NULL,
				   "bring the LUN back; or, if it was given up, restart this host",
				   "no disk is %s (%s), where fence_prctl has registered this host",
				   lun->wwid, name);
	}
}

void survivor_check(struct doctor *doctor, const struct doctor_rule *rule,
		    const struct facts *facts)
{
	const struct resv_state *state = &facts->result->state;

	for (size_t i = 0; facts_are_read(facts) && i < state->count; i++) {
		const struct registrant *registrant = &state->registrants[i];
		uint64_t removed = doctor_removed_key(doctor, registrant);

		if (removed)
			doctor_add(doctor, rule, facts,
				   arena_printf(doctor->arena,
						"prctl preempt-abort --key %s --victim 0x%" PRIx64
						" %s",
						doctor_own_key_text(doctor->arena, facts->result),
						registrant->key, facts_node_text(facts)),
				   "%s, whose key %s was removed, is registered with %s",
				   doctor_host_text(doctor->arena, registrant),
				   describe_key(doctor->arena, removed),
				   describe_key(doctor->arena, registrant->key));
	}
}
