/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One action of the fence agent: its requests, each with its share of the time, and their outcome.
 */
#ifndef ACT_H
#define ACT_H

#include "fence/fence.h"
#include "model/request.h"
#include "model/result.h"

struct expected;

/* The results of the requests are reported and logged together, at the end. */
struct act {
	const struct fence *fence;
	struct results reported; /* of the shared disks */
	/*
	 * those of arbiters that are no shared disks: a failure there is a warning, if most have
	 * decided
	 */
	struct results arbiters_only;
	int64_t deadline;
	struct expected *expected; /* the devices as they were found first */
	bool arbiters_ok; /* of monitor: most of them can vote for this node */
	int signal; /* the signal that has stopped it: nothing more is sent; 0: none */
	bool failed; /* in addition to the failures in the results */
};

/*
 * Carries out a request on @count of the devices until @end. After a signal, nothing is sent, and
 * it fails for each device.
 */
void act_request(struct act *act, struct request *request, const char **devices, size_t count,
		 int64_t end, struct results *results);

/* The time at which @part of @parts of the remaining time is over. */
int64_t act_share(const struct act *act, int part, int parts);

/*
 * When a request must end that @followers others follow, all of them until @end (clock_now()): a
 * device that does not answer must not use up the time of the others, which are for other devices,
 * too.
 */
int64_t act_share_before(int64_t end, size_t followers);

/* Appends every result of @results to those that are reported. */
void act_report_all(struct act *act, struct results *results);

/* Appends the results that are not ok to those that are reported, and keeps the others. */
void act_report_failed(struct act *act, struct results *results);

/* Empties act->arbiters_only. */
void act_arbiters_clear(struct act *act);

/* Memory for a list of @count devices, in the arena. NULL: there is none, and the action fails. */
const char **act_device_list(struct act *act, size_t count);

/* The devices of @results that are ok, except @left_out, as a list in the arena. */
const char **act_devices(struct act *act, const struct results *results,
			 const struct result *left_out, size_t *count);

/* Writes an entry for each of @results to the system log; @victim: 0 if there is none. */
void act_audit(struct act *act, const struct results *results, const char *command,
	       uint64_t victim);

/* Warns of what would make a fence fail: unknown hosts, and keys of several hosts. */
void act_warn_of_hosts(struct act *act, struct results *results);

/*
 * Reports that nothing was sent to the devices of @found, except @first; @why is a clause. Skips
 * devices that have failed already.
 */
void act_report_unsent(struct act *act, const struct results *found, const struct result *first,
		       const char *why);

/* The same for the devices of @found that are not in @done. */
void act_report_untried(struct act *act, const struct results *found, const struct results *done,
			const char *why);

/* Reports the results in act->arbiters_only; if @decided, their failures are only warnings. */
void act_report_arbiters(struct act *act, bool decided);

/* The result of the device that was given as @argument; NULL if there is none. */
struct result *act_result(const struct results *results, const char *argument);

/* The actions. */
void act_off(struct act *act);
void act_on(struct act *act);
void act_monitor(struct act *act);
void act_validate(struct act *act);
void act_watchdog(struct act *act);

#endif
