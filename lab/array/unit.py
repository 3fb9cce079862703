# SPDX-License-Identifier: GPL-2.0-or-later
"""
What a logical unit of SCSI (lun.py) and a namespace of NVMe (namespace.py) share: the tables of a
personality, its rules, the tasks that are under way, and the log.
"""
import mmap

import personality

BLOCK = 512
GOOD = 0  # of SCSI and of NVMe
LOG_LIMIT = 20000


class Answer:
    def __init__(self, status=GOOD, sense=None, data=b""):
        self.status = status
        self.sense = sense
        self.data = data


class Task:
    """A command under way: who sent it, and what is to become of it."""

    def __init__(self, session, tag, name, expected):
        self.session = session  # has .nexus, and takes answers by .answer(task, answer) and .cut()
        self.tag = tag
        self.expected = expected  # bytes that the initiator sends or has room for
        self.data = b""
        self.name = name
        self.rule = None
        self.entry = {}  # its line of the log
        self.ended = False
        self.silent = False  # the initiator does not want to know any more
        self.after = []  # what to call when it has ended


class Unit:
    """
    A kind of unit has: base, the personality from which others differ; aborted, the status of a
    task that another nexus has aborted; state_class; status_of(table), what a rule answers with;
    refusal(task), why a command is not carried out; handler(task), which carries it out.
    """

    def __init__(self, number, size, clock):
        self.number = number
        self.size = size
        self.clock = clock  # has .now() and .later(seconds, function)
        self.sessions = []  # those that see this unit
        self.reset(self.base)

    def reset(self, name):
        """As at the beginning, with that personality: nothing registered, no content, no log."""
        self.become(name)
        self.clear()
        self.tasks = []
        self.held = []
        self.log = []
        # pages that were never written take no memory
        self.data = mmap.mmap(-1, self.size)

    def clear(self):
        """Nothing is registered."""
        self.states = {}

    def rules_begin(self):
        self.rules = [self.rule(table) for table in self.tables["rule"]]

    def rule(self, table):
        return personality.Rule(table, self.status_of)

    def become(self, name):
        """Another personality; what is registered and under way stays."""
        self.tables = personality.load(name, self.base)
        self.name = name
        self.rules_begin()

    # ports and their states

    def port_value(self, key, nexus):
        values = self.tables["ports"][key]
        return values[(nexus.port - 1) % len(values)]

    def state(self, nexus):
        gateway = self.port_value("gateways", nexus)
        return self.states.setdefault(gateway, self.state_class())

    # processing of a command

    def receive(self, task):
        """A command has arrived, with all of its data."""
        nexus = task.session.nexus
        task.entry = {
            **nexus.describe(),
            "command": task.name,
            **task.describe(),
            "status": None,
        }
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

    def carry_out(self, task):
        late = task.rule.table.get("late", 0) if task.rule else 0
        if late:
            self.finish(task, Answer())
            task.silent = True
            task.rule = None
            self.clock.later(late, lambda: self.handler(task))
            return
        answer = self.handler(task)
        if answer is not None:
            self.finish(task, answer)

    def resume(self):
        """What is held is carried out. Returns how many tasks those were."""
        held, self.held = self.held, []
        for task in held:
            self.carry_out(task)
        return len(held)

    def finish(self, task, answer):
        status, sense = (task.rule.status if task.rule else None) or (None, None)
        recovered = sense and sense[0] == 1
        if status is not None and not (recovered and answer.status != GOOD):
            answer.status, answer.sense = status, sense
            answer.data = answer.data if status == GOOD or recovered else b""
        task.entry["status"] = answer.status
        task.entry["sense"] = "/".join(f"{part:02x}" for part in answer.sense or ()) or None
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

    # aborts

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
                    task.session.answer(task, Answer(self.aborted))
        done()

    @staticmethod
    def waited(left, task, done):
        left.discard(task)
        if not left:
            done()

    def session_lost(self, session):
        """An I_T nexus loss (SAM-5 6.3.4): its tasks are aborted, or not."""
        for task in [one for one in self.tasks if one.session is session]:
            task.silent = True
            if self.tables["abort"]["nexus_loss"] == "abort":
                self.end(task)
                task.entry["status"] = "aborted"

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
