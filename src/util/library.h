/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Libraries that few commands need are loaded where they are first used, and named by an ELF note,
 * from which a package can take its dependencies. docs/design/libraries.md has the figures.
 */
#ifndef LIBRARY_H
#define LIBRARY_H

#include <stddef.h>
#include <stdint.h>

/*
 * In a C file, for each library that it loads: the note of
 * https://systemd.io/ELF_DLOPEN_METADATA/ with its @soname, the @feature that needs it, and a
 * @description of that. All three are string literals.
 */
#define LIBRARY_NOTE(soname, feature, description) \
	LIBRARY_NOTE_OF("[{\"feature\":\"" feature "\",\"description\":\"" description "\"," \
			"\"priority\":\"recommended\",\"soname\":[\"" soname "\"]}]")
#define LIBRARY_NOTE_OF(json) \
	static const struct { \
		uint32_t name_size, text_size, type; \
		char name[4]; \
		char text[sizeof(json)] __attribute__((aligned(4))); \
	} library_note __attribute__((used, section(".note.dlopen"), aligned(4))) = { \
		4, sizeof(json), 0x407c0c0a, "FDO", json \
	}

/*
 * Loads @file ("libblkid.so.1"), which stays until the process ends, and stores the address of each
 * of its functions, whose names are @prefix and one of @names, at @table, a struct of nothing but
 * pointers to them in this order. 0, or a negative errno with the linker's own words in *@cause,
 * which stand until the next call, and @table as it was.
 */
int library_load(const char *file, const char *prefix, const char *const *names, size_t count,
		 void *table, const char **cause);

/*
 * Defines static int FUNCTION(TYPE *table, const char **cause), which does that for the functions
 * of LIST(each): each(name) is the function PREFIXname, and the member of TYPE in the same place.
 */
/* A type cannot be in parentheses. NOLINTBEGIN(bugprone-macro-parentheses) */
#define LIBRARY_LOADER(function, type, file, prefix, list) \
	static int function(type *table, const char **cause) \
	{ \
		static const char *const names[] = { list(LIBRARY_NAME) }; \
\
		_Static_assert(sizeof(*table) == sizeof(names), \
			       "a struct of nothing but the functions, in their order"); \
		return library_load(file, prefix, names, sizeof(names) / sizeof(names[0]), table, \
				    cause); \
	}
/* NOLINTEND(bugprone-macro-parentheses) */
#define LIBRARY_NAME(name) #name,

#endif
