// SPDX-License-Identifier: GPL-2.0-or-later
/* Documents of other hosts: what is read from them, and which are invalid. */
#include "unit.h"

#include <unistd.h>

#include "doctor/documents.h"
#include "util/clock.h"

#define HEAD \
	"{\"prctl\":\"0.1.0\",\"schema\":1,\"host\":{\"name\":\"node2\",\"id\":\"0a\"}," \
	"\"devices\":["
#define LUN "{\"lun\":{\"wwid\":\"w\",\"size\":7},\"generation\":3,\"registrants\":["
#define END "],\"paths\":[{\"initiator\":\"iqn.a:1,i,0x1\"},{\"initiator\":null}]}"

static const struct {
	const char *name, *text;
	const char *wrong; /* a part of the message; NULL: it is valid */
} texts[] = {
	{ "no LUN", HEAD "]}", NULL },
	{ "a LUN without registrants", HEAD LUN END "]}", NULL },
	{ "one that was not read", HEAD "{\"registrants\":null}]}", NULL },
	{ "an older document, without a host", "{\"schema\":1,\"devices\":[]}", NULL },
	{ "members of other types",
	  "{\"schema\":1,\"host\":[],\"devices\":[7,\"x\",null,{\"lun\":3,\"paths\":{}}]}", NULL },
	{ "not JSON", "prctl", "line 1" },
	{ "nothing", " ", "line 1" },
	{ "another document", "{\"devices\":3,\"schema\":1}",
	  "not a document of prctl status --json" },
	{ "another schema", "{\"schema\":2,\"devices\":[]}",
	  "not a document of prctl status --json" },
	{ "an array", "[]", "not a document of prctl status --json" },
	{ "a registrant without a key", HEAD LUN "{}" END "]}", "a registrant has no key" },
	{ "a key that is none", HEAD LUN "{\"key\":\"10\"}" END "]}", "a registrant has no key" },
	{ "a member twice", "{\"schema\":1,\"schema\":1,\"devices\":[]}", "line 1" },
};

/* Writes @text to a file and reads that. */
static struct document *read_text(struct arena *arena, const char *text, const char **wrong)
{
	char path[] = "/tmp/test_documents.XXXXXX";
	int fd = mkstemp(path);
	struct document *document;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	document = document_read(arena, path, INT64_MAX, wrong);
	unlink(path);
	return document;
}

static void reads(void **state)
{
	const typeof(texts[0]) *row = *state;
	struct arena *arena = unit_arena();
	const char *wrong;
	struct document *document = read_text(arena, row->text, &wrong);

	if (row->wrong) {
		assert_null(document);
		assert_non_null(strstr(wrong, row->wrong));
	} else {
		assert_text(wrong, NULL);
		assert_non_null(document);
	}
	arena_free(arena);
}

static void members(void **state)
{
	static const char text[] = HEAD LUN
		"{\"key\":\"0xb\",\"name\":\"n2\",\"holder\":true,\"initiator\":\"iqn.a:1\","
		"\"target_port\":2,\"this_host\":true},"
		"{\"key\":\"0x0\",\"name\":\"none\",\"holder\":false,\"initiator\":null,"
		"\"target_port\":\"all\",\"this_host\":null}" END
		"]}";
	struct arena *arena = unit_arena();
	const struct document_lun *lun;
	struct document *document;
	const char *wrong;

	(void)state;
	document = read_text(arena, text, &wrong);
	assert_non_null(document);
	assert_string_equal(document->host.name, "node2");
	assert_string_equal(document->host.id, "0a");
	assert_null(document_lun(document, NULL));
	assert_null(document_lun(document, "other"));
	lun = document_lun(document, "w");
	assert_non_null(lun);
	assert_true(lun->read && lun->size == 7 && lun->generation == 3 && lun->count == 2 &&
		    lun->initiator_count == 1);
	assert_string_equal(lun->initiators[0], "iqn.a:1,i,0x1");
	assert_int_equal(lun->registrants[0].registrant.key, 0xb);
	assert_string_equal(lun->registrants[0].name, "n2");
	assert_int_equal(lun->registrants[0].registrant.this_host, TRI_YES);
	assert_int_equal(lun->registrants[0].registrant.nexus.target_port, 2);
	assert_int_equal(lun->registrants[1].registrant.key, 0);
	assert_null(lun->registrants[1].name);
	assert_true(lun->registrants[1].name_known);
	assert_int_equal(lun->registrants[1].registrant.nexus.target_port, TARGET_PORT_ALL);
	assert_null(document_read(arena, "/nonexistent", INT64_MAX, &wrong));
	assert_non_null(wrong);
	arena_free(arena);
}

/* A command that writes a document to a pipe, as <(ssh ...) does, and one that hangs. */
static void pipes(void **state)
{
	static const char text[] = HEAD LUN END "]}";
	struct arena *arena = unit_arena();
	int64_t begin = clock_now();
	const char *wrong;
	char path[32];
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	snprintf(path, sizeof(path), "/dev/fd/%d", ends[0]);
	assert_int_equal(write(ends[1], text, sizeof(text) - 1), (ssize_t)sizeof(text) - 1);
	assert_null(document_read(arena, path, begin + CLOCK_SECOND / 10, &wrong));
	assert_string_equal(wrong, "timed out reading it; give the command that writes it a lower "
				   "--timeout");
	assert_true(clock_now() < begin + 5 * CLOCK_SECOND);
	assert_int_equal(write(ends[1], text, sizeof(text) - 1), (ssize_t)sizeof(text) - 1);
	close(ends[1]);
	assert_non_null(document_read(arena, path, INT64_MAX, &wrong));
	close(ends[0]);
	arena_free(arena);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, reads, texts);
	UNIT_TEST(&unit, members);
	UNIT_TEST(&unit, pipes);
	return unit_run(&unit, "documents");
}
