// SPDX-License-Identifier: GPL-2.0-or-later
#include "model/nexus.h"

#include <string.h>
#include <strings.h>

#include "model/initiator.h"
#include "model/result.h"
#include "model/sharing.h"
#include "util/text.h"

#define ISCSI_PREFIX "iscsi:"

bool nexus_is_nvme(const struct nexus *nexus)
{
	return strncmp(nexus->initiator, NEXUS_NVME_PREFIX, strlen(NEXUS_NVME_PREFIX)) == 0;
}

bool nexus_is_short(const struct nexus *nexus)
{
	return nexus->initiator &&
	       strncmp(nexus->initiator, NEXUS_NVME_SHORT, strlen(NEXUS_NVME_SHORT)) == 0;
}

/* Whether a host identifier of 16 bytes has nothing in its last 8. */
static bool is_cut(const char *initiator)
{
	static const char zeros[] = "-0000-000000000000";
	size_t length = strlen(initiator);

	return length > strlen(zeros) && strcmp(initiator + length - strlen(zeros), zeros) == 0;
}

static bool is_iscsi_name(const char *initiator)
{
	return strncasecmp(initiator, "iqn.", 4) == 0 || strncasecmp(initiator, "eui.", 4) == 0 ||
	       strncasecmp(initiator, "naa.", 4) == 0 ||
	       strncmp(initiator, ISCSI_PREFIX, strlen(ISCSI_PREFIX)) == 0;
}

/* Whether @text starts like a name of another protocol than iSCSI. */
static bool is_of_protocol(const char *text)
{
	static const char *const protocols[] = { "fc:",	 "sas:",	  "nvme:",     "srp:",
						 "sbp:", NEXUS_UNDECODED_PREFIX, ISCSI_PREFIX };

	for (size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++)
		if (strncasecmp(text, protocols[i], strlen(protocols[i])) == 0)
			return true;
	return false;
}

const char *nexus_iscsi_text(struct arena *arena, const char *bytes, size_t length)
{
	const char *text = text_exact(arena, bytes, length);

	if (text == arena_full)
		return text;
	if (!text[strspn(text, " ")])
		return NULL;
	return is_of_protocol(text) ? arena_printf(arena, ISCSI_PREFIX "%s", text) : text;
}

/*
 * Whether @initiator (or NULL, if unknown) names a host as a whole rather than one of its ports, so
 * that two different names are two hosts.
 */
static bool names_host(const char *initiator)
{
	return initiator && (is_iscsi_name(initiator) ||
			     strncmp(initiator, NEXUS_NVME_PREFIX, strlen(NEXUS_NVME_PREFIX)) == 0);
}

bool nexus_lacks_isid(const struct nexus *nexus)
{
	return nexus->initiator && is_iscsi_name(nexus->initiator) &&
	       !strstr(nexus->initiator, ",i,0x");
}

bool nexus_names_alike(const struct nexus *a, const struct nexus *b)
{
	return names_host(a->initiator) && names_host(b->initiator) &&
	       nexus_is_nvme(a) == nexus_is_nvme(b);
}

static bool is_undecoded(const char *initiator)
{
	return strncmp(initiator, NEXUS_UNDECODED_PREFIX, strlen(NEXUS_UNDECODED_PREFIX)) == 0;
}

/*
 * A TransportID that cannot be decoded may be any host's. So may an NVMe host identifier of which a
 * controller lists only the first 8 bytes.
 */
static bool are_comparable(const struct nexus *a, const struct nexus *b)
{
	if (is_undecoded(a->initiator) || is_undecoded(b->initiator))
		return false;
	return !nexus_is_nvme(a) || !nexus_is_nvme(b) ||
	       is_cut(a->initiator) == is_cut(b->initiator);
}

enum tri nexus_is_same_host(const struct nexus *own, const struct nexus *listed)
{
	size_t length;

	if (!own->initiator || !listed->initiator || !are_comparable(own, listed))
		return TRI_UNKNOWN;
	length = initiator_length(own->initiator);
	/* On NVMe, an identifier of 64 bits cannot be compared with one of 128 bits. */
	if (length != initiator_length(listed->initiator))
		return nexus_is_nvme(own) && nexus_is_nvme(listed) ? TRI_UNKNOWN : TRI_NO;
	if (strncmp(own->initiator, listed->initiator, length) == 0)
		return TRI_YES;
	if (strncasecmp(own->initiator, listed->initiator, length) != 0)
		return TRI_NO;
	/*
	 * Hexadecimal digits match in upper and lower case. iSCSI names that differ only in case
	 * are unknown: some targets treat them as one name, but LIO as two hosts.
	 */
	return is_iscsi_name(own->initiator) ? TRI_UNKNOWN : TRI_YES;
}

