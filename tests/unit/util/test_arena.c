// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"

#include <pthread.h>
#include <stdalign.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/arena.h"

#define SMALL 4096

static const struct {
	const char *name;
	size_t size;
} sizes[] = {
	{ "0", 0 }, { "1", 1 }, { "15", 15 }, { "16", 16 }, { "17", 17 }, { "1000", 1000 },
	  { "65537", 65537 },
};

/* Each piece is aligned, zeroed, and not shared. */
static void pieces(void **state)
{
	const typeof(sizes[0]) *row = *state;
	struct arena *arena = unit_arena();
	unsigned char *last = NULL;

	for (int i = 0; i < 8; i++) {
		unsigned char *piece = arena_alloc(arena, row->size);

		assert_non_null(piece);
		assert_int_equal((uintptr_t)piece % alignof(max_align_t), 0);
		for (size_t at = 0; at < row->size; at++)
			assert_int_equal(piece[at], 0);
		memset(piece, 0xff, row->size);
		if (last)
			assert_true(piece >= last + row->size);
		last = piece;
	}
	arena_free(arena);
}

/* A text is found by its name, also if there are two. */
static void memos(void **state)
{
	struct arena *arena = unit_arena();

	(void)state;
	assert_null(arena_memo(arena, "one"));
	assert_string_equal(arena_memo_add(arena, "one", "1"), "1");
	assert_string_equal(arena_memo_add(arena, "on", "0"), "0");
	assert_string_equal(arena_memo(arena, "one"), "1");
	assert_string_equal(arena_memo(arena, "on"), "0");
	assert_null(arena_memo(arena, ""));
	while (arena_alloc(arena, 1))
		;
	assert_string_equal(arena_memo_add(arena, "two", "2"), "2");
	assert_null(arena_memo(arena, "two"));
	arena_free(arena);
}

static void full(void **state)
{
	struct arena *arena = arena_new(SMALL);
	size_t pieces = 0;

	(void)state;
	assert_non_null(arena);
	while (arena_alloc(arena, 100))
		pieces++;
	assert_in_range(pieces, (SMALL - 200) / 112, SMALL / 112);
	assert_null(arena_alloc(arena, 100));
	/* A request that did not fit has used nothing. */
	assert_non_null(arena_alloc(arena, 1));
	while (arena_alloc(arena, 1))
		;
	assert_null(arena_alloc(arena, 1));
	arena_free(arena);
}

static const struct {
	const char *name;
	size_t size;
} too_large[] = {
	{ "all of it", SMALL },
	{ "one more than all", SMALL + 1 },
	{ "half the address space", SIZE_MAX / 2 + 1 },
	{ "the largest that can be aligned", SIZE_MAX - alignof(max_align_t) + 1 },
	{ "the largest", SIZE_MAX },
};

static void does_not_fit(void **state)
{
	const typeof(too_large[0]) *row = *state;
	struct arena *arena = arena_new(SMALL);
	char *before, *after;

	assert_non_null(arena);
	before = arena_alloc(arena, 16);
	assert_null(arena_alloc(arena, row->size));
	after = arena_alloc(arena, 16);
	assert_ptr_equal(after, before + 16);
	arena_free(arena);
}

static const struct {
	const char *name;
	size_t size;
} impossible[] = {
	{ "no bytes", 0 },
	{ "more than there are addresses", SIZE_MAX },
};

static void no_mapping(void **state)
{
	const typeof(impossible[0]) *row = *state;

	assert_null(arena_new(row->size));
}

static void smaller_than_its_head(void **state)
{
	struct arena *arena = arena_new(1);

	(void)state;
	assert_non_null(arena);
	assert_null(arena_alloc(arena, 1));
	assert_string_equal(arena_printf(arena, "x"), "(no memory)");
	arena_free(arena);
}

static void free_of_nothing(void **state)
{
	(void)state;
	arena_free(NULL);
}

static void prints(void **state)
{
	struct arena *arena = unit_arena();
	const char *first = arena_printf(arena, "%s %d", "one", 1),
		   *second = arena_printf(arena, "%s", "");
	const char *third = arena_printf(arena, "%070000d", 7);

	(void)state;
	assert_string_equal(first, "one 1");
	assert_string_equal(second, "");
	assert_int_equal(strlen(third), 70000);
	assert_string_equal(first, "one 1");
	arena_free(arena);
}

