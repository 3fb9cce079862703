// SPDX-License-Identifier: GPL-2.0-or-later
#include "result.h"

#include <stdatomic.h>
#include <time.h>

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

int64_t clock_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* The speaker knows nothing of paths: what counts is their map. */
static struct result *head_of(struct result *result)
{
	return result->map ? result->map : result;
}

bool result_may_send(struct result *result)
{
	struct result *head = head_of(result);
	int expected = STAGE_WAITING;

	if (atomic_load(&head->halted))
		return false;
	if (atomic_compare_exchange_strong(&head->stage, &expected, STAGE_SENT))
		return true;
	/* Of a map, another path's change may have gone out before. */
	return result->map && (expected == STAGE_SENT || expected == STAGE_ACCEPTED) &&
	       (atomic_compare_exchange_strong(&head->stage, &expected, STAGE_SENT) || expected == STAGE_SENT);
}

void result_accepted(struct result *result)
{
	int expected = STAGE_SENT;

	atomic_compare_exchange_strong(&head_of(result)->stage, &expected, STAGE_ACCEPTED);
}

void result_undone(struct result *result)
{
	int expected = STAGE_SENT;

	/* What was done through another path of the map is not undone. */
	if (!result->map || result->map->changed == TRI_NO)
		atomic_compare_exchange_strong(&head_of(result)->stage, &expected, STAGE_WAITING);
}

void result_done(struct result *result)
{
	int stage = atomic_load(&result->stage);

	/* What the speaker has spoken for is its own now. */
	while (stage != STAGE_TAKEN && !atomic_compare_exchange_weak(&result->stage, &stage, STAGE_DONE))
		;
}

bool result_halt(struct result *result)
{
	int stage = STAGE_WAITING;

	atomic_store(&result->halted, true);
	return !atomic_compare_exchange_strong(&result->stage, &stage, STAGE_TAKEN) &&
	       (stage == STAGE_SENT || stage == STAGE_ACCEPTED);
}

enum stage result_take(struct result *result)
{
	int stage = atomic_load(&result->stage);

	while (stage != STAGE_DONE && !atomic_compare_exchange_weak(&result->stage, &stage, STAGE_TAKEN))
		;
	return stage == STAGE_WAITING ? STAGE_TAKEN : (enum stage)stage;
}

struct result *result_new(struct arena *arena, const char *argument)
{
	struct result *result = arena_alloc(arena, sizeof(*result));

	if (!result)
		return NULL;
	result->argument = argument;
	result->label = text_line(arena, argument);
	result->arena = arena;
	result->changed = TRI_NO;
	result->fd = -1;
	result->lun.nexus.target_port = -1;
	return result;
}

struct result *result_add(struct results *results, const char *argument)
{
	struct result *result = result_new(results->arena, argument);

	if (!result)
		return NULL;
	*results->end = result;
	results->end = &result->next;
	return result;
}

enum verdict results_verdict(const struct results *results)
{
	enum verdict worst = VERDICT_OK;

	for (const struct result *result = results->first; result; result = result->next)
		if (result->verdict > worst)
			worst = result->verdict;
	return worst;
}

enum verdict result_fail(struct result *result, enum verdict verdict, enum reason reason, enum step step,
			 const char *format, ...)
{
	va_list args;

	va_start(args, format);
	result->message = arena_vprintf(result->arena, format, args);
	va_end(args);
	result->verdict = verdict;
	result->reason = reason;
	result->step = step;
	return verdict;
}

void result_warn(struct result *result, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	note_add(result->arena, &result->warnings, arena_vprintf(result->arena, format, args));
	va_end(args);
}

void result_trace(struct result *result, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	note_add(result->arena, &result->trace, arena_vprintf(result->arena, format, args));
	/* Every command to a device is traced, so this is where life shows. */
	atomic_store(result->map ? &result->map->beat : &result->beat, clock_now());
	va_end(args);
}

const char *text_clean(struct arena *arena, const char *text, size_t length)
{
	char *clean = arena_alloc(arena, length + 1);
	size_t end = 0;

	if (!clean)
		return arena_full;
	for (size_t i = 0; i < length && text[i]; i++) {
		clean[i] = text[i] >= ' ' && text[i] <= '~' ? text[i] : '?';
		if (clean[i] != ' ')
			end = i + 1;
	}
	clean[end] = '\0'; /* INQUIRY pads with blanks */
	return clean;
}

const char *text_line(struct arena *arena, const char *text)
{
	char *line = (char *)arena_printf(arena, "%s", text);

	for (char *c = line; line != arena_full && *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = '?';
	return line;
}
