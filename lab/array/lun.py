# SPDX-License-Identifier: GPL-2.0-or-later
"""
A SCSI logical unit: what it answers to a command. unit.py has what it shares with an NVMe
namespace. Clauses are those of SPC-4 and SBC-3.
"""
import struct

import replies
import reservations
import unit
import wire
from unit import Answer, BLOCK

INVALID_OPCODE = (0x05, 0x20, 0x00)
INVALID_CDB = (0x05, 0x24, 0x00)
NO_SUCH_LUN = (0x05, 0x25, 0x00)
OUT_OF_RANGE = (0x05, 0x21, 0x00)
LIST_LENGTH = (0x05, 0x1A, 0x00)
WRITE_PROTECTED = (0x07, 0x27, 0x00)
RESET_OCCURRED = (0x06, 0x29, 0x03)

# SPC-4 5.15.2.4.4 to 5.15.2.4.7: what a target port group in this state still does, and the sense
# of all else
UNAVAILABLE = {
    "inquiry",
    "report-luns",
    "report-target-port-groups",
    "set-target-port-groups",
    "request-sense",
}
RESERVE = wire.GROUPS["pr-in"] | wire.GROUPS["pr-out"]
STANDBY = UNAVAILABLE | {"mode-sense"} | RESERVE
ALUA_REFUSES = {
    "standby": (STANDBY, (0x02, 0x04, 0x0B)),
    "unavailable": (UNAVAILABLE, (0x02, 0x04, 0x0C)),
    "transition": (UNAVAILABLE, (0x02, 0x04, 0x0A)),
    "offline": (UNAVAILABLE, (0x02, 0x04, 0x12)),
}
# What a reservation never keeps out, and what one for the holder or registrants alone does: SPC-4
# table 66, SBC-3 table 9
ALWAYS = UNAVAILABLE | {"test-unit-ready", "read-capacity", "report-opcodes"} | RESERVE
READS = {"read", "mode-sense"}


def check(sense):
    return Answer(wire.CHECK_CONDITION, sense)


class Task(unit.Task):
    """A SCSI command under way."""

    def __init__(self, session, tag, cdb, expected):
        super().__init__(session, tag, wire.command_name(cdb), expected)
        self.cdb = cdb

    def describe(self):
        if self.name not in wire.GROUPS["pr-out"]:
            return {"cdb": self.cdb.hex()}
        return {"cdb": self.cdb.hex(), "parameters": self.data.hex()}


