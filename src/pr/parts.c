// SPDX-License-Identifier: GPL-2.0-or-later
#include "pr/parts.h"

const char *parts_text(struct arena *arena, const char *one, const char *other)
{
	return one && other ? arena_printf(arena, "%s; then %s", one, other) : one ? one : other;
}

void part_do(const struct request *part, struct result *result, part_change *change)
{
	const struct outcome before = result->outcome;
	const char *would = result->would;

	result->outcome = (struct outcome){ .changed = TRI_NO };
	result->victim = (struct victim){ .known = ABORT_KNOWN_NOTHING };
	result->would = NULL;
	change(part, result);
	result->would = parts_text(result->arena, would, result->would);
	outcome_add(&result->outcome, &before);
	if (result->outcome.status == STATUS_OK)
		result->outcome.success =
			parts_text(result->arena, before.success, result->outcome.success);
	else
		result->outcome.message =
			parts_text(result->arena, before.success, result->outcome.message);
}
