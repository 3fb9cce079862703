// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The fence agent: the meaning of its parameters, the answer of status, and the disk that comes
 * first.
 */
#include "unit.h"

#include <unistd.h>

#include "fence/act.h"
#include "fence/fence.h"
#include "states.h"

static struct name list[] = { { 0xa, "node1" }, { 0xb, "node2" }, { 0xc, "node3.lab" } };
static const struct key_names names = { .list = list, .count = 3 };

#define SECONDS INT64_C(1000000000)

static const struct {
	const char *name;
	const char *lines[6];
	const char *wrong; /* a part of the message; NULL: there is none */
	enum fence_action action;
	uint64_t key, plug;
	size_t devices;
} inputs[] = {
	{ "off is the default", { "devices=/dev/a", "plug=node2" }, NULL, FENCE_OFF, 0xa, 0xb, 1 },
	{ "a key as plug", { "devices=/dev/a", "plug=0xbb" }, NULL, FENCE_OFF, 0xa, 0xbb, 1 },
	{ "port", { "devices=/dev/a", "port=node2" }, NULL, FENCE_OFF, 0xa, 0xb, 1 },
	{ "nodename", { "devices=/dev/a", "nodename=node2" }, NULL, FENCE_OFF, 0xa, 0xb, 1 },
	{ "plug before port and nodename", { "nodename=node1", "port=node3.lab", "plug=node2",
	  "devices=/dev/a" }, NULL,
	  FENCE_OFF, 0xa, 0xb, 1 },
	{ "an empty plug is none", { "devices=/dev/a", "plug=", "nodename=node2" }, NULL,
	  FENCE_OFF, 0xa, 0xb, 1 },
	{ "the last one counts", { "plug=node3.lab", "devices=/dev/b /dev/c", "plug=node2",
	  "devices=/dev/a" }, NULL,
	  FENCE_OFF, 0xa, 0xb, 1 },
	{ "commas and blanks", { "devices=/dev/a,/dev/b, /dev/c  UUID=1-2", "plug=node2" }, NULL,
	  FENCE_OFF, 0xa, 0xb, 4 },
	{ "newlines, carriage returns, and one twice", { "devices=/dev/a\n/dev/b\r\n/dev/c\v/dev/a",
	  "plug=node2" }, NULL, FENCE_OFF, 0xa, 0xb, 4 },
	{ "blanks around, remarks, empty lines", { "# off", "", "  devices = /dev/a \r",
	  "\tplug =node2 " }, NULL, FENCE_OFF,
	  0xa, 0xb, 1 },
	{ "a node in capitals", { "devices=/dev/a", "plug=NODE2" }, NULL, FENCE_OFF, 0xa, 0xb, 1 },
	{ "a node by its whole name", { "devices=/dev/a", "port=Node2.example.com" }, NULL,
	  FENCE_OFF, 0xa, 0xb, 1 },
	{ "a node by its short name", { "devices=/dev/a", "nodename=NODE3" }, NULL, FENCE_OFF, 0xa,
	  0xc, 1 },
	{ "what begins a name is none", { "devices=/dev/a", "plug=node" }, "plug 'node': no such",
	  FENCE_OFF, 0, 0, 0 },
	{ "a name that begins with one is none", { "devices=/dev/a", "plug=node22" },
	  "plug 'node22': no such", FENCE_OFF, 0, 0, 0 },
	{ "two nodes", { "devices=/dev/a", "plug=node2,node1" }, "plug 'node2,node1': no such",
	  FENCE_OFF, 0, 0, 0 },
	{ "a key of 65 bits", { "devices=/dev/a", "plug=0x10000000000000000" },
	  "plug '0x10000000000000000': ", FENCE_OFF, 0, 0, 0 },
	{ "key 0", { "devices=/dev/a", "plug=0x0" }, "plug '0x0': 0x0 is not a valid key",
	  FENCE_OFF, 0, 0, 0 },
	{ "digits in capitals", { "devices=/dev/a", "plug=0xBB" }, NULL, FENCE_OFF, 0xa, 0xbb,
	  1 },
	{ "0X in capitals", { "devices=/dev/a", "plug=0XBB" }, "plug '0XBB': a key starts with 0x",
	  FENCE_OFF, 0, 0, 0 },
	{ "an own key", { "key=0xd", "devices=/dev/a", "plug=node2" }, NULL, FENCE_OFF, 0xd, 0xb,
	  1 },
	{ "an own key by name", { "key=node3.lab", "devices=/dev/a", "plug=node2" }, NULL,
	  FENCE_OFF, 0xc, 0xb, 1 },
	{ "itself", { "devices=/dev/a", "plug=node1" }, "cannot fence itself", FENCE_OFF, 0, 0, 0 },
	{ "itself by its key", { "devices=/dev/a", "plug=0x0A" },
	  "0xa (node1) is this node's own key", FENCE_OFF, 0, 0, 0 },
	{ "itself as another", { "devices=/dev/a", "key=node2", "plug=node2" },
	  "cannot fence itself", FENCE_OFF, 0, 0, 0 },
	{ "no plug", { "devices=/dev/a" }, "plug is missing", FENCE_OFF, 0, 0, 0 },
	{ "no devices: those of volume groups", { "plug=node2" }, NULL, FENCE_OFF, 0xa, 0xb, 0 },
	{ "devices of nothing", { "plug=node2", "devices= , " }, "devices names no disk", FENCE_OFF,
	  0, 0, 0 },
	{ "no such node", { "devices=/dev/a", "plug=node9" }, "plug 'node9': no such name in",
	  FENCE_OFF, 0, 0, 0 },
	{ "a bare number", { "devices=/dev/a", "plug=10" }, "plug '10': a key starts with 0x",
	  FENCE_OFF, 0, 0, 0 },
	{ "no such own key", { "devices=/dev/a", "key=node9", "plug=node2" },
	  "key 'node9': no such name in", FENCE_OFF, 0, 0, 0 },
	{ "no such action", { "action=reboot", "devices=/dev/a", "plug=node2" },
	  "unknown action 'reboot'", FENCE_OFF, 0, 0, 0 },
	{ "no such type", { "devices=/dev/a", "type=5", "plug=node2" }, "unknown type '5'",
	  FENCE_OFF, 0, 0, 0 },
	{ "a time of nothing", { "devices=/dev/a", "power_timeout=0", "plug=node2" },
	  "power_timeout", FENCE_OFF, 0, 0, 0 },
	{ "a time with a sign", { "devices=/dev/a", "power_timeout=+5", "plug=node2" },
	  "power_timeout", FENCE_OFF, 0, 0, 0 },
	{ "a time that is none", { "devices=/dev/a", "power_timeout=soon", "plug=node2" },
	  "power_timeout", FENCE_OFF, 0, 0, 0 },
	{ "a negative delay", { "devices=/dev/a", "delay=-1", "plug=node2" }, "delay", FENCE_OFF,
	  0, 0, 0 },
	{ "on", { "action=on", "devices=/dev/a" }, NULL, FENCE_ON, 0xa, 0, 1 },
	{ "on of this node", { "action=on", "devices=/dev/a", "nodename=node1" }, NULL, FENCE_ON,
	  0xa, 0xa, 1 },
	{ "on of another node", { "action=on", "devices=/dev/a", "nodename=node2" },
	  "'on' only works for the local node", FENCE_ON, 0, 0, 0 },
	{ "status", { "action=status", "devices=/dev/a", "plug=node2" }, NULL, FENCE_STATUS, 0xa,
	  0xb, 1 },
	{ "status of this node", { "action=status", "devices=/dev/a" }, NULL, FENCE_STATUS, 0xa,
	  0xa, 1 },
	{ "monitor asks for no node", { "action=monitor", "devices=/dev/a", "plug=node9" }, NULL,
	  FENCE_MONITOR, 0xa, 0, 1 },
	{ "list needs nothing", { "action=list" }, NULL, FENCE_LIST, 0, 0, 0 },
	{ "metadata needs nothing", { "action=metadata", "plug=?" }, NULL, FENCE_METADATA, 0, 0,
	  0 },
	{ "validate-all", { "action=validate-all", "devices=/dev/a" }, NULL, FENCE_VALIDATE_ALL,
	  0xa, 0, 1 },
	{ "an action in capitals", { "action=MoNiToR", "devices=/dev/a" }, NULL, FENCE_MONITOR, 0xa,
	  0, 1 },
	{ "meta-data", { "action=Meta-Data" }, NULL, FENCE_METADATA, 0, 0, 0 },
	{ "enable", { "action=enable", "devices=/dev/a" }, NULL, FENCE_ON, 0xa, 0, 1 },
	{ "disable", { "action=DISABLE", "devices=/dev/a", "plug=node2" }, NULL, FENCE_OFF, 0xa,
	  0xb, 1 },
	{ "option is an old name of action", { "option=monitor", "devices=/dev/a", "plug=node2" },
	  NULL, FENCE_MONITOR, 0xa, 0, 1 },
	{ "an empty action is not off", { "action=", "devices=/dev/a", "plug=node2" },
	  "action is empty", FENCE_OFF, 0, 0, 0 },
	{ "nor is one of blanks", { "action= \t", "devices=/dev/a", "plug=node2" },
	  "action is empty", FENCE_OFF, 0, 0, 0 },
	{ "nor an empty one in quotes", { "action=\"\"", "devices=/dev/a", "plug=node2" },
	  "action is empty", FENCE_OFF, 0, 0, 0 },
	{ "nor an empty option", { "option=", "devices=/dev/a", "plug=node2" }, "action is empty",
	  FENCE_OFF, 0, 0, 0 },
	{ "the last one is empty", { "action=monitor", "action=", "devices=/dev/a" },
	  "action is empty", FENCE_OFF, 0, 0, 0 },
	{ "action in capitals", { "Action=status", "devices=/dev/a", "plug=node2" },
	  "unknown parameter 'Action'", FENCE_OFF, 0, 0, 0 },
	{ "several actions", { "actions=status", "devices=/dev/a", "plug=node2" },
	  "unknown parameter 'actions'", FENCE_OFF, 0, 0, 0 },
	{ "action without its sign", { " action status", "devices=/dev/a", "plug=node2" },
	  "unknown parameter 'action status'", FENCE_OFF, 0, 0, 0 },
	{ "action with another sign", { "action:status", "devices=/dev/a", "plug=node2" },
	  "unknown parameter 'action:status'", FENCE_OFF, 0, 0, 0 },
	{ "action without a word", { "devices=/dev/a", "plug=node2", "ACTION" },
	  "unknown parameter 'ACTION'", FENCE_OFF, 0, 0, 0 },
	{ "no name", { "=status", "devices=/dev/a", "plug=node2" }, "unknown parameter ''",
	  FENCE_OFF, 0, 0, 0 },
	{ "option in capitals", { "OPTION=status", "devices=/dev/a", "plug=node2" },
	  "unknown parameter 'OPTION'", FENCE_OFF, 0, 0, 0 },
	{ "action with a letter left out", { "acton=status", "devices=/dev/a", "plug=node2" },
	  "unknown parameter 'acton' may be meant", FENCE_OFF, 0, 0, 0 },
	{ "action with its end cut", { "actio=status", "devices=/dev/a", "plug=node2" },
	  "unknown parameter 'actio' may be meant", FENCE_OFF, 0, 0, 0 },
	{ "action with a letter changed", { "devices=/dev/a", "plug=node2", "aktion=" },
	  "unknown parameter 'aktion'", FENCE_OFF, 0, 0, 0 },
	{ "action with a letter twice, and a value that is no action", { "acttion=x",
	  "devices=/dev/a", "plug=node2" }, "unknown parameter 'acttion'", FENCE_OFF, 0, 0, 0 },
	{ "action with letters swapped, and another sign", { "atcion: x", "devices=/dev/a",
	  "plug=node2" }, "unknown parameter 'atcion: x'", FENCE_OFF, 0, 0, 0 },
	{ "option with a letter changed", { "optlon=x", "devices=/dev/a", "plug=node2" },
	  "unknown parameter 'optlon'", FENCE_OFF, 0, 0, 0 },
	{ "an option as a line", { "--action=status", "devices=/dev/a", "plug=node2" },
	  "unknown parameter '--action'", FENCE_OFF, 0, 0, 0 },
	{ "a short option as a line", { "-ostatus", "devices=/dev/a", "plug=node2" },
	  "unknown parameter '-ostatus'", FENCE_OFF, 0, 0, 0 },
	{ "another name with an action", { "operation=status", "devices=/dev/a", "plug=node2" },
	  "unknown parameter 'operation'", FENCE_OFF, 0, 0, 0 },
	{ "another name with an action in quotes", { "do = \"Monitor\"", "devices=/dev/a",
	  "plug=node2" }, "unknown parameter 'do'", FENCE_OFF, 0, 0, 0 },
	{ "a name with an action of other agents", { "do=Reboot", "devices=/dev/a", "plug=node2" },
	  "unknown parameter 'do'", FENCE_OFF, 0, 0, 0 },
	{ "another name and no sign", { "do validate-all", "devices=/dev/a", "plug=node2" },
	  "unknown parameter 'do validate-all'", FENCE_OFF, 0, 0, 0 },
	{ "an action alone", { "status", "devices=/dev/a", "plug=node2" },
	  "unknown parameter 'status'", FENCE_OFF, 0, 0, 0 },
	{ "the first of two", { "acton=status", "do=status", "devices=/dev/a", "plug=node2" },
	  "unknown parameter 'acton'", FENCE_OFF, 0, 0, 0 },
	{ "an action is given before it", { "action=monitor", "acton=off", "do=list",
	  "devices=/dev/a" }, NULL, FENCE_MONITOR, 0xa, 0, 1 },
	{ "an action is given after it", { "crm_meta_on_fail=off", "crm_feature_set=on",
	  "option=off", "devices=/dev/a", "plug=node2" }, NULL, FENCE_OFF, 0xa, 0xb, 1 },
	{ "no action, and unknown names that have nothing of it", { "action_limit=1",
	  "crm_feature_set=3.16", "CRM_meta_timeout=20000", "agent=fence_prctl", "devices=/dev/a",
	  "plug=node2" }, NULL, FENCE_OFF, 0xa, 0xb, 1 },
	{ "other empty values are defaults", { "key=", "type=", "devices=/dev/a", "plug=node2",
	  "power_timeout=", "delay=" }, NULL, FENCE_OFF, 0xa, 0xb, 1 },
	{ "quotes", { "action=\"off\"", "devices=\"/dev/a /dev/b\"", "plug='node2'" }, NULL,
	  FENCE_OFF, 0xa, 0xb, 2 },
	{ "blanks in quotes", { "devices=/dev/a", "plug=\" node2 \"" }, NULL, FENCE_OFF, 0xa, 0xb,
	  1 },
	{ "one quote is no quotes", { "devices=/dev/a", "plug=\"node2" }, "plug", FENCE_OFF, 0, 0,
	  0 },
	{ "what fence_scsi knows", { "aptpl=1", "suppress-errors=1", "power_wait=3",
	  "devices=/dev/a", "plug=node2" }, NULL, FENCE_OFF, 0xa, 0xb, 1 },
	{ "validate-all of a wrong plug", { "action=validate-all", "devices=/dev/a",
	  "plug=node9" }, "plug",
	  FENCE_VALIDATE_ALL, 0, 0, 0 },
};

