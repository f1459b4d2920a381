"""`./course` and `course.cmd`: how they start, from where, and what they hand over."""

import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from ci import cli, surroundings
from ci.paths import ROOT

POSIX = os.name == "posix"


@unittest.skipUnless(POSIX, "the door of POSIX")
class DoorTest(unittest.TestCase):
    """`./course` as it is called: by its shell, from anywhere, with next to no environment."""

    def course(self, door, *arguments, **environment):
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "JAVA_HOME")}
        environment = kept | {"PYTHON": sys.executable} | environment
        done = subprocess.run([door, *arguments], env=environment, capture_output=True, timeout=60)
        return done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8")

    def test_from_a_linked_folder_with_spaces_in_the_c_locale_without_a_home(self):
        with tempfile.TemporaryDirectory(suffix=" Übung 猫") as folder:
            linked = Path(folder, "der Kurs")
            linked.symlink_to(ROOT, target_is_directory=True)
            code, out, err = self.course(linked / "course", "models", "googlenet", LC_ALL="C")
        self.assertEqual((code, err), (0, ""))
        self.assertIn("3×224×224", out)
        self.assertIn("3 models", out)

    def test_settles_the_surroundings(self):
        """Without a JDK the doctor starts no kernel and is done in a moment."""
        with tempfile.NamedTemporaryFile() as home:
            _, out, _ = self.course(ROOT / "course", "doctor", HOME=home.name, JAVA_HOME=home.name)
        self.assertRegex(out, r"ok   folder .*JUPYTER_DATA_DIR.* in \.home: the home is missing or takes no files")

    def test_by_a_link_to_itself(self):
        with tempfile.TemporaryDirectory() as folder:
            link, further = Path(folder, "convnets"), Path(folder, "c n")
            link.symlink_to(ROOT / "course")
            further.symlink_to("convnets")
            self.assertIn("doctor", self.course(further, "help")[1])

    def test_with_a_cdpath_that_misleads(self):
        done = subprocess.run(
            [Path(ROOT.name, "course"), "help"],
            cwd=ROOT.parent,
            env=os.environ | {"CDPATH": f"{ROOT.parent}:."},
            capture_output=True,
        )
        self.assertEqual((done.returncode, done.stderr), (0, b""))

    def test_a_terminal_without_a_sign_is_no_failure(self):
        code, out, err = self.course(ROOT / "course", "models", "googlenet", PYTHONIOENCODING="ascii")
        self.assertEqual((code, err), (0, ""))
        self.assertIn("3?224?224", out)


class BecomeTest(unittest.TestCase):
    @unittest.skipUnless(POSIX, "Windows has no exec")
    def test_another_program_takes_our_place(self):
        then = [sys.executable, "-c", "import os; print(os.getpid())"]
        now = f"import os; from ci.console import become; print(os.getpid(), flush=True); become({then!r})"
        done = subprocess.run([sys.executable, "-c", now], cwd=ROOT, capture_output=True, check=True)
        first, second = done.stdout.split()
        self.assertEqual(first, second)

    def test_so_does_jupyterlab_for_it_ends_its_kernels_itself(self):
        with mock.patch.object(cli, "become") as become, mock.patch.object(cli.os, "chdir"):
            options = cli.parse(["lab", "--no-browser"])
            options.work(options)
        (command,) = become.call_args.args
        self.assertEqual(command[1:3], ["-m", "jupyterlab"])
        self.assertEqual(command[-1], "--no-browser")

    def test_jupyterlab_deletes_without_a_bin_where_there_is_none(self):
        for takes in (True, False):
            with mock.patch.object(cli, "become") as become, mock.patch.object(cli.os, "chdir"):
                with mock.patch.object(surroundings, "bin_takes", lambda folder, takes=takes: takes):
                    options = cli.parse(["lab"])
                    options.work(options)
            self.assertEqual("--FileContentsManager.delete_to_trash=False" in become.call_args.args[0], not takes)


class SourcesTest(unittest.TestCase):
    def test_line_ends_do_not_depend_on_gits_settings(self):
        if not (ROOT / ".git").exists():
            self.skipTest("not a clone")
        listed = subprocess.run(["git", "ls-files", "--eol"], cwd=ROOT, capture_output=True, check=True).stdout
        for line in listed.decode("utf-8").splitlines():
            inside, _, attribute, name = re.fullmatch(r"(\S+)\s+(\S+)\s+(attr/.*?)\s*\t(.*)", line).groups()
            wanted = "eol=crlf" if name.endswith(".cmd") else "eol=lf"
            self.assertTrue(inside in ("i/lf", "i/-text", "i/none"), f"{name} is committed with {inside}")
            self.assertTrue(wanted in attribute or attribute == "attr/-text", f"{name} has {attribute}")

    def test_windows_door_reads_arguments_outside_of_blocks(self):
        """In a block, a parenthesis of an argument would end it; `!` would be read as a variable's mark."""
        depth = 0
        lines = (ROOT / "course.cmd").read_text(encoding="ascii").splitlines()
        self.assertIn("setlocal EnableExtensions DisableDelayedExpansion", lines)
        for line in lines:
            if not line.startswith("rem"):
                plain = re.sub(r'"[^"]*"', "", line)
                self.assertFalse(depth and "%*" in line, line)
                depth += plain.count("(") - plain.count(")")
        self.assertEqual((depth, lines[-1]), (0, '%course_python% "%~dp0ci\\course.py" %*'))


if __name__ == "__main__":
    unittest.main()
