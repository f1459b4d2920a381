import unittest

from ci import notebook, structure
from ci.tests.samples import code, prose
from ci.tests.samples import notebook as of


def standard(*more):
    return of(
        prose("title", "# A chapter"),
        code("classpath", structure.CLASSPATH),
        code("init", "convnets.notebook.Course.init();"),
        *more,
    )


class StructureTest(unittest.TestCase):
    def assert_problem(self, part, broken):
        problems = structure.check_structure(broken)
        self.assertTrue(any(part in problem for problem in problems), problems)

    def test_accepts_a_good_notebook(self):
        self.assertEqual([], structure.check_structure(standard(prose("question"), code("answer", "1 + 1"))))

    def test_wants_the_standard_cells_first(self):
        self.assert_problem("first code cell", of(prose("title"), code("answer", "1 + 1")))
        self.assert_problem("second code cell", of(prose("title"), code("classpath", structure.CLASSPATH)))

    def test_wants_no_other_magic(self):
        self.assert_problem("magic", standard(prose("question"), code("load", "%maven a:b:1")))

    def test_wants_prose_before_code(self):
        self.assert_problem("no prose", standard(prose("question"), code("first", "1"), code("second", "2")))

    def test_lets_a_check_follow_its_exercise(self):
        good = standard(prose("question"), code("first", "1"), code("second", "2", "check"))
        self.assertEqual([], structure.check_structure(good))

    def test_wants_short_cells(self):
        self.assert_problem("26 lines", standard(prose("question"), code("long", "\n".join("1" * 26))))

    def test_wants_ids_that_mean_something(self):
        self.assert_problem("give the cell an id", standard(prose("3f2a9c01"), code("answer", "1")))
        self.assert_problem("give the cell an id", standard(prose("fade1234"), code("answer", "1")))

    def test_wants_no_path_of_a_machine(self):
        self.assert_problem("path of this machine", standard(prose("see", "Look into /home/ada/data."), code("a", "1")))

    def test_wants_metadata_of_the_right_types(self):
        broken = code("answer", "1")
        broken.metadata["course"] = "05.1"
        self.assert_problem('answer: its metadata "course"', standard(prose("question"), broken))
        del broken.metadata["course"]
        whole = standard(prose("question"), broken)
        broken.metadata["tags"] = None
        self.assert_problem("not a valid notebook", whole)

    def test_wants_the_kernel_that_both_have(self):
        broken = standard()
        broken.metadata["kernelspec"]["name"] = "ijava"
        self.assert_problem("kernelspec", broken)


class InStepTest(unittest.TestCase):
    def setUp(self):
        self.saved = standard(prose("question"), code("answer", "1 + 1"))
        self.saved.metadata["course"] = {"mode": "full", "sources": notebook.sources_key(self.saved)}

    def test_accepts_what_was_saved(self):
        self.assertEqual([], structure.check_in_step(self.saved, "a.ipynb"))

    def test_prose_may_change(self):
        self.saved.cells[0].source = "# Another title"
        self.assertEqual([], structure.check_in_step(self.saved, "a.ipynb"))

    def test_code_may_not(self):
        self.saved.cells[-1].source = "1 + 2"
        (problem,) = structure.check_in_step(self.saved, "a.ipynb")
        self.assertIn("./course run --full --save a.ipynb", problem)

    def test_wants_a_full_run(self):
        del self.saved.metadata["course"]
        (problem,) = structure.check_in_step(self.saved, "a.ipynb")
        self.assertIn("full run", problem)


class NormaliseTest(unittest.TestCase):
    def test_two_runs_give_the_same_bytes(self):
        first, second = (standard(prose("question"), code("answer", "1 + 1")) for _ in range(2))
        second.cells[-1].execution_count = 17
        second.cells[-1].metadata["execution"] = {"iopub.status.busy": "now"}
        second.metadata["language_info"] = {"name": "java", "version": "25"}
        second.metadata["widgets"] = {}
        for each in (first, second):
            notebook.normalise(each)
        self.assertEqual(notebook.text_of(first), notebook.text_of(second))
        self.assertEqual([1, 2, 3], [cell.execution_count for cell in notebook.code_cells(first)])