static void parse(struct arena *arena, const char *const *lines, const char *node,
		  const char **wrong, struct fence *fence)
{
	struct fence_texts texts = { 0 };

	arena->names = &names;
	for (size_t i = 0; i < 6 && lines[i]; i++)
		fence_line_take((char *)arena_printf(arena, "%s", lines[i]), &texts);
	*wrong = fence_parse(&texts, &names, node, arena, fence);
}

static void input(void **state)
{
	const typeof(inputs[0]) *row = *state;
	struct arena *arena = unit_arena();
	struct fence fence;
	const char *wrong;

	parse(arena, row->lines, "node1", &wrong, &fence);
	if (row->wrong) {
		assert_non_null(wrong);
		assert_non_null(strstr(wrong, row->wrong));
	} else {
		assert_null(wrong);
		assert_int_equal(fence.action, row->action);
		assert_int_equal(fence.key, row->key);
		assert_int_equal(fence.plug, row->plug);
		assert_int_equal(fence.device_count, row->devices);
	}
	arena_free(arena);
}

/*
 * A bad line prevents actions on its node: "0xb" and "node2" are one node, "0xc" alone is another.
 */
static struct name_bad bad[] = { { (char *)"line 2 is bad", 0xb, "node2" },
				 { (char *)"line 3 is bad", 0xc, "" },
				 { (char *)"line 4 is bad", 0xf, "Node5.lab" } };
