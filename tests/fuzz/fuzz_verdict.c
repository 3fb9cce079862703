// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Whole changes of one LUN, by the real code from the bytes of its replies to the status; the LUN
 * says and does whatever comes. ioctl() is this file's own (the linker's --wrap). The first byte
 * chooses the command and the transport; each ioctl takes two bytes, what it ends with and the
 * length of its reply, and the reply. Whatever is replied, "ok" needs a last list that shows what
 * was asked for, and what says that nothing was sent is held against what came here.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/nvme_ioctl.h>
#include <linux/pr.h>
#include <scsi/sg.h>
#include <stdarg.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "block/siblings.h"
#include "device/lun_reset.h"
#include "device/open.h"
#include "fuzz.h"
#include "no_store.h"
#include "pr/operate.h"
#include "util/clock.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

enum { OUR_KEY = 0xa, VICTIM = 0xb };

static struct {
	const uint8_t *at, *end; /* input that is left */
	size_t calls, changes;
	int64_t now;
	/* the last valid list, as sent by the LUN */
	bool read, nvme, keys_alone;
	uint8_t list[8192];
	size_t length;
} lun;

enum ending { GOOD, SENSE, STATUS_BYTE, ERRNO, HOST, ENDINGS };

/* Takes the result of an ioctl and the length of its reply from the input. */
static enum ending ending_take(size_t *length, uint8_t *detail)
{
	uint8_t first;

	lun.calls++;
	*length = *detail = 0;
	if (lun.end - lun.at < 2) {
		return ERRNO; /* EIO */
	}
	first = *lun.at++;
	*detail = *lun.at++;
	if (first % ENDINGS != GOOD)
		return first % ENDINGS;
	/* lengths of more than a byte */
	*length = (size_t)(first / ENDINGS) * 64 + *detail;
	if (*length > (size_t)(lun.end - lun.at))
		*length = (size_t)(lun.end - lun.at);
	return GOOD;
}

static size_t reply_put(void *buffer, size_t room, size_t length)
{
	if (length > room)
		length = room;
	memcpy(buffer, lun.at, length);
	lun.at += length;
	return length;
}

static int err(uint8_t detail)
{
	static const int errnos[] = { EIO, ENODEV, EINVAL, EPERM, EACCES, ENOTTY, EOPNOTSUPP,
				      ENXIO, EAGAIN, ENOMEM, EINTR, ETIMEDOUT };

	errno = errnos[detail % COUNT_OF(errnos)];
	return -1;
}

/*
 * The same for a change: if the kernel or the driver refuses it, the LUN gets nothing. EINVAL is
 * such a refusal if bytes are passed through; of IOC_PR_* it may be the LUN's.
 */
static int change_err(uint8_t detail, bool passed_through)
{
	int ret = err(detail);

	lun.changes -= errno == ENOTTY || errno == EPERM || errno == EACCES ||
		       errno == EOPNOTSUPP || (errno == EINVAL && passed_through);
	return ret;
}

static void list_keep(const void *list, size_t length, bool keys_alone)
{
	lun.read = true;
	lun.keys_alone = keys_alone;
	lun.length = length < sizeof(lun.list) ? length : sizeof(lun.list);
	memcpy(lun.list, list, lun.length);
}

static int scsi(struct sg_io_hdr *io)
{
	bool out = io->cmdp[0] == 0x5f;
	bool list = io->cmdp[0] == 0x5e && (io->cmdp[1] == 0 || io->cmdp[1] == 3);
	uint8_t detail;
	size_t length;

	lun.changes += out;
	lun.read &= !list && !out;
	switch (ending_take(&length, &detail)) {
	case GOOD:
		if (io->dxfer_direction != SG_DXFER_FROM_DEV)
			return 0;
		length = reply_put(io->dxferp, io->dxfer_len, length);
		io->resid = (int)(io->dxfer_len - length);
		if (list)
			list_keep(io->dxferp, length, io->cmdp[1] == 0);
		return 0;
	case SENSE:
		io->status = 2;
		io->sb_len_wr = 18;
		memset(io->sbp, 0, 18);
		io->sbp[0] = 0x70;
		io->sbp[2] = detail & 0x0f;
		io->sbp[7] = 10;
		io->sbp[12] = detail & 0x80 ? 0x20 : detail & 0x40 ? 0x26 : 0x29;
		io->resid = (int)io->dxfer_len;
		return 0;
	case STATUS_BYTE:
		io->status = detail ? detail : 0x08;
		return 0;
	case HOST:
		io->host_status = detail ? detail : 1;
		return 0;
	default:
		return out ? change_err(detail, true) : err(detail);
	}
}

