// SPDX-License-Identifier: GPL-2.0-or-later
#include "doctor/doctor.h"

/*
 * Where rules come from: what clusters are asked about again and again (fence-agents issues 278, 289, 517 and 631; Red Hat's
 * knowledge base 43402, 304023 and 316073; opensvc issue 30; metal-stack 359 and HPE's csi-driver 524 for identities), and
 * docs/design/status.md for what makes a fence fail.
 */
static const struct rule rules[] = {
	{ "names-file", SEVERITY_ERROR, "the file of key names is ignored",
	  "fence_prctl takes no host for known without it", .look_at_host = names_file_look },
	{ "same-identity", SEVERITY_ERROR, "another machine has this host's name on the network (--with)",
	  "the target takes both for one host: neither can be fenced alone", .look_at_host = identity_look },
	{ "other-lun", SEVERITY_ERROR, "the device is another LUN than the kernel remembers",
	  "a command would change the wrong volume", .explains = true, .look = other_lun_look },
	{ "not-mapped", SEVERITY_ERROR, "the LUN is no longer mapped to this host",
	  "an empty device looks like a LUN without registrations", .explains = true, .look = not_mapped_look },
	{ "paths-disagree", SEVERITY_ERROR, "the paths of a LUN show different reservations",
	  "a host that is shut out on one path can write through another", .explains = true, .look = paths_disagree_look },
	{ "legacy-reserved", SEVERITY_ERROR, "another host holds a legacy SCSI-2 reservation",
	  "it keeps even reads out, and no persistent reservation can be made", .explains = true, .look = legacy_look },
	{ "unreadable", SEVERITY_ERROR, "the state of a LUN cannot be read",
	  "it is unknown which hosts may write there", .look = unreadable_look },
	{ "zero-key", SEVERITY_ERROR, "a host is registered with the key 0",
	  "it can write, cannot be preempted, and can register no key of its own", .look = zero_key_look },
	{ "path-unregistered", SEVERITY_ERROR, "a path of this host lacks the registration that others have",
	  "writes through that path fail while the LUN is reserved", .look = path_unregistered_look },
	{ "not-registered", SEVERITY_ERROR, "this host is not registered on a reserved LUN",
	  "it cannot write there", .look = not_registered_look },
	{ "shared-key", SEVERITY_ERROR, "two hosts have one key",
	  "a preempt of that key hits both hosts", .look = shared_key_look },
	{ "several-keys", SEVERITY_WARNING, "a host has several keys on one LUN",
	  "a preempt of one key leaves the host registered with the other", .look = several_keys_look },
	{ "orphan", SEVERITY_ERROR, "a registered key that no file of this host and no --with document names",
	  "an unknown host may write, and fence_prctl fails while it is there", .look = orphan_look },
	{ "absent-host", SEVERITY_WARNING, "a registered host has no document (--with)",
	  "a dead host's registration lets it write when it comes back", .look = absent_host_look },
	{ "uneven", SEVERITY_WARNING, "LUNs of one volume group, or of the command line, differ in hosts or type",
	  "a host that can write to some of them damages what spans them", .look = uneven_look },
	{ "unreserved", SEVERITY_WARNING, "hosts are registered, and nothing is reserved",
	  "every host can write, and a fence shuts no host out", .look = unreserved_look },
	{ "holder-type", SEVERITY_ERROR, "only the holder may write, and other paths or hosts are registered",
	  "writes of all others fail", .look = holder_type_look },
	{ "unknown-type", SEVERITY_WARNING, "a reservation of an unknown type is held",
	  "it is unknown which hosts it shuts out", .look = unknown_type_look },
	{ "unsupported-type", SEVERITY_WARNING, "the type that is held is not among those the device supports",
	  "the device may not enforce it", .look = type_mask_look },
	{ "power-loss", SEVERITY_WARNING, "registrations are not kept through a loss of power (APTPL)",
	  "after it every host can write, also one that was fenced", .look = power_loss_look },
	{ "dead-path-holds", SEVERITY_WARNING, "a dead path of this host holds the reservation",
	  "this host cannot release it through another path", .look = dead_path_holds_look },
	{ "multipathd", SEVERITY_WARNING, "multipathd does not have this host's key for a map",
	  "a path that comes back is not registered, and writes through it fail", .look = multipathd_look },
	{ "abort-open", SEVERITY_ERROR, "an abort of a victim's commands is not proven",
	  "a write that the victim sent earlier may still be carried out", .look = abort_open_look },
	{ "survivor", SEVERITY_ERROR, "a host whose key was removed is registered with another",
	  "it was to be shut out, and can write", .look = survivor_look },
	{ "records", SEVERITY_WARNING, "what this node remembers of a LUN cannot be read",
	  "an abort that is not proven may be forgotten", .look = store_look },
	{ "one-wwid", SEVERITY_ERROR, "LUNs of different sizes have one WWID (--with)",
	  "they are different volumes, and are taken for one", .look = wwid_look },
	{ "hosts-disagree", SEVERITY_ERROR, "two hosts are shown different registrants of one LUN (--with)",
	  "a host that is shut out on one side can write on the other", .look = views_look },
	{ "names-differ", SEVERITY_WARNING, "the files of key names of two hosts differ (--with)",
	  "the same name fences different hosts", .look = names_differ_look },
};

const struct rule *rule_at(size_t i)
{
	return i < sizeof(rules) / sizeof(rules[0]) ? &rules[i] : NULL;
}
