#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""
arrays.py BUILD [-v] [--long] [PERSONALITY...]: what prctl does with arrays that differ, and with two hosts on one LUN. The LUN is
lab/array's, without a kernel between: tests/expected/replay sends it each command that prctl sends. In place of the kernel,
this program makes commands of IOC_PR_*, repeats what the kernel repeats, and decodes the answers as the kernel does. The rows
are those of tests/bats/array_rows.bash; what is held against them is the same, with the LUN as the witness.

Of each personality, the rows are run by one path, and of those in MAPS by a map of two paths. With --long all of them are, and
also those that take long. With -v it prints each row's outcome.
"""
import contextlib
import heapq
import itertools
import json
import os
import pathlib
import selectors
import socket
import struct
import subprocess
import sys
import tempfile
import time

TESTS = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TESTS.parent / "lab/array"))

import control  # pylint: disable=wrong-import-position
import lun  # pylint: disable=wrong-import-position
import namespace  # pylint: disable=wrong-import-position
import nvme_wire  # pylint: disable=wrong-import-position
import replies  # pylint: disable=wrong-import-position
import reservations  # pylint: disable=wrong-import-position
import wire  # pylint: disable=wrong-import-position

HELLO, SCSI, NVME_IO, NVME_ADMIN, PR, RESET = range(6)
LIMIT = 600  # seconds: an end that never comes
# Those that wait for seconds, and how long prctl may: some never answer with success
DEADLINES = {name: 8 for name in ("alua", "alua-unavailable", "alua-standby", "full", "nvme-inaccessible", "nvme-transition", "silent",
                                  "nvme-silent", "attention-ever", "busy-out", "late", "nvme-internal-error", "nvme-retry-delay",
                                  "nvme-report-conflict", "stale-long")}
DEADLINES["inquiry-busy"] = 4
DEADLINE = 60  # seconds, for the others
MAPS = ("spc4", "vnx", "all-tg-pt", "split", "status-omits", "liar-second")
CHANGES = "register reserve preempt-abort preempt release unregister clear"
FENCE = "fence-off 1; fence-on 1"
READS = "check status"


def ends(text):
    """ "COMMAND... STATUS[,STATUS]; ..." as statuses by command."""
    found = {}
    for part in text.split(";"):
        *commands, statuses = part.split() or [""]
        found.update({command: set(statuses.split(",")) for command in commands})
    return found


# How a command may end that the standard's target carries out, and that here is not, or is not proven: lab/array/README.md has the
# reasons. On all others each ends as on spc4. By one path, and by a map if that differs.
ENDS = {
    "abort-ignored": "preempt-abort 6; fence-off 1",
    "alua": f"{CHANGES} 6; {FENCE}; {READS} 7",
    "alua-standby": f"{CHANGES} 6; {FENCE}; {READS} 7",
    "aptpl-refused": "register unregister 6; fence-on 1",
    "attention-ever": f"{CHANGES} 6; {READS} 7; {FENCE}",
    "busy-out": f"{CHANGES} 6; {FENCE}",
    "empty-replies": f"{CHANGES} 6; {READS} 6; {FENCE}",
    "few-types": "reserve preempt 4; fence-on 1",
    "full": "register 6,7; fence-on 1",
    "good-release": "release 6",
    "keys-only": "check 7",
    "keys-twice": "check 7; fence-off 1",
    "late": f"{CHANGES} 6; {FENCE}",
    "liar": f"{CHANGES} 6,7; {READS} 6; {FENCE}",
    "liar-done": f"{CHANGES} 6; {FENCE}",
    "lun0": f"{CHANGES} 5; {READS} 5; {FENCE}",
    "medium-error": f"{CHANGES} 6; {FENCE}",
    "no-aptpl": "register unregister 4; fence-on 1",
    "no-names": "check 7",
    "no-names-liar": "register 6; check unregister 7",
    "no-names-stale": "check 7",
    "no-preempt-abort": "preempt-abort 6; fence-off 1",
    "nvme-bad-type": f"check 7; reserve unregister preempt preempt-abort 3; release clear 6; {FENCE}",
    "nvme-conflict": "preempt-abort 7; fence-off 1",
    "nvme-empty-report": f"{CHANGES} 6; {READS} 6; {FENCE}",
    "nvme-flaky": "preempt-abort 7; fence-off 1",
    "nvme-host-id-short": "check 7",
    "nvme-inaccessible": f"{CHANGES} 6; {READS} 7; {FENCE}",
    "nvme-internal-error": f"{CHANGES} 6; {FENCE}",
    "nvme-liar-done": f"{CHANGES} 6; {FENCE}",
    "nvme-longer": f"{CHANGES} 6; {READS} 6; {FENCE}",
    "nvme-lost": "preempt-abort 7; fence-off 1",
    "nvme-no-dnr": "release unregister 3",
    "nvme-no-identifiers": "check 7",
    "nvme-no-preempt-abort": "preempt-abort 6; fence-off 1",
    "nvme-no-reservations": f"{CHANGES} 4; {READS} 4; {FENCE}",
    "nvme-not-this-one": f"{CHANGES} 4; {READS} 4; {FENCE}",
    "nvme-refuses": "preempt-abort 7; fence-off 1",
    "nvme-refuses-holder": "reserve release 3; fence-on 1",
    "nvme-report-conflict": f"{CHANGES} 6; {READS} 6; {FENCE}",
    "nvme-retry-delay": "preempt-abort 7; fence-off 1",
    "nvme-silent": f"{CHANGES} 7; {FENCE}",
    "nvme-transition": "fence-off fence-on 1; check 7",
    "nvme-unlisted": "fence-on 1",
    "old-scst": "check 7",
    "port-0": "check 7",
    "port-ffff": "check 7",
    "read-registered": "register 3; check unregister clear 7; fence-on 1",
    "same-ports": "",
    "silent": f"{CHANGES} 7; {FENCE}",
    "stale-key": "check 7",
    "stale-long": f"{CHANGES} 6; unregister 6,7; {FENCE}",
    "status-omits": "check 7",
    "unknown-protocol": "check 7",
    "unmapped": f"{CHANGES} 5; {READS} 5; {FENCE}",
}
ENDS_OF_MAP = {
    "3par": "check 6",
    "all-tg-pt": "check 6",
    "alua-unavailable": "register unregister 6; fence-on 1",
    "aptpl-once": "register unregister 6; fence-on 1",
    "counts-reads": f"{CHANGES} 6; {READS} 7; {FENCE}",
    "every-port": "check 7",
    "full": "register 6,7; fence-on 1",
    "group": "check 6",
    "host": "check 6",
    "inquiry-busy": "register unregister 6; fence-on 1",
    "liar-second": "register unregister 6; fence-on 1",
    "port-counts": "clear 6",
    "same-ports": "check 7",
    "split": f"{CHANGES} 6; {READS} 7; {FENCE}",
    "vnx": "check 6",
}
UNSHOWN = ("nvme-crashed", "nvme-keys-hidden", "nvme-unlisted")  # the list does not show both keys
REPEATS = 5  # of a command by the kernel
# numbers of IOC_PR_*, <linux/pr.h>
IOC = {200: "register", 201: "reserve", 202: "release", 203: "preempt", 204: "preempt-abort", 205: "clear"}
SCSI_TYPES = (0, 1, 3, 5, 6, 7, 8)  # by enum pr_type
NO_CONNECT = 1  # DID_NO_CONNECT
LOST_SCSI, LOST_NVME = 0x0E, 0x0371  # DID_TRANSPORT_DISRUPTED, Command Aborted By Host
PATH_FAILED, RETRY_PATH = 0x10000, 0xE0000  # of enum pr_status
SCSI_NAME, NVME_NAME = "iqn.2026-01.lab:array-host-%d", "0000001%d-0011-2233-4455-66778899aabb"


# As the rows: BEFORE, HOST, COMMAND, AFTER, NEVER; of those personalities
UNNAMED = (
    # Host 2 has host 1's key, and host 1 has none.
    ("host-2 / W / array-host-2 0xa", "1", "preempt-abort --key 0xa --victim 0xb --if-registered", "=", "0"),
    ("host-2 / W / array-host-2 0xa", "1", "preempt --key 0xa --victim 0xb --if-registered", "=", "0"),
    ("host-2 / W / array-host-2 0xa", "1", "fence off", "=", "0"),
    ("host-1 / W / A", "1", "preempt --key 0xa --victim 0xb --if-registered", "=", "3 7"),
)
OPTIONS = {
    "keys-only": UNNAMED,
    "no-names": UNNAMED,
    "no-names-liar": UNNAMED,
    "unknown-protocol": UNNAMED,
    "nvme-no-identifiers": UNNAMED,
    "spc4": (
        ("none / none / none", "1", "register --key 0xa --all-ports", "none / none / A", "3"),
        ("none / none / none", "1", "register --key 0xa --volatile", "none / none / A", "3"),
        ("none / none / B", "1", "register --key 0xa --volatile", "=", "0"),
        ("none / none / A B", "1", "register --key 0xa --volatile", "=", "0"),
        ("none / none / A B", "1", "register --key 0xa --all-ports", "=", "0"),
        ("none / none / A array-host-2 0xa", "1", "fence on", "=", "0"),
    ),
    "all-tg-pt": (
        ("none / none / none", "1", "register --key 0xa --all-ports", "none / none / A", "3"),
        ("none / none / A B", "1", "register --key 0xa --all-ports", "=", "3"),
        ("none / none / A B", "1", "unregister --key 0xa", "none / none / B", "3"),
    ),
    "stale-list": (("none / none / A", "1", "register --key 0xa --volatile", "=", "3"),),
    "no-aptpl": (("none / none / none", "1", "register --key 0xa --volatile", "none / none / A", "3 4"),),
    "nvme-eds-refused": (
        ("host-1 / W / A B", "1", "preempt --key 0xa --victim-host 0x3322110012000000", "host-1 / W / A", "3 4"),
        ("host-1 / W / A B", "1", "preempt --key 0xa --victim-host 00000012-0011-2233-4455-66778899aabb", "=", "0"),
    ),
    "nvme": (("none / none / none", "1", "register --key 0xa --volatile", "none / none / A", "3"),),
    "nvme-crashed": (
        ("host-1 / W / A B", "1", "preempt --key 0xa --victim 0xb --if-registered", "host-1 / W / A", "3 7"),
        ("host-1 / W / A B", "1", "preempt-abort --key 0xa --victim 0xb --confirmed-off", "host-1 / W / A", "3 7"),
        ("host-1 / W / A", "1", "preempt --key 0xa --victim 0xb --if-registered", "=", "3 7"),
    ),
}


def expected_rows():
    """The rows of array_rows.bash."""
    script = 'load() { :; }; . "$1"; printf "%s\\n" "${rows[@]}"'
    file = TESTS / "bats/array_rows.bash"
    lines = subprocess.run(["bash", "-c", script, "-", file], check=True, stdout=subprocess.PIPE, text=True).stdout
    return [[part.strip() for part in line.split("|")] for line in lines.splitlines()]


class Session:
    """A path of a host, as the LUN knows it."""

    def __init__(self, server, host, port, is_nvme):
        self.server, self.host, self.port, self.is_nvme = server, host, port, is_nvme
        if is_nvme:
            identifier = bytes.fromhex((NVME_NAME % host).replace("-", ""))
            self.nexus = namespace.Host(f"nqn.2026-01.lab:array-host-{host}", identifier, port)
        else:
            isid = bytes((0, 2, 0x3D, 0, host, port))
            self.nexus = reservations.Nexus(SCSI_NAME % host, isid, port, 1)
        self.target = "iqn.2026-01.lab:array"
        self.controller = self  # of NVMe
        self.number = port

    def initiator(self):
        """As sysfs would show it."""
        if self.is_nvme:
            return "nvme:" + NVME_NAME % self.host
        return f"{self.nexus.name},i,0x{self.nexus.isid.hex()}"


class Call:
    """A command under way, for the LUN: the session that it came by."""

    def __init__(self, server, session, then):
        self.server, self.then = server, then
        self.nexus, self.target = session.nexus, session.target
        self.controller, self.portal = session, session

    def answer(self, _, answer):
        self.then(answer)

    def cut(self):
        """The connection is lost, and the answer with it."""
        self.then(None)

    @staticmethod
    def units():
        return [0]


class Client:
    """A connection of replay's: what it asks for, and what it is answered."""

    def __init__(self, server, sock):
        self.server, self.sock = server, sock
        self.session = None

    def reply(self, ret=0, err=0, status=0, host_status=0, sense=b"", data=b""):
        self.sock.send(struct.pack("<iiIII32sI", ret, err, status, host_status, len(sense), sense, 0) + data)

    def readable(self, packet):
        kind, request, room = struct.unpack("<III", packet[:12])
        command, data = packet[12:84], packet[84:]
        if kind == HELLO:
            self.session = self.server.session_of(data.decode())
            self.reply()
        elif self.session.host == 1 and self.session.port in self.server.dead:
            self.reply(ret=PATH_FAILED if kind == PR else 0, host_status=NO_CONNECT)
        elif kind == RESET:
            self.server.unit.lun_reset(self.session, self.reply)
        elif kind == SCSI:
            self.send(self.scsi(command, data, room), lambda answer: self.scsi_reply(answer, room))
        elif kind == PR and not self.server.is_nvme:
            self.scsi_change(IOC[request & 0xFF], command)
        elif kind == PR:
            self.send(*self.nvme_change(IOC[request & 0xFF], command), self.nvme_pr_reply)
        else:
            self.send(*self.nvme(command, data, kind == NVME_ADMIN), self.nvme_reply)

    def send(self, task, then=None, also=None):
        then = also or then
        task.session.then = then
        self.server.unit.receive(task)

    # SCSI

    def scsi(self, command, data, room):
        length = {0x12: 6, 0x00: 6, 0x5E: 10, 0x5F: 10}.get(command[0], 16)
        task = lun.Task(Call(self.server, self.session, None), 0, command[:length], room)
        task.data = data
        return task

    def scsi_reply(self, answer, room):
        if answer is None:
            self.reply(host_status=LOST_SCSI)
            return
        sense = wire.sense_data(answer.sense) if answer.sense else b""
        self.reply(status=answer.status, sense=sense, data=answer.data[:room])

    def scsi_change(self, name, argument):
        """sd_pr_*(): the command, and again what the kernel repeats."""
        kind, keys, flags = pr_fields(name, argument)
        action = {"register": 6 if flags & 1 else 0, "reserve": 1, "release": 2, "clear": 3}.get(name, 4)
        action += name == "preempt-abort"
        cdb = struct.pack(">BBB2xIx", 0x5F, action, SCSI_TYPES[kind], 24)
        parameters = struct.pack(">QQ4xB3x", *keys, 1 if name == "register" else 0)
        tries = itertools.count(1)

        def then(answer):
            sense = (answer and answer.sense) or (0,)
            attention = sense[0] == 6 or sense[3:] in ((0x71,), (0x73,))  # or a deferred error
            again = answer is None or attention or answer.status in (wire.BUSY, wire.TASK_SET_FULL)
            if again and next(tries) <= REPEATS:
                self.send(self.scsi(cdb, parameters, 0), then)
            else:
                self.scsi_pr_reply(answer)

        self.send(self.scsi(cdb, parameters, 0), then)

    def scsi_pr_reply(self, answer):
        """sd_scsi_to_pr_err()."""
        if answer is None:
            self.reply(ret=RETRY_PATH)
        elif answer.status in (wire.GOOD, wire.CONFLICT):
            self.reply(ret=answer.status)
        elif answer.sense and answer.sense[0] == 5 and answer.sense[1] in (0x24, 0x26):
            self.reply(ret=-1, err=22)
        else:
            self.reply(ret=2)

    # NVMe

    def nvme(self, command, data, admin):
        code, nsid, length = command[0], *struct.unpack("<I28xI", command[4:40])
        return self.nvme_task(code, nsid, struct.unpack("<6I", command[40:64]), length, data, admin)

    def nvme_task(self, code, nsid, words, length, data, admin):
        entry = bytearray(64)
        entry[0] = code
        struct.pack_into("<I28xI", entry, 4, nsid, length)
        struct.pack_into("<6I", entry, 40, *words)
        task = namespace.Task(Call(self.server, self.session, None), nvme_wire.Command(bytes(entry)), admin)
        task.data = data
        return task, None

    def nvme_change(self, name, argument):
        """nvme_pr_*()."""
        kind, keys, flags = pr_fields(name, argument)
        ignore, code = 8 if flags & 1 else 0, {"register": 0x0D, "release": 0x15, "clear": 0x15}.get(name, 0x11)
        word = {
            "register": (2 if keys[0] else 0) | ignore | 0xC0000000,
            "reserve": kind << 8 | ignore,
            "preempt": kind << 8 | 1,
            "preempt-abort": kind << 8 | 2,
            "release": kind << 8 | (0 if keys[0] else 8),
            "clear": 1 | (0 if keys[0] else 8),
        }[name]
        return self.nvme_task(code, 1, (word, 0, 0, 0, 0, 0), 16, struct.pack("<QQ", *keys), False)

    def nvme_reply(self, answer):
        if answer is None:
            self.reply(ret=LOST_NVME)
        else:
            self.reply(ret=answer.status, data=answer.data[:65000])

    def nvme_pr_reply(self, answer):
        """nvme_status_to_pr_err()."""
        status = LOST_NVME if answer is None else answer.status
        if status & 0x700 == 0x300:
            self.reply(ret=PATH_FAILED)
        elif status & 0x7FF in (0x001, 0x002, 0x00B, 0x180):
            self.reply(ret=-1, err=22)
        else:
            self.reply(ret={0: 0, 0x83: wire.CONFLICT}.get(status & 0x7FF, 2))


