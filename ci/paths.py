"""Where things stand in the repository."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""The repository."""

NOTEBOOKS = ROOT / "notebooks"
SOLUTIONS = ROOT / "solutions"
EXERCISES = ROOT / "exercises"

TARGET = ROOT / "target"
"""All that the tools write, apart from the virtual environment and the library's own target folder."""

JARS = ROOT / "lib" / "target" / "jars"
"""The notebooks' classpath."""

REQUIREMENTS = ROOT / "ci" / "requirements.txt"

VENV = ROOT / ".venv"
VENV_BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
VENV_PYTHON = VENV_BIN / ("python.exe" if os.name == "nt" else "python")
KERNELS = VENV / "share" / "jupyter" / "kernels"


def shown(path: Path) -> str:
    """The path as a reader of the repository writes it: relative to the repository where it lies inside."""
    path = Path(path).resolve()
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)