static struct name few[] = { { 0xa, "node1" }, { 0xd, "node4" }, { 0xe, "node5" } };
static const struct key_names half = { .list = few, .count = 3, .bad = bad, .bad_count = 3 };

static const struct {
	const char *name;
	const char *lines[4];
	const char *wrong; /* NULL: it is a warning */
} bads[] = {
	{ "neither node", { "plug=node4" }, NULL },
	{ "neither node, by key", { "plug=0xd" }, NULL },
	{ "the victim's name", { "plug=node2" }, "line 2" },
	{ "the victim's whole name", { "plug=Node2.example.com" }, "line 2" },
	{ "the victim's key", { "plug=0xc" }, "line 3" },
	{ "another name of the victim's key", { "plug=0xe" }, "line 4" },
	{ "another name of this node's key", { "plug=node4", "key=0xe" }, "line 4" },
	{ "status of such a key", { "action=status", "plug=0xe" }, "line 4" },
	{ "this node's key", { "plug=node4", "key=0xb" }, "line 2" },
	{ "a node that is not found", { "plug=node9" }, "line 2" },
	{ "on of this node", { "action=on" }, NULL },
	{ "status of another one", { "action=status", "plug=node4" }, NULL },
	{ "monitor is concerned by all", { "action=monitor" }, "line 2" },
	{ "so is validate-all", { "action=validate-all" }, "line 2" },
	{ "so is list", { "action=list" }, "line 2" },
	{ "metadata is not", { "action=metadata" }, NULL },
};

