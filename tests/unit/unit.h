/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tables of cases for cmocka: each row is a separate test, with its own line in the program's
 * output. A row begins with its name; the function gets the row as *state.
 */
#ifndef UNIT_H
#define UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/result.h"

/* What a row leaves out is zero. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

#define UNIT_MAX 512
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

struct unit {
	struct CMUnitTest tests[UNIT_MAX];
	size_t count;
};

static inline void unit_add(struct unit *unit, const char *function_name,
			    CMUnitTestFunction function, const char *row_name, const void *row)
{
	struct CMUnitTest *test = &unit->tests[unit->count++];
	size_t size = strlen(function_name) + strlen(row_name) + sizeof(": ");
	char *name = malloc(size);

	if (!name || unit->count > UNIT_MAX)
		abort();
	snprintf(name, size, "%s%s%s", function_name, *row_name ? ": " : "", row_name);
	test->name = name;
	test->test_func = function;
	test->initial_state = (void *)(uintptr_t)row;
}

static inline void unit_add_table(struct unit *unit, const char *function_name,
				  CMUnitTestFunction function, const void *rows, size_t count,
				  size_t size)
{
	for (size_t i = 0; i < count; i++) {
		const char *row = (const char *)rows + i * size;

		unit_add(unit, function_name, function, *(const char *const *)row, row);
	}
}

#define UNIT_TEST(unit, function) unit_add(unit, #function, function, "", NULL)
#define UNIT_TABLE(unit, function, table) \
	unit_add_table(unit, #function, function, table, COUNT_OF(table), sizeof((table)[0]))

static inline int unit_run(struct unit *unit, const char *room)
{
	int failed = _cmocka_run_group_tests(room, unit->tests, unit->count, NULL, NULL);

	for (size_t i = 0; i < unit->count; i++)
		free((void *)(uintptr_t)unit->tests[i].name);
	return failed != 0;
}

/*
 * @length bytes in a buffer of exactly that size, so that valgrind and the sanitizers detect reads
 * beyond it.
 */
static inline uint8_t *unit_copy(const uint8_t *bytes, size_t length)
{
	uint8_t *copy = malloc(length);

	if (length) {
		assert_non_null(copy);
		memcpy(copy, bytes, length);
	}
	return copy;
}

/* The bytes in @hex, in which blanks are ignored; the caller frees them. */
static inline uint8_t *unit_bytes(const char *hex, size_t *length)
{
	uint8_t bytes[4096];
	unsigned int byte;
	int used;

	*length = 0;
	while (sscanf(hex, " %2x%n", &byte, &used) == 1) {
		assert_true(*length < sizeof(bytes));
		bytes[(*length)++] = (uint8_t)byte;
		hex += used;
	}
	return unit_copy(bytes, *length);
}

static inline struct arena *unit_arena(void)
{
	struct arena *arena = arena_new(1 << 20);

	assert_non_null(arena);
	return arena;
}

static inline void assert_text(const char *text, const char *expected)
{
	if (expected) {
		assert_non_null(text);
		assert_string_equal(text, expected);
	} else {
		assert_null(text);
	}
}

#endif
