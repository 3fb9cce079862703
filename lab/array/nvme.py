# SPDX-License-Identifier: GPL-2.0-or-later
"""
NVMe/TCP as far as a Linux host needs it: controllers, whose queues are connections, without digests
and without authentication. Clauses are those of NVMe over Fabrics 1.1.
"""
import struct

import nvme_wire
from namespace import Host, Task
from nvme_wire import Command
from unit import Answer
from wire import Broken

LARGEST = 131072  # the most data in one PDU from the host
QUEUES = 8
ANY_CONTROLLER = 0xFFFF
INVALID_CONNECT = 0x4182
# CAP: 128 entries, contiguous queues, ready within 7.5 s, the NVM command set
CAPABILITIES = 127 | 1 << 16 | 15 << 24 | 1 << 37


class Controller:
    """What a host has connected to: an admin queue, and I/O queues."""

    def __init__(self, number, host):
        self.number = number
        self.host = host
        self.configuration = 0
        self.connections = []

    def status(self):
        """CSTS: ready, and that it was shut down."""
        return (self.configuration & 1) | (8 if self.configuration >> 14 & 3 else 0)


class Connection:
    """A queue of a controller."""

    def __init__(self, server, sock, portal):
        self.server = server
        self.sock = sock
        self.portal = portal
        self.received = bytearray()
        self.unsent = bytearray()
        self.nexus = None  # after Connect
        self.controller = None
        self.admin = False
        self.waiting = {}  # commands whose data the host still sends, by tag
        self.closed = False

    # bytes in and out

    def readable(self, data):
        self.received += data
        while not self.closed and len(self.received) >= 8:
            kind, _, size, begin, length = struct.unpack("<BBBBI", self.received[:8])
            if length < max(8, size):
                raise Broken(f"a PDU of {length} bytes")
            if len(self.received) < length:
                return
            pdu = bytes(self.received[:length])
            del self.received[:length]
            self.handle(kind, pdu, pdu[begin:] if begin else b"")

    def handle(self, kind, pdu, data):
        if kind == nvme_wire.IC_REQUEST:
            self.push(nvme_wire.ic_response(LARGEST))
        elif kind == nvme_wire.COMMAND:
            self.on_command(Command(pdu[8:72]), data)
        elif kind == nvme_wire.HOST_DATA:
            self.on_data(pdu, data)
        else:
            raise Broken(f"PDU type {kind:#x}")

    def push(self, data):
        self.unsent += data
        self.server.writable(self)

    def complete(self, tag, status, result=0):
        self.push(nvme_wire.response(tag, status, result))

    def cut(self):
        self.server.close(self)

    def together(self):
        """The connections that end with this one: with an admin queue all of the controller's."""
        if not self.admin or self.controller is None:
            return []
        self.server.controllers.pop(self.controller.number, None)
        return [one for one in self.controller.connections if not one.closed]

    # commands

    def on_command(self, command, data):
        if self.controller is None and command.code != nvme_wire.FABRICS:
            raise Broken("a command before Connect")
        if command.writes() and command.length > len(data) and not command.in_capsule:
            self.waiting[command.tag] = (command, bytearray())
            self.push(nvme_wire.ready(command.tag, 0, command.length))
        else:
            self.start(command, data)

    def on_data(self, pdu, data):
        """H2CData, in its order (TCP 3.6.2.8)."""
        tag, offset = pdu[8:10], struct.unpack("<I", pdu[12:16])[0]
        command, sent = self.waiting.get(tag, (None, b""))
        if command is None or offset != len(sent):
            raise Broken("data that nobody asked for")
        sent += data
        if len(sent) >= command.length:
            del self.waiting[tag]
            self.start(command, bytes(sent))

    def start(self, command, data):
        if command.code == nvme_wire.FABRICS:
            self.fabrics(command, data)
            return
        task = Task(self, command, self.admin)
        task.data = data
        if task.name in OWN and self.admin:
            OWN[task.name](self, task)
            return
        unit = self.unit_of(command, task.name)
        if unit is None:
            self.answer(task, Answer(nvme_wire.INVALID_NAMESPACE))
        else:
            unit.receive(task)

    def unit_of(self, command, name):
        """The namespace; what is the controller's own is answered by the first one."""
        units = self.server.units
        if self.admin and name not in ("identify-namespace", "identify-descriptors"):
            return next(iter(units.values()))
        return units.get(command.namespace - 1)

    def answer(self, task, answer):
        """Data and status of a command; as much data as the host has room for."""
        if self.closed:
            return
        if answer.data and not answer.status:
            data = answer.data[: task.expected].ljust(task.expected, b"\0")
            self.push(nvme_wire.controller_data(task.tag, 0, data, True))
        self.complete(task.tag, answer.status)

    # commands of the controller alone

    def on_event(self, task):
        """An asynchronous event: there is none."""

    def on_nothing(self, task):
        self.complete(task.tag, 0)

    def on_abort(self, task):
        """5.1: bit 0 of the result: not aborted."""
        self.complete(task.tag, 0, 1)

    def on_set_features(self, task):
        """5.21.1.5: the number of queues; all others are accepted."""
        result = 0
        if task.command.words[0] & 0xFF == 7:
            wanted = task.command.words[1]
            result = min(wanted & 0xFFFF, QUEUES - 1) | min(wanted >> 16, QUEUES - 1) << 16
        self.complete(task.tag, 0, result)

    # fabrics commands (3)

    def fabrics(self, command, data):
        kind = command.data[4]
        if kind == nvme_wire.CONNECT:
            self.connect(command, data)
        elif self.controller and self.admin and kind == nvme_wire.PROPERTY_GET:
            self.complete(command.tag, 0, self.property_of(command.words[1]))
        elif self.controller and self.admin and kind == nvme_wire.PROPERTY_SET:
            if command.words[1] == nvme_wire.CC:
                self.controller.configuration = command.words[2]
            self.complete(command.tag, 0)
        else:
            self.complete(command.tag, nvme_wire.INVALID_FIELD)

    def property_of(self, offset):
        tables = next(iter(self.server.units.values())).tables
        return {
            nvme_wire.CAP: CAPABILITIES,
            nvme_wire.VS: nvme_wire.version(tables["controller"]["version"]),
            nvme_wire.CC: self.controller.configuration,
            nvme_wire.CSTS: self.controller.status(),
        }.get(offset, 0)

    def connect(self, command, data):
        """3.3."""
        queue = command.words[0] >> 16
        number = struct.unpack("<H", data[16:18])[0]
        target, name = (part.split(b"\0")[0].decode() for part in (data[256:512], data[512:768]))
        if target != self.portal.target or self.portal.cut or self.controller:
            self.complete(command.tag, INVALID_CONNECT)
            return
        host = Host(name, data[0:16], self.portal.group)
        self.admin = queue == 0
        if self.admin:
            self.server.sessions += 1
            number = self.server.sessions
            self.server.controllers[number] = Controller(number, host)
        controller = self.server.controllers.get(number)
        if controller is None or controller.host != host:
            self.complete(command.tag, INVALID_CONNECT)
            return
        self.controller, self.nexus = controller, controller.host
        controller.connections.append(self)
        if not self.admin:
            self.server.session_begin(self)
        self.complete(command.tag, 0, controller.number)


OWN = {
    "event": Connection.on_event,
    "keep-alive": Connection.on_nothing,
    "abort": Connection.on_abort,
    "set-features": Connection.on_set_features,
}
