// SPDX-License-Identifier: GPL-2.0-or-later
/* The message for a wrong command line: argp reports the error, usage.c finds the word. */
#include "unit.h"

#include "usage.h"

const char *argp_program_version = "1";

static const struct argp_option options[] = {
	{ "key", 'k', "KEY", 0, "", 0 },
	{ "if-registered", 0x101, NULL, 0, "", 0 },
	{ "verbose", 'v', NULL, 0, "", 0 },
	{ "secret", 0x102, NULL, OPTION_HIDDEN, "", 0 },
	{ 0 },
};

static const struct {
	const char *name;
	const char *words[6];
	const char *said; /* NULL: nothing */
} lines[] = {
	{ "nothing wrong", { "-vk", "0xa", "--verbose", "x" }, NULL },
	{ "an unambiguous abbreviation", { "--if", "--ke=0xa" }, NULL },
	{ "not an option after --", { "-v", "--", "--bogus" }, NULL },
	{ "an option as a value", { "--key", "--bogus" }, NULL },
	{ "unknown", { "--bogus" }, "unrecognized option '--bogus'; instead" },
	{ "unknown, with a value", { "--bogus=1" }, "unrecognized option '--bogus=1'; instead" },
	{ "unknown, and near a known option",
	  { "--verbsoe" },
	  "unrecognized option '--verbsoe'; did you mean '--verbose'?" },
	{ "near an option of a child",
	  { "--hepl" },
	  "unrecognized option '--hepl'; did you mean '--help'?" },
	{ "near a hidden option", { "--secrte" }, "unrecognized option '--secrte'; instead" },
	{ "control characters",
	  { "--bo\ng\033us\177" },
	  "unrecognized option '--bo?g?us?'; instead" },
	{ "after others",
	  { "-v", "x", "--key", "0xa", "--bogus", "--verbose" },
	  "unrecognized option '--bogus'; instead" },
	{ "ambiguous",
	  { "--ver" },
	  "option '--ver' is ambiguous; it may be '--verbose' or '--version'" },
	{ "a value for an option without one",
	  { "--verb=1" },
	  "option '--verbose' doesn't allow an argument" },
	{ "no value", { "--key" }, "option '--key' requires an argument" },
	{ "letter: unknown", { "-Z" }, "unrecognized option '-Z'" },
	{ "letter: unknown, among others", { "-vZv", "x" }, "unrecognized option '-Z'" },
	{ "letter: unknown, after an option", { "--verbose", "-Zv" }, "unrecognized option '-Z'" },
	{ "letter: unknown, after a value", { "-k", "0xa", "-Zv" }, "unrecognized option '-Z'" },
	{ "letter: not ASCII", { "-\303\274" }, "unrecognized option '-?'" },
	{ "letter: no value", { "-vk" }, "option '-k' requires an argument" },
	{ "letter: a value in the same word", { "-kZ" }, NULL },
};

static error_t parse(int key, char *text, struct argp_state *state)
{
	(void)text;
	if (key == ARGP_KEY_ERROR)
		usage_explain(state, "instead");
	return key == ARGP_KEY_INIT || key == ARGP_KEY_SUCCESS || key == ARGP_KEY_END
		       ? ARGP_ERR_UNKNOWN
		       : 0;
}

static void line(void **state)
{
	static const struct argp_child children[] = { { &usage_argp, 0, NULL, 0 }, { 0 } };
	static const struct argp argp = { .options = options,
					  .parser = parse,
					  .children = children };
	const typeof(lines[0]) *row = *state;
	char name[] = "prog", *argv[8] = { name }, *said = NULL, expected[256] = "";
	FILE *standard_error = stderr;
	size_t length = 0;
	int argc = 1;

	for (; argc <= 6 && row->words[argc - 1]; argc++)
		argv[argc] = (char *)row->words[argc - 1];
	if (row->said)
		snprintf(expected, sizeof(expected), "prog: %s\nTry 'prog --help'.\n", row->said);
	stderr = open_memstream(&said, &length);
	argp_parse(&argp, argc, argv, USAGE_FLAGS | ARGP_NO_EXIT, NULL, NULL);
	fclose(stderr);
	stderr = standard_error;
	assert_string_equal(said, expected);
	free(said);
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, line, lines);
	return unit_run(&unit, "usage");
}
