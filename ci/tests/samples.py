"""Small notebooks for the tests."""

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

TWICE = """static int twice(int x) {
  // BEGIN SOLUTION
  int doubledValue = 2 * x;
  return doubledValue;
  // END SOLUTION
}"""

BOX = """record Box(int value) {
  Box plus(int more) {
    // BEGIN SOLUTION
    return new Box(value + twice(more) - more);
    // END SOLUTION
  }
}"""


def code(id: str, source: str, *tags: str, **course: object) -> NotebookNode:
    metadata = ({"tags": list(tags)} if tags else {}) | ({"course": course} if course else {})
    return new_code_cell(source, id=id, metadata=metadata)


def tagged(cell: NotebookNode, *tags: str, **course: object) -> NotebookNode:
    cell.metadata.update({"tags": list(tags), "course": course})
    return cell


def check(id: str, actual: str, expected: object, hint: str) -> str:
    return f'Course.check("{id}").hint({hint}).that("{actual}", {actual}).equalTo({expected}).passed();'


def other(id: str, source: str) -> NotebookNode:
    """Another answer, wrong or right."""
    return new_raw_cell("// A word on it.\n" + source, id=id)


def prose(id: str, text: str = "Some prose.") -> NotebookNode:
    return new_markdown_cell(text, id=id)


def notebook(*cells: NotebookNode) -> NotebookNode:
    kernelspec = {"display_name": "Java", "language": "java", "name": "java"}
    return new_notebook(cells=list(cells), metadata={"kernelspec": kernelspec})


def solutions() -> NotebookNode:
    """Two exercises, the second on top of the first, with three wrong and two right answers each."""
    return notebook(
        prose("title", "# Exercises"),
        code("set-up", "import convnets.notebook.Course;"),
        prose("about-twice"),
        tagged(code("twice", TWICE), "exercise", id="05.1", points=2, hint="Two times."),
        tagged(code("check-twice", check("05.1", "twice(3)", 6, '"Two times."')), "check", id="05.1"),
        tagged(other("twice-plus", "static int twice(int x) { return x + 2; }"), "wrong-answer", id="05.1", expect="got 5"),
        tagged(other("twice-once", "static int twice(int x) { return x; }"), "wrong-answer", id="05.1"),
        tagged(other("twice-five", "static int twice(int x) { return 5; }"), "wrong-answer", id="05.1"),
        tagged(other("twice-sum", "static int twice(int x) { return x + x; }"), "right-answer", id="05.1"),
        tagged(other("twice-shift", "static int twice(int x) { return x << 1; }"), "right-answer", id="05.1"),
        prose("about-box"),
        tagged(code("box", BOX), "exercise", id="05.2", points=3, hint="A new box."),
        code("use-box", "Box grown = new Box(1).plus(4);", "needs-solution"),
        tagged(code("check-box", check("05.2", "grown.value()", 5, '"A new " + "box."')), "check", id="05.2"),
        tagged(other("box-minus", "record Box(int value) { Box plus(int more) { return new Box(value - more); } }"), "wrong-answer", id="05.2"),
        tagged(other("box-same", "record Box(int value) { Box plus(int more) { return this; } }"), "wrong-answer", id="05.2"),
        tagged(other("box-new", "record Box(int value) { Box plus(int more) { return new Box(more); } }"), "wrong-answer", id="05.2"),
        tagged(other("box-sum", "record Box(int value) { Box plus(int more) { return new Box(value + more); } }"), "right-answer", id="05.2"),
        tagged(other("box-turned", "record Box(int value) { Box plus(int more) { return new Box(more + value); } }"), "right-answer", id="05.2"),
    )
