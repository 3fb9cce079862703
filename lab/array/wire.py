# SPDX-License-Identifier: GPL-2.0-or-later
"""
Bytes of SCSI to plain values and back: commands, sense data, page 83h, TransportIDs, the replies
of PERSISTENT RESERVE IN. No state and no I/O. Clauses are those of SPC-4 (INCITS 513-2015) and
SBC-3 (INCITS 514-2014).
"""
import struct


class Broken(Exception):
    """What came on a connection cannot be understood: it ends."""


GOOD, CHECK_CONDITION, BUSY, CONFLICT = 0x00, 0x02, 0x08, 0x18
TASK_SET_FULL, ACA_ACTIVE, TASK_ABORTED = 0x28, 0x30, 0x40
STATUSES = {
    "good": GOOD,
    "busy": BUSY,
    "conflict": CONFLICT,
    "task-set-full": TASK_SET_FULL,
    "aca-active": ACA_ACTIVE,
    "check-condition": CHECK_CONDITION,
    "task-aborted": TASK_ABORTED,
}

# SPC-4 6.15.1 and 6.16.2: the service actions
PR_IN = {0: "read-keys", 1: "read-reservation", 2: "report-capabilities", 3: "read-full-status"}
PR_OUT = {
    0: "register",
    1: "reserve",
    2: "release",
    3: "clear",
    4: "preempt",
    5: "preempt-abort",
    6: "register-ignore",
    7: "register-move",
    8: "replace-lost",
}
# SPC-4 table 68, and the bit of each in the TYPE MASK (6.15.4.2)
TYPES = {
    1: "write-exclusive",
    3: "exclusive-access",
    5: "write-exclusive-reg-only",
    6: "exclusive-access-reg-only",
    7: "write-exclusive-all-regs",
    8: "exclusive-access-all-regs",
}
TYPE_BITS = {1: 0x0200, 3: 0x0800, 5: 0x2000, 6: 0x4000, 7: 0x8000, 8: 0x0001}
ALL_REGISTRANTS = (7, 8)
REGISTRANTS_ONLY = (5, 6)
WRITE_EXCLUSIVE = (1, 5, 7)

COMMANDS = {
    0x00: "test-unit-ready",
    0x03: "request-sense",
    0x08: "read",
    0x0A: "write",
    0x12: "inquiry",
    0x16: "reserve-6",
    0x17: "release-6",
    0x1A: "mode-sense",
    0x1B: "start-stop-unit",
    0x25: "read-capacity",
    0x28: "read",
    0x2A: "write",
    0x35: "synchronize-cache",
    0x5A: "mode-sense",
    0x88: "read",
    0x8A: "write",
    0x91: "synchronize-cache",
    0xA0: "report-luns",
    0xA8: "read",
    0xAA: "write",
}
SERVICE_ACTIONS = {
    0x5E: PR_IN,
    0x5F: PR_OUT,
    0x9E: {0x10: "read-capacity"},
    0xA3: {0x0A: "report-target-port-groups", 0x0C: "report-opcodes"},
    0xA4: {0x0A: "set-target-port-groups"},
}
# Words for several commands, for rules; "report", "replace" and "unregister" are commands of NVMe
GROUPS = {
    "any": None,
    "pr-in": frozenset(PR_IN.values()) | {"report"},
    "pr-out": frozenset(PR_OUT.values()) | {"replace", "unregister"},
    "io": frozenset(("read", "write")),
}

# SPC-4 table 288 (TARGET PORT GROUPS): asymmetric access states
ALUA = {
    "optimized": 0,
    "nonoptimized": 1,
    "standby": 2,
    "unavailable": 3,
    "offline": 0xE,
    "transition": 0xF,
}


def command_name(cdb):
    """
    The name of a command; "unknown" if this file has none for it, "unknown-action" if it has none
    for its service action.
    """
    actions = SERVICE_ACTIONS.get(cdb[0])
    if actions is not None:
        return actions.get(cdb[1] & 0x1F, "unknown-action")
    return COMMANDS.get(cdb[0], "unknown")


def command_matches(words, name):
    """Whether the command is one of these words, each the name of a command or of a group."""
    for word in words:
        if word == name or word == "any" or name in (GROUPS.get(word) or ()):
            return True
    return False


