/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The spelling of every word that prctl reads or prints, each in one table: statuses (with the exit
 * status), reasons, steps, reservation types, transports, sources. Also the syntax of keys.
 */
#ifndef WORDS_H
#define WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/request.h"

/*
 * The status of a device, and of the whole command (the highest): the word in JSON, and the exit
 * status.
 */
enum status {
	STATUS_OK = 0,
	STATUS_PRCTL = 1,
	STATUS_USAGE = 2,
	STATUS_CONFLICT = 3,
	STATUS_UNSUPPORTED = 4,
	STATUS_DEVICE = 5,
	STATUS_FAILED = 6,
	STATUS_UNKNOWN = 7,
};

/* Why a status is not "ok", in one word. */
enum reason {
	REASON_NONE,
	/* conflict */
	REASON_HELD_BY_OTHER,
	REASON_HELD_WITH_OTHER_TYPE,
	REASON_HOLDER,
	REASON_KEY_NOT_REGISTERED,
	REASON_OTHER_KEY_REGISTERED,
	REASON_VICTIM_NOT_REGISTERED,
	REASON_NOT_RESERVED,
	REASON_NOT_ALL_REGISTRANTS,
	REASON_LEGACY_RESERVED,
	REASON_PERSISTENT,
	REASON_ONE_PORT_REGISTERED,
	REASON_REFUSED,
	/* unsupported */
	REASON_NO_RESERVATIONS,
	REASON_OPTION_UNSUPPORTED,
	REASON_NO_POWER_LOSS_PERSISTENCE,
	REASON_NATIVE_MULTIPATH,
	/* device */
	REASON_NOT_FOUND,
	REASON_NOT_BLOCK_DEVICE,
	REASON_AMBIGUOUS,
	REASON_NOT_WHOLE_LUN,
	REASON_PATH_OF_MAP,
	REASON_NO_PRIVILEGE,
	REASON_OPEN,
	REASON_REPLACED,
	REASON_OTHER_LUN,
	REASON_NOT_MAPPED,
	/* failed */
	REASON_NOT_SENT,
	REASON_IO_ERROR,
	REASON_PATH,
	REASON_REPLY,
	REASON_NOT_DONE,
	REASON_CHANGED_SINCE,
	REASON_PATHS_DISAGREE, /* also with unknown */
	REASON_HELD_BY_ONE_PATH,
	/* unknown */
	REASON_NOT_READ,
	REASON_NOT_VERIFIED,
	REASON_ABORT_NOT_PROVEN,
	REASON_OUTCOME_LOST,
	REASON_COUNT,
};

/* The step that prctl was at. */
enum step {
	STEP_NONE,
	STEP_RESOLVE,
	STEP_OPEN,
	STEP_READ,
	STEP_CHANGE, /* spelled like the command's own name */
	STEP_READ_BACK,
	STEP_COUNT,
};

enum transport {
	TRANSPORT_NONE,
	TRANSPORT_SCSI,
	TRANSPORT_NVME,
	TRANSPORT_COUNT,
};

/* What a LUN is used for on this host. */
enum use_kind {
	USE_MOUNTED,
	USE_PV,
	USE_MD,
	USE_MULTIPATH,
	USE_COUNT,
};

/* The interface through which a state was read. */
enum source {
	SOURCE_NONE,
	SOURCE_FULL_STATUS,
	SOURCE_READ_KEYS,
	SOURCE_NVME_REPORT,
	SOURCE_IOCTL,
	SOURCE_COUNT,
};

struct type_words {
	const char *name;
	const char *abbreviation;
	const char *summary;
	uint8_t scsi; /* the TYPE field, SPC; NVMe's RTYPE is enum resv_type itself */
	bool for_holder; /* only the holder may write; otherwise every registrant may */
	bool all_registrants; /* every registrant holds it */
	bool exclusive; /* the hosts that may not write may not read, either */
};

/* The row of @type; if it has no name, a row that says "none" or "other". Never NULL. */
const struct type_words *type_words(enum resv_type type);
/*
 * Which hosts may write under @type: only the holder, or every registrant. Neither for "none" and
 * "other".
 */
bool type_is_for_holder(enum resv_type type);
bool type_is_for_registrants(enum resv_type type);
/* These five words appear in JSON; never NULL. */
const char *status_word(enum status status);
/* The meaning of an exit status, in a few words. */
const char *status_summary(enum status status);
const char *reason_word(enum reason reason);
/* The step STEP_CHANGE has the name of @command. */
const char *step_word(enum step step, const char *command);
const char *transport_word(enum transport transport);
const char *source_word(enum source source);
/* The word in JSON, and in a sentence: "mounted at". */
const char *use_word(enum use_kind kind);
const char *use_text(enum use_kind kind);

/* Parses a type's name or abbreviation. Returns 0 or -EINVAL. */
int type_parse(const char *text, enum resv_type *type);

/* The errors in a key's text; each has its own message. */
enum key_error {
	KEY_OK,
	KEY_NO_PREFIX,
	KEY_NO_DIGITS,
	KEY_BAD_DIGIT,
	KEY_TOO_LONG,
	KEY_ZERO,
};

/*
 * Parses a key: "0x" and 1 to 16 hexadecimal digits, 1 to 2^64-1, with nothing before, between or
 * after. @key is set only if KEY_OK is returned.
 */
enum key_error key_parse(const char *text, uint64_t *key);
/* The message for @error, for "--key: ...": a clause that shows the right form. */
const char *key_error_text(enum key_error error);

#endif
