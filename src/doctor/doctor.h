/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Findings over all LUNs of this host. Rules decide, each a row of one table: pure functions of
 * what was read from the LUNs, of what this host knows about them (facts.c), and of the documents
 * of other hosts (documents.c). Nothing is sent to a device here.
 */
#ifndef DOCTOR_H
#define DOCTOR_H

#include "doctor/documents.h"
#include "model/finding.h"
#include "model/request.h"
#include "store/records.h"

/* What this host knows about one LUN, in addition to the LUN's state. */
struct facts {
	struct result *result;
	/* its use on this host, "mounted at /data"; NULL: not known */
	const char *use;
	const char *group; /* the volume group or array to which it belongs; NULL: none */
	/* why this node's records about it cannot be read; NULL: they were read */
	const char *records_unread;
	struct lun_records records;
	const char *boot; /* id of this boot */
	/*
	 * whether it would register a path that comes back; TRI_UNKNOWN also if this is not a map
	 */
	enum tri multipathd;
	/*
	 * why this host can prove no abort of another one there; NULL: it can, or is not registered
	 */
	const char *no_proof;
};

struct doctor {
	struct arena *arena;
	const struct request *request;
	const struct document *documents;
	bool *unrelated; /* for each document: whether it has none of the LUNs of this host */
	struct host_self self;
	struct facts *facts; /* one for each LUN */
	size_t count;
	struct lun_records *missing; /* what this node knows about LUNs that no disk is */
	size_t missing_count;
	bool listed; /* the user named the LUNs, so they belong together */
	struct finding *last; /* the findings, in reverse order */
	bool incomplete; /* there was no memory for one */
};

/* What doctor looks for. A command's struct rule is in pr/rule.h. */
struct doctor_rule {
	const char *name;
	enum severity severity;
	const char *summary; /* what it finds, for --list-rules */
	const char *why; /* why it matters */
	bool explains; /* the finding explains why the LUN's status is not ok */
	/* Checks one LUN, or this host with @facts NULL. Only hosts-disagree has both. */
	void (*check)(struct doctor *doctor, const struct doctor_rule *rule,
		      const struct facts *facts);
	void (*check_host)(struct doctor *doctor, const struct doctor_rule *rule);
};

/* Rule @i, counted from 0; NULL after the last one. */
const struct doctor_rule *doctor_rule_at(size_t i);
/* The rule called @name; NULL if there is none. */
const struct doctor_rule *doctor_rule_find(const char *name);

/*
 * Finds everything that @request->examination asks for, and adds it to @results, sorted by LUN;
 * LUNs whose status is explained by a finding are marked. @results->self must be set. Returns 0 or
 * -ENOMEM.
 */
int doctor_examine(const struct request *request, struct results *results, int64_t deadline);

/*
 * Collects what this host knows about each LUN of @results (facts.c): its use, the records in the
 * store, and what multipathd would do, which is asked until @deadline (clock_now()). Unless the
 * user named the LUNs, collects the records of those that are missing. Nothing is sent to a
 * device. Returns 0 or -ENOMEM.
 */
int facts_read(struct doctor *doctor, const struct results *results, int64_t deadline);

/*
 * Applies the requested rules, first to the host and then to each LUN, in the order of the table.
 */
void doctor_check(struct doctor *doctor);

/*
 * For rules: adds a finding. @facts is NULL if it concerns the host; @cure must be valid as long as
 * the arena.
 */
__attribute__((format(printf, 5, 6))) void doctor_add(struct doctor *doctor,
						      const struct doctor_rule *rule,
						      const struct facts *facts, const char *cure,
						      const char *format, ...);
/* The same rule with another severity, for a case that is more or less severe than usual. */
struct doctor_rule doctor_rule_as(const struct doctor_rule *rule, enum severity severity);

/* Questions that several rules ask: ask.c. */

/* Whether the LUN's state is known. */
bool facts_are_read(const struct facts *facts);
/* The first registration of this host that has a key; NULL if none is known. */
const struct registrant *doctor_own_registrant(const struct result *result);
/*
 * @registrant of @facts' LUN; this host's if it is a port by which this host has registered there
 * since it was booted: its adapter may have gone.
 */
