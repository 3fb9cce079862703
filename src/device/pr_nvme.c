// SPDX-License-Identifier: GPL-2.0-or-later
#include "device/pr_nvme.h"

#include <endian.h>
#include <errno.h>
#include <linux/nvme_ioctl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "device/pr_ioctl.h"
#include "model/answer.h"
#include "model/describe.h"
#include "model/handover.h"
#include "model/messages.h"
#include "model/nexus.h"
#include "model/reply.h"
#include "model/state.h"
#include "wire/nvme.h"

#define TIMEOUT_MS 30000 /* as in the kernel; a shorter one resets the controller */
#define REPORT_TRIES 4
#define REPORT_FIRST 63 /* entries: 4096 bytes of the extended form */
#define PAGE 4096

enum { IDENTIFY = 0x06, GET_FEATURES = 0x0a }; /* admin commands */
enum { RESERVATION_REGISTER = 0x0d, RESERVATION_REPORT = 0x0e };
enum { FEATURE_HOST_IDENTIFIER = 0x81, FEATURE_EXTENDED = 0x01 };
/* RREGA, IEKEY, CPTPL */
#define REGISTER_UNREGISTER 0x01
#define REGISTER_REPLACE 0x02
#define REGISTER_IGNORE_KEY 0x08
#define REGISTER_CLEAR_PTPL 0x80000000

/*
 * @request: NVME_IOCTL_IO_CMD or NVME_IOCTL_ADMIN_CMD. The returned status is raw on every kernel.
 */
static void pass_through(int fd, unsigned long request, struct nvme_passthru_cmd *command,
			 struct answer *answer)
{
	int ret;

	command->timeout_ms = TIMEOUT_MS;
	ret = ioctl(fd, request, command);
	if (ret < 0) {
		ioctl_errno_decode(errno, answer);
		return;
	}
	memset(answer, 0, sizeof(*answer));
	answer->raw = ret;
	answer->kind = ret == 0 ? ANSWER_DONE : nvme_raw_status_kind((unsigned int)ret);
}

/*
 * The same with the reply in @recording. If that has only a report of the other form, this fails in
 * a way that makes the caller use that form.
 */
static void replay(const struct recording *recording, enum reply_command name,
		   const struct nvme_passthru_cmd *command, struct answer *answer)
{
	const struct reply *reply = reply_find(recording->first, name);
	/* the kernel takes addresses as numbers: NOLINTNEXTLINE(performance-no-int-to-ptr) */
	void *data = (void *)(uintptr_t)command->addr;

	reply_play(reply, data, command->data_len, answer);
	if (!reply && name == REPLY_REPORT_EXTENDED)
		answer->raw = NVME_STATUS_HOST_ID_INCONSISTENT;
	if (!reply)
		answer->kind = ANSWER_REPLY;
	else if (answer->err)
		ioctl_errno_decode(answer->err, answer);
	else if (answer->raw)
		answer->kind = nvme_raw_status_kind((unsigned int)answer->raw);
}

/* Sends @command, which only reads, or replays its reply from @result's recording. */
static void receive(int fd, struct result *result, enum reply_command reply,
		    struct nvme_passthru_cmd *command, struct answer *answer)
{
	unsigned long request = reply == REPLY_REPORT_EXTENDED || reply == REPLY_REPORT_STANDARD
					? NVME_IOCTL_IO_CMD
					: NVME_IOCTL_ADMIN_CMD;
	/* the kernel takes addresses as numbers: NOLINTNEXTLINE(performance-no-int-to-ptr) */
	void *data = (void *)(uintptr_t)command->addr;

	if (result->lun.recording)
		replay(result->lun.recording, reply, command, answer);
	else
		pass_through(fd, request, command, answer);
	result_beat(result);
	reply_keep(result, reply, answer, data,
		   answer->kind == ANSWER_DONE ? command->data_len : 0);
}

/* A refusal that is not caused by the path. */
static bool is_refused(const struct answer *answer)
{
	return answer->kind == ANSWER_CHECK || answer->kind == ANSWER_INVALID ||
	       answer->kind == ANSWER_REPLY || answer->kind == ANSWER_NO_PRIVILEGE ||
	       (answer->kind == ANSWER_TRANSIENT && !answer->err && (answer->raw & 0x700) != 0x300);
}