static void prints_when_full(void **state)
{
	struct arena *arena = arena_new(SMALL);
	const char *text;

	(void)state;
	assert_non_null(arena);
	assert_string_equal(arena_printf(arena, "%05000d", 1), "(no memory)");
	assert_string_equal(arena_printf(arena, "%s", "fits"), "fits");
	while (arena_alloc(arena, 16))
		;
	text = arena_printf(arena, "x");
	assert_string_equal(text, "(no memory)");
	arena_free(arena);
}

/* Limits on address space, and the size that an arena may have under them. */
static const struct {
	const char *name;
	size_t limit, most; /* MiB */
} limits[] = {
	{ "ulimit -v 300000", 293, 245 },
	{ "a hardly usable one", 64, 16 },
};

static void within(void **state)
{
#ifdef __SANITIZE_ADDRESS__
	(void)state; /* the sanitizer's own memory exceeds any limit */
#else
	const typeof(limits[0]) *row = *state;
	const struct rlimit limit = { row->limit << 20, row->limit << 20 };
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		struct arena *arena;

		if (setrlimit(RLIMIT_AS, &limit))
			_exit(1);
		arena = arena_new_within((size_t)1 << 30);
		_exit(!arena || arena->size > row->most << 20 ||
		      !arena_alloc(arena, (size_t)3 << 20));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
#endif
}

#define THREADS 4
#define ROUNDS 100
#define ASKED 4096
#define PIECE 48

struct crowd {
	struct arena *arena;
	pthread_barrier_t *together;
	uint64_t mark;
	size_t got, spoilt;
};

/*
 * Allocates small pieces and, between them, more than there is; checks at the end that nobody wrote
 * into the pieces.
 */
static void *crowd_ask(void *argument)
{
	struct crowd *crowd = argument;
	uint64_t *pieces[ASKED];

	pthread_barrier_wait(crowd->together);
	for (size_t i = 0; i < ASKED; i++) {
		arena_alloc(crowd->arena, crowd->arena->size);
		pieces[crowd->got] = arena_alloc(crowd->arena, PIECE);
		if (!pieces[crowd->got])
			continue;
		pieces[crowd->got][0] = pieces[crowd->got][PIECE / 8 - 1] = crowd->mark << 32 | i;
		crowd->got++;
	}
	pthread_barrier_wait(crowd->together);
	for (size_t i = 0; i < crowd->got; i++)
		crowd->spoilt += pieces[i][0] != pieces[i][PIECE / 8 - 1] ||
				 pieces[i][0] >> 32 != crowd->mark;
	return NULL;
}

static void crowd_run(size_t *got, size_t *spoilt)
{
	struct arena *arena = arena_new(2 * THREADS * ASKED * PIECE);
	struct crowd crowds[THREADS];
	pthread_t ids[THREADS];
	pthread_barrier_t together;

	assert_non_null(arena);
	assert_int_equal(pthread_barrier_init(&together, NULL, THREADS), 0);
	for (unsigned int i = 0; i < THREADS; i++) {
		crowds[i] = (struct crowd){ arena, &together, i + 1, 0, 0 };
		assert_int_equal(pthread_create(&ids[i], NULL, crowd_ask, &crowds[i]), 0);
	}
	for (int i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(ids[i], NULL), 0);
		*got += crowds[i].got;
		*spoilt += crowds[i].spoilt;
	}
	pthread_barrier_destroy(&together);
	arena_free(arena);
}

/*
 * Threads never get the same bytes, nor NULL if there is room, whatever else is allocated at the
 * same time.
 */
static void threads(void **state)
{
	size_t got = 0, spoilt = 0;

	(void)state;
	for (int round = 0; round < ROUNDS; round++)
		crowd_run(&got, &spoilt);
	assert_int_equal(spoilt, 0);
	assert_int_equal(got, ROUNDS * THREADS * ASKED);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, pieces, sizes);
	UNIT_TEST(&unit, memos);
	UNIT_TEST(&unit, full);
	UNIT_TABLE(&unit, does_not_fit, too_large);
	UNIT_TABLE(&unit, no_mapping, impossible);
	UNIT_TEST(&unit, smaller_than_its_head);
	UNIT_TEST(&unit, free_of_nothing);
	UNIT_TABLE(&unit, within, limits);
	UNIT_TEST(&unit, prints);
	UNIT_TEST(&unit, prints_when_full);
	UNIT_TEST(&unit, threads);
	return unit_run(&unit, "arena");
}
