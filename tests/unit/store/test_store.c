// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The directory of the store: whatever someone has put there is used or ignored, and never trusted.
 */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/store.h"

#define WWID "naa.6001405abc"
#define FILE_NAME "lun-" WWID

static bool disk_is_full;

ssize_t __real_write(int fd, const void *bytes, size_t size);
ssize_t __wrap_write(int fd, const void *bytes, size_t size);

ssize_t __wrap_write(int fd, const void *bytes, size_t size)
{
	if (!disk_is_full)
		return __real_write(fd, bytes, size);
	errno = ENOSPC;
	return -1;
}

/*
 * Each reading of the clock is this much later than the one before, so that waiting ends at once.
 */
static atomic_bool clock_is_fast;
static _Atomic int64_t fast_time;

int64_t __real_clock_now(void);
int64_t __wrap_clock_now(void);

int64_t __wrap_clock_now(void)
{
	return clock_is_fast ? atomic_fetch_add(&fast_time, 2 * STORE_PATIENCE) :
			       __real_clock_now();
}

static int opened; /* files and directories, or attempts at it */
static int record_error; /* errno of opening the file of the LUN; 0: it can be opened */

int __real_openat64(int directory, const char *path, int flags, mode_t mode);
int __wrap_openat64(int directory, const char *path, int flags, mode_t mode);
int __real_open64(const char *path, int flags, mode_t mode);
int __wrap_open64(const char *path, int flags, mode_t mode);

int __wrap_openat64(int directory, const char *path, int flags, mode_t mode)
{
	opened++;
	if (!record_error || strcmp(path, FILE_NAME) != 0)
		return __real_openat64(directory, path, flags, mode);
	errno = record_error;
	return -1;
}

int __wrap_open64(const char *path, int flags, mode_t mode)
{
	opened++;
	return __real_open64(path, flags, mode);
}

struct room {
	char path[64];
	struct store store;
	struct arena *arena;
	struct lun_records lun;
};

/* A directory that does not exist yet, in a temporary one. */
static void room_make(struct room *room)
{
	strcpy(room->path, "/tmp/test_store.XXXXXX");
	assert_non_null(mkdtemp(room->path));
	strcat(room->path, "/prctl");
	room->arena = unit_arena();
	room->store = (struct store){ room->path, geteuid() };
	disk_is_full = false;
}

static void room_remove(struct room *room)
{
	char command[192];

	*strrchr(room->path, '/') = '\0';
	snprintf(command, sizeof(command), "chmod -R u+rwx %s; rm -rf %s", room->path, room->path);
	assert_int_equal(system(command), 0);
	arena_free(room->arena);
}

static const char *in(struct room *room, const char *name)
{
	return arena_printf(room->arena, "%s/%s", room->path, name);
}

static const char *open_one(struct arena *arena, struct lun_records *lun, void *victim)
{
	return records_abort_add(arena, lun, *(uint64_t *)victim) ? NULL : "no room";
}

static const char *drop_all(struct arena *arena, struct lun_records *lun, void *data)
{
	(void)arena;
	(void)data;
	lun->aborts = NULL;
	return NULL;
}

static const char *change(struct room *room, uint64_t victim)
{
	return store_change(&room->store, room->arena, WWID, open_one, &victim);
}

static const char *look(struct room *room)
{
	return store_read(&room->store, room->arena, WWID, &room->lun);
}

