// SPDX-License-Identifier: GPL-2.0-or-later
/* Lines of text: what was done on standard output, what failed on standard error. */
#include <errno.h>
#include <inttypes.h>

#include "model/capabilities.h"
#include "model/access.h"
#include "model/describe.h"
#include "model/key_names.h"
#include "model/origin.h"
#include "output.h"
#include "pr/rule.h"
#include "util/text.h"

int output_names_ignored(FILE *file, const struct request *request)
{
	const char *why = request->names ? request->names->ignored : NULL;

	return why && !request->quiet && fprintf(file, "prctl: warning: %s\n", why) < 0 ? -errno
											: 0;
}

static bool would_change(const struct request *request)
{
	return request->dry_run && !command_only_reads(request->command);
}

int output_success(FILE *file, const struct request *request, const struct results *results)
{
	/* --dry-run reports on standard error. */
	if (would_change(request))
		return 0;
	for (const struct result *result = results->first; result; result = result->next)
		if (result->outcome.status == STATUS_OK && result->outcome.success &&
		    fprintf(file, "%s: %s\n", result->label, result->outcome.success) < 0)
			return -errno;
	return 0;
}

int output_access(FILE *file, const struct request *request, const struct results *results)
{
	const char *host = text_line(results->arena, request->as->text);

	for (const struct result *result = results->first; result; result = result->next) {
		const struct access access =
			access_of(request->as, &result->state, result->arena->names);

		if (result->outcome.status == STATUS_OK &&
		    fprintf(file, "%s: %s: %s\n", result->label, host,
			    access_text(result->arena, &access, &result->state)) < 0)
			return -errno;
	}
	return 0;
}

static int notes(FILE *file, const char *label, const char *kind, const struct note *note)
{
	for (; note; note = note->next)
		if (fprintf(file, "prctl: %s: %s%s\n", label, kind, note->text) < 0)
			return -errno;
	return 0;
}

static const char *tri_word(enum tri tri)
{
	return tri == TRI_YES ? "yes" : tri == TRI_NO ? "no" : "?";
}

/* Printed if no type is listed: "none" only if the device lists its types. */
static const char *types_none(const struct capabilities *can)
{
	return can->types_listed == TRI_YES ? " none" : " ?";
}

/* The capability bits, except those for power loss, in words. */
static const char *capability_words(const struct result *result)
{
	const struct capabilities *can = &result->capabilities;
	const char *text = "";

	for (size_t i = 0; i < CAPABILITY_COUNT; i++) {
		const struct capability *bit = &capability_list[i];

		if (bit->transport == result->lun.transport)
			text = arena_printf(result->arena, "%s%s%s (%s): %s", text,
					    *text ? "; " : "", bit->summary, bit->name,
					    tri_word(capability_of(can, bit)));
	}
	return text;
}

/* The fields that only one transport has. */
static const char *capability_fields(const struct result *result)
{
	const struct capabilities *can = &result->capabilities;

	if (result->lun.transport == TRANSPORT_SCSI)
		return arena_printf(result->arena,
				    "allowed to hosts without access (ALLOW COMMANDS %d): %s",
				    can->allow_commands, capability_allowed(result->arena, can));
	if (can->oncs < 0)
		return arena_printf(result->arena, "RESCAP 0x%02x, ONCS ?", (unsigned)can->rescap);
	return arena_printf(result->arena, "RESCAP 0x%02x, ONCS 0x%04x: reservations %s",
			    (unsigned)can->rescap, (unsigned)can->oncs,
			    can->oncs & 1 << 5 ? "yes" : "no");
}

/* Prints what the device supports, if it was asked and answered. */
static int capabilities(FILE *file, const struct result *result)
{
	const struct capabilities *can = &result->capabilities;
	const char *types = "";

	if (!can->known)
		return 0;
	for (int type = RESV_WRITE_EXCLUSIVE; type < RESV_OTHER; type++)
		if (can->types[type] == TRI_YES)
			types = arena_printf(result->arena, "%s %s", types,
					     type_words((enum resv_type)type)->name);
	return fprintf(file,
		       "prctl: %s: types:%s; kept through power loss: capable %s, active %s\n"
		       "prctl: %s: %s\n"
		       "prctl: %s: %s\n",
		       result->label, *types ? types : types_none(can),
		       tri_word(can->power_loss_capable), tri_word(can->power_loss_active),
		       result->label, capability_words(result), result->label,
		       capability_fields(result)) < 0
		       ? -errno
		       : 0;
}

/* Which software the keys belong to, if their format is known. */
static int origins(FILE *file, const struct result *result)
{
	for (size_t i = 0; i < result->state.count; i++) {
		const struct registrant *registrant = &result->state.registrants[i];
		const char *origin = origin_of(result, registrant);

		if (origin &&
		    fprintf(file, "prctl: %s: the origin of the key %s is %s\n", result->label,
			    describe_key(result->arena, registrant->key), origin) < 0)
			return -errno;
	}
	return 0;
}

/* Prints which LUN it is, what was sent to it, what it holds now, and what it supports. */
static int trace(FILE *file, const struct result *result)
{
	const struct lun *lun = &result->lun;
	int err;

	if (lun->name &&
	    fprintf(file, "prctl: %s: is %s, %s, %s %s, %s\n", result->label, lun->node,
		    transport_word(lun->transport), lun->vendor ? lun->vendor : "?",
		    lun->model ? lun->model : "?", lun->wwid ? lun->wwid : "?") < 0)
		return -errno;
	err = notes(file, result->label, "", result->trace);
	if (!err && result->state.source != SOURCE_NONE &&
	    fprintf(file, "prctl: %s: %s; %zu registration%s, generation %" PRIu32 "\n",
		    result->label, describe_holding(result->arena, &result->state),
		    result->state.count, result->state.count == 1 ? "" : "s",
		    result->state.generation) < 0)
		err = -errno;
	err = err ? err : origins(file, result);
	return err ? err : capabilities(file, result);
}

static int would(FILE *file, const struct request *request, const struct result *result)
{
	int written = 0;

	if (result->would)
		written = fprintf(file, "prctl: %s: would %s: %s\n", result->label,
				  rule_of(request)->intent(result->arena, request, &result->state),
				  result->would);
	else if (would_change(request) && result->outcome.status == STATUS_OK &&
		 result->outcome.success)
		written = fprintf(file, "prctl: %s: would change nothing: %s\n", result->label,
				  result->outcome.success);
	return written < 0 ? -errno : 0;
}

static int message(FILE *file, const struct request *request, const struct result *result)
{
	/* A finding of doctor includes the message. */
	if (result->outcome.status != STATUS_OK && !request->examination &&
	    fprintf(file, "prctl: %s: %s: %s: %s\n", result->label,
		    step_word(result->outcome.step, request->command_name),
		    status_word(result->outcome.status), result->outcome.message) < 0)
		return -errno;
	return 0;
}

int output_messages(FILE *file, const struct request *request, const struct results *results)
{
	for (const struct result *result = results->first; result; result = result->next) {
		int err = request->verbose ? trace(file, result) : 0;

		if (!err)
			err = would(file, request, result);
		if (!err && !request->quiet)
			err = notes(file, result->label, "warning: ", result->warnings);
		if (!err)
			err = message(file, request, result);
		if (err)
			return err;
	}
	return 0;
}
