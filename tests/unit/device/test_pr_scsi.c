// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ioctl() is this file's own (the linker's --wrap): it plays a disk that reports wrong lengths of
 * its lists of registrants.
 */
#include "unit.h"

#include <errno.h>
#include <scsi/sg.h>
#include <sys/ioctl.h>

#include "device/pr_scsi.h"
#include "states.h"
#include "wire/scsi.h"

#define FULL_ENTRY 24 /* bytes of a descriptor without a TransportID */
#define KEY_ENTRY 8
#define HEADER 8

/* One of the two lists; its entries have the keys 1, 2, ... */
struct list {
	size_t entries;
	int add; /* added to ADDITIONAL LENGTH */
	/* entries at its end that are not sent, although the device reports them as sent */
	size_t lost;
	bool cut; /* cut to the room that there is; ADDITIONAL LENGTH is the length of the rest */
};

static const struct row {
	const char *name;
	struct list full; /* no entries: READ FULL STATUS is refused */
	struct list keys;
	enum answer_kind kind;
	enum source source;
	size_t count;
} rows[] = {
	{ "a sound list", { .entries = 2 }, { .entries = 2 }, ANSWER_DONE, SOURCE_FULL_STATUS, 2 },
	{ "full status: more than it says", { .entries = 2, .add = -FULL_ENTRY }, { .entries = 2 },
	  ANSWER_DONE, SOURCE_READ_KEYS, 2 },
	{ "full status: an entry does not come", { .entries = 2, .lost = 1 }, { .entries = 2 },
	  ANSWER_DONE, SOURCE_READ_KEYS, 2 },
	{ "full status: less than it says", { .entries = 2, .add = FULL_ENTRY }, { .entries = 2 },
	  ANSWER_DONE, SOURCE_READ_KEYS, 2 },
	{ "full status: cut", { .entries = 400, .cut = true }, { .entries = 400 }, ANSWER_DONE,
	  SOURCE_FULL_STATUS, 400 },
	{ "keys: a sound list", { .entries = 0 }, { .entries = 2 }, ANSWER_DONE, SOURCE_READ_KEYS,
	  2 },
	{ "keys: more than it says", { .entries = 0 }, { .entries = 2, .add = -KEY_ENTRY },
	  ANSWER_REPLY, SOURCE_NONE, 0 },
	{ "keys: one does not come", { .entries = 0 }, { .entries = 2, .lost = 1 }, ANSWER_REPLY,
	  SOURCE_NONE, 0 },
	{ "keys: less than it says", { .entries = 0 }, { .entries = 2, .add = 9 * KEY_ENTRY },
	  ANSWER_REPLY, SOURCE_NONE, 0 },
	{ "keys: as many as there is room for at first", { .entries = 0 }, { .entries = 511 },
	  ANSWER_DONE, SOURCE_READ_KEYS, 511 },
	{ "keys: one more", { .entries = 0 }, { .entries = 512 }, ANSWER_DONE, SOURCE_READ_KEYS,
	  512 },
	{ "keys: many", { .entries = 0 }, { .entries = 8000 }, ANSWER_DONE, SOURCE_READ_KEYS,
	  8000 },
	{ "keys: cut, as LIO before 6.0 does", { .entries = 0 }, { .entries = 600, .cut = true },
	  ANSWER_DONE, SOURCE_READ_KEYS, 600 },
	{ "keys: cut twice", { .entries = 0 }, { .entries = 5000, .cut = true }, ANSWER_DONE,
	  SOURCE_READ_KEYS, 5000 },
	{ "keys: cut to the largest room", { .entries = 0 }, { .entries = 9000, .cut = true },
	  ANSWER_REPLY, SOURCE_NONE, 0 },
	{ "keys: more than any room", { .entries = 0 }, { .entries = 9000 }, ANSWER_REPLY,
	  SOURCE_NONE, 0 },
};

static const struct row *device;
static struct {
	uint64_t key; /* of READ RESERVATION; 0: nothing is reserved */
	size_t asked;
} reservation;
/* PERSISTENT RESERVE OUT: by SG_IO, and by the kernel's ioctl, which fails without a reason. */
static struct {
	int err; /* SG_IO ends with it, or with 05/55/04 */
	uint8_t attention; /* the additional sense code of unit attentions before; 0: none */
	size_t attentions;
	size_t by_sg, by_ioctl;
	uint8_t action; /* the last one's service action */
} out;
static uint8_t whole[HEADER + 9000 * FULL_ENTRY];

