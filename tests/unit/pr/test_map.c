// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Multipath maps of three paths. What map*.c and operate.c call to reach a device is this file's
 * own (the linker's --wrap): a SCSI target with five nexuses. Three of them are the map's paths,
 * /dev/sda to /dev/sdc; one belongs to host 2, and one to an earlier session of this host. Paths
 * die when a row says so.
 */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <unistd.h>

#include "device/identify.h"
#include "device/pr_ioctl.h"
#include "device/pr_scsi.h"
#include "lun_reset_played.h"
#include "model/handover.h"
#include "model/host_choice.h"
#include "model/nexus.h"
#include "model/sharing.h"
#include "model/state.h"
#include "pr/map.h"
#include "pr/multipathd.h"
#include "pr/path.h"
#include "pr/path_device.h"
#include "pr/same_lun.h"
#include "no_store.h"
#include "states.h"

#define PATHS 3
#define OTHER_HOST 3
#define STALE 4
#define NEXUSES 5
#define NOBODY (-1)
#define COMMANDS_BOUND 400 /* a request that sends more would never end */
#define MANY 99 /* commands: as many as time allows */

static const struct nexus nexuses[NEXUSES] = {
	{ HOST_1 ",i,0x00023d000001", 1 }, { HOST_1 ",i,0x00023d000002", 2 },
	  { HOST_1 ",i,0x00023d000003", 3 },
	{ HOST_2 ",i,0x00023d000004", 1 }, { HOST_1 ",i,0x00023d000009", 4 },
};
static const char *const nodes[PATHS] = { "/dev/sda", "/dev/sdb", "/dev/sdc" };

struct target {
	uint64_t keys[NEXUSES];
	enum resv_type type;
	int holder; /* NOBODY; with all registrants the one that reserved */
};

struct row {
	const char *name;
	struct request request;
	struct target before;
	/* How many readings of each path succeed before it is dead; 0 to 2, or ALIVE. */
	int lives[PATHS];
	/* After this command, counted from 1, the other host does the following. */
	size_t moment;
	void (*meanwhile)(void);
	bool nameless; /* the target lists no nexus: it supports only READ KEYS */
	enum status status;
	enum reason reason;
	enum tri changed;
	const char *after; /* in the format of target_text() */
	/* a part of the message, of the success or of a warning; NULL: any */
	const char *said;
};

/*
 * Other faults of a path: it leads to another gateway, which does not know the first one's
 * reservations; or the device refuses the reading; or it answers each change with this.
 */
struct fault {
	bool apart;
	/* ASC of the ILLEGAL REQUEST with which the device answers the reading; 0: it does not */
	uint8_t asc;
	enum answer_kind kind; /* ANSWER_DONE: it does not have this fault */
	bool may_be_done; /* the change is carried out nevertheless */
	/*
	 * it leads to a controller that shares the registrations, but counts generations separately
	 */
	bool counts;
};

/*
 * To which a registration belongs: a nexus, or all nexuses of a host, whatever path it came
 * through, or all nexuses of a group of ports, of which the first path's is one. BY_HOST_REPLACED:
 * of the last, which may register as if the host were not registered.
 */
enum counted {
	BY_NEXUS,
	BY_HOST,
	BY_HOST_OF_THE_LAST,
	BY_HOST_OF_THE_FIRST,
	BY_HOST_REPLACED,
	BY_GROUP
};

struct fault_row {
	struct row row;
	struct fault faults[PATHS];
	struct target beside; /* state of the other gateway */
	bool once; /* from its second reading on, the other gateway lists what the first one does */
	size_t sent; /* number of commands */
	int reads[PATHS]; /* number of readings through each path; 0: any */
	uint32_t beside_generation; /* of the other gateway or controller, at the start */
};

#define ALIVE 9999
#define ALL_LIVE { ALIVE, ALIVE, ALIVE }
#define NOTHING 0, NULL, false

static struct {
	const struct row *row;
	const struct fault_row *fault_row;
	struct target target, beside;
	uint32_t generation, generation_beside;
	int reads[PATHS];
	size_t commands;
	int64_t daemon_until; /* the deadline of the question to multipathd */
	size_t daemon_after; /* after this many reads */
	size_t daemon_told; /* this many times */
	struct multipathd_key daemon_key;
	enum multipathd_told daemon_answer;
	int probes;
	int last; /* path of the last command */
	int descriptors[PATHS];
	int64_t now; /* the clock, which only pauses advance */
	int64_t ready[PATHS]; /* ns: until then, a path answers each command with "not ready" */
	/* paths to another LUN, which is like this one except for its WWID; NULL: none is */
	const bool *strangers;
	const bool *moves; /* paths that lead to another LUN when they are read after a command */
	bool moved[PATHS]; /* they do by now */
	size_t identified[PATHS];
	/* how many more of these questions are answered with "not ready"; after a command, too */
	int unready[PATHS], unready_after[PATHS];
	int64_t commanded; /* when the last command was sent */
	enum counted counted;
	int64_t changes_ready; /* ns: until then, each path answers changes with that */
	int64_t dead_until[PATHS]; /* ns */
	const bool *deleted; /* paths whose disk the kernel has removed; NULL: none */
	struct {
		void *(*function)(void *);
		void *argument;
	} later[PATHS]; /* threads that wait for their paths */
	size_t later_count;
	size_t joined; /* paths that have joined the map since it was resolved */
	bool blind; /* the user may change the state, and not read it */
} device;

/* A thread meanwhile reads a path that is not ready; a ready one is read before the others. */
static bool late_threads;
/* such a thread is not known to wait: its device has not answered at all */
static bool silent_threads;
#define SECOND INT64_C(1000000000)

static bool all_registrants(void)
{
	return type_words(device.target.type)->all_registrants;
}

/* The nexus for which a registration is listed if @nexus sends a command. */
static int listed_for(int nexus)
{
	for (int i = 0; device.counted != BY_NEXUS && nexus != OTHER_HOST && i < NEXUSES; i++)
		if (i != OTHER_HOST && device.target.keys[i] &&
		    (device.counted != BY_GROUP || (i == 0) == (nexus == 0)))
			return i;
	return nexus;
}

static void nexus_remove(int nexus)
{
	bool any = false;

	device.target.keys[nexus] = 0;
	for (int i = 0; i < NEXUSES; i++)
		any |= device.target.keys[i] != 0;
	if (all_registrants() ? any : device.target.holder != nexus)
		return;
	device.target.type = RESV_NONE;
	device.target.holder = NOBODY;
}

static enum answer_kind target_register(int nexus, const struct action *action)
{
	bool replaces = device.counted == BY_HOST_REPLACED && !action->key;

	if (action->op == ACTION_REGISTER && device.target.keys[nexus] != action->key && !replaces)
		return ANSWER_CONFLICT;
	if (!action->service_key)
		nexus_remove(nexus);
	else
		device.target.keys[nexus] = action->service_key;
	return ANSWER_DONE;
}

static void registration_move(int from, int to)
{
	if (from == to || !device.target.keys[from])
		return;
	device.target.keys[to] = device.target.keys[from];
	device.target.keys[from] = 0;
	if (device.target.holder == from)
		device.target.holder = to;
}

static enum answer_kind target_preempt(int nexus, const struct action *action)
{
	bool found = false, held = false;

	for (int i = 0; i < NEXUSES; i++) {
		if (action->service_key ? device.target.keys[i] != action->service_key : i == nexus)
			continue;
		found = true;
		held |= !all_registrants() && device.target.holder == i;
		if (i != nexus)
			device.target.keys[i] = 0;
	}
	if (!found)
		return ANSWER_CONFLICT;
	if (held || !action->service_key) {
		device.target.holder = nexus;
		device.target.type = action->type;
	}
	return ANSWER_DONE;
}

static enum answer_kind target_carry_out(int path, const struct action *action)
{
	struct target *target = &device.target;
	int nexus = listed_for(path);
	enum answer_kind kind;

	if (action->op == ACTION_REGISTER || action->op == ACTION_REGISTER_IGNORE) {
		kind = target_register(nexus, action);
		if (kind == ANSWER_DONE && (device.counted == BY_HOST_OF_THE_LAST ||
					    device.counted == BY_HOST_REPLACED))
			registration_move(nexus, path);
		if (kind == ANSWER_DONE && device.counted == BY_HOST_OF_THE_FIRST)
			registration_move(nexus, 0);
		return kind;
	}
	if (!target->keys[nexus] || target->keys[nexus] != action->key)
		return ANSWER_CONFLICT;
	switch (action->op) {
	case ACTION_RESERVE:
		if (target->type != RESV_NONE)
			return target->type == action->type &&
				(all_registrants() || target->holder == nexus) ?
			       ANSWER_DONE : ANSWER_CONFLICT;
		target->type = action->type;
		target->holder = nexus;
		return ANSWER_DONE;
	case ACTION_RELEASE:
		if (!all_registrants() && target->holder != nexus)
			return ANSWER_DONE; /* with no effect */
		if (target->type != action->type)
			return ANSWER_CONFLICT;
		target->type = RESV_NONE;
		target->holder = NOBODY;
		return ANSWER_DONE;
	case ACTION_CLEAR:
		*target = (struct target){ .holder = NOBODY };
		return ANSWER_DONE;
	default:
		return target_preempt(nexus, action);
	}
}

/* A command that is refused is not counted. */
static enum answer_kind target_do(int path, const struct action *action)
{
	enum answer_kind kind = target_carry_out(path, action);

	device.generation += kind == ANSWER_DONE;
	return kind;
}

/* What the other host does: it fences this one, or takes the reservation with its own key. */
static void fences(void)
{
	struct action action = { .op = ACTION_PREEMPT, .key = 0xb, .service_key = 0xa,
		.type = WERO };

	target_do(OTHER_HOST, &action);
}

static void fences_first_dies(void)
{
	fences();
	device.dead_until[0] = INT64_MAX;
}

/* Another host that comes back, and fences this one. */
static void returns_and_fences(void)
{
	device.target.keys[OTHER_HOST] = 0xb;
	fences();
}

/* The second path stops being ready for longer than any command waits. */
static void second_busy(void)
{
	device.ready[1] = device.now + 600 * SECOND;
}

static int path_of(int fd)
{
	/* The last one first, because it may have the number of one that was closed. */
	for (int i = PATHS - 1; i >= 0; i--)
		if (device.descriptors[i] == fd)
			return i;
	fail_msg("an unknown descriptor");
	return 0;
}

static bool is_ready(int path)
{
	return device.now >= device.ready[path];
}

static bool is_dead(int path)
{
	return device.reads[path] >= device.row->lives[path] ||
	       device.now < device.dead_until[path];
}

static const struct fault *fault_of(int path)
{
	static const struct fault none;

	return device.fault_row ? &device.fault_row->faults[path] : &none;
}

/* Swaps the two gateways, so that the following is done at the other one. */
static void gateways_swap(void)
{
	const struct target target = device.target;
	const uint32_t generation = device.generation;

	device.target = device.beside;
	device.generation = device.generation_beside;
	device.beside = target;
	device.generation_beside = generation;
}

/* The controller that counts separately takes the change. */
static void counts_swap(void)
{
	const uint32_t generation = device.generation;

	device.generation = device.generation_beside;
	device.generation_beside = generation;
}

static enum answer_kind path_change(int path, const struct action *action)
{
	const struct fault *fault = fault_of(path);
	enum answer_kind kind = fault->kind;

	if (fault->apart)
		gateways_swap();
	if (fault->counts)
		counts_swap();
	if (kind == ANSWER_DONE)
		kind = target_do(path, action);
	else if (fault->may_be_done)
		target_do(path, action);
	if (fault->apart)
		gateways_swap();
	if (fault->counts)
		counts_swap();
	return kind;
}

/* What the other host does after so many readings in all; 0: nothing. */
static size_t reading_moment;
static void (*reading_then)(void);

int64_t __wrap_clock_now(void);
void __wrap_clock_sleep(int64_t time);
int __wrap_device_open(const struct lun *lun, bool writable);
void __wrap_scsi_state_read(int fd, struct result *result, struct resv_state *state,
	struct answer *answer);
void __wrap_ioctl_state_read(int fd, struct result *result, struct resv_state *state,
	struct answer *answer);
void __wrap_scsi_capabilities_read(int fd, struct result *result);
void __wrap_ioctl_action_send(int fd, const struct action *action, struct answer *answer);
const char *__wrap_scsi_action_send(int fd, const struct action *action, struct answer *answer);
enum multipathd_told __wrap_multipathd_tell(const struct multipathd_map *map,
	const struct multipathd_key *key, int64_t end, char *why);
bool __wrap_thread_start(void *(*function)(void *), void *argument);
bool __wrap_device_is_gone(int fd, const struct lun *lun);

bool __wrap_device_is_gone(int fd, const struct lun *lun)
{
	(void)lun;
	return device.deleted && device.deleted[path_of(fd)];
}

/* A thread that waits for its path ends when the path is ready. */
static void later_run(void)
{
	for (size_t i = 0; device.later_count && i < PATHS; i++) {
		if (!device.later[i].function || device.now < device.ready[i])
			continue;
		device.later[i].function(device.later[i].argument);
		device.later[i].function = NULL;
		device.later_count--;
	}
}

/* Time passes while such a thread is waited for. */
int64_t __wrap_clock_now(void)
{
	if (device.later_count)
		device.now += SECOND / 10;
	return device.now;
}

void __wrap_clock_sleep(int64_t time)
{
	device.now += time;
	later_run();
}

int __wrap_device_open(const struct lun *lun, bool writable)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	assert_false(writable);
	assert_true(fd >= 0);
	for (int i = 0; i < PATHS; i++)
		if (strcmp(nodes[i], lun->node) == 0)
			device.descriptors[i] = fd;
	return fd;
}

void __wrap_scsi_state_read(int fd, struct result *result, struct resv_state *state,
	struct answer *answer)
{
	int path = path_of(fd);
	bool apart = fault_of(path)->apart && !(device.fault_row->once && device.reads[path]);
	const struct target *target = apart ? &device.beside : &device.target;

	memset(state, 0, sizeof(*state));
	*answer = (struct answer){ .kind = is_dead(path)    ? ANSWER_PATH
					   : is_ready(path) ? ANSWER_DONE
							    : ANSWER_TRANSIENT };
	if (fault_of(path)->asc)
		*answer = (struct answer){ .kind = fault_of(path)->asc == 0x20	 ? ANSWER_NO_COMMAND
						   : fault_of(path)->asc == 0x25 ? ANSWER_NO_LUN
										 : ANSWER_INVALID,
					   .raw = 2,
					   .sense_key = 0x05,
					   .asc = fault_of(path)->asc };
	if (device.blind)
		*answer = (struct answer){ .kind = ANSWER_NO_PRIVILEGE, .err = EPERM };
	if (answer->kind != ANSWER_DONE)
		return;
	device.reads[path]++;
	/* The target says so, which marks the result for which the state is read. */
	if (device.commands && device.moves && device.moves[path]) {
		device.moved[path] = true;
		result->device.identified = false;
	}
	state->source = device.row->nameless ? SOURCE_READ_KEYS : SOURCE_FULL_STATUS;
	state->type = target->type;
	state->generation = apart || fault_of(path)->counts ? device.generation_beside
							    : device.generation;
	state->key = target->holder == NOBODY ||
		type_words(target->type)->all_registrants ? 0 : target->keys[target->holder];
	state->registrants = arena_alloc(result->arena, NEXUSES * sizeof(*state->registrants));
	for (int i = 0; i < NEXUSES; i++) {
		if (!target->keys[i])
			continue;
		state->registrants[state->count++] = (struct registrant){
			.key = target->keys[i],
			.holder = type_words(target->type)->all_registrants ||
				target->holder == i ? TRI_YES : TRI_NO,
			.nexus = device.row->nameless ? (struct nexus){ NULL, -1 } : nexuses[i],
		};
	}
	if (device.row->nameless)
		state_holders_mark(state);
	nexus_mark(result, state);
	if (reading_moment && (size_t)(device.reads[0] + device.reads[1] + device.reads[2]) ==
				      reading_moment)
		reading_then();
}

void __wrap_ioctl_state_read(int fd, struct result *result, struct resv_state *state,
	struct answer *answer)
{
	(void)fd, (void)result, (void)state;
	assert_true(device.blind);
	*answer = (struct answer){ .kind = ANSWER_NO_PRIVILEGE, .err = EPERM };
}

enum identity __wrap_device_identify(int fd, struct result *result, const char **now,
	struct answer *answer);
enum identity __wrap_device_identify(int fd, struct result *result, const char **now,
	struct answer *answer)
{
	int path = path_of(fd);

	(void)result;
	*answer = (struct answer){ .kind = is_ready(path) ? ANSWER_DONE : ANSWER_TRANSIENT };
	if (device.now < device.dead_until[path])
		answer->kind = ANSWER_PATH;
	if (device.commands ? device.unready_after[path]-- > 0 : device.unready[path]-- > 0)
		answer->kind = ANSWER_TRANSIENT;
	device.identified[path]++;
	*now = "naa.2";
	if (answer->kind != ANSWER_DONE)
		return IDENTITY_UNKNOWN;
	return device.moved[path] || (device.strangers && device.strangers[path])
		       ? IDENTITY_OTHER
		       : IDENTITY_SAME;
}

