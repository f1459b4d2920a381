"""Checks of what cells have printed and drawn."""

import base64
import io
import re
from pathlib import Path
from xml.etree import ElementTree

from nbformat import NotebookNode
from PIL import Image

from ci.notebook import code_cells, tags
from ci.paths import ROOT

BACKGROUND_SHARE = 0.995
"""A picture of which one colour takes more than this is blank."""

PNG_END = b"\x00\x00\x00\x00IEND\xaeB`\x82"

_NOT_A_NUMBER = re.compile(r"(?<![\w.])[-+]?(NaN|nan|Infinity|inf)(?!\w)")
_MARKUP = re.compile(r"<[^>]*>")
_MACHINE_PATH = re.compile(r"/home/\w+|/Users/\w+|/root/|/tmp/|[A-Z]:\\+Users\\+\w+|/private/var/")


def check_outputs(notebook: NotebookNode) -> list[str]:
    """What is wrong with the outputs, a line each, beginning with the cell's id."""
    problems = []
    for cell in code_cells(notebook):
        allow_nan = "allow-nan" in tags(cell)
        for output in cell.outputs:
            problems += [f"{cell.id}: {problem}" for problem in _output_problems(output, allow_nan)]
    return problems


def machine_path(text: str) -> str | None:
    """The first path in the text that means something on one machine only."""
    found = _MACHINE_PATH.search(text)
    if found:
        return found.group()
    return next((path for path in (str(ROOT), str(Path.home())) if len(path) > 1 and path in text), None)


def text_of(cell: NotebookNode) -> str:
    """All that the cell's outputs say in plain text."""
    parts = []
    for output in cell.outputs:
        parts.append(output.get("text", ""))
        parts.append(output.get("data", {}).get("text/plain", ""))
    return "\n".join("".join(part) for part in parts if part)


def _output_problems(output: NotebookNode, allow_nan: bool) -> list[str]:
    if output.output_type == "error":
        return [f"error: {output.get('evalue') or output.get('ename')}"]
    if output.output_type == "stream" and output.name == "stderr":
        return [f"prints on stderr: {_first_line(output.text)}"]
    problems = []
    data = output.get("data", {})
    texts = [output.get("text", ""), data.get("text/plain", ""), _MARKUP.sub(" ", "".join(data.get("text/html", "")))]
    for text in map("".join, texts):
        found = _NOT_A_NUMBER.search(text)
        if found and not allow_nan:
            problems.append(f"shows {found.group()} (tag the cell allow-nan if that is meant)")
        path = machine_path(text)
        if path:
            problems.append(f"shows a path of this machine: {path}")
    for kind in data:
        if kind.startswith("image/") and not output.metadata.get(kind, {}).get("alt"):
            problems.append(f"{kind}: nothing says what it shows; call .alt(…) or AltText.describe(…)")
    for kind in ("image/png", "image/jpeg"):
        if kind in data:
            problems += [f"{kind}: {problem}" for problem in picture_problems(base64.b64decode(data[kind]))]
    if "image/svg+xml" in data:
        problems += [f"image/svg+xml: {problem}" for problem in drawing_problems("".join(data["image/svg+xml"]))]
    return problems


def picture_problems(data: bytes) -> list[str]:
    """Whether a PNG or JPEG is whole to the last byte and shows something."""
    if data.startswith(b"\x89PNG") and not data.endswith(PNG_END):
        return ["the file is cut off at its end"]
    try:
        with Image.open(io.BytesIO(data)) as check:
            check.verify()
        with Image.open(io.BytesIO(data)) as image:
            pixels = image.convert("RGBA")
    except (OSError, SyntaxError, ValueError) as error:
        return [f"does not decode: {error}"]
    colours = pixels.getcolors(maxcolors=pixels.width * pixels.height) or []
    most = max(count for count, _ in colours)
    if most > BACKGROUND_SHARE * pixels.width * pixels.height:
        return ["blank"]
    return []


def drawing_problems(text: str) -> list[str]:
    """Whether an SVG parses and draws something."""
    try:
        elements = [element.tag.split("}")[-1] for element in ElementTree.fromstring(text).iter()]
    except ElementTree.ParseError as error:
        return [f"does not parse: {error}"]
    shapes = {"path", "rect", "line", "polyline", "polygon", "circle", "ellipse", "text", "image"}
    return [] if shapes & set(elements) else ["blank"]


def _first_line(text: str) -> str:
    return "".join(text).strip().split("\n")[0][:120]