static void remembered(void **state)
{
	struct room room;
	struct stat status;

	(void)state;
	room_make(&room);
	assert_null(look(&room)); /* nothing was ever written */
	assert_true(records_are_empty(&room.lun));
	assert_int_equal(access(room.path, F_OK), -1);
	assert_null(change(&room, 0xb));
	assert_null(change(&room, 0xc));
	assert_null(look(&room));
	assert_non_null(records_abort(&room.lun, 0xb));
	assert_non_null(records_abort(&room.lun, 0xc));
	assert_int_equal(stat(room.path, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0700);
	assert_int_equal(stat(in(&room, FILE_NAME), &status), 0);
	assert_int_equal(status.st_mode & 07777, 0600);
	assert_int_equal(access(in(&room, ".new"), F_OK), -1);
	/* Nothing is known about another LUN. */
	assert_null(store_read(&room.store, room.arena, "naa.2", &room.lun));
	assert_true(records_are_empty(&room.lun));
	assert_null(store_change(&room.store, room.arena, WWID, drop_all, NULL));
	assert_int_equal(access(in(&room, FILE_NAME), F_OK), -1);
	room_remove(&room);
}

static const char *const wwids[] = {
	".", "..", "../../etc/passwd", "t10.ATA     a disk/with\nall\tof it", ".new", "\xff\x80"
};

static void any_wwid(void **state)
{
	uint64_t victim = 0xb;
	struct room room;
	char *longest = malloc(2001);

	(void)state;
	room_make(&room);
	memset(longest, '/', 2000);
	longest[2000] = '\0';
	for (size_t i = 0; i <= COUNT_OF(wwids); i++) {
		const char *wwid = i < COUNT_OF(wwids) ? wwids[i] : longest;

		assert_null(store_change(&room.store, room.arena, wwid, open_one, &victim));
		assert_null(store_read(&room.store, room.arena, wwid, &room.lun));
		assert_non_null(records_abort(&room.lun, 0xb));
		longest[1999] = 'x';
	}
	longest[1999] = 'y'; /* it differs after the cut */
	assert_null(store_read(&room.store, room.arena, longest, &room.lun));
	assert_true(records_are_empty(&room.lun));
	free(longest);
	room_remove(&room);
}

static const struct {
	const char *name;
	const char *made; /* run by the shell in the parent of the directory */
	const char *read, *written; /* parts of the message; NULL: there is none */
} rooms[] = {
	{ "it is a link", "mkdir -m 700 x; ln -s x prctl", "not a directory", "not a directory" },
	{ "it is a link to nothing", "ln -s x prctl", "not a directory", "not a directory" },
	{ "it is a file", ": > prctl", "not a directory", "not a directory" },
	{ "others may read it", "mkdir -m 755 prctl", "only root can access",
	  "only root can access" },
	{ "others may write it", "mkdir -m 777 prctl", "only root can access",
	  "only root can access" },
	{ "the file is a link", "mkdir -m 700 prctl; ln -s /etc/passwd prctl/" FILE_NAME,
	  "symbolic", NULL },
	{ "the file is a pipe", "mkdir -m 700 prctl; mkfifo -m 600 prctl/" FILE_NAME,
	  "only root can access", NULL },
	{ "the file is a directory", "mkdir -m 700 prctl prctl/" FILE_NAME, "only root can access",
	  "Is a directory" },
	{ "others may read the file",
	  "mkdir -m 700 prctl; touch prctl/" FILE_NAME "; chmod 644 prctl/*",
	  "only root can access", NULL },
	{ "the file is empty", "mkdir -m 700 prctl; touch prctl/" FILE_NAME "; chmod 600 prctl/*",
	  "not a prctl file", NULL },
	{ "the file is noise",
	  "mkdir -m 700 prctl; head -c 3000 /dev/urandom > prctl/" FILE_NAME "; chmod 600 prctl/*",
	  "ignoring", NULL },
	{ "the file is endless",
	  "mkdir -m 700 prctl; head -c 3000000 /dev/zero > prctl/" FILE_NAME "; chmod 600 prctl/*",
	  "too long", NULL },
	{ "a file was left by a killed process", "mkdir -m 700 prctl; touch prctl/.new", NULL,
	  NULL },
	{ "a directory is in the way of the new file", "mkdir -m 700 prctl prctl/.new", NULL,
	  NULL },
};

/* Runs a command in the parent of the directory. */
static void room_prepare(struct room *room, const char *made)
{
	assert_int_equal(system(arena_printf(room->arena, "umask 077; cd %.*s; %s",
					     (int)(strrchr(room->path, '/') - room->path),
					     room->path, made)),
			 0);
}

static void hostile(void **state)
{
	const typeof(rooms[0]) *row = *state;
	struct room room;
	const char *said;

	room_make(&room);
	room_prepare(&room, row->made);
	said = look(&room);
	assert_true(records_are_empty(&room.lun));
	assert_int_equal(said != NULL, row->read != NULL);
	if (row->read)
		assert_non_null(strstr(said, row->read));
	said = change(&room, 0xb);
	assert_int_equal(said != NULL, row->written != NULL);
	if (row->written) {
		assert_non_null(strstr(said, row->written));
	} else {
		/* A damaged file is written again. */
		assert_null(look(&room));
		assert_non_null(records_abort(&room.lun, 0xb));
	}
	room_remove(&room);
}

static void of_another(void **state)
{
	struct room room;

	(void)state;
	room_make(&room);
	assert_null(change(&room, 0xb));
	room.store.owner++;
	assert_non_null(strstr(look(&room), "only root can access"));
	assert_true(records_are_empty(&room.lun));
	assert_non_null(strstr(change(&room, 0xc), "only root can access"));
	room_remove(&room);
}

/* A full disk removes nothing. */
static void full(void **state)
{
	struct room room;

	(void)state;
	room_make(&room);
	assert_null(change(&room, 0xb));
	disk_is_full = true;
	assert_non_null(strstr(change(&room, 0xc), "No space left"));
	disk_is_full = false;
	assert_int_equal(access(in(&room, ".new"), F_OK), -1);
	assert_null(look(&room));
	assert_non_null(records_abort(&room.lun, 0xb));
	assert_null(records_abort(&room.lun, 0xc));
	room_remove(&room);
}

/*
 * A file that cannot be read now may be a record, so it is kept as it is; one that is no record,
 * whatever is tried again, is replaced (above).
 */
static const struct {
	const char *name;
	int error;
	bool replaced;
} errors[] = {
	{ "no descriptor is left", EMFILE, false },
	{ "no descriptor is left on this machine", ENFILE, false },
	{ "no memory", ENOMEM, false },
	{ "not permitted", EACCES, false },
	{ "input/output error", EIO, false },
	{ "a symbolic link", ELOOP, true },
	{ "a socket", ENXIO, true },
};

static void unread(void **state)
{
	const typeof(errors[0]) *row = *state;
	struct room room;
	const char *said;

	room_make(&room);
	assert_null(change(&room, 0xb));
	record_error = row->error;
	said = look(&room);
	assert_non_null(said);
	assert_true(records_are_empty(&room.lun));
	assert_int_equal(change(&room, 0xc) == NULL, row->replaced);
	record_error = 0;
	assert_null(look(&room));
	assert_int_equal(records_abort(&room.lun, 0xb) == NULL, row->replaced);
	assert_int_equal(records_abort(&room.lun, 0xc) != NULL, row->replaced);
	room_remove(&room);
}

static void nowhere(void **state)
{
	struct room room;

	(void)state;
	room_make(&room);
	room.store.path = "/nowhere/prctl";
	assert_null(look(&room));
	assert_non_null(strstr(change(&room, 0xb), "/nowhere/prctl: No such file"));
	room.store.path = "/proc/prctl"; /* nobody can create it */
	assert_non_null(change(&room, 0xb));
	room_remove(&room);
}

static void locked(void **state)
{
	struct room room;
	int fd;

	(void)state;
	room_make(&room);
	assert_null(change(&room, 0xb));
	fd = open(room.path, O_RDONLY);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	assert_non_null(strstr(change(&room, 0xc), "is locked by another process"));
	assert_null(look(&room)); /* readers wait for nobody */
	assert_non_null(records_abort(&room.lun, 0xb));
	close(fd);
	assert_null(change(&room, 0xc));
	room_remove(&room);
}

#define LOCK_NAME "reset-host3"

/* A file to be locked that another user can open is locked by whoever wants to. */
static const struct {
	const char *name;
	const char *made; /* run by the shell in the parent of the directory */
	bool opened;
} locks[] = {
	{ "the first", ":", true },
	{ "another one", "mkdir -m 700 prctl; touch prctl/" LOCK_NAME "; chmod 600 prctl/*", true },
	{ "others may enter the directory", "mkdir -m 755 prctl", false },
	{ "the directory is a file", ": > prctl", false },
	{ "others may open it", "mkdir -m 700 prctl; touch prctl/" LOCK_NAME "; chmod 644 prctl/*",
	  false },
	{ "a link", "mkdir -m 700 prctl; touch x; ln -s ../x prctl/" LOCK_NAME, false },
	{ "a pipe", "mkdir -m 700 prctl; mkfifo -m 600 prctl/" LOCK_NAME, false },
};

static void lock_file(void **state)
{
	const typeof(locks[0]) *row = *state;
	struct stat status;
	struct room room;
	int fd;

	room_make(&room);
	room_prepare(&room, row->made);
	fd = store_lock_open(&room.store, LOCK_NAME);
	assert_int_equal(fd >= 0, row->opened);
	if (fd >= 0) {
		assert_int_equal(fstat(fd, &status), 0);
		assert_int_equal(status.st_mode, S_IFREG | S_IRUSR | S_IWUSR);
		assert_int_equal(stat(room.path, &status), 0);
		assert_int_equal(status.st_mode, S_IFDIR | S_IRWXU);
		assert_int_equal(flock(fd, LOCK_EX | LOCK_NB), 0);
		close(fd);
	}
	/* It is no record. */
	assert_int_equal(store_luns(&room.store, room.arena, &(struct lun_records *){ NULL }), 0);
	room_remove(&room);
}

static void lock_file_nowhere(void **state)
{
	const struct store nowhere = { "/proc/prctl", geteuid() },
			   of_another = { "/tmp", geteuid() + 1 };

	(void)state;
	assert_int_equal(store_lock_open(&nowhere, LOCK_NAME), -1);
	assert_int_equal(store_lock_open(&of_another, LOCK_NAME), -1);
	assert_int_equal(access("/tmp/" LOCK_NAME, F_OK), -1);
}

#define THREADS 32

/* Threads of one process that change the store at the same time. */
struct crowd {
	struct room room;
	sem_t begun;
	_Atomic int victim, failed;
};

/* Stays until all have begun, and a little longer, so they wait, whatever the clock says. */
static const char *stay(struct arena *arena, struct lun_records *lun, void *data)
{
	struct crowd *crowd = data;
	uint64_t victim = (uint64_t)atomic_fetch_add(&crowd->victim, 1) + 1;

	if (victim == 1) {
		for (int i = 0; i < THREADS; i++)
			sem_wait(&crowd->begun);
		usleep(50000);
	}
	return open_one(arena, lun, &victim);
}

static void *crowd_thread(void *data)
{
	struct crowd *crowd = data;

	sem_post(&crowd->begun);
	if (store_change(&crowd->room.store, crowd->room.arena, WWID, stay, crowd))
		crowd->failed++;
	return NULL;
}

/* A thread is never refused because of another thread of the same process. */
static void threads(void **state)
{
	struct crowd crowd = { 0 };
	pthread_t threads[THREADS];

	(void)state;
	room_make(&crowd.room);
	sem_init(&crowd.begun, 0, 0);
	clock_is_fast = true;
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, crowd_thread, &crowd), 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	clock_is_fast = false;
	assert_int_equal(crowd.failed, 0);
	assert_null(look(&crowd.room));
	for (uint64_t victim = 1; victim <= THREADS; victim++)
		assert_non_null(records_abort(&crowd.room.lun, victim));
	room_remove(&crowd.room);
}

