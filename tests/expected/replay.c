// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * prctl as it is, on a LUN that answers with captured bytes: the linker (--wrap) gives it this
 * file's functions in place of those that ask sysfs and the device. What it decodes, decides and
 * prints is the real code's. PRCTL_STATES names the LUN's states, files that tests/expected/lines
 * makes from documents: the first one until a change is sent, then the next one. tests/data/README
 * has the format.
 *
 * If PRCTL_TARGET is set, another program is the LUN (target.h), and the only state has what sysfs
 * would show.
 *
 * For tests/host/faults.py: PRCTL_WITNESS is a file in which the LUN says what became of it, as
 * struct lun_witness; PRCTL_FAULT, "N ERRNO DONE", has the Nth ioctl on the LUN fail, after it has
 * been carried out (1) or before (0); with PRCTL_STOP it stops before main(), for strace to come;
 * PRCTL_STORE is the directory of the records: without it, nothing is recorded.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/nvme_ioctl.h>
#include <linux/pr.h>
#include <scsi/sg.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "block/host_ports.h"
#include "block/resolve.h"
#include "block/self.h"
#include "block/siblings.h"
#include "block/uses.h"
#include "device/lun_reset.h"
#include "device/open.h"
#include "job/audit.h"
#include "model/cluster.h"
#include "model/key_names.h"
#include "store/store.h"
#include "target.h"

#define STATES_MAX 8
#define REPLY_MAX 8192

enum { RESERVE_OUT = 0x5f, NVME_REGISTER = 0x0d, NVME_REPORT = 0x0e, NVME_IDENTIFY = 0x06 };

static struct {
	struct text {
		char *text; /* contents of a file, with a NUL after each line */
		size_t length;
	} list[STATES_MAX];
	size_t count;
	struct lun_witness {
		atomic_size_t now; /* index of the present state */
		atomic_size_t calls; /* number of ioctls so far */
	} *lun_is; /* in shared memory, because a child sends changes */
} states;

static struct {
	size_t call;
	int err;
	int done;
} fault;

static void fail(const char *what, const char *name)
{
	fprintf(stderr, "replay: %s: %s\n", what, name);
	exit(99);
}

static struct text text_load(const char *name)
{
	FILE *file = fopen(name, "re");
	struct text text = { malloc(1 << 16), 0 };

	if (!file || !text.text)
		fail("cannot read", name);
	text.length = fread(text.text, 1, (1 << 16) - 1, file);
	text.text[text.length] = '\0';
	fclose(file);
	for (char *end = strchr(text.text, '\n'); end; end = strchr(end + 1, '\n'))
		*end = '\0';
	return text;
}

static void witness_map(void)
{
	const char *name = getenv("PRCTL_WITNESS"), *text = getenv("PRCTL_FAULT");
	int fd = name ? open(name, O_RDWR | O_CLOEXEC) : -1;

	if (name && fd < 0)
		fail("cannot open", name);
	if (text && sscanf(text, "%zu %d %d", &fault.call, &fault.err, &fault.done) != 3)
		fail("no fault", text);
	states.lun_is = mmap(NULL, sizeof(*states.lun_is), PROT_READ | PROT_WRITE,
			     MAP_SHARED | (name ? 0 : MAP_ANONYMOUS), fd, 0);
	if (states.lun_is == MAP_FAILED)
		fail("no memory", strerror(errno));
	if (name)
		close(fd);
}

__attribute__((constructor)) static void states_load(void)
{
	char *names = strdup(getenv("PRCTL_STATES") ?: ""), *rest;

	for (char *name = strtok_r(names, " ", &rest); name; name = strtok_r(NULL, " ", &rest)) {
		if (states.count == STATES_MAX)
			fail("too many states", name);
		states.list[states.count++] = text_load(name);
	}
	if (!states.count)
		fail("no state", "PRCTL_STATES");
	witness_map();
	free(names);
	if (getenv("PRCTL_STOP"))
		raise(SIGSTOP);
}

