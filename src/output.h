/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Prints the results of prctl as they are: no function decodes, decides or asks a device. Each
 * returns 0 or a negative errno; stdout_close() in prctl.c finds errors in what stdio has buffered.
 */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <stdio.h>

#include "model/request.h"
#include "model/result.h"

/* Prints the warning that the file of names is ignored, if it is. */
int output_names_ignored(FILE *file, const struct request *request);

/*
 * Loads the library for output_json(). Returns 0, or a negative errno with the reason in *@cause,
 * like library_load().
 */
int output_json_load(const char **cause);

/* Prints one JSON document. */
int output_json(FILE *file, const struct request *request, const struct results *results);

/* Prints the status table: one row for each registrant, in the requested columns. */
int output_table(FILE *file, const struct request *request, const struct results *results);

/* Prints a line for each device on which the request was done. */
int output_success(FILE *file, const struct request *request, const struct results *results);

/* Prints a line for each device that was read: what request->as may do there. */
int output_access(FILE *file, const struct request *request, const struct results *results);

/* Prints doctor's findings as text, or with --table as rows; with --quiet only errors. */
int output_findings(FILE *file, const struct request *request, const struct results *results);

/* Prints the rules of doctor, one line for each. */
int output_rules(FILE *file);

/* Prints errors and, if requested, warnings, dry run and trace, in lines "prctl: DEVICE: ...". */
int output_messages(FILE *file, const struct request *request, const struct results *results);

#endif
