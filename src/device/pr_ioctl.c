// SPDX-License-Identifier: GPL-2.0-or-later
#include "config.h"

#include "device/pr_ioctl.h"

#include <errno.h>
#include <linux/pr.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "model/describe.h"
#include "model/handover.h"
#include "model/state.h"
#include "wire/nvme.h"
#include "wire/sense.h"

/* Since kernel 7.0; the headers may be older. */
#if !HAVE_DECL_IOC_PR_READ_KEYS
struct pr_read_keys {
	__u32 generation;
	__u32 num_keys;
	__u64 keys_ptr;
};
#define IOC_PR_READ_KEYS _IOWR('p', 206, struct pr_read_keys)
#endif
#if !HAVE_DECL_IOC_PR_READ_RESERVATION
struct pr_read_reservation {
	__u64 key;
	__u32 generation;
	__u32 type;
};
#define IOC_PR_READ_RESERVATION _IOR('p', 207, struct pr_read_reservation)
#endif

#define KEYS_MAX 8190 /* sd refuses more with EINVAL: the length, 8 + 8n bytes, has 16 bits */
#define KEYS_FIRST 64
#define KEYS_TRIES 4

void ioctl_errno_decode(int err, struct answer *answer)
{
	memset(answer, 0, sizeof(*answer));
	answer->err = err;
	switch (err) {
	case EPERM:
	case EACCES:
		answer->kind = ANSWER_NO_PRIVILEGE;
		break;
	case ENOTTY:
	case EOPNOTSUPP:
	case EINVAL:
		answer->kind = ANSWER_NO_INTERFACE;
		break;
	/*
	 * A multipath head has no usable path, or a map is suspended; the controller was reset;
	 * there was no memory for the command.
	 */
	case EAGAIN:
	case EINTR:
	case EBUSY:
	case ENOMEM:
		answer->kind = ANSWER_TRANSIENT;
		break;
	default:
		answer->kind = ANSWER_PATH;
	}
}

bool ioctl_host_is_transient(unsigned int host)
{
	/*
	 * DID_BUS_BUSY, _RESET, _SOFT_ERROR, _IMM_RETRY, _REQUEUE, _TRANSPORT_DISRUPTED,
	 * _TRANSPORT_MARGINAL
	 */
	return host == 0x02 || host == 0x08 || (host >= 0x0b && host <= 0x0e) || host == 0x14;
}

/* Decodes what an IOC_PR_* call returned, as far as it is the same for all drivers. */
static void answer_begin(int ret, int err, struct answer *answer)
{
	memset(answer, 0, sizeof(*answer));
	if (ret >= 0) {
		answer->raw = ret;
		return;
	}
	ioctl_errno_decode(err, answer);
	/*
	 * Since 6.4: sense 05/24 or 05/26, or one of several NVMe statuses; also an unknown ioctl.
	 */
	if (err == EINVAL)
		answer->kind = ANSWER_INVALID;
}

void ioctl_scsi_decode(int ret, int err, struct answer *answer)
{
	answer_begin(ret, err, answer);
	if (ret < 0)
		return;
	/*
	 * 6.1 has the host byte of the midlayer in bits 8 to 15: a conflict is 0x118, ILLEGAL
	 * REQUEST is 0x402.
	 */
	if (ret == 0)
		answer->kind = ANSWER_DONE;
	else if ((ret & 0xff) == SAM_CONFLICT)
		answer->kind = ANSWER_CONFLICT;
	else if (ret & 0xff0000)
		answer->kind = ioctl_host_is_transient((unsigned int)ret >> 16 & 0xff)
				       ? ANSWER_TRANSIENT
				       : ANSWER_PATH;
	else if (ret == 0x402)
		answer->kind = ANSWER_INVALID;
	else if ((ret & 0xff) != SAM_CHECK && scsi_is_transient((uint8_t)ret, answer))
		answer->kind = ANSWER_TRANSIENT;
	else /* 6.12: any status without a value of its own; there is no sense data */
		answer->kind = ANSWER_CHECK;
}

void ioctl_nvme_decode(int ret, int err, struct answer *answer)
{
	answer_begin(ret, err, answer);
	if (ret < 0)
		return;
	/*
	 * Since 6.4 the kernel returns enum pr_status, in which 2 is any status without a value of
	 * its own.
	 */
	if (ret == 0)
		answer->kind = ANSWER_DONE;
	else if (ret & 0xff0000)
		/* any status of the path, including a change of the ANA state */
		answer->kind = ANSWER_TRANSIENT;
	else if (ret == 0x18)
		answer->kind = ANSWER_CONFLICT;
	else
		answer->kind = nvme_status_kind((unsigned int)ret);
}

int ioctl_action_call(int fd, const struct action *action)
{
	__u32 flags =
		action->op == ACTION_REGISTER_IGNORE || action->ignore_key ? PR_FL_IGNORE_KEY : 0;
	struct pr_registration registration = {
		.old_key = action->key, .new_key = action->service_key, .flags = flags,
	};
	struct pr_reservation reservation = {
		.key = action->key, .type = action->type, .flags = flags,
	};
	/*
	 * pr.rst describes it the other way round. In the kernel, old_key is this host's key and
	 * new_key is the victim's.
	 */
	struct pr_preempt preempt = {
		.old_key = action->key, .new_key = action->service_key, .type = action->type,
	};
	struct pr_clear clear = {
		.key = action->key,
	};
	const struct {
		unsigned long request;
		void *argument;
	} calls[ACTION_COUNT] = {
		[ACTION_REGISTER] = { IOC_PR_REGISTER, &registration },
		[ACTION_REGISTER_IGNORE] = { IOC_PR_REGISTER, &registration },
		[ACTION_RESERVE] = { IOC_PR_RESERVE, &reservation },
		[ACTION_RELEASE] = { IOC_PR_RELEASE, &reservation },
		[ACTION_CLEAR] = { IOC_PR_CLEAR, &clear },
		[ACTION_PREEMPT] = { IOC_PR_PREEMPT, &preempt },
		[ACTION_PREEMPT_ABORT] = { IOC_PR_PREEMPT_ABORT, &preempt },
	};

	return ioctl(fd, calls[action->op].request, calls[action->op].argument);
}

