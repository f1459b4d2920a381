"""The scorer and the proofs, in real kernels."""

import json
import unittest
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

from ci import exercises, notebook, proofs, score
from ci.console import Problem
from ci.kernels import JJAVA
from ci.paths import SOLUTIONS, TARGET
from ci.score import Scorer
from ci.session import Session
from ci.tests import samples
from ci.trial import Trial

RIGHT_BOX = exercises._REGION.sub("    return new Box(value + more);", samples.BOX)
RIGHT_TWICE = "static int twice(int x) { return x + x; }"
WRONG_TWICE = "static int twice(int x) { return 1; }"


def student(**answers):
    """The student's notebook with these texts in place of cells; a None takes the cell out."""
    given = exercises.strip(samples.solutions())
    for cell in given.cells:
        cell.source = answers.get(cell.id.replace("-", "_"), cell.source) or ""
    given.cells = [cell for cell in given.cells if cell.source]
    return given


class ScoreTest(unittest.TestCase):
    """All in one kernel: a student's notebook starts where the one before has ended."""

    @classmethod
    def setUpClass(cls):
        cls.solutions = samples.solutions()
        cls.session = cls.enterClassContext(Session(JJAVA, SOLUTIONS / "score.ipynb", fast=True, timeout=60))
        cls.trial = Trial(cls.session, cls.solutions)

    def scores(self, given):
        return {each.id: each for each in Scorer(self.trial, self.solutions, given).score()}

    def score(self, **answers):
        return self.scores(student(**answers))

    def verdicts(self, **answers):
        return [each.verdict for each in self.score(**answers).values()]

    def test_right_answers(self):
        scores = self.score(twice=RIGHT_TWICE, box=RIGHT_BOX)
        self.assertEqual([2, 3], [each.points for each in scores.values()])
        self.assertEqual("5 of 5 points", score.summary(list(scores.values())))

    def test_untouched_stubs_are_not_started(self):
        scores = self.score()
        self.assertEqual(["not started", "not started"], [each.verdict for each in scores.values()])
        self.assertEqual("Not started: exercise 05.1. Replace this line by your answer.", scores["05.1"].message)

    def test_a_wrong_answer_says_why_and_costs_one_exercise(self):
        scores = self.score(twice="static int twice(int x) { return 7; }", box=RIGHT_BOX)
        self.assertEqual("twice(3): expected 6, but got 7.\nHint: Two times.", scores["05.1"].message)
        self.assertEqual("right", scores["05.2"].verdict)
        line, hint = str(scores["05.1"]).splitlines()
        self.assertEqual("05.1    wrong        0/2  twice(3): expected 6, but got 7.", line)
        self.assertEqual("Hint: Two times.", hint.strip())

    def test_what_does_not_compile_is_an_error(self):
        scores = self.score(twice="static int twice(int x) { return }", box=RIGHT_BOX)
        self.assertEqual(["error", "right"], [each.verdict for each in scores.values()])
        self.assertIn("illegal start of expression", scores["05.1"].message)

    def test_the_text_of_an_answer_is_not_searched(self):
        answer = "// At Runtime nobody may exit early, by System.exit or setAccessible.\n" + RIGHT_TWICE
        self.assertEqual("right", self.verdicts(twice=answer)[0])

    def test_checks_are_pristine(self):
        self.assertEqual("wrong", self.verdicts(twice=WRONG_TWICE, check_twice="1")[0])
        self.assertEqual("wrong", self.verdicts(twice=WRONG_TWICE, check_twice=None)[0])

    def test_cells_of_the_students_own_run_and_may_fail(self):
        given = student(twice="static int twice(int x) { return mine(x); }")
        given.cells.insert(4, samples.code("later", "static int mine(int x) { return 2 * x; }"))
        given.cells.insert(3, samples.code("slip", "int oops = 1 / 0;"))
        self.assertEqual("right", self.scores(given)["05.1"].verdict)

    def test_an_answer_in_a_cell_of_the_students_own_counts(self):
        given = student(twice=None)
        given.cells.insert(3, samples.code("mine", "int twice(int value) { return 2 * value; }"))
        self.assertEqual("right", self.scores(given)["05.1"].verdict)

    def test_halves_of_an_answer_count(self):
        given = student(twice="static int twice(int x) {")
        given.cells.insert(4, samples.tagged(samples.code("half", "return 2 * x; }"), "exercise", id="05.1", points=2))
        self.assertEqual("right", self.scores(given)["05.1"].verdict)

    def test_what_was_found_twice_is_said_when_it_matters(self):
        given = student(twice=RIGHT_TWICE)
        given.cells.insert(4, samples.tagged(samples.code("other", WRONG_TWICE), "exercise", id="05.1", points=2))
        self.assertIn("Keep one, if that is not meant.", self.scores(given)["05.1"].message)

    def test_a_cell_that_spoils_the_notebook_is_left_out_and_named(self):
        given = student(twice=WRONG_TWICE, box=RIGHT_BOX)
        given.cells.insert(3, samples.code("mine", "class Integers {}"))
        given.cells.insert(4, samples.code("fake", "class Fake { void check(String id) {} }\nFake Course = new Fake();"))
        scores = self.scores(given)
        self.assertEqual(["wrong", "right"], [each.verdict for each in scores.values()])
        self.assertIn("Left out: your cell 5 (“class Fake {", scores["05.1"].message)
        self.assertIn("declares Course, which the notebook uses", scores["05.1"].message)

    def test_a_spoiling_cell_below_the_answer_does_not_cost_it(self):
        given = student(twice=RIGHT_TWICE)
        given.cells.insert(4, samples.code("fake", "int Course = 7;"))
        self.assertEqual("right", self.scores(given)["05.1"].verdict)

    def test_an_endless_loop_and_a_dead_kernel_cost_one_exercise(self):
        with mock.patch.object(self.session, "timeout", 5):
            scores = self.score(twice="static int twice(int x) { while (true) x++; }", box=RIGHT_BOX)
        self.assertEqual(["error", "right"], [each.verdict for each in scores.values()])
        self.assertIn("--timeout SECONDS", scores["05.1"].message)
        halt = "static int twice(int x) { Runtime.getRuntime().halt(1); return 0; }"
        self.assertEqual(["error", "right"], self.verdicts(twice=halt, box=RIGHT_BOX))

    def test_a_set_up_cell_that_fails_is_named_where_it_is_missed(self):
        solutions = samples.solutions()
        cells = {cell.id: cell for cell in solutions.cells}
        late = "static int late() { try { Thread.sleep(60_000); } catch (InterruptedException e) { } return 0; }"
        train = samples.code("train", late + "\nint trained = late();")
        solutions.cells.insert(solutions.cells.index(cells["about-box"]), train)
        cells["check-box"].source = samples.check("05.2", "grown.value()", "5 + trained", '"A new box."')
        given = exercises.strip(solutions)
        answered = {cell.id: cell for cell in given.cells}
        answered["twice"].source, answered["box"].source = WRONG_TWICE, RIGHT_BOX
        with Session(JJAVA, SOLUTIONS / "score.ipynb", fast=True, timeout=5) as session:
            scores = {each.id: each for each in Scorer(Trial(session, solutions), solutions, given).score()}
        self.assertNotIn("train", scores["05.1"].message)
        self.assertEqual("error", scores["05.2"].verdict)
        self.assertIn("The set-up cell train failed before: no end after 5 s", scores["05.2"].message)


