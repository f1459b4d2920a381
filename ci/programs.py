"""The small Java programs of the library's package `convnets.cli`."""

import os
import subprocess

from ci.console import Problem
from ci.install import check_machine
from ci.kernels import ENVIRONMENT, JVM_OPTIONS
from ci.paths import JARS


def command(program: str, *arguments: str) -> list[str]:
    """What starts a program of `convnets.cli`."""
    return [check_machine().java, *JVM_OPTIONS, "-cp", str(JARS / "*"), f"convnets.cli.{program}", *arguments]


def environment() -> dict[str, str]:
    """The settings that the kernels have as well."""
    return os.environ | ENVIRONMENT


def output(program: str, *arguments: str) -> str:
    """Runs a program to its end; returns what it prints."""
    done = subprocess.run(command(program, *arguments), env=environment(), capture_output=True, encoding="utf-8")
    if done.returncode:
        raise Problem(f"{program} failed:\n{done.stderr.strip()}")
    return done.stdout
