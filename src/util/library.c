// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/library.h"

#include <dlfcn.h>
#include <errno.h>
#include <stddef.h>

int library_load(const char *file, const char *const *names, size_t count, void **functions,
		 const char **cause)
{
	void *library = dlopen(file, RTLD_NOW | RTLD_LOCAL);

	for (size_t i = 0; library && i < count; i++) {
		functions[i] = dlsym(library, names[i]);
		if (!functions[i])
			library = NULL;
	}
	if (library)
		return 0;
	*cause = dlerror();
	return -ELIBACC;
}