static uint32_t namespace_id(int fd)
{
	int id = ioctl(fd, NVME_IOCTL_ID);

	return id > 0 ? (uint32_t)id : 0;
}

static struct nvme_passthru_cmd report_command(int fd, enum nvme_report form, uint8_t *reply,
					       size_t size)
{
	return (struct nvme_passthru_cmd){
		.opcode = RESERVATION_REPORT,
		.nsid = namespace_id(fd),
		.addr = (uintptr_t)reply,
		.data_len = (uint32_t)size,
		.cdw10 = (uint32_t)(size / 4 - 1), /* NUMD counts dwords from 0 */
		.cdw11 = form == NVME_REPORT_EXTENDED,
	};
}

static void report_once(int fd, struct result *result, struct nvme_passthru_cmd *command,
			struct answer *answer)
{
	receive(fd, result, command->cdw11 ? REPLY_REPORT_EXTENDED : REPLY_REPORT_STANDARD, command,
		answer);
	result_trace(result, "RESERVATION REPORT%s by NVMe passthrough: %s, %u bytes",
		     command->cdw11 ? ", extended" : "", describe_answer(result->arena, answer),
		     command->data_len);
}

/*
 * Marks a report's header, so that a report that never came is not taken for an empty one: RTYPE,
 * and a reserved byte (NVMe 1.4, 6.13).
 */
static void header_mark(uint8_t *reply)
{
	reply[4] = reply[8] = 0xff;
}

static bool is_still_marked(const uint8_t *reply)
{
	return reply[4] == 0xff && reply[8] == 0xff;
}

static size_t entry_size(enum nvme_report form)
{
	return nvme_report_size(form, 1) - nvme_report_size(form, 0);
}

/*
 * Whether a report of @wanted bytes fills its room of @size bytes. Then a target that counts only
 * the entries that it could send (REGCTL) may have cut its list.
 */
static bool may_be_cut(enum nvme_report form, size_t wanted, size_t size)
{
	return size - wanted < entry_size(form) &&
	       wanted < nvme_report_size(form, NVME_REPORT_ENTRIES_MAX);
}

/* What is asked for in a report, and what has come. */
struct report {
	enum nvme_report form;
	size_t size; /* room for the reply in bytes */
	size_t wanted; /* bytes of the whole report, as the device stated last */
	bool other_form; /* the reply has the other form */
};

/* Asks for a report once, and decodes it. */
static enum decode_result report_try(int fd, struct result *result, struct report *report,
				     struct resv_state *state, struct answer *answer)
{
	/*
	 * Zeroed, because nothing tells how much was received; page aligned, so that it is mapped
	 * instead of copied.
	 */
	uint8_t *reply = aligned_alloc(PAGE, (report->size + PAGE - 1) / PAGE * PAGE);
	enum decode_result decoded = DECODE_BAD;
	struct nvme_passthru_cmd command;

	if (!reply) {
		answer->kind = ANSWER_NO_MEMORY;
		return DECODE_NO_MEMORY;
	}
	memset(reply, 0, report->size);
	header_mark(reply);
	command = report_command(fd, report->form, reply, report->size);
	report_once(fd, result, &command, answer);
	report->other_form = answer->kind == ANSWER_DONE && report->form == NVME_REPORT_EXTENDED &&
			     !nvme_report_is_extended(reply, report->size);
	if (answer->kind == ANSWER_DONE && !report->other_form && !is_still_marked(reply))
		decoded = nvme_report_decode(report->form, reply, report->size, result->arena,
					     state, &result->capabilities, &report->wanted);
	free(reply);
	if (decoded == DECODE_OK && may_be_cut(report->form, report->wanted, report->size)) {
		decoded = DECODE_SHORT;
		report->wanted += report->size;
	}
	return decoded;
}

/*
 * One report is one snapshot. But the target makes it without a lock, so a report made during a
 * change may contradict itself or name no holder, and a list may have outgrown the room that the
 * previous report asked for. Returns false if the reply has the other form.
 */
static bool report_read(int fd, struct result *result, enum nvme_report form,
			struct resv_state *state, struct answer *answer)
{
	struct report report = { .form = form, .size = nvme_report_size(form, REPORT_FIRST) };
	enum decode_result decoded = DECODE_BAD;

