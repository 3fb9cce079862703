// SPDX-License-Identifier: GPL-2.0-or-later
/* Documents of strangers: how they are read, and that nothing in them is trusted. */
#include "unit.h"

#include "decode.h"
#include "states.h"
#include "util/json.h"

#define HEAD "{\"schema\": 1, \"host\": {\"name\": \"a\", \"id\": null}, \"devices\": ["
#define DEVICE(paths, raw) \
	HEAD "{\"argument\": \"/dev/sda\", \"device\": \"/dev/sda\", \"transport\": \"scsi\", " \
	     "\"lun\": {\"wwid\": null, \"vendor\": null, \"model\": null, \"size\": 1}, " \
	     "\"paths\": [" paths "], \"raw\": [" raw "]}]}"
#define PATH(node, session, port) \
	"{\"device\": \"" node "\", \"initiator\": \"iqn.a,i,0x" session "\", \"target_port\": " \
	port ", \"state\": \"running\"}"
#define DISK PATH("/dev/sda", "000000000001", "1")
#define REPLY(node, command, status, sense, length, data) \
	"{\"path\": \"" node "\", \"command\": \"" command "\", \"errno\": \"none\", " \
	"\"status\": " status ", \"sense\": \"" sense "\", \"length\": " length ", \"data\": \"" \
	data "\"}"
#define FULL(length, data) REPLY("/dev/sda", "read_full_status", "0", "none", length, data)
#define REFUSED REPLY("/dev/sda", "read_full_status", "2", "05/20/00", "0", "")
#define KEYS REPLY("/dev/sda", "read_keys", "0", "none", "16", "0000000300000008000000000000000a")
#define HELD REPLY("/dev/sda", "read_reservation", "0", "none", "8", "00000003")
/* generation 7, a registrant with key 0xa, by FC, through port 1 */
#define FC_ONE \
	"0000000700000030000000000000000a0000000000000000" \
	"000000010000001800000000000000002100001122334455"

