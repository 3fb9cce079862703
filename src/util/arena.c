// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/arena.h"

#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#define MOST 256 /* bytes; most texts are shorter, and so are formatted only once */
#define WITHIN_MIN ((size_t)4 << 20)
/* 64 threads with their stacks need 16 MiB, and libraries as much */
#define LEFT_FREE ((size_t)48 << 20)

const char arena_full[] = "(no memory)";

static size_t align(size_t size)
{
	size_t step = alignof(max_align_t);

	return (size + step - 1) / step * step;
}

struct arena *arena_new(size_t size)
{
	struct arena *arena = mmap(NULL, size, PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (arena == MAP_FAILED)
		return NULL;
	arena->base = (char *)arena;
	arena->size = size;
	arena->used = align(sizeof(*arena));
	return arena;
}

/* Whether the process could allocate @size bytes more. */
static bool is_available(size_t size)
{
	void *trial = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return trial != MAP_FAILED && munmap(trial, size) == 0;
}

struct arena *arena_new_within(size_t want)
{
	struct arena *arena = NULL;

	for (size_t size = want; !arena && size > WITHIN_MIN; size /= 2) {
		arena = arena_new(size);
		if (arena && !is_available(LEFT_FREE)) {
			arena_free(arena);
			arena = NULL;
		}
	}
	return arena ? arena : arena_new(WITHIN_MIN);
}

void arena_free(struct arena *arena)
{
	if (arena)
		munmap(arena->base, arena->size);
}

void *arena_alloc(struct arena *arena, size_t size)
{
	size_t at;

	if (size > arena->size)
		return NULL;
	size = align(size);
	at = atomic_load(&arena->used);
	do {
		if (at > arena->size || size > arena->size - at)
			return NULL;
	} while (!atomic_compare_exchange_weak(&arena->used, &at, at + size));
	return arena->base + at;
}

const char *arena_vprintf(struct arena *arena, const char *format, va_list args)
{
	char *text, most[MOST];
	va_list again;
	int length;

	va_copy(again, args);
	/* it is a copy: NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized) */
	length = vsnprintf(most, sizeof(most), format, again);
	va_end(again);
	if (length < 0)
		return "(not printable)";
	text = arena_alloc(arena, (size_t)length + 1);
	if (!text)
		return arena_full;
	if ((size_t)length < sizeof(most))
		memcpy(text, most, (size_t)length + 1);
	else
		vsnprintf(text, (size_t)length + 1, format, args);
	return text;
}

const char *arena_printf(struct arena *arena, const char *format, ...)
{
	const char *text;
	va_list args;

	va_start(args, format);
	text = arena_vprintf(arena, format, args);
	va_end(args);
	return text;
}

struct memo {
	struct memo *next;
	const void *what;
	char name[];
};

const void *arena_memo_add(struct arena *arena, const char *name, const void *what)
{
	struct memo *memo = arena_alloc(arena, sizeof(*memo) + strlen(name) + 1);

	if (!memo)
		return what;
	memo->what = what;
	strcpy(memo->name, name);
	memo->next = atomic_load(&arena->memos);
	while (!atomic_compare_exchange_weak(&arena->memos, &memo->next, memo))
		;
	return what;
}

const void *arena_memo(struct arena *arena, const char *name)
{
	for (const struct memo *memo = atomic_load(&arena->memos); memo; memo = memo->next)
		if (strcmp(memo->name, name) == 0)
			return memo->what;
	return NULL;
}
