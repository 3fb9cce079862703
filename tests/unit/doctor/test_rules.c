// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the rules find: one or two LUNs, /dev/sda and /dev/sdb, as seen by this host, host-1 with
 * 0xa, and what it knows. A row lists all findings, so each setup also shows that the other rules
 * find nothing.
 */
#include "unit.h"

#include <stdatomic.h>

#include "doctor/doctor.h"
#include "model/cluster.h"
#include "model/key_names.h"
#include "states.h"

static struct name list[] = { { 0xa, "node1" }, { 0xb, "node2" }, { 0xc, "node3" } };
static const struct key_names node_names = { .list = list, .count = 3 }, no_names = { 0 };
static const struct key_names doubted = { .ignored = (char *)"keys is ignored" };
static struct cluster_node nodes[] = { { "node1", "", 0x1645 }, { "node2", "", 0x7888 } };
static const struct cluster hacluster = { "hacluster", 0xfb0c, nodes, 2 };
static const struct key_names cluster_names = { .cluster = &hacluster };
static struct name self_list[] = { { 0xa, "me" }, { 0xb, "node2" } };
static const struct key_names self_names = { .list = self_list, .count = 2 };
static struct name whole_list[] = { { 0xa, "Me.example.com" }, { 0xb, "node2" } };
static const struct key_names whole_names = { .list = whole_list, .count = 2 };

#define FC(key, name) { key, N, { name, 1 }, N, N, false }
#define PORT_1 "fc:0x2100000000000001"
#define PORT_2 "fc:0x2100000000000002"
#define PORT_3 "fc:0x2100000000000003"
#define OWN_PORT(key, holder) { key, holder, { PORT_1, 1 }, Y, Y, true }
#define SOUND STATE(2, WERO, 0xa, OWN(0xa, Y), OTHER(0xb, N))

static struct abort_record open_abort = { .victim = 0xb, .proof = RECORD_OPEN, .hosts = { HOST_2 },
	.host_count = 1 };
static struct abort_record proven_abort = { .victim = 0xb, .proof = RECORD_PROVEN,
	.hosts = { HOST_2 }, .host_count = 1 };
static struct abort_record lvm_abort = {
	.victim = 0x1000000000010002, .proof = RECORD_PROVEN, .hosts = { HOST_2 }, .host_count = 1
};

/* Documents from host 2: LUN "w0" of a GiB, as above. */
#define THERE(key, name, initiator, this) \
	{ { key, N, { initiator, 1 }, U, this, false }, name, true }
#define DOCUMENT(machine, generation_, size_, initiator, ...) \
	&(struct document) \
	{ \
		.path = "doc", .host = { "node2", machine }, .count = 1, \
		.luns = &(struct document_lun) \
		{ \
			.wwid = "w0", .size = size_, .generation = generation_, .read = true, \
			.registrants = (struct document_registrant[]){ __VA_ARGS__ }, \
			.count = sizeof((struct document_registrant[]){ __VA_ARGS__ }) / \
				 sizeof(struct document_registrant), \
			.initiators = (const char *[]){ initiator }, .initiator_count = 1 \
		} \
	}
static const char *host_2[] = { HOST_2 };
static struct document_lun another_lun = {
	.wwid = "w9", .size = 1 << 20, .read = true, .initiators = host_2, .initiator_count = 1
};
static const struct document unrelated = {
	.path = "doc", .host = { "node2", "2" }, .luns = &another_lun, .count = 1
};
static const struct document without_luns = { .path = "doc", .host = { "node2", "2" } };
#define GIB ((uint64_t)1 << 30)
#define NODE1 THERE(0xa, "node1", HOST_1 SESSION_1, N)
#define NODE2 THERE(0xb, "node2", HOST_2 SESSION_2, Y)

/* What this host knows about the first LUN. */
struct known {
	const char *use, *group;
	uint64_t own; /* it was registered in this boot */
	const char *boot;
	struct abort_record *aborts;
	const char *records_unread, *no_proof;
	const char *former; /* a port by which it has registered in this boot */
	const char *unfenced; /* the boot in which the fence action "on" has registered it */
};

#define FORMER_CURE \
	"prctl register --old-key 0xa --key NEW /dev/sda (on one of the hosts); or, if " \
	PORT_2 " is a former adapter of this host: stop using the disk here, prctl preempt --key " \
	"KEY --victim 0xa DEVICE on another host, and register here again"

