# SPDX-License-Identifier: GPL-2.0-or-later
"""
What a logical unit knows of persistent reservations, and the commands that change it (SPC-4 5.13
and 6.16). How registrations are counted, and what differs from the standard, is data: the table
"pr" of a personality.
"""
import copy
import re

import wire

KEY_CONFLICT = "conflict"
INVALID_CDB = (0x05, 0x24, 0x00)
INVALID_LIST = (0x05, 0x26, 0x00)
NO_RESOURCES = (0x05, 0x55, 0x04)
RESERVATIONS_PREEMPTED = (0x06, 0x2A, 0x03)
RESERVATIONS_RELEASED = (0x06, 0x2A, 0x04)
REGISTRATIONS_PREEMPTED = (0x06, 0x2A, 0x05)


class Nexus:
    """
    An initiator port (name and ISID) and a target port. Two sessions with the same three are one
    nexus.
    """

    def __init__(self, name, isid, port, tsih=0):
        self.name = name
        self.isid = isid
        self.port = port  # the relative target port identifier
        self.tsih = tsih
        self.identity = (name, isid, port)

    def describe(self):
        """For JSON."""
        return {"initiator": self.name, "isid": self.isid.hex(), "port": self.port}

    def __eq__(self, other):
        return isinstance(other, Nexus) and self.identity == other.identity

    def __hash__(self):
        return hash(self.identity)


class Registration:
    def __init__(self, key, nexus, all_ports):
        self.key = key
        self.nexus = nexus  # the one that has registered
        self.all_ports = all_ports


class Change:
    """
    What came of a PERSISTENT RESERVE OUT: a refusal, attentions for other nexuses, registrations
    that were preempted.
    """

    def __init__(self, refused=None):
        self.refused = refused  # None: done; KEY_CONFLICT; or sense
        self.attentions = []  # (registration, sense)
        self.preempted = []  # registrations


class Request:
    """The fields of a PERSISTENT RESERVE OUT (SPC-4 6.16.1 and 6.16.3)."""

    def __init__(self, action, kind, parameters):
        self.action = action
        self.scope = kind >> 4
        self.kind = kind & 15
        self.key = int.from_bytes(parameters[0:8], "big")
        self.new_key = int.from_bytes(parameters[8:16], "big")
        self.spec_i_pt = bool(parameters[20] & 8)
        self.all_ports = bool(parameters[20] & 4)
        self.aptpl = bool(parameters[20] & 1)


