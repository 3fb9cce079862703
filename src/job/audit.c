// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * syslog(3) is not used, because it waits forever if the reader of the log hangs, and a fence must
 * not.
 */
#include "job/audit.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syslog.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "model/describe.h"
#include "model/host_choice.h"
#include "model/key_names.h"
#include "util/clock.h"
#include "util/text.h"

#define LOG_SOCKET "/dev/log"
/* How long to wait for a full log queue: before the deadline, and past it. */
#define PATIENCE CLOCK_SECOND
#define PATIENCE_LATE (CLOCK_SECOND / 10)

struct audit_who audit_who(void)
{
	struct audit_who who = { .uid = getuid(), .login_uid = AUDIT_NOBODY };
	FILE *file = fopen("/proc/self/loginuid", "re");

	if (!file)
		return who;
	if (fscanf(file, "%u", &who.login_uid) != 1)
		who.login_uid = AUDIT_NOBODY;
	fclose(file);
	return who;
}

/* A value, quoted if it is not one word: text from the user must not look like fields. */
static const char *value(struct arena *arena, const char *text)
{
	const char *line = text_line(arena, text);
	char *quoted, *to;

	if (*line && !line[strcspn(line, " =\"\\")])
		return line;
	quoted = arena_alloc(arena, 2 * strlen(line) + 3);
	if (!quoted)
		return arena_full;
	to = quoted;
	*to++ = '"';
	for (const char *from = line; *from; from++) {
		if (*from == '"' || *from == '\\')
			*to++ = '\\';
		*to++ = *from;
	}
	*to++ = '"';
	return quoted;
}

static const char *key_field(struct arena *arena, const char *name, uint64_t key)
{
	const char *key_name = key_names_of(arena->names, key);

	if (!key)
		return "";
	return key_name ? arena_printf(arena, " %s=" KEY_FORMAT " %s-name=%s", name, key, name,
				       key_name)
			: arena_printf(arena, " %s=" KEY_FORMAT, name, key);
}

static const char *host_field(struct arena *arena, const struct host_choice *choice)
{
	return choice ? arena_printf(arena, " victim-host=%s", value(arena, choice->text)) : "";
}

const char *audit_line(const struct request *request, const struct result *result,
		       const char *command, const struct audit_who *who)
{
	static const char *const changed[] = { [TRI_NO] = "no", [TRI_YES] = "yes" };
	struct arena *arena = result->arena;
	const char *login =
		who->login_uid == AUDIT_NOBODY ? "none" : arena_printf(arena, "%u", who->login_uid);

	return arena_printf(
		arena,
		"uid=%u login-uid=%s command=%s device=%s wwid=%s%s%s%s%s%s%s status=%s "
		"changed=%s%s%s%s",
		who->uid, login, command,
		value(arena, result->lun.node ? result->lun.node : result->argument),
		result->lun.wwid ? value(arena, result->lun.wwid) : "unknown",
		key_field(arena, "key", request->key),
		key_field(arena, "old-key", request->old_key),
		key_field(arena, "victim", request->victim),
		request->victim_all ? " victim=all" : "",
		host_field(arena, request->victim_host),
		request->confirmed_off ? " confirmed-off=yes" : "",
		status_word(result->outcome.status),
		result->outcome.changed == TRI_UNKNOWN ? "unknown"
						       : changed[result->outcome.changed],
		result->outcome.reset ? " reset=yes" : "",
		result->outcome.status == STATUS_OK ? "" : " reason=",
		result->outcome.status == STATUS_OK ? "" : reason_word(result->outcome.reason));
}

/* A datagram in the form of syslog(3). */
static const char *datagram(struct arena *arena, int priority, const char *line)
{
	time_t now = time(NULL);
	char stamp[32] = "";
	struct tm tm;

	if (localtime_r(&now, &tm))
		strftime(stamp, sizeof(stamp), "%h %e %T ", &tm);
	return arena_printf(arena, "<%d>%sprctl[%d]: %s", LOG_DAEMON | priority, stamp,
			    (int)getpid(), line);
}

/* Waits until @end for room in the log's queue. Returns 0 or a negative errno. */
static int room_wait(int fd, int64_t end)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLOUT };
	int64_t left = end - clock_now();

	if (left <= 0)
		return -ETIMEDOUT;
	return poll(&poll_fd, 1, (int)(left / 1000000) + 1) < 0 && errno != EINTR ? -errno : 0;
}

static int line_send(int fd, const char *text, int64_t end)
{
	int err = 0;

	while (!err && send(fd, text, strlen(text), MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		err = errno == EAGAIN || errno == ENOBUFS ? room_wait(fd, end)
		      : errno == EINTR			  ? 0
							  : -errno;
	return err;
}

int audit_send(const struct request *request, const struct results *results, const char *command,
	       int64_t deadline, size_t *lost)
{
	int64_t now = clock_now(), end = deadline - now > PATIENCE ? now + PATIENCE : deadline;
	const struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = LOG_SOCKET };
	const struct audit_who who = audit_who();
	/* after audit_who(), which sets errno, too */
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), err = 0;

	*lost = 0;
	if (end < now + PATIENCE_LATE)
		end = now + PATIENCE_LATE;
	if (fd < 0 || connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
		err = -errno;
	/* A system without a log needs no entry. */
	if (err == -ENOENT) {
		close(fd);
		return 0;
	}
	for (const struct result *result = results->first; result; result = result->next) {
		int priority = result->outcome.status == STATUS_OK ? LOG_NOTICE : LOG_WARNING;

		if (!err)
			err = line_send(fd,
					datagram(result->arena, priority,
						 audit_line(request, result, command, &who)),
					end);
		*lost += err != 0;
	}
	if (fd >= 0)
		close(fd);
	return err;
}
