#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""
faults_real.py KIND [--every] [--share PERCENT] [--seed N] [SESSION...]: on a real device of this KIND (scsi, nvme or map), in
the lab's guest, each system call that prctl and fence_prctl make fails once, by strace --inject. What they say of it is held
against the target: LIO's configfs, or a reservation report that another host asks for. No "ok" unless the target holds what
was asked for and an abort is proven, no "nothing was sent" if the target has changed, nothing that kills a process, an end.

Which calls there are is known from a run without a fault. Those that are made at one place (a read of each file of a
directory) count as one, and each gets one of the errnos that it can have, chosen by SEED; with --every, every call with every
errno. PERCENT of these are made. --sample makes a few that matter, which FEW lists.

Threads make the order of calls vary, so a run is judged by what it has done, not by what was to fail in it. The loader's calls
are not prctl's. strace counts a call in each process for itself: of the child that sends, the first few have numbers that
are the loader's in the parent. For those there is tests/host/faults.py.
"""
import argparse
import collections
import contextlib
import ctypes
import fcntl
import json
import os
import pathlib
import random
import re
import shutil
import struct
import subprocess
import sys
import tempfile

TESTS = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TESTS / "host"))
from faults import DEVICE, ERRNOS, LASTING, denies  # noqa: E402

LAB, STORE = pathlib.Path("/dev/lab"), pathlib.Path("/run/prctl")
LIMIT = 1200  # seconds: an end that never comes; none takes a hundredth
ERRNOS = {**ERRNOS, "ioctl": DEVICE}

# What a target holds. The generation is the target's counter of changes.
State = collections.namedtuple("State", "generation type holders keys")

# A run that is made: what is registered and reserved before it, and what it must end with without a fault.
Session = collections.namedtuple("Session", "before status arguments")
HOSTS, HELD = "both", "both held"
SESSIONS = {
    "register": Session("", 0, "prctl register --json --timeout 300 --key 0xa"),
    "reserve": Session(HOSTS, 0, "prctl reserve --json --timeout 300 --key 0xa --type wero"),
    "preempt": Session(HELD, 0, "prctl preempt-abort --json --timeout 300 --key 0xa --victim 0xb"),
    "release": Session(HELD, 0, "prctl release --json --timeout 300 --key 0xa"),
    "unregister": Session(HOSTS, 0, "prctl unregister --json --timeout 300 --key 0xa"),
    "clear": Session(HELD, 0, "prctl clear --json --timeout 300 --key 0xa"),
    "check": Session(HELD, 0, "prctl check --json --timeout 300 --key 0xa --type wero"),
    "off": Session(HELD, 0, "fence_prctl -o off --power-timeout 300 -k 0xa -n 0xb -d"),
    "on": Session("", 0, "fence_prctl -o on --power-timeout 300 -k 0xa -d"),
    "monitor": Session(HELD, 0, "fence_prctl -o monitor --power-timeout 300 -k 0xa -d"),
    # this node was let in since it was started, and its key is gone: it was fenced
    "on-fenced": Session("fenced", 1, "fence_prctl -o on --power-timeout 300 -k 0xa -d"),
    "monitor-fenced": Session("fenced", 1, "fence_prctl -o monitor --power-timeout 300 -k 0xa -d"),
    "check-fenced": Session("fenced", 3, "prctl check --json --timeout 300 --key 0xa"),
}

# A session, what the line of the call in strace's log has, and the errno.
FEW = (
    ("register", r'openat\(.*"/dev/lab/host1/', "ENXIO"),
    ("register", r'openat\(.*/wwid"', "EACCES"),
    ("register", r'openat\(.*"/sys/class/iscsi', "EMFILE"),
    ("register", r"openat\(.*/mountinfo", "ENOMEM"),
    ("register", r"read\(.*naa\.", "EIO"),
    ("register", r"getdents64\(", "EIO"),
    ("register", r"mmap\(.*MAP_SHARED\|MAP_ANON", "ENOMEM"),
    ("register", r"ioctl\(.*BLKGETDISKSEQ", "ENODEV"),
    ("register", r"ioctl\(.*\\x5e\\x03", "EIO"),
    ("register", r"ioctl\(.*IOC_PR_REGISTER", "EINTR"),
    ("register", r"clone3?\(", "EAGAIN"),
    ("register", r"pipe2\(", "EMFILE"),
    ("register", r"ppoll\(.*POLLIN", "ENOMEM"),
    ("register", r"write\(1, ", "ENOSPC"),
    ("register", r"close\(1\)", "EIO"),
    ("preempt", r"ioctl\(.*IOC_PR_PREEMPT_ABORT", "EIO"),
    ("preempt", r"ioctl\(.*SG_SCSI_RESET", "ENOMEM"),
    ("preempt", r"mkdir(at)?\(", "EROFS"),
    ("preempt", r"openat\(.*O_CREAT", "ENOSPC"),
    ("preempt", r"flock\(", "EINTR"),
    ("preempt", r"write\(.*prctl 1", "ENOSPC"),
    ("preempt", r"f(data)?sync\(", "EIO"),
    ("preempt", r"rename(at)?\(", "EROFS"),
    ("on-fenced", r'openat\(.*"lun-', "EIO"),
    ("on-fenced", r"read\(.*prctl 1", "EIO"),
)


def pr_request(number, size):
    return 1 << 30 | size << 16 | ord("p") << 8 | number


REGISTER, RESERVE, CLEAR = pr_request(200, 24), pr_request(201, 16), pr_request(205, 16)
IGNORE_KEY, WERO = 1, 3
NVME_IO, REPORT = 0xC0484E43, 0x0E


@contextlib.contextmanager
def opened(device):
    descriptor = os.open(device, os.O_RDONLY | os.O_NONBLOCK)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def command(device, request, form, *fields):
    """A bare ioctl; one that ends with a unit attention was not carried out, and is sent again."""
    with opened(device) as descriptor:
        for _ in range(4):
            argument = bytearray(struct.pack(form, *fields))
            result = fcntl.ioctl(descriptor, request, argument)
            if result == 0:
                return
    sys.exit(f"{device}: {request:#x} ends with {result}")


class Target:
    """A LUN or namespace: as prctl is given it, by which devices hosts 1 and 2 reach it, what it holds itself."""

    def __init__(self, kind):
        self.kind = kind
        self.device = str(LAB / "host1" / {"scsi": "lun0", "nvme": "nvme0", "map": "mpath0"}[kind])
        self.paths = [LAB / "host1" / n for n in ("mpath0-a", "mpath0-b")] if kind == "map" else [pathlib.Path(self.device)]
        self.other = LAB / "host2" / {"scsi": "lun0", "nvme": "nvme0", "map": "mpath0-lun"}[kind]
        # for NVMe, the kernel ignores an existing key only if this is not 0
        self.old = 1 if kind == "nvme" else 0
        self.configfs = LAB / {"scsi": "lun0.configfs/pr", "map": "mpath0.configfs/pr"}.get(kind, "none")

    def state(self):
        return self.report() if self.kind == "nvme" else self.lio()

    def lio(self):
        text = {name: (self.configfs / name).read_text() for name in
                ("res_pr_generation", "res_pr_type", "res_holder", "res_pr_registered_i_pts")}
        keys = re.findall(r"lab:([^,]*),i,.* Key: 0x0*([0-9a-f]+) ", text["res_pr_registered_i_pts"])
        kind = re.match("SPC-3 Reservation Type: (.*)", text["res_pr_type"])
        return State(text["res_pr_generation"].split()[-1], kind and kind[1],
                     re.findall("lab:([^,]*),i,", text["res_holder"]), sorted(keys))

    def report(self):
        data = ctypes.create_string_buffer(4096)
        with opened(self.other) as descriptor:
            fcntl.ioctl(descriptor, NVME_IO, struct.pack(
                "=BBHIIIQQII6III", REPORT, 0, 0, 1, 0, 0, 0, ctypes.addressof(data), 0, 4096, 1023, 1, 0, 0, 0, 0, 0, 0))
        generation, kind, count = struct.unpack_from("<IBH", data)
        entries = [struct.unpack_from("<HB5xQB", data, 64 * (n + 1)) for n in range(count)]
        return State(generation, kind or None, sorted(host for _, holds, _, host in entries if holds & 1),
                     sorted((host, key) for _, _, key, host in entries))

    def prepare(self, before):
        if self.state().keys:
            command(self.paths[0], REGISTER, "=QQII", self.old, 0xfff, IGNORE_KEY, 0)
            command(self.paths[0], CLEAR, "=QII", 0xfff, 0, 0)
        if before in (HOSTS, HELD):
            for path in self.paths:
                command(path, REGISTER, "=QQII", self.old, 0xa, IGNORE_KEY, 0)
        if before in (HOSTS, HELD, "fenced"):
            command(self.other, REGISTER, "=QQII", self.old, 0xb, IGNORE_KEY, 0)
        if before == HELD:
            command(self.paths[0], RESERVE, "=QII", 0xa, WERO, 0)
        if before == "fenced":
            command(self.other, RESERVE, "=QII", 0xb, WERO, 0)


def whole(trace):
    """strace's log with each call in one line: where it began, with its result."""
    lines, open_calls = [], {}
    for line in trace.splitlines():
        process = line.split(maxsplit=1)[0]
        resumed = re.match(r"\d+ +<\.\.\. \w+ resumed>(.*)", line)
        if line.endswith(" <unfinished ...>"):
            open_calls[process] = len(lines)
            lines.append(line.removesuffix(" <unfinished ...>"))
        elif resumed and process in open_calls:
            lines[open_calls.pop(process)] += resumed[1]
        else:
            lines.append(line)
    return lines


