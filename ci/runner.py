"""Executes notebooks, each from the top in a fresh kernel, and checks what they show."""

import copy
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from nbformat import NotebookNode

from ci import book, outputs, pace, pool
from ci.console import Problem
from ci.kernels import JJAVA
from ci.memory import MIB
from ci.notebook import code_cells, course, normalise, read, sources_key, strip_outputs, tags, write
from ci.paths import NOTEBOOKS, SOLUTIONS, TARGET, shown
from ci.session import Session
from ci.structure import check_structure

CELL_TIMEOUT = {True: 600, False: 3600}
"""Seconds that a cell may take on an ordinary machine, by fast mode: far more than the budget, to end what hangs."""

MOST_MEMORY = 3_000_000_000
"""Bytes that the kernel of a chapter may hold, so that the course runs on small machines."""


@dataclass(frozen=True)
class Result:
    """How the execution of one notebook went; the keys of `run --json`."""

    notebook: str
    kernel: str
    passed: bool
    seconds: float
    message: str
    peak_mib: int | None = None
    """The most memory that the kernel held; None where the system does not tell."""

    def __str__(self) -> str:
        verdict = "passed" if self.passed else "FAILED"
        memory = "" if self.peak_mib is None else f"{self.peak_mib:,} MiB"
        line = f"{verdict}  {self.seconds:6.1f} s  {memory:>9}  {self.kernel:6}  {self.notebook}  {self.message}"
        return line.rstrip()

    def as_json(self) -> dict[str, object]:
        values = asdict(self)
        return values | {"peakMiB": values.pop("peak_mib")}


@dataclass(frozen=True)
class Mode:
    """How notebooks are run: amounts (fast or full), kernel, how many at a time, whether outputs are kept, and limits."""

    fast: bool = True
    kernel: str = JJAVA
    jobs: int = 2
    save: bool = False
    timeout: int | None = None  # seconds a cell; None: as long as fits this machine


def committed_notebooks() -> list[Path]:
    return sorted(NOTEBOOKS.glob("*.ipynb")) + sorted(SOLUTIONS.glob("*.ipynb"))


def run_all(paths: list[Path], mode: Mode, tell: Callable[[Result], None]) -> list[Result]:
    """Executes the notebooks, `mode.jobs` at a time; `tell` gets each result as it comes."""
    jobs = max(1, min(mode.jobs, len(paths)))
    results = []
    for result in pool.each(lambda path: run_one(path, mode, pool.threads_each(jobs)), paths, jobs):
        results.append(result)
        tell(result)
    return results


def run_one(path: Path, mode: Mode, threads: int | None) -> Result:
    """Executes one notebook and checks it; the executed copy and its page lie under `target/run/`."""
    start = time.monotonic()
    try:
        problems, peak = _run_and_check(path, mode, threads)
    except Problem as problem:
        problems, peak = [str(problem)], None
    seconds = round(time.monotonic() - start, 1)
    return Result(shown(path), mode.kernel, not problems, seconds, "; ".join(problems), peak)


def _run_and_check(path: Path, mode: Mode, threads: int | None) -> tuple[list[str], int | None]:
    """What is wrong, and the kernel's peak of memory."""
    committed = read(path)
    notebook = copy.deepcopy(committed)
    strip_outputs(notebook)
    problems, peak = _execute(notebook, path, mode, threads)
    if not problems:
        normalise(notebook)
        problems = outputs.check_outputs(notebook) + same_outputs(committed, notebook)
    where = TARGET / "run" / mode.kernel / path.resolve().parent.name
    write(notebook, where / path.name)
    book.write_page(notebook, where / f"{path.stem}.html")
    if mode.save:
        problems = problems or check_structure(notebook) + check_memory(peak)
        if not problems:
            save(notebook, path)
    return problems, peak


def check_memory(peak: int | None) -> list[str]:
    """Whether a chapter runs on a small machine: a laptop of 4 GB has more to hold than a kernel."""
    if peak is None or peak * MIB <= MOST_MEMORY:
        return []
    return [f"its kernel held {peak:,} MiB, more than {MOST_MEMORY / 1e9:.0f} GB; take smaller batches or less data"]


def save(notebook: NotebookNode, path: Path) -> None:
    """Writes an executed notebook back over the committed one, with the record of what was run."""
    notebook.metadata["course"] = course(notebook) | {"mode": "full", "sources": sources_key(notebook)}
    write(notebook, path)


def same_outputs(committed: NotebookNode, executed: NotebookNode) -> list[str]:
    """Cells tagged `same-output` must say again what the committed notebook says."""
    before = {cell.id: outputs.text_of(cell) for cell in code_cells(committed)}
    problems = []
    for cell in code_cells(executed):
        if "same-output" in tags(cell) and before.get(cell.id) and outputs.text_of(cell) != before[cell.id]:
            problems.append(f"{cell.id}: its output differs from the committed one")
    return problems


def _execute(notebook: NotebookNode, path: Path, mode: Mode, threads: int | None) -> tuple[list[str], int | None]:
    problems = []
    timeout = mode.timeout or pace.allowed(CELL_TIMEOUT[mode.fast])
    with Session(mode.kernel, path, fast=mode.fast, threads=threads, timeout=timeout) as kernel:
        for cell in code_cells(notebook):
            failure = kernel.run(cell)
            if failure:
                problems = [f"{cell.id}: {failure.text}"]
                break
    return problems, kernel.peak_mib
