// SPDX-License-Identifier: GPL-2.0-or-later
#include "help.h"

#include <stdio.h>

#include "columns.h"
#include "model/words.h"

/* In two columns, to need fewer lines. */
static void statuses_print(FILE *file)
{
	const int half = (STATUS_UNKNOWN + 1) / 2;

	fputs("\nExit status (the highest of all devices):\n", file);
	for (int i = 0; i < half; i++)
		fprintf(file, "  %d %-11s %-21s %d %-11s %s\n", i, status_word((enum status)i),
			status_summary((enum status)i), i + half,
			status_word((enum status)(i + half)),
			status_summary((enum status)(i + half)));
}

static void types_print(FILE *file)
{
	fputs("\nTYPE, full name or abbreviation:\n", file);
	for (int i = RESV_WRITE_EXCLUSIVE; i < RESV_OTHER; i++) {
		const struct type_words *words = type_words((enum resv_type)i);

		fprintf(file, "  %-25s %-4s %s\n", words->name, words->abbreviation,
			words->summary);
	}
}

static void column_print(FILE *file, const struct column *column, int width)
{
	fprintf(file, " %c%-11s %-*s", column->flags & COLUMN_DEFAULT ? '*' : ' ', column->name,
		width, column->help);
}

static void columns_print(FILE *file)
{
	const size_t half = (COLUMN_COUNT + 1) / 2;

	fputs("\nCOLUMNS (* = shown by default):\n", file);
	for (size_t i = 0; i < half; i++) {
		bool two = i + half < COLUMN_COUNT;

		column_print(file, &columns[i], two ? 25 : 0);
		if (two)
			column_print(file, &columns[i + half], 0);
		fputc('\n', file);
	}
}

static bool takes(const struct command *command, int key)
{
	for (const struct argp_option *option = command->options; option && option->name; option++)
		if (option->key == key)
			return true;
	return false;
}

char *help_command(const struct command *command)
{
	char *doc = NULL;
	size_t size;
	FILE *file = open_memstream(&doc, &size);

	if (!file)
		return NULL;
	fprintf(file, "%s\vExample: %s\n", command->doc, command->example);
	if (takes(command, OPTION_TYPE))
		types_print(file);
	if (takes(command, OPTION_OUTPUT))
		columns_print(file);
	statuses_print(file);
	return fclose(file) == 0 ? doc : NULL;
}

char *help_program(const struct command *const *commands, size_t count)
{
	char *doc = NULL;
	size_t size;
	FILE *file = open_memstream(&doc, &size);

	if (!file)
		return NULL;
	fputs("Manages persistent reservations: which hosts may write to a shared "
	"disk.\vCommands:\n",
	      file);
	for (size_t i = 0; i < count; i++)
		fprintf(file, "  %-14s %s\n", commands[i]->name, commands[i]->summary);
	statuses_print(file);
	fputs("\nSee 'prctl COMMAND --help' and prctl(8).", file);
	return fclose(file) == 0 ? doc : NULL;
}