static const char *name_one(struct arena *arena, struct lun_records *lun, void *name)
{
	lun->unfenced_boot = store_boot_id(arena);
	records_name_add(lun, name);
	return NULL;
}

static const char *age(struct arena *arena, struct lun_records *lun, void *data)
{
	(void)arena;
	(void)data;
	lun->unfenced_boot = "an earlier boot";
	return NULL;
}

static void wwid_of(void **state)
{
	char name[] = "/dev/mapper/a b", other[] = "/dev/sdb";
	struct room room;

	(void)state;
	room_make(&room);
	assert_null(store_wwid_of(&room.store, room.arena, name));
	assert_null(store_change(&room.store, room.arena, WWID, name_one, name));
	assert_null(store_change(&room.store, room.arena, WWID, name_one, other));
	assert_null(change(&room, 0xb));
	assert_string_equal(store_wwid_of(&room.store, room.arena, name), WWID);
	assert_null(store_wwid_of(&room.store, room.arena, "/dev/mapper/a"));
	/*
	 * If two LUNs have one name, it is ambiguous, until one of the records is from an earlier
	 * boot.
	 */
	assert_null(store_change(&room.store, room.arena, "naa.2", name_one, name));
	assert_null(store_wwid_of(&room.store, room.arena, name));
	assert_string_equal(store_wwid_of(&room.store, room.arena, other), WWID);
	assert_null(store_change(&room.store, room.arena, WWID, age, NULL));
	assert_string_equal(store_wwid_of(&room.store, room.arena, name), "naa.2");
	assert_null(store_wwid_of(&room.store, room.arena, other));
	room_remove(&room);
}

