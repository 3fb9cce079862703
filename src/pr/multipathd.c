// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * libmpathcmd is not used: Debian has it only as a part of multipath-tools, without a package for
 * its header, and its mpath_connect() waits without limit for a daemon that does not accept. The
 * protocol is a length and a text, unchanged since 2005.
 */
#include "pr/multipathd.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "model/messages.h"
#include "pr/multipathd_config.h"
#include "util/clock.h"
#include "util/text.h"

/*
 * Where it listens: on a socket file since 0.10.1, and in all versions on an abstract name (here
 * '@' is its leading NUL).
 */
static const char *const sockets[] = { "/run/multipathd.socket",
				       "@/org/kernel/linux/storage/multipathd" };

struct client {
	const struct multipathd_map *map;
	int fd;
	int64_t end; /* clock_now(): the time limit of each wait */
	size_t left; /* bytes of the reply that are not received yet */
	char reply[256];
	char *why; /* of MULTIPATHD_WHY bytes */
};

/* What multipathd has of a map. */
struct known {
	struct multipathd_key key;
	bool registers; /* whether it registers paths that come back, once it has checked */
	bool set;
};

/* Sets the time limit of @fd to @end. Returns false if that has passed. */
static bool wait_until(int fd, int64_t end)
{
	int64_t left = (end - clock_now()) / 1000; /* us; 0 would be no limit */
	const struct timeval time = { left / 1000000, left % 1000000 };

	return left > 0 && setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof(time)) == 0 &&
	       setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof(time)) == 0;
}

/* Any user can bind the abstract name, so only a daemon that runs as root is used. */
static bool is_trusted(int fd)
{
	struct ucred peer;
	socklen_t size = sizeof(peer);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
	       (peer.uid == 0 || peer.uid == geteuid());
}

/* A connected socket, or -1. */
static int multipathd_connect(int64_t end)
{
	for (size_t i = 0; i < sizeof(sockets) / sizeof(sockets[0]); i++) {
		struct sockaddr_un address = { .sun_family = AF_UNIX };
		size_t length = strlen(sockets[i]);
		int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

		if (fd < 0)
			return -1;
		memcpy(address.sun_path, sockets[i], length);
		if (address.sun_path[0] == '@')
			address.sun_path[0] = '\0';
		length += offsetof(struct sockaddr_un, sun_path) + (sockets[i][0] != '@');
		if (wait_until(fd, end) &&
		    connect(fd, (struct sockaddr *)&address, (socklen_t)length) == 0 &&
		    is_trusted(fd))
			return fd;
		close(fd);
	}
	return -1;
}

static bool receive(struct client *client, void *buffer, size_t size)
{
	return wait_until(client->fd, client->end) &&
	       recv(client->fd, buffer, size, MSG_WAITALL) == (ssize_t)size;
}

/*
 * Sends a question and receives the length of the reply. In both directions a message is its length
 * including the final NUL, as a size_t, followed by the text.
 */
static bool question_send(struct client *client, const char *question)
{
	size_t length = strlen(question) + 1;

	return wait_until(client->fd, client->end) &&
	       send(client->fd, &length, sizeof(length), MSG_NOSIGNAL) == (ssize_t)sizeof(length) &&
	       send(client->fd, question, length, MSG_NOSIGNAL) == (ssize_t)length &&
	       receive(client, &client->left, sizeof(client->left)) && client->left > 0;
}

static bool no_answer(struct client *client, const char *question)
{
	snprintf(client->why, MULTIPATHD_WHY, CAUSE_MULTIPATHD_SILENT, question);
	return false;
}

/* Reports the first line of an unexpected answer. */
static bool bad_answer(struct client *client, const char *question)
{
	client->reply[strcspn(client->reply, "\n")] = '\0';
	text_mask(client->reply);
	snprintf(client->why, MULTIPATHD_WHY, CAUSE_MULTIPATHD_ANSWER, question, client->reply);
	return false;
}

/* Sends a question about the map, such as "getprkey", whose reply is short. */
static bool multipathd_ask(struct client *client, const char *verb, const char *argument)
{
	char question[512];
	int length = snprintf(question, sizeof(question), "%s map %s%s", verb, client->map->name,
			      argument);
	size_t size;

	if (length < 0 || (size_t)length >= sizeof(question) || !question_send(client, question))
		return no_answer(client, verb);
	size = client->left;
	if (size > sizeof(client->reply) || !receive(client, client->reply, size))
		return no_answer(client, verb);
	client->reply[size - 1] = '\0';
	return true;
}

/* Sends a command that is answered with "ok" if it succeeds. */
static bool multipathd_do(struct client *client, const char *verb, const char *argument)
{
	if (!multipathd_ask(client, verb, argument))
		return false;
	return strncmp(client->reply, "ok", 2) == 0 || bad_answer(client, verb);
}

static bool begins(const struct client *client, const char *text)
{
	return strncmp(client->reply, text, strlen(text)) == 0;
}

/* The status is 0 or 1 up to 0.9.4, and a word in later versions. */
static bool status_read(struct client *client, struct known *known)
{
	if (!multipathd_ask(client, "getprstatus", ""))
		return false;
	known->set = begins(client, "1") || begins(client, "set");
	known->registers = known->set || begins(client, "unknown");
	return known->registers || begins(client, "0") || begins(client, "unset") ||
	       bad_answer(client, "getprstatus");
}