void __wrap_scsi_capabilities_read(int fd, struct result *result)
{
	(void)fd;
	result->capabilities.known = true;
	result->capabilities.power_loss_capable = TRI_YES;
	result->capabilities.power_loss_active = TRI_YES;
}

void __wrap_ioctl_action_send(int fd, const struct action *action, struct answer *answer)
{
	int path = path_of(fd);

	assert_true(device.identified[path] > 0);
	assert_false(device.strangers && device.strangers[path]);
	if (device.commands == COMMANDS_BOUND)
		fail_msg("%d commands, and no end", COMMANDS_BOUND);
	*answer = (struct answer){ .kind = ANSWER_PATH, .raw = 0x10000 };
	if (!is_dead(path))
		*answer = (struct answer){ .kind = is_ready(path) &&
			device.now >= device.changes_ready ? path_change(path, action) :
								    ANSWER_CHECK,
					   .raw = fault_of(path)->kind ? 2 : 0 };
	device.last = path;
	device.commanded = device.now;
	if (++device.commands == device.row->moment)
		device.row->meanwhile();
}

/* By SG_IO or the ioctl. This target ignores ALL_TG_PT. */
const char *__wrap_scsi_action_send(int fd, const struct action *action, struct answer *answer)
{
	__wrap_ioctl_action_send(fd, action, answer);
	return "the LUN";
}

struct lun_reset_host __wrap_lun_reset_host(struct arena *arena, const struct lun *lun)
{
	(void)arena, (void)lun;
	return (struct lun_reset_host){ "/sys/class/scsi_host/host2", "iscsi_tcp" };
}

int __wrap_lun_reset_lock(const struct lun_reset_host *host, bool *waited)
{
	(void)host, (void)waited;
	return open("/dev/null", O_RDONLY | O_CLOEXEC);
}

/* It is sent through the same path as the command. */
int __wrap_lun_reset_send(int fd)
{
	assert_int_equal(path_of(fd), device.last);
	return 0;
}

/* Called when every path has been read for the first time; NULL: nothing. */
static void (*device_after_probe)(void);

/* Each path answers before the next one is asked. */
/* The path that map_probe() starts this thread for: struct probe is map_paths.c's own. */
static struct result *probed_path(void *argument)
{
	return ((struct result **)argument)[2];
}

/* Without one, the map would wait for a thread, which does not exist here. */
static bool any_ready(void)
{
	for (int i = 0; i < PATHS; i++)
		if (device.now >= device.ready[i])
			return true;
	return false;
}

bool __wrap_thread_start(void *(*function)(void *), void *argument)
{
	size_t path = (size_t)device.probes;

	if (late_threads && path < PATHS && any_ready() && device.now < device.ready[path]) {
		device.later[path].function = function;
		device.later[path].argument = argument;
		device.later_count++;
		device.descriptors[path] = -1; /* it is not open yet */
		atomic_store(&probed_path(argument)->use.waiting, !silent_threads);
		device.probes++;
		return true;
	}
	function(argument);
	if (++device.probes == PATHS && device_after_probe)
		device_after_probe();
	return true;
}

enum multipathd_told __wrap_multipathd_tell(const struct multipathd_map *map,
	const struct multipathd_key *key, int64_t end, char *why)
{
	assert_string_equal(map->name, "mpatha");
	device.daemon_until = end;
	device.daemon_after = device.reads[0] + device.reads[1] + device.reads[2];
	device.daemon_told++;
	device.daemon_key = *key;
	strcpy(why, "the cause");
	return device.daemon_answer;
}

const char *__wrap_resolve_map_joined(struct result *map, size_t *count);
const char *__wrap_resolve_map_joined(struct result *map, size_t *count)
{
	(void)map;
	/* multipathd registers what comes after it was told */
	assert_true(!device.joined || device.daemon_told);
	*count = device.joined;
	return device.joined ? "/dev/sdx" : "";
}

/*
 * "a a - b -": the keys of the paths, of host 2 and of the earlier session; then " 3:0", type and
 * holder, if any.
 */
static const char *target_text(struct arena *arena)
{
	const char *text = "";

	for (int i = 0; i < NEXUSES; i++)
		text = device.target.keys[i]
			       ? arena_printf(arena, "%s%s%llx", text, *text ? " " : "",
					      (unsigned long long)device.target.keys[i])
			       : arena_printf(arena, "%s%s-", text, *text ? " " : "");
	if (device.target.type != RESV_NONE)
		text = arena_printf(arena, "%s %d:%d", text, device.target.type,
			device.target.holder);
	return text;
}

static struct result *map_begin(const struct row *row)
{
	struct arena *arena = unit_arena();
	struct result *map = result_new(arena, "/dev/mapper/mpatha"), **end = &map->paths;

	memset(&device, 0, sizeof(device));
	device.row = row;
	device.target = row->before;
	map->lun.node = "/dev/mapper/mpatha";
	map->lun.transport = TRANSPORT_SCSI;
	for (int i = 0; i < PATHS; i++) {
		*end = result_new(arena, map->argument);
		(*end)->lun = (struct lun){ .name = nodes[i] + 5, .node = nodes[i],
			.transport = TRANSPORT_SCSI,
					    .nexus = nexuses[i] };
		(*end)->map = map;
		end = &(*end)->next;
	}
	return map;
}

static bool was_said(const struct result *map, const char *text)
{
	for (const struct note *note = map->warnings; note; note = note->next)
		if (strstr(note->text, text))
			return true;
	return (map->outcome.message && strstr(map->outcome.message, text)) ||
		(map->outcome.success && strstr(map->outcome.success, text));
}

static void map_judge(const struct row *row, struct result *map)
{
	if (row->said && !was_said(map, row->said))
		fail_msg("it does not say \"%s\": %s; %s", row->said, map->outcome.message,
			map->outcome.success);
	assert_string_equal(target_text(map->arena), row->after);
	assert_int_equal(map->outcome.status, row->status);
	assert_int_equal(map->outcome.reason, row->reason);
	assert_int_equal(map->outcome.changed, row->changed);
	assert_int_equal(map->outcome.sent, device.commands > 0);
	for (int i = 0; i < PATHS; i++)
		assert_int_equal(fcntl(device.descriptors[i], F_GETFD), -1);
}

static void row_run(const struct row *row, const int64_t *ready)
{
	struct result *map = map_begin(row);

	memcpy(device.ready, ready, sizeof(device.ready));
	map_operate(&row->request, map);
	map_close(map);
	map_judge(row, map);
	arena_free(map->arena);
}

static void faults(void **state)
{
	const struct fault_row *row = *state;
	struct result *map = map_begin(&row->row);

	device.fault_row = row;
	device.beside = row->beside;
	device.generation_beside = row->beside_generation;
	map_operate(&row->row.request, map);
	map_close(map);
	map_judge(&row->row, map);
	if (row->sent != MANY)
		assert_int_equal(device.commands, row->sent);
	for (int i = 0; i < PATHS; i++)
		if (row->reads[i])
			assert_int_equal(device.reads[i], row->reads[i]);
	arena_free(map->arena);
}

static void maps(void **state)
{
	row_run(*state, (int64_t[PATHS]){ 0 });
}

/*
 * The keys of the three paths, of host 2, and of an earlier session; the reservation and its
 * holder.
 */
#define KEYS(a, b, c, other, stale, ...) { { a, b, c, other, stale }, __VA_ARGS__ }
#define FREE RESV_NONE, NOBODY

