// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"

#include <errno.h>

#include "model/words.h"

#define UNTOUCHED 0x5555555555555555

static const struct {
	const char *name, *text;
	enum key_error error;
	uint64_t key;
} keys[] = {
	{ "one digit", "0x1", KEY_OK, 1 },
	{ "hexadecimal, not decimal", "0x10", KEY_OK, 16 },
	{ "lower case", "0xabcdef", KEY_OK, 0xabcdef },
	{ "upper case", "0xABCDEF", KEY_OK, 0xabcdef },
	{ "every digit", "0x0123456789abcdef", KEY_OK, 0x0123456789abcdef },
	{ "leading zeros", "0x000000000000000a", KEY_OK, 0xa },
	{ "the largest", "0xffffffffffffffff", KEY_OK, UINT64_MAX },
	{ "the top bit alone", "0x8000000000000000", KEY_OK, 1ULL << 63 },
	{ "ends at the first NUL", "0x1\0g", KEY_OK, 1 },
	{ "nothing", "", KEY_NO_PREFIX, 0 },
	{ "a zero", "0", KEY_NO_PREFIX, 0 },
	{ "a bare number", "10", KEY_NO_PREFIX, 0 },
	{ "a bare hexadecimal number", "ab", KEY_NO_PREFIX, 0 },
	{ "a bare x", "x1", KEY_NO_PREFIX, 0 },
	{ "0X", "0X1", KEY_NO_PREFIX, 0 },
	{ "a blank in front", " 0x1", KEY_NO_PREFIX, 0 },
	{ "a tab in front", "\t0x1", KEY_NO_PREFIX, 0 },
	{ "plus in front", "+0x1", KEY_NO_PREFIX, 0 },
	{ "minus in front", "-0x1", KEY_NO_PREFIX, 0 },
	{ "two zeros in front", "00x1", KEY_NO_PREFIX, 0 },
	{ "no digits", "0x", KEY_NO_DIGITS, 0 },
	{ "no digits before a NUL", "0x\0001", KEY_NO_DIGITS, 0 },
	{ "a blank after it", "0x1 ", KEY_BAD_DIGIT, 0 },
	{ "a line feed after it", "0x1\n", KEY_BAD_DIGIT, 0 },
	{ "a blank between", "0x 1", KEY_BAD_DIGIT, 0 },
	{ "plus between", "0x+1", KEY_BAD_DIGIT, 0 },
	{ "minus between", "0x-1", KEY_BAD_DIGIT, 0 },
	{ "an underscore", "0x1_0", KEY_BAD_DIGIT, 0 },
	{ "an apostrophe", "0x1'0", KEY_BAD_DIGIT, 0 },
	{ "a comma", "0x1,0x2", KEY_BAD_DIGIT, 0 },
	{ "a suffix of C", "0x1u", KEY_BAD_DIGIT, 0 },
	{ "a size's suffix", "0x1k", KEY_BAD_DIGIT, 0 },
	{ "the letter after f", "0xg", KEY_BAD_DIGIT, 0 },
	{ "the letter after F", "0xG", KEY_BAD_DIGIT, 0 },
	{ "the sign after 9", "0x:", KEY_BAD_DIGIT, 0 },
	{ "the sign before 0", "0x/", KEY_BAD_DIGIT, 0 },
	{ "the sign before A", "0x@", KEY_BAD_DIGIT, 0 },
	{ "the sign before a", "0x`", KEY_BAD_DIGIT, 0 },
	{ "two prefixes", "0x0x1", KEY_BAD_DIGIT, 0 },
	{ "fullwidth digits", "0x\xef\xbc\x91", KEY_BAD_DIGIT, 0 },
	{ "Arabic digits", "0x\xd9\xa1", KEY_BAD_DIGIT, 0 },
	{ "a byte of Latin 1", "0x1\xe4", KEY_BAD_DIGIT, 0 },
	{ "17 digits", "0x11111111111111111", KEY_TOO_LONG, 0 },
	{ "17 digits, the first a zero", "0x00000000000000001", KEY_TOO_LONG, 0 },
	{ "17 zeros", "0x00000000000000000", KEY_TOO_LONG, 0 },
	{ "one more than the largest", "0x10000000000000000", KEY_TOO_LONG, 0 },
	{ "0x0", "0x0", KEY_ZERO, 0 },
	{ "0x00", "0x00", KEY_ZERO, 0 },
	{ "16 zeros", "0x0000000000000000", KEY_ZERO, 0 },
};

