// SPDX-License-Identifier: GPL-2.0-or-later
#include "model/words.h"

#include "model/messages.h"
#include <errno.h>
#include <string.h>

/* TYPE codes: SPC-4 6.15.3.4. */
static const struct type_words types[] = {
	[RESV_NONE] = { .name = "none", .summary = "nothing is reserved" },
	[RESV_WRITE_EXCLUSIVE] = { .name = "write-exclusive",
				   .abbreviation = "we",
				   .summary = "only the holder may write",
				   .scsi = 1,
				   .for_holder = true },
	[RESV_EXCLUSIVE_ACCESS] = { .name = "exclusive-access",
				    .abbreviation = "ea",
				    .summary = "only the holder may read or write",
				    .scsi = 3,
				    .for_holder = true,
				    .exclusive = true },
	[RESV_WRITE_EXCLUSIVE_REG_ONLY] = { .name = "write-exclusive-reg-only",
					    .abbreviation = "wero",
					    .summary = "only registered hosts may write",
					    .scsi = 5 },
	[RESV_EXCLUSIVE_ACCESS_REG_ONLY] = { .name = "exclusive-access-reg-only",
					     .abbreviation = "earo",
					     .summary = "only registered hosts may read or write",
					     .scsi = 6,
					     .exclusive = true },
	[RESV_WRITE_EXCLUSIVE_ALL_REGS] = { .name = "write-exclusive-all-regs",
					    .abbreviation = "wear",
					    .summary = "like wero, but every registrant holds it",
					    .scsi = 7,
					    .all_registrants = true },
	[RESV_EXCLUSIVE_ACCESS_ALL_REGS] = { .name = "exclusive-access-all-regs",
					     .abbreviation = "eaar",
					     .summary = "like earo, but every registrant holds it",
					     .scsi = 8,
					     .all_registrants = true,
					     .exclusive = true },
	[RESV_OTHER] = { .name = "other", .summary = "unknown type" },
};

static const struct {
	const char *word;
	const char *summary;
} statuses[] = {
	[STATUS_OK] = { "ok", "done, or already so" },
	[STATUS_PRCTL] = { "prctl", "prctl itself failed" },
	[STATUS_USAGE] = { "usage", "wrong command line" },
	[STATUS_CONFLICT] = { "conflict", "the state forbids it" },
	[STATUS_UNSUPPORTED] = { "unsupported", "not supported" },
	[STATUS_DEVICE] = { "device", "not found, not permitted" },
	[STATUS_FAILED] = { "failed", "an error, or not done" },
	[STATUS_UNKNOWN] = { "unknown", "outcome unknown" },
};

static const char *const reasons[REASON_COUNT] = {
	[REASON_NONE] = "none",
	[REASON_HELD_BY_OTHER] = "held_by_other",
	[REASON_HELD_WITH_OTHER_TYPE] = "held_with_other_type",
	[REASON_HOLDER] = "holder",
	[REASON_KEY_NOT_REGISTERED] = "key_not_registered",
	[REASON_OTHER_KEY_REGISTERED] = "other_key_registered",
	[REASON_VICTIM_NOT_REGISTERED] = "victim_not_registered",
	[REASON_NOT_RESERVED] = "not_reserved",
	[REASON_NOT_ALL_REGISTRANTS] = "not_all_registrants",
	[REASON_PERSISTENT] = "persistent",
	[REASON_ONE_PORT_REGISTERED] = "one_port_registered",
	[REASON_LEGACY_RESERVED] = "legacy_reserved",
	[REASON_REFUSED] = "refused",
	[REASON_NO_RESERVATIONS] = "no_reservations",
	[REASON_OPTION_UNSUPPORTED] = "option_unsupported",
	[REASON_NO_POWER_LOSS_PERSISTENCE] = "no_power_loss_persistence",
	[REASON_NATIVE_MULTIPATH] = "native_multipath",
	[REASON_NOT_FOUND] = "not_found",
	[REASON_NOT_BLOCK_DEVICE] = "not_block_device",
	[REASON_AMBIGUOUS] = "ambiguous",
	[REASON_NOT_WHOLE_LUN] = "not_whole_lun",
	[REASON_PATH_OF_MAP] = "path_of_map",
	[REASON_NO_PRIVILEGE] = "no_privilege",
	[REASON_OPEN] = "open",
	[REASON_REPLACED] = "replaced",
	[REASON_OTHER_LUN] = "other_lun",
	[REASON_NOT_MAPPED] = "not_mapped",
	[REASON_NOT_SENT] = "not_sent",
	[REASON_IO_ERROR] = "io_error",
	[REASON_PATH] = "path",
	[REASON_REPLY] = "reply",
	[REASON_NOT_DONE] = "not_done",
	[REASON_CHANGED_SINCE] = "changed_since",
	[REASON_PATHS_DISAGREE] = "paths_disagree",
	[REASON_HELD_BY_ONE_PATH] = "held_by_one_path",
	[REASON_NOT_READ] = "not_read",
	[REASON_NOT_VERIFIED] = "not_verified",
	[REASON_ABORT_NOT_PROVEN] = "abort_not_proven",
	[REASON_OUTCOME_LOST] = "outcome_lost",
};