/* A directory lists its files in any order, which must not affect messages. */
static void luns_by_name(void **state)
{
	static const char *const unsorted[] = { "naa.4", "naa.2", "naa.5", "naa.1", "naa.3" };
	char name[] = "/dev/sdb";
	struct lun_records *luns;
	struct room room;

	(void)state;
	room_make(&room);
	for (size_t i = 0; i < 5; i++)
		assert_null(store_change(&room.store, room.arena, unsorted[i], name_one, name));
	assert_int_equal(store_luns(&room.store, room.arena, &luns), 5);
	for (size_t i = 0; i < 5; i++)
		assert_string_equal(luns[i].wwid, arena_printf(room.arena, "naa.%zu", i + 1));
	/* By "on" in an earlier boot, or by no "on": not in store_luns(). */
	assert_null(store_change(&room.store, room.arena, "naa.1", age, NULL));
	assert_int_equal(store_luns(&room.store, room.arena, &luns), 4);
	assert_string_equal(luns[0].wwid, "naa.2");
	assert_int_equal(store_luns_all(&room.store, room.arena, &luns), 5);
	assert_false(store_is_unfenced(room.arena, &luns[0]));
	assert_true(store_is_unfenced(room.arena, &luns[1]));
	room_remove(&room);
}

static void boot(void **state)
{
	struct arena *arena = unit_arena();

	(void)state;
	assert_ptr_equal(store_boot_id(arena), store_boot_id(arena)); /* it is read once */
	assert_true(*store_boot_id(arena));
	arena_free(arena);
}

