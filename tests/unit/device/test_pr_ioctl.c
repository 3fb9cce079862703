// SPDX-License-Identifier: GPL-2.0-or-later
/* ioctl() is this file's own (the linker's --wrap): it plays the kernel. */
#include "unit.h"

#include <errno.h>
#include <linux/pr.h>
#include <sys/ioctl.h>

#include "device/pr_ioctl.h"
#include "states.h"

static const struct {
	const char *name;
	int ret, err;
	enum answer_kind kind;
} results[] = {
	{ "good", 0, 0, ANSWER_DONE },
	{ "good, whatever errno was before", 0, EPERM, ANSWER_DONE },
	{ "6.1: conflict", 0x118, 0, ANSWER_CONFLICT },
	{ "6.1: illegal request", 0x402, 0, ANSWER_INVALID },
	{ "6.1: another check condition, a unit attention, too", 0x2, 0, ANSWER_CHECK },
	{ "6.1: no space", 0x202, 0, ANSWER_CHECK },
	{ "6.1: medium error", 0x302, 0, ANSWER_CHECK },
	{ "6.1: busy", 0x08, 0, ANSWER_TRANSIENT },
	{ "6.1: task set full", 0x28, 0, ANSWER_TRANSIENT },
	{ "6.1: task aborted", 0x40, 0, ANSWER_TRANSIENT },
	{ "6.1: disrupted", 0xe0000, 0, ANSWER_TRANSIENT },
	{ "6.1: fast io fail", 0xf0000, 0, ANSWER_PATH },
	{ "6.1: no connect", 0x10000, 0, ANSWER_PATH },
	{ "6.1: bus busy", 0x20000, 0, ANSWER_TRANSIENT },
	{ "6.1: time out", 0x30000, 0, ANSWER_PATH },
	{ "6.1: reset", 0x80000, 0, ANSWER_TRANSIENT },
	{ "6.1: error", 0x70000, 0, ANSWER_PATH },
	{ "6.12: conflict", 0x18, 0, ANSWER_CONFLICT },
	{ "6.12: I/O error", 0x2, 0, ANSWER_CHECK },
	{ "6.12: retry path failure", 0xe0000, 0, ANSWER_TRANSIENT },
	{ "6.12: path fast failed", 0xf0000, 0, ANSWER_PATH },
	{ "6.12: path failed", 0x10000, 0, ANSWER_PATH },
	{ "EPERM", -1, EPERM, ANSWER_NO_PRIVILEGE },
	{ "EACCES", -1, EACCES, ANSWER_NO_PRIVILEGE },
	{ "ENOTTY", -1, ENOTTY, ANSWER_NO_INTERFACE },
	{ "EOPNOTSUPP", -1, EOPNOTSUPP, ANSWER_NO_INTERFACE },
	{ "EINVAL", -1, EINVAL, ANSWER_INVALID },
	{ "ENODEV", -1, ENODEV, ANSWER_PATH },
	{ "ENXIO", -1, ENXIO, ANSWER_PATH },
	{ "EIO", -1, EIO, ANSWER_PATH },
	{ "EAGAIN", -1, EAGAIN, ANSWER_TRANSIENT },
	{ "EINTR", -1, EINTR, ANSWER_TRANSIENT },
	{ "ENOMEM", -1, ENOMEM, ANSWER_TRANSIENT },
};

static void decodes(void **state)
{
	const typeof(results[0]) *row = *state;
	struct answer answer;

	memset(&answer, 0xff, sizeof(answer));
	ioctl_scsi_decode(row->ret, row->err, &answer);
	assert_int_equal(answer.kind, row->kind);
	assert_int_equal(answer.raw, row->ret < 0 ? 0 : row->ret);
	assert_int_equal(answer.err, row->ret < 0 ? row->err : 0);
	assert_int_equal(answer.sense_key, 0);
	assert_int_equal(answer.asc, 0);
	assert_int_equal(answer.ascq, 0);
}

