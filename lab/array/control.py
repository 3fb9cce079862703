# SPDX-License-Identifier: GPL-2.0-or-later
"""
The control socket: a line is a command, its answer is a line. README.md has the commands. "error:
..." is the answer to one that cannot be.
"""
import json
import tomllib

import personality
import reservations
import wire


def unit_of(server, word):
    return server.units[int(word)]


def state_of(unit):
    """What a LUN holds, for each gateway, as JSON."""
    gateways = {}
    for name, state in sorted(unit.states.items()):
        gateways[name] = {
            "generation": state.generation,
            "type": wire.TYPES.get(state.kind, "none"),
            "registrations": [
                {
                    "key": f"{one.key:#x}",
                    **one.nexus.describe(),
                    "all_ports": one.all_ports,
                    "holder": state.holds(one),
                }
                for one in state.registrations
            ],
        }
    return {
        "lun": unit.number,
        "personality": unit.name,
        "held": len(unit.held),
        "gateways": gateways,
    }


def short(name):
    return name.rpartition(":")[2]


def on_state(server, words):
    return json.dumps(state_of(unit_of(server, words[0])))


def on_holds(server, words):
    """
    "HOLDERS / TYPE / REGISTRATIONS", as in "array-1 / write-exclusive / array-1 0xa array-2 0xb".
    """
    unit = unit_of(server, words[0])
    state = unit.states.get(words[1] if len(words) > 1 else "a")
    if state is None:
        return "none / none / none"
    keys = sorted(f"{short(one.nexus.name)} {one.key:#x}" for one in state.registrations)
    holders = sorted({short(one.nexus.name) for one in state.registrations if state.holds(one)})
    kind = wire.TYPES.get(state.kind, "none")
    return " / ".join((" ".join(holders) or "none", kind, " ".join(keys) or "none"))


def on_put(server, words):
    """
    The reverse of holds: the LUN holds just that, of every gateway. Each "INITIATOR KEY" is
    the next session's of it.
    """
    unit = unit_of(server, words[0])
    holders, kind, keys = (part.split() for part in " ".join(words[1:]).split(" / "))
    unit.clear()
    sessions = list(unit.sessions)
    for name, key in [] if keys == ["none"] else zip(keys[::2], keys[1::2]):
        session = next(one for one in sessions if short(one.nexus.name) == name)
        sessions.remove(session)
        every = unit.tables["pr"].get("all_tg_pt") == "always"
        one = reservations.Registration(int(key, 16), session.nexus, every)
        unit.state(session.nexus).registrations.append(one)
    for state in unit.states.values():
        state.generation = len(state.registrations)
        state.aptpl = True
        state.kind = next((number for number, word in wire.TYPES.items() if word == kind[0]), 0)
        held = [one for one in state.registrations if short(one.nexus.name) in holders]
        state.holder = held[0] if held and state.kind not in wire.ALL_REGISTRANTS else None


def on_log(server, words):
    return json.dumps(unit_of(server, words[0]).log)


def on_count(server, words):
    """How many commands with one of these names have come, of the initiator if it is named."""
    wanted = words[1].split(",")
    return sum(
        wire.command_matches(wanted, entry["command"])
        and (len(words) < 3 or short(entry["initiator"]) == words[2])
        for entry in unit_of(server, words[0]).log
    )


def on_forget(server, words):
    unit_of(server, words[0]).log.clear()


def on_personality(server, words):
    unit_of(server, words[0]).become(words[1])


def on_set(server, words):
    unit = unit_of(server, words[0])
    unit.tables = personality.changed(unit.tables, words[1], " ".join(words[2:]))


def on_alua(server, words):
    unit = unit_of(server, words[0])
    if words[2] not in wire.ALUA:
        raise personality.Bad(f"no state '{words[2]}'")
    unit.tables["alua"]["states"] = {**unit.tables["alua"]["states"], words[1]: words[2]}
    unit.alua_refused, unit.alua_since = 0, None


def on_rule(server, words):
    table = tomllib.loads("rule = " + " ".join(words[1:]))["rule"]
    unit = unit_of(server, words[0])
    unit.rules.insert(0, unit.rule(table))


def on_rules(server, words):
    """Restores the rules of the personality, from their beginning."""
    unit_of(server, words[0]).rules_begin()


def on_used(server, words):
    """How often each rule was used, the newest rule first."""
    return " ".join(str(rule.used) for rule in unit_of(server, words[0]).rules)


def on_held(server, words):
    return len(unit_of(server, words[0]).held)


def on_resume(server, words):
    return unit_of(server, words[0]).resume()


def on_attend(server, words):
    unit = unit_of(server, words[0])
    unit.attend([session.nexus for session in unit.sessions], wire.sense_triple(words[1]))


def on_data(server, words):
    offset, length = int(words[1]), int(words[2])
    return unit_of(server, words[0]).data[offset : offset + length].hex()


def on_reset(server, words):
    unit_of(server, words[0]).reset(words[1] if len(words) > 1 else server.personality)


def on_sessions(server, words):
    return json.dumps([one.nexus.describe() for one in server.open()])


def on_cut(server, words):
    """
    Ends the sessions of a portal, by its number, and lets none begin there; "mend" is the reverse.
    """
    portal = server.portals[int(words[0]) - 1]
    portal.cut = True
    for session in [one for one in server.open() if one.portal is portal]:
        session.cut()


def on_mend(server, words):
    server.portals[int(words[0]) - 1].cut = False


def on_end(server, words):
    server.ended = True


COMMANDS = {name[3:]: value for name, value in list(globals().items()) if name.startswith("on_")}


def command(server, line):
    """Carries out a line; returns the answer's."""
    words = line.split()
    try:
        answer = COMMANDS[words[0]](server, words[1:])
    except (LookupError, ValueError, StopIteration, personality.Bad) as error:
        return f"error: {type(error).__name__}: {error}"
    return "ok" if answer is None else str(answer)


class Client:
    """A connection to the control socket."""

    def __init__(self, server, sock):
        self.server = server
        self.sock = sock
        self.received = bytearray()
        self.unsent = bytearray()
        self.closed = False

    @staticmethod
    def together():
        """No other connection ends with this one."""
        return []

    def readable(self, data):
        self.received += data
        while b"\n" in self.received:
            line, _, self.received = self.received.partition(b"\n")
            self.unsent += command(self.server, line.decode(errors="replace")).encode() + b"\n"
            self.server.writable(self)