	for (int tries = 0; tries < REPORT_TRIES; tries++) {
		decoded = report_try(fd, result, &report, state, answer);
		if (answer->kind != ANSWER_DONE || report.other_form ||
		    decoded == DECODE_NO_MEMORY || (decoded == DECODE_OK && !state_may_omit(state)))
			break;
		if (report.wanted > report.size)
			report.size = report.wanted + entry_size(form);
	}
	if (answer->kind != ANSWER_DONE || report.other_form)
		return !report.other_form;
	answer->kind = decode_answer_kind(decoded);
	if (decoded == DECODE_OK)
		state->source = SOURCE_NVME_REPORT;
	return true;
}

/* @length: length of the identifier, 8 or 16 bytes. */
static const char *host_identifier_get(int fd, struct result *result, size_t length)
{
	uint8_t id[16] __attribute__((aligned(16))) = { 0 };
	struct nvme_passthru_cmd command = {
		.opcode = GET_FEATURES,
		.addr = (uintptr_t)id,
		.data_len = (uint32_t)length,
		.cdw10 = FEATURE_HOST_IDENTIFIER,
		.cdw11 = length == 16 ? FEATURE_EXTENDED : 0,
	};
	struct answer answer;

	receive(fd, result, length == 16 ? REPLY_HOST_ID_128 : REPLY_HOST_ID_64, &command, &answer);
	result_trace(result, "GET FEATURES, host identifier of %zu bytes, by NVMe passthrough: %s",
		     length, describe_answer(result->arena, &answer));
	return answer.kind == ANSWER_DONE ? nvme_host_identifier_text(id, length, result->arena)
					  : NULL;
}

/* For PCIe, sysfs does not have this host's identifier; the controller has. */
static void own_find(int fd, struct result *result)
{
	struct nexus *own = &result->lun.nexus;

	/* The controller that answers is not always the one to which the next command is sent. */
	if (result->lun.hosts_differ) {
		result_warn(result, WARN_NVME_HOSTS_DIFFER);
		return;
	}
	if (!own->initiator)
		own->initiator = host_identifier_get(fd, result, 16);
	if (!own->initiator)
		own->initiator = host_identifier_get(fd, result, 8);
}

bool nvme_identify(int fd, struct result *result, enum nvme_cns cns, uint8_t *data,
		   struct answer *answer)
{
	static const struct {
		const char *name;
		enum reply_command reply;
	} kinds[] = {
		[NVME_CNS_NAMESPACE] = { "namespace", REPLY_IDENTIFY_NAMESPACE },
		[NVME_CNS_CONTROLLER] = { "controller", REPLY_IDENTIFY_CONTROLLER },
		[NVME_CNS_DESCRIPTORS] = { "namespace identification descriptors",
					   REPLY_IDENTIFY_DESCRIPTORS },
	};
	struct nvme_passthru_cmd command = {
		.opcode = IDENTIFY,
		.nsid = cns == NVME_CNS_CONTROLLER ? 0 : namespace_id(fd),
		.addr = (uintptr_t)data,
		.data_len = NVME_IDENTIFY_SIZE,
		.cdw10 = cns,
	};

	receive(fd, result, kinds[cns].reply, &command, answer);
	result_trace(result, "IDENTIFY %s by NVMe passthrough: %s", kinds[cns].name,
		     describe_answer(result->arena, answer));
	return answer->kind == ANSWER_DONE;
}

/*
 * The host identifier as a report of the standard form has it. sysfs has the one of 16 bytes, which
 * cannot be compared with it.
 */
static void own_shorten(int fd, struct result *result)
{
	const char *id = host_identifier_get(fd, result, 8);

	if (id && id != arena_full)
		result->lun.nexus.initiator = id;
}

/*
 * Whether a report in the extended form ended in a way that calls for the standard one. Controllers
 * of NVMe 1.2 know no EDS: they ignore it, or take it for an invalid field.
 */
static bool wants_standard(bool extended, const struct answer *answer)
{
	return !extended || answer->kind == ANSWER_INVALID ||
	       (answer->raw & NVME_STATUS_MASK) == NVME_STATUS_HOST_ID_INCONSISTENT;
}

/* What Identify reports about them. */
static enum tri reservations_supported(int fd, struct result *result)
{
	uint8_t data[NVME_IDENTIFY_SIZE] __attribute__((aligned(PAGE)));
	struct capabilities can = { 0 };
	struct answer answer;

