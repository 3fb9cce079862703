/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The text of struct lun_records in a file. Pure functions: no file is touched here. A reader
 * believes no byte: what is not exactly such a text is refused as a whole. Each line is a field,
 * and is left out if the field is empty:
 *
 *   prctl 1                           version of this text
 *   lun WWID                          wwid
 *   own KEY BOOT-ID                   own, boot
 *   in BOOT-ID                        unfenced_boot
 *   arbiter BOOT-ID                   arbiter
 *   host HOST                         host
 *   port PORT                         ports, one line for each
 *   name DEVICE                       names, one line for each
 *   still                             generation_unreliable
 *   volatile                          is_volatile, only with own
 *   lost                              is_lost, only with own
 *   shares GROUPS PORT|all|- INITIATOR
 *                                     sharers, one line for each: groups, target_port (-: unknown),
 *                                     initiator; not those whose initiator is unknown
 *   held TYPE KEY|all                 held, held_key (all: 0, held by all registrants)
 *   abort VICTIM|all open|proven|confirmed GENERATION [HOST...]
 *                                     aborts, one line for each: victim, proof, generation, hosts
 *   end
 */
#ifndef RECORDS_TEXT_H
#define RECORDS_TEXT_H

#include "store/records.h"
#include "util/buffer.h"

#define RECORDS_SIZE_MAX 65536 /* maximum length of a text in bytes */

/*
 * Parses @length bytes of @text, which must be about the LUN @wwid (NULL: any, see @lun->wwid),
 * into @lun; what @lun points to is in @arena. Returns NULL, or what is wrong as a clause; then
 * @lun is empty.
 */
const char *records_parse(struct arena *arena, const char *text, size_t length, const char *wwid,
			  struct lun_records *lun);

/*
 * Returns the text of @lun, which the caller frees, and its length in *@length. NULL if there is no
 * memory.
 */
char *records_format(const struct lun_records *lun, size_t *length);

/*
 * Adds @text as one word of such a file, and of a file's name: letters, digits and ._- stay, all
 * other bytes become %XX.
 */
void records_word_add(struct buffer *buffer, const char *text);

#endif