class Run:
    """One run of a session: what it said, what it did, and what the target held before it and after it."""

    def __init__(self, target, session, work, inject=(), call=None):
        self.session = session
        shutil.rmtree(STORE, ignore_errors=True)
        if session.before == "fenced":
            shutil.copytree(work / "let-in", STORE)
        target.prepare(session.before)
        trace = work / "trace"
        # those that show what was done
        traced = ["--seccomp-bpf", "-e", f"trace=ioctl,{call}"] if call else []
        with open(work / "out", "wb") as out, open(work / "err", "wb") as err:
            self.before = target.state()
            self.status = self.end(["strace", "-f", "-o", trace, *traced, *inject, *session.arguments.split(), target.device], out, err)
        self.after = target.state()
        self.out, self.err = (work / "out").read_text(), re.sub("(?m)^strace: .*\n", "", (work / "err").read_text())
        self.trace = whole(trace.read_text())
        self.injected = [line for line in self.trace if "(INJECTED)" in line]

    @staticmethod
    def end(arguments, out, err):
        process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env={**os.environ, "LC_ALL": "C"},
                                   start_new_session=True)
        try:
            return process.wait(timeout=LIMIT)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.wait()
            return "no end"

    def is_changed(self):
        return self.after[1:] != self.before[1:]

    def abort_is_proven(self, target):
        """Whether the abort that it asked for was answered with success."""
        proof = "SG_SCSI_RESET" if target.kind != "nvme" else "IOC_PR_PREEMPT_ABORT"
        return any(re.search(rf"ioctl\(.*{proof}.*= 0$", line) for line in self.trace)

    def device(self):
        """What the document says of the device; nothing if there is none."""
        try:
            return json.loads(self.out)["devices"][0]
        except (ValueError, LookupError):
            return {}

    def wrong(self, target, without):
        """What is wrong with it, or None."""
        said = self.device()
        claims = (
            (self.status == "no end", "it does not end"),
            (self.status != "no end" and self.status not in range(0, 8), "it was killed"),
            (self.status == 0 and without.status != 0, "ok, and without the fault it is not"),
            (self.status == 0 and self.after[1:] != without.after[1:], "ok, and the target holds something else"),
            (self.status == 0 and "--json" in self.session.arguments and said.get("status") != "ok", "ok, and its document is cut"),
            (self.status == 0 and self.session in (SESSIONS["preempt"], SESSIONS["off"]) and not self.abort_is_proven(target),
             "ok, and the abort is not proven"),
            (self.session == SESSIONS["check"] and self.status == 3, "conflict, and the key is there"),
            (denies(self.out, self.err) and self.after != self.before, "it says that nothing was sent, and the target has changed"),
            (self.status in (2, 3, 4, 5) and "--json" in self.session.arguments and self.is_changed(),
             "by its status nothing was done, and the target has changed"),
            (said.get("changed") is True and not self.is_changed(), "it says that it has changed something, and the target has not"),
            (without.status == 1 and self.is_changed(), "a node that was fenced has let itself in"),
            (self.status == 1 and self.is_changed() and "prctl " in self.session.arguments[:6] and not said.get("changed") and
             not re.search("cannot write|No space|I/O error", self.err), "the target has changed, and it does not say so"),
            (self.status != 0 and not self.err and not any("write(2" in line for line in self.injected),
             "it fails, and does not say why"),
        )
        return "; ".join(text for wrong, text in claims if wrong) or None


