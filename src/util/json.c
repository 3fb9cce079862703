// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/json.h"

#include <string.h>

#include "util/library.h"

#define SONAME "libjansson.so.4"

LIBRARY_NOTE(SONAME, "json", "JSON documents: --json, --raw, decode, and --with of doctor");

struct json_functions json;

static const char *const names[] = {
#define JSON_NAME(name) "json_" #name,
	JSON_FUNCTIONS(JSON_NAME)
};

#define COUNT (sizeof(names) / sizeof(names[0]))

_Static_assert(sizeof(struct json_functions) == COUNT * sizeof(void *),
	       "a struct of nothing but the functions, in their order");

int json_load(const char **cause)
{
	void *functions[COUNT];
	int err = json.array ? 0 : library_load(SONAME, names, COUNT, functions, cause);

	if (!err && !json.array)
		memcpy(&json, functions, sizeof(json));
	return err;
}