/* fence_parse() of @lines with @known must be refused with @wrong in the message; NULL: taken. */
static void refusal_check(const struct key_names *known, const char *const lines[4],
			  const char *wrong)
{
	struct arena *arena = unit_arena();
	struct fence_texts texts = { 0 };
	struct fence fence;
	const char *said;
	char devices[] = "devices=/dev/a";

	arena->names = known;
	fence_line_take(devices, &texts);
	for (size_t i = 0; i < 4 && lines[i]; i++)
		fence_line_take((char *)arena_printf(arena, "%s", lines[i]), &texts);
	said = fence_parse(&texts, known, "node1", arena, &fence);
	if (wrong) {
		assert_non_null(said);
		assert_non_null(strstr(said, wrong));
	} else {
		assert_null(said);
	}
	arena_free(arena);
}

static void bad_lines(void **state)
{
	const typeof(bads[0]) *row = *state;

	refusal_check(&half, row->lines, row->wrong);
}

/* Two names that may be of one node, which then has two keys. */
static struct name twin_list[] = {
	{ 0xa, "node1" }, { 0xb, "node2" }, { 0xc, "Node2.lab" }, { 0xd, "node4" }
};
static const struct key_names twin_names = { .list = twin_list, .count = 4 };

static const struct {
	const char *name;
	const char *lines[4];
	bool refused;
} twins[] = {
	{ "the victim by one name", { "plug=node2" }, true },
	{ "the victim by the other", { "plug=Node2.lab" }, true },
	{ "the victim by its key", { "plug=0xb" }, true },
	{ "this node by its key", { "plug=node4", "key=0xc" }, true },
	{ "on", { "action=on", "key=node2" }, true },
	{ "status of it", { "action=status", "plug=node2" }, true },
	{ "neither node", { "plug=node4" }, false },
	{ "status of another one", { "action=status", "plug=node4" }, false },
	{ "monitor is concerned by all", { "action=monitor" }, true },
	{ "so is validate-all", { "action=validate-all" }, true },
	{ "so is list", { "action=list" }, true },
	{ "metadata is not", { "action=metadata" }, false },
};