/* The same for an NVMe namespace. */
static const typeof(results[0]) nvme_results[] = {
	{ "good", 0, 0, ANSWER_DONE },
	{ "6.1: conflict", 0x4083, 0, ANSWER_CONFLICT },
	{ "6.1: conflict, no flags", 0x83, 0, ANSWER_CONFLICT },
	{ "6.1: unknown command", 0x6001, 0, ANSWER_NO_COMMAND },
	{ "6.1: unknown command, nothing more", 0x4001, 0, ANSWER_NO_COMMAND },
	{ "6.1: invalid field", 0x4002, 0, ANSWER_INVALID },
	{ "6.1: invalid namespace", 0x400b, 0, ANSWER_NO_LUN },
	{ "6.1: conflicting attributes", 0x4180, 0, ANSWER_INVALID },
	{ "6.1: host identifier inconsistent, flagged", 0x6018, 0, ANSWER_CHECK },
	{ "6.1: internal error", 0x6, 0, ANSWER_TRANSIENT },
	{ "6.1: path", 0x370, 0, ANSWER_TRANSIENT },
	{ "6.1: path, final", 0x4302, 0, ANSWER_PATH },
	{ "6.12: conflict", 0x18, 0, ANSWER_CONFLICT },
	{ "6.12: I/O error", 0x2, 0, ANSWER_CHECK },
	{ "6.12: path failed, or a change of the ANA state", 0x10000, 0, ANSWER_TRANSIENT },
	{ "6.12: retry path failure", 0xe0000, 0, ANSWER_TRANSIENT },
	{ "EPERM", -1, EPERM, ANSWER_NO_PRIVILEGE },
	{ "EACCES", -1, EACCES, ANSWER_NO_PRIVILEGE },
	{ "EOPNOTSUPP", -1, EOPNOTSUPP, ANSWER_NO_INTERFACE },
	{ "ENOTTY", -1, ENOTTY, ANSWER_NO_INTERFACE },
	{ "EINVAL: unknown command, or invalid field", -1, EINVAL, ANSWER_INVALID },
	{ "EAGAIN: a head without a path", -1, EAGAIN, ANSWER_TRANSIENT },
	{ "EINTR: cancelled", -1, EINTR, ANSWER_TRANSIENT },
	{ "EIO", -1, EIO, ANSWER_PATH },
};

static void decodes_nvme(void **state)
{
	const typeof(nvme_results[0]) *row = *state;
	struct answer answer;

	memset(&answer, 0xff, sizeof(answer));
	ioctl_nvme_decode(row->ret, row->err, &answer);
	assert_int_equal(answer.kind, row->kind);
	assert_int_equal(answer.raw, row->ret < 0 ? 0 : row->ret);
	assert_int_equal(answer.err, row->ret < 0 ? row->err : 0);
	assert_int_equal(answer.sense_key, 0);
}

/* The kernel: its last request, and its answers. */
struct kernel_call {
	unsigned long request;
	uint8_t argument[24];
};

/* The answer to one READ ioctl. */
struct kernel_reply {
	int err; /* not 0: it fails with this errno */
	int ret;
	uint32_t generation;
	uint32_t keys; /* READ KEYS: number of keys; each is its position in the list, from 1 */
	uint32_t more; /* than that */
	bool cut; /* if a list is longer than its room, it reports the length of the room */
	uint64_t key;
	uint32_t type;
};

#define NR_READ_KEYS 206
#define NR_READ_RESERVATION 207
#define REPLIES_MAX 12

static struct {
	struct kernel_call last;
	const struct kernel_reply *keys, *reservations; /* the last answer is repeated */
	size_t keys_count, reservations_count, keys_at, reservations_at, calls;
	uint32_t keys_most; /* sd refuses more than this */
} kernel;

struct read_keys {
	uint32_t generation, num_keys;
	uint64_t keys_ptr;
};

struct read_reservation {
	uint64_t key;
	uint32_t generation, type;
};