class FileTest(unittest.TestCase):
    """Whole files, each in a kernel of its own."""

    def setUp(self):
        TARGET.mkdir(exist_ok=True)
        self.folder = Path(self.enterContext(TemporaryDirectory(dir=TARGET)))  # the path to the jars has no spaces
        self.chapter = self.folder / "05-tiny.ipynb"
        notebook.write(samples.solutions(), self.chapter)
        self.enterContext(mock.patch.object(exercises, "SOLUTIONS", self.folder))

    def test_scores_a_notebook_of_an_old_format_whatever_its_name(self):
        file = json.loads(notebook.text_of(student(twice=RIGHT_TWICE, box=None)))
        file["nbformat_minor"] = 0
        for cell in file["cells"]:
            del cell["id"]
        path = self.folder / "elsewhere" / "homework (1).ipynb"
        path.parent.mkdir()
        path.write_text(json.dumps(file), encoding="utf-8")
        scores = score.score_file(path)
        self.assertEqual(["right", "not started"], [each.verdict for each in scores])
        self.assertIn("No cell has the id “box”", scores[1].message)
        self.assertEqual("2 of 5 points", score.summary(scores))

    def test_names_what_is_no_homework(self):
        path = self.folder / "other.ipynb"
        notebook.write(samples.notebook(samples.code("other", "1")), path)
        with self.assertRaisesRegex(Problem, "no exercise of this course"):
            score.score_file(path)
        with self.assertRaisesRegex(Problem, "cannot be read"):
            score.score_file(self.folder / "nowhere.ipynb")

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
