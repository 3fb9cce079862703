# SPDX-License-Identifier: GPL-2.0-or-later
"""
A namespace of NVMe: what it answers to a command. unit.py has what it shares with a SCSI logical
unit, reservations.py the state. Clauses are those of the NVM Express Base Specification 1.4.
"""
import nvme_wire
import replies
import reservations
import unit
import wire
from unit import Answer, BLOCK

# What the controller accepts of a host that a reservation keeps out (8.8, figure 428)
KEPT_OUT = {"read", "write", "flush"}


class Host(reservations.Nexus):
    """
    A host, by its identifier, and the port that it came through. The registrant is the host (8.8),
    whatever controller it uses.
    """

    def __init__(self, name, identifier, port):
        super().__init__(name, identifier, port)
        self.identity = (identifier,)

    def describe(self):
        return {"initiator": self.name, "host": self.isid.hex(), "port": self.port}


class Request:
    """The fields of Reservation Register, Acquire or Release (6.10 to 6.12)."""

    def __init__(self, name, command, data):
        word = command.words[0]
        self.action = name
        self.scope = 0
        self.ignore_key = bool(word & 8)
        kind = word >> 8 & 0xFF
        self.kind = nvme_wire.TYPES[kind] if kind < len(nvme_wire.TYPES) else 0xFF
        self.persist = word >> 30  # CPTPL
        self.key = int.from_bytes(data[0:8], "little")
        self.new_key = int.from_bytes(data[8:16], "little")


class Reservations(reservations.Reservations):
    """What differs from SCSI: register, and keys that need not match."""

    def carry_out(self, rules, nexus, request):
        own = self.find(rules, nexus)
        if request.action in ("register", "replace", "unregister"):
            return self.register(rules, nexus, own, request)
        if own is None or (own.key != request.key and not request.ignore_key):
            return reservations.Change(reservations.KEY_CONFLICT)
        return getattr(self, request.action.replace("-", "_"))(rules, own, request)

    def register_refused(self, rules, own, request):
        """8.8.3 and 8.8.4: "without regard to its registration status" if IEKEY is set."""
        if request.action == "register":
            conflict = own is not None and own.key != request.new_key
        elif own is None:
            conflict = not (request.action == "replace" and request.ignore_key)
            conflict = conflict or not rules["replace_registers"]
        else:
            conflict = own.key != request.key and not request.ignore_key
        if conflict:
            return reservations.KEY_CONFLICT
        if request.persist == 3 and not rules["aptpl"]:
            return reservations.INVALID_LIST
        full = rules["resources"] and len(self.registrations) >= rules["resources"]
        return reservations.NO_RESOURCES if own is None and full else None

    def register(self, rules, nexus, own, request):
        change = reservations.Change(self.register_refused(rules, own, request))
        if change.refused:
            return change
        if request.persist & 2:
            self.aptpl = request.persist == 3
        if request.action == "unregister":
            self.unregister(own, change)
        else:
            if own is None:
                own = reservations.Registration(0, nexus, False)
                self.registrations.append(own)
            own.key = request.new_key
        self.generation += 1
        return change


class Task(unit.Task):
    """A command of NVMe under way."""

    def __init__(self, session, command, admin):
        name = nvme_wire.command_name(command, admin)
        super().__init__(session, command.tag, name, command.length)
        self.command = command

    def describe(self):
        if self.name not in wire.GROUPS["pr-out"]:
            return {"command_bytes": self.command.data.hex()}
        return {"command_bytes": self.command.data.hex(), "parameters": self.data.hex()}


