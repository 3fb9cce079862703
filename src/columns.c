// SPDX-License-Identifier: GPL-2.0-or-later
#include "columns.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "model/capabilities.h"
#include "model/initiator.h"
#include "model/key_names.h"
#include "model/nexus.h"
#include "model/origin.h"
#include "model/state.h"

static const char *or_unknown(const char *text)
{
	return text ? text : "?";
}

static const char *tri_text(enum tri tri, const char *yes)
{
	return tri == TRI_YES ? yes : tri == TRI_NO ? "-" : "?";
}

/*
 * Whether the path of a row without a registrant is registered: never "yes", because then it would
 * have a registrant.
 */
static enum tri row_registered(const struct row *row)
{
	uint64_t key;

	return row->path ? state_path_key(&row->result->state, row->path, &key) : TRI_NO;
}

static const char *device_cell(const struct row *row)
{
	return row->result->label;
}

static const char *node_cell(const struct row *row)
{
	return or_unknown(row->result->lun.node);
}

static const char *reservation_cell(const struct row *row)
{
	enum resv_type type = row->result->state.type;

	return type == RESV_NONE ? "-" : type_words(type)->name;
}

static const char *key_cell(const struct row *row)
{
	if (!row->registrant)
		return tri_text(row_registered(row), "?");
	return arena_printf(row->result->arena, "0x%" PRIx64, row->registrant->key);
}

/* A path of a map without a key has no name for it either. */
static const char *name_cell(const struct row *row)
{
	const struct key_names *names = row->result->arena->names;
	const char *name = row->registrant ? key_names_of(names, row->registrant->key) : NULL;

	return name ? name : row->registrant && names && names->ignored ? "?" : "-";
}

static const char *holder_cell(const struct row *row)
{
	return tri_text(row->registrant ? row->registrant->holder : row_registered(row), "holds");
}

static const char *host_cell(const struct row *row)
{
	if (!row->registrant)
		return row->path ? "this" : "-";
	return row->registrant->own_path ? "this" : tri_text(row->registrant->this_host, "this");
}

static const char *initiator_cell(const struct row *row)
{
	const char *initiator = row->registrant ? row->registrant->nexus.initiator :
				row->path ? row->path->lun.nexus.initiator : "-";

	return initiator ? initiator_text(row->result->arena, initiator) : "?";
}

static const char *port_cell(const struct row *row)
{
	int port = row->registrant ? row->registrant->nexus.target_port :
		   row->path ? row->path->lun.nexus.target_port : 0;

	switch (port) {
	case TARGET_PORT_ALL:
		return "all";
	case TARGET_PORT_UNKNOWN:
		return "?";
	case TARGET_PORT_NONE:
		return "-";
	default:
		return arena_printf(row->result->arena, "%d", port);
	}
}

/* For a row without a path: whether it may be one of this host's. */
static const char *no_path_cell(const struct row *row)
{
	return row->registrant && row->registrant->this_host != TRI_NO ? "?" : "-";
}

static const char *path_cell(const struct row *row)
{
	return row->path ? or_unknown(row->path->lun.node) : no_path_cell(row);
}

static const char *path_state_cell(const struct row *row)
{
	return row->path ? or_unknown(row->path->lun.state) : no_path_cell(row);
}

static const char *wwid_cell(const struct row *row)
{
	return or_unknown(row->result->lun.wwid);
}

static const char *vendor_cell(const struct row *row)
{
	return or_unknown(row->result->lun.vendor);
}

static const char *model_cell(const struct row *row)
{
	return or_unknown(row->result->lun.model);
}

/* "16M", "1.5T": in powers of 1024, with one decimal unless it is a whole number. */
static const char *size_cell(const struct row *row)
{
	static const char units[] = "BKMGTPE";
	uint64_t tenths;
	size_t unit = 0;

	if (!row->result->lun.size)
		return "?";
	while (unit < sizeof(units) - 2 && row->result->lun.size >> (10 * (unit + 1)))
		unit++;
	tenths = (uint64_t)((double)row->result->lun.size * 10 /
				    (double)(UINT64_C(1) << (10 * unit)) +
			    0.5);
	if (tenths % 10 == 0)
		return arena_printf(row->result->arena, "%" PRIu64 "%c", tenths / 10, units[unit]);
	return arena_printf(row->result->arena, "%" PRIu64 ".%" PRIu64 "%c", tenths / 10,
			    tenths % 10, units[unit]);
}

static const char *transport_cell(const struct row *row)
{
	return transport_word(row->result->lun.transport);
}

static const char *generation_cell(const struct row *row)
{
	return arena_printf(row->result->arena, "%" PRIu32, row->result->state.generation);
}

static const char *origin_cell(const struct row *row)
{
	const char *origin = row->registrant ? origin_of(row->result, row->registrant) : NULL;

	return origin ? origin : "-";
}

static const char *use_cell(const struct row *row)
{
	const char *text = uses_text(row->result->arena, row->result->uses, USE_COUNT);

	return text ? text : "-";
}

static const char *source_cell(const struct row *row)
{
	return source_word(row->result->state.source);
}

/* The bits that are set; an unknown one has a question mark. */
static const char *capabilities_cell(const struct row *row)
{
	const struct capabilities *can = &row->result->capabilities;
	struct arena *arena = row->result->arena;
	const char *text = "";

	if (!can->known)
		return "?";
	for (size_t i = 0; i < CAPABILITY_COUNT; i++) {
		const struct capability *bit = &capability_list[i];
		enum tri tri = capability_of(can, bit);

		if (tri != TRI_NO)
			text = arena_printf(arena, "%s%s%s%s", text, *text ? "," : "", bit->name,
					    tri == TRI_UNKNOWN ? "?" : "");
	}
	return *text ? text : "-";
}

