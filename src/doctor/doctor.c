// SPDX-License-Identifier: GPL-2.0-or-later
#include "doctor/doctor.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

void doctor_add(struct doctor *doctor, const struct doctor_rule *rule, const struct facts *facts,
		const char *cure, const char *format, ...)
{
	struct finding *finding = arena_alloc(doctor->arena, sizeof(*finding));
	va_list args;

	if (!finding) {
		doctor->incomplete = true;
		return;
	}
	va_start(args, format);
	*finding = (struct finding){
		.rule = rule->name,
		.severity = rule->severity,
		.result = facts ? facts->result : NULL,
		.what = arena_vprintf(doctor->arena, format, args),
		.why = rule->why,
		.cure = cure,
		.next = doctor->last,
	};
	va_end(args);
	doctor->last = finding;
	if (facts && rule->explains)
		facts->result->explained = true;
}

struct doctor_rule doctor_rule_as(const struct doctor_rule *rule, enum severity severity)
{
	struct doctor_rule other = *rule;

	other.severity = severity;
	return other;
}

const struct doctor_rule *doctor_rule_find(const char *name)
{
	const struct doctor_rule *rule;

	for (size_t i = 0; (rule = doctor_rule_at(i)); i++)
		if (strcmp(rule->name, name) == 0)
			return rule;
	return NULL;
}

static bool is_asked(const struct examination *examination, const struct doctor_rule *rule)
{
	for (size_t i = 0; i < examination->rule_count; i++)
		if (examination->rules[i] == rule)
			return true;
	return examination->rule_count == 0;
}

void doctor_check(struct doctor *doctor)
{
	const struct examination *examination = doctor->request->examination;
	const struct doctor_rule *rule;

	for (size_t i = 0; (rule = doctor_rule_at(i)); i++)
		if (rule->check_host && is_asked(examination, rule))
			rule->check_host(doctor, rule);
	for (size_t j = 0; j < doctor->count; j++)
		for (size_t i = 0; (rule = doctor_rule_at(i)); i++)
			if (rule->check && is_asked(examination, rule))
				rule->check(doctor, rule, &doctor->facts[j]);
}

/*
 * Without arguments, disks that do not support reservations are not reported, as with status; but
 * findings may name them.
 */
static void unsupported_drop(const struct request *request, struct results *results)
{
	struct result *result = results->first, *next;

	if (request->device_count || request->verbose)
		return;
	results->first = NULL;
	results->end = &results->first;
	for (; result; result = next) {
		next = result->next;
		if (result->outcome.status != STATUS_UNSUPPORTED)
			results_link(results, result);
	}
}

int doctor_examine(const struct request *request, struct results *results, int64_t deadline)
{
	struct doctor doctor = {
		.arena = results->arena,
		.request = request,
		.documents = request->examination->documents,
		.self = results->self,
		.listed = request->device_count > 0,
	};
	struct finding *next;
	int err = facts_read(&doctor, results, deadline);

	if (err)
		return err;
	doctor_check(&doctor);
	unsupported_drop(request, results);
	/* Findings were added at the head of the list. */
	for (struct finding *finding = doctor.last; finding; finding = next) {
		next = finding->next;
		finding->next = results->findings;
		results->findings = finding;
		results->fault |= finding->severity == SEVERITY_ERROR;
	}
	/* What is left out must not look sound. */
	return doctor.incomplete ? -ENOMEM : 0;
}