static const char *value_in(const struct text *text, const char *key, size_t n)
{
	const char *line = text->text, *end = line + text->length;
	size_t length = strlen(key);

	for (; line < end; line += strlen(line) + 1)
		if (strncmp(line, key, length) == 0 && strncmp(line + length, ": ", 2) == 0 &&
		    n-- == 0)
			return line + length + 2;
	return NULL;
}

/*
 * The value of line @n (from 0) with "@key: VALUE" in the LUN's present state. NULL if there is
 * none.
 */
static const char *value_nth(const char *key, size_t n)
{
	return value_in(&states.list[states.lun_is->now], key, n);
}

static const char *value(const char *key)
{
	return value_nth(key, 0);
}

/* The value of a hexadecimal digit; -1: it is none. */
static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Writes the bytes in @text to @reply; "@200" continues at byte 0x200. Returns their number. */
static size_t bytes_of(const char *text, uint8_t *reply, size_t size)
{
	size_t at = 0;
	char *end;

	while (text && *text) {
		if (*text == ' ') {
			text++;
		} else if (*text == '@') {
			at = strtoul(text + 1, &end, 16);
			text = end;
		} else if (digit_of(text[0]) < 0 || digit_of(text[1]) < 0) {
			break;
		} else {
			int byte = digit_of(text[0]) << 4 | digit_of(text[1]);

			if (at++ < size)
				reply[at - 1] = (uint8_t)byte;
			text += 2;
		}
	}
	return at < size ? at : size;
}

/* The result of an ioctl in a line: a number, or "errno N". */
static int result_of(const char *text)
{
	if (!text)
		return 0;
	if (strncmp(text, "errno ", 6) != 0)
		return (int)strtol(text, NULL, 0);
	errno = atoi(text + 6);
	return -1;
}

/* A change was sent; it is done unless a line says otherwise. */
static int change(void)
{
	int ret = result_of(value("change"));
	size_t now = states.lun_is->now;

	if (now + 1 < states.count)
		states.lun_is->now = now + 1;
	return ret;
}

static const char *scsi_key(const uint8_t *cdb)
{
	static const char *const keys[] = {
		"read keys", "read reservation", "report capabilities", "read full status",
	};

	if (cdb[0] == 0x12)
		return cdb[1] & 1 ? "page 83h" : "inquiry";
	return cdb[0] == 0x5e && (cdb[1] & 0x1f) < 4 ? keys[cdb[1] & 0x1f] : "";
}

static int scsi(struct sg_io_hdr *io)
{
	const char *text = value(scsi_key(io->cmdp));
	unsigned int key, asc, ascq;

	if (io->cmdp[0] == RESERVE_OUT)
		return change();
	if (!text)
		text = "sense 05/20/00";
	if (strncmp(text, "errno ", 6) == 0)
		return result_of(text);
	if (sscanf(text, "sense %2x/%2x/%2x", &key, &asc, &ascq) == 3) {
		io->status = 2;
		io->sb_len_wr = 18;
		memset(io->sbp, 0, 18);
		io->sbp[0] = 0x70;
		io->sbp[2] = (uint8_t)key;
		io->sbp[7] = 10;
		io->sbp[12] = (uint8_t)asc;
		io->sbp[13] = (uint8_t)ascq;
		io->resid = (int)io->dxfer_len;
		return 0;
	}
	if (sscanf(text, "status %2x", &key) == 1)
		io->status = (uint8_t)key;
	else
		io->resid = (int)(io->dxfer_len - bytes_of(text, io->dxferp, io->dxfer_len));
	return 0;
}

