// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"

#include "columns.h"

/* The columns of @choice as --output would name them. */
static const char *names(const struct column_choice *choice, char *text)
{
	*text = '\0';
	for (size_t i = 0; i < choice->count; i++) {
		strcat(text, i ? "," : "");
		strcat(text, choice->list[i]->name);
	}
	return text;
}

#define DEFAULT "DEVICE,RESERVATION,KEY,NAME,HOLDER,HOST,INITIATOR,PATH,WWID,VENDOR,MODEL"

static const struct {
	const char *name, *text;
	enum column_error error;
	const char *result; /* the columns, or the word that is wrong */
} texts[] = {
	{ "one", "KEY", COLUMN_OK, "KEY" },
	{ "in the order that is asked for", "KEY,DEVICE,HOST", COLUMN_OK, "KEY,DEVICE,HOST" },
	{ "in any case", "key,Device", COLUMN_OK, "KEY,DEVICE" },
	{ "in addition to the default ones", "+SIZE,PORT", COLUMN_OK, DEFAULT ",SIZE,PORT" },
	{ "nothing", "", COLUMN_UNKNOWN, "" },
	{ "in addition to nothing", "+", COLUMN_UNKNOWN, "" },
	{ "no such column", "KEY,NOTHING,HOST", COLUMN_UNKNOWN, "NOTHING" },
	{ "the beginning of a name is not enough", "DEV", COLUMN_UNKNOWN, "DEV" },
	{ "more than a name is none", "KEYS", COLUMN_UNKNOWN, "KEYS" },
	{ "a comma in front", ",KEY", COLUMN_UNKNOWN, "" },
	{ "a comma after it", "KEY,", COLUMN_UNKNOWN, "" },
	{ "a blank", "KEY, HOST", COLUMN_UNKNOWN, " HOST" },
	{ "a plus within", "KEY,+HOST", COLUMN_UNKNOWN, "+HOST" },
	{ "twice", "KEY,HOST,key", COLUMN_TWICE, "key" },
	{ "twice with the default ones", "+SIZE,KEY", COLUMN_TWICE, "KEY" },
};

static void parse(void **state)
{
	const typeof(texts[0]) *row = *state;
	struct column_choice choice;
	const char *word;
	size_t length;
	char text[512];

	assert_int_equal(columns_parse(row->text, &choice, &word, &length), row->error);
	if (row->error)
		snprintf(text, sizeof(text), "%.*s", (int)length, word);
	assert_string_equal(row->error ? text : names(&choice, text), row->result);
}

static void every_column(void **state)
{
	char text[512] = "", now[512];
	struct column_choice choice;
	const char *word;
	size_t length;

	(void)state;
	for (size_t i = 0; i < COLUMN_COUNT; i++) {
		strcat(text, i ? "," : "");
		strcat(text, columns[i].name);
		assert_non_null(columns[i].text);
		/* Two are side by side in the help. */
		assert_in_range(strlen(columns[i].name), 1, 11);
		assert_in_range(strlen(columns[i].help), 1, 25);
	}
	assert_int_equal(columns_parse(text, &choice, &word, &length), COLUMN_OK);
	assert_string_equal(names(&choice, now), text);
	columns_default(&choice);
	assert_string_equal(names(&choice, now), DEFAULT);
}

/* All default columns 10 wide: with ten blanks, 120. */
static const struct {
	const char *name;
	size_t width;
	const char *result;
} widths[] = {
	{ "just wide enough", 120, DEFAULT },
	{ "one less", 119, "DEVICE,RESERVATION,KEY,NAME,HOLDER,HOST,INITIATOR,PATH,WWID,MODEL" },
	{ "what names the LUN goes first", 91,
	  "DEVICE,RESERVATION,KEY,NAME,HOLDER,HOST,INITIATOR,PATH" },
	{ "the type goes before who is registered", 86,
	  "DEVICE,KEY,NAME,HOLDER,HOST,INITIATOR,PATH" },
	{ "the path", 71, "DEVICE,KEY,NAME,HOLDER,HOST,INITIATOR" },
	{ "the initiator", 60, "DEVICE,KEY,NAME,HOLDER,HOST" },
	{ "the name", 50, "DEVICE,KEY,HOLDER,HOST" },
	{ "the marks", 40, "DEVICE,KEY,HOLDER" },
	{ "two stay", 21, "DEVICE,KEY" },
	{ "though they do not fit", 1, "DEVICE,KEY" },
};

static void fit(void **state)
{
	const typeof(widths[0]) *row = *state;
	struct column_choice choice;
	size_t list[COLUMN_COUNT];
	char text[512];

	columns_default(&choice);
	for (size_t i = 0; i < choice.count; i++)
		list[i] = 10;
	columns_fit(&choice, list, row->width);
	assert_string_equal(names(&choice, text), row->result);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, parse, texts);
	UNIT_TEST(&unit, every_column);
	UNIT_TABLE(&unit, fit, widths);
	return unit_run(&unit, "column");
}
