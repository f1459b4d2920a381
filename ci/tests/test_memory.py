"""The peak of a process's memory, as the systems tell it."""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from ci import memory, runner

HELD = 64
"""MiB that the process holds for a moment, and has given back when it is asked."""

SCRIPT = f"block = b'x' * ({HELD} << 20); del block; print('done', flush=True); input()"


class MemoryTest(unittest.TestCase):
    def setUp(self):
        self.process = subprocess.Popen(
            [sys.executable, "-c", SCRIPT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
        )
        self.addCleanup(self.end)
        self.assertEqual(self.process.stdout.readline().split(), [b"done"])

    def end(self):
        self.process.kill()
        self.process.communicate()

    @unittest.skipUnless(sys.platform in ("linux", "win32", "darwin"), "the system does not tell")
    def test_is_the_most_that_was_ever_held(self):
        self.assertTrue(HELD <= memory.peak_mib(self.process) < HELD + 100)

    @unittest.skipUnless(sys.platform == "linux", "counts in KiB, where macOS counts in bytes")
    def test_the_end_of_a_process_tells_the_same(self):
        alive = memory.peak_mib(self.process)
        before = memory.of_status(os.getpid(), "VmHWM") / memory.MIB  # counted too, for it was a copy of us once
        ended = memory._of_end(self.process.pid) / 1024
        self.assertGreater(ended, alive - 8)
        self.assertLess(ended, max(alive, before) + 8)
        self.assertIsNotNone(self.process.wait(timeout=5))  # subprocess copes with an end that others waited for

    def test_an_unknown_system_and_a_dead_process_say_nothing(self):
        with mock.patch.object(memory.sys, "platform", "sunos5"):
            self.assertIsNone(memory.peak_mib(self.process))
        self.end()
        self.assertIsNone(memory.peak_mib(self.process))
        self.assertIsNone(memory.peak_mib(None))

    def test_a_system_without_the_figure_says_nothing(self):
        with tempfile.TemporaryDirectory() as proc, mock.patch.object(memory, "PROC", Path(proc)):
            self.assertIsNone(memory.of_status(7, "VmHWM"))
            Path(proc, "7").mkdir()
            Path(proc, "7", "status").write_text("Name:\tjava\nVmRSS:\t  100 kB\n", encoding="utf-8")
            self.assertIsNone(memory.of_status(7, "VmHWM"))


class ResultTest(unittest.TestCase):
    def result(self, peak):
        return runner.Result("notebooks/a.ipynb", "java", True, 1.25, "", peak)

    def test_is_told(self):
        self.assertEqual(str(self.result(1234)), "passed     1.2 s  1,234 MiB  java    notebooks/a.ipynb")
        self.assertEqual(str(self.result(None)), "passed     1.2 s             java    notebooks/a.ipynb")

    def test_json_has_the_keys_that_scripts_rely_on(self):
        keys = {"notebook", "kernel", "passed", "seconds", "message", "peakMiB"}
        self.assertEqual(set(self.result(7).as_json()), keys)
        self.assertEqual(self.result(7).as_json()["peakMiB"], 7)
        self.assertIsNone(self.result(None).as_json()["peakMiB"])

    def test_a_chapter_that_needs_too_much_is_not_saved(self):
        self.assertEqual(runner.check_memory(None), [])
        self.assertEqual(runner.check_memory(2861), [])
        self.assertIn("2,862 MiB", *runner.check_memory(2862))


if __name__ == "__main__":
    unittest.main()
