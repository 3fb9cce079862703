// SPDX-License-Identifier: GPL-2.0-or-later
#include "device/pr_scsi.h"

#include <stdlib.h>
#include <string.h>

#include "device/pr_ioctl.h"
#include "device/sg_io.h"
#include "model/answer.h"
#include "model/nexus.h"
#include "model/reply.h"
#include "model/state.h"
#include "wire/scsi.h"

#define SNAPSHOT_TRIES 4
/* Of a command that checks a list. If that is not enough, the whole reading is repeated later. */
#define CHECK_TRIES 4
#define ROOM_MAX 65536 /* room for any reply */
#define SMALL 4096 /* room for the reply of a LUN with a few hosts */
#define KEY_SIZE 8 /* bytes of a key in the list of READ KEYS */
/*
 * If a list of READ FULL STATUS is longer than the allocation length, LIO (6.1 to 7) stops too
 * late, because its check of the room omits two headers: it writes up to this many bytes past the
 * end, into memory of the target that belongs to something else. Its reply buffer consists of whole
 * pages. So no allocation length may reach into the last bytes of its last page.
 */
#define OVERRUN 32
/* Then the kernel maps the page for the transfer instead of copying. */
#define PAGE 4096
#define ALIGNED __attribute__((aligned(PAGE)))

/* Room for a reply. */
struct room {
	uint8_t *reply;
	uint16_t size; /* bytes */
};

static size_t pr_in(int fd, struct result *result, enum scsi_pr_in action, struct room room,
		    struct answer *answer)
{
	uint8_t cdb[SCSI_PR_IN_CDB_SIZE];
	const struct scsi_query query = { (enum reply_command)action, cdb, sizeof(cdb), room.reply,
					  room.size };

	scsi_pr_in_cdb(cdb, action, room.size);
	return sg_io_receive(fd, result, &query, answer);
}

/*
 * Whether @state is everything that the device has sent as a list of @length bytes. Every
 * registrant has a key (SPC-4 5.13.7): one without a key was decoded from bytes that were never
 * sent, and hides another one. Bytes after the list are registrants that an ADDITIONAL LENGTH omits
 * because it is too small.
 */
static bool list_is_whole(const struct resv_state *state, const uint8_t *reply, size_t length,
			  size_t received)
{
	for (size_t i = 0; i < state->count; i++)
		if (state->registrants[i].key == 0)
			return false;
	for (size_t i = length; i < received; i++)
		if (reply[i])
			return false;
	return true;
}

/*
 * READ FULL STATUS. If a list does not fit, LIO cuts it between two descriptors, and reports the
 * length of what is left as the length of the whole. So a list is complete only if one more
 * descriptor would have had room.
 */
static enum decode_result full_status_try(int fd, struct result *result, struct room room,
					  struct resv_state *state, struct answer *answer)
{
	size_t wanted, received = pr_in(fd, result, SCSI_READ_FULL_STATUS, room, answer);
	enum decode_result decoded;

	if (answer->kind != ANSWER_DONE)
		return DECODE_BAD;
	decoded = scsi_full_status_decode(room.reply, received, result->arena, state, &wanted);
	if (decoded == DECODE_OK && wanted + SCSI_FULL_STATUS_DESCRIPTOR_MAX > room.size)
		decoded = DECODE_SHORT;
	if (decoded == DECODE_OK && !list_is_whole(state, room.reply, wanted, received))
		decoded = DECODE_BAD;
	answer->kind = decode_answer_kind(decoded);
	if (decoded == DECODE_OK)
		state->source = SOURCE_FULL_STATUS;
	return decoded;
}

static void full_status_read(int fd, struct result *result, struct resv_state *state,
			     struct answer *answer)
{
	static const uint16_t sizes[] = { ROOM_MAX / 2 - OVERRUN, ROOM_MAX - OVERRUN };
	/* On the stack, because a thread's first malloc() creates a heap for the thread. */
	uint8_t first[SMALL] ALIGNED, *reply;
	struct room room = { first, sizeof(first) - OVERRUN };
	enum decode_result decoded = full_status_try(fd, result, room, state, answer);

	if (decoded != DECODE_SHORT)
		return;
	reply = aligned_alloc(PAGE, ROOM_MAX);
	if (!reply) {
		answer->kind = ANSWER_NO_MEMORY;
		return;
	}
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]) && decoded == DECODE_SHORT; i++) {
		room = (struct room){ reply, sizes[i] };
		decoded = full_status_try(fd, result, room, state, answer);
	}
	free(reply);
}

/*
 * As above, LIO before 6.0 reports the length of the cut list as the length of the whole, so a list
 * is complete only if one more key would have had room.
 */
static enum decode_result keys_try(int fd, struct result *result, struct room room,
				   struct resv_state *state, struct answer *answer)
{
	size_t wanted, received = pr_in(fd, result, SCSI_READ_KEYS, room, answer);
	enum decode_result decoded;

