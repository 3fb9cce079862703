// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Whole actions of three nodes on LUNs that this file plays (the linker's --wrap) in shared
 * memory: two shared disks and three arbiters. Without arbiters, LUN 0 decides. Each node has a
 * directory of records.
 */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "block/resolve.h"
#include "device/identify.h"
#include "fence/fence.h"
#include "job/audit.h"
#include "lun_reset_played.h"
#include "model/nexus.h"
#include "states.h"
#include "store/store.h"

#define ROUNDS 5
#define ROUNDS_BY_ARBITERS 3
#define LUNS 5 /* the first two are shared disks */
#define NODES 3
#define KEY(node) ((uint64_t)0xa + (uint64_t)(node)) /* by the node with that number, from 0 */
#define BIT(node) (1u << (node))
#define ALL "/dev/0 /dev/1"
#define ARBITERS "/dev/2 /dev/3 /dev/4"

/* In shared memory. */
static struct lab {
	uint64_t keys[LUNS][NODES]; /* registered; 0: none */
	uint32_t generations[LUNS];
	int holders[LUNS]; /* nodes; -1: nothing is reserved */
	int missing; /* a LUN that is not found; -1: none */
	/* removed from LUN 0 by someone else when the acting node registers on LUN 1; -1: none */
	int fenced;
	const char *arbiters; /* NULL: none */
	const char *driver; /* of the adapter; NULL: one that is known */
	unsigned int dead[LUNS]; /* bits of the nodes that a LUN does not answer */
	pthread_mutex_t lock;
} *lab;

static char directory[64];
static int me; /* the node that acts in this process */
static struct name list[] = { { 0xa, "node1" }, { 0xb, "node2" }, { 0xc, "node3" } };
static const struct key_names names = { .list = list, .count = 3 };

int __wrap_resolve_argument(const struct request *request, const char *argument,
	struct results *results);
int __wrap_device_open(const struct lun *lun, bool writable);
void __wrap_scsi_state_read(int fd, struct result *result, struct resv_state *state,
	struct answer *answer);
void __wrap_scsi_capabilities_read(int fd, struct result *result);
const char *__wrap_scsi_action_send(int fd, const struct action *action, struct answer *answer);
enum identity __wrap_device_identify(int fd, struct result *result, const char **now,
	struct answer *answer);
int __wrap_audit_send(const struct request *request, const struct results *results,
	const char *command, int64_t deadline,
		      size_t *lost);
const char *__wrap_store_read(const struct store *store, struct arena *arena, const char *wwid,
	struct lun_records *lun);
const char *__real_store_read(const struct store *store, struct arena *arena, const char *wwid,
	struct lun_records *lun);
const char *__wrap_store_change(const struct store *store, struct arena *arena, const char *wwid,
				const char *(*change)(struct arena *arena, struct lun_records *lun,
					void *data), void *data);
const char *__real_store_change(const struct store *store, struct arena *arena, const char *wwid,
				const char *(*change)(struct arena *arena, struct lun_records *lun,
					void *data), void *data);
size_t __wrap_store_luns(const struct store *store, struct arena *arena, struct lun_records **luns);
size_t __real_store_luns(const struct store *store, struct arena *arena, struct lun_records **luns);
const char *__wrap_store_wwid_of(const struct store *store, struct arena *arena,
	const char *device);
const char *__real_store_wwid_of(const struct store *store, struct arena *arena,
	const char *device);

/* Belongs to the acting node. */
static struct store node_store(struct arena *arena)
{
	return (struct store){ arena_printf(arena, "%s/%d", directory, me), geteuid() };
}

const char *__wrap_store_read(const struct store *store, struct arena *arena, const char *wwid,
	struct lun_records *lun)
{
	const struct store own = node_store(arena);

	(void)store;
	return __real_store_read(&own, arena, wwid, lun);
}

const char *__wrap_store_change(const struct store *store, struct arena *arena, const char *wwid,
				const char *(*change)(struct arena *arena, struct lun_records *lun,
					void *data), void *data)
{
	const struct store own = node_store(arena);

	(void)store;
	return __real_store_change(&own, arena, wwid, change, data);
}

size_t __wrap_store_luns(const struct store *store, struct arena *arena, struct lun_records **luns)
{
	const struct store own = node_store(arena);

	(void)store;
	return __real_store_luns(&own, arena, luns);
}

