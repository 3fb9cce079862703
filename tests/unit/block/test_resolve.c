// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Resolves disks in trees of files that look like sysfs: the head of native SCSI multipath, as in
 * the patches of 2026, and what must not be taken for one; and paths of dm-multipath maps.
 */
#include "unit.h"

#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "block/resolve.h"
#include "block/resolve_map.h"
#include "states.h"

static char top[] = "/tmp/prctl-resolve-XXXXXX";
static const char *directory; /* of the disk, below top */

const char *__wrap_sysfs_block(struct arena *arena, dev_t devno);
const char *__wrap_sysfs_block(struct arena *arena, dev_t devno)
{
	(void)devno;
	return arena_printf(arena, "%s/%s", top, directory);
}

/* @path below top instead of in /sys. */
static const char *moved(struct arena *arena, const char *path)
{
	return strncmp(path, "/sys/", 5) == 0 ? arena_printf(arena, "%s/%s", top, path + 5) : path;
}

const char *__real_sysfs_line(struct arena *arena, const char *from, const char *name);
const char *__wrap_sysfs_line(struct arena *arena, const char *from, const char *name);
const char *__wrap_sysfs_line(struct arena *arena, const char *from, const char *name)
{
	return __real_sysfs_line(arena, moved(arena, from), name);
}

static struct arena *used; /* by the test that runs */

int __real_sysfs_scan(const char *list, int (*each)(const char *name, void *context),
		      void *context);
int __wrap_sysfs_scan(const char *list, int (*each)(const char *name, void *context),
		      void *context);
int __wrap_sysfs_scan(const char *list, int (*each)(const char *name, void *context),
		      void *context)
{
	return __real_sysfs_scan(moved(used, list), each, context);
}

static int holders_read; /* how often the holders of a disk were listed */

DIR *__real_opendir(const char *path);
DIR *__wrap_opendir(const char *path);
DIR *__wrap_opendir(const char *path)
{
	holders_read += strstr(path, "/holders") != NULL;
	return __real_opendir(path);
}

/* Every argument is a block device. */
int __wrap_stat(const char *path, struct stat *status);
int __wrap_stat(const char *path, struct stat *status)
{
	(void)path;
	*status = (struct stat){ .st_mode = S_IFBLK, .st_rdev = 8 << 8 | 32 };
	return 0;
}

/* The name under which the C library calls it for large files. */
int __wrap_stat64(const char *path, struct stat *status);
int __wrap_stat64(const char *path, struct stat *status)
{
	return __wrap_stat(path, status);
}

/* A link if the text begins with "-> ", a file of bytes if with "0x", otherwise one of text. */
struct entry {
	const char *path, *text;
};

#define MPATH "devices/virtual/scsi_mpath_disk"
#define PATH_0 "devices/platform/host8/session1/target8:0:0/8:0:0:0"
#define PATH_1 "devices/platform/host9/session2/target9:0:0/9:0:0:0"
/* The hidden disk of a path, and its device. */
#define PATH(path, name, number) \
	{ path "/wwid", "naa.5" number "\n" }, { path "/vendor", "LIO-ORG\n" }, \
	{ path "/model", "FILEIO\n" }, { path "/subsystem", "-> ../../../../../../bus/scsi" }, \
	{ path "/block/" name "/device", "-> ../.." }
#define SDC(parent) MPATH "/" parent "/sdc"
#define LINK(parent, name, path) \
	{ SDC(parent) "/multipath/" name, "-> ../../../../../../" path "/block/" name }
#define CLASS(parent) \
	{ MPATH "/" parent "/subsystem", "-> ../../../../class/scsi_mpath_disk" }, \
	{ SDC(parent) "/device", "-> .." }, { SDC(parent) "/dev", "8:32\n" }

