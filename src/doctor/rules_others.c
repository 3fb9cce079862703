// SPDX-License-Identifier: GPL-2.0-or-later
/* Rules that compare what this host sees with documents of other hosts: --with. */
#include <inttypes.h>
#include <string.h>

#include "doctor/doctor.h"
#include "model/describe.h"
#include "model/initiator.h"
#include "model/key_names.h"
#include "model/nexus.h"

static const char *document_host(const struct document *document)
{
	return document->host.name ? document->host.name : document->path;
}

static bool is_of_this_machine(const struct doctor *doctor, const struct document *document)
{
	return doctor->self.id && document->host.id &&
	       strcmp(doctor->self.id, document->host.id) == 0;
}

/*
 * An initiator name or host identifier that both @document's host and this host have; NULL if there
 * is none.
 */
static const char *common_initiator(const struct doctor *doctor, const struct document *document)
{
	for (size_t i = 0; i < document->count; i++)
		for (size_t j = 0; j < document->luns[i].initiator_count; j++) {
			const struct nexus nexus = { document->luns[i].initiators[j],
						     TARGET_PORT_UNKNOWN };

			if (doctor_is_own_initiator(doctor, &nexus))
				return initiator_text(doctor->arena, nexus.initiator);
		}
	return NULL;
}

void identity_check(struct doctor *doctor, const struct doctor_rule *rule)
{
	for (const struct document *document = doctor->documents; document;
	     document = document->next) {
		const char *initiator;

		if (is_of_this_machine(doctor, document)) {
			if (doctor->self.name && document->host.name &&
			    strcmp(doctor->self.name, document->host.name) != 0)
				doctor_add(doctor, rule, NULL,
					   "rm /etc/machine-id && systemd-machine-id-setup (on one "
					   "of them)",
					   "%s has the machine-id of this host, %s",
					   document->host.name, doctor->self.name);
			continue;
		}
		initiator = doctor->self.id && document->host.id
				    ? common_initiator(doctor, document)
				    : NULL;
		if (initiator)
			doctor_add(
				doctor, rule, NULL,
				"give one of them another name: /etc/iscsi/initiatorname.iscsi, "
				"or /etc/nvme/hostnqn and hostid",
				"%s is the name of this host and of %s, which is another machine",
				initiator, document_host(document));
	}
}

void wwid_check(struct doctor *doctor, const struct doctor_rule *rule, const struct facts *facts)
{
	const struct lun *lun = &facts->result->lun;

	for (const struct document *document = doctor->documents; document;
	     document = document->next) {
		const struct document_lun *other = document_lun(document, lun->wwid);

		if (other && other->size && lun->size && other->size != lun->size)
			doctor_add(doctor, rule, facts,
				   "give each LUN a serial number of its own on the array, or scan "
				   "again after a resize",
				   "%s has %" PRIu64 " bytes here, and %" PRIu64 " on %s",
				   lun->wwid, lun->size, other->size, document_host(document));
	}
}

static size_t count_here(const struct resv_state *state, uint64_t key)
{
	size_t count = 0;

	for (size_t i = 0; i < state->count; i++)
		count += state->registrants[i].key == key;
	return count;
}

static size_t count_there(const struct document_lun *lun, uint64_t key)
{
	size_t count = 0;

	for (size_t i = 0; i < lun->count; i++)
		count += lun->registrants[i].registrant.key == key;
	return count;
}

/* Whether this host is shown a registration that @lun lacks. */
static bool has_more_here(const struct resv_state *state, const struct document_lun *lun)
{
	for (size_t i = 0; i < state->count; i++)
		if (count_here(state, state->registrants[i].key) >
		    count_there(lun, state->registrants[i].key))
			return true;
	return false;
}

static bool has_common_lun(const struct doctor *doctor, const struct document *document)
{
	for (size_t i = 0; i < doctor->count; i++)
		if (document_lun(document, doctor->facts[i].result->lun.wwid))
			return true;
	return false;
}

