/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The values of options: each is parsed and stored in the request. If one is wrong, the process
 * ends like usage_fail(), with a message that names the option.
 */
#ifndef OPTION_VALUES_H
#define OPTION_VALUES_H

#include <argp.h>

#include "command.h"
#include "model/request.h"

/* One command line while it is parsed: the input of the parsers. */
struct parse {
	const struct command *command;
	struct request *request;
	struct key_names *names; /* NULL until they are needed */
	int64_t begin; /* when the parsing began */
	bool seen[OPTION_END];
};

/*
 * Stores the value @text of the option @key, an enum option_key, in the request of @state's struct
 * parse. Returns 0, or ARGP_ERR_UNKNOWN if no option with a value has that key.
 */
error_t option_value_parse(int key, const char *text, struct argp_state *state);

/* Reads the names of keys, once. They live as long as the process. */
void option_names_load(struct argp_state *state, struct parse *parse);

/* Reads the documents of other hosts, in the order on the command line, in half of the time. */
void option_documents_load(struct argp_state *state, struct parse *parse);

/* Reads the nodes of the cluster, for the origin of keys, after option_names_load(). */
void option_cluster_load(struct argp_state *state, struct parse *parse);

#endif
