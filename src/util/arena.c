// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/arena.h"

#include <stdalign.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>

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
	va_list again;
	char *text;
	int length;

	va_copy(again, args);
	length = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (length < 0)
		return "(not printable)";
	text = arena_alloc(arena, (size_t)length + 1);
	if (!text)
		return arena_full;
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