static void twin(void **state)
{
	const typeof(twins[0]) *row = *state;

	refusal_check(&twin_names, row->lines,
		      row->refused ? "may be two names of one node" : NULL);
}

/* A list without nodes would mean that this agent fences none. */
static void list_of_ignored(void **state)
{
	static char why[] = "ignoring FILE: not owned by root";
	static const struct key_names ignored = { .ignored = why };
	struct fence_texts texts = { 0 };
	struct arena *arena = unit_arena();
	char line[] = "action=list";
	struct fence fence;

	(void)state;
	fence_line_take(line, &texts);
	assert_string_equal(fence_parse(&texts, &ignored, "node1", arena, &fence) ?: "",
			    "the nodes are unknown: ignoring FILE: not owned by root");
	arena_free(arena);
}

/* This machine's key if none is given. */
static const struct {
	const char *name, *node;
	const char *lines[6];
	uint64_t key; /* 0: it is refused */
} nodes[] = {
	{ "the whole name", "node3.lab", { "action=on", "devices=/dev/a" }, 0xc },
	{ "up to the point", "node2.example.com", { "action=on", "devices=/dev/a" }, 0xb },
	{ "in capitals", "NODE2", { "action=on", "devices=/dev/a" }, 0xb },
	{ "short, where the file has it whole", "node3", { "action=on", "devices=/dev/a" }, 0xc },
	{ "not more than its own", "node", { "action=on", "devices=/dev/a" }, 0 },
	{ "none: on takes what the cluster calls it", "box", { "action=on", "devices=/dev/a",
	  "plug=node2" }, 0xb },
	{ "none: off cannot", "box", { "devices=/dev/a", "plug=node2" }, 0 },
};