static int nvme(const struct nvme_passthru_cmd *command, bool admin)
{
	bool out = !admin && command->opcode == 0x0d, list = !admin && command->opcode == 0x0e;
	uint8_t detail;
	size_t length;

	lun.changes += out;
	lun.read &= !list && !out;
	switch (ending_take(&length, &detail)) {
	case GOOD:
		length = reply_put((void *)(uintptr_t)command->addr, command->data_len, length);
		if (list)
			list_keep((void *)(uintptr_t)command->addr, command->data_len,
				  !(command->cdw11 & 1));
		return 0;
	case SENSE:
	case STATUS_BYTE:
		detail |= !detail;
		return detail | (detail & 1 ? 0x4000 : 0) | (detail & 2 ? 0x100 : 0);
	default:
		return out ? change_err(detail, true) : err(detail);
	}
}

int __wrap_ioctl(int fd, unsigned long request, ...);
int __wrap_ioctl(int fd, unsigned long request, ...)
{
	void *argument;
	va_list args;
	uint8_t detail;
	size_t length;

	(void)fd;
	va_start(args, request);
	argument = va_arg(args, void *);
	va_end(args);
	switch (request) {
	case SG_IO:
		return scsi(argument);
	case NVME_IOCTL_IO_CMD:
	case NVME_IOCTL_ADMIN_CMD:
		return nvme(argument, request == NVME_IOCTL_ADMIN_CMD);
	case NVME_IOCTL_ID:
		return 1;
	case IOC_PR_REGISTER:
	case IOC_PR_RESERVE:
	case IOC_PR_RELEASE:
	case IOC_PR_PREEMPT:
	case IOC_PR_PREEMPT_ABORT:
	case IOC_PR_CLEAR:
		lun.changes++;
		lun.read = false;
		switch (ending_take(&length, &detail)) {
		case GOOD:
			return 0;
		case ERRNO:
			return change_err(detail, false);
		default:
			detail |= !detail;
			return detail | (detail & 1) << 16;
		}
	}
	errno = ENOTTY;
	return -1;
}

int __wrap_device_open(const struct lun *what, bool writable);
int __wrap_device_open(const struct lun *what, bool writable)
{
	(void)what;
	(void)writable;
	return open("/dev/null", O_RDWR | O_CLOEXEC);
}

bool __wrap_device_is_gone(int fd, const struct lun *what);
bool __wrap_device_is_gone(int fd, const struct lun *what)
{
	(void)fd;
	(void)what;
	return false;
}

struct nexus_list __wrap_siblings_read(const struct result *disk);
struct nexus_list __wrap_siblings_read(const struct result *disk)
{
	(void)disk;
	return (struct nexus_list){ 0 };
}

struct lun_reset_host __wrap_lun_reset_host(struct arena *arena, const struct lun *what);
struct lun_reset_host __wrap_lun_reset_host(struct arena *arena, const struct lun *what)
{
	(void)arena;
	(void)what;
	return (struct lun_reset_host){ "/sys/class/scsi_host/host1", "iscsi_tcp" };
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
	uint8_t detail;
	size_t length;

	(void)fd;
	return ending_take(&length, &detail) == GOOD ? 0 : -EIO;
}

int64_t __wrap_clock_now(void);
int64_t __wrap_clock_now(void)
{
	return lun.now += 1000;
}

void __wrap_clock_sleep(int64_t span);
void __wrap_clock_sleep(int64_t span)
{
	lun.now += span;
}

static uint64_t number(const uint8_t *bytes, size_t size, bool little)
{
	uint64_t value = 0;

	for (size_t i = 0; i < size; i++)
		value = value << 8 | bytes[little ? size - 1 - i : i];
	return value;
}