static const struct setup {
	const char *name;
	struct resv_state first, second; /* UNREAD: there is no second LUN */
	const char *found; /* "severity:rule@LUN ..." */
	const struct key_names *names; /* NULL: node_names */
	struct known known;
	bool listed;
	bool unsupported; /* the second LUN has no reservations */
	bool apart; /* each controller counts the first LUN's generation */
	enum reason reason; /* cause of the first LUN's status, which is unknown then */
	struct capabilities can;
	const struct document *document;
	struct lun_records *missing; /* what it knows about a LUN that is not there */
	const char *cure; /* of the last finding; NULL: any */
} setups[] = {
	{ "sound: two hosts", SOUND, SOUND, .found = "" },
	{ "sound: two hosts without names", SOUND, UNREAD, .found = "", &no_names },
	{ "sound: nobody registered", EMPTY(1), UNREAD, .found = "" },
	{ "sound: all registrants hold", STATE(2, WEAR, 0, OWN(0xa, Y), OTHER(0xb, Y)), UNREAD,
	  .found = "" },
	{ "sound: this host alone, exclusive", STATE(2, EA, 0xa, OWN(0xa, Y)), UNREAD,
	  .found = "" },
	{ "sound: several ports and sessions of hosts", STATE(2, WERO, 0xa, OWN(0xa, Y),
	  BESIDE(0xa, N),
	  OTHER(0xb, N), LISTED(0xb, N, HOST_2 SESSION_1, 2), FC(0xc, "fc:0x2100000000000001"),
	  FC(0xc, "fc:0x2100000000000002")),
	  UNREAD, .found = "" },
	{ "sound: a device that names nobody", STATE(2, WERO, 0xa, ANY(0xa, Y), ANY(0xb, N)),
	  UNREAD, .found = "" },
	{ "sound: an abort that is proven", STATE(2, WERO, 0xa, OWN(0xa, Y)), UNREAD, .found = "",
	  .known = { .aborts = &proven_abort } },
	{ "sound: used, and registered", SOUND, UNREAD, .found = "",
	  .known = { .use = "mounted at /data" } },

	{ "paths disagree", UNREAD, UNREAD, .found = "error:paths-disagree@0",
	  .reason = REASON_PATHS_DISAGREE },
	{ "another LUN", UNREAD, UNREAD, .found = "error:other-lun@0", .reason = REASON_OTHER_LUN },
	{ "another disk", UNREAD, UNREAD, .found = "error:other-lun@0", .reason = REASON_REPLACED },
	{ "not mapped", UNREAD, UNREAD, .found = "error:not-mapped@0",
	  .reason = REASON_NOT_MAPPED },
	{ "reserved by RESERVE", UNREAD, UNREAD, .found = "error:legacy-reserved@0",
	  .reason = REASON_LEGACY_RESERVED },
	{ "not read", UNREAD, UNREAD, .found = "error:unreadable@0", .reason = REASON_NOT_READ },

	{ "key 0", STATE(2, WERO, 0xa, OWN(0xa, Y), OTHER(0, N)), UNREAD,
	  .found = "error:zero-key@0" },
	{ "not registered, for no known reason", STATE(2, WERO, 0xb, OTHER(0xb, Y)), UNREAD,
	  .found = "note:not-registered@0" },
	{ "not registered, nothing reserved", STATE(2, RESV_NONE, 0, OTHER(0xb, N)), UNREAD,
	  .found = "warning:unreserved@0" },
	{ "not registered, as far as is known", STATE(2, WERO, 0xb, ANY(0xb, Y)), UNREAD,
	  .found = "" },
	{ "not registered, and used", STATE(2, WERO, 0xb, OTHER(0xb, Y)), UNREAD,
	  .found = "error:not-registered@0",
	  .known = { .use = "mounted at /data" } },
	{ "not registered, but was", STATE(2, WERO, 0xb, OTHER(0xb, Y)), UNREAD,
	  .found = "error:not-registered@0",
	  .known = { .own = 0xa, .boot = "now" } },
	{ "not registered, but was, and nothing is reserved",
	  STATE(2, RESV_NONE, 0, OTHER(0xb, N)), UNREAD,
	  .found = "error:not-registered@0 warning:unreserved@0",
	  .known = { .own = 0xa, .boot = "now" } },
	{ "nobody registered, but this host was", EMPTY(1), UNREAD,
	  .found = "error:not-registered@0", .known = { .own = 0xa, .boot = "now" } },
	{ "sound: nobody registered since it was booted", EMPTY(1), UNREAD, .found = "",
	  .known = { .own = 0xa, .boot = "before" } },
	{ "a list without names lacks the key that it had", STATE(2, WERO, 0xb, ANY(0xb, Y)),
	  UNREAD, .found = "error:not-registered@0", .known = { .own = 0xa, .boot = "now" } },
	{ "sound: a list without names has it", STATE(2, WERO, 0xb, ANY(0xb, Y), ANY(0xa, N)),
	  UNREAD, .found = "", .known = { .own = 0xa, .boot = "now" } },
	{ "a list without names or holder lacks it", STATE(2, WERO, 0xd, ANY(0xb, N)), UNREAD,
	  .found = "warning:holder-omitted@0", .known = { .own = 0xa, .boot = "now" } },
	{ "a list without names shows a key as 0", STATE(2, RESV_NONE, 0, ANY(0, N)), UNREAD,
	  .found = "error:zero-key@0", .known = { .own = 0xa, .boot = "now" } },
	{ "sound: registered with another key than it had", STATE(2, WERO, 0xc, OWN(0xc, Y)),
	  UNREAD, .found = "", .known = { .own = 0xa, .boot = "now" } },
	{ "not registered, and another host has the key that it had",
	  STATE(2, WERO, 0xb, OTHER(0xb, Y)), UNREAD,
	  .found = "note:not-registered@0", .known = { .own = 0xb, .boot = "now" } },
	{ "not registered, but was before it was booted", STATE(2, WERO, 0xb, OTHER(0xb, Y)),
	  UNREAD, .found = "note:not-registered@0",
	  .known = { .own = 0xa, .boot = "before" } },
	{ "not registered, and named", STATE(2, WERO, 0xb, OTHER(0xb, Y)), UNREAD,
	  .found = "error:not-registered@0", &self_names },
	{ "not registered, and named with its domain", STATE(2, WERO, 0xb, OTHER(0xb, Y)), UNREAD,
	  .found = "error:not-registered@0", &whole_names },
	{ "not registered, as far as a list shows that lacks the holder",
	  STATE(2, WERO, 0xd, OTHER(0xb, N)), UNREAD, .found = "warning:holder-omitted@0",
	  .known = { .use = "mounted at /data" } },
	{ "registered, and an unknown registrant holds", STATE(2, WERO, 0, OWN(0xa, U),
	  OTHER(0xb, U)), UNREAD, .found = "warning:holder-omitted@0" },
	{ "registered with the key of another node", STATE(2, WERO, 0xb, OWN(0xb, Y)), UNREAD,
	  .found = "error:own-key@0", &self_names },
	{ "registered with a key that nothing names, as this host is named",
	  STATE(2, WERO, 0xd, OWN(0xd, Y)), UNREAD, .found = "error:own-key@0", &self_names },
	{ "registered with a key that nothing names, nor this host",
	  STATE(2, WERO, 0xd, OWN(0xd, Y)), UNREAD, .found = "error:own-key@0" },
	{ "sound: registered with its key, through another session",
	  STATE(2, WERO, 0xa, OWN_2(0xa, Y)), UNREAD, .found = "", &self_names },
	{ "not registered here, beside the same host there", STATE(2, WERO, 0xb, OTHER(0xb, Y)),
	  SOUND, .found = "error:not-registered@0" },
	{ "not registered here, beside another host", STATE(2, WERO, 0xc, THIRD(0xc, Y)), SOUND,
	  .found = "note:not-registered@0" },
	{ "one key on two hosts", STATE(2, WERO, 0xa, OWN(0xa, Y), OTHER(0xb, N), THIRD(0xb, N)),
	  UNREAD, .found = "error:shared-key@0" },
	{ "this host's key on another", STATE(2, WERO, 0xa, OWN(0xa, Y), OTHER(0xa, N)), UNREAD,
	  .found = "error:shared-key@0",
	  .cure = "prctl register --old-key 0xa --key NEW /dev/sda (on one of the hosts)" },
	{ "this host's key on a port", STATE(2, WERO, 0xa, OWN_PORT(0xa, Y), FC(0xa, PORT_2)),
	  UNREAD, .found = "error:shared-key@0", .cure = FORMER_CURE },
	{ "this host's key on a port that is listed first", STATE(2, WERO, 0xa, FC(0xa, PORT_2),
	  OWN_PORT(0xa, Y)), UNREAD, .found = "error:shared-key@0", .cure = FORMER_CURE },
	{ "sound: this host's key on a port that it had", STATE(2, WERO, 0xa, OWN_PORT(0xa, Y),
	  FC(0xa, PORT_2)), UNREAD, .found = "", .known = { .former = PORT_2 } },
	{ "sound: this host's key on a port that it had, listed first",
	  STATE(2, WERO, 0xa, FC(0xa, PORT_2), OWN_PORT(0xa, Y)), UNREAD, .found = "",
	  .known = { .former = PORT_2 } },
	{ "this host's key on a port that it had, and on another port",
	  STATE(2, WERO, 0xa, FC(0xa, PORT_2), OWN_PORT(0xa, Y), FC(0xa, PORT_3)), UNREAD,
	  .found = "error:shared-key@0", .known = { .former = PORT_2 } },
	{ "this host's key on a port, without a document of it",
	  STATE(2, WERO, 0xa, OWN_PORT(0xa, Y), FC(0xa, PORT_2)), UNREAD,
	  .found = "error:shared-key@0 warning:hosts-disagree@0",
	  .document = DOCUMENT("2", 9, GIB, HOST_2, NODE2) },
	{ "a port that this host had, and no document of it",
	  STATE(2, WERO, 0xa, FC(0xa, PORT_2)), UNREAD,
	  .found = "note:not-registered@0 warning:hosts-disagree@0",
	  .known = { .former = PORT_2 }, .document = DOCUMENT("2", 9, GIB, HOST_2, NODE2) },
	{ "a named port, and no document of it", STATE(2, WERO, 0xa, FC(0xa, PORT_2)), UNREAD,
	  .found = "note:not-registered@0 warning:absent-host@0 warning:hosts-disagree@0",
	  .document = DOCUMENT("2", 9, GIB, HOST_2, NODE2) },
	{ "one key on two hosts, each on a LUN", SOUND, STATE(2, WERO, 0xa, OWN(0xa, Y),
	  THIRD(0xb, N)),
	  .found = "error:shared-key@0 error:shared-key@1" },
	{ "sound: one key on a LUN and on a namespace, where hosts have names of another kind",
	  SOUND, STATE(2, WERO, 0xa, OWN(0xa, Y),
	  LISTED(0xb, N, "nvme:00000002-0011-2233-4455-66778899aabb", 1)), .found = "" },
	{ "one key on two hosts, one in a document", SOUND, UNREAD,
	  .found = "error:shared-key@0 warning:hosts-disagree@0",
	  .document = DOCUMENT("2", 9, GIB, HOST_2, THERE(0xb, "node2", HOST_3, N), NODE2) },
	{ "two keys of a host", STATE(2, WERO, 0xa, OWN(0xa, Y), OTHER(0xb, N),
	  LISTED(0xc, N, HOST_2 SESSION_1, 1)), UNREAD,
	  .found = "warning:several-keys@0" },
	{ "two keys of this host", STATE(2, WERO, 0xa, OWN(0xa, Y), OWN_2(0xc, N)), UNREAD,
	  .found = "warning:several-keys@0" },
	{ "an unknown key", STATE(2, WERO, 0xa, OWN(0xa, Y), OTHER(0xd, N)), UNREAD,
	  .found = "error:orphan@0" },
	{ "an unknown key, and no names", STATE(2, WERO, 0xa, OWN(0xa, Y), OTHER(0xd, N)), UNREAD,
	  .found = "", &no_names },
	{ "an unknown key beside fence_scsi's", STATE(2, WERO, 0xfb0c0000, OWN(0xfb0c0000, Y),
	  OTHER(0xd, N)), UNREAD,
	  .found = "error:orphan@0", &cluster_names },
	{ "fence_scsi's keys", STATE(2, WERO, 0xfb0c0000, OWN(0xfb0c0000, Y),
	  OTHER(0xfb0c0001, N)), UNREAD, .found = "", &cluster_names },
	{ "other keys on a node of a cluster", SOUND, UNREAD, .found = "", &cluster_names },
	{ "an unknown key of a host with a document", STATE(2, WERO, 0xa, OWN(0xa, Y),
	  OTHER(0xb, N)), UNREAD, .found = "", &no_names,
	  .document = DOCUMENT("2", 2, GIB, HOST_2, THERE(0xa, NULL, HOST_1, N),
	  THERE(0xb, NULL, HOST_2 SESSION_2, Y)) },
	{ "a host without a document", STATE(3, WERO, 0xa, OWN(0xa, Y), OTHER(0xb, N),
	  THIRD(0xc, N)), UNREAD,
	  .found = "warning:absent-host@0", .document = DOCUMENT("2", 3, GIB, HOST_2, NODE1,
	  NODE2, THERE(0xc, "node3", HOST_3 SESSION_2, N)) },

	{ "a host on one LUN of a group", SOUND, STATE(2, WERO, 0xa, OWN(0xa, Y)),
	  .found = "warning:uneven@1", .known = { .group = "g" } },
	{ "a host on one LUN of the command line", SOUND, STATE(2, WERO, 0xa, OWN(0xa, Y)),
	  .found = "warning:uneven@1", .listed = true },
	{ "nobody on one LUN of a group", SOUND, EMPTY(1), .found = "warning:uneven@1",
	  .known = { .group = "g" } },
	{ "nobody on one LUN of the command line", SOUND, EMPTY(1), .found = "warning:uneven@1",
	  .listed = true },
	{ "nobody on one of two LUNs of nothing", SOUND, EMPTY(1), .found = "" },
	{ "one LUN of a group has no reservations", SOUND, EMPTY(1), .found = "warning:uneven@1",
	  .known = { .group = "g" }, .unsupported = true },
	{ "one LUN of nothing has no reservations", SOUND, EMPTY(1), .found = "",
	  .unsupported = true },
	{ "one LUN of a group has no reservations, and this host is not on the other one",
	  EMPTY(1), EMPTY(1), .found = "", .known = { .group = "g" }, .unsupported = true },
	{ "sound: nobody on both LUNs of a group", EMPTY(1), EMPTY(1), .found = "",
	  .known = { .group = "g" } },
	{ "this host not on one LUN of a group, which is not reserved", SOUND,
	  STATE(2, RESV_NONE, 0, OTHER(0xb, N)),
	  .found = "warning:uneven@1 warning:unreserved@1", .known = { .group = "g" } },
	{ "this host not on one LUN of a group, in a list without names", SOUND,
	  STATE(2, WERO, 0xb, ANY(0xb, Y)), .found = "warning:uneven@1",
	  .known = { .group = "g" } },
	{ "this host perhaps on one LUN of a group, in a list without its holder", SOUND,
	  STATE(2, WERO, 0xd, ANY(0xb, N)), .found = "warning:holder-omitted@1",
	  .known = { .group = "g" } },
	{ "sound: a LUN of a group has a list without names", SOUND,
	  STATE(2, WERO, 0xa, ANY(0xa, Y), ANY(0xb, N)), .found = "",
	  .known = { .group = "g" } },
	{ "a list without names, and nobody on another LUN of its group",
	  STATE(2, WERO, 0xa, ANY(0xa, Y), ANY(0xb, N)), EMPTY(1), .found = "warning:uneven@1",
	  .known = { .group = "g", .own = 0xa, .boot = "now" } },
	{ "a list without names, and another LUN of its group lacks a host",
	  STATE(2, WERO, 0xa, ANY(0xa, Y), ANY(0xb, N)), STATE(2, WERO, 0xa, ANY(0xa, Y)),
	  .found = "warning:uneven@1", &self_names, .known = { .group = "g" } },
	{ "sound: two keys of this host in a group, one in a list without names",
	  STATE(2, WERO, 0xa, ANY(0xa, Y)), STATE(2, WERO, 0xc, OWN(0xc, Y)), .found = "",
	  .known = { .group = "g", .own = 0xa, .boot = "now" } },
	{ "a host on one of two LUNs of nothing", SOUND, STATE(2, WERO, 0xa, OWN(0xa, Y)),
	  .found = "" },
	{ "two types in a group", SOUND, STATE(2, EARO, 0xa, OWN(0xa, Y), OTHER(0xb, N)),
	  .found = "warning:uneven@1",
	  .known = { .group = "g" } },
	{ "nothing reserved", STATE(2, RESV_NONE, 0, OWN(0xa, N)), UNREAD,
	  .found = "warning:unreserved@0" },
	{ "nothing reserved after the fence action on", STATE(2, RESV_NONE, 0, OWN(0xa, N)),
	  UNREAD, .found = "error:unreserved@0",
	  .known = { .own = 0xa, .boot = "now", .unfenced = "now" } },
	{ "nothing reserved, after the fence action on before it was booted",
	  STATE(2, RESV_NONE, 0, OWN(0xa, N)), UNREAD, .found = "warning:unreserved@0",
	  .known = { .own = 0xa, .boot = "now", .unfenced = "before" } },
	{ "a type for the holder", STATE(2, WE, 0xa, OWN(0xa, Y), OTHER(0xb, N)), UNREAD,
	  .found = "warning:holder-type@0" },
	{ "held by this host's other path", STATE(2, WE, 0xa, OWN(0xa, N), OWN_2(0xa, Y)), UNREAD,
	  .found = "error:holder-type@0" },
	{ "another type", STATE(2, RESV_OTHER, 0xa, OWN(0xa, Y)), UNREAD,
	  .found = "warning:unknown-type@0" },
	{ "a type that the device does not list", STATE(2, WERO, 0xa, OWN(0xa, Y)), UNREAD,
	  .found = "warning:unsupported-type@0",
	  .can = { .known = true, .power_loss_capable = Y, .power_loss_active = Y,
	  .types = { [WERO] = N } } },
	{ "a type that it lists", STATE(2, WERO, 0xa, OWN(0xa, Y)), UNREAD, .found = "",
	  .can = { .known = true, .power_loss_capable = Y, .power_loss_active = Y,
	  .types = { [WERO] = Y } } },
	{ "not kept through power loss", STATE(2, WERO, 0xa, OWN(0xa, Y)), UNREAD,
	  .found = "warning:power-loss@0",
	  .can = { .known = true, .power_loss_capable = Y, .power_loss_active = N,
	  .types = { [WERO] = U } } },
	{ "never kept through power loss", STATE(2, WERO, 0xa, OWN(0xa, Y)), UNREAD, .found = "",
	  .can = { .known = true, .power_loss_capable = N, .power_loss_active = N,
	  .types = { [WERO] = U } } },

	{ "an abort that is open", STATE(2, WERO, 0xa, OWN(0xa, Y)), UNREAD,
	  .found = "error:abort-open@0", .known = { .aborts = &open_abort } },
	{ "a victim with another key", STATE(2, WERO, 0xa, OWN(0xa, Y), OTHER(0xd, N)), UNREAD,
	  .found = "error:survivor@0",
	  .known = { .aborts = &proven_abort } },
	{ "a victim with another key on another LUN", STATE(2, WERO, 0xa, OWN(0xa, Y)),
	  STATE(2, WERO, 0xa, OWN(0xa, Y), OTHER(0xc, N)), .found = "error:survivor@1",
	  .known = { .aborts = &proven_abort } },
	{ "a victim that came back with its key", SOUND, UNREAD, .found = "",
	  .known = { .aborts = &proven_abort } },
	{ "an LVM host with its next generation", STATE(2, WERO, 0xa, OWN(0xa, Y),
	  OTHER(0x1000000000020002, N)), UNREAD, .found = "",
	  &no_names, .known = { .aborts = &lvm_abort } },
	{ "an LVM host with an older generation", STATE(2, WERO, 0xa, OWN(0xa, Y),
	  OTHER(0x1000000000000002, N)), UNREAD,
	  .found = "error:survivor@0", &no_names, .known = { .aborts = &lvm_abort } },
	{ "an adapter that proves no abort", SOUND, UNREAD, .found = "error:no-proof@0",
	  .known = { .no_proof = "resets of mpt3sas prove nothing" } },
	{ "an abort that is open on a LUN that is not there", SOUND, UNREAD,
	  .found = "error:missing", .missing = &(struct lun_records){ .wwid = "w2",
	  .aborts = &open_abort, .unfenced_boot = "now" } },
	{ "a LUN that is not there, where this host was unfenced", SOUND, UNREAD,
	  .found = "warning:missing", .missing = &(struct lun_records){ .wwid = "w2",
	  .aborts = &proven_abort, .unfenced_boot = "now" } },
	{ "a LUN that is not there, with a proven abort", SOUND, UNREAD, .found = "",
	  .missing = &(struct lun_records){ .wwid = "w2", .aborts = &proven_abort } },
	{ "records that are not believed", SOUND, UNREAD, .found = "warning:records@0",
	  .known = { .records_unread = "it is damaged" } },

	{ "the keys file is ignored", SOUND, UNREAD, .found = "error:names-file", &doubted },
	{ "a document that agrees", SOUND, UNREAD, .found = "",
	  .document = DOCUMENT("2", 2, GIB, HOST_2, NODE1, NODE2) },
	{ "another machine with this initiator", SOUND, UNREAD, .found = "error:same-identity",
	  .document = DOCUMENT("2", 2, GIB, HOST_1, NODE1, NODE2) },
	{ "this machine's own document", STATE(2, WERO, 0xa, OWN(0xa, Y)), UNREAD,
	  .found = "error:same-identity",
	  .document = DOCUMENT("1", 2, GIB, HOST_1, NODE1) },
	{ "one WWID of two volumes", SOUND, UNREAD, .found = "error:one-wwid@0",
	  .document = DOCUMENT("2", 2, 2 * GIB, HOST_2, NODE1, NODE2) },
	{ "another list at the same generation", SOUND, UNREAD, .found = "error:hosts-disagree@0",
	  .document = DOCUMENT("2", 2, GIB, HOST_2, NODE2) },
	{ "another list of the same length at the same generation", SOUND, UNREAD,
	  .found = "error:hosts-disagree@0",
	  .document = DOCUMENT("2", 2, GIB, HOST_2, NODE2, NODE2) },
	{ "a longer list there at the same generation", SOUND, UNREAD,
	  .found = "warning:hosts-disagree@0",
	  .document = DOCUMENT("2", 2, GIB, HOST_2, NODE1, NODE2,
	  THERE(0xc, "node3", HOST_3 SESSION_2, N)) },
	{ "two sessions of a host there, and one here", SOUND, UNREAD,
	  .found = "warning:hosts-disagree@0",
	  .document = DOCUMENT("2", 2, GIB, HOST_2, NODE1, NODE2, NODE2) },
	{ "a longer list there at another generation", SOUND, UNREAD,
	  .found = "warning:hosts-disagree@0",
	  .document = DOCUMENT("2", 1, GIB, HOST_2, NODE1, NODE2, NODE2) },
	{ "another list at another generation", SOUND, UNREAD,
	  .found = "warning:hosts-disagree@0",
	  .document = DOCUMENT("2", 3, GIB, HOST_2, NODE2) },
	{ "the same list at another generation", SOUND, UNREAD,
	  .found = "warning:hosts-disagree@0",
	  .document = DOCUMENT("2", 3, GIB, HOST_2, NODE1, NODE2) },
	{ "a document that lacks a LUN where hosts are registered", SOUND, SOUND,
	  .found = "warning:hosts-disagree@1",
	  .document = DOCUMENT("2", 2, GIB, HOST_2, NODE1, NODE2) },
	{ "a document that lacks a LUN where nobody is registered", SOUND, EMPTY(1),
	  .found = "note:hosts-disagree@1",
	  .document = DOCUMENT("2", 2, GIB, HOST_2, NODE1, NODE2) },
	{ "a document that lacks a LUN of the command line where nobody is registered",
	  EMPTY(1), EMPTY(1), .found = "warning:hosts-disagree@1", .listed = true,
	  .document = DOCUMENT("2", 1, GIB, HOST_2) },
	{ "a document that has none of two LUNs", SOUND, SOUND,
	  .found = "warning:hosts-disagree", .document = &unrelated },
	{ "a document without LUNs", SOUND, UNREAD,
	  .found = "warning:hosts-disagree warning:absent-host@0", .document = &without_luns },
	{ "a document of a LUN that this host cannot read, and not of another", UNREAD, SOUND,
	  .found = "error:unreadable@0 warning:hosts-disagree@1", .reason = REASON_NOT_READ,
	  .document = DOCUMENT("2", 2, GIB, HOST_2, NODE1, NODE2) },
	{ "a LUN that the other host could not read", SOUND, UNREAD,
	  .found = "warning:hosts-disagree@0", .document = &(struct document){
		.host = { .name = "other", .id = "2" },
		.luns = &(struct document_lun){ .wwid = "w0", .size = GIB,
			.initiators = (const char *[]){ HOST_2 }, .initiator_count = 1 },
		.count = 1 } },
	{ "the same list, and each controller counts separately", SOUND, UNREAD,
	  .found = "note:hosts-disagree@0", .apart = true,
	  .document = DOCUMENT("2", 3, GIB, HOST_2, NODE1, NODE2) },
	{ "another name there", SOUND, UNREAD, .found = "warning:names-differ@0",
	  .document = DOCUMENT("2", 2, GIB, HOST_2, THERE(0xa, "other", HOST_1, N), NODE2) },
};