static const struct row rows[] = {
	/* --- register */
	{ "register", REGISTER(), KEYS(0, 0, 0, 0, 0, FREE), ALL_LIVE, NOTHING, STATUS_OK,
	  REASON_NONE, Y, "a a a - -",
	  "registered 0xa on 3 paths" },
	{ "register again", REGISTER(), KEYS(0xa, 0xa, 0xa, 0, 0, FREE), ALL_LIVE, NOTHING,
	  STATUS_OK, REASON_NONE, N,
	  "a a a - -", "was already registered on 3 paths" },
	{ "register, a path came back", REGISTER(), KEYS(0xa, 0, 0xa, 0, 0, FREE), ALL_LIVE,
	  NOTHING, STATUS_OK,
	  REASON_NONE, Y, "a a a - -", NULL },
	{ "register, the last path has a foreign key: nothing is done", REGISTER(),
	  KEYS(0, 0, 0xd, 0, 0, FREE),
	  ALL_LIVE, NOTHING, STATUS_CONFLICT, REASON_OTHER_KEY_REGISTERED, N, "- - d - -",
	  "through /dev/sdc: " },
	{ "register --allow-partial, the first path has a foreign key",
	  REGISTER(.allow_partial = true),
	  KEYS(0xd, 0, 0, 0, 0, FREE), ALL_LIVE, NOTHING, STATUS_OK, REASON_NONE, Y, "d a a - -",
	  "0xa is missing on /dev/sda (this host is registered with 0xd" },
	{ "register --old-key", REGISTER(.old_key = 0xd), KEYS(0xd, 0xd, 0xd, 0, 0, FREE),
	  ALL_LIVE, NOTHING, STATUS_OK,
	  REASON_NONE, Y, "a a a - -", NULL },
	{ "register --old-key, a dead path has the old key", REGISTER(.old_key = 0xd),
	  KEYS(0xd, 0xd, 0xd, 0xb, 0, WERO, 1), { ALIVE, 0, ALIVE }, NOTHING, STATUS_FAILED,
	  REASON_PATH, N, "d d d b - 3:1", "0xd is also registered through /dev/sdb" },
	{ "register --old-key, a dead path has no key", REGISTER(.old_key = 0xd),
	  KEYS(0xd, 0, 0xd, 0, 0, FREE), { ALIVE, 0, ALIVE }, NOTHING, STATUS_FAILED,
	  REASON_PATH, Y, "a - a - -", "0xa is registered on 2 of 3 paths" },
	{ "register --old-key --allow-partial, a dead path has the old key",
	  REGISTER(.old_key = 0xd, .allow_partial = true), KEYS(0xd, 0xd, 0xd, 0, 0, FREE),
	  { ALIVE, 0, ALIVE }, NOTHING, STATUS_OK, REASON_NONE, Y, "a d a - -",
	  "0xa is missing on /dev/sdb" },
	{ "register --old-key, a path came back", REGISTER(.old_key = 0xd),
	  KEYS(0xd, 0, 0xd, 0, 0, FREE), ALL_LIVE,
	  NOTHING, STATUS_OK, REASON_NONE, Y, "a a a - -", NULL },
	{ "register --old-key, a path came back, and the others are done", REGISTER(.old_key = 0xd),
	  KEYS(0xa, 0, 0xa, 0, 0, FREE), ALL_LIVE, NOTHING, STATUS_OK, REASON_NONE, Y, "a a a - -",
	  NULL },
	{ "register --old-key does not let a fenced host in", REGISTER(.old_key = 0xd),
	  KEYS(0, 0, 0, 0xb, 0, FREE),
	  ALL_LIVE, NOTHING, STATUS_CONFLICT, REASON_KEY_NOT_REGISTERED, N, "- - - b -", NULL },
	{ "register --ignore-key", REGISTER(.ignore_key = true), KEYS(0xd, 0, 0xe, 0, 0, FREE),
	  ALL_LIVE, NOTHING,
	  STATUS_OK, REASON_NONE, Y, "a a a - -", NULL },
	{ "register with a dead path", REGISTER(), KEYS(0, 0, 0, 0, 0, FREE), { 0, ALIVE, ALIVE },
	  NOTHING, STATUS_FAILED,
	  REASON_PATH, Y, "- a a - -",
	  "0xa is registered on 2 of 3 paths, missing on /dev/sda (the path failed); repair" },
	{ "register --allow-partial with a dead path", REGISTER(.allow_partial = true),
	  KEYS(0, 0, 0, 0, 0, FREE),
	  { ALIVE, ALIVE, 0 }, NOTHING, STATUS_OK, REASON_NONE, Y, "a a - - -",
	    "0xa is missing on /dev/sdc" },
	{ "register, and a path dies before its turn", REGISTER(), KEYS(0, 0, 0, 0, 0, FREE),
	  { ALIVE, 1, ALIVE }, NOTHING,
	  STATUS_FAILED, REASON_PATH, Y, "a - a - -", "missing on /dev/sdb (the path failed" },
	{ "register, and the first path dies between reading and registering", REGISTER(),
	  KEYS(0, 0, 0, 0, 0, FREE),
	  { 1, ALIVE, ALIVE }, NOTHING, STATUS_FAILED, REASON_PATH, Y, "- a a - -",
	    "missing on /dev/sda (not done" },
	{ "register, and the first path is fenced before the last is done", REGISTER(),
	  KEYS(0, 0, 0, 0xb, 0, WERO, 3),
	  ALL_LIVE, 2, fences, false, STATUS_FAILED, REASON_CHANGED_SINCE, Y, "- - - b - 3:3",
	  "0xa is registered on 0 of 3 paths, missing on /dev/sda, /dev/sdb (done, but changed" },
	{ "register, and the first path is fenced before it is read", REGISTER(),
	  KEYS(0, 0, 0, 0xb, 0, WERO, 3), ALL_LIVE, 1, fences, false, STATUS_FAILED,
	  REASON_CHANGED_SINCE, Y, "- - - b - 3:3", "0xa is registered on 0 of 3 paths" },
	{ "register --allow-partial, and the first path is fenced before it is read",
	  REGISTER(.allow_partial = true), KEYS(0, 0, 0, 0xb, 0, WERO, 3), ALL_LIVE, 1, fences,
	  false, STATUS_FAILED, REASON_CHANGED_SINCE, Y, "- - - b - 3:3",
	  "0xa is registered on 0 of 3 paths" },
	{ "register with no path alive", REGISTER(), KEYS(0, 0, 0, 0, 0, FREE), { 0, 0, 0 },
	  NOTHING, STATUS_FAILED,
	  REASON_PATH, N, "- - - - -", "no path responds: /dev/sda" },
	{ "register, the target tells no nexus", REGISTER(), KEYS(0, 0, 0, 0xb, 0, FREE), ALL_LIVE,
	  0, NULL, true,
	  STATUS_OK, REASON_NONE, Y, "a a a b -", NULL },
	{ "register again, the target tells no nexus", REGISTER(), KEYS(0xa, 0, 0xa, 0xb, 0, FREE),
	  ALL_LIVE, 0, NULL,
	  true, STATUS_OK, REASON_NONE, Y, "a a a b -", NULL },

	/* --- every path has the key, which is not all that is asked for */
	{ "register of the agent, and another host has the key, too", REGISTER(.fence = true),
	  KEYS(0xa, 0xa, 0xa, 0xa, 0, WERO, 3), ALL_LIVE, NOTHING, STATUS_CONFLICT,
	  REASON_OTHER_KEY_REGISTERED, N, "a a a a - 3:3",
	  "through /dev/sda: 0xa is registered by another host" },
	{ "register of the agent --allow-partial, and another host has the key, too",
	  REGISTER(.fence = true, .allow_partial = true), KEYS(0xa, 0xa, 0xa, 0xa, 0, FREE),
	  { ALIVE, 0, ALIVE }, NOTHING, STATUS_CONFLICT, REASON_OTHER_KEY_REGISTERED, N,
	  "a a a a -", "0xa is registered by another host" },
	{ "register --volatile, and another host's registration persists",
	  REGISTER(.is_volatile = true), KEYS(0xa, 0xa, 0xa, 0xb, 0, FREE), ALL_LIVE, NOTHING,
	  STATUS_CONFLICT, REASON_PERSISTENT, N, "a a a b -", "through /dev/sda: registrations " },
	{ "register --all-ports, and each path is registered for one port",
	  REGISTER(.all_ports = true), KEYS(0xa, 0xa, 0xa, 0, 0, FREE), ALL_LIVE, NOTHING,
	  STATUS_CONFLICT, REASON_ONE_PORT_REGISTERED, N, "a a a - -", "for one target port" },
	{ "register --all-ports --dry-run, and each path is registered for one port",
	  REGISTER(.all_ports = true, .dry_run = true), KEYS(0xa, 0xa, 0xa, 0, 0, FREE), ALL_LIVE,
	  NOTHING, STATUS_CONFLICT, REASON_ONE_PORT_REGISTERED, N, "a a a - -", NULL },
	{ "register --all-ports, and the device ignores it", REGISTER(.all_ports = true),
	  KEYS(0, 0, 0, 0xb, 0, FREE), ALL_LIVE, NOTHING, STATUS_UNSUPPORTED,
	  REASON_OPTION_UNSUPPORTED, Y, "a a a b -",
	  "through /dev/sda: the device ignored ALL_TG_PT" },
	{ "register --all-ports --allow-partial, the device ignores it, and a path is dead",
	  REGISTER(.all_ports = true, .allow_partial = true), KEYS(0, 0, 0xa, 0, 0, FREE),
	  { ALIVE, 0, ALIVE }, NOTHING, STATUS_UNSUPPORTED, REASON_OPTION_UNSUPPORTED, Y,
	  "a - a - -", NULL },

	/* --- unregister */
	{ "unregister", UNREGISTER(.key = 0xa), KEYS(0xa, 0xa, 0xa, 0xb, 0, FREE), ALL_LIVE,
	  NOTHING, STATUS_OK,
	  REASON_NONE, Y, "- - - b -", "unregistered on 3 paths" },
	{ "unregister by the holder, alone", UNREGISTER(.key = 0xa),
	  KEYS(0xa, 0xa, 0xa, 0, 0, WE, 0), ALL_LIVE, NOTHING,
	  STATUS_OK, REASON_NONE, Y, "- - - - -", NULL },
	{ "unregister by the holder, with others", UNREGISTER(.key = 0xa),
	  KEYS(0xa, 0xa, 0xa, 0xb, 0, WE, 2), ALL_LIVE,
	  NOTHING, STATUS_CONFLICT, REASON_HOLDER, N, "a a a b - 1:2", NULL },
	{ "unregister with a dead path", UNREGISTER(.key = 0xa), KEYS(0xa, 0xa, 0xa, 0, 0, FREE),
	  { ALIVE, 0, ALIVE },
	  NOTHING, STATUS_FAILED, REASON_PATH, Y, "- a - - -", "still registered on /dev/sdb" },
	{ "unregister with a dead path that has no key", UNREGISTER(.key = 0xa),
	  KEYS(0xa, 0, 0xa, 0, 0, FREE),
	  { ALIVE, 0, ALIVE }, NOTHING, STATUS_OK, REASON_NONE, Y, "- - - - -", NULL },
	{ "unregister with a dead path, the target tells no nexus", UNREGISTER(.key = 0xa),
	  KEYS(0xa, 0xa, 0xa, 0xb, 0, FREE), { ALIVE, 0, ALIVE }, 0, NULL, true, STATUS_FAILED,
	  REASON_PATH, Y,
	  "- a - b -", "still registered on /dev/sdb" },
	{ "unregister, the target tells no nexus", UNREGISTER(.key = 0xa),
	  KEYS(0xa, 0xa, 0xa, 0xb, 0, FREE), ALL_LIVE,
	  0, NULL, true, STATUS_OK, REASON_NONE, Y, "- - - b -", NULL },
	{ "unregister, and an earlier session of this host is left", UNREGISTER(.key = 0xa),
	  KEYS(0xa, 0xa, 0xa, 0, 0xa, FREE), ALL_LIVE, NOTHING, STATUS_FAILED, REASON_NOT_DONE, Y,
	  "- - - - a",
	  "by an old session or a disk outside this map: 0xa (" HOST_1 ",i,0x00023d000009)" },
	{ "unregister --ignore-key, an earlier session alone is left",
	  UNREGISTER(.ignore_key = true),
	  KEYS(0, 0, 0, 0, 0xa, FREE), ALL_LIVE, NOTHING, STATUS_FAILED, REASON_NOT_DONE, N,
	  "- - - - a", NULL },
	{ "unregister, nothing is registered", UNREGISTER(.key = 0xa), KEYS(0, 0, 0, 0xb, 0, FREE),
	  ALL_LIVE, NOTHING,
	  STATUS_CONFLICT, REASON_KEY_NOT_REGISTERED, N, "- - - b -", NULL },
	{ "unregister, the last path has another key: nothing is done", UNREGISTER(.key = 0xa),
	  KEYS(0xa, 0xa, 0xd, 0, 0, FREE), ALL_LIVE, NOTHING, STATUS_CONFLICT,
	  REASON_OTHER_KEY_REGISTERED, N,
	  "a a d - -", "through /dev/sdc: " },
	{ "unregister --ignore-key", UNREGISTER(.ignore_key = true),
	  KEYS(0xa, 0, 0xd, 0xb, 0, FREE), ALL_LIVE, NOTHING,
	  STATUS_OK, REASON_NONE, Y, "- - - b -", NULL },

	/* --- through one path, and the next if that fails */
	{ "reserve", RESERVE(.type = WERO), KEYS(0xa, 0xa, 0xa, 0xb, 0, FREE), ALL_LIVE, NOTHING,
	  STATUS_OK, REASON_NONE,
	  Y, "a a a b - 3:0", NULL },
	{ "reserve with a type for one path", RESERVE(.type = WE), KEYS(0xa, 0xa, 0xa, 0, 0, FREE),
	  ALL_LIVE, NOTHING,
	  STATUS_OK, REASON_NONE, Y, "a a a - - 1:0", "is held by one path, /dev/sda" },
	{ "reserve, a path lacks the key", RESERVE(.type = WERO), KEYS(0xa, 0, 0xa, 0, 0, FREE),
	  ALL_LIVE, NOTHING,
	  STATUS_OK, REASON_NONE, Y, "a - a - - 3:0",
	  "writes through unregistered paths will fail: /dev/sdb" },
	{ "reserve through the only path with the key", RESERVE(.type = WERO),
	  KEYS(0, 0, 0xa, 0xb, 0, FREE), ALL_LIVE,
	  NOTHING, STATUS_OK, REASON_NONE, Y, "- - a b - 3:2", NULL },
	{ "reserve, the only path with the key is dead", RESERVE(.type = WERO),
	  KEYS(0, 0, 0xa, 0xb, 0, FREE),
	  { ALIVE, ALIVE, 0 }, NOTHING, STATUS_CONFLICT, REASON_KEY_NOT_REGISTERED, N, "- - a b -",
	  "0xa is registered through another path, not through this one" },
	{ "reserve, two paths die between reading and reserving", RESERVE(.type = WERO),
	  KEYS(0xa, 0xa, 0xa, 0xb, 0, FREE), { 1, 1, ALIVE }, NOTHING, STATUS_OK, REASON_NONE, Y,
	  "a a a b - 3:2", NULL },
	{ "reserve again, the target tells no nexus, and another path holds", RESERVE(.type = WE),
	  KEYS(0xa, 0xa, 0xa, 0xb, 0, WE, 2), ALL_LIVE, 0, NULL, true, STATUS_OK, REASON_NONE, N,
	  "a a a b - 1:2", NULL },
	{ "reserve again, the target tells no nexus, and no other path is registered",
	  RESERVE(.type = WE), KEYS(0xa, 0, 0, 0xb, 0, WE, 0), ALL_LIVE, 0, NULL, true, STATUS_OK,
	  REASON_NONE, N, "a - - b - 1:0", NULL },
	{ "release through the path that holds", RELEASE(), KEYS(0xa, 0xa, 0xa, 0xb, 0, WE, 2),
	  ALL_LIVE, NOTHING,
	  STATUS_OK, REASON_NONE, Y, "a a a b -", NULL },
	{ "release, the path that holds is dead", RELEASE(), KEYS(0xa, 0xa, 0xa, 0xb, 0, WE, 2),
	  { ALIVE, ALIVE, 0 },
	  NOTHING, STATUS_FAILED, REASON_PATH, N, "a a a b - 1:2", "through /dev/sdc" },
	{ "release, the target tells no nexus, and the last path holds", RELEASE(),
	  KEYS(0xa, 0xa, 0xa, 0xb, 0, WE, 2),
	  ALL_LIVE, 0, NULL, true, STATUS_OK, REASON_NONE, Y, "a a a b -", NULL },
	{ "preempt", PREEMPT(.victim = 0xb), KEYS(0xa, 0xa, 0xa, 0xb, 0, WERO, 3), ALL_LIVE,
	  NOTHING, STATUS_OK,
	  REASON_NONE, Y, "a a a - - 3:0", NULL },
	{ "preempt, two paths die between reading and preempting", PREEMPT_ABORT(.victim = 0xb),
	  KEYS(0xa, 0xa, 0xa, 0xb, 0, WERO, 3), { 1, 1, ALIVE }, NOTHING, STATUS_OK, REASON_NONE,
	  Y, "a a a - - 3:2",
	  "LOGICAL UNIT RESET done" },
	{ "preempt of a key that another path has", PREEMPT(.victim = 0xd),
	  KEYS(0xa, 0xd, 0xa, 0xb, 0, WERO, 0), ALL_LIVE,
	  NOTHING, STATUS_CONFLICT, REASON_OTHER_KEY_REGISTERED, N, "a d a b - 3:0",
	  "is also registered by another path of this host" },
	{ "preempt of an earlier session of this host", PREEMPT(.victim = 0xd),
	  KEYS(0xa, 0xa, 0xa, 0xb, 0xd, WERO, 4),
	  ALL_LIVE, NOTHING, STATUS_OK, REASON_NONE, Y, "a a a b - 3:0", NULL },
	{ "preempt --victim all: the other paths have their keys again",
	  PREEMPT(.victim_all = true),
	  KEYS(0xa, 0xa, 0xa, 0xb, 0, WEAR, 3), ALL_LIVE, NOTHING, STATUS_OK, REASON_NONE, Y,
	  "a a a - - 5:0",
	  "re-registered: /dev/sdb, /dev/sdc; writes through them failed meanwhile" },
	{ "preempt --victim all, then fenced while the paths are registered again",
	  PREEMPT(.victim_all = true), KEYS(0xa, 0xa, 0xa, 0xb, 0, WEAR, 0), ALL_LIVE, 2,
	  returns_and_fences, false, STATUS_FAILED, REASON_CHANGED_SINCE, Y, "- - - b - 5:0",
	  "done, but changed since: now held by 0xb (" HOST_2 "), write-exclusive-all-regs; 0xa is "
	  "not registered; another host is changing this device" },
	{ "preempt --victim all, a path had no key: it gets none", PREEMPT(.victim_all = true),
	  KEYS(0xa, 0, 0xa, 0xb, 0, WEAR, 3), ALL_LIVE, NOTHING, STATUS_OK, REASON_NONE, Y,
	  "a - a - - 5:0",
	  "writes through unregistered paths will fail: /dev/sdb" },
	{ "preempt --victim all, a path dies then", PREEMPT(.victim_all = true),
	  KEYS(0xa, 0xa, 0xa, 0xb, 0, WEAR, 3),
	  { ALIVE, ALIVE, 1 }, NOTHING, STATUS_OK, REASON_NONE, Y, "a a - - - 5:0",
	  "writes through unregistered paths will fail: /dev/sdc" },
	{ "preempt --victim all, a path was dead before", PREEMPT(.victim_all = true),
	  KEYS(0xa, 0xa, 0xa, 0xb, 0, WEAR, 0), { ALIVE, ALIVE, 0 }, NOTHING, STATUS_OK,
	  REASON_NONE, Y, "a a - - - 5:0",
	  "writes through unregistered paths will fail: /dev/sdc" },
	{ "clear", CLEAR, KEYS(0xa, 0xa, 0xa, 0xb, 0xa, WERO, 0), ALL_LIVE, NOTHING, STATUS_OK,
	  REASON_NONE, Y, "- - - - -",
	  NULL },
	{ "clear, the first path dies, and this host is fenced meanwhile", CLEAR,
	  KEYS(0xa, 0xa, 0xa, 0xb, 0, FREE), { 1, ALIVE, ALIVE }, 1, fences, false,
	  STATUS_CONFLICT, REASON_KEY_NOT_REGISTERED, N, "- - - b -", NULL },
	{ "clear with every path dead but the last", CLEAR, KEYS(0xa, 0xa, 0xa, 0xb, 0, WERO, 0),
	  { 0, 0, ALIVE }, NOTHING,
	  STATUS_OK, REASON_NONE, Y, "- - - - -", NULL },
	{ "preempt, and a path is not ready after it", PREEMPT(.victim = 0xb),
	  KEYS(0xa, 0xa, 0xa, 0xb, 0, WERO, 3), ALL_LIVE, 1, second_busy, false, STATUS_OK,
	  REASON_NONE, Y, "a a a - - 3:0",
	  "the state after the change was not read through /dev/sdb (not ready" },
};

/* The first two paths in no map, named one after the other. */
static void disks(void **state)
{
	const struct fault_row *row = *state;
	struct result *map = map_begin(&row->row), *one = map->paths, *two = one->next;

	device.fault_row = row;
	device.beside = row->beside;
	two->earlier = one;
	for (struct result *disk = one; disk != two->next; disk = disk->next) {
		disk->map = NULL;
		path_read(&row->row.request, disk);
		path_operate(&row->row.request, disk);
		same_lun_judge(&row->row.request, disk);
		disk->handover.stage = STAGE_DONE;
	}
	assert_int_equal(one->outcome.status, STATUS_OK);
	assert_int_equal(two->outcome.status, row->row.status);
	assert_int_equal(two->outcome.reason, row->row.reason);
	if (row->row.said)
		assert_non_null(strstr(two->outcome.message, row->row.said));
	for (int i = 0; i < 2; i++)
		assert_int_equal(device.reads[i], row->reads[i]);
	path_close(one);
	path_close(two);
	arena_free(map->arena);
}

#define STATUS REQUEST(COMMAND_STATUS, "status", .json = true)
#define APART { .apart = true }
#define ANSWERS(code) { .asc = code }
#define FAILS(outcome) { .kind = outcome }
#define DOES_AND_FAILS(outcome) { .kind = outcome, .may_be_done = true }
#define COUNTS { .counts = true }
#define WELL { .apart = false }
#define NO_OTHER { .holder = NOBODY }
#define ALL_READ(a, b, c) { a, b, c }
#define ANY_READS ALL_READ(0, 0, 0)

