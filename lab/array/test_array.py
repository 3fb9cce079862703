#!/usr/bin/env -S python3 -IB
# SPDX-License-Identifier: GPL-2.0-or-later
"""
The target without a network: what its logical units and namespaces answer to commands of three
sessions, and the bytes of a login and of a connect.
"""
import os
import struct
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))

import control  # pylint: disable=wrong-import-position
import iscsi  # pylint: disable=wrong-import-position
import lun  # pylint: disable=wrong-import-position
import namespace  # pylint: disable=wrong-import-position
import nvme  # pylint: disable=wrong-import-position
import nvme_wire  # pylint: disable=wrong-import-position
import personality  # pylint: disable=wrong-import-position
import wire  # pylint: disable=wrong-import-position
from reservations import Nexus  # pylint: disable=wrong-import-position

REGISTER, RESERVE, RELEASE, CLEAR, PREEMPT, ABORT, IGNORE = range(7)
CONFLICT = wire.CONFLICT


class Session:
    def __init__(self, name, isid, port):
        self.nexus = Nexus("iqn.2026-01.lab:" + name, bytes((0, 2, 0x3D, 0, 0, isid)), port, isid)
        self.target = "iqn.2026-01.lab:array"
        self.said = None
        self.was_cut = False

    def answer(self, _, answer):
        self.said = answer

    def cut(self):
        self.was_cut = True

    @staticmethod
    def units():
        return [0]


class Server:
    """As much of the program as its parts ask for."""

    def __init__(self):
        self.seconds = 0
        self.waiting = []
        self.units = {0: lun.Lun(0, 1 << 20, self)}
        self.portals = []
        self.personality = "spc4"
        self.sessions = 0
        self.controllers = {}

    def now(self):
        return self.seconds

    def later(self, seconds, function):
        self.waiting.append((self.seconds + seconds, function))

    def writable(self, client):
        pass

    @staticmethod
    def open():
        return []

    def session_begin(self, session):
        self.units[0].sessions.append(session)


