// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ioctl() is this file's own (the linker's --wrap): it plays the kernel and a namespace with
 * answers that Linux's target does not give: host identifiers of 64 bits, many registrants, a
 * controller on PCIe.
 */
#include "unit.h"

#include <errno.h>
#include <linux/nvme_ioctl.h>
#include <linux/pr.h>
#include <sys/ioctl.h>

#include "device/pr_nvme.h"
#include "states.h"
#include "wire/nvme.h"

#define NSID 7
#define ID_TEXT "nvme:01000000-0000-0000-0000-000000000000"

static struct {
	size_t entries; /* number of registrants, whose keys and hosts are 1, 2, ... */
	size_t joining; /* number of those that register between two readings */
	/* the report ends with this, if not with success: a status, or a negative errno */
	int report;
	int extended; /* only the extended form ends with this */
	bool cuts; /* a report counts only the entries for which it has room */
	bool silent; /* a report ends with success, and nothing is sent */
	bool ignorant; /* ignores the extended form and sends the other one */
	/* a report of more bytes is refused with EINVAL, as in the kernel; 0: never */
	size_t room_most;
	uint8_t rescap, oncs;
	int identify; /* Identify ends with this */
	uint8_t host[16]; /* Get Features: the identifier */
	size_t host_size; /* of 16 or 8 bytes; 0: the controller does not know it */
	int pr; /* IOC_PR_*: its return value */
	size_t reports, features;
	struct nvme_passthru_cmd last;
	uint8_t data[16]; /* of the last command with data */
	unsigned long pr_request;
	struct pr_registration registration;
} device;

static int ends(int how)
{
	if (how >= 0)
		return how;
	errno = -how;
	return -1;
}

static int report(const struct nvme_passthru_cmd *command)
{
	enum nvme_report form = command->cdw11 & 1 && !device.ignorant ? NVME_REPORT_EXTENDED
								       : NVME_REPORT_STANDARD;
	size_t key = form == NVME_REPORT_EXTENDED ? 8 : 16,
		host = form == NVME_REPORT_EXTENDED ? 16 : 8;
	uint8_t *reply = (uint8_t *)(uintptr_t)command->addr;
	size_t sent = 0;

	device.reports++;
	assert_int_equal(command->nsid, NSID);
	assert_int_equal(command->data_len, (command->cdw10 + 1) * 4);
	if (device.room_most && command->data_len > device.room_most)
		return ends(-EINVAL);
	if (device.report || (form == NVME_REPORT_EXTENDED && device.extended))
		return ends(device.report ? device.report : device.extended);
	if (device.silent)
		return 0;
	memset(reply, 0, command->data_len);
	while (sent < device.entries && nvme_report_size(form, sent + 1) <= command->data_len)
		sent++;
	reply[5] = (uint8_t)(device.cuts ? sent : device.entries);
	reply[6] = (uint8_t)((device.cuts ? sent : device.entries) >> 8);
	for (size_t i = 0; i < sent; i++) {
		uint8_t *entry = reply + nvme_report_size(form, i);

		entry[key] = entry[host] = (uint8_t)(i + 1);
		entry[key + 1] = entry[host + 1] = (uint8_t)((i + 1) >> 8);
	}
	device.entries += device.joining;
	return 0;
}

static int admin(const struct nvme_passthru_cmd *command)
{
	uint8_t *data = (uint8_t *)(uintptr_t)command->addr;

	if (command->opcode == 0x06) {
		assert_int_equal(command->data_len, 4096);
		assert_int_equal(command->nsid, command->cdw10 == 0 ? NSID : 0);
		data[31] = command->cdw10 == 0 ? device.rescap : 0;
		data[520] = command->cdw10 == 1 ? device.oncs : 0;
		return ends(device.identify);
	}
	assert_int_equal(command->opcode, 0x0a);
	assert_int_equal(command->cdw10, 0x81);
	assert_int_equal(command->data_len, command->cdw11 ? 16 : 8);
	device.features++;
	if (device.host_size != command->data_len)
		return ends(0x6018);
	memcpy(data, device.host, device.host_size);
	return 0;
}

