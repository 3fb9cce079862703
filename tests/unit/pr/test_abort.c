// SPDX-License-Identifier: GPL-2.0-or-later
/* What proves an abort. The adapter and the reset are this file's own (the linker's --wrap). */
#include "model/handover.h"
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "device/identify.h"
#include "lun_reset_played.h"
#include "pr/abort.h"
#include "states.h"

#define ANSWERS_MAX 4

static struct {
	struct lun_reset_host host;
	int lock; /* the result of locking: 0, or a negative errno */
	const int *answers; /* of each reset; the last one is repeated */
	int sent;
	int descriptor; /* the lock's; -1: none */
	bool waits; /* it had to wait for another reset */
	bool moved; /* another LUN is there now */
	size_t asked; /* how many questions which LUN it is end with this */
	enum answer_kind asking;
	int identified;
	/* if not NULL, the driver of each path, by its number in lun.devno; "": none is known */
	const char *const *drivers;
	struct result *taken; /* the parent reports it when the first reset is answered */
} kernel;

struct lun_reset_host __wrap_lun_reset_host(struct arena *arena, const struct lun *lun)
{
	(void)arena;
	if (kernel.drivers)
		kernel.host.driver =
			*kernel.drivers[lun->devno] ? kernel.drivers[lun->devno] : NULL;
	return kernel.host;
}

int __wrap_lun_reset_lock(const struct lun_reset_host *host, bool *waited)
{
	assert_string_equal(host->directory, kernel.host.directory);
	*waited |= kernel.waits;
	if (kernel.lock)
		return kernel.lock;
	kernel.descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC);
	return kernel.descriptor;
}

int __wrap_lun_reset_send(int fd)
{
	int answer = kernel.answers[kernel.sent];

	assert_int_equal(fd, 7);
	assert_true(kernel.sent < ANSWERS_MAX);
	kernel.sent++;
	if (kernel.taken)
		result_take(kernel.taken);
	return answer;
}

enum identity __wrap_device_identify(int fd, struct result *result, const char **now,
				     struct answer *answer);
enum identity __wrap_device_identify(int fd, struct result *result, const char **now,
				     struct answer *answer)
{
	(void)fd, (void)result;
	kernel.identified++;
	*now = "naa.2";
	*answer = (struct answer){ .kind = ANSWER_DONE };
	if (kernel.asked) {
		kernel.asked--;
		answer->kind = kernel.asking;
		return IDENTITY_UNKNOWN;
	}
	return kernel.moved ? IDENTITY_OTHER : IDENTITY_SAME;
}

#define ISCSI { "/sys/class/scsi_host/host2", "iscsi_tcp" }
#define RESETS(...) (const int[]){ __VA_ARGS__ }