def pr_fields(name, argument):
    """Type, the two keys and the flags of an argument of IOC_PR_*."""
    if name == "register":
        old, new, flags = struct.unpack("<QQI", argument[:20])
        return 0, (old, new), flags
    if name in ("preempt", "preempt-abort"):
        old, new, kind, flags = struct.unpack("<QQII", argument[:24])
        return kind, (old, new), flags
    key, kind, flags = struct.unpack("<QII", argument[:16])
    return (0 if name == "clear" else kind), (key, 0), flags


class Server:
    """The LUN, its clock, and the connections to it."""

    def __init__(self, path, is_nvme, ports=2):
        self.dead = set()  # ports of host 1 that do not respond
        self.is_nvme, self.portals, self.controllers = is_nvme, [], {}
        self.timers, self.order = [], itertools.count()
        self.unit = (namespace.Namespace if is_nvme else lun.Lun)(0, 1 << 20, self)
        self.units = {0: self.unit}
        self.personality = self.unit.base
        self.paths = [Session(self, 1, port, is_nvme) for port in range(1, ports + 1)] + [Session(self, 2, 1, is_nvme)]
        self.unit.sessions = list(self.paths)
        self.selector = selectors.DefaultSelector()
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.sock.bind(path)
        self.sock.listen(64)
        self.selector.register(self.sock, selectors.EVENT_READ, None)

    @staticmethod
    def now():
        return time.monotonic()

    def later(self, seconds, function):
        heapq.heappush(self.timers, (self.now() + seconds, next(self.order), function))

    def session_of(self, text):
        """The path that says "INITIATOR PORT" of itself."""
        initiator, _, port = text.rpartition(" ")
        return next(one for one in self.paths
                    if one.initiator() == initiator and (self.is_nvme or one.port == int(port)))

    def event(self, key):
        if key.data is None:
            sock, _ = self.sock.accept()
            self.selector.register(sock, selectors.EVENT_READ, Client(self, sock))
            return
        packet = key.fileobj.recv(65536)
        if packet:
            key.data.readable(packet)
        else:
            self.selector.unregister(key.fileobj)
            key.fileobj.close()

    def serve(self, process):
        """Until the process has ended; whether it has."""
        end = self.now() + LIMIT
        while process.poll() is None and self.now() < end:
            wait = 0.02 if not self.timers else min(0.02, max(0, self.timers[0][0] - self.now()))
            for key, _ in self.selector.select(wait):
                self.event(key)
            while self.timers and self.timers[0][0] <= self.now():
                heapq.heappop(self.timers)[2]()
        return process.poll() is not None


    def settle(self):
        """Until nothing of a command is left to be carried out: "late" of a rule."""
        while self.timers:
            time.sleep(max(0, self.timers[0][0] - self.now()))
            heapq.heappop(self.timers)[2]()


