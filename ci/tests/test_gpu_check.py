"""What `ci/gpu-check` makes of what JUnit tells; the tests themselves need a GPU."""

import contextlib
import importlib.util
import io
import sys
import threading
import unittest
from importlib.machinery import SourceFileLoader

from ci.paths import ROOT

FEED = """\
JUnit Jupiter > OneTest > first() :: STARTED
JUnit Jupiter > OneTest > first() :: SUCCESSFUL
JUnit Jupiter > OneTest > second(int) > [1] 5 :: STARTED
JUnit Jupiter > OneTest > second(int) > [1] 5 :: FAILED
\tjava.lang.AssertionError: why
\t\tand where
JUnit Jupiter > TwoTest > skipped() :: SKIPPED
JUnit Jupiter > TwoTest > endless() :: STARTED
"""


def load():
    loader = SourceFileLoader("gpu_check", str(ROOT / "ci" / "gpu-check"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("gpu_check", loader))
    sys.modules["gpu_check"] = module  # where dataclasses look
    loader.exec_module(module)
    return module


class FeedTest(unittest.TestCase):
    def setUp(self) -> None:
        self.check = load()
        self.results = self.check.Results(["convnets.nn.OneTest", "convnets.nn.TwoTest", "convnets.nn.ThreeTest"])
        told = io.StringIO()
        with contextlib.redirect_stdout(told):
            self.check.follow(FEED.splitlines(keepends=True), self.results, threading.Lock())
        self.told = told.getvalue()

    def test_tells_what_failed_and_why(self) -> None:
        self.assertEqual(self.results.failed, ["OneTest > second(int) > [1] 5"])
        self.assertIn("OneTest: 1 successful, 1 failed", self.told)
        self.assertIn("java.lang.AssertionError: why", self.told)
        self.assertNotIn("and where", self.told)

    def test_knows_what_had_begun(self) -> None:
        self.assertEqual(self.results.not_ended, ["TwoTest > endless()"])
        self.assertEqual(self.results.left(), ["convnets.nn.ThreeTest"])


class PortionsTest(unittest.TestCase):
    def test_all_classes_are_in_one(self) -> None:
        check = load()
        names = [f"convnets.{package}.T{i}Test" for package in ("nn", "new", "train") for i in range(8)] + ["convnets.ATest"]
        portions = check.portions(names)
        self.assertEqual(sorted(name for portion in portions for name in portion), sorted(names))
        self.assertEqual(portions[0][0], "convnets.train.T0Test")
        self.assertLessEqual(max(map(len, portions)), check.CLASSES_EACH)


if __name__ == "__main__":
    unittest.main()