static const struct {
	const char *name, *disk;
	struct entry entries[18];
	const char *paths; /* if it is native multipath; NULL: it is not */
	enum transport transport;
	const char *wwid;
} trees[] = {
	{ "version 1",
	  SDC("0"),
	  { CLASS("0"), LINK("0", "sdc:0", PATH_0), LINK("0", "sdc:1", PATH_1),
	    PATH(PATH_0, "sdc:0", "1"), PATH(PATH_1, "sdc:1", "1") },
	  "sdc:0, sdc:1",
	  TRANSPORT_SCSI,
	  "naa.51" },
	{ "version 3",
	  SDC("scsi_mpath_disk0"),
	  { CLASS("scsi_mpath_disk0"), LINK("scsi_mpath_disk0", "sdc:0", PATH_0),
	    LINK("scsi_mpath_disk0", "sdc:10", PATH_1), PATH(PATH_0, "sdc:0", "1"),
	    PATH(PATH_1, "sdc:10", "1") },
	  "sdc:0, sdc:10",
	  TRANSPORT_SCSI,
	  "naa.51" },
	{ "no link to the device",
	  SDC("0"),
	  { { SDC("0") "/dev", "8:32\n" }, LINK("0", "sdc:0", PATH_0),
	    PATH(PATH_0, "sdc:0", "1") },
	  "sdc:0",
	  TRANSPORT_SCSI,
	  "naa.51" },
	{ "no path is left", SDC("0"), { CLASS("0") }, "no paths", TRANSPORT_SCSI, NULL },
	{ "paths of two LUNs",
	  SDC("0"),
	  { CLASS("0"), LINK("0", "sdc:0", PATH_0), LINK("0", "sdc:1", PATH_1),
	    PATH(PATH_0, "sdc:0", "1"), PATH(PATH_1, "sdc:1", "2") },
	  "sdc:0, sdc:1",
	  TRANSPORT_SCSI,
	  NULL },
	{ "a SCSI disk of today",
	  PATH_0 "/block/sdc",
	  { PATH(PATH_0, "sdc", "1"), { PATH_0 "/block/sdc/dev", "8:32\n" } },
	  NULL,
	  TRANSPORT_SCSI,
	  "naa.51" },
	{ "a SCSI disk is one by its path, without a look at its links",
	  PATH_0 "/block/sdc",
	  { { PATH_0 "/wwid", "naa.51\n" }, { PATH_0 "/block/sdc/dev", "8:32\n" } },
	  NULL,
	  TRANSPORT_SCSI,
	  "naa.51" },
	{ "the WWID of page 83h",
	  PATH_0 "/block/sdc",
	  { PATH(PATH_0, "sdc", "1"),
	    { PATH_0 "/vpd_pg83", "0x0083000c 01030008 5001405111222333" } },
	  NULL,
	  TRANSPORT_SCSI,
	  "naa.5001405111222333" },
	{ "page 83h without a WWID that prctl knows how the kernel spells",
	  PATH_0 "/block/sdc",
	  { PATH(PATH_0, "sdc", "1"),
	    { PATH_0 "/vpd_pg83", "0x0083000c 02010008 4c494f2d4f524700" } },
	  NULL,
	  TRANSPORT_SCSI,
	  "naa.51" },
	{ "an address of three numbers",
	  "devices/8:0:0/block/foo",
	  { { "devices/8:0:0/block/foo/dev", "8:32\n" } },
	  NULL,
	  TRANSPORT_NONE,
	  NULL },
	{ "an address without its last number",
	  "devices/8:0:0:/block/foo",
	  { { "devices/8:0:0:/block/foo/dev", "8:32\n" } },
	  NULL,
	  TRANSPORT_NONE,
	  NULL },
	{ "the head of NVMe",
	  "devices/virtual/nvme-subsystem/nvme-subsys0/nvme0n1",
	  { { "devices/virtual/nvme-subsystem/nvme-subsys0/subsystem",
	      "-> ../../../../class/nvme-subsystem" },
	    { "devices/virtual/nvme-subsystem/nvme-subsys0/nvme0n1/device", "-> .." },
	    { "devices/virtual/nvme-subsystem/nvme-subsys0/nvme0n1/wwid", "uuid.1\n" },
	    { "devices/virtual/nvme-subsystem/nvme-subsys0/nvme0n1/multipath/nvme0c0n1",
	      "-> /nowhere" } },
	  NULL,
	  TRANSPORT_NVME,
	  "uuid.1" },
	{ "another driver's disk with such a directory",
	  "devices/virtual/block/foo",
	  { { "devices/virtual/block/foo/multipath/foo:x", "-> /nowhere" },
	    { "devices/virtual/block/foo/multipath/foobar:0", "-> /nowhere" } },
	  NULL,
	  TRANSPORT_NONE,
	  NULL },
};

