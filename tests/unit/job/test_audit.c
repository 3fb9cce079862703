// SPDX-License-Identifier: GPL-2.0-or-later
/* The entries in the system log. */
#include "unit.h"

#include "job/audit.h"
#include "model/key_names.h"
#include "states.h"

static const struct {
	const char *name;
	struct request request;
	const char *argument, *node, *wwid;
	enum status status;
	enum reason reason;
	enum tri changed;
	unsigned int login;
	const char *line;
} lines[] = {
	{ "a fence", PREEMPT_ABORT(.victim = 0xb), "/dev/x", "/dev/sda", "naa.6001405", STATUS_OK,
	  REASON_NONE, Y, 1000,
	  "uid=0 login-uid=1000 command=preempt-abort device=/dev/sda wwid=naa.6001405 key=0xa "
	  "victim=0xb victim-name=node2 "
	  "status=ok changed=yes" },
	{ "nobody logged in, a conflict", CLEAR, "/dev/x", "/dev/sda", "naa.6001405",
	  STATUS_CONFLICT, REASON_KEY_NOT_REGISTERED, N, AUDIT_NOBODY,
	  "uid=0 login-uid=none command=clear device=/dev/sda wwid=naa.6001405 key=0xa "
	  "status=conflict changed=no "
	  "reason=key_not_registered" },
	{ "not known", REGISTER(.old_key = 0xc), "/dev/x", "/dev/sda", NULL, STATUS_UNKNOWN,
	  REASON_OUTCOME_LOST, U, 0,
	  "uid=0 login-uid=0 command=register device=/dev/sda wwid=unknown key=0xa old-key=0xc "
	  "status=unknown "
	  "changed=unknown reason=outcome_lost" },
	{ "all victims", PREEMPT(.victim_all = true), "/dev/x", "/dev/sda", "w", STATUS_OK,
	  REASON_NONE, Y, 0,
	  "uid=0 login-uid=0 command=preempt device=/dev/sda wwid=w key=0xa victim=all status=ok "
	  "changed=yes" },
	{ "an argument that plays fields", CLEAR, "a b status=\"ok\\\"\n", NULL, NULL,
	  STATUS_DEVICE, REASON_NOT_FOUND, N, 0,
	  "uid=0 login-uid=0 command=clear device=\"a b status=\\\"ok\\\\\\\"?\" wwid=unknown "
	  "key=0xa status=device changed=no "
	  "reason=not_found" },
	{ "a WWID with blanks", CLEAR, "/dev/x", "/dev/sda", "t10.ATA     x", STATUS_OK,
	  REASON_NONE, Y, 0,
	  "uid=0 login-uid=0 command=clear device=/dev/sda wwid=\"t10.ATA     x\" key=0xa "
	  "status=ok changed=yes" },
};

static void line(void **state)
{
	const typeof(lines[0]) *row = *state;
	const struct audit_who who = { 0, row->login };
	struct name list[] = { { 0xb, "node2" } };
	const struct key_names names = { .list = list, .count = 1 };
	struct arena *arena = unit_arena();
	struct result *result = result_new(arena, row->argument);

	arena->names = &names;
	result->lun.node = row->node;
	result->lun.wwid = row->wwid;
	result->outcome.status = row->status;
	result->outcome.reason = row->reason;
	result->outcome.changed = row->changed;
	assert_string_equal(audit_line(&row->request, result, row->request.command_name, &who),
			    row->line);
	arena_free(arena);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, line, lines);
	return unit_run(&unit, "audit");
}
