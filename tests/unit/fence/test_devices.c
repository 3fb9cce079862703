// SPDX-License-Identifier: GPL-2.0-or-later
/* The list of devices, and the file that may contain it. */
#include "unit.h"

#include <unistd.h>

#include "fence/devices.h"

static const struct {
	const char *name, *content, *list;
} files[] = {
	{ "a line", "/dev/a\n", "/dev/a " },
	{ "lines, commas and blanks", "/dev/a,/dev/b\n\t/dev/c UUID=1-2",
	  "/dev/a /dev/b /dev/c UUID=1-2 " },
	{ "remarks and empty lines", "# disks\n\n/dev/a # the first\n#/dev/b\n", "/dev/a " },
	{ "lines that end with CR LF", "/dev/a\r\n/dev/b\r\n", "/dev/a /dev/b " },
	{ "a byte order mark", "\xef\xbb\xbf/dev/a\n/dev/b\n", "/dev/a /dev/b " },
	{ "a byte order mark before a remark", "\xef\xbb\xbf# disks\r\n/dev/a\r\n", "/dev/a " },
	{ "a # in a name begins no remark", "/dev/a#1 /dev/b #/dev/c\n", "/dev/a#1 /dev/b " },
	{ "a remark after a comma", "/dev/a,# /dev/b\n/dev/c\n", "/dev/a /dev/c " },
	{ "a form feed", "/dev/a\f\n\f/dev/b\n", "/dev/a /dev/b " },
	{ "lines that end with CR alone", "/dev/a # one\r/dev/b\r", "/dev/a /dev/b " },
	{ "no end of the last line", "/dev/a\n/dev/b", "/dev/a /dev/b " },
	{ "no device", "# none\n \n", "" },
	{ "nothing", "", "" },
};

static void file(void **state)
{
	const typeof(files[0]) *row = *state;
	struct arena *arena = unit_arena();
	char *content = (char *)arena_printf(arena, "%s", row->content);

	char list[100];

	devices_of_file(content, list);
	assert_string_equal(list, row->list);
	arena_free(arena);
}

static void expand(void **state)
{
	struct arena *arena = unit_arena();
	const char *wrong;

	(void)state;
	assert_string_equal(devices_expand("/dev/a, /dev/b@", arena, &wrong), "/dev/a, /dev/b@");
	assert_null(wrong);
	assert_string_equal(devices_expand("", arena, &wrong), "");
	/* Never a shorter list. */
	assert_null(devices_expand("/dev/a @/no/such/file", arena, &wrong));
	assert_non_null(strstr(wrong, "/no/such/file"));
	assert_null(devices_expand("@/ /dev/a", arena, &wrong));
	assert_non_null(strstr(wrong, "not a regular file"));
	arena_free(arena);
}

/* Of a file that only root can make there is a test in the guest. */
static void unusable(void **state)
{
	char path[] = "/tmp/test_devices.XXXXXX";
	struct arena *arena = unit_arena();
	int fd = mkstemp(path);
	const char *wrong;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "/dev/a\n\0/dev/b\n", 15), 15);
	/* Another user's file is refused before it is read. */
	assert_null(devices_expand(arena_printf(arena, "@%s", path), arena, &wrong));
	assert_non_null(strstr(wrong, geteuid() ? "not owned by root" : "contains a NUL byte"));
	unlink(path);
	close(fd);
	arena_free(arena);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, file, files);
	UNIT_TEST(&unit, expand);
	UNIT_TEST(&unit, unusable);
	return unit_run(&unit, "devices");
}
