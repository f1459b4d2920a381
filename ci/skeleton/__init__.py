"""A new chapter and its solutions, with all parts that every chapter has, so that it starts from its content.

The texts lie beside this file. A line such as `%% code block` begins a cell: its type, its id, for an exercise a tag
and the course's metadata. `@ID@`, `@NUMBER@`, `@NAME@` and `@TITLE@` stand for what the chapter is called.
"""

import json
import re
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from ci.console import Problem
from ci.notebook import KERNELSPEC, LANGUAGE, write
from ci.paths import NOTEBOOKS, SOLUTIONS, shown

CHAPTER = Path(__file__).with_name("chapter.txt")
EXERCISES = Path(__file__).with_name("solutions.txt")

_NAME = re.compile(r"(\d\d[a-z]?)-([a-z0-9]+(?:-[a-z0-9]+)*)")
_CELL = re.compile(r"^%% (md|code|raw) ([a-z0-9-]+)(?: ([a-z-]+))?(?: (\{.*\}))?\n", re.MULTILINE)
_MAKE = {"md": nbformat.v4.new_markdown_cell, "code": nbformat.v4.new_code_cell, "raw": nbformat.v4.new_raw_cell}


def create(name: str) -> list[Path]:
    """Writes the notebooks of a new chapter; returns their paths. What exists is never written over."""
    notebooks = {
        NOTEBOOKS / f"{name}.ipynb": build(CHAPTER, name),
        SOLUTIONS / f"{name}.ipynb": build(EXERCISES, name),
    }
    for path in notebooks:
        if path.exists():
            raise Problem(f"{shown(path)} exists already. Take another name, or remove it first.")
    for path, notebook in notebooks.items():
        write(notebook, path)
    return list(notebooks)


def build(template: Path, name: str) -> NotebookNode:
    """The notebook of a template, for a chapter of this name; raises `Problem` where it is no name."""
    found = _NAME.fullmatch(name)
    if not found:
        raise Problem(f"a chapter's name ({name}) is its number and words, all small, as in 06-resnext")
    id, words = found[1], found[2].replace("-", " ")
    names = {"ID": id, "NUMBER": id.lstrip("0"), "NAME": name, "TITLE": words.capitalize()}
    text = template.read_text(encoding="utf-8")
    for key, value in names.items():
        text = text.replace(f"@{key}@", value)
    _, *parts = _CELL.split(text)
    cells = [_cell(*parts[at : at + 5]) for at in range(0, len(parts), 5)]
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": KERNELSPEC, "language_info": LANGUAGE})


def _cell(kind: str, id: str, tag: str | None, course: str | None, source: str) -> NotebookNode:
    metadata = ({"tags": [tag]} if tag else {}) | ({"course": json.loads(course)} if course else {})
    return _MAKE[kind](source.strip("\n"), id=id, metadata=metadata)
