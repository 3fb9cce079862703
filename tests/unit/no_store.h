/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For programs that run whole commands: nothing is recorded, and /run of this machine is not
 * touched.
 */
#ifndef NO_STORE_H
#define NO_STORE_H

#include "store/store.h"

const char *__wrap_store_read(const struct store *store, struct arena *arena, const char *wwid,
			      struct lun_records *lun);
const char *__wrap_store_change(const struct store *store, struct arena *arena, const char *wwid,
				const char *(*change)(struct arena *arena, struct lun_records *lun,
						      void *data),
				void *data);

/* The key of a victim whose abort an earlier run has not proven; 0: there is none. */
static uint64_t store_open;

const char *__wrap_store_read(const struct store *store, struct arena *arena, const char *wwid,
			      struct lun_records *lun)
{
	(void)store;
	*lun = (struct lun_records){ .wwid = wwid };
	if (store_open)
		records_abort_add(arena, lun, store_open);
	return NULL;
}

/* It has to wait for another process; NULL: not. */
static void (*store_waits)(void);
static _Atomic size_t store_changes; /* several threads call this */

const char *__wrap_store_change(const struct store *store, struct arena *arena, const char *wwid,
				const char *(*change)(struct arena *arena, struct lun_records *lun,
						      void *data),
				void *data)
{
	struct lun_records lun = { .wwid = wwid };

	(void)store;
	store_changes++;
	if (store_waits)
		store_waits();
	return change(arena, &lun, data);
}

#endif
