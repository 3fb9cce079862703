// SPDX-License-Identifier: GPL-2.0-or-later
/* Sense data in hexadecimal, and which failures are temporary. */
#include "unit.h"

#include "wire/sense.h"

static const struct {
	const char *name, *sense;
	uint8_t key, asc, ascq;
} senses[] = {
	{ "fixed: unit attention", "70 00 06 00000000 0a 00000000 2a 04 00 000000", 6, 0x2a, 0x04 },
	{ "fixed, deferred", "71 00 05 00000000 0a 00000000 26 00 00 000000", 5, 0x26, 0 },
	{ "fixed, VALID is no part of the code", "f0 00 02 00000000 0a 00000000 08 00 00 000000", 2,
	  0x08, 0 },
	{ "fixed, flags are no part of the key", "70 00 e5 00000000 0a 00000000 24 00", 5, 0x24,
	  0 },
	{ "fixed, cut before ASCQ", "70 00 05 00000000 0a 00000000 24", 5, 0, 0 },
	{ "fixed, cut after the key", "70 00 05", 5, 0, 0 },
	{ "fixed, cut before the key", "70 00", 0, 0, 0 },
	{ "descriptor: unknown command", "72 05 20 00 000000 00", 5, 0x20, 0 },
	{ "descriptor, deferred", "73 06 29 02 000000 00", 6, 0x29, 0x02 },
	{ "descriptor, key alone in its byte", "72 f5 20 01 000000 00", 5, 0x20, 0x01 },
	{ "descriptor, cut after ASCQ", "72 05 20 01", 5, 0x20, 0x01 },
	{ "descriptor, cut before ASCQ", "72 05 20", 0, 0, 0 },
	{ "another format", "7f 05 20 01 000000 00 00000000 24 00", 0, 0, 0 },
	{ "zeros", "00 00 00 00 00 00 00 00 00 00 00 00 00 00", 0, 0, 0 },
	{ "nothing", "", 0, 0, 0 },
};

/* What may be carried out if it is sent again later. */
static const struct {
	const char *name;
	uint8_t status, key, asc, ascq;
	bool transient;
} transients[] = {
	{ "good", 0x00, 0, 0, 0, false },
	{ "busy", 0x08, 0, 0, 0, true },
	{ "task set full", 0x28, 0, 0, 0, true },
	{ "ACA active", 0x30, 0, 0, 0, true },
	{ "task aborted", 0x40, 0, 0, 0, true },
	{ "reservation conflict", 0x18, 0, 0, 0, false },
	{ "becoming ready", 0x02, 2, 0x04, 0x01, true },
	{ "asymmetric access state transition", 0x02, 2, 0x04, 0x0a, true },
	{ "standby", 0x02, 2, 0x04, 0x0b, false },
	{ "unavailable", 0x02, 2, 0x04, 0x0c, false },
	{ "a start is wanted", 0x02, 2, 0x04, 0x02, false },
	{ "no medium", 0x02, 2, 0x3a, 0x00, false },
	{ "communication failure", 0x02, 2, 0x08, 0x00, false },
	{ "unit attention", 0x02, 6, 0x2a, 0x05, true },
	{ "aborted command", 0x02, 0xb, 0x00, 0x00, true },
	{ "illegal request", 0x02, 5, 0x24, 0x00, false },
	{ "not supported: unmapped", 0x02, 5, 0x25, 0x00, false },
	{ "hardware error", 0x02, 4, 0x44, 0x00, false },
	{ "no sense", 0x02, 0, 0, 0, true },
	{ "medium error", 0x02, 3, 0x0c, 0x00, false },
};

static void transient(void **state)
{
	const typeof(transients[0]) *row = *state;
	const struct answer answer = { .sense_key = row->key, .asc = row->asc, .ascq = row->ascq };

	assert_int_equal(scsi_is_transient(row->status, &answer), row->transient);
}

/* An error of an earlier command, whatever it was, says nothing about this one. */
static void deferred(void **state)
{
	const typeof(transients[0]) *row = *state;
	const struct answer answer = {
		.sense_key = row->key, .asc = row->asc, .ascq = row->ascq, .deferred = true
	};

	assert_int_equal(scsi_is_transient(row->status, &answer),
			 row->status == 0x02 || row->transient);
}

/* LOGICAL UNIT NOT READY: the qualifiers that are temporary, out of all. */
static void not_ready(void **state)
{
	static const uint8_t passing[] = { 0x01, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09,
					   0x0a, 0x14, 0x1a, 0x1b, 0x1d, 0x24 };

	(void)state;
	for (int ascq = 0; ascq < 256; ascq++) {
		const struct answer answer = { .sense_key = 2, .asc = 4, .ascq = (uint8_t)ascq };

		assert_int_equal(scsi_is_transient(2, &answer),
				 memchr(passing, ascq, sizeof(passing)) != NULL);
	}
}

static void sense(void **state)
{
	const typeof(senses[0]) *row = *state;
	struct answer answer = {
		.kind = ANSWER_CHECK, .raw = 2, .sense_key = 9, .asc = 9, .ascq = 9
	};
	size_t length;
	uint8_t *bytes = unit_bytes(row->sense, &length);

	scsi_sense_decode(bytes, length, &answer);
	assert_int_equal(answer.sense_key, row->key);
	assert_int_equal(answer.asc, row->asc);
	assert_int_equal(answer.ascq, row->ascq);
	assert_int_equal(answer.deferred, strstr(row->name, ", deferred") != NULL);
	assert_int_equal(answer.kind, ANSWER_CHECK);
	assert_int_equal(answer.raw, 2);
	free(bytes);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, transient, transients);
	UNIT_TABLE(&unit, deferred, transients);
	UNIT_TEST(&unit, not_ready);
	UNIT_TABLE(&unit, sense, senses);
	return unit_run(&unit, "sense");
}
