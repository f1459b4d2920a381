"""Whether the course can live where it was cloned.

Folders with spaces and with the signs of any language are fine. Runs with the standard library alone.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from ci.obstacle import Obstacle
from ci.paths import ROOT
from ci.surroundings import can_be_written, java_encoding, java_reads, runs_programs

DEEPEST = 165
"""Characters of the longest path in `.venv` below the repository, with some to spare."""

LONGEST = 259
"""Characters that a path may have on a Windows without long paths."""


@dataclass(frozen=True)
class Misplaced(Obstacle):
    """A folder in which the course cannot live."""

    sentence = "{what}. To mend it: {remedy}"

    remedy: str = "clone the course into another folder"


def problem(root: Path = ROOT) -> Misplaced | None:
    """Why the course cannot live in this folder, or None."""
    name = str(root)
    if os.pathsep in name:
        return Misplaced(f"the path {name} has {os.pathsep!r} in it, which parts the entries of Java's class path")
    if "\n" in name:
        return Misplaced(f"the path {name!r} has a line break in it")
    if name.startswith("\\\\"):
        return Misplaced(f"Maven does not work in a network address ({name})", f"pushd {name}, and start from there")
    if not java_reads(root):
        return Misplaced(f"Java cannot read the path {name} in the encoding of this system ({java_encoding()})")
    if os.name == "nt" and len(name) + DEEPEST > LONGEST and not _long_paths():
        return Misplaced(f"{name} is too long for Windows, where a path ends at {LONGEST} characters")
    if not can_be_written(root / "target"):
        return Misplaced(f"{name} cannot be written, and all that set-up makes lies there")
    if not runs_programs(root):
        return Misplaced(f"{name} lies on a disk from which no program may run (mounted noexec)")
    return None


def _long_paths() -> bool:
    """Whether somebody has switched on paths of any length."""
    import winreg

    try:
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"SYSTEM\CurrentControlSet\Control\FileSystem") as key:
            return winreg.QueryValueEx(key, "LongPathsEnabled")[0] == 1
    except OSError:
        return False
