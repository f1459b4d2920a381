import unittest
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

from ci import exercises, notebook
from ci.console import Problem
from ci.tests import samples


class StubTest(unittest.TestCase):
    def test_replaces_the_region_at_its_indentation(self):
        expected = 'static int twice(int x) {\n  throw Course.todo("05.1");\n}'
        self.assertEqual(expected, exercises.stub(samples.TWICE, "05.1"))

    def test_replaces_every_region(self):
        two = exercises.stub(samples.TWICE + "\n" + samples.TWICE, "05.1")
        self.assertEqual(2, two.count("throw Course.todo"))
        self.assertNotIn("SOLUTION", two)

    def test_refuses_a_region_that_is_not_whole(self):
        for source in ("int a;", "// BEGIN SOLUTION\nint a;", "int a; // BEGIN SOLUTION\n// END SOLUTION"):
            with self.subTest(source), self.assertRaises(Problem):
                exercises.stub(source, "05.1")


class StripTest(unittest.TestCase):
    def setUp(self):
        self.student = exercises.strip(samples.solutions())

    def test_keeps_ids_and_order_and_drops_other_answers(self):
        ids = "title set-up about-twice twice check-twice about-box box use-box check-box".split()
        self.assertEqual(ids, [cell.id for cell in self.student.cells])

    def test_drops_prose_that_tells_what_was_found(self):
        solved = samples.solutions()
        solved.cells.append(samples.prose("found", "It was twice as much."))
        solved.cells[-1].metadata["tags"] = ["solution-text"]
        self.assertEqual(notebook.text_of(self.student), notebook.text_of(exercises.strip(solved)))

    def test_drops_outputs(self):
        solved = samples.solutions()
        solved.cells[1].outputs = [notebook.nbformat.v4.new_output("stream", text="secret")]
        solved.cells[1].execution_count = 7
        self.assertEqual(notebook.text_of(self.student), notebook.text_of(exercises.strip(solved)))

    def test_gives_nothing_away(self):
        self.assertEqual([], exercises.leaks(samples.solutions(), self.student))

    def test_finds_a_leak_in_prose_whatever_the_spaces(self):
        self.student.cells[0].source = "Hint: `int  doubledValue = 2*x;`"
        (leak,) = exercises.leaks(samples.solutions(), self.student)
        self.assertIn("doubledValue", leak)

    def test_finds_a_leak_with_quotation_marks_in_metadata(self):
        solved = samples.solutions()
        solved.cells[3].source = solved.cells[3].source.replace("2 * x;", 'Integer.parseInt("2") * x;')
        self.student.cells[3].metadata["course"]["hint"] = 'int doubledValue = Integer.parseInt("2") * x;'
        self.assertEqual(1, len(exercises.leaks(solved, self.student)))

    def test_finds_a_line_of_a_right_answer(self):
        self.student.cells[0].source = "Think of static int twice(int x) { return x << 1; }"
        (leak,) = exercises.leaks(samples.solutions(), self.student)
        self.assertIn("x << 1", leak)

    def test_what_a_right_answer_shares_with_the_stub_is_no_leak(self):
        solved = samples.solutions()
        shift = next(cell for cell in solved.cells if cell.id == "twice-shift")
        shift.source = "static int twice(int x) {\n  return x << 1;\n}"
        self.assertEqual([], exercises.leaks(solved, self.student))


class CheckGeneratedTest(unittest.TestCase):
    def problems(self, change=lambda cells: None):
        solved = samples.solutions()
        change({cell.id: cell for cell in solved.cells})
        with TemporaryDirectory() as folder, mock.patch.object(exercises, "EXERCISES", Path(folder) / "exercises"):
            source = Path(folder) / "05-tiny.ipynb"
            notebook.write(solved, source)
            notebook.write(exercises.strip(solved), exercises.EXERCISES / source.name)
            return exercises.check_generated(source)

    def test_accepts_good_exercises(self):
        self.assertEqual([], self.problems())

    def test_wants_three_wrong_and_two_right_answers(self):
        def retag(cells):
            cells["twice-five"].metadata["tags"] = []
            cells["box-sum"].metadata["tags"] = []

        wrong, right = self.problems(retag)
        self.assertIn("05.1: fewer than 3 wrong answers", wrong)
        self.assertIn("05.2: fewer than 2 right answers", right)

    def test_wants_a_word_on_each_other_answer(self):
        def silence(cells):
            cells["box-turned"].source = cells["box-turned"].source.split("\n", 1)[1]

        self.assertEqual(["box-turned: no comment at its start says what it does"], self.problems(silence))

    def test_wants_the_hint_in_the_check(self):
        def rewrite(cells):
            cells["twice"].metadata["course"]["hint"] = "Three times."
            del cells["box"].metadata["course"]["hint"]

        other, none = self.problems(rewrite)
        self.assertIn("05.1: its check does not give its hint: Three times.", other)
        self.assertIn("05.2: its check does not give its hint: it has none", none)


class ExercisesOfTest(unittest.TestCase):
    def test_gathers_checks_and_answers(self):
        twice, box = exercises.exercises_of(samples.solutions())
        self.assertEqual(("05.1", 2), (twice.id, twice.points))
        self.assertEqual(["check-box"], [cell.id for cell in box.checks])
        self.assertEqual(["box-minus", "box-same", "box-new"], [cell.id for cell in box.wrong_answers])
        self.assertEqual(["box-sum", "box-turned"], [cell.id for cell in box.right_answers])

    def test_refuses_amiss_metadata(self):
        for change in ({"id": None}, {"points": 0}, {"points": "2"}, {"id": "05.2"}):
            broken = samples.solutions()
            broken.cells[3].metadata["course"].update(change)
            with self.subTest(change), self.assertRaises(Problem):
                exercises.exercises_of(broken)