/*
 * TRI_NO: it does not know the map. It says so with "fail" up to 0.9, and with "device not found"
 * in later versions.
 */
static enum tri known_read(struct client *client, struct known *known)
{
	char *end;

	memset(known, 0, sizeof(*known));
	if (!multipathd_ask(client, "getprkey", ""))
		return TRI_UNKNOWN;
	if (strcmp(client->reply, "fail\n") == 0 || strstr(client->reply, "device not found"))
		return TRI_NO;
	if (begins(client, "0x")) { /* "0xa" or "0xa:aptpl" */
		known->key.key = strtoull(client->reply, &end, 16);
		known->key.persistent =
			strncmp(end, MULTIPATHD_APTPL, strlen(MULTIPATHD_APTPL)) == 0;
	} else if (!begins(client, "none")) {
		bad_answer(client, "getprkey");
		return TRI_UNKNOWN;
	}
	return status_read(client, known) ? TRI_YES : TRI_UNKNOWN;
}

/*
 * Whether multipathd keeps the map's key in its file of keys; TRI_UNKNOWN if that cannot be found
 * out.
 */
static enum tri file_is_used(struct client *client)
{
	struct multipathd_config config = { .wwid = client->map->wwid,
					    .in_entry = TRI_UNKNOWN,
					    .of_map = TRI_UNKNOWN,
					    .of_all = TRI_UNKNOWN };
	const char *const question = "show config local";
	char piece[1024];

	if (!client->map->wwid || !question_send(client, question)) {
		no_answer(client, question);
		return TRI_UNKNOWN;
	}
	while (client->left) {
		size_t size = client->left < sizeof(piece) ? client->left : sizeof(piece);

		if (!receive(client, piece, size)) {
			no_answer(client, question);
			return TRI_UNKNOWN;
		}
		multipathd_config_feed(&config, piece, size);
		client->left -= size;
	}
	return multipathd_config_is_file(&config) ? TRI_YES : TRI_NO;
}

static bool key_is_same(const struct multipathd_key *a, const struct multipathd_key *b)
{
	return a->key == b->key && a->persistent == b->persistent;
}

/* After a change that succeeded: whether what was read since is @as_wanted. */
static enum multipathd_told told_check(struct client *client, bool as_wanted)
{
	if (as_wanted)
		return MULTIPATHD_HAS;
	snprintf(client->why, MULTIPATHD_WHY, "%s", CAUSE_MULTIPATHD_NOT_KEPT);
	return MULTIPATHD_FAILED;
}

static enum multipathd_told key_give(struct client *client, struct known *known,
				     const struct multipathd_key *key)
{
	char argument[64];

	if (!key_is_same(&known->key, key)) {
		enum tri used = file_is_used(client);

		if (used != TRI_YES)
			return used == TRI_NO ? MULTIPATHD_NOT_CONFIGURED : MULTIPATHD_FAILED;
		snprintf(argument, sizeof(argument), " key 0x%" PRIx64 "%s", key->key,
			 key->persistent ? MULTIPATHD_APTPL : "");
		if (!multipathd_do(client, "setprkey", argument))
			return MULTIPATHD_FAILED;
	} else if (known->set) {
		return MULTIPATHD_HAS;
	}
	if (!multipathd_do(client, "setprstatus", "") || known_read(client, known) != TRI_YES)
		return MULTIPATHD_FAILED;
	return told_check(client, key_is_same(&known->key, key) && known->set);
}

/* A key that is set in multipath.conf itself is kept, without the status. */
static enum multipathd_told key_take(struct client *client, struct known *known)
{
	enum tri used = TRI_NO;

	if (!known->key.key && !known->registers)
		return MULTIPATHD_HAS;
	if (known->key.key)
		used = file_is_used(client);
	if (used == TRI_UNKNOWN || !multipathd_do(client, "unsetprstatus", "") ||
	    (used == TRI_YES && !multipathd_do(client, "unsetprkey", "")) ||
	    known_read(client, known) != TRI_YES)
		return MULTIPATHD_FAILED;
	return told_check(client, !known->registers && (used == TRI_NO || !known->key.key));
}

enum tri multipathd_registers(const char *name, uint64_t key, int64_t end)
{
	const struct multipathd_map map = { name, NULL };
	char why[MULTIPATHD_WHY];
	struct client client = {
		.map = &map, .fd = multipathd_connect(end), .end = end, .why = why
	};
	struct known known;
	enum tri is_known;

	if (client.fd < 0)
		return TRI_UNKNOWN;
	is_known = known_read(&client, &known);
	close(client.fd);
	if (is_known != TRI_YES)
		return TRI_UNKNOWN;
	return known.key.key == key && known.registers ? TRI_YES : TRI_NO;
}

enum multipathd_told multipathd_tell(const struct multipathd_map *map,
				     const struct multipathd_key *key, int64_t end, char *why)
{
	struct client client = {
		.map = map, .fd = multipathd_connect(end), .end = end, .why = why
	};
	enum multipathd_told told = MULTIPATHD_FAILED;
	struct known known;
	enum tri is_known;

	if (client.fd < 0)
		return MULTIPATHD_ABSENT;
	is_known = known_read(&client, &known);
	if (is_known == TRI_NO)
		told = MULTIPATHD_ABSENT;
	else if (is_known == TRI_YES)
		told = key->key ? key_give(&client, &known, key) : key_take(&client, &known);
	close(client.fd);
	return told;
}
