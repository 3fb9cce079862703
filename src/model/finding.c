// SPDX-License-Identifier: GPL-2.0-or-later
#include "model/finding.h"

static const char *const severities[SEVERITY_COUNT] = {
	[SEVERITY_NOTE] = "note",
	[SEVERITY_WARNING] = "warning",
	[SEVERITY_ERROR] = "error",
};

const char *severity_word(enum severity severity)
{
	return severities[severity];
}
