// SPDX-License-Identifier: GPL-2.0-or-later
/* The metadata in XML, and the text of --help. */
#include <errno.h>
#include <string.h>

#include "fence/parameters.h"
#include "model/words.h"

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
	      "restarted. 'on' lets this node in. See fence_prctl(8).</longdesc>\n"
	      "<vendor-url></vendor-url>\n"
	      "<parameters>\n",
	      file);
	for (int i = 0; i < FENCE_PARAMETER_COUNT; i++) {
		const struct parameter *parameter = &fence_parameters[i];

		/* The fencer's own business. */
		if (i == FENCE_PARAMETER_NODENAME)
			continue;
		fprintf(file, "\t<parameter name=\"%s\" unique=\"0\" required=\"%d\"",
			parameter->name, parameter->required);
		if (i == FENCE_PARAMETER_PLUG)
			fprintf(file, " obsoletes=\"%s\"", fence_parameters[FENCE_PARAMETER_PORT].name);
		if (parameter->instead || parameter->no_effect)
			fputs(" deprecated=\"1\"", file);
		fputs(">\n\t\t<getopt mixed=\"", file);
		if (parameter->letter)
			fprintf(file, "-%c, ", parameter->letter);
		fputs("--", file);
		for (const char *c = parameter->name; *c; c++)
			fputc(*c == '_' ? '-' : *c, file);
		if (parameter->value)
			fprintf(file, "=[%s]", parameter->value);
		fprintf(file, "\" />\n\t\t<content type=\"%s\"", parameter->type);
		if (parameter->preset)
			fprintf(file, " default=\"%s\"", parameter->preset);
		if (i == FENCE_PARAMETER_TYPE) {
			fputs(" >\n", file);
			for (int type = RESV_WRITE_EXCLUSIVE; type < RESV_OTHER; type++)
				fprintf(file, "\t\t\t<option value=\"%s\" />\n",
					type_words((enum resv_type)type)->name);
			fputs("\t\t</content>\n", file);
		} else {
			fputs(" />\n", file);
		}
		fprintf(file, "\t\t<shortdesc lang=\"en\">%s</shortdesc>\n\t</parameter>\n",
			parameter->summary);
	}
	fputs("</parameters>\n<actions>\n", file);
	for (int i = 0; i < FENCE_ACTION_COUNT; i++)
		fprintf(file, "\t<action name=\"%s\"%s />\n", fence_actions[i].word,
			fence_actions[i].attributes);
	fputs("</actions>\n</resource-agent>\n", file);
	return ferror(file) ? -EIO : 0;
}

int fence_help_write(FILE *file)
{
	fputs("Usage: fence_prctl [OPTION...]\n"
	      "Fences a node from shared disks, for a cluster's fencer. Without options, "
	      "parameters are read from\n"
	      "standard input, as lines of NAME=VALUE.\n\n",
	      file);
	for (int i = 0; i < FENCE_PARAMETER_COUNT; i++) {
		const struct parameter *parameter = &fence_parameters[i];
		char option[64] = "";
		size_t length = 0;

		if (parameter->letter)
			length = (size_t)snprintf(option, sizeof(option), "-%c, ",
						  parameter->letter);
		snprintf(option + length, sizeof(option) - length, "--%s%s%s", parameter->name,
			 parameter->value ? "=" : "", parameter->value ? parameter->value : "");
		for (char *c = option; *c; c++)
			*c = *c == '_' ? '-' : *c;
		fprintf(file, "  %s%-*s %s%s%s%s\n", parameter->letter ? "" : "    ",
			parameter->letter ? 30 : 26, option, parameter->summary,
			parameter->preset && parameter->value ? " (default: " : "",
			parameter->preset && parameter->value ? parameter->preset : "",
			parameter->preset && parameter->value ? ")" : "");
	}
	fputs("\nActions:", file);
	for (int i = 0; i < FENCE_ACTION_COUNT; i++)
		fprintf(file, " %s", fence_actions[i].word);
	fputs("\n", file);
	return ferror(file) ? -EIO : 0;
}
