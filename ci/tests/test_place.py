"""Folders in which the course can live, and those that are refused by name."""

import os
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from ci import place, surroundings


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

    @unittest.skipUnless(os.name == "posix", "an address is a path elsewhere")
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


if __name__ == "__main__":
    unittest.main()
