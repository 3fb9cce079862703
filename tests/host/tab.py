#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""tab.py RAN SHELL [ARG...]: types the lines of standard input into an interactive shell, on a terminal of its own.

In them \\t is the Tab key and \\e Escape; Return follows each. Each line must make a command run that adds a line to the
file RAN; the next one is typed when it has. The first one is typed when the shell has printed READY. On failure the
screen is printed."""
import os
import pty
import select
import sys
import time

PATIENCE = 900  # seconds; then nothing will come any more


def main():
    ran, shell = sys.argv[1], sys.argv[2:]
    lines = sys.stdin.read().splitlines()
    open(ran, "w").close()
    screen = b""
    child, terminal = pty.fork()
    if child == 0:
        os.environ["TERM"] = "vt100"
        os.execvp(shell[0], shell)

    def until(event):
        nonlocal screen
        end = time.monotonic() + PATIENCE
        while not event():
            if time.monotonic() > end:
                return False
            if select.select([terminal], [], [], 0.02)[0]:
                try:
                    screen += os.read(terminal, 65536)
                except OSError:  # the shell is gone
                    return event()
        return True

    def count():
        with open(ran, encoding="utf-8", errors="replace") as file:
            return file.read().count("\n")

    good = until(lambda: b"READY" in screen)
    for number, line in enumerate(lines):
        if not good:
            break
        os.write(terminal, line.replace("\\t", "\t").replace("\\e", "\033").encode() + b"\r")
        good = until(lambda: count() > number)
    os.kill(child, 9)
    os.waitpid(child, 0)
    if not good:
        sys.stderr.write("nothing ran; the screen:\n" + screen.decode(errors="replace") + "\n")
    return 0 if good else 1


sys.exit(main())
