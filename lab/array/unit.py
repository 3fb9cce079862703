# SPDX-License-Identifier: GPL-2.0-or-later
"""
A logical unit: what it answers to a command, by the tables of its personality, and the tasks that
are under way in it. Clauses are those of SPC-4 and SBC-3.
"""
import mmap
import struct

import personality
import replies
import reservations
import wire

BLOCK = 512
INVALID_OPCODE = (0x05, 0x20, 0x00)
INVALID_CDB = (0x05, 0x24, 0x00)
NO_SUCH_LUN = (0x05, 0x25, 0x00)
OUT_OF_RANGE = (0x05, 0x21, 0x00)
LIST_LENGTH = (0x05, 0x1A, 0x00)
WRITE_PROTECTED = (0x07, 0x27, 0x00)
RESET_OCCURRED = (0x06, 0x29, 0x03)
LOG_LIMIT = 20000

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


class Answer:
    def __init__(self, status=wire.GOOD, sense=None, data=b""):
        self.status = status
        self.sense = sense
        self.data = data


def check(sense):
    return Answer(wire.CHECK_CONDITION, sense)


class Task:
    """A command under way: who sent it, and what is to become of it."""

    def __init__(self, session, tag, cdb, expected):
        self.session = session  # has .nexus, and takes answers by .answer(task, answer) and .cut()
        self.tag = tag
        self.cdb = cdb
        self.expected = expected  # bytes that the initiator sends or has room for
        self.data = b""
        self.name = wire.command_name(cdb)
        self.rule = None
        self.entry = {}  # its line of the log
        self.ended = False
        self.silent = False  # the initiator does not want to know any more
        self.after = []  # what to call when it has ended