void ioctl_action_send(int fd, const struct action *action, struct answer *answer)
{
	int ret = ioctl_action_call(fd, action);

	ioctl_scsi_decode(ret, errno, answer);
}

/*
 * The answer to a READ ioctl. A kernel that does not know it returns EINVAL on sd, so EINVAL proves
 * nothing.
 */
static void read_decode(struct result *result, const char *name, int ret, int err,
			struct answer *answer)
{
	if (result->lun.transport == TRANSPORT_NVME)
		ioctl_nvme_decode(ret, err, answer);
	else
		ioctl_scsi_decode(ret, err, answer);
	if (answer->kind == ANSWER_INVALID && answer->err)
		answer->kind = ANSWER_NO_INTERFACE;
	result_beat(result);
	result_trace(result, "%s: %s", name, describe_answer(result->arena, answer));
}

/*
 * @keys has room for KEYS_MAX. Some targets (LIO before 6.0) report the length of the list that
 * fitted as the length of the whole list. So if a list fills its room, it is read again with more
 * room.
 */
static void ioctl_keys_read(int fd, struct result *result, __u64 *keys, struct pr_read_keys *read,
			    struct answer *answer)
{
	/*
	 * The kernel refuses more than the device's transfer limit, so the usual case reads little.
	 */
	__u32 room = KEYS_FIRST;

	for (;;) {
		int ret;

		*read = (struct pr_read_keys){ .num_keys = room,
					       .keys_ptr = (__u64)(uintptr_t)keys };
		ret = ioctl(fd, IOC_PR_READ_KEYS, read);
		read_decode(result, "IOC_PR_READ_KEYS", ret, errno, answer);
		if (answer->kind != ANSWER_DONE || read->num_keys < room)
			return;
		if (read->num_keys > KEYS_MAX)
			answer->kind = ANSWER_REPLY;
		if (read->num_keys > KEYS_MAX || room == KEYS_MAX)
			return;
		room = read->num_keys >= 2 * room ? read->num_keys + 1 : 2 * room;
		if (room > KEYS_MAX)
			room = KEYS_MAX;
	}
}

/* The registrants and the reservation of one reading; false: the arena is full. */
static bool state_fill(const struct result *result, const __u64 *keys,
		       const struct pr_read_keys *read, const struct pr_read_reservation *held,
		       struct resv_state *state)
{
	int port = result->lun.transport == TRANSPORT_NVME ? TARGET_PORT_NONE : TARGET_PORT_UNKNOWN;
	bool all;

	state->registrants =
		arena_alloc(result->arena, read->num_keys * sizeof(*state->registrants));
	if (!state->registrants)
		return false;
	state->count = read->num_keys;
	/* READ_RESERVATION returns 0 if nothing is held. */
	state->generation = read->generation;
	state->type = held->type < RESV_OTHER ? (enum resv_type)held->type : RESV_OTHER;
	state->type_code = (uint8_t)held->type;
	all = type_words(state->type)->all_registrants;
	state->key = all || state->type == RESV_NONE ? 0 : held->key;
	for (size_t i = 0; i < state->count; i++)
		state->registrants[i] = (struct registrant){
			.key = keys[i],
			.nexus.target_port = port,
		};
	state_holders_mark(state);
	state->source = SOURCE_IOCTL;
	return true;
}

void ioctl_state_read(int fd, struct result *result, struct resv_state *state,
		      struct answer *answer)
{
	/*
	 * two lists: a target may change without counting it, so each list is compared with the
	 * next
	 */
	__u64 *keys = calloc(KEYS_MAX, 2 * sizeof(*keys));
	struct pr_read_keys read, again;
	struct pr_read_reservation held;
	int ret;

	memset(state, 0, sizeof(*state));
	memset(answer, 0, sizeof(*answer));
	if (!keys) {
		answer->kind = ANSWER_NO_MEMORY;
		return;
	}
	for (int tries = 0; tries < KEYS_TRIES; tries++) {
		ioctl_keys_read(fd, result, keys, &read, answer);
		if (answer->kind != ANSWER_DONE)
			goto out;
		memset(&held, 0, sizeof(held));
		ret = ioctl(fd, IOC_PR_READ_RESERVATION, &held);
		read_decode(result, "IOC_PR_READ_RESERVATION", ret, errno, answer);
		if (answer->kind != ANSWER_DONE)
			goto out;
		ioctl_keys_read(fd, result, keys + KEYS_MAX, &again, answer);
		if (answer->kind != ANSWER_DONE)
			goto out;
		if (again.generation == read.generation && again.num_keys == read.num_keys &&
		    memcmp(keys, keys + KEYS_MAX, read.num_keys * sizeof(*keys)) == 0) {
			if (!state_fill(result, keys, &read, &held, state))
				answer->kind = ANSWER_NO_MEMORY;
			goto out;
		}
	}
	answer->kind = ANSWER_REPLY;
out:
	free(keys);
}
