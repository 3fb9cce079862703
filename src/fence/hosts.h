/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A key is not a host: which hosts the LUNs list, and which of them may remain. Pure functions on
 * states that were read; docs/design/verdicts.md, B, has the rules.
 */
#ifndef HOSTS_H
#define HOSTS_H

#include "fence/fence.h"
#include "model/result.h"

/* Lists of results, with the states before and after the changes. */
#define HOSTS_LISTS_MAX 3
struct hosts {
	const struct fence *fence;
	const struct results *lists[HOSTS_LISTS_MAX];
	/*
	 * the states of the LUNs that decide, after they were won: a node that @needed of them do
	 * not list is fenced. No states: they were not won, or are the ones in question
	 */
	const struct resv_state *const *deciding;
	size_t deciding_count, needed;
};

/*
 * The keys in @state that the victim's hosts have in addition to the victim's own, except those
 * that name another node: *@keys, in @arena. Returns their number; each key counts once.
 */
size_t hosts_victim_keys(const struct hosts *hosts, struct arena *arena,
			 const struct resv_state *state, uint64_t **keys);

/*
 * The keys of other named nodes that are in @state and missing on the LUNs that decide: a fence
 * removed them there and did not reach this LUN, because its own node was fenced. Keys of the
 * victim's hosts are left out. 0 if no LUN was won.
 */
size_t hosts_missing_keys(const struct hosts *hosts, struct arena *arena,
			  const struct resv_state *state, uint64_t **keys);

/*
 * Whether the abort of @key, one of hosts_missing_keys(), must be proven. Not if the hosts in
 * @state that have it are certainly not the victim's: nobody has asked to fence them, so their own
 * fence must prove it. On SCSI always: there it can be proven also if the key is gone.
 */
bool hosts_needs_proof(const struct hosts *hosts, const struct resv_state *state, uint64_t key);

enum hosts_identity {
	HOSTS_KNOWN, /* this node, or another one that its key identifies */
	HOSTS_NO_NAMES, /* keys have no names, so the host is unknown */
	/* it may be the victim, or its name cannot be read: *@why says so, with advice */
	HOSTS_UNKNOWN,
};

/*
 * Which host @registrant of @result is, from the list @state; *@why: a clause in the result's
 * arena; NULL if it is known.
 */
enum hosts_identity hosts_judge(const struct hosts *hosts, struct result *result,
				const struct resv_state *state, const struct registrant *registrant,
				const char **why);

/*
 * Whether @result's list may omit a host that can write: HOSTS_KNOWN if not; *@why as above.
 */
enum hosts_identity hosts_omitted_judge(const struct hosts *hosts, struct result *result,
					const char **why);

/*
 * Why the victim's key may be mistyped, although nodes have names: no name, no list and no record
 * has it, so that its absence proves nothing of a node. A clause in @arena, with advice; NULL: it
 * is known, or may be.
 */
const char *hosts_unheard_of(const struct hosts *hosts, struct arena *arena);

#endif
