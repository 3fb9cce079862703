// SPDX-License-Identifier: GPL-2.0-or-later
/* The metadata in XML, and the text of --help. */
#include <errno.h>
#include <string.h>

#include "fence/parameters.h"
#include "model/words.h"

#define OPTION_WIDTH 32 /* columns of an option in --help, before its text */

static void getopt_write(FILE *file, const struct parameter *parameter)
{
	fputs("\t\t<getopt mixed=\"", file);
	if (parameter->letter)
		fprintf(file, "-%c, ", parameter->letter);
	fputs("--", file);
	for (const char *c = parameter->name; *c; c++)
		fputc(*c == '_' ? '-' : *c, file);
	if (parameter->value)
		fprintf(file, "=[%s]", parameter->value);
	fputs("\" />\n", file);
}

static void types_write(FILE *file)
{
	fputs(" >\n", file);
	for (int type = RESV_WRITE_EXCLUSIVE; type < RESV_OTHER; type++)
		fprintf(file, "\t\t\t<option value=\"%s\" />\n",
			type_words((enum resv_type)type)->name);
	fputs("\t\t</content>\n", file);
}

static void parameter_write(FILE *file, int id)
{
	const struct parameter *parameter = &fence_parameters[id];

	fprintf(file, "\t<parameter name=\"%s\" unique=\"0\" required=\"%d\"", parameter->name,
		parameter->required);
	if (id == FENCE_PARAMETER_PLUG)
		fprintf(file, " obsoletes=\"%s\"", fence_parameters[FENCE_PARAMETER_PORT].name);
	if (parameter->instead || parameter->no_effect)
		fputs(" deprecated=\"1\"", file);
	fputs(">\n", file);
	getopt_write(file, parameter);
	fprintf(file, "\t\t<content type=\"%s\"", parameter->type);
	if (parameter->preset)
		fprintf(file, " default=\"%s\"", parameter->preset);
	if (id == FENCE_PARAMETER_TYPE)
		types_write(file);
	else
		fputs(" />\n", file);
	fprintf(file, "\t\t<shortdesc lang=\"en\">%s</shortdesc>\n\t</parameter>\n",
		parameter->summary);
}

int fence_metadata_write(FILE *file)
{
	fputs("<?xml version=\"1.0\" ?>\n"
	      "<resource-agent name=\"fence_prctl\" shortdesc=\"Fence agent for persistent "
	      "reservations\">\n"
	      "<longdesc>fence_prctl cuts a node off from its shared disks by persistent "
	      "reservations: "
	      "SCSI disks, NVMe namespaces and dm-multipath maps. Each node registers its own key "
	      "on the disks; "
	      "'off' removes it and aborts the node's commands; after that the node cannot write. "
	      "The node itself is not "
	      "restarted. 'on' unfences this node. See fence_prctl(8).</longdesc>\n"
	      "<vendor-url></vendor-url>\n"
	      "<parameters>\n",
	      file);
	for (int i = 0; i < FENCE_PARAMETER_COUNT; i++)
		/* Parameters that the fencer handles itself. */
		if (i != FENCE_PARAMETER_NODENAME)
			parameter_write(file, i);
	fputs("</parameters>\n<actions>\n", file);
	for (int i = 0; i < FENCE_ACTION_COUNT; i++)
		fprintf(file, "\t<action name=\"%s\"%s />\n", fence_actions[i].word,
			fence_actions[i].attributes);
	fputs("</actions>\n</resource-agent>\n", file);
	return ferror(file) ? -EIO : 0;
}

/* Replaces each '_' in @name by '-', as options have it, and returns @name. */
static char *dashes(char *name)
{
	for (char *c = name; *c; c++)
		*c = *c == '_' ? '-' : *c;
	return name;
}

/*
 * Writes the words of @text, each after a blank. A word that would pass column 79 begins a line
 * that is indented by @indent. Returns the column, which was @column before.
 */
static int words_write(FILE *file, int column, int indent, const char *text)
{
	while (*text) {
		int length = (int)strcspn(text, " ");

		if (column + 1 + length > 79)
			column = fprintf(file, "\n%*s", indent, "") - 1;
		column += fprintf(file, " %.*s", length, text);
		text += length;
		text += strspn(text, " ");
	}
	return column;
}

/* "  -o, --action=action            What to do (default: off)" */
static void option_write(FILE *file, const struct parameter *parameter)
{
	const char *preset = parameter->value ? parameter->preset : NULL;
	char option[64] = "", text[64];
	size_t length = 0;
	int column;

	if (parameter->letter)
		length = (size_t)snprintf(option, sizeof(option), "-%c, ", parameter->letter);
	snprintf(option + length, sizeof(option) - length, "--%s%s%s", parameter->name,
		 parameter->value ? "=" : "", parameter->value ? parameter->value : "");
	column = fprintf(file, "  %s%-*s", parameter->letter ? "" : "    ",
			 parameter->letter ? 30 : 26, dashes(option));
	column = words_write(file, column, OPTION_WIDTH, parameter->summary);
	if (preset) {
		snprintf(text, sizeof(text), "(default: %s)", preset);
		words_write(file, column, OPTION_WIDTH, text);
	}
	fputc('\n', file);
}

/* The options without effect, in lines of up to 79 columns. */
static void no_effect_write(FILE *file)
{
	int column = fprintf(file, "\nAccepted without effect, for configurations of fence_scsi:");

	for (int i = FENCE_PARAMETER_NO_EFFECT; i < FENCE_PARAMETER_COUNT; i++) {
		char option[64];

		snprintf(option, sizeof(option), "--%s", fence_parameters[i].name);
		column = words_write(file, column, 1, dashes(option));
	}
	fputs("\n", file);
}

int fence_help_write(FILE *file)
{
	fputs("Usage: fence_prctl [OPTION...]\n"
	      "Fences a node from shared disks, for a cluster manager. Without options,\n"
	      "parameters are read from standard input, as lines of NAME=VALUE.\n\n",
	      file);
	for (int i = 0; i < FENCE_PARAMETER_NO_EFFECT; i++)
		option_write(file, &fence_parameters[i]);
	no_effect_write(file);
	fputs("\nActions:", file);
	for (int i = 0; i < FENCE_ACTION_COUNT; i++)
		fprintf(file, " %s", fence_actions[i].word);
	fputs("\n", file);
	return ferror(file) ? -EIO : 0;
}