Call = collections.namedtuple("Call", "name number place line")


def calls(trace):
    """
    The calls after the loader's, which poll() ends: name, number in its process, the place, and the line. A place is a file
    without its numbers, or of a call that has none the last one that the process has named.
    """
    counts, places, found, loader = collections.Counter(), {}, [], None
    for line in trace:
        match = re.match(r"(\d+) +(\w+)\((.*)", line)
        if not match:
            continue
        process, name, rest = match.groups()
        counts[process, name] += 1
        if loader is None:
            if name != "poll":
                continue
            loader = {called: count for (_, called), count in counts.items()}
            loader["poll"] = 0
        named = re.search(r'"(/[^"]*|[a-z./_-]+[^"]*)"', rest) if name not in ("read", "write", "pread64", "ioctl") else None
        if named:
            places[process] = re.sub(r"\d+", "", named[1].rpartition("/")[2])
        number = counts[process, name]
        if number > loader.get(name, 0):
            place = number if name == "ioctl" else places.get(process)
            found.append(Call(name, number, (name, place), line))
    return found


def once(found, chance):
    """One call of each place, with one errno; of commands to the device each, with four."""
    seen = set()
    for call in chance.sample(found, len(found)):
        errors = ERRNOS.get(call.name, "").split()
        if errors and call.place not in seen:
            seen.add(call.place)
            for error in chance.sample(errors, 4 if call.name == "ioctl" else 1):
                yield call, error


