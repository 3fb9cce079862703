// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/library.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define NAME_MAX_LENGTH 128

/* The function PREFIXNAME of @loaded; NULL if it has none. */
static void *function_find(void *loaded, const char *prefix, const char *name)
{
	char text[NAME_MAX_LENGTH];

	snprintf(text, sizeof(text), "%s%s", prefix, name);
	return dlsym(loaded, text);
}

int library_load(const struct library *library, void *table, const char **cause)
{
	void *loaded = dlopen(library->file, RTLD_NOW | RTLD_LOCAL), *function;

	/* Looks up all functions before it stores the first. */
	for (size_t i = 0; loaded && i < library->count; i++)
		if (!function_find(loaded, library->prefix, library->names[i]))
			loaded = NULL;
	if (!loaded) {
		*cause = dlerror();
		return -ELIBACC;
	}
	for (size_t i = 0; i < library->count; i++) {
		function = function_find(loaded, library->prefix, library->names[i]);
		memcpy((char *)table + i * sizeof(function), &function, sizeof(function));
	}
	return 0;
}