static const struct {
	const char *name, *text;
	enum status status;
	const char *message; /* a part of the message; NULL: none */
	size_t devices, count; /* number of registrants of the first device */
} documents[] = {
	{ "empty file", "", STATUS_FAILED, "not a document", 1, 0 },
	{ "not JSON", "hello", STATUS_FAILED, "not a document", 1, 0 },
	{ "another JSON", "[]", STATUS_FAILED, "no \"devices\"", 1, 0 },
	{ "another schema", "{\"schema\": 2, \"devices\": []}", STATUS_FAILED, "\"schema\"", 1, 0 },
	{ "no device", HEAD "]}", STATUS_OK, NULL, 0, 0 },
	{ "a device of nothing", HEAD "{}]}", STATUS_UNKNOWN, "no reply", 1, 0 },
	{ "a device that is none", HEAD "7, null, []]}", STATUS_UNKNOWN, "no reply", 3, 0 },
	{ "without raw", DEVICE(DISK, ""), STATUS_UNKNOWN, "no reply", 1, 0 },
	{ "a registrant", DEVICE(DISK, FULL("56", FC_ONE)), STATUS_OK, NULL, 1, 1 },
	{ "nobody, zeros left out", DEVICE(DISK, FULL("8", "00000007")), STATUS_OK, NULL, 1, 0 },
	{ "a header that is cut", DEVICE(DISK, FULL("7", "00000007")), STATUS_FAILED,
	  "inconsistent", 1, 0 },
	{ "more said than was received", DEVICE(DISK, FULL("8", "00000007ffffffff")),
	  STATUS_FAILED, "inconsistent", 1, 0 },
	{ "keys alone", DEVICE(DISK, KEYS ", " HELD), STATUS_OK, NULL, 1, 1 },
	{ "keys, as the rest is refused", DEVICE(DISK, REFUSED ", " KEYS ", " HELD), STATUS_OK,
	  NULL, 1, 1 },
	{ "keys without reservation", DEVICE(DISK, KEYS), STATUS_FAILED, "inconsistent", 1, 1 },
	{ "not ready, not waited for",
	  DEVICE(DISK, REPLY("/dev/sda", "read_full_status", "2", "02/04/0a", "0", "")),
	  STATUS_UNKNOWN, "02/04/0a", 1, 0 },
	{ "no such LUN",
	  DEVICE(DISK, REPLY("/dev/sda", "read_full_status", "2", "05/25/00", "0", "")),
	  STATUS_DEVICE, "no longer mapped", 1, 0 },
	{ "a reply of another path", DEVICE(DISK, REPLY("/dev/sdb", "read_keys", "0", "none", "0",
							"")),
	  STATUS_FAILED, "none of the paths", 1, 0 },
	{ "an unknown command", DEVICE(DISK, REPLY("/dev/sda", "x", "0", "none", "0", "")),
	  STATUS_FAILED, "unknown command", 1, 0 },
	{ "a command twice", DEVICE(DISK, KEYS ", " KEYS), STATUS_FAILED, "two replies", 1, 0 },
	{ "more data than length", DEVICE(DISK, FULL("3", "00000007")), STATUS_FAILED, "\"data\"",
	  1, 0 },
	{ "half a byte", DEVICE(DISK, FULL("8", "0000000")), STATUS_FAILED, "\"data\"", 1, 0 },
	{ "not hexadecimal", DEVICE(DISK, FULL("8", "0000000x")), STATUS_FAILED, "hexadecimal", 1,
	  0 },
	{ "a negative length", DEVICE(DISK, FULL("-1", "")), STATUS_FAILED, "\"length\"", 1, 0 },
	{ "a length of 2^40", DEVICE(DISK, FULL("1099511627776", "")), STATUS_FAILED, "\"length\"",
	  1, 0 },
	{ "a length that is text", DEVICE(DISK, FULL("\"8\"", "")), STATUS_FAILED, "\"length\"", 1,
	  0 },
	{ "a status of 2^40", DEVICE(DISK, REPLY("/dev/sda", "read_keys", "1099511627776", "none",
						 "0", "")),
	  STATUS_FAILED, "\"status\"", 1, 0 },
	{ "a sense that is none",
	  DEVICE(DISK, REPLY("/dev/sda", "read_keys", "2", "x", "0", "")), STATUS_FAILED,
	  "\"sense\"", 1, 0 },
	{ "an errno that is none",
	  DEVICE(DISK, "{\"path\": \"/dev/sda\", \"command\": \"read_keys\", \"errno\": \"EX\"}"),
	  STATUS_FAILED, "\"errno\"", 1, 0 },
	{ "replies that are none", DEVICE(DISK, "7, null"), STATUS_FAILED, "none of the paths", 1,
	  0 },
	{ "a page of 2^20 bytes",
	  DEVICE(DISK, KEYS ", " REPLY("/dev/sda", "kernel_page_83h", "0", "none", "1048576",
				       "0083")),
	  STATUS_FAILED, "too long", 1, 0 },
	{ "a map", DEVICE(PATH("/dev/sdb", "01", "1") ", " PATH("/dev/sdc", "02", "2"),
			  REPLY("/dev/sdb", "read_full_status", "0", "none", "56", FC_ONE) ", "
			  REPLY("/dev/sdc", "read_full_status", "0", "none", "56", FC_ONE)),
	  STATUS_OK, NULL, 1, 1 },
	{ "a map whose paths disagree",
	  DEVICE(PATH("/dev/sdb", "01", "1") ", " PATH("/dev/sdc", "02", "2"),
		 REPLY("/dev/sdb", "read_full_status", "0", "none", "56", FC_ONE) ", "
		 REPLY("/dev/sdc", "read_full_status", "0", "none", "8", "")),
	  STATUS_UNKNOWN, "disagree", 1, 1 },
};

static void document(void **state)
{
	const typeof(documents[0]) *row = *state;
	struct request request = { .command = COMMAND_STATUS, .command_name = "decode",
				   .timeout = 60000000000 };
	struct results results = { .arena = unit_arena() };
	const struct result *first;
	const char *cause;
	size_t count = 0;

	results.end = &results.first;
	assert_int_equal(json_load(&cause), 0);
	assert_int_equal(decode_text(&request, "file", row->text, strlen(row->text), &results), 0);
	first = results.first;
	for (const struct result *result = first; result; result = result->next)
		count++;
	assert_int_equal(count, row->devices);
	assert_int_equal(results_status(&results), row->status);
	if (row->message)
		assert_non_null(strstr(first->outcome.message, row->message));
	if (first)
		assert_int_equal(first->state.count, row->count);
	arena_free(results.arena);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, document, documents);
	return unit_run(&unit, "decode");
}
