#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""
faults.py BUILD SHARE [SEED]: every system call that prctl and fence_prctl make during a change fails once with each errno
that it can have, and so does every command to the LUN, before it is carried out and after it. What they say of it is held
against the LUN, which is tests/expected/replay, with records of its own: no "ok" unless the change is done, no "nothing was
sent" if something was, nothing that kills a process, and an end. SHARE of 100 of these runs are made, chosen by SEED.

Which calls there are is known from a run without a fault, under strace; its -e inject makes one fail. strace comes when
main() is about to begin: what the loader does before that is not prctl's. A call is counted in each process for itself, so
that a fault may come to both, the parent and the child that sends.
"""
import collections
import errno
import itertools
import json
import os
import pathlib
import random
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile

TESTS = pathlib.Path(__file__).resolve().parent.parent
DATA, LINES = TESTS / "data", TESTS / "expected/lines"
LIMIT = 600  # seconds: an end that never comes; none takes a hundredth

Session = collections.namedtuple("Session", "states arguments")
SESSIONS = (
    Session("lio/nothing lio/host-1", "prctl register --json --key 0xa /dev/sda"),
    Session("lio/both lio/registrants-only", "prctl reserve --json --key 0xa --type wero /dev/sda"),
    Session("lio/registrants-only lio/registrants-only-1",
            "prctl preempt-abort --json --key 0xa --victim 0xb /dev/sda"),
    Session("map/nothing map/one-path map/both-paths", "prctl register --json --key 0xa --jobs 1 /dev/mapper/mpatha"),
    Session("lio/registrants-only lio/registrants-only-1", "fence_prctl -o off -k 0xa -n 0xb -d /dev/sda"),
    Session("lio/nothing lio/host-1 lio/registrants-only-1", "fence_prctl -o on -k 0xa -d /dev/sda"),
)

# What a call can end with. Those that are left out cannot fail, or only if they are wrong.
FILE = "EACCES EINTR EIO EMFILE ENFILE ENOENT ENOMEM ENOSPC EROFS"
ERRNOS = {
    "access": "EACCES ENOENT", "bind": "EACCES ENOMEM", "chdir": "EACCES ENOENT", "clone": "EAGAIN ENOMEM",
    "clone3": "EAGAIN ENOMEM", "close": "EINTR EIO ENOSPC", "close_range": "EMFILE ENOMEM ENOSYS",
    "connect": "ECONNREFUSED ENOENT", "dup2": "EBUSY EINTR", "fcntl": "EAGAIN EINTR ENOLCK", "fdatasync": "EIO ENOSPC",
    "flock": "EINTR ENOLCK", "fstat": "ENOMEM", "fsync": "EIO ENOSPC", "ftruncate": "EINTR EIO ENOSPC",
    "getdents64": "EIO ENOENT", "getrandom": "EAGAIN ENOSYS", "kill": "EPERM ESRCH", "lseek": "ESPIPE",
    "mkdir": "EACCES ENOSPC EROFS", "mkdirat": "EACCES ENOSPC EROFS", "mmap": "EAGAIN ENOMEM EPERM", "mprotect": "ENOMEM",
    "munmap": "ENOMEM", "newfstatat": "EACCES ENOENT ENOMEM", "openat": FILE, "pipe2": "EMFILE ENFILE", "poll": "EINTR ENOMEM",
    "ppoll": "EINTR ENOMEM", "prctl": "EINVAL", "pread64": "EIO", "read": "EAGAIN EINTR EIO ENOMEM", "readlink": "EACCES ENOENT ENOMEM",
    "readlinkat": "EACCES ENOENT ENOMEM", "rename": "EACCES ENOSPC EROFS", "renameat": "EACCES ENOSPC EROFS",
    "rt_sigaction": "EINVAL", "sendmsg": "EAGAIN ENOBUFS EPIPE", "sendto": "EAGAIN ENOBUFS EPIPE", "setsid": "EPERM",
    "socket": "EACCES EMFILE ENOMEM", "socketpair": "EMFILE ENOMEM", "statx": "EACCES ENOENT ENOMEM", "timerfd_create": "EMFILE",
    "unlink": "EACCES EROFS", "unlinkat": "EACCES EROFS", "wait4": "ECHILD EINTR", "waitid": "ECHILD EINTR",
    "write": "EAGAIN EINTR EIO ENOSPC EPIPE", "writev": "EINTR EIO ENOSPC EPIPE",
}
DEVICE_AFTER = "EBADE EINTR EIO ENODEV ENOLINK ENXIO EREMOTEIO ETIMEDOUT"
DEVICE = "EACCES EAGAIN EBUSY EBADE EINTR EINVAL EIO ENODEV ENOLINK ENOMEM ENOTTY ENXIO EOPNOTSUPP EPERM EREMOTEIO ETIMEDOUT"
# from one call on, for good: no memory is left, the disk is full, no descriptor is free
LASTING = {"mmap": "ENOMEM", "write": "ENOSPC", "openat": "EMFILE"}


def lines_of(state, work):
    """The file of a state, made from its document once."""
    file = work / (state.replace("/", "-") + ".lines")
    if not file.exists():
        file.write_bytes(subprocess.run([LINES, DATA / (state + ".json")], check=True, stdout=subprocess.PIPE).stdout)
    return file


def denies(out, err):
    """Whether these outputs say that nothing was sent, or that nothing is changed."""
    try:
        devices = json.loads(out)["devices"]
    except (ValueError, KeyError):
        devices = []
    # what follows is of a later request alone
    text = re.sub(r"; then: .*", "", err + out)
    words = r"no(thing| change) (was|is|has been|will be) (sent|changed|done)|no change was or will be sent"
    return any(device["sent"] is False or device["changed"] is False for device in devices) or bool(re.search(words, text))


class Run:
    """One run of a session: how it ended, what it said, what the LUN shows."""

    def __init__(self, build, session, work, inject=(), fault=None):
        program, *arguments = session.arguments.split()
        program = {"prctl": "replay", "fence_prctl": "replay_fence"}[program]
        self.trace, witness = work / "trace", work / "witness"
        witness.write_bytes(bytes(4096))
        shutil.rmtree(work / "store", ignore_errors=True)
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C", "PRCTL_WITNESS": str(witness),
                       "PRCTL_STORE": str(work / "store"),
                       "PRCTL_STATES": " ".join(str(lines_of(state, work)) for state in session.states.split())}
        if fault:
            environment["PRCTL_FAULT"] = fault
        command = [build / "tests/expected" / program, *arguments]
        with open(work / "out", "wb") as out, open(work / "err", "wb") as err:
            self.status = self.end(command, environment, out, err, None if fault else ["-o", str(self.trace), *inject])
        self.out, self.err = (work / "out").read_text(), (work / "err").read_text()
        self.now, self.calls = struct.unpack_from("@2N", witness.read_bytes())

    @staticmethod
    def end(command, environment, out, err, tracing):
        """Runs it, traced if @tracing has arguments for strace; its exit status, or "no end"."""
        if tracing:
            environment["PRCTL_STOP"] = "1"
        process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        tracer = None
        if tracing:
            os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
            tracer = subprocess.Popen(["strace", "-f", *tracing, "-p", str(process.pid)], stderr=subprocess.PIPE, text=True)
            said = tracer.stderr.readline()
            if "attached" not in said:
                process.kill()
                sys.exit("strace: " + said + tracer.stderr.read())
            process.send_signal(signal.SIGCONT)
        try:
            status = process.wait(timeout=LIMIT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            status = "no end"
        if tracer:
            tracer.communicate()
        return status

    def wrong(self, session, without):
        """What is wrong with it, or None."""
        if self.status == "no end":
            return "it does not end"
        if self.status < 0 or self.status > 127:
            return "it was killed"
        if self.status == 0 and self.now != without.now:
            return "ok, and the LUN shows no such change"
        if self.status == 0 and "--json" in session.arguments and not self.out.endswith("}\n"):
            return "ok, and its document is cut"
        if self.now and denies(self.out, self.err):
            return "it says that nothing was sent, and the LUN is changed"
        return None


def calls(trace):
    """The system calls of a run: of each the name, and how many there were in the process that made most of them."""
    counts = collections.Counter()
    for line in trace.read_text().splitlines():
        call = re.match(r"(\d+) +(\w+)\(", line)
        if call:
            counts[call[1], call[2]] += 1
    found = collections.Counter()
    for (_, name), count in counts.items():
        found[name] = max(found[name], count)
    return found


def faults(session, without):
    """The arguments of Run for every fault."""
    found = calls(without.trace)
    for name, count in sorted(found.items()):
        for number, error in itertools.product(range(1, count + 1), ERRNOS.get(name, "").split()):
            yield {"inject": ["-e", f"inject={name}:error={error}:when={number}"]}
        for number, error in itertools.product(range(1, count + 1), LASTING.get(name, "").split()):
            yield {"inject": ["-e", f"inject={name}:error={error}:when={number}+"]}
    for done, errors in enumerate((DEVICE, DEVICE_AFTER)):
        for number, error in itertools.product(range(1, without.calls + 1), errors.split()):
            yield {"fault": f"{number} {getattr(errno, error)} {done}"}


def main():
    build, share = pathlib.Path(sys.argv[1]).resolve(), int(sys.argv[2])
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else random.randrange(1 << 31)
    chance = random.Random(seed)
    failed = count = 0
    with tempfile.TemporaryDirectory() as name:
        work = pathlib.Path(name)
        for session in SESSIONS:
            without = Run(build, session, work)
            if without.status != 0 or without.now != len(session.states.split()) - 1:
                sys.exit(f"without a fault, {session.arguments} ends with {without.status}: {without.err}")
            for fault in faults(session, without):
                if chance.random() * 100 >= share:
                    continue
                count += 1
                run = Run(build, session, work, **fault)
                wrong = run.wrong(session, without)
                if wrong:
                    failed += 1
                    print(f"{session.arguments}: {fault}: {wrong} (status {run.status}, state {run.now})")
                    print(run.err + run.out)
    print(f"seed {seed}: {count} faults, {failed} wrong")
    sys.exit(failed > 0 or count == 0)


if __name__ == "__main__":
    main()