static const struct fault_row fault_rows[] = {
	/* --- the answer is lost, and this host is fenced before the state is read */
	{ { "register, the first path's answer is lost, and this host is fenced", REGISTER(),
	    KEYS(0, 0, 0, 0xb, 0, WERO, 3), ALL_LIVE, 1, fences, false, STATUS_UNKNOWN,
	    REASON_OUTCOME_LOST, U, "- - - b - 3:3", "removed by another host since" },
	  { DOES_AND_FAILS(ANSWER_TRANSIENT) }, NO_OTHER, false, 1, ANY_READS },
	{ { "register, the second path's answer is lost, and this host is fenced", REGISTER(),
	    KEYS(0, 0, 0, 0xb, 0, WERO, 3), ALL_LIVE, 2, fences, false, STATUS_FAILED,
	    REASON_CHANGED_SINCE, Y, "- - - b - 3:3", "0xa is registered on 0 of 3 paths" },
	  { WELL, DOES_AND_FAILS(ANSWER_TRANSIENT) }, NO_OTHER, false, 2, ANY_READS },
	{ { "register, the first path's answer is lost, and it dies", REGISTER(),
	    KEYS(0, 0, 0, 0xb, 0, WERO, 3), ALL_LIVE, 1, fences_first_dies, false, STATUS_UNKNOWN,
	    REASON_OUTCOME_LOST, U, "- - - b - 3:3", "removed by another host since" },
	  { DOES_AND_FAILS(ANSWER_PATH) }, NO_OTHER, false, 1, ANY_READS },
	/* --- how often the state is read: once before and once after, through each path */
	{ { "preempt, without faults", PREEMPT(.victim = 0xb), KEYS(0xa, 0xa, 0xa, 0xb, 0, WERO, 3),
	    ALL_LIVE, NOTHING, STATUS_OK, REASON_NONE, Y, "a a a - - 3:0", NULL },
	  { WELL },
	  NO_OTHER,
	  false,
	  1,
	  ALL_READ(2, 2, 2) },
	{ { "preempt --if-registered of a victim that is not there",
	    PREEMPT(.victim = 0xc, .if_registered = true), KEYS(0xa, 0xa, 0xa, 0xb, 0, WERO, 0),
	    ALL_LIVE, NOTHING, STATUS_OK, REASON_NONE, N, "a a a b - 3:0", NULL },
	  { WELL },
	  NO_OTHER,
	  false,
	  0,
	  ALL_READ(1, 1, 1) },
	{ { "status", STATUS, KEYS(0xa, 0xa, 0xa, 0xb, 0, WERO, 3), ALL_LIVE, NOTHING, STATUS_OK,
	    REASON_NONE, N, "a a a b - 3:3", NULL },
	  { WELL },
	  NO_OTHER,
	  false,
	  0,
	  ALL_READ(1, 1, 1) },

	/* --- controllers that count generations for themselves, and share what they hold */
	{ { "status, counted apart", STATUS, KEYS(0xa, 0xa, 0xa, 0xb, 0, WERO, 3), ALL_LIVE,
	    NOTHING, STATUS_OK, REASON_NONE, N, "a a a b - 3:3",
	    "different generations (/dev/sda 0, /dev/sdb 7, /dev/sdc 0)" },
	  { WELL, COUNTS, WELL }, NO_OTHER, false, 0, ALL_READ(2, 2, 2), 7 },
	{ { "check, counted apart", CHECK(), KEYS(0xa, 0xa, 0xa, 0xb, 0, WERO, 3), ALL_LIVE,
	    NOTHING, STATUS_OK, REASON_NONE, N, "a a a b - 3:3", "different generations" },
	  { WELL, COUNTS, COUNTS }, NO_OTHER, false, 0, ALL_READ(2, 2, 2), 7 },
	{ { "status, counted apart, and one path alone is registered", STATUS,
	    KEYS(0, 0xa, 0, 0xb, 0, WERO, 3), ALL_LIVE, NOTHING, STATUS_OK, REASON_NONE, N,
	    "- a - b - 3:3", "different generations" },
	  { WELL, COUNTS, COUNTS }, NO_OTHER, false, 0, ANY_READS, 7 },
	{ { "register, counted apart", REGISTER(), KEYS(0, 0, 0, 0, 0, FREE), ALL_LIVE, NOTHING,
	    STATUS_OK, REASON_NONE, Y, "a a a - -", "different generations" },
	  { WELL, COUNTS, WELL }, NO_OTHER, false, 3, ANY_READS, 7 },
	{ { "preempt-abort, counted apart", PREEMPT_ABORT(.victim = 0xb),
	    KEYS(0xa, 0xa, 0xa, 0xb, 0, WERO, 3), ALL_LIVE, NOTHING, STATUS_OK, REASON_NONE, Y,
	    "a a a - - 3:0", "different generations" },
	  { WELL, COUNTS, WELL }, NO_OTHER, false, 1, ANY_READS, 7 },
	{ { "release, counted apart only after it", RELEASE(),
	    KEYS(0xa, 0xa, 0xa, 0xb, 0, WERO, 0), ALL_LIVE, NOTHING, STATUS_OK, REASON_NONE, Y,
	    "a a a b -", "different generations" },
	  { WELL, COUNTS, WELL }, NO_OTHER, false, 1, ANY_READS, 0 },
	{ { "status, another generation, and nobody of this host is registered", STATUS,
	    KEYS(0, 0, 0, 0xb, 0, WERO, 3), ALL_LIVE, NOTHING, STATUS_UNKNOWN,
	    REASON_PATHS_DISAGREE, N, "- - - b - 3:3", "generation 7" },
	  { WELL, COUNTS, WELL }, NO_OTHER, false, 0, ANY_READS, 7 },
	{ { "status, another generation, and the path of another controller is dead", STATUS,
	    KEYS(0, 0, 0xa, 0xb, 0, WERO, 3), { ALIVE, ALIVE, 0 }, NOTHING, STATUS_UNKNOWN,
	    REASON_PATHS_DISAGREE, N, "- - a b - 3:3", "generation 7" },
	  { WELL, COUNTS, WELL }, NO_OTHER, false, 0, ANY_READS, 7 },
	{ { "status, another generation, and lists that name no nexus", STATUS,
	    KEYS(0xa, 0xa, 0xa, 0xb, 0, WERO, 3), ALL_LIVE, 0, NULL, true, STATUS_UNKNOWN,
	    REASON_PATHS_DISAGREE, N, "a a a b - 3:3", "generation 7" },
	  { WELL, COUNTS, WELL }, NO_OTHER, false, 0, ANY_READS, 7 },
	{ { "preempt, another generation, and this path alone is registered at each gateway",
	    PREEMPT(.victim = 0xb), KEYS(0xa, 0, 0, 0xb, 0, WERO, 3), ALL_LIVE, NOTHING,
	    STATUS_FAILED, REASON_PATHS_DISAGREE, N, "a - - b - 3:3", NULL },
	  { WELL, WELL, APART }, KEYS(0, 0, 0xa, 0xb, 0, WERO, 3), false, 0, ANY_READS, 7 },
	{ { "register, another generation, and the gateways share nothing", REGISTER(),
	    KEYS(0, 0, 0, 0, 0, FREE), ALL_LIVE, NOTHING, STATUS_FAILED, REASON_PATHS_DISAGREE, Y,
	    "a a - - -", NULL },
	  { WELL, WELL, APART }, NO_OTHER, false, 2, ANY_READS, 7 },
	{ { "unregister, another generation, and nobody of this host is registered",
	    UNREGISTER(.ignore_key = true), KEYS(0, 0, 0, 0xb, 0, WERO, 3), ALL_LIVE, NOTHING,
	    STATUS_FAILED, REASON_PATHS_DISAGREE, N, "- - - b - 3:3", NULL },
	  { WELL, WELL, APART }, KEYS(0, 0, 0, 0xb, 0, WERO, 3), false, 0, ANY_READS, 7 },

	/* --- gateways that do not share reservations */
	{ { "preempt-abort, and the victim is registered at the other gateway alone",
	    PREEMPT_ABORT(.victim = 0xb, .if_registered = true), KEYS(0xa, 0xa, 0xa, 0, 0, WERO, 0),
	    ALL_LIVE, NOTHING, STATUS_FAILED, REASON_PATHS_DISAGREE, N, "a a a - - 3:0",
	    "/dev/sda, /dev/sdb shows 0xa (/dev/sda), 0xa (/dev/sdb), 0xa (/dev/sdc), held by 0xa "
	    "(this host), "
	    "write-exclusive-reg-only, generation 0; /dev/sdc shows 0xa (/dev/sdc), 0xb (" HOST_2
	    "), held by" },
	  { WELL, WELL, APART },
	  KEYS(0, 0, 0xa, 0xb, 0, WERO, 2),
	  false,
	  0,
	  ANY_READS },
	{ { "preempt, and both gateways hold the same before", PREEMPT(.victim = 0xb),
	    KEYS(0xa, 0xa, 0xa, 0xb, 0, WERO, 0), ALL_LIVE, NOTHING, STATUS_FAILED,
	    REASON_PATHS_DISAGREE, Y, "a a a - - 3:0",
	    "preempted 0xb; held by 0xa (this host), "
	    "write-exclusive-reg-only; but the map's paths disagree: /dev/sda, /dev/sdb shows" },
	  { WELL, WELL, APART },
	  KEYS(0xa, 0xa, 0xa, 0xb, 0, WERO, 0),
	  false,
	  1,
	  ANY_READS },
	{ { "register, and nobody is registered before", REGISTER(), KEYS(0, 0, 0, 0, 0, FREE),
	    ALL_LIVE, NOTHING, STATUS_FAILED, REASON_PATHS_DISAGREE, Y, "a - - - -", NULL },
	  { WELL, APART, WELL },
	  KEYS(0, 0, 0, 0, 0, FREE),
	  false,
	  1,

	  ANY_READS },
	{ { "clear, and both gateways hold the same before", CLEAR,
	    KEYS(0xa, 0xa, 0xa, 0xb, 0, FREE), ALL_LIVE, NOTHING, STATUS_FAILED,
	    REASON_PATHS_DISAGREE, Y, "- - - - -",
	    "/dev/sda shows no registrants, nothing is reserved, generation 1" },
	  { WELL, APART, APART },
	  KEYS(0xa, 0xa, 0xa, 0xb, 0, FREE),
	  false,
	  1,
	  ANY_READS },
	{ { "reserve, the target tells no nexus, and both list the same keys",
	    RESERVE(.type = WERO), KEYS(0xa, 0, 0, 0xb, 0, FREE), ALL_LIVE, 0, NULL, true,
	    STATUS_FAILED, REASON_PATHS_DISAGREE, Y, "a - - b - 3:0", NULL },
	  { WELL, APART, WELL },
	  KEYS(0, 0xa, 0, 0xb, 0, FREE),
	  false,
	  1,
	  ANY_READS },
	{ { "status", STATUS, KEYS(0xa, 0, 0, 0xb, 0, FREE), ALL_LIVE, NOTHING, STATUS_UNKNOWN,
	    REASON_PATHS_DISAGREE, N, "a - - b -", "the map's paths disagree: /dev/sda shows" },
	  { WELL, APART, APART },
	  KEYS(0, 0, 0, 0, 0, FREE),
	  false,
	  0,
	  ALL_READ(2, 2, 2) },
	{ { "check, and the first path has lost its access", CHECK(),
	    KEYS(0, 0xa, 0xa, 0xb, 0, FREE), ALL_LIVE, NOTHING, STATUS_UNKNOWN,
	    REASON_PATHS_DISAGREE, N, "- a a b -", "/dev/sda shows no registrants" },
	  { APART, WELL, WELL },
	  KEYS(0, 0, 0, 0, 0, FREE),
	  false,
	  0,
	  ANY_READS },
	{ { "check, and they differ by the holder alone", CHECK(),
	    KEYS(0xa, 0xa, 0xa, 0xa, 0, WERO, 0), ALL_LIVE, NOTHING, STATUS_UNKNOWN,
	    REASON_PATHS_DISAGREE, N, "a a a a - 3:0", NULL },
	  { WELL, WELL, APART },
	  KEYS(0xa, 0xa, 0xa, 0xa, 0, WERO, 3),
	  false,
	  0,
	  ANY_READS },
	{ { "another host's change between two readings is no disagreement", PREEMPT(.victim = 0xb),
	    KEYS(0xa, 0xa, 0xa, 0xb, 0, WERO, 3), ALL_LIVE, NOTHING, STATUS_OK, REASON_NONE, Y,
	    "a a a - - 3:0", NULL },
	  { WELL, APART, WELL },
	  KEYS(0xa, 0xa, 0xa, 0, 0, WERO, 0),
	  true,
	  1,
	  ALL_READ(3, 3, 3) },
	{ { "a difference that cannot be read again is one",
	    PREEMPT(.victim = 0xb),
	    KEYS(0xa, 0xa, 0xa, 0xb, 0, WERO, 3),
	    { ALIVE, 1, ALIVE },
	    NOTHING,
	    STATUS_FAILED,
	    REASON_PATHS_DISAGREE,
	    N,
	    "a a a b - 3:3",
	    "/dev/sdb (the path failed" },
	  { WELL, APART, WELL },
	  KEYS(0xa, 0xa, 0xa, 0, 0, WERO, 0),
	  false,
	  0,
	  ANY_READS },
	{ { "clear, and a path says that the LUN is not there", CLEAR,
	    KEYS(0xa, 0xa, 0xa, 0xb, 0, FREE), ALL_LIVE, NOTHING, STATUS_FAILED,
	    REASON_PATHS_DISAGREE, N, "a a a b -",
	    "/dev/sdb (the LUN is no longer mapped to this host (no such LUN, sense 05/25/00 "
	    "(0x2)))" },
	  { WELL, ANSWERS(0x25), WELL },
	  NO_OTHER,
	  false,
	  0,
	  ANY_READS },
	{ { "check, and a path says that the LUN is not there", CHECK(),
	    KEYS(0xa, 0xa, 0xa, 0xb, 0, FREE), ALL_LIVE, NOTHING, STATUS_UNKNOWN,
	    REASON_PATHS_DISAGREE, N, "a a a b -", NULL },
	  { ANSWERS(0x25), WELL, WELL },
	  NO_OTHER,
	  false,
	  0,
	  ANY_READS },

	{ { "preempt, and a path leads to a device without reservations", PREEMPT(.victim = 0xb),
	    KEYS(0xa, 0xa, 0xa, 0xb, 0, WERO, 3), ALL_LIVE, NOTHING, STATUS_FAILED,
	    REASON_PATHS_DISAGREE, N, "a a a b - 3:3",
	    "/dev/sdc (no persistent reservations: unknown command, sense 05/20/00 (0x2))" },
	  { WELL, WELL, ANSWERS(0x20) },
	  NO_OTHER,
	  false,
	  0,
	  ANY_READS },
	{ { "preempt, and a passive controller refuses the reading in its own way",
	    PREEMPT(.victim = 0xb), KEYS(0xa, 0xa, 0xa, 0xb, 0, WERO, 3), ALL_LIVE, NOTHING,
	    STATUS_OK, REASON_NONE, Y, "a a a - - 3:0", NULL },
	  { WELL, WELL, ANSWERS(0x94) },
	  NO_OTHER,
	  false,
	  1,
	  ANY_READS },

	/* --- a path that does not do it */
	{ { "preempt-abort, and a path is write-protected", PREEMPT_ABORT(.victim = 0xb),
	    KEYS(0xa, 0xa, 0xa, 0xb, 0, WERO, 3), ALL_LIVE, NOTHING, STATUS_OK, REASON_NONE, Y,
	    "a a a - - 3:1", "done through /dev/sdb after failing through /dev/sda (" },
	  { FAILS(ANSWER_CHECK), WELL, WELL },
	  NO_OTHER,
	  false,
	  4,
	  ANY_READS },
	{ { "register, which the device refuses", REGISTER(), KEYS(0, 0, 0, 0xb, 0, FREE),
	    ALL_LIVE, NOTHING, STATUS_FAILED, REASON_REFUSED, N, "- - - b -",
	    "through /dev/sda: the device rejected the command" },
	  { FAILS(ANSWER_INVALID), FAILS(ANSWER_INVALID), FAILS(ANSWER_INVALID) },
	  NO_OTHER, false, 3, ANY_READS },
	{ { "clear, and two paths refuse the command", CLEAR, KEYS(0xa, 0xa, 0xa, 0xb, 0, WERO, 3),
	    ALL_LIVE, NOTHING, STATUS_OK, REASON_NONE, Y, "- - - - -", "done through /dev/sdc" },
	  { FAILS(ANSWER_INVALID), FAILS(ANSWER_NO_COMMAND), WELL },
	  NO_OTHER,
	  false,
	  3,
	  ANY_READS },
	{ { "reserve, and no path does it", RESERVE(.type = WERO),
	    KEYS(0xa, 0xa, 0xa, 0xb, 0, FREE), ALL_LIVE, NOTHING, STATUS_FAILED, REASON_IO_ERROR, N,
	    "a a a b -", "through /dev/sdc: not done after 3 tries" },
	  { FAILS(ANSWER_CHECK), FAILS(ANSWER_CHECK), FAILS(ANSWER_CHECK) },
	  NO_OTHER,
	  false,
	  MANY,
	  ANY_READS },
	{ { "preempt-abort that may have been done goes on through no other path",
	    PREEMPT_ABORT(.victim = 0xb), KEYS(0xa, 0xa, 0xa, 0xb, 0, WERO, 3), ALL_LIVE, NOTHING,
	    STATUS_OK, REASON_NONE, U, "a a a - - 3:0", "LOGICAL UNIT RESET done" },
	  { DOES_AND_FAILS(ANSWER_CHECK), WELL, WELL },
	  NO_OTHER,
	  false,
	  1,
	  ANY_READS },
	{ { "a conflict, and the list names this path, holds for the LUN", CLEAR,
	    KEYS(0xa, 0xa, 0xa, 0xb, 0, FREE), ALL_LIVE, NOTHING, STATUS_CONFLICT, REASON_REFUSED,
	    N, "a a a b -", NULL },
	  { FAILS(ANSWER_CONFLICT), WELL, WELL },
	  NO_OTHER,
	  false,
	  1,
	  ANY_READS },

	/* --- what the paths show after it */
	{ { "preempt takes over a type that binds to one path", PREEMPT(.victim = 0xb),
	    KEYS(0xa, 0xa, 0xa, 0xb, 0, WE, 3), ALL_LIVE, NOTHING, STATUS_OK, REASON_NONE, Y,
	    "a a a - - 1:0", "write-exclusive is held by one path, /dev/sda" },
	  { WELL },
	  NO_OTHER,
	  false,
	  1,
	  ANY_READS },
	{ { "register, a path that is dead has the key",
	    REGISTER(),
	    KEYS(0xa, 0xa, 0, 0xb, 0, FREE),
	    { ALIVE, 0, ALIVE },
	    NOTHING,
	    STATUS_OK,
	    REASON_NONE,
	    Y,
	    "a a a b -",
	    "the key is registered for paths that do not respond: /dev/sdb" },
	  { WELL },
	  NO_OTHER,
	  false,
	  1,
	  ANY_READS },
	{ { "unregister of a key that no path has", UNREGISTER(.key = 0xb),
	    KEYS(0, 0, 0, 0xb, 0, FREE), ALL_LIVE, NOTHING, STATUS_CONFLICT,
	    REASON_KEY_NOT_REGISTERED, N, "- - - b -", NULL },
	  { WELL },
	  NO_OTHER,
	  false,
	  0,
	  ANY_READS },
	{ { "unregister by the holder, and an earlier session of this host is registered",
	    UNREGISTER(.key = 0xa), KEYS(0xa, 0xa, 0xa, 0, 0xa, WE, 1), ALL_LIVE, NOTHING,
	    STATUS_FAILED, REASON_NOT_DONE, Y, "- - - - a", NULL },
	  { WELL },
	  NO_OTHER,
	  false,
	  3,
	  ANY_READS },
};

/* What an earlier run has proven of the three paths. */
enum known {
	NOTHING_KNOWN,
	ALL_ONE, /* they share one registration */
	FIRST_TWO, /* the first two do */
	LAST_TWO, /* the last two do */
	ONE_OF_TWO, /* the last one shares that of the first or the second path */
};

