// SPDX-License-Identifier: GPL-2.0-or-later
#include "pr/multipathd_config.h"

#include <stdio.h>
#include <string.h>

/* TRI_UNKNOWN is not 0, so zeroing is not enough. */
static void entry_begin(struct multipathd_config *config)
{
	config->is_map = false;
	config->in_entry = TRI_UNKNOWN;
}

static void section_begin(struct multipathd_config *config, const char *name)
{
	if (config->depth == 0)
		config->section = strcmp(name, "defaults") == 0	    ? SECTION_DEFAULTS
				  : strcmp(name, "multipaths") == 0 ? SECTION_MULTIPATHS
								    : SECTION_OTHER;
	config->depth++;
	entry_begin(config);
}

static void section_end(struct multipathd_config *config)
{
	if (config->depth == 2 && config->is_map && config->in_entry != TRI_UNKNOWN)
		config->of_map = config->in_entry;
	config->depth--;
}

/* Reads a keyword and its value, whose quotation marks are removed. */
static void value_read(struct multipathd_config *config, const char *keyword, const char *value)
{
	bool is_entry = config->section == SECTION_MULTIPATHS && config->depth == 2;

	if (is_entry && strcmp(keyword, "wwid") == 0)
		config->is_map = strcmp(value, config->wwid) == 0;
	if (strcmp(keyword, "reservation_key") != 0)
		return;
	if (is_entry)
		config->in_entry = strcmp(value, "file") == 0 ? TRI_YES : TRI_NO;
	else if (config->section == SECTION_DEFAULTS && config->depth == 1)
		config->of_all = strcmp(value, "file") == 0 ? TRI_YES : TRI_NO;
}

static void line_read(struct multipathd_config *config)
{
	char keyword[64], value[sizeof(config->line)];
	int words = sscanf(config->line, "%63s %255[^\n]", keyword, value);
	char *end;

	if (words < 1)
		return;
	if (strcmp(keyword, "}") == 0) {
		section_end(config);
	} else if (words == 2 && strcmp(value, "{") == 0) {
		section_begin(config, keyword);
	} else if (words == 2) {
		for (end = value + strlen(value); end > value && strchr(" \t\"", end[-1]); end--)
			end[-1] = '\0';
		value_read(config, keyword, value + (value[0] == '"'));
	}
}

/* The end of a line that is too long is dropped; no reservation_key or wwid is that long. */
void multipathd_config_feed(struct multipathd_config *config, const char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (bytes[i] != '\n' && bytes[i] != '\0') {
			if (config->length + 1 < sizeof(config->line))
				config->line[config->length++] = bytes[i];
			continue;
		}
		config->line[config->length] = '\0';
		line_read(config);
		config->length = 0;
	}
}

bool multipathd_config_is_file(const struct multipathd_config *config)
{
	return (config->of_map == TRI_UNKNOWN ? config->of_all : config->of_map) == TRI_YES;
}
