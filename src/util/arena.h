/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory that is only ever added to, in one mapping: everything that results point to lies here,
 * and goes with it. Shared and anonymous, so that a process forked later would see the same at the
 * same address.
 */
#ifndef ARENA_H
#define ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct key_names;

struct arena {
	char *base;
	size_t size;
	_Atomic size_t used;
	/* of the keys in texts that are made here; NULL: they have none */
	const struct key_names *names;
};

/* Maps @size bytes of address space (memory comes when it is touched). NULL: errno says why. */
struct arena *arena_new(size_t size);
void arena_free(struct arena *arena);

/*
 * The same with @want bytes, or with as much less as a limit on address space (ulimit -v) or on
 * promised memory (vm.overcommit_memory=2) asks for: half of it, a quarter, ... at least 4 MiB.
 * What threads and libraries need is left.
 */
struct arena *arena_new_within(size_t want);

/*
 * How much to want for @devices LUNs: some 16 KiB each are used, and a long list of registrants has
 * room.
 */
static inline size_t arena_size_for(size_t devices)
{
	return ((size_t)64 << 20) + devices * ((size_t)64 << 10);
}

/* @size zeroed bytes, aligned for any type; lives as long as the arena. NULL: it is full. */
void *arena_alloc(struct arena *arena, size_t size);

/* Returned instead of a string when the arena is full; compare by address. */
extern const char arena_full[];

/* A formatted string in the arena. Never NULL: a full arena gives arena_full. */
__attribute__((format(printf, 2, 3)))
const char *arena_printf(struct arena *arena, const char *format, ...);
__attribute__((format(printf, 2, 0)))
const char *arena_vprintf(struct arena *arena, const char *format, va_list args);

#endif
