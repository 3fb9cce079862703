// SPDX-License-Identifier: GPL-2.0-or-later
#include "usage.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/messages.h"
#include "suggest.h"

#define OPTIONS_MAX 64 /* of one command */
#define KEY_USAGE 0x200 /* beyond those of options.h */

static const struct argp_option usage_options[] = {
	{ "help", '?', NULL, 0, "this help", -1 },
	{ "usage", KEY_USAGE, NULL, 0, "a short usage message", -1 },
	{ "version", 'V', NULL, 0, "the version", -1 },
	{ 0 },
};

static error_t parse_usage(int key, char *text, struct argp_state *state)
{
	(void)text;
	switch (key) {
	case '?':
		argp_state_help(state, state->out_stream, ARGP_HELP_STD_HELP);
		return 0;
	case KEY_USAGE:
		argp_state_help(state, state->out_stream, ARGP_HELP_USAGE | ARGP_HELP_EXIT_OK);
		return 0;
	case 'V':
		fprintf(state->out_stream, "%s\n", argp_program_version);
		argp_state_help(state, state->out_stream, ARGP_HELP_EXIT_OK);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp usage_argp = { .options = usage_options, .parser = parse_usage };

static bool is_help(const struct argp_option *option)
{
	return option->key == '?' || option->key == KEY_USAGE || option->key == 'V';
}

struct hint {
	const struct argp_state *state; /* whose name argp sets later than this is made */
	int told;
};

/* The long options of an argp tree. */
struct options {
	const struct argp_option *list[OPTIONS_MAX];
	size_t count;
};

static void try_help(const char *name)
{
	fprintf(stderr, "Try '%s --help'.\n", name);
}

/* What argp would say there is left out. */
static ssize_t hint_write(void *cookie, const char *text, size_t size)
{
	struct hint *hint = cookie;

	(void)text;
	if (!hint->told++)
		try_help(hint->state->name);
	return (ssize_t)size;
}

static int hint_close(void *cookie)
{
	free(cookie);
	return 0;
}

static void line_clean(char *line, char instead)
{
	for (; *line; line++)
		if ((unsigned char)*line < ' ' || *line == 0x7f)
			*line = instead;
}

static void options_add(struct options *options, const struct argp_option *option)
{
	/* What has neither name nor key is a heading, or the end. */
	for (; option && (option->name || option->key || option->doc); option++)
		if (option->name && options->count < OPTIONS_MAX)
			options->list[options->count++] = option;
}

static void options_walk(struct options *options, const struct argp *argp)
{
	options_add(options, argp->options);
	for (const struct argp_child *child = argp->children; child && child->argp; child++)
		options_walk(options, child->argp);
}

/* As getopt_long() does: the one of that name, or the first that begins so. */
static const struct argp_option *option_long(const struct options *options, const char *name, size_t length)
{
	const struct argp_option *begun = NULL;

	for (size_t i = 0; i < options->count; i++) {
		if (strncmp(options->list[i]->name, name, length) != 0)
			continue;
		if (strlen(options->list[i]->name) == length)
			return options->list[i];
		if (!begun)
			begun = options->list[i];
	}
	return begun;
}

static const struct argp_option *option_short(const struct options *options, char letter)
{
	for (size_t i = 0; i < options->count; i++)
		if (options->list[i]->key == letter)
			return options->list[i];
	return NULL;
}

static bool takes_next(const struct argp_option *option)
{
	return option->arg && !(option->flags & OPTION_ARG_OPTIONAL);
}

__attribute__((noreturn))
static void option_fail(const char *name, const struct options *options, const char *typed, size_t length, bool front)
{
	const char *words[OPTIONS_MAX], *meant;
	char *text = strndup(typed, length), *whole = strdup(typed);
	size_t count = 0;

	for (size_t i = 0; i < options->count; i++)
		if (!(options->list[i]->flags & OPTION_HIDDEN))
			words[count++] = options->list[i]->name;
	if (text && whole) {
		meant = suggest(text, words, count);
		line_clean(whole, '?');
		fprintf(stderr, "%s: " USAGE_OPTION_UNKNOWN, name, whole);
		if (meant)
			fprintf(stderr, "; did you mean '--%s'?", meant);
		else if (front)
			fputs("; " ADVICE_OPTIONS_AFTER, stderr);
		fputc('\n', stderr);
	}
	free(text);
	free(whole);
	try_help(name);
	exit(argp_err_exit_status);
}

void usage_check(const struct argp *argp, int argc, char **argv, int front)
{
	const struct argp_option *option;
	struct options options = { 0 };

	options_walk(&options, argp);
	for (int i = 1; i < argc; i++) {
		const char *word = argv[i];
		size_t length = strcspn(word, "=");

		if (strcmp(word, "--") == 0 || (front && (word[0] != '-' || !word[1])))
			return;
		if (strncmp(word, "--", 2) == 0) {
			option = option_long(&options, word + 2, length - 2);
			if (!option)
				option_fail(argv[0], &options, word + 2, length - 2, front);
			/* Help is given whatever else is wrong. */
			if (is_help(option))
				return;
			i += !word[length] && takes_next(option);
			continue;
		}
		/* Short ones may share a word; the value of one ends it, or is the next. */
		for (word += word[0] == '-' ? 1 : strlen(word); *word; word++) {
			option = option_short(&options, *word);
			if (!option || is_help(option))
				return; /* getopt tells, or help is given */
			if (takes_next(option)) {
				i += !word[1];
				break;
			}
		}
	}
}

void usage_begin(struct argp_state *state)
{
	const cookie_io_functions_t functions = { .write = hint_write, .close = hint_close };
	struct hint *hint = calloc(1, sizeof(*hint));
	FILE *stream = hint ? fopencookie(hint, "w", functions) : NULL;

	if (!stream) {
		free(hint);
		return; /* argp's own words, then */
	}
	hint->state = state;
	setvbuf(stream, NULL, _IONBF, 0);
	state->err_stream = stream;
	/* getopt prints an option that it does not know as it is; "-?" would be one that it knows. */
	for (int i = 1; i < state->argc && strcmp(state->argv[i], "--") != 0; i++)
		if (state->argv[i][0] == '-')
			line_clean(state->argv[i], '_');
}

/* Takes @text, which may be NULL. */
static void fail(struct argp_state *state, char *text, const char *more, const char *word, const char *end)
{
	if (text) {
		line_clean(text, '?');
		fprintf(stderr, "%s: %s%s%s%s\n", state->name, text, more, word, end);
		free(text);
	}
	argp_state_help(state, state->err_stream, ARGP_HELP_STD_ERR);
}

/* The caller frees it; NULL: no memory. */
__attribute__((format(printf, 1, 0)))
static char *text_make(const char *format, va_list args)
{
	char *text;

	return vasprintf(&text, format, args) < 0 ? NULL : text;
}

void usage_fail(struct argp_state *state, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = text_make(format, args);
	va_end(args);
	fail(state, text, "", "", "");
}

void usage_fail_word(struct argp_state *state, const char *typed, const char *const *words, size_t count,
		     const char *instead, const char *format, ...)
{
	const char *meant = suggest(typed, words, count);
	va_list args;
	char *text;

	va_start(args, format);
	text = text_make(format, args);
	va_end(args);
	fail(state, text, meant ? "; did you mean '" : instead ? "; " : "",
	     meant ? meant : instead ? instead : "", meant ? "'?" : "");
}
