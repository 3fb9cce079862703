/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All that prctl writes. Each function prints results as they are; none decodes, decides or asks a
 * device. Each returns 0 or a negative errno; what stdio keeps back, output_close() finds.
 */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <stdio.h>

#include "model/request.h"
#include "model/result.h"

/* The warning that the file of names is ignored, if it is. */
int output_doubt(FILE *file, const struct request *request);

/*
 * Loads what output_json() needs. 0, or a negative errno with the reason in *@cause, as
 * library_load() has it.
 */
int output_json_load(const char **cause);

/* One JSON document. */
int output_json(FILE *file, const struct request *request, const struct results *results);

/* The status table: a row a registrant, in the columns that are asked for. */
int output_table(FILE *file, const struct request *request, const struct results *results);

/* A line for each device on which the request was done. */
int output_success(FILE *file, const struct request *request, const struct results *results);

/* A line for each device that was read: what request->as may do there. */
int output_access(FILE *file, const struct request *request, const struct results *results);

/* What doctor has found: text, or with --table a row for each; with --quiet errors alone. */
int output_findings(FILE *file, const struct request *request, const struct results *results);

/* The rules of doctor, a line each. */
int output_rules(FILE *file);

/*
 * Errors, and as the request asks warnings, dry run and trace: a line each, "prctl: DEVICE: ...".
 */
int output_messages(FILE *file, const struct request *request, const struct results *results);

#endif
