"""Everything CI does, in the order in which a failure is told soonest."""

import os
import shutil
import sys
import time
import unittest
from collections.abc import Callable
from xml.etree import ElementTree

from ci import book, exercises, install, kernels, proofs, runner
from ci.console import Problem, Tally
from ci.notebook import read
from ci.paths import NOTEBOOKS, ROOT, shown
from ci.structure import check_chapter, check_in_step, check_structure

FORKS = 2
"""JVMs that run the library's tests side by side, a class at a time."""

SUREFIRE = ROOT / "lib" / "target" / "surefire-reports"


def run() -> Tally:
    """Runs every section, each whether or not the one before passed."""
    total = Tally()
    sections: list[tuple[str, Callable[[], Tally]]] = [
        ("tools", check_tools),
        ("sources of notebooks", check_sources),
        ("library", check_library),
        *((f"notebooks in {kernel}", lambda kernel=kernel: check_execution(kernel)) for kernel in kernels.installed()),
        ("exercises", check_exercises),
        ("book", check_book),
    ]
    for name, section in sections:
        print(f"== {name}")
        start = time.monotonic()
        try:
            tally = section()
        except Problem as problem:
            tally = Tally(failures=[f"{name}: {problem}"])
        for failure in tally.failures:
            print(f"FAILED  {failure}")
        print(f"== {name}: {tally}, {time.monotonic() - start:.1f} s")
        total.merge(tally)
    print(f"== the slowest of {len(total.seconds)} parts")
    for part, seconds in total.slowest(10):
        print(f"{seconds:7.1f} s  {part}")
    return total


def check_tools() -> Tally:
    """The unit tests of this package."""
    tests = unittest.defaultTestLoader.discover(str(ROOT / "ci" / "tests"), top_level_dir=str(ROOT))
    outcome = unittest.TextTestRunner(stream=sys.stdout, verbosity=0, resultclass=_TimedResult).run(tests)
    failed = [str(test) for test, _ in outcome.failures + outcome.errors]
    return Tally(outcome.testsRun - len(failed), [f"tools: {name}" for name in failed], outcome.seconds)


class _TimedResult(unittest.TextTestResult):
    """Adds up the seconds of each module of tests."""

    def __init__(self, *arguments: object, **options: object):
        super().__init__(*arguments, **options)
        self.seconds: dict[str, float] = {}

    def startTest(self, test: unittest.TestCase) -> None:
        self._start = time.monotonic()
        super().startTest(test)

    def stopTest(self, test: unittest.TestCase) -> None:
        name = f"tools: {type(test).__module__}"
        self.seconds[name] = self.seconds.get(name, 0.0) + time.monotonic() - self._start
        super().stopTest(test)


def _settings() -> dict[str, str]:
    """A thread for each fork, unless somebody has asked for others: two that share the cores wait for each other."""
    return {} if "OMP_NUM_THREADS" in os.environ else {"OMP_NUM_THREADS": "1"}


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


def check_execution(kernel: str) -> Tally:
    """Every notebook from the top, in fast mode."""
    tally = Tally()
    mode = runner.Mode(fast=True, kernel=kernel)
    for result in runner.run_all(runner.committed_notebooks(), mode, print):
        tally.add(f"{result.notebook} in {kernel}", [] if result.passed else [result.message])
        tally.seconds[f"{result.notebook} in {kernel}"] = result.seconds
    return tally


def check_exercises() -> Tally:
    """Solutions right, stubs not started, wrong answers refused."""
    return proofs.prove_all(exercises.chapters())


def check_book() -> Tally:
    """The book can be made: every formula renders, nothing needs the network."""
    book.build_site()
    return Tally(passed=1)
