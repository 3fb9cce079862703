/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory that is only added to, in one mapping: everything to which results point is here, and is
 * freed with it. Shared and anonymous, so that a process that is forked later sees the same data at
 * the same addresses.
 */
#ifndef ARENA_H
#define ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct key_names;
struct memo;

struct arena {
	char *base;
	size_t size;
	_Atomic size_t used;
	/* names of keys for texts made here; NULL: none */
	const struct key_names *names;
	_Atomic(struct memo *) memos; /* see arena_memo_add() */
};

/*
 * Maps @size bytes of address space (memory is used when it is touched). Returns NULL with errno.
 */
struct arena *arena_new(size_t size);
/* Unmaps it, with all that is in it; NULL is ignored. */
void arena_free(struct arena *arena);

/*
 * The same with @want bytes, or with less if a limit on address space (ulimit -v) or on committed
 * memory (vm.overcommit_memory=2) requires it: half, a quarter, ... at least 4 MiB. What threads
 * and libraries need is left free. Returns NULL with errno if not even 4 MiB can be mapped.
 */
struct arena *arena_new_within(size_t want);

/*
 * How much to want for @devices LUNs. Most use a small part of it (docs/performance.md), but there
 * must be room for long lists of registrants.
 */
static inline size_t arena_size_for(size_t devices)
{
	return ((size_t)64 << 20) + devices * ((size_t)64 << 10);
}

/*
 * Returns @size zeroed bytes, aligned for any type, valid as long as the arena. NULL if it is full.
 */
void *arena_alloc(struct arena *arena, size_t size);

/* Returned instead of a string when the arena is full; compare by address. */
extern const char arena_full[];

/* A formatted string in the arena. Never NULL: a full arena gives arena_full. */
__attribute__((format(printf, 2, 3)))
const char *arena_printf(struct arena *arena, const char *format, ...);
__attribute__((format(printf, 2, 0)))
const char *arena_vprintf(struct arena *arena, const char *format, va_list args);

/*
 * Keeps @what, which is in the arena or constant, under @name, for all users of the arena:
 * something that takes time to find out and stays the same. Any thread may add it; of two with the
 * same name either is found. Without memory it is not kept. Returns @what.
 */
const void *arena_memo_add(struct arena *arena, const char *name, const void *what);
/* What is kept under @name; NULL: nothing. */
const void *arena_memo(struct arena *arena, const char *name);

#endif
