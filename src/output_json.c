// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Results -> one jansson document. All members are always present; null means unknown. Keys of
 * reservations are strings, because JSON's integers have fewer than 64 bits.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "model/capabilities.h"
#include "model/access.h"
#include "model/coverage.h"
#include "model/describe.h"
#include "model/finding.h"
#include "model/key_names.h"
#include "model/origin.h"
#include "model/reply.h"
#include "model/state.h"
#include "output.h"
#include "util/json.h"
#include "util/text.h"

int output_json_load(const char **cause)
{
	return json_load(cause);
}

static json_t *key_json(struct arena *arena, uint64_t key)
{
	return json.string(arena_printf(arena, "0x%" PRIx64, key));
}

/*
 * jansson rejects text that is not UTF-8, and then the whole document would be lost. Names in
 * INQUIRY data, in sysfs and on the command line may contain any bytes.
 */
static json_t *text_json(struct arena *arena, const char *text)
{
	json_t *value = text ? json.string(text) : json.null();

	return value ? value : json.string(text_clean(arena, text, strlen(text)));
}

/*
 * @list with @value at its end; NULL if there is no memory: a document that lacks a part of what is
 * known must not be printed.
 */
static json_t *list_add(json_t *list, json_t *value)
{
	if (json.array_append_new(list, value) == 0)
		return list;
	json.delete(list);
	return NULL;
}

static json_t *tri_json(enum tri tri)
{
	return tri == TRI_UNKNOWN ? json.null() : json.pack("b", tri == TRI_YES);
}

/* "none" cannot be a key's name; null if the file of names is ignored. */
static json_t *name_json(const struct arena *arena, uint64_t key)
{
	const char *name = key_names_of(arena->names, key);

	if (!name && arena->names && arena->names->ignored)
		return json.null();
	return json.string(name ? name : "none");
}

static json_t *port_json(int port)
{
	if (port == TARGET_PORT_ALL)
		return json.string("all");
	return port == TARGET_PORT_UNKNOWN ? json.null() : json.integer(port);
}

/* "none": the format has no such part; null: it has one, but its value is unknown. */
static json_t *part_json(struct arena *arena, bool has, const char *part)
{
	return has ? text_json(arena, part) : json.string("none");
}

static json_t *origin_json(const struct result *result, uint64_t key)
{
	const struct key_names *names = result->arena->names;
	struct origin origins[ORIGIN_MAX];
	size_t count = origin_find(result->arena, key, &result->state,
				   names ? names->cluster : NULL, origins);
	json_t *list = json.array();

	for (size_t i = 0; i < count; i++)
		list = list_add(list,
			json.pack("{ss sb so so sI}", "format", origins[i].format, "guess",
				  origins[i].guess, "host",
				  part_json(result->arena, origins[i].has_host, origins[i].host),
				  "cluster",
				  part_json(result->arena, origins[i].cluster, origins[i].cluster),
				  "generation", (json_int_t)origins[i].generation));
	return list;
}

static json_t *registrant_json(const struct result *result, const struct registrant *registrant)
{
	struct arena *arena = result->arena;

	return json.pack("{so so so so so so so}", "key", key_json(arena, registrant->key), "name",
			 name_json(arena, registrant->key), "origin",
			 origin_json(result, registrant->key), "holder",
			 tri_json(registrant->holder), "initiator",
			 text_json(arena, registrant->nexus.initiator), "target_port",
			 port_json(registrant->nexus.target_port), "this_host",
			 tri_json(registrant->own_path ? TRI_YES : registrant->this_host));
}

static json_t *registrants_json(const struct result *result)
{
	json_t *list;

	if (result->state.source == SOURCE_NONE)
		return json.null();
	list = json.array();
	for (size_t i = 0; i < result->state.count; i++)
		list = list_add(list, registrant_json(result, &result->state.registrants[i]));
	return list;
}

/*
 * The holders' keys, if they are listed. One that several registrants have is known, though not
 * which of them holds.
 */
static json_t *holders_json(struct arena *arena, const struct resv_state *state)
{
	json_t *list = json.array();
	bool any = false;

	for (size_t i = 0; i < state->count; i++) {
		if (state->registrants[i].holder != TRI_YES)
			continue;
		list = list_add(list, key_json(arena, state->registrants[i].key));
		any = true;
	}
	return any || state->type == RESV_NONE ? list
					       : list_add(list, key_json(arena, state->key));
}

static json_t *reservation_json(const struct result *result)
{
	const struct resv_state *state = &result->state;

	if (state->source == SOURCE_NONE)
		return json.pack("{sn sn sn}", "type", "key", "holders");
	/* The holder may be a registrant that is not listed, or one that is. */
	if (state_may_omit(state))
		return json.pack("{ss so sn}", "type", type_words(state->type)->name, "key",
				 state->key ? key_json(result->arena, state->key) : json.null(),
				 "holders");
	return json.pack("{ss so so}", "type", type_words(state->type)->name, "key",
			 key_json(result->arena, state->key), "holders",
			 holders_json(result->arena, state));
}