static void put(uint8_t *to, size_t value)
{
	for (int i = 0; i < 4; i++)
		to[i] = (uint8_t)(value >> (24 - 8 * i));
}

/* The reply to a list's command, with room for @room bytes. */
static void list_send(const struct list *list, size_t entry, uint8_t *reply, size_t room)
{
	size_t count = list->entries;

	while (list->cut && HEADER + count * entry > room)
		count--;
	memset(whole, 0, sizeof(whole));
	put(whole, 1);
	put(whole + 4, count * entry + (size_t)list->add);
	for (size_t i = 0; i + list->lost < count; i++)
		put(whole + HEADER + i * entry + 4, i + 1);
	memcpy(reply, whole, room);
}

/* WRITE EXCLUSIVE, with the key. */
static void reservation_send(uint8_t *reply)
{
	reservation.asked++;
	if (!reservation.key)
		return;
	put(reply + 4, 16);
	put(reply + 12, reservation.key);
	reply[21] = 1;
}

static void check_condition(struct sg_io_hdr *io, uint8_t key, uint8_t asc)
{
	const uint8_t sense[18] = { [0] = 0x70, [2] = key, [7] = 10, [12] = asc };

	memcpy(io->sbp, sense, sizeof(sense));
	io->sb_len_wr = sizeof(sense);
	io->status = 0x02;
}

/* What a command that reads ends with. */
struct failure {
	enum scsi_pr_in action;
	int times; /* then it succeeds */
	uint8_t status;
	uint16_t host; /* host_status */
	uint8_t key, asc; /* sense data, if the status is CHECK CONDITION */
};

static struct failure failure;

static bool fails(struct sg_io_hdr *io)
{
	if (!failure.times || io->cmdp[1] != failure.action)
		return false;
	failure.times--;
	io->status = failure.status;
	io->host_status = failure.host;
	if (failure.status == 0x02)
		check_condition(io, failure.key, failure.asc);
	return true;
}

static int change(struct sg_io_hdr *io)
{
	static const uint8_t full[18] = { [0] = 0x70, [2] = 0x05, [7] = 10, [12] = 0x55, [13] = 4 };

	out.by_sg++;
	out.action = io->cmdp[1];
	if (out.attention && out.attentions++ < 2) {
		check_condition(io, 0x06, out.attention);
		return 0;
	}
	memcpy(io->sbp, full, sizeof(full));
	io->sb_len_wr = sizeof(full);
	io->status = 0x02;
	errno = out.err;
	return out.err ? -1 : 0;
}

int __wrap_ioctl(int fd, unsigned long request, ...);
int __wrap_ioctl(int fd, unsigned long request, ...)
{
	struct sg_io_hdr *io;
	va_list args;

	va_start(args, request);
	io = va_arg(args, struct sg_io_hdr *);
	va_end(args);
	assert_int_equal(fd, 7);
	if (request != SG_IO) {
		out.by_ioctl++;
		return 2;
	}
	if (io->cmdp[0] == 0x5f)
		return change(io);
	assert_int_equal(io->cmdp[0], 0x5e);
	assert_int_equal(io->cmdp[7] << 8 | io->cmdp[8], io->dxfer_len);
	if (fails(io))
		return 0;
	if (io->cmdp[1] == SCSI_READ_KEYS)
		list_send(&device->keys, KEY_ENTRY, io->dxferp, io->dxfer_len);
	else if (io->cmdp[1] == SCSI_READ_FULL_STATUS && device->full.entries)
		list_send(&device->full, FULL_ENTRY, io->dxferp, io->dxfer_len);
	else if (io->cmdp[1] == SCSI_READ_FULL_STATUS)
		check_condition(io, 0x05, 0x24);
	else if (io->cmdp[1] == SCSI_READ_RESERVATION)
		reservation_send(io->dxferp);
	return 0;
}

/*
 * READ FULL STATUS in which nobody holds, of a target that may not fill that in; nothing is
 * reserved, or the reservation's key is listed or not.
 */
