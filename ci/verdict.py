"""What became of one answer, and how its cells are run to find out."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ci.session import Failure, Session

RIGHT = "right"
WRONG = "wrong"
NOT_STARTED = "not started"
ERROR = "error"

_NOT_STARTED = re.compile(r"Not started: exercise (\S+?)\.?(?=\s|$).*")
_WRONG = re.compile(r"Wrong: .*", re.DOTALL)
_STACK = re.compile(r"\n\s*at .*|\n\s*\.\.\. \d+ more.*")


@dataclass(frozen=True)
class Verdict:
    """`right`, `wrong`, `not started` or `error`, and why; `alive` tells whether the kernel can go on."""

    name: str
    message: str = ""
    alive: bool = True


def judge(failure: Failure | None) -> Verdict:
    """Reads a verdict out of what a cell threw."""
    if failure is None:
        return Verdict(RIGHT)
    if failure.kind != "error":
        return Verdict(ERROR, failure.text, alive=False)
    text = _STACK.sub("", failure.text).strip()
    todo = _NOT_STARTED.search(text)
    if todo:
        return Verdict(NOT_STARTED, todo.group())
    wrong = _WRONG.search(text)
    if wrong:
        return Verdict(WRONG, wrong.group().strip())
    return Verdict(ERROR, text)


def try_answer(session: Session, answer: str, following: Iterable[str]) -> Verdict:
    """Runs an exercise cell with this text and the cells that follow up to its last check."""
    for source in (answer, *following):
        verdict = judge(session.run_source(source))
        if verdict.name != RIGHT:
            return verdict
    return Verdict(RIGHT)
