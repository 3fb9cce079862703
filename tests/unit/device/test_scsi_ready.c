// SPDX-License-Identifier: GPL-2.0-or-later
/* Why a READ ioctl failed, according to TEST UNIT READY; ioctl() is this file's own. */
#include "unit.h"

#include <errno.h>
#include <scsi/sg.h>

#include "device/scsi_ready.h"

static struct {
	int err;
	uint8_t status, key, asc, ascq;
	unsigned short host;
} kernel;

int __wrap_ioctl(int fd, unsigned long request, void *argument);

int __wrap_ioctl(int fd, unsigned long request, void *argument)
{
	struct sg_io_hdr *io = argument;

	(void)fd;
	assert_int_equal(request, SG_IO);
	assert_int_equal(io->dxfer_direction, SG_DXFER_NONE);
	assert_int_equal(io->cmd_len, 6);
	for (int i = 0; i < 6; i++)
		assert_int_equal(io->cmdp[i], 0);
	if (kernel.err) {
		errno = kernel.err;
		return -1;
	}
	io->status = kernel.status;
	io->host_status = kernel.host;
	if (kernel.key) {
		const uint8_t sense[] = { 0x72, kernel.key, kernel.asc, kernel.ascq };

		memcpy(io->sbp, sense, sizeof(sense));
		io->sb_len_wr = sizeof(sense);
	}
	return 0;
}

static const struct {
	const char *name;
	int err;
	uint8_t status, key, asc, ascq;
	unsigned short host;
	enum answer_kind kind;
} rows[] = {
	{ "ready", 0, 0, 0, 0, 0, 0, ANSWER_CHECK },
	{ "ALUA transition", 0, 2, 2, 0x04, 0x0a, 0, ANSWER_TRANSIENT },
	{ "unit attention", 0, 2, 6, 0x29, 0x00, 0, ANSWER_TRANSIENT },
	{ "busy", 0, 8, 0, 0, 0, 0, ANSWER_TRANSIENT },
	{ "the transport is disrupted", 0, 0, 0, 0, 0, 0x0e, ANSWER_TRANSIENT },
	{ "no connection", 0, 0, 0, 0, 0, 0x01, ANSWER_CHECK },
	{ "no medium", 0, 2, 2, 0x3a, 0x00, 0, ANSWER_CHECK },
	{ "reservation conflict", 0, 0x18, 0, 0, 0, 0, ANSWER_CHECK },
	{ "not permitted", EPERM, 0, 0, 0, 0, 0, ANSWER_CHECK },
};

static void asks(void **state)
{
	const typeof(rows[0]) *row = *state;
	struct result result = { .arena = unit_arena() };
	struct answer answer = { .kind = ANSWER_CHECK, .raw = 2 };

	kernel =
		(typeof(kernel)){ row->err, row->status, row->key, row->asc, row->ascq, row->host };
	scsi_ready_ask(3, &result, &answer);
	assert_int_equal(answer.kind, row->kind);
	assert_int_equal(answer.sense_key, row->kind == ANSWER_TRANSIENT ? row->key : 0);
	arena_free(result.arena);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, asks, rows);
	return unit_run(&unit, "scsi_ready");
}
