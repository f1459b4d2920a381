import base64
import unittest

from nbformat.v4 import new_output, new_raw_cell

from ci import book
from ci.tests.samples import code, notebook, prose, tagged
from ci.tests.test_outputs import png


def page(*cells):
    return book._page(notebook(*cells), "A page")


class PageTest(unittest.TestCase):
    def test_sets_wrong_answers_as_code_and_says_why(self):
        wrong = tagged(new_raw_cell("// Too *few*\n// by far.\nint f() {\n  return a < b;\n}", id="w"), "wrong-answer", id="05.1")
        html = page(prose("title"), wrong)
        self.assertRegex(html, "<h4[^>]*>A wrong answer")
        self.assertIn("<p>Too <em>few</em> by far.</p>", html)
        self.assertRegex(html, r'<div class="highlight"><pre>.*\n.*return.*&lt;')

    def test_sets_right_answers_as_code(self):
        right = tagged(new_raw_cell("return 1;", id="r"), "right-answer", id="05.1")
        self.assertRegex(page(right), "<h4[^>]*>Another right answer")

    def test_leaves_the_notebook_as_it_was(self):
        wrong = tagged(new_raw_cell("1", id="w"), "wrong-answer", id="05.1")
        page(wrong)
        self.assertEqual(("raw", "1"), (wrong.cell_type, wrong.source))

    def test_folds_answers_with_their_formulas(self):
        html = page(prose("q", "<details><summary>Answer</summary>\n\nIt is $x^2$, *twice*.\n\n</details>"))
        self.assertRegex(html, r"<details><summary>Answer</summary>\s*<p>It is <math.*<em>twice</em>.</p>\s*</details>")

    def test_says_what_pictures_show(self):
        cell = code("draw", "1")
        data = {"image/png": base64.b64encode(png()).decode(), "text/plain": "x"}
        cell.outputs = [new_output("display_data", data=data, metadata={"image/png": {"alt": "A line < 5"}})]
        self.assertIn('alt="A line &lt; 5"', page(cell))
