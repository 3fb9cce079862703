// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * multipathd, played by a thread on a socket of this test (the linker's --wrap of connect): with
 * the answers of 0.9.4 and of 0.14, and every way in which it may fail to answer.
 */
#include "unit.h"

#include <errno.h>
#include <pthread.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "pr/multipathd.h"
#include "pr/multipathd_config.h"
#include "util/clock.h"

#define LINES 16

/* If the answer is one of these, none is sent. */
static const char SILENT[] = "it says nothing", CLOSED[] = "it closes the connection",
		  CUT[] = "it closes it within the answer",
		  HUGE[] = "it tells of too long an answer";

/* A question and its answer. */
struct line {
	const char *question, *answer;
};

#define QUESTIONS(...) { __VA_ARGS__, { NULL, NULL } }
#define KEY(answer) { "getprkey map mpatha", answer }
#define STATUS(answer) { "getprstatus map mpatha", answer }
#define CONFIG(answer) { "show config local", answer }
#define SET_KEY(answer) { "setprkey map mpatha key 0xa:aptpl", answer }
#define SET_STATUS(answer) { "setprstatus map mpatha", answer }
#define UNSET_KEY(answer) { "unsetprkey map mpatha", answer }
#define UNSET_STATUS(answer) { "unsetprstatus map mpatha", answer }

#define FILE_FOR_ALL "defaults {\n\tverbosity 2\n\treservation_key \"file\"\n}\n"
#define FILE_FOR_NONE "defaults {\n\tverbosity 2\n}\n"

struct row {
	const char *name;
	uint64_t key;
	enum multipathd_told told;
	const char *why;
	struct line lines[LINES];
};