/* All runs of a row share the state, so each copies the registrants. */
static struct result *lun_make(struct arena *arena, const char *label,
	const struct resv_state *state, bool unknown)
{
	struct result *result = result_new(arena, label);

	result->lun = (struct lun){ .name = label + 5, .node = label, .transport = TRANSPORT_SCSI,
		.size = GIB,
				    .wwid = strcmp(label, "/dev/sda") == 0 ? "w0" : "w1",
				    .nexus = { HOST_1 SESSION_1, 1 } };
	result->state = *state;
	result->capabilities.known = false;
	if (unknown)
		result_fail(result, STATUS_UNKNOWN, REASON_NOT_READ, STEP_READ, "%s", "a message");
	return result;
}

/* In the order of the findings. */
static void findings_text(const struct doctor *doctor, const struct finding *finding, char *text)
{
	if (!finding)
		return;
	findings_text(doctor, finding->next, text);
	sprintf(text + strlen(text), "%s%s:%s", *text ? " " : "", severity_word(finding->severity),
		finding->rule);
	if (finding->result)
		sprintf(text + strlen(text), "@%d",
			finding->result == doctor->facts[0].result ? 0 : 1);
	assert_true(*finding->what && *finding->why && *finding->cure);
}

static void finds(void **state)
{
	const struct setup *row = *state;
	struct arena *arena = unit_arena();
	struct examination examination = { 0 };
	struct request request = { .names = row->names ? row->names : &node_names,
		.examination = &examination };
	struct facts facts[2] = { { .boot = "now", .multipathd = U }, { .boot = "now",
		.multipathd = U, .group = row->known.group } };
	struct doctor doctor = { .arena = arena, .request = &request, .documents = row->document,
	.self = { "me", "1" },
				 .facts = facts,
				 	.count = row->second.source == SOURCE_NONE ? 1 : 2,
				 		.listed = row->listed,
				 .missing = row->missing, .missing_count = row->missing != NULL };
	const char *former[] = { row->known.former, NULL };
	char text[512] = "";

	arena->names = request.names;
	facts[0].result = lun_make(arena, "/dev/sda", &row->first, row->reason != REASON_NONE);
	facts[0].result->outcome.reason = row->reason;
	facts[0].result->capabilities = row->can;
	facts[1].result = lun_make(arena, "/dev/sdb", &row->second, false);
	if (row->unsupported)
		facts[1].result->outcome.status = STATUS_UNSUPPORTED;
	facts[0].result->generation_per_controller = row->apart;
	facts[0].result->own_ports = former;
	facts[0].use = row->known.use;
	facts[0].group = row->known.group;
	facts[0].records_unread = row->known.records_unread;
	facts[0].no_proof = row->known.no_proof;
	facts[0].records = (struct lun_records){ .own = row->known.own, .boot = row->known.boot,
		.aborts = row->known.aborts, .unfenced_boot = row->known.unfenced };
	doctor_check(&doctor);
	findings_text(&doctor, doctor.last, text);
	assert_string_equal(text, row->found);
	if (row->cure)
		assert_string_equal(doctor.last->cure, row->cure);
	assert_int_equal(facts[0].result->explained, row->reason != REASON_NONE &&
		row->reason != REASON_NOT_READ);
	arena_free(arena);
}

