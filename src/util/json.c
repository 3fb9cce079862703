// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/json.h"

#include "util/library.h"

#define SONAME "libjansson.so.4"

LIBRARY_NOTE(SONAME, "json", "JSON documents: --json, --raw, decode, and --with of doctor");

LIBRARY_LOADER(functions_load, struct json_functions, SONAME, "json_", JSON_FUNCTIONS)

struct json_functions json;

int json_load(const char **cause)
{
	return json.array ? 0 : functions_load(&json, cause);
}