static const struct row rows[] = {
	{ "0.9.4, the first key", 0xa, MULTIPATHD_HAS, NULL,
	  QUESTIONS(KEY("none\n"), STATUS("0"), CONFIG(FILE_FOR_ALL), SET_KEY("ok\n"),
		    SET_STATUS("ok\n"), KEY("0xa:aptpl\n"), STATUS("1")) },
	{ "0.14, the first key", 0xa, MULTIPATHD_HAS, NULL,
	  QUESTIONS(KEY("none\n"), STATUS("unknown\n"), CONFIG(FILE_FOR_ALL), SET_KEY("ok\n"),
		    SET_STATUS("ok\n"), KEY("0xa:aptpl\n"), STATUS("set\n")) },
	{ "it has the key already", 0xa, MULTIPATHD_HAS, NULL,
	  QUESTIONS(KEY("0xa:aptpl\n"), STATUS("set\n")) },
	{ "it has the key, and would not register paths", 0xa, MULTIPATHD_HAS, NULL,
	  QUESTIONS(KEY("0xa:aptpl\n"), STATUS("unset\n"), SET_STATUS("ok\n"), KEY("0xa:aptpl\n"),
		    STATUS("set\n")) },
	{ "it would register the key without APTPL", 0xa, MULTIPATHD_HAS, NULL,
	  QUESTIONS(KEY("0xa\n"), STATUS("set\n"), CONFIG(FILE_FOR_ALL), SET_KEY("ok\n"),
		    SET_STATUS("ok\n"), KEY("0xa:aptpl\n"), STATUS("set\n")) },
	{ "another key", 0xa, MULTIPATHD_HAS, NULL,
	  QUESTIONS(KEY("0xb:aptpl\n"), STATUS("1"), CONFIG(FILE_FOR_ALL), SET_KEY("ok\n"),
		    SET_STATUS("ok\n"), KEY("0xa:aptpl\n"), STATUS("1")) },
	{ "no file of keys", 0xa, MULTIPATHD_NOT_CONFIGURED, NULL,
	  QUESTIONS(KEY("none\n"), STATUS("0"), CONFIG(FILE_FOR_NONE)) },
	{ "0.9.4 does not know the map", 0xa, MULTIPATHD_ABSENT, NULL, QUESTIONS(KEY("fail\n")) },
	{ "0.14 does not know the map", 0xa, MULTIPATHD_ABSENT, NULL,
	  QUESTIONS(KEY("fail\ndevice not found\n")) },
	{ "0.9.4 has no time", 0xa, MULTIPATHD_FAILED, "it answers getprkey with 'timeout'",
	  QUESTIONS(KEY("timeout\n")) },
	{ "0.14 has no time", 0xa, MULTIPATHD_FAILED, "it answers getprkey with 'fail'",
	  QUESTIONS(KEY("fail\ntimeout\n")) },
	{ "it obeys root alone", 0xa, MULTIPATHD_FAILED,
	  "it answers getprkey with 'permission deny: need to be root'",
	  QUESTIONS(KEY("permission deny: need to be root\n")) },
	{ "control characters", 0xa, MULTIPATHD_FAILED, "it answers getprstatus with '?[31m'",
	  QUESTIONS(KEY("none\n"), STATUS("\033[31m\n")) },
	{ "it is silent at once", 0xa, MULTIPATHD_FAILED, "it does not answer getprkey",
	  QUESTIONS(KEY(SILENT)) },
	{ "it falls silent", 0xa, MULTIPATHD_FAILED, "it does not answer setprkey",
	  QUESTIONS(KEY("none\n"), STATUS("0"), CONFIG(FILE_FOR_ALL), SET_KEY(SILENT)) },
	{ "it ends", 0xa, MULTIPATHD_FAILED, "it does not answer setprstatus",
	  QUESTIONS(KEY("none\n"), STATUS("0"), CONFIG(FILE_FOR_ALL), SET_KEY("ok\n"),
		    SET_STATUS(CLOSED)) },
	{ "it ends within its configuration", 0xa, MULTIPATHD_FAILED,
	  "it does not answer show config local",
	  QUESTIONS(KEY("none\n"), STATUS("0"), CONFIG(CUT)) },
	{ "an answer of 4 GiB", 0xa, MULTIPATHD_FAILED, "it does not answer getprkey",
	  QUESTIONS(KEY(HUGE)) },
	{ "setprkey fails", 0xa, MULTIPATHD_FAILED, "it answers setprkey with 'fail'",
	  QUESTIONS(KEY("none\n"), STATUS("0"), CONFIG(FILE_FOR_ALL), SET_KEY("fail\n")) },
	{ "the status is not kept", 0xa, MULTIPATHD_FAILED,
	  "it shows another key or status after it was told",
	  QUESTIONS(KEY("none\n"), STATUS("unset\n"), CONFIG(FILE_FOR_ALL), SET_KEY("ok\n"),
		    SET_STATUS("ok\n"), KEY("0xa:aptpl\n"), STATUS("unset\n")) },
	{ "the key is not kept", 0xa, MULTIPATHD_FAILED,
	  "it shows another key or status after it was told",
	  QUESTIONS(KEY("none\n"), STATUS("unset\n"), CONFIG(FILE_FOR_ALL), SET_KEY("ok\n"),
		    SET_STATUS("ok\n"), KEY("0xb:aptpl\n"), STATUS("set\n")) },

	{ "taken back", 0, MULTIPATHD_HAS, NULL,
	  QUESTIONS(KEY("0xa:aptpl\n"), STATUS("1"), CONFIG(FILE_FOR_ALL), UNSET_STATUS("ok\n"),
		    UNSET_KEY("ok\n"), KEY("none\n"), STATUS("0")) },
	{ "taken back, 0.14", 0, MULTIPATHD_HAS, NULL,
	  QUESTIONS(KEY("0xa:aptpl\n"), STATUS("set\n"), CONFIG(FILE_FOR_ALL), UNSET_STATUS("ok\n"),
		    UNSET_KEY("ok\n"), KEY("none\n"), STATUS("unset\n")) },
	{ "nothing to take back", 0, MULTIPATHD_HAS, NULL, QUESTIONS(KEY("none\n"), STATUS("0")) },
	{ "a key of multipath.conf stays", 0, MULTIPATHD_HAS, NULL,
	  QUESTIONS(KEY("0xa\n"), STATUS("1"), CONFIG(FILE_FOR_NONE), UNSET_STATUS("ok\n"),
		    KEY("0xa\n"), STATUS("0")) },
	{ "taken back in vain", 0, MULTIPATHD_FAILED,
	  "it shows another key or status after it was told",
	  QUESTIONS(KEY("0xa:aptpl\n"), STATUS("1"), CONFIG(FILE_FOR_ALL), UNSET_STATUS("ok\n"),
		    UNSET_KEY("ok\n"), KEY("0xa:aptpl\n"), STATUS("0")) },
};

static struct {
	struct sockaddr_un address;
	socklen_t length;
} place;

int __wrap_connect(int fd, const struct sockaddr *address, socklen_t length);
int __real_connect(int fd, const struct sockaddr *address, socklen_t length);