static json_t *types_json(const struct capabilities *capabilities)
{
	json_t *types;

	if (!capabilities->known || capabilities->types_listed != TRI_YES)
		return json.null();
	types = json.array();
	for (int type = RESV_WRITE_EXCLUSIVE; type < RESV_OTHER; type++)
		if (capabilities->types[type] == TRI_YES)
			types = list_add(types,
					      json.string(type_words((enum resv_type)type)->name));
	return types;
}

/* "none": the transport has no such field. */
static json_t *field_json(const struct capabilities *capabilities, int field)
{
	if (!capabilities->known || field == CAPABILITY_UNKNOWN)
		return json.null();
	return field == CAPABILITY_NONE ? json.string("none") : json.integer(field);
}

static json_t *allowed_json(const struct result *result)
{
	const struct capabilities *can = &result->capabilities;

	if (can->known && can->allow_commands == CAPABILITY_NONE)
		return json.string("none");
	return text_json(result->arena, capability_allowed(result->arena, can));
}

static json_t *capabilities_json(const struct result *result)
{
	const struct capabilities *can = &result->capabilities;
	json_t *object = json.pack("{so}", "types", types_json(can));

	int err = 0;

	for (size_t i = 0; i < CAPABILITY_COUNT; i++)
		err |= json.object_set_new(object, capability_list[i].word,
					   tri_json(can->known
							    ? capability_of(can,
									    &capability_list[i])
							    : TRI_UNKNOWN));
	err |= json.object_set_new(object, "allowed_commands", allowed_json(result));
	err |= json.object_set_new(object, "rescap", field_json(can, can->rescap));
	err |= json.object_set_new(object, "oncs", field_json(can, can->oncs));
	if (!err)
		return object;
	json.delete(object);
	return NULL;
}

static json_t *error_json(const struct request *request, const struct result *result)
{
	return json.pack(
		"{ss ss so ss sI}", "reason", reason_word(result->outcome.reason), "step",
		step_word(result->outcome.step, request->command_name), "message",
		text_json(result->arena, result->outcome.message ? result->outcome.message : ""),
		"errno",
		result->outcome.err ? describe_errno(result->arena, result->outcome.err) : "none",
		"raw", (json_int_t)result->outcome.raw);
}

static json_t *warnings_json(const struct result *result)
{
	json_t *list = json.array();

	for (const struct note *note = result->warnings; note; note = note->next)
		list = list_add(list, text_json(result->arena, note->text));
	return list;
}

static json_t *path_json(const struct result *result, const struct result *path)
{
	const struct resv_state *state = &result->state;
	uint64_t key;
	/* A disk is its own only path, so there is more to go by than its nexus. */
	enum tri registered = state->source == SOURCE_NONE ? TRI_UNKNOWN
			      : path == result		   ? state_own_any(state)
							   : state_path_key(state, path, &key);

	return json.pack("{so so so so so}", "device", text_json(result->arena, path->lun.node),
			 "initiator", text_json(result->arena, path->lun.nexus.initiator),
			 "target_port", port_json(path->lun.nexus.target_port), "state",
			 text_json(result->arena, path->lun.state), "registered",
			 tri_json(registered));
}

static json_t *paths_json(const struct result *result)
{
	json_t *list = json.array();

	for (const struct result *path = result->paths; path; path = path->next)
		list = list_add(list, path_json(result, path));
	if (!result->paths && result->lun.name)
		list = list_add(list, path_json(result, result));
	return list;
}

/* "none": no sense data was received. */
static json_t *sense_json(struct arena *arena, const struct answer *answer)
{
	if (!answer->sense_key && !answer->asc && !answer->ascq)
		return json.string("none");
	return json.string(arena_printf(arena, "%02x/%02x/%02x", answer->sense_key, answer->asc,
					answer->ascq));
}

static json_t *reply_json(const struct result *path, const struct reply *reply)
{
	const struct answer *answer = &reply->answer;

	return json.pack("{so ss ss sI so sI so}", "path",
			 text_json(path->arena, path->lun.node), "command",
			 reply_word(reply->command), "errno",
			 answer->err ? describe_errno(path->arena, answer->err) : "none", "status",
			 (json_int_t)answer->raw, "sense", sense_json(path->arena, answer),
			 "length", (json_int_t)reply->length, "data",
			 text_json(path->arena,
				   text_hex(path->arena, "", reply->data, reply->size)));
}

