// SPDX-License-Identifier: GPL-2.0-or-later
/* Collects what the rules need in addition to the LUNs' states. */
#include "doctor/doctor.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "block/sysfs.h"
#include "pr/abort.h"
#include "pr/multipathd.h"
#include "store/store.h"
#include "util/clock.h"

/* Only root can read the records; other users are not told about it. */
static void memory_read(struct doctor *doctor, struct facts *facts)
{
	const char *wwid = facts->result->lun.wwid;

	if (!wwid)
		return;
	facts->records_unread = store_read(&store_system, doctor->arena, wwid, &facts->records);
	if (geteuid() != 0)
		facts->records_unread = NULL;
}

/* The name of its node in /dev/mapper, which multipathd uses. */
static enum tri multipathd_read(const struct facts *facts, int64_t deadline)
{
	const struct registrant *own = doctor_own_registrant(facts->result);

	int64_t now = clock_now(), late = now + CLOCK_SECOND;

	if (!facts->result->paths || !own || !facts->result->lun.node || now >= deadline)
		return TRI_UNKNOWN;
	return multipathd_registers(sysfs_name(facts->result->lun.node), own->key,
				    late < deadline ? late : deadline);
}

static void read_one(struct doctor *doctor, struct facts *facts, int64_t deadline)
{
	/* Being a path of a map does not count as a use. */
	facts->use = uses_text(doctor->arena, facts->result->uses, USE_MULTIPATH);
	facts->group = facts->result->group;
	facts->multipathd = multipathd_read(facts, deadline);
	if (doctor_own_registrant(facts->result))
		facts->no_proof = abort_obstacle(doctor->request, facts->result);
	memory_read(doctor, facts);
}

static bool is_there(const struct results *results, const struct lun_records *lun)
{
	for (const struct result *result = results->first; result; result = result->next)
		if (result->lun.wwid && strcmp(result->lun.wwid, lun->wwid) == 0)
			return true;
	return false;
}

static void missing_read(struct doctor *doctor, const struct results *results)
{
	struct lun_records *luns;
	size_t count = store_luns_all(&store_system, doctor->arena, &luns);

	doctor->missing = luns;
	doctor->incomplete |= !luns;
	for (size_t i = 0; luns && i < count; i++) {
		if (is_there(results, &luns[i]))
			continue;
		if (!store_is_unfenced(doctor->arena, &luns[i]))
			luns[i].unfenced_boot = NULL; /* of an earlier boot */
		luns[doctor->missing_count++] = luns[i];
	}
}

int facts_read(struct doctor *doctor, const struct results *results, int64_t deadline)
{
	const char *boot = store_boot_id(doctor->arena);
	size_t count = 0;

	for (const struct result *result = results->first; result; result = result->next)
		count++;
	doctor->facts = arena_alloc(doctor->arena, (count + 1) * sizeof(doctor->facts[0]));
	if (!doctor->facts)
		return -ENOMEM;
	for (struct result *result = results->first; result; result = result->next) {
		struct facts *facts = &doctor->facts[doctor->count++];

		*facts =
			(struct facts){ .result = result, .boot = boot, .multipathd = TRI_UNKNOWN };
		if (result->lun.name)
			read_one(doctor, facts, deadline);
	}
	if (!doctor->listed)
		missing_read(doctor, results);
	return 0;
}
