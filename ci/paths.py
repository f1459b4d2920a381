"""Where things stand in the repository."""

import os
from pathlib import Path


def real(path: str | Path) -> Path:
    """The path without links; on Windows as it is.

    There, to resolve would turn the letter of a network drive into an address, in which cmd.exe, and so Maven, refuses
    to work.
    """
    return Path(os.path.abspath(path) if os.name == "nt" else os.path.realpath(path))


ROOT = real(__file__).parent.parent
"""The repository."""

NOTEBOOKS = ROOT / "notebooks"
SOLUTIONS = ROOT / "solutions"
EXERCISES = ROOT / "exercises"

TARGET = ROOT / "target"
"""All that the tools write, apart from the virtual environment and the library's own target folder."""

JARS = ROOT / "lib" / "target" / "jars"
"""The notebooks' classpath."""

REQUIREMENTS = ROOT / "ci" / "requirements.txt"

REFERENCE_REQUIREMENTS = ROOT / "ci" / "parity" / "requirements.txt"
REFERENCE_VENV = ROOT / ".venv-pytorch"
"""PyTorch and the reference implementations, for `parity` and `bench` alone."""


def python_of(venv: Path) -> Path:
    return venv / "Scripts" / "python.exe" if os.name == "nt" else venv / "bin" / "python"


VENV = ROOT / ".venv"
VENV_PYTHON = python_of(VENV)
KERNELS = VENV / "share" / "jupyter" / "kernels"


def shown(path: Path) -> str:
    """The path as a reader of the repository writes it: relative to the repository where it lies inside."""
    path = real(path)
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)