class Table:
    """The rows, on one personality."""

    def __init__(self, build, server, work, name):
        self.build, self.server, self.work, self.name = build, server, work, name
        self.deadline = DEADLINES.get(name, DEADLINE)
        self.problems, self.said = [], []
        self.store = None  # the directory of the records
        self.disk = 1  # the port of the path that is used by itself

    def states(self, host, is_map):
        """What sysfs would show of the LUN to this host: a file for replay."""
        own = [one for one in self.server.paths if one.host == host and one.port >= self.disk]
        if self.server.is_nvme:
            lines = ["transport: nvme", "wwid: eui." + self.server.unit.identifier().hex()]
        else:
            page = replies.vital_page(self.server.unit, own[0], 0x83)
            lines = ["transport: scsi", "wwid: naa.5aa9000000000000", "page 83h: " + page.hex(" "), "driver: iscsi_tcp"]
            lines.append("vendor: " + self.server.unit.tables["inquiry"]["vendor"])
        lines += [f"initiator: {own[0].initiator()}", f"port: {own[0].port}"]
        if is_map:
            lines += [f"path: /dev/sd{letter} running {one.initiator()} {one.port}" for letter, one in zip("abcd", own)]
        file = self.work / "states"
        file.write_text("\n".join(lines) + "\n")
        return file

    def run(self, host, command, is_map):
        """prctl, or the agent: exit status and outputs."""
        device = "/dev/mapper/mpatha" if is_map else "/dev/sda"
        words = command.split()
        if words[0] == "fence":
            plug = "0xb" if words[1] == "off" else "0xa"
            words = [f"--action={words[1]}", "--key=0xa", f"--plug={plug}", f"--devices={device}"]
            words.append(f"--power-timeout={self.deadline}")
        else:
            words += ["--json", "--timeout", str(self.deadline), device]
        program = self.build / ("tests/expected/replay_fence" if command.startswith("fence") else "tests/expected/replay")
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C", "PRCTL_STATES": str(self.states(host, is_map)),
                       "PRCTL_TARGET": self.server.sock.getsockname()}
        if self.store:
            environment["PRCTL_STORE"] = str(self.store)
        with open(self.work / "out", "w+b") as out, open(self.work / "err", "w+b") as err:
            process = subprocess.Popen([program, *words], env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
            if not self.server.serve(process):
                process.kill()
                self.problems.append(f"{command}: it does not end")
            out.seek(0)
            err.seek(0)
            return process.wait(), out.read().decode(), err.read().decode()

    def expand(self, text, each):
        registered = "array-host-1 0xa array-host-1 0xa" if each else "array-host-1 0xa"
        text = text.replace("A", registered).replace("B", "array-host-2 0xb").replace("W", "write-exclusive-reg-only")
        return "array-" + text if text.startswith("host-") else text

    def row(self, before, host, command, after, never, is_map=False, each=False):
        unit, where = self.server.unit, f"{command} on {before}" + (", map" if is_map else "")
        unit.reset(self.name)
        before = self.expand(before, each)
        after = before if after == "=" else self.expand(after, each)
        put = control.command(self.server, "put 0 " + before)
        if put != "ok":
            self.problems.append(f"{where}: {put}")
            return
        before = control.command(self.server, "holds 0")
        status, out, err = self.run(int(host), command, is_map)
        self.server.settle()
        now = control.command(self.server, "holds 0")
        self.judge(where, command, status, out, err, (before, after, now), never.split())
        if status == 0 and (command.startswith("preempt") or command == "fence off") and after != before:
            victim = self.server.paths[2].nexus
            if unit.state(victim).may(unit.tables["pr"], victim, True):
                self.problems.append(f"{where}: ok, and host 2 can write")

    def allowed(self, command, is_map):
        """The statuses with which the command may end here instead of 0."""
        word = command.replace("fence ", "fence-").split()[0]
        found = ends(ENDS.get(self.name, ""))
        if is_map and self.name in ENDS_OF_MAP:
            found = ends(ENDS_OF_MAP[self.name])
        return found.get(word, set())

    @staticmethod
    def is_clean(command, before):
        """Whether the command ends with 0 on the standard's target, although it changes nothing."""
        return command == "status" or (command.startswith(("check", "register")) and "0xa" in before)

    def judge(self, where, command, status, out, err, states, never):
        before, after, now = states
        document = json.loads(out)["devices"][0] if out.startswith("{") else None
        allowed = self.allowed(command, ", map" in where)
        never = [one for one in never if one not in allowed]
        self.said.append(f"{where} -> {status}, {now}: {err.strip()}")
        reason = None
        listed = {one["key"] for one in document["registrants"] or ()} if document else set()
        if status == 0 and now != after:
            reason = f"a false ok: the target holds {now}"
        elif status == 0 and command == "status" and self.name not in UNSHOWN and listed != {"0xa", "0xb"}:
            reason = f"status lists {document['registrants']}"
        elif document and document["changed"] is False and now != before:
            reason = f"ended with {status}, not changed, and the target holds {now}"
        elif str(status) in never:
            reason = f"ended with {status}, never"
        elif status and document and command != "status" and not document["error"]["message"]:
            reason = f"ended with {status}, and does not say why"
        elif status and str(status) not in allowed and (after != before or ("0" not in never and self.is_clean(command, before))):
            reason = f"ended with {status}"
        elif status not in (0, 3, 4, 5, 6, 7) and not (command.startswith("fence") and status == 1):
            reason = f"ended with {status}"
        if reason:
            self.problems.append(f"{where}: {reason}: {err}{out if status not in (0,) else ''}")


# What a map does where several paths share one registration, one command after another, with the records of the earlier ones. Of
# each: the ports that are dead, the command, and what the LUN holds afterwards, as in the rows.
SHARED = (
    ((), "register --key 0xa", "none / none / A B"),
    ((), "register --key 0xa", "="),
    ((), "check --key 0xa", "="),
    ((), "reserve --key 0xa --type we", "array-host-1 / write-exclusive / A B"),
    ((), "check --key 0xa --type we", "="),
    ((1,), "check --key 0xa --type we", "="),
    ((1,), "release --key 0xa", "none / none / A B"),
    ((), "reserve --key 0xa --type wero", "host-1 / W / A B"),
    ((1,), "release --key 0xa", "none / none / A B"),
    ((1,), "register --key 0xc --old-key 0xa", "none / none / array-host-1 0xc B"),
    ((), "unregister --key 0xc", "none / none / B"),
    ((), "register --all-ports --key 0xa", "none / none / A B"),
    ((), "register --all-ports --key 0xa", "="),
)
GROUPS = (
    ((), "register --key 0xa", "none / none / A array-host-1 0xa B"),
    ((), "check --key 0xa", "="),
    ((), "register --key 0xa", "="),
    ((), "check --key 0xa", "="),
)
# Through some ports this host shares no registration: those are refused, and another port does it.
REFUTED = tuple(
    (((), command, after), ((), "register --key 0xa", again))
    for command, after, again in (
        ("unregister --key 0xa", "none / none / B", "none / none / A array-host-1 0xa B"),
        ("clear --key 0xa", "none / none / none", "none / none / A array-host-1 0xa"),
        ("reserve --key 0xa --type wero", "host-1 / W / A B", "host-1 / W / A array-host-1 0xa B"),
        ("fence off", "host-1 / W / A", "host-1 / W / A array-host-1 0xa"),
    )
)


def taken_for_one(paths):
    """Records of a run that has taken the registration of two paths of this host for that of all."""
    boot = pathlib.Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    lines = ["prctl 1", "lun naa.5aa9000000000000", f"own 0xa {boot}"]
    lines += [f"shares 0x1 {path.port} {path.nexus.name.replace(':', '%3a')}" for path in paths if path.host == 1]
    return "\n".join([*lines, "end", ""])


@contextlib.contextmanager
def story_table(build, name, before, ports=2, records=True):
    """The LUN of a personality, on which the commands of a story run one after the other, with records or without."""
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        server = Server(str(work / "target"), name.startswith("nvme"), ports)
        table = Table(build, server, work, name)
        if records:
            table.store = work / "store"
            table.store.mkdir(mode=0o700)
        server.unit.reset(name)
        control.command(server, "put 0 " + table.expand(before, False))
        yield table
        server.sock.close()


def story_run(build, name, story, ports, record=False, port=1):
    """
    A story on a map of so many ports: what is wrong, and what was said. With a record, by which all
    paths share one registration, this host is registered by this port.
    """
    with story_table(build, name, "none / none / " + ("A B" if record else "B"), ports) as table:
        server = table.server
        if record:
            file = table.store / "lun-naa.5aa9000000000000"
            file.write_text(taken_for_one(server.paths))
            file.chmod(0o600)
            server.unit.state(server.paths[0].nexus).registrations[0].nexus = server.paths[port - 1].nexus
        for dead, command, after in story:
            before = control.command(server, "holds 0")
            server.dead = set(dead)
            status, out, err = table.run(1, command, True)
            now = control.command(server, "holds 0")
            table.said.append(f"{command}, dead {dead} -> {status}, {now}: {err.strip()}")
            if status or now != (before if after == "=" else table.expand(after, False)) or ("writes through" in err and port == 1):
                table.problems.append(f"{command} on a map, dead {dead}: {status}, {now}: {err}{out}")
        state = server.unit.state(server.paths[0].nexus)
        for path in server.paths[:-1]:
            if not state.find(server.unit.tables["pr"], path.nexus):
                table.problems.append(f"ok, and port {path.port} is not registered")
    return table


def spared_holder_run(build, name):
    """The last path shares one of two registrations of this host, and it is the holder's: unregister must not remove it."""
    with story_table(build, name, "none / none / B", 4) as table:
        server = table.server
        for port, command, expected in ((0, "register --key 0xa", 0), (3, "reserve --key 0xa --type wero", 0),
                                        (4, "unregister --key 0xa", 3)):
            before = control.command(server, "holds 0")
            table.disk = port or 1
            status, out, err = table.run(1, command, not port)
            now = control.command(server, "holds 0")
            table.said.append(f"{command} by port {port} -> {status}, {now}: {err.strip()}")
            if status != expected or (expected and now != before):
                table.problems.append(f"{command} by port {port}: {status}, {now}: {err}{out}")
    return table


def fence_between_run(build, name):
    """Host 1 is fenced after `on` has registered it through the first path: later, too, it must not let itself in."""
    with story_table(build, name, "host-2 / W / B") as table:
        server = table.server
        unit, second = server.unit, server.paths[1].nexus
        receive, registers, fenced = unit.receive, [], []

        # The first REGISTER asks whether the first path's registration counts for this path, too.
        def fence_first(task):
            state = unit.state(second)
            if task.session.nexus == second and task.name.startswith("register"):
                registers.append(task)
            if len(registers) == 2 and not fenced:
                fenced.extend(one for one in state.registrations if one.key == 0xa)
                state.registrations = [one for one in state.registrations if one.key != 0xa]
                state.generation += 1
            receive(task)

        unit.receive = fence_first
        for attempt in ("the first", "the second"):
            status, out, err = table.run(1, "fence on", True)
            now = control.command(server, "holds 0")
            table.said.append(f"{attempt} on -> {status}, {now}: {err.strip()}")
            if status != 1 or now != table.expand("host-2 / W / B", False):
                table.problems.append(f"fenced between two paths, {attempt} on: {status}, {now}: {err}{out}")
        if not fenced:
            table.problems.append("nothing was registered to fence")
    return table


def fence_unseen_run(build, name):
    """Host 1 is registered, and fenced before the list is read: it must not let itself in again, also if the answer is lost."""
    lost = 'status = "0x82"' if name.startswith("nvme") else 'sense = "0b/44/00"'
    for commands, answer, expected in ((("register --key 0xa",), lost, 7), (("fence on", "fence on"), lost, 1),
                                       (("fence on", "fence on"), None, 1)):
        with story_table(build, name, "host-2 / W / B") as table:
            server = table.server
            unit, first = server.unit, server.paths[0].nexus
            receive, fenced = unit.receive, []

            def fence_before_read(task, unit=unit, receive=receive, fenced=fenced, first=first):
                state = unit.state(first)
                if task.name.startswith(("read-", "report")) and not fenced:
                    fenced.extend(one for one in state.registrations if one.key == 0xa)
                    state.registrations = [one for one in state.registrations if one.key != 0xa]
                    state.generation += bool(fenced)
                receive(task)

            if answer:
                registers = '["register", "register-ignore", "replace"]'
                control.command(server, f"rule 0 {{command = {registers}, {answer}, carry_out = true, times = 1}}")
            unit.receive = fence_before_read
            for command in commands:
                status, out, err = table.run(1, command, False)
                now = control.command(server, "holds 0")
                table.said.append(f"{command}, then fenced -> {status}, {now}: {err.strip()}")
                if status != expected or now != table.expand("host-2 / W / B", False) or not fenced:
                    table.problems.append(f"{command}, then fenced: {status}, {now}: {err}{out}")
        yield table


# Lists without names, in which this host's registration is the only one with its key.
REPEATED = {
    "keys-only": "preempt-abort --key 0xa --victim 0xb --if-registered",
    "no-names": "preempt-abort --key 0xa --victim 0xb --if-registered",
    "nvme-no-identifiers": "fence off",
}


def repeated_run(build, name):
    """A fence, and the same again: the record of the first one is its proof, so nothing is reset twice."""
    with story_table(build, name, "host-1 / W / A B") as table:
        server, resets = table.server, []
        unit = server.unit
        if not server.is_nvme:
            reset = unit.lun_reset
            unit.lun_reset = lambda *arguments: (resets.append(1), reset(*arguments))
        for attempt in ("once", "again", "and again"):
            status, out, err = table.run(1, REPEATED[name], False)
            now = control.command(server, "holds 0")
            table.said.append(f"{REPEATED[name]}, {attempt} -> {status}, {now}, {len(resets)} reset: {err.strip()}")
            if status or now != table.expand("host-1 / W / A", False) or len(resets) > 1:
                table.problems.append(f"{REPEATED[name]}, {attempt}: {status}, {now}, {len(resets)} reset: {err}{out}")
    return table


def fence_before_register_run(build, name, is_map):
    """Host 1 is registered, and is fenced after `on` has read the list, which does not name it: it must not let itself in."""
    with story_table(build, name, "host-2 / W / B") as table:
        server = table.server
        unit, own = server.unit, server.paths[0].nexus
        receive, removed = unit.receive, []

        def fence_first(task):
            state = unit.state(own)
            if task.session.nexus == own and task.name.startswith(("register", "replace")) and not removed:
                removed.extend(one for one in state.registrations if one.key == 0xa)
                state.registrations = [one for one in state.registrations if one.key != 0xa]
                state.generation += 1
            receive(task)

        for attempt, hook, wanted, after in (("the first", receive, 0, None), ("the same again", receive, 0, None),
                                             ("fenced meanwhile", fence_first, 1, "host-2 / W / B"), ("later", receive, 1, "host-2 / W / B")):
            unit.receive = hook
            status, out, err = table.run(1, "fence on", is_map)
            now = control.command(server, "holds 0")
            table.said.append(f"{attempt}: on -> {status}, {now}: {err.strip()}")
            if status != wanted or (after and now != table.expand(after, False)):
                table.problems.append(f"{attempt}: on {status}, {now}: {err}{out}")
        if not removed:
            table.problems.append("nothing was registered to fence")
    return table


def other_session_run(build, name):
    """Host 1 was registered by a session that is gone: `on` registers the new one."""
    with story_table(build, name, "host-2 / W / B") as table:
        server = table.server
        for attempt in ("the first", "by a new session"):
            status, out, err = table.run(1, "fence on", False)
            state = server.unit.state(server.paths[0].nexus)
            found = state.find(server.unit.tables["pr"], server.paths[0].nexus)
            table.said.append(f"{attempt}: on -> {status}, {control.command(server, 'holds 0')}: {err.strip()}")
            if status or not found:
                table.problems.append(f"{attempt}: on {status}, {control.command(server, 'holds 0')}: {err}{out}")
                continue
            found.nexus = server.paths[1].nexus
    return table


def unready_path_run(build, name):
    """Only the second path has the key, and it is not ready to say which LUN it is: reserve waits for it, register does not."""
    with story_table(build, name, "none / none / A B", records=False) as table:
        server = table.server
        server.unit.state(server.paths[0].nexus).registrations[0].nexus = server.paths[1].nexus
        for command, expected, after, said in (
                ("reserve --key 0xa --type wero", 6, "none / none / A B", "failed: through /dev/sdb: not ready"),
                ("register --key 0xa", 0, "none / none / A array-host-1 0xa B", "")):
            status, out, err = table.run(1, command, True)
            now = control.command(server, "holds 0")
            table.said.append(f"{command}, only the second path has the key -> {status}, {now}: {err.strip()}")
            if status != expected or now != table.expand(after, False) or said not in err:
                table.problems.append(f"{command}, only the second path has the key: {status}, {now}: {err}{out}")
    return table


def absent_run(build, name):
    """A key that nobody has, and that the list may omit, is preempted: a conflict, and the records say what they said."""
    with story_table(build, name, "host-1 / W / A B") as table:
        state = table.server.unit.state(table.server.paths[0].nexus)
        former = []
        for victim, wanted in (("0xbb", 3), ("0xbb", 3), ("0xb", 0), ("0xb", 3), ("0xb", 3)):
            status, out, err = table.run(1, f"preempt-abort --key 0xa --victim {victim}", False)
            records = [file.read_text() for file in table.store.iterdir()]
            table.said.append(f"preempt-abort {victim} -> {status}, {records}: {err.strip()}")
            if status != wanted or (wanted and records != former):
                table.problems.append(f"preempt-abort {victim}: {status}, {former}, then {records}: {err}{out}")
            if not wanted:
                state.generation += 1  # another host has registered, and has left again
            former = records
        if not any("abort 0xb proven" in text for text in former):
            table.problems.append(f"no proven abort to keep: {former}")
    return table


def stories(build, name):
    if name in REPEATED:
        yield repeated_run(build, name)
        yield fence_before_register_run(build, name, False)
    if name in ("keys-only", "no-names"):
        yield fence_before_register_run(build, name, True)
        yield other_session_run(build, name)
    if name == "nvme":
        yield absent_run(build, name)
    if name == "spc4":
        yield fence_between_run(build, name)
    if name in ("spc4", "nvme", "no-names"):
        yield from fence_unseen_run(build, name)
    if name in ("vnx", "3par", "vnx-stale"):
        yield story_run(build, name, SHARED, 2)
    if name == "inquiry-busy":
        yield unready_path_run(build, name)
    if name == "group":
        yield story_run(build, name, GROUPS, 4)
        yield story_run(build, name, GROUPS, 4, True)
        yield spared_holder_run(build, name)
        for story in REFUTED:
            yield story_run(build, name, story, 4, True, 3)


def personalities(names, long):
    folder = TESTS.parent / "lab/array/personalities"
    return names or [name for name in sorted(file.stem for file in folder.glob("*.toml")) if long or name not in DEADLINES]


def table_run(build, name, rows, long):
    """The rows on this personality: what is wrong, and what was said."""
    is_nvme = name.startswith("nvme")
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        server = Server(str(work / "target"), is_nvme)
        table = Table(build, server, work, name)
        for row in [*rows, *OPTIONS.get(name, ())]:
            table.row(*row)
            if not is_nvme and (long or name in MAPS):
                table.row(*row, is_map=True, each=server.unit.tables["pr"]["count"] == "nexus")
        server.sock.close()
    return table


def main():
    words = [word for word in sys.argv[1:] if not word.startswith("-")]
    build, rows, long = pathlib.Path(words[0]).resolve(), expected_rows(), "--long" in sys.argv
    wrong = 0
    for name in personalities(words[1:], long):
        begin = time.monotonic()
        for table in (table_run(build, name, rows, long), *stories(build, name)):
            if "-v" in sys.argv:
                print("\n".join(f"{name}: {line}" for line in table.said))
            for problem in table.problems:
                print(f"{name}: WRONG: {problem}")
            wrong += len(table.problems)
        if "-v" in sys.argv:
            print(f"{name}: {time.monotonic() - begin:.1f} s", flush=True)
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
