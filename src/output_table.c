// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Results -> a libsmartcols table, in one of two layouts. The default one is for eyes: the rows of a device are a group
 * that names the device once, a line in words ends the group, and a narrow terminal has fewer columns. With --output or
 * --noheadings every row is whole and nothing else is printed; without headings, which is for scripts, one blank separates
 * two cells, and a blank within one is \x20. A backslash is itself, so that a node can be used as it is printed: device mapper
 * has one in the name of a node whose map has a blank in its name.
 */
#include <errno.h>
#include <libsmartcols.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "columns.h"
#include "model/key_names.h"
#include "model/state.h"
#include "output.h"
#include "summary.h"

#define INDENT 2 /* of what is said in words */

struct layout {
	struct column_choice columns;
	bool grouped; /* the default layout */
	bool raw;
	bool colours;
	size_t width; /* 0: as wide as it comes */
};

struct rows {
	struct row *list;
	size_t count;
};

static bool is_listed(const struct result *result, const struct result *path)
{
	uint64_t key;

	return result->state.count == 0 || state_path_key(&result->state, path, &key) == TRI_YES;
}

/* This host's path that @registrant is; NULL: none, or not known. */
static const struct result *path_of(const struct result *result, const struct registrant *registrant)
{
	struct resv_state alone = { .source = result->state.source, .registrants = (struct registrant *)registrant, .count = 1 };
	uint64_t key;

	if (!result->paths)
		return registrant->own_path ? result : NULL;
	for (const struct result *path = result->paths; path; path = path->next)
		if (state_path_key(&alone, path, &key) == TRI_YES)
			return path;
	return NULL;
}

/* Puts the rows of @result into @rows, or counts them where @rows has no list. */
static void rows_add(struct rows *rows, const struct result *result)
{
	const struct resv_state *state = &result->state;

	if (result->outcome.status != STATUS_OK)
		return;
	for (size_t i = 0; i < state->count; i++, rows->count++)
		if (rows->list)
			rows->list[rows->count] = (struct row){ result, &state->registrants[i],
								path_of(result, &state->registrants[i]) };
	for (const struct result *path = result->paths; path; path = path->next) {
		if (is_listed(result, path))
			continue;
		if (rows->list)
			rows->list[rows->count] = (struct row){ result, NULL, path };
		rows->count++;
	}
	if (state->count)
		return;
	if (rows->list)
		rows->list[rows->count] = (struct row){ .result = result };
	rows->count++;
}

static int rows_make(struct rows *rows, const struct results *results)
{
	for (const struct result *result = results->first; result; result = result->next)
		rows_add(rows, result);
	rows->list = calloc(rows->count + 1, sizeof(rows->list[0]));
	if (!rows->list)
		return -ENOMEM;
	rows->count = 0;
	for (const struct result *result = results->first; result; result = result->next)
		rows_add(rows, result);
	return 0;
}

static bool is_first(const struct rows *rows, size_t i)
{
	return i == 0 || rows->list[i - 1].result != rows->list[i].result;
}

static bool is_last(const struct rows *rows, size_t i)
{
	return i + 1 == rows->count || rows->list[i + 1].result != rows->list[i].result;
}

/* What is not ASCII as \xHH, as without a locale; with @blanks a blank as well. In @arena. */
static const char *text_encode(struct arena *arena, const char *text, bool blanks)
{
	char *encoded = arena_alloc(arena, 4 * strlen(text) + 1), *end = encoded;

	if (!encoded)
		return arena_full;
	*end = '\0';
	for (; *text; text++) {
		unsigned char byte = (unsigned char)*text;

		end += sprintf(end, byte >= 0x80 || (blanks && byte == ' ') ? "\\x%02x" : "%c", byte);
	}
	return encoded;
}

static const char *cell_text(const struct layout *layout, const struct rows *rows, size_t i, const struct column *column)
{
	const struct row *row = &rows->list[i];

	if (layout->grouped && (column->flags & COLUMN_DEVICE) && !is_first(rows, i))
		return "";
	return text_encode(row->result->arena, column->text(row), layout->raw);
}

static bool has_maps(const struct rows *rows)
{
	for (size_t i = 0; i < rows->count; i++)
		if (rows->list[i].result->paths)
			return true;
	return false;
}

static bool has_names(const struct rows *rows)
{
	for (size_t i = 0; i < rows->count; i++)
		if (rows->list[i].registrant &&
		    key_names_of(rows->list[i].result->arena->names, rows->list[i].registrant->key))
			return true;
	return false;
}

static void columns_choose(struct layout *layout, const struct rows *rows)
{
	struct column_choice *choice = &layout->columns;
	unsigned int idle = (has_maps(rows) ? 0 : COLUMN_MAP) | (has_names(rows) ? 0 : COLUMN_NAME);
	size_t widths[COLUMN_COUNT], kept = 0;

	for (size_t j = 0; j < choice->count; j++)
		if (!(choice->list[j]->flags & idle))
			choice->list[kept++] = choice->list[j];
	choice->count = kept;
	if (!layout->width)
		return;
	for (size_t j = 0; j < choice->count; j++) {
		widths[j] = strlen(choice->list[j]->name);
		for (size_t i = 0; i < rows->count; i++) {
			size_t width = strlen(cell_text(layout, rows, i, choice->list[j]));

			widths[j] = width > widths[j] ? width : widths[j];
		}
	}
	columns_fit(choice, widths, layout->width);
}

