"""Reading and writing notebook files, and the tags and metadata of the course."""

import hashlib
import json
import os
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from ci.console import Problem

KERNELSPEC = {"display_name": "Java", "language": "java", "name": "java"}
LANGUAGE = {
    "codemirror_mode": "java",
    "file_extension": ".jshell",
    "mimetype": "text/x-java-source",
    "name": "java",
    "pygments_lexer": "java",
}
"""What a Java kernel says of its language, without the version that differs between machines."""

OTHER_ANSWERS = {"wrong-answer", "right-answer"}
"""The tags of cells that hold another text for the cell of an exercise."""


def read(path: Path) -> NotebookNode:
    """The notebook in the file, as whatever editor left it; raises `Problem` where the file holds none.

    Every cell has text, metadata and an id afterwards. Formats before 4.5 know no ids: there a cell's place is its id.
    """
    try:
        notebook = _parsed(path.read_text(encoding="utf-8-sig"))
        if not isinstance(notebook, dict) or notebook.get("nbformat") != 4:
            raise Problem(f"{path} is not a notebook of format 4. Save it anew in JupyterLab.")
        cells = notebook.get("cells")
        if not isinstance(cells, list):
            raise ValueError("it has no cells")
        notebook |= {
            "nbformat_minor": 5,
            "metadata": _mapping(notebook.get("metadata")),
            "cells": [_whole(cell, number) for number, cell in enumerate(cells, start=1)],
        }
        return nbformat.v4.to_notebook_json(notebook)
    except OSError as error:
        raise Problem(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, AttributeError, TypeError) as error:  # the last two: outputs that are none
        raise Problem(f"{path} is not a notebook: {error}.") from error
    except RecursionError as error:
        raise Problem(f"{path} is not a notebook: its brackets are nested too deeply.") from error


def _parsed(text: str) -> object:
    """What the JSON says. Halves of characters, which no kernel and no file takes, become �."""
    parsed = json.loads(text)
    if "\\ud" not in text.lower():
        return parsed
    written = json.dumps(parsed, ensure_ascii=False)
    return json.loads(written.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))


def _whole(cell: object, number: int) -> dict[str, object]:
    """A cell as in the file, with what every cell must have."""
    source = cell.get("source") if isinstance(cell, dict) else None
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str) or not isinstance(cell.get("cell_type"), str):
        raise ValueError(f"cell {number} has no text or no type")
    whole = cell | {
        "id": cell["id"] if isinstance(cell.get("id"), str) else f"Cell-{number}",
        "metadata": _mapping(cell.get("metadata")),
        "source": source.replace("\r\n", "\n").replace("\r", "\n"),
    }
    if cell["cell_type"] == "code":
        outputs = cell.get("outputs")
        good = isinstance(outputs, list) and all(isinstance(each, dict) and "output_type" in each for each in outputs)
        whole |= {"outputs": outputs if good else [], "execution_count": cell.get("execution_count")}
    return whole


def _mapping(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def text_of(notebook: NotebookNode) -> str:
    """The file's text: keys sorted, one space of indentation, the same bytes for the same notebook."""
    return nbformat.writes(notebook, version=4, sort_keys=True, indent=1, ensure_ascii=False).rstrip("\n") + "\n"


def write(notebook: NotebookNode, path: Path) -> None:
    """Writes the file in one go: a reader sees the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_text(text_of(notebook), encoding="utf-8", newline="\n")
    os.replace(part, path)


def tags(cell: NotebookNode) -> list[str]:
    value = cell.metadata.get("tags")
    return [tag for tag in value if isinstance(tag, str)] if isinstance(value, list) else []


def course(node: NotebookNode) -> dict:
    """The course's own metadata of a cell or of a notebook."""
    return _mapping(node.metadata.get("course"))


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """The cells that run from top to bottom: code, without the other answers to an exercise."""
    return [cell for cell in notebook.cells if cell.cell_type == "code" and not OTHER_ANSWERS & set(tags(cell))]


def squeezed(text: str) -> str:
    """The text without its spaces and line breaks, which editors and people change."""
    return "".join(text.split())


def sources_key(notebook: NotebookNode) -> str:
    """A hash of the code that outputs come from; prose may change without a new run."""
    sources = json.dumps([[cell.id, cell.source] for cell in code_cells(notebook)], ensure_ascii=False)
    return hashlib.sha256(sources.encode()).hexdigest()


def normalise(notebook: NotebookNode) -> None:
    """Takes out what differs from run to run and from machine to machine."""
    notebook.metadata["kernelspec"] = dict(KERNELSPEC)
    notebook.metadata["language_info"] = dict(LANGUAGE)
    notebook.metadata.pop("widgets", None)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
    for count, cell in enumerate(code_cells(notebook), start=1):
        cell.execution_count = count
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = count


def strip_outputs(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = []
            cell.execution_count = None