/* A map of two paths, sda and sdb, sessions 1 and 2 of host-1. */
static const struct map_setup {
	const char *name;
	struct resv_state state;
	const char *found;
	bool dead; /* sdb does not answer */
	enum tri multipathd;
} maps[] = {
	{ "sound", STATE(1, WERO, 0xa, OWN(0xa, Y), BESIDE(0xa, N)), "", false, Y },
	{ "sound, and multipathd does not tell", STATE(1, WERO, 0xa, OWN(0xa, Y), BESIDE(0xa, N)),
	  "", false, U },
	{ "a path that is dead, and registered", STATE(1, WERO, 0xa, OWN(0xa, Y), BESIDE(0xa, N)),
	  "", true, Y },
	{ "a path lacks it", STATE(1, WERO, 0xa, OWN(0xa, Y)), "error:path-unregistered@0", false,
	  Y },
	{ "no path has it", EMPTY(1), "", false, U },
	{ "a path has another key", STATE(1, WERO, 0xa, OWN(0xa, Y), BESIDE(0xc, N)),
	  "warning:several-keys@0", false, Y },
	{ "one path holds alone", STATE(1, WE, 0xa, OWN(0xa, Y), BESIDE(0xa, N)),
	  "error:holder-type@0", false, Y },
	{ "another host holds alone", STATE(1, WE, 0xb, OTHER(0xb, Y), OWN(0xa, N),
	  BESIDE(0xa, N)), "warning:holder-type@0", false, Y },
	{ "a dead path holds", STATE(1, WERO, 0xa, OWN(0xa, N), BESIDE(0xa, Y)),
	  "warning:dead-path-holds@0", true, Y },
	{ "all hold, one path is dead", STATE(1, WEAR, 0, OWN(0xa, Y), BESIDE(0xa, Y)), "", true,
	  Y },
	{ "multipathd has another key", STATE(1, WERO, 0xa, OWN(0xa, Y), BESIDE(0xa, N)),
	  "warning:multipathd@0", false, N },
};