static int keys_ioctl(struct read_keys *read)
{
	const struct kernel_reply *reply = &kernel.keys[kernel.keys_at];
	uint64_t *keys = (uint64_t *)(uintptr_t)read->keys_ptr;

	if (kernel.keys_at + 1 < kernel.keys_count)
		kernel.keys_at++;
	if (reply->err || read->num_keys > kernel.keys_most) {
		errno = reply->err ? reply->err : EINVAL;
		return -1;
	}
	if (reply->ret)
		return reply->ret;
	for (uint32_t i = 0; i < reply->keys && i < read->num_keys; i++)
		keys[i] = i + 1 + reply->more;
	read->generation = reply->generation;
	if (!reply->cut || reply->keys < read->num_keys)
		read->num_keys = reply->keys;
	return 0;
}

static int reservation_ioctl(struct read_reservation *read)
{
	const struct kernel_reply *reply = &kernel.reservations[kernel.reservations_at];

	if (kernel.reservations_at + 1 < kernel.reservations_count)
		kernel.reservations_at++;
	if (reply->err) {
		errno = reply->err;
		return -1;
	}
	*read = (struct read_reservation){ reply->key, reply->generation, reply->type };
	return reply->ret;
}

int __wrap_ioctl(int fd, unsigned long request, ...);

int __wrap_ioctl(int fd, unsigned long request, ...)
{
	void *argument;
	va_list args;

	va_start(args, request);
	argument = va_arg(args, void *);
	va_end(args);
	assert_int_equal(fd, 7);
	assert_int_equal(_IOC_TYPE(request), 'p');
	kernel.calls++;
	kernel.last.request = request;
	memcpy(kernel.last.argument, argument, _IOC_SIZE(request));
	if (_IOC_NR(request) == NR_READ_KEYS)
		return keys_ioctl(argument);
	if (_IOC_NR(request) == NR_READ_RESERVATION)
		return reservation_ioctl(argument);
	return 0x118;
}

/*
 * Contrary to pr.rst, the kernel takes a preempt's old_key as this host's key, and new_key as the
 * victim's.
 */
static const struct {
	const char *name;
	struct action action;
	unsigned long request;
	union {
		struct pr_registration registration;
		struct pr_reservation reservation;
		struct pr_preempt preempt;
		struct pr_clear clear;
	} argument;
} actions[] = {
	{ "register",
	  { ACTION_REGISTER, 0xa0, 0xa, RESV_NONE, false, false, false },
	  IOC_PR_REGISTER,
	  .argument.registration = { .old_key = 0xa0, .new_key = 0xa } },
	{ "register, ignoring",
	  { ACTION_REGISTER_IGNORE, 0xa, 0xa, RESV_NONE, false, false, false },
	  IOC_PR_REGISTER,
	  .argument.registration = { .old_key = 0xa, .new_key = 0xa, .flags = PR_FL_IGNORE_KEY } },
	{ "unregister",
	  { ACTION_REGISTER, 0xa, 0, RESV_NONE, false, false, false },
	  IOC_PR_REGISTER,
	  .argument.registration = { .old_key = 0xa } },
	{ "reserve",
	  { ACTION_RESERVE, 0xa, 0, WERO, false, false, false },
	  IOC_PR_RESERVE,
	  .argument.reservation = { .key = 0xa, .type = PR_WRITE_EXCLUSIVE_REG_ONLY } },
	{ "reserve, ignoring",
	  { ACTION_RESERVE, 0xa, 0, EAAR, true, false, false },
	  IOC_PR_RESERVE,
	  .argument.reservation = { .key = 0xa,
				    .type = PR_EXCLUSIVE_ACCESS_ALL_REGS,
				    .flags = PR_FL_IGNORE_KEY } },
	{ "release",
	  { ACTION_RELEASE, 0xa, 0, EA, false, false, false },
	  IOC_PR_RELEASE,
	  .argument.reservation = { .key = 0xa, .type = PR_EXCLUSIVE_ACCESS } },
	{ "clear",
	  { ACTION_CLEAR, 0xa, 0, RESV_NONE, false, false, false },
	  IOC_PR_CLEAR,
	  .argument.clear = { .key = 0xa } },
	{ "preempt",
	  { ACTION_PREEMPT, 0xa, 0xb, WE, false, false, false },
	  IOC_PR_PREEMPT,
	  .argument.preempt = { .old_key = 0xa, .new_key = 0xb, .type = PR_WRITE_EXCLUSIVE } },
	{ "preempt-abort",
	  { ACTION_PREEMPT_ABORT, 0xa, 0xb, WEAR, false, false, false },
	  IOC_PR_PREEMPT_ABORT,
	  .argument.preempt = { .old_key = 0xa,
				.new_key = 0xb,
				.type = PR_WRITE_EXCLUSIVE_ALL_REGS } },
	{ "preempt all",
	  { ACTION_PREEMPT, 0xa, 0, EARO, false, false, false },
	  IOC_PR_PREEMPT,
	  .argument.preempt = { .old_key = 0xa, .type = PR_EXCLUSIVE_ACCESS_REG_ONLY } },
	{ "keys of 64 bits",
	  { ACTION_PREEMPT, UINT64_MAX, 1ULL << 63, WE, false, false, false },
	  IOC_PR_PREEMPT,
	  .argument.preempt = { .old_key = UINT64_MAX,
				.new_key = 1ULL << 63,
				.type = PR_WRITE_EXCLUSIVE } },
};

