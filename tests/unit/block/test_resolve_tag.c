// SPDX-License-Identifier: GPL-2.0-or-later
/* A tag that several devices have: are they paths of one LUN? */
#include "unit.h"

#include <errno.h>

#include "block/layers.h"
#include "block/resolve_device.h"
#include "block/resolve_tag.h"
#include "block/sysfs.h"
#include "block/tag.h"

#define DEVICES 3

static const struct row {
	const char *name;
	const char *wwids[DEVICES]; /* of the devices; "?": their layers cannot be walked */
	const char *message; /* NULL: resolved */
	const char *warning; /* NULL: none */
} rows[] = {
	{ "one device", { "naa.1" }, NULL, NULL },
	{ "one device, which has gone", { "?" }, NULL, NULL },
	{ "two paths of one LUN", { "naa.1", "naa.1" }, NULL,
	  "UUID=1 matches several paths of one LUN (/dev/sda, /dev/sdb); using /dev/sda" },
	{ "two LUNs", { "naa.1", "naa.2" },
	  "this UUID is on several LUNs: /dev/sda, /dev/sdb; give a device path", NULL },
	{ "the last one is another LUN", { "naa.1", "naa.1", "naa.2" },
	  "this UUID is on several LUNs: /dev/sda, /dev/sdb, /dev/sdc; give a device path", NULL },
	{ "the first of two has gone", { "?", "naa.1" },
	  "this UUID is on several LUNs: /dev/sda, /dev/sdb; give a device path", NULL },
	{ "the last of two has gone", { "naa.1", "?" },
	  "this UUID is on several LUNs: /dev/sda, /dev/sdb; give a device path", NULL },
	{ "two have gone", { "?", "?" },
	  "this UUID is on several LUNs: /dev/sda, /dev/sdb; give a device path", NULL },
	{ "nothing has it", { NULL }, "no readable device has this UUID; give a device path",
	  NULL },
};
static const struct row *row;

static struct tag_device devices[DEVICES] = {
	{ 1, "/dev/sda", NULL }, { 2, "/dev/sdb", NULL }, { 3, "/dev/sdc", NULL },
};

int __wrap_tag_find(const char *argument, int64_t deadline, struct arena *arena, struct tag *tag);
int __wrap_tag_find(const char *argument, int64_t deadline, struct arena *arena, struct tag *tag)
{
	(void)argument;
	(void)deadline;
	(void)arena;
	*tag = (struct tag){ .name = "UUID", .devices = row->wwids[0] ? devices : NULL };
	for (int i = 0; i + 1 < DEVICES; i++)
		devices[i].next = row->wwids[i + 1] ? &devices[i + 1] : NULL;
	return 0;
}

const char *__wrap_layers_wwids(struct arena *arena, dev_t devno);
const char *__wrap_layers_wwids(struct arena *arena, dev_t devno)
{
	const char *wwids = row->wwids[devno - 1];

	(void)arena;
	return strcmp(wwids, "?") == 0 ? NULL : wwids;
}

const char *__wrap_sysfs_block(struct arena *arena, dev_t devno);
const char *__wrap_sysfs_block(struct arena *arena, dev_t devno)
{
	(void)arena;
	(void)devno;
	return NULL;
}

bool __wrap_sysfs_is_mounted(void);
bool __wrap_sysfs_is_mounted(void)
{
	return true;
}

int __wrap_resolve_device(const struct request *request, const char *argument, bool is_path,
			  dev_t devno, struct results *results);
int __wrap_resolve_device(const struct request *request, const char *argument, bool is_path,
			  dev_t devno, struct results *results)
{
	struct result *result = result_add(results, argument);

	(void)request;
	(void)is_path;
	if (!result)
		return -ENOMEM;
	result->lun.node = devices[devno - 1].node;
	return 0;
}

static void tag(void **state)
{
	struct request request = { .command = COMMAND_CLEAR };
	struct results results = { .arena = unit_arena() };
	const struct result *result;

	row = *state;
	results.end = &results.first;
	assert_int_equal(resolve_tag(&request, "UUID=1", &results), 0);
	result = results.first;
	assert_non_null(result);
	assert_null(result->next);
	assert_int_equal(result->outcome.status, row->message ? STATUS_DEVICE : STATUS_OK);
	if (row->message)
		assert_string_equal(result->outcome.message, row->message);
	else
		assert_string_equal(result->lun.node, "/dev/sda");
	assert_int_equal(result->warnings != NULL, row->warning != NULL);
	if (row->warning)
		assert_string_equal(result->warnings->text, row->warning);
	arena_free(results.arena);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, tag, rows);
	return unit_run(&unit, "resolve_tag");
}