static void own(void **state)
{
	const typeof(nodes[0]) *row = *state;
	struct arena *arena = unit_arena();
	struct fence fence;
	const char *wrong;

	parse(arena, row->lines, row->node, &wrong, &fence);
	if (!row->key) {
		assert_non_null(strstr(wrong, "this node's own key is unknown"));
	} else {
		assert_null(wrong);
		assert_int_equal(fence.key, row->key);
	}
	arena_free(arena);
}

static void the_rest(void **state)
{
	static const char *const lines[6] = { "devices=/dev/a", "plug=node2", "power_timeout=7.5s",
	"delay=2",
					      "verbose=yes", "type=wear" };
	static const char *const defaults[6] = { "devices=/dev/a", "plug=node2" };
	struct arena *arena = unit_arena();
	struct fence fence;
	const char *wrong;

	(void)state;
	parse(arena, lines, "node1", &wrong, &fence);
	assert_null(wrong);
	assert_int_equal(fence.timeout, 7500000000);
	assert_int_equal(fence.delay, 2 * SECONDS);
	assert_true(fence.verbose);
	assert_int_equal(fence.type, WEAR);
	parse(arena, defaults, "node1", &wrong, &fence);
	assert_null(wrong);
	assert_int_equal(fence.timeout, 15 * SECONDS);
	assert_int_equal(fence.delay, 0);
	assert_false(fence.verbose);
	assert_int_equal(fence.type, WERO);
	arena_free(arena);
}

/* on records the names, and the watchdog runs in another directory. */
static void relative_names(void **state)
{
	static const char *const lines[6] = { "devices=sda ./sdb UUID=1 vg:data /dev/c",
					      "arbiters=sdd", "plug=node2" };
	struct arena *arena = unit_arena();
	char *old = get_current_dir_name();
	struct fence fence;
	const char *wrong;

	(void)state;
	assert_int_equal(chdir("/dev"), 0);
	parse(arena, lines, "node1", &wrong, &fence);
	assert_null(wrong);
	assert_int_equal(fence.device_count, 5);
	assert_string_equal(fence.devices[0], "/dev/sda");
	assert_string_equal(fence.devices[1], "/dev/./sdb");
	assert_string_equal(fence.devices[2], "UUID=1");
	assert_string_equal(fence.devices[3], "vg:data");
	assert_string_equal(fence.devices[4], "/dev/c");
	assert_string_equal(fence.arbiters[0], "/dev/sdd");
	assert_int_equal(chdir(old), 0);
	free(old);
	arena_free(arena);
}

static void not_known(void **state)
{
	char unknown[] = "crm_feature_set=3", bare[] = "off", known[] = "power-timeout=3";
	char longer[] = "action_limit=1", misspelt[] = "acton=status", empty[] = "",
	     remark[] = "# on";
	struct fence_texts texts = { 0 };
	const char *name = "power-timeout", *letter = "n", *flag = "v", *none = "x";

	(void)state;
	assert_false(fence_line_take(unknown, &texts));
	assert_false(fence_line_take(longer, &texts));
	assert_true(fence_line_take(empty, &texts));
	assert_true(fence_line_take(remark, &texts));
	assert_null(texts.misspelt);
	assert_false(fence_line_take(misspelt, &texts));
	assert_string_equal(texts.misspelt, "acton");
	assert_false(fence_line_take(bare, &texts));
	assert_true(fence_line_take(known, &texts));
	assert_string_equal(texts.text[FENCE_PARAMETER_POWER_TIMEOUT], "3");
	assert_int_equal(fence_option_takes_value(&name), 1);
	assert_int_equal(fence_option_takes_value(&letter), 1);
	assert_string_equal(letter, "plug");
	assert_int_equal(fence_option_takes_value(&flag), 0);
	assert_int_equal(fence_option_takes_value(&none), -1);
}