static void known_begin(struct result *map, enum known known)
{
	struct sharer **list = &map->sharers;

	if (known == ALL_ONE || known == FIRST_TWO)
		sharing_prove(map->arena, list, &nexuses[0], &nexuses[1], 1);
	if (known == ALL_ONE || known == LAST_TWO)
		sharing_prove(map->arena, list, &nexuses[2], &nexuses[1], 1);
	if (known == ONE_OF_TWO)
		sharing_prove(map->arena, list, &nexuses[2], &nexuses[0], 2);
	for (struct sharer *sharer = *list; sharer; sharer = sharer->next)
		sharer->proven = false;
}

/* Arrays that keep one registration for all paths. */
static const struct {
	const char *name;
	enum counted counted;
	enum known known; /* from an earlier run */
	struct row row;
} shared_rows[] = {
	{ "register", BY_HOST, NOTHING_KNOWN,
	  { "", REGISTER(), KEYS(0, 0, 0, 0xb, 0, FREE), ALL_LIVE, NOTHING, STATUS_OK, REASON_NONE,
	    Y, "a - - b -",
	    "registered 0xa on 3 paths" } },
	{ "register again: nothing is changed", BY_HOST, NOTHING_KNOWN,
	  { "", REGISTER(), KEYS(0, 0xa, 0, 0xb, 0, FREE), ALL_LIVE, NOTHING, STATUS_OK,
	    REASON_NONE, N, "- a - b -",
	    "was already registered on 3 paths" } },
	{ "register, and the path that is listed is dead", BY_HOST, NOTHING_KNOWN,
	  { "", REGISTER(), KEYS(0xa, 0, 0, 0xb, 0, FREE), { 0, ALIVE, ALIVE }, NOTHING, STATUS_OK,
	    REASON_NONE, N,
	    "a - - b -", "the key is registered for paths that do not respond: /dev/sda" } },
	{ "register, listed for a path that is dead", BY_HOST_OF_THE_FIRST, NOTHING_KNOWN,
	  { "", REGISTER(), KEYS(0, 0, 0, 0xb, 0, FREE), { 0, ALIVE, ALIVE }, NOTHING, STATUS_OK,
	    REASON_NONE, Y,
	    "a - - b -", "the key is registered for paths that do not respond: /dev/sda" } },
	{ "register --old-key, by a path that is not listed", BY_HOST, NOTHING_KNOWN,
	  { "", REGISTER(.old_key = 0xd), KEYS(0, 0xd, 0, 0xb, 0, FREE), ALL_LIVE, NOTHING,
	    STATUS_OK, REASON_NONE, Y,
	    "- a - b -", NULL } },
	{ "register, and there is another key", BY_HOST, NOTHING_KNOWN,
	  { "", REGISTER(), KEYS(0, 0xd, 0, 0xb, 0, FREE), ALL_LIVE, NOTHING, STATUS_CONFLICT,
	    REASON_OTHER_KEY_REGISTERED, N, "- d - b -", NULL } },
	{ "register --ignore-key", BY_HOST, NOTHING_KNOWN,
	  { "", REGISTER(.ignore_key = true), KEYS(0, 0xd, 0, 0xb, 0, FREE), ALL_LIVE, NOTHING,
	    STATUS_OK, REASON_NONE, Y,
	    "- a - b -", "registered 0xa on 3 paths" } },
	{ "unregister", BY_HOST, NOTHING_KNOWN,
	  { "", UNREGISTER(.key = 0xa), KEYS(0, 0xa, 0, 0xb, 0, FREE), ALL_LIVE, NOTHING,
	    STATUS_OK, REASON_NONE, Y,
	    "- - - b -", NULL } },
	{ "reserve", BY_HOST, NOTHING_KNOWN,
	  { "", RESERVE(.type = WERO), KEYS(0, 0xa, 0, 0xb, 0, FREE), ALL_LIVE, NOTHING, STATUS_OK,
	    REASON_NONE, Y,
	    "- a - b - 3:1", NULL } },
	{ "register, listed for the path that came last", BY_HOST_OF_THE_LAST, NOTHING_KNOWN,
	  { "", REGISTER(), KEYS(0, 0, 0, 0xb, 0, FREE), ALL_LIVE, NOTHING, STATUS_OK, REASON_NONE,
	    Y, "- - a b -",
	    "registered 0xa on 3 paths" } },
	{ "register --ignore-key, listed for the path that came last", BY_HOST_OF_THE_LAST,
	  NOTHING_KNOWN,
	  { "", REGISTER(.ignore_key = true), KEYS(0, 0xd, 0, 0xb, 0, FREE), ALL_LIVE, NOTHING,
	    STATUS_OK, REASON_NONE, Y,
	    "- - a b -", "registered 0xa on 3 paths" } },
	{ "register, which replaces the registration of the path before", BY_HOST_REPLACED,
	  NOTHING_KNOWN,
	  { "", REGISTER(), KEYS(0, 0, 0, 0xb, 0, FREE), ALL_LIVE, NOTHING, STATUS_OK, REASON_NONE,
	    Y, "- - a b -", "registered 0xa on 3 paths" } },
	{ "register, which replaces that of a later path", BY_HOST_REPLACED, NOTHING_KNOWN,
	  { "", REGISTER(), KEYS(0, 0, 0xa, 0xb, 0, FREE), ALL_LIVE, NOTHING, STATUS_OK,
	    REASON_NONE, Y, "- a - b -", "registered 0xa on 3 paths" } },
	{ "check, as an earlier run has proven", BY_HOST, ALL_ONE,
	  { "", CHECK(), KEYS(0, 0xa, 0, 0xb, 0, FREE), ALL_LIVE, NOTHING, STATUS_OK, REASON_NONE,
	    N, "- a - b -", NULL } },
	{ "check, as an earlier run has proven, and another host alone has the key", BY_HOST,
	  ALL_ONE,
	  { "", CHECK(), KEYS(0, 0, 0, 0xa, 0, FREE), ALL_LIVE, NOTHING, STATUS_CONFLICT,
	    REASON_KEY_NOT_REGISTERED, N,
	    "- - - a -", NULL } },
	{ "check, and nothing is proven", BY_HOST, NOTHING_KNOWN,
	  { "", CHECK(), KEYS(0, 0xa, 0, 0xb, 0, FREE), ALL_LIVE, NOTHING, STATUS_FAILED,
	    REASON_KEY_NOT_REGISTERED, N,
	    "- a - b -", NULL } },
	{ "unregister, as an earlier run has proven, and the path that is listed is dead", BY_HOST,
	  ALL_ONE,
	  { "", UNREGISTER(.key = 0xa), KEYS(0xa, 0, 0, 0xb, 0, FREE), { 0, ALIVE, ALIVE },
	    NOTHING, STATUS_OK,
	    REASON_NONE, Y, "- - - b -", NULL } },
	{ "register, as an earlier run has proven: each path proves it again", BY_HOST,
	  ALL_ONE,
	  { "", REGISTER(), KEYS(0, 0xa, 0, 0xb, 0, FREE), ALL_LIVE, NOTHING, STATUS_OK,
	    REASON_NONE, N, "- a - b -", "was already registered on 3 paths" } },
	{ "a fence between the paths", BY_HOST, NOTHING_KNOWN,
	  { "", REGISTER(), KEYS(0, 0, 0, 0xb, 0, WERO, 3), ALL_LIVE, 2, fences, false,
	    STATUS_FAILED, REASON_CHANGED_SINCE, Y, "- - - b - 3:3",
	    "/dev/sdb (not registered, because 0xa was removed from /dev/sda meanwhile)" } },

	/* The device ignores ALL_TG_PT, which does not matter if all paths share a registration. */
	{ "register --all-ports", BY_HOST, NOTHING_KNOWN,
	  { "", REGISTER(.all_ports = true), KEYS(0, 0, 0, 0xb, 0, FREE), ALL_LIVE, NOTHING,
	    STATUS_OK, REASON_NONE, Y, "a - - b -", "registered 0xa on 3 paths" } },
	{ "register --all-ports, as an earlier run has proven: each path proves it again", BY_HOST,
	  ALL_ONE,
	  { "", REGISTER(.all_ports = true), KEYS(0xa, 0, 0, 0xb, 0, FREE), ALL_LIVE, NOTHING,
	    STATUS_OK, REASON_NONE, N, "a - - b -", "was already registered on 3 paths" } },
	{ "register --all-ports, and what an earlier run has proven is not so", BY_NEXUS,
	  ALL_ONE,
	  { "", REGISTER(.all_ports = true), KEYS(0xa, 0, 0, 0xb, 0, FREE), ALL_LIVE, NOTHING,
	    STATUS_CONFLICT, REASON_ONE_PORT_REGISTERED, Y, "a a a b -", NULL } },

	/* The path that is listed is dead: any other path can do what it could. */
	{ "check with a type, as an earlier run has proven", BY_HOST, ALL_ONE,
	  { "", CHECK(.type = WE), KEYS(0xa, 0, 0, 0xb, 0, WE, 0), ALL_LIVE, NOTHING, STATUS_OK,
	    REASON_NONE, N, "a - - b - 1:0", NULL } },
	{ "check with a type, and nothing is proven", BY_HOST, NOTHING_KNOWN,
	  { "", CHECK(.type = WE), KEYS(0xa, 0xa, 0xa, 0xb, 0, WE, 0), ALL_LIVE, NOTHING,
	    STATUS_FAILED, REASON_HELD_BY_ONE_PATH, N, "a a a b - 1:0", NULL } },
	{ "release, as an earlier run has proven", BY_HOST, ALL_ONE,
	  { "", RELEASE(.type = WE), KEYS(0xa, 0, 0, 0xb, 0, WE, 0), { 0, ALIVE, ALIVE }, NOTHING,
	    STATUS_OK, REASON_NONE, Y, "a - - b -", NULL } },
	{ "release of a registrants-only type, as an earlier run has proven", BY_HOST,
	  ALL_ONE,
	  { "", RELEASE(.type = WERO), KEYS(0xa, 0, 0, 0xb, 0, WERO, 0), { 0, ALIVE, ALIVE },
	    NOTHING, STATUS_OK, REASON_NONE, Y, "a - - b -", NULL } },
	{ "register --old-key, as an earlier run has proven", BY_HOST, ALL_ONE,
	  { "", REGISTER(.old_key = 0xd), KEYS(0xd, 0, 0, 0xb, 0, FREE), { 0, ALIVE, ALIVE },
	    NOTHING, STATUS_OK, REASON_NONE, Y, "a - - b -", NULL } },
	{ "register --old-key, and a dead path has a registration of its own", BY_GROUP,
	  ALL_ONE,
	  { "", REGISTER(.old_key = 0xd), KEYS(0xd, 0xd, 0, 0xb, 0, FREE), { 0, ALIVE, ALIVE },
	    NOTHING, STATUS_FAILED, REASON_PATH, N, "d d - b -",
	    "this host would then have two keys" } },

	/* An earlier run has proven it of others. A path that is refused shares none after all. */
	{ "reserve, and the first path shares no registration", BY_NEXUS, ALL_ONE,
	  { "", RESERVE(.type = WERO), KEYS(0, 0, 0xa, 0xb, 0, FREE), ALL_LIVE, NOTHING, STATUS_OK,
	    REASON_NONE, Y, "- - a b - 3:2",
	    "through unregistered paths will fail: /dev/sda, /dev/sdb; register" } },
	{ "release, and the first path shares no registration", BY_NEXUS, ALL_ONE,
	  { "", RELEASE(.type = WERO), KEYS(0, 0, 0xa, 0xb, 0, WERO, 2), ALL_LIVE, NOTHING,
	    STATUS_OK, REASON_NONE, Y, "- - a b -", NULL } },
	{ "preempt-abort, and the first path shares no registration", BY_GROUP, ALL_ONE,
	  { "", PREEMPT_ABORT(.victim = 0xb), KEYS(0, 0, 0xa, 0xb, 0, WERO, 3), ALL_LIVE, NOTHING,
	    STATUS_OK, REASON_NONE, Y, "- - a - - 3:2", NULL } },
	{ "clear, and the first path shares no registration", BY_NEXUS, ALL_ONE,
	  { "", CLEAR, KEYS(0, 0, 0xa, 0xb, 0, FREE), ALL_LIVE, NOTHING, STATUS_OK, REASON_NONE, Y,
	    "- - - - -", NULL } },
	{ "unregister, and the first path shares no registration", BY_NEXUS, ALL_ONE,
	  { "", UNREGISTER(.key = 0xa), KEYS(0, 0, 0xa, 0xb, 0, FREE), ALL_LIVE, NOTHING,
	    STATUS_OK, REASON_NONE, Y, "- - - b -", "unregistered" } },
	{ "clear, and the only path that is registered is dead", BY_NEXUS, ALL_ONE,
	  { "", CLEAR, KEYS(0, 0, 0xa, 0xb, 0, FREE), { ALIVE, ALIVE, 0 }, NOTHING,
	    STATUS_CONFLICT, REASON_KEY_NOT_REGISTERED, N, "- - a b -",
	    "through /dev/sda: 0xa is registered, but not through this path" } },

	/* One registration for the first path, and one for the two others. */
	{ "register, two groups", BY_GROUP, NOTHING_KNOWN,
	  { "", REGISTER(), KEYS(0, 0, 0, 0xb, 0, FREE), ALL_LIVE, NOTHING, STATUS_OK, REASON_NONE,
	    Y, "a a - b -", "registered 0xa on 3 paths" } },
	{ "register, two groups, and an earlier run has proven that they share one", BY_GROUP,
	  ALL_ONE,
	  { "", REGISTER(), KEYS(0, 0xa, 0, 0xb, 0, FREE), ALL_LIVE, NOTHING, STATUS_OK,
	    REASON_NONE, Y, "a a - b -", "registered 0xa on 3 paths" } },
	{ "the same, and the first group is registered", BY_GROUP, ALL_ONE,
	  { "", REGISTER(), KEYS(0xa, 0, 0, 0xb, 0, FREE), ALL_LIVE, NOTHING, STATUS_OK,
	    REASON_NONE, Y, "a a - b -", "registered 0xa on 3 paths" } },
	{ "register --old-key, two groups, and one has the old key", BY_GROUP, ALL_ONE,
	  { "", REGISTER(.old_key = 0xd), KEYS(0, 0xd, 0, 0xb, 0, FREE), ALL_LIVE, NOTHING,
	    STATUS_OK, REASON_NONE, Y, "a a - b -", NULL } },
	{ "register --old-key, two groups, and both have the old key", BY_GROUP, ALL_ONE,
	  { "", REGISTER(.old_key = 0xd), KEYS(0xd, 0xd, 0, 0xb, 0, FREE), ALL_LIVE, NOTHING,
	    STATUS_OK, REASON_NONE, Y, "a a - b -", NULL } },
	{ "check, two groups, as an earlier run has proven", BY_GROUP, LAST_TWO,
	  { "", CHECK(), KEYS(0xa, 0xa, 0, 0xb, 0, FREE), ALL_LIVE, NOTHING, STATUS_OK,
	    REASON_NONE, N, "a a - b -", NULL } },
	{ "check, two groups, and the second one has lost its registration", BY_GROUP, LAST_TWO,
	  { "", CHECK(), KEYS(0xa, 0, 0, 0xb, 0, FREE), ALL_LIVE, NOTHING, STATUS_FAILED,
	    REASON_KEY_NOT_REGISTERED, N, "a - - b -", "missing on /dev/sdb, /dev/sdc" } },
	{ "check, two groups, and an earlier run has not proven of which the last path is",
	  BY_GROUP, ONE_OF_TWO,
	  { "", CHECK(), KEYS(0xa, 0xa, 0, 0xb, 0, FREE), ALL_LIVE, NOTHING, STATUS_OK,
	    REASON_NONE, N, "a a - b -", NULL } },
	{ "the same, and the second group has lost its registration", BY_GROUP, ONE_OF_TWO,
	  { "", CHECK(), KEYS(0xa, 0, 0, 0xb, 0, FREE), ALL_LIVE, NOTHING, STATUS_FAILED,
	    REASON_KEY_NOT_REGISTERED, N, "a - - b -", "missing on /dev/sdb, /dev/sdc" } },
	{ "the same, and the second group has another key", BY_GROUP, ONE_OF_TWO,
	  { "", CHECK(), KEYS(0xa, 0xd, 0, 0xb, 0, FREE), ALL_LIVE, NOTHING, STATUS_FAILED,
	    REASON_OTHER_KEY_REGISTERED, N, "a d - b -", "missing on /dev/sdb, " } },
	{ "check with a type, and the last path may be of the group that does not hold it",
	  BY_GROUP, ONE_OF_TWO,
	  { "", CHECK(.type = WE), KEYS(0xa, 0xa, 0, 0xb, 0, WE, 0), ALL_LIVE, NOTHING,
	    STATUS_FAILED, REASON_HELD_BY_ONE_PATH, N, "a a - b - 1:0", NULL } },
	{ "check, and a path has joined since an earlier run has proven it of the others", BY_HOST,
	  FIRST_TWO,
	  { "", CHECK(), KEYS(0, 0xa, 0, 0xb, 0, FREE), ALL_LIVE, NOTHING, STATUS_FAILED,
	    REASON_KEY_NOT_REGISTERED, N, "- a - b -", "missing on /dev/sdc" } },
	{ "register again, two groups", BY_GROUP, NOTHING_KNOWN,
	  { "", REGISTER(), KEYS(0xa, 0, 0xa, 0xb, 0, FREE), ALL_LIVE, NOTHING, STATUS_OK,
	    REASON_NONE, N, "a - a b -", "was already registered on 3 paths" } },
	{ "register, two groups, and a path that proves nothing is dead", BY_GROUP,
	  NOTHING_KNOWN,
	  { "", REGISTER(), KEYS(0, 0, 0, 0xb, 0, FREE), { ALIVE, ALIVE, 0 }, NOTHING,
	    STATUS_FAILED, REASON_PATH, Y, "a a - b -", "missing on /dev/sdc" } },
};

