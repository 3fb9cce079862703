/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tables of the parameters and actions, which help, metadata and all that reads them share. */
#ifndef PARAMETERS_H
#define PARAMETERS_H

#include "fence/fence.h"

struct parameter {
	const char *name;
	char letter; /* of the short option; 0: none */
	const char *value; /* as help and metadata call it; NULL: the option takes none */
	/* of the metadata: "string", "select", "second", "integer", "boolean" */
	const char *type;
	const char *preset;
	bool required;
	const char *instead; /* the parameter that this one is an old name of */
	const char *summary;
	const char *no_effect; /* why it has none, as a clause; NULL: it has one */
};

struct action_word {
	const char *word;
	const char *attributes; /* of the metadata */
};

extern const struct parameter fence_parameters[FENCE_PARAMETER_COUNT];
extern const struct action_word fence_actions[FENCE_ACTION_COUNT];

/* The action that @word names, in any case, or by another name; FENCE_ACTION_COUNT: none. */
enum fence_action fence_action_find(const char *word);

#endif