static void directories_make(char *path)
{
	for (char *slash = strchr(path + sizeof(top), '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		assert_true(mkdir(path, 0700) == 0 || errno == EEXIST);
		*slash = '/';
	}
}

static void entry_make(const struct entry *entry)
{
	char path[4096];
	uint8_t *bytes;
	size_t length;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", top, entry->path);
	directories_make(path);
	if (strncmp(entry->text, "-> ", 3) == 0) {
		assert_int_equal(symlink(entry->text + 3, path), 0);
		return;
	}
	file = fopen(path, "w");
	assert_non_null(file);
	if (strncmp(entry->text, "0x", 2) == 0) {
		bytes = unit_bytes(entry->text + 2, &length);
		assert_int_equal(fwrite(bytes, 1, length, file), length);
		free(bytes);
	} else {
		fputs(entry->text, file);
	}
	assert_int_equal(fclose(file), 0);
}

static int entry_remove(const char *path, const struct stat *status, int type, struct FTW *base)
{
	(void)status;
	(void)type;
	(void)base;
	return remove(path);
}

/* The disk, as the request has it. */
static struct result *resolve(struct arena *arena, struct request request)
{
	struct results results = { .arena = arena };

	results.end = &results.first;
	used = arena;
	assert_int_equal(resolve_argument(&request, "/dev/sdc", &results), 0);
	assert_non_null(results.first);
	assert_null(results.first->next);
	return results.first;
}

static void disk(void **state)
{
	const typeof(trees[0]) *row = *state;
	struct arena *arena = unit_arena();
	const struct result *result;

	assert_non_null(mkdtemp(top));
	for (size_t i = 0; i < COUNT_OF(row->entries) && row->entries[i].path; i++)
		entry_make(&row->entries[i]);
	directory = row->disk;
	result = resolve(arena, (struct request){ .command = COMMAND_STATUS });
	assert_int_equal(result->outcome.status, STATUS_OK);
	assert_int_equal(result->lun.transport, row->transport);
	assert_text(result->lun.native_paths, row->paths);
	assert_text(result->lun.wwid, row->wwid);
	assert_int_equal(result->warnings != NULL, row->paths != NULL);
	if (row->paths) {
		assert_non_null(strstr(result->warnings->text, row->paths));
		/* it is unknown which path a command takes */
		assert_null(result->lun.nexus.initiator);
	}
	result = resolve(arena, (struct request){ .command = COMMAND_REGISTER,
						  .whole_lun = true, .this_path = true });
	assert_int_equal(result->outcome.status, row->paths ? STATUS_UNSUPPORTED : STATUS_OK);
	assert_int_equal(result->outcome.reason,
			 row->paths ? REASON_NATIVE_MULTIPATH : REASON_NONE);
	result = resolve(arena, (struct request){ .command = COMMAND_STATUS, .fence = true });
	assert_int_equal(result->outcome.status, row->paths ? STATUS_UNSUPPORTED : STATUS_OK);
	assert_int_equal(nftw(top, entry_remove, 8, FTW_DEPTH | FTW_PHYS), 0);
	strcpy(top + strlen(top) - 6, "XXXXXX");
	arena_free(arena);
}

#define DM(number, uuid) { "devices/virtual/block/dm-" number "/dm/uuid", uuid "\n" }
#define HOLDER(number) \
	{ PATH_0 "/block/sdc/holders/dm-" number, \
	  "-> ../../../../../../../../virtual/block/dm-" number }

#define SLAVE(number, disk) \
	{ "devices/virtual/block/dm-" number "/slaves/" disk, "-> /nowhere/" disk }
#define MAP(number, disk) DM(number, "mpath-" number), SLAVE(number, disk)

static const struct {
	const char *name;
	struct entry entries[12];
	bool is_path;
	int holders_read; /* for two changes */
} machines[] = {
	{ "no list of devices: each disk is looked at", { HOLDER("0") }, false, 2 },
	{ "no device-mapper device", { { "devices/virtual/block/loop0/size", "0\n" } }, false, 0 },
	{ "a logical volume only", { DM("0", "LVM-abc"), HOLDER("0") }, false, 0 },
	{ "a map of other disks",
	  { DM("0", "LVM-abc"), DM("1", "mpath-abc"), SLAVE("1", "sdca") },
	  false,
	  0 },
	{ "a map of this disk",
	  { DM("0", "LVM-abc"), DM("1", "mpath-abc"), SLAVE("1", "sdb"), SLAVE("1", "sdc"),
	    HOLDER("0"), HOLDER("1") },
	  true,
	  0 },
	{ "a map whose paths cannot be listed: each disk is looked at",
	  { DM("0", "mpath-abc"), DM("1", "LVM-abc"), HOLDER("0") },
	  true,
	  2 },
	{ "four maps",
	  { MAP("0", "sda"), MAP("1", "sdb"), MAP("2", "sdc"), MAP("3", "sdd"), DM("4", "LVM-abc"),
	    HOLDER("2") },
	  true,
	  0 },
	{ "five maps: each disk is looked at",
	  { MAP("0", "sda"), MAP("1", "sdb"), MAP("2", "sdc"), MAP("3", "sdd"), MAP("4", "sde"),
	    HOLDER("2") },
	  true,
	  2 },
};

/* Whether a disk is a path of a map, and how much of sysfs is read to know it. */
static void path_of_map(void **state)
{
	const typeof(machines[0]) *row = *state;
	const struct entry disk[] = { PATH(PATH_0, "sdc", "1"),
				      { PATH_0 "/block/sdc/dev", "8:32\n" },
				      { PATH_0 "/block/sdc/holders/.x", "" } };
	struct arena *arena = unit_arena();
	const struct request request = { .command = COMMAND_REGISTER };

	assert_non_null(mkdtemp(top));
	for (size_t i = 0; i < COUNT_OF(disk); i++)
		entry_make(&disk[i]);
	for (size_t i = 0; i < COUNT_OF(row->entries) && row->entries[i].path; i++)
		entry_make(&row->entries[i]);
	directory = PATH_0 "/block/sdc";
	holders_read = 0;
	for (int i = 0; i < 2; i++)
		assert_int_equal(resolve(arena, request)->outcome.reason,
				 row->is_path ? REASON_PATH_OF_MAP : REASON_NONE);
	assert_int_equal(holders_read, row->holders_read);
	assert_int_equal(nftw(top, entry_remove, 8, FTW_DEPTH | FTW_PHYS), 0);
	strcpy(top + strlen(top) - 6, "XXXXXX");
	arena_free(arena);
}

/*
 * Whatever is shown, the vendor decides what the LUN is asked (device/pr_scsi.c), in every command
 * and by both programs.
 */
static const struct {
	const char *name;
	struct request request;
} vendor_rows[] = {
	{ "a change", { .command = COMMAND_PREEMPT_ABORT } },
	{ "a change, as JSON", { .command = COMMAND_PREEMPT_ABORT, .json = true } },
	{ "a change of the agent's", { .command = COMMAND_PREEMPT_ABORT, .fence = true } },
	{ "check", { .command = COMMAND_CHECK } },
	{ "status", { .command = COMMAND_STATUS } },
};

static void vendor(void **state)
{
	const typeof(vendor_rows[0]) *row = *state;
	const struct entry disk_entries[] = { PATH(PATH_0, "sdc", "1"),
					      { PATH_0 "/block/sdc/dev", "8:32\n" } };
	struct arena *arena = unit_arena();

	assert_non_null(mkdtemp(top));
	for (size_t i = 0; i < COUNT_OF(disk_entries); i++)
		entry_make(&disk_entries[i]);
	directory = PATH_0 "/block/sdc";
	assert_text(resolve(arena, row->request)->lun.vendor, "LIO-ORG");
	assert_int_equal(nftw(top, entry_remove, 8, FTW_DEPTH | FTW_PHYS), 0);
	strcpy(top + strlen(top) - 6, "XXXXXX");
	arena_free(arena);
}

#define SLAVE_OF_MAP(disk) { "dm/slaves/" disk, "-> /nowhere/" disk }

/* A map that was resolved when it had the path sdb only. */
static const struct {
	const char *name;
	struct entry entries[3];
	size_t count;
	const char *joined;
} joins[] = {
	{ "it has gone", { { NULL, NULL } }, 0, "" },
	{ "as it was", { SLAVE_OF_MAP("sdb") }, 0, "" },
	{ "its path has left it", { { "dm/slaves/.x", "" } }, 0, "" },
	{ "another one instead", { SLAVE_OF_MAP("sdc") }, 1,
	  "/dev/sdc (joined the map meanwhile)" },
	{ "one more, with a longer name", { SLAVE_OF_MAP("sdb"), SLAVE_OF_MAP("sdba") }, 1,
	  "/dev/sdba (joined the map meanwhile)" },
};

static void joined(void **state)
{
	const typeof(joins[0]) *row = *state;
	struct arena *arena = unit_arena();
	struct result *map = result_new(arena, "/dev/mapper/mpatha");
	size_t count = 9;

	map->paths = result_new(arena, map->argument);
	map->paths->lun.name = "sdb";
	used = arena;
	assert_non_null(mkdtemp(top));
	for (size_t i = 0; i < COUNT_OF(row->entries) && row->entries[i].path; i++)
		entry_make(&row->entries[i]);
	directory = "dm";
	assert_text(resolve_map_joined(map, &count), row->joined);
	assert_int_equal(count, row->count);
	assert_int_equal(nftw(top, entry_remove, 8, FTW_DEPTH | FTW_PHYS), 0);
	strcpy(top + strlen(top) - 6, "XXXXXX");
	arena_free(arena);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, disk, trees);
	UNIT_TABLE(&unit, vendor, vendor_rows);
	UNIT_TABLE(&unit, joined, joins);
	UNIT_TABLE(&unit, path_of_map, machines);
	return unit_run(&unit, "resolve");
}
