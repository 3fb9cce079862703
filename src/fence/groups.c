// SPDX-License-Identifier: GPL-2.0-or-later
#include "fence/groups.h"

#include <errno.h>
#include <string.h>

#include "model/messages.h"
#include "util/command.h"
#include "util/text.h"

/*
 * In vg_attr of vgs(8): the fourth character shows a missing disk, the sixth how the group is
 * shared.
 */
#define ATTR_LENGTH 6
#define ATTR_PARTIAL 3
#define ATTR_SHARED 5

/*
 * --readonly alone would wait for a lock of lvmlockd(8), which waits for dlm, which waits for this
 * fence; --nolocking does not ask lvmlockd. --shared lists shared groups also if lvmlockd is not
 * used on this node.
 */
static const char *const arguments[] = {
	"--readonly",  "--nolocking", "--shared",  "--noheadings",
	"--separator", "\t",	      "--options", "vg_name,vg_attr,pv_name",
};
#define ARGUMENTS (sizeof(arguments) / sizeof(arguments[0]))

/*
 * Parses one line, the name, attributes and a disk of a group, and appends the disk to a list at
 * *@end. Returns false: *@wrong says why.
 */
static bool line_take(char *line, char **end, struct arena *arena, const char **wrong)
{
	const char *name = strsep(&line, "\t"), *attr = strsep(&line, "\t"), *disk = line;

	if (!attr || strlen(attr) < ATTR_LENGTH || !disk) {
		*wrong = arena_printf(arena, FENCE_USAGE_GROUPS_REPLY, text_line(arena, name));
		return false;
	}
	if (attr[ATTR_SHARED] != 's' && attr[ATTR_SHARED] != 'c')
		return true;
	/* lvm prints "[unknown]" for a disk that it does not find. */
	if (attr[ATTR_PARTIAL] == 'p' || *disk != '/') {
		*wrong = arena_printf(arena, FENCE_USAGE_GROUPS_PARTIAL, text_line(arena, name));
		return false;
	}
	*end = stpcpy(stpcpy(*end, disk), " ");
	return true;
}

const char *groups_parse(char *report, struct arena *arena, const char **wrong)
{
	char *list = arena_alloc(arena, strlen(report) + 2), *end = list, *lines;

	*wrong = list ? NULL : FENCE_NO_MEMORY;
	for (char *line = strtok_r(report, "\n", &lines); list && line;
	     line = strtok_r(NULL, "\n", &lines))
		if (!line_take(text_trim(line), &end, arena, wrong))
			return NULL;
	if (list && end > list)
		return list;
	*wrong = list ? FENCE_USAGE_NO_DEVICES : *wrong;
	return NULL;
}

/* Why command_run() has failed with @err, as a clause. */
static const char *why(int err)
{
	if (err == -ETIMEDOUT)
		return FENCE_WHY_NO_ANSWER;
	return err == -EIO ? FENCE_WHY_EXIT : strerrordesc_np(-err);
}

const char *groups_devices(const char *vgs, int64_t end, struct arena *arena, const char **wrong)
{
	const char *argv[ARGUMENTS + 2] = { vgs }, *report = NULL;
	int err;

	memcpy(argv + 1, arguments, sizeof(arguments));
	err = command_run(arena, argv, end, &report);
	if (!err)
		return groups_parse((char *)report, arena, wrong);
	*wrong = arena_printf(arena, FENCE_USAGE_GROUPS, text_line(arena, vgs), why(err));
	return NULL;
}
