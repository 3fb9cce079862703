// SPDX-License-Identifier: GPL-2.0-or-later
/* Seconds as written by users, for prctl and for fence_prctl. */
#include "unit.h"

#include "util/clock.h"

#define REFUSED (-1)

static const struct {
	const char *name, *text;
	int64_t time;
} texts[] = {
	{ "whole", "7", 7 * CLOCK_SECOND },
	{ "a fraction", "7.5", 7500000000 },
	{ "no digit before the point", ".5", 500000000 },
	{ "0", "0", 0 },
	{ "the most", "1000", 1000 * CLOCK_SECOND },
	{ "more than 0, less than a nanosecond", "0.0000000001", 1 },
	{ "too much", "1000.1", REFUSED },
	{ "nothing", "", REFUSED },
	{ "a point alone", ".", REFUSED },
	{ "two points", "1.2.3", REFUSED },
	{ "a sign", "+1", REFUSED },
	{ "negative", "-1", REFUSED },
	{ "a blank", " 1", REFUSED },
	{ "an exponent", "1e2", REFUSED },
	{ "hexadecimal", "0x10", REFUSED },
	{ "infinity", "inf", REFUSED },
	{ "a comma", "1,5", REFUSED },
	{ "a unit", "1s", REFUSED },
};

static void seconds(void **state)
{
	const typeof(texts[0]) *row = *state;
	int64_t time = REFUSED;

	assert_int_equal(clock_seconds_parse(row->text, 1000, &time), row->time != REFUSED);
	assert_int_equal(time, row->time);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, seconds, texts);
	return unit_run(&unit, "clock");
}
