// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Results -> a table, in one of two layouts. The default layout is for people: the rows of a device
 * form a group that names the device once and ends with a sentence; on a narrow terminal there are
 * fewer columns. With --output or --noheadings every row is complete, and nothing else is printed.
 * Without headings, for scripts, one blank separates two cells, and a blank within a cell is \x20.
 * A backslash is printed unchanged, so that a node can be used as it is printed: device mapper has
 * one in the node of a map with a blank in its name. docs/design/libraries.md says why no library
 * prints the table.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "columns.h"
#include "model/coverage.h"
#include "model/key_names.h"
#include "model/state.h"
#include "output.h"
#include "summary.h"
#include "util/text.h"

#define INDENT 2 /* width of sentences */

struct layout {
	struct column_choice columns;
	size_t widths[COLUMN_COUNT]; /* width of each column in bytes; cells are ASCII */
	const char **cells[COLUMN_COUNT]; /* of each of the columns[]: its text in each row */
	bool grouped; /* the default layout */
	bool raw;
	bool colours;
	size_t width; /* 0: unlimited */
};

struct rows {
	struct row *list;
	size_t count;
};

static bool path_has_row(const struct result *result, const struct result *path)
{
	uint64_t key;

	return result->state.count == 0 || state_path_key(&result->state, path, &key) == TRI_YES;
}

/* This host's path that @registrant is; NULL: none, or unknown. */
static const struct result *path_of(const struct result *result,
				    const struct registrant *registrant)
{
	struct resv_state alone = { .source = result->state.source,
				    .registrants = (struct registrant *)registrant,
				    .count = 1 };
	uint64_t key;

	if (!result->paths)
		return registrant->own_path ? result : NULL;
	for (const struct result *path = result->paths; path; path = path->next)
		if (state_path_key(&alone, path, &key) == TRI_YES)
			return path;
	return NULL;
}