static int nvme(unsigned long request, const struct nvme_passthru_cmd *command)
{
	const char *text;
	char key[32];

	if (request == NVME_IOCTL_IO_CMD && command->opcode == NVME_REGISTER)
		return change();
	if (request == NVME_IOCTL_IO_CMD)
		snprintf(key, sizeof(key), "report %s",
			 command->cdw11 & 1 ? "extended" : "standard");
	else if (command->opcode == NVME_IDENTIFY)
		snprintf(key, sizeof(key), "identify %u", command->cdw10);
	else
		snprintf(key, sizeof(key), "host identifier %u", command->data_len);
	text = value(key);
	if (!text)
		return 0x4002; /* Invalid Field, Do Not Retry */
	if (strncmp(text, "errno ", 6) == 0 || strncmp(text, "0x", 2) == 0)
		return result_of(text);
	memset((void *)(uintptr_t)command->addr, 0, command->data_len);
	bytes_of(text, (uint8_t *)(uintptr_t)command->addr, command->data_len);
	return 0;
}

static int lun_ioctl(unsigned long request, void *argument)
{
	switch (request) {
	case SG_IO:
		return scsi(argument);
	case NVME_IOCTL_IO_CMD:
	case NVME_IOCTL_ADMIN_CMD:
		return nvme(request, argument);
	case NVME_IOCTL_ID:
		return 1;
	case IOC_PR_REGISTER:
	case IOC_PR_RESERVE:
	case IOC_PR_RELEASE:
	case IOC_PR_PREEMPT:
	case IOC_PR_PREEMPT_ABORT:
	case IOC_PR_CLEAR:
		return change();
	}
	errno = ENOTTY;
	return -1;
}

int __wrap_ioctl(int fd, unsigned long request, ...);
int __wrap_ioctl(int fd, unsigned long request, ...)
{
	bool fails = ++states.lun_is->calls == fault.call;
	void *argument;
	va_list args;
	int ret = -1;

	va_start(args, request);
	argument = va_arg(args, void *);
	va_end(args);
	if (target_is_used())
		return target_ioctl(fd, request, argument);
	if (!fails || fault.done)
		ret = lun_ioctl(request, argument);
	if (!fails)
		return ret;
	errno = fault.err;
	return -1;
}

static const char *value_or_null(const char *key)
{
	const char *text = value(key);

	return text && *text ? text : NULL;
}

/* What sysfs would show about the disk @name. */
static void lun_fill(struct lun *lun, const char *node)
{
	const char *name = strrchr(node, '/'), *port = value("port");
	static uint8_t page[4096];

	lun->name = name ? name + 1 : node;
	lun->node = node;
	lun->transport = strcmp(value("transport") ?: "", "nvme") == 0 ? TRANSPORT_NVME :
			 strcmp(value("transport") ?: "", "scsi") == 0 ? TRANSPORT_SCSI :
									 TRANSPORT_NONE;
	lun->wwid = value_or_null("wwid");
	lun->vendor = value_or_null("vendor");
	lun->model = value_or_null("model");
	lun->state = value_or_null("state");
	lun->size = strtoull(value("size") ?: "0", NULL, 10);
	lun->nexus.initiator = value_or_null("initiator");
	lun->nexus.target_port = port ? atoi(port) : TARGET_PORT_UNKNOWN;
	if (lun->transport == TRANSPORT_NVME)
		lun->nexus.target_port = TARGET_PORT_NONE;
	lun->page83_length = bytes_of(value("page 83h"), page, sizeof(page));
	lun->page83 = lun->page83_length ? page : NULL;
}

/* A map's paths: "path: NODE STATE INITIATOR PORT". */
static int paths_add(struct result *map)
{
	struct result **end = &map->paths, *path;
	char node[64], state[32], initiator[256];
	int port;

	for (size_t i = 0; value_nth("path", i); i++) {
		if (sscanf(value_nth("path", i), "%63s %31s %255s %d", node, state, initiator,
			   &port) != 4)
			fail("not a path", value_nth("path", i));
		path = result_new(map->arena, map->argument);
		if (!path)
			return -ENOMEM;
		/* in the arena, because another process prints */
		path->label = arena_printf(map->arena, "%s", node);
		lun_fill(&path->lun, path->label);
		path->lun.state = arena_printf(map->arena, "%s", state);
		path->lun.nexus = (struct nexus){ arena_printf(map->arena, "%s", initiator), port };
		path->map = map;
		path->ports = map->ports;
		*end = path;
		end = &path->next;
	}
	return 0;
}

