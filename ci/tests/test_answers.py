"""Answers are found in notebooks as editors leave them. No kernel is needed to see it."""

import copy
import itertools
import json
import unittest
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from ci import exercises, notebook
from ci.answers import number_answered, submission
from ci.console import Problem
from ci.tests import samples

TWICE = "static int twice(int x) {\n  return x + x;\n}"
BOX = "record Box(int value) {\n  Box plus(int more) {\n    return new Box(value + more);\n  }\n}"


@cache
def solved_text():
    student = exercises.strip(samples.solutions())
    cells = {cell.id: cell for cell in student.cells}
    cells["twice"].source, cells["box"].source = TWICE, BOX
    return notebook.text_of(student)


def solved():
    """A student's file with both answers, as JSON."""
    return json.loads(solved_text())


def cell_of(file, id):
    return next(cell for cell in file["cells"] if cell.get("id") == id)


def text(cell):
    return "".join(cell["source"])


# Ways in which an editor keeps a cell's ids and metadata.


def as_it_is(file):
    pass


def without_ids(file):
    for cell in file["cells"]:
        del cell["id"]


def without_metadata(file):
    for cell in file["cells"]:
        cell["metadata"] = {}


def without_either(file):
    without_ids(file)
    for cell in file["cells"]:
        del cell["metadata"]


def with_new_ids(file):
    for number, cell in enumerate(file["cells"]):
        cell["id"] = f"new-{number}"


def with_wrong_types(file):
    for cell in file["cells"]:
        course = cell["metadata"].get("course")
        cell["metadata"] = {"tags": None, "course": course and course["id"]}


def with_wrong_types_and_no_ids(file):
    for cell in file["cells"]:
        cell["metadata"], cell["id"] = {"tags": "exercise", "course": ["05.1"]}, None


# Ways in which it writes the file.


def as_format(minor):
    def change(file):
        file["nbformat_minor"] = minor

    return change


def with_windows_line_ends(file):
    for cell in file["cells"]:
        cell["source"] = text(cell).replace("\n", "\r\n")


def with_nothing_beside_the_cells(file):
    del file["metadata"], file["nbformat_minor"]


def with_damaged_outputs(file):
    for cell in file["cells"]:
        cell |= {"outputs": [7], "execution_count": "one"}


# What is done to the cells of the first exercise, before ids and metadata are touched.


def moved_to_the_end(file):
    file["cells"].append(file["cells"].pop(3))


def below_its_check(file):
    file["cells"].insert(4, file["cells"].pop(3))


def with_a_copy(file):
    file["cells"].insert(4, copy.deepcopy(file["cells"][3]))


def with_a_copy_of_the_stub(above):
    def change(file):
        stub = copy.deepcopy(file["cells"][3])
        stub["source"] = exercises.stub(samples.TWICE, "05.1")
        file["cells"].insert(3 if above else 4, stub)

    return change


def with_an_empty_copy(file):
    file["cells"].insert(3, file["cells"][3] | {"source": " \n"})


def with_a_comment_and_spaces(file):
    file["cells"][3]["source"] = "// mine\n\n" + TWICE.replace("  ", "\t") + "\n\n"


LOOKS = [
    as_it_is,
    without_ids,
    without_metadata,
    without_either,
    with_new_ids,
    with_wrong_types,
    with_wrong_types_and_no_ids,
]
FILES = [
    as_it_is,
    *map(as_format, range(6)),
    with_windows_line_ends,
    with_nothing_beside_the_cells,
    with_damaged_outputs,
]
CELLS = [
    as_it_is,
    moved_to_the_end,
    below_its_check,
    with_a_copy,
    with_a_copy_of_the_stub(above=True),
    with_a_copy_of_the_stub(above=False),
    with_an_empty_copy,
    with_a_comment_and_spaces,
]