static void key_reads(void **state)
{
	const typeof(keys[0]) *row = *state;
	char *text = (char *)unit_copy((const uint8_t *)row->text, strlen(row->text) + 1);
	uint64_t key = UNTOUCHED;

	assert_int_equal(key_parse(text, &key), row->error);
	assert_true(key == (row->error ? UNTOUCHED : row->key));
	free(text);
}

static const struct {
	const char *name, *text;
	enum resv_type type; /* RESV_NONE: refused */
} types[] = {
	{ "write-exclusive", "write-exclusive", RESV_WRITE_EXCLUSIVE },
	{ "exclusive-access", "exclusive-access", RESV_EXCLUSIVE_ACCESS },
	{ "write-exclusive-reg-only", "write-exclusive-reg-only", RESV_WRITE_EXCLUSIVE_REG_ONLY },
	{ "exclusive-access-reg-only", "exclusive-access-reg-only",
	  RESV_EXCLUSIVE_ACCESS_REG_ONLY },
	{ "write-exclusive-all-regs", "write-exclusive-all-regs", RESV_WRITE_EXCLUSIVE_ALL_REGS },
	{ "exclusive-access-all-regs", "exclusive-access-all-regs",
	  RESV_EXCLUSIVE_ACCESS_ALL_REGS },
	{ "we", "we", RESV_WRITE_EXCLUSIVE },
	{ "ea", "ea", RESV_EXCLUSIVE_ACCESS },
	{ "wero", "wero", RESV_WRITE_EXCLUSIVE_REG_ONLY },
	{ "earo", "earo", RESV_EXCLUSIVE_ACCESS_REG_ONLY },
	{ "wear", "wear", RESV_WRITE_EXCLUSIVE_ALL_REGS },
	{ "eaar", "eaar", RESV_EXCLUSIVE_ACCESS_ALL_REGS },
	{ "nothing", "", RESV_NONE },
	{ "none", "none", RESV_NONE },
	{ "other", "other", RESV_NONE },
	{ "number 0", "0", RESV_NONE },
	{ "number 1", "1", RESV_NONE },
	{ "number 5", "5", RESV_NONE },
	{ "number 8", "8", RESV_NONE },
	{ "hexadecimal number", "0x5", RESV_NONE },
	{ "capital abbreviation", "WE", RESV_NONE },
	{ "capital name", "Write-Exclusive", RESV_NONE },
	{ "prefix of a name", "write", RESV_NONE },
	{ "prefix of two names", "write-exclusive-", RESV_NONE },
	{ "prefix of an abbreviation", "w", RESV_NONE },
	{ "unique prefix of an abbreviation", "wer", RESV_NONE },
	{ "name with underscores", "write_exclusive", RESV_NONE },
	{ "name and more", "write-exclusivex", RESV_NONE },
	{ "blank in front", " we", RESV_NONE },
	{ "blank after it", "we ", RESV_NONE },
	{ "the kernel's name", "PR_WRITE_EXCLUSIVE", RESV_NONE },
};

static void type_reads(void **state)
{
	const typeof(types[0]) *row = *state;
	enum resv_type type = RESV_OTHER;

	assert_int_equal(type_parse(row->text, &type), row->type ? 0 : -EINVAL);
	assert_int_equal(type, row->type ? row->type : RESV_OTHER);
}