	if (answer->kind != ANSWER_DONE)
		return DECODE_BAD;
	decoded = scsi_read_keys_decode(room.reply, received, result->arena, state, &wanted);
	if (decoded == DECODE_OK && wanted + KEY_SIZE > room.size)
		decoded = DECODE_SHORT;
	/*
	 * A device that reports no more than the room that it was given, but has sent less than
	 * that.
	 */
	else if (decoded == DECODE_SHORT && wanted + KEY_SIZE <= room.size)
		decoded = DECODE_BAD;
	if (decoded == DECODE_OK && !list_is_whole(state, room.reply, wanted, received))
		decoded = DECODE_BAD;
	answer->kind = decode_answer_kind(decoded);
	return decoded;
}

static enum decode_result keys_read(int fd, struct result *result, struct resv_state *state,
				    struct answer *answer)
{
	uint8_t few[SMALL] ALIGNED, *many;
	enum decode_result decoded =
		keys_try(fd, result, (struct room){ few, sizeof(few) }, state, answer);

	if (decoded != DECODE_SHORT)
		return decoded;
	many = aligned_alloc(PAGE, ROOM_MAX);
	if (!many) {
		answer->kind = ANSWER_NO_MEMORY;
		return DECODE_BAD;
	}
	decoded = keys_try(fd, result, (struct room){ many, SCSI_PR_IN_MAX }, state, answer);
	free(many);
	return decoded;
}

/*
 * Two commands are not a snapshot: the keys are read again after the reservation, until both
 * readings agree.
 */
static void keys_and_reservation_read(int fd, struct result *result, struct resv_state *state,
				      struct answer *answer)
{
	uint8_t reply[64] __attribute__((aligned(64)));
	struct resv_state again;

	keys_read(fd, result, state, answer);
	for (int tries = 0; answer->kind == ANSWER_DONE && tries < SNAPSHOT_TRIES; tries++) {
		size_t received = pr_in(fd, result, SCSI_READ_RESERVATION,
					(struct room){ reply, sizeof(reply) }, answer);

		if (answer->kind != ANSWER_DONE)
			return;
		answer->kind =
			decode_answer_kind(scsi_read_reservation_decode(reply, received, state));
		if (answer->kind != ANSWER_DONE)
			return;
		again = *state;
		keys_read(fd, result, &again, answer);
		if (answer->kind != ANSWER_DONE)
			return;
		if (again.generation == state->generation && state_has_same_keys(&again, state)) {
			state_holders_mark(state);
			state->source = SOURCE_READ_KEYS;
			return;
		}
		*state = again;
	}
	if (answer->kind == ANSWER_DONE)
		answer->kind = ANSWER_REPLY;
}

/*
 * Linux's target is known to list every registrant and the holder, and is spared the questions. One
 * whose vendor is unknown is not.
 */
static bool is_linux_target(const struct result *result)
{
	const char *vendor = result->lun.vendor;

	return vendor && strncmp(vendor, "LIO-ORG", strlen("LIO-ORG")) == 0;
}

/*
 * Whether the reply to @command is not in the recording that is replayed: an earlier version of
 * prctl has written it, which did not check the list. Then the list counts.
 */
static bool is_unrecorded(const struct result *result, enum reply_command command)
{
	const struct recording *recording = result->lun.recording;

	return recording && !reply_find(recording->first, command);
}

/*
 * Whether a list without a holder does not prove that nothing is reserved: the device may not fill
 * in R_HOLDER (SPC-4 6.15.5).
 */
static bool may_hide_holder(const struct result *result, const struct resv_state *state)
{
	return state->type == RESV_NONE && state->count && !is_linux_target(result);
}

/*
 * READ RESERVATION and READ KEYS are mandatory if the device has PERSISTENT RESERVE IN (SPC-4
 * 6.15), so a refusal is as little an answer as BUSY.
 */
static bool is_to_repeat(const struct answer *asked)
{
	return asked->kind == ANSWER_TRANSIENT || asked->kind == ANSWER_NO_COMMAND ||
	       asked->kind == ANSWER_INVALID;
}

/*
 * Whether a command that checks a list of READ FULL STATUS, and ended with *@asked, says nothing
 * about the list. Then the list does not count either, and *@answer is the outcome of the reading.
 */
static bool check_failed(const struct answer *asked, struct resv_state *state,
			 struct answer *answer)
{
	if (asked->kind == ANSWER_DONE)
		return false;
	memset(state, 0, sizeof(*state));
	*answer = *asked;
	return true;
}

/*
 * READ RESERVATION, if READ FULL STATUS may hide the holder. If it shows a reservation, the list is
 * read again, because another host may have reserved in between.
 */
static void holder_check(int fd, struct result *result, struct resv_state *state,
			 struct answer *answer)
{
	uint8_t reply[64] __attribute__((aligned(64))) = { 0 };
	struct resv_state held = *state;
	struct answer asked = { .kind = ANSWER_TRANSIENT };
	size_t received = 0;