class Reservations:
    """
    The state of one gateway: registrations in their order, the reservation, the generation, and
    what a personality that counts by port has counted beside it.
    """

    def __init__(self):
        self.generation = 0
        self.counts = {}  # by target port
        self.registrations = []
        self.kind = 0  # 0: nothing is reserved
        self.holder = None  # a registration, if the type has one
        self.aptpl = False
        self.shown = None  # what readings still show after a change, and how many of them
        self.stale = 0

    # registrants and holders

    def same(self, rules, registration, nexus):
        """Whether the registration is the nexus', as this target counts them."""
        mine = registration.nexus
        if rules["count"] == "initiator":
            return mine.name == nexus.name
        if rules["count"] == "host":
            return host_of(rules, mine.name) == host_of(rules, nexus.name)
        if rules["count"] == "group":
            return mine.name == nexus.name and (mine.port - 1) // 2 == (nexus.port - 1) // 2
        if registration.all_ports:
            return mine.identity[:2] == nexus.identity[:2]
        return mine == nexus

    def find(self, rules, nexus):
        for registration in self.registrations:
            if self.same(rules, registration, nexus):
                return registration
        return None

    def holds(self, registration):
        if registration is None or not self.kind:
            return False
        return self.kind in wire.ALL_REGISTRANTS or registration is self.holder

    def may(self, rules, nexus, writes):
        """
        Whether the nexus may read, or write (SPC-4 table 66: commands that read or change the
        medium).
        """
        if not self.kind or (not writes and self.kind in wire.WRITE_EXCLUSIVE):
            return True
        registration = self.find(rules, nexus)
        if self.kind in wire.ALL_REGISTRANTS + wire.REGISTRANTS_ONLY:
            return registration is not None
        return registration is not None and registration is self.holder

    # commands

    def execute(self, rules, nexus, request):
        """Carries out a PERSISTENT RESERVE OUT, and returns a Change."""
        before = self.generation
        if rules["stale_reads"]:
            self.shown, self.stale = copy.copy(self), rules["stale_reads"]
            self.shown.registrations = [copy.copy(one) for one in self.registrations]
            self.shown.holder = next(
                (new for new, old in zip(self.shown.registrations, self.registrations) if old is self.holder), None
            )
            self.shown.stale = 0
        change = self.carry_out(rules, nexus, request)
        counted = self.generation - before
        if rules["generation"] == "port":
            self.counts[nexus.port] = self.counts.get(nexus.port, 0) + counted
        if rules["generation"] in ("port", "never"):
            self.generation = before
        if rules["generation"] == "wraps":
            self.generation %= 3
        return change

    def as_read(self, rules):
        """What a reading shows: this, or for a while what was before the last change."""
        if rules["generation"] == "reads":
            self.generation += 1
        if self.stale:
            self.stale -= 1
            return self.shown
        return self

    def listed(self, rules):
        """The registrations that a list has."""
        if rules["listed"] == "no-holder":
            return [one for one in self.registrations if not self.holds(one)]
        if rules["listed"] == "no-host-2":
            return [one for one in self.registrations if not one.nexus.name.endswith("host-2")]
        return self.registrations

    def generation_of(self, nexus):
        """PRGENERATION as the nexus reads it."""
        return self.generation + self.counts.get(nexus.port, 0)

    def carry_out(self, rules, nexus, request):
        own = self.find(rules, nexus)
        if request.action in ("register", "register-ignore"):
            return self.register(rules, nexus, own, request)
        if own is None or own.key != request.key:
            return Change(KEY_CONFLICT)
        return getattr(self, request.action.replace("-", "_"))(rules, own, request)

    def register_refused(self, rules, own, request):
        """Why a register is refused, in the order of SPC-4 5.13.7: None if it is not."""
        if request.action == "register" and request.key != (own.key if own else 0):
            return KEY_CONFLICT
        if request.spec_i_pt or (request.all_ports and rules["all_tg_pt"] == "refuse"):
            return INVALID_LIST
        if request.aptpl and not rules["aptpl"]:
            return wire.sense_triple(rules["aptpl_refusal"])
        full = rules["resources"] and len(self.registrations) >= rules["resources"]
        return NO_RESOURCES if own is None and request.new_key and full else None

    def register(self, rules, nexus, own, request):
        change = Change(self.register_refused(rules, own, request))
        if change.refused:
            return change
        if not request.new_key:
            if own is not None:
                self.unregister(own, change)
                self.generation += 1 if rules["unregister_counts"] else 0
            return change
        if own is None:
            every = rules["all_tg_pt"] == "honour" and request.all_ports
            own = Registration(0, nexus, every or rules["all_tg_pt"] == "always")
            self.registrations.append(own)
        own.key = request.new_key
        self.aptpl = request.aptpl
        self.generation += 1
        return change

    def unregister(self, own, change):
        """
        SPC-4 5.13.11.3: the reservation of a holder goes with its registration; of all
        registrants, with the last one.
        """
        self.registrations.remove(own)
        if self.kind in wire.ALL_REGISTRANTS:
            gone = not self.registrations
        else:
            gone = own is self.holder
        if gone:
            if self.kind in wire.REGISTRANTS_ONLY:
                self.attend(change, self.registrations, RESERVATIONS_RELEASED)
            self.free()

    def reserve(self, rules, own, request):
        refused = type_refused(rules, request)
        if refused or not self.kind:
            if not refused:
                self.take(request.kind, own)
            return Change(refused)
        if self.holds(own) and self.kind == request.kind:
            return Change()
        return Change(KEY_CONFLICT)

    def release(self, rules, own, request):
        """
        SPC-4 5.13.11.2: GOOD if another holds; a wrong type is INVALID RELEASE OF PERSISTENT
        RESERVATION.
        """
        change = Change()
        if not self.holds(own):
            return change
        if request.kind != self.kind or request.scope:
            change.refused = (0x05, 0x26, 0x04)
            return change
        if self.kind in wire.ALL_REGISTRANTS + wire.REGISTRANTS_ONLY:
            self.attend(change, self.others(own), RESERVATIONS_RELEASED)
        self.free()
        return change

    def clear(self, rules, own, request):
        change = Change()
        self.attend(change, self.others(own), RESERVATIONS_PREEMPTED)
        self.registrations.clear()
        self.free()
        self.generation += 1
        return change

    def preempt(self, rules, own, request):
        """
        SPC-4 5.13.11.4: with the holder's key, or key 0 and all registrants, the reservation
        changes hands.
        """
        every = not request.new_key
        if every and self.kind not in wire.ALL_REGISTRANTS:
            return Change(INVALID_LIST)
        victims = [one for one in self.registrations if every or one.key == request.new_key]
        if not victims:
            return Change(KEY_CONFLICT)
        taken = every or (self.holder is not None and self.holder.key == request.new_key)
        refused = type_refused(rules, request) if taken or rules["preempt_checks_type"] else None
        if refused:
            return Change(refused)
        if own in victims and not taken and rules["own_preempt"] == "refuse":
            return Change(INVALID_LIST)
        keep = every or taken or rules["own_preempt"] == "keep"
        victims = [one for one in victims if one is not own or not keep]
        return self.preempted(own, victims, request.kind if taken else None)

    preempt_abort = preempt

    def preempted(self, own, victims, kind):
        """Removes the victims; with a kind, the reservation is own's from now on."""
        change = Change()
        change.preempted = victims
        before = self.kind
        if kind is None:
            for victim in victims:
                self.unregister(victim, change)
        else:
            self.registrations = [one for one in self.registrations if one not in victims]
            self.take(kind, own)
        self.attend(change, [one for one in victims if one is not own], REGISTRATIONS_PREEMPTED)
        if kind is not None and kind != before:
            self.attend(change, self.others(own), RESERVATIONS_RELEASED)
        self.generation += 1
        return change

    def others(self, own):
        return [one for one in self.registrations if one is not own]

    def take(self, kind, own):
        self.kind = kind
        self.holder = None if kind in wire.ALL_REGISTRANTS else own

    def free(self):
        self.kind = 0
        self.holder = None

    @staticmethod
    def attend(change, registrations, sense):
        change.attentions += [(registration, sense) for registration in registrations]


def type_refused(rules, request):
    """Why a type cannot be reserved: None if it can."""
    if request.scope or wire.TYPES.get(request.kind) not in rules["types"]:
        return INVALID_CDB
    return None


def host_of(rules, name):
    """The host that an initiator's name belongs to, for a target that knows hosts."""
    found = re.search(rules["host"], name)
    return found.group(found.lastindex or 0) if found else name