/* SPC-4 6.15.3.4, and what only an all-registrants type says of itself. */
static void type_rows(void **state)
{
	static const uint8_t scsi[] = { 0, 1, 3, 5, 6, 7, 8, 0 };

	(void)state;
	for (int type = RESV_NONE; type <= RESV_OTHER; type++) {
		const struct type_words *words = type_words((enum resv_type)type);
		bool named = type != RESV_NONE && type != RESV_OTHER;

		assert_int_equal(words->scsi, scsi[type]);
		assert_int_equal(words->all_registrants,
				 type == RESV_WRITE_EXCLUSIVE_ALL_REGS ||
					 type == RESV_EXCLUSIVE_ACCESS_ALL_REGS);
		assert_true(!words->abbreviation == !named);
		assert_non_null(words->summary);
	}
	assert_string_equal(type_words(RESV_NONE)->name, "none");
	assert_string_equal(type_words(RESV_OTHER)->name, "other");
}

static const char *type_name(int type)
{
	return type_words((enum resv_type)type)->name;
}

static const char *status_name(int status)
{
	return status_word((enum status)status);
}

static const char *reason_name(int reason)
{
	return reason_word((enum reason)reason);
}

static const char *step_name(int step)
{
	return step_word((enum step)step, "preempt-abort");
}

static const char *transport_name(int transport)
{
	return transport_word((enum transport)transport);
}

static const char *source_name(int source)
{
	return source_word((enum source)source);
}

static const char *key_error_name(int error)
{
	return key_error_text((enum key_error)error);
}

static const struct {
	const char *name;
	const char *(*word)(int value);
	int count;
	const char *characters; /* NULL: a clause */
} tables[] = {
	{ "types", type_name, RESV_OTHER + 1, "abcdefghijklmnopqrstuvwxyz-" },
	{ "statuses", status_name, STATUS_UNKNOWN + 1, "abcdefghijklmnopqrstuvwxyz" },
	{ "reasons", reason_name, REASON_COUNT, "abcdefghijklmnopqrstuvwxyz_" },
	{ "steps", step_name, STEP_COUNT, "abcdefghijklmnopqrstuvwxyz-" },
	{ "transports", transport_name, TRANSPORT_COUNT, "abcdefghijklmnopqrstuvwxyz" },
	{ "sources", source_name, SOURCE_COUNT, "abcdefghijklmnopqrstuvwxyz_" },
	{ "key errors", key_error_name, KEY_ZERO + 1, NULL },
};

static void words_are_unique(void **state)
{
	const typeof(tables[0]) *row = *state;

	for (int i = 0; i < row->count; i++) {
		const char *word = row->word(i);

		assert_non_null(word);
		assert_true(*word);
		if (row->characters)
			assert_int_equal(strspn(word, row->characters), strlen(word));
		for (int j = 0; j < i; j++)
			assert_string_not_equal(word, row->word(j));
	}
}

/* The exit statuses are a contract. */
static const struct {
	const char *name;
	enum status status;
	int exits;
} statuses[] = {
	{ "ok", STATUS_OK, 0 },
	{ "prctl", STATUS_PRCTL, 1 },
	{ "usage", STATUS_USAGE, 2 },
	{ "conflict", STATUS_CONFLICT, 3 },
	{ "unsupported", STATUS_UNSUPPORTED, 4 },
	{ "device", STATUS_DEVICE, 5 },
	{ "failed", STATUS_FAILED, 6 },
	{ "unknown", STATUS_UNKNOWN, 7 },
};

static void exit_status(void **state)
{
	const typeof(statuses[0]) *row = *state;

	assert_int_equal(row->status, row->exits);
	assert_string_equal(status_word(row->status), row->name);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, key_reads, keys);
	UNIT_TABLE(&unit, type_reads, types);
	UNIT_TEST(&unit, type_rows);
	UNIT_TABLE(&unit, words_are_unique, tables);
	UNIT_TABLE(&unit, exit_status, statuses);
	return unit_run(&unit, "words");
}
