// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"
#include "util/text.h"

static const struct {
	const char *name, *text;
	size_t length;
	const char *clean;
} texts[] = {
	{ "plain", "LIO-ORG", 7, "LIO-ORG" },
	{ "padded with blanks", "LIO-ORG ", 8, "LIO-ORG" },
	{ "blanks alone", "        ", 8, "" },
	{ "a blank between", "a b ", 4, "a b" },
	{ "a blank in front", " a", 2, " a" },
	{ "padded with NUL", "ab\0\0", 4, "ab" },
	{ "NUL between", "ab\0cd", 5, "ab" },
	{ "longer than asked for", "abcdef", 3, "abc" },
	{ "nothing", "", 0, "" },
	{ "escape sequence", "\033[31mred", 8, "?[31mred" },
	{ "line feed", "a\nb", 3, "a?b" },
	{ "all below the blank", "\x01\x02\x07\x08\t\r\x1f", 7, "???????" },
	{ "DEL", "a\x7f", 2, "a?" },
	{ "the first and the last that are kept", "!~", 2, "!~" },
	{ "UTF-8", "\xc3\xa4", 2, "??" },
	{ "C1 control, and 0xff", "\x9b\xff", 2, "??" },
	{ "quotes are the output's", "\"\\%s", 4, "\"\\%s" },
};

static void clean(void **state)
{
	const typeof(texts[0]) *row = *state;
	struct arena *arena = unit_arena();
	char *text = (char *)unit_copy((const uint8_t *)row->text, row->length);

	assert_string_equal(text_clean(arena, text, row->length), row->clean);
	free(text);
	arena_free(arena);
}

static void clean_when_full(void **state)
{
	struct arena *arena = arena_new(4096);

	(void)state;
	while (arena_alloc(arena, 16))
		;
	assert_string_equal(text_clean(arena, "a", 1), "(no memory)");
	arena_free(arena);
}

static const struct {
	const char *name, *bytes;
	size_t length;
	const char *text;
} exact_texts[] = {
	{ "plain", "iqn.2026-01.lab:host-1", 22, "iqn.2026-01.lab:host-1" },
	{ "nothing", "", 0, "" },
	{ "padded with NUL", "ab\0\0", 4, "ab" },
	{ "not ended", "abcdef", 3, "abc" },
	{ "a blank at its end stays", "a ", 2, "a " },
	{ "control characters", "\x01\n\x1f\x7f", 4, "\\x01\\x0a\\x1f\\x7f" },
	{ "no ASCII", "\xc3\xa4\xff", 3, "\\xc3\\xa4\\xff" },
	{ "a backslash, so that no two names have one text", "\\x01", 4, "\\x5cx01" },
	{ "a question mark", "?", 1, "?" },
};

static void exact(void **state)
{
	const typeof(exact_texts[0]) *row = *state;
	struct arena *arena = unit_arena();
	char *bytes = (char *)unit_copy((const uint8_t *)row->bytes, row->length);

	assert_text(text_exact(arena, bytes, row->length), row->text);
	free(bytes);
	arena_free(arena);
}

static void exact_memory(void **state)
{
	struct arena *arena = arena_new(4096);

	(void)state;
	assert_non_null(arena_alloc(arena, arena->size - arena->used));
	assert_ptr_equal(text_exact(arena, "a", 1), arena_full);
	arena_free(arena);
}

static const struct {
	const char *name, *items[3], *text;
} lists[] = {
	{ "nothing", { NULL }, "" },
	{ "one", { "a" }, "a" },
	{ "three", { "a", "b", "c" }, "a, b, c" },
	{ "a percent sign", { "%s", "%n" }, "%s, %n" },
};

static void list(void **state)
{
	const typeof(lists[0]) *row = *state;
	struct arena *arena = unit_arena();
	const char *text = "";

	for (size_t i = 0; i < COUNT_OF(row->items) && row->items[i]; i++)
		text = text_list(arena, text, "%s", row->items[i]);
	assert_string_equal(text, row->text);
	arena_free(arena);
}

static void mask(void **state)
{
	char line[] = "a\t\x1f \x7f~\xc3\xa4\n";

	(void)state;
	text_mask(line);
	assert_string_equal(line, "a?? ?~\xc3\xa4?");
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, clean, texts);
	UNIT_TEST(&unit, clean_when_full);
	UNIT_TABLE(&unit, exact, exact_texts);
	UNIT_TEST(&unit, exact_memory);
	UNIT_TABLE(&unit, list, lists);
	UNIT_TEST(&unit, mask);
	return unit_run(&unit, "text");
}
