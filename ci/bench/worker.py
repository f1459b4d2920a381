"""The two processes that do the work. Both speak the language of `convnets.cli.RunWorkload`."""

import json
import os
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path

from ci import programs
from ci.console import Problem
from ci.memory import MIB, of_status
from ci.paths import ROOT, TARGET, shown

LOGS = TARGET / "bench"

PATIENCE = 10
"""Seconds that a process has to end by itself once it is asked for nothing more."""


@dataclass(frozen=True)
class Setting:
    """What is asked for; `convnets.cli.Workload.Setting` explains the fields."""

    workload: str
    model: str = ""
    batch: int = 0
    size: int = 0
    form: str = ""
    images: int = 0


class Worker:
    """A process that makes work ready, then does it as often as it is told. Two must not be told at once."""

    def __init__(self, name: str, command: list[str], environment: dict[str, str]) -> None:
        LOGS.mkdir(parents=True, exist_ok=True)
        self._log = LOGS / f"{name}.log"
        self._name = name
        with open(self._log, "wb") as log:
            self._process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                encoding="utf-8",
            )

    def __enter__(self) -> "Worker":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def prepare(self, setting: Setting) -> None:
        """Makes work ready, in place of the work before."""
        self._ask(f"prepare {json.dumps(asdict(setting))}")

    def run(self, times: int) -> float:
        """Does the work so many times; returns the seconds it took, as the process itself saw them."""
        return self._ask(f"run {times}")

    def memory(self, key: str) -> float:
        """A figure of /proc/PID/status in MiB: VmRSS, what is resident now, or VmHWM, the most there ever was."""
        figure = of_status(self._process.pid, key)
        if figure is None:
            raise Problem("this system does not tell the memory of a process")
        return figure / MIB

    def close(self) -> None:
        """Ends the process; what it starts itself (PyTorch's loaders) ends with it."""
        try:
            self._process.stdin.close()
            self._process.wait(PATIENCE)
        except (OSError, subprocess.TimeoutExpired):
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    def _ask(self, request: str) -> float:
        try:
            self._process.stdin.write(f"{request}\n")
            self._process.stdin.flush()
            verdict, _, rest = self._process.stdout.readline().strip().partition(" ")
        except OSError:
            verdict = ""
        if verdict == "done":
            return float(rest)
        why = rest if verdict == "failed" else f"it has ended; what it said is in {shown(self._log)}"
        raise Problem(f"{self._name}: {why}")


def ours(threads: int, device: str = "cpu") -> Worker:
    """The library, as the kernels start it, on "cpu" or "gpu"."""
    environment = programs.environment() | {"OMP_NUM_THREADS": str(threads), "CONVNETS_DEVICE": device}
    return Worker("convnets", programs.command("RunWorkload"), environment)


def pytorch(python: Path, threads: int, device: str = "cpu") -> Worker:
    """PyTorch, as a user starts it, on "cpu" or "gpu"."""
    name = {"cpu": "cpu", "gpu": "cuda"}[device]
    return Worker("pytorch", [str(python), "-m", "ci.bench.pytorch", str(threads), name], dict(os.environ))
