"""How the parts of `./course test` are put together; none of them runs here."""

import contextlib
import io
import sys
import threading
import unittest
from pathlib import Path
from unittest import mock

from ci import pool, suite, unit_tests
from ci.console import Problem, Tally
from ci.suite import Section


class PoolTest(unittest.TestCase):
    def test_gives_what_comes_of_every_item(self):
        for jobs in (1, 2, 5):
            self.assertEqual([0, 1, 4, 9], sorted(pool.each(lambda x: x * x, range(4), jobs)))

    def test_so_many_at_a_time(self):
        both = threading.Barrier(2, timeout=10)  # passed only by two at once
        self.assertEqual(4, len(list(pool.each(lambda _: both.wait(), range(4), 2))))

    def test_an_item_is_taken_when_its_turn_comes(self):
        seen = []

        def items():
            for item in range(4):
                yield item, list(seen)

        for item, known in pool.each(lambda item: item, items(), 1):
            self.assertGreaterEqual(len(known), item - 1)
            seen.append(item)

    def test_an_error_ends_all_kernels(self):
        with mock.patch.object(pool.session, "kill_all") as kill_all, self.assertRaises(ZeroDivisionError):
            list(pool.each(lambda x: 1 // x, [1, 0, 1], 2))
        kill_all.assert_called_once()


class LanesTest(unittest.TestCase):
    """Files that tell, by their names, how many seconds they say they take."""

    def setUp(self):
        self.taken = []
        self.files = [Path("/a/1"), Path("/a/30"), Path("/a/4")]

    def section(self, name, work=None):
        def note(file):
            self.taken.append((name, file.name))
            return Tally(1, seconds={f"{file} in {name}": float(file.name)}), f"{name} {file.name}"

        return Section(name, self.files, work or note)

    def run_in_lanes(self, *sections):
        total, told = Tally(), io.StringIO()
        with mock.patch.object(suite, "LANES", 1), contextlib.redirect_stdout(told):
            suite.run_in_lanes(list(sections), total)
        return total, told.getvalue()

    def test_what_has_taken_long_goes_first(self):
        total, _ = self.run_in_lanes(self.section("first"), self.section("second"), self.section("third"))
        self.assertEqual(9, total.passed)
        self.assertEqual(["1", "30", "4"], [name for section, name in self.taken if section == "first"])
        self.assertEqual(["30", "4", "1"], [name for section, name in self.taken if section == "third"])

    def test_each_section_is_told_of_when_it_is_over(self):
        _, told = self.run_in_lanes(self.section("first"), self.section("second"))
        lines = told.splitlines()
        self.assertEqual(["first 1", "first 30", "first 4"], lines[:3])
        self.assertRegex(lines[3], r"^== first: 3 passed, 0 failed, \d+\.\d s$")
        self.assertRegex(lines[-1], r"^== second: 3 passed, 0 failed, ")

    def test_a_problem_costs_one_file(self):
        def work(file):
            if file.name == "30":
                raise Problem("no kernel")
            return Tally(1), ""

        total, told = self.run_in_lanes(self.section("first", work), self.section("second"))
        self.assertEqual((5, ["first, /a/30: no kernel"]), (total.passed, total.failures))
        self.assertIn("FAILED  first, /a/30: no kernel\n== first: 2 passed, 1 failed", told)


class UnitTestsTest(unittest.TestCase):
    def test_a_class_tells_what_came_of_it(self):
        class Given(unittest.TestCase):
            def test_right(self):
                pass

            def test_wrong(self):
                self.fail("sought")

        name = f"{__name__}.Given"
        with mock.patch.object(sys.modules[__name__], "Given", Given, create=True):
            tally, report = unit_tests.run_class(name)
        self.assertEqual((1, 1), (tally.passed, len(tally.failures)))
        self.assertIn("test_wrong", tally.failures[0])
        self.assertIn("sought", report)
        self.assertEqual([f"tools: {name.removeprefix('ci.tests.')}"], list(tally.seconds))

    def test_one_that_passes_has_no_report(self):
        name = f"{PoolTest.__module__}.{PoolTest.__qualname__}"
        tally, report = unit_tests.run_class(name)
        self.assertEqual((4, [], ""), (tally.passed, tally.failures, report))

    def test_classes_come_once_and_in_order(self):
        loader = unittest.TestLoader()
        loaded = loader.loadTestsFromModule(sys.modules[__name__])
        found = unit_tests.classes(unittest.TestSuite([loaded, loaded]))
        self.assertEqual([f"{__name__}.{name}" for name in ("LanesTest", "PoolTest", "UnitTestsTest")], found)
        self.assertEqual([], unit_tests.classes(unittest.TestSuite([loader.loadTestsFromName("ci.tests.nowhere")])))

    def test_long_ones_are_known(self):
        loaded = unittest.TestLoader().loadTestsFromNames([f"ci.tests.{name}" for name in unit_tests.LONG])
        self.assertEqual([f"ci.tests.{name}" for name in unit_tests.LONG], unit_tests.classes(loaded))


if __name__ == "__main__":
    unittest.main()
