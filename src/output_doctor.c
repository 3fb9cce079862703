// SPDX-License-Identifier: GPL-2.0-or-later
/* Doctor's findings as text. */
#include <errno.h>
#include <string.h>

#include "doctor/doctor.h"
#include "output.h"

static const char *label(const struct finding *finding)
{
	return finding->result ? finding->result->label : "this host";
}

static bool is_told(const struct request *request, const struct finding *finding)
{
	return !request->quiet || finding->severity == SEVERITY_ERROR;
}

static size_t count(const struct results *results, enum severity severity)
{
	size_t number = 0;

	for (const struct finding *finding = results->findings; finding; finding = finding->next)
		number += finding->severity == severity;
	return number;
}

/* "2 errors, 1 warning on 3 LUNs"; "nothing found on 3 LUNs". */
static void sum_print(FILE *file, const struct results *results)
{
	const char *comma = "";
	size_t luns = 0;

	for (const struct result *result = results->first; result; result = result->next)
		luns++;
	for (int severity = SEVERITY_COUNT - 1; severity >= 0; severity--) {
		size_t number = count(results, (enum severity)severity);

		if (!number)
			continue;
		fprintf(file, "%s%zu %s%s", comma, number, severity_word((enum severity)severity),
			number == 1 ? "" : "s");
		comma = ", ";
	}
	fprintf(file, "%s on %zu LUN%s\n", *comma ? "" : "nothing found", luns,
		luns == 1 ? "" : "s");
}

static int text_print(FILE *file, const struct request *request, const struct results *results)
{
	for (const struct finding *finding = results->findings; finding; finding = finding->next)
		if (is_told(request, finding))
			fprintf(file, "%s: %s: %s: %s\n  why: %s\n  cure: %s\n",
				severity_word(finding->severity), label(finding), finding->rule,
				finding->what, finding->why, finding->cure);
	if (!request->quiet)
		sum_print(file, results);
	return ferror(file) ? -EIO : 0;
}

#define COLUMNS 5

static const char *const headings[COLUMNS] = { "SEVERITY", "DEVICE", "RULE", "FINDING", "CURE" };

static void cells_of(const struct finding *finding, const char *cells[COLUMNS])
{
	cells[0] = severity_word(finding->severity);
	cells[1] = label(finding);
	cells[2] = finding->rule;
	cells[3] = finding->what;
	cells[4] = finding->cure;
}

static void cells_measure(const char *const cells[COLUMNS], size_t widths[COLUMNS])
{
	for (size_t i = 0; i < COLUMNS; i++)
		widths[i] = strlen(cells[i]) > widths[i] ? strlen(cells[i]) : widths[i];
}

/* The last cell ends its line without blanks. */
static void cells_print(FILE *file, const char *const cells[COLUMNS], const size_t widths[COLUMNS])
{
	for (size_t i = 0; i + 1 < COLUMNS; i++)
		fprintf(file, "%-*s ", (int)widths[i], cells[i]);
	fprintf(file, "%s\n", cells[COLUMNS - 1]);
}

/* Without findings there are no headings either. */
static int table_print(FILE *file, const struct request *request, const struct results *results)
{
	size_t widths[COLUMNS] = { 0 };
	const char *cells[COLUMNS];
	bool begun = false;

	cells_measure(headings, widths);
	for (const struct finding *finding = results->findings; finding; finding = finding->next) {
		cells_of(finding, cells);
		cells_measure(cells, widths);
	}
	for (const struct finding *finding = results->findings; finding; finding = finding->next) {
		if (!is_told(request, finding))
			continue;
		if (!begun)
			cells_print(file, headings, widths);
		begun = true;
		cells_of(finding, cells);
		cells_print(file, cells, widths);
	}
	return ferror(file) ? -EIO : 0;
}

int output_findings(FILE *file, const struct request *request, const struct results *results)
{
	return request->examination->table ? table_print(file, request, results)
					   : text_print(file, request, results);
}

int output_rules(FILE *file)
{
	const struct doctor_rule *rule;

	for (size_t i = 0; (rule = doctor_rule_at(i)); i++)
		if (fprintf(file, "%-17s %-8s %s\n", rule->name, severity_word(rule->severity),
			    rule->summary) < 0)
			return -errno;
	return 0;
}
