"""Talking to whoever called: progress on standard error, results on standard output."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


class Problem(Exception):
    """Something the caller can mend; the message says what and how. Shown without a stack trace."""


def progress(line: str) -> None:
    """Prints a line on standard error, so that `--json` keeps standard output to itself."""
    print(line, file=sys.stderr, flush=True)


def become(command: list[str]) -> int:
    """Goes on as another program: signals reach it, and nobody stands between it and the terminal."""
    if os.name == "nt":  # where exec gives the terminal back before the program has ended
        return subprocess.call(command)
    os.execv(command[0], command)


@contextmanager
def step(what: str) -> Iterator[None]:
    """Announces a piece of work that takes a while, then says how long it took."""
    progress(f"{what} …")
    start = time.monotonic()
    yield
    progress(f"{what}: done in {time.monotonic() - start:.1f} s")


@dataclass
class Tally:
    """Counts what passed and what failed, and remembers the failures, and how long the parts took that tell it."""

    passed: int = 0
    failures: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return not self.failures

    def add(self, name: str, problems: list[str]) -> None:
        """Counts one check: passed when it found no problem."""
        if problems:
            self.failures.append(f"{name}: {'; '.join(problems)}")
        else:
            self.passed += 1

    def merge(self, other: "Tally") -> None:
        self.passed += other.passed
        self.failures += other.failures
        self.seconds |= other.seconds

    def slowest(self, count: int) -> list[tuple[str, float]]:
        """The parts that took longest, the slowest first."""
        return sorted(self.seconds.items(), key=lambda part: -part[1])[:count]

    def __str__(self) -> str:
        return f"{self.passed} passed, {len(self.failures)} failed"