int __wrap_resolve_argument(const struct request *request, const char *argument,
			    struct results *results);
int __wrap_resolve_argument(const struct request *request, const char *argument,
			    struct results *results)
{
	struct result *result = result_add(results, argument);
	unsigned int number;

	(void)request;
	if (!result)
		return -ENOMEM;
	lun_fill(&result->lun, argument);
	/* Any number of LUNs, /dev/sd0 and so on, all in the same state. */
	if (sscanf(argument, "/dev/sd%u", &number) == 1) {
		result->lun.wwid = arena_printf(result->arena, "%s-%u", result->lun.wwid, number);
		result->lun.devno = 2 + number;
	}
	/* Two disks are two LUNs in the same state. */
	if (strcmp(argument, "/dev/sdb") == 0) {
		result->lun.wwid = arena_printf(result->arena, "%s-b", result->lun.wwid);
		result->lun.devno = 1;
	}
	return paths_add(result);
}

int __wrap_resolve_all(const struct request *request, struct results *results);
int __wrap_resolve_all(const struct request *request, struct results *results)
{
	return __wrap_resolve_argument(request, "/dev/sda", results);
}

int __wrap_device_open(const struct lun *lun, bool writable);
int __wrap_device_open(const struct lun *lun, bool writable)
{
	const char *text = value("open");

	(void)writable;
	if (target_is_used())
		return target_open(lun);
	return text ? -atoi(text + strlen("errno ")) : open("/dev/null", O_RDWR | O_CLOEXEC);
}

bool __wrap_device_is_gone(int fd, const struct lun *lun);
bool __wrap_device_is_gone(int fd, const struct lun *lun)
{
	(void)fd;
	(void)lun;
	return false;
}

const struct machine_ports *__wrap_host_ports_read(struct arena *arena);
const struct machine_ports *__wrap_host_ports_read(struct arena *arena)
{
	static const struct machine_ports none = { 0 };

	(void)arena;
	return &none;
}

/* The disk is not one of this machine's. */
void __wrap_results_uses_read(struct results *results);
void __wrap_results_uses_read(struct results *results)
{
	(void)results;
}

struct host_self __wrap_host_self_read(struct arena *arena);
struct host_self __wrap_host_self_read(struct arena *arena)
{
	(void)arena;
	return (struct host_self){ "node1", "0123456789abcdef0123456789abcdef" };
}

int __wrap_cluster_load(const char *path, struct cluster *cluster);
int __wrap_cluster_load(const char *path, struct cluster *cluster)
{
	(void)path;
	*cluster = (struct cluster){ 0 };
	return 0;
}

struct nexus_list __wrap_siblings_read(const struct result *disk);
struct nexus_list __wrap_siblings_read(const struct result *disk)
{
	(void)disk;
	return (struct nexus_list){ 0 };
}

struct lun_reset_host __wrap_lun_reset_host(struct arena *arena, const struct lun *lun);
struct lun_reset_host __wrap_lun_reset_host(struct arena *arena, const struct lun *lun)
{
	(void)arena;
	(void)lun;
	return (struct lun_reset_host){ "/sys/class/scsi_host/host1", value_or_null("driver") };
}

int __wrap_lun_reset_lock(const struct lun_reset_host *host, bool *waited);
int __wrap_lun_reset_lock(const struct lun_reset_host *host, bool *waited)
{
	(void)host, (void)waited;
	return open("/dev/null", O_RDWR | O_CLOEXEC);
}

int __wrap_lun_reset_send(int fd);
int __wrap_lun_reset_send(int fd)
{
	return target_is_used() ? target_reset(fd) : 0;
}

int __wrap_audit_send(const struct request *request, const struct results *results,
		      const char *command, int64_t deadline, size_t *lost);
int __wrap_audit_send(const struct request *request, const struct results *results,
		      const char *command, int64_t deadline, size_t *lost)
{
	(void)request;
	(void)results;
	(void)command;
	(void)deadline;
	*lost = 0;
	return 0;
}