const char *__wrap_store_wwid_of(const struct store *store, struct arena *arena, const char *device)
{
	const struct store own = node_store(arena);

	(void)store;
	return __real_store_wwid_of(&own, arena, device);
}

int __wrap_audit_send(const struct request *request, const struct results *results,
	const char *command, int64_t deadline,
		      size_t *lost)
{
	(void)request;
	(void)results;
	(void)command;
	(void)deadline;
	*lost = 0;
	return 0;
}

static const char *initiator(struct arena *arena, int node)
{
	return arena_printf(arena, "iqn.2026-01.lab:host-%d,i,0x00023d000001", node + 1);
}

int __wrap_resolve_argument(const struct request *request, const char *argument,
	struct results *results)
{
	int number = argument[strlen(argument) - 1] - '0';
	struct result *result = result_add(results, argument);

	(void)request;
	if (number == lab->missing || number < 0 || number >= LUNS) {
		result_fail(result, STATUS_DEVICE, REASON_NOT_FOUND, STEP_RESOLVE,
			"no such device");
		return 0;
	}
	result->lun.devno = (dev_t)number + 1;
	result->lun.name = result->lun.node = argument;
	result->lun.wwid = arena_printf(results->arena, "naa.%d", number);
	result->lun.transport = TRANSPORT_SCSI;
	result->lun.nexus = (struct nexus){ initiator(results->arena, me), 1 };
	return 0;
}

/* The offset of the descriptor identifies the LUN. */
int __wrap_device_open(const struct lun *lun, bool writable)
{
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

	(void)writable;
	lseek(fd, (off_t)lun->devno - 1, SEEK_SET);
	return fd;
}

static int lun_of(int fd)
{
	return (int)lseek(fd, 0, SEEK_CUR);
}

void __wrap_scsi_state_read(int fd, struct result *result, struct resv_state *state,
	struct answer *answer)
{
	int lun = lun_of(fd);

	if (lab->dead[lun] & BIT(me)) {
		*state = (struct resv_state){ .source = SOURCE_NONE };
		*answer = (struct answer){ .kind = ANSWER_NO_LUN, .err = ENODEV };
		return;
	}
	pthread_mutex_lock(&lab->lock);
	*state = (struct resv_state){ .source = SOURCE_FULL_STATUS,
		.generation = lab->generations[lun] };
	state->registrants = arena_alloc(result->arena, NODES * sizeof(state->registrants[0]));
	for (int node = 0; node < NODES; node++) {
		if (!lab->keys[lun][node])
			continue;
		state->registrants[state->count++] = (struct registrant){
			.key = lab->keys[lun][node], .holder = lab->holders[lun] == node ? Y : N,
			.nexus = { initiator(result->arena, node), 1 } };
	}
	if (lab->holders[lun] >= 0) {
		state->type = WERO;
		state->key = lab->keys[lun][lab->holders[lun]];
	}
	pthread_mutex_unlock(&lab->lock);
	nexus_mark(result, state);
	*answer = (struct answer){ .kind = ANSWER_DONE };
}

void __wrap_scsi_capabilities_read(int fd, struct result *result)
{
	(void)fd;
	(void)result;
}

static void node_remove(int lun, int node, int taker)
{
	lab->keys[lun][node] = 0;
	if (lab->holders[lun] == node)
		lab->holders[lun] = taker;
}

static bool preempt(int lun, uint64_t victim)
{
	bool found = false;

	for (int node = 0; node < NODES; node++) {
		if (lab->keys[lun][node] != victim)
			continue;
		found = true;
		node_remove(lun, node, me);
	}
	return found;
}

/* Whether the target carries it out. */
static bool carry_out(int lun, const struct action *action)
{
	uint64_t *own = &lab->keys[lun][me];

	if (action->op != ACTION_REGISTER_IGNORE && action->key != *own)
		return false;
	switch (action->op) {
	case ACTION_REGISTER:
	case ACTION_REGISTER_IGNORE:
		if (lun == 1 && lab->fenced >= 0)
			node_remove(0, lab->fenced, -1);
		*own = action->service_key;
		if (!*own)
			node_remove(lun, me, -1);
		return true;
	case ACTION_RESERVE:
		if (lab->holders[lun] >= 0 && lab->holders[lun] != me)
			return false;
		lab->holders[lun] = me;
		return true;
	case ACTION_PREEMPT_ABORT:
		return preempt(lun, action->service_key);
	default:
		return false;
	}
}

