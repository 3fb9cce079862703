// SPDX-License-Identifier: GPL-2.0-or-later
/* Names for keys: what a file may contain, and what is found in it. */
#include "unit.h"

#include <sys/stat.h>
#include <unistd.h>

#include "model/key_names.h"

#define NAME_64 "n234567890123456789012345678901234567890123456789012345678901234"

static const struct {
	const char *name, *text;
	const char *wrong; /* NULL: the file is valid */
	size_t count;
} files[] = {
	{ "an empty file", "", NULL, 0 },
	{ "a line", "0xa node1\n", NULL, 1 },
	{ "a last line without an end", "0xa node1", NULL, 1 },
	{ "two lines", "0xa node1\n0xb node2\n", NULL, 2 },
	{ "blanks around, tabs between", " \t0xa \t node1 \n", NULL, 1 },
	{ "empty lines and remarks", "\n  \n# 0xb node2\n  # more\n0xa node1\n", NULL, 1 },
	{ "every character of a name", "0xa aZ0-_.9\n", NULL, 1 },
	{ "a name of 64 characters", "0xa " NAME_64 "\n", NULL, 1 },
	{ "names that differ in case", "0xa node\n0xb Node\n", NULL, 2 },
	{ "the largest key", "0xffffffffffffffff n\n", NULL, 1 },
	{ "a key alone", "0xa node1\n0xb\n", "keys, line 2: expected KEY NAME", 1 },
	{ "three words", "0xa node1 node2\n", "keys, line 1: expected KEY NAME", 0 },
	{ "a remark after it", "0xa node1 # first\n", "keys, line 1: expected KEY NAME", 0 },
	{ "name and key", "node1 0xa\n", "keys, line 1: 'node1': a key starts with 0x", 0 },
	{ "a bare number", "10 node1\n", "keys, line 1: '10': a key starts with 0x", 0 },
	{ "no key", "0x0 node1\n", "keys, line 1: '0x0': 0x0 is not a valid key", 0 },
	{ "a digit in front", "0xa 1node\n", NULL, 1 },
	{ "addresses", "0xa 10.0.0.1\n0xb fd00::2\n", NULL, 2 },
	{ "a key as a name", "0xa 0xb\n",
	  "keys, line 1: '0xb': a name starts with a letter or digit", 0 },
	{ "a number as a name", "\n0xa 10\n", "keys, line 2: '10': a name starts with a letter",
	  0 },
	{ "a letter beyond ASCII", "0xa \xc3\xa4\n", "a name starts with a letter", 0 },
	{ "another character", "0xa node,1\n", "'node,1': a name has only letters", 0 },
	{ "a carriage return", "0xa node1\r\n", "keys, line 1: line ends with CR LF", 0 },
	{ "carriage returns in remarks", "# keys\r\n\r\n0xa node1\n", NULL, 1 },
	{ "a carriage return before blanks", "0xa node1\r \n",
	  "'node1?': a name has only letters", 0 },
	{ "blanks at the end", "0xa node1 \t \n0xb node2\t\n", NULL, 2 },
	{ "a byte order mark", "\xef\xbb\xbf" "0xa node1\n0xb node2\n",
	  "keys, line 1: the file begins with a byte order mark", 1 },
	{ "a byte order mark before a remark", "\xef\xbb\xbf# keys\n0xa node1\n", NULL, 1 },
	{ "a byte order mark before nothing", "\xef\xbb\xbf\n0xa node1\n", NULL, 1 },
	{ "a byte order mark in another line", "0xa node1\n\xef\xbb\xbf" "0xb node2\n",
	  "keys, line 2: '\xef\xbb\xbf" "0xb': a key starts with 0x", 1 },
	{ "an escape", "0xa no\033de\n", "'no?de': a name has only letters", 0 },
	{ "an escape in a key", "0xa\033 node1\n", "'0xa?': ", 0 },
	{ "65 bits", "0x10000000000000000 node1\n", "'0x10000000000000000': ", 0 },
	{ "a 0X in capitals", "0XA node1\n", "keys, line 1: '0XA': a key starts with 0x", 0 },
	{ "a name that begins another one", "0xa node1\n0xb node10\n0xc node1.lab\n", NULL, 3 },
	{ "names of every kind", "0x1 NODE1\n0x2 n1.example.com\n0x3 192.0.2.1\n"
	  "0x4 2001:db8::1\n0x5 3com\n0x6 a_b-c\n", NULL, 6 },
	{ "a key twice, in other digits", "0xab node1\n0x00AB node2\n",
	  "keys, line 2: key 0xab already has the name node1", 1 },
	{ "an address with a zone", "0xa fe80::1%eth0\n", "'fe80::1%eth0': a name has only", 0 },
	{ "a bad line among good ones", "0xa node1\n0xb\n0xc node3\n",
	  "keys, line 2: expected KEY NAME", 2 },
	{ "a name of 65 characters", "0xa " NAME_64 "5\n", "at most 64 characters", 0 },
	{ "all", "0xa all\n", "'all': 'all' and 'none' are reserved words", 0 },
	{ "none", "0xa none\n", "'none': 'all' and 'none' are reserved words", 0 },
	{ "a key twice", "0xa node1\n0x0A node2\n",
	  "keys, line 2: key 0xa already has the name node1", 1 },
	{ "a name twice", "0xa node1\n\n0xb node1\n",
	  "keys, line 3: name node1 already has the key 0xa", 1 },
};

