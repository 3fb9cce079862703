// SPDX-License-Identifier: GPL-2.0-or-later
/* Results -> a libsmartcols table. */
#include <errno.h>
#include <inttypes.h>
#include <libsmartcols.h>

#include "names.h"
#include "nexus.h"
#include "output.h"
#include "state.h"

struct row {
	const struct result *result;
	const struct registrant *registrant; /* NULL: the device has none */
	const struct result *path; /* of a map: a row for a path, not for a registrant */
};

static const char *tri_text(enum tri tri, const char *yes)
{
	return tri == TRI_YES ? yes : tri == TRI_NO ? "-" : "?";
}

static const char *device_text(const struct row *row)
{
	return row->path ? arena_printf(row->result->arena, "  %s", row->path->lun.node) : row->result->label;
}

static const char *reservation_text(const struct row *row)
{
	enum resv_type type = row->result->state.type;

	if (row->path)
		return arena_printf(row->result->arena, "path, %s", row->path->lun.state ? row->path->lun.state : "?");
	return type == RESV_NONE ? "-" : type_words(type)->name;
}

/* "0xb", or "0xb node2" */
static const char *key_name_text(struct arena *arena, uint64_t key)
{
	const char *name = names_of(arena->names, key);

	return arena_printf(arena, "0x%" PRIx64 "%s%s", key, name ? " " : "", name ? name : "");
}

static const char *key_text(const struct row *row)
{
	uint64_t key;
	enum tri registered = row->path ? state_path_key(&row->result->state, row->path, &key) : TRI_NO;

	if (row->path)
		return registered == TRI_YES ? key_name_text(row->result->arena, key) : tri_text(registered, "?");
	return row->registrant ? key_name_text(row->result->arena, row->registrant->key) : "-";
}

static const char *holder_text(const struct row *row)
{
	return row->registrant ? tri_text(row->registrant->holder, "holds") : "-";
}

static const char *host_text(const struct row *row)
{
	if (row->path)
		return "this";
	if (!row->registrant)
		return "-";
	return row->registrant->own_path ? "this" : tri_text(row->registrant->this_host, "this");
}

static const char *initiator_text(const struct row *row)
{
	const char *initiator = row->path ? row->path->lun.nexus.initiator :
				row->registrant ? row->registrant->nexus.initiator : "-";

	return initiator ? arena_printf(row->result->arena, "%.*s", (int)nexus_host_length(initiator), initiator) : "?";
}

static const struct {
	const char *name;
	const char *(*text)(const struct row *row);
} columns[] = {
	{ "DEVICE", device_text },
	{ "RESERVATION", reservation_text },
	{ "KEY", key_text },
	{ "HOLDER", holder_text },
	{ "HOST", host_text },
	{ "INITIATOR", initiator_text },
};

static int row_add(struct libscols_table *table, const struct row *row)
{
	struct libscols_line *line = scols_table_new_line(table, NULL);

	if (!line)
		return -ENOMEM;
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
		if (scols_line_set_data(line, i, columns[i].text(row)))
			return -ENOMEM;
	return 0;
}

static int table_fill(struct libscols_table *table, const struct results *results)
{
	int err = 0;

	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
		if (!scols_table_new_column(table, columns[i].name, 0, 0))
			return -ENOMEM;
	for (const struct result *result = results->first; result && !err; result = result->next) {
		if (result->verdict != VERDICT_OK)
			continue;
		if (result->state.count == 0)
			err = row_add(table, &(struct row){ .result = result });
		for (size_t i = 0; i < result->state.count && !err; i++)
			err = row_add(table, &(struct row){ result, &result->state.registrants[i], NULL });
		for (const struct result *path = result->paths; path && !err; path = path->next)
			err = row_add(table, &(struct row){ result, NULL, path });
	}
	return err;
}

int output_table(FILE *file, const struct results *results)
{
	struct libscols_table *table = scols_new_table();
	int err;

	if (!table)
		return -ENOMEM;
	scols_table_set_stream(table, file);
	err = table_fill(table, results);
	/* Where every device failed there is no table, not even its head. */
	if (!err && !scols_table_is_empty(table))
		err = scols_print_table(table);
	scols_unref_table(table);
	return err;
}
