"""What became of an answer."""

import re
from dataclasses import dataclass

from ci.session import Failure

RIGHT = "right"
WRONG = "wrong"
NOT_STARTED = "not started"
ERROR = "error"

HINT = "Hint: "
"""What a refusal's hint follows, as the library's `Check` says it."""

_NOT_STARTED = re.compile(r"Not started: exercise (\S+?)\.?(?=\s|$).*")
_WRONG = re.compile(r"Wrong: .*", re.DOTALL)
_STACK = re.compile(r"\n\s*at .*|\n\s*\.\.\. \d+ more.*")


@dataclass(frozen=True)
class Verdict:
    """`right`, `wrong`, `not started` or `error`, and why; `usable` tells whether the kernel can go on as it is."""

    name: str
    message: str = ""
    usable: bool = True


def judge(failure: Failure | None) -> Verdict:
    """Reads a verdict out of what a cell threw."""
    if failure is None:
        return Verdict(RIGHT)
    if failure.kind != "error":
        return Verdict(ERROR, failure.text, usable=False)
    text = _STACK.sub("", failure.text).strip()
    todo = _NOT_STARTED.search(text)
    if todo:
        return Verdict(NOT_STARTED, todo.group())
    wrong = _WRONG.search(text)
    if wrong:
        return Verdict(WRONG, wrong.group().strip())
    return Verdict(ERROR, text)