static void file_reads(void **state)
{
	const typeof(files[0]) *row = *state;
	FILE *file = fmemopen((void *)(uintptr_t)row->text,
			      strlen(row->text) + (*row->text ? 0 : 1), "r");
	struct key_names names = { 0 };
	char *wrong = NULL;

	assert_non_null(file);
	if (!*row->text)
		fgetc(file); /* fmemopen() does not accept a size of 0 */
	assert_int_equal(key_names_read(file, "keys", &names, &wrong),
			 row->wrong ? KEY_NAMES_BAD : KEY_NAMES_OK);
	assert_int_equal(names.count, row->count);
	if (row->wrong)
		assert_non_null(strstr(wrong, row->wrong));
	else
		assert_null(wrong);
	free(wrong);
	key_names_free(&names);
	fclose(file);
}

static void a_nul_is_no_end(void **state)
{
	char text[] = "0xa node1\0 x\n";
	FILE *file = fmemopen(text, sizeof(text) - 1, "r");
	struct key_names names = { 0 };
	char *wrong = NULL;

	(void)state;
	assert_int_equal(key_names_read(file, "keys", &names, &wrong), KEY_NAMES_BAD);
	assert_non_null(strstr(wrong, "line 1: contains a NUL"));
	free(wrong);
	key_names_free(&names);
	fclose(file);
}

static void both_ways(void **state)
{
	struct name list[] = { { 0xa, "node1" }, { 0xb, "node2" } };
	struct key_names names = { .list = list, .count = 2 };

	(void)state;
	assert_string_equal(key_names_of(&names, 0xb), "node2");
	assert_null(key_names_of(&names, 0xc));
	assert_null(key_names_of(NULL, 0xa));
	assert_int_equal(key_names_key(&names, "node1"), 0xa);
	assert_int_equal(key_names_key(&names, "node"), 0);
	assert_int_equal(key_names_key(&names, "node11"), 0);
	assert_int_equal(key_names_key(NULL, "node1"), 0);
}

/* The contents of a bad line are kept for those whom it concerns. */
static void bad_lines(void **state)
{
	char text[] = "0xa node1\n0xb node2 # two\n12 node3\n0xd\n";
	FILE *file = fmemopen(text, strlen(text), "r");
	struct key_names names = { 0 };
	char *wrong = NULL;

	(void)state;
	assert_int_equal(key_names_read(file, "keys", &names, &wrong), KEY_NAMES_BAD);
	assert_non_null(strstr(wrong, "line 2: expected KEY NAME"));
	assert_int_equal(names.bad_count, 3);
	assert_int_equal(names.bad[0].key, 0xb);
	assert_string_equal(names.bad[0].text, "node2");
	assert_int_equal(names.bad[1].key, 0);
	assert_string_equal(names.bad[1].text, "node3");
	assert_non_null(strstr(names.bad[1].why, "line 3: '12'"));
	assert_string_equal(names.bad[2].text, "");
	/* It is known that the key belongs to some node, but the name does not find it. */
	assert_string_equal(key_names_of(&names, 0xb), "node2");
	assert_int_equal(key_names_key(&names, "node2"), 0);
	assert_null(key_names_of(&names, 0));
	free(wrong);
	key_names_free(&names);
	fclose(file);
}

static struct name nodes[] = { { 0xa, "node1" }, { 0xb, "Node2.example.com" }, { 0xc, "10.0.0.3" },
			       { 0xd, "4th" }, { 0xe, "twin.one" }, { 0xf, "twin.two" },
			       { 0x10, "2001:DB8::1" }, { 0x11, "10.0.0.30" }, { 0x12, "node10" },
			       { 0x13, "pre" }, { 0x14, "pre.lab" } };