/* The socket file belongs to a later version: it does not exist. */
int __wrap_connect(int fd, const struct sockaddr *address, socklen_t length)
{
	const struct sockaddr_un *asked = (const struct sockaddr_un *)address;
	const char name[] = "/org/kernel/linux/storage/multipathd";

	if (asked->sun_path[0] || !place.length) {
		errno = ENOENT;
		return -1;
	}
	assert_int_equal(length, offsetof(struct sockaddr_un, sun_path) + sizeof(name));
	assert_memory_equal(asked->sun_path + 1, name, sizeof(name) - 1);
	return __real_connect(fd, (const struct sockaddr *)&place.address, place.length);
}

/* A socket whose name the kernel chooses. */
static int listen_somewhere(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	place.address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	assert_int_equal(bind(fd, (struct sockaddr *)&place.address, sizeof(sa_family_t)), 0);
	place.length = sizeof(place.address);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&place.address, &place.length), 0);
	assert_int_equal(listen(fd, 4), 0);
	return fd;
}

/* An error in the thread, which cmocka does not notice. */
struct played {
	const struct row *row;
	int fd; /* listening socket */
	const char *wrong;
	size_t asked;
};

static bool answer_send(int fd, const char *answer)
{
	size_t length = answer == HUGE ? (size_t)1 << 32 : strlen(answer) + 1;

	if (answer == SILENT || answer == CLOSED)
		return answer == SILENT;
	if (send(fd, &length, sizeof(length), MSG_NOSIGNAL) != (ssize_t)sizeof(length))
		return false;
	if (answer == HUGE)
		return true;
	length -= answer == CUT ? 4 : 0;
	return send(fd, answer, length, MSG_NOSIGNAL) == (ssize_t)length && answer != CUT;
}

static void *play(void *argument)
{
	struct played *played = argument;
	int fd = accept(played->fd, NULL, NULL);
	char question[128];
	size_t length;

	while (recv(fd, &length, sizeof(length), MSG_WAITALL) == (ssize_t)sizeof(length)) {
		const struct line *line = &played->row->lines[played->asked];

		if (length > sizeof(question) ||
		    recv(fd, question, length, MSG_WAITALL) != (ssize_t)length)
			played->wrong = "a question of another length";
		else if (!line->question || strcmp(line->question, question) != 0)
			played->wrong = "another question";
		if (played->wrong)
			break;
		played->asked++;
		if (!answer_send(fd, line->answer))
			break;
	}
	close(fd);
	return NULL;
}

static void tell(void **state)
{
	const struct row *row = *state;
	const struct multipathd_map map = { "mpatha", "3600" };
	const struct multipathd_key key = { row->key, row->key != 0 };
	struct played played = { .row = row, .fd = listen_somewhere() };
	const struct line *end = row->lines;
	enum multipathd_told told;
	char why[MULTIPATHD_WHY] = "";
	pthread_t thread;
	bool silent = false;

	for (; end->question; end++)
		silent |= end->answer == SILENT || end->answer == HUGE;
	assert_int_equal(pthread_create(&thread, NULL, play, &played), 0);
	told = multipathd_tell(
		&map, &key, clock_now() + (silent ? CLOCK_SECOND / 5 : (60 * CLOCK_SECOND)), why);
	assert_int_equal(pthread_join(thread, NULL), 0);
	close(played.fd);
	if (played.wrong)
		fail_msg("%s, number %zu", played.wrong, played.asked);
	assert_ptr_equal(&row->lines[played.asked], end);
	assert_int_equal(told, row->told);
	assert_string_equal(why, row->why ? row->why : "");
}

/* A daemon whose queue is full, or that is stopped: nothing is accepted. */
static void never_accepts(void **state)
{
	const struct multipathd_map map = { "mpatha", "3600" };
	const struct multipathd_key key = { 0xa, true };
	int fd = listen_somewhere();
	char why[MULTIPATHD_WHY] = "";

	(void)state;
	assert_int_equal(multipathd_tell(&map, &key, clock_now() + CLOCK_SECOND / 10, why),
			 MULTIPATHD_FAILED);
	assert_string_equal(why, "it does not answer getprkey");
	close(fd);
}

static void nobody_listens(void **state)
{
	const struct multipathd_map map = { "mpatha", "3600" };
	const struct multipathd_key key = { 0xa, true };
	char why[MULTIPATHD_WHY] = "";

	(void)state;
	place.length = 0;
	assert_int_equal(multipathd_tell(&map, &key, clock_now() + (60 * CLOCK_SECOND), why),
			 MULTIPATHD_ABSENT);
}

