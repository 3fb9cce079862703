# SPDX-License-Identifier: GPL-2.0-or-later
"""
iSCSI (RFC 7143) as far as a Linux initiator needs it: sessions of one connection, without digests,
error recovery level 0. Clauses are those of RFC 7143.
"""
import struct

import wire
from lun import Task, check, NO_SUCH_LUN
from reservations import Nexus
from unit import Answer

HEADER = 48
WINDOW = 64  # commands that an initiator may have under way
OURS = 262144  # MaxRecvDataSegmentLength of this target
NO_TAG = 0xFFFFFFFF

# 11.2.1.2: operation codes
NOP_OUT, COMMAND, TASK_MANAGEMENT, LOGIN, TEXT, DATA_OUT, LOGOUT = range(7)
NOP_IN, RESPONSE, TASK_RESPONSE, LOGIN_RESPONSE = range(0x20, 0x24)
TEXT_RESPONSE, DATA_IN, LOGOUT_RESPONSE = range(0x24, 0x27)
R2T = 0x31

# Clause 13: what this target answers to each key; a number is the most that it takes.
ANSWERS = {
    "HeaderDigest": "None",
    "DataDigest": "None",
    "AuthMethod": "None",
    "InitialR2T": "Yes",
    "ImmediateData": "Yes",
    "DataPDUInOrder": "Yes",
    "DataSequenceInOrder": "Yes",
    "IFMarker": "No",
    "OFMarker": "No",
    "IFMarkInt": "Reject",
    "OFMarkInt": "Reject",
    "MaxBurstLength": 262144,
    "FirstBurstLength": 65536,
    "MaxOutstandingR2T": 1,
    "MaxConnections": 1,
    "ErrorRecoveryLevel": 0,
    "DefaultTime2Retain": 0,
    "iSCSIProtocolLevel": 1,
}
DECLARED = {"InitiatorName", "InitiatorAlias", "TargetName", "SessionType"}


def number(data):
    return int.from_bytes(data, "big")


def text_parse(data):
    """Key=value pairs (6.1)."""
    pairs = (part.partition("=") for part in data.decode(errors="replace").split("\0") if part)
    return {key: value for key, _, value in pairs}


def text_make(pairs):
    return b"".join(f"{key}={value}\0".encode() for key, value in pairs.items())


def negotiate(offered):
    """What this target answers to the keys of a login (clause 13)."""
    answers = {}
    for key, value in offered.items():
        if key == "MaxRecvDataSegmentLength":
            answers[key] = OURS
        elif key == "DefaultTime2Wait":
            answers[key] = value
        elif key in ANSWERS:
            mine = ANSWERS[key]
            answers[key] = mine if isinstance(mine, str) else min(mine, int(value))
        elif key not in DECLARED:
            answers[key] = "NotUnderstood"
    return answers


class Transfer:
    """A command whose data the initiator still sends."""

    def __init__(self, task, lun):
        self.task = task
        self.lun = lun
        self.parts = 0


