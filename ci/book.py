"""The book: every notebook as one static page that a browser reads without a network.

Formulas become MathML while the page is made, so no page needs a script; styles and pictures are inside.
"""

import copy
import html
import os
import re
import shutil
from pathlib import Path

import nbformat
from latex2mathml.converter import convert as to_mathml
from nbconvert import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode
from pygments.formatters import HtmlFormatter

from ci.console import Problem
from ci.exercises import explained
from ci.notebook import read, tags
from ci.paths import EXERCISES, NOTEBOOKS, ROOT, SOLUTIONS, TARGET

SITE = TARGET / "site"
STYLE = Path(__file__).with_name("book.css")

ANSWERS = {"wrong-answer": "A wrong answer", "right-answer": "Another right answer"}
"""Headings of the answers that CI keeps beside a solution, by their tags."""

_LINK = re.compile(r'(?P<attribute>href|src)="(?P<target>[^"#:]+)(?P<anchor>#[^"]*)?"')
_OUTSIDE = re.compile(r'<(?:script|img|iframe|link)\b[^>]*\b(?:src|href)="(?:https?:)?//[^"]*"', re.IGNORECASE)


def build_site() -> Path:
    """Makes the whole book anew under `target/site`; returns its first page."""
    shutil.rmtree(SITE, ignore_errors=True)
    for folder in (NOTEBOOKS, EXERCISES, SOLUTIONS):
        paths = sorted(folder.glob("*.ipynb"))
        for index, path in enumerate(paths):
            before = paths[index - 1] if index else None
            after = paths[index + 1] if index + 1 < len(paths) else None
            _publish(path, _page(read(path), _title(path), _navigation(before, after)))
    for path in sorted(ROOT.glob("*.md")):
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(path.read_text(encoding="utf-8"))])
        _publish(path, _page(notebook, path.stem))
    return SITE / "index.html"


def write_page(notebook: NotebookNode, path: Path) -> None:
    """Writes one notebook as a page of its own."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_page(notebook, path.stem), encoding="utf-8")


class _Renderer(IPythonRenderer):
    """Markdown as Jupyter reads it, with formulas as MathML."""

    def block_math(self, body: str) -> str:
        return _formula(body, "block")

    def inline_math(self, body: str) -> str:
        return _formula(body, "inline")

    def latex_environment(self, name: str, body: str) -> str:
        return _formula(f"\\begin{{{name}}}{body}\\end{{{name}}}", "block")


def _formula(source: str, display: str) -> str:
    try:
        formula = to_mathml(source, display=display)
    except Exception as error:  # the converter has no common class for what it cannot read
        raise Problem(f"a formula cannot be rendered ({error!r}): {source}") from error
    unknown = re.search(r"\\(\w+|\W)", formula)  # the converter lets through what it does not know
    if unknown:
        raise Problem(f"a formula cannot be rendered (unknown: {unknown.group()}): {source}")
    return formula


def _markdown(source: str) -> str:
    return MarkdownWithMath(renderer=_Renderer(escape=False, anchor_link_text="")).render(source)


def _readable(notebook: NotebookNode) -> NotebookNode:
    """The notebook with the answers that CI keeps beside the solutions set as code, each with a word on it."""
    shown = copy.deepcopy(notebook)
    shown.cells = [_answer(cell) for cell in shown.cells]
    return shown


def _answer(cell: NotebookNode) -> NotebookNode:
    heading = next((text for tag, text in ANSWERS.items() if tag in tags(cell)), None)
    if heading is None:
        return cell
    why, answer = explained(cell)
    return nbformat.v4.new_markdown_cell(f"#### {heading}\n\n{why}\n\n```java\n{answer}\n```", id=cell.id)


def _page(notebook: NotebookNode, title: str, navigation: str = "") -> str:
    exporter = HTMLExporter(template_name="basic", exclude_input_prompt=True, exclude_output_prompt=True)
    exporter.log.setLevel("ERROR")
    exporter.register_filter("markdown2html", _markdown)
    body, _ = exporter.from_notebook_node(_readable(notebook))
    outside = _OUTSIDE.search(body)
    if outside:
        raise Problem(f"{title} needs the network: {outside.group()}")
    style = STYLE.read_text(encoding="utf-8") + HtmlFormatter(style="default").get_style_defs(".highlight")
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{html.escape(title)} · Convnets in Java</title>
<style>
{style}
</style>
</head>
<body>
{navigation}
<main>
{body}
</main>
{navigation}
</body>
</html>
"""


def _navigation(before: Path | None, after: Path | None) -> str:
    links = [("‹ " + _title(before), before)] if before else []
    links += [("Contents", Path("../index.html"))]
    links += [(_title(after) + " ›", after)] if after else []
    return "<nav>" + " ".join(_anchor(text, path) for text, path in links) + "</nav>"


def _anchor(text: str, path: Path) -> str:
    target = path.as_posix() if path.suffix == ".html" else path.with_suffix(".html").name
    return f'<a href="{target}">{html.escape(text)}</a>'


def _title(path: Path) -> str:
    """The notebook's first heading, otherwise its file name."""
    for cell in read(path).cells:
        found = re.search(r"^# +(.+)$", cell.source, re.MULTILINE) if cell.cell_type == "markdown" else None
        if found:
            return found.group(1).strip()
    return path.stem


def _publish(path: Path, page: str) -> None:
    """Puts a page into the site, with its links turned to pages and the files it shows beside it."""
    target = SITE / _page_name(path.relative_to(ROOT))
    target.parent.mkdir(parents=True, exist_ok=True)

    def turn(link: re.Match[str]) -> str:
        file = Path(os.path.normpath(path.parent / link["target"]))
        if not file.is_file() or not file.is_relative_to(ROOT):
            return link.group()
        inside = file.relative_to(ROOT)
        if file.suffix not in (".ipynb", ".md"):
            (SITE / inside).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, SITE / inside)
        there = os.path.relpath(SITE / _page_name(inside), target.parent)
        return f'{link["attribute"]}="{Path(there).as_posix()}{link["anchor"] or ""}"'

    target.write_text(_LINK.sub(turn, page), encoding="utf-8")


def _page_name(path: Path) -> Path:
    """Where a file of the repository stands in the site."""
    if path == Path("README.md"):
        return Path("index.html")
    return path.with_suffix(".html") if path.suffix in (".ipynb", ".md") else path