	if (nvme_identify(fd, result, NVME_CNS_CONTROLLER, data, &answer) &&
	    nvme_controller_reservations(data, sizeof(data)) == TRI_NO)
		return TRI_NO;
	if (!nvme_identify(fd, result, NVME_CNS_NAMESPACE, data, &answer) ||
	    nvme_namespace_capabilities(data, sizeof(data), &can) != DECODE_OK)
		return TRI_UNKNOWN;
	for (int type = RESV_WRITE_EXCLUSIVE; type < RESV_OTHER; type++)
		if (can.types[type] == TRI_YES)
			return TRI_YES;
	return TRI_NO;
}

void nvme_state_read(int fd, struct result *result, struct resv_state *state, struct answer *answer)
{
	memset(state, 0, sizeof(*state));
	memset(answer, 0, sizeof(*answer));
	result->capabilities.power_loss_active = TRI_UNKNOWN;
	own_find(fd, result);
	if (wants_standard(report_read(fd, result, NVME_REPORT_EXTENDED, state, answer), answer)) {
		report_read(fd, result, NVME_REPORT_STANDARD, state, answer);
		if (answer->kind == ANSWER_DONE && result->lun.nexus.initiator &&
		    !nexus_is_short(&result->lun.nexus))
			own_shorten(fd, result);
	}
	if (answer->kind == ANSWER_DONE) {
		nexus_mark(result, state);
	} else if (is_refused(answer) && reservations_supported(fd, result) == TRI_NO) {
		/*
		 * A controller may refuse an unsupported command with another status than "unknown
		 * command"; and a user who may not send a report may still send Identify.
		 */
		answer->kind = ANSWER_NO_COMMAND;
		answer->err = 0; /* that was about the user */
	}
}

void nvme_capabilities_read(int fd, struct result *result)
{
	uint8_t data[NVME_IDENTIFY_SIZE] __attribute__((aligned(PAGE)));
	struct answer answer;

	if (!nvme_identify(fd, result, NVME_CNS_NAMESPACE, data, &answer))
		return;
	nvme_namespace_capabilities(data, sizeof(data), &result->capabilities);
	if (nvme_identify(fd, result, NVME_CNS_CONTROLLER, data, &answer))
		nvme_controller_capabilities(data, sizeof(data), &result->capabilities);
}

/*
 * What IOC_PR_REGISTER with new key 0 does on every other device. On NVMe the kernel sends Replace
 * instead, which leaves a registrant whose key is 0.
 */
static void unregister_send(int fd, const struct action *action, struct answer *answer)
{
	/* Current Reservation Key, New Reservation Key: NVMe 1.4, 6.11. */
	uint64_t keys[2] = { htole64(action->key), 0 };
	struct nvme_passthru_cmd command = {
		.opcode = RESERVATION_REGISTER,
		.nsid = namespace_id(fd),
		.addr = (uintptr_t)keys,
		.data_len = sizeof(keys),
		.cdw10 = REGISTER_UNREGISTER |
			 (action->op == ACTION_REGISTER_IGNORE ? REGISTER_IGNORE_KEY : 0),
	};

	pass_through(fd, NVME_IOCTL_IO_CMD, &command, answer);
}

/* Like the kernel's ioctl, which sends CPTPL 11b, but with 10b: NVMe 1.4, 6.11. */
static void register_volatile_send(int fd, const struct action *action, struct answer *answer)
{
	uint64_t keys[2] = { htole64(action->key), htole64(action->service_key) };
	struct nvme_passthru_cmd command = {
		.opcode = RESERVATION_REGISTER,
		.nsid = namespace_id(fd),
		.addr = (uintptr_t)keys,
		.data_len = sizeof(keys),
		.cdw10 = (action->key ? REGISTER_REPLACE : 0) | REGISTER_CLEAR_PTPL |
			 (action->op == ACTION_REGISTER_IGNORE ? REGISTER_IGNORE_KEY : 0),
	};

	pass_through(fd, NVME_IOCTL_IO_CMD, &command, answer);
}

const char *nvme_action_send(int fd, const struct action *action, struct answer *answer)
{
	int ret;

	if (action_is_register(action) && action->service_key == 0) {
		unregister_send(fd, action, answer);
		return "NVMe passthrough";
	}
	if (action_is_register(action) && action->is_volatile) {
		register_volatile_send(fd, action, answer);
		return "NVMe passthrough";
	}
	ret = ioctl_action_call(fd, action);
	ioctl_nvme_decode(ret, errno, answer);
	return "ioctl";
}