static void sends(void **state)
{
	const typeof(actions[0]) *row = *state;
	struct answer answer;

	memset(&kernel, 0, sizeof(kernel));
	ioctl_action_send(7, &row->action, &answer);
	assert_int_equal(kernel.calls, 1);
	assert_int_equal(kernel.last.request, row->request);
	assert_memory_equal(kernel.last.argument, &row->argument, _IOC_SIZE(row->request));
	assert_int_equal(answer.kind, ANSWER_CONFLICT);
}

static const struct {
	const char *name;
	struct kernel_reply keys[REPLIES_MAX];
	size_t keys_count;
	struct kernel_reply reservations[2];
	size_t reservations_count;
	enum answer_kind kind;
	struct resv_state state; /* registrants with the keys 1, 2, ..., up to their number */
	const char *holders; /* a letter for each of the first ones: yes, no, unknown */
} reads[] = {
	{ "nothing", { { .generation = 0 } }, 1, { { 0 } }, 1, ANSWER_DONE, { .count = 0 }, "" },
	{ "keys, nothing held: the generation is that of the keys",
	  { { .generation = 9, .keys = 2 } }, 1, { { 0 } }, 1, ANSWER_DONE,
	  { .generation = 9, .count = 2 }, "nn" },
	{ "held", { { .generation = 9, .keys = 2 } }, 1,
	  { { .generation = 9, .key = 2, .type = WERO } }, 1, ANSWER_DONE,
	  { .generation = 9, .type = WERO, .key = 2, .count = 2 }, "ny" },
	{ "held by all: a SCSI disk gives key 0", { { .generation = 9, .keys = 2 } }, 1,
	  { { .type = EAAR } }, 1, ANSWER_DONE, { .generation = 9, .type = EAAR, .count = 2 },
	  "yy" },
	{ "held by all: NVMe gives the first key", { { .generation = 9, .keys = 2 } }, 1,
	  { { .key = 1, .type = WEAR } }, 1, ANSWER_DONE,
	  { .generation = 9, .type = WEAR, .count = 2 }, "yy" },
	{ "a type that is not the kernel's", { { .generation = 9, .keys = 1 } }, 1,
	  { { .key = 1, .type = 0x107 } }, 1, ANSWER_DONE,
	  { .generation = 9, .type = RESV_OTHER, .key = 1, .count = 1 }, "y" },
	{ "as many as were asked for", { { .generation = 9, .keys = 64 } }, 1, { { 0 } }, 1,
	  ANSWER_DONE, { .generation = 9, .count = 64 }, "nn" },
	{ "one more than was asked for", { { .generation = 9, .keys = 65 } }, 1, { { 0 } }, 1,
	  ANSWER_DONE, { .generation = 9, .count = 65 }, "nn" },
	{ "more come while it is read", { { .generation = 9, .keys = 65 },
	  { .generation = 99, .keys = 155 } }, 2, { { 0 } }, 1, ANSWER_DONE,
	  { .generation = 99, .count = 155 }, "nn" },
	{ "as many as sd can tell of", { { .generation = 9, .keys = 8190 } }, 1, { { 0 } }, 1,
	  ANSWER_DONE, { .generation = 9, .count = 8190 }, "nn" },
	{ "more than sd can tell of", { { .generation = 9, .keys = 8191 } }, 1, { { 0 } }, 1,
	  ANSWER_REPLY, UNREAD, NULL },
	{ "2^32 - 1", { { .generation = 9, .keys = UINT32_MAX } }, 1, { { 0 } }, 1, ANSWER_REPLY,
	  UNREAD, NULL },
	{ "changed after the reservation", { { .generation = 1, .keys = 2 },
	  { .generation = 2, .keys = 1 } }, 2, { { .key = 2, .type = WE },
	  { .key = 1, .type = EA } }, 2, ANSWER_DONE, { .generation = 2, .type = EA, .key = 1,
	  .count = 1 }, "y" },
	{ "LIO's unregister: fewer keys in the same generation",
	  { { .generation = 1, .keys = 2 }, { .generation = 1, .keys = 1 } }, 2,
	  { { .key = 2, .type = WE }, { .key = 1, .type = EA } }, 2, ANSWER_DONE,
	  { .generation = 1, .type = EA, .key = 1, .count = 1 }, "y" },
	{ "other keys, as many of them, in the same generation",
	  { { .generation = 7, .keys = 2, .more = 5 }, { .generation = 7, .keys = 2 } }, 2,
	  { { .key = 6, .type = WE }, { .key = 1, .type = EA } }, 2, ANSWER_DONE,
	  { .generation = 7, .type = EA, .key = 1, .count = 2 }, "yn" },
	{ "a target that cuts its list, and gives the length of what is left",
	  { { .generation = 9, .keys = 150, .cut = true } }, 1, { { 0 } }, 1, ANSWER_DONE,
	  { .generation = 9, .count = 150 }, "nn" },
	{ "settles at last", { { .generation = 1 }, { .generation = 2 }, { .generation = 3 },
	  { .generation = 4 }, { .generation = 5 }, { .generation = 6 },
	  { .generation = 7, .keys = 1 } }, 7, { { 0 } }, 1, ANSWER_DONE,
	  { .generation = 7, .count = 1 }, "n" },
	{ "changes all the time", { { .generation = 1 }, { .generation = 2 }, { .generation = 3 },
	  { .generation = 4 }, { .generation = 5 }, { .generation = 6 }, { .generation = 7 },
	  { .generation = 8 } }, 8, { { 0 } }, 1, ANSWER_REPLY, UNREAD, NULL },
	{ "the kernel does not know it: EINVAL", { { .err = EINVAL } }, 1, { { 0 } }, 1,
	  ANSWER_NO_INTERFACE, UNREAD, NULL },
	{ "the kernel does not know it: ENOTTY", { { .err = ENOTTY } }, 1, { { 0 } }, 1,
	  ANSWER_NO_INTERFACE, UNREAD, NULL },
	{ "the driver does not know it", { { .err = EOPNOTSUPP } }, 1, { { 0 } }, 1,
	  ANSWER_NO_INTERFACE, UNREAD, NULL },
	{ "not permitted", { { .err = EPERM } }, 1, { { 0 } }, 1, ANSWER_NO_PRIVILEGE, UNREAD,
	  NULL },
	{ "conflict", { { .ret = 0x18 } }, 1, { { 0 } }, 1, ANSWER_CONFLICT, UNREAD, NULL },
	{ "the path fails", { { .err = ENODEV } }, 1, { { 0 } }, 1, ANSWER_PATH, UNREAD, NULL },
	{ "the path fails at the reservation", { { .keys = 1 } }, 1, { { .err = ENODEV } }, 1,
	  ANSWER_PATH, UNREAD, NULL },
	{ "the path fails at the second list", { { .keys = 1 }, { .err = ENODEV } }, 2, { { 0 } },
	  1, ANSWER_PATH, UNREAD, NULL },
	{ "not permitted at the reservation", { { .keys = 1 } }, 1, { { .err = EPERM } }, 1,
	  ANSWER_NO_PRIVILEGE, UNREAD, NULL },
};