const char *__wrap_scsi_action_send(int fd, const struct action *action, struct answer *answer)
{
	int lun = lun_of(fd);
	bool done;

	/* What others do in between. */
	usleep((useconds_t)(rand() % 3000));
	if (lab->dead[lun] & BIT(me)) {
		*answer = (struct answer){ .kind = ANSWER_NO_LUN, .err = ENODEV };
		return "ioctl";
	}
	pthread_mutex_lock(&lab->lock);
	done = carry_out(lun, action);
	lab->generations[lun] += done && action->op != ACTION_RESERVE;
	pthread_mutex_unlock(&lab->lock);
	*answer = (struct answer){ .kind = done ? ANSWER_DONE : ANSWER_CONFLICT,
		.raw = done ? 0 : 0x18 };
	return "ioctl";
}

enum identity __wrap_device_identify(int fd, struct result *result, const char **now,
	struct answer *answer)
{
	(void)fd;
	*now = result->lun.wwid;
	*answer = (struct answer){ .kind = ANSWER_DONE };
	return IDENTITY_SAME;
}

struct lun_reset_host __wrap_lun_reset_host(struct arena *arena, const struct lun *lun)
{
	(void)arena;
	(void)lun;
	return (struct lun_reset_host){ "/sys/class/scsi_host/host2",
					lab->driver ? lab->driver : "iscsi_tcp" };
}

int __wrap_lun_reset_lock(const struct lun_reset_host *host, bool *waited)
{
	(void)host, (void)waited;
	return open("/dev/null", O_RDONLY | O_CLOEXEC);
}

int __wrap_lun_reset_send(int fd)
{
	(void)fd;
	return 0;
}

/* One action by @node; off on @plug. The time is limited because a monitor reads again. */
static enum fence_status act(enum fence_action action, int node, int plug, const char *devices,
	bool rejoin)
{
	struct arena *arena = unit_arena();
	const char *given[LUNS + 1];
	struct fence fence = { .action = action, .key = KEY(node),
		.plug = action == FENCE_OFF ? KEY(plug) : 0,
			       .devices = given, .type = WERO, .timeout = INT64_C(60000000000),
			       .names = &names,
			       .rejoin = rejoin };
	enum fence_status status;

	if (action == FENCE_MONITOR)
		fence.timeout = INT64_C(600000000);
	arena->names = &names;
	if (lab->arbiters)
		assert_null(fence_arbiters_take(lab->arbiters, arena, &fence));
	for (char *rest, *one = strtok_r((char *)arena_printf(arena, "%s", devices), " ",
		&rest); one;
	     one = strtok_r(NULL, " ", &rest))
		given[fence.device_count++] = one;
	me = node;
	status = fence_act(&fence, arena);
	arena_free(arena);
	return status;
}

struct scene {
	/*
	 * + on, - off, ! on with rejoin, ? monitor, r restart, c clear, x nothing is reserved, s a
	 * stale key, k a key that came late, m missing, f fence meanwhile, d dead for the node, a
	 * alive, b the arbiters
	 */
	char action;
	int node, plug; /* plug: of off; of c, s, k, x, m, d, a the LUN */
	enum fence_status status;
	const char *devices; /* NULL: both */
	unsigned int keys[LUNS]; /* bits of the nodes that are registered after it */
};

static void restart(int node)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s/%d", directory, node);
	assert_int_equal(system(command), 0);
}

/* Whether anyone may write the records of @node, so that none of them is used. */
static void records_open(int node, bool open)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%d", directory, node);
	assert_int_equal(chmod(path, open ? 0777 : 0700), 0);
}

static void lun_clear(int lun)
{
	memset(lab->keys[lun], 0, sizeof(lab->keys[lun]));
	lab->holders[lun] = -1;
	lab->generations[lun]++;
}

