// SPDX-License-Identifier: GPL-2.0-or-later
/* The disks of shared volume groups, from the output of vgs(8), and a vgs that does not answer. */
#include "unit.h"

#include "fence/groups.h"
#include "util/clock.h"
#include "util/command.h"

static const struct {
	const char *name, *report;
	const char *list; /* NULL: it is invalid, */
	const char *wrong; /* for this reason */
} reports[] = {
	{ "a shared group", "  vg1\twz--ns\t/dev/sdb\n", "/dev/sdb ", NULL },
	{ "a clustered group", "  vg1\twz--nc\t/dev/sdb\n", "/dev/sdb ", NULL },
	{ "among others",
	  "  root\twz--n-\t/dev/sda\n  vg1\twz--ns\t/dev/sdb\n  vg1\twz--ns\t/dev/sdc\n",
	  "/dev/sdb /dev/sdc ", NULL },
	{ "none", "", NULL, "devices is missing" },
	{ "local ones alone", "  root\twz--n-\t/dev/sda\n", NULL, "devices is missing" },
	{ "a disk is missing", "  vg1\twz-pns\t/dev/sdb\n  vg1\twz-pns\t[unknown]\n", NULL,
	  "vg1 lacks a disk" },
	{ "one of two groups is partial", "  vg1\twz--ns\t/dev/sdb\n  vg2\twz-pns\t/dev/sdc\n",
	  NULL, "vg2 lacks a disk" },
	{ "a missing disk that the attributes do not show", "  vg1\twz--ns\t[unknown]\n", NULL,
	  "vg1 lacks a disk" },
	{ "a local group is partial", "  a\twz-pn-\t[unknown]\n  b\twz--ns\t/dev/sdb\n",
	  "/dev/sdb ", NULL },
	{ "short attributes", "  vg1\twz\t/dev/sdb\n", NULL, "cannot read" },
	{ "no disk", "  vg1\twz--ns\n", NULL, "cannot read" },
	{ "another text", "  WARNING: all is lost\n", NULL, "cannot read" },
};

static void parse(void **state)
{
	const typeof(reports[0]) *row = *state;
	struct arena *arena = unit_arena();
	char *report = (char *)arena_printf(arena, "%s", row->report);
	const char *wrong, *list = groups_parse(report, arena, &wrong);

	if (row->list) {
		assert_string_equal(list, row->list);
	} else {
		assert_null(list);
		assert_non_null(strstr(wrong, row->wrong));
	}
	arena_free(arena);
}

static void programs(void **state)
{
	struct arena *arena = arena_new(8 * COMMAND_OUTPUT_MAX);
	int64_t end = clock_now() + 60 * CLOCK_SECOND;
	const char *wrong;

	(void)state;
	assert_null(groups_devices("/no/such/vgs", end, arena, &wrong));
	assert_non_null(strstr(wrong, "/no/such/vgs"));
	assert_null(groups_devices("false", end, arena, &wrong));
	assert_non_null(strstr(wrong, "ended with a failure"));
	assert_null(groups_devices("true", clock_now() - 1, arena, &wrong));
	assert_non_null(strstr(wrong, "no answer"));
	arena_free(arena);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, parse, reports);
	UNIT_TEST(&unit, programs);
	return unit_run(&unit, "groups");
}