static void no_effect(void **state)
{
	char readonly[] = "readonly=1", path[] = "sg_turs_path=/x", empty[] = "quiet=",
	     verbose[] = "verbose=1";
	struct fence_texts texts = { 0 };
	const char *name;
	int id = 0;

	(void)state;
	assert_true(fence_line_take(path, &texts));
	assert_true(fence_line_take(readonly, &texts));
	assert_true(fence_line_take(empty, &texts));
	assert_true(fence_line_take(verbose, &texts));
	assert_non_null(fence_no_effect(&texts, &id, &name));
	assert_string_equal(name, "readonly");
	assert_non_null(fence_no_effect(&texts, &id, &name));
	assert_string_equal(name, "sg_turs_path");
	assert_null(fence_no_effect(&texts, &id, &name));
}

/* Two devices; the second one is missing if its status is STATUS_PRCTL. */
static const struct {
	const char *name;
	struct resv_state one, two;
	enum status one_status, two_status;
	enum fence_status status;
} statuses[] = {
	{ "gone from both, both reserved", STATE(1, WERO, 0xa, OWN(0xa, Y)),
	  STATE(1, WE, 0xa, OWN(0xa, Y)), STATUS_OK,
	  STATUS_OK, FENCE_IS_OFF },
	{ "on both", STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xb, N)),
	  STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xb, N)),
	  STATUS_OK, STATUS_OK, FENCE_OK },
	{ "on one", STATE(1, WERO, 0xa, OWN(0xa, Y)), STATE(1, WERO, 0xa, OWN(0xa, Y),
	  OTHER(0xb, N)), STATUS_OK,
	  STATUS_OK, FENCE_OK },
	{ "gone, but one is not reserved", STATE(1, WERO, 0xa, OWN(0xa, Y)),
	  STATE(1, RESV_NONE, 0, OWN(0xa, N)),
	  STATUS_OK, STATUS_OK, FENCE_OK },
	{ "gone from one, the other unread", STATE(1, WERO, 0xa, OWN(0xa, Y)), UNREAD, STATUS_OK,
	  STATUS_FAILED,
	  FENCE_FAILED },
	{ "one not reserved, the other unread", STATE(1, RESV_NONE, 0, OWN(0xa, N)), UNREAD,
	  STATUS_OK, STATUS_UNKNOWN,
	  FENCE_FAILED },
	{ "on one, the other unread", UNREAD, STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xb, N)),
	  STATUS_UNKNOWN, STATUS_OK,
	  FENCE_OK },
	{ "a state beside a failure is ignored", STATE(1, WERO, 0xa, OWN(0xa, Y)),
	  STATE(1, WERO, 0xa, OWN(0xa, Y)),
	  STATUS_OK, STATUS_FAILED, FENCE_FAILED },
	{ "gone from both, and a host has nobody's key", STATE(1, WERO, 0xa, OWN(0xa, Y),
	  OTHER(0xd, N)),
	  STATE(1, WERO, 0xa, OWN(0xa, Y)), STATUS_OK, STATUS_OK, FENCE_FAILED },
	{ "gone from both, and another host has this node's key", STATE(1, WERO, 0xa, OWN(0xa, Y)),
	  STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xa, N)), STATUS_OK, STATUS_OK, FENCE_FAILED },
	{ "gone from both, and another node is on", STATE(1, WERO, 0xa, OWN(0xa, Y), THIRD(0xc, N)),
	  STATE(1, WERO, 0xa, OWN(0xa, Y)), STATUS_OK, STATUS_OK, FENCE_IS_OFF },
	{ "one device", STATE(1, WERO, 0xa, OWN(0xa, Y)), UNREAD, STATUS_OK, STATUS_PRCTL,
	  FENCE_IS_OFF },
	{ "gone from a list that may omit it", STATE(1, WERO, 0, OWN(0xa, U)), UNREAD, STATUS_OK,
	  STATUS_PRCTL, FENCE_FAILED },
	{ "a type that nobody knows", STATE(1, RESV_OTHER, 0xa, OWN(0xa, Y)), UNREAD, STATUS_OK,
	  STATUS_PRCTL, FENCE_FAILED },
};

static const struct fence asked = { .key = 0xa, .plug = 0xb, .names = &names };

