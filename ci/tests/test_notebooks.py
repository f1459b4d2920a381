"""Notebooks as chance makes them: each is read, sorted and judged, or refused by a message.

Seeded, so that every run tries the same ones; `CONVNETS_TRIES=20000` in the environment tries more.
"""

import copy
import json
import os
import random
import unittest
from pathlib import Path
from tempfile import TemporaryDirectory

from ci import exercises, notebook, structure
from ci.answers import number_answered, submission
from ci.console import Problem
from ci.tests import samples
from ci.tests.test_answers import BOX, TWICE, solved

TRIES = int(os.environ.get("CONVNETS_TRIES", "600"))

VALUES = [None, True, 0, -1, 1e308, 10**400, "", "05.1", "code", "\ud800", "\0", "é\u2028", [], {}, [None], ["a", 1], {"id": []}]
"""What stands where something else is expected."""

KEYS = ["id", "cell_type", "source", "metadata", "outputs", "tags", "course", "attachments", "execution_count", "text", "data"]

OUTPUTS = [
    {"output_type": "stream", "name": "stdout", "text": "3\n"},
    {"output_type": "display_data", "data": {"text/plain": ["a", "b"], "image/png": "iVBORw0KGgo="}, "metadata": {}},
    {"output_type": "error", "ename": "E", "evalue": "e", "traceback": []},
    {"output_type": "execute_result", "data": {}, "metadata": {}, "execution_count": 3},
    {"output_type": "unheard of"},
    {"output_type": None},
    7,
]