class AnswersTest(unittest.TestCase):
    def setUp(self):
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "a.ipynb"
        self.solutions = samples.solutions()

    def read(self, file, encoding="utf-8"):
        self.path.write_bytes(json.dumps(file, ensure_ascii=False).encode(encoding))
        return notebook.read(self.path)

    def submitted(self, file):
        return submission(self.read(file), self.solutions)

    def assert_answered(self, found, box=BOX):
        self.assertEqual(notebook.squeezed(TWICE), notebook.squeezed(found.answers["05.1"].source).removeprefix("//mine"))
        self.assertEqual(notebook.squeezed(box), notebook.squeezed(found.answers["05.2"].source))
        self.assertEqual({}, found.own)
        self.assertEqual([], found.changed)

    def test_answers_are_found_whatever_an_editor_made_of_the_notebook(self):
        for cells, look, file_change in itertools.product(CELLS, LOOKS, FILES):
            file = solved()
            for change in (cells, look, file_change):
                change(file)
            with self.subTest(cells=cells, look=look, file=file_change):
                self.assert_answered(self.submitted(file))

    def test_a_byte_order_mark_is_nothing(self):
        self.assert_answered(submission(self.read(solved(), "utf-8-sig"), self.solutions))

    def test_halves_of_a_cell_are_one_answer(self):
        for look in (as_it_is, with_new_ids, without_ids):
            file = solved()
            first, second = (copy.deepcopy(file["cells"][3]) for _ in range(2))
            first["source"], second["source"] = TWICE[:28], TWICE[28:]
            file["cells"][3:4] = [first, second]
            look(file)
            with self.subTest(look=look):
                found = self.submitted(file)
                self.assert_answered(found)
                (remark,) = found.answers["05.1"].remarks
                self.assertIn("Taken together in this order: cell 4 (“static int twice(int x) {", remark)

    def test_two_answers_run_in_their_order(self):
        file = solved()
        with_a_copy(file)
        file["cells"][4]["source"] = TWICE.replace("x + x", "2 * x")
        found = self.submitted(file).answers["05.1"]
        self.assertLess(found.source.index("x + x"), found.source.index("2 * x"))
        self.assertIn("Keep one", found.remarks[0])

    def test_a_cell_of_another_type_is_named(self):
        for kind in ("raw", "markdown"):
            file = solved()
            file["cells"][3]["cell_type"] = kind
            with self.subTest(kind):
                found = self.submitted(file)
                self.assert_answered(found)
                self.assertIn(f"A {kind} cell does not run: make cell 4", found.answers["05.1"].remarks[0])

    def test_prose_with_the_metadata_of_an_exercise_is_no_answer(self):
        file = solved()
        file["cells"][3] |= {"cell_type": "markdown", "source": "I could not do this."}
        found = self.submitted(file).answers["05.1"]
        self.assertIn("Course.todo", found.source)
        self.assertIn("make cell 4 (“I could not do this.”) a code cell", found.remarks[0])

    def test_an_untouched_stub_is_an_answer_not_started(self):
        found = submission(exercises.strip(self.solutions), self.solutions).answers["05.1"]
        self.assertIn("Course.todo", found.source)
        self.assertEqual([], found.remarks)

    def test_a_missing_cell_is_described(self):
        file = solved()
        del file["cells"][3]
        answer = self.submitted(file).answers["05.1"]
        self.assertFalse(answer.found)
        self.assertEqual("", answer.source)
        self.assertIn("the line “static int twice(int x) {”: put your answer", answer.remarks[0])
        self.assertEqual(1, number_answered(notebook.read(self.path), self.solutions))

    def test_an_answer_beside_its_stub_is_found_by_its_first_line(self):
        file = solved()
        file["cells"][3]["source"] = exercises.stub(samples.TWICE, "05.1")
        file["cells"].insert(5, {"cell_type": "code", "metadata": {}, "source": TWICE, "outputs": []})
        self.assert_answered(self.submitted(file))

    def test_cells_of_the_students_own_stay_where_they_are(self):
        file = solved()
        mine = {"cell_type": "code", "metadata": {}, "outputs": []}
        file["cells"].insert(5, mine | {"source": "twice(8)"})
        file["cells"].insert(4, mine | {"source": "int more = 1;"})
        file["cells"].insert(0, mine | {"source": "int first = 0;"})
        found = self.submitted(file)
        own = {above: [str(cell) for cell in cells] for above, cells in found.own.items()}
        expected = {None: ["cell 1 (“int first = 0;”)"], "twice": ["cell 6 (“int more = 1;”)"]}
        self.assertEqual(expected | {"check-twice": ["cell 8 (“twice(8)”)"]}, own)

    def test_changed_cells_of_the_course_are_named(self):
        file = solved()
        cell_of(file, "set-up")["source"] = "import java.util.zip.*;\nimport convnets.notebook.Course;"
        cell_of(file, "check-twice")["source"] = "// not now"
        found = self.submitted(file)
        self.assertEqual(["cell 2 (“import java.util.zip.*;”)"], list(map(str, found.changed)))
        self.assertEqual({}, found.own)

    def test_a_doubled_cell_of_the_course_that_was_changed_is_the_students_own(self):
        file = solved()
        file["cells"].insert(2, copy.deepcopy(cell_of(file, "set-up")) | {"source": "int mine = 1;"})
        self.assertEqual(["int mine = 1;"], [cell.source for cell in self.submitted(file).own["set-up"]])


class ReadTest(unittest.TestCase):
    def problem_of(self, content):
        with TemporaryDirectory() as folder:
            path = Path(folder) / "a.ipynb"
            path.write_bytes(content)
            with self.assertRaises(Problem) as caught:
                notebook.read(path)
            return str(caught.exception)

    def test_names_what_is_no_notebook(self):
        for content in (b"", b"no json", b"\xff\xfe\x00", b'{"nbformat": 4}', b'{"nbformat": 4, "cells": {}}'):
            with self.subTest(content):
                self.assertIn("not a notebook", self.problem_of(content))
        for content in (b"[]", b'{"a": 1}', b'{"nbformat": 3, "worksheets": []}'):
            with self.subTest(content):
                self.assertIn("not a notebook of format 4. Save it anew in JupyterLab.", self.problem_of(content))

    def test_names_a_damaged_cell(self):
        good = {"cell_type": "code", "source": []}
        for bad in ({}, 7, {"cell_type": "code"}, good | {"source": None}, good | {"source": [1]}, {"source": ""}):
            with self.subTest(bad):
                content = json.dumps({"nbformat": 4, "cells": [good, bad]}).encode()
                self.assertIn("cell 2 has no text or no type", self.problem_of(content))
