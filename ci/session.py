"""A Java kernel at work: cells go in one by one, outputs and failures come back."""

import os
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from subprocess import STDOUT
from typing import Literal, TypeVar

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook, new_output

from ci.client import Client
from ci.console import Problem
from ci.memory import peak_mib
from ci.paths import KERNELS, TARGET

PATIENCE = (30, 60, 120)
"""Seconds for each start of a kernel until it must answer.

Its ports are free when they are chosen, and may be taken when it binds them, a second later. Then it dies or, where it
has begun to listen to others of them, says nothing for ever.
"""

Started = TypeVar("Started")

_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_alive: set["Session"] = set()
_stopping = threading.Event()


@dataclass(frozen=True)
class Failure:
    """Why a cell did not end well."""

    kind: Literal["error", "timeout", "dead"]
    text: str
    value: str = ""  # the error's message, as the kernel's reply has it


class Session:
    """One kernel, killed at the end: asking JJava to leave takes it three seconds."""

    def __init__(self, kernel: str, notebook: Path, *, fast: bool, threads: int | None = None, timeout: int = 600):
        """Starts the kernel named `kernel` in the notebook's folder.

        `threads` bounds the native threads (None: all cores); `timeout` is in seconds a cell.
        """
        self.kernel = kernel
        self.folder = notebook.resolve().parent
        self.log = TARGET / "run" / kernel / self.folder.name / f"{notebook.stem}.log"  # what the JVM prints
        self.timeout = timeout
        self.peak_mib: int | None = None  # of the last kernel's memory, once it is closed
        self.environment = {name: value for name, value in os.environ.items() if name != "CONVNETS_FAST"}
        if fast:
            self.environment["CONVNETS_FAST"] = "1"
        if threads:
            self.environment["OMP_NUM_THREADS"] = str(threads)
        self.restart()

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def restart(self) -> None:
        """A fresh kernel in place of the one before."""
        self.close()
        try:
            start_patiently(self._start)
        except SilentKernelError as error:
            raise Problem(f"the kernel {self.kernel} does not answer; what it said is in {self.log}") from error
        except OSError as error:
            raise Problem(f"the kernel {self.kernel} does not start ({error}). Try: ./course doctor") from error

    def run(self, cell: NotebookNode) -> Failure | None:
        """Executes a code cell; its outputs are left in the cell.

        Whether it ended well is told by the kernel's reply alone: outputs may be lost, and a cell may show anything.
        """
        _stop_if_told()
        if not cell.source.strip():
            cell.outputs = []
            return None
        self._client.timeout = self.timeout
        self._client.nb.cells.append(cell)
        try:
            self._client.execute_cell(cell, len(self._client.nb.cells) - 1)
        except CellTimeoutError:
            return Failure("timeout", f"no end after {self.timeout} s; --timeout SECONDS lets cells take longer")
        except DeadKernelError:
            return Failure("dead", "the kernel died")
        return _failure(self._client.reply, cell)

    def run_source(self, source: str) -> Failure | None:
        return self.run(new_code_cell(source))

    def close(self) -> None:
        """Kills the kernel; may be called twice."""
        if self in _alive:
            _alive.discard(self)
            self.peak_mib = peak_mib(self._client.km.provisioner.process)
            self._client._cleanup_kernel()

    def _start(self, patience: int) -> None:
        _stop_if_told()
        self._client = Client(
            new_notebook(),
            kernel_name=self.kernel,
            startup_timeout=patience,
            allow_errors=True,
            record_timing=False,
            shutdown_kernel="immediate",
        )
        self._client.log.setLevel("CRITICAL")  # what goes wrong is raised, or told by our caller
        manager = self._client.create_kernel_manager()
        manager.kernel_spec_manager.kernel_dirs = [str(KERNELS)]  # not another kernel of that name elsewhere
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with open(self.log, "wb") as log:
            self._client.start_new_kernel(cwd=str(self.folder), env=self.environment, stdout=log, stderr=STDOUT)
        _alive.add(self)
        try:
            self._client.start_new_kernel_client()
        except BaseException:
            _alive.discard(self)
            _kill(self)  # unless the client has: it does not where we are interrupted
            raise


class SilentKernelError(RuntimeError):
    """A kernel has not answered, however often it was started."""


def start_patiently(start: Callable[[int], Started]) -> Started:
    """Calls `start`, which starts a kernel and waits so many seconds for it, again where the kernel died or is silent."""
    for patience in PATIENCE:
        try:
            return start(patience)
        except RuntimeError as error:
            if not any(told in str(error) for told in ("Kernel died before replying", "Kernel didn't respond")):
                raise
            silent = error
    raise SilentKernelError(str(silent)) from silent


def kill_all() -> None:
    """Kills every kernel and lets no other start: the command was interrupted, maybe while threads use kernels."""
    _stopping.set()
    for session in list(_alive):
        _kill(session)


def _kill(session: Session) -> None:
    provisioner = session._client.km.provisioner if session._client.km else None
    if provisioner and provisioner.process:
        provisioner.process.kill()


def _stop_if_told() -> None:
    if _stopping.is_set():
        raise Problem("interrupted")


def _failure(reply: dict[str, str], cell: NotebookNode) -> Failure | None:
    """What a reply tells; an error whose output is lost is shown as the reply has it."""
    if reply["status"] == "ok":
        return None
    errors = [output for output in cell.outputs if output.output_type == "error"]
    if not errors:
        told = {key: reply.get(key, default) for key, default in (("ename", reply["status"]), ("evalue", ""))}
        errors = [new_output("error", **told, traceback=[])]
        cell.outputs += errors
    return Failure("error", error_text(errors[-1]), reply.get("evalue", ""))


def error_text(output: NotebookNode) -> str:
    """The text of an error output as a reader sees it, without colours."""
    lines = "\n".join(output.traceback or filter(None, [output.ename, output.evalue]))
    return _ANSI.sub("", lines).strip("-\n ")