class NotebooksTest(unittest.TestCase):
    def setUp(self):
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "a.ipynb"
        self.solutions = samples.solutions()

    def read(self, content: bytes):
        """The notebook, or None where it is refused, in a few words."""
        self.path.write_bytes(content)
        try:
            return notebook.read(self.path)
        except Problem as problem:
            self.assertIn(str(self.path), str(problem))
            self.assertLess(len(str(problem)), 600)
            self.assertNotIn("Traceback", str(problem))
            return None

    def judge(self, read) -> None:
        """Whatever the tools do with a notebook that is not the course's, they do, and no more than complain."""
        found = submission(read, self.solutions)
        self.assertEqual({"05.1", "05.2"}, set(found.answers))
        for answer in found.answers.values():
            self.assertIsInstance(answer.source, str)
            self.assertTrue(all(isinstance(remark, str) for remark in answer.remarks))
        self.assertIn(number_answered(read, self.solutions), range(3))
        for check in (structure.check_structure, structure.check_chapter):
            self.assertTrue(all(isinstance(problem, str) for problem in check(read)))
        self.assertEqual(1, len(structure.check_in_step(read, "a")))
        try:
            exercises.strip(read)
        except Problem:
            pass
        text = notebook.text_of(read)
        again = self.read(text.encode("utf-8", "surrogatepass"))
        self.assertIsNotNone(again, "what is written is read")
        self.assertEqual(text, notebook.text_of(again))

    def test_any_json_is_a_notebook_or_refused(self):
        draw = random.Random(18)
        outcomes = [0, 0]
        for _ in range(TRIES):
            file = solved()
            for _ in range(draw.randint(1, 6)):
                _disturb(file, draw)
            with self.subTest(file=json.dumps(file)[:3000]):
                read = self.read(json.dumps(file, ensure_ascii=draw.random() < 0.5).encode("utf-8", "surrogatepass"))
                outcomes[read is not None] += 1
                if read is not None:
                    self.judge(read)
        self.assertGreater(min(outcomes), TRIES // 20)

    def test_any_damaged_file_is_a_notebook_or_refused(self):
        draw = random.Random(19)
        sound = json.dumps(solved(), ensure_ascii=False).encode()
        outcomes = [0, 0]
        for _ in range(TRIES):
            content = bytearray(sound)
            for _ in range(draw.randint(1, 3)):
                _damage(content, draw)
            with self.subTest(content=bytes(content)[-300:]):
                read = self.read(bytes(content))
                outcomes[read is not None] += 1
                if read is not None:
                    self.judge(read)
        self.assertGreater(min(outcomes), TRIES // 50)

    def test_deep_ones_are_refused(self):
        within = b'{"nbformat": 4, "cells": [' + b"[" * 5_000 + b"]" * 5_000 + b"]}"
        for content in (b"[" * 100_000, b'{"cells":' * 100_000, within):
            with self.subTest(content[:20]):
                self.assertIsNone(self.read(content))

    def test_answers_are_found_among_any_other_cells(self):
        draw = random.Random(20)
        for _ in range(TRIES):
            file, written = _homework(draw)
            with self.subTest(file=json.dumps(file)[:3000]):
                read = self.read(json.dumps(file).encode())
                found = submission(read, self.solutions)
                for id, source in written.items():
                    self.assertEqual(notebook.squeezed(source), notebook.squeezed(found.answers[id].source))
                    self.assertTrue(found.answers[id].found)
                self.assertEqual(2, number_answered(read, self.solutions))
                own = sum(cell.source.startswith("int own") for cells in found.own.values() for cell in cells)
                code = [cell for cell in file["cells"] if cell["cell_type"] == "code"]
                self.assertEqual(sum("".join(cell["source"]).startswith("int own") for cell in code), own)


def _homework(draw: random.Random) -> tuple[dict, dict[str, str]]:
    """A solved notebook with cells of the student's own, as some editor keeps it, and the answers in it."""
    file = solved()
    written = {"05.1": TWICE, "05.2": BOX}
    if draw.random() < 0.3:
        copied = copy.deepcopy(next(cell for cell in file["cells"] if cell["id"] == "twice"))
        copied["source"] = exercises.stub(samples.TWICE, "05.1")
        file["cells"].insert(draw.randint(0, len(file["cells"])), copied)
    for number in range(draw.randint(0, 5)):
        kind = draw.choice(["code", "markdown", "raw"])
        text = draw.choice(["int own", "", " ", "# Prose", "%magic"]) + (f"{number} = 1;" if kind == "code" else "")
        cell = {"cell_type": kind, "metadata": {}, "source": text}
        if kind == "code":
            cell |= {"outputs": [], "execution_count": None}
        file["cells"].insert(draw.randint(0, len(file["cells"])), cell)
    for cell in file["cells"]:
        fate = draw.random()
        if fate < 0.2:
            cell.pop("id", None)
        elif fate < 0.3:
            cell["id"] = draw.choice(["", "same", None, 7, "x" * 70])
        if draw.random() < 0.2:
            cell["metadata"] = draw.choice([{}, None, [], {"tags": "exercise"}, {"course": None}, {"collapsed": True}])
        if draw.random() < 0.1:
            cell.pop("outputs", None)
        if draw.random() < 0.3:
            cell["source"] = "".join(cell["source"]).splitlines(keepends=True)
        if draw.random() < 0.1:
            cell["source"] = "".join(cell["source"]).replace("\n", "\r\n")
    file["nbformat_minor"] = draw.choice([0, 1, 4, 5, 9, None])
    return file, written


def _disturb(node: object, draw: random.Random) -> None:
    """Changes one thing somewhere in a tree of JSON."""
    while True:
        parts = node.values() if isinstance(node, dict) else node
        inner = [each for each in parts if isinstance(each, (dict, list)) and each]
        if not inner or draw.random() < 0.15:
            break
        node = draw.choice(inner)
    value = copy.deepcopy(draw.choice(VALUES + OUTPUTS))
    kind = draw.randrange(4)
    if isinstance(node, dict):
        key = draw.choice(list(node) or KEYS) if kind < 3 else draw.choice(KEYS)
        if kind == 0:
            node.pop(key, None)
        else:
            node[key] = value
    elif kind == 0 and node:
        node.pop(draw.randrange(len(node)))
    elif kind == 1 and node:
        node.insert(draw.randrange(len(node)), copy.deepcopy(draw.choice(node)))
    elif kind == 2 and node:
        node[draw.randrange(len(node))] = value
    else:
        node.append(value)


def _damage(content: bytearray, draw: random.Random) -> None:
    """A byte that is another, a piece lost or twice, or all behind a place."""
    if not content:
        return
    at = draw.randrange(len(content))
    kind = draw.randrange(8)
    if kind == 0:
        del content[at:]
    elif kind == 1:
        del content[at : at + draw.randint(1, 16)]
    elif kind == 2:
        content[at:at] = content[at : at + draw.randint(1, 200)]
    elif kind == 3:
        content[at] ^= 1 << draw.randrange(8)
    else:  # so that more of them are JSON still
        content[at] = draw.choice(b"0123456789abcdefxyz ")
