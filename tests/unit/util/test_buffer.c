// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"

#include "util/buffer.h"

static void parts(void **state)
{
	struct buffer buffer = { 0 };
	size_t length;
	char *text;

	(void)state;
	buffer_add(&buffer, "one ");
	buffer_add(&buffer, "");
	buffer_add_bytes(&buffer, "two and", 4);
	buffer_printf(&buffer, "%d%%", 3);
	text = buffer_take(&buffer, &length);
	assert_string_equal(text, "one two 3%");
	assert_int_equal(length, strlen(text));
	free(text);
	assert_null(buffer.text);
	assert_int_equal(buffer.length, 0);
}

/* Each length, so that the NUL and the last byte meet each end of the room. */
static void growth(void **state)
{
	struct buffer buffer = { 0 };
	char *text;

	(void)state;
	for (size_t i = 0; i < 5000; i++) {
		if (i % 2)
			buffer_printf(&buffer, "%c", (char)('a' + i % 26));
		else
			buffer_add_bytes(&buffer, &"abcdefghijklmnopqrstuvwxyz"[i % 26], 1);
		assert_int_equal(strlen(buffer.text), i + 1);
		assert_true(buffer.length < buffer.room);
	}
	text = buffer_take(&buffer, NULL);
	for (size_t i = 0; i < 5000; i++)
		assert_int_equal(text[i], 'a' + i % 26);
	free(text);
}

/* After a failure nothing is added, and there is no text with a part missing. */
static void failure(void **state)
{
	struct buffer buffer = { 0 };

	(void)state;
	buffer_add(&buffer, "begin");
	buffer.failed = true;
	buffer_add(&buffer, "end");
	buffer_printf(&buffer, "%d", 1);
	assert_int_equal(buffer.length, strlen("begin"));
	assert_null(buffer_take(&buffer, NULL));
	assert_false(buffer.failed);
	assert_null(buffer.text);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TEST(&unit, parts);
	UNIT_TEST(&unit, growth);
	UNIT_TEST(&unit, failure);
	return unit_run(&unit, "buffer");
}
