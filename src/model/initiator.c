// SPDX-License-Identifier: GPL-2.0-or-later
#include "model/initiator.h"

#include <string.h>

size_t initiator_length(const char *initiator)
{
	const char *session = strstr(initiator, ",i,0x");

	return session ? (size_t)(session - initiator) : strlen(initiator);
}

const char *initiator_text(struct arena *arena, const char *initiator)
{
	return arena_printf(arena, "%.*s", (int)initiator_length(initiator), initiator);
}

bool initiator_is(const char *initiator, const char *name)
{
	size_t length = initiator_length(initiator);

	return strlen(name) == length && strncmp(name, initiator, length) == 0;
}