/* This host stands out, and more so a path of it that lacks its key. */
static const char *row_colour(const struct row *row)
{
	if (row->path && !row->registrant)
		return "red";
	return row->registrant && (row->registrant->own_path || row->registrant->this_host == TRI_YES) ? "bold" : NULL;
}

static int table_fill(struct libscols_table *table, const struct layout *layout, const struct rows *rows)
{
	for (size_t j = 0; j < layout->columns.count; j++)
		if (!scols_table_new_column(table, layout->columns.list[j]->name, 0,
					    layout->columns.list[j]->flags & COLUMN_RIGHT ? SCOLS_FL_RIGHT : 0))
			return -ENOMEM;
	for (size_t i = 0; i < rows->count; i++) {
		struct libscols_line *line = scols_table_new_line(table, NULL);

		if (!line)
			return -ENOMEM;
		for (size_t j = 0; j < layout->columns.count; j++)
			if (scols_line_set_data(line, j, cell_text(layout, rows, i, layout->columns.list[j])))
				return -ENOMEM;
		if (layout->colours && row_colour(&rows->list[i]) && scols_line_set_color(line, row_colour(&rows->list[i])))
			return -ENOMEM;
	}
	return 0;
}

/* The table as text, a line a row; the caller frees it. 0 or a negative errno. */
static int table_text(const struct layout *layout, const struct rows *rows, char **text)
{
	struct libscols_table *table = scols_new_table();
	int err;

	if (!table)
		return -ENOMEM;
	/* It shall neither cut nor stretch: what does not fit is left out already. */
	scols_table_set_termforce(table, SCOLS_TERMFORCE_NEVER);
	scols_table_enable_colors(table, layout->colours);
	/* It would make \x5c of a backslash before an x. */
	scols_table_enable_noencoding(table, 1);
	err = table_fill(table, layout, rows);
	if (!err)
		err = scols_print_table_to_string(table, text);
	scols_unref_table(table);
	return err;
}

/* The clauses of a group, in lines as wide as the terminal. */
static int words_print(FILE *file, const struct layout *layout, const struct note *clause)
{
	size_t column = 0;

	for (; clause; clause = clause->next) {
		size_t length = strlen(clause->text) + (clause->next != NULL);

		if (column && layout->width && column + 1 + length > layout->width) {
			fputc('\n', file);
			column = 0;
		}
		column += (size_t)(column ? 1 : INDENT) + length;
		fprintf(file, "%*s%s%s", column == INDENT + length ? INDENT : 1, "", clause->text, clause->next ? ";" : "");
	}
	if (column)
		fputc('\n', file);
	return ferror(file) ? -EIO : 0;
}

/* Without the blanks that a last cell which is empty leaves. */
static void line_print(FILE *file, const char *line, size_t length)
{
	while (length && line[length - 1] == ' ')
		length--;
	fprintf(file, "%.*s\n", (int)length, line);
}

static int rows_print_raw(FILE *file, const struct layout *layout, const struct rows *rows)
{
	for (size_t i = 0; i < rows->count; i++)
		for (size_t j = 0; j < layout->columns.count; j++)
			fprintf(file, "%s%c", cell_text(layout, rows, i, layout->columns.list[j]),
				j + 1 < layout->columns.count ? ' ' : '\n');
	return ferror(file) ? -EIO : 0;
}

static int rows_print(FILE *file, const struct layout *layout, const struct rows *rows)
{
	char *text = NULL, *line, *end;
	int err = table_text(layout, rows, &text);

	line = text;
	for (size_t i = 0; !err && i < rows->count + 1; i++, line = end) {
		end = strchrnul(line, '\n');
		line_print(file, line, (size_t)(end - line));
		end += *end == '\n';
		/* behind the heading */
		if (layout->grouped && i > 0 && is_last(rows, i - 1))
			err = words_print(file, layout, summary(rows->list[i - 1].result));
	}
	free(text);
	return err ? err : ferror(file) ? -EIO : 0;
}

/* COLUMNS where it is exported, as watch(1) does; else the terminal's own width; 0: there is no terminal. */
static size_t width_wanted(size_t terminal)
{
	const char *columns_text = getenv("COLUMNS");
	unsigned long width = columns_text ? strtoul(columns_text, NULL, 10) : 0;

	return width > 0 && width <= 10000 ? width : terminal;
}

static bool wants_colours(void)
{
	const char *no = getenv("NO_COLOR"), *terminal = getenv("TERM");

	return !(no && *no) && terminal && strcmp(terminal, "dumb") != 0;
}

int output_table(FILE *file, const struct request *request, const struct results *results)
{
	struct winsize size = { 0 };
	bool terminal = ioctl(fileno(file), TIOCGWINSZ, &size) == 0;
	struct layout layout = {
		.grouped = !request->columns && !request->noheadings,
		.raw = request->noheadings,
		.colours = terminal && !request->noheadings && wants_colours(),
	};
	struct rows rows = { 0 };
	int err = rows_make(&rows, results);

	if (request->columns)
		layout.columns = *request->columns;
	else
		columns_default(&layout.columns);
	if (!err && layout.grouped) {
		layout.width = width_wanted(size.ws_col);
		columns_choose(&layout, &rows);
	}
	/* Where every device failed there is no table, not even its head. */
	if (!err && rows.count)
		err = layout.raw ? rows_print_raw(file, &layout, &rows) : rows_print(file, &layout, &rows);
	free(rows.list);
	return err;
}