static const char *const steps[STEP_COUNT] = {
	[STEP_NONE] = "none",
	[STEP_RESOLVE] = "resolve",
	[STEP_OPEN] = "open",
	[STEP_READ] = "read",
	[STEP_READ_BACK] = "read-back",
};

static const char *const transports[TRANSPORT_COUNT] = {
	[TRANSPORT_NONE] = "none",
	[TRANSPORT_SCSI] = "scsi",
	[TRANSPORT_NVME] = "nvme",
};

static const char *const sources[SOURCE_COUNT] = {
	[SOURCE_NONE] = "none",
	[SOURCE_FULL_STATUS] = "scsi_read_full_status",
	[SOURCE_READ_KEYS] = "scsi_read_keys",
	[SOURCE_NVME_REPORT] = "nvme_reservation_report",
	[SOURCE_IOCTL] = "ioctl",
};

static const struct {
	const char *word, *text;
} uses[USE_COUNT] = {
	[USE_MOUNTED] = { "mounted_at", "mounted at" },
	[USE_PV] = { "pv_of", "PV of" },
	[USE_MD] = { "member_of", "member of" },
	[USE_MULTIPATH] = { "multipath_of", "multipath of" },
};

static const char *const key_errors[] = {
	[KEY_OK] = "a key",
	[KEY_NO_PREFIX] = USAGE_KEY_NO_PREFIX,
	[KEY_NO_DIGITS] = USAGE_KEY_NO_DIGITS,
	[KEY_BAD_DIGIT] = USAGE_KEY_BAD_DIGIT,
	[KEY_TOO_LONG] = USAGE_KEY_TOO_LONG,
	[KEY_ZERO] = USAGE_KEY_ZERO,
};

const struct type_words *type_words(enum resv_type type)
{
	return &types[type];
}

bool type_is_for_holder(enum resv_type type)
{
	return types[type].for_holder;
}

bool type_is_for_registrants(enum resv_type type)
{
	return types[type].scsi && !types[type].for_holder;
}

const char *status_word(enum status status)
{
	return statuses[status].word;
}

const char *status_summary(enum status status)
{
	return statuses[status].summary;
}

const char *reason_word(enum reason reason)
{
	return reasons[reason];
}

const char *step_word(enum step step, const char *command)
{
	return step == STEP_CHANGE ? command : steps[step];
}

const char *transport_word(enum transport transport)
{
	return transports[transport];
}

const char *source_word(enum source source)
{
	return sources[source];
}

const char *use_word(enum use_kind kind)
{
	return uses[kind].word;
}

const char *use_text(enum use_kind kind)
{
	return uses[kind].text;
}

int type_parse(const char *text, enum resv_type *type)
{
	for (size_t i = RESV_WRITE_EXCLUSIVE; i < RESV_OTHER; i++) {
		if (strcmp(text, types[i].name) == 0 || strcmp(text, types[i].abbreviation) == 0) {
			*type = (enum resv_type)i;
			return 0;
		}
	}
	return -EINVAL;
}

/*
 * Not isxdigit() and strtoull(): the first depends on the locale, the second accepts signs and
 * blanks.
 */
static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

enum key_error key_parse(const char *text, uint64_t *key)
{
	uint64_t value = 0;
	size_t digits = 0;

	if (text[0] != '0' || text[1] != 'x')
		return KEY_NO_PREFIX;
	for (const char *c = text + 2; *c; c++, digits++) {
		int digit = hex_digit(*c);

		if (digit < 0)
			return KEY_BAD_DIGIT;
		if (digits == 16)
			return KEY_TOO_LONG;
		value = value << 4 | (uint64_t)digit;
	}
	if (digits == 0)
		return KEY_NO_DIGITS;
	if (value == 0)
		return KEY_ZERO;
	*key = value;
	return KEY_OK;
}

const char *key_error_text(enum key_error error)
{
	return key_errors[error];
}
