// SPDX-License-Identifier: GPL-2.0-or-later
#include "usage.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/messages.h"
#include "util/suggest.h"
#include "util/text.h"

#define OPTIONS_MAX 64 /* of a command */
#define KEY_USAGE 0x200 /* in addition to those of options.h */

static const struct argp_option usage_options[] = {
	{ "help", '?', NULL, 0, "show this help", -1 },
	{ "usage", KEY_USAGE, NULL, 0, "show a short usage message", -1 },
	{ "version", 'V', NULL, 0, "show the version", -1 },
	{ 0 },
};

static void finish(const struct argp_state *state, int status)
{
	if (!(state->flags & ARGP_NO_EXIT))
		exit(status);
}

static error_t parse_usage(int key, char *text, struct argp_state *state)
{
	(void)text;
	switch (key) {
	case '?':
		argp_help(state->root_argp, state->out_stream, ARGP_HELP_STD_HELP, state->name);
		break;
	case KEY_USAGE:
		argp_help(state->root_argp, state->out_stream, ARGP_HELP_USAGE, state->name);
		break;
	case 'V':
		fprintf(state->out_stream, "%s\n", argp_program_version);
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	finish(state, EXIT_SUCCESS);
	return 0;
}

const struct argp usage_argp = { .options = usage_options, .parser = parse_usage };

void usage_walk(const struct argp *argp, void (*each)(const struct argp_option *option, void *data),
		void *data)
{
	const struct argp_option *option = argp->options;

	/* An entry without name and key is a heading, or the end. */
	for (; option && (option->name || option->key || option->doc || option->group); option++)
		if (option->name)
			each(option, data);
	for (const struct argp_child *child = argp->children; child && child->argp; child++)
		usage_walk(child->argp, each, data);
}

void usage_fail(struct argp_state *state, const char *format, ...)
{
	char *text = NULL;
	va_list args;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	if (text)
		text_mask(text);
	fprintf(stderr, "%s: %s\nTry '%s --help'.\n", state->name, text ? text : strerror(ENOMEM),
		state->name);
	free(text);
	finish(state, argp_err_exit_status);
}

void usage_fail_word(struct argp_state *state, const char *typed, const struct choice *choice,
		     const char *format, ...)
{
	const char *meant = suggest(typed, choice->words, choice->count);
	char *text = NULL;
	va_list args;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	if (meant)
		usage_fail(state, USAGE_MEANT, text ? text : typed, meant);
	else
		usage_fail(state, "%s%s%s", text ? text : typed, choice->instead ? "; " : "",
			   choice->instead ? choice->instead : "");
	free(text);
}

/* The options of an argp tree that have a name. */
struct options {
	const struct argp_option *list[OPTIONS_MAX];
	size_t count;
};

static void option_add(const struct argp_option *option, void *data)
{
	struct options *options = data;

	if (options->count < OPTIONS_MAX)
		options->list[options->count++] = option;
}

static bool takes_next(const struct argp_option *option)
{
	return option->arg && !(option->flags & OPTION_ARG_OPTIONAL);
}

/*
 * How many options @name, of @length, may mean, as in getopt_long(); the first two are in @found.
 */
static size_t options_find(const struct options *options, const char *name, size_t length,
			   const struct argp_option *found[2])
{
	size_t count = 0;

	for (size_t i = 0; i < options->count; i++) {
		if (strncmp(options->list[i]->name, name, length) != 0)
			continue;
		if (!options->list[i]->name[length]) {
			found[0] = options->list[i];
			return 1;
		}
		if (count < 2)
			found[count] = options->list[i];
		count++;
	}
	return count;
}

static void long_unknown(struct argp_state *state, const struct options *options, const char *typed,
			 const char *instead)
{
	const char *words[OPTIONS_MAX], *meant;
	char *name = strndup(typed, strcspn(typed, "="));
	size_t count = 0;

	for (size_t i = 0; i < options->count; i++)
		if (!(options->list[i]->flags & OPTION_HIDDEN))
			words[count++] = options->list[i]->name;
	meant = name ? suggest(name, words, count) : NULL;
	free(name);
	if (meant)
		usage_fail(state, USAGE_OPTION_MEANT, typed, meant);
	else
		usage_fail(state, USAGE_OPTION_UNKNOWN "%s%s", typed, instead ? "; " : "",
			   instead ? instead : "");
}

/*
 * Prints what is wrong with the long option @typed. Returns false if nothing is. @last: it is the
 * last word of the command line.
 */
static bool long_explain(struct argp_state *state, const struct options *options, const char *typed,
			 bool last, const char *instead)
{
	const struct argp_option *found[2] = { NULL };
	size_t length = strcspn(typed, "="), count = options_find(options, typed, length, found);

	if (count == 0)
		long_unknown(state, options, typed, instead);
	else if (count > 2)
		usage_fail(state, USAGE_OPTION_AMBIGUOUS_MORE, typed, found[0]->name,
			   found[1]->name);
	else if (count > 1)
		usage_fail(state, USAGE_OPTION_AMBIGUOUS, typed, found[0]->name, found[1]->name);
	else if (typed[length] && !found[0]->arg)
		usage_fail(state, USAGE_OPTION_NO_ARGUMENT, found[0]->name);
	else if (!typed[length] && takes_next(found[0]) && last)
		usage_fail(state, USAGE_OPTION_ARGUMENT, found[0]->name);
	else
		return false;
	return true;
}

/* The same for short options in one word. A value is the rest of the word, or the next word. */
static bool short_explain(struct argp_state *state, const struct options *options,
			  const char *letters, bool last)
{
	for (; *letters; letters++) {
		const struct argp_option *option = NULL;

		for (size_t i = 0; i < options->count && !option; i++)
			if (options->list[i]->key == *letters)
				option = options->list[i];
		if (!option)
			usage_fail(state, USAGE_LETTER_UNKNOWN,
				   (unsigned char)*letters > '~' ? '?' : *letters);
		else if (takes_next(option) && !letters[1] && last)
			usage_fail(state, USAGE_LETTER_ARGUMENT, *letters);
		else if (takes_next(option))
			return false;
		else
			continue;
		return true;
	}
	return false;
}

void usage_explain(struct argp_state *state, const char *instead)
{
	struct options options = { 0 };
	bool explained = false;

	usage_walk(state->root_argp, option_add, &options);
	/*
	 * getopt is at the word after the refused one, or still at the refused one if letters are
	 * left in it.
	 */
	for (int i = state->next > 1 ? state->next - 1 : 1;
	     !explained && i < state->argc && i <= state->next; i++) {
		const char *word = state->argv[i];
		bool last = i == state->argc - 1;

		if (strncmp(word, "--", 2) == 0)
			explained = long_explain(state, &options, word + 2, last, instead);
		else if (word[0] == '-')
			explained = short_explain(state, &options, word + 1, last);
	}
}