enum tri nexus_is_same(const struct nexus *own, const struct nexus *listed)
{
	enum tri same = nexus_is_same_host(own, listed);

	if (same != TRI_YES || nexus_is_nvme(own))
		return same;
	/*
	 * Whether both are the same session of an iSCSI name, by their ISIDs; TRI_UNKNOWN if one
	 * has none.
	 */
	if (strlen(own->initiator) != strlen(listed->initiator))
		return TRI_UNKNOWN;
	if (strcasecmp(own->initiator, listed->initiator) != 0)
		return TRI_NO;
	if (nexus_lacks_isid(own))
		return TRI_UNKNOWN;
	if (own->target_port == TARGET_PORT_ALL || listed->target_port == TARGET_PORT_ALL)
		return TRI_YES;
	if (own->target_port < 0 || listed->target_port < 0)
		return TRI_UNKNOWN;
	return own->target_port == listed->target_port ? TRI_YES : TRI_NO;
}

/* Whether @listed is known to be a path of @path's map other than @path. */
static bool is_other_path(const struct result *path, const struct nexus *listed)
{
	for (const struct result *other = path->map ? path->map->paths : NULL; other;
	     other = other->next)
		if (other != path && nexus_is_same(&other->lun.nexus, listed) == TRI_YES)
			return true;
	return false;
}

/*
 * Whether @listed, which has @path's initiator, is or may be the registration of another disk of
 * this machine that is the same LUN.
 */
static bool is_sibling(const struct result *path, const struct nexus *listed)
{
	for (size_t i = 0; i < path->siblings.count; i++)
		if (nexus_is_same_host(&path->siblings.list[i], listed) == TRI_YES &&
		    nexus_is_same(&path->siblings.list[i], listed) != TRI_NO)
			return true;
	return false;
}

/* What is known of shared registrations of @path; NULL: that it shares none, or nothing. */
static const struct sharer *sharer_of(const struct result *path)
{
	return path->unshared ? NULL
			      : sharing_find(result_head(path)->sharers, &path->lun.nexus);
}

bool nexus_shares(const struct result *path)
{
	return sharer_of(path);
}

bool nexus_has_proven(const struct result *path)
{
	const struct sharer *sharer = sharer_of(path);

	return sharer && sharer->proven;
}

static bool is_shared(const struct result *path, const struct nexus *listed,
		      const struct resv_state *state)
{
	return !path->unshared && sharing_is_path(result_head(path)->sharers, &path->lun.nexus,
						  listed, state);
}

enum tri nexus_is_path(const struct result *path, const struct nexus *listed,
		       const struct resv_state *state)
{
	const struct nexus *own = &path->lun.nexus;

	if (nexus_is_same(own, listed) == TRI_YES || is_shared(path, listed, state))
		return TRI_YES;
	if (nexus_is_same_host(own, listed) == TRI_NO || is_other_path(path, listed) ||
	    is_sibling(path, listed))
		return TRI_NO;
	return TRI_UNKNOWN;
}

bool nexus_is_port(const char *initiator)
{
	return initiator &&
	       (strncmp(initiator, NEXUS_FC_PREFIX, strlen(NEXUS_FC_PREFIX)) == 0 ||
		strncmp(initiator, NEXUS_SAS_PREFIX, strlen(NEXUS_SAS_PREFIX)) == 0);
}

bool nexus_was_this_host(const struct result *result, const struct nexus *listed)
{
	const char *const *port = result_head(result)->own_ports;

	for (; port && *port && listed->initiator; port++)
		if (strcasecmp(*port, listed->initiator) == 0)
			return true;
	return false;
}

/* Whether @initiator is a port of an adapter of this machine. */
static enum tri is_machine_port(const struct machine_ports *ports, const char *initiator)
{
	if (!ports || !initiator)
		return TRI_NO;
	for (size_t i = 0; i < ports->count; i++)
		if (strcasecmp(ports->names[i], initiator) == 0)
			return TRI_YES;
	return ports->partial && nexus_is_port(initiator) ? TRI_UNKNOWN : TRI_NO;
}