/* Adds the rows of @result to @rows; only counts them if @rows has no list. */
static void rows_add(struct rows *rows, const struct result *result)
{
	const struct resv_state *state = &result->state;

	if (result->outcome.status != STATUS_OK)
		return;
	for (size_t i = 0; i < state->count; i++, rows->count++)
		if (rows->list)
			rows->list[rows->count] =
				(struct row){ result, &state->registrants[i],
					      path_of(result, &state->registrants[i]) };
	for (const struct result *path = result->paths; path; path = path->next) {
		if (path_has_row(result, path))
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

static bool is_encoded(char c, bool blanks)
{
	return (unsigned char)c >= 0x80 || (blanks && c == ' ');
}

/*
 * Writes non-ASCII characters as \xHH, as without a locale, and with @blanks also blanks. In
 * @arena, if anything changes.
 */
static const char *text_encode(struct arena *arena, const char *text, bool blanks)
{
	size_t length = strlen(text), encoded = 0;
	char *copy, *end;

	for (size_t i = 0; i < length; i++)
		encoded += is_encoded(text[i], blanks);
	if (!encoded)
		return text;
	copy = end = arena_alloc(arena, length + 3 * encoded + 1);
	if (!copy)
		return arena_full;
	for (; *text; text++)
		end += sprintf(end, is_encoded(*text, blanks) ? "\\x%02x" : "%c",
			       (unsigned char)*text);
	return copy;
}

static const char *cell_text(const struct layout *layout, const struct rows *rows, size_t i,
			     const struct column *column)
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

/* Makes the cells, and finds the widths. Returns 0 or -ENOMEM. */
static int cells_make(struct layout *layout, const struct rows *rows)
{
	for (size_t j = 0; j < layout->columns.count; j++) {
		const struct column *column = layout->columns.list[j];
		const char **cells = calloc(rows->count, sizeof(*cells));

		if (!cells)
			return -ENOMEM;
		layout->cells[column - columns] = cells;
		layout->widths[j] = strlen(column->name);
		for (size_t i = 0; i < rows->count; i++) {
			size_t width;

			cells[i] = cell_text(layout, rows, i, column);
			width = strlen(cells[i]);
			layout->widths[j] = width > layout->widths[j] ? width : layout->widths[j];
		}
	}
	return 0;
}

static void cells_free(struct layout *layout)
{
	for (size_t j = 0; j < COLUMN_COUNT; j++)
		free(layout->cells[j]);
}

/* Leaves out columns that are empty in all these rows. */
static void columns_choose(struct layout *layout, const struct rows *rows)
{
	struct column_choice *choice = &layout->columns;
	unsigned int idle = (has_maps(rows) ? 0 : COLUMN_MAP) | (has_names(rows) ? 0 : COLUMN_NAME);
	size_t kept = 0;

	for (size_t j = 0; j < choice->count; j++)
		if (!(choice->list[j]->flags & idle))
			choice->list[kept++] = choice->list[j];
	choice->count = kept;
}

#define BOLD "\033[1m"
#define RED "\033[31m"
#define PLAIN "\033[0m"

/* Highlights this host, and even more a path of it that has no key. */
static const char *row_colour(const struct row *row)
{
	if (row->path && !row->registrant)
		return RED;
	return row->registrant && registrant_is_own(row->registrant) ? BOLD : NULL;
}

/* Not by fprintf(), which takes most of the time if there are many LUNs. */
static void blanks_print(FILE *file, size_t count)
{
	static const char blanks[] = "                                ";

	for (; count >= sizeof(blanks); count -= sizeof(blanks) - 1)
		fputs(blanks, file);
	fputs(blanks + sizeof(blanks) - 1 - count, file);
}

/* Prints @cells with the widths of their columns, separated by blanks, without trailing blanks. */
static void cells_print(FILE *file, const struct layout *layout, const char *const *cells)
{
	size_t blanks = 0;

	for (size_t j = 0; j < layout->columns.count; j++) {
		size_t length = strlen(cells[j]);
		size_t rest = layout->widths[j] - length;
		bool right = layout->columns.list[j]->flags & COLUMN_RIGHT;

		if (*cells[j]) {
			blanks_print(file, blanks + (right ? rest : 0));
			fputs(cells[j], file);
			blanks = right ? 0 : rest;
		} else {
			blanks += rest;
		}
		blanks++;
	}
}

static void heading_print(FILE *file, const struct layout *layout)
{
	const char *cells[COLUMN_COUNT];

	for (size_t j = 0; j < layout->columns.count; j++)
		cells[j] = layout->columns.list[j]->name;
	cells_print(file, layout, cells);
	fputc('\n', file);
}

static void row_print(FILE *file, const struct layout *layout, const struct rows *rows, size_t i)
{
	const char *colour = layout->colours ? row_colour(&rows->list[i]) : NULL;
	const char *cells[COLUMN_COUNT];

	for (size_t j = 0; j < layout->columns.count; j++)
		cells[j] = layout->cells[layout->columns.list[j] - columns][i];
	fputs(colour ? colour : "", file);
	cells_print(file, layout, cells);
	fputs(colour ? PLAIN "\n" : "\n", file);
}

/* Prints the sentences of a group in lines as wide as the terminal. */
static int words_print(FILE *file, const struct layout *layout, const struct note *clause)
{
	size_t column = 0; /* 0: at the beginning of a line */

	for (; clause; clause = clause->next) {
		size_t length = strlen(clause->text) + (clause->next != NULL);

		if (column && layout->width && column + 1 + length > layout->width) {
			fputc('\n', file);
			column = 0;
		}
		blanks_print(file, column ? 1 : INDENT);
		fputs(clause->text, file);
		fputs(clause->next ? ";" : "", file);
		column += (size_t)(column ? 1 : INDENT) + length;
	}
	if (column)
		fputc('\n', file);
	return ferror(file) ? -EIO : 0;
}

static int rows_print_raw(FILE *file, const struct layout *layout, const struct rows *rows)
{
	for (size_t i = 0; i < rows->count; i++)
		for (size_t j = 0; j < layout->columns.count; j++)
			fprintf(file, "%s%c", cell_text(layout, rows, i, layout->columns.list[j]),
				j + 1 < layout->columns.count ? ' ' : '\n');
	return ferror(file) ? -EIO : 0;
}

static int rows_print(FILE *file, struct layout *layout, const struct rows *rows)
{
	int err = cells_make(layout, rows);

	if (err)
		return err;
	if (layout->width)
		columns_fit(&layout->columns, layout->widths, layout->width);
	heading_print(file, layout);
	for (size_t i = 0; !err && i < rows->count; i++) {
		row_print(file, layout, rows, i);
		if (layout->grouped && is_last(rows, i))
			err = words_print(file, layout, summary(rows->list[i].result));
	}
	return err ? err : ferror(file) ? -EIO : 0;
}

/* COLUMNS if it is exported, as by watch(1); otherwise the terminal's width; 0: not a terminal. */
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

/* For each argument that is on several LUNs. */
static int coverages_print(FILE *file, const struct results *results)
{
	for (const struct coverage *coverage = results->coverages; coverage;
	     coverage = coverage->next)
		fprintf(file, "%s: %s\n", text_line(results->arena, coverage->argument),
			coverage_text(results->arena, coverage, results));
	return ferror(file) ? -EIO : 0;
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

	if (err)
		return err;
	if (request->columns)
		layout.columns = *request->columns;
	else
		columns_default(&layout.columns);
	if (layout.grouped) {
		layout.width = width_wanted(size.ws_col);
		columns_choose(&layout, &rows);
	}
	/* If every device failed there is no table, not even its headings. */
	if (rows.count)
		err = layout.raw ? rows_print_raw(file, &layout, &rows)
				 : rows_print(file, &layout, &rows);
	cells_free(&layout);
	free(rows.list);
	return err || !layout.grouped ? err : coverages_print(file, results);
}