static const struct {
	const char *name, *vendor;
	uint64_t key;
	size_t asked;
	enum resv_type type;
	enum tri first, second;
} hidden[] = {
	{ "another target, and it is so", "LAB", 0, 1, RESV_NONE, TRI_NO, TRI_NO },
	{ "another target, and the second one holds", "LAB", 2, 1, RESV_WRITE_EXCLUSIVE, TRI_NO,
	  TRI_YES },
	{ "another target, and a key that nobody has", "LAB", 9, 1, RESV_WRITE_EXCLUSIVE,
	  TRI_UNKNOWN, TRI_UNKNOWN },
	{ "Linux's target is not asked", "LIO-ORG", 2, 0, RESV_NONE, TRI_NO, TRI_NO },
};

/*
 * READ KEYS and READ RESERVATION, with which a list of READ FULL STATUS is checked, if they fail.
 * The list has no holder, although the second registrant holds, and omits all keys but two.
 */
#define EVER 1000
static const struct {
	const char *name;
	size_t keys;
	struct failure failure;
	enum answer_kind kind;
	enum source source;
	size_t count;
	enum resv_type type;
} checks[] = {
	{ "keys: none omitted, BUSY once", 2, { SCSI_READ_KEYS, 1, 0x08 }, ANSWER_DONE,
	  SOURCE_FULL_STATUS, 2, RESV_WRITE_EXCLUSIVE },
	{ "keys: one that is listed has gone", 1, { 0 }, ANSWER_DONE, SOURCE_READ_KEYS, 1,
	  RESV_WRITE_EXCLUSIVE },
	{ "keys: BUSY once", 3, { SCSI_READ_KEYS, 1, 0x08 }, ANSWER_DONE, SOURCE_READ_KEYS, 3,
	  RESV_WRITE_EXCLUSIVE },
	{ "keys: BUSY for ever", 3, { SCSI_READ_KEYS, EVER, 0x08 }, ANSWER_TRANSIENT, SOURCE_NONE,
	  0, RESV_NONE },
	{ "keys: the path fails", 3, { SCSI_READ_KEYS, EVER, 0, 0x01 }, ANSWER_PATH, SOURCE_NONE,
	  0, RESV_NONE },
	{ "keys: HARDWARE ERROR", 3, { SCSI_READ_KEYS, EVER, 0x02, 0, 0x04 }, ANSWER_CHECK,
	  SOURCE_NONE, 0, RESV_NONE },
	{ "keys: refused once", 2, { SCSI_READ_KEYS, 1, 0x02, 0, 0x05, 0x24 }, ANSWER_DONE,
	  SOURCE_FULL_STATUS, 2, RESV_WRITE_EXCLUSIVE },
	{ "keys: refused, one is omitted", 3, { SCSI_READ_KEYS, EVER, 0x02, 0, 0x05, 0x24 },
	  ANSWER_INVALID, SOURCE_NONE, 0, RESV_NONE },
	{ "keys: an unknown command", 2, { SCSI_READ_KEYS, EVER, 0x02, 0, 0x05, 0x20 },
	  ANSWER_NO_COMMAND, SOURCE_NONE, 0, RESV_NONE },
	{ "keys: more than there is room for at first", 600, { 0 }, ANSWER_DONE, SOURCE_READ_KEYS,
	  600, RESV_WRITE_EXCLUSIVE },
	{ "reservation: BUSY once", 2, { SCSI_READ_RESERVATION, 1, 0x08 }, ANSWER_DONE,
	  SOURCE_FULL_STATUS, 2, RESV_WRITE_EXCLUSIVE },
	{ "reservation: BUSY for ever", 2, { SCSI_READ_RESERVATION, EVER, 0x08 }, ANSWER_TRANSIENT,
	  SOURCE_NONE, 0, RESV_NONE },
	{ "reservation: the path fails", 2, { SCSI_READ_RESERVATION, EVER, 0, 0x01 }, ANSWER_PATH,
	  SOURCE_NONE, 0, RESV_NONE },
	{ "reservation: HARDWARE ERROR", 2, { SCSI_READ_RESERVATION, EVER, 0x02, 0, 0x04 },
	  ANSWER_CHECK, SOURCE_NONE, 0, RESV_NONE },
	{ "reservation: refused once", 2, { SCSI_READ_RESERVATION, 1, 0x02, 0, 0x05, 0x24 },
	  ANSWER_DONE, SOURCE_FULL_STATUS, 2, RESV_WRITE_EXCLUSIVE },
	{ "reservation: refused", 2, { SCSI_READ_RESERVATION, EVER, 0x02, 0, 0x05, 0x24 },
	  ANSWER_INVALID, SOURCE_NONE, 2, RESV_NONE },
	{ "reservation: an unknown command", 2,
	  { SCSI_READ_RESERVATION, EVER, 0x02, 0, 0x05, 0x20 }, ANSWER_NO_COMMAND, SOURCE_NONE, 2,
	  RESV_NONE },
};

