"""The unit tests of these tools, in processes side by side, a class of tests at a time.

Most of them wait for a kernel that starts, on one core: with a second process the other core is not idle.
"""

import io
import multiprocessing
import os
import signal
import time
import unittest
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed

from ci import session
from ci.console import Tally
from ci.paths import ROOT

MOST = 4
"""Processes; each may hold a kernel."""

LONG = ["test_trial.TrialTest", "test_score.ScoreTest", "test_kernels.KernelTest", "test_trial.TrialInIJavaTest"]
"""What takes half a minute or more: it goes first, so that all processes end together."""


def run_all(tell: Callable[[str], None]) -> Tally:
    """Runs every class of `ci/tests`; `tell` gets the report of each that fails, as it comes."""
    loader = unittest.TestLoader()
    names = classes(loader.discover(str(ROOT / "ci" / "tests"), top_level_dir=str(ROOT)))
    names.sort(key=lambda name: LONG.index(_short(name)) if _short(name) in LONG else len(LONG))
    total = Tally(failures=[f"tools: {error}" for error in loader.errors])
    for tally, report in _side_by_side(names):
        total.merge(tally)
        if report:
            tell(report)
    return total


def classes(suite: unittest.TestSuite) -> list[str]:
    """The classes of tests in a suite by their names, in its order; what could not be loaded is not among them."""
    names = {}
    for each in suite:
        if isinstance(each, unittest.TestSuite):
            names |= dict.fromkeys(classes(each))
        elif type(each).__module__ != "unittest.loader":
            names[f"{type(each).__module__}.{type(each).__qualname__}"] = None
    return list(names)


def run_class(name: str) -> tuple[Tally, str]:
    """Runs the tests of one class; what came of them, and the report where one has failed."""
    start = time.monotonic()
    report = io.StringIO()
    try:
        outcome = unittest.TextTestRunner(report, verbosity=0).run(unittest.defaultTestLoader.loadTestsFromName(name))
    except KeyboardInterrupt:  # we are told to end
        try:
            session.kill_all()
            unittest.doModuleCleanups()
        finally:
            os._exit(130)
    failed = [str(test) for test, _ in outcome.failures + outcome.errors]
    tally = Tally(outcome.testsRun - len(failed), [f"tools: {test}" for test in failed])
    tally.seconds[f"tools: {_short(name)}"] = time.monotonic() - start
    return tally, report.getvalue() if failed else ""


def _short(name: str) -> str:
    return name.removeprefix("ci.tests.")


def _side_by_side(names: list[str]) -> Iterator[tuple[Tally, str]]:
    """What comes of each class, as it is done. An interruption ends the processes and their kernels."""
    processes = max(1, min(MOST, os.cpu_count() or 1))
    with ProcessPoolExecutor(processes, multiprocessing.get_context("spawn"), _listen_to_the_first) as pool:
        try:
            for done in as_completed([pool.submit(run_class, name) for name in names]):
                yield done.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for process in multiprocessing.active_children():
                process.terminate()
            raise


def _listen_to_the_first() -> None:
    """A terminal interrupts all processes at once: only the first, which then ends the others, is to act on it."""
    signal.signal(signal.SIGINT, lambda *_: None)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