/* PRCTL_STORE in place of /run/prctl; no path: there is none. */
static struct store store_here(void)
{
	return (struct store){ .path = getenv("PRCTL_STORE"), .owner = geteuid() };
}

const char *__real_store_read(const struct store *store, struct arena *arena, const char *wwid,
			      struct lun_records *lun);
const char *__wrap_store_read(const struct store *store, struct arena *arena, const char *wwid,
			      struct lun_records *lun);
const char *__wrap_store_read(const struct store *store, struct arena *arena, const char *wwid,
			      struct lun_records *lun)
{
	const struct store here = store_here();

	(void)store;
	if (here.path)
		return __real_store_read(&here, arena, wwid, lun);
	*lun = (struct lun_records){ .wwid = wwid };
	return NULL;
}

size_t __real_store_luns(const struct store *store, struct arena *arena, struct lun_records **list);
size_t __wrap_store_luns(const struct store *store, struct arena *arena, struct lun_records **list);
size_t __wrap_store_luns(const struct store *store, struct arena *arena, struct lun_records **list)
{
	const struct store here = store_here();

	(void)store;
	if (here.path)
		return __real_store_luns(&here, arena, list);
	*list = arena_alloc(arena, sizeof(**list));
	return 0;
}

size_t __real_store_luns_all(const struct store *store, struct arena *arena,
			     struct lun_records **list);
size_t __wrap_store_luns_all(const struct store *store, struct arena *arena,
			     struct lun_records **list);
size_t __wrap_store_luns_all(const struct store *store, struct arena *arena,
			     struct lun_records **list)
{
	const struct store here = store_here();

	(void)store;
	*list = arena_alloc(arena, sizeof(**list));
	return here.path ? __real_store_luns_all(&here, arena, list) : 0;
}

const char *__real_store_wwid_of(const struct store *store, struct arena *arena,
				 const char *device);
const char *__wrap_store_wwid_of(const struct store *store, struct arena *arena,
				 const char *device);
const char *__wrap_store_wwid_of(const struct store *store, struct arena *arena, const char *device)
{
	const struct store here = store_here();

	(void)store;
	return here.path ? __real_store_wwid_of(&here, arena, device) : NULL;
}

typedef const char *changer(struct arena *arena, struct lun_records *lun, void *data);
const char *__real_store_change(const struct store *store, struct arena *arena, const char *wwid,
				changer *changes, void *data);
const char *__wrap_store_change(const struct store *store, struct arena *arena, const char *wwid,
				changer *changes, void *data);
const char *__wrap_store_change(const struct store *store, struct arena *arena, const char *wwid,
				changer *changes, void *data)
{
	const struct store here = store_here();
	struct lun_records lun = { .wwid = wwid };

	(void)store;
	return here.path ? __real_store_change(&here, arena, wwid, changes, data)
			 : changes(arena, &lun, data);
}

/*
 * prctl trusts only a keys file that is root's, and that no one else can write to: those of a clone
 * belong to its user. For large files the C library calls it fstat64().
 */
int __wrap_fstat(int fd, struct stat *status);
int __wrap_fstat64(int fd, struct stat *status);

int __wrap_fstat(int fd, struct stat *status)
{
	if (fstatat(fd, "", status, AT_EMPTY_PATH) < 0)
		return -1;
	status->st_uid = 0;
	status->st_mode &= ~(mode_t)(S_IWGRP | S_IWOTH);
	return 0;
}

int __wrap_fstat64(int fd, struct stat *status)
{
	return __wrap_fstat(fd, status);
}

enum key_names_result __real_key_names_load(const char *path, struct key_names *names,
					    char **wrong);
enum key_names_result __wrap_key_names_load(const char *path, struct key_names *names,
					    char **wrong);
/* PRCTL_KEYS instead of this machine's file. */
enum key_names_result __wrap_key_names_load(const char *path, struct key_names *names,
					    char **wrong)
{
	(void)path;
	return __real_key_names_load(getenv("PRCTL_KEYS") ?: "/no-such-file", names, wrong);
}
