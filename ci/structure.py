"""The rules that every committed notebook keeps in its sources."""

import re

import nbformat
from nbformat import NotebookNode

from ci.notebook import KERNELSPEC, OTHER_ANSWERS, course, sources_key, tags
from ci.outputs import machine_path

CLASSPATH = "%classpath ../lib/target/jars/*.jar"
"""The first code cell, the same everywhere."""

INIT = "Course.init("
"""What the second code cell calls."""

LONGEST_CELL = 25

_MEANINGFUL_ID = re.compile(r"[a-z][a-z0-9-]*")
_RANDOM_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f-]+)?")
_MAGIC = re.compile(r"^\s*%", re.MULTILINE)


def check_structure(notebook: NotebookNode) -> list[str]:
    """What is wrong with the sources, a line each."""
    try:
        nbformat.validate(notebook)
    except nbformat.ValidationError as error:
        return [f"not a valid notebook: {error.message}"]
    problems = []
    if notebook.metadata.get("kernelspec", {}).get("name") != KERNELSPEC["name"]:
        problems.append(f'the kernelspec\'s name is not "{KERNELSPEC["name"]}"')
    problems += _first_cells(notebook)
    before: NotebookNode | None = None
    for cell in notebook.cells:
        problems += [f"{cell.id}: {problem}" for problem in _cell_problems(cell, before)]
        before = cell
    return problems


def check_in_step(notebook: NotebookNode, name: str) -> list[str]:
    """Whether the committed outputs came from the committed sources, in a full run."""
    record = course(notebook)
    remedy = f"call ./course run --full --save {name}"
    if record.get("mode") != "full":
        return [f"has no outputs of a full run; {remedy}"]
    if record.get("sources") != sources_key(notebook):
        return [f"its code has changed since its outputs were made; {remedy}"]
    return []


def _first_cells(notebook: NotebookNode) -> list[str]:
    code = [cell.source.strip() for cell in notebook.cells if cell.cell_type == "code"]
    problems = []
    if not code or code[0] != CLASSPATH:
        problems.append(f"the first code cell is not `{CLASSPATH}`")
    if len(code) < 2 or INIT not in code[1]:
        problems.append(f"the second code cell does not call `{INIT}…)`")
    if any(_MAGIC.search(source) for source in code[1:]):
        problems.append("a magic after the first cell: not every kernel understands it")
    return problems


def _cell_problems(cell: NotebookNode, before: NotebookNode | None) -> list[str]:
    problems = []
    if not _MEANINGFUL_ID.fullmatch(cell.id) or _RANDOM_ID.fullmatch(cell.id):
        problems.append("give the cell an id that says what it does, such as train-plain-net")
    path = machine_path(cell.source)
    if path:
        problems.append(f"names a path of this machine: {path}")
    if not isinstance(cell.metadata.get("course", {}), dict):
        problems.append('its metadata "course" is not in braces: {"course": {"id": …}}')
    if cell.cell_type != "code":
        return problems
    lines = len(cell.source.splitlines())
    if lines > LONGEST_CELL:
        problems.append(f"{lines} lines of code, more than {LONGEST_CELL}")
    follows_code = before is None or before.cell_type == "code"
    belongs_together = INIT in cell.source or ({"check", "needs-solution"} | OTHER_ANSWERS) & set(tags(cell))
    if follows_code and not belongs_together:
        problems.append("no prose before it")
    return problems
