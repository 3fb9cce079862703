// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/records_text.h"

#include <ctype.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/messages.h"
#include "model/words.h"

#define VERSION "1"
#define OWN "own"
#define NAME "name"
#define PORT "port"
#define ABORT "abort"
#define HELD "held"
#define ALL "all"
#define STILL "still"
#define VOLATILE "volatile"
#define LOST "lost"
#define SHARES "shares"
#define NO_PORT "-"
#define SHARED "shared" /* not written any more */

static const char *const proofs[RECORD_PROOF_COUNT] = {
	[RECORD_OPEN] = "open",
	[RECORD_PROVEN] = "proven",
	[RECORD_CONFIRMED] = "confirmed",
};

/* The lines of one word, which is the field, in the order of the text. */
static const struct {
	const char *keyword;
	size_t field;
} words[] = {
	{ "in", offsetof(struct lun_records, unfenced_boot) },
	{ "arbiter", offsetof(struct lun_records, arbiter) },
	{ "host", offsetof(struct lun_records, host) },
};

#define WORD_COUNT (sizeof(words) / sizeof(words[0]))

/* Whether @c stands for itself in a word; not by isalnum(), which asks the locale. */
static bool is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '.' || c == '_' || c == '-';
}

void records_word_add(struct buffer *buffer, const char *text)
{
	for (size_t plain = 0; *text; plain = 0) {
		while (is_plain(text[plain]))
			plain++;
		buffer_add_bytes(buffer, text, plain);
		text += plain;
		if (*text)
			buffer_printf(buffer, "%%%02x", (unsigned char)*text++);
	}
}

/* Decodes the text in @word in place; false: it is not valid. */
static bool word_decode(char *word)
{
	char *to = word;
	unsigned int byte;

	for (const char *from = word; *from; from++) {
		if (*from != '%') {
			if (!is_plain(*from))
				return false;
			*to++ = *from;
			continue;
		}
		if (!isxdigit((unsigned char)from[1]) || !isxdigit((unsigned char)from[2]) ||
		    sscanf(from + 1, "%2x", &byte) != 1 || byte == 0)
			return false;
		*to++ = (char)byte;
		from += 2;
	}
	*to = '\0';
	return to != word;
}

/* Decodes a word of the file; the result is in the arena. NULL if it is not valid. */
static const char *word_read(struct arena *arena, char *word)
{
	const char *text;

	if (!word || !word_decode(word))
		return NULL;
	text = arena_printf(arena, "%s", word);
	return text == arena_full ? NULL : text;
}

static bool number_read(const char *word, uint32_t *generation)
{
	unsigned long long value;

	if (!word || !*word || word[strspn(word, "0123456789")] || strlen(word) > 10)
		return false;
	value = strtoull(word, NULL, 10);
	*generation = (uint32_t)value;
	return value <= UINT32_MAX;
}

static bool record_key_read(const char *word, uint64_t *key)
{
	return word && key_parse(word, key) == KEY_OK;
}

static bool victim_read(const char *word, uint64_t *victim)
{
	if (!word || strcmp(word, ALL) != 0)
		return record_key_read(word, victim);
	*victim = RECORD_ALL;
	return true;
}

static bool proof_read(const char *word, enum record_proof *proof)
{
	for (int i = 0; word && i < RECORD_PROOF_COUNT; i++) {
		*proof = (enum record_proof)i;
		if (strcmp(word, proofs[i]) == 0)
			return true;
	}
	return false;
}

static bool own_read(struct arena *arena, struct lun_records *lun, char **rest)
{
	if (lun->own || !record_key_read(strtok_r(NULL, " ", rest), &lun->own))
		return false;
	lun->boot = word_read(arena, strtok_r(NULL, " ", rest));
	return lun->boot && !strtok_r(NULL, " ", rest);
}

static bool abort_read(struct arena *arena, struct lun_records *lun, struct abort_record ***end,
		       size_t *count, char **rest)
{
	struct abort_record *record = arena_alloc(arena, sizeof(*record));
	char *word;

	if (!record || ++*count > RECORDS_ABORTS_MAX ||
	    !victim_read(strtok_r(NULL, " ", rest), &record->victim) ||
	    !proof_read(strtok_r(NULL, " ", rest), &record->proof) ||
	    !number_read(strtok_r(NULL, " ", rest), &record->generation) ||
	    records_abort(lun, record->victim))
		return false;
	while ((word = strtok_r(NULL, " ", rest))) {
		const char *host = word_read(arena, word);

		if (!host || record->host_count == RECORDS_HOSTS_MAX)
			return false;
		record->hosts[record->host_count++] = host;
	}
	**end = record;
	*end = &record->next;
	return true;
}