class Lun(unit.Unit):
    base = "spc4"
    aborted = wire.TASK_ABORTED
    state_class = reservations.Reservations

    def rules_begin(self):
        self.alua_refused = 0
        self.alua_since = None
        super().rules_begin()

    def clear(self):
        super().clear()
        self.attentions = {}

    @staticmethod
    def status_of(table):
        """The status and the sense that a rule answers with; None if it leaves them alone."""
        if "sense" in table:
            return wire.CHECK_CONDITION, wire.sense_triple(table["sense"])
        return (wire.STATUSES[table["status"]], None) if "status" in table else None

    def handler(self, task):
        handler = HANDLERS.get(task.name)
        return handler(self, task) if handler else check(INVALID_OPCODE)

    # ports and their states

    def alua(self, group):
        """
        The state of a target port group: that of the personality, until it has refused or lasted
        enough.
        """
        table, since = self.tables["alua"], self.alua_since
        if table["seconds"] and since is not None and self.clock.now() - since >= table["seconds"]:
            return "optimized"
        if 0 < table["refuses"] <= self.alua_refused:
            return "optimized"
        return table["states"].get(str(group), "optimized")

    def finish(self, task, answer):
        sense = answer.sense
        if sense and len(sense) == 3 and self.tables["inquiry"]["descriptor_sense"]:
            answer.sense = (*sense, 0x72)
        super().finish(task, answer)

    def alua_refusal(self, nexus, name):
        """
        The sense of a command that the state of its port's group does not allow; None if it does.
        """
        allowed, sense = ALUA_REFUSES.get(self.alua(self.port_value("groups", nexus)), (None, None))
        if allowed is None or name in allowed:
            return None
        self.alua_refused += 1
        if self.alua_since is None:
            self.alua_since = self.clock.now()
        return sense

    # why a command is not carried out

    def refusal(self, task):
        """
        Why the command is not carried out, in the order of SPC-4 5.3 and 5.13.1; None if it is.
        """
        nexus = task.session.nexus
        if self.tables["inquiry"]["unmapped"] and task.name not in UNAVAILABLE:
            return check(NO_SUCH_LUN)
        waiting = self.attentions.get(nexus)
        if waiting and task.name not in ("inquiry", "report-luns", "request-sense"):
            return check(waiting.pop(0))
        sense = self.alua_refusal(nexus, task.name)
        if sense is not None:
            return check(sense)
        if task.name in ALWAYS or task.name.startswith("unknown"):
            return None
        if not self.state(nexus).may(self.tables["pr"], nexus, task.name not in READS):
            return Answer(wire.CONFLICT)
        return None

    # attentions and resets

    def attend(self, nexuses, sense):
        for nexus in nexuses:
            waiting = self.attentions.setdefault(nexus, [])
            if sense not in waiting:
                waiting.append(sense)

    def lun_reset(self, requester, done):
        """LOGICAL UNIT RESET (SAM-5 7.7): every task, whoever sent it."""
        others = [session.nexus for session in self.sessions if session is not requester]
        self.attend(others, RESET_OCCURRED)
        self.abort(list(self.tasks), self.tables["abort"]["lun_reset"], requester, done)

    # persistent reservations

    def pr_in(self, task):
        pr = self.tables["pr"]
        if not pr["in"]:
            return check(INVALID_OPCODE)
        if task.name not in pr["in"]:
            return check(wire.sense_triple(pr["unknown_action"]))
        nexus = task.session.nexus
        if pr["in_needs"] == "registration" and self.state(nexus).find(pr, nexus) is None:
            return Answer(wire.CONFLICT)
        reply = task.rule.table.get("reply", {}) if task.rule else {}
        return Answer(data=replies.persistent_reserve_in(self, task.name, nexus, reply))

    def pr_out(self, task):
        pr, nexus = self.tables["pr"], task.session.nexus
        if not pr["out"]:
            return check(INVALID_OPCODE)
        if task.name not in pr["out"]:
            return check(wire.sense_triple(pr["unknown_action"]))
        if len(task.data) != 24 or int.from_bytes(task.cdb[5:9], "big") != 24:
            return check(LIST_LENGTH)
        state = self.state(nexus)
        held = state.holder
        request = reservations.Request(task.name, task.cdb[2], task.data)
        change = state.execute(pr, nexus, request)
        if change.refused == reservations.KEY_CONFLICT:
            return Answer(wire.CONFLICT)
        if change.refused:
            return check(change.refused)
        if self.tables["pr"]["attentions"]:
            for registration, sense in change.attentions:
                self.attend(self.nexuses_of(registration) - {nexus}, sense)
        if task.name != "preempt-abort":
            return Answer()
        self.preempt_abort(task, change, held)
        return None

    # the medium

    def range_of(self, task):
        """Where the blocks of a command lie, in bytes; None if they are not there."""
        first, count = wire.block_range(task.cdb)
        begin, length = first * BLOCK, count * BLOCK
        return (begin, length) if begin + length <= len(self.data) else None

    def read(self, task):
        place = self.range_of(task)
        if place is None:
            return check(OUT_OF_RANGE)
        return Answer(data=self.data[place[0] : place[0] + place[1]])

    def write(self, task):
        place = self.range_of(task)
        if place is None:
            return check(OUT_OF_RANGE)
        if self.tables["inquiry"]["write_protect"]:
            return check(WRITE_PROTECTED)
        data = task.data[: place[1]]
        self.data[place[0] : place[0] + len(data)] = data
        return Answer()

    # other commands

    def inquiry(self, task):
        if task.cdb[1] & 1:
            page = replies.vital_page(self, task.session, task.cdb[2])
            return Answer(data=page) if page is not None else check(INVALID_CDB)
        return Answer(data=replies.inquiry(self.tables["inquiry"]))

    def request_sense(self, task):
        waiting = self.attentions.get(task.session.nexus)
        return Answer(data=wire.sense_data(waiting.pop(0) if waiting else (0, 0, 0)))

    def read_capacity(self, task):
        blocks = len(self.data) // BLOCK
        if task.cdb[0] == 0x25:
            return Answer(data=struct.pack(">II", min(blocks - 1, 0xFFFFFFFF), BLOCK))
        return Answer(data=struct.pack(">QI20x", blocks - 1, BLOCK))

    def mode_sense(self, task):
        data = replies.mode_pages(self.tables, task.cdb)
        return Answer(data=data) if data is not None else check(INVALID_CDB)

    def target_port_groups(self, task):
        if not self.tables["inquiry"]["tpgs"]:
            return check(INVALID_OPCODE)
        return Answer(data=replies.target_port_groups(self, task.cdb[1] >> 5 == 1))

    def opcodes(self, task):
        return Answer(data=replies.opcodes(self.tables, task.cdb))

    def report_luns(self, task):
        return Answer(data=replies.luns(task.session.units()))

    def nothing(self, task):
        return Answer()

    def unknown_action(self, task):
        return check(wire.sense_triple(self.tables["pr"]["unknown_action"]))


HANDLERS = {
    "inquiry": Lun.inquiry,
    "test-unit-ready": Lun.nothing,
    "start-stop-unit": Lun.nothing,
    "synchronize-cache": Lun.nothing,
    "request-sense": Lun.request_sense,
    "read-capacity": Lun.read_capacity,
    "report-luns": Lun.report_luns,
    "mode-sense": Lun.mode_sense,
    "report-target-port-groups": Lun.target_port_groups,
    "report-opcodes": Lun.opcodes,
    "read": Lun.read,
    "write": Lun.write,
    "unknown-action": Lun.unknown_action,
}
HANDLERS.update({name: Lun.pr_in for name in wire.PR_IN.values()})
HANDLERS.update({name: Lun.pr_out for name in wire.PR_OUT.values()})