static void checked(void **state)
{
	const typeof(checks[0]) *row = *state;
	const struct row lists = { .full = { .entries = 2 }, .keys = { .entries = row->keys } };
	struct results list = { .arena = unit_arena(), .end = &list.first };
	struct result *result = result_add(&list, "sda");
	struct resv_state read;
	struct answer answer;

	device = &lists;
	failure = row->failure;
	reservation.key = 2;
	result->lun.transport = TRANSPORT_SCSI;
	result->lun.vendor = "LAB";
	scsi_state_read(7, result, &read, &answer);
	failure.times = 0;
	reservation.key = 0;
	assert_int_equal(answer.kind, row->kind);
	assert_int_equal(read.source, row->source);
	assert_int_equal(read.count, row->count);
	assert_int_equal(read.type, row->type);
	arena_free(list.arena);
}

/* READ FULL STATUS that omits the last of three registrants, which READ KEYS has. */
static const struct {
	const char *name, *vendor;
	size_t full; /* how many READ FULL STATUS lists */
	enum source source;
	size_t count;
} omitting[] = {
	{ "all are listed", "LAB", 3, SOURCE_FULL_STATUS, 3 },
	{ "one is omitted", "LAB", 2, SOURCE_READ_KEYS, 3 },
	{ "Linux's target is not asked", "LIO-ORG", 2, SOURCE_FULL_STATUS, 2 },
	{ "a target of no known vendor is", NULL, 2, SOURCE_READ_KEYS, 3 },
};

static void omits(void **state)
{
	const typeof(omitting[0]) *row = *state;
	const struct row lists = { .full = { .entries = row->full }, .keys = { .entries = 3 } };
	struct results list = { .arena = unit_arena(), .end = &list.first };
	struct result *result = result_add(&list, "sda");
	struct resv_state read;
	struct answer answer;

	device = &lists;
	result->lun.transport = TRANSPORT_SCSI;
	result->lun.vendor = row->vendor;
	scsi_state_read(7, result, &read, &answer);
	assert_int_equal(answer.kind, ANSWER_DONE);
	assert_int_equal(read.source, row->source);
	assert_int_equal(read.count, row->count);
	arena_free(list.arena);
}

/* Whether the device must identify itself again after a unit attention, which is repeated. */
static const struct {
	const char *name;
	uint8_t asc;
	bool identified;
} attentions[] = {
	{ "none", 0, true },
	{ "a reset", 0x29, true },
	{ "another host's change", 0x2a, true },
	{ "the target's LUNs have changed", 0x3f, false },
};

static void attends(void **state)
{
	const typeof(attentions[0]) *row = *state;
	static const struct row two = { .full = { .entries = 2 } };
	struct results list = { .arena = unit_arena(), .end = &list.first };
	struct result *result = result_add(&list, "sda");
	struct resv_state read;
	struct answer answer;

	device = &two;
	failure = (struct failure){ SCSI_READ_FULL_STATUS, row->asc != 0, 0x02, 0, 0x06, row->asc };
	result->lun.transport = TRANSPORT_SCSI;
	result->lun.vendor = "LIO-ORG";
	result->device.identified = true;
	scsi_state_read(7, result, &read, &answer);
	assert_int_equal(answer.kind, ANSWER_DONE);
	assert_int_equal(read.count, 2);
	assert_int_equal(result->device.identified, row->identified);
	arena_free(list.arena);
}