	if (!may_hide_holder(result, state) || is_unrecorded(result, REPLY_READ_RESERVATION))
		return;
	for (int tries = 0; is_to_repeat(&asked) && tries < CHECK_TRIES; tries++)
		received = pr_in(fd, result, SCSI_READ_RESERVATION,
				 (struct room){ reply, sizeof(reply) }, &asked);
	if (asked.kind == ANSWER_DONE)
		asked.kind =
			decode_answer_kind(scsi_read_reservation_decode(reply, received, &held));
	if (check_failed(&asked, state, answer) || held.type == RESV_NONE)
		return;
	memset(state, 0, sizeof(*state));
	full_status_read(fd, result, state, answer);
	if (answer->kind != ANSWER_DONE || state->type != RESV_NONE)
		return;
	state->type = held.type;
	state->type_code = held.type_code;
	state->key = held.key;
	state_holders_mark(state);
}

/* Whether @state lists as many registrations with @key; one for all ports stands for several. */
static bool has_as_many(const struct resv_state *state, const struct resv_state *keys, uint64_t key)
{
	size_t listed = 0, wanted = 0;

	for (size_t i = 0; i < keys->count; i++)
		wanted += keys->registrants[i].key == key;
	for (size_t i = 0; i < state->count; i++) {
		const struct registrant *registrant = &state->registrants[i];

		if (registrant->key != key)
			continue;
		if (registrant->nexus.target_port == TARGET_PORT_ALL)
			return true;
		listed++;
	}
	return listed >= wanted;
}

static bool has_every_key(const struct resv_state *state, const struct resv_state *keys)
{
	for (size_t i = 0; i < keys->count; i++)
		if (!has_as_many(state, keys, keys->registrants[i].key))
			return false;
	return true;
}

/* Whether each key of @state, which READ FULL STATUS lists, is in @keys. */
static bool has_no_other_key(const struct resv_state *state, const struct resv_state *keys)
{
	for (size_t i = 0; i < state->count; i++)
		if (!state_has_key(keys, state->registrants[i].key))
			return false;
	return true;
}

static bool lists_agree(const struct resv_state *state, const struct resv_state *keys)
{
	return has_every_key(state, keys) && has_no_other_key(state, keys);
}

/*
 * READ KEYS, because READ FULL STATUS may omit registrants, for example those of another
 * controller, or those that are not logged in. A key that the second reading omits as well makes
 * the list invalid: then READ KEYS counts, which names no host.
 */
static void keys_check(int fd, struct result *result, struct resv_state *state,
		       struct answer *answer)
{
	struct resv_state keys = { 0 };
	struct answer asked = { .kind = ANSWER_TRANSIENT };

	if (is_linux_target(result) || is_unrecorded(result, REPLY_READ_KEYS))
		return;
	for (int tries = 0; is_to_repeat(&asked) && tries < CHECK_TRIES; tries++)
		keys_read(fd, result, &keys, &asked);
	if (check_failed(&asked, state, answer) || lists_agree(state, &keys))
		return;
	memset(state, 0, sizeof(*state));
	full_status_read(fd, result, state, answer);
	if (answer->kind == ANSWER_DONE && !lists_agree(state, &keys))
		answer->kind = ANSWER_REPLY;
	else if (answer->kind == ANSWER_DONE)
		holder_check(fd, result, state, answer);
}

void scsi_state_read(int fd, struct result *result, struct resv_state *state, struct answer *answer)
{
	memset(state, 0, sizeof(*state));
	memset(answer, 0, sizeof(*answer));
	full_status_read(fd, result, state, answer);
	if (answer->kind == ANSWER_DONE)
		holder_check(fd, result, state, answer);
	if (answer->kind == ANSWER_DONE)
		keys_check(fd, result, state, answer);
	/* It is optional, and too small for a long list of registrants. */
	if (answer->kind == ANSWER_NO_COMMAND || answer->kind == ANSWER_INVALID ||
	    answer->kind == ANSWER_REPLY) {
		memset(state, 0, sizeof(*state));
		keys_and_reservation_read(fd, result, state, answer);
	}
	if (state->source != SOURCE_NONE)
		nexus_mark(result, state);
}

void scsi_capabilities_read(int fd, struct result *result)
{
	uint8_t reply[64] __attribute__((aligned(64)));
	struct answer answer;
	const struct room room = { reply, sizeof(reply) };
	size_t received = pr_in(fd, result, SCSI_REPORT_CAPABILITIES, room, &answer);

	if (answer.kind == ANSWER_DONE)
		scsi_capabilities_decode(reply, received, &result->capabilities);
}

const char *scsi_action_send(int fd, const struct action *action, struct answer *answer)
{
	bool needs = action->all_ports || action->is_volatile;

	if (needs || action->wants_reason)
		sg_io_action_send(fd, action, answer);
	if (needs || (action->wants_reason && !answer_is_unsent(answer)))
		return "SG_IO";
	ioctl_action_send(fd, action, answer);
	return "ioctl";
}
