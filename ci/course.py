"""Where `course` and `course.cmd` hand over: sets up what is missing, then goes on inside the environment.

Started twice: first by whichever Python the reader has, then by the environment's own.
"""

import os
import sys

# The tools are the package `ci`; its folder must not hide modules of the standard library.
sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

from ci import cli, surroundings  # noqa: E402
from ci.console import Problem, become, progress  # noqa: E402
from ci.install import environment_ready, set_up  # noqa: E402
from ci.paths import VENV, VENV_PYTHON, real  # noqa: E402


def main(arguments: list[str]) -> int:
    sys.stdout.reconfigure(line_buffering=True, errors="replace")  # a terminal may lack a sign; that is no failure
    surroundings.settle()
    options = cli.parse(arguments)
    inside = real(sys.prefix) == real(VENV)
    if not inside:
        if options.needs_set_up:
            set_up()
        if environment_ready():
            return become([str(VENV_PYTHON), __file__, *arguments])
    return cli.execute(options)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Problem as problem:
        progress(str(problem))
        sys.exit(1)
    except KeyboardInterrupt:
        progress("\nInterrupted. The same command takes up where this one stopped.")
        sys.exit(130)
