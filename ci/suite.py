"""Everything CI does, in the order in which a failure is told soonest."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from ci import book, exercises, install, kernels, pool, proofs, runner, unit_tests
from ci.console import Problem, Tally
from ci.kernels import JJAVA
from ci.notebook import read
from ci.paths import NOTEBOOKS, ROOT, shown
from ci.structure import check_chapter, check_in_step, check_structure

FORKS = 2
"""JVMs that run the library's tests side by side, a class at a time."""

LANES = max(2, min(4, (os.cpu_count() or 1) + 1))
"""Kernels at a time: one more than there are cores, for a part of what each does is waiting."""

SUREFIRE = ROOT / "lib" / "target" / "surefire-reports"


@dataclass
class Section:
    """Work of one kind on some files, which goes on beside the end of the section before."""

    name: str
    files: list[Path]
    work: Callable[[Path], tuple[Tally, str]]
    """What came of a file, and what is printed of it."""
    tally: Tally = field(default_factory=Tally)
    done: int = 0
    start: float = 0.0

    def do(self, file: Path) -> tuple[Tally, str]:
        try:
            return self.work(file)
        except Problem as problem:
            return Tally(failures=[f"{self.name}, {shown(file)}: {problem}"]), ""

    def add(self, tally: Tally) -> None:
        self.tally.merge(tally)
        self.done += 1
        if self.done == len(self.files):
            _close(self.name, self.tally, self.start)


def run() -> Tally:
    """Runs every section, each whether or not the one before passed."""
    total = Tally()
    sections: list[tuple[str, Callable[[], Tally]]] = [
        ("sources of notebooks", check_sources),
        ("tools", check_tools),
        ("library", check_library),
    ]
    for name, section in sections:
        print(f"== {name}")
        start = time.monotonic()
        try:
            tally = section()
        except Problem as problem:
            tally = Tally(failures=[f"{name}: {problem}"])
        _close(name, tally, start)
        total.merge(tally)
    in_lanes = sections_in_lanes()
    print(f"== {', '.join(section.name for section in in_lanes)}: {LANES} at a time")
    run_in_lanes(in_lanes, total)
    print(f"== the slowest of {len(total.seconds)} parts")
    for part, seconds in total.slowest(10):
        print(f"{seconds:7.1f} s  {part}")
    return total


def _close(name: str, tally: Tally, start: float) -> None:
    for failure in tally.failures:
        print(f"FAILED  {failure}")
    print(f"== {name}: {tally}, {time.monotonic() - start:.1f} s")


def check_sources() -> Tally:
    """The structure of every committed notebook, its outputs in step with it, and the generated exercises."""
    tally = Tally()
    for path in runner.committed_notebooks():
        notebook = read(path)
        tally.add(f"{shown(path)} structure", check_structure(notebook))
        tally.add(f"{shown(path)} outputs", check_in_step(notebook, shown(path)))
        if path.parent == NOTEBOOKS:
            tally.add(f"{shown(path)} chapter", check_chapter(notebook))
    for path in exercises.chapters():
        tally.add(f"{shown(path)} exercises", exercises.check_generated(path))
    tally.add("exercises/", [f"{name} has no source in solutions/" for name in exercises.extra_exercises()])
    return tally


def check_tools() -> Tally:
    """The unit tests of this package."""
    return unit_tests.run_all(print)


def _settings() -> dict[str, str]:
    """A thread for each fork, for two that share the cores wait for each other, and memory as the kernels have it.

    What somebody has asked for otherwise stays.
    """
    wanted = {"OMP_NUM_THREADS": "1"} | kernels.ENVIRONMENT
    return {name: value for name, value in wanted.items() if name not in os.environ}


def check_library() -> Tally:
    """Maven's verify: formatting, warnings, unit tests."""
    shutil.rmtree(SUREFIRE, ignore_errors=True)
    tally = Tally()
    key = install.library_key()
    install.mark(library=None)
    try:
        install.maven(install.check_machine(), "verify", f"-DforkCount={FORKS}", log="verify", settings=_settings())
        install.mark(library=key)
    except Problem as problem:
        tally.add("library", [str(problem)])
    for report in sorted(SUREFIRE.glob("TEST-*.xml")):
        suite = ElementTree.parse(report).getroot()
        tally.seconds[f"library: {suite.get('name')}"] = float(suite.get("time", "0").replace(",", ""))
        for case in suite.iter("testcase"):
            if case.find("skipped") is None:
                bad = [each.get("message") or each.tag for each in case if each.tag in ("failure", "error")]
                tally.add(f"{case.get('classname')}.{case.get('name')}", bad)
    return tally


def sections_in_lanes() -> list[Section]:
    """The book, and all that takes a kernel for each of its files. Short files come last, so that all lanes end together."""
    sections = [
        Section("book", [book.SITE], check_book),
        Section(f"chapters in {JJAVA}", sorted(NOTEBOOKS.glob("*.ipynb")), check_execution(JJAVA)),
        Section("exercises", exercises.chapters(), check_exercises),
        Section(f"solutions in {JJAVA}", exercises.chapters(), check_execution(JJAVA)),
    ]
    others = [kernel for kernel in kernels.installed() if kernel != JJAVA]
    return sections + [
        Section(f"notebooks in {kernel}", runner.committed_notebooks(), check_execution(kernel)) for kernel in others
    ]


def run_in_lanes(sections: list[Section], total: Tally) -> None:
    """Runs the sections one after the other, some files at a time; adds what came of them to the total.

    A section begins while the last files of the one before are at work, so that no lane waits for another but at the
    very end. What has taken long before goes first.
    """

    def jobs() -> Iterator[tuple[Section, Path]]:
        for section in sections:
            section.start = time.monotonic()
            for file in sorted(section.files, key=lambda file: -_seconds(file, total)):
                yield section, file

    def do(job: tuple[Section, Path]) -> tuple[Section, Tally, str]:
        section, file = job
        return section, *section.do(file)

    for section, tally, line in pool.each(do, jobs(), LANES):
        if line:
            print(line)
        section.add(tally)
        total.merge(tally)


def _seconds(file: Path, total: Tally) -> float:
    """How long a file has taken so far, in whatever section."""
    return sum(seconds for part, seconds in total.seconds.items() if shown(file) in part)


def check_execution(kernel: str) -> Callable[[Path], tuple[Tally, str]]:
    """A notebook from the top, in fast mode."""
    mode = runner.Mode(fast=True, kernel=kernel)

    def check(path: Path) -> tuple[Tally, str]:
        result = runner.run_one(path, mode, pool.threads_each(LANES))
        name = f"{result.notebook} in {kernel}"
        tally = Tally(seconds={name: result.seconds})
        tally.add(name, [] if result.passed else [result.message])
        return tally, str(result)

    return check


def check_exercises(path: Path) -> tuple[Tally, str]:
    """Solutions right, stubs not started, wrong answers refused."""
    tally = proofs.prove(path, pool.threads_each(LANES))
    seconds = sum(tally.seconds.values())
    return tally, str(runner.Result(shown(path), "proofs", tally.ok, seconds, str(tally)))


def check_book(_: Path) -> tuple[Tally, str]:
    """The book can be made: every formula renders, nothing needs the network."""
    book.build_site()
    return Tally(passed=1), ""
