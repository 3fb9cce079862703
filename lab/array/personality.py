# SPDX-License-Identifier: GPL-2.0-or-later
"""
Personalities: TOML files whose tables say how a logical unit behaves. personalities/spc4.toml, or
for a namespace nvme.toml, has every key with its default, and a comment on each; any other file has
what differs from its base. A key that the base does not have is an error.
"""
import copy
import os
import re
import tomllib

import wire

FOLDER = os.path.join(os.path.dirname(os.path.realpath(__file__)), "personalities")
# The keys of a rule; README.md describes each
MATCH = {"command", "initiator", "port", "skip", "times", "every", "seconds"}
ANSWER = {"status", "sense", "carry_out", "delay", "delay_answer", "drop", "lose", "hold", "late", "reply"}
REPLY = {"generation", "length_add", "cut", "order", "hide", "repeat", "patch"}


class Bad(Exception):
    """A personality, or a rule, that cannot be: the message says why."""


class Rule:
    """One answer that differs, and how often it was given."""

    def __init__(self, table, status_of):
        """
        status_of: what the kind of unit answers by that table: a status and a sense, or None.
        """
        unknown = set(table) - MATCH - ANSWER
        if unknown:
            raise Bad(f"rule: unknown key '{min(unknown)}'")
        unknown = set(table.get("reply", ())) - REPLY
        if unknown:
            raise Bad(f"rule: reply: unknown key '{min(unknown)}'")
        words = table.get("command", "any")
        self.words = [words] if isinstance(words, str) else words
        self.table = table
        self.seen = 0
        self.used = 0
        self.since = None
        try:
            self.status = status_of(table)
        except (KeyError, ValueError) as error:
            raise Bad(f"rule: {error}") from error

    def applies(self, name, nexus, now):
        """Whether the rule is for this command of this nexus now; counts it."""
        if not wire.command_matches(self.words, name):
            return False
        if not re.search(self.table.get("initiator", ""), nexus.name):
            return False
        if self.table.get("port", nexus.port) != nexus.port:
            return False
        self.seen += 1
        if self.since is None:
            self.since = now
        turn = self.seen - self.table.get("skip", 0)
        if turn <= 0 or turn % self.table.get("every", 1):
            return False
        if 0 < self.table.get("times", 0) <= self.used:
            return False
        if "seconds" in self.table and now - self.since > self.table["seconds"]:
            return False
        self.used += 1
        return True

    def carries_out(self):
        """Whether the command is carried out although the rule says what is answered."""
        return self.table.get("carry_out", self.status is None and "drop" not in self.table)


def load(name, base):
    """The personality of that name: its tables over those of the base."""
    tables = read(base)
    return tables if name == base else merged(tables, read(name), name)


def read(name):
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", name):
        raise Bad(f"no personality can be called '{name}'")
    try:
        with open(os.path.join(FOLDER, name + ".toml"), "rb") as file:
            return tomllib.load(file)
    except OSError as error:
        raise Bad(f"personality '{name}': {error.strerror}") from error
    except tomllib.TOMLDecodeError as error:
        raise Bad(f"personality '{name}': {error}") from error


def merged(base, over, where):
    """The tables of base with the values of over."""
    result = copy.deepcopy(base)
    for key, value in over.items():
        if key not in base:
            raise Bad(f"{where}: unknown key '{key}'")
        if isinstance(base[key], dict) and "." not in where:
            result[key] = merged(base[key], value, f"{where}.{key}")
        else:
            result[key] = value
    return result


def changed(tables, path, text):
    """The tables with one value, as "pr.count" and its TOML, in the place of another."""
    value = parse(text)
    for key in reversed(path.split(".")):
        value = {key: value}
    return merged(tables, value, "set")


def parse(text):
    """A value in TOML."""
    try:
        return tomllib.loads("value = " + text)["value"]
    except tomllib.TOMLDecodeError as error:
        raise Bad(f"'{text}': {error}") from error
