// SPDX-License-Identifier: GPL-2.0-or-later
/* Lines for people: what was done on standard output, what went wrong on standard error. */
#include <errno.h>

#include "names.h"
#include "output.h"

int output_doubt(FILE *file, const struct request *request)
{
	const char *doubt = request->names ? request->names->doubt : NULL;

	return doubt && !request->quiet && fprintf(file, "prctl: warning: %s\n", doubt) < 0 ? -errno : 0;
}

int output_success(FILE *file, const struct results *results)
{
	for (const struct result *result = results->first; result; result = result->next)
		if (result->verdict == VERDICT_OK && result->success &&
		    fprintf(file, "%s: %s\n", result->label, result->success) < 0)
			return -errno;
	return 0;
}

static int notes(FILE *file, const char *label, const char *kind, const struct note *note)
{
	for (; note; note = note->next)
		if (fprintf(file, "prctl: %s: %s%s\n", label, kind, note->text) < 0)
			return -errno;
	return 0;
}

int output_messages(FILE *file, const struct request *request, const struct results *results)
{
	for (const struct result *result = results->first; result; result = result->next) {
		int err = request->verbose ? notes(file, result->label, "", result->trace) : 0;

		if (!err && result->would &&
		    fprintf(file, "prctl: %s: would send %s\n", result->label, result->would) < 0)
			err = -errno;
		if (!err && !request->quiet)
			err = notes(file, result->label, "warning: ", result->warnings);
		if (!err && result->verdict != VERDICT_OK &&
		    fprintf(file, "prctl: %s: %s: %s: %s\n", result->label, step_word(result->step, request->command_name),
			    verdict_word(result->verdict), result->message) < 0)
			err = -errno;
		if (err)
			return err;
	}
	return 0;
}