static void hides(void **state)
{
	const typeof(hidden[0]) *row = *state;
	static const struct row two = { .full = { .entries = 2 }, .keys = { .entries = 2 } };
	struct results list = { .arena = unit_arena(), .end = &list.first };
	struct result *result = result_add(&list, "sda");
	struct resv_state read;
	struct answer answer;

	device = &two;
	reservation.key = row->key;
	reservation.asked = 0;
	result->lun.transport = TRANSPORT_SCSI;
	result->lun.vendor = row->vendor;
	scsi_state_read(7, result, &read, &answer);
	assert_int_equal(answer.kind, ANSWER_DONE);
	assert_int_equal(reservation.asked, row->asked);
	assert_int_equal(read.type, row->type);
	assert_int_equal(read.source, SOURCE_FULL_STATUS);
	assert_int_equal(read.registrants[0].holder, row->first);
	assert_int_equal(read.registrants[1].holder, row->second);
	reservation.key = 0;
	arena_free(list.arena);
}

static void reads(void **state)
{
	struct results list = { .arena = unit_arena(), .end = &list.first };
	struct result *result = result_add(&list, "sda");
	struct resv_state read;
	struct answer answer;

	device = *state;
	result->lun.transport = TRANSPORT_SCSI;
	scsi_state_read(7, result, &read, &answer);
	assert_int_equal(answer.kind, device->kind);
	assert_int_equal(read.source, device->source);
	if (device->kind == ANSWER_DONE)
		assert_int_equal(read.count, device->count);
	for (size_t i = 0; device->kind == ANSWER_DONE && i < read.count; i++)
		assert_int_equal(read.registrants[i].key, i + 1);
	arena_free(list.arena);
}

/* Which interface a change uses, and what is known of its failure. */
static const struct {
	const char *name;
	struct action action;
	int err;
	size_t by_sg, by_ioctl;
	enum answer_kind kind;
	uint8_t asc;
	uint8_t attention;
} changes[] = {
	{ "the kernel's ioctl", { .op = ACTION_CLEAR, .key = 0xa }, 0, 0, 1, ANSWER_CHECK, 0 },
	{ "the reason is wanted", { .op = ACTION_CLEAR, .key = 0xa, .wants_reason = true }, 0, 1, 0,
	  ANSWER_INVALID, 0x55 },
	{ "the reason is wanted, without the privilege",
	  { .op = ACTION_CLEAR, .key = 0xa, .wants_reason = true }, EPERM, 1, 1, ANSWER_CHECK, 0 },
	{ "all ports", { .op = ACTION_REGISTER, .service_key = 0xa, .all_ports = true }, 0, 1, 0,
	  ANSWER_INVALID, 0x55 },
	{ "all ports, without the privilege",
	  { .op = ACTION_REGISTER, .service_key = 0xa, .all_ports = true }, EPERM, 1, 0,
	  ANSWER_NO_PRIVILEGE, 0 },
	{ "again after a unit attention",
	  { .op = ACTION_REGISTER, .service_key = 0xa, .all_ports = true }, 0, 3, 0,
	  ANSWER_INVALID, 0x55, 0x29 },
	{ "not after the report that LUNs have changed: which one is it now?",
	  { .op = ACTION_REGISTER, .service_key = 0xa, .all_ports = true }, 0, 1, 0,
	  ANSWER_TRANSIENT, 0x3f, 0x3f },
};

static void sends(void **state)
{
	const typeof(changes[0]) *row = *state;
	struct answer answer = { 0 };

	memset(&out, 0, sizeof(out));
	out.err = row->err;
	out.attention = row->attention;
	assert_string_equal(scsi_action_send(7, &row->action, &answer),
			    row->by_ioctl ? "ioctl" : "SG_IO");
	assert_int_equal(out.by_sg, row->by_sg);
	assert_int_equal(out.by_ioctl, row->by_ioctl);
	assert_int_equal(answer.kind, row->kind);
	assert_int_equal(answer.asc, row->asc);
	if (out.by_sg)
		assert_int_equal(out.action, row->action.op == ACTION_CLEAR ? 3 : 0);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, reads, rows);
	UNIT_TABLE(&unit, hides, hidden);
	UNIT_TABLE(&unit, omits, omitting);
	UNIT_TABLE(&unit, checked, checks);
	UNIT_TABLE(&unit, attends, attentions);
	UNIT_TABLE(&unit, sends, changes);
	return unit_run(&unit, "pr_scsi");
}
