"""Where `course` and `course.cmd` hand over: sets up what is missing, then goes on inside the environment.

Started twice: first by whichever Python the reader has, then by the environment's own.
"""

import os
import subprocess
import sys
from pathlib import Path

# The tools are the package `ci`; its folder must not hide modules of the standard library.
sys.path[0] = str(Path(__file__).resolve().parent.parent)

from ci import cli  # noqa: E402
from ci.console import Problem, progress  # noqa: E402
from ci.install import environment_ready, set_up  # noqa: E402
from ci.paths import VENV, VENV_PYTHON  # noqa: E402


def main(arguments: list[str]) -> int:
    sys.stdout.reconfigure(line_buffering=True)
    options = cli.parse(arguments)
    inside = Path(sys.prefix).resolve() == VENV.resolve()
    if not inside:
        if options.needs_set_up:
            set_up()
        if environment_ready():
            return enter_environment(arguments)
    return cli.execute(options)


def enter_environment(arguments: list[str]) -> int:
    """Starts this file again with the environment's Python."""
    command = [str(VENV_PYTHON), __file__, *arguments]
    if os.name == "nt":  # where exec gives the terminal back before the command has ended
        return subprocess.call(command)
    os.execv(command[0], command)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Problem as problem:
        progress(str(problem))
        sys.exit(1)
    except KeyboardInterrupt:
        progress("\nInterrupted. The same command takes up where this one stopped.")
        sys.exit(130)