/* How often the last list has @key, counted by this file's own decoder. */
static size_t listed(uint64_t key)
{
	size_t count = 0, at = 8, entry = lun.keys_alone ? 24 : 64;

	if (lun.nvme) {
		for (at = entry; at + entry <= lun.length; at += entry)
			count += number(lun.list + at + (lun.keys_alone ? 16 : 8), 8, true) == key;
		return count;
	}
	while (at + 8 <= lun.length && at - 8 < number(lun.list + 4, 4, false)) {
		count += number(lun.list + at, 8, false) == key;
		if (!lun.keys_alone && at + 24 > lun.length)
			break;
		at += lun.keys_alone ? 8 : 24 + number(lun.list + at + 20, 4, false);
	}
	return count;
}

/* With FUZZ_SHOW it prints the outcome, to examine an input that has failed. */
static void verdict_judge(const struct request *request, const struct result *result)
{
	const struct outcome *outcome = &result->outcome;
	const char *text = outcome->message ? outcome->message : outcome->success;
	const bool show = getenv("FUZZ_SHOW");

	for (const struct note *note = result->trace; show && note; note = note->next)
		fprintf(stderr, "  %s\n", note->text);
	if (show)
		fprintf(stderr, "%s: %s, %d %d: %s\n", request->command_name,
			lun.nvme ? "nvme" : "scsi", outcome->status, outcome->changed, text);
	MUST(outcome->sent == (lun.changes > 0));
	MUST(outcome->changed != TRI_YES || lun.changes);
	MUST(outcome->status != STATUS_USAGE);
	if (text)
		fuzz_text(text, strlen(text));
	if (outcome->status != STATUS_OK)
		return;
	MUST(lun.read && lun.length >= 8);
	switch (request->command) {
	case COMMAND_REGISTER:
	case COMMAND_RESERVE:
	case COMMAND_CHECK:
		MUST(listed(OUR_KEY));
		break;
	case COMMAND_PREEMPT:
	case COMMAND_PREEMPT_ABORT:
		MUST(!listed(VICTIM));
		break;
	case COMMAND_CLEAR:
		MUST(!listed(OUR_KEY));
		break;
	default:
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct request requests[] = {
		{ .command = COMMAND_REGISTER, .command_name = "register", .key = OUR_KEY },
		{ .command = COMMAND_UNREGISTER, .command_name = "unregister", .key = OUR_KEY },
		{ .command = COMMAND_RESERVE, .command_name = "reserve", .key = OUR_KEY,
		  .type = RESV_WRITE_EXCLUSIVE_REG_ONLY },
		{ .command = COMMAND_RELEASE, .command_name = "release", .key = OUR_KEY },
		{ .command = COMMAND_PREEMPT, .command_name = "preempt", .key = OUR_KEY,
		  .victim = VICTIM },
		{ .command = COMMAND_PREEMPT_ABORT, .command_name = "preempt-abort",
		  .key = OUR_KEY, .victim = VICTIM },
		{ .command = COMMAND_CLEAR, .command_name = "clear", .key = OUR_KEY },
		{ .command = COMMAND_CHECK, .command_name = "check", .key = OUR_KEY },
		{ .command = COMMAND_PREEMPT, .command_name = "preempt", .key = OUR_KEY,
		  .victim = VICTIM, .if_registered = true },
	};
	struct results results = { .arena = fuzz_arena() };
	struct request request;
	struct result *result;

	if (size == 0)
		return 0;
	memset(&lun, 0, sizeof(lun));
	lun.at = data + 1;
	lun.end = data + size;
	lun.now = 1;
	lun.nvme = data[0] & 0x80;
	request = requests[(data[0] & 0x7f) % COUNT_OF(requests)];
	request.verbose = true;
	request.deadline = 3 * CLOCK_SECOND;
	results.end = &results.first;
	result = result_add(&results, "/dev/sdx");
	MUST(result);
	result->label = result->lun.node = "/dev/sdx";
	result->lun.name = "sdx";
	result->lun.transport = lun.nvme ? TRANSPORT_NVME : TRANSPORT_SCSI;
	/*
	 * Other targets are asked for READ KEYS after READ FULL STATUS; if that fails, the list
	 * before it counts, which listed() does not know.
	 */
	result->lun.vendor = "LIO-ORG";
	result->lun.nexus = (struct nexus){ "iqn.2026-01.lab:host-1,i,0x00023d000001", 1 };
	if (lun.nvme)
		result->lun.nexus = (struct nexus){ "nvme:00000001-0011-2233-4455-66778899aabb",
						    TARGET_PORT_NONE };
	operate(&request, result);
	operate_close(result);
	verdict_judge(&request, result);
	return 0;
}