static struct result *path_make(struct arena *arena, struct result *map, const char *label,
				const char *initiator)
{
	struct result *path = result_new(arena, label);

	path->lun = (struct lun){ .name = label + 5, .node = label, .transport = TRANSPORT_SCSI,
		.nexus = { initiator, 1 } };
	path->map = map;
	path->device.fd = 3; /* it was opened */
	atomic_store(&path->use.probed, true);
	return path;
}

static void finds_on_map(void **state)
{
	const struct map_setup *row = *state;
	struct arena *arena = unit_arena();
	struct examination examination = { 0 };
	struct request request = { .names = &node_names, .examination = &examination };
	struct result *map = lun_make(arena, "/dev/sda", &row->state, false);
	struct facts facts = { .result = map, .boot = "now", .multipathd = row->multipathd };
	struct doctor doctor = { .arena = arena, .request = &request, .facts = &facts, .count = 1 };
	char text[512] = "";

	map->paths = path_make(arena, map, "/dev/sdc", HOST_1 SESSION_1);
	map->paths->next = path_make(arena, map, "/dev/sdd", HOST_1 SESSION_2);
	if (row->dead)
		map->paths->next->device.answer.kind = ANSWER_PATH;
	doctor_check(&doctor);
	findings_text(&doctor, doctor.last, text);
	assert_string_equal(text, row->found);
	arena_free(arena);
}

