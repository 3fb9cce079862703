/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Libraries that few commands need are loaded at their first use. An ELF note names them, so that
 * packages can find out their dependencies. docs/design/libraries.md has measurements.
 */
#ifndef LIBRARY_H
#define LIBRARY_H

#include <stddef.h>
#include <stdint.h>

/*
 * For each library that a C file loads: the note described in
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

struct library {
	const char *file; /* "libblkid.so.1" */
	const char *prefix; /* start of the names of its functions */
	const char *const *names; /* of the functions, without the prefix */
	size_t count; /* of names */
};

/*
 * Loads @library, which stays loaded until the process ends, and stores the addresses of its
 * functions in @table, a struct of only function pointers in the same order. Returns 0, or a
 * negative errno with the linker's message in *@cause, which is valid until the next call; @table
 * is then unchanged.
 */
int library_load(const struct library *library, void *table, const char **cause);

/*
 * Defines static int FUNCTION(TYPE *table, const char **cause), which calls library_load() for the
 * functions of LIST(each): each(name) is the function PREFIXname, and the member of TYPE at the
 * same position.
 */
/* A type cannot be in parentheses. NOLINTBEGIN(bugprone-macro-parentheses) */
#define LIBRARY_LOADER(function, type, file, prefix, list) \
	static int function(type *table, const char **cause) \
	{ \
		static const char *const names[] = { list(LIBRARY_NAME) }; \
		static const struct library library = { file, prefix, names, \
							sizeof(names) / sizeof(names[0]) }; \
\
		_Static_assert(sizeof(*table) == sizeof(names), \
			       "a struct of nothing but the functions, in their order"); \
		return library_load(&library, table, cause); \
	}
/* NOLINTEND(bugprone-macro-parentheses) */
#define LIBRARY_NAME(name) #name,

#endif