static const struct {
	const char *name, *text;
	bool is_file;
} configs[] = {
	{ "nothing", "", false },
	{ "defaults", FILE_FOR_ALL, true },
	{ "defaults without quotation marks", "defaults {\n\treservation_key file\n}\n", true },
	{ "defaults have a key", "defaults {\n\treservation_key 0xa\n}\n", false },
	{ "another section", "overrides {\n\treservation_key \"file\"\n}\n", false },
	{ "the map's own",
	  "defaults {\n}\nmultipaths {\n\tmultipath {\n\t\twwid \"3600\"\n\t\treservation_key "
	  "\"file\"\n\t}\n}\n",
	  true },
	{ "the map's own, before its WWID",
	  "multipaths {\n\tmultipath {\n\t\treservation_key \"file\"\n\t\twwid \"3600\"\n\t}\n}\n",
	  true },
	{ "the map has a key of its own",
	  FILE_FOR_ALL "multipaths {\n\tmultipath {\n\t\twwid \"3600\"\n\t\treservation_key "
		       "0xa:aptpl\n\t}\n}\n",
	  false },
	{ "the map's entry has none",
	  FILE_FOR_ALL "multipaths {\n\tmultipath {\n\t\twwid \"3600\"\n\t\talias \"mpatha\"\n"
		       "\t}\n}\n",
	  true },
	{ "another map's",
	  "multipaths {\n\tmultipath {\n\t\twwid \"36001\"\n\t\treservation_key \"file\"\n\t}\n"
	  "\tmultipath {\n\t\twwid \"3600\"\n\t}\n}\n",
	  false },
	{ "nested sections before it",
	  "overrides {\n\tprotocol {\n\t\ttype \"scsi:fcp\"\n\t}\n}\n" FILE_FOR_ALL, true },
	{ "defaults end, and devices have one",
	  "defaults {\n}\ndevices {\n\tdevice {\n\t\treservation_key \"file\"\n\t}\n}\n", false },
	{ "more braces than sections", "}\n}\n}\n" FILE_FOR_NONE, false },
};

/* Wherever the answer is split. */
static void config(void **state)
{
	const typeof(configs[0]) *row = *state;

	for (size_t piece = 1; piece <= 64; piece *= 4) {
		struct multipathd_config config = { .wwid = "3600",
						    .in_entry = TRI_UNKNOWN,
						    .of_map = TRI_UNKNOWN,
						    .of_all = TRI_UNKNOWN };
		size_t length = strlen(row->text) + 1;

		for (size_t at = 0; at < length; at += piece)
			multipathd_config_feed(&config, row->text + at,
					       length - at < piece ? length - at : piece);
		assert_int_equal(multipathd_config_is_file(&config), row->is_file);
	}
}

static const struct {
	const char *name;
	struct line lines[LINES];
	enum tri registers;
} registers_rows[] = {
	{ "the key and the status", QUESTIONS(KEY("0xa:aptpl\n"), STATUS("set\n")), TRI_YES },
	{ "the status alone is missing", QUESTIONS(KEY("0xa:aptpl\n"), STATUS("0")), TRI_NO },
	{ "it has not looked yet", QUESTIONS(KEY("0xa\n"), STATUS("unknown\n")), TRI_YES },
	{ "another key", QUESTIONS(KEY("0xb\n"), STATUS("1")), TRI_NO },
	{ "no key", QUESTIONS(KEY("none\n"), STATUS("0")), TRI_NO },
	{ "another map", QUESTIONS(KEY("fail\n")), TRI_UNKNOWN },
};

static void registers(void **state)
{
	const typeof(registers_rows[0]) *row = *state;
	struct row asked = { .name = row->name };
	struct played played = { .row = &asked, .fd = listen_somewhere() };
	pthread_t thread;

	memcpy(asked.lines, row->lines, sizeof(asked.lines));
	assert_int_equal(pthread_create(&thread, NULL, play, &played), 0);
	assert_int_equal(multipathd_registers("mpatha", 0xa, clock_now() + (60 * CLOCK_SECOND)),
			 row->registers);
	assert_int_equal(pthread_join(thread, NULL), 0);
	close(played.fd);
	if (played.wrong)
		fail_msg("%s, number %zu", played.wrong, played.asked);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, tell, rows);
	UNIT_TEST(&unit, never_accepts);
	UNIT_TEST(&unit, nobody_listens);
	UNIT_TABLE(&unit, config, configs);
	UNIT_TABLE(&unit, registers, registers_rows);
	return unit_run(&unit, "multipathd");
}