static void unrelated_add(struct doctor *doctor, const struct doctor_rule *rule,
			  const struct document *document)
{
	const struct doctor_rule milder = doctor_rule_as(rule, SEVERITY_WARNING);

	doctor_add(doctor, &milder, NULL,
		   "run prctl status --json on that host without a device, then doctor again with "
		   "that document",
		   "the document of %s has none of the LUNs of this host, so that nothing was "
		   "compared with it",
		   document_host(document));
}

/* One finding, instead of one for each LUN. */
void documents_check(struct doctor *doctor, const struct doctor_rule *rule)
{
	size_t count = 0;

	for (const struct document *document = doctor->documents; document;
	     document = document->next)
		count++;
	doctor->unrelated = arena_alloc(doctor->arena, (count + 1) * sizeof(bool));
	doctor->incomplete |= !doctor->unrelated;
	count = 0;
	for (const struct document *document = doctor->documents; doctor->unrelated && document;
	     document = document->next) {
		doctor->unrelated[count] = !has_common_lun(doctor, document);
		if (doctor->unrelated[count++])
			unrelated_add(doctor, rule, document);
	}
}

/* Each host may have disks of its own, which only need a note. */
static void lacking_add(struct doctor *doctor, const struct doctor_rule *rule,
			const struct facts *facts, const struct document *document)
{
	const struct resv_state *state = &facts->result->state;
	const bool in_use = state->count || state->type != RESV_NONE || doctor->listed;
	const struct doctor_rule milder =
		doctor_rule_as(rule, in_use ? SEVERITY_WARNING : SEVERITY_NOTE);

	doctor_add(doctor, &milder, facts,
		   "if that host has this LUN, run prctl status --json there without a device, "
		   "then doctor again with that document",
		   "the document of %s does not have this LUN (%s), so that nothing was compared",
		   document_host(document),
		   facts->result->lun.wwid ? facts->result->lun.wwid : "WWID unknown");
}

static void unread_add(struct doctor *doctor, const struct doctor_rule *rule,
		       const struct facts *facts, const struct document *document)
{
	const struct doctor_rule milder = doctor_rule_as(rule, SEVERITY_WARNING);

	doctor_add(doctor, &milder, facts,
		   "run prctl status on that host, then doctor again with a new document of it",
		   "the document of %s has no list of the registrants, so that nothing was "
		   "compared",
		   document_host(document));
}

/*
 * A host may have registered between the two readings. If each controller counts its own commands,
 * as the paths of this host show, no new document helps.
 */
static void generation_add(struct doctor *doctor, const struct doctor_rule *rule,
			   const struct facts *facts, const struct document *document,
			   uint32_t there)
{
	const bool apart = facts->result->generation_per_controller;
	const struct doctor_rule milder =
		doctor_rule_as(rule, apart ? SEVERITY_NOTE : SEVERITY_WARNING);

	doctor_add(doctor, &milder, facts,
		   apart ? "compare the registrants that prctl status shows here and there"
			 : "get a new document, and run doctor again; if the generations differ "
			   "again and no host changes the registrations, have the array's "
			   "controllers, or the gateways, share reservations",
		   "the generation is %" PRIu32 " here, and %" PRIu32 " on %s%s, so that the "
		   "registrants were not compared",
		   facts->result->state.generation, there, document_host(document),
		   apart ? " (each controller counts its own commands)" : "");
}

/*
 * Both at the same generation. The document is the older one, and LIO does not count an
 * unregister, so one that only has more proves nothing.
 */
