// SPDX-License-Identifier: GPL-2.0-or-later
#include "model/host_choice.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "model/initiator.h"
#include "model/messages.h"
#include "model/nexus.h"

#define NQN_PREFIX "nqn."
#define NQN_UUID ":uuid:" /* NVMe Base 2.0c 4.5: "nqn.2014-08.org.nvmexpress:uuid:UUID" */
#define UUID_LENGTH 36
#define PORT_NAME_LENGTH 18 /* "0x" and 16 digits */

static bool begins(const char *text, const char *prefix)
{
	return strncasecmp(text, prefix, strlen(prefix)) == 0;
}

/* Whether @text is a UUID: 8, 4, 4, 4 and 12 hexadecimal digits separated by '-'. */
static bool is_uuid(const char *text)
{
	for (size_t i = 0; i < UUID_LENGTH; i++)
		if (i == 8 || i == 13 || i == 18 || i == 23 ? text[i] != '-'
							    : !isxdigit((unsigned char)text[i]))
			return false;
	return !text[UUID_LENGTH];
}

static bool is_port_name(const char *text)
{
	return strlen(text) == PORT_NAME_LENGTH && begins(text, "0x") &&
	       strspn(text + 2, "0123456789abcdefABCDEF") == PORT_NAME_LENGTH - 2;
}

/* Adds @prefix and the first @length characters of @name. Returns NULL, or what is wrong. */
static const char *initiator_add(struct host_choice *choice, const char *prefix, const char *name,
				 size_t length)
{
	char *text;

	if (asprintf(&text, "%s%.*s", prefix, (int)length, name) < 0)
		return strerrordesc_np(ENOMEM);
	choice->initiators[choice->count++] = text;
	return NULL;
}

/* A number of 64 bits may be an FC or SAS port, or a short NVMe host identifier. */
static const char *number_add(struct host_choice *choice, const char *text)
{
	static const char *const prefixes[] = { "fc:", "sas:", NEXUS_NVME_PREFIX };
	const char *wrong = NULL;

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]) && !wrong; i++)
		wrong = initiator_add(choice, prefixes[i], text, strlen(text));
	return wrong;
}

/*
 * Targets list host identifiers; a host uses the UUID of its NQN as its identifier, if it has one.
 */
static const char *nqn_add(struct host_choice *choice, const char *text)
{
	const char *uuid = strcasestr(text, NQN_UUID);

	if (!uuid || !is_uuid(uuid + strlen(NQN_UUID)))
		return USAGE_HOST_NQN;
	choice->derived = true;
	return initiator_add(choice, NEXUS_NVME_PREFIX, uuid + strlen(NQN_UUID), UUID_LENGTH);
}

const char *host_choice_parse(const char *text, const struct key_names *names,
			      struct host_choice *choice)
{
	static const char *const prefixes[] = { "iqn.", "naa.", "eui.",  "iscsi:", "fc:0x",
						"sas:0x", "nvme:", "srp:", "sbp:" };

	*choice = (struct host_choice){ .text = text, .key = key_names_key(names, text) };
	if (choice->key)
		return NULL;
	if (begins(text, NQN_PREFIX))
		return nqn_add(choice, text);
	if (is_uuid(text))
		return initiator_add(choice, NEXUS_NVME_PREFIX, text, strlen(text));
	if (is_port_name(text))
		return number_add(choice, text);
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (begins(text, prefixes[i]) && text[strlen(prefixes[i])])
			return initiator_add(choice, "", text, initiator_length(text));
	if (names && names->ignored)
		return names->ignored;
	return USAGE_HOST_UNKNOWN;
}

/* Whether both name hosts, and not the same one. */
static bool are_two_hosts(const char *one, const char *other)
{
	const struct nexus a = { one, TARGET_PORT_UNKNOWN }, b = { other, TARGET_PORT_UNKNOWN };

	return nexus_names_alike(&a, &b) && nexus_is_same_host(&a, &b) == TRI_NO;
}

static void found_add(struct host_choice *choice, struct arena *arena, const char *initiator)
{
	const char *name = initiator_text(arena, initiator);

	for (size_t i = 0; i < choice->count; i++) {
		if (strcmp(choice->initiators[i], name) == 0)
			return;
		if (are_two_hosts(choice->initiators[i], name)) {
			choice->namesakes[0] = choice->initiators[i];
			choice->namesakes[1] = name;
		}
	}
	if (choice->count < HOST_CHOICE_MAX)
		choice->initiators[choice->count++] = name;
}

static void listed_add(struct host_choice *choice, const struct result *result)
{
	for (size_t i = 0; i < result->state.count; i++)
		if (result->state.registrants[i].key == choice->key &&
		    result->state.registrants[i].nexus.initiator)
			found_add(choice, result->arena,
				  result->state.registrants[i].nexus.initiator);
}

void host_choice_find(struct host_choice *choice, const struct results *results)
{
	if (!choice->key)
		return;
	for (const struct result *result = results->first; result; result = result->next)
		listed_add(choice, result);
	/* What the LUNs list now is newer than the records. */
	if (choice->count)
		return;
	for (const struct result *result = results->first; result; result = result->next)
		for (size_t i = 0; i < result->victim.host_count; i++)
			found_add(choice, result->arena, result->victim.hosts[i]);
}

enum tri host_choice_names(const struct host_choice *choice, const char *initiator)
{
	const struct nexus listed = { initiator, TARGET_PORT_UNKNOWN };
	enum tri is = TRI_NO;

	for (size_t i = 0; i < choice->count; i++) {
		const struct nexus own = { choice->initiators[i], TARGET_PORT_UNKNOWN };
		enum tri same = nexus_is_same_host(&own, &listed);

		if (same == TRI_YES)
			return TRI_YES;
		is = same == TRI_UNKNOWN ? TRI_UNKNOWN : is;
	}
	return is;
}

enum tri host_choice_is(const struct host_choice *choice, const struct registrant *registrant)
{
	if (choice->key && registrant->key == choice->key)
		return TRI_YES;
	if (!registrant->nexus.initiator)
		return TRI_UNKNOWN;
	return host_choice_names(choice, registrant->nexus.initiator);
}

enum tri host_choice_among(const struct host_choice *choice, const struct registrant *registrant,
			   const struct key_names *names)
{
	enum tri is = host_choice_is(choice, registrant);

	if (is == TRI_NO && choice->key && !choice->count && registrant->this_host != TRI_YES &&
	    !registrant->own_path && !key_names_of(names, registrant->key))
		return TRI_UNKNOWN;
	return is;
}

const char *host_choice_namesake(const struct host_choice *choice,
				 const struct registrant *registrant)
{
	const char *initiator = registrant->nexus.initiator;

	for (size_t i = 0; choice->key && registrant->key == choice->key && i < choice->count; i++)
		if (initiator && are_two_hosts(choice->initiators[i], initiator))
			return choice->initiators[i];
	return NULL;
}

enum tri host_choice_registered(const struct host_choice *choice, const struct resv_state *state)
{
	enum tri registered = TRI_NO;

	for (size_t i = 0; i < state->count; i++) {
		enum tri is = host_choice_is(choice, &state->registrants[i]);

		if (is == TRI_YES)
			return TRI_YES;
		registered = is == TRI_UNKNOWN ? TRI_UNKNOWN : registered;
	}
	return registered;
}