class Connection:
    """A connection, and the session that it is."""

    def __init__(self, server, sock, portal):
        self.server = server
        self.sock = sock
        self.portal = portal
        self.target = portal.target
        self.received = bytearray()
        self.unsent = bytearray()
        self.nexus = None  # after the login
        self.login = {}
        self.discovery = False
        self.logged_in = False
        self.segment = 8192  # the initiator's MaxRecvDataSegmentLength
        self.burst = 262144
        self.status_number = 1
        self.command_number = 0
        self.tasks = {}
        self.transfers = {}
        self.closed = False

    # bytes in and out

    def readable(self, data):
        self.received += data
        while not self.closed:
            length = HEADER
            if len(self.received) >= HEADER:
                length += self.received[4] * 4 + (number(self.received[5:8]) + 3) // 4 * 4
            if len(self.received) < length:
                return
            header = bytes(self.received[:HEADER])
            begin = HEADER + header[4] * 4
            data = bytes(self.received[begin : begin + number(header[5:8])])
            del self.received[:length]
            self.handle(header, data)

    def handle(self, header, data):
        code = header[0] & 0x3F
        handler = HANDLERS.get(code)
        if handler is None or (code != LOGIN and not self.logged_in):
            raise wire.Broken(f"operation code {code:#x}")
        if not header[0] & 0x40 and code not in (DATA_OUT, LOGIN):
            self.command_number = (number(header[24:28]) + 1) & 0xFFFFFFFF
        handler(self, header, data)

    def counters(self):
        """StatSN, ExpCmdSN and MaxCmdSN."""
        last = (self.command_number + WINDOW - 1) & 0xFFFFFFFF
        return struct.pack(">III", self.status_number, self.command_number, last)

    def send(self, code, flags, tag, fields=b"", data=b"", begin=b"\0\0", status=True):
        """
        A PDU to the initiator; fields are its bytes from 36 on. With status, it takes a status
        number.
        """
        header = bytearray(HEADER)
        header[0], header[1] = code, flags
        header[2:4] = begin
        header[5:8] = len(data).to_bytes(3, "big")
        header[16:20] = tag
        header[20:24] = b"\xff" * 4 if code in (NOP_IN, TEXT_RESPONSE, DATA_IN) else bytes(4)
        header[24:36] = self.counters()
        header[36 : 36 + len(fields)] = fields
        if status:
            self.status_number = (self.status_number + 1) & 0xFFFFFFFF
        self.push(header, data)

    def push(self, header, data):
        self.unsent += bytes(header) + data + bytes(-len(data) % 4)
        self.server.writable(self)

    def cut(self):
        self.server.close(self)

    @staticmethod
    def together():
        """The connections that end with this one."""
        return []

    # login (11.12, 11.13)

    def on_login(self, header, data):
        if self.logged_in:
            raise wire.Broken("login in full feature phase")
        self.login.update(text_parse(data))
        stage, next_stage, transit = header[1] >> 2 & 3, header[1] & 3, header[1] & 0x80
        self.command_number = number(header[24:28])
        refused = self.login_refused()
        answers = {} if refused else self.login_answers(text_parse(data))
        full = transit and next_stage == 3 and not refused
        if full and not self.discovery:
            self.session_begin(header[8:14])
        reply = bytearray(HEADER)
        reply[0] = LOGIN_RESPONSE
        reply[1] = (transit | next_stage if transit else 0) | stage << 2
        reply[8:14] = header[8:14]
        reply[14:16] = header[14:16]
        if full:
            reply[14:16] = (self.nexus.tsih if self.nexus else 1).to_bytes(2, "big")
        reply[16:20] = header[16:20]
        reply[24:36] = self.counters()
        reply[36:38] = refused or b"\0\0"
        data = text_make(answers)
        reply[5:8] = len(data).to_bytes(3, "big")
        self.status_number += 1
        self.push(reply, data)
        self.logged_in = bool(full)

    def login_refused(self):
        """The status class and detail (11.13.5) of a login that fails; None if it does not."""
        self.discovery = self.login.get("SessionType") == "Discovery"
        if "InitiatorName" not in self.login:
            return b"\x02\x07"
        if not self.discovery and self.login.get("TargetName") != self.target:
            return b"\x02\x03"
        return None

    def login_answers(self, offered):
        answers = negotiate(offered)
        self.segment = int(offered.get("MaxRecvDataSegmentLength", self.segment))
        self.burst = int(answers.get("MaxBurstLength", self.burst))
        if "TargetName" in offered:
            answers["TargetPortalGroupTag"] = self.portal.group
        return answers

    def session_begin(self, isid):
        """An earlier session of the same nexus ends (6.3.5)."""
        self.server.sessions += 1
        name, tsih = self.login["InitiatorName"], self.server.sessions & 0xFFFF
        self.nexus = Nexus(name, isid, self.portal.group, tsih)
        for other in self.server.open():
            if other is not self and other.nexus == self.nexus:
                self.server.close(other)
        self.server.session_begin(self)

    # full feature phase

    def on_nop(self, header, data):
        if number(header[16:20]) != NO_TAG:
            self.send(NOP_IN, 0x80, header[16:20], data=data)

    def on_text(self, header, data):
        answers = b""
        if "SendTargets" in text_parse(data):
            for portal in self.server.portals:
                answers += f"TargetName={portal.target}\0".encode()
                answers += f"TargetAddress={portal.text},{portal.group}\0".encode()
        self.send(TEXT_RESPONSE, 0x80, header[16:20], data=answers)

    def on_logout(self, header, data):
        self.send(LOGOUT_RESPONSE, 0x80, header[16:20])
        self.server.flush(self)
        self.cut()

    def on_command(self, header, data):
        """A SCSI command (11.3), with immediate data; the rest of it is asked for."""
        task = Task(self, header[16:20], header[32:48], number(header[20:24]))
        task.data = data
        task.reads = bool(header[1] & 0x40)
        self.tasks[task.tag] = task
        if header[1] & 0x20 and len(data) < task.expected:
            self.transfers[task.tag] = Transfer(task, header[8:16])
            self.ask(self.transfers[task.tag])
        else:
            self.start(task, header[8:16])

    def ask(self, transfer):
        """A request for the next burst (11.8)."""
        task = transfer.task
        wanted = min(self.burst, task.expected - len(task.data))
        transfer.until = len(task.data) + wanted
        fields = struct.pack(">III", transfer.parts, len(task.data), wanted)
        transfer.parts += 1
        self.send_ready(task, transfer, fields)

    def send_ready(self, task, transfer, fields):
        header = bytearray(HEADER)
        header[0], header[1] = R2T, 0x80
        header[8:16] = transfer.lun
        header[16:20] = header[20:24] = task.tag
        header[24:36] = self.counters()
        header[36:48] = fields
        self.push(header, b"")

    def on_data(self, header, data):
        """Data-Out (11.7)."""
        transfer = self.transfers.get(header[16:20])
        if transfer is None:
            return
        task = transfer.task
        if number(header[40:44]) != len(task.data):
            raise wire.Broken("data out of order")
        task.data += data
        if len(task.data) >= task.expected:
            del self.transfers[task.tag]
            self.start(task, transfer.lun)
        elif len(task.data) >= transfer.until:
            self.ask(transfer)

    def start(self, task, lun):
        unit = self.unit_of(lun)
        if unit is not None:
            unit.receive(task)
        elif task.name == "inquiry":
            self.answer(task, Answer(data=b"\x7f\0\x06\x12\x5b" + bytes(91)))
        elif task.name == "report-luns":
            next(iter(self.server.units.values())).receive(task)
        else:
            self.answer(task, check(NO_SUCH_LUN))

    def unit_of(self, lun):
        """
        The unit of a LUN in peripheral or flat space addressing (SAM-5 4.7.7); None if there is
        none.
        """
        return self.server.units.get(number(lun[0:2]) & 0x3FFF) if lun[0] >> 6 < 2 else None

    def units(self):
        return sorted(self.server.units)

    def answer(self, task, answer):
        """
        Data and status of a command (11.4, 11.7); to a task that was aborted here nothing is sent.
        """
        if self.closed or self.tasks.pop(task.tag, None) is None:
            return
        limit = wire.allocation_length(task.cdb)
        data = answer.data[:limit] if task.reads else b""
        flags, residual = 0x80, 0
        if len(data) > task.expected:
            flags, residual = flags | 0x04, len(data) - task.expected
        elif task.reads and len(data) < task.expected:
            flags, residual = flags | 0x02, task.expected - len(data)
        count = self.send_data(task, data[: task.expected])
        sense = wire.sense_data(answer.sense) if answer.sense else b""
        sense = struct.pack(">H", len(sense)) + sense if sense else b""
        fields = struct.pack(">III", count, 0, residual)
        self.send(RESPONSE, flags, task.tag, fields, sense, bytes((0, answer.status)))

    def send_data(self, task, data):
        """Data-In PDUs without status (11.7). Returns how many."""
        offset = count = 0
        while offset < len(data):
            part = data[offset : offset + self.segment]
            last = 0x80 if offset + len(part) == len(data) else 0
            fields = struct.pack(">II", count, offset)
            self.send(DATA_IN, last, task.tag, fields, part, status=False)
            offset += len(part)
            count += 1
        return count

    # task management (11.5, 11.6)

    def on_task_management(self, header, data):
        function, tag, unit = header[1] & 0x7F, header[16:20], self.unit_of(header[8:16])
        if function == 1:
            self.abort_task(header[20:24], tag)
        elif unit is None:
            self.task_response(tag, 2)
        elif function in (2, 5):
            self.log(unit, "lun-reset" if function == 5 else "abort-task-set")
            self.reset(unit, function, tag)
        elif function in (6, 7):
            for one in self.server.units.values():
                self.log(one, "target-reset")
                one.lun_reset(self, lambda: None)
            self.task_response(tag, 0)
        else:
            self.task_response(tag, 5)

    def reset(self, unit, function, tag):
        def done():
            self.task_response(tag, 0)

        if unit.tables["abort"]["lun_reset"] == "refuse":
            self.task_response(tag, 5)
        elif function == 5:
            unit.lun_reset(self, done)
        else:
            mine = [task for task in unit.tasks if task.session is self]
            unit.abort(mine, unit.tables["abort"]["abort_task"], self, done)

    def abort_task(self, referenced, tag):
        """ABORT TASK: a task that is not there has ended (11.6.1, response 1)."""
        task = self.tasks.get(referenced)
        self.transfers.pop(referenced, None)
        if task is None:
            self.task_response(tag, 1)
            return
        unit = next((one for one in self.server.units.values() if task in one.tasks), None)
        if unit is None:
            del self.tasks[referenced]
            self.task_response(tag, 0)
            return
        self.log(unit, "abort-task")
        how = unit.tables["abort"]["abort_task"]
        unit.abort([task], how, self, lambda: self.task_response(tag, 0))

    def log(self, unit, name):
        unit.log.append({**self.nexus.describe(), "command": name})

    def task_response(self, tag, response):
        if not self.closed:
            self.send(TASK_RESPONSE, 0x80, tag, begin=bytes((response, 0)))


HANDLERS = {
    NOP_OUT: Connection.on_nop,
    COMMAND: Connection.on_command,
    TASK_MANAGEMENT: Connection.on_task_management,
    LOGIN: Connection.on_login,
    TEXT: Connection.on_text,
    DATA_OUT: Connection.on_data,
    LOGOUT: Connection.on_logout,
}