/* The replies of a disk, or of each path of a map. */
static json_t *raw_json(const struct result *result)
{
	json_t *list = json.array();

	for (const struct result *path = path_first(result); path; path = path_next(result, path))
		for (const struct reply *reply = path->replies; reply; reply = reply->next)
			list = list_add(list, reply_json(path, reply));
	return list;
}

/* "none": --as was not given. */
static json_t *access_json(const struct request *request, const struct result *result)
{
	struct arena *arena = result->arena;
	struct access access;

	if (!request->as)
		return json.pack("{ss ss}", "host", "none", "may", "none");
	access = access_of(request->as, &result->state, arena->names);
	return json.pack("{so so}", "host", text_json(arena, request->as->text), "may",
			 text_json(arena, access_word(access.right)));
}

static json_t *uses_json(const struct result *result)
{
	json_t *list = json.array();

	for (const struct use *use = result->uses; use; use = use->next)
		list = list_add(list,
				      json.pack("{ss so}", "use", use_word(use->kind), "name",
						text_json(result->arena, use->name)));
	return list;
}

static json_t *device_json(const struct request *request, const struct result *result)
{
	const struct lun *lun = &result->lun;
	struct arena *arena = result->arena;
	bool read = result->state.source != SOURCE_NONE;

	return json.pack(
		"{so so ss so sb so so so s{so so so so} so so so so so so so ss so}", "device",
		text_json(arena, lun->node), "argument", text_json(arena, result->argument),
		"status", status_word(result->outcome.status), "changed",
		tri_json(result->outcome.changed), "sent", result->outcome.sent, "warnings",
		warnings_json(result), "error", error_json(request, result), "transport",
		lun->name ? json.string(transport_word(lun->transport)) : json.null(), "lun",
		"wwid", text_json(arena, lun->wwid), "vendor", text_json(arena, lun->vendor),
		"model", text_json(arena, lun->model), "size",
		lun->size ? json.integer((json_int_t)lun->size) : json.null(), "generation",
		read ? json.integer(result->state.generation) : json.null(), "reservation",
		reservation_json(result), "registrants", registrants_json(result), "capabilities",
		capabilities_json(result), "paths", paths_json(result), "access",
		access_json(request, result), "uses", uses_json(result), "source",
		source_word(result->state.source), "raw", raw_json(result));
}

/* "none": it concerns this host, not a LUN. */
static json_t *finding_json(struct arena *arena, const struct finding *finding)
{
	const struct result *result = finding->result;

	return json.pack("{ss ss so so so ss so}", "rule", finding->rule, "severity",
			 severity_word(finding->severity), "device",
			 result ? text_json(arena, result->lun.node) : json.string("none"), "wwid",
			 result ? text_json(arena, result->lun.wwid) : json.string("none"),
			 "finding", text_json(arena, finding->what), "why", finding->why, "cure",
			 text_json(arena, finding->cure));
}

/* For each argument that is on several LUNs; "complete": there are no more parts. */
static json_t *coverages_json(const struct results *results)
{
	json_t *list = json.array();

	for (const struct coverage *coverage = results->coverages; coverage;
	     coverage = coverage->next) {
		const struct coverage_sum sum = coverage_count(coverage, results);

		list = list_add(list,
				json.pack("{so ss sI sI sI sb}", "argument",
					  text_json(results->arena, coverage->argument), "unit",
					  coverage->unit, "parts", (json_int_t)sum.all, "reserved",
					  (json_int_t)sum.reserved, "unknown",
					  (json_int_t)sum.unknown, "complete",
					  !coverage->why_incomplete));
	}
	return list;
}

static json_t *findings_json(const struct results *results)
{
	json_t *list = json.array();

	for (const struct finding *finding = results->findings; finding; finding = finding->next)
		list = list_add(list, finding_json(results->arena, finding));
	return list;
}

int output_json(FILE *file, const struct request *request, const struct results *results)
{
	json_t *devices = json.array(), *document;
	int err = 0;

	for (const struct result *result = results->first; result; result = result->next)
		if (json.array_append_new(devices, device_json(request, result)))
			err = -ENOMEM;
	document = json.pack("{ss si ss ss s{so so} so so so}", "prctl", PACKAGE_VERSION, "schema",
			     1,
			     "command", request->command_name, "status",
			     status_word(results_status(results)), "host", "name",
			     text_json(results->arena, results->self.name), "id",
			     text_json(results->arena, results->self.id), "findings",
			     findings_json(results), "coverage", coverages_json(results), "devices",
			     devices);
	if (!document || err || json.dumpf(document, file, JSON_INDENT(2)) ||
	    fputc('\n', file) == EOF)
		err = err ? err : document ? -EIO : -ENOMEM;
	json.delete(document);
	return err;
}
