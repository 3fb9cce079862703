#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""
differential.py scsi|nvme SEED STEPS HOST1 HOST2 [CONFIGFS]: random commands of two hosts that share a LUN, held against
a model of what SPC-4 5.12 and NVMe 8.19 say. After each command the exit status and "changed" must be the model's, and
the target itself, asked without prctl, must hold what the model holds; then each host writes, and the write lands or is
refused as the model says. Now and then two commands run at the same time: what comes of them must be what one order of
the two would have given.

CONFIGFS is the directory of LIO's own view of the LUN. Prints the seed and what was wrong; ends with 1 if anything was.
"""
import ctypes
import errno
import fcntl
import json
import mmap
import os
import random
import re
import struct
import subprocess
import sys

KEYS = [0xA, 0xB, 0xC, 0xFFFFFFFFFFFFFFFF]
TYPES = ["we", "ea", "wero", "earo", "wear", "eaar"]  # numbers 1 to 6 of NVMe and the kernel
ALL_REGISTRANTS = ("wear", "eaar")
FOR_HOLDER = ("we", "ea")
LIO_TYPES = {
    "Write Exclusive Access": "we",
    "Exclusive Access": "ea",
    "Write Exclusive Access, Registrants Only": "wero",
    "Exclusive Access, Registrants Only": "earo",
    "Write Exclusive Access, All Registrants": "wear",
    "Exclusive Access, All Registrants": "eaar",
}


class State:
    """What a LUN holds: the key of each host, and the reservation."""

    def __init__(self, keys=None, kind=None, holder=None, nominal=None):
        self.keys = dict(keys or {})
        self.kind = kind
        self.holder = holder  # a host, or None: nothing is held, or all registrants hold it
        self.nominal = nominal  # whom LIO names as the holder, also if all registrants hold it

    def copy(self):
        return State(self.keys, self.kind, self.holder, self.nominal)

    def holds(self, host):
        if not self.kind:
            return False
        return host in self.keys if self.kind in ALL_REGISTRANTS else self.holder == host

    def may_write(self, host):
        if not self.kind:
            return True
        return self.holds(host) if self.kind in FOR_HOLDER else host in self.keys

    def reserve(self, kind, host):
        self.kind = kind
        self.holder = None if kind in ALL_REGISTRANTS else host
        self.nominal = host

    def release(self):
        self.kind = self.holder = self.nominal = None

    def remove(self, host):
        del self.keys[host]
        if self.holder == host or not self.keys:
            self.release()
        elif self.nominal == host:
            self.nominal = 3 - host

    def tell(self):
        keys = " ".join(f"{host}={self.keys[host]:#x}" for host in sorted(self.keys)) or "none"
        holders = " ".join(str(host) for host in (1, 2) if self.holds(host)) or "-"
        return f"{keys} / {self.kind or 'none'} / {holders}"


class Command:
    """One command of one host, as options and as a command line."""

    def __init__(self, host, name, **options):
        self.host, self.name, self.options = host, name, options

    def get(self, option):
        return self.options.get(option)

    def arguments(self):
        line = [self.name]
        for option, value in self.options.items():
            line.append("--" + option.replace("_", "-"))
            if value is not True:
                line.append(value if isinstance(value, str) else f"{value:#x}")
        return line

    def tell(self):
        return f"host {self.host}: " + " ".join(self.arguments())


def expect_register(state, command):
    own, new, old = state.keys.get(command.host), command.get("key"), command.get("old_key")
    after = state.copy()
    after.keys[command.host] = new
    if own == new:
        return [(0, False, state)]
    if command.get("ignore_key") or own == old:
        return [(0, True, after)]
    return [(3, False, state)]


def expect_unregister(state, command):
    own, after = state.keys.get(command.host), state.copy()
    if own is None and command.get("ignore_key"):
        return [(0, False, state)]
    if own is None or (not command.get("ignore_key") and command.get("key") != own):
        return [(3, False, state)]
    if state.holder == command.host and len(state.keys) > 1 and not command.get("release"):
        return [(3, False, state)]
    after.remove(command.host)
    return [(0, True, after)]


def expect_reserve(state, command):
    after, kind = state.copy(), command.get("type")
    if state.keys.get(command.host) != command.get("key"):
        return [(3, False, state)]
    if state.kind:
        return [(0, False, state) if state.holds(command.host) and state.kind == kind else (3, False, state)]
    after.reserve(kind, command.host)
    return [(0, True, after)]


def expect_release(state, command):
    after, kind = state.copy(), command.get("type")
    if state.keys.get(command.host) != command.get("key"):
        return [(3, False, state)]
    if not state.kind:
        return [(0, False, state)]
    if not state.holds(command.host) or (kind and kind != state.kind):
        return [(3, False, state)]
    after.release()
    # Linux's NVMe target takes the release of the one that reserved alone, and answers the others with success
    if nvme and state.kind in ALL_REGISTRANTS and len(state.keys) > 1:
        return [(0, True, after), (6, False, state)]
    return [(0, True, after)]


def expect_preempt(state, command):
    after, own, kind = state.copy(), state.keys.get(command.host), command.get("type")
    everyone = command.get("victim") == "all"
    victims = [host for host, key in state.keys.items()
               if host != command.host and (everyone or key == command.get("victim"))]
    if own != command.get("key") or own == command.get("victim"):
        return [(3, False, state)]
    if not state.kind and (everyone or not command.get("unreserved")):
        return [(3, False, state)]
    if everyone and state.kind not in ALL_REGISTRANTS:
        return [(3, False, state)]
    if everyone and not victims and kind in (None, state.kind):
        # NVMe has no proof that the commands of those who are gone have ended, but a record of this node
        unproven = [(7, False, state)] if nvme and command.name == "preempt-abort" else []
        return [(0, False, state)] + unproven
    if not victims and not everyone:
        return [(0, False, state) if command.get("if_registered") and state.kind else (3, False, state)]
    taken = everyone or any(state.holder == host for host in victims)
    # SPC-4 5.13.11.4: with all registrants as holders a key that is not 0 removes registrations alone. LIO takes the key of
    # its nominal holder for the holder's: core_scsi3_pro_preempt() then gives the reservation, and the type, to the caller.
    taken |= not nvme and any(state.nominal == host for host in victims)
    before = state.kind
    for host in victims:
        after.remove(host)
    if taken and before:
        after.reserve(kind or before, command.host)
    return [(0, True, after)]


def expect_clear(state, command):
    if state.keys.get(command.host) != command.get("key"):
        return [(3, False, state)]
    return [(0, True, State())]


def expect_check(state, command):
    good = state.keys.get(command.host) == command.get("key") and command.get("type") in (None, state.kind)
    return [(0 if good else 3, False, state)]


EXPECT = {
    "register": expect_register, "unregister": expect_unregister, "reserve": expect_reserve,
    "release": expect_release, "preempt": expect_preempt, "preempt-abort": expect_preempt,
    "clear": expect_clear, "check": expect_check,
}
# how often each is tried: what builds a state up, more often than what takes it down
NAMES = ["register"] * 7 + ["unregister"] * 2 + ["reserve"] * 5 + ["release"] * 2 + ["preempt"] * 4 + \
    ["preempt-abort"] * 2 + ["clear"] + ["check"]


def key_of(state, host):
    """Mostly the key that is there, so that most commands get past the first question."""
    own = state.keys.get(host)
    return own if own and random.random() < 0.8 else random.choice(KEYS)


def command_make(state):
    host = random.choice((1, 2))
    name = random.choice(NAMES)
    options = {"key": random.choice(KEYS) if name == "register" else key_of(state, host)}
    chance = random.random
    if name == "register":
        if chance() < 0.3:
            options["old_key"] = random.choice([key for key in KEYS if key != options["key"]])
            if state.keys.get(host) not in (None, options["key"]) and chance() < 0.7:
                options["old_key"] = state.keys[host]
        elif chance() < 0.3:
            options["ignore_key"] = True
    elif name == "unregister":
        if chance() < 0.3:
            options = {"ignore_key": True}
        if chance() < 0.5:
            options["release"] = True
    elif name == "reserve" or (name in ("release", "check") and chance() < 0.3):
        options["type"] = state.kind if state.kind and chance() < 0.5 else random.choice(TYPES)
    elif name.startswith("preempt"):
        victims = [key for key in KEYS if key != options["key"]]
        options["victim"] = "all" if chance() < 0.15 else key_of(state, 3 - host)
        if options["victim"] == options["key"]:
            options["victim"] = random.choice(victims)
        for option, likely in (("if_registered", 0.2), ("unreserved", 0.2)):
            # whether commands of a host that is gone have ended is another test's question
            if chance() < likely and not (option == "if_registered" and name == "preempt-abort"):
                options[option] = True
        if chance() < 0.3:
            options["type"] = random.choice(TYPES)
        if options["victim"] == "all":
            options.pop("if_registered", None)
            options.pop("unreserved", None)
    return Command(host, name, **options)


def start(command):
    line = ["prctl"] + command.arguments() + ["--json", "--no-log", devices[command.host]]
    if command.name == "check":
        line.remove("--no-log")
    return subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def finish(process):
    """The exit status, "changed", and what was said."""
    out, err = process.communicate()
    try:
        device = json.loads(out)["devices"][0]
    except (ValueError, KeyError, IndexError):
        return process.returncode, None, (out + err).decode(errors="replace")
    return process.returncode, device["changed"], (device["error"]["message"] or "") if device["error"] else ""


def lio_read():
    def text(name):
        with open(f"{configfs}/pr/{name}", encoding="ascii", errors="replace") as file:
            return file.read()

    state = State()
    for host, key in re.findall(r"lab:host-(\d),i,\S* Key: 0x([0-9a-f]+)", text("res_pr_registered_i_pts")):
        state.keys[int(host)] = int(key, 16)
    kind = re.match(r"SPC-3 Reservation Type: (.*)", text("res_pr_type"))
    holder = re.search(r"lab:host-(\d),i,", text("res_holder"))
    if kind and holder:
        state.reserve(LIO_TYPES[kind.group(1).strip()], int(holder.group(1)))
    return state


def nvme_read():
    """RESERVATION REPORT with 128-bit host identifiers: NVMe 1.4, 6.13."""
    buffer = mmap.mmap(-1, 4096)
    address = ctypes.addressof(ctypes.c_char.from_buffer(buffer))
    file = files[1]
    namespace = fcntl.ioctl(file, 0x4E40)  # NVME_IOCTL_ID
    command = bytearray(struct.pack("<BBHIIIQQIIIIIIIIII", 0x0E, 0, 0, namespace, 0, 0, 0, address, 0, 4096, 1023, 1,
                                    0, 0, 0, 0, 30000, 0))
    status = fcntl.ioctl(file, 0xC0484E43, command)  # NVME_IOCTL_IO_CMD
    if status:
        raise OSError(f"RESERVATION REPORT: status {status:#x}")
    count, = struct.unpack_from("<H", buffer, 5)
    state, holders = State(), []
    for i in range(count):
        at = 64 + 64 * i
        host = buffer[at + 16 + 3]
        state.keys[host], = struct.unpack_from("<Q", buffer, at + 8)
        if buffer[at + 2] & 1:
            holders.append(host)
    if buffer[4]:
        state.reserve(TYPES[buffer[4] - 1], holders[0] if holders else None)
    return state


def writes(host):
    """Whether a write of this host lands: it goes past the cache."""
    try:
        os.pwrite(files[host], block, 8192 * host)
        return True
    except OSError as error:
        if error.errno not in (errno.EBADE, errno.EIO):
            raise
        return False


def look(state):
    """What is wrong with the target, as the model sees it; None: nothing."""
    real = read()
    if real.tell() != state.tell():
        return f"the target holds {real.tell()}, not {state.tell()}"
    for host in (1, 2):
        if writes(host) != state.may_write(host):
            return f"host {host} can{'not' if state.may_write(host) else ''} write; {state.tell()}"
    return None


def run_one(state, command):
    """Returns the state that follows, and what is wrong."""
    status, changed, said = finish(start(command))
    expected = EXPECT[command.name](state, command)
    for want_status, want_changed, after in expected:
        if (status, changed) == (want_status, want_changed):
            return after, look(after)
    return state, f"ended with {status}, changed {changed}, not {expected[0][0]}, {expected[0][1]}: {said}"


def orders(state, first, second, ended):
    """The states that the two may leave, one after the other, as they have ended."""
    for one, other in ((first, second), (second, first)):
        for status_one, _, between in EXPECT[one.name](state, one):
            for status_other, _, after in EXPECT[other.name](between, other):
                # who is disturbed may say so: "done, then changed", or that it cannot be known
                if ended[one] in (status_one, 6, 7) and ended[other] in (status_other, 6, 7):
                    yield after


def run_two(state, first, second):
    processes = {first: start(first), second: start(second)}
    ended = {command: finish(process) for command, process in processes.items()}
    possible = {after.tell(): after for after in orders(state, first, second, {c: e[0] for c, e in ended.items()})}
    real = read().tell()
    if real in possible:
        return possible[real], look(possible[real])
    said = "; ".join(f"{command.tell()} ended with {e[0]}: {e[2]}" for command, e in ended.items())
    return state, f"at the same time: {said}; the target holds {real}, not {' or '.join(possible) or 'anything possible'}"


def main():
    random.seed(seed)
    state, history, wrong = State(), [], 0
    for step in range(steps):
        commands = [command_make(state)]
        if random.random() < 0.15:
            other = command_make(state)
            while other.host == commands[0].host:
                other = command_make(state)
            commands.append(other)
        history.append(" with ".join(command.tell() for command in commands))
        before = state.tell()
        state, problem = run_one(state, *commands) if len(commands) == 1 else run_two(state, *commands)
        if problem:
            wrong += 1
            print(f"step {step}: {before}: {history[-1]}: {problem}\n  before it: " + "; ".join(history[-4:-1]))
            state = read()
    print(f"seed {seed}: {steps} steps, {wrong} wrong")
    return wrong != 0


nvme = sys.argv[1] == "nvme"
seed, steps = int(sys.argv[2]), int(sys.argv[3])
devices = {1: sys.argv[4], 2: sys.argv[5]}
configfs = sys.argv[6] if len(sys.argv) > 6 else None
read = nvme_read if nvme else lio_read
files = {host: os.open(path, os.O_RDWR | os.O_DIRECT | os.O_SYNC) for host, path in devices.items()}
block = mmap.mmap(-1, 4096)
sys.exit(main())
