// SPDX-License-Identifier: GPL-2.0-or-later
/* Which options can be used together: every command's own check. */
#include "unit.h"

#include "command.h"
#include "states.h"

static const struct {
	const char *name;
	const struct command *command;
	struct request request;
	const char *wrong; /* a part of the message; NULL: none */
} checks[] = {
	{ "register", &command_register, REGISTER(), NULL },
	{ "register without a key", &command_register, { .old_key = 0xa0 }, "--key" },
	{ "register --old-key", &command_register, REGISTER(.old_key = 0xa0), NULL },
	{ "register --ignore-key", &command_register, REGISTER(.ignore_key = true), NULL },
	{ "register --old-key --ignore-key", &command_register,
	  REGISTER(.old_key = 0xa0, .ignore_key = true), "cannot be used with --ignore-key" },
	{ "unregister", &command_unregister, UNREGISTER(.key = 0xa), NULL },
	{ "unregister --ignore-key", &command_unregister, UNREGISTER(.ignore_key = true), NULL },
	{ "unregister --release", &command_unregister, UNREGISTER(.key = 0xa, .release = true),
	  NULL },
	{ "unregister without a key", &command_unregister, { .release = true }, "--key" },
	{ "unregister with a key and --ignore-key", &command_unregister,
	  UNREGISTER(.key = 0xa, .ignore_key = true), "cannot be used with --ignore-key" },
	{ "reserve", &command_reserve, RESERVE(.type = WE), NULL },
	{ "reserve --ignore-key", &command_reserve, RESERVE(.type = WE, .ignore_key = true), NULL },
	{ "reserve without a key", &command_reserve, { .type = WE }, "--key" },
	{ "reserve without a type", &command_reserve, RESERVE(), "--type" },
	{ "release", &command_release, RELEASE(), NULL },
	{ "release without a key", &command_release, { .type = WE }, "--key" },
	{ "preempt", &command_preempt, PREEMPT(.victim = 0xb), NULL },
	{ "preempt --if-registered --unreserved", &command_preempt,
	  PREEMPT(.victim = 0xb, .if_registered = true, .unreserved = true), NULL },
	{ "preempt all", &command_preempt, PREEMPT(.victim_all = true), NULL },
	{ "preempt without a key", &command_preempt, { .victim = 0xb }, "--key" },
	{ "preempt without a victim", &command_preempt, PREEMPT(), "--victim" },
	{ "preempt of the own key", &command_preempt, PREEMPT(.victim = 0xa), "own key" },
	{ "preempt all --if-registered", &command_preempt,
	  PREEMPT(.victim_all = true, .if_registered = true), "--if-registered" },
	{ "preempt all --unreserved", &command_preempt,
	  PREEMPT(.victim_all = true, .unreserved = true), "--unreserved" },
	{ "preempt-abort", &command_preempt_abort, PREEMPT_ABORT(.victim = 0xb), NULL },
	{ "preempt-abort of the own key", &command_preempt_abort, PREEMPT_ABORT(.victim = 0xa),
	  "own key" },
	{ "clear", &command_clear, CLEAR, NULL },
	{ "clear without a key", &command_clear, { .key = 0 }, "--key" },
	{ "check", &command_check, CHECK(), NULL },
	{ "check of a type", &command_check, CHECK(.type = WE), NULL },
	{ "check without a key", &command_check, { .type = WE }, "--key" },
	{ "doctor --json",
	  &command_doctor,
	  { .json = true, .examination = &(struct examination){ .table = false } },
	  NULL },
	{ "doctor --json --table",
	  &command_doctor,
	  { .json = true, .examination = &(struct examination){ .table = true } },
	  "--table" },
	{ "status --raw", &command_status, { .raw = true }, NULL },
	{ "status --raw --noheadings", &command_status, { .raw = true, .noheadings = true },
	  "--raw" },
	{ "decode --json", &command_decode, { .json = true }, NULL },
	{ "decode --json --noheadings", &command_decode, { .json = true, .noheadings = true },
	  "--json" },
};

static void check(void **state)
{
	const typeof(checks[0]) *row = *state;
	const char *wrong = row->command->options_check(&row->request);

	if (!row->wrong)
		assert_null(wrong);
	else
		assert_non_null(strstr(wrong ? wrong : "", row->wrong));
}

static const struct {
	const char *name;
	const struct command *command;
	enum command_id id;
} commands[] = {
	{ "register", &command_register, COMMAND_REGISTER },
	{ "unregister", &command_unregister, COMMAND_UNREGISTER },
	{ "reserve", &command_reserve, COMMAND_RESERVE },
	{ "release", &command_release, COMMAND_RELEASE },
	{ "preempt", &command_preempt, COMMAND_PREEMPT },
	{ "preempt-abort", &command_preempt_abort, COMMAND_PREEMPT_ABORT },
	{ "clear", &command_clear, COMMAND_CLEAR },
	{ "status", &command_status, COMMAND_STATUS },
	{ "check", &command_check, COMMAND_CHECK },
	{ "doctor", &command_doctor, COMMAND_STATUS }, /* it sends what status sends */
	{ "decode", &command_decode, COMMAND_STATUS },
};

static void identity(void **state)
{
	const typeof(commands[0]) *row = *state;

	assert_int_equal(row->command->id, row->id);
	assert_string_equal(row->command->name, row->name);
	/* Without a device, only status and doctor have something to do. */
	assert_int_equal(row->command->devices_optional,
			 row->id == COMMAND_STATUS && !row->command->decodes);
	assert_in_range(strlen(row->command->summary), 1, 59);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, check, checks);
	UNIT_TABLE(&unit, identity, commands);
	return unit_run(&unit, "command");
}