static void step_do(const struct scene *step)
{
	static const struct { char letter; enum fence_action action; } actions[] = {
		{ '+', FENCE_ON }, { '!', FENCE_ON }, { '-', FENCE_OFF }, { '?', FENCE_MONITOR } };
	const char *devices = step->devices ? step->devices : ALL;

	for (size_t i = 0; i < COUNT_OF(actions); i++)
		if (step->action == actions[i].letter)
			assert_int_equal(act(actions[i].action, step->node, step->plug, devices,
				step->action == '!'), step->status);
	switch (step->action) {
	case 'r': restart(step->node); break;
	case 'c': lun_clear(step->plug); break;
	case 'x': lab->holders[step->plug] = -1; break;
	case 's': node_remove(step->plug, step->node, -1); break;
	case 'm': lab->missing = step->plug; break;
	case 'f': lab->fenced = step->node; break;
	case 'k': lab->keys[step->plug][step->node] = KEY(step->node); break;
	case 'b': lab->arbiters = step->devices; break;
	case 'd': lab->dead[step->plug] |= BIT(step->node); break;
	case 'v': lab->driver = step->devices; break;
	case 'w': records_open(step->node, step->plug); break;
	case 'a': lab->dead[step->plug] &= ~BIT(step->node); break;
	default: break;
	}
}

#define FAIL FENCE_FAILED
#define OK FENCE_OK
#define _1 BIT(0)
#define _12 (BIT(0) | BIT(1))
#define _123 (BIT(0) | BIT(1) | BIT(2))
#define IN(node, keys) { '+', node, 0, OK, NULL, { keys, keys } }
/* The same five times: the shared disks, and the arbiters. */
#define BY(list) { 'b', 0, 0, OK, list, FIVE(0) }
#define FIVE(keys) { keys, keys, keys, keys, keys }
#define VOTED_IN(node, keys) { '+', node, 0, OK, NULL, FIVE(keys) }
#define DEAD(node, lun, ...) { 'd', node, lun, OK, NULL, __VA_ARGS__ }
#define LOST(node, lun, ...) { 's', node, lun, OK, NULL, __VA_ARGS__ }