def every(found):
    """Every call with every errno; a number counts once, in whichever process."""
    for call in {(call.name, call.number): call for call in found}.values():
        for error in ERRNOS.get(call.name, "").split():
            yield call, error
        if call.name in LASTING:
            yield call, LASTING[call.name] + "+"


def few(name, found):
    """Those in FEW: of each the first one and the last one."""
    for session, pattern, error in FEW:
        those = [call for call in found if session == name and re.search(pattern, call.line)]
        for call in {(call.name, call.number): call for call in those[:1] + those[-1:]}.values():
            yield call, error


def let_in(target, work):
    """What this node has in its memory after "on", for sessions that need it."""
    target.prepare("")
    shutil.rmtree(STORE, ignore_errors=True)
    subprocess.run([*SESSIONS["on"].arguments.split(), target.device], check=True, stdin=subprocess.DEVNULL)
    shutil.copytree(STORE, work / "let-in")


def play(target, name, options, work):
    """All faults of a session; the number of runs, and of those that are wrong."""
    session, chance = SESSIONS[name], random.Random(f"{options.seed} {name}")
    without = Run(target, session, work)
    if without.status != session.status or without.wrong(target, without):
        sys.exit(f"{name}: without a fault it ends with {without.status}: {without.wrong(target, without)}\n{without.err}{without.out}"
                 + "\n".join(line for line in without.trace if "ioctl(" in line))
    found = calls(without.trace)
    faults = few(name, found) if options.sample else every(found) if options.every else once(found, chance)
    count = missed = failed = 0
    for call, error in faults:
        if chance.random() * 100 >= options.share:
            continue
        when = f"{call.number}{'+' if error.endswith('+') else ''}"
        run = Run(target, session, work, ["-e", f"inject={call.name}:error={error.rstrip('+')}:when={when}"], call.name)
        count += 1
        missed += not run.injected
        wrong = run.wrong(target, without)
        if options.verbose or wrong:
            print(f"{target.kind} {name}: {call.name} {when} {error} ({call.line[:160]}): {run.status} {run.err.strip()}")
        if wrong:
            failed += 1
            print(f"  {wrong}\n  before {run.before}\n  after {run.after}\n{run.injected}\n{run.err}{run.out}")
    print(f"{target.kind} {name}: {count} faults, {failed} wrong, {missed} not reached")
    return count, failed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=("scsi", "nvme", "map"))
    parser.add_argument("--every", action="store_true")
    parser.add_argument("--sample", action="store_true")
    parser.add_argument("--share", type=float, default=100)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 31))
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("session", nargs="*")
    options = parser.parse_intermixed_args()
    sys.stdout.reconfigure(line_buffering=True)
    target = Target(options.kind)
    names = options.session or list(dict.fromkeys(name for name, _, _ in FEW) if options.sample else SESSIONS)
    with tempfile.TemporaryDirectory() as directory:
        work = pathlib.Path(directory)
        let_in(target, work)
        done = [play(target, name, options, work) for name in names]
    target.prepare("")
    shutil.rmtree(STORE, ignore_errors=True)
    count, failed = map(sum, zip(*done))
    print(f"{options.kind}, seed {options.seed}: {count} faults, {failed} wrong")
    sys.exit(failed > 0 or count == 0)


if __name__ == "__main__":
    main()
