// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"

#include "util/suggest.h"

static const struct {
	const char *name, *one, *other;
	size_t distance;
} distances[] = {
	{ "equal", "clear", "clear", 0 },
	{ "capitals are no difference", "CLEAR", "clear", 0 },
	{ "one left out", "cear", "clear", 1 },
	{ "one too many", "cleear", "clear", 1 },
	{ "one changed", "cloar", "clear", 1 },
	{ "two next to each other swapped", "celar", "clear", 1 },
	{ "the last two swapped", "holdre", "holder", 1 },
	{ "two swaps", "lcera", "clear", 2 },
	{ "swapped with one between are two", "clrae", "clear", 2 },
	{ "nothing to something", "", "clear", 5 },
	{ "something to nothing", "clear", "", 5 },
	{ "nothing in common", "abc", "xyz", 3 },
	{ "longer than any word",
	  "0123456789012345678901234567890123456789012345678901234567890123456", "clear", 67 },
};

static void distance(void **state)
{
	const typeof(distances[0]) *row = *state;

	assert_int_equal(suggest_distance(row->one, row->other), row->distance);
	assert_int_equal(suggest_distance(row->other, row->one), row->distance);
}

static const char *const words[] = {
	"status",  "register",	    "unregister", "reserve", "release",
	"preempt", "preempt-abort", "clear",	  "we",	     "KEY",
};

static const struct {
	const char *name, *typed, *meant;
} suggestions[] = {
	{ "a swap", "preempt-abrot", "preempt-abort" },
	{ "a letter too few", "sttus", "status" },
	{ "a letter too many", "relsease", "release" },
	{ "nearest of two", "unregistre", "unregister" },
	{ "in capitals", "REGISTER", "register" },
	{ "small for capitals", "kye", "KEY" },
	{ "a beginning of one alone", "stat", "status" },
	{ "a beginning of two: nothing can be told", "preem", NULL },
	{ "a beginning of one that is nearer to another", "preempt-", "preempt-abort" },
	{ "a whole word that begins another", "preempt", "preempt" },
	{ "a beginning that is too short", "st", NULL },
	{ "two letters wrong of six", "sattsu", "status" },
	{ "two letters wrong of five", "clxxr", NULL },
	{ "nothing near", "frobnicate", NULL },
	{ "two letters are no guess", "wo", NULL },
	{ "two letters that are a word but for capitals", "WE", "we" },
	{ "nothing typed", "", NULL },
	{ "a device", "/dev/sda", NULL },
	{ "longer than any word",
	  "0123456789012345678901234567890123456789012345678901234567890123456", NULL },
};

static void meant(void **state)
{
	const typeof(suggestions[0]) *row = *state;

	assert_text(suggest(row->typed, words, COUNT_OF(words)), row->meant);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, distance, distances);
	UNIT_TABLE(&unit, meant, suggestions);
	return unit_run(&unit, "suggest");
}
