"""Execution in a real kernel, and the pages made of it."""

import unittest
from pathlib import Path
from tempfile import TemporaryDirectory

from ci import book, notebook, runner
from ci.console import Problem
from ci.structure import check_in_step
from ci.tests.samples import code, prose
from ci.tests.samples import notebook as of


class RunnerTest(unittest.TestCase):
    def setUp(self):
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def run_one(self, *cells, **mode):
        path = self.folder / "chapter.ipynb"
        notebook.write(of(*cells), path)
        return path, runner.run_one(path, runner.Mode(**mode), threads=1)

    def test_runs_in_the_notebooks_folder_and_in_fast_mode(self):
        _, result = self.run_one(
            code("probe", 'if (!"1".equals(System.getenv("CONVNETS_FAST"))) throw new Error("slow");'),
            code("file", 'if (!java.nio.file.Files.exists(java.nio.file.Path.of("chapter.ipynb"))) throw new Error("where");'),
        )
        self.assertTrue(result.passed, result.message)

    def test_tells_the_cell_that_fails(self):
        _, result = self.run_one(code("sum", "1 + 1"), code("division", "1 / 0"), code("never", "2"))
        self.assertFalse(result.passed)
        self.assertIn("division: ", result.message)
        self.assertIn("/ by zero", result.message)

    def test_tells_an_error_behind_a_flood_of_lines(self):
        flood = 'for (int i = 0; i < 50_000; i++) System.out.println("line " + i);'
        _, result = self.run_one(code("flood", flood + ' throw new IllegalStateException("sought");'))
        self.assertFalse(result.passed)
        self.assertRegex(result.message, "(?s)flood: .*IllegalStateException.*sought")

    def test_refuses_noise(self):
        _, result = self.run_one(code("noise", 'System.err.println("hm");'))
        self.assertIn("noise: prints on stderr: hm", result.message)

    def test_a_formula_that_does_not_render_fails_its_notebook_alone(self):
        _, result = self.run_one(prose("formula", "$\\left( x$"), code("sum", "1 + 1"))
        self.assertIn("a formula cannot be rendered", result.message)
        self.assertTrue(self.run_one(code("sum", "1 + 1"))[1].passed)

    def test_full_mode_does_not_say_fast(self):
        _, result = self.run_one(code("probe", 'if (System.getenv("CONVNETS_FAST") != null) throw new Error();'), fast=False)
        self.assertTrue(result.passed, result.message)

    def test_same_output(self):
        saved = of(code("now", "System.out.println(System.nanoTime());", "same-output"))
        path = self.folder / "chapter.ipynb"
        executed = of(*saved.cells)
        runner.save(executed, path)
        self.assertEqual([], check_in_step(notebook.read(path), path.name))
        self.assertTrue(runner.run_one(path, runner.Mode(), 1).passed)  # nothing committed to compare with
        executed = notebook.read(path)
        executed.cells[0].outputs = [notebook.nbformat.v4.new_output("stream", text="12345\n")]
        notebook.write(executed, path)
        self.assertIn("now: its output differs", runner.run_one(path, runner.Mode(), 1).message)


class BookTest(unittest.TestCase):
    def test_formulas_need_no_script(self):
        text = "# T\n\nInline $y = x$ and\n\n$$\\begin{aligned} a &= \\frac{1}{2} \\\\ b &= \\mathcal{F} \\end{aligned}$$\n"
        page = book._page(of(prose("formula", text)), "T")
        self.assertEqual(2, page.count("<math"))
        self.assertNotIn("<script", page)

    def test_refuses_formulas_that_would_show_their_source(self):
        for formula in ("\\nosuchmacro x", "\\begin{aligned} a"):
            with self.subTest(formula), self.assertRaisesRegex(Problem, "cannot be rendered"):
                book._page(of(prose("formula", f"${formula}$")), "T")

    def test_refuses_what_needs_the_network(self):
        with self.assertRaises(Problem):
            book._page(of(prose("picture", "![x](https://example.org/x.png)")), "T")
