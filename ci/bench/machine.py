"""What else the machine does while we measure. Linux says so in /proc; other systems are taken at their word."""

import os
import platform
import re
import subprocess
import sys
from pathlib import Path

PROC = Path("/proc")

BUSY = 0.05
"""A share of the machine, used by others, that is worth saying."""


def cores() -> int:
    """How many cores this process may use: the number of threads of both sides."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def processor() -> str:
    """The model of the processor, as the system names it; its architecture where it has no name."""
    if sys.platform == "darwin":
        brand = subprocess.run(["sysctl", "-n", "machdep.cpu.brand_string"], capture_output=True, encoding="utf-8")
        return brand.stdout.strip() or platform.machine()
    try:
        found = re.search(r"^model name\s*: (.+)$", (PROC / "cpuinfo").read_text(encoding="utf-8"), re.MULTILINE)
    except OSError:
        return platform.processor() or platform.machine()
    return found.group(1).strip() if found else platform.machine()


def has_bfloat16() -> bool:
    """Whether the processor multiplies bfloat16 by itself; emulated, it takes many times as long."""
    try:
        words = (PROC / "cpuinfo").read_text(encoding="utf-8").split()
    except OSError:
        return False
    return "avx512_bf16" in words or "amx_bf16" in words


class Onlooker:
    """Looks on from its making, for processes that are not ours."""

    def __init__(self) -> None:
        self._start = _ticks()

    def notes(self) -> list[str]:
        """A line if others took a share of the machine worth saying."""
        end = _ticks()
        if not self._start or not end:
            return []
        total, busy, own = (now - before for now, before in zip(end, self._start, strict=True))
        share = (busy - own) / total if total else 0.0
        return [f"other processes used {share:.0%} of the machine"] if share > BUSY else []


def _ticks() -> tuple[int, int, int] | None:
    """Clock ticks of all cores so far: all, those at work, and those at work for us."""
    try:
        first_line = (PROC / "stat").read_text(encoding="utf-8").split("\n")[0]
        user, nice, system, idle, wait, *others = map(int, first_line.split()[1:9])
        own = _own_ticks()
    except (OSError, ValueError):
        return None
    busy = user + nice + system + sum(others)
    return busy + idle + wait, busy, own


def _own_ticks() -> int:
    """Of this process and its descendants, those that have ended included."""
    parents: dict[int, int] = {}
    ticks: dict[int, int] = {}
    for file in PROC.glob("[0-9]*/stat"):
        try:
            text = file.read_text(encoding="utf-8", errors="replace")
            fields = text.rpartition(")")[2].split()  # the name before may hold anything
        except OSError:
            continue  # it has just ended
        pid = int(file.parent.name)
        parents[pid] = int(fields[1])
        ticks[pid] = sum(map(int, fields[11:15]))
    return sum(ticks[pid] for pid in ticks if _descends(pid, os.getpid(), parents))


def _descends(pid: int, ancestor: int, parents: dict[int, int]) -> bool:
    while pid not in (ancestor, 0):
        pid = parents.get(pid, 0)
    return pid == ancestor
