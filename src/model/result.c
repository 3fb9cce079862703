// SPDX-License-Identifier: GPL-2.0-or-later
#include "model/result.h"

#include <string.h>

#include "util/text.h"

#define SPARES_MAX 64 /* results that are allocated at once */

static void note_add(struct arena *arena, struct note **list, const char *text)
{
	struct note *note = arena_alloc(arena, sizeof(*note));

	if (!note)
		return;
	note->text = text;
	while (*list)
		list = &(*list)->next;
	*list = note;
}

static void result_begin(struct result *result, struct arena *arena, const char *argument)
{
	result->argument = argument;
	result->label = text_line(arena, argument);
	result->arena = arena;
	result->device.fd = -1;
	result->lun.nexus.target_port = TARGET_PORT_UNKNOWN;
}

bool lun_is_same(const struct lun *one, const struct lun *other)
{
	if (one->wwid && other->wwid)
		return strcmp(one->wwid, other->wwid) == 0;
	return one->devno == other->devno && one->diskseq == other->diskseq;
}

struct result *result_new(struct arena *arena, const char *argument)
{
	struct result *result = arena_alloc(arena, sizeof(*result));

	if (result)
		result_begin(result, arena, argument);
	return result;
}

void results_link(struct results *results, struct result *result)
{
	result->next = NULL;
	*results->end = result;
	results->end = &result->next;
}

void results_join(struct results *to, struct results *from)
{
	if (!from->first)
		return;
	*to->end = from->first;
	to->end = from->end;
}

struct result *result_append(struct results *results, struct result *result, const char *argument)
{
	result_begin(result, results->arena, argument);
	result->ports = results->ports;
	results_link(results, result);
	return result;
}

struct result *result_append_spare(struct results *results, struct result *spare,
				   const char *argument)
{
	struct result *result = result_append(results, spare, argument);

	result->spare = spare + 1;
	return result;
}

static struct result *spare_take(struct results *results)
{
	struct result *spare;

	if (!results->spare_count) {
		size_t room = results->spare_room ? 2 * results->spare_room : 1;

		results->spare_room = room < SPARES_MAX ? room : SPARES_MAX;
		results->spares = arena_alloc(results->arena, results->spare_room * RESULT_SPARES *
								      sizeof(results->spares[0]));
		if (!results->spares)
			return NULL;
		results->spare_count = results->spare_room;
	}
	results->spare_count--;
	spare = results->spares;
	results->spares += RESULT_SPARES;
	return spare;
}

struct result *result_add(struct results *results, const char *argument)
{
	struct result *spare = spare_take(results), *result = NULL;

	if (spare)
		result = arena_alloc(results->arena, sizeof(*result));
	if (!result)
		return NULL;
	result->spare = spare;
	return result_append(results, result, argument);
}

void outcome_add(struct outcome *to, const struct outcome *from)
{
	to->sent |= from->sent;
	to->reset |= from->reset;
	if (from->changed != TRI_NO && to->changed != TRI_YES)
		to->changed = from->changed;
}

void outcome_take(struct outcome *to, const struct outcome *from)
{
	struct outcome taken = *from;

	outcome_add(&taken, to);
	*to = taken;
}

void outcome_succeed(struct outcome *outcome, const char *success)
{
	outcome->status = STATUS_OK;
	outcome->reason = REASON_NONE;
	outcome->step = STEP_NONE;
	outcome->message = NULL;
	outcome->success = success;
}

enum status results_status(const struct results *results)
{
	enum status worst = results->fault ? STATUS_CONFLICT : STATUS_OK;

	for (const struct result *result = results->first; result; result = result->next)
		if (!result->explained && result->outcome.status > worst)
			worst = result->outcome.status;
	return worst;
}

enum status result_fail(struct result *result, enum status status, enum reason reason,
			enum step step, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	result->outcome.message = arena_vprintf(result->arena, format, args);
	va_end(args);
	result->outcome.status = status;
	result->outcome.reason = reason;
	result->outcome.step = step;
	return status;
}

void result_warn(struct result *result, const char *format, ...)
{
	const char *text;
	va_list args;

	va_start(args, format);
	text = arena_vprintf(result->arena, format, args);
	va_end(args);
	/* A warning that applies to every path of a map is given once. */
	for (const struct note *note = result->warnings; note; note = note->next)
		if (strcmp(note->text, text) == 0)
			return;
	note_add(result->arena, &result->warnings, text);
}

void result_trace(struct result *result, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	note_add(result->arena, &result->trace, arena_vprintf(result->arena, format, args));
	va_end(args);
}

const char *uses_text(struct arena *arena, const struct use *uses, enum use_kind but)
{
	const char *text = "";

	for (const struct use *use = uses; use; use = use->next)
		if (use->kind != but)
			text = text_list(arena, text, "%s %s", use_text(use->kind),
					 use->name ? use->name : "?");
	return *text ? text : NULL;
}
