import tempfile
import unittest
from pathlib import Path
from unittest.mock import patch

from ci import exercises, skeleton, structure
from ci.console import Problem
from ci.notebook import read, write

NAME = "06-some-idea"


class TemplatesTest(unittest.TestCase):
    def setUp(self):
        self.chapter = skeleton.build(skeleton.CHAPTER, NAME)
        self.solutions = skeleton.build(skeleton.EXERCISES, NAME)

    def test_keep_the_rules(self):
        self.assertEqual([], structure.check_structure(self.chapter))
        self.assertEqual([], structure.check_chapter(self.chapter))
        self.assertEqual([], structure.check_structure(self.solutions))

    def test_bear_the_name(self):
        self.assertTrue(self.chapter.cells[0].source.startswith("# 6. Some idea\n"))
        self.assertTrue(self.solutions.cells[0].source.startswith("# Exercises 6. Some idea\n"))
        for notebook in (self.chapter, self.solutions):
            for cell in notebook.cells:
                self.assertNotRegex(cell.source + str(cell.metadata), "@[A-Z]+@")
        self.assertIn("(../exercises/06-some-idea.ipynb)", self.chapter.cells[-1].source)

    def test_have_four_exercises(self):
        found = exercises.exercises_of(self.solutions)
        self.assertEqual(["06.1", "06.2", "06.3", "06.4"], [each.id for each in found])
        points = sum(each.points for each in found)
        self.assertIn(f"{points} points", self.solutions.cells[0].source)


class CreateTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        for name in ("NOTEBOOKS", "SOLUTIONS"):
            patched = patch.object(skeleton, name, self.root / name)
            patched.start()
            self.addCleanup(patched.stop)

    def test_writes_what_can_be_read(self):
        chapter, solutions = skeleton.create(NAME)
        self.assertEqual(self.root / "NOTEBOOKS" / f"{NAME}.ipynb", chapter)
        self.assertEqual([], structure.check_structure(read(chapter)))
        self.assertEqual(4, len(exercises.exercises_of(read(solutions))))

    def test_writes_exercises_that_keep_the_rules(self):
        _, solutions = skeleton.create(NAME)
        with patch.object(exercises, "EXERCISES", self.root / "EXERCISES"):
            write(exercises.strip(read(solutions)), self.root / "EXERCISES" / solutions.name)
            self.assertEqual([], exercises.check_generated(solutions))

    def test_writes_over_nothing(self):
        _, solutions = skeleton.create(NAME)
        solutions.write_text("mine", encoding="utf-8")
        chapter = self.root / "NOTEBOOKS" / f"{NAME}.ipynb"
        chapter.unlink()
        with self.assertRaisesRegex(Problem, "exists already"):
            skeleton.create(NAME)
        self.assertEqual("mine", solutions.read_text(encoding="utf-8"))
        self.assertFalse(chapter.exists())

    def test_wants_a_number_and_words(self):
        for name in ("resnext", "6-resnext", "06-ResNeXt", "06-", "06-a/b", "../06-a"):
            with self.subTest(name), self.assertRaisesRegex(Problem, "as in 06-resnext"):
                skeleton.create(name)
