// SPDX-License-Identifier: GPL-2.0-or-later
/* main(): the list of commands, the dispatch, and the exit status. */
#include "config.h"

#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "block/self.h"
#include "block/uses.h"
#include "command.h"
#include "complete.h"
#include "decode.h"
#include "doctor/doctor.h"
#include "help.h"
#include "job/audit.h"
#include "job/supervise.h"
#include "job/survey.h"
#include "model/host_choice.h"
#include "model/messages.h"
#include "options.h"
#include "output.h"
#include "usage.h"
#include "util/clock.h"
#include "util/process.h"

/* an estimate of the number of disks on a host, for the size of the arena */
#define DEVICES_OF_HOST 2048

const char *argp_program_version = PACKAGE_NAME " " PACKAGE_VERSION;

static const struct command *const commands[] = {
	&command_status,
	&command_check,
	&command_doctor,
	&command_decode,
	&command_register,
	&command_unregister,
	&command_reserve,
	&command_release,
	&command_preempt,
	&command_preempt_abort,
	&command_clear,
};

#define COMMANDS_LISTED (sizeof(commands) / sizeof(commands[0]))

/*
 * A full disk is noticed only when the last buffer is written, and lost output must not end with
 * success.
 */
static void stdout_close(void)
{
	bool failed = ferror(stdout) != 0;
	int err = 0;

	if (fclose(stdout) != 0) {
		failed = true;
		err = errno;
	}
	if (!failed)
		return;
	fprintf(stderr, "prctl: " PRCTL_OUTPUT "\n", strerror(err ? err : EIO));
	_exit(STATUS_PRCTL);
}