static void status(void **state)
{
	const typeof(statuses[0]) *row = *state;
	struct arena *arena = unit_arena();
	struct results results = { .arena = arena, .end = &results.first };
	struct result *result = result_add(&results, "/dev/a");

	result->state = row->one;
	result->outcome.status = row->one_status;
	if (row->two_status != STATUS_PRCTL) {
		result = result_add(&results, "/dev/b");
		result->state = row->two;
		result->outcome.status = row->two_status;
	}
	assert_int_equal(fence_status_judge(&asked, &results), row->status);
	arena_free(arena);
}

static void status_not_proven(void **state)
{
	const struct resv_state gone = STATE(1, WERO, 0xa, OWN(0xa, Y));
	struct arena *arena = unit_arena();
	struct results results = { .arena = arena, .end = &results.first };
	struct result *result = result_add(&results, "/dev/a");

	(void)state;
	result->state = gone;
	result->victim.known = ABORT_KNOWN_OPEN;
	assert_int_equal(fence_status_judge(&asked, &results), FENCE_FAILED);
	result->victim.known = ABORT_KNOWN_PROVEN;
	assert_int_equal(fence_status_judge(&asked, &results), FENCE_IS_OFF);
	result->victim = (struct victim){ .unread = true };
	assert_int_equal(fence_status_judge(&asked, &results), FENCE_FAILED);
	arena_free(arena);
}

/* A key without a name may be mistyped: that it is gone proves nothing of a node. */
static void status_of_a_stranger(void **state)
{
	const struct fence stranger = { .key = 0xa, .plug = 0xbb, .names = &names };
	const struct resv_state gone = STATE(1, WERO, 0xa, OWN(0xa, Y));
	struct arena *arena = unit_arena();
	struct results results = { .arena = arena, .end = &results.first };
	struct result *result = result_add(&results, "/dev/a");

	(void)state;
	result->state = gone;
	assert_int_equal(fence_status_judge(&stranger, &results), FENCE_FAILED);
	result->victim.recorded = true;
	assert_int_equal(fence_status_judge(&stranger, &results), FENCE_IS_OFF);
	arena_free(arena);
}

/* Hosts that may be the node with another key, if no node has a name. */
static const struct {
	const char *name;
	enum fence_action action;
	struct resv_state state;
	bool warned;
} nameless[] = {
	{ "status, and another host is left", FENCE_STATUS,
	  STATE(1, WERO, 0xa, OWN(0xa, Y), THIRD(0xc, N)), true },
	{ "status, and this node is alone", FENCE_STATUS, STATE(1, WERO, 0xa, OWN(0xa, Y)), false },
	{ "status, and the node is there", FENCE_STATUS,
	  STATE(1, WERO, 0xa, OWN(0xa, Y), OTHER(0xb, N)), false },
	{ "on, and another host is there", FENCE_ON,
	  STATE(1, WERO, 0xa, OWN(0xa, Y), THIRD(0xc, N)), false },
};

static void warns_of_nameless(void **state)
{
	static const struct key_names none = { 0 };
	const typeof(nameless[0]) *row = *state;
	const struct fence fence = {
		.action = row->action, .key = 0xa, .plug = 0xb, .names = &none
	};
	struct act act = { .fence = &fence };
	struct arena *arena = unit_arena();
	struct results results = { .arena = arena, .end = &results.first };
	struct result *result = result_add(&results, "/dev/a");

	result->state = row->state;
	act_warn_of_hosts(&act, &results);
	assert_int_equal(result->warnings != NULL, row->warned);
	if (row->warned)
		assert_non_null(strstr(result->warnings->text, "names no nodes"));
	arena_free(arena);
}

static void status_of_nothing(void **state)
{
	const struct results results = { 0 };

	(void)state;
	assert_int_equal(fence_status_judge(&asked, &results), FENCE_FAILED);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, input, inputs);
	UNIT_TABLE(&unit, bad_lines, bads);
	UNIT_TABLE(&unit, twin, twins);
	UNIT_TEST(&unit, list_of_ignored);
	UNIT_TABLE(&unit, own, nodes);
	UNIT_TEST(&unit, the_rest);
	UNIT_TEST(&unit, relative_names);
	UNIT_TEST(&unit, not_known);
	UNIT_TEST(&unit, no_effect);
	UNIT_TABLE(&unit, status, statuses);
	UNIT_TEST(&unit, status_not_proven);
	UNIT_TEST(&unit, status_of_a_stranger);
	UNIT_TABLE(&unit, warns_of_nameless, nameless);
	UNIT_TEST(&unit, status_of_nothing);
	return unit_run(&unit, "fence");
}