int __wrap_ioctl(int fd, unsigned long request, ...);
int __wrap_ioctl(int fd, unsigned long request, ...)
{
	struct nvme_passthru_cmd *command;
	va_list args;

	(void)fd;
	if (request == NVME_IOCTL_ID)
		return NSID;
	va_start(args, request);
	command = va_arg(args, void *);
	va_end(args);
	if (request != NVME_IOCTL_IO_CMD && request != NVME_IOCTL_ADMIN_CMD) {
		device.pr_request = request;
		if (request == IOC_PR_REGISTER)
			memcpy(&device.registration, command, sizeof(device.registration));
		return ends(device.pr);
	}
	assert_int_equal(command->flags, 0);
	assert_int_equal(command->timeout_ms, 30000);
	if (request == NVME_IOCTL_ADMIN_CMD)
		return admin(command);
	if (command->opcode == 0x0e)
		return report(command);
	device.last = *command;
	memcpy(device.data, (const void *)(uintptr_t)command->addr, sizeof(device.data));
	return ends(device.pr);
}

static struct result device_begin(void)
{
	memset(&device, 0, sizeof(device));
	device.rescap = 0xfe;
	device.oncs = 0x20;
	return (struct result){
		.lun = { .transport = TRANSPORT_NVME, .nexus = { ID_TEXT, -1 } },
		.arena = arena_new(32 << 20),
	};
}

static const struct {
	const char *name;
	size_t entries, joining, reports;
	enum answer_kind kind;
	size_t count;
	bool cuts;
} lengths[] = {
	{ "nobody", 0, 0, 1, ANSWER_DONE, 0 },
	{ "62 fit", 62, 0, 1, ANSWER_DONE, 62 },
	{ "63 fit, and fill the room", 63, 0, 2, ANSWER_DONE, 63 },
	{ "62 of a list that may be cut", 62, 0, 1, ANSWER_DONE, 62, true },
	{ "a list that is cut", 64, 0, 2, ANSWER_DONE, 64, true },
	{ "a list that is cut twice", 200, 0, 3, ANSWER_DONE, 200, true },
	{ "a list that is cut for ever", 2000, 0, 4, ANSWER_REPLY, 0, true },
	{ "64 do not", 64, 0, 2, ANSWER_DONE, 64 },
	{ "1000", 1000, 0, 2, ANSWER_DONE, 1000 },
	{ "a list that grows, and stops", 63, 1, 2, ANSWER_DONE, 64 },
	{ "a list that grows for ever", 64, 2, 4, ANSWER_REPLY, 0 },
};

static void reads(void **state)
{
	const typeof(lengths[0]) *row = *state;
	struct result result = device_begin();
	struct answer answer;

	device.entries = row->entries;
	device.joining = row->joining;
	device.cuts = row->cuts;
	nvme_state_read(3, &result, &result.state, &answer);
	assert_int_equal(answer.kind, row->kind);
	assert_int_equal(device.reports, row->reports);
	assert_int_equal(device.features, 0);
	assert_int_equal(result.state.source,
		row->kind == ANSWER_DONE ? SOURCE_NVME_REPORT : SOURCE_NONE);
	if (row->kind == ANSWER_DONE)
		assert_int_equal(result.state.count, row->count);
	for (size_t i = 0; i < row->count; i++) {
		assert_true(result.state.registrants[i].key == i + 1);
		assert_int_equal(result.state.registrants[i].this_nexus, i == 0 ? Y : N);
	}
	arena_free(result.arena);
}

