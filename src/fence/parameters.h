/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tables of parameters and actions, used by help, metadata and parser. */
#ifndef PARAMETERS_H
#define PARAMETERS_H

#include "fence/fence.h"

struct parameter {
	const char *name;
	char letter; /* letter of the short option; 0: none */
	const char *value; /* its value in help and metadata; NULL: the option takes none */
	/* in the metadata: "string", "select", "second", "integer", "boolean" */
	const char *type;
	const char *preset;
	bool required;
	const char *instead; /* the parameter of which this one is an old name */
	const char *summary;
	const char *no_effect; /* why it has no effect, as a clause; NULL: it has one */
};

struct action_word {
	const char *word;
	const char *attributes; /* in the metadata */
};

extern const struct parameter fence_parameters[FENCE_PARAMETER_COUNT];
extern const struct action_word fence_actions[FENCE_ACTION_COUNT];

/*
 * The action called @word, in upper or lower case, or by another of its names; FENCE_ACTION_COUNT
 * if there is none.
 */
enum fence_action fence_action_find(const char *word);

#endif