static const struct {
	const char *name;
	struct scene steps[14];
} stories[] = {
	{ "a node that was fenced is not unfenced before it restarts", { IN(0, _1), IN(1, _12),
	  { '-', 0, 1, OK, NULL, { _1, _1 } },
	  { '+', 1, 0, FAIL, NULL, { _1, _1 } }, { '+', 1, 0, FAIL, "/dev/1", { _1, _1 } }, { '?',
	    1, 0, FAIL, NULL, { _1, _1 } },
	  { 'r', 1, 0, OK, NULL, { _1, _1 } }, IN(1, _12), { '?', 1, 0, OK, NULL, { _12,
	    _12 } } } },
	{ "an adapter that resets no LUN: no fence can be proven", { IN(0, _1), IN(1, _12),
	  { '?', 0, 0, OK, NULL, { _12, _12 } },
	  { 'v', 0, 0, OK, "virtio_scsi", { _12, _12 } }, { '?', 0, 0, FAIL, NULL, { _12, _12 } },
	  { '-', 0, 1, FAIL, NULL, { _1, _12 } } } },
	{ "a fenced node whose records cannot be used", { IN(0, _1), IN(1, _12),
	  { '-', 0, 1, OK, NULL, { _1, _1 } }, { '+', 1, 0, FAIL, NULL, { _1, _1 } },
	  { 'w', 1, 1, OK, NULL, { _1, _1 } }, { '?', 1, 0, FAIL, NULL, { _1, _1 } },
	  { '+', 1, 0, FAIL, NULL, { _1, _1 } }, { 'w', 1, 0, OK, NULL, { _1, _1 } },
	  { '+', 1, 0, FAIL, NULL, { _1, _1 } } } },
	{ "rejoin", { IN(0, _1), IN(1, _12), { '-', 0, 1, OK, NULL, { _1, _1 } }, { '!', 1, 0, OK,
	  NULL, { _12, _12 } } } },
	{ "a key that is gone from the other LUN is restored", { IN(0, _1), IN(1, _12), { 's', 1,
	  1, OK, NULL, { _12, _1 } },
	  { '?', 1, 0, FAIL, NULL, { _12, _1 } }, { '?', 0, 0, FAIL, NULL, { _12, _1 } },
	    IN(1, _12),
	  { '?', 0, 0, OK, NULL, { _12, _12 } } } },
	{ "a key that is gone from the LUN that decides is not", { IN(0, _1), IN(1, _12), { 's', 1,
	  0, OK, NULL, { _1, _12 } },
	  { '+', 1, 0, FAIL, NULL, { _1, _12 } }, { '?', 0, 0, FAIL, NULL, { _1, _12 } } } },
	{ "a LUN that is new", { { '+', 0, 0, OK, "/dev/0", { _1, 0 } }, IN(0, _1) } },
	{ "a LUN that is new, and decides", { { '+', 0, 0, OK, "/dev/1", { 0, _1 } }, IN(0, _1) } },
	{ "fenced during on", { IN(0, _1), IN(1, _12), { 's', 1, 1, OK, NULL, { _12, _1 } }, { 'f',
	  1, 0, OK, NULL, { _12, _1 } },
	  { '+', 1, 0, FAIL, NULL, { _1, _1 } } } },
	{ "a new node that is fenced during on", { IN(0, _1), { 'f', 1, 0, OK, NULL, { _1, _1 } },
	  { '+', 1, 0, FAIL, NULL, { _1, _1 } },
	  { '+', 1, 0, FAIL, NULL, { _1, _1 } } } },
	{ "monitor before, while others join, and after", { { '?', 0, 0, OK, NULL, { 0, 0 } },
	  IN(0, _1),
	  { '?', 1, 0, OK, NULL, { _1, _1 } }, { '?', 0, 0, OK, NULL, { _1, _1 } }, IN(1, _12),
	    { '?', 0, 0, OK, NULL, { _12, _12 } },
	  { 'x', 0, 1, OK, NULL, { _12, _12 } }, { '?', 0, 0, FAIL, NULL, { _12, _12 } },
	    IN(1, _12),
	  { '?', 0, 0, OK, NULL, { _12, _12 } }, { 'c', 0, 0, OK, NULL, { 0, _12 } }, { '?', 0, 0,
	    FAIL, NULL, { 0, _12 } } } },
	{ "nothing is reserved", { IN(0, _1), IN(1, _12), { 'x', 0, 0, OK, NULL, { _12, _12 } },
	  { 'x', 0, 1, OK, NULL, { _12, _12 } },
	  { '-', 0, 1, OK, NULL, { _1, _1 } } } },
	{ "nothing is reserved, and this node is not registered", { IN(0, _1), IN(1, _12), { 's',
	  0, 0, OK, NULL, { BIT(1), _12 } },
	  { 'x', 0, 0, OK, NULL, { BIT(1), _12 } }, { '-', 0, 1, FAIL, NULL, { BIT(1), _12 } } } },
	{ "a fencer that was fenced itself: the winner does the rest", { IN(0, _1), IN(1, _12),
	  IN(2, _123),
	  { 's', 2, 0, OK, NULL, { _12, _123 } }, { '-', 0, 1, OK, NULL, { _1, _1 } } } },
	{ "two fencers after each other", { IN(0, _1), IN(1, _12), IN(2, _123), { '-', 0, 1, OK,
	  NULL, { 5, 5 } },
	  { '-', 2, 1, OK, NULL, { 5, 5 } } } },
	{ "the other LUN is missing, and known", { IN(0, _1), IN(1, _12), { 'm', 0, 1, OK, NULL,
	  { _12, _12 } },
	  { '-', 0, 1, FAIL, NULL, { _1, _12 } } } },
	{ "the LUN that decides is missing", { IN(0, _1), IN(1, _12), { 'm', 0, 0, OK, NULL, { _12,
	  _12 } },
	  { '-', 0, 1, FAIL, NULL, { _12, _12 } } } },
	{ "arbiters: the node is removed everywhere", { BY(ARBITERS), VOTED_IN(0, _1),
	  VOTED_IN(1, _12),
	  { '-', 0, 1, OK, NULL, FIVE(_1) }, { '+', 1, 0, FAIL, NULL, FIVE(_1) },
	  { '-', 1, 0, FAIL, NULL, FIVE(_1) }, { '?', 1, 0, FAIL, NULL, FIVE(_1) },
	  { '?', 0, 0, OK, NULL, FIVE(_1) }, { 'r', 1, 0, OK, NULL, FIVE(_1) },
	  VOTED_IN(1, _12), { '?', 1, 0, OK, NULL, FIVE(_12) } } },
	{ "arbiters: a dead one blocks nothing", { BY(ARBITERS), VOTED_IN(0, _1), VOTED_IN(1, _12),
	  DEAD(0, 2, FIVE(_12)), { '?', 0, 0, OK, NULL, FIVE(_12) },
	  { '-', 0, 1, OK, NULL, { _1, _1, _12, _1, _1 } },
	  { 'r', 0, 0, OK, NULL, { _1, _1, _12, _1, _1 } },
	  { '+', 0, 0, OK, NULL, { _1, _1, _12, _1, _1 } } } },
	{ "arbiters: two dead ones of three block all", { BY(ARBITERS), VOTED_IN(0, _1),
	  VOTED_IN(1, _12),
	  DEAD(0, 2, FIVE(_12)), DEAD(0, 4, FIVE(_12)), { '?', 0, 0, FAIL, NULL, FIVE(_12) },
	  { '-', 0, 1, FAIL, NULL, FIVE(_12) } } },
	{ "arbiters: two dead ones unfence nobody", { BY(ARBITERS), DEAD(0, 2, FIVE(0)),
	  DEAD(0, 4, FIVE(0)),
	  { '+', 0, 0, FAIL, NULL, FIVE(0) } } },
	{ "arbiters: one that comes later counts after on", { BY(ARBITERS), DEAD(0, 3, FIVE(0)),
	  { '+', 0, 0, OK, NULL, { _1, _1, _1, 0, _1 } },
	  { 'a', 0, 3, OK, NULL, { _1, _1, _1, 0, _1 } },
	  { '?', 0, 0, OK, NULL, { _1, _1, _1, 0, _1 } }, VOTED_IN(0, _1), VOTED_IN(1, _12),
	  DEAD(0, 2, FIVE(_12)), { '-', 0, 1, OK, NULL, { _1, _1, _12, _1, _1 } } } },
	{ "arbiters: a key that comes late is no vote", { BY(ARBITERS), VOTED_IN(0, _1),
	  DEAD(1, 3, FIVE(_1)),
	  { '+', 1, 0, OK, NULL, { _12, _12, _12, _1, _12 } },
	  { 'a', 1, 3, OK, NULL, { _12, _12, _12, _1, _12 } }, { 'k', 1, 3, OK, NULL, FIVE(_12) },
	  LOST(1, 2, { _12, _12, _1, _12, _12 }),
	  { '-', 1, 0, FAIL, NULL, { _12, _12, _1, _12, _12 } },
	  { '+', 1, 0, FAIL, NULL, { _12, _12, _1, _12, _12 } } } },
	{ "arbiters: one that has removed this node", { BY(ARBITERS), VOTED_IN(0, _1),
	  VOTED_IN(1, _12),
	  LOST(1, 2, { _12, _12, _1, _12, _12 }), { '?', 1, 0, OK, NULL,
	  { _12, _12, _1, _12, _12 } },
	  { '+', 1, 0, OK, NULL, { _12, _12, _1, _12, _12 } },
	  { '-', 1, 0, OK, NULL, { 2, 2, 1, 2, 2 } } } },
	{ "arbiters: two that have removed this node", { BY(ARBITERS), VOTED_IN(0, _1),
	  VOTED_IN(1, _12),
	  LOST(1, 2, { _12, _12, _1, _12, _12 }), LOST(1, 3, { _12, _12, _1, _1, _12 }),
	  { '?', 1, 0, FAIL, NULL, { _12, _12, _1, _1, _12 } },
	  { '?', 0, 0, FAIL, NULL, { _12, _12, _1, _1, _12 } },
	  { '+', 1, 0, FAIL, NULL, { _12, _12, _1, _1, _12 } },
	  { '-', 1, 0, FAIL, NULL, { _12, _12, _1, _1, _12 } },
	  { '!', 1, 0, OK, NULL, FIVE(_12) } } },
	{ "arbiters: a shared disk that has lost the key", { BY(ARBITERS), VOTED_IN(0, _1),
	  VOTED_IN(1, _12),
	  LOST(1, 0, { _1, _12, _12, _12, _12 }), { '?', 1, 0, FAIL, NULL,
	  { _1, _12, _12, _12, _12 } },
	  { '?', 0, 0, FAIL, NULL, { _1, _12, _12, _12, _12 } }, VOTED_IN(1, _12),
	  { '?', 0, 0, OK, NULL, FIVE(_12) } } },
	{ "arbiters: a node that most have removed is removed", { BY(ARBITERS), VOTED_IN(0, _1),
	  VOTED_IN(1, _12),
	  VOTED_IN(2, _123), LOST(2, 2, { 7, 7, 3, 7, 7 }), LOST(2, 4, { 7, 7, 3, 7, 3 }),
	  { '-', 0, 1, OK, NULL, FIVE(_1) } } },
	{ "arbiters: a node that one has removed stays", { BY(ARBITERS), VOTED_IN(0, _1),
	  VOTED_IN(1, _12),
	  VOTED_IN(2, _123), LOST(2, 2, { 7, 7, 3, 7, 7 }),
	  { '-', 0, 1, OK, NULL, { 5, 5, 1, 5, 5 } } } },
	{ "arbiters that are shared disks: a dead one fails, and the others are done",
	  { BY("/dev/0 /dev/1 /dev/2"), { '+', 0, 0, OK, NULL, { 1, 1, 1 } }, { '+', 1, 0, OK, NULL,
	  { 3, 3, 3 } },
	  DEAD(0, 0, { 3, 3, 3 }), { '?', 0, 0, FAIL, NULL, { 3, 3, 3 } },
	  { '-', 0, 1, FAIL, NULL, { 3, 1, 1 } } } },
	{ "arbiters that are shared disks: one that has removed this node forbids a fence",
	  { BY("/dev/2 /dev/0 /dev/1"), { '+', 0, 0, OK, NULL, { 1, 1, 1 } }, { '+', 1, 0, OK, NULL,
	  { 3, 3, 3 } },
	  LOST(1, 0, { 1, 3, 3 }), { '-', 1, 0, FAIL, NULL, { 1, 3, 3 } },
	  { '+', 1, 0, FAIL, NULL, { 1, 3, 3 } }, { '-', 0, 1, OK, NULL, { 1, 1, 1 } } } },
	{ "one arbiter", { BY("/dev/4"), { '+', 0, 0, OK, NULL, { 1, 1, 0, 0, 1 } },
	  { '+', 1, 0, OK, NULL, { 3, 3, 0, 0, 3 } }, { '-', 1, 0, OK, NULL, { 2, 2, 0, 0, 2 } },
	  { '-', 0, 1, FAIL, NULL, { 2, 2, 0, 0, 2 } } } },
	{ "a device is missing that nobody knows", { IN(0, _1), IN(1, _12), { '-', 0, 1, FAIL,
	  "/dev/0 /dev/9", { _12, _12 } } } },
};