/* How a report ends, and what Identify reports. */
static const struct {
	const char *name;
	int report, extended, identify;
	uint8_t rescap, oncs;
	enum answer_kind kind;
} endings[] = {
	{ "unknown command", 0x6001, 0, 0, 0xfe, 0x20, ANSWER_NO_COMMAND },
	{ "unknown command, no flags", 0x0001, 0, 0, 0xfe, 0x20, ANSWER_NO_COMMAND },
	{ "not permitted, reservations are there", -EACCES, 0, 0, 0xfe, 0x20, ANSWER_NO_PRIVILEGE },
	{ "not permitted, none are there", -EACCES, 0, 0, 0, 0x20, ANSWER_NO_COMMAND },
	{ "not permitted, nor is Identify", -EACCES, 0, -EACCES, 0, 0, ANSWER_NO_PRIVILEGE },
	{ "invalid field, RESCAP 0", 0x4002, 0, 0, 0, 0x20, ANSWER_NO_COMMAND },
	{ "invalid field, ONCS without", 0x4002, 0, 0, 0xfe, 0, ANSWER_NO_COMMAND },
	{ "invalid field, reservations are there", 0x4002, 0, 0, 0xfe, 0x20, ANSWER_INVALID },
	{ "invalid field, no flags, who knows", 0x0002, 0, 0x4002, 0, 0, ANSWER_INVALID },
	{ "internal error, reservations are there", 0x0006, 0, 0, 0xfe, 0x20, ANSWER_TRANSIENT },
	{ "internal error, none are there", 0x0006, 0, 0, 0, 0x20, ANSWER_NO_COMMAND },
	{ "internal error, final", 0x4006, 0, 0, 0xfe, 0x20, ANSWER_CHECK },
	{ "path", 0x0370, 0, 0, 0, 0, ANSWER_TRANSIENT },
	{ "path, final", 0x4301, 0, 0, 0, 0, ANSWER_PATH },
	{ "a change of the ANA state", 0x0303, 0, 0, 0, 0, ANSWER_TRANSIENT },
	{ "a head without a path", -EAGAIN, 0, 0, 0, 0, ANSWER_TRANSIENT },
	{ "the device is gone", -ENODEV, 0, 0, 0, 0, ANSWER_PATH },
	{ "no such ioctl", -ENOTTY, 0, 0, 0xfe, 0x20, ANSWER_NO_INTERFACE },
	{ "identifiers of 64 bits", 0, 0x6018, 0, 0xfe, 0x20, ANSWER_DONE },
	{ "identifiers of 64 bits, no flags", 0, 0x0018, 0, 0xfe, 0x20, ANSWER_DONE },
	{ "an invalid field, EDS", 0, 0x4002, 0, 0xfe, 0x20, ANSWER_DONE },
	{ "an invalid field, EDS, no flags", 0, 0x0002, 0, 0xfe, 0x20, ANSWER_DONE },
	{ "neither form", 0x6018, 0, 0, 0xfe, 0x20, ANSWER_CHECK },
};

static void report_ends(void **state)
{
	const typeof(endings[0]) *row = *state;
	struct result result = device_begin();
	struct answer answer;

	device.entries = 2;
	device.report = row->report;
	device.extended = row->extended;
	device.identify = row->identify;
	device.rescap = row->rescap;
	device.oncs = row->oncs;
	nvme_state_read(3, &result, &result.state, &answer);
	assert_int_equal(answer.kind, row->kind);
	assert_int_equal(result.state.source != SOURCE_NONE, row->kind == ANSWER_DONE);
	if (row->kind == ANSWER_DONE)
		assert_string_equal(result.state.registrants[1].nexus.initiator,
			"nvme:0x0000000000000002");
	arena_free(result.arena);
}

/* NVMe 1.2 has no EDS: the bit is ignored, and the reply is not a list of the extended form. */
/* Success without a report is not an empty list. */
static void nothing_comes(void **state)
{
	struct result result = device_begin();
	struct resv_state read;
	struct answer answer;

	(void)state;
	device.silent = true;
	nvme_state_read(7, &result, &read, &answer);
	assert_int_equal(answer.kind, ANSWER_REPLY);
	assert_int_equal(read.source, SOURCE_NONE);
	arena_free(result.arena);
}

/* A head whose controllers are of different hosts: none of them is asked which it is. */
static void hosts_differ(void **state)
{
	struct result result = device_begin();
	struct answer answer;

	(void)state;
	result.lun.nexus.initiator = NULL;
	result.lun.hosts_differ = true;
	device.entries = 1;
	device.host[0] = 1;
	device.host_size = 16;
	nvme_state_read(3, &result, &result.state, &answer);
	assert_int_equal(answer.kind, ANSWER_DONE);
	assert_int_equal(device.features, 0);
	assert_int_equal(result.state.registrants[0].this_host, U);
	assert_non_null(result.warnings);
	arena_free(result.arena);
}

static void ignores_the_form(void **state)
{
	struct result result = device_begin();
	struct answer answer;

	(void)state;
	device.ignorant = true;
	for (size_t entries = 0; entries <= 3; entries++) {
		device.entries = entries;
		device.reports = 0;
		nvme_state_read(3, &result, &result.state, &answer);
		assert_int_equal(answer.kind, ANSWER_DONE);
		assert_int_equal(device.reports, entries ? 2 : 1);
		assert_int_equal(result.state.count, entries);
		for (size_t i = 0; i < entries; i++)
			assert_true(result.state.registrants[i].key == i + 1);
	}
	arena_free(result.arena);
}

/*
 * sysfs has an identifier of 16 bytes, the list has those of 8: the controller knows this host's.
 */
