// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/library.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define NAME_MAX_LENGTH 128

/* The function PREFIXNAME of @library; NULL if it has none. */
static void *function_find(void *library, const char *prefix, const char *name)
{
	char text[NAME_MAX_LENGTH];

	snprintf(text, sizeof(text), "%s%s", prefix, name);
	return dlsym(library, text);
}

int library_load(const char *file, const char *prefix, const char *const *names, size_t count,
		 void *table, const char **cause)
{
	void *library = dlopen(file, RTLD_NOW | RTLD_LOCAL), *function;

	/* Looks up all functions before it stores the first. */
	for (size_t i = 0; library && i < count; i++)
		if (!function_find(library, prefix, names[i]))
			library = NULL;
	if (!library) {
		*cause = dlerror();
		return -ELIBACC;
	}
	for (size_t i = 0; i < count; i++) {
		function = function_find(library, prefix, names[i]);
		memcpy((char *)table + i * sizeof(function), &function, sizeof(function));
	}
	return 0;
}