class Case(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.unit = self.server.units[0]
        # host 1 by two ports, host 2 by one
        self.one, self.two = Session("h-1", 1, 1), Session("h-1", 2, 2)
        self.other = Session("h-2", 3, 1)
        self.unit.sessions += [self.one, self.two, self.other]

    def send(self, session, cdb, data=b"", expected=4096):
        session.said = None
        task = lun.Task(session, b"1234", bytes(cdb), expected)
        task.data = data
        self.unit.receive(task)
        return session.said

    def out(self, session, action, key=0, new=0, kind=0, flags=0):
        data = struct.pack(">QQ4xB3x", key, new, flags)
        answer = self.send(session, [0x5F, action, kind, 0, 0, 0, 0, 0, 24, 0], data)
        return answer.sense or answer.status

    def inn(self, session, action):
        return self.send(session, [0x5E, action, 0, 0, 0, 0, 0, 16, 0, 0])

    def holds(self):
        return control.command(self.server, "holds 0")

    def write(self, session):
        answer = self.send(session, [0x2A, 0, 0, 0, 0, 0, 0, 0, 1, 0], b"w" * 512)
        return answer and (answer.sense or answer.status)


class Standard(Case):
    def test_register(self):
        self.assertEqual(self.out(self.one, REGISTER, 0, 0xA), 0)
        self.assertEqual(self.out(self.one, REGISTER, 0, 0xA), CONFLICT)
        self.assertEqual(self.out(self.two, REGISTER, 0, 0xA), 0)
        self.assertEqual(self.out(self.one, REGISTER, 0xA, 0xB), 0)
        self.assertEqual(self.holds(), "none / none / h-1 0xa h-1 0xb")
        self.assertEqual(self.out(self.one, IGNORE, 0x99, 0), 0)
        self.assertEqual(self.out(self.one, RESERVE, 0xB, 0, 1), CONFLICT)
        self.assertEqual(self.holds(), "none / none / h-1 0xa")
        self.assertEqual(self.unit.state(self.one.nexus).generation, 4)

    def test_reservation_by_type(self):
        # what one that is not registered gets for a read, and a registrant for a write
        rows = {
            1: (0, CONFLICT),
            3: (CONFLICT, CONFLICT),
            5: (0, 0),
            6: (CONFLICT, 0),
            7: (0, 0),
            8: (CONFLICT, 0),
        }
        for kind, (read, registrant) in rows.items():
            self.unit.reset("spc4")
            self.out(self.one, REGISTER, 0, 0xA)
            self.out(self.two, REGISTER, 0, 0xB)
            self.assertEqual(self.out(self.one, RESERVE, 0xA, 0, kind), 0)
            self.assertEqual(self.write(self.one), 0)
            self.assertEqual(self.write(self.two), registrant)
            self.assertEqual(self.write(self.other), CONFLICT)
            self.assertEqual(self.send(self.other, [0x28, 0, 0, 0, 0, 0, 0, 0, 1, 0]).status, read)

    def test_preempt(self):
        self.out(self.one, REGISTER, 0, 0xA)
        self.out(self.other, REGISTER, 0, 0xB)
        self.assertEqual(self.out(self.other, PREEMPT, 0xB, 0xC, 1), CONFLICT)
        self.assertEqual(self.out(self.other, PREEMPT, 0xB, 0, 1), (0x05, 0x26, 0x00))
        self.out(self.one, RESERVE, 0xA, 0, 5)
        self.assertEqual(self.out(self.other, PREEMPT, 0xB, 0xA, 6), 0)
        self.assertEqual(self.holds(), "h-2 / exclusive-access-reg-only / h-2 0xb")
        self.assertEqual(self.write(self.one), (0x06, 0x2A, 0x05))
        self.assertEqual(self.write(self.one), CONFLICT)

    def test_attentions(self):
        self.out(self.one, REGISTER, 0, 0xA)
        self.out(self.other, REGISTER, 0, 0xB)
        self.out(self.one, RESERVE, 0xA, 0, 5)
        self.assertEqual(self.out(self.one, RELEASE, 0xA, 0, 6), (0x05, 0x26, 0x04))
        self.assertEqual(self.out(self.one, RELEASE, 0xA, 0, 5), 0)
        self.assertEqual(self.write(self.other), (0x06, 0x2A, 0x04))
        self.assertEqual(self.write(self.two), 0)
        self.out(self.one, CLEAR, 0xA)
        self.assertEqual(self.inn(self.other, 0).sense, (0x06, 0x2A, 0x03))
        self.assertEqual(self.inn(self.other, 0).data.hex(), "0000000300000000")

    def test_full_status(self):
        self.out(self.one, REGISTER, 0, 0xA)
        self.out(self.one, RESERVE, 0xA, 0, 7)
        data = self.inn(self.one, 3).data
        self.assertEqual(data[:16].hex(), "0000000100000044" + "000000000000000a")
        self.assertEqual(data[16:32].hex(), "00000000" + "0107" + "00000000" + "0001" + "0000002c")
        self.assertEqual(data[32:36].hex(), "45000028")
        self.assertEqual(data[36:].rstrip(b"\0"), b"iqn.2026-01.lab:h-1,i,0x00023d000001")
        self.assertEqual(self.inn(self.one, 2).data.hex(), "00080590ea010000")

    def test_held_write_and_preempt_abort(self):
        for how, lands in (("abort", False), ("nothing", True), ("holder", False), ("wait", True)):
            self.unit.reset("spc4")
            control.command(self.server, f'set 0 abort.preempt_abort "{how}"')
            self.out(self.one, REGISTER, 0, 0xA)
            self.out(self.other, REGISTER, 0, 0xB)
            self.out(self.other, RESERVE, 0xB, 0, 5)
            control.command(self.server, 'rule 0 {command = "write", hold = true}')
            self.assertIsNone(self.write(self.other))
            cdb, keys = [0x5F, ABORT, 5, 0, 0, 0, 0, 0, 24, 0], struct.pack(">QQ8x", 0xA, 0xB)
            self.send(self.one, cdb, keys)
            self.assertEqual(self.one.said is None, how == "wait")
            control.command(self.server, "resume 0")
            self.assertEqual(self.one.said.status, 0)
            self.assertEqual(self.unit.data[0:1] == b"w", lands)


class Others(Case):
    def test_every_personality_loads(self):
        for file in os.listdir(personality.FOLDER):
            name = file.removesuffix(".toml")
            if name.startswith("nvme"):
                continue
            self.unit.reset(name)
            self.assertTrue(self.unit.tables["source"], name)
            self.inn(self.one, 0)

    def test_counted_by_initiator(self):
        self.assertEqual(control.command(self.server, 'set 0 pr.count "initiator"'), "ok")
        self.assertEqual(self.out(self.one, REGISTER, 0, 0xA), 0)
        self.assertEqual(self.out(self.two, REGISTER, 0, 0xA), CONFLICT)
        self.assertEqual(self.out(self.two, REGISTER, 0xA, 0xC), 0)
        self.assertEqual(self.holds(), "none / none / h-1 0xc")

    def test_rules(self):
        rule = '{command = "pr-out", sense = "02/04/0a", skip = 1, times = 2}'
        control.command(self.server, "rule 0 " + rule)
        said = [self.out(self.one, IGNORE, 0, 0xA) for _ in range(4)]
        self.assertEqual(said, [0, (2, 4, 0xA), (2, 4, 0xA), 0])
        rule = '{command = "register-ignore", status = "busy", carry_out = true}'
        control.command(self.server, "rule 0 " + rule)
        self.assertEqual(self.out(self.one, IGNORE, 0, 0xB), wire.BUSY)
        self.assertEqual(self.holds(), "none / none / h-1 0xb")
        control.command(self.server, 'rule 0 {command = "register-ignore", status = "good"}')
        self.assertEqual(self.out(self.one, IGNORE, 0, 0xC), 0)
        self.assertEqual(self.holds(), "none / none / h-1 0xb")
        self.assertIn("error", control.command(self.server, "rule 0 {colour = 'any'}"))

    def test_replies(self):
        self.out(self.one, REGISTER, 0, 0xA)
        self.out(self.two, REGISTER, 0, 0xB)
        reply = '{order = "reverse", length_add = 8, generation = 7, cut = 20}'
        control.command(self.server, 'rule 0 {command = "read-keys", reply = %s}' % reply)
        data = self.inn(self.one, 0).data.hex()
        self.assertEqual(data, "0000000700000018" + "000000000000000b" + "00000000")

    def test_counted_by_port(self):
        self.unit.reset("port-counts")
        self.out(self.one, REGISTER, 0, 0xA)
        self.out(self.one, REGISTER, 0xA, 0xB)
        self.out(self.two, REGISTER, 0, 0xA)
        generations = [self.inn(session, 0).data[3] for session in (self.one, self.two)]
        self.assertEqual(generations, [2, 1])
        self.assertEqual(self.holds(), "none / none / h-1 0xa h-1 0xb")

    def test_gateways(self):
        control.command(self.server, 'set 0 ports.gateways ["a", "b"]')
        self.out(self.one, REGISTER, 0, 0xA)
        self.assertEqual(self.inn(self.two, 0).data.hex(), "0000000000000000")
        self.assertEqual(control.command(self.server, "holds 0 b"), "none / none / none")

    def test_put(self):
        text = "h-2 / write-exclusive-reg-only / h-1 0xa h-1 0xa h-2 0xb"
        self.assertEqual(control.command(self.server, "put 0 " + text), "ok")
        self.assertEqual(self.holds(), text)
        self.assertEqual(self.out(self.two, REGISTER, 0xA, 0), 0)
        self.assertEqual(self.out(self.other, RELEASE, 0xB, 0, 5), 0)
        self.assertEqual(self.holds(), "none / none / h-1 0xa h-2 0xb")

    def test_alua(self):
        control.command(self.server, "alua 0 1 transition")
        self.assertEqual(self.out(self.one, REGISTER, 0, 0xA), (2, 4, 0xA))
        self.assertEqual(self.out(self.two, REGISTER, 0, 0xA), 0)

    def test_unit_of_page_83h(self):
        data = self.send(self.one, [0x12, 1, 0x83, 0, 255, 0]).data
        length = "%02x" % (len(data) - 4)
        self.assertEqual(data[:16].hex(), "008300" + length + "010300085aa9000000000000")


class Namespaces(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.unit = namespace.Namespace(0, 1 << 20, self.server)
        self.server.units = {0: self.unit}
        # host 1 by two controllers, host 2 by one
        self.one, self.two, self.other = (
            self.session(host, port) for host, port in ((1, 1), (1, 2), (2, 1))
        )

    def session(self, host, port):
        session = Session(f"h-{host}", host, port)
        session.nexus = namespace.Host(f"nqn.2026-01.lab:h-{host}", bytes((host,)) * 16, port)
        self.unit.sessions.append(session)
        return session

    def send(self, session, code, words=(), data=b""):
        session.said = None
        words = struct.pack("<6I", *(tuple(words) + (0,) * 6)[:6])
        entry = bytes((code, 0, 1, 0)) + struct.pack("<I", 1) + bytes(24)
        length = struct.pack("<IxxxB", len(data) or 4096, 0x5A)
        task = namespace.Task(session, nvme_wire.Command(entry + length + words), False)
        task.data = data
        self.unit.receive(task)
        return session.said

    def out(self, session, code, word, key, new=0):
        answer = self.send(session, code, (word,), struct.pack("<QQ", key, new))
        return answer and answer.status

    def register(self, session, new, action=0, key=0):
        return self.out(session, 0x0D, action, key, new)

    def write(self, session):
        answer = self.send(session, 0x01, (), b"w" * 512)
        return answer and answer.status

    def holds(self):
        return control.command(self.server, "holds 0")

    def test_register(self):
        conflict = nvme_wire.CONFLICT
        self.assertEqual(self.register(self.one, 0xA), 0)
        self.assertEqual(self.register(self.two, 0xA), 0)
        self.assertEqual(self.register(self.two, 0xB), conflict)
        self.assertEqual(self.register(self.two, 0xC, 2, 0xB), conflict)
        self.assertEqual(self.register(self.two, 0xC, 2, 0xA), 0)
        self.assertEqual(self.register(self.other, 0xD, 2, 0xD), conflict)
        self.assertEqual(self.register(self.other, 0xD, 2 | 8, 0), 0)
        self.assertEqual(self.holds(), "none / none / h-1 0xc h-2 0xd")
        self.assertEqual(self.register(self.one, 0, 1, 0xA), conflict)
        self.assertEqual(self.register(self.one, 0, 1, 0xC), 0)
        self.assertEqual(self.register(self.one, 0, 1, 0xC), conflict)
        self.assertEqual(self.holds(), "none / none / h-2 0xd")

    def test_reservation_by_type(self):
        # what one that is not registered gets for a read, and a registrant for a write
        conflict = nvme_wire.CONFLICT
        for kind, read, registrant in (
            (1, 0, conflict),
            (2, conflict, conflict),
            (3, 0, 0),
            (4, conflict, 0),
            (5, 0, 0),
            (6, conflict, 0),
        ):
            self.unit.reset("nvme")
            third = self.session(3, 1)
            self.register(self.one, 0xA)
            self.register(self.other, 0xB)
            self.assertEqual(self.out(self.one, 0x11, kind << 8, 0xA), 0)
            self.assertEqual(self.write(self.two), 0)
            self.assertEqual(self.write(self.other), registrant)
            self.assertEqual(self.write(third), conflict)
            self.assertEqual(self.send(third, 0x02).status, read)
            report = self.send(self.other, 0x0E, (1023, 1)).data
            holders = 3 if kind > 4 else 1
            self.assertEqual(report[4], kind)
            self.assertEqual(report[64 + 2] + report[128 + 2], 2 if holders == 3 else 1)

    def test_report(self):
        self.register(self.other, 0xB)
        data = self.send(self.one, 0x0E, (1023, 1)).data
        self.assertEqual(data[:24].hex(), "01000000" + "00" + "0100" + "0000" + "00" * 15)
        self.assertEqual(data[64:96].hex(), "ffff" + "00" * 6 + "0b" + "00" * 7 + "02" * 16)
        self.assertEqual(self.send(self.one, 0x0E, (1023, 0)).status, 0x4018)
        control.command(self.server, 'set 0 pr.standard "standard"')
        data = self.send(self.one, 0x0E, (1023, 0)).data
        self.assertEqual(data[24:].hex(), "ffff" + "00" * 6 + "02" * 8 + "0b" + "00" * 7)

    def test_release_and_preempt(self):
        self.register(self.one, 0xA)
        self.register(self.other, 0xB)
        self.assertEqual(self.out(self.one, 0x11, 0x700, 0xA), nvme_wire.INVALID_FIELD)
        self.assertEqual(self.out(self.one, 0x11, 0x300, 0xA), 0)
        self.assertEqual(self.out(self.other, 0x11, 0x300, 0xB), nvme_wire.CONFLICT)
        self.assertEqual(self.out(self.one, 0x15, 0x400, 0xA), nvme_wire.INVALID_FIELD)
        self.assertEqual(self.out(self.other, 0x11, 0x101, 0xB, 0xA), 0)
        self.assertEqual(self.holds(), "h-2 / write-exclusive / h-2 0xb")
        self.assertEqual(self.out(self.other, 0x15, 0x100, 0xB), 0)
        self.assertEqual(self.out(self.other, 0x15, 0x001, 0xB), 0)
        self.assertEqual(self.holds(), "none / none / none")

    def test_held_write_and_preempt_abort(self):
        self.register(self.one, 0xA)
        self.register(self.other, 0xB)
        self.out(self.one, 0x11, 0x300, 0xA)
        control.command(self.server, 'rule 0 {command = "write", hold = true}')
        self.assertIsNone(self.write(self.other))
        self.assertEqual(self.out(self.one, 0x11, 0x302, 0xA, 0xB), 0)
        self.assertEqual(self.other.said.status, nvme_wire.ABORTED)
        control.command(self.server, "resume 0")
        self.assertEqual(self.unit.data[0:1], b"\0")

    def test_every_personality_loads(self):
        self.assertEqual(control.command(self.server, "rule 0 {status = '0x4002'}"), "ok")
        self.assertIn("error", control.command(self.server, "rule 0 {sense = '02/04/01'}"))
        for file in os.listdir(personality.FOLDER):
            name = file.removesuffix(".toml")
            if name.startswith("nvme"):
                self.unit.reset(name)
                self.assertTrue(self.unit.tables["source"], name)
                self.send(self.one, 0x0E, (1023, 1))

    def test_connect(self):
        portal = type("Portal", (), {"target": "nqn.t", "group": 1, "cut": False})
        connection = nvme.Connection(self.server, None, portal)
        connection.readable(struct.pack("<BBBBI120x", 0, 0, 128, 0, 128))
        self.assertEqual(bytes(connection.unsent[:8]).hex(), "0100800080000000")
        del connection.unsent[:]
        names = b"nqn.t".ljust(256, b"\0") + b"nqn.h:h-1".ljust(512, b"\0")
        data = bytes((1,) * 16) + b"\xff\xff" + bytes(238) + names
        entry = bytes((0x7F, 0, 5, 0, 1)) + bytes(19) + struct.pack("<QIxxxB", 0, len(data), 1)
        entry += bytes(24)
        connection.readable(struct.pack("<BBBBI", 4, 0, 72, 72, 72 + len(data)) + entry + data)
        self.assertEqual(bytes(connection.unsent[8:24]).hex(), "0100" + "00" * 10 + "0500" + "0000")
        self.assertEqual(connection.nexus.name, "nqn.h:h-1")


class Login(unittest.TestCase):
    def test_login(self):
        server = Server()
        portal = type("Portal", (), {"target": "iqn.t", "group": 1})
        connection = iscsi.Connection(server, None, portal)
        keys = b"InitiatorName=iqn.i\0TargetName=iqn.t\0"
        keys += b"HeaderDigest=CRC32C,None\0MaxBurstLength=4096\0"
        isid = b"\0\2\x3d\0\0\1"
        fields = (0x43, 0x87, 0, 0, len(keys), isid, 0, 1, 0, 0, 5, 1)
        header = struct.pack(">BBBBI6sHIHHII16x", *fields)
        connection.readable(header + keys + bytes(-len(keys) % 4))
        answer = bytes(connection.unsent)
        self.assertEqual(answer[0:2].hex(), "2387")
        self.assertEqual(answer[36:38], b"\0\0")
        for text in (b"HeaderDigest=None\0", b"MaxBurstLength=4096\0", b"TargetPortalGroupTag=1\0"):
            self.assertIn(text, answer[48:])
        self.assertEqual(server.units[0].sessions, [connection])


if __name__ == "__main__":
    unittest.main()
