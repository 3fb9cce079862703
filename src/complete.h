/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * prctl --list LIST [ARGUMENT...]: every word that prctl knows, taken from its tables and argp
 * trees. Completions offer them, and a test compares them with help, man page, completions and
 * schema. One line for each word: the word, a tab, related data ("-": none), a tab, and its
 * meaning.
 */
#ifndef COMPLETE_H
#define COMPLETE_H

#include <stdbool.h>
#include <stddef.h>

#include "command.h"

/* Whether the command line requests a list. */
bool complete_is_asked(int argc, char **argv);

/* Prints the list on standard output. Returns the exit status. */
int complete(const struct command *const *commands, size_t count, int argc, char **argv);

#endif