static bool held_read(struct lun_records *lun, char **rest)
{
	const char *type = strtok_r(NULL, " ", rest), *key = strtok_r(NULL, " ", rest);

	if (!type || !key || lun->held || strtok_r(NULL, " ", rest) ||
	    (strcmp(key, ALL) != 0 && !record_key_read(key, &lun->held_key)))
		return false;
	for (int i = RESV_WRITE_EXCLUSIVE; i < RESV_OTHER; i++)
		if (strcmp(type, type_words((enum resv_type)i)->name) == 0)
			lun->held = (enum resv_type)i;
	return lun->held != RESV_NONE;
}

static bool target_port_read(const char *word, int *port)
{
	uint32_t number;

	if (strcmp(word, ALL) == 0) {
		*port = TARGET_PORT_ALL;
	} else if (strcmp(word, NO_PORT) == 0) {
		*port = TARGET_PORT_UNKNOWN;
	} else {
		if (!number_read(word, &number) || !number || number > UINT16_MAX)
			return false;
		*port = (int)number;
	}
	return true;
}

/* No path is listed twice. */
static bool sharer_read(struct arena *arena, struct lun_records *lun, char **rest)
{
	const char *groups = strtok_r(NULL, " ", rest), *port = strtok_r(NULL, " ", rest);
	const char *initiator = word_read(arena, strtok_r(NULL, " ", rest));
	struct sharer *sharer = arena_alloc(arena, sizeof(*sharer)), **end = &lun->sharers;
	size_t count = 0;

	if (!sharer || !initiator || strtok_r(NULL, " ", rest) ||
	    !record_key_read(groups, &sharer->groups) ||
	    !target_port_read(port, &sharer->target_port) ||
	    sharing_find(lun->sharers, &(struct nexus){ initiator, sharer->target_port }))
		return false;
	sharer->initiator = initiator;
	for (; *end; end = &(*end)->next)
		count++;
	*end = sharer;
	return count < RECORDS_SHARERS_MAX;
}

/* Reads one word that must be the only one on its line; it must not occur twice. */
static bool only_word_read(struct arena *arena, const char **word, char **rest)
{
	if (*word)
		return false;
	*word = word_read(arena, strtok_r(NULL, " ", rest));
	return *word && !strtok_r(NULL, " ", rest);
}

static bool name_read(struct arena *arena, struct lun_records *lun, char **rest)
{
	size_t count = 0;

	while (count < RECORDS_NAMES_MAX && lun->names[count])
		count++;
	return count < RECORDS_NAMES_MAX && only_word_read(arena, &lun->names[count], rest);
}

/* No port is listed twice. */
static bool port_read(struct arena *arena, struct lun_records *lun, char **rest)
{
	const char *port = NULL;

	return only_word_read(arena, &port, rest) && !records_has_port(lun, port) &&
	       records_port_add(arena, lun, port);
}

/* It said of the whole LUN what SHARES says of a path, which each path proves again. */
static bool shared_skip(struct arena *arena, char **rest)
{
	const char *word = NULL;

	return only_word_read(arena, &word, rest);
}

/* Parses one line between the first and the last one, and modifies it. */
static bool record_line_read(struct arena *arena, struct lun_records *lun,
			     struct abort_record ***end, size_t *count, char *line)
{
	char *rest, *word = strtok_r(line, " ", &rest);

	if (word && strcmp(word, OWN) == 0)
		return own_read(arena, lun, &rest);
	for (size_t i = 0; word && i < WORD_COUNT; i++) {
		void *field = (char *)lun + words[i].field;

		if (strcmp(word, words[i].keyword) == 0)
			return only_word_read(arena, field, &rest);
	}
	if (word && strcmp(word, NAME) == 0)
		return name_read(arena, lun, &rest);
	if (word && strcmp(word, PORT) == 0)
		return port_read(arena, lun, &rest);
	if (word && strcmp(word, STILL) == 0)
		return !lun->generation_unreliable && (lun->generation_unreliable = true) &&
		       !strtok_r(NULL, " ", &rest);
	if (word && strcmp(word, VOLATILE) == 0)
		return !lun->is_volatile && (lun->is_volatile = true) &&
		       !strtok_r(NULL, " ", &rest);
	if (word && strcmp(word, LOST) == 0)
		return !lun->is_lost && (lun->is_lost = true) && !strtok_r(NULL, " ", &rest);
	if (word && strcmp(word, HELD) == 0)
		return held_read(lun, &rest);
	if (word && strcmp(word, SHARES) == 0)
		return sharer_read(arena, lun, &rest);
	if (word && strcmp(word, SHARED) == 0)
		return shared_skip(arena, &rest);
	return word && strcmp(word, ABORT) == 0 && abort_read(arena, lun, end, count, &rest);
}

/* Parses @text, a string, and modifies it. Returns NULL, or what is wrong. */
static const char *text_read(struct arena *arena, char *text, const char *wwid,
			     struct lun_records *lun)
{
	char *rest, *line = strtok_r(text, "\n", &rest);
	struct abort_record **end = &lun->aborts;
	const char *named;
	size_t count = 0;