static const char *register_one(struct arena *arena, struct lun_records *lun, void *data)
{
	(void)data;
	lun->own = 0xa;
	lun->boot = store_boot_id(arena);
	return NULL;
}

/* What a LUN costs, when there are many: the directory, its file and, for a change, the new one. */
static void cheap(void **state)
{
	struct room room;

	(void)state;
	room_make(&room);
	assert_null(store_change(&room.store, room.arena, WWID, register_one, NULL));
	opened = 0;
	assert_null(look(&room));
	assert_in_range(opened, 1, 2);
	opened = 0;
	assert_null(store_change(&room.store, room.arena, WWID, register_one, NULL));
	assert_in_range(opened, 1, 3);
	room_remove(&room);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TEST(&unit, remembered);
	UNIT_TEST(&unit, any_wwid);
	UNIT_TABLE(&unit, hostile, rooms);
	UNIT_TEST(&unit, of_another);
	UNIT_TEST(&unit, full);
	UNIT_TABLE(&unit, unread, errors);
	UNIT_TEST(&unit, nowhere);
	UNIT_TEST(&unit, locked);
	UNIT_TABLE(&unit, lock_file, locks);
	UNIT_TEST(&unit, lock_file_nowhere);
	UNIT_TEST(&unit, threads);
	UNIT_TEST(&unit, wwid_of);
	UNIT_TEST(&unit, luns_by_name);
	UNIT_TEST(&unit, boot);
	UNIT_TEST(&unit, cheap);
	return unit_run(&unit, "store");
}