class Unit:
    def __init__(self, number, size, clock):
        self.number = number
        self.size = size
        self.clock = clock  # has .now() and .later(seconds, function)
        self.sessions = []  # those that see this unit
        self.reset("spc4")

    def reset(self, name):
        """As at the beginning, with that personality: nothing registered, no content, no log."""
        self.tables = personality.load(name)
        self.name = name
        self.rules_begin()
        self.states = {}
        self.attentions = {}
        self.tasks = []
        self.held = []
        self.log = []
        # pages that were never written take no memory
        self.data = mmap.mmap(-1, self.size)

    def rules_begin(self):
        self.alua_refused = 0
        self.alua_since = None
        self.rules = [personality.Rule(table) for table in self.tables["rule"]]

    def become(self, name):
        """Another personality; what is registered and under way stays."""
        self.tables = personality.load(name)
        self.name = name
        self.rules_begin()

    # ports and their states

    def port_value(self, key, nexus):
        values = self.tables["ports"][key]
        return values[(nexus.port - 1) % len(values)]

    def state(self, nexus):
        gateway = self.port_value("gateways", nexus)
        return self.states.setdefault(gateway, reservations.Reservations())

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

    # processing of a command

    def receive(self, task):
        """A command has arrived, with all of its data."""
        nexus = task.session.nexus
        task.entry = {
            **nexus.describe(),
            "command": task.name,
            "cdb": task.cdb.hex(),
            "status": None,
        }
        if task.name in wire.GROUPS["pr-out"]:
            task.entry["parameters"] = task.data.hex()
        self.log.append(task.entry)
        del self.log[:-LOG_LIMIT]
        self.tasks.append(task)
        now = self.clock.now()
        task.rule = next((rule for rule in self.rules if rule.applies(task.name, nexus, now)), None)
        self.wait(task, "delay", self.begin)

    def wait(self, task, key, function):
        seconds = task.rule.table.get(key, 0) if task.rule else 0
        if seconds:
            self.clock.later(seconds, lambda: None if task.ended else function(task))
        else:
            function(task)

    def begin(self, task):
        if task.rule and not task.rule.carries_out():
            self.finish(task, Answer())
            return
        refusal = self.refusal(task)
        if refusal is not None:
            self.finish(task, refusal)
        elif task.rule and task.rule.table.get("hold"):
            self.held.append(task)
        else:
            self.carry_out(task)

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

    def carry_out(self, task):
        handler = HANDLERS.get(task.name)
        answer = handler(self, task) if handler else check(INVALID_OPCODE)
        if answer is not None:
            self.finish(task, answer)

    def resume(self):
        """What is held is carried out. Returns how many tasks those were."""
        held, self.held = self.held, []
        for task in held:
            self.carry_out(task)
        return len(held)

    def finish(self, task, answer):
        if task.rule and task.rule.status:
            answer.status, answer.sense = task.rule.status
            answer.data = answer.data if answer.status == wire.GOOD else b""
        task.entry["status"] = answer.status
        task.entry["sense"] = "%02x/%02x/%02x" % answer.sense if answer.sense else None
        self.wait(task, "delay_answer", lambda _: self.send(task, answer))

    def send(self, task, answer):
        table = task.rule.table if task.rule else {}
        self.end(task)
        if table.get("drop"):
            task.entry["status"] = "dropped"
            task.session.cut()
        elif table.get("lose"):
            task.entry["status"] = "lost"
        elif not task.silent:
            task.session.answer(task, answer)

    def end(self, task):
        task.ended = True
        if task in self.tasks:
            self.tasks.remove(task)
        if task in self.held:
            self.held.remove(task)
        for function in task.after:
            function()

    # attentions and aborts

    def attend(self, nexuses, sense):
        for nexus in nexuses:
            waiting = self.attentions.setdefault(nexus, [])
            if sense not in waiting:
                waiting.append(sense)

    def nexuses_of(self, registration):
        """
        Every nexus that the registration is for, as this target counts: its own, and those of
        sessions.
        """
        pr = self.tables["pr"]
        state = self.state(registration.nexus)
        found = {registration.nexus}
        for session in self.sessions:
            if self.state(session.nexus) is state and state.same(pr, registration, session.nexus):
                found.add(session.nexus)
        return found

    def abort(self, tasks, how, requester, done):
        """
        Does to the tasks what the word says, and calls done afterwards: "abort" ends them;
        "nothing" ends them for the initiator alone, and they are carried out later; "wait" lets
        them end by themselves first.
        """
        if how == "wait" and tasks:
            left = set(tasks)
            for task in tasks:
                task.after.append(lambda task=task: self.waited(left, task, done))
            return
        for task in tasks:
            if task.session is requester:
                task.silent = True
            if how == "abort":
                self.end(task)
                task.entry["status"] = "aborted"
                if task.session is not requester and self.tables["abort"]["tas"]:
                    task.session.answer(task, Answer(wire.TASK_ABORTED))
        done()

    @staticmethod
    def waited(left, task, done):
        left.discard(task)
        if not left:
            done()

    def lun_reset(self, requester, done):
        """LOGICAL UNIT RESET (SAM-5 7.7): every task, whoever sent it."""
        others = [session.nexus for session in self.sessions if session is not requester]
        self.attend(others, RESET_OCCURRED)
        self.abort(list(self.tasks), self.tables["abort"]["lun_reset"], requester, done)

    def session_lost(self, session):
        """An I_T nexus loss (SAM-5 6.3.4): its tasks are aborted, or not."""
        for task in [one for one in self.tasks if one.session is session]:
            task.silent = True
            if self.tables["abort"]["nexus_loss"] == "abort":
                self.end(task)
                task.entry["status"] = "aborted"

    # persistent reservations

    def pr_in(self, task):
        pr = self.tables["pr"]
        if not pr["in"]:
            return check(INVALID_OPCODE)
        if task.name not in pr["in"]:
            return check(wire.sense_triple(pr["unknown_action"]))
        reply = task.rule.table.get("reply", {}) if task.rule else {}
        nexus = task.session.nexus
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

    def preempt_abort(self, task, change, held):
        """
        The tasks of the nexuses that were preempted (SPC-4 5.13.11.5); answers when that is done.
        """
        how = self.tables["abort"]["preempt_abort"]
        victims = set()
        for registration in change.preempted:
            if how != "holder" or registration is held:
                victims |= self.nexuses_of(registration)
        victims.discard(task.session.nexus)
        tasks = [one for one in self.tasks if one.session.nexus in victims]
        if how == "nothing":
            tasks = []
        how = "abort" if how == "holder" else how
        self.abort(tasks, how, None, lambda: self.finish(task, Answer()))

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
    "inquiry": Unit.inquiry,
    "test-unit-ready": Unit.nothing,
    "start-stop-unit": Unit.nothing,
    "synchronize-cache": Unit.nothing,
    "request-sense": Unit.request_sense,
    "read-capacity": Unit.read_capacity,
    "report-luns": Unit.report_luns,
    "mode-sense": Unit.mode_sense,
    "report-target-port-groups": Unit.target_port_groups,
    "report-opcodes": Unit.opcodes,
    "read": Unit.read,
    "write": Unit.write,
    "unknown-action": Unit.unknown_action,
}
HANDLERS.update({name: Unit.pr_in for name in wire.PR_IN.values()})
HANDLERS.update({name: Unit.pr_out for name in wire.PR_OUT.values()})