/*
 * What is recorded for later runs. Of each path: the letter of the registration that it shares, -
 * if none, ? if it shares one of several.
 */
static const struct {
	const char *name;
	enum counted counted;
	enum known known;
	const char *after;
	struct target target;
} proven_rows[] = {
	{ "one registration", BY_HOST, NOTHING_KNOWN, "aaa", KEYS(0, 0, 0, 0xb, 0, FREE) },
	{ "one registration, which was registered", BY_HOST, NOTHING_KNOWN, "aaa",
	  KEYS(0, 0xa, 0, 0xb, 0, FREE) },
	{ "one registration, listed for the path that came last", BY_HOST_OF_THE_LAST,
	  NOTHING_KNOWN, "aaa", KEYS(0, 0, 0, 0xb, 0, FREE) },
	{ "one registration, again", BY_HOST, ALL_ONE, "aaa", KEYS(0, 0xa, 0, 0xb, 0, FREE) },
	{ "one registration, and a path has joined", BY_HOST, FIRST_TWO, "aaa",
	  KEYS(0, 0xa, 0, 0xb, 0, FREE) },
	{ "one registration for each group", BY_GROUP, NOTHING_KNOWN, "ab?",
	  KEYS(0, 0, 0, 0xb, 0, FREE) },
	{ "one registration for each group, again", BY_GROUP, NOTHING_KNOWN, "ab?",
	  KEYS(0xa, 0xa, 0, 0xb, 0, FREE) },
	{ "one registration for each group, as an earlier run has proven", BY_GROUP, LAST_TWO,
	  "abb", KEYS(0xa, 0xa, 0, 0xb, 0, FREE) },
	{ "one registration for each group, and an earlier run has taken them for one", BY_GROUP,
	  ALL_ONE, "ab?", KEYS(0xa, 0, 0, 0xb, 0, FREE) },
	{ "one registration for each nexus", BY_NEXUS, NOTHING_KNOWN, "---",
	  KEYS(0, 0, 0, 0xb, 0, FREE) },
	{ "one registration for each nexus, and an earlier run has taken them for one", BY_NEXUS,
	  ALL_ONE, "---", KEYS(0xa, 0xa, 0xa, 0xb, 0, FREE) },
};

static const char *shared_text(const struct sharer *list)
{
	static char text[PATHS + 1];
	uint64_t seen[PATHS] = { 0 };

	for (int i = 0; i < PATHS; i++) {
		const struct sharer *sharer = sharing_find(list, &nexuses[i]);
		int letter = 0;

		text[i] = sharer ? '?' : '-';
		if (!sharer || (sharer->groups & (sharer->groups - 1)))
			continue;
		while (seen[letter] && seen[letter] != sharer->groups)
			letter++;
		seen[letter] = sharer->groups;
		text[i] = (char)('a' + letter);
	}
	return text;
}

static void shared(void **state)
{
	const typeof(shared_rows[0]) *given = *state;
	struct result *map = map_begin(&given->row);

	device.counted = given->counted;
	known_begin(map, given->known);
	map_operate(&given->row.request, map);
	map_close(map);
	map_judge(&given->row, map);
	arena_free(map->arena);
}

static void proven(void **state)
{
	const typeof(proven_rows[0]) *given = *state;
	const struct row row = { "", REGISTER(), given->target, ALL_LIVE, NOTHING, STATUS_OK,
				 REASON_NONE, Y, NULL, NULL };
	struct result *map = map_begin(&row);
	const char *before;
	bool refuted;

	device.counted = given->counted;
	known_begin(map, given->known);
	map_operate(&row.request, map);
	map_close(map);
	assert_int_equal(map->outcome.status, STATUS_OK);
	before = arena_printf(map->arena, "%s", shared_text(map->sharers));
	refuted = nexus_sharing_refute(map, &map->state, &map->sharers);
	assert_int_equal(refuted, strcmp(before, shared_text(map->sharers)) != 0);
	assert_string_equal(shared_text(map->sharers), given->after);
	arena_free(map->arena);
}

/* Paths that are not ready until a moment, in nanoseconds; the deadline is 60 seconds off. */
static const struct {
	const char *name;
	int64_t ready[PATHS];
	struct row row;
} late_rows[] = {
	{ "register waits for each path, after the others", { 0, 6 * SECOND, 0 },
	  { "", REGISTER(), KEYS(0, 0, 0, 0, 0, FREE), ALL_LIVE, NOTHING, STATUS_OK, REASON_NONE,
	    Y, "a a a - -",
	    "registered 0xa on 3 paths" } },
	{ "register waits for the whole target", { 6 * SECOND, 7 * SECOND, 8 * SECOND },
	  { "", REGISTER(), KEYS(0, 0, 0, 0, 0, FREE), ALL_LIVE, NOTHING, STATUS_OK, REASON_NONE,
	    Y, "a a a - -", NULL } },
	{ "unregister waits for each path", { 6 * SECOND, 0, 0 },
	  { "", UNREGISTER(.key = 0xa), KEYS(0xa, 0xa, 0xa, 0xb, 0, FREE), ALL_LIVE, NOTHING,
	    STATUS_OK, REASON_NONE, Y,
	    "- - - b -", "unregistered on" } },
	{ "preempt-abort waits for the whole target", { 6 * SECOND, 6 * SECOND, 6 * SECOND },
	  { "", PREEMPT_ABORT(.victim = 0xb), KEYS(0xa, 0xa, 0xa, 0xb, 0, WERO, 3), ALL_LIVE,
	    NOTHING, STATUS_OK,
	    REASON_NONE, Y, "a a a - - 3:0", NULL } },
	{ "release waits for the path that holds", { 6 * SECOND, 0, 0 },
	  { "", RELEASE(), KEYS(0xa, 0xa, 0xa, 0xb, 0, WERO, 0), ALL_LIVE, NOTHING, STATUS_OK,
	    REASON_NONE, Y, "a a a b -", "released" } },
	{ "reserve waits for the path that has the key", { 0, 6 * SECOND, 0 },
	  { "", RESERVE(.type = WERO), KEYS(0, 0xa, 0, 0xb, 0, FREE), ALL_LIVE, NOTHING, STATUS_OK,
	    REASON_NONE, Y, "- a - b - 3:1", NULL } },
	{ "clear waits for the path that has the key", { 0, 0, 6 * SECOND },
	  { "", CLEAR, KEYS(0, 0, 0xa, 0xb, 0, WERO, 3), ALL_LIVE, NOTHING, STATUS_OK,
	    REASON_NONE, Y, "- - - - -", NULL } },
	{ "reserve waits for no path that has no key", { 0, 600 * SECOND, 0 },
	  { "", RESERVE(.type = WERO), KEYS(0, 0, 0, 0xb, 0, FREE), ALL_LIVE, NOTHING,
	    STATUS_CONFLICT, REASON_KEY_NOT_REGISTERED, N, "- - - b -", NULL } },
	{ "reserve, and none is ready within a minute", { 600 * SECOND, 600 * SECOND,
	  600 * SECOND },
	  { "", RESERVE(.type = WERO, .timeout = 60 * SECOND, .deadline = 60 * SECOND),
	    KEYS(0xa, 0xa, 0xa, 0xb, 0, FREE),
	    ALL_LIVE, NOTHING, STATUS_FAILED, REASON_NOT_SENT, N, "a a a b -", "not ready" } },
};

/*
 * Paths that answer, but are not ready to say which LUN they are: so many questions before the
 * first command, and after it. The map goes on with the one that is ready first.
 */
static const struct {
	const char *name;
	int unready[PATHS], after[PATHS];
	struct fault_row given;
	int64_t sent_by; /* when the last command is sent; 0: at any time */
} unready_rows[] = {
	{ "reserve, and each path is not ready once",
	  { 1, 1, 1 }, { 0, 0, 0 },
	  { { "", RESERVE(.type = WERO), KEYS(0xa, 0xa, 0xa, 0xb, 0, FREE), ALL_LIVE, NOTHING,
	      STATUS_OK, REASON_NONE, Y, "a a a b - 3:0", "reserved" },
	    { WELL }, NO_OTHER, false, 1, ANY_READS } },
	{ "preempt, the same, and one path leads to another gateway",
	  { 1, 1, 1 }, { 0, 0, 0 },
	  { { "", PREEMPT(.victim = 0xb), KEYS(0xa, 0xa, 0xa, 0xb, 0, WERO, 0), ALL_LIVE, NOTHING,
	      STATUS_FAILED, REASON_PATHS_DISAGREE, N, "a a a b - 3:0", NULL },
	    { APART }, NO_OTHER, false, 0, ANY_READS } },
	{ "release, and only the path that holds is not ready for long",
	  { 9, 0, 0 }, { 0, 0, 0 },
	  { { "", RELEASE(), KEYS(0xa, 0xa, 0xa, 0xb, 0, WERO, 0), ALL_LIVE, NOTHING, STATUS_OK,
	      REASON_NONE, Y, "a a a b -", "released" },
	    { WELL }, NO_OTHER, false, 1, ANY_READS } },
	{ "reserve, and only the last path is ever ready",
	  { MANY, MANY, 5 }, { 0, 0, 0 },
	  { { "", RESERVE(.type = WERO), KEYS(0xa, 0xa, 0xa, 0xb, 0, FREE), ALL_LIVE, NOTHING,
	      STATUS_OK, REASON_NONE, Y, "a a a b - 3:2", "reserved" },
	    { WELL }, NO_OTHER, false, 1, ANY_READS } },
	{ "reserve, and none is ready by the deadline",
	  { MANY, MANY, MANY }, { 0, 0, 0 },
	  { { "", RESERVE(.type = WERO, .timeout = 20 * SECOND, .deadline = 20 * SECOND),
	      KEYS(0xa, 0xa, 0xa, 0xb, 0, FREE), ALL_LIVE, NOTHING, STATUS_FAILED,
	      REASON_NOT_SENT, N, "a a a b -", "not ready" },
	    { WELL }, NO_OTHER, false, 0, ANY_READS } },
	{ "register, and the second path is never ready: it delays no other",
	  { 0, MANY, 0 }, { 0, MANY, 0 },
	  { { "", REGISTER(.allow_partial = true, .timeout = 20 * SECOND,
			   .deadline = 20 * SECOND),
	      KEYS(0, 0, 0, 0xb, 0, FREE), ALL_LIVE, NOTHING, STATUS_OK, REASON_NONE, Y,
	      "a - a b -", "is missing on /dev/sdb" },
	    { WELL }, NO_OTHER, false, 2, ANY_READS }, .sent_by = SECOND },
	{ "register, and the path that has the key is never ready: it delays no other",
	  { 0, MANY, 0 }, { 0, MANY, 0 },
	  { { "", REGISTER(.timeout = 20 * SECOND, .deadline = 20 * SECOND),
	      KEYS(0, 0xa, 0, 0xb, 0, FREE), ALL_LIVE, NOTHING, STATUS_OK, REASON_NONE, Y,
	      "a a a b -", "registered 0xa on 3 paths" },
	    { WELL }, NO_OTHER, false, 2, ANY_READS }, .sent_by = SECOND },
	{ "unregister, and the path that has the key is not ready for long",
	  { 9, 0, 0 }, { 0, 0, 0 },
	  { { "", UNREGISTER(.key = 0xa), KEYS(0xa, 0, 0, 0xb, 0, FREE), ALL_LIVE, NOTHING,
	      STATUS_OK, REASON_NONE, Y, "- - - b -", "unregistered" },
	    { WELL }, NO_OTHER, false, 1, ANY_READS } },
	{ "reserve, and the path that has the key is not ready by the deadline, the others are",
	  { 0, MANY, 0 }, { 0, 0, 0 },
	  { { "", RESERVE(.type = WERO, .timeout = 20 * SECOND, .deadline = 20 * SECOND),
	      KEYS(0, 0xa, 0, 0xb, 0, FREE), ALL_LIVE, NOTHING, STATUS_FAILED,
	      REASON_NOT_SENT, N, "- a - b -", "through /dev/sdb: not ready" },
	    { WELL }, NO_OTHER, false, 0, ANY_READS } },
	{ "the same, and it is the first path",
	  { MANY, 0, 0 }, { 0, 0, 0 },
	  { { "", RESERVE(.type = WERO, .timeout = 20 * SECOND, .deadline = 20 * SECOND),
	      KEYS(0xa, 0, 0, 0xb, 0, FREE), ALL_LIVE, NOTHING, STATUS_FAILED,
	      REASON_NOT_SENT, N, "a - - b -", "through /dev/sda: not ready" },
	    { WELL }, NO_OTHER, false, 0, ANY_READS } },
	{ "register, and each path is not ready after the first REGISTER",
	  { 0, 0, 0 }, { 1, 1, 1 },
	  { { "", REGISTER(), KEYS(0, 0, 0, 0xb, 0, FREE), ALL_LIVE, NOTHING, STATUS_OK,
	      REASON_NONE, Y, "a a a b -", "registered 0xa on 3 paths" },
	    { WELL }, NO_OTHER, false, 3, ANY_READS } },
	{ "preempt, the same, and another path leads to another gateway by then",
	  { 0, 0, 0 }, { 1, 1, 1 },
	  { { "", PREEMPT(.victim = 0xb), KEYS(0xa, 0xa, 0xa, 0xb, 0, WERO, 0), ALL_LIVE, NOTHING,
	      STATUS_FAILED, REASON_PATHS_DISAGREE, Y, "a a a - - 3:0", NULL },
	    { WELL, APART }, KEYS(0xa, 0xa, 0xa, 0xb, 0, WERO, 0), false, 1, ANY_READS } },
	{ "reserve, the first path refuses it, and the next one is not ready",
	  { 0, 0, 0 }, { 0, 3, MANY },
	  { { "", RESERVE(.type = WERO), KEYS(0xa, 0xa, 0xa, 0xb, 0, FREE), ALL_LIVE, NOTHING,
	      STATUS_OK, REASON_NONE, Y, "a a a b - 3:1", "reserved" },
	    { FAILS(ANSWER_PATH) }, NO_OTHER, false, 4, ANY_READS } },
};

static void unready(void **state)
{
	const typeof(unready_rows[0]) *row = *state;
	struct result *map = map_begin(&row->given.row);

	device.fault_row = &row->given;
	device.beside = row->given.beside;
	memcpy(device.unready, row->unready, sizeof(device.unready));
	memcpy(device.unready_after, row->after, sizeof(device.unready_after));
	map_operate(&row->given.row.request, map);
	map_close(map);
	map_judge(&row->given.row, map);
	assert_int_equal(device.commands, row->given.sent);
	if (map->outcome.status == STATUS_OK)
		assert_null(map->outcome.message);
	if (row->sent_by)
		assert_true(device.commanded < row->sent_by);
	arena_free(map->arena);
}

/*
 * multipathd is asked last of all, and not for so long that the result would be lost at the
 * deadline.
 */
static const struct {
	const char *name;
	int64_t deadline, until;
} daemons[] = {
	{ "no deadline", 0, 5 * SECOND },
	{ "a late one", 60 * SECOND, 5 * SECOND },
	{ "an early one", SECOND / 2, SECOND / 2 - SECOND / 20 },
};

static void daemon_is_last(void **state)
{
	const typeof(daemons[0]) *row = *state;
	const struct row asked = { "", REGISTER(.timeout = row->deadline,
		.deadline = row->deadline), KEYS(0, 0, 0, 0, 0, FREE), ALL_LIVE,
				   NOTHING, STATUS_OK, REASON_NONE, Y, "a a a - -", NULL };
	struct result *map = map_begin(&asked);

	map_operate(&asked.request, map);
	map_close(map);
	map_judge(&asked, map);
	assert_int_equal(device.daemon_until, row->until);
	assert_int_equal(device.daemon_after, device.reads[0] + device.reads[1] + device.reads[2]);
	arena_free(map->arena);
}

#define NOT_TOLD UINT64_MAX
#define WARN_NOT_CONFIGURED "and register again"
#define WARN_NOT_TOLD \
	"paths: the cause; run: multipathd setprkey map mpatha key 0xa:aptpl && multipathd " \
	"setprstatus map mpatha"
