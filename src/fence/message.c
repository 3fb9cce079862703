// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Messages of prctl's end with advice, which may name its options. The agent has other parameters,
 * so it says what of the advice is true for it.
 */
#include <ctype.h>
#include <string.h>

#include "fence/fence.h"

#define COMMAND "'prctl "

/* Advice that the agent can give in words of its own. */
static const struct {
	const char *prctls, *agents;
} rewrites[] = {
	{ "a longer --timeout", "a longer power_timeout" },
	{ "--verbose shows", "verbose=1 shows" },
	{ "use preempt-abort --confirmed-off", "use 'prctl preempt-abort --confirmed-off'" },
	{ "give another one with --type", "give another type" },
	{ "use --allow-partial", "use allow_partial=1" },
	{ "reset the LUN with sg_reset --device", "reset the LUN" },
};

/* The clauses of a message, and the alternatives of advice, end with these. */
static const char *const ends[] = { "; ", ", or " };

/* The length of the clause at @text, and of what it ends with: *@end. */
static size_t clause_length(const char *text, size_t *end)
{
	size_t length = strlen(text);

	*end = 0;
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		const char *found = strstr(text, ends[i]);

		if (found && (size_t)(found - text) < length) {
			length = (size_t)(found - text);
			*end = strlen(ends[i]);
		}
	}
	return length;
}

/* Whether the @length bytes at @text name an option, and not one of a quoted command of prctl's. */
static bool has_option(const char *text, size_t length)
{
	const char *end = text + length;

	for (; text + 2 < end; text++) {
		if (strncmp(text, COMMAND, strlen(COMMAND)) == 0)
			text += strcspn(text + 1, "'") + 1;
		else if (strncmp(text, "--", 2) == 0 && islower((unsigned char)text[2]))
			return true;
	}
	return false;
}

static const char *rewrite(struct arena *arena, const char *message)
{
	for (size_t i = 0; i < sizeof(rewrites) / sizeof(rewrites[0]); i++) {
		const char *found = strstr(message, rewrites[i].prctls);

		if (found)
			message = arena_printf(arena, "%.*s%s%s", (int)(found - message), message,
					       rewrites[i].agents,
					       found + strlen(rewrites[i].prctls));
	}
	return message;
}

const char *fence_read_failed(struct arena *arena, const char *message)
{
	static const char *const unsent[] = { "; no change was sent", "; nothing was sent",
					      "nothing was sent: " };

	for (size_t i = 0; i < sizeof(unsent) / sizeof(unsent[0]); i++) {
		const char *found = strstr(message, unsent[i]);

		if (found)
			message = arena_printf(arena, "%.*s%s", (int)(found - message), message,
					       found + strlen(unsent[i]));
	}
	return message;
}

const char *fence_message(struct arena *arena, const char *message)
{
	const char *kept = "", *between = "";
	size_t length, end;

	if (!strstr(message, "--"))
		return message;
	message = rewrite(arena, message);
	for (const char *clause = message; *clause; clause += length + end) {
		length = clause_length(clause, &end);
		if (!has_option(clause, length)) {
			kept = arena_printf(arena, "%s%s%.*s", kept, between, (int)length, clause);
			between = arena_printf(arena, "%.*s", (int)end, clause + length);
		} else if (end == 2) {
			/* The next clause is no alternative of this one. */
			between = *kept ? "; " : "";
		}
	}
	return kept;
}