static void own_short(void **state)
{
	struct result result = device_begin();
	struct answer answer;

	(void)state;
	device.entries = 2;
	device.extended = 0x4002;
	nvme_state_read(3, &result, &result.state, &answer);
	assert_string_equal(result.lun.nexus.initiator, ID_TEXT);
	assert_int_equal(result.state.registrants[0].this_host, U);
	device.host_size = 8;
	device.host[0] = 2;
	device.features = 0;
	for (size_t i = 0; i < 2; i++) {
		nvme_state_read(3, &result, &result.state, &answer);
		assert_int_equal(answer.kind, ANSWER_DONE);
		assert_int_equal(device.features, 1);
		assert_int_equal(result.state.registrants[0].this_nexus, N);
		assert_int_equal(result.state.registrants[1].this_nexus, Y);
		assert_int_equal(result.state.registrants[1].this_host, Y);
	}
	arena_free(result.arena);
}

/* A list that does not fit into a transfer is left to the kernel's own reading. */
static void too_long(void **state)
{
	struct result result = device_begin();
	struct answer answer;

	(void)state;
	device.entries = 100;
	device.room_most = 4096;
	nvme_state_read(3, &result, &result.state, &answer);
	assert_int_equal(answer.kind, ANSWER_NO_INTERFACE);
	assert_int_equal(result.state.source, SOURCE_NONE);
	arena_free(result.arena);
}

/* If sysfs does not show it, the controller is asked for this host's identifier. */
static const struct {
	const char *name;
	size_t host_size, features;
	uint8_t first;
	const char *text;
} hosts[] = {
	{ "128 bits", 16, 1, 1, ID_TEXT },
	{ "128 bits, none", 16, 2, 0, NULL },
	{ "64 bits", 8, 2, 2, "nvme:0x0000000000000002" },
	{ "64 bits, none", 8, 2, 0, NULL },
	{ "not known to the controller", 0, 2, 0, NULL },
};

static void own_host(void **state)
{
	const typeof(hosts[0]) *row = *state;
	struct result result = device_begin();
	struct answer answer;

	result.lun.nexus.initiator = NULL;
	device.entries = 2;
	device.extended = row->host_size == 8 ? 0x6018 : 0;
	device.host_size = row->host_size;
	device.host[0] = row->first;
	nvme_state_read(3, &result, &result.state, &answer);
	assert_int_equal(answer.kind, ANSWER_DONE);
	assert_int_equal(device.features, row->features);
	assert_text(result.lun.nexus.initiator, row->text);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(result.state.registrants[i].this_nexus,
				 !row->text ? U : i + 1 == row->first ? Y : N);
	arena_free(result.arena);
}

static const uint8_t unregistered[16] = { 0x08, 7, 6, 5, 4, 3, 2, 1 };

/* Only the kernel's own unregister is wrong; everything else goes through the kernel. */
static const struct {
	const char *name;
	struct action action;
	uint32_t cdw10; /* 0: it goes through the kernel */
	unsigned long pr_request;
	uint32_t flags;
} actions[] = {
	{ "unregister",
	  { ACTION_REGISTER, 0x0102030405060708, 0, RESV_NONE, false, false, false },
	  0x01,
	  0,
	  0 },
	{ "unregister --ignore-key",
	  { ACTION_REGISTER_IGNORE, 0x0102030405060708, 0, RESV_NONE, false, false, false },
	  0x09,
	  0,
	  0 },
	{ "register",
	  { ACTION_REGISTER, 0, 0xa, RESV_NONE, false, false, false },
	  0,
	  IOC_PR_REGISTER,
	  0 },
	{ "register --ignore-key",
	  { ACTION_REGISTER_IGNORE, 0xa, 0xa, RESV_NONE, false, false, false },
	  0,
	  IOC_PR_REGISTER,
	  PR_FL_IGNORE_KEY },
	{ "reserve", { ACTION_RESERVE, 0xa, 0, WE, false, false, false }, 0, IOC_PR_RESERVE, 0 },
	{ "release", { ACTION_RELEASE, 0xa, 0, WE, false, false, false }, 0, IOC_PR_RELEASE, 0 },
	{ "clear", { ACTION_CLEAR, 0xa, 0, RESV_NONE, false, false, false }, 0, IOC_PR_CLEAR, 0 },
	{ "preempt", { ACTION_PREEMPT, 0xa, 0xb, WE, false, false, false }, 0, IOC_PR_PREEMPT, 0 },
	{ "preempt all",
	  { ACTION_PREEMPT, 0xa, 0, WEAR, false, false, false },
	  0,
	  IOC_PR_PREEMPT,
	  0 },
	{ "preempt-abort",
	  { ACTION_PREEMPT_ABORT, 0xa, 0xb, WE, false, false, false },
	  0,
	  IOC_PR_PREEMPT_ABORT,
	  0 },
};