class Namespace(unit.Unit):
    base = "nvme"
    aborted = nvme_wire.ABORTED
    state_class = Reservations

    @staticmethod
    def status_of(table):
        """The status that a rule answers with; None if it leaves it alone."""
        if "sense" in table:
            raise ValueError("NVMe has no sense data")
        return (int(table["status"], 16), None) if "status" in table else None

    def identifier(self):
        """The namespace's NGUID."""
        return bytes.fromhex(self.tables["namespace"]["nguid"].format(lun=self.number))

    def refusal(self, task):
        nexus, pr = task.session.nexus, self.tables["pr"]
        if task.name in wire.GROUPS["pr-in"] | wire.GROUPS["pr-out"]:
            known = task.name in pr["in"] + pr["out"]
            return None if known else Answer(int(pr["unknown_action"], 16))
        if task.name in KEPT_OUT and not self.state(nexus).may(pr, nexus, task.name != "read"):
            return Answer(nvme_wire.CONFLICT)
        return None

    def handler(self, task):
        if task.name in wire.GROUPS["pr-out"]:
            return self.change(task)
        handler = HANDLERS.get(task.name)
        return handler(self, task) if handler else Answer(nvme_wire.INVALID_OPCODE)

    # reservations

    def change(self, task):
        if len(task.data) < (8 if task.name in ("release", "clear") else 16):
            return Answer(nvme_wire.INVALID_FIELD)
        nexus = task.session.nexus
        state = self.state(nexus)
        held = state.holder
        request = Request(task.name, task.command, task.data)
        change = state.execute(self.tables["pr"], nexus, request)
        if change.refused == reservations.KEY_CONFLICT:
            return Answer(nvme_wire.CONFLICT)
        if change.refused:
            return Answer(nvme_wire.INVALID_FIELD)
        if task.name != "preempt-abort":
            return Answer()
        self.preempt_abort(task, change, held)
        return None

    def report(self, task):
        """6.13; a host identifier of 16 bytes needs the extended form."""
        pr, nexus = self.tables["pr"], task.session.nexus
        extended = bool(task.command.words[1] & 1)
        how = pr["extended" if extended else "standard"]
        if how.startswith("0x"):
            return Answer(int(how, 16))
        extended = how == "extended"
        reply = task.rule.table.get("reply", {}) if task.rule else {}
        state = self.state(nexus).as_read(pr)
        entries = [
            nvme_wire.registrant(
                extended,
                pr["holder_listed"] and state.holds(one),
                one.nexus.isid[: pr["host_id_bytes"]],
                0 if pr["keys_hidden"] and not state.same(pr, one, nexus) else one.key,
            )
            for one in state.listed(pr)
        ]
        entries = replies.arranged(entries, reply)
        generation = reply.get("generation", state.generation_of(nexus))
        count = len(entries) + reply.get("length_add", 0)
        data = nvme_wire.report(extended, generation, state.kind, count, state.aptpl, entries)
        return Answer(data=replies.patched(data, reply))

    # the medium

    def range_of(self, task):
        """Where the blocks of a command lie, in bytes; None if they are not there."""
        words = task.command.words
        begin = (words[0] | words[1] << 32) * BLOCK
        length = ((words[2] & 0xFFFF) + 1) * BLOCK
        return (begin, length) if begin + length <= len(self.data) else None

    def read(self, task):
        place = self.range_of(task)
        if place is None:
            return Answer(nvme_wire.OUT_OF_RANGE)
        return Answer(data=self.data[place[0] : place[0] + place[1]])

    def write(self, task):
        place = self.range_of(task)
        if place is None:
            return Answer(nvme_wire.OUT_OF_RANGE)
        data = task.data[: place[1]]
        self.data[place[0] : place[0] + len(data)] = data
        return Answer()

    def nothing(self, task):
        return Answer()

    # what it says of itself

    def identify_namespace(self, task):
        table = self.tables["namespace"]
        types = [number for number, name in wire.TYPES.items() if name in table["types"]]
        capabilities = nvme_wire.rescap({**table, "types": types})
        blocks = len(self.data) // BLOCK
        return Answer(
            data=nvme_wire.identify_namespace(blocks, capabilities, self.identifier())
        )

    def identify_descriptors(self, task):
        return Answer(data=nvme_wire.identify_descriptors(self.identifier()))

    def identify_controller(self, task):
        table, session = self.tables["controller"], task.session
        number, units = session.controller.number, session.server.units
        name = session.portal.target
        return Answer(data=nvme_wire.identify_controller(table, number, max(units) + 1, name))

    def identify_list(self, task):
        numbers = [number + 1 for number in task.session.server.units]
        return Answer(data=nvme_wire.identify_list(numbers, task.command.namespace))

    def identify_command_set(self, task):
        return Answer(data=bytes(4096))

    def get_log_page(self, task):
        if task.command.words[0] & 0xFF not in (1, 2, 3):
            return Answer(nvme_wire.INVALID_LOG_PAGE)
        return Answer(data=bytes(task.expected))

    def get_features(self, task):
        """The host identifier (5.21.1.19), in the size that the controller has."""
        size = 16 if task.command.words[1] & 1 else 8
        if task.command.words[0] & 0xFF != 0x81:
            return Answer(nvme_wire.INVALID_FIELD)
        if (size == 16) != self.tables["controller"]["host_id_128"]:
            return Answer(nvme_wire.INVALID_FIELD)
        return Answer(data=task.session.nexus.isid[:size])

    def unknown_action(self, task):
        return Answer(nvme_wire.INVALID_FIELD)


HANDLERS = {
    "read": Namespace.read,
    "write": Namespace.write,
    "flush": Namespace.nothing,
    "report": Namespace.report,
    "unknown-action": Namespace.unknown_action,
    "identify": Namespace.unknown_action,
    "identify-namespace": Namespace.identify_namespace,
    "identify-controller": Namespace.identify_controller,
    "identify-list": Namespace.identify_list,
    "identify-descriptors": Namespace.identify_descriptors,
    "identify-command-set": Namespace.identify_command_set,
    "get-log-page": Namespace.get_log_page,
    "get-features": Namespace.get_features,
}