/* Every rule is in a row above, and again with another severity or none. */
static void every_rule(void **state)
{
	const struct doctor_rule *rule;

	(void)state;
	for (size_t i = 0; (rule = doctor_rule_at(i)); i++) {
		size_t found = 0;

		for (size_t j = 0; j < COUNT_OF(setups); j++)
			found += strstr(setups[j].found, rule->name) != NULL;
		for (size_t j = 0; j < COUNT_OF(maps); j++)
			found += strstr(maps[j].found, rule->name) != NULL;
		if (!found)
			fail_msg("%s is not tested", rule->name);
		assert_ptr_equal(doctor_rule_find(rule->name), rule);
		assert_true(rule->check || rule->check_host);
	}
	assert_null(doctor_rule_find("nothing"));
}

/* --rule: only this rule. */
static void one_rule(void **state)
{
	struct arena *arena = unit_arena();
	struct examination examination = { .rules = { doctor_rule_find("zero-key") },
					   .rule_count = 1 };
	struct request request = { .names = &node_names, .examination = &examination };
	const struct resv_state both = STATE(2, RESV_NONE, 0, OWN(0xa, N), OTHER(0, N));
	struct facts facts = { .result = lun_make(arena, "/dev/sda", &both, false), .boot = "now",
		.multipathd = U };
	struct doctor doctor = { .arena = arena, .request = &request, .facts = &facts, .count = 1 };

	(void)state;
	doctor_check(&doctor);
	assert_string_equal(doctor.last->rule, "zero-key");
	assert_null(doctor.last->next);
	arena_free(arena);
}