static void sends(void **state)
{
	const typeof(actions[0]) *row = *state;
	struct result result = device_begin();
	struct answer answer;

	assert_string_equal(nvme_action_send(3, &row->action, &answer),
			    row->cdw10 ? "NVMe passthrough" : "ioctl");
	assert_int_equal(answer.kind, ANSWER_DONE);
	assert_true(device.pr_request == row->pr_request);
	assert_int_equal(device.registration.flags, row->flags);
	if (row->cdw10) {
		assert_int_equal(device.last.opcode, 0x0d);
		assert_int_equal(device.last.nsid, NSID);
		assert_int_equal(device.last.cdw10, row->cdw10);
		assert_int_equal(device.last.data_len, 16);
		assert_memory_equal(device.data, unregistered, sizeof(unregistered));
	}
	device.pr = row->cdw10 ? 0x4083 : 0x18;
	nvme_action_send(3, &row->action, &answer);
	assert_int_equal(answer.kind, ANSWER_CONFLICT);
	assert_int_equal(answer.raw, device.pr);
	device.pr = -EACCES;
	nvme_action_send(3, &row->action, &answer);
	assert_int_equal(answer.kind, ANSWER_NO_PRIVILEGE);
	arena_free(result.arena);
}

/* RREGA, IEKEY and CPTPL of a registration that does not persist, and its keys. */
static const struct {
	const char *name;
	struct action action;
	uint32_t cdw10;
	uint64_t keys[2];
} volatiles[] = {
	{ "the first key", { .op = ACTION_REGISTER, .service_key = 0xa, .is_volatile = true },
	  0x80000000, { 0, 0xa } },
	{ "in place of another", { .op = ACTION_REGISTER, .key = 0xb, .service_key = 0xa,
	  .is_volatile = true }, 0x80000002, { 0xb, 0xa } },
	{ "in place of any", { .op = ACTION_REGISTER_IGNORE, .key = 0xa, .service_key = 0xa,
	  .is_volatile = true }, 0x8000000a, { 0xa, 0xa } },
};

static void sends_volatile(void **state)
{
	const typeof(volatiles[0]) *row = *state;
	struct result result = device_begin();
	struct answer answer;
	uint64_t keys[2] = { htole64(row->keys[0]), htole64(row->keys[1]) };

	assert_string_equal(nvme_action_send(3, &row->action, &answer), "NVMe passthrough");
	assert_int_equal(answer.kind, ANSWER_DONE);
	assert_int_equal(device.last.opcode, 0x0d);
	assert_int_equal(device.last.nsid, NSID);
	assert_int_equal(device.last.cdw10, row->cdw10);
	assert_int_equal(device.last.data_len, sizeof(keys));
	assert_memory_equal(device.data, keys, sizeof(keys));
	arena_free(result.arena);
}

static void capabilities(void **state)
{
	struct result result = device_begin();

	(void)state;
	result.capabilities.power_loss_active = U;
	device.rescap = 0x03;
	nvme_capabilities_read(3, &result);
	assert_true(result.capabilities.known);
	assert_int_equal(result.capabilities.power_loss_capable, Y);
	assert_int_equal(result.capabilities.power_loss_active, U);
	assert_int_equal(result.capabilities.types[WE], Y);
	assert_int_equal(result.capabilities.types[EA], N);
	assert_int_equal(result.capabilities.rescap, 0x03);
	assert_int_equal(result.capabilities.oncs, 0x20);
	result.capabilities.known = false;
	device.identify = 0x4002;
	nvme_capabilities_read(3, &result);
	assert_false(result.capabilities.known);
	arena_free(result.arena);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, reads, lengths);
	UNIT_TABLE(&unit, report_ends, endings);
	UNIT_TEST(&unit, nothing_comes);
	UNIT_TEST(&unit, hosts_differ);
	UNIT_TEST(&unit, ignores_the_form);
	UNIT_TEST(&unit, own_short);
	UNIT_TEST(&unit, too_long);
	UNIT_TABLE(&unit, own_host, hosts);
	UNIT_TABLE(&unit, sends, actions);
	UNIT_TABLE(&unit, sends_volatile, volatiles);
	UNIT_TEST(&unit, capabilities);
	return unit_run(&unit, "pr_nvme");
}
