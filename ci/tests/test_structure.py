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

    def test_wants_images_that_say_what_they_show(self):
        for text in ("![](images/a.png)", "![ ](a.png)", '<img src="a.png">', '<img alt="" src="a.png">'):
            with self.subTest(text):
                self.assert_problem("an image without", standard(prose("picture", text)))
        for text in ("![A boot](a.png)", '<img src="a.png" alt="A boot">'):
            with self.subTest(text):
                self.assertEqual([], structure.check_structure(standard(prose("picture", text))))

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


LAST_PARTS = """## Try it
## Questions
<details><summary>Answer</summary>42</details>
## Since then
[Exercises](../exercises/05-resnet.ipynb)
## References"""


class ChapterTest(unittest.TestCase):
    def problems(self, *cells, title="# 5. A chapter", last=LAST_PARTS):
        return structure.check_chapter(of(prose("title", title), *cells, prose("last", last)))

    def test_accepts_a_good_chapter(self):
        self.assertEqual([], self.problems(code("short", "1" * 86)))

    def test_wants_lines_that_fit_a_page(self):
        self.assertIn("long: a line of 87", self.problems(code("long", "1" * 87))[0])

    def test_wants_most_cells_short(self):
        nine = code("nine", "\n".join("1" * 9))
        self.assertIn("median code cell has 9 lines", self.problems(nine)[0])
        self.assertEqual([], self.problems(nine, code("one", "1"), code("two", "2")))

    def test_wants_prose_at_the_end(self):
        broken = structure.check_chapter(of(prose("title", "# 0. First"), code("last-cell", "1")))
        self.assertEqual(["last-cell: no prose after it"], broken)

    def test_wants_a_number_in_the_title(self):
        self.assertIn("the first cell is not a title", self.problems(title="# A chapter")[0])

    def test_wants_the_last_parts(self):
        for part in structure.LAST_PARTS:
            with self.subTest(part):
                self.assertIn("does not end", self.problems(last=LAST_PARTS.replace(f"## {part}", ""))[0])
        self.assertIn("folded answers", self.problems(last=LAST_PARTS.replace("<details>", ""))[0])
        self.assertIn("exercises", self.problems(last=LAST_PARTS.replace("exercises/", ""))[0])
        self.assertEqual([], self.problems(title="# 0. The first chapter", last="The end."))


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
