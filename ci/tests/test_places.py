"""The course in odd places: folders, homes, locales and line ends of readers' machines."""

import ast
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from ci import cli, place, surroundings
from ci.paths import ROOT
from ci.surroundings import OWN_HOME

POSIX = os.name == "posix"


class SurroundingsTest(unittest.TestCase):
    """Homes that cannot be used; a file stands for one that cannot be written, for root may write any folder."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.home = Path(folder.name).resolve()
        self.file = self.home / "file"
        self.file.write_text("", encoding="utf-8")

    def settled(self, home, **environment):
        """The environment after `settle`, where Python and Java see this home."""
        variables = {"PATH": os.environ["PATH"], "HOME": str(home), "USERPROFILE": str(home), **environment}
        with mock.patch.dict(os.environ, variables, clear=True):
            with mock.patch.object(surroundings, "java_home", lambda: Path(home)):
                surroundings.settle()
                self.maven = surroundings.maven_options()
                self.moved = surroundings.moved()
                return dict(os.environ)

    def test_a_home_that_can_be_written_is_used(self):
        environment = self.settled(self.home)
        self.assertEqual([value for value in environment.values() if value.startswith(str(OWN_HOME))], [])
        self.assertEqual((self.maven, self.moved), ([], None))

    def test_what_cannot_be_kept_in_the_home_goes_to_our_own(self):
        for home in (self.file, self.file / "below"):
            environment = self.settled(home)
            for name in ("DJL_CACHE_DIR", "CONVNETS_WEIGHTS", "JUPYTER_DATA_DIR", "JUPYTERLAB_SETTINGS_DIR"):
                self.assertTrue(environment[name].startswith(str(OWN_HOME)), name)
            self.assertEqual(self.maven, [f"-Dmaven.repo.local={OWN_HOME / 'm2'}"])
            self.assertIn("DJL_CACHE_DIR", self.moved)
            self.assertEqual(environment["HOME"], str(home))  # what is read there is still read there

    def test_a_home_from_which_no_program_may_run(self):
        with mock.patch.object(surroundings, "runs_programs", lambda folder: folder.name != ".djl.ai"):
            environment = self.settled(self.home)
        self.assertEqual(environment["DJL_CACHE_DIR"], str(OWN_HOME / "djl"))
        self.assertNotIn("JUPYTER_DATA_DIR", environment)

    @unittest.skipUnless(hasattr(os, "ST_NOEXEC"), "Linux only")
    def test_a_disk_tells_whether_programs_may_run(self):
        for flag, runs in ((os.ST_NOEXEC | os.ST_NOSUID, False), (os.ST_NOSUID, True)):
            with mock.patch.object(os, "statvfs", lambda folder, flag=flag: mock.Mock(f_flag=flag)):
                self.assertEqual(surroundings.runs_programs(self.home / "not" / "there"), runs)

    def test_a_home_that_is_no_path_is_none(self):
        self.assertFalse(surroundings.can_be_written(Path("?", ".m2")))

    def test_what_the_reader_has_set_stays(self):
        chosen = {"ENGINE_CACHE_DIR": "/e", "JUPYTER_DATA_DIR": "/j", "MAVEN_OPTS": "-Dmaven.repo.local=/m"}
        environment = self.settled(self.file, **chosen)
        self.assertNotIn("DJL_CACHE_DIR", environment)
        self.assertEqual(environment["JUPYTER_DATA_DIR"], "/j")
        self.assertEqual(self.maven, [])

    def test_one_folder_of_another_owner_moves_alone(self):
        (self.home / ".djl.ai").symlink_to(self.file)
        environment = self.settled(self.home)
        self.assertEqual(environment["DJL_CACHE_DIR"], str(OWN_HOME / "djl"))
        self.assertNotIn("JUPYTER_DATA_DIR", environment)

    @unittest.skipUnless(POSIX, "users without a home")
    def test_a_user_whom_the_system_does_not_know(self):
        import pwd

        with mock.patch.object(pwd, "getpwuid", side_effect=KeyError), mock.patch.dict(os.environ):
            del os.environ["HOME"]
            os.environ["JDK_JAVA_OPTIONS"] = "-Da=b"
            for _ in range(2):  # the second time in the environment
                surroundings.settle()
                self.assertEqual(os.environ["HOME"], str(OWN_HOME))
                self.assertEqual(os.environ["JDK_JAVA_OPTIONS"], f'-Da=b "-Duser.home={OWN_HOME}"')
            self.assertEqual(surroundings.java_home(), OWN_HOME)
            os.environ.update(HOME="/of/a/container", JDK_JAVA_OPTIONS="")
            surroundings.settle()
            self.assertEqual(os.environ["JDK_JAVA_OPTIONS"], '"-Duser.home=/of/a/container"')

    @unittest.skipUnless(sys.platform == "linux", "other systems have a bin for every disk")
    def test_the_bin_must_take_something_and_be_on_the_same_disk(self):
        for home, takes in ((self.home, True), (self.file, False), (Path("/proc"), False)):
            with mock.patch.dict(os.environ, XDG_DATA_HOME=str(home)):
                self.assertEqual(surroundings.bin_takes(self.home), takes, home)

    @unittest.skipUnless(POSIX, "locales of POSIX")
    def test_a_locale_without_utf8_is_replaced(self):
        for name in ("C", "POSIX", "xx_XX.UTF-8"):
            chosen = self.settled(self.home, LC_ALL=name)["LC_ALL"]
            self.assertIn(chosen, surroundings.UTF8_LOCALES)
        self.assertIn(self.settled(self.home, LANG="C").get("LC_ALL"), surroundings.UTF8_LOCALES)

    @unittest.skipUnless(POSIX, "locales of POSIX")
    def test_a_locale_with_utf8_stays(self):
        name = self.settled(self.home, LC_ALL="C")["LC_ALL"]
        self.assertEqual(self.settled(self.home, LC_ALL=name)["LC_ALL"], name)
        self.assertNotIn("LC_ALL", self.settled(self.home, LANG=name))


class PlaceTest(unittest.TestCase):
    def what(self, name):
        found = place.problem(Path(name))
        return found.what if found else None

    def test_spaces_and_any_language_are_fine(self):
        with tempfile.TemporaryDirectory(suffix=" Übung (1) & 猫 it's !x #5 100% +a @b=c") as folder:
            self.assertIsNone(self.what(folder))
            self.assertIsNone(self.what(Path(folder, "new", "folder")))

    def test_what_no_class_path_can_hold(self):
        self.assertIn("class path", self.what(f"/a{os.pathsep}b"))
        self.assertIn("line break", self.what("/a\nb"))

    @unittest.skipUnless(POSIX, "an address is a path elsewhere")
    def test_a_network_address(self):
        self.assertIn("network address", self.what("\\\\server\\share\\course"))

    def test_a_folder_that_cannot_be_written(self):
        with tempfile.NamedTemporaryFile() as file:
            self.assertIn("cannot be written", self.what(file.name))

    def test_a_disk_from_which_no_program_may_run(self):
        with mock.patch.object(place, "runs_programs", lambda folder: False):
            self.assertIn("no program may run", self.what(tempfile.gettempdir()))

    def test_a_name_that_java_cannot_read(self):
        with mock.patch.object(surroundings, "java_encoding", lambda: "ascii"):
            self.assertIn("Java cannot read the path /猫", self.what("/猫"))
            self.assertIsNone(self.what(tempfile.gettempdir()))


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
    def test_text_is_read_and_written_in_utf8(self):
        """Without an encoding Python takes the system's: on Windows often one that lacks our signs."""
        for file in [*sorted((ROOT / "ci").rglob("*.py")), ROOT / "ci" / "gpu-check", ROOT / "ci" / "places-check"]:
            for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(call, ast.Call) and lacks_encoding(call):
                    self.fail(f"{file.relative_to(ROOT)}:{call.lineno} names no encoding")

    def test_the_rule_knows_all_forms(self):
        for bad in ("open(f)", "open(f, 'w')", "p.open('a')", "p.read_text()", "p.write_text(t)", "run(c, text=True)"):
            self.assertTrue(lacks_encoding(ast.parse(bad).body[0].value), bad)
        for good in ("open(f, 'rb')", "p.read_text(encoding='utf-8')", "run(c)", "os.open(p, 0)", "Image.open(f)"):
            self.assertFalse(lacks_encoding(ast.parse(good).body[0].value), good)

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


def lacks_encoding(call: ast.Call) -> bool:
    """Whether a call reads or writes text in the encoding of the system."""
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    if "encoding" in named:
        return False
    if isinstance(named.get("text"), ast.Constant) and named["text"].value is True:
        return True
    if isinstance(call.func, ast.Name):
        return call.func.id == "open" and not _binary(call.args[1:2])
    if not isinstance(call.func, ast.Attribute):
        return False
    if call.func.attr == "open" and call.args and isinstance(call.args[0], ast.Constant):
        return str(call.args[0].value) in ("r", "w", "a", "x")
    return call.func.attr in ("read_text", "write_text")


def _binary(mode: list[ast.expr]) -> bool:
    return bool(mode) and isinstance(mode[0], ast.Constant) and "b" in mode[0].value


if __name__ == "__main__":
    unittest.main()