#define WARN_KEEPS \
	"removed: the cause; run: multipathd unsetprstatus map mpatha && multipathd unsetprkey " \
	"map mpatha"

/* What multipathd is told after which request, and what its answer warns of. */
static const struct {
	const char *name;
	struct request request;
	struct target before;
	enum multipathd_told answer;
	bool nvme;
	uint64_t told; /* 0: that there is no key */
	const char *warning; /* NULL: none */
} told_rows[] = {
	{ "register", REGISTER(), KEYS(0, 0, 0, 0, 0, FREE), MULTIPATHD_HAS, false, 0xa, NULL },
	{ "register, which was done", REGISTER(), KEYS(0xa, 0xa, 0xa, 0, 0, FREE), MULTIPATHD_HAS,
	  false, 0xa, NULL },
	{ "register, and none runs", REGISTER(), KEYS(0, 0, 0, 0, 0, FREE), MULTIPATHD_ABSENT,
	  false, 0xa, NULL },
	{ "register, and it keeps no file", REGISTER(), KEYS(0, 0, 0, 0, 0, FREE),
	  MULTIPATHD_NOT_CONFIGURED, false, 0xa, WARN_NOT_CONFIGURED },
	{ "register, and it fails", REGISTER(), KEYS(0, 0, 0, 0, 0, FREE), MULTIPATHD_FAILED, false,
	  0xa, WARN_NOT_TOLD },
	{ "register on NVMe", REGISTER(), KEYS(0, 0, 0, 0, 0, FREE), MULTIPATHD_HAS, true, NOT_TOLD,
	  NULL },
	{ "register --no-multipathd", REGISTER(.no_multipathd = true), KEYS(0, 0, 0, 0, 0, FREE),
	  MULTIPATHD_FAILED, false, NOT_TOLD, NULL },
	{ "register --dry-run", REGISTER(.dry_run = true), KEYS(0, 0, 0, 0, 0, FREE),
	  MULTIPATHD_FAILED, false, NOT_TOLD, NULL },
	{ "register, refused", REGISTER(), KEYS(0xc, 0xc, 0xc, 0, 0, FREE), MULTIPATHD_FAILED,
	  false, NOT_TOLD, NULL },
	{ "unregister", UNREGISTER(.key = 0xa), KEYS(0xa, 0xa, 0xa, 0, 0, FREE), MULTIPATHD_HAS,
	  false, 0, NULL },
	{ "unregister, and it fails", UNREGISTER(.key = 0xa), KEYS(0xa, 0xa, 0xa, 0, 0, FREE),
	  MULTIPATHD_FAILED, false, 0, WARN_KEEPS },
	{ "unregister --no-multipathd", UNREGISTER(.key = 0xa, .no_multipathd = true),
	  KEYS(0xa, 0xa, 0xa, 0, 0, FREE), MULTIPATHD_FAILED, false, NOT_TOLD, NULL },
	{ "clear", CLEAR, KEYS(0xa, 0xa, 0xa, 0xb, 0, FREE), MULTIPATHD_HAS, false, 0, NULL },
	{ "clear, and it fails", CLEAR, KEYS(0xa, 0xa, 0xa, 0xb, 0, FREE), MULTIPATHD_FAILED, false,
	  0, WARN_KEEPS },
	{ "reserve", RESERVE(.type = WERO), KEYS(0xa, 0xa, 0xa, 0xb, 0, FREE), MULTIPATHD_FAILED,
	  false, NOT_TOLD, NULL },
};

static void told(void **state)
{
	const typeof(told_rows[0]) *row = *state;
	const struct row asked = { "", row->request, row->before, ALL_LIVE, NOTHING, STATUS_OK,
				   REASON_NONE, Y, NULL, NULL };
	struct result *map = map_begin(&asked);

	device.daemon_answer = row->answer;
	if (row->nvme)
		map->lun.transport = TRANSPORT_NVME;
	map_operate(&asked.request, map);
	map_close(map);
	assert_int_equal(device.daemon_told, row->told != NOT_TOLD);
	if (row->told != NOT_TOLD) {
		assert_int_equal(map->outcome.status, STATUS_OK);
		assert_int_equal(device.daemon_key.key, row->told);
		assert_int_equal(device.daemon_key.persistent, row->told != 0);
	}
	if (row->warning)
		assert_true(was_said(map, row->warning));
	else
		assert_null(map->warnings);
	arena_free(map->arena);
}

static void late(void **state)
{
	const typeof(late_rows[0]) *row = *state;

	row_run(&row->row, row->ready);
}

/* The same, while the other paths are at work. */
static void later(void **state)
{
	const typeof(late_rows[0]) *row = *state;

	late_threads = true;
	row_run(&row->row, row->ready);
	late_threads = false;
}

/* Between its reading and its change a path stops being ready, for so long. */
static void busy_then(void)
{
	device.ready[0] = device.now + 6 * SECOND;
}

static void all_busy_then(void)
{
	for (int i = 0; i < PATHS; i++)
		device.ready[i] = device.now + 6 * SECOND;
}

static void changes_busy_then(void)
{
	device.changes_ready = device.now + 6 * SECOND;
}

static const struct {
	const char *name;
	void (*then)(void);
	struct row row;
} turns[] = {
	{ "the next path does it", busy_then,
	  { "", PREEMPT_ABORT(.victim = 0xb), KEYS(0xa, 0xa, 0xa, 0xb, 0, WERO, 3), ALL_LIVE,
	    NOTHING, STATUS_OK,
	    REASON_NONE, Y, "a a a - - 3:1", NULL } },
	{ "none does, until they are ready again", all_busy_then,
	  { "", PREEMPT_ABORT(.victim = 0xb), KEYS(0xa, 0xa, 0xa, 0xb, 0, WERO, 3), ALL_LIVE,
	    NOTHING, STATUS_OK,
	    REASON_NONE, Y, "a a a - - 3:0", NULL } },
	{ "each path is tried again, for no path takes a change", changes_busy_then,
	  { "", PREEMPT_ABORT(.victim = 0xb), KEYS(0xa, 0xa, 0xa, 0xb, 0, WERO, 3), ALL_LIVE,
	    NOTHING, STATUS_OK,
	    REASON_NONE, Y, "a a a - - 3:0", NULL } },
	{ "register does the others first", busy_then,
	  { "", REGISTER(), KEYS(0, 0, 0, 0, 0, FREE), ALL_LIVE, NOTHING, STATUS_OK, REASON_NONE,
	    Y, "a a a - -",
	    "registered 0xa on 3 paths" } },
};

static void turn(void **state)
{
	const typeof(turns[0]) *row = *state;

	device_after_probe = row->then;
	row_run(&row->row, (int64_t[PATHS]){ 0 });
	device_after_probe = NULL;
}

/* Host 2 fences this host's other paths, whose key is being replaced. */
static void fences_old_key(void)
{
	struct action action = { .op = ACTION_PREEMPT, .key = 0xb, .service_key = 0xd,
		.type = WERO };

	target_do(OTHER_HOST, &action);
}

/* Another host comes back. */
static void returns(void)
{
	device.target.keys[OTHER_HOST] = 0xb;
}

/* Another host of this list, whose key is 0xb, as --victim-host. */
static struct host_choice host_2 = { .text = HOST_2, .initiators = { HOST_2 }, .count = 1 };

/* Nothing is reserved any more. */
static void release(void)
{
	device.target.type = RESV_NONE;
	device.target.holder = NOBODY;
}

/* This host is fenced after a certain number of readings. */
static const struct {
	const char *name;
	size_t moment;
	void (*then)(void);
	int64_t ready[PATHS]; /* as in late_rows */
	size_t sent; /* number of commands */
	struct row row;
} fenced_meanwhile[] = {
	{ "reserve: before the other paths are read", 4, fences, { 0, 0, 0 }, 1,
	  { "", RESERVE(.type = WERO), KEYS(0xa, 0xa, 0xa, 0xb, 0, FREE), ALL_LIVE, NOTHING,
	    STATUS_FAILED, REASON_CHANGED_SINCE, Y, "- - - b - 3:3", NULL } },
	{ "register: before the other paths are read", 8, fences, { 0, 0, 0 }, 3,
	  { "", REGISTER(), KEYS(0, 0, 0, 0xb, 0, WERO, 3), ALL_LIVE, NOTHING, STATUS_FAILED,
	    REASON_CHANGED_SINCE, Y, "- - - b - 3:3",
	    "this host may have been fenced; if so, restart it before it registers again" } },
	{ "register: while a path is waited for, which is then not registered", 5, fences,
	  { 0, 6 * SECOND, 0 }, 2,
	  { "", REGISTER(), KEYS(0, 0, 0, 0xb, 0, WERO, 3), ALL_LIVE, NOTHING, STATUS_FAILED,
	    REASON_CHANGED_SINCE, Y, "- - - b - 3:3",
	    "0xa is registered on 0 of 3 paths, missing on /dev/sda, /dev/sdb (not registered, "
	    "because 0xa was removed from /dev/sda meanwhile), /dev/sdc" } },
	{ "register --allow-partial: while a path is waited for", 5, fences,
	  { 0, 6 * SECOND, 0 }, 2,
	  { "", REGISTER(.allow_partial = true), KEYS(0, 0, 0, 0xb, 0, WERO, 3), ALL_LIVE, NOTHING,
	    STATUS_FAILED, REASON_CHANGED_SINCE, Y, "- - - b - 3:3", NULL } },
	{ "register --ignore-key: while a path is waited for", 6, fences, { 0, 6 * SECOND, 0 }, 3,
	  { "", REGISTER(.ignore_key = true), KEYS(0, 0, 0, 0xb, 0, WERO, 3), ALL_LIVE, NOTHING,
	    STATUS_FAILED, REASON_CHANGED_SINCE, Y, "- - - b - 3:3", NULL } },
	{ "register, the target tells no nexus: while a path is waited for", 6, fences,
	  { 0, 6 * SECOND, 0 }, 3,
	  { "", REGISTER(), KEYS(0, 0, 0, 0xb, 0, WERO, 3), ALL_LIVE, 0, NULL, true, STATUS_FAILED,
	    REASON_CHANGED_SINCE, Y, "- - - b - 3:3", NULL } },
	{ "register: just before the second path's command, which is then undone", 5, fences,
	  { 0, 0, 0 }, 3,
	  { "", REGISTER(), KEYS(0, 0, 0, 0xb, 0, WERO, 3), ALL_LIVE, NOTHING, STATUS_FAILED,
	    REASON_CHANGED_SINCE, Y, "- - - b - 3:3",
	    "/dev/sdb (unregistered again, because 0xa was removed from /dev/sda meanwhile)" } },
	{ "register: the same, and it cannot be undone", 5, fences, { 0, 0, 0 }, MANY,
	  { "", REGISTER(), KEYS(0, 0, 0, 0xb, 0, WERO, 3), { ALIVE, 3, ALIVE }, NOTHING,
	    STATUS_FAILED, REASON_CHANGED_SINCE, Y, "- a - b - 3:3",
	    "0xa may still be registered through /dev/sdb, although this host may have been "
	    "fenced: " } },
	{ "register: just before a path that came back is registered, which is then undone", 3,
	  fences, { 0, 0, 0 }, 2,
	  { "", REGISTER(), KEYS(0, 0xa, 0xa, 0xb, 0, WERO, 3), ALL_LIVE, NOTHING, STATUS_FAILED,
	    REASON_CHANGED_SINCE, Y, "- - - b - 3:3", NULL } },
	{ "register --old-key: the paths that still have the old key", 4, fences_old_key,
	  { 0, 0, 0 }, 1,
	  { "", REGISTER(.old_key = 0xd), KEYS(0xd, 0xd, 0xd, 0xb, 0, WERO, 3), ALL_LIVE, NOTHING,
	    STATUS_FAILED, REASON_PATH, Y, "a - - b - 3:3", NULL } },
	{ "preempt: the reservation ends before the other paths are read", 4, release, { 0, 0, 0 },
	  1, { "", PREEMPT(.victim = 0xb), KEYS(0xa, 0xa, 0xa, 0xb, 0, WERO, 0), ALL_LIVE, NOTHING,
	    STATUS_FAILED, REASON_CHANGED_SINCE, Y, "a a a - -", NULL } },
	{ "preempt of a host: the same", 4, release, { 0, 0, 0 }, 1,
	  { "", PREEMPT(.victim_host = &host_2), KEYS(0xa, 0xa, 0xa, 0xb, 0, WERO, 0), ALL_LIVE,
	    NOTHING, STATUS_FAILED, REASON_CHANGED_SINCE, Y, "a a a - -", NULL } },
	{ "preempt of a host, --unreserved: nothing was reserved before", 4, release, { 0, 0, 0 },
	  1, { "", PREEMPT(.victim_host = &host_2, .unreserved = true),
	    KEYS(0xa, 0xa, 0xa, 0xb, 0, FREE), ALL_LIVE, NOTHING, STATUS_OK, REASON_NONE, Y,
	    "a a a - -", NULL } },
	{ "preempt --victim all: just before the second path's command, which is then undone", 5,
	  returns_and_fences, { 0, 0, 0 }, 3,
	  { "", PREEMPT(.victim_all = true), KEYS(0xa, 0xa, 0xa, 0xb, 0, WEAR, 0), ALL_LIVE,
	    NOTHING, STATUS_FAILED, REASON_CHANGED_SINCE, Y, "- - - b - 5:0", NULL } },
	{ "preempt --victim all: another host comes back while the paths are registered again", 5,
	  returns, { 0, 0, 0 }, 3,
	  { "", PREEMPT(.victim_all = true), KEYS(0xa, 0xa, 0xa, 0xb, 0, WEAR, 0), ALL_LIVE,
	    NOTHING, STATUS_FAILED, REASON_CHANGED_SINCE, Y, "a a a b - 5:0",
	    "done, but changed since: now held by all 4 registrants" } },
	{ "preempt --victim all: another host comes back before the other paths are read", 8,
	  returns, { 0, 0, 0 }, 3,
	  { "", PREEMPT(.victim_all = true), KEYS(0xa, 0xa, 0xa, 0xb, 0, WEAR, 0), ALL_LIVE,
	    NOTHING, STATUS_FAILED, REASON_CHANGED_SINCE, Y, "a a a b - 5:0", NULL } },
};

static void fenced_at_reading(void **state)
{
	const typeof(fenced_meanwhile[0]) *row = *state;

	reading_moment = row->moment;
	reading_then = row->then;
	late_threads = row->ready[1] > 0;
	row_run(&row->row, row->ready);
	late_threads = false;
	reading_moment = 0;
	if (row->sent != MANY)
		assert_int_equal(device.commands, row->sent);
}

/*
 * The same, just before the second path's command, and the list and the generation look like an
 * array on which this path's registration replaces the first one's.
 */
static const struct {
	const char *name;
	enum counted counted;
	struct fault second;
} fenced_like_replaced[] = {
	{ "one registration, which a later path replaces", BY_HOST_REPLACED, WELL },
	{ "the second path's controller counts separately", BY_NEXUS, COUNTS },
};

static void fenced_or_replaced(void **state)
{
	const typeof(fenced_like_replaced[0]) *given = *state;
	const struct fault_row row = {
		{ "", REGISTER(), KEYS(0, 0, 0, 0xb, 0, WERO, 3), ALL_LIVE, NOTHING, STATUS_FAILED,
		  REASON_CHANGED_SINCE, Y, "- - - b - 3:3", "0xa was removed from /dev/sda" },
		.faults = { WELL, given->second, WELL },
		.beside = NO_OTHER,
	};
	struct result *map = map_begin(&row.row);

	device.fault_row = &row;
	device.counted = given->counted;
	reading_moment = 5;
	reading_then = fences;
	map_operate(&row.row.request, map);
	map_close(map);
	reading_moment = 0;
	map_judge(&row.row, map);
	arena_free(map->arena);
}

/* A user who may change the state, and not read it, registers through every path. */
static void blind_register(void **state)
{
	const struct row row = { "", REGISTER(), KEYS(0, 0, 0, 0xb, 0, FREE), ALL_LIVE, NOTHING,
				 STATUS_UNKNOWN, REASON_NOT_VERIFIED, U, "a a a b -",
				 "accepted, but not verified" };
	struct result *map = map_begin(&row);

	(void)state;
	device.blind = true;
	map_operate(&row.request, map);
	map_close(map);
	map_judge(&row, map);
	arena_free(map->arena);
}

/* A silent path answers while a later one is at work. */
static void silent_then_late(void **state)
{
	const struct row row = { "", UNREGISTER(.key = 0xa), KEYS(0xa, 0xa, 0xa, 0, 0, FREE),
				 ALL_LIVE, 1, later_run, true, STATUS_OK, REASON_NONE, Y,
				 "- - - - -", NULL };

	(void)state;
	late_threads = silent_threads = true;
	row_run(&row, (int64_t[PATHS]){ SECOND, 0, 0 });
	late_threads = silent_threads = false;
}