static const struct {
	const char *name, *host;
	uint64_t key;
	const char *other;
} hosts[] = {
	{ "the same name", "node1", 0xa, NULL },
	{ "capitals", "NODE1", 0xa, NULL },
	{ "a whole name for a short one", "Node1.example.com", 0xa, NULL },
	{ "a short name for a whole one", "node2", 0xb, NULL },
	{ "capitals in a whole name", "node2.EXAMPLE.com", 0xb, NULL },
	{ "another whole name", "node2.example.org", 0, NULL },
	{ "not a part of it", "node", 0, NULL },
	{ "an address", "10.0.0.3", 0xc, NULL },
	{ "another address", "10.0.0.4", 0, NULL },
	{ "a part of an address", "10", 0, NULL },
	{ "a digit first", "4TH", 0xd, NULL },
	{ "one of two", "twin", 0, "twin.two" },
	{ "the one of two", "twin.one", 0xe, NULL },
	{ "an IPv6 address", "2001:db8::1", 0x10, NULL },
	{ "an IPv6 address that begins with it", "2001:db8::11", 0, NULL },
	{ "an address that begins another one", "10.0.0.30", 0x11, NULL },
	{ "the first part of one", "10.0.0", 0, NULL },
	{ "a name that another one begins", "node10", 0x12, NULL },
	{ "a whole name that another one begins", "node10.lab", 0x12, NULL },
	{ "a name longer than each", "node100", 0, NULL },
	{ "a short name, with a whole one beside", "pre", 0x13, NULL },
	{ "a whole name, with a short one beside", "pre.lab", 0x14, NULL },
	{ "another domain, with a short name and another whole one", "pre.example", 0x13, NULL },
	{ "the same in capitals: both may be it", "PRE.LAB", 0, "pre.lab" },
	{ "a trailing point", "node1.", 0xa, NULL },
};

static void host(void **state)
{
	const typeof(hosts[0]) *row = *state;
	struct key_names names = { .list = nodes, .count = COUNT_OF(nodes) };
	const char *other;

	assert_int_equal(key_names_host(&names, row->host, &other), row->key);
	if (row->other)
		assert_string_equal(other, row->other);
	else
		assert_null(other);
}

static const struct {
	const char *name, *text;
	bool may_be;
} beginnings[] = {
	{ "a letter", "n", true },
	{ "a capital", "Z9", true },
	{ "a key", "0xa", false },
	{ "a digit", "9a", true },
	{ "an address", "10.0.0.1", true },
	{ "a number", "10", false },
	{ "a key in capitals", "0XA", false },
	{ "nothing", "", false },
	{ "a blank", " a", false },
	{ "a sign", "-a", false },
	{ "a letter beyond ASCII", "\xc3\xa4", false },
};

static void beginning(void **state)
{
	const typeof(beginnings[0]) *row = *state;

	assert_int_equal(key_names_may_be(row->text), row->may_be);
}

/* A test in the guest uses a file that belongs to root, which only root can create. */
static void not_believed(void **state)
{
	char path[] = "/tmp/test_names.XXXXXX", *wrong;
	int fd = mkstemp(path);
	struct key_names names;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "0xa node1\n", 10), 10);
	assert_int_equal(fchmod(fd, 0664), 0);
	assert_int_equal(key_names_load(path, &names, &wrong), KEY_NAMES_OK);
	assert_int_equal(names.count, 0);
	assert_non_null(strstr(names.ignored, "ignoring "));
	key_names_free(&names);
	/* Reading it takes as long as the square of its lines. */
	assert_int_equal(ftruncate(fd, 65537), 0);
	assert_int_equal(key_names_load(path, &names, &wrong), KEY_NAMES_OK);
	assert_non_null(strstr(names.ignored, "larger than 64 KiB"));
	key_names_free(&names);
	assert_int_equal(ftruncate(fd, 65536), 0);
	assert_int_equal(key_names_load(path, &names, &wrong), KEY_NAMES_OK);
	assert_null(strstr(names.ignored, "larger"));
	key_names_free(&names);
	unlink(path);
	close(fd);
	/* A missing file does not matter. */
	assert_int_equal(key_names_load(path, &names, &wrong), KEY_NAMES_OK);
	assert_null(names.ignored);
	/* A link to one does: it may be meant to have names. So does a folder that is a file. */
	assert_int_equal(symlink("/nowhere/keys", path), 0);
	assert_int_equal(key_names_load(path, &names, &wrong), KEY_NAMES_OK);
	assert_non_null(strstr(names.ignored, "No such file or directory"));
	key_names_free(&names);
	unlink(path);
	assert_int_equal(key_names_load("/dev/null/keys", &names, &wrong), KEY_NAMES_OK);
	assert_non_null(strstr(names.ignored, "Not a directory"));
	key_names_free(&names);
	assert_int_equal(key_names_load("/", &names, &wrong), KEY_NAMES_OK);
	assert_non_null(strstr(names.ignored, "not a regular file"));
	key_names_free(&names);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, file_reads, files);
	UNIT_TEST(&unit, a_nul_is_no_end);
	UNIT_TEST(&unit, both_ways);
	UNIT_TEST(&unit, bad_lines);
	UNIT_TABLE(&unit, host, hosts);
	UNIT_TABLE(&unit, beginning, beginnings);
	UNIT_TEST(&unit, not_believed);
	return unit_run(&unit, "names");
}