static const char *types_cell(const struct row *row)
{
	const struct capabilities *can = &row->result->capabilities;
	const char *text = "";

	if (!can->known || can->types_listed != TRI_YES)
		return "?";
	for (int type = RESV_WRITE_EXCLUSIVE; type < RESV_OTHER; type++)
		if (can->types[type] == TRI_YES)
			text = arena_printf(row->result->arena, "%s%s%s", text, *text ? "," : "",
					    type_words((enum resv_type)type)->abbreviation);
	return *text ? text : "-";
}

/* In the order in which the default columns are shown. */
const struct column columns[COLUMN_COUNT] = {
	{ "DEVICE", COLUMN_DEFAULT | COLUMN_DEVICE, 0, "as it was given", device_cell },
	{ "RESERVATION", COLUMN_DEFAULT | COLUMN_DEVICE, 4, "the type held", reservation_cell },
	{ "KEY", COLUMN_DEFAULT, 0, "\"-\": path has no key", key_cell },
	{ "NAME", COLUMN_DEFAULT | COLUMN_NAME, 7, "name of the key", name_cell },
	{ "HOLDER", COLUMN_DEFAULT, 9, "\"holds\": has reservation", holder_cell },
	{ "HOST", COLUMN_DEFAULT, 8, "\"this\": this host", host_cell },
	{ "INITIATOR", COLUMN_DEFAULT, 6, "the registrant's name", initiator_cell },
	{ "PATH", COLUMN_DEFAULT | COLUMN_MAP, 5, "path of a multipath map", path_cell },
	{ "WWID", COLUMN_DEFAULT | COLUMN_DEVICE, 3, "identifier of the LUN", wwid_cell },
	{ "VENDOR", COLUMN_DEFAULT | COLUMN_DEVICE, 1, "vendor of the LUN", vendor_cell },
	{ "MODEL", COLUMN_DEFAULT | COLUMN_DEVICE, 2, "model of the LUN", model_cell },
	{ "NODE", COLUMN_DEVICE, 0, "kernel's device node", node_cell },
	{ "SIZE", COLUMN_DEVICE | COLUMN_RIGHT, 0, "size of the LUN", size_cell },
	{ "TRANSPORT", COLUMN_DEVICE, 0, "scsi or nvme", transport_cell },
	{ "PORT", COLUMN_RIGHT, 0, "target port number", port_cell },
	{ "PATHSTATE", 0, 0, "kernel's path state", path_state_cell },
	{ "ORIGIN", 0, 0, "software that made it", origin_cell },
	{ "GENERATION", COLUMN_DEVICE | COLUMN_RIGHT, 0, "counts changes", generation_cell },
	{ "TYPES", COLUMN_DEVICE, 0, "types that it supports", types_cell },
	{ "CAPABILITY", COLUMN_DEVICE, 0, "what else it supports", capabilities_cell },
	{ "USE", COLUMN_DEVICE, 0, "what it is used for", use_cell },
	{ "SOURCE", COLUMN_DEVICE, 0, "interface used to read", source_cell },
};

void columns_default(struct column_choice *choice)
{
	choice->count = 0;
	for (size_t i = 0; i < COLUMN_COUNT; i++)
		if (columns[i].flags & COLUMN_DEFAULT)
			choice->list[choice->count++] = &columns[i];
}

static const struct column *column_find(const char *name, size_t length)
{
	for (size_t i = 0; i < COLUMN_COUNT; i++)
		if (strlen(columns[i].name) == length &&
		    strncasecmp(columns[i].name, name, length) == 0)
			return &columns[i];
	return NULL;
}

static bool is_chosen(const struct column_choice *choice, const struct column *column)
{
	for (size_t i = 0; i < choice->count; i++)
		if (choice->list[i] == column)
			return true;
	return false;
}

enum column_error columns_parse(const char *text, struct column_choice *choice, const char **word,
				size_t *length)
{
	const struct column *column;

	choice->count = 0;
	if (*text == '+') {
		columns_default(choice);
		text++;
	}
	for (;; text += *length + 1) {
		*word = text;
		*length = strcspn(text, ",");
		column = column_find(text, *length);
		if (!column)
			return COLUMN_UNKNOWN;
		if (is_chosen(choice, column))
			return COLUMN_TWICE;
		choice->list[choice->count++] = column;
		if (!text[*length])
			return COLUMN_OK;
	}
}

static size_t columns_width(const size_t *widths, size_t count)
{
	size_t sum = count ? count - 1 : 0;

	for (size_t i = 0; i < count; i++)
		sum += widths[i];
	return sum;
}

void columns_fit(struct column_choice *choice, size_t *widths, size_t width)
{
	while (columns_width(widths, choice->count) > width) {
		size_t least = choice->count;

		for (size_t i = 0; i < choice->count; i++)
			if (choice->list[i]->importance &&
			    (least == choice->count ||
			     choice->list[i]->importance < choice->list[least]->importance))
				least = i;
		if (least == choice->count)
			return;
		choice->count--;
		memmove(&choice->list[least], &choice->list[least + 1],
			(choice->count - least) * sizeof(choice->list[0]));
		memmove(&widths[least], &widths[least + 1],
			(choice->count - least) * sizeof(widths[0]));
	}
}