/* TRI_YES if either is, otherwise TRI_UNKNOWN if either is. */
static enum tri either(enum tri a, enum tri b)
{
	if (a == TRI_YES || b == TRI_YES)
		return TRI_YES;
	return a == TRI_UNKNOWN || b == TRI_UNKNOWN ? TRI_UNKNOWN : TRI_NO;
}

enum tri nexus_is_this_host(const struct result *result, const struct nexus *listed)
{
	enum tri this_host = either(nexus_is_same_host(&result->lun.nexus, listed),
				    is_machine_port(result->ports, listed->initiator));

	/* The paths may use different initiator names. */
	for (const struct result *path = result->map ? result->map->paths : NULL; path;
	     path = path->next)
		this_host = either(this_host, nexus_is_same_host(&path->lun.nexus, listed));
	return this_host;
}

bool nexus_is_assumed(const struct result *path, const struct nexus *listed)
{
	return nexus_shares(path) && !nexus_has_proven(path) &&
	       nexus_is_same(&path->lun.nexus, listed) != TRI_YES;
}

/* Whether @state lists the nexus of @path itself. */
static bool is_listed(const struct result *path, const struct resv_state *state)
{
	for (size_t i = 0; i < state->count; i++)
		if (nexus_is_same(&path->lun.nexus, &state->registrants[i].nexus) == TRI_YES)
			return true;
	return false;
}

bool nexus_may_hold(const struct result *path, const struct resv_state *state, uint64_t key)
{
	if (path->unshared || is_listed(path, state))
		return false;
	for (size_t i = 0; i < state->count; i++) {
		const struct registrant *registrant = &state->registrants[i];

		if (registrant->holder != TRI_NO && (!key || registrant->key == key) &&
		    sharing_may_be_path(result_head(path)->sharers, &path->lun.nexus,
					&registrant->nexus))
			return true;
	}
	return false;
}

bool nexus_sharing_refute(const struct result *map, const struct resv_state *state,
			  struct sharer **sharers)
{
	bool refuted = false;

	for (const struct result *one = map->paths; one; one = one->next)
		for (const struct result *two = one->next; two && is_listed(one, state);
		     two = two->next) {
			if (!is_listed(two, state) ||
			    nexus_is_same(&one->lun.nexus, &two->lun.nexus) == TRI_YES ||
			    !sharing_is_one(*sharers, &one->lun.nexus, &two->lun.nexus))
				continue;
			sharing_drop(sharers, &one->lun.nexus);
			refuted = true;
		}
	return refuted;
}

/*
 * Whether @state lists this path's nexus with two keys. A nexus has only one registration (SPC-4
 * 5.12.7, NVMe 1.4 8.8), so which of them is this path's is unknown.
 */
static bool is_contradictory(const struct result *result, const struct resv_state *state)
{
	const struct registrant *own = NULL;

	for (size_t i = 0; i < state->count; i++) {
		const struct registrant *registrant = &state->registrants[i];

		if (nexus_is_same(&result->lun.nexus, &registrant->nexus) != TRI_YES)
			continue;
		if (own && own->key != registrant->key)
			return true;
		own = registrant;
	}
	return false;
}

void nexus_mark(const struct result *result, struct resv_state *state)
{
	bool known = false, contradictory = is_contradictory(result, state);
	bool listed = is_listed(result, state);

	for (size_t i = 0; i < state->count; i++) {
		struct registrant *registrant = &state->registrants[i];

		registrant->this_nexus = nexus_is_path(result, &registrant->nexus, state);
		/* A path that has a registration of its own shares no other one. */
		if (listed && registrant->this_nexus == TRI_YES &&
		    nexus_is_same(&result->lun.nexus, &registrant->nexus) != TRI_YES)
			registrant->this_nexus = TRI_NO;
		registrant->this_host = nexus_is_this_host(result, &registrant->nexus);
		registrant->own_path = registrant->this_nexus == TRI_YES ||
				       is_other_path(result, &registrant->nexus);
		if (contradictory && registrant->this_nexus == TRI_YES)
			registrant->this_nexus = TRI_UNKNOWN;
		known |= registrant->this_nexus == TRI_YES;
	}
	/* A nexus has only one registration (SPC-4 5.12.7), so the others are not this path's. */
	for (size_t i = 0; known && i < state->count; i++)
		if (state->registrants[i].this_nexus == TRI_UNKNOWN)
			state->registrants[i].this_nexus = TRI_NO;
}

void nexus_unshare(struct result *path)
{
	path->unshared = true;
	sharing_drop_recorded(&result_head(path)->sharers);
	nexus_mark(path, &path->state);
}