static void view_check(struct doctor *doctor, const struct doctor_rule *rule,
		       const struct facts *facts, const struct document *document,
		       const struct document_lun *other)
{
	const struct resv_state *state = &facts->result->state;
	const struct doctor_rule milder = doctor_rule_as(rule, SEVERITY_WARNING);

	if (has_more_here(state, other))
		doctor_add(doctor, rule, facts,
			   "have the array's controllers, or the gateways, share reservations; "
			   "until then use one of them",
			   "%zu registrations are listed here, and others (%zu) on %s, both at "
			   "generation %" PRIu32,
			   state->count, other->count, document_host(document), state->generation);
	else if (other->count > state->count)
		doctor_add(doctor, &milder, facts,
			   "get a new document, and run doctor again; if they differ again, have "
			   "the array's controllers, or the gateways, share reservations",
			   "%zu registrations are listed here, and %zu on %s, both at generation "
			   "%" PRIu32 ": a host may have unregistered in between",
			   state->count, other->count, document_host(document), state->generation);
}

static void document_check(struct doctor *doctor, const struct doctor_rule *rule,
			   const struct facts *facts, const struct document *document)
{
	const struct document_lun *other = document_lun(document, facts->result->lun.wwid);

	if (!other)
		lacking_add(doctor, rule, facts, document);
	else if (!other->read)
		unread_add(doctor, rule, facts, document);
	else if (other->generation != facts->result->state.generation)
		generation_add(doctor, rule, facts, document, other->generation);
	else
		view_check(doctor, rule, facts, document, other);
}

/* A LUN that was not compared must not seem to agree. documents_check() runs before. */
void views_check(struct doctor *doctor, const struct doctor_rule *rule, const struct facts *facts)
{
	size_t i = 0;

	if (!facts_are_read(facts) || !doctor->unrelated)
		return;
	for (const struct document *document = doctor->documents; document;
	     document = document->next)
		if (!doctor->unrelated[i++])
			document_check(doctor, rule, facts, document);
}

void names_differ_check(struct doctor *doctor, const struct doctor_rule *rule,
			const struct facts *facts)
{
	const struct key_names *names = doctor->request->names;

	for (const struct document *document = doctor->documents; document && !names->ignored;
	     document = document->next) {
		const struct document_lun *lun = document_lun(document, facts->result->lun.wwid);

		for (size_t i = 0; lun && i < lun->count; i++) {
			const struct document_registrant *there = &lun->registrants[i];
			const char *here = key_names_of(names, there->registrant.key);

			if (!there->name_known || !there->registrant.key ||
			    (here ? there->name && strcmp(here, there->name) == 0 : !there->name))
				continue;
			doctor_add(doctor, rule, facts, "have the same " KEYS_FILE " on all hosts",
				   "the key 0x%" PRIx64 " is %s here, and %s on %s",
				   there->registrant.key, here ? here : "without a name",
				   there->name ? there->name : "without a name",
				   document_host(document));
			break;
		}
	}
}

/*
 * Whether @registrant may be a former adapter of this host; shared-key reports it if it is another
 * host.
 */
static bool has_own_key(const struct facts *facts, const struct registrant *registrant)
{
	const struct registrant *own = doctor_own_registrant(facts->result);

	return (own && own->key == registrant->key) ||
	       nexus_was_this_host(facts->result, &registrant->nexus);
}

void absent_host_check(struct doctor *doctor, const struct doctor_rule *rule,
		       const struct facts *facts)
{
	const struct resv_state *state = &facts->result->state;

	for (size_t i = 0; doctor->documents && facts_are_read(facts) && i < state->count; i++) {
		const struct registrant *registrant = &state->registrants[i];

		if (!registrant->key || registrant->this_host != TRI_NO || registrant->own_path ||
		    has_own_key(facts, registrant) || !doctor_is_named(doctor, registrant->key) ||
		    doctor_has_document(doctor, facts, registrant))
			continue;
		doctor_add(
			doctor, rule, facts,
			arena_printf(doctor->arena,
				     "if that host is off: prctl preempt-abort --key %s --victim "
				     "0x%" PRIx64 " --confirmed-off %s",
				     doctor_own_key_text(doctor->arena, facts->result),
				     registrant->key, facts_node_text(facts)),
			"%s %s, and no --with document is of its host: is it alive?",
			describe_registrant(doctor->arena, registrant),
			registrant->holder == TRI_YES ? "holds the reservation" : "is registered");
	}
}