struct registrant doctor_registrant(const struct facts *facts, const struct registrant *registrant);
/* Whether both are known to be different hosts, or the same host. */
bool doctor_hosts_differ(const struct registrant *a, const struct registrant *b);
bool doctor_is_same_host(const struct registrant *a, const struct registrant *b);
/* Whether @nexus has an initiator of this host, through any path of these LUNs. */
bool doctor_is_own_initiator(const struct doctor *doctor, const struct nexus *nexus);
/* "iqn.2026-01.lab:host-2", or "a host that the device does not name". */
const char *doctor_host_text(struct arena *arena, const struct registrant *registrant);
/* The device as an argument of a command. */
const char *facts_node_text(const struct facts *facts);
/*
 * The key that this node has removed from the host of @registrant, which has another key now; 0:
 * none.
 */
uint64_t doctor_removed_key(struct doctor *doctor, const struct registrant *registrant);
/* Whether fence_scsi has made the key for a node of this host's cluster. */
bool doctor_is_of_cluster(struct doctor *doctor, uint64_t key);
/*
 * Whether a file of this host names the key: /etc/prctl/keys, or the nodes of a cluster that uses
 * keys of fence_scsi.
 */
bool doctor_is_named(struct doctor *doctor, uint64_t key);
/* Whether a document is from the host of @registrant. */
bool doctor_has_document(const struct doctor *doctor, const struct facts *facts,
			 const struct registrant *registrant);
/* Whether anything names hosts: otherwise no key counts as an orphan. */
bool doctor_has_names(struct doctor *doctor);
/* Whether nothing names the host of @registrant, a registrant of @facts' LUN. */
bool doctor_is_orphan(struct doctor *doctor, const struct facts *facts,
		      const struct registrant *registrant);
/* This host's key as an argument of a command, or "KEY". */
const char *doctor_own_key_text(struct arena *arena, const struct result *result);

/* The functions of the rules, by file; doctor.c and the tests use them through the table. */
#define RULE_CHECK(function) \
	void function(struct doctor *doctor, const struct doctor_rule *rule, \
		      const struct facts *facts)

/* rules_paths.c */
RULE_CHECK(paths_disagree_check);
RULE_CHECK(path_unregistered_check);
RULE_CHECK(holder_type_check);
RULE_CHECK(dead_path_holds_check);
RULE_CHECK(multipathd_check);

/* rules_lun.c */
RULE_CHECK(other_lun_check);
RULE_CHECK(not_mapped_check);
RULE_CHECK(legacy_check);
RULE_CHECK(unreadable_check);
RULE_CHECK(zero_key_check);
RULE_CHECK(unknown_type_check);
RULE_CHECK(type_mask_check);
RULE_CHECK(unreserved_check);
RULE_CHECK(power_loss_check);
RULE_CHECK(omitted_check);
RULE_CHECK(no_proof_check);

/* rules_memory.c */
RULE_CHECK(store_check);
RULE_CHECK(abort_open_check);
RULE_CHECK(survivor_check);

/* rules_hosts.c */
RULE_CHECK(shared_key_check);
RULE_CHECK(several_keys_check);
RULE_CHECK(orphan_check);

/* rules_own.c */
RULE_CHECK(uneven_check);
RULE_CHECK(not_registered_check);
RULE_CHECK(own_key_check);

/* rules_others.c */
RULE_CHECK(wwid_check);
RULE_CHECK(views_check);
RULE_CHECK(names_differ_check);
RULE_CHECK(absent_host_check);

/* The rules about this host: names-file, same-identity, missing, and a part of hosts-disagree. */
void names_file_check(struct doctor *doctor, const struct doctor_rule *rule);
void identity_check(struct doctor *doctor, const struct doctor_rule *rule);
void missing_check(struct doctor *doctor, const struct doctor_rule *rule);
void documents_check(struct doctor *doctor, const struct doctor_rule *rule);

#endif