static void lab_begin(void)
{
	pthread_mutexattr_t shared;

	strcpy(directory, "/tmp/test_act.XXXXXX");
	assert_non_null(mkdtemp(directory));
	lab = mmap(NULL, sizeof(*lab), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(lab, MAP_FAILED);
	pthread_mutexattr_init(&shared);
	pthread_mutexattr_setpshared(&shared, PTHREAD_PROCESS_SHARED);
	pthread_mutex_init(&lab->lock, &shared);
	for (int lun = 0; lun < LUNS; lun++)
		lab->holders[lun] = -1;
	lab->missing = lab->fenced = -1;
}

static void lab_end(void)
{
	munmap(lab, sizeof(*lab));
	for (int node = 0; node < NODES; node++)
		restart(node);
	rmdir(directory);
}

static unsigned int keys_of(int lun)
{
	unsigned int keys = 0;

	for (int node = 0; node < NODES; node++)
		keys |= lab->keys[lun][node] == KEY(node) ? BIT(node) : 0;
	return keys;
}

static void story(void **state)
{
	const typeof(stories[0]) *row = *state;

	lab_begin();
	for (size_t i = 0; i < COUNT_OF(row->steps) && row->steps[i].action; i++) {
		step_do(&row->steps[i]);
		for (int lun = 0; lun < LUNS; lun++) {
			if (keys_of(lun) != row->steps[i].keys[lun])
				fail_msg("step %zu: LUN %d has %#x, not %#x", i, lun, keys_of(lun),
					row->steps[i].keys[lun]);
		}
	}
	lab_end();
}

/*
 * All nodes fence at the same time, each another one, 0: none. Returns the bits of those that
 * succeeded.
 */
static unsigned int fences(const int victims[NODES])
{
	unsigned int done = 0;
	pid_t pids[NODES];
	int status;

	for (int node = 0; node < NODES; node++) {
		pids[node] = fork();
		if (pids[node] == 0) {
			srand((unsigned int)getpid());
			_exit(victims[node] ? (int)act(FENCE_OFF, node, victims[node] - 1, ALL,
				false) : FENCE_FAILED);
		}
	}
	for (int node = 0; node < NODES; node++) {
		assert_int_equal(waitpid(pids[node], &status, 0), pids[node]);
		done |= status == 0 ? BIT(node) : 0;
	}
	return done;
}

/* The bits of the nodes: whom each fences is its number plus one. */
static const struct {
	const char *name;
	int victims[NODES];
	unsigned int all_of, one_of; /* who must succeed; of whom one at least must */
	const char *arbiters;
	unsigned int dead[LUNS]; /* for the nodes with these bits */
} rounds[] = {
	{ "a ring", { 2, 3, 1 }, 0, 7, NULL, { 0 } },
	{ "the other way round", { 3, 1, 2 }, 0, 7, NULL, { 0 } },
	{ "two fence a third one", { 2, 0, 2 }, 5, 0, NULL, { 0 } },
	{ "two fence each other", { 2, 1, 0 }, 0, 3, NULL, { 0 } },
	{ "one fences the one that fences it, whom a third one fences", { 2, 1, 2 }, 0, 7, NULL,
	  { 0 } },
	{ "arbiters: a ring", { 2, 3, 1 }, 0, 0, ARBITERS, { 0 } },
	{ "arbiters: two fence a third one", { 2, 0, 2 }, 5, 0, ARBITERS, { 0 } },
	{ "arbiters: two fence each other", { 2, 1, 0 }, 0, 3, ARBITERS, { 0 } },
	{ "arbiters: two, and one arbiter is dead", { 2, 1, 0 }, 0, 3, ARBITERS,
	  { 0, 0, 3, 0, 0 } },
	{ "arbiters: two, each without another one", { 2, 1, 0 }, 0, 3, ARBITERS,
	  { 0, 0, 1, 0, 2 } },
	{ "arbiters: two, the other way round", { 2, 1, 0 }, 0, 3, ARBITERS, { 0, 0, 2, 1, 0 } },
	/* With a third of the arbiters gone for each, a node may be left that nobody has fenced. */
	{ "arbiters: a ring, each without another one", { 2, 3, 1 }, 0, 0, ARBITERS,
	  { 0, 0, 1, 2, 4 } },
	{ "arbiters: one has a minority", { 2, 1, 0 }, 2, 0, ARBITERS, { 0, 0, 1, 1, 0 } },
	{ "arbiters: shared disks", { 2, 1, 0 }, 0, 3, "/dev/0 /dev/1 /dev/3", { 0 } },
};

/* In whatever order: each node is on both LUNs or on neither, and someone is left. */
static void at_once(void **state)
{
	const typeof(rounds[0]) *row = *state;

	for (int i = 0; i < (row->arbiters ? ROUNDS_BY_ARBITERS : ROUNDS); i++) {
		unsigned int done;

		lab_begin();
		lab->arbiters = row->arbiters;
		for (int node = 0; node < NODES; node++)
			assert_int_equal(act(FENCE_ON, node, 0, ALL, false), FENCE_OK);
		memcpy(lab->dead, row->dead, sizeof(lab->dead));
		done = fences(row->victims);
		/*
		 * Of two that fence each other, at most one succeeds, unless a third one fences
		 * one of them: then that one may have succeeded before, and the other one after it.
		 */
		for (int node = 0; node < NODES; node++) {
			int victim = row->victims[node] - 1;

			if (victim >= 0 && row->victims[victim] == node + 1 &&
			    !row->victims[NODES - node - victim])
				assert_false((done & BIT(node)) && (done & BIT(victim)));
		}
		for (int node = 0; node < NODES; node++)
			if (done & BIT(node))
				assert_false((keys_of(0) | keys_of(1)) &
					     BIT(row->victims[node] - 1));
		if (!row->dead[2] || !row->dead[3] || !row->dead[4])
			assert_int_equal(keys_of(0), keys_of(1));
		assert_int_not_equal(keys_of(0), 0);
		assert_int_equal(done & row->all_of, row->all_of);
		assert_true(!row->one_of || (done & row->one_of));
		lab_end();
	}
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, story, stories);
	UNIT_TABLE(&unit, at_once, rounds);
	return unit_run(&unit, "act");
}
