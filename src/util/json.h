/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * jansson's functions, loaded when the first JSON document is read or printed: json.array() is
 * json_array().
 */
#ifndef JSON_H
#define JSON_H

#include <jansson.h>

#define JSON_FUNCTIONS(each) \
	each(array) \
	each(array_append_new) \
	each(array_get) \
	each(array_size) \
	each(delete) \
	each(dumpf) \
	each(integer) \
	each(integer_value) \
	each(loadb) \
	each(null) \
	each(object_get) \
	each(object_set_new) \
	each(pack) \
	each(string) \
	each(string_value)

struct json_functions {
#define JSON_FUNCTION(name) __typeof__(json_##name) *(name);
	JSON_FUNCTIONS(JSON_FUNCTION)
#undef JSON_FUNCTION
};

/* Set by json_load(), which must be called once before anything else here is used. */
extern struct json_functions json;

/* Returns 0, or a negative errno with the reason in *@cause, like library_load(). */
int json_load(const char **cause);

#endif
