"""The rules that every committed notebook keeps in its sources."""

import re
from statistics import median

import nbformat
from nbformat import NotebookNode

from ci.notebook import KERNELSPEC, OTHER_ANSWERS, course, sources_key, tags
from ci.outputs import machine_path

CLASSPATH = "%classpath ../lib/target/jars/*.jar"
"""The first code cell, the same everywhere."""

INIT = "Course.init("
"""What the second code cell calls."""

LONGEST_CELL = 25
TYPICAL_CELL = 8
"""The lines of a chapter's median code cell."""

LONGEST_LINE = 86
"""What a page shows of a line of code without scrolling."""

LAST_PARTS = ["Try it", "Questions", "Since then", "References"]
"""How every chapter but the first ends."""

_MEANINGFUL_ID = re.compile(r"[a-z][a-z0-9-]*")
_RANDOM_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f-]+)?")
_TITLE = re.compile(r"# (\d+)\. \S")
_HEADING = re.compile(r"^## +(.+?) *$", re.MULTILINE)
_NO_ALT = re.compile(r"!\[\s*\]\(|<img\b(?![^>]*\balt=\"[^\"]+\")", re.IGNORECASE)
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


def check_chapter(notebook: NotebookNode) -> list[str]:
    """What is wrong with a chapter that may be right in other notebooks, a line each."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    prose = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    problems = []
    for cell in code:
        longest = max(map(len, cell.source.splitlines()), default=0)
        if longest > LONGEST_LINE:
            problems.append(f"{cell.id}: a line of {longest} characters, more than {LONGEST_LINE}")
    typical = median(len(cell.source.splitlines()) for cell in code) if code else 0
    if typical > TYPICAL_CELL:
        problems.append(f"its median code cell has {typical:g} lines, more than {TYPICAL_CELL}: split cells")
    if notebook.cells and notebook.cells[-1].cell_type == "code":
        problems.append(f"{notebook.cells[-1].id}: no prose after it")
    title = _TITLE.match(prose[0]) if prose else None
    if not title:
        return problems + ["the first cell is not a title such as `# 5. Residual networks`"]
    if int(title[1]) > 0:
        problems += _last_parts("\n".join(prose))
    return problems


def _last_parts(prose: str) -> list[str]:
    headings = _HEADING.findall(prose)
    problems = []
    if [heading for heading in headings if heading in LAST_PARTS] != LAST_PARTS:
        problems.append("it does not end with the parts " + ", ".join(f"## {part}" for part in LAST_PARTS))
    if "<details>" not in prose:
        problems.append("its questions have no folded answers (<details>)")
    if "](../exercises/" not in prose:
        problems.append("it does not lead to its exercises")
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
    if cell.cell_type == "markdown" and _NO_ALT.search(cell.source):
        problems.append("an image without a text that says what it shows")
    if cell.cell_type != "code":
        return problems
    lines = cell.source.splitlines()
    if len(lines) > LONGEST_CELL:
        problems.append(f"{len(lines)} lines of code, more than {LONGEST_CELL}")
    follows_code = before is None or before.cell_type == "code"
    belongs_together = INIT in cell.source or ({"check", "needs-solution"} | OTHER_ANSWERS) & set(tags(cell))
    if follows_code and not belongs_together:
        problems.append("no prose before it")
    return problems