static const struct command *command_find(const char *name)
{
	for (size_t i = 0; i < COMMANDS_LISTED; i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}

static void command_fail(struct argp_state *state, const char *name)
{
	const char *names[COMMANDS_LISTED];

	for (size_t i = 0; i < COMMANDS_LISTED; i++)
		names[i] = commands[i]->name;
	usage_fail_word(state, name, &(struct choice){ names, COMMANDS_LISTED, NULL },
			USAGE_NO_SUCH_COMMAND, name);
}

/* What prctl's own parser finds; the rest of the command line belongs to the command. */
struct command_line {
	const struct command *command;
	int index; /* index of the command's word in argv */
};

static error_t parse_command_line(int key, char *text, struct argp_state *state)
{
	struct command_line *line = state->input;

	switch (key) {
	case ARGP_KEY_ERROR:
		usage_explain(state, ADVICE_OPTIONS_AFTER);
		return 0;
	case ARGP_KEY_ARG:
		line->index = state->next - 1;
		line->command = command_find(text);
		if (!line->command)
			command_fail(state, text);
		state->next = state->argc; /* the rest belongs to the command */
		return 0;
	case ARGP_KEY_END:
		if (!line->command)
			usage_fail(state, USAGE_NO_COMMAND);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* Finds the command. Returns 0 or -ENOMEM; if the command line is wrong, the process ends. */
static int command_line_parse(int argc, char **argv, struct command_line *line)
{
	char *doc = help_program(commands, COMMANDS_LISTED);
	const struct argp_child children[] = { { &usage_argp, 0, NULL, 0 }, { 0 } };
	const struct argp argp = {
		.parser = parse_command_line,
		.args_doc = "COMMAND [OPTION...] DEVICE...",
		.doc = doc,
		.children = children,
	};
	error_t err;

	if (!doc)
		return -ENOMEM;
	err = argp_parse(&argp, argc, argv, USAGE_FLAGS, NULL, line);
	free(doc);
	return -err;
}

static int output(const struct request *request, const struct results *results)
{
	/* Print results even if standard error is closed or full. */
	int names = output_names_ignored(stderr, request),
	    messages = output_messages(stderr, request, results), err = 0;

	if (request->json)
		err = output_json(stdout, request, results);
	else if (request->examination)
		err = output_findings(stdout, request, results);
	else if (request->as)
		err = request->quiet ? 0 : output_access(stdout, request, results);
	else if (command_lists(request->command) && !request->quiet)
		err = output_table(stdout, request, results);
	else if (!request->quiet)
		err = output_success(stdout, request, results);
	return err ? err : messages ? messages : names;
}

/* A failure of the log is only a warning, because the change is done. */
static void changes_log(const struct request *request, const struct results *results, int64_t begin)
{
	int64_t deadline = request->timeout ? begin + request->timeout : INT64_MAX;
	size_t lost;
	int err;

	if (request->no_log || request->dry_run || command_only_reads(request->command))
		return;
	err = audit_send(request, results, request->command_name, deadline, &lost);
	if (err && !request->quiet)
		fprintf(stderr, "prctl: warning: " WARN_LOG "\n", lost, strerror(-err));
}

/* Adds what is reported about this machine, and doctor's findings. */
static int examine(const struct request *request, struct results *results, int64_t begin,
		   bool decodes)
{
	if ((request->json && !decodes) || request->examination)
		results->self = host_self_read(results->arena);
	if (request_shows_details(request))
		results_uses_read(results);
	if (request->as)
		host_choice_find(request->as, results);
	if (!request->examination)
		return 0;
	return doctor_examine(request, results,
			      request->timeout ? begin + request->timeout : INT64_MAX);
}

static bool is_change_open(const struct results *results)
{
	for (const struct result *result = results->first; result; result = result->next)
		if (result->outcome.status == STATUS_UNKNOWN && result->outcome.sent)
			return true;
	return false;
}

/*
 * An arena for everything that is read from the devices, twice if there is a survey. Returns NULL
 * with errno.
 */
static struct arena *arena_make(const struct request *request)
{
	size_t count = request->device_count ? request->device_count : DEVICES_OF_HOST;
	struct arena *arena = arena_new_within(arena_size_for(request->victim_host ? 2 * count
										   : count));

	if (arena)
		arena->names = request->names;
	return arena;
}

/* Fills @results as @request demands: from devices, or from documents. */
static int work(struct request *request, bool decodes, int64_t begin, struct results *results)
{
	int err;

	if (decodes)
		return decode(request, results);
	err = survey(request, begin, results->arena);
	return err ? err : supervise(request, begin, results);
}

static int prctl_fail(int err)
{
	fprintf(stderr, "prctl: %s\n", strerror(-err));
	return STATUS_PRCTL;
}

/* Carries out the command, and prints what has come of it. Returns the exit status. */
static int request_run(const struct command *command, struct request *request, int64_t begin)
{
	struct results results = { 0 };
	const char *cause;
	int err;

	/* Load it before changing anything, or the result could not be reported. */
	if ((request->json || command->decodes) && output_json_load(&cause)) {
		fprintf(stderr, "prctl: " PRCTL_JSON "\n", cause);
		return STATUS_PRCTL;
	}
	if (request->examination && request->examination->list_rules)
		return output_rules(stdout) ? STATUS_PRCTL : STATUS_OK;
	results.arena = arena_make(request);
	err = results.arena ? work(request, command->decodes, begin, &results) : -errno;
	if (!err)
		err = examine(request, &results, begin, command->decodes);
	if (!err)
		changes_log(request, &results, begin);
	if (!err)
		err = output(request, &results);
	if (err)
		return prctl_fail(err);
	/* The worker's death is a failure of prctl itself, but an unknown outcome is worse. */
	if (results.broken && !is_change_open(&results))
		return STATUS_PRCTL;
	return (int)results_status(&results);
}

int main(int argc, char **argv)
{
	static char buffer[BUFSIZ];
	struct command_line line = { 0 };
	struct request request = { 0 };
	char name[64], own_name[] = PACKAGE_NAME;
	int64_t begin = clock_now();
	int err = process_begin();

	argp_err_exit_status = STATUS_USAGE;
	/* --help always has the same form, whatever the environment sets for other programs. */
	setenv("ARGP_HELP_FMT", HELP_FORMAT, 1);
	if (err)
		return prctl_fail(err);
	/* All output is written at once at the end, so stdio need not look at its kind. */
	setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
	if (atexit(stdout_close))
		return STATUS_PRCTL;

	/* Messages begin with this name, however prctl was called. */
	if (argc > 0)
		argv[0] = own_name;
	if (complete_is_asked(argc, argv))
		return complete(commands, COMMANDS_LISTED, argc, argv);
	err = command_line_parse(argc, argv, &line);
	if (err)
		return prctl_fail(err);
	/* Messages and --help of the command's parser begin with argv[0]. */
	snprintf(name, sizeof(name), "prctl %s", line.command->name);
	argv[line.index] = name;
	err = options_parse(line.command, argc - line.index, argv + line.index, &request);
	return err ? prctl_fail(err) : request_run(line.command, &request, begin);
}