def allocation_length(cdb):
    """
    How many bytes the initiator has room for, as the command says; None if it has no such field.
    """
    if cdb[0] in (0x03, 0x1A):
        return cdb[4]
    if cdb[0] == 0x12:
        return int.from_bytes(cdb[3:5], "big")
    if cdb[0] in (0x5A, 0x5E):
        return int.from_bytes(cdb[7:9], "big")
    if cdb[0] in (0xA0, 0xA3):
        return int.from_bytes(cdb[6:10], "big")
    if cdb[0] == 0x9E:
        return int.from_bytes(cdb[10:14], "big")
    return None


def block_range(cdb):
    """
    The first block and the number of blocks of a READ, WRITE or SYNCHRONIZE CACHE (SBC-3 clause
    5).
    """
    if cdb[0] < 0x20:
        return int.from_bytes(cdb[1:4], "big") & 0x1FFFFF, cdb[4] or 256
    if cdb[0] < 0x60:
        return int.from_bytes(cdb[2:6], "big"), int.from_bytes(cdb[7:9], "big")
    if cdb[0] < 0xA0:
        return int.from_bytes(cdb[2:10], "big"), int.from_bytes(cdb[10:14], "big")
    return int.from_bytes(cdb[2:6], "big"), int.from_bytes(cdb[6:10], "big")


def sense_triple(text):
    """
    "02/04/0a" as three numbers, "02/04/0a/71" as four; ValueError if it is something else.
    """
    parts = [int(part, 16) for part in text.split("/")]
    if len(parts) not in (3, 4) or not all(0 <= part < 256 for part in parts):
        raise ValueError(f"sense '{text}' is not KEY/ASC/ASCQ or KEY/ASC/ASCQ/RESPONSE")
    return tuple(parts)


def sense_data(sense):
    """
    Sense data (SPC-4 4.5): key, additional code, qualifier, and if it is not 70h the response code.
    """
    response = sense[3] if len(sense) > 3 else 0x70
    if response in (0x72, 0x73):
        return bytes((response, *sense[:3], 0, 0, 0, 0))
    data = bytearray(18)
    data[0] = response
    data[2], data[12], data[13] = sense[:3]
    data[7] = 10
    return bytes(data)


def designator(association, kind, code_set, value, protocol=None):
    """A designation descriptor of page 83h (SPC-4 7.8.6.1)."""
    first = code_set | ((protocol or 0) << 4)
    flags = kind | association << 4 | (0x80 if protocol is not None else 0)
    return bytes((first, flags, 0, len(value))) + value


def padded(text, least=0):
    """Text with at least one NUL, filled up to a multiple of four bytes, and to a least length."""
    data = text.encode() + b"\0"
    data += bytes(-len(data) % 4)
    return data + bytes(max(0, least - len(data)))


def transport_id(nexus, form):
    """
    The iSCSI TransportID of a nexus (SPC-4 7.6.4.6). Form "isid": initiator port, name and ISID;
    "name": the initiator's name alone; "session": as "isid", but with the whole session identifier
    as one number of 64 bits in the ISID's place; "unknown-protocol": as "isid", with a protocol
    identifier that no standard has; "zeros": 24 bytes that are not filled in.
    """
    if form == "zeros":
        return bytes(24)
    text, first = nexus.name, 0x05
    if form in ("isid", "unknown-protocol"):
        text, first = f"{nexus.name},i,0x{nexus.isid.hex()}", 0x45 if form == "isid" else 0x4E
    elif form == "session":
        number = int.from_bytes(nexus.isid + nexus.tsih.to_bytes(2, "big"), "little")
        text, first = f"{nexus.name},i,0x{number:x}", 0x45
    data = padded(text, 20)
    return struct.pack(">BBH", first, 0, len(data)) + data


def full_status_descriptor(key, holder, kind, all_ports, port, identity):
    """A full status descriptor of READ FULL STATUS (SPC-4 6.15.5)."""
    flags = (2 if all_ports else 0) | (1 if holder else 0)
    fields = (key, flags, kind if holder else 0, 0 if all_ports else port, len(identity))
    return struct.pack(">Q4xBB4xHI", *fields) + identity


def type_mask(names):
    """The PERSISTENT RESERVATION TYPE MASK of these types, as two bytes."""
    mask = sum(TYPE_BITS[number] for number, name in TYPES.items() if name in names)
    return mask.to_bytes(2, "big")