static const struct {
	const char *name;
	enum transport transport;
	struct request request;
	bool answered;
	struct lun_reset_host host;
	int lock;
	const int *answers;
	bool taken;
	enum stage stage;
	enum abort_by by;
	int sent;
	const char *why;
	bool never; /* if it is run again, nothing will be proven either */
	bool no_stdin; /* then the lock may have the descriptor 0 */
} rows[] = {
	{ "SCSI: standard input is closed", TRANSPORT_SCSI, { 0 }, true, ISCSI, 0, RESETS(0),
	  false, STAGE_ACCEPTED, ABORT_BY_RESET, 1, NULL, .no_stdin = true },
	{ "SCSI: the reset succeeds", TRANSPORT_SCSI, { 0 }, true, ISCSI, 0, RESETS(0), false,
	  STAGE_ACCEPTED, ABORT_BY_RESET, 1,
	  NULL },
	{ "SCSI: nothing was answered in this run", TRANSPORT_SCSI, { 0 }, false, ISCSI, 0,
	  RESETS(0), false, STAGE_WAITING,
	  ABORT_BY_RESET, 1, NULL },
	{ "SCSI: the adapter is in error recovery first", TRANSPORT_SCSI, { 0 }, true, ISCSI, 0,
	  RESETS(-EAGAIN, -EAGAIN, 0),
	  false, STAGE_ACCEPTED, ABORT_BY_RESET, 3, NULL },
	{ "SCSI: the reset fails", TRANSPORT_SCSI, { 0 }, true, ISCSI, 0, RESETS(-EIO), false,
	  STAGE_ACCEPTED, ABORT_NOT_PROVEN, 1,
	  "LOGICAL UNIT RESET through /dev/sdb failed (EIO)" },
	{ "SCSI: not permitted", TRANSPORT_SCSI, { 0 }, true, ISCSI, 0, RESETS(-EACCES), false,
	  STAGE_ACCEPTED, ABORT_NOT_PROVEN,
	  1, "LOGICAL UNIT RESET needs CAP_SYS_ADMIN and CAP_SYS_RAWIO (EACCES)" },
	{ "SCSI: --no-reset", TRANSPORT_SCSI, { .no_reset = true }, true, ISCSI, 0, NULL, false,
	  STAGE_ACCEPTED, ABORT_NOT_PROVEN,
	  0, "the proof needs LOGICAL UNIT RESET, which --no-reset forbids" },
	{ "SCSI: a driver that is not known", TRANSPORT_SCSI, { 0 }, true,
	  { "/sys/class/scsi_host/host2", "virtio_scsi" }, 0, NULL,
	  false, STAGE_ACCEPTED, ABORT_NOT_PROVEN, 0,
	  "the driver virtio_scsi is not known to send LOGICAL UNIT RESET to the target",
	  .never = true },
	{ "SCSI: no driver is known", TRANSPORT_SCSI, { 0 }, true, { NULL, NULL }, 0, NULL, false,
	  STAGE_ACCEPTED, ABORT_NOT_PROVEN,
	  0, "the driver of this path is not known to send LOGICAL UNIT RESET to the target",
	  .never = true },
	{ "SCSI: the lock fails", TRANSPORT_SCSI, { 0 }, true, ISCSI, -EMFILE, NULL, false,
	  STAGE_ACCEPTED, ABORT_NOT_PROVEN, 0,
	  "cannot lock /sys/class/scsi_host/host2 for LOGICAL UNIT RESET (EMFILE)" },
	{ "SCSI: the deadline is over before the reset", TRANSPORT_SCSI, { 0 }, true, ISCSI, 0,
	  NULL, false, STAGE_TAKEN,
	  ABORT_NOT_PROVEN, 0, "interrupted before LOGICAL UNIT RESET was sent" },
	{ "SCSI: the deadline is over during error recovery", TRANSPORT_SCSI, { 0 }, true, ISCSI,
	  0, RESETS(-EAGAIN), true,
	  STAGE_ACCEPTED, ABORT_NOT_PROVEN, 1,
	  "LOGICAL UNIT RESET was not sent because the adapter is in error recovery (EAGAIN)" },
	{ "NVMe: the answer", TRANSPORT_NVME, { 0 }, true, { NULL, NULL }, 0, NULL, false,
	  STAGE_ACCEPTED, ABORT_BY_ANSWER, 0, NULL },
	{ "NVMe: the answer, with --no-reset", TRANSPORT_NVME, { .no_reset = true }, true, { NULL,
	  NULL }, 0, NULL, false,
	  STAGE_ACCEPTED, ABORT_BY_ANSWER, 0, NULL },
	{ "NVMe: no answer", TRANSPORT_NVME, { 0 }, false, { NULL, NULL }, 0, NULL, false,
	  STAGE_ACCEPTED, ABORT_NOT_PROVEN, 0,
	  "Preempt and Abort did not succeed, and NVMe has no other proof", .never = true },
};

/* What is traced of each reset, and whether one may have reached the LUN. */
static void sent_check(const struct result *result, const int *answers, int sent)
{
	const struct note *note = result->trace;
	bool reached = false;

	for (int i = 0; i < sent; i++, note = note->next) {
		assert_non_null(note);
		assert_true(!answers[i] == (strcmp(note->text, "LOGICAL UNIT RESET by "
							       "SG_SCSI_RESET: good") == 0));
		reached = answers[i] != -EAGAIN && answers[i] != -EACCES;
	}
	assert_null(note);
	assert_int_equal(result->outcome.reset, reached);
}