/* A finding for which there is no memory is not left out in silence. */
static void no_memory(void **state)
{
	struct arena *arena = unit_arena();
	struct examination examination = { 0 };
	struct request request = { .names = &node_names, .examination = &examination };
	const struct resv_state both = STATE(2, RESV_NONE, 0, OWN(0xa, N), OTHER(0, N));
	struct facts facts = { .result = lun_make(arena, "/dev/sda", &both, false), .boot = "now",
		.multipathd = U };
	struct doctor doctor = { .arena = arena, .request = &request, .facts = &facts, .count = 1 };

	(void)state;
	while (arena_alloc(arena, 16))
		;
	doctor_check(&doctor);
	assert_null(doctor.last);
	assert_true(doctor.incomplete);
	arena_free(arena);
}

/* Without arguments, a disk without reservations is in a finding, and not in the report. */
static void unsupported(void **state)
{
	const struct resv_state sound = SOUND;
	struct examination examination = { 0 };
	const char *device = "/dev/sda";

	(void)state;
	for (int i = 0; i < 4; i++) {
		bool named = i & 1, verbose = i & 2;
		struct arena *arena = unit_arena();
		struct request request = { .names = &no_names, .devices = &device,
					   .device_count = named, .verbose = verbose,
					   .examination = &examination };
		struct results results = { .arena = arena, .end = &results.first };
		struct result *first = lun_make(arena, "/dev/sda", &sound, false),
			      *second = lun_make(arena, "/dev/sdb", &sound, false);

		first->lun.wwid = second->lun.wwid = NULL; /* no records */
		first->group = second->group = "g";
		first->outcome.status = STATUS_UNSUPPORTED;
		results_link(&results, first);
		results_link(&results, second);
		assert_int_equal(doctor_examine(&request, &results, INT64_MAX), 0);
		assert_int_equal(results.first == first, named || verbose);
		assert_ptr_equal(results.end, &second->next);
		assert_non_null(results.findings);
		while (results.findings && strcmp(results.findings->rule, "uneven") != 0)
			results.findings = results.findings->next;
		assert_non_null(results.findings);
		assert_ptr_equal(results.findings->result, first);
		arena_free(arena);
	}
}

int main(void)
{
	struct unit unit = { 0 };

	UNIT_TABLE(&unit, finds, setups);
	UNIT_TEST(&unit, unsupported);
	UNIT_TABLE(&unit, finds_on_map, maps);
	UNIT_TEST(&unit, every_rule);
	UNIT_TEST(&unit, one_rule);
	UNIT_TEST(&unit, no_memory);
	return unit_run(&unit, "rules");
}
