"""The scorer and the proofs in a real kernel."""

import unittest
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

from ci import exercises, notebook, proofs, score
from ci.console import Problem
from ci.tests import samples

RIGHT_BOX = exercises._REGION.sub("    return new Box(value + more);", samples.BOX)
RIGHT_TWICE = "static int twice(int x) { return x + x; }"


class KernelTest(unittest.TestCase):
    def setUp(self):
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.chapter = self.folder / "05-tiny.ipynb"
        notebook.write(samples.solutions(), self.chapter)
        patch = mock.patch.object(exercises, "SOLUTIONS", self.folder)
        patch.start()
        self.addCleanup(patch.stop)


class ProofTest(KernelTest):
    def test_proves_good_exercises(self):
        tally = proofs.prove(self.chapter)
        self.assertEqual([], tally.failures)
        self.assertEqual(14, tally.passed)  # two exercises: a stub, three wrong answers, two right ones, a solution

    def test_tells_what_does_not_hold(self):
        broken = samples.solutions()
        cells = {cell.id: cell for cell in broken.cells}
        cells["twice-plus"].source = RIGHT_TWICE  # a wrong answer that is right
        cells["twice-once"].metadata["course"]["expect"] = "got 99"
        cells["box"].source = cells["box"].source.replace("    // END SOLUTION\n", "    // END SOLUTION\n    return this;\n")
        cells["box-same"].source = "record Box(int value) { int plus }"
        cells["twice-shift"].source = "static int twice(int x) { return x << 2; }"  # a right answer that is wrong
        cells["twice-five"].source = 'static int twice(int x) { throw new RuntimeException("Wrong: 05.1"); }'
        notebook.write(broken, self.chapter)
        failures = "\n".join(proofs.prove(self.chapter).failures)
        for part in ("05.1 twice-plus: is right", "05.1 twice-once: its message", "05.2 stub: is error", "box-same: is error", "05.1 twice-shift: is wrong", "05.1 twice-five: its message lacks “Hint: ”"):
            self.assertIn(part, failures)


class ScoreTest(KernelTest):
    def score(self, **answers):
        """Scores the student's notebook with these texts in place of cells; a None takes the cell out."""
        student = exercises.strip(samples.solutions())
        for cell in student.cells:
            cell.source = answers.get(cell.id.replace("-", "_"), cell.source) or ""
        student.cells = [cell for cell in student.cells if cell.source]
        return self.score_notebook(student)

    def score_notebook(self, student):
        path = self.folder / "elsewhere" / "homework (1).ipynb"
        notebook.write(student, path)
        return {each.id: each for each in score.score_file(path)}

    def verdicts(self, **answers):
        return [each.verdict for each in self.score(**answers).values()]

    def test_right_answers(self):
        scores = self.score(twice=RIGHT_TWICE, box=RIGHT_BOX)
        self.assertEqual([2, 3], [each.points for each in scores.values()])
        self.assertEqual("5 of 5 points", score.summary(list(scores.values())))

    def test_untouched_stubs_and_missing_cells_are_not_started(self):
        self.assertEqual(["not started", "not started"], self.verdicts(box=None))

    def test_a_wrong_answer_says_why_and_costs_one_exercise(self):
        scores = self.score(twice="static int twice(int x) { return 7; }", box=RIGHT_BOX)
        self.assertEqual("Wrong: 05.1: expected 6, got 7. Hint: Two times.", scores["05.1"].message)
        self.assertEqual("right", scores["05.2"].verdict)

    def test_what_does_not_compile_is_an_error(self):
        scores = self.score(twice="static int twice(int x) { return }", box=RIGHT_BOX)
        self.assertEqual(["error", "right"], [each.verdict for each in scores.values()])
        self.assertIn("illegal start of expression", scores["05.1"].message)

    def test_checks_are_pristine(self):
        self.assertEqual(["wrong", "not started"], self.verdicts(twice="int twice(int x) { return 1; }", check_twice="1"))
        self.assertEqual(["wrong", "not started"], self.verdicts(twice="int twice(int x) { return 1; }", check_twice=None))

    def test_course_cannot_be_replaced(self):
        cheat = RIGHT_TWICE + samples.COURSE
        self.assertEqual("error", self.verdicts(twice=cheat)[0])
        student = exercises.strip(samples.solutions())
        student.cells.insert(3, samples.code("mine", "class Course { static void check(String a, String b, Object c, Object d) {} }"))
        student.cells[4].source = "static int twice(int x) { return 1; }"
        self.assertEqual("wrong", self.score_notebook(student)["05.1"].verdict)

    def test_cells_of_the_students_own_run_and_may_fail(self):
        student = exercises.strip(samples.solutions())
        student.cells[3].source = "static int twice(int x) { return mine(x); }"
        student.cells.insert(3, samples.code("helper", "static int mine(int x) { return 2 * x; }"))
        student.cells.insert(3, samples.code("slip", "int oops = 1 / 0;"))
        self.assertEqual("right", self.score_notebook(student)["05.1"].verdict)

    def test_answers_are_found_without_cell_ids(self):
        student = exercises.strip(samples.solutions())
        student.cells[3].source = RIGHT_TWICE
        for index, cell in enumerate(student.cells):
            cell.id = f"lost-{index}"
        self.assertEqual("right", self.score_notebook(student)["05.1"].verdict)

    def test_an_endless_loop_and_a_dead_kernel_cost_one_exercise(self):
        endless = "static int twice(int x) { while (true) x++; }"
        with mock.patch.object(score, "CELL_TIMEOUT", 3):
            scores = self.score(twice=endless, box=RIGHT_BOX)
        self.assertEqual(["error", "right"], [each.verdict for each in scores.values()])
        self.assertIn("no end after 3 s", scores["05.1"].message)
        halt = "static int twice(int x) { ProcessHandle.current().destroyForcibly(); Runtime r = Runtime.getRuntime();\n r.halt(1); return 0; }"
        self.assertEqual(["error", "right"], self.verdicts(twice=halt, box=RIGHT_BOX))

    def test_names_what_is_no_homework(self):
        stranger = samples.notebook(samples.code("other", "1"))
        with self.assertRaisesRegex(Problem, "no exercise of this course"):
            self.score_notebook(stranger)
        for text in ("no json", '{"a": 1}', "[]", '{"nbformat": 4, "cells": [{}]}'):
            path = self.folder / "broken.txt"
            path.write_text(text)
            with self.subTest(text), self.assertRaisesRegex(Problem, "not a notebook"):
                score.score_file(path)
        with self.assertRaisesRegex(Problem, "cannot be read"):
            score.score_file(self.folder / "nowhere.ipynb")