static void proves(void **state)
{
	const typeof(rows[0]) *row = *state;
	struct results results = { .arena = arena_new(1 << 20), .end = &results.first };
	struct result *result = result_add(&results, "/dev/sdb");
	struct abort_proof proof;

	result->lun = (struct lun){ .node = "/dev/sdb", .transport = row->transport };
	result->device.fd = 7;
	result->device.identified = true;
	result->handover.stage = row->stage;
	memset(&kernel, 0, sizeof(kernel));
	kernel.host = row->host;
	kernel.lock = row->lock;
	kernel.answers = row->answers;
	kernel.taken = row->taken ? result : NULL;
	kernel.descriptor = -1;
	if (row->no_stdin)
		close(STDIN_FILENO);
	proof = abort_prove(&row->request, result, row->answered);
	assert_int_equal(proof.by, row->by);
	assert_int_equal(kernel.sent, row->sent);
	assert_int_equal(proof.never, row->never);
	sent_check(result, row->answers, row->sent);
	assert_int_equal(result_beat_last(result) != 0, row->sent > 0);
	assert_true(kernel.descriptor < 0 || fcntl(kernel.descriptor, F_GETFD) < 0);
	assert_true(!row->no_stdin || kernel.descriptor == STDIN_FILENO);
	assert_true(!proof.why == !row->why);
	if (row->why)
		assert_string_equal(proof.why, row->why);
	/* Only after each pause: the first repetition waits for nothing. */
	assert_int_equal(kernel.identified, row->sent > 2 ? row->sent - 2 : 0);
	/* what the parent finds at the deadline */
	if (row->sent && !row->taken)
		assert_int_equal(result->handover.stage, STAGE_PROVING);
	arena_free(results.arena);
}

/* Another reset was waited for; meanwhile the path leads to another LUN, or still to the same. */
static void waited(void **state)
{
	for (int moved = 0; moved <= 1; moved++) {
		struct results results = { .arena = arena_new(1 << 20), .end = &results.first };
		struct result *result = result_add(&results, "/dev/sdb");
		const struct request request = { 0 };
		struct abort_proof proof;

		(void)state;
		memset(&kernel, 0, sizeof(kernel));
		kernel.host = (struct lun_reset_host)ISCSI;
		kernel.answers = RESETS(0);
		kernel.waits = true;
		kernel.moved = moved;
		result->lun = (struct lun){ .node = "/dev/sdb", .transport = TRANSPORT_SCSI };
		result->device.fd = 7;
		result->device.identified = true;
		result->outcome.changed = TRI_YES;
		proof = abort_prove(&request, result, true);
		assert_int_equal(kernel.identified, 1);
		assert_int_equal(kernel.sent, !moved);
		assert_int_equal(proof.by, moved ? ABORT_NOT_PROVEN : ABORT_BY_RESET);
		if (moved)
			assert_string_equal(proof.why,
					    "/dev/sdb does not lead to this LUN any more");
		assert_int_equal(result->outcome.changed, TRI_YES);
		assert_int_equal(result->outcome.status, STATUS_OK);
		arena_free(results.arena);
	}
}

/* The path does not say which LUN it is. */
static const struct {
	const char *name;
	enum answer_kind asking;
	size_t asked; /* so many questions end so */
	enum abort_by by;
	const char *why;
} silences[] = {
	{ "it is dead", ANSWER_PATH, 1, ABORT_NOT_PROVEN,
	  "LOGICAL UNIT RESET was not sent because /dev/sdb did not say which LUN it is (" },
	{ "it is busy for a while", ANSWER_TRANSIENT, 3, ABORT_BY_RESET, NULL },
	{ "it is busy for ever", ANSWER_TRANSIENT, 10000, ABORT_NOT_PROVEN,
	  "LOGICAL UNIT RESET was not sent because /dev/sdb did not say which LUN it is (" },
};

