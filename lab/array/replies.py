# SPDX-License-Identifier: GPL-2.0-or-later
"""
What a logical unit says of itself, as bytes, from the tables of its personality and its state.
Clauses are those of SPC-4.
"""
import struct

import wire

CAPABILITIES = {"rlr_c": 0x80, "crh": 0x10, "sip_c": 0x08, "atp_c": 0x04, "ptpl_c": 0x01}
# What REPORT SUPPORTED OPERATION CODES lists: the operation code, its service action if it has
# one, the CDB's length
OPCODES = [
    (0x00, None, 6),
    (0x03, None, 6),
    (0x12, None, 6),
    (0x1A, None, 6),
    (0x25, None, 10),
    (0x28, None, 10),
    (0x2A, None, 10),
    (0x35, None, 10),
    (0x5A, None, 10),
    (0x88, None, 16),
    (0x8A, None, 16),
    (0x91, None, 16),
    (0x9E, 0x10, 16),
    (0xA0, None, 12),
    (0xA3, 0x0A, 12),
    (0xA3, 0x0C, 12),
]


def inquiry(table):
    """Standard INQUIRY data (6.6.2)."""
    data = bytearray(96)
    data[0] = 0x7F if table["unmapped"] else table["qualifier"] << 5 | table["type"]
    data[2] = table["version"]
    data[3] = 0x12
    data[4] = len(data) - 5
    data[5] = table["tpgs"] << 4
    data[6] = 0x10
    data[7] = 0x02
    data[8:16] = table["vendor"].ljust(8)[:8].encode()
    data[16:32] = table["product"].ljust(16)[:16].encode()
    data[32:36] = table["revision"].ljust(4)[:4].encode()
    return bytes(data)


def vital_page(unit, session, page):
    """A page of vital product data (7.8); None if there is no such page."""
    table = unit.tables["inquiry"]
    if page not in table["pages"]:
        return None
    data = {
        0x00: lambda: bytes(sorted(table["pages"])),
        0x80: lambda: unit.tables["designators"]["serial"].format(lun=unit.number).encode(),
        0x83: lambda: designators(unit, session),
        0xB0: lambda: bytes(60),
        0xB1: lambda: b"\0\1" + bytes(58),
    }.get(page, lambda: bytes(4))()
    return struct.pack(">BBH", table["qualifier"] << 5 | table["type"], page, len(data)) + data


def designators(unit, session):
    """Page 83h: the designators that the personality lists, in its order."""
    table, nexus = unit.tables["designators"], session.nexus
    name = wire.padded(f"{session.target},t,0x{nexus.port:04x}")
    naa = table["naa"].format(lun=unit.number)
    port, group = (struct.pack(">I", unit.port_value(key, nexus)) for key in ("page83", "groups"))
    made = {
        "naa": lambda: wire.designator(0, 3, 1, bytes.fromhex(naa)),
        "t10": lambda: wire.designator(0, 1, 2, table["t10"].format(lun=unit.number).encode()),
        "relative-port": lambda: wire.designator(1, 4, 1, port, 5),
        "port-group": lambda: wire.designator(1, 5, 1, group, 5),
        "port-name": lambda: wire.designator(1, 8, 3, name, 5),
        "target-name": lambda: wire.designator(2, 8, 3, wire.padded(session.target), 5),
    }
    return b"".join(made[word]() for word in table["list"])


def luns(numbers):
    """REPORT LUNS (6.33)."""
    data = b"".join(struct.pack(">BB6x", 0, number) for number in numbers)
    return struct.pack(">I4x", len(data)) + data


def mode_pages(tables, cdb):
    """
    MODE SENSE (6.11 and 6.12): the caching page and the control page; None if another one is asked
    for.
    """
    caching = b"\x08\x12" + bytes(18)
    control = bytearray(b"\x0a\x0a" + bytes(10))
    control[5] = 0x40 if tables["abort"]["tas"] else 0
    pages = {0x08: caching, 0x0A: bytes(control), 0x3F: caching + bytes(control)}.get(cdb[2] & 0x3F)
    if pages is None:
        return None
    flags = 0x10 | (0x80 if tables["inquiry"]["write_protect"] else 0)
    if cdb[0] == 0x1A:
        return struct.pack(">BBBB", len(pages) + 3, 0, flags, 0) + pages
    return struct.pack(">HBB4x", len(pages) + 6, 0, flags) + pages