/* What prctl says of this host's keys if they differ, or if another host has the same one. */
static const struct row twins[] = {
	{ "all: another host has this host's key, and the list has no names",
	  PREEMPT(.victim_all = true), KEYS(0xa, 0, 0, 0xa, 0, WEAR, 0), ALL_LIVE, 0, NULL, true,
	  STATUS_OK, REASON_NONE, Y, "a a a - - 5:0", NULL },
	{ "reserve: another path holds it with another key", RESERVE(.type = WE),
	  KEYS(0xa, 0xc, 0, 0, 0, WE, 1), ALL_LIVE, NOTHING, STATUS_CONFLICT,
	  REASON_HELD_BY_OTHER, N, "a c - - - 1:1", NULL },
};

static void twin(void **state)
{
	row_run(*state, (int64_t[PATHS]){ 0 });
}

static void second_registered(void)
{
	device.target.keys[1] = 0xa;
}

/*
 * A path that another process registers between its reading and its proof has a registration of its
 * own.
 */
static void not_shared(void **state)
{
	const struct row row = { "", REGISTER(.ignore_key = true), KEYS(0xa, 0, 0xa, 0, 0, FREE),
		{ 0, ALIVE, ALIVE }, NOTHING,
				 STATUS_OK, REASON_NONE, N, "a a a - -", NULL };
	struct result *map = map_begin(&row);

	(void)state;
	device_after_probe = second_registered;
	map_operate(&row.request, map);
	device_after_probe = NULL;
	map_close(map);
	map_judge(&row, map);
	assert_null(map->sharers);
	arena_free(map->arena);
}

/* A path has joined the map since it was resolved, and was not registered. */
static const struct row joined_rows[] = {
	{ "joined: register", REGISTER(), KEYS(0, 0, 0, 0xb, 0, WERO, 3), ALL_LIVE, NOTHING,
	  STATUS_FAILED, REASON_PATH, Y, "a a a b - 3:3",
	  "0xa is registered on 3 of 4 paths, missing on /dev/sdx; register again" },
	{ "joined: registered already", REGISTER(), KEYS(0xa, 0xa, 0xa, 0xb, 0, WERO, 3), ALL_LIVE,
	  NOTHING, STATUS_FAILED, REASON_PATH, N, "a a a b - 3:3",
	  "0xa is registered on 3 of 4 paths, missing on /dev/sdx; register again" },
	{ "joined: register, partly", REGISTER(.allow_partial = true),
	  KEYS(0, 0, 0, 0xb, 0, WERO, 3), ALL_LIVE, NOTHING, STATUS_OK, REASON_NONE, Y,
	  "a a a b - 3:3", "0xa is missing on /dev/sdx" },
};

static void joins(void **state)
{
	const struct row *row = *state;
	struct result *map = map_begin(row);

	device.joined = 1;
	map_operate(&row->request, map);
	map_close(map);
	map_judge(row, map);
	arena_free(map->arena);
}

#define KEYS_A KEYS(0xa, 0xa, 0xa, 0xb, 0, WERO, 3)
#define ANOTHER " (the device is now another LUN: the kernel has naa.1, the device reports naa.2)"

/* Paths that lead to another LUN, which shows the same. */
static const struct {
	const char *name;
	struct request request;
	struct target before;
	bool strangers[PATHS];
	enum status status;
	enum reason reason;
	enum tri changed;
	const char *after;
	size_t asked; /* how often paths are asked which LUN they are; each change asks once more */
	const char *said;
} stranger_rows[] = {
	{ "preempt: none", PREEMPT(.victim = 0xb), KEYS_A, { false, false, false }, STATUS_OK,
	  REASON_NONE, Y,
	  "a a a - - 3:0", 2, NULL },
	{ "preempt: the first path", PREEMPT(.victim = 0xb), KEYS_A, { true, false, false },
	  STATUS_FAILED,
	  REASON_PATHS_DISAGREE, N, "a a a b - 3:3", 2,
	  "the map's paths disagree: /dev/sda" ANOTHER },
	{ "preempt: a path that is only probed", PREEMPT(.victim = 0xb), KEYS_A, { false, false,
	  true }, STATUS_OK, REASON_NONE,
	  Y, "a a a - - 3:0", 2, NULL },
	{ "preempt: all", PREEMPT(.victim = 0xb), KEYS_A, { true, true, true }, STATUS_DEVICE,
	  REASON_OTHER_LUN, N,
	  "a a a b - 3:3", 3, "no path leads to this LUN: /dev/sda" ANOTHER },
	{ "preempt --if-registered, and the victim is not there: the first path",
	  PREEMPT(.victim = 0xc, .if_registered = true),
	  KEYS_A, { true, false, false }, STATUS_FAILED, REASON_PATHS_DISAGREE, N, "a a a b - 3:3",
	  2, NULL },
	{ "preempt --if-registered, and the victim is not there: all",
	  PREEMPT(.victim = 0xc, .if_registered = true), KEYS_A,
	  { true, true, true }, STATUS_DEVICE, REASON_OTHER_LUN, N, "a a a b - 3:3", 3,
	    "no path leads to this LUN" },
	{ "release: the path that holds", RELEASE(), KEYS(0xa, 0xa, 0xa, 0, 0, WE, 1), { false,
	  true, false },
	  STATUS_FAILED, REASON_PATHS_DISAGREE, N, "a a a - - 1:1", 2, "/dev/sdb" ANOTHER },
	{ "register: one path", REGISTER(), KEYS(0, 0, 0, 0, 0, FREE), { false, true, false },
	  STATUS_FAILED,
	  REASON_PATHS_DISAGREE, Y, "a - a - -", 5, "missing on /dev/sdb" ANOTHER },
	{ "register: one path, that has another key", REGISTER(), KEYS(0, 0xd, 0, 0, 0, FREE),
	  { false, true, false },
	  STATUS_FAILED, REASON_PATHS_DISAGREE, Y, "a d a - -", 6, "missing on /dev/sdb" ANOTHER },
	{ "register --allow-partial: one path", REGISTER(.allow_partial = true),
	  KEYS(0, 0, 0, 0, 0, FREE),
	  { false, true, false }, STATUS_FAILED, REASON_PATHS_DISAGREE, Y, "a - a - -", 5,
	    "/dev/sdb" ANOTHER },
	{ "register: all", REGISTER(), KEYS(0, 0, 0, 0, 0, FREE), { true, true, true },
	  STATUS_DEVICE, REASON_OTHER_LUN, N,
	  "- - - - -", 3, "no path leads to this LUN" },
	{ "unregister: all, and they list no key", UNREGISTER(.ignore_key = true),
	  KEYS(0, 0, 0, 0, 0, FREE),
	  { true, true, true }, STATUS_DEVICE, REASON_OTHER_LUN, N, "- - - - -", 3,
	    "no path leads to this LUN" },
	{ "check: one path", CHECK(), KEYS_A, { false, true, false }, STATUS_UNKNOWN,
	  REASON_PATHS_DISAGREE, N, "a a a b - 3:3",
	  3, "/dev/sdb" ANOTHER },
	{ "check: fenced, and one path", CHECK(), KEYS(0, 0, 0, 0xb, 0, WERO, 3), { false, true,
	  false }, STATUS_UNKNOWN,
	  REASON_PATHS_DISAGREE, N, "- - - b - 3:3", 3, "/dev/sdb" ANOTHER },
	{ "check: all", CHECK(), KEYS_A, { true, true, true }, STATUS_DEVICE, REASON_OTHER_LUN, N,
	  "a a a b - 3:3", 3,
	  "no path leads to this LUN" },
	{ "status: one path", STATUS, KEYS_A, { true, false, false }, STATUS_UNKNOWN,
	  REASON_PATHS_DISAGREE, N, "a a a b - 3:3",
	  3, "/dev/sda" ANOTHER },
	{ "status: all", STATUS, KEYS_A, { true, true, true }, STATUS_DEVICE, REASON_OTHER_LUN, N,
	  "a a a b - 3:3", 3,
	  "no path leads to this LUN" },
};

static void strangers(void **state)
{
	const typeof(stranger_rows[0]) *given = *state;
	const struct row row = { .request = given->request, .before = given->before,
		.lives = ALL_LIVE };
	struct result *map = map_begin(&row);
	size_t asked = 0;

	device.strangers = given->strangers;
	for (struct result *path = map->paths; path; path = path->next)
		path->lun.wwid = "naa.1";
	map_operate(&row.request, map);
	map_close(map);
	if (given->said && !was_said(map, given->said))
		fail_msg("it does not say \"%s\": %s; %s", given->said, map->outcome.message,
			map->outcome.success);
	assert_string_equal(target_text(map->arena), given->after);
	assert_int_equal(map->outcome.status, given->status);
	assert_int_equal(map->outcome.reason, given->reason);
	assert_int_equal(map->outcome.changed, given->changed);
	for (int i = 0; i < PATHS; i++)
		asked += device.identified[i];
	assert_int_equal(asked, given->asked);
	if (map->outcome.status == STATUS_DEVICE)
		assert_int_equal(map->state.source, SOURCE_NONE);
	for (int i = 0; i < PATHS; i++)
		assert_int_equal(fcntl(device.descriptors[i], F_GETFD), -1);
	arena_free(map->arena);
}

#define EVER (1000 * SECOND)

/* The command is carried out through the first path; then paths die. */
static const struct dying {
	const char *name;
	int64_t dead[PATHS]; /* ns: for how long */
	int64_t busy[PATHS]; /* ns: for how long it is not ready; if late, before it as well */
	bool deleted[PATHS], strangers[PATHS], moves[PATHS], late;
	enum status status;
	enum reason reason;
	int64_t from, to; /* ns: when prctl is done */
	int reads[PATHS]; /* 0: any number */
} dyings[] = {
	{ "the next path shows it at once", { EVER, 0, 0 }, .status = STATUS_OK },
	{ "not ready: the next path shows it at once", .busy = { EVER, 0, 0 },
	  .status = STATUS_OK },
	{ "the next one leads to another LUN, which is not read", { EVER, 0, 0 },
	  .strangers = { false, true, false }, .status = STATUS_FAILED,
	  .reason = REASON_PATHS_DISAGREE, .from = SECOND / 10, .to = SECOND / 10,
	  .reads = { 0, 1, 0 } },
	{ "the next one says that its LUNs have changed, and leads to another LUN", { EVER, 0, 0 },
	  .moves = { false, true, false }, .status = STATUS_UNKNOWN,
	  .reason = REASON_NOT_VERIFIED, .from = SECOND / 10, .to = SECOND / 10 },
	{ "all: one comes back in time", { EVER, 6 * SECOND, EVER }, .status = STATUS_OK,
	  .from = 6 * SECOND, .to = 9 * SECOND },
	{ "all: none comes back", { EVER, EVER, EVER }, .status = STATUS_UNKNOWN,
	  .reason = REASON_NOT_VERIFIED, .from = 58 * SECOND, .to = 61 * SECOND },
	{ "all: they are deleted, and not waited for", { EVER, EVER, EVER },
	  .deleted = { true, true, true }, .status = STATUS_UNKNOWN,
	  .reason = REASON_NOT_VERIFIED },
	{ "all: only the last one is not deleted, and comes back", { EVER, EVER, 6 * SECOND },
	  .deleted = { true, true, false }, .status = STATUS_OK, .from = 6 * SECOND,
	  .to = 9 * SECOND },
	{ "all: a path that has never answered may answer yet", { EVER, EVER, 0 },
	  .busy = { 0, 0, 6 * SECOND }, .deleted = { true, true, false }, .late = true,
	  .status = STATUS_OK, .from = 6 * SECOND, .to = 12 * SECOND },
};
static const struct dying *dying;

static void paths_die(void)
{
	for (int i = 0; i < PATHS; i++) {
		device.dead_until[i] = device.now + dying->dead[i];
		device.ready[i] = device.now + dying->busy[i];
	}
}

static void dies_after_command(void **state)
{
	const struct row row = { "", PREEMPT(.victim = 0xb), KEYS_A, ALL_LIVE, 1, paths_die, false,
				 0, 0, 0, NULL, NULL };
	struct result *map = map_begin(&row);

	dying = *state;
	device.strangers = dying->strangers;
	device.moves = dying->moves;
	device.deleted = dying->deleted;
	if (dying->late)
		memcpy(device.ready, dying->busy, sizeof(device.ready));
	late_threads = silent_threads = dying->late;
	map_operate(&row.request, map);
	map_close(map);
	late_threads = silent_threads = false;
	assert_int_equal(device.commands, 1);
	assert_int_equal(map->outcome.status, dying->status);
	assert_int_equal(map->outcome.reason, dying->reason);
	assert_int_equal(map->outcome.changed,
			 dying->status == STATUS_UNKNOWN ? TRI_UNKNOWN : TRI_YES);
	assert_in_range(device.now, dying->from, dying->to);
	for (int i = 0; i < PATHS; i++)
		if (dying->reads[i])
			assert_int_equal(device.reads[i], dying->reads[i]);
	assert_string_equal(target_text(map->arena), "a a a - - 3:0");
	arena_free(map->arena);
}

/* The second path dies with its answer, and another LUN is mapped where the first one leads. */
static void path_swapped(void)
{
	device.dead_until[1] = EVER;
	device.moved[0] = true;
}

/* Through it the state is not read back, although it was this LUN's path before. */
static void swapped_after_command(void **state)
{
	const struct row row = { "", REGISTER(), KEYS(0, 0, 0, 0, 0, FREE), ALL_LIVE, 2,
				 path_swapped, false, 0, 0, 0, NULL, NULL };
	struct result *map = map_begin(&row);

	(void)state;
	map_operate(&row.request, map);
	map_close(map);
	/* when it was probed, and after its own change */
	assert_int_equal(device.reads[0], 2);
	assert_int_not_equal(map->outcome.status, STATUS_OK);
	arena_free(map->arena);
}

static const struct fault_row disk_rows[] = {
	{ { "status", STATUS, KEYS(0xa, 0xa, 0, 0xb, 0, WERO, 3), ALL_LIVE, NOTHING, STATUS_OK,
	    REASON_NONE, N, NULL, NULL },
	  { WELL },
	  NO_OTHER,
	  false,
	  0,
	  ALL_READ(1, 1, 0) },
	{ { "status, over two gateways", STATUS, KEYS(0xa, 0, 0, 0xb, 0, WERO, 3), ALL_LIVE,
	    NOTHING, STATUS_UNKNOWN, REASON_PATHS_DISAGREE, N, NULL,
	    "/dev/sda is another path of this LUN, but the two disagree: /dev/sdb shows 0xa "
	    "(/dev/sdb), " },
	  { WELL, APART },
	  KEYS(0, 0xa, 0, 0xb, 0, WERO, 3),
	  false,
	  0,
	  ALL_READ(3, 3, 0) },
	{ { "check, and another host's change is between two readings", CHECK(),
	    KEYS(0xa, 0xa, 0, 0xb, 0, WERO, 3), ALL_LIVE, NOTHING, STATUS_OK, REASON_NONE, N, NULL,
	    NULL },
	  { WELL, APART },
	  KEYS(0xa, 0xa, 0, 0, 0, WERO, 0),
	  true,
	  0,
	  ALL_READ(2, 2, 0) },
	{ { "check, and the one that differs is dead when it is read again",
	    CHECK(),
	    KEYS(0xa, 0xa, 0, 0xb, 0, WERO, 3),
	    { ALIVE, 1, ALIVE },
	    NOTHING,
	    STATUS_UNKNOWN,
	    REASON_PATHS_DISAGREE,
	    N,
	    NULL,
	    "/dev/sdb (the path failed" },
	  { WELL, APART },
	  KEYS(0, 0xa, 0, 0, 0, WERO, 1),
	  false,
	  0,
	  ALL_READ(2, 1, 0) },
};

int main(void)
{
	static struct unit unit;

	UNIT_TABLE(&unit, disks, disk_rows);

	UNIT_TABLE(&unit, maps, rows);
	UNIT_TABLE(&unit, joins, joined_rows);
	UNIT_TABLE(&unit, faults, fault_rows);
	UNIT_TABLE(&unit, shared, shared_rows);
	UNIT_TABLE(&unit, proven, proven_rows);
	UNIT_TEST(&unit, not_shared);
	UNIT_TABLE(&unit, late, late_rows);
	UNIT_TABLE(&unit, unready, unready_rows);
	UNIT_TABLE(&unit, later, late_rows);
	UNIT_TABLE(&unit, daemon_is_last, daemons);
	UNIT_TABLE(&unit, told, told_rows);
	UNIT_TABLE(&unit, turn, turns);
	UNIT_TEST(&unit, silent_then_late);
	UNIT_TABLE(&unit, twin, twins);
	UNIT_TABLE(&unit, fenced_at_reading, fenced_meanwhile);
	UNIT_TABLE(&unit, fenced_or_replaced, fenced_like_replaced);
	UNIT_TEST(&unit, blind_register);
	UNIT_TABLE(&unit, strangers, stranger_rows);
	UNIT_TABLE(&unit, dies_after_command, dyings);
	UNIT_TEST(&unit, swapped_after_command);
	return unit_run(&unit, "maps");
}
