// SPDX-License-Identifier: GPL-2.0-or-later
#include "model/access.h"

#include "model/describe.h"
#include "model/state.h"

/* What a type allows each kind of host; RESV_NONE lets every host write. */
static const struct {
	enum access_right holder, registrant, other;
} rights[] = {
	[RESV_NONE] = { ACCESS_WRITE, ACCESS_WRITE, ACCESS_WRITE },
	[RESV_WRITE_EXCLUSIVE] = { ACCESS_WRITE, ACCESS_READ, ACCESS_READ },
	[RESV_EXCLUSIVE_ACCESS] = { ACCESS_WRITE, ACCESS_NOTHING, ACCESS_NOTHING },
	[RESV_WRITE_EXCLUSIVE_REG_ONLY] = { ACCESS_WRITE, ACCESS_WRITE, ACCESS_READ },
	[RESV_EXCLUSIVE_ACCESS_REG_ONLY] = { ACCESS_WRITE, ACCESS_WRITE, ACCESS_NOTHING },
	[RESV_WRITE_EXCLUSIVE_ALL_REGS] = { ACCESS_WRITE, ACCESS_WRITE, ACCESS_READ },
	[RESV_EXCLUSIVE_ACCESS_ALL_REGS] = { ACCESS_WRITE, ACCESS_WRITE, ACCESS_NOTHING },
	[RESV_OTHER] = { ACCESS_UNKNOWN, ACCESS_UNKNOWN, ACCESS_UNKNOWN },
};

static const struct {
	const char *word, *text;
} words[ACCESS_COUNT] = {
	[ACCESS_UNKNOWN] = { NULL, "it is unknown what it may do" },
	[ACCESS_NOTHING] = { "nothing", "may neither read nor write" },
	[ACCESS_READ] = { "read", "may read, and not write" },
	[ACCESS_WRITE] = { "write", "may read and write" },
};

static enum access_right common(enum access_right one, enum access_right other)
{
	return one == other ? one : ACCESS_UNKNOWN;
}

enum access_right access_right(enum resv_type type, enum tri registered, enum tri holds)
{
	enum access_right registrant = rights[type].registrant, other = rights[type].other;

	if (holds == TRI_YES)
		return rights[type].holder;
	if (holds == TRI_UNKNOWN && registered != TRI_NO)
		registrant = common(rights[type].holder, registrant);
	if (registered == TRI_YES)
		return registrant;
	return registered == TRI_NO ? other : common(registrant, other);
}

/*
 * Whether @registrant is the host. A name that no LUN lists may belong to a registrant without a
 * name.
 */
static enum tri is_host(const struct host_choice *choice, const struct registrant *registrant,
			const struct key_names *names)
{
	/* That an NQN's UUID is the host identifier is only a convention. */
	enum tri is = host_choice_among(choice, registrant, names);

	return is == TRI_NO && choice->derived ? TRI_UNKNOWN : is;
}

struct access access_of(const struct host_choice *choice, const struct resv_state *state,
			const struct key_names *names)
{
	struct access access = { .registered = TRI_NO, .holds = TRI_NO };
	bool maybe = state_may_omit(state), maybe_holds = maybe;

	if (state->source == SOURCE_NONE || choice->namesakes[0])
		return (struct access){ ACCESS_UNKNOWN, TRI_UNKNOWN, TRI_UNKNOWN, 0 };
	for (size_t i = 0; i < state->count; i++) {
		const struct registrant *registrant = &state->registrants[i];
		enum tri is = is_host(choice, registrant, names);

		maybe |= is == TRI_UNKNOWN;
		maybe_holds |= is != TRI_NO && registrant->holder != TRI_NO;
		if (is != TRI_YES)
			continue;
		access.registered = TRI_YES;
		access.key = access.key ? access.key : registrant->key;
		if (registrant->holder == TRI_YES)
			access.holds = TRI_YES;
	}
	if (access.registered == TRI_NO && maybe)
		access.registered = TRI_UNKNOWN;
	if (access.holds == TRI_NO && maybe_holds)
		access.holds = TRI_UNKNOWN;
	access.right = access_right(state->type, access.registered, access.holds);
	return access;
}

const char *access_word(enum access_right right)
{
	return words[right].word;
}

const char *access_text(struct arena *arena, const struct access *access,
			const struct resv_state *state)
{
	const char *registered = access->registered == TRI_NO ? "not registered"
				 : access->registered == TRI_UNKNOWN
					 ? "it is unknown whether it is registered"
					 : arena_printf(arena, "registered with %s",
							describe_key(arena, access->key));

	if (state->source == SOURCE_NONE)
		return words[ACCESS_UNKNOWN].text;
	return arena_printf(arena, "%s: %s%s; %s", words[access->right].text,
			    state->type == RESV_NONE ? "nothing is reserved"
						     : type_words(state->type)->name,
			    access->holds == TRI_YES ? ", which it holds" : "", registered);
}