static void unidentified(void **state)
{
	const typeof(silences[0]) *row = *state;
	struct results results = { .arena = arena_new(1 << 20), .end = &results.first };
	struct result *result = result_add(&results, "/dev/sdb");
	/* At once if it is busy for ever. */
	const struct request request = { .deadline = row->asked > 3 ? 1 : 0 };
	struct abort_proof proof;

	memset(&kernel, 0, sizeof(kernel));
	kernel.host = (struct lun_reset_host)ISCSI;
	kernel.answers = RESETS(0);
	kernel.asking = row->asking;
	kernel.asked = row->asked;
	result->lun = (struct lun){ .node = "/dev/sdb", .transport = TRANSPORT_SCSI };
	result->device.fd = 7;
	result->state = (struct resv_state)STATE(2, WERO, 0xa, OWN(0xa, Y));
	proof = abort_prove(&request, result, true);
	assert_int_equal(proof.by, row->by);
	assert_int_equal(kernel.sent, row->by == ABORT_BY_RESET);
	assert_int_equal(result->outcome.reset, row->by == ABORT_BY_RESET);
	assert_true(!row->why || strncmp(proof.why, row->why, strlen(row->why)) == 0);
	/* What another path has shown stays known. */
	assert_int_equal(result->state.count, 1);
	assert_int_equal(result->outcome.status, STATUS_OK);
	arena_free(results.arena);
}

/*
 * The answer covers the hosts that have the key. A host that had it, and whose abort is not proven,
 * is another one.
 */
static void nvme_other_host(void **state)
{
	struct results results = { .arena = arena_new(1 << 20), .end = &results.first };
	struct result *result = result_add(&results, "/dev/nvme0n1");
	const struct request request = { 0 };
	struct abort_proof proof;

	(void)state;
	result->lun.transport = TRANSPORT_NVME;
	assert_int_equal(abort_prove(&request, result, true).by, ABORT_BY_ANSWER);
	result->victim.open_host = "nvme:1";
	proof = abort_prove(&request, result, true);
	assert_int_equal(proof.by, ABORT_NOT_PROVEN);
	assert_true(proof.never);
	assert_non_null(strstr(proof.why, "nvme:1 has lost its key since an earlier attempt"));
	arena_free(results.arena);
}

/* What a dry run says of the proof, and whether a reset would be sent. */
static const struct {
	const char *name;
	enum transport transport;
	struct request request;
	struct lun_reset_host host;
	const char *would;
	bool can;
} wants[] = {
	{ "SCSI", TRANSPORT_SCSI, PREEMPT_ABORT(), ISCSI, ", then LOGICAL UNIT RESET", true },
	{ "SCSI: --no-reset", TRANSPORT_SCSI, PREEMPT_ABORT(.no_reset = true), ISCSI,
	  ", without the LOGICAL UNIT RESET that proves the abort", false },
	{ "SCSI: a driver that is not known", TRANSPORT_SCSI, PREEMPT_ABORT(),
	  { "/sys/class/scsi_host/host2", "virtio_scsi" },
	  ", which would not prove the abort: the driver virtio_scsi is not known to send LOGICAL "
	  "UNIT RESET to the target", false },
	{ "SCSI: nothing is to be proven", TRANSPORT_SCSI, PREEMPT(), ISCSI, "", true },
	{ "NVMe", TRANSPORT_NVME, PREEMPT_ABORT(), ISCSI, "", false },
	{ "NVMe: nothing is to be proven", TRANSPORT_NVME, PREEMPT(), ISCSI, "", false },
};

static void would(void **state)
{
	const typeof(wants[0]) *row = *state;
	struct arena *arena = unit_arena();
	struct result *result = result_new(arena, "/dev/sdb");

	memset(&kernel, 0, sizeof(kernel));
	kernel.host = row->host;
	result->lun.transport = row->transport;
	assert_string_equal(abort_would(&row->request, result), row->would);
	assert_int_equal(abort_can_reset(&row->request, result), row->can);
	arena_free(arena);
}

