/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * prctl --list LIST [ARGUMENT...]: every word that prctl knows, taken from its tables: the argp
 * trees and the tables. Completions offer them, and a test holds help, man page, completions and
 * schema against them. A line for each word: the word, a tab, what goes with it ("-": nothing), a
 * tab, what it means.
 */
#ifndef COMPLETE_H
#define COMPLETE_H

#include <stdbool.h>
#include <stddef.h>

#include "command.h"

/* Whether the command line asks for a list. */
bool complete_is_asked(int argc, char **argv);

/* Prints it on standard output. Returns the exit status. */
int complete(const struct command *const *commands, size_t count, int argc, char **argv);

#endif
