// SPDX-License-Identifier: GPL-2.0-or-later
#include "target.h"

#include <errno.h>
#include <linux/nvme_ioctl.h>
#include <linux/pr.h>
#include <pthread.h>
#include <scsi/sg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define DATA_MAX 65536

enum kind { HELLO, SCSI, NVME_IO, NVME_ADMIN, PR, RESET };

/* A request, and the data that goes with it: each one packet, as is its answer. */
struct question {
	uint32_t kind, request, room;
	uint8_t command[72]; /* a CDB, struct nvme_passthru_cmd, or a struct of <linux/pr.h> */
};

struct reply {
	int32_t ret, err;
	uint32_t status, host_status, sense_length;
	uint8_t sense[32];
	uint32_t length; /* of the data */
};

/* Threads of a map may use one path: a lock for each descriptor. */
static pthread_mutex_t locks[64];

bool target_is_used(void)
{
	return getenv("PRCTL_TARGET");
}

/*
 * Sends @question with @data, and receives the answer into @reply, and its data into @room, which
 * has question->room bytes; NULL: without.
 */
static void ask(int fd, struct question *question, struct iovec data, struct reply *reply,
		void *room)
{
	uint8_t *packet = malloc(sizeof(*reply) + DATA_MAX);
	struct iovec parts[] = { { question, sizeof(*question) }, data };
	const struct msghdr message = { .msg_iov = parts, .msg_iovlen = 2 };
	ssize_t received = -1;

	pthread_mutex_lock(&locks[fd % 64]);
	if (packet && sendmsg(fd, &message, 0) >= 0)
		received = recv(fd, packet, sizeof(*reply) + DATA_MAX, 0);
	pthread_mutex_unlock(&locks[fd % 64]);
	if (received < (ssize_t)sizeof(*reply)) {
		fprintf(stderr, "replay: the target does not answer\n");
		_exit(99);
	}
	memcpy(reply, packet, sizeof(*reply));
	received -= (ssize_t)sizeof(*reply);
	if (room)
		memcpy(room, packet + sizeof(*reply),
		       (size_t)received < question->room ? (size_t)received : question->room);
	reply->sense_length = reply->sense_length > 32 ? 32 : reply->sense_length;
	reply->length = (uint32_t)received;
	free(packet);
}

int target_open(const struct lun *lun)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct question question = { .kind = HELLO };
	struct reply reply;
	char name[512];
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", getenv("PRCTL_TARGET"));
	if (fd < 0 || connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
		return -errno;
	snprintf(name, sizeof(name), "%s %d", lun->nexus.initiator, lun->nexus.target_port);
	ask(fd, &question, (struct iovec){ name, strlen(name) }, &reply, NULL);
	return fd;
}

static int scsi(int fd, struct sg_io_hdr *io)
{
	struct question question = { .kind = SCSI, .room = io->dxfer_len };
	bool out = io->dxfer_direction == SG_DXFER_TO_DEV;
	const struct iovec none = { NULL, 0 }, data = { io->dxferp, io->dxfer_len };
	struct reply reply;

	memcpy(question.command, io->cmdp, io->cmd_len);
	ask(fd, &question, out ? data : none, &reply, out ? NULL : io->dxferp);
	io->status = (uint8_t)reply.status;
	io->host_status = (uint16_t)reply.host_status;
	io->resid = out ? 0 : (int)(io->dxfer_len - reply.length);
	io->sb_len_wr = (uint8_t)reply.sense_length;
	memcpy(io->sbp, reply.sense, reply.sense_length);
	return 0;
}

static int nvme(int fd, enum kind kind, const struct nvme_passthru_cmd *command)
{
	struct question question = { .kind = kind, .room = command->data_len };
	bool out = command->opcode & 1; /* bits 0 and 1: where the data goes */
	const struct iovec none = { NULL, 0 },
			   data = { (void *)(uintptr_t)command->addr, command->data_len };
	struct reply reply;

	memcpy(question.command, command, sizeof(question.command));
	ask(fd, &question, out ? data : none, &reply, out ? NULL : data.iov_base);
	return reply.ret;
}

static int pr(int fd, unsigned long request, const void *argument)
{
	struct question question = { .kind = PR, .request = (uint32_t)request };
	struct reply reply;

	memcpy(question.command, argument, _IOC_SIZE(request));
	ask(fd, &question, (struct iovec){ NULL, 0 }, &reply, NULL);
	errno = reply.err;
	return reply.ret;
}

int target_ioctl(int fd, unsigned long request, void *argument)
{
	switch (request) {
	case SG_IO:
		return scsi(fd, argument);
	case NVME_IOCTL_IO_CMD:
		return nvme(fd, NVME_IO, argument);
	case NVME_IOCTL_ADMIN_CMD:
		return nvme(fd, NVME_ADMIN, argument);
	case NVME_IOCTL_ID:
		return 1;
	case IOC_PR_REGISTER:
	case IOC_PR_RESERVE:
	case IOC_PR_RELEASE:
	case IOC_PR_PREEMPT:
	case IOC_PR_PREEMPT_ABORT:
	case IOC_PR_CLEAR:
		return pr(fd, request, argument);
	}
	errno = ENOTTY;
	return -1;
}

int target_reset(int fd)
{
	struct question question = { .kind = RESET };
	struct reply reply;

	ask(fd, &question, (struct iovec){ NULL, 0 }, &reply, NULL);
	return reply.ret ? -reply.err : 0;
}