static void state_reads(void **unused)
{
	const typeof(reads[0]) *row = *unused;
	struct results list = { .arena = unit_arena() };
	struct resv_state state;
	struct result *result;
	struct answer answer;

	list.end = &list.first;
	result = result_add(&list, "sda");
	/* Only the port distinguishes the two halves of the rows. */
	result->lun.transport = (row - reads) % 2 ? TRANSPORT_NVME : TRANSPORT_SCSI;
	memset(&kernel, 0, sizeof(kernel));
	kernel.keys = row->keys;
	kernel.keys_count = row->keys_count;
	kernel.reservations = row->reservations;
	kernel.reservations_count = row->reservations_count;
	kernel.keys_most = 8190;
	ioctl_state_read(7, result, &state, &answer);
	assert_int_equal(answer.kind, row->kind);
	assert_in_range(kernel.calls, 1, 20);
	assert_non_null(strstr(result->trace->text, "IOC_PR_READ_KEYS: "));
	assert_true(kernel.calls == 1 || row->kind != ANSWER_NO_INTERFACE);
	assert_int_equal(state.source, row->kind == ANSWER_DONE ? SOURCE_IOCTL : SOURCE_NONE);
	if (row->kind == ANSWER_DONE) {
		assert_int_equal(state.generation, row->state.generation);
		assert_int_equal(state.type, row->state.type);
		assert_int_equal(state.type_code,
				 row->reservations[row->reservations_count - 1].type & 0xff);
		assert_true(state.key == row->state.key);
		assert_int_equal(state.count, row->state.count);
		for (size_t i = 0; i < state.count; i++) {
			assert_int_equal(state.registrants[i].key, i + 1);
			assert_int_equal(state.registrants[i].this_nexus, U);
			assert_int_equal(state.registrants[i].this_host, U);
			assert_null(state.registrants[i].nexus.initiator);
			assert_int_equal(state.registrants[i].nexus.target_port,
					 result->lun.transport == TRANSPORT_NVME ? 0 : -1);
		}
		for (size_t i = 0; row->holders[i]; i++)
			assert_int_equal("uny"[state.registrants[i].holder + 1], row->holders[i]);
	}
	arena_free(list.arena);
}

static void no_memory(void **unused)
{
	static const struct kernel_reply keys = { .generation = 1, .keys = 64 }, none = { 0 };
	struct results list = { .arena = arena_new(4096), .end = &list.first };
	struct result *result = result_add(&list, "sda");
	struct resv_state state;
	struct answer answer;

	(void)unused;
	/* Little is left, however large a result is. */
	while (arena_alloc(list.arena, 64))
		continue;
	memset(&kernel, 0, sizeof(kernel));
	kernel.keys = &keys;
	kernel.reservations = &none;
	kernel.keys_count = kernel.reservations_count = 1;
	kernel.keys_most = 8190;
	ioctl_state_read(7, result, &state, &answer);
	assert_int_equal(answer.kind, ANSWER_NO_MEMORY);
	assert_int_equal(state.source, SOURCE_NONE);
	arena_free(list.arena);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, decodes, results);
	UNIT_TABLE(&unit, decodes_nvme, nvme_results);
	UNIT_TABLE(&unit, sends, actions);
	UNIT_TABLE(&unit, state_reads, reads);
	UNIT_TEST(&unit, no_memory);
	return unit_run(&unit, "pr_ioctl");
}
