# SPDX-License-Identifier: GPL-2.0-or-later
"""
Bytes of NVMe and NVMe/TCP to plain values and back: PDUs, commands, the replies of Identify and of
Reservation Report. No state and no I/O. Clauses are those of the NVM Express Base Specification
1.4, and of the NVMe/TCP Transport Specification 1.0.
"""
import struct

# Status codes as the kernel and prctl have them: with Do Not Retry, 4000h, if a repetition cannot
# help
DNR = 0x4000
INVALID_OPCODE = 0x4001
INVALID_FIELD = 0x4002
INVALID_NAMESPACE = 0x400B
HOST_ID_INCONSISTENT = 0x4018
OUT_OF_RANGE = 0x4080
CONFLICT = 0x4083
INVALID_LOG_PAGE = 0x4109
ABORTED = 0x001B  # by Preempt and Abort

# TCP 3.6: the types of a PDU
IC_REQUEST, IC_RESPONSE = 0, 1
COMMAND, RESPONSE = 4, 5
HOST_DATA, CONTROLLER_DATA, READY = 6, 7, 9
COMMAND_SIZE = 64
IN_CAPSULE = 4096  # the most data in a capsule of an I/O queue

FABRICS = 0x7F
PROPERTY_SET, CONNECT, PROPERTY_GET = 0, 1, 4
CAP, VS, CC, CSTS = 0x00, 0x08, 0x14, 0x1C
READ, WRITE = 0x02, 0x01

ADMIN = {
    0x02: "get-log-page",
    0x06: "identify",
    0x08: "abort",
    0x09: "set-features",
    0x0A: "get-features",
    0x0C: "event",
    0x18: "keep-alive",
}
IO = {0x00: "flush", WRITE: "write", READ: "read"}
# 6.10 to 6.13: by operation code, the actions of each command
RESERVATION = {
    0x0D: {0: "register", 1: "unregister", 2: "replace"},
    0x0E: {0: "report"},
    0x11: {0: "reserve", 1: "preempt", 2: "preempt-abort"},
    0x15: {0: "release", 1: "clear"},
}
IDENTIFY = {
    0: "identify-namespace",
    1: "identify-controller",
    2: "identify-list",
    3: "identify-descriptors",
    6: "identify-command-set",
}
# What SCSI calls the reservation types 1 to 6; 0 is none
TYPES = (0, 1, 3, 5, 6, 7, 8)


class Command:
    """A submission queue entry (4.2)."""

    def __init__(self, data):
        self.data = data
        self.code = data[0]
        self.tag = data[2:4]
        self.namespace = struct.unpack("<I", data[4:8])[0]
        self.length = struct.unpack("<I", data[32:36])[0]
        self.in_capsule = data[39] == 0x01
        self.words = struct.unpack("<6I", data[40:64])  # from dword 10 on

    def writes(self):
        """Whether data goes from the host to the controller."""
        return bool((self.data[4] if self.code == FABRICS else self.code) & 1)


def command_name(command, admin):
    """The name of a command; "unknown", "unknown-action" as for SCSI."""
    if admin:
        name = ADMIN.get(command.code, "unknown")
        return IDENTIFY.get(command.words[0] & 0xFF, name) if name == "identify" else name
    if command.code not in RESERVATION:
        return IO.get(command.code, "unknown")
    action = 0 if command.code == 0x0E else command.words[0] & 7
    return RESERVATION[command.code].get(action, "unknown-action")


def header(kind, length, flags=0, begin=0, data=0):
    """A PDU's common header; length is that of all headers."""
    return struct.pack("<BBBBI", kind, flags, length or begin, begin if data else 0, length + data)


def ic_response(largest):
    """To a request without digests (TCP 3.6.2.3)."""
    return header(IC_RESPONSE, 128) + struct.pack("<HBBI112x", 0, 0, 0, largest)


def response(tag, status, result=0):
    """A response capsule with its completion queue entry (4.6)."""
    entry = struct.pack("<QHH2sH", result, 0, 0, tag, status << 1)
    return header(RESPONSE, 24) + entry


def controller_data(tag, offset, data, last):
    fields = struct.pack("<2sHII4x", tag, 0, offset, len(data))
    return header(CONTROLLER_DATA, 24, 0x04 if last else 0, 24, len(data)) + fields + data


def ready(tag, offset, length):
    """Ready to Transfer; the transfer's tag is the command's."""
    return header(READY, 24) + struct.pack("<2s2sII4x", tag, tag, offset, length)


def text(value, size):
    return value.encode().ljust(size)[:size]


def version(words):
    """ "1.4" as the number of the property VS."""
    major, minor = (int(word) for word in words.split("."))
    return major << 16 | minor << 8


def identify_controller(table, identifier, count, name):
    """5.15.2.2, with what a host over fabrics asks for."""
    data = bytearray(4096)
    data[4:24] = text(table["serial"], 20)
    data[24:64] = text(table["model"], 40)
    data[64:72] = text(table["firmware"], 8)
    data[76:78] = bytes((2, 5))  # CMIC: several controllers; MDTS: 128 KiB
    struct.pack_into("<HI", data, 78, identifier, version(table["version"]))
    struct.pack_into("<I", data, 96, 1 if table["host_id_128"] else 0)  # CTRATT
    data[111] = 1  # an I/O controller
    data[259] = 3  # AERL
    struct.pack_into("<H", data, 320, 10)  # KAS
    struct.pack_into("<BBHIH", data, 512, 0x66, 0x44, 128, count, 32 if table["oncs"] else 0)
    struct.pack_into("<I", data, 536, 0x100001)  # SGLS
    data[768 : 768 + len(name)] = name.encode()
    struct.pack_into("<II", data, 1792, (COMMAND_SIZE + IN_CAPSULE) // 16, 1)
    data[1803] = 1
    return bytes(data)


def rescap(table):
    """Reservation capabilities (5.15.2.1)."""
    from_types = sum(1 << TYPES.index(number) for number in table["types"])
    return from_types | (1 if table["ptpl"] else 0) | (0x80 if table["iekey"] else 0)


def identify_namespace(blocks, capabilities, identifier):
    data = bytearray(4096)
    struct.pack_into("<QQQ", data, 0, blocks, blocks, blocks)
    data[30:32] = bytes((1, capabilities))  # NMIC: shared
    data[104:120] = identifier
    struct.pack_into("<HBB", data, 128, 0, 9, 0)
    return bytes(data)


def identify_descriptors(identifier):
    """5.15.2.3: the NGUID."""
    return (bytes((2, 16, 0, 0)) + identifier).ljust(4096, b"\0")


def identify_list(numbers, after):
    found = [number for number in sorted(numbers) if number > after]
    return struct.pack(f"<{len(found)}I", *found).ljust(4096, b"\0")


def registrant(extended, holder, host, key):
    """A Registered Controller Data Structure (6.13); 8 bytes of host are the other form."""
    if extended:
        return struct.pack("<HB5xQ16s32x", 0xFFFF, holder, key, host)
    return struct.pack("<HB5x8sQ", 0xFFFF, holder, host[:8], key)


def report(extended, generation, kind, count, persists, entries):
    """The Reservation Status Data Structure (6.13)."""
    fields = (generation & 0xFFFFFFFF, TYPES.index(kind), count & 0xFFFF, persists)
    data = struct.pack("<IBH2xB14x", *fields)
    return data.ljust(64 if extended else 24, b"\0") + b"".join(entries)
