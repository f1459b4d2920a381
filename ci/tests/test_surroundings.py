"""What readers' machines lack: a home that takes files, a locale that knows every name."""

import os
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from ci import surroundings
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

    def test_a_drive_that_is_gone_takes_nothing(self):
        with mock.patch.object(os.path, "exists", lambda path: False):
            self.assertFalse(surroundings.can_be_written(Path("/drive", "home")))

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


if __name__ == "__main__":
    unittest.main()