def target_port_groups(unit, extended):
    """REPORT TARGET PORT GROUPS (6.36), with the header that the command asks for."""
    ports, data = unit.tables["ports"], b""
    for group in sorted(set(ports["groups"])):
        numbers = [number for number, its in zip(ports["numbers"], ports["groups"]) if its == group]
        state = wire.ALUA[unit.alua(group)]
        data += struct.pack(">BBHBBBB", state, 0x8F, group, 0, 2, 0, len(numbers))
        data += b"".join(struct.pack(">HH", 0, number) for number in numbers)
    header = struct.pack(">BB2x", 0x10, unit.tables["alua"]["transition_time"]) if extended else b""
    return struct.pack(">I", len(header) + len(data)) + header + data


def opcodes(tables, cdb):
    """REPORT SUPPORTED OPERATION CODES (6.35): all, or whether one is known."""
    known, pr = list(OPCODES), tables["pr"]
    known += [(0x5E, n, 10) for n, name in wire.PR_IN.items() if name in pr["in"]]
    known += [(0x5F, n, 10) for n, name in wire.PR_OUT.items() if name in pr["out"]]
    if not cdb[2] & 7:
        data = b"".join(
            struct.pack(">BBHBBH", code, 0, action or 0, 0, 0 if action is None else 1, length)
            for code, action, length in known
        )
        return struct.pack(">I", len(data)) + data
    wanted = int.from_bytes(cdb[4:6], "big")
    for code, action, length in known:
        if code == cdb[3] and (action is None or action == wanted):
            usage = bytes((code, action or 0)) + b"\xff" * (length - 3) + b"\0"
            return struct.pack(">BBH", 0, 3, length) + usage
    return struct.pack(">BBH", 0, 1, 0)


def persistent_reserve_in(unit, name, nexus, reply):
    """A reply of PERSISTENT RESERVE IN (6.15). What a rule says of it is in reply: README.md."""
    state = unit.state(nexus).as_read(unit.tables["pr"])
    generation = reply.get("generation", state.generation_of(nexus))
    if name == "report-capabilities":
        data = capabilities(unit.tables["capabilities"], state.aptpl)
    elif name == "read-reservation":
        data = listing(generation, reservation(state), reply)
    elif name == "read-keys":
        keys = [struct.pack(">Q", one.key) for one in state.listed(unit.tables["pr"])]
        data = listing(generation, arranged(keys, reply), reply)
    else:
        data = listing(generation, arranged(full_status(unit, state), reply), reply)
    return patched(data, reply)


def reservation(state):
    """The one entry of READ RESERVATION (6.15.3), or none."""
    if not state.kind:
        return []
    return [struct.pack(">Q4xBB2x", state.holder.key if state.holder else 0, 0, state.kind)]


def full_status(unit, state):
    """The descriptors of READ FULL STATUS (6.15.5)."""
    pr, ports, found = unit.tables["pr"], unit.tables["ports"], []
    for one in state.listed(pr):
        everywhere = one.all_ports or pr["full_status_ports"] == "all"
        numbers = [unit.port_value("numbers", one.nexus)]
        if pr["full_status_ports"] == "each" and not everywhere:
            numbers = ports["numbers"][: pr["full_status_count"]]
        for number in numbers:
            found.append(
                wire.full_status_descriptor(
                    one.key,
                    pr["holder_listed"] and (state.holds(one) or (state.kind and pr["all_hold"])),
                    state.kind,
                    everywhere,
                    number,
                    wire.transport_id(one.nexus, pr["transport_id"]),
                )
            )
    return found


def capabilities(table, active):
    """REPORT CAPABILITIES (6.15.4)."""
    flags = sum(bit for word, bit in CAPABILITIES.items() if table[word])
    more = (0x80 if table["tmv"] else 0) | table["allow_commands"] << 4 | (1 if active else 0)
    mask = wire.type_mask(table["types"]) if table["tmv"] else bytes(2)
    return struct.pack(">HBB", table["length"], flags, more) + mask + bytes(2)


def arranged(items, reply):
    """
    A list as the rule wants it: without the first ones, in another order, each of them several
    times.
    """
    items = items[reply.get("hide", 0) :]
    if reply.get("order") == "reverse":
        items = items[::-1]
    return [item for item in items for _ in range(reply.get("repeat", 1))]


def listing(generation, items, reply):
    data = b"".join(items)
    length = max(0, len(data) + reply.get("length_add", 0))
    return struct.pack(">II", generation & 0xFFFFFFFF, length) + data


def patched(data, reply):
    """Bytes put over others, and only as many as the rule has."""
    data = bytearray(data)
    for place in reply.get("patch", ()):
        offset, text = place.split(":")
        value = bytes.fromhex(text)
        data[int(offset) : int(offset) + len(value)] = value
    return bytes(data[: reply.get("cut", len(data))])