	if (!line || strncmp(line, "prctl ", strlen("prctl ")) != 0)
		return STORE_NOT_OURS;
	if (strcmp(line, "prctl " VERSION) != 0)
		return STORE_VERSION;
	line = strtok_r(NULL, "\n", &rest);
	named = line && strncmp(line, "lun ", strlen("lun ")) == 0
			? word_read(arena, line + strlen("lun "))
			: NULL;
	if (!named || (wwid && strcmp(named, wwid) != 0))
		return STORE_OTHER_LUN;
	lun->wwid = named;
	while ((line = strtok_r(NULL, "\n", &rest))) {
		if (strcmp(line, "end") == 0)
			return strtok_r(NULL, "\n", &rest) ? STORE_AFTER_END : NULL;
		if (!record_line_read(arena, lun, &end, &count, line))
			return STORE_BAD_LINE;
	}
	return STORE_CUT;
}

const char *records_parse(struct arena *arena, const char *text, size_t length, const char *wwid,
			  struct lun_records *lun)
{
	const char *wrong;
	char *copy;

	*lun = (struct lun_records){ .wwid = wwid };
	if (length > RECORDS_SIZE_MAX)
		return STORE_TOO_LONG;
	if (memchr(text, '\0', length))
		return STORE_NUL;
	copy = strndup(text, length);
	wrong = copy ? text_read(arena, copy, wwid, lun) : STORE_NO_MEMORY;
	free(copy);
	if (wrong)
		*lun = (struct lun_records){ .wwid = wwid };
	return wrong;
}

/* Adds a line: @keyword and one word. */
static void word_write(struct buffer *buffer, const char *keyword, const char *word)
{
	buffer_add(buffer, keyword);
	buffer_add(buffer, " ");
	records_word_add(buffer, word);
	buffer_add(buffer, "\n");
}

static void sharers_write(struct buffer *buffer, const struct sharer *sharer)
{
	size_t count = 0;

	for (; sharer; sharer = sharer->next) {
		if (!sharer->initiator || count++ >= RECORDS_SHARERS_MAX)
			continue;
		buffer_printf(buffer, "%s 0x%" PRIx64 " ", SHARES, sharer->groups);
		if (sharer->target_port > 0)
			buffer_printf(buffer, "%d ", sharer->target_port);
		else
			buffer_add(buffer, sharer->target_port == TARGET_PORT_ALL ? ALL " "
										  : NO_PORT " ");
		records_word_add(buffer, sharer->initiator);
		buffer_add(buffer, "\n");
	}
}

static void own_write(struct buffer *buffer, const struct lun_records *lun)
{
	if (!lun->own)
		return;
	buffer_printf(buffer, "%s 0x%" PRIx64 " ", OWN, lun->own);
	records_word_add(buffer, lun->boot);
	buffer_add(buffer, "\n");
}

static void held_write(struct buffer *buffer, const struct lun_records *lun)
{
	if (lun->held && lun->held_key)
		buffer_printf(buffer, "%s %s 0x%" PRIx64 "\n", HELD, type_words(lun->held)->name,
			      lun->held_key);
	else if (lun->held)
		buffer_printf(buffer, "%s %s %s\n", HELD, type_words(lun->held)->name, ALL);
}

static void abort_write(struct buffer *buffer, const struct abort_record *record)
{
	if (record->victim == RECORD_ALL)
		buffer_add(buffer, ABORT " " ALL);
	else
		buffer_printf(buffer, "%s 0x%" PRIx64, ABORT, record->victim);
	buffer_printf(buffer, " %s %" PRIu32, proofs[record->proof], record->generation);
	for (size_t i = 0; i < record->host_count; i++) {
		buffer_add(buffer, " ");
		records_word_add(buffer, record->hosts[i]);
	}
	buffer_add(buffer, "\n");
}

char *records_format(const struct lun_records *lun, size_t *length)
{
	struct buffer buffer = { 0 };

	buffer_add(&buffer, "prctl " VERSION "\n");
	word_write(&buffer, "lun", lun->wwid);
	own_write(&buffer, lun);
	for (size_t i = 0; i < WORD_COUNT; i++) {
		const void *field = (const char *)lun + words[i].field;
		const char *const *word = field;

		if (*word)
			word_write(&buffer, words[i].keyword, *word);
	}
	for (size_t i = 0; lun->ports && lun->ports[i]; i++)
		word_write(&buffer, PORT, lun->ports[i]);
	for (size_t i = 0; i < RECORDS_NAMES_MAX && lun->names[i]; i++)
		word_write(&buffer, NAME, lun->names[i]);
	if (lun->generation_unreliable)
		buffer_add(&buffer, STILL "\n");
	if (lun->own && lun->is_volatile)
		buffer_add(&buffer, VOLATILE "\n");
	if (lun->own && lun->is_lost)
		buffer_add(&buffer, LOST "\n");
	sharers_write(&buffer, lun->sharers);
	held_write(&buffer, lun);
	for (const struct abort_record *record = lun->aborts; record; record = record->next)
		abort_write(&buffer, record);
	buffer_add(&buffer, "end\n");
	return buffer_take(&buffer, length);
}