#define NOT_KNOWN "the driver virtio_scsi is not known to send LOGICAL UNIT RESET to the target"

/* Whether a later preempt-abort could be proven, as monitor asks: one path is enough. */
static const struct {
	const char *name;
	struct request request;
	const char *drivers[3]; /* of each path; one: a disk */
	enum transport transport;
	const char *why; /* NULL: it could be proven */
} obstacles[] = {
	{ "a disk", { 0 }, { "iscsi_tcp" }, TRANSPORT_SCSI, NULL },
	{ "a disk: a driver that is not known", { 0 }, { "virtio_scsi" }, TRANSPORT_SCSI,
	  NOT_KNOWN },
	{ "a disk: no driver", { 0 }, { "" }, TRANSPORT_SCSI,
	  "the driver of this path is not known to send LOGICAL UNIT RESET to the target" },
	{ "a disk: --no-reset", { .no_reset = true }, { "iscsi_tcp" }, TRANSPORT_SCSI,
	  "the proof needs LOGICAL UNIT RESET, which --no-reset forbids" },
	{ "NVMe, whose answer is the proof", { 0 }, { "" }, TRANSPORT_NVME, NULL },
	{ "a map", { 0 }, { "iscsi_tcp", "iscsi_tcp" }, TRANSPORT_SCSI, NULL },
	{ "a map: the driver of the last path is known", { 0 },
	  { "virtio_scsi", "virtio_scsi", "iscsi_tcp" }, TRANSPORT_SCSI, NULL },
	{ "a map: the driver of the first path is known", { 0 }, { "iscsi_tcp", "virtio_scsi" },
	  TRANSPORT_SCSI, NULL },
	{ "a map: no path's driver is known", { 0 }, { "virtio_scsi", "virtio_scsi" },
	  TRANSPORT_SCSI, NOT_KNOWN },
};

static void obstructed(void **state)
{
	const typeof(obstacles[0]) *row = *state;
	struct arena *arena = unit_arena();
	struct result *whole = result_new(arena, "/dev/sdb"), **end = &whole->paths;
	const char *why;

	memset(&kernel, 0, sizeof(kernel));
	kernel.drivers = row->drivers;
	whole->lun.transport = row->transport;
	for (size_t i = 0; row->drivers[1] && i < COUNT_OF(row->drivers) && row->drivers[i]; i++) {
		*end = result_new(arena, whole->argument);
		(*end)->lun = (struct lun){ .transport = row->transport, .devno = i };
		end = &(*end)->next;
	}
	why = abort_obstacle(&row->request, whole);
	assert_text(why, row->why);
	arena_free(arena);
}

/* What is said of an abort that is not proven: is it worth to run it again? */
static void fails(void **state)
{
	(void)state;
	for (int never = 0; never <= 1; never++) {
		const struct abort_proof proof = { ABORT_NOT_PROVEN, "the reset failed", never };
		struct arena *arena = unit_arena();
		struct result *result = result_new(arena, "/dev/sdb");
		const char *begin = "abort not proven: the reset failed; ";

		abort_fail(result, &proof);
		assert_int_equal(result->outcome.status, STATUS_UNKNOWN);
		assert_int_equal(result->outcome.reason, REASON_ABORT_NOT_PROVEN);
		assert_memory_equal(result->outcome.message, begin, strlen(begin));
		assert_int_equal(strstr(result->outcome.message, "running it again will not") !=
				 NULL, never);
		arena_free(arena);
	}
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, proves, rows);
	UNIT_TABLE(&unit, unidentified, silences);
	UNIT_TABLE(&unit, would, wants);
	UNIT_TABLE(&unit, obstructed, obstacles);
	UNIT_TEST(&unit, fails);
	UNIT_TEST(&unit, waited);
	UNIT_TEST(&unit, nvme_other_host);
	return unit_run(&unit, "abort");
}
